//! One headless run against a database: settings, engine, and the signals that end it.

use super::args::Cli;
use super::progress::Told;
use crate::catalog::Library;
use crate::catalog::library::PaneId;
use crate::config::{self, Overrides, Settings};
use crate::db::{Env, Flags, Target};
use crate::engine::journal::Journal;
use crate::engine::{Engine, Limits, Tried, stop};
use crate::model::deck::Survey;
use crate::model::{Fault, Kind, Outcome, Request, sanitise};
use std::io::{self, Write};
use std::sync::Arc;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The settings this command line asks for.
pub fn settings(cli: &Cli) -> Result<Settings, Fault> {
    let overrides = Overrides {
        theme: cli.common.theme.clone(),
        profile: cli.common.profile.clone(),
        actor: cli.common.actor.clone(),
        library: cli.common.library.clone(),
    };
    let settings = Settings::load(&overrides, &config::of_process)?;
    let refuses = settings.profile.as_ref().filter(|profile| cli.common.write && !profile.write);
    match refuses {
        Some(profile) => Err(Fault::new(Kind::Refused, format!("the profile {} refuses --write", profile.name))
            .hint("it says write = false in config.toml")),
        None => Ok(settings),
    }
}

/// The library with the directories of these settings laid over. What could not be read is said, not fatal.
pub fn library(settings: &Settings) -> Arc<Library> {
    let library = Library::load(&settings.library);
    library.problems.iter().for_each(|problem| note(&problem.to_string()));
    Arc::new(library)
}

/// The engine for the database the flags, the profile and the environment name. What nothing failed for, such as an
/// ignored password file, is said on stderr, before a console takes the screen.
pub fn engine(cli: &Cli, settings: &Settings, library: Arc<Library>) -> Result<Engine, Fault> {
    let flags = Flags {
        profile: settings.profile.as_ref().and_then(|profile| profile.conninfo.clone()),
        conninfo: cli.conninfo.clone(),
        host: cli.common.host.clone(),
        port: cli.common.port.clone(),
        user: cli.common.user.clone(),
        dbname: cli.common.dbname.clone(),
        service: cli.common.service.clone(),
    };
    let target = Target::resolve(&flags, &Env::of_process())?;
    target.notes().iter().for_each(|text| note(text));
    let journal = Journal::within(&settings.state_dir);
    Ok(Engine::recording(target, library, limits(settings), journal))
}

/// The limits of these settings.
pub fn limits(settings: &Settings) -> Limits {
    Limits {
        statement_timeout_ms: settings.statement_timeout_ms,
        lock_timeout_ms: settings.lock_timeout_ms,
        time_zone: settings.time_zone.clone(),
    }
}

/// A line for a person on stderr.
pub fn note(text: &str) {
    // A note that nobody can read is no reason to end.
    let _ = writeln!(io::stderr(), "pgdeck: {}", sanitise::block(text));
}

/// The signals that end a headless run. Made once: a signal that comes between two requests is not lost.
pub struct Signals([Signal; 3]);

impl Signals {
    /// Watches from now on. Needs the runtime.
    pub fn watch() -> Result<Self, Fault> {
        let watch = |kind| signal(kind).map_err(|error| Fault::connection(format!("cannot watch signals: {error}")));
        let [interrupt, terminate, hangup] =
            [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()].map(watch);
        Ok(Self([interrupt?, terminate?, hangup?]))
    }

    /// Returns when one of them comes.
    pub async fn any(&mut self) {
        self.next().await;
    }

    /// Returns when one of them comes; true where it says that the terminal is gone.
    async fn next(&mut self) -> bool {
        let [interrupt, terminate, hangup] = &mut self.0;
        tokio::select! {
            _ = interrupt.recv() => false,
            _ = terminate.recv() => false,
            _ = hangup.recv() => true,
        }
    }
}

/// An engine and the signals that stop it.
pub struct Session {
    pub engine: Engine,
    pub signals: Signals,
    /// The profile says that this is production.
    pub production: bool,
    /// The system meant where several bring a pane of one name.
    pub system: Option<String>,
    /// Who asks for changes, as they say themselves.
    pub actor: Option<String>,
    /// A person stopped what ran.
    pub stopped: bool,
}

