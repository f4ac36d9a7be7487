//! Where the servers are: libpq's comma lists of hosts, addresses and ports, made into endpoints.
//! It must not know users, databases or TLS.

use super::settings::Settings;
use crate::model::Fault;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// The port without another word.
pub(super) const DEFAULT_PORT: u16 = 5432;

/// The directories in which servers put their sockets unless told otherwise.
const SOCKET_DIRECTORIES: [&str; 2] = ["/var/run/postgresql", "/tmp"];

/// One place a server may listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Endpoint {
    /// The directory of a Unix socket; TLS is never used there.
    Socket { directory: PathBuf, port: u16 },
    /// A network name, which TLS verifies, and the address to use instead of resolving it.
    Network { name: String, address: Option<IpAddr>, port: u16 },
}

impl Endpoint {
    /// The port, of a socket too.
    pub fn port(&self) -> u16 {
        match self {
            Self::Socket { port, .. } | Self::Network { port, .. } => *port,
        }
    }

    /// How a message names it: the host, `local` for a usual socket directory, else the directory.
    pub fn label(&self) -> String {
        let (name, port) = match self {
            Self::Socket { directory, port }
                if SOCKET_DIRECTORIES.iter().any(|usual| directory == Path::new(usual)) =>
            {
                ("local".into(), port)
            }
            Self::Socket { directory, port } => (directory.display().to_string(), port),
            Self::Network { name, port, .. } if name.contains(':') => (format!("[{name}]"), port),
            Self::Network { name, port, .. } => (name.clone(), port),
        };
        if *port == DEFAULT_PORT { name } else { format!("{name}:{port}") }
    }

    /// The socket file of a local endpoint.
    pub fn socket_file(&self) -> Option<PathBuf> {
        match self {
            Self::Socket { directory, port } => Some(directory.join(format!(".s.PGSQL.{port}"))),
            Self::Network { .. } => None,
        }
    }
}

/// The endpoints in the order they are tried; never empty.
pub(super) fn endpoints(settings: &Settings) -> Result<Vec<Endpoint>, Fault> {
    let names = list(settings.get("host"));
    let addresses = list(settings.get("hostaddr"));
    let ports = list(settings.get("port"));
    let count = names.len().max(addresses.len()).max(1);
    if !names.is_empty() && !addresses.is_empty() && names.len() != addresses.len() {
        return Err(Fault::usage(format!("{} hosts were named, but {} host addresses", names.len(), addresses.len())));
    }
    if ports.len() > 1 && ports.len() != count {
        return Err(Fault::usage(format!("{} ports were named for {count} hosts", ports.len())));
    }
    (0..count)
        .map(|at| {
            endpoint(pick(&names, at), pick(&addresses, at), port(pick(&ports, at.min(ports.len().saturating_sub(1))))?)
        })
        .collect()
}

fn list(value: Option<&str>) -> Vec<&str> {
    value.map(|value| value.split(',').map(str::trim).collect()).unwrap_or_default()
}

fn pick<'a>(list: &[&'a str], at: usize) -> Option<&'a str> {
    list.get(at).copied().filter(|text| !text.is_empty())
}

fn port(text: Option<&str>) -> Result<u16, Fault> {
    let Some(text) = text else {
        return Ok(DEFAULT_PORT);
    };
    match text.parse() {
        Ok(port) if port > 0 => Ok(port),
        _ => Err(Fault::usage("the port is not a number from 1 to 65535")
            .hint("in a connection URI a password's : / @ are written %3A %2F %40")),
    }
}

fn endpoint(name: Option<&str>, address: Option<&str>, port: u16) -> Result<Endpoint, Fault> {
    let address = match address.map(str::parse::<IpAddr>) {
        Some(Err(_)) => {
            return Err(Fault::usage("hostaddr is not an IP address").hint("a name belongs into host"));
        }
        Some(Ok(address)) => Some(address),
        None => None,
    };
    match (name, address) {
        (Some(name), None) if name.starts_with('/') => Ok(Endpoint::Socket { directory: name.into(), port }),
        (Some(name), _) if name.starts_with('@') => {
            Err(Fault::usage("sockets in the abstract namespace are not supported yet"))
        }
        (Some(name), address) => Ok(Endpoint::Network { name: name.to_owned(), address, port }),
        (None, Some(address)) => Ok(Endpoint::Network { name: address.to_string(), address: Some(address), port }),
        (None, None) => Ok(local(port)),
    }
}

/// The first usual socket that is there, else localhost.
fn local(port: u16) -> Endpoint {
    let mut sockets = SOCKET_DIRECTORIES.iter().map(|directory| Endpoint::Socket { directory: directory.into(), port });
    let found = sockets.find(|socket| socket.socket_file().is_some_and(|file| file.exists()));
    found.unwrap_or_else(|| Endpoint::Network { name: "localhost".into(), address: None, port })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::env::Env;

    fn read(pairs: &[(&str, &str)]) -> Result<Vec<String>, Fault> {
        let mut settings = Settings::of_env(&Env::default());
        for (key, value) in pairs {
            settings.set(key, Some(value));
        }
        Ok(endpoints(&settings)?.iter().map(Endpoint::label).collect())
    }

    #[test]
    fn lists_pair_up_as_in_libpq() {
        assert_eq!(read(&[("host", "a,b"), ("port", "1,2")]), Ok(vec!["a:1".into(), "b:2".into()]));
        assert_eq!(read(&[("host", "a,b"), ("port", "7")]), Ok(vec!["a:7".into(), "b:7".into()]));
        assert_eq!(
            read(&[("host", "a,/run/x,::1"), ("port", "1,,3")]),
            Ok(vec!["a:1".into(), "/run/x".into(), "[::1]:3".into()])
        );
        assert_eq!(read(&[("hostaddr", "10.0.0.1")]), Ok(vec!["10.0.0.1".into()]));
        assert_eq!(read(&[("host", "/tmp")]), Ok(vec!["local".into()]));
    }

    #[test]
    fn lists_that_do_not_pair_up_are_refused() {
        for pairs in [
            &[("host", "a,b"), ("port", "1,2,3")][..],
            &[("host", "a,b"), ("hostaddr", "10.0.0.1")],
            &[("host", "a"), ("hostaddr", "b")],
            &[("host", "a"), ("port", "0")],
            &[("host", "a"), ("port", "65536")],
            &[("host", "@abstract")],
        ] {
            assert!(read(pairs).is_err(), "{pairs:?}");
        }
    }
}
