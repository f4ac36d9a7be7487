//! One row in full, over the whole body or beside its list.

use super::Canvas;
use super::message::stage_text;
use crate::model::sanitise;
use crate::model::table::Row;
use crate::tui::list::List;
use crate::tui::record::{self, Record};
use crate::tui::slot::Slot;
use crate::tui::theme::Role;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

impl Canvas<'_, '_> {
    pub(super) fn record(&mut self, area: Rect, record: &Record) {
        let state = match &record.slot {
            Slot::Loading { stage, .. } => stage_text(*stage),
            _ => String::new(),
        };
        let title = title(&record.title, &record.key, &state);
        let title = Line::from(Span::styled(title, self.theme.style(Role::Title)));
        let inner = self.framed(area, title, &[], Role::BorderFocus);
        if let Some((table, row)) = record.slot.value().and_then(|table| Some((table, table.rows.first()?))) {
            self.fields(inner, &table.columns, row, record.top, Some(record.line));
        }
        if let Slot::Failed { fault, .. } = &record.slot {
            let height = inner.height.min(6);
            let below = Rect { y: inner.y + inner.height - height, height, ..inner };
            self.frame.render_widget(ratatui::widgets::Clear, below);
            self.fault(below, fault);
        }
    }

    /// The current row of a list, from what the list has in memory.
    pub(super) fn beside(&mut self, area: Rect, list: &List) {
        let key = list.current().map(|row| row.key.clone()).unwrap_or_default();
        let title = Line::from(Span::styled(title("", &key, ""), self.theme.style(Role::Dim)));
        let inner = self.framed(area, title, &[], Role::Border);
        if let (Some(window), Some(row)) = (list.window(), list.current()) {
            self.fields(inner, &window.columns, row, 0, None);
        }
    }

    fn fields(&mut self, area: Rect, columns: &[crate::model::Column], row: &Row, top: usize, cursor: Option<usize>) {
        let lines = record::lines(columns, &row.cells, usize::from(area.width));
        let room = record::heading_width(columns) as u16;
        let (key, text, null) =
            (self.theme.style(Role::Key), self.theme.style(Role::Text), self.theme.style(Role::Null));
        let shown = lines.iter().enumerate().skip(top).take(usize::from(area.height));
        for ((at, line), y) in shown.zip(area.y..) {
            if cursor == Some(at) {
                let whole = Rect { y, height: 1, ..area };
                self.frame.buffer_mut().set_style(whole, self.theme.style(Role::CursorRow));
            }
            let buffer = self.frame.buffer_mut();
            if let Some(heading) = &line.heading {
                buffer.set_stringn(area.x, y, heading, usize::from(room), patched(key, buffer, area.x, y));
            }
            let x = area.x + room + 1;
            let style = if line.is_null { null } else { text };
            let style = patched(style, buffer, x.min(area.right().saturating_sub(1)), y);
            buffer.set_stringn(x, y, &line.text, usize::from(area.right().saturating_sub(x)), style);
        }
    }
}

/// A style that leaves the ground under it as it is.
fn patched(
    mut style: ratatui::style::Style,
    buffer: &ratatui::buffer::Buffer,
    x: u16,
    y: u16,
) -> ratatui::style::Style {
    if let Some(cell) = buffer.cell((x, y)) {
        style.bg = Some(cell.bg);
    }
    style
}

fn title(name: &str, key: &[Option<String>], state: &str) -> String {
    let key: Vec<&str> = key.iter().map(|part| part.as_deref().unwrap_or("NULL")).collect();
    let text = format!(" {name} {} {state}", sanitise::line(&key.join(" ")));
    format!(" {} ", text.split_whitespace().collect::<Vec<_>>().join(" "))
}
