//! TLS as libpq's sslmode words define it, on rustls.
//! It must not know hosts: the driver hands the name that is verified.

use super::tls::{Mode, Roots, Tls};
use super::verifier::Unnamed;
use crate::model::Fault;
use rustls::client::WebPkiServerVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::sync::Arc;
use tokio_postgres_rustls::MakeRustlsConnect;

type Verified = ConfigBuilder<ClientConfig, rustls::client::WantsClientCert>;

impl Tls {
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
