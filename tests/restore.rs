//! Restoring, undoing and the trash, on real servers: what comes back is exactly what fell together, and nothing happens that was
//! not planned, confirmed and recorded.

#![cfg(feature = "demo")]

#[path = "support/ask.rs"]
mod ask;
#[path = "terminal/console.rs"]
mod console;
mod support;

use ask::limits;
use pgdeck::catalog::Library;
use pgdeck::db::{Env, Flags, Target};
use pgdeck::engine::journal::Journal;
use pgdeck::engine::{Engine, Stop};
use pgdeck::model::operation::{Delete, Intent, OnConflict, Plan, PlanRow, Reach, Receipt, Restore, Undo};
use pgdeck::model::request::Scope;
use pgdeck::model::{Fault, Kind, Outcome, Request, Source};
use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use support::{SMALL, Template, TestDb};
use tempfile::TempDir;
use tokio::runtime::Runtime;

const LEAD: &str = "a0000000-0000-4000-8000-000000000001";

/// A database, an engine with a journal of its own, and the command line beside it.
struct Desk {
    db: TestDb,
    state: TempDir,
    engine: Engine,
    runtime: Runtime,
}

/// What a run of the command line ended with.
#[derive(Debug)]
struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn crm(major: Option<u32>) -> TestDb {
    support::server(major).fresh_database(Template::Crm { rows: SMALL })
}

impl Desk {
    fn new() -> Self {
        Self::on(crm(None))
    }

    fn on(db: TestDb) -> Self {
        Self::of("postgres", db, &[])
    }

    fn of(user: &str, db: TestDb, library: &[PathBuf]) -> Self {
        let state = TempDir::new().expect("a directory");
        let engine = engine(&db.conninfo_as(user), library, &state);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        Self { db, state, engine, runtime: runtime.expect("a runtime for the test") }
    }

    fn ask(&self, request: Request) -> Result<Outcome, Fault> {
        self.runtime.block_on(self.engine.run(request, Stop::never(), &|_| ()))
    }

    fn plan(&self, intent: Intent) -> Result<Plan, Fault> {
        self.ask(Request::Plan(intent)).map(|outcome| match outcome {
            Outcome::Plan(plan) => plan,
            other => panic!("no plan: {other:?}"),
        })
    }

    fn perform(&self, plan: Plan) -> Result<Receipt, Fault> {
        self.ask(Request::Perform(Box::new(plan))).map(|outcome| match outcome {
            Outcome::Receipt(receipt) => receipt,
            other => panic!("no receipt: {other:?}"),
        })
    }

    fn restore(&self, restore: Restore) -> Plan {
        self.plan(Intent::Restore(restore)).unwrap_or_else(|fault| panic!("{fault}"))
    }

    /// `pgdeck …` as the superuser on this database.
    fn run(&self, args: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pgdeck"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PG")) {
            command.env_remove(name);
        }
        command.envs(self.db.env()).env("PGDECK_STATE_DIR", self.state.path()).env("PGDECK_TIME_ZONE", "UTC");
        command.env("PGDECK_CONFIG_DIR", self.state.path().join("config")).env("HOME", self.state.path());
        let done = command.args(args).stdin(Stdio::null()).output().expect("pgdeck runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Ran { code: done.status.code().unwrap_or(-1), out: text(done.stdout), err: text(done.stderr) }
    }

    /// The events of the journal, oldest first.
    fn journal(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.state.path().join("journal.jsonl")).unwrap_or_default();
        let event =
            |line: &str| serde_json::from_str::<Value>(line).expect("JSON")["event"].as_str().map(str::to_owned);
        text.lines().filter_map(event).collect()
    }

    fn deleted(&self, table: &str, id: &str) -> String {
        self.db.value(&format!("SELECT deleted_at FROM crm.{table} WHERE id = '{id}'"))
    }

    /// What the rows of the tables an operation touches hold, without what the database keeps by itself and moves on.
    fn values(&self) -> String {
        let tables = ["leads", "notes", "tasks", "deals", "email_threads", "email_messages", "attachments"];
        let kept = "'{updated_at,last_activity_at,search_vector}'::text[]";
        let one = |table: &str| {
            let sql = format!(
                "SELECT md5(string_agg((to_jsonb(t) - {kept})::text, '|' ORDER BY t.id)) FROM crm.{table} AS t"
            );
            self.db.value(&sql)
        };
        tables.map(one).join(" ")
    }

    /// Everything that can be told of the tables an operation touches.
    fn state(&self) -> String {
        let tables =
            ["leads", "notes", "tasks", "deals", "email_threads", "email_messages", "attachments", "activities"];
        let one = |table: &str| {
            self.db.value(&format!("SELECT md5(string_agg(t.xmin || t::text, '|' ORDER BY t.id)) FROM crm.{table} t"))
        };
        tables.map(one).join(" ")
    }
}

fn engine(conninfo: &str, library: &[PathBuf], state: &TempDir) -> Engine {
    let flags = Flags { conninfo: Some(conninfo.to_owned()), ..Flags::default() };
    let target = Target::resolve(&flags, &Env::default()).unwrap_or_else(|fault| panic!("{fault}"));
    Engine::recording(target, Arc::new(Library::load(library)), limits("UTC"), Journal::within(state.path()))
}

fn of(table: &str, keys: &[&str]) -> Restore {
    Restore { table: table.into(), keys: keys.iter().map(|key| (*key).to_owned()).collect(), ..Restore::default() }
}

fn id(kind: char, n: u32) -> String {
    format!("{kind}0000000-0000-4000-8000-{n:012}")
}

fn acme(db: &TestDb) -> String {
    db.value("SELECT id FROM crm.organizations ORDER BY created_at, id LIMIT 1")
}

/// A lead of the first organization with three notes, one of them deleted the day before, the rest in one transaction.
fn fallen_lead(db: &TestDb) {
    let org = acme(db);
    db.exec(&format!(
        "INSERT INTO crm.leads (id, org_id, name) VALUES ('{LEAD}', '{org}', 'Ada Fallen');
         INSERT INTO crm.notes (id, org_id, lead_id, content)
         SELECT ('b0000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, '{org}', '{LEAD}', 'note ' || n
         FROM generate_series(1, 3) n;
         UPDATE crm.notes SET deleted_at = now() - interval '1 day' WHERE id = '{}';",
        id('b', 3)
    ));
    db.exec(&format!("SELECT crm.soft_delete('leads', '{LEAD}')"));
}

fn rows_of<'a>(rows: &'a [PlanRow], action: &str) -> Vec<&'a PlanRow> {
    rows.iter().filter(|row| row.action == action).collect()
}

fn key(row: &PlanRow) -> &str {
    row.key[0].1.as_deref().unwrap_or_default()
}

fn refused(plan: &Plan) -> &str {
    plan.refused.as_deref().unwrap_or_else(|| panic!("not refused: {plan:#?}"))
}

