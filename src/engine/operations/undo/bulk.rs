//! Undoing an operation whose rows stand in the journal part by part: compared part by part with the versions they were left
//! with, then put back, children before their parents where they are deleted again. What is in memory does not grow with the rows.

use super::super::super::journal::{Part, Values, Written};
use super::super::Work;
use super::super::restore::bulk::{
    Batch, CONFLICTS, Handed, LISTED, Mover, carried_out, handed_from, keys_of, same_key,
};
use super::super::restore::{self, Asking, Draft, Fate, Ground, Group, Moved, Moves, Relation, Row, Table, join_up};
use super::super::stopping::{is_stopped, stopped};
use super::past::Past;
use crate::db::Envelope;
use crate::engine::reader::Reader;
use crate::model::operation::{Intent, Plan, PlanRow, Unlisted};
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
    draft.refuse_hidden(ground, &tables);
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
        (reader.progress)(Progress::Rows { what: "looking through", done: rows, of: rows });
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
            mover.take(&Batch { table, rows: &rows, to: part.before, depth: 0 }).await?;
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

/// Rows of a part that have another version than they were left with.
struct Differing {
    count: u64,
    first: Vec<usize>,
}

async fn differing(table: &Table<'_>, part: &Part, asking: &Asking<'_>, lock: &str) -> Result<Differing, Fault> {
    let mut params = Vec::new();
    let from = handed_from("h", &with_versions(table, part), &mut params);
    // Written as one step, so that every row is locked before any is compared.
    let sql = format!(
        "WITH l AS MATERIALIZED (\n  SELECT\n    h.n,\n    t.xmin = h.xmin AS is_same\n  FROM {from}\n  JOIN {} AS t ON {}\n  ORDER BY {}{lock}\n),\n\
         w AS (\n  SELECT g.n, COALESCE(l.is_same, false) AS is_same\n  FROM pg_catalog.generate_series(0, {} - 1) AS g (n)\n  LEFT JOIN l ON l.n = g.n\n)\n\
         SELECT\n  w.n::text,\n  (pg_catalog.count(*) OVER ())::text\nFROM w\nWHERE NOT w.is_same\nORDER BY w.n\nLIMIT {CONFLICTS}",
        table.quoted(),
        same_key(table, "t", "h"),
        table.key_list("t"),
        part.len(),
    );
    let rows = asking.rows(&sql, &params).await?;
    let number = |row: &Vec<Option<String>>, at: usize| row.get(at)?.as_deref()?.parse::<u64>().ok();
    let count = rows.first().and_then(|row| number(row, 1)).unwrap_or_default();
    let first = rows.iter().filter_map(|row| number(row, 0)).filter_map(|n| usize::try_from(n).ok()).collect();
    Ok(Differing { count, first })
}

/// A row of a part that cannot be put back, and the row in its way.
struct Barred {
    place: usize,
    why: String,
    table: String,
    key: Vec<String>,
}

/// Rows of a part that cannot be put back because of others: live rows that came below them, or a parent that is deleted.
async fn barred(
    ground: &Ground,
    table: &Table<'_>,
    part: &Part,
    revives: bool,
    asking: &Asking<'_>,
) -> Result<Vec<Barred>, Fault> {
    let mut all = Vec::new();
    let relations = if revives { ground.above(table.name()) } else { ground.below(table.name()) };
    for relation in relations.into_iter().filter(|relation| revives || relation.spec.cascade) {
        let mut params = Vec::new();
        let (own, other) = if revives { (&relation.child, "p") } else { (&relation.parent, "c") };
        let mut sql = from_part(&relation, own, part, revives, &mut params);
        let (list, condition) = match revives {
            // One that was deleted along with it comes back along with it.
            true => {
                (relation.parent.select_list("p"), format!("{} AND p.xmin <> h.xmin", relation.parent.is_deleted("p")))
            }
            // Older ones were live below it before, too.
            false => {
                let newer = "pg_catalog.age(c.xmin) < pg_catalog.age(h.xmin)";
                (relation.child.select_list("c"), format!("{} AND {newer}", relation.child.is_live("c")))
            }
        };
        sql = format!(
            "SELECT h.n::text,\n  {list}\n{sql}\nWHERE {condition}\nORDER BY h.n, {}\nLIMIT {CONFLICTS}",
            if revives { relation.parent.key_list(other) } else { relation.child.key_list(other) },
        );
        let met = if revives { relation.parent } else { relation.child };
        for row in asking.rows(&sql, &params).await? {
            let found = Row::read(&met, &row, 1);
            let Some(place) = row.first().cloned().flatten().and_then(|n| n.parse().ok()) else { continue };
            let label = found.label.clone().unwrap_or_else(|| found.key.join(" "));
            let why = match revives {
                true => format!("its {} {label:?} is deleted", met.word()),
                false => format!("the {} {label:?} below it is live, and came or was changed since", met.word()),
            };
            all.push(Barred { place, why, table: met.shown(), key: found.key });
        }
    }
    Ok(all)
}

