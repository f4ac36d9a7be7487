//! Cancelling what a backend runs, or ending its session: the backend that was seen, and no other that has its number now.

use super::super::reader::Reader;
use super::super::survey::Bindings;
use super::Work;
use crate::db::quote::{identifier, literal};
use crate::model::deck::Facts;
use crate::model::operation::{Intent, Plan, PlanRow, Receipt};
use crate::model::{Fault, Kind};
use std::time::{Duration, Instant};

const BACKEND: &str = include_str!("../sql/backend.sql");
/// How long the backend may take to obey before the receipt says that it has not.
const PATIENCE: Duration = Duration::from_secs(2);

/// Which backend, and what it does at the moment.
pub(super) async fn plan(
    reader: &Reader<'_>,
    bindings: &Bindings,
    pid: i32,
    started: Option<String>,
    terminate: bool,
) -> Result<Plan, Fault> {
    let params = [Some(pid.to_string()), started.clone()];
    let answer = reader.ask("signal", &reader.envelope_of(bindings), BACKEND, &params).await?;
    let mut plan = Plan::of(Intent::Signal { pid, started: started.clone(), terminate });
    let Some(row) = answer.rows.into_iter().next() else {
        plan.refused = Some(format!("no backend has the process id {pid}; it may have ended"));
        return Ok(plan);
    };
    let backend = Backend::read(pid, row);
    plan.rows.push(backend.planned(&plan.operation));
    plan.sql.push(backend.statement(terminate));
    plan.notes = backend.notes(terminate);
    plan.refused = backend.refusal(&bindings.survey.facts, started.is_some(), terminate);
    Ok(plan)
}

/// What the server tells of a backend; much of it is hidden from a plain role.
struct Backend {
    pid: i32,
    started: Option<String>,
    kind: Option<String>,
    user: Option<String>,
    database: Option<String>,
    application: Option<String>,
    address: Option<String>,
    state: Option<String>,
    since: Option<String>,
    query: Option<String>,
    leader: Option<String>,
    is_ours: bool,
    /// The current role has the rights of the backend's.
    is_member: bool,
    is_superusers: bool,
    waiting: Option<String>,
    /// It is the one that was seen; None where that cannot be told.
    is_same: Option<bool>,
}

impl Backend {
    fn read(pid: i32, row: Vec<Option<String>>) -> Self {
        let mut cells = row.into_iter();
        let mut next = || cells.next().flatten();
        let (started, kind, user, database) = (next(), next(), next(), next());
        let (application, address, state, since, query) = (next(), next(), next(), next(), next());
        let leader = next();
        let mut is_true = || next().map(|text| text == "true");
        let (is_ours, is_member, is_superusers) = (is_true(), is_true(), is_true());
        let waiting = next();
        Self {
            pid,
            started,
            kind,
            user,
            database,
            application,
            address,
            state,
            since,
            query,
            leader,
            is_ours: is_ours == Some(true),
            is_member: is_member == Some(true),
            is_superusers: is_superusers == Some(true),
            waiting,
            is_same: next().map(|text| text == "true"),
        }
    }

    fn planned(&self, operation: &str) -> PlanRow {
        let word = |text: &Option<String>| text.clone().unwrap_or_default();
        let who = match (&self.user, &self.database) {
            (Some(user), Some(database)) => format!("{user}@{database}"),
            _ => word(&self.kind),
        };
        let from: Vec<&str> = [&self.application, &self.address].into_iter().flatten().map(String::as_str).collect();
        let from = if from.is_empty() { String::new() } else { format!(" ({})", from.join(", ")) };
        let since = self.since.as_ref().map(|since| format!(" since {since}")).unwrap_or_default();
        let state = self.state.as_deref().unwrap_or("what it does is hidden from this role");
        PlanRow {
            table: format!("pid {}", self.pid),
            action: operation.to_owned(),
            reason: Some(format!("{state}{since}: {}", word(&self.query))),
            label: Some(format!("{who}{from}")),
            seen: vec![("pid".into(), Some(self.pid.to_string())), ("backend_start".into(), self.started.clone())],
            ..PlanRow::default()
        }
    }

