//! Installing and uninstalling reference systems: a database is afterwards as it was before, and what stands in the way is
//! refused with the reason.

#![cfg(feature = "demo")]

#[path = "support/ask.rs"]
mod ask;
mod support;

use ask::Asker;
use pgdeck::catalog::files::Files;
use pgdeck::catalog::system::System;
use pgdeck::db::migrate::{install, lacking, plan_install, plan_uninstall, uninstall};
use pgdeck::demo::{self, DemoOptions, Fetch};
use pgdeck::model::finding::{Severity, Status};
use pgdeck::model::{Fault, Kind};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use support::{Template, TestDb, all_majors, bare_server, fault, majors, server, wait};

/// A system small enough to break, with one of everything that leaves traces. Its role carries the test's name, because
/// roles belong to the whole server.
fn toy(role: &str) -> (System, Files) {
    let manifest =
        "name = \"toy\"\ntitle = \"Toy\"\n[match]\ntables = [\"things\"]\n[[view]]\nname = \"thing_stats\"\n";
    let up = format!(
        "DO $$ BEGIN IF to_regrole('{role}') IS NULL THEN CREATE ROLE {role} NOLOGIN; END IF; END $$;
         CREATE TYPE mood AS ENUM ('calm', 'odd');
         CREATE TABLE things (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL CHECK (name <> ''), mood mood);
         COMMENT ON TABLE things IS 'a toy';
         CREATE FUNCTION named() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$ BEGIN RETURN NEW; END $$;
         CREATE TRIGGER named BEFORE INSERT ON things FOR EACH ROW EXECUTE FUNCTION named();
         ALTER TABLE things ENABLE ROW LEVEL SECURITY;
         CREATE POLICY seen ON things TO {role} USING (true);
         GRANT SELECT ON things TO {role};
         CREATE MATERIALIZED VIEW thing_stats AS SELECT count(*) FROM things;
         DO $$ BEGIN EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT SELECT ON TABLES TO {role}', current_schema()); END $$;"
    );
    let down = format!(
        "DO $$ BEGIN EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I REVOKE SELECT ON TABLES FROM {role}', current_schema()); END $$;
         DROP MATERIALIZED VIEW thing_stats; DROP TABLE things; DROP FUNCTION named(); DROP TYPE mood;"
    );
    let sample = "-- part: things
INSERT INTO things (name) SELECT 't' || i FROM generate_series(1, current_setting('pgdeck.rows')::int) i;
-- part: odd after: things
UPDATE things SET mood = 'odd' WHERE id % 2 = 0;
-- part: clean after: odd outside-transaction
VACUUM things;
";
    let texts = [
        ("system.toml", manifest.to_owned()),
        ("schema/0001_things.up.sql", up),
        ("schema/0001_things.down.sql", down),
        ("schema/0002_more.up.sql", "CREATE TABLE more (thing bigint REFERENCES things);".to_owned()),
        ("schema/0002_more.down.sql", "DROP TABLE more;".to_owned()),
        ("sample.sql", sample.to_owned()),
    ];
    let files: Files = texts.into_iter().map(|(path, text)| (format!("systems/toy/{path}"), text)).collect();
    (System::load(&files, "toy").expect("the toy's manifest"), files)
}

/// Everything the database's catalog says, by name. Which transactions an installation took is another each time.
fn catalog(db: &TestDb) -> Vec<String> {
    let rows = db.rows(include_str!("support/catalog.sql"));
    let line = |row: Vec<Option<String>>| row.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let timeless = |line: String| line.split("; transactions ").next().unwrap_or_default().to_owned();
    rows.into_iter().map(line).map(timeless).collect()
}

fn same(before: &[String], after: &[String]) {
    let gone: Vec<_> = before.iter().filter(|line| !after.contains(line)).collect();
    let new: Vec<_> = after.iter().filter(|line| !before.contains(line)).collect();
    assert!(gone.is_empty() && new.is_empty(), "gone: {gone:#?}\nnew: {new:#?}");
}

