//! Operations: planned on a read, carried out as planned on a session of their own, recorded in the journal
//! (DESIGN §2, §5). What each one does stands in a module of its own; it must not know a face.

mod delete;
mod rebuild;
mod refresh;
mod restore;
mod signal;
mod stopping;
mod undo;
mod unended;

pub(super) use restore::{Asking, Ground, Relation, Table, json_place, place};
pub(super) use unended::look_back;

use super::journal::{Entry, Event, Journal, Whose};
use super::local::Locals;
use super::reader::Reader;
use super::stop::Stop;
use super::survey::Bindings;
use super::{Inner, OnProgress, pool, systems};
use crate::catalog::Library;
use crate::db::{Change, Envelope, Session, Unended};
use crate::model::operation::{HANDED_OVER, Intent, Plan, Receipt};
use crate::model::{Fault, Kind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

/// The plan of an intent. Changes nothing.
pub(super) async fn plan(
    inner: &Inner,
    library: &Library,
    intent: Intent,
    stop: &Stop,
    progress: OnProgress<'_>,
) -> Result<Plan, Fault> {
    if matches!(intent, Intent::Install(_) | Intent::Uninstall(_)) {
        return systems::plan(&inner.target, library, intent).await;
    }
    let (session, _) = inner.pool.take().await?;
    let locals = Locals::default();
    let reader = inner.reader(&session, library, &locals, progress);
    let result = pool::until_stopped(&session, stop, planned(&reader, inner, intent)).await;
    if !matches!(&result, Err(fault) if fault.kind == Kind::Interrupted) {
        inner.pool.give_back(session);
    }
    result
}

async fn planned(reader: &Reader<'_>, inner: &Inner, intent: Intent) -> Result<Plan, Fault> {
    let bindings = reader.bindings().await?;
    let whose = whose(inner, reader, &bindings).await?;
    match intent {
        Intent::Restore(restore) => restore::plan(reader, &bindings, restore).await,
        Intent::Delete(delete) => delete::plan(reader, &bindings, delete).await,
        Intent::Rebuild(row) => rebuild::plan(reader, &bindings, row).await,
        Intent::Undo(undo) => undo::plan(reader, &bindings, &inner.journal, &whose, undo).await,
        Intent::Refresh { views, mode } => refresh::plan(reader, &bindings, &inner.journal, &whose, views, mode).await,
        Intent::Signal { pid, started, terminate } => signal::plan(reader, &bindings, pid, started, terminate).await,
        Intent::Install(_) | Intent::Uninstall(_) => Err(Fault::usage("a system is installed on a session of its own")),
    }
}

/// Carries a plan out to its end, whatever becomes of the face that asked.
pub(super) async fn perform(
    inner: &Inner,
    library: &Library,
    plan: Plan,
    stop: &Stop,
    progress: OnProgress<'_>,
) -> Result<Receipt, Fault> {
    if let Some(reason) = &plan.refused {
        return Err(Fault::new(Kind::Refused, format!("nothing has been changed: {reason}")));
    }
    if let Some(receipt) = refresh::idle(&plan) {
        return Ok(receipt);
    }
    let session = Session::open(&inner.target).await?;
    let locals = Locals::default();
    let reader = inner.reader(&session, library, &locals, progress);
    let bindings = reader.bindings().await?;
    let whose = whose(inner, &reader, &bindings).await?;
    let id = operation_id(&reader).await?;
    let operation = plan.operation.clone();
    let journal = &inner.journal;
    let work = Work { inner, reader, bindings, journal, whose, id, operation, stop, begun: Instant::now() };
    work.record(Event::Intent, |entry| entry.plan = Some(plan.clone()))?;
    let result = work.carry_out(library, &plan).await;
    work.close(result)
}

/// An operation being carried out.
pub(super) struct Work<'a> {
    pub inner: &'a Inner,
    pub reader: Reader<'a>,
    pub bindings: Arc<Bindings>,
    pub journal: &'a Journal,
    pub whose: Whose,
    /// The operation's id, in the journal and in the audit row.
    pub id: String,
    /// The operation's name.
    pub operation: String,
    pub stop: &'a Stop,
    pub begun: Instant,
}

