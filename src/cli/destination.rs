//! Where a result goes and how it looks there.

use super::args::Printed;
use crate::model::operation::Plan;
use crate::model::{Fault, Kind, Outcome, Table, sanitise};
use crate::report::{self, Format, Shape, Style};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;

/// stdout or a file, with the format for it.
#[derive(Clone, Debug)]
pub struct Destination {
    pub style: Style,
    file: Option<PathBuf>,
}

impl Destination {
    /// As asked for; where no format is said, a table on a terminal, by the ending of a file, else JSON.
    pub fn new(printed: &Printed) -> Self {
        let terminal = printed.output.is_none() && io::stdout().is_terminal();
        let ending = printed.output.as_ref().and_then(|path| path.extension()?.to_str()?.parse().ok());
        let format = printed.format.or(ending).unwrap_or_else(|| Format::natural(terminal));
        Self { style: Style { format, raw: printed.raw, terminal, narrow: "--filter" }, file: printed.output.clone() }
    }

    /// stdout, for a plan or a receipt: text unless JSON is asked for.
    pub fn stdout(shape: Option<Shape>) -> Self {
        let format = if shape == Some(Shape::Json) { Format::Json } else { Format::Table };
        Self { style: Style { terminal: io::stdout().is_terminal(), ..Style::plain(format) }, file: None }
    }

    /// Writes an outcome.
    pub fn write(&self, outcome: &Outcome) -> Result<(), Fault> {
        self.put(|out| report::write(outcome, &self.style, out))
    }

    /// Writes the statements of a plan alone.
    pub fn write_sql(&self, plan: &Plan) -> Result<(), Fault> {
        self.put(|out| report::write_sql(plan, &self.style, out))
    }

    /// Writes a text, made harmless where a terminal reads it.
    pub fn write_text(&self, text: &str) -> Result<(), Fault> {
        let text = if self.style.terminal { sanitise::block(text) } else { text.to_owned() };
        self.put(|out| out.write_all(text.as_bytes()))
    }

    fn put(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Fault> {
        let (written, place) = match &self.file {
            Some(path) => (report::to_file(path, write), path.display().to_string()),
            None => (write(&mut BufWriter::new(io::stdout().lock())), "stdout".to_owned()),
        };
        written.map_err(|error| Fault::new(Kind::Usage, format!("cannot write to {place}: {error}")))
    }

    /// Writes a table.
    pub fn write_table(&self, table: Table) -> Result<(), Fault> {
        self.write(&Outcome::Table(Arc::new(table)))
    }
}
