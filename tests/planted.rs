//! Every deletion the samples of all systems plant, asked for headless: what the trash lists of it, what a restore would bring back,
//! and what cannot come back and why. The expected outcome of each stands in tests/snapshots.

#![cfg(feature = "demo")]

mod support;

use pgdeck::model::operation::{Intent, Plan, Reach, Restore};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;
use support::operate::{Operator, ended, pgdeck};
use support::{TestDb, with_all_systems};

/// A headless pgdeck on the samples.
struct Desk {
    db: TestDb,
    operator: Operator,
}

impl Desk {
    fn new() -> Self {
        let db = with_all_systems(None);
        let operator = Operator::on(db.conninfo());
        Self { db, operator }
    }

    fn json(&self, args: &[&str]) -> (i32, Value, String) {
        let (code, out, err) = ended(pgdeck(&self.db, "postgres", self.operator.state.path(), args));
        (code, serde_json::from_str(&out).unwrap_or_else(|error| panic!("{args:?}: {error}\n{out}\n{err}")), err)
    }

    /// The deletions of a system, newest first.
    fn trash(&self, system: &str) -> Vec<Value> {
        let (code, shown, err) =
            self.json(&["show", &format!("{system}/trash"), "--format", "json", "--limit", "1000"]);
        assert_eq!((code, shown["truncated"].as_bool()), (0, Some(false)), "{err}");
        shown["rows"].as_array().expect("rows").clone()
    }

    fn plan(&self, restore: Restore) -> Plan {
        self.operator.plan(Intent::Restore(restore)).unwrap_or_else(|fault| panic!("{fault}"))
    }
}

fn text<'a>(row: &'a Value, column: &str) -> &'a str {
    row[column].as_str().unwrap_or_default()
}

/// What is asked for where a person presses Enter on a row of the trash.
fn of_row(row: &Value) -> Restore {
    let reach = if text(row, "whole").is_empty() { Reach::Deletion } else { Reach::Whole };
    Restore { table: text(row, "table").into(), keys: vec![text(row, "key").into()], reach, ..Restore::default() }
}

/// How many rows of each table come back, and why others do not: each reason once, without what it names.
fn outcome(plan: &Plan) -> String {
    let counts: Vec<String> = plan.counts.iter().map(|(table, count)| format!("{table} {count}")).collect();
    let mut stay: BTreeMap<String, usize> = BTreeMap::new();
    for row in plan.rows.iter().filter(|row| row.action != "restore") {
        let reason = row.reason.as_deref().unwrap_or_default();
        *stay.entry(format!("{} of {}: {}", row.action, row.table, reason)).or_default() += 1;
    }
    let mut told = if counts.is_empty() { "nothing".to_owned() } else { counts.join(", ") };
    for (why, count) in stay {
        let _ = write!(told, "\n    {count} {why}");
    }
    let apart = plan.notes.iter().filter(|note| note.contains(" deleted "));
    for note in apart {
        let _ = write!(told, "\n    note: {note}");
    }
    told
}

/// So many deletions of one lone row are planned; the others are alike.
const ALIKE: usize = 5;

/// Every deletion of a system, and what would become of it. The samples of some are as old as the day they are made: theirs are in
/// the order of their words, without times.
fn listed(desk: &Desk, system: &str) -> String {
    let moves = ["civic", "repazoo"].contains(&system);
    let mut alike: BTreeMap<String, usize> = BTreeMap::new();
    let mut all: Vec<String> = Vec::new();
    for row in desk.trash(system) {
        let mut told = format!(
            "{} | {} | {} | by {} | {}",
            text(&row, "table"),
            text(&row, "rows"),
            row["tenant"].as_str().unwrap_or("no tenant"),
            row["deleted_by"].as_str().unwrap_or("nobody known"),
            text(&row, "state"),
        );
        if !moves {
            told = format!("{} {told}", text(&row, "deleted_at"));
        }
        let planned = alike.entry(format!("{} {}", text(&row, "rows"), text(&row, "state"))).or_default();
        *planned += 1;
        if *planned <= ALIKE {
            let plan = desk.plan(of_row(&row));
            let refused = if plan.refused.is_some() { "refused" } else { "restores" };
            let _ = write!(told, "\n  {refused} {}", outcome(&plan));
        }
        all.push(told);
    }
    if moves {
        all.sort();
    }
    all.join("\n")
}

#[test]
fn every_deletion_of_the_samples_has_its_outcome() {
    let desk = Desk::new();
    for system in support::SYSTEMS {
        insta::assert_snapshot!(format!("planted_{system}"), listed(&desk, system));
    }
}

