//! Refreshing materialized views on real servers: the order, the way and its reason, who may, what happens to readers
//! meanwhile, and that a refresh that fails or is stopped leaves the view as it was.

#![cfg(feature = "demo")]

mod support;

use pgdeck::model::operation::{Ending, Intent, Plan, RefreshMode, Views};
use pgdeck::model::request::Progress;
use pgdeck::model::{Kind, Outcome, Request};
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use support::operate::{Operator, Other, actions, ended, is_quiet, pgdeck, soon};
use support::{SMALL, Template, TestDb, fault, majors, server};

fn named(views: &[&str], mode: RefreshMode) -> Intent {
    Intent::Refresh { views: Views::Named(views.iter().map(|view| (*view).to_owned()).collect()), mode }
}

fn auto(views: &[&str]) -> Intent {
    named(views, RefreshMode::Auto)
}

fn stale() -> Intent {
    Intent::Refresh { views: Views::Stale, mode: RefreshMode::Auto }
}

fn empty(major: u32) -> TestDb {
    server(Some(major)).fresh_database(Template::Empty)
}

/// A table, a view on it, a plain view on that, and two more views on top: `s.a`, `s.b`, `s.c`, named against their order.
fn chain(db: &TestDb) {
    db.exec(
        "CREATE SCHEMA s;
         CREATE TABLE s.t (id int PRIMARY KEY, n int NOT NULL) PARTITION BY RANGE (id);
         CREATE TABLE s.t1 PARTITION OF s.t FOR VALUES FROM (0) TO (1000);
         INSERT INTO s.t SELECT g, g FROM generate_series(1, 10) g;
         CREATE MATERIALIZED VIEW s.z_first AS SELECT id, n FROM s.t;
         CREATE UNIQUE INDEX z_first_id ON s.z_first (id);
         CREATE VIEW s.plain AS SELECT id, n * 2 AS n FROM s.z_first;
         CREATE MATERIALIZED VIEW s.\"M second\" AS SELECT id, n FROM s.plain;
         CREATE UNIQUE INDEX ON s.\"M second\" (id) WHERE id > 0;
         CREATE MATERIALIZED VIEW s.a_third AS SELECT count(*) AS rows FROM s.\"M second\"",
    );
}

/// A view that is slow to fill once the table says so; one way or the other.
fn slow(db: &TestDb) {
    db.exec(
        "CREATE SCHEMA s;
         CREATE TABLE s.t (id int PRIMARY KEY, pause float8 NOT NULL);
         INSERT INTO s.t SELECT g, 0 FROM generate_series(1, 100) g;
         CREATE MATERIALIZED VIEW s.v AS SELECT id, pause, pg_sleep(pause)::text AS slept FROM s.t;
         CREATE UNIQUE INDEX ON s.v (id)",
    );
}

/// Everything that can be told of a view's rows and file.
fn state(db: &TestDb, view: &str) -> String {
    db.value(&format!(
        "SELECT (SELECT md5(string_agg(v::text, '|' ORDER BY v::text)) FROM {view} v) || ' ' || pg_relation_filenode('{view}')"
    ))
}

fn reason(plan: &Plan, table: &str) -> String {
    let row = plan.rows.iter().find(|row| row.table == table).unwrap_or_else(|| panic!("no {table} in {plan:?}"));
    row.reason.clone().unwrap_or_default()
}

