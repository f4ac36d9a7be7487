//! Every check proves itself: it finds what its file plants and nothing else, runs for every kind of role on every version,
//! and finds in the sample exactly what was put there. A check that one transaction cannot prove has a test here.

#![cfg(feature = "demo")]

#[path = "support/ask.rs"]
mod ask;
#[path = "connect/server.rs"]
mod own_server;
#[path = "checks/state.rs"]
mod state;
mod support;

use ask::{Asker, limits};
use pgdeck::catalog::library::{PaneId, choose};
use pgdeck::catalog::{Files, Library};
use pgdeck::engine::{Stop, Tried};
use pgdeck::model::finding::{About, Severity, Status, Verification};
use std::collections::BTreeSet;
use std::path::Path;
use support::{
    SMALL, SYSTEMS, Template, TestDb, all_majors, forget_role, install, install_into, plain_role, server,
    with_all_systems,
};

/// Checks without a plant, and why one transaction cannot make what they look for. Each has a test of its own below.
const WITHOUT_PLANT: &[(&str, &str)] = &[
    ("now-archiver-failing", "the archiver is a process of its own"),
    ("now-blocked", "two sessions"),
    ("now-checksum-failures", "a page has to be damaged on the disk"),
    ("now-connections", "other sessions"),
    ("now-idle-tx", "another session that does nothing"),
    ("now-long-query", "another session that works"),
    ("now-mxid-age", "two thousand million ids: the limits are lowered"),
    ("now-prepared-xact", "a prepared transaction outlives its own"),
    ("now-replication-lag", "a standby"),
    ("now-slot-retained", "a slot is not made in a transaction that wrote"),
    ("now-standby-conflicts", "a standby"),
    ("now-stats-never", "counters are told after the commit"),
    ("now-vacuum-lag", "counters are told after the commit"),
    ("now-view-stale", "the journal tells when a view was refreshed"),
    ("now-xid-age", "two thousand million ids: the limits are lowered"),
];

fn name(id: &PaneId) -> String {
    match &id.system {
        Some(system) => format!("{system}/{}", id.name),
        None => id.name.clone(),
    }
}

#[test]
fn every_check_has_a_plant_or_a_test() {
    let library = Library::load(&[]);
    assert!(library.checks().count() >= 40, "{} checks", library.checks().count());
    let mut without = BTreeSet::new();
    for (id, variants) in library.checks() {
        let specs = variants.iter().map(|variant| variant.spec.as_ref().unwrap_or_else(|fault| panic!("{fault}")));
        if specs.clone().any(|spec| spec.plant.is_none()) {
            without.insert(name(id));
        }
    }
    let excused: BTreeSet<String> = WITHOUT_PLANT.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(without, excused);
}

fn tried(asker: &Asker, id: &PaneId) -> Vec<Tried> {
    let tried = asker.runtime.block_on(asker.engine.try_check(id, true, Stop::never()));
    tried.unwrap_or_else(|fault| panic!("{}: {fault}", name(id)))
}

/// Plants what every check looks for, in the database it is made for.
fn proofs(major: u32) {
    let empty = server(Some(major)).fresh_database(Template::Empty);
    let systems = server(Some(major)).fresh_database(Template::Empty);
    SYSTEMS.iter().for_each(|system| install(&systems, system, None));
    let library = Library::load(&[]);
    let (generic, of_systems) = (Asker::new(empty.conninfo()), Asker::new(systems.conninfo()));
    let mut wrong = Vec::new();
    for (id, variants) in library.checks() {
        let asker = if id.system.is_some() { &of_systems } else { &generic };
        let fits = choose(variants, major).is_ok_and(|spec| spec.plant.is_some());
        for tried in tried(asker, id) {
            let skipped = tried.run.status == Status::Skipped;
            let because = tried.run.reason.clone().unwrap_or_default();
            match &tried.planted {
                None if !fits || (skipped && because.starts_with("needs PostgreSQL")) => {}
                Some(Ok(planted)) if planted.is_right() => {}
                outcome => wrong.push(format!("{}: {:?} {because} {outcome:?}", tried.run.id, tried.run.status)),
            }
        }
    }
    assert!(wrong.is_empty(), "on {major}:\n{}", wrong.join("\n"));
}

