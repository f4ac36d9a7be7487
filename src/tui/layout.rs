//! Where everything stands: pure arithmetic, used by `update` for scrolling and by the view for drawing.

use super::app::{App, Content};
use ratatui::layout::Rect;

/// Below this the program says what it needs instead of drawing a broken screen.
pub const SMALLEST: (u16, u16) = (60, 15);
/// From this width on a record may stand beside its list.
const BESIDE_FROM: u16 = 120;

/// The parts of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Areas {
    pub header: Rect,
    pub tabs: Rect,
    pub body: Rect,
    /// The record beside the list, on a wide screen.
    pub beside: Option<Rect>,
    pub footer: Rect,
}

/// The parts of a screen of this size.
pub fn areas(app: &App) -> Areas {
    let (width, height) = app.size;
    let line = |y: u16| Rect::new(0, y, width, 1.min(height));
    let body = Rect::new(0, 2, width, height.saturating_sub(3));
    let (body, beside) = match wants_beside(app) {
        true => {
            let right = (u32::from(width) * 36 / 100).clamp(40, 72) as u16;
            let left = width - right;
            (Rect { width: left, ..body }, Some(Rect { x: left, width: right, ..body }))
        }
        false => (body, None),
    };
    Areas { header: line(0), tabs: line(1), body, beside, footer: line(height.saturating_sub(1)) }
}

fn wants_beside(app: &App) -> bool {
    let is_list = app.place().is_some_and(|place| matches!(place.content, Content::List(_)));
    app.beside && is_list && app.size.0 >= BESIDE_FROM
}

/// True where the screen is wide enough for a record beside a list.
pub fn has_room_beside(app: &App) -> bool {
    app.size.0 >= BESIDE_FROM
}

/// Rows of a list that fit: the body without its frame and heading.
pub fn list_height(app: &App) -> usize {
    usize::from(areas(app).body.height.saturating_sub(3)).max(1)
}

/// The room inside the frame of a record that fills the body: width and height.
pub fn record_room(app: &App) -> (usize, usize) {
    let body = areas(app).body;
    (usize::from(body.width.saturating_sub(2)), usize::from(body.height.saturating_sub(2)).max(1))
}
