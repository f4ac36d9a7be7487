//! A statement being written: text with numbered parameters, every value bound.

use std::borrow::Cow;

/// SQL text and the values of its parameters, all as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Statement {
    pub sql: String,
    pub params: Vec<Option<String>>,
}

impl Statement {
    /// Adds text of our own or quoted identifiers.
    pub fn push(&mut self, sql: &str) -> &mut Self {
        self.sql.push_str(sql);
        self
    }

    /// Binds a value and writes its cast parameter: `$3::text::uuid`.
    pub fn bind(&mut self, value: Option<&str>, type_name: &str) -> &mut Self {
        self.params.push(value.map(str::to_owned));
        let number = self.params.len();
        self.sql.push_str(&format!("${number}::text"));
        if type_name != "text" {
            self.sql.push_str("::");
            self.sql.push_str(&cast_name(type_name));
        }
        self
    }

    /// Writes that the expression, a text, contains this text in any case. The collation is the database's own, because
    /// a nondeterministic one refuses ILIKE.
    pub fn contains(&mut self, expression: &str, text: &str) -> &mut Self {
        let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        self.push(&format!("({expression}) COLLATE pg_catalog.\"default\" ILIKE "));
        self.bind(Some(&format!("%{escaped}%")), "text")
    }

    /// Writes pieces with a word between them.
    pub fn join<T>(&mut self, pieces: &[T], between: &str, mut write: impl FnMut(&mut Self, &T)) -> &mut Self {
        for (n, piece) in pieces.iter().enumerate() {
            if n > 0 {
                self.push(between);
            }
            write(self, piece);
        }
        self
    }
}

/// The type's name as a cast has to write it: `character` and `bit` alone mean a length of one and would cut the value.
pub(super) fn cast_name(type_name: &str) -> Cow<'_, str> {
    let (element, brackets) = type_name.split_at(type_name.find("[]").unwrap_or(type_name.len()));
    match element {
        "character" => format!("pg_catalog.bpchar{brackets}").into(),
        "bit" => format!("pg_catalog.\"bit\"{brackets}").into(),
        _ => type_name.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cast_never_cuts_a_value() {
        for (type_name, cast) in [
            ("text", "$1::text"),
            ("uuid", "$1::text::uuid"),
            ("character", "$1::text::pg_catalog.bpchar"),
            ("character[]", "$1::text::pg_catalog.bpchar[]"),
            ("bit", "$1::text::pg_catalog.\"bit\""),
            ("bit varying", "$1::text::bit varying"),
            ("character varying[]", "$1::text::character varying[]"),
        ] {
            let mut statement = Statement::default();
            statement.bind(Some("x"), type_name);
            assert_eq!(statement.sql, cast);
        }
    }
}
