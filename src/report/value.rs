//! One cell as a JSON value. The server's text decides the digits; the type's name decides the shape.

use crate::model::array::{self, Array};
use crate::model::table::As;
use crate::model::{Cell, sanitise};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// A text as a JSON string in which no character can act on a terminal.
pub fn string(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    sanitise::json(&quoted).into_owned()
}

/// A cell as JSON. A cut text is never a number, a list or an object, since it is not the whole of one.
pub fn cell(cell: &Cell, type_name: &str) -> String {
    match cell.text() {
        None => "null".into(),
        Some(text) if cell.is_cut() => string(text),
        Some(text) => value(text, type_name),
    }
}

/// True for the types whose values are JSON numbers.
pub fn is_number(type_name: &str) -> bool {
    As::of_type(type_name) == As::Number
}

fn value(text: &str, type_name: &str) -> String {
    if let Some(element) = type_name.strip_suffix("[]") {
        let delimiter = if element == "box" { ';' } else { ',' };
        return match array::elements(text, delimiter) {
            Some(array) => list(&array, element),
            None => string(text),
        };
    }
    match type_name {
        "boolean" => boolean(text),
        "json" | "jsonb" => nested(text),
        "timestamp with time zone" | "timestamp without time zone" => string(&iso(text)),
        name if is_number(name) => number(text),
        _ => string(text),
    }
}

fn list(array: &Array, element: &str) -> String {
    match array {
        Array::Null => "null".into(),
        Array::Value(text) => value(text, element),
        Array::List(members) => {
            let members: Vec<String> = members.iter().map(|member| list(member, element)).collect();
            format!("[{}]", members.join(","))
        }
    }
}

/// `t` and `f` are how a boolean is written inside an array.
fn boolean(text: &str) -> String {
    match text {
        "true" | "t" => "true".into(),
        "false" | "f" => "false".into(),
        _ => string(text),
    }
}

/// The digits as they are. NaN and Infinity are no JSON numbers and stay text.
fn number(text: &str) -> String {
    let starts_like_one = text.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    if starts_like_one && is_json(text) { text.to_owned() } else { string(text) }
}

/// A JSON document as it is, on one line: line breaks in valid JSON stand only between its parts.
fn nested(text: &str) -> String {
    if is_json(text) { sanitise::json(text.trim()).replace(['\n', '\r', '\t'], " ") } else { string(text) }
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<&RawValue>(text).is_ok()
}

/// `2026-11-21 12:04:29+00` as `2026-11-21T12:04:29+00:00`. Infinity and years before Christ, for which ISO has
/// no common form, stay as the server writes them.
pub fn iso(text: &str) -> Cow<'_, str> {
    let Some((date, time)) = text.split_once(' ') else {
        return Cow::Borrowed(text);
    };
    let is_date = date.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let is_time = time.bytes().all(|b| b.is_ascii_digit() || b":.+-".contains(&b));
    if !is_date || !is_time {
        return Cow::Borrowed(text);
    }
    let hours_only = time.rfind(['+', '-']).is_some_and(|at| time.len() - at == 3);
    Cow::Owned(format!("{date}T{time}{}", if hours_only { ":00" } else { "" }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str, type_name: &str) -> String {
        let written = cell(&Cell::new(Some(text.into())), type_name);
        assert!(is_json(&written), "{written}");
        written
    }

    #[test]
    fn digits_stay_as_they_are() {
        assert_eq!(json("1.10", "numeric"), "1.10");
        assert_eq!(json("9223372036854775807", "bigint"), "9223372036854775807");
        assert_eq!(json("-1.5e-07", "double precision"), "-1.5e-07");
        assert_eq!(json("NaN", "numeric"), "\"NaN\"");
        assert_eq!(json("-Infinity", "real"), "\"-Infinity\"");
        assert_eq!(json("007", "text"), "\"007\"");
    }

    #[test]
    fn json_and_arrays_nest() {
        assert_eq!(json("{\"b\": 1.0,\n\"a\": [2]}", "json"), "{\"b\": 1.0, \"a\": [2]}");
        assert_eq!(json("{1,NULL,{2.50,NaN}}", "numeric[]"), "[1,null,[2.50,\"NaN\"]]");
        assert_eq!(json("{t,f,NULL}", "boolean[]"), "[true,false,null]");
        assert_eq!(json(r#"{"{\"a\": 1}"}"#, "jsonb[]"), "[{\"a\": 1}]");
        assert_eq!(json("{(1,1),(0,0);(2,2),(1,1)}", "box[]"), "[\"(1,1),(0,0)\",\"(2,2),(1,1)\"]");
        assert_eq!(
            json("{\"2026-11-21 12:04:29+00\"}", "timestamp with time zone[]"),
            "[\"2026-11-21T12:04:29+00:00\"]"
        );
    }

    #[test]
    fn times_are_iso() {
        let zoned = "timestamp with time zone";
        assert_eq!(json("2026-11-21 12:04:29.1234+00", zoned), "\"2026-11-21T12:04:29.1234+00:00\"");
        assert_eq!(json("2026-11-21 12:04:29-03:30", zoned), "\"2026-11-21T12:04:29-03:30\"");
        assert_eq!(json("2026-11-21 12:04:29", "timestamp without time zone"), "\"2026-11-21T12:04:29\"");
        assert_eq!(json("infinity", zoned), "\"infinity\"");
        assert_eq!(json("0044-03-15 12:00:00+00 BC", zoned), "\"0044-03-15 12:00:00+00 BC\"");
        assert_eq!(json("2026-11-21", "date"), "\"2026-11-21\"");
    }

    #[test]
    fn a_cut_value_is_text() {
        let cut = Cell::capped(Some("[1,2,3]".into()), 6);
        assert_eq!(cell(&cut, "jsonb"), "\"[1,2,3\"");
        let cut = Cell::capped(Some("123456".into()), 3);
        assert_eq!(cell(&cut, "integer"), "\"123\"");
    }

    #[test]
    fn hostile_characters_are_escaped() {
        assert_eq!(json("\u{1b}]52\u{9b}\u{202e}\"", "text"), "\"\\u001b]52\\u009b\\u202e\\\"\"");
        assert_eq!(json("{\"a\": \"\u{202e}\"}", "jsonb"), "{\"a\": \"\\u202e\"}");
    }
}
