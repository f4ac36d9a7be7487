//! Nothing is written without --write: every key of every pane is pressed and every subcommand is called against a server
//! that logs each statement. The log holds no statement that writes, and no transaction was given a number.

#![cfg(feature = "demo")]

#[path = "terminal/console.rs"]
mod console;
mod support;

use console::{Console, Start};
use pgdeck::catalog::Library;
use pgdeck::model::action::{ACTIONS, Action};
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use support::{SMALL, Template, TestDb, TestServer};

/// The application name by which the log tells our sessions from the test's own.
const NAME: &str = "under-test";

/// Transactions are numbered for the whole server, so nothing else may happen on it meanwhile.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A database whose every statement is in the log of its server.
fn logged() -> (TestDb, PathBuf) {
    let server: &'static TestServer = support::server(None);
    let db = server.fresh_database(Template::Crm { rows: SMALL });
    for setting in ["log_line_prefix = '%a|%p|'", "log_statement = 'all'", "autovacuum = off"] {
        server.admin(&format!("ALTER SYSTEM SET {setting}"));
    }
    server.admin("SELECT pg_reload_conf()");
    let data = PathBuf::from(db.value("current_setting('data_directory')"));
    let log = data.parent().expect("the cluster's folder").join("server.log");
    let mark = format!("the log is read from here: {}", db.name);
    assert!(console::soon(|| {
        db.exec(&format!("DO $$ BEGIN RAISE LOG '{mark}'; END $$"));
        fs::read_to_string(&log).is_ok_and(|text| text.contains(&mark) && text.contains("|LOG:  statement:"))
    }));
    (db, log)
}

/// Every statement of ours in the log, each as one text.
fn statements(log: &PathBuf) -> Vec<String> {
    let text = fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).expect("the log");
    let mut found: Vec<String> = Vec::new();
    let mut ours = false;
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix('\t') {
            if let (true, Some(last)) = (ours, found.last_mut()) {
                last.push('\n');
                last.push_str(rest);
            }
            continue;
        }
        let statement = ["statement: ", "execute <unnamed>: "]
            .iter()
            .find_map(|mark| line.split_once(&format!("LOG:  {mark}")).map(|(_, statement)| statement));
        ours = line.starts_with(NAME) && statement.is_some();
        if ours {
            found.extend(statement.map(str::to_owned));
        }
    }
    found
}

/// The statement without its comments and without what stands in quotes, such as a fix that is only shown.
fn code(statement: &str) -> String {
    let (mut text, mut quoted, mut comment) = (String::new(), false, false);
    let mut before = ' ';
    for c in statement.chars() {
        match c {
            '\n' => comment = false,
            '\'' if !comment => quoted = !quoted,
            '-' if before == '-' && !quoted && !comment => {
                comment = true;
                text.pop();
            }
            _ => {}
        }
        if !quoted && !comment {
            text.push(c);
        }
        before = c;
    }
    text
}

/// What is wrong with a statement that should only read; None where nothing is.
fn writes(statement: &str) -> Option<&'static str> {
    const HARMLESS: [&str; 8] =
        ["SELECT", "WITH", "EXPLAIN", "SHOW", "BEGIN READ ONLY", "SET LOCAL ", "COMMIT", "ROLLBACK"];
    const ACTING: [&str; 12] = [
        "pg_cancel_backend(",
        "pg_terminate_backend(",
        "nextval(",
        "setval(",
        "pg_advisory_lock(",
        "pg_stat_reset",
        "lo_create(",
        "pg_reload_conf(",
        "ANALYZE)",
        "FOR UPDATE",
        "FOR SHARE",
        "TO PROGRAM",
    ];
    let text = code(statement);
    if !HARMLESS.iter().any(|word| text.trim_start().starts_with(word)) {
        return Some("it does not begin like a read");
    }
    ACTING.iter().any(|word| text.contains(word)).then_some("it calls something that acts")
}

/// The number the next writing transaction will be given.
fn next_transaction(db: &TestDb) -> String {
    db.value("SELECT pg_catalog.txid_snapshot_xmax(pg_catalog.txid_current_snapshot())")
}

fn reads_only(db: &TestDb, log: &PathBuf, before: &str, at_least: usize) {
    let all = statements(log);
    assert!(all.len() >= at_least, "only {} statements were logged", all.len());
    for statement in &all {
        assert_eq!(writes(statement), None, "{statement}");
    }
    assert_eq!(next_transaction(db), before, "a transaction wrote something");
}

