//! `postgresql://` connection URIs as libpq reads them: percent-encoding, several hosts, IPv6 brackets, query parameters.
//! It must not know which keys exist, and it never repeats the URI in a message, which may hold a password.

use crate::model::Fault;

const SCHEMES: [&str; 2] = ["postgresql://", "postgres://"];

/// True when the text is a connection URI.
pub(super) fn is_uri(text: &str) -> bool {
    SCHEMES.iter().any(|scheme| text.starts_with(scheme))
}

/// The pairs of a URI. A usage fault when it cannot be read.
pub(super) fn parse(text: &str) -> Result<Vec<(String, String)>, Fault> {
    let body = SCHEMES.iter().find_map(|scheme| text.strip_prefix(scheme)).unwrap_or(text);
    let (body, query) = body.split_once('?').unwrap_or((body, ""));
    let (authority, database) = body.split_once('/').unwrap_or((body, ""));
    let (login, hosts) = match authority.split_once('@') {
        Some((login, hosts)) => (login, hosts),
        None => ("", authority),
    };
    if hosts.contains('@') || database.contains('@') {
        return Err(Fault::usage("the connection URI has an @ where none can stand").hint(ENCODE));
    }
    let mut pairs = Vec::new();
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    put(&mut pairs, "user", user)?;
    put(&mut pairs, "password", password)?;
    let (names, ports) = hosts_and_ports(hosts)?;
    put(&mut pairs, "host", &names)?;
    put(&mut pairs, "port", &ports)?;
    put(&mut pairs, "dbname", database)?;
    for part in query.split('&').filter(|part| !part.is_empty()) {
        parameter(&mut pairs, part)?;
    }
    Ok(pairs)
}

const ENCODE: &str = "in a user name or password write : / ? @ % as %3A %2F %3F %40 %25";

fn put(pairs: &mut Vec<(String, String)>, key: &str, raw: &str) -> Result<(), Fault> {
    if !raw.is_empty() {
        pairs.push((key.to_owned(), decode(raw, key)?));
    }
    Ok(())
}

/// The names and the ports as libpq's comma lists; a host without a port leaves its place empty.
fn hosts_and_ports(hosts: &str) -> Result<(String, String), Fault> {
    let mut names = Vec::new();
    let mut ports = Vec::new();
    for host in hosts.split(',') {
        let (name, port) = match host.strip_prefix('[') {
            Some(inner) => {
                let (name, after) = inner
                    .split_once(']')
                    .filter(|(name, after)| !name.is_empty() && (after.is_empty() || after.starts_with(':')))
                    .ok_or_else(|| {
                        Fault::usage("an IPv6 address in the connection URI is not written as [address]:port")
                    })?;
                (name, after.strip_prefix(':').unwrap_or(""))
            }
            None => host.split_once(':').unwrap_or((host, "")),
        };
        names.push(name);
        ports.push(port);
    }
    let given = ports.iter().any(|port| !port.is_empty());
    Ok((names.join(","), if given { ports.join(",") } else { String::new() }))
}

fn parameter(pairs: &mut Vec<(String, String)>, part: &str) -> Result<(), Fault> {
    let Some((key, value)) = part.split_once('=').filter(|(_, value)| !value.contains('=')) else {
        return Err(Fault::usage("a query parameter of the connection URI is not written as key=value").hint(ENCODE));
    };
    let key = decode(key, "a query parameter")?;
    let value = decode(value, &key)?;
    pairs.push(match (key.as_str(), value.as_str()) {
        ("ssl", "true") => ("sslmode".into(), "require".into()),
        _ => (key, value),
    });
    Ok(())
}

/// The text with its percent-encoding undone.
fn decode(raw: &str, what: &str) -> Result<String, Fault> {
    let wrong = || Fault::usage(format!("the percent-encoding of {what} in the connection URI is wrong")).hint(ENCODE);
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let [high, low, after @ ..] = rest else {
            return Err(wrong());
        };
        let digit = |b: u8| char::from(b).to_digit(16);
        match (digit(*high), digit(*low)) {
            (Some(high), Some(low)) if high + low > 0 => bytes.push((high * 16 + low) as u8),
            _ => return Err(wrong()),
        }
        rest = after;
    }
    String::from_utf8(bytes).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> String {
        let pairs = parse(text).expect(text);
        pairs.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn every_part_may_be_there_or_not() {
        assert_eq!(read("postgres://"), "");
        assert_eq!(read("postgresql://db"), "host=db");
        assert_eq!(read("postgresql:///app"), "dbname=app");
        assert_eq!(
            read("postgres://me:p%40ss@db:5433/app?sslmode=require&ssl=true"),
            "user=me password=p@ss host=db port=5433 dbname=app sslmode=require sslmode=require"
        );
        assert_eq!(read("postgres://me@/app?host=/tmp"), "user=me dbname=app host=/tmp");
        assert_eq!(read("postgres://%2Fvar%2Frun/app"), "host=/var/run dbname=app");
    }

    #[test]
    fn several_hosts_and_ipv6_addresses() {
        assert_eq!(read("postgres://a:1,b,[::1]:3/x"), "host=a,b,::1 port=1,,3 dbname=x");
        assert_eq!(read("postgres://[fe80::1]/x"), "host=fe80::1 dbname=x");
        assert!(parse("postgres://[::1").is_err());
        assert!(parse("postgres://[::1]x/").is_err());
    }

    #[test]
    fn a_password_that_is_not_encoded_is_refused_and_not_repeated() {
        for text in [
            "postgres://me:hu@sh@db/x",
            "postgres://me:123/hush@db/x",
            "postgres://me:hush%zz@db/x",
            "postgres://me:hush%0@db",
            "postgres://db/x?hush",
        ] {
            let fault = parse(text).expect_err(text);
            assert!(!fault.to_string().contains("sh@") && !fault.to_string().contains("hush"), "{fault}");
        }
        assert!(parse("postgres://db/x%00y").is_err());
    }

    proptest! {
        #[test]
        fn an_encoded_password_comes_back(password in "\\PC+") {
            let encoded: String = password.bytes().map(|b| format!("%{b:02X}")).collect();
            let pairs = parse(&format!("postgres://me:{encoded}@db/x")).expect("a readable URI");
            prop_assert_eq!(&pairs[1], &("password".to_owned(), password));
        }
    }
}
