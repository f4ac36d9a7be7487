//! Undoing on real servers: what a console does not know, what others did meanwhile, and a trail that lies.

#![cfg(feature = "demo")]

mod support;

use pgdeck::engine::journal::Event;
use pgdeck::model::operation::{Delete, Intent, Plan, Receipt, Restore, Undo};
use pgdeck::model::{Fault, Kind};
use support::operate::Operator;
use support::{SMALL, Template, TestDb};

const LEAD: &str = "a0000000-0000-4000-8000-000000000001";

fn note(n: u32) -> String {
    format!("b0000000-0000-4000-8000-{n:012}")
}

/// A database with a live lead of two notes.
fn with_lead() -> TestDb {
    let db = support::server(None).fresh_database(Template::Crm { rows: SMALL });
    let org = db.value("SELECT id FROM crm.organizations ORDER BY created_at, id LIMIT 1");
    db.exec(&format!(
        "INSERT INTO crm.leads (id, org_id, name) VALUES ('{LEAD}', '{org}', 'Ada Fallen');
         INSERT INTO crm.notes (id, org_id, lead_id, content)
         VALUES ('{}', '{org}', '{LEAD}', 'one'), ('{}', '{org}', '{LEAD}', 'two');",
        note(1),
        note(2)
    ));
    db
}

fn deletion() -> Intent {
    Intent::Delete(Delete { table: "crm.leads".into(), keys: vec![LEAD.into()], ..Delete::default() })
}

fn restoring() -> Intent {
    Intent::Restore(Restore { table: "crm.leads".into(), keys: vec![LEAD.into()], ..Restore::default() })
}

fn undo(id: &str) -> Intent {
    Intent::Undo(Undo::of(id))
}

fn newest() -> Intent {
    Intent::Undo(Undo::default())
}

fn deleted_at(db: &TestDb) -> String {
    db.value(&format!("SELECT deleted_at FROM crm.leads WHERE id = '{LEAD}'"))
}

/// The lead deleted and restored by one console; another console with a journal of its own.
fn restored(db: &TestDb) -> (Operator, Receipt, Operator) {
    let (own, other) = (Operator::on(db.conninfo()), Operator::on(db.conninfo()));
    own.carry_out(deletion()).expect("deleted");
    let receipt = own.carry_out(restoring()).expect("restored");
    (own, receipt, other)
}

/// Without the triggers that make the trail's rows unlike what was written.
fn forge(db: &TestDb, sql: &str) {
    db.exec(&format!("SET session_replication_role = replica; {sql}"));
}

/// Why it is not done, whether the plan says so or there is none.
fn why(plan: Result<Plan, Fault>) -> String {
    match plan {
        Ok(plan) => plan.refused.clone().unwrap_or_else(|| panic!("not refused: {plan:#?}")),
        Err(fault) if fault.kind == Kind::Refused => fault.message,
        Err(fault) => panic!("{fault}"),
    }
}

#[test]
fn a_fresh_journal_says_how_to_undo_what_others_did() {
    let db = with_lead();
    let fault = Operator::on(db.conninfo()).plan(newest()).expect_err("nothing was done from here");
    assert!(fault.message.contains("this journal knows none"), "{fault}");
    assert!(fault.hint.as_deref().is_some_and(|hint| hint.contains("pgdeck undo ID")), "{fault}");
}

#[test]
fn an_undo_says_what_was_changed_and_not_what_follows_from_it() {
    let db = with_lead();
    let (own, ..) = restored(&db);
    db.exec(&format!("UPDATE crm.notes SET content = 'worked on' WHERE id = '{}'", note(1)));
    let plan = own.plan(newest()).expect("a plan");
    let reason = |key: &str| {
        let row = plan.rows.iter().find(|row| row.key[0].1.as_deref() == Some(key)).expect("the row");
        row.reason.clone().unwrap_or_default()
    };
    assert_eq!(reason(&note(1)), "it was changed since: content");
    // Of the lead nothing else changed.
    assert!(reason(LEAD).starts_with("it was changed since: last_activity_at"), "{}", reason(LEAD));
}