#[test]
fn a_lead_comes_back_with_exactly_what_fell_with_it_and_goes_again() {
    for major in support::majors() {
        let desk = Desk::on(crm(Some(major)));
        fallen_lead(&desk.db);
        let before = desk.state();
        let deletion = desk.deleted("leads", LEAD);
        let earlier = desk.deleted("notes", &id('b', 3));

        let ran = desk.run(&["restore", "crm.leads", LEAD]);
        assert_eq!(ran.code, 4, "{ran:?}");
        assert!(ran.out.contains("restore  crm.leads id=") && ran.err.contains("--write"), "{ran:?}");
        assert!(ran.out.contains("note: 1 note was deleted before, on "), "{ran:?}");
        let ran = desk.run(&["restore", "crm.leads", LEAD, "--write", "--dry-run"]);
        assert_eq!(ran.code, 0, "{ran:?}");
        let ran = desk.run(&["restore", "crm.leads", LEAD, "--write"]);
        assert_eq!(ran.code, 4, "nobody confirmed: {ran:?}");
        assert_eq!((desk.state(), desk.journal()), (before, Vec::new()), "nothing has been changed");

        let ran =
            desk.run(&["restore", "crm.leads", LEAD, "--write", "--yes", "--actor", "ann", "--reason", "ticket 7"]);
        assert_eq!(ran.code, 0, "{major}: {ran:?}");
        assert!(ran.out.starts_with("restore: done"), "{ran:?}");
        let live = |table: &str, id: &str| assert_eq!(desk.deleted(table, id), "", "{major} {table} {id}");
        live("leads", LEAD);
        live("notes", &id('b', 1));
        live("notes", &id('b', 2));
        assert_eq!(desk.deleted("notes", &id('b', 3)), earlier);
        let counter = format!("SELECT notes_count FROM crm.leads WHERE id = '{LEAD}'");
        assert_eq!(desk.db.value(&counter), "2");
        let counters = format!(
            "SELECT concat_ws(' ', notes_count, tasks_count, open_tasks_count, emails_count) FROM crm.leads WHERE id = '{LEAD}'"
        );
        let recount = format!("WITH r AS MATERIALIZED (SELECT crm.recount_lead('{LEAD}')) SELECT count(*) FROM r");
        let kept = desk.db.value(&counters);
        desk.db.exec(&format!("BEGIN; {recount}; DO $$ BEGIN IF ({counters}) <> '{kept}' THEN RAISE 'miscounted'; END IF; END $$; ROLLBACK;"));
        let audit = desk.db.rows(
            "SELECT metadata ->> 'actor', metadata ->> 'reason', metadata ->> 'operation', entity_type, entity_id::text,
               metadata ->> 'session_user', (changes -> 'old' -> 'crm.notes' -> 0 ->> 'deleted_at')
             FROM crm.activities WHERE metadata ? 'operation'",
        );
        assert_eq!(audit.len(), 1, "{audit:?}");
        let told: Vec<&str> = audit[0].iter().map(|cell| cell.as_deref().unwrap_or("NULL")).collect();
        assert_eq!([told[0], told[1], told[3], told[4], told[5]], ["ann", "ticket 7", "lead", LEAD, "postgres"]);
        assert!(ran.out.contains(told[2]), "{ran:?}");
        assert_eq!(desk.db.value(&format!("SELECT '{}'::timestamptz = '{deletion}'::timestamptz", told[6])), "true");
        assert_eq!(desk.journal(), ["intent", "done"]);

        let ran = desk.run(&["undo"]);
        assert_eq!((ran.code, desk.deleted("leads", LEAD).as_str()), (4, ""), "{ran:?}");
        // What it takes back stands first, and the command that does names it.
        let first = ran.out.lines().nth(1).unwrap_or_default();
        assert!(first.starts_with("undoes the restore of ") && first.contains(told[2]), "{ran:?}");
        assert!(ran.err.contains(&format!("pgdeck undo {} --write", told[2])), "{ran:?}");
        let ran = desk.run(&["undo", "--write", "--yes"]);
        assert_eq!(ran.code, 0, "{major}: {ran:?}");
        for (table, id) in [("leads", LEAD.to_owned()), ("notes", id('b', 1)), ("notes", id('b', 2))] {
            assert_eq!(desk.deleted(table, &id), deletion, "{major} {table} {id}");
        }
        assert_eq!(desk.deleted("notes", &id('b', 3)), earlier);
        assert_eq!(desk.db.value(&counter), "0");
        assert_eq!(desk.journal(), ["intent", "done", "intent", "done"]);

        let ran = desk.run(&["undo", told[2], "--write", "--yes"]);
        assert!(ran.code == 4 && ran.err.contains("was undone already"), "{ran:?}");
        let ran = desk.run(&["undo", "--write", "--yes"]);
        assert_eq!((ran.code, desk.deleted("leads", LEAD).as_str()), (0, ""), "an undo can be undone: {ran:?}");
    }
}

#[test]
fn one_moment_alone_joins_nothing() {
    let desk = Desk::new();
    fallen_lead(&desk.db);
    // Another tenant, and another lead of the same one, at the same microsecond.
    let other =
        desk.db.value("SELECT id FROM crm.organizations WHERE deleted_at IS NULL ORDER BY created_at DESC, id LIMIT 1");
    let (foreign, neighbour) = (id('c', 1), id('c', 2));
    let org = acme(&desk.db);
    desk.db.exec(&format!(
        "INSERT INTO crm.leads (id, org_id, name) VALUES ('{foreign}', '{other}', 'X'), ('{neighbour}', '{org}', 'Y');
         INSERT INTO crm.notes (id, org_id, lead_id, content) VALUES ('{}', '{other}', '{foreign}', 'of x');
         UPDATE crm.leads SET deleted_at = (SELECT deleted_at FROM crm.leads WHERE id = '{LEAD}') WHERE id IN ('{foreign}', '{neighbour}');
         UPDATE crm.notes SET deleted_at = (SELECT deleted_at FROM crm.leads WHERE id = '{LEAD}') WHERE lead_id = '{foreign}';",
        id('b', 9)
    ));
    // A microsecond more, which no screen shows: another deletion.
    desk.db.exec(&format!(
        "UPDATE crm.notes SET deleted_at = deleted_at + interval '1 microsecond' WHERE id = '{}'",
        id('b', 2)
    ));
    let plan = desk.restore(of("crm.leads", &[LEAD]));
    let keys: Vec<&str> = plan.rows.iter().map(key).collect();
    assert_eq!(keys, [LEAD, &id('b', 1)], "{plan:#?}");
    assert_eq!(plan.rows.iter().map(|row| row.depth).collect::<Vec<_>>(), [0, 1]);
    let stays = "2 rows of crm.notes were deleted apart, between ";
    assert!(plan.notes.iter().any(|note| note.starts_with(stays)), "{:?}", plan.notes);
    let receipt = desk.perform(plan).expect("restored");
    assert_eq!(receipt.counts, [("crm.leads".to_owned(), 1), ("crm.notes".to_owned(), 1)]);
    for (table, id) in [("leads", foreign), ("leads", neighbour), ("notes", id('b', 9)), ("notes", id('b', 2))] {
        assert_ne!(desk.deleted(table, &id), "", "{table} {id}");
    }
}

#[test]
fn any_row_of_a_deletion_finds_all_of_it() {
    let desk = Desk::new();
    fallen_lead(&desk.db);
    let org = acme(&desk.db);
    desk.db.exec(&format!(
        "SELECT crm.restore_record('leads', '{LEAD}');
         INSERT INTO crm.email_threads (id, org_id, thread_id, lead_id, subject) VALUES ('{thread}', '{org}', 't-1', '{LEAD}', 'S');
         INSERT INTO crm.email_messages (id, org_id, thread_id, message_id, from_email, to_emails, sent_at)
         VALUES ('{message}', '{org}', '{thread}', 'm-1', 'a@b.example', '{{}}', now());
         INSERT INTO crm.attachments (id, org_id, entity_type, entity_id, filename, mime_type, file_size, storage_path)
         VALUES ('{file}', '{org}', 'email', '{message}', 'f.pdf', 'application/pdf', 1, 'p'),
           ('{memo}', '{org}', 'note', '{}', 'n.pdf', 'application/pdf', 1, 'p');",
        id('b', 1),
        thread = id('d', 1),
        message = id('d', 2),
        file = id('d', 3),
        memo = id('d', 4),
    ));
    desk.db.exec(&format!("SELECT crm.soft_delete('leads', '{LEAD}')"));
    let wanted = desk.restore(of("crm.leads", &[LEAD]));
    assert_eq!(wanted.rows.len(), 7, "{wanted:#?}");
    let at = format!(
        "SELECT to_char(deleted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') FROM crm.leads WHERE id = '{LEAD}'"
    );
    assert_eq!(wanted.about(), Some(format!("fell {} UTC", desk.db.value(&at)).as_str()));
    let sorted = |plan: &Plan| {
        let mut keys: Vec<String> = plan.rows.iter().map(|row| key(row).to_owned()).collect();
        keys.sort();
        keys
    };
    // From the leaf up over three relations, one of them polymorphic, as a bare name and as the JSON a plan prints.
    let file = format!("{{\"id\":\"{}\"}}", id('d', 3));
    let found = desk.restore(of("attachments", &[&file, &id('d', 4)]));
    assert_eq!(sorted(&found), sorted(&wanted));
    let depths: Vec<(&str, usize)> = wanted.rows.iter().map(|row| (row.table.as_str(), row.depth)).collect();
    assert!(depths.contains(&("crm.attachments", 3)) && depths.contains(&("crm.attachments", 2)), "{depths:?}");
    let receipt = desk.perform(found).expect("restored");
    assert_eq!(receipt.rows.len(), 7);
    for (table, id) in [("attachments", id('d', 3)), ("attachments", id('d', 4)), ("email_messages", id('d', 2))] {
        assert_eq!(desk.deleted(table, &id), "", "{table}");
    }
    assert_eq!(desk.db.value(&format!("SELECT emails_count FROM crm.leads WHERE id = '{LEAD}'")), "1");
}

