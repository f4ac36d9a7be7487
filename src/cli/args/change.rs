//! The flags of what changes rows: restore, delete, undo (DESIGN §5).

use super::How;
use crate::model::operation::OnConflict;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// Why a change is asked for; who asks is `--actor`, which the console takes too.
#[derive(Clone, Debug, Args)]
pub struct Claim {
    /// Why, for the audit trail
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

/// Bring soft-deleted rows back, each with what was deleted along with it; without --write only the plan is printed
#[derive(Debug, Args)]
pub struct Restore {
    /// The table: schema.table, system.table, or a name only one system has
    pub table: String,
    /// One row each: the bare value of a one-column key, else {"column":"value",…}
    #[arg(required = true, value_name = "KEY")]
    pub keys: Vec<String>,
    /// These rows alone, not what was deleted along with them
    #[arg(long)]
    pub only: bool,
    /// Their parents too, where those were deleted apart
    #[arg(long, conflicts_with = "only")]
    pub with_parents: bool,
    /// All that was deleted in the same moment and tenant, not these rows and what hangs below them alone
    #[arg(long, conflicts_with_all = ["only", "with_parents"])]
    pub whole: bool,
    /// Leave this row deleted, with everything below it: TABLE=KEY (repeatable)
    #[arg(long, value_name = "TABLE=KEY")]
    pub without: Vec<String>,
    /// Where nothing exact tells what fell together: rows below deleted so many seconds before or after count, as uncertain
    #[arg(long, value_name = "SECONDS", conflicts_with = "only", value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub window: Option<u32>,
    /// What to do where a row cannot come back: restore nothing, or leave it out
    #[arg(long, value_name = "abort|skip", default_value = "abort", value_parser = on_conflict())]
    pub on_conflict: OnConflict,
    #[command(flatten)]
    pub claim: Claim,
    #[command(flatten)]
    pub how: How,
}

/// Delete rows softly, each with everything below it that falls with it; without --write only the plan is printed
#[derive(Debug, Args)]
pub struct Delete {
    /// The table: schema.table, system.table, or a name only one system has
    pub table: String,
    /// One row each: the bare value of a one-column key, else {"column":"value",…}
    #[arg(required = true, value_name = "KEY")]
    pub keys: Vec<String>,
    #[command(flatten)]
    pub claim: Claim,
    #[command(flatten)]
    pub how: How,
}

/// Print the INSERT that would bring back a row deleted for good, as the audit trail has it; it is handed over and never run
#[derive(Debug, Args)]
pub struct Rebuild {
    /// The table: schema.table, system.table, or a name only one system has
    pub table: String,
    /// The bare value of a one-column key, else {"column":"value",…}
    pub key: String,
    /// How to print: text, json, or sql for the INSERT alone
    #[arg(long, value_name = "FORMAT", value_parser = super::shape())]
    pub format: Option<crate::report::Shape>,
}

/// Undo an operation where nothing changed since; without --write only the plan is printed
#[derive(Debug, Args)]
pub struct Undo {
    /// Its id, from a receipt, the journal or the audit trail; the newest of this journal that can be undone by default
    pub operation: Option<String>,
    #[command(flatten)]
    pub claim: Claim,
    #[command(flatten)]
    pub how: How,
}

fn on_conflict() -> impl TypedValueParser<Value = OnConflict> {
    PossibleValuesParser::new(["abort", "skip"]).map(|name| match name.as_str() {
        "skip" => OnConflict::Skip,
        _ => OnConflict::Abort,
    })
}