#[test]
fn a_delete_whose_end_nobody_wrote_down_is_settled() {
    let db = with_lead();
    let own = Operator::on(db.conninfo());
    own.carry_out(deletion()).expect("deleted");
    let journal = own.state.path().join("journal.jsonl");
    let text = std::fs::read_to_string(&journal).expect("a journal");
    let intent = text.lines().next().expect("a line");
    std::fs::write(&journal, format!("{intent}\n")).expect("a file");
    // This process lives, so that it must have been in doubt to be looked up.
    own.journal().write(&own.entries()[0].after(Event::InDoubt)).expect("a line");
    own.engine.look_back();
    let notes = own.survey().notes.join("\n");
    assert!(notes.contains("had no end in the journal and was done: its audit row is there"), "{notes}");
    assert_eq!(own.events(), ["delete intent", "delete in_doubt", "delete resolved"]);
}

/// What the trail has of an operation, with other values.
fn copied(db: &TestDb, id: &str, changes: &str, created_at: &str) {
    let columns = db.value(
        "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns
         WHERE table_schema = 'crm' AND table_name = 'activities' AND is_generated = 'NEVER'
           AND column_name NOT IN ('id', 'changes', 'created_at')",
    );
    forge(
        db,
        &format!(
            "INSERT INTO crm.activities (id, changes, created_at, {columns})
             SELECT gen_random_uuid(), {changes}, {created_at}, {columns}
             FROM crm.activities WHERE metadata ->> 'operation' = '{id}' LIMIT 1"
        ),
    );
}

const TOLD: &str = "UPDATE crm.activities SET changes =";

#[test]
fn a_second_entry_of_an_operation_is_not_believed() {
    let db = with_lead();
    let (_, receipt, other) = restored(&db);
    let plan = other.plan(undo(&receipt.id)).expect("a plan");
    assert_eq!(plan.refused, None, "{plan:#?}");
    assert!(plan.notes.iter().any(|note| note.contains("as trustworthy as those who may write")), "{:?}", plan.notes);
    let forged = "replace(changes::text, to_char(now(), 'YYYY-'), '1999-')::jsonb";
    copied(&db, &receipt.id, forged, "created_at - interval '1 second'");
    // Neither what was planned before, nor a new plan.
    let fault = other.perform(plan).expect_err("another past");
    assert!(fault.message.contains("were written by more than one change"), "{fault}");
    assert!(why(other.plan(undo(&receipt.id))).contains("were written by more than one change"));
    assert_eq!(deleted_at(&db), "");
}

#[test]
fn a_plan_is_done_as_it_was_shown_or_not_at_all() {
    let db = with_lead();
    let (_, receipt, other) = restored(&db);
    let mut plan = other.plan(undo(&receipt.id)).expect("a plan");
    let shown = &mut plan.rows[0].to;
    assert!(shown.iter().any(|(name, value)| name == "deleted_at" && value.is_some()), "{shown:?}");
    for (_, value) in shown {
        *value = value.as_ref().map(|_| "1999-01-01 00:00:00+00".to_owned());
    }
    let fault = other.perform(plan).expect_err("another past");
    assert!(fault.message.contains("is not what the plan was made of"), "{fault}");
    assert_eq!(deleted_at(&db), "");
}

#[test]
fn a_row_that_is_told_twice_or_of_no_table_is_not_undone() {
    let db = with_lead();
    let (_, receipt, other) = restored(&db);
    let here = format!("WHERE metadata ->> 'operation' = '{}'", receipt.id);
    db.exec(&format!("CREATE TABLE public.kept AS SELECT changes FROM crm.activities {here}"));
    // Written by one change each: only what they tell is odd.
    let odd = [
        (
            "jsonb_set(changes, '{old,crm.leads}', (changes #> '{old,crm.leads}') || (changes #> '{old,crm.leads}'))",
            "tells twice",
        ),
        ("jsonb_set(changes, '{old,crm.ledger}', '[]')", "changed crm.ledger, which crm does not have"),
        ("changes #- '{old,crm.leads,0,deleted_at}'", "does not tell what deleted_at of a row of crm.leads was"),
        ("jsonb_set(changes, '{old,crm.leads,0,deleted_at}', 'null')", "deleted some rows and restored others"),
    ];
    for (told, says) in odd {
        forge(&db, &format!("{TOLD} {told} {here}"));
        let why = why(other.plan(undo(&receipt.id)));
        assert!(why.contains(says), "{says}: {why}");
        forge(&db, &format!("{TOLD} (SELECT kept.changes FROM public.kept) {here}"));
    }
}

