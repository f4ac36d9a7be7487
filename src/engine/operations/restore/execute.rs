//! Moving rows in one transaction: parents held in place, rows locked and compared with what was seen, everything checked again,
//! changed, recorded, read back. It must not know how the rows were chosen.

use super::super::Work;
use super::super::stopping::stoppable;
use super::asking::Asking;
use super::counters::Counters;
use super::doubt;
use super::ground::{self, Ground, Relation, Table};
use super::group::{Group, number};
use super::image;
use super::judge::{deleted_parents, live_below, orphaned};
use super::moves::{Moves, plan_row};
use super::rows::{Row, hand, named};
use super::{audit, clash};
use crate::db::quote::identifier;
use crate::db::{Change, Envelope};
use crate::model::operation::{PlanRow, Reach};
use crate::model::request::Progress;
use crate::model::{Fault, Kind};
use std::collections::HashMap;

/// How long a change waits for another session's lock.
pub(super) const LOCK_TIMEOUT_MS: u32 = 2000;

/// Rows as they stand after the change, in the order of the plan.
pub(in super::super) struct Moved {
    pub rows: Vec<PlanRow>,
    pub notes: Vec<String>,
    /// The server's time of the transaction.
    pub at: Option<String>,
}

/// Moves the rows, whole or not at all.
pub(in super::super) async fn execute(
    work: &Work<'_>,
    ground: &Ground,
    moves: Moves,
    said: &audit::Said,
) -> Result<Moved, Fault> {
    let own = ground::envelope(&ground.source, &work.bindings, work.reader.envelope);
    let envelope = Envelope { lock_timeout_ms: LOCK_TIMEOUT_MS, ..own };
    let change = work.begin(&envelope).await?;
    let steps = Steps { work, ground, change: &change };
    let (after, notes, recorded, at) = match stoppable(work, steps.all(&moves, said)).await {
        Ok(done) => done,
        Err(fault) => {
            taken_back(change, &fault).await;
            return Err(explained(work, ground, &moves, &envelope, fault).await);
        }
    };
    steps_done(work, "committing");
    let before: Vec<&Row> = moves.group.members.iter().map(|member| &member.row).collect();
    let mut rows = receipt_rows(ground, &moves, &after);
    match work.commit(change).await {
        Ok(()) => {
            image::keep(ground, &mut rows, &Asking::Read { what: &work.id, reader: &work.reader, envelope: &envelope })
                .await;
            Ok(Moved { rows, notes, at })
        }
        Err(fault) if fault.kind == Kind::InDoubt => {
            let case = doubt::Case { before: &before, after: &after, recorded };
            doubt::settle(work, ground, &envelope, &case, fault).await?;
            let note = "the connection was lost before the answer to COMMIT; a new session found that it happened";
            Ok(Moved { rows, notes: [vec![note.to_owned()], notes].concat(), at })
        }
        Err(fault) => Err(explained(work, ground, &moves, &envelope, fault).await),
    }
}

/// A connection that is lost, or still waits for a statement, has no turn for a ROLLBACK: it goes, and the change with it.
pub(super) async fn taken_back(change: Change<'_>, fault: &Fault) {
    if fault.kind != Kind::Connection {
        change.roll_back().await;
    }
}

fn steps_done(work: &Work<'_>, what: &'static str) {
    let seconds = u32::try_from(work.begun.elapsed().as_secs()).unwrap_or(u32::MAX);
    (work.reader.progress)(Progress::Step { what, seconds });
}

/// What happened to each row, with what its marks were: an undo puts those back where the after-image still stands.
fn receipt_rows(ground: &Ground, moves: &Moves, after: &[Row]) -> Vec<PlanRow> {
    let action = if moves.revives { "restored" } else { "deleted" };
    let row = |(before, after): (&Row, &Row)| {
        let marks = Row { marks: before.marks.clone(), ..after.clone() };
        PlanRow { action: action.to_owned(), ..plan_row(ground, &marks) }
    };
    let before = moves.group.members.iter().map(|member| &member.row);
    before.zip(after).map(row).collect()
}

type Done = (Vec<Row>, Vec<String>, bool, Option<String>);

struct Steps<'a> {
    work: &'a Work<'a>,
    ground: &'a Ground,
    change: &'a Change<'a>,
}

