//! The ground an operation on rows stands on: one system in one schema, its tables as they are there, and what the role may do.
//! It must not know which rows are meant.

use super::super::super::statement::cast_name;
use super::super::super::survey::{self, Bindings};
use super::asking::Asking;
use super::ladder::equal;
use crate::catalog::System;
use crate::catalog::system::{DeletedKind, DeletedSpec, RelationKind, RelationSpec, TableSpec, TenantSpec};
use crate::db::Envelope;
use crate::db::quote::{identifier, literal};
use crate::model::deck::Facts;
use crate::model::{Fault, Source};
use std::collections::BTreeMap;
use std::sync::Arc;

const SQL: &str = include_str!("../../sql/ground.sql");

/// A system and what stands of it.
pub(in crate::engine) struct Ground {
    pub source: Source,
    pub system: Arc<System>,
    pub role: String,
    /// The server takes no writes.
    pub standby: bool,
    standing: BTreeMap<String, Standing>,
}

/// A table as the catalog knows it.
#[derive(Debug)]
pub(in crate::engine) struct Standing {
    pub oid: String,
    /// Row level security keeps rows from this role.
    pub hides: bool,
    /// It keeps this role from changing or locking rows.
    pub keeps: bool,
    /// It keeps this role from adding rows.
    pub bars: bool,
    pub policies: Vec<String>,
    /// The role may update something, so it may lock rows.
    pub locks: bool,
    pub columns: Vec<Column>,
}

#[derive(Debug)]
pub(in crate::engine) struct Column {
    pub name: String,
    pub type_name: String,
    pub not_null: bool,
    pub may_update: bool,
    pub may_insert: bool,
    pub may_select: bool,
}

/// A soft-delete table of the ground.
#[derive(Clone, Copy)]
pub(in crate::engine) struct Table<'a> {
    pub spec: &'a TableSpec,
    pub deleted: &'a DeletedSpec,
    pub standing: &'a Standing,
    source: &'a Source,
}

/// The settings a system's rows are read and changed under. Triggers see what the application's statements let them see.
pub(in crate::engine) fn envelope(source: &Source, bindings: &Bindings, own: &Envelope) -> Envelope {
    let facts = &bindings.survey.facts;
    Envelope {
        search_path: survey::search_path(&source.schema, facts),
        time_zone: facts.time_zone.clone(),
        ..own.clone()
    }
}

impl Ground {
    /// Reads what stands of the system.
    pub async fn read(source: Source, system: Arc<System>, facts: &Facts, asking: &Asking<'_>) -> Result<Self, Fault> {
        let mut names: Vec<&str> = system.tables.iter().map(|table| table.name.as_str()).collect();
        names.extend(system.audit.as_ref().map(|audit| audit.table.as_str()));
        let names = serde_json::Value::from(names).to_string();
        let rows = asking.rows(SQL, &[Some(source.schema.clone()), Some(names)]).await?;
        let mut standing: BTreeMap<String, Standing> = BTreeMap::new();
        for row in rows {
            let text = |at: usize| row.get(at).cloned().flatten().unwrap_or_default();
            let table = standing.entry(text(0)).or_insert_with(|| Standing {
                oid: text(1),
                hides: text(2) == "true",
                keeps: text(11) == "true",
                bars: text(12) == "true",
                locks: text(3) == "true",
                policies: serde_json::from_str(&text(4)).unwrap_or_default(),
                columns: Vec::new(),
            });
            table.columns.push(Column {
                name: text(5),
                type_name: cast_name(&text(6)).into_owned(),
                not_null: text(7) == "true",
                may_update: text(8) == "true",
                may_insert: text(9) == "true",
                may_select: text(10) == "true",
            });
        }
        Ok(Self { source, system, role: facts.user.clone(), standby: facts.in_recovery, standing })
    }

