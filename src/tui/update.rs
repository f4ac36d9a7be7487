//! What happens to the state when something happens outside. Pure: no waiting, no terminal, no server.

use super::app::{App, Content};
use super::layout;
use super::msg::{Effect, Msg};
use super::overlay;
use super::slot::Slot;
use super::{answer, input, offers};
use crate::model::Cell;
use crate::model::action::Action;
use crate::model::filter::Filter;
use crate::model::request::From;

/// Takes a message in, and says what is to be done outside.
pub fn update(app: &mut App, msg: Msg) -> Vec<Effect> {
    let effects = take(app, msg);
    // The lines of a plan are made here, once, so that drawing costs what the screen shows.
    let (width, _) = layout::record_room(app);
    if let Some(Content::Operation(operation)) = app.place_mut().map(|place| &mut place.content) {
        operation.measure(width.saturating_sub(2));
    }
    effects
}

fn take(app: &mut App, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Key(key) => on_key(app, &key),
        Msg::Paste(text) => {
            app.touched = true;
            input::paste(app, &text)
        }
        Msg::Resize(width, height) => resize(app, width, height),
        Msg::Progress(ticket, progress) => {
            answer::progress(app, ticket, progress);
            Vec::new()
        }
        Msg::Done(ticket, result) => answer::done(app, ticket, result),
        Msg::Due(ticket) => answer::due(app, ticket),
        Msg::Library(_) => {
            app.say("the library was read anew");
            let mut effects = vec![Effect::SetLibrary];
            effects.extend(app.ask_survey());
            effects
        }
    }
}

fn on_key(app: &mut App, key: &str) -> Vec<Effect> {
    app.notice = None;
    app.touched = true;
    if app.overlay.is_some() {
        return input::key(app, key);
    }
    match app.keymap.action(key) {
        Some(action) => act(app, action),
        None => {
            let help =
                app.keymap.keys(Action::Help).first().map_or(String::new(), |key| format!("; {key} lists all keys"));
            app.say(format!("{key} does nothing here{help}"));
            Vec::new()
        }
    }
}

fn resize(app: &mut App, width: u16, height: u16) -> Vec<Effect> {
    app.size = (width, height);
    settle(app);
    // Whole, even at the size it had: the terminal may have been another size in between, and lost what stood there.
    let mut effects = vec![Effect::Redraw];
    effects.extend(app.ask_edge(layout::list_height(app)));
    effects
}

/// Brings every cursor of the current place back onto the screen.
pub(super) fn settle(app: &mut App) {
    let height = layout::list_height(app);
    let (width, room) = layout::record_room(app);
    match app.place_mut().map(|place| &mut place.content) {
        Some(Content::List(list)) => list.settle(height),
        Some(Content::Record(record)) => record.move_lines(0, width, room),
        Some(Content::Operation(_)) => app.scroll_operation(0),
        _ => {}
    }
}

/// Does what a key or the palette asked for.
pub(super) fn act(app: &mut App, action: Action) -> Vec<Effect> {
    if let Some(tab) = action.tab() {
        return app.go_to_tab(tab);
    }
    match action {
        Action::Quit => vec![Effect::Quit],
        Action::Suspend if app.is_operating() => said(app, "an operation has begun: it is finished first"),
        Action::Suspend => vec![Effect::Suspend],
        Action::Redraw => vec![Effect::Redraw],
        Action::Back => back(app),
        Action::Scope | Action::ClearScope if app.operation().is_some() => {
            said(app, "the scope belongs to what is planned here: leave it first")
        }
        Action::Open if app.operation().is_some_and(|operation| operation.planned().is_some()) => {
            let key = app.keymap.keys(Action::CarryOut).first().map_or("carry-out", |key| key).to_owned();
            said(app, &format!("nothing has been changed; {key} carries the plan out"))
        }
        Action::Actions => {
            offers::open(app);
            Vec::new()
        }
        Action::Mark if app.operation().is_some_and(|operation| !operation.rows().is_empty()) => app.turn_branch(),
        Action::Mark => go(app, Action::PageDown),
        Action::CarryOut => app.carry_out(),
        Action::Undo => app.undo(),
        Action::Open => app.open(),
        Action::Record => record(app),
        Action::Refresh => refresh(app),
        Action::Sort => sort(app),
        Action::ClearFilter => filter(app, Filter::default()),
        Action::ClearScope if app.scope.is_some() => app.set_scope(None),
        Action::ClearScope => said(app, "no tenant scope is set"),
        Action::CopyCell if app.receipt_text().is_some() => copy_receipt(app),
        Action::CopyCell | Action::CopyRow if app.operation().is_some() => copy_sql(app),
        Action::CopyCell => copy_cell(app),
        Action::CopyRow => copy_row(app),
        Action::Source if app.operation().is_some() => {
            app.turn_sql();
            Vec::new()
        }
        Action::Source => app.next_source(),
        Action::LastPane => app.swap_last(),
        Action::HistoryBack => app.walk(-1),
        Action::HistoryForward => app.walk(1),
        Action::NextTab => turn_tab(app, 1),
        Action::PreviousTab => turn_tab(app, -1),
        Action::Filter => input::open_filter(app),
        Action::Palette => input::open_palette(app),
        Action::Scope => input::open_tenants(app, ""),
        Action::Help => {
            let keymap = app.keymap.clone();
            let keys =
                |action| keymap.keys(action).iter().map(|key| super::key::shown(key)).collect::<Vec<_>>().join(" ");
            app.overlay = Some(overlay::help(keys));
            Vec::new()
        }
        movement => go(app, movement),
    }
}