impl Steps<'_> {
    fn asking(&self) -> Asking<'_> {
        Asking::Write { work: self.work, change: self.change }
    }

    /// Everything up to COMMIT: the rows as they are after it, the counters that changed, whether its audit row is found, and
    /// the time of all that.
    async fn all(&self, moves: &Moves, said: &audit::Said) -> Result<Done, Fault> {
        steps_done(self.work, "locking the rows");
        let locked = self.lock(moves).await?;
        let moves = &moves.with(self.compared(moves, &locked)?);
        self.check(moves).await?;
        let rows: Vec<&Row> = moves.group.members.iter().map(|member| &member.row).collect();
        let counters = Counters::read(self.ground, &rows, &self.asking()).await?;
        steps_done(self.work, "changing the rows");
        let mut done = 0;
        for (table, places) in moves.tables(self.ground)? {
            self.update(&table, &places, moves).await?;
            done += places.len() as u64;
            let of = moves.group.members.len() as u64;
            (self.work.reader.progress)(Progress::Rows { what: "changing", done, of });
        }
        let entries = audit::entries(self.ground, moves, said)?;
        audit::write(self.ground, &entries, &self.asking()).await?;
        // What was put off to the end is checked while it can still be said.
        self.asking().rows("SET CONSTRAINTS ALL IMMEDIATE", &[]).await?;
        let notes = counters.changes(&self.asking()).await?;
        let after = self.after(moves).await?;
        let at = self.asking().moment().await?;
        let recorded = !entries.is_empty() && audit::is_found(self.ground, &self.work.id, &self.asking()).await?;
        Ok((after, notes, recorded, at))
    }

    /// Locks parents first, then by key: the parents that stay against being deleted, the rows against everything. The
    /// rows found, each with its place and with whether its marks are those that were seen.
    async fn lock(&self, moves: &Moves) -> Result<Vec<(usize, bool, Row)>, Fault> {
        let tables = moves.tables(self.ground)?;
        let mut above: Vec<Relation<'_>> = Vec::new();
        if moves.revives {
            tables.iter().for_each(|(table, _)| above.extend(self.ground.above(table.name())));
        }
        let names =
            tables.iter().map(|(table, _)| table.name()).chain(above.iter().map(|relation| relation.parent.name()));
        let mut locked = Vec::new();
        for name in self.ground.parents_first(names) {
            for relation in above.iter().filter(|relation| relation.parent.name() == name) {
                self.hold_parents(relation, &moves.group).await?;
            }
            if let Some((table, places)) = tables.iter().find(|(table, _)| table.name() == name) {
                locked.extend(self.lock_rows(table, places, moves).await?);
            }
        }
        Ok(locked)
    }

    /// FOR SHARE: the key lock of a foreign key would let a soft delete through.
    async fn hold_parents(&self, relation: &Relation<'_>, group: &Group) -> Result<(), Fault> {
        let (child, parent) = (&relation.child, &relation.parent);
        let of = |name: &str| group.by_table(&group.back()).remove(name).unwrap_or_default();
        let (children, own) = (of(child.name()), of(parent.name()));
        let sql = format!(
            "SELECT 'held'::text\nFROM {} AS p\nWHERE EXISTS (\n  SELECT 1\n  FROM {}\n  JOIN {} AS c ON {}\n  WHERE {}\n)\nAND NOT EXISTS (SELECT 1 FROM {} WHERE {})\nORDER BY {}\nFOR SHARE OF p",
            parent.quoted(),
            child.handed(&[]),
            child.quoted(),
            child.key_is("c", "s"),
            relation.joins(),
            parent.handed_as("m", 2, &[]),
            parent.key_is("p", "m"),
            parent.key_list("p"),
        );
        self.asking().rows(&sql, &[group.handed(&children), group.handed(&own)]).await.map(drop)
    }

    async fn lock_rows(
        &self,
        table: &Table<'_>,
        places: &[usize],
        moves: &Moves,
    ) -> Result<Vec<(usize, bool, Row)>, Fault> {
        let marks = table.deleted.columns();
        let same: Vec<String> = marks
            .iter()
            .enumerate()
            .map(|(n, name)| format!("t.{} IS NOT DISTINCT FROM s.v{n}", identifier(name)))
            .collect();
        let sql = format!(
            "SELECT s.n::text,\n  ({})::text,\n  {}\nFROM {}\nJOIN {} AS t ON {}\nORDER BY {}\nFOR UPDATE OF t",
            same.join(" AND "),
            table.select_list("t"),
            table.handed(&marks),
            table.quoted(),
            table.key_is("t", "s"),
            table.key_list("t"),
        );
        let member = |place: &usize| {
            let row = &moves.group.members[*place].row;
            (*place, row.key.as_slice(), row.marks.iter().map(|(_, value)| value.clone()).collect())
        };
        let answer = self.asking().rows(&sql, &[hand(places.iter().map(member))]).await?;
        let read = |row: &Vec<Option<String>>| {
            let same = row.get(1).cloned().flatten().as_deref() == Some("true");
            Some((number(row)?, same, Row::read(table, row, 2)))
        };
        Ok(answer.iter().filter_map(read).collect())
    }

    /// The group as it was locked. Fails where a row is not as it was seen, and says in what.
    fn compared(&self, moves: &Moves, locked: &[(usize, bool, Row)]) -> Result<Group, Fault> {
        let mut group = Group::default();
        let mut differ: Vec<Fault> = Vec::new();
        let locked: HashMap<usize, _> = locked.iter().map(|(place, same, row)| (*place, (*same, row))).collect();
        for (place, member) in moves.group.members.iter().enumerate() {
            match self.compare(&member.row, locked.get(&place).copied()) {
                Ok(row) => drop(group.add(row)?),
                Err(fault) => differ.push(fault),
            }
        }
        let more = differ.len().saturating_sub(1);
        match differ.into_iter().next() {
            None => Ok(group),
            Some(first) if more == 0 => Err(first),
            Some(first) => Err(Fault { message: format!("{} (and {more} more rows differ)", first.message), ..first }),
        }
    }

    fn compare(&self, seen: &Row, locked: Option<(bool, &Row)>) -> Result<Row, Fault> {
        let row = named(&plan_row(self.ground, seen));
        let Some((same, now)) = locked else {
            return Err(self.missing(seen, &row));
        };
        if !same {
            let (name, was) = seen.marks.first().cloned().unwrap_or_default();
            let (was, is) = (was.unwrap_or_else(|| "NULL".into()), now.marker().unwrap_or("NULL").to_owned());
            return Err(changed(&row, &format!("its {name} or what goes with it is another: {is}, and was {was}")));
        }
        if now.xmin != seen.xmin || now.tableoid != seen.tableoid {
            return Err(changed(&row, &format!("it has another version (xmin {}, and was {})", now.xmin, seen.xmin)));
        }
        Ok(Row { label: seen.label.clone(), ..now.clone() })
    }

    fn missing(&self, seen: &Row, row: &str) -> Fault {
        match self.ground.standing(&seen.table).filter(|standing| standing.hides) {
            Some(standing) => refused(&format!("{row} is hidden from {} by row level security", self.ground.role))
                .detail(format!("policies: {}", standing.policies.join(", ")))
                .hint("connect as the table's owner or as a role with BYPASSRLS"),
            None => refused(&format!("{row} is gone: it was deleted for good since the plan was made")),
        }
    }

    /// What the plan found out, once more: nothing locked can change any more.
    async fn check(&self, moves: &Moves) -> Result<(), Fault> {
        let asking = self.asking();
        if !moves.revives {
            let first = live_below(self.ground, moves, &asking).await?.into_iter().next();
            return first.map_or(Ok(()), |(place, why)| {
                let row = named(&plan_row(self.ground, &moves.group.members[place].row));
                Err(refused(&format!("{row}: {why}")).hint("look at the new plan and decide again"))
            });
        }
        for (child, parent, relation) in deleted_parents(self.ground, &moves.group, &asking).await? {
            if moves.group.place(&parent.table, &parent.key).is_none() {
                let row = named(&plan_row(self.ground, &moves.group.members[child].row));
                return Err(refused(&format!("{row}: {}", orphaned(&relation, &parent, Reach::Deletion))));
            }
        }
        match clashes(self.ground, moves, &asking).await? {
            Some(clash) => Err(refused(&clash)),
            None => Ok(()),
        }
    }

    async fn update(&self, table: &Table<'_>, places: &[usize], moves: &Moves) -> Result<(), Fault> {
        let set = moves.columns(places);
        let columns: Vec<&str> = set.iter().map(String::as_str).collect();
        let assign = |(n, name): (usize, &&str)| format!("{} = s.v{n}", identifier(name));
        let assigned: Vec<String> = columns.iter().enumerate().map(assign).collect();
        let sql = format!(
            "UPDATE {} AS t\nSET {}\nFROM {}\nWHERE {}\nRETURNING s.n::text",
            table.quoted(),
            assigned.join(", "),
            table.handed(&columns),
            table.key_is("t", "s"),
        );
        let member = |place: &usize| {
            let to = moves.to[*place].iter().map(|(_, value)| value.clone()).collect();
            (*place, moves.group.members[*place].row.key.as_slice(), to)
        };
        let changed = self.asking().rows(&sql, &[hand(places.iter().map(member))]).await?.len();
        if changed == places.len() {
            return Ok(());
        }
        Err(refused(&format!("{} let {changed} of {} rows be changed", table.shown(), places.len()))
            .hint("a trigger or a policy of the table holds the others back"))
    }

    /// The rows read back. Fails where one is not what it was made.
    async fn after(&self, moves: &Moves) -> Result<Vec<Row>, Fault> {
        let rows =
            doubt::look(self.ground, moves.group.members.iter().map(|member| &member.row), &self.asking(), "").await?;
        let mut after = Vec::new();
        for (place, now) in rows.into_iter().enumerate() {
            let before = &moves.group.members[place].row;
            match now {
                Some(now) if now.deleted != moves.revives => after.push(now),
                _ => {
                    let row = named(&plan_row(self.ground, before));
                    return Err(refused(&format!("{row} did not stay as it was made: a trigger changed it back")));
                }
            }
        }
        Ok(after)
    }
}