#[test]
fn only_the_named_rows_leave_the_rest_and_need_their_parents() {
    let desk = Desk::new();
    fallen_lead(&desk.db);
    let only = |table: &str, id: &str| desk.restore(Restore { reach: Reach::Only, ..of(table, &[id]) });
    let plan = only("crm.notes", &id('b', 1));
    assert!(refused(&plan).contains("its lead \"Ada Fallen\" is still deleted (since "), "{plan:#?}");
    let plan = only("crm.leads", LEAD);
    assert_eq!((plan.rows.len(), plan.refused.as_deref()), (1, None), "{plan:#?}");
    desk.perform(plan).expect("restored");
    assert_ne!(desk.deleted("notes", &id('b', 1)), "");
}

#[test]
fn a_parent_deleted_apart_is_named_and_can_come_too() {
    let desk = Desk::new();
    fallen_lead(&desk.db);
    let note = id('b', 3);
    let plan = desk.restore(of("crm.notes", &[&note]));
    assert_eq!(plan.rows.len(), 1);
    assert_eq!(plan.rows[0].action, "conflict");
    let why = plan.rows[0].reason.as_deref().unwrap_or_default();
    assert!(why.starts_with("its lead \"Ada Fallen\" is still deleted (since "), "{why}");
    assert!(why.ends_with("--with-parents restores it too"), "{why}");
    assert_eq!(desk.perform(plan).expect_err("refused").kind, Kind::Refused);

    let plan = desk.restore(Restore { reach: Reach::WithParents, ..of("crm.notes", &[&note]) });
    assert_eq!(plan.refused, None, "{plan:#?}");
    let rows: Vec<(&str, usize)> = plan.rows.iter().map(|row| (row.table.as_str(), row.depth)).collect();
    assert_eq!(rows, [("crm.leads", 0), ("crm.notes", 1)]);
    desk.perform(plan).expect("restored");
    assert_eq!((desk.deleted("leads", LEAD), desk.deleted("notes", &note)), (String::new(), String::new()));
    assert_ne!(desk.deleted("notes", &id('b', 1)), "the lead's own deletion stays");
}

/// The lead of the sample whose thread was imported again after it was deleted.
fn lead_in_the_way(db: &TestDb) -> (String, String) {
    let of = |column: &str| {
        db.value(&format!(
            "SELECT d.{column} FROM crm.email_threads d JOIN crm.email_threads l USING (org_id, provider, thread_id)
             WHERE d.deleted_at IS NOT NULL AND l.deleted_at IS NULL"
        ))
    };
    (of("lead_id"), of("id"))
}

#[test]
fn a_unique_clash_is_named_before_and_can_be_left_out() {
    for major in support::majors() {
        let desk = Desk::on(crm(Some(major)));
        let (lead, thread) = lead_in_the_way(&desk.db);
        let before = desk.state();
        let ran = desk.run(&["restore", "crm.leads", &lead, "--write", "--yes", "--format", "json"]);
        assert_eq!(ran.code, 4, "{ran:?}");
        let plan: Value = serde_json::from_str(&ran.out).expect("JSON");
        let rows = plan["rows"].as_array().expect("rows");
        let conflicts: Vec<&Value> = rows.iter().filter(|row| row["action"] == "conflict").collect();
        assert_eq!(conflicts.len(), 2, "the thread and its first message: {conflicts:?}");
        let reason = conflicts[0]["reason"].as_str().unwrap_or_default();
        let live = desk.db.value(&format!(
            "SELECT l.id FROM crm.email_threads d JOIN crm.email_threads l USING (org_id, provider, thread_id)
             WHERE d.id = '{thread}' AND l.deleted_at IS NULL"
        ));
        assert!(
            reason.starts_with(&format!("unique index unique_thread_per_org: the live row id={live} ")),
            "{reason}"
        );
        assert!(ran.err.contains("unique_thread_per_org") && ran.err.contains("--on-conflict skip"), "{ran:?}");
        assert_eq!((desk.state(), desk.journal()), (before, Vec::new()));

        let plan = desk.restore(Restore { on_conflict: OnConflict::Skip, ..of("crm.leads", &[&lead]) });
        assert_eq!(plan.refused, None);
        let under: Vec<&str> = rows_of(&plan.rows, "skip").into_iter().map(|row| row.table.as_str()).collect();
        assert!(under.iter().all(|table| ["crm.email_messages", "crm.attachments"].contains(table)), "{under:?}");
        let reason = rows_of(&plan.rows, "skip").first().and_then(|row| row.reason.clone());
        assert!(reason.is_none_or(|reason| reason.contains("it hangs under the email")), "{plan:#?}");
        let receipt = desk.perform(plan).expect("restored");
        assert!(receipt.notes.iter().any(|note| note.contains("unique_thread_per_org")), "{:?}", receipt.notes);
        assert_eq!(desk.deleted("leads", &lead), "");
        assert_ne!(desk.deleted("email_threads", &thread), "");
        let below =
            format!("SELECT count(*) FROM crm.email_messages WHERE thread_id = '{thread}' AND deleted_at IS NULL");
        assert_eq!(desk.db.value(&below), "0", "what hangs under it stays");
    }
}

#[test]
fn two_rows_of_one_restore_can_clash_with_each_other() {
    let desk = Desk::new();
    let org = acme(&desk.db);
    let thread = |n: u32| {
        desk.db.exec(&format!(
            "INSERT INTO crm.email_threads (id, org_id, thread_id, subject) VALUES ('{0}', '{org}', 'twice', 'S{n}');
             SELECT crm.soft_delete('email_threads', '{0}');",
            id('d', n)
        ));
    };
    (1..=3).for_each(thread);
    let keys = [id('d', 1), id('d', 2)];
    let named = of("crm.email_threads", &[&keys[0], &keys[1]]);
    let plan = desk.restore(named.clone());
    let conflicts = rows_of(&plan.rows, "conflict");
    assert_eq!(conflicts.len(), 1, "{plan:#?}");
    let why = conflicts[0].reason.as_deref().unwrap_or_default();
    assert_eq!(why, format!("unique index unique_thread_per_org: {}, which comes back too, has its key", keys[0]));
    let plan = desk.restore(Restore { on_conflict: OnConflict::Skip, ..named });
    desk.perform(plan).expect("the first one comes back");
    assert_eq!(desk.deleted("email_threads", &keys[0]), "");
    assert_ne!(desk.deleted("email_threads", &keys[1]), "");
}

#[test]
fn empty_values_clash_where_the_index_says_so() {
    let desk = Desk::on(crm(Some(18)));
    let org = acme(&desk.db);
    desk.db.exec(&format!(
        "CREATE UNIQUE INDEX one_of_a_kind ON crm.deals (org_id, lower(title), expected_close_date) NULLS NOT DISTINCT
           WHERE deleted_at IS NULL AND probability = 77;
         INSERT INTO crm.deals (id, org_id, title, probability) VALUES ('{0}', '{org}', 'BIG', 77);
         SELECT crm.soft_delete('deals', '{0}');
         INSERT INTO crm.deals (id, org_id, title, probability) VALUES ('{1}', '{org}', 'big', 77);",
        id('e', 1),
        id('e', 2)
    ));
    let plan = desk.restore(of("crm.deals", &[&id('e', 1)]));
    let why = format!("unique index one_of_a_kind: the live row id={} \"big\" has its key", id('e', 2));
    assert_eq!(plan.rows[0].reason, Some(why), "{plan:#?}");
    desk.db.exec("DROP INDEX crm.one_of_a_kind");
    desk.db.exec(
        "CREATE UNIQUE INDEX one_of_a_kind ON crm.deals (org_id, lower(title), expected_close_date)
         WHERE deleted_at IS NULL AND probability = 77",
    );
    let plan = desk.restore(of("crm.deals", &[&id('e', 1)]));
    assert_eq!(plan.rows[0].action, "restore", "NULLs differ here: {plan:#?}");
}

#[test]
fn what_changes_between_plan_and_change_is_noticed() {
    let desk = Desk::new();
    let note = id('b', 1);
    let alive = |how: &str, says: &str| {
        desk.db.exec(&format!("DELETE FROM crm.leads WHERE id = '{LEAD}'"));
        fallen_lead(&desk.db);
        let plan = desk.restore(of("crm.leads", &[LEAD]));
        desk.db.exec(how);
        let before = desk.state();
        let fault = desk.perform(plan).expect_err(says);
        assert_eq!(fault.kind, Kind::Refused, "{fault}");
        assert!(fault.message.starts_with("nothing has been changed: crm."), "{fault}");
        assert!(fault.message.contains(says), "{says}: {fault}");
        assert_eq!(desk.state(), before);
    };
    alive(
        &format!("UPDATE crm.notes SET deleted_at = deleted_at + interval '1 microsecond' WHERE id = '{note}'"),
        &format!("crm.notes id={note} has changed since the plan was made: its deleted_at"),
    );
    alive(
        // As a replica, so that no trigger changes the lead as well.
        &format!("SET session_replication_role = replica; UPDATE crm.notes SET content = 'else' WHERE id = '{note}'"),
        &format!("crm.notes id={note} has changed since the plan was made: it has another version (xmin"),
    );
    alive(
        &format!("SET session_replication_role = replica; DELETE FROM crm.notes WHERE id = '{note}'"),
        &format!("crm.notes id={note} is gone"),
    );
    alive(&format!("SELECT crm.restore_record('leads', '{LEAD}')"), "has changed since the plan was made");
    assert_eq!(desk.journal().last().map(String::as_str), Some("rolled_back"));
}

