//! The first line: who, where, what may be done. Access, environment and scope never disappear (DESIGN §4).

use super::Canvas;
use crate::model::deck::Facts;
use crate::model::sanitise;
use crate::model::width::shortened;
use crate::tui::theme::Role;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

impl Canvas<'_, '_> {
    pub(super) fn header(&mut self, area: Rect) {
        let style = self.theme.style(Role::Header);
        self.frame.buffer_mut().set_style(area, style);
        let mut right = self.access();
        let width = |spans: &[Span<'_>]| spans.iter().map(|span| span.content.width()).sum::<usize>();
        let zone = self.zone();
        if width(&right) + zone.content.width() <= usize::from(area.width) {
            right.push(zone);
        }
        let right_width = width(&right) as u16;
        let room = area.width.saturating_sub(right_width);
        let left = self.where_and_who(usize::from(room));
        self.frame.render_widget(Line::from(left), Rect { width: room, ..area });
        let right_area = Rect { x: area.x + room, width: right_width.min(area.width), ..area };
        self.frame.render_widget(Line::from(right), right_area);
    }

    /// Scope, environment and access, which stay on every width.
    fn access(&self) -> Vec<Span<'static>> {
        let app = self.app;
        let mut spans = Vec::new();
        if let Some(scope) = &app.scope {
            let label = shortened(&sanitise::line(&scope.label), 20);
            spans.push(Span::styled(format!(" {label} "), self.theme.style(Role::Scope)));
            spans.push(Span::raw(" "));
        }
        if let Some(environment) = &app.around.environment {
            let is_marked = environment == "production" || app.around.colour.is_some();
            let role = if is_marked { Role::Production } else { Role::Dim };
            let text = shortened(&sanitise::line(environment), 14);
            spans.push(Span::styled(format!(" {text} "), self.theme.style(role)));
            spans.push(Span::raw(" "));
        }
        let (word, role) = if app.around.write { (" WRITE ", Role::Write) } else { (" READ-ONLY ", Role::ReadOnly) };
        spans.push(Span::styled(word, self.theme.style(role)));
        spans
    }

    /// The zone times are written in, once it is known.
    fn zone(&self) -> Span<'static> {
        let zone = self.app.survey.value().map_or("", |survey| &survey.facts.time_zone);
        Span::raw(format!(" {} ", sanitise::line(zone)))
    }

    /// As much of database, version, role in replication and user as fits.
    fn where_and_who(&self, room: usize) -> Vec<Span<'static>> {
        let mut spans = vec![Span::styled(" pgdeck ", self.theme.style(Role::Title))];
        let facts = self.app.survey.value().map(|survey| &survey.facts);
        let pieces = match facts {
            Some(facts) => pieces(facts, &self.app.around.label),
            None => vec![self.app.around.label.clone()],
        };
        let mut used = 8;
        for piece in pieces {
            let text = format!(" {} ", sanitise::line(&piece));
            used += text.width();
            if used > room {
                break;
            }
            spans.push(Span::raw(text));
        }
        spans
    }
}

fn pieces(facts: &Facts, label: &str) -> Vec<String> {
    let host = label.split('@').nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
    let place = if host.is_empty() { facts.database.clone() } else { format!("{}@{host}", facts.database) };
    let role = if facts.in_recovery { "standby" } else { "primary" };
    let mut pieces = vec![place, format!("{} {role}", facts.version), facts.user.clone()];
    if facts.superuser {
        pieces.push("superuser".to_owned());
    }
    if facts.pooled {
        pieces.push("pooled".to_owned());
    }
    pieces
}
