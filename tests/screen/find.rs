//! Looking for a record: the palette, what is pasted, and where a row leads.

use super::Deck;
use pgdeck::model::deck::Opens;
use pgdeck::model::operation::{Intent, Reach};
use pgdeck::model::request::Find;
use pgdeck::model::table::{Column, Row, Table};
use pgdeck::model::{Cell, Outcome, PaneRef, Request};
use pgdeck::tui::msg::{Effect, Msg};
use std::sync::Arc;

/// What a search brought: one row of each state that leads somewhere.
fn found() -> Table {
    let names = ["state", "says", "table", "key", "pane", "filter", "scan"];
    let rows = [
        ["deleted", "lead Ada was deleted", "crm.leads", "7f3c", "crm.leads", "id=7f3c", ""],
        ["live", "lead Bob is live", "crm.leads", "8a", "crm.leads", "id=8a", ""],
        ["erased", "lead Eve was deleted for good", "crm.leads", "9b", "", "", ""],
        ["not searched", "not searched: crm.leads by phone", "", "", "", "", "true"],
    ];
    let row = |(n, cells): (usize, [&str; 7])| {
        let cell = |text: &str| Cell::new((!text.is_empty()).then(|| text.to_owned()));
        let key = vec![Some(n.to_string())];
        Row { cells: cells.iter().map(|text| cell(text)).collect(), key: key.clone(), order: key }
    };
    Table {
        pane: "find".into(),
        title: "Find".into(),
        columns: names.iter().map(|name| Column::named(*name, "text")).collect(),
        rows: rows.into_iter().enumerate().map(row).collect(),
        identity: vec!["id".into()],
        ..Table::default()
    }
}

/// A deck on which a search was made and answered.
fn searched() -> Deck {
    let mut deck = Deck::with_leads(100, 24);
    deck.keys(":");
    deck.typed("find Ada Lovelace");
    deck.keys("enter");
    deck
}

#[test]
fn the_palette_looks_for_what_stands_behind_find() {
    let mut deck = searched();
    let page = deck.page();
    assert_eq!(page.pane, PaneRef::plain("find"));
    assert_eq!(page.find, Some(Find { text: "Ada Lovelace".into(), scan: false }));
    deck.answer(Ok(Outcome::Table(Arc::new(found()))));
    assert!(deck.shows("find: Ada Lovelace") && deck.shows("lead Ada was deleted"), "{}", deck.picture());
    deck.keys("r");
    let page = deck.page();
    assert!(page.anew && page.find.is_some(), "{page:?}");
    // Without a text it asks for one.
    deck.keys(":");
    deck.typed("find");
    deck.keys("enter");
    assert!(deck.app.overlay.is_some() && deck.asked().is_none());
}

#[test]
fn a_row_leads_to_what_can_be_done() {
    let mut deck = searched();
    deck.answer(Ok(Outcome::Table(Arc::new(found()))));
    deck.keys("enter");
    match deck.asked() {
        Some((_, Request::Plan(Intent::Restore(restore)))) => {
            assert_eq!((restore.table.as_str(), restore.keys[0].as_str()), ("crm.leads", "7f3c"));
            assert_eq!(restore.reach, Reach::Deletion);
        }
        other => panic!("no plan: {other:?}"),
    }
    let mut deck = searched();
    deck.answer(Ok(Outcome::Table(Arc::new(found()))));
    deck.app.list_mut().expect("a list").opens = Opens::Door { pane: "pane".into(), filter: "filter".into() };
    deck.keys("j enter");
    let page = deck.page();
    assert_eq!((page.pane.to_string().as_str(), page.filter.text.as_str()), ("crm.leads", "id=8a"));
    assert_eq!(page.find, None);
    let mut deck = searched();
    deck.answer(Ok(Outcome::Table(Arc::new(found()))));
    deck.keys("j j enter");
    assert!(matches!(deck.asked(), Some((_, Request::Plan(Intent::Rebuild(_))))), "{:?}", deck.effects);
    let mut deck = searched();
    deck.answer(Ok(Outcome::Table(Arc::new(found()))));
    deck.keys("j j j enter");
    assert_eq!(deck.page().find, Some(Find { text: "Ada Lovelace".into(), scan: true }));
}

#[test]
fn what_is_pasted_is_looked_for_once_the_person_says_so() {
    let mut deck = Deck::with_leads(80, 24);
    deck.send(Msg::Paste("ada@acme.example\n".into()));
    assert_eq!(deck.effects, Vec::<Effect>::new());
    assert!(deck.shows("find ada@acme.example"), "{}", deck.picture());
    deck.keys("enter");
    assert_eq!(deck.page().find.map(|find| find.text).as_deref(), Some("ada@acme.example"));
}