fn press_every_key(console: &mut Console) {
    for spec in ACTIONS.iter().filter(|spec| !matches!(spec.action, Action::Quit | Action::Suspend)) {
        for key in spec.keys {
            console.press(key);
            console.press("esc");
            assert!(console.runs(), "{key} ended it:\n{}", console.screen());
        }
    }
}

/// Opens what can be done to the row, chooses each of it, and tries to carry it out.
fn try_every_action(console: &mut Console) {
    for choice in 0..3 {
        console.press("x");
        for _ in 0..choice {
            console.press("down");
        }
        console.press("enter");
        console.settle();
        console.press("c");
        console.settle();
        console.press("esc esc");
    }
}

#[test]
fn no_key_writes() {
    let _alone = alone();
    let (db, log) = logged();
    let before = next_transaction(&db);
    let panes: Vec<String> = Library::load(&[])
        .panes()
        .filter(|(id, _)| id.system.as_deref().is_none_or(|s| s == "crm"))
        .map(|(id, _)| id.name.clone())
        .collect();
    assert!(panes.len() >= 12, "{panes:?}");
    for pane in &panes {
        let args = ["--pane", pane.as_str()];
        let env = [("PGAPPNAME", NAME)];
        let mut console = Start { args: &args, env: &env, ..Start::on(&db, (160, 45)) }.console();
        console.wait_for("READ-ONLY");
        console.settle();
        press_every_key(&mut console);
        console.press("esc esc");
        drop(console);
        let mut console = Start { args: &args, env: &env, ..Start::on(&db, (160, 45)) }.console();
        console.wait_for("READ-ONLY");
        console.settle();
        try_every_action(&mut console);
    }
    reads_only(&db, &log, &before, 200);
}

#[test]
fn no_subcommand_writes() {
    let _alone = alone();
    let (db, log) = logged();
    let lead = db.value("SELECT id FROM crm.leads WHERE deleted_at IS NOT NULL ORDER BY deleted_at DESC LIMIT 1");
    let before = next_transaction(&db);
    let home = tempfile::tempdir().expect("a folder");
    let run = |line: &str| -> i32 {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pgdeck"));
        command.envs(db.env()).env("PGAPPNAME", NAME).env("HOME", home.path()).env("PGDECK_TIME_ZONE", "UTC");
        command.env("PGDECK_CONFIG_DIR", home.path()).env("PGDECK_STATE_DIR", home.path().join("state"));
        command.args(line.split(' ')).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().expect("pgdeck runs").code().unwrap_or(-1)
    };
    let library = Library::load(&[]);
    for (id, _) in library.panes().filter(|(id, _)| id.system.as_deref().is_none_or(|system| system == "crm")) {
        assert_eq!(run(&format!("show {}", id.name)), 0, "{}", id.name);
    }
    let restore = format!("restore crm.leads {lead}");
    let reads = ["systems list", "trash", "journal", "library list", "show crm.leads --limit 5"];
    for line in reads {
        assert_eq!(run(line), 0, "{line}");
    }
    assert!([0, 1].contains(&run("verify")), "verify");
    // The plan, then a refusal.
    for line in ["systems uninstall crm", "refresh --all", "refresh crm.lead_stats --yes", &restore] {
        assert_eq!(run(line), 4, "{line}");
    }
    for line in [&*format!("{restore} --dry-run"), "refresh --all --dry-run", "undo", "cancel 1", "terminate 1 --yes"] {
        assert_ne!(run(line), -1, "{line}");
    }
    reads_only(&db, &log, &before, 100);
    assert!(!home.path().join("state").exists(), "a journal was begun");
}

#[test]
fn the_judge_knows_a_write_when_it_sees_one() {
    for statement in ["INSERT INTO t VALUES (1)", "BEGIN", "SET search_path = x", "REFRESH MATERIALIZED VIEW v"] {
        assert!(writes(statement).is_some(), "{statement}");
    }
    assert!(writes("SELECT pg_catalog.pg_terminate_backend(1)").is_some());
    assert_eq!(writes("-- DROP it, isn't it\nSELECT 'VACUUM (ANALYZE) t'"), None);
}