    /// The soft-delete table of this name; None where it is none, or does not stand.
    pub fn table(&self, name: &str) -> Option<Table<'_>> {
        let spec = self.system.tables.iter().find(|table| table.name == name)?;
        let (deleted, standing) = (spec.deleted.as_ref()?, self.standing.get(name)?);
        let has = |column: &str| standing.column(column).is_some();
        let whole = spec.key.iter().all(|key| has(key)) && deleted.columns().iter().all(|column| has(column));
        (whole && !spec.key.is_empty()).then_some(Table { spec, deleted, standing, source: &self.source })
    }

    /// Every soft-delete table, in the manifest's order.
    pub fn tables(&self) -> Vec<Table<'_>> {
        self.system.tables.iter().filter_map(|spec| self.table(&spec.name)).collect()
    }

    /// Like [`Ground::table`], where its absence is a fault.
    pub fn needed(&self, name: &str) -> Result<Table<'_>, Fault> {
        self.table(name).ok_or_else(|| {
            let shown = format!("{}.{name}", self.source.schema);
            Fault::usage(format!("{shown} does not stand here as the manifest of {} says", self.system.name))
                .hint(format!("pgdeck systems show {} lists what it should be", self.system.name))
        })
    }

    /// The table a plan names `schema.table`.
    pub fn planned(&self, shown: &str) -> Result<Table<'_>, Fault> {
        let name = shown.strip_prefix(&format!("{}.", self.source.schema));
        name.and_then(|name| self.table(name))
            .ok_or_else(|| Fault::usage(format!("the plan names {shown}, which {} does not have", self.system.name)))
    }

    /// What is known of any table, soft-deleted or not.
    pub fn standing(&self, name: &str) -> Option<&Standing> {
        self.standing.get(name)
    }

    /// The statement that names tenants; the parameter is a JSON array of their keys.
    pub fn tenant_labels(&self, tenant: &TenantSpec, label: &str) -> String {
        let type_name = self.standing(&tenant.table).map_or("text", |standing| standing.type_of(&tenant.key));
        let (key, label) = (identifier(&tenant.key), identifier(label));
        let table = format!("{}.{}", identifier(&self.source.schema), identifier(&tenant.table));
        format!(
            "SELECT t.{key}::text, pg_catalog.left(t.{label}::text, 120)\nFROM {table} AS t\n\
             WHERE t.{key} IN (SELECT w.k::{type_name} FROM pg_catalog.json_array_elements_text($1::text::json) AS w (k))"
        )
    }

    /// The relations whose child is this table and whose parent can be soft-deleted.
    pub fn above<'a>(&'a self, child: &str) -> Vec<Relation<'a>> {
        self.relations(|spec| spec.child == child)
    }

    /// The relations whose parent is this table.
    pub fn below<'a>(&'a self, parent: &str) -> Vec<Relation<'a>> {
        self.relations(|spec| spec.parent == parent)
    }

    fn relations<'a>(&'a self, fits: impl Fn(&RelationSpec) -> bool) -> Vec<Relation<'a>> {
        let relation = |spec: &'a RelationSpec| {
            let (child, parent) = (self.table(&spec.child)?, self.table(&spec.parent)?);
            Relation::of(spec, child, parent)
        };
        self.system.relations.iter().filter(|spec| fits(spec)).filter_map(relation).collect()
    }

    /// These tables, parents before their children; what stands in a circle keeps the manifest's order.
    pub fn parents_first<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
        let mut names: Vec<&str> = names.into_iter().collect();
        names.sort_by_key(|name| (self.height(name, &mut Vec::new()), *name));
        names.dedup();
        names
    }

    /// How many parents stand above a table on the longest way up.
    fn height<'a>(&'a self, name: &'a str, seen: &mut Vec<&'a str>) -> usize {
        if seen.contains(&name) {
            return 0;
        }
        seen.push(name);
        let above = self.system.relations.iter().filter(|spec| spec.child == name && spec.parent != name);
        let height = above.map(|spec| 1 + self.height(&spec.parent, seen)).max().unwrap_or(0);
        seen.pop();
        height
    }
}

impl Standing {
    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The type of a column, as a cast writes it.
    pub fn type_of(&self, name: &str) -> &str {
        self.column(name).map_or("text", |column| column.type_name.as_str())
    }
}

