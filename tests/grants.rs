//! Support staff: what `pgdeck systems show --grants` prints is all a role needs to restore, each of it is needed, and what takes it
//! back leaves nothing.

#![cfg(feature = "demo")]

mod support;

use serde_json::Value;
use std::sync::{Mutex, MutexGuard, PoisonError};
use support::operate::{ended, pgdeck};
use support::{SMALL, Template, TestDb, forget_role, majors, server, with_all_systems};
use tempfile::TempDir;

const ROLE: &str = "sup port";
const LEAD: &str = "a0000000-0000-4000-8000-000000000001";

/// A role belongs to the whole cluster, which the tests of one process share.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A state directory of its own, so that undo finds what was done.
struct Staff<'a> {
    db: &'a TestDb,
    home: TempDir,
}

impl<'a> Staff<'a> {
    fn new(db: &'a TestDb) -> Self {
        Self { db, home: TempDir::new().expect("a folder") }
    }

    fn run(&self, args: &[&str]) -> (i32, String, String) {
        ended(pgdeck(self.db, ROLE, self.home.path(), args))
    }

    fn done(&self, args: &[&str]) -> String {
        let (code, out, err) = self.run(&[args, &["--write", "--yes"]].concat());
        assert_eq!(code, 0, "{args:?}: {out}{err}");
        out
    }

    /// What is printed, as the statements that give and those that take back.
    fn printed(&self, system: &str) -> (String, String) {
        let (code, out, err) = self.run(&["systems", "show", system, "--grants", ROLE]);
        assert_eq!(code, 0, "{err}");
        let (given, taken) = out.split_once("-- To take it back:\n").expect("both ways");
        let taken = taken.lines().map(|line| line.strip_prefix("-- ").expect("a comment")).collect::<Vec<_>>();
        (given.to_owned(), taken.join("\n"))
    }
}

fn with_lead(db: &TestDb) {
    db.exec(&format!(
        "INSERT INTO crm.leads (id, org_id, name) SELECT '{LEAD}', id, 'Ada Fallen' FROM crm.organizations WHERE slug = 'acme';
         INSERT INTO crm.notes (org_id, lead_id, content) SELECT org_id, id, 'n' || n FROM crm.leads, generate_series(1, 2) n WHERE id = '{LEAD}';
         SELECT crm.soft_delete('leads', '{LEAD}')"
    ));
}

#[test]
fn a_role_with_what_is_printed_restores_and_undoes() {
    let _alone = alone();
    for major in majors() {
        let db = with_all_systems(Some(major));
        db.exec(&format!("CREATE ROLE \"{ROLE}\" LOGIN"));
        let staff = Staff::new(&db);
        let systems = ["crm", "civic", "bi", "repazoo"];
        let printed = systems.map(|system| staff.printed(system));
        printed.iter().for_each(|(given, _)| db.exec(given));
        with_lead(&db);
        let member = db.value(
            "SELECT m.id FROM bi.organization_members m JOIN bi.users u ON u.id = m.user_id JOIN bi.organizations o ON o.id = m.organization_id
             WHERE m.status = 'active' AND u.status = 'active' AND o.status = 'active' AND m.role = 'member' ORDER BY m.id LIMIT 1",
        );
        db.exec(&format!("UPDATE bi.organization_members SET status = 'inactive' WHERE id = '{member}'"));
        let poll = db.value(
            "SELECT p.id FROM civic.polls_v2 p WHERE NOT p.is_active
               AND EXISTS (SELECT FROM civic.votes_v2 v WHERE v.poll_id = p.id AND v.removed_at = p.removed_at) ORDER BY p.id LIMIT 1",
        );
        let account = db.value("SELECT id FROM repazoo.twitter_accounts WHERE NOT is_active ORDER BY id LIMIT 1");
        let cases = [
            ("crm.leads", LEAD, "deleted_at IS NULL"),
            ("civic.polls_v2", &poll, "is_active"),
            ("bi.organization_members", &member, "status = 'active'"),
            ("repazoo.twitter_accounts", &account, "is_active"),
        ];
        for (table, key, live) in cases {
            let is_live = || db.value(&format!("SELECT {live} FROM {table} WHERE id = '{key}'"));
            assert_eq!(is_live(), "false", "{table}");
            let system = table.split('.').next().expect("a system");
            let (code, listed, err) =
                staff.run(&["show", &format!("{system}/trash"), "--limit", "2000", "--format", "json"]);
            assert!(code == 0 && listed.contains(key) && !listed.contains("row level security"), "{table}: {err}");
            let out = staff.done(&["restore", table, key]);
            assert_eq!(is_live(), "true", "{major} {table}: {out}");
            let out = staff.done(&["undo"]);
            assert_eq!(is_live(), "false", "{major} {table}: {out}");
        }
        assert_eq!(
            db.value(&format!("SELECT count(*) FROM crm.notes WHERE lead_id = '{LEAD}' AND deleted_at IS NULL")),
            "0"
        );
        let live = db.value("SELECT id FROM crm.notes WHERE deleted_at IS NULL LIMIT 1");
        staff.done(&["delete", "crm.notes", &live]);
        let traces = "SELECT count(*) FROM crm.activities WHERE metadata ->> 'session_user' = 'sup port' AND metadata ? 'operation'";
        assert_eq!(db.value(traces), "3", "each operation left its row in the trail");
        // Nothing for good, nothing of other columns.
        for refused in [
            "DELETE FROM crm.leads",
            "UPDATE crm.leads SET name = 'x'",
            "SELECT * FROM crm.user_orgs",
            "UPDATE crm.activities SET description = 'x'",
            "UPDATE crm.activities SET deleted_at = now()",
            "UPDATE civic.audit_logs SET user_agent = 'x'",
            "SELECT body_text FROM crm.email_messages",
            "SELECT search_vector FROM crm.email_messages",
            "SELECT access_token_encrypted FROM repazoo.twitter_accounts",
        ] {
            assert!(db.try_exec_as(ROLE, refused).is_err(), "{refused}");
        }
        printed.iter().for_each(|(_, taken)| db.exec(taken));
        assert_eq!(db.value("SELECT count(*) FROM pg_policy WHERE polname LIKE 'pgdeck:%'"), "0");
        // It owns and is granted nothing any more.
        db.exec(&format!("DROP ROLE \"{ROLE}\""));
    }
}

