//! Splits a library file into its TOML header and its SQL, and reads headers with file and line in every fault.

use crate::model::Fault;
use serde::de::DeserializeOwned;

const OPEN: &str = "/*---";
const CLOSE: &str = "---*/";

/// A library file in its parts.
#[derive(Debug, PartialEq, Eq)]
pub struct Parts<'a> {
    pub header: &'a str,
    /// The line the header's text begins on, counted from 1.
    pub header_line: usize,
    pub sql: &'a str,
}

/// Splits a file that begins with a header block. `origin` names the file in the fault.
pub fn split<'a>(text: &'a str, origin: &str) -> Result<Parts<'a>, Fault> {
    let wrong = |what: &str| {
        Fault::config(format!("{origin}:1: {what}"))
            .hint("a library file begins with /*--- TOML ---*/ and goes on with one SELECT")
    };
    let body = text.trim_start();
    let inner = body.strip_prefix(OPEN).ok_or_else(|| wrong("the header is missing"))?;
    let (header, sql) = inner.split_once(CLOSE).ok_or_else(|| wrong("the header does not end"))?;
    let lines_before = text[..text.len() - inner.len()].matches('\n').count();
    let sql = sql.trim();
    if sql.is_empty() {
        return Err(wrong("there is no SQL behind the header"));
    }
    Ok(Parts { header, header_line: lines_before + 1, sql })
}

/// Reads TOML into a typed value; a fault names `origin:line` and what is wrong there.
pub fn read<T: DeserializeOwned>(toml: &str, origin: &str, first_line: usize) -> Result<T, Fault> {
    toml::from_str(toml).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start).min(toml.len());
        let line = first_line + toml.as_bytes()[..at].iter().filter(|b| **b == b'\n').count();
        Fault::config(format!("{origin}:{line}: {}", error.message()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Only {
        #[allow(dead_code)]
        title: String,
    }

    #[test]
    fn a_file_splits() {
        let parts = split("\n/*---\ntitle = \"x\"\n---*/\nSELECT 1\n", "x.sql").unwrap();
        assert_eq!((parts.header, parts.header_line, parts.sql), ("\ntitle = \"x\"\n", 2, "SELECT 1"));
    }

    #[test]
    fn what_is_missing_is_said() {
        for text in ["SELECT 1", "/*---\nx", "/*---\n---*/\n"] {
            assert!(split(text, "x.sql").unwrap_err().message.starts_with("x.sql:1: "), "{text}");
        }
    }

    #[test]
    fn a_fault_has_file_and_line() {
        let fault = read::<Only>("\ntitle = \"x\"\ncolour = 1\n", "x.sql", 1).unwrap_err();
        assert!(fault.message.starts_with("x.sql:3: unknown field"), "{}", fault.message);
    }
}