#[test]
fn views_are_refreshed_behind_what_they_read() {
    for major in majors() {
        let db = empty(major);
        chain(&db);
        let operator = Operator::on(db.conninfo());
        db.exec("INSERT INTO s.t SELECT g, g FROM generate_series(11, 15) g");
        let plan = operator.plan(auto(&["a_third", "s.\"M second\"", "s.z_first"])).unwrap();
        assert_eq!(actions(&plan.rows), ["refresh s.z_first", "refresh s.\"M second\"", "refresh s.a_third"]);
        assert_eq!(plan.refused, None);
        assert!(reason(&plan, "s.z_first").contains("concurrently: populated, unique index z_first_id"), "{plan:?}");
        assert!(reason(&plan, "s.\"M second\"").contains("plainly: no unique index over plain columns of all rows"));
        assert!(plan.sql.contains(&"REFRESH MATERIALIZED VIEW \"s\".\"M second\"".to_owned()), "{:?}", plan.sql);
        assert_eq!(db.value("SELECT rows FROM s.a_third"), "10");
        assert!(soon(|| db.value("SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 't1'") == "15"));
        let receipt = operator.perform(plan).unwrap();
        assert_eq!(receipt.ending, Ending::Done);
        assert_eq!(db.value("SELECT rows FROM s.a_third"), "15");
        assert_eq!(operator.events(), ["refresh intent", "refresh done"]);
        let done = &operator.entries()[1].receipt.clone().unwrap();
        for row in &done.rows {
            assert!(row.seen_of("at").is_some() && row.seen_of("ms").is_some(), "{row:?}");
            assert_eq!(row.seen_of("changes"), Some("15"), "partitions count: {row:?}");
        }
        let receipt = operator.carry_out(auto(&["z_first"])).unwrap();
        assert!(
            receipt.notes.iter().any(|note| note.contains("behind it now: s.\"M second\", s.a_third")),
            "{receipt:?}"
        );
        let plan = operator.plan(auto(&["z_first"])).unwrap();
        assert!(plan.rows[0].label.as_ref().unwrap().contains("usually"), "{plan:?}");
    }
}

#[test]
fn a_name_does_not_end_the_comment_it_stands_in() {
    let db = empty(15);
    db.exec("CREATE MATERIALIZED VIEW \"v\rDROP TABLE t;--\" AS SELECT 1 AS one");
    let plan =
        Operator::on(db.conninfo()).plan(Intent::Refresh { views: Views::All, mode: RefreshMode::Auto }).unwrap();
    let begin = plan.sql.first().unwrap();
    assert!(begin.starts_with("-- as postgres") && begin.ends_with("v DROP TABLE t;--\"\nBEGIN"), "{begin:?}");
}

#[test]
fn how_it_ended_weighs_more_than_a_receipt_nobody_gets() {
    let db = empty(15);
    chain(&db);
    db.exec("INSERT INTO s.t VALUES (900, -1)");
    db.exec("CREATE MATERIALIZED VIEW s.zz AS SELECT 1 / (n + 1) AS one FROM s.z_first WHERE n < 0 WITH NO DATA");
    let home = tempfile::tempdir().unwrap();
    let full = || fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let run = |args: &[&str]| {
        let mut command = pgdeck(&db, "postgres", home.path(), args);
        command.stdout(full());
        ended(command)
    };
    let (code, _, err) = run(&["refresh", "s.z_first", "s.zz", "--write", "--yes"]);
    assert!(code == 5 && err.contains("refresh was stopped by a failure on its way"), "{code} {err}");
    let (code, _, err) = run(&["refresh", "s.z_first", "--write", "--yes"]);
    assert!(code == 2 && err.contains("was done all the same"), "{code} {err}");
}

