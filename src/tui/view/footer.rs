//! The last line: a notice, or the keys that matter here, made from the keymap so that they cannot be stale.

use super::Canvas;
use crate::model::action::Action;
use crate::model::sanitise;
use crate::tui::app::Content;
use crate::tui::key;
use crate::tui::theme::Role;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

const LIST: &[(Action, &str)] = &[
    (Action::Help, "help"),
    (Action::Open, "open"),
    (Action::Filter, "filter"),
    (Action::Palette, "go to"),
    (Action::Scope, "scope"),
    (Action::Sort, "sort"),
    (Action::Refresh, "refresh"),
    (Action::Record, "record"),
    (Action::CopyCell, "copy"),
    (Action::Back, "back"),
    (Action::Quit, "quit"),
];
const RECORD: &[(Action, &str)] = &[
    (Action::Help, "help"),
    (Action::Back, "back"),
    (Action::CopyCell, "copy field"),
    (Action::CopyRow, "copy row"),
    (Action::Refresh, "refresh"),
    (Action::Palette, "go to"),
    (Action::Quit, "quit"),
];
const OTHER: &[(Action, &str)] = &[
    (Action::Help, "help"),
    (Action::Palette, "go to"),
    (Action::Back, "back"),
    (Action::Refresh, "refresh"),
    (Action::Quit, "quit"),
];

impl Canvas<'_, '_> {
    pub(super) fn footer(&mut self, area: Rect) {
        if let Some(notice) = &self.app.notice {
            let role = if notice.is_error { Role::Error } else { Role::Notice };
            let text = format!(" {}", sanitise::line(&notice.text));
            let line = Line::styled(text, self.theme.style(role));
            return self.frame.render_widget(line, area);
        }
        let hints = match self.app.place().map(|place| &place.content) {
            Some(Content::List(_)) => LIST,
            Some(Content::Record(_)) => RECORD,
            _ => OTHER,
        };
        let mut spans = Vec::new();
        let mut used = 0;
        for (action, word) in hints {
            let Some(key) = self.app.keymap.keys(*action).first().map(|key| key::shown(key)) else {
                continue;
            };
            used += key.width() + word.width() + 4;
            if used > usize::from(area.width) {
                break;
            }
            spans.push(Span::styled(format!(" {key}"), self.theme.style(Role::Key)));
            spans.push(Span::styled(format!(" {word} "), self.theme.style(Role::Dim)));
        }
        self.frame.render_widget(Line::from(spans), area);
    }
}