#[test]
fn a_parent_that_falls_meanwhile_holds_its_child_back() {
    let desk = Desk::new();
    fallen_lead(&desk.db);
    desk.db.exec(&format!(
        "SELECT crm.restore_record('leads', '{LEAD}'); SELECT crm.soft_delete('notes', '{}')",
        id('b', 1)
    ));
    let plan = desk.restore(of("crm.notes", &[&id('b', 1)]));
    assert_eq!(plan.refused, None);
    desk.db.exec(&format!("SELECT crm.soft_delete('leads', '{LEAD}')"));
    let fault = desk.perform(plan).expect_err("refused");
    assert!(fault.message.contains("its lead \"Ada Fallen\" is still deleted"), "{fault}");
}

#[test]
fn a_parent_that_is_just_being_deleted_is_waited_for() {
    let desk = Desk::new();
    fallen_lead(&desk.db);
    let note = id('b', 1);
    desk.db.exec(&format!("SELECT crm.restore_record('leads', '{LEAD}'); SELECT crm.soft_delete('notes', '{note}')"));
    let plan = desk.restore(of("crm.notes", &[&note]));
    // The key lock of a foreign key would let this through, and the note would come back below a deleted lead.
    let delete = format!("BEGIN; SELECT crm.soft_delete('leads', '{LEAD}'); SELECT pg_sleep(1); COMMIT;");
    let fault = std::thread::scope(|scope| {
        scope.spawn(|| desk.db.exec(&delete));
        std::thread::sleep(Duration::from_millis(400));
        desk.perform(plan).expect_err("refused")
    });
    assert!(fault.message.contains("its lead \"Ada Fallen\" is still deleted"), "{fault}");
    assert_ne!(desk.deleted("notes", &note), "");
}

#[test]
fn a_key_taken_at_the_last_moment_is_said_with_its_index() {
    let desk = Desk::new();
    let org = acme(&desk.db);
    desk.db.exec(&format!(
        "INSERT INTO crm.email_threads (id, org_id, thread_id, subject) VALUES ('{0}', '{org}', 'late', 'S');
         SELECT crm.soft_delete('email_threads', '{0}');",
        id('d', 1)
    ));
    let plan = desk.restore(of("crm.email_threads", &[&id('d', 1)]));
    // Not yet visible when the keys are looked at, committed while the change waits for it.
    let insert = format!(
        "BEGIN; INSERT INTO crm.email_threads (id, org_id, thread_id, subject) VALUES ('{}', '{org}', 'late', 'New');
         SELECT pg_sleep(1); COMMIT;",
        id('d', 2)
    );
    let fault = std::thread::scope(|scope| {
        scope.spawn(|| desk.db.exec(&insert));
        std::thread::sleep(Duration::from_millis(400));
        desk.perform(plan).expect_err("refused")
    });
    assert_eq!(fault.kind, Kind::Refused, "{fault}");
    let says = format!(
        "nothing has been changed: crm.email_threads id={}: unique index unique_thread_per_org: the live row id={} \"New\"",
        id('d', 1),
        id('d', 2)
    );
    assert!(fault.message.starts_with(&says) && fault.is("23505"), "{fault}");
}

#[test]
fn a_lock_in_the_way_is_not_waited_for_long() {
    let desk = Desk::new();
    fallen_lead(&desk.db);
    let plan = desk.restore(of("crm.leads", &[LEAD]));
    let hold =
        format!("BEGIN; SELECT FROM crm.notes WHERE id = '{}' FOR UPDATE; SELECT pg_sleep(4); COMMIT;", id('b', 1));
    let fault = std::thread::scope(|scope| {
        scope.spawn(|| desk.db.exec(&hold));
        std::thread::sleep(Duration::from_millis(300));
        desk.perform(plan).expect_err("refused")
    });
    assert_eq!(fault.kind, Kind::Refused, "{fault}");
    assert!(fault.is("55P03") && fault.message.starts_with("nothing has been changed"), "{fault}");
    assert_ne!(desk.deleted("leads", LEAD), "");
}

/// A role that may do everything the operation needs, but is subject to row level security.
fn support_role(db: &TestDb, name: &str, grants: &str) {
    db.exec(&format!(
        "CREATE ROLE {name} LOGIN; GRANT USAGE ON SCHEMA crm TO {name}; GRANT SELECT ON ALL TABLES IN SCHEMA crm TO {name}; {grants}"
    ));
}

fn drop_role(db: &TestDb, name: &str) {
    db.exec(&format!("DROP OWNED BY {name}; DROP ROLE {name}"));
}

#[test]
fn rows_hidden_by_a_policy_are_never_half_restored() {
    let db = crm(None);
    fallen_lead(&db);
    support_role(&db, "supporter", "GRANT UPDATE, INSERT ON ALL TABLES IN SCHEMA crm TO supporter;");
    db.exec(
        "CREATE POLICY supporter_reads ON crm.leads TO supporter USING (deleted_at IS NULL);
         ALTER ROLE supporter BYPASSRLS;",
    );
    let desk = Desk::of("supporter", db, &[]);
    let plan = desk.restore(of("crm.leads", &[LEAD]));
    assert_eq!(plan.refused, None, "{plan:#?}");
    // Hidden after the plan was made.
    desk.db.exec("ALTER ROLE supporter NOBYPASSRLS");
    let fault = desk.perform(plan).expect_err("refused");
    let says = format!("nothing has been changed: crm.leads id={LEAD} is hidden from supporter by row level security");
    assert!(fault.kind == Kind::Refused && fault.message.starts_with(&says), "{fault}");
    assert!(fault.detail.as_deref().is_some_and(|detail| detail.contains("supporter_reads")), "{fault}");
    // Hidden from the start.
    let fault = desk.plan(Intent::Restore(of("crm.leads", &[LEAD]))).expect_err("refused");
    assert!(fault.kind == Kind::Refused && fault.message.contains("shows supporter no row with id="), "{fault}");
    assert!(fault.detail.as_deref().is_some_and(|detail| detail.contains("supporter_reads")), "{fault}");
    // Seen, but other tables may hide what fell with it.
    desk.db.exec("CREATE POLICY supporter_sees ON crm.leads TO supporter USING (true)");
    let plan = desk.restore(of("crm.leads", &[LEAD]));
    assert!(refused(&plan).starts_with("row level security may hide rows of crm."), "{plan:#?}");
    assert!(refused(&plan).contains("from supporter"), "{plan:#?}");
    assert!(plan.notes.iter().any(|note| note.contains("BYPASSRLS")), "{:?}", plan.notes);
    assert_ne!(desk.deleted("leads", LEAD), "");
    drop_role(&desk.db, "supporter");
}

#[test]
fn a_missing_privilege_is_refused_with_its_grant() {
    let db = crm(None);
    fallen_lead(&db);
    support_role(&db, "reader", "ALTER ROLE reader BYPASSRLS;");
    let desk = Desk::of("reader", db, &[]);
    let plan = desk.restore(of("crm.leads", &[LEAD]));
    assert!(refused(&plan).contains("reader needs UPDATE (\"deleted_at\") ON \"crm\".\"leads\""), "{plan:#?}");
    let grants: Vec<&str> = plan.notes.iter().filter_map(|note| note.strip_prefix("what would help: ")).collect();
    assert_eq!(grants.len(), 4, "leads, notes, organizations to be locked, activities: {grants:?}");
    grants.iter().for_each(|grant| desk.db.exec(grant));
    let plan = desk.restore(of("crm.leads", &[LEAD]));
    assert_eq!(plan.refused, None, "{plan:#?}");
    desk.perform(plan).expect("what was granted is enough");
    assert_eq!(desk.deleted("leads", LEAD), "");
    drop_role(&desk.db, "reader");
}

