//! Words in the body where there are no rows: connecting, missing, failed.

use super::Canvas;
use crate::model::request::Progress;
use crate::model::{Fault, sanitise};
use crate::tui::slot::Slot;
use crate::tui::theme::Role;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

impl Canvas<'_, '_> {
    pub(super) fn connecting(&mut self, area: Rect) {
        let text = match &self.app.survey {
            Slot::Loading { stage, .. } => stage_text(*stage),
            _ => String::new(),
        };
        let text = format!("{text} {}", self.app.around.label);
        self.message(area, "pgdeck", &text, Role::Loading);
    }

    pub(super) fn message(&mut self, area: Rect, title: &str, text: &str, role: Role) {
        let title = Line::from(Span::styled(format!(" {} ", sanitise::line(title)), self.theme.style(Role::Title)));
        let inner = self.framed(area, title, &[], Role::Border);
        let text = sanitise::block(text);
        let paragraph = Paragraph::new(text).style(self.theme.style(role)).wrap(Wrap { trim: false });
        self.frame.render_widget(paragraph, inset(inner));
    }

    /// What went wrong, with code, detail and the next step. Detail keeps its columns, so that a mark stays under its word.
    pub(super) fn fault(&mut self, area: Rect, fault: &Fault) {
        let error = self.theme.style(Role::Error);
        let dim = self.theme.style(Role::Dim);
        let mut lines = Vec::new();
        let code = fault.sqlstate.as_ref().map_or_else(String::new, |code| format!(" ({code})"));
        let message = sanitise::block(&format!("{}{code}", fault.message));
        lines.extend(message.lines().map(|line| Line::styled(line.to_owned(), error)));
        for (word, text) in [("", &fault.detail), ("hint: ", &fault.hint)] {
            let text = text.as_ref().map(|text| sanitise::block(&format!("{word}{text}"))).unwrap_or_default();
            lines.extend(text.lines().map(|line| Line::raw(line.to_owned())));
        }
        let key = self.app.keymap.keys(crate::model::action::Action::Refresh).first().map_or("", |key| key).to_owned();
        lines.push(Line::styled(format!("{key} tries again"), dim));
        let paragraph = Paragraph::new(lines).wrap(Wrap { trim: false });
        self.frame.render_widget(paragraph, area);
    }
}

/// How far a request on its way has come, in words.
pub(super) fn stage_text(stage: Option<Progress>) -> String {
    let text = match stage {
        Some(Progress::Connecting) => "connecting …",
        Some(Progress::Describing) => "reading the catalog …",
        Some(Progress::Running) => "running …",
        Some(Progress::Checks { done, of }) => return format!("{done} of {of} checks …"),
        Some(Progress::Step { what, seconds }) => return format!("{what}, {seconds} s …"),
        Some(Progress::Rows { what, done, of: 0 }) => return format!("{what}: {done} rows …"),
        Some(Progress::Rows { what, done, of }) => return format!("{what}: {done} of {of} rows …"),
        None => "loading …",
    };
    text.to_owned()
}

/// One cell of air on each side.
pub(super) fn inset(area: Rect) -> Rect {
    Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area }
}
