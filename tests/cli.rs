//! The command line as a program meets it: the real binary against a real server. What it prints, where, and how it ends.

#![cfg(feature = "demo")]

mod support;

use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use support::{SMALL, Template, TestDb, with_all_systems};
use tempfile::TempDir;

/// Directories of a test's own for settings and state, and where to find the server.
struct Place {
    home: TempDir,
    env: Vec<(String, String)>,
}

/// What a run left behind.
#[derive(Debug)]
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Place {
    /// A place that knows no server.
    fn nowhere() -> Self {
        let home = tempfile::tempdir().expect("a folder");
        fs::create_dir(home.path().join("config")).expect("a folder");
        Self { home, env: Vec::new() }
    }

    /// A place whose environment names this database.
    fn on(db: &TestDb) -> Self {
        Self { env: db.env(), ..Self::nowhere() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Writes a file below the place and returns its path.
    fn file(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, text).expect("a file");
        path.display().to_string()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pgdeck"));
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("PG") && !["PGDECK_PG_BIN", "PGDECK_CACHE_DIR"].contains(&name.as_str()) {
                command.env_remove(name);
            }
        }
        command.env("PGDECK_CONFIG_DIR", self.path("config")).env("PGDECK_STATE_DIR", self.path("state"));
        command.env("PGDECK_TIME_ZONE", "UTC").env("HOME", self.home.path()).env_remove("CI");
        command.envs(self.env.iter().map(|(name, value)| (name, value))).args(args).stdin(Stdio::null());
        command
    }

    /// Runs it to its end, which must come within two minutes.
    fn run(&self, args: &[&str]) -> Ran {
        ended(self.command(args))
    }

    /// The output of a run that must be well, and silent but for how the rows were read.
    fn out(&self, args: &[&str]) -> String {
        const NOTES: [&str; 2] = ["pgdeck: read by index, newest first", "pgdeck: no key to page by: "];
        let ran = self.run(args);
        let said: Vec<&str> = ran.err.lines().filter(|line| !NOTES.iter().any(|note| line.starts_with(note))).collect();
        assert_eq!((ran.code, said), (0, Vec::new()), "{args:?}");
        ran.out
    }

    fn json(&self, args: &[&str]) -> Value {
        let text = self.out(&[args, &["--format", "json"]].concat());
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{args:?}: {error}: {text}"))
    }

    /// A run that must end with this code, say this on stderr, and print nothing.
    fn refuses(&self, code: i32, says: &str, args: &[&str]) -> Ran {
        let ran = self.run(args);
        assert_eq!(ran.code, code, "{args:?}: {ran:?}");
        assert!(ran.err.contains(says), "{args:?}: no {says:?} in {ran:?}");
        assert_eq!(ran.out, "", "{args:?}");
        ran
    }
}

fn ended(command: Command) -> Ran {
    let mut command = assert_cmd::Command::from_std(command);
    let done = command.timeout(Duration::from_secs(120)).output().expect("pgdeck runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Ran { code: done.status.code().unwrap_or(-1), out: text(done.stdout), err: text(done.stderr) }
}

fn crm() -> TestDb {
    support::server(None).fresh_database(Template::Crm { rows: SMALL })
}

fn empty() -> TestDb {
    support::server(None).fresh_database(Template::Empty)
}

/// True once it is so, within half a minute.
fn soon(so: impl Fn() -> bool) -> bool {
    let until = Instant::now() + Duration::from_secs(30);
    while !so() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(20));
    }
    so()
}

fn names(show: &Value, member: &str) -> Vec<String> {
    let columns = show["columns"].as_array().expect("columns");
    columns.iter().map(|column| column[member].as_str().expect("a text").to_owned()).collect()
}

fn rows(show: &Value) -> &Vec<Value> {
    show["rows"].as_array().expect("rows")
}

fn records(text: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    let record = |record: Result<csv::StringRecord, _>| record.expect("a record").iter().map(str::to_owned).collect();
    (header, reader.records().map(record).collect())
}

/// The text of a JSON value as the server writes a value of this type.
fn server_text(value: &Value, type_name: &str) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) if type_name.starts_with("timestamp") => {
            let text = text.replacen('T', " ", 1);
            text.strip_suffix(":00").filter(|_| type_name.contains("with time zone")).unwrap_or(&text).to_owned()
        }
        Value::String(text) => text.clone(),
        Value::Array(members) if type_name.ends_with("[]") => {
            let quoted = |text: &str| {
                let plain = !text.is_empty() && !text.contains(['{', '}', ',', '"', '\\', ' ', '\n', '\t']);
                let plain = plain && !text.eq_ignore_ascii_case("null");
                let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
                if plain { text.to_owned() } else { format!("\"{escaped}\"") }
            };
            let members = members.iter().map(|member| member.as_str().map_or_else(|| "NULL".into(), quoted));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        other => other.to_string(),
    }
}

/// `show` of one pane in all formats, which must carry the same cells. Returns the JSON.
fn in_every_format(place: &Place, arguments: &[&str]) -> Value {
    let show = |format: &str| place.out(&[&["show"], arguments, &["--raw", "--format", format]].concat());
    let json: Value = serde_json::from_str(&show("json")).expect("JSON");
    let lines: Vec<Value> = show("jsonl").lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(&lines, rows(&json), "{arguments:?}");
    let (header, records) = records(&show("csv"));
    assert_eq!(header, names(&json, "name"), "{arguments:?}");
    assert_eq!(records.len(), lines.len(), "{arguments:?}");
    let types = names(&json, "type");
    for (record, row) in records.iter().zip(&lines) {
        let values = row.as_object().expect("an object");
        assert_eq!(values.len(), record.len());
        for ((text, (name, value)), type_name) in record.iter().zip(values).zip(&types) {
            if type_name == "jsonb" && !value.is_null() {
                assert_eq!(&serde_json::from_str::<Value>(text).expect("JSON"), value, "{name}");
            } else {
                assert_eq!(text, &server_text(value, type_name), "{name} {type_name}");
            }
        }
    }
    let table = show("table");
    let printed: Vec<&str> = table.lines().collect();
    let foot = match lines.len() {
        0 => "no rows".to_owned(),
        1 => "1 row".to_owned(),
        count if json["truncated"] == true => format!("{count} rows shown, more follow"),
        count => format!("{count} rows"),
    };
    let footed = printed.iter().any(|line| line.starts_with(&foot));
    assert!(footed, "{arguments:?}: no {foot} in {:?}", printed.last());
    for (line, row) in printed.iter().skip(2).zip(&lines) {
        // What the trash and the history tell rows apart by is not printed.
        let what = row["what"].as_str().and_then(|what| what.split(' ').next());
        let key = what.or(row["id"].as_str()).or(row["table"].as_str()).or(row["pid"].as_str()).unwrap_or_default();
        assert!(line.contains(key), "{key} in {line}");
    }
    json
}

