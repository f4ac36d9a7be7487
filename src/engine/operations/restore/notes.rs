//! What a restore leaves where it is, in a person's words. It must not decide anything.

use super::asking::Asking;
use super::ground::{Ground, Relation};
use super::group::Group;
use super::ladder::{self, Rung};
use crate::catalog::system::DeletedKind;
use crate::db::quote::identifier;
use crate::model::Fault;
use crate::model::operation::{FELL, PlanRow};

/// When the rows of a plan were deleted, where their marker is a time.
pub(super) fn fell(ground: &Ground, rows: &[PlanRow]) -> Option<String> {
    let time = |row: &PlanRow| {
        let table = ground.planned(&row.table).ok()?;
        let is_time = table.deleted.kind == DeletedKind::Timestamp;
        row.seen_of(&table.deleted.column).filter(|_| is_time).map(to_the_second)
    };
    let mut times: Vec<String> = rows.iter().filter_map(time).collect();
    times.sort_unstable();
    match (times.first()?, times.last()?) {
        (first, last) if first == last => Some(format!("{FELL}{first}")),
        (first, last) => Some(format!("{FELL}between {first} and {last}")),
    }
}

/// A time as the server writes it, without the fraction of its second.
fn to_the_second(at: &str) -> String {
    let (time, rest) = at.split_once('.').unwrap_or_else(|| at.split_at(at.len().min("2026-11-18 16:42:07".len())));
    let zone = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    format!("{time}{}", if zone == "+00" { " UTC" } else { zone })
}

/// Deleted rows below the ones that come back, which are not among them.
pub(super) async fn left_below(ground: &Ground, group: &Group, asking: &Asking<'_>) -> Result<Vec<String>, Fault> {
    let mut notes = Vec::new();
    for (table, places) in group.by_table(&group.back()) {
        for relation in ground.below(&table).into_iter().filter(|relation| relation.spec.cascade) {
            let everyone: Vec<usize> = (0..group.members.len()).collect();
            let known = group.by_table(&everyone).remove(relation.child.name()).unwrap_or_default();
            let params = [group.handed(&places), group.handed(&known)];
            let answer = asking.rows(&counted(ground, &relation), &params).await?;
            notes.extend(answer.iter().filter_map(|row| sentence(&relation, row)));
        }
    }
    Ok(notes)
}

/// How many, from when to when, whether all of them fell before their parent, and whether they fell with it.
fn counted(ground: &Ground, relation: &Relation<'_>) -> String {
    let child = &relation.child;
    let same = format!("COALESCE({}, false)", ladder::same(ground, child, &relation.parent));
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
        "SELECT\n  pg_catalog.count(*)::text,\n  {between},\n  {before},\n  ({same})::text\n{}\nWHERE {}\n  \
         AND NOT EXISTS (SELECT 1 FROM {} WHERE {})\nGROUP BY ({same})\nORDER BY 5",
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
    if text(4).as_deref() == Some("true") {
        let fell = if count == 1 { "fell with it and stays" } else { "fell with it and stay" };
        return Some(format!("{who} {fell}: this restore does not reach that far"));
    }
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
            let (how_many, stay) = match count {
                0 => continue,
                1 => ("1 live row".to_owned(), "stays"),
                _ if count > MANY => (format!("more than {MANY} live rows"), "stay"),
                _ => (format!("{count} live rows"), "stay"),
            };
            notes.push(format!("{how_many} of {} {stay} below what is deleted", relation.child.shown()));
        }
    }
    Ok(notes)
}

/// Where nothing better than the rows' versions tells what fell together, one line a relation; where a window was asked for, one in all.
pub(super) fn how_sure(ground: &Ground, group: &Group) -> Vec<String> {
    let mut notes = Vec::new();
    for table in group.by_table(&group.back()).into_keys() {
        for relation in ground.below(&table).into_iter().filter(|relation| relation.spec.cascade) {
            if ladder::rung(ground, &relation.child, &relation.parent) == Rung::Version {
                notes.push(format!(
                    "only the row versions (xmin) tell what fell with a row of {}: a row of {} that was changed since is not found",
                    relation.parent.shown(),
                    relation.child.shown()
                ));
            }
        }
    }
    let uncertain = group.members.iter().filter(|member| member.doubt.is_some()).count();
    if uncertain > 0 {
        notes.push(format!(
            "UNCERTAIN: {uncertain} rows are here only because they were deleted at about the same time"
        ));
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_ends_with_its_second() {
        assert_eq!(to_the_second("2026-11-18 16:42:07.25+00"), "2026-11-18 16:42:07 UTC");
        assert_eq!(to_the_second("2026-11-18 16:42:07+05:30"), "2026-11-18 16:42:07+05:30");
        assert_eq!(to_the_second("2026-11-18 16:42:07"), "2026-11-18 16:42:07");
        assert_eq!(to_the_second("infinity"), "infinity");
    }
}
