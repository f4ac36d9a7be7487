//! Undoing a restore, or an undo: the marks put back that were there before, on rows nothing has changed since.

mod bulk;
mod claimed;
mod compared;
mod diff;
mod past;
mod trail;

use super::super::journal::{Journal, Whose};
use super::super::reader::Reader;
use super::super::survey::Bindings;
use super::Work;
use super::restore::{self, Asking, Draft, Fate, Ground, Group, Marks, Member, Moves, Row, join_up, key_of, seen};
use crate::catalog::System;
use crate::model::operation::{Intent, Plan, PlanRow, Receipt, Undo};
use crate::model::{Fault, Source};
use claimed::Claimed;
use past::Past;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// So many operations that were undone elsewhere are passed over.
const PASSED: usize = 20;

/// What would be undone.
pub(super) async fn plan(
    reader: &Reader<'_>,
    bindings: &Bindings,
    journal: &Journal,
    whose: &Whose,
    undo: Undo,
) -> Result<Plan, Fault> {
    let mut passed = Vec::new();
    loop {
        let past = find(reader, bindings, journal, whose, undo.id.as_deref(), &passed).await?;
        match planned(reader, bindings, journal, &past, &undo, &passed).await? {
            Some(plan) => return Ok(plan),
            None if undo.id.is_some() || passed.len() == PASSED => return Err(past.undone()),
            None => passed.push(past),
        }
    }
}

/// The plan of undoing it; None where its rows are as that would leave them.
async fn planned(
    reader: &Reader<'_>,
    bindings: &Bindings,
    journal: &Journal,
    past: &Past,
    undo: &Undo,
    passed: &[Past],
) -> Result<Option<Plan>, Fault> {
    let (source, system) = owner(bindings, past)?;
    let envelope = restore::envelope(&source, bindings, reader.envelope);
    let asking = Asking::Read { what: "undo", reader, envelope: &envelope };
    let ground = Ground::read(source, system, &bindings.survey.facts, &asking).await?;
    let what = format!("undo {}", past.named());
    let said = said(undo, &past.id, restore::Said::default());
    let intent = Intent::Undo(Undo { id: Some(past.id.clone()), ..undo.clone() });
    if past.in_parts {
        let mut written = journal.parts(&past.id)?;
        let plan = bulk::plan(reader, &ground, &envelope, (past, &mut written), (intent, &what, &said)).await?;
        return Ok(Some(Plan { notes: [newer(passed), plan.notes].concat(), ..plan }));
    }
    let mut moves = moves(&ground, past, &asking).await?;
    if is_undone(&ground, &moves, &asking).await? {
        return Ok(None);
    }
    diff::show(&ground, past, &mut moves, &asking).await;
    match moves.revives {
        true => restore::revivable(&ground, &mut moves, &asking).await?,
        false => orphans(&ground, &mut moves, &asking).await?,
    }
    let mut draft = Draft::new(moves);
    draft.notes.extend(notes(past, passed));
    let tables: Vec<String> = draft.moves.group.members.iter().map(|member| member.row.table.clone()).collect();
    let tables: Vec<&str> = tables.iter().map(String::as_str).collect();
    draft.refuse_hidden(&ground, &looked_at(&ground, &tables, draft.moves.revives));
    draft.refuse_conflicts(&ground, "");
    draft.finish(&ground, &envelope, intent, &what, &said, &asking).await.map(Some)
}

/// What is undone, and by whose word.
fn notes(past: &Past, passed: &[Past]) -> Vec<String> {
    let by = past.by.as_ref().map_or_else(String::new, |by| format!(", claimed by {by}, as the audit trail has it"));
    let mut notes = newer(passed);
    notes.push(format!("undoes the {} of {}{by} ({})", past.operation, past.at, past.id));
    let trust = |trail| format!("what {trail} says of it is as trustworthy as those who may write there");
    notes.extend(past.trail.as_ref().map(trust));
    notes
}

/// What is not undone because it was already.
fn newer(passed: &[Past]) -> Vec<String> {
    passed.iter().map(|past| format!("{} is newer, and was undone already, elsewhere", past.named())).collect()
}

