//! What is asked or said over a plan before it is carried out, at the lower edge, so that the plan above can be read.

use super::Canvas;
use crate::model::action::Action;
use crate::model::sanitise;
use crate::tui::claim::Form;
use crate::tui::key;
use crate::tui::theme::Role;
use crate::tui::wording::broken;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Clear;

/// Cells of the words before the inputs.
const WORD: u16 = 8;

impl Canvas<'_, '_> {
    /// Why, and for whom. Nothing typed is an answer too.
    pub(super) fn claim(&mut self, body: Rect, form: &Form) {
        let name = self.app.operation().map_or("", |operation| operation.intent.name());
        let inner = self.sheet(body, &format!("{name}: why, and for whom?"), 3);
        for (y, word, field, has_keys, empty) in [
            (0, "reason", &form.reason, !form.is_on_actor, "none"),
            (1, "asked by", &form.actor, form.is_on_actor, "nobody is named"),
        ] {
            let line = Rect { y: inner.y + y, height: 1, ..inner };
            let role = if has_keys { Role::Key } else { Role::Dim };
            self.frame.render_widget(Line::styled(word, self.theme.style(role)), line);
            let input = Rect { x: line.x + WORD + 1, width: line.width.saturating_sub(WORD + 1), ..line };
            if has_keys {
                self.field(input, field, empty);
            } else {
                let text = sanitise::line(field.text()).into_owned();
                let (text, role) = if text.is_empty() { (empty.to_owned(), Role::Dim) } else { (text, Role::Text) };
                self.frame.render_widget(Line::styled(text, self.theme.style(role)), input);
            }
        }
        let other = if form.is_on_actor { "the reason" } else { "who asks" };
        let keys = format!("⏎ carries it out   tab {other}   esc leaves it undone");
        let line = Rect { y: inner.y + 2, height: 1, ..inner };
        self.frame.render_widget(Line::styled(keys, self.theme.style(Role::Dim)), line);
    }

    /// The command that opens the console here again with writes allowed.
    pub(super) fn reopen(&mut self, body: Rect, command: &str) {
        let room = usize::from(body.width.saturating_sub(4));
        let lines = broken(command, room);
        let height = (lines.len() as u16 + 1).min(body.height.saturating_sub(2));
        let inner = self.sheet(body, "READ-ONLY: nothing has been changed. With this command it can be:", height);
        for (text, y) in lines.iter().zip(inner.y..inner.bottom().saturating_sub(1)) {
            self.frame.render_widget(
                Line::styled(text.as_str(), self.theme.style(Role::Text)),
                Rect { y, height: 1, ..inner },
            );
        }
        let copies = self.app.keymap.keys(Action::CopyCell).first().map(|key| key::shown(key)).unwrap_or_default();
        let keys = format!("{copies} copies it   esc closes   it is printed once more at the end");
        let line = Rect { y: inner.bottom().saturating_sub(1), height: 1, ..inner };
        self.frame.render_widget(Line::styled(keys, self.theme.style(Role::Dim)), line);
    }

    /// A frame over the whole width at the lower edge, with room for so many lines.
    fn sheet(&mut self, body: Rect, title: &str, lines: u16) -> Rect {
        let height = (lines + 2).min(body.height);
        let area = Rect { y: body.bottom().saturating_sub(height), height, ..body };
        self.frame.render_widget(Clear, area);
        self.frame.buffer_mut().set_style(area, self.theme.style(Role::Overlay));
        let title = Line::styled(format!(" {} ", sanitise::line(title)), self.theme.style(Role::Title));
        let inner = self.framed(area, title, &[], Role::BorderFocus);
        Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner }
    }
}
