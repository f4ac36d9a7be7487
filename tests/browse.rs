//! Reading pages through the engine: every row once and in order, filters that mean what SQL means, scope, read-only,
//! stopping, and sessions and schemas that change underneath.

#![cfg(feature = "demo")]

#[path = "support/ask.rs"]
mod ask;
mod support;

use ask::{Asker, after, column, crm, filtered, headings, limits, relation, sorted};
use pgdeck::catalog::Library;
use pgdeck::engine::stop;
use pgdeck::model::deck::choose;
use pgdeck::model::request::{From, PageRequest, Scope};
use pgdeck::model::table::Scoped;
use pgdeck::model::{Fault, Kind, Outcome, PaneRef, Request, Source, Table};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::{SMALL, Template, TestDb, server};

/// Columns of many types, with duplicates, NULLs and the values that order strangely; two tables differ in their keys.
const MIXED: &str = r#"
CREATE TYPE mood AS ENUM ('odd', 'calm', 'angry');
DO $$
BEGIN
  CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
  CREATE DOMAIN word AS text COLLATE caseless;
EXCEPTION WHEN feature_not_supported OR invalid_parameter_value THEN
  CREATE DOMAIN word AS text;
END
$$;
CREATE TABLE plain AS
SELECT
  i AS id,
  i % 7 AS few,
  CASE WHEN i % 11 = 0 THEN NULL ELSE (ARRAY['', 'a', 'B', 'ä', 'Z', 'zz', '日本', E'tab\t', '''"\', '🦀'])[1 + (i * 7) % 10] END AS name,
  CASE i % 13 WHEN 0 THEN NULL WHEN 1 THEN 'infinity' WHEN 2 THEN '-infinity' WHEN 3 THEN '0044-03-15 BC'
    ELSE '2026-03-29 00:30:00+00'::timestamptz + (i % 17) * interval '7 minutes 0.000001 seconds' END AS at,
  CASE i % 9 WHEN 0 THEN NULL WHEN 1 THEN 'NaN' WHEN 2 THEN 1.50 WHEN 3 THEN 1.5 ELSE (i % 5) / 7.0 END::numeric AS num,
  CASE i % 8 WHEN 0 THEN NULL WHEN 1 THEN 'NaN' WHEN 2 THEN '-Infinity' WHEN 3 THEN '-0' WHEN 4 THEN 0 ELSE (i % 6) / 3.0 END::float8 AS real8,
  CASE WHEN i % 5 = 0 THEN NULL ELSE md5((i % 40)::text)::uuid END AS code,
  CASE WHEN i % 6 = 0 THEN NULL ELSE (ARRAY['odd', 'calm', 'angry'])[1 + i % 3]::mood END AS mood,
  (ARRAY['abc', 'ABC', 'Abd', 'abd', NULL])[1 + (i * 3) % 5]::word AS word,
  (ARRAY['x', 'xy', 'xyz'])[1 + i % 3]::char(5) AS fixed,
  (i % 6)::bit(3) AS bits,
  CASE WHEN i % 4 = 0 THEN NULL ELSE i % 3 = 0 END AS yes,
  (i % 5) * interval '1 day' + (i % 3) * interval '24 hours' AS span,
  ARRAY[i % 3, NULL, i % 2] AS list,
  jsonb_build_object('a', i % 4) AS doc,
  decode(md5((i % 20)::text), 'hex') AS raw
FROM generate_series(1, 260) AS i;
CREATE TABLE composed AS SELECT * FROM plain;
ALTER TABLE plain ADD PRIMARY KEY (id);
UPDATE composed SET name = coalesce(name, 'none'), at = coalesce(at, 'epoch');
ALTER TABLE composed ADD PRIMARY KEY (fixed, name, at, id);
ANALYZE;
"#;

const COLUMNS: [&str; 16] = [
    "id", "few", "name", "at", "num", "real8", "code", "mood", "word", "fixed", "bits", "yes", "span", "list", "doc",
    "raw",
];

/// The whole table in the documented order: NULLs last ascending and first descending, the key in the last direction.
fn whole(db: &TestDb, table: &str, key: &[&str], sort: &[(&str, bool)]) -> Vec<String> {
    let last = sort.last().is_some_and(|(_, descending)| *descending);
    let all = sort.iter().copied().chain(key.iter().map(|name| (*name, last)));
    let written =
        |(name, descending)| format!("{name} {}", if descending { "DESC NULLS FIRST" } else { "ASC NULLS LAST" });
    let order: Vec<String> = all.map(written).collect();
    let rows = db.rows(&format!("SELECT id::text AS place FROM {table} ORDER BY {}", order.join(", ")));
    rows.into_iter().map(|row| row[0].clone().unwrap()).collect()
}

fn ids(table: &Table) -> Vec<String> {
    column(table, "id").into_iter().map(Option::unwrap).collect()
}

/// Walks from the start, from the end and to and fro; every page must be the slice of the whole that it stands for.
fn walks(asker: &Asker, request: &PageRequest, whole: &[String], turns: &[bool]) {
    let limit = request.limit;
    let from =
        |from: From| asker.page(PageRequest { from, ..request.clone() }).unwrap_or_else(|fault| panic!("{fault}"));
    let slice = |page: &Table, first: usize, last: usize| {
        assert_eq!(ids(page), whole[first..last], "rows {first} to {last}");
        assert_eq!(
            (page.more_before, page.more_after),
            (first > 0, last < whole.len()),
            "more around {first} to {last}"
        );
    };
    let mut seen = 0;
    let mut page = from(From::Start);
    while seen < whole.len() {
        let last = (seen + limit).min(whole.len());
        slice(&page, seen, last);
        seen = last;
        page = from(From::After(page.rows.last().unwrap().order.clone()));
    }
    assert!(page.rows.is_empty(), "nothing follows the last row");
    let mut left = whole.len();
    let mut page = from(From::End);
    while left > 0 {
        let first = left.saturating_sub(limit);
        slice(&page, first, left);
        left = first;
        page = from(From::Before(page.rows[0].order.clone()));
    }
    assert!(page.rows.is_empty(), "nothing precedes the first row");
    let (mut page, mut first) = (from(From::Start), 0);
    for forward in turns {
        let last = first + page.rows.len();
        if *forward && last < whole.len() {
            page = from(From::After(page.rows.last().unwrap().order.clone()));
            first = last;
        } else if !*forward && first > 0 {
            page = from(From::Before(page.rows[0].order.clone()));
            first = first.saturating_sub(limit);
        }
        assert_eq!(ids(&page), whole[first..(first + limit).min(whole.len()).min(first + page.rows.len())]);
        assert!(!page.rows.is_empty(), "a page between the ends is empty");
    }
}

#[test]
fn pages_in_any_order_give_every_row_once() {
    let db = server(None).fresh_database(Template::Empty);
    db.exec(MIXED);
    let asker = Asker::with(db.conninfo(), Library::load(&[]), limits("Europe/Berlin"));
    let sorts = prop::collection::vec((prop::sample::select(COLUMNS.to_vec()), any::<bool>()), 0..=3);
    let cases = (any::<bool>(), sorts, 7usize..120, prop::collection::vec(any::<bool>(), 12));
    let config = Config { cases: 40, failure_persistence: None, max_shrink_iters: 30, ..Config::default() };
    let outcome = TestRunner::new(config).run(&cases, |(composed, sort, limit, turns)| {
        let (table, key): (_, &[&str]) =
            if composed { ("composed", &["fixed", "name", "at", "id"]) } else { ("plain", &["id"]) };
        let whole = whole(&db, table, key, &sort);
        let columns: Vec<String> =
            sort.iter().map(|(name, descending)| format!("{}{name}", if *descending { "-" } else { "" })).collect();
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        walks(&asker, &sorted(&relation("public", table), &columns, limit), &whole, &turns);
        Ok(())
    });
    outcome.unwrap_or_else(|wrong| panic!("{wrong}"));
}

#[test]
fn every_column_alone_pages_both_ways() {
    let db = server(None).fresh_database(Template::Empty);
    db.exec(MIXED);
    let asker = Asker::new(db.conninfo());
    for name in COLUMNS {
        for descending in [false, true] {
            let whole = whole(&db, "plain", &["id"], &[(name, descending)]);
            let sort = if descending { format!("-{name}") } else { name.to_owned() };
            walks(&asker, &sorted(&relation("public", "plain"), &[&sort], 37), &whole, &[true, true, false, true]);
        }
    }
}

#[test]
fn pages_of_one_row_and_a_filter_lose_nothing() {
    let db = server(None).fresh_database(Template::Empty);
    db.exec(MIXED);
    let asker = Asker::new(db.conninfo());
    let rows =
        db.rows("SELECT id::text AS place FROM plain WHERE few = 3 ORDER BY at DESC NULLS FIRST, name NULLS LAST, id");
    let whole: Vec<String> = rows.into_iter().map(|row| row[0].clone().unwrap()).collect();
    let request = PageRequest {
        filter: filtered(&relation("public", "plain"), "few=3").filter,
        ..sorted(&relation("public", "plain"), &["-at", "name"], 1)
    };
    walks(&asker, &request, &whole, &[true, true, false, false, true]);
}

/// Keys of types that extensions bring, one of them in a schema of its own. `c` and `C` are equal in the first.
const EXTENSIONS: &str = r#"
CREATE EXTENSION citext;
CREATE SCHEMA "Far off";
CREATE EXTENSION ltree SCHEMA "Far off";
CREATE DOMAIN name_of AS citext;
CREATE TABLE words AS
  SELECT w::citext AS id, w::name_of AS also FROM unnest('{a,B,c,D,e,F,g}'::text[]) AS w;
ALTER TABLE words ADD PRIMARY KEY (id);
CREATE TABLE paths AS
  SELECT w::"Far off".ltree AS id FROM unnest('{Top,Top.a,Top.B,Top.a.x,Low,Low.z}'::text[]) AS w;
ALTER TABLE paths ADD PRIMARY KEY (id);
"#;

#[test]
fn types_of_extensions_keep_their_own_operators() {
    let db = server(None).fresh_database(Template::Empty);
    db.exec(EXTENSIONS);
    let asker = Asker::new(db.conninfo());
    for (table, column) in [("words", "id"), ("words", "also"), ("paths", "id")] {
        for descending in [false, true] {
            let whole = whole(&db, table, &["id"], &[(column, descending)]);
            let sort = if descending { format!("-{column}") } else { column.to_owned() };
            walks(&asker, &sorted(&relation("public", table), &[&sort], 2), &whole, &[true, true, false, true]);
        }
    }
    let found = |table: &str, filter: &str| {
        ids(&asker.page(filtered(&relation("public", table), filter)).unwrap_or_else(|fault| panic!("{fault}")))
    };
    assert_eq!(found("words", "id=b"), ["B"]);
    assert_eq!(found("words", "also=b"), ["B"]);
    assert_eq!(found("words", "id>=F"), ["F", "g"]);
    assert_eq!(found("paths", "id=Top.a"), ["Top.a"]);
    let key = |key: &str| vec![Some(key.to_owned())];
    assert_eq!(asker.record(&relation("public", "words"), &key("b")).unwrap().rows[0].key, key("B"));
    assert_eq!(asker.record(&relation("public", "paths"), &key("Top.a.x")).unwrap().rows[0].key, key("Top.a.x"));
}

#[test]
fn a_record_is_found_by_a_key_of_any_type() {
    let db = server(None).fresh_database(Template::Empty);
    db.exec(MIXED);
    let asker = Asker::new(db.conninfo());
    let pane = relation("public", "composed");
    let page = asker.page(PageRequest::first(pane.clone(), 300)).unwrap();
    assert_eq!(page.identity, ["fixed", "name", "at", "id"]);
    for row in &page.rows {
        let record = asker.record(&pane, &row.key).unwrap_or_else(|fault| panic!("{:?}: {fault}", row.key));
        assert_eq!(record.rows[0].key, row.key);
    }
}

/// One row per strange value, and times around now.
const KINDS: &str = r#"
DO $$
BEGIN
  CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
  CREATE DOMAIN word AS text COLLATE caseless;
EXCEPTION WHEN feature_not_supported OR invalid_parameter_value THEN
  CREATE DOMAIN word AS text;
END
$$;
CREATE TYPE mood AS ENUM ('odd', 'calm', 'angry');
CREATE TABLE kinds (
  id int PRIMARY KEY, name text, n int, yes bool, at timestamptz, local timestamp, day date, code uuid, tags text[],
  nums int[], doc jsonb, mood mood, moods mood[], fixed char(6), bits bit(4), num numeric, host inet, txt json, spot point, word word
);
INSERT INTO kinds (id, name, n, yes) VALUES
  (1, 'Alpha', 1, true), (2, 'alpha', 2, false), (3, 'ALPHA%', 3, NULL), (4, 'al_pha', 4, true), (5, 'back\slash', 5, true),
  (6, 'it''s', 6, false), (7, 'say "hi"', 7, false), (8, '', 8, true), (9, NULL, 9, true), (10, 'ünïcode', -10, false),
  (11, '50%', 11, true), (12, 'a..b', 12, true), (13, 'a b', NULL, NULL), (14, 'null', 14, true), (15, '-3d', 15, true), (16, 'friday', 16, true);
INSERT INTO kinds (id, name) SELECT i, 'later' FROM generate_series(17, 90) i;
UPDATE kinds SET
  at = CASE WHEN id % 10 = 0 THEN NULL WHEN id = 31 THEN 'infinity' WHEN id = 32 THEN '-infinity' ELSE now() + (40 - id) * interval '5 hours 7 minutes' END,
  local = CASE WHEN id % 10 = 0 THEN NULL ELSE localtimestamp + (40 - id) * interval '5 hours 7 minutes' END,
  day = CASE WHEN id % 10 = 0 THEN NULL ELSE current_date + (40 - id) END,
  code = CASE WHEN id % 3 = 0 THEN NULL ELSE md5((id % 4)::text)::uuid END,
  tags = CASE id % 6 WHEN 0 THEN NULL WHEN 1 THEN '{}' WHEN 2 THEN '{red}' WHEN 3 THEN '{red,blue}' WHEN 4 THEN '{"a b",blue}' ELSE ARRAY[NULL, 'green'] END::text[],
  word = (ARRAY['abc', 'ABC', 'xabcx', 'abd', NULL])[1 + id % 5],
  nums = CASE id % 3 WHEN 0 THEN NULL ELSE ARRAY[id % 5, 7] END,
  doc = CASE id % 4 WHEN 0 THEN NULL WHEN 1 THEN '{"a":1}' WHEN 2 THEN '{"a": 1.0, "b": null}' ELSE '[]' END::jsonb,
  txt = CASE id % 4 WHEN 0 THEN NULL WHEN 1 THEN '{"a":1}' ELSE '[]' END::json,
  mood = CASE id % 4 WHEN 0 THEN NULL WHEN 1 THEN 'odd' WHEN 2 THEN 'calm' ELSE 'angry' END::mood,
  moods = CASE id % 3 WHEN 0 THEN NULL WHEN 1 THEN '{odd}' ELSE '{calm,angry}' END::mood[],
  fixed = CASE id % 3 WHEN 0 THEN NULL WHEN 1 THEN 'ab' ELSE 'abc' END,
  bits = CASE id % 3 WHEN 0 THEN NULL WHEN 1 THEN B'1010' ELSE B'1000' END,
  num = CASE id % 4 WHEN 0 THEN NULL WHEN 1 THEN 'NaN' WHEN 2 THEN 1.50 ELSE -2 END,
  host = CASE id % 3 WHEN 0 THEN NULL WHEN 1 THEN '10.0.0.1' ELSE '10.0.0.0/8' END::inet,
  spot = CASE id % 3 WHEN 0 THEN NULL ELSE point(id % 2, 1) END;
"#;

/// Filters and the conditions they stand for. `{now}` is the answer's own time, `{zone}` the zone of the session.
const FILTERS: &[(&str, &str)] = &[
    ("name=Alpha", "name = 'Alpha'"),
    ("name!=Alpha", "name IS DISTINCT FROM 'Alpha'"),
    ("!name=Alpha", "name IS DISTINCT FROM 'Alpha'"),
    ("name~alpha", "lower(name) LIKE '%alpha%'"),
    ("name!~alpha", "(lower(name) LIKE '%alpha%') IS NOT TRUE"),
    ("name~%", "strpos(name, '%') > 0"),
    ("name~_", "strpos(name, '_') > 0"),
    (r"name~\", r"strpos(name, '\') > 0"),
    ("name~'", "strpos(name, '''') > 0"),
    (r#"name~"\"""#, r#"strpos(name, '"') > 0"#),
    ("name=it's", "id = 6"),
    (r#"name="say \"hi\"""#, "id = 7"),
    (r#"name="a b""#, "id = 13"),
    (r#"name="a..b""#, "id = 12"),
    ("name=a..b", "name BETWEEN 'a' AND 'b'"),
    ("name=null", "id = 14"),
    ("name=-3d", "id = 15"),
    ("name=friday", "id = 16"),
    ("name=", "id = 8"),
    ("!name=", "name IS DISTINCT FROM ''"),
    ("name:null", "name IS NULL"),
    ("!name:null", "name IS NOT NULL"),
    ("name<b", "name < 'b'"),
    ("name<=Alpha", "name <= 'Alpha'"),
    ("name>b", "name > 'b'"),
    ("name>=b", "name >= 'b'"),
    ("NAME=Alpha", "id = 1"),
    ("Ünïc", "id = 10"),
    ("!later", "(lower(name) LIKE '%later%') IS NOT TRUE"),
    ("50%", "name LIKE '50!%' ESCAPE '!'"),
    ("n=3", "n = 3"),
    ("n = 3", "n = 3"),
    ("n!=3", "n IS DISTINCT FROM 3"),
    ("n<3", "n < 3"),
    ("n<=3", "n <= 3"),
    ("n>3", "n > 3"),
    ("n>=3", "n >= 3"),
    ("n=-10..3", "n BETWEEN -10 AND 3"),
    ("n~1", "n::text LIKE '%1%'"),
    ("n!~1", "(n::text LIKE '%1%') IS NOT TRUE"),
    ("n:null", "n IS NULL"),
    ("n>2 n<6 yes=true", "n > 2 AND n < 6 AND yes"),
    ("yes=true", "yes"),
    ("yes=no", "NOT yes"),
    ("yes!=t", "yes IS NOT TRUE"),
    ("!yes=t", "yes IS NOT TRUE"),
    ("yes:null", "yes IS NULL"),
    ("num=NaN", "num = 'NaN'"),
    ("num=1.5", "num = 1.5"),
    ("num>1", "num > 1"),
    ("code=c4ca4238a0b923820dcc509a6f75849b", "code = md5('1')::uuid"),
    ("code!=C4CA4238-a0b9-2382-0dcc-509a6f75849b", "code IS DISTINCT FROM md5('1')::uuid"),
    ("code~c4ca", "code::text LIKE '%c4ca%'"),
    ("tags=red", "'red' = ANY (tags)"),
    ("tags!=red", "('red' = ANY (tags)) IS NOT TRUE"),
    (r#"tags="a b""#, "'a b' = ANY (tags)"),
    ("tags={red,blue}", "tags = '{red,blue}'"),
    ("tags=", "tags = '{}'"),
    ("tags~gre", "tags::text LIKE '%gre%'"),
    ("tags:null", "tags IS NULL"),
    ("nums=7", "7 = ANY (nums)"),
    ("nums>{2}", "nums > '{2}'"),
    ("moods=calm", "'calm' = ANY (moods)"),
    (r#"doc={"a":1}"#, r#"doc = '{"a":1}'"#),
    ("doc!=[]", "doc IS DISTINCT FROM '[]'"),
    (r#"doc~"\"b\"""#, r#"doc::text LIKE '%"b"%'"#),
    (r#"txt={"a":1}"#, r#"txt::text = '{"a":1}'"#),
    ("txt!=[]", "txt::text IS DISTINCT FROM '[]'"),
    ("spot=(1,1)", "spot::text = '(1,1)'"),
    ("mood=calm", "mood = 'calm'"),
    ("mood!=calm", "mood IS DISTINCT FROM 'calm'"),
    ("mood<angry", "mood IN ('odd', 'calm')"),
    ("mood=odd..calm", "mood IN ('odd', 'calm')"),
    ("mood~al", "mood = 'calm'"),
    ("fixed=ab", "fixed = 'ab'"),
    ("fixed>ab", "fixed = 'abc'"),
    ("bits=1010", "bits = B'1010'"),
    ("host=10.0.0.1", "host = '10.0.0.1'"),
    ("word=abc", "word = 'abc'"),
    ("word~ABC", "lower(word COLLATE \"C\") LIKE '%abc%'"),
    ("at:null", "at IS NULL"),
    ("at=infinity", "at = 'infinity'"),
    ("at<now", "at < {now}"),
    ("at>=-3d", "at >= {now} - interval '3 days'"),
    ("at>+2h", "at > {now} + interval '2 hours'"),
    ("at<-90min", "at < {now} - interval '90 minutes'"),
    ("at=-1w..now", "at BETWEEN {now} - interval '7 days' AND {now}"),
    ("at=today", "at >= {today} AND at < {today} + interval '1 day'"),
    ("at!=today", "(at >= {today} AND at < {today} + interval '1 day') IS NOT TRUE"),
    ("at>today", "at >= {today} + interval '1 day'"),
    ("at>=today", "at >= {today}"),
    ("at<today", "at < {today}"),
    ("at<=today", "at < {today} + interval '1 day'"),
    ("at=yesterday", "at >= {today} - interval '1 day' AND at < {today}"),
    ("at=yesterday..tomorrow", "at >= {today} - interval '1 day' AND at < {today} + interval '2 days'"),
    ("at=friday", "(at AT TIME ZONE '{zone}')::date = {friday}"),
    ("at>fri", "isfinite(at) AND (at AT TIME ZONE '{zone}')::date > {friday} OR at = 'infinity'"),
    ("at=fri..sun", "(at AT TIME ZONE '{zone}')::date BETWEEN {friday} AND {friday} + 2"),
    ("at=sun..fri", "(at AT TIME ZONE '{zone}')::date BETWEEN {sunday} AND {sunday} + 5"),
    ("at<2026-11-20", "at < '2026-11-20'::timestamp AT TIME ZONE '{zone}'"),
    (
        "at=2000-01-01..2999-12-31",
        "at >= '2000-01-01'::timestamp AT TIME ZONE '{zone}' AND at < '3000-01-01'::timestamp AT TIME ZONE '{zone}'",
    ),
    (r#"at>"2026-11-20 12:30""#, "at > '2026-11-20 12:30'::timestamp AT TIME ZONE '{zone}'"),
    ("local=today", "local::date = ({now} AT TIME ZONE '{zone}')::date"),
    ("local>=-3d", "local >= {now} AT TIME ZONE '{zone}' - interval '3 days'"),
    ("day=today", "day = ({now} AT TIME ZONE '{zone}')::date"),
    ("day=friday", "day = {friday}"),
    ("day>-3d", "day > (({now} - interval '3 days') AT TIME ZONE '{zone}')::date"),
    ("day<=2026-11-20", "day <= '2026-11-20'"),
];

/// The condition with its times filled in.
fn filled(condition: &str, now: &str, zone: &str) -> String {
    let now = format!("'{now}'::timestamptz");
    let today = format!("({now} AT TIME ZONE '{zone}')::date");
    let weekday = |day: u32| format!("({today} - (extract(isodow FROM {today})::int + 7 - {day}) % 7)");
    condition
        .replace("{friday}", &weekday(5))
        .replace("{sunday}", &weekday(7))
        .replace("{today}", &format!("(date_trunc('day', {now} AT TIME ZONE '{zone}') AT TIME ZONE '{zone}')"))
        .replace("{now}", &now)
        .replace("{zone}", zone)
}

#[test]
fn every_filter_means_what_its_sql_means() {
    let db = server(None).fresh_database(Template::Empty);
    db.exec(KINDS);
    let pane = relation("public", "kinds");
    let mut wrong = Vec::new();
    for zone in ["UTC", "Pacific/Auckland"] {
        let asker = Asker::with(db.conninfo(), Library::load(&[]), limits(zone));
        for (filter, condition) in FILTERS {
            let page = match asker.page(filtered(&pane, filter)) {
                Ok(page) => page,
                Err(fault) => {
                    wrong.push(format!("{filter} in {zone}: {fault}"));
                    continue;
                }
            };
            let sql = filled(condition, &page.taken_at, zone);
            let expected = db.rows(&format!("SELECT id::text AS place FROM kinds WHERE {sql} ORDER BY id"));
            let expected: Vec<String> = expected.into_iter().flatten().flatten().collect();
            if ids(&page) != expected {
                wrong.push(format!("{filter} in {zone}: {:?} instead of {expected:?}", ids(&page)));
            }
        }
    }
    assert!(wrong.is_empty(), "{} filters are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_wrong_filter_points_at_the_word_or_names_the_value() {
    let db = server(None).fresh_database(Template::Empty);
    db.exec(KINDS);
    let asker = Asker::new(db.conninfo());
    let pane = relation("public", "kinds");
    let fault = asker.page(filtered(&pane, "n=1 nmae=x yes=t")).unwrap_err();
    assert_eq!(fault.kind, Kind::Usage);
    assert!(fault.message.contains("public.kinds") && fault.message.contains("\"nmae\""), "{fault}");
    assert_eq!(fault.detail.as_deref(), Some("n=1 nmae=x yes=t\n    ^^^^^^"));
    assert!(fault.hint.as_ref().is_some_and(|hint| hint.contains("name, n, yes")), "{fault}");
    for (filter, value, code) in [
        ("n=abc", "abc", "22P02"),
        ("mood=glad", "glad", "22P02"),
        ("at>2026-13-41", "2026-13-41", "22008"),
        ("code=x'; DROP TABLE kinds; --", "x'", "22P02"),
    ] {
        let fault = asker.page(filtered(&pane, filter)).unwrap_err();
        assert!(fault.kind == Kind::Usage && fault.is(code) && fault.message.contains(value), "{filter}: {fault}");
        assert!(fault.detail.unwrap().ends_with('^'), "{filter}");
    }
    assert_eq!(asker.first(&pane).unwrap().rows.len(), 90);
}

fn scope(key: &str) -> Scope {
    Scope { source: Source { system: "crm".into(), schema: "crm".into() }, key: key.into() }
}

#[test]
fn a_scope_shows_one_tenant_and_a_pane_that_cannot_says_so() {
    let db = server(None).fresh_database(Template::Crm { rows: SMALL });
    let asker = Asker::new(db.conninfo());
    let biggest = db.rows(
        "SELECT org_id::text FROM crm.leads WHERE deleted_at IS NULL GROUP BY org_id ORDER BY count(*) DESC LIMIT 1",
    );
    let tenant = biggest[0][0].clone().unwrap();
    let leads = db.value(&format!("SELECT count(*) FROM crm.leads WHERE deleted_at IS NULL AND org_id = '{tenant}'"));
    let scoped = |pane: PaneRef| {
        asker.page(PageRequest { scope: Some(scope(&tenant)), limit: 5000, ..PageRequest::first(pane, 5000) }).unwrap()
    };
    let own = scoped(crm("leads"));
    assert_eq!((own.rows.len().to_string(), own.scoped), (leads, Scoped::ToTenant));
    assert!(column(&own, "org_id").iter().all(|org| org.as_ref() == Some(&tenant)));
    let raw = scoped(relation("crm", "leads"));
    assert_eq!(raw.scoped, Scoped::ToTenant);
    assert!(raw.rows.len() >= own.rows.len() && column(&raw, "org_id").iter().all(|org| org.as_ref() == Some(&tenant)));
    for pane in [PaneRef::plain("activity"), PaneRef::plain("tables"), relation("crm", "users")] {
        let page = scoped(pane);
        assert_eq!(page.scoped, Scoped::AllTenants, "{}", page.pane);
    }
    let unscoped = asker.first(&crm("leads")).unwrap();
    assert_eq!(unscoped.scoped, Scoped::Unscoped);
    let wrong = PageRequest { scope: Some(scope("no uuid")), ..PageRequest::first(crm("leads"), 5) };
    let fault = asker.page(wrong).unwrap_err();
    assert!(fault.is("22P02") && fault.message.contains("no uuid"), "{fault}");
}

#[test]
fn tenants_are_found_by_key_slug_and_label_and_never_guessed() {
    let db = server(None).fresh_database(Template::Crm { rows: SMALL });
    db.exec(
        r"INSERT INTO crm.organizations (name, slug) VALUES
          ('Zebra', 'zebra-one'), ('Zebra Traders', 'zebra-two'), ('50%_off \ sale', 'half-price'), ('It''s', 'its')",
    );
    let asker = Asker::new(db.conninfo());
    let all = asker.tenants("");
    assert_eq!(all.len().to_string(), db.value("SELECT count(*) FROM crm.organizations"));
    assert_eq!(asker.tenants("zebra").len(), 2);
    let found = asker.tenants("zebra");
    assert_eq!(choose(&found, "ZEBRA").unwrap().slug.as_deref(), Some("zebra-one"));
    assert_eq!(choose(&found, "zebra-tw").unwrap().label, "Zebra Traders");
    let fault = choose(&found, "zeb").unwrap_err();
    assert!(fault.message.contains("Zebra Traders") && fault.kind == Kind::Usage, "{fault}");
    for (text, label) in [("%_off \\", "50%_off \\ sale"), ("it's", "It's"), ("half-p", "50%_off \\ sale")] {
        let found = asker.tenants(text);
        assert_eq!(found.iter().map(|tenant| tenant.label.as_str()).collect::<Vec<_>>(), [label], "{text}");
    }
    let key = &found[0].key;
    assert_eq!(asker.tenants(key).iter().map(|tenant| &tenant.key).collect::<Vec<_>>(), [key]);
    assert!(asker.tenants("no such tenant anywhere").is_empty());
}

/// An engine with these texts as panes of their own.
fn with_panes(db: &TestDb, limits: pgdeck::engine::Limits, panes: &[(&str, &str)]) -> Asker {
    Asker::with(db.conninfo(), library_of(panes), limits)
}

/// The library with these texts as panes of their own.
fn library_of(panes: &[(&str, &str)]) -> Library {
    let dir = tempfile::tempdir().unwrap();
    let write = |(name, sql): &(&str, &str)| {
        let path: &Path = dir.path();
        fs::create_dir_all(path.join("panes")).unwrap();
        let text = format!("/*---\ntitle = \"{name}\"\ngroup = \"test\"\n---*/\n{sql}");
        fs::write(path.join(format!("panes/{name}.sql")), text).unwrap();
    };
    panes.iter().for_each(write);
    Library::load(&[dir.path().to_owned()])
}

#[test]
fn no_pane_can_write() {
    let db = server(None).fresh_database(Template::Empty);
    db.exec(
        "CREATE TABLE t (n int); CREATE SEQUENCE s;
         CREATE FUNCTION put() RETURNS int LANGUAGE sql VOLATILE AS 'INSERT INTO public.t VALUES (1) RETURNING n';
         CREATE FUNCTION free() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
           PERFORM set_config('transaction_read_only', 'off', false); INSERT INTO public.t VALUES (2); RETURN 1; END $$;
         CREATE FUNCTION leave() RETURNS int LANGUAGE plpgsql AS $$ BEGIN COMMIT; INSERT INTO public.t VALUES (3); RETURN 1; END $$",
    );
    let panes = [
        ("next", "SELECT nextval('public.s') AS n", "25006"),
        ("put", "SELECT public.put() AS n", "25006"),
        ("cte", "WITH new AS (INSERT INTO public.t VALUES (4) RETURNING n) SELECT n FROM new", "0A000"),
        ("free", "SELECT public.free() AS n", "25001"),
        ("leave", "SELECT public.leave() AS n", "2D000"),
        ("escape", "SELECT 1) q; COMMIT; CREATE TABLE public.x()--", "42601"),
        ("escape_wrapped", "SELECT 1 AS a) q) d; COMMIT; CREATE TABLE public.x(); SELECT 1 FROM ((SELECT 1", "42601"),
        ("two", "SELECT 1 AS a; SELECT 2 AS a", "42601"),
        ("no_select", "DROP TABLE public.t", "42601"),
    ];
    let files: Vec<(&str, &str)> = panes.iter().map(|(name, sql, _)| (*name, *sql)).collect();
    let asker = with_panes(&db, limits("UTC"), &files);
    for (name, _, code) in panes {
        let fault = asker.first(&PaneRef::plain(name)).unwrap_err();
        assert!(fault.is(code) && fault.kind == Kind::Query, "{name}: {fault}");
    }
    assert_eq!(db.value("SELECT count(*) FROM t"), "0");
    assert_eq!(db.value("SELECT is_called FROM s"), "false");
    assert_eq!(db.value("SELECT coalesce(to_regclass('x')::text, 'none')"), "none");
    assert!(asker.first(&PaneRef::plain("tables")).is_ok(), "the session is of use after all that");
}

#[test]
fn a_report_with_an_identity_pages_without_loss() {
    let db = server(None).fresh_database(Template::Empty);
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("panes")).unwrap();
    let header = "title = \"R\"\ngroup = \"g\"\nidentity = [\"id\"]\n[columns]\nfew = { sort = \"desc\" }";
    let sql = "SELECT g AS id, nullif(g % 3, 0) AS few FROM pg_catalog.generate_series(1, 40) AS g";
    fs::write(dir.path().join("panes/report.sql"), format!("/*---\n{header}\n---*/\n{sql}")).unwrap();
    let asker = Asker::over(db.conninfo(), dir.path());
    let rows =
        db.rows("SELECT g::text AS place FROM generate_series(1, 40) AS g ORDER BY nullif(g % 3, 0) DESC, g DESC");
    let whole: Vec<String> = rows.into_iter().map(|row| row[0].clone().unwrap()).collect();
    walks(&asker, &PageRequest::first(PaneRef::plain("report"), 7), &whole, &[true, true, false]);
}

#[test]
fn what_runs_stands_first_in_activity() {
    let db = server(None).fresh_database(Template::Empty);
    let asker = with_panes(&db, limits("UTC"), &[SLOW]);
    let engine = asker.engine.clone();
    let (_handle, stop) = stop::pair();
    let request = Request::Page(PageRequest::first(PaneRef::plain("slow"), 5));
    asker.survey();
    let other = Asker::new(db.conninfo());
    other.survey();
    asker.runtime.spawn(async move { engine.run(request, stop, &|_| ()).await });
    until("the read runs", || sleepers(&db) == "1");
    let page = asker.page(filtered(&PaneRef::plain("activity"), &format!("database={}", db.name))).unwrap();
    let states: Vec<_> = column(&page, "state").into_iter().flatten().collect();
    assert_eq!(states, ["active", "idle"]);
    assert!(column(&page, "query")[0].as_ref().is_some_and(|query| query.contains("pg_sleep")));
}

/// Asks until it is so, or fails after a while.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(20), "{what}: not within 20 s");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn sleepers(db: &TestDb) -> String {
    db.value(
        "SELECT count(*) FROM pg_stat_activity
         WHERE datname = current_database() AND state = 'active' AND query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()",
    )
}

/// True when nobody else has a session in this database.
fn alone(db: &TestDb) -> bool {
    let others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    db.value(others) == "0"
}

const SLOW: (&str, &str) = ("slow", "SELECT pg_catalog.pg_sleep(50)::text AS s");

#[test]
fn a_stopped_read_ends_on_the_server_and_the_engine_goes_on() {
    let db = server(None).fresh_database(Template::Empty);
    let asker = with_panes(&db, limits("UTC"), &[SLOW]);
    asker.survey();
    for drop_instead in [false, true] {
        let (handle, stop) = stop::pair();
        let engine = asker.engine.clone();
        let request = Request::Page(PageRequest::first(PaneRef::plain("slow"), 5));
        let read = asker.runtime.spawn(async move { engine.run(request, stop, &|_| ()).await });
        until("the read runs", || sleepers(&db) == "1");
        if drop_instead {
            drop(handle);
        } else {
            handle.stop();
        }
        let fault = asker.runtime.block_on(read).unwrap().unwrap_err();
        assert_eq!(fault.kind, Kind::Interrupted, "{fault}");
        until("the statement ends", || sleepers(&db) == "0");
        assert!(asker.first(&PaneRef::plain("tables")).is_ok());
    }
    let (handle, stop) = stop::pair();
    handle.stop();
    let engine = asker.engine.clone();
    let late = asker.runtime.block_on(engine.run(Request::Survey, stop, &|_| ()));
    assert_eq!(late.unwrap_err().kind, Kind::Interrupted, "a stop that came before the start");
}

#[test]
fn closing_the_engine_cancels_what_runs_and_leaves_no_session() {
    let db = server(None).fresh_database(Template::Empty);
    let asker = with_panes(&db, limits("UTC"), &[SLOW]);
    asker.survey();
    let engine = asker.engine.clone();
    let request = Request::Page(PageRequest::first(PaneRef::plain("slow"), 5));
    let read = asker.runtime.spawn(async move { engine.run(request, pgdeck::engine::Stop::never(), &|_| ()).await });
    until("the read runs", || sleepers(&db) == "1");
    asker.runtime.block_on(asker.engine.close());
    assert_eq!(asker.runtime.block_on(read).unwrap().unwrap_err().kind, Kind::Interrupted);
    until("no session is left", || alone(&db));
}

#[test]
fn the_statement_timeout_ends_a_slow_read_with_a_hint() {
    let db = server(None).fresh_database(Template::Empty);
    let short = pgdeck::engine::Limits { statement_timeout_ms: 300, ..limits("UTC") };
    let asker = with_panes(&db, short, &[SLOW]);
    let fault = asker.first(&PaneRef::plain("slow")).unwrap_err();
    assert!(fault.is("57014") && fault.kind == Kind::Query, "{fault}");
    assert!(fault.hint.as_ref().is_some_and(|hint| hint.contains("statement_timeout")), "{fault}");
    assert!(asker.first(&PaneRef::plain("tables")).is_ok());
}

#[test]
fn a_lock_in_the_way_ends_the_read_with_a_hint() {
    let db = server(None).fresh_database(Template::Empty);
    db.exec("CREATE TABLE t (n int PRIMARY KEY)");
    let short = pgdeck::engine::Limits { lock_timeout_ms: 200, ..limits("UTC") };
    let asker = Asker::with(db.conninfo(), Library::load(&[]), short);
    asker.first(&relation("public", "t")).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| db.try_exec_as("postgres", "BEGIN; LOCK TABLE t; SELECT pg_sleep(50)"));
        until("the lock is held", || sleepers(&db) == "1");
        let fault = asker.first(&relation("public", "t")).unwrap_err();
        assert!(fault.is("55P03") && fault.hint.is_some(), "{fault}");
        db.exec("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(50)' AND pid <> pg_backend_pid()");
    });
    assert!(asker.first(&relation("public", "t")).is_ok());
}

#[test]
fn a_description_that_comes_late_is_not_taken_for_that_of_a_newer_text() {
    let db = server(None).fresh_database(Template::Empty);
    db.exec("CREATE TABLE t (n int PRIMARY KEY)");
    let asker = with_panes(&db, limits("UTC"), &[("own", "SELECT n FROM public.t")]);
    let pane = PaneRef::plain("own");
    asker.survey();
    std::thread::scope(|scope| {
        scope.spawn(|| db.try_exec_as("postgres", "BEGIN; LOCK TABLE t; SELECT pg_sleep(50)"));
        until("the lock is held", || sleepers(&db) == "1");
        let late = scope.spawn(|| asker.first(&pane));
        let waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'public.t'::regclass";
        until("a description waits", || db.value(waiting) == "1");
        asker.engine.set_library(Arc::new(library_of(&[("own", "SELECT 1 AS n, 2 AS m")])));
        assert_eq!(headings(&asker.first(&pane).unwrap()), ["n", "m"]);
        db.exec("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(50)' AND pid <> pg_backend_pid()");
        assert_eq!(headings(&late.join().unwrap().unwrap()), ["n"]);
    });
    assert_eq!(headings(&asker.first(&pane).unwrap()), ["n", "m"]);
}

#[test]
fn a_lost_session_is_healed_by_the_next_read() {
    let db = server(None).fresh_database(Template::Empty);
    db.exec("CREATE TABLE t (n int PRIMARY KEY); INSERT INTO t VALUES (1)");
    let asker = Asker::new(db.conninfo());
    asker.first(&relation("public", "t")).unwrap();
    for _ in 0..3 {
        db.exec(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        );
        let page = asker.first(&relation("public", "t")).unwrap_or_else(|fault| panic!("{fault}"));
        assert_eq!(page.rows.len(), 1);
    }
}

#[test]
fn a_changed_schema_is_healed_by_asking_again() {
    let db = server(None).fresh_database(Template::Empty);
    db.exec("CREATE TABLE t (id int PRIMARY KEY, a int, b text); INSERT INTO t VALUES (1, 2, 'x'), (2, 3, 'y')");
    let asker = with_panes(&db, limits("UTC"), &[("all", "SELECT * FROM public.t")]);
    let (table, all) = (relation("public", "t"), PaneRef::plain("all"));
    let shape = |pane: &PaneRef| {
        let page = asker.first(pane).unwrap_or_else(|fault| panic!("{fault}"));
        let names = headings(&page).join(" ");
        (names, page.rows.len())
    };
    assert_eq!((shape(&table), shape(&all)), (("id a b".into(), 2), ("id a b".into(), 2)));
    db.exec("ALTER TABLE t ADD COLUMN c int");
    assert_eq!(shape(&table).1, 2, "a new column is no fault");
    assert_eq!(shape(&all).1, 2);
    asker.survey();
    assert_eq!((shape(&table).0.as_str(), shape(&all).0.as_str()), ("id a b c", "id a b c"));
    db.exec("ALTER TABLE t DROP COLUMN a");
    assert_eq!((shape(&table).0.as_str(), shape(&all).0.as_str()), ("id b c", "id b c"));
    db.exec("ALTER TABLE t ALTER COLUMN b TYPE int USING 7");
    assert_eq!(asker.page(filtered(&table, "b=7")).unwrap().rows.len(), 2);
    db.exec("ALTER TABLE t RENAME COLUMN id TO key");
    assert_eq!(shape(&table).0, "key b c");
    assert_eq!(asker.first(&table).unwrap().identity, ["key"]);
    db.exec("DROP TABLE t; CREATE TABLE t (other text PRIMARY KEY); INSERT INTO t VALUES ('z')");
    assert_eq!(shape(&table), ("other".into(), 1));
    let fault = asker.page(sorted(&table, &["b"], 5)).unwrap_err();
    assert!(fault.kind == Kind::Usage && fault.message.contains("\"b\""), "{fault}");
}

#[test]
fn an_estimate_is_near_the_truth_and_obeys_scope_and_filter() {
    let db = server(None).fresh_database(Template::Crm { rows: SMALL });
    db.exec("ANALYZE");
    let asker = Asker::new(db.conninfo());
    let number = |request: PageRequest| asker.estimate(request).unwrap_or_else(|fault| panic!("{fault}"));
    let leads: f64 = db.value("SELECT count(*) FROM crm.leads WHERE deleted_at IS NULL").parse().unwrap();
    let all = number(PageRequest::first(crm("leads"), 10));
    assert!(all > leads / 2.0 && all < leads * 2.0, "{all} for {leads}");
    let some = number(filtered(&crm("leads"), "status=new"));
    assert!(some < all, "{some} of {all}");
    let tenant = asker.tenants("")[0].key.clone();
    let scoped = number(PageRequest { scope: Some(scope(&tenant)), ..PageRequest::first(crm("leads"), 10) });
    assert!(scoped < all, "{scoped} of {all}");
}

#[test]
fn pages_of_leads_are_read_from_an_index() {
    let db = server(None).fresh_database(Template::Crm { rows: SMALL });
    db.exec("ANALYZE");
    let counters = || {
        let rows = db.rows(
            "SELECT coalesce(seq_scan, 0)::text, coalesce(idx_scan, 0)::text, coalesce(idx_tup_fetch, 0)::text
             FROM pg_stat_user_tables WHERE schemaname = 'crm' AND relname = 'leads'",
        );
        let count = |n: &Option<String>| n.as_ref().unwrap().parse::<i64>().unwrap();
        <[i64; 3]>::try_from(rows[0].iter().map(count).collect::<Vec<_>>()).unwrap()
    };
    let biggest = Asker::new(db.conninfo()).page(sorted(&crm("tenants"), &["-leads"], 50)).unwrap();
    let biggest = biggest.rows.iter().find(|row| row.order[0].is_some()).unwrap().key[0].clone();
    let biggest = biggest.as_deref().map(scope);
    for scope in [None, biggest] {
        let before = counters();
        let asker = Asker::new(db.conninfo());
        let request = PageRequest { scope: scope.clone(), ..PageRequest::first(crm("leads"), 50) };
        let first = asker.page(request.clone()).unwrap();
        let second = asker.page(after(&request, &first)).unwrap();
        assert_eq!((first.rows.len(), second.rows.len()), (50, 50), "{scope:?}");
        let back = PageRequest { from: From::Before(second.rows[0].order.clone()), ..request };
        assert_eq!(asker.page(back).unwrap().rows, first.rows);
        // A session tells its counts when it ends, all at once.
        asker.runtime.block_on(asker.engine.close());
        drop(asker);
        until("the session ends", || alone(&db));
        let mut now = before;
        until("the counters move", || {
            now = counters();
            now[1] > before[1]
        });
        assert_eq!(now[0], before[0], "the whole table was read, scope {scope:?}");
        let fetched = now[2] - before[2];
        assert!((150..=450).contains(&fetched), "{fetched} rows fetched for three pages of 50, scope {scope:?}");
    }
}

#[test]
fn only_the_asked_columns_come_and_in_that_order() {
    let db = server(None).fresh_database(Template::Empty);
    db.exec(MIXED);
    let asker = Asker::new(db.conninfo());
    let pane = relation("public", "plain");
    let request = PageRequest { columns: vec!["name".into(), "few".into()], ..sorted(&pane, &["-at"], 10) };
    let page = asker.page(request.clone()).unwrap();
    assert_eq!(headings(&page), ["name", "few"]);
    assert!(page.rows.iter().all(|row| row.cells.len() == 2 && row.key.len() == 1 && row.order.len() == 2));
    assert_eq!(asker.page(after(&request, &page)).unwrap().rows.len(), 10);
    for request in [PageRequest { columns: vec!["nope".into()], ..request.clone() }, sorted(&pane, &["nope"], 5)] {
        let fault: Fault = asker.page(request).unwrap_err();
        assert!(fault.kind == Kind::Usage && fault.message == "public.plain has no column \"nope\"", "{fault}");
    }
}

#[test]
fn reading_does_not_depend_on_what_else_reads() {
    let db = server(None).fresh_database(Template::Crm { rows: SMALL });
    let asker = Asker::new(db.conninfo());
    let expected = asker.first(&crm("audit")).unwrap().rows.clone();
    let reads = (0..16).map(|_| {
        let engine = asker.engine.clone();
        let request = Request::Page(PageRequest::first(crm("audit"), 1000));
        asker.runtime.spawn(async move { engine.run(request, pgdeck::engine::Stop::never(), &|_| ()).await })
    });
    let reads: Vec<_> = reads.collect();
    for read in reads {
        let outcome = asker.runtime.block_on(read).unwrap().unwrap_or_else(|fault| panic!("{fault}"));
        let Outcome::Table(page): Outcome = outcome else { panic!("no table") };
        let page: Arc<Table> = page;
        assert_eq!(page.rows, expected);
    }
}