impl Work<'_> {
    async fn carry_out(&self, library: &Library, plan: &Plan) -> Result<Receipt, Fault> {
        match &plan.intent {
            Intent::Install(_) | Intent::Uninstall(_) => {
                systems::perform(&self.inner.target, library, &plan.intent).await
            }
            Intent::Restore(restore) => restore::perform(self, plan, restore).await,
            Intent::Delete(delete) => delete::perform(self, plan, delete).await,
            Intent::Rebuild(_) => Err(Fault::new(Kind::Refused, HANDED_OVER)),
            Intent::Undo(undo) => undo::perform(self, plan, undo).await,
            Intent::Refresh { .. } => refresh::perform(self, plan).await,
            Intent::Signal { .. } => signal::perform(self, plan).await,
        }
    }

    /// Begins the write transaction: names in full, short waits for locks.
    pub async fn begin(&self, envelope: &Envelope) -> Result<Change<'_>, Fault> {
        self.reader.session.begin(envelope).await
    }

    /// Runs one statement of the change, noted in the command log.
    pub async fn run(
        &self,
        change: &Change<'_>,
        sql: &str,
        params: &[Option<String>],
    ) -> Result<Vec<Vec<Option<String>>>, Fault> {
        let begun = Instant::now();
        let answer = change.run(sql, params).await;
        let rows = answer.as_ref().map(Vec::len).map_err(|fault| fault.message.as_str());
        self.inner.commands.note(self.whose_operation(), sql, begun.elapsed(), rows);
        answer
    }

    fn whose_operation(&self) -> &str {
        &self.id
    }

    /// Commits. A commit without an answer is a fault of kind in doubt.
    pub async fn commit(&self, change: Change<'_>) -> Result<(), Fault> {
        change.commit().await.map_err(|unended| match unended {
            Unended::RolledBack(fault) => fault,
            Unended::InDoubt(fault) => Fault { kind: Kind::InDoubt, ..fault },
        })
    }

    /// A receipt of this operation that says done.
    pub fn receipt(&self, plan: &Plan) -> Receipt {
        let facts = &self.bindings.survey.facts;
        Receipt {
            counts: plan.counts.clone(),
            sql: plan.sql.clone(),
            place: Some(format!("{} on {}", facts.database, self.inner.target.host_label())),
            role: Some(facts.user.clone()),
            stale: plan.stale.clone(),
            ..Receipt::done(&plan.operation, &self.id)
        }
    }

    fn record(&self, event: Event, fill: impl FnOnce(&mut Entry)) -> Result<(), Fault> {
        let mut entry = Entry::new(&self.id, event, &self.whose, &self.operation);
        fill(&mut entry);
        self.journal.write(&entry)
    }

    /// Writes how it ended. A journal that cannot be written any more does not change what happened: the receipt says so.
    fn close(&self, result: Result<Receipt, Fault>) -> Result<Receipt, Fault> {
        let alone = self.inner.alone.load(Ordering::SeqCst);
        match result {
            Ok(mut receipt) => {
                receipt.id.clone_from(&self.id);
                let written = self.record(Event::of(receipt.ending), |entry| {
                    entry.receipt = Some(receipt.clone());
                    entry.alone = alone;
                });
                receipt.notes.extend(written.err().map(|fault| fault.message));
                Ok(receipt)
            }
            Err(fault) => {
                let event = if fault.kind == Kind::InDoubt { Event::InDoubt } else { Event::RolledBack };
                // The fault itself is what matters now.
                let _ = self.record(event, |entry| {
                    entry.reason = Some(fault.to_string());
                    entry.alone = alone;
                });
                Err(fault)
            }
        }
    }
}

/// Whose database this is. Asked once: the answer is kept with what the survey found.
pub(super) async fn whose(inner: &Inner, reader: &Reader<'_>, bindings: &Bindings) -> Result<Whose, Fault> {
    let system_identifier = match reader.cache.cluster() {
        Some(kept) => kept,
        None => {
            let found = cluster(reader, bindings).await?;
            reader.cache.keep_cluster(found.clone());
            found
        }
    };
    let facts = &bindings.survey.facts;
    let server = inner.target.host_label();
    Ok(Whose { system_identifier, database: facts.database.clone(), role: facts.user.clone(), server })
}

/// The cluster's own number; None where the role may not ask for it.
async fn cluster(reader: &Reader<'_>, bindings: &Bindings) -> Result<Option<String>, Fault> {
    let envelope = reader.envelope_of(bindings);
    let sql = "SELECT system_identifier::text FROM pg_catalog.pg_control_system()";
    match reader.ask("journal", &envelope, sql, &[]).await {
        Ok(answer) => Ok(answer.rows.into_iter().next().and_then(|row| row.into_iter().next()).flatten()),
        Err(fault) if fault.is("42501") => Ok(None),
        Err(fault) => Err(fault),
    }
}

async fn operation_id(reader: &Reader<'_>) -> Result<String, Fault> {
    // Version 7 (RFC 9562, 5.7): it begins with the server's time, by which an index of an audit table finds it.
    let sql = "SELECT (pg_catalog.lpad(pg_catalog.to_hex((EXTRACT(EPOCH FROM pg_catalog.clock_timestamp()) * 1000)::bigint), 12, '0') \
               || '7' || pg_catalog.substr(pg_catalog.replace(pg_catalog.gen_random_uuid()::text, '-', ''), 14))::uuid::text";
    let answer = reader.ask("journal", reader.envelope, sql, &[]).await?;
    let id = answer.rows.into_iter().next().and_then(|row| row.into_iter().next()).flatten();
    id.ok_or_else(|| Fault::query("the server gave no operation id"))
}