impl<'a> Table<'a> {
    pub fn name(&self) -> &'a str {
        &self.spec.name
    }

    /// For a person: `crm.leads`.
    pub fn shown(&self) -> String {
        format!("{}.{}", self.source.schema, self.spec.name)
    }

    /// For SQL.
    pub fn quoted(&self) -> String {
        format!("{}.{}", identifier(&self.source.schema), identifier(&self.spec.name))
    }

    /// What one row is called.
    pub fn word(&self) -> &'a str {
        self.spec.word.as_deref().unwrap_or(&self.spec.name)
    }

    /// The condition that the row of this alias is deleted.
    pub fn is_deleted(&self, alias: &str) -> String {
        let column = format!("{alias}.{}", identifier(&self.deleted.column));
        match self.deleted.kind {
            DeletedKind::Timestamp => format!("{column} IS NOT NULL"),
            DeletedKind::Boolean | DeletedKind::Status => format!("{column} = {}", literal(self.dead())),
        }
    }

    /// The condition that the row of this alias is live.
    pub fn is_live(&self, alias: &str) -> String {
        match self.deleted.kind {
            // As an index over live rows says it.
            DeletedKind::Timestamp => format!("{alias}.{} IS NULL", identifier(&self.deleted.column)),
            DeletedKind::Boolean | DeletedKind::Status => format!("({}) IS NOT TRUE", self.is_deleted(alias)),
        }
    }

    /// The marker's value that means deleted.
    pub fn dead(&self) -> &str {
        self.deleted.value.as_deref().unwrap_or("true")
    }

    /// The values a restored row gets. Who deleted it and with what is taken back where the column may be empty.
    pub fn live(&self) -> Result<Vec<(String, Option<String>)>, Fault> {
        let marker = match self.deleted.kind {
            DeletedKind::Timestamp => None,
            DeletedKind::Boolean => Some(if self.dead() == "true" { "false" } else { "true" }.to_owned()),
            DeletedKind::Status => Some(self.deleted.live.clone().ok_or_else(|| {
                Fault::config(format!("{}: nobody says which status a restored row gets", self.shown()))
                    .hint(format!("add live = \"…\" to deleted of {} in system.toml", self.spec.name))
            })?),
        };
        let mut live = vec![(self.deleted.column.clone(), marker)];
        let others = self.deleted.columns().into_iter().skip(1);
        let empties = |name: &&str| self.standing.column(name).is_some_and(|column| !column.not_null);
        live.extend(others.filter(empties).map(|name| (name.to_owned(), None)));
        Ok(live)
    }

    /// The select list that [`Row::read`](super::rows::Row) reads: key, label, tenant, marks, xmin, tableoid, deleted.
    pub fn select_list(&self, alias: &str) -> String {
        let text = |name: &str| format!("{alias}.{}::text", identifier(name));
        let label = self.spec.label.as_deref().filter(|name| !self.spec.masked.iter().any(|masked| masked == name));
        let mut list: Vec<String> = self.spec.key.iter().map(|name| text(name)).collect();
        list.push(label.map_or("NULL::text".to_owned(), |name| format!("pg_catalog.left({}, 120)", text(name))));
        list.push(self.spec.tenant.as_deref().map_or("NULL::text".to_owned(), text));
        list.extend(self.deleted.columns().into_iter().map(text));
        list.push(format!("{alias}.xmin::text"));
        list.push(format!("{alias}.tableoid::text"));
        list.push(format!("({})::text", self.is_deleted(alias)));
        list.join(",\n  ")
    }

    /// The condition that two aliases, or an alias and the keys handed over, mean the same row.
    pub fn key_is(&self, alias: &str, keys: &str) -> String {
        let one = |(n, name): (usize, &String)| format!("{alias}.{} = {keys}.k{n}", identifier(name));
        self.spec.key.iter().enumerate().map(one).collect::<Vec<_>>().join(" AND ")
    }

    /// The condition that two aliases mean the same row.
    pub fn key_equal(&self, one: &str, other: &str) -> String {
        let equal = |name: &String| format!("{one}.{name} = {other}.{name}", name = identifier(name));
        self.spec.key.iter().map(equal).collect::<Vec<_>>().join(" AND ")
    }

    /// The key columns of an alias, in order.
    pub fn key_list(&self, alias: &str) -> String {
        let one = |name: &String| format!("{alias}.{}", identifier(name));
        self.spec.key.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    /// The rows handed over as parameter 1: `n`, the key as `k0`…, and these columns under their own types as `v0`….
    pub fn handed(&self, values: &[&str]) -> String {
        self.handed_as("s", 1, values)
    }

    /// The same under another alias and from another parameter.
    pub fn handed_as(&self, alias: &str, parameter: usize, values: &[&str]) -> String {
        let mut columns = vec!["n bigint".to_owned()];
        let typed =
            |letter: char| move |(n, name): (usize, &str)| format!("{letter}{n} {}", self.standing.type_of(name));
        columns.extend(self.spec.key.iter().map(String::as_str).enumerate().map(typed('k')));
        columns.extend(values.iter().copied().enumerate().map(typed('v')));
        format!("pg_catalog.json_to_recordset(${parameter}::text::json) AS {alias} ({})", columns.join(", "))
    }
}

/// A manifest relation between two soft-delete tables.
#[derive(Clone, Copy)]
pub(in crate::engine) struct Relation<'a> {
    pub spec: &'a RelationSpec,
    pub child: Table<'a>,
    pub parent: Table<'a>,
}

impl<'a> Relation<'a> {
    fn of(spec: &'a RelationSpec, child: Table<'a>, parent: Table<'a>) -> Option<Self> {
        let types = usize::from(spec.kind == RelationKind::Polymorphic);
        let stands = spec.columns.iter().all(|column| child.standing.column(column).is_some());
        let fits = spec.columns.len() == types + parent.spec.key.len();
        let said = spec.kind == RelationKind::Fk || parent.spec.word.is_some();
        (stands && fits && said).then_some(Self { spec, child, parent })
    }

    /// The condition that `c` is a child of `p`.
    pub fn joins(&self) -> String {
        let types = usize::from(self.spec.kind == RelationKind::Polymorphic);
        let word = |column: &String| format!("c.{} = {}", identifier(column), literal(self.parent.word()));
        let mut terms: Vec<String> = self.spec.columns.iter().take(types).map(word).collect();
        let pairs = self.spec.columns.iter().skip(types).zip(&self.parent.spec.key);
        terms.extend(pairs.map(|(own, key)| equal(&self.child, own, &self.parent, key, "=")));
        terms.join(" AND ")
    }

    /// FROM the children handed over to their parents.
    pub fn joined_up(&self) -> String {
        self.from(&self.child, "c", &self.parent, "p")
    }

    /// FROM the parents handed over to their children.
    pub fn joined_down(&self) -> String {
        self.from(&self.parent, "p", &self.child, "c")
    }

    fn from(&self, known: &Table<'_>, known_as: &str, other: &Table<'_>, other_as: &str) -> String {
        format!(
            "FROM {}\nJOIN {} AS {known_as} ON {}\nJOIN {} AS {other_as} ON {}",
            known.handed(&[]),
            known.quoted(),
            known.key_is(known_as, "s"),
            other.quoted(),
            self.joins(),
        )
    }
}
