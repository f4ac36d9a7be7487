//! Where the demo keeps things: fetched servers, templates, running and kept clusters, sockets. It must not know what is in them.

use super::account::Account;
use super::io;
use crate::model::Fault;
use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

/// A socket's path holds about 100 bytes; what stands above our folder may take this many.
const SOCKET_ROOM: usize = 50;

/// The folders of one machine's demos.
#[derive(Clone, Debug)]
pub struct Place {
    root: PathBuf,
}

impl Place {
    /// `$PGDECK_CACHE_DIR`, else for root `/var/cache/pgdeck`, else the user's cache folder. Not made yet.
    pub fn find(account: &Account) -> Result<Self, Fault> {
        let named = std::env::var_os("PGDECK_CACHE_DIR").filter(|dir| !dir.is_empty()).map(PathBuf::from);
        let root = match named {
            Some(named) => std::path::absolute(&named).map_err(|error| io("find", &named, &error))?,
            None if account.is_other() => PathBuf::from("/var/cache/pgdeck"),
            None => directories::ProjectDirs::from("", "", "pgdeck")
                .map(|dirs| dirs.cache_dir().to_owned())
                .ok_or_else(|| Fault::connection("no home folder to keep the demo in").hint("set PGDECK_CACHE_DIR"))?,
        };
        Ok(Self { root })
    }

    /// Makes the folders that are missing, such that the server's account can walk through them.
    pub fn make(&self, account: &Account) -> Result<(), Fault> {
        for folder in [self.root.clone(), self.servers(), self.templates(), self.runs(), self.kept()] {
            fs::create_dir_all(&folder).map_err(|error| io("make", &folder, &error))?;
            if account.is_other() {
                open_to_all(&folder)?;
            }
        }
        Ok(())
    }

    /// Fetched server programs, one folder each.
    pub fn servers(&self) -> PathBuf {
        self.root.join("servers")
    }

    /// Finished clusters to copy, one folder per key.
    pub fn templates(&self) -> PathBuf {
        self.root.join("templates")
    }

    /// Running clusters, one folder each.
    pub fn runs(&self) -> PathBuf {
        self.root.join("runs")
    }

    /// Clusters that outlive their demo.
    pub fn kept(&self) -> PathBuf {
        self.root.join("kept")
    }

    /// Removes what was left by processes that no longer run: after a loss of power, or where the watchdog was killed with us.
    /// A server that still runs there is ended, and its folder goes with the next sweep.
    pub fn sweep(&self) {
        for folder in [self.runs(), self.templates()] {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let name = entry.file_name();
                let owner = name.to_str().and_then(owner);
                if owner.is_some_and(|pid| !alive(pid)) && older_than(&entry.path(), 60) {
                    clear(&entry.path());
                }
            }
        }
    }
}

/// Ends the server of a folder nobody owns any more; where none runs, removes the folder and the socket's.
fn clear(folder: &Path) {
    let status = fs::read_to_string(folder.join("data/postmaster.pid")).unwrap_or_default();
    let mut lines = status.lines();
    let pid = lines.next().and_then(|pid| pid.parse().ok());
    if let Some(socket) = lines.nth(3).map(Path::new).filter(|socket| is_socket_folder(socket)) {
        let _ = fs::remove_dir_all(socket);
    }
    match pid.filter(|&pid| alive(pid) && runs_in(pid, folder)).and_then(Pid::from_raw) {
        Some(server) => drop(kill_process(server, Signal::QUIT)),
        None => drop(fs::remove_dir_all(folder)),
    }
}

/// True where the process was started with this folder: its number may have gone to another one since.
fn runs_in(pid: i32, folder: &Path) -> bool {
    let asked = Command::new("ps").args(["-o", "args=", "-p", &pid.to_string()]).output();
    asked.is_ok_and(|said| String::from_utf8_lossy(&said.stdout).contains(&*folder.to_string_lossy()))
}

fn is_socket_folder(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    path.is_absolute() && name.is_some_and(|name| name.starts_with("pgdeck-"))
}

/// A folder name of our own: our process number and something nobody guesses.
pub fn own_name() -> String {
    format!("{}-{:08x}", std::process::id(), chance() >> 32)
}

/// The path, not yet made, of a private folder for a server's socket, short enough for any system.
pub fn socket_folder(account: &Account) -> PathBuf {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let usable = |dir: &PathBuf| {
        !account.is_other() && dir.is_absolute() && dir.is_dir() && dir.as_os_str().len() + 20 <= SOCKET_ROOM
    };
    let base = runtime.filter(usable).unwrap_or_else(|| PathBuf::from("/tmp"));
    base.join(format!("pgdeck-{:08x}", chance() >> 32))
}

/// Makes a folder that only the account may enter. Fails where it stands already.
pub fn private(path: &Path, account: &Account) -> Result<(), Fault> {
    fs::DirBuilder::new().mode(0o700).create(path).map_err(|error| io("make", path, &error))?;
    account.owns(path)
}

/// True where a process of this number runs.
pub fn alive(pid: i32) -> bool {
    Pid::from_raw(pid).is_some_and(|pid| test_kill_process(pid) != Err(Errno::SRCH))
}

/// True for a file or folder last changed more than this many seconds ago.
pub fn older_than(path: &Path, seconds: u64) -> bool {
    let changed = fs::metadata(path).and_then(|found| found.modified());
    let age = changed.ok().and_then(|at| SystemTime::now().duration_since(at).ok());
    age.is_some_and(|age| age > Duration::from_secs(seconds))
}

/// The server unprivileged must be able to walk through.
fn open_to_all(folder: &Path) -> Result<(), Fault> {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).map_err(|error| io("open", folder, &error))
}

/// The process number in `1234-abcd` or `.building-1234-abcd`.
fn owner(name: &str) -> Option<i32> {
    name.strip_prefix(".building-").unwrap_or(name).split_once('-')?.0.parse().ok()
}

fn chance() -> u64 {
    RandomState::new().hash_one(std::process::id())
}