#[test]
fn rows_of_another_tenant_are_left_out() {
    let desk = Desk::new();
    fallen_lead(&desk.db);
    let other =
        desk.db.value("SELECT id FROM crm.organizations WHERE deleted_at IS NULL ORDER BY created_at DESC, id LIMIT 1");
    desk.db.exec(&format!(
        "INSERT INTO crm.leads (id, org_id, name) VALUES ('{0}', '{other}', 'X'); SELECT crm.soft_delete('leads', '{0}');",
        id('c', 1)
    ));
    let source = Source { system: "crm".into(), schema: "crm".into() };
    let scope = Some(Scope { source, key: acme(&desk.db) });
    let plan = desk.restore(Restore { scope, ..of("leads", &[LEAD, &id('c', 1)]) });
    let skipped = rows_of(&plan.rows, "skip");
    let name = desk.db.value(&format!("SELECT name FROM crm.organizations WHERE id = '{other}'"));
    assert_eq!(skipped.len(), 1, "{plan:#?}");
    assert_eq!(
        (key(skipped[0]), skipped[0].reason.clone()),
        (id('c', 1).as_str(), Some(format!("it belongs to tenant {name} ({other})")))
    );
    let receipt = desk.perform(plan).expect("restored");
    assert_eq!(receipt.rows.len(), 3);
    assert_ne!(desk.deleted("leads", &id('c', 1)), "");
    // The same by the command line, with nothing left.
    let slug = desk.db.value(&format!("SELECT slug FROM crm.organizations WHERE id = '{}'", acme(&desk.db)));
    let ran = desk.run(&["restore", "crm.leads", &id('c', 1), "--tenant", &slug, "--write", "--yes"]);
    assert!(ran.code == 4 && ran.err.contains("there is nothing to restore: it belongs to tenant"), "{ran:?}");
}

#[test]
fn each_tenant_reads_its_own_trail_only() {
    let desk = Desk::new();
    fallen_lead(&desk.db);
    let other =
        desk.db.value("SELECT id FROM crm.organizations WHERE deleted_at IS NULL ORDER BY created_at DESC, id LIMIT 1");
    desk.db.exec(&format!(
        "INSERT INTO crm.leads (id, org_id, name) VALUES ('{0}', '{other}', 'X'); SELECT crm.soft_delete('leads', '{0}');",
        id('c', 1)
    ));
    desk.perform(desk.restore(of("leads", &[LEAD, &id('c', 1)]))).expect("restored");
    let told = desk.db.rows(
        "SELECT org_id::text, changes::text FROM crm.activities WHERE metadata ? 'operation' ORDER BY org_id = (
           SELECT id FROM crm.organizations ORDER BY created_at, id LIMIT 1) DESC",
    );
    assert_eq!(told.len(), 2, "{told:?}");
    let text = |row: usize, at: usize| told[row][at].clone().unwrap_or_default();
    assert!(text(0, 1).contains(LEAD) && !text(0, 1).contains(&id('c', 1)), "{told:?}");
    assert!(text(1, 0) == other && text(1, 1).contains(&id('c', 1)) && !text(1, 1).contains(LEAD), "{told:?}");
}

const TOY: &str = r#"
name = "toy"
title = "Toy shop"
[match]
tables = ["boxes", "things", "parts"]
[[table]]
name = "boxes"
key = ["shelf", "number"]
label = "name"
word = "box"
deleted = { column = "status", kind = "status", value = "scrapped", live = "stored", group = "scrapping" }
[[table]]
name = "things"
key = "id"
label = "name"
word = "thing"
deleted = { column = "is_active", kind = "boolean", value = false, by = "removed_by", group = "removal" }
audit = { restored = "back", deleted = "gone" }
[[table]]
name = "parts"
key = "id"
word = "part"
deleted = { column = "is_active", kind = "boolean", value = false, group = "removal" }
[[relation]]
child = "things"
parent = "boxes"
columns = ["shelf", "box"]
cascade = true
[[relation]]
child = "parts"
parent = "things"
columns = ["thing_id"]
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
"#;

fn toy() -> (Desk, TempDir) {
    let library = TempDir::new().expect("a directory");
    let dir = library.path().join("systems/toy");
    std::fs::create_dir_all(&dir).expect("a directory");
    std::fs::write(dir.join("system.toml"), TOY).expect("a file");
    let db = support::server(None).fresh_database(Template::Empty);
    db.exec(
        "CREATE SCHEMA shop;
         CREATE TABLE shop.boxes (shelf text, number integer, name text, status text NOT NULL DEFAULT 'stored', scrapping integer,
           PRIMARY KEY (shelf, number));
         CREATE TABLE shop.things (id integer PRIMARY KEY, name text, shelf text, box integer, is_active boolean NOT NULL DEFAULT true,
           removed_by text, removal integer, FOREIGN KEY (shelf, box) REFERENCES shop.boxes);
         CREATE UNIQUE INDEX things_name ON shop.things (name) WHERE is_active;
         CREATE TABLE shop.parts (id bigint PRIMARY KEY, thing_id integer REFERENCES shop.things, is_active boolean NOT NULL, removal integer);
         CREATE TABLE shop.log (at timestamptz NOT NULL, who text, action text NOT NULL, kind text, row text, before jsonb, after jsonb,
           operation uuid UNIQUE);
         INSERT INTO shop.boxes VALUES ('a \"b', 1, 'one', 'scrapped', 5), ('a', 2, 'two', 'stored', NULL);
         INSERT INTO shop.things VALUES (1, 'clock', 'a', 2, false, 'eve', 7), (2, 'lamp', 'a \"b', 1, false, 'bob', 5);
         INSERT INTO shop.parts VALUES (10, 1, false, 7), (11, 1, false, 6), (12, 1, true, NULL), (20, 2, false, 5);",
    );
    let desk = Desk::of("postgres", db, &[library.path().to_owned()]);
    (desk, library)
}

#[test]
fn a_boolean_marks_deletions_too() {
    let (desk, _library) = toy();
    let things = || {
        desk.db.value(
            "SELECT string_agg(concat_ws(',', id, is_active, removed_by, removal), ' ' ORDER BY id) FROM shop.things",
        )
    };
    let parts =
        || desk.db.value("SELECT string_agg(concat_ws(',', id, is_active, removal), ' ' ORDER BY id) FROM shop.parts");
    let (was, were) = (things(), parts());
    let plan = desk.restore(Restore { actor: Some("ann".into()), ..of("shop.parts", &["10"]) });
    let rows: Vec<(&str, &str, usize)> =
        plan.rows.iter().map(|row| (row.table.as_str(), key(row), row.depth)).collect();
    assert_eq!(rows, [("shop.things", "1", 0), ("shop.parts", "10", 1)]);
    assert!(plan.notes.contains(&"1 part was deleted apart and stays".to_owned()), "{:?}", plan.notes);
    let receipt = desk.perform(plan).expect("restored");
    assert_eq!(things(), "1,t 2,f,bob,5");
    assert_eq!(parts(), "10,t 11,f,6 12,t 20,f,5");
    let log = desk.db.rows("SELECT who, action, kind, row, operation::text, before::text FROM shop.log");
    let told: Vec<&str> = log[0].iter().map(|cell| cell.as_deref().unwrap_or("NULL")).collect();
    assert_eq!((log.len(), &told[..5]), (1, ["ann", "back", "thing", "1", &receipt.id].as_slice()));
    assert!(told[5].contains("\"removed_by\": \"eve\""), "{told:?}");
    // The part that is live hung under a deleted thing before, and may again; once it is changed it may not.
    desk.db.exec("UPDATE shop.parts SET is_active = true WHERE id = 12");
    let undo = desk.plan(Intent::Undo(Undo::default())).expect("a plan");
    assert!(refused(&undo).contains("the part \"12\" below it is live, and came or was changed since"), "{undo:#?}");
    desk.db.exec("UPDATE shop.parts SET is_active = false WHERE id = 12");
    desk.perform(desk.plan(Intent::Undo(Undo::default())).expect("a plan")).expect("undone");
    assert_eq!(things(), was);
    assert_eq!(parts(), were.replace("12,t", "12,f"));
    assert_eq!(desk.db.value("SELECT action FROM shop.log ORDER BY at DESC LIMIT 1"), "gone");
}

