//! The text of a PostgreSQL array, read into its elements. It must not know what the elements mean.

use std::iter::Peekable;
use std::str::Chars;

/// An array, an element of one, or NULL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Array {
    List(Vec<Array>),
    Value(String),
    Null,
}

/// PostgreSQL's arrays have at most six dimensions; deeper text is not one of its arrays.
const DEEPEST: usize = 6;

/// Reads `{1,NULL,"a\"b",{x,y}}`, with or without a bounds prefix (`[0:1]=`); None where the text is not an
/// array. Most types put a comma between their elements, `box` a semicolon.
pub fn elements(text: &str, delimiter: char) -> Option<Array> {
    let body = match text.strip_prefix('[') {
        Some(_) => text.split_once('=')?.1,
        None => text,
    };
    let mut chars = body.chars().peekable();
    let array = list(&mut chars, delimiter, 1)?;
    chars.next().is_none().then_some(array)
}

fn list(chars: &mut Peekable<Chars<'_>>, delimiter: char, depth: usize) -> Option<Array> {
    if depth > DEEPEST || chars.next()? != '{' {
        return None;
    }
    let mut members = Vec::new();
    if chars.next_if_eq(&'}').is_some() {
        return Some(Array::List(members));
    }
    loop {
        members.push(match chars.peek()? {
            '{' => list(chars, delimiter, depth + 1)?,
            '"' => Array::Value(quoted(chars)?),
            _ => bare(chars, delimiter)?,
        });
        match chars.next()? {
            '}' => return Some(Array::List(members)),
            c if c == delimiter => {}
            _ => return None,
        }
    }
}

fn quoted(chars: &mut Peekable<Chars<'_>>) -> Option<String> {
    chars.next();
    let mut value = String::new();
    loop {
        match chars.next()? {
            '"' => return Some(value),
            '\\' => value.push(chars.next()?),
            c => value.push(c),
        }
    }
}

fn bare(chars: &mut Peekable<Chars<'_>>, delimiter: char) -> Option<Array> {
    let mut value = String::new();
    while let Some(c) = chars.next_if(|c| *c != delimiter && *c != '}' && *c != '{' && *c != '"') {
        match c {
            '\\' => value.push(chars.next()?),
            c => value.push(c),
        }
    }
    match value.as_str() {
        "" => None,
        "NULL" => Some(Array::Null),
        _ => Some(Array::Value(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value(text: &str) -> Array {
        Array::Value(text.into())
    }

    #[test]
    fn forms_of_an_array() {
        let read = |text| elements(text, ',').unwrap();
        assert_eq!(read("{}"), Array::List(vec![]));
        assert_eq!(
            read(r#"{1,NULL,"NULL","a\"b\\",{x,""}}"#),
            Array::List(vec![
                value("1"),
                Array::Null,
                value("NULL"),
                value("a\"b\\"),
                Array::List(vec![value("x"), value("")]),
            ])
        );
        assert_eq!(read("[0:1]={7,8}"), Array::List(vec![value("7"), value("8")]));
        assert_eq!(
            elements("{(1,1),(0,0);(2,2),(1,1)}", ';'),
            Some(Array::List(vec![value("(1,1),(0,0)"), value("(2,2),(1,1)")]))
        );
    }

    #[test]
    fn what_is_no_array() {
        for text in ["", "{", "}", "{1", "{1,}", "{,}", "{1}x", "{\"a}", "{\\", "[0:1]{1}", "{1}{2}", "{{{{{{{1}}}}}}}"]
        {
            assert_eq!(elements(text, ','), None, "{text:?}");
        }
    }

    /// As `array_out` writes it, but with every value quoted.
    fn written(array: &Array) -> String {
        match array {
            Array::Null => "NULL".into(),
            Array::Value(text) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
            Array::List(members) => format!("{{{}}}", members.iter().map(written).collect::<Vec<_>>().join(",")),
        }
    }

    fn arrays() -> impl Strategy<Value = Array> {
        let leaf = prop_oneof![Just(Array::Null), any::<String>().prop_map(Array::Value)];
        let list = |inner| prop::collection::vec(inner, 0..4).prop_map(Array::List);
        list(leaf.prop_recursive(4, 24, 4, list).boxed())
    }

    proptest! {
        #[test]
        fn reads_back_what_was_written(array in arrays()) {
            prop_assert_eq!(elements(&written(&array), ','), Some(array));
        }

        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _ = elements(&text, ',');
        }
    }
}
