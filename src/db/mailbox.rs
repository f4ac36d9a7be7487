//! The task that keeps a connection going, and what it leaves for the session: why the connection ended.
//! It must not know statements or their answers.

use super::fault;
use crate::model::Fault;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::Connection;

/// What a connection's task leaves behind.
#[derive(Clone, Default)]
pub(super) struct Mailbox(Arc<Mutex<Option<Fault>>>);

impl Mailbox {
    /// Why the connection ended, where it is known.
    pub fn farewell(&self) -> Option<Fault> {
        self.open().clone()
    }

    fn open(&self) -> MutexGuard<'_, Option<Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps the connection going until its client is dropped or it fails. After a failure it is never asked again: it would
/// answer with the same failure for ever.
pub(super) fn tend<S, T>(mut connection: Connection<S, T>) -> Mailbox
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mailbox = Mailbox::default();
    let post = mailbox.clone();
    tokio::spawn(async move {
        while let Some(message) = std::future::poll_fn(|cx| connection.poll_message(cx)).await {
            // What the server says beside its answers is read so that they can follow, and nobody is told.
            if let Err(error) = message {
                *post.open() = Some(fault::of_statement(&error, "", false));
                break;
            }
        }
    });
    mailbox
}