fn said(app: &mut App, text: &str) -> Vec<Effect> {
    app.say(text);
    Vec::new()
}

/// Moves the cursor of a list or a record.
fn go(app: &mut App, action: Action) -> Vec<Effect> {
    let height = layout::list_height(app);
    let (width, room) = layout::record_room(app);
    let page = height.max(1) as isize;
    match app.place_mut().map(|place| &mut place.content) {
        Some(Content::Operation(_)) => {
            app.scroll_operation(rows_of(action, room.max(1) as isize));
            Vec::new()
        }
        Some(Content::Record(record)) => {
            let by = rows_of(action, room.max(1) as isize);
            record.move_lines(by, width, room);
            Vec::new()
        }
        Some(Content::List(list)) => match action {
            Action::Left => {
                list.move_columns(-1);
                Vec::new()
            }
            Action::Right => {
                list.move_columns(1);
                Vec::new()
            }
            _ => {
                let to_far_end = far_end(action, list.window());
                list.move_rows(rows_of(action, page), height);
                match (to_far_end, app.place().map(|place| place.id)) {
                    (Some(from), Some(id)) => app.ask_page(id, Some(from)),
                    _ => app.ask_edge(height),
                }
            }
        },
        _ => Vec::new(),
    }
}

fn rows_of(action: Action, page: isize) -> isize {
    match action {
        Action::Up => -1,
        Action::Down => 1,
        Action::PageUp => -page,
        Action::PageDown => page,
        // Half the range, so that adding it to a position cannot overflow.
        Action::Top => isize::MIN / 2,
        Action::Bottom => isize::MAX / 2,
        _ => 0,
    }
}

/// The end to read from where top or bottom is not in memory.
fn far_end(action: Action, window: Option<&super::window::Window>) -> Option<From> {
    let window = window.filter(|window| window.paged)?;
    match action {
        Action::Top if window.more_before => Some(From::Start),
        Action::Bottom if window.more_after => Some(From::End),
        _ => None,
    }
}

/// One step back: stop what is loading, else leave the place.
fn back(app: &mut App) -> Vec<Effect> {
    if app.operation().is_some() {
        return app.back_from_operation();
    }
    if let Some(list) = app.list_mut() {
        let stopped: Vec<Effect> = list
            .slot
            .give_up()
            .or(list.edge.take().map(|(ticket, _)| ticket))
            .map(Effect::Cancel)
            .into_iter()
            .collect();
        if !stopped.is_empty() {
            app.say("stopped");
            return stopped;
        }
    }
    if app.at == 0 {
        let quit = app.keymap.keys(Action::Quit).first().map_or(String::new(), |key| format!("; {key} leaves pgdeck"));
        return said(app, &format!("this is the first place{quit}"));
    }
    app.walk(-1)
}

/// The record beside the list where there is room, else instead of it.
fn record(app: &mut App) -> Vec<Effect> {
    if matches!(app.place().map(|place| &place.content), Some(Content::Record(_))) {
        return back(app);
    }
    if layout::has_room_beside(app) {
        app.beside = !app.beside;
        return Vec::new();
    }
    app.open_record()
}

