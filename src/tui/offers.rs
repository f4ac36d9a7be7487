//! What can be done to the row under the cursor: the operations its pane offers, and why one cannot be had here.

use super::app::{App, Content};
use super::branch;
use super::operation::{Operation, Stage};
use super::overlay::{Choice, Overlay, Picker};
use super::wording::names_parents;
use crate::model::PaneRef;
use crate::model::claim::key_object;
use crate::model::deck::{SoftDelete, Tenant};
use crate::model::operation::{
    Intent, OPERATIONS, OnConflict, OperationSpec, Plan, Reach, Receipt, RefreshMode, Restore, Undo, Views,
    can_be_undone, operation,
};
use std::collections::BTreeMap;

/// What choosing an action asks for, or why it cannot be asked for.
pub type Offer = Result<Intent, String>;

/// Seconds between two deletions that may still count as one where nothing exact tells.
const WINDOW_S: u32 = 60;

/// Something can be done to a row of the pane on the screen.
pub fn has_actions(app: &App) -> bool {
    !actions(app).is_empty()
}

/// The names of what can be done to a row of the pane on the screen: what the pane offers, and the deleting and restoring of a
/// table's own page.
fn actions(app: &App) -> Vec<&str> {
    let entry = app.place().and_then(|place| app.survey.value()?.entry(place.pane()?));
    match (entry, soft_delete(app)) {
        (Some(entry), _) => entry.actions.iter().map(String::as_str).collect(),
        (None, Some(_)) => vec!["restore", "delete"],
        (None, None) => Vec::new(),
    }
}

/// How rows of the table on the screen are deleted by a mark, where a system here says so.
fn soft_delete(app: &App) -> Option<(String, &SoftDelete)> {
    let PaneRef::Relation { schema, name } = app.place()?.pane()? else {
        return None;
    };
    let systems = app.survey.value()?.systems.iter().filter(|found| found.source.schema == *schema);
    let mark = systems.flat_map(|found| &found.deletes).find(|mark| mark.table == *name)?;
    Some((format!("{schema}.{name}"), mark))
}

/// Opens the list of what can be done to the current row, or how the plan on the screen can be another; says why there
/// is nothing of the kind.
pub(super) fn open(app: &mut App) {
    let choices = match app.operation() {
        Some(operation) if operation.is_open() => Ok(other_ways(operation)),
        Some(Operation { stage: Stage::Ended(receipt), .. }) => Ok(after(receipt)),
        _ => offers(app),
    };
    match choices {
        Ok(choices) if choices.is_empty() => {
            let is_done = app.operation().is_some_and(|operation| !operation.is_open());
            app.say(if is_done { "nothing follows from this" } else { "this can be planned in one way only" });
        }
        Ok(choices) => app.overlay = Some(Overlay::Actions(Picker::new("", choices))),
        Err(reason) => app.say(reason),
    }
}

