//! A row that cannot come back beside the live one in its way, column by column. It must not know why it cannot.

use super::asking::Asking;
use super::clash::Clash;
use super::ground::{Ground, Table};
use super::group::{Group, number};
use super::rows::hand;
use crate::db::quote::identifier;
use crate::model::Fault;
use std::collections::HashMap;

/// Rows that are shown beside their live ones; a person does not read more.
const FEW: usize = 20;

/// Notes for the first of these rows in what they differ from the live ones. What the manifest masks is not shown.
pub(super) async fn show(
    ground: &Ground,
    group: &mut Group,
    table: &str,
    clashes: &[Clash],
    asking: &Asking<'_>,
) -> Result<(), Fault> {
    let table = ground.needed(table)?;
    let pairs: Vec<(usize, &[String])> =
        clashes.iter().filter_map(|clash| Some((clash.place, clash.live.as_deref()?))).take(FEW).collect();
    if pairs.is_empty() {
        return Ok(());
    }
    let columns = columns(&table);
    let theirs = values(&table, &columns, &pairs, asking).await?;
    let own: Vec<(usize, &[String])> =
        pairs.iter().map(|(place, _)| (*place, group.members[*place].row.key.as_slice())).collect();
    let own = values(&table, &columns, &own, asking).await?;
    for (place, _) in pairs {
        let (Some(own), Some(theirs)) = (own.get(&place), theirs.get(&place)) else { continue };
        let both = columns.iter().zip(own.iter().zip(theirs));
        let differing = both.filter(|(_, (own, theirs))| own != theirs);
        group.members[place].beside =
            differing.map(|(name, (own, theirs))| ((*name).to_owned(), own.clone(), theirs.clone())).collect();
    }
    Ok(())
}

/// What a person knows a row by: its key, its label, what it is searched by.
fn columns<'a>(table: &Table<'a>) -> Vec<&'a str> {
    let mut columns: Vec<&str> = Vec::new();
    let all = table.spec.key.iter().chain(&table.spec.label).chain(&table.spec.search);
    for name in all.filter(|name| !table.spec.masked.contains(name)).map(String::as_str) {
        if !columns.contains(&name) && table.standing.column(name).is_some() {
            columns.push(name);
        }
    }
    columns
}

async fn values(
    table: &Table<'_>,
    columns: &[&str],
    rows: &[(usize, &[String])],
    asking: &Asking<'_>,
) -> Result<HashMap<usize, Vec<Option<String>>>, Fault> {
    let list: Vec<String> =
        columns.iter().map(|name| format!("pg_catalog.left(t.{}::text, 200)", identifier(name))).collect();
    let sql = format!(
        "SELECT s.n::text,\n  {}\nFROM {}\nJOIN {} AS t ON {}",
        list.join(",\n  "),
        table.handed(&[]),
        table.quoted(),
        table.key_is("t", "s")
    );
    let handed = hand(rows.iter().map(|(place, key)| (*place, *key, Vec::new())));
    let answer = asking.rows(&sql, &[handed]).await?;
    Ok(answer.into_iter().filter_map(|row| Some((number(&row)?, row.into_iter().skip(1).collect()))).collect())
}
