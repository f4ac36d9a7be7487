//! Operations as a person meets them: listed, planned, refused, carried out, undone, and finished when the line is lost.

use super::console::{Console, Start, soon};
use super::support::TestDb;
use super::{SMALLEST, USUAL, WIDE, crm, quit};

const LEAD: &str = "a0000000-0000-4000-8000-000000000001";

/// A lead with two notes that fell with it, deleted last of all, so that it stands first in the trash.
fn with_deletion(db: &TestDb) {
    db.exec(&format!(
        "INSERT INTO crm.leads (id, org_id, name, email)
         SELECT '{LEAD}', o.id, 'Ada Lovelace', 'ada@analytical.example'
         FROM crm.organizations o WHERE o.slug = 'northwind';
         INSERT INTO crm.notes (org_id, lead_id, content)
         SELECT o.id, '{LEAD}', 'note ' || n FROM crm.organizations o CROSS JOIN generate_series(1, 2) n WHERE o.slug = 'northwind';
         UPDATE crm.notes SET deleted_at = '2027-01-01' WHERE lead_id = '{LEAD}';
         UPDATE crm.leads SET deleted_at = '2027-01-01' WHERE id = '{LEAD}'"
    ));
}

fn deleted(db: &TestDb) -> String {
    db.value(&format!(
        "SELECT (SELECT count(*) FROM crm.leads WHERE id = '{LEAD}' AND deleted_at IS NOT NULL)
              + (SELECT count(*) FROM crm.notes WHERE lead_id = '{LEAD}' AND deleted_at IS NOT NULL)"
    ))
}

/// A console on the trash, its cursor on a row of the deletion.
fn on_trash(start: Start) -> Console {
    let console = start.console();
    console.wait_for("Ada Lovelace");
    console.settle();
    console
}

fn planned(console: &mut Console) {
    console.press("x");
    console.wait_for("Restore the row with everything");
    console.press("enter");
    console.wait_for("restore: plan, nothing has been changed");
    console.wait_for("Ada Lovelace");
}

#[test]
fn a_restore_without_write_is_a_plan_and_no_more() {
    let db = crm();
    with_deletion(&db);
    for size in [WIDE, USUAL, SMALLEST] {
        let mut console = on_trash(Start { args: &["--pane", "trash"], ..Start::on(&db, size) });
        assert!(console.line(-1).contains(" x actions "), "{}", console.line(-1));
        planned(&mut console);
        assert!(console.screen().contains("crm.leads 1 · crm.notes 2"), "{}", console.screen());
        assert!(console.line(-1).contains("c READ-ONLY: how to carry it out"), "{}", console.line(-1));
        console.press("c enter");
        console.press("c");
        console.wait_for("READ-ONLY: nothing has been changed");
        console.press("esc s");
        console.wait_for("restore: SQL, nothing has been changed");
        console.press("y");
        console.wait_for("copied the SQL, ");
        assert_eq!(console.seen().parser.callbacks().copied.len(), 1);
        console.press("esc");
        console.wait_for("┌ Trash [");
        assert_eq!(deleted(&db), "3");
        assert!(console.state("journal.jsonl").is_none_or(|journal| journal.is_empty()));
        quit(console);
    }
}

#[test]
fn a_restore_is_carried_out_and_undone() {
    let db = crm();
    with_deletion(&db);
    let mut console = on_trash(Start { args: &["--pane", "trash", "--write"], ..Start::on(&db, USUAL) });
    assert!(console.line(0).contains(" WRITE "), "{}", console.line(0));
    planned(&mut console);
    console.press("enter");
    assert_eq!(deleted(&db), "3", "enter only asks");
    console.press("c");
    console.wait_for("restore: why, and for whom?");
    assert_eq!(deleted(&db), "3", "c only asks");
    console.press("enter");
    console.wait_for("restore: done");
    assert_eq!(deleted(&db), "0");
    assert!(console.line(-1).starts_with(" u undo "), "{}", console.line(-1));
    console.press("u");
    console.wait_for("undo: plan, nothing has been changed");
    console.press("c enter");
    console.wait_for("undo: done");
    assert_eq!(deleted(&db), "3");
    // Both receipts are places; behind them the trash is read again.
    console.press("esc");
    console.wait_for("restore: done");
    console.press("esc");
    console.wait_for("┌ Trash [");
    console.wait_for("Ada Lovelace");
    // A frame of the rows that come must not be taken for the answer to the next key.
    console.settle();
    let journal = console.state("journal.jsonl").expect("a journal");
    let events: Vec<&str> =
        journal.lines().filter_map(|line| line.split("\"event\":\"").nth(1)?.split('"').next()).collect();
    assert_eq!(events, ["intent", "done", "intent", "done"], "{journal}");
    quit(console);
}