#[test]
fn without_one_of_them_the_plan_is_refused_and_names_it() {
    let _alone = alone();
    for major in majors() {
        let db = server(Some(major)).fresh_database(Template::Crm { rows: SMALL });
        db.exec(&format!("CREATE ROLE \"{ROLE}\" LOGIN"));
        let staff = Staff::new(&db);
        let (given, _) = staff.printed("crm");
        db.exec(&given);
        with_lead(&db);
        let cases = [
            (
                "REVOKE UPDATE (deleted_at) ON crm.notes FROM",
                "GRANT UPDATE (deleted_at) ON crm.notes TO",
                "UPDATE (\"deleted_at\") ON \"crm\".\"notes\"",
            ),
            (
                "REVOKE UPDATE (deleted_at) ON crm.organizations FROM",
                "GRANT UPDATE (deleted_at) ON crm.organizations TO",
                "UPDATE (\"deleted_at\") ON \"crm\".\"organizations\"",
            ),
            ("REVOKE SELECT ON crm.notes FROM", "GRANT SELECT ON crm.notes TO", "notes"),
            ("REVOKE SELECT ON crm.leads FROM", "GRANT SELECT ON crm.leads TO", "leads"),
            (
                "REVOKE INSERT (metadata) ON crm.activities FROM",
                "GRANT INSERT (metadata) ON crm.activities TO",
                "INSERT ON \"crm\".\"activities\"",
            ),
        ];
        for (take, give, named) in cases {
            db.exec(&format!("{take} \"{ROLE}\""));
            refuses(&staff, named, take);
            db.exec(&format!("{give} \"{ROLE}\""));
        }
        for (verb, table, what, named) in [
            ("reads", "notes", "FOR SELECT TO {} USING (true)", "may hide rows of crm.notes"),
            ("reads", "leads", "FOR SELECT TO {} USING (true)", "crm.leads"),
            (
                "restores",
                "notes",
                "FOR UPDATE TO {} USING (true) WITH CHECK (true)",
                "may forbid to change rows of crm.notes",
            ),
            (
                "records",
                "activities",
                "FOR INSERT TO {} WITH CHECK (true)",
                "needs a policy FOR INSERT WITH CHECK (true) ON \"crm\".\"activities\"",
            ),
        ] {
            let policy = format!("\"pgdeck: {ROLE} {verb}\" ON crm.{table}");
            db.exec(&format!("DROP POLICY {policy}"));
            refuses(&staff, named, &policy);
            db.exec(&format!("CREATE POLICY {policy} {}", what.replace("{}", &format!("\"{ROLE}\""))));
        }
        staff.done(&["restore", "crm.leads", LEAD]);
        forget_role(&db, &format!("\"{ROLE}\""));
    }
}

fn refuses(staff: &Staff<'_>, named: &str, without: &str) {
    let (code, out, err) = staff.run(&["restore", "crm.leads", LEAD, "--write", "--yes"]);
    assert!(code != 0 && format!("{out}{err}").contains(named), "without {without}: {code} {out}{err}");
    let deleted =
        staff.db.value(&format!("SELECT count(*) FROM crm.notes WHERE lead_id = '{LEAD}' AND deleted_at IS NOT NULL"));
    assert_eq!(deleted, "2", "without {without}");
}

