//! The whole library against live servers: every pane is read, written in every format and paged, as a superuser and as a
//! role with next to nothing, or says why not. A user's files lie over it without breaking it.

#![cfg(feature = "demo")]

#[path = "support/ask.rs"]
mod ask;
mod support;

use ask::{Asker, after, crm};
use pgdeck::catalog::Library;
use pgdeck::catalog::library::{PaneId, choose};
use pgdeck::model::deck::PaneEntry;
use pgdeck::model::request::{From, PageRequest};
use pgdeck::model::table::Key;
use pgdeck::model::{Fault, Kind, Outcome, PaneRef, Table};
use pgdeck::report::{self, Format, Style};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use support::{SMALL, Template, all_majors, forget_role, majors, plain_role, server, with_all_systems};

/// What came of walking one pane.
#[derive(Debug)]
enum Walked {
    Read(usize),
    Disabled(String),
    Refused(Fault),
}

/// Rows of a page, fewer than the crm's tables have.
const PAGE: usize = 30;

fn walk(asker: &Asker, entry: &PaneEntry) -> Walked {
    if let Some(reason) = &entry.disabled {
        return Walked::Disabled(reason.clone());
    }
    let request = PageRequest::first(entry.pane.clone(), PAGE);
    let first = match asker.page(request.clone()) {
        Ok(first) => first,
        Err(fault) => return Walked::Refused(fault),
    };
    check(&first);
    if is_list(asker, &entry.pane) {
        pages(asker, &request, &first);
    }
    if let Some(row) = first.rows.first().filter(|_| !first.identity.is_empty()) {
        record(asker, &first, &entry.pane, &row.key);
    }
    Walked::Read(first.rows.len())
}

fn is_list(asker: &Asker, pane: &PaneRef) -> bool {
    let PaneRef::Library { name, source } = pane else {
        return false;
    };
    let id = PaneId { system: source.as_ref().map(|source| source.system.clone()), name: name.clone() };
    let library = asker.engine.library();
    let (_, variants) = library.panes().find(|(own, _)| **own == id).expect("the pane is in the library");
    choose(variants, asker.survey().facts.major()).expect("a pane that is read has a specification").keyset
}

/// What holds for every page: it has columns, its rows are told apart, and every format can write it.
fn check(table: &Table) {
    let pane = &table.pane;
    assert!(!table.columns.is_empty() && !table.title.is_empty(), "{pane} has no columns or no title");
    assert!(!table.taken_at.is_empty(), "{pane} has no time");
    for name in &table.identity {
        assert!(
            table.columns.iter().any(|column| column.name == *name),
            "{pane}: the identity names {name}, which is no column"
        );
    }
    let mut keys = BTreeSet::new();
    for row in table.rows.iter().filter(|_| !table.identity.is_empty()) {
        assert!(row.key.iter().all(Option::is_some), "{pane}: NULL in the identity {:?}", row.key);
        assert!(keys.insert(&row.key), "{pane}: two rows are {:?}", row.key);
    }
    for (name, format) in Format::ALL {
        written(table, format).unwrap_or_else(|wrong| panic!("{pane} as {name}: {wrong}"));
    }
}

/// Writes the table and reads it back; the number of rows must be the same.
fn written(table: &Table, format: Format) -> Result<(), String> {
    let mut out = Vec::new();
    let outcome = Outcome::Table(Arc::new(table.clone()));
    report::write(&outcome, &Style::plain(format), &mut out).map_err(|error| error.to_string())?;
    let text = String::from_utf8(out).map_err(|error| error.to_string())?;
    let parse = |json: &str| serde_json::from_str::<serde_json::Value>(json).map_err(|error| error.to_string());
    let found = match format {
        Format::Table => return if text.is_empty() { Err("nothing".to_owned()) } else { Ok(()) },
        Format::Json => parse(&text)?["rows"].as_array().map_or(0, Vec::len),
        Format::Jsonl => text.lines().map(parse).collect::<Result<Vec<_>, _>>()?.len(),
        Format::Csv => {
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            let wide = reader.headers().map_err(|error| error.to_string())?.len();
            if wide != table.columns.len() {
                return Err(format!("{wide} columns of {}", table.columns.len()));
            }
            reader.records().collect::<Result<Vec<_>, _>>().map_err(|error| error.to_string())?.len()
        }
    };
    if found == table.rows.len() { Ok(()) } else { Err(format!("{found} rows of {}", table.rows.len())) }
}

