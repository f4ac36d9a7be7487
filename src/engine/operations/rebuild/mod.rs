//! The INSERT that would bring back a row deleted for good, as the audit trail has it. pgdeck hands it over and does not run it:
//! nobody knows what else was there.

mod entry;
mod insert;
mod parents;

use super::super::reader::Reader;
use super::super::survey::Bindings;
use super::restore::{Asking, Ground, envelope};
use crate::catalog::System;
use crate::catalog::system::TableSpec;
use crate::db::quote::identifier;
use crate::model::nearest::did_you_mean;
use crate::model::operation::{HANDED_OVER, Intent, Plan, PlanRow, RowRef};
use crate::model::{Fault, Source};
use serde_json::Value;
use std::sync::Arc;

/// A row by its key.
struct Lost<'a> {
    ground: &'a Ground,
    table: &'a TableSpec,
    /// The values of the key, in its order.
    key: Vec<String>,
}

/// What would be written again.
pub(super) async fn plan(reader: &Reader<'_>, bindings: &Bindings, row: RowRef) -> Result<Plan, Fault> {
    let (source, system, name) = table(bindings, &row.table)?;
    let envelope = envelope(&source, bindings, reader.envelope);
    let asking = Asking::Read { what: "rebuild", reader, envelope: &envelope };
    let ground = Ground::read(source, system, &bindings.survey.facts, &asking).await?;
    let table = ground.system.tables.iter().find(|table| table.name == name);
    let table = table.filter(|_| ground.standing(&name).is_some()).ok_or_else(|| {
        Fault::usage(format!(
            "{}.{name} does not stand here as the manifest of {} says",
            ground.source.schema, ground.system.name
        ))
    })?;
    let lost = Lost { ground: &ground, key: key(table, &row.key)?, table };
    let entry = entry::newest(&lost, &asking).await?;
    let columns = insert::columns(&lost, &asking).await?;
    let written = insert::write(&lost, &entry, &columns, &asking).await?;
    let mut notes = vec![format!("the values are those of the audit trail's entry of {}", entry.at)];
    notes.extend(written.notes);
    notes.extend(parents::gone(&lost, &written.values, &asking).await?);
    let live = lost.live(&asking).await?;
    let shown = lost.shown();
    let planned = PlanRow {
        table: shown.clone(),
        key: table.key.iter().cloned().zip(lost.key.iter().cloned().map(Some)).collect(),
        action: if live.is_some() { "conflict" } else { "create" }.to_owned(),
        reason: live.clone(),
        label: entry.label,
        ..PlanRow::default()
    };
    let counts = if live.is_some() { Vec::new() } else { vec![(shown.clone(), 1)] };
    Ok(Plan {
        rows: vec![planned],
        counts,
        sql: vec![written.sql],
        notes,
        refused: Some(live.unwrap_or_else(|| HANDED_OVER.to_owned())),
        ..Plan::of(Intent::Rebuild(RowRef { table: shown, ..row }))
    })
}

impl Lost<'_> {
    fn shown(&self) -> String {
        format!("{}.{}", self.ground.source.schema, self.table.name)
    }

    fn quoted(&self) -> String {
        format!("{}.{}", identifier(&self.ground.source.schema), identifier(&self.table.name))
    }

    fn word(&self) -> &str {
        self.table.word.as_deref().unwrap_or(&self.table.name)
    }

    fn type_of(&self, column: &str) -> &str {
        self.ground.standing(&self.table.name).map_or("text", |standing| standing.type_of(column))
    }

    fn masks(&self, column: &str) -> bool {
        self.table.masked.iter().any(|masked| masked == column)
    }

    fn label(&self) -> Option<&str> {
        self.table.label.as_deref().filter(|name| !self.masks(name))
    }

    /// The row that has the key now, in a sentence.
    async fn live(&self, asking: &Asking<'_>) -> Result<Option<String>, Fault> {
        let one =
            |(n, name): (usize, &String)| format!("t.{} = ${}::text::{}", identifier(name), n + 1, self.type_of(name));
        let keys: Vec<String> = self.table.key.iter().enumerate().map(one).collect();
        let label = self
            .label()
            .map_or("NULL::text".to_owned(), |name| format!("pg_catalog.left(t.{}::text, 120)", identifier(name)));
        let sql = format!("SELECT {label}\nFROM {} AS t\nWHERE {}\nLIMIT 1", self.quoted(), keys.join(" AND "));
        let params: Vec<Option<String>> = self.key.iter().cloned().map(Some).collect();
        let Some(row) = asking.rows(&sql, &params).await?.into_iter().next() else { return Ok(None) };
        let label = row.into_iter().next().flatten().map_or_else(String::new, |label| format!(": {label:?}"));
        let key: Vec<String> =
            self.table.key.iter().zip(&self.key).map(|(name, value)| format!("{name}={value}")).collect();
        Ok(Some(format!("{} has a row with {} again{label}", self.shown(), key.join(" "))))
    }
}

/// A table by its whole name, the system it is of, and its own name.
type Known<'a> = (String, &'a (Source, Arc<System>), &'a str);

/// The system and the table of it that a text names: `schema.table`, `system.table`, or a name only one system has.
fn table(bindings: &Bindings, text: &str) -> Result<(Source, Arc<System>, String), Fault> {
    let mut known: Vec<Known<'_>> = Vec::new();
    for place in &bindings.systems {
        for table in &place.1.tables {
            known.push((format!("{}.{}", place.0.schema, table.name), place, &table.name));
        }
    }
    let by = |fits: &dyn Fn(&Known<'_>) -> bool| -> Vec<_> { known.iter().filter(|one| fits(one)).collect() };
    let found = [
        by(&|(shown, ..)| shown == text),
        by(&|(_, place, name)| format!("{}.{name}", place.0.system) == text),
        by(&|(.., name)| *name == text),
    ];
    match found.iter().find(|found| !found.is_empty()).map(Vec::as_slice) {
        Some([(_, place, name)]) => Ok((place.0.clone(), place.1.clone(), (*name).to_owned())),
        Some(several) => {
            let names: Vec<&str> = several.iter().map(|(shown, ..)| shown.as_str()).collect();
            Err(Fault::usage(format!("several tables are called {text}: {}", names.join(", ")))
                .hint("write the one you mean with its schema"))
        }
        None => {
            let fault = Fault::usage(format!("no system here has a table called {text}"));
            let near = did_you_mean(text, known.iter().map(|(shown, ..)| shown.as_str()));
            Err(fault.hint(near.unwrap_or_else(|| "pgdeck show history lists what can be rebuilt".to_owned())))
        }
    }
}

/// The values of a key: the bare value of a one-column key, else a JSON object.
fn key(table: &TableSpec, text: &str) -> Result<Vec<String>, Fault> {
    let wrong = || {
        Fault::usage(format!("this is no key of {}: {text}", table.name))
            .hint(format!("its columns are {}; as pgdeck show history prints it", table.key.join(", ")))
    };
    if !text.trim_start().starts_with('{') && table.key.len() == 1 {
        return Ok(vec![text.to_owned()]);
    }
    let object: serde_json::Map<String, Value> = serde_json::from_str(text).map_err(|_| wrong())?;
    let value = |name: &String| match object.get(name) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(value @ (Value::Number(_) | Value::Bool(_))) => Ok(value.to_string()),
        _ => Err(wrong()),
    };
    let values: Result<Vec<String>, Fault> = table.key.iter().map(value).collect();
    values.and_then(|values| if values.is_empty() || object.len() != values.len() { Err(wrong()) } else { Ok(values) })
}
