//! The roots of one deletion: its rows without a parent in it. The first names the deletion and is what a restore begins with.

use super::super::operations::{Ground, Relation};
use super::Trash;
use super::fallen::Fallen;
use crate::db::quote::literal;

/// Roots are looked for among so many rows of a table.
const LOOKED_AT: usize = 1_000;

/// What keeps the deletion from coming back, as far as its parents go. Whether its keys are taken only a plan tells.
pub(super) const STATE: &str = "CASE WHEN r.blocked = 0 THEN 'nothing above it is deleted' WHEN r.roots = 1 THEN r.why \
    WHEN r.blocked > 0 THEN r.blocked || ' of ' || r.roots || ': ' || r.why END";

/// The relations upward that the role may follow, each with the parent.
fn above<'a>(trash: &'a Trash<'a>, child: &Fallen<'_>) -> Vec<(Relation<'a>, &'a Fallen<'a>)> {
    let parent = |relation: Relation<'a>| {
        let parent = trash.listed.iter().find(|fallen| fallen.table.name() == relation.parent.name())?;
        child.reads_all(&relation).then_some((relation, parent))
    };
    trash.ground.above(child.table.name()).into_iter().filter_map(parent).collect()
}

/// One row: rank, key and label of the first root, how many roots there are, how many of them a deleted parent keeps, and which.
pub(super) fn of_deletion(trash: &Trash<'_>) -> String {
    let listed = &trash.listed;
    let roots = listed.iter().map(|fallen| of_table(trash, fallen));
    // In a circle every row has a parent in the deletion.
    let circular = listed.iter().filter(|fallen| stands_in_a_circle(trash.ground, fallen.table.name()));
    let any = circular.map(|fallen| any_row(trash, fallen));
    let all: Vec<String> = roots.chain(any).collect();
    format!(
        "  SELECT u.rank, u.key, u.label,\n    pg_catalog.count(*) FILTER (WHERE u.is_root) OVER () AS roots,\n    \
         pg_catalog.count(u.why) OVER () AS blocked,\n    pg_catalog.min(u.why) OVER () AS why\n  FROM (\n    {}\n  ) AS u\n  \
         ORDER BY u.place, u.key\n  LIMIT 1",
        all.join("\n    UNION ALL\n    ")
    )
}

fn of_table(trash: &Trash<'_>, fallen: &Fallen<'_>) -> String {
    let above = above(trash, fallen);
    let relations: Vec<Relation<'_>> = above.iter().map(|(relation, _)| *relation).collect();
    let has_parent = |(relation, parent): &(Relation<'_>, &Fallen<'_>)| {
        let same = fallen.fell_with(parent)?;
        let (table, joins) = (parent.table.quoted(), relation.joins());
        // A row that is its own parent is a root all the same.
        let other = if parent.rank == fallen.rank {
            format!(" AND NOT ({})", parent.table.key_equal("p", "c"))
        } else {
            String::new()
        };
        Some(format!(" AND NOT EXISTS (SELECT FROM {table} AS p WHERE {joins} AND {same}{other})"))
    };
    let is_root: String = above.iter().filter_map(has_parent).collect();
    format!(
        "(SELECT {rank} AS rank, {rank} AS place, true AS is_root, {key} AS key, {label} AS label, {why} AS why\n    \
         FROM (SELECT {columns} FROM {table} AS c WHERE {is_of} LIMIT {LOOKED_AT}) AS c WHERE true{is_root})",
        rank = fallen.rank,
        key = fallen.key("c"),
        label = fallen.label("c"),
        why = why(fallen, &above),
        columns = fallen.columns(&relations),
        table = fallen.table.quoted(),
        is_of = fallen.is_of_deletion("c", trash.mixed),
    )
}

fn any_row(trash: &Trash<'_>, fallen: &Fallen<'_>) -> String {
    format!(
        "(SELECT {} AS rank, {} AS place, false AS is_root, {} AS key, {} AS label, NULL::text AS why FROM {} AS c WHERE {} LIMIT 1)",
        fallen.rank,
        fallen.rank + 1_000,
        fallen.key("c"),
        fallen.label("c"),
        fallen.table.quoted(),
        fallen.is_of_deletion("c", trash.mixed),
    )
}

