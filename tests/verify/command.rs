//! `pgdeck verify` and `pgdeck library check` as CI meets them: what is printed, where, and the exit code.

use crate::support::{SMALL, Template, TestDb, server};
use crate::{check, finds};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// A library directory, a place for files, and the database.
struct Place {
    home: TempDir,
    db: TestDb,
}

#[derive(Debug)]
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Place {
    fn new(checks: &[(&str, String)]) -> Self {
        let place = Self::on(server(None).fresh_database(Template::Empty));
        for (name, text) in checks {
            place.file(&format!("library/checks/{name}.sql"), text);
        }
        place
    }

    fn on(db: TestDb) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        fs::create_dir(home.path().join("library")).expect("a folder");
        Self { home, db }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, text).expect("a file");
        path.display().to_string()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn run(&self, args: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pgdeck"));
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("PG") && !["PGDECK_PG_BIN", "PGDECK_CACHE_DIR"].contains(&name.as_str()) {
                command.env_remove(name);
            }
        }
        command.env("PGDECK_CONFIG_DIR", self.path("config")).env("PGDECK_STATE_DIR", self.path("state"));
        command.env("HOME", self.home.path()).envs(self.db.env()).current_dir(self.home.path());
        command.args(args).args(["--library", &self.path("library").display().to_string()]).stdin(Stdio::null());
        let mut command = assert_cmd::Command::from_std(command);
        let done = command.timeout(Duration::from_secs(120)).output().expect("pgdeck runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Ran { code: done.status.code().unwrap_or(-1), out: text(done.stdout), err: text(done.stderr) }
    }

    /// A run of the checks whose names begin with `own-`.
    fn verify(&self, args: &[&str]) -> Ran {
        self.run(&[&["verify", "--check", "own-*"], args].concat())
    }
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {ran:?}"))
}

fn place() -> Place {
    let about_table = |table: &str| {
        format!("{} FROM pg_class WHERE relname = '{table}' AND relkind = 'r'", finds(&format!("'public.{table}'")))
    };
    Place::new(&[
        ("own-error", check("severity = \"error\"", &about_table("bad"))),
        ("own-warning", check("", &about_table("poor"))),
        ("own-info", check("severity = \"info\"", &about_table("fair"))),
        ("own-skipped", check("needs = { extension = \"nonesuch\" }", &finds("'x'"))),
    ])
}

#[test]
fn the_exit_code_is_what_was_found() {
    let place = place();
    let code = |args: &[&str]| place.verify(args).code;
    assert_eq!(code(&[]), 0);
    place.db.exec("CREATE TABLE fair (id int)");
    assert_eq!([code(&["--fail-on", "info"]), code(&["--fail-on", "warning"]), code(&[])], [1, 0, 0]);
    place.db.exec("CREATE TABLE poor (id int)");
    assert_eq!([code(&["--fail-on", "warning"]), code(&["--fail-on", "error"])], [1, 0]);
    place.db.exec("CREATE TABLE bad (id int)");
    let ran = place.verify(&[]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""), "{ran:?}");
    let found = json(&ran);
    let severities: Vec<_> = found["findings"].as_array().expect("findings").iter().map(|f| &f["severity"]).collect();
    assert_eq!(severities, ["error", "warning", "info"]);
    assert_eq!(code(&["--check", "own-warning"]), 1, "--check is repeatable and own-* fits them all");
    let skipped = place.verify(&["--require", "own-skip*"]);
    assert_eq!(skipped.code, 5, "{skipped:?}");
    assert!(skipped.err.contains("required, and skipped: own-skipped: needs the extension nonesuch"), "{skipped:?}");
    assert_eq!(code(&["--require", "own-error"]), 1);
    assert_eq!(code(&["--require", "nonesuch-*"]), 2);
    place.file("library/checks/own-fails.sql", &check("", &finds("nonsense")));
    assert_eq!(code(&[]), 5, "a check that failed beats a finding");
    assert_eq!([place.run(&["verify", "--check", "own-eror"]).code, code(&["--only", "everything"])], [2, 2]);
    let near = place.run(&["verify", "--check", "own-eror"]);
    assert!(near.err.contains("did you mean own-error?") && near.out.is_empty(), "{near:?}");
}

#[test]
fn the_sample_makes_it_fail() {
    let place = Place::on(server(None).fresh_database(Template::Crm { rows: SMALL }));
    let ran = place.run(&["verify", "--format", "json"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""), "{ran:?}");
    let found = json(&ran);
    let checks = found["checks"].as_array().expect("checks").len() as u64;
    let ended = ["passed", "with_findings", "skipped", "failed"].map(|end| found["summary"][end].as_u64().unwrap_or(0));
    assert!(checks >= 40 && ended.iter().sum::<u64>() == checks && ended[3] == 0, "{}", found["summary"]);
}

