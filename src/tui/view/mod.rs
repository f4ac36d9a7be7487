//! The state as a picture. Nothing here changes anything; every text goes through the sanitiser before it is drawn.

mod asking;
mod footer;
mod grid;
mod header;
mod message;
mod operation;
mod overlay;
mod record;
mod tabs;

use super::app::{App, Content};
use super::layout::{self, SMALLEST};
use super::theme::{Role, Theme};
use crate::model::sanitise;
use ratatui::Frame;
use ratatui::layout::{Alignment, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Block, BorderType, Paragraph};

/// What drawing needs: the state, the styles, the frame.
pub(super) struct Canvas<'a, 'f> {
    pub app: &'a App,
    pub theme: &'a Theme,
    pub frame: &'a mut Frame<'f>,
}

/// Draws the whole screen.
pub fn view(app: &App, theme: &Theme, frame: &mut Frame<'_>) {
    let mut canvas = Canvas { app, theme, frame };
    let (width, height) = app.size;
    if width < SMALLEST.0 || height < SMALLEST.1 {
        return canvas.too_small();
    }
    let areas = layout::areas(app);
    let whole = canvas.frame.area();
    canvas.frame.buffer_mut().set_style(whole, theme.style(Role::Text));
    canvas.header(areas.header);
    canvas.tabs(areas.tabs);
    canvas.body(areas.body, areas.beside);
    canvas.footer(areas.footer);
    canvas.overlay(areas.body);
}

impl Canvas<'_, '_> {
    fn body(&mut self, area: Rect, beside: Option<Rect>) {
        let app = self.app;
        match app.place().map(|place| &place.content) {
            None => self.connecting(area),
            Some(Content::Missing { title, reason, .. }) => self.message(area, title, reason, Role::Dim),
            Some(Content::Record(record)) => self.record(area, record),
            Some(Content::Operation(operation)) => self.operation(area, operation),
            Some(Content::List(list)) => {
                self.list(area, list);
                if let Some(beside) = beside {
                    self.beside(beside, list);
                }
            }
        }
    }

    fn too_small(&mut self) {
        let ((width, height), (least_width, least_height)) = (self.app.size, SMALLEST);
        let text = format!("pgdeck needs {least_width}×{least_height}\nthis is {width}×{height}");
        let paragraph = Paragraph::new(text).alignment(Alignment::Center);
        let area = self.frame.area();
        self.frame.render_widget(paragraph, area);
    }

    /// A frame with a title and, in its lower edge, what else should be known; returns the room inside.
    fn framed(&mut self, area: Rect, title: Line<'_>, notes: &[String], role: Role) -> Rect {
        let style = self.theme.style(role);
        let mut block = Block::bordered().border_type(BorderType::Plain).border_style(style).title(title);
        if !notes.is_empty() {
            let notes = sanitise::block(&format!(" {} ", notes.join(" · ")));
            block = block.title_bottom(Line::styled(notes, self.theme.style(Role::Notice)));
        }
        let inner = block.inner(area);
        self.frame.render_widget(block, area);
        inner
    }
}
