//! One list on the screen: what was asked, the rows in memory, and the cursor, which stays on its row's identity.

use super::slot::{Slot, Ticket};
use super::window::Window;
use crate::model::PaneRef;
use crate::model::deck::{Opens, PaneEntry};
use crate::model::filter::Filter;
use crate::model::request::{Find, From, PageRequest, Scope};
use crate::model::table::{Key, Row, SortKey, Table};

/// Characters of a cell that a list reads; a record reads the whole.
const CELL_CHARS: usize = 2000;

/// Which end of the window a page is being read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    Before,
    After,
}

/// The state of a list.
#[derive(Clone, Debug)]
pub struct List {
    pub pane: PaneRef,
    pub title: String,
    pub opens: Opens,
    /// Read as a whole, up to a bound; otherwise page by page.
    pub is_report: bool,
    pub filter: Filter,
    /// What is looked for, where this is a search.
    pub find: Option<Find>,
    /// Empty: the pane's own order.
    pub sort: Vec<SortKey>,
    pub slot: Slot<Window>,
    /// A page on its way for one end; the rows stay as they are meanwhile.
    pub edge: Option<(Ticket, Edge)>,
    /// About how many rows there are in all.
    pub estimate: Option<f64>,
    /// The estimate on its way; one asked for other rows than these is not waited for.
    pub counting: Option<Ticket>,
    /// The row under the cursor.
    pub row: usize,
    /// The column under the cursor, by its place among the visible ones.
    pub column: usize,
    /// The first row on the screen.
    pub top: usize,
    /// Where the replacing page will be read from.
    pub from: From,
    /// An operation ended since it was read: its rows may have changed.
    pub is_stale: bool,
}

impl List {
    /// A list that has read nothing yet.
    pub fn new(pane: PaneRef, title: String, opens: Opens) -> Self {
        Self {
            pane,
            title,
            opens,
            is_report: false,
            filter: Filter::default(),
            find: None,
            sort: Vec::new(),
            slot: Slot::Empty,
            edge: None,
            estimate: None,
            counting: None,
            row: 0,
            column: 0,
            top: 0,
            from: From::Start,
            is_stale: false,
        }
    }

    /// A list of the pane as the survey knows it.
    pub fn of(entry: &PaneEntry) -> Self {
        let mut list = Self::new(entry.pane.clone(), entry.whole_title(), entry.opens.clone());
        list.is_report = !entry.paged;
        list
    }

    /// The request for a page of this list.
    pub fn request(&self, from: From, limit: usize, scope: Option<Scope>) -> PageRequest {
        PageRequest {
            scope,
            filter: self.filter.clone(),
            sort: self.sort.clone(),
            from,
            cell_chars: CELL_CHARS,
            find: self.find.clone(),
            ..PageRequest::first(self.pane.clone(), limit)
        }
    }

    /// The rows in memory.
    pub fn window(&self) -> Option<&Window> {
        self.slot.value()
    }

    /// The row under the cursor.
    pub fn current(&self) -> Option<&Row> {
        self.window()?.rows.get(self.row)
    }

    /// The raw value of a column in the current row.
    pub fn value(&self, column: &str) -> Option<String> {
        let window = self.window()?;
        let at = window.columns.iter().position(|own| own.name == column)?;
        self.current()?.cells.get(at)?.text().map(str::to_owned)
    }

    /// Takes a page that replaces the window. The cursor goes back to the row it stood on, if it is still there.
    pub fn replace(&mut self, ticket: Ticket, table: &Table) -> bool {
        if self.slot.ticket() != Some(ticket) {
            return false;
        }
        let key: Option<Key> = self.current().map(|row| row.key.clone());
        let first = match (&self.from, self.window()) {
            (From::Start, _) => Some(1),
            (from, Some(old)) if *from == old.anchor => old.first,
            _ => None,
        };
        let at_end = self.from == From::End;
        let window = Window::of(table, self.from.clone(), first);
        let last = window.rows.len().saturating_sub(1);
        self.row = match key.and_then(|key| window.find(&key)) {
            _ if at_end => last,
            Some(row) => row,
            None => self.row.min(last),
        };
        self.column = self.column.min(window.visible.len().saturating_sub(1));
        self.slot.settle(ticket, Ok(window))
    }

    /// Takes a page for one end of the window.
    pub fn extend(&mut self, ticket: Ticket, table: &Table, page: usize) -> bool {
        let Some((own, edge)) = self.edge else {
            return false;
        };
        if own != ticket {
            return false;
        }
        self.edge = None;
        // A page that came is the end of the fault of one that did not.
        self.slot.recover();
        let Some(window) = self.slot.value_mut() else {
            return false;
        };
        match edge {
            Edge::After => {
                let gone = window.append(table, page);
                self.row = self.row.saturating_sub(gone);
                self.top = self.top.saturating_sub(gone);
            }
            Edge::Before => {
                let came = window.prepend(table, page);
                self.row += came;
                self.top += came;
            }
        }
        true
    }

    /// Where to read again because the page that came cannot be all: the rows it was to follow are gone, or it is the
    /// short beginning of what has no further pages.
    pub fn read_again(&mut self, table: &Table) -> Option<From> {
        let is_behind = matches!(self.from, From::After(_)) && table.rows.is_empty();
        let is_cut = !table.paged && table.more_after && !self.is_report;
        self.is_report |= !table.paged;
        (is_behind || is_cut).then_some(From::Start)
    }

    /// Becomes what its pane is after a new survey.
    pub fn follow(&mut self, entry: &PaneEntry) {
        if self.find.is_none() {
            self.title = entry.whole_title();
        }
        self.opens = entry.opens.clone();
        self.is_report = !entry.paged;
    }

    /// Moves the cursor by rows within what is in memory and keeps it on a screen of this many rows.
    pub fn move_rows(&mut self, by: isize, height: usize) {
        let last = self.window().map_or(0, |window| window.rows.len().saturating_sub(1));
        self.row = self.row.saturating_add_signed(by).min(last);
        self.settle(height);
    }

    /// Moves the cursor by columns.
    pub fn move_columns(&mut self, by: isize) {
        let last = self.window().map_or(0, |window| window.visible.len().saturating_sub(1));
        self.column = self.column.saturating_add_signed(by).min(last);
    }

    /// Scrolls so that the cursor is on the screen and no line is wasted below the last row.
    pub fn settle(&mut self, height: usize) {
        let height = height.max(1);
        let rows = self.window().map_or(0, |window| window.rows.len());
        self.row = self.row.min(rows.saturating_sub(1));
        self.top = self.top.clamp((self.row + 1).saturating_sub(height), self.row);
        self.top = self.top.min(rows.saturating_sub(height));
    }

    /// The end the cursor has come near to where more rows are to be had.
    pub fn near_edge(&self, height: usize) -> Option<Edge> {
        let window = self.window()?;
        let busy = self.edge.is_some() || self.slot.ticket().is_some();
        if busy || !window.paged {
            return None;
        }
        let margin = height.max(1);
        if window.more_after && self.row + margin >= window.rows.len() {
            return Some(Edge::After);
        }
        (window.more_before && self.row < margin).then_some(Edge::Before)
    }

    /// Turns the order by the current column: ascending, descending, the pane's own.
    pub fn turn_sort(&mut self) -> Option<()> {
        let column = self.window()?.column(self.column)?.name.clone();
        self.sort = match self.sort.first().filter(|key| key.column == column) {
            None => vec![SortKey { column, descending: false }],
            Some(key) if !key.descending => vec![SortKey { column, descending: true }],
            Some(_) => Vec::new(),
        };
        Some(())
    }
}
