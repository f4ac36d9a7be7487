//! Rows that only the audit trail still knows, by their key or by the text they had.

use super::super::statement::Statement;
use super::guard::Piece;
use super::standing::Place;
use super::text::as_type;
use super::trail::{ENTRIES, Trail};
use super::way::in_words;
use crate::db::quote::{identifier, literal};
use serde_json::json;

/// The word of a table, the column that names its rows, and the one with their tenant.
type Told = (String, Option<String>, Option<String>);

/// A row only the trail knows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Gone {
    pub place: usize,
    pub key: String,
    pub at: Option<String>,
    pub when: Option<String>,
    pub who: Option<String>,
    pub action: String,
    pub label: Option<String>,
    pub tenant: Option<String>,
    /// The entry says that the row was deleted for good.
    pub erased: bool,
}

impl<'a> Trail<'a> {
    /// Entries about rows of this key, whatever table they were of.
    pub fn by_key(&'a self, text: &str) -> Option<Piece<'a>> {
        let row = as_type(&canonical(text), self.row_type())?;
        let kind = self.row_type().to_owned();
        self.entries(move |trail, statement, alias| {
            statement.push(&format!("{} = ", trail.compared(trail.audit.row.as_ref(), alias)));
            statement.bind(Some(&row), &kind);
        })
    }

    /// Entries of rows deleted for good that had this text in a column that is searched.
    pub fn by_text(&'a self, text: &str) -> Option<Piece<'a>> {
        if self.audit.erased.is_empty() {
            return None;
        }
        let own = self.places.iter().filter(|place| self.owns(place));
        let mut columns: Vec<String> = own
            .flat_map(|place| place.spec.search.iter().filter(|name| !place.spec.masked.contains(name)))
            .cloned()
            .collect();
        columns.sort_unstable();
        columns.dedup();
        let (column, key) = match self.audit.old.as_ref()?.split_once('.') {
            Some((column, key)) => (column.to_owned(), Some(key.to_owned())),
            None => (self.audit.old.clone()?, None),
        };
        (self.plain(&column)?.type_name == "jsonb" && !columns.is_empty()).then_some(())?;
        let text = text.to_owned();
        self.entries(move |trail, statement, alias| {
            statement.push("(").join(&columns, " OR ", |statement, name| {
                let own = json!({ name.as_str(): text });
                let value = key.as_ref().map_or(own.clone(), |key| json!({ key.as_str(): own }));
                statement.push(&format!("{alias}.{} @> ", identifier(&column))).bind(Some(&value.to_string()), "jsonb");
            });
            let erased: Vec<String> = trail.audit.erased.iter().map(|action| literal(action)).collect();
            statement.push(&format!(
                ") AND {} IN ({})",
                trail.text(trail.audit.action.as_ref(), alias),
                erased.join(", ")
            ));
        })
    }

    /// Object, row, at, in words, who, action, label, has new values, tenant.
    fn entries(&'a self, condition: impl Fn(&Trail<'a>, &mut Statement, &str) + Send + Sync + 'a) -> Option<Piece<'a>> {
        let own = self.places.iter().filter(|place| self.owns(place) && place.spec.name != self.audit.table);
        let words: Vec<Told> = own
            .map(|place| (place.word().to_owned(), place.label().map(str::to_owned), place.spec.tenant.clone()))
            .collect();
        (!words.is_empty()).then_some(())?;
        Some(Box::new(move |statement: &mut Statement, alias: &str| {
            let audit = self.audit;
            let object = self.text(audit.object.as_ref(), alias);
            let of = |column: &dyn Fn(&Told) -> Option<String>| {
                let whens: Vec<String> = words
                    .iter()
                    .filter_map(|told| {
                        let member = literal(&column(told)?);
                        let (old, new) = (
                            self.member(audit.old.as_ref(), alias, &member),
                            self.member(audit.new.as_ref(), alias, &member),
                        );
                        Some(format!(" WHEN {} THEN pg_catalog.left(COALESCE({old}, {new}), 120)", literal(&told.0)))
                    })
                    .collect();
                if whens.is_empty() { "NULL::text".to_owned() } else { format!("CASE {object}{} END", whens.concat()) }
            };
            let at = format!("{alias}.{}", identifier(&audit.at));
            let has_new =
                self.object(audit.new.as_ref(), alias).map_or("false".to_owned(), |new| format!("{new} IS NOT NULL"));
            statement.push(&format!(
                "SELECT {object}, {}, {at}::text, {}, {}, {}, {}, ({has_new})::text, {}\nFROM {} AS {alias}\nWHERE ",
                self.text(audit.row.as_ref(), alias),
                in_words(&at),
                self.who(alias),
                self.text(audit.action.as_ref(), alias),
                of(&|told| told.1.clone()),
                of(&|told| told.2.clone()),
                self.table.quoted(),
            ));
            condition(self, statement, alias);
            let list: Vec<String> = words.iter().map(|told| literal(&told.0)).collect();
            statement.push(&format!(
                " AND {} IN ({}){}\nORDER BY {at} DESC\nLIMIT {ENTRIES}",
                self.compared(audit.object.as_ref(), alias),
                list.join(", "),
                self.live(alias),
            ));
        }))
    }

    /// The rows these entries are about, each by its newest entry.
    pub fn gone(&self, rows: &[Vec<Option<String>>]) -> Vec<Gone> {
        let mut gone: Vec<Gone> = Vec::new();
        for row in rows {
            let text = |at: usize| row.get(at).cloned().flatten();
            let (Some(object), Some(key)) = (text(0), text(1)) else { continue };
            let is_it =
                |place: &Place<'_>| self.owns(place) && place.word() == object && place.spec.name != self.audit.table;
            let Some(place) = self.places.iter().position(is_it) else { continue };
            if gone.iter().any(|own| own.place == place && own.key == key) {
                continue;
            }
            let action = text(5).unwrap_or_default();
            let has_new = text(7).as_deref() == Some("true");
            let erased = self.audit.erased.contains(&action) && !has_new;
            let (at, when, who, label, tenant) = (text(2), text(3), text(4), text(6), text(8));
            gone.push(Gone { place, key, at, when, who, action, label, tenant, erased });
        }
        gone
    }
}

/// A UUID as the server writes it; any other text as it is.
fn canonical(text: &str) -> String {
    match as_type(text, "uuid") {
        Some(digits) => {
            let digits = digits.to_lowercase();
            [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
        }
        None => text.to_owned(),
    }
}
