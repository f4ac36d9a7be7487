//! The pieces sentences are made of. Pure.

use super::hit::Hit;
use super::standing::Place;
use crate::db::quote::identifier;
use crate::model::PaneRef;
use serde_json::{Map, Value, json};

/// `lead “Ann Acme”`.
pub(super) fn named(word: &str, label: Option<&str>, key: &str) -> String {
    let word = word.replace('_', " ");
    match label {
        Some(label) if label.chars().count() > 60 => {
            format!("{word} \u{201c}{}\u{2026}\u{201d}", label.chars().take(60).collect::<String>())
        }
        Some(label) => format!("{word} \u{201c}{label}\u{201d}"),
        None => format!("{word} {key}"),
    }
}

/// What was done, when and by whom.
pub(super) fn did(what: &str, when: Option<&str>, who: Option<&str>) -> String {
    let when = when.map_or_else(String::new, |when| format!(" {when}"));
    let who = who.map_or_else(String::new, |who| format!(" by {who}"));
    format!("{what}{when}{who}")
}

/// The parents that are deleted too.
pub(super) fn parents(hit: &Hit) -> String {
    let list = |together: bool| -> Vec<&str> {
        hit.parents.iter().filter(|(_, own)| *own == together).map(|(name, _)| name.as_str()).collect()
    };
    let (together, apart) = (list(true), list(false));
    let mut told = String::new();
    if !together.is_empty() {
        told.push_str(&format!(", along with {}", together.join(" and ")));
    }
    if !apart.is_empty() {
        told.push_str(&format!("; {} above it is deleted too", apart.join(" and ")));
    }
    told
}

/// What hides rows of a table.
pub(super) fn policies(place: &Place<'_>) -> String {
    match place.policies.as_slice() {
        [] => "row level security (no policy is for you)".to_owned(),
        [one] => format!("policy {one}"),
        several => format!("policies {}", several.join(", ")),
    }
}

/// The table's page, limited to the row.
pub(super) fn door(place: &Place<'_>, hit: &Hit) -> (String, String) {
    let pane = PaneRef::Relation { schema: place.source.schema.clone(), name: place.spec.name.clone() };
    let term = |(name, value): (&String, &String)| format!("{}={}", filtered(name), Value::from(value.as_str()));
    let terms: Vec<String> = place.spec.key.iter().zip(&hit.key).map(term).collect();
    (pane.to_string(), terms.join(" "))
}

/// A column as a filter takes it.
fn filtered(name: &str) -> String {
    let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_plain { name.to_owned() } else { Value::from(identifier(name).trim_matches('"')).to_string() }
}

/// The cells that have a value, as a row of the pane.
pub(super) fn row<const N: usize>(cells: [(&str, Option<String>); N]) -> Map<String, Value> {
    cells.into_iter().filter_map(|(name, value)| Some((name.to_owned(), json!(value?)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_of_what_was_done() {
        assert_eq!(did("was deleted", Some("Fri 16:42"), Some("Ann")), "was deleted Fri 16:42 by Ann");
        assert_eq!(did("was deleted", None, None), "was deleted");
        let hit = Hit { parents: vec![("lead A".into(), true), ("task B".into(), false)], ..Hit::default() };
        assert_eq!(parents(&hit), ", along with lead A; task B above it is deleted too");
    }
}
