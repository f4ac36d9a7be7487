//! Sessions against real servers: TLS, passwords, the read envelope, cancelling, poolers.

#[path = "connect/certificates.rs"]
mod certificates;
#[path = "connect/pooler.rs"]
mod pooler;
#[path = "connect/server.rs"]
mod server;

use pgdeck::db::{Env, Envelope, Flags, Session, Target};
use pgdeck::model::{Fault, Kind};
use server::Server;
use sqlx::{AssertSqlSafe, Connection, PgConnection, raw_sql};
use std::time::{Duration, Instant};

const ANYONE: &str = "host all all all trust";

fn target_in(conninfo: &str, env: &[(&str, &str)]) -> Target {
    let env: Env = [("HOME", "/nonexistent")].into_iter().chain(env.iter().copied()).collect();
    let flags = Flags { conninfo: Some(conninfo.into()), ..Flags::default() };
    Target::resolve(&flags, &env).expect("a target")
}

fn target(conninfo: &str) -> Target {
    target_in(conninfo, &[])
}

fn local(server: &Server) -> Target {
    target(&format!("host={} port={} user=postgres dbname=postgres", server.directory().display(), server.port))
}

fn envelope() -> Envelope {
    Envelope {
        search_path: vec!["public".into()],
        statement_timeout_ms: 60_000,
        lock_timeout_ms: 1000,
        time_zone: "UTC".into(),
    }
}

/// The first column of the first row.
async fn one(session: &Session, sql: &str) -> Result<Option<String>, Fault> {
    Ok(session.read(&envelope(), sql, &[]).await?.rows.remove(0).remove(0))
}

/// The server process of a session.
async fn pid(session: &Session) -> String {
    one(session, "SELECT pg_backend_pid()::text").await.ok().flatten().expect("a process")
}

async fn write(target: &Target, sql: &str) {
    let options = target.sqlx_options().expect("options");
    let mut connection = PgConnection::connect_with(&options).await.expect("a writing connection");
    raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.expect(sql);
}

async fn refused(target: &Target) -> Fault {
    match Session::open(target).await {
        Ok(_) => panic!("{} was let in", target.label()),
        Err(fault) => fault,
    }
}

fn tls_server(hba: &str) -> Server {
    let files = ["ssl=on", "ssl_cert_file=../server.crt", "ssl_key_file=../server.key", "ssl_ca_file=../ca.crt"];
    Server::start(hba, &files, certificates::make)
}

const TLS: &str = "SELECT ssl::text FROM pg_catalog.pg_stat_ssl WHERE pid = pg_catalog.pg_backend_pid()";

