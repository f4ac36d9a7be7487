//! Carrying out an operation on many rows: one transaction, batch by batch, and as a whole or not at all. It must not know how the
//! rows of a batch are changed.

use super::super::super::Work;
use super::super::super::stopping::{is_stopped, stoppable, stopped};
use super::super::asking::Asking;
use super::super::audit::{self, Said};
use super::super::before;
use super::super::doubt;
use super::super::execute::{LOCK_TIMEOUT_MS, Moved, not_done, refused, taken_back};
use super::super::ground::{self, Ground, Table};
use super::super::group::{Group, Member};
use super::super::moves::Marks;
use super::super::rows::Row;
use super::About;
use super::digest::Digest;
use super::mover::{Batch, Mover};
use super::parents::Parents;
use super::source::Way;
use super::walk::{CHUNK, Chunk, Walk};
use crate::catalog::system::DeletedKind;
use crate::db::Envelope;
use crate::engine::journal::Values;
use crate::model::operation::{Plan, PlanRow, Unlisted};
use crate::model::{Fault, Kind};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// A batch that takes longer than this is followed by a smaller one: its statements have to stay below the statement timeout.
const LONG: Duration = Duration::from_secs(3);
/// Rows of a batch at least.
const FEW: usize = 250;
/// Rows of the first batch: nobody knows yet how long it takes.
const SOME: usize = 1_000;

/// What the batches left.
struct Left {
    before: Vec<Row>,
    after: Vec<Row>,
    listed: Vec<PlanRow>,
    recorded: bool,
    at: Option<String>,
    notes: Vec<String>,
}

