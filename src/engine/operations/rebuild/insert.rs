//! The INSERT itself: the old values under the table's columns of today. It must not know where the values come from.

use super::super::restore::Asking;
use super::Lost;
use super::entry::Entry;
use crate::db::quote::{identifier, literal};
use crate::model::Fault;
use serde_json::Value;
use std::collections::BTreeMap;

const SQL: &str = include_str!("../../sql/rebuild.sql");

/// A column of the table as it stands.
pub(super) struct Column {
    name: String,
    always_identity: bool,
    generated: bool,
    has_default: bool,
    not_null: bool,
}

/// What came of it.
pub(super) struct Written {
    pub sql: String,
    pub notes: Vec<String>,
    /// The values that are written, by column.
    pub values: BTreeMap<String, Option<String>>,
}

pub(super) async fn columns(lost: &Lost<'_>, asking: &Asking<'_>) -> Result<Vec<Column>, Fault> {
    let params = [Some(lost.ground.source.schema.clone()), Some(lost.table.name.clone())];
    let column = |row: Vec<Option<String>>| {
        let text = |at: usize| row.get(at).cloned().flatten().unwrap_or_default();
        Column {
            name: text(0),
            always_identity: text(1) == "a",
            generated: text(2) == "true",
            has_default: text(3) == "true" || !text(1).is_empty(),
            not_null: text(4) == "true",
        }
    };
    Ok(asking.rows(SQL, &params).await?.into_iter().map(column).collect())
}

/// Writes the INSERT of an entry's values. A plain literal takes the column's own type.
pub(super) async fn write(
    lost: &Lost<'_>,
    entry: &Entry,
    columns: &[Column],
    asking: &Asking<'_>,
) -> Result<Written, Fault> {
    let kept = |column: &&Column| entry.names.contains(&column.name) && !column.generated && !lost.masks(&column.name);
    let names: Vec<&str> = columns.iter().filter(kept).map(|column| column.name.as_str()).collect();
    let (values, misfit) = values(lost, entry, &names, asking).await?;
    let mut notes = notes(lost, entry, columns);
    notes.extend(misfit);
    let mut lines: Vec<(String, String)> = names
        .iter()
        .map(|name| {
            let value = values.get(*name).and_then(Option::as_deref);
            (identifier(name), value.map_or_else(|| "NULL".to_owned(), literal))
        })
        .collect();
    lines.extend(columns.iter().filter_map(|column| {
        let why = column.asked(lost, entry)?;
        Some((identifier(&column.name), format!("NULL /* {why} */")))
    }));
    let overriding = columns.iter().any(|column| column.always_identity && names.contains(&column.name.as_str()));
    let (into, from): (Vec<String>, Vec<String>) = lines.into_iter().unzip();
    let sql = format!(
        "INSERT INTO {} (\n  {}\n)\n{}VALUES (\n  {}\n)",
        lost.quoted(),
        into.join(",\n  "),
        if overriding { "OVERRIDING SYSTEM VALUE\n" } else { "" },
        from.join(",\n  "),
    );
    Ok(Written { sql, notes, values })
}

impl Column {
    /// Why a person has to fill it in; None where nobody has to.
    fn asked(&self, lost: &Lost<'_>, entry: &Entry) -> Option<&'static str> {
        match (lost.masks(&self.name), entry.names.contains(&self.name)) {
            _ if self.generated => None,
            (true, _) => Some("masked, to be filled in"),
            (false, false) if self.not_null && !self.has_default => Some("not in the trail, to be filled in"),
            _ => None,
        }
    }
}

/// What a person has to know of columns that do not come back as they were.
fn notes(lost: &Lost<'_>, entry: &Entry, columns: &[Column]) -> Vec<String> {
    let mut notes = Vec::new();
    let listed = |fits: &dyn Fn(&&Column) -> bool| -> Option<String> {
        let names: Vec<&str> = columns.iter().filter(fits).map(|column| column.name.as_str()).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let told = |column: &&Column| entry.names.contains(&column.name) || lost.masks(&column.name);
    let masked = listed(&|column| lost.masks(&column.name) && !column.generated);
    notes.extend(masked.map(|names| format!("masked, and NULL until somebody fills them in: {names}")));
    let needed = listed(&|column| !told(column) && !column.generated && column.not_null && !column.has_default);
    notes.extend(
        needed.map(|names| format!("NOT NULL without a default and not in the trail, to be filled in: {names}")),
    );
    let defaults = listed(&|column| !told(column) && !column.generated && column.has_default);
    notes.extend(defaults.map(|names| format!("not in the trail, and set by their defaults: {names}")));
    let generated = listed(&|column| column.generated);
    notes.extend(generated.map(|names| format!("generated, and left to the table: {names}")));
    let old: Value = serde_json::from_str(&entry.old).unwrap_or_default();
    let gone = entry.names.iter().filter(|name| !columns.iter().any(|column| column.name == **name));
    let gone: Vec<String> = gone.map(|name| format!("{name} was {}", old.get(name).unwrap_or(&Value::Null))).collect();
    if !gone.is_empty() {
        notes.push(format!("the table has these columns no more: {}", gone.join(", ")));
    }
    notes
}

/// The values as the columns of today spell them; as the trail spells them, with a note, where they do not fit any more.
async fn values(
    lost: &Lost<'_>,
    entry: &Entry,
    names: &[&str],
    asking: &Asking<'_>,
) -> Result<(BTreeMap<String, Option<String>>, Option<String>), Fault> {
    let columns: Vec<String> = names.iter().map(|name| format!("r.{}::text", identifier(name))).collect();
    let picked: Vec<String> = names.iter().map(|name| literal(name)).collect();
    let of = "(SELECT pg_catalog.jsonb_object_agg(e.key, e.value) FROM pg_catalog.jsonb_each($1::text::jsonb) AS e (key, value) WHERE e.key IN (";
    let sql = format!(
        "SELECT {}\nFROM pg_catalog.jsonb_populate_record(NULL::{}, {of}{}))) AS r",
        columns.join(", "),
        lost.quoted(),
        picked.join(", "),
    );
    let fits = match names {
        [] => Ok(Vec::new()),
        _ => asking.rows(&sql, &[Some(entry.old.clone())]).await,
    };
    match fits {
        Ok(rows) => {
            let row = rows.into_iter().next().unwrap_or_default();
            Ok((names.iter().map(|name| (*name).to_owned()).zip(row).collect(), None))
        }
        // A value that is none of its column's type any more.
        Err(fault) if fault.sqlstate.as_deref().is_some_and(|code| code.starts_with("22")) => {
            let note = format!(
                "some values do not fit their columns any more ({}): they stand as the trail has them",
                fault.message
            );
            Ok((as_told(entry, names), Some(note)))
        }
        Err(fault) => Err(fault),
    }
}

fn as_told(entry: &Entry, names: &[&str]) -> BTreeMap<String, Option<String>> {
    let old: Value = serde_json::from_str(&entry.old).unwrap_or_default();
    let text = |name: &str| match old.get(name) {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text.clone()),
        Some(other) => Some(other.to_string()),
    };
    names.iter().map(|name| ((*name).to_owned(), text(name))).collect()
}
