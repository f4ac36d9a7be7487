//! What fell together: by the audit trail, by equal markers, by row versions, by a window of time, and whole deletions of several
//! roots. Every rung of the ladder has rows that a lower one would take or leave wrongly.

#![cfg(feature = "demo")]

mod support;

use pgdeck::catalog::Library;
use pgdeck::model::Kind;
use pgdeck::model::operation::{Intent, OnConflict, Plan, Reach, Restore, RowRef, Undo};
use support::operate::Operator;
use support::{SMALL, Template, TestDb};
use tempfile::TempDir;

const RUNGS: &str = r#"
name = "rungs"
title = "Rungs"
[match]
tables = ["folders", "files", "carts", "items", "boxes", "coins"]
[[table]]
name = "folders"
key = "id"
label = "name"
audit = { restored = "back", deleted = "gone" }
deleted = { column = "is_active", kind = "boolean", value = false }
[[table]]
name = "files"
key = "id"
label = "name"
deleted = { column = "state", kind = "status", value = "binned", live = "kept" }
[[table]]
name = "carts"
key = "id"
label = "name"
deleted = { column = "gone_at", by = "gone_by" }
[[table]]
name = "items"
key = "id"
label = "name"
deleted = { column = "gone_at", by = "gone_by" }
[[table]]
name = "boxes"
key = "id"
deleted = { column = "is_active", kind = "boolean", value = false }
[[table]]
name = "coins"
key = ["box_id", "n"]
deleted = { column = "is_active", kind = "boolean", value = false }
[[relation]]
child = "files"
parent = "folders"
columns = "folder_id"
cascade = true
[[relation]]
child = "items"
parent = "carts"
columns = "cart_id"
cascade = true
[[relation]]
child = "coins"
parent = "boxes"
columns = "box_id"
cascade = true
[audit]
table = "log"
at = "at"
transaction = "tx"
action = "action"
object = "kind"
row = "row"
old = "before"
new = "after"
"#;

const TABLES: &str = "
    CREATE SCHEMA rungs;
    CREATE TABLE rungs.folders (id integer PRIMARY KEY, name text, is_active boolean NOT NULL DEFAULT true);
    CREATE TABLE rungs.files (id integer PRIMARY KEY, name text, folder_id integer REFERENCES rungs.folders, state text NOT NULL);
    CREATE TABLE rungs.carts (id integer PRIMARY KEY, name text, gone_at timestamptz, gone_by text);
    CREATE TABLE rungs.items (id integer PRIMARY KEY, name text, cart_id integer REFERENCES rungs.carts, gone_at timestamptz, gone_by text);
    CREATE TABLE rungs.boxes (id integer PRIMARY KEY, is_active boolean NOT NULL);
    CREATE TABLE rungs.coins (box_id integer REFERENCES rungs.boxes, n integer, is_active boolean NOT NULL, PRIMARY KEY (box_id, n));
    CREATE TABLE rungs.log (at timestamptz NOT NULL DEFAULT clock_timestamp(), tx text, action text NOT NULL, kind text, row text,
      before jsonb, after jsonb);";

fn rungs() -> (Operator, TestDb, TempDir) {
    let library = TempDir::new().expect("a directory");
    let dir = library.path().join("systems/rungs");
    std::fs::create_dir_all(&dir).expect("a directory");
    std::fs::write(dir.join("system.toml"), RUNGS).expect("a file");
    let db = support::server(None).fresh_database(Template::Empty);
    db.exec(TABLES);
    let operator = Operator::on(db.conninfo());
    operator.engine.set_library(std::sync::Arc::new(Library::load(&[library.path().to_owned()])));
    (operator, db, library)
}

fn of(table: &str, keys: &[&str]) -> Restore {
    Restore { table: table.to_owned(), keys: keys.iter().map(|key| (*key).to_owned()).collect(), ..Restore::default() }
}

fn plan(operator: &Operator, restore: Restore) -> Plan {
    operator.plan(Intent::Restore(restore)).unwrap_or_else(|fault| panic!("{fault}"))
}

/// Table and key of the rows with this action.
fn rows(plan: &Plan, action: &str) -> Vec<String> {
    let key = |row: &pgdeck::model::operation::PlanRow| {
        row.key.iter().map(|(_, value)| value.clone().unwrap_or_default()).collect::<Vec<_>>().join(",")
    };
    let mut rows: Vec<String> =
        plan.rows.iter().filter(|row| row.action == action).map(|row| format!("{} {}", row.table, key(row))).collect();
    rows.sort();
    rows
}

