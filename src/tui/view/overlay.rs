//! Inputs and lists to choose from, over the place.

use super::Canvas;
use crate::model::{Fault, sanitise};
use crate::tui::offers::Offer;
use crate::tui::overlay::{Confirm, Field, Overlay, Picker};
use crate::tui::theme::Role;
use crate::tui::wording::broken;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph, Wrap};
use unicode_width::UnicodeWidthStr;

impl Canvas<'_, '_> {
    pub(super) fn overlay(&mut self, body: Rect) {
        let app = self.app;
        match &app.overlay {
            None => {}
            Some(Overlay::Filter { field, fault }) => self.filter(field, fault.as_ref()),
            Some(Overlay::Palette(picker)) => {
                self.picker(body, "Go to", "a pane, a table schema.name, an action", picker)
            }
            Some(Overlay::Tenants(picker)) => self.picker(body, "Tenant scope", "name, slug or key", picker),
            Some(Overlay::Help(picker)) => {
                self.picker(body, "Keys", "a word of what you want to do; ⏎ does it", picker)
            }
            Some(Overlay::Actions(picker)) => self.actions(body, picker),
            Some(Overlay::Confirm(confirm)) => self.confirm(body, confirm),
            Some(Overlay::Claim(form)) => self.claim(body, form),
            Some(Overlay::Reopen(command)) => self.reopen(body, command),
        }
    }

    /// The filter on the last line, with what is wrong above it.
    fn filter(&mut self, field: &Field, fault: Option<&Fault>) {
        let whole = self.frame.area();
        let line = Rect { y: whole.bottom().saturating_sub(1), height: 1, ..whole };
        self.frame.render_widget(Clear, line);
        self.frame.buffer_mut().set_style(line, self.theme.style(Role::Overlay));
        self.frame.buffer_mut().set_string(line.x, line.y, " /", self.theme.style(Role::Key));
        let input = Rect { x: line.x + 2, width: line.width.saturating_sub(2), ..line };
        self.field(input, field, "col=value  col~part  col>=-3d  col:null  a bare word");
        let Some(fault) = fault else {
            return;
        };
        let mut lines = vec![Line::styled(sanitise::line(&fault.message).into_owned(), self.theme.style(Role::Error))];
        let detail = fault.detail.as_deref().map(sanitise::block).unwrap_or_default();
        lines.extend(detail.lines().map(|line| Line::raw(line.to_owned())));
        let height = (lines.len() as u16 + 2).min(line.y);
        let area = Rect { y: line.y - height, height, ..whole };
        self.frame.render_widget(Clear, area);
        let block =
            Block::bordered().border_style(self.theme.style(Role::Error)).style(self.theme.style(Role::Overlay));
        self.frame.render_widget(Paragraph::new(lines).wrap(Wrap { trim: false }).block(block), area);
    }

    pub(super) fn field(&mut self, area: Rect, field: &Field, placeholder: &str) {
        let mut area_widget = field.area.clone();
        area_widget.set_style(self.theme.style(Role::Input));
        area_widget.set_cursor_line_style(self.theme.style(Role::Input));
        area_widget.set_placeholder_text(placeholder);
        area_widget.set_placeholder_style(self.theme.style(Role::Placeholder));
        self.frame.render_widget(&area_widget, area);
    }

