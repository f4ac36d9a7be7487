//! What pgdeck itself tells a pane's SQL: fills the local relations a request needs before it is read.

use super::local::Locals;
use super::stop::Stop;
use super::{Inner, OnProgress, remembered, verify};
use crate::catalog::Library;
use crate::catalog::library::PaneId;
use crate::catalog::local::Local;
use crate::model::finding::Selection;
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
    for local in asked(library, &page.pane) {
        let rows = match local {
            Local::Commands => commands(inner),
            Local::Verification | Local::Urgent => verified(inner, library, local, page, stop, progress).await?,
            Local::Refreshes | Local::Budgets | Local::Journal => {
                remembered::relation(inner, library, local, stop, progress).await?
            }
        };
        locals.set(local, rows.to_string());
    }
    Ok(locals)
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

async fn verified(
    inner: &Inner,
    library: &Library,
    local: Local,
    _page: &PageRequest,
    stop: &Stop,
    progress: OnProgress<'_>,
) -> Result<Value, Fault> {
    let selection = Selection { urgent: local == Local::Urgent, ..Selection::default() };
    let verified = Arc::new(verify::run(inner, library, &selection, stop, progress).await?);
    let kept = if selection.urgent { &inner.urgent } else { &inner.verified };
    *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(verified);
    Ok(Value::Array(Vec::new()))
}
