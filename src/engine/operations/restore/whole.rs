//! The other roots of a deletion: rows of any table that fell in the same moment and tenant, related or not. It must not know whether
//! they can come back.

use super::asking::Asking;
use super::ground::{Ground, Table};
use super::group::{Group, MOST};
use super::ladder::{self, Rung};
use crate::catalog::system::DeletedKind;
use crate::db::quote::identifier;
use crate::model::Fault;

/// More rows of other tenants than this are not counted.
const MANY: u64 = 1000;

/// The condition that `c` fell with `p` in its tenant; None where nothing tells but the rows' versions, which no index finds, and
/// where only one of them belongs to a tenant and they have no more than a moment in common: nobody can say whose the other is.
pub(super) fn together(ground: &Ground, base: &Table<'_>, other: &Table<'_>) -> Option<String> {
    let moment = same_moment(ground, base, other)?;
    match ladder::same_tenant(other, base) {
        Some(tenant) => Some(format!("{moment} AND {tenant}")),
        None => (!is_anyones(ground, base, other)).then_some(moment),
    }
}

/// True where one of them belongs to a tenant and the other to none, and no deletion id of both says more than a moment does.
fn is_anyones(ground: &Ground, base: &Table<'_>, other: &Table<'_>) -> bool {
    let is_id = |table: &Table<'_>| {
        let group = table.deleted.group.as_deref().map(|name| table.standing.type_of(name));
        group.is_some_and(|name| !name.starts_with("timestamp") && name != "date")
    };
    let by_id = ladder::rung(ground, other, base) == Rung::Group && is_id(other) && is_id(base);
    other.spec.tenant.is_some() != base.spec.tenant.is_some() && !by_id
}

/// The same, whoever they belong to.
fn same_moment(ground: &Ground, base: &Table<'_>, other: &Table<'_>) -> Option<String> {
    let same = ladder::same_moment(ground, other, base);
    match ladder::rung(ground, other, base) {
        Rung::Group | Rung::Marker => Some(same),
        Rung::Trail => {
            // What an index finds, then what the ladder says of each: an older deletion of the row is another one.
            let mut found = by_trail(ground, base, other)?;
            if let (DeletedKind::Timestamp, DeletedKind::Timestamp) = (base.deleted.kind, other.deleted.kind) {
                let (own, key) = (&other.deleted.column, &base.deleted.column);
                found = format!("({found} OR {})", ladder::equal(other, own, base, key, "="));
            }
            Some(format!("{found} AND {same}"))
        }
        Rung::Version => None,
    }
}

/// The rows of one table that fell with rows of another, as a statement over the latter's keys.
fn fellows(base: &Table<'_>, other: &Table<'_>, condition: &str) -> String {
    format!(
        "FROM {}\nJOIN {} AS p ON {}\nJOIN {} AS c ON {condition}\nWHERE {}",
        base.handed(&[]),
        base.quoted(),
        base.key_is("p", "s"),
        other.quoted(),
        other.is_deleted("c"),
    )
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
            let Some(condition) = together(ground, &base, &other) else { continue };
            let sql = format!(
                "SELECT s.n::text,\n  {}\n{}\nORDER BY {}\nLIMIT {}",
                other.select_list("c"),
                fellows(&base, &other, &condition),
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

/// What fell in the same moment and stays: in other tenants, in none, or where nobody can look for it.
pub(super) async fn elsewhere(ground: &Ground, group: &Group, asking: &Asking<'_>) -> Result<Vec<String>, Fault> {
    let mut notes: Vec<String> = Vec::new();
    // Any row of the deletion tells its moment.
    let Some(first) = group.back().first().copied() else { return Ok(notes) };
    let base = ground.needed(&group.members[first].row.table)?;
    let mut blind = Vec::new();
    for other in ground.tables() {
        let Some(moment) = same_moment(ground, &base, &other) else {
            blind.push(other.shown());
            continue;
        };
        let (condition, whose) = match ladder::same_tenant(&other, &base) {
            Some(same) => (format!("{moment} AND NOT ({same})"), "in other tenants"),
            None if is_anyones(ground, &base, &other) => (moment, "under another tenant, or none,"),
            None => continue,
        };
        let from = fellows(&base, &other, &condition);
        let sql =
            format!("SELECT pg_catalog.count(*)::text\nFROM (\n  SELECT 1\n  {from}\n  LIMIT {}\n) AS l", MANY + 1);
        let count = asking.texts(&sql, &[group.handed(&[first])]).await?;
        let count: u64 = count.first().and_then(|count| count.parse().ok()).unwrap_or_default();
        let (how_many, were, stay) = match count {
            0 => continue,
            1 => ("1 row".to_owned(), "was", "stays"),
            _ if count > MANY => (format!("more than {MANY} rows"), "were", "stay"),
            _ => (format!("{count} rows"), "were", "stay"),
        };
        notes.push(format!("{how_many} of {} {were} deleted in the same moment {whose} and {stay}", other.shown()));
    }
    if !blind.is_empty() {
        notes.push(format!(
            "only row versions would tell what else fell in the same moment: not looked for in {}",
            blind.join(", ")
        ));
    }
    Ok(notes)
}