#[test]
fn the_trail_tells_what_fell_in_one_transaction() {
    let (operator, db, _library) = rungs();
    // The file 11 was binned on its own before, the file 12 in the same transaction, but changed since, so that versions tell nothing.
    db.exec(
        "INSERT INTO rungs.folders VALUES (1, 'plans', false);
         INSERT INTO rungs.files VALUES (11, 'a', 1, 'binned'), (12, 'b', 1, 'binned'), (13, 'c', 1, 'kept');
         INSERT INTO rungs.log (tx, action, kind, row, after) VALUES
           ('7', 'UPDATE', 'files', '11', '{\"state\": \"binned\"}'),
           ('8', 'UPDATE', 'files', '12', '{\"state\": \"binned\"}'),
           ('8', 'gone', 'folders', '1', NULL);
         UPDATE rungs.files SET name = 'b2' WHERE id = 12;",
    );
    assert_eq!(rows(&plan(&operator, of("folders", &["1"])), "restore"), ["rungs.files 12", "rungs.folders 1"]);
    assert_eq!(rows(&plan(&operator, of("files", &["12"])), "restore"), ["rungs.files 12", "rungs.folders 1"]);
    // A row whose newest deletion is another one does not belong to the older.
    db.exec("INSERT INTO rungs.log (tx, action, kind, row, before, after) VALUES ('9', 'UPDATE', 'files', '12', '{\"state\": \"draft\"}', '{\"state\": \"binned\"}')");
    assert_eq!(rows(&plan(&operator, of("folders", &["1"])), "restore"), ["rungs.folders 1"]);
    let receipt = operator.carry_out(Intent::Restore(of("folders", &["1"]))).expect("restored");
    assert_eq!(receipt.counts, [("rungs.folders".to_owned(), 1)]);
    // A status comes back as what it was, not as what rows mostly are.
    let states = || db.value("SELECT string_agg(state, ' ' ORDER BY id) FROM rungs.files");
    operator.carry_out(Intent::Restore(of("files", &["11", "12"]))).expect("restored");
    assert_eq!(states(), "kept draft kept");
    operator.carry_out(Intent::Undo(Undo::default())).expect("undone");
    assert_eq!(states(), "binned binned kept");
}

#[test]
fn equal_markers_tell_only_with_the_same_person() {
    let (operator, db, _library) = rungs();
    db.exec(
        "INSERT INTO rungs.carts VALUES (1, 'x', '2026-05-01 10:00:00.000001', 'ann');
         INSERT INTO rungs.items VALUES (11, 'a', 1, '2026-05-01 10:00:00.000001', 'ann'), (12, 'b', 1, '2026-05-01 10:00:00.000001', 'bob'),
           (13, 'c', 1, '2026-05-01 10:00:00.000002', 'ann');",
    );
    let plan = plan(&operator, of("carts", &["1"]));
    assert_eq!(rows(&plan, "restore"), ["rungs.carts 1", "rungs.items 11"]);
    assert!(
        plan.notes.iter().any(|note| note.starts_with("2 rows of rungs.items were deleted apart")),
        "{:?}",
        plan.notes
    );
}

#[test]
fn row_versions_tell_where_nothing_else_does_and_say_so() {
    let (operator, db, _library) = rungs();
    db.exec("INSERT INTO rungs.boxes VALUES (1, true); INSERT INTO rungs.coins VALUES (1, 1, true), (1, 2, true), (1, 3, true)");
    db.exec("UPDATE rungs.coins SET is_active = false WHERE n = 3");
    db.exec("UPDATE rungs.boxes SET is_active = false; UPDATE rungs.coins SET is_active = false WHERE n < 3");
    let one = plan(&operator, of("boxes", &["1"]));
    assert_eq!(rows(&one, "restore"), ["rungs.boxes 1", "rungs.coins 1,1", "rungs.coins 1,2"]);
    assert!(one.notes.iter().any(|note| note.contains("only the row versions (xmin) tell")), "{:?}", one.notes);
    db.exec("UPDATE rungs.coins SET is_active = false WHERE n = 2");
    assert_eq!(rows(&plan(&operator, of("boxes", &["1"])), "restore"), ["rungs.boxes 1", "rungs.coins 1,1"]);
}

#[test]
fn a_window_of_time_is_uncertain_and_asks_for_a_word() {
    let (operator, db, _library) = rungs();
    db.exec(
        "INSERT INTO rungs.carts VALUES (1, 'x', '2026-05-01 10:00:00', 'ann');
         INSERT INTO rungs.items VALUES (11, 'a', 1, '2026-05-01 10:00:02', 'ann'), (12, 'b', 1, '2026-05-01 10:01:00', 'ann');",
    );
    assert_eq!(rows(&plan(&operator, of("carts", &["1"])), "restore"), ["rungs.carts 1"]);
    let wide = plan(&operator, Restore { window_s: Some(5), ..of("carts", &["1"]) });
    assert_eq!(rows(&wide, "restore"), ["rungs.carts 1", "rungs.items 11"]);
    let item = wide.rows.iter().find(|row| row.table == "rungs.items").expect("the item");
    assert_eq!(item.reason.as_deref(), Some("uncertain: deleted within 5 s"));
    assert_eq!(wide.typed.as_ref().map(|(_, word)| word.as_str()), Some("uncertain"));
    assert!(wide.notes.iter().any(|note| note.starts_with("UNCERTAIN: 1 row")), "{:?}", wide.notes);
    operator.perform(wide).expect("restored");
    assert_eq!(db.value("SELECT string_agg(id::text, ' ') FROM rungs.items WHERE gone_at IS NULL"), "11");
}

