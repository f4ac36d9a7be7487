//! Cancelling what a backend runs, or ending its session.

use super::super::reader::Reader;
use super::super::survey::Bindings;
use super::Work;
use crate::model::Fault;
use crate::model::operation::{Plan, Receipt};

/// Which backend, and what it does at the moment.
pub(super) async fn plan(
    _reader: &Reader<'_>,
    _bindings: &Bindings,
    _pid: i32,
    _started: Option<String>,
    _terminate: bool,
) -> Result<Plan, Fault> {
    Err(Fault::usage("cancel is not built yet"))
}

/// Sends the signal to the backend that was seen, and to no other.
pub(super) async fn perform(_work: &Work<'_>, _plan: &Plan) -> Result<Receipt, Fault> {
    Err(Fault::usage("cancel is not built yet"))
}
