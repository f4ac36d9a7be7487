//! Loads a system's sample: within an install's transaction, or fast, on two sessions, into a database of our own.
//! It must not know what the rows mean.

use super::fault::{during, plain};
use super::memory::{Memory, Transactions};
use super::session::{close, open, run_statement};
use super::{extension, ledger, rows};
use crate::catalog::files::Files;
use crate::catalog::script::SamplePart;
use crate::catalog::system::System;
use crate::db::quote::literal;
use crate::model::Fault;
use futures::stream::{FuturesUnordered, StreamExt};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Executor};
use std::collections::HashSet;

/// How many parts are loaded at once.
const SESSIONS: usize = 2;

/// Loads the sample of about `rows` leads into an installed system, each part in a transaction of its own, as many at once
/// as their order allows. Calls `done` with the name of each finished part. A fault names file and line.
pub async fn load_sample(
    options: &PgConnectOptions,
    system: &System,
    files: &Files,
    schema: &str,
    rows: u64,
    done: &(dyn Fn(&str) + Sync),
) -> Result<(), Fault> {
    let parts = system.sample(files)?;
    let path = system.sample_path();
    let mut books = open(options).await?;
    let first = rows::ended_before(&mut books).await?;
    let found = extension::search_path(schema, &extension::read(&mut books, system).await?);
    let mut idle = Vec::new();
    for _ in 0..SESSIONS.min(parts.len()) {
        let mut session = open(options).await?;
        set(&mut session, Some(&found), rows, false).await?;
        idle.push(session);
    }
    let mut waiting: Vec<&SamplePart> = parts.iter().collect();
    let mut finished: HashSet<&str> = HashSet::new();
    let mut running = FuturesUnordered::new();
    loop {
        while let Some(at) =
            waiting.iter().position(|part| part.after.iter().all(|name| finished.contains(name.as_str())))
        {
            let Some(session) = idle.pop() else { break };
            running.push(run_on(session, waiting.remove(at), &path));
        }
        let Some(outcome) = running.next().await else {
            break;
        };
        let (session, name) = outcome?;
        idle.push(session);
        finished.insert(name);
        done(name);
    }
    for session in idle {
        close(session).await?;
    }
    remember(&mut books, system, schema, rows, first).await?;
    close(books).await
}

/// Lets the bookkeeping know of a sample whose transactions began with this one.
async fn remember(
    books: &mut PgConnection,
    system: &System,
    schema: &str,
    sample: u64,
    first: u32,
) -> Result<(), Fault> {
    let table = ledger(&system.name, schema);
    let comment = "SELECT coalesce(obj_description($1::regclass, 'pg_class'), '')";
    let comment = sqlx::query_scalar::<_, String>(comment).persistent(false).bind(&table);
    let mut memory = Memory::parse(&comment.fetch_one(&mut *books).await.map_err(plain)?);
    memory.sample = Some(sample);
    let last = rows::ended_before(books).await?.wrapping_sub(1);
    let home = rows::home(books, &table).await?;
    let before = memory.transactions.take().filter(|before| before.home == home);
    let first = before.as_ref().map_or(first, |before| before.first);
    memory.transactions =
        Some(Transactions { first, last, but: before.map_or_else(Vec::new, |before| before.but), home });
    run_statement(books, format!("COMMENT ON TABLE {table} IS {}", literal(&memory.to_string()))).await
}

/// Loads the parts that a transaction may hold, in order, into the open transaction; says how many.
pub(super) async fn load_within(
    work: &mut PgConnection,
    system: &System,
    files: &Files,
    rows: u64,
) -> Result<u64, Fault> {
    set(work, None, rows, true).await?;
    let path = system.sample_path();
    let mut loaded = 0;
    for part in system.sample(files)?.iter().filter(|part| !part.outside_transaction) {
        run(work, part, &path).await?;
        loaded += 1;
    }
    Ok(loaded)
}

