//! The cursor over a plan, its branches, what is asked before it is carried out, and what follows from it.

use super::super::{Deck, leads, source, survey};
use super::{plan, receipt, row, surveyed, trash};
use pgdeck::model::deck::{PartSpec, SoftDelete, Survey, Tenant};
use pgdeck::model::filter::Filter;
use pgdeck::model::operation::{
    Delete, Ending, Intent, Plan, PlanRow, Reach, Receipt, RefreshMode, Restore, RowRef, Undo, Views,
};
use pgdeck::model::{Cell, Fault, Kind, Outcome, PaneRef, Request};
use pgdeck::tui::app::{App, Opening};
use pgdeck::tui::keymap::Keymap;
use pgdeck::tui::msg::Effect;
use pgdeck::tui::slot::Slot;
use std::sync::Arc;

fn note() -> RowRef {
    RowRef { table: "crm.notes".into(), key: "{\"id\":\"11\"}".into() }
}

fn restore(deck: &Deck) -> Restore {
    match deck.intent() {
        Intent::Restore(restore) => restore,
        other => panic!("{other:?}"),
    }
}

fn performed(deck: &Deck) -> Plan {
    match deck.asked() {
        Some((_, Request::Perform(plan))) => *plan,
        other => panic!("nothing is carried out: {other:?}"),
    }
}

/// The plan with its note left out.
fn without_note(intent: Restore) -> Plan {
    let mut plan = Plan { intent: Intent::Restore(intent), ..plan() };
    plan.rows[1].action = "skip".into();
    plan.rows[1].reason = Some("you left it out".into());
    plan
}

#[test]
fn a_branch_is_left_out_and_taken_in_again() {
    let mut deck = Deck::with_plan(80, 16, plan());
    assert!(!deck.shows("space leave out"), "all hangs below the first row");
    deck.keys("j");
    assert!(deck.shows(" space leave out "), "{}", deck.picture());
    deck.keys("space");
    let asked = restore(&deck);
    assert_eq!(asked.without, [note()]);
    assert!(deck.shows("being planned") && deck.shows("Called, wants a quote"), "the plan before stays");
    deck.keys("c");
    assert!(deck.app.overlay.is_none() && deck.shows("the plan has not come yet"));
    deck.keys("j k");
    deck.app.operation().unwrap();
    let ticket = deck.app.pending.keys().max().copied().unwrap();
    deck.send(pgdeck::tui::msg::Msg::Done(ticket, Ok(Outcome::Plan(without_note(asked)))));
    insta::assert_snapshot!(deck.picture());
    assert_eq!(deck.app.operation().unwrap().cursor, 1);
    deck.keys("space");
    assert_eq!(restore(&deck).without, []);
}

#[test]
fn what_cannot_be_left_out_says_why() {
    let mut deck = Deck::with_plan(80, 16, plan());
    assert!(!deck.shows("leave out"), "{}", deck.picture());
    deck.keys("space");
    assert!(deck.effects.is_empty() && deck.shows("without it nothing is left to restore"));
    deck.keys("j j space");
    assert!(deck.effects.is_empty() && deck.shows("it stays as it is: belongs to tenant"), "{}", deck.picture());
    deck.keys("j space");
    assert_eq!(restore(&deck).without.len(), 1, "what is in conflict is left out");
    let undo = Plan { intent: Intent::Undo(Undo::of("1")), operation: "undo".into(), ..plan() };
    let mut deck = Deck::with_plan(80, 16, undo);
    deck.app.operation_by_id(deck.app.place().unwrap().id).unwrap().intent = Intent::Undo(Undo::of("1"));
    deck.keys("space");
    assert!(deck.effects.is_empty() && deck.shows("an undo is taken whole"), "{}", deck.picture());
}

fn with_roots() -> Deck {
    let rows = (1..=3).flat_map(|n| {
        let root = PlanRow { label: Some(format!("Lead {n}")), ..row("crm.leads", &n.to_string(), "restore", 0) };
        [root, row("crm.notes", &format!("1{n}"), "restore", 1)]
    });
    let counts = vec![("crm.leads".into(), 3), ("crm.notes".into(), 3)];
    Deck::with_plan(80, 20, Plan { rows: rows.collect(), counts, ..plan() })
}

