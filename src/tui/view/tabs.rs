//! The second line: the tabs of the deck. On a narrow screen all but the current one shrink to their digit.

use super::Canvas;
use crate::model::sanitise;
use crate::tui::theme::Role;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

impl Canvas<'_, '_> {
    pub(super) fn tabs(&mut self, area: Rect) {
        let current = self.app.current_tab();
        let names: Vec<String> = self.app.deck.iter().map(|name| self.tab_title(name)).collect();
        let whole: usize = names.iter().map(|name| name.width() + 5).sum();
        let short = whole > usize::from(area.width);
        let mut spans = Vec::new();
        for (at, name) in names.iter().enumerate() {
            let is_current = current == Some(at);
            let key = if at < 10 { ((at + 1) % 10).to_string() } else { String::new() };
            let text = if short && !is_current { format!(" {key} ") } else { format!(" {key} {name} ") };
            let role = if is_current { Role::TabActive } else { Role::Tab };
            spans.push(Span::styled(text, self.theme.style(role)));
            spans.push(Span::raw(" "));
        }
        if current.is_none()
            && let Some(place) = self.app.place()
        {
            let name = place.pane().map_or_else(|| place.name().to_owned(), ToString::to_string);
            spans.push(Span::styled(format!(" {} ", sanitise::line(&name)), self.theme.style(Role::TabActive)));
        }
        self.frame.render_widget(Line::from(spans), area);
    }

    /// The title of a tab's pane; its name with a capital where no pane stands behind it.
    fn tab_title(&self, name: &str) -> String {
        let survey = self.app.survey.value();
        let entry = survey.and_then(|survey| survey.panes.iter().find(|entry| entry.pane.name() == name));
        match entry {
            Some(entry) => sanitise::line(&entry.title).into_owned(),
            None => {
                let mut chars = name.chars();
                let first = chars.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
                sanitise::line(&(first + chars.as_str())).into_owned()
            }
        }
    }
}
