//! Servers and databases for tests: one cluster per test process and version, started with the demo's own code, ended
//! with the process. It must not skip a version that cannot be had: it panics and says why.

#![allow(dead_code)]

pub mod operate;

use futures::future::BoxFuture;
use pgdeck::catalog::files::Files;
use pgdeck::catalog::system::System;
use pgdeck::demo::{self, Cluster, DemoOptions, Fetch};
use pgdeck::model::Fault;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, Row};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

/// The sample that `Template::Crm` holds without further cost.
pub const SMALL: u64 = 2000;

/// What a fresh database starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
    Empty,
    Crm { rows: u64 },
}

/// A running server that lives as long as the test process.
pub struct TestServer {
    cluster: Cluster,
    systems: bool,
}

/// A database of its own for one test; dropped with the value.
pub struct TestDb {
    pub name: String,
    server: &'static TestServer,
}

/// The versions every claim about versions is tested on.
pub fn majors() -> [u32; 3] {
    [13, 15, 18]
}

/// Every version whose catalogue differs in something a pane or check reads.
pub fn all_majors() -> [u32; 5] {
    [13, 15, 16, 17, 18]
}

/// The server with the crm system, of this major version or of whatever is found.
pub fn server(major: Option<u32>) -> &'static TestServer {
    shared(major, false)
}

/// A server on which no system was ever installed, so that its roles are missing too.
pub fn bare_server(major: Option<u32>) -> &'static TestServer {
    shared(major, true)
}

fn shared(major: Option<u32>, empty: bool) -> &'static TestServer {
    type Servers = BTreeMap<(Option<u32>, bool), &'static TestServer>;
    static SERVERS: OnceLock<Mutex<Servers>> = OnceLock::new();
    let mut servers = SERVERS.get_or_init(Mutex::default).lock().unwrap_or_else(|broken| broken.into_inner());
    servers.entry((major, empty)).or_insert_with(|| {
        let options =
            DemoOptions { rows: SMALL, empty, fetch: Fetch::Yes, major, systems: crm(), ..DemoOptions::default() };
        let cluster = wait(Box::pin(demo::start(options, &|line| eprintln!("{line}"))));
        let cluster = cluster.unwrap_or_else(|fault| panic!("no server {major:?} for the tests: {fault}"));
        Box::leak(Box::new(TestServer { cluster, systems: !empty }))
    })
}

fn crm() -> Vec<String> {
    vec!["crm".to_owned()]
}

impl TestServer {
    pub fn socket_dir(&self) -> &Path {
        self.cluster.socket_dir()
    }

    pub fn port(&self) -> u16 {
        self.cluster.port()
    }

    pub fn major(&self) -> u32 {
        self.cluster.programs().major
    }

    /// A new database made from a template.
    pub fn fresh_database(&'static self, template: Template) -> TestDb {
        static COUNT: AtomicU32 = AtomicU32::new(1);
        let name = format!("t{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let source = match template {
            Template::Empty => "template0".to_owned(),
            Template::Crm { rows: SMALL } if self.systems => demo::DATABASE.to_owned(),
            Template::Crm { rows } => self.crm_of(rows),
        };
        self.admin(&format!("CREATE DATABASE {name} TEMPLATE {source}"));
        TestDb { name, server: self }
    }

    /// The options of a session as this user in this database.
    pub fn options(&self, user: &str, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(self.socket_dir())
            .port(self.port())
            .username(user)
            .database(database)
            .ssl_mode(PgSslMode::Disable)
    }

    /// Runs SQL in the database `postgres` as the superuser.
    pub fn admin(&self, sql: &str) {
        let options = self.options("postgres", "postgres");
        wait(Box::pin(script(options, sql))).unwrap_or_else(|error| panic!("{error}\n{sql}"));
    }

    /// A template with this many rows, made on first use.
    fn crm_of(&self, rows: u64) -> String {
        static MADE: Mutex<Vec<String>> = Mutex::new(Vec::new());
        let name = format!("crm_{rows}");
        let mut made = MADE.lock().unwrap_or_else(|broken| broken.into_inner());
        let known = format!("{name} {}", self.socket_dir().display());
        if !made.contains(&known) {
            self.admin(&format!("CREATE DATABASE {name} TEMPLATE template0"));
            install_into(self.options("postgres", &name), &Files::embedded(), "crm", Some(rows));
            made.push(known);
        }
        name
    }
}

/// The systems the library knows.
pub const SYSTEMS: &[&str] = &["bi", "civic", "crm", "repazoo"];

/// A database with the small crm and a little of every other system.
pub fn with_all_systems(major: Option<u32>) -> TestDb {
    let db = server(major).fresh_database(Template::Crm { rows: SMALL });
    SYSTEMS.iter().filter(|system| **system != "crm").for_each(|system| install(&db, system, Some(300)));
    db
}

