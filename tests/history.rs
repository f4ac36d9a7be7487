//! Rows deleted for good: listed from the audit trail, and written again by the INSERT that pgdeck hands over.

#![cfg(feature = "demo")]

mod support;

use serde_json::Value;
use support::operate::{ended, pgdeck};
use support::{Template, TestDb, majors, server, with_all_systems};
use tempfile::TempDir;

/// Exit code, stdout and stderr of `pgdeck …` as the superuser.
fn run(db: &TestDb, args: &[&str]) -> (i32, String, String) {
    let home = TempDir::new().expect("a folder");
    ended(pgdeck(db, "postgres", home.path(), args))
}

fn shown(db: &TestDb, args: &[&str]) -> Vec<Value> {
    let (code, out, err) = run(db, &[args, &["--format", "json", "--limit", "1000"]].concat());
    assert_eq!(code, 0, "{args:?}: {err}");
    let table: Value = serde_json::from_str(&out).expect("JSON");
    table["rows"].as_array().expect("rows").clone()
}

fn plan(db: &TestDb, args: &[&str]) -> Value {
    let (code, out, err) = run(db, &[&["rebuild"], args, &["--format", "json"]].concat());
    assert_eq!(code, 0, "{args:?}: {err}");
    serde_json::from_str(&out).expect("JSON")
}

fn text<'a>(row: &'a Value, column: &str) -> &'a str {
    row[column].as_str().unwrap_or("")
}

fn sql(plan: &Value) -> &str {
    plan["sql"][0].as_str().expect("SQL")
}

