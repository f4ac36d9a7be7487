//! Installing and removing reference systems: a plan first, then one migration run on a direct connection.

use crate::catalog::Library;
use crate::db::{Target, migrate};
use crate::model::request::Install;
use crate::model::{Fault, Outcome, Request};

/// The plan or receipt of an install request. An operation that has begun is not stopped: it ends as a whole.
pub(super) async fn run(target: &Target, library: &Library, request: Request) -> Result<Outcome, Fault> {
    let wanted = match &request {
        Request::PlanInstall(wanted)
        | Request::Install(wanted)
        | Request::PlanUninstall(wanted)
        | Request::Uninstall(wanted) => wanted,
        _ => return Err(Fault::usage("this request is not an operation")),
    };
    let system = library.system(&wanted.system)?;
    let files = &library.files;
    let options = target.sqlx_options()?;
    let Install { schema, sample_rows, .. } = wanted;
    let schema = schema.as_deref().unwrap_or(&system.name);
    match &request {
        Request::PlanInstall(_) => {
            migrate::plan_install(options, system, files, schema, *sample_rows).await.map(Outcome::Plan)
        }
        Request::PlanUninstall(_) => migrate::plan_uninstall(options, system, files, schema).await.map(Outcome::Plan),
        Request::Uninstall(_) => migrate::uninstall(options, system, files, schema).await.map(Outcome::Receipt),
        _ => migrate::install(options, system, files, schema, *sample_rows).await.map(Outcome::Receipt),
    }
}