#[test]
fn a_status_marks_deletions_and_keys_can_have_several_columns() {
    let (desk, _library) = toy();
    let key = r#"{"shelf": "a \"b", "number": 1}"#;
    let plan = desk.restore(of("toy.boxes", &[key]));
    let tables: Vec<&str> = plan.rows.iter().map(|row| row.table.as_str()).collect();
    assert_eq!(tables, ["shop.boxes", "shop.things", "shop.parts"], "{plan:#?}");
    assert_eq!(plan.rows[0].key[0], ("shelf".to_owned(), Some("a \"b".to_owned())));
    desk.perform(plan).expect("restored");
    assert_eq!(desk.db.value("SELECT status FROM shop.boxes WHERE number = 1"), "stored");
    assert_eq!(desk.db.value("SELECT count(*) FROM shop.boxes WHERE scrapping IS NULL"), "2");
    desk.perform(desk.plan(Intent::Undo(Undo::default())).expect("a plan")).expect("undone");
    assert_eq!(desk.db.value("SELECT status || scrapping FROM shop.boxes WHERE number = 1"), "scrapped5");
    for (wrong, says) in [("1", "has a key of 2 columns"), ("{\"shelf\": \"a\"}", "this is no key of shop.boxes")] {
        let fault = desk.plan(Intent::Restore(of("boxes", &[wrong]))).expect_err(says);
        assert!(fault.kind == Kind::Usage && fault.message.contains(says), "{fault}");
        assert!(
            fault.hint.as_deref().is_some_and(|hint| hint.contains("{\"shelf\":\"…\",\"number\":\"…\"}")),
            "{fault}"
        );
    }
    desk.db.exec("INSERT INTO shop.things VALUES (3, 'clock', 'a', 2)");
    let plan = desk.restore(of("things", &["1"]));
    let why = plan.rows[0].reason.as_deref();
    assert_eq!(why, Some("unique index things_name: the live row id=3 \"clock\" has its key"), "{plan:#?}");
}

#[test]
fn what_cannot_be_named_is_said_with_the_next_step() {
    let desk = Desk::new();
    let fault = |table: &str, key: &str| desk.plan(Intent::Restore(of(table, &[key]))).expect_err("refused");
    let unknown = fault("crm.lead", LEAD);
    assert_eq!((unknown.kind, unknown.message.as_str()), (Kind::Usage, "no system here has a table called crm.lead"));
    assert_eq!(unknown.hint.as_deref(), Some("did you mean crm.leads?"));
    let plain = fault("crm.user_orgs", LEAD);
    assert!(plain.message == "crm.user_orgs has no soft delete" && plain.hint.is_some(), "{plain}");
    let missing = fault("crm.leads", LEAD);
    assert_eq!(missing.message, format!("crm.leads has no row with id={LEAD}"));
    assert!(missing.hint.as_deref().is_some_and(|hint| hint.contains("pgdeck trash crm.leads")), "{missing}");
    let odd = fault("leads", "seven");
    assert!(odd.kind == Kind::Usage && odd.message.contains("\"seven\""), "{odd}");
    assert_eq!(odd.hint.as_deref(), Some("its key is id uuid"));
    let live = desk.db.value("SELECT id FROM crm.leads WHERE deleted_at IS NULL ORDER BY id LIMIT 1");
    let plan = desk.restore(of("leads", &[&live]));
    assert_eq!(refused(&plan), "there is nothing to restore: it is not deleted");
    let ran = desk.run(&["restore", "crm.leads", LEAD]);
    assert_eq!(ran.code, 2, "{ran:?}");
    desk.db.exec("CREATE SCHEMA other; CREATE TABLE other.leads ()");
    assert_eq!(fault("other.leads", LEAD).kind, Kind::Usage);
}

#[test]
fn what_cannot_be_recorded_is_not_done() {
    let desk = Desk::new();
    fallen_lead(&desk.db);
    std::fs::create_dir(desk.state.path().join("journal.jsonl")).expect("a directory where the file should be");
    let before = desk.state();
    let ran = desk.run(&["restore", "crm.leads", LEAD, "--write", "--yes"]);
    assert!(ran.code == 4 && ran.err.contains("cannot be written"), "{ran:?}");
    assert_eq!(desk.state(), before);
}

#[test]
fn the_sql_of_a_plan_does_the_same_by_hand() {
    for major in support::majors() {
        let desk = Desk::on(crm(Some(major)));
        fallen_lead(&desk.db);
        desk.db.exec(&format!(
            "UPDATE crm.leads SET name = E'it''s $pgdeck$ \\\\ odd\n; DROP TABLE x' WHERE id = '{LEAD}'"
        ));
        let args = ["restore", "crm.leads", LEAD, "--dry-run", "--format", "sql"];
        let sql = desk.run(&args);
        assert_eq!(sql.code, 0, "{sql:?}");
        assert!(sql.out.starts_with("-- pgdeck: restore rows of crm.leads, 3 rows as they were seen."), "{}", sql.out);
        assert!(sql.out.contains("--   SELECT, UPDATE (\"deleted_at\") ON \"crm\".\"leads\""), "{}", sql.out);
        let before = desk.state();
        let touch = format!(
            "SET session_replication_role = replica; UPDATE crm.notes SET content = 'x' WHERE id = '{}'",
            id('b', 2)
        );
        desk.db.exec(&touch);
        let refused = desk.db.try_exec_as("postgres", &sql.out).expect_err("a row has changed").to_string();
        assert!(refused.contains("only 1 of 2 rows of crm.notes are as they were seen"), "{refused}");
        assert_ne!(desk.state(), before);
        desk.db.exec(&desk.run(&args).out);
        assert_eq!((desk.deleted("leads", LEAD), desk.deleted("notes", &id('b', 2))), (String::new(), String::new()));
        assert_ne!(desk.deleted("notes", &id('b', 3)), "");
        let told = "SELECT count(*) FROM crm.activities WHERE description LIKE 'Restored with pgdeck: lead %'";
        assert_eq!(desk.db.value(told), "1");
    }
}

#[test]
fn an_undo_leaves_alone_what_was_changed_since() {
    let desk = Desk::new();
    fallen_lead(&desk.db);
    assert_eq!(desk.plan(Intent::Undo(Undo::default())).expect_err("nothing was done yet").kind, Kind::Refused);
    let receipt = desk.perform(desk.restore(of("crm.leads", &[LEAD]))).expect("restored");
    desk.db.exec(&format!("UPDATE crm.notes SET content = 'worked on' WHERE id = '{}'", id('b', 1)));
    let before = desk.state();
    let plan = desk.plan(Intent::Undo(Undo::default())).expect("a plan");
    let why = rows_of(&plan.rows, "conflict").into_iter().find(|row| key(row) == id('b', 1)).expect("the note");
    assert!(why.reason.as_deref().is_some_and(|why| why.starts_with("it was changed since: content")), "{why:?}");
    assert!(refused(&plan).contains("changed since"), "{plan:#?}");
    assert!(desk.perform(plan).is_err());
    assert_eq!(desk.state(), before);
    let unknown = desk.plan(Intent::Undo(Undo::of("x"))).expect_err("no such operation");
    assert_eq!((unknown.kind, unknown.message.contains("no operation x")), (Kind::Usage, true));
    // The same journal, another database.
    let other = crm(None);
    let elsewhere = engine(&other.conninfo(), &[], &desk.state);
    let request = Request::Plan(Intent::Undo(Undo::of(receipt.id)));
    let fault = desk.runtime.block_on(elsewhere.run(request, Stop::never(), &|_| ())).expect_err("not its operation");
    assert_eq!(fault.kind, Kind::Usage, "{fault}");
}

#[test]
fn an_undo_leaves_no_live_row_under_a_deleted_one() {
    let desk = Desk::new();
    fallen_lead(&desk.db);
    desk.perform(desk.restore(of("crm.leads", &[LEAD]))).expect("restored");
    let plan = desk.plan(Intent::Undo(Undo::default())).expect("a plan");
    assert_eq!(plan.refused, None, "{plan:#?}");
    // After the plan was made, before it is carried out, and without a counter in the lead that would give it away.
    let org = acme(&desk.db);
    desk.db.exec("ALTER TABLE crm.notes DISABLE TRIGGER USER");
    desk.db.exec(&format!(
        "INSERT INTO crm.notes (id, org_id, lead_id, content) VALUES ('{}', '{org}', '{LEAD}', 'late')",
        id('b', 9)
    ));
    let before = desk.state();
    let fault = desk.perform(plan).expect_err("refused");
    assert_eq!(fault.kind, Kind::Refused, "{fault}");
    assert!(fault.message.contains("below it is live, and came or was changed since"), "{fault}");
    assert_eq!(desk.state(), before);
}

#[test]
fn an_undo_is_not_limited_to_a_tenant_in_silence() {
    let desk = Desk::new();
    fallen_lead(&desk.db);
    desk.perform(desk.restore(of("crm.leads", &[LEAD]))).expect("restored");
    let other = "SELECT slug FROM crm.organizations WHERE deleted_at IS NULL ORDER BY created_at DESC, id LIMIT 1";
    let ran = desk.run(&["undo", "--tenant", &desk.db.value(other), "--write", "--yes"]);
    assert!(ran.code == 2 && ran.err.contains("cannot be limited to a tenant"), "{ran:?}");
    assert_eq!(desk.deleted("leads", LEAD), "");
}

