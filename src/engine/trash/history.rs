//! Rows deleted for good that the audit trail still has the values of, newest first by the trail's own order.

use super::super::operations::{Ground, json_place, place};
use super::{Written, who};
use crate::catalog::system::TableSpec;
use crate::db::quote::{identifier, literal};
use crate::model::Fault;

/// Writes the history of a system. Fails where the trail does not stand or may not be read.
pub(in crate::engine) fn write(ground: &Ground) -> Result<Written, Fault> {
    let shown = &ground.source.schema;
    let nothing =
        || Fault::query(format!("the history of {shown} cannot be shown: its audit trail keeps no old values"));
    let audit = ground.system.audit.as_ref().ok_or_else(nothing)?;
    let trail = ground.system.tables.iter().find(|table| table.name == audit.table).ok_or_else(nothing)?;
    let (action, object, old) = match (&audit.action, &audit.object, &audit.old) {
        (Some(action), Some(object), Some(old)) => (action, object, old),
        _ => return Err(nothing()),
    };
    let standing = ground.standing(&audit.table).ok_or_else(nothing)?;
    let table = format!("{}.{}", identifier(shown), identifier(&audit.table));
    if standing.columns.iter().any(|column| !column.may_select) {
        return Err(Fault::query(format!(
            "the history of {shown} cannot be shown: {} needs SELECT ON {table}",
            ground.role
        ))
        .sqlstate("42501")
        .hint(format!("GRANT SELECT ON {table} TO {}", identifier(&ground.role))));
    }
    let told: Vec<&TableSpec> = ground
        .system
        .tables
        .iter()
        .filter(|table| !table.key.is_empty() && ground.standing(&table.name).is_some())
        .collect();
    let per_word = |one: &dyn Fn(&TableSpec) -> Option<String>| {
        let when = |table: &&TableSpec| Some(format!("WHEN {} THEN {}", literal(word(table)), one(table)?));
        format!(
            "CASE {}\n    {}\n  END",
            place(object),
            told.iter().filter_map(when).collect::<Vec<_>>().join("\n    ")
        )
    };
    let value = |name: &str| format!("{} ->> {}", json_place(old), literal(name));
    let erased: Vec<String> = audit.erased.iter().map(|word| literal(word)).collect();
    let words: Vec<String> = told.iter().map(|table| literal(word(table))).collect();
    let mut columns = vec![
        format!("l.{} AS deleted_at", identifier(&audit.at)),
        format!("{} AS what", place(object)),
        format!(
            "{} AS label",
            per_word(&|table| label(table).map(|name| format!("pg_catalog.left({}, 120)", value(name))))
        ),
        format!("{} AS deleted_by", who::of_entry(ground)),
        format!("{} AS taken", per_word(&|table| taken(ground, table, &value))),
        format!("{} AS key", per_word(&|table| Some(key(ground, table, &value)))),
        format!("{} AS \"table\"", per_word(&|table| Some(literal(&format!("{shown}.{}", table.name))))),
    ];
    let own: Vec<&String> = trail.key.iter().filter(|name| **name != audit.at).collect();
    columns.extend(own.iter().map(|name| format!("l.{}", identifier(name))));
    columns.extend(tenant(ground, trail).map(|name| format!("l.{} AS tenant_key", identifier(name))));
    let sql = format!(
        "SELECT\n  {}\nFROM {table} AS l\nWHERE {} IN ({})\n  AND {} IN ({})\n  AND {}{}",
        columns.join(",\n  "),
        place(action),
        erased.join(", "),
        place(object),
        words.join(", "),
        per_word(&|table| Some(has_key(table, &value))),
        ground.table(&audit.table).map_or(String::new(), |table| format!("\n  AND NOT ({})", table.is_deleted("l"))),
    );
    let notes = standing.hides.then(|| {
        format!("row level security may hide entries of {shown}.{} from {}: what is missing here may have been deleted all the same", audit.table, ground.role)
    });
    Ok(Written { sql, notes: notes.into_iter().collect() })
}

fn word(table: &TableSpec) -> &str {
    table.word.as_deref().unwrap_or(&table.name)
}

fn label(table: &TableSpec) -> Option<&str> {
    table.label.as_deref().filter(|name| !table.masked.iter().any(|masked| masked == name))
}

fn tenant<'a>(ground: &'a Ground, trail: &'a TableSpec) -> Option<&'a str> {
    ground.system.tenant.as_ref().and(trail.tenant.as_deref())
}

/// The key as a command line writes it.
fn key(ground: &Ground, table: &TableSpec, value: &dyn Fn(&str) -> String) -> String {
    let type_of = |name: &str| ground.standing(&table.name).map_or("text", |standing| standing.type_of(name));
    let name = |name: &String| literal(&format!("{}:", serde_json::Value::from(name.as_str())));
    let one =
        |key: &String| format!("{} || pg_catalog.to_json(({})::{}::text)::text", name(key), value(key), type_of(key));
    format!("'{{' || {} || '}}'", table.key.iter().map(one).collect::<Vec<_>>().join(" || ',' || "))
}

fn has_key(table: &TableSpec, value: &dyn Fn(&str) -> String) -> String {
    let one = |key: &String| format!("({}) IS NOT NULL", value(key));
    table.key.iter().map(one).collect::<Vec<_>>().join(" AND ")
}

/// Whether a row has the key again; NULL where the role may not look.
fn taken(ground: &Ground, table: &TableSpec, value: &dyn Fn(&str) -> String) -> Option<String> {
    let standing = ground.standing(&table.name)?;
    let reads = |name: &String| standing.column(name).is_some_and(|column| column.may_select);
    let one = |name: &String| format!("t.{} = ({})::{}", identifier(name), value(name), standing.type_of(name));
    table.key.iter().all(reads).then(|| {
        let keys: Vec<String> = table.key.iter().map(one).collect();
        let (schema, name) = (identifier(&ground.source.schema), identifier(&table.name));
        format!("EXISTS (SELECT FROM {schema}.{name} AS t WHERE {})", keys.join(" AND "))
    })
}
