//! Sessions at hand. A request borrows one; a session that was cancelled or lost is thrown away.

use super::stop::Stop;
use crate::db::Session;
use crate::db::Target;
use crate::model::{Fault, Kind};
use std::sync::Mutex;
use std::time::Duration;

/// Sessions kept open while nobody uses them.
const KEPT: usize = 3;
/// How long the server may take to hear a cancel.
const CANCEL_WAIT: Duration = Duration::from_secs(3);

pub(super) struct Pool {
    target: Target,
    idle: Mutex<Vec<Session>>,
}

impl Pool {
    pub fn new(target: Target) -> Self {
        Self { target, idle: Mutex::new(Vec::new()) }
    }

    /// An open session, and whether it served before.
    pub async fn take(&self) -> Result<(Session, bool), Fault> {
        while let Some(session) = self.pop() {
            if !session.is_closed() {
                return Ok((session, true));
            }
        }
        Ok((Session::open(&self.target).await?, false))
    }

    /// True when no idle session is at hand.
    pub fn is_empty(&self) -> bool {
        self.idle.lock().map_or(true, |idle| idle.is_empty())
    }

    fn pop(&self) -> Option<Session> {
        self.idle.lock().ok()?.pop()
    }

    /// Keeps a session for the next request.
    pub fn give_back(&self, session: Session) {
        if let Ok(mut idle) = self.idle.lock()
            && idle.len() < KEPT
            && !session.is_closed()
        {
            idle.push(session);
        }
    }

    /// Closes every idle session.
    pub fn clear(&self) {
        if let Ok(mut idle) = self.idle.lock() {
            idle.clear();
        }
    }
}

/// Runs work on a session until it ends or is stopped. When stopped, the statement is cancelled on the
/// server and the session must be thrown away (DESIGN §3).
pub(super) async fn until_stopped<T>(
    session: &Session,
    stop: &Stop,
    work: impl Future<Output = Result<T, Fault>>,
) -> Result<T, Fault> {
    let canceller = session.canceller();
    tokio::select! {
        biased;
        () = stop.stopped() => {
            // A cancel that fails changes nothing for the person: the session is dropped in any case.
            let _ = tokio::time::timeout(CANCEL_WAIT, canceller.cancel()).await;
            Err(stopped())
        }
        result = work => result,
    }
}

/// The fault of a request its asker stopped.
pub(super) fn stopped() -> Fault {
    Fault::new(Kind::Interrupted, "stopped")
}
