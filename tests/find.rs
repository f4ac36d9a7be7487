//! Looking for a record, on real servers: every state it can be in, said in a sentence, and no big table read for it.

#![cfg(feature = "demo")]

#[path = "support/ask.rs"]
mod ask;
mod support;

use ask::Asker;
use pgdeck::catalog::Library;
use pgdeck::model::request::{Find, PageRequest, Scope};
use pgdeck::model::{Fault, PaneRef, Source, Table};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use support::operate::{Other, ended, pgdeck, soon};
use support::{SMALL, Template, TestDb, forget_role, majors, plain_role, server, with_all_systems};
use tempfile::TempDir;

const LEAD: &str = "a0000000-0000-4000-8000-000000000001";
const OTHER: &str = "a0000000-0000-4000-8000-000000000002";

type Row = BTreeMap<String, String>;

fn crm(major: Option<u32>) -> TestDb {
    server(major).fresh_database(Template::Crm { rows: SMALL })
}

/// The answer to a search, as the pane has it.
fn table(asker: &Asker, text: &str, scan: bool, scope: Option<Scope>) -> Result<Arc<Table>, Fault> {
    let find = Some(Find { text: text.to_owned(), scan });
    asker.page(PageRequest { find, scope, ..PageRequest::first(PaneRef::plain("find"), 1000) })
}

fn rows_of(table: &Table) -> Vec<Row> {
    let one = |row: &pgdeck::model::Row| {
        let cells = table.columns.iter().zip(&row.cells);
        cells.filter_map(|(column, cell)| Some((column.name.clone(), cell.text()?.to_owned()))).collect()
    };
    table.rows.iter().map(one).collect()
}

fn rows(asker: &Asker, text: &str) -> Vec<Row> {
    rows_of(&table(asker, text, false, None).unwrap_or_else(|fault| panic!("{text:?}: {fault}")))
}

fn states(rows: &[Row]) -> Vec<&str> {
    rows.iter().map(|row| row["state"].as_str()).collect()
}

/// The rows of a table.
fn of<'a>(rows: &'a [Row], table: &str) -> Vec<&'a Row> {
    rows.iter().filter(|row| row.get("table").is_some_and(|own| own == table)).collect()
}

fn only<'a>(rows: &'a [Row], table: &str) -> &'a Row {
    match of(rows, table).as_slice() {
        [one] => one,
        _ => panic!("not one row of {table}: {rows:#?}"),
    }
}

fn tenant(db: &TestDb, at: u32) -> (String, String) {
    let of = |column: &str| {
        db.value(&format!("SELECT {column} FROM crm.organizations ORDER BY created_at, id OFFSET {at} LIMIT 1"))
    };
    (of("id"), of("name"))
}

fn scope(key: &str) -> Option<Scope> {
    Some(Scope { source: Source { system: "crm".into(), schema: "crm".into() }, key: key.into() })
}

/// A lead with two notes, and one without anything.
fn leads(db: &TestDb) {
    let (org, _) = tenant(db, 0);
    db.exec(&format!(
        "INSERT INTO crm.leads (id, org_id, name, email, phone)
         VALUES ('{LEAD}', '{org}', 'Ada Fallen', 'Ada@Fallen.example', '+49 30 555 7700'),
           ('{OTHER}', '{org}', 'Bob Erased', 'bob@erased.example', NULL);
         INSERT INTO crm.notes (org_id, lead_id, content)
         SELECT '{org}', '{LEAD}', 'fallen note ' || n FROM generate_series(1, 2) AS n"
    ));
}

