//! The one way an identifier, and the one way a literal, gets into SQL text.
//! It must not know what the text is for.

/// The name as a quoted identifier. A NUL cannot exist in a PostgreSQL name and is left out.
pub fn identifier(name: &str) -> String {
    enclose(name, '"')
}

/// The text as a string literal, right whatever `standard_conforming_strings` says; for SET LOCAL and COPY, for the words of a
/// manifest, and for SQL that is handed over and not run.
/// A NUL cannot exist in a PostgreSQL text and is left out.
pub fn literal(text: &str) -> String {
    if text.contains('\\') {
        return format!("E{}", enclose(&text.replace('\\', "\\\\"), '\''));
    }
    enclose(text, '\'')
}

fn enclose(text: &str, quote: char) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for c in text.chars().filter(|c| *c != '\0') {
        if c == quote {
            out.push(quote);
        }
        out.push(c);
    }
    out.push(quote);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quotes_are_doubled_and_backslashes_are_escaped() {
        assert_eq!(identifier(r#"we"ird\"#), r#""we""ird\""#);
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal(r"a\'b"), r"E'a\\''b'");
        assert_eq!(identifier("a\0b"), r#""ab""#);
    }

    proptest! {
        #[test]
        fn an_identifier_reads_back_as_its_name(name in "[^\0]*") {
            let quoted = identifier(&name);
            let inner = &quoted[1..quoted.len() - 1];
            prop_assert_eq!(inner.replace("\"\"", "\""), name);
            prop_assert!(!inner.replace("\"\"", "").contains('"'));
        }

        #[test]
        fn a_literal_never_ends_early(text in "[^\0]*") {
            let quoted = literal(&text);
            let inner = quoted.strip_prefix('E').unwrap_or(&quoted);
            let inner = &inner[1..inner.len() - 1];
            prop_assert!(!inner.replace("\\\\", "").replace("''", "").contains(['\'', '\\']) || !text.contains('\\'));
            prop_assert!(!inner.replace("''", "").contains('\''));
        }
    }
}