#[test]
fn one_of_several_roots_is_restored_alone() {
    let mut deck = with_roots();
    assert!(deck.shows(" space leave out"));
    deck.keys("j j x");
    assert!(deck.shows("Restore this branch alone"), "{}", deck.picture());
    deck.typed("branch alone");
    deck.keys("enter");
    let alone = restore(&deck);
    assert_eq!((alone.table.as_str(), alone.reach), ("crm.leads", Reach::Deletion));
    assert_eq!(alone.keys, ["{\"id\":\"2\"}"]);
    let mut deck = with_roots();
    deck.keys("space");
    assert_eq!(restore(&deck).without, [RowRef { table: "crm.leads".into(), key: "{\"id\":\"1\"}".into() }]);
    let mut deck = with_roots();
    deck.keys("x");
    deck.typed("every branch out");
    deck.keys("enter");
    assert_eq!(restore(&deck).without.len(), 3);
}

#[test]
fn a_restore_reaches_further_when_asked() {
    for (words, is_so) in [
        ("same moment, in this tenant", (|r: &Restore| r.reach == Reach::Whole) as fn(&Restore) -> bool),
        ("within 60 seconds", |r| r.window_s == Some(60)),
        ("deleted ones above", |r| r.reach == Reach::WithParents),
    ] {
        let mut plan = plan();
        plan.rows[3].reason = Some("its lead \"Ada\" is still deleted: --with-parents restores it too".into());
        let mut deck = Deck::with_plan(80, 20, plan);
        deck.keys("x");
        deck.typed(words);
        deck.keys("enter");
        assert!(is_so(&restore(&deck)), "{words}");
    }
}

#[test]
fn what_is_in_the_way_stands_beside_the_row() {
    let mut plan = plan();
    plan.rows[3].beside = vec![
        ("email".into(), Some("ada@analytical.example".into()), Some("ada@analytical.example".into())),
        ("name".into(), Some("Ada \u{1b}[31mLovelace".into()), Some("Ada King, Countess of Lovelace".repeat(3))),
        ("phone".into(), None, Some("1".into())),
    ];
    insta::assert_snapshot!("beside_usual", Deck::with_plan(80, 24, plan.clone()).picture());
    insta::assert_snapshot!("beside_small", Deck::with_plan(60, 24, plan).picture());
}

#[test]
fn the_reason_and_who_asks_go_with_the_change() {
    let mut deck = Deck::with_plan(80, 16, plan());
    deck.app.around.actor = Some("Ann".into());
    deck.keys("c");
    deck.typed("ticket 42");
    insta::assert_snapshot!(deck.picture());
    assert!(deck.effects.is_empty());
    deck.keys("tab");
    deck.typed(" of support");
    deck.keys("enter");
    let claim = performed(&deck).intent.claim().unwrap();
    assert_eq!((claim.actor.as_deref(), claim.reason.as_deref()), (Some("Ann of support"), Some("ticket 42")));
    deck.answer(Err(Fault::new(Kind::Refused, "it changed")));
    deck.keys("r");
    let again = restore(&deck);
    assert_eq!(again.reason.as_deref(), Some("ticket 42"), "it is not asked for twice");
    let mut deck = Deck::with_plan(80, 16, plan());
    deck.keys("c enter");
    assert_eq!(performed(&deck).intent.claim(), Some(Default::default()));
}

fn done() -> Receipt {
    Receipt {
        at: Some("2026-11-21 17:03:05 UTC".into()),
        place: Some("crm on db1".into()),
        role: Some("support".into()),
        actor: Some("Ann".into()),
        reason: Some("ticket 42".into()),
        stale: vec!["crm.lead_stats".into(), "crm.deal_stats".into()],
        sql: vec!["UPDATE crm.leads".into()],
        ..receipt(Ending::Done)
    }
}

fn with_receipt(width: u16, height: u16) -> Deck {
    let mut deck = Deck::with_plan(width, height, plan());
    deck.keys("c enter");
    deck.answer(Ok(Outcome::Receipt(done())));
    deck
}

