//! `pgdeck demo`: a throw-away cluster, and the console or a command on it.

use super::args::{Cli, Demo};
use super::session::{library, limits, note};
use super::{given, open};
use crate::config::Settings;
use crate::db::{Env, Flags, Target};
use crate::demo::{self, DemoOptions, Fetch};
use crate::engine::Engine;
use crate::engine::journal::Journal;
use crate::model::Fault;

/// Starts the cluster, runs what was asked for on it, and returns the exit code of that.
pub async fn run(args: &Demo, cli: &Cli, settings: Settings) -> Result<u8, Fault> {
    let library = library(&settings);
    let say = |line: &str| note(line);
    let fetch = fetch(args);
    let mut programs = None;
    if args.command.is_empty() {
        // Both are known before minutes are spent on the sample; without a server a terminal is of no use.
        programs = Some(demo::programs(None, fetch, &say)?);
        open::needs_terminal()?;
    }
    let options = DemoOptions {
        rows: args.rows,
        systems: args.system.clone(),
        empty: args.empty,
        keep: args.keep,
        fetch,
        major: None,
        programs,
        files: library.files.clone(),
    };
    let cluster = demo::start(options, &say).await?;
    if !args.command.is_empty() {
        return demo::run_command(&cluster, main_system(args), &args.command).await;
    }
    let flags = Flags { conninfo: Some(cluster.conninfo()), ..Flags::default() };
    // Nothing of the environment: PGHOSTADDR alone would lead to another server.
    let target = Target::resolve(&flags, &Env::default())?;
    let state = tempfile::Builder::new().prefix("pgdeck-state-").tempdir();
    let state =
        state.map_err(|error| Fault::connection(format!("could not make a folder for the demo's state: {error}")))?;
    let system = settings.system.clone().or_else(|| Some(main_system(args).to_owned()));
    let settings = Settings { state_dir: state.path().to_owned(), system, ..settings };
    let engine = Engine::recording(target, library, limits(&settings), Journal::within(&settings.state_dir));
    // The cluster and the state end when they are dropped, after the console has given the terminal back.
    // So does what reopens the console: another demo, filled with the same rows.
    open::run(cli, settings, engine, given::demo(args, cli)).await
}

/// The system meant where several bring a pane of one name: the first that was asked for.
fn main_system(args: &Demo) -> &str {
    args.system.first().map_or(demo::SYSTEM, String::as_str)
}

/// Fails with a usage fault where a flag names a connection, which would be no other than the demo's.
pub fn refuse_connection(cli: &Cli) -> Result<(), Fault> {
    let common = &cli.common;
    let flags = [
        ("--host", &common.host),
        ("--port", &common.port),
        ("--user", &common.user),
        ("--dbname", &common.dbname),
        ("--service", &common.service),
        ("--profile", &common.profile),
    ];
    match flags.iter().find(|(_, value)| value.is_some()) {
        None => Ok(()),
        Some((flag, _)) => Err(Fault::usage(format!("demo brings its own server and takes no {flag}"))
            .hint(format!("leave {flag} out, or leave out demo to connect there"))),
    }
}

fn fetch(args: &Demo) -> Fetch {
    match (args.fetch, args.no_fetch) {
        (true, _) => Fetch::Yes,
        (false, true) => Fetch::No,
        (false, false) => Fetch::Ask,
    }
}
