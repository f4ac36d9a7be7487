//! The shape of `config.toml`. Every key may be missing; a key that is not here is an error.

use super::colour::{self, Shade};
use super::settings::Colour;
use crate::model::Fault;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// `config.toml` as it stands on disk.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct File {
    pub statement_timeout_ms: Option<u32>,
    pub lock_timeout_ms: Option<u32>,
    pub time_zone: Option<String>,
    pub theme: Option<String>,
    pub page_rows: Option<usize>,
    pub deck: Option<Vec<String>>,
    /// The system meant where several bring a pane of one name.
    pub system: Option<String>,
    /// Relative ones are meant from the file's own directory.
    pub library: Vec<PathBuf>,
    pub colour: Colour,
    /// Who asks for changes, as the audit trail shall say it.
    pub actor: Option<String>,
    pub profile: BTreeMap<String, Profile>,
}

/// A connection with a name: `[profile.NAME]`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    #[serde(skip)]
    pub name: String,
    /// How to connect, where the flags do not say more.
    #[serde(default)]
    pub conninfo: Option<String>,
    /// What kind of place it is: `production`, `staging`, …; shown at all times.
    #[serde(default)]
    pub environment: Option<String>,
    /// The colour of the frames and of the environment in the header, as in a theme.
    #[serde(default)]
    pub colour: Option<String>,
    /// Who asks for changes, as the audit trail shall say it.
    #[serde(default)]
    pub actor: Option<String>,
    #[serde(default)]
    pub deck: Option<Vec<String>>,
    /// The system meant where several bring a pane of one name.
    #[serde(default)]
    pub system: Option<String>,
    /// False refuses `--write` on this connection. True grants nothing by itself.
    #[serde(default = "yes")]
    pub write: bool,
}

fn yes() -> bool {
    true
}

impl Profile {
    /// The colour that marks this connection. Fails where it is none.
    pub fn shade(&self) -> Result<Option<Shade>, Fault> {
        let parsed = self.colour.as_deref().map(|text| colour::parse(text).ok_or(text)).transpose();
        parsed.map_err(|text| {
            Fault::config(format!("profile {}: no colour is called {text:?}", self.name))
                .hint("write #rrggbb or one of the sixteen colours: red, bright-blue, …")
        })
    }
}

impl fmt::Debug for Profile {
    /// Without the conninfo, which may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Profile");
        shown.field("name", &self.name).field("environment", &self.environment);
        shown.field("write", &self.write).finish_non_exhaustive()
    }
}