/// The second page goes on where the first ends, the way back leads to the first, and the end is an end.
fn pages(asker: &Asker, request: &PageRequest, first: &Table) {
    let pane = &first.pane;
    let end = asker.page(PageRequest { from: From::End, ..request.clone() }).unwrap();
    check(&end);
    assert!(!end.more_after, "{pane}: there is more after the end");
    assert_eq!(end.more_before, first.more_after, "{pane}: the two ends see another number of rows");
    assert!(first.rows.iter().all(|row| row.order.len() == first.sort.len()), "{pane}: a row without its place");
    if !first.more_after {
        assert_eq!(keys(first), keys(&end), "{pane}: one page from both ends");
        return;
    }
    let next = after(request, first);
    let second = asker.page(next).unwrap();
    check(&second);
    let (before, behind): (BTreeSet<_>, BTreeSet<_>) =
        (keys(first).into_iter().collect(), keys(&second).into_iter().collect());
    assert!(!second.rows.is_empty() && before.is_disjoint(&behind), "{pane}: the pages overlap");
    let back = PageRequest { from: From::Before(second.rows[0].order.clone()), ..request.clone() };
    assert_eq!(keys(&asker.page(back).unwrap()), keys(first), "{pane}: the way back");
}

fn keys(table: &Table) -> Vec<Key> {
    table.rows.iter().map(|row| row.key.clone()).collect()
}

fn record(asker: &Asker, page: &Table, pane: &PaneRef, key: &Key) {
    match asker.record(pane, key) {
        Ok(record) => {
            assert_eq!(keys(&record).first(), Some(key), "{pane}: another record");
            assert_eq!(record.columns.len(), page.columns.len(), "{pane}: a record is whole");
            check(&record);
        }
        // What the activity pane shows may have ended since.
        Err(fault) => assert!(fault.message.contains("not there any more"), "{pane}: {fault}"),
    }
}

fn walk_all(asker: &Asker) -> BTreeMap<String, Walked> {
    let survey = asker.survey();
    survey.panes.iter().map(|entry| (entry.pane.to_string(), walk(asker, entry))).collect()
}

fn the_library_on(major: u32) {
    let db = with_all_systems(Some(major));
    let walked = walk_all(&Asker::new(db.conninfo()));
    for pane in ["crm/leads", "crm/tenants", "crm/audit", "crm/trash"] {
        assert!(matches!(walked.get(pane), Some(Walked::Read(PAGE))), "{pane}: {:?}", walked.get(pane));
    }
    for pane in ["activity", "tables"] {
        assert!(matches!(walked.get(pane), Some(Walked::Read(_))), "{pane}: {:?}", walked.get(pane));
    }
    for (pane, what) in &walked {
        match what {
            Walked::Read(_) => {}
            Walked::Disabled(reason) => assert!(reason.starts_with("needs "), "{pane}: {reason}"),
            Walked::Refused(fault) => panic!("{pane} as superuser on {major}: {fault}"),
        }
    }
    let role = plain_role(&db);
    let walked = walk_all(&Asker::new(db.conninfo_as(&role)));
    for pane in ["crm/leads", "activity", "tables"] {
        assert!(matches!(walked.get(pane), Some(Walked::Read(_))), "{pane}: {:?}", walked.get(pane));
    }
    assert!(matches!(walked.get("crm/audit"), Some(Walked::Refused(_))), "{:?}", walked.get("crm/audit"));
    says_why(&walked, &role);
    // What the server does is shown to a monitor; what stands in the tables is not.
    db.exec(&format!("GRANT pg_monitor TO {role}"));
    let walked = walk_all(&Asker::new(db.conninfo_as(&role)));
    let of_system = |pane: &String| pane.contains('/');
    for (pane, what) in walked.iter().filter(|(pane, _)| !of_system(pane)) {
        assert!(matches!(what, Walked::Read(_) | Walked::Disabled(_)), "{pane} as pg_monitor on {major}: {what:?}");
    }
    says_why(&walked, &role);
    forget_role(&db, &role);
}

