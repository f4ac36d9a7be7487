//! Another person's operation, as the system's own audit table tells it: what its rows were before. It must not know a journal.

use super::super::super::reader::Reader;
use super::super::super::survey::Bindings;
use super::super::restore::{self, Asking, Ground, Marks, Table};
use super::past::Past;
use crate::catalog::System;
use crate::catalog::system::AuditSpec;
use crate::db::quote::identifier;
use crate::model::operation::PlanRow;
use crate::model::{Fault, Kind, Source};
use serde_json::{Map, Value};
use std::collections::HashSet;
use std::sync::Arc;

/// More entries of one operation than this are not read.
const ENTRIES: usize = 64;

/// The operation of this id, where an audit table here knows it.
pub(super) async fn find(reader: &Reader<'_>, bindings: &Bindings, id: &str) -> Result<Option<Past>, Fault> {
    let mut found: Option<Past> = None;
    for (source, system) in &bindings.systems {
        let envelope = restore::envelope(source, bindings, reader.envelope);
        let asking = Asking::Read { what: "undo", reader, envelope: &envelope };
        if let Some(past) = of_system(bindings, source, system, id, &asking).await? {
            if let Some(trail) = found.as_ref().and_then(|first| first.trail.as_ref()) {
                let other = past.trail.unwrap_or_default();
                return Err(untold(&format!("both {trail} and {other} know operation {id}, which can be only one's")));
            }
            found = Some(past);
        }
    }
    Ok(found)
}

/// The trail does not tell the operation so that it could be undone.
fn untold(why: &str) -> Fault {
    Fault::new(Kind::Refused, format!("nothing has been changed: {why}")).hint("undo it from the console that did it")
}

async fn of_system(
    bindings: &Bindings,
    source: &Source,
    system: &Arc<System>,
    id: &str,
    asking: &Asking<'_>,
) -> Result<Option<Past>, Fault> {
    let Some(audit) = system.audit.as_ref().filter(|audit| audit.operation.is_some() && audit.old.is_some()) else {
        return Ok(None);
    };
    let ground = Ground::read(source.clone(), system.clone(), &bindings.survey.facts, asking).await?;
    let Some(statement) = restore::entries_of(&ground, audit, id, &columns(audit), ENTRIES + 1) else {
        return Ok(None);
    };
    let trail = format!("{}.{}", source.schema, audit.table);
    let answer = match asking.rows(&statement.sql, &statement.params).await {
        Ok(answer) => answer,
        // A trail the role may not read tells nothing.
        Err(fault) if fault.is("42501") => return Ok(None),
        Err(fault) => return Err(fault),
    };
    if answer.len() > ENTRIES {
        return Err(untold(&format!("operation {id} has more than {ENTRIES} entries in {trail}")));
    }
    let Some(first) = answer.first() else { return Ok(None) };
    if ground.standing(&audit.table).is_some_and(|standing| standing.hides) {
        let role = &ground.role;
        let why =
            format!("row level security may hide entries of {trail} from {role}, so nobody can say what else it did");
        return Err(untold(&why));
    }
    if answer.iter().any(|entry| entry.get(2) != first.get(2)) {
        return Err(untold(&format!("the entries of operation {id} in {trail} were written by more than one change")));
    }
    let mut told = Vec::new();
    for entry in &answer {
        told.extend(rows_of(&ground, entry, &trail)?);
    }
    if told.is_empty() {
        return Ok(None);
    }
    let was_live = agreed(&ground, &told, &trail)?;
    let (rows, left) = told.into_iter().unzip();
    let text = |at: usize| first.get(at).cloned().flatten();
    Ok(Some(Past {
        id: id.to_owned(),
        operation: if was_live { "delete" } else { "restore" }.to_owned(),
        at: text(0).unwrap_or_default(),
        by: text(3),
        trail: Some(trail),
        rows,
        left,
        in_parts: false,
    }))
}

