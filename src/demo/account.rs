//! Who runs the server: ourselves, or, as root, an unprivileged account (PostgreSQL refuses root). It must not know why.

use super::io;
use crate::model::Fault;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// The account the server runs under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its name and numbers where it is not our own.
    other: Option<(String, u32, u32)>,
}

impl Account {
    /// Our own account, or for root `postgres`, else `nobody`. Fails where root finds neither.
    pub fn find() -> Result<Self, Fault> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self { other: None });
        }
        let accounts = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
        let found = ["postgres", "nobody"].iter().find_map(|name| numbers(&accounts, name));
        let found = found.ok_or_else(|| {
            Fault::connection(
                "PostgreSQL does not run as root, and there is no account `postgres` or `nobody` to run it under",
            )
            .hint("run pgdeck demo as an ordinary user")
        })?;
        Ok(Self { other: Some(found) })
    }

    /// True when we are root and the server runs under another account.
    pub fn is_other(&self) -> bool {
        self.other.is_some()
    }

    /// The account's name, where it is not ours.
    pub fn name(&self) -> Option<&str> {
        self.other.as_ref().map(|(name, _, _)| name.as_str())
    }

    /// Makes the program run under this account.
    pub fn runs<'c>(&self, program: &'c mut Command) -> &'c mut Command {
        if let Some((_, user, group)) = &self.other {
            program.uid(*user).gid(*group);
        }
        program
    }

    /// Gives the file or folder to this account.
    pub fn owns(&self, path: &Path) -> Result<(), Fault> {
        match &self.other {
            Some((_, user, group)) => {
                chown(path, Some(*user), Some(*group)).map_err(|error| io("give away", path, &error))
            }
            None => Ok(()),
        }
    }
}

/// The user and group number of a line of `/etc/passwd`.
fn numbers(accounts: &str, name: &str) -> Option<(String, u32, u32)> {
    let line = accounts.lines().find(|line| line.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    // Some systems write the number of `nobody` as a negative one.
    let mut number = || fields.next()?.parse::<i64>().ok().map(|number| number as u32);
    Some((name.to_owned(), number()?, number()?))
}
