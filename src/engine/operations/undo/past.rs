//! What the journal says was done to this database, and which of it can be undone. It must not know a server.

use super::super::super::journal::{Entry, Event, Journal, Recorded, Whose, fold};
use super::super::restore::Marks;
use crate::model::operation::{Ending, Intent, PlanRow, can_be_undone};
use crate::model::{Fault, Kind};

/// An operation that was done, with the rows as it left them.
#[derive(Debug)]
pub(super) struct Past {
    pub id: String,
    pub operation: String,
    pub at: String,
    /// Who did it, where it was not this journal.
    pub by: Option<String>,
    /// The audit table that tells it, where it was not this journal.
    pub trail: Option<String>,
    pub rows: Vec<PlanRow>,
    /// What the trail says their marks were left as, row by row; empty where it does not.
    pub left: Vec<Marks>,
    /// Those are the first only; all of them stand in the journal's parts.
    pub in_parts: bool,
}

impl Past {
    /// For a person: `the restore of 2026-11-21 10:00 (0197…)`.
    pub fn named(&self) -> String {
        format!("the {} of {} ({})", self.operation, self.at, self.id)
    }

    /// Its rows are as an undo would leave them.
    pub fn undone(&self) -> Fault {
        Fault::new(Kind::Refused, format!("nothing has been changed: {} was undone already, elsewhere", self.named()))
    }
}

/// The operation of this id, or the newest that can be undone and is none of those passed over. Fails saying why there is none.
pub(super) fn find(journal: &Journal, whose: &Whose, id: Option<&str>, passed: &[Past]) -> Result<Past, Fault> {
    let entries: Vec<Entry> = journal.read().into_iter().filter(|entry| whose.owns(entry)).collect();
    let found = match id {
        Some(id) => named(&entries, id)?,
        None => newest(&entries, passed)?.ok_or_else(|| match passed.first() {
            Some(newest) => newest.undone(),
            None => {
                Fault::new(Kind::Refused, format!("this journal knows none on {} that can be undone", whose.database))
                    .hint("with its id one from elsewhere can: pgdeck undo ID")
            }
        })?,
    };
    let rows = found.receipt.as_ref().map(|receipt| receipt.rows.clone()).unwrap_or_default();
    let in_parts = found.receipt.as_ref().is_some_and(|receipt| receipt.in_parts);
    Ok(Past {
        id: found.id.clone(),
        operation: found.operation.clone(),
        at: found.at.clone(),
        by: None,
        trail: None,
        rows,
        left: Vec::new(),
        in_parts,
    })
}

/// True where this journal tells all of the operation: how it ended and how it left its rows, or what undid it.
pub(super) fn is_known(journal: &Journal, whose: &Whose, id: &str) -> bool {
    let entries: Vec<Entry> = journal.read().into_iter().filter(|entry| whose.owns(entry)).collect();
    let own: Vec<Entry> = entries.iter().filter(|entry| entry.id == id).cloned().collect();
    let found_out_later = fold(&own).first().and_then(Recorded::ending) == Some(Ending::Done);
    undone_by(&entries, id).is_some() || !own.is_empty() && (done(&own, id).is_some() || !found_out_later)
}

fn named<'a>(entries: &'a [Entry], id: &str) -> Result<&'a Entry, Fault> {
    let refused = |why: String| Fault::new(Kind::Refused, format!("nothing has been changed: operation {id} {why}"));
    if let Some(undone) = undone_by(entries, id) {
        return Err(refused(format!("was undone already, by {} at {}", undone.id, undone.at))
            .hint(format!("pgdeck undo {} does it again", undone.id)));
    }
    if !entries.iter().any(|entry| entry.id == id) {
        return Err(Fault::usage(format!("the journal knows no operation {id} on this database"))
            .hint("pgdeck journal lists those it knows"));
    }
    let Some(done) = done(entries, id) else {
        return Err(refused(undone_end(entries, id)));
    };
    if !is_undoable(done) {
        return Err(refused(format!("is a {}, which has no way back", done.operation)));
    }
    Ok(done)
}

