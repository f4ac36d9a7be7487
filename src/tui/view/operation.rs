//! An operation over the whole body: its plan, its way, its receipt.

use super::Canvas;
use super::message::{inset, stage_text};
use crate::tui::operation::{Operation, Stage};
use crate::tui::theme::Role;
use crate::tui::wording;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

impl Canvas<'_, '_> {
    pub(super) fn operation(&mut self, area: Rect, operation: &Operation) {
        let is_on_way = matches!(operation.stage, Stage::Performing { .. });
        let lines = wording::lines(operation, usize::from(area.width.saturating_sub(4)));
        let title = self.operation_title(operation, lines.len(), area);
        let inner = inset(self.framed(area, title, &[], Role::BorderFocus));
        if matches!(operation.stage, Stage::Unplanned | Stage::Planning { .. }) {
            let text = if matches!(operation.stage, Stage::Unplanned) {
                "stopped before the plan came"
            } else {
                "planning …"
            };
            return self.frame.render_widget(Line::styled(text, self.theme.style(Role::Loading)), inner);
        }
        for (line, y) in lines.into_iter().skip(operation.top).take(usize::from(inner.height)).zip(inner.y..) {
            let role = |role: Role| if is_on_way { Role::Dim } else { role };
            let spans = line.into_iter().map(|(own, text)| Span::styled(text, self.theme.style(role(own))));
            let spans: Vec<Span<'_>> = spans.collect();
            self.frame.render_widget(Line::from(spans), Rect { y, height: 1, ..inner });
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
