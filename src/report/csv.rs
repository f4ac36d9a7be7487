//! Comma-separated values: the server's text, exact inside its quoting except for the formula guard.

use super::format::Style;
use super::value::is_number;
use crate::model::Table;
use crate::model::sanitise;
use std::borrow::Cow;
use std::io::{self, Write};

/// Header and rows. Lines end as those of COPY and psql do, in a line feed.
pub fn table(table: &Table, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let header = table.columns.iter().map(|column| Some(fit(&column.name, false, style)));
    record(header, out)?;
    for row in &table.rows {
        let fields = table.columns.iter().zip(&row.cells).map(|(column, cell)| {
            let text = cell.text()?;
            Some(fit(text, is_number(&column.type_name), style))
        });
        record(fields, out)?;
    }
    Ok(())
}

/// NULL is nothing and an empty text is `""`, as in PostgreSQL's COPY, so that a round trip keeps the
/// difference. The csv crate has one empty field only, hence the quoting here.
fn record<'a>(fields: impl Iterator<Item = Option<Cow<'a, str>>>, out: &mut dyn Write) -> io::Result<()> {
    for (n, field) in fields.enumerate() {
        if n > 0 {
            out.write_all(b",")?;
        }
        match field {
            None => {}
            Some(text) if must_quote(&text) => write!(out, "\"{}\"", text.replace('"', "\"\""))?,
            Some(text) => out.write_all(text.as_bytes())?,
        }
    }
    out.write_all(b"\n")
}

/// `\.` alone on a line ends the input of COPY.
fn must_quote(text: &str) -> bool {
    text.is_empty()
        || text == "\\."
        || text.starts_with(' ')
        || text.ends_with(' ')
        || text.contains([',', '"', '\n', '\r'])
}

/// A text that a spreadsheet does not take for a formula, and that does not act on a terminal.
fn fit<'a>(text: &'a str, number: bool, style: &Style) -> Cow<'a, str> {
    let guard = !style.raw && !number && text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if style.terminal { sanitise::line(text) } else { Cow::Borrowed(text) };
    if guard { Cow::Owned(format!("'{text}")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Cell, Column, Row};
    use crate::report::Format;

    fn written(cells: &[(&str, &str, Option<&str>)], style: &Style) -> String {
        let page = Table {
            columns: cells.iter().map(|(name, type_name, _)| Column::named(*name, *type_name)).collect(),
            rows: vec![Row {
                cells: cells.iter().map(|(_, _, text)| Cell::new(text.map(Into::into))).collect(),
                ..Row::default()
            }],
            ..Table::default()
        };
        let mut out = Vec::new();
        table(&page, style, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn null_and_empty_differ() {
        let cells = [("a", "text", None), ("b", "text", Some("")), ("c", "text", Some("x,\"y\"\n"))];
        assert_eq!(written(&cells, &Style::plain(Format::Csv)), "a,b,c\n,\"\",\"x,\"\"y\"\"\n\"\n");
    }

    #[test]
    fn a_formula_is_guarded_and_a_number_is_not() {
        let cells = [("=a", "text", Some("=1+1")), ("b", "integer", Some("-5")), ("c", "text", Some("-5"))];
        let style = Style::plain(Format::Csv);
        assert_eq!(written(&cells, &style), "'=a,b,c\n'=1+1,-5,'-5\n");
        assert_eq!(written(&cells, &Style { raw: true, ..style }), "=a,b,c\n=1+1,-5,-5\n");
    }

    #[test]
    fn a_terminal_gets_no_escape() {
        let cells = [("a", "text", Some("\u{1b}[2J\n"))];
        let style = Style { terminal: true, ..Style::plain(Format::Csv) };
        assert_eq!(written(&cells, &style), "a\n␛[2J⏎\n");
    }
}
