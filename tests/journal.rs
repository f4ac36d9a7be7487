//! The journal: whole lines whoever else writes, nothing changed where it cannot be written, and what nobody saw the end
//! of is told at the next start.

#![cfg(feature = "demo")]

#[path = "connect/server.rs"]
mod own_server;
mod support;

use own_server::Server;
use pgdeck::engine::journal::{Entry, Event, Journal, Whose};
use pgdeck::model::operation::{Ending, Intent, Plan, PlanRow, RefreshMode, Restore, Views};
use pgdeck::model::request::Install;
use pgdeck::model::{Kind, Outcome, Request};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, Row};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use support::operate::{Operator, Other, ended, pgdeck, soon};
use support::{SMALL, Template, TestDb, all_majors, fault, majors, server};

fn all() -> Intent {
    Intent::Refresh { views: Views::All, mode: RefreshMode::Auto }
}

fn of(name: &str) -> Intent {
    Intent::Refresh { views: Views::Named(vec![name.to_owned()]), mode: RefreshMode::Auto }
}

/// A database with one view, which takes this long to refresh.
fn viewed(major: u32, seconds: f64) -> TestDb {
    let db = server(Some(major)).fresh_database(Template::Empty);
    db.exec(&format!(
        "CREATE TABLE t AS SELECT 0::float8 AS pause;
         CREATE MATERIALIZED VIEW v AS SELECT pause, pg_sleep(pause)::text AS slept FROM t;
         UPDATE t SET pause = {seconds}"
    ));
    db
}

fn whose(system: Option<&str>, server: &str) -> Whose {
    let (system_identifier, server) = (system.map(str::to_owned), server.to_owned());
    Whose { system_identifier, database: "shop".into(), role: "ann".into(), server }
}

fn entry(id: &str) -> Entry {
    let mut plan = Plan::of(all());
    plan.rows = vec![PlanRow { table: "x".repeat(20_000), action: "refresh".into(), ..PlanRow::default() }];
    Entry { plan: Some(plan), ..Entry::new(id, Event::Intent, &whose(Some("1"), "db1"), "refresh") }
}

/// This program again, writing lines into the journal of this directory.
#[test]
#[ignore = "a part that another test starts"]
fn writer() {
    let Some(dir) = std::env::var_os("PGDECK_TEST_JOURNAL") else { return };
    let journal = Journal::within(Path::new(&dir));
    for n in 0..100 {
        journal.write(&entry(&format!("{} {n}", std::process::id()))).unwrap();
    }
}

#[test]
fn several_processes_write_whole_lines() {
    let dir = tempfile::tempdir().unwrap();
    let start = || {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "writer", "--ignored"]).env("PGDECK_TEST_JOURNAL", dir.path());
        command.stdout(Stdio::null()).spawn().unwrap()
    };
    let mut writers: Vec<_> = (0..4).map(|_| start()).collect();
    assert!(writers.iter_mut().all(|writer| writer.wait().unwrap().success()));
    let lines = Journal::within(dir.path()).lines();
    assert_eq!((lines.entries.len(), lines.unreadable.len()), (400, 0));
}

#[test]
fn a_line_that_was_cut_off_costs_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    let journal = Journal::within(dir.path());
    journal.write(&entry("a")).unwrap();
    let whole = fs::read(&path).unwrap();
    // Within a letter of two bytes.
    let mut file = OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(&whole[..whole.len() / 2]).unwrap();
    file.write_all(&"é".as_bytes()[..1]).unwrap();
    journal.write(&entry("b")).unwrap();
    let lines = journal.lines();
    let ids: Vec<&str> = lines.entries.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!((ids.as_slice(), lines.unreadable.as_slice()), (["a", "b"].as_slice(), [2].as_slice()));
    assert!(lines.note().unwrap().contains("line 2 of the journal cannot be read"));
}

