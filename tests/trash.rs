//! The trash: what was deleted, one row a deletion and tenant, whatever the tables and the markers are, and what it says where
//! rows may be hidden.

#![cfg(feature = "demo")]

mod support;

use serde_json::Value;
use std::path::Path;
use support::operate::{ended, pgdeck};
use support::{SMALL, Template, TestDb, majors, server, with_all_systems};
use tempfile::TempDir;

const LEAD: &str = "a0000000-0000-4000-8000-000000000001";

fn crm(major: Option<u32>) -> TestDb {
    server(major).fresh_database(Template::Crm { rows: SMALL })
}

/// What `pgdeck …` prints as JSON, and what it notes.
fn told(db: &TestDb, user: &str, args: &[&str]) -> (Value, String) {
    let home = TempDir::new().expect("a folder");
    let run = |format: &str| ended(pgdeck(db, user, home.path(), &[args, &["--format", format]].concat()));
    let (code, out, err) = run("json");
    assert_eq!(code, 0, "{args:?}: {err}");
    let (_, table, _) = run("table");
    (serde_json::from_str(&out).expect("JSON"), table)
}

fn rows(db: &TestDb, args: &[&str]) -> Vec<Value> {
    told(db, "postgres", &[&["trash", "--limit", "2000"], args].concat()).0["rows"].as_array().expect("rows").clone()
}

fn text<'a>(row: &'a Value, column: &str) -> &'a str {
    row[column].as_str().unwrap_or("")
}

/// Every deletion the tables themselves tell of, by the tables' own columns: time and tenant.
fn deletions(db: &TestDb, tables: &[(&str, &str)]) -> String {
    let one = |(table, tenant): &(&str, &str)| {
        format!("SELECT deleted_at, {tenant} AS tenant FROM crm.{table} WHERE deleted_at IS NOT NULL")
    };
    let all: Vec<String> = tables.iter().map(one).collect();
    db.value(&format!("SELECT count(*) FROM (SELECT DISTINCT * FROM ({}) AS u) AS d", all.join(" UNION ALL ")))
}

const CRM: [(&str, &str); 10] = [
    ("organizations", "id"),
    ("users", "NULL::uuid"),
    ("leads", "org_id"),
    ("tasks", "org_id"),
    ("notes", "org_id"),
    ("deals", "org_id"),
    ("activities", "org_id"),
    ("email_threads", "org_id"),
    ("email_messages", "org_id"),
    ("attachments", "org_id"),
];

#[test]
fn each_deletion_is_one_row_on_every_version() {
    for major in majors() {
        let db = crm(Some(major));
        db.exec(&format!(
            "INSERT INTO crm.leads (id, org_id, name)
             SELECT ('{LEAD}'::uuid), id, 'Ada Fallen' FROM crm.organizations WHERE slug = 'acme';
             INSERT INTO crm.notes (org_id, lead_id, content) SELECT org_id, id, 'n' || n FROM crm.leads, generate_series(1, 3) n WHERE id = '{LEAD}';
             SELECT crm.soft_delete('leads', '{LEAD}');
             UPDATE crm.organizations SET deleted_at = '2027-01-01' WHERE slug IN ('acme', 'northwind');
             UPDATE crm.users SET deleted_at = '2027-01-01' WHERE id IN (SELECT id FROM crm.users WHERE deleted_at IS NULL LIMIT 2)"
        ));
        let all = rows(&db, &[]);
        assert_eq!(all.len().to_string(), deletions(&db, &CRM), "{major}");
        let times: Vec<&str> = all.iter().map(|row| text(row, "deleted_at")).collect();
        assert!(times.is_sorted_by(|a, b| a >= b), "{times:?}");
        let newest: Vec<(&str, i64)> =
            all[..3].iter().map(|row| (text(row, "rows"), row["others"].as_i64().unwrap_or(0))).collect();
        assert!(newest.contains(&("user 2", 0)), "{newest:?}");
        assert_eq!(newest.iter().filter(|row| **row == ("organization 1", 1)).count(), 2, "{newest:?}");
        assert!(all.iter().any(|row| {
            row["what"].as_str().is_some_and(|what| what.starts_with("user ") && what.ends_with(" and 1 more"))
        }));
        let lead = all.iter().find(|row| row["what"] == "lead Ada Fallen").expect("the lead");
        assert_eq!(text(lead, "rows"), "lead 1 · note 3");
        assert_eq!((text(lead, "deleted_by"), text(lead, "whole")), ("postgres", "true"));
        // An organization cannot be above a lead's deletion: it is restored by itself, and the lead says why it cannot be.
        assert_eq!(text(lead, "state"), "its organization \"Acme\" is still deleted");
        assert_eq!(text(lead, "key"), format!("{{\"id\":\"{LEAD}\"}}"));
        // A note of a lead that was deleted apart hangs below it.
        let below = |row: &&Value| row["table"] == "crm.notes" && text(row, "below").starts_with("lead ");
        assert!(all.iter().find(below).is_some(), "{major}");
        // Pages of three show what one page shows.
        let of_acme = rows(&db, &["--tenant", "acme"]);
        let acme = db.value("SELECT id FROM crm.organizations WHERE slug = 'acme'");
        assert!(!of_acme.is_empty() && of_acme.iter().all(|row| row["tenant_key"] == acme.as_str()), "{of_acme:?}");
    }
}