/// Runs the parts that no transaction may hold, after the commit, on a session whose settings came with its start: one that
/// is SET would reach a pool's next client. What fails becomes a note: the install stands.
pub(super) async fn load_outside(
    options: &PgConnectOptions,
    system: &System,
    files: &Files,
    schema: &str,
    rows: u64,
) -> Result<Vec<String>, Fault> {
    let mut parts = system.sample(files)?;
    parts.retain(|part| part.outside_transaction);
    let mut notes = Vec::new();
    if parts.is_empty() {
        return Ok(notes);
    }
    let mut session = match open_for(options, system, schema, rows).await {
        Ok(session) => session,
        Err(fault) => {
            return Ok(vec![format!("the sample's last parts were left out: {fault}")]);
        }
    };
    for part in &parts {
        if let Err(fault) = run(&mut session, part, &system.sample_path()).await {
            notes.push(format!("the sample's part {} was left out: {fault}", part.name));
        }
    }
    close(session).await?;
    Ok(notes)
}

/// A session that looks names up where the system does, by settings of its start.
async fn open_for(options: &PgConnectOptions, system: &System, schema: &str, rows: u64) -> Result<PgConnection, Fault> {
    let mut session = open(options).await?;
    let path = extension::search_path(schema, &extension::read(&mut session, system).await?);
    close(session).await?;
    open(&options.clone().options([("search_path", path), ("pgdeck.rows", rows.to_string())])).await
}

async fn run_on<'p>(
    mut session: PgConnection,
    part: &'p SamplePart,
    path: &str,
) -> Result<(PgConnection, &'p str), Fault> {
    run(&mut session, part, path).await?;
    Ok((session, &part.name))
}

async fn run(session: &mut PgConnection, part: &SamplePart, path: &str) -> Result<(), Fault> {
    if !part.outside_transaction {
        let outcome = session.execute(AssertSqlSafe(part.sql.clone())).await;
        return outcome.map(drop).map_err(|error| during(path, &part.sql, part.line, error));
    }
    for (offset, sql) in statements(&part.sql) {
        let outcome = session.execute(AssertSqlSafe(sql.clone())).await;
        outcome.map_err(|error| during(path, &sql, part.line + offset, error))?;
    }
    Ok(())
}

/// Sets how many rows the sample makes, and where its names are looked up.
async fn set(session: &mut PgConnection, path: Option<&str>, rows: u64, local: bool) -> Result<(), Fault> {
    let sql = "SELECT set_config('pgdeck.rows', $1, $2), set_config('search_path', coalesce($3, current_setting('search_path')), $2)";
    let set = sqlx::query(sql).persistent(false).bind(rows.to_string()).bind(local).bind(path);
    set.execute(session).await.map(drop).map_err(plain)
}

/// The statements of a part, each ending with `;` at a line's end outside `$$`, with the lines before it.
fn statements(sql: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut current = String::new();
    let mut first = 0;
    for (at, line) in sql.split_inclusive('\n').enumerate() {
        if current.trim().is_empty() {
            current.clear();
            first = at;
        }
        if !line.trim_start().starts_with("--") || current.contains("$$") {
            current.push_str(line);
        }
        let closed = current.matches("$$").count().is_multiple_of(2);
        if closed && line.trim_end().ends_with(';') && !line.trim_start().starts_with("--") {
            found.push((first, std::mem::take(&mut current)));
        }
    }
    if !current.trim().is_empty() {
        found.push((first, current));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::statements;

    #[test]
    fn a_statement_ends_at_a_lines_end_outside_dollars() {
        let sql = "-- c;\nVACUUM a;\n\nDO $$\nBEGIN\n  NULL;\nEND $$;\nSELECT 1";
        let found = statements(sql);
        assert_eq!(found.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 3, 7]);
        assert!(found[1].1.starts_with("DO $$") && found[1].1.ends_with("END $$;\n"));
    }
}
