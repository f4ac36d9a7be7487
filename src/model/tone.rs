//! How good or bad a word is, so that every pane that writes `as = "severity"` is coloured alike. It must not know a
//! colour.

use super::role::Role;

const BAD: &[&str] = &[
    "bad",
    "broken",
    "conflict",
    "critical",
    "dead",
    "error",
    "exhausted",
    "failed",
    "fatal",
    "in_doubt",
    "invalid",
    "panic",
    "refused",
    "unusable",
];
const WARN: &[&str] = &[
    "bloated",
    "blocked",
    "changed",
    "deleted",
    "duplicate",
    "erased",
    "hidden",
    "idle in transaction",
    "interrupted",
    "missing",
    "moved",
    "never",
    "not searched",
    "prefix",
    "redundant",
    "rolled_back",
    "rough",
    "skip",
    "skipped",
    "stale",
    "unfilled",
    "unknown",
    "unpopulated",
    "unused",
    "warning",
];
const GOOD: &[&str] = &["done", "fine", "fresh", "good", "live", "ok", "pass", "passed", "resolved", "well"];

/// The role of a severity, status or mark. What follows the word, such as a reason in brackets, does not matter.
pub fn of(text: &str) -> Role {
    let text = text.trim().to_lowercase();
    let begins = |word: &str| {
        text.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    };
    let lists = [(BAD, Role::Bad), (WARN, Role::Warn), (GOOD, Role::Good)];
    lists.into_iter().find(|(words, _)| words.iter().any(|word| begins(word))).map_or(Role::Text, |(_, role)| role)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_decides() {
        let cases = [
            ("error", Role::Bad),
            ("Warning", Role::Warn),
            ("stale (3 days)", Role::Warn),
            ("in_doubt", Role::Bad),
            ("pass", Role::Good),
            ("passive", Role::Text),
            ("info", Role::Text),
            ("", Role::Text),
        ];
        for (text, role) in cases {
            assert_eq!(of(text), role, "{text}");
        }
    }
}