fn refresh(app: &mut App) -> Vec<Effect> {
    if !matches!(app.survey, Slot::Ready(_)) {
        return app.ask_survey();
    }
    match app.place().map(|place| (place.id, &place.content)) {
        Some((id, Content::List(_))) => app.ask_again(id),
        Some((id, Content::Operation(_))) => app.plan_again(id),
        Some((id, Content::Record(_))) => app.ask_record(id),
        Some((_, Content::Missing { .. })) | None => app.ask_survey(),
    }
}

fn sort(app: &mut App) -> Vec<Effect> {
    match app.list_mut().and_then(super::list::List::turn_sort) {
        Some(()) => anew(app),
        None => said(app, "there is nothing to sort here"),
    }
}

/// Reads the current place from its beginning.
fn anew(app: &mut App) -> Vec<Effect> {
    match app.place().map(|place| place.id) {
        Some(id) => app.ask_anew(id),
        None => Vec::new(),
    }
}

/// Takes a filter and reads the list with it.
pub(super) fn filter(app: &mut App, filter: Filter) -> Vec<Effect> {
    match app.list_mut() {
        Some(list) if list.filter != filter => {
            list.filter = filter;
            anew(app)
        }
        Some(_) => Vec::new(),
        None => said(app, "there is nothing to filter here"),
    }
}

fn turn_tab(app: &mut App, by: isize) -> Vec<Effect> {
    let count = app.deck.len() as isize;
    if count == 0 {
        return Vec::new();
    }
    let at = app.current_tab().map_or(0, |tab| (tab as isize + by).rem_euclid(count));
    app.go_to_tab(at as usize)
}

/// Half a value must not pass for a whole one.
const CUT: &str = "only the beginning of the value is here: open the record to copy it whole, or use pgdeck show";

fn copy_cell(app: &mut App) -> Vec<Effect> {
    let (width, _) = layout::record_room(app);
    let cell = match app.place().map(|place| &place.content) {
        Some(Content::List(list)) => list.window().and_then(|window| {
            let at = window.visible.get(list.column)?;
            list.current()?.cells.get(*at).cloned()
        }),
        Some(Content::Record(record)) => record.cell(width),
        _ => None,
    };
    match cell {
        Some(cell) if cell.is_cut() => said(app, CUT),
        Some(cell) if cell.text().is_none() => said(app, "there is no value to copy: it is NULL"),
        Some(cell) => copied(app, cell.text().unwrap_or_default().to_owned(), "value"),
        None => said(app, "there is no value to copy"),
    }
}

fn copy_receipt(app: &mut App) -> Vec<Effect> {
    match app.receipt_text() {
        Some(text) => copied(app, text, "receipt"),
        None => Vec::new(),
    }
}

fn copy_sql(app: &mut App) -> Vec<Effect> {
    match app.sql_text() {
        Some(sql) => copied(app, sql, "SQL"),
        None => said(app, "there is no SQL to copy"),
    }
}

fn copy_row(app: &mut App) -> Vec<Effect> {
    let row = match app.place().map(|place| &place.content) {
        Some(Content::List(list)) => {
            list.window().zip(list.current()).map(|(w, row)| (w.columns.to_vec(), row.clone()))
        }
        Some(Content::Record(record)) => {
            record.slot.value().and_then(|table| Some((table.columns.clone(), table.rows.first()?.clone())))
        }
        _ => None,
    };
    match row {
        Some((_, row)) if row.cells.iter().any(Cell::is_cut) => said(app, CUT),
        Some((columns, row)) => copied(app, crate::report::row_json(&columns, &row), "row"),
        None => said(app, "there is no row to copy"),
    }
}

/// Terminals drop a clipboard text that is too long without a word, so it is refused with one.
pub(super) fn copied(app: &mut App, text: String, what: &str) -> Vec<Effect> {
    const MOST_BYTES: usize = 74_000;
    if text.len() > MOST_BYTES {
        app.complain(format!(
            "the {what} is too long for a terminal's clipboard: {} bytes, at most {MOST_BYTES}",
            text.len()
        ));
        return Vec::new();
    }
    app.say(format!("copied the {what}, {} characters", text.chars().count()));
    vec![Effect::Copy(text)]
}
