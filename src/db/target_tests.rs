use super::*;
use crate::model::Kind;

fn env(pairs: &[(&str, &str)]) -> Env {
    pairs.iter().copied().chain([("HOME", "/nowhere"), ("PGHOST", "envhost")]).collect()
}

fn flags(conninfo: &str) -> Flags {
    Flags { conninfo: Some(conninfo.into()), ..Flags::default() }
}

fn resolve(flags: &Flags, pairs: &[(&str, &str)]) -> Target {
    Target::resolve(flags, &env(pairs)).expect("a target")
}

fn refusal(conninfo: &str, pairs: &[(&str, &str)]) -> Fault {
    Target::resolve(&flags(conninfo), &env(pairs)).map(|target| target.label()).expect_err(conninfo)
}

#[test]
fn a_connection_string_beats_flags_and_flags_beat_the_environment() {
    let all = Flags { host: Some("flag".into()), user: Some("flagged".into()), ..flags("host=string dbname=app") };
    assert_eq!(resolve(&all, &[("PGUSER", "envuser"), ("PGPORT", "7")]).label(), "flagged@string:7/app");
    let plain = Flags { user: Some("me".into()), ..Flags::default() };
    assert_eq!(resolve(&plain, &[]).label(), "me@envhost/me");
    assert_eq!(resolve(&plain, &[("PGDATABASE", "db"), ("PGHOST", "")]).database(), "db");
}

#[test]
fn a_bare_word_is_a_database_and_a_uri_is_read() {
    assert_eq!(resolve(&flags("app"), &[("PGUSER", "u")]).label(), "u@envhost/app");
    let uri = Flags { dbname: Some("postgres://me:pw@h1:1,h2:2/x?application_name=a".into()), ..Flags::default() };
    assert_eq!(resolve(&uri, &[]).label(), "me@h1:1,h2:2/x");
    let twice = Flags { dbname: Some("b".into()), ..flags("dbname=a") };
    assert!(Target::resolve(&twice, &env(&[])).is_err());
}

#[test]
fn another_database_is_a_name_and_never_a_connection_string() {
    let target = resolve(&flags("postgres://me@h/x"), &[]).with_database("host=evil dbname=y");
    assert_eq!(target.label(), "me@h/host=evil dbname=y");
}

#[test]
fn what_is_not_supported_is_refused_by_name() {
    for (conninfo, name) in [
        ("service=prod", "service"),
        ("host=x requirepeer=postgres", "requirepeer"),
        ("host=x gssencmode=require", "gssencmode"),
        ("host=x krbsrvname=postgres", "krbsrvname"),
        ("host=x sslcrl=/x", "sslcrl"),
        ("host=x require_auth=scram-sha-256", "require_auth"),
        ("host=x load_balance_hosts=random", "load_balance_hosts"),
        ("host=x sslcompression=1", "sslcompression"),
        ("host=x sslpassword=hush", "sslpassword"),
        ("host=x client_encoding=LATIN1", "client_encoding"),
        ("postgres://x/?replication=database", "replication"),
    ] {
        let fault = refusal(conninfo, &[]);
        assert_eq!((fault.kind, fault.message), (Kind::Usage, format!("{name} is not supported yet")));
    }
    assert_eq!(refusal("host=x", &[("PGSERVICE", "prod")]).message, "PGSERVICE is not supported yet");
    assert_eq!(refusal("host=x", &[("PGREQUIREAUTH", "md5")]).message, "PGREQUIREAUTH is not supported yet");
    let service = Flags { service: Some("prod".into()), ..Flags::default() };
    assert!(Target::resolve(&service, &env(&[])).is_err());
}

#[test]
fn what_asks_for_the_default_is_accepted() {
    resolve(
        &flags(
            "host=x gssencmode=disable sslcompression=0 client_encoding=UTF8 load_balance_hosts=disable keepalives=1 sslsni=1",
        ),
        &[],
    );
    resolve(&flags("host=x gssencmode=prefer"), &[("PGGSSENCMODE", "require"), ("PGCLIENTENCODING", "utf8")]);
}

#[test]
fn wrong_values_and_unknown_keys_are_usage_faults() {
    assert_eq!(refusal("hots=x", &[]).hint.as_deref(), Some("did you mean host?"));
    for conninfo in [
        "sslmode=full",
        "port=x",
        "connect_timeout=soon",
        "target_session_attrs=best",
        "channel_binding=no",
        "sslmode=prefer sslnegotiation=direct",
        "sslrootcert=system sslmode=require",
        "sslcert=/x",
    ] {
        assert_eq!(refusal(conninfo, &[]).kind, Kind::Usage, "{conninfo}");
    }
}

#[test]
fn no_debug_form_shows_a_password() {
    let given = Flags { dbname: Some("password=hush".into()), ..flags("postgres://me:hush@h/x") };
    let environment = env(&[("PGPASSWORD", "hush")]);
    let target = resolve(&flags("postgres://me:hush@h/x"), &[("PGPASSWORD", "hush")]);
    assert!(!format!("{given:?}{environment:?}{target:?}{}", target.label()).contains("hush"));
}

#[test]
fn the_password_file_is_asked_per_host_and_database() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("pass");
    std::fs::write(&path, "h1:*:a:me:one\nh2:*:*:me:two\nlocalhost:*:*:me:sock\n").expect("written");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("mode");
    let passfile = path.display().to_string();
    let target = resolve(&flags("host=h1,h2,/run/x user=me dbname=a"), &[("PGPASSFILE", &passfile)]);
    let found =
        |target: &Target| target.endpoints.iter().map(|e| target.password(e).map(str::to_owned)).collect::<Vec<_>>();
    assert_eq!(found(&target), [Some("one".into()), Some("two".into()), Some("sock".into())]);
    assert_eq!(found(&target.with_database("b"))[0], None);
    let given = resolve(&flags("host=h1 user=me dbname=a password=own"), &[("PGPASSFILE", &passfile)]);
    assert_eq!(found(&given), [Some("own".into())]);
}

#[test]
fn the_other_driver_refuses_what_it_cannot_do() {
    let over = |conninfo: &str| resolve(&flags(conninfo), &[]).sqlx_options();
    let options =
        over("host=h port=7 user=me dbname=a password=p sslmode=verify-full sslrootcert=system").expect("options");
    assert_eq!(
        (options.get_host(), options.get_port(), options.get_username(), options.get_database()),
        ("h", 7, "me", Some("a"))
    );
    assert_eq!(options.get_application_name(), Some("pgdeck"));
    assert!(over("host=h sslmode=disable sslrootcert=/x").is_ok());
    for conninfo in [
        "host=h sslmode=verify-full sslrootcert=/x",
        "host=h sslmode=require sslrootcert=/x",
        "host=a,b",
        "host=h channel_binding=require",
        "host=h options=-cx.y=z",
        "host=h target_session_attrs=primary",
    ] {
        assert!(over(conninfo).is_err(), "{conninfo}");
    }
}
