//! A shop on a server of its own, with a box of things that were deleted together, and what can be seen of them.

use crate::own_server::Server;
use pgdeck::catalog::Library;
use pgdeck::db::{Env, Flags, Target};
use pgdeck::engine::journal::{Entry, Journal, fold};
use pgdeck::engine::{Engine, Limits, Stop};
use pgdeck::model::operation::{Ending, Intent, Plan, Receipt, Restore};
use pgdeck::model::{Fault, Outcome, Request};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, Row};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// So many things fell with the box: enough that a restore takes its time.
pub const SOME: usize = 2000;
/// So many that they are restored in batches.
pub const MANY: usize = 6000;

const MANIFEST: &str = r#"
name = "toy"
title = "Toy shop"
[match]
tables = ["boxes", "things"]
[[table]]
name = "boxes"
key = "id"
word = "box"
audit = { restored = "back", deleted = "gone" }
deleted = { column = "is_active", kind = "boolean", value = false, group = "removal" }
[[table]]
name = "things"
key = "id"
word = "thing"
deleted = { column = "is_active", kind = "boolean", value = false, group = "removal" }
[[relation]]
child = "things"
parent = "boxes"
columns = "box_id"
cascade = true
"#;

const TRAIL: &str = r#"
[audit]
table = "log"
at = "at"
actor = "who"
action = "action"
object = "kind"
row = "row"
old = "before"
new = "after"
operation = "operation"
"#;

/// Nothing is written to the disk but what a COMMIT asks for, so that a crash loses all that it may lose.
pub const SETTINGS: &[&str] = &[
    "autovacuum=off",
    "wal_writer_delay=10s",
    "wal_writer_flush_after=0",
    "wal_buffers=64MB",
    "bgwriter_lru_maxpages=0",
    "shared_buffers=64MB",
];

pub struct Shop {
    pub server: Server,
    pub runtime: Runtime,
    library: TempDir,
    things: usize,
}

/// What is known of an operation by the data alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Truth {
    pub is_back: bool,
    pub is_recorded: bool,
}

impl Shop {
    /// One that keeps a trail, or none.
    pub fn open(major: Option<u32>, has_trail: bool, things: usize, settings: &[&str]) -> Self {
        let server = Server::of(major, "local replication all trust", &[SETTINGS, settings].concat(), |_| ());
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let library = TempDir::new().expect("a directory");
        let dir = library.path().join("systems/toy");
        std::fs::create_dir_all(&dir).expect("a directory");
        let manifest = format!("{MANIFEST}{}", if has_trail { TRAIL } else { "" });
        std::fs::write(dir.join("system.toml"), manifest).expect("a file");
        let shop = Self { server, runtime: runtime.expect("a runtime"), library, things };
        shop.exec(&format!(
            "CREATE SCHEMA shop;
             CREATE TABLE shop.boxes (id integer PRIMARY KEY, is_active boolean NOT NULL DEFAULT true, removal integer, note text);
             CREATE TABLE shop.things (id integer PRIMARY KEY, box_id integer REFERENCES shop.boxes,
               is_active boolean NOT NULL DEFAULT true, removal integer, note text);
             CREATE TABLE shop.log (at timestamptz, who text, action text, kind text, row text, before jsonb, after jsonb, operation uuid);
             INSERT INTO shop.boxes VALUES (1, false, 7, 'a'), (2, true, NULL, 'b'), (3, false, 8, 'c');
             INSERT INTO shop.things SELECT n, 1, false, 7, 't' || n FROM generate_series(1, {things}) AS n;
             INSERT INTO shop.things SELECT {things} + n, 3, false, 8, 'u' || n FROM generate_series(1, 5) AS n;
             ANALYZE;"
        ));
        shop
    }

    pub fn options(&self) -> PgConnectOptions {
        options(&self.server)
    }

    pub fn exec(&self, sql: &str) {
        exec(&self.runtime, self.options(), sql);
    }

    pub fn value(&self, sql: &str) -> String {
        value(&self.runtime, self.options(), sql)
    }

    pub fn engine(&self, state: &Path) -> Engine {
        self.engine_at(&self.server, state)
    }

    pub fn engine_at(&self, server: &Server, state: &Path) -> Engine {
        let (socket, port) = (server.directory().display(), server.port);
        let conninfo = format!("host={socket} port={port} user=postgres dbname=postgres sslmode=disable");
        let flags = Flags { conninfo: Some(conninfo), ..Flags::default() };
        let target = Target::resolve(&flags, &Env::default()).unwrap_or_else(|fault| panic!("{fault}"));
        let limits = Limits { statement_timeout_ms: 60_000, lock_timeout_ms: 10_000, time_zone: "UTC".to_owned() };
        let library = Arc::new(Library::load(&[self.library.path().to_owned()]));
        Engine::recording(target, library, limits, Journal::within(state))
    }

