//! An operation over the whole body: its plan, its way, its receipt.

use super::Canvas;
use super::message::{inset, stage_text};
use crate::tui::operation::{Operation, Stage};
use crate::tui::theme::Role;
use crate::tui::wording;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use std::borrow::Cow;

impl Canvas<'_, '_> {
    pub(super) fn operation(&mut self, area: Rect, operation: &Operation) {
        let is_on_way = matches!(operation.stage, Stage::Performing { .. } | Stage::Planning { .. });
        let width = usize::from(area.width.saturating_sub(4));
        // The lines were made for another width where the screen has just changed its size.
        let made = operation.sheet.as_ref().filter(|sheet| sheet.width == width);
        let sheet = made.map_or_else(|| Cow::Owned(wording::sheet(operation, width)), Cow::Borrowed);
        let title = self.operation_title(operation, sheet.lines.len(), area);
        let inner = inset(self.framed(area, title, &[], Role::BorderFocus));
        if matches!(operation.stage, Stage::Unplanned | Stage::Planning { old: None, .. }) {
            let text = if matches!(operation.stage, Stage::Unplanned) {
                "stopped before the plan came"
            } else {
                "planning …"
            };
            return self.frame.render_widget(Line::styled(text, self.theme.style(Role::Loading)), inner);
        }
        let cursor = if operation.rows().is_empty() { 0..0 } else { sheet.span(operation.cursor) };
        let seen = sheet.lines.iter().enumerate().skip(operation.top).take(usize::from(inner.height));
        for ((at, line), y) in seen.zip(inner.y..) {
            let role = |role: Role| if is_on_way { Role::Dim } else { role };
            let under_cursor = cursor.contains(&at);
            let style = |own: Role| {
                let style = self.theme.style(role(own));
                // The ground is the cursor's.
                if under_cursor { ratatui::style::Style { bg: None, ..style } } else { style }
            };
            let spans: Vec<Span<'_>> =
                line.iter().map(|(own, text)| Span::styled(text.as_str(), style(*own))).collect();
            let area = Rect { y, height: 1, ..inner };
            if under_cursor {
                let whole = Rect { x: inner.x - 1, width: inner.width + 2, ..area };
                self.frame.buffer_mut().set_style(whole, self.theme.style(Role::CursorRow));
            }
            self.frame.render_widget(Line::from(spans), area);
        }
    }

    /// What it is, which lines are seen where not all are, and how far it has come.
    fn operation_title(&self, operation: &Operation, lines: usize, area: Rect) -> Line<'static> {
        let room = usize::from(area.height.saturating_sub(2));
        let title = operation.title();
        let mut text = match operation.stage {
            Stage::Planned(_) if operation.shows_sql => format!(" {} ", title.replacen("plan", "SQL", 1)),
            _ if operation.shows_sql => format!(" {title} ── SQL "),
            _ => format!(" {title} "),
        };
        if lines > room {
            text.push_str(&format!("[{}–{} of {lines}] ", operation.top + 1, (operation.top + room).min(lines)));
        }
        let role = match operation.stage {
            Stage::Failed { .. } | Stage::NoPlan(_) => Role::Error,
            _ => Role::Title,
        };
        let mut spans = vec![Span::styled(text, self.theme.style(role))];
        if let Stage::Planning { progress, .. } | Stage::Performing { progress, .. } = &operation.stage {
            let text = format!("── {} ", stage_text(*progress));
            spans.push(Span::styled(text, self.theme.style(Role::Loading)));
        }
        Line::from(spans)
    }
}