#[test]
fn a_reader_never_waits_longer_than_the_lock_timeout() {
    const LOCK_TIMEOUT_MS: u32 = 1000;
    for major in majors() {
        for mode in [RefreshMode::Plain, RefreshMode::Concurrently] {
            let db = empty(major);
            slow(&db);
            let operator = Operator::waiting(db.conninfo(), LOCK_TIMEOUT_MS);
            let mut first = Other::of(&db, "postgres");
            first.exec("BEGIN; SELECT count(*) FROM s.v");
            let plan = operator.plan(named(&["s.v"], mode)).unwrap();
            let is_plain = mode == RefreshMode::Plain;
            let names_the_reader = plan.notes.iter().any(|note| note.contains(&format!("pid {}", first.pid)));
            assert_eq!(names_the_reader, is_plain, "{:?}", plan.notes);
            let before = state(&db, "s.v");
            let over = AtomicBool::new(false);
            let (result, longest) = std::thread::scope(|scope| {
                let reading = scope.spawn(|| {
                    let mut second = Other::of(&db, "postgres");
                    let mut longest = Duration::ZERO;
                    while !over.load(Ordering::SeqCst) {
                        let begun = Instant::now();
                        second.exec("SELECT count(*) FROM s.v");
                        longest = longest.max(begun.elapsed());
                    }
                    longest
                });
                let result = operator.perform(plan);
                over.store(true, Ordering::SeqCst);
                (result, reading.join().unwrap())
            });
            let limit = Duration::from_millis(u64::from(LOCK_TIMEOUT_MS) + 300);
            assert!(longest < limit, "{major} {mode:?}: a reader waited {longest:?}");
            eprintln!("{major} {mode:?}: the second reader waited {longest:?} at most");
            if is_plain {
                assert!(longest > Duration::from_millis(500), "nobody was in anybody's way: {longest:?}");
                let fault = fault(result);
                assert_eq!((fault.kind, fault.sqlstate.as_deref()), (Kind::Query, Some("55P03")));
                assert!(fault.message.starts_with("s.v is as it was: its lock could not be had within 1 s"), "{fault}");
                assert!(fault.detail.as_ref().unwrap().contains(&format!("pid {} of postgres", first.pid)), "{fault}");
                assert!(fault.hint.as_ref().unwrap().contains(&format!("pgdeck cancel {}", first.pid)), "{fault}");
                assert_eq!(state(&db, "s.v"), before);
                assert_eq!(operator.events(), ["refresh intent", "refresh rolled_back"]);
            } else {
                assert_eq!(result.unwrap().ending, Ending::Done);
            }
        }
    }
}

#[test]
fn a_stop_in_the_middle_leaves_the_view_as_it_was() {
    for major in majors() {
        for mode in [RefreshMode::Plain, RefreshMode::Concurrently] {
            let db = empty(major);
            slow(&db);
            db.exec("UPDATE s.t SET pause = 0.2");
            let before = state(&db, "s.v");
            let operator = Operator::on(db.conninfo());
            let plan = operator.plan(named(&["s.v"], mode)).unwrap();
            let (result, took, told) = operator.stopped(plan, Duration::from_millis(1500));
            let receipt = result.unwrap();
            assert_eq!(receipt.ending, Ending::RolledBack, "{receipt:?}");
            assert_eq!(actions(&receipt.rows), ["failed s.v"]);
            assert!(!receipt.is_partial());
            assert!(took < Duration::from_secs(2), "{major} {mode:?}: {took:?}");
            assert!(told.contains(&Progress::Step { what: "refreshing", seconds: 1 }), "{told:?}");
            assert!(is_quiet(&db, "REFRESH"));
            assert_eq!(state(&db, "s.v"), before, "{major} {mode:?}");
            assert_eq!(operator.events(), ["refresh intent", "refresh rolled_back"]);
        }
    }
}

#[test]
fn a_stop_between_two_views_keeps_the_first() {
    let db = empty(15);
    slow(&db);
    db.exec(
        "UPDATE s.t SET pause = 0.2;
         CREATE MATERIALIZED VIEW s.quick AS SELECT count(*) AS rows FROM s.t;
         CREATE MATERIALIZED VIEW s.top AS SELECT count(*) AS rows FROM s.v",
    );
    let operator = Operator::on(db.conninfo());
    let plan = operator.plan(Intent::Refresh { views: Views::All, mode: RefreshMode::Auto }).unwrap();
    assert_eq!(actions(&plan.rows), ["refresh s.quick", "refresh s.v", "refresh s.top"]);
    let (result, _, _) = operator.stopped(plan, Duration::from_millis(1500));
    let receipt = result.unwrap();
    assert_eq!(receipt.ending, Ending::RolledBack);
    assert_eq!(actions(&receipt.rows), ["refresh s.quick", "failed s.v", "failed s.top"]);
    assert!(receipt.is_partial() && receipt.counts[0].1 == 1, "{receipt:?}");
}

