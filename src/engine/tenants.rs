//! Finding tenants by key, slug or label, in every system that stands here. Bounded; it never scans for a count.

use super::statement::Statement;
use crate::catalog::System;
use crate::db::Rows;
use crate::db::quote::identifier;
use crate::model::Source;
use crate::model::deck::Tenant;

/// How many candidates a picker gets at most.
const MOST: u32 = 200;

/// The statement that finds candidates in one system, exact matches first; None where it has no tenants.
pub(super) fn statement(source: &Source, system: &System, text: &str) -> Option<Statement> {
    let tenant = system.tenant.as_ref()?;
    let column = |name: &str| format!("t.{}::text", identifier(name));
    let key = column(&tenant.key);
    let label = tenant.label.as_deref().map_or_else(|| key.clone(), column);
    let slug = tenant.slug.as_deref().map_or_else(|| "NULL::text".to_owned(), column);
    let mut statement = Statement::default();
    statement.push(&format!(
        "SELECT {key}, {label}, {slug}\nFROM {}.{} t",
        identifier(&source.schema),
        identifier(&tenant.table)
    ));
    if !text.is_empty() {
        statement.push(&format!("\nWHERE {key} = ")).bind(Some(text), "text");
        for name in [&label, &slug] {
            statement.push("\n  OR ").contains(name, text);
        }
    }
    // Exact, then beginning with the text, then the rest: a cut list never hides a better fit.
    statement.push(&format!("\nORDER BY\n  ({key} = ")).bind(Some(text), "text").push(") DESC");
    let wanted = text.to_lowercase();
    for fits in [|name: &str| format!("lower({name}) = "), |name: &str| format!("lower({name}) ^@ ")] {
        statement.push(&format!(",\n  COALESCE({}", fits(&slug))).bind(Some(&wanted), "text");
        statement.push(&format!(" OR {}", fits(&label))).bind(Some(&wanted), "text").push(", false) DESC");
    }
    statement.push(&format!(",\n  lower({label}),\n  {key}\nLIMIT {MOST}"));
    Some(statement)
}

/// The candidates of an answer.
pub(super) fn candidates(source: &Source, answer: Rows) -> Vec<Tenant> {
    let tenant = |row: Vec<Option<String>>| match <[Option<String>; 3]>::try_from(row) {
        Ok([Some(key), label, slug]) => {
            Some(Tenant { source: source.clone(), label: label.unwrap_or_else(|| key.clone()), key, slug })
        }
        _ => None,
    };
    answer.rows.into_iter().filter_map(tenant).collect()
}