#[test]
fn only_its_owner_reads_it() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("a").join("b");
    Journal::within(&state).write(&entry("a")).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let path = state.join("journal.jsonl");
    assert_eq!((mode(&state), mode(&path)), (0o700, 0o600));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    Journal::within(&state).write(&entry("b")).unwrap();
    assert_eq!(mode(&path), 0o600);
}

#[test]
fn a_database_is_told_by_its_cluster_and_name() {
    let line = entry("a");
    assert!(whose(Some("1"), "elsewhere").owns(&line));
    assert!(!whose(Some("2"), "db1").owns(&line));
    assert!(whose(None, "db1").owns(&line));
    assert!(!whose(None, "db2").owns(&line));
    assert!(!Whose { database: "other".into(), ..whose(Some("1"), "db1") }.owns(&line));
}

#[test]
fn nothing_is_changed_where_it_cannot_be_recorded() {
    for major in majors() {
        let db = viewed(major, 0.0);
        let before = db.value("SELECT pg_relation_filenode('v')");
        let state = tempfile::tempdir().unwrap();
        symlink("/dev/full", state.path().join("journal.jsonl")).unwrap();
        let operator = Operator::within(db.conninfo(), 2000, state);
        let full = fault(operator.carry_out(all()));
        assert_eq!(full.kind, Kind::Refused, "{full}");
        assert!(full.message.contains("cannot be written"), "{full}");
        fs::remove_file(operator.state.path().join("journal.jsonl")).unwrap();
        fs::create_dir(operator.state.path().join("journal.jsonl")).unwrap();
        assert_eq!(fault(operator.carry_out(all())).kind, Kind::Refused);
        assert_eq!(db.value("SELECT pg_relation_filenode('v')"), before);
        assert_ne!(operator.plan(all()).unwrap().rows.len(), 0);
    }
}

#[test]
fn the_clusters_number_is_for_every_role() {
    for major in all_majors() {
        let db = server(Some(major)).fresh_database(Template::Empty);
        let user = format!("ann_{}", db.name);
        db.exec(&format!("CREATE ROLE {user} LOGIN; CREATE MATERIALIZED VIEW v AS SELECT 1 AS n"));
        db.exec(&format!("ALTER MATERIALIZED VIEW v OWNER TO {user}"));
        let operator = Operator::on(db.conninfo_as(&user));
        operator.carry_out(all()).unwrap();
        let number = db.value("SELECT system_identifier FROM pg_control_system()");
        assert!(operator.entries().iter().all(|entry| entry.system_identifier.as_ref() == Some(&number)), "{major}");
        // Where it is taken from the role, the place of the server stands in for it.
        db.exec("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC");
        let operator = Operator::within(db.conninfo_as(&user), 2000, operator.state);
        operator.carry_out(all()).unwrap();
        assert_eq!(operator.entries()[3].system_identifier, None);
        let Ok(Outcome::Table(table)) = operator.run(Request::Journal) else { panic!("no table") };
        assert_eq!(table.rows.len(), 2, "{table:?}");
        drop(operator);
        db.exec(&format!("DROP OWNED BY {user}; DROP ROLE {user}"));
    }
}

