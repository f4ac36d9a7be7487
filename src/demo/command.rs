//! `demo -- COMMAND`: a program with the demo as its PG* target. It must not end before that program does.

use super::cluster::Cluster;
use crate::model::Fault;
use rustix::process::{Pid, Signal, kill_process};
use std::ffi::{OsStr, OsString};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};

/// Runs the command to its end and returns the exit code a shell would give. Ctrl-C reaches it from the terminal; SIGTERM
/// and SIGHUP are passed on. Fails with a usage fault where it cannot be started.
pub async fn run_command(cluster: &Cluster, system: &str, argv: &[String]) -> Result<u8, Fault> {
    let [program, arguments @ ..] = argv else {
        return Err(Fault::usage("no command after --"));
    };
    let state = tempfile::Builder::new().prefix("pgdeck-state-").tempdir();
    let state = state
        .map_err(|error| Fault::connection(format!("could not make a folder for the command's state: {error}")))?;
    let mut command = Command::new(program);
    command.args(arguments).env("PATH", path_with_ourselves());
    for (name, _) in std::env::vars_os().filter(|(name, _)| is_libpqs(name)) {
        command.env_remove(name);
    }
    // Several systems bring the panes of one name; who set another system is not overruled.
    if std::env::var_os("PGDECK_SYSTEM").is_none() {
        command.env("PGDECK_SYSTEM", system);
    }
    // The state of the demo is its own, whatever the person has set for theirs.
    command
        .envs(cluster.env())
        .env("XDG_STATE_HOME", state.path())
        .env("PGDECK_STATE_DIR", state.path().join("pgdeck"));
    let watch = |kind| signal(kind).map_err(|error| Fault::connection(format!("could not watch signals: {error}")));
    let mut interrupt = watch(SignalKind::interrupt())?;
    let mut quit = watch(SignalKind::quit())?;
    let mut terminate = watch(SignalKind::terminate())?;
    let mut hangup = watch(SignalKind::hangup())?;
    let child = command.spawn().map_err(|error| Fault::usage(format!("could not run {program}: {error}")))?;
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let pass = |signal| pid.map(|pid| kill_process(pid, signal));
    let mut ending = tokio::task::spawn_blocking(move || wait(child));
    loop {
        tokio::select! {
            ended = &mut ending => return ended.map_err(|error| Fault::query(error.to_string()))?,
            _ = interrupt.recv() => {}
            _ = quit.recv() => {}
            _ = terminate.recv() => { pass(Signal::TERM); }
            _ = hangup.recv() => { pass(Signal::HUP); }
        }
    }
}

/// True for a variable that says something about a connection: any of them could lead the command away from the demo.
fn is_libpqs(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    name.starts_with(b"PG") && !name.starts_with(b"PGDECK_") && !name.starts_with(b"PG_")
}

fn wait(mut child: Child) -> Result<u8, Fault> {
    let status = child.wait().map_err(|error| Fault::query(format!("could not wait for the command: {error}")))?;
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1);
    Ok(u8::try_from(code).unwrap_or(1))
}

/// PATH with the folder of this program first, so that the command finds the same pgdeck.
fn path_with_ourselves() -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let ourselves = std::env::current_exe().ok();
    let folder = ourselves.as_deref().and_then(Path::parent).map(Path::to_owned);
    std::env::join_paths(folder.into_iter().chain(std::env::split_paths(&path))).unwrap_or(path)
}
