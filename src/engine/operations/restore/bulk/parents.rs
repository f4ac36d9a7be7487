//! The parents of rows that come back, which have to be live and to stay so. It must not know what else is done to the rows.

use super::super::asking::Asking;
use super::super::ground::{Ground, Relation};
use super::super::judge::orphaned;
use super::super::rows::Row;
use super::handed::{self, Handed};
use super::source::{keys, others, same_key};
use super::walk::Chunk;
use crate::catalog::system::RelationKind;
use crate::model::Fault;
use crate::model::operation::Reach;
use std::collections::{BTreeSet, HashSet};

/// Conflicts that are looked for in one part.
const MOST: usize = 20;
/// Parents that are remembered as held, so that nobody asks for them again.
const KEPT: usize = 50_000;

/// Rows of a part whose parent is deleted and did not fall with them, each with why it cannot come back: those of which a
/// parent is none of these.
pub(super) async fn missing(
    ground: &Ground,
    chunk: &Chunk<'_>,
    coming: &HashSet<(String, Vec<String>)>,
    reach: Reach,
    asking: &Asking<'_>,
) -> Result<Vec<(usize, String)>, Fault> {
    let mut all = Vec::new();
    let rows: Vec<&Row> = chunk.rows.iter().collect();
    for relation in others(ground, &chunk.table, chunk.via) {
        let mut params = Vec::new();
        let from = handed::from("h", &keys(&chunk.table, &rows), &mut params);
        let same = super::super::ladder::same(ground, &relation.child, &relation.parent);
        let sql = format!(
            "SELECT h.n::text,\n  {}\nFROM {from}\nJOIN {} AS c ON {}\nJOIN {} AS p ON {}\nWHERE {} AND ({same}) IS NOT TRUE\nORDER BY h.n\nLIMIT {}",
            relation.parent.select_list("p"),
            relation.child.quoted(),
            same_key(&relation.child, "c", "h"),
            relation.parent.quoted(),
            relation.joins(),
            relation.parent.is_deleted("p"),
            MOST + coming.len(),
        );
        for row in asking.rows(&sql, &params).await? {
            let parent = Row::read(&relation.parent, &row, 1);
            if let Some(place) = super::super::group::number(&row)
                && !coming.contains(&(parent.table.clone(), parent.key.clone()))
            {
                all.push((place, orphaned(&relation, &parent, reach)));
            }
        }
    }
    Ok(all)
}

/// The parents held in place by a change, and those that were deleted when they were looked at: they may come back later in it.
#[derive(Default)]
pub(super) struct Parents {
    held: HashSet<(String, Vec<String>)>,
    waiting: HashSet<(String, Vec<String>)>,
}

impl Parents {
    /// Holds the parents of these rows: FOR SHARE, because the key lock of a foreign key would let a soft delete through. The
    /// ones the rows were found by are locked already.
    pub async fn hold(&mut self, ground: &Ground, chunk: &Chunk<'_>, asking: &Asking<'_>) -> Result<(), Fault> {
        for relation in others(ground, &chunk.table, chunk.via) {
            let name = relation.parent.name();
            let new: Vec<Vec<String>> = pointed(chunk, &relation)
                .into_iter()
                .filter(|key| !self.held.contains(&(name.to_owned(), key.clone())))
                .collect();
            for parent in look(&relation, &new, asking).await? {
                if parent.deleted {
                    self.waiting.insert((parent.table.clone(), parent.key.clone()));
                }
            }
            if self.held.len() > KEPT {
                self.held.clear();
            }
            self.held.extend(new.into_iter().map(|key| (name.to_owned(), key)));
        }
        Ok(())
    }

    /// The first parent that is still deleted, in words.
    pub async fn still_deleted(&self, ground: &Ground, asking: &Asking<'_>) -> Result<Option<String>, Fault> {
        for relation in ground.system.relations.iter() {
            let Some(own) = ground.above(&relation.child).into_iter().find(|own| std::ptr::eq(own.spec, relation))
            else {
                continue;
            };
            let of_it = self.waiting.iter().filter(|(table, _)| table == own.parent.name());
            let keys: Vec<Vec<String>> = of_it.map(|(_, key)| key.clone()).collect();
            for part in keys.chunks(super::walk::CHUNK) {
                let still = look(&own, part, asking).await?.into_iter().find(|parent| parent.deleted);
                if let Some(parent) = still {
                    return Ok(Some(format!("{}: {}", own.child.shown(), orphaned(&own, &parent, Reach::Deletion))));
                }
            }
        }
        Ok(None)
    }
}

/// The parents of these keys, locked.
async fn look(relation: &Relation<'_>, wanted: &[Vec<String>], asking: &Asking<'_>) -> Result<Vec<Row>, Fault> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let table = &relation.parent;
    let column = |(at, name): (usize, &'_ String)| {
        (name.clone(), wanted.iter().map(|key| key.get(at).map(String::as_str)).collect::<Vec<_>>())
    };
    let columns: Vec<_> = table.spec.key.iter().enumerate().map(column).collect();
    let columns: Vec<Handed<'_>> = columns
        .iter()
        .map(|(name, values)| Handed { name, type_name: table.standing.type_of(name), values: values.clone() })
        .collect();
    let mut params = Vec::new();
    let from = handed::from("h", &columns, &mut params);
    let sql = format!(
        "SELECT\n  {}\nFROM {from}\nJOIN {} AS p ON {}\nORDER BY {}\nFOR SHARE OF p",
        table.select_list("p"),
        table.quoted(),
        same_key(table, "p", "h"),
        table.key_list("p"),
    );
    Ok(asking.rows(&sql, &params).await?.iter().map(|row| Row::read(table, row, 0)).collect())
}

/// The parents the rows of a part point at over a relation.
fn pointed(chunk: &Chunk<'_>, relation: &Relation<'_>) -> BTreeSet<Vec<String>> {
    let place = |name: &String| chunk.points.iter().position(|own| own == name);
    let places: Option<Vec<usize>> = relation.spec.columns.iter().map(place).collect();
    let (Some(places), is_typed) = (places, relation.spec.kind == RelationKind::Polymorphic) else {
        return BTreeSet::new();
    };
    let key = |row: &Vec<Option<String>>| {
        let mut values = places.iter().map(|at| row.get(*at).cloned().flatten());
        let is_its = !is_typed || values.next().flatten().as_deref() == Some(relation.parent.word());
        values.collect::<Option<Vec<String>>>().filter(|_| is_its)
    };
    chunk.pointing.iter().filter_map(key).collect()
}
