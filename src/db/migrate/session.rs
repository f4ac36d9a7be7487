//! Direct sessions for what pgdeck itself brings. It must not know what is installed.

use super::fault::{during, plain};
use crate::model::Fault;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};
use std::path::Path;

/// Where a server listens on a Unix socket in this directory; no password, no TLS, nothing from the environment's `.pgpass`.
pub fn socket(directory: &Path, port: u16, user: &str, database: &str) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .socket(directory)
        .port(port)
        .username(user)
        .database(database)
        .ssl_mode(PgSslMode::Disable)
}

/// Runs a script as one simple query on a session of its own: one implicit transaction, unless it says otherwise.
/// `what` names the script in a fault.
pub async fn run_script(options: &PgConnectOptions, what: &str, sql: &str) -> Result<(), Fault> {
    let mut session = open(options).await?;
    let outcome = session.execute(AssertSqlSafe(sql.to_owned())).await;
    outcome.map_err(|error| during(what, sql, 1, error))?;
    close(session).await
}

/// Opens a session. A start-up setting that poolers refuse is left out.
pub(super) async fn open(options: &PgConnectOptions) -> Result<PgConnection, Fault> {
    let options = options.clone().application_name("pgdeck").extra_float_digits(None::<i8>);
    options.connect().await.map_err(|error| match plain(error) {
        fault if fault.sqlstate.is_some() => Fault { kind: crate::model::Kind::Connection, ..fault },
        fault => fault,
    })
}

/// Says good-bye to the server.
pub(super) async fn close(session: PgConnection) -> Result<(), Fault> {
    session.close().await.map_err(plain)
}

/// Runs one statement of our own.
pub(super) async fn run_statement(work: &mut PgConnection, sql: String) -> Result<(), Fault> {
    work.execute(AssertSqlSafe(sql)).await.map(drop).map_err(plain)
}

/// Runs a DROP inside the open transaction; false, and nothing changed, where other objects need what it would drop.
pub(super) async fn drop_within(work: &mut PgConnection, sql: &str) -> Result<bool, Fault> {
    let mut trial = work.begin().await.map_err(plain)?;
    match trial.execute(AssertSqlSafe(sql.to_owned())).await {
        Ok(_) => trial.commit().await.map(|()| true).map_err(plain),
        Err(error) => {
            trial.rollback().await.map_err(plain)?;
            let fault = plain(error);
            if fault.is("2BP01") { Ok(false) } else { Err(fault) }
        }
    }
}
