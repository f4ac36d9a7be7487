//! One session with a server, and the one way to read through it.
//! It must not know panes, plans or screens; writes are not its business.

use super::cancel::Canceller;
use super::decode::Text;
use super::dial::{self, Address, Wire};
use super::envelope::{BEGIN, Envelope, Rows};
use super::fault;
use super::hosts::Endpoint;
use super::target::{Target, Wanted};
use crate::model::{Fault, Kind};
use futures::TryStreamExt;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Mutex;
use tokio_postgres::SimpleQueryMessage;
use tokio_postgres::error::DbError;
use tokio_postgres::types::Type;

/// The startup options of every session, after the person's own: read-only unless an operation says otherwise. The second is a mark
/// only a server that took the options can show.
const OPTIONS: &str = "-c default_transaction_read_only=on -c pgdeck.direct=on";

/// Asks whether the options arrived, and who answers.
const PROBE: &str = "SELECT pg_catalog.current_setting('default_transaction_read_only'), \
    pg_catalog.current_setting('pgdeck.direct', true), pg_catalog.pg_backend_pid()";

/// Asks what target_session_attrs wants to know.
const ROLE: &str =
    "SELECT pg_catalog.pg_is_in_recovery(), pg_catalog.current_setting('transaction_read_only')";

/// Something the server said beside its answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// WARNING, NOTICE, INFO… in the server's language.
    pub severity: String,
    pub sqlstate: String,
    pub message: String,
}

impl Notice {
    pub(super) fn of(said: &DbError) -> Self {
        Self {
            severity: said.severity().into(),
            sqlstate: said.code().code().into(),
            message: said.message().into(),
        }
    }
}

/// A session with a server. It ends when it is dropped.
pub struct Session {
    wire: Wire,
    user: String,
    pooled: bool,
    pid: Option<u32>,
    cancelled: Arc<AtomicBool>,
    /// One read at a time: the messages of two would mix.
    turn: Mutex<()>,
}

/// Whether the server took the startup options.
enum Answer {
    Direct(u32),
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
        Err(last
            .unwrap_or_else(|| Fault::connection(format!("cannot connect to {}", target.label()))))
    }

    /// Runs one statement in a read-only transaction of its own and returns its rows. The columns must be text, names or
    /// whole numbers, every one of a built-in type: the driver asks the server about others, and may wait for its own answer for
    /// ever. All parameters are text. One round trip. The first failure of the transaction is returned, and the session
    /// stays usable unless it is closed. Everything is sent at once, so a dropped future leaves no open transaction, but its
    /// statement still runs: the caller cancels it and discards the session.
    pub async fn read(
        &self,
        envelope: &Envelope,
        sql: &str,
        params: &[Option<String>],
    ) -> Result<Rows, Fault> {
        let _turn = self.turn.lock().await;
        let client = &self.wire.client;
        let settings = envelope.settings(self.wire.without_encoding);
        let (begun, set, rows, committed) = futures::join!(
            client.batch_execute(BEGIN),
            client.simple_query(&settings),
            self.statement(sql, params),
            client.batch_execute("COMMIT"),
        );
        begun.map_err(|error| self.fault(&error))?;
        let answers = set.map_err(|error| self.fault(&error))?;
        let rows = rows?;
        committed.map_err(|error| self.fault(&error))?;
        Ok(Rows {
            taken_at: first_row(&answers)[0].clone().unwrap_or_default(),
            rows,
        })
    }

    async fn statement(
        &self,
        sql: &str,
        params: &[Option<String>],
    ) -> Result<Vec<Vec<Option<String>>>, Fault> {
        let params = params.iter().map(|param| (param, Type::TEXT));
        let stream = self.wire.client.query_typed_raw(sql, params).await;
        let mut stream = pin!(stream.map_err(|error| self.fault(&error))?);
        let mut rows = Vec::new();
        let mut refused = None;
        while let Some(row) = stream
            .try_next()
            .await
            .map_err(|error| self.fault(&error))?
        {
            if rows.is_empty() {
                refused = row
                    .columns()
                    .iter()
                    .find(|column| !Text::takes(column.type_()))
                    .map(|c| format!("column {} is {}", c.name(), c.type_()));
            }
            if refused.is_none() {
                rows.push(values(&row)?);
            }
        }
        match refused {
            Some(what) => {
                Err(Fault::query(format!("{what}, and only text is read")).hint("cast it to text"))
            }
            None => Ok(rows),
        }
    }

    /// What stops the statement this session runs.
    pub fn canceller(&self) -> Canceller {
        Canceller::new(
            self.wire.client.cancel_token(),
            &self.wire,
            Arc::clone(&self.cancelled),
        )
    }

    /// True when the session cannot be used any more.
    pub fn is_closed(&self) -> bool {
        self.wire.client.is_closed()
    }

    /// True when a pooler stands between, so that no two transactions need share a server process.
    pub fn is_pooled(&self) -> bool {
        self.pooled
    }

    /// The server process, where it is this session's own.
    pub fn backend_pid(&self) -> Option<u32> {
        self.pid
    }

    /// What the server said beside its answers since the last call, oldest first; at most the newest 256.
    pub fn notices(&self) -> Vec<Notice> {
        self.wire.notices()
    }

    fn fault(&self, error: &tokio_postgres::Error) -> Fault {
        match self.wire.farewell().filter(|_| error.is_closed()) {
            Some(farewell) => farewell,
            None => fault::of_statement(error, &self.user, self.cancelled.load(Ordering::SeqCst)),
        }
    }
}

