//! Operations as a test carries them out: an engine with a journal of its own, sessions that stay in the way, the binary.

#![allow(dead_code)]

use super::TestDb;
use pgdeck::catalog::Library;
use pgdeck::db::{Env, Flags, Target};
use pgdeck::engine::journal::{Entry, Journal};
use pgdeck::engine::{Engine, Limits, Stop, StopHandle, stop};
use pgdeck::model::deck::Survey;
use pgdeck::model::operation::{Intent, Plan, PlanRow, Receipt};
use pgdeck::model::request::Progress;
use pgdeck::model::{Fault, Outcome, Request};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, Row};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// An engine, the runtime its sessions live in, and where its journal stands.
pub struct Operator {
    pub engine: Engine,
    pub runtime: Runtime,
    pub state: TempDir,
}

impl Operator {
    pub fn on(conninfo: String) -> Self {
        Self::waiting(conninfo, 2000)
    }

    /// One that waits so long for a lock.
    pub fn waiting(conninfo: String, lock_timeout_ms: u32) -> Self {
        Self::within(conninfo, lock_timeout_ms, tempfile::tempdir().expect("a folder"))
    }

    pub fn within(conninfo: String, lock_timeout_ms: u32, state: TempDir) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let limits = Limits { statement_timeout_ms: 60_000, lock_timeout_ms, time_zone: "UTC".to_owned() };
        let flags = Flags { conninfo: Some(conninfo), ..Flags::default() };
        let target = Target::resolve(&flags, &Env::default()).unwrap_or_else(|fault| panic!("{fault}"));
        let journal = Journal::within(state.path());
        let engine = Engine::recording(target, Arc::new(Library::load(&[])), limits, journal);
        Self { engine, runtime: runtime.expect("a runtime for the test"), state }
    }

    pub fn run(&self, request: Request) -> Result<Outcome, Fault> {
        self.runtime.block_on(self.engine.run(request, Stop::never(), &|_| ()))
    }

    pub fn plan(&self, intent: Intent) -> Result<Plan, Fault> {
        match self.run(Request::Plan(intent))? {
            Outcome::Plan(plan) => Ok(plan),
            other => panic!("no plan: {other:?}"),
        }
    }

    pub fn perform(&self, plan: Plan) -> Result<Receipt, Fault> {
        self.run(Request::Perform(Box::new(plan))).map(receipt)
    }

    /// Plans and carries out.
    pub fn carry_out(&self, intent: Intent) -> Result<Receipt, Fault> {
        self.perform(self.plan(intent)?)
    }

    /// Carries out and stops it after a while. Returns what came of it, how long it took after the stop, and what was told on the way.
    pub fn stopped(&self, plan: Plan, after: Duration) -> (Result<Receipt, Fault>, Duration, Vec<Progress>) {
        let (handle, stop): (StopHandle, Stop) = stop::pair();
        let told = Mutex::new(Vec::new());
        let progress = |step| told.lock().expect("a list").push(step);
        let (result, at) = self.runtime.block_on(async {
            let running = self.engine.run(Request::Perform(Box::new(plan)), stop, &progress);
            let stopping = async {
                tokio::time::sleep(after).await;
                handle.stop();
                Instant::now()
            };
            tokio::join!(running, stopping)
        });
        let took = at.elapsed();
        (result.map(receipt), took, told.into_inner().expect("a list"))
    }

    pub fn survey(&self) -> Arc<Survey> {
        match self.run(Request::Survey) {
            Ok(Outcome::Survey(survey)) => survey,
            other => panic!("no survey: {other:?}"),
        }
    }

    pub fn journal(&self) -> Journal {
        Journal::within(self.state.path())
    }

    pub fn entries(&self) -> Vec<Entry> {
        self.journal().read()
    }

    /// The events of the journal with their operations.
    pub fn events(&self) -> Vec<String> {
        self.entries().iter().map(|entry| format!("{} {}", entry.operation, entry.event.name())).collect()
    }
}

fn receipt(outcome: Outcome) -> Receipt {
    match outcome {
        Outcome::Receipt(receipt) => receipt,
        other => panic!("no receipt: {other:?}"),
    }
}

/// Table and action of each row.
pub fn actions(rows: &[PlanRow]) -> Vec<String> {
    rows.iter().map(|row| format!("{} {}", row.action, row.table)).collect()
}

/// A session that stays open.
pub struct Other {
    runtime: Runtime,
    connection: PgConnection,
    pub pid: i32,
}

impl Other {
    pub fn of(db: &TestDb, user: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let options: PgConnectOptions = db.options(user);
        let mut connection = runtime.block_on(options.connect()).unwrap_or_else(|error| panic!("{error}"));
        let row = runtime.block_on(connection.fetch_one("SELECT pg_backend_pid()")).expect("a process id");
        let pid = row.get(0);
        Self { runtime, connection, pid }
    }

    pub fn exec(&mut self, sql: &str) {
        self.try_exec(sql).unwrap_or_else(|error| panic!("{error}\n{sql}"));
    }

    pub fn try_exec(&mut self, sql: &str) -> Result<(), sqlx::Error> {
        self.runtime.block_on(self.connection.execute(AssertSqlSafe(sql.to_owned()))).map(drop)
    }
}

/// True once it is so, within half a minute.
pub fn soon(so: impl Fn() -> bool) -> bool {
    let until = Instant::now() + Duration::from_secs(30);
    while !so() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(20));
    }
    so()
}

/// The binary on this database as this user, with its settings and state below this folder.
pub fn pgdeck(db: &TestDb, user: &str, home: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pgdeck"));
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("PG") && !["PGDECK_PG_BIN", "PGDECK_CACHE_DIR"].contains(&name.as_str()) {
            command.env_remove(name);
        }
    }
    command.envs(db.env()).env("PGUSER", user).env("HOME", home).env("PGDECK_TIME_ZONE", "UTC").env_remove("CI");
    command.env("PGDECK_CONFIG_DIR", home.join("config")).env("PGDECK_STATE_DIR", home.join("state"));
    command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// How it ended: exit code, stdout, stderr.
pub fn ended(mut command: Command) -> (i32, String, String) {
    let done = command.output().expect("pgdeck runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (done.status.code().unwrap_or(-1), text(done.stdout), text(done.stderr))
}

/// Waits until no backend of this database runs a statement that begins so.
pub fn is_quiet(db: &TestDb, begins: &str) -> bool {
    let sql = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = '{}' AND state = 'active' AND query LIKE '{begins}%'",
        db.name
    );
    soon(|| db.value(&sql) == "0")
}