#[test]
fn every_state_of_a_record() {
    for major in majors() {
        let db = crm(Some(major));
        leads(&db);
        let ((_, name), (second, second_name)) = (tenant(&db, 0), tenant(&db, 1));
        let asker = Asker::new(db.conninfo());
        for text in [LEAD, &LEAD.to_uppercase(), "ada@fallen.example", "Ada Fallen", "0049 (30) 5557700"] {
            let found = rows(&asker, text);
            let lead = only(&found, "crm.leads");
            assert_eq!(lead["state"], "live", "{text}: {lead:#?}");
            assert_eq!(lead["says"], format!("lead \u{201c}Ada Fallen\u{201d} is live in {name}"));
            assert_eq!((lead["pane"].as_str(), lead["filter"].as_str()), ("crm.leads", &*format!("id=\"{LEAD}\"")));
        }
        let elsewhere = rows_of(&table(&asker, LEAD, false, scope(&second)).expect("an answer"));
        let says = &only(&elsewhere, "crm.leads")["says"];
        assert!(says.ends_with(&format!("is live in {name}, not in {second_name}")), "{says}");

        db.exec(&format!("SELECT crm.soft_delete('leads', '{LEAD}')"));
        let anew = PageRequest {
            find: Some(Find { text: "ada@fallen.example".into(), scan: false }),
            anew: true,
            ..PageRequest::first(PaneRef::plain("find"), 1000)
        };
        let found = rows_of(&asker.page(anew).expect("an answer"));
        let lead = only(&found, "crm.leads");
        assert_eq!(lead["state"], "deleted", "{lead:#?}");
        let says = &lead["says"];
        assert!(
            says.starts_with("lead \u{201c}Ada Fallen\u{201d} was deleted ") && says.contains(", with 2 notes"),
            "{says}"
        );
        assert!(lead.contains_key("by") && lead.contains_key("at"), "{lead:#?}");
        assert_eq!(lead["next"], format!("pgdeck restore crm.leads {LEAD}"));
        // What fell with it says so.
        let found = rows(&asker, "fallen note 1");
        let note = only(&found, "crm.notes");
        assert!(note["says"].contains(", along with lead \u{201c}Ada Fallen\u{201d}"), "{note:#?}");

        db.exec(&format!("DELETE FROM crm.leads WHERE id = '{OTHER}'"));
        let found = rows(&asker, OTHER);
        let lead = only(&found, "crm.leads");
        assert_eq!(lead["state"], "erased", "{lead:#?}");
        assert_eq!(lead["label"], "Bob Erased");
        assert_eq!(lead["next"], format!("pgdeck rebuild crm.leads {OTHER}"));

        let found = rows(&asker, "nobody@nowhere.example");
        assert_eq!(found[0]["state"], "not found", "{found:#?}");
        assert!(
            found[0]["says"].contains("was not found in crm (") && found[0]["says"].contains("leads"),
            "{found:#?}"
        );
    }
}

#[test]
fn every_system_is_searched() {
    let db = with_all_systems(None);
    let asker = Asker::new(db.conninfo());
    let cases = [
        ("civic.polls_v2", "SELECT title FROM civic.polls_v2 WHERE NOT is_active ORDER BY id LIMIT 1", "deleted"),
        ("civic.polls_v2", "SELECT id FROM civic.polls_v2 WHERE is_active ORDER BY id LIMIT 1", "live"),
        ("bi.users", "SELECT email FROM bi.users WHERE status = 'inactive' ORDER BY id LIMIT 1", "deleted"),
        ("bi.users", "SELECT email FROM bi.users WHERE status = 'active' ORDER BY id LIMIT 1", "live"),
        ("repazoo.twitter_accounts", "SELECT id FROM repazoo.twitter_accounts WHERE NOT is_active LIMIT 1", "deleted"),
        ("repazoo.users", "SELECT upper(email) FROM repazoo.users ORDER BY id LIMIT 1", "live"),
    ];
    for (name, sql, state) in cases {
        let text = db.value(sql);
        let found = rows(&asker, &text);
        let own = of(&found, name);
        assert!(own.iter().any(|row| row["state"] == state), "{name} {text}: {found:#?}");
    }
    // The phone number of a user is masked: it is not compared, and stands nowhere.
    db.exec("UPDATE bi.users SET phone = '+1 555 998877' WHERE id = (SELECT min(id::text)::uuid FROM bi.users)");
    let found = rows(&asker, "+1 555 998877");
    assert!(of(&found, "bi.users").is_empty(), "{found:#?}");
}

