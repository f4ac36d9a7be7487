//! Operations on more rows than a plan lists, on real servers: all of them are moved or none, an undo takes all of them back, and
//! what stands in the way is said.

#![cfg(feature = "demo")]

mod support;

use pgdeck::catalog::Library;
use pgdeck::db::{Env, Flags, Target};
use pgdeck::engine::journal::Journal;
use pgdeck::engine::{Engine, Limits};
use pgdeck::model::operation::{Delete, Ending, Intent, OnConflict, Plan, Reach, Receipt, Restore, RowRef, Undo};
use pgdeck::model::request::Progress;
use pgdeck::model::{Fault, Kind};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use support::operate::{Operator, Other, ended, pgdeck, soon};
use support::{SMALL, Template, TestDb, fault, majors, server};
use tempfile::TempDir;

/// Crates with goods, which are parts of other goods; tags on either; picks of a crate and of a good in it.
const DEPOT: &str = r#"
name = "depot"
title = "A depot"
[match]
tables = ["crates", "goods", "tags", "picks"]
[[table]]
name = "crates"
key = ["id"]
tenant = "org"
label = "name"
word = "crate"
audit = { restored = "BACK", deleted = "GONE" }
maintained = ["goods_count"]
deleted = { column = "is_gone", kind = "boolean", by = "gone_by", group = "deletion" }
[[table]]
name = "goods"
key = ["crate", "nr"]
tenant = "org"
label = "name"
word = "good"
audit = { restored = "BACK", deleted = "GONE" }
deleted = { column = "is_gone", kind = "boolean", by = "gone_by", group = "deletion" }
[[table]]
name = "tags"
key = ["id"]
word = "tag"
audit = { restored = "BACK", deleted = "GONE" }
deleted = { column = "state", kind = "status", value = "removed", live = "shown", group = "deletion" }
[[table]]
name = "picks"
key = ["id", "day"]
word = "pick"
audit = { restored = "BACK", deleted = "GONE" }
deleted = { column = "is_gone", kind = "boolean", group = "deletion" }
[[relation]]
child = "goods"
parent = "crates"
columns = ["crate"]
cascade = true
[[relation]]
child = "goods"
parent = "goods"
columns = ["crate", "part_of"]
cascade = true
[[relation]]
child = "tags"
parent = "crates"
columns = ["kind", "crate"]
cascade = true
kind = "polymorphic"
[[relation]]
child = "tags"
parent = "goods"
columns = ["kind", "crate", "nr"]
cascade = true
kind = "polymorphic"
[[relation]]
child = "picks"
parent = "crates"
columns = ["crate"]
cascade = true
[[relation]]
child = "picks"
parent = "goods"
columns = ["crate", "nr"]
cascade = true
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
reason = "reason"
"#;

