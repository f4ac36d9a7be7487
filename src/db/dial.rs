//! One connection to one address: sockets, TLS attempts, the driver's startup.
//! It must not know what a session is for.

use super::fault;
use super::hosts::Endpoint;
use super::mailbox::{self, Mailbox};
use super::target::{Keepalive, Target};
use super::tls::{Mode, Tls};
use crate::model::Fault;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use tokio_postgres::config::{SslMode, SslNegotiation};
use tokio_postgres::{Client, Config, Error, SimpleQueryMessage};
use tokio_postgres_rustls::MakeRustlsConnect;

/// A concrete place to connect to.
#[derive(Clone, Debug)]
pub(super) enum Address {
    Network(SocketAddr),
    /// The socket file.
    Socket(PathBuf),
}

/// A live connection and the way it was made.
pub(super) struct Wire {
    pub client: Client,
    pub address: Address,
    /// The name TLS verified.
    pub name: String,
    pub tls: MakeRustlsConnect,
    /// The database is SQL_ASCII: its texts are bytes in whatever encoding they came.
    pub without_encoding: bool,
    pub mailbox: Mailbox,
}

/// The addresses of an endpoint, resolved.
pub(super) async fn addresses(target: &Target, endpoint: &Endpoint) -> Result<Vec<Address>, Fault> {
    match endpoint {
        Endpoint::Socket { .. } => Ok(endpoint.socket_file().map(Address::Socket).into_iter().collect()),
        Endpoint::Network { address: Some(address), port, .. } => Ok(vec![Address::Network((*address, *port).into())]),
        Endpoint::Network { name, port, .. } => match tokio::net::lookup_host((name.as_str(), *port)).await {
            Ok(found) => Ok(found.map(Address::Network).collect()),
            Err(error) => Err(Fault::connection(format!(
                "cannot connect to {}: the host name does not resolve: {error}",
                target.label()
            ))
            .hint("is the host name right?")),
        },
    }
}

/// Connects with the given startup options, trying with and without TLS as sslmode says.
pub(super) async fn dial(
    target: &Target,
    endpoint: &Endpoint,
    address: &Address,
    options: Option<&str>,
) -> Result<Wire, Fault> {
    let attempts: &[SslMode] = match (endpoint, target.tls.mode) {
        (Endpoint::Socket { .. }, _) | (_, Mode::Disable) => &[SslMode::Disable],
        (_, Mode::Allow) => &[SslMode::Disable, SslMode::Require],
        (_, Mode::Prefer) => &[SslMode::Prefer, SslMode::Disable],
        _ => &[SslMode::Require],
    };
    let tls = match attempts {
        [SslMode::Disable] => Tls::off()?,
        _ => target.tls.connector()?,
    };
    let mut failed = None;
    for mode in attempts {
        match connect(target, endpoint, address, *mode, options, &tls).await {
            Ok(wire) => return Ok(wire),
            Err(error) if invites_another_mode(&error) => failed = failed.or(Some(error)),
            Err(error) => return Err(fault::of_dialling(&error, target, endpoint)),
        }
    }
    Err(failed
        .map_or_else(|| fault::of_silence(target, endpoint), |error| fault::of_dialling(&error, target, endpoint)))
}

/// True when the failure may be about TLS itself: a handshake, or a pg_hba.conf that wants the other kind.
fn invites_another_mode(error: &Error) -> bool {
    error.code().is_some_and(|code| code.code() == "28000") || error.to_string().contains("TLS")
}

async fn connect(
    target: &Target,
    endpoint: &Endpoint,
    address: &Address,
    mode: SslMode,
    options: Option<&str>,
    tls: &MakeRustlsConnect,
) -> Result<Wire, Error> {
    let mut config = config(target, endpoint, address);
    config.ssl_mode(mode);
    if let Some(options) = options {
        config.options(options);
    }
    let (client, connection) = config.connect(tls.clone()).await?;
    let without_encoding = connection.parameter("server_encoding") == Some("SQL_ASCII");
    let mailbox = mailbox::tend(connection);
    let name = match endpoint {
        Endpoint::Network { name, .. } => name.clone(),
        Endpoint::Socket { .. } => String::new(),
    };
    Ok(Wire { client, address: address.clone(), name, tls: tls.clone(), without_encoding, mailbox })
}

fn config(target: &Target, endpoint: &Endpoint, address: &Address) -> Config {
    let mut config = Config::new();
    config.user(&target.user).dbname(&target.database).application_name(&target.application).port(endpoint.port());
    config.channel_binding(target.binding);
    if target.tls.direct {
        config.ssl_negotiation(SslNegotiation::Direct);
    }
    match (endpoint, address) {
        (Endpoint::Network { name, .. }, Address::Network(address)) => config.host(name).hostaddr(address.ip()),
        (Endpoint::Socket { directory, .. }, _) => config.host_path(directory),
        (Endpoint::Network { name, .. }, Address::Socket(_)) => config.host(name),
    };
    if let Some(password) = target.password(endpoint) {
        config.password(password);
    }
    keep_alive(&mut config, target.keepalive);
    config
}

fn keep_alive(config: &mut Config, keepalive: Keepalive) {
    config.keepalives(keepalive.on);
    if let Some(seconds) = keepalive.idle {
        config.keepalives_idle(Duration::from_secs(seconds));
    }
    if let Some(seconds) = keepalive.interval {
        config.keepalives_interval(Duration::from_secs(seconds));
    }
    if let Some(count) = keepalive.count {
        config.keepalives_retries(count);
    }
    if let Some(milliseconds) = keepalive.user_timeout {
        config.tcp_user_timeout(Duration::from_millis(milliseconds));
    }
}

/// The first row's first columns, as text.
pub(super) fn first_row(answers: &[SimpleQueryMessage]) -> [Option<String>; 3] {
    let row = answers.iter().find_map(|answer| match answer {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    });
    let value =
        |at: usize| row.filter(|row| at < row.len()).and_then(|row| row.try_get(at).ok().flatten()).map(str::to_owned);
    [value(0), value(1), value(2)]
}