/// The same operation, planned otherwise: each way it differs from how it is planned now.
pub(super) fn other_ways(operation: &Operation) -> Vec<Choice<Offer>> {
    let intent = &operation.intent;
    let mut choices = Vec::new();
    let ways: Vec<(&str, Intent)> = match intent {
        Intent::Restore(restore) => {
            choices = branch::other_branches(operation, restore);
            restoring(operation, restore)
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
    choices.extend(ways.into_iter().filter(|(_, way)| way != intent).map(|(label, way)| choice(label, way)));
    choices
}

/// Other ways to restore; those that would change nothing in the plan on the screen are left out.
fn restoring(operation: &Operation, restore: &Restore) -> Vec<(&'static str, Intent)> {
    let reach = |reach| Restore { reach, ..restore.clone() };
    let on_conflict = |on_conflict| Restore { on_conflict, ..restore.clone() };
    let window = |window_s| Restore { window_s, ..restore.clone() };
    let plan = operation.planned();
    let is = |fits: &dyn Fn(&Plan) -> bool| plan.is_none_or(fits);
    let in_conflict = is(&|plan| plan.unlisted.is_empty() && plan.rows.iter().any(|row| row.action == "conflict"));
    let below_deleted = is(&|plan| {
        let reasons = plan.rows.iter().filter_map(|row| row.reason.as_ref());
        reasons.chain(&plan.refused).any(|why| names_parents(why))
    });
    let is_one = plan.is_some_and(|plan| plan.rows.len() == 1 && plan.unlisted.is_empty());
    let listed = is(&|plan| plan.unlisted.is_empty());
    let is_all_of_it = restore.reach == Reach::Whole && branch::is_one_branch(operation, restore);
    let ways = [
        ("All or nothing: refused where one row cannot come back", on_conflict(OnConflict::Abort), true),
        ("Leave out what cannot come back, restore the rest", on_conflict(OnConflict::Skip), in_conflict),
        ("This record with what hangs below it", reach(Reach::Deletion), !is_all_of_it),
        ("This row alone, without what hangs below it", branch::alone(operation, restore), !is_one),
        ("This record, and the deleted ones above it", reach(Reach::WithParents), below_deleted),
        ("Everything that fell in the same moment, in this tenant", reach(Reach::Whole), true),
        ("Only what is known to have fallen together", window(None), true),
        (
            "Count rows deleted within 60 seconds as fallen together (uncertain)",
            window(Some(WINDOW_S)),
            listed && restore.reach != Reach::Only,
        ),
    ];
    ways.into_iter().filter(|(.., helps)| *helps).map(|(label, way, _)| (label, Intent::Restore(way))).collect()
}

fn choice(label: impl Into<String>, intent: Intent) -> Choice<Offer> {
    Choice { label: label.into(), note: String::new(), is_off: false, target: Ok(intent) }
}

/// What follows from a receipt: what fell behind is refreshed, or all of it is taken back.
pub(super) fn after(receipt: &Receipt) -> Vec<Choice<Offer>> {
    if receipt.ending != crate::model::operation::Ending::Done {
        return Vec::new();
    }
    let refresh = |views: Vec<String>| Intent::Refresh { views: Views::Named(views), mode: RefreshMode::Auto };
    let mut choices = Vec::new();
    if receipt.stale.len() > 1 {
        choices.push(choice(
            format!("Refresh all {} views that are out of date now", receipt.stale.len()),
            refresh(receipt.stale.clone()),
        ));
    }
    choices.extend(receipt.stale.iter().map(|view| choice(format!("Refresh {view}"), refresh(vec![view.clone()]))));
    if can_be_undone(&receipt.operation) {
        choices.push(choice(format!("Undo this {}", receipt.operation), Intent::Undo(Undo::of(&receipt.id))));
    }
    choices
}

fn offers(app: &App) -> Result<Vec<Choice<Offer>>, String> {
    let actions = actions(app);
    if actions.is_empty() {
        return Err("nothing can be done to what is shown here".to_owned());
    }
    let Some(row) = row(app) else {
        return Err("there is no row here".to_owned());
    };
    let is_standby = app.survey.value().is_some_and(|survey| survey.facts.in_recovery);
    let offered = OPERATIONS.iter().filter(|spec| actions.contains(&spec.name));
    let mut choices: Vec<Choice<Offer>> = offered
        .map(|spec| {
            let offer = offer(app, spec, &row, is_standby);
            let note =
                offer.as_ref().err().map_or_else(|| spec.name.to_owned(), |reason| format!("not here: {reason}"));
            Choice { label: spec.title.to_owned(), note, is_off: offer.is_err(), target: offer }
        })
        .collect();
    // What can be had stands first, under the cursor.
    choices.sort_by_key(|choice| choice.is_off);
    Ok(choices)
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
    let mut named: BTreeMap<String, String> = valued.filter(|(_, text)| !text.is_empty()).collect();
    if let Some((table, mark)) = soft_delete(app) {
        named.extend(of_table(table, mark, &named));
    }
    Some(named)
}

/// What the operations read of a row of a table's own page.
fn of_table(table: String, mark: &SoftDelete, row: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let key: Option<Vec<(String, Option<String>)>> =
        mark.key.iter().map(|name| Some((name.clone(), Some(row.get(name)?.clone())))).collect();
    let is_deleted = mark.is_deleted(row.get(&mark.column).map(String::as_str));
    let mut known = vec![("table".to_owned(), table), ("deleted".to_owned(), is_deleted.to_string())];
    known.extend(key.map(|key| ("key".to_owned(), key_object(&key))));
    known
}

/// What this operation means for the current row, or why it cannot be had there.
pub(super) fn on_row(app: &App, name: &str) -> Offer {
    let (spec, row) = operation(name).zip(row(app)).ok_or_else(|| "there is no row here".to_owned())?;
    offer(app, spec, &row, app.survey.value().is_some_and(|survey| survey.facts.in_recovery))
}

fn offer(app: &App, spec: &OperationSpec, row: &BTreeMap<String, String>, is_standby: bool) -> Offer {
    let signals = ["cancel", "terminate"].contains(&spec.name);
    if is_standby && !signals {
        return Err("this is a standby".to_owned());
    }
    if spec.name == "undo" {
        undoable(row)?;
    }
    // A pane that shows both kinds of rows says of each which it is.
    match (spec.name, row.get("deleted").map(String::as_str)) {
        ("delete", Some("true")) => return Err("it is deleted already".to_owned()),
        ("restore", Some("false")) => return Err("it is not deleted".to_owned()),
        ("rebuild", Some(_)) => return Err("it is still there".to_owned()),
        ("restore" | "delete", None) if row.get("state").is_some_and(|state| state == "erased") => {
            return Err("only the audit trail still has it".to_owned());
        }
        _ => {}
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
