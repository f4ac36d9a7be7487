//! Deletions of more rows than a plan lists, on real servers: all of them come back or none, an undo takes all of them back, and
//! what stands in the way is said.

#![cfg(feature = "demo")]

mod support;

use pgdeck::model::operation::{Ending, Intent, OnConflict, Plan, Reach, Receipt, Restore, RowRef, Undo};
use pgdeck::model::request::Progress;
use pgdeck::model::{Fault, Kind};
use std::time::Duration;
use support::operate::{Operator, Other, pgdeck, soon};
use support::{SMALL, Template, TestDb, fault, majors, server};

const LEAD: &str = "a0000000-0000-4000-8000-000000000001";
const SECOND: &str = "a0000000-0000-4000-8000-000000000002";
const AT: &str = "2027-01-01 10:00:00.123456+00";
const BEFORE: &str = "2026-12-31 10:00:00+00";

/// Two leads of one organization with 12,000 notes, files on a third of them, 200 tasks and a thread of e-mails; all but one
/// note, which was deleted before, fall in one moment.
const DELETION: &str = "
    INSERT INTO crm.leads (id, org_id, name) SELECT l.id::uuid, o.id, l.name
    FROM (SELECT id FROM crm.organizations ORDER BY created_at, id LIMIT 1) o,
      (VALUES ('a0000000-0000-4000-8000-000000000001', 'Big'), ('a0000000-0000-4000-8000-000000000002', 'Second')) l (id, name);
    INSERT INTO crm.notes (id, org_id, lead_id, content)
    SELECT ('b0000000-0000-4000-8000-' || lpad(g::text, 12, '0'))::uuid, l.org_id, l.id, 'note ' || g
    FROM generate_series(1, 12000) g JOIN crm.leads l ON l.id = ('a0000000-0000-4000-8000-00000000000' || CASE WHEN g <= 11000 THEN 1 ELSE 2 END)::uuid;
    INSERT INTO crm.attachments (id, org_id, entity_type, entity_id, filename, mime_type, file_size, storage_path)
    SELECT ('c0000000-0000-4000-8000-' || right(n.id::text, 12))::uuid, n.org_id, 'note', n.id, 'f', 'text/plain', 1, 'p' || n.id
    FROM generate_series(3, 12000, 3) g JOIN crm.notes n ON n.id = ('b0000000-0000-4000-8000-' || lpad(g::text, 12, '0'))::uuid;
    INSERT INTO crm.tasks (id, org_id, lead_id, title)
    SELECT ('d0000000-0000-4000-8000-' || lpad(g::text, 12, '0'))::uuid, l.org_id, l.id, 'task ' || g
    FROM generate_series(1, 200) g, crm.leads l WHERE l.id = 'a0000000-0000-4000-8000-000000000001';
    INSERT INTO crm.email_threads (id, org_id, lead_id, subject, thread_id)
    SELECT 'e0000000-0000-4000-8000-000000000001', l.org_id, l.id, 'mail', 'thread-bulk' FROM crm.leads l WHERE l.id = 'a0000000-0000-4000-8000-000000000001';
    INSERT INTO crm.email_messages (id, org_id, thread_id, message_id, from_email, to_emails, subject, sent_at)
    SELECT ('f0000000-0000-4000-8000-' || lpad(g::text, 12, '0'))::uuid, t.org_id, t.id, 'm-bulk-' || g, 'a@example.com', '{b@example.com}', 's', now()
    FROM generate_series(1, 50) g, crm.email_threads t WHERE t.id = 'e0000000-0000-4000-8000-000000000001';
    UPDATE crm.notes SET deleted_at = '2026-12-31 10:00:00+00' WHERE id = 'b0000000-0000-4000-8000-000000000007';";

/// What falls in the moment of the deletion.
const FALL: &str = "
    UPDATE crm.attachments SET deleted_at = '2027-01-01 10:00:00.123456+00' WHERE id::text LIKE 'c0000000-0000-4000-8000-%';
    UPDATE crm.email_messages SET deleted_at = '2027-01-01 10:00:00.123456+00' WHERE id::text LIKE 'f0000000-0000-4000-8000-%';
    UPDATE crm.email_threads SET deleted_at = '2027-01-01 10:00:00.123456+00' WHERE id::text LIKE 'e0000000-0000-4000-8000-%';
    UPDATE crm.tasks SET deleted_at = '2027-01-01 10:00:00.123456+00' WHERE id::text LIKE 'd0000000-0000-4000-8000-%';
    UPDATE crm.notes SET deleted_at = '2027-01-01 10:00:00.123456+00' WHERE id::text LIKE 'b0000000-0000-4000-8000-%' AND deleted_at IS NULL;
    UPDATE crm.leads SET deleted_at = '2027-01-01 10:00:00.123456+00' WHERE id::text LIKE 'a0000000-0000-4000-8000-%';";

