//! A table for a person: aligned columns, shortened cells, and a foot that says what is missing.

use crate::model::cell::shown;
use crate::model::table::As;
use crate::model::{Table, sanitise};
use std::io::{self, Write};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// No cell but a sentence is wider than this; a longer one ends in `…`. The other formats carry it whole.
const WIDEST: usize = 60;

/// One column as it is printed.
struct Printed {
    heading: String,
    cells: Vec<String>,
    width: usize,
    right: bool,
}

/// Header, rows and foot.
pub fn table(table: &Table, narrow: &str, out: &mut dyn Write) -> io::Result<()> {
    let columns = printed(table);
    line(&columns, |column| &column.heading, out)?;
    let rules: Vec<String> = columns.iter().map(|column| "─".repeat(column.width)).collect();
    writeln!(out, "{}", rules.join("  "))?;
    for n in 0..table.rows.len() {
        line(&columns, |column| &column.cells[n], out)?;
    }
    foot(table, narrow, out)
}

fn printed(table: &Table) -> Vec<Printed> {
    let visible = table.columns.iter().enumerate().filter(|(_, column)| !column.hide);
    let printed = visible.map(|(n, column)| {
        let fitted = |text: &str| if column.shown_as == As::Sentence { text.to_owned() } else { clip(text) };
        let text = |row: &crate::model::Row| row.cells.get(n).map(|cell| fitted(&shown(cell, column)));
        let cells: Vec<String> = table.rows.iter().map(|row| text(row).unwrap_or_default()).collect();
        let heading = clip(&sanitise::line(column.heading()));
        let widest = cells.iter().map(|cell| cell.width()).max().unwrap_or(0);
        Printed { width: widest.max(heading.width()), right: column.shown_as.is_right(), heading, cells }
    });
    printed.collect()
}

fn line<'a>(columns: &'a [Printed], text: impl Fn(&'a Printed) -> &'a String, out: &mut dyn Write) -> io::Result<()> {
    let mut line = String::new();
    for (n, column) in columns.iter().enumerate() {
        let text = text(column);
        let space = " ".repeat(column.width.saturating_sub(text.width()));
        line.push_str(if n > 0 { "  " } else { "" });
        if column.right {
            line.extend([space.as_str(), text]);
        } else {
            line.extend([text, space.as_str()]);
        }
    }
    writeln!(out, "{}", line.trim_end())
}

fn foot(table: &Table, narrow: &str, out: &mut dyn Write) -> io::Result<()> {
    let count = table.rows.len();
    match count {
        0 => writeln!(out, "no rows")?,
        1 => writeln!(out, "\n1 row")?,
        _ if table.more_after => {
            writeln!(out, "\n{count} rows shown, more follow: raise --limit or narrow with {narrow}")?
        }
        _ => writeln!(out, "\n{count} rows")?,
    }
    table.notes.iter().try_for_each(|note| writeln!(out, "note: {}", sanitise::line(note)))
}

/// The beginning of a text that fits the widest column, cut between characters as a person counts them.
fn clip(text: &str) -> String {
    if text.width() <= WIDEST {
        return text.to_owned();
    }
    let mut width = 1;
    let fits = |part: &&str| {
        width += part.width();
        width <= WIDEST
    };
    let mut clipped: String = text.graphemes(true).take_while(fits).collect();
    clipped.push('…');
    clipped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Cell, Column, Row};

    fn page() -> Table {
        let row = |name: &str, size: Option<&str>| Row {
            cells: vec![Cell::new(Some(name.into())), Cell::new(size.map(Into::into)), Cell::new(None)],
            ..Row::default()
        };
        let mut hidden = Column::named("secret", "text");
        hidden.hide = true;
        Table {
            columns: vec![Column::named("name", "text"), Column::named("rows", "bigint"), hidden],
            rows: vec![row("日本\u{1b}[2J", Some("12345")), row("b", None)],
            more_after: true,
            notes: vec!["one\u{202e}column".into()],
            ..Table::default()
        }
    }

    fn written(page: &Table) -> String {
        let mut out = Vec::new();
        table(page, "--filter", &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn columns_align_by_what_is_seen() {
        let expected = "name        rows\n────────  ──────\n日本␛[2J  12\u{2009}345\nb              ∅\n\n\
                        2 rows shown, more follow: raise --limit or narrow with --filter\nnote: one\\u{202e}column\n";
        assert_eq!(written(&page()), expected);
    }

    #[test]
    fn a_long_cell_is_clipped_and_no_rows_are_said() {
        let mut page = page();
        page.rows[0].cells[0] = Cell::new(Some("é".repeat(500)));
        assert!(written(&page).lines().all(|line| line.width() <= WIDEST + 10));
        assert!(written(&page).contains('…'));
        page.columns[0].shown_as = As::Sentence;
        assert!(!written(&page).contains('…'), "a sentence is whole");
        page.rows.clear();
        assert!(written(&page).contains("no rows"));
    }

    #[test]
    fn the_foot_names_the_flags_of_its_command() {
        let mut out = Vec::new();
        table(&page(), "--since or --by", &mut out).unwrap();
        assert!(String::from_utf8(out).unwrap().contains("raise --limit or narrow with --since or --by\n"));
    }
}