fn put(
    db: &TestDb,
    user: &str,
    (system, files): &(System, Files),
    schema: &str,
    rows: Option<u64>,
) -> Result<(), Fault> {
    wait(Box::pin(install(db.options(user), system, files, schema, rows))).map(|receipt| eprintln!("{receipt:?}"))
}

fn take(db: &TestDb, user: &str, (system, files): &(System, Files), schema: &str) -> Result<(), Fault> {
    wait(Box::pin(uninstall(db.options(user), system, files, schema, false))).map(|receipt| eprintln!("{receipt:?}"))
}

/// The same with rows that somebody wrote since.
fn take_with_rows(db: &TestDb, (system, files): &(System, Files), schema: &str) {
    let taken = wait(Box::pin(uninstall(db.options("postgres"), system, files, schema, true)));
    taken.unwrap_or_else(|fault| panic!("{schema}: {fault}"));
}

/// The system as the program carries it.
fn embedded(name: &str) -> (System, Files) {
    let files = Files::embedded();
    (System::load(&files, name).unwrap_or_else(|fault| panic!("{fault}")), files)
}

/// Installs and uninstalls as the superuser and as an owner of the database who is nothing else.
fn round_trip(major: u32, system: &(System, Files), rows: u64) {
    let server = bare_server(Some(major));
    assert_eq!(server.major(), major);
    let name = &system.0.name;
    let db = server.fresh_database(Template::Empty);
    let before = catalog(&db);
    put(&db, "postgres", system, name, Some(rows)).unwrap_or_else(|fault| panic!("{fault}"));
    assert_ne!(before, catalog(&db));
    take(&db, "postgres", system, name).unwrap_or_else(|fault| panic!("{fault}"));
    same(&before, &catalog(&db));

    let owner = format!("owner_{}", db.name);
    server.admin(&format!("CREATE ROLE {owner} LOGIN; ALTER DATABASE {} OWNER TO {owner}", db.name));
    let before = catalog(&db);
    put(&db, &owner, system, name, Some(rows)).unwrap_or_else(|fault| panic!("{fault}"));
    take(&db, &owner, system, name).unwrap_or_else(|fault| panic!("{fault}"));
    same(&before, &catalog(&db));
}

#[test]
fn a_toy_leaves_nothing_behind_on_13() {
    round_trip(majors()[0], &toy("toy_13"), 100);
}

#[test]
fn a_toy_leaves_nothing_behind_on_15() {
    round_trip(majors()[1], &toy("toy_15"), 100);
}

#[test]
fn a_toy_leaves_nothing_behind_on_18() {
    round_trip(majors()[2], &toy("toy_18"), 100);
}

#[test]
fn the_sample_is_as_large_as_asked() {
    let db = bare_server(None).fresh_database(Template::Empty);
    put(&db, "postgres", &toy("toy_sample"), "toy", Some(100)).expect("installs");
    assert_eq!(db.value("SELECT count(*) FROM toy.things"), "100");
    assert_eq!(db.value("SELECT count(*) FROM toy.things WHERE mood = 'odd'"), "50");
}

#[test]
fn two_schemas_stand_side_by_side() {
    let db = bare_server(None).fresh_database(Template::Empty);
    let before = catalog(&db);
    let toy = toy("toy_two");
    put(&db, "postgres", &toy, "one", None).expect("installs");
    let alone = catalog(&db);
    put(&db, "postgres", &toy, "Two \"2\"", Some(10)).expect("installs beside it");
    take(&db, "postgres", &toy, "one").expect("uninstalls the first");
    assert_eq!(db.value("SELECT count(*) FROM \"Two \"\"2\"\"\".things"), "10");
    put(&db, "postgres", &toy, "one", None).expect("installs again");
    take(&db, "postgres", &toy, "Two \"2\"").expect("uninstalls the second");
    same(&alone, &catalog(&db));
    take(&db, "postgres", &toy, "one").expect("uninstalls the last");
    same(&before, &catalog(&db));
}

