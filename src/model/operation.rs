//! What a change would do, and what it did (DESIGN §5, `plan` and `receipt`), and the one list of operations there are.
//! It must not know how an operation is carried out.

use super::fault::Fault;
use super::pane::PaneRef;
use super::request::{Install, Scope};
use serde::{Deserialize, Serialize};

/// One operation as a person meets it. Panes offer it by name (`actions = ["restore"]`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperationSpec {
    pub name: &'static str,
    /// What it does, as the list of a row's actions says it.
    pub title: &'static str,
    /// The columns of a row it reads.
    pub reads: &'static [&'static str],
}

/// Every operation that can be done to a row of a pane.
pub const OPERATIONS: &[OperationSpec] = &[
    OperationSpec {
        name: "restore",
        title: "Restore the row with everything that was deleted along with it",
        reads: &["table", "key"],
    },
    OperationSpec {
        name: "delete",
        title: "Delete the row softly, with everything below it that falls with it",
        reads: &["table", "key"],
    },
    OperationSpec {
        name: "rebuild",
        title: "Show the INSERT that would bring the row back as the audit trail has it",
        reads: &["table", "key"],
    },
    OperationSpec { name: "undo", title: "Undo this operation where nothing changed since", reads: &["id"] },
    OperationSpec { name: "refresh", title: "Refresh the materialized view", reads: &["schema", "view"] },
    OperationSpec {
        name: "cancel",
        title: "Cancel what this backend runs (pg_cancel_backend)",
        reads: &["pid", "backend_start"],
    },
    OperationSpec {
        name: "terminate",
        title: "End this backend's session (pg_terminate_backend)",
        reads: &["pid", "backend_start"],
    },
];

/// The operation of this name.
pub fn operation(name: &str) -> Option<&'static OperationSpec> {
    OPERATIONS.iter().find(|spec| spec.name == name)
}

/// True for operations whose receipt can be planned backwards.
pub fn can_be_undone(operation: &str) -> bool {
    matches!(operation, "restore" | "delete" | "undo")
}

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

/// Why the plan of a row that could be written again is not carried out.
pub const HANDED_OVER: &str = "pgdeck hands this INSERT over and does not run it";
/// How a note begins that says what an undo takes back.
pub const UNDOES: &str = "undoes the ";
/// How a note begins that says which deletion is taken back.
pub const FELL: &str = "fell ";

/// One row or object a plan or receipt names.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PlanRow {
    /// The table or object, as a person writes it.
    pub table: String,
    /// The key as column and value, in order; empty for an object.
    pub key: Vec<(String, Option<String>)>,
    /// What happens to it: `create`, `drop`, `restore`, `delete`, `skip`, `conflict`, `refresh`; what happened to it in a
    /// receipt: `restored`, `deleted`, `refresh`, `failed`.
    pub action: String,
    pub reason: Option<String>,
    /// How a person knows the row.
    #[serde(default)]
    pub label: Option<String>,
    /// How deep it stands below the first row of its tree.
    #[serde(default)]
    pub depth: usize,
    /// What was seen of it, by name (`xmin`, `deleted_at`, …): a plan is carried out only where this still holds.
    #[serde(default)]
    pub seen: Vec<(String, Option<String>)>,
    /// The status the row had before it was deleted, and gets again; none where its marker is no status or nothing tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
    /// What its marks become, in the plan of an undo.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<(String, Option<String>)>,
    /// Columns in which the row and what stands in its way differ: column, this row's value, the other's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<(String, Option<String>, Option<String>)>,
    /// The row column by column, as an operation left it; in a receipt of few rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub image: Vec<(String, Option<String>)>,
}

impl PlanRow {
    /// What was seen of it under this name.
    pub fn seen_of(&self, name: &str) -> Option<&str> {
        self.seen.iter().find(|(own, _)| own == name).and_then(|(_, value)| value.as_deref())
    }
}

/// The rows of one table that a plan is about and does not list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Unlisted {
    pub table: String,
    pub rows: u64,
    /// What was seen of all of them together: another digest means that one of them is another.
    pub digest: String,
}

