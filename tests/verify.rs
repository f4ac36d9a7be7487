//! The verification suite against live servers: what is run, skipped and failed, how it is stopped, what the panes are told,
//! and how the command line ends. The checks themselves are the business of `checks`.

#![cfg(feature = "demo")]

#[path = "support/ask.rs"]
mod ask;
#[path = "verify/command.rs"]
mod command;
#[path = "verify/reports.rs"]
mod reports;
mod support;

use ask::{Asker, column, limits};
use pgdeck::catalog::{Files, Library};
use pgdeck::engine::{Limits, Stop, stop};
use pgdeck::model::finding::{About, CheckRun, Selection, Status, Verification};
use pgdeck::model::request::{PageRequest, Progress};
use pgdeck::model::{Kind, PaneRef, Request};
use sqlx::{ConnectOptions, Executor};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use support::{SMALL, Template, TestDb, fault, server, wait};

/// A check's file: header lines before `params`, then the SQL.
fn check(header: &str, sql: &str) -> String {
    let mut lines = vec!["title = \"t\"", "category = \"c\"", "why = \"w\""];
    for (name, line) in [("severity", "severity = \"warning\""), ("about", "about = \"schema\"")] {
        if !header.contains(name) {
            lines.push(line);
        }
    }
    format!("/*---\n{}\n{header}\n---*/\n{sql}", lines.join("\n"))
}

/// One finding of this object.
fn finds(object: &str) -> String {
    format!("SELECT {object} AS object, 'd' AS detail, NULL AS fix")
}

/// A library of these files only, with the embedded systems and panes.
fn library(checks: &[(&str, String)]) -> Library {
    let embedded = Files::embedded();
    let mut files = Files::default();
    for (path, text) in embedded.under("").filter(|(path, _)| !path.contains("checks/")) {
        files.insert(path, text);
    }
    for (path, text) in checks {
        let place = match path.split_once('/') {
            Some((system, name)) => format!("systems/{system}/checks/{name}.sql"),
            None => format!("checks/{path}.sql"),
        };
        files.insert(&place, text);
    }
    Library::of(files, Vec::new())
}

fn empty() -> TestDb {
    server(None).fresh_database(Template::Empty)
}

fn over(db: &TestDb, checks: &[(&str, String)]) -> Asker {
    Asker::with(db.conninfo(), library(checks), limits("UTC"))
}

fn of<'v>(verified: &'v Verification, id: &str) -> &'v CheckRun {
    verified.checks.iter().find(|run| run.id == id).unwrap_or_else(|| panic!("no {id}: {:?}", verified.checks))
}

fn reason<'v>(verified: &'v Verification, id: &str, status: Status) -> &'v str {
    let run = of(verified, id);
    assert_eq!(run.status, status, "{run:?}");
    run.reason.as_deref().unwrap_or_default()
}

