//! Undoing a restore: the original markers put back where the rows are unchanged.

use super::super::journal::{Journal, Whose};
use super::super::reader::Reader;
use super::super::survey::Bindings;
use super::Work;
use crate::model::Fault;
use crate::model::operation::{Plan, Receipt};

/// What would be undone.
pub(super) async fn plan(
    _reader: &Reader<'_>,
    _bindings: &Bindings,
    _journal: &Journal,
    _whose: &Whose,
    _id: Option<String>,
) -> Result<Plan, Fault> {
    Err(Fault::usage("undo is not built yet"))
}

/// Undoes it.
pub(super) async fn perform(_work: &Work<'_>, _plan: &Plan) -> Result<Receipt, Fault> {
    Err(Fault::usage("undo is not built yet"))
}
