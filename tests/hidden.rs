//! Row level security hides rows in every way it can, and whoever restores, deletes or undoes past it gets all of it or is told why
//! not: nothing half done, and no row found is never the same as nothing there.

#![cfg(feature = "demo")]

mod support;

use pgdeck::catalog::Library;
use pgdeck::db::{Env, Flags, Target};
use pgdeck::engine::journal::Journal;
use pgdeck::engine::{Engine, Limits};
use pgdeck::model::Fault;
use pgdeck::model::operation::{Delete, Intent, Receipt, Restore, Undo};
use std::path::Path;
use std::sync::Arc;
use support::operate::Operator;
use support::{Template, TestDb};
use tempfile::TempDir;

const MANIFEST: &str = r#"
name = "toy"
title = "Toy shop"
[match]
tables = ["rooms", "boxes", "things"]
[[table]]
name = "rooms"
key = "id"
word = "room"
deleted = { column = "is_active", kind = "boolean", value = false, group = "removal" }
[[table]]
name = "boxes"
key = "id"
word = "box"
audit = { restored = "back", deleted = "gone" }
deleted = { column = "is_active", kind = "boolean", value = false, group = "removal" }
[[table]]
name = "things"
key = "id"
word = "thing"
deleted = { column = "is_active", kind = "boolean", value = false, group = "removal" }
[[relation]]
child = "boxes"
parent = "rooms"
columns = "room_id"
cascade = true
[[relation]]
child = "things"
parent = "boxes"
columns = "box_id"
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

/// The box 1 fell with its three things, the box 2 is live with its three.
const TABLES: &str = "
    DROP SCHEMA IF EXISTS shop CASCADE;
    CREATE SCHEMA shop;
    CREATE TABLE shop.rooms (id integer PRIMARY KEY, org integer, is_active boolean NOT NULL DEFAULT true, removal text);
    CREATE TABLE shop.boxes (id integer PRIMARY KEY, room_id integer REFERENCES shop.rooms, org integer,
      is_active boolean NOT NULL DEFAULT true, removal text);
    CREATE TABLE shop.things (id integer PRIMARY KEY, box_id integer REFERENCES shop.boxes, org integer,
      is_active boolean NOT NULL DEFAULT true, removal text);
    CREATE TABLE shop.log (at timestamptz, who text, action text, kind text, row text, before jsonb, after jsonb, operation uuid);
    INSERT INTO shop.rooms VALUES (1, 1);
    INSERT INTO shop.boxes SELECT n, 1, 1 FROM generate_series(1, 2) AS n;
    INSERT INTO shop.things SELECT n, 1 + n % 2, 1 + n / 5 FROM generate_series(1, 6) AS n;
    UPDATE shop.boxes SET is_active = false, removal = 'd1' WHERE id = 1;
    UPDATE shop.things SET is_active = false, removal = 'd1' WHERE box_id = 1;
    GRANT USAGE ON SCHEMA shop TO clerk;
    GRANT SELECT, UPDATE, INSERT ON ALL TABLES IN SCHEMA shop TO clerk;";

/// Everybody may read and write: what the policies of each kind begin with.
const OPEN: &str = "
    ALTER TABLE shop.things ENABLE ROW LEVEL SECURITY;
    CREATE POLICY sees ON shop.things FOR SELECT USING (true);";

/// A way of hiding, and the operations it must not let through.
struct Hiding {
    name: &'static str,
    sql: &'static str,
    /// What of restore, delete and undo cannot be done. The rest may be done in full, or refused.
    stops: &'static [Act],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Restore,
    Delete,
    Undo,
}

use Act::{Delete as Deletes, Restore as Restores, Undo as Undoes};

