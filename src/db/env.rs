//! What the process environment and the operating system say: variables, the account's name, its home.
//! It must not know what a variable means.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::{fmt, fs};

/// The process environment as far as connections care; a plain map so that tests can make one.
#[derive(Clone, Default)]
pub struct Env(BTreeMap<String, String>);

impl Env {
    /// The environment of this process; variables that are not Unicode are left out.
    pub fn of_process() -> Self {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }

    /// A variable's value; an empty one counts as unset, as in libpq.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The name of the operating system's user this process runs as, in libpq's sense: the effective one.
    pub(super) fn account(&self) -> Option<String> {
        let listed = passwd_entry().and_then(|entry| entry.into_iter().next());
        listed.or_else(|| self.get("USER").or_else(|| self.get("LOGNAME")).map(str::to_owned))
    }

    /// The home directory: HOME, else the account's.
    pub(super) fn home(&self) -> Option<PathBuf> {
        let home = self.get("HOME").map(str::to_owned);
        home.or_else(|| passwd_entry()?.into_iter().nth(5)).map(PathBuf::from)
    }
}

/// The fields of the effective user's line in the account file, where it has one.
fn passwd_entry() -> Option<Vec<String>> {
    let uid = rustix::process::geteuid().as_raw().to_string();
    let accounts = fs::read_to_string("/etc/passwd").ok()?;
    let mut entries = accounts.lines().map(|line| line.split(':').map(str::to_owned).collect::<Vec<_>>());
    entries.find(|fields| fields.get(2) == Some(&uid))
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Env {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(k, v)| (k.into(), v.into())).collect())
    }
}

impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
