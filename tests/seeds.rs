//! Our systems against what the documents they started from get wrong: every file of `seeds/<system>/defects` succeeds on
//! ours and fails on the seed's own SQL, every file of `rules` succeeds on ours. Each runs in a transaction that is rolled
//! back. `without.txt` says which rows of the list of defects no test can show, and why.

#![cfg(feature = "demo")]

mod support;

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use support::{Template, TestDb, install, majors, server, wait};

/// The systems, and how many rows the list of their seed's defects has.
const SEEDS: &[(&str, u32)] = &[("bi", 26), ("civic", 27), ("crm", 58), ("repazoo", 28)];

/// Begin the two probes of a file whose statement fails on the seed as it is written.
const ON_THE_SEED: &str = "-- on the seed:\n";
const ON_OURS: &str = "-- on ours:\n";

#[derive(Clone, Copy, PartialEq)]
enum Whose {
    Seed,
    Ours,
}

/// One file: what is set up, and what is tried on each side.
struct Probe {
    name: String,
    head: String,
    seed: String,
    ours: String,
}

impl Probe {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let (head, rest) = text.split_once("\n\n").unwrap_or((&text, ""));
        let (seed, ours) = match rest.split_once(ON_THE_SEED) {
            None => (rest, rest),
            Some((_, both)) => both.split_once(ON_OURS).unwrap_or_else(|| panic!("{name}: no line {ON_OURS:?}")),
        };
        Self { head: head.to_owned(), seed: seed.to_owned(), ours: ours.to_owned(), name }
    }

    fn sql(&self, whose: Whose) -> String {
        let probe = if whose == Whose::Seed { &self.seed } else { &self.ours };
        format!("{}\n\n{probe}", self.head)
    }
}

fn folder(system: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/seeds").join(system)
}

/// The files of a folder of the system's, in order of name.
fn probes(system: &str, part: &str) -> Vec<Probe> {
    let folder = folder(system).join(part);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "sql"));
    paths.sort();
    assert!(!paths.is_empty(), "{} has no files", folder.display());
    paths.iter().map(|path| Probe::read(path)).collect()
}

/// What became of each text, run alone in a transaction under this schema and rolled back, constraints checked.
fn outcomes(db: &TestDb, schema: &str, texts: &[String]) -> Vec<Result<(), String>> {
    wait(Box::pin(async {
        let mut session = db.options("postgres").connect().await.expect("a session");
        let mut all = Vec::new();
        for sql in texts {
            let ran = run(&mut session, schema, sql).await.map_err(|error| said(&error));
            session.execute("ROLLBACK; RESET ALL").await.expect("the transaction ends");
            all.push(ran);
        }
        session.close().await.expect("the session ends");
        all
    }))
}

async fn run(session: &mut PgConnection, schema: &str, sql: &str) -> Result<(), sqlx::Error> {
    session.execute(AssertSqlSafe(format!("BEGIN; SET LOCAL search_path = {schema}, pg_temp"))).await?;
    session.execute(AssertSqlSafe(sql.to_owned())).await?;
    session.execute("SET CONSTRAINTS ALL IMMEDIATE").await.map(drop)
}

fn said(error: &sqlx::Error) -> String {
    match error.as_database_error() {
        Some(said) => format!("{} ({})", said.message(), said.code().unwrap_or_default()),
        None => error.to_string(),
    }
}

/// The numbers a list of defects leaves out are in neither the files nor the excuses.
#[test]
fn every_defect_has_a_test_or_a_reason() {
    for (system, rows) in SEEDS {
        let number = |text: &str| text.get(..3).and_then(|digits| digits.parse().ok());
        let mut told: BTreeSet<u32> =
            probes(system, "defects").iter().filter_map(|probe| number(&probe.name)).collect();
        let excuses = fs::read_to_string(folder(system).join("without.txt")).unwrap_or_default();
        for line in excuses.lines() {
            let row = number(line).unwrap_or_else(|| panic!("{system}/without.txt: {line:?}"));
            assert!(line.len() > 10, "{system}/without.txt: no reason for {row}");
            assert!(told.insert(row), "{system}: {row} has a test and an excuse");
        }
        let missing: Vec<u32> = (1..=*rows).filter(|row| !told.contains(row)).collect();
        assert!(missing.is_empty(), "{system}: neither test nor reason for {missing:?}");
    }
}

fn ours_on(major: u32) {
    let db = server(Some(major)).fresh_database(Template::Empty);
    let mut wrong = Vec::new();
    for (system, _) in SEEDS {
        install(&db, system, None);
        for part in ["defects", "rules"] {
            let probes = probes(system, part);
            let texts: Vec<String> = probes.iter().map(|probe| probe.sql(Whose::Ours)).collect();
            let outcomes = outcomes(&db, system, &texts);
            let failed = probes.iter().zip(outcomes).filter_map(|(probe, outcome)| Some((probe, outcome.err()?)));
            wrong.extend(failed.map(|(probe, said)| format!("{system}/{part}/{}: {said}", probe.name)));
        }
    }
    assert!(wrong.is_empty(), "{} files fail on ours on {major}:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(db.value("SELECT count(*) FROM auth.users"), "0", "something was kept");
}

#[test]
fn no_defect_of_a_seed_is_in_ours_on_13() {
    ours_on(majors()[0]);
}

#[test]
fn no_defect_of_a_seed_is_in_ours_on_15() {
    ours_on(majors()[1]);
}

#[test]
fn no_defect_of_a_seed_is_in_ours_on_18() {
    ours_on(majors()[2]);
}

#[test]
fn every_defect_is_in_its_seed() {
    let mut wrong = Vec::new();
    for (system, _) in SEEDS {
        let db = server(Some(majors()[1])).fresh_database(Template::Empty);
        let seed = fs::read_to_string(folder(system).join("seed.sql")).expect("the seed");
        db.exec(&format!("CREATE SCHEMA {system}; SET search_path = {system}, public; {seed}"));
        let probes = probes(system, "defects");
        // What a file sets up is no part of the defect.
        let heads: Vec<String> = probes.iter().map(|probe| probe.head.clone()).collect();
        let set_up = probes.iter().zip(outcomes(&db, system, &heads));
        let refused = set_up.filter_map(|(probe, outcome)| Some((&probe.name, outcome.err()?)));
        wrong.extend(refused.map(|(name, said)| format!("{system}/{name}: cannot be set up: {said}")));
        let texts: Vec<String> = probes.iter().map(|probe| probe.sql(Whose::Seed)).collect();
        for (probe, outcome) in probes.iter().zip(outcomes(&db, system, &texts)) {
            let own = probe.seed != probe.ours;
            match outcome {
                Ok(()) => wrong.push(format!("{system}/{}: succeeds", probe.name)),
                // A wrong file, not a defect, unless it is the seed's own statement that cannot be read.
                Err(said) if !own && said.contains("syntax error at") => {
                    wrong.push(format!("{system}/{}: {said}", probe.name));
                }
                Err(said) => eprintln!("{system}/{}: {said}", probe.name),
            }
        }
    }
    assert!(wrong.is_empty(), "{} defects are not shown on their seed:\n{}", wrong.len(), wrong.join("\n"));
}
