//! Where a record is: an id, an e-mail, a phone number or a name looked up by index in every recognised table, live and deleted,
//! and in the audit trail. It never reads a big table row by row unless it is asked to.

mod around;
mod gone;
mod guard;
mod hit;
mod kin;
mod says;
mod standing;
mod text;
mod trail;
mod way;
mod words;

use super::local::Locals;
use super::reader::Reader;
use super::stop::Stop;
use super::survey::{self, Bindings};
use super::{Inner, OnProgress, pool};
use crate::catalog::Library;
use crate::db::Envelope;
use crate::model::request::{Find, Progress, Scope};
use crate::model::{Fault, Kind};
use gone::Gone;
use guard::{Answer, Guard, Piece};
use hit::{Gap, Hit};
use serde_json::Value;
use standing::Place;
use std::collections::{BTreeSet, HashMap};
use std::time::Instant;
use trail::Trail;
use way::{Probe, Way};

/// Characters a person looks for at most.
const LONGEST: usize = 300;
/// What reads by index is done long before.
const PATIENCE_MS: u32 = 5000;
/// A table somebody else has locked is left out soon.
const LOCKED_MS: u32 = 500;
/// Rows found that are told of in full.
const TOLD: usize = 30;

/// What a search brought: the rows of the pane, and what to know about it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Found {
    pub rows: Value,
    pub notes: Vec<String>,
}

/// All that is known at the end of a search.
#[derive(Default)]
struct Known {
    /// Who asks, as the database knows them.
    role: String,
    hits: Vec<Hit>,
    gone: Vec<Gone>,
    gaps: Vec<Gap>,
    /// Places that were asked for the text in some way.
    searched: BTreeSet<usize>,
    /// Places with more hits than are kept.
    cut: BTreeSet<usize>,
    /// What could not be asked, and why.
    silent: BTreeSet<String>,
    /// Why a system that stands here was not looked at.
    closed: Option<String>,
    /// Names of tenants, by the place of their table and key.
    tenants: HashMap<(usize, String), String>,
}

