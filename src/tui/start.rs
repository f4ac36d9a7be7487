//! The start: what is urgent is asked once, behind the first list, and shown only where that disturbs nobody.

use super::app::{App, Content};
use super::list::List;
use super::msg::Effect;
use super::slot::Slot;
use super::window::Window;
use crate::model::request::From;
use crate::model::{PaneRef, Row, Table};

/// The pane of what is urgent.
const NOW: &str = "now";

/// Asks for it where this library brings it and the person did not ask for a certain place.
pub(super) fn ask(app: &mut App) -> Vec<Effect> {
    let pane = PaneRef::plain(NOW);
    let survey = app.survey.value();
    let is_there = survey.and_then(|survey| survey.entry(&pane)).is_some_and(|entry| entry.disabled.is_none());
    let is_wanted = is_there && !app.touched && app.place().is_none_or(|place| place.pane() != Some(&pane));
    if is_wanted { app.ask_now(pane) } else { Vec::new() }
}

/// What is urgent has come: an error is gone to while nobody has pressed a key; anything less is said.
pub(super) fn urgent(app: &mut App, table: &Table) -> Vec<Effect> {
    let column = |name: &str| table.columns.iter().position(|column| column.name == name);
    let value = |row: &Row, at: Option<usize>| at.and_then(|at| row.cells.get(at)?.text().map(str::to_owned));
    let (severity, status) = (column("severity"), column("status"));
    // A check that passed or was skipped has a severity too.
    let is_finding = |row: &&Row| value(row, status).is_none_or(|status| status == "finding");
    let of = |wanted: &str| {
        table.rows.iter().filter(is_finding).filter(|row| value(row, severity).as_deref() == Some(wanted)).count()
    };
    let (errors, warnings) = (of("error"), of("warning"));
    if errors > 0 && !app.touched {
        return show(app, table);
    }
    let counts = [(errors, "error"), (warnings, "warning")].into_iter().filter(|(count, _)| *count > 0);
    let words: Vec<String> =
        counts.map(|(count, word)| format!("{count} {word}{}", if count == 1 { "" } else { "s" })).collect();
    if !words.is_empty() {
        let text = format!("{}: :{NOW}", words.join(", "));
        match &mut app.notice {
            Some(notice) => notice.text = format!("{} · {text}", notice.text),
            None => app.say(text),
        }
    }
    Vec::new()
}

/// The rows that have come as a place of their own; they are not asked for again.
fn show(app: &mut App, table: &Table) -> Vec<Effect> {
    let pane = PaneRef::plain(NOW);
    let Some(entry) = app.survey.value().and_then(|survey| survey.entry(&pane)).cloned() else {
        return Vec::new();
    };
    let effects = app.leave();
    let mut list = List::of(&entry);
    list.slot = Slot::Ready(Window::of(table, From::Start, Some(1)));
    app.push(Content::List(Box::new(list)));
    effects
}
