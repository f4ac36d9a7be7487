//! Lists that are no pane, as tables, so that every format can write them.

use crate::model::deck::{Survey, Tenant};
use crate::model::{Cell, Column, Row, Table};

/// A table of text columns under this name.
pub fn table(pane: &str, columns: &[&str], rows: Vec<Vec<Option<String>>>) -> Table {
    let row = |cells: Vec<Option<String>>| Row { cells: cells.into_iter().map(Cell::new).collect(), ..Row::default() };
    Table {
        pane: pane.into(),
        title: pane.into(),
        columns: columns.iter().map(|name| Column::named(*name, "text")).collect(),
        rows: rows.into_iter().map(row).collect(),
        ..Table::default()
    }
}

/// Every system by name and title: each schema it stands in, or that it stands nowhere here.
pub fn systems(known: &[(&str, &str)], survey: &Survey) -> Table {
    let mut rows: Vec<Vec<Option<String>>> = Vec::new();
    for bound in &survey.systems {
        let state = if bound.missing.is_empty() { "whole" } else { "partly" };
        let missing = (!bound.missing.is_empty()).then(|| bound.missing.join(", "));
        let (system, schema) = (bound.source.system.clone(), bound.source.schema.clone());
        let tables = Some(bound.tables.to_string());
        rows.push(vec![Some(system), Some(bound.title.clone()), Some(schema), Some(state.into()), tables, missing]);
    }
    for (name, title) in known {
        if !survey.systems.iter().any(|bound| bound.source.system == *name) {
            let (name, title) = (Some((*name).to_owned()), Some((*title).to_owned()));
            rows.push(vec![name, title, None, Some("not here".into()), None, None]);
        }
    }
    rows.sort();
    let mut listed = table("systems", &["system", "title", "schema", "state", "tables", "missing"], rows);
    listed.columns[4] = Column::named("tables", "bigint");
    listed.notes.clone_from(&survey.notes);
    listed
}

/// Tenants as candidates for a scope.
pub fn tenants(tenants: &[Tenant]) -> Table {
    let row = |tenant: &Tenant| {
        let (key, label) = (Some(tenant.key.clone()), Some(tenant.label.clone()));
        vec![Some(tenant.source.system.clone()), key, label, tenant.slug.clone()]
    };
    table("tenants", &["system", "key", "label", "slug"], tenants.iter().map(row).collect())
}
