//! What pgdeck itself tells a pane's SQL: fills the local relations a request needs before it is read.

use super::local::Locals;
use super::stop::Stop;
use super::verify::told;
use super::{Inner, OnProgress, find, remembered};
use crate::catalog::Library;
use crate::catalog::library::PaneId;
use crate::catalog::local::Local;
use crate::model::request::PageRequest;
use crate::model::{Fault, PaneRef, Request};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};

/// The rows of every local relation the request's pane asks for.
pub(super) async fn of(
    inner: &Inner,
    library: &Library,
    request: &Request,
    stop: &Stop,
    progress: OnProgress<'_>,
) -> Result<Locals, Fault> {
    let mut locals = Locals::default();
    let (Request::Page(page) | Request::Estimate(page) | Request::Record { page, .. }) = request else {
        return Ok(locals);
    };
    let is_page = matches!(request, Request::Page(_));
    for local in asked(library, &page.pane) {
        let rows = match local {
            Local::Verification => told::verification(inner, library, is_page && page.anew, stop, progress).await?,
            Local::Urgent => told::urgent(inner, library, is_page, stop, progress).await?,
            Local::Found => found(inner, library, page, is_page, &mut locals, stop, progress).await?,
            local => known(inner, library, local, stop, progress).await?,
        };
        locals.set(local, rows.to_string());
    }
    Ok(locals)
}

/// What the last search for this text brought, or a new one. Sorting and filtering search nothing anew.
async fn found(
    inner: &Inner,
    library: &Library,
    page: &PageRequest,
    is_page: bool,
    locals: &mut Locals,
    stop: &Stop,
    progress: OnProgress<'_>,
) -> Result<Value, Fault> {
    let Some(find) = &page.find else {
        locals.note("nothing was looked for yet: pgdeck find TEXT, or :find TEXT in the console");
        return Ok(Value::Array(Vec::new()));
    };
    let asked = (find.clone(), page.scope.clone());
    let kept = inner.found.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let found = match kept {
        Some((own, found)) if own == asked && !(is_page && page.anew) => found,
        _ => Arc::new(find::found(inner, library, find, page.scope.as_ref(), stop, progress).await?),
    };
    *inner.found.lock().unwrap_or_else(PoisonError::into_inner) = Some((asked, found.clone()));
    found.notes.iter().for_each(|note| locals.note(note));
    Ok(found.rows.clone())
}

/// The rows of a relation that does not come of running checks; checks are told of these too.
pub(super) async fn known(
    inner: &Inner,
    library: &Library,
    local: Local,
    stop: &Stop,
    progress: OnProgress<'_>,
) -> Result<Value, Fault> {
    match local {
        Local::Commands => Ok(commands(inner)),
        Local::Refreshes | Local::Budgets | Local::Journal => {
            remembered::relation(inner, library, local, stop, progress).await
        }
        Local::Verification | Local::Urgent | Local::Found => Ok(Value::Array(Vec::new())),
    }
}

/// What any variant of the pane asks for.
fn asked(library: &Library, pane: &PaneRef) -> BTreeSet<Local> {
    let PaneRef::Library { name, source } = pane else {
        return BTreeSet::new();
    };
    let id = PaneId { system: source.as_ref().map(|source| source.system.clone()), name: name.clone() };
    let variants = library.pane(&id).iter().filter_map(|variant| variant.spec.as_ref().ok());
    variants.flat_map(|spec| spec.local.iter().copied()).collect()
}

fn commands(inner: &Inner) -> Value {
    let row = |command: &super::commands::Command| {
        let (rows, outcome) = match &command.outcome {
            Ok(rows) => (Some(*rows), "done"),
            Err(reason) => (None, reason.as_str()),
        };
        json!({
            "nr": command.nr, "at": command.at, "what": command.what, "ms": command.ms, "rows": rows, "outcome": outcome,
            "sql": command.sql,
        })
    };
    inner.commands.kept().iter().map(row).collect()
}
