//! Whether rows stand with the marks that are told of them, compared by the server under the marks' own types. It must not
//! change anything.

use super::super::restore::{Asking, Ground, Marks, hand};
use crate::db::quote::identifier;
use crate::model::Fault;
use std::collections::BTreeMap;

/// A row by its table's name and its key, and its marks as they are told.
pub(super) struct Claimed {
    pub table: String,
    pub key: Vec<String>,
    pub marks: Marks,
}

/// For each of these rows, whether it stands with those marks.
pub(super) async fn standing(ground: &Ground, rows: &[Claimed], asking: &Asking<'_>) -> Result<Vec<bool>, Fault> {
    let mut alike: BTreeMap<(&str, Vec<&str>), Vec<usize>> = BTreeMap::new();
    for (place, row) in rows.iter().enumerate() {
        let columns = row.marks.iter().map(|(name, _)| name.as_str()).collect();
        alike.entry((&row.table, columns)).or_default().push(place);
    }
    let mut all = vec![false; rows.len()];
    for ((name, columns), places) in alike {
        let table = ground.needed(name)?;
        if columns.is_empty() || columns.iter().any(|column| table.standing.column(column).is_none()) {
            continue;
        }
        let same = |(n, column): (usize, &&str)| format!("t.{} IS NOT DISTINCT FROM s.v{n}", identifier(column));
        let same: Vec<String> = columns.iter().enumerate().map(same).collect();
        let sql = format!(
            "SELECT s.n::text\nFROM {}\nJOIN {} AS t ON {}\nWHERE {}",
            table.handed(&columns),
            table.quoted(),
            table.key_is("t", "s"),
            same.join("\n  AND "),
        );
        let handed = hand(places.iter().map(|place| {
            let values = rows[*place].marks.iter().map(|(_, value)| value.clone()).collect();
            (*place, rows[*place].key.as_slice(), values)
        }));
        for n in asking.texts(&sql, &[handed]).await? {
            if let Some(own) = n.parse::<usize>().ok().and_then(|place| all.get_mut(place)) {
                *own = true;
            }
        }
    }
    Ok(all)
}
