//! libpq's `key=value` connection strings.
//! It must not know which keys exist; and it never repeats the string in a message, which may hold a password.

use super::params;
use crate::model::Fault;

/// True when a database name is really a connection string, as libpq decides it.
pub(super) fn is_conninfo(text: &str) -> bool {
    super::uri::is_uri(text) || text.contains('=')
}

/// The pairs of a connection string or URI, in order. A usage fault when it cannot be read.
pub(super) fn parse(text: &str) -> Result<Vec<(String, String)>, Fault> {
    if super::uri::is_uri(text) {
        return super::uri::parse(text);
    }
    let mut rest = text.trim_start();
    let mut pairs: Vec<(String, String)> = Vec::new();
    while !rest.is_empty() {
        let (key, after) = key(rest, &pairs)?;
        let (value, after) = value(after, key)?;
        pairs.push((key.to_owned(), value));
        rest = after.trim_start();
    }
    Ok(pairs)
}

fn key<'t>(text: &'t str, before: &[(String, String)]) -> Result<(&'t str, &'t str), Fault> {
    let end = text.find(|c: char| c == '=' || c.is_ascii_whitespace()).unwrap_or(text.len());
    let (key, after) = text.split_at(end);
    let Some(after) = after.trim_start().strip_prefix('=') else {
        return Err(no_equals(before));
    };
    match before.last() {
        Some((last, _)) if params::is_secret(last) && params::find(key).is_none() => Err(no_equals(before)),
        _ => Ok((key, after.trim_start())),
    }
}

fn no_equals(before: &[(String, String)]) -> Fault {
    let place = match before.last() {
        Some((key, _)) => format!("after the value of {key}"),
        None => "at its beginning".into(),
    };
    Fault::usage(format!("the connection string has a word that is no key=value pair {place}"))
        .hint("a value with spaces stands in single quotes: password='two words'")
}

/// The same connection without what is secret, as it may be shown; None where the text cannot be read.
pub fn without_secrets(text: &str) -> Option<String> {
    if !is_conninfo(text) {
        return Some(text.to_owned());
    }
    let pairs = parse(text).ok()?;
    if !pairs.iter().any(|(key, _)| params::is_secret(key)) {
        return Some(text.to_owned());
    }
    let open = pairs.iter().filter(|(key, _)| !params::is_secret(key));
    let written = open.map(|(key, value)| format!("{key}={}", written(value)));
    Some(written.collect::<Vec<_>>().join(" "))
}

/// A value as the string has to hold it.
fn written(value: &str) -> String {
    let is_plain = !value.is_empty() && !value.contains(|c: char| c.is_whitespace() || c == '\'' || c == '\\');
    if is_plain { value.to_owned() } else { format!("'{}'", value.replace('\\', "\\\\").replace('\'', "\\'")) }
}

/// The value at the front of the text, unquoted, and what follows it.
fn value<'t>(text: &'t str, key: &str) -> Result<(String, &'t str), Fault> {
    let (quoted, text) = match text.strip_prefix('\'') {
        Some(inner) => (true, inner),
        None => (false, text),
    };
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => value.extend(chars.next().map(|(_, escaped)| escaped)),
            '\'' if quoted => return Ok((value, &text[at + 1..])),
            c if !quoted && c.is_ascii_whitespace() => return Ok((value, &text[at..])),
            c => value.push(c),
        }
    }
    if quoted {
        return Err(Fault::usage(format!("the quoted value of {key} in the connection string does not end")));
    }
    Ok((value, ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        parse(text).expect("a readable connection string")
    }

    fn pair(key: &str, value: &str) -> (String, String) {
        (key.into(), value.into())
    }

    #[test]
    fn spaces_quotes_and_backslashes_are_read_as_libpq_reads_them() {
        assert_eq!(
            pairs(r"host = db  port=5433 password='it\'s \\ two' dbname=a\ b user="),
            [
                pair("host", "db"),
                pair("port", "5433"),
                pair("password", r"it's \ two"),
                pair("dbname", "a b"),
                pair("user", "")
            ]
        );
        assert_eq!(pairs("  "), []);
    }

    #[test]
    fn a_broken_string_is_refused_without_its_words() {
        for text in ["password=my secret", "host=x password=hush secret=1", "password='secret"] {
            let fault = parse(text).expect_err(text);
            assert!(!fault.to_string().contains("secret=") && !fault.message.contains("secret"), "{fault}");
        }
    }

    proptest! {
        #[test]
        fn a_quoted_value_comes_back(value in "\\PC*") {
            let text = format!("host=x password='{}' port=1", value.replace('\\', r"\\").replace('\'', r"\'"));
            prop_assert_eq!(pairs(&text), [pair("host", "x"), pair("password", &value), pair("port", "1")]);
        }

        #[test]
        fn nothing_panics(text in "\\PC*") {
            let _ = parse(&text);
            let _ = parse(&format!("postgres://{text}"));
        }
    }
}
