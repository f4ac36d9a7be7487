//! Where settings and state stand on this machine.

use super::Lookup;
use crate::model::Fault;
use directories::ProjectDirs;
use std::path::PathBuf;

/// The directory of `config.toml`, whether it exists or not.
pub fn config_dir(environment: Lookup<'_>) -> Result<PathBuf, Fault> {
    match environment("PGDECK_CONFIG_DIR") {
        Some(dir) => Ok(dir.into()),
        None => Ok(home("PGDECK_CONFIG_DIR")?.config_dir().to_owned()),
    }
}

/// The directory of the journal, whether it exists or not.
pub fn state_dir(environment: Lookup<'_>) -> Result<PathBuf, Fault> {
    if let Some(dir) = environment("PGDECK_STATE_DIR") {
        return Ok(dir.into());
    }
    let dirs = home("PGDECK_STATE_DIR")?;
    Ok(dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir()).to_owned())
}

fn home(instead: &str) -> Result<ProjectDirs, Fault> {
    ProjectDirs::from("", "", "pgdeck")
        .ok_or_else(|| Fault::config("this user has no home directory").hint(format!("set {instead}")))
}