impl Session {
    /// A session that has not connected yet.
    pub fn new(engine: Engine, settings: &Settings) -> Result<Self, Fault> {
        let signals = Signals::watch()?;
        let environment = settings.profile.as_ref().and_then(|profile| profile.environment.as_deref());
        let (production, system) = (environment == Some("production"), settings.system.clone());
        Ok(Self { engine, signals, production, system, actor: settings.actor.clone(), stopped: false })
    }

    /// The outcome of a request. A signal cancels it on the server; a second one does not wait for that. A change is waited
    /// for in any case, because one that is cut off may be in doubt; it goes on to its end when only the terminal is gone.
    pub async fn ask(&mut self, request: Request) -> Result<Outcome, Fault> {
        let changes = matches!(&request, Request::Perform(_));
        let stoppable = matches!(&request, Request::Perform(plan) if plan.can_be_stopped());
        let (handle, stop) = stop::pair();
        let engine = self.engine.clone();
        let told = Told::new(changes);
        let progress = |now| told.progress(now);
        let mut running = Box::pin(engine.run(request, stop, &progress));
        loop {
            let hung_up = tokio::select! {
                outcome = &mut running => return outcome,
                hung_up = self.signals.next() => hung_up,
            };
            if !changes || !hung_up {
                break;
            }
            self.engine.leave_alone();
        }
        self.stopped = true;
        handle.stop();
        if changes {
            note(if stoppable { "stopping …" } else { "the change has begun and is finished first" });
            return running.await;
        }
        tokio::select! {
            outcome = &mut running => outcome,
            () = self.signals.any() => Err(interrupted()),
        }
    }

    /// Tries a check; a signal ends it.
    pub async fn try_check(&mut self, check: &PaneId, plants: bool) -> Result<Vec<Tried>, Fault> {
        let (handle, stop) = stop::pair();
        let mut running = Box::pin(self.engine.try_check(check, plants, stop));
        tokio::select! {
            tried = &mut running => return tried,
            () = self.signals.any() => {}
        }
        handle.stop();
        running.await
    }

    /// What the database offers. What went differently from what was asked is said on stderr.
    pub async fn survey(&mut self) -> Result<Arc<Survey>, Fault> {
        match self.ask(Request::Survey).await? {
            Outcome::Survey(survey) => {
                survey.notes.iter().for_each(|text| note(text));
                Ok(survey)
            }
            other => Err(unexpected(&other)),
        }
    }
}

/// The person stopped it.
pub fn interrupted() -> Fault {
    Fault::new(Kind::Interrupted, "interrupted")
}

/// An outcome of another kind than its request's: a mistake in pgdeck, said instead of hidden.
pub fn unexpected(outcome: &Outcome) -> Fault {
    let kind = match outcome {
        Outcome::Survey(_) => "a survey",
        Outcome::Table(_) => "a table",
        Outcome::Estimate(_) => "an estimate",
        Outcome::Tenants(_) => "tenants",
        Outcome::Plan(_) => "a plan",
        Outcome::Receipt(_) => "a receipt",
        Outcome::Verification(_) => "a verification",
    };
    Fault::query(format!("the engine answered with {kind}")).hint("this is a mistake in pgdeck: please report it")
}

/// True where a database was named, by a flag, a profile or the environment, and not left to be guessed.
pub fn names_connection(cli: &Cli, settings: &Settings) -> bool {
    let common = &cli.common;
    let flags = [&cli.conninfo, &common.host, &common.port, &common.user, &common.dbname, &common.service];
    let variables = ["PGHOST", "PGHOSTADDR", "PGDATABASE", "PGSERVICE"];
    flags.iter().any(|flag| flag.is_some())
        || settings.profile.as_ref().is_some_and(|profile| profile.conninfo.is_some())
        || variables.iter().any(|name| config::of_process(name).is_some())
}