/// In crate 1 fall 9,000 goods, in crate 2 3,000; the crates of organization 2 fell in the same moment.
const STOCK: &str = "
    CREATE SCHEMA depot;
    CREATE TABLE depot.crates (id int PRIMARY KEY, org int NOT NULL, name text, goods_count int NOT NULL DEFAULT 0,
      is_gone boolean NOT NULL DEFAULT false, gone_by text, deletion uuid);
    CREATE TABLE depot.goods (crate int REFERENCES depot.crates, nr int, org int NOT NULL, name text, part_of int,
      is_gone boolean NOT NULL DEFAULT false, gone_by text, deletion uuid,
      PRIMARY KEY (crate, nr), FOREIGN KEY (crate, part_of) REFERENCES depot.goods);
    CREATE INDEX ON depot.goods (crate, part_of);
    CREATE UNIQUE INDEX goods_name ON depot.goods (name) WHERE NOT is_gone;
    CREATE TABLE depot.tags (id bigint PRIMARY KEY, kind text NOT NULL, crate int, nr int, state text NOT NULL DEFAULT 'shown', deletion uuid);
    CREATE INDEX ON depot.tags (crate, nr);
    CREATE TABLE depot.picks (id int, day date, crate int REFERENCES depot.crates, nr int, is_gone boolean NOT NULL DEFAULT false,
      deletion uuid, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
    CREATE TABLE depot.picks_1 PARTITION OF depot.picks FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
    CREATE TABLE depot.picks_2 PARTITION OF depot.picks DEFAULT;
    CREATE TABLE depot.log (at timestamptz NOT NULL, who text, action text NOT NULL, kind text, row text, before jsonb, after jsonb,
      operation uuid, reason text);
    INSERT INTO depot.crates SELECT g, CASE WHEN g < 4 THEN 1 ELSE 2 END, 'crate ' || g FROM generate_series(1, 4) g;
    INSERT INTO depot.goods SELECT 1 + g / 9001, g, 1, 'good ' || g FROM generate_series(1, 12000) g;
    INSERT INTO depot.goods SELECT 4, g, 2, 'other ' || g FROM generate_series(1, 100) g;
    UPDATE depot.goods SET part_of = nr / 3 WHERE crate = 1 AND nr > 6000;
    INSERT INTO depot.tags SELECT g, CASE WHEN g <= 5 THEN 'crate' ELSE 'good' END, 1, g FROM generate_series(1, 4000) g;
    INSERT INTO depot.picks SELECT g, date '2026-01-20' + g / 100, 1, CASE WHEN g > 100 THEN g END FROM generate_series(1, 3000) g;
    CREATE FUNCTION depot.count_goods() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      UPDATE depot.crates c SET goods_count = goods_count + d.n
      FROM (SELECT r.crate, sum(r.n) AS n FROM (SELECT crate, (NOT is_gone)::int AS n FROM news
            UNION ALL SELECT crate, -(NOT is_gone)::int FROM olds) r GROUP BY r.crate) d WHERE c.id = d.crate AND d.n <> 0;
      RETURN NULL; END $$;
    UPDATE depot.crates c SET goods_count = (SELECT count(*) FROM depot.goods g WHERE g.crate = c.id);
    CREATE TRIGGER counted AFTER UPDATE ON depot.goods REFERENCING OLD TABLE AS olds NEW TABLE AS news
      FOR EACH STATEMENT EXECUTE FUNCTION depot.count_goods();";

/// One good was deleted before; then everything falls at once but crate 3, and a tag of a live crate.
const FALL: &str = "
    UPDATE depot.goods SET is_gone = true, gone_by = 'eve', deletion = '00000000-0000-4000-8000-00000000000e' WHERE crate = 1 AND nr = 77;
    UPDATE depot.goods SET is_gone = true, gone_by = 'bob', deletion = '00000000-0000-4000-8000-00000000000d' WHERE NOT is_gone;
    UPDATE depot.tags SET state = 'removed', deletion = '00000000-0000-4000-8000-00000000000d';
    UPDATE depot.picks SET is_gone = true, deletion = '00000000-0000-4000-8000-00000000000d';
    UPDATE depot.crates SET is_gone = true, gone_by = 'bob', deletion = '00000000-0000-4000-8000-00000000000d' WHERE id <> 3;
    ANALYZE depot.crates, depot.goods, depot.tags, depot.picks;";

const TABLES: [&str; 4] = ["crates", "goods", "tags", "picks"];

/// A depot in which nothing is deleted yet.
fn depot(major: Option<u32>) -> (TestDb, Operator, TempDir) {
    let library = TempDir::new().expect("a directory");
    let dir = library.path().join("systems/depot");
    std::fs::create_dir_all(&dir).expect("a directory");
    std::fs::write(dir.join("system.toml"), DEPOT).expect("a file");
    let db = server(major).fresh_database(Template::Empty);
    db.exec(STOCK);
    let operator = operator(&db, &library);
    (db, operator, library)
}

fn operator(db: &TestDb, library: &TempDir) -> Operator {
    let state = TempDir::new().expect("a directory");
    let flags = Flags { conninfo: Some(db.conninfo()), ..Flags::default() };
    let target = Target::resolve(&flags, &Env::default()).unwrap_or_else(|fault| panic!("{fault}"));
    let limits = Limits { statement_timeout_ms: 60_000, lock_timeout_ms: 2000, time_zone: "UTC".to_owned() };
    let library = Arc::new(Library::load(&[library.path().to_owned()]));
    let engine = Engine::recording(target, library, limits, Journal::within(state.path()));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    Operator { engine, runtime: runtime.expect("a runtime for the test"), state }
}

fn fallen(major: Option<u32>) -> (TestDb, Operator, TempDir) {
    let all = depot(major);
    all.0.exec(FALL);
    all
}

fn of(key: &str) -> Restore {
    Restore { table: "depot.crates".into(), keys: vec![key.into()], ..Restore::default() }
}

fn whole(key: &str) -> Restore {
    Restore { reach: Reach::Whole, ..of(key) }
}

fn planned(operator: &Operator, restore: Restore) -> Plan {
    operator.plan(Intent::Restore(restore)).unwrap_or_else(|fault| panic!("{fault}"))
}

fn done(operator: &Operator, plan: Plan) -> Receipt {
    assert_eq!(plan.refused, None);
    let receipt = operator.perform(plan).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(receipt.ending, Ending::Done);
    receipt
}

fn undo(operator: &Operator) -> Result<Receipt, Fault> {
    let plan = operator.plan(Intent::Undo(Undo::default()))?;
    assert_eq!(plan.refused, None);
    operator.perform(plan)
}

/// Everything that is in the tables.
fn state(db: &TestDb) -> Vec<String> {
    let of =
        |table: &&str| db.value(&format!("SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM depot.{table} t"));
    TABLES.iter().map(of).collect()
}

/// How many rows of each table are deleted.
fn deleted(db: &TestDb) -> String {
    db.value(
        "SELECT concat_ws(' ', (SELECT count(*) FROM depot.crates WHERE is_gone), (SELECT count(*) FROM depot.goods WHERE is_gone),
           (SELECT count(*) FROM depot.tags WHERE state = 'removed'), (SELECT count(*) FROM depot.picks WHERE is_gone))",
    )
}