/// Carries out a plan that does not list its rows: walks them as the plan did and changes them on the way.
pub(in super::super::super) async fn perform(
    work: &Work<'_>,
    ground: &Ground,
    plan: &Plan,
    about: About<'_>,
    to: &(dyn Fn(&Table<'_>) -> Result<Marks, Fault> + Sync),
    said: &Said,
) -> Result<Moved, Fault> {
    let of = plan.unlisted.iter().map(|table| table.rows).sum();
    let revives = about.way == Way::Back;
    carried_out(work, ground, said, (revives, of), async |mover: &mut Mover<'_>| {
        let asking = mover.asking();
        let named = about.named(ground, &asking).await?;
        let start = about.start(ground, named, &asking).await?;
        mover.watch(&start.rows).await?;
        let mut walk = Walk::new(ground, asking, about.way, &start, about.without(ground)?, true)?;
        let mut compared = Compared::of(plan);
        let mut parents = Parents::default();
        walk.size = SOME;
        let mut begun = Instant::now();
        while let Some(chunk) = walk.next().await? {
            if is_stopped(work).await {
                return Err(stopped());
            }
            compared.take(&chunk)?;
            if revives {
                parents.hold(ground, &chunk, &asking).await?;
            }
            let to = marks(ground, &chunk, about.way, to(&chunk.table)?, &asking).await?;
            mover
                .take(&Batch { table: chunk.table, rows: &chunk.rows, to, depth: chunk.depth, places: &chunk.places })
                .await?;
            walk.size = next_size(walk.size, begun.elapsed());
            begun = Instant::now();
        }
        if let Some(why) = parents.still_deleted(ground, &asking).await? {
            return Err(refused(&why));
        }
        compared.end()
    })
    .await
}

/// What the marks of the rows become. A status that comes back is what each row's was, where the trail tells.
async fn marks(
    ground: &Ground,
    chunk: &Chunk<'_>,
    way: Way,
    to: Marks,
    asking: &Asking<'_>,
) -> Result<Vec<(String, Values)>, Fault> {
    let mut to: Vec<(String, Values)> = to.into_iter().map(|(name, value)| (name, Values::All(value))).collect();
    if way == Way::Back && chunk.table.deleted.kind == DeletedKind::Status {
        let mut group = Group::default();
        for row in chunk.rows.iter() {
            group.add(row.clone())?;
        }
        before::recall(ground, &mut group, asking).await?;
        let live = |member: &Member| before::live(&chunk.table, member.was.as_deref());
        let live = group.members.iter().map(live).collect::<Result<Vec<Marks>, Fault>>()?;
        if let Some((_, marker)) = to.first_mut() {
            *marker =
                Values::of(live.into_iter().map(|marks| marks.into_iter().next().and_then(|own| own.1)).collect());
        }
    }
    Ok(to)
}

/// Half of it after a long one, twice as many after a short one.
fn next_size(size: usize, took: Duration) -> usize {
    match took {
        took if took > LONG => (size / 2).max(FEW),
        took if took < LONG / 4 => (size * 2).min(CHUNK),
        _ => size,
    }
}

/// Begins, lets the batches be moved, ends: everything that is the same whatever is moved.
pub(in super::super::super) async fn carried_out(
    work: &Work<'_>,
    ground: &Ground,
    said: &Said,
    (revives, of): (bool, u64),
    batches: impl AsyncFnOnce(&mut Mover<'_>) -> Result<(), Fault>,
) -> Result<Moved, Fault> {
    let own = ground::envelope(&ground.source, &work.bindings, work.reader.envelope);
    let envelope = Envelope { lock_timeout_ms: LOCK_TIMEOUT_MS, ..own };
    let mut parts = work.journal.begin_parts(&work.id)?;
    let change = work.begin(&envelope).await?;
    let steps = async {
        let mut mover = Mover::new(work, ground, &change, said, &mut parts, (revives, of)).await?;
        let asking = mover.asking();
        batches(&mut mover).await?;
        asking.rows(super::BY_INDEX, &[]).await?;
        // What was put off to the end is checked while it can still be said, however long that takes.
        asking.rows("SET LOCAL statement_timeout = 0", &[]).await?;
        asking.rows("SET CONSTRAINTS ALL IMMEDIATE", &[]).await?;
        mover.look_again().await?;
        let at = asking.moment().await?;
        let notes = mover.counted().await?;
        mover.parts.keep()?;
        let after = mover.after();
        let recorded = mover.recorded && audit::is_found(ground, &work.id, &asking).await?;
        Ok(Left { before: mover.first, after, listed: mover.listed, recorded, at, notes })
    };
    let left = match stoppable(work, steps).await {
        Ok(left) => left,
        Err(fault) => {
            taken_back(change, &fault).await;
            parts.forget();
            return Err(not_done(fault));
        }
    };
    match work.commit(change).await {
        Ok(()) => Ok(Moved { rows: left.listed, notes: left.notes, at: left.at }),
        Err(fault) if fault.kind == Kind::InDoubt => {
            let before: Vec<&Row> = left.before.iter().collect();
            let case = doubt::Case { before: &before, after: &left.after, recorded: left.recorded };
            doubt::settle(work, ground, &envelope, &case, fault).await?;
            let note = "the connection was lost before the answer to COMMIT; a new session found that it happened";
            Ok(Moved { rows: left.listed, notes: [vec![note.to_owned()], left.notes].concat(), at: left.at })
        }
        Err(fault) => {
            parts.forget();
            Err(not_done(fault))
        }
    }
}

/// The rows beside those of the plan.
struct Compared<'a> {
    planned: &'a [Unlisted],
    digests: BTreeMap<String, Digest>,
}

impl<'a> Compared<'a> {
    fn of(plan: &'a Plan) -> Self {
        Self { planned: &plan.unlisted, digests: BTreeMap::new() }
    }

    fn take(&mut self, chunk: &Chunk<'_>) -> Result<(), Fault> {
        let shown = chunk.table.shown();
        let digest = self.digests.entry(shown.clone()).or_default();
        chunk.rows.iter().for_each(|row| digest.add(row));
        let planned = self.planned.iter().find(|table| table.table == shown).map_or(0, |table| table.rows);
        if digest.rows > planned {
            return Err(changed(&shown, &format!("more than {planned} rows belong to it now")));
        }
        Ok(())
    }

    fn end(self) -> Result<(), Fault> {
        for planned in self.planned {
            let none = Digest::default();
            let digest = self.digests.get(&planned.table).unwrap_or(&none);
            if let Some(how) = digest.differs(planned.rows, &planned.digest) {
                return Err(changed(&planned.table, &how));
            }
        }
        Ok(())
    }
}

fn changed(table: &str, how: &str) -> Fault {
    refused(&format!("{table} has changed since the plan was made: {how}"))
        .hint("look at the new plan and decide again")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_follow_the_time_they_take() {
        assert_eq!(next_size(CHUNK, LONG * 2), CHUNK / 2);
        assert_eq!(next_size(FEW, LONG * 2), FEW);
        assert_eq!(next_size(CHUNK, Duration::ZERO), CHUNK);
        assert_eq!(next_size(1000, Duration::ZERO), 2000);
        assert_eq!(next_size(1000, LONG / 2), 1000);
    }
}
