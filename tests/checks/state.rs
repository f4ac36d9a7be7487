//! Checks of what the server does now, each with the situation it is about: several sessions, a slot, a damaged page.
//! Limits of hours and gigabytes are lowered through a library laid over.

use crate::ask::{Asker, limits};
use crate::own_server::Server;
use futures::FutureExt;
use pgdeck::catalog::{Files, Library};
use pgdeck::model::finding::{Finding, Selection, Status};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgRow, PgSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, Row};
use std::os::unix::fs::FileExt;
use std::time::{Duration, Instant};

/// A server of its own and an engine with lowered limits.
struct Scene {
    server: Server,
    asker: Asker,
}

/// What is lowered: the check's file, a part of its text, and what stands there instead.
const LOWERED: &[(&str, &str, &str)] = &[
    ("now-blocked", "min_seconds = 10", "min_seconds = 0"),
    ("now-connections", "min_percent = 80", "min_percent = 1"),
    ("now-idle-tx", "min_seconds = 300", "min_seconds = 0"),
    ("now-long-query", "min_seconds = 600", "min_seconds = 0"),
    ("now-prepared-xact", "min_seconds = 3600", "min_seconds = 0"),
    ("now-slot-retained@17", "inactive_seconds = 300", "inactive_seconds = 0"),
    ("now-stats-never", "min_rows = 10000", "min_rows = 10"),
    ("now-vacuum-lag", "min_dead = 10000", "min_dead = 10"),
    ("now-vacuum-lag@18", "min_dead = 10000", "min_dead = 10"),
    ("now-replication-lag", "max_bytes = 1073741824", "max_bytes = 8192"),
];

/// Ids are far from their end on every server a test can make, so these look at any age at all.
const AGED: &[(&str, &str, &str)] = &[
    ("now-xid-age", "min_percent = 50", "min_percent = 0"),
    ("now-xid-age", "* 1.05", "* 0"),
    ("now-mxid-age", "min_percent = 50", "min_percent = 0"),
    ("now-mxid-age", "* 1.05", "* 0"),
];

/// The library with these changes laid over. A check is laid over with all its versions.
fn library(changes: &[(&str, &str, &str)]) -> Library {
    let mut files = Files::embedded();
    let mut over = Files::default();
    for (path, text) in files.under("checks") {
        let stem = path.trim_start_matches("checks/").trim_end_matches(".sql");
        let family = stem.split('@').next().unwrap_or(stem);
        if changes.iter().any(|(name, ..)| name.split('@').next() == Some(family)) {
            let mut text = text.to_owned();
            for (_, from, to) in changes.iter().filter(|(name, ..)| *name == stem) {
                assert!(text.contains(from), "{path} does not say {from:?}");
                text = text.replace(from, to);
            }
            over.insert(path, &text);
        }
    }
    files.lay_over(over);
    Library::of(files, Vec::new())
}

const SETTINGS: &[&str] = &[
    "wal_level=replica",
    "max_prepared_transactions=5",
    "archive_mode=on",
    "archive_command=false",
    // Nothing may be cleaned or analyzed behind a test's back.
    "autovacuum_naptime=1h",
    "shared_buffers=1MB",
    "max_connections=30",
];

impl Scene {
    fn new(major: u32) -> Self {
        let server = Server::of(Some(major), "local replication all trust", SETTINGS, |_| ());
        let asker = Asker::with(conninfo(&server), library(LOWERED), limits("UTC"));
        Self { server, asker }
    }

    fn options(&self) -> PgConnectOptions {
        options(&self.server)
    }

    fn session(&self) -> (PgConnection, String) {
        self.asker.runtime.block_on(async {
            let mut session = self.options().connect().await.expect("a session");
            let row = session.fetch_one("SELECT pg_backend_pid()::text").await.expect("a pid");
            let pid = row.get(0);
            (session, pid)
        })
    }

