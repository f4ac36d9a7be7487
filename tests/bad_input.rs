//! Names, values, rights and relations that are not as one hopes: each gives a right page or a fault that names the thing.

#![cfg(feature = "demo")]

#[path = "support/ask.rs"]
mod ask;
mod support;

use ask::{Asker, after, column, filtered, headings, index, limits, relation, sorted};
use pgdeck::catalog::Library;
use pgdeck::model::deck::Survey;
use pgdeck::model::pane::PaneName;
use pgdeck::model::request::{From, PageRequest};
use pgdeck::model::{Fault, Kind, Outcome, PaneRef, Table};
use pgdeck::report::{self, Format, Style};
use std::sync::Arc;
use support::{Template, TestDb, majors, server};

fn database(sql: &str) -> (TestDb, Asker) {
    let db = server(None).fresh_database(Template::Empty);
    db.exec(sql);
    let asker = Asker::new(db.conninfo());
    (db, asker)
}

fn page(asker: &Asker, pane: &PaneRef) -> Arc<Table> {
    asker.first(pane).unwrap_or_else(|fault| panic!("{pane}: {fault}"))
}

fn public(name: &str) -> PaneRef {
    relation("public", name)
}

/// Every format can write it, and the JSON ones can be read.
fn writable(table: &Arc<Table>) {
    for (name, format) in Format::ALL {
        let mut out = Vec::new();
        report::write(&Outcome::Table(table.clone()), &Style::plain(format), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap_or_else(|error| panic!("{} as {name}: {error}", table.pane));
        if format == Format::Json {
            serde_json::from_str::<serde_json::Value>(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        }
    }
}

fn one(table: &Table, name: &str) -> Option<String> {
    column(table, name).into_iter().next().unwrap_or_else(|| panic!("{} is empty", table.pane))
}

#[test]
fn an_empty_table_is_an_empty_page_with_its_columns() {
    let (_db, asker) = database(
        "CREATE TABLE t (id int PRIMARY KEY, a text); CREATE TABLE bare (); CREATE TABLE filled (); INSERT INTO filled DEFAULT VALUES",
    );
    for from in [From::Start, From::End, From::After(vec![Some("1".into())]), From::Before(vec![Some("1".into())])] {
        let empty = asker.page(PageRequest { from, ..PageRequest::first(public("t"), 5) }).unwrap();
        assert_eq!((headings(&empty), empty.rows.len()), (vec!["id", "a"], 0));
        writable(&empty);
    }
    assert!(asker.estimate(PageRequest::first(public("t"), 5)).is_ok());
    assert!(asker.page(filtered(&public("t"), "word")).unwrap().rows.is_empty());
    let fault = asker.record(&public("t"), &vec![Some("1".into())]).unwrap_err();
    assert!(fault.message.contains("public.t") && fault.hint.is_some(), "{fault}");
    for name in ["bare", "filled"] {
        let fault = asker.first(&public(name)).unwrap_err();
        assert!(fault.message.contains(&format!("public.{name}")), "a table without columns: {fault}");
        assert!(!fault.message.contains("permission"), "nobody was refused: {fault}");
        assert!(!fault.message.contains("no table"), "it is there: {fault}");
    }
}

#[test]
fn a_table_without_a_key_says_that_it_cannot_be_paged() {
    let (_db, asker) = database(
        "CREATE TABLE t (a int, b int); INSERT INTO t SELECT i / 2, 1 FROM generate_series(1, 20) i;
         CREATE UNIQUE INDEX ON t (a, b) WHERE a > 100; CREATE TABLE nullable (a int UNIQUE, b int);
         CREATE TABLE later (a int UNIQUE DEFERRABLE, b int NOT NULL); CREATE TABLE unique_key (a int, b int NOT NULL UNIQUE);
         INSERT INTO unique_key SELECT i, i FROM generate_series(1, 20) i",
    );
    for name in ["t", "nullable", "later"] {
        let page = page(&asker, &public(name));
        assert!(page.identity.is_empty() && page.notes.iter().any(|note| note.contains("no key")), "{:?}", page.notes);
    }
    let keyed = asker.page(sorted(&public("unique_key"), &[], 5)).unwrap();
    assert_eq!((keyed.identity.as_slice(), keyed.notes.len()), (["b".to_owned()].as_slice(), 0));
    let first = asker.page(sorted(&public("t"), &["-a"], 5)).unwrap();
    assert_eq!(column(&first, "a")[0].as_deref(), Some("10"));
    assert!(first.more_after && first.rows.iter().all(|row| row.key.is_empty()));
    let fault = asker.record(&public("t"), &Vec::new()).unwrap_err();
    assert!(fault.kind == Kind::Usage && fault.message.contains("cannot be told apart"), "{fault}");
    for (from, sort) in [
        (From::After(Vec::new()), vec![]),
        (From::Before(Vec::new()), vec![]),
        (From::After(first.rows[4].order.clone()), first.sort.clone()),
    ] {
        let request = PageRequest { from, sort, ..PageRequest::first(public("t"), 5) };
        let fault = asker.page(request).unwrap_err();
        assert!(fault.kind == Kind::Usage && fault.message.contains("public.t"), "{fault}");
    }
}

#[test]
fn a_place_that_does_not_fit_the_order_is_refused() {
    let (_db, asker) = database("CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t VALUES (1, 'x'), (2, 'y')");
    for place in [vec![], vec![Some("1".to_owned())], vec![Some("a".into()), Some("1".into()), Some("2".into())]] {
        let request = PageRequest { from: From::After(place), ..sorted(&public("t"), &["a"], 5) };
        let fault = asker.page(request).unwrap_err();
        assert!(fault.kind == Kind::Usage && fault.message.contains("public.t"), "{fault}");
    }
    let request =
        PageRequest { from: From::After(vec![Some("no number".into())]), ..PageRequest::first(public("t"), 5) };
    assert!(asker.page(request).unwrap_err().is("22P02"));
    for key in [vec![], vec![Some("1".to_owned()), None]] {
        let fault = asker.record(&public("t"), &key).unwrap_err();
        assert!(fault.kind == Kind::Usage && !fault.message.contains("told apart"), "the rows have a key: {fault}");
    }
    assert!(asker.record(&public("t"), &vec![None]).unwrap_err().message.contains("not there any more"));
}

#[test]
fn names_that_mean_something_in_sql_are_only_names() {
    let (db, asker) = database(
        r#"CREATE TABLE "user" (id int PRIMARY KEY, "select" text, "order" text); INSERT INTO "user" VALUES (1, 'a', 'b'), (2, 'c', 'd');
           CREATE TABLE "\"; DROP" (id int PRIMARY KEY); CREATE TABLE odd ("\"; DROP TABLE odd; --" text PRIMARY KEY, "a.b" int, " " int, "ü🦀" int, "q" int, "d" int, "x" int, "one" int, "A" int, "a" int, "c" int, "$1" int);
           INSERT INTO odd VALUES ('x', 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), ('y', 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
           CREATE SCHEMA "a.b""c"; CREATE TABLE "a.b""c"."t.u" (id int PRIMARY KEY); INSERT INTO "a.b""c"."t.u" VALUES (1);
           CREATE SCHEMA "schöma 🦀"; CREATE TYPE "schöma 🦀"."my ""type" AS ENUM ('x y', 'z');
           CREATE TABLE "schöma 🦀"."täble" (kind "schöma 🦀"."my ""type" PRIMARY KEY); INSERT INTO "schöma 🦀"."täble" VALUES ('x y'), ('z')"#
            .replace(r#"\""#, r#""""#)
            .as_str(),
    );
    let user = asker.page(filtered(&public("user"), "select=c")).unwrap();
    assert_eq!((one(&user, "order").as_deref(), user.pane.as_str()), (Some("d"), "public.user"));
    let odd = public("odd");
    let nasty = "\"; DROP TABLE odd; --";
    for name in [nasty, "a.b", " ", "ü🦀", "q", "d", "x", "one", "A", "a", "c", "$1"] {
        let request = sorted(&odd, &[name], 1);
        let first = asker.page(request.clone()).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        let second = asker.page(after(&request, &first)).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        assert_eq!((one(&first, nasty).as_deref(), one(&second, nasty).as_deref()), (Some("x"), Some("y")), "{name}");
        let term = format!("{}:null", serde_json::Value::from(name));
        assert!(asker.page(filtered(&odd, &term)).unwrap().rows.is_empty(), "{term}");
    }
    assert_eq!(one(&asker.page(filtered(&odd, "A=8")).unwrap(), "a").as_deref(), Some("9"));
    assert!(asker.page(filtered(&odd, "B=8")).unwrap_err().kind == Kind::Usage);
    writable(&page(&asker, &odd));
    assert_eq!(page(&asker, &relation("public", "\"; DROP")).pane, r#"public."""; DROP""#);
    assert_eq!(page(&asker, &relation("a.b\"c", "t.u")).rows.len(), 1);
    let kinds = relation("schöma 🦀", "täble");
    let request = sorted(&kinds, &[], 1);
    let first = asker.page(request.clone()).unwrap();
    assert_eq!(one(&asker.page(after(&request, &first)).unwrap(), "kind").as_deref(), Some("z"));
    assert_eq!(asker.page(filtered(&kinds, r#"kind="x y""#)).unwrap().rows.len(), 1);
    let survey = asker.survey();
    for name in ["public.user", r#"public."user""#, r#""a.b""c"."t.u""#, r#""schöma 🦀"."täble""#] {
        let pane = survey.resolve(&PaneName::parse(name).unwrap(), None).unwrap();
        assert!(asker.first(&pane).is_ok(), "{name}");
    }
    assert_eq!(db.value("SELECT count(*) FROM odd"), "2");
}

#[test]
fn a_huge_cell_is_cut_in_a_list_and_whole_in_its_record_up_to_a_cap() {
    let (_db, asker) = database(
        "CREATE TABLE t (id int PRIMARY KEY, big text, raw bytea, doc jsonb);
         INSERT INTO t VALUES (1, repeat('ä', 1000000), decode(repeat('ff', 1000), 'hex'), jsonb_build_object('k', repeat('x', 100000))),
           (2, repeat('x', 1500000), NULL, NULL), (3, repeat('x', 2000), NULL, NULL), (4, repeat('x', 2001), NULL, NULL)",
    );
    let list = page(&asker, &public("t"));
    let at = index(&list, "big");
    let cells: Vec<_> = list.rows.iter().map(|row| &row.cells[at]).collect();
    let lengths: Vec<_> = cells.iter().map(|cell| cell.text().unwrap().chars().count()).collect();
    assert_eq!(lengths, [2000; 4]);
    assert_eq!(cells.iter().map(|cell| cell.is_cut()).collect::<Vec<_>>(), [true, true, false, true]);
    assert!(list.rows[0].cells[3].is_cut());
    writable(&list);
    let whole = |key: &str| asker.record(&public("t"), &vec![Some(key.to_owned())]).unwrap();
    let record = whole("1");
    assert_eq!(record.rows[0].cells[at].text().unwrap().chars().count(), 1_000_000);
    assert!(!record.rows[0].cells[at].is_cut() && !record.rows[0].cells[3].is_cut());
    let capped = whole("2");
    assert_eq!(capped.rows[0].cells[at].text().unwrap().len(), 1 << 20);
    assert!(capped.rows[0].cells[at].is_cut());
    let sorted = asker.page(sorted(&public("t"), &["-big"], 1)).unwrap();
    assert_eq!(sorted.rows[0].cells[at].text().unwrap().chars().count(), 2000);
}

#[test]
fn bytes_that_are_no_utf8_are_shown_as_what_they_are() {
    let server = server(None);
    let name = format!("ascii_{}", std::process::id());
    server
        .admin(&format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'"));
    let home = server.fresh_database(Template::Empty);
    let fill = r"SET client_encoding = SQL_ASCII; CREATE TABLE t (id int PRIMARY KEY, name text);
        INSERT INTO t SELECT i, CASE i % 3 WHEN 0 THEN E'caf\\xe9' WHEN 1 THEN E'caf\xc3\xa9' ELSE E'\xff\xfe' END
        FROM generate_series(1, 12) i";
    let options = server.options("postgres", &name);
    let filled = support::wait(Box::pin(async move {
        use sqlx::{AssertSqlSafe, ConnectOptions, Executor};
        options.connect().await?.execute(AssertSqlSafe(fill.to_owned())).await.map(drop)
    }));
    let asker = Asker::new(home.conninfo().replace(&home.name, &name));
    let all = asker.first(&public("t"));
    let good = asker.page(filtered(&public("t"), "id=1"));
    drop(asker);
    server.admin(&format!("DROP DATABASE {name} WITH (FORCE)"));
    filled.unwrap();
    let all = all.unwrap();
    let names: Vec<_> = all.rows[..3].iter().map(|row| row.cells[1].text().unwrap()).collect();
    assert_eq!((all.rows.len(), names), (12, vec!["café", "\\xff\\xfe", "caf\\xe9"]));
    assert_eq!(one(&good.unwrap(), "name").as_deref(), Some("café"));
}

/// A role of this database that may connect and nothing else.
fn stranger(db: &TestDb) -> String {
    let role = format!("stranger_{}", db.name);
    db.exec(&format!("CREATE ROLE {role} LOGIN"));
    role
}

#[test]
fn what_may_not_be_read_names_its_grant() {
    let (db, _) = database(
        r#"CREATE TABLE secret (id int PRIMARY KEY, a text); INSERT INTO secret VALUES (1, 'x');
           CREATE TABLE half (id int PRIMARY KEY, open text, shut text); INSERT INTO half VALUES (1, 'o', 's');
           CREATE TABLE keyless (id int PRIMARY KEY, open text); CREATE SCHEMA shut; CREATE TABLE shut.t (id int PRIMARY KEY);
           CREATE VIEW over_secret AS SELECT * FROM secret; CREATE FUNCTION no() RETURNS int LANGUAGE sql AS 'SELECT 1'; REVOKE ALL ON FUNCTION no() FROM PUBLIC;
           CREATE VIEW over_function AS SELECT no() AS n"#,
    );
    let role = stranger(&db);
    db.exec(&format!(
        "GRANT SELECT (id, open) ON half TO {role}; GRANT SELECT (open) ON keyless TO {role}; GRANT SELECT ON shut.t TO {role};
         GRANT SELECT ON over_function TO {role}"
    ));
    let asker = Asker::new(db.conninfo_as(&role));
    for (pane, named) in [
        (public("secret"), "secret"),
        (public("over_secret"), "over_secret"),
        (relation("shut", "t"), "shut"),
        (public("over_function"), "no"),
    ] {
        let fault = asker.first(&pane).unwrap_err();
        assert!(fault.is("42501") && fault.kind == Kind::Query && fault.message.contains(named), "{fault}");
        assert!(fault.hint.as_ref().is_some_and(|hint| hint.contains("GRANT ")), "{fault}");
    }
    let half = page(&asker, &public("half"));
    assert_eq!(headings(&half), ["id", "open"]);
    assert!(half.notes.iter().any(|note| note.contains("may not read") && note.contains("shut")), "{:?}", half.notes);
    assert_eq!(asker.record(&public("half"), &half.rows[0].key).unwrap().rows.len(), 1);
    for request in [sorted(&public("half"), &["shut"], 5), filtered(&public("half"), "shut=s")] {
        let fault = asker.page(request).unwrap_err();
        assert!(fault.kind == Kind::Usage && fault.message.contains("\"shut\""), "{fault}");
    }
    let keyless = page(&asker, &public("keyless"));
    assert!(keyless.identity.is_empty() && headings(&keyless) == ["open"], "the key may not be read");
    drop(asker);
    db.exec(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}

#[test]
fn a_table_dropped_while_shown_is_named() {
    let (db, asker) = database("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 9)");
    let request = sorted(&public("t"), &[], 3);
    let first = asker.page(request.clone()).unwrap();
    db.exec("DROP TABLE t");
    let gone = |fault: Fault| {
        assert!(fault.is("42P01") && fault.message.contains("public.t") && fault.hint.is_some(), "{fault}");
        assert_eq!(fault.kind, Kind::Query);
    };
    gone(asker.page(after(&request, &first)).unwrap_err());
    gone(asker.first(&public("t")).unwrap_err());
    gone(asker.record(&public("t"), &first.rows[0].key).unwrap_err());
    gone(asker.estimate(request.clone()).unwrap_err());
    db.exec("CREATE TABLE t (id int PRIMARY KEY)");
    assert!(asker.page(request).unwrap().rows.is_empty(), "and it may come back");
    db.exec("DROP SCHEMA public CASCADE");
    gone(asker.first(&public("t")).unwrap_err());
}

#[test]
fn relations_that_fail_say_what_the_server_says() {
    let (_db, asker) = database(
        "CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t VALUES (1, 0);
         CREATE VIEW broken AS SELECT id, 1 / n AS ratio FROM t;
         CREATE MATERIALIZED VIEW unfilled AS SELECT * FROM t WITH NO DATA;
         CREATE MATERIALIZED VIEW filled AS SELECT * FROM t; CREATE UNIQUE INDEX ON filled (id);
         CREATE SEQUENCE s; CREATE INDEX i ON t (n); CREATE TYPE comp AS (a int)",
    );
    let fault = asker.first(&public("broken")).unwrap_err();
    assert!(fault.is("22012") && fault.message.contains("division by zero"), "{fault}");
    let only = PageRequest { columns: vec!["id".into()], ..PageRequest::first(public("broken"), 5) };
    assert_eq!(asker.page(only).unwrap().rows.len(), 1, "the good column alone is read");
    let fault = asker.first(&public("unfilled")).unwrap_err();
    assert!(fault.is("55000") && fault.message.contains("unfilled"), "{fault}");
    assert!(fault.hint.as_ref().is_some_and(|hint| hint.contains("REFRESH MATERIALIZED VIEW")), "{fault}");
    assert_eq!(page(&asker, &public("filled")).rows.len(), 1);
    for name in ["s", "i", "comp", "nothing"] {
        let fault = asker.first(&public(name)).unwrap_err();
        assert!(fault.is("42P01") && fault.message.contains(&format!("public.{name}")), "{fault}");
    }
    let fault = asker.first(&relation("no_schema", "t")).unwrap_err();
    assert!(fault.is("42P01") && fault.message.contains("no_schema.t"), "{fault}");
    let fault = asker.first(&PaneRef::plain("nothing")).unwrap_err();
    assert!(fault.kind == Kind::Usage && fault.message.contains("nothing"), "{fault}");
    let survey: Arc<Survey> = asker.survey();
    let fault = survey.resolve(&PaneName::parse("nothing").unwrap(), None).unwrap_err();
    assert!(fault.kind == Kind::Usage && fault.hint.as_ref().is_some_and(|hint| hint.contains("activity")), "{fault}");
}

#[test]
fn partitions_inheritance_and_foreign_tables_are_tables() {
    let (_db, asker) = database(
        "CREATE TABLE parted (id int, at date, PRIMARY KEY (at, id)) PARTITION BY RANGE (at);
         CREATE TABLE parted_a PARTITION OF parted FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
         CREATE TABLE parted_b PARTITION OF parted FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
         INSERT INTO parted SELECT i, '2026-01-20'::date + i FROM generate_series(1, 30) i;
         CREATE TABLE family (id int PRIMARY KEY); CREATE TABLE child (extra int) INHERITS (family);
         INSERT INTO family SELECT generate_series(1, 5); INSERT INTO child SELECT i, i FROM generate_series(6, 9) i;
         CREATE FOREIGN DATA WRAPPER none; CREATE SERVER nowhere FOREIGN DATA WRAPPER none; CREATE FOREIGN TABLE far (id int) SERVER nowhere",
    );
    let request = sorted(&public("parted"), &[], 20);
    let first = asker.page(request.clone()).unwrap();
    assert_eq!(first.identity, ["at", "id"]);
    assert_eq!(asker.page(after(&request, &first)).unwrap().rows.len(), 10);
    assert_eq!(page(&asker, &public("parted_a")).rows.len(), 11);
    assert_eq!(page(&asker, &public("family")).rows.len(), 9);
    let fault = asker.first(&public("far")).unwrap_err();
    assert!(fault.kind == Kind::Query && fault.message.contains("none") && fault.is("55000"), "{fault}");
}

#[test]
fn values_of_every_type_are_the_servers_own_text() {
    let (_db, asker) = database(
        r#"CREATE TYPE mood AS ENUM ('odd', 'calm'); CREATE TYPE comp AS (a int, b text); CREATE DOMAIN small AS int CHECK (VALUE < 10);
           CREATE TYPE floats AS RANGE (subtype = float8);
           CREATE TABLE t (id int PRIMARY KEY, mood mood, moods mood[], comp comp, comps comp[], small small, span int4range, floats floats, spans tstzrange,
             box box, point point, doc json, docb jsonb, ident name, one "char", oid oid, class regclass, net cidr, mac macaddr, vec tsvector,
             query tsquery, money money, lsn pg_lsn, tid tid, bits bit(3), flex varbit, at timestamptz, far timestamptz, day date, clock time, clockz timetz, span2 interval,
             real4 real, raw bytea, path jsonpath, grid int[][]);
           INSERT INTO t VALUES (1, 'calm', '{odd,NULL}', '(1,"a, b")', ARRAY['(1,x)'::comp], 3, '[1,5)', '[0.5,1.5]', '[2026-01-01,infinity)',
             '(1,1),(0,0)', '(1,2)', '{"b": 1,  "a": 2}', '{"b": 1, "a": 2}', 'n', 'c', 42, 'pg_class', '10.0.0.0/8', '08:00:2b:01:02:03', 'a b',
             'a & b', 1.5, '0/1', '(0,1)', B'101', B'1', 'infinity', '12345-01-01 00:00:00+00', '0044-03-15 BC', '12:00', '12:00+02', '1 year 2 days', 0.1, '\xdeadbeef', '$.a', '{{1,2},{3,4}}')"#,
    );
    let pane = public("t");
    let table = page(&asker, &pane);
    writable(&table);
    for (name, value) in [
        ("mood", "calm"),
        ("moods", "{odd,NULL}"),
        ("comp", "(1,\"a, b\")"),
        ("comps", "{\"(1,x)\"}"),
        ("small", "3"),
        ("span", "[1,5)"),
        ("floats", "[0.5,1.5]"),
        ("spans", "[\"2026-01-01 00:00:00+00\",infinity)"),
        ("box", "(1,1),(0,0)"),
        ("point", "(1,2)"),
        ("doc", "{\"b\": 1,  \"a\": 2}"),
        ("docb", "{\"a\": 2, \"b\": 1}"),
        ("class", "pg_class"),
        ("at", "infinity"),
        ("far", "12345-01-01 00:00:00+00"),
        ("day", "0044-03-15 BC"),
        ("raw", "\\xdeadbeef"),
        ("real4", "0.1"),
        ("grid", "{{1,2},{3,4}}"),
    ] {
        assert_eq!(one(&table, name).as_deref(), Some(value), "{name}");
    }
    let record = asker.record(&pane, &table.rows[0].key).unwrap();
    assert_eq!(record.rows[0].cells, table.rows[0].cells);
    for column in &table.columns {
        let name = column.name.as_str();
        let request = sorted(&pane, &[name], 5);
        match asker.page(request.clone()) {
            Ok(sorted) => {
                assert!(asker.page(after(&request, &sorted)).is_ok_and(|next| next.rows.is_empty()), "{name}")
            }
            Err(fault) => {
                assert!(["box", "point", "doc", "path"].contains(&name), "{name}: {fault}");
                assert!(fault.message.contains("ordering operator"), "{name}: {fault}");
            }
        }
        let value = table.rows[0].cells[index(&table, name)].text().unwrap();
        let term = pgdeck::model::filter::Filter::equal_term(name, Some(value));
        match asker.page(filtered(&pane, &term)) {
            Ok(found) => assert_eq!(found.rows.len(), 1, "{term}"),
            Err(fault) => assert!(name == "path" && fault.kind == Kind::Query, "{term}: {fault}"),
        }
    }
    assert_eq!(asker.page(filtered(&pane, "deadbeef")).unwrap().rows.len(), 0);
    assert_eq!(asker.page(filtered(&pane, "calm")).unwrap().rows.len(), 1);
}

#[test]
fn two_columns_of_one_name_are_refused_with_what_to_do() {
    let (db, _) = database("");
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("panes")).unwrap();
    std::fs::write(
        dir.path().join("panes/two.sql"),
        "/*---\ntitle = \"T\"\ngroup = \"x\"\n---*/\nSELECT 1 AS a, 2 AS a",
    )
    .unwrap();
    let fault = Asker::over(db.conninfo(), dir.path()).first(&PaneRef::plain("two")).unwrap_err();
    assert!(fault.kind == Kind::Config && fault.message.contains("\"a\"") && fault.hint.is_some(), "{fault}");
}

#[test]
fn a_zone_the_server_does_not_know_is_said_and_utc_is_used() {
    let (db, _) = database("");
    let asker = Asker::with(db.conninfo(), Library::load(&[]), limits("Nowhere/Land"));
    let survey = asker.survey();
    assert_eq!(survey.facts.time_zone, "UTC");
    assert!(survey.notes.iter().any(|note| note.contains("Nowhere/Land")), "{:?}", survey.notes);
    assert!(page(&asker, &PaneRef::plain("activity")).taken_at.ends_with("+00:00"));
}

#[test]
fn a_database_or_role_that_is_not_there_is_a_connection_fault() {
    let (db, _) = database("");
    let target = db.conninfo();
    for (wrong, named, code) in [
        (target.replace(&format!("dbname={}", db.name), "dbname=nowhere"), "nowhere", Some("3D000")),
        (target.replace("user=postgres", "user=nobody_here"), "nobody_here", Some("28000")),
        (target.replace("port=", "port=1"), "no socket", None),
    ] {
        let fault = Asker::new(wrong).run(pgdeck::model::Request::Survey).unwrap_err();
        assert!(fault.kind == Kind::Connection && fault.message.contains(named), "{fault}");
        assert!(fault.sqlstate.as_deref() == code && fault.hint.is_some(), "{fault}");
    }
}

fn the_catalogs_of(major: u32) {
    let db = server(Some(major)).fresh_database(Template::Empty);
    db.exec("CREATE TABLE t AS SELECT i AS id, 'x' AS a FROM generate_series(1, 100) i; ANALYZE");
    let asker = Asker::new(db.conninfo());
    let names = db.rows(
        "SELECT n.nspname::text, c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'v') AND n.nspname IN ('pg_catalog', 'information_schema') AND c.relname NOT LIKE '%numa'
         ORDER BY 1, 2",
    );
    assert!(names.len() > 150, "{} relations", names.len());
    let mut wrong = Vec::new();
    for name in names {
        let pane = relation(name[0].as_ref().unwrap(), name[1].as_ref().unwrap());
        let request = sorted(&pane, &[], 3);
        let read = || -> Result<(), Fault> {
            let first = asker.page(request.clone())?;
            writable(&first);
            if !first.identity.is_empty() {
                asker.page(PageRequest { from: From::End, ..request.clone() })?;
                if first.more_after {
                    let second = asker.page(after(&request, &first))?;
                    let back = PageRequest { from: From::Before(second.rows[0].order.clone()), ..request.clone() };
                    let back = asker.page(back)?;
                    assert_eq!(keys(&back), keys(&first), "{pane}: the way back");
                    asker.record(&pane, &second.rows[0].key)?;
                }
            }
            asker.page(filtered(&pane, "nowhere_to_be_found")).map(drop)
        };
        if let Err(fault) = read() {
            wrong.push(format!("{pane}: {fault}"));
        }
    }
    assert!(wrong.is_empty(), "{} relations cannot be read on {major}:\n{}", wrong.len(), wrong.join("\n"));
}

fn keys(table: &Table) -> Vec<pgdeck::model::table::Key> {
    table.rows.iter().map(|row| row.key.clone()).collect()
}

#[test]
fn every_relation_of_the_catalogs_is_a_page_on_13() {
    the_catalogs_of(majors()[0]);
}

#[test]
fn every_relation_of_the_catalogs_is_a_page_on_18() {
    the_catalogs_of(majors()[2]);
}
