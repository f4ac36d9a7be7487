//! Install and uninstall, each one transaction. It must not decide what stands in the way; `state` does.

use super::fault::{committing, during, migrating, plain};
use super::ledger;
use super::sample;
use super::session::{close, open};
use super::state::{State, roles_made};
use crate::catalog::files::Files;
use crate::catalog::script::MigrationText;
use crate::catalog::system::System;
use crate::db::quote::{identifier, literal};
use crate::model::Fault;
use crate::model::operation::{Ending, Receipt};
use sqlx::migrate::{Migrate, MigrateError, Migration, MigrationType, Migrator};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection, Executor, SqlSafeStr};
use std::time::Instant;

/// What the bookkeeping schema's comment says while it is ours.
const BOOKS: &str = "pgdeck: what it installed here";

/// Installs a system into a schema, with about `sample_rows` leads' worth of sample. All of it happens or none, but for
/// the sample's parts that no transaction may hold; those run after the commit and a note says so where one failed.
/// Fails with a refusal where something stands in the way, with file, line and the server's words where a step fails.
pub async fn install(
    options: PgConnectOptions,
    system: &System,
    files: &Files,
    schema: &str,
    sample_rows: Option<u64>,
) -> Result<Receipt, Fault> {
    let started = Instant::now();
    let mut session = open(&options).await?;
    let mut work = session.begin().await.map_err(plain)?;
    lock(&mut work).await?;
    let (state, steps) = look(&mut work, system, files, schema).await?;
    state.refuse_install(system, schema)?;
    let mut sql = prepare(&mut work, &state, system, schema).await?;
    up(&mut work, system, schema, &steps).await?;
    sql.extend(steps.iter().map(|step| format!("-- {}", step.up_path)));
    let mut counts = vec![("steps".to_owned(), steps.len() as u64)];
    if let Some(rows) = sample_rows {
        let parts = sample::load_within(&mut work, system, files, rows).await?;
        counts.push(("sample parts".to_owned(), parts));
    }
    let memory = literal(&remember(!state.schema_stands, sample_rows));
    run(&mut work, format!("COMMENT ON TABLE {} IS {memory}", ledger(&system.name, schema))).await?;
    let id = receipt_id(&mut work).await?;
    work.commit().await.map_err(committing)?;
    close(session).await?;
    let mut notes = match sample_rows {
        Some(rows) => sample::load_outside(&options, system, files, schema, rows).await?,
        None => Vec::new(),
    };
    notes.push(took(started));
    Ok(Receipt { operation: "install".into(), id, ending: Ending::Done, counts, sql, notes, rows: Vec::new() })
}

fn took(started: Instant) -> String {
    format!("took {:.1} s", started.elapsed().as_secs_f64())
}

/// Takes a system back: the sample's own way back, the steps in reverse, the bookkeeping, and the schemas where they were
/// ours and nothing else stands in them. One transaction. Fails like `install`.
pub async fn uninstall(
    options: PgConnectOptions,
    system: &System,
    files: &Files,
    schema: &str,
) -> Result<Receipt, Fault> {
    let started = Instant::now();
    let mut session = open(&options).await?;
    let mut work = session.begin().await.map_err(plain)?;
    lock(&mut work).await?;
    let (state, steps) = look(&mut work, system, files, schema).await?;
    state.refuse_uninstall(system, schema)?;
    let memory = state.memory.as_deref().unwrap_or_default();
    run(&mut work, format!("SET LOCAL search_path = {}, pg_temp", identifier(schema))).await?;
    if let Some(sql) = system.sample_down(files).filter(|_| memory.contains("sample")) {
        let path = format!("systems/{}/sample.down.sql", system.name);
        work.execute(AssertSqlSafe(sql.to_owned())).await.map_err(|error| during(&path, sql, 1, error))?;
    }
    down(&mut work, system, schema, &steps).await?;
    run(&mut work, format!("DROP TABLE {}", ledger(&system.name, schema))).await?;
    let mut notes = Vec::new();
    if memory.contains("schema") && !drop_if_empty(&mut work, schema).await? {
        notes.push(format!("schema {schema} stays: other objects stand in it"));
    }
    if books_are_ours(&mut work).await? {
        drop_if_empty(&mut work, "pgdeck").await?;
    }
    let id = receipt_id(&mut work).await?;
    work.commit().await.map_err(committing)?;
    close(session).await?;
    notes.push(took(started));
    Ok(Receipt {
        operation: "uninstall".into(),
        id,
        ending: Ending::Done,
        counts: vec![("steps".to_owned(), steps.len() as u64)],
        sql: steps.iter().rev().map(|step| format!("-- {}", step.down_path)).collect(),
        notes,
        rows: Vec::new(),
    })
}

/// The facts, and the steps for this server.
pub(super) async fn look(
    session: &mut PgConnection,
    system: &System,
    files: &Files,
    schema: &str,
) -> Result<(State, Vec<MigrationText>), Fault> {
    let state = State::read(session, system, schema, &[]).await?;
    let steps = system.migrations(files, state.major())?;
    let state = State::read(session, system, schema, &roles_made(&steps)).await?;
    Ok((state, steps))
}

