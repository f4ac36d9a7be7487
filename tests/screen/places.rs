//! The start, doors, and how values of a pane look.

use super::{Deck, entry, leads, pane, source, survey, theme};
use pgdeck::model::deck::{Opens, PaneEntry, PartSpec, Survey, Tenant};
use pgdeck::model::table::{As, Column, Row, Table};
use pgdeck::model::{Cell, Fault, Outcome, PaneRef, Request, Source};
use pgdeck::tui::app::App;
use pgdeck::tui::keymap::Keymap;
use pgdeck::tui::msg::{Effect, Msg};
use pgdeck::tui::theme::Role;
use pgdeck::tui::view::view;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use std::sync::Arc;

fn library(name: &str, title: &str) -> PaneEntry {
    PaneEntry { pane: PaneRef::plain(name), scoped: false, paged: false, ..entry(name, title, None) }
}

fn with_now() -> Survey {
    let mut survey = survey();
    survey.panes.push(library("now", "Now"));
    survey
}

/// Rows of these severities, statuses and details.
fn findings(rows: &[(&str, &str, &str)]) -> Table {
    let row = |(severity, status, detail): &(&str, &str, &str)| {
        let texts = [*severity, *status, *detail, "crm/leads", "status=new"];
        let cells = texts.map(|text| Cell::new((!text.is_empty()).then(|| text.to_owned()))).to_vec();
        Row { cells, key: vec![Some((*detail).to_owned())], order: vec![Some((*detail).to_owned())] }
    };
    let word = |name: &str| Column { shown_as: As::Severity, ..Column::named(name, "text") };
    let hidden = |name: &str| Column { hide: true, ..Column::named(name, "text") };
    Table {
        pane: "now".into(),
        title: "Now".into(),
        columns: vec![
            word("severity"),
            word("status"),
            Column::named("detail", "text"),
            hidden("pane"),
            hidden("filter"),
        ],
        rows: rows.iter().map(row).collect(),
        identity: vec!["detail".into()],
        taken_at: "2026-11-21 12:04:29+00".into(),
        ..Table::default()
    }
}

/// A deck whose start has asked for the first list and for what is urgent; the tickets of both.
fn starting(survey: Survey) -> (Deck, Vec<(u64, Request)>) {
    let app = App::new((80, 16), Keymap::default(), vec!["leads".into(), "audit".into()], 10);
    let mut deck = Deck { app, effects: Vec::new() };
    deck.effects = deck.app.ask_survey();
    deck.answer(Ok(Outcome::Survey(Arc::new(survey))));
    let asked = deck.effects.iter().filter_map(|effect| match effect {
        pgdeck::tui::msg::Effect::Run(ticket, request) => Some((*ticket, Request::clone(request))),
        _ => None,
    });
    let asked = asked.collect();
    (deck, asked)
}