const KINDS: &[Hiding] = &[
    Hiding {
        name: "deleted rows cannot be read",
        sql: "ALTER TABLE shop.boxes ENABLE ROW LEVEL SECURITY; CREATE POLICY live ON shop.boxes USING (is_active) WITH CHECK (true);",
        stops: &[Restores, Deletes, Undoes],
    },
    Hiding {
        name: "deleted rows below cannot be read",
        sql: "DROP POLICY sees ON shop.things; CREATE POLICY live ON shop.things USING (is_active) WITH CHECK (true);",
        stops: &[Restores, Deletes, Undoes],
    },
    Hiding {
        name: "some rows below cannot be read",
        sql: "DROP POLICY sees ON shop.things; CREATE POLICY part ON shop.things USING (id > 2) WITH CHECK (true);",
        stops: &[Restores, Deletes, Undoes],
    },
    Hiding {
        name: "deleted rows cannot be updated",
        sql: "CREATE POLICY writes ON shop.things FOR UPDATE USING (is_active) WITH CHECK (true);",
        stops: &[Restores],
    },
    Hiding {
        name: "some rows cannot be updated",
        sql: "CREATE POLICY writes ON shop.things FOR UPDATE USING (id > 2) WITH CHECK (true);",
        stops: &[Restores, Deletes, Undoes],
    },
    Hiding {
        name: "no row can be updated",
        sql: "",
        stops: &[Restores, Deletes, Undoes],
    },
    Hiding {
        name: "no row can be made live",
        sql: "CREATE POLICY writes ON shop.things FOR UPDATE USING (true) WITH CHECK (NOT is_active);",
        stops: &[Restores],
    },
    Hiding {
        name: "no row can be made deleted",
        sql: "CREATE POLICY writes ON shop.things FOR UPDATE USING (true) WITH CHECK (is_active);",
        stops: &[Deletes, Undoes],
    },
    Hiding {
        name: "the owner is held to it too",
        sql: "ALTER TABLE shop.things OWNER TO clerk; ALTER TABLE shop.things FORCE ROW LEVEL SECURITY;
              CREATE POLICY writes ON shop.things FOR UPDATE USING (is_active) WITH CHECK (true);",
        stops: &[Restores],
    },
    Hiding {
        name: "the owner sees nothing",
        sql: "DROP POLICY sees ON shop.things; ALTER TABLE shop.things OWNER TO clerk; ALTER TABLE shop.things FORCE ROW LEVEL SECURITY;",
        stops: &[Restores, Deletes, Undoes],
    },
    Hiding {
        name: "a restrictive policy takes back what another gives",
        sql: "CREATE POLICY writes ON shop.things FOR UPDATE USING (true);
              CREATE POLICY narrow ON shop.things AS RESTRICTIVE FOR SELECT USING (is_active);",
        stops: &[Restores, Deletes, Undoes],
    },
    Hiding {
        name: "a restrictive policy holds updates back",
        sql: "CREATE POLICY writes ON shop.things FOR UPDATE USING (true);
              CREATE POLICY narrow ON shop.things AS RESTRICTIVE FOR UPDATE USING (is_active) WITH CHECK (true);",
        stops: &[Restores],
    },
    Hiding {
        name: "the tenant of nobody",
        sql: "DROP POLICY sees ON shop.things;
              CREATE POLICY own ON shop.things USING (org::text = current_setting('app.org', true));",
        stops: &[Restores, Deletes, Undoes],
    },
    Hiding {
        name: "the tenant of the session",
        sql: "DROP POLICY sees ON shop.things; ALTER ROLE clerk SET app.org = '1';
              CREATE POLICY own ON shop.things USING (org::text = current_setting('app.org', true));",
        stops: &[Restores, Deletes, Undoes],
    },
    Hiding {
        name: "the trail takes no row",
        sql: "CREATE POLICY writes ON shop.things FOR UPDATE USING (true); ALTER TABLE shop.log ENABLE ROW LEVEL SECURITY;
              CREATE POLICY reads ON shop.log FOR SELECT USING (true);",
        stops: &[Restores, Deletes, Undoes],
    },
    Hiding {
        name: "nothing is hidden",
        sql: "CREATE POLICY writes ON shop.things FOR UPDATE USING (true);",
        stops: &[],
    },
];

