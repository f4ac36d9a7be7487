//! What a change would do, and what it did (DESIGN §5, `plan` and `receipt`).

/// One row or object a plan names.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanRow {
    /// The table or object, as a person writes it.
    pub table: String,
    /// The key as column and value, in order; empty for an object.
    pub key: Vec<(String, Option<String>)>,
    /// What happens to it: `create`, `drop`, `restore`, `skip`.
    pub action: String,
    pub reason: Option<String>,
}

/// What an operation would do. Nothing has happened yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    pub operation: String,
    pub rows: Vec<PlanRow>,
    /// How many rows or objects of each table are touched.
    pub counts: Vec<(String, u64)>,
    /// The statements, in order, as they would be sent.
    pub sql: Vec<String>,
}

/// How an operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    pub operation: String,
    pub id: String,
    pub ending: Ending,
    pub counts: Vec<(String, u64)>,
    pub sql: Vec<String>,
    /// What a person should know: stood aside, skipped parts, time taken.
    pub notes: Vec<String>,
}
