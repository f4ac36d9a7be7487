//! The audit trail's newest entry with the values of a row deleted for good.

use super::super::super::statement::Statement;
use super::super::restore::{Asking, json_place, place};
use super::Lost;
use crate::catalog::system::AuditSpec;
use crate::db::quote::{identifier, literal};
use crate::model::{Fault, Kind};

/// The values as they were, without those nobody is shown.
pub(super) struct Entry {
    pub at: String,
    /// A JSON object, as the server spells it.
    pub old: String,
    /// The columns it has.
    pub names: Vec<String>,
    pub label: Option<String>,
}

/// Reads it. Fails where the trail has none.
pub(super) async fn newest(lost: &Lost<'_>, asking: &Asking<'_>) -> Result<Entry, Fault> {
    let system = &lost.ground.system;
    let audit = system.audit.as_ref().filter(|audit| !audit.erased.is_empty());
    let Some((audit, old)) = audit.and_then(|audit| Some((audit, audit.old.as_deref()?))) else {
        return Err(Fault::usage(format!(
            "the audit trail of {} keeps no values of rows deleted for good",
            system.name
        )));
    };
    let statement = statement(lost, audit, old);
    let answer = asking.rows(&statement.sql, &statement.params).await?;
    let Some(row) = answer.into_iter().next() else { return Err(absent(lost, audit)) };
    let text = |at: usize| row.get(at).cloned().flatten();
    let names = serde_json::from_str(&text(2).unwrap_or_default()).unwrap_or_default();
    Ok(Entry { at: text(0).unwrap_or_default(), old: text(1).unwrap_or_default(), names, label: text(3) })
}

fn statement(lost: &Lost<'_>, audit: &AuditSpec, old: &str) -> Statement {
    let value = |name: &str| format!("({} ->> {})", json_place(old), literal(name));
    let masked: Vec<String> = lost.table.masked.iter().map(|name| literal(name)).collect();
    let shown = format!("({}::jsonb - ARRAY[{}]::text[])", json_place(old), masked.join(", "));
    let label = lost.label().map_or("NULL::text".to_owned(), |name| format!("pg_catalog.left({}, 120)", value(name)));
    let mut statement = Statement::default();
    statement.push(&format!(
        "SELECT l.{}::text, {shown}::text,\n  (SELECT pg_catalog.json_agg(k.name) FROM pg_catalog.jsonb_object_keys({shown}) AS k (name))::text,\n  {label}\n\
         FROM {}.{} AS l\nWHERE true",
        identifier(&audit.at),
        identifier(&lost.ground.source.schema),
        identifier(&audit.table),
    ));
    if let Some(action) = &audit.action {
        let erased: Vec<String> = audit.erased.iter().map(|word| literal(word)).collect();
        statement.push(&format!("\n  AND {} IN ({})", place(action), erased.join(", ")));
    }
    if let Some(object) = &audit.object {
        statement.push(&format!("\n  AND {} = {}", place(object), literal(lost.word())));
    }
    // By this the entry is found, where the trail says which row.
    if let (Some(row), [key]) = (&audit.row, lost.key.as_slice()) {
        let standing = lost.ground.standing(&audit.table).filter(|_| !row.contains('.'));
        let type_name = standing.map_or("text", |standing| standing.type_of(row));
        statement.push(&format!("\n  AND {} = ", place(row))).bind(Some(key), type_name);
    }
    for (name, key) in lost.table.key.iter().zip(&lost.key) {
        // The trail may spell it otherwise than the column.
        let type_name = lost.type_of(name);
        statement.push(&format!("\n  AND {}::{type_name} = ", value(name))).bind(Some(key), type_name);
    }
    if let Some(own) = lost.ground.table(&audit.table) {
        statement.push(&format!("\n  AND NOT ({})", own.is_deleted("l")));
    }
    statement.push(&format!("\nORDER BY l.{} DESC\nLIMIT 1", identifier(&audit.at)));
    statement
}

fn absent(lost: &Lost<'_>, audit: &AuditSpec) -> Fault {
    let key: Vec<String> =
        lost.table.key.iter().zip(&lost.key).map(|(name, value)| format!("{name}={value}")).collect();
    let (shown, key) = (lost.shown(), key.join(" "));
    let what = format!("{} says of no row of {shown} with {key} that it was deleted for good", audit.table);
    if lost.ground.standing(&audit.table).is_some_and(|standing| standing.hides) {
        return Fault::new(
            Kind::Refused,
            format!("{what}, and row level security may hide entries from {}", lost.ground.role),
        );
    }
    Fault::usage(what).hint(format!("pgdeck show {}/history lists what can be rebuilt", lost.ground.system.name))
}
