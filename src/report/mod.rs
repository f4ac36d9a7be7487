//! Outcomes as text, JSON and CSV: the faces of the command line (DESIGN §5).
//! It knows outcomes and a writer. It must not know where they come from, a database, or an argument.

mod csv;
mod fault;
mod format;
mod json;
pub mod listing;
mod operation;
mod output;
mod paragraph;
mod table;
mod value;
mod verification;

pub use fault::write_fault;
pub use format::{Format, ReportFormat, Shape, Style};
pub use json::object as row_json;
pub use output::to_file;
pub use paragraph::paragraph;
pub use verification::{Baseline, summary};

use crate::model::finding::Verification;
use crate::model::operation::Plan;
use crate::model::{Outcome, Table};
use std::io::{self, Write};

/// Writes an outcome in one format. A reader that went away is no failure: it has what it wanted.
pub fn write(outcome: &Outcome, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let written = match outcome {
        Outcome::Table(table) => write_table(table, style, out),
        Outcome::Survey(survey) => write_table(&listing::systems(&[], survey), style, out),
        Outcome::Tenants(tenants) => write_table(&listing::tenants(tenants), style, out),
        Outcome::Estimate(rows) => writeln!(out, "{rows}"),
        Outcome::Plan(plan) if style.format.is_json() => json::plan(plan, out),
        Outcome::Plan(plan) => operation::plan(plan, out),
        Outcome::Receipt(receipt) if style.format.is_json() => json::receipt(receipt, out),
        Outcome::Receipt(receipt) => operation::receipt(receipt, out),
        Outcome::Verification(verified) if style.format.is_json() => verification::json(verified, out),
        Outcome::Verification(verified) => verification::text(verified, out),
    };
    closed_is_fine(written.and_then(|()| out.flush()))
}

/// Writes a verification as a report.
pub fn write_verification(verified: &Verification, format: ReportFormat, out: &mut dyn Write) -> io::Result<()> {
    let written = match format {
        ReportFormat::Text => verification::text(verified, out),
        ReportFormat::Json => verification::json(verified, out),
        ReportFormat::Junit => verification::junit(verified, out),
    };
    closed_is_fine(written.and_then(|()| out.flush()))
}

/// Writes the statements of a plan and nothing else.
pub fn write_sql(plan: &Plan, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    closed_is_fine(operation::sql(plan, style.terminal, out).and_then(|()| out.flush()))
}

fn write_table(table: &Table, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    match style.format {
        Format::Table => table::table(table, style.narrow, out),
        Format::Json => json::table(table, out),
        Format::Jsonl => json::lines(table, out),
        Format::Csv => csv::table(table, style, out),
    }
}

fn closed_is_fine(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