#[test]
fn only_who_may_refresh_a_view_is_let_to() {
    for major in [13, 15, 17, 18] {
        let db = empty(major);
        chain(&db);
        let (user, owner) = (format!("ann_{}", db.name), format!("own_{}", db.name));
        db.exec(&format!(
            "CREATE ROLE {owner}; CREATE ROLE {user} LOGIN; ALTER MATERIALIZED VIEW s.z_first OWNER TO {owner};
             GRANT SELECT ON s.t TO {owner}"
        ));
        let operator = Operator::on(db.conninfo_as(&user));
        let plan = operator.plan(auto(&["z_first"])).unwrap();
        let refused = plan.refused.clone().unwrap();
        assert!(refused.contains(&format!("GRANT USAGE ON SCHEMA \"s\" TO \"{user}\"")), "{refused}");
        assert_eq!(fault(operator.perform(plan)).kind, Kind::Refused);
        db.exec(&format!("GRANT USAGE ON SCHEMA s TO {user}, {owner}"));
        let refused = operator.plan(auto(&["z_first"])).unwrap().refused.unwrap();
        let grant = match major >= 17 {
            true => format!("GRANT MAINTAIN ON s.z_first TO \"{user}\""),
            false => format!("GRANT \"{owner}\" TO \"{user}\""),
        };
        assert!(refused.contains(&grant), "{major}: {refused}");
        let all = operator.plan(Intent::Refresh { views: Views::All, mode: RefreshMode::Auto }).unwrap();
        assert!(all.refused.is_some() && all.rows.iter().all(|row| row.action == "skip"), "{all:?}");
        db.exec(&grant);
        let all = operator.plan(Intent::Refresh { views: Views::All, mode: RefreshMode::Auto }).unwrap();
        assert_eq!(all.refused, None, "{all:?}");
        assert_eq!(all.rows.iter().filter(|row| row.action == "refresh").count(), 1);
        assert_eq!(operator.perform(all).unwrap().ending, Ending::Done);
        // The right is taken between plan and act.
        let plan = operator.plan(auto(&["z_first"])).unwrap();
        db.exec(&grant.replace("GRANT", "REVOKE").replace(" TO ", " FROM "));
        let fault = fault(operator.perform(plan));
        assert_eq!(fault.kind, Kind::Refused, "{fault}");
        drop(operator);
        db.exec(&format!("DROP OWNED BY {user}; DROP ROLE {user}; DROP OWNED BY {owner} CASCADE; DROP ROLE {owner}"));
    }
}

#[test]
fn an_owner_without_temporary_tables_is_refreshed_plainly() {
    for major in [13, 18] {
        let db = empty(major);
        chain(&db);
        let owner = format!("own_{}", db.name);
        db.exec(&format!(
            "REVOKE TEMP ON DATABASE {0} FROM PUBLIC; CREATE ROLE {owner}; GRANT USAGE ON SCHEMA s TO {owner};
             ALTER MATERIALIZED VIEW s.z_first OWNER TO {owner}; GRANT SELECT ON s.t TO {owner}",
            db.name
        ));
        let statement = "REFRESH MATERIALIZED VIEW CONCURRENTLY s.z_first";
        let server = db.try_exec_as("postgres", statement).unwrap_err().to_string();
        assert!(server.contains("permission denied to create temporary tables"), "{server}");
        let operator = Operator::on(db.conninfo());
        let plan = operator.plan(auto(&["z_first"])).unwrap();
        assert!(reason(&plan, "s.z_first").contains("may not create temporary tables"), "{plan:?}");
        assert_eq!(operator.perform(plan).unwrap().ending, Ending::Done);
        drop(operator);
        db.exec(&format!("DROP OWNED BY {owner} CASCADE; DROP ROLE {owner}"));
    }
}

