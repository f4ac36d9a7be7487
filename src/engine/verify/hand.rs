//! One of the few sessions the checks run on. A session that is lost is replaced once for each statement, because a
//! pool's idle session may have died long ago. It must not know checks.

use crate::catalog::Library;
use crate::db::{Envelope, Rows, Session};
use crate::engine::local::Locals;
use crate::engine::statement::Statement;
use crate::engine::stop::Stop;
use crate::engine::survey::Bindings;
use crate::engine::{Inner, OnProgress, pool};
use crate::model::request::Progress;
use crate::model::{Fault, Kind};
use std::sync::Arc;
use std::time::Instant;

/// What every hand works with.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    pub inner: &'a Inner,
    pub library: &'a Library,
    pub stop: &'a Stop,
    pub progress: OnProgress<'a>,
}

/// A worker's hold of a session.
pub struct Hand<'a> {
    ground: Ground<'a>,
    session: Option<Session>,
}

impl<'a> Hand<'a> {
    /// A hand that holds nothing yet.
    pub fn new(ground: Ground<'a>) -> Self {
        Self { ground, session: None }
    }

    /// Takes a session. Fails where none can be had.
    pub async fn hold(&mut self) -> Result<(), Fault> {
        if self.session.is_some() {
            return Ok(());
        }
        let inner = self.ground.inner;
        if inner.pool.is_empty() {
            (self.ground.progress)(Progress::Connecting);
        }
        let taken = tokio::select! {
            biased;
            () = self.ground.stop.stopped() => Err(pool::stopped()),
            taken = inner.pool.take() => taken,
        };
        self.session = Some(taken?.0);
        Ok(())
    }

    /// What the database is and has.
    pub async fn bindings(&mut self) -> Result<Arc<Bindings>, Fault> {
        let first = self.survey().await;
        match &first {
            Err(fault) if fault.kind == Kind::Connection => self.survey().await,
            _ => first,
        }
    }

    async fn survey(&mut self) -> Result<Arc<Bindings>, Fault> {
        self.hold().await?;
        let session = self.session.as_ref().ok_or_else(pool::stopped)?;
        let locals = Locals::default();
        let Ground { inner, library, stop, progress } = self.ground;
        let reader = inner.reader(session, library, &locals, progress);
        let result = pool::until_stopped(session, stop, reader.bindings()).await;
        self.keep_unless(result.as_ref().err());
        result
    }

    /// One read. The outer fault ends the whole run: it was stopped, or no session can be had any more. The inner answer
    /// is this statement's own.
    pub async fn ask(
        &mut self,
        what: &str,
        envelope: &Envelope,
        statement: &Statement,
    ) -> Result<Result<Rows, Fault>, Fault> {
        let first = self.once(what, envelope, statement).await?;
        match &first {
            Err(fault) if fault.kind == Kind::Connection => self.once(what, envelope, statement).await,
            _ => Ok(first),
        }
    }

    async fn once(
        &mut self,
        what: &str,
        envelope: &Envelope,
        statement: &Statement,
    ) -> Result<Result<Rows, Fault>, Fault> {
        self.hold().await?;
        let session = self.session.as_ref().ok_or_else(pool::stopped)?;
        let begun = Instant::now();
        let read = session.read(envelope, &statement.sql, &statement.params);
        let answer = pool::until_stopped(session, self.ground.stop, read).await;
        let rows = answer.as_ref().map(|answer| answer.rows.len()).map_err(|fault| fault.message.as_str());
        self.ground.inner.commands.note(what, &statement.sql, begun.elapsed(), rows);
        self.keep_unless(answer.as_ref().err());
        match answer {
            Err(fault) if fault.kind == Kind::Interrupted => Err(fault),
            answer => Ok(answer),
        }
    }

    /// A session that was cancelled or lost is of no more use.
    fn keep_unless(&mut self, fault: Option<&Fault>) {
        let spent = fault.is_some_and(|fault| matches!(fault.kind, Kind::Interrupted | Kind::Connection));
        if spent {
            self.session = None;
        }
    }

    /// Gives the session back for the next request.
    pub fn let_go(self) {
        if let Some(session) = self.session {
            self.ground.inner.pool.give_back(session);
        }
    }
}