#[test]
fn production_wants_the_name_of_the_database_typed() {
    let db = crm();
    with_deletion(&db);
    let config = "[profile.shop]\nenvironment = \"production\"\n";
    let args = &["--pane", "trash", "--write", "--profile", "shop"];
    let mut console = on_trash(Start { args, files: &[("config.toml", config)], ..Start::on(&db, USUAL) });
    planned(&mut console);
    console.press("c enter");
    console.wait_for("Type the name of the production database");
    console.type_text("yes");
    console.press("enter");
    console.wait_for("nothing has been changed");
    assert!(console.screen().contains("Type the name of the production database"), "{}", console.screen());
    console.press("esc c enter");
    assert_eq!(deleted(&db), "3");
    console.type_text(&db.name);
    console.press("enter");
    console.wait_for("restore: done");
    assert_eq!(deleted(&db), "0");
    quit(console);
}

#[test]
fn what_changed_since_the_plan_is_said_and_nothing_is_done() {
    let db = crm();
    with_deletion(&db);
    let mut console = on_trash(Start { args: &["--pane", "trash", "--write"], ..Start::on(&db, USUAL) });
    planned(&mut console);
    db.exec(&format!("UPDATE crm.leads SET deleted_at = '2027-01-02' WHERE id = '{LEAD}'"));
    console.press("c enter");
    console.wait_for("restore: failed");
    assert_eq!(deleted(&db), "3");
    console.press("j");
    assert!(console.screen().contains("nothing has been changed"), "the fault stays:\n{}", console.screen());
    console.press("r");
    console.wait_for("restore: plan, nothing has been changed");
    quit(console);
}

#[test]
fn from_the_start_to_restored_takes_four_keys() {
    let db = crm();
    with_deletion(&db);
    let mut console = super::opened(Start { args: &["--write"], ..Start::on(&db, USUAL) });
    let steps = [
        ("8", "Ada Lovelace"),
        ("enter", "restore: plan, nothing has been changed"),
        ("c", "restore: why, and for whom?"),
        ("enter", "restore: done"),
    ];
    for (key, shows) in steps {
        console.press(key);
        console.wait_for(shows);
        console.settle();
    }
    assert!(steps.len() <= 8);
    assert_eq!(deleted(&db), "0");
    quit(console);
}

#[test]
fn the_reason_and_the_person_reach_the_audit_trail_and_the_ticket() {
    let db = crm();
    with_deletion(&db);
    let files = &[("config.toml", "actor = \"Ann\"\n")];
    let mut console = on_trash(Start { args: &["--pane", "trash", "--write"], files, ..Start::on(&db, USUAL) });
    planned(&mut console);
    console.press("c");
    console.wait_for("asked by Ann");
    console.type_text("ticket 42");
    console.press("enter");
    console.wait_for("restore: done");
    let sql = format!(
        "SELECT DISTINCT metadata ->> 'actor' || ': ' || (metadata ->> 'reason') FROM crm.activities
         WHERE entity_id = '{LEAD}' AND metadata ? 'operation'"
    );
    assert_eq!(db.value(&sql), "Ann: ticket 42");
    console.press("y");
    console.wait_for("copied the receipt, ");
    let text = copied(&console, &db);
    assert!(text.starts_with("Restored on 20") && text.contains(" UTC in "), "{text}");
    let rest = format!(
        " by role {} for Ann (as claimed), because \"ticket 42\": lead \"Ada Lovelace\" with 2 notes.",
        "postgres"
    );
    assert!(text.contains(&rest) && text.contains("pgdeck undo "), "{text}");
    assert!(text.contains("Out of date now: ") && text.contains("crm.lead_stats"), "{text}");
    console.press("x");
    console.wait_for("Refresh crm.lead_stats");
    console.type_text("refresh crm.lead");
    console.press("enter");
    console.wait_for("refresh: plan, nothing has been changed");
    console.press("c");
    console.wait_for("refresh: done");
    quit(console);
}

