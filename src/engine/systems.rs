//! Installing and removing reference systems: a plan first, then one migration run on a direct connection.

use crate::catalog::Library;
use crate::db::{Target, migrate};
use crate::model::Fault;
use crate::model::operation::{Intent, Plan, Receipt};
use crate::model::request::Install;

/// What installing or uninstalling would do.
pub(super) async fn plan(target: &Target, library: &Library, intent: Intent) -> Result<Plan, Fault> {
    let options = target.sqlx_options()?;
    let files = &library.files;
    match &intent {
        Intent::Install(wanted) => {
            let system = library.system(&wanted.system)?;
            migrate::plan_install(options, system, files, schema(wanted)?, wanted.sample_rows).await
        }
        Intent::Uninstall(wanted) => {
            let system = library.system(&wanted.system)?;
            migrate::plan_uninstall(options, system, files, schema(wanted)?, wanted.drop_rows).await
        }
        _ => Err(not_a_system()),
    }
}

/// Does it. What has begun is not stopped: it ends as a whole.
pub(super) async fn perform(target: &Target, library: &Library, intent: &Intent) -> Result<Receipt, Fault> {
    let options = target.sqlx_options()?;
    let files = &library.files;
    match intent {
        Intent::Install(wanted) => {
            let system = library.system(&wanted.system)?;
            migrate::install(options, system, files, schema(wanted)?, wanted.sample_rows).await
        }
        Intent::Uninstall(wanted) => {
            let system = library.system(&wanted.system)?;
            migrate::uninstall(options, system, files, schema(wanted)?, wanted.drop_rows).await
        }
        _ => Err(not_a_system()),
    }
}

fn schema(wanted: &Install) -> Result<&str, Fault> {
    match wanted.schema.as_deref() {
        Some("") => Err(Fault::usage("a schema has a name").hint("leave --schema out for the system's own name")),
        named => Ok(named.unwrap_or(&wanted.system)),
    }
}

fn not_a_system() -> Fault {
    Fault::usage("this operation installs no system")
}