    fn statement(&self, terminate: bool) -> String {
        let guard = match &self.started {
            Some(started) => format!("\n  AND backend_start = {}", literal(started)),
            None => String::new(),
        };
        let function = function(terminate);
        format!("SELECT {function}(pid)\nFROM pg_catalog.pg_stat_activity\nWHERE pid = {}{guard}", self.pid)
    }

    fn notes(&self, terminate: bool) -> Vec<String> {
        let mut notes = Vec::new();
        if let Some(waiting) = &self.waiting {
            notes.push(format!("waiting for it, directly or behind another: {waiting}"));
        }
        if terminate {
            notes.push(
                "its session ends and its transaction is rolled back; the application sees a lost connection".into(),
            );
        } else {
            notes.push("what it runs fails and its transaction is rolled back; the session goes on".into());
        }
        if self.started.is_none() {
            let what = "when this backend began is hidden from this role (pg_read_all_stats shows it)";
            notes.push(format!("{what}: were it to end now and another got its number, that one would be hit"));
        }
        notes
    }

    fn refusal(&self, facts: &Facts, was_seen: bool, terminate: bool) -> Option<String> {
        let pid = self.pid;
        let user = identifier(&facts.user);
        match self.is_same {
            Some(false) => return Some(format!("pid {pid} is another backend now: the one that was seen has ended")),
            None if was_seen => {
                return Some(format!(
                    "whether pid {pid} still is the backend that was seen is hidden from this role \
                     (GRANT pg_read_all_stats TO {user})"
                ));
            }
            _ => {}
        }
        if self.is_ours {
            return Some(format!("pid {pid} is pgdeck's own session"));
        }
        self.wrong_kind(terminate).or_else(|| self.not_allowed(facts, &user)).or_else(|| self.nothing_runs(terminate))
    }

    fn wrong_kind(&self, terminate: bool) -> Option<String> {
        let pid = self.pid;
        // Hidden from a plain role: the server itself then says what it is not.
        let kind = self.kind.as_deref()?;
        match (kind, terminate) {
            ("client backend", _) | ("autovacuum worker", false) => None,
            ("parallel worker", _) => {
                let leader = self.leader.as_deref().unwrap_or("its leader");
                Some(format!("pid {pid} works for pid {leader}: {} that one", if terminate { "end" } else { "cancel" }))
            }
            ("autovacuum worker", true) => {
                Some(format!("pid {pid} is an autovacuum worker: cancel it; ending it changes nothing more"))
            }
            _ => Some(format!("pid {pid} is no session but the server's {kind}")),
        }
    }

    /// The server's own rule, so that a person learns of it before (and which GRANT helps).
    fn not_allowed(&self, facts: &Facts, user: &str) -> Option<String> {
        let has = |role: &str| facts.roles.iter().any(|own| own == role);
        if facts.superuser {
            return None;
        }
        let pid = self.pid;
        if self.kind.as_deref() == Some("autovacuum worker") || (self.kind.is_none() && self.user.is_none()) {
            return match (has("pg_signal_autovacuum_worker"), facts.major() >= 18) {
                (true, _) => None,
                (_, true) => Some(format!(
                    "pid {pid} is an autovacuum worker: needs GRANT pg_signal_autovacuum_worker TO {user}"
                )),
                _ => Some(format!("pid {pid} is an autovacuum worker: only a superuser may cancel it")),
            };
        }
        if self.is_superusers {
            return Some(format!("pid {pid} is a superuser's session: only a superuser may signal it"));
        }
        let other = self.user.as_deref().unwrap_or("another role");
        (!self.is_member && !has("pg_signal_backend")).then(|| {
            format!("pid {pid} is a session of {other}: needs GRANT pg_signal_backend TO {user}, or that role itself")
        })
    }

    fn nothing_runs(&self, terminate: bool) -> Option<String> {
        let state = self.state.as_deref().filter(|state| !terminate && state.starts_with("idle"))?;
        Some(format!("pid {} is {state}: there is nothing to cancel; pgdeck terminate {} ends it", self.pid, self.pid))
    }
}

