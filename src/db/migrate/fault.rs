//! sqlx's errors as faults a person can act on: file, line, the server's words. It must not open anything.

use crate::model::{Fault, Kind};
use sqlx::Error;
use sqlx::migrate::MigrateError;
use sqlx::postgres::{PgDatabaseError, PgErrorPosition};

/// An error of a statement of our own.
pub(super) fn plain(error: Error) -> Fault {
    match &error {
        Error::Database(found) => match found.try_downcast_ref::<PgDatabaseError>() {
            Some(server) => spoken(server),
            None => Fault::query(error.to_string()),
        },
        Error::Io(_) | Error::Tls(_) | Error::PoolTimedOut | Error::Protocol(_) => Fault::connection(error.to_string()),
        Error::Configuration(_) => Fault::config(error.to_string()),
        _ => Fault::query(error.to_string()),
    }
}

/// An error of a script: names the script and the line, counted from `first_line`, that the server points at.
pub(super) fn during(what: &str, sql: &str, first_line: usize, error: Error) -> Fault {
    let line =
        position(&error).map(|at| first_line + sql.chars().take(at.saturating_sub(1)).filter(|&c| c == '\n').count());
    let mut fault = plain(error);
    fault.message = match line {
        Some(line) => format!("{what}:{line}: {}", fault.message),
        None => format!("{what}: {}", fault.message),
    };
    fault
}

/// An error of the migrator; `script` gives the path and text of a version.
pub(super) fn migrating<'t>(error: MigrateError, script: impl Fn(i64) -> Option<(&'t str, &'t str)>) -> Fault {
    match error {
        MigrateError::ExecuteMigration(error, version) => match script(version) {
            Some((path, sql)) => during(path, sql, 1, error),
            None => plain(error),
        },
        MigrateError::Execute(error) => plain(error),
        MigrateError::VersionMissing(version) => {
            Fault::config(format!("step {version:04} is installed, but these files do not hold it"))
                .hint("use the version of pgdeck that installed it, or a newer one")
        }
        other => Fault::query(other.to_string()),
    }
}

/// A commit whose answer never came: nobody knows whether it happened.
pub(super) fn committing(error: Error) -> Fault {
    let mut fault = plain(error);
    if fault.sqlstate.is_none() {
        fault.kind = Kind::InDoubt;
        fault.hint = Some("`pgdeck systems list` shows whether it is installed".into());
    }
    fault
}

fn spoken(server: &PgDatabaseError) -> Fault {
    let pooled =
        matches!(server.code(), "42P05" | "26000") || server.message().contains("unsupported startup parameter");
    if pooled {
        return Fault::connection("this needs a direct connection, and this one goes through a pooler")
            .sqlstate(server.code())
            .detail(server.message())
            .hint("connect to the server's own port");
    }
    let mut fault = Fault::query(server.message()).sqlstate(server.code());
    fault.detail = joined([server.detail(), server.r#where()]);
    fault.hint = server.hint().map(str::to_owned);
    fault
}

fn joined(texts: [Option<&str>; 2]) -> Option<String> {
    let texts: Vec<&str> = texts.into_iter().flatten().collect();
    (!texts.is_empty()).then(|| texts.join("\n"))
}

/// The character, from 1, of our text that the server points at.
fn position(error: &Error) -> Option<usize> {
    let Error::Database(found) = error else {
        return None;
    };
    match found.try_downcast_ref::<PgDatabaseError>()?.position()? {
        PgErrorPosition::Original(at) => Some(at),
        PgErrorPosition::Internal { .. } => None,
    }
}
