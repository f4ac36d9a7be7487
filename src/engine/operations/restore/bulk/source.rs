//! The statements that find the rows of a large operation: the ones it starts with, the other roots of a deletion, what hangs
//! below rows at hand. It must not know in which order they are run.

use super::super::ground::{Ground, Relation, Table};
use super::super::rows::Row;
use super::super::{ladder, whole};
use super::handed::{self, Handed};
use crate::catalog::system::RelationSpec;
use crate::db::quote::identifier;

/// What is looked for below a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super::super) enum Way {
    /// What fell with it.
    Back,
    /// What is live.
    Fall,
}

/// One statement.
#[derive(Clone)]
pub(super) struct Source<'a> {
    pub table: Table<'a>,
    /// The relation that leads to its rows.
    pub via: Option<&'a RelationSpec>,
    /// Nothing below its rows is looked for.
    pub alone: bool,
    /// The columns that point at other parents of its rows; they stand behind the columns of a row, and before its place.
    pub points: Vec<String>,
    pub sql: String,
    pub params: Vec<Option<String>>,
}

impl<'a> Source<'a> {
    fn new(ground: &'a Ground, table: Table<'a>, via: Option<&'a RelationSpec>) -> Self {
        let mut points: Vec<String> = Vec::new();
        for column in others(ground, &table, via).iter().flat_map(|relation| &relation.spec.columns) {
            if !points.contains(column) {
                points.push(column.clone());
            }
        }
        Self { table, via, alone: false, points, sql: String::new(), params: Vec::new() }
    }

    /// FROM what was handed over as `p` to the rows of the table as `c`, in the order in which they are locked.
    fn finish(mut self, from: &str, join: &str, condition: &str, locks: bool) -> Self {
        let table = self.table;
        let points = self.points.iter().map(|name| format!(",\n  c.{}::text", identifier(name)));
        self.sql = format!(
            "SELECT\n  {}{},\n  c.ctid::text\nFROM {from}\nJOIN {} AS c ON {join}\nWHERE {condition}\nORDER BY {}{}",
            table.select_list("c"),
            points.collect::<String>(),
            table.quoted(),
            table.key_list("c"),
            if locks { "\nFOR UPDATE OF c" } else { "" },
        );
        self
    }

    /// These rows themselves, as far as they still are to be moved.
    pub fn rows(ground: &'a Ground, way: Way, rows: &[&Row], table: Table<'a>, alone: bool, locks: bool) -> Self {
        let mut own = Self { alone, ..Self::new(ground, table, None) };
        let from = handed::from("p", &keys(&table, rows), &mut own.params);
        let join = same_key(&table, "c", "p");
        own.finish(&from, &join, &standing(&table, way), locks)
    }

    /// The rows of a table that fell with these in their tenants and hang under nothing that did; None where nothing tells.
    pub fn roots(ground: &'a Ground, bases: &[&Row], base: &Table<'_>, table: Table<'a>, locks: bool) -> Option<Self> {
        let mut own = Self::new(ground, table, None);
        let from = handed::from("p", &seen(base, bases), &mut own.params);
        let together = whole::together(ground, base, &table)?;
        let mut condition = standing(&table, Way::Back);
        for relation in ground.above(table.name()).into_iter().filter(|relation| relation.spec.cascade) {
            condition = format!(
                "{condition}\n  AND NOT EXISTS (SELECT 1 FROM {} AS p WHERE {} AND {} AND {})",
                relation.parent.quoted(),
                relation.joins(),
                relation.parent.is_deleted("p"),
                ladder::same(ground, &relation.child, &relation.parent),
            );
        }
        Some(own.finish(&from, &together, &condition, locks))
    }

    /// What hangs below these rows over a relation.
    pub fn below(ground: &'a Ground, way: Way, relation: &Relation<'a>, rows: &[Row], locks: bool) -> Self {
        let mut own = Self::new(ground, relation.child, Some(relation.spec));
        let rows: Vec<&Row> = rows.iter().collect();
        let condition = standing(&relation.child, way);
        let (columns, join) = match way {
            Way::Back => {
                let same = ladder::same(ground, &relation.child, &relation.parent);
                (seen(&relation.parent, &rows), format!("{} AND {same}", relation.joins()))
            }
            Way::Fall => (keys(&relation.parent, &rows), relation.joins()),
        };
        let from = handed::from("p", &columns, &mut own.params);
        own.finish(&from, &join, &condition, locks)
    }
}

/// The relations to parents other than the one a row was found by.
pub(super) fn others<'a>(ground: &'a Ground, table: &Table<'_>, via: Option<&RelationSpec>) -> Vec<Relation<'a>> {
    let is_via = |relation: &Relation<'_>| via.is_some_and(|via| std::ptr::eq(via, relation.spec));
    ground.above(table.name()).into_iter().filter(|relation| !is_via(relation)).collect()
}

fn standing(table: &Table<'_>, way: Way) -> String {
    match way {
        Way::Back => table.is_deleted("c"),
        Way::Fall => table.is_live("c"),
    }
}

/// The keys of rows under their own names.
pub(super) fn keys<'a>(table: &Table<'a>, rows: &[&'a Row]) -> Vec<Handed<'a>> {
    let column = |(at, name): (usize, &'a String)| Handed {
        name,
        type_name: table.standing.type_of(name),
        values: rows.iter().map(|row| row.key.get(at).map(String::as_str)).collect(),
    };
    table.spec.key.iter().enumerate().map(column).collect()
}

/// Everything that may tell what fell with rows, as it was when they were seen: by now they may be live.
fn seen<'a>(table: &Table<'a>, rows: &[&'a Row]) -> Vec<Handed<'a>> {
    let mut columns = keys(table, rows);
    let new = |columns: &[Handed<'_>], name: &str| columns.iter().all(|column| column.name != name);
    for (at, name) in table.deleted.columns().into_iter().enumerate() {
        if new(&columns, name) {
            let value = |row: &&'a Row| row.marks.get(at).and_then(|(_, value)| value.as_deref());
            let values = rows.iter().map(value).collect();
            columns.push(Handed { name, type_name: table.standing.type_of(name), values });
        }
    }
    if let Some(name) = table.spec.tenant.as_deref().filter(|name| new(&columns, name)) {
        let values = rows.iter().map(|row| row.tenant.as_deref()).collect();
        columns.push(Handed { name, type_name: table.standing.type_of(name), values });
    }
    let values = rows.iter().map(|row| Some(row.xmin.as_str())).collect();
    columns.push(Handed { name: "xmin", type_name: "xid", values });
    columns
}

/// The condition that a row of the table is the one handed over.
pub(in super::super::super) fn same_key(table: &Table<'_>, alias: &str, handed: &str) -> String {
    let one = |name: &String| {
        let name = identifier(name);
        format!("{alias}.{name} = {handed}.{name}")
    };
    table.spec.key.iter().map(one).collect::<Vec<_>>().join(" AND ")
}
