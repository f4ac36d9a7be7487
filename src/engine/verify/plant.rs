//! The proof of a check: what it must find is planted in one transaction, looked for, and rolled back.
//! It must not know where the check came from.

use super::answer::finding;
use super::ask;
use super::script::statements;
use super::task::Task;
use crate::catalog::check::Plant;
use crate::db::{Change, Session};
use crate::engine::local::Locals;
use crate::model::{Fault, Kind};
use std::collections::BTreeMap;

/// What came of planting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Planted {
    /// Objects that were found, as they should be.
    pub found: Vec<String>,
    /// Objects that should have been found.
    pub missed: Vec<String>,
    /// Objects that were found besides.
    pub besides: Vec<String>,
}

impl Planted {
    /// True where exactly what was planted was found.
    pub fn is_right(&self) -> bool {
        self.missed.is_empty() && self.besides.is_empty()
    }
}

/// Plants on a session of its own, which ends with it.
pub async fn plant(session: &Session, task: &Task, plant: &Plant, locals: &Locals) -> Result<Planted, Fault> {
    let change = session.begin(&task.envelope).await?;
    let outcome = planted(&change, task, plant, locals).await;
    change.roll_back().await;
    outcome
}

async fn planted(change: &Change<'_>, task: &Task, plant: &Plant, locals: &Locals) -> Result<Planted, Fault> {
    let before = found(change, task, plant, locals).await?;
    for statement in statements(&plant.sql)? {
        match change.run(statement, &[]).await {
            Ok(_) => {}
            // It ran; only what it returned is of a type that is not read.
            Err(fault) if fault.kind == Kind::Query && fault.sqlstate.is_none() => {}
            Err(fault) => return Err(fault),
        }
    }
    let mut after = found(change, task, plant, locals).await?;
    after.retain(|fingerprint, _| !before.contains_key(fingerprint));
    let mut besides: Vec<String> = after.into_values().collect();
    let mut outcome = Planted::default();
    for object in expected(task, plant) {
        match besides.iter().position(|found| *found == object) {
            Some(at) => outcome.found.push(besides.swap_remove(at)),
            None => outcome.missed.push(object),
        }
    }
    besides.sort();
    outcome.besides = besides;
    Ok(outcome)
}

/// The plant of a system's check is written for the schema of the system's name.
fn expected(task: &Task, plant: &Plant) -> Vec<String> {
    let moved = |object: &String| match &task.source {
        Some(source) => match object.strip_prefix(&format!("{}.", source.system)) {
            Some(rest) => format!("{}.{rest}", source.schema),
            None => object.clone(),
        },
        None => object.clone(),
    };
    plant.finds.iter().map(moved).collect()
}

/// What the check finds at the moment: fingerprint and object.
async fn found(
    change: &Change<'_>,
    task: &Task,
    plant: &Plant,
    locals: &Locals,
) -> Result<BTreeMap<String, String>, Fault> {
    let statement = ask::statement(&task.spec, &plant.with, locals);
    let rows = change.run(&statement.sql, &statement.params).await?;
    let findings = rows.into_iter().map(|row| finding(task, row).map_err(Fault::config));
    findings.map(|finding| finding.map(|finding| (finding.fingerprint, finding.object))).collect()
}