const TOY: &str = r#"
name = "toy"
title = "Toy"
[match]
tables = ["shops", "things", "log"]
[tenant]
table = "shops"
key = "id"
label = "name"
[[table]]
name = "shops"
key = "id"
[[table]]
name = "things"
key = "id"
tenant = "shop"
label = "name"
word = "thing"
search = ["name", "note", "phone"]
deleted = { column = "deleted_at" }
masked = "secret"
[[table]]
name = "log"
key = "id"
[audit]
table = "log"
at = "at"
actor = "who"
action = "action"
object = "kind"
row = "row"
old = "before"
new = "after"
erased = "erase"
"#;

/// A table of many rows with an index over lower-case names and one over the digits of phone numbers.
fn toy(major: Option<u32>) -> (TestDb, Asker, TempDir) {
    let library = TempDir::new().expect("a directory");
    let dir = library.path().join("systems/toy");
    std::fs::create_dir_all(&dir).expect("a directory");
    std::fs::write(dir.join("system.toml"), TOY).expect("a file");
    let db = server(major).fresh_database(Template::Empty);
    db.exec(
        "CREATE SCHEMA shop;
         CREATE TABLE shop.things (id integer PRIMARY KEY, name text, note text, phone text, secret text, shop integer,
           deleted_at timestamptz);
         CREATE TABLE shop.shops (id integer PRIMARY KEY, name text);
         INSERT INTO shop.shops VALUES (1, 'North'), (2, 'South');
         CREATE TABLE shop.log (id bigint PRIMARY KEY, at timestamptz NOT NULL, who text, action text, kind text, row text,
           before jsonb, after jsonb);
         INSERT INTO shop.things
         SELECT n, 'Name ' || n, 'note ' || n || repeat('.', 200), '(030) ' || 1000000 + n, 'secret ' || n, 2, NULL
         FROM generate_series(1, 30000) AS n;
         UPDATE shop.things SET deleted_at = now() WHERE id IN (500, 600);
         CREATE INDEX ON shop.things (lower(name));
         CREATE INDEX ON shop.things ((regexp_replace(phone, '[^0-9]', '', 'g')));
         CREATE INDEX ON shop.things (deleted_at) WHERE deleted_at IS NOT NULL;
         CREATE INDEX ON shop.log (row, kind);
         CREATE INDEX ON shop.log USING gin (before jsonb_path_ops);
         INSERT INTO shop.log
         SELECT n, now(), 'eve', 'erase', 'thing', 100000 + n, jsonb_build_object('name', 'Gone ' || n), NULL
         FROM generate_series(1, 20000) AS n;
         INSERT INTO shop.log VALUES (20001, '2026-03-04 05:06+00', 'ann', 'change', 'thing', '42', '{\"shop\": 1}', '{\"shop\": 2}')",
    );
    db.exec("VACUUM ANALYZE shop.things");
    db.exec("VACUUM ANALYZE shop.log");
    let asker = Asker::over(db.conninfo(), library.path());
    (db, asker, library)
}

fn scans(db: &TestDb, column: &str) -> i64 {
    let sql = format!("SELECT {column} FROM pg_stat_user_tables WHERE relname = 'things'");
    db.value(&sql).parse().unwrap_or_default()
}