fn counts(counts: &[(String, u64)]) -> String {
    counts.iter().map(|(table, rows)| format!("{table} {rows}")).collect::<Vec<_>>().join(", ")
}

#[test]
fn everything_below_a_root_comes_back_and_goes_and_comes() {
    for major in majors() {
        let (db, operator, _library) = depot(Some(major));
        let live = state(&db);
        db.exec(FALL);
        let gone = state(&db);
        assert_eq!(deleted(&db), "3 12100 4000 3000");
        let plan = planned(&operator, of("1"));
        assert_eq!(plan.refused, None);
        assert_eq!(counts(&plan.counts), "depot.crates 1, depot.goods 8999, depot.picks 3000, depot.tags 3999");
        assert_eq!((plan.rows[0].table.as_str(), plan.rows[0].depth), ("depot.crates", 0));
        assert!(plan.rows.len() < 300 && plan.rows.iter().any(|row| row.table == "depot.picks"), "{}", plan.rows.len());
        assert!(plan.notes.iter().any(|note| note.starts_with("15999 rows in all")), "{:?}", plan.notes);
        let receipt = done(&operator, plan);
        assert!(receipt.in_parts && receipt.rows.len() == 200 && receipt.rows[0].action == "restored");
        assert_eq!(deleted(&db), "2 3101 1 0", "{major}");
        assert_eq!(db.value("SELECT goods_count FROM depot.crates WHERE id = 1"), "8999");
        assert_eq!(db.value("SELECT gone_by FROM depot.goods WHERE crate = 1 AND nr = 77"), "eve");
        let trail =
            "SELECT string_agg(DISTINCT concat_ws(' ', operation, action), ','), (count(*) > 4)::text FROM depot.log";
        assert_eq!(db.rows(trail)[0], [Some(format!("{} BACK", receipt.id)), Some("true".into())]);
        let told = "SELECT count(*) FROM depot.log, jsonb_array_elements(before -> 'depot.goods') e, jsonb_array_elements(e -> 'nr')
                    WHERE e ->> 'gone_by' = 'bob'";
        assert_eq!(db.value(told), "8999");
        let back = state(&db);
        let receipt = undo(&operator).unwrap_or_else(|fault| panic!("{fault}"));
        assert_eq!(state(&db), gone, "{major}");
        assert!(receipt.in_parts && receipt.rows[0].action == "deleted");
        undo(&operator).unwrap_or_else(|fault| panic!("{fault}"));
        assert_eq!(state(&db), back, "{major}");
        assert_ne!(back, live);
        let events = ["restore intent", "restore done", "undo intent", "undo done", "undo intent", "undo done"];
        assert_eq!(operator.events(), events);
    }
}

#[test]
fn all_roots_of_a_deletion_come_back_in_their_tenant() {
    let (db, operator, _library) = fallen(None);
    // A tag of a live crate is a root of its own.
    db.exec("UPDATE depot.tags SET crate = 3 WHERE id = 1; DELETE FROM depot.tags WHERE id = 77");
    let plan = planned(&operator, whole("2"));
    assert_eq!(counts(&plan.counts), "depot.crates 2, depot.goods 11999, depot.picks 3000, depot.tags 3999");
    done(&operator, plan);
    assert_eq!(deleted(&db), "1 101 0 0");
    assert_eq!(db.value("SELECT string_agg(DISTINCT crate::text, ' ') FROM depot.goods WHERE is_gone"), "1 4");
}

