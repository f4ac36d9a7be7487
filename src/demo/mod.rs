//! A throw-away local PostgreSQL with the reference systems and their sample: found or fetched programs, a template that
//! makes the second start quick, a server that ends with us. The tests start theirs with it. It must not know a terminal.

mod account;
mod cluster;
mod command;
mod fetch;
mod fill;
mod find;
mod place;
mod template;
mod unpack;
mod watchdog;

pub use cluster::Cluster;
pub use command::run_command;
pub use fetch::Fetch;
pub use find::Programs;

use crate::catalog::files::Files;
use crate::catalog::system::System;
use crate::model::Fault;
use account::Account;
use place::Place;
use std::path::Path;
use template::Recipe;

/// The database the demo opens.
pub const DATABASE: &str = "demo";

/// The system meant in a demo where several bring a pane of one name.
pub const SYSTEM: &str = "crm";

/// What to start.
#[derive(Clone, Debug)]
pub struct DemoOptions {
    /// About how many leads the sample makes.
    pub rows: u64,
    /// The systems to install, each in the schema of its name; empty for all.
    pub systems: Vec<String>,
    /// A bare server: no systems.
    pub empty: bool,
    /// The data stays after the end.
    pub keep: bool,
    /// What to do where this machine has no server programs.
    pub fetch: Fetch,
    /// The server's major version; None for whatever is found.
    pub major: Option<u32>,
    /// The programs to run, where they are known already: then nothing is looked for or fetched again.
    pub programs: Option<Programs>,
    /// Where the systems' files come from.
    pub files: Files,
}

impl Default for DemoOptions {
    fn default() -> Self {
        Self {
            rows: 50_000,
            systems: Vec::new(),
            empty: false,
            keep: false,
            fetch: Fetch::Ask,
            major: None,
            programs: None,
            files: Files::embedded(),
        }
    }
}

/// Starts a cluster and waits until it answers; the first time for a choice of systems and rows this builds their template.
/// Calls `say` with a line for a person wherever it takes longer. Fails with exit code 3 where no server can be had.
pub async fn start(options: DemoOptions, say: &(dyn Fn(&str) + Sync)) -> Result<Cluster, Fault> {
    let account = Account::find()?;
    let place = Place::find(&account)?;
    place.sweep();
    let systems = chosen(&options)?;
    let programs = match options.programs {
        Some(programs) => programs,
        None => fetch::obtain(&place, &account, options.major, options.fetch, say)?,
    };
    place.make(&account)?;
    let recipe =
        Recipe { programs: &programs, account: &account, files: &options.files, systems: &systems, rows: options.rows };
    template::start(&place, &recipe, options.keep, say).await
}

/// The server programs `start` would use, fetched where that is allowed.
pub fn programs(major: Option<u32>, fetch: Fetch, say: &(dyn Fn(&str) + Sync)) -> Result<Programs, Fault> {
    let account = Account::find()?;
    fetch::obtain(&Place::find(&account)?, &account, major, fetch, say)
}

fn chosen(options: &DemoOptions) -> Result<Vec<System>, Fault> {
    let names = match (options.empty, options.systems.is_empty()) {
        (true, _) => Vec::new(),
        (false, true) => System::names(&options.files),
        (false, false) => options.systems.clone(),
    };
    names.iter().map(|name| System::load(&options.files, name)).collect()
}

/// A failure of the file system, naming the thing.
fn io(verb: &str, path: &Path, error: &std::io::Error) -> Fault {
    Fault::connection(format!("could not {verb} {}: {error}", path.display()))
}