/// A role that may connect, enter every system's schema and read two tables of the crm.
pub fn plain_role(db: &TestDb) -> String {
    let role = format!("plain_{}", db.name);
    let schemas = SYSTEMS.join(", ");
    db.exec(&format!(
        "CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA {schemas} TO {role};
         GRANT SELECT ON crm.organizations, crm.leads TO {role}"
    ));
    role
}

/// Roles belong to the server; what this database granted goes with the database.
pub fn forget_role(db: &TestDb, role: &str) {
    db.exec(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}

/// Installs a system into the schema of its name.
pub fn install(db: &TestDb, system: &str, rows: Option<u64>) {
    install_into(db.options("postgres"), &Files::embedded(), system, rows);
}

/// Installs what these files say of a system.
pub fn install_into(options: PgConnectOptions, files: &Files, name: &str, rows: Option<u64>) {
    let system = System::load(files, name).unwrap_or_else(|fault| panic!("{fault}"));
    let install = pgdeck::db::migrate::install(options, &system, files, name, rows);
    wait(Box::pin(install)).unwrap_or_else(|fault| panic!("{fault}"));
}

impl TestDb {
    /// The target as a libpq connection string, as the superuser.
    pub fn conninfo(&self) -> String {
        self.conninfo_as("postgres")
    }

    /// The target as a libpq connection string, as this user.
    pub fn conninfo_as(&self, user: &str) -> String {
        let socket = self.server.socket_dir().display();
        format!("host={socket} port={} user={user} dbname={} sslmode=disable", self.server.port(), self.name)
    }

    /// The target as the command line's flags, as the superuser.
    pub fn target(&self) -> Vec<String> {
        let socket = self.server.socket_dir().display().to_string();
        let port = self.server.port().to_string();
        ["-h", &socket, "-p", &port, "-U", "postgres", "-d", &self.name].map(str::to_owned).to_vec()
    }

    /// The target as libpq's environment variables, as the superuser.
    pub fn env(&self) -> Vec<(String, String)> {
        let mut env = self.server.cluster.env();
        for (name, value) in &mut env {
            if name == "PGDATABASE" {
                *value = self.name.clone();
            }
        }
        env
    }

    pub fn server(&self) -> &'static TestServer {
        self.server
    }

    /// The options of an sqlx session as this user.
    pub fn options(&self, user: &str) -> PgConnectOptions {
        self.server.options(user, &self.name)
    }

    /// Runs SQL, several statements if need be, as the superuser. Panics with the server's words.
    pub fn exec(&self, sql: &str) {
        self.exec_as("postgres", sql);
    }

    /// Runs SQL as this user.
    pub fn exec_as(&self, user: &str, sql: &str) {
        self.try_exec_as(user, sql).unwrap_or_else(|error| panic!("{error}\n{sql}"));
    }

    /// Runs SQL as this user; the server's refusal is the answer.
    pub fn try_exec_as(&self, user: &str, sql: &str) -> Result<(), sqlx::Error> {
        wait(Box::pin(script(self.options(user), sql)))
    }

    /// The rows of a query, as the superuser; every column must be text.
    pub fn rows(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        wait(Box::pin(table(self.options("postgres"), sql))).unwrap_or_else(|error| panic!("{error}\n{sql}"))
    }

    /// The first column of the first row as text; empty for NULL.
    pub fn value(&self, sql: &str) -> String {
        let rows = self.rows(&format!("SELECT (q.*)::text FROM (SELECT ({sql})::text) q(x)"));
        let cell = rows.into_iter().next().and_then(|row| row.into_iter().next()).flatten();
        cell.unwrap_or_default().trim_matches(['(', ')', '"']).to_owned()
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let options = self.server.options("postgres", "postgres");
        let _ = wait(Box::pin(script(options, &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name))));
    }
}

async fn script(options: PgConnectOptions, sql: &str) -> Result<(), sqlx::Error> {
    let mut session = options.connect().await?;
    let outcome = session.execute(AssertSqlSafe(sql.to_owned())).await.map(drop);
    session.close().await?;
    outcome
}

async fn table(options: PgConnectOptions, sql: &str) -> Result<Vec<Vec<Option<String>>>, sqlx::Error> {
    let mut session: PgConnection = options.connect().await?;
    let rows = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(&mut session).await?;
    session.close().await?;
    rows.iter().map(|row| (0..row.len()).map(|at| row.try_get::<Option<String>, _>(at)).collect()).collect()
}

/// Waits for a future from any test, async or not: on a thread of its own.
pub fn wait<T: Send>(future: BoxFuture<'_, T>) -> T {
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime for the test").block_on(future)
        });
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// The fault of an outcome that must not be well.
pub fn fault<T: std::fmt::Debug>(outcome: Result<T, Fault>) -> Fault {
    outcome.expect_err("this must be refused")
}
