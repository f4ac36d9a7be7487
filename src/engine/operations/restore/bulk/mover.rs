//! Rows that are locked and compared already, changed a batch at a time: changed, recorded in the audit table, kept in the
//! journal. It must not know where the rows come from.

use super::super::super::Work;
use super::super::asking::Asking;
use super::super::audit::Said;
use super::super::counters::Counters;
use super::super::execute::refused;
use super::super::ground::{Ground, Table};
use super::super::moves::plan_row;
use super::super::rows::Row;
use super::handed::{self, Handed};
use super::plan::LISTED;
use super::record;
use super::source::{keys, same_key};
use crate::db::Change;
use crate::db::quote::identifier;
use crate::engine::journal::{Part, Parts, Values};
use crate::model::Fault;
use crate::model::operation::PlanRow;
use crate::model::request::Progress;

/// Whether anything but the change itself can touch the rows on the way: a trigger of these tables or of their partitions.
const TRIGGERS: &str = "SELECT 'one'::text\nFROM pg_catalog.json_array_elements_text($1::text::json) AS w (oid)\n\
    CROSS JOIN LATERAL (\n  SELECT w.oid::oid AS relid\n  UNION\n  SELECT p.relid\n  FROM pg_catalog.pg_partition_tree(w.oid::oid::regclass) AS p\n) AS r\n\
    JOIN pg_catalog.pg_trigger AS t ON t.tgrelid = r.relid\nWHERE NOT t.tgisinternal AND t.tgenabled <> 'D'\nLIMIT 1";

/// Rows of one table, and what their marks become.
pub(in super::super::super) struct Batch<'a> {
    pub table: Table<'a>,
    pub rows: &'a [Row],
    pub to: Vec<(String, Values)>,
    pub depth: usize,
    /// Where each row lies, where that is known.
    pub places: &'a [String],
}

pub(in super::super::super) struct Mover<'a> {
    pub work: &'a Work<'a>,
    pub ground: &'a Ground,
    pub change: &'a Change<'a>,
    pub said: &'a Said,
    pub parts: &'a mut Parts,
    /// The rows become live.
    pub revives: bool,
    /// The version that this change gives to rows.
    version: String,
    /// How many rows there are to move.
    of: u64,
    pub done: u64,
    written: usize,
    pub recorded: bool,
    /// The first rows, as they were and as a receipt names them.
    pub first: Vec<Row>,
    pub listed: Vec<PlanRow>,
    counters: Option<Counters<'a>>,
}

impl<'a> Mover<'a> {
    /// One that has moved nothing yet of so many rows.
    pub async fn new(
        work: &'a Work<'a>,
        ground: &'a Ground,
        change: &'a Change<'a>,
        said: &'a Said,
        parts: &'a mut Parts,
        (revives, of): (bool, u64),
    ) -> Result<Self, Fault> {
        // What xmin will be: the epoch is no part of it.
        let sql = "SELECT (pg_catalog.txid_current() % 4294967296)::text";
        let version = Asking::Write { work, change }.texts(sql, &[]).await?.into_iter().next().unwrap_or_default();
        let (first, listed) = (Vec::new(), Vec::new());
        let (done, written, recorded) = (0, 0, false);
        let own = Self {
            work,
            ground,
            change,
            said,
            parts,
            revives,
            version,
            of,
            done,
            written,
            recorded,
            first,
            listed,
            counters: None,
        };
        Ok(own)
    }

    /// Notes the counters of these rows and of those above them.
    pub async fn watch(&mut self, rows: &[Row]) -> Result<(), Fault> {
        let rows: Vec<&Row> = rows.iter().collect();
        self.counters = Some(Counters::read(self.ground, &rows, &self.asking()).await?);
        Ok(())
    }

    /// What became of the counters that were noted, in words.
    pub async fn counted(&self) -> Result<Vec<String>, Fault> {
        match &self.counters {
            Some(counters) => counters.changes(&self.asking()).await,
            None => Ok(Vec::new()),
        }
    }

