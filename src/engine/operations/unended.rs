//! Operations the journal does not know the end of: told to a person, and settled where the database remembers them.

use super::super::journal::{Entry, Event, Recorded, Whose, fold};
use super::super::reader::Reader;
use super::super::stop::Stop;
use super::super::survey::Bindings;
use super::super::{Inner, OnProgress, pool};
use super::{Locals, restore, whose};
use crate::model::operation::Ending;
use crate::model::{Fault, Kind, Outcome};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Looks an operation up in the database it changed: how it ended, and how that is known. None where nothing there
/// remembers it. Every operation that leaves a trace has its line here.
async fn look_up(
    reader: &Reader<'_>,
    bindings: &Bindings,
    recorded: &Recorded<'_>,
) -> Result<Option<(Ending, String)>, Fault> {
    let (Some(plan), id) = (recorded.plan(), recorded.first().id.as_str()) else {
        return Ok(None);
    };
    match plan.operation.as_str() {
        "restore" | "delete" | "undo" => restore::remembers(reader, bindings, id, plan).await,
        // A view that was refreshed and one that was not look alike, and so do backends.
        _ => Ok(None),
    }
}

/// The survey with notes on what earlier operations left open, where that was asked for. What cannot be found out is no
/// reason to hold the survey back.
pub(in crate::engine) async fn look_back(
    inner: &Inner,
    outcome: Outcome,
    stop: &Stop,
    progress: OnProgress<'_>,
) -> Outcome {
    let Outcome::Survey(survey) = outcome else {
        return outcome;
    };
    let lines = inner.looks_back.swap(false, Ordering::SeqCst).then(|| inner.journal.lines());
    let Some(lines) = lines.filter(|lines| !lines.entries.is_empty() || !lines.unreadable.is_empty()) else {
        return Outcome::Survey(survey);
    };
    let mut notes: Vec<String> = lines.note().into_iter().collect();
    notes.extend(told(inner, &lines.entries, stop, progress).await.unwrap_or_default());
    let mut survey = Arc::unwrap_or_clone(survey);
    survey.notes.extend(notes);
    Outcome::Survey(Arc::new(survey))
}

async fn told(inner: &Inner, entries: &[Entry], stop: &Stop, progress: OnProgress<'_>) -> Result<Vec<String>, Fault> {
    let begun = fold(entries);
    if !begun.iter().any(|recorded| recorded.is_untold() || recorded.is_open()) {
        return Ok(Vec::new());
    }
    let (session, _) = inner.pool.take().await?;
    let (library, locals) = (inner.library(), Locals::default());
    let reader = inner.reader(&session, &library, &locals, progress);
    let result = pool::until_stopped(&session, stop, own(inner, &reader, &begun)).await;
    if !matches!(&result, Err(fault) if fault.kind == Kind::Interrupted) {
        inner.pool.give_back(session);
    }
    result
}

async fn own(inner: &Inner, reader: &Reader<'_>, begun: &[Recorded<'_>]) -> Result<Vec<String>, Fault> {
    let bindings = reader.bindings().await?;
    let whose: Whose = whose(inner, reader, &bindings).await?;
    let mut notes = Vec::new();
    for recorded in begun.iter().filter(|recorded| whose.owns(recorded.first())) {
        if recorded.is_open() {
            notes.push(open(inner, reader, &bindings, recorded).await?);
        } else if recorded.is_untold() {
            notes.push(ended_alone(recorded));
            // Where this cannot be written it is told again.
            let _ = inner.journal.write(&recorded.first().after(Event::Told));
        }
    }
    Ok(notes)
}

/// Looks an open operation up, settles it in the journal where that helped, and says how it stands.
async fn open(
    inner: &Inner,
    reader: &Reader<'_>,
    bindings: &Bindings,
    recorded: &Recorded<'_>,
) -> Result<String, Fault> {
    let named = named(recorded);
    // What keeps one from being looked up is no reason to say nothing of it, or of the others.
    let Some((ending, reason)) = look_up(reader, bindings, recorded).await.unwrap_or_default() else {
        let state = match recorded.ending() {
            Some(_) => "is in doubt",
            None => "has no end in the journal",
        };
        return Ok(format!("{named} {state}: nobody knows whether it happened; pgdeck journal tells more"));
    };
    let mut entry = recorded.first().after(Event::Resolved);
    entry.ending = Some(ending);
    entry.reason = Some(reason.clone());
    // Where this cannot be written it is looked up again.
    let _ = inner.journal.write(&entry);
    let ending = match ending {
        Ending::Done => "was done",
        Ending::RolledBack => "was rolled back",
        Ending::InDoubt => "stays in doubt",
    };
    Ok(format!("{named} had no end in the journal and {ending}: {reason}"))
}

fn ended_alone(recorded: &Recorded<'_>) -> String {
    let named = named(recorded);
    let ending = match recorded.ending() {
        Some(Ending::Done) => "was done",
        _ => "was rolled back",
    };
    let detail = recorded.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
    format!("{named} ended while nobody was there and {ending}{detail}")
}

fn named(recorded: &Recorded<'_>) -> String {
    let first = recorded.first();
    let object = recorded.object().map(|object| format!(" {object}")).unwrap_or_default();
    format!("the {}{object} of {}", first.operation, first.at)
}
