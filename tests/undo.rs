//! Undoing on real servers: what a console does not know, what others did meanwhile, and a trail that lies.

#![cfg(feature = "demo")]

#[path = "support/operate.rs"]
mod operate;
mod support;

use operate::Operator;
use pgdeck::model::operation::{Delete, Intent, Plan, Receipt, Restore, Undo};
use pgdeck::model::{Fault, Kind};
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
    let why = why(own.plan(newest()));
    assert!(why.contains("it was changed since: content"), "{why}");
    assert!(!why.contains("version") && !why.contains("updated_at") && !why.contains("search_vector"), "{why}");
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
    own.engine.look_back();
    let notes = own.survey().notes.join("\n");
    assert!(notes.contains("had no end in the journal and was done: its audit row is there"), "{notes}");
    assert_eq!(own.events(), ["delete intent", "delete resolved"]);
}