#[test]
fn a_big_table_is_read_by_index_only() {
    for major in majors() {
        let (db, asker, _library) = toy(Some(major));
        assert!(soon(|| scans(&db, "n_live_tup") > 0));
        let before = scans(&db, "seq_scan");
        let found = rows(&asker, "nAmE 12345");
        assert_eq!(only(&found, "shop.things")["label"], "Name 12345", "{found:#?}");
        let found = rows(&asker, "030-1012345");
        assert_eq!(only(&found, "shop.things")["label"], "Name 12345", "{found:#?}");
        // What is deleted is read row by row, because that is little.
        let found = rows(&asker, "note 500.");
        assert_eq!(only(&found, "shop.things")["state"], "deleted", "{found:#?}");
        let found = rows(&asker, "note 777.");
        assert_eq!(states(&found), ["not found", "not searched"], "{found:#?}");
        assert!(found[1]["says"].contains("live shop.things by note"), "{found:#?}");
        assert_eq!(found[1]["next"], "pgdeck find --scan -- 'note 777.'");
        assert!(of(&rows(&asker, "secret 5"), "shop.things").is_empty());
        // Rows that only the trail has, by key and by the text they had.
        for text in ["100777", "Gone 777"] {
            let found = rows(&asker, text);
            let thing = only(&found, "shop.things");
            assert_eq!((thing["state"].as_str(), thing["label"].as_str()), ("erased", "Gone 777"), "{found:#?}");
            assert!(thing["says"].contains("was deleted for good") && thing["says"].contains("by eve"), "{found:#?}");
        }
        db.exec("SELECT count(*) FROM shop.log");
        drop(asker);
        assert!(soon(|| scans(&db, "idx_scan") >= 5), "the server tells of the reads in time");
        assert_eq!(scans(&db, "seq_scan"), before, "read row by row on {major}");
        let asker = Asker::over(db.conninfo(), _library.path());
        let found = rows_of(&table(&asker, "note 777.", true, None).expect("an answer"));
        assert_eq!(only(&found, "shop.things")["label"], "Name 777", "{found:#?}");
        drop(asker);
        assert!(soon(|| scans(&db, "seq_scan") > before), "asked for, it is read");
    }
}

#[test]
fn what_is_elsewhere_is_found_there() {
    for major in majors() {
        let (_db, asker, _library) = toy(Some(major));
        let source = Source { system: "toy".into(), schema: "shop".into() };
        let within = |text: &str, key: &str| {
            rows_of(
                &table(&asker, text, false, Some(Scope { source: source.clone(), key: key.into() }))
                    .expect("an answer"),
            )
        };
        let found = within("42", "1");
        let thing = only(&found, "shop.things");
        let says =
            "thing \u{201c}Name 42\u{201d} was moved from North to South 2026-03-04 05:06 by ann and is live there";
        assert_eq!((thing["state"].as_str(), thing["says"].as_str()), ("moved", says), "{thing:#?}");
        let found = within("42", "2");
        let thing = only(&found, "shop.things");
        assert_eq!((thing["state"].as_str(), thing["tenant"].as_str()), ("live", "South"), "{thing:#?}");
        let found = within("43", "1");
        assert!(only(&found, "shop.things")["says"].ends_with("is live in South, not in North"), "{found:#?}");
    }
}

#[test]
fn hostile_texts_are_only_texts() {
    let (db, asker, _library) = toy(None);
    let long = "x".repeat(300);
    let hostile = [
        "%",
        "_",
        "100%",
        "'",
        "''; DROP TABLE shop.things; --",
        "\"",
        "\\",
        "$1",
        "{",
        "{\"id\":\"x\"}",
        "{\"id\":1}",
        "& | ! :*",
        "a\tb",
        "\u{202e}\u{1b}[31m",
        "😀",
        "-1",
        "2147483648",
        "1e5",
        "NULL",
        &long,
    ];
    for text in hostile {
        let found = rows(&asker, text);
        let is_thing = text == "{\"id\":1}";
        let things = of(&found, "shop.things").len();
        assert_eq!(things, usize::from(is_thing), "{text:?}: {found:#?}");
    }
    assert_eq!(db.value("SELECT count(*) FROM shop.things"), "30000");
    for text in ["", "  \t ", "\0", &"x".repeat(301)] {
        let fault = table(&asker, text, false, None).expect_err("nothing to look for");
        assert_eq!(fault.kind.exit_code(), 2, "{text:?}: {fault}");
    }
    // A server that stands alone has nothing to search.
    let bare = server(None).fresh_database(Template::Empty);
    let found = rows(&Asker::with(bare.conninfo(), Library::load(&[]), ask::limits("UTC")), "x");
    assert!(found[0]["says"].contains("no system pgdeck knows stands in this database"), "{found:#?}");
}