/// Looks for a text. Fails with a usage fault where there is nothing to look for.
pub(super) async fn found(
    inner: &Inner,
    library: &Library,
    find: &Find,
    scope: Option<&Scope>,
    stop: &Stop,
    progress: OnProgress<'_>,
) -> Result<Found, Fault> {
    let text = wanted(&find.text)?;
    loop {
        let (session, used) = inner.pool.take().await?;
        let locals = Locals::default();
        let reader = inner.reader(&session, library, &locals, progress);
        let result = pool::until_stopped(&session, stop, search(&reader, &text, find.scan, scope)).await;
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

/// The text as it is looked for.
fn wanted(text: &str) -> Result<String, Fault> {
    let text: String = text.trim().chars().filter(|c| *c != '\0').collect();
    if text.is_empty() {
        return Err(Fault::usage("find: nothing to look for").hint("write an id, an e-mail, a phone number or a name"));
    }
    let length = text.chars().count();
    if length > LONGEST {
        return Err(Fault::usage(format!("find: {length} characters are no name; at most {LONGEST}")));
    }
    Ok(text)
}

async fn search(reader: &Reader<'_>, text: &str, scan: bool, scope: Option<&Scope>) -> Result<Found, Fault> {
    let begun = Instant::now();
    let bindings = reader.bindings().await?;
    (reader.progress)(Progress::Running);
    let envelope = envelope(reader, &bindings, scan);
    let (answer, failed) = standing::ask(reader, &envelope, &bindings).await?;
    let places = standing::read(&bindings, &answer);
    let mut small: HashMap<String, bool> = HashMap::new();
    for place in &places {
        *small.entry(place.spec.name.clone()).or_insert(true) &= place.is_small();
    }
    let guard = Guard { reader, envelope: &envelope, small, scan };
    let mut known = look_up(&guard, &places, &bindings, text).await?;
    around::ask(&guard, &places, &bindings, &mut known).await?;
    around::name(&guard, &places, &bindings, &mut known, scope).await?;
    known.silent.extend(failed);
    let closed = bindings.survey.closed.iter();
    let closed: Vec<String> = closed
        .map(|(source, remedy)| {
            format!("schema {} is here, but {} lacks USAGE on it ({remedy})", source.schema, bindings.survey.facts.user)
        })
        .collect();
    known.closed = closed.first().cloned();
    known.silent.extend(closed.into_iter().filter(|_| !places.is_empty()));
    known.role.clone_from(&bindings.survey.facts.user);
    let ms = begun.elapsed().as_millis();
    Ok(says::found(&places, &known, text, scope, scan, ms))
}

/// Names in full; the extensions' operators are found by name.
fn envelope(reader: &Reader<'_>, bindings: &Bindings, scan: bool) -> Envelope {
    let search_path = survey::search_path("pg_catalog", &bindings.survey.facts);
    let own = reader.envelope_of(bindings);
    let at_most = |own: u32, most: u32| if own == 0 { most } else { own.min(most) };
    let statement_timeout_ms =
        if scan { own.statement_timeout_ms } else { at_most(own.statement_timeout_ms, PATIENCE_MS) };
    Envelope { search_path, statement_timeout_ms, lock_timeout_ms: at_most(own.lock_timeout_ms, LOCKED_MS), ..own }
}

/// Every row that has the text, in the tables and in the trails.
async fn look_up(guard: &Guard<'_>, places: &[Place<'_>], bindings: &Bindings, text: &str) -> Result<Known, Fault> {
    let probes = Probe::all(places, text, guard.scan);
    let trails: Vec<Trail<'_>> = trails(places, bindings);
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    for probe in &probes {
        let place = &places[probe.place];
        pieces.push(Box::new(move |statement, alias| probe.write(place, text, statement, alias)));
    }
    let mut asked = Vec::new();
    for (n, trail) in trails.iter().enumerate() {
        for (by_key, piece) in [(true, trail.by_key(text)), (false, trail.by_text(text))] {
            if let Some(piece) = piece {
                asked.push((n, by_key));
                pieces.push(piece);
            }
        }
    }
    let verdicts = guard.allows(&pieces).await?;
    let chosen = chosen(&probes, &verdicts, pieces.len());
    let answers = guard.run(&pieces, &chosen).await?;
    let mut known = Known::default();
    for (n, probe) in probes.iter().enumerate() {
        if matches!(answers.get(&n), Some(Answer::Rows(_))) {
            known.searched.insert(probe.place);
        }
        if let Some(answer) = answers.get(&n)
            && hit::add(&mut known.hits, probe, answer.rows())
        {
            known.cut.insert(probe.place);
        }
    }
    known.gaps = gaps(places, &probes, &verdicts, &answers);
    for (at, (trail, by_key)) in asked.iter().enumerate() {
        let (n, trail) = (probes.len() + at, &trails[*trail]);
        let answer = verdicts[n].as_ref().err().or(answers.get(&n));
        match answer.map(|answer| (answer.rows(), answer.why())) {
            Some((_, Some(why))) => {
                let what = if *by_key { "" } else { " by text" };
                known.silent.insert(format!("the audit trail {}{what} ({why})", trail.table.shown()));
            }
            Some((rows, None)) => known.gone.extend(trail.gone(rows)),
            None => {}
        }
    }
    let is_there = |gone: &Gone| known.hits.iter().any(|hit| hit.place == gone.place && hit.key == [gone.key.clone()]);
    known.gone = known.gone.iter().filter(|gone| !is_there(gone)).cloned().collect();
    Ok(known)
}

fn trails<'a>(places: &'a [Place<'a>], bindings: &Bindings) -> Vec<Trail<'a>> {
    bindings.systems.iter().filter_map(|(source, system)| Trail::of(places, &system.name, &source.schema)).collect()
}

/// Row by row instead of all other ways where that reads little; else those that have an index.
fn chosen(probes: &[Probe], verdicts: &[Result<(), Answer>], count: usize) -> Vec<usize> {
    let whole: BTreeSet<_> = (0..probes.len())
        .filter(|n| probes[*n].way == Way::Contains && verdicts[*n].is_ok())
        .map(|n| (probes[n].place, probes[n].side as u8))
        .collect();
    let needed = |n: &usize| match probes.get(*n) {
        Some(probe) => match probe.way {
            // Words are found that are not written as the text is.
            Way::Key(_) | Way::Contains | Way::Words(_) => true,
            _ => !whole.contains(&(probe.place, probe.side as u8)),
        },
        None => true,
    };
    (0..count).filter(|n| verdicts[*n].is_ok()).filter(needed).collect()
}

/// What was not compared, by table and side.
fn gaps(
    places: &[Place<'_>],
    probes: &[Probe],
    verdicts: &[Result<(), Answer>],
    answers: &HashMap<usize, Answer>,
) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let asked = places.iter().enumerate().filter(|(_, place)| place.is_readable());
    for (at, place, side) in asked.flat_map(|(at, place)| way::sides(place).iter().map(move |side| (at, place, *side)))
    {
        let same = |n: &usize| probes[*n].place == at && probes[*n].side == side;
        let own: Vec<usize> = (0..probes.len()).filter(same).collect();
        let is_answered = |n: &&usize| verdicts[**n].is_ok() && matches!(answers.get(n), Some(Answer::Rows(_)));
        let covered: BTreeSet<&str> = own.iter().filter(is_answered).flat_map(|n| probes[*n].covers(place)).collect();
        let columns: Vec<String> = place
            .searched()
            .filter(|column| !covered.contains(column.name.as_str()))
            .map(|column| column.name.clone())
            .collect();
        let failed = own.iter().find_map(|n| match (&verdicts[*n], answers.get(n)) {
            (Err(Answer::Failed(why)), _) | (_, Some(Answer::Failed(why))) => Some(why.clone()),
            _ => None,
        });
        if !columns.is_empty() {
            let words = own.iter().filter(is_answered).any(|n| matches!(probes[*n].way, Way::Words(_)));
            gaps.push(Gap { place: at, side, columns, words, failed });
        }
    }
    gaps
}
