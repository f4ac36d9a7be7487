//! One way to ask for rows, whether in a read of its own or inside the write transaction. It must not know what is asked.

use super::super::super::reader::Reader;
use super::super::Work;
use crate::db::{Change, Envelope};
use crate::model::Fault;

/// Where a statement runs.
#[derive(Clone, Copy)]
pub(in crate::engine) enum Asking<'a> {
    Read {
        what: &'a str,
        reader: &'a Reader<'a>,
        envelope: &'a Envelope,
    },
    Write {
        work: &'a Work<'a>,
        change: &'a Change<'a>,
    },
    /// One of several reads that see the rows of one moment.
    Within {
        what: &'a str,
        reader: &'a Reader<'a>,
        reading: &'a Change<'a>,
    },
}

impl Asking<'_> {
    /// The rows of one statement.
    pub async fn rows(&self, sql: &str, params: &[Option<String>]) -> Result<Vec<Vec<Option<String>>>, Fault> {
        match self {
            Asking::Read { what, reader, envelope } => Ok(reader.ask(what, envelope, sql, params).await?.rows),
            Asking::Write { work, change } => work.run(change, sql, params).await,
            Asking::Within { what, reader, reading } => reader.ask_within(what, reading, sql, params).await,
        }
    }

    /// The time of the transaction, as a person writes it, with the zone.
    pub async fn moment(&self) -> Result<Option<String>, Fault> {
        let sql = "SELECT pg_catalog.to_char(pg_catalog.transaction_timestamp(), 'YYYY-MM-DD HH24:MI:SS TZ')";
        Ok(self.texts(sql, &[]).await?.into_iter().next())
    }

    /// The first column of every row, without NULLs.
    pub async fn texts(&self, sql: &str, params: &[Option<String>]) -> Result<Vec<String>, Fault> {
        Ok(self.rows(sql, params).await?.into_iter().filter_map(|row| row.into_iter().next().flatten()).collect())
    }
}
