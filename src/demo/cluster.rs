//! One running server: started on a Unix socket in a private folder, stopped and removed at every kind of end.
//! It must not know what its databases hold.

use super::account::Account;
use super::find::Programs;
use super::io;
use super::place::{private, socket_folder};
use super::watchdog::{Watchdog, ended};
use crate::model::Fault;
use rustix::process::{Pid, Signal, kill_process};
use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The port is only part of the socket's name: nothing listens on TCP.
const PORT: u16 = 5432;
/// How long a server may take to come up.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server. It ends with this value, and with this process.
#[derive(Debug)]
pub struct Cluster {
    programs: Programs,
    account: Account,
    folder: PathBuf,
    socket: PathBuf,
    database: String,
    keep: bool,
    server: Option<Child>,
    watchdog: Watchdog,
}

impl Cluster {
    /// Makes the folder of a cluster that does not run yet; its data belongs into `data()`. From here on the folder goes
    /// with us, unless it is to be kept. `template` is what the next start's spare is copied from.
    pub(super) fn prepare(
        programs: &Programs,
        account: &Account,
        folder: PathBuf,
        keep: bool,
        template: Option<&Path>,
    ) -> Result<Self, Fault> {
        let socket = socket_folder(account);
        let data = folder.join("data");
        let watchdog = Watchdog::start(&socket, &data, (!keep).then_some(&folder), template)?;
        let cluster = Self {
            programs: programs.clone(),
            account: account.clone(),
            folder,
            socket,
            database: "postgres".into(),
            keep,
            server: None,
            watchdog,
        };
        private(&cluster.folder, account)?;
        private(&cluster.socket, account)?;
        Ok(cluster)
    }

    /// Starts the server on its data with these settings, and waits until it answers. Fails with the end of its log.
    pub(super) fn launch(&mut self, settings: &[&str]) -> Result<(), Fault> {
        let log = self.folder.join("server.log");
        let out = File::create(&log).map_err(|error| io("make", &log, &error))?;
        let err = out.try_clone().map_err(|error| io("open", &log, &error))?;
        let mut program = Command::new(self.programs.folder.join("postgres"));
        program.arg("-D").arg(self.data()).arg("-k").arg(&self.socket).args(["-p", &PORT.to_string()]);
        program.args(["-c", "listen_addresses="]).args(settings.iter().flat_map(|setting| ["-c", setting]));
        program.current_dir("/").env("LC_ALL", "C").env_remove("PGDATA").env_remove("PGPORT");
        program.stdin(Stdio::null()).stdout(out).stderr(err).process_group(0);
        let server = self.account.runs(&mut program).spawn();
        let server = server.map_err(|error| io("start", &self.programs.folder.join("postgres"), &error))?;
        let pid = server.id();
        self.server = Some(server);
        self.watchdog.server(pid)?;
        self.wait_until_ready(&log)
    }

    /// Ends the server cleanly, so that its data can be copied.
    pub(super) fn rest(&mut self) -> Result<(), Fault> {
        self.end_server(Signal::INT);
        self.watchdog.gone()
    }

    /// The same cluster, whose target is this database.
    pub(super) fn on_database(mut self, database: &str) -> Self {
        self.database = database.to_owned();
        self
    }

    /// Has the next start's copy made while this one runs.
    pub(super) fn make_spare(&mut self) -> Result<(), Fault> {
        self.watchdog.spare()
    }

    /// The folder of the socket: the host, for libpq.
    pub fn socket_dir(&self) -> &Path {
        &self.socket
    }

    /// The port, part of the socket's name.
    pub fn port(&self) -> u16 {
        PORT
    }

    /// The superuser.
    pub fn user(&self) -> &str {
        "postgres"
    }

    /// The database the demo opens.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// The programs it runs.
    pub fn programs(&self) -> &Programs {
        &self.programs
    }

    /// The server's process number while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.server.as_ref().map(Child::id)
    }

    /// The server's data.
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// The target as a libpq connection string.
    pub fn conninfo(&self) -> String {
        format!(
            "host={} port={PORT} user={} dbname={} sslmode=disable",
            self.socket.display(),
            self.user(),
            self.database
        )
    }

    /// The target as libpq's environment variables.
    pub fn env(&self) -> Vec<(String, String)> {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        vec![
            pair("PGHOST", &self.socket.to_string_lossy()),
            pair("PGPORT", &PORT.to_string()),
            pair("PGUSER", self.user()),
            pair("PGDATABASE", &self.database),
            pair("PGSSLMODE", "disable"),
        ]
    }

    /// Where the data stays and the command that starts a server on it, of a cluster that is kept.
    pub fn kept(&self) -> Option<(PathBuf, String)> {
        let run = format!(
            "{} -D {} -k {} -c listen_addresses=",
            shown(&self.programs.folder.join("postgres")),
            shown(&self.data()),
            shown(&self.socket)
        );
        let command = match self.account.name() {
            Some(name) => format!(
                "install -d -m 700 -o {name} {0} && su {name} -s /bin/sh -c {1}",
                shown(&self.socket),
                quoted(&run)
            ),
            None => format!("mkdir -p -m 700 {} && {run}", shown(&self.socket)),
        };
        self.keep.then(|| (self.data(), command))
    }

    /// Stops the server and removes what is not to be kept.
    pub fn stop(self) {
        drop(self);
    }

    fn wait_until_ready(&mut self, log: &Path) -> Result<(), Fault> {
        let status = self.data().join("postmaster.pid");
        let until = Instant::now() + PATIENCE;
        loop {
            let ended = self.server.as_mut().is_none_or(|server| !matches!(server.try_wait(), Ok(None)));
            if ended || Instant::now() > until {
                let why = if ended { "the server did not start" } else { "the server did not come up within a minute" };
                return Err(Fault::connection(why).detail(last_lines(log)));
            }
            // The eighth line says how far the server has come.
            if fs::read_to_string(&status)
                .is_ok_and(|text| text.lines().nth(7).is_some_and(|line| line.trim() == "ready"))
            {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn end_server(&mut self, signal: Signal) {
        let Some(mut server) = self.server.take() else {
            return;
        };
        let pid = i32::try_from(server.id()).ok().and_then(Pid::from_raw);
        for (signal, patience) in [(signal, 60), (Signal::QUIT, 10), (Signal::KILL, 5)] {
            let _ = pid.map(|pid| kill_process(pid, signal));
            if ended(&mut server, Duration::from_secs(patience)) {
                break;
            }
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.server.is_some() {
            self.end_server(if self.keep { Signal::INT } else { Signal::QUIT });
            let _ = self.watchdog.gone();
        }
        self.watchdog.finish();
    }
}

/// The end of a log, for a fault.
fn last_lines(log: &Path) -> String {
    let text = fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(8)..].join("\n")
}

/// A path as a shell reads it.
fn shown(path: &Path) -> String {
    quoted(&path.to_string_lossy())
}

fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-=@+".contains(c);
    if text.chars().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
