//! What the bookkeeping table's comment remembers: whatever else an uninstall has to take back. It must not ask the server.

use std::fmt;

/// What the installer did besides the steps, as words that a person can read too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Memory {
    /// The schema is ours.
    pub schema: bool,
    /// Leads' worth of sample that was loaded.
    pub sample: Option<u64>,
    /// Extensions that are ours.
    pub extensions: Vec<String>,
    /// The first and last transaction that wrote rows of ours, cut to the 32 bits a row remembers.
    pub transactions: Option<(u32, u32)>,
}

impl Memory {
    /// Reads a comment; words of another program are passed over.
    pub fn parse(comment: &str) -> Self {
        let mut memory = Self::default();
        for word in comment.split("; ") {
            if word == "schema too" {
                memory.schema = true;
            } else if let Some(rows) = between(word, "sample of ", " rows") {
                memory.sample = rows.parse().ok();
            } else if let Some(name) = between(word, "extension ", " too") {
                memory.extensions.push(name.to_owned());
            } else if let Some((first, last)) = between(word, "transactions ", "").and_then(|ids| ids.split_once('-')) {
                memory.transactions = first.parse().ok().zip(last.parse().ok());
            }
        }
        memory
    }
}

impl fmt::Display for Memory {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "made by pgdeck")?;
        if self.schema {
            write!(out, "; schema too")?;
        }
        if let Some(rows) = self.sample {
            write!(out, "; sample of {rows} rows")?;
        }
        for extension in &self.extensions {
            write!(out, "; extension {extension} too")?;
        }
        if let Some((first, last)) = self.transactions {
            write!(out, "; transactions {first}-{last}")?;
        }
        Ok(())
    }
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    text.strip_prefix(before)?.strip_suffix(after)
}

#[cfg(test)]
mod tests {
    use super::Memory;

    #[test]
    fn what_is_written_is_read_again() {
        let all = Memory {
            schema: true,
            sample: Some(2000),
            extensions: vec!["pgcrypto".into(), "citext".into()],
            transactions: Some((700, 731)),
        };
        for memory in [Memory::default(), all] {
            assert_eq!(Memory::parse(&memory.to_string()), memory);
        }
        assert_eq!(Memory::parse("somebody's words; schema too, they say"), Memory::default());
    }
}