    pub fn asking(&self) -> Asking<'a> {
        Asking::Write { work: self.work, change: self.change }
    }

    /// The first rows as the change left them.
    pub fn after(&self) -> Vec<Row> {
        let after = |row: &Row| Row { xmin: self.version.clone(), deleted: !self.revives, ..row.clone() };
        self.first.iter().map(after).collect()
    }

    /// Moves a batch.
    pub async fn take(&mut self, batch: &Batch<'_>) -> Result<(), Fault> {
        self.update(batch).await?;
        let recorded = record::write(self.ground, batch, self.said, self.revives, &self.asking()).await?;
        self.recorded |= recorded;
        let version = Values::All(Some(self.version.clone()));
        self.parts.write(self.written, &part(batch, version, self.revives))?;
        self.written += 1;
        self.list(batch);
        self.done += batch.rows.len() as u64;
        let what = if self.revives { "restoring" } else { "deleting" };
        (self.work.reader.progress)(Progress::Rows { what, done: self.done, of: self.of });
        Ok(())
    }

    fn list(&mut self, batch: &Batch<'_>) {
        let action = if self.revives { "restored" } else { "deleted" };
        for row in batch.rows.iter().take(LISTED.saturating_sub(self.listed.len())) {
            let after = Row { xmin: self.version.clone(), ..row.clone() };
            let named = plan_row(self.ground, &after);
            self.listed.push(PlanRow { action: action.to_owned(), depth: batch.depth, ..named });
            self.first.push(row.clone());
        }
    }

    async fn update(&self, batch: &Batch<'_>) -> Result<(), Fault> {
        let Batch { table, rows, .. } = batch;
        let (sql, params) = in_place(batch).unwrap_or_else(|| by_key(batch));
        let answer = self.asking().rows(&sql, &params).await?;
        let count = |at: usize| answer.first()?.get(at)?.as_deref()?.parse::<usize>().ok();
        let (changed, deleted) = (count(0).unwrap_or_default(), count(1).unwrap_or_default());
        if changed != rows.len() {
            return Err(refused(&format!("{} let {changed} of {} rows be changed", table.shown(), rows.len()))
                .hint("a trigger or a policy of the table holds the others back"));
        }
        let meant = if self.revives { 0 } else { changed };
        if deleted != meant {
            return Err(changed_back(table, deleted.abs_diff(meant)));
        }
        Ok(())
    }

    /// Looks at all rows once more where triggers may have touched them: what they changed back is refused, other versions
    /// than expected are kept for an undo.
    pub async fn look_again(&mut self) -> Result<(), Fault> {
        if !self.can_be_touched().await? {
            return Ok(());
        }
        let mut written = self.parts.so_far()?;
        for nr in 0..written.count() {
            let part = written.read(nr)?;
            let table = self.ground.planned(&part.table)?;
            let differ = self.differing(&table, &part).await?;
            if let Some(version) = differ {
                self.parts.write(nr, &Part { version, ..part })?;
            }
        }
        Ok(())
    }

    /// The versions of the rows of a part; None where all have the one they were given.
    async fn differing(&self, table: &Table<'_>, part: &Part) -> Result<Option<Values>, Fault> {
        let columns = keys_of(table, part);
        let mut params = Vec::new();
        let from = handed::from("h", &columns, &mut params);
        params.push(Some(self.version.clone()));
        let condition = same_key(table, "t", "h");
        let wrong = if self.revives { table.is_deleted("t") } else { table.is_live("t") };
        let sql = format!(
            "SELECT\n  h.n::text,\n  t.xmin::text,\n  ({wrong})::text\nFROM {from}\nLEFT JOIN {} AS t ON {condition}\n\
             WHERE t.tableoid IS NULL OR t.xmin::text <> ${}::text OR {wrong}",
            table.quoted(),
            params.len(),
        );
        let found = self.asking().rows(&sql, &params).await?;
        let is_wrong = |row: &&Vec<Option<String>>| row.get(2).cloned().flatten().as_deref() != Some("false");
        let wrong = found.iter().filter(is_wrong).count();
        if wrong > 0 {
            return Err(changed_back(table, wrong));
        }
        let mut versions = vec![Some(self.version.clone()); part.len()];
        for row in &found {
            let place = super::super::group::number(row).and_then(|place| versions.get_mut(place));
            if let (Some(place), Some(version)) = (place, row.get(1)) {
                place.clone_from(version);
            }
        }
        Ok((!found.is_empty()).then(|| Values::of(versions)))
    }

    async fn can_be_touched(&self) -> Result<bool, Fault> {
        let audit = self.ground.system.audit.as_ref().and_then(|audit| self.ground.standing(&audit.table));
        let mut oids: Vec<&str> = self.ground.tables().iter().map(|table| table.standing.oid.as_str()).collect();
        oids.extend(audit.map(|standing| standing.oid.as_str()));
        let found = self.asking().rows(TRIGGERS, &[Some(serde_json::Value::from(oids).to_string())]).await?;
        Ok(!found.is_empty())
    }
}