/// Which parent is still deleted; NULL for none.
fn why(fallen: &Fallen<'_>, above: &[(Relation<'_>, &Fallen<'_>)]) -> String {
    let one = |(relation, parent): &(Relation<'_>, &Fallen<'_>)| {
        let other = if parent.rank == fallen.rank {
            format!(" AND NOT ({})", parent.table.key_equal("p", "c"))
        } else {
            String::new()
        };
        format!(
            "(SELECT {} || pg_catalog.left({}, 80) || {} FROM {} AS p WHERE {} AND {}{other} LIMIT 1)",
            literal(&format!("its {} \"", parent.table.word())),
            parent.label("p"),
            literal("\" is still deleted"),
            parent.table.quoted(),
            relation.joins(),
            parent.table.is_deleted("p"),
        )
    };
    let all: Vec<String> = above.iter().map(one).collect();
    if all.is_empty() { "NULL::text".to_owned() } else { format!("coalesce({})", all.join(", ")) }
}

/// The first root, and how many more: `lead Ann Acme and 4 more`.
pub(super) fn what(listed: &[Fallen<'_>]) -> String {
    let word = per_rank(listed, |fallen| Some(literal(&format!("{} ", fallen.table.word()))));
    format!(
        "{word} || r.label || CASE WHEN r.roots >= {LOOKED_AT} THEN ' and {}+ more' WHEN r.roots > 1 THEN ' and ' || (r.roots - 1) || ' more' \
         ELSE '' END",
        LOOKED_AT - 1,
    )
}

/// The table of the first root.
pub(super) fn table(listed: &[Fallen<'_>]) -> String {
    per_rank(listed, |fallen| Some(literal(&fallen.table.shown())))
}

/// What the first root hangs on, deleted or not.
pub(super) fn below(trash: &Trash<'_>) -> String {
    per_rank(&trash.listed, |fallen| {
        let mut above = above(trash, fallen);
        // Whose it is, is said beside it.
        let tenants = trash.ground.system.tenant.as_ref();
        above.retain(|(_, parent)| tenants.is_none_or(|spec| spec.table != parent.table.name()));
        let parent = |(relation, parent): &(Relation<'_>, &Fallen<'_>)| {
            format!(
                "(SELECT {} || pg_catalog.left({}, 80) FROM {} AS p WHERE {})",
                literal(&format!("{} ", parent.table.word())),
                parent.label("p"),
                parent.table.quoted(),
                relation.joins(),
            )
        };
        let parents: Vec<String> = above.iter().map(parent).collect();
        let of = format!("FROM {} AS c WHERE {}", fallen.table.quoted(), fallen.has_key("c", "r.key"));
        (!parents.is_empty())
            .then(|| format!("(SELECT nullif(pg_catalog.concat_ws(', ', {}), '') {of})", parents.join(", ")))
    })
}

/// What else a manifest wants told of the first root; None where none does.
pub(super) fn tells(listed: &[Fallen<'_>]) -> Option<String> {
    listed.iter().any(|fallen| fallen.tells("c").is_some()).then(|| {
        per_rank(listed, |fallen| {
            let of = format!("FROM {} AS c WHERE {}", fallen.table.quoted(), fallen.has_key("c", "r.key"));
            fallen.tells("c").map(|tells| format!("(SELECT {tells} {of})"))
        })
    })
}

/// An expression of its own for the first root of each table.
pub(super) fn per_rank(listed: &[Fallen<'_>], one: impl Fn(&Fallen<'_>) -> Option<String>) -> String {
    let when = |fallen: &Fallen<'_>| Some(format!("WHEN {} THEN {}", fallen.rank, one(fallen)?));
    let all: Vec<String> = listed.iter().filter_map(when).collect();
    if all.is_empty() { "NULL::text".to_owned() } else { format!("CASE r.rank\n    {}\n  END", all.join("\n    ")) }
}

fn stands_in_a_circle(ground: &Ground, name: &str) -> bool {
    let mut open = vec![name.to_owned()];
    let mut seen: Vec<String> = Vec::new();
    while let Some(current) = open.pop() {
        for relation in ground.above(&current) {
            let parent = relation.parent.name();
            if parent == name {
                return true;
            }
            if !seen.iter().any(|known| known == parent) {
                seen.push(parent.to_owned());
                open.push(parent.to_owned());
            }
        }
    }
    false
}
