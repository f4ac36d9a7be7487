//! Looks for PostgreSQL's server programs on this machine. It must not fetch or start anything but `--version`.

use super::place::Place;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The oldest server the console knows.
const OLDEST: u32 = 13;

/// Folders of the usual distributions; `*` stands for one part of a path, or for its end.
const USUAL: &[&str] = &[
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/libexec/postgresql*",
    "/usr/lib64/pgsql/bin",
    "/usr/local/pgsql/bin",
    "/usr/local/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",
    "/opt/homebrew/bin",
    "/usr/local/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "/opt/local/lib/postgresql*/bin",
    "/Library/PostgreSQL/*/bin",
];

/// A folder with `initdb` and `postgres`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Programs {
    pub folder: PathBuf,
    /// As `postgres --version` says it: `15.18 (Debian 15.18-0+deb12u1)`.
    pub version: String,
    pub major: u32,
}

impl Programs {
    /// Reads the version in a folder; None where a program is missing, does not run, or is too old to be known.
    pub fn in_folder(folder: &Path) -> Option<Self> {
        if !folder.join("initdb").is_file() {
            return None;
        }
        // A link stands for the folder it leads to: the programs look for their files beside themselves.
        let folder = folder.join("postgres").canonicalize().ok()?.parent()?.to_owned();
        let asked = Command::new(folder.join("postgres")).arg("--version").stdin(Stdio::null()).output().ok()?;
        let said = String::from_utf8(asked.stdout).ok()?;
        let version = said.trim().strip_prefix("postgres (PostgreSQL) ")?.to_owned();
        let major = version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?;
        (major >= OLDEST && folder.join("initdb").is_file()).then_some(Self { folder, version, major })
    }
}

/// The first programs found, of this major version where one is named; else the places looked in.
pub fn find(place: &Place, major: Option<u32>) -> Result<Programs, Vec<PathBuf>> {
    let mut looked = HashSet::new();
    let mut order = Vec::new();
    for group in groups(place) {
        let mut found = Vec::new();
        for folder in group {
            if looked.insert(folder.clone()) {
                found.extend(Programs::in_folder(&folder));
                order.push(folder);
            }
        }
        found.retain(|programs| major.is_none_or(|major| programs.major == major));
        found.sort_by_key(|programs| std::cmp::Reverse(programs.major));
        if let Some(best) = found.into_iter().next() {
            return Ok(best);
        }
    }
    Err(order)
}

/// The folders to look in: `$PGDECK_PG_BIN` alone where it is set. Within a group the newest wins, an earlier group wins over a later one.
fn groups(place: &Place) -> Vec<Vec<PathBuf>> {
    if let Some(named) = std::env::var_os("PGDECK_PG_BIN").filter(|named| !named.is_empty()) {
        return vec![vec![PathBuf::from(named)]];
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut groups: Vec<Vec<PathBuf>> =
        std::env::split_paths(&path).filter(|dir| dir.is_absolute()).map(|dir| vec![dir]).collect();
    groups.push(configured().into_iter().collect());
    groups.push(USUAL.iter().flat_map(|pattern| matching(pattern)).collect());
    groups.push(fetched(place));
    groups
}

/// The folders of what was fetched earlier.
pub fn fetched(place: &Place) -> Vec<PathBuf> {
    let folders = fs::read_dir(place.servers()).into_iter().flatten().flatten();
    let finished = folders.filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'));
    finished.map(|entry| entry.path().join("bin")).collect()
}

fn configured() -> Option<PathBuf> {
    let asked = Command::new("pg_config").arg("--bindir").stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let said = String::from_utf8(asked.stdout).ok()?;
    Some(PathBuf::from(said.trim())).filter(|folder| folder.is_absolute())
}

/// The folders a pattern stands for: itself without a `*`; with one, every match that is there.
fn matching(pattern: &str) -> Vec<PathBuf> {
    let Some((before, after)) = pattern.split_once('*') else {
        return vec![PathBuf::from(pattern)];
    };
    let (parent, prefix) = before.rsplit_once('/').unwrap_or(("", before));
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let named = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix));
    named.map(|entry| entry.path().join(after.trim_start_matches('/'))).collect()
}