/// The tables whose rows decide: those that move, and those below or above in which a row may be in the way.
fn looked_at<'a>(ground: &'a Ground, tables: &[&'a str], revives: bool) -> Vec<&'a str> {
    let mut all: BTreeSet<&str> = tables.iter().copied().collect();
    for name in tables {
        match revives {
            true => all.extend(ground.above(name).into_iter().map(|relation| relation.parent.name())),
            false => {
                let falls = ground.below(name).into_iter().filter(|relation| relation.spec.cascade);
                // They are only looked at.
                let hides = falls.filter(|relation| relation.child.standing.hides);
                all.extend(hides.map(|relation| relation.child.name()));
            }
        }
    }
    all.into_iter().collect()
}

/// True where every row is as the undo would leave it.
async fn is_undone(ground: &Ground, moves: &Moves, asking: &Asking<'_>) -> Result<bool, Fault> {
    let members = &moves.group.members;
    let is_there = |member: &Member| member.fate != Fate::Back && member.row.deleted != moves.revives;
    if members.is_empty() || !members.iter().all(is_there) {
        return Ok(false);
    }
    let row = |(member, to): (&Member, &Marks)| Claimed {
        table: member.row.table.clone(),
        key: member.row.key.clone(),
        marks: to.clone(),
    };
    let rows: Vec<Claimed> = members.iter().zip(&moves.to).map(row).collect();
    Ok(claimed::standing(ground, &rows, asking).await?.into_iter().all(|stands| stands))
}

/// The operation to be undone: as this journal tells it, else as an audit table does.
async fn find(
    reader: &Reader<'_>,
    bindings: &Bindings,
    journal: &Journal,
    whose: &Whose,
    id: Option<&str>,
    passed: &[Past],
) -> Result<Past, Fault> {
    let known = past::find(journal, whose, id, passed);
    let Some(id) = id.filter(|id| known.is_err() && !past::is_known(journal, whose, id)) else { return known };
    match trail::find(reader, bindings, id).await? {
        Some(past) => Ok(past),
        None => known.map_err(|fault| fault.detail("no audit table here that this role can read knows it either")),
    }
}

/// Who wants it undone, and why: what it undoes, and what the person says.
fn said(undo: &Undo, id: &str, said: restore::Said) -> restore::Said {
    let why = undo.reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}"));
    restore::Said { actor: undo.actor.clone(), reason: Some(format!("undo of {id}{why}")), undoes: true, ..said }
}

/// Undoes it.
pub(super) async fn perform(work: &Work<'_>, plan: &Plan, undo: &Undo) -> Result<Receipt, Fault> {
    let Some(id) = &undo.id else {
        return Err(Fault::usage("this plan does not say what it undoes"));
    };
    let past = find(&work.reader, &work.bindings, work.journal, &work.whose, Some(id), &[]).await?;
    let (source, system) = owner(&work.bindings, &past)?;
    let ground = restore::standing(work, source, system).await?;
    if past.in_parts {
        let said = said(undo, id, restore::said(work));
        let moved = bulk::perform(work, &ground, plan, &mut work.journal.parts(id)?, &said).await?;
        return Ok(Receipt { in_parts: true, ..restore::told(work, plan, moved) });
    }
    let left: HashMap<_, &PlanRow> = past.rows.iter().map(|row| ((&row.table, &row.key), row)).collect();
    let to = |_: &restore::Table<'_>, planned: &PlanRow| {
        let row = left
            .get(&(&planned.table, &planned.key))
            .copied()
            .ok_or_else(|| Fault::usage(format!("{} was not touched by operation {id}", restore::named(planned))))?;
        let to = marks(row);
        if to != planned.to || seen(row, "xmin") != seen(planned, "xmin") {
            let why = format!("what is told of {} is not what the plan was made of", restore::named(planned));
            return Err(compared::refused(&why).hint("look at the new plan and decide again"));
        }
        Ok(to)
    };
    let revives = revives(&ground, &past)?;
    let moves = Moves { takes_back: true, ..Moves::of_plan(&ground, plan, revives, to)? };
    let said = said(undo, id, restore::said(work));
    let moved = restore::execute(work, &ground, moves, &said).await?;
    Ok(restore::told(work, plan, moved))
}

/// The system the operation's rows belong to.
fn owner(bindings: &Bindings, past: &Past) -> Result<(Source, Arc<System>), Fault> {
    let has = |source: &Source, system: &System, shown: &str| {
        let name = shown.strip_prefix(&format!("{}.", source.schema));
        name.is_some_and(|name| system.tables.iter().any(|table| table.name == name && table.deleted.is_some()))
    };
    let all = |(source, system): &&(Source, Arc<System>)| past.rows.iter().all(|row| has(source, system, &row.table));
    bindings.systems.iter().find(all).cloned().ok_or_else(|| {
        let table = past.rows.first().map_or("", |row| row.table.as_str());
        Fault::usage(format!("operation {} changed {table}, which no system here has any more", past.id))
    })
}