/// Two leads of one tenant, each with a note, an organization and a lead of another, all deleted in one moment.
fn one_moment(db: &TestDb) -> (String, [String; 3]) {
    let orgs = db.rows(
        "SELECT org_id::text FROM crm.leads WHERE deleted_at IS NULL GROUP BY 1 HAVING count(*) > 2 ORDER BY 1 LIMIT 2",
    );
    let org = |n: usize| orgs[n][0].clone().expect("a tenant");
    let lead = |org: &str, n: usize| {
        db.value(&format!(
            "SELECT id::text FROM crm.leads WHERE org_id = '{org}' AND deleted_at IS NULL ORDER BY id LIMIT 1 OFFSET {n}"
        ))
    };
    let leads = [lead(&org(0), 0), lead(&org(0), 1), lead(&org(1), 0)];
    db.exec(&format!(
        "UPDATE crm.notes SET deleted_at = NULL WHERE false;
         INSERT INTO crm.notes (org_id, lead_id, content) SELECT l.org_id, l.id, 'of ' || l.id FROM crm.leads AS l WHERE l.id IN ('{0}', '{1}', '{2}');
         DELETE FROM crm.tasks WHERE lead_id IN ('{0}', '{1}', '{2}');
         UPDATE crm.notes SET deleted_at = '2026-11-01 10:00:00.123456' WHERE content LIKE 'of ________-%' AND lead_id IN ('{0}', '{1}', '{2}');
         UPDATE crm.leads SET deleted_at = '2026-11-01 10:00:00.123456' WHERE id IN ('{0}', '{1}', '{2}');",
        leads[0], leads[1], leads[2]
    ));
    (org(0), leads)
}

#[test]
fn a_whole_deletion_has_all_its_roots_and_no_other_tenants() {
    for major in [Some(13), None, Some(18)] {
        let db = support::server(major).fresh_database(Template::Crm { rows: SMALL });
        let operator = Operator::on(db.conninfo());
        let (_, [one, two, other]) = one_moment(&db);
        let branch = plan(&operator, of("crm.leads", &[&one]));
        assert_eq!(branch.counts, [("crm.leads".to_owned(), 1), ("crm.notes".to_owned(), 1)]);
        let whole = plan(&operator, Restore { reach: Reach::Whole, ..of("crm.leads", &[&one]) });
        assert_eq!(whole.counts, [("crm.leads".to_owned(), 2), ("crm.notes".to_owned(), 2)]);
        let roots: Vec<_> = whole.rows.iter().filter(|row| row.depth == 0).map(|row| row.table.as_str()).collect();
        assert_eq!(roots, ["crm.leads", "crm.leads"]);
        let left = "1 row of crm.leads was deleted in the same moment in other tenants and stays";
        assert!(whole.notes.iter().any(|note| note == left), "{:?}", whole.notes);
        // One branch is left out with what hangs under it.
        let without = vec![RowRef { table: "crm.leads".into(), key: format!("{{\"id\":\"{two}\"}}") }];
        let less = plan(&operator, Restore { reach: Reach::Whole, without, ..of("crm.leads", &[&one]) });
        assert_eq!(less.counts, [("crm.leads".to_owned(), 1), ("crm.notes".to_owned(), 1)]);
        assert_eq!(rows(&less, "skip").len(), 2);
        assert!(less.refused.is_none(), "{:?}", less.refused);
        operator.perform(less).expect("restored");
        let live = |id: &str| db.value(&format!("SELECT (deleted_at IS NULL)::text FROM crm.leads WHERE id = '{id}'"));
        assert_eq!((live(&one).as_str(), live(&two).as_str(), live(&other).as_str()), ("true", "false", "false"));
        let unknown = vec![RowRef { table: "crm.leads".into(), key: other.clone() }];
        let fault = operator
            .plan(Intent::Restore(Restore { without: unknown, ..of("crm.leads", &[&two]) }))
            .expect_err("it is none of these");
        assert!(fault.kind == Kind::Usage && fault.message.contains("is not among the rows"), "{fault}");
    }
}

#[test]
fn a_branch_that_is_left_out_does_not_hold_the_others_back() {
    let db = support::server(None).fresh_database(Template::Crm { rows: SMALL });
    let operator = Operator::on(db.conninfo());
    let (_, [one, ..]) = one_moment(&db);
    let note = db.value(&format!("SELECT id::text FROM crm.notes WHERE lead_id = '{one}' AND content = 'of {one}'"));
    let without = vec![RowRef { table: "crm.notes".into(), key: note.clone() }];
    let restore = Restore { without, on_conflict: OnConflict::Abort, ..of("crm.leads", &[&one]) };
    let receipt = operator.carry_out(Intent::Restore(restore)).expect("restored");
    assert_eq!(receipt.counts, [("crm.leads".to_owned(), 1)]);
    assert_eq!(db.value(&format!("SELECT (deleted_at IS NULL)::text FROM crm.notes WHERE id = '{note}'")), "false");
}
