//! A soft-delete table as the trash reads it: when its rows fell, whose they are, how one is named. It must not know a list.

use super::super::operations::{Ground, Relation, Table};
use crate::catalog::system::{DeletedKind, TenantSpec};
use crate::db::quote::{identifier, literal};
use serde_json::Value;

/// Where a row of unknown time stands: behind all others.
pub(super) const UNTIMED: &str = "'-infinity'::timestamptz";

/// A table of which something may be in the trash.
pub(super) struct Fallen<'a> {
    pub table: Table<'a>,
    /// Its place among the tables, parents first.
    pub rank: usize,
    /// The column with the time of the deletion.
    at: Option<&'a str>,
    /// The type all tables' tenants have in the list; None where the system has no tenants.
    tenant_type: Option<&'a str>,
}

impl<'a> Fallen<'a> {
    pub fn of(ground: &'a Ground, table: Table<'a>, rank: usize) -> Self {
        let type_of =
            |spec: &'a TenantSpec| ground.standing(&spec.table).map_or("text", |table| table.type_of(&spec.key));
        let tenant_type = ground.system.tenant.as_ref().map(type_of);
        Self { at: time_of(&table), table, rank, tenant_type }
    }

    /// The columns without which no line of the list can be made, and which the role may not read.
    pub fn lacks(&self) -> Vec<&'a str> {
        let own = self.table.spec.key.iter().map(String::as_str).chain(self.table.deleted.columns());
        let needed = own.chain(self.at).chain(self.table.spec.tenant.as_deref());
        let mut lacking: Vec<&str> = Vec::new();
        for name in needed.filter(|name| !self.reads(name)) {
            if !lacking.contains(&name) {
                lacking.push(name);
            }
        }
        lacking
    }

    fn reads(&self, name: &str) -> bool {
        self.table.standing.column(name).is_some_and(|column| column.may_select)
    }

    /// True where every row can be read in the order of its deletion.
    pub fn is_timed(&self) -> bool {
        let not_null = |name: &str| self.table.standing.column(name).is_some_and(|column| column.not_null);
        let is_marker =
            |name: &str| self.table.deleted.kind == DeletedKind::Timestamp && name == self.table.deleted.column;
        self.at.is_some_and(|name| is_marker(name) || not_null(name))
    }

    /// The time of the deletion; None where the table keeps none.
    pub fn at(&self, alias: &str) -> Option<String> {
        let name = self.at?;
        let cast = match self.table.standing.type_of(name) {
            "timestamp with time zone" => "",
            _ => "::timestamptz",
        };
        Some(format!("{alias}.{}{cast}", identifier(name)))
    }

    /// The tenant's key, under the type it has in the list; None where the table has no tenant.
    pub fn tenant(&self, alias: &str) -> Option<String> {
        let (type_name, name) = (self.tenant_type?, self.table.spec.tenant.as_deref()?);
        let cast = if self.table.standing.type_of(name) == type_name { "" } else { &format!("::{type_name}") };
        Some(format!("{alias}.{}{cast}", identifier(name)))
    }

    /// The same for a list, where a row without one has NULL. As a plain NULL it would be a constant to the planner, which then
    /// reads and sorts the whole table instead of following its index.
    pub fn tenant_listed(&self) -> Option<String> {
        let type_name = self.tenant_type?;
        let none = || format!("CASE WHEN {} IS NULL THEN NULL::{type_name} END", self.first_key("c"));
        Some(self.tenant("c").unwrap_or_else(none))
    }

    /// The key as a command line writes it: `{"id":"…"}`.
    pub fn key(&self, alias: &str) -> String {
        let one = |name: &String| {
            let column = format!("pg_catalog.to_json({alias}.{}::text)::text", identifier(name));
            format!("{} || {column}", literal(&format!("{}:", Value::from(name.as_str()))))
        };
        let parts: Vec<String> = self.table.spec.key.iter().map(one).collect();
        format!("'{{' || {} || '}}'", parts.join(" || ',' || "))
    }

    /// The first column of the key, which is never NULL.
    pub fn first_key(&self, alias: &str) -> String {
        format!("{alias}.{}", identifier(&self.table.spec.key[0]))
    }

    /// The condition that the row of this alias has the key that such a text says.
    pub fn has_key(&self, alias: &str, key: &str) -> String {
        let one = |name: &String| {
            let type_name = self.table.standing.type_of(name);
            format!("{alias}.{} = ({key}::json ->> {})::{type_name}", identifier(name), literal(name))
        };
        self.table.spec.key.iter().map(one).collect::<Vec<_>>().join(" AND ")
    }

    /// How a person knows the row.
    pub fn label(&self, alias: &str) -> String {
        let name = self.table.spec.label.as_deref();
        let name = name.filter(|name| self.reads(name) && !self.table.spec.masked.iter().any(|masked| masked == name));
        let text = |name: &str| format!("{alias}.{}::text", identifier(name));
        let keys: Vec<String> = self.table.spec.key.iter().map(|name| text(name)).collect();
        let keys = keys.join(" || ' ' || ");
        name.map_or(keys.clone(), |name| format!("coalesce(nullif(pg_catalog.left({}, 120), ''), {keys})", text(name)))
    }

    /// The columns of the root that its line tells, as one text; None where there are none.
    pub fn tells(&self, alias: &str) -> Option<String> {
        let shown = |name: &&String| self.reads(name) && !self.table.spec.masked.contains(name);
        let one = |name: &String| format!("{} || {alias}.{}::text", literal(&format!("{name} ")), identifier(name));
        let told: Vec<String> = self.table.deleted.tells.iter().filter(shown).map(one).collect();
        (!told.is_empty()).then(|| format!("pg_catalog.concat_ws(', ', {})", told.join(", ")))
    }

    /// The condition that the row of this alias belongs to the deletion `d`. In a list that is `mixed` there are rows whose time
    /// nobody knows, each a deletion of its own, with rank and key.
    pub fn is_of_deletion(&self, alias: &str, mixed: bool) -> String {
        let deleted = self.table.is_deleted(alias);
        let known = if mixed { "d.rank IS NULL AND " } else { "" };
        let timed = self.at(alias).map(|at| format!("{known}{at} = d.at{}", self.has_tenant(alias)));
        let single = || {
            // The key of another table's row need not even have the type.
            let key = format!("(CASE d.rank WHEN {} THEN d.key END)", self.rank);
            format!("d.rank = {} AND {}", self.rank, self.has_key(alias, &key))
        };
        match timed {
            Some(timed) if self.is_timed() => format!("{deleted} AND {timed}"),
            Some(timed) => format!("{deleted} AND ({timed} OR {})", single()),
            None => format!("{deleted} AND {}", single()),
        }
    }

    fn has_tenant(&self, alias: &str) -> String {
        let not_null = |name: &str| self.table.standing.column(name).is_some_and(|column| column.not_null);
        match (self.tenant_type, self.tenant(alias)) {
            (None, _) => String::new(),
            (Some(_), None) => " AND d.tenant IS NULL".to_owned(),
            (Some(_), Some(own)) if self.table.spec.tenant.as_deref().is_some_and(not_null) => {
                format!(" AND {own} = d.tenant")
            }
            (Some(_), Some(own)) => format!(" AND {own} IS NOT DISTINCT FROM d.tenant"),
        }
    }

    /// The condition that `c` fell together with its parent `p`; None where nothing tells.
    pub fn fell_with(&self, parent: &Fallen<'_>) -> Option<String> {
        let mut same = format!("{} AND {} = {}", parent.table.is_deleted("p"), self.at("c")?, parent.at("p")?);
        if let (Some(own), Some(above)) = (self.tenant("c"), parent.tenant("p")) {
            same = format!("{same} AND {own} IS NOT DISTINCT FROM {above}");
        }
        Some(same)
    }

    /// The columns that relations upward, the label and the rest read, for a subquery that is bounded.
    pub fn columns(&self, relations: &[Relation<'_>]) -> String {
        let mut names: Vec<&str> = self.table.spec.key.iter().map(String::as_str).collect();
        names.extend(self.table.deleted.columns());
        names.extend(self.at);
        names.extend(self.table.spec.tenant.as_deref());
        names.extend(self.table.spec.label.as_deref().filter(|name| self.reads(name)));
        names.extend(relations.iter().flat_map(|relation| relation.spec.columns.iter().map(String::as_str)));
        names.sort_unstable();
        names.dedup();
        names.iter().map(|name| format!("c.{}", identifier(name))).collect::<Vec<_>>().join(", ")
    }

    /// True where the role may read the columns by which the row points at its parent.
    pub fn reads_all(&self, relation: &Relation<'_>) -> bool {
        relation.spec.columns.iter().all(|name| self.reads(name))
    }
}

/// The column that says when: what the manifest names, else a timestamp marker, else a group that is a time.
fn time_of<'a>(table: &Table<'a>) -> Option<&'a str> {
    let deleted = table.deleted;
    let is_time = |name: &&str| {
        let type_name = table.standing.type_of(name);
        type_name.starts_with("timestamp") || type_name == "date"
    };
    let marker = (deleted.kind == DeletedKind::Timestamp).then_some(deleted.column.as_str());
    [deleted.at.as_deref(), marker, deleted.group.as_deref()].into_iter().flatten().find(is_time)
}