/// Every pane this role cannot read says what would let it.
fn says_why(walked: &BTreeMap<String, Walked>, role: &str) {
    for (pane, what) in walked {
        match what {
            Walked::Read(_) => {}
            Walked::Disabled(reason) => assert!(reason.starts_with("needs "), "{pane}: {reason}"),
            Walked::Refused(fault) => {
                let hint = fault.hint.as_deref().unwrap_or_default();
                assert!(fault.is("42501") && hint.contains("GRANT ") && hint.contains(role), "{pane}: {fault}");
            }
        }
    }
}

#[test]
fn every_pane_is_read_or_says_why_on_13() {
    the_library_on(all_majors()[0]);
}

#[test]
fn every_pane_is_read_or_says_why_on_15() {
    the_library_on(all_majors()[1]);
}

#[test]
fn every_pane_is_read_or_says_why_on_16() {
    the_library_on(all_majors()[2]);
}

#[test]
fn every_pane_is_read_or_says_why_on_17() {
    the_library_on(all_majors()[3]);
}

#[test]
fn every_pane_is_read_or_says_why_on_18() {
    the_library_on(all_majors()[4]);
}

fn put(dir: &Path, path: &str, text: &str) {
    let path = dir.join(path);
    fs::create_dir_all(path.parent().expect("a folder")).unwrap();
    fs::write(path, text).unwrap();
}

fn pane(title: &str, sql: &str) -> String {
    format!("/*---\ntitle = \"{title}\"\ngroup = \"mine\"\n---*/\n{sql}")
}

fn entry(asker: &Asker, name: &str) -> PaneEntry {
    let survey = asker.survey();
    let found = survey.panes.iter().find(|entry| entry.pane.to_string() == name);
    found.unwrap_or_else(|| panic!("no pane {name}: {:?}", survey.panes)).clone()
}

#[test]
fn a_broken_user_file_disables_its_own_pane_with_file_and_line() {
    let db = server(None).fresh_database(Template::Crm { rows: SMALL });
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "panes/activity.sql", "/*---\ntitle = \"Mine\"\ngroup = \"x\"\ncolour = 1\n---*/\nSELECT 1 AS a");
    put(dir.path(), "systems/crm/panes/leads.sql", "SELECT 1 AS a");
    put(dir.path(), "panes/good.sql", &pane("Good", "SELECT 1 AS a"));
    put(dir.path(), "panes/wrong_sql.sql", &pane("Wrong", "SELECT nothing FROM nowhere"));
    put(
        dir.path(),
        "panes/wrong_column.sql",
        "/*---\ntitle = \"W\"\ngroup = \"x\"\n[columns]\nb = { as = \"bytes\" }\n---*/\nSELECT 1 AS a",
    );
    let asker = Asker::over(db.conninfo(), dir.path());
    let reason = entry(&asker, "activity").disabled.expect("the broken pane is disabled");
    let file = dir.path().join("panes/activity.sql").display().to_string();
    assert!(reason.starts_with(&format!("{file}:4: ")) && reason.contains("colour"), "{reason}");
    let reason = entry(&asker, "crm/leads").disabled.expect("the broken crm pane is disabled");
    assert!(reason.contains("leads.sql:1: the header is missing"), "{reason}");
    let fault = asker.first(&crm("leads")).unwrap_err();
    assert!(fault.message.contains("crm/leads cannot be shown") && fault.message.contains("leads.sql:1"), "{fault}");
    let fault = asker.first(&PaneRef::plain("wrong_sql")).unwrap_err();
    assert!(fault.is("42P01") && fault.message.contains("nowhere"), "{fault}");
    let fault = asker.first(&PaneRef::plain("wrong_column")).unwrap_err();
    assert!(fault.kind == Kind::Config && fault.message.contains("\"b\""), "{fault}");
    assert!(fault.hint.as_deref() == Some("its columns: a"), "{fault}");
    for name in ["good", "tables", "crm/audit"] {
        assert!(matches!(walk(&asker, &entry(&asker, name)), Walked::Read(rows) if rows > 0), "{name}");
    }
}

