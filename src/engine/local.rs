//! Local relations on their way to the server: each a bound JSON parameter behind the name its pane knows it by.
//! It must not know where the rows come from.

use super::statement::Statement;
use crate::catalog::PaneSpec;
use crate::catalog::local::Local;
use std::collections::BTreeMap;

/// The rows of local relations, each a JSON array of objects, and what to know about them.
#[derive(Clone, Debug, Default)]
pub(super) struct Locals(BTreeMap<Local, String>, Vec<String>);

impl Locals {
    /// Sets the rows of one relation.
    pub fn set(&mut self, local: Local, json: String) {
        self.0.insert(local, json);
    }

    /// Adds what a reader should know about the rows.
    pub fn note(&mut self, text: &str) {
        self.1.push(text.to_owned());
    }

    /// What a reader should know.
    pub fn notes(&self) -> &[String] {
        &self.1
    }

    /// Writes a pane's text with the relations it asks for.
    pub fn write(&self, spec: &PaneSpec, statement: &mut Statement) {
        self.write_around(&spec.sql, &spec.local, statement);
    }

    /// Writes a text behind the relations it asks for; one that was not set has no rows.
    pub fn write_around(&self, sql: &str, locals: &[Local], statement: &mut Statement) {
        if locals.is_empty() {
            statement.push(sql);
            return;
        }
        statement.push("WITH ").join(locals, ",\n", |statement, local| {
            statement.push(&format!("{} AS (SELECT * FROM pg_catalog.json_to_recordset(", local.name()));
            let rows = self.0.get(local).map_or("[]", String::as_str);
            statement.bind(Some(rows), "json").push(&format!(") AS r({}))", local.columns()));
        });
        statement.push("\nSELECT * FROM (\n").push(sql).push("\n) l");
    }
}

/// A text behind its relations without rows, as it is described.
pub(super) fn empty(sql: &str, locals: &[Local]) -> String {
    if locals.is_empty() {
        return sql.to_owned();
    }
    let relations: Vec<String> = locals
        .iter()
        .map(|local| {
            let (name, columns) = (local.name(), local.columns());
            format!("{name} AS (SELECT * FROM pg_catalog.json_to_recordset('[]') AS r({columns}))")
        })
        .collect();
    format!("WITH {}\nSELECT * FROM (\n{sql}\n) l", relations.join(",\n"))
}