#[test]
fn a_schema_that_was_there_stays_with_what_is_in_it() {
    let db = bare_server(None).fresh_database(Template::Empty);
    db.exec("CREATE SCHEMA toy; CREATE TYPE toy.mine AS (a int); CREATE SCHEMA pgdeck");
    let before = catalog(&db);
    let toy = toy("toy_there");
    put(&db, "postgres", &toy, "toy", None).expect("installs");
    take(&db, "postgres", &toy, "toy").expect("uninstalls");
    same(&before, &catalog(&db));
}

#[test]
fn a_schema_of_ours_stays_while_something_else_stands_in_it() {
    let db = bare_server(None).fresh_database(Template::Empty);
    let toy = toy("toy_stays");
    put(&db, "postgres", &toy, "toy", None).expect("installs");
    db.exec("CREATE TABLE toy.mine (a int)");
    let receipt = wait(Box::pin(uninstall(db.options("postgres"), &toy.0, &toy.1, "toy", false))).expect("uninstalls");
    assert!(receipt.notes.iter().any(|note| note.contains("schema toy stays")), "{:?}", receipt.notes);
    assert_eq!(db.value("SELECT count(*) FROM toy.mine"), "0");
}

#[test]
fn what_stands_in_the_way_is_refused_and_nothing_is_changed() {
    let server = bare_server(None);
    let db = server.fresh_database(Template::Empty);
    let toy = toy("toy_refused");
    let refused = |fault: Fault, why: &str| {
        assert_eq!(fault.kind, Kind::Refused, "{fault}");
        assert!(fault.to_string().contains(why), "{fault}");
    };
    let plan = |user: &str| wait(Box::pin(plan_install(db.options(user), &toy.0, &toy.1, "toy", None)));
    let plan_back = || wait(Box::pin(plan_uninstall(db.options("postgres"), &toy.0, &toy.1, "toy", false)));
    let plain = format!("plain_{}", db.name);
    server.admin(&format!("CREATE ROLE {plain} LOGIN"));
    let before = catalog(&db);

    refused(fault(put(&db, &plain, &toy, "toy", None)), "CREATE on database");
    refused(fault(plan(&plain)), "CREATEROLE, for the roles toy_refused");
    refused(fault(plan_back()), "not installed in schema toy");
    let steps = plan("postgres").expect("a plan").sql;
    assert!(steps.iter().any(|sql| sql.contains("CREATE TABLE things")), "{steps:?}");
    same(&before, &catalog(&db));

    db.exec("CREATE SCHEMA toy; CREATE TABLE toy.things (a int)");
    refused(fault(put(&db, "postgres", &toy, "toy", None)), "already holds things");
    refused(fault(take(&db, "postgres", &toy, "toy")), "did not install them");
    db.exec("DROP SCHEMA toy CASCADE");

    put(&db, "postgres", &toy, "toy", None).expect("installs");
    refused(fault(put(&db, "postgres", &toy, "toy", None)), "already installed");
    refused(fault(take(&db, &plain, &toy, "toy")), "installed by postgres");
    assert!(plan_back().expect("a plan").sql.iter().any(|sql| sql.contains("DROP TABLE things")));
    db.exec(&format!("ALTER DATABASE {} SET default_transaction_read_only = on", db.name));
    refused(fault(take(&db, "postgres", &toy, "toy")), "read-only");
}

#[test]
fn a_failing_step_is_named_with_its_line_and_undone() {
    let db = bare_server(None).fresh_database(Template::Empty);
    let before = catalog(&db);
    let (system, mut files) = toy("toy_fails");
    let broken = [("systems/toy/schema/0002_more.up.sql".to_owned(), "SELECT 1;\nSELECT nonsense;".to_owned())];
    files.lay_over(broken.into_iter().collect());
    let fault = fault(put(&db, "postgres", &(system, files), "toy", None));
    assert!(fault.message.starts_with("systems/toy/schema/0002_more.up.sql:2: column \"nonsense\""), "{fault}");
    assert!(fault.is("42703"));
    same(&before, &catalog(&db));
}