#[test]
fn a_baseline_knows_what_may_stay() {
    let place = place();
    place.db.exec("CREATE TABLE bad (id int)");
    let with = |more: &[&str]| place.verify(&[&["--baseline", "known.json"], more].concat());
    let missing = with(&[]);
    assert_eq!(missing.code, 2, "{missing:?}");
    assert!(missing.err.contains("known.json") && missing.err.contains("--write-baseline"), "{missing:?}");
    assert_eq!(with(&["--write-baseline"]).code, 0);
    let known = place.read("known.json");
    assert!(known.contains("\"check\":\"own-error\",\"object\":\"public.bad\""), "{known}");
    let ran = with(&[]);
    assert_eq!((ran.code, &json(&ran)["findings"][0]["known"]), (0, &Value::Bool(true)));
    place.db.exec("DROP TABLE bad; CREATE TABLE poor (id int)");
    let ran = with(&["--fail-on", "warning"]);
    assert_eq!(ran.code, 1, "a new finding counts: {ran:?}");
    let notes = &json(&ran)["notes"];
    assert_eq!(notes[0], "own-error public.bad is in the baseline and was not found any more");
    // What a run did not look at stays known.
    let narrow = place.run(&["verify", "--check", "own-warning", "--baseline", "known.json", "--write-baseline"]);
    assert_eq!(narrow.code, 0, "{narrow:?}");
    let known = place.read("known.json");
    assert!(known.contains("own-error") && known.contains("own-warning"), "{known}");
    assert_eq!(with(&["--write-baseline"]).code, 0);
    assert!(!place.read("known.json").contains("own-error"));
    place.file("known.json", "{\"schema\":2,\"findings\":[]}");
    assert_eq!(with(&[]).code, 2);
    place.file("known.json", "nonsense");
    assert_eq!((with(&[]).code, place.verify(&["--write-baseline"]).code), (2, 2));
}

#[test]
fn reports_go_where_they_are_sent() {
    let place = place();
    place.db.exec("CREATE TABLE bad (id int)");
    let ran = place.verify(&["--report", "junit=r.xml", "--report", "text=r.txt", "--format", "text"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    assert!(
        ran.out.starts_with("error    own-error  public.bad\n") && ran.out.contains(" 1 skipped, 0 failed, "),
        "{ran:?}"
    );
    assert_eq!(place.read("r.txt"), ran.out);
    assert!(place.read("r.xml").contains("<testcase name=\"own-error\" classname=\"c\""));
    let ran = place.verify(&["--output", "by-ending.xml"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(place.read("by-ending.xml").starts_with("<?xml") && ran.err.contains("4 checks: "), "{ran:?}");
    for wrong in ["r.xml", "sarif=r.xml", "junit="] {
        assert_eq!(place.verify(&["--report", wrong]).code, 2, "{wrong}");
    }
    assert_eq!(place.verify(&["--report", "json=/nonexistent/r.json"]).code, 2);
}

const PLANT: &str = "\n/*--- plant\n-- finds: plant.t\nCREATE SCHEMA plant;\nCREATE TABLE plant.t (id int);\n---*/\n";

#[test]
fn a_check_is_tried_with_its_plant() {
    let place = place();
    let sql = "SELECT format('%s.%s', n.nspname, c.relname) AS object, '' AS detail, NULL AS fix FROM pg_class AS c
        JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = 'plant' AND c.relkind = 'r'";
    let file = place.file("tried.sql", &format!("{}{PLANT}", check("", sql)));
    let tried = |file: &str, write: bool| {
        let args = ["library", "check", file, "--format", "json"];
        let ran = if write { place.run(&[&args[..], &["--write"]].concat()) } else { place.run(&args) };
        let row = if ran.out.is_empty() { Value::Null } else { json(&ran)["rows"][0].clone() };
        (ran.code, row["state"].clone(), row["plant"].as_str().unwrap_or_default().to_owned(), ran.err)
    };
    assert_eq!(tried(&file, false), (0, "passed".into(), "plant not tried: needs --write".to_owned(), String::new()));
    assert_eq!(tried(&file, true), (0, "passed".into(), "found: plant.t".to_owned(), String::new()));
    assert_eq!(place.db.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'plant'"), "0", "it is rolled back");
    let blind = place.file("blind.sql", &format!("{}{PLANT}", check("", &sql.replace("'plant'", "'other'"))));
    let (code, _, plant, err) = tried(&blind, true);
    assert_eq!((code, plant.as_str()), (5, "not found: plant.t"), "{err}");
    let more = PLANT.replace("plant.t (id int)", "plant.t (id int); CREATE TABLE plant.u (id int)");
    let more = place.file("more.sql", &format!("{}{more}", check("", sql)));
    assert_eq!(tried(&more, true).2, "found besides: plant.u");
    let ends = PLANT.replace("CREATE SCHEMA plant;", "CREATE SCHEMA plant; COMMIT;");
    let ends = place.file("ends.sql", &format!("{}{ends}", check("", sql)));
    let (code, _, plant, _) = tried(&ends, true);
    assert!(code == 5 && plant.contains("cannot say \"COMMIT\""), "{plant}");
    assert_eq!(place.db.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'plant'"), "0");
    let short = place.file("short.sql", &check("", "SELECT 'x' AS object, '' AS detail WHERE false"));
    let (code, _, _, err) = tried(&short, false);
    assert!(code == 2 && err.contains("has no column fix"), "{err}");
}

#[test]
fn the_library_lists_checks() {
    let place = place();
    let listed = json(&place.run(&["library", "list", "--format", "json"]));
    let row = listed["rows"].as_array().expect("rows").iter().find(|row| row["name"] == "own-error");
    let row = row.expect("the own check");
    assert_eq!([&row["kind"], &row["group"], &row["problem"]], [&"check".into(), &"c".into(), &Value::Null]);
}