#[test]
fn every_system_has_its_trash() {
    let db = with_all_systems(None);
    let of = |pane: &str| {
        told(&db, "postgres", &["show", pane, "--limit", "2000"]).0["rows"].as_array().expect("rows").clone()
    };
    let polls = of("civic/trash");
    let with_votes = polls
        .iter()
        .find(|row| text(row, "rows").starts_with("polls_v2 1 · votes_v2 "))
        .expect("a poll with its votes");
    assert!(!text(with_votes, "deleted_by").is_empty() && text(with_votes, "state") == "restorable", "{with_votes}");
    let bi = of("bi/trash");
    for table in
        ["bi.organizations", "bi.users", "bi.organization_members", "bi.dashboard_widgets", "bi.email_subscriptions"]
    {
        assert!(bi.iter().any(|row| row["table"] == table), "{table}");
    }
    assert!(bi.iter().any(|row| text(row, "state").ends_with("is still deleted")));
    let accounts = of("repazoo/trash");
    assert!(accounts.iter().all(|row| text(row, "tells").starts_with("token_expires_at 20")), "{accounts:?}");
    let active = db.value("SELECT count(*) FROM repazoo.twitter_accounts WHERE NOT is_active");
    assert!(!accounts.is_empty() && accounts.iter().all(|row| !text(row, "deleted_by").is_empty()), "{active}");
    let listed = told(&db, "postgres", &["library", "list"]).0;
    let names: Vec<&str> = listed["rows"].as_array().expect("rows").iter().map(|row| text(row, "name")).collect();
    for pane in ["bi/trash", "civic/trash", "crm/trash", "repazoo/trash"] {
        assert!(names.contains(&pane), "{pane}");
    }
}