#[test]
fn a_wrong_sample_undoes_the_install() {
    let db = bare_server(None).fresh_database(Template::Empty);
    let before = catalog(&db);
    let (system, mut files) = toy("toy_sample_fails");
    let broken =
        [("systems/toy/sample.sql".to_owned(), "-- part: a\nSELECT 1;\n\nSELECT 1/0;\nSELECT nonsense".to_owned())];
    files.lay_over(broken.into_iter().collect());
    let fault = fault(put(&db, "postgres", &(system, files), "toy", Some(1)));
    assert!(fault.message.starts_with("systems/toy/sample.sql"), "{fault}");
    same(&before, &catalog(&db));
}

/// The toy, but it cannot do without these extensions.
fn needy(name: &str, extensions: &[&str]) -> (System, Files) {
    let (system, files) = toy(name);
    (System { extensions: extensions.iter().map(|one| (*one).to_owned()).collect(), ..system }, files)
}

#[test]
fn an_extension_comes_with_the_first_that_needs_it_and_goes_with_the_last() {
    let db = bare_server(None).fresh_database(Template::Empty);
    let before = catalog(&db);
    let mut needy = needy("toy_needy", &["pgcrypto"]);
    let manifest = needy
        .1
        .get("systems/toy/system.toml")
        .expect("a manifest")
        .replace("title", "extensions = [\"pgcrypto\"]\ntitle");
    let uses = "CREATE FUNCTION uses() RETURNS text LANGUAGE sql SET search_path FROM CURRENT AS $$ SELECT encode(gen_random_bytes(4), 'hex') $$;";
    needy.1.lay_over(
        [
            ("systems/toy/system.toml".to_owned(), manifest),
            ("systems/toy/schema/0002_more.up.sql".to_owned(), uses.to_owned()),
            ("systems/toy/schema/0002_more.down.sql".to_owned(), "DROP FUNCTION uses()".to_owned()),
        ]
        .into_iter()
        .collect(),
    );
    put(&db, "postgres", &needy, "one", Some(10)).expect("installs");
    assert_eq!(db.value("SELECT length(one.uses())"), "8");
    let alone = catalog(&db);
    put(&db, "postgres", &needy, "two", None).expect("installs beside it");
    take(&db, "postgres", &needy, "one").expect("uninstalls the first");
    assert_eq!(db.value("SELECT length(two.uses())"), "8");
    put(&db, "postgres", &needy, "one", Some(10)).expect("installs again");
    take(&db, "postgres", &needy, "two").expect("uninstalls the second");
    same(&alone, &catalog(&db));
    take(&db, "postgres", &needy, "one").expect("uninstalls the last");
    same(&before, &catalog(&db));

    put(&db, "postgres", &needy, "one", None).expect("installs");
    db.exec("CREATE FUNCTION public.otp() RETURNS bytea LANGUAGE plpgsql AS $$ BEGIN RETURN extensions.gen_random_bytes(4); END $$");
    let receipt =
        wait(Box::pin(uninstall(db.options("postgres"), &needy.0, &needy.1, "one", false))).expect("uninstalls");
    assert!(
        receipt.notes.iter().any(|note| note.contains("pgcrypto stays: public.otp() calls")),
        "{:?}",
        receipt.notes
    );
    db.exec("DROP FUNCTION public.otp(); DROP EXTENSION pgcrypto; DROP SCHEMA extensions");

    db.exec("CREATE SCHEMA theirs; CREATE EXTENSION pgcrypto SCHEMA theirs");
    let before = catalog(&db);
    put(&db, "postgres", &needy, "one", None).expect("installs");
    assert_eq!(db.value("SELECT length(one.uses())"), "8");
    take(&db, "postgres", &needy, "one").expect("uninstalls");
    same(&before, &catalog(&db));
}

#[test]
fn a_missing_extension_is_named() {
    let db = bare_server(None).fresh_database(Template::Empty);
    let before = catalog(&db);
    let needy = needy("toy_lacks", &["no_such_extension"]);
    let fault = fault(put(&db, "postgres", &needy, "toy", None));
    assert_eq!(fault.kind, Kind::Refused);
    assert!(fault.message.contains("toy needs no_such_extension, which this server does not have"), "{fault}");
    same(&before, &catalog(&db));
}

