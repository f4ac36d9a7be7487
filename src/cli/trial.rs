//! `pgdeck library check FILE` of a check: is it right, what does it find here, and does it find what it plants.

use super::args::Printed;
use super::destination::Destination;
use super::session::Session;
use super::systems::dated;
use crate::catalog::library::PaneId;
use crate::engine::{Planted, Tried};
use crate::model::Fault;
use crate::model::finding::Status;
use crate::report::listing;
use std::path::Path;

const COLUMNS: [&str; 5] = ["file", "check", "state", "reason", "plant"];

/// Tries the check and writes what came of it, one row for each place it is bound. Fails where the check or its plant does.
pub async fn run(path: &Path, id: &PaneId, printed: &Printed, write: bool, session: &mut Session) -> Result<(), Fault> {
    let has_plant = session.engine.library().check(id).iter().any(|variant| match &variant.spec {
        Ok(spec) => spec.plant.is_some(),
        Err(_) => false,
    });
    let tried = session.try_check(id, write).await?;
    let file = path.display().to_string();
    let rows = tried.iter().map(|tried| {
        let plant = match &tried.planted {
            Some(outcome) => planted(outcome),
            None if !has_plant => "no plant".to_owned(),
            None if !write => "plant not tried: needs --write".to_owned(),
            None => "plant not tried: the check is not run here".to_owned(),
        };
        let (state, reason) = state(tried);
        vec![Some(file.clone()), Some(tried.run.id.clone()), Some(state), reason, Some(plant)]
    });
    let mut listed = listing::table("library", &COLUMNS, rows.collect());
    if let (Some(system), true) = (&id.system, tried.is_empty()) {
        listed.notes.push(format!("not run: the tables of {system} are not on this database"));
    }
    Destination::new(printed).write_table(dated(listed))?;
    match tried.iter().find(|tried| is_wrong(tried)) {
        Some(wrong) => Err(Fault::query(format!("the check {} is not right", wrong.run.id))),
        None => Ok(()),
    }
}

fn state(tried: &Tried) -> (String, Option<String>) {
    let first = tried.findings.first().map(|finding| format!("{}: {}", finding.object, finding.detail));
    let state = match tried.run.status {
        Status::Pass => "passed".to_owned(),
        Status::Finding => format!("found {}", tried.findings.len()),
        Status::Skipped | Status::Failed => tried.run.status.name().to_owned(),
    };
    (state, tried.run.reason.clone().or(first))
}

fn planted(outcome: &Result<Planted, Fault>) -> String {
    match outcome {
        Err(fault) => format!("plant failed: {fault}"),
        Ok(planted) if planted.is_right() => format!("found: {}", planted.found.join(", ")),
        Ok(planted) => {
            let parts = [("not found", &planted.missed), ("found besides", &planted.besides)];
            let parts = parts.iter().filter(|(_, objects)| !objects.is_empty());
            parts.map(|(word, objects)| format!("{word}: {}", objects.join(", "))).collect::<Vec<_>>().join("; ")
        }
    }
}

fn is_wrong(tried: &Tried) -> bool {
    let misses = tried.planted.as_ref().is_some_and(|outcome| !outcome.as_ref().is_ok_and(Planted::is_right));
    misses || tried.run.status == Status::Failed
}