#[test]
fn a_row_that_changed_meanwhile_refuses_all_of_it() {
    let (db, operator, _library) = fallen(None);
    let before = state(&db);
    for (meanwhile, says) in [
        (
            "UPDATE depot.goods SET name = name WHERE crate = 1 AND nr = 8000",
            "depot.goods has changed since the plan was made: one or more of its rows",
        ),
        (
            "DELETE FROM depot.tags WHERE id = 3999",
            "depot.tags has changed since the plan was made: 3998 rows belong to it now, and 3999",
        ),
        (
            "UPDATE depot.picks SET is_gone = false, deletion = NULL WHERE id = 9",
            "depot.picks has changed since the plan was made: 2999 rows",
        ),
    ] {
        let plan = planned(&operator, of("1"));
        db.exec(&format!("BEGIN; {meanwhile}; COMMIT"));
        let now = state(&db);
        let fault = operator.perform(plan).unwrap_err();
        assert_eq!(fault.kind, Kind::Refused);
        assert!(fault.message.contains(says), "{fault}");
        assert_eq!(state(&db), now);
    }
    assert_ne!(state(&db), before);
    let ends = operator.events().iter().filter(|event| *event == "restore rolled_back").count();
    assert_eq!(ends, 3);
    let left = std::fs::read_dir(operator.state.path().join("parts")).expect("a directory").count();
    assert_eq!(left, 0, "what was rolled back leaves no rows in the journal");
}

#[test]
fn what_is_in_the_way_is_said_before() {
    let (db, operator, _library) = fallen(None);
    // A live row has the name of one, and crate 1 stays deleted above what is restored without it.
    db.exec("INSERT INTO depot.goods VALUES (3, 1, 1, 'good 4321')");
    let plan = planned(&operator, of("1"));
    let refused = plan.refused.clone().expect("a refusal");
    assert!(
        refused.contains("depot.goods crate=1 nr=4321: unique index goods_name: the live row crate=3 nr=1"),
        "{refused}"
    );
    assert!(plan.rows.iter().any(|row| row.action == "conflict"));
    let skip = planned(&operator, Restore { on_conflict: OnConflict::Skip, ..of("1") });
    assert!(skip.refused.is_some_and(|why| why.contains("together or not at all")));
    // Left out by name, with what hangs under it, the others come back.
    let row = RowRef { table: "depot.goods".into(), key: r#"{"crate":1,"nr":4321}"#.into() };
    let plan = planned(&operator, Restore { without: vec![row], ..of("1") });
    let parts = db.value("SELECT count(*) FROM depot.goods WHERE crate = 1 AND part_of = 4321");
    assert!(plan.notes.iter().any(|note| note.starts_with("left out")), "{:?}", plan.notes);
    done(&operator, plan);
    assert_eq!(
        db.value("SELECT count(*) FROM depot.goods WHERE crate = 1 AND is_gone AND nr <> 77"),
        format!("{}", 1 + parts.parse::<u32>().unwrap())
    );
    // A clash that comes after the plan takes everything back.
    let (db, operator, _library) = fallen(None);
    let plan = planned(&operator, of("1"));
    db.exec("INSERT INTO depot.goods VALUES (3, 1, 1, 'good 8765')");
    let now = state(&db);
    let fault = operator.perform(plan).unwrap_err();
    assert!(
        fault.kind == Kind::Refused
            && fault.message.contains("nothing has been changed")
            && fault.message.contains("goods_name"),
        "{fault}"
    );
    assert_eq!(state(&db), now);
}

#[test]
fn stopping_it_changes_nothing() {
    let (db, operator, _library) = fallen(None);
    db.exec(
        "CREATE FUNCTION depot.slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END $$;
         CREATE TRIGGER slow AFTER UPDATE ON depot.goods FOR EACH STATEMENT EXECUTE FUNCTION depot.slow();",
    );
    let before = state(&db);
    let plan = planned(&operator, of("1"));
    assert!(plan.can_be_stopped());
    let (result, took, told) = operator.stopped(plan, Duration::from_millis(1500));
    let fault = result.unwrap_err();
    assert_eq!((fault.kind, fault.message.as_str()), (Kind::Interrupted, "stopped; nothing has been changed"));
    assert!(took < Duration::from_secs(2), "{took:?}");
    let rows = |progress: &Progress| match progress {
        Progress::Rows { done, of, .. } => Some((*done, *of)),
        _ => None,
    };
    let told: Vec<(u64, u64)> = told.iter().filter_map(rows).collect();
    assert!(told.len() > 1 && told.iter().all(|(done, of)| done < of && *of == 15_999), "{told:?}");
    assert_eq!(state(&db), before);
    assert_eq!(operator.events(), ["restore intent", "restore rolled_back"]);
    assert!(support::operate::is_quiet(&db, "WITH done"));
    // It can be done afterwards.
    db.exec("DROP TRIGGER slow ON depot.goods");
    done(&operator, planned(&operator, of("1")));
}

#[test]
fn the_command_line_stops_it_too() {
    let (db, _, library) = fallen(None);
    db.exec(
        "CREATE FUNCTION depot.slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(1); RETURN NULL; END $$;
         CREATE TRIGGER slow AFTER UPDATE ON depot.goods FOR EACH STATEMENT EXECUTE FUNCTION depot.slow();",
    );
    let before = state(&db);
    let home = TempDir::new().expect("a directory");
    let dir = library.path().to_string_lossy().into_owned();
    let args = ["restore", "depot.crates", "1", "--library", &dir, "--write", "--yes"];
    let running = pgdeck(&db, "postgres", home.path(), &args).stderr(Stdio::piped()).spawn().expect("pgdeck runs");
    let begun = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";
    assert!(soon(|| db.value(begun) == "1"), "it never began");
    let pid = running.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().expect("kill runs").success());
    let done = running.wait_with_output().expect("an end");
    let err = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(130), "{err}");
    assert!(err.contains("nothing has been changed"), "{err}");
    assert_eq!(state(&db), before);
    let (_, out, _) = ended(pgdeck(&db, "postgres", home.path(), &["journal", "--format", "json"]));
    assert!(out.contains("rolled_back"), "{out}");
}

