//! One resolved connection: what the command line, the connection string and the environment say together.
//! It must not know how a session is opened; both drivers get their settings from here.

use super::conninfo;
use super::env::Env;
use super::hosts::{self, Endpoint};
use super::pgpass::{self, Line, Login, Password};
use super::settings::Settings;
use super::tls::Tls;
use crate::model::Fault;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// What the command line said about the connection.
#[derive(Clone, Default)]
pub struct Flags {
    /// A database name, a `key=value` string or a URI.
    pub conninfo: Option<String>,
    pub host: Option<String>,
    pub port: Option<String>,
    pub user: Option<String>,
    /// `-d`: as `conninfo`.
    pub dbname: Option<String>,
    pub service: Option<String>,
    /// The connection string of a profile, below every flag and above the environment.
    pub profile: Option<String>,
}

impl fmt::Debug for Flags {
    /// Leaves out what may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flags")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// Which servers of several are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Any,
    ReadWrite,
    ReadOnly,
    Primary,
    Standby,
    PreferStandby,
}

/// TCP keepalives; durations in seconds, nothing means the system's own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keepalive {
    pub on: bool,
    pub idle: Option<u64>,
    pub interval: Option<u64>,
    pub count: Option<u32>,
    /// In milliseconds.
    pub user_timeout: Option<u64>,
}

/// Where and as whom to connect. Its debug form does not show the password.
#[derive(Clone, Debug)]
pub struct Target {
    pub(super) endpoints: Vec<Endpoint>,
    pub(super) user: String,
    pub(super) database: String,
    password: Option<Password>,
    passwords: Vec<Line>,
    pub(super) options: Option<String>,
    pub(super) application: String,
    pub(super) timeout: Option<Duration>,
    pub(super) tls: Tls,
    pub(super) binding: tokio_postgres::config::ChannelBinding,
    pub(super) wanted: Wanted,
    pub(super) keepalive: Keepalive,
    notes: Vec<String>,
}

/// How long one server may take to answer when nothing else was said.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

impl Target {
    /// The connection they describe together, in psql's order: a connection string wins over single flags, these over
    /// the environment, that over the defaults. A usage fault names what cannot be read or is not supported.
    pub fn resolve(flags: &Flags, env: &Env) -> Result<Target, Fault> {
        let settings = merge(flags, env)?;
        settings.refuse_unsupported()?;
        let user = match settings.get("user") {
            Some(user) => user.to_owned(),
            None => env.account().ok_or_else(|| {
                Fault::usage("no user was named and this account has no name").hint("name one with -U")
            })?,
        };
        let (passwords, note) = match passfile(&settings, env) {
            Some(path) => pgpass::read(&path),
            None => (Vec::new(), None),
        };
        let mut notes: Vec<String> = note.into_iter().collect();
        let tls = Tls::resolve(&settings, env.home(), &mut notes)?;
        Ok(Target {
            endpoints: hosts::endpoints(&settings)?,
            database: settings.get("dbname").unwrap_or(&user).to_owned(),
            user,
            password: settings.get("password").map(|text| Password(text.to_owned())),
            passwords,
            options: settings.get("options").map(str::to_owned),
            application: application(&settings),
            timeout: timeout(&settings)?,
            tls,
            binding: binding(&settings)?,
            wanted: wanted(&settings)?,
            keepalive: keepalive(&settings)?,
            notes,
        })
    }

    /// `user@host/database` for messages; sockets show as `local` or their directory. Never the password.
    pub fn label(&self) -> String {
        format!("{}@{}/{}", self.user, self.host_label(), self.database)
    }

    /// The hosts for messages, with the port where it is not 5432.
    pub fn host_label(&self) -> String {
        self.endpoints.iter().map(Endpoint::label).collect::<Vec<_>>().join(",")
    }

    /// The database's name.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// The role that logs in.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// What a person should know and nothing failed for, such as an ignored password file.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The same connection to another database of the server. The name is a name, never a connection string.
    pub fn with_database(&self, name: &str) -> Target {
        Target { database: name.to_owned(), ..self.clone() }
    }