/// From 18 on a server can be told where its extensions are: nowhere.
#[test]
fn repazoo_without_pgcrypto_says_so_and_leaves_nothing() {
    let db = bare_server(Some(18)).fresh_database(Template::Empty);
    let repazoo = embedded("repazoo");
    assert_eq!(wait(Box::pin(lacking(&db.options("postgres"), &repazoo.0))).expect("an answer"), None);
    db.exec(&format!("ALTER DATABASE {} SET extension_control_path = '/nonexistent'", db.name));
    let before = catalog(&db);
    let fault = fault(put(&db, "postgres", &repazoo, "repazoo", None));
    assert_eq!(fault.kind, Kind::Refused);
    assert_eq!(fault.message, "repazoo needs pgcrypto, which this server does not have");
    assert!(fault.hint.as_deref().is_some_and(|hint| hint.contains("postgresql-contrib")), "{fault:?}");
    let lacks = wait(Box::pin(lacking(&db.options("postgres"), &repazoo.0))).expect("an answer");
    assert_eq!(lacks.as_deref(), Some("pgcrypto"));
    same(&before, &catalog(&db));
}

#[test]
fn rows_of_others_keep_a_system() {
    let db = bare_server(None).fresh_database(Template::Empty);
    let toy = toy("toy_rows");
    put(&db, "postgres", &toy, "toy", Some(10)).expect("installs");
    let take = |drop_rows| wait(Box::pin(uninstall(db.options("postgres"), &toy.0, &toy.1, "toy", drop_rows)));
    for theirs in ["INSERT INTO toy.things (name) VALUES ('mine')", "UPDATE toy.things SET name = 'ours' WHERE id = 1"]
    {
        db.exec(theirs);
        let fault = fault(take(false));
        assert_eq!(fault.kind, Kind::Refused);
        assert!(fault.detail.as_deref().is_some_and(|detail| detail.contains("things (")), "{fault:?}");
        db.exec("DELETE FROM toy.things WHERE name = 'mine'");
    }
    let planned = wait(Box::pin(plan_uninstall(db.options("postgres"), &toy.0, &toy.1, "toy", true))).expect("a plan");
    assert!(planned.sql.iter().any(|sql| sql.contains("DROP TABLE things")));
    take(true).expect("uninstalls");
}

/// A restored copy bears other transactions' numbers, and who was under way during the install may write afterwards.
#[test]
fn only_rows_of_the_installation_itself_are_ours() {
    let db = bare_server(None).fresh_database(Template::Empty);
    let toy = toy("toy_own");
    let mut other = support::operate::Other::of(&db, "postgres");
    other.exec("CREATE TABLE public.theirs (a int); BEGIN; INSERT INTO public.theirs VALUES (1)");
    put(&db, "postgres", &toy, "toy", Some(10)).expect("installs");
    let take = || wait(Box::pin(uninstall(db.options("postgres"), &toy.0, &toy.1, "toy", false)));
    other.exec("INSERT INTO toy.things (name) VALUES ('late'); COMMIT");
    assert!(fault(take()).detail.is_some_and(|detail| detail.contains("things (1)")));
    db.exec("DELETE FROM toy.things WHERE name = 'late'");
    let memory = db.value("SELECT obj_description('pgdeck.toy__toy'::regclass, 'pg_class')");
    assert!(memory.contains(" on "), "{memory}");
    db.exec(&format!("COMMENT ON TABLE pgdeck.toy__toy IS '{}'", memory.replace(" on ", " on 1")));
    assert!(fault(take()).detail.is_some_and(|detail| detail.contains("things (10)")), "another server's numbers");
    db.exec(&format!("COMMENT ON TABLE pgdeck.toy__toy IS '{memory}'"));
    take().expect("uninstalls");
}