#[test]
fn an_operation_without_an_end_is_told_once_its_process_is_gone() {
    let db = viewed(15, 0.0);
    let operator = Operator::on(db.conninfo());
    operator.carry_out(of("v")).unwrap();
    let path = operator.state.path().join("journal.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    let intent = text.lines().next().unwrap();
    fs::write(&path, format!("{intent}\n")).unwrap();
    operator.engine.look_back();
    assert!(operator.survey().notes.is_empty(), "the process that wrote it still runs");
    let mut line: serde_json::Value = serde_json::from_str(intent).unwrap();
    let mut child = Command::new("true").spawn().unwrap();
    child.wait().unwrap();
    line["pid"] = child.id().into();
    fs::write(&path, format!("{line}\n{{\"schema\":1,\"id\":\"cut")).unwrap();
    assert!(operator.survey().notes.is_empty(), "nobody asked to look back");
    operator.engine.look_back();
    let notes = operator.survey().notes.clone();
    assert!(notes[0].contains("line 2 of the journal cannot be read"), "{notes:?}");
    assert!(
        notes[1].contains("the refresh public.v of") && notes[1].contains("has no end in the journal"),
        "{notes:?}"
    );
    assert!(operator.survey().notes.is_empty(), "the next survey need not say it again");
    let Ok(Outcome::Table(table)) = operator.run(Request::Journal) else { panic!("no table") };
    assert_eq!(table.rows[0].cells[6].text(), Some("no end"));
}

#[test]
fn a_restore_without_an_end_is_looked_up() {
    let db = server(None).fresh_database(Template::Crm { rows: SMALL });
    let operator = Operator::on(db.conninfo());
    let lead =
        |n: u32| db.value(&format!("SELECT id FROM crm.leads WHERE deleted_at IS NULL ORDER BY id OFFSET {n} LIMIT 1"));
    let (done, undone) = (lead(3), lead(5));
    for lead in [&done, &undone] {
        db.exec(&format!("SELECT crm.soft_delete('leads', '{lead}')"));
    }
    let restore = |lead: &str| {
        let restore = Restore { table: "crm.leads".into(), keys: vec![lead.to_owned()], ..Restore::default() };
        operator.plan(Intent::Restore(restore)).unwrap()
    };
    let left = restore(&undone);
    operator.perform(restore(&done)).unwrap();
    let mut child = Command::new("true").spawn().unwrap();
    child.wait().unwrap();
    let intent = Entry { pid: child.id(), ..operator.entries().remove(0) };
    let other = Entry { id: "00000000-0000-4000-8000-000000000000".into(), plan: Some(left), ..intent.clone() };
    fs::remove_file(operator.state.path().join("journal.jsonl")).unwrap();
    for entry in [&intent, &other] {
        operator.journal().write(entry).unwrap();
    }
    // Somebody writes into the table: it might be the operation itself.
    let mut writing = Other::of(&db, "postgres");
    writing.exec("BEGIN; UPDATE crm.leads SET name = name WHERE false");
    operator.engine.look_back();
    let notes = operator.survey().notes.clone();
    assert!(notes[0].contains("and was done: its audit row is there"), "{notes:?}");
    assert!(notes[1].contains("has no end in the journal"), "{notes:?}");
    writing.exec("ROLLBACK");
    operator.engine.look_back();
    let notes = operator.survey().notes.clone();
    assert!(notes.len() == 1 && notes[0].contains("and was rolled back: its rows are as they were"), "{notes:?}");
    operator.engine.look_back();
    assert!(operator.survey().notes.is_empty());
    let endings: Vec<_> = operator.entries().iter().filter_map(|entry| entry.ending).collect();
    assert_eq!(endings, [Ending::Done, Ending::RolledBack]);
}

/// The standby stands where it was before the restore, and shows nothing of who writes on the primary.
#[test]
fn a_standby_proves_nothing_about_a_restore() {
    let primary = Server::of(Some(18), "local replication all trust", &["wal_level=replica"], |_| ());
    let conninfo = |server: &Server| {
        let (socket, port) = (server.directory().display(), server.port);
        format!("host={socket} port={port} user=postgres dbname=postgres sslmode=disable")
    };
    let operator = Operator::on(conninfo(&primary));
    let exec = |session: &mut PgConnection, sql: &str| {
        let run = session.execute(AssertSqlSafe(sql.to_owned()));
        operator.runtime.block_on(run).map(drop).unwrap_or_else(|error| panic!("{error}: {sql}"));
    };
    let session = |server: &Server| {
        let options = PgConnectOptions::new_without_pgpass().socket(server.directory()).port(server.port);
        let options = options.username("postgres").database("postgres").ssl_mode(PgSslMode::Disable);
        operator.runtime.block_on(options.connect()).unwrap()
    };
    let text = |session: &mut PgConnection, sql: &'static str| {
        operator.runtime.block_on(session.fetch_one(sql)).unwrap().get::<String, _>(0)
    };
    operator
        .carry_out(Intent::Install(Install {
            system: "crm".into(),
            schema: None,
            sample_rows: Some(10),
            drop_rows: false,
        }))
        .unwrap();
    let mut there = session(&primary);
    let lead = text(&mut there, "SELECT id::text FROM crm.leads WHERE deleted_at IS NULL ORDER BY id LIMIT 1");
    exec(&mut there, &format!("SELECT crm.soft_delete('leads', '{lead}')"));
    exec(&mut there, "SELECT pg_backup_start('standby', true)");
    let label = || text(&mut there, "SELECT labelfile FROM pg_backup_stop(false)");
    let standby = Server::standby(Some(18), &primary, &[], label);
    exec(&mut session(&standby), "SELECT pg_wal_replay_pause()");
    let restore = Restore { table: "crm.leads".into(), keys: vec![lead], ..Restore::default() };
    operator.carry_out(Intent::Restore(restore)).unwrap();
    let mut child = Command::new("true").spawn().unwrap();
    child.wait().unwrap();
    let begun = operator.entries().into_iter().find(|entry| entry.operation == "restore").unwrap();
    let looking = Operator::on(conninfo(&standby));
    looking.journal().write(&Entry { pid: child.id(), ..begun }).unwrap();
    looking.engine.look_back();
    let notes = looking.survey().notes.clone();
    assert!(notes.iter().any(|note| note.contains("nobody knows whether it happened")), "{notes:?}");
    assert_eq!(looking.events(), ["restore intent"]);
}