#[test]
fn under_row_level_security_nothing_found_is_not_nothing_there() {
    for major in majors() {
        let db = with_all_systems(Some(major));
        leads(&db);
        let role = plain_role(&db);
        let asker = Asker::new(db.conninfo_as(&role));
        let found = rows(&asker, LEAD);
        assert_eq!(states(&found)[..2], ["not found", "hidden"], "{found:#?}");
        assert!(found[0]["says"].contains("is not among the rows you may see"), "{found:#?}");
        assert!(found[1]["says"].contains("of crm.leads") && found[1]["says"].contains("BYPASSRLS"), "{found:#?}");
        assert_eq!(found[1]["next"], format!("pgdeck systems show crm --grants {role}"));
        let unread = found.iter().filter(|row| row["state"] == "not searched");
        let unread: Vec<&str> = unread.map(|row| row["says"].as_str()).collect();
        assert!(unread.iter().any(|says| says.contains("needs GRANT SELECT ON crm.notes")), "{found:#?}");
        // A policy that shows all is no longer one that hides.
        db.exec(&format!("CREATE POLICY all_of_it ON crm.leads FOR SELECT TO {role} USING (true)"));
        let asker = Asker::new(db.conninfo_as(&role));
        let found = rows(&asker, LEAD);
        assert_eq!(only(&found, "crm.leads")["state"], "live", "{found:#?}");
        let notes = table(&asker, LEAD, false, None).expect("an answer").notes.clone();
        assert!(notes.iter().all(|note| !note.contains("crm.leads")), "{notes:?}");
        forget_role(&db, &role);
    }
}

#[test]
fn a_locked_table_is_named_and_does_not_keep_the_others() {
    for major in majors() {
        let db = crm(Some(major));
        leads(&db);
        let asker = Asker::new(db.conninfo());
        asker.survey();
        let mut other = Other::of(&db, "postgres");
        other.exec("BEGIN; LOCK TABLE crm.notes IN ACCESS EXCLUSIVE MODE");
        let found = rows(&asker, "ada@fallen.example");
        assert_eq!(only(&found, "crm.leads")["state"], "live", "{found:#?}");
        let says: Vec<&str> = found.iter().map(|row| row["says"].as_str()).collect();
        assert!(says.iter().any(|says| says.contains("crm.notes") && says.contains("lock timeout")), "{says:?}");
        other.exec("ROLLBACK");
    }
}

#[test]
fn the_command_line_tells_it_in_every_format() {
    let db = crm(None);
    leads(&db);
    db.exec(&format!("SELECT crm.soft_delete('leads', '{LEAD}')"));
    let home = TempDir::new().expect("a directory");
    let run = |args: &[&str]| ended(pgdeck(&db, "postgres", home.path(), args));
    let (code, out, err) = run(&["find", "Ada", "Fallen", "--format", "json"]);
    assert_eq!(code, 0, "{err}");
    let json: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(json["pane"], "find");
    let row = &json["rows"][0];
    assert_eq!((row["state"].as_str(), row["key"].as_str()), (Some("deleted"), Some(LEAD)), "{out}");
    // The command it names is one.
    let next: Vec<&str> = row["next"].as_str().expect("a command").split(' ').skip(1).collect();
    let (code, out, err) = run(&next);
    assert!(code == 4 && out.contains("restore  crm.leads"), "{code} {out} {err}");
    db.exec(&format!("DELETE FROM crm.leads WHERE id = '{OTHER}'"));
    let (_, out, _) = run(&["find", OTHER, "--format", "json"]);
    let json: Value = serde_json::from_str(&out).expect("JSON");
    let next: Vec<&str> = json["rows"][0]["next"].as_str().expect("a command").split(' ').skip(1).collect();
    let (code, out, err) = run(&next);
    assert!(code == 0 && out.contains("INSERT INTO"), "{code} {out} {err}");
    let (code, out, _) = run(&["find", "nobody@nowhere.example", "--format", "csv"]);
    assert!(code == 0 && out.contains("not found"), "{code} {out}");
    let (code, out, _) = run(&["find", LEAD, "--tenant", &tenant(&db, 1).1, "--format", "table"]);
    assert!(code == 0 && out.contains("deleted"), "{code} {out}");
    assert_eq!(run(&["find"]).0, 2);
    assert_eq!(run(&["find", " "]).0, 2);
}
