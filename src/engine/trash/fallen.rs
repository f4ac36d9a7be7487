//! A soft-delete table as the trash reads it: when its rows fell, whose they are, how one is named. It must not know a list.

use super::super::operations::{Ground, Relation, Table};
use crate::catalog::system::DeletedKind;
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
    /// The type all tables' tenants have in the list.
    tenant_type: &'a str,
}

impl<'a> Fallen<'a> {
    pub fn of(ground: &'a Ground, table: Table<'a>, rank: usize) -> Self {
        let tenant = ground.system.tenant.as_ref();
        let tenant_type =
            tenant.and_then(|spec| Some(ground.standing(&spec.table)?.type_of(&spec.key))).unwrap_or("text");
        Self { at: time_of(&table), table, rank, tenant_type }
    }

    /// The columns without which no line of the list can be made, and which the role may not read.
    pub fn lacks(&self) -> Vec<&'a str> {
        let own = self.table.spec.key.iter().map(String::as_str).chain(self.table.deleted.columns());
        let needed = own.chain(self.at).chain(self.table.spec.tenant.as_deref());
        let mut lacking: Vec<&str> = needed.filter(|name| !self.reads(name)).collect();
        lacking.dedup();
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

    pub fn tenant(&self, alias: &str) -> String {
        match self.table.spec.tenant.as_deref() {
            None => format!("NULL::{}", self.tenant_type),
            Some(name) if self.table.standing.type_of(name) == self.tenant_type => {
                format!("{alias}.{}", identifier(name))
            }
            Some(name) => format!("{alias}.{}::{}", identifier(name), self.tenant_type),
        }
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

    /// The condition that the row of this alias belongs to the deletion `d`.
    pub fn is_of_deletion(&self, alias: &str) -> String {
        let deleted = self.table.is_deleted(alias);
        let timed = self.at(alias).map(|at| {
            let tenant = self.tenant(alias);
            let same = match self.table.spec.tenant.as_deref() {
                None => "d.tenant IS NULL".to_owned(),
                Some(name) if self.table.standing.column(name).is_some_and(|column| column.not_null) => {
                    format!("{tenant} = d.tenant")
                }
                Some(_) => format!("{tenant} IS NOT DISTINCT FROM d.tenant"),
            };
            format!("d.rank IS NULL AND {at} = d.at AND {same}")
        });
        let single = format!(
            "d.rank = {} AND {}",
            self.rank,
            // The key of another table's row need not even have the type.
            self.has_key(alias, &format!("(CASE d.rank WHEN {} THEN d.key END)", self.rank))
        );
        match timed {
            Some(timed) if self.is_timed() => format!("{deleted} AND {timed}"),
            Some(timed) => format!("{deleted} AND ({timed} OR {single})"),
            None => format!("{deleted} AND {single}"),
        }
    }

    /// The condition that `c` fell together with its parent `p`; None where nothing tells.
    pub fn fell_with(&self, parent: &Fallen<'_>) -> Option<String> {
        let mut same = format!("{} AND {} = {}", parent.table.is_deleted("p"), self.at("c")?, parent.at("p")?);
        if let (Some(_), Some(_)) = (&self.table.spec.tenant, &parent.table.spec.tenant) {
            same = format!("{same} AND {} IS NOT DISTINCT FROM {}", self.tenant("c"), parent.tenant("p"));
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
