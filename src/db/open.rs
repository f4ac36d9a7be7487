//! How a session comes to be: which server, and whether a pooler stands in between.
//! It must not know what the session is for.

use super::dial::{self, Address, Wire};
use super::fault;
use super::hosts::Endpoint;
use super::session::Session;
use super::target::{Target, Wanted};
use crate::model::{Fault, Kind};

/// The startup options of every session, after the person's own: read-only unless an operation says otherwise. The second is a mark
/// only a server that took the options can show.
const OPTIONS: &str = "-c default_transaction_read_only=on -c pgdeck.direct=on";

/// Asks whether the options arrived.
const PROBE: &str = "SELECT pg_catalog.current_setting('default_transaction_read_only'), \
    pg_catalog.current_setting('pgdeck.direct', true)";

/// Asks what target_session_attrs wants to know.
const ROLE: &str = "SELECT pg_catalog.pg_is_in_recovery(), pg_catalog.current_setting('transaction_read_only')";

/// Whether the server took the startup options.
enum Answer {
    Direct,
    Pooler,
}

impl Session {
    /// Opens a session with the first endpoint that answers and is wanted. A server that refuses or drops the startup options
    /// is a pooler and is asked again without them. A connection fault says why there is none.
    pub async fn open(target: &Target) -> Result<Session, Fault> {
        let rounds: &[Wanted] = match target.wanted {
            Wanted::PreferStandby => &[Wanted::Standby, Wanted::Any],
            _ => &[target.wanted],
        };
        let mut last = None;
        for wanted in rounds {
            for endpoint in &target.endpoints {
                match at_endpoint(target, endpoint, *wanted).await {
                    Ok(session) => return Ok(session),
                    Err(fault) if try_next(&fault) => last = Some(fault),
                    Err(fault) => return Err(fault),
                }
            }
        }
        Err(last.unwrap_or_else(|| Fault::connection(format!("cannot connect to {}", target.label()))))
    }
}

/// True when another endpoint may fare better: nobody answered, or the server does not take sessions now or is not wanted.
fn try_next(fault: &Fault) -> bool {
    fault.sqlstate.as_deref().is_none_or(|code| code.starts_with("57P"))
}

async fn at_endpoint(target: &Target, endpoint: &Endpoint, wanted: Wanted) -> Result<Session, Fault> {
    let mut last = fault::of_silence(target, endpoint);
    let resolved = within(target, endpoint, dial::addresses(target, endpoint)).await?;
    for address in resolved {
        match within(target, endpoint, at_address(target, endpoint, &address, wanted)).await {
            Ok(session) => return Ok(session),
            Err(fault) if try_next(&fault) => last = fault,
            Err(fault) => return Err(fault),
        }
    }
    Err(last)
}

async fn within<T>(
    target: &Target,
    endpoint: &Endpoint,
    work: impl Future<Output = Result<T, Fault>>,
) -> Result<T, Fault> {
    match target.timeout {
        None => work.await,
        Some(patience) => {
            tokio::time::timeout(patience, work).await.unwrap_or_else(|_| Err(fault::of_silence(target, endpoint)))
        }
    }
}

async fn at_address(target: &Target, endpoint: &Endpoint, address: &Address, wanted: Wanted) -> Result<Session, Fault> {
    let own = target.options.as_deref();
    if wanted != Wanted::Any {
        let wire = dial::dial(target, endpoint, address, own).await?;
        check_role(&wire, endpoint, wanted).await?;
    }
    let options = own.map_or_else(|| OPTIONS.to_owned(), |own| format!("{own} {OPTIONS}"));
    let (wire, answer) = match dial::dial(target, endpoint, address, Some(&options)).await {
        Ok(wire) => {
            let answer = probe(&wire).await?;
            (Some(wire), answer)
        }
        Err(fault) if fault.is("08P01") => (None, Answer::Pooler),
        Err(fault) => return Err(fault),
    };
    let (wire, pooled) = match (wire, answer) {
        (Some(wire), Answer::Direct) => (wire, false),
        _ => (dial::dial(target, endpoint, address, own).await?, true),
    };
    Ok(Session::new(wire, &target.user, pooled))
}

async fn probe(wire: &Wire) -> Result<Answer, Fault> {
    let row = ask(wire, PROBE).await?;
    Ok(match row.each_ref().map(Option::as_deref) {
        [Some("on"), Some("on"), _] => Answer::Direct,
        _ => Answer::Pooler,
    })
}

async fn check_role(wire: &Wire, endpoint: &Endpoint, wanted: Wanted) -> Result<(), Fault> {
    let [standby, read_only, _] = ask(wire, ROLE).await?;
    let standby = standby.as_deref() == Some("t");
    let read_only = standby || read_only.as_deref() == Some("on");
    let fits = match wanted {
        Wanted::Any | Wanted::PreferStandby => true,
        Wanted::ReadWrite => !read_only,
        Wanted::ReadOnly => read_only,
        Wanted::Primary => !standby,
        Wanted::Standby => standby,
    };
    match fits {
        true => Ok(()),
        false => Err(Fault::connection(format!(
            "{} is not the kind of server that target_session_attrs wants",
            endpoint.label()
        ))),
    }
}

/// The first row of a constant question, as text.
async fn ask(wire: &Wire, question: &str) -> Result<[Option<String>; 3], Fault> {
    let answers = wire
        .client
        .simple_query(question)
        .await
        .map_err(|error| Fault { kind: Kind::Connection, ..fault::of_statement(&error, "", false) })?;
    Ok(dial::first_row(&answers))
}