#[test]
fn panes_are_told_what_the_journal_and_the_manifests_know() {
    let db = server(None).fresh_database(Template::Crm { rows: SMALL });
    let home = tempfile::tempdir().unwrap();
    let panes = home.path().join("library").join("panes");
    fs::create_dir_all(&panes).unwrap();
    for local in ["refreshes", "budgets", "journal"] {
        let header = format!("title = \"Told\"\ngroup = \"test\"\nlocal = [\"{local}\"]");
        fs::write(panes.join(format!("told_{local}.sql")), format!("/*---\n{header}\n---*/\nSELECT * FROM {local}"))
            .unwrap();
    }
    let library = home.path().join("library").display().to_string();
    let run = |args: &[&str]| ended(pgdeck(&db, "postgres", home.path(), &[args, &["--library", &library]].concat()));
    let rows = |pane: &str| -> Vec<serde_json::Value> {
        let (code, out, err) = run(&["show", pane, "--format", "json"]);
        assert_eq!(code, 0, "{err}");
        serde_json::from_str::<serde_json::Value>(&out).unwrap()["rows"].as_array().unwrap().clone()
    };
    assert!(rows("told_refreshes").is_empty() && rows("told_journal").is_empty());
    assert_eq!(rows("told_budgets").len(), 3);
    assert_eq!(run(&["refresh", "lead_stats", "deal_stats", "--write", "--yes"]).0, 0);
    assert_eq!(run(&["refresh", "lead_stats", "--mode", "plain", "--write", "--yes"]).0, 0);
    let told = rows("told_refreshes");
    let of = |view: &str| told.iter().find(|row| row["view"] == view).unwrap_or_else(|| panic!("no {view}: {told:?}"));
    assert_eq!((told.len(), of("lead_stats")["mode"].as_str()), (2, Some("plain")));
    assert!(of("deal_stats")["changes"].as_f64().is_some() && of("deal_stats")["ms"].as_f64().is_some());
    let journal = rows("told_journal");
    let objects: Vec<&str> = journal.iter().map(|row| row["object"].as_str().unwrap()).collect();
    assert_eq!(objects, ["crm.deal_stats, crm.lead_stats", "crm.lead_stats"]);
    assert!(journal.iter().all(|row| row["outcome"] == "done" && row["operation"] == "refresh"), "{journal:?}");
}

