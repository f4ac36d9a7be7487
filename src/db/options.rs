//! The same connection for the other driver, which installs what pgdeck brings.
//! It must not know migrations.

use super::hosts::Endpoint;
use super::target::{Target, Wanted};
use super::tls::{Mode, Roots};
use crate::model::Fault;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::net::IpAddr;
use tokio_postgres::config::ChannelBinding;

impl Target {
    /// The settings for sqlx. A usage fault names what that driver cannot honour: several hosts, a private sslrootcert over
    /// TLS, channel binding, and some rarer settings. Do not print the result: its debug form shows the password.
    pub fn sqlx_options(&self) -> Result<PgConnectOptions, Fault> {
        let [endpoint] = self.endpoints.as_slice() else {
            return Err(Fault::usage("installing needs one host; several were named"));
        };
        self.refuse_for_sqlx(endpoint)?;
        let mut options = PgConnectOptions::new_without_pgpass()
            .username(&self.user)
            .database(&self.database)
            .application_name(&self.application)
            .port(endpoint.port())
            .extra_float_digits(None::<i8>);
        options = match endpoint {
            Endpoint::Socket { directory, .. } => options.socket(directory).ssl_mode(PgSslMode::Disable),
            Endpoint::Network { name, address, .. } => options
                .host(&address.map_or_else(|| name.clone(), |address| address.to_string()))
                .ssl_mode(ssl_mode(self.tls.mode)),
        };
        if let Some(password) = self.password(endpoint) {
            options = options.password(password);
        }
        if let Some((certificate, key)) = &self.tls.client {
            options = options.ssl_client_cert(certificate).ssl_client_key(key);
        }
        Ok(options)
    }

    fn refuse_for_sqlx(&self, endpoint: &Endpoint) -> Result<(), Fault> {
        let refused = |what: &str| Err(Fault::usage(format!("installing does not support {what} yet")));
        let inherited = std::env::var("PGOPTIONS").ok().filter(|options| !options.is_empty());
        if self.options != inherited {
            return refused("options in the connection string");
        }
        if self.wanted != Wanted::Any {
            return refused("target_session_attrs");
        }
        let Endpoint::Network { name, address, .. } = endpoint else {
            return Ok(());
        };
        let refusals = self.tcp_refusals(name, *address);
        refusals.iter().find(|(applies, _)| *applies).map_or(Ok(()), |(_, what)| refused(what))
    }

    /// What cannot be honoured over the network, and whether it is asked for.
    fn tcp_refusals(&self, name: &str, address: Option<IpAddr>) -> [(bool, &'static str); 5] {
        let mode = self.tls.mode;
        let listed = matches!(self.tls.roots, Roots::File(_));
        let private = listed || std::env::var_os("PGSSLROOTCERT").is_some();
        let elsewhere = address.is_some_and(|address| address.to_string() != *name);
        let bound = self.binding == ChannelBinding::Require;
        let newest = mode != Mode::Disable && self.tls.newest_only;
        [
            (bound, "channel_binding=require"),
            (
                private && self.tls.verifies(),
                "TLS with a private sslrootcert, which its driver would trust beside the system's,",
            ),
            (mode == Mode::VerifyFull && elsewhere, "sslmode=verify-full with hostaddr"),
            (self.tls.direct, "sslnegotiation=direct"),
            (newest, "ssl_min_protocol_version=TLSv1.3"),
        ]
    }
}

/// sqlx reads allow as disable; prefer reaches every server that allow reaches, and encrypts.
fn ssl_mode(mode: Mode) -> PgSslMode {
    match mode {
        Mode::Disable => PgSslMode::Disable,
        Mode::Allow | Mode::Prefer => PgSslMode::Prefer,
        Mode::Require => PgSslMode::Require,
        Mode::VerifyCa => PgSslMode::VerifyCa,
        Mode::VerifyFull => PgSslMode::VerifyFull,
    }
}
