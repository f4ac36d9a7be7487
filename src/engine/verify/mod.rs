//! The verification suite: many checks on a few sessions, each its own bounded read. It must not know a face.

mod answer;
mod ask;
mod hand;
mod plant;
mod script;
mod task;
pub(super) mod told;
mod trial;
mod whole;

pub use plant::Planted;
pub use trial::Tried;
pub(super) use trial::try_check;

use super::local::Locals;
use super::stop::Stop;
use super::told::known;
use super::{Inner, OnProgress};
use crate::catalog::Library;
use crate::catalog::local::Local;
use crate::model::Fault;
use crate::model::finding::{About, CheckRun, Finding, Selection, Status, Verification};
use crate::model::request::Progress;
use answer::{Judged, judge};
use futures::future::join_all;
use hand::{Ground, Hand};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;
use task::{Lot, Task};

/// Sessions that run checks at once.
const HANDS: usize = 4;

/// Runs the chosen checks.
pub(super) async fn run(
    inner: &Inner,
    library: &Library,
    selection: &Selection,
    stop: &Stop,
    progress: OnProgress<'_>,
) -> Result<Verification, Fault> {
    ran(Ground { inner, library, stop, progress }, selection, None).await
}

/// Runs the chosen checks; where a reason is given, those that read tables are skipped with it.
async fn ran(ground: Ground<'_>, selection: &Selection, no_data: Option<&str>) -> Result<Verification, Fault> {
    let begun = Instant::now();
    let Ground { inner, library, .. } = ground;
    let mut first = Hand::new(ground);
    let bindings = first.bindings().await?;
    let facts = &bindings.survey.facts;
    let envelope = super::Envelope { time_zone: facts.time_zone.clone(), ..inner.envelope.clone() };
    let mut lots = task::chosen(library, &bindings, &envelope, selection)?;
    if let Some(reason) = no_data {
        hold_back(&mut lots, reason);
    }
    whole::settle(&mut first, &mut lots, &envelope, &facts.user).await?;
    let (tasks, mut runs) = parted(lots);
    let locals = locals(ground, &tasks).await?;
    let judged = Round::new(&tasks, &locals, u32::try_from(runs.len()).unwrap_or(0)).go(ground, first).await?;
    let taken_at = judged.iter().filter_map(|judged| judged.taken_at.clone()).min();
    let taken_at = taken_at.unwrap_or_else(super::clock::now);
    let mut verification = Verification { taken_at, ..Verification::default() };
    for Judged { run, findings, notes, .. } in judged {
        runs.push(run);
        verification.findings.extend(findings);
        verification.notes.extend(notes);
    }
    runs.sort_by(|a, b| a.id.cmp(&b.id));
    verification.notes.sort();
    verification.checks = runs;
    verification.findings.sort_by(most_urgent_first);
    verification.ms = begun.elapsed().as_secs_f64() * 1000.0;
    Ok(verification)
}

fn hold_back(lots: &mut [Lot], reason: &str) {
    for lot in lots {
        if let Lot::Run(task) = lot
            && task.spec.about == About::Data
        {
            *lot = Lot::Settled(task.run(Status::Skipped, Some(reason.to_owned()), 0.0));
        }
    }
}

/// What is to be run, and what is settled already.
fn parted(lots: Vec<Lot>) -> (Vec<Task>, Vec<CheckRun>) {
    let mut tasks = Vec::new();
    let mut runs = Vec::new();
    for lot in lots {
        match lot {
            Lot::Run(task) => tasks.push(task),
            Lot::Settled(run) => runs.push(run),
        }
    }
    // What the server does is looked at first, before our own reads are part of it; then what takes longest.
    tasks.sort_by_key(|task| match task.spec.about {
        About::State => 0,
        About::Data => 1,
        About::Schema => 2,
    });
    (tasks, runs)
}

fn most_urgent_first(a: &Finding, b: &Finding) -> std::cmp::Ordering {
    let weight = b.weight.total_cmp(&a.weight);
    b.severity.cmp(&a.severity).then(weight).then(a.check.cmp(&b.check)).then(a.object.cmp(&b.object))
}

/// The rows of every local relation a check asks for. A check is not told of checks.
async fn locals(ground: Ground<'_>, tasks: &[Task]) -> Result<Locals, Fault> {
    let asked: BTreeSet<Local> = tasks.iter().flat_map(|task| task.spec.local.iter().copied()).collect();
    let mut locals = Locals::default();
    for local in asked {
        let rows = known(ground.inner, ground.library, local, ground.stop, ground.progress).await?;
        locals.set(local, rows.to_string());
    }
    Ok(locals)
}

/// The tasks of one run, taken one after the other by whoever is free.
struct Round<'a> {
    tasks: &'a [Task],
    locals: &'a Locals,
    next: AtomicUsize,
    done: AtomicU32,
    settled: u32,
    judged: Vec<Mutex<Option<Judged>>>,
}

impl<'a> Round<'a> {
    fn new(tasks: &'a [Task], locals: &'a Locals, settled: u32) -> Self {
        let judged = tasks.iter().map(|_| Mutex::default()).collect();
        Self { tasks, locals, next: AtomicUsize::default(), done: AtomicU32::new(settled), settled, judged }
    }

    async fn go(self, ground: Ground<'_>, first: Hand<'_>) -> Result<Vec<Judged>, Fault> {
        self.tell(ground, 0);
        let more = HANDS.min(self.tasks.len()).saturating_sub(1);
        let others = (0..more).map(|_| self.help(ground));
        let (ended, others) = futures::join!(self.work(ground, first), join_all(others));
        ended?;
        others.into_iter().collect::<Result<Vec<()>, Fault>>()?;
        let judged = self.judged.into_iter();
        Ok(judged.filter_map(|judged| judged.into_inner().unwrap_or_else(PoisonError::into_inner)).collect())
    }

    /// One more session, where the server has one to give; without it the others do the work.
    async fn help(&self, ground: Ground<'_>) -> Result<(), Fault> {
        let mut hand = Hand::new(ground);
        match hand.hold().await {
            Ok(()) => self.work(ground, hand).await,
            Err(_) => Ok(()),
        }
    }

    async fn work(&self, ground: Ground<'_>, mut hand: Hand<'_>) -> Result<(), Fault> {
        while let Some((task, place)) = self.take() {
            let statement = ask::statement(&task.spec, &[], self.locals);
            let begun = Instant::now();
            let answer = hand.ask(&task.id, &task.envelope, &statement).await?;
            if answer.as_ref().is_err_and(is_outdated) {
                // Tables have gone since the survey; the next request looks anew.
                ground.inner.cache.clear();
            }
            let judged = judge(task, answer, begun.elapsed().as_secs_f64() * 1000.0);
            *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(judged);
            self.tell(ground, 1);
        }
        hand.let_go();
        Ok(())
    }

    fn take(&self) -> Option<(&'a Task, &Mutex<Option<Judged>>)> {
        let at = self.next.fetch_add(1, Ordering::SeqCst);
        Some((self.tasks.get(at)?, self.judged.get(at)?))
    }

    fn tell(&self, ground: Ground<'_>, more: u32) {
        let done = self.done.fetch_add(more, Ordering::SeqCst) + more;
        let of = self.settled + u32::try_from(self.tasks.len()).unwrap_or(u32::MAX - self.settled);
        (ground.progress)(Progress::Checks { done, of });
    }
}

fn is_outdated(fault: &Fault) -> bool {
    fault.is("42P01") || fault.is("3F000")
}