fn changed(row: &str, how: &str) -> Fault {
    refused(&format!("{row} has changed since the plan was made: {how}")).hint("look at the new plan and decide again")
}

/// A refusal in the middle of a change, which takes all of it back.
pub(super) fn refused(why: &str) -> Fault {
    Fault::new(Kind::Refused, format!("nothing has been changed: {why}"))
}

/// The first row that a unique index keeps from its new values.
async fn clashes(ground: &Ground, moves: &Moves, asking: &Asking<'_>) -> Result<Option<String>, Fault> {
    for (table, places) in moves.tables(ground)? {
        let to = |place: usize| moves.to[place].clone();
        let found = clash::of(ground, &moves.group, table.name(), &places, &to, asking).await?;
        if let Some(clash::Clash { place, why, .. }) = found.into_iter().next() {
            return Ok(Some(format!("{}: {why}", named(&plan_row(ground, &moves.group.members[place].row)))));
        }
    }
    Ok(None)
}

/// The fault of a transaction that was taken back, said so that a person knows what stood in the way.
async fn explained(work: &Work<'_>, ground: &Ground, moves: &Moves, envelope: &Envelope, fault: Fault) -> Fault {
    if [Kind::Refused, Kind::Interrupted].contains(&fault.kind) {
        return fault;
    }
    let code = fault.sqlstate.clone().unwrap_or_default();
    if code == "23505" || code == "23P01" {
        let asking = Asking::Read { what: &work.id, reader: &work.reader, envelope };
        // What the server said is still true where this finds nothing.
        if let Ok(Some(clash)) = clashes(ground, moves, &asking).await {
            return Fault { message: format!("nothing has been changed: {clash}"), kind: Kind::Refused, ..fault };
        }
    }
    not_done(fault)
}

/// A failure that took the change back, said as such.
pub(super) fn not_done(fault: Fault) -> Fault {
    const BUSY: [&str; 4] = ["55P03", "40P01", "40001", "57014"];
    if [Kind::Refused, Kind::Interrupted].contains(&fault.kind) {
        return fault;
    }
    let code = fault.sqlstate.clone().unwrap_or_default();
    let kind = if code.starts_with("23") || BUSY.contains(&code.as_str()) { Kind::Refused } else { fault.kind };
    Fault { message: format!("nothing has been changed: {}", fault.message), kind, ..fault }
}