/// Those that are barred by rows the operation did not touch. What became of the others is told of themselves.
fn strangers(mut barred: Vec<Barred>, written: &mut Written) -> Result<Vec<Barred>, Fault> {
    for nr in 0..written.count() {
        if barred.is_empty() {
            break;
        }
        let part = written.read(nr)?;
        let is_in = |own: &Barred| (0..part.len()).any(|place| part.key(place) == own.key);
        barred.retain(|own| own.table != part.table || !is_in(own));
    }
    Ok(barred)
}

/// Fails where a row of a part is barred now. A parent that comes back in the same change has come by the end of it.
async fn bar(ground: &Ground, table: &Table<'_>, part: &Part, revives: bool, asking: &Asking<'_>) -> Result<(), Fault> {
    match barred(ground, table, part, revives, asking).await?.into_iter().next() {
        None => Ok(()),
        Some(Barred { place, why, .. }) => {
            let row = left(table, part, place, revives);
            Err(refused(&format!("{}: {why}", shown(table, &row))).hint("look at the new plan and decide again"))
        }
    }
}

/// FOR SHARE: the key lock of a foreign key would let a soft delete through.
async fn hold_parents(ground: &Ground, table: &Table<'_>, part: &Part, asking: &Asking<'_>) -> Result<(), Fault> {
    for relation in ground.above(table.name()) {
        let mut params = Vec::new();
        let from = handed_from("h", &keys_of(table, part), &mut params);
        let sql = format!(
            "WITH l AS MATERIALIZED (\n  SELECT 1\n  FROM {} AS p\n  WHERE EXISTS (\n    SELECT 1\n    FROM {from}\n    JOIN {} AS c ON {}\n    WHERE {}\n  )\n  ORDER BY {}\n  FOR SHARE OF p\n)\nSELECT pg_catalog.count(*)::text\nFROM l",
            relation.parent.quoted(),
            relation.child.quoted(),
            same_key(&relation.child, "c", "h"),
            relation.joins(),
            relation.parent.key_list("p"),
        );
        asking.rows(&sql, &params).await?;
    }
    Ok(())
}

/// FROM the rows of a part, as one side of a relation, to the other side.
fn from_part(
    relation: &Relation<'_>,
    own: &Table<'_>,
    part: &Part,
    revives: bool,
    params: &mut Vec<Option<String>>,
) -> String {
    let from = handed_from("h", &with_versions(own, part), params);
    let (own_as, other, other_as) = if revives { ("c", &relation.parent, "p") } else { ("p", &relation.child, "c") };
    format!(
        "FROM {from}\nJOIN {} AS {own_as} ON {}\nJOIN {} AS {other_as} ON {}",
        own.quoted(),
        same_key(own, own_as, "h"),
        other.quoted(),
        relation.joins(),
    )
}

fn with_versions<'a>(table: &Table<'a>, part: &'a Part) -> Vec<Handed<'a>> {
    let mut columns = keys_of(table, part);
    let values = (0..part.len()).map(|place| part.version.at(place)).collect();
    columns.push(Handed { name: "xmin", type_name: "xid", values });
    columns
}

/// The rows of a part as they stand, in its order.
async fn as_they_stand(table: &Table<'_>, part: &Part, asking: &Asking<'_>) -> Result<Vec<Row>, Fault> {
    let mut params = Vec::new();
    let from = handed_from("h", &keys_of(table, part), &mut params);
    let sql = format!(
        "SELECT\n  {}\nFROM {from}\nJOIN {} AS t ON {}\nORDER BY h.n",
        table.select_list("t"),
        table.quoted(),
        same_key(table, "t", "h"),
    );
    let rows: Vec<Row> = asking.rows(&sql, &params).await?.iter().map(|row| Row::read(table, row, 0)).collect();
    if rows.len() == part.len() { Ok(rows) } else { Err(refused(&format!("rows of {} are gone", table.shown()))) }
}

/// A row of a part as the operation left it, with the marks it had before.
fn left(table: &Table<'_>, part: &Part, place: usize, revives: bool) -> Row {
    let mark = |(name, values): &(String, Values)| (name.clone(), values.at(place).map(str::to_owned));
    Row {
        table: table.name().to_owned(),
        key: part.key(place),
        label: None,
        tenant: part.tenants.at(place).map(str::to_owned),
        marks: part.before.iter().map(mark).collect(),
        xmin: part.version.at(place).unwrap_or_default().to_owned(),
        tableoid: String::new(),
        deleted: revives,
    }
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

fn shown(table: &Table<'_>, row: &Row) -> String {
    let key = table.spec.key.iter().cloned().zip(row.key.iter().cloned().map(Some)).collect();
    restore::named(&PlanRow { table: table.shown(), key, ..PlanRow::default() })
}

fn refused(why: &str) -> Fault {
    Fault::new(Kind::Refused, format!("nothing has been changed: {why}"))
}
