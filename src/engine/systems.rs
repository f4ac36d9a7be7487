//! Installing and removing reference systems: a plan first, then one migration run on a direct connection.

use crate::catalog::Library;
use crate::db::Target;
use crate::model::{Fault, Outcome, Request};

/// The plan or receipt of an install request.
pub(super) async fn run(_target: &Target, _library: &Library, _request: Request) -> Result<Outcome, Fault> {
    Err(Fault::usage("not yet"))
}
