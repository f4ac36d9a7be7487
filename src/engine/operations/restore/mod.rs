//! Restoring soft-deleted rows: the row, and what fell with it (DESIGN §2; what is exact about it stands in the modules).

mod allowed;
mod asking;
mod audit;
mod before;
mod beside;
pub(super) mod bulk;
mod clash;
mod counters;
mod doubt;
mod draft;
mod execute;
mod ground;
mod group;
pub(super) mod image;
mod judge;
mod ladder;
mod moves;
mod notes;
mod remembers;
mod rows;
mod script;
pub(super) mod target;
mod whole;

pub(in crate::engine) use asking::Asking;
pub(super) use audit::{Said, entries_of};
pub(super) use doubt::look;
pub(super) use draft::Draft;
pub(super) use execute::{Moved, execute};
pub(in crate::engine) use ground::{Ground, Relation, Table, envelope};
pub(super) use group::{Fate, Group, Member, falling, join_up};
pub(super) use judge::{keep_within, live_below, revivable};
pub(in crate::engine) use ladder::{json_place, place};
pub(super) use moves::{Marks, Moves, was_live};
pub(super) use notes::staying_below;
pub(super) use remembers::remembers;
pub(super) use rows::{Row, hand, key_of, named, seen};

use super::super::reader::Reader;
use super::super::survey::Bindings;
use super::Work;
use crate::model::Fault;
use crate::model::claim::Claim;
use crate::model::operation::{Intent, OnConflict, Plan, PlanRow, Reach, Receipt, Restore};
use judge::Rules;
use std::collections::{BTreeSet, HashMap};

/// Rows a receipt names one by one that stayed as they were.
const MOST_STAYING: usize = 20;

/// What would come back, what cannot, and why.
pub(super) async fn plan(reader: &Reader<'_>, bindings: &Bindings, restore: Restore) -> Result<Plan, Fault> {
    let (source, system, name) = target::table(bindings, &restore.table)?;
    if restore.keys.is_empty() {
        return Err(Fault::usage("no row is named").hint(format!("pgdeck trash {} lists them", restore.table)));
    }
    let envelope = envelope(&source, bindings, reader.envelope);
    let asking = Asking::Read { what: "restore", reader, envelope: &envelope };
    let ground = Ground::read(source, system, &bindings.survey.facts, &asking).await?;
    let table = ground.needed(&name)?;
    let named = target::rows(&ground, &table, &restore.keys, &asking).await?;
    let mut group = match group::of(&ground, named, restore.reach, restore.window_s, &asking).await {
        Err(fault) if bulk::is_too_many(&fault) => return in_parts(reader, &ground, &envelope, &table, restore).await,
        group => group?,
    };
    let rules = Rules {
        scope: restore.scope.as_ref(),
        reach: restore.reach,
        on_conflict: restore.on_conflict,
        without: &target::refs(&ground, &restore.without)?,
    };
    before::recall(&ground, &mut group, &asking).await?;
    judge::judge(&ground, &mut group, &rules, &asking).await?;
    let mut draft = Draft::new(Moves::reviving(&ground, group)?);
    draft.notes.extend(notes::left_below(&ground, &draft.moves.group, &asking).await?);
    draft.notes.extend(notes::how_sure(&ground, &draft.moves.group));
    if restore.reach == Reach::Whole {
        draft.notes.extend(whole::elsewhere(&ground, &draft.moves.group, &asking).await?);
    }
    let near = reachable(&ground, &name, restore.reach);
    draft.refuse_hidden(&ground, &near);
    if restore.on_conflict == OnConflict::Abort {
        draft.refuse_conflicts(&ground, "; --on-conflict skip leaves out what cannot come back");
    }
    let said = Said { actor: restore.actor.clone(), reason: restore.reason.clone(), ..Said::default() };
    let what = format!("restore rows of {}", table.shown());
    let uncertain = draft.moves.group.members.iter().any(|member| member.doubt.is_some());
    let intent = Intent::Restore(Restore { table: table.shown(), ..restore });
    let mut plan = draft.finish(&ground, &envelope, intent, &what, &said, &asking).await?;
    plan.notes.splice(..0, notes::fell(&ground, &plan.rows));
    let typed = uncertain.then(|| ("how sure this is, in one word".to_owned(), "uncertain".to_owned()));
    Ok(Plan { typed, ..plan })
}

/// The plan of a restore of more rows than are listed one by one.
async fn in_parts(
    reader: &Reader<'_>,
    ground: &Ground,
    envelope: &crate::db::Envelope,
    table: &Table<'_>,
    restore: Restore,
) -> Result<Plan, Fault> {
    if restore.window_s.is_some() {
        return Err(Fault::new(
            crate::model::Kind::Refused,
            "a window of time is not looked at where so many rows fell",
        )
        .hint("leave it out: what exactly fell together is found without it"));
    }
    let wanted = bulk::Wanted {
        about: about(&restore),
        on_conflict: restore.on_conflict,
        near: reachable(ground, table.name(), restore.reach),
        what: format!("restore rows of {}", table.shown()),
        said: Said { actor: restore.actor.clone(), reason: restore.reason.clone(), ..Said::default() },
        to: &|table| table.live(),
    };
    let intent = Intent::Restore(Restore { table: table.shown(), ..restore.clone() });
    let mut plan = bulk::plan(reader, ground, envelope, &wanted, intent).await?;
    plan.notes.splice(..0, notes::fell(ground, &plan.rows));
    Ok(plan)
}