fn notes(plan: &Value) -> String {
    let notes = plan["notes"].as_array().expect("notes");
    notes.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_systems_tell_what_is_gone_and_it_can_be_written_again() {
    for major in majors() {
        let db = with_all_systems(Some(major));
        // Table, what picks a row of it, and what neither the trail nor an INSERT brings back.
        let cases = [
            ("crm", "notes", "deleted_at IS NULL", "'search_vector'"),
            ("crm", "deals", "deleted_at IS NULL", "'x'"),
            ("bi", "dashboard_widgets", "is_active", "'x'"),
            (
                "civic",
                "feedback_v2",
                "is_active",
                "'updated_at', 'ip_address', 'user_agent', 'email', 'session_id', 'device_info', 'browser_info', 'engagement_score'",
            ),
        ];
        for (system, table, which, apart) in cases {
            let id = db.value(&format!("SELECT id FROM {system}.{table} WHERE {which} ORDER BY id LIMIT 1"));
            let row = format!(
                "SELECT (pg_catalog.to_jsonb(t) - ARRAY[{apart}])::text FROM {system}.{table} AS t WHERE id = '{id}'"
            );
            let before = db.value(&row);
            db.exec(&format!("DELETE FROM {system}.{table} WHERE id = '{id}'"));
            let listed = shown(&db, &["show", &format!("{system}/history")]);
            let gone = &listed[0];
            assert_eq!(
                (text(gone, "table"), gone["taken"].as_bool()),
                (&*format!("{system}.{table}"), Some(false)),
                "{gone}"
            );
            assert_eq!(
                (text(gone, "key"), text(gone, "deleted_by")),
                (&*format!("{{\"id\":\"{id}\"}}"), "postgres"),
                "{gone}"
            );
            let plan = plan(&db, &[text(gone, "table"), text(gone, "key")]);
            assert_eq!(plan["refused"], "pgdeck hands this INSERT over and does not run it");
            let (code, script, _) = run(&db, &["rebuild", &format!("{system}.{table}"), &id, "--format", "sql"]);
            let (handed, told, _) = run(&db, &["rebuild", &format!("{system}.{table}"), &id]);
            assert!(
                handed == 0 && told.starts_with("rebuild: handed over, not run.") && !told.contains("refused"),
                "{told}"
            );
            assert!(code == 0 && script.contains(&format!("INSERT INTO \"{system}\".\"{table}\"")), "{script}");
            assert_eq!(db.value(&row), "", "nothing was done");
            db.exec(sql(&plan));
            assert_eq!(db.value(&row), before, "{major} {system}.{table}: {}", sql(&plan));
            // Its key is taken now, and who has it is said.
            assert_eq!(shown(&db, &["show", &format!("{system}/history")])[0]["taken"], true);
            let (code, out, err) = run(&db, &["rebuild", &format!("{system}.{table}"), &id]);
            assert!(code == 4 && err.contains(&format!("{system}.{table} has a row with id={id} again")), "{out}{err}");
        }
        let (code, _, err) = run(&db, &["show", "repazoo/history"]);
        assert!(
            code != 0 && err.contains("needs the values of rows deleted for good, which audit_log does not keep"),
            "{err}"
        );
        let (code, _, err) = run(&db, &["rebuild", "repazoo.users", "x"]);
        assert!(code == 2 && err.contains("keeps no values of rows deleted for good"), "{err}");
    }
}

const TOY: &str = "name = \"toy\"
title = \"Toy\"
[match]
tables = [\"things\", \"log\"]
[[table]]
name = \"things\"
key = [\"part\", \"id\"]
label = \"name\"
word = \"thing\"
masked = [\"secret\"]
[[table]]
name = \"owners\"
key = \"id\"
word = \"owner\"
[[table]]
name = \"log\"
key = \"id\"
[audit]
table = \"log\"
at = \"at\"
action = \"did\"
object = \"kind\"
old = \"old\"
role = \"who\"
erased = \"gone\"
";

const TOY_TABLES: &str = "CREATE SCHEMA \"to'y\";
SET search_path = \"to'y\";
CREATE TYPE colour AS ENUM ('red', 'blue ''ish');
CREATE TABLE owners (id int PRIMARY KEY);
INSERT INTO owners VALUES (1);
CREATE TABLE things (part text, id bigint GENERATED ALWAYS AS IDENTITY, owner int REFERENCES owners, name text NOT NULL, tags text[], doc jsonb,
  price numeric(10, 2), big numeric, at timestamptz, bytes bytea, colour colour, code char(5), old_one text, twice numeric GENERATED ALWAYS AS (price * 2) STORED,
  secret text, \"odd \"\"name\" text, PRIMARY KEY (part, id));
CREATE TABLE log (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp(), did text, kind text, old jsonb, who text);
CREATE FUNCTION erased() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN INSERT INTO log (did, kind, old, who) VALUES ('gone', 'thing', to_jsonb(OLD), 'me'); RETURN NULL; END $$;
CREATE TRIGGER erased AFTER DELETE ON things FOR EACH ROW EXECUTE FUNCTION erased();
INSERT INTO things (part, owner, name, tags, doc, price, big, at, bytes, colour, code, old_one, secret, \"odd \"\"name\") VALUES
  ('a''b', 1, E'it''s\\\\ \\n1', '{x,\"a,b\",NULL}', '{\"b\": 1.50, \"a\": [null]}', 1.10, 12345678901234567890.12345, '2026-11-21 12:04:29.123456+02', '\\x00ff', 'blue ''ish', 'ab',
   'kept', NULL, 'odd')";

#[test]
fn identity_generated_columns_and_what_has_changed_since() {
    for major in majors() {
        let db = server(Some(major)).fresh_database(Template::Empty);
        db.exec(TOY_TABLES);
        let library = TempDir::new().expect("a folder");
        std::fs::create_dir_all(library.path().join("systems/toy")).expect("a folder");
        std::fs::write(library.path().join("systems/toy/system.toml"), TOY).expect("a file");
        let place = ["--library", library.path().to_str().expect("a path")];
        let row = "SELECT t::text FROM \"to'y\".things AS t";
        let before = db.value(row);
        db.exec("DELETE FROM \"to'y\".things");
        let listed = shown(&db, &[&place[..], &["show", "toy/history"]].concat());
        let gone = &listed[0];
        assert_eq!([text(gone, "what"), text(gone, "deleted_by")], ["thing", "me"]);
        assert_eq!(text(gone, "key"), r#"{"part":"a'b","id":"1"}"#);
        let of = [&place[..], &["to'y.things", text(gone, "key")]].concat();
        let made = plan(&db, &of);
        assert!(sql(&made).contains("OVERRIDING SYSTEM VALUE") && !sql(&made).contains("twice"), "{}", sql(&made));
        assert!(notes(&made).contains("generated, and left to the table: twice"), "{}", notes(&made));
        assert!(notes(&made).contains("masked, and NULL until somebody fills them in: secret"), "{}", notes(&made));
        db.exec(sql(&made));
        assert_eq!(db.value(row), before, "{major}: {}", sql(&made));
        // What was secret stays so, even in the trail's values.
        db.exec("UPDATE \"to'y\".things SET secret = 'hunter2'; DELETE FROM \"to'y\".things");
        assert!(!plan(&db, &of).to_string().contains("hunter2"));
        db.exec(
            "ALTER TABLE \"to'y\".things DROP COLUMN old_one, ADD needed int NOT NULL, ADD handy int NOT NULL DEFAULT 7;
             DELETE FROM \"to'y\".owners",
        );
        let made = plan(&db, &of);
        let notes = notes(&made);
        for expected in [
            "the table has these columns no more: old_one was \"kept\"",
            "NOT NULL without a default and not in the trail, to be filled in: needed",
            "not in the trail, and set by their defaults: handy",
            "owner=1 points at a row of to'y.owners that is not there: the INSERT fails (things_owner_fkey)",
        ] {
            assert!(notes.contains(expected), "{major}: {notes}");
        }
        assert!(sql(&made).contains("NULL /* not in the trail, to be filled in */"), "{}", sql(&made));
        // A value that is none of its column's type any more.
        db.exec("INSERT INTO \"to'y\".owners VALUES (1); ALTER TABLE \"to'y\".things DROP needed, ALTER colour TYPE int USING 1");
        assert!(self::notes(&plan(&db, &of)).contains("some values do not fit their columns any more"), "{major}");
        for (key, code) in [("{\"part\":\"x\",\"id\":\"9\"}", 2), ("9", 2), ("{\"part\":\"x\"}", 2)] {
            let (ended, _, err) = run(&db, &[&["rebuild"], &place[..], &["things", key]].concat());
            assert_eq!(ended, code, "{key}: {err}");
        }
    }
}
