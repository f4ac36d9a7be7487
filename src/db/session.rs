//! One session with a server, and the one way to read through it.
//! It must not know panes, plans or screens; writes are the business of `change`.

use super::cancel::Canceller;
use super::decode::Text;
use super::dial::{self, Wire};
use super::envelope::{BEGIN, Envelope, Rows};
use super::fault;
use crate::model::Fault;
use futures::TryStreamExt;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Mutex;
use tokio_postgres::types::Type;

/// A session with a server. It ends when it is dropped.
pub struct Session {
    wire: Wire,
    user: String,
    pooled: bool,
    cancelled: Arc<AtomicBool>,
    /// One read at a time: the messages of two would mix.
    turn: Mutex<()>,
    /// A change was begun and has not ended. A read would end it with its own COMMIT.
    pub(super) is_changing: AtomicBool,
}

impl Session {
    pub(super) fn new(wire: Wire, user: &str, pooled: bool) -> Self {
        let (cancelled, turn, is_changing) = <_>::default();
        Self { wire, user: user.to_owned(), pooled, cancelled, turn, is_changing }
    }

    /// Runs one statement in a read-only transaction of its own and returns its rows. The columns must be text, names or
    /// whole numbers, every one of a built-in type: the driver asks the server about others, and may wait for its own answer for
    /// ever. All parameters are text. One round trip. The first failure of the transaction is returned, and the session
    /// stays usable unless it is closed. Everything is sent at once, so a dropped future leaves no open transaction, but its
    /// statement still runs: the caller cancels it and discards the session.
    pub async fn read(&self, envelope: &Envelope, sql: &str, params: &[Option<String>]) -> Result<Rows, Fault> {
        let _turn = self.turn.lock().await;
        if self.is_changing.load(Ordering::SeqCst) {
            return Err(fault::lost("this session has a change that did not end"));
        }
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
        Ok(Rows { taken_at: dial::first_row(&answers)[0].clone().unwrap_or_default(), rows })
    }

    /// One statement outside the extended protocol, without rows. Made of constants and quoted values only.
    pub(super) async fn simple(&self, sql: &str) -> Result<(), Fault> {
        self.wire.client.batch_execute(sql).await.map_err(|error| self.fault(&error))
    }

    pub(super) async fn statement(
        &self,
        sql: &str,
        params: &[Option<String>],
    ) -> Result<Vec<Vec<Option<String>>>, Fault> {
        let params = params.iter().map(|param| (param, Type::TEXT));
        let stream = self.wire.client.query_typed_raw(sql, params).await;
        let mut stream = pin!(stream.map_err(|error| self.fault(&error))?);
        let mut rows = Vec::new();
        let mut refused = None;
        while let Some(row) = stream.try_next().await.map_err(|error| self.fault(&error))? {
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
            Some(what) => Err(Fault::query(format!("{what}, and only text is read")).hint("cast it to text")),
            None => Ok(rows),
        }
    }

    /// What stops the statement this session runs.
    pub fn canceller(&self) -> Canceller {
        Canceller::new(self.wire.client.cancel_token(), &self.wire, Arc::clone(&self.cancelled))
    }

    /// True when the session cannot be used any more.
    pub fn is_closed(&self) -> bool {
        self.wire.client.is_closed()
    }

    /// True when a pooler stands between, so that no two transactions need share a server process.
    pub fn is_pooled(&self) -> bool {
        self.pooled
    }

    fn fault(&self, error: &tokio_postgres::Error) -> Fault {
        match self.wire.mailbox.farewell().filter(|_| error.is_closed()) {
            Some(farewell) => farewell,
            None => fault::of_statement(error, &self.user, self.cancelled.load(Ordering::SeqCst)),
        }
    }
}

fn values(row: &tokio_postgres::Row) -> Result<Vec<Option<String>>, Fault> {
    let value = |at| row.try_get::<_, Option<Text>>(at).map(|text| text.map(|text| text.0));
    (0..row.len()).map(value).collect::<Result<_, _>>().map_err(|error| fault::of_statement(&error, "", false))
}
