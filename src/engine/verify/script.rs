//! A plant cut into its statements. Each goes to the server by itself through the extended protocol, which takes one
//! statement only, and none that would end the transaction all of them are rolled back with.

use crate::model::Fault;

/// Words that begin a statement which begins or ends a transaction.
const TRANSACTION: [&str; 9] =
    ["begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release", "prepare"];

/// The statements of a text. Fails where one of them is about transactions.
pub fn statements(text: &str) -> Result<Vec<&str>, Fault> {
    let mut found = Vec::new();
    let mut from = 0;
    let mut at = 0;
    let mut word = None;
    while let Some(c) = text[at..].chars().next() {
        let step = match c {
            ';' => {
                found.extend(word.take().map(|word| (word, &text[from..at])));
                from = at + 1;
                1
            }
            _ => skipped(&text[at..]).unwrap_or_else(|| {
                if !c.is_whitespace() && word.is_none() {
                    word = Some(at);
                }
                c.len_utf8()
            }),
        };
        if matches!(c, '\'' | '"' | '$') && word.is_none() {
            word = Some(at);
        }
        at += step;
    }
    found.extend(word.map(|word| (word, &text[from..])));
    for (begin, statement) in &found {
        let first: String = text[*begin..].chars().take_while(char::is_ascii_alphabetic).collect();
        if TRANSACTION.contains(&first.to_lowercase().as_str()) {
            return Err(Fault::config(format!(
                "a plant runs in one transaction and cannot say {:?}",
                statement.trim()
            )));
        }
    }
    Ok(found.into_iter().map(|(_, statement)| statement.trim()).collect())
}

/// How many bytes a comment, a quoted text or name at the beginning takes; None where none begins.
fn skipped(text: &str) -> Option<usize> {
    let to = |after: usize, end: &str| text[after..].find(end).map_or(text.len(), |at| after + at + end.len());
    match text.as_bytes() {
        [b'-', b'-', ..] => Some(to(2, "\n")),
        [b'/', b'*', ..] => Some(comment(text)),
        [b'\'', ..] => Some(to(1, "'")),
        [b'"', ..] => Some(to(1, "\"")),
        [b'E' | b'e', b'\'', ..] => Some(escaped(text)),
        [b'$', ..] => {
            let tag = text[1..].find('$').map(|at| &text[..at + 2])?;
            let is_tag = tag[1..tag.len() - 1].chars().all(|c| c.is_alphanumeric() || c == '_');
            is_tag.then(|| to(tag.len(), tag))
        }
        _ => None,
    }
}

/// Comments stand inside each other.
fn comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        let step = match rest {
            [b'/', b'*', ..] => {
                depth += 1;
                2
            }
            [b'*', b'/', ..] => {
                depth -= 1;
                2
            }
            _ => 1,
        };
        at += step;
        if depth == 0 {
            break;
        }
    }
    at
}

/// `E'it\'s'`: a backslash takes the next character with it.
fn escaped(text: &str) -> usize {
    let mut at = 2;
    while let Some(byte) = text.as_bytes().get(at) {
        match byte {
            b'\\' => at += 2,
            b'\'' => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_end_where_the_server_ends_them() {
        let cut = |text| statements(text).unwrap();
        assert_eq!(cut("-- finds: a;b\nSELECT 1; SELECT 2 ;\n-- end; \n"), ["-- finds: a;b\nSELECT 1", "SELECT 2"]);
        assert_eq!(cut("SELECT ';', \";\", $a$ ; $a$, $$;$$"), ["SELECT ';', \";\", $a$ ; $a$, $$;$$"]);
        assert_eq!(cut("SELECT 'it''s;'; SELECT E'\\';'"), ["SELECT 'it''s;'", "SELECT E'\\';'"]);
        assert_eq!(cut("/* ; /* ; */ ; */ SELECT é; ;"), ["/* ; /* ; */ ; */ SELECT é"]);
        assert_eq!(cut("SELECT $1; SELECT 'open"), ["SELECT $1", "SELECT 'open"]);
        assert!(cut(" -- nothing\n").is_empty());
    }

    #[test]
    fn nothing_ends_the_transaction() {
        for wrong in ["COMMIT", "SELECT 1; /* x */ rollback", "-- x\nEnd;", "PREPARE TRANSACTION 'x'"] {
            assert!(statements(wrong).is_err(), "{wrong}");
        }
        assert!(statements("CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$BEGIN; RETURN 1; END$$").is_ok());
    }
}