/// A restore of these keys by the command line, not carried out: exit code, rows that come back by table, and what is said.
fn dry_run(desk: &Desk, args: &[&str]) -> (i32, BTreeMap<String, u64>, Value) {
    let (code, plan, _) = desk.json(&[&["restore"], args, &["--dry-run", "--format", "json"]].concat());
    let counts = plan["counts"].as_object().expect("counts").iter();
    (code, counts.map(|(table, count)| (table.clone(), count.as_u64().unwrap_or_default())).collect(), plan)
}

fn says(plan: &Value, text: &str) -> bool {
    plan.to_string().contains(text)
}

/// The situations the sample of crm plants around deletions, each by its name in the sample.
#[test]
fn the_planted_situations_of_crm() {
    let desk = Desk::new();
    let lead = |at: &str, tenant: &str| {
        desk.db.value(&format!(
            "SELECT l.id FROM crm.leads l JOIN crm.organizations o ON o.id = l.org_id
             WHERE l.deleted_at = '{at}' AND o.slug LIKE '{tenant}' ORDER BY l.id LIMIT 1"
        ))
    };
    let counted = |counts: &BTreeMap<String, u64>| counts.values().sum::<u64>();

    // One lead with all that hangs on it, from the lead and from its last attachment.
    let one = lead("2026-11-18 16:42:07.310452+00", "acme");
    let (code, counts, plan) = dry_run(&desk, &["crm.leads", &one]);
    assert_eq!((code, counted(&counts), plan["refused"].is_null()), (0, 24, true), "{counts:?}");
    let file = desk.db.value(
        "SELECT a.id FROM crm.attachments a WHERE a.deleted_at = '2026-11-18 16:42:07.310452+00' ORDER BY a.id DESC LIMIT 1",
    );
    assert_eq!(dry_run(&desk, &["crm.attachments", &file]).1, counts);

    // Two leads in one deletion: one of them alone, or both. A clean-up of six.
    let two = lead("2026-11-17 09:05:33.118+00", "acme");
    assert_eq!(dry_run(&desk, &["crm.leads", &two]).1["crm.leads"], 1);
    assert_eq!(dry_run(&desk, &["crm.leads", &two, "--whole"]).1["crm.leads"], 2);
    let six = lead("2026-11-13 17:58:59.904211+00", "acme");
    assert_eq!(dry_run(&desk, &["crm.leads", &six, "--whole"]).1["crm.leads"], 6);
    assert_eq!(dry_run(&desk, &["crm.leads", &six]).1["crm.leads"], 1);

    // One transaction over two tenants.
    let consultant = lead("2026-11-12 14:30:00.5+00", "acme");
    let (_, counts, plan) = dry_run(&desk, &["crm.leads", &consultant, "--whole"]);
    assert_eq!(counts["crm.leads"], 1);
    assert!(says(&plan, "1 row of crm.leads was deleted in the same moment in other tenants and stays"), "{plan}");

    // Notes that went before their lead stay, and cannot come back without it.
    let noted = lead("2026-11-16 10:20:30.4+00", "acme");
    let (_, counts, plan) = dry_run(&desk, &["crm.leads", &noted]);
    assert_eq!(counts["crm.notes"], 2);
    assert!(says(&plan, "2 rows of crm.notes were deleted before, between 2026-11-15 10:20:30.4"), "{plan}");
    let note = desk.db.value("SELECT id FROM crm.notes WHERE deleted_at = '2026-11-15 10:20:30.4+00'");
    let (_, counts, plan) = dry_run(&desk, &["crm.notes", &note]);
    assert!(counts.is_empty() && says(&plan, "is still deleted (since 2026-11-16 10:20:30.4"), "{plan}");
    let (_, counts, _) = dry_run(&desk, &["crm.notes", &note, "--with-parents"]);
    assert_eq!((counts["crm.notes"], counts["crm.leads"], counts.len()), (1, 1, 2));

    // The thread that was imported again.
    let thread = lead("2026-11-10 08:15:42.75+00", "acme");
    let (_, _, plan) = dry_run(&desk, &["crm.leads", &thread]);
    assert!(
        !plan["refused"].is_null() && says(&plan, "unique_thread_per_org") && says(&plan, "unique_message_per_org")
    );
    let (_, counts, plan) = dry_run(&desk, &["crm.leads", &thread, "--on-conflict", "skip"]);
    assert!(plan["refused"].is_null() && counts["crm.email_threads"] == 1, "{counts:?}");

    // The task somebody put back by hand is live already, and is left alone.
    let orphan = desk.db.rows(
        "SELECT t.id::text, l.id::text FROM crm.tasks t JOIN crm.leads l ON l.id = t.lead_id
         WHERE t.deleted_at IS NULL AND l.deleted_at IS NOT NULL",
    );
    let cell = |at: usize| orphan[0][at].clone().unwrap_or_default();
    let (_, counts, plan) = dry_run(&desk, &["crm.leads", &cell(1)]);
    assert!(counts["crm.tasks"] == 2 && !says(&plan, &cell(0)) && plan["refused"].is_null(), "{plan}");
    let (_, _, plan) = dry_run(&desk, &["crm.tasks", &cell(0)]);
    assert_eq!(plan["refused"], "there is nothing to restore: it is not deleted");
}

