//! The rows of a list that are in memory: a bounded window that pages are added to at either end.
//! It keeps enough of the order to be read anew at the same place.

use crate::model::cell;
use crate::model::request::From;
use crate::model::table::{Column, Key, Row, Scoped, SortKey, Table};
use std::sync::Arc;
use unicode_width::UnicodeWidthStr;

/// At most this many pages of rows stay in memory.
const PAGES: usize = 4;
/// Bounds of a column's width in cells.
const NARROWEST: u16 = 2;
const WIDEST: u16 = 44;

/// Rows in memory, and where they stand in the whole.
#[derive(Clone, Debug, Default)]
pub struct Window {
    pub columns: Arc<Vec<Column>>,
    pub rows: Vec<Row>,
    /// Positions of the columns a list shows.
    pub visible: Vec<usize>,
    /// The width of each visible column, by content.
    pub widths: Vec<u16>,
    /// Where reading started, so that the same rows can be read again.
    pub anchor: From,
    /// The number of the first row, counted from 1, where it is known.
    pub first: Option<u64>,
    pub more_before: bool,
    pub more_after: bool,
    pub taken_at: String,
    pub sort: Vec<SortKey>,
    pub scoped: Scoped,
    pub notes: Vec<String>,
    /// The names of the columns of a row's key; empty where rows cannot be told apart.
    pub identity: Vec<String>,
    /// Further pages can be read.
    pub paged: bool,
}

impl Window {
    /// The window of one page that was read from `from`; `first` is the number of its first row, if known.
    pub fn of(table: &Table, from: From, first: Option<u64>) -> Self {
        let visible: Vec<usize> = (0..table.columns.len()).filter(|n| !table.columns[*n].hide).collect();
        let mut window = Self {
            columns: Arc::new(table.columns.clone()),
            rows: table.rows.clone(),
            widths: visible.iter().map(|n| heading_width(&table.columns[*n])).collect(),
            visible,
            anchor: from,
            first,
            more_before: table.more_before,
            more_after: table.more_after,
            taken_at: table.taken_at.clone(),
            sort: table.sort.clone(),
            scoped: table.scoped,
            notes: table.notes.clone(),
            identity: table.identity.clone(),
            paged: table.paged,
        };
        if matches!(window.anchor, From::Before(_) | From::End) {
            window.anchor_to_first();
        }
        window.widen(0);
        window
    }

    /// Adds the page after the last row; returns how many rows went at the front to make room.
    pub fn append(&mut self, table: &Table, page: usize) -> usize {
        let start = self.rows.len();
        self.rows.extend(table.rows.iter().cloned());
        self.more_after = table.more_after;
        self.taken_at.clone_from(&table.taken_at);
        self.widen(start);
        let surplus = self.rows.len().saturating_sub(page * PAGES);
        if surplus > 0 {
            self.anchor = From::After(self.rows[surplus - 1].order.clone());
            self.rows.drain(..surplus);
            self.more_before = true;
            self.first = self.first.map(|first| first + surplus as u64);
        }
        surplus
    }

    /// Adds the page before the first row; returns how many rows came.
    pub fn prepend(&mut self, table: &Table, page: usize) -> usize {
        let came = table.rows.len();
        self.rows.splice(0..0, table.rows.iter().cloned());
        self.more_before = table.more_before;
        self.taken_at.clone_from(&table.taken_at);
        self.first = match self.more_before {
            false => Some(1),
            true => self.first.and_then(|first| first.checked_sub(came as u64)).filter(|first| *first > 0),
        };
        let dropped = self.anchor_to_first();
        let most = page * PAGES;
        if self.rows.len() > most {
            self.rows.truncate(most);
            self.more_after = true;
        }
        self.widen(0);
        came - dropped
    }

    /// Makes the first row the place reading starts after, and takes it out; 1 where that was done.
    fn anchor_to_first(&mut self) -> usize {
        if !self.more_before || self.rows.len() < 2 {
            self.anchor = if self.more_before { self.anchor.clone() } else { From::Start };
            return 0;
        }
        let first = self.rows.remove(0);
        self.anchor = From::After(first.order);
        self.first = self.first.map(|number| number + 1);
        1
    }

    fn widen(&mut self, from_row: usize) {
        for row in &self.rows[from_row.min(self.rows.len())..] {
            for (width, at) in self.widths.iter_mut().zip(&self.visible) {
                if *width < WIDEST
                    && let (Some(cell), Some(column)) = (row.cells.get(*at), self.columns.get(*at))
                {
                    let own = cell::shown(cell, column).width().min(usize::from(WIDEST));
                    *width = (*width).max(own as u16);
                }
            }
        }
    }

    /// The place of the row with this key.
    pub fn find(&self, key: &Key) -> Option<usize> {
        (!self.identity.is_empty()).then(|| self.rows.iter().position(|row| row.key == *key)).flatten()
    }

    /// The column shown at this place of the list.
    pub fn column(&self, place: usize) -> Option<&Column> {
        self.visible.get(place).and_then(|at| self.columns.get(*at))
    }
}

fn heading_width(column: &Column) -> u16 {
    // One cell more, so that the sort mark has room.
    let width = crate::model::sanitise::line(column.heading()).width() as u16 + 1;
    width.clamp(NARROWEST, WIDEST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Cell;

    fn row(n: u64) -> Row {
        let text = Some(n.to_string());
        Row { cells: vec![Cell::new(text.clone())], key: vec![text.clone()], order: vec![text] }
    }

    fn page(numbers: std::ops::RangeInclusive<u64>, more_before: bool, more_after: bool) -> Table {
        Table {
            columns: vec![Column::named("n", "integer")],
            rows: numbers.map(row).collect(),
            identity: vec!["n".into()],
            more_before,
            more_after,
            ..Table::default()
        }
    }

    fn numbers(window: &Window) -> (u64, u64) {
        let number = |row: &Row| row.key[0].as_ref().unwrap().parse().unwrap();
        (number(&window.rows[0]), number(window.rows.last().unwrap()))
    }

    #[test]
    fn the_window_stays_bounded_and_knows_its_place() {
        let mut window = Window::of(&page(1..=10, false, true), From::Start, Some(1));
        for n in 1..=5 {
            window.append(&page(n * 10 + 1..=n * 10 + 10, true, true), 10);
        }
        assert_eq!(numbers(&window), (21, 60));
        assert_eq!(window.first, Some(21));
        assert_eq!(window.anchor, From::After(vec![Some("20".into())]));
        let came = window.prepend(&page(11..=20, true, true), 10);
        assert_eq!((came, numbers(&window)), (9, (12, 51)));
        assert_eq!(window.first, Some(12));
        assert_eq!(window.anchor, From::After(vec![Some("11".into())]));
        assert!(window.more_after);
    }

    #[test]
    fn reaching_the_start_numbers_from_one() {
        let mut window = Window::of(&page(51..=60, true, false), From::End, None);
        assert_eq!(numbers(&window), (52, 60));
        assert_eq!(window.first, None);
        window.prepend(&page(1..=5, false, true), 10);
        assert_eq!(window.first, Some(1));
        assert_eq!(window.anchor, From::Start);
    }
}
