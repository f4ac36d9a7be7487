//! Whose rows a system's tables hold: ours by the transactions that wrote them, all others somebody's. It must not change any.

use super::fault::plain;
use super::memory::{Memory, Transactions};
use super::session::run_statement;
use super::{ledger, ledger_name};
use crate::catalog::system::System;
use crate::db::quote::identifier;
use crate::model::{Fault, Kind};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Row};

/// Rows are counted up to this many a table.
const ENOUGH: i64 = 1000;

/// Why the system cannot be taken back for rows that are not ours, if so.
pub(super) async fn refuse_others(
    session: &mut PgConnection,
    system: &System,
    schema: &str,
    memory: &Memory,
) -> Result<(), Fault> {
    let mut held = Vec::new();
    let ledger = ledger(&system.name, schema);
    let ours = ours(memory, &home(session, &ledger).await?);
    let mut all: Vec<(&str, String)> =
        tables(session, system, schema).await?.into_iter().map(|table| (schema, table)).collect();
    if takes_logins(session, system, schema).await? {
        all.push(("auth", "users".to_owned()));
    }
    for (schema_of, table) in all {
        let rows = others(session, schema_of, &table, &ours).await?;
        let shown = if schema_of == schema { table } else { format!("{schema_of}.{table}") };
        match rows {
            0 => {}
            _ if rows > ENOUGH => held.push(format!("{shown} (more than {ENOUGH})")),
            _ => held.push(format!("{shown} ({rows})")),
        }
    }
    if held.is_empty() {
        return Ok(());
    }
    let name = &system.name;
    let message = format!("{name} in schema {schema} holds rows that neither its installation nor its sample made");
    Err(Fault::new(Kind::Refused, message)
        .detail(format!("rows written since: {}", held.join(", ")))
        .hint("save them, then say --drop-rows: uninstalling drops them for good"))
}

/// The system's tables that stand, by name.
async fn tables(session: &mut PgConnection, system: &System, schema: &str) -> Result<Vec<String>, Fault> {
    let sql = "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = $1 AND c.relname = ANY ($2) AND c.relkind IN ('r', 'p') ORDER BY 1";
    let names: Vec<&str> = system.relations_named();
    let tables = sqlx::query_scalar(sql).persistent(false).bind(schema).bind(names);
    tables.fetch_all(session).await.map_err(plain)
}

/// The stand-in for the logins goes with the last system: then they are rows like others.
async fn takes_logins(session: &mut PgConnection, system: &System, schema: &str) -> Result<bool, Fault> {
    if !system.shared.iter().any(|step| step.ends_with("_auth")) {
        return Ok(false);
    }
    let sql = "SELECT coalesce(obj_description(to_regnamespace('auth'), 'pg_namespace') = 'pgdeck auth shim', false)
                 AND NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = to_regnamespace('pgdeck') AND relkind = 'r' AND relname <> $1)";
    let takes = sqlx::query_scalar(sql).persistent(false).bind(ledger_name(&system.name, schema));
    takes.fetch_one(session).await.map_err(plain)
}

/// The condition of a row of ours; none is where the tables were restored elsewhere, or nothing is remembered.
fn ours(memory: &Memory, home: &str) -> String {
    let Some(ids) = memory.transactions.as_ref().filter(|ids| ids.home == home) else {
        return "false".to_owned();
    };
    let (first, last) = (ids.first, ids.last);
    // The ids may have begun anew in between.
    let word = if first <= last { "AND" } else { "OR" };
    let but: Vec<String> = ids.but.iter().map(|id| format!(" AND xmin::text::bigint <> {id}")).collect();
    format!("((xmin::text::bigint >= {first} {word} xmin::text::bigint <= {last}){})", but.concat())
}

/// This server and this bookkeeping table: what tells a restored copy from where it came from.
pub(super) async fn home(session: &mut PgConnection, ledger: &str) -> Result<String, Fault> {
    let sql = "SELECT (SELECT system_identifier FROM pg_control_system()) || '/' || $1::regclass::oid";
    sqlx::query_scalar(sql).persistent(false).bind(ledger).fetch_one(session).await.map_err(plain)
}

/// How many rows of the table, at most one above enough, are not ours.
async fn others(session: &mut PgConnection, schema: &str, table: &str, ours: &str) -> Result<i64, Fault> {
    let from = format!("{}.{}", identifier(schema), identifier(table));
    let sql = format!("SELECT count(*) FROM (SELECT FROM {from} WHERE NOT {ours} LIMIT {ENOUGH} + 1) q");
    let counted = sqlx::query(AssertSqlSafe(sql)).persistent(false).fetch_one(session).await.map_err(plain)?;
    counted.try_get(0).map_err(plain)
}

/// One above the last transaction of anybody that has ended, cut to the 32 bits a row remembers.
pub(super) async fn ended_before(session: &mut PgConnection) -> Result<u32, Fault> {
    number(session, "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint & 4294967295").await
}

/// The ids that rows of the open transaction bear: each of its savepoints has one of its own, and the last is
/// told only by a row that one wrote, here the bookkeeping's comment.
pub(super) async fn own_transactions(work: &mut PgConnection, ledger: &str) -> Result<Transactions, Fault> {
    let first = number(work, "SELECT pg_current_xact_id()::text::bigint & 4294967295").await?;
    let mut savepoint = work.begin().await.map_err(plain)?;
    run_statement(&mut savepoint, format!("COMMENT ON TABLE {ledger} IS 'pgdeck'")).await?;
    let sql = "SELECT xmin::text::bigint FROM pg_description
               WHERE objoid = $1::regclass AND classoid = 'pg_class'::regclass AND objsubid = 0";
    let last = sqlx::query_scalar(sql).persistent(false).bind(ledger).fetch_one(&mut *savepoint);
    let last: i64 = last.await.map_err(plain)?;
    savepoint.commit().await.map_err(plain)?;
    let others = "SELECT (xid::text::bigint & 4294967295) FROM pg_snapshot_xip(pg_current_snapshot()) xid ORDER BY 1";
    let others: Vec<i64> = sqlx::query_scalar(others).persistent(false).fetch_all(&mut *work).await.map_err(plain)?;
    let (first, last) = (first, u32::try_from(last).unwrap_or_default());
    let but = others.into_iter().filter_map(|id| u32::try_from(id).ok()).filter(|id| (first..=last).contains(id));
    Ok(Transactions { first, last, but: but.collect(), home: home(work, ledger).await? })
}

async fn number(session: &mut PgConnection, sql: &'static str) -> Result<u32, Fault> {
    let number: i64 = sqlx::query_scalar(sql).persistent(false).fetch_one(session).await.map_err(plain)?;
    Ok(u32::try_from(number).unwrap_or_default())
}