fn pane_of(request: &Request) -> &str {
    match request {
        Request::Page(page) => page.pane.name(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_error_now_is_gone_to_behind_the_first_list() {
    let (mut deck, asked) = starting(with_now());
    assert_eq!(asked.iter().map(|(_, request)| pane_of(request)).collect::<Vec<_>>(), ["leads", "now"]);
    deck.send(Msg::Done(asked[0].0, Ok(Outcome::Table(Arc::new(leads(1..=10, false, true))))));
    let now = findings(&[("error", "finding", "wraparound in 3 days"), ("error", "pass", "slots")]);
    deck.send(Msg::Done(asked[1].0, Ok(Outcome::Table(Arc::new(now)))));
    assert!(deck.asked().is_none(), "its rows are there already");
    insta::assert_snapshot!(deck.picture());
    deck.keys("esc");
    assert!(deck.shows("Lead 1 "));
}

#[test]
fn warnings_are_said_and_nothing_is_said_of_what_passed() {
    for (rows, says) in [
        (vec![("warning", "finding", "a"), ("warning", "finding", "b"), ("info", "finding", "c")], "2 warnings: :now"),
        (vec![("error", "pass", "a"), ("warning", "skipped", "b")], " ? help "),
    ] {
        let (mut deck, asked) = starting(with_now());
        deck.send(Msg::Done(asked[1].0, Ok(Outcome::Table(Arc::new(findings(&rows))))));
        let picture = deck.picture();
        assert!(picture.lines().last().unwrap().contains(says), "{picture}");
        assert_eq!(deck.app.place().unwrap().name(), "leads");
    }
}

#[test]
fn who_has_pressed_a_key_is_told_but_not_moved() {
    let (mut deck, asked) = starting(with_now());
    deck.keys("j");
    deck.send(Msg::Done(asked[1].0, Ok(Outcome::Table(Arc::new(findings(&[("error", "finding", "a")]))))));
    assert_eq!(deck.app.place().unwrap().name(), "leads");
    assert!(deck.shows("1 error: :now"));
}

#[test]
fn what_is_urgent_is_not_asked_where_nobody_wants_it() {
    let (_, asked) = starting(survey());
    assert_eq!(asked.len(), 1, "this library brings no such pane");
    let app = App::new((80, 16), Keymap::default(), vec!["leads".into()], 10);
    let mut deck = Deck { app, effects: Vec::new() };
    deck.app.opening.pane = Some("audit".into());
    deck.effects = deck.app.ask_survey();
    deck.answer(Ok(Outcome::Survey(Arc::new(with_now()))));
    assert_eq!(deck.effects.len(), 1, "the person asked for another pane: {:?}", deck.effects);
}

/// A deck on findings whose rows are doors.
fn doors(rows: &[(&str, Option<&str>)]) -> Deck {
    let mut deck = Deck::with_leads(80, 16);
    let mut table = findings(&vec![("error", "finding", "x"); rows.len()]);
    for (row, (pane, filter)) in table.rows.iter_mut().zip(rows) {
        row.cells[3] = Cell::new((!pane.is_empty()).then(|| (*pane).to_owned()));
        row.cells[4] = Cell::new(filter.map(str::to_owned));
    }
    deck.keys("3");
    deck.answer(Ok(Outcome::Table(Arc::new(table))));
    deck.app.list_mut().unwrap().opens = Opens::Door { pane: "pane".into(), filter: "filter".into() };
    deck
}

#[test]
fn a_finding_opens_the_pane_that_shows_it() {
    let mut deck = doors(&[("leads", Some("status=new"))]);
    deck.keys("enter");
    assert_eq!((deck.page().pane, deck.page().filter.text.as_str()), (pane("leads"), "status=new"));
    assert_eq!(deck.effects.len(), 1, "it is asked once: {:?}", deck.effects);
    let mut deck = doors(&[("crm/leads", None)]);
    deck.keys("enter");
    assert!(deck.page().pane == pane("leads") && deck.page().filter.is_empty());
    deck.keys("esc esc");
    assert!(deck.shows("finding"), "the way back is kept");
}

#[test]
fn a_door_that_leads_nowhere_says_so() {
    let mut deck = doors(&[("nosuch", Some("a=b"))]);
    deck.keys("enter");
    assert!(deck.effects.is_empty() && deck.shows("brings a pane called nosuch"), "{}", deck.picture());
    let mut deck = doors(&[("trash", None)]);
    deck.keys("enter");
    assert!(deck.shows("needs SELECT on crm.leads"), "a pane that cannot be shown says why");
    let mut deck = doors(&[("leads", Some("a=\"b"))]);
    deck.keys("enter");
    assert!(deck.page().filter.is_empty() && deck.shows("the filter cannot be read"), "{}", deck.picture());
    let mut deck = doors(&[("", Some("a=b"))]);
    deck.keys("enter");
    assert!(matches!(deck.asked(), Some((_, Request::Record { .. }))), "without a pane the record opens");
}

#[test]
fn words_are_coloured_by_what_they_mean_and_trees_keep_their_blanks() {
    let mut deck = Deck::with_leads(80, 16);
    let mut table = findings(&[("error", "failed", "  └ 4711"), ("warning", "skipped", "a\nb"), ("info", "pass", "x")]);
    table.rows[2].cells[2] = Cell::new(Some("long ".repeat(400)));
    deck.keys("3");
    deck.answer(Ok(Outcome::Table(Arc::new(table))));
    deck.keys("G");
    let picture = deck.picture();
    assert!(picture.contains("   └ 4711"), "{picture}");
    assert!(picture.lines().all(|line| line.chars().count() <= 82), "{picture}");
    let mut terminal = Terminal::new(TestBackend::new(80, 16)).unwrap();
    terminal.draw(|frame| view(&deck.app, &theme(), frame)).unwrap();
    let buffer = terminal.backend().buffer();
    let colour = |text: &str| {
        let at = (0..16 * 80).find(|at| {
            text.chars()
                .enumerate()
                .all(|(n, c)| buffer.content.get(at + n).is_some_and(|cell| cell.symbol() == c.to_string()))
        });
        buffer.content[at.unwrap_or_else(|| panic!("{text}"))].fg
    };
    for (word, role) in [
        ("error", Role::Bad),
        ("failed", Role::Bad),
        ("warning", Role::Warn),
        ("skipped", Role::Warn),
        ("pass", Role::Good),
    ] {
        assert_eq!(Some(colour(word)), theme().style(role).fg, "{word}");
    }
}

#[test]
fn only_the_person_asks_for_checks_anew() {
    let mut survey = with_now();
    survey.panes.push(library("verify", "Verification"));
    let (mut deck, _) = starting(survey);
    deck.keys(":");
    deck.typed("verify");
    deck.keys("enter");
    assert!(deck.page().pane.name() == "verify" && !deck.page().anew);
    let (ticket, _) = deck.asked().unwrap();
    deck.send(Msg::Progress(ticket, pgdeck::model::request::Progress::Checks { done: 12, of: 62 }));
    assert!(deck.shows("12 of 62 checks …"), "{}", deck.picture());
    deck.send(Msg::Done(ticket, Ok(Outcome::Table(Arc::new(findings(&[("error", "finding", "a")]))))));
    assert!(deck.shows("r run again, data checks too"), "{}", deck.picture());
    deck.keys("r");
    assert!(deck.page().anew);
}

/// A deck on the record of the second lead, whose notes stand below it; the ticket of the notes.
fn on_a_record_with_notes() -> (Deck, u64, Request) {
    let mut survey = survey();
    let part = PartSpec { pane: "audit".into(), column: "lead_id".into(), value: "id".into(), hide: Vec::new() };
    survey.panes[0].parts = vec![part.clone(), PartSpec { pane: "trash".into(), ..part }];
    let (mut deck, asked) = starting(survey);
    deck.send(Msg::Done(asked[0].0, Ok(Outcome::Table(Arc::new(leads(1..=9, false, false))))));
    deck.keys("j enter");
    let asked: Vec<(u64, Request)> = deck.effects.iter().filter_map(asked_by).collect();
    // The trash cannot be shown here, so it is no part.
    let [(record, _), (notes, request)] = <[_; 2]>::try_from(asked).expect("the record and its one part are read");
    deck.send(Msg::Done(record, Ok(Outcome::Table(Arc::new(leads(2..=2, false, false))))));
    (deck, notes, request)
}

fn asked_by(effect: &Effect) -> Option<(u64, Request)> {
    match effect {
        Effect::Run(ticket, request) => Some((*ticket, Request::clone(request))),
        _ => None,
    }
}

#[test]
fn a_record_has_the_rows_of_its_parts_below_and_opens_them() {
    let (mut deck, ticket, request) = on_a_record_with_notes();
    let Request::Page(page) = request else { panic!("not a page: {request:?}") };
    assert_eq!((page.pane.to_string(), page.filter.text.as_str()), ("crm/audit".into(), "lead_id=\"0002\""));
    assert!(deck.shows("Audit · …"));
    deck.send(Msg::Done(ticket, Ok(Outcome::Table(Arc::new(leads(5..=6, false, true))))));
    assert!(deck.shows("Audit · the first 2, more there") && deck.shows("Lead 6"));
    deck.keys("G enter");
    assert_eq!(deck.page().pane, pane("audit"));
    assert_eq!(deck.page().filter.text, "lead_id=\"0002\"");
    deck.keys("[");
    assert!(deck.shows("Lead 6"), "the record is as it was");
    // What is left is not waited for.
    deck.keys("r");
    let waited: Vec<u64> = deck.effects.iter().filter_map(asked_by).map(|(ticket, _)| ticket).collect();
    deck.keys("esc");
    assert_eq!(deck.effects, waited.into_iter().map(Effect::Cancel).collect::<Vec<_>>());
}

#[test]
fn a_part_that_cannot_be_read_says_why_and_the_record_stands() {
    let (mut deck, ticket, _) = on_a_record_with_notes();
    deck.send(Msg::Done(ticket, Err(Fault::query("permission denied for table activities"))));
    assert!(deck.shows("Lead 2") && deck.shows("could not be read: permission denied"));
    deck.keys("y");
    assert!(deck.shows("copied the value"));
    deck.keys("G y");
    assert!(deck.shows("there is no value to copy"));
}

/// The second system's leads beside the first's.
#[test]
fn tabs_lead_to_the_system_at_work_and_s_to_the_next() {
    let mut survey = survey();
    for name in ["audit", "leads"] {
        let source = Source { system: "bi".into(), schema: "bi".into() };
        let pane = PaneRef::Library { name: name.into(), source: Some(source) };
        survey.panes.insert(0, PaneEntry { pane, ..entry(name, &format!("{name} of bi"), None) });
    }
    let app = App::new((80, 16), Keymap::default(), vec!["leads".into(), "audit".into()], 10);
    let mut deck = Deck { app, effects: Vec::new() };
    deck.app.opening.system = Some("crm".into());
    deck.effects = deck.app.ask_survey();
    deck.answer(Ok(Outcome::Survey(Arc::new(survey))));
    assert_eq!(deck.page().pane, pane("leads"), "the preferred system first");
    deck.keys("s");
    assert_eq!(deck.page().pane.to_string(), "bi/leads");
    deck.keys("2");
    assert_eq!(deck.page().pane.to_string(), "bi/audit", "the system at work");
    deck.keys("s s 1");
    assert_eq!(deck.page().pane.to_string(), "bi/leads");
    deck.app.scope = Some(Tenant { source: source(), key: "7".into(), label: "Acme".into(), slug: None });
    deck.keys("2");
    assert_eq!(deck.page().pane.to_string(), "crm/audit", "the scope's system");
}
