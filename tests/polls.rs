//! Polls: tallies that are what was voted, evidence that is masked wherever it is looked at, doors of the signals, and a
//! system recognised in whatever schema it stands.

#![cfg(feature = "demo")]

#[path = "support/ask.rs"]
mod ask;
mod support;

use ask::{Asker, column, filtered, index, relation, sorted};
use pgdeck::model::finding::Selection;
use pgdeck::model::pane::PaneName;
use pgdeck::model::request::PageRequest;
use pgdeck::model::{PaneRef, Source, Table};
use std::collections::{BTreeMap, BTreeSet};
use support::{SMALL, Template, TestDb, install, server};

fn civic(name: &str) -> PaneRef {
    let source = Source { system: "civic".to_owned(), schema: "civic".to_owned() };
    PaneRef::Library { name: name.to_owned(), source: Some(source) }
}

fn with_civic() -> (TestDb, Asker) {
    let db = server(None).fresh_database(Template::Empty);
    install(&db, "civic", Some(SMALL));
    let asker = Asker::new(db.conninfo());
    (db, asker)
}

fn page(asker: &Asker, request: PageRequest) -> std::sync::Arc<Table> {
    asker.page(request).unwrap_or_else(|fault| panic!("{fault}"))
}

#[test]
fn a_polls_tally_is_what_was_voted() {
    let (db, asker) = with_civic();
    // Two polls are planted wrong: one in its totals, one by a vote for what it does not offer.
    let polls = page(&asker, filtered(&civic("polls"), "total_votes>0"));
    let (ids, tallies) = (column(&polls, "id"), column(&polls, "options"));
    let mut wrong = 0;
    for (id, tally) in ids.iter().zip(&tallies) {
        let (id, tally) = (id.as_deref().unwrap(), tally.as_deref().unwrap());
        let choices: Vec<serde_json::Value> = serde_json::from_str(tally).expect("a tally");
        let shown: i64 = choices.iter().map(|choice| choice["votes"].as_i64().unwrap()).sum();
        let voted = db.value(&format!(
            "SELECT sum(CASE p.voting_method WHEN 'ranked' THEN 1 ELSE jsonb_array_length(v.selected_options) END)
             FROM civic.votes_v2 v JOIN civic.polls_v2 p ON p.id = v.poll_id WHERE v.poll_id = '{id}' AND v.is_active"
        ));
        wrong += i32::from(voted != shown.to_string());
    }
    assert!(ids.len() >= 10, "{} polls", ids.len());
    assert!(wrong <= 2, "{wrong} of {} tallies are not what was voted", ids.len());
}

/// No cell holds one of these values.
fn hides(table: &Table, secrets: &BTreeSet<String>) {
    let cells = table.rows.iter().flat_map(|row| {
        row.cells.iter().filter_map(|cell| cell.text()).chain(row.order.iter().flatten().map(String::as_str))
    });
    let told: Vec<&str> = cells.filter(|text| secrets.contains(*text)).collect();
    assert!(told.is_empty() && !table.rows.is_empty(), "{} tells {told:?}", table.pane);
}

#[test]
fn evidence_stays_at_the_server_wherever_it_is_looked_at() {
    let (db, asker) = with_civic();
    let secrets =
        "SELECT unnest(ARRAY[host(ip_address), ip_address::text, device_fingerprint, user_agent]) FROM civic.votes_v2";
    let secrets: BTreeSet<String> = db.rows(secrets).into_iter().flatten().flatten().collect();
    assert!(secrets.len() > 10);
    let partition = db.value("SELECT tableoid::regclass FROM civic.votes_v2 LIMIT 1");
    let (schema, partition) = partition.split_once('.').expect("a schema");
    for pane in [civic("votes"), relation("civic", "votes_v2"), relation(schema, partition)] {
        hides(&page(&asker, PageRequest::first(pane.clone(), 500)), &secrets);
        hides(&page(&asker, sorted(&pane, &["ip_address"], 500)), &secrets);
        let table = page(&asker, PageRequest::first(pane.clone(), 1));
        hides(&asker.record(&pane, &table.rows[0].key).unwrap_or_else(|fault| panic!("{fault}")), &secrets);
        let secret = secrets.iter().find(|secret| secret.contains('.')).expect("an address");
        assert_eq!(
            page(&asker, filtered(&pane, &format!("ip_address={secret}"))).rows.len(),
            0,
            "values are not tried out"
        );
        assert_eq!(page(&asker, filtered(&pane, &format!("\"{secret}\""))).rows.len(), 0);
    }
}