#[test]
fn live_rows_by_the_thousand_fall_together_and_come_back() {
    let (db, operator, _library) = depot(None);
    let live = state(&db);
    let delete = Delete { table: "depot.crates".into(), keys: vec!["1".into()], ..Delete::default() };
    let plan = operator.plan(Intent::Delete(delete)).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(counts(&plan.counts), "depot.crates 1, depot.goods 9000, depot.picks 3000, depot.tags 4000");
    let receipt = done(&operator, plan);
    assert!(receipt.in_parts && receipt.rows[0].action == "deleted");
    assert_eq!(deleted(&db), "1 9000 4000 3000");
    done(&operator, planned(&operator, of("1")));
    assert_eq!(state(&db), live);
    undo(&operator).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(deleted(&db), "1 9000 4000 3000");
}

#[test]
fn an_undo_that_would_not_be_exact_is_refused() {
    let (db, operator, _library) = fallen(None);
    done(&operator, planned(&operator, of("1")));
    let undoing = || operator.plan(Intent::Undo(Undo::default())).unwrap_or_else(|fault| panic!("{fault}"));
    let good = undoing();
    assert_eq!(good.refused, None);
    // What changes after the plan is met under the locks, what changed before it in the plan.
    db.exec("UPDATE depot.tags SET kind = kind WHERE id = 3000");
    let now = state(&db);
    let fault = operator.perform(good).unwrap_err();
    assert!(
        fault.kind == Kind::Refused && fault.message.contains("depot.tags id=3000: it was changed since"),
        "{fault}"
    );
    assert_eq!(state(&db), now);
    let refused = undoing().refused.expect("a refusal");
    assert!(refused.contains("depot.tags id=3000: it was changed since"), "{refused}");
    // A row that came below one of them would hang under a deleted one.
    let (db, operator, _library) = fallen(None);
    done(&operator, planned(&operator, of("1")));
    let undoing = || operator.plan(Intent::Undo(Undo::default())).unwrap_or_else(|fault| panic!("{fault}"));
    let good = undoing();
    db.exec("INSERT INTO depot.tags VALUES (9000, 'good', 1, 8000)");
    let now = state(&db);
    let fault = operator.perform(good).unwrap_err();
    assert!(fault.message.contains("depot.goods crate=1 nr=8000: the tag \"9000\" below it is live"), "{fault}");
    assert_eq!(state(&db), now);
    assert!(undoing().refused.is_some_and(|why| why.contains("nr=8000")));
}

