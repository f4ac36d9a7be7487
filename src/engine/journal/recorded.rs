//! Operations as the journal's lines tell them, one value for each. It must not know the file.

use super::{Entry, Event};
use crate::model::operation::{Ending, Plan, PlanRow, Receipt};

/// Everything the journal says about one operation.
#[derive(Clone, Debug)]
pub struct Recorded<'a> {
    /// Its lines, oldest first; never empty.
    lines: Vec<&'a Entry>,
}

/// Names of objects a listing shows before it counts the rest.
const NAMED: usize = 3;

/// The operations these lines tell of, in the order in which they began.
pub fn fold<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Vec<Recorded<'a>> {
    let mut places = std::collections::HashMap::new();
    let mut found: Vec<Recorded<'a>> = Vec::new();
    for entry in entries {
        let at = *places.entry(entry.id.as_str()).or_insert_with(|| {
            found.push(Recorded { lines: Vec::new() });
            found.len() - 1
        });
        found[at].lines.push(entry);
    }
    found
}

impl<'a> Recorded<'a> {
    /// The line it begins with.
    pub fn first(&self) -> &'a Entry {
        self.lines[0]
    }

    /// The newest line that says how it stands.
    pub fn last(&self) -> &'a Entry {
        let tells = |entry: &&&Entry| entry.event != Event::Told;
        self.lines.iter().rev().find(tells).copied().unwrap_or(self.lines[0])
    }

    /// What was to be done.
    pub fn plan(&self) -> Option<&'a Plan> {
        self.lines.iter().find_map(|entry| entry.plan.as_ref())
    }

    /// What was done.
    pub fn receipt(&self) -> Option<&'a Receipt> {
        self.lines.iter().rev().find_map(|entry| entry.receipt.as_ref())
    }

    /// How it ended; None while it has not.
    pub fn ending(&self) -> Option<Ending> {
        let last = self.last();
        match last.event {
            Event::Done => Some(Ending::Done),
            Event::RolledBack => Some(Ending::RolledBack),
            Event::InDoubt => Some(Ending::InDoubt),
            Event::Resolved => last.ending.or(Some(Ending::InDoubt)),
            Event::Intent | Event::Told => None,
        }
    }

    /// True where nobody knows how it ended and no process is left that could say so.
    pub fn is_open(&self) -> bool {
        match self.ending() {
            None => self.last().is_orphan(),
            Some(Ending::InDoubt) => true,
            Some(_) => false,
        }
    }

    /// True where it ended while nobody was there, and nobody was told since.
    pub fn is_untold(&self) -> bool {
        self.last().alone && self.lines.iter().all(|entry| entry.event != Event::Told)
    }

    /// How it ended in one word for a listing.
    pub fn outcome(&self) -> &'static str {
        match self.ending() {
            Some(ending) => ending.name(),
            None if self.last().is_orphan() => "no end",
            None => "under way",
        }
    }

    /// What it changes: the tables or objects of its rows, with how many where there are several.
    pub fn object(&self) -> Option<String> {
        let unlisted = self.plan().map(|plan| plan.unlisted.as_slice()).unwrap_or_default();
        let rows = self.plan().map(|plan| plan.rows.as_slice()).unwrap_or_default();
        let mut counts: Vec<(&str, u64)> = unlisted.iter().map(|own| (own.table.as_str(), own.rows)).collect();
        for row in rows.iter().filter(|row| unlisted.is_empty() && is_touched(row)) {
            match counts.iter_mut().find(|(table, _)| *table == row.table) {
                Some((_, count)) => *count += 1,
                None => counts.push((&row.table, 1)),
            }
        }
        let named = counts.iter().take(NAMED).map(|(table, count)| match count {
            1 => (*table).to_owned(),
            count => format!("{table} ({count})"),
        });
        let named: Vec<String> = named.collect();
        let more = counts.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        (!named.is_empty()).then(|| format!("{}{more}", named.join(", ")))
    }

    /// Why it did not happen, or what its receipt says first.
    pub fn detail(&self) -> Option<String> {
        let reason = self.last().reason.as_deref().and_then(|reason| reason.lines().next());
        let note = || self.receipt().and_then(|receipt| receipt.notes.first()).map(String::as_str);
        reason.or_else(note).map(str::to_owned)
    }
}

fn is_touched(row: &PlanRow) -> bool {
    !["skip", "conflict"].contains(&row.action.as_str())
}