/// The text that was handed to the clipboard last.
fn copied(console: &Console, db: &TestDb) -> String {
    let encoded = console.seen().parser.callbacks().copied.last().cloned().expect("something was copied");
    // In hexadecimal: a quote would come back doubled.
    let hex = db.value(&format!("SELECT encode(decode('{encoded}', 'base64'), 'hex')"));
    let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal");
    String::from_utf8((0..hex.len()).step_by(2).map(byte).collect()).expect("UTF-8")
}

#[test]
fn a_row_that_is_unticked_stays_deleted() {
    let db = crm();
    with_deletion(&db);
    let mut console = on_trash(Start { args: &["--pane", "trash", "--write"], ..Start::on(&db, USUAL) });
    planned(&mut console);
    console.settle();
    console.press("j space");
    console.wait_for("crm.leads 1 · crm.notes 1 · 1 skipped");
    console.settle();
    assert!(console.line(-1).contains("space take in"), "{}", console.screen());
    console.press("space");
    console.wait_for("crm.leads 1 · crm.notes 2");
    console.settle();
    console.press("space");
    console.wait_for("1 skipped");
    console.settle();
    console.press("c enter");
    console.wait_for("restore: done");
    assert_eq!(deleted(&db), "1");
    quit(console);
}

#[test]
fn the_command_a_read_only_console_prints_opens_it_where_it_was() {
    let db = crm();
    with_deletion(&db);
    db.exec(&format!("UPDATE crm.leads SET deleted_at = NULL WHERE id = '{LEAD}'"));
    let args = &["--tenant", "northwind", "--pane", "crm/leads", "--filter", "name~\"da Love\""];
    let start = Start { args, ..Start::on(&db, USUAL) };
    let mut console = start.console();
    console.wait_for("Ada Lovelace");
    console.settle();
    console.press("x");
    console.wait_for("Delete the row softly");
    console.press("enter");
    console.wait_for("delete: plan, nothing has been changed");
    console.settle();
    console.press("c");
    console.wait_for("READ-ONLY: nothing has been changed. With this command it can be:");
    console.press("y");
    console.wait_for("copied the command, ");
    let command = copied(&console, &db);
    assert!(command.starts_with("pgdeck --tenant ") && command.ends_with(" --write"), "{command}");
    console.send(b"q");
    assert_eq!(console.ended(), 0);
    let printed: String = console.screen().replace('\n', "");
    assert!(printed.contains("with writes allowed") && printed.contains(&command), "{printed}\n{command}");
    let mut again = Start { line: Some(&command), ..Start::on(&db, USUAL) }.console();
    again.wait_for("ada@analytical.example");
    again.settle();
    assert!(again.line(0).contains(" Northwind") && again.line(0).contains(" WRITE "), "{}", again.line(0));
    assert!(again.line(2).starts_with("┌ Leads "), "{}", again.line(2));
    again.press("x enter");
    again.wait_for("delete: plan, nothing has been changed");
    again.settle();
    again.press("c enter");
    again.wait_for("delete: done");
    again.press("esc esc");
    again.wait_for("/name~\"da Love\"");
    again.wait_for("no row passes the filter");
    assert_eq!(db.value(&format!("SELECT (deleted_at IS NOT NULL)::text FROM crm.leads WHERE id = '{LEAD}'")), "true");
    quit(again);
}

#[test]
fn what_was_waited_for_and_failed_is_no_success() {
    let db = crm();
    with_deletion(&db);
    db.exec(
        "CREATE FUNCTION public.fails() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN PERFORM pg_catalog.pg_sleep(1); RAISE EXCEPTION 'not today'; END $$;
         CREATE TRIGGER fails AFTER UPDATE OF deleted_at ON crm.leads FOR EACH STATEMENT EXECUTE FUNCTION public.fails()",
    );
    let mut console = on_trash(Start { args: &["--pane", "trash", "--write"], ..Start::on(&db, USUAL) });
    planned(&mut console);
    console.press("c enter");
    assert!(soon(|| sleeps(&db)), "it never began");
    console.send(b"q");
    assert_eq!(console.ended(), 5);
    assert!(console.screen().contains("not today"), "{}", console.screen());
    assert_eq!(deleted(&db), "3");
}

