//! The read envelope: the settings under which one statement runs, and what it brings back.
//! It must not know the statement.

use super::quote::{identifier, literal};

/// What opens every read. A constant, so that no setting can keep it from taking effect.
pub(super) const BEGIN: &str = "BEGIN READ ONLY";

/// What opens every change; the session is read-only otherwise.
pub(super) const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";

/// What opens a read of several statements, which see the same rows.
pub(super) const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// The settings one transaction runs under; they end with its transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Schemas in order; empty means that every name is written in full.
    pub search_path: Vec<String>,
    /// In milliseconds; 0 means none.
    pub statement_timeout_ms: u32,
    /// In milliseconds; 0 means none.
    pub lock_timeout_ms: u32,
    /// A zone name the server knows.
    pub time_zone: String,
}

/// What a read brought back: server text, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    /// The transaction's `now()`, ISO with the offset of the envelope's zone.
    pub taken_at: String,
    pub rows: Vec<Vec<Option<String>>>,
}

impl Envelope {
    /// The statements that set everything for this transaction and answer its time. Made of constants and quoted values only.
    /// `raw` asks for the stored bytes: a database without an encoding refuses to send what is no UTF-8 otherwise.
    pub(super) fn settings(&self, raw: bool) -> String {
        let encoding = if raw { "SET LOCAL client_encoding = 'SQL_ASCII'; " } else { "" };
        let path = match self.search_path.as_slice() {
            [] => "''".to_owned(),
            schemas => schemas.iter().map(|schema| identifier(schema)).collect::<Vec<_>>().join(", "),
        };
        format!(
            "{encoding}SET LOCAL statement_timeout = {}; SET LOCAL lock_timeout = {}; \
             SET LOCAL idle_in_transaction_session_timeout = 10000; SET LOCAL search_path = {path}; \
             SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'postgres'; SET LOCAL TimeZone = {}; \
             SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; SET LOCAL jit = off; \
             SELECT pg_catalog.to_char(pg_catalog.now(), 'YYYY-MM-DD\"T\"HH24:MI:SS.USTZH:TZM')",
            self.statement_timeout_ms,
            self.lock_timeout_ms,
            literal(&self.time_zone),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_settings_stay_inside_their_quotes() {
        let envelope = Envelope {
            search_path: vec!["a\"; DROP TABLE t; --".into(), "$user".into()],
            statement_timeout_ms: 5,
            lock_timeout_ms: 6,
            time_zone: "x'; COMMIT; --".into(),
        };
        let text = envelope.settings(false);
        assert!(text.contains(r#"search_path = "a""; DROP TABLE t; --", "$user";"#), "{text}");
        assert!(text.contains("TimeZone = 'x''; COMMIT; --';"), "{text}");
    }
}