/// What is wrong with a run: a check that failed, or one that was skipped without saying what would help.
fn unsaid(verified: &Verification) -> Vec<String> {
    let helps = |reason: &str| {
        let words = ["GRANT ", "BYPASSRLS", "CREATE EXTENSION", "PostgreSQL ", " = on", " = all"];
        reason.starts_with("needs ") && words.iter().any(|word| reason.contains(word))
    };
    let wrong = verified.checks.iter().filter(|check| match check.status {
        Status::Failed => true,
        Status::Skipped => !helps(check.reason.as_deref().unwrap_or_default()),
        Status::Pass | Status::Finding => check.about != About::Data && check.reason.is_some(),
    });
    wrong.map(|check| format!("{}: {:?} {:?}", check.id, check.status, check.reason)).collect()
}

/// Runs the whole library as a superuser, as a monitor and as somebody.
fn roles(major: u32) {
    let db = with_all_systems(Some(major));
    let as_superuser = Asker::new(db.conninfo()).verified();
    assert_eq!(unsaid(&as_superuser), Vec::<String>::new(), "as superuser on {major}");
    let role = plain_role(&db);
    for grant in ["", "GRANT pg_monitor TO"] {
        if !grant.is_empty() {
            db.exec(&format!("{grant} {role}"));
        }
        let verified = Asker::new(db.conninfo_as(&role)).verified();
        assert_eq!(unsaid(&verified), Vec::<String>::new(), "as {role} on {major}, {grant}");
        assert_eq!(verified.checks.len(), as_superuser.checks.len());
        // Row level security shows this role next to nothing: what reads rows cannot have seen enough to pass.
        let passed = verified
            .checks
            .iter()
            .filter(|check| check.id.contains('/') && check.about == About::Data && check.status == Status::Pass);
        assert_eq!(passed.map(|check| &check.id).collect::<Vec<_>>(), Vec::<&String>::new(), "on {major}, {grant}");
    }
    forget_role(&db, &role);
}

fn the_checks_on(major: u32) {
    proofs(major);
    roles(major);
}

#[test]
fn every_check_finds_its_plant_and_suits_every_role_on_13() {
    the_checks_on(all_majors()[0]);
}

#[test]
fn every_check_finds_its_plant_and_suits_every_role_on_15() {
    the_checks_on(all_majors()[1]);
}

#[test]
fn every_check_finds_its_plant_and_suits_every_role_on_16() {
    the_checks_on(all_majors()[2]);
}

#[test]
fn every_check_finds_its_plant_and_suits_every_role_on_17() {
    the_checks_on(all_majors()[3]);
}

#[test]
fn every_check_finds_its_plant_and_suits_every_role_on_18() {
    the_checks_on(all_majors()[4]);
}

/// Findings at warning and above, by the bare names of check and object.
fn grave(verified: &Verification) -> BTreeSet<(String, String)> {
    assert_eq!(verified.ended(Status::Failed), 0, "{verified:?}");
    let grave = verified.findings.iter().filter(|finding| finding.severity >= Severity::Warning);
    grave.map(|finding| (last(&finding.check, '/'), last(&finding.object, '.'))).collect()
}

fn last(text: &str, separator: char) -> String {
    text.rsplit(separator).next().unwrap_or(text).to_owned()
}

fn verified(db: &TestDb) -> std::sync::Arc<Verification> {
    Asker::with(db.conninfo(), Library::load(&[]), limits("UTC")).verified()
}

fn sample_of(system: &str) -> String {
    format!("systems/{system}/sample.sql")
}

