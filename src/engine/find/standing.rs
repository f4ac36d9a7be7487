//! What stands of the tables a search may read, as the catalog tells it. It must not know what is looked for.

use super::super::statement::cast_name;
use super::super::survey::Bindings;
use crate::catalog::System;
use crate::catalog::system::{DeletedKind, TableSpec};
use crate::db::Rows;
use crate::db::quote::{identifier, literal};
use crate::model::Source;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Reads it; the parameter is what [`wanted`] makes.
pub(super) const SQL: &str = include_str!("standing.sql");

/// A table of about so many rows at most is read as a whole without asking.
const SMALL: f64 = 10_000.0;

/// A table of a recognised system as it stands here.
pub(super) struct Place<'a> {
    pub source: &'a Source,
    pub system: &'a System,
    pub spec: &'a TableSpec,
    pub rows: f64,
    /// Row level security keeps rows from this role.
    pub hides: bool,
    pub policies: Vec<String>,
    pub columns: Vec<Column>,
    pub indexed: Vec<Indexed>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Column {
    pub name: String,
    #[serde(rename = "type")]
    pub type_name: String,
    pub textual: bool,
    pub not_null: bool,
    pub readable: bool,
}

/// An indexed expression, or a column indexed by its trigrams.
#[derive(Debug, Deserialize)]
pub(super) struct Indexed {
    pub text: String,
    #[serde(rename = "type")]
    pub type_name: String,
    pub plain: bool,
    pub trigrams: bool,
}

/// The names [`SQL`] is asked for.
pub(super) fn wanted(bindings: &Bindings) -> String {
    let names = bindings.systems.iter().flat_map(|(source, system)| {
        system.tables.iter().map(|table| json!({ "schema": source.schema, "name": table.name }))
    });
    Value::from(names.collect::<Vec<_>>()).to_string()
}

/// The places of an answer, in the order of the manifests.
pub(super) fn read<'a>(bindings: &'a Bindings, answer: &Rows) -> Vec<Place<'a>> {
    let mut found: HashMap<(&str, &str), &Vec<Option<String>>> = HashMap::new();
    for row in &answer.rows {
        if let [Some(schema), Some(name), ..] = row.as_slice() {
            found.insert((schema, name), row);
        }
    }
    let mut places = Vec::new();
    for (source, system) in &bindings.systems {
        for spec in &system.tables {
            let row = found.get(&(source.schema.as_str(), spec.name.as_str()));
            places.extend(row.map(|row| place(source, system, spec, row)));
        }
    }
    places
}

fn place<'a>(source: &'a Source, system: &'a System, spec: &'a TableSpec, row: &[Option<String>]) -> Place<'a> {
    let text = |at: usize| row.get(at).and_then(Option::as_deref).unwrap_or_default();
    let mut columns: Vec<Column> = serde_json::from_str(text(5)).unwrap_or_default();
    for column in &mut columns {
        column.type_name = cast_name(&column.type_name).into_owned();
    }
    Place {
        source,
        system,
        spec,
        rows: text(2).parse().unwrap_or(f64::MAX),
        hides: text(3) == "true",
        policies: serde_json::from_str(text(4)).unwrap_or_default(),
        columns,
        indexed: serde_json::from_str(text(6)).unwrap_or_default(),
    }
}

impl Place<'_> {
    /// For a person: `crm.leads`.
    pub fn shown(&self) -> String {
        format!("{}.{}", self.source.schema, self.spec.name)
    }

    /// For SQL.
    pub fn quoted(&self) -> String {
        format!("{}.{}", identifier(&self.source.schema), identifier(&self.spec.name))
    }

    /// About as few rows as are read without asking.
    pub fn is_small(&self) -> bool {
        self.rows <= SMALL
    }

    /// The audit table of its system.
    pub fn is_trail(&self) -> bool {
        self.system.audit.as_ref().is_some_and(|audit| audit.table == self.spec.name)
    }

    /// What one row is called.
    pub fn word(&self) -> &str {
        self.spec.word.as_deref().unwrap_or(&self.spec.name)
    }

    /// The column of this name, where the role may read it.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name && column.readable)
    }

    /// True where the key, and what says whether a row is deleted, can be read.
    pub fn is_readable(&self) -> bool {
        let marks = self.spec.deleted.as_ref().map(|deleted| &deleted.column);
        !self.spec.key.is_empty() && self.spec.key.iter().chain(marks).all(|name| self.column(name).is_some())
    }

    /// The columns a person's text is compared with.
    pub fn searched(&self) -> impl Iterator<Item = &Column> {
        self.spec.search.iter().filter_map(|name| self.column(name))
    }

    /// The column by which a person knows the row, unless its values are never shown.
    pub fn label(&self) -> Option<&str> {
        let label = self.spec.label.as_deref()?;
        (!self.spec.masked.iter().any(|masked| masked == label) && self.column(label).is_some()).then_some(label)
    }

    /// The condition that the row of this alias is deleted; None where the table deletes for good.
    pub fn is_deleted(&self, alias: &str) -> Option<String> {
        let deleted = self.spec.deleted.as_ref()?;
        let column = format!("{alias}.{}", identifier(&deleted.column));
        Some(match deleted.kind {
            DeletedKind::Timestamp => format!("{column} IS NOT NULL"),
            DeletedKind::Boolean | DeletedKind::Status => format!("{column} = {}", literal(self.dead())),
        })
    }

    /// The condition that it is not, written as partial indexes write it.
    pub fn is_live(&self, alias: &str) -> Option<String> {
        let deleted = self.spec.deleted.as_ref()?;
        let column = format!("{alias}.{}", identifier(&deleted.column));
        let never_empty = self.column(&deleted.column).is_some_and(|column| column.not_null);
        Some(match deleted.kind {
            DeletedKind::Timestamp => format!("{column} IS NULL"),
            DeletedKind::Boolean if never_empty => {
                format!("{column} = '{}'", if self.dead() == "true" { "false" } else { "true" })
            }
            DeletedKind::Boolean | DeletedKind::Status => {
                format!("{column} IS DISTINCT FROM {}", literal(self.dead()))
            }
        })
    }

    fn dead(&self) -> &str {
        self.spec.deleted.as_ref().and_then(|deleted| deleted.value.as_deref()).unwrap_or("true")
    }

    /// The column with the time of a deletion.
    pub fn at(&self) -> Option<&str> {
        let deleted = self.spec.deleted.as_ref()?;
        let marker = (deleted.kind == DeletedKind::Timestamp).then_some(&deleted.column);
        let named = deleted.at.as_ref().or(marker).or(deleted.group.as_ref())?;
        self.column(named).filter(|column| column.type_name.starts_with("timestamp")).map(|column| column.name.as_str())
    }
}