/// The situations the other samples plant around deletions.
#[test]
fn the_planted_situations_of_the_other_systems() {
    let desk = Desk::new();
    // A poll somebody removed by hand: its votes are live already.
    let poll = desk.db.value(
        "SELECT p.id FROM civic.polls_v2 p WHERE NOT p.is_active AND EXISTS (SELECT FROM civic.votes_v2 v WHERE v.poll_id = p.id AND v.is_active)",
    );
    let (_, counts, plan) = dry_run(&desk, &["civic.polls_v2", &poll]);
    assert_eq!((counts.len(), counts["civic.polls_v2"], plan["refused"].is_null()), (1, 1, true), "{plan}");
    // Feedback of whose removal the trail knows nothing.
    let feedback = desk.db.value("SELECT md5('civic feedback 5')::uuid");
    let (_, counts, _) = dry_run(&desk, &["civic.feedback_v2", &feedback]);
    assert_eq!(counts["civic.feedback_v2"], 1);
    // A poll that fell with its votes: from one of the votes up to it, and down to all.
    let vote = desk.db.value(
        "SELECT v.id FROM civic.votes_v2 v JOIN civic.polls_v2 p ON p.id = v.poll_id AND p.removed_at = v.removed_at ORDER BY v.id LIMIT 1",
    );
    let (_, counts, _) = dry_run(&desk, &["civic.votes_v2", &vote]);
    assert!(counts["civic.polls_v2"] == 1 && counts["civic.votes_v2"] > 50, "{counts:?}");

    // An organization that left; its members left one by one, and come back with it only where that is asked for.
    let organization = desk.db.value("SELECT id FROM bi.organizations WHERE status = 'inactive'");
    let (_, counts, _) = dry_run(&desk, &["bi.organizations", &organization]);
    assert_eq!((counts["bi.organizations"], counts.len()), (1, 1));
    let member = desk.db.value(&format!(
        "SELECT m.id FROM bi.organization_members m JOIN bi.users u ON u.id = m.user_id
         WHERE m.organization_id = '{organization}' AND m.status = 'inactive' AND u.status = 'active' ORDER BY m.id LIMIT 1"
    ));
    let (_, counts, plan) = dry_run(&desk, &["bi.organization_members", &member]);
    assert!(counts.is_empty() && says(&plan, "is still deleted: --with-parents restores it too"), "{plan}");
    let (_, counts, _) = dry_run(&desk, &["bi.organization_members", &member, "--with-parents"]);
    assert_eq!((counts["bi.organizations"], counts["bi.organization_members"]), (1, 1));

    // A disconnected account.
    let account = desk.db.value("SELECT id FROM repazoo.twitter_accounts WHERE NOT is_active ORDER BY id LIMIT 1");
    let (_, counts, plan) = dry_run(&desk, &["repazoo.twitter_accounts", &account]);
    assert_eq!((counts["repazoo.twitter_accounts"], plan["refused"].is_null()), (1, true), "{plan}");
}

/// Everything the samples call deleted can be found in the trash of its system, as the root of a deletion or below one.
#[test]
fn the_trash_leaves_no_deleted_row_out() {
    let desk = Desk::new();
    for (system, word, sql) in [
        ("crm", "lead", "SELECT count(*) FROM crm.leads WHERE deleted_at IS NOT NULL"),
        ("civic", "polls_v2", "SELECT count(*) FROM civic.polls_v2 WHERE NOT is_active"),
        ("bi", "organizations", "SELECT count(*) FROM bi.organizations WHERE status = 'inactive'"),
        ("repazoo", "twitter_account", "SELECT count(*) FROM repazoo.twitter_accounts WHERE NOT is_active"),
    ] {
        let own = desk.trash(system).iter().map(|row| listed_of(row, word)).sum::<u64>();
        assert_eq!(own.to_string(), desk.db.value(sql), "{system}");
    }
}

/// How many rows called so a deletion lists: `lead 6 · note 24` are six leads.
fn listed_of(row: &Value, word: &str) -> u64 {
    let counted =
        |part: &str| part.rsplit_once(' ').filter(|(own, _)| *own == word).and_then(|(_, count)| count.parse().ok());
    text(row, "rows").split(" · ").find_map(counted).unwrap_or_default()
}