/// Makes restoring the lead take its time; the sleep is seen in pg_stat_activity.
fn slow(db: &TestDb, seconds: u32) {
    db.exec(&format!(
        "CREATE FUNCTION public.slow() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN PERFORM pg_catalog.pg_sleep({seconds}); RETURN NULL; END $$;
         CREATE TRIGGER slow AFTER UPDATE OF deleted_at ON crm.leads FOR EACH STATEMENT EXECUTE FUNCTION public.slow()"
    ));
}

fn sleeps(db: &TestDb) -> bool {
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";
    db.value(sql) == "1"
}

#[test]
fn an_operation_outlives_the_line_and_the_console() {
    let db = crm();
    with_deletion(&db);
    slow(&db, 1);
    for (end, code) in [("HUP", 130), ("TERM", 130), ("q", 0)] {
        let mut console = on_trash(Start { args: &["--pane", "trash", "--write"], ..Start::on(&db, USUAL) });
        planned(&mut console);
        console.press("c enter");
        console.wait_for("restore: being carried out");
        assert!(soon(|| sleeps(&db)), "it never began");
        match end {
            "q" => console.send(b"q"),
            signal => console.signal(signal),
        }
        assert_eq!(console.ended(), code, "{end}");
        console.is_given_back();
        assert_eq!(deleted(&db), "0", "{end}");
        let screen = console.screen();
        assert!(screen.contains("finishing restore …") && screen.contains("restore: done (operation "), "{screen}");
        let journal = console.state("journal.jsonl").expect("a journal");
        assert!(journal.lines().last().is_some_and(|line| line.contains("\"event\":\"done\"")), "{journal}");
        db.exec(&format!(
            "ALTER TABLE crm.leads DISABLE TRIGGER slow;
             UPDATE crm.notes SET deleted_at = '2027-01-01' WHERE lead_id = '{LEAD}';
             UPDATE crm.leads SET deleted_at = '2027-01-01' WHERE id = '{LEAD}';
             ALTER TABLE crm.leads ENABLE TRIGGER slow"
        ));
    }
}

#[test]
fn an_operation_ends_where_nobody_is_left_to_see_it() {
    let db = crm();
    with_deletion(&db);
    slow(&db, 1);
    let mut console = on_trash(Start { args: &["--pane", "trash", "--write"], ..Start::on(&db, USUAL) });
    planned(&mut console);
    console.press("c enter");
    assert!(soon(|| sleeps(&db)), "it never began");
    console.hang_up();
    assert_eq!(console.exit_code_after_hang_up(), 130);
    assert_eq!(deleted(&db), "0");
    let journal = console.state("journal.jsonl").expect("a journal");
    assert!(journal.lines().last().is_some_and(|line| line.contains("\"event\":\"done\"")), "{journal}");
}

#[test]
fn what_cannot_be_planned_says_why() {
    let db = crm();
    let mut console = Start { args: &["--pane", "trash"], ..Start::on(&db, USUAL) }.console();
    console.wait_for("┌ Trash [");
    console.press("u");
    console.wait_for("undo: no plan, nothing has been changed");
    console.press("c");
    assert!(console.line(-1).contains("there is no plan to carry out"), "{}", console.line(-1));
    console.press("esc");
    console.wait_for("┌ Trash [");
    quit(console);
}

/// A console with the plan of refreshing a view that takes a while.
fn on_slow_view(db: &TestDb) -> Console {
    let mut console = Start { args: &["--pane", "views", "--write"], ..Start::on(db, USUAL) }.console();
    console.wait_for("slow_view");
    console.settle();
    console.press("G x");
    console.wait_for("Refresh the materialized view");
    console.press("enter");
    console.wait_for("refresh: plan, nothing has been changed");
    console.wait_for("zoo.slow_view");
    console
}

fn begun(console: &mut Console, db: &TestDb) {
    console.press("c");
    console.wait_for("refresh: being carried out");
    assert!(soon(|| sleeps(db)), "it never began:\n{}", console.screen());
}