#[test]
fn every_pane_prints_the_same_cells_in_every_format() {
    let db = with_all_systems(None);
    let place = Place::on(&db);
    let listed = place.json(&["library", "list"]);
    let panes = rows(&listed).iter().filter(|row| row["kind"] == "pane").map(|row| row["name"].as_str().expect("text"));
    let mut panes: Vec<&str> = panes.collect();
    panes.sort_unstable();
    let (of_systems, others): (Vec<&str>, Vec<&str>) = panes.iter().partition(|pane| pane.contains('/'));
    let known = ["activity", "bloat", "find", "indexes", "journal", "log", "now", "tables", "verify", "views"];
    assert_eq!(others, known);
    assert!(of_systems.len() > 20, "{of_systems:?}");
    // Its trail keeps nothing that could be listed.
    for pane in of_systems.into_iter().filter(|pane| *pane != "repazoo/history") {
        // The aliases of masked columns are those of one process.
        let columns: &[&str] = match pane {
            "bi/leads" => &["--columns", "id,created_at,status"],
            "repazoo/audit" => &["--columns", "id,created_at,action,actor,metadata"],
            "civic/votes" => &["--columns", "id,created_at,poll,chosen,same_device"],
            _ => &[],
        };
        let json = in_every_format(&place, &[&[pane, "--limit", "20"], columns].concat());
        // Only where the trail keeps the values of rows deleted for good, and the sample has some.
        let may_be_empty = pane == "civic/history" || pane == "crm/history" || pane == "repazoo/history";
        assert!(may_be_empty || !rows(&json).is_empty(), "{pane}: {json}");
    }
    for pane in ["crm/audit", "crm/leads", "crm/tenants", "crm/trash", "crm.notes", "crm.leads_active", "auth.users"] {
        // A view has no key, and without an order its rows come as they like.
        let sort: &[&str] = if pane == "crm.leads_active" { &["--sort", "id"] } else { &[] };
        let json = in_every_format(&place, &[&[pane, "--limit", "60"], sort].concat());
        assert!(pane == "auth.users" || rows(&json).len() > 30, "{pane}: {json}");
    }
    // What changes from one look to the next is left out.
    let tables = in_every_format(&place, &["tables", "--columns", "schema,table,kind,rls,owner,readable,comment"]);
    assert!(rows(&tables).iter().any(|row| row["table"] == "leads" && row["rls"] == true));
    in_every_format(&place, &["activity", "--filter", "pid=0"]);
    let stable = [
        ("indexes", "schema,table,index,columns,backs,definition"),
        ("bloat", "kind,schema,name,table"),
        ("views", "schema,view,populated,mode,owner"),
        ("verify", "check,object,status,severity"),
    ];
    for (pane, columns) in stable {
        let json = in_every_format(&place, &[pane, "--columns", columns, "--limit", "300"]);
        assert!(rows(&json).len() >= 3, "{pane}: {json}");
    }
    for pane in ["journal", "now"] {
        in_every_format(&place, &[pane, "--columns", "object"]);
    }
    for hostile in
        [["crm/leads", "--tenant", "qa-lab"], ["crm/audit", "--tenant", "qa-lab"], ["crm/trash", "--tenant", "acme"]]
    {
        in_every_format(&place, &[&hostile[..], &["--limit", "500"]].concat());
    }
}

const SHAPES: &str = r#"
CREATE TYPE kind AS ENUM ('fair');
CREATE TABLE shapes (id bigint PRIMARY KEY, price numeric, ratio float8, nan numeric, live boolean, doc jsonb, raw json, tags text[],
  sizes numeric[], at timestamptz, local timestamp, day date, took interval, kind kind, bytes bytea, "odd ""name" text, nothing text);
INSERT INTO shapes VALUES (9223372036854775807, 1.10, 1e-7, 'NaN', true, '{"b": 1.0, "a": [null]}', '{"z":1, "z":2}', '{x,NULL,"a,b",""}',
  '{1.50,NaN}', '2026-11-21 12:04:29.5+00', '2026-11-21 12:04:29', '2026-11-21', '1 day 02:03:04', 'fair', '\x00ff', E'\x1b\u202e"\\', NULL),
  (1, -0.0, 'infinity', 0, false, 'null', NULL, '{}', NULL, 'infinity', NULL, NULL, NULL, NULL, NULL, '', NULL);
"#;

