//! The statement around a check's text: its parameters and local relations before it, its rows as JSON, the heaviest
//! first. As JSON one round trip does, because nobody has to know first which columns there are.

use crate::catalog::CheckSpec;
use crate::catalog::check::Param;
use crate::db::quote::identifier;
use crate::engine::describe;
use crate::engine::local::Locals;
use crate::engine::statement::Statement;
use std::borrow::Cow;

/// Findings of one check that are kept; one more is asked for, to know that there are more.
pub const MOST: usize = 200;

/// The statement of a check. `with` stands in for parameters of the same name.
pub fn statement(spec: &CheckSpec, with: &[(String, Param)], locals: &Locals) -> Statement {
    let mut statement = Statement::default();
    statement.push("SELECT r.found::text\nFROM (\nSELECT pg_catalog.row_to_json(q.*) AS found\nFROM (\n");
    write(spec, with, locals, &mut statement);
    // Which ones are kept must not change from run to run: a baseline would see findings come and go.
    statement.push(&format!(
        "\n) q\n) r\nORDER BY pg_catalog.json_extract_path_text(r.found, 'weight')::double precision DESC NULLS LAST, \
         pg_catalog.json_extract_path_text(r.found, 'object') COLLATE \"C\"\nLIMIT {}",
        MOST + 1
    ));
    statement
}

/// The statement for the names of a check's columns.
pub fn names(spec: &CheckSpec, locals: &Locals) -> Statement {
    let mut inner = Statement::default();
    write(spec, &[], locals, &mut inner);
    Statement { sql: describe::names(&inner.sql), params: inner.params }
}

/// The text behind its parameters, shared and local relations.
fn write(spec: &CheckSpec, with: &[(String, Param)], locals: &Locals, statement: &mut Statement) {
    let sql = sharing(spec);
    if spec.params.is_empty() {
        locals.write_around(&sql, &spec.local, statement);
        return;
    }
    statement.push("WITH params AS (SELECT ");
    statement.join(&spec.params, ", ", |statement, (name, value)| {
        let value = with.iter().find(|(own, _)| own == name).map_or(value, |(_, value)| value);
        let (text, type_name) = typed(value);
        statement.bind(Some(&text), type_name).push(" AS ").push(&identifier(name));
    });
    statement.push(")\nSELECT * FROM (\n");
    locals.write_around(&sql, &spec.local, statement);
    statement.push("\n) p");
}

/// The text behind the relations it shares with other checks.
fn sharing(spec: &CheckSpec) -> Cow<'_, str> {
    if spec.shared.is_empty() {
        return Cow::Borrowed(&spec.sql);
    }
    let shared = spec.shared.iter().map(|(name, sql)| format!("{} AS (\n{sql}\n)", identifier(name)));
    let shared: Vec<String> = shared.collect();
    Cow::Owned(format!("WITH {}\nSELECT * FROM (\n{}\n) s", shared.join(",\n"), spec.sql))
}

fn typed(value: &Param) -> (String, &'static str) {
    match value {
        Param::Whole(number) => (number.to_string(), "numeric"),
        Param::Number(number) => (number.to_string(), "numeric"),
        Param::Text(text) => (text.clone(), "text"),
    }
}
