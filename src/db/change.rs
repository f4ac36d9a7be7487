//! One write transaction on a session: begun, run statement by statement, and ended once. Operations alone use it.
//! It must not know what is changed or why.

use super::envelope::{BEGIN_READ, BEGIN_WRITE, Envelope};
use super::session::Session;
use crate::model::{Fault, Kind};
use std::sync::atomic::Ordering;

/// A transaction that may write. Dropped without an end, it leaves a session that is good for nothing but being dropped too,
/// which makes the server roll back.
pub struct Change<'a> {
    session: &'a Session,
}

/// How a commit failed.
#[derive(Debug)]
pub enum Unended {
    /// The server said no: nothing was changed.
    RolledBack(Fault),
    /// The answer never came: nobody knows.
    InDoubt(Fault),
}

impl Session {
    /// Begins a write transaction under these settings. Fails where the server takes no writes.
    pub async fn begin(&self, envelope: &Envelope) -> Result<Change<'_>, Fault> {
        self.begin_with(BEGIN_WRITE, envelope).await
    }

    /// Begins a read of several statements under these settings: they see the rows of one moment, and change nothing.
    pub async fn begin_reading(&self, envelope: &Envelope) -> Result<Change<'_>, Fault> {
        self.begin_with(BEGIN_READ, envelope).await
    }

    async fn begin_with(&self, begin: &str, envelope: &Envelope) -> Result<Change<'_>, Fault> {
        self.is_changing.store(true, Ordering::SeqCst);
        self.simple(begin).await?;
        self.simple(&envelope.settings(false)).await?;
        Ok(Change { session: self })
    }
}

impl Change<'_> {
    /// Runs one statement and returns its rows; columns and parameters are as in [`Session::read`]. After a failure the
    /// transaction can only be rolled back.
    pub async fn run(&self, sql: &str, params: &[Option<String>]) -> Result<Vec<Vec<Option<String>>>, Fault> {
        self.session.statement(sql, params).await
    }

    /// Makes the changes last.
    pub async fn commit(self) -> Result<(), Unended> {
        match self.end("COMMIT").await {
            Ok(()) => Ok(()),
            Err(fault) if fault.kind == Kind::Connection => Err(Unended::InDoubt(fault)),
            Err(fault) => Err(Unended::RolledBack(fault)),
        }
    }

    /// Takes the changes back. A connection that is gone has done so by itself.
    pub async fn roll_back(self) {
        let _ = self.end("ROLLBACK").await;
    }

    /// Ends the transaction; reads are let through again where the server said that it has.
    async fn end(&self, how: &str) -> Result<(), Fault> {
        let answer = self.session.simple(how).await;
        let is_over = !matches!(&answer, Err(fault) if fault.kind == Kind::Connection);
        self.session.is_changing.store(!is_over, Ordering::SeqCst);
        answer
    }
}
