//! No command: the console.

use super::args::Cli;
use super::reload;
use crate::config::{Profile, Settings};
use crate::engine::Engine;
use crate::model::Fault;
use crate::model::filter::Filter;
use crate::tui::app::{Opening, Surroundings};
use crate::tui::{self, Start};
use std::io::{self, IsTerminal};

/// Opens the console and returns the exit code it ends with. `again` are the words that open it on this connection.
pub async fn run(cli: &Cli, settings: Settings, engine: Engine, again: Vec<String>) -> Result<u8, Fault> {
    needs_terminal()?;
    let around = Surroundings {
        label: engine.label(),
        environment: settings.profile.as_ref().and_then(|profile| profile.environment.clone()),
        colour: settings.profile.as_ref().map(Profile::shade).transpose()?.flatten(),
        write: cli.common.write,
        actor: settings.actor.clone(),
        again,
    };
    // The first survey tells what became of operations nobody saw the end of.
    engine.look_back();
    let opening = Opening {
        pane: cli.common.pane.clone(),
        filter: cli.common.filter.as_deref().map(Filter::parse).transpose()?,
        row: cli.common.row.clone(),
        tenant: cli.common.tenant.clone(),
        system: settings.system.clone(),
    };
    // Who names a directory on the command line is writing query files; everybody else is spared the looking.
    let watched = !cli.common.library.is_empty();
    let reload = watched.then(|| reload::of(settings.library.clone()));
    tui::run(Start { engine, settings, around, opening, reload }).await
}

/// Fails with a usage fault where there is no terminal to draw on.
pub fn needs_terminal() -> Result<(), Fault> {
    if io::stdin().is_terminal() && io::stdout().is_terminal() {
        return Ok(());
    }
    Err(Fault::usage("the console needs a terminal")
        .hint("without one, ask for a pane: pgdeck show leads --format json"))
}
