//! What can be asked for that changes something, what it would do, and what it did. It must not know how an operation is carried
//! out.

mod plan;
mod spec;

pub use plan::{Ending, FELL, HANDED_OVER, Plan, PlanRow, Receipt, UNDOES, Unlisted};
pub use spec::{OPERATIONS, OperationSpec, can_be_undone, operation};

use super::fault::Fault;
use super::pane::PaneRef;
use super::request::{Install, Scope};
use serde::{Deserialize, Serialize};

/// How far a restore reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reach {
    /// The whole deletion the row fell with.
    #[default]
    Deletion,
    /// The named rows alone.
    Only,
    /// The deletion, and the parents that were deleted apart from it.
    WithParents,
    /// Everything that was deleted at the same time in the same tenant, its other roots too.
    Whole,
}

/// What a restore does about rows that cannot come back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum OnConflict {
    /// Nothing is restored at all.
    #[default]
    Abort,
    /// They stay deleted.
    Skip,
}

/// A row by its table, as a plan writes it, and its key, as a command line writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RowRef {
    pub table: String,
    pub key: String,
}

/// Live rows to be deleted softly, with what falls with them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Delete {
    /// As in [`Restore`].
    pub table: String,
    pub keys: Vec<String>,
    /// Rows of other tenants are left out.
    pub scope: Option<Scope>,
    /// Who asked, as they say themselves.
    pub actor: Option<String>,
    pub reason: Option<String>,
}

/// An operation to be taken back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Undo {
    /// The newest of this database that can be undone where there is none.
    pub id: Option<String>,
    /// Who asked, as they say themselves.
    #[serde(default)]
    pub actor: Option<String>,
    #[serde(default)]
    pub reason: Option<String>,
}

impl Undo {
    /// Of the operation with this id.
    pub fn of(id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..Self::default() }
    }
}

/// Soft-deleted rows to be brought back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Restore {
    /// `schema.table`, `system.table`, or a bare name that only one system has.
    pub table: String,
    /// One row each: the bare value of a one-column key, else a JSON object.
    pub keys: Vec<String>,
    pub reach: Reach,
    pub on_conflict: OnConflict,
    /// Rows that stay deleted, with everything below them.
    #[serde(default)]
    pub without: Vec<RowRef>,
    /// Rows below that were deleted so many seconds before or after count as fallen together where nothing exact tells.
    #[serde(default)]
    pub window_s: Option<u32>,
    /// Rows of other tenants are left out.
    pub scope: Option<Scope>,
    /// Who asked, as they say themselves.
    pub actor: Option<String>,
    pub reason: Option<String>,
}

/// How a materialized view is refreshed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RefreshMode {
    /// Concurrently where the view can be, else plainly.
    #[default]
    Auto,
    Concurrently,
    Plain,
}

/// Which views are refreshed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Views {
    /// `schema.view`, or a bare name that only one schema has.
    Named(Vec<String>),
    All,
    /// Those known to be out of date.
    Stale,
}

/// Everything that can be asked for that changes something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Intent {
    Install(Install),
    Uninstall(Install),
    Restore(Restore),
    Delete(Delete),
    Undo(Undo),
    /// The INSERT of a row that only the audit trail still has, to be handed over.
    Rebuild(RowRef),
    Refresh {
        views: Views,
        mode: RefreshMode,
    },
    /// Cancel or terminate the backend with this process id, started at that time where it is known.
    Signal {
        pid: i32,
        started: Option<String>,
        terminate: bool,
    },
}

impl Intent {
    /// The name of the operation.
    pub fn name(&self) -> &'static str {
        match self {
            Intent::Install(_) => "install",
            Intent::Uninstall(_) => "uninstall",
            Intent::Restore(_) => "restore",
            Intent::Delete(_) => "delete",
            Intent::Undo(_) => "undo",
            Intent::Rebuild(_) => "rebuild",
            Intent::Refresh { .. } => "refresh",
            Intent::Signal { terminate: false, .. } => "cancel",
            Intent::Signal { terminate: true, .. } => "terminate",
        }
    }

    /// What an operation of the list means for a row whose columns have these values. Fails where a column it reads
    /// has no value there.
    pub fn of_row(
        spec: &OperationSpec,
        value: impl Fn(&str) -> Option<String>,
        scope: Option<Scope>,
    ) -> Result<Self, Fault> {
        let read =
            |name: &str| value(name).ok_or_else(|| Fault::usage(format!("{}: the row says no {name}", spec.name)));
        Ok(match spec.name {
            "restore" => Intent::Restore(Restore {
                table: read("table")?,
                keys: vec![read("key")?],
                // A row of the trash stands for all that fell at once.
                reach: if value("whole").is_some() { Reach::Whole } else { Reach::Deletion },
                scope,
                ..Restore::default()
            }),
            "delete" => {
                Intent::Delete(Delete { table: read("table")?, keys: vec![read("key")?], scope, ..Delete::default() })
            }
            "rebuild" => Intent::Rebuild(RowRef { table: read("table")?, key: read("key")? }),
            "undo" => Intent::Undo(Undo::of(read("id")?)),
            "refresh" => Intent::Refresh {
                views: {
                    let view = PaneRef::Relation { schema: read("schema")?, name: read("view")? };
                    Views::Named(vec![view.to_string()])
                },
                mode: RefreshMode::Auto,
            },
            _ => Intent::Signal {
                pid: read("pid")?.parse().map_err(|_| Fault::usage("the row's pid is no number"))?,
                started: Some(read("backend_start")?),
                terminate: spec.name == "terminate",
            },
        })
    }
}