/// `tls`, `plain` or `refused`, and in the last case that it is a connection fault with a next step.
async fn outcome(target: &Target) -> &'static str {
    match Session::open(target).await {
        Ok(session) => match one(&session, TLS).await.expect("an answer").as_deref() {
            Some("true") => "tls",
            _ => "plain",
        },
        Err(fault) => {
            assert_eq!(fault.kind, Kind::Connection, "{fault}");
            assert!(fault.hint.is_some(), "{fault}");
            "refused"
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_sslmode_does_what_libpq_documents() {
    let server = tls_server(ANYONE);
    let file = |name: &str| server.directory().join(name).display().to_string();
    let (right, wrong) = (format!("sslrootcert={}", file("ca.crt")), format!("sslrootcert={}", file("wrong.crt")));
    let columns = [("localhost", ""), ("localhost", &right), ("127.0.0.1", &right), ("localhost", &wrong)];
    for (mode, expected) in [
        ("disable", ["plain", "plain", "plain", "plain"]),
        ("allow", ["plain", "plain", "plain", "plain"]),
        ("prefer", ["tls", "tls", "tls", "tls"]),
        ("require", ["tls", "tls", "tls", "refused"]),
        ("verify-ca", ["refused", "tls", "tls", "refused"]),
        ("verify-full", ["refused", "tls", "refused", "refused"]),
    ] {
        for ((host, roots), expected) in columns.iter().zip(expected) {
            let conninfo = format!("host={host} port={} user=postgres sslmode={mode} {roots}", server.port);
            assert_eq!(outcome(&target(&conninfo)).await, expected, "{mode} {host} {roots}");
        }
    }
    let system = format!("host=localhost port={} user=postgres sslrootcert=system", server.port);
    assert_eq!(outcome(&target(&system)).await, "refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_weak_sslmodes_change_over_when_the_server_wants_the_other_kind() {
    let server =
        tls_server("hostssl all secret all trust\nhostnossl all bare all trust\nhostssl all certified all cert");
    write(&local(&server), "CREATE ROLE secret LOGIN; CREATE ROLE bare LOGIN; CREATE ROLE certified LOGIN").await;
    let over = |user: &str, rest: &str| {
        target(&format!("host=localhost port={} user={user} dbname=postgres {rest}", server.port))
    };
    for (user, mode, expected) in [
        ("secret", "allow", "tls"),
        ("secret", "disable", "refused"),
        ("bare", "prefer", "plain"),
        ("bare", "require", "refused"),
    ] {
        assert_eq!(outcome(&over(user, &format!("sslmode={mode}"))).await, expected, "{user} {mode}");
    }
    let directory = server.directory().display();
    let certificate =
        |name: &str| format!("sslmode=require sslcert={directory}/{name}.crt sslkey={directory}/client.key");
    assert_eq!(outcome(&over("certified", &certificate("client"))).await, "tls");
    assert_eq!(outcome(&over("certified", "sslmode=require")).await, "refused");
    let old = refused(&over("certified", &certificate("old"))).await;
    assert!(old.hint.as_deref().is_some_and(|hint| hint.contains("version 1")), "{old}");
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_open_the_door_and_stay_secret() {
    let server = tls_server("host all scram all scram-sha-256\nhost all hashed all md5\nhost all postgres all trust");
    let setup = "SET password_encryption = 'md5'; CREATE ROLE hashed LOGIN PASSWORD 'p hash';
        SET password_encryption = 'scram-sha-256'; CREATE ROLE scram LOGIN PASSWORD 'p''scram'";
    write(&local(&server), setup).await;
    let over =
        |user: &str, rest: &str| format!("host=localhost port={} user={user} dbname=postgres {rest}", server.port);
    for conninfo in [
        over("hashed", "password='p hash'"),
        over("scram", r"password=p\'scram"),
        over("scram", r"password=p\'scram sslmode=disable"),
    ] {
        let session = Session::open(&target(&conninfo)).await.expect("let in");
        assert!(one(&session, "SELECT current_user::text").await.is_ok());
    }
    let bound = over("scram", r"password=p\'scram channel_binding=require");
    assert!(Session::open(&target(&bound)).await.is_ok());
    assert_eq!(refused(&target(&format!("{bound} sslmode=disable"))).await.kind, Kind::Connection);
    assert!(Session::open(&target_in(&over("scram", ""), &[("PGPASSWORD", "p'scram")])).await.is_ok());

    let wrong = refused(&target(&over("scram", "password=hush"))).await;
    assert_eq!((wrong.kind, wrong.sqlstate.as_deref()), (Kind::Connection, Some("28P01")));
    assert!(wrong.hint.as_deref().is_some_and(|hint| hint.contains(".pgpass")), "{wrong}");
    let none = refused(&target(&over("hashed", ""))).await;
    assert!(
        none.message.contains("no") && none.hint.as_deref().is_some_and(|hint| hint.contains("PGPASSWORD")),
        "{none}"
    );
    let missing = refused(&target(&over("postgres", "password=hush dbname=nowhere"))).await;
    assert_eq!((missing.kind, missing.sqlstate.as_deref()), (Kind::Connection, Some("3D000")));
    assert!(missing.hint.as_deref().is_some_and(|hint| hint.contains("-d")));
    assert!(!format!("{wrong:?}{none:?}{missing:?}").contains("hush"));
}

#[tokio::test]
async fn a_door_nobody_opens_is_named() {
    let port = server::free_port();
    let fault = refused(&target(&format!("host=127.0.0.1 port={port} user=me"))).await;
    assert_eq!(fault.kind, Kind::Connection);
    assert!(
        fault.message.contains(&format!("me@127.0.0.1:{port}/me"))
            && fault.hint.is_some_and(|hint| hint.contains("running")),
        "{}",
        fault.message
    );
    let directory = tempfile::tempdir().expect("a directory");
    let fault = refused(&target(&format!("host={} port=7 user=me", directory.path().display()))).await;
    let file = directory.path().join(".s.PGSQL.7").display().to_string();
    assert!(fault.message.contains(&file), "{}", fault.message);

    let deaf = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = deaf.local_addr().expect("an address").port();
    let began = Instant::now();
    let fault = refused(&target(&format!("host=127.0.0.1 port={port} user=me connect_timeout=1"))).await;
    assert!(
        fault.message.contains("no answer within 1 s") && began.elapsed() < Duration::from_secs(5),
        "{}",
        fault.message
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_is_read_only_and_tells_what_went_wrong() {
    let server = Server::start(ANYONE, &[], |_| ());
    let admin = local(&server);
    write(&admin, "CREATE TABLE t (a int); CREATE ROLE guest LOGIN; CREATE SCHEMA \"o'dd\"; CREATE TABLE \"o'dd\".u AS SELECT 7 AS a").await;
    let session = Session::open(&admin).await.expect("a session");
    assert!(!session.is_pooled());

    let lift = "DO $$ BEGIN SET TRANSACTION READ WRITE; INSERT INTO t VALUES (1); END $$";
    for (sql, code) in [
        ("INSERT INTO t VALUES (1)", "25006"),
        ("SELECT set_config('transaction_read_only', 'off', true)", "25001"),
        (lift, "25001"),
        ("SELECT 1::text; COMMIT; INSERT INTO t VALUES (1)", "42601"),
    ] {
        let fault = one(&session, sql).await.expect_err(sql);
        assert_eq!((fault.kind, fault.sqlstate.as_deref()), (Kind::Query, Some(code)), "{sql} {fault}");
    }
    assert_eq!(one(&session, "SELECT count(*)::text FROM t").await, Ok(Some("0".into())));

    let lost = one(&session, "SELECT nothing FROM t").await.expect_err("no such column");
    assert_eq!((lost.sqlstate.as_deref(), lost.detail.as_deref()), (Some("42703"), Some("at character 8")));
    let zone = Envelope { time_zone: "Nowhere/At_all".into(), ..envelope() };
    assert!(session.read(&zone, "SELECT 1::text", &[]).await.expect_err("no such zone").is("22023"));
    let binary = one(&session, "SELECT now() AS moment").await.expect_err("not text");
    assert!(
        binary.message.contains("moment") && binary.hint.is_some_and(|hint| hint.contains("text")),
        "{}",
        binary.message
    );
    let hurried = Envelope { statement_timeout_ms: 50, ..envelope() };
    let fault = session.read(&hurried, "SELECT pg_sleep(30)::text", &[]).await.expect_err("too slow");
    assert_eq!((fault.kind, fault.is("57014")), (Kind::Query, true));
    assert!(fault.hint.is_some_and(|hint| hint.contains("statement_timeout")));
    let nul = session.read(&envelope(), "SELECT $1", &[Some("a\0b".into())]).await;
    assert!(nul.is_err());

    let guest = Session::open(&target(&format!(
        "host={} port={} user=guest dbname=postgres",
        server.directory().display(),
        server.port
    )))
    .await;
    let denied = one(&guest.expect("a session"), "SELECT a FROM public.t").await.expect_err("no privilege");
    assert_eq!(denied.hint.as_deref(), Some(r#"its owner can: GRANT SELECT ON "t" TO "guest""#));
    assert_eq!(one(&session, "SELECT 1::text").await, Ok(Some("1".into())));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_runs_under_its_envelope_and_leaves_nothing_behind() {
    let server = Server::start(ANYONE, &[], |_| ());
    let admin = local(&server);
    write(&admin, "CREATE SCHEMA \"o'd\"\"d\"; CREATE TABLE \"o'd\"\"d\".u AS SELECT 7 AS a").await;
    write(&admin, "CREATE DATABASE old ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'").await;
    let session = Session::open(&admin).await.expect("a session");
    let odd = Envelope { search_path: vec!["o'd\"d".into()], time_zone: "Asia/Kolkata".into(), ..envelope() };
    let params = [Some("x'\"\\ é".to_owned()), None];
    let sql = "SELECT a, $1, $2, current_setting('TimeZone'), relname, interval '1 day 2 hours'::text, '\\xff'::bytea::text, 'r'::\"char\"
        FROM u, pg_catalog.pg_class WHERE oid = 'u'::regclass";
    let read = session.read(&odd, sql, &params).await.expect("rows");
    let expected = [
        Some("7"),
        Some("x'\"\\ é"),
        None,
        Some("Asia/Kolkata"),
        Some("u"),
        Some("1 day 02:00:00"),
        Some("\\xff"),
        Some("r"),
    ];
    assert_eq!(read.rows, [expected.map(|text| text.map(str::to_owned))]);
    assert!(read.taken_at.ends_with("+05:30") && read.taken_at.contains('T'), "{}", read.taken_at);
    let bare = Envelope { search_path: vec![], ..envelope() };
    let schemas = "SELECT current_schemas(false)::text";
    let read = session.read(&bare, schemas, &[]).await.expect("a row");
    assert_eq!(read.rows, [[Some("{}".to_owned())]]);
    let left = "SELECT string_agg(state || xact_start::text, ' ') FROM pg_stat_activity WHERE pid = $1::int AND state <> 'idle'";
    let watcher = Session::open(&admin).await.expect("a session");
    let pid = Some(pid(&session).await);
    assert_eq!(watcher.read(&envelope(), left, &[pid]).await.expect("a row").rows, [[None]]);

    let old = Session::open(&admin.with_database("old")).await.expect("a session");
    assert_eq!(one(&old, "SELECT E'caf\\xe9'").await, Ok(Some("caf\\xe9".into())));
    assert!(one(&old, "SELECT E'caf\\xe9'::int").await.is_err());
    assert_eq!(one(&old, "SELECT 'é'").await, Ok(Some("é".into())));
}

/// The COMMIT of a read would make the change last.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_without_an_end_is_never_committed() {
    let server = tls_server(ANYONE);
    let session = Session::open(&local(&server)).await.expect("a session");
    let change = session.begin(&envelope()).await.expect("a transaction");
    change.run("CREATE TABLE public.left_open ()", &[]).await.expect("a table");
    let fault = session.read(&envelope(), "SELECT 1::text", &[]).await.expect_err("no read in an open change");
    assert_eq!(fault.kind, Kind::Connection, "{fault}");
    drop(session);
    let session = Session::open(&local(&server)).await.expect("a session");
    session.begin(&envelope()).await.expect("a transaction").roll_back().await;
    let exists = "SELECT pg_catalog.to_regclass('public.left_open')::text";
    assert_eq!(session.read(&envelope(), exists, &[]).await.expect("a row").rows, [[None]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_statement_ends_on_the_server() {
    let server = tls_server(ANYONE);
    let watcher = Session::open(&local(&server)).await.expect("a session");
    let pooler = pooler::start(server.port, pooler::Manner::LosesHastyCancels).await;
    let over = |port: u16, mode: &str| target(&format!("host=localhost port={port} user=postgres sslmode={mode}"));
    for (target, secure) in [
        (local(&server), None),
        (over(server.port, "disable"), Some("false")),
        (over(server.port, "require"), Some("true")),
        (over(pooler, "disable"), Some("false")),
    ] {
        let session = Session::open(&target).await.expect("a session");
        assert_eq!(one(&session, TLS).await.expect("an answer").filter(|_| secure.is_some()).as_deref(), secure);
        let pid = pid(&session).await;
        let active = format!(
            "SELECT count(*)::text FROM pg_stat_activity WHERE pid = {pid} AND query LIKE '%pg_sleep%' AND state = 'active'"
        );
        let canceller = session.canceller();
        let running = tokio::spawn(async move { one(&session, "SELECT pg_sleep(60)::text").await });
        until(&watcher, &active, "1").await;
        canceller.cancel().await.expect("cancelled");
        until(&watcher, &active, "0").await;
        let fault = running.await.expect("the task").expect_err("the statement");
        assert_eq!((fault.kind, fault.is("57014")), (Kind::Interrupted, true), "{}", target.label());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn reads_do_not_mix_and_a_dropped_one_leaves_no_transaction() {
    let server = Server::start(ANYONE, &[], |_| ());
    let session = Session::open(&local(&server)).await.expect("a session");
    let session = std::sync::Arc::new(session);
    let reads = (1..1000).map(|number: u32| {
        let session = std::sync::Arc::clone(&session);
        let envelope = Envelope { lock_timeout_ms: number, ..envelope() };
        tokio::spawn(async move {
            let sql =
                "SELECT setting, current_setting('transaction_read_only') FROM pg_settings WHERE name = 'lock_timeout'";
            let rows = session.read(&envelope, sql, &[]).await.expect("a row").rows;
            assert_eq!(rows, [[Some(number.to_string()), Some("on".into())]]);
        })
    });
    for read in reads.collect::<Vec<_>>() {
        read.await.expect("its own settings");
    }
    let slow = one(&session, "SELECT pg_sleep(0.5)::text");
    assert!(tokio::time::timeout(Duration::from_millis(50), slow).await.is_err());
    let alone = "SELECT (now() = statement_timestamp() OR now() > statement_timestamp() - interval '0.3 s')::text";
    assert_eq!(one(&session, alone).await, Ok(Some("true".into())));
}

async fn until(session: &Session, sql: &str, wanted: &str) {
    let began = Instant::now();
    while one(session, sql).await.expect("an answer").as_deref() != Some(wanted) {
        assert!(began.elapsed() < Duration::from_secs(20), "never {wanted}: {sql}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pooler_is_noticed_and_reads_stay_read_only() {
    let server = Server::start(ANYONE, &[], |_| ());
    write(&local(&server), "CREATE TABLE t (a int); ALTER ROLE postgres SET default_transaction_read_only = on").await;
    for manner in [pooler::Manner::Refuses, pooler::Manner::Drops] {
        let port = pooler::start(server.port, manner).await;
        let session = Session::open(&target(&format!("host=127.0.0.1 port={port} user=postgres sslmode=disable")))
            .await
            .expect("a session");
        assert!(session.is_pooled());
        assert!(one(&session, "INSERT INTO t VALUES (1)").await.expect_err("read-only").is("25006"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wanted_kind_of_server_is_found_and_a_lost_one_is_noticed() {
    let server = Server::start(ANYONE, &[], |_| ());
    let nobody = server::free_port();
    let over =
        |rest: &str| target(&format!("host=127.0.0.1,localhost port={nobody},{} user=postgres {rest}", server.port));
    for (attrs, found) in [
        ("any", true),
        ("read-write", true),
        ("primary", true),
        ("prefer-standby", true),
        ("standby", false),
        ("read-only", false),
    ] {
        let opened = Session::open(&over(&format!("target_session_attrs={attrs}"))).await;
        assert_eq!(opened.is_ok(), found, "{attrs}");
    }
    let session = Session::open(&over("options='-c geqo=off'")).await.expect("a session");
    assert_eq!(
        one(&session, "SELECT current_setting('geqo') || current_setting('default_transaction_read_only')").await,
        Ok(Some("offon".into()))
    );
    let ended = format!("SELECT pg_terminate_backend({})", pid(&session).await);
    write(&local(&server), &ended).await;
    let fault = one(&session, "SELECT 1::text").await.expect_err("a lost session");
    assert_eq!((fault.kind, session.is_closed()), (Kind::Connection, true), "{fault}");
}
