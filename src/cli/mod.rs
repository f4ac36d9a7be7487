//! The command line: one thin file per subcommand that builds a Request and hands its Outcome to report (DESIGN §5).
//! It knows every room; it must not know a driver or a screen.

mod args;
mod backend;
mod confirm;
mod delete;
#[cfg(feature = "demo")]
mod demo;
mod destination;
mod find;
mod given;
mod journal;
mod library;
mod open;
mod operation;
mod parse;
mod progress;
mod rebuild;
mod refresh;
mod reload;
mod restore;
mod session;
mod shell;
mod show;
mod systems;
mod trash;
mod trial;
mod undo;
mod verify;

use crate::config::Settings;
use crate::model::{Fault, sanitise};
use crate::report::{self, Format, ReportFormat, Shape};
use args::{Cli, Command, Delete, LibraryCommand, Refresh, Restore, Systems, Undo};
use parse::Refusal;
use session::Session;
use std::ffi::OsString;
use std::future::Future;
use std::io::{self, Write};

/// Runs one command line, program name first, and returns the exit code. Faults are written to stderr.
pub fn run(argv: Vec<OsString>) -> u8 {
    let hostile = argv.iter().any(|word| word.to_string_lossy().chars().any(sanitise::is_hostile));
    let (result, json) = match parse::parse(argv) {
        Ok(cli) => (dispatch(&cli), wants_json(&cli)),
        Err(Refusal::Fault(fault)) => (Err(fault), false),
        Err(Refusal::Clap(error)) => {
            // clap repeats what was typed as it was typed. Nobody is left to be told that it could not be printed.
            if hostile && error.use_stderr() {
                let _ = write!(io::stderr(), "{}", sanitise::block(&error.render().to_string()));
            } else {
                let _ = error.print();
            }
            return u8::try_from(error.exit_code()).unwrap_or(2);
        }
    };
    match result {
        Ok(code) => code,
        Err(fault) => {
            // The exit code says it too.
            let _ = report::write_fault(&fault, json, &mut io::stderr());
            fault.kind.exit_code()
        }
    }
}

fn dispatch(cli: &Cli) -> Result<u8, Fault> {
    refuse_idle_flags(cli)?;
    #[cfg(feature = "demo")]
    if matches!(cli.command, Some(Command::Demo(_))) {
        demo::refuse_connection(cli)?;
    }
    match &cli.command {
        Some(Command::Completions { shell }) => shell::completions(*shell).map(|()| 0),
        Some(Command::Man) => shell::man().map(|()| 0),
        command => {
            let settings = session::settings(cli)?;
            match command {
                Some(Command::Library(command)) => library_command(command, cli, &settings).map(|()| 0),
                Some(Command::Systems(Systems::Show { name, grants: None, printed, .. })) => {
                    systems::show(name, printed, &session::library(&settings)).map(|()| 0)
                }
                Some(Command::Systems(Systems::Show { name, grants: Some(role), schema, printed })) => {
                    let library = session::library(&settings);
                    systems::grants(name, role, schema.as_deref(), printed, &library).map(|()| 0)
                }
                #[cfg(feature = "demo")]
                Some(Command::Demo(args)) => block_on(demo::run(args, cli, settings)),
                Some(Command::Journal(args)) if args.all => journal::everywhere(args, &settings).map(|()| 0),
                Some(_) => headless(cli, &settings),
                None => console(cli, settings),
            }
        }
    }
}

/// Fails where a flag is given to a command that does nothing with it.
fn refuse_idle_flags(cli: &Cli) -> Result<(), Fault> {
    let common = &cli.common;
    let opens = opens_console(cli);
    let shows = matches!(cli.command, Some(Command::Show(_)));
    let changes = matches!(cli.command, Some(Command::Restore(_) | Command::Delete(_) | Command::Undo(_)));
    if common.pane.is_some() && !opens {
        return Err(Fault::usage("--pane opens the console on a pane and takes no such command")
            .hint("the pane to show is the argument of show: pgdeck show leads"));
    }
    for (flag, is_given) in [("--filter", common.filter.is_some() && !shows), ("--row", common.row.is_some())] {
        if is_given && (!opens || common.pane.is_none()) {
            return Err(Fault::usage(format!("{flag} belongs to the pane the console opens on"))
                .hint(format!("pgdeck --pane PANE {flag} …; without a console pgdeck show takes --filter")));
        }
    }
    if common.actor.is_some() && !opens && !changes {
        return Err(Fault::usage("--actor says who asks for a change, and this command makes none")
            .hint("the console, restore, delete and undo take it"));
    }
    Ok(())
}

fn opens_console(cli: &Cli) -> bool {
    match &cli.command {
        None => true,
        #[cfg(feature = "demo")]
        Some(Command::Demo(args)) => args.command.is_empty(),
        Some(_) => false,
    }
}

