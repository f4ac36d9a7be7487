//! What a restore leaves where it is, in a person's words. It must not decide anything.

use super::asking::Asking;
use super::ground::{Ground, Relation};
use super::group::Group;
use crate::catalog::system::DeletedKind;
use crate::db::quote::identifier;
use crate::model::Fault;

/// Deleted rows below the ones that come back, which are not among them.
pub(super) async fn left_below(ground: &Ground, group: &Group, asking: &Asking<'_>) -> Result<Vec<String>, Fault> {
    let mut notes = Vec::new();
    for (table, places) in group.by_table(&group.back()) {
        for relation in ground.below(&table).into_iter().filter(|relation| relation.spec.cascade) {
            let everyone: Vec<usize> = (0..group.members.len()).collect();
            let known = group.by_table(&everyone).remove(relation.child.name()).unwrap_or_default();
            let params = [group.handed(&places), group.handed(&known)];
            let answer = asking.rows(&counted(&relation), &params).await?;
            notes.extend(answer.first().and_then(|row| sentence(&relation, row)));
        }
    }
    Ok(notes)
}

/// How many, from when to when, and whether all of them fell before their parent.
fn counted(relation: &Relation<'_>) -> String {
    let child = &relation.child;
    let (between, before) = match (child.deleted.kind, relation.parent.deleted.kind) {
        (DeletedKind::Timestamp, DeletedKind::Timestamp) => {
            let marker = format!("c.{}", identifier(&child.deleted.column));
            let above = format!("p.{}", identifier(&relation.parent.deleted.column));
            (
                format!("pg_catalog.min({marker})::text,\n  pg_catalog.max({marker})::text"),
                format!("pg_catalog.bool_and({marker} < {above})::text"),
            )
        }
        _ => ("NULL::text,\n  NULL::text".to_owned(), "NULL::text".to_owned()),
    };
    format!(
        "SELECT\n  pg_catalog.count(*)::text,\n  {between},\n  {before}\n{}\nWHERE {}\n  AND NOT EXISTS (SELECT 1 FROM {} WHERE {})",
        relation.joined_down(),
        child.is_deleted("c"),
        child.handed_as("m", 2, &[]),
        child.key_is("c", "m"),
    )
}

fn sentence(relation: &Relation<'_>, row: &[Option<String>]) -> Option<String> {
    let text = |at: usize| row.get(at).cloned().flatten();
    let count: u64 = text(0)?.parse().ok().filter(|count| *count > 0)?;
    let (who, was, stay) = match count {
        1 => (format!("1 {}", relation.child.word()), "was", "stays"),
        _ => (format!("{count} rows of {}", relation.child.shown()), "were", "stay"),
    };
    let when = match (text(1), text(2)) {
        (Some(first), Some(last)) if first == last => format!(", on {first},"),
        (Some(first), Some(last)) => format!(", between {first} and {last},"),
        _ => String::new(),
    };
    let how = if text(3).as_deref() == Some("true") { "before" } else { "apart" };
    Some(format!("{who} {was} deleted {how}{when} and {stay}"))
}

/// Live rows below the ones that are deleted, over relations a deletion does not fall through.
pub(in super::super) async fn staying_below(
    ground: &Ground,
    group: &Group,
    asking: &Asking<'_>,
) -> Result<Vec<String>, Fault> {
    const MANY: u64 = 1000;
    let mut notes = Vec::new();
    for (table, places) in group.by_table(&group.back()) {
        for relation in ground.below(&table).into_iter().filter(|relation| !relation.spec.cascade) {
            let sql = format!(
                "SELECT pg_catalog.count(*)::text\nFROM (\n  SELECT 1\n  {}\n  WHERE {}\n  LIMIT {}\n) AS l",
                relation.joined_down(),
                relation.child.is_live("c"),
                MANY + 1
            );
            let answer = asking.texts(&sql, &[group.handed(&places)]).await?;
            let count: u64 = answer.first().and_then(|count| count.parse().ok()).unwrap_or_default();
            let how_many = if count > MANY { format!("more than {MANY}") } else { count.to_string() };
            if count > 0 {
                notes.push(format!("{how_many} live rows of {} stay below what is deleted", relation.child.shown()));
            }
        }
    }
    Ok(notes)
}