#[test]
fn a_login_of_somebody_keeps_the_last_system() {
    let db = bare_server(None).fresh_database(Template::Empty);
    let civic = embedded("civic");
    put(&db, "postgres", &civic, "civic", Some(200)).expect("installs");
    db.exec("INSERT INTO auth.users (email) VALUES ('customer@real.example')");
    let fault = fault(take(&db, "postgres", &civic, "civic"));
    assert!(fault.detail.as_deref().is_some_and(|detail| detail.contains("auth.users (1)")), "{fault:?}");
    db.exec("DELETE FROM auth.users WHERE email = 'customer@real.example'");
    take(&db, "postgres", &civic, "civic").expect("uninstalls");
}

#[test]
fn nothing_is_installed_where_others_may_create() {
    let db = bare_server(None).fresh_database(Template::Empty);
    db.exec("CREATE SCHEMA toy; GRANT CREATE ON SCHEMA toy TO PUBLIC");
    let toy = toy("toy_open");
    let refused = fault(put(&db, "postgres", &toy, "toy", None));
    assert!(refused.message.contains("schema toy, where PUBLIC may create"), "{refused}");
    db.exec("REVOKE CREATE ON SCHEMA toy FROM PUBLIC");
    put(&db, "postgres", &toy, "toy", None).expect("installs");

    db.exec("CREATE SCHEMA open; CREATE EXTENSION pgcrypto SCHEMA open; GRANT CREATE ON SCHEMA open TO PUBLIC");
    let refused = fault(put(&db, "postgres", &needy("toy_open", &["pgcrypto"]), "two", None));
    assert!(refused.message.contains("schema open, where PUBLIC may create"), "{refused}");
}

#[test]
fn a_schema_with_other_tables_is_refused() {
    let db = bare_server(None).fresh_database(Template::Empty);
    db.exec("CREATE SCHEMA toy; CREATE TABLE toy.mine (a int)");
    let fault = fault(put(&db, "postgres", &toy("toy_strangers"), "toy", None));
    assert_eq!(fault.kind, Kind::Refused);
    assert!(fault.message.contains("schema toy holds other tables: mine"), "{fault}");
}

#[test]
fn the_small_crm_is_ready_for_tests() {
    let db = server(None).fresh_database(Template::Crm { rows: support::SMALL });
    assert_ne!(db.value("SELECT count(*) FROM crm.leads"), "0");
}

/// Every system of the library, alone and then all side by side.
fn systems_leave_nothing_behind(major: u32) {
    let systems = ["bi", "civic", "crm", "repazoo"].map(embedded);
    for system in &systems {
        round_trip(major, system, 300);
    }
    let db = bare_server(Some(major)).fresh_database(Template::Empty);
    let before = catalog(&db);
    for system in &systems {
        put(&db, "postgres", system, &system.0.name, None).unwrap_or_else(|fault| panic!("{fault}"));
    }
    let verified = Asker::new(db.conninfo()).verified();
    let unwell: Vec<_> = verified.findings.iter().filter(|finding| finding.severity >= Severity::Warning).collect();
    assert!(unwell.is_empty() && verified.ended(Status::Failed) == 0, "as installed on {major}: {unwell:?}");
    for system in &systems {
        take(&db, "postgres", system, &system.0.name).unwrap_or_else(|fault| panic!("{fault}"));
    }
    same(&before, &catalog(&db));
}

#[test]
fn systems_leave_nothing_behind_on_13() {
    systems_leave_nothing_behind(all_majors()[0]);
}

#[test]
fn systems_leave_nothing_behind_on_15() {
    systems_leave_nothing_behind(all_majors()[1]);
}

#[test]
fn systems_leave_nothing_behind_on_16() {
    systems_leave_nothing_behind(all_majors()[2]);
}

#[test]
fn systems_leave_nothing_behind_on_17() {
    systems_leave_nothing_behind(all_majors()[3]);
}

#[test]
fn systems_leave_nothing_behind_on_18() {
    systems_leave_nothing_behind(all_majors()[4]);
}

