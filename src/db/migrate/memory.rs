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
    /// The transactions that wrote rows of ours.
    pub transactions: Option<Transactions>,
}

/// A range of transactions of one server, cut to the 32 bits a row remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Transactions {
    pub first: u32,
    pub last: u32,
    /// Others' that were under way at the end: they may write into the tables afterwards.
    pub but: Vec<u32>,
    /// The server and the bookkeeping table as they were: a restored copy has rows with other transactions' numbers.
    pub home: String,
}

impl Transactions {
    /// Reads `FIRST-LAST[ but N,N] on HOME`.
    fn parse(text: &str) -> Option<Self> {
        let (range, home) = text.split_once(" on ")?;
        let (range, but) = range.split_once(" but ").unwrap_or((range, ""));
        let (first, last) = range.split_once('-')?;
        let but = but.split(',').filter(|id| !id.is_empty()).map(|id| id.parse().ok()).collect::<Option<_>>()?;
        Some(Self { first: first.parse().ok()?, last: last.parse().ok()?, but, home: home.to_owned() })
    }
}

impl fmt::Display for Transactions {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}-{}", self.first, self.last)?;
        if !self.but.is_empty() {
            let but: Vec<String> = self.but.iter().map(u32::to_string).collect();
            write!(out, " but {}", but.join(","))?;
        }
        write!(out, " on {}", self.home)
    }
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
            } else if let Some(ids) = between(word, "transactions ", "") {
                memory.transactions = Transactions::parse(ids);
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
        if let Some(transactions) = &self.transactions {
            write!(out, "; transactions {transactions}")?;
        }
        Ok(())
    }
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    text.strip_prefix(before)?.strip_suffix(after)
}

#[cfg(test)]
mod tests {
    use super::{Memory, Transactions};

    #[test]
    fn what_is_written_is_read_again() {
        let all = Memory {
            schema: true,
            sample: Some(2000),
            extensions: vec!["pgcrypto".into(), "citext".into()],
            transactions: Some(Transactions { first: 700, last: 731, but: vec![702, 729], home: "77/16390".into() }),
        };
        let alone = Transactions { first: 1, last: 1, but: Vec::new(), home: "7/1".into() };
        for memory in [Memory::default(), Memory { transactions: Some(alone), ..Memory::default() }, all] {
            assert_eq!(Memory::parse(&memory.to_string()), memory);
        }
        assert_eq!(Memory::parse("somebody's words; schema too, they say"), Memory::default());
    }
}
