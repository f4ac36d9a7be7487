//! A PostgreSQL server of its own for a test that needs TCP, TLS or passwords, which the shared one does not have.
//! It ends when dropped, and with the test process at every kind of end.

#![allow(dead_code)]

use pgdeck::demo::{self, Fetch};
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A running server. Its superuser is `postgres`; its socket lies in `directory()`.
pub struct Server {
    process: Child,
    pub port: u16,
    directory: TempDir,
    binaries: PathBuf,
    settings: Vec<String>,
}

impl Server {
    /// Starts a server with these pg_hba.conf lines and settings. `prepare` may put files, such as certificates, into the
    /// server's directory first.
    pub fn start(hba: &str, settings: &[&str], prepare: impl FnOnce(&Path)) -> Self {
        Self::of(None, hba, settings, prepare)
    }

    /// The same, of this major version or of whatever is found.
    pub fn of(major: Option<u32>, hba: &str, settings: &[&str], prepare: impl FnOnce(&Path)) -> Self {
        let binaries = binaries(major);
        let directory = tempfile::tempdir().expect("a temporary directory");
        prepare(directory.path());
        let owner = unprivileged();
        let data = directory.path().join("data");
        give(directory.path(), owner);
        let made = owned(Command::new(binaries.join("initdb")), owner)
            .args(["-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(&data)
            .stdout(Stdio::null())
            .status();
        assert!(made.expect("initdb starts").success());
        fs::write(data.join("pg_hba.conf"), format!("local all all trust\n{hba}\n")).expect("pg_hba.conf");
        Self::run(directory, &binaries, settings)
    }

    /// A standby of another server of ours, for which a backup has begun; `end` ends it and gives its label.
    pub fn standby(major: Option<u32>, primary: &Server, settings: &[&str], end: impl FnOnce() -> String) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let data = directory.path().join("data");
        let owner = unprivileged();
        give(directory.path(), owner);
        let mut copy = owned(Command::new("cp"), owner);
        let copied = copy.arg("-r").arg(primary.directory().join("data")).arg(&data).status();
        assert!(copied.expect("cp starts").success());
        fs::remove_file(data.join("postmaster.pid")).expect("the lock file");
        fs::write(data.join("backup_label"), end()).expect("the label");
        fs::write(data.join("standby.signal"), "").expect("the mark of a standby");
        give(&data, owner);
        let connection = format!(
            "primary_conninfo=host={} port={} user=postgres application_name=behind",
            primary.directory().display(),
            primary.port
        );
        Self::run(directory, &binaries(major), &[settings, &[&connection]].concat())
    }

    fn run(directory: TempDir, binaries: &Path, settings: &[&str]) -> Self {
        let port = free_port();
        let settings: Vec<String> = settings.iter().map(|setting| (*setting).to_owned()).collect();
        let process = spawn(directory.path(), binaries, &settings, port);
        let mut server = Self { process, port, directory, binaries: binaries.to_owned(), settings };
        server.wait_until_ready();
        server
    }

    /// Ends it as a crash does: nothing is written any more, nobody is told.
    pub fn crash(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }

    /// Starts it again after that, at this port.
    pub fn again(&mut self, port: u16) {
        self.port = port;
        self.process = spawn(self.directory.path(), &self.binaries, &self.settings, port);
        self.wait_until_ready();
    }

    /// Where the socket and the prepared files are.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    fn wait_until_ready(&mut self) {
        let began = Instant::now();
        let own = format!("{}\n", self.port);
        let lock = self.directory().join("data/postmaster.pid");
        // One that a crash left behind is another's.
        let is_ready = |text: String| text.contains(&own) && text.contains("ready");
        while !fs::read_to_string(&lock).is_ok_and(is_ready) {
            let ended = self.process.try_wait().expect("the server's state").is_some();
            if ended || began.elapsed() > Duration::from_secs(60) {
                panic!("no server: {}", fs::read_to_string(self.directory().join("log")).unwrap_or_default());
            }
            sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

fn spawn(directory: &Path, binaries: &Path, settings: &[String], port: u16) -> Child {
    let lock = directory.join("data/postmaster.pid");
    // Its end is known: the process was waited for.
    let _ = fs::remove_file(lock);
    let log = fs::OpenOptions::new().create(true).append(true).open(directory.join("log")).expect("a log file");
    let mut postgres = shell(unprivileged());
    postgres.arg(binaries.join("postgres")).arg("-D").arg(directory.join("data")).arg("-k").arg(directory);
    postgres.args(["-p", &port.to_string(), "-h", "localhost", "-F"]);
    postgres.args(settings.iter().flat_map(|setting| ["-c", setting]));
    postgres.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(log);
    postgres.spawn().expect("postgres starts")
}

/// A shell that runs the server until its input ends, which it does however we end.
fn shell(owner: Option<(u32, u32)>) -> Command {
    const SCRIPT: &str = "trap '' HUP INT TERM; \"$@\" </dev/null & read -r _; kill -QUIT $!; wait";
    let mut command = owned(Command::new("/bin/sh"), owner);
    command.args(["-c", SCRIPT, "server"]).process_group(0);
    command
}

/// The user and group a server may run as when the test itself runs as root, which PostgreSQL refuses.
fn unprivileged() -> Option<(u32, u32)> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let accounts = fs::read_to_string("/etc/passwd").expect("accounts");
    let ids = |name: &str| {
        let fields: Vec<&str> =
            accounts.lines().find(|line| line.starts_with(&format!("{name}:")))?.split(':').collect();
        Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?))
    };
    Some(ids("postgres").or_else(|| ids("nobody")).expect("a user to run a server as"))
}

/// Makes the directory and the files in it the server's own; keys are for nobody else.
fn give(directory: &Path, owner: Option<(u32, u32)>) {
    let files = fs::read_dir(directory).expect("the directory").map(|entry| entry.expect("a file").path());
    for path in files.chain([directory.to_owned()]) {
        if path.extension().is_some_and(|extension| extension == "key") {
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("mode");
        }
        if let Some((user, group)) = owner {
            chown(&path, Some(user), Some(group)).expect("owner");
        }
    }
}

fn owned(mut command: Command, owner: Option<(u32, u32)>) -> Command {
    if let Some((user, group)) = owner {
        command.uid(user).gid(group);
    }
    command.current_dir("/").env_remove("PGOPTIONS");
    command
}

/// The directory of the server programs: what the demo finds or fetches.
fn binaries(major: Option<u32>) -> PathBuf {
    demo::programs(major, Fetch::Yes, &|_| {}).unwrap_or_else(|fault| panic!("{fault}")).folder
}

/// A port nobody listens on.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port").port()
}
