//! Another person's operation, as the system's own audit table tells it: what its rows were before. It must not know a journal.

use super::super::super::reader::Reader;
use super::super::super::survey::Bindings;
use super::super::restore::{self, Asking, Ground};
use super::past::Past;
use crate::catalog::System;
use crate::catalog::system::AuditSpec;
use crate::db::quote::identifier;
use crate::model::operation::PlanRow;
use crate::model::{Fault, Kind, Source};
use serde_json::{Map, Value};
use std::sync::Arc;

/// More entries of one operation than this are not read.
const ENTRIES: usize = 64;

/// The operation of this id, where an audit table here knows it.
pub(super) async fn find(reader: &Reader<'_>, bindings: &Bindings, id: &str) -> Result<Option<Past>, Fault> {
    for (source, system) in &bindings.systems {
        let envelope = restore::envelope(source, bindings, reader.envelope);
        let asking = Asking::Read { what: "undo", reader, envelope: &envelope };
        if let Some(past) = of_system(bindings, source, system, id, &asking).await? {
            return Ok(Some(past));
        }
    }
    Ok(None)
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
    let answer = match asking.rows(&statement.sql, &statement.params).await {
        Ok(answer) => answer,
        // A trail the role may not read tells nothing.
        Err(fault) if fault.is("42501") => return Ok(None),
        Err(fault) => return Err(fault),
    };
    if answer.len() > ENTRIES {
        let why = format!("operation {id} has more than {ENTRIES} entries in {}.{}", source.schema, audit.table);
        return Err(Fault::new(Kind::Refused, why).hint("undo it from the console that did it"));
    }
    let mut rows = Vec::new();
    for entry in &answer {
        rows.extend(rows_of(&ground, entry)?);
    }
    let Some(first) = answer.first().filter(|_| !rows.is_empty()) else { return Ok(None) };
    let text = |at: usize| first.get(at).cloned().flatten();
    let was_live = rows.first().map(|row| restore::was_live(&ground, row)).transpose()?.unwrap_or_default();
    Ok(Some(Past {
        id: id.to_owned(),
        operation: if was_live { "delete" } else { "restore" }.to_owned(),
        at: text(0).unwrap_or_default(),
        by: text(3),
        rows,
        in_parts: false,
    }))
}

/// When, what was before, the entry's version, and who.
fn columns(audit: &AuditSpec) -> Vec<String> {
    let who: Vec<String> = [&audit.claimed, &audit.role].into_iter().flatten().map(|own| restore::place(own)).collect();
    let who = if who.is_empty() { "NULL".to_owned() } else { format!("COALESCE({})", who.join(", ")) };
    let old = audit.old.as_deref().map(restore::json_place).unwrap_or_default();
    vec![
        format!("l.{}::text", identifier(&audit.at)),
        format!("({old})::text"),
        "l.xmin::text".to_owned(),
        format!("({who})::text"),
    ]
}

/// The rows of one entry. It was written in the transaction that wrote them, so they have its version as long as nobody changes them.
fn rows_of(ground: &Ground, entry: &[Option<String>]) -> Result<Vec<PlanRow>, Fault> {
    let text = |at: usize| entry.get(at).cloned().flatten().unwrap_or_default();
    let Ok(before) = serde_json::from_str::<Map<String, Value>>(&text(1)) else { return Ok(Vec::new()) };
    let mut rows = Vec::new();
    for (shown, listed) in &before {
        let Ok(table) = ground.planned(shown) else { continue };
        for row in listed.as_array().into_iter().flatten().filter_map(Value::as_object) {
            if table.spec.key.iter().any(|name| row.get(name).is_some_and(Value::is_array)) {
                let why =
                    format!("nothing has been changed: the operation changed more rows of {shown} than one plan lists");
                return Err(Fault::new(Kind::Refused, why).hint("undo it from the console that did it"));
            }
            let value = |name: &str| row.get(name).and_then(plain);
            let mut seen = vec![("xmin".to_owned(), Some(text(2)))];
            let marks = table.deleted.columns().into_iter().filter(|name| row.contains_key(*name));
            seen.extend(marks.map(|name| (name.to_owned(), value(name))));
            rows.push(PlanRow {
                table: shown.clone(),
                key: table.spec.key.iter().map(|name| (name.clone(), value(name))).collect(),
                seen,
                ..PlanRow::default()
            });
        }
    }
    Ok(rows)
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
