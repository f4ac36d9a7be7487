//! Where settings stand on this machine.

use super::Lookup;
use crate::model::Fault;
use directories::ProjectDirs;
use std::path::PathBuf;

/// The directory of `config.toml`, whether it exists or not.
pub fn config_dir(environment: Lookup<'_>) -> Result<PathBuf, Fault> {
    match environment("PGDECK_CONFIG_DIR") {
        Some(dir) => Ok(dir.into()),
        None => Ok(home()?.config_dir().to_owned()),
    }
}

/// The directory of what pgdeck remembers between runs: the journal.
pub fn state_dir(environment: Lookup<'_>) -> Result<PathBuf, Fault> {
    match environment("PGDECK_STATE_DIR") {
        Some(dir) => Ok(dir.into()),
        None => {
            let home = home()?;
            Ok(home.state_dir().unwrap_or_else(|| home.data_local_dir()).to_owned())
        }
    }
}

fn home() -> Result<ProjectDirs, Fault> {
    ProjectDirs::from("", "", "pgdeck")
        .ok_or_else(|| Fault::config("this user has no home directory").hint("set PGDECK_CONFIG_DIR"))
}