/// Kills the session of the change at its COMMIT, before the server has decided for it.
#[test]
fn a_commit_that_was_lost_before_it_happened_is_found_out() {
    let desk = Desk::new();
    fallen_lead(&desk.db);
    // SET CONSTRAINTS fires it a first time, where it puts itself off to the real end.
    desk.db.exec(
        "CREATE FUNCTION public.die() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN
           IF current_setting('test.fired', true) = 'yes' THEN
             PERFORM pg_terminate_backend(pg_backend_pid());
           ELSE
             PERFORM set_config('test.fired', 'yes', true);
             SET CONSTRAINTS ALL DEFERRED;
             UPDATE crm.deals SET value = value WHERE id = (SELECT id FROM crm.deals LIMIT 1);
           END IF;
           RETURN NULL;
         END $$;
         CREATE CONSTRAINT TRIGGER die AFTER UPDATE ON crm.leads DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
           WHEN (OLD.deleted_at IS NOT NULL) EXECUTE FUNCTION public.die();
         CREATE CONSTRAINT TRIGGER die AFTER UPDATE ON crm.deals DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
           EXECUTE FUNCTION public.die();",
    );
    let before = desk.state();
    let fault = desk.perform(desk.restore(of("crm.leads", &[LEAD]))).expect_err("it died");
    assert_eq!(fault.kind, Kind::Connection, "{fault}");
    assert!(fault.message.starts_with("nothing has been changed: the connection was lost at COMMIT"), "{fault}");
    assert_eq!((desk.state(), desk.journal()), (before, vec!["intent".to_owned(), "rolled_back".to_owned()]));
}

/// Kills the session while it waits for a standby that does not exist: the server has committed and never says so.
fn unanswered(desk: &Desk, plan: Plan) -> Result<Receipt, Fault> {
    desk.db.exec(&format!("ALTER DATABASE {} SET synchronous_commit = 'on'", desk.db.name));
    let standby = |names: &str| {
        desk.db.server().admin(&format!("ALTER SYSTEM SET synchronous_standby_names = '{names}'"));
        desk.db.server().admin("SELECT pg_reload_conf()");
        std::thread::sleep(Duration::from_millis(300));
    };
    standby("nobody");
    let kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    let result = std::thread::scope(|scope| {
        let killer = scope.spawn(|| {
            (0..100).any(|_| {
                std::thread::sleep(Duration::from_millis(100));
                desk.db.value(kill) != "0"
            })
        });
        let result = desk.perform(plan);
        assert!(killer.join().expect("the killer"), "nothing waited for the standby: {result:?}");
        result
    });
    standby("");
    result
}

#[test]
fn a_commit_that_happened_without_an_answer_is_found_out() {
    let desk = Desk::new();
    fallen_lead(&desk.db);
    let plan = desk.restore(of("crm.leads", &[LEAD]));
    let result = unanswered(&desk, plan);
    let receipt = result.expect("it happened");
    assert!(
        receipt.notes.iter().any(|note| note.contains("a new session found that it happened")),
        "{:?}",
        receipt.notes
    );
    assert_eq!((desk.deleted("leads", LEAD), desk.journal()), (String::new(), vec!["intent".into(), "done".into()]));
    desk.perform(desk.plan(Intent::Undo(Undo::default())).expect("a plan"))
        .expect("its rows are known, so it can be undone");
}

#[test]
fn an_audit_row_that_may_be_hidden_proves_nothing() {
    let db = crm(None);
    fallen_lead(&db);
    support_role(&db, "trailless", "GRANT UPDATE, INSERT ON ALL TABLES IN SCHEMA crm TO trailless;");
    let tables =
        ["leads", "notes", "tasks", "deals", "email_threads", "email_messages", "attachments", "organizations"];
    tables.iter().for_each(|table| db.exec(&format!("ALTER TABLE crm.{table} DISABLE ROW LEVEL SECURITY")));
    db.exec("CREATE POLICY trailless_writes ON crm.activities FOR INSERT TO trailless WITH CHECK (true)");
    let desk = Desk::of("trailless", db, &[]);
    let receipt = unanswered(&desk, desk.restore(of("crm.leads", &[LEAD])));
    assert_eq!((desk.deleted("leads", LEAD), desk.journal()), (String::new(), vec!["intent".into(), "done".into()]));
    receipt.expect("the rows tell that it happened");
    drop_role(&desk.db, "trailless");
}

#[test]
fn the_trash_is_filtered_by_table_time_tenant_and_person() {
    let desk = Desk::new();
    fallen_lead(&desk.db);
    let rows = |args: &[&str]| -> Vec<Value> {
        let ran = desk.run(&[&["trash"], args, &["--format", "json", "--limit", "1000"]].concat());
        assert_eq!(ran.code, 0, "{args:?}: {ran:?}");
        let shown: Value = serde_json::from_str(&ran.out).expect("JSON");
        shown["rows"].as_array().expect("rows").clone()
    };
    let newest = rows(&["crm.leads"]);
    assert_eq!((&newest[0]["what"], &newest[0]["rows"]), (&"lead Ada Fallen".into(), &"lead 1 · note 2".into()));
    let of_leads = |row: &Value| row["tables"].as_array().is_some_and(|tables| tables.contains(&"crm.leads".into()));
    assert!(newest.iter().all(of_leads), "{newest:?}");
    let times: Vec<&str> = newest.iter().filter_map(|row| row["deleted_at"].as_str()).collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "{times:?}");
    assert_eq!(rows(&["--since", "-1h"]).len(), 1, "the lead and two notes are one deletion");
    assert_eq!(rows(&["leads", "--since", "-1h"]).len(), 1);
    assert_eq!(rows(&["--since", "-25h", "--until", "-23h"]).len(), 1, "the note of the day before");
    assert_eq!(rows(&["notes", "--since", "-1h", "--by", "postg"]).len(), 1);
    assert_eq!(rows(&["--since", "-1h", "--by", "nobody"]).len(), 0);
    let last = desk
        .db
        .value("SELECT slug FROM crm.organizations WHERE deleted_at IS NULL ORDER BY created_at DESC, id LIMIT 1");
    assert_eq!(rows(&["--since", "-1h", "--tenant", &last]).len(), 0);
    // What a row says of itself restores it.
    let (table, key) = (newest[0]["table"].as_str().unwrap_or_default(), newest[0]["key"].as_str().unwrap_or_default());
    let ran = desk.run(&["restore", table, key, "--write", "--yes"]);
    assert_eq!((ran.code, desk.deleted("leads", LEAD).as_str()), (0, ""), "{ran:?}");
    let ran = desk.run(&["trash", "other.leads"]);
    assert_eq!(ran.code, 2, "{ran:?}");
}

#[test]
fn a_person_says_yes_and_in_production_the_name() {
    let db = crm(None);
    fallen_lead(&db);
    let config = "[profile.shop]\nenvironment = \"production\"\n[profile.play]\nenvironment = \"test\"\n";
    let deleted = || db.value(&format!("SELECT deleted_at IS NOT NULL FROM crm.leads WHERE id = '{LEAD}'")) == "true";
    let answer = |profile: &str, question: &str, answer: &str| {
        let args = ["--profile", profile, "restore", "crm.leads", LEAD, "--write"];
        let files = [("config.toml", config)];
        let mut console = console::Start { args: &args, files: &files, ..console::Start::on(&db, (160, 45)) }.console();
        console.wait_for(question);
        console.send(format!("{answer}\n").as_bytes());
        console.ended()
    };
    let name = format!("Type the name of the production database ({}) to go on: ", db.name);
    assert_eq!((answer("shop", &name, "y"), deleted()), (4, true));
    assert_eq!((answer("play", "Go on? [y/N]", ""), deleted()), (4, true));
    assert_eq!((answer("shop", &name, &db.name), deleted()), (0, false));
    db.exec(&format!("SELECT crm.soft_delete('leads', '{LEAD}')"));
    assert_eq!((answer("play", "Go on? [y/N]", "y"), deleted()), (0, false));
}

