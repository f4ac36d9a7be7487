//! What the journal and the manifests say about this database: the rows of the local relations, and the listing of the
//! command line. Lines about other databases never leave this machine. It must not know how an operation is carried out.

use super::journal::{self, Entry, Recorded, Whose, fold};
use super::stop::Stop;
use super::survey::Bindings;
use super::{Inner, Locals, OnProgress, operations, pool};
use crate::catalog::Library;
use crate::catalog::local::Local;
use crate::model::operation::PlanRow;
use crate::model::{Fault, Kind, Outcome, Table};
use crate::report::listing;
use serde_json::{Number, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Operations a pane gets, newest last.
const TOLD: usize = 500;

/// The rows of a local relation that is known without asking for anything but whose database this is.
pub(super) async fn relation(
    inner: &Inner,
    library: &Library,
    local: Local,
    stop: &Stop,
    progress: OnProgress<'_>,
) -> Result<Value, Fault> {
    let (bindings, whose) = known(inner, library, stop, progress).await?;
    Ok(match local {
        Local::Budgets => budgets(&bindings),
        Local::Refreshes => refreshes(&inner.journal.read(), &whose),
        Local::Journal => operations_of(&inner.journal.read(), &whose),
        Local::Commands | Local::Verification | Local::Urgent | Local::Found => Value::Array(Vec::new()),
    })
}

/// The operations on this database as a table.
pub(super) async fn listing(
    inner: &Inner,
    library: &Library,
    stop: &Stop,
    progress: OnProgress<'_>,
) -> Result<Outcome, Fault> {
    let (_, whose) = known(inner, library, stop, progress).await?;
    let mut lines = inner.journal.lines();
    lines.entries.retain(|entry| whose.owns(entry));
    Ok(Outcome::Table(Arc::new(listed(&lines, false))))
}

/// The operations these lines tell of as a table, newest last; with their databases where it is about all of them.
pub fn listed(lines: &journal::Lines, everywhere: bool) -> Table {
    let mut columns = vec!["id", "at", "event", "operation", "object", "role", "outcome", "detail"];
    columns.extend(everywhere.then_some(["database", "server"]).into_iter().flatten());
    let row = |recorded: &Recorded<'_>| {
        let mut cells = cells(recorded).map(|(_, value)| value).to_vec();
        let first = recorded.first();
        cells.extend(
            everywhere.then(|| [Some(first.database.clone()), Some(first.server.clone())]).into_iter().flatten(),
        );
        cells
    };
    let mut table = listing::table("journal", &columns, fold(&lines.entries).iter().map(row).collect());
    table.notes.extend(lines.note());
    table
}

/// Bindings and whose database this is: as kept, else asked for on a session of the pool.
async fn known(
    inner: &Inner,
    library: &Library,
    stop: &Stop,
    progress: OnProgress<'_>,
) -> Result<(Arc<Bindings>, Whose), Fault> {
    loop {
        let (session, used) = inner.pool.take().await?;
        let locals = Locals::default();
        let reader = inner.reader(&session, library, &locals, progress);
        let asked = async {
            let bindings = reader.bindings().await?;
            let whose = operations::whose(inner, &reader, &bindings).await?;
            Ok((bindings, whose))
        };
        let result = pool::until_stopped(&session, stop, asked).await;
        let kind = result.as_ref().err().map(|fault| fault.kind);
        if kind != Some(Kind::Interrupted) {
            inner.pool.give_back(session);
        }
        if !used || kind != Some(Kind::Connection) {
            return result;
        }
        // Sessions that stood idle for long may all be gone.
        inner.pool.clear();
    }
}

pub(super) fn budgets(bindings: &Bindings) -> Value {
    let rows = bindings.systems.iter().flat_map(|(source, system)| {
        system
            .views
            .iter()
            .filter(|view| view.budget.is_some())
            .map(|view| json!({ "schema": source.schema, "view": view.name, "budget": view.budget }))
    });
    rows.collect()
}

/// The newest refresh of each view that lasted, whatever became of the rest of its chain.
fn refreshed<'a>(entries: &'a [Entry], whose: &Whose) -> Vec<&'a PlanRow> {
    let mut newest: BTreeMap<&str, &PlanRow> = BTreeMap::new();
    for row in refreshes_of(entries, whose) {
        newest.insert(&row.table, row);
    }
    newest.into_values().collect()
}

/// Every refresh of a view of this database that lasted, oldest first.
pub(super) fn refreshes_of<'a>(entries: &'a [Entry], whose: &Whose) -> impl Iterator<Item = &'a PlanRow> {
    let own = entries.iter().filter(move |entry| entry.operation == "refresh" && whose.owns(entry));
    let rows = own.filter_map(|entry| entry.receipt.as_ref()).flat_map(|receipt| &receipt.rows);
    rows.filter(|row| row.action == "refresh")
}

pub(super) fn refreshes(entries: &[Entry], whose: &Whose) -> Value {
    let number = |row: &PlanRow, name: &str| {
        let digits = row.seen_of(name).and_then(|text| text.parse::<Number>().ok());
        digits.map_or(Value::Null, Value::Number)
    };
    let row = |row: &&PlanRow| {
        json!({
            "schema": row.seen_of("schema"),
            "view": row.seen_of("view"),
            "at": row.seen_of("at"),
            "mode": row.seen_of("mode"),
            "ms": number(row, "ms"),
            "changes": number(row, "changes"),
        })
    };
    refreshed(entries, whose).iter().map(row).collect()
}

fn operations_of(entries: &[Entry], whose: &Whose) -> Value {
    let own = fold(entries.iter().filter(|entry| whose.owns(entry)));
    let newest = &own[own.len().saturating_sub(TOLD)..];
    let row = |recorded: &Recorded<'_>| {
        let named = cells(recorded).into_iter().map(|(name, value)| (name.to_owned(), Value::from(value)));
        Value::Object(named.collect())
    };
    newest.iter().map(row).collect()
}

fn cells(recorded: &Recorded<'_>) -> [(&'static str, Option<String>); 8] {
    let first = recorded.first();
    [
        ("id", Some(first.id.clone())),
        ("at", Some(first.at.clone())),
        ("event", Some(recorded.last().event.name().to_owned())),
        ("operation", Some(first.operation.clone())),
        ("object", recorded.object()),
        ("role", Some(first.role.clone())),
        ("outcome", Some(recorded.outcome().to_owned())),
        ("detail", recorded.detail()),
    ]
}