/// Whether all of the rows were live before. Fails where one stands twice, or they went different ways.
fn agreed(ground: &Ground, told: &[(PlanRow, Marks)], trail: &str) -> Result<bool, Fault> {
    let mut seen = HashSet::new();
    let mut ways = HashSet::new();
    for (row, _) in told {
        if !seen.insert((&row.table, restore::key_of(row))) {
            return Err(untold(&format!("{trail} tells twice what {} was before", restore::named(row))));
        }
        ways.insert(restore::was_live(ground, row)?);
    }
    match ways.len() {
        1 => Ok(ways.contains(&true)),
        _ => Err(untold(&format!("as {trail} tells it, the operation deleted some rows and restored others"))),
    }
}

/// When, what was before, the entry's version, who, and what came after.
fn columns(audit: &AuditSpec) -> Vec<String> {
    let who: Vec<String> = [&audit.claimed, &audit.role].into_iter().flatten().map(|own| restore::place(own)).collect();
    let who = if who.is_empty() { "NULL".to_owned() } else { format!("COALESCE({})", who.join(", ")) };
    let old = audit.old.as_deref().map(restore::json_place).unwrap_or_default();
    let new = audit.new.as_deref().map_or_else(|| "NULL".to_owned(), restore::json_place);
    vec![
        format!("l.{}::text", identifier(&audit.at)),
        format!("({old})::text"),
        "l.xmin::text".to_owned(),
        format!("({who})::text"),
        format!("({new})::text"),
    ]
}

/// The rows of one entry. It was written in the transaction that wrote them, so they have its version as long as nobody changes them.
/// Each with the marks it says they were left with.
fn rows_of(ground: &Ground, entry: &[Option<String>], trail: &str) -> Result<Vec<(PlanRow, Marks)>, Fault> {
    let text = |at: usize| entry.get(at).cloned().flatten().unwrap_or_default();
    let Ok(before) = serde_json::from_str::<Map<String, Value>>(&text(1)) else { return Ok(Vec::new()) };
    let after = serde_json::from_str::<Map<String, Value>>(&text(4)).unwrap_or_default();
    let mut rows = Vec::new();
    for (shown, listed) in &before {
        let Ok(table) = ground.planned(shown) else {
            let system = &ground.system.name;
            return Err(untold(&format!("{trail} says that it changed {shown}, which {system} does not have here")));
        };
        for row in listed.as_array().into_iter().flatten().filter_map(Value::as_object) {
            if table.spec.key.iter().any(|name| row.get(name).is_some_and(Value::is_array)) {
                let why = format!("the operation changed more rows of {shown} than one plan lists");
                return Err(untold(&why));
            }
            if let Some(name) = table.deleted.columns().into_iter().find(|name| !row.contains_key(*name)) {
                return Err(untold(&format!("{trail} does not tell what {name} of a row of {shown} was before")));
            }
            let value = |name: &str| row.get(name).and_then(plain);
            let mut seen = vec![("xmin".to_owned(), Some(text(2)))];
            seen.extend(table.deleted.columns().into_iter().map(|name| (name.to_owned(), value(name))));
            let is_same = |own: &&Map<String, Value>| table.spec.key.iter().all(|name| own.get(name) == row.get(name));
            let left = listed_in(&after, shown).find(is_same);
            let planned = PlanRow {
                table: shown.clone(),
                key: table.spec.key.iter().map(|name| (name.clone(), value(name))).collect(),
                seen,
                ..PlanRow::default()
            };
            rows.push((planned, left.map(|left| marks_of(&table, left)).unwrap_or_default()));
        }
    }
    Ok(rows)
}

/// The rows an entry has of a table.
fn listed_in<'a>(told: &'a Map<String, Value>, shown: &str) -> impl Iterator<Item = &'a Map<String, Value>> {
    told.get(shown).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
}

fn marks_of(table: &Table<'_>, told: &Map<String, Value>) -> Marks {
    let names = table.deleted.columns().into_iter();
    names.filter_map(|name| Some((name.to_owned(), plain(told.get(name)?)))).collect()
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
