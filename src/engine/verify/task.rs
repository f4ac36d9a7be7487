//! Which checks are run, where, and which cannot be: every check of the library in every place it is bound.
//! It must not know a session.

use crate::catalog::library::{PaneId, Variant};
use crate::catalog::{CheckSpec, Library};
use crate::db::Envelope;
use crate::engine::survey::{Bindings, search_path};
use crate::model::deck::{self, Facts};
use crate::model::finding::{About, CheckRun, Selection, Severity, Status};
use crate::model::glob::fits_name;
use crate::model::nearest::did_you_mean;
use crate::model::{Fault, PaneRef, Source};
use std::sync::Arc;

/// A check in one place.
pub struct Task {
    /// The whole name: `fk-no-index`, `crm/cnt-drift`, `crm@other/cnt-drift`.
    pub id: String,
    pub spec: Arc<CheckSpec>,
    /// The system and schema it is bound to.
    pub source: Option<Source>,
    pub envelope: Envelope,
    /// The pane that shows what it finds, where there is one.
    pub door: Option<String>,
}

/// What becomes of a check here.
pub enum Lot {
    Run(Task),
    /// It cannot be run, and this is what is said of it.
    Settled(CheckRun),
}

impl Task {
    /// What is said of it.
    pub fn run(&self, status: Status, reason: Option<String>, ms: f64) -> CheckRun {
        run(&self.id, &self.spec, status, reason, ms)
    }
}

fn run(id: &str, spec: &CheckSpec, status: Status, reason: Option<String>, ms: f64) -> CheckRun {
    CheckRun {
        id: id.to_owned(),
        title: spec.title.clone(),
        severity: spec.severity,
        category: spec.category.clone(),
        about: spec.about,
        status,
        reason,
        ms,
    }
}

/// The checks that are chosen, each in every place, by name. Fails with a usage fault where a choice fits none.
pub fn chosen(
    library: &Library,
    bindings: &Bindings,
    envelope: &Envelope,
    selection: &Selection,
) -> Result<Vec<Lot>, Fault> {
    let mut names = Vec::new();
    let mut lots = Vec::new();
    for (id, variants) in library.checks() {
        for found in places(id, bindings) {
            let source = found.map(|found| found.source.clone());
            let name = PaneRef::Library { name: id.name.clone(), source }.to_string();
            if fits(id, &name, variants, selection, bindings.survey.facts.major()) {
                lots.push(lot(&name, id, variants, found, &Place { library, bindings, envelope }));
            }
            names.push(name);
        }
    }
    match refusal(library, bindings, selection, &names, lots.is_empty()) {
        Some(fault) => Err(fault),
        None => Ok(lots),
    }
}

/// One check of the library in every place it is bound.
pub fn everywhere(library: &Library, bindings: &Bindings, envelope: &Envelope, id: &PaneId) -> Vec<Lot> {
    let place = Place { library, bindings, envelope };
    let bound = places(id, bindings).into_iter().map(|found| {
        let source = found.map(|found| found.source.clone());
        let name = PaneRef::Library { name: id.name.clone(), source }.to_string();
        lot(&name, id, library.check(id), found, &place)
    });
    bound.collect()
}

/// What a choice is bound to.
struct Place<'a> {
    library: &'a Library,
    bindings: &'a Bindings,
    envelope: &'a Envelope,
}

/// Nowhere in particular, or each schema the check's system stands in, wholly or partly.
fn places<'a>(id: &PaneId, bindings: &'a Bindings) -> Vec<Option<&'a deck::Bound>> {
    match &id.system {
        None => vec![None],
        Some(system) => {
            bindings.survey.systems.iter().filter(|found| found.source.system == *system).map(Some).collect()
        }
    }
}

fn fits(id: &PaneId, name: &str, variants: &[Variant<CheckSpec>], selection: &Selection, major: u32) -> bool {
    let named = selection.checks.is_empty() || selection.checks.iter().any(|pattern| fits_name(pattern, name));
    let owned = selection.system.is_none() || selection.system == id.system;
    // A broken file is no check of the front page, and one about anything otherwise.
    let spec = fitting(variants, major).and_then(|variant| variant.spec.as_ref().ok()).or_else(|| any(variants));
    let about = selection.only.is_empty() || spec.is_none_or(|spec| selection.only.contains(&spec.about));
    let urgent = !selection.urgent || spec.is_some_and(|spec| spec.now);
    named && owned && about && urgent
}