fn values(row: &tokio_postgres::Row) -> Result<Vec<Option<String>>, Fault> {
    let value = |at| {
        row.try_get::<_, Option<Text>>(at)
            .map(|text| text.map(|text| text.0))
    };
    (0..row.len())
        .map(value)
        .collect::<Result<_, _>>()
        .map_err(|error| fault::of_statement(&error, "", false))
}

/// True when another endpoint may fare better: nobody answered, or the server does not take sessions now or is not wanted.
fn try_next(fault: &Fault) -> bool {
    fault
        .sqlstate
        .as_deref()
        .is_none_or(|code| code.starts_with("57P"))
}

async fn at_endpoint(
    target: &Target,
    endpoint: &Endpoint,
    wanted: Wanted,
) -> Result<Session, Fault> {
    let mut last = fault::of_silence(target, endpoint);
    let resolved = within(target, endpoint, dial::addresses(target, endpoint)).await?;
    for address in resolved {
        match within(
            target,
            endpoint,
            at_address(target, endpoint, &address, wanted),
        )
        .await
        {
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
        Some(patience) => tokio::time::timeout(patience, work)
            .await
            .unwrap_or_else(|_| Err(fault::of_silence(target, endpoint))),
    }
}

async fn at_address(
    target: &Target,
    endpoint: &Endpoint,
    address: &Address,
    wanted: Wanted,
) -> Result<Session, Fault> {
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
    let (wire, pid) = match (wire, answer) {
        (Some(wire), Answer::Direct(pid)) => (wire, Some(pid)),
        _ => (dial::dial(target, endpoint, address, own).await?, None),
    };
    Ok(Session {
        wire,
        user: target.user.clone(),
        pooled: pid.is_none(),
        pid,
        cancelled: Arc::default(),
        turn: Mutex::default(),
    })
}

async fn probe(wire: &Wire) -> Result<Answer, Fault> {
    let row = ask(wire, PROBE).await?;
    Ok(match row.each_ref().map(Option::as_deref) {
        [Some("on"), Some("on"), Some(pid)] => pid.parse().map_or(Answer::Pooler, Answer::Direct),
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
        .map_err(|error| Fault {
            kind: Kind::Connection,
            ..fault::of_statement(&error, "", false)
        })?;
    Ok(first_row(&answers))
}

fn first_row(answers: &[SimpleQueryMessage]) -> [Option<String>; 3] {
    let row = answers.iter().find_map(|answer| match answer {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    });
    let value = |at: usize| {
        row.filter(|row| at < row.len())
            .and_then(|row| row.try_get(at).ok().flatten())
            .map(str::to_owned)
    };
    [value(0), value(1), value(2)]
}
