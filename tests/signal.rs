//! Cancelling and terminating backends on real servers: the one that was seen, by whom it may be done, and what follows.

#![cfg(feature = "demo")]

mod support;

use pgdeck::model::Kind;
use pgdeck::model::operation::{Ending, Intent, Plan};
use support::operate::{Operator, Other, ended, pgdeck, soon};
use support::{Template, TestDb, fault, majors, server};

fn signal(pid: i32, started: Option<&str>, terminate: bool) -> Intent {
    Intent::Signal { pid, started: started.map(str::to_owned), terminate }
}

fn empty(major: u32) -> TestDb {
    let db = server(Some(major)).fresh_database(Template::Empty);
    db.exec("CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t VALUES (1, 0), (2, 0)");
    db
}

fn started(db: &TestDb, pid: i32) -> String {
    db.value(&format!("SELECT replace(backend_start::text, ' ', 'T') FROM pg_stat_activity WHERE pid = {pid}"))
}

fn runs(db: &TestDb, pid: i32, begins: &str) -> bool {
    let sql = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE pid = {pid} AND state = 'active' AND query LIKE '{begins}%'"
    );
    soon(|| db.value(&sql) == "1")
}

fn waits(db: &TestDb, pid: i32) -> bool {
    soon(|| db.value(&format!("SELECT count(*) FROM pg_locks WHERE NOT granted AND pid = {pid}")) == "1")
}

fn refusal(plan: &Plan) -> &str {
    plan.refused.as_deref().unwrap_or_else(|| panic!("not refused: {plan:?}"))
}

#[test]
fn cancelling_the_root_lets_the_others_go_on() {
    for major in majors() {
        let db = empty(major);
        let (mut root, mut middle, mut last) =
            (Other::of(&db, "postgres"), Other::of(&db, "postgres"), Other::of(&db, "postgres"));
        let pids = [root.pid, middle.pid, last.pid];
        root.exec("BEGIN; UPDATE t SET n = 1 WHERE id = 1");
        let operator = Operator::on(db.conninfo());
        std::thread::scope(|scope| {
            let rooted = scope.spawn(|| root.try_exec("SELECT pg_sleep(60)").unwrap_err().to_string());
            assert!(runs(&db, pids[0], "SELECT pg_sleep"));
            let middled = scope.spawn(move || {
                middle.exec("BEGIN; UPDATE t SET n = 2 WHERE id = 2; UPDATE t SET n = 2 WHERE id = 1; COMMIT");
            });
            assert!(waits(&db, pids[1]));
            let lasted = scope.spawn(move || last.exec("UPDATE t SET n = 3 WHERE id = 2"));
            assert!(waits(&db, pids[2]));
            let plan = operator.plan(signal(pids[0], Some(&started(&db, pids[0])), false)).unwrap();
            assert_eq!(plan.refused, None, "{plan:?}");
            let mut waiting = [pids[1], pids[2]];
            waiting.sort_unstable();
            let waiting = format!("waiting for it, directly or behind another: {}, {}", waiting[0], waiting[1]);
            assert!(plan.notes.contains(&waiting), "{plan:?}");
            assert!(plan.rows[0].reason.as_ref().unwrap().contains("SELECT pg_sleep(60)"), "{plan:?}");
            let receipt = operator.perform(plan).unwrap();
            assert_eq!(receipt.ending, Ending::Done);
            assert!(receipt.notes[0].contains("what it ran stopped after"), "{receipt:?}");
            assert!(rooted.join().unwrap().contains("canceling statement due to user request"));
            middled.join().unwrap();
            lasted.join().unwrap();
        });
        assert_eq!(db.value("SELECT string_agg(n::text, '' ORDER BY id) FROM t"), "23");
        assert_eq!(operator.events(), ["cancel intent", "cancel done"]);
    }
}

#[test]
fn another_backend_with_the_same_number_is_not_hit() {
    for major in majors() {
        let db = empty(major);
        let operator = Operator::on(db.conninfo());
        let mut other = Other::of(&db, "postgres");
        let (pid, seen) = (other.pid, started(&db, other.pid));
        let wrong = "2001-01-01T00:00:00+00";
        assert!(refusal(&operator.plan(signal(pid, Some(wrong), true)).unwrap()).contains("another backend now"));
        // Between the plan and the act it ends and its number is another's.
        let mut plan = operator.plan(signal(pid, Some(&seen), true)).unwrap();
        for (name, value) in &mut plan.rows[0].seen {
            if name == "backend_start" {
                *value = Some(wrong.to_owned());
            }
        }
        let fault = fault(operator.perform(plan));
        assert_eq!(fault.kind, Kind::Refused, "{fault}");
        other.exec("SELECT 1");
        assert_eq!(operator.events(), ["terminate intent", "terminate rolled_back"]);
        let plan = operator.plan(signal(pid, Some(&seen), true)).unwrap();
        assert!(plan.sql[0].contains(&format!("pid = {pid}")) && plan.sql[0].contains("backend_start = '"), "{plan:?}");
        let receipt = operator.perform(plan).unwrap();
        assert!(receipt.notes[0].contains("its session ended after"), "{receipt:?}");
        assert!(other.try_exec("SELECT 1").is_err());
    }
}

