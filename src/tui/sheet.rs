//! The lines of an operation, made once for a width, and the cursor over the rows of a plan. It must not know what a line says.

use super::operation::Operation;
use super::wording::{self, Line};
use crate::model::operation::PlanRow;
use std::ops::Range;

/// Lines, and which of them belong to which row.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    pub width: usize,
    pub lines: Vec<Line>,
    /// The first line of each row, and the line behind the last row.
    starts: Vec<usize>,
}

impl Sheet {
    /// One without lines.
    pub fn of(width: usize) -> Self {
        Self { width, ..Self::default() }
    }

    /// Adds the lines of these rows.
    pub fn rows(&mut self, rows: &[PlanRow], lines: impl Fn(&PlanRow) -> Vec<Line>) {
        self.starts.clear();
        for row in rows {
            self.starts.push(self.lines.len());
            self.lines.extend(lines(row));
        }
        self.starts.push(self.lines.len());
    }

    /// The lines of a row.
    pub fn span(&self, row: usize) -> Range<usize> {
        match self.starts.get(row).zip(self.starts.get(row + 1)) {
            Some((start, end)) => *start..*end,
            None => 0..0,
        }
    }

    /// The row a line belongs to; the nearest where it belongs to none.
    fn row_at(&self, line: usize) -> usize {
        let behind = self.starts.partition_point(|start| *start <= line);
        behind.saturating_sub(1).min(self.starts.len().saturating_sub(2))
    }
}

impl Operation {
    /// Makes the lines where there are none for this width.
    pub fn measure(&mut self, width: usize) {
        if self.sheet.as_ref().is_none_or(|sheet| sheet.width != width) {
            self.sheet = Some(wording::sheet(self, width));
        }
    }

    /// The rows a cursor can stand on: those of a plan that is still to be carried out.
    pub fn rows(&self) -> &[PlanRow] {
        match self.shown_plan() {
            Some(plan) if !self.shows_sql => &plan.rows,
            _ => &[],
        }
    }

    /// The row under the cursor.
    pub fn current(&self) -> Option<&PlanRow> {
        self.rows().get(self.cursor)
    }

    /// Moves the cursor by lines on a screen of this height, or the lines where no row can have it.
    pub fn move_by(&mut self, by: isize, height: usize) {
        let Some(sheet) = &self.sheet else { return };
        let count = self.rows().len();
        let most = sheet.lines.len().saturating_sub(height.max(1));
        if by == 0 || count == 0 {
            self.top = self.top.saturating_add_signed(by).min(most);
            return;
        }
        let own = sheet.span(self.cursor);
        let is_step = by.abs() == 1;
        // Where the row reaches out of the screen, its own lines come first.
        let reaches_out = if by > 0 { own.end > self.top + height } else { own.start < self.top };
        let is_last = if by > 0 { self.cursor + 1 >= count } else { self.cursor == 0 };
        match (is_step, reaches_out || is_last) {
            (true, true) => self.top = self.top.saturating_add_signed(by).min(most),
            (true, false) => {
                self.cursor = self.cursor.saturating_add_signed(by);
                self.settle(height);
            }
            (false, _) => {
                let line = own.start.saturating_add_signed(by).min(sheet.lines.len().saturating_sub(1));
                self.cursor = sheet.row_at(line);
                self.top = self.top.saturating_add_signed(by).min(most);
                if !is_last && self.cursor != 0 && self.cursor + 1 != count {
                    self.settle(height);
                }
            }
        }
    }

    /// Brings the row under the cursor onto the screen, with what stands above the first.
    fn settle(&mut self, height: usize) {
        let Some(sheet) = &self.sheet else { return };
        let own = sheet.span(self.cursor);
        let most = sheet.lines.len().saturating_sub(height.max(1));
        if own.end > self.top + height {
            self.top = own.end.saturating_sub(height).min(own.start);
        }
        if own.start < self.top {
            self.top = own.start;
        }
        if self.cursor == 0 && own.end <= height {
            self.top = 0;
        }
        self.top = self.top.min(most);
    }

    /// Remembers the row under the cursor, and where on the screen it stands, for the plan that is asked for.
    pub fn hold(&mut self) {
        let line = self.sheet.as_ref().map_or(0, |sheet| sheet.span(self.cursor).start.saturating_sub(self.top));
        self.held = self.current().map(|row| (row.table.clone(), row.key.clone(), line));
    }

    /// Puts the cursor back onto that row of the plan that has come.
    pub fn find_held(&mut self, width: usize, height: usize) {
        let held = self.held.take();
        self.measure(width);
        let place = held
            .as_ref()
            .and_then(|(table, key, _)| self.rows().iter().position(|row| row.table == *table && row.key == *key));
        let Some((place, (.., line))) = place.zip(held) else {
            (self.cursor, self.top) = (0, 0);
            return;
        };
        self.cursor = place;
        let start = self.sheet.as_ref().map_or(0, |sheet| sheet.span(place).start);
        self.top = start.saturating_sub(line);
        self.settle(height);
    }
}