#[test]
fn what_the_trail_says_was_left_is_compared_with_the_rows() {
    let db = with_lead();
    let (_, receipt, other) = restored(&db);
    // An entry that was written along with the rows' last change, and tells something else of them.
    forge(
        &db,
        &format!(
            "BEGIN;
             {TOLD} jsonb_set(changes, '{{new,crm.leads,0,deleted_at}}', '\"1999-01-01\"') WHERE metadata ->> 'operation' = '{id}';
             UPDATE crm.leads SET name = name WHERE id = '{LEAD}';
             UPDATE crm.notes SET content = content WHERE lead_id = '{LEAD}';
             COMMIT;",
            id = receipt.id
        ),
    );
    let why = why(other.plan(undo(&receipt.id)));
    assert!(why.contains("it does not stand as the audit trail says it was left"), "{why}");
}

#[test]
fn a_trail_that_hides_entries_is_not_enough() {
    let db = with_lead();
    let (_, receipt, _) = restored(&db);
    db.exec(
        "CREATE ROLE half LOGIN; GRANT USAGE ON SCHEMA crm TO half; GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA crm TO half;
         ALTER TABLE crm.activities ENABLE ROW LEVEL SECURITY;
         CREATE POLICY some_of_it ON crm.activities TO half USING (org_id IS NOT NULL) WITH CHECK (true);",
    );
    let other = Operator::on(db.conninfo_as("half"));
    let why = why(other.plan(undo(&receipt.id)));
    db.exec("DROP OWNED BY half; DROP ROLE half");
    assert!(why.contains("row level security may hide entries of crm.activities from half"), "{why}");
}

#[test]
fn tables_below_that_hide_rows_are_not_taken_for_empty() {
    let db = with_lead();
    // No note stands in the operation, and one may be there unseen.
    db.exec(&format!("DELETE FROM crm.notes WHERE lead_id = '{LEAD}'"));
    let (_, receipt, _) = restored(&db);
    db.exec(
        "CREATE ROLE below LOGIN; GRANT USAGE ON SCHEMA crm TO below; GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA crm TO below;
         ALTER TABLE crm.activities DISABLE ROW LEVEL SECURITY; ALTER TABLE crm.leads DISABLE ROW LEVEL SECURITY;
         ALTER TABLE crm.notes ENABLE ROW LEVEL SECURITY;
         CREATE POLICY none_of_it ON crm.notes TO below USING (content = 'x');",
    );
    let other = Operator::on(db.conninfo_as("below"));
    let why = why(other.plan(undo(&receipt.id)));
    db.exec("DROP OWNED BY below; DROP ROLE below");
    assert!(why.contains("may hide rows of") && why.contains("crm.notes"), "{why}");
}

#[test]
fn what_was_undone_elsewhere_is_said_once_and_passed_over() {
    let db = with_lead();
    let (own, receipt, other) = restored(&db);
    other.carry_out(undo(&receipt.id)).expect("undone elsewhere");
    let why = why(own.plan(undo(&receipt.id)));
    assert!(why.ends_with("was undone already, elsewhere") && !why.contains(';'), "{why}");
    // The deletion before it: its rows were changed since, by both.
    let plan = own.plan(newest()).expect("a plan of the older one");
    let deletion = own.entries()[0].id.clone();
    assert_eq!(plan.intent, undo(&deletion));
    assert!(plan.notes.iter().any(|note| note.contains(&receipt.id) && note.contains("elsewhere")), "{:?}", plan.notes);
    let refused = plan.refused.unwrap_or_default();
    let clauses: Vec<&str> = refused.split("; ").collect();
    let repeated = clauses.iter().any(|own| clauses.iter().filter(|other| other.contains(own)).count() > 1);
    assert!(!repeated && !refused.contains("there is nothing to"), "{refused}");
}

#[test]
fn where_everything_was_undone_elsewhere_that_is_said() {
    let db = with_lead();
    let (own, other) = (Operator::on(db.conninfo()), Operator::on(db.conninfo()));
    let receipt = own.carry_out(deletion()).expect("deleted");
    other.carry_out(undo(&receipt.id)).expect("undone elsewhere");
    let why = why(own.plan(newest()));
    assert!(why.contains(&receipt.id) && why.ends_with("was undone already, elsewhere"), "{why}");
    assert_eq!(deleted_at(&db), "");
}
