//! Undoing an operation whose rows stand in the journal part by part: compared part by part with the versions they were left
//! with, then put back, children before their parents where they are deleted again. What is in memory does not grow with the rows.

use super::super::super::journal::{Part, Written};
use super::super::Work;
use super::super::restore::bulk::{BY_INDEX, Batch, CONFLICTS, LISTED, Mover, carried_out};
use super::super::restore::{self, Asking, Draft, Fate, Ground, Group, Moved, Moves, Row, Table, join_up};
use super::super::stopping::{is_stopped, stopped};
use super::compared::{Barred, as_they_stand, bar, barred, differing, hold_parents, left, refused, shown, strangers};
use super::past::Past;
use crate::db::Envelope;
use crate::engine::reader::Reader;
use crate::model::operation::{Intent, Plan, Unlisted};
use crate::model::request::Progress;
use crate::model::{Fault, Kind};
use std::collections::BTreeMap;

/// What was seen of the parts.
#[derive(Default)]
struct Seen {
    counts: BTreeMap<String, u64>,
    listed: Group,
    to: Vec<restore::Marks>,
    conflicts: u64,
}

/// The plan of undoing it.
pub(super) async fn plan(
    reader: &Reader<'_>,
    ground: &Ground,
    envelope: &Envelope,
    (past, written): (&Past, &mut Written),
    (intent, what, said): (Intent, &str, &restore::Said),
) -> Result<Plan, Fault> {
    let revives = revives(written)?;
    let reading = reader.session.begin_reading(envelope).await?;
    let asking = Asking::Within { what: "undo", reader, reading: &reading };
    let seen = seen(ground, written, revives, reader, &asking).await;
    // A session that is lost has no turn for it.
    if !matches!(&seen, Err(fault) if fault.kind == Kind::Connection) {
        reading.roll_back().await;
    }
    let Seen { counts, mut listed, to, conflicts } = seen?;
    let asking = Asking::Read { what: "undo", reader, envelope };
    let all = listed.back();
    join_up(ground, &mut listed, &all, &asking).await?;
    let mut draft = Draft::new(Moves { group: listed, to, revives, takes_back: true });
    let rows: u64 = counts.values().sum();
    draft.notes.push(format!("undoes the {} of {} ({})", past.operation, past.at, past.id));
    draft.notes.push(format!("{rows} rows in all: the first are listed, the others go with them"));
    if conflicts > CONFLICTS as u64 {
        draft.notes.push(format!("at least {conflicts} rows cannot be put back; the first are listed"));
    }
    let tables: Vec<&str> = counts.keys().map(String::as_str).collect();
    draft.refuse_hidden(ground, &super::looked_at(ground, &tables, revives));
    draft.refuse_conflicts(ground, "");
    let plan = draft.finish(ground, envelope, intent, what, said, &asking).await?;
    let unlisted = |name: &str| Unlisted {
        table: format!("{}.{name}", ground.source.schema),
        rows: counts[name],
        digest: String::new(),
    };
    let unlisted: Vec<Unlisted> = ground.parents_first(tables).into_iter().map(unlisted).collect();
    let counts = unlisted.iter().map(|table| (table.table.clone(), table.rows)).collect();
    Ok(Plan { counts, unlisted, sql: Vec::new(), ..plan })
}

async fn seen(
    ground: &Ground,
    written: &mut Written,
    revives: bool,
    reader: &Reader<'_>,
    asking: &Asking<'_>,
) -> Result<Seen, Fault> {
    asking.rows(BY_INDEX, &[]).await?;
    let mut seen = Seen::default();
    let mut rows = 0;
    for nr in 0..written.count() {
        let part = written.read(nr)?;
        let table = ground.planned(&part.table)?;
        let known = seen.counts.entry(table.name().to_owned()).or_default();
        let room = LISTED.saturating_sub(seen.listed.members.len()).max(usize::from(*known == 0));
        *known += part.len() as u64;
        seen.list(ground, &part, (0..part.len().min(room)).collect(), revives, asking).await?;
        if seen.conflicts < CONFLICTS as u64 {
            let differing = differing(&table, &part, asking, "").await?;
            seen.conflicts += differing.count;
            seen.list(ground, &part, differing.first, revives, asking).await?;
            let barred = barred(ground, &table, &part, revives, asking).await?;
            for Barred { place, why, .. } in strangers(barred, written)? {
                seen.conflicts += 1;
                let at = seen.list(ground, &part, vec![place], revives, asking).await?;
                at.into_iter().for_each(|at| seen.listed.members[at].fate = Fate::Conflict(why.clone()));
            }
        }
        rows += part.len() as u64;
        (reader.progress)(Progress::Rows { what: "looking through", done: rows, of: 0 });
    }
    Ok(seen)
}

