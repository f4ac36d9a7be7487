//! The TLS settings as libpq combines them.
//! It must not know certificates' contents, nor fall back between modes: dialling does that.

use super::settings::Settings;
use crate::model::Fault;
use std::path::PathBuf;

/// libpq's sslmode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
pub(super) enum Mode {
    Disable,
    Allow,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

/// Whom to trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Roots {
    /// Nobody in particular: nothing is verified.
    None,
    /// The operating system's authorities.
    System,
    /// The authorities in this file, and no others.
    File(PathBuf),
}

/// The TLS settings of a target.
#[derive(Clone, Debug)]
pub(super) struct Tls {
    pub mode: Mode,
    pub roots: Roots,
    /// The client's certificate and its key.
    pub client: Option<(PathBuf, PathBuf)>,
    /// TLS from the first byte, without asking first.
    pub direct: bool,
    /// TLS 1.3 or nothing.
    pub newest_only: bool,
}

const MODES: [(&str, Mode); 6] = [
    ("disable", Mode::Disable),
    ("allow", Mode::Allow),
    ("prefer", Mode::Prefer),
    ("require", Mode::Require),
    ("verify-ca", Mode::VerifyCa),
    ("verify-full", Mode::VerifyFull),
];

impl Tls {
    /// The settings as libpq combines them. Contradictions are usage faults.
    pub fn resolve(settings: &Settings, home: Option<PathBuf>, notes: &mut Vec<String>) -> Result<Self, Fault> {
        let of_home =
            |name: &str| home.as_ref().map(|home| home.join(".postgresql").join(name)).filter(|path| path.exists());
        let roots = match settings.get("sslrootcert") {
            Some("system") => Roots::System,
            Some(path) => Roots::File(path.into()),
            None => of_home("root.crt").map_or(Roots::None, Roots::File),
        };
        let mode = mode(settings, &roots)?;
        if let (true, Some(path)) = (verifies(mode, &roots), of_home("root.crl")) {
            notes.push(format!("the revocation list {} is not read yet", path.display()));
        }
        Ok(Self {
            mode,
            roots,
            client: client(settings, of_home)?,
            direct: direct(settings, mode)?,
            newest_only: newest_only(settings)?,
        })
    }

    /// True when the server's certificate is checked.
    pub fn verifies(&self) -> bool {
        verifies(self.mode, &self.roots)
    }

    /// The word for the mode.
    pub fn mode_name(&self) -> &'static str {
        MODES.iter().find(|(_, mode)| *mode == self.mode).map_or("", |(name, _)| name)
    }
}

/// The sslmode that was asked for; the system's authorities go only with the strongest, which they also imply.
fn mode(settings: &Settings, roots: &Roots) -> Result<Mode, Fault> {
    let asked = settings.choice("sslmode", &MODES)?;
    match (asked, *roots == Roots::System) {
        (None | Some(Mode::VerifyFull), true) => Ok(Mode::VerifyFull),
        (Some(_), true) => Err(Fault::usage("sslrootcert=system goes only with sslmode=verify-full")),
        (asked, false) => Ok(asked.unwrap_or(Mode::Prefer)),
    }
}

fn direct(settings: &Settings, mode: Mode) -> Result<bool, Fault> {
    let choices = [("postgres", false), ("direct", true)];
    match settings.choice("sslnegotiation", &choices)? {
        Some(true) if mode < Mode::Require => {
            Err(Fault::usage("sslnegotiation=direct needs sslmode=require or stronger"))
        }
        direct => Ok(direct.unwrap_or(false)),
    }
}

/// libpq: require with a root file verifies as verify-ca does.
fn verifies(mode: Mode, roots: &Roots) -> bool {
    mode >= Mode::VerifyCa || (mode == Mode::Require && *roots != Roots::None)
}

/// The client's certificate and key; the usual files in the home directory only when both are there.
fn client(settings: &Settings, of_home: impl Fn(&str) -> Option<PathBuf>) -> Result<Option<(PathBuf, PathBuf)>, Fault> {
    let key = settings.get("sslkey").map(PathBuf::from).or_else(|| of_home("postgresql.key"));
    match (settings.get("sslcert").map(PathBuf::from), key) {
        (Some(certificate), Some(key)) => Ok(Some((certificate, key))),
        (Some(_), None) => {
            Err(Fault::usage("sslcert goes only with sslkey, and there is no ~/.postgresql/postgresql.key"))
        }
        (None, key) => Ok(of_home("postgresql.crt").zip(key)),
    }
}

fn newest_only(settings: &Settings) -> Result<bool, Fault> {
    let versions = [("TLSv1", false), ("TLSv1.1", false), ("TLSv1.2", false), ("TLSv1.3", true)];
    Ok(settings.choice("ssl_min_protocol_version", &versions)?.unwrap_or(false))
}
