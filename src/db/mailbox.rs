//! The task that keeps a connection going, and what it leaves for the session: notices, and why the connection ended.
//! It must not know statements or their answers.

use super::fault;
use crate::model::Fault;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::error::DbError;
use tokio_postgres::{AsyncMessage, Connection};

/// How many notices are kept; the oldest go first.
const KEPT: usize = 256;

/// Something the server said beside its answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// WARNING, NOTICE, INFO… in the server's language.
    pub severity: String,
    pub sqlstate: String,
    pub message: String,
}

impl Notice {
    fn of(said: &DbError) -> Self {
        Self { severity: said.severity().into(), sqlstate: said.code().code().into(), message: said.message().into() }
    }
}

#[derive(Default)]
struct Post {
    notices: VecDeque<Notice>,
    farewell: Option<Fault>,
}

/// What a connection's task leaves behind.
#[derive(Clone, Default)]
pub(super) struct Mailbox(Arc<Mutex<Post>>);

impl Mailbox {
    /// The notices since the last call, oldest first.
    pub fn notices(&self) -> Vec<Notice> {
        self.open().notices.drain(..).collect()
    }

    /// Why the connection ended, where it is known.
    pub fn farewell(&self) -> Option<Fault> {
        self.open().farewell.clone()
    }

    fn put(&self, notice: Notice) {
        let notices = &mut self.open().notices;
        if notices.len() == KEPT {
            notices.pop_front();
        }
        notices.push_back(notice);
    }

    fn open(&self) -> MutexGuard<'_, Post> {
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
            match message {
                Ok(AsyncMessage::Notice(said)) => post.put(Notice::of(&said)),
                Ok(_) => {}
                Err(error) => {
                    post.open().farewell = Some(fault::of_statement(&error, "", false));
                    break;
                }
            }
        }
    });
    mailbox
}