fn fitting(variants: &[Variant<CheckSpec>], major: u32) -> Option<&Variant<CheckSpec>> {
    variants.iter().rev().find(|variant| variant.from_major <= major)
}

fn any(variants: &[Variant<CheckSpec>]) -> Option<&Arc<CheckSpec>> {
    variants.iter().find_map(|variant| variant.spec.as_ref().ok())
}

fn lot(
    name: &str,
    id: &PaneId,
    variants: &[Variant<CheckSpec>],
    found: Option<&deck::Bound>,
    place: &Place<'_>,
) -> Lot {
    let facts = &place.bindings.survey.facts;
    let spec = match fitting(variants, facts.major()).map(|variant| &variant.spec) {
        Some(Ok(spec)) => spec,
        Some(Err(fault)) => return Lot::Settled(broken(name, fault)),
        None => {
            let lowest = variants.iter().map(|variant| variant.from_major).min().unwrap_or(0);
            let reason = format!("needs PostgreSQL {lowest}, this is {}", facts.version);
            return Lot::Settled(match any(variants) {
                Some(spec) => run(name, spec, Status::Skipped, Some(reason), 0.0),
                None => CheckRun { status: Status::Skipped, reason: Some(reason), ..broken(name, &Fault::query("")) },
            });
        }
    };
    let lacks = found.filter(|found| !found.missing.is_empty()).map(|found| {
        let Source { system, schema } = &found.source;
        format!("{system} in schema {schema} lacks {}", found.missing.join(", "))
    });
    if let Some(reason) = lacks.or_else(|| spec.needs.missing(facts)) {
        return Lot::Settled(run(name, spec, Status::Skipped, Some(reason), 0.0));
    }
    let source = found.map(|found| found.source.clone());
    Lot::Run(Task {
        id: name.to_owned(),
        door: spec.door.as_ref().map(|door| door_of(door, id, source.as_ref(), place.library)),
        envelope: Envelope { search_path: path(source.as_ref(), facts), ..place.envelope.clone() },
        spec: spec.clone(),
        source,
    })
}

/// A check whose file cannot be read has failed: nobody knows what it would have found.
fn broken(name: &str, fault: &Fault) -> CheckRun {
    CheckRun {
        id: name.to_owned(),
        title: name.to_owned(),
        severity: Severity::Error,
        category: "library".to_owned(),
        about: About::Schema,
        status: Status::Failed,
        reason: Some(fault.message.clone()),
        ms: 0.0,
    }
}

fn path(source: Option<&Source>, facts: &Facts) -> Vec<String> {
    match source {
        Some(source) => search_path(&source.schema, facts),
        None => vec!["pg_catalog".to_owned()],
    }
}

/// The name of the door: the system's own pane where it brings one of this name.
fn door_of(door: &str, id: &PaneId, source: Option<&Source>, library: &Library) -> String {
    let own = PaneId { system: id.system.clone(), name: door.to_owned() };
    let source = source.filter(|_| !library.pane(&own).is_empty()).cloned();
    PaneRef::Library { name: door.to_owned(), source }.to_string()
}

/// Why this choice is a mistake: a run that checks nothing must not pass.
fn refusal(
    library: &Library,
    bindings: &Bindings,
    selection: &Selection,
    names: &[String],
    nothing: bool,
) -> Option<Fault> {
    if let Some(system) = &selection.system {
        if let Err(fault) = library.system(system) {
            return Some(fault);
        }
        if !bindings.survey.systems.iter().any(|found| found.source.system == *system) {
            return Some(
                Fault::usage(format!("the tables of {system} are not on this database"))
                    .hint("is this the right database? pgdeck systems list tells what stands here"),
            );
        }
    }
    let unused = |pattern: &&String| !names.iter().any(|name| fits_name(pattern, name));
    if let Some(pattern) = selection.checks.iter().find(unused) {
        let fault = Fault::usage(format!("no check here fits {pattern:?}"));
        let word = pattern.trim_matches('*');
        let bare = names.iter().map(|name| name.rsplit_once('/').map_or(name.as_str(), |(_, bare)| bare));
        let hint = did_you_mean(word, names.iter().map(String::as_str).chain(bare));
        return Some(fault.hint(hint.unwrap_or_else(|| "pgdeck library list names every check".to_owned())));
    }
    let narrowed = !selection.checks.is_empty() || !selection.only.is_empty() || selection.system.is_some();
    (nothing && narrowed).then(|| {
        Fault::usage("no check fits all of --check, --only and --system").hint("pgdeck library list names every check")
    })
}
