//! Carrying a refresh out: one view after the other, each in a transaction of its own, stopped on the server when a person
//! asks. It must not decide how a view is refreshed: the plan has said it, and here it is checked to hold still.

use super::super::super::survey;
use super::mode::{self, Way};
use super::views::{self, View};
use super::{Work, duration, lock_timeout, watch};
use crate::db::{Change, Envelope};
use crate::model::operation::{Ending, Plan, PlanRow, Receipt};
use crate::model::{Fault, Kind};
use std::collections::HashSet;
use std::pin::pin;
use std::time::{Duration, Instant};

/// How long the server may take to hear a cancel.
const CANCEL_WAIT: Duration = Duration::from_secs(3);
/// How long a cancelled statement may take to end before nobody waits for it any more.
const PATIENCE: Duration = Duration::from_secs(30);

/// The receipt of a plan that does nothing: no line in the journal is worth it.
pub(in crate::engine::operations) fn idle(plan: &Plan) -> Option<Receipt> {
    let does_nothing = plan.operation == "refresh" && plan.rows.iter().all(|row| row.action != "refresh");
    does_nothing.then(|| Receipt {
        notes: plan.notes.clone(),
        rows: plan.rows.clone(),
        ..Receipt::done(&plan.operation, "")
    })
}

/// Refreshes the planned views. The first failure ends the chain; what was done before it stays, and the receipt says so.
pub(in crate::engine::operations) async fn perform(work: &Work<'_>, plan: &Plan) -> Result<Receipt, Fault> {
    let mut receipt = work.receipt(plan);
    receipt.rows = plan.rows.iter().filter(|row| row.action == "skip").cloned().collect();
    let planned: Vec<&PlanRow> = plan.rows.iter().filter(|row| row.action == "refresh").collect();
    for (at, row) in planned.iter().enumerate() {
        match one(work, row).await {
            Ok(done) => receipt.rows.push(done),
            Err(fault) => return ended(work, receipt, &planned[at..], fault, at).await,
        }
    }
    receipt.notes = closing_notes(work, &receipt).await;
    Ok(receipt)
}

/// The end of a chain at a failure: the fault itself where nothing was done, else a receipt that says what was.
async fn ended(
    work: &Work<'_>,
    mut receipt: Receipt,
    left: &[&PlanRow],
    fault: Fault,
    done: usize,
) -> Result<Receipt, Fault> {
    let is_stopped = fault.kind == Kind::Interrupted;
    if done == 0 && !is_stopped {
        return Err(fault);
    }
    receipt.ending = if fault.kind == Kind::InDoubt { Ending::InDoubt } else { Ending::RolledBack };
    receipt.counts.retain(|_| done > 0);
    receipt.counts.iter_mut().for_each(|(_, count)| *count = done as u64);
    for (at, row) in left.iter().enumerate() {
        let reason = match at {
            0 if is_stopped => "stopped: it is as it was".to_owned(),
            0 => fault.message.clone(),
            _ => "not begun".to_owned(),
        };
        receipt.rows.push(PlanRow { action: "failed".into(), reason: Some(reason), ..(*row).clone() });
    }
    // A statement that has not ended leaves its transaction open: whatever were asked on that session now would commit it.
    receipt.notes = match fault.kind {
        Kind::Connection => vec![took(work)],
        _ => closing_notes(work, &receipt).await,
    };
    receipt.notes.insert(0, if is_stopped { "stopped as asked".to_owned() } else { fault.to_string() });
    Ok(receipt)
}

/// One view, from the check that the plan still holds to the commit.
async fn one(work: &Work<'_>, planned: &PlanRow) -> Result<PlanRow, Fault> {
    if is_stopped(work).await {
        return Err(stopped());
    }
    let way = Way::of(planned.seen_of("mode").unwrap_or_default());
    let view = checked(work, planned, way).await?;
    let lock_timeout_ms = lock_timeout(&work.reader);
    let envelope = Envelope {
        search_path: search_path(work, &view),
        statement_timeout_ms: 0,
        lock_timeout_ms,
        ..work.reader.envelope_of(&work.bindings)
    };
    let change = work.begin(&envelope).await?;
    let (backend, at) = moment(work, &change).await?;
    let begun = Instant::now();
    let result = match run(work, &change, &view, way, &backend).await {
        // Without an end of the statement there is no turn for another one: the session goes, and with it the transaction.
        Err(fault) if fault.kind == Kind::Connection => return Err(fault),
        result if is_stopped(work).await => result.and(Err(stopped())),
        result => result,
    };
    if let Err(fault) = result {
        change.roll_back().await;
        return Err(told(work, fault, &view, way, lock_timeout_ms).await);
    }
    work.commit(change).await?;
    let ms = begun.elapsed().as_secs_f64() * 1000.0;
    let seen = [
        ("oid", Some(view.oid.clone())),
        ("schema", Some(view.schema.clone())),
        ("view", Some(view.name.clone())),
        ("at", Some(at)),
        ("mode", Some(way.name().to_owned())),
        ("ms", Some(format!("{ms:.0}"))),
        ("changes", view.changes.clone()),
    ];
    let how = if way == Way::Concurrently { "concurrently" } else { "plainly" };
    Ok(PlanRow {
        reason: Some(format!("{how}, took {}", duration(ms))),
        seen: seen.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        ..planned.clone()
    })
}