#[test]
fn a_lock_in_the_way_is_not_waited_for_long() {
    let (db, operator, _library) = fallen(None);
    let plan = planned(&operator, of("1"));
    let before = state(&db);
    let mut other = Other::of(&db, "postgres");
    other.exec("BEGIN; SELECT 1 FROM depot.goods WHERE crate = 1 AND nr = 5000 FOR UPDATE");
    let fault = fault(operator.perform(plan.clone()));
    assert!(fault.kind == Kind::Refused && fault.is("55P03"), "{fault}");
    other.exec("ROLLBACK");
    assert_eq!(state(&db), before);
    done(&operator, plan);
}

#[test]
fn triggers_and_audit_of_a_real_system_go_along() {
    let db = server(None).fresh_database(Template::Crm { rows: SMALL });
    db.exec(
        "INSERT INTO crm.leads (id, org_id, name) SELECT 'a0000000-0000-4000-8000-000000000001', id, 'Big' FROM crm.organizations ORDER BY created_at, id LIMIT 1;
         INSERT INTO crm.notes (org_id, lead_id, content) SELECT l.org_id, l.id, 'note ' || g FROM generate_series(1, 5100) g, crm.leads l WHERE l.name = 'Big';
         ALTER TABLE crm.notes DISABLE TRIGGER note_changed_activity;
         UPDATE crm.notes SET deleted_at = '2027-01-01' WHERE lead_id = 'a0000000-0000-4000-8000-000000000001';
         ALTER TABLE crm.notes ENABLE TRIGGER note_changed_activity;
         UPDATE crm.leads SET deleted_at = '2027-01-01' WHERE id = 'a0000000-0000-4000-8000-000000000001';",
    );
    let operator = Operator::on(db.conninfo());
    let lead = Restore {
        table: "crm.leads".into(),
        keys: vec!["a0000000-0000-4000-8000-000000000001".into()],
        ..Restore::default()
    };
    let receipt = done(&operator, planned(&operator, lead));
    assert_eq!(counts(&receipt.counts), "crm.leads 1, crm.notes 5100");
    assert_eq!(db.value("SELECT notes_count FROM crm.leads WHERE name = 'Big' AND deleted_at IS NULL"), "5100");
    let entries = format!("SELECT count(*) FROM crm.activities WHERE metadata ->> 'operation' = '{}'", receipt.id);
    assert!(db.value(&entries).parse::<u32>().unwrap() >= 3);
    undo(&operator).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(db.value("SELECT count(*) FROM crm.notes WHERE deleted_at = '2027-01-01'"), "5100");
    assert_eq!(db.value("SELECT notes_count FROM crm.leads WHERE name = 'Big'"), "0");
}

#[test]
fn few_rows_tell_their_counters_and_what_changed_since() {
    let (db, operator, _library) = depot(None);
    db.exec("INSERT INTO depot.goods VALUES (3, 1, 1, 'pen'), (3, 2, 1, 'ink'); UPDATE depot.crates SET goods_count = 2 WHERE id = 3");
    let delete = Delete { table: "depot.crates".into(), keys: vec!["3".into()], ..Delete::default() };
    let receipt = done(&operator, operator.plan(Intent::Delete(delete)).unwrap_or_else(|fault| panic!("{fault}")));
    let counted = |receipt: &Receipt, told: &str| receipt.notes.iter().any(|note| note == told);
    assert!(counted(&receipt, "depot.crates \"crate 3\": goods_count 2 → 0"), "{:?}", receipt.notes);
    let receipt = done(&operator, planned(&operator, of("3")));
    assert!(counted(&receipt, "depot.crates \"crate 3\": goods_count 0 → 2"), "{:?}", receipt.notes);
    assert!(!receipt.in_parts && receipt.rows.iter().all(|row| !row.image.is_empty()), "{:?}", receipt.rows);
    db.exec("UPDATE depot.goods SET name = 'red ink' WHERE crate = 3 AND nr = 2");
    let plan = operator.plan(Intent::Undo(Undo::default())).unwrap_or_else(|fault| panic!("{fault}"));
    let refused = plan.refused.clone().expect("a refusal");
    assert!(
        refused.contains("depot.goods crate=3 nr=2: it was changed since") && refused.contains(": name"),
        "{refused}"
    );
    let row = plan.rows.iter().find(|row| row.action == "conflict").expect("a conflict");
    assert_eq!(row.beside, [("name".to_owned(), Some("ink".to_owned()), Some("red ink".to_owned()))]);
}
