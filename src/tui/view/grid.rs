//! A list: heading, rows, cursor. Widths come from the window, so that nothing jumps while scrolling.

use super::Canvas;
use super::message::{inset, stage_text};
use crate::model::action::Action;
use crate::model::cell;
use crate::model::sanitise;
use crate::model::table::{As, Column, Row, Scoped};
use crate::model::tone;
use crate::model::{Cell, PaneRef};
use crate::tui::list::List;
use crate::tui::slot::Slot;
use crate::tui::theme::Role;
use crate::tui::window::Window;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};
use std::borrow::Cow;
use unicode_width::UnicodeWidthStr;

/// A visible column and where it stands.
struct Spot {
    /// Its place among the visible columns.
    place: usize,
    x: u16,
    width: u16,
}

impl Canvas<'_, '_> {
    pub(super) fn list(&mut self, area: Rect, list: &List) {
        let title = self.list_title(list, usize::from(area.width.saturating_sub(4)));
        // Where there are no rows, the notes have the body to themselves.
        let notes = list.window().filter(|window| !window.rows.is_empty()).map_or(&[][..], |window| &window.notes);
        let inner = self.framed(area, title, notes, Role::BorderFocus);
        match &list.slot {
            Slot::Failed { fault, old } => {
                let height = if old.is_some() { (inner.height / 2).max(6).min(inner.height) } else { inner.height };
                let (above, below) = split(inner, inner.height - height);
                if let Some(window) = old {
                    self.rows(above, list, window, true);
                }
                self.fault(inset(below), fault);
            }
            Slot::Loading { old: None, stage, .. } => {
                let text = Line::styled(stage_text(*stage), self.theme.style(Role::Loading));
                self.frame.render_widget(text, inset(inner));
            }
            Slot::Loading { old: Some(window), .. } => self.rows(inner, list, window, true),
            Slot::Ready(window) => self.rows(inner, list, window, false),
            Slot::Empty => {
                let key = self.app.keymap.keys(Action::Refresh).first().map_or("", |key| key).to_owned();
                let text = Line::styled(
                    format!("stopped before any row came; {key} reads again"),
                    self.theme.style(Role::Dim),
                );
                self.frame.render_widget(text, inset(inner));
            }
        }
    }