/// Two threads are enough: the work is done by the server.
fn block_on<T>(work: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|error| Fault::connection(format!("cannot start the runtime: {error}")))?;
    let result = runtime.block_on(work);
    // A thread that still waits for a line from stdin does not hold up the end.
    runtime.shutdown_background();
    result
}

fn console(cli: &Cli, settings: Settings) -> Result<u8, Fault> {
    let engine = session::engine(cli, &settings, session::library(&settings))?;
    block_on(open::run(cli, settings, engine, given::console(cli)))
}

/// The commands that ask one database.
fn headless(cli: &Cli, settings: &Settings) -> Result<u8, Fault> {
    let engine = session::engine(cli, settings, session::library(settings))?;
    block_on(async {
        let mut session = Session::new(engine, settings)?;
        let result = match &cli.command {
            Some(Command::Verify(args)) => verify::run(args, &mut session).await,
            command => asked(command.as_ref(), cli, &mut session).await.map(|()| 0),
        };
        session.engine.close().await;
        result
    })
}

/// The commands that are done or not.
async fn asked(command: Option<&Command>, cli: &Cli, session: &mut Session) -> Result<(), Fault> {
    match command {
        Some(Command::Show(args)) => show::run(args, cli, session).await,
        Some(Command::Find(args)) => find::run(args, cli, session).await,
        Some(Command::Restore(args)) => restore::run(args, cli, session).await,
        Some(Command::Delete(args)) => delete::run(args, cli, session).await,
        Some(Command::Undo(args)) => undo::run(args, cli, session).await,
        Some(Command::Rebuild(args)) => rebuild::run(args, session).await,
        Some(Command::Trash(args)) => trash::run(args, cli, session).await,
        Some(Command::Refresh(args)) => refresh::run(args, cli, session).await,
        Some(Command::Cancel(args)) => backend::run(args, false, cli, session).await,
        Some(Command::Terminate(args)) => backend::run(args, true, cli, session).await,
        Some(Command::Journal(args)) => journal::run(args, session).await,
        Some(Command::Systems(Systems::List(printed))) => systems::list(printed, session).await,
        Some(Command::Systems(command)) => systems::change(command, cli, session).await,
        _ => Ok(()),
    }
}

fn library_command(command: &LibraryCommand, cli: &Cli, settings: &Settings) -> Result<(), Fault> {
    let library = session::library(settings);
    match command {
        LibraryCommand::List(printed) => library::list(printed, &library),
        LibraryCommand::Check { file: None, printed } => library::check_all(printed, &library),
        LibraryCommand::Check { file: Some(path), printed } => block_on(async {
            if !session::names_connection(cli, settings) {
                return library::check_file(path, printed, false, None).await;
            }
            let mut session = Session::new(session::engine(cli, settings, library)?, settings)?;
            let result = library::check_file(path, printed, cli.common.write, Some(&mut session)).await;
            session.engine.close().await;
            result
        }),
    }
}

/// A fault is JSON for a caller that asked for JSON.
fn wants_json(cli: &Cli) -> bool {
    let format = match &cli.command {
        Some(Command::Show(args)) => args.printed.format,
        Some(Command::Find(args)) => args.printed.format,
        Some(Command::Trash(args)) => args.printed.format,
        Some(
            Command::Restore(Restore { how, .. })
            | Command::Delete(Delete { how, .. })
            | Command::Undo(Undo { how, .. }),
        ) => {
            return how.format == Some(Shape::Json);
        }
        Some(Command::Systems(Systems::List(printed) | Systems::Show { printed, .. })) => printed.format,
        Some(Command::Verify(args)) => return args.format == Some(ReportFormat::Json),
        Some(Command::Rebuild(args)) => return args.format == Some(Shape::Json),
        Some(Command::Systems(Systems::Install { change, .. } | Systems::Uninstall { change, .. })) => {
            return change.how.format == Some(Shape::Json);
        }
        Some(Command::Refresh(Refresh { how, .. })) => return how.format == Some(Shape::Json),
        Some(Command::Cancel(backend) | Command::Terminate(backend)) => return backend.how.format == Some(Shape::Json),
        Some(Command::Journal(args)) => args.printed.format,
        Some(Command::Library(LibraryCommand::List(printed) | LibraryCommand::Check { printed, .. })) => printed.format,
        _ => None,
    };
    format.is_some_and(Format::is_json)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_command_line_exits_2_and_help_0() {
        let code = |line: &str| run(line.split_whitespace().map(OsString::from).collect());
        for wrong in [
            "shwo",
            "show",
            "--filter a=b",
            "--row 1 man",
            "verify --actor me",
            "show leads --format xml",
            "show leads --limit 0",
            "systems",
            "--pane x man",
            "-x",
        ] {
            assert_eq!(code(&format!("pgdeck {wrong}")), 2, "{wrong}");
        }
        for right in ["--help", "-?", "-V", "show --help"] {
            assert_eq!(code(&format!("pgdeck {right}")), 0, "{right}");
        }
    }
}
