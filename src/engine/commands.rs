//! The command log: what this process asked the server, newest last, bounded. It holds statements, never values:
//! parameters stay out of it. It must not know who reads it.

use super::clock;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Statements kept.
const KEPT: usize = 500;

/// One statement that was sent.
#[derive(Clone, Debug)]
pub(super) struct Command {
    pub nr: u64,
    /// UTC, ISO with offset.
    pub at: String,
    /// What it was for: a pane, `survey`, an operation.
    pub what: String,
    pub sql: String,
    pub ms: f64,
    /// The number of rows, or why there are none.
    pub outcome: Result<usize, String>,
}

/// The log. One for all sessions of an engine.
#[derive(Debug, Default)]
pub(super) struct Commands(Mutex<(u64, VecDeque<Command>)>);

impl Commands {
    /// Notes one statement.
    pub fn note(&self, what: &str, sql: &str, took: Duration, outcome: Result<usize, &str>) {
        let mut log = self.lock();
        log.0 += 1;
        let command = Command {
            nr: log.0,
            at: clock::now(),
            what: what.to_owned(),
            sql: sql.to_owned(),
            ms: took.as_secs_f64() * 1000.0,
            outcome: outcome.map_err(str::to_owned),
        };
        log.1.push_back(command);
        if log.1.len() > KEPT {
            log.1.pop_front();
        }
    }

    /// What is kept, oldest first.
    pub fn kept(&self) -> Vec<Command> {
        self.lock().1.iter().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, (u64, VecDeque<Command>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
