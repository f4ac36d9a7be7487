//! Column names and types of a pane's text, asked of the server without running it and without a named
//! statement (DESIGN §3): a row of NULLs in the shape of the result exists even where there are no rows.

use crate::catalog::PaneSpec;
use crate::db::Rows;
use crate::db::quote::identifier;
use crate::model::Fault;
use crate::model::table::Column;

fn shape(sql: &str) -> String {
    format!("(SELECT x.* FROM (SELECT) one LEFT JOIN (SELECT * FROM (\n{sql}\n) q LIMIT 0) x ON true) d")
}

/// The statement for the names, in order.
pub(super) fn names(sql: &str) -> String {
    // With the star, because a column called d would hide the row of that name.
    format!("SELECT pg_catalog.json_object_keys(pg_catalog.row_to_json(d.*)) FROM {}", shape(sql))
}

/// The statement for the types of these columns, one row.
pub(super) fn types(sql: &str, names: &[String]) -> String {
    let types: Vec<String> = names.iter().map(|n| format!("pg_catalog.pg_typeof(d.{})::text", identifier(n))).collect();
    format!("SELECT {} FROM {}", types.join(", "), shape(sql))
}

/// The names of the answer to [`names`]. Fails where two are the same, because a wrapped text could not tell them apart.
pub(super) fn read_names(answer: Rows) -> Result<Vec<String>, Fault> {
    let names: Vec<String> = answer.rows.into_iter().filter_map(|mut row| row.pop().flatten()).collect();
    for (n, name) in names.iter().enumerate() {
        if names[..n].contains(name) {
            return Err(
                Fault::config(format!("two columns are called {name:?}")).hint("give one of them another name with AS")
            );
        }
    }
    Ok(names)
}

/// Columns with their pane's wishes. Fails where the header names a column the SQL does not have.
pub(super) fn columns(spec: &PaneSpec, names: &[String], types: Rows) -> Result<Vec<Column>, Fault> {
    if let Some(unknown) = spec.named_columns().find(|name| !names.iter().any(|own| own == name)) {
        return Err(Fault::config(format!("the header names a column {unknown:?} that the SQL does not have"))
            .hint(format!("its columns: {}", names.join(", "))));
    }
    let types = types.rows.into_iter().next().unwrap_or_default();
    let pairs = names.iter().zip(types);
    Ok(pairs.map(|(name, type_name)| spec.dressed(name, type_name.as_deref().unwrap_or("text"))).collect())
}