/// The statements that come before the steps, in order.
pub(super) fn preparation(state: &State, system: &System, schema: &str) -> Vec<String> {
    let mut sql = Vec::new();
    if !state.books_stand {
        sql.push("CREATE SCHEMA pgdeck".to_owned());
        sql.push(format!("COMMENT ON SCHEMA pgdeck IS {}", literal(BOOKS)));
    }
    if !state.schema_stands && schema != "pgdeck" {
        sql.push(format!("CREATE SCHEMA {}", identifier(schema)));
    }
    sql.push(format!("SET LOCAL search_path = {}, pg_temp", identifier(schema)));
    sql.push(format!("-- bookkeeping: {}", ledger(&system.name, schema)));
    sql
}

/// What the bookkeeping table's comment says: words that `uninstall` looks for.
pub(super) fn remember(schema_made: bool, sample_rows: Option<u64>) -> String {
    let mut memory = vec!["made by pgdeck".to_owned()];
    memory.extend(schema_made.then(|| "schema too".to_owned()));
    memory.extend(sample_rows.map(|rows| format!("sample of {rows} rows")));
    memory.join("; ")
}

async fn prepare(work: &mut PgConnection, state: &State, system: &System, schema: &str) -> Result<Vec<String>, Fault> {
    let statements = preparation(state, system, schema);
    for sql in &statements {
        run(work, sql.clone()).await?;
    }
    Ok(statements)
}

async fn up(work: &mut PgConnection, system: &System, schema: &str, steps: &[MigrationText]) -> Result<(), Fault> {
    let outcome = migrator(system, schema, steps).run_direct(None, work, false).await;
    outcome.map_err(|error| migrating(error, |version| text(steps, version).map(|step| (&*step.up_path, &*step.up))))
}

/// The steps' ways back, last first. Not `Migrator::undo`: its future cannot move between threads.
async fn down(work: &mut PgConnection, system: &System, schema: &str, steps: &[MigrationText]) -> Result<(), Fault> {
    let table = ledger(&system.name, schema);
    let back = |error| migrating(error, |version| text(steps, version).map(|step| (&*step.down_path, &*step.down)));
    let applied = work.list_applied_migrations(&table).await.map_err(back)?;
    if let Some(unknown) = applied.iter().find(|done| text(steps, done.version).is_none()) {
        return Err(back(MigrateError::VersionMissing(unknown.version)));
    }
    for step in steps.iter().rev() {
        if applied.iter().any(|done| done.version == step.version) {
            let step = migration(step, MigrationType::ReversibleDown, &step.down);
            work.revert(&table, &step).await.map_err(back)?;
        }
    }
    Ok(())
}

fn text(steps: &[MigrationText], version: i64) -> Option<&MigrationText> {
    steps.iter().find(|step| step.version == version)
}

/// sqlx's migrator over these steps. Its own lock is off: it would outlive a failed transaction, ours does not.
fn migrator(system: &System, schema: &str, steps: &[MigrationText]) -> Migrator {
    let up = |step: &MigrationText| migration(step, MigrationType::ReversibleUp, &step.up);
    let mut migrator = Migrator::with_migrations(steps.iter().map(up).collect());
    migrator.dangerous_set_table_name(ledger(&system.name, schema));
    migrator.set_locking(false);
    migrator
}

fn migration(step: &MigrationText, kind: MigrationType, sql: &str) -> Migration {
    let text = AssertSqlSafe(sql.to_owned()).into_sql_str();
    Migration::new(step.version, step.name.clone().into(), kind, text, false)
}

/// One install or uninstall at a time in this database, until the transaction ends.
async fn lock(work: &mut PgConnection) -> Result<(), Fault> {
    run(work, "SELECT pg_advisory_xact_lock(hashtext('pgdeck'), hashtext('systems'))".to_owned()).await
}

async fn run(work: &mut PgConnection, sql: String) -> Result<(), Fault> {
    work.execute(AssertSqlSafe(sql)).await.map(drop).map_err(plain)
}

async fn receipt_id(work: &mut PgConnection) -> Result<String, Fault> {
    let id = sqlx::query_scalar("SELECT pg_catalog.gen_random_uuid()::text").persistent(false);
    id.fetch_one(work).await.map_err(plain)
}

async fn books_are_ours(work: &mut PgConnection) -> Result<bool, Fault> {
    let ours = sqlx::query_scalar(
        "SELECT coalesce(obj_description(oid, 'pg_namespace') = $1 AND pg_has_role(nspowner, 'USAGE'), false)
         FROM pg_namespace WHERE nspname = 'pgdeck'",
    );
    let ours: Option<bool> = ours.bind(BOOKS).persistent(false).fetch_optional(work).await.map_err(plain)?;
    Ok(ours.unwrap_or(false))
}

/// Drops a schema; false where something stands in it.
async fn drop_if_empty(work: &mut PgConnection, schema: &str) -> Result<bool, Fault> {
    let mut trial = work.begin().await.map_err(plain)?;
    match trial.execute(AssertSqlSafe(format!("DROP SCHEMA {}", identifier(schema)))).await {
        Ok(_) => trial.commit().await.map(|()| true).map_err(plain),
        Err(error) => {
            trial.rollback().await.map_err(plain)?;
            let fault = plain(error);
            if fault.is("2BP01") { Ok(false) } else { Err(fault) }
        }
    }
}
