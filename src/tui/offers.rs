//! What can be done to the row under the cursor: the operations its pane offers, and why one cannot be had here.

use super::app::{App, Content};
use super::overlay::{Choice, Overlay, Picker};
use crate::model::deck::{PaneEntry, Tenant};
use crate::model::operation::{
    Intent, OPERATIONS, OnConflict, OperationSpec, Reach, RefreshMode, Restore, can_be_undone,
};
use std::collections::BTreeMap;

/// What choosing an action asks for, or why it cannot be asked for.
pub type Offer = Result<Intent, String>;

/// The actions of the pane on the screen.
pub fn has_actions(app: &App) -> bool {
    entry(app).is_some_and(|entry| !entry.actions.is_empty())
}

fn entry(app: &App) -> Option<&PaneEntry> {
    let pane = app.place()?.pane()?;
    app.survey.value()?.entry(pane)
}

/// Opens the list of what can be done to the current row, or how the plan on the screen can be another; says why there
/// is nothing of the kind.
pub(super) fn open(app: &mut App) {
    let choices = match app.operation() {
        Some(operation) if operation.is_open() => Ok(other_ways(&operation.intent)),
        _ => offers(app),
    };
    match choices {
        Ok(choices) if choices.is_empty() => app.say("this can be planned in one way only"),
        Ok(choices) => app.overlay = Some(Overlay::Actions(Picker::new("", choices))),
        Err(reason) => app.say(reason),
    }
}

/// The same operation, planned otherwise: each way it differs from how it is planned now.
pub(super) fn other_ways(intent: &Intent) -> Vec<Choice<Offer>> {
    let ways: Vec<(&str, Intent)> = match intent {
        Intent::Restore(restore) => {
            let reach = |reach| Intent::Restore(Restore { reach, ..restore.clone() });
            let on_conflict = |on_conflict| Intent::Restore(Restore { on_conflict, ..restore.clone() });
            vec![
                ("Restore nothing where one row cannot come back", on_conflict(OnConflict::Abort)),
                ("Leave out what cannot come back, restore the rest", on_conflict(OnConflict::Skip)),
                ("Restore the whole deletion the row fell with", reach(Reach::Deletion)),
                ("Restore this row alone", reach(Reach::Only)),
                ("Restore the parents too that were deleted apart from it", reach(Reach::WithParents)),
            ]
        }
        Intent::Refresh { views, .. } => {
            let mode = |mode| Intent::Refresh { views: views.clone(), mode };
            vec![
                ("Refresh concurrently where the view can be, else plainly", mode(RefreshMode::Auto)),
                ("Refresh concurrently: readers go on", mode(RefreshMode::Concurrently)),
                ("Refresh plainly: readers wait, it is done sooner", mode(RefreshMode::Plain)),
            ]
        }
        _ => Vec::new(),
    };
    let others = ways.into_iter().filter(|(_, way)| way != intent);
    others
        .map(|(label, way)| Choice { label: label.to_owned(), note: String::new(), is_off: false, target: Ok(way) })
        .collect()
}

fn offers(app: &App) -> Result<Vec<Choice<Offer>>, String> {
    let Some(entry) = entry(app).filter(|entry| !entry.actions.is_empty()) else {
        return Err("nothing can be done to what is shown here".to_owned());
    };
    let Some(row) = row(app) else {
        return Err("there is no row here".to_owned());
    };
    let is_standby = app.survey.value().is_some_and(|survey| survey.facts.in_recovery);
    let offered = OPERATIONS.iter().filter(|spec| entry.actions.iter().any(|name| name == spec.name));
    Ok(offered
        .map(|spec| {
            let offer = offer(app, spec, &row, is_standby);
            let note =
                offer.as_ref().err().map_or_else(|| spec.name.to_owned(), |reason| format!("not here: {reason}"));
            Choice { label: spec.title.to_owned(), note, is_off: offer.is_err(), target: offer }
        })
        .collect())
}

/// The current row by column name; what is NULL or empty has no value.
fn row(app: &App) -> Option<BTreeMap<String, String>> {
    let (columns, row) = match &app.place()?.content {
        Content::List(list) => (list.window()?.columns.as_slice(), list.current()?),
        Content::Record(record) => {
            let table = record.slot.value()?;
            (table.columns.as_slice(), table.rows.first()?)
        }
        Content::Operation(_) | Content::Missing { .. } => return None,
    };
    let cells = columns.iter().zip(&row.cells);
    let valued = cells.filter_map(|(column, cell)| Some((column.name.clone(), cell.text()?.to_owned())));
    Some(valued.filter(|(_, text)| !text.is_empty()).collect())
}

fn offer(app: &App, spec: &OperationSpec, row: &BTreeMap<String, String>, is_standby: bool) -> Offer {
    let signals = ["cancel", "terminate"].contains(&spec.name);
    if is_standby && !signals {
        return Err("this is a standby".to_owned());
    }
    if spec.name == "undo" {
        undoable(row)?;
    }
    if let Some(column) = spec.reads.iter().find(|column| !row.contains_key(**column)) {
        return Err(format!("this row has no {column}"));
    }
    let scope = app.scope.as_ref().map(Tenant::scope);
    Intent::of_row(spec, |column| row.get(column).cloned(), scope).map_err(|fault| fault.message)
}

/// Why a line of the journal is no operation that can be undone.
fn undoable(row: &BTreeMap<String, String>) -> Result<(), String> {
    if let Some(operation) = row.get("operation").filter(|name| !can_be_undone(name)) {
        return Err(format!("{operation} cannot be undone"));
    }
    match row.get("outcome").or_else(|| row.get("event")) {
        Some(word) if word != "done" => Err(format!("only what is done can be undone, and this is {word}")),
        _ => Ok(()),
    }
}
