//! Whose rows a system's tables hold: ours by the transactions that wrote them, all others somebody's. It must not change any.

use super::fault::plain;
use super::memory::Memory;
use super::session::run_statement;
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
    for table in tables(session, system, schema).await? {
        let rows = others(session, schema, &table, memory).await?;
        match rows {
            0 => {}
            _ if rows > ENOUGH => held.push(format!("{table} (more than {ENOUGH})")),
            _ => held.push(format!("{table} ({rows})")),
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

/// How many rows of the table, at most one above enough, are of other transactions than ours.
async fn others(session: &mut PgConnection, schema: &str, table: &str, memory: &Memory) -> Result<i64, Fault> {
    let ours = match memory.transactions {
        Some((first, last)) if first <= last => format!("xmin::text::bigint BETWEEN {first} AND {last}"),
        // The ids began anew in between.
        Some((first, last)) => format!("(xmin::text::bigint >= {first} OR xmin::text::bigint <= {last})"),
        None => "false".to_owned(),
    };
    let from = format!("{}.{}", identifier(schema), identifier(table));
    let sql = format!("SELECT count(*) FROM (SELECT FROM {from} WHERE NOT {ours} LIMIT {ENOUGH} + 1) q");
    let counted = sqlx::query(AssertSqlSafe(sql)).persistent(false).fetch_one(session).await.map_err(plain)?;
    counted.try_get(0).map_err(plain)
}

/// One above the last transaction of anybody that has ended, cut to the 32 bits a row remembers.
pub(super) async fn ended_before(session: &mut PgConnection) -> Result<u32, Fault> {
    number(session, "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint & 4294967295").await
}

/// The first and last id that rows of the open transaction bear: each of its savepoints has one of its own, and the last is
/// told only by a row that one wrote, here the bookkeeping's comment.
pub(super) async fn own_transactions(work: &mut PgConnection, ledger: &str) -> Result<(u32, u32), Fault> {
    let first = number(work, "SELECT pg_current_xact_id()::text::bigint & 4294967295").await?;
    let mut savepoint = work.begin().await.map_err(plain)?;
    run_statement(&mut savepoint, format!("COMMENT ON TABLE {ledger} IS 'pgdeck'")).await?;
    let sql = "SELECT xmin::text::bigint FROM pg_description
               WHERE objoid = $1::regclass AND classoid = 'pg_class'::regclass AND objsubid = 0";
    let last = sqlx::query_scalar(sql).persistent(false).bind(ledger).fetch_one(&mut *savepoint);
    let last: i64 = last.await.map_err(plain)?;
    savepoint.commit().await.map_err(plain)?;
    Ok((first, u32::try_from(last).unwrap_or_default()))
}

async fn number(session: &mut PgConnection, sql: &'static str) -> Result<u32, Fault> {
    let number: i64 = sqlx::query_scalar(sql).persistent(false).fetch_one(session).await.map_err(plain)?;
    Ok(u32::try_from(number).unwrap_or_default())
}
