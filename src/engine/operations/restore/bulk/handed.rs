//! Rows handed to the server by the thousand: one array for each column that differs. It must not know what they are for.

use crate::db::quote::identifier;

/// A column of the rows handed over: its name, its type, its values.
pub(in super::super::super) struct Handed<'a> {
    pub name: &'a str,
    pub type_name: &'a str,
    pub values: Vec<Option<&'a str>>,
}

/// A FROM term with these columns under this alias, numbered from 0 as `n`. Its parameters are added to the others.
pub(in super::super::super) fn from(alias: &str, columns: &[Handed<'_>], params: &mut Vec<Option<String>>) -> String {
    let mut list = vec!["a.n - 1 AS n".to_owned()];
    let mut arrays = Vec::new();
    for (at, Handed { name, type_name, values }) in columns.iter().enumerate() {
        let first = values.first().copied().flatten();
        // The first column says how many rows there are.
        let is_one = at > 0 && values.iter().all(|value| *value == first);
        params.push(if is_one { first.map(str::to_owned) } else { Some(array(values)) });
        let number = params.len();
        list.push(if is_one {
            format!("${number}::text::{type_name} AS {}", identifier(name))
        } else {
            arrays.push(format!("pg_catalog.unnest(${number}::text::text[])"));
            format!("a.c{}::{type_name} AS {}", arrays.len() - 1, identifier(name))
        });
    }
    let names: Vec<String> = (0..arrays.len()).map(|n| format!("c{n}, ")).collect();
    format!(
        "(\n  SELECT\n    {}\n  FROM ROWS FROM ({}) WITH ORDINALITY AS a ({}n)\n) AS {alias}",
        list.join(",\n    "),
        arrays.join(", "),
        names.concat(),
    )
}

/// The server's text of an array of texts.
fn array(values: &[Option<&str>]) -> String {
    let mut text = String::with_capacity(values.iter().map(|value| value.map_or(4, str::len) + 3).sum::<usize>() + 2);
    text.push('{');
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        let Some(value) = value else {
            text.push_str("NULL");
            continue;
        };
        text.push('"');
        for character in value.chars() {
            if matches!(character, '"' | '\\') {
                text.push('\\');
            }
            text.push(character);
        }
        text.push('"');
    }
    text.push('}');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_values_stay_inside_their_quotes() {
        assert_eq!(array(&[Some("a\"b\\"), None, Some(""), Some("NULL")]), r#"{"a\"b\\",NULL,"","NULL"}"#);
    }

    #[test]
    fn what_all_rows_share_is_bound_once() {
        let column = |name, values| Handed { name, type_name: "text", values };
        let mut params = vec![Some("x".to_owned())];
        let columns = [
            column("k", vec![Some("1"), Some("2")]),
            column("g", vec![Some("7"), Some("7")]),
            column("t", vec![None, Some("7")]),
        ];
        let sql = from("p", &columns, &mut params);
        assert_eq!(
            params[1..],
            [Some(r#"{"1","2"}"#.to_owned()), Some("7".to_owned()), Some(r#"{NULL,"7"}"#.to_owned())]
        );
        assert!(sql.contains("$3::text::text AS \"g\"") && sql.contains("a.c1::text AS \"t\""), "{sql}");
    }
}
