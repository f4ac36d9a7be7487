//! libpq's connection parameters: their environment variables, and which of their values are honoured here.
//! What is not honoured is refused by name. It must not know how a value is used.

/// Which values of a parameter are honoured.
pub(super) enum Takes {
    /// Every value; whoever uses it judges it.
    Any,
    /// Only these, compared without case, because they ask for what is done anyway. None at all means: refused.
    Only(&'static [&'static str]),
}

/// One connection parameter of libpq.
pub(super) struct Param {
    pub key: &'static str,
    /// Its environment variable, or nothing.
    pub env: &'static str,
    pub takes: Takes,
}

const fn used(key: &'static str, env: &'static str) -> Param {
    Param { key, env, takes: Takes::Any }
}

const fn only(key: &'static str, env: &'static str, values: &'static [&'static str]) -> Param {
    Param { key, env, takes: Takes::Only(values) }
}

const fn refused(key: &'static str, env: &'static str) -> Param {
    only(key, env, &[])
}

/// Every parameter libpq knows up to PostgreSQL 18.
pub(super) static PARAMS: &[Param] = &[
    used("host", "PGHOST"),
    used("hostaddr", "PGHOSTADDR"),
    used("port", "PGPORT"),
    used("user", "PGUSER"),
    used("password", "PGPASSWORD"),
    used("dbname", "PGDATABASE"),
    used("passfile", "PGPASSFILE"),
    used("connect_timeout", "PGCONNECT_TIMEOUT"),
    used("options", "PGOPTIONS"),
    used("application_name", "PGAPPNAME"),
    used("fallback_application_name", ""),
    used("sslmode", "PGSSLMODE"),
    used("sslnegotiation", "PGSSLNEGOTIATION"),
    used("sslrootcert", "PGSSLROOTCERT"),
    used("sslcert", "PGSSLCERT"),
    used("sslkey", "PGSSLKEY"),
    used("ssl_min_protocol_version", "PGSSLMINPROTOCOLVERSION"),
    used("channel_binding", "PGCHANNELBINDING"),
    used("target_session_attrs", "PGTARGETSESSIONATTRS"),
    used("keepalives", ""),
    used("keepalives_idle", ""),
    used("keepalives_interval", ""),
    used("keepalives_count", ""),
    used("tcp_user_timeout", ""),
    used("servicefile", "PGSERVICEFILE"),
    only("client_encoding", "PGCLIENTENCODING", &["auto", "utf8", "utf-8", "unicode"]),
    only("gssencmode", "PGGSSENCMODE", &["prefer", "disable"]),
    only("gssdelegation", "PGGSSDELEGATION", &["0"]),
    only("load_balance_hosts", "PGLOADBALANCEHOSTS", &["disable"]),
    only("max_protocol_version", "PGMAXPROTOCOLVERSION", &["latest", "3.0", "3.2"]),
    only("min_protocol_version", "PGMINPROTOCOLVERSION", &["3.0"]),
    only("replication", "", &["false", "off", "no", "0"]),
    only("requiressl", "PGREQUIRESSL", &["0"]),
    only("sslcertmode", "PGSSLCERTMODE", &["allow"]),
    only("sslcompression", "PGSSLCOMPRESSION", &["0"]),
    only("sslsni", "PGSSLSNI", &["1"]),
    only("ssl_max_protocol_version", "PGSSLMAXPROTOCOLVERSION", &["TLSv1.3"]),
    refused("service", "PGSERVICE"),
    refused("require_auth", "PGREQUIREAUTH"),
    refused("requirepeer", "PGREQUIREPEER"),
    refused("krbsrvname", "PGKRBSRVNAME"),
    refused("gsslib", "PGGSSLIB"),
    refused("sslpassword", ""),
    refused("sslcrl", "PGSSLCRL"),
    refused("sslcrldir", "PGSSLCRLDIR"),
    refused("sslkeylogfile", ""),
    refused("scram_client_key", ""),
    refused("scram_server_key", ""),
    refused("oauth_issuer", ""),
    refused("oauth_client_id", ""),
    refused("oauth_client_secret", ""),
    refused("oauth_scope", ""),
];

/// The parameter of that key.
pub(super) fn find(key: &str) -> Option<&'static Param> {
    PARAMS.iter().find(|p| p.key == key)
}

/// The known key nearest to a mistyped one.
pub(super) fn nearest(key: &str) -> &'static str {
    PARAMS.iter().map(|p| p.key).min_by_key(|known| distance(key, known)).unwrap_or("host")
}

/// True when the value is a secret that no message may repeat.
pub(super) fn is_secret(key: &str) -> bool {
    key.contains("password") || key.contains("secret") || key.ends_with("_key")
}

/// The number of single-character edits between two words.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = (diagonal + usize::from(ca != *cb)).min(above + 1).min(row[j] + 1);
            diagonal = above;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_key_finds_its_neighbour() {
        assert_eq!(nearest("sslmod"), "sslmode");
        assert_eq!(nearest("databse_name"), nearest("databse_name"));
        assert_eq!(nearest("prot"), "port");
        assert_eq!(nearest("Host"), "host");
    }

    #[test]
    fn no_key_stands_twice() {
        for (i, p) in PARAMS.iter().enumerate() {
            assert!(PARAMS[..i].iter().all(|q| q.key != p.key), "{}", p.key);
        }
    }
}
