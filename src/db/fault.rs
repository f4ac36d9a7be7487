//! What the driver reports, as the program's one error.
//! It must not know which statement or pane failed.

use super::hosts::Endpoint;
use super::quote::identifier;
use super::target::Target;
use crate::model::{Fault, Kind};
use std::error::Error as _;
use std::io::ErrorKind;
use tokio_postgres::Error;
use tokio_postgres::error::{DbError, ErrorPosition};

/// The fault of a statement. `user` is the role that ran it, for hints; `cancelled` says that we asked the server to stop it.
pub(super) fn of_statement(error: &Error, user: &str, cancelled: bool) -> Fault {
    match error.as_db_error() {
        Some(answer) => of_answer(answer, user, cancelled),
        None if error.is_closed() => lost("the connection to the server is closed"),
        None => match cause(error) {
            Some(io) => lost(&format!("the connection to the server was lost: {io}")),
            None => Fault::query(spelled(error)),
        },
    }
}

/// The fault of a connection attempt; always of kind connection.
pub(super) fn of_dialling(error: &Error, target: &Target, endpoint: &Endpoint) -> Fault {
    let place = format!("{}@{}/{}", target.user(), endpoint.label(), target.database());
    let mut fault = match error.as_db_error() {
        Some(answer) => of_answer(answer, target.user(), false),
        None => of_transport(error, endpoint),
    };
    fault.kind = Kind::Connection;
    fault.message = format!("cannot connect to {place}: {}", fault.message);
    fault
}

/// The fault of an endpoint that said nothing in time.
pub(super) fn of_silence(target: &Target, endpoint: &Endpoint) -> Fault {
    let seconds = target.timeout.unwrap_or_default().as_secs();
    Fault::connection(format!(
        "cannot connect to {}@{}/{}: no answer within {seconds} s",
        target.user(),
        endpoint.label(),
        target.database()
    ))
    .hint("is the host right, and does a firewall stand between? connect_timeout sets how long to wait")
}

/// A session that is gone.
pub(super) fn lost(message: &str) -> Fault {
    Fault::connection(message).hint("connect again")
}

/// What the server itself said.
pub(super) fn of_answer(answer: &DbError, user: &str, cancelled: bool) -> Fault {
    let code = answer.code().code();
    let mut fault = Fault::new(kind(code, cancelled), answer.message()).sqlstate(code);
    let position = match answer.position() {
        Some(ErrorPosition::Original(at)) => Some(format!("at character {at}")),
        _ => None,
    };
    let details: Vec<String> = detail(code, answer.detail()).into_iter().chain(position).collect();
    fault.detail = (!details.is_empty()).then(|| details.join("\n"));
    fault.hint = answer.hint().map(str::to_owned).or_else(|| hint(code, answer, user, cancelled));
    fault
}

/// The server's detail. That of a broken constraint quotes rows and keys, which may hold what is never to be shown.
fn detail(code: &str, said: Option<&str>) -> Option<String> {
    let said = said?;
    Some(if code.starts_with("23") { WITHHELD } else { said }.to_owned())
}

const WITHHELD: &str = "detail withheld: it may hold masked values";

fn kind(code: &str, cancelled: bool) -> Kind {
    match code {
        "57014" if cancelled => Kind::Interrupted,
        "3D000" | "53300" => Kind::Connection,
        _ if code.starts_with("08") || code.starts_with("28") || code.starts_with("57P0") => Kind::Connection,
        _ => Kind::Query,
    }
}

fn hint(code: &str, answer: &DbError, user: &str, cancelled: bool) -> Option<String> {
    Some(match code {
        "28P01" => PASSWORD.into(),
        "28000" => "does the role exist? The server's pg_hba.conf decides who may connect from where, and whether with TLS (sslmode)".into(),
        "3D000" => "name a database that exists with -d".into(),
        "53300" => "the server has no free connection; try again, or end one".into(),
        "57P03" => "the server is starting up, shutting down or recovering; try again".into(),
        "57014" if !cancelled => {
            "statement_timeout or another session ended it; allow more time or ask for less".into()
        }
        "55P03" => "another session holds a lock in the way; try again".into(),
        "42501" => grant(answer.message(), user),
        _ => return None,
    })
}