#[test]
fn what_cannot_be_signalled_is_refused_with_the_reason() {
    for major in majors() {
        let db = empty(major);
        let operator = Operator::on(db.conninfo());
        let plan = |pid, terminate| operator.plan(signal(pid, None, terminate)).unwrap();
        assert!(refusal(&plan(1 << 30, false)).contains("no backend has the process id"));
        let checkpointer = db.value("SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'");
        assert!(refusal(&plan(checkpointer.parse().unwrap(), true)).contains("the server's checkpointer"));
        let own = db.value(&format!(
            "SELECT pid FROM pg_stat_activity WHERE datname = '{}' AND pid <> pg_backend_pid() AND backend_type = 'client backend' LIMIT 1",
            db.name
        ));
        assert!(refusal(&plan(own.parse().unwrap(), true)).contains("pgdeck's own session"));
        let mut idle = Other::of(&db, "postgres");
        idle.exec("BEGIN");
        let refused = plan(idle.pid, false);
        assert!(refusal(&refused).contains(&format!("pgdeck terminate {} ends it", idle.pid)), "{refused:?}");
        assert_eq!(plan(idle.pid, true).refused, None);
    }
}

#[test]
fn a_plain_role_is_refused_with_the_grant() {
    for major in majors() {
        let db = empty(major);
        let (ann, bob) = (format!("ann_{}", db.name), format!("bob_{}", db.name));
        db.exec(&format!("CREATE ROLE {ann} LOGIN; CREATE ROLE {bob} LOGIN"));
        let (mut bobs, boss) = (Other::of(&db, &bob), Other::of(&db, "postgres"));
        let pid = bobs.pid;
        let seen = started(&db, pid);
        let operator = Operator::on(db.conninfo_as(&ann));
        let plan = operator.plan(signal(pid, None, true)).unwrap();
        assert!(refusal(&plan).contains(&format!("needs GRANT pg_signal_backend TO \"{ann}\"")), "{plan:?}");
        db.exec(&format!("GRANT pg_signal_backend TO {ann}"));
        let again = Operator::on(db.conninfo_as(&ann));
        let plan = again.plan(signal(pid, Some(&seen), true)).unwrap();
        assert!(refusal(&plan).contains(&format!("GRANT pg_read_all_stats TO \"{ann}\"")), "{plan:?}");
        let plan = again.plan(signal(boss.pid, None, true)).unwrap();
        assert!(refusal(&plan).contains("only a superuser may signal it"), "{plan:?}");
        std::thread::scope(|scope| {
            let bobs = &mut bobs;
            let sleeping = scope.spawn(move || bobs.try_exec("SELECT pg_sleep(60)").is_err());
            assert!(runs(&db, pid, "SELECT pg_sleep"));
            let plan = again.plan(signal(pid, None, false)).unwrap();
            assert!(plan.notes.iter().any(|note| note.contains("hidden from this role")), "{plan:?}");
            let receipt = again.perform(plan).unwrap();
            assert!(receipt.notes[0].contains("whether it stopped is hidden"), "{receipt:?}");
            assert!(sleeping.join().unwrap());
        });
        // One's own sessions need no right.
        let own = Other::of(&db, &ann);
        let plan = operator.plan(signal(own.pid, Some(&started(&db, own.pid)), true)).unwrap();
        assert_eq!(plan.refused, None, "{plan:?}");
        drop((operator, again, bobs, own));
        assert!(soon(|| db.value("SELECT count(*) FROM pg_stat_activity WHERE usename LIKE 'ann%'") == "0"));
        db.exec(&format!("DROP ROLE {ann}; DROP ROLE {bob}"));
    }
}

#[test]
fn the_command_line_signals_only_with_write() {
    let db = empty(15);
    let home = tempfile::tempdir().unwrap();
    let other = Other::of(&db, "postgres");
    let pid = other.pid.to_string();
    let run = |args: &[&str]| ended(pgdeck(&db, "postgres", home.path(), args));
    let (code, out, err) = run(&["terminate", &pid, "--yes"]);
    assert!(code == 4 && out.contains(&format!("terminate pid {pid}")), "{out}{err}");
    assert_eq!(run(&["cancel", "x"]).0, 2);
    let (code, _, err) = run(&["cancel", &pid, "--write", "--yes"]);
    assert!(code == 4 && err.contains("nothing to cancel"), "{err}");
    let (code, out, err) = run(&["terminate", &pid, "--write", "--yes", "--format", "json"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(soon(|| db.value(&format!("SELECT count(*) FROM pg_stat_activity WHERE pid = {pid}")) == "0"));
    assert_eq!(run(&["terminate", &pid, "--write", "--yes"]).0, 4);
}