#[test]
fn every_end_of_a_check_is_told_apart() {
    let db = empty();
    let role = format!("somebody_{}", db.name);
    db.exec(&format!("CREATE TABLE public.secret (id int); CREATE TABLE public.locked (id int); CREATE ROLE {role} LOGIN; GRANT SELECT ON public.locked TO {role}"));
    let checks = [
        ("passes", check("", &format!("{} WHERE false", finds("'x'")))),
        ("finds", check("", &finds("'x'"))),
        ("broken", "/*---\ntitle = \"t\"\nnonsense = 1\n---*/\nSELECT 1".to_owned()),
        ("late@99", check("", &finds("'x'"))),
        ("extended", check("needs = { extension = \"postgis\" }", &finds("'x'"))),
        ("granted", check("needs = { role = \"pg_monitor\" }", &finds("'x'"))),
        ("slow", check("", &finds("pg_catalog.pg_sleep(20)::text"))),
        ("waiting", check("", &format!("{} FROM public.locked", finds("'x'")))),
        ("denied", check("", &format!("{} FROM public.secret", finds("'x'")))),
        ("wrong", check("", &finds("nonsense"))),
        ("short", check("", "SELECT 'x' AS object, 'd' AS detail")),
        ("nameless", check("identity = [\"other\"]", &finds("'x'"))),
        ("silent", check("", &finds("NULL::text"))),
    ];
    let few = Limits { statement_timeout_ms: 1500, lock_timeout_ms: 300, time_zone: "UTC".to_owned() };
    let asker = Asker::with(db.conninfo_as(&role), library(&checks), few);
    let holder = asker.runtime.block_on(async {
        let mut holder = db.options("postgres").connect().await.expect("a session");
        holder.execute("BEGIN; LOCK TABLE public.locked").await.expect("the lock");
        holder
    });
    let verified = asker.verified();
    drop(holder);
    for (id, said) in [
        ("broken", "checks/broken.sql:3: unknown field `nonsense`"),
        ("slow", "took longer than 1.5 s"),
        ("waiting", "waited longer than 300 ms for a lock"),
        ("wrong", "column \"nonsense\" does not exist (42703)"),
        ("short", "the SQL has no column fix"),
        ("nameless", "the SQL has no column other"),
        ("silent", "object is NULL"),
    ] {
        let reason = reason(&verified, id, Status::Failed);
        assert!(reason.contains(said), "{id}: {reason}");
    }
    for (id, said) in [
        ("late", "needs PostgreSQL 99, this is "),
        ("extended", "needs the extension postgis (CREATE EXTENSION postgis)"),
        ("granted", "needs the role pg_monitor (GRANT pg_monitor TO "),
        ("denied", "permission denied for table secret (GRANT SELECT ON \"secret\" TO "),
    ] {
        let reason = reason(&verified, id, Status::Skipped);
        assert!(reason.starts_with("needs ") && reason.contains(said), "{id}: {reason}");
    }
    assert_eq!((of(&verified, "passes").status, of(&verified, "finds").status), (Status::Pass, Status::Finding));
    assert_eq!(verified.checks.len(), checks.len());
    db.exec(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}

#[test]
fn a_check_of_rows_needs_to_see_all_of_them() {
    let db = server(None).fresh_database(Template::Crm { rows: SMALL });
    let role = format!("half_{}", db.name);
    db.exec(&format!(
        "CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA crm TO {role}; GRANT SELECT ON crm.leads TO {role}"
    ));
    let checks = [
        ("crm/rows", check("about = \"data\"\nwhole = [\"leads\"]", &finds("current_schema() || '.leads'"))),
        ("crm/more", check("about = \"data\"\nwhole = [\"notes\", \"leads\"]", &finds("'x'"))),
    ];
    let verified = Asker::with(db.conninfo_as(&role), library(&checks), limits("UTC")).verified();
    let hidden = reason(&verified, "crm/rows", Status::Skipped);
    assert!(hidden.starts_with("needs SELECT on all of crm.leads: row level security hides rows"), "{hidden}");
    assert!(hidden.contains(&format!("ALTER ROLE \"{role}\" BYPASSRLS")), "{hidden}");
    let denied = reason(&verified, "crm/more", Status::Skipped);
    assert_eq!(denied, format!("needs SELECT on all of crm.notes (GRANT SELECT ON crm.notes TO \"{role}\")"));
    let verified = over(&db, &checks).verified();
    assert_eq!(verified.ended(Status::Finding), 2, "{verified:?}");
    assert_eq!(verified.findings[1].object, "crm.leads", "the search path is the system's");
    db.exec(&format!("DROP OWNED BY {role}; DROP ROLE {role}; DROP TABLE crm.attachments CASCADE"));
    let verified = over(&db, &checks).verified();
    assert_eq!(reason(&verified, "crm/rows", Status::Skipped), "crm in schema crm lacks attachments");
}

#[test]
fn a_system_in_another_schema_has_its_own_checks() {
    let db = server(None).fresh_database(Template::Crm { rows: SMALL });
    let files = Files::embedded();
    let system = pgdeck::catalog::system::System::load(&files, "crm").expect("the crm");
    let install = pgdeck::db::migrate::install(db.options("postgres"), &system, &files, "Other", None);
    wait(Box::pin(install)).unwrap_or_else(|fault| panic!("{fault}"));
    let schema_of = check("whole = [\"leads\"]\ndoor = \"leads\"", &finds("current_schema() || '.leads'"));
    let asker = over(&db, &[("crm/where", schema_of), ("generic", check("door = \"tables\"", &finds("'g'")))]);
    let verified = asker.verified();
    let found: Vec<_> = verified
        .findings
        .iter()
        .map(|finding| (finding.check.as_str(), finding.object.as_str(), finding.pane.as_deref()))
        .collect();
    assert_eq!(
        found,
        [
            ("crm/where", "crm.leads", Some("crm/leads")),
            ("crm@Other/where", "Other.leads", Some("crm@Other/leads")),
            ("generic", "g", Some("tables")),
        ]
    );
    let only = |pattern: &str| {
        let selection = Selection { checks: vec![pattern.to_owned()], ..Selection::default() };
        asker.verify(selection).map(|verified| verified.checks.iter().map(|run| run.id.clone()).collect::<Vec<_>>())
    };
    assert_eq!(only("where").unwrap(), ["crm/where", "crm@Other/where"]);
    assert_eq!(only("crm@Other/*").unwrap(), ["crm@Other/where"]);
    let wrong = only("wheer").unwrap_err();
    assert_eq!((wrong.kind, wrong.hint.as_deref()), (Kind::Usage, Some("did you mean where?")), "{wrong}");
    let of_system = asker.verify(Selection { system: Some("crm".to_owned()), ..Selection::default() }).unwrap();
    assert_eq!(of_system.checks.len(), 2);
    let unknown = fault(asker.verify(Selection { system: Some("mrc".to_owned()), ..Selection::default() }));
    assert!(unknown.kind == Kind::Usage && unknown.message.contains("mrc"), "{unknown}");
    let nothing = fault(asker.verify(Selection { only: vec![About::State], ..Selection::default() }));
    assert_eq!(nothing.kind, Kind::Usage, "a run that checks nothing does not pass: {nothing}");
}

#[test]
fn parameters_are_bound_and_an_absent_system_is_said() {
    let db = empty();
    let sql = "SELECT params.word AS object, (params.whole + params.part)::text AS detail, params.\"Odd name\" AS fix FROM params";
    let header = "[params]\nwhole = 3\npart = 0.5\nword = \"it's $1\"\n\"Odd name\" = \"\\\\\"";
    let asker = over(&db, &[("bound", check(header, sql)), ("crm/absent", check("", &finds("'x'")))]);
    let verified = asker.verified();
    let finding = &verified.findings[0];
    assert_eq!(
        (finding.object.as_str(), finding.detail.as_str(), finding.fix.as_deref()),
        ("it's $1", "3.5", Some("\\"))
    );
    assert_eq!(verified.checks.len(), 1, "a system that is not here brings no checks");
    let absent = fault(asker.verify(Selection { system: Some("crm".to_owned()), ..Selection::default() }));
    assert!(absent.message.contains("the tables of crm are not on this database"), "{absent}");
}

#[test]
fn findings_are_ordered_bounded_and_known_again() {
    let db = empty();
    let many = "SELECT 'o' || n AS object, 'size ' || random() AS detail, NULL AS fix, n AS weight, n % 7 AS part
        FROM generate_series(1, 300) AS n";
    let asker = over(
        &db,
        &[
            ("many", check("identity = [\"object\", \"part\"]", many)),
            ("grave", check("severity = \"error\"", &finds("'last'"))),
            ("light", check("severity = \"info\"", &format!("{}, 1e9 AS weight", finds("'first'")))),
            ("even", check("", "SELECT o AS object, o AS detail, NULL AS fix FROM unnest('{b,a}'::text[]) AS o")),
        ],
    );
    let (first, second) = (asker.verified(), asker.verified());
    let objects: Vec<&str> = first.findings.iter().map(|finding| finding.object.as_str()).collect();
    assert_eq!(objects[..3], ["last", "o300", "o299"]);
    assert_eq!(objects[200..], ["o101", "a", "b", "first"]);
    assert_eq!(first.notes, ["many: more than 200 found, the first 200 are told"]);
    let prints = |verified: &Verification| {
        verified.findings.iter().map(|finding| finding.fingerprint.clone()).collect::<Vec<_>>()
    };
    assert_eq!(prints(&first), prints(&second), "a detail that changes makes no other finding");
    assert_ne!(first.findings[1].detail, second.findings[1].detail);
    let distinct: std::collections::BTreeSet<_> = prints(&first).into_iter().collect();
    assert_eq!(distinct.len(), first.findings.len());
}

/// Sessions of pgdeck that run a statement in this database.
fn at_work(db: &TestDb) -> String {
    db.value(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active'
         AND query LIKE '%row_to_json%' AND pid <> pg_backend_pid()",
    )
}

#[test]
fn a_stop_ends_every_session_on_the_server() {
    let db = empty();
    let names = ["a", "b", "c", "d", "e", "f"];
    let slow = names.map(|name| (name, check("", &finds("pg_catalog.pg_sleep(30)::text"))));
    let asker = over(&db, &slow);
    let (handle, stop) = stop::pair();
    let engine = asker.engine.clone();
    let running =
        asker.runtime.spawn(async move { engine.run(Request::Verify(Selection::default()), stop, &|_| ()).await });
    let until = Instant::now() + Duration::from_secs(20);
    while at_work(&db) != "4" {
        assert!(Instant::now() < until, "{} sessions at work, not four", at_work(&db));
    }
    let begun = Instant::now();
    handle.stop();
    let stopped = fault(asker.runtime.block_on(running).expect("the run"));
    assert_eq!(stopped.kind, Kind::Interrupted);
    assert!(begun.elapsed() < Duration::from_secs(10));
    let until = Instant::now() + Duration::from_secs(5);
    while at_work(&db) != "0" {
        assert!(Instant::now() < until, "still at work on the server");
    }
}

#[test]
fn what_is_lost_is_tried_again_and_takes_no_other_check_with_it() {
    let db = empty();
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let mut checks: Vec<_> = names.iter().map(|name| (*name, check("", &finds("'x'")))).collect();
    let asker = over(&db, &checks);
    assert_eq!(asker.verified().ended(Status::Finding), names.len());
    db.exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
    assert_eq!(asker.verified().ended(Status::Finding), names.len(), "on new sessions");
    let killer = "pg_catalog.pg_terminate_backend(pg_catalog.pg_backend_pid())::text || pg_catalog.pg_sleep(1)::text";
    checks.push(("killer", check("", &finds(killer))));
    let verified = over(&db, &checks).verified();
    let reason = reason(&verified, "killer", Status::Failed);
    assert!(reason.contains("57P01"), "{reason}");
    assert_eq!(verified.ended(Status::Finding), names.len());
}

#[test]
fn one_session_is_enough_and_progress_counts_to_the_end() {
    let db = empty();
    let role = format!("single_{}", db.name);
    db.exec(&format!("CREATE ROLE {role} LOGIN CONNECTION LIMIT 1"));
    let names = ["a", "b", "c", "d", "e", "f", "late@99"];
    let checks: Vec<_> = names.iter().map(|name| (*name, check("", &finds("'x'")))).collect();
    let asker = Asker::with(db.conninfo_as(&role), library(&checks), limits("UTC"));
    let steps = Mutex::new(Vec::new());
    let progress = |step: Progress| {
        if let Progress::Checks { done, of } = step {
            steps.lock().expect("steps").push((done, of));
        }
    };
    let run = asker.engine.run(Request::Verify(Selection::default()), Stop::never(), &progress);
    asker.runtime.block_on(run).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(steps.into_inner().expect("steps"), (1..=7).map(|done| (done, 7)).collect::<Vec<_>>());
    asker.runtime.block_on(asker.engine.close());
    db.exec(&format!("DROP ROLE {role}"));
}

/// A pane over a local relation.
fn told(asker: &Asker, pane: &str, anew: bool) -> Vec<[String; 4]> {
    let request = PageRequest { anew, ..PageRequest::first(PaneRef::plain(pane), 1000) };
    let table = asker.page(request).unwrap_or_else(|fault| panic!("{fault}"));
    let [status, check, object, reason] = ["status", "check", "object", "reason"].map(|name| column(&table, name));
    let rows = status.into_iter().zip(check).zip(object).zip(reason);
    rows.map(|(((status, check), object), reason)| [status, check, object, reason].map(Option::unwrap_or_default))
        .collect()
}

#[test]
fn the_panes_are_told_and_checks_of_rows_wait_to_be_asked() {
    let db = empty();
    let asker = over(
        &db,
        &[
            ("shape", check("severity = \"info\"", &finds("'s'"))),
            ("rows", check("about = \"data\"\nseverity = \"error\"", &finds("'r'"))),
            ("well", check("", &format!("{} WHERE false", finds("'w'")))),
            ("fails", check("", &finds("nonsense"))),
            ("front", check("about = \"state\"\nnow = true\ndoor = \"activity\"", &finds("'f'"))),
            ("quiet", check("about = \"state\"\nnow = true", &format!("{} WHERE false", finds("'q'")))),
        ],
    );
    let rows = told(&asker, "verify", false);
    let brief =
        |rows: &[[String; 4]]| rows.iter().map(|[status, check, ..]| format!("{status} {check}")).collect::<Vec<_>>();
    assert_eq!(
        brief(&rows),
        ["failed fails", "finding front", "finding shape", "skipped rows", "pass quiet", "pass well"]
    );
    assert!(rows[3][3].starts_with("reads whole tables: r runs it"), "{rows:?}");
    let asked = |asker: &Asker, what: &str| {
        let log = asker.first(&PaneRef::plain("log")).unwrap_or_else(|fault| panic!("{fault}"));
        column(&log, "what").into_iter().flatten().filter(|own| own == what).count()
    };
    assert_eq!((asked(&asker, "shape"), asked(&asker, "rows")), (1, 0));
    told(&asker, "verify", false);
    assert_eq!(asked(&asker, "shape"), 1, "the run is kept");
    let anew = told(&asker, "verify", true);
    assert_eq!(brief(&anew)[..2], ["finding rows", "failed fails"]);
    assert_eq!((asked(&asker, "shape"), asked(&asker, "rows")), (2, 1));
    assert_eq!(brief(&told(&asker, "verify", false)), brief(&anew));
    assert_eq!(brief(&told(&asker, "now", false)), ["finding front"]);
    told(&asker, "now", false);
    assert_eq!(asked(&asker, "front"), 4, "the front page is read each time");
}
