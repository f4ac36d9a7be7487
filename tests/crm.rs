//! The crm system against what the document it started from gets wrong: every file of `crm/defects` succeeds on ours and
//! fails on the seed's own SQL, every file of `crm/rules` succeeds on ours. Each runs in a transaction that is rolled back.

#![cfg(feature = "demo")]

mod support;

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};
use std::fs;
use std::path::Path;
use support::{SMALL, Template, TestDb, majors, server, wait};

/// The files of a folder beside this one, in order of name.
fn files(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/crm").join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    let mut files: Vec<(String, String)> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "sql"))
        .map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap()))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{folder:?} has no files");
    files
}

/// What became of each file, run alone in a transaction under this schema and rolled back, constraints checked.
fn outcomes(db: &TestDb, schema: &str, files: &[(String, String)]) -> Vec<Result<(), String>> {
    wait(Box::pin(async {
        let mut session = db.options("postgres").connect().await.expect("a session");
        let mut all = Vec::new();
        for (_, sql) in files {
            let ran = run(&mut session, schema, sql).await.map_err(|error| said(&error));
            session.execute("ROLLBACK; RESET ALL").await.expect("the transaction ends");
            all.push(ran);
        }
        session.close().await.expect("the session ends");
        all
    }))
}

fn head(sql: &str) -> String {
    sql.split("\n\n").next().unwrap_or_default().to_owned()
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

fn ours_on(major: u32) {
    let db = server(Some(major)).fresh_database(Template::Crm { rows: SMALL });
    let mut wrong = Vec::new();
    for folder in ["defects", "rules"] {
        let files = files(folder);
        let outcomes = outcomes(&db, "crm", &files);
        let failed = files.iter().zip(outcomes).filter_map(|((name, _), outcome)| Some((name, outcome.err()?)));
        wrong.extend(failed.map(|(name, said)| format!("{folder}/{name}: {said}")));
    }
    assert!(wrong.is_empty(), "{} files fail on our crm on {major}:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(
        db.value("SELECT count(*) FROM crm.organizations WHERE slug LIKE 'defect-%'"),
        "0",
        "something was kept"
    );
}

#[test]
fn no_defect_of_the_seed_is_in_our_crm_on_13() {
    ours_on(majors()[0]);
}

#[test]
fn no_defect_of_the_seed_is_in_our_crm_on_15() {
    ours_on(majors()[1]);
}

#[test]
fn no_defect_of_the_seed_is_in_our_crm_on_18() {
    ours_on(majors()[2]);
}

#[test]
fn every_defect_is_in_the_seed() {
    let db = server(Some(majors()[1])).fresh_database(Template::Empty);
    let seed = include_str!("crm/seed.sql");
    db.exec(&format!("CREATE SCHEMA crm; SET search_path = crm; {seed}"));
    let files = files("defects");
    // What a file sets up, up to its first empty line, is no part of the defect.
    let heads: Vec<_> = files.iter().map(|(name, sql)| (name.clone(), head(sql))).collect();
    let set_up = outcomes(&db, "crm", &heads);
    let broken: Vec<_> = heads.iter().zip(set_up).filter(|(_, outcome)| outcome.is_err()).collect();
    assert!(broken.is_empty(), "the seed refuses what defects are shown with: {broken:?}");
    let outcomes = outcomes(&db, "crm", &files);
    let mut wrong = Vec::new();
    for ((name, _), outcome) in files.iter().zip(outcomes) {
        match outcome {
            Ok(()) => wrong.push(format!("{name}: succeeds")),
            // A wrong file, not a defect.
            Err(said) if said.contains("syntax error at") => wrong.push(format!("{name}: {said}")),
            Err(said) => eprintln!("{name}: {said}"),
        }
    }
    assert!(wrong.is_empty(), "{} defects are not shown on the seed:\n{}", wrong.len(), wrong.join("\n"));
}