const PASSWORD: &str = "check the password: PGPASSWORD, the .pgpass file or password= in the connection string";

/// The GRANT that would help, read from the server's English words, else what to look for.
fn grant(message: &str, user: &str) -> String {
    let derived = message.strip_prefix("permission denied for ").and_then(|rest| {
        let (what, name) = rest.split_once(' ')?;
        let privilege = match what {
            "table" | "view" | "relation" | "sequence" | "materialized" | "foreign" => "SELECT ON",
            "schema" => "USAGE ON SCHEMA",
            "function" => "EXECUTE ON FUNCTION",
            "database" => "CONNECT ON DATABASE",
            _ => return None,
        };
        let name = name.strip_prefix("view ").or(name.strip_prefix("table ")).unwrap_or(name);
        Some(format!("its owner can: GRANT {privilege} {} TO {}", identifier(name), identifier(user)))
    });
    derived.unwrap_or_else(|| format!("the role {} lacks a privilege; its owner can GRANT it", identifier(user)))
}

fn of_transport(error: &Error, endpoint: &Endpoint) -> Fault {
    let text = spelled(error);
    if text.contains("password missing") {
        return Fault::connection("the server asks for a password and there is none").hint(PASSWORD);
    }
    let fault = Fault::connection(&text);
    match (cause(error).map(std::io::Error::kind), endpoint.socket_file()) {
        (Some(ErrorKind::NotFound), Some(file)) => Fault::connection(format!("there is no socket {}", file.display()))
            .hint("is the server running, and are host (its socket directory) and port right?"),
        (Some(ErrorKind::ConnectionRefused), _) => Fault::connection("connection refused")
            .hint("are host and port right, and is the server running and listening there?"),
        _ => match tls_hint(&format!("{error:?}")) {
            Some(hint) => fault.hint(hint),
            None => fault,
        },
    }
}

fn tls_hint(debug: &str) -> Option<&'static str> {
    let hints = [
        ("UnknownIssuer", "the certificate's authority is not among the trusted ones; name its file with sslrootcert"),
        (
            "NotValidForName",
            "the certificate is for another host name; connect by a name it carries, or use sslmode=verify-ca",
        ),
        (
            "UnsupportedCertVersion",
            "it is an X.509 version 1 certificate; issue it again with an extension, for example basicConstraints=CA:FALSE",
        ),
        (
            "CaUsedAsEndEntity",
            "the server shows an authority's certificate as its own; issue it a server certificate signed by that authority",
        ),
        ("does not support TLS", "the server has no TLS; sslmode=prefer or disable connects without"),
    ];
    hints.iter().find(|(mark, _)| debug.contains(mark)).map(|(_, hint)| *hint)
}

/// The input or output error under a driver's error.
fn cause(error: &Error) -> Option<&std::io::Error> {
    error.source()?.downcast_ref()
}

/// The error with its causes, in one line.
fn spelled(error: &Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let words = cause.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_decides_the_kind() {
        for (code, kind_expected) in [
            ("08006", Kind::Connection),
            ("28P01", Kind::Connection),
            ("57P01", Kind::Connection),
            ("57014", Kind::Query),
            ("42P01", Kind::Query),
        ] {
            assert_eq!(kind(code, false), kind_expected, "{code}");
        }
        assert_eq!(kind("57014", true), Kind::Interrupted);
    }

    #[test]
    fn what_a_constraint_quotes_is_withheld() {
        for code in ["23502", "23503", "23505", "23514", "23P01"] {
            assert_eq!(detail(code, Some("Failing row contains (1, secret).")).as_deref(), Some(WITHHELD), "{code}");
        }
        assert_eq!(detail("23505", None), None);
        assert_eq!(detail("22P02", Some("a token")).as_deref(), Some("a token"));
    }

    #[test]
    fn a_missing_privilege_names_its_grant() {
        assert_eq!(
            grant("permission denied for table leads", "me"),
            "its owner can: GRANT SELECT ON \"leads\" TO \"me\""
        );
        assert_eq!(
            grant("permission denied for schema crm", "me"),
            "its owner can: GRANT USAGE ON SCHEMA \"crm\" TO \"me\""
        );
        assert!(grant("Zugriff verweigert", "me").contains("\"me\""));
    }
}
