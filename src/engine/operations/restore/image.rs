//! Rows as they stand, column by column, so that an undo can say in what they were changed since. What the manifest masks is
//! not kept in any form, what is long as a short hash. That a masked column changed is told by the row's version alone. It must not know why a row is kept.

use super::asking::Asking;
use super::ground::{Ground, Table};
use super::group::number;
use super::moves::Marks;
use super::rows::{hand, key_of, seen};
use crate::db::quote::identifier;
use crate::model::Fault;
use crate::model::operation::PlanRow;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Operations on more rows keep no images.
pub(in super::super) const FEW: usize = 200;
/// Longer values are kept as their hash.
const LONG: usize = 200;

/// Keeps the images of the rows of a receipt, where there are few, nobody changed them since, and the role may read them.
pub(super) async fn keep(ground: &Ground, rows: &mut [PlanRow], asking: &Asking<'_>) {
    if rows.len() > FEW {
        return;
    }
    // Without images the undo is as exact; it says less where it refuses.
    let Ok(images) = read(ground, rows, asking).await else { return };
    for (row, image) in rows.iter_mut().zip(images) {
        if let Some((_, values)) = image.filter(|(version, _)| Some(version.as_str()) == seen(row, "xmin")) {
            row.image = values;
        }
    }
}

/// The version and the image of each of these rows; None for one that is not there.
pub(in super::super) async fn read(
    ground: &Ground,
    rows: &[PlanRow],
    asking: &Asking<'_>,
) -> Result<Vec<Option<(String, Marks)>>, Fault> {
    let mut tables: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, row) in rows.iter().enumerate() {
        tables.entry(&row.table).or_default().push(place);
    }
    let mut all = vec![None; rows.len()];
    for (shown, places) in tables {
        let table = ground.planned(shown)?;
        let keys: Vec<(usize, Vec<String>)> = places.into_iter().map(|place| (place, key_of(&rows[place]))).collect();
        let shown = columns(&table);
        if shown.is_empty() {
            continue;
        }
        let handed = hand(keys.iter().map(|(place, key)| (*place, key.as_slice(), Vec::new())));
        let sql = format!(
            "SELECT\n  s.n::text,\n  t.xmin::text,\n  (SELECT pg_catalog.row_to_json(i) FROM (SELECT {}) AS i)::text\nFROM {}\nJOIN {} AS t ON {}",
            shown.join(", "),
            table.handed(&[]),
            table.quoted(),
            table.key_is("t", "s"),
        );
        for row in asking.rows(&sql, &[handed]).await? {
            let text = |at: usize| row.get(at).cloned().flatten().unwrap_or_default();
            if let Some(place) = number(&row).and_then(|place| all.get_mut(place)) {
                *place = Some((text(1), image(&text(2))));
            }
        }
    }
    Ok(all)
}

/// The columns in which two images differ: column, the first's value, the second's.
pub(in super::super) fn differing(left: &Marks, now: &Marks) -> Vec<(String, Option<String>, Option<String>)> {
    let other = |name: &String| now.iter().find(|(own, _)| own == name);
    let both = left.iter().filter_map(|(name, value)| Some((name, value, &other(name)?.1)));
    both.filter(|(_, left, now)| left != now)
        .map(|(name, left, now)| (name.clone(), left.clone(), now.clone()))
        .collect()
}

/// The columns that are kept: those the role may read and the manifest does not mask.
fn columns(table: &Table<'_>) -> Vec<String> {
    let kept = table
        .standing
        .columns
        .iter()
        .filter(|column| column.may_select && !table.spec.keeps_back(&column.name, &column.type_name));
    kept.map(|column| format!("t.{}", identifier(&column.name))).collect()
}

fn image(json: &str) -> Marks {
    let values: Map<String, Value> = serde_json::from_str(json).unwrap_or_default();
    let text = |value: Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    };
    let short = |text: String| if text.chars().count() > LONG { hashed(&text) } else { text };
    values.into_iter().map(|(name, value)| (name, text(value).map(short))).collect()
}

fn hashed(text: &str) -> String {
    let hash: String = Sha256::digest(text).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("#{hash}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_in_both_is_told() {
        let of = |values: &[(&str, Option<&str>)]| -> Marks {
            values.iter().map(|(name, value)| ((*name).to_owned(), value.map(str::to_owned))).collect()
        };
        let left = of(&[("a", Some("1")), ("b", None), ("gone", Some("x"))]);
        let now = of(&[("a", Some("2")), ("b", None), ("new", Some("y"))]);
        assert_eq!(differing(&left, &now), [("a".to_owned(), Some("1".to_owned()), Some("2".to_owned()))]);
        assert_eq!((hashed("a").len(), hashed("a") == hashed("b")), (13, false));
    }
}
