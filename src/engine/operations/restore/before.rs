//! The status a row had before it was deleted, as the audit trail tells it: a status marker overwrites what it was, and another live
//! status than the row's own would not be a restore. It must not know whether the row can come back.

use super::asking::Asking;
use super::ground::{Ground, Table};
use super::group::{Group, number};
use super::ladder::{self, Whose};
use super::moves::Marks;
use crate::catalog::system::DeletedKind;
use crate::db::quote::literal;
use crate::model::Fault;

/// Notes for every row with a status marker what it was. Where the trail tells nothing, the manifest's live status stands.
pub(super) async fn recall(ground: &Ground, group: &mut Group, asking: &Asking<'_>) -> Result<(), Fault> {
    for (name, places) in group.by_table(&group.back()) {
        let table = ground.needed(&name)?;
        let Some(sql) = asked(ground, &table) else { continue };
        for row in asking.rows(&sql, &[group.handed(&places)]).await? {
            let was = row.get(1).cloned().flatten().filter(|was| was != table.dead());
            let Some(place) = number(&row) else { continue };
            let usual = table.deleted.live.clone().unwrap_or_default();
            group.members[place].doubt = match &was {
                Some(was) if *was != usual => Some(format!("as {was:?}, which the audit trail says it was")),
                Some(_) => None,
                None => Some(format!("as {usual:?}: nothing tells what it was before")),
            };
            group.members[place].was = was;
        }
    }
    Ok(())
}

fn asked(ground: &Ground, table: &Table<'_>) -> Option<String> {
    let old = ground.system.audit.as_ref()?.old.as_deref()?;
    if table.deleted.kind != DeletedKind::Status {
        return None;
    }
    let [key] = table.spec.key.as_slice() else { return None };
    let (old, column) = (ladder::json_place(old), literal(&table.deleted.column));
    // As the application writes it, or as pgdeck does: rows by table.
    let status = format!(
        "COALESCE({old} ->> {column}, (\n    SELECT r.v ->> {column}\n    FROM pg_catalog.jsonb_array_elements(CASE \
         pg_catalog.jsonb_typeof({old}::jsonb -> {shown}) WHEN 'array' THEN {old}::jsonb -> {shown} END) AS r (v)\n    \
         WHERE r.v ->> {key} = t.{column_of_key}::text\n    LIMIT 1\n  ))",
        shown = literal(&table.shown()),
        key = literal(key),
        column_of_key = crate::db::quote::identifier(key),
    );
    let newest = ladder::newest(ground, table, "t", &status, Whose::All)?;
    Some(format!(
        "SELECT s.n::text, (\n  {newest}\n)\nFROM {}\nJOIN {} AS t ON {}",
        table.handed(&[]),
        table.quoted(),
        table.key_is("t", "s")
    ))
}

/// What the marks of a row become that comes back, its own status among them.
pub(super) fn live(table: &Table<'_>, was: Option<&str>) -> Result<Marks, Fault> {
    let mut live = table.live()?;
    if let (Some((_, marker)), Some(was)) = (live.first_mut(), was) {
        *marker = Some(was.to_owned());
    }
    Ok(live)
}