    /// The password for one endpoint: the given one, else the password file's.
    pub(super) fn password(&self, endpoint: &Endpoint) -> Option<&str> {
        let directory;
        let hosts: Vec<&str> = match endpoint {
            Endpoint::Network { name, .. } => vec![name],
            Endpoint::Socket { directory: path, .. } => {
                directory = path.to_string_lossy();
                vec![&directory, "localhost"]
            }
        };
        let login = Login { hosts: &hosts, port: endpoint.port(), database: &self.database, user: &self.user };
        let password = self.password.as_ref().or_else(|| pgpass::find(&self.passwords, &login));
        password.map(|password| password.0.as_str())
    }
}

/// psql's order of precedence, measured with psql 15: `psql -h a 'host=b'` goes to b.
fn merge(flags: &Flags, env: &Env) -> Result<Settings, Fault> {
    let mut settings = Settings::of_env(env);
    if let Some(profile) = &flags.profile {
        settings.lay(conninfo::parse(profile)?)?;
    }
    settings.set("service", flags.service.as_deref());
    settings.set("host", flags.host.as_deref());
    settings.set("port", flags.port.as_deref());
    settings.set("user", flags.user.as_deref());
    let mut databases = 0;
    for text in [&flags.dbname, &flags.conninfo].into_iter().flatten() {
        let pairs = match conninfo::is_conninfo(text) {
            true => conninfo::parse(text)?,
            false => vec![("dbname".to_owned(), text.clone())],
        };
        databases += usize::from(pairs.iter().any(|(key, _)| key == "dbname"));
        settings.lay(pairs)?;
    }
    match databases {
        2 => Err(Fault::usage("the database is named twice, with -d and in the connection string")),
        _ => Ok(settings),
    }
}

fn passfile(settings: &Settings, env: &Env) -> Option<PathBuf> {
    let named = settings.get("passfile").map(PathBuf::from);
    named.or_else(|| env.home().map(|home| home.join(".pgpass")))
}

fn application(settings: &Settings) -> String {
    let named = settings.get("application_name");
    let named = named.or_else(|| settings.get("fallback_application_name"));
    named.unwrap_or("pgdeck").to_owned()
}

fn timeout(settings: &Settings) -> Result<Option<Duration>, Fault> {
    Ok(match settings.number("connect_timeout")? {
        None => Some(CONNECT_TIMEOUT),
        Some(seconds) => u64::try_from(seconds).ok().filter(|seconds| *seconds > 0).map(Duration::from_secs),
    })
}

fn binding(settings: &Settings) -> Result<tokio_postgres::config::ChannelBinding, Fault> {
    use tokio_postgres::config::ChannelBinding::{Disable, Prefer, Require};
    let choices = [("prefer", Prefer), ("disable", Disable), ("require", Require)];
    Ok(settings.choice("channel_binding", &choices)?.unwrap_or(Prefer))
}

fn wanted(settings: &Settings) -> Result<Wanted, Fault> {
    let choices = [
        ("any", Wanted::Any),
        ("read-write", Wanted::ReadWrite),
        ("read-only", Wanted::ReadOnly),
        ("primary", Wanted::Primary),
        ("standby", Wanted::Standby),
        ("prefer-standby", Wanted::PreferStandby),
    ];
    Ok(settings.choice("target_session_attrs", &choices)?.unwrap_or(Wanted::Any))
}

fn keepalive(settings: &Settings) -> Result<Keepalive, Fault> {
    let positive =
        |key: &str| Ok::<_, Fault>(settings.number(key)?.and_then(|n| u64::try_from(n).ok()).filter(|n| *n > 0));
    Ok(Keepalive {
        on: settings.number("keepalives")?.unwrap_or(1) != 0,
        idle: positive("keepalives_idle")?,
        interval: positive("keepalives_interval")?,
        count: positive("keepalives_count")?.and_then(|n| u32::try_from(n).ok()),
        user_timeout: positive("tcp_user_timeout")?,
    })
}

#[cfg(test)]
#[path = "target_tests.rs"]
mod tests;
