//! Counters the database keeps by itself, of rows that are moved and of the rows above them: what they were before and what they
//! are after. It must not know what keeps them.

use super::asking::Asking;
use super::bulk::{Handed, handed_from, same_key};
use super::ground::{Ground, Table};
use super::rows::Row;
use crate::db::quote::identifier;
use crate::model::Fault;

/// Rows of a table whose counters are read.
const WATCHED: usize = 200;
/// Changes that are told one by one.
const TOLD: usize = 20;

/// A row and its counters.
struct Counted {
    key: Vec<String>,
    label: Option<String>,
    values: Vec<Option<String>>,
}

/// The counters of some rows, as they were read.
pub(super) struct Counters<'a> {
    tables: Vec<(Table<'a>, Vec<&'a str>, Vec<Counted>)>,
}

impl<'a> Counters<'a> {
    /// Reads those of these rows and of the rows above them.
    pub async fn read(ground: &'a Ground, rows: &[&Row], asking: &Asking<'_>) -> Result<Self, Fault> {
        let mut tables = Vec::new();
        for table in ground.tables() {
            let columns = counters(&table);
            if columns.is_empty() {
                continue;
            }
            let own = rows.iter().filter(|row| row.table == table.name()).take(WATCHED);
            let mut keys: Vec<Vec<String>> = own.map(|row| row.key.clone()).collect();
            for relation in ground.below(table.name()) {
                let below = rows.iter().filter(|row| row.table == relation.child.name()).take(WATCHED);
                let below: Vec<&Row> = below.copied().collect();
                if !below.is_empty() {
                    keys.extend(above(&relation.child, &table, &relation.joins(), &below, asking).await?);
                }
            }
            keys.sort_unstable();
            keys.dedup();
            let columns = if keys.is_empty() { Vec::new() } else { readable(&table, columns, asking).await? };
            if !columns.is_empty() {
                let counted = values(&table, &columns, &keys, asking).await?;
                tables.push((table, columns, counted));
            }
        }
        Ok(Self { tables })
    }

    /// Reads them again: what changed, in words.
    pub async fn changes(&self, asking: &Asking<'_>) -> Result<Vec<String>, Fault> {
        let mut changes = Vec::new();
        for (table, columns, before) in &self.tables {
            let keys: Vec<Vec<String>> = before.iter().map(|row| row.key.clone()).collect();
            let after = values(table, columns, &keys, asking).await?;
            for row in before {
                let Some(now) = after.iter().find(|now| now.key == row.key) else { continue };
                let both = columns.iter().zip(row.values.iter().zip(&now.values));
                let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "NULL".to_owned());
                let changed: Vec<String> = both
                    .filter(|(_, (was, is))| was != is)
                    .map(|(name, (was, is))| format!("{name} {} → {}", shown(was), shown(is)))
                    .collect();
                if !changed.is_empty() {
                    let label = now.label.clone().unwrap_or_else(|| row.key.join(" "));
                    changes.push(format!("{} {label:?}: {}", table.shown(), changed.join(", ")));
                }
            }
        }
        let more = changes.len().saturating_sub(TOLD);
        changes.truncate(TOLD);
        changes.extend((more > 0).then(|| format!("the counters of {more} more rows changed")));
        Ok(changes)
    }
}

/// The columns of a table that the database keeps and that are numbers.
fn counters<'a>(table: &Table<'a>) -> Vec<&'a str> {
    const NUMBERS: [&str; 6] = ["smallint", "integer", "bigint", "numeric", "real", "double precision"];
    let is_number = |name: &&String| {
        let type_name = table.standing.column(name).map_or("", |column| column.type_name.as_str());
        NUMBERS.iter().any(|number| type_name == *number || type_name.starts_with(&format!("{number}(")))
    };
    let shown = table.spec.maintained.iter().filter(|name| !table.spec.masked.contains(name));
    shown.filter(is_number).map(String::as_str).collect()
}

/// Those of the columns that the role may read: one it may not would end the change.
async fn readable<'a>(table: &Table<'a>, columns: Vec<&'a str>, asking: &Asking<'_>) -> Result<Vec<&'a str>, Fault> {
    let sql = "SELECT w.name\nFROM pg_catalog.json_array_elements_text($2::text::json) AS w (name)\n\
               WHERE pg_catalog.has_column_privilege($1::text::oid, w.name, 'SELECT')";
    let params = [Some(table.standing.oid.clone()), Some(serde_json::Value::from(columns.as_slice()).to_string())];
    let names = asking.texts(sql, &params).await?;
    let known = table.spec.label.iter().all(|label| table.standing.column(label).is_some());
    Ok(columns.into_iter().filter(|name| known && names.iter().any(|own| own == name)).collect())
}

fn handed<'a>(table: &Table<'a>, keys: &'a [Vec<String>]) -> Vec<Handed<'a>> {
    let column = |(at, name): (usize, &'a String)| Handed {
        name,
        type_name: table.standing.type_of(name),
        values: keys.iter().map(|key| key.get(at).map(String::as_str)).collect(),
    };
    table.spec.key.iter().enumerate().map(column).collect()
}

/// The keys of the rows above these.
async fn above(
    child: &Table<'_>,
    parent: &Table<'_>,
    joins: &str,
    below: &[&Row],
    asking: &Asking<'_>,
) -> Result<Vec<Vec<String>>, Fault> {
    let keys: Vec<Vec<String>> = below.iter().map(|row| row.key.clone()).collect();
    let mut params = Vec::new();
    let from = handed_from("h", &handed(child, &keys), &mut params);
    let list: Vec<String> = parent.spec.key.iter().map(|name| format!("p.{}::text", identifier(name))).collect();
    let sql = format!(
        "SELECT DISTINCT\n  {}\nFROM {from}\nJOIN {} AS c ON {}\nJOIN {} AS p ON {joins}\nLIMIT {WATCHED}",
        list.join(",\n  "),
        child.quoted(),
        same_key(child, "c", "h"),
        parent.quoted(),
    );
    let rows = asking.rows(&sql, &params).await?;
    Ok(rows.into_iter().map(|row| row.into_iter().map(Option::unwrap_or_default).collect()).collect())
}

async fn values(
    table: &Table<'_>,
    columns: &[&str],
    keys: &[Vec<String>],
    asking: &Asking<'_>,
) -> Result<Vec<Counted>, Fault> {
    let mut params = Vec::new();
    let from = handed_from("h", &handed(table, keys), &mut params);
    let text = |name: &str| format!("t.{}::text", identifier(name));
    let label = table.spec.label.as_ref().filter(|name| !table.spec.masked.contains(name));
    let mut list: Vec<String> = table.spec.key.iter().map(|name| text(name)).collect();
    list.push(label.map_or("NULL::text".to_owned(), |name| format!("pg_catalog.left({}, 120)", text(name))));
    list.extend(columns.iter().map(|name| text(name)));
    let sql = format!(
        "SELECT\n  {}\nFROM {from}\nJOIN {} AS t ON {}\nORDER BY {}",
        list.join(",\n  "),
        table.quoted(),
        same_key(table, "t", "h"),
        table.key_list("t"),
    );
    let at = table.spec.key.len();
    let counted = |row: Vec<Option<String>>| Counted {
        key: row.iter().take(at).map(|value| value.clone().unwrap_or_default()).collect(),
        label: row.get(at).cloned().flatten(),
        values: row.into_iter().skip(at + 1).collect(),
    };
    Ok(asking.rows(&sql, &params).await?.into_iter().map(counted).collect())
}