#[test]
fn an_unpopulated_view_is_filled_plainly_and_before_what_reads_it() {
    for major in majors() {
        let db = empty(major);
        chain(&db);
        db.exec("REFRESH MATERIALIZED VIEW s.z_first WITH NO DATA");
        let operator = Operator::on(db.conninfo());
        let refused = operator.plan(named(&["z_first"], RefreshMode::Concurrently)).unwrap().refused.unwrap();
        assert!(refused.contains("cannot be refreshed concurrently: not populated"), "{refused}");
        let refused = operator.plan(auto(&["M second"])).unwrap().refused.unwrap();
        assert!(refused.contains("reads s.z_first, which is not populated"), "{refused}");
        let plan = operator.plan(auto(&["M second", "z_first"])).unwrap();
        assert_eq!(reason(&plan, "s.z_first"), "plainly: not populated");
        assert_eq!(operator.perform(plan).unwrap().ending, Ending::Done);
        let plan = operator.plan(named(&["z_first"], RefreshMode::Concurrently)).unwrap();
        db.exec("REFRESH MATERIALIZED VIEW s.z_first WITH NO DATA");
        let fault = fault(operator.perform(plan));
        assert!(fault.message.contains("cannot be refreshed concurrently any more: not populated"), "{fault}");
    }
}

#[test]
fn duplicates_end_the_chain_and_the_receipt_says_what_was_done() {
    for major in majors() {
        for (mode, code) in [(RefreshMode::Auto, "21000"), (RefreshMode::Plain, "23505")] {
            let db = empty(major);
            chain(&db);
            db.exec(
                "CREATE MATERIALIZED VIEW s.twice AS SELECT n FROM s.t; CREATE UNIQUE INDEX ON s.twice (n);
                 INSERT INTO s.t VALUES (20, 5)",
            );
            let before = state(&db, "s.twice");
            let operator = Operator::on(db.conninfo());
            let fault = fault(operator.carry_out(named(&["twice"], mode)));
            assert!(fault.is(code) && fault.kind == Kind::Query, "{major} {mode:?}: {fault:?}");
            assert!(fault.message.starts_with("s.twice is as it was: "), "{fault}");
            assert_eq!(state(&db, "s.twice"), before);
            let receipt = operator.carry_out(Intent::Refresh { views: Views::All, mode }).unwrap();
            assert_eq!(receipt.ending, Ending::RolledBack);
            // By name: a_third's branch stands before.
            assert_eq!(
                actions(&receipt.rows),
                ["refresh s.z_first", "refresh s.\"M second\"", "refresh s.a_third", "failed s.twice"]
            );
            let last = operator.entries().pop().unwrap();
            assert_eq!((last.event.name(), last.receipt.unwrap().rows.len()), ("rolled_back", 4));
        }
    }
}

#[test]
fn stale_is_what_was_refreshed_here_and_changed_since() {
    for major in majors() {
        let db = empty(major);
        chain(&db);
        let operator = Operator::on(db.conninfo());
        let plan = operator.plan(stale()).unwrap();
        assert!(plan.rows.is_empty() && plan.refused.is_none(), "{plan:?}");
        assert!(plan.notes.iter().any(|note| note.contains("never refreshed through pgdeck")), "{plan:?}");
        let receipt = operator.perform(plan).unwrap();
        assert_eq!((receipt.ending, receipt.id.as_str()), (Ending::Done, ""));
        assert!(operator.entries().is_empty(), "nothing was done, nothing is recorded");
        // What was written before must be counted by then.
        assert!(soon(|| db.value("SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 't1'") == "10"));
        operator.carry_out(auto(&["z_first", "a_third"])).unwrap();
        assert!(operator.plan(stale()).unwrap().rows.is_empty());
        db.exec("DELETE FROM s.t WHERE id = 1");
        let found = || actions(&operator.plan(stale()).unwrap().rows);
        assert!(soon(|| !found().is_empty()));
        assert_eq!(found(), ["refresh s.z_first", "refresh s.a_third"]);
        operator.carry_out(stale()).unwrap();
        assert_eq!(found(), Vec::<String>::new());
    }
}