/// The marks a receipt's row had before its operation.
fn marks(row: &PlanRow) -> Marks {
    row.seen.iter().filter(|(name, _)| name != "xmin" && name != "tableoid").cloned().collect()
}

/// True where undoing makes the rows live: the operation was itself an undo.
fn revives(ground: &Ground, past: &Past) -> Result<bool, Fault> {
    past.rows.first().map_or(Ok(false), |row| restore::was_live(ground, row))
}

/// The rows of the operation as they stand now. One that has another version than the operation left is a conflict.
async fn moves(ground: &Ground, past: &Past, asking: &Asking<'_>) -> Result<Moves, Fault> {
    let revives = revives(ground, past)?;
    let mut moves = Moves { group: Group::default(), to: Vec::new(), revives, takes_back: true };
    let mut left = Vec::new();
    for row in &past.rows {
        let table = ground.planned(&row.table)?;
        left.push(Row {
            table: table.name().to_owned(),
            key: key_of(row),
            label: row.label.clone(),
            tenant: None,
            marks: marks(row),
            xmin: seen(row, "xmin").unwrap_or_default().to_owned(),
            tableoid: seen(row, "tableoid").unwrap_or_default().to_owned(),
            deleted: revives,
        });
    }
    let now = restore::look(ground, left.iter(), asking, "").await?;
    for (left, now) in left.into_iter().zip(now) {
        let fate = since(&left, now.as_ref(), revives);
        let to = left.marks.clone();
        let (place, new) = moves.group.add(now.unwrap_or(left))?;
        if new {
            moves.to.push(to);
            moves.group.members[place].fate = fate;
        }
    }
    unlike(ground, past, &mut moves, asking).await?;
    let all = moves.group.back();
    join_up(ground, &mut moves.group, &all, asking).await?;
    Ok(moves)
}

/// Marks rows that are not what the trail says it left: its word is not to be taken for what they were before, either.
async fn unlike(ground: &Ground, past: &Past, moves: &mut Moves, asking: &Asking<'_>) -> Result<(), Fault> {
    let (mut places, mut rows) = (Vec::new(), Vec::new());
    for (row, marks) in past.rows.iter().zip(&past.left).filter(|(_, marks)| !marks.is_empty()) {
        let table = ground.planned(&row.table)?;
        let place = moves.group.place(table.name(), &key_of(row));
        let Some(place) = place.filter(|place| moves.group.members[*place].fate == Fate::Back) else { continue };
        places.push(place);
        rows.push(Claimed { table: table.name().to_owned(), key: key_of(row), marks: marks.clone() });
    }
    let stands = match claimed::standing(ground, &rows, asking).await {
        // What is no value of the column cannot be what the row has.
        Err(fault) if fault.sqlstate.as_deref().is_some_and(|code| code.starts_with("22")) => vec![false; rows.len()],
        stands => stands?,
    };
    for (place, _) in places.into_iter().zip(stands).filter(|(_, stands)| !stands) {
        let why = "it does not stand as the audit trail says it was left".to_owned();
        moves.group.members[place].fate = Fate::Conflict(why);
    }
    Ok(())
}

/// What became of a row since the operation left it with this version.
fn since(left: &Row, now: Option<&Row>, revives: bool) -> Fate {
    let Some(now) = now else {
        return Fate::Conflict("it is not there any more: deleted for good, or hidden".to_owned());
    };
    // The audit trail does not say in which partition it left the row; a move gives another version too.
    if now.xmin == left.xmin && (left.tableoid.is_empty() || now.tableoid == left.tableoid) {
        return Fate::Back;
    }
    let marker = now.marker().unwrap_or("NULL");
    Fate::Conflict(match (revives, now.deleted) {
        (false, true) => format!("it was deleted again since ({marker})"),
        (true, false) => "it was restored since".to_owned(),
        _ => "it was changed since".to_owned(),
    })
}

/// Marks rows that would leave live rows under a deleted one.
async fn orphans(ground: &Ground, moves: &mut Moves, asking: &Asking<'_>) -> Result<(), Fault> {
    for (place, why) in restore::live_below(ground, moves, asking).await? {
        moves.group.members[place].fate = Fate::Conflict(why);
    }
    Ok(())
}