#[test]
fn a_user_file_replaces_the_family_and_the_version_chooses_the_variant() {
    let major = majors()[1];
    let db = server(Some(major)).fresh_database(Template::Empty);
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "panes/tables.sql", &pane("My tables", "SELECT 1 AS mine"));
    put(dir.path(), "panes/odd.sql", &pane("Always", "SELECT 'always' AS which"));
    put(dir.path(), &format!("panes/odd@{major}.sql"), &pane("Here", "SELECT 'here' AS which"));
    put(dir.path(), &format!("panes/odd@{}.sql", major + 1), &pane("Later", "SELECT 'later' AS which"));
    put(dir.path(), &format!("panes/late@{}.sql", major + 1), &pane("Late", "SELECT 1 AS a"));
    put(dir.path(), "panes/far.sql", &pane("Far", "SELECT 1 AS a").replace("group", "needs = { server = 99 }\ngroup"));
    let asker = Asker::over(db.conninfo(), dir.path());
    let mine = asker.first(&PaneRef::plain("tables")).unwrap();
    assert_eq!((mine.title.as_str(), ask::headings(&mine)), ("My tables", vec!["mine"]));
    let odd = asker.first(&PaneRef::plain("odd")).unwrap();
    assert_eq!(ask::column(&odd, "which"), [Some("here".to_owned())]);
    let over = tempfile::tempdir().unwrap();
    put(over.path(), "panes/odd.sql", &pane("Over", "SELECT 'over' AS which"));
    let library = Library::load(&[dir.path().to_owned(), over.path().to_owned()]);
    let odd = Asker::with(db.conninfo(), library, ask::limits("UTC")).first(&PaneRef::plain("odd")).unwrap();
    assert_eq!(ask::column(&odd, "which"), [Some("over".to_owned())], "the variants went with the family");
    assert_eq!(entry(&asker, "late").disabled, Some(format!("needs PostgreSQL {}", major + 1)));
    assert!(entry(&asker, "far").disabled.is_some_and(|reason| reason.starts_with("needs PostgreSQL 99, this is ")));
    let fault = asker.first(&PaneRef::plain("late")).unwrap_err();
    assert!(fault.message.contains(&format!("needs PostgreSQL {}", major + 1)), "{fault}");
}

#[test]
fn a_system_that_is_not_there_brings_no_panes_and_half_a_system_says_what_it_lacks() {
    let db = server(None).fresh_database(Template::Empty);
    let asker = Asker::new(db.conninfo());
    assert!(asker.survey().panes.iter().all(|entry| matches!(&entry.pane, PaneRef::Library { source: None, .. })));
    let fault = asker.first(&crm("leads")).unwrap_err();
    assert!(fault.kind == Kind::Usage && fault.message.contains("crm/leads"), "{fault}");
    let db = server(None).fresh_database(Template::Crm { rows: SMALL });
    db.exec("DROP TABLE crm.attachments CASCADE");
    let asker = Asker::new(db.conninfo());
    let reason = entry(&asker, "crm/leads").disabled.expect("half a crm is no crm");
    assert_eq!(reason, "crm in schema crm lacks: attachments");
    assert!(asker.first(&ask::relation("crm", "leads")).is_ok());
}
