//! Refreshing materialized views.

use super::super::journal::{Journal, Whose};
use super::super::reader::Reader;
use super::super::survey::Bindings;
use super::Work;
use crate::model::Fault;
use crate::model::operation::{Plan, Receipt, RefreshMode, Views};

/// Which views, in which order, in which mode and why.
pub(super) async fn plan(
    _reader: &Reader<'_>,
    _bindings: &Bindings,
    _journal: &Journal,
    _whose: &Whose,
    _views: Views,
    _mode: RefreshMode,
) -> Result<Plan, Fault> {
    Err(Fault::usage("refresh is not built yet"))
}

/// Refreshes them one after the other.
pub(super) async fn perform(_work: &Work<'_>, _plan: &Plan) -> Result<Receipt, Fault> {
    Err(Fault::usage("refresh is not built yet"))
}