#[test]
fn a_receipt_is_copied_as_a_paragraph_and_says_what_follows() {
    let mut deck = with_receipt(80, 16);
    insta::assert_snapshot!("a_whole_receipt", deck.picture());
    deck.keys("y");
    let [Effect::Copy(text)] = deck.effects.as_slice() else { panic!("{:?}", deck.effects) };
    assert!(text.starts_with("Restored on 2026-11-21 17:03:05 UTC in crm on db1 by role support for Ann"), "{text}");
    deck.keys("Y");
    let [Effect::Copy(sql)] = deck.effects.as_slice() else { panic!("{:?}", deck.effects) };
    assert!(sql.contains("\n-- asked for by Ann (as claimed), because \"ticket 42\"\nUPDATE crm.leads"), "{sql}");
    deck.keys("s y");
    assert!(matches!(deck.effects.as_slice(), [Effect::Copy(sql)] if sql.contains("UPDATE crm.leads")));
    deck.keys("s x");
    assert!(deck.shows("Refresh all 2 views") && deck.shows("Undo this restore"), "{}", deck.picture());
    deck.keys("down enter");
    let refresh = Intent::Refresh { views: Views::Named(vec!["crm.lead_stats".into()]), mode: RefreshMode::Auto };
    assert_eq!(deck.intent(), refresh);
    deck.keys("esc x");
    deck.typed("undo");
    deck.keys("enter");
    assert!(matches!(deck.intent(), Intent::Undo(_)));
}

#[test]
fn a_long_plan_is_laid_out_once() {
    let rows = (0..5000).map(|n| row("crm.notes", &n.to_string(), "restore", usize::from(n > 0))).collect();
    let mut deck = Deck::with_plan(80, 24, Plan { rows, ..plan() });
    let made = |deck: &Deck| deck.app.operation().unwrap().sheet.as_ref().unwrap().lines.as_ptr();
    let before = made(&deck);
    deck.keys("j j pagedown G k g pagedown");
    assert_eq!(made(&deck), before);
    deck.keys("G");
    assert_eq!(deck.app.operation().unwrap().cursor, 4999);
}

/// A deck of a lead's trash without writes, in a scope, behind a filter.
fn read_only() -> Deck {
    let mut deck = Deck::with_trash(80, 20);
    deck.app.around.write = false;
    deck.app.around.again = ["pgdeck", "-h", "db1", "-d", "my shop"].map(str::to_owned).to_vec();
    deck.app.scope = Some(Tenant { source: source(), key: "7".into(), label: "Acme".into(), slug: None });
    deck.keys("/");
    deck.typed("label~\"it's\"");
    deck.keys("enter");
    deck.answer(Ok(Outcome::Table(Arc::new(trash()))));
    deck
}

const COMMAND: &str = "pgdeck -h db1 -d 'my shop' --tenant 7 --pane crm/trash --filter 'label~\"it'\\''s\"' \
                       --row '{\"label\":\"1\"}' --write";

#[test]
fn the_command_that_allows_it_names_pane_scope_filter_and_row() {
    for ways in ["x enter", "enter x enter"] {
        let mut deck = read_only();
        if let Some(rest) = ways.strip_prefix("enter ") {
            deck.keys("enter");
            deck.answer(Ok(Outcome::Table(Arc::new(trash()))));
            deck.keys(rest);
        } else {
            deck.keys(ways);
        }
        deck.answer(Ok(Outcome::Plan(plan())));
        deck.keys("c");
        assert!(deck.shows("READ-ONLY: nothing has been changed"), "{}", deck.picture());
        assert_eq!(deck.app.reopen.as_deref(), Some(COMMAND), "{ways}");
        deck.keys("y");
        assert_eq!(deck.effects, [Effect::Copy(COMMAND.into())]);
        assert!(deck.app.overlay.is_none());
    }
}

fn opened(opening: Opening) -> Deck {
    opened_on(opening, survey())
}