/// The UPDATE of rows that get the same values, found where they lie: they are locked, so they lie there still. None where they get
/// different ones, or lie in several partitions.
fn in_place(batch: &Batch<'_>) -> Option<(String, Vec<Option<String>>)> {
    let Batch { table, rows, to, places, .. } = batch;
    let first = rows.first()?;
    if places.len() != rows.len() || rows.iter().any(|row| row.tableoid != first.tableoid) {
        return None;
    }
    let mut params = vec![Some(format!("{{\"{}\"}}", places.join("\",\""))), Some(first.tableoid.clone())];
    let mut assigned = Vec::new();
    for (name, values) in to {
        let Values::All(value) = values else { return None };
        params.push(value.clone());
        assigned.push(format!("{} = ${}::text::{}", identifier(name), params.len(), table.standing.type_of(name)));
    }
    let condition = "t.ctid = ANY ($1::text::pg_catalog.tid[]) AND t.tableoid = $2::text::pg_catalog.oid";
    Some((update(table, &assigned, "", condition), params))
}

/// The UPDATE of rows found by their keys.
fn by_key(batch: &Batch<'_>) -> (String, Vec<Option<String>>) {
    let Batch { table, rows, to, .. } = batch;
    let named: Vec<&Row> = rows.iter().collect();
    let mut columns = keys(table, &named);
    let names: Vec<String> = (0..to.len()).map(|n| format!("pgdeck_v{n}")).collect();
    for ((column, values), name) in to.iter().zip(&names) {
        let values = (0..rows.len()).map(|place| values.at(place)).collect();
        columns.push(Handed { name, type_name: table.standing.type_of(column), values });
    }
    let mut params = Vec::new();
    let from = handed::from("h", &columns, &mut params);
    let assign = |((column, _), name): (&(String, Values), &String)| format!("{} = h.{name}", identifier(column));
    let assigned: Vec<String> = to.iter().zip(&names).map(assign).collect();
    (update(table, &assigned, &format!("\n  FROM {from}"), &same_key(table, "t", "h")), params)
}

/// An UPDATE that says how many rows it changed, and how many of them are deleted now.
fn update(table: &Table<'_>, assigned: &[String], from: &str, condition: &str) -> String {
    format!(
        "WITH done AS (\n  UPDATE {} AS t\n  SET {}{from}\n  WHERE {condition}\n  RETURNING {} AS is_deleted\n)\n\
         SELECT\n  pg_catalog.count(*)::text,\n  (pg_catalog.count(*) FILTER (WHERE is_deleted))::text\nFROM done",
        table.quoted(),
        assigned.join(", "),
        table.is_deleted("t"),
    )
}

/// The keys of a part's rows, to be handed over.
pub(in super::super::super) fn keys_of<'a>(table: &Table<'a>, part: &'a Part) -> Vec<Handed<'a>> {
    let column = |(name, values): (&'a String, &'a Vec<String>)| Handed {
        name,
        type_name: table.standing.type_of(name),
        values: values.iter().map(|value| Some(value.as_str())).collect(),
    };
    table.spec.key.iter().zip(&part.keys).map(column).collect()
}

fn changed_back(table: &Table<'_>, rows: usize) -> Fault {
    refused(&format!("{rows} rows of {} did not stay as they were made: a trigger changed them back", table.shown()))
}

/// The rows of a batch as the journal keeps them.
fn part(batch: &Batch<'_>, version: Values, revives: bool) -> Part {
    let table = &batch.table;
    let key = |at: usize| batch.rows.iter().map(|row| row.key.get(at).cloned().unwrap_or_default()).collect();
    let mark = |(at, name): (usize, &str)| {
        let values = batch.rows.iter().map(|row| row.marks.get(at).and_then(|(_, value)| value.clone()));
        (name.to_owned(), Values::of(values.collect()))
    };
    Part {
        table: table.shown(),
        keys: (0..table.spec.key.len()).map(key).collect(),
        before: table.deleted.columns().into_iter().enumerate().map(mark).collect(),
        tenants: Values::of(batch.rows.iter().map(|row| row.tenant.clone()).collect()),
        version,
        revives,
    }
}