/// How an operation ended that has no line that says done.
fn undone_end(entries: &[Entry], id: &str) -> String {
    let recorded = fold(entries.iter().filter(|entry| entry.id == id));
    match recorded.first().and_then(Recorded::ending) {
        Some(Ending::Done) => {
            "was found out later to be done, but nobody saw how it left its rows, which an undo compares".to_owned()
        }
        Some(ending) => format!("did not end as done but as: {}", ending.name().replace('_', " ")),
        None => "has no end in the journal".to_owned(),
    }
}

/// The newest that can be undone. Fails where one that is newer may have happened: an older one is not what is meant then.
fn newest<'a>(entries: &'a [Entry], passed: &[Past]) -> Result<Option<&'a Entry>, Fault> {
    for recorded in fold(entries).iter().rev() {
        let Entry { id, operation, at, .. } = recorded.first();
        match done(entries, id) {
            _ if !can_be_undone(operation) || passed.iter().any(|past| past.id == *id) => {}
            Some(done) if is_undoable(done) && undone_by(entries, id).is_none() => return Ok(Some(done)),
            Some(_) => {}
            None if recorded.ending() == Some(Ending::RolledBack) => {}
            None => {
                let why = undone_end(entries, id);
                let what =
                    format!("nothing has been changed: the newest is the {operation} of {at} ({id}), which {why}");
                return Err(Fault::new(Kind::Refused, what)
                    .hint("look at its rows, then name the operation to undo: pgdeck journal lists them"));
            }
        }
    }
    Ok(None)
}

fn is_undoable(entry: &Entry) -> bool {
    let touched = entry.receipt.as_ref().is_some_and(|receipt| !receipt.rows.is_empty());
    can_be_undone(&entry.operation) && touched
}

/// The line that says it was done.
fn done<'a>(entries: &'a [Entry], id: &str) -> Option<&'a Entry> {
    entries.iter().find(|entry| entry.id == id && entry.event == Event::Done)
}

/// The done undo of this operation.
fn undone_by<'a>(entries: &'a [Entry], id: &str) -> Option<&'a Entry> {
    let undoes = |entry: &&Entry| matches!(entry.plan.as_ref().map(|plan| &plan.intent), Some(Intent::Undo(undo)) if undo.id.as_deref() == Some(id));
    entries.iter().filter(undoes).find_map(|entry| done(entries, &entry.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::operation::Receipt;

    #[test]
    fn what_cannot_be_undone_says_how_it_ended() {
        let whose = Whose::default();
        let line = |event, ending| Entry { ending, ..Entry::new("x", event, &whose, "restore") };
        let says = |lines: &[Entry], says: &str| {
            let fault = named(lines, "x").unwrap_err();
            assert!(fault.message.contains(says), "{fault}");
        };
        let intent = line(Event::Intent, None);
        says(&[intent.clone(), line(Event::RolledBack, None), line(Event::Told, None)], "as: rolled back");
        says(&[intent.clone(), line(Event::Resolved, Some(Ending::RolledBack))], "as: rolled back");
        says(&[intent.clone(), line(Event::Resolved, Some(Ending::Done))], "was found out later to be done");
        says(&[intent], "has no end");
    }

    #[test]
    fn an_older_operation_is_not_taken_for_one_that_may_have_happened() {
        let whose = Whose::default();
        let receipt = Receipt { rows: vec![PlanRow::default()], ..Receipt::done("restore", "old") };
        let old = Entry { receipt: Some(receipt), ..Entry::new("old", Event::Done, &whose, "restore") };
        let new = |event, ending| Entry { ending, ..Entry::new("new", event, &whose, "restore") };
        let newest = |last: Entry| newest(&[old.clone(), last], &[]).map(|found| found.map(|entry| entry.id.clone()));
        assert_eq!(newest(new(Event::RolledBack, None)), Ok(Some("old".into())));
        assert_eq!(newest(new(Event::Resolved, Some(Ending::RolledBack))), Ok(Some("old".into())));
        for unsure in [new(Event::Resolved, Some(Ending::Done)), new(Event::InDoubt, None), new(Event::Intent, None)] {
            let fault = newest(unsure).unwrap_err();
            assert!(fault.kind == Kind::Refused && fault.message.contains("(new)"), "{fault}");
        }
    }
}
