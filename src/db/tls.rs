//! TLS as libpq's sslmode words define it, on rustls.
//! It must not know hosts beyond the name that is verified, nor fall back between modes: dialling does that.

use super::settings::Settings;
use super::verifier::Unnamed;
use crate::model::Fault;
use rustls::client::WebPkiServerVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_postgres_rustls::MakeRustlsConnect;

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
        let unsaid = if roots == Roots::System { Mode::VerifyFull } else { Mode::Prefer };
        let mode = settings.choice("sslmode", &MODES)?.unwrap_or(unsaid);
        let direct = settings.choice("sslnegotiation", &[("postgres", false), ("direct", true)])?.unwrap_or(false);
        if roots == Roots::System && mode != Mode::VerifyFull {
            return Err(Fault::usage("sslrootcert=system goes only with sslmode=verify-full"));
        }
        if direct && mode < Mode::Require {
            return Err(Fault::usage("sslnegotiation=direct needs sslmode=require or stronger"));
        }
        if let (true, Some(path)) = (verifies(mode, &roots), of_home("root.crl")) {
            notes.push(format!("the revocation list {} is not read yet", path.display()));
        }
        Ok(Self { mode, roots, client: client(settings, of_home)?, direct, newest_only: newest_only(settings)? })
    }

    /// True when the server's certificate is checked.
    pub fn verifies(&self) -> bool {
        verifies(self.mode, &self.roots)
    }

    /// A connector for connections that are not encrypted; it reads no file.
    pub fn off() -> Result<MakeRustlsConnect, Fault> {
        Self { mode: Mode::Disable, roots: Roots::None, client: None, direct: false, newest_only: false }.connector()
    }

    /// What encrypts a connection, made from the files the settings name. A connection fault names the file that is wrong.
    pub fn connector(&self) -> Result<MakeRustlsConnect, Fault> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let versions: &[_] = if self.newest_only { &[&rustls::version::TLS13] } else { rustls::ALL_VERSIONS };
        let builder = ClientConfig::builder_with_provider(provider.clone()).with_protocol_versions(versions);
        let builder = builder.map_err(|error| Fault::connection(format!("TLS cannot start: {error}")))?;
        let builder = self.verify(builder, provider)?;
        let mut config = match self.client.as_ref().filter(|_| self.mode != Mode::Disable) {
            Some((certificate, key)) => {
                let chain = certificates(certificate)?;
                builder
                    .with_client_auth_cert(chain, private_key(key)?)
                    .map_err(|error| client_fault(certificate, &error))?
            }
            None => builder.with_no_client_auth(),
        };
        if self.direct {
            config.alpn_protocols = vec![b"postgresql".to_vec()];
        }
        Ok(MakeRustlsConnect::new(config))
    }

    fn verify(
        &self,
        builder: ConfigBuilder<ClientConfig, WantsVerifier>,
        provider: Arc<CryptoProvider>,
    ) -> Result<Verified, Fault> {
        if !self.verifies() {
            return Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(Unnamed::trusting(provider))));
        }
        let chain = WebPkiServerVerifier::builder_with_provider(Arc::new(self.trusted()?), provider.clone());
        let chain =
            chain.build().map_err(|error| Fault::connection(format!("no usable root certificates: {error}")))?;
        Ok(match self.mode {
            Mode::VerifyFull => builder.with_webpki_verifier(chain),
            _ => builder.dangerous().with_custom_certificate_verifier(Arc::new(Unnamed::chain(provider, chain))),
        })
    }

    fn trusted(&self) -> Result<RootCertStore, Fault> {
        let mut store = RootCertStore::empty();
        match &self.roots {
            Roots::File(path) => {
                for certificate in certificates(path)? {
                    store.add(certificate).map_err(|error| in_file("root certificate", path, &error))?;
                }
            }
            Roots::System => {
                store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            }
            Roots::None => {
                return Err(Fault::connection(format!("sslmode={} needs root certificates, and there are none", self.mode_name()))
                    .hint("name the file with sslrootcert, put it at ~/.postgresql/root.crt, or trust the system's with sslrootcert=system"));
            }
        }
        Ok(store)
    }

    fn mode_name(&self) -> &'static str {
        MODES.iter().find(|(_, mode)| *mode == self.mode).map_or("", |(name, _)| name)
    }
}

type Verified = ConfigBuilder<ClientConfig, rustls::client::WantsClientCert>;

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

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Fault> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match read {
        Ok(found) if found.is_empty() => Err(Fault::connection(format!("{} holds no certificate", path.display()))),
        Ok(found) => Ok(found),
        Err(error) => Err(in_file("certificate", path, &error)),
    }
}

/// The key in the file; libpq's rule: nobody else may read it, root's may be readable by a group.
fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, Fault> {
    let meta = std::fs::metadata(path).map_err(|error| in_file("private key", path, &error))?;
    let others = if meta.uid() == 0 { 0o027 } else { 0o077 };
    if meta.permissions().mode() & others != 0 {
        return Err(Fault::connection(format!("the private key {} can be read by others", path.display()))
            .hint("give it the mode 0600"));
    }
    PrivateKeyDer::from_pem_file(path)
        .map_err(|error| in_file("private key", path, &error).hint("an encrypted key is not supported yet"))
}

fn in_file(what: &str, path: &Path, error: &dyn std::fmt::Display) -> Fault {
    Fault::connection(format!("the {what} in {} cannot be used: {error}", path.display()))
}

fn client_fault(path: &Path, error: &rustls::Error) -> Fault {
    let fault = in_file("client certificate", path, error);
    match format!("{error:?}").contains("UnsupportedCertVersion") {
        true => fault.hint("it is an X.509 version 1 certificate; issue it again with an extension, for example basicConstraints=CA:FALSE"),
        false => fault,
    }
}