fn function(terminate: bool) -> &'static str {
    if terminate { "pg_catalog.pg_terminate_backend" } else { "pg_catalog.pg_cancel_backend" }
}

/// Sends the signal to the backend that was seen, and to no other. The number and the start are compared in the
/// statement that sends it. A read-only transaction is enough, so that a standby's readers can be stopped too.
pub(super) async fn perform(work: &Work<'_>, plan: &Plan) -> Result<Receipt, Fault> {
    let (Intent::Signal { pid, terminate, .. }, Some(row)) = (&plan.intent, plan.rows.first()) else {
        return Err(Fault::usage("the plan names no backend"));
    };
    let started = row.seen_of("backend_start").map(str::to_owned);
    let sql = format!(
        "SELECT {}(a.pid)::text, a.query_start::text\nFROM pg_catalog.pg_stat_activity AS a\n\
         WHERE a.pid = $1::text::pg_catalog.int4 AND a.pid <> pg_catalog.pg_backend_pid()\n  \
         AND a.backend_start IS NOT DISTINCT FROM $2::text::pg_catalog.timestamptz",
        function(*terminate)
    );
    let params = [Some(pid.to_string()), started];
    let envelope = work.reader.envelope_of(&work.bindings);
    let answer = work.reader.ask(&plan.operation, &envelope, &sql, &params).await.map_err(unheard)?;
    let signalled = answer.rows.into_iter().next();
    let Some(signalled) = signalled else {
        return Err(Fault::new(Kind::Refused, format!("pid {pid} is not the backend that was seen: it has ended"))
            .hint("look again who blocks: nothing was signalled"));
    };
    if signalled.first().cloned().flatten().as_deref() != Some("true") {
        return Err(Fault::query(format!("the server could not signal pid {pid}")).hint("it may have ended just now"));
    }
    let before = signalled.into_iter().nth(1).flatten();
    let outcome = obeyed(work, &params, before, *terminate).await;
    let outcome = outcome.unwrap_or_else(|fault| format!("the signal was sent; what came of it is not known: {fault}"));
    let mut receipt = work.receipt(plan);
    receipt.notes.push(format!("pid {pid}: {outcome}"));
    receipt.rows.push(PlanRow { reason: Some(outcome), ..row.clone() });
    Ok(receipt)
}

/// Without an answer nobody knows whether the signal was sent.
fn unheard(fault: Fault) -> Fault {
    match fault.kind {
        Kind::Connection => Fault { kind: Kind::InDoubt, ..fault },
        _ => fault,
    }
}

/// Looks until the backend has stopped, or long enough, and says which.
async fn obeyed(
    work: &Work<'_>,
    params: &[Option<String>],
    before: Option<String>,
    terminate: bool,
) -> Result<String, Fault> {
    let sql = "SELECT a.state::text, a.query_start::text\nFROM pg_catalog.pg_stat_activity AS a\n\
               WHERE a.pid = $1::text::pg_catalog.int4\n  \
               AND a.backend_start IS NOT DISTINCT FROM $2::text::pg_catalog.timestamptz";
    let envelope = work.reader.envelope_of(&work.bindings);
    let begun = Instant::now();
    let mut pause = Duration::from_millis(25);
    loop {
        let answer = work.reader.ask("signal", &envelope, sql, params).await?;
        let seconds = begun.elapsed().as_secs_f64();
        let Some(row) = answer.rows.into_iter().next() else {
            return Ok(format!("its session ended after {seconds:.1} s"));
        };
        let [state, since] = <[Option<String>; 2]>::try_from(row).unwrap_or_default();
        if !terminate && state.is_none() {
            return Ok("the signal was sent; whether it stopped is hidden from this role".into());
        }
        if !terminate && (state.as_deref() != Some("active") || since != before) {
            return Ok(format!("what it ran stopped after {seconds:.1} s"));
        }
        if begun.elapsed() >= PATIENCE {
            return Ok(format!("the signal was sent, but it has not stopped within {} s", PATIENCE.as_secs()));
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_millis(400));
    }
}
