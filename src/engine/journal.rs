//! The journal: what was changed through pgdeck, as JSON lines that outlive it (DESIGN §5). A line is on the disk before
//! the change it announces can last. It must not know a server.

use super::clock;
use crate::model::operation::{Plan, Receipt};
use crate::model::{Fault, Kind};
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

const FILE: &str = "journal.jsonl";

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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Plan>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
    /// Why it did not happen, or what was found out about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The process that wrote it.
    #[serde(default)]
    pub pid: u32,
}

/// Whose database an operation changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Whose {
    /// The cluster's own number; None where the role may not ask for it.
    pub system_identifier: Option<String>,
    pub database: String,
    pub role: String,
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
            plan: None,
            receipt: None,
            reason: None,
            pid: std::process::id(),
        }
    }
}

/// The file the lines stand in.
#[derive(Clone, Debug, Default)]
pub struct Journal(Option<PathBuf>);

impl Journal {
    /// The journal of this state directory, which need not exist yet.
    pub fn within(state_dir: &Path) -> Self {
        Self(Some(state_dir.join(FILE)))
    }

    /// No journal: nothing can be carried out.
    pub fn nowhere() -> Self {
        Self(None)
    }

    /// Adds a line and waits until the disk has it. A refusal where it cannot be written: what is not recorded is not done.
    pub fn write(&self, entry: &Entry) -> Result<(), Fault> {
        let path = self.0.as_ref().ok_or_else(|| {
            Fault::new(Kind::Refused, "nothing has been changed: there is no journal to record it in")
                .hint("set PGDECK_STATE_DIR to a directory")
        })?;
        append(path, entry).map_err(|error| {
            Fault::new(Kind::Refused, format!("the journal {} cannot be written: {error}", path.display()))
                .hint("set PGDECK_STATE_DIR to a directory that can be written")
        })
    }

    /// All lines, oldest first. A line that cannot be read, such as one cut off by a full disk, is passed over.
    pub fn read(&self) -> Vec<Entry> {
        let Some(file) = self.0.as_ref().and_then(|path| File::open(path).ok()) else {
            return Vec::new();
        };
        let lines = BufReader::new(file).lines().map_while(Result::ok);
        lines.filter_map(|line| serde_json::from_str(&line).ok()).collect()
    }
}

fn append(path: &Path, entry: &Entry) -> io::Result<()> {
    if let Some(dir) = path.parent() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    }
    let mut file = OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
    let mut line = serde_json::to_vec(entry)?;
    line.push(b'\n');
    file.write_all(&line)?;
    file.sync_all()
}
