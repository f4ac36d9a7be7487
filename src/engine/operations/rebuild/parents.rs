//! The rows a rebuilt row would point at, and which of them are gone. It must not decide what becomes of it.

use super::super::restore::Asking;
use super::Lost;
use crate::db::quote::{identifier, literal};
use crate::model::Fault;
use std::collections::BTreeMap;

const SQL: &str = include_str!("../../sql/parents.sql");

/// A note for each foreign key whose parent is not there, or cannot be looked for.
pub(super) async fn gone(
    lost: &Lost<'_>,
    values: &BTreeMap<String, Option<String>>,
    asking: &Asking<'_>,
) -> Result<Vec<String>, Fault> {
    let params = [Some(lost.ground.source.schema.clone()), Some(lost.table.name.clone())];
    let mut notes = Vec::new();
    for row in asking.rows(SQL, &params).await? {
        let text = |at: usize| row.get(at).cloned().flatten().unwrap_or_default();
        let list = |at: usize| serde_json::from_str::<Vec<String>>(&text(at)).unwrap_or_default();
        let (own, other) = (list(1), list(4));
        let known: Option<Vec<&String>> = own.iter().map(|name| values.get(name)?.as_ref()).collect();
        let Some(known) = known else { continue };
        let table = format!("{}.{}", identifier(&text(2)), identifier(&text(3)));
        let pairs: Vec<String> = own.iter().zip(&known).map(|(name, value)| format!("{name}={value}")).collect();
        let what = format!("{} points at a row of {}.{}", pairs.join(" "), text(2), text(3));
        match asking.rows(&look(&table, &other, &known), &[]).await {
            Ok(found) if found.is_empty() => {
                notes.push(format!("{what} that is not there: the INSERT fails ({})", text(0)))
            }
            Ok(_) => {}
            Err(fault) if fault.is("42501") => {
                notes.push(format!("{what}, which you may not look for ({})", fault.message))
            }
            Err(fault) => return Err(fault),
        }
    }
    Ok(notes)
}

/// A plain literal takes the type of the column it meets, which is another table's affair.
fn look(table: &str, columns: &[String], values: &[&String]) -> String {
    let pair = |(name, value): (&String, &&String)| format!("p.{} = {}", identifier(name), literal(value));
    let pairs: Vec<String> = columns.iter().zip(values).map(pair).collect();
    format!("SELECT 'there'::text\nFROM {table} AS p\nWHERE {}\nLIMIT 1", pairs.join(" AND "))
}
