//! A row that was found, as far as it is known. It must not know how it was looked for.

use super::standing::Place;
use super::way::{MOST, Probe, Side};
use serde_json::Value;

/// One row of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Hit {
    /// The table's number among the places.
    pub place: usize,
    pub key: Vec<String>,
    pub label: Option<String>,
    pub tenant: Option<String>,
    pub deleted: bool,
    /// When it was deleted: as the server writes it, and as a person says it.
    pub at: Option<String>,
    pub when: Option<String>,
    /// The key of whoever deleted it, where the row keeps that.
    pub by: Option<String>,
    pub who: Option<String>,
    pub exact: bool,
    /// What fell with it: the table's number, and how many rows.
    pub fell: Vec<(usize, u64)>,
    /// Parents that are deleted: the word and the name, and whether they fell in the same deletion.
    pub parents: Vec<(String, bool)>,
    pub moved: Option<Moved>,
}

/// A row was of another tenant before.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Moved {
    pub from: String,
    pub at: Option<String>,
    pub when: Option<String>,
    pub who: Option<String>,
}

impl Hit {
    /// Reads what [`Probe::write`] selected.
    pub fn read(probe: &Probe, row: &[Option<String>]) -> Option<Self> {
        let text = |at: usize| row.get(at).cloned().flatten();
        let key: Vec<Option<String>> = serde_json::from_str(&text(0)?).ok()?;
        Some(Self {
            place: probe.place,
            key: key.into_iter().map(Option::unwrap_or_default).collect(),
            label: text(1).filter(|label| !label.trim().is_empty()),
            tenant: text(2),
            deleted: text(3).as_deref() == Some("true"),
            at: text(4).filter(|_| text(3).as_deref() == Some("true")),
            when: text(5),
            by: text(6),
            exact: text(7).as_deref() == Some("true"),
            ..Self::default()
        })
    }

    /// The key as the command line takes it.
    pub fn key_text(&self, place: &Place<'_>) -> String {
        match self.key.as_slice() {
            [one] => one.clone(),
            several => {
                let pairs = place.spec.key.iter().cloned().zip(several.iter().map(|value| Value::from(value.as_str())));
                Value::Object(pairs.collect()).to_string()
            }
        }
    }
}

/// The hits of one probe added to the others; a row found in two ways is one hit. True where there are more than are kept.
pub(super) fn add(hits: &mut Vec<Hit>, probe: &Probe, rows: &[Vec<Option<String>>]) -> bool {
    for hit in rows.iter().take(MOST).filter_map(|row| Hit::read(probe, row)) {
        match hits.iter_mut().find(|own| own.place == hit.place && own.key == hit.key) {
            Some(own) => own.exact |= hit.exact,
            None => hits.push(hit),
        }
    }
    rows.len() > MOST
}

/// What of one table a text was not compared with.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Gap {
    pub place: usize,
    pub side: Side,
    pub columns: Vec<String>,
    /// Its search vector was asked, which may hold words of them.
    pub words: bool,
    /// Why, where it is not for want of an index.
    pub failed: Option<String>,
}
