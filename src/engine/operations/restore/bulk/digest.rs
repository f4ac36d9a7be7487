//! What was seen of many rows, in a few bytes: whatever order they come in, the same rows give the same digest, and about how many
//! differ can be told. It must not know where they come from.

use super::super::rows::Row;
use sha2::{Digest as _, Sha256};

/// So many sums: a row that differs changes one of them.
const SUMS: usize = 64;

/// The digest of rows of one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super::super) struct Digest {
    pub rows: u64,
    sums: Vec<u64>,
}

impl Default for Digest {
    fn default() -> Self {
        Self { rows: 0, sums: vec![0; SUMS] }
    }
}

impl Digest {
    /// Adds a row: its key decides where, its version and marks what.
    pub fn add(&mut self, row: &Row) {
        let place = usize::from(hash(&[], &row.key)[0]) % SUMS;
        let marks = row.marks.iter().map(|(_, value)| value.as_deref());
        let seen: Vec<Option<&str>> = [Some(row.xmin.as_str())].into_iter().chain(marks).collect();
        let own = hash(&seen, &row.key);
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&own[..8]);
        self.sums[place] = self.sums[place].wrapping_add(u64::from_le_bytes(bytes));
        self.rows += 1;
    }

    /// Its text in a plan.
    pub fn text(&self) -> String {
        self.sums.iter().map(|sum| format!("{sum:016x}")).collect()
    }

    /// In what these rows differ from those that were planned, in words; None where they are the same.
    pub fn differs(&self, rows: u64, text: &str) -> Option<String> {
        if self.rows != rows {
            return Some(format!("{} rows belong to it now, and {rows} were planned", self.rows));
        }
        let own = self.text();
        let differ =
            own.as_bytes().chunks(16).zip(text.as_bytes().chunks(16)).filter(|(own, other)| own != other).count();
        let differ = if own.len() == text.len() { differ } else { SUMS };
        let what = "of its rows changed since: other versions, or other marks";
        (differ > 0)
            .then(|| if differ == 1 { format!("one or more {what}") } else { format!("{differ} or more {what}") })
    }
}

/// Sixteen bytes that stand for a row of a table.
pub(super) fn name(table: &str, key: &[String]) -> u128 {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash(&[Some(table)], key)[..16]);
    u128::from_le_bytes(bytes)
}

/// Every part with its length, so that no two lists of parts read alike.
fn hash(seen: &[Option<&str>], key: &[String]) -> [u8; 32] {
    let mut hash = Sha256::new();
    let parts = seen.iter().copied().chain(key.iter().map(|part| Some(part.as_str())));
    for part in parts {
        let length = part.map_or(u64::MAX, |part| part.len() as u64);
        hash.update(length.to_le_bytes());
        hash.update(part.unwrap_or_default());
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(key: &str, xmin: &str, marker: Option<&str>) -> Row {
        Row {
            table: "notes".into(),
            key: vec![key.into()],
            label: None,
            tenant: None,
            marks: vec![("deleted_at".into(), marker.map(str::to_owned))],
            xmin: xmin.into(),
            tableoid: "1".into(),
            deleted: true,
        }
    }

    fn of(rows: &[Row]) -> Digest {
        let mut digest = Digest::default();
        rows.iter().for_each(|row| digest.add(row));
        digest
    }

    #[test]
    fn the_order_does_not_matter_and_every_difference_does() {
        let rows: Vec<Row> = (0..100).map(|n| row(&n.to_string(), "7", Some("x"))).collect();
        let planned = of(&rows);
        let back: Vec<Row> = rows.iter().rev().cloned().collect();
        assert_eq!(of(&back), planned);
        assert_eq!(of(&rows).differs(100, &planned.text()), None);
        for other in [row("3", "8", Some("x")), row("3", "7", None), row("3", "7", Some("")), row("", "73", Some("x"))]
        {
            let mut changed = rows.clone();
            changed[3] = other;
            let says = of(&changed).differs(100, &planned.text()).unwrap();
            assert!(says.contains("or more"), "{says}");
        }
        assert!(of(&rows[1..]).differs(100, &planned.text()).unwrap().starts_with("99 rows"));
    }
}