#[test]
fn equal_values_have_equal_aliases_and_an_alias_filters() {
    let (db, asker) = with_civic();
    let device = db.rows("SELECT device_fingerprint, count(*)::text FROM civic.votes_v2 WHERE is_active GROUP BY 1 ORDER BY count(*) DESC LIMIT 1");
    let count: usize = device[0][1].as_deref().unwrap().parse().unwrap();
    assert!(count > 2);
    let votes = page(&asker, sorted(&civic("votes"), &["-same_device"], 10_000));
    let mut groups: BTreeMap<String, usize> = BTreeMap::new();
    for alias in column(&votes, "device_fingerprint").into_iter().flatten() {
        assert!(alias.starts_with('#') && alias.len() == 11, "{alias}");
        *groups.entry(alias).or_default() += 1;
    }
    let (alias, same) = groups.iter().max_by_key(|(_, count)| **count).expect("a group");
    assert_eq!(*same, count);
    assert_eq!(page(&asker, filtered(&civic("votes"), &format!("device_fingerprint={alias}"))).rows.len(), count);
    let other = Asker::new(db.conninfo());
    assert_eq!(
        page(&other, filtered(&civic("votes"), &format!("device_fingerprint={alias}"))).rows.len(),
        count,
        "in one process"
    );
}

/// Every finding of the sample leads to a pane and a filter that show something.
#[test]
fn the_doors_of_signals_open() {
    let (_db, asker) = with_civic();
    let selection = Selection { system: Some("civic".to_owned()), ..Selection::default() };
    let verified = asker.verify(selection).unwrap_or_else(|fault| panic!("{fault}"));
    let survey = asker.survey();
    let mut opened = BTreeSet::new();
    for finding in verified.findings.iter().filter(|finding| finding.filter.is_some()) {
        let (Some(pane), Some(filter)) = (&finding.pane, &finding.filter) else { continue };
        let pane = survey.resolve(&PaneName::parse(pane).unwrap(), None).unwrap_or_else(|fault| panic!("{fault}"));
        let rows = page(&asker, filtered(&pane, filter)).rows.len();
        assert!(rows > 0, "{}: {pane} /{filter} shows nothing", finding.check);
        opened.insert(finding.check.rsplit('/').next().unwrap_or_default().to_owned());
    }
    for signal in ["vote-burst", "vote-device", "vote-address", "vote-young", "vote-window", "poll-totals"] {
        assert!(opened.contains(signal), "{signal} has no door: {opened:?}");
    }
}

#[test]
fn a_system_is_recognised_wherever_it_stands_and_says_what_is_missing() {
    let db = server(None).fresh_database(Template::Empty);
    db.exec(
        "CREATE SCHEMA \"Town Hall\"; CREATE SCHEMA half; CREATE SCHEMA little;
         CREATE TABLE half.polls_v2 (a int); CREATE TABLE half.votes_v2 (a int); CREATE TABLE half.feedback_v2 (a int);
         CREATE TABLE half.user_profiles_v2 (a int); CREATE TABLE half.audit_logs (a int);
         CREATE TABLE little.polls_v2 (a int); CREATE TABLE little.audit_logs (a int)",
    );
    let files = pgdeck::catalog::Files::embedded();
    let system = pgdeck::catalog::system::System::load(&files, "civic").expect("the manifest");
    let put = pgdeck::db::migrate::install(db.options("postgres"), &system, &files, "Town Hall", Some(200));
    support::wait(Box::pin(put)).unwrap_or_else(|fault| panic!("{fault}"));
    install(&db, "repazoo", None);
    let asker = Asker::new(db.conninfo());
    let survey = asker.survey();
    let found: Vec<(String, usize, String)> =
        survey.systems.iter().map(|bound| (bound.source.to_string(), bound.tables, bound.missing.join(" "))).collect();
    let whole = |name: &str| (name.to_owned(), 7, String::new());
    let half = ("civic@half".to_owned(), 5, "user_analytics poll_analytics".to_owned());
    assert_eq!(found, [whole("civic@Town Hall"), half, whole("repazoo")]);
    let polls = survey
        .resolve(&PaneName::parse("civic@Town Hall/polls").unwrap(), None)
        .unwrap_or_else(|fault| panic!("{fault}"));
    let table = page(&asker, PageRequest::first(polls, 10));
    assert_eq!(table.rows.len(), 10);
    let tally = &table.columns[index(&table, "options")];
    assert_eq!(tally.shown_as, pgdeck::model::table::As::Tally);
    let disabled = survey.panes.iter().find(|entry| entry.pane.to_string() == "civic@half/polls").expect("an entry");
    assert_eq!(disabled.disabled.as_deref(), Some("civic in schema half lacks: user_analytics, poll_analytics"));
}