#[test]
fn a_schema_of_any_name_is_restored_from() {
    let desk = Desk::on(support::server(None).fresh_database(Template::Empty));
    let install = ["systems", "install", "crm", "--schema", "My CRM", "--sample", "200", "--write", "--yes"];
    assert_eq!(desk.run(&install).code, 0);
    let trash = desk.run(&["trash", "My CRM.leads", "--format", "json"]);
    let trash: Value = serde_json::from_str(&trash.out).expect("JSON");
    let row = &trash["rows"][0];
    assert_eq!(row["table"], "My CRM.leads");
    let key = row["key"].as_str().unwrap_or_default();
    for table in ["My CRM.leads", "\"My CRM\".leads", "leads"] {
        let planned = desk.run(&["restore", table, key, "--dry-run"]);
        assert!(planned.code == 0 && planned.out.contains("restore  My CRM.leads id="), "{planned:?}");
    }
    let done = desk.run(&["restore", "My CRM.leads", key, "--on-conflict", "skip", "--write", "--yes"]);
    assert_eq!(done.code, 0, "{done:?}");
}

#[test]
fn a_deletion_of_thousands_comes_back_in_reasonable_time() {
    let desk = Desk::new();
    let org = acme(&desk.db);
    desk.db.exec(&format!(
        "INSERT INTO crm.leads (id, org_id, name) VALUES ('{LEAD}', '{org}', 'Big');
         SET session_replication_role = replica;
         INSERT INTO crm.notes (org_id, lead_id, content) SELECT '{org}', '{LEAD}', 'n' || n FROM generate_series(1, 2000) n;
         UPDATE crm.notes SET deleted_at = '2026-01-01' WHERE lead_id = '{LEAD}';
         UPDATE crm.leads SET deleted_at = '2026-01-01' WHERE id = '{LEAD}';"
    ));
    let plan = desk.restore(of("leads", &[LEAD]));
    assert_eq!(plan.counts, [("crm.leads".to_owned(), 1), ("crm.notes".to_owned(), 2000)]);
    desk.perform(plan).expect("restored");
    assert_eq!(desk.db.value(&format!("SELECT notes_count FROM crm.leads WHERE id = '{LEAD}'")), "2000");
    desk.perform(desk.plan(Intent::Undo(Undo::default())).expect("a plan")).expect("undone");
    assert_eq!(desk.db.value(&format!("SELECT notes_count FROM crm.leads WHERE id = '{LEAD}'")), "0");
}

#[test]
fn a_lead_is_deleted_with_what_hangs_below_it_and_comes_back() {
    for major in [Some(13), None, Some(18)] {
        let desk = Desk::on(crm(major));
        let before = desk.values();
        let note =
            desk.db.value("SELECT id::text FROM crm.notes WHERE lead_id IS NOT NULL AND deleted_at IS NULL LIMIT 1");
        let lead = desk.db.value(&format!("SELECT lead_id::text FROM crm.notes WHERE id = '{note}'"));
        let args = [
            "delete",
            "crm.leads",
            &lead,
            "--write",
            "--yes",
            "--actor",
            "Ann",
            "--reason",
            "asked to",
            "--format",
            "json",
        ];
        let ran = desk.run(&args);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let receipt: Value = serde_json::from_str(&ran.out).expect("JSON");
        assert_eq!(receipt["counts"]["crm.leads"], 1);
        let moments = desk.db.value(&format!(
            "SELECT count(DISTINCT d.deleted_at) FROM (SELECT deleted_at FROM crm.leads WHERE id = '{lead}' UNION ALL SELECT deleted_at FROM crm.notes WHERE lead_id = '{lead}') AS d"
        ));
        assert_eq!(moments, "1", "all of it fell in one moment");
        let said = desk.db.value(&format!(
            "SELECT activity_type || ' ' || (metadata ->> 'actor') || ' ' || (metadata ->> 'reason') FROM crm.activities WHERE metadata ->> 'operation' = '{}'",
            receipt["id"].as_str().expect("an id")
        ));
        assert_eq!(said, "lead_deleted Ann asked to");
        assert_ne!(desk.values(), before);
        let again = desk.plan(Intent::Delete(Delete {
            table: "crm.leads".into(),
            keys: vec![lead.clone()],
            ..Delete::default()
        }));
        assert!(refused(&again.expect("a plan")).contains("it is deleted already"));
        desk.perform(desk.plan(Intent::Undo(Undo::default())).expect("a plan")).expect("undone");
        assert_eq!(desk.values(), before);
        desk.perform(desk.plan(Intent::Undo(Undo::default())).expect("a plan")).expect("deleted again");
        desk.perform(desk.restore(of("crm.leads", &[&lead]))).expect("restored");
        assert_eq!(desk.values(), before);
    }
}

#[test]
fn another_console_undoes_what_the_audit_trail_knows() {
    for major in [Some(13), None, Some(18)] {
        let desk = Desk::on(crm(major));
        fallen_lead(&desk.db);
        let before = desk.values();
        let restore = Restore { actor: Some("Ann".into()), ..of("crm.leads", &[LEAD]) };
        let receipt = desk.perform(desk.restore(restore)).expect("restored");
        let other = Desk::of("postgres", desk.db, &[]);
        let unknown = other.plan(Intent::Undo(Undo::default())).expect_err("this journal knows nothing");
        assert_eq!(unknown.kind, Kind::Refused);
        let plan = other.plan(Intent::Undo(Undo::of(&receipt.id))).expect("a plan");
        assert_eq!(plan.refused, None, "{plan:#?}");
        assert!(plan.notes.iter().any(|note| note.contains("by Ann, as the audit trail has it")), "{:?}", plan.notes);
        assert_eq!(plan.counts, receipt.counts);
        let undone = other.perform(plan).expect("undone");
        assert_eq!(other.values(), before);
        // The undo is journaled where it was done, can be undone there, and by its id elsewhere.
        assert_eq!(other.journal(), ["intent", "done"]);
        let third = Desk::of("postgres", other.db, &[]);
        third.perform(third.plan(Intent::Undo(Undo::of(&undone.id))).expect("a plan")).expect("restored again");
        assert_eq!(third.deleted("leads", LEAD), "");
        let again = third.plan(Intent::Undo(Undo::of(&undone.id))).expect_err("it is undone");
        assert!(again.message.contains("was undone already"), "{again}");
    }
}

#[test]
fn another_console_leaves_alone_what_was_changed_since() {
    let desk = Desk::new();
    fallen_lead(&desk.db);
    let receipt = desk.perform(desk.restore(of("crm.leads", &[LEAD]))).expect("restored");
    desk.db.exec(&format!("UPDATE crm.leads SET company = 'Other' WHERE id = '{LEAD}'"));
    let other = Desk::of("postgres", desk.db, &[]);
    let plan = other.plan(Intent::Undo(Undo::of(&receipt.id))).expect("a plan");
    assert!(refused(&plan).contains("it was changed since"), "{plan:#?}");
    let unknown =
        other.plan(Intent::Undo(Undo::of("0b1e4c55-2222-4f4f-8a8a-2a51d2a7c0de"))).expect_err("nobody knows it");
    assert!(unknown.message.contains("knows no operation"), "{unknown}");
}

#[test]
fn a_check_and_an_exclusion_are_named_before() {
    for major in [Some(13), None, Some(18)] {
        let desk = Desk::on(crm(major));
        fallen_lead(&desk.db);
        desk.db.exec("ALTER TABLE crm.leads ADD CONSTRAINT not_fallen CHECK (deleted_at IS NOT NULL OR name <> 'Ada Fallen') NOT VALID");
        let plan = desk.restore(of("crm.leads", &[LEAD]));
        assert!(refused(&plan).contains("check constraint not_fallen: "), "{:?}", plan.refused);
        desk.db.exec(
            "ALTER TABLE crm.leads DROP CONSTRAINT not_fallen;
             ALTER TABLE crm.leads ADD COLUMN span int4range;
             UPDATE crm.leads SET span = int4range(1, 5) WHERE name = 'Ada Fallen';
             UPDATE crm.leads SET span = int4range(4, 9) WHERE id = (SELECT id FROM crm.leads WHERE deleted_at IS NULL ORDER BY id LIMIT 1);
             ALTER TABLE crm.leads ADD CONSTRAINT one_span EXCLUDE USING gist (span WITH &&) WHERE (deleted_at IS NULL);",
        );
        let plan = desk.restore(of("crm.leads", &[LEAD]));
        assert!(refused(&plan).contains("exclusion constraint one_span: the live row "), "{:?}", plan.refused);
        let lead = plan.rows.iter().find(|row| row.action == "conflict").expect("the lead");
        assert!(
            lead.beside.iter().any(|(name, own, _)| name == "name" && own.as_deref() == Some("Ada Fallen")),
            "{lead:?}"
        );
        desk.db.exec("UPDATE crm.leads SET span = int4range(10, 12) WHERE name = 'Ada Fallen'");
        desk.perform(desk.restore(of("crm.leads", &[LEAD]))).expect("restored");
    }
}