#[test]
fn a_row_that_is_not_on_the_first_page_has_its_parts_too() {
    let mut known = survey();
    known.panes[0].parts =
        vec![PartSpec { pane: "audit".into(), column: "row".into(), value: "name".into(), hide: Vec::new() }];
    let opening = Opening { pane: Some("crm/leads".into()), row: Some("0077".into()), ..Opening::default() };
    let mut deck = opened_on(opening, known);
    deck.answer(Ok(Outcome::Table(Arc::new(leads(1..=10, false, true)))));
    deck.answer(Ok(Outcome::Table(Arc::new(leads([77], false, false)))));
    let page = deck.page();
    assert_eq!((page.pane.name(), page.filter.text.as_str()), ("audit", "row=\"Lead 77\""));
}

fn opened_on(opening: Opening, known: Survey) -> Deck {
    let mut app = App::new((80, 16), Keymap::default(), vec!["leads".into()], 10);
    app.opening = opening;
    let effects = app.ask_survey();
    let mut deck = Deck { app, effects };
    deck.answer(Ok(Outcome::Survey(Arc::new(known))));
    deck
}

#[test]
fn the_console_opens_on_a_filter_and_a_row() {
    let filter = Filter::parse("status=new").unwrap();
    for (row, id) in [("0004", "0004"), ("{\"id\":\"0004\"}", "0004"), ("{\"id\":\"0077\"}", "0077")] {
        let opening = Opening {
            pane: Some("crm/leads".into()),
            filter: Some(filter.clone()),
            row: Some(row.into()),
            ..Opening::default()
        };
        let mut deck = opened(opening);
        assert_eq!(deck.page().filter, filter);
        deck.answer(Ok(Outcome::Table(Arc::new(leads(1..=10, false, false)))));
        let Some((_, Request::Record { key, page })) = deck.asked() else { panic!("{:?}", deck.asked()) };
        assert_eq!((key, page.pane.name()), (vec![Some(id.to_owned())], "leads"));
        deck.answer(Ok(Outcome::Table(Arc::new(leads([id.parse().unwrap()], false, false)))));
        assert!(deck.shows(&format!("Lead {}", id.trim_start_matches('0'))), "{}", deck.picture());
        deck.keys("esc");
        assert!(deck.shows("/status=new") && deck.app.history.len() == 2);
    }
    let opening = Opening { pane: Some("crm/leads".into()), row: Some("{\"x\":1}".into()), ..Opening::default() };
    let mut deck = opened(opening);
    deck.answer(Ok(Outcome::Table(Arc::new(leads(1..=10, false, false)))));
    assert!(deck.shows("is no key of this pane: it has the columns id"), "{}", deck.picture());
}

#[test]
fn a_tables_own_page_offers_what_its_system_says() {
    let mut deck = Deck::with_leads(80, 16);
    let mut known = surveyed();
    known.systems[0].deletes =
        vec![SoftDelete { table: "leads".into(), key: vec!["id".into()], column: "value".into(), value: None }];
    deck.app.survey = Slot::Ready(Arc::new(known));
    deck.effects = deck.app.go_to(PaneRef::Relation { schema: "crm".into(), name: "leads".into() });
    // Every fourth row has no mark: it is live.
    deck.answer(Ok(Outcome::Table(Arc::new(leads(4..=5, false, false)))));
    deck.keys("x");
    assert!(deck.shows("not here: it is not deleted"), "{}", deck.picture());
    deck.keys("enter");
    let expected = Delete { table: "crm.leads".into(), keys: vec!["{\"id\":\"0004\"}".into()], ..Delete::default() };
    assert_eq!(deck.intent(), Intent::Delete(expected));
    deck.keys("esc j x");
    assert!(deck.shows("not here: it is deleted already"));
    deck.keys("enter");
    assert_eq!(restore(&deck).keys, ["{\"id\":\"0005\"}"]);
    let mut own = leads(5..=5, false, false);
    own.rows[0].cells[0] = Cell::new(None);
    deck.keys("esc r");
    deck.answer(Ok(Outcome::Table(Arc::new(own))));
    deck.keys("x");
    assert!(deck.shows("not here: this row has no key"), "{}", deck.picture());
}
