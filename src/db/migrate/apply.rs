//! Install and uninstall, each one transaction. It must not decide what stands in the way; `state` does.

use super::fault::{committing, during, migrating, plain};
use super::memory::Memory;
use super::session::{close, drop_within, open, run_statement};
use super::state::{State, roles_made};
use super::{BOOKS, extension, ledger, ledger_name, rows, sample};
use crate::catalog::files::Files;
use crate::catalog::script::MigrationText;
use crate::catalog::system::System;
use crate::db::quote::{identifier, literal};
use crate::model::Fault;
use crate::model::operation::Receipt;
use sqlx::migrate::{Migrate, MigrateError, Migration, MigrationType, Migrator};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection, Executor, SqlSafeStr};
use std::time::Instant;

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
    let (mut sql, extensions) = preparation(&state, system, schema);
    for statement in &sql {
        run_statement(&mut work, statement.clone()).await?;
    }
    up(&mut work, system, schema, &steps).await?;
    sql.extend(steps.iter().map(|step| format!("-- {}", step.up_path)));
    let mut counts = vec![("steps".to_owned(), steps.len() as u64)];
    if let Some(rows) = sample_rows {
        let parts = sample::load_within(&mut work, system, files, rows).await?;
        counts.push(("sample parts".to_owned(), parts));
    }
    let transactions = Some(rows::own_transactions(&mut work, &ledger(&system.name, schema)).await?);
    let memory = Memory { schema: !state.schema_stands, sample: sample_rows, extensions, transactions };
    run_statement(&mut work, remember(system, schema, &memory)).await?;
    let id = receipt_id(&mut work).await?;
    work.commit().await.map_err(committing)?;
    close(session).await?;
    let mut notes = match sample_rows {
        Some(rows) => sample::load_outside(&options, system, files, schema, rows).await?,
        None => Vec::new(),
    };
    notes.push(took(started));
    Ok(Receipt { counts, sql, notes, ..Receipt::done("install", id) })
}

fn took(started: Instant) -> String {
    format!("took {:.1} s", started.elapsed().as_secs_f64())
}

/// Takes a system back: the sample's own way back, the steps in reverse, the bookkeeping, and the schemas where they were
/// ours and nothing else stands in them. One transaction. Fails like `install`, and where its tables hold rows that are
/// not ours, unless told to drop those too.
pub async fn uninstall(
    options: PgConnectOptions,
    system: &System,
    files: &Files,
    schema: &str,
    drop_rows: bool,
) -> Result<Receipt, Fault> {
    let started = Instant::now();
    let mut session = open(&options).await?;
    let mut work = session.begin().await.map_err(plain)?;
    lock(&mut work).await?;
    let (state, steps) = look(&mut work, system, files, schema).await?;
    state.refuse_uninstall(system, schema)?;
    let memory = state.memory();
    if !drop_rows {
        rows::refuse_others(&mut work, system, schema, &memory).await?;
    }
    for statement in names(&state, system, schema) {
        run_statement(&mut work, statement).await?;
    }
    if let Some(sql) = system.sample_down(files).filter(|_| memory.sample.is_some()) {
        let path = format!("systems/{}/sample.down.sql", system.name);
        work.execute(AssertSqlSafe(sql.to_owned())).await.map_err(|error| during(&path, sql, 1, error))?;
    }
    down(&mut work, system, schema, &steps).await?;
    run_statement(&mut work, format!("DROP TABLE {}", ledger(&system.name, schema))).await?;
    let mut notes = extension::take_back(&mut work, &memory, files).await?;
    if memory.schema && !drop_schema(&mut work, schema).await? {
        notes.push(format!("schema {schema} stays: other objects stand in it"));
    }
    if books_are_ours(&mut work).await? {
        drop_schema(&mut work, BOOKS.0).await?;
    }
    let id = receipt_id(&mut work).await?;
    work.commit().await.map_err(committing)?;
    close(session).await?;
    notes.push(took(started));
    Ok(Receipt {
        counts: vec![("steps".to_owned(), steps.len() as u64)],
        sql: steps.iter().rev().map(|step| format!("-- {}", step.down_path)).collect(),
        notes,
        ..Receipt::done("uninstall", id)
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

/// The statements that come before the steps, in order, and the extensions they make.
pub(super) fn preparation(state: &State, system: &System, schema: &str) -> (Vec<String>, Vec<String>) {
    let mut sql = Vec::new();
    if !state.books_stand {
        sql.push(format!("CREATE SCHEMA {}", BOOKS.0));
        sql.push(format!("COMMENT ON SCHEMA {} IS {}", BOOKS.0, literal(BOOKS.1)));
    }
    if !state.schema_stands && schema != BOOKS.0 {
        sql.push(format!("CREATE SCHEMA {}", identifier(schema)));
    }
    let (makes, extensions) = extension::preparation(&state.extensions);
    sql.extend(makes);
    sql.extend(names(state, system, schema));
    (sql, extensions)
}

/// Where the steps and the sample look names up, and the bookkeeping table for those that ask whether another system stands.
pub(super) fn names(state: &State, system: &System, schema: &str) -> [String; 2] {
    let path = extension::search_path(schema, &state.extensions);
    let ledger = literal(&ledger_name(&system.name, schema));
    [format!("SET LOCAL search_path = {path}"), format!("SET LOCAL pgdeck.ledger = {ledger}")]
}

/// The statement that keeps what an uninstall must know.
pub(super) fn remember(system: &System, schema: &str, memory: &Memory) -> String {
    format!("COMMENT ON TABLE {} IS {}", ledger(&system.name, schema), literal(&memory.to_string()))
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
    run_statement(work, "SELECT pg_advisory_xact_lock(hashtext('pgdeck'), hashtext('systems'))".to_owned()).await
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
    let ours: Option<bool> = ours.bind(BOOKS.1).persistent(false).fetch_optional(work).await.map_err(plain)?;
    Ok(ours.unwrap_or(false))
}

/// Drops a schema; false where something stands in it.
async fn drop_schema(work: &mut PgConnection, schema: &str) -> Result<bool, Fault> {
    drop_within(work, &format!("DROP SCHEMA {}", identifier(schema))).await
}