#[test]
fn json_is_the_show_shape_with_digits_unchanged() {
    let db = empty();
    db.exec(SHAPES);
    let place = Place::on(&db);
    let text = place.out(&["show", "public.shapes", "--sort", "id:desc", "--format", "json"]);
    let (head, rest) = text.split_once("\"taken_at\":\"").expect("a time");
    assert_eq!(head, "{\"schema\":1,\"pane\":\"public.shapes\",");
    let (taken_at, rest) = rest.split_once("\",").expect("the rest");
    assert!(taken_at.len() > 25 && &taken_at[10..11] == "T" && taken_at.ends_with("+00:00"), "{taken_at}");
    let (columns, rows) = rest.split_once(",\"rows\":[\n").expect("rows");
    assert!(
        columns.starts_with(r#""columns":[{"name":"id","type":"bigint"},{"name":"price","type":"numeric"},"#),
        "{columns}"
    );
    assert!(
        columns.contains(r#"{"name":"kind","type":"public.kind"},"#) || columns.contains(r#""type":"kind""#),
        "{columns}"
    );
    let expected = [
        r#"{"id":9223372036854775807,"price":1.10,"ratio":1e-07,"nan":"NaN","live":true,"doc":{"a": [null], "b": 1.0},"#,
        r#""raw":{"z":1, "z":2},"tags":["x",null,"a,b",""],"sizes":[1.50,"NaN"],"at":"2026-11-21T12:04:29.5+00:00","#,
        r#""local":"2026-11-21T12:04:29","day":"2026-11-21","took":"1 day 02:03:04","kind":"fair","bytes":"\\x00ff","#,
        r#""odd \"name":"\u001b\u202e\"\\","nothing":null},"#,
        "\n",
        r#"{"id":1,"price":0.0,"ratio":"Infinity","nan":0,"live":false,"doc":null,"raw":null,"tags":[],"sizes":null,"#,
        r#""at":"infinity","local":null,"day":null,"took":null,"kind":null,"bytes":null,"odd \"name":"","nothing":null}],"#,
        "\"truncated\":false}\n",
    ];
    assert_eq!(rows, expected.concat());
}

#[test]
fn times_are_written_in_the_zone_asked_for() {
    let db = empty();
    db.exec(SHAPES);
    let place = Place::on(&db);
    let mut command = place.command(&[
        "show",
        "public.shapes",
        "--columns",
        "at",
        "--limit",
        "1",
        "--sort",
        "at",
        "--format",
        "jsonl",
    ]);
    command.env("PGDECK_TIME_ZONE", "Asia/Kolkata");
    assert_eq!(ended(command).out, "{\"at\":\"2026-11-21T17:34:29.5+05:30\"}\n");
}

#[test]
fn null_and_an_empty_text_differ_in_csv() {
    let db = empty();
    db.exec(SHAPES);
    let args = ["show", "public.shapes", "--columns", "id,odd \"name,nothing", "--filter", "id=1", "--format", "csv"];
    let ran = Place::on(&db).run(&args);
    assert_eq!(ran.out, "id,\"odd \"\"name\",nothing\n1,\"\",\n", "{ran:?}");
}

#[test]
fn filter_sort_limit_and_columns_are_what_the_server_says() {
    let db = crm();
    let place = Place::on(&db);
    let show = |args: &[&str]| -> Vec<Vec<String>> {
        records(&place.out(&[&["show", "leads", "--raw", "--format", "csv"], args].concat())).1
    };
    let asked = |sql: &str| -> Vec<Vec<String>> {
        let rows = db.rows(sql);
        rows.into_iter().map(|row| row.into_iter().map(Option::unwrap_or_default).collect()).collect()
    };
    let live = "FROM crm.leads WHERE deleted_at IS NULL";
    assert_eq!(
        show(&[
            "--filter",
            "status=contacted phone:null",
            "--sort",
            "name:desc,id",
            "--limit",
            "7",
            "--columns",
            "name,status,id"
        ]),
        asked(&format!(
            "SELECT name, status, id::text {live} AND status = 'contacted' AND phone IS NULL ORDER BY name DESC, crm.leads.id LIMIT 7"
        ))
    );
    assert_eq!(
        show(&["--filter", "notes_count>=8 !status=new company~gm", "--sort", "notes_count:desc,id", "--columns", "notes_count,id"]),
        asked(&format!(
            "SELECT notes_count::text, id::text {live} AND notes_count >= 8 AND NOT status = 'new' AND company ILIKE '%gm%'
             ORDER BY crm.leads.notes_count DESC, crm.leads.id LIMIT 100"
        ))
    );
    assert_eq!(show(&["--filter", "\"Robert')\"", "--columns", "name"]), [["Robert'); DROP TABLE leads;--"]]);
    // What only an operation reads of a row is not looked through.
    assert!(show(&["--filter", "crm.leads", "--columns", "name"]).is_empty());
    let all = place.json(&["show", "leads", "--limit", "5000", "--columns", "id"]);
    assert_eq!(rows(&all).len().to_string(), db.value(&format!("SELECT count(*) {live}")));
    assert_eq!(
        (&all["truncated"], &place.json(&["show", "leads", "--limit", "3"])["truncated"]),
        (&false.into(), &true.into())
    );
    let hidden = place.out(&["show", "leads", "--columns", "name,org_id", "--limit", "1", "--format", "table"]);
    assert!(hidden.lines().next().is_some_and(|head| head.contains("org_id")), "a column named is shown: {hidden}");
}

#[test]
fn a_tenant_is_a_key_a_slug_a_name_or_a_unique_beginning() {
    let db = crm();
    let place = Place::on(&db);
    let key = db.value("SELECT id FROM crm.organizations WHERE slug = 'northwind'");
    let count = db.value(&format!("SELECT count(*) FROM crm.leads WHERE deleted_at IS NULL AND org_id = '{key}'"));
    for tenant in [key.as_str(), "northwind", "Northwind", "NORTHWIND"] {
        let shown = place.json(&["show", "leads", "--tenant", tenant, "--limit", "5000", "--columns", "org_id"]);
        assert_eq!(rows(&shown).len().to_string(), count, "{tenant}");
        assert!(rows(&shown).iter().all(|row| row["org_id"] == key.as_str()), "{tenant}");
    }
    let shown = place.json(&["--tenant", "wind", "show", "tenants", "--columns", "slug"]);
    assert_eq!(shown["rows"], serde_json::json!([{"slug": "windmill-rentals"}]));
    let several = place.refuses(2, "several tenants fit \"n\"", &["show", "leads", "--tenant", "n"]);
    assert!(several.err.contains("Northwind Traders (") && several.err.contains("Nine Elms"), "{several:?}");
    place.refuses(2, "no tenant of crm fits \"zzz\"", &["show", "leads", "--tenant", "zzz"]);
    let unscoped = place.run(&["show", "tables", "--tenant", "acme", "--limit", "1", "--format", "csv"]);
    assert_eq!(unscoped.code, 0);
    assert!(unscoped.err.contains("ALL TENANTS") && unscoped.out.starts_with("schema,"), "{unscoped:?}");
}

#[test]
fn output_goes_whole_into_a_file_in_the_format_of_its_ending() {
    let db = crm();
    let place = Place::on(&db);
    let show = ["show", "tenants", "--columns", "slug", "--sort", "slug", "--limit", "2"];
    for (ending, expected) in [
        ("csv", "slug\n100-percent-organic\nacme\n"),
        ("jsonl", "{\"slug\":\"100-percent-organic\"}\n{\"slug\":\"acme\"}\n"),
    ] {
        let path = place.file(&format!("out/tenants.{ending}"), "old");
        assert_eq!(place.out(&[&show[..], &["--output", &path]].concat()), "");
        assert_eq!(fs::read_to_string(&path).expect("a file"), expected);
        place.refuses(2, "no column \"nonsense\"", &["show", "tenants", "--sort", "nonsense", "--output", &path]);
        assert_eq!(fs::read_to_string(&path).expect("a file"), expected, "a failure leaves what was there");
    }
    assert_eq!(fs::read_dir(place.path("out")).expect("a folder").count(), 2);
    place.refuses(2, "cannot write to", &[&show[..], &["--output", "/nonexistent/x.csv"]].concat());
}

#[test]
fn csv_is_guarded_against_formulas_unless_raw() {
    let db = crm();
    let place = Place::on(&db);
    let show = ["show", "crm.leads", "--tenant", "qa-lab", "--limit", "500", "--format", "csv"];
    let (header, guarded) = records(&place.out(&show));
    let (_, exact) = records(&place.out(&[&show[..], &["--raw"]].concat()));
    let at = |name: &str| header.iter().position(|own| own == name).expect("a column");
    let starts_formula = |text: &str| text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let of_text = ["name", "company", "phone", "email", "notes"].map(at);
    for (guarded, exact) in guarded.iter().zip(&exact) {
        for column in of_text {
            assert!(!starts_formula(&guarded[column]), "{:?}", guarded[column]);
            let expected =
                if starts_formula(&exact[column]) { format!("'{}", exact[column]) } else { exact[column].clone() };
            assert_eq!(guarded[column], expected);
        }
    }
    let formula = exact.iter().find(|row| row[at("email")] == "formula@qa.example").expect("the planted row");
    assert_eq!(
        of_text[..3].iter().map(|at| formula[*at].as_str()).collect::<Vec<_>>(),
        ["=cmd|'/C calc'!A0", "@SUM(1+1)*cmd|'/C calc'!A0", "+1+1"]
    );
    let drifted = "SELECT count(*) FROM crm.leads WHERE emails_count < 0";
    assert_ne!(db.value(drifted), "0");
    let (_, numbers) = records(&place.out(&[
        "show",
        "leads",
        "--filter",
        "emails_count<0",
        "--columns",
        "emails_count",
        "--format",
        "csv",
    ]));
    assert_eq!(numbers, [["-2"]]);
}

/// The first character that acts on a terminal, reorders text or hides. A joiner may stand inside an emoji.
fn hostile(text: &str) -> Option<char> {
    text.chars().find(|c| match c {
        '\n' => false,
        '\u{ad}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        '\u{feff}' | '\u{e0000}'..='\u{e007f}' => true,
        c => c.is_control(),
    })
}

#[test]
fn hostile_strings_never_act_on_a_terminal() {
    let db = crm();
    let place = Place::on(&db);
    let of_qa = ["--tenant", "qa-lab", "--limit", "5000"];
    for pane in [
        "leads",
        "audit",
        "trash",
        "crm.leads",
        "crm.notes",
        "crm.tasks",
        "crm.activities",
        "crm.email_messages",
        "crm.attachments",
    ] {
        for format in ["table", "json", "jsonl"] {
            let text = place.out(&[&["show", pane, "--format", format], &of_qa[..]].concat());
            assert_eq!(hostile(&text), None, "{pane} as {format}");
        }
    }
    let show = ["show", "leads", "--filter", "email=escape@qa.example", "--columns", "name,company,phone", "--format"];
    let name = "\u{1b}[31mRed Alert\u{1b}[0m";
    let text = place.out(&[&show[..], &["jsonl"]].concat());
    assert!(
        text.contains(r#""name":"\u001b[31mRed Alert\u001b[0m","company":"\u001b]52;c;cm0gLXJmIC8=\u0007""#),
        "{text}"
    );
    assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON")["name"], name);
    assert!(place.out(&[&show[..], &["table"]].concat()).contains("␛[31mRed Alert␛[0m  ␛]52;c;cm0gLXJmIC8=\\x07"));
    assert!(place.out(&[&show[..], &["csv"]].concat()).contains(name), "CSV carries the value");
    let c1 = place.out(&["show", "leads", "--filter", "email=c1@qa.example", "--columns", "name", "--format", "jsonl"]);
    assert_eq!(c1, "{\"name\":\"\\u009b31mC1 red\"}\n");
}

#[test]
fn what_was_typed_is_not_repeated_as_an_escape_sequence() {
    let db = empty();
    let place = Place::on(&db);
    let evil = "\u{1b}]0;x\u{7}\u{9b}2J\u{202e}";
    for args in [
        &["show", evil][..],
        &["show", "tables", "--filter", evil],
        &["show", "tables", "--filter", &format!("{evil}=1")],
        &["show", "tables", "--sort", evil],
        &["show", "tables", "--columns", evil],
        &["show", "tables", "--format", evil],
        &["show", "tables", "--tenant", evil],
        &["show", &format!("public.{evil}")],
        &["show", "tables", evil],
        &["systems", "show", evil],
        &["systems", "install", "crm", "--schema", evil, "--dry-run"],
        &["show", "tables", "-d", evil],
        &["show", "tables", "-U", evil],
        &["show", "tables", "--profile", evil],
        &["show", "tables", "--service", evil],
        &["library", "check", evil],
        &[evil],
        &[&format!("--{evil}")],
    ] {
        for format in ["table", "json"] {
            let ran = place.run(&[args, &["--format", format]].concat());
            assert_eq!(hostile(&ran.err), None, "{args:?}: {ran:?}");
            assert_eq!(hostile(&ran.out), None, "{args:?}: {ran:?}");
        }
    }
}

fn fault(ran: &Ran) -> Value {
    let fault: Value = serde_json::from_str(&ran.err).unwrap_or_else(|error| panic!("{error}: {ran:?}"));
    assert_eq!(fault["schema"], 1);
    let members: Vec<&str> = fault["error"].as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(members, ["kind", "message", "sqlstate", "detail", "hint"]);
    assert_eq!(ran.err.lines().count(), 1, "{ran:?}");
    fault["error"].clone()
}

#[test]
fn a_wrong_command_line_exits_2_and_says_what_was_meant() {
    let db = crm();
    let place = Place::on(&db);
    place.refuses(
        2,
        "no pane is called laeds on this database\nhint: panes here: activity, bloat, crm/audit",
        &["show", "laeds"],
    );
    place.refuses(2, "crm/leads has no column \"nmae\"", &["show", "leads", "--columns", "nmae"]);
    place.refuses(2, "crm/leads has no column \"nmae\"", &["show", "leads", "--sort", "nmae:desc"]);
    place.refuses(2, "--columns names \"name\" twice", &["show", "leads", "--columns", "name,id,name"]);
    place.refuses(2, "no direction is called \"down\"", &["show", "leads", "--sort", "name:down"]);
    place.refuses(2, "possible values: table, json, jsonl, csv", &["show", "leads", "--format", "xml"]);
    place.refuses(2, "did you mean show?; a database name goes with -d", &["shwo", "leads"]);
    place.refuses(2, "no system is called crn", &["systems", "show", "crn"]);
    place.refuses(2, "unexpected argument '--nonsense'", &["show", "leads", "--nonsense"]);
    place.refuses(2, "the console needs a terminal", &[]);
    let ran = place.refuses(2, "", &["show", "laeds", "--format", "json"]);
    assert_eq!(fault(&ran)["kind"], "usage");
}

#[test]
fn an_invalid_filter_points_at_its_word() {
    let db = crm();
    let place = Place::on(&db);
    let filter = "name~x nonsense>=1";
    let ran = place.refuses(2, "no column \"nonsense\"", &["show", "leads", "--filter", filter]);
    let shown: Vec<&str> = ran.err.lines().skip_while(|line| !line.contains(filter)).take(2).collect();
    let [text, mark] = shown[..] else { panic!("{ran:?}") };
    assert_eq!(text.find("nonsense>=1"), mark.find('^'), "{ran:?}");
    assert_eq!(mark.trim(), "^".repeat("nonsense>=1".len()));
    let ran = place.refuses(2, "", &["show", "leads", "--filter", filter, "--format", "json"]);
    let detail = fault(&ran)["detail"].as_str().expect("a detail").to_owned();
    assert_eq!(detail, format!("{filter}\n       ^^^^^^^^^^^"));
    place.refuses(2, "a column name is missing before the operator", &["show", "leads", "--filter", "status= = x"]);
    place.refuses(2, "filter", &["show", "leads", "--filter", "name=\"open"]);
}

#[test]
fn a_broken_settings_file_is_named_with_its_line() {
    let place = Place::nowhere();
    let path = place.file("config/config.toml", "theme = \"dusk\"\n\npage_row = 5\n");
    place.refuses(2, &format!("{path}:3:1: unknown field `page_row`"), &["library", "list"]);
    place.refuses(2, "did you mean page_rows?", &["show", "leads"]);
    place.file("config/config.toml", "[profile.shop]\nconninfo = \"host=/nonexistent\"\n");
    place.refuses(2, "did you mean shop?", &["show", "leads", "--profile", "shp"]);
    place.file("config/config.toml", "");
    fs::remove_file(&path).expect("a file");
    fs::create_dir(&path).expect("a folder in its place");
    place.refuses(2, "cannot read", &["library", "list"]);
}

#[test]
fn no_session_exits_3() {
    let db = empty();
    let place = Place::on(&db);
    let refused = place.refuses(3, "127.0.0.1:1", &["show", "tables", "-h", "127.0.0.1", "-p", "1"]);
    assert!(refused.err.contains("connection refused\nhint: "), "{refused:?}");
    place.refuses(3, "there is no socket /nonexistent/", &["show", "tables", "-h", "/nonexistent"]);
    place.refuses(3, "database \"nosuch\" does not exist (3D000)\nhint: ", &["show", "tables", "-d", "nosuch"]);
    place.refuses(3, "role \"nobody_here\" does not exist", &["systems", "list", "-U", "nobody_here"]);
    let ran = place.refuses(3, "", &["show", "tables", "-d", "nosuch", "--format", "jsonl"]);
    let fault = fault(&ran);
    assert_eq!((&fault["kind"], &fault["sqlstate"]), (&"connection".into(), &"3D000".into()));
}

#[test]
fn a_wrong_password_exits_3_and_is_not_repeated() {
    let db = empty();
    db.exec(
        "SET password_encryption = 'scram-sha-256'; CREATE ROLE locked LOGIN SUPERUSER PASSWORD 'right-one';
         DO $$ BEGIN EXECUTE format('COPY (SELECT unnest(ARRAY[%L, %L])) TO %L', 'local all locked scram-sha-256',
           'local all all trust', current_setting('hba_file')); END $$;
         SELECT pg_reload_conf();",
    );
    let place = Place::on(&db);
    let show = |password: &str| {
        let mut command = place.command(&["show", "tables", "-U", "locked", "--format", "csv"]);
        command.env("PGPASSWORD", password);
        ended(command)
    };
    assert!(soon(|| show("wrong-one").code == 3), "{:?}", show("wrong-one"));
    let ran = show("wrong-one");
    assert!(ran.err.contains("password authentication failed for user \"locked\" (28P01)"), "{ran:?}");
    assert!(!ran.err.contains("wrong-one") && ran.out.is_empty(), "{ran:?}");
    assert_eq!(show("right-one").code, 0);
    let ran = place.refuses(3, "password", &["show", "tables", "-U", "locked"]);
    assert!(ran.err.contains("hint: "), "{ran:?}");
}

#[test]
fn a_password_appears_in_no_output() {
    let db = empty();
    let place = Place::on(&db);
    let secret = "hunter2";
    let uri = "postgresql://u:hunter2@127.0.0.1:1/x";
    let profile = format!("[profile.p]\nconninfo = \"host=127.0.0.1 port=1 password={secret} nonsense=1\"\n");
    place.file("config/config.toml", &profile);
    for args in [
        &["show", "tables", "-d", "host=/tmp password=hunter2 dbnam=x"][..],
        &["show", "tables", "-d", "host=127.0.0.1 port=1 password=hunter2"],
        &["show", "tables", "-d", "password=hunter2 host"],
        &["show", "tables", "-d", "password='hunter2"],
        &["show", "tables", "-d", uri],
        &["show", "tables", "-d", "postgresql://u:hunter2@127.0.0.1:1/x?nonsense=1"],
        &["show", "tables", "-d", "postgresql://u:hunter2@127.0.0.1:port/x"],
        &["show", "tables", "-d", "postgresql://u:hunter2@[::1/x"],
        &["show", "tables", "-d", "postgresql://u:hunter2%zz@127.0.0.1:1/x"],
        &["show", "tables", "-p", uri],
        &["show", "tables", "--profile", "p"],
        &["show", uri],
        &["show", "host=x password=hunter2"],
        &["show", "tables", uri],
        &["show", "tables", "password=hunter2"],
        &["systems", "list", uri],
        &["library", "list", uri],
        &[uri],
        &[uri, "shwo"],
        &[uri, "--nonsense"],
        &["host=x password=hunter2 nonsense=1"],
    ] {
        for format in [&[][..], &["--format", "json"]] {
            let ran = place.run(&[args, format].concat());
            assert!(ran.code == 2 || ran.code == 3, "{args:?}: {ran:?}");
            assert!(!ran.err.contains(secret) && !ran.out.contains(secret), "{args:?}: {ran:?}");
        }
    }
    assert!(!place.path("state").exists() || !everything_below(&place.path("state")).contains(secret));
}

fn everything_below(dir: &Path) -> String {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path());
    entries
        .map(|path| if path.is_dir() { everything_below(&path) } else { fs::read_to_string(&path).unwrap_or_default() })
        .collect()
}

#[test]
fn a_change_without_permission_exits_4_and_changes_nothing() {
    let db = empty();
    let place = Place::on(&db);
    let install = ["systems", "install", "crm", "--schema", "shop"];
    let ran = place.run(&install);
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(
        ran.out.starts_with("plan: install. Nothing has been changed.\n  create   shop.activities\n"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("\ncounts\n") && ran.out.contains(" lines: --format sql shows them"), "{}", ran.out);
    let sql = place.run(&[&install[..], &["--format", "sql"]].concat());
    assert!(sql.code == 4 && sql.out.contains("CREATE TABLE leads"), "{sql:?}");
    assert!(ran.err.contains("this is the plan only\nhint: add --write to carry it out: pgdeck "), "{ran:?}");
    let ran = place.run(&[&install[..], &["--format", "json"]].concat());
    assert_eq!((ran.code, fault(&ran)["kind"].as_str()), (4, Some("refused")));
    let plan: Value = serde_json::from_str(&ran.out).expect("JSON");
    let members: Vec<&str> = plan.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(members, ["schema", "operation", "rows", "counts", "sql", "notes", "refused"]);
    assert_eq!((&plan["schema"], &plan["operation"]), (&1.into(), &"install".into()));
    let row =
        serde_json::json!({"table": "shop.activities", "key": {}, "action": "create", "reason": null, "label": null});
    assert_eq!(plan["rows"][0], row);
    assert!(plan["sql"].as_array().is_some_and(|sql| sql.len() > 5));
    let dry = place.run(&[&install[..], &["--write", "--dry-run"]].concat());
    assert_eq!(dry.code, 0, "{dry:?}");
    place.refuses(4, "nobody can be asked without a terminal", &[&install[..], &["--write"]].concat());
    place.file("config/config.toml", "[profile.shop]\nwrite = false\n");
    let refused = ["--profile", "shop", "--write", "--yes"];
    place.refuses(4, "the profile shop refuses --write", &[&install[..], &refused].concat());
    assert_eq!(db.value("SELECT count(*) FROM pg_namespace WHERE nspname IN ('shop', 'pgdeck')"), "0");
}

#[test]
fn what_the_server_refuses_exits_5() {
    let db = empty();
    db.exec("CREATE TABLE public.secret (a int); INSERT INTO secret VALUES (1); CREATE TABLE public.gone (a int)");
    db.exec("CREATE ROLE plain LOGIN");
    let place = Place::on(&db);
    place.refuses(5, "(42501)", &["show", "public.secret", "-U", "plain"]);
    assert_eq!(place.out(&["show", "public.gone", "--format", "csv"]), "a\n");
    db.exec("DROP TABLE public.gone");
    place.refuses(5, "there is no table or view public.gone (42P01)", &["show", "public.gone"]);
    place.file("config/config.toml", "statement_timeout_ms = 200\n");
    let library = slow(&place);
    let ran = place.refuses(5, "", &["show", "slow", "--library", &library, "--format", "json"]);
    assert_eq!((&fault(&ran)["kind"], &fault(&ran)["sqlstate"]), (&"query".into(), &"57014".into()));
    db.exec("DROP ROLE plain");
}

/// A library directory with a pane that takes a minute.
fn slow(place: &Place) -> String {
    let text = "/*---\ntitle = \"Slow\"\ngroup = \"test\"\n---*/\nSELECT pg_sleep(60)::text AS a";
    place.file("library/panes/slow.sql", text);
    place.path("library").display().to_string()
}

#[test]
fn a_signal_stops_the_statement_on_the_server_and_exits_130() {
    let db = empty();
    let place = Place::on(&db);
    let library = slow(&place);
    let running = || {
        db.value("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_sleep(60)%' AND state = 'active' AND pid <> pg_backend_pid()")
    };
    for signal in ["INT", "TERM", "HUP"] {
        let mut command = place.command(&["show", "slow", "--library", &library, "--format", "json"]);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("pgdeck runs");
        assert!(soon(|| running() == "1"), "it never ran");
        let sent = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status();
        assert!(sent.is_ok_and(|done| done.success()));
        let done = child.wait_with_output().expect("it ends");
        assert_eq!(done.status.code(), Some(130), "{signal}: {done:?}");
        assert!(done.stdout.is_empty(), "{done:?}");
        let error: Value = serde_json::from_slice(&done.stderr).expect("JSON");
        assert_eq!(error["error"]["kind"], "interrupted");
        assert_eq!(running(), "0", "{signal} left the statement behind");
    }
}

#[test]
fn a_system_comes_and_goes_whole() {
    let db = empty();
    let place = Place::on(&db);
    let crm = || {
        let listed = place.json(&["systems", "list"]);
        rows(&listed).iter().find(|row| row["system"] == "crm").expect("the crm").clone()
    };
    assert_eq!(crm()["state"], "not here");
    let ran = place.run(&["systems", "install", "crm", "--schema", "My CRM", "--sample", "200", "--write", "--yes"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.starts_with("install: done"), "{ran:?}");
    let listed = place.json(&["systems", "list"]);
    assert_eq!([&crm()["schema"], &crm()["state"]], ["My CRM", "whole"]);
    assert_eq!(crm()["tables"], 11);
    assert_eq!(names(&listed, "name"), ["system", "title", "schema", "state", "tables", "missing"]);
    let leads = place.json(&["show", "leads", "--limit", "1000"]);
    assert_eq!(leads["pane"], "crm@\"My CRM\"/leads".replace('"', ""), "{}", leads["pane"]);
    assert_eq!(
        rows(&leads).len().to_string(),
        db.value("SELECT count(*) FROM \"My CRM\".leads WHERE deleted_at IS NULL")
    );
    assert!((150..1000).contains(&rows(&leads).len()), "{}", rows(&leads).len());
    let again = place.run(&["systems", "install", "crm", "--schema", "My CRM", "--write", "--yes"]);
    assert_eq!(again.code, 4, "{again:?}");
    let uninstall = ["systems", "uninstall", "crm", "--schema", "My CRM", "--write"];
    place.refuses(4, "without a terminal", &uninstall);
    db.exec("INSERT INTO \"My CRM\".organizations (name, slug) VALUES ('Ours', 'ours')");
    let kept = place.refuses(4, "neither its installation nor its sample made", &[&uninstall[..], &["--yes"]].concat());
    assert!(kept.err.contains("organizations (1)") && kept.err.contains("--drop-rows"), "{kept:?}");
    let ran = place.run(&[&uninstall[..], &["--drop-rows", "--yes", "--format", "json"]].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    let receipt: Value = serde_json::from_str(&ran.out).expect("JSON");
    let members: Vec<&str> = receipt.as_object().expect("an object").keys().map(String::as_str).collect();
    let told = ["at", "place", "role", "actor", "reason", "stale"];
    assert_eq!(members[..8], ["schema", "operation", "id", "outcome", "counts", "sql", "rows", "notes"]);
    assert_eq!(members[8..], told);
    assert_eq!([&receipt["operation"], &receipt["outcome"]], ["uninstall", "done"]);
    assert_eq!(crm()["state"], "not here");
    assert_eq!(db.value("SELECT count(*) FROM pg_namespace WHERE nspname IN ('My CRM', 'pgdeck', 'auth')"), "0");
}

#[test]
fn two_copies_of_a_system_are_told_apart_by_schema() {
    let db = crm();
    let place = Place::on(&db);
    let ran = place.run(&["systems", "install", "crm", "--schema", "other", "--write", "--yes"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let several = place.refuses(2, "several panes are called leads: ", &["show", "leads"]);
    assert!(several.err.contains("crm@other/leads"), "{several:?}");
    assert_eq!(rows(&place.json(&["show", "crm@other/leads"])).len(), 0);
    assert_eq!(rows(&place.json(&["show", "crm@crm/leads", "--tenant", "acme", "--limit", "1"])).len(), 1);
}

#[test]
fn a_library_is_listed_and_checked() {
    let db = empty();
    let (alone, place) = (Place::nowhere(), Place::on(&db));
    let good = place.file("own/panes/good.sql", "/*---\ntitle = \"Good\"\ngroup = \"g\"\n---*/\nSELECT 1 AS a, 2 AS b");
    let row = |place: &Place| rows(&place.json(&["library", "check", &good]))[0].clone();
    assert_eq!([&row(&alone)["pane"], &row(&alone)["state"]], ["good", "read"]);
    assert_eq!([&row(&place)["state"], &row(&place)["reason"]], ["passed", "2 columns"]);
    let own = place.path("own").display().to_string();
    let listed = alone.json(&["library", "list", "--library", &own]);
    let listed = rows(&listed).iter().find(|row| row["name"] == "good").expect("the own pane");
    assert_eq!(
        [&listed["title"], &listed["origin"], &listed["problem"]],
        [&"Good".into(), &good.clone().into(), &Value::Null]
    );
    assert_eq!(alone.run(&["library", "check", "--library", &own]).code, 0);
    let broken = place
        .file("own/panes/broken.sql", "/*---\ntitle = \"Broken\"\ngroup = \"g\"\nnonsense = 1\n---*/\nSELECT 1 AS a");
    place.refuses(2, &format!("{broken}:4: unknown field `nonsense`"), &["library", "check", &broken]);
    let ran = alone.run(&["library", "check", "--library", &own, "--format", "json"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.out.contains("broken.sql:4: unknown field `nonsense`"), "{ran:?}");
    assert_eq!(rows(&place.json(&["show", "good", "--library", &own])), &[serde_json::json!({"a": 1, "b": 2})]);
    place.refuses(5, "", &["show", "broken", "--library", &own]);
    let wrong = place.file("wrong.sql", "/*---\ntitle = \"W\"\ngroup = \"g\"\n---*/\nSELECT nonsense AS a");
    place.refuses(5, "column \"nonsense\" does not exist (42703)", &["library", "check", &wrong]);
    place.refuses(2, "nosuch.sql", &["library", "check", "nosuch.sql"]);
}

#[test]
fn completions_and_the_manual_can_be_read() {
    let place = Place::nowhere();
    let script = |shell: &str| place.out(&["completions", shell]);
    let path = place.file("pgdeck.bash", &script("bash"));
    let ask =
        "source \"$0\"; COMP_WORDS=(pgdeck sho); COMP_CWORD=1; _pgdeck pgdeck sho pgdeck; echo \"${COMPREPLY[@]}\"";
    let done = Command::new("bash").args(["-c", ask, &path]).output().expect("bash");
    assert_eq!((String::from_utf8_lossy(&done.stdout).trim(), done.stderr.len()), ("show", 0), "{done:?}");
    let zsh = script("zsh");
    assert!(
        zsh.starts_with("#compdef pgdeck\n")
            && zsh.contains("_pgdeck__subcmd__show_commands") | zsh.contains("--filter")
    );
    let fish = script("fish");
    assert!(
        fish.lines().all(|line| line.is_empty() || !line.starts_with("error")) && fish.contains("complete -c pgdeck")
    );
    let man = place.out(&["man"]);
    assert!(man.contains(".TH pgdeck 1") && man.contains(".SH \"PGDECK SYSTEMS INSTALL\""), "{man}");
    assert!(
        man.lines().all(|line| !line.starts_with('\'') || line.starts_with("'\\\"")),
        "a line that man takes for a request"
    );
    place.refuses(2, "possible values", &["completions", "nonsense"]);
}

#[test]
fn h_is_the_host_and_help_is_long() {
    let place = Place::nowhere();
    for args in [
        ["-h", "/nonexistent", "show", "tables"],
        ["show", "-h", "/nonexistent", "tables"],
        ["show", "tables", "-h", "/nonexistent"],
    ] {
        place.refuses(3, "there is no socket /nonexistent/", &args);
    }
    for args in [&["--help"][..], &["-?"], &["show", "-?"], &["systems", "install", "--help"]] {
        assert!(place.out(args).contains("Usage: "), "{args:?}");
    }
    assert!(place.out(&["--help"]).contains("130 interrupted"));
    let db = empty();
    let [host, port, user, database]: [&[String]; 4] = db
        .target()
        .chunks(2)
        .map(<[_]>::to_vec)
        .collect::<Vec<_>>()
        .try_into()
        .map(|all: [Vec<String>; 4]| all.map(|pair| &*pair.leak()))
        .expect("flags");
    let before =
        [host, port, &["show".into(), "tables".into()], user, database, &["--format".into(), "csv".into()]].concat();
    let args: Vec<&str> = before.iter().map(String::as_str).collect();
    assert!(place.out(&args).starts_with("schema,table,"));
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let db = crm();
    let place = Place::on(&db);
    for (args, first) in [
        ("show leads --limit 2000 --format json", "{\"schema\":1"),
        ("show leads --limit 2000 --format csv", "created_at,name"),
        ("show crm.notes --limit 2000 --format table", "id "),
        ("man", ".ie"),
        ("completions bash", "_pgdeck"),
    ] {
        let script = format!("\"$0\" {args} | head -1; echo ${{PIPESTATUS[0]}}");
        let mut command = place.command(&[]);
        let mut bash = Command::new("bash");
        bash.args(["-c", &script, env!("CARGO_BIN_EXE_pgdeck")]);
        for (name, value) in command.stdin(Stdio::null()).get_envs() {
            match value {
                Some(value) => bash.env(name, value),
                None => bash.env_remove(name),
            };
        }
        let ran = ended(bash);
        assert_eq!(ran.err, "", "{args}");
        assert!(ran.out.starts_with(first) && ran.out.ends_with("\n0\n"), "{args}: {ran:?}");
    }
}

#[test]
fn an_ignored_password_file_is_said() {
    let db = empty();
    let place = Place::on(&db);
    let file = place.file(".pgpass", "*:*:*:*:secret\n");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).expect("an open file");
    let ran = place.run(&["show", "tables", "--format", "csv"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.err.starts_with(&format!("pgdeck: password file {file} is ignored: ")), "{ran:?}");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("a private file");
    place.out(&["show", "tables", "--format", "csv"]);
}

#[test]
fn a_note_that_nobody_can_read_is_no_failure() {
    let db = crm();
    let mut command = Place::on(&db).command(&["show", "tables", "--tenant", "acme", "--format", "csv"]);
    command.stderr(fs::OpenOptions::new().write(true).open("/dev/full").expect("a full device"));
    let done = command.output().expect("pgdeck runs");
    assert_eq!(done.status.code(), Some(0), "{done:?}");
}

#[test]
fn a_demo_gives_the_status_of_its_command_and_leaves_nothing() {
    let place = Place::nowhere();
    let demo = |args: &[&str]| {
        let mut command = place.command(&[&["demo", "--empty", "--"], args].concat());
        // The sample database that other tests have built stands there.
        command.env("HOME", std::env::var_os("HOME").unwrap_or_default());
        ended(command)
    };
    let ran = demo(&["sh", "-c", "echo \"$PGHOST\"; exit 7"]);
    assert_eq!(ran.code, 7, "{ran:?}");
    let socket = PathBuf::from(ran.out.trim());
    assert!(socket.is_absolute() && !socket.exists(), "{}", socket.display());
    let ran = demo(&["pgdeck", "show", "tables", "--format", "csv"]);
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (0, "schema,table,kind,rows,size,rls,last_analyze,owner,readable,comment\n"),
        "{ran:?}"
    );
    let ran = demo(&["no-such-program"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("could not run no-such-program"), "{ran:?}");
}

#[test]
fn a_demo_takes_no_connection() {
    let place = Place::nowhere();
    place.file("config/config.toml", "[profile.shop]\nconninfo = \"host=shop\"\n");
    let flags = [
        ["-h", "prod", "--host"],
        ["-p", "5433", "--port"],
        ["-U", "me", "--user"],
        ["-d", "host=prod", "--dbname"],
        ["--service", "x", "--service"],
        ["--profile", "shop", "--profile"],
    ];
    for [flag, value, named] in flags {
        let says = format!("demo brings its own server and takes no {named}");
        place.refuses(2, &says, &[flag, value, "demo"]);
        place.refuses(2, &says, &["demo", flag, value, "--", "true"]);
    }
    place.refuses(2, "takes no command", &["host=prod", "demo"]);
}

#[test]
fn nothing_in_the_environment_leads_away_from_a_demo() {
    let place = Place::nowhere();
    let elsewhere = ["PGHOSTADDR", "PGSERVICE", "PGSERVICEFILE", "PGOPTIONS", "PGTARGETSESSIONATTRS", "PGPASSWORD"];
    let elsewhere = elsewhere.iter().chain(&["PGPASSFILE", "PGSSLROOTCERT", "PGREQUIREAUTH", "PGUSER", "PGPORT"]);
    let demo = |args: &[&str]| {
        let mut command = place.command(&[&["demo", "--empty", "--"], args].concat());
        command.env("HOME", std::env::var_os("HOME").unwrap_or_default());
        command.envs(elsewhere.clone().map(|name| (name, "192.0.2.1"))).env("PGDECK_THEME", "plain");
        ended(command)
    };
    let ran =
        demo(&["sh", "-c", "env | grep ^PG | grep -v -e ^PGDECK_PG_BIN -e ^PGDECK_CACHE_DIR | cut -d= -f1 | sort"]);
    let left: Vec<&str> = ran.out.lines().collect();
    let ours =
        ["PGDATABASE", "PGDECK_CONFIG_DIR", "PGDECK_STATE_DIR", "PGDECK_SYSTEM", "PGDECK_THEME", "PGDECK_TIME_ZONE"];
    assert_eq!(left, [&ours[..], &["PGHOST", "PGPORT", "PGSSLMODE", "PGUSER"]].concat(), "{ran:?}");
    let ran = demo(&["pgdeck", "show", "tables", "--format", "csv"]);
    assert_eq!((ran.code, ran.err.contains("192.0.2.1")), (0, false), "{ran:?}");
}

#[test]
fn a_demo_without_a_server_is_one_clear_fault() {
    let place = Place::nowhere();
    let cache = tempfile::Builder::new().prefix("pgdeck-cache-").tempdir().expect("a folder");
    for args in [&["demo", "--no-fetch"][..], &["demo", "--no-fetch", "--", "true"]] {
        let mut command = place.command(args);
        command.env("PGDECK_PG_BIN", "/nonexistent").env("PGDECK_CACHE_DIR", cache.path());
        let ran = ended(command);
        assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{ran:?}");
        assert_eq!(ran.err.matches("pgdeck: ").count(), 1, "{ran:?}");
        assert!(
            ran.err.starts_with("pgdeck: no PostgreSQL server programs") && ran.err.contains("\nhint: "),
            "{ran:?}"
        );
        let left: Vec<_> = fs::read_dir(cache.path())
            .expect("a folder")
            .flatten()
            .flat_map(|entry| fs::read_dir(entry.path()))
            .flatten()
            .collect();
        assert!(left.is_empty(), "{left:?}");
    }
}
