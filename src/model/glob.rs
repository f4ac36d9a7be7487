//! Patterns over names, as the command line takes them: `*` stands for any text, all else for itself.

/// True where the whole text fits the pattern.
pub fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// True where the pattern fits the whole name, or its bare part behind the last `/`.
pub fn fits_name(pattern: &str, name: &str) -> bool {
    fits(pattern, name) || name.rsplit_once('/').is_some_and(|(_, bare)| fits(pattern, bare))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, text, expected) in [
            ("idx-dup", "idx-dup", true),
            ("idx-dup", "idx-dups", false),
            ("idx-*", "idx-dup", true),
            ("*-dup", "idx-dup", true),
            ("*", "", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c", false),
            ("ab*b", "ab", false),
            ("*é*", "café!", true),
            ("", "x", false),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_name_fits_whole_or_bare() {
        assert!(fits_name("cnt-*", "crm/cnt-drift") && fits_name("crm/*", "crm/cnt-drift"));
        assert!(fits_name("crm@other/*", "crm@other/cnt-drift") && !fits_name("crm", "crm/cnt-drift"));
    }
}