    fn picker<T>(&mut self, body: Rect, title: &str, placeholder: &str, picker: &Picker<T>) {
        let area = centred(body, picker.choices.len() as u16 + 3);
        self.frame.render_widget(Clear, area);
        self.frame.buffer_mut().set_style(area, self.theme.style(Role::Overlay));
        let count = if picker.ticket.is_some() {
            "…".to_owned()
        } else {
            format!("{}/{}", picker.found.len(), picker.choices.len())
        };
        let title = Line::from(Span::styled(format!(" {title} {count} "), self.theme.style(Role::Title)));
        let inner = self.framed(area, title, &[], Role::BorderFocus);
        let input = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), height: 1.min(inner.height), ..inner };
        self.field(input, &picker.field, placeholder);
        let list = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
        self.choices(list, picker);
    }

    /// What can be done to a row: a title each, and below it why it cannot be had here.
    fn actions(&mut self, body: Rect, picker: &Picker<Offer>) {
        let width = body.width.saturating_sub(4).min(100);
        let dim = ratatui::style::Style { bg: None, ..self.theme.style(Role::Dim) };
        let room = usize::from(width.saturating_sub(4));
        let mut lines: Vec<(usize, String, ratatui::style::Style)> = Vec::new();
        for (at, choice) in picker.found.iter().filter_map(|at| picker.choices.get(*at)).enumerate() {
            let style = if choice.is_off { dim } else { ratatui::style::Style::new() };
            lines.extend(broken(&choice.label, room).into_iter().map(|text| (at, text, style)));
            let note = if choice.is_off { broken(&choice.note, room.saturating_sub(2)) } else { Vec::new() };
            lines.extend(note.into_iter().map(|text| (at, format!("  {text}"), dim)));
        }
        let area = Rect { width, x: body.x + (body.width - width) / 2, ..centred(body, lines.len().max(1) as u16 + 1) };
        self.frame.render_widget(Clear, area);
        self.frame.buffer_mut().set_style(area, self.theme.style(Role::Overlay));
        let words = match self.app.operation() {
            Some(operation) if operation.is_open() => " Plan it otherwise ",
            Some(_) => " What follows from this ",
            None => " What can be done to this row ",
        };
        let title = Line::from(Span::styled(words, self.theme.style(Role::Title)));
        let inner = self.framed(area, title, &[], Role::BorderFocus);
        let input = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), height: 1.min(inner.height), ..inner };
        self.field(input, &picker.field, "⏎ shows the plan; nothing is changed yet");
        // So far down that the chosen one is whole on the screen.
        let height = usize::from(inner.height.saturating_sub(1));
        let end = lines.iter().rposition(|(at, ..)| *at == picker.selected).map_or(0, |last| last + 1);
        for ((at, text, style), y) in lines.iter().skip(end.saturating_sub(height)).take(height).zip(inner.y + 1..) {
            if *at == picker.selected {
                self.frame.buffer_mut().set_style(Rect { y, height: 1, ..inner }, self.theme.style(Role::CursorRow));
            }
            self.frame.buffer_mut().set_stringn(inner.x + 1, y, text, room, *style);
        }
    }

    /// The word that is wanted before a plan is carried out.
    fn confirm(&mut self, body: Rect, confirm: &Confirm) {
        let what = sanitise::line(&confirm.what);
        let question = format!("Type {what} ({}) to carry the plan out.", sanitise::line(&confirm.word));
        let leave = "esc leaves without doing anything";
        let width = usize::from(body.width * 4 / 5).clamp(50, 100).saturating_sub(4);
        let lines = question.width().div_ceil(width.max(1)) as u16;
        // At the lower edge, so that the plan above can be read.
        let area = centred(body, lines + 2);
        let area = Rect { y: body.bottom().saturating_sub(area.height), ..area };
        self.frame.render_widget(Clear, area);
        self.frame.buffer_mut().set_style(area, self.theme.style(Role::Overlay));
        let name = self.app.operation().map_or("", |operation| operation.intent.name());
        let place = self.app.around.environment.as_deref().unwrap_or_default();
        let title = format!(" {} ", sanitise::line(&format!("{name} {place}")).trim_end());
        let inner = self.framed(area, Line::styled(title, self.theme.style(Role::Production)), &[], Role::Error);
        let part = |y: u16, height: u16| Rect {
            x: inner.x + 1,
            y: inner.y + y,
            width: inner.width.saturating_sub(2),
            height: height.min(inner.height.saturating_sub(y)),
        };
        self.frame.render_widget(Paragraph::new(question).wrap(Wrap { trim: true }), part(0, lines));
        self.field(part(lines, 1), &confirm.field, "");
        self.frame.render_widget(Line::styled(leave, self.theme.style(Role::Dim)), part(lines + 1, 1));
    }

    fn choices<T>(&mut self, area: Rect, picker: &Picker<T>) {
        let height = usize::from(area.height).max(1);
        let top = (picker.selected + 1).saturating_sub(height);
        let labels = picker.found.iter().filter_map(|at| picker.choices.get(*at));
        let width =
            labels.clone().map(|choice| choice.label.width()).max().unwrap_or(0).min(usize::from(area.width) / 2);
        for ((at, choice), y) in labels.enumerate().skip(top).take(height).zip(area.y..) {
            let line = Rect { y, height: 1, ..area };
            let buffer = self.frame.buffer_mut();
            if at == picker.selected {
                buffer.set_style(line, self.theme.style(Role::CursorRow));
            }
            let dim = ratatui::style::Style { bg: None, ..self.theme.style(Role::Dim) };
            let style = if choice.is_off { dim } else { ratatui::style::Style::new() };
            buffer.set_stringn(line.x + 1, y, sanitise::line(&choice.label), width, style);
            let x = line.x + 3 + width as u16;
            let room = usize::from(line.right().saturating_sub(x + 1));
            buffer.set_stringn(x, y, sanitise::line(&choice.note), room, dim);
        }
    }
}

/// A window in the middle of the body, as high as its lines need.
fn centred(body: Rect, lines: u16) -> Rect {
    // A narrow screen is used to its edges: what a key does is one line.
    let width = (body.width * 4 / 5).max(body.width.min(84).saturating_sub(4)).clamp(50, 100).min(body.width);
    let height = (lines + 2).min(body.height.saturating_sub(1)).max(6).min(body.height);
    Rect { x: body.x + (body.width - width) / 2, y: body.y + (body.height - height) / 3, width, height }
}
