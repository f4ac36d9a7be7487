//! Rows of other panes that belong to a record: the votes of a poll, what the audit trail says of it. The first few stand
//! below the fields; opening one goes to the whole pane. It must not ask anything.

use super::slot::Slot;
use crate::model::deck::{PaneEntry, PartSpec, Survey};
use crate::model::filter::Filter;
use crate::model::request::PageRequest;
use crate::model::table::Table;
use crate::model::width::fitted;
use crate::model::{PaneRef, cell, sanitise};
use std::sync::Arc;
use unicode_width::UnicodeWidthStr;

/// Rows of a part that a record shows.
const ROWS: usize = 8;
/// The widest column of a part.
const WIDEST: usize = 28;

/// One pane's rows of a record.
#[derive(Clone, Debug)]
pub struct Part {
    pub pane: PaneRef,
    pub title: String,
    pub filter: Filter,
    /// Columns that would say what the record says: the one the filter is over, and those its header names.
    hidden: Vec<String>,
    pub slot: Slot<Arc<Table>>,
}

impl Part {
    /// The part of a row whose values `value` tells; None where the pane is not here or the row has no such value.
    pub fn of(
        spec: &PartSpec,
        owner: &PaneRef,
        survey: &Survey,
        value: impl Fn(&str) -> Option<String>,
    ) -> Option<Self> {
        let pane = PaneRef::Library { name: spec.pane.clone(), source: owner.source().cloned() };
        let entry: &PaneEntry = survey.entry(&pane).filter(|entry| entry.disabled.is_none())?;
        let value = serde_json::Value::from(value(&spec.value)?);
        let filter = Filter::parse(&format!("{}={value}", spec.column)).ok()?;
        let mut hidden = spec.hide.clone();
        hidden.push(spec.column.clone());
        Some(Self { title: entry.title.clone(), pane, filter, hidden, slot: Slot::Empty })
    }

    /// The request for the rows the record shows.
    pub fn request(&self) -> PageRequest {
        PageRequest { filter: self.filter.clone(), ..PageRequest::first(self.pane.clone(), ROWS) }
    }

    /// Its heading: how many rows there are, as far as is known.
    pub fn heading(&self) -> String {
        let state = match &self.slot {
            Slot::Failed { fault, .. } => format!("could not be read: {}", fault.message),
            slot => match slot.value() {
                None => "…".to_owned(),
                Some(table) if table.more_after => format!("the first {}, more there", table.rows.len()),
                Some(table) => table.rows.len().to_string(),
            },
        };
        format!("{} · {}", sanitise::line(&self.title), sanitise::line(&state))
    }

    /// Its rows under their column names, each a line of at most this width.
    pub fn lines(&self, width: usize) -> Vec<String> {
        let Some(table) = self.slot.value().filter(|table| !table.rows.is_empty()) else {
            return Vec::new();
        };
        let is_shown = |at: &usize| !table.columns[*at].hide && !self.hidden.contains(&table.columns[*at].name);
        let shown: Vec<usize> = (0..table.columns.len()).filter(is_shown).collect();
        let heads = shown.iter().map(|at| sanitise::line(table.columns[*at].heading()).into_owned()).collect();
        let row = |row: &crate::model::Row| -> Vec<String> {
            shown.iter().map(|at| cell::shown(&row.cells[*at], &table.columns[*at]).into_owned()).collect()
        };
        let rows: Vec<Vec<String>> = std::iter::once(heads).chain(table.rows.iter().map(row)).collect();
        let widths: Vec<usize> =
            (0..shown.len()).map(|n| rows.iter().map(|row| row[n].width()).max().unwrap_or(0).min(WIDEST)).collect();
        let line = |row: &Vec<String>| {
            let cells: Vec<String> = row.iter().zip(&widths).map(|(text, width)| fitted(text, *width)).collect();
            fitted(cells.join("  ").trim_end(), width).trim_end().to_owned()
        };
        rows.iter().map(line).collect()
    }
}