#[test]
fn two_crm_share_the_shim_and_the_last_takes_it_along() {
    let db = bare_server(None).fresh_database(Template::Empty);
    let before = catalog(&db);
    let crm = embedded("crm");
    put(&db, "postgres", &crm, "crm", None).expect("installs");
    let alone = catalog(&db);
    put(&db, "postgres", &crm, "crm_b", Some(1000)).expect("installs beside it");
    db.exec("INSERT INTO crm.organizations (name, slug) VALUES ('Acme', 'acme')");
    take(&db, "postgres", &crm, "crm_b").expect("uninstalls the second");
    assert_eq!(db.value("SELECT count(*) FROM crm.organizations"), "1");
    same(&alone, &catalog(&db));
    put(&db, "postgres", &crm, "crm_b", None).expect("installs again");
    take_with_rows(&db, &crm, "crm");
    db.exec("INSERT INTO crm_b.organizations (name, slug) VALUES ('Acme', 'acme')");
    assert_eq!(db.value("SELECT auth.uid() IS NULL"), "true");
    take_with_rows(&db, &crm, "crm_b");
    same(&before, &catalog(&db));
}

#[test]
fn a_real_auth_schema_is_used_and_left_alone() {
    let db = bare_server(None).fresh_database(Template::Empty);
    db.exec(
        "CREATE SCHEMA auth;
         CREATE TABLE auth.users (id uuid PRIMARY KEY, email text, raw_user_meta_data jsonb, theirs int);
         CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT NULL::uuid $$;
         CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS $$ SELECT NULL::jsonb $$;
         CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS $$ SELECT NULL::text $$;
         INSERT INTO auth.users (id) VALUES (gen_random_uuid());",
    );
    let before = catalog(&db);
    let crm = embedded("crm");
    put(&db, "postgres", &crm, "crm", None).expect("installs");
    take(&db, "postgres", &crm, "crm").expect("uninstalls");
    same(&before, &catalog(&db));
    assert_eq!(db.value("SELECT count(*) FROM auth.users"), "1");
}

#[test]
fn a_poolers_refusal_is_named() {
    let db = bare_server(None).fresh_database(Template::Empty);
    let (system, mut files) = toy("toy_pooled");
    let said = "DO $$ BEGIN RAISE 'prepared statement \"sqlx_s_1\" already exists' USING ERRCODE = '42P05'; END $$";
    files.lay_over([("systems/toy/schema/0002_more.up.sql".to_owned(), said.to_owned())].into_iter().collect());
    let fault = fault(put(&db, "postgres", &(system, files), "toy", None));
    assert_eq!(fault.kind, Kind::Connection);
    assert!(fault.message.contains("goes through a pooler"), "{fault}");
}

/// A kept cluster, started again by its own command as a standby.
#[test]
fn a_standby_is_refused() {
    let options = DemoOptions { empty: true, keep: true, fetch: Fetch::Yes, ..DemoOptions::default() };
    let cluster = wait(Box::pin(demo::start(options, &|_| {}))).unwrap_or_else(|fault| panic!("{fault}"));
    let (data, command) = cluster.kept().expect("it is kept");
    let socket = cluster.socket_dir().to_owned();
    cluster.stop();
    std::fs::write(data.join("standby.signal"), "").expect("a standby");
    let mut shell =
        Command::new("sh").args(["-c", &command]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a shell");
    let db = pgdeck::db::migrate::socket(&socket, 5432, "postgres", "postgres");
    let toy = toy("toy_standby");
    let until = Instant::now() + Duration::from_secs(60);
    let fault = loop {
        let fault = fault(wait(Box::pin(plan_install(db.clone(), &toy.0, &toy.1, "toy", None))));
        if fault.kind == Kind::Refused || Instant::now() > until {
            break fault;
        }
        std::thread::sleep(Duration::from_millis(100));
    };
    let status = std::fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
    let _ = Command::new("kill").args(["-INT", status.lines().next().unwrap_or("0")]).status();
    let _ = shell.wait();
    let _ = std::fs::remove_dir_all(data.parent().expect("a folder"));
    let _ = std::fs::remove_dir_all(socket);
    assert!(fault.kind == Kind::Refused && fault.message.contains("standby"), "{fault}");
}
