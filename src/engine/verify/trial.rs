//! One check tried for its author: are its columns right, what does it find here, does it find what it plants.

use super::hand::{Ground, Hand};
use super::plant::{self, Planted};
use super::task::{self, Lot, Task};
use super::{answer, ask, locals, whole};
use crate::catalog::Library;
use crate::catalog::library::PaneId;
use crate::db::Session;
use crate::engine::describe::read_names;
use crate::engine::stop::Stop;
use crate::engine::{Envelope, Inner, pool};
use crate::model::Fault;
use crate::model::finding::{CheckRun, Finding};
use std::time::Instant;

/// A check tried in one place.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    pub run: CheckRun,
    pub findings: Vec<Finding>,
    /// What came of its plant; None where it has none, was not run or may not write.
    pub planted: Option<Result<Planted, Fault>>,
}

/// Tries a check in every place it is bound.
pub(in crate::engine) async fn try_check(
    inner: &Inner,
    library: &Library,
    check: &PaneId,
    plants: bool,
    stop: &Stop,
) -> Result<Vec<Tried>, Fault> {
    let ground = Ground { inner, library, stop, progress: &|_| {} };
    let mut hand = Hand::new(ground);
    let bindings = hand.bindings().await?;
    let facts = &bindings.survey.facts;
    let envelope = Envelope { time_zone: facts.time_zone.clone(), ..inner.envelope.clone() };
    let mut lots = task::everywhere(library, &bindings, &envelope, check);
    whole::settle(&mut hand, &mut lots, &envelope, &facts.user).await?;
    let mut tried = Vec::new();
    for lot in lots {
        tried.push(match lot {
            Lot::Settled(run) => Tried { run, findings: Vec::new(), planted: None },
            Lot::Run(task) => one(&mut hand, ground, task, plants).await?,
        });
    }
    hand.let_go();
    Ok(tried)
}

async fn one(hand: &mut Hand<'_>, ground: Ground<'_>, task: Task, plants: bool) -> Result<Tried, Fault> {
    let tasks = [task];
    let locals = locals(ground, &tasks).await?;
    let [task] = &tasks;
    let begun = Instant::now();
    let statement = ask::names(&task.spec, &locals);
    let columns = hand.ask("library", &task.envelope, &statement).await?;
    let names = columns.and_then(read_names);
    let lacks = names.as_ref().ok().and_then(|names| {
        answer::columns(&task.spec).find(|name| !names.iter().any(|own| own == name)).map(str::to_owned)
    });
    if let Some(name) = lacks {
        return Err(Fault::config(format!("the SQL of {} has no column {name}", task.id))
            .hint("a check's columns: object, detail, fix and those of its identity"));
    }
    let answer = hand.ask(&task.id, &task.envelope, &ask::statement(&task.spec, &[], &locals)).await?;
    let judged = answer::judge(task, answer, begun.elapsed().as_secs_f64() * 1000.0);
    let planted = match &task.spec.plant {
        Some(plant) if plants => {
            let session = Session::open(&ground.inner.target).await?;
            let work = plant::plant(&session, task, plant, &locals);
            Some(pool::until_stopped(&session, ground.stop, work).await)
        }
        _ => None,
    };
    Ok(Tried { run: judged.run, findings: judged.findings, planted })
}