/// A database, and what pgdeck does there as one role.
struct Office {
    db: TestDb,
    library: TempDir,
}

impl Office {
    fn operator(&self, user: &str, journal: &Path) -> Operator {
        let mut operator = Operator::on(self.db.conninfo_as(user));
        let flags = Flags { conninfo: Some(self.db.conninfo_as(user)), ..Flags::default() };
        let target = Target::resolve(&flags, &Env::default()).unwrap_or_else(|fault| panic!("{fault}"));
        let limits = Limits { statement_timeout_ms: 60_000, lock_timeout_ms: 2000, time_zone: "UTC".to_owned() };
        let library = Arc::new(Library::load(&[self.library.path().to_owned()]));
        operator.engine = Engine::recording(target, library, limits, Journal::within(journal));
        operator
    }

    fn rows(&self) -> String {
        self.db.value(
            "SELECT string_agg(line, ' ' ORDER BY line) FROM (SELECT 'b' || b::text AS line FROM shop.boxes AS b UNION ALL
               SELECT 't' || t::text FROM shop.things AS t UNION ALL SELECT 'r' || r::text FROM shop.rooms AS r) AS q",
        )
    }

    /// How many of the boxes and things with this box are live.
    fn live(&self, number: u32) -> String {
        self.db.value(&format!(
            "SELECT (SELECT count(*) FROM shop.boxes WHERE id = {number} AND is_active)
               + (SELECT count(*) FROM shop.things WHERE box_id = {number} AND is_active)"
        ))
    }

    /// One act under one way of hiding.
    fn tries(&self, hiding: &Hiding, act: Act) {
        self.db.exec(&format!("ALTER ROLE clerk RESET ALL; {TABLES}"));
        let journal = TempDir::new().expect("a directory");
        if act == Undoes {
            let admin = self.operator("postgres", journal.path());
            admin.carry_out(restore("1")).expect("restored by who may");
        }
        self.db.exec(&format!("{OPEN} {}", hiding.sql));
        let clerk = self.operator("clerk", journal.path());
        let (before, recorded) = (self.rows(), self.db.value("SELECT count(*) FROM shop.log"));
        let what = format!("{}: {act:?}", hiding.name);
        let (intent, number, wanted) = match act {
            Restores => (restore("1"), 1, "4"),
            Undoes => (Intent::Undo(Undo::default()), 1, "0"),
            Deletes => (delete("2"), 2, "0"),
        };
        match clerk.carry_out(intent) {
            Ok(receipt) => self.was_done(hiding, act, &receipt, (number, wanted), &what),
            Err(fault) => {
                says_why(&fault, &what);
                assert_eq!(self.rows(), before, "{what}: {fault}");
                assert_eq!(self.db.value("SELECT count(*) FROM shop.log"), recorded, "{what}: {fault}");
            }
        }
    }

    fn was_done(&self, hiding: &Hiding, act: Act, receipt: &Receipt, (number, wanted): (u32, &str), what: &str) {
        assert!(!hiding.stops.contains(&act), "{what}: it cannot have been done: {:?}", receipt.counts);
        assert_eq!(receipt.counts.iter().map(|(_, count)| count).sum::<u64>(), 4, "{what}: {:?}", receipt.counts);
        assert_eq!(self.live(number), wanted, "{what}: done by halves");
    }
}

/// A person learns that rows are hidden or held back, and by what.
fn says_why(fault: &Fault, what: &str) {
    let text = format!("{fault} {}", fault.detail.clone().unwrap_or_default());
    let says = ["row level security", "row-level security", "a trigger or a policy", "policies:", "policy"];
    assert!(says.iter().any(|says| text.contains(says)), "{what}: {text}");
    assert!(!text.contains("nothing to restore") && !text.contains("has no row"), "{what}: {text}");
}

