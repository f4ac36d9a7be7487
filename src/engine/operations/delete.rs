//! Deleting rows softly: the rows, and what the manifest says falls with them, marked as one deletion. It must not know how rows
//! are changed.

use super::super::reader::Reader;
use super::super::survey::Bindings;
use super::Work;
use super::restore::{self, Asking, Draft, Ground, Marks, Moves, Table, bulk, target};
use crate::catalog::system::DeletedKind;
use crate::model::operation::{Delete, Intent, OnConflict, Plan, Reach, Receipt};
use crate::model::{Fault, Kind};
use std::collections::BTreeMap;

/// What one deletion has in common.
struct Moment {
    /// Its time, by the type of the column that holds it.
    times: BTreeMap<String, String>,
    /// What a column holds that is no time and tells deletions apart.
    id: String,
}

/// What would be deleted.
pub(super) async fn plan(reader: &Reader<'_>, bindings: &Bindings, delete: Delete) -> Result<Plan, Fault> {
    let (source, system, name) = target::table(bindings, &delete.table)?;
    if delete.keys.is_empty() {
        return Err(Fault::usage("no row is named"));
    }
    let envelope = restore::envelope(&source, bindings, reader.envelope);
    let asking = Asking::Read { what: "delete", reader, envelope: &envelope };
    let ground = Ground::read(source, system, &bindings.survey.facts, &asking).await?;
    let table = ground.needed(&name)?;
    let named = target::rows(&ground, &table, &delete.keys, &asking).await?;
    let mut group = match restore::falling(&ground, named, &asking).await {
        Err(fault) if bulk::is_too_many(&fault) => return in_parts(reader, &ground, &envelope, &table, delete).await,
        group => group?,
    };
    restore::keep_within(&ground, &mut group, delete.scope.as_ref(), &asking).await?;
    let tables: Vec<String> = group.members.iter().map(|member| member.row.table.clone()).collect();
    let moment = Moment::read(&ground, &tables, &new_id(&asking).await?, &asking).await?;
    let to = group.members.iter().map(|member| moment.marks(&ground, &member.row.table)).collect::<Result<_, _>>()?;
    let mut draft = Draft::new(Moves { group, to, revives: false, takes_back: false });
    for (place, why) in restore::live_below(&ground, &draft.moves, &asking).await? {
        draft.moves.group.members[place].fate = restore::Fate::Conflict(why);
    }
    draft.notes.extend(restore::staying_below(&ground, &draft.moves.group, &asking).await?);
    draft.refuse_hidden(&ground, &falls_to(&ground, &name));
    draft.refuse_conflicts(&ground, "");
    let what = format!("delete rows of {} softly", table.shown());
    let said = restore::Said { actor: delete.actor.clone(), reason: delete.reason.clone(), ..restore::Said::default() };
    let intent = Intent::Delete(Delete { table: table.shown(), ..delete });
    draft.finish(&ground, &envelope, intent, &what, &said, &asking).await
}

/// The plan of a deletion of more rows than are listed one by one.
async fn in_parts(
    reader: &Reader<'_>,
    ground: &Ground,
    envelope: &crate::db::Envelope,
    table: &Table<'_>,
    delete: Delete,
) -> Result<Plan, Fault> {
    let asking = Asking::Read { what: "delete", reader, envelope };
    let near = falls_to(ground, table.name());
    let tables: Vec<String> = near.iter().map(|name| (*name).to_owned()).collect();
    let moment = Moment::read(ground, &tables, &new_id(&asking).await?, &asking).await?;
    let wanted = bulk::Wanted {
        about: about(&delete),
        on_conflict: OnConflict::Abort,
        near,
        what: format!("delete rows of {} softly", table.shown()),
        said: restore::Said { actor: delete.actor.clone(), reason: delete.reason.clone(), ..restore::Said::default() },
        to: &|table| moment.marks(ground, table.name()),
    };
    let intent = Intent::Delete(Delete { table: table.shown(), ..delete.clone() });
    bulk::plan(reader, ground, envelope, &wanted, intent).await
}

fn about(delete: &Delete) -> bulk::About<'_> {
    bulk::About {
        way: bulk::Way::Fall,
        reach: Reach::Deletion,
        table: &delete.table,
        keys: &delete.keys,
        without: &[],
        scope: delete.scope.as_ref(),
    }
}