#[test]
fn a_budget_lets_a_view_be_older() {
    let db = server(None).fresh_database(Template::Crm { rows: SMALL });
    let operator = Operator::on(db.conninfo());
    let receipt = operator.carry_out(Intent::Refresh { views: Views::All, mode: RefreshMode::Auto }).unwrap();
    assert_eq!(receipt.ending, Ending::Done, "{receipt:?}");
    let before = db.value("SELECT pg_stat_get_tuples_updated('crm.leads'::regclass)").parse::<u64>().unwrap();
    db.exec("UPDATE crm.leads SET name = name");
    let sql = format!("SELECT pg_stat_get_tuples_updated('crm.leads'::regclass) > {before}");
    assert!(soon(|| db.value(&sql) == "true" || db.value(&sql) == "t"));
    assert!(operator.plan(stale()).unwrap().rows.is_empty(), "15 minutes are allowed");
    // The journal as if it had been an hour ago.
    let path = operator.state.path().join("journal.jsonl");
    let hour_ago = db.value("SELECT to_char(now() - interval '1 hour', 'YYYY-MM-DD\"T\"HH24:MI:SSOF')");
    let text = std::fs::read_to_string(&path).unwrap();
    let leads = receipt.rows.iter().find(|row| row.table == "crm.lead_stats").unwrap();
    let at = leads.seen_of("at").unwrap();
    let aged: Vec<String> = text.lines().map(|line| line.replace(at, &hour_ago)).collect();
    std::fs::write(&path, aged.join("\n") + "\n").unwrap();
    let found = actions(&operator.plan(stale()).unwrap().rows);
    assert_eq!(found, ["refresh crm.lead_stats"]);
}

#[test]
fn another_databases_refreshes_are_not_told_here() {
    let (one, other) = (empty(15), empty(15));
    chain(&one);
    chain(&other);
    let operator = Operator::on(one.conninfo());
    operator.carry_out(auto(&["z_first"])).unwrap();
    let elsewhere = Operator::within(other.conninfo(), 2000, operator.state);
    let Ok(Outcome::Table(table)) = elsewhere.run(Request::Journal) else { panic!("no table") };
    assert!(table.rows.is_empty(), "{table:?}");
    let plan = elsewhere.plan(stale()).unwrap();
    assert!(plan.notes.iter().any(|note| note.contains("s.z_first")), "{plan:?}");
    assert!(elsewhere.plan(auto(&["z_first"])).unwrap().rows[0].label.as_ref().is_some_and(|l| !l.contains("usually")));
}

#[test]
fn an_unknown_view_is_named_with_its_nearest() {
    let db = empty(15);
    chain(&db);
    db.exec("CREATE SCHEMA other; CREATE MATERIALIZED VIEW other.z_first AS SELECT 1 AS one");
    let operator = Operator::on(db.conninfo());
    let fault_of = |name: &str| fault(operator.plan(auto(&[name])));
    let unknown = fault_of("a_thrid");
    assert_eq!((unknown.kind, unknown.hint.as_deref()), (Kind::Usage, Some("did you mean a_third?")));
    assert_eq!(fault_of("z_first").hint.as_deref(), Some("name one: other.z_first, s.z_first"));
}

#[test]
fn the_command_line_refreshes_only_with_write() {
    let db = empty(15);
    chain(&db);
    db.exec("INSERT INTO s.t VALUES (11, 11)");
    let home = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| ended(pgdeck(&db, "postgres", home.path(), args));
    let (code, out, err) = run(&["refresh", "--all", "--yes"]);
    assert_eq!(code, 4, "{err}");
    assert!(out.contains("refresh  s.z_first") && err.contains("add --write"), "{out}{err}");
    assert_eq!(run(&["refresh", "--all", "--dry-run", "--format", "sql"]).0, 0);
    assert_eq!(run(&["refresh"]).0, 2);
    assert_eq!(run(&["refresh", "x", "--all"]).0, 2);
    assert_eq!(db.value("SELECT count(*) FROM s.z_first"), "10");
    let (code, out, err) = run(&["refresh", "--all", "--write", "--yes", "--format", "json"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let receipt: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (receipt["outcome"].as_str(), receipt["counts"]["materialized views"].as_u64()),
        (Some("done"), Some(3))
    );
    assert_eq!(db.value("SELECT rows FROM s.a_third"), "11");
    let script = run(&["refresh", "--all", "--dry-run", "--format", "sql"]).1;
    db.exec(&script);
    let (code, out, _) = run(&["journal", "--format", "json"]);
    let listed: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, listed["rows"][0]["outcome"].as_str()), (0, Some("done")), "{out}");
}