fn is_filled(db: &TestDb) -> bool {
    db.value("SELECT relispopulated::text FROM pg_class WHERE relname = 'slow_view'") == "true"
}

#[test]
fn a_refresh_is_stopped_by_esc_and_by_ctrl_c_and_not_by_leaving() {
    let db = crm();
    db.exec(
        "CREATE SCHEMA zoo;
         CREATE MATERIALIZED VIEW zoo.slow_view AS SELECT pg_sleep(1.5)::text AS a WITH NO DATA",
    );
    let mut console = on_slow_view(&db);
    begun(&mut console, &db);
    assert!(console.line(-1).starts_with(" esc stop "), "{}", console.line(-1));
    console.press("esc");
    console.wait_for("rolled back: what was not done is as it was");
    assert!(!is_filled(&db));
    console.press("r");
    console.wait_for("refresh: plan, nothing has been changed");
    begun(&mut console, &db);
    console.send(b"q");
    console.wait_for("finishing refresh … (ctrl-c stops it)");
    console.signal("INT");
    assert_eq!(console.ended(), 130, "what was waited for was stopped");
    assert!(console.screen().contains("refresh: rolled back") && !is_filled(&db), "{}", console.screen());
    console.is_given_back();
    let mut console = on_slow_view(&db);
    begun(&mut console, &db);
    console.signal("HUP");
    assert_eq!(console.ended(), 130);
    assert!(console.screen().contains("refresh: done") && is_filled(&db), "{}", console.screen());
}

#[test]
fn a_backend_is_cancelled_from_the_activity() {
    let db = crm();
    let sql = "SELECT pg_sleep(60) AS victim";
    std::thread::scope(|scope| {
        let victim = scope.spawn(|| db.try_exec_as("postgres", sql));
        assert!(soon(|| sleeps(&db)), "it never began");
        let mut console = Start { args: &["--pane", "activity", "--write"], ..Start::on(&db, USUAL) }.console();
        console.wait_for("┌ Activity [");
        console.settle();
        console.press("/");
        console.type_text("query~victim");
        console.press("enter");
        console.wait_for("/query~victim");
        console.wait_for("Activity [1]");
        console.settle();
        console.press("x");
        console.wait_for("Cancel what this backend runs");
        console.press("enter");
        console.wait_for("cancel: plan, nothing has been changed");
        console.press("c");
        console.wait_for("cancel: done");
        assert!(victim.join().expect("the thread").is_err(), "the statement was not cancelled");
        quit(console);
    });
}

fn check(severity: &str) -> String {
    format!(
        "/*---\ntitle = \"Always\"\nseverity = \"{severity}\"\ncategory = \"test\"\nabout = \"state\"\n\
         why = \"It is always so.\"\ndoor = \"activity\"\nnow = true\n---*/\n\
         SELECT 'thing' AS object, 'it is so' AS detail, NULL::text AS fix, 'pid=0' AS filter"
    )
}

/// The library of a person who has written this one check.
fn files(text: &str) -> [(&str, &str); 1] {
    [("queries/checks/always.sql", text)]
}

#[test]
fn what_is_urgent_is_gone_to_or_said_at_the_start() {
    let db = crm();
    let error = check("error");
    let mut console = Start { files: &files(&error), ..Start::on(&db, USUAL) }.console();
    console.wait_for("┌ Now [");
    console.wait_for("it is so");
    console.settle();
    console.press("enter");
    console.wait_for("┌ Activity /pid=0");
    console.wait_for("no row passes the filter");
    console.press("esc");
    console.wait_for("┌ Now [");
    console.press("esc");
    console.wait_for("Windmill Rentals");
    quit(console);
    let warning = check("warning");
    let console = Start { files: &files(&warning), ..Start::on(&db, USUAL) }.console();
    console.wait_for("1 warning: :now");
    console.wait_for("Windmill Rentals");
    quit(console);
    let mut console = Start { files: &files(&error), args: &["--pane", "leads"], ..Start::on(&db, USUAL) }.console();
    console.wait_for("┌ Leads [");
    console.settle();
    assert!(console.screen().contains("┌ Leads [") && !console.screen().contains(":now"), "{}", console.screen());
    console.press(":");
    console.type_text("now");
    console.press("enter");
    console.wait_for("it is so");
    quit(console);
}
