//! What a change would do, and what it did (DESIGN §5, `plan` and `receipt`). It must not know how it is carried out.

use super::Intent;
use serde::{Deserialize, Serialize};

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