    fn run(&self, session: &mut PgConnection, sql: &str) {
        let run = session.execute(AssertSqlSafe(sql.to_owned()));
        self.asker.runtime.block_on(run).unwrap_or_else(|error| panic!("{error}: {sql}"));
    }

    fn exec(&self, sql: &str) {
        let (mut session, _) = self.session();
        for statement in sql.split(";;") {
            self.run(&mut session, statement);
        }
        self.asker.runtime.block_on(session.close()).expect("the end");
    }

    /// What a check finds at the moment.
    fn found(&self, check: &str) -> Vec<Finding> {
        found(&self.asker, check)
    }

    /// What a check finds once it finds something.
    fn comes(&self, check: &str) -> Vec<Finding> {
        let until = Instant::now() + Duration::from_secs(20);
        loop {
            let found = self.found(check);
            if !found.is_empty() {
                return found;
            }
            assert!(Instant::now() < until, "{check} finds nothing");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn found(asker: &Asker, check: &str) -> Vec<Finding> {
    let selection = Selection { checks: vec![check.to_owned()], ..Selection::default() };
    let verified = asker.verify(selection).unwrap_or_else(|fault| panic!("{check}: {fault}"));
    let run = &verified.checks[0];
    assert!(matches!(run.status, Status::Pass | Status::Finding), "{check}: {run:?}");
    verified.findings.clone()
}

fn objects(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.object.as_str()).collect()
}

fn options(server: &Server) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .socket(server.directory())
        .port(server.port)
        .username("postgres")
        .database("postgres")
        .ssl_mode(PgSslMode::Disable)
}

fn conninfo(server: &Server) -> String {
    format!("host={} port={} user=postgres dbname=postgres sslmode=disable", server.directory().display(), server.port)
}

/// Who waits, who is idle in a transaction, who works for long.
fn sessions(scene: &Scene) {
    for check in ["now-blocked", "now-idle-tx", "now-long-query"] {
        assert_eq!(objects(&scene.found(check)), Vec::<&str>::new(), "{check}");
    }
    scene.exec("CREATE TABLE contested (id integer)");
    let (mut holder, holds) = scene.session();
    scene.run(&mut holder, "BEGIN");
    scene.run(&mut holder, "LOCK TABLE contested");
    let (mut waiter, _) = scene.session();
    let waits = scene.asker.runtime.spawn(async move { waiter.execute("SELECT * FROM contested").map(drop).await });
    let blocked = scene.comes("now-blocked");
    assert_eq!(objects(&blocked), [format!("pid {holds}")]);
    assert!(blocked[0].detail.starts_with("1 session waits on pid"), "{}", blocked[0].detail);
    assert_eq!(blocked[0].filter, Some(format!("root={holds}")));
    assert_eq!(objects(&scene.found("now-idle-tx")), [format!("pid {holds}")]);
    assert_eq!(objects(&scene.found("now-long-query")), Vec::<&str>::new(), "who waits does not work");
    let (mut worker, works) = scene.session();
    let working = scene.asker.runtime.spawn(async move { worker.execute("SELECT pg_sleep(60)").map(drop).await });
    assert_eq!(objects(&scene.comes("now-long-query")), [format!("pid {works}")]);
    scene.exec(&format!("SELECT pg_terminate_backend({works})"));
    scene.run(&mut holder, "ROLLBACK");
    scene.asker.runtime.block_on(async {
        waits.await.expect("the waiter");
        working.await.expect("the worker");
    });
    assert!(scene.found("now-blocked").is_empty() && scene.found("now-idle-tx").is_empty());
}

fn prepared(scene: &Scene) {
    assert!(scene.found("now-prepared-xact").is_empty());
    scene.exec("BEGIN;;CREATE TABLE prepared (id integer);;PREPARE TRANSACTION 'Nobody''s'");
    assert_eq!(objects(&scene.comes("now-prepared-xact")), ["\"Nobody's\""]);
    scene.exec("ROLLBACK PREPARED 'Nobody''s'");
    assert!(scene.found("now-prepared-xact").is_empty());
}

fn slots(scene: &Scene) {
    assert!(scene.found("now-slot-retained").is_empty());
    scene.exec("SELECT pg_create_physical_replication_slot('forgotten', true)");
    assert_eq!(objects(&scene.comes("now-slot-retained")), ["forgotten"]);
    scene.exec("SELECT pg_drop_replication_slot('forgotten')");
    assert!(scene.found("now-slot-retained").is_empty());
}

fn connections(scene: &Scene) {
    let taken = scene.comes("now-connections");
    assert_eq!(objects(&taken), ["max_connections"]);
    let as_delivered = Asker::new(conninfo(&scene.server));
    assert!(found(&as_delivered, "now-connections").is_empty());
}

fn tables(scene: &Scene) {
    scene.exec("CREATE TABLE fresh (id integer)");
    assert!(scene.found("now-stats-never").is_empty() && scene.found("now-vacuum-lag").is_empty());
    scene.exec("INSERT INTO fresh SELECT generate_series(1, 1000);;UPDATE fresh SET id = id + 1");
    assert_eq!(objects(&scene.comes("now-stats-never")), ["public.fresh"]);
    assert_eq!(objects(&scene.comes("now-vacuum-lag")), ["public.fresh"]);
    scene.exec("VACUUM ANALYZE fresh");
    until("what was vacuumed and analyzed is not found", || {
        scene.found("now-stats-never").is_empty() && scene.found("now-vacuum-lag").is_empty()
    });
}

fn ages(scene: &Scene) {
    let aged = Asker::with(conninfo(&scene.server), library(AGED), limits("UTC"));
    for check in ["now-xid-age", "now-mxid-age"] {
        assert!(scene.found(check).is_empty(), "{check} as it is delivered");
        let findings = found(&aged, check);
        let mut found = objects(&findings);
        found.sort_unstable();
        assert_eq!(found, ["postgres", "template0", "template1"], "{check}");
    }
}

fn archiver(scene: &Scene) {
    scene.exec("CREATE TABLE wal (id integer);;SELECT pg_switch_wal()");
    let failing = scene.comes("now-archiver-failing");
    assert_eq!(objects(&failing), ["archiver"]);
    assert!(failing[0].detail.contains("could not be archived"), "{}", failing[0].detail);
}

/// A page is damaged on the disk, read, and found.
fn checksums(scene: &Scene) {
    assert!(scene.found("now-checksum-failures").is_empty());
    scene.exec("CREATE TABLE damaged AS SELECT generate_series(1, 5000) AS id;;CHECKPOINT");
    let (mut session, _) = scene.session();
    let file = async {
        let row = session.fetch_one("SELECT pg_relation_filepath('damaged')").await.expect("a file");
        row.get::<String, _>(0)
    };
    let file = scene.server.directory().join("data").join(scene.asker.runtime.block_on(file));
    // More than the server's buffers hold is read in between.
    scene.exec("CREATE TABLE wide AS SELECT repeat('x', 1000) AS x FROM generate_series(1, 5000);;SELECT * FROM wide");
    let file = std::fs::OpenOptions::new().write(true).open(file).expect("the table's file");
    file.write_all_at(&[0xff; 64], 4096).expect("the damage");
    let read = scene.asker.runtime.block_on(session.execute("SELECT count(id) FROM damaged"));
    assert!(read.is_err(), "the damage was not read");
    scene.asker.runtime.block_on(session.close()).expect("the end");
    assert_eq!(objects(&scene.comes("now-checksum-failures")), ["postgres"]);
}

/// A standby that falls behind, seen from both sides, and one that cancels a query to keep up.
fn standby(scene: &Scene) {
    assert!(scene.found("now-replication-lag").is_empty());
    scene.exec("CREATE TABLE followed AS SELECT generate_series(1, 1000) AS id");
    let (mut backup, _) = scene.session();
    scene.run(&mut backup, "SELECT pg_backup_start('standby', true)");
    let label = |label: PgRow| label.get::<String, _>(0);
    let settings = [SETTINGS, &["max_standby_streaming_delay=0"]].concat();
    let standby = Server::standby(Some(18), &scene.server, &settings, || {
        let stop = scene.asker.runtime.block_on(backup.fetch_one("SELECT labelfile FROM pg_backup_stop(false)"));
        stop.map(label).expect("a label")
    });
    let there = Asker::with(conninfo(&standby), library(LOWERED), limits("UTC"));
    let on_standby = |sql: &str| {
        there.runtime.block_on(async {
            let mut session = options(&standby).connect().await.expect("a session");
            session.execute(AssertSqlSafe(sql.to_owned())).await.unwrap_or_else(|error| panic!("{error}: {sql}"));
        });
    };
    on_standby("SELECT pg_wal_replay_pause()");
    scene.exec("INSERT INTO followed SELECT generate_series(1, 20000)");
    assert_eq!(objects(&scene.comes("now-replication-lag")), ["standby behind"]);
    until("the standby sees it too", || objects(&found(&there, "now-replication-lag")) == ["this standby"]);
    on_standby("SELECT pg_wal_replay_resume()");
    until("the standby catches up", || found(&there, "now-replication-lag").is_empty());
    assert!(found(&there, "now-standby-conflicts").is_empty());
    // A snapshot of before the rows go; replay cleans them away and does not wait for who holds it.
    let mut reader = there.runtime.block_on(options(&standby).connect()).expect("a session");
    let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM followed";
    there.runtime.block_on(reader.execute(begin)).expect("a snapshot");
    scene.exec("DELETE FROM followed;;VACUUM followed");
    until("a query is cancelled", || objects(&found(&there, "now-standby-conflicts")) == ["postgres"]);
}

/// Waits until it is so.
fn until(what: &str, so: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !so() {
        assert!(Instant::now() < end, "not so: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The journal's part is played by rows written here: what pgdeck knows is told as relations.
fn stale_views(scene: &Scene) {
    scene.exec("CREATE TABLE base (id integer);;CREATE MATERIALIZED VIEW totals AS SELECT count(*) FROM base");
    let spec = library(&[]);
    let (_, variants) = spec.checks().find(|(id, _)| id.name == "now-view-stale").expect("the check");
    let sql = variants[0].spec.as_ref().expect("a check").sql.clone();
    let stale = |changes: u64, hours: u64| {
        let text = format!(
            "WITH budgets AS (SELECT 'public' AS schema, 'totals' AS view, interval '1 hour' AS budget),
             refreshes AS (SELECT 'public' AS schema, 'totals' AS view, now() - interval '{hours} hours' AS at, 'plain' AS mode,
               1::numeric AS ms, {changes}::numeric AS changes)
             SELECT q.object FROM ({sql}) q"
        );
        let (mut session, _) = scene.session();
        let rows = scene.asker.runtime.block_on(async {
            let rows = session.fetch_all(AssertSqlSafe(text)).await.unwrap_or_else(|error| panic!("{error}"));
            session.close().await.expect("the end");
            rows
        });
        rows.iter().map(|row| row.get::<String, _>(0)).collect::<Vec<_>>()
    };
    assert!(stale(0, 2).is_empty(), "nothing was written");
    scene.exec("INSERT INTO base SELECT generate_series(1, 10)");
    until("the view is found", || stale(0, 2) == ["public.totals"]);
    assert!(stale(0, 0).is_empty() && stale(10, 2).is_empty(), "within its budget, or nothing written since");
}

#[test]
fn what_the_server_does_now_is_found_on_13() {
    let scene = Scene::new(13);
    for part in [sessions, prepared, slots, connections, tables, ages, archiver, stale_views] {
        part(&scene);
    }
}

#[test]
fn what_the_server_does_now_is_found_on_18() {
    let scene = Scene::new(18);
    for part in [sessions, prepared, slots, connections, tables, ages, archiver, stale_views, standby, checksums] {
        part(&scene);
    }
}