    fn list_title(&self, list: &List, room: usize) -> Line<'static> {
        let mut text = format!(" {}", sanitise::line(&list.title));
        if let Some(window) = list.window() {
            text.push_str(&range_text(list, window));
            if window.scoped == Scoped::AllTenants {
                text.push_str(" ALL TENANTS");
            }
        }
        if !list.filter.is_empty() {
            text.push_str(&format!(" /{}", sanitise::line(&list.filter.text)));
        }
        let mut spans = vec![Span::styled(text, self.theme.style(Role::Title))];
        let state = match (&list.slot, list.edge) {
            (Slot::Loading { stage, .. }, _) => format!(" ── {} ", stage_text(*stage)),
            (_, Some(_)) => " ── loading more … ".to_owned(),
            (_, None) => match list.window() {
                Some(window) => format!(" ── as of {} ", clock(&window.taken_at)),
                None => " ".to_owned(),
            },
        };
        if spans[0].content.width() + state.width() <= room {
            spans.push(Span::styled(state, self.theme.style(Role::Dim)));
        } else {
            spans.push(Span::raw(" "));
        }
        Line::from(spans)
    }

    fn rows(&mut self, area: Rect, list: &List, window: &Window, is_old: bool) {
        if area.height == 0 {
            return;
        }
        let spots = spots(window, list.column, area.width);
        let (heading, body) = split(area, 1);
        for spot in &spots {
            self.heading(heading, window, spot, list.column == spot.place);
        }
        if window.rows.is_empty() {
            return self.nothing(body, list, window);
        }
        let shown = window.rows.iter().enumerate().skip(list.top).take(usize::from(body.height));
        for ((at, row), y) in shown.zip(body.y..) {
            let line = Rect { y, height: 1, ..body };
            let is_current = at == list.row;
            if is_current {
                self.frame.buffer_mut().set_style(line, self.theme.style(Role::CursorRow));
            }
            self.row(line, list, window, row, &spots, (is_current, is_old));
        }
    }

    fn row(
        &mut self,
        line: Rect,
        list: &List,
        window: &Window,
        row: &Row,
        spots: &[Spot],
        (is_current, is_old): (bool, bool),
    ) {
        for spot in spots {
            let Some((column, cell)) =
                window.visible.get(spot.place).and_then(|at| Some((window.columns.get(*at)?, row.cells.get(*at)?)))
            else {
                continue;
            };
            let mut style = if is_old { self.theme.style(Role::Dim) } else { self.cell_style(column, cell) };
            if is_current {
                let role = if spot.place == list.column { Role::CursorCell } else { Role::CursorRow };
                let under = self.theme.style(role);
                style = if spot.place == list.column {
                    style.patch(under)
                } else {
                    under.patch(Style { bg: under.bg, ..style })
                };
            }
            let text = cell::shown(cell, column);
            self.put(Rect { x: line.x + spot.x, width: spot.width, ..line }, &text, column.shown_as.is_right(), style);
        }
    }

    fn cell_style(&self, column: &Column, cell: &Cell) -> Style {
        let over = |mark: Option<f64>| mark.is_some_and(|mark| cell.number().is_some_and(|number| number >= mark));
        let role = match column.shown_as {
            _ if cell.text().is_none() => Role::Null,
            _ if over(column.bad) => Role::Bad,
            _ if over(column.warn) => Role::Warn,
            As::Number | As::Bytes | As::Age => Role::Number,
            As::Time => Role::Time,
            As::Severity => tone::of(cell.text().unwrap_or_default()),
            As::Tally | As::Spark => Role::Number,
            As::Text | As::Sentence | As::Json | As::Bool => Role::Text,
        };
        self.theme.style(role)
    }

    fn heading(&mut self, line: Rect, window: &Window, spot: &Spot, is_current: bool) {
        let Some(column) = window.column(spot.place) else {
            return;
        };
        let mark = match window.sort.first().filter(|key| key.column == column.name) {
            Some(key) if key.descending => "▼",
            Some(_) => "▲",
            None => "",
        };
        let text = format!("{}{mark}", sanitise::line(column.heading()));
        let role = if is_current { Role::TabActive } else { Role::Key };
        let style = self.theme.style(role);
        self.put(Rect { x: line.x + spot.x, width: spot.width, ..line }, &text, column.shown_as.is_right(), style);
    }

    /// Text in one cell of the grid; what does not fit ends in an ellipsis.
    fn put(&mut self, area: Rect, text: &str, to_right: bool, style: Style) {
        let width = text.width();
        let room = usize::from(area.width);
        let buffer = self.frame.buffer_mut();
        if width <= room {
            let x = if to_right { area.x + (room - width) as u16 } else { area.x };
            buffer.set_stringn(x, area.y, text, room, style);
        } else if room > 0 {
            let (end, _) = buffer.set_stringn(area.x, area.y, text, room - 1, style);
            buffer.set_string(end, area.y, "…", style);
        }
    }

    fn nothing(&mut self, area: Rect, list: &List, window: &Window) {
        let text: Cow<'_, str> = if list.filter.is_empty() {
            match window.scoped {
                Scoped::ToTenant => "no rows of this tenant".into(),
                _ if list.pane == PaneRef::plain("now") => "nothing is urgent".into(),
                _ => "no rows".into(),
            }
        } else {
            let keys = self.app.keymap.keys(Action::ClearFilter);
            format!("no row passes the filter; {} shows all rows again", keys.first().unwrap_or(&"")).into()
        };
        let hides = window.notes.iter().any(|note| note.contains("row level security"));
        let text = if hides { format!("{text} that this role may see") } else { text.into_owned() };
        let mut lines = vec![Line::styled(text, self.theme.style(Role::Dim))];
        for note in &window.notes {
            lines.push(Line::default());
            let text = sanitise::block(note);
            lines.extend(text.lines().map(|line| Line::styled(line.to_owned(), self.theme.style(Role::Notice))));
        }
        self.frame.render_widget(Paragraph::new(lines).wrap(Wrap { trim: false }), inset(area));
    }
}

/// Which rows of how many these are.
fn range_text(list: &List, window: &Window) -> String {
    let count = window.rows.len() as u64;
    if count == 0 {
        return String::new();
    }
    let whole = !window.more_before && !window.more_after;
    match (window.first, list.estimate) {
        _ if whole => format!(" [{count}]"),
        (Some(first), Some(all)) => {
            format!(" [{first}–{} of {}]", first + count - 1, cell::about(all.max((first + count - 1) as f64)))
        }
        (Some(first), None) => format!(" [{first}–{} …]", first + count - 1),
        (None, Some(all)) if !window.more_after => format!(" [last {count} of {}]", cell::about(all)),
        (None, Some(all)) => format!(" [{count} of {}]", cell::about(all)),
        (None, None) => format!(" [{count} …]"),
    }
}

/// The time of day of a server's time.
fn clock(taken_at: &str) -> String {
    let time = taken_at.split([' ', 'T']).nth(1).unwrap_or(taken_at);
    sanitise::line(time).chars().take(8).collect()
}

/// The columns that fit, beginning so far to the right that the current one is whole on the screen.
fn spots(window: &Window, current: usize, room: u16) -> Vec<Spot> {
    let width = |place: usize| window.widths.get(place).copied().unwrap_or(0);
    let mut first = 0;
    let reach = |first: usize| (first..=current).map(|place| usize::from(width(place)) + 1).sum::<usize>();
    while first < current && reach(first) > usize::from(room) {
        first += 1;
    }
    let mut spots = Vec::new();
    let mut x = 0;
    for place in first..window.widths.len() {
        if x >= room {
            break;
        }
        let is_last = place + 1 == window.widths.len();
        let fills = is_last && window.column(place).is_some_and(|column| !column.shown_as.is_right());
        let own = if fills { room - x } else { width(place).min(room - x) };
        spots.push(Spot { place, x, width: own });
        x += own + 1;
    }
    spots
}

/// An area cut below its first lines.
fn split(area: Rect, lines: u16) -> (Rect, Rect) {
    let lines = lines.min(area.height);
    let above = Rect { height: lines, ..area };
    let below = Rect { y: area.y + lines, height: area.height - lines, ..area };
    (above, below)
}