    pub fn plan(&self, engine: &Engine) -> Plan {
        let restore = Restore { table: "shop.boxes".into(), keys: vec!["1".into()], ..Restore::default() };
        let plan = engine.run(Request::Plan(Intent::Restore(restore)), Stop::never(), &|_| ());
        match self.runtime.block_on(plan) {
            Ok(Outcome::Plan(plan)) => plan,
            other => panic!("no plan: {other:?}"),
        }
    }

    pub fn perform(&self, engine: &Engine, plan: Plan) -> Result<Receipt, Fault> {
        let performed = engine.run(Request::Perform(Box::new(plan)), Stop::never(), &|_| ());
        self.runtime.block_on(performed).map(|outcome| match outcome {
            Outcome::Receipt(receipt) => receipt,
            other => panic!("no receipt: {other:?}"),
        })
    }

    /// `pgdeck restore shop.boxes 1`, to the end if nobody stops it.
    pub fn command(&self, state: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pgdeck"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PG")) {
            command.env_remove(name);
        }
        command.env("PGHOST", self.server.directory()).env("PGPORT", self.server.port.to_string());
        command.env("PGUSER", "postgres").env("PGDATABASE", "postgres").env("PGSSLMODE", "disable");
        command.env("PGDECK_STATE_DIR", state).env("PGDECK_CONFIG_DIR", state.join("config")).env("HOME", state);
        command.env("PGDECK_TIME_ZONE", "UTC").arg("--library").arg(self.library.path()).args(args);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// The server ends at once, and starts again.
    pub fn crashes(&mut self) {
        let port = self.server.port;
        self.server.crash();
        self.server.again(port);
    }

    /// Waits until nobody else is connected: what a session that lost its client still does is over then.
    pub fn is_quiet(&self) {
        let others =
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
        let until = Instant::now() + Duration::from_secs(30);
        while self.value(others) != "0" {
            assert!(Instant::now() < until, "somebody stays connected");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// All of the deletion or nothing, and nothing else.
    pub fn truth(&self) -> Truth {
        self.truth_at(self.options())
    }

    /// The same on another server.
    pub fn truth_at(&self, options: PgConnectOptions) -> Truth {
        let seen = value(
            &self.runtime,
            options,
            "SELECT concat_ws(' ',
           (SELECT count(*) FROM shop.things WHERE box_id = 1 AND is_active AND removal IS NULL),
           (SELECT count(*) FROM shop.things WHERE box_id = 1 AND NOT is_active AND removal = 7),
           (SELECT count(*) FROM shop.boxes WHERE id = 1 AND is_active AND removal IS NULL),
           (SELECT count(*) FROM shop.things WHERE box_id = 3 AND NOT is_active AND removal = 8),
           (SELECT count(*) FROM shop.log))",
        );
        let numbers: Vec<usize> = seen.split(' ').map(|number| number.parse().expect("a number")).collect();
        let [back, gone, boxes, others, recorded] = numbers[..] else { panic!("{seen}") };
        assert!([(self.things, 0, 1), (0, self.things, 0)].contains(&(back, gone, boxes)), "half restored: {seen}");
        assert!(others == 5 && recorded <= 1, "{seen}");
        Truth { is_back: boxes == 1, is_recorded: recorded == 1 }
    }

    /// Deletes it again, as the application did.
    pub fn reset(&self) {
        self.exec(
            "UPDATE shop.things SET is_active = false, removal = 7 WHERE box_id = 1 AND is_active;
             UPDATE shop.boxes SET is_active = false, removal = 7 WHERE id = 1 AND is_active;
             DELETE FROM shop.log;",
        );
        self.exec("VACUUM shop.things");
    }
}

pub fn options(server: &Server) -> PgConnectOptions {
    let options = PgConnectOptions::new_without_pgpass().socket(server.directory()).port(server.port);
    options.username("postgres").database("postgres").ssl_mode(PgSslMode::Disable)
}

pub fn exec(runtime: &Runtime, options: PgConnectOptions, sql: &str) {
    let run = async {
        let mut session: PgConnection = options.connect().await?;
        session.execute(AssertSqlSafe(sql.to_owned())).await?;
        session.close().await
    };
    runtime.block_on(run).unwrap_or_else(|error: sqlx::Error| panic!("{error}\n{sql}"));
}

pub fn value(runtime: &Runtime, options: PgConnectOptions, sql: &str) -> String {
    let run = async {
        let mut session: PgConnection = options.connect().await?;
        let row = session.fetch_one(AssertSqlSafe(format!("SELECT ({sql})::text"))).await?;
        session.close().await?;
        Ok(row.get::<Option<String>, _>(0).unwrap_or_default())
    };
    runtime.block_on(run).unwrap_or_else(|error: sqlx::Error| panic!("{error}\n{sql}"))
}

/// How the journal says that its only operation ended; None where it does not say, or knows of none.
pub fn said(entries: &[Entry]) -> Option<Ending> {
    let recorded = fold(entries);
    assert!(recorded.len() <= 1, "{entries:?}");
    recorded.first()?.ending()
}
