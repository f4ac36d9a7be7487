//! Masked columns: an alias takes the value's place at the server, so that the value itself never leaves it. Equal values
//! have equal aliases as long as this process lives; nobody can try values out against them, because they hang on a secret.

use super::statement::Statement;
use crate::db::quote::identifier;
use crate::model::table::Column;
use std::hash::BuildHasher;
use std::sync::OnceLock;

/// Hexadecimal digits of an alias: enough that two of some ten thousand values seldom share one.
const DIGITS: usize = 10;

/// Writes what a page selects from: the pane's text, where columns are masked inside a SELECT that puts aliases there.
pub(super) fn write(columns: &[Column], statement: &mut Statement, text: impl FnOnce(&mut Statement)) {
    if !columns.iter().any(|column| column.masked) {
        text(statement);
        return;
    }
    statement.push("SELECT ");
    statement.join(columns, ", ", |statement, column| {
        let name = identifier(&column.name);
        if !column.masked {
            statement.push(&format!("m.{name}"));
            return;
        }
        statement.push("'#' || pg_catalog.left(pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(");
        statement.bind(Some(secret()), "text");
        statement.push(&format!(" || m.{name}::text, 'UTF8')), 'hex'), {DIGITS}) AS {name}"));
    });
    statement.push("\nFROM (\n");
    text(statement);
    statement.push("\n) m");
}

/// What the aliases of this process hang on.
fn secret() -> &'static str {
    static SECRET: OnceLock<String> = OnceLock::new();
    SECRET.get_or_init(|| {
        let part = |n: u8| format!("{:016x}", std::collections::hash_map::RandomState::new().hash_one(n));
        [part(0), part(1)].concat()
    })
}