fn about(restore: &Restore) -> bulk::About<'_> {
    bulk::About {
        way: bulk::Way::Back,
        reach: restore.reach,
        table: &restore.table,
        keys: &restore.keys,
        without: &restore.without,
        scope: restore.scope.as_ref(),
    }
}

/// Brings the planned rows back in one transaction.
pub(super) async fn perform(work: &Work<'_>, plan: &Plan, restore: &Restore) -> Result<Receipt, Fault> {
    let (source, system, _) = target::table(&work.bindings, &restore.table)?;
    let ground = standing(work, source, system).await?;
    let said = Said { actor: restore.actor.clone(), reason: restore.reason.clone(), ..said(work) };
    if !plan.unlisted.is_empty() {
        let moved = bulk::perform(work, &ground, plan, about(restore), &|table| table.live(), &said).await?;
        return Ok(Receipt { in_parts: true, ..told(work, plan, moved) });
    }
    let moves = Moves::of_plan(&ground, plan, true, |table, row| before::live(table, row.was.as_deref()))?;
    let moved = execute(work, &ground, moves, &said).await?;
    Ok(told(work, plan, moved))
}

/// The ground as it is when the change begins.
pub(super) async fn standing(
    work: &Work<'_>,
    source: crate::model::Source,
    system: std::sync::Arc<crate::catalog::System>,
) -> Result<Ground, Fault> {
    let envelope = envelope(&source, &work.bindings, work.reader.envelope);
    let asking = Asking::Read { what: &work.id, reader: &work.reader, envelope: &envelope };
    Ground::read(source, system, &work.bindings.survey.facts, &asking).await
}

/// What the audit row says of the work itself.
pub(super) fn said(work: &Work<'_>) -> Said {
    let role = Some(work.bindings.survey.facts.user.clone());
    Said { operation: Some(work.id.clone()), role, ..Said::default() }
}

/// The receipt: the rows as they stand, what stayed where it was and why, what falls behind, how long it took.
pub(super) fn told(work: &Work<'_>, plan: &Plan, moved: Moved) -> Receipt {
    let depths: HashMap<_, usize> = plan.rows.iter().map(|row| ((&row.table, &row.key), row.depth)).collect();
    let deep = |row: PlanRow| {
        let depth = depths.get(&(&row.table, &row.key)).copied().unwrap_or_default();
        PlanRow { depth, ..row }
    };
    let is_unticked = |row: &&PlanRow| row.reason.as_deref().is_some_and(|why| why.starts_with(judge::LEFT_OUT));
    let (unticked, stayed): (Vec<&PlanRow>, Vec<&PlanRow>) =
        plan.rows.iter().filter(|row| row.action == "skip" || row.action == "conflict").partition(is_unticked);
    let why = |row: &&PlanRow| format!("{} stays as it is: {}", named(row), row.reason.as_deref().unwrap_or_default());
    let mut notes: Vec<String> = stayed.iter().take(MOST_STAYING).map(why).collect();
    if stayed.len() > MOST_STAYING {
        notes.push(format!("{} more rows stay as they are", stayed.len() - MOST_STAYING));
    }
    match unticked.len() {
        0 => {}
        1 => notes.push(format!("{} was left out, as asked", named(unticked[0]))),
        many => notes.push(format!("{many} rows were left out, as asked")),
    }
    let before = plan.notes.iter().filter(|note| !note.starts_with("triggers of "));
    notes.extend(before.map(|note| note.replacen(draft::STALE_SOON, "out of date now: ", 1)));
    notes.extend(moved.notes);
    notes.push(format!("took {} ms", work.begun.elapsed().as_millis()));
    let rows = moved.rows.into_iter().map(deep).collect();
    let Claim { actor, reason } = plan.intent.claim().unwrap_or_default();
    Receipt { rows, notes, at: moved.at, actor, reason, ..work.receipt(plan) }
}

/// The tables whose rows have to be seen to say what fell together.
fn reachable<'a>(ground: &'a Ground, name: &'a str, reach: Reach) -> Vec<&'a str> {
    if reach == Reach::Whole {
        return ground.tables().iter().map(Table::name).collect();
    }
    let mut seen = BTreeSet::from([name]);
    let mut open = vec![name];
    while let Some(name) = open.pop() {
        let above = ground.above(name).into_iter().map(|relation| relation.parent.name());
        let falls = ground.below(name).into_iter().filter(|relation| relation.spec.cascade && reach != Reach::Only);
        let below = falls.map(|relation| relation.child.name());
        let new: Vec<&str> = above.chain(below).filter(|name| seen.insert(name)).collect();
        open.extend(new);
    }
    seen.into_iter().collect()
}
