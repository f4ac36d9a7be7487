//! A PostgreSQL server for one test: made in a temporary directory, ended when dropped.

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
}

impl Server {
    /// Starts a server with these pg_hba.conf lines and settings. `prepare` may put files, such as certificates, into the
    /// server's directory first.
    pub fn start(hba: &str, settings: &[&str], prepare: impl FnOnce(&Path)) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        prepare(directory.path());
        let owner = unprivileged();
        let data = directory.path().join("data");
        give(directory.path(), owner);
        let made = command("initdb", owner)
            .args(["-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(&data)
            .stdout(Stdio::null())
            .status();
        assert!(made.expect("initdb starts").success());
        fs::write(data.join("pg_hba.conf"), format!("local all all trust\n{hba}\n")).expect("pg_hba.conf");
        let port = free_port();
        let mut postgres = command("postgres", owner);
        postgres.arg("-D").arg(&data).arg("-k").arg(directory.path()).args([
            "-p",
            &port.to_string(),
            "-h",
            "localhost",
            "-F",
        ]);
        for setting in settings {
            postgres.args(["-c", setting]);
        }
        let log = fs::File::create(directory.path().join("log")).expect("a log file");
        let process = postgres.stderr(log).stdout(Stdio::null()).spawn().expect("postgres starts");
        let mut server = Self { process, port, directory };
        server.wait_until_ready(&data);
        server
    }

    /// Where the socket and the prepared files are.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    fn wait_until_ready(&mut self, data: &Path) {
        let began = Instant::now();
        while !fs::read_to_string(data.join("postmaster.pid")).is_ok_and(|text| text.contains("ready")) {
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
        if let Some(pid) = i32::try_from(self.process.id()).ok().and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::QUIT);
        }
        let _ = self.process.wait();
    }
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

fn command(program: &str, owner: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(binaries().join(program));
    if let Some((user, group)) = owner {
        command.uid(user).gid(group);
    }
    command.current_dir("/").env_remove("PGOPTIONS");
    command
}

/// The directory of the newest server programs: a distribution's place, else the one on PATH.
fn binaries() -> PathBuf {
    let packaged =
        fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let newest = packaged
        .filter(|bin| bin.join("initdb").exists())
        .max_by_key(|bin| bin.parent().and_then(Path::file_name).and_then(|name| name.to_str()?.parse::<u32>().ok()));
    let path = std::env::var_os("PATH").unwrap_or_default();
    newest
        .or_else(|| std::env::split_paths(&path).find(|bin| bin.join("initdb").exists()))
        .expect("initdb and postgres, on PATH or installed")
}

/// A port nobody listens on.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port").port()
}
