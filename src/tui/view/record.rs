//! One row in full, over the whole body or beside its list.

use super::Canvas;
use super::message::stage_text;
use crate::model::sanitise;
use crate::tui::list::List;
use crate::tui::record::{self, Of, Record};
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
        if let Some(table) = record.slot.value() {
            let lines = record.lines(usize::from(inner.width));
            self.lines(inner, &lines, record::heading_width(&table.columns), record.top, Some(record.line));
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
            let lines = record::lines(&window.columns, &row.cells, usize::from(inner.width));
            self.lines(inner, &lines, record::heading_width(&window.columns), 0, None);
        }
    }

    fn lines(&mut self, area: Rect, lines: &[record::Line], room: usize, top: usize, cursor: Option<usize>) {
        let room = room as u16;
        let key = self.theme.style(Role::Key);
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
            let x = if matches!(line.of, Of::Field(_)) { area.x + room + 1 } else { area.x };
            let role = match line.of {
                Of::PartTitle(_) => Role::Title,
                Of::PartHeading(_) => Role::Key,
                _ if line.is_null => Role::Null,
                _ => Role::Text,
            };
            let style = self.theme.style(role);
            let buffer = self.frame.buffer_mut();
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
