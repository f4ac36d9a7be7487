//! `pgdeck library`: the query files behind panes and checks, where each comes from, and what is wrong with it.

use super::args::Printed;
use super::destination::Destination;
use super::session::Session;
use super::systems::dated;
use crate::catalog::library::{FileKind, PaneId, Variant};
use crate::catalog::{CheckSpec, Library};
use crate::model::pane::PaneName;
use crate::model::request::PageRequest;
use crate::model::{Fault, Outcome, Request, Table};
use crate::report::listing;
use std::path::Path;

const COLUMNS: [&str; 7] = ["name", "kind", "group", "title", "needs", "origin", "problem"];

/// Every system, pane and check. Needs no database.
pub fn list(printed: &Printed, library: &Library) -> Result<(), Fault> {
    Destination::new(printed).write_table(entries(library))
}

/// The list; then a configuration fault where any file is broken.
pub fn check_all(printed: &Printed, library: &Library) -> Result<(), Fault> {
    let listed = entries(library);
    let broken = listed.rows.iter().filter(|row| row.cells.last().is_some_and(|cell| cell.text().is_some())).count();
    Destination::new(printed).write_table(listed)?;
    match broken + library.problems.len() {
        0 => Ok(()),
        1 => Err(Fault::config("one query file is broken")),
        several => Err(Fault::config(format!("{several} query files are broken"))),
    }
}

fn entries(library: &Library) -> Table {
    let of_panes = library.panes().flat_map(|(id, variants)| variants.iter().map(|variant| pane_row(id, variant)));
    let of_checks = library.checks().flat_map(|(id, variants)| variants.iter().map(|variant| check_row(id, variant)));
    let of_systems = library.systems().iter().map(|system| {
        let origin = library.files.origin(&format!("systems/{}/system.toml", system.name));
        let (name, title) = (Some(system.name.clone()), Some(system.title.clone()));
        vec![name, Some("system".to_owned()), None, title, None, Some(origin), None]
    });
    dated(listing::table("library", &COLUMNS, of_systems.chain(of_panes).chain(of_checks).collect()))
}

fn pane_row(id: &PaneId, variant: &Variant) -> Vec<Option<String>> {
    let spec = variant.spec.as_ref();
    let (group, title) = (spec.map(|spec| spec.group.clone()).ok(), spec.map(|spec| spec.title.clone()).ok());
    let problem = spec.err().map(|fault| fault.message.clone());
    let needs = spec.ok().and_then(|spec| spec.needs.asked());
    vec![Some(written(id)), Some("pane".to_owned()), group, title, needs, Some(variant.origin.clone()), problem]
}

fn check_row(id: &PaneId, variant: &Variant<CheckSpec>) -> Vec<Option<String>> {
    let spec = variant.spec.as_ref();
    let (group, title) = (spec.map(|spec| spec.category.clone()).ok(), spec.map(|spec| spec.title.clone()).ok());
    let problem = spec.err().map(|fault| fault.message.clone());
    let needs = spec.ok().and_then(|spec| spec.needs.asked());
    vec![Some(written(id)), Some("check".to_owned()), group, title, needs, Some(variant.origin.clone()), problem]
}

/// The name as it is typed.
pub fn written(id: &PaneId) -> String {
    match &id.system {
        Some(system) => format!("{system}/{}", id.name),
        None => id.name.clone(),
    }
}

/// Reads one file and, where there is a session, runs it; a check also proves itself where `write` allows its plant.
pub async fn check_file(
    path: &Path,
    printed: &Printed,
    write: bool,
    session: Option<&mut Session>,
) -> Result<(), Fault> {
    let (library, id, kind) = Library::with_file(path)?;
    let (state, reason) = match session {
        Some(session) => {
            session.engine.set_library(std::sync::Arc::new(library));
            if kind == FileKind::Check {
                return super::trial::run(path, &id, printed, write, session).await;
            }
            ran(&id, session).await?
        }
        None => ("read", Some("not run: no connection is named".to_owned())),
    };
    let row = vec![Some(path.display().to_string()), Some(written(&id)), Some(state.to_owned()), reason];
    let columns = ["file", kind.name(), "state", "reason"];
    Destination::new(printed).write_table(dated(listing::table("library", &columns, vec![row])))
}

async fn ran(id: &PaneId, session: &mut Session) -> Result<(&'static str, Option<String>), Fault> {
    let survey = session.survey().await?;
    let name = PaneName::Library { system: id.system.clone(), schema: None, name: id.name.clone() };
    let pane = survey.resolve(&name, None)?;
    if let Some(reason) = survey.entry(&pane).and_then(|entry| entry.disabled.clone()) {
        return Ok(("skipped", Some(reason)));
    }
    match session.ask(Request::Page(PageRequest::first(pane, 1))).await? {
        Outcome::Table(table) => Ok(("passed", Some(format!("{} columns", table.columns.len())))),
        other => Err(super::session::unexpected(&other)),
    }
}
