//! One row read whole: every field in full, as lines that can be scrolled and copied.

use super::part::Part;
use super::slot::{Slot, Ticket};
use crate::model::cell;
use crate::model::request::Find;
use crate::model::table::{As, Column, Key, Table};
use crate::model::{Cell, PaneRef};
use crate::model::{bars, sanitise};
use std::sync::Arc;
use unicode_width::UnicodeWidthChar;

/// The state of a record on the screen.
#[derive(Clone, Debug)]
pub struct Record {
    pub pane: PaneRef,
    pub title: String,
    pub key: Key,
    /// The search it is a row of.
    pub find: Option<Find>,
    pub slot: Slot<Arc<Table>>,
    /// Rows of other panes that belong to it.
    pub parts: Vec<Part>,
    /// An operation ended since it was read: it may have changed.
    pub is_stale: bool,
    /// The line under the cursor.
    pub line: usize,
    /// The first line on the screen.
    pub top: usize,
}

/// What a line of a record belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    Field(usize),
    /// The line between the fields and the parts, or between two parts.
    Gap,
    PartTitle(usize),
    PartHeading(usize),
    PartRow(usize),
}

/// One line of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub of: Of,
    /// The heading, on the first line of a field.
    pub heading: Option<String>,
    /// Sanitised text.
    pub text: String,
    pub is_null: bool,
}

impl Line {
    fn of(of: Of, text: String) -> Self {
        Self { of, heading: None, text, is_null: false }
    }
}

/// The lines of a row in this width; headings take `heading` cells of it.
pub fn lines(columns: &[Column], cells: &[Cell], width: usize) -> Vec<Line> {
    let heading = heading_width(columns);
    let room = width.saturating_sub(heading + 2).max(8);
    let mut lines = Vec::new();
    for (field, (column, cell)) in columns.iter().zip(cells).enumerate() {
        let mut name = Some(sanitise::line(column.heading()).into_owned());
        for text in wrapped(&full(cell, column, room), room) {
            let is_null = cell.text().is_none();
            let heading = name.take();
            lines.push(Line { of: Of::Field(field), heading, text, is_null });
        }
    }
    lines
}

/// Cells the widest heading takes, within bounds.
pub fn heading_width(columns: &[Column]) -> usize {
    columns.iter().map(|column| column.heading().chars().count()).max().unwrap_or(0).min(24)
}

/// The whole value, safe to show: JSON laid out, numbers with their exact digits.
fn full(cell: &Cell, column: &Column, room: usize) -> String {
    let Some(text) = cell.text() else {
        return cell::NULL_SIGN.to_owned();
    };
    let mut text = match column.shown_as {
        As::Tally if let Some(lines) = bars::tally_lines(text, room) => lines.join("\n"),
        As::Spark => bars::spark_with_peak(text).unwrap_or_else(|| sanitise::block(text)),
        As::Json | As::Tally => laid_out(text).unwrap_or_else(|| sanitise::block(text)),
        As::Bytes | As::Age if cell.number().is_some() => format!("{} ({text})", cell::shown(cell, column)),
        _ => sanitise::block(text),
    };
    if cell.is_cut() {
        text.push_str("\n… the rest is not shown here");
    }
    text
}

fn laid_out(text: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    Some(sanitise::block(&serde_json::to_string_pretty(&value).ok()?))
}

fn wrapped(text: &str, room: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for line in text.split('\n') {
        let mut part = String::new();
        let mut used = 0;
        for c in line.chars() {
            let width = c.width().unwrap_or(0);
            if used + width > room {
                lines.push(std::mem::take(&mut part));
                used = 0;
            }
            part.push(c);
            used += width;
        }
        lines.push(part);
    }
    lines
}

impl Record {
    /// All lines of the record in this width: its fields, then its parts.
    pub fn lines(&self, width: usize) -> Vec<Line> {
        let shown = self.slot.value().and_then(|table| Some((table, table.rows.first()?)));
        let mut all = shown.map_or_else(Vec::new, |(table, row)| lines(&table.columns, &row.cells, width));
        for (n, part) in self.parts.iter().enumerate() {
            all.push(Line::of(Of::Gap, String::new()));
            all.push(Line::of(Of::PartTitle(n), part.heading()));
            let rows = part.lines(width).into_iter().enumerate();
            all.extend(
                rows.map(|(at, text)| Line::of(if at == 0 { Of::PartHeading(n) } else { Of::PartRow(n) }, text)),
            );
        }
        all
    }

    /// Stops waiting; the tickets whose answers are not wanted any more.
    pub fn give_up(&mut self) -> Vec<Option<Ticket>> {
        let parts = self.parts.iter_mut().map(|part| part.slot.give_up());
        std::iter::once(self.slot.give_up()).chain(parts).collect()
    }

    /// The part under the cursor.
    pub fn part(&self, width: usize) -> Option<&Part> {
        match self.lines(width).get(self.line)?.of {
            Of::PartTitle(n) | Of::PartHeading(n) | Of::PartRow(n) => self.parts.get(n),
            Of::Field(_) | Of::Gap => None,
        }
    }

    /// Moves the cursor by lines and keeps it on a screen of this height.
    pub fn move_lines(&mut self, by: isize, width: usize, height: usize) {
        let count = self.lines(width).len();
        self.line = self.line.saturating_add_signed(by).min(count.saturating_sub(1));
        self.top = self.top.clamp((self.line + 1).saturating_sub(height.max(1)), self.line);
        self.top = self.top.min(count.saturating_sub(height.max(1)));
    }

    /// The field under the cursor.
    pub fn cell(&self, width: usize) -> Option<Cell> {
        let table = self.slot.value()?;
        let row = table.rows.first()?;
        match self.lines(width).get(self.line)?.of {
            Of::Field(field) => row.cells.get(field).cloned(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_laid_out_and_text_keeps_its_lines() {
        let columns = [Column::named("j", "jsonb"), Column::named("t", "text"), Column::named("n", "text")];
        let cell = |text: &str| Cell::new(Some(text.to_owned()));
        let cells = [cell("{\"a\":1}"), cell("one\ntwo\u{1b}"), Cell::new(None)];
        let lines = lines(&columns, &cells, 40);
        let texts: Vec<_> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts, ["{", "  \"a\": 1", "}", "one", "two␛", "∅"]);
        assert_eq!(lines[1].heading, None);
        assert_eq!(lines[3].heading.as_deref(), Some("t"));
        assert!(lines[5].is_null);
    }

    #[test]
    fn a_long_line_wraps_by_width() {
        assert_eq!(wrapped("日本語", 4), ["日本", "語"]);
        assert_eq!(wrapped("", 4), [""]);
    }
}