impl Seen {
    /// Lists these rows of a part as they stand. Their places in the list.
    async fn list(
        &mut self,
        ground: &Ground,
        part: &Part,
        places: Vec<usize>,
        revives: bool,
        asking: &Asking<'_>,
    ) -> Result<Vec<usize>, Fault> {
        let table = ground.planned(&part.table)?;
        let left: Vec<Row> = places.iter().map(|place| left(&table, part, *place, revives)).collect();
        let now = restore::look(ground, left.iter(), asking, "").await?;
        let mut all = Vec::new();
        for (left, now) in left.into_iter().zip(now) {
            let fate = super::since(&left, now.as_ref(), revives);
            let to = left.marks.clone();
            let (place, new) = self.listed.add(now.unwrap_or(left))?;
            if new {
                self.to.push(to);
                self.listed.members[place].fate = fate;
            }
            all.push(place);
        }
        Ok(all)
    }
}

/// Puts the rows back.
pub(super) async fn perform(
    work: &Work<'_>,
    ground: &Ground,
    plan: &Plan,
    written: &mut Written,
    said: &restore::Said,
) -> Result<Moved, Fault> {
    let revives = revives(written)?;
    let of = plan.unlisted.iter().map(|table| table.rows).sum();
    carried_out(work, ground, said, (revives, of), async |mover: &mut Mover<'_>| {
        let asking = mover.asking();
        asking.rows(BY_INDEX, &[]).await?;
        let rows = compare(work, ground, written, revives, &asking).await?;
        if rows != of {
            return Err(refused(&format!("the journal has {rows} rows of it now, and the plan was made of {of}")));
        }
        let first = written.read(0)?;
        let first = left_rows(&ground.planned(&first.table)?, &first, revives);
        mover.watch(&first).await?;
        for turn in 0..written.count() {
            if is_stopped(work).await {
                return Err(stopped());
            }
            let nr = if revives { turn } else { written.count() - 1 - turn };
            let part = written.read(nr)?;
            let table = ground.planned(&part.table)?;
            if !revives {
                // What came below and is none of these is live still: its own parts have been deleted again by now.
                bar(ground, &table, &part, revives, &asking).await?;
            }
            let rows = as_they_stand(&table, &part, &asking).await?;
            mover.take(&Batch { table, rows: &rows, to: part.before, depth: 0, places: &[] }).await?;
        }
        for nr in (0..written.count()).filter(|_| revives) {
            let part = written.read(nr)?;
            bar(ground, &ground.planned(&part.table)?, &part, revives, &asking).await?;
        }
        Ok(())
    })
    .await
}

/// Locks all rows, parents first, and compares them with what the operation left. How many there are.
async fn compare(
    work: &Work<'_>,
    ground: &Ground,
    written: &mut Written,
    revives: bool,
    asking: &Asking<'_>,
) -> Result<u64, Fault> {
    let mut rows = 0;
    for nr in 0..written.count() {
        if is_stopped(work).await {
            return Err(stopped());
        }
        let part = written.read(nr)?;
        let table = ground.planned(&part.table)?;
        if revives {
            hold_parents(ground, &table, &part, asking).await?;
        }
        let differing = differing(&table, &part, asking, "\n  FOR UPDATE OF t").await?;
        if let Some(first) = differing.first.first() {
            let more =
                if differing.count > 1 { format!(" (and {} more rows)", differing.count - 1) } else { String::new() };
            let left = left(&table, &part, *first, revives);
            let now = restore::look(ground, std::iter::once(&left), asking, "").await?;
            let why = match super::since(&left, now.first().and_then(Option::as_ref), revives) {
                Fate::Conflict(why) | Fate::Skip(why) => why,
                Fate::Back => "it was changed meanwhile".to_owned(),
            };
            return Err(refused(&format!("{}: {why}{more}", shown(&table, &left))));
        }
        rows += part.len() as u64;
    }
    Ok(rows)
}

fn left_rows(table: &Table<'_>, part: &Part, revives: bool) -> Vec<Row> {
    (0..part.len().min(LISTED)).map(|place| left(table, part, place, revives)).collect()
}

/// True where undoing it makes rows live: the operation deleted them.
fn revives(written: &mut Written) -> Result<bool, Fault> {
    if written.count() == 0 {
        return Err(Fault::usage("the operation changed no rows"));
    }
    Ok(!written.read(0)?.revives)
}