/// A system alone in a database, from these files.
fn alone(system: &str, files: &Files, rows: Option<u64>) -> TestDb {
    let db = server(None).fresh_database(Template::Empty);
    install_into(db.options("postgres"), files, system, rows);
    db
}

fn the_sample_holds_what_it_says(system: &str) {
    let files = Files::embedded();
    let sample = files.get(&sample_of(system)).expect("the sample");
    let lines = sample.lines().filter_map(|line| line.trim().strip_prefix("-- planted: "));
    let pairs = lines.filter_map(|line| line.split_once(' ')).filter(|(check, _)| *check != "-");
    let planted: BTreeSet<(String, String)> =
        pairs.map(|(check, object)| (check.to_owned(), object.trim().to_owned())).collect();
    assert!(!planted.is_empty());
    assert_eq!(grave(&verified(&alone(system, &files, Some(SMALL)))), planted, "{system}");
    assert_eq!(grave(&verified(&alone(system, &without_plants(system), Some(SMALL)))), BTreeSet::new(), "{system}");
    assert_eq!(grave(&verified(&alone(system, &files, None))), BTreeSet::new(), "{system} without a sample");
}

#[test]
fn the_sample_of_bi_holds_what_it_says_and_nothing_else() {
    the_sample_holds_what_it_says("bi");
}

#[test]
fn the_sample_of_civic_holds_what_it_says_and_nothing_else() {
    the_sample_holds_what_it_says("civic");
}

#[test]
fn the_sample_of_crm_holds_what_it_says_and_nothing_else() {
    the_sample_holds_what_it_says("crm");
}

#[test]
fn the_sample_of_repazoo_holds_what_it_says_and_nothing_else() {
    the_sample_holds_what_it_says("repazoo");
}

/// The sample with the parts that plant situations left empty.
fn without_plants(system: &str) -> Files {
    let mut files = Files::embedded();
    let path = sample_of(system);
    let sample = files.get(&path).expect("the sample").to_owned();
    let mut kept = String::new();
    let mut plants = false;
    for line in sample.lines() {
        if let Some(part) = line.strip_prefix("-- part: ") {
            plants = part.starts_with("plants");
        }
        if !plants || line.starts_with("--") {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    let mut over = Files::default();
    over.insert(&path, &kept);
    files.lay_over(over);
    files
}

/// Tables of a system that somebody else made: what needs more than tables says what it needs.
#[test]
fn a_check_without_its_extension_or_function_is_skipped() {
    let db = alone("repazoo", &Files::embedded(), Some(100));
    let run = |name: &str| {
        let verified = verified(&db);
        let found = verified.checks.iter().find(|check| check.id == name).expect("the check").clone();
        (found.status, found.reason.unwrap_or_default())
    };
    db.exec("DROP FUNCTION repazoo.verify_database_schema()");
    let (status, reason) = run("repazoo/repazoo-schema");
    assert_eq!(status, Status::Skipped, "{reason}");
    assert!(reason.starts_with("needs a function of the system that is not here: "), "{reason}");
    db.exec("DROP EXTENSION pgcrypto");
    for name in ["repazoo/repazoo-encryption", "repazoo/token-tampered"] {
        let (status, reason) = run(name);
        assert_eq!(status, Status::Skipped, "{reason}");
        assert_eq!(reason, "needs the extension pgcrypto (CREATE EXTENSION pgcrypto)");
    }
}

/// Databases that nobody made for pgdeck, honest and not perfect: no check may call a thing broken that works.
#[test]
fn nothing_is_called_broken_in_databases_of_others() {
    for file in ["pgbench.sql", "django.sql", "rails.sql"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/checks").join(file);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let db = server(None).fresh_database(Template::Empty);
        db.exec(&text);
        let verified = verified(&db);
        assert_eq!(unsaid(&verified), Vec::<String>::new(), "{file}");
        let errors: Vec<_> = verified.of(Severity::Error).collect();
        assert!(errors.is_empty(), "{file}: {errors:?}");
    }
}
