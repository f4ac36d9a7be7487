//! Reading a TOML file so that a mistake is named with its place and the word that was meant.

use crate::model::Fault;
use crate::model::nearest::did_you_mean;
use serde::de::DeserializeOwned;
use std::ops::Range;
use std::path::Path;

/// The text of a file, or None where there is none.
pub fn text(path: &Path) -> Result<Option<String>, Fault> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Fault::config(format!("cannot read {}: {error}", path.display()))),
    }
}

/// Reads a TOML text. Fails with `file:line:column`.
pub fn parse<T: DeserializeOwned>(text: &str, origin: &str) -> Result<T, Fault> {
    toml::from_str(text).map_err(|error| {
        let message = error.message().trim();
        let fault = at(text, origin, error.span().unwrap_or(0..0), message);
        match meant(message) {
            Some(hint) => fault.hint(hint),
            None => fault,
        }
    })
}

/// A fault about one place in a text. The column counts characters from 1.
pub fn at(text: &str, origin: &str, span: Range<usize>, message: &str) -> Fault {
    let before = text.get(..span.start).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    Fault::config(format!("{origin}:{line}:{column}: {message}"))
}

/// serde's message names the unknown word first, then the known ones, each in backticks.
fn meant(message: &str) -> Option<String> {
    let mut words = message.split('`').skip(1).step_by(2);
    let unknown = words.next().filter(|_| message.starts_with("unknown "))?;
    did_you_mean(unknown, words)
}
