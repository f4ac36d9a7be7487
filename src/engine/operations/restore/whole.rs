//! The other roots of a deletion: rows of any table that fell in the same moment and tenant, related or not. It must not know whether
//! they can come back.

use super::asking::Asking;
use super::ground::{Ground, Table};
use super::group::{Group, MOST};
use super::ladder::{self, Rung};
use crate::db::quote::identifier;
use crate::model::Fault;

/// More rows of other tenants than this are not counted.
const MANY: u64 = 1000;

/// The condition that `c` fell with `p`; None where nothing but the rows' versions could tell, which no index finds.
pub(super) fn together(ground: &Ground, base: &Table<'_>, other: &Table<'_>) -> Option<String> {
    match ladder::rung(ground, other, base) {
        Rung::Group | Rung::Marker => Some(ladder::same_moment(ground, other, base)),
        Rung::Trail => by_trail(ground, base, other),
        Rung::Version => None,
    }
}

/// The rows of one table that fell with rows of another, as a statement over the latter's keys.
fn fellows(ground: &Ground, base: &Table<'_>, other: &Table<'_>) -> Option<String> {
    let condition = together(ground, base, other)?;
    Some(format!(
        "FROM {}\nJOIN {} AS p ON {}\nJOIN {} AS c ON {condition}\nWHERE {}",
        base.handed(&[]),
        base.quoted(),
        base.key_is("p", "s"),
        other.quoted(),
        other.is_deleted("c"),
    ))
}

/// Rows that the trail says were deleted in the transaction that deleted `p`; where it says nothing of that, those with its marker.
fn by_trail(ground: &Ground, base: &Table<'_>, other: &Table<'_>) -> Option<String> {
    let audit = ground.system.audit.as_ref()?;
    let (row, [key]) = (audit.row.as_deref()?, other.spec.key.as_slice()) else { return None };
    let type_name = other.standing.type_of(key);
    let row = ladder::place(row);
    let beside = ladder::marker_without_trail(ground, other, base).map_or(String::new(), |same| {
        let (key, deleted) = (identifier(key), other.is_deleted("c"));
        format!("\n  UNION ALL\n  SELECT c.{key}\n  FROM {} AS c\n  WHERE {deleted} AND {same}", other.quoted())
    });
    // As an array it is read once for `p` and finds `c` by its key; IN would be asked for every row of the table.
    Some(format!(
        "c.{} = ANY (ARRAY(\n  SELECT ({row})::{type_name}\n  {}\n    AND {} = (\n      {}\n    ){beside}\n))",
        identifier(key),
        ladder::entries(ground, other)?,
        ladder::transaction(audit),
        // Its own entries stand one level deeper and hide these.
        ladder::trail(ground, base, "p")?,
    ))
}

/// Adds what fell with these rows in their tenants.
pub(super) async fn add(
    ground: &Ground,
    group: &mut Group,
    from: &[usize],
    asking: &Asking<'_>,
) -> Result<Vec<usize>, Fault> {
    let mut new = Vec::new();
    for (name, places) in group.by_table(from) {
        let base = ground.needed(&name)?;
        for other in ground.tables() {
            let Some(sql) = fellows(ground, &base, &other) else { continue };
            let tenant = ladder::same_tenant(&other, &base).map_or(String::new(), |same| format!(" AND {same}"));
            let sql = format!(
                "SELECT s.n::text,\n  {}\n{sql}{tenant}\nORDER BY {}\nLIMIT {}",
                other.select_list("c"),
                other.key_list("c"),
                MOST + 1
            );
            for (_, row) in group.found(asking, &sql, &places, &other).await? {
                let (place, is_new) = group.add(row)?;
                if is_new {
                    new.push(place);
                }
            }
        }
    }
    Ok(new)
}

/// What fell in the same moment in other tenants, and stays.
pub(super) async fn elsewhere(ground: &Ground, group: &Group, asking: &Asking<'_>) -> Result<Vec<String>, Fault> {
    let mut notes: Vec<String> = Vec::new();
    // Any row of the deletion tells its moment.
    let Some(first) = group.back().first().copied() else { return Ok(notes) };
    let base = ground.needed(&group.members[first].row.table)?;
    for other in ground.tables() {
        let (Some(sql), Some(same)) = (fellows(ground, &base, &other), ladder::same_tenant(&other, &base)) else {
            continue;
        };
        let sql = format!(
            "SELECT pg_catalog.count(*)::text\nFROM (\n  SELECT 1\n  {sql} AND NOT ({same})\n  LIMIT {}\n) AS l",
            MANY + 1
        );
        let count = asking.texts(&sql, &[group.handed(&[first])]).await?;
        let count: u64 = count.first().and_then(|count| count.parse().ok()).unwrap_or_default();
        let (how_many, were, stay) = match count {
            0 => continue,
            1 => ("1 row".to_owned(), "was", "stays"),
            _ if count > MANY => (format!("more than {MANY} rows"), "were", "stay"),
            _ => (format!("{count} rows"), "were", "stay"),
        };
        notes.push(format!(
            "{how_many} of {} {were} deleted in the same moment in other tenants and {stay}",
            other.shown()
        ));
    }
    Ok(notes)
}