const TOY: &str = "name = \"toy\"
title = \"Toy\"
[match]
tables = [\"shelves\", \"boxes\", \"stamps\"]
[[table]]
name = \"shelves\"
key = [\"room\", \"number\"]
label = \"title\"
word = \"shelf\"
deleted = { column = \"gone\", kind = \"boolean\" }
[[table]]
name = \"boxes\"
key = \"id\"
label = \"title\"
word = \"box\"
deleted = { column = \"fell\", kind = \"timestamp\", by = \"felled\" }
[[table]]
name = \"stamps\"
key = \"id\"
word = \"stamp\"
masked = [\"id\"]
deleted = { column = \"state\", kind = \"status\", value = \"dead\", live = \"fine\", at = \"changed\" }
[[relation]]
child = \"boxes\"
parent = \"boxes\"
columns = [\"above\"]
cascade = true
[[relation]]
child = \"boxes\"
parent = \"shelves\"
columns = [\"room\", \"number\"]
";

const TOY_TABLES: &str = "CREATE SCHEMA \"o'toy\";
CREATE TABLE \"o'toy\".shelves (room text, number int, title text, gone boolean NOT NULL DEFAULT false, PRIMARY KEY (room, number));
CREATE TABLE \"o'toy\".boxes (id bigint PRIMARY KEY, above bigint REFERENCES \"o'toy\".boxes DEFERRABLE INITIALLY DEFERRED, room text, number int, title text, fell timestamp, felled text,
  FOREIGN KEY (room, number) REFERENCES \"o'toy\".shelves);
CREATE TABLE \"o'toy\".stamps (id text PRIMARY KEY, state text NOT NULL, changed date);
INSERT INTO \"o'toy\".shelves VALUES ('a \"b\"', 1, 'Upper', true), ('a \"b\"', 2, 'Lower', true), ('c', 1, NULL, false);
INSERT INTO \"o'toy\".boxes VALUES
  (1, NULL, 'c', 1, 'Big', '2026-03-01 12:00', 'ann'), (2, 1, 'c', 1, 'Small', '2026-03-01 12:00', 'ann'), (3, 2, NULL, NULL, 'Tiny', '2026-03-01 12:00', 'ann'),
  (4, NULL, 'a \"b\"', 1, 'Alone', '2026-03-02 12:00', 'bob'), (5, 5, NULL, NULL, 'Own parent', '2026-03-03', NULL),
  (6, 7, NULL, NULL, 'Circle', '2026-03-04', 'eve'), (7, 6, NULL, NULL, 'Circle too', '2026-03-04', 'eve');
INSERT INTO \"o'toy\".stamps VALUES ('s1', 'dead', '2026-03-02'), ('s2', 'dead', NULL), ('s3', 'fine', NULL)";

fn toy(dir: &Path) {
    std::fs::create_dir_all(dir.join("systems/toy/panes")).expect("a folder");
    std::fs::write(dir.join("systems/toy/system.toml"), TOY).expect("a file");
}

#[test]
fn any_marker_any_key_and_rows_that_tell_no_time() {
    for major in majors() {
        let db = server(Some(major)).fresh_database(Template::Empty);
        db.exec(TOY_TABLES);
        let library = TempDir::new().expect("a folder");
        toy(library.path());
        let place = library.path().to_str().expect("a path");
        let all = rows(&db, &["--library", place]);
        let told: Vec<[&str; 4]> = all
            .iter()
            .map(|row| {
                [text(row, "deleted_at"), text(row, "what"), text(row, "rows"), text(row, "deleted_by")]
                    .map(|cell| cell)
            })
            .collect();
        let expected = [
            ["2026-03-04T00:00:00+00:00", "box Circle", "box 2", "eve"],
            ["2026-03-03T00:00:00+00:00", "box Own parent", "box 1", ""],
            ["2026-03-02T12:00:00+00:00", "box Alone", "box 1", "bob"],
            ["2026-03-02T00:00:00+00:00", "stamp s1", "stamp 1", ""],
            ["2026-03-01T12:00:00+00:00", "box Big", "box 3", "ann"],
            ["-infinity", "stamp s2", "stamp 1", ""],
            ["-infinity", "shelf Lower", "shelf 1", ""],
            ["-infinity", "shelf Upper", "shelf 1", ""],
        ];
        assert_eq!(told, expected, "{major}");
        assert_eq!(text(&all[2], "state"), "its shelf \"Upper\" is still deleted");
        assert_eq!(text(&all[7], "key"), r#"{"room":"a \"b\"","number":"1"}"#);
        // What a row says of itself is planned.
        let home = TempDir::new().expect("a folder");
        for row in &all {
            let (table, key) = (text(row, "table"), text(row, "key"));
            let (code, out, err) = ended(pgdeck(
                &db,
                "postgres",
                home.path(),
                &["--library", place, "restore", table, key, "--whole", "--dry-run"],
            ));
            assert!(code == 0 || code == 4, "{major} {table} {key}: {out}{err}");
        }
        assert_eq!(rows(&db, &["--library", place, "o'toy.stamps"]).len(), 2);
    }
}

#[test]
fn a_file_of_ones_own_takes_the_place_of_the_generated_trash() {
    let db = server(None).fresh_database(Template::Empty);
    db.exec(TOY_TABLES);
    let library = TempDir::new().expect("a folder");
    toy(library.path());
    let own = "/*---\ntitle = \"Mine\"\ngroup = \"toy\"\n---*/\nSELECT 'mine' AS what";
    std::fs::write(library.path().join("systems/toy/panes/trash.sql"), own).expect("a file");
    let place = library.path().to_str().expect("a path");
    let (shown, _) = told(&db, "postgres", &["--library", place, "show", "toy/trash"]);
    assert_eq!(shown["rows"], serde_json::json!([{"what": "mine"}]));
}

#[test]
fn it_says_what_it_reads_as_a_whole() {
    let db = crm(None);
    db.exec(
        "INSERT INTO auth.users (id) SELECT gen_random_uuid() FROM generate_series(1, 50000);
         INSERT INTO crm.users (id, email, deleted_at)
         SELECT id, id || '@x.example', CASE WHEN n < 2000 THEN timestamptz '2026-01-01' + n * interval '1 min' END
         FROM (SELECT id, row_number() OVER () AS n FROM auth.users WHERE id NOT IN (SELECT id FROM crm.users)) AS u;
         ANALYZE crm.users",
    );
    let (_, table) = told(&db, "postgres", &["trash", "--limit", "3"]);
    assert!(table.contains("note: read by index, newest first"), "{table}");
    db.exec(
        "DROP INDEX crm.idx_users_deleted; UPDATE crm.users SET deleted_at = '2027-01-01' WHERE email LIKE '%@x.example'",
    );
    let (shown, table) = told(&db, "postgres", &["trash", "--limit", "3"]);
    assert!(table.contains("read as a whole, not by an index in the order of deletion: users (~50"), "{table}");
    assert_eq!(shown["rows"][0]["rows"], "user 10000+");
    assert!(text(&shown["rows"][0], "what").ends_with(" and 999+ more"), "{shown}");
}

#[test]
fn an_empty_list_never_says_that_nothing_was_deleted() {
    for major in majors() {
        let db = crm(Some(major));
        db.exec(
            "CREATE ROLE blind LOGIN; GRANT USAGE ON SCHEMA crm TO blind; GRANT SELECT ON ALL TABLES IN SCHEMA crm TO blind;
             REVOKE SELECT ON crm.deals FROM blind; REVOKE SELECT ON crm.tasks FROM blind; GRANT SELECT (id) ON crm.tasks TO blind",
        );
        let (shown, table) = told(&db, "blind", &["trash"]);
        assert_eq!(shown["rows"].as_array().map(Vec::len), Some(0), "{shown}");
        assert!(
            table.contains(
                "row level security may hide deleted rows from blind, so what is missing here may have been deleted"
            ),
            "{table}"
        );
        assert!(
            table.contains("CREATE POLICY … ON \"crm\".\"organizations\" FOR SELECT TO \"blind\" USING (true)"),
            "{table}"
        );
        assert!(
            table.contains("crm.deals is left out: needs GRANT SELECT (\"id\", \"deleted_at\", \"org_id\") ON \"crm\".\"deals\" TO \"blind\""),
            "{table}"
        );
        assert!(table.contains("crm.tasks is left out: needs GRANT SELECT (\"deleted_at\", \"org_id\") ON"), "{table}");
        db.exec("REVOKE SELECT ON ALL TABLES IN SCHEMA crm FROM blind; REVOKE ALL (id) ON crm.tasks FROM blind");
        let home = TempDir::new().expect("a folder");
        let (code, _, err) = ended(pgdeck(&db, "blind", home.path(), &["trash"]));
        assert!(
            code != 0 && err.contains("blind needs SELECT (\"id\", \"deleted_at\") ON \"crm\".\"organizations\""),
            "{err}"
        );
        support::forget_role(&db, "blind");
    }
}
