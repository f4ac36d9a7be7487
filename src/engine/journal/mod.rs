//! The journal: what was changed through pgdeck, as JSON lines that outlive it (DESIGN §5). A line is on the disk before
//! the change it announces can last. It must not know a server.

mod file;
mod parts;
mod process;
mod recorded;

pub use file::{Journal, Lines};
pub use parts::{Part, Parts, Values, Written};
pub use recorded::{Recorded, fold};

use super::clock;
use crate::model::operation::{Ending, Plan, Receipt};
use serde::{Deserialize, Serialize};

/// What a line says about its operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// It is about to be carried out as planned.
    Intent,
    Done,
    RolledBack,
    InDoubt,
    /// What was in doubt was looked up.
    Resolved,
    /// A person was told how it ended while nobody was there.
    Told,
}

impl Event {
    /// The name used in the file.
    pub fn name(self) -> &'static str {
        match self {
            Event::Intent => "intent",
            Event::Done => "done",
            Event::RolledBack => "rolled_back",
            Event::InDoubt => "in_doubt",
            Event::Resolved => "resolved",
            Event::Told => "told",
        }
    }

    /// The event of an ending.
    pub fn of(ending: Ending) -> Self {
        match ending {
            Ending::Done => Event::Done,
            Ending::RolledBack => Event::RolledBack,
            Ending::InDoubt => Event::InDoubt,
        }
    }
}

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub schema: u32,
    /// The operation; all its lines have the same.
    pub id: String,
    pub event: Event,
    /// UTC, ISO with offset.
    pub at: String,
    pub system_identifier: Option<String>,
    pub database: String,
    pub role: String,
    pub operation: String,
    /// Where the server was reached; it tells databases apart where the cluster's own number may not be asked for.
    #[serde(default)]
    pub server: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Plan>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
    /// Why it did not happen, or what was found out about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How it ended after all; on a resolved line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<Ending>,
    /// It ended while nobody was there to be told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub alone: bool,
    /// The process that wrote it.
    #[serde(default)]
    pub pid: u32,
    /// Which machine that process is on, and when it started: its number alone may be another's later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<String>,
}

/// Whose database an operation changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Whose {
    /// The cluster's own number; None where the role may not ask for it.
    pub system_identifier: Option<String>,
    pub database: String,
    pub role: String,
    /// Where the server is reached.
    pub server: String,
}

impl Whose {
    /// True for a line about this database: the same name in the same cluster. Where either side does not know the
    /// cluster's number, the place the server is reached at decides.
    pub fn owns(&self, entry: &Entry) -> bool {
        let same_cluster = match (&self.system_identifier, &entry.system_identifier) {
            (Some(own), Some(other)) => own == other,
            _ => self.server == entry.server,
        };
        same_cluster && self.database == entry.database
    }
}

impl Entry {
    /// A line of now.
    pub fn new(id: &str, event: Event, whose: &Whose, operation: &str) -> Self {
        Self {
            schema: 1,
            id: id.to_owned(),
            event,
            at: clock::now(),
            system_identifier: whose.system_identifier.clone(),
            database: whose.database.clone(),
            role: whose.role.clone(),
            operation: operation.to_owned(),
            server: whose.server.clone(),
            plan: None,
            receipt: None,
            reason: None,
            ending: None,
            alone: false,
            pid: std::process::id(),
            process: process::own(),
        }
    }

    /// A line of now about the operation of this one.
    pub fn after(&self, event: Event) -> Self {
        let whose = Whose {
            system_identifier: self.system_identifier.clone(),
            database: self.database.clone(),
            role: self.role.clone(),
            server: self.server.clone(),
        };
        Self::new(&self.id, event, &whose, &self.operation)
    }

    /// True where the process that wrote this is known to be gone.
    pub fn is_orphan(&self) -> bool {
        process::is_gone(self.pid, self.process.as_deref())
    }
}
