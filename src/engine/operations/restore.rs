//! Restoring soft-deleted rows: the row, and what fell with it.

use super::super::reader::Reader;
use super::super::survey::Bindings;
use super::Work;
use crate::model::Fault;
use crate::model::operation::{Plan, Receipt, Restore};

/// What would come back, what cannot, and why.
pub(super) async fn plan(_reader: &Reader<'_>, _bindings: &Bindings, _restore: Restore) -> Result<Plan, Fault> {
    Err(Fault::usage("restore is not built yet"))
}

/// Brings the planned rows back in one transaction.
pub(super) async fn perform(_work: &Work<'_>, _plan: &Plan, _restore: &Restore) -> Result<Receipt, Fault> {
    Err(Fault::usage("restore is not built yet"))
}