/// What an operation would do. Nothing has happened yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub operation: String,
    pub intent: Intent,
    pub rows: Vec<PlanRow>,
    /// How many rows or objects of each table are touched.
    pub counts: Vec<(String, u64)>,
    /// The statements, in order, as they would be sent.
    pub sql: Vec<String>,
    /// What a person should know before: triggers, locks, why this mode.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Why it cannot be carried out as it stands.
    #[serde(default)]
    pub refused: Option<String>,
    /// What to type to go on, and how to ask for it; None where one key is enough outside production.
    #[serde(default)]
    pub typed: Option<(String, String)>,
    /// The materialized views that fall behind: `schema.view`.
    #[serde(default)]
    pub stale: Vec<String>,
    /// Where the rows are too many to be listed: all of them by table, those that are listed included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unlisted: Vec<Unlisted>,
}

impl Plan {
    /// A plan that says nothing yet.
    pub fn of(intent: Intent) -> Self {
        Self {
            operation: intent.name().to_owned(),
            intent,
            rows: Vec::new(),
            counts: Vec::new(),
            sql: Vec::new(),
            notes: Vec::new(),
            refused: None,
            typed: None,
            stale: Vec::new(),
            unlisted: Vec::new(),
        }
    }
}

impl Plan {
    /// What it is about, which stands before its rows: the first note, where that says so.
    pub fn about(&self) -> Option<&str> {
        let first = self.notes.first()?;
        [UNDOES, FELL].iter().any(|word| first.starts_with(word)).then_some(first)
    }

    /// What else a person should know before.
    pub fn remarks(&self) -> &[String] {
        &self.notes[usize::from(self.about().is_some())..]
    }

    /// It is no refusal that its SQL is handed over and not run: nothing else was asked for.
    pub fn is_handed_over(&self) -> bool {
        self.refused.as_deref() == Some(HANDED_OVER)
    }

    /// Stopping it on its way leaves what was not done as it was; otherwise it is finished first.
    pub fn can_be_stopped(&self) -> bool {
        let changes_rows = matches!(self.intent, Intent::Restore(_) | Intent::Delete(_) | Intent::Undo(_));
        changes_rows || matches!(self.intent, Intent::Refresh { .. })
    }
}

/// How an operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    Done,
    RolledBack,
    InDoubt,
}

impl Ending {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Ending::Done => "done",
            Ending::RolledBack => "rolled_back",
            Ending::InDoubt => "in_doubt",
        }
    }
}

/// What an operation did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    pub operation: String,
    pub id: String,
    pub ending: Ending,
    pub counts: Vec<(String, u64)>,
    pub sql: Vec<String>,
    /// What a person should know: what did not come back, what is out of date now, time taken.
    pub notes: Vec<String>,
    /// The rows as they stand after it, with what an undo needs to see unchanged.
    #[serde(default)]
    pub rows: Vec<PlanRow>,
    /// When the change was made, in the zone of the person; none where nothing was.
    #[serde(default)]
    pub at: Option<String>,
    /// The database and the server it was made on.
    #[serde(default)]
    pub place: Option<String>,
    /// The database role.
    #[serde(default)]
    pub role: Option<String>,
    /// Who asked, as they say themselves.
    #[serde(default)]
    pub actor: Option<String>,
    #[serde(default)]
    pub reason: Option<String>,
    /// The materialized views that are out of date now: `schema.view`.
    #[serde(default)]
    pub stale: Vec<String>,
    /// The rows are too many to be listed: those here are the first, and a file of the journal has all of them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_parts: bool,
}

impl Receipt {
    /// One that says done and nothing else.
    pub fn done(operation: impl Into<String>, id: impl Into<String>) -> Self {
        Self {
            operation: operation.into(),
            id: id.into(),
            ending: Ending::Done,
            counts: Vec::new(),
            sql: Vec::new(),
            notes: Vec::new(),
            rows: Vec::new(),
            at: None,
            place: None,
            role: None,
            actor: None,
            reason: None,
            stale: Vec::new(),
            in_parts: false,
        }
    }

    /// True where it did not reach its end, and what was done before stays: each row is a transaction of its own.
    pub fn is_partial(&self) -> bool {
        self.ending != Ending::Done && self.rows.iter().any(|row| !["skip", "failed"].contains(&row.action.as_str()))
    }
}