/// The view as it stands now; the changes of its base tables are counted before it is refreshed, so that none is missed.
async fn checked(work: &Work<'_>, planned: &PlanRow, way: Way) -> Result<View, Fault> {
    let changed = |what: String| {
        Fault::new(Kind::Refused, format!("{} is as it was: {what}", planned.table))
            .hint("something has changed since the plan: plan again")
    };
    let views = views::read(&work.reader, &work.reader.envelope_of(&work.bindings), false).await?;
    let view = views.iter().find(|view| Some(view.oid.as_str()) == planned.seen_of("oid"));
    let view = view.filter(|view| view.title() == planned.table).ok_or_else(|| changed("it is gone".into()))?;
    if let Some(reason) = mode::forbidden(view, &work.bindings.survey.facts) {
        return Err(changed(reason));
    }
    match mode::obstacle(view).filter(|_| way == Way::Concurrently) {
        Some(obstacle) => Err(changed(format!("it cannot be refreshed concurrently any more: {obstacle}"))),
        None => Ok(view.clone()),
    }
}

/// From 17 on the server itself sets the path while it refreshes. Before, functions of the view find what they name
/// plainly by the session's, which for its schema and the extensions' is what its owner most likely meant.
fn search_path(work: &Work<'_>, view: &View) -> Vec<String> {
    let facts = &work.bindings.survey.facts;
    if facts.major() >= 17 { vec!["pg_catalog".to_owned()] } else { survey::search_path(&view.schema, facts) }
}

/// The backend that does the work, and the server's time.
async fn moment(work: &Work<'_>, change: &Change<'_>) -> Result<(String, String), Fault> {
    let sql = "SELECT pg_catalog.pg_backend_pid()::text, \
               pg_catalog.to_char(pg_catalog.now(), 'YYYY-MM-DD\"T\"HH24:MI:SS.USTZH:TZM')";
    let row = work.run(change, sql, &[]).await?.into_iter().next().unwrap_or_default();
    let [backend, at] = <[Option<String>; 2]>::try_from(row).unwrap_or_default();
    Ok((backend.unwrap_or_default(), at.unwrap_or_default()))
}

/// Runs the statement to its end. A stop cancels it on the server and waits for that end.
async fn run(work: &Work<'_>, change: &Change<'_>, view: &View, way: Way, backend: &str) -> Result<(), Fault> {
    let sql = way.statement(view);
    let mut running = pin!(work.run(change, &sql, &[]));
    let mut told = pin!(watch::tell(work, view, backend));
    tokio::select! {
        biased;
        result = &mut running => return result.map(drop),
        () = work.stop.stopped() => {}
        never = &mut told => match never {},
    }
    let canceller = work.reader.session.canceller();
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        // One that comes too late, or finds no server, changes nothing: without a COMMIT nothing lasts.
        let _ = tokio::time::timeout(CANCEL_WAIT, canceller.cancel()).await;
        if let Ok(result) = tokio::time::timeout(Duration::from_secs(1), &mut running).await {
            return result.map(drop);
        }
    }
    Err(Fault::connection("the server did not say that the refresh was stopped")
        .hint("it was not committed: the server takes it back when it notices that the connection is gone"))
}

/// The fault with the view's name, and with who was in the way of a lock.
async fn told(work: &Work<'_>, fault: Fault, view: &View, way: Way, lock_timeout_ms: u32) -> Fault {
    let title = view.title();
    if fault.kind == Kind::Interrupted {
        return fault;
    }
    if fault.is("55P03") {
        let envelope = work.reader.envelope_of(&work.bindings);
        let holders = watch::holders(&work.reader, &envelope, &[(view, way)]).await.unwrap_or_default();
        return watch::locked_out(fault, &title, lock_timeout_ms, &holders);
    }
    let message = format!("{title} is as it was: {}", fault.message);
    let is_duplicate = ["21000", "23505"].iter().any(|code| fault.is(code));
    let hint = is_duplicate.then(|| "its query gives rows that its unique index forbids: look at both".to_owned());
    Fault { message, hint: fault.hint.or(hint), ..fault }
}

/// What reads a refreshed view and was not refreshed after it. What cannot be read any more is not told.
async fn closing_notes(work: &Work<'_>, receipt: &Receipt) -> Vec<String> {
    let done = |row: &&PlanRow| row.action == "refresh";
    let oids: HashSet<&str> = receipt.rows.iter().filter(done).filter_map(|row| row.seen_of("oid")).collect();
    let mut notes = vec![took(work)];
    let views = views::read(&work.reader, &work.reader.envelope_of(&work.bindings), false).await.unwrap_or_default();
    let behind = views::downstream(&views, &oids).into_iter().filter(|view| !oids.contains(view.oid.as_str()));
    let behind: Vec<String> = behind.map(View::title).collect();
    if !behind.is_empty() {
        notes.push(format!("reads what was refreshed and is behind it now: {}", behind.join(", ")));
    }
    notes
}

fn took(work: &Work<'_>) -> String {
    format!("took {} in all", duration(work.begun.elapsed().as_secs_f64() * 1000.0))
}

async fn is_stopped(work: &Work<'_>) -> bool {
    tokio::time::timeout(Duration::ZERO, work.stop.stopped()).await.is_ok()
}

fn stopped() -> Fault {
    Fault::new(Kind::Interrupted, "stopped")
}