fn restore(key: &str) -> Intent {
    Intent::Restore(Restore { table: "shop.boxes".into(), keys: vec![key.into()], ..Restore::default() })
}

fn delete(key: &str) -> Intent {
    Intent::Delete(Delete { table: "shop.boxes".into(), keys: vec![key.into()], ..Delete::default() })
}

fn office(major: Option<u32>) -> Office {
    let library = TempDir::new().expect("a directory");
    let dir = library.path().join("systems/toy");
    std::fs::create_dir_all(&dir).expect("a directory");
    std::fs::write(dir.join("system.toml"), MANIFEST).expect("a file");
    let db = support::bare_server(major).fresh_database(Template::Empty);
    db.exec("DO $$ BEGIN CREATE ROLE clerk LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
    Office { db, library }
}

#[test]
fn what_a_policy_hides_or_holds_back_is_never_done_by_halves() {
    let office = office(None);
    for hiding in KINDS {
        for act in [Restores, Deletes, Undoes] {
            office.tries(hiding, act);
        }
    }
    office.db.exec("DROP SCHEMA shop CASCADE; DROP OWNED BY clerk; DROP ROLE clerk");
}

/// A deleted parent that cannot be read is a deleted parent.
#[test]
fn a_hidden_parent_is_not_taken_for_a_live_one() {
    let office = office(Some(18));
    office.db.exec(TABLES);
    office.db.exec(
        "UPDATE shop.rooms SET is_active = false, removal = 'd0';
         ALTER TABLE shop.rooms ENABLE ROW LEVEL SECURITY; CREATE POLICY live ON shop.rooms USING (is_active) WITH CHECK (true);",
    );
    let journal = TempDir::new().expect("a directory");
    let before = office.rows();
    let fault = office.operator("clerk", journal.path()).carry_out(restore("1")).expect_err("its room is deleted");
    says_why(&fault, "a hidden parent");
    assert_eq!(office.rows(), before);
    office.db.exec("DROP SCHEMA shop CASCADE; DROP OWNED BY clerk; DROP ROLE clerk");
}

/// The command line's answers, where a program reads nothing but the exit code and what is printed.
#[test]
fn an_empty_answer_is_no_success() {
    let db = support::server(None).fresh_database(Template::Crm { rows: support::SMALL });
    let lead = db.value("SELECT id FROM crm.leads WHERE deleted_at IS NOT NULL ORDER BY id LIMIT 1");
    let role = format!("blind_{}", db.name);
    db.exec(&format!(
        "CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA crm TO {role};
         GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA crm TO {role}"
    ));
    let home = TempDir::new().expect("a directory");
    let run = |args: &[&str]| support::operate::ended(support::operate::pgdeck(&db, &role, home.path(), args));
    for args in [
        vec!["restore", "crm.leads", &lead, "--write", "--yes"],
        vec!["delete", "crm.leads", &lead, "--write", "--yes"],
        vec!["restore", "crm.leads", &lead, "--dry-run"],
    ] {
        let (code, out, err) = run(&args);
        assert!(code != 0 && err.contains("row level security"), "{args:?}: {code} {out} {err}");
    }
    let trash = run(&["trash", "--format", "json"]);
    let shown: serde_json::Value = serde_json::from_str(&trash.1).unwrap_or_default();
    assert_eq!(shown["rows"].as_array().map(Vec::len), Some(0), "this role sees nothing: {trash:?}");
    for format in ["json", "jsonl", "csv", "table"] {
        let (code, out, err) = run(&["trash", "--format", format]);
        let told = format!("{out}{err}");
        let says = "may hide deleted rows";
        assert!(told.contains(says) && told.contains("CREATE POLICY"), "{format}: an empty trash: {code} {out} {err}");
    }
    support::forget_role(&db, &role);
}