/// Sends a signal to a process.
fn send(pid: u32, signal: &str) {
    let sent = Command::new("kill").args([format!("-{signal}"), pid.to_string()]).status().unwrap();
    assert!(sent.success());
}

#[test]
fn an_operation_outlives_its_terminal_and_is_told_later() {
    let db = viewed(15, 1.5);
    let home = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| pgdeck(&db, "postgres", home.path(), args);
    let active = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'REFRESH%'";
    let child = run(&["refresh", "v", "--write", "--yes"]).spawn().unwrap();
    assert!(soon(|| db.value(active) == "1"));
    send(child.id(), "HUP");
    let done = child.wait_with_output().unwrap();
    assert_eq!(done.status.code(), Some(0), "{done:?}");
    assert_eq!(db.value("SELECT pause FROM v"), "1.5");
    let lines = Journal::within(&home.path().join("state")).read();
    assert!(lines[1].event == Event::Done && lines[1].alone, "{lines:?}");
    db.exec("UPDATE t SET pause = 0");
    let (code, _, err) = ended(run(&["refresh", "v", "--write", "--yes"]));
    assert!(code == 0 && err.contains("ended while nobody was there and was done"), "{err}");
    let (code, _, err) = ended(run(&["refresh", "v", "--write", "--yes"]));
    assert_eq!((code, err.as_str()), (0, ""), "told once is enough");
    let (code, out, _) = ended(run(&["journal", "--all", "--format", "json"]));
    let listed: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, listed["rows"].as_array().unwrap().len()), (0, 3));
    assert_eq!(listed["rows"][0]["object"].as_str(), Some("public.v"));
}

#[test]
fn an_interrupt_takes_the_refresh_back() {
    let db = viewed(15, 30.0);
    let home = tempfile::tempdir().unwrap();
    let active = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'REFRESH%'";
    let child = pgdeck(&db, "postgres", home.path(), &["refresh", "v", "--write", "--yes"]).spawn().unwrap();
    assert!(soon(|| db.value(active) == "1"));
    send(child.id(), "INT");
    let done = child.wait_with_output().unwrap();
    assert_eq!(done.status.code(), Some(130), "{done:?}");
    assert!(String::from_utf8_lossy(&done.stdout).contains("rolled back, nothing has been changed"), "{done:?}");
    assert_eq!(db.value(active), "0");
    assert_eq!(db.value("SELECT pause FROM v"), "0");
    let events: Vec<Event> = Journal::within(&home.path().join("state")).read().iter().map(|line| line.event).collect();
    assert_eq!(events, [Event::Intent, Event::RolledBack]);
}

#[test]
fn all_databases_are_listed_without_a_server() {
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_pgdeck"));
    let (config, state) = (home.path().join("config"), home.path().join("state"));
    Journal::within(&state).write(&entry("a")).unwrap();
    command.env("PGDECK_CONFIG_DIR", config).env("PGDECK_STATE_DIR", state).env("PGHOST", "/nowhere");
    command.args(["journal", "--all", "--format", "csv"]);
    let (code, out, err) = ended(command);
    assert_eq!(code, 0, "{err}");
    assert!(out.lines().nth(1).unwrap().starts_with("a,"), "{out}");
    assert!(out.contains("under way"), "{out}");
}

#[test]
fn the_demos_commands_keep_their_state_to_themselves() {
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_pgdeck"));
    let own = home.path().join("state");
    command.env("PGDECK_CONFIG_DIR", home.path().join("config")).env("PGDECK_STATE_DIR", &own);
    command.args(["demo", "--empty", "--", "sh", "-c", "printf %s \"$PGDECK_STATE_DIR\""]);
    let (code, out, err) = ended(command);
    assert_eq!(code, 0, "{err}");
    assert!(!out.is_empty() && Path::new(&out) != own, "{out}");
    assert!(!own.exists());
}