/// Policies on crm.notes in place of the one that lets the role read, and whether rows count as hidden then.
#[test]
fn only_what_is_certain_to_show_every_row_counts() {
    let _alone = alone();
    let db = server(None).fresh_database(Template::Crm { rows: SMALL });
    db.exec(&format!(
        "CREATE ROLE \"{ROLE}\" LOGIN; CREATE ROLE crew; CREATE ROLE outsiders; GRANT crew TO \"{ROLE}\""
    ));
    let staff = Staff::new(&db);
    let (given, _) = staff.printed("crm");
    db.exec(&given);
    with_lead(&db);
    db.exec(&format!("DROP POLICY \"pgdeck: {ROLE} reads\" ON crm.notes"));
    let hides = || {
        let (code, out, err) = staff.run(&["restore", "crm.leads", LEAD, "--dry-run", "--format", "json"]);
        assert_eq!(code, 0, "{out}{err}");
        let plan: Value = serde_json::from_str(&out).expect("JSON");
        plan["refused"].as_str().is_some_and(|why| why.contains("row level security"))
    };
    let cases: [(&[&str], bool); 9] = [
        (&["FOR SELECT USING (true)"], false),
        (&["FOR SELECT TO crew USING (true)"], false),
        (&["FOR ALL TO crew USING (true)"], false),
        (&["FOR SELECT TO outsiders USING (true)"], true),
        (&["FOR SELECT TO crew USING (deleted_at IS NOT NULL)"], true),
        (&["FOR SELECT TO crew USING (true)", "AS RESTRICTIVE FOR SELECT TO crew USING (deleted_at IS NULL)"], true),
        (&["FOR SELECT TO crew USING (true)", "AS RESTRICTIVE FOR ALL TO crew USING (org_id IS NOT NULL)"], true),
        (&["FOR SELECT TO crew USING (true)", "AS RESTRICTIVE FOR SELECT TO outsiders USING (false)"], false),
        (&["FOR SELECT TO crew USING (true)", "AS RESTRICTIVE FOR SELECT USING (true)"], false),
    ];
    for (policies, hidden) in cases {
        for (n, policy) in policies.iter().enumerate() {
            let at = if policy.starts_with("AS") { policy.to_string() } else { format!("AS PERMISSIVE {policy}") };
            db.exec(&format!("CREATE POLICY try{n} ON crm.notes {at}"));
        }
        assert_eq!(hides(), hidden, "{policies:?}");
        (0..policies.len()).for_each(|n| db.exec(&format!("DROP POLICY try{n} ON crm.notes")));
    }
    db.exec("ALTER TABLE crm.notes DISABLE ROW LEVEL SECURITY");
    assert!(!hides(), "without row level security");
    ["crew", "outsiders"].iter().for_each(|role| forget_role(&db, role));
    forget_role(&db, &format!("\"{ROLE}\""));
}

#[test]
fn names_are_quoted_and_comments_cannot_be_left() {
    let db = server(None).fresh_database(Template::Empty);
    let staff = TempDir::new().expect("a folder");
    let run =
        |args: &[&str]| ended(pgdeck(&db, "postgres", staff.path(), &[&["systems", "show", "crm"], args].concat()));
    let (code, out, _) = run(&["--grants", "a\"b", "--schema", "My CRM"]);
    assert!(code == 0 && out.contains("GRANT USAGE ON SCHEMA \"My CRM\" TO \"a\"\"b\";"), "{out}");
    assert_eq!(run(&["--grants", "a\nDROP ROLE b"]).0, 2);
    assert_eq!(run(&["--schema", "x"]).0, 2);
    let (code, out, _) = run(&["--format", "json"]);
    assert!(code == 0 && out.contains("\"recognised by\""), "{out}");
}

#[test]
fn a_schema_without_usage_is_not_a_missing_system() {
    let _alone = alone();
    let db = server(None).fresh_database(Template::Crm { rows: SMALL });
    db.exec(&format!("CREATE ROLE \"{ROLE}\" LOGIN"));
    let staff = Staff::new(&db);
    let says = [
        "schema crm is here, but sup port lacks USAGE on it",
        "GRANT USAGE ON SCHEMA \"crm\" TO \"sup port\"",
        "pgdeck systems show crm --grants 'sup port'",
    ];
    for args in
        [&["show", "leads"][..], &["restore", "crm.leads", LEAD], &["find", "Ada"], &["trash"], &["trash", "leads"]]
    {
        let (_, out, err) = staff.run(args);
        let told = format!("{out}{err}").replace("\\\"", "\"");
        assert!(says.iter().all(|says| told.contains(says)), "{args:?}: {told}");
        assert!(!told.contains("no system pgdeck knows") && !told.contains("right database"), "{args:?}: {told}");
    }
    forget_role(&db, &format!("\"{ROLE}\""));
}