/// Deletes the planned rows in one transaction.
pub(super) async fn perform(work: &Work<'_>, plan: &Plan, delete: &Delete) -> Result<Receipt, Fault> {
    let (source, system, _) = target::table(&work.bindings, &delete.table)?;
    let envelope = restore::envelope(&source, &work.bindings, work.reader.envelope);
    let ground = restore::standing(work, source, system).await?;
    let asking = Asking::Read { what: &work.id, reader: &work.reader, envelope: &envelope };
    let planned = plan.rows.iter().filter(|row| row.action == "delete");
    let tables: Vec<String> =
        planned.map(|row| Ok(ground.planned(&row.table)?.name().to_owned())).collect::<Result<_, Fault>>()?;
    let moment = Moment::read(&ground, &tables, &work.id, &asking).await?;
    if !plan.unlisted.is_empty() {
        let said = restore::Said { actor: delete.actor.clone(), reason: delete.reason.clone(), ..restore::said(work) };
        let to = |table: &Table<'_>| moment.marks(&ground, table.name());
        let moved = bulk::perform(work, &ground, plan, about(delete), &to, &said).await?;
        return Ok(Receipt { in_parts: true, ..restore::told(work, plan, moved) });
    }
    let moves = Moves::of_plan(&ground, plan, false, |table, _| moment.marks(&ground, table.name()))?;
    let said = restore::Said { actor: delete.actor.clone(), reason: delete.reason.clone(), ..restore::said(work) };
    let moved = restore::execute(work, &ground, moves, &said).await?;
    Ok(restore::told(work, plan, moved))
}

/// The tables a deletion of this one can fall to.
fn falls_to<'a>(ground: &'a Ground, name: &'a str) -> Vec<&'a str> {
    let mut all = vec![name];
    let mut at = 0;
    while let Some(name) = all.get(at).copied() {
        for relation in ground.below(name).into_iter().filter(|relation| relation.spec.cascade) {
            if !all.contains(&relation.child.name()) {
                all.push(relation.child.name());
            }
        }
        at += 1;
    }
    all
}

async fn new_id(asking: &Asking<'_>) -> Result<String, Fault> {
    let ids = asking.texts("SELECT pg_catalog.gen_random_uuid()::text", &[]).await?;
    ids.into_iter().next().ok_or_else(|| Fault::query("the server gave no deletion id"))
}

impl Moment {
    /// One moment for all of these tables, in each type they keep it in.
    async fn read(ground: &Ground, tables: &[String], id: &str, asking: &Asking<'_>) -> Result<Self, Fault> {
        let mut types: Vec<String> = Vec::new();
        for name in tables {
            let table = ground.needed(name)?;
            let times = time_columns(&table).map(|column| table.standing.type_of(column).to_owned());
            types.extend(times.filter(|name| is_time(name)));
        }
        types.sort_unstable();
        types.dedup();
        let mut times = BTreeMap::new();
        if types.is_empty() {
            return Ok(Self { times, id: id.to_owned() });
        }
        let columns: Vec<String> = types.iter().map(|name| format!("{}::{name}::text", moment_of(name))).collect();
        let sql = format!("SELECT {}", columns.join(",\n  "));
        let row = asking.rows(&sql, &[]).await?.into_iter().next().unwrap_or_default();
        times.extend(types.into_iter().zip(row).filter_map(|(name, value)| Some((name, value?))));
        Ok(Self { times, id: id.to_owned() })
    }

    /// What the marks of a deleted row of this table become. Who deleted it in the application's eyes is left alone: pgdeck is no
    /// user of it.
    fn marks(&self, ground: &Ground, name: &str) -> Result<Marks, Fault> {
        let table = ground.needed(name)?;
        let time = |column: &str| self.times.get(table.standing.type_of(column)).cloned();
        let marker = match table.deleted.kind {
            DeletedKind::Timestamp => time(&table.deleted.column).ok_or_else(|| no_time(&table))?,
            DeletedKind::Boolean | DeletedKind::Status => table.dead().to_owned(),
        };
        let mut marks = vec![(table.deleted.column.clone(), Some(marker))];
        if let Some(column) = table.deleted.group.as_ref().filter(|column| **column != table.deleted.column) {
            let value = match table.standing.type_of(column) {
                name if is_time(name) => time(column),
                "uuid" | "text" | "character varying" => Some(self.id.clone()),
                _ => None,
            };
            marks.extend(value.map(|value| (column.clone(), Some(value))));
        }
        Ok(marks)
    }
}

fn time_columns<'a>(table: &Table<'a>) -> impl Iterator<Item = &'a str> {
    let marker = (table.deleted.kind == DeletedKind::Timestamp).then_some(table.deleted.column.as_str());
    marker.into_iter().chain(table.deleted.group.as_deref())
}

fn is_time(type_name: &str) -> bool {
    type_name.starts_with("timestamp") || type_name == "date"
}

/// A time without a zone is that of the database's own zone, as the application's statements would write it.
fn moment_of(type_name: &str) -> &'static str {
    if type_name == "timestamp with time zone" {
        return "pg_catalog.statement_timestamp()";
    }
    "(pg_catalog.statement_timestamp() AT TIME ZONE (SELECT s.reset_val FROM pg_catalog.pg_settings AS s WHERE s.name = 'TimeZone'))"
}

fn no_time(table: &Table<'_>) -> Fault {
    let column = &table.deleted.column;
    let type_name = table.standing.type_of(column);
    Fault::new(Kind::Refused, format!("{}.{column} has the type {type_name}, and pgdeck writes a time", table.shown()))
        .hint("the manifest's kind of deletion does not fit the column")
}