const TABLES: [&str; 6] = ["leads", "notes", "attachments", "tasks", "email_threads", "email_messages"];

fn fallen(major: Option<u32>) -> (TestDb, Operator) {
    let db = server(major).fresh_database(Template::Crm { rows: SMALL });
    db.exec(DELETION);
    db.exec(FALL);
    let operator = Operator::on(db.conninfo());
    (db, operator)
}

fn whole(table: &str, key: &str) -> Restore {
    Restore { reach: Reach::Whole, ..of(table, key) }
}

fn of(table: &str, key: &str) -> Restore {
    Restore { table: table.into(), keys: vec![key.into()], ..Restore::default() }
}

fn planned(operator: &Operator, restore: Restore) -> Plan {
    operator.plan(Intent::Restore(restore)).unwrap_or_else(|fault| panic!("{fault}"))
}

fn restored(operator: &Operator, restore: Restore) -> Receipt {
    let plan = planned(operator, restore);
    assert_eq!(plan.refused, None);
    operator.perform(plan).unwrap_or_else(|fault| panic!("{fault}"))
}

/// The deletion marks of every row of the system, by table.
fn marks(db: &TestDb) -> Vec<String> {
    let of = |table: &str| {
        db.value(&format!("SELECT md5(string_agg(t.id::text || COALESCE(t.deleted_at::text, '-'), '|' ORDER BY t.id)) FROM crm.{table} t"))
    };
    TABLES.iter().map(|table| of(table)).collect()
}

/// How many rows of each table are deleted at the moment of the deletion.
fn deleted(db: &TestDb) -> Vec<u64> {
    let of = |table: &&str| db.value(&format!("SELECT count(*) FROM crm.{table} WHERE deleted_at = '{AT}'")).parse().unwrap();
    TABLES.iter().map(of).collect()
}

fn counts(counts: &[(String, u64)]) -> Vec<String> {
    counts.iter().map(|(table, rows)| format!("{table} {rows}")).collect()
}

#[test]
fn what_fell_with_one_root_comes_back_and_goes_again() {
    for major in majors() {
        let (db, operator) = fallen(Some(major));
        let plan = planned(&operator, of("crm.leads", LEAD));
        assert_eq!(plan.refused, None);
        let all = ["crm.leads 1", "crm.email_threads 1", "crm.notes 10999", "crm.tasks 200", "crm.email_messages 50", "crm.attachments 3666"];
        let mut found = counts(&plan.counts);
        found.sort_unstable();
        let mut wanted = all.map(str::to_owned);
        wanted.sort_unstable();
        assert_eq!(found, wanted);
        assert!(plan.rows.len() < 300 && plan.rows[0].table == "crm.leads" && plan.rows[0].depth == 0, "{:?}", plan.rows.len());
        assert!(plan.notes.iter().any(|note| note.starts_with("14917 rows in all")), "{:?}", plan.notes);
        assert!(plan.notes.iter().any(|note| note.starts_with("triggers of crm.attachments")), "{:?}", plan.notes);
        let before = marks(&db);
        let receipt = operator.perform(plan).unwrap_or_else(|fault| panic!("{fault}"));
        assert_eq!((receipt.ending, receipt.in_parts), (Ending::Done, true));
        assert_eq!(deleted(&db), [1, 1000, 334, 0, 0, 0], "{major}");
        assert_eq!(db.value(&format!("SELECT deleted_at FROM crm.notes WHERE id = 'b0000000-0000-4000-8000-{:012}'", 7)), BEFORE.replace("+00", "+00"));
        assert_eq!(db.value(&format!("SELECT notes_count FROM crm.leads WHERE id = '{LEAD}'")), "10999");
        let trail = format!("SELECT count(*) > 3, bool_and(metadata ->> 'operation' = '{0}') FROM crm.activities WHERE metadata ->> 'operation' = '{0}'", receipt.id);
        assert_eq!(db.rows(&trail)[0], [Some("true".to_owned()), Some("true".to_owned())]);
        assert_eq!(operator.events(), ["restore intent", "restore done"]);
        let _ = before;
    }
}

#[test]
fn all_roots_of_a_deletion_come_back_at_once() {
    let (db, operator) = fallen(None);
    // A note whose lead is live is a root of its own.
    db.exec(&format!(
        "INSERT INTO crm.notes (id, org_id, lead_id, content, deleted_at)
         SELECT 'b1000000-0000-4000-8000-000000000001', o.org_id, o.id, 'alone', '{AT}' FROM crm.leads o
         WHERE o.org_id = (SELECT org_id FROM crm.leads WHERE id = '{LEAD}') AND o.deleted_at IS NULL LIMIT 1"
    ));
    let receipt = restored(&operator, whole("crm.leads", SECOND));
    assert_eq!(deleted(&db), [0; 6]);
    let notes = receipt.counts.iter().find(|(table, _)| table == "crm.notes").map(|(_, rows)| *rows);
    assert_eq!(notes, Some(12_000));
}
