//! Looking at a refresh from beside it: how far it is, and who stands in its way. It must not know what is done about it.

use super::super::super::reader::Reader;
use super::super::Work;
use super::mode::Way;
use super::views::View;
use crate::db::{Envelope, Session};
use crate::model::Fault;
use crate::model::request::Progress;
use serde_json::{Value, json};
use std::fmt;
use std::time::{Duration, Instant};

const HOLDERS: &str = include_str!("../../sql/holders.sql");
const PHASE: &str = include_str!("../../sql/phase.sql");

/// A session that holds a lock a refresh waits for.
#[derive(Clone, Debug)]
pub(super) struct Holder {
    pub pid: Option<String>,
    user: Option<String>,
    state: Option<String>,
    since: Option<String>,
    query: Option<String>,
    modes: String,
    relation: String,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.pid {
            Some(pid) => write!(f, "pid {pid}")?,
            None => f.write_str("a prepared transaction")?,
        }
        if let Some(user) = &self.user {
            write!(f, " of {user}")?;
        }
        write!(f, " holds {} on {}", self.modes, self.relation)?;
        if let Some(state) = &self.state {
            write!(f, ", {state}")?;
        }
        if let Some(since) = &self.since {
            write!(f, ", query since {since}")?;
        }
        match self.query.as_deref().filter(|query| !query.is_empty()) {
            Some(query) => write!(f, ": {query}"),
            None => Ok(()),
        }
    }
}

/// Who holds locks that keep these refreshes waiting; the longest first, a few.
pub(super) async fn holders(
    reader: &Reader<'_>,
    envelope: &Envelope,
    refreshes: &[(&View, Way)],
) -> Result<Vec<Holder>, Fault> {
    if refreshes.is_empty() {
        return Ok(Vec::new());
    }
    let wanted = refreshes.iter().map(|(view, way)| {
        let below: Value = serde_json::from_str(&view.below).unwrap_or_default();
        json!({ "view": view.oid, "way": way.name(), "below": below })
    });
    let params = [Some(wanted.collect::<Value>().to_string())];
    let answer = reader.ask("refresh", envelope, HOLDERS, &params).await?;
    let read = |row: Vec<Option<String>>| {
        let mut cells = row.into_iter();
        let mut next = || cells.next().flatten();
        let (pid, user, state, since, query) = (next(), next(), next(), next(), next());
        Holder {
            pid,
            user,
            state,
            since,
            query,
            modes: next().unwrap_or_default(),
            relation: next().unwrap_or_default(),
        }
    };
    Ok(answer.rows.into_iter().map(read).collect())
}

/// Says once a second how far the refresh is, until it is dropped. A second session looks at the locks of the first;
/// where there is none to be had, only the time is told.
pub(super) async fn tell(work: &Work<'_>, session: Option<&Session>, view: &View, backend: &str) {
    let begun = Instant::now();
    let progress = work.reader.progress;
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        let seconds = u32::try_from(begun.elapsed().as_secs()).unwrap_or(u32::MAX);
        let what = match session.filter(|_| seconds > 0) {
            Some(session) => phase(work, session, view, backend).await,
            None => "refreshing",
        };
        progress(Progress::Step { what, seconds });
    }
}

async fn phase(work: &Work<'_>, session: &Session, view: &View, backend: &str) -> &'static str {
    let envelope = work.reader.envelope_of(&work.bindings);
    let params = [Some(backend.to_owned()), Some(view.oid.clone())];
    let answer = session.read(&envelope, PHASE, &params).await;
    let phase = answer.ok().and_then(|answer| answer.rows.into_iter().next()?.into_iter().next()?);
    match phase.as_deref() {
        Some("waiting") => "waiting for the lock",
        Some("merging") => "merging what has changed",
        _ => "refreshing",
    }
}

/// The fault of a refresh that waited too long, with who was in the way and what to do.
pub(super) fn locked_out(fault: Fault, title: &str, lock_timeout_ms: u32, holders: &[Holder]) -> Fault {
    let seconds = f64::from(lock_timeout_ms) / 1000.0;
    let pid = holders.iter().find_map(|holder| holder.pid.as_deref());
    let hint = match pid {
        Some(pid) => format!("try again when it is done, or end it: pgdeck cancel {pid}, pgdeck terminate {pid}"),
        None => "whoever it was is done now: try again".to_owned(),
    };
    let named: Vec<String> = holders.iter().map(ToString::to_string).collect();
    let message = format!("{title} is as it was: its lock could not be had within {seconds} s");
    let fault = Fault { message, hint: Some(hint), ..fault };
    if named.is_empty() { fault } else { fault.detail(named.join("\n")) }
}
