//! What a text can be: the key of a row, a value of a type, a phone number. It must not know how it is looked up.

use super::standing::Place;
use serde_json::{Map, Value};

/// The key this text can be: the value of the first key column, or the JSON object of all of them.
pub(super) fn key(place: &Place<'_>, text: &str) -> Option<Vec<(String, String)>> {
    let columns = &place.spec.key;
    if text.starts_with('{')
        && let Ok(object) = serde_json::from_str::<Map<String, Value>>(text)
    {
        let value = |name: &String| {
            let value = match object.get(name)? {
                Value::String(text) => text.clone(),
                value @ (Value::Number(_) | Value::Bool(_)) => value.to_string(),
                _ => return None,
            };
            Some((name.clone(), as_type(&value, &place.column(name)?.type_name)?))
        };
        let pairs: Vec<_> = columns.iter().filter_map(value).collect();
        return (pairs.len() == columns.len() && object.len() == columns.len()).then_some(pairs);
    }
    let first = columns.first()?;
    let value = as_type(text, &place.column(first)?.type_name)?;
    Some(vec![(first.clone(), value)])
}

/// The text as a value of this type, where it can be one: a cast that fails would fail the whole statement.
pub(super) fn as_type(text: &str, type_name: &str) -> Option<String> {
    let number = |fits: bool| fits.then(|| text.to_owned());
    match type_name {
        "uuid" => {
            let digits: String = text.chars().filter(|c| !matches!(c, '-' | '{' | '}')).collect();
            (digits.len() == 32 && digits.chars().all(|c| c.is_ascii_hexdigit())).then_some(digits)
        }
        "smallint" => number(text.parse::<i16>().is_ok()),
        "integer" => number(text.parse::<i32>().is_ok()),
        "bigint" => number(text.parse::<i64>().is_ok()),
        "text" | "character varying" | "pg_catalog.bpchar" => Some(text.to_owned()),
        name if name == "citext" || name.ends_with(".citext") => Some(text.to_owned()),
        _ => None,
    }
}

/// The digits of what can be a phone number, without the zeros it is dialled with.
pub(super) fn phone(text: &str) -> Option<String> {
    let is_phone = text.chars().all(|c| c.is_ascii_digit() || " +-()./".contains(c));
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (is_phone && digits.len() >= 6).then(|| digits.trim_start_matches('0').to_owned())
}

/// True for a column of phone numbers.
pub(super) fn is_phone(column: &str) -> bool {
    let column = column.to_lowercase();
    ["phone", "mobile", "fax"].iter().any(|word| column.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_a_key() {
        let id = "7F3C0000-0000-4000-8000-000000000001";
        assert_eq!(as_type(id, "uuid").as_deref(), Some("7F3C0000000040008000000000000001"));
        assert_eq!(as_type("7f3c", "uuid"), None);
        assert_eq!(as_type("12", "bigint").as_deref(), Some("12"));
        assert_eq!(as_type("99999999999", "integer"), None);
        assert_eq!(as_type("today", "date"), None);
    }

    #[test]
    fn a_phone_number_is_its_digits() {
        assert_eq!(phone("+49 (30) 100-4472").as_deref(), Some("49301004472"));
        assert_eq!(phone("0049 30 1004472").as_deref(), Some("49301004472"));
        assert_eq!(phone("12345"), None);
        assert_eq!(phone("room 123456"), None);
    }
}
