//! The screen without a terminal or a server: messages in, effects and pictures out.

#[path = "screen/find.rs"]
mod find;
#[path = "screen/operations.rs"]
mod operations;
#[path = "screen/places.rs"]
mod places;

use pgdeck::config::theme;
use pgdeck::model::deck::{Bound, Facts, Opens, PaneEntry, Survey, Tenant};
use pgdeck::model::request::{From, PageRequest};
use pgdeck::model::table::{As, Column, Row, Table};
use pgdeck::model::{Cell, Fault, Kind, Outcome, PaneRef, Request, Source};
use pgdeck::tui::app::App;
use pgdeck::tui::keymap::Keymap;
use pgdeck::tui::msg::{Effect, Msg};
use pgdeck::tui::theme::{Depth, Theme};
use pgdeck::tui::update::update;
use pgdeck::tui::view::view;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use std::path::Path;
use std::sync::Arc;

fn source() -> Source {
    Source { system: "crm".into(), schema: "crm".into() }
}

fn pane(name: &str) -> PaneRef {
    PaneRef::Library { name: name.into(), source: Some(source()) }
}

fn entry(name: &str, title: &str, disabled: Option<&str>) -> PaneEntry {
    PaneEntry {
        pane: pane(name),
        title: title.into(),
        is_shared: false,
        group: "crm".into(),
        disabled: disabled.map(Into::into),
        scoped: true,
        paged: true,
        opens: Opens::Record,
        actions: Vec::new(),
        parts: Vec::new(),
    }
}

fn survey() -> Survey {
    Survey {
        facts: Facts {
            version: "15.18".into(),
            version_num: 150_018,
            user: "support".into(),
            database: "demo".into(),
            time_zone: "UTC".into(),
            ..Facts::default()
        },
        systems: vec![Bound {
            source: source(),
            title: "CRM".into(),
            tables: 11,
            missing: Vec::new(),
            deletes: Vec::new(),
        }],
        panes: vec![
            entry("leads", "Leads", None),
            entry("audit", "Audit", None),
            entry("trash", "Trash", Some("needs SELECT on crm.leads")),
        ],
        closed: Vec::new(),
        absent: vec![("tenants".into(), "shop".into())],
        notes: Vec::new(),
    }
}

/// Leads numbered like this; the name of number 3 is hostile.
fn leads(numbers: impl IntoIterator<Item = u32>, more_before: bool, more_after: bool) -> Table {
    let row = |n: u32| {
        let name = if n == 3 { "\u{1b}[31mEvil\u{202e}".to_owned() } else { format!("Lead {n}") };
        let id = Some(format!("{n:04}"));
        Row {
            cells: vec![
                Cell::new(id.clone()),
                Cell::new(Some(name)),
                Cell::new((!n.is_multiple_of(4)).then(|| format!("{}", n * 1000))),
            ],
            key: vec![id.clone()],
            order: vec![id],
        }
    };
    Table {
        pane: "crm/leads".into(),
        title: "Leads".into(),
        columns: vec![
            Column::named("id", "text"),
            Column::named("name", "text"),
            Column { shown_as: As::Number, ..Column::named("value", "integer") },
        ],
        rows: numbers.into_iter().map(row).collect(),
        identity: vec!["id".into()],
        taken_at: "2026-11-21 12:04:29+00".into(),
        more_before,
        more_after,
        paged: true,
        ..Table::default()
    }
}

/// A screen under test: the state, and the effects of the last message.
struct Deck {
    app: App,
    effects: Vec<Effect>,
}

impl Deck {
    fn new(width: u16, height: u16) -> Self {
        let deck = ["tenants", "leads", "audit", "trash"].map(str::to_owned).to_vec();
        let mut app = App::new((width, height), Keymap::default(), deck, 10);
        app.around.label = "support@local/demo".into();
        let effects = app.ask_survey();
        let mut deck = Self { app, effects };
        deck.answer(Ok(Outcome::Survey(Arc::new(survey()))));
        deck
    }

    /// A deck that shows the first ten leads of many.
    fn with_leads(width: u16, height: u16) -> Self {
        let mut deck = Self::new(width, height);
        deck.answer(Ok(Outcome::Table(Arc::new(leads(1..=10, false, true)))));
        deck.answer(Ok(Outcome::Estimate(48_123.0)));
        deck
    }

    fn send(&mut self, msg: Msg) {
        self.effects = update(&mut self.app, msg);
    }

    fn keys(&mut self, keys: &str) {
        for key in keys.split(' ') {
            self.send(Msg::Key(key.to_owned()));
        }
    }

    fn typed(&mut self, text: &str) {
        for c in text.chars() {
            let key = if c == ' ' { "space".to_owned() } else { c.to_string() };
            self.send(Msg::Key(key));
        }
    }

    /// Answers the last request that was asked.
    fn answer(&mut self, result: Result<Outcome, Fault>) {
        let ticket = self.asked().expect("nothing was asked").0;
        self.send(Msg::Done(ticket, result));
    }

    fn asked(&self) -> Option<(u64, Request)> {
        self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Run(ticket, request) => Some((*ticket, Request::clone(request))),
            _ => None,
        })
    }

    fn page(&self) -> PageRequest {
        match self.asked() {
            Some((_, Request::Page(page))) => page,
            other => panic!("not a page: {other:?}"),
        }
    }

    fn picture(&self) -> String {
        let (width, height) = self.app.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        let theme = theme();
        terminal.draw(|frame| view(&self.app, &theme, frame)).unwrap();
        terminal.backend().to_string()
    }

    fn shows(&self, text: &str) -> bool {
        self.picture().contains(text)
    }
}

fn theme() -> Theme {
    Theme::of(&theme::load("dusk", Path::new("/nonexistent")).unwrap(), Depth::True)
}

#[test]
fn the_first_screen() {
    insta::assert_snapshot!(Deck::with_leads(100, 18).picture());
}

#[test]
fn a_wide_screen_has_the_record_beside() {
    let mut deck = Deck::with_leads(130, 16);
    deck.keys("j j");
    insta::assert_snapshot!(deck.picture());
}

#[test]
fn the_cursor_stays_on_its_row_when_rows_come_before_it() {
    let mut deck = Deck::with_leads(80, 24);
    deck.keys("j j j r");
    assert_eq!(deck.page().from, From::Start);
    deck.answer(Ok(Outcome::Table(Arc::new(leads(0..=9, false, true)))));
    assert_eq!(deck.app.list().unwrap().current().unwrap().key, [Some("0004".to_owned())]);
}

#[test]
fn old_rows_stay_while_new_ones_load_and_stale_answers_are_dropped() {
    let mut deck = Deck::with_leads(80, 24);
    deck.keys("r");
    let (first, _) = deck.asked().unwrap();
    assert!(deck.shows("Lead 1 ") && deck.shows("loading"));
    deck.keys("r");
    assert_eq!(deck.effects.first(), Some(&Effect::Cancel(first)));
    deck.send(Msg::Done(first, Ok(Outcome::Table(Arc::new(leads(50..=59, false, false))))));
    assert!(deck.shows("Lead 1 ") && !deck.shows("Lead 50"));
}

#[test]
fn a_second_try_at_connecting_outlives_the_first() {
    let mut app = App::new((80, 24), Keymap::default(), vec!["leads".into()], 10);
    let effects = app.ask_survey();
    let mut deck = Deck { app, effects };
    let (first, _) = deck.asked().unwrap();
    deck.keys("r");
    let (second, _) = deck.asked().unwrap();
    deck.send(Msg::Done(first, Err(Fault::new(Kind::Interrupted, "stopped"))));
    assert!(deck.effects.is_empty());
    deck.send(Msg::Done(second, Ok(Outcome::Survey(Arc::new(survey())))));
    assert!(matches!(deck.asked(), Some((_, Request::Page(_)))));
}

#[test]
fn an_estimate_of_other_rows_is_not_taken() {
    let mut deck = Deck::new(80, 24);
    deck.answer(Ok(Outcome::Table(Arc::new(leads(1..=10, false, true)))));
    let (estimate, _) = deck.asked().unwrap();
    deck.keys("/");
    deck.typed("a");
    deck.keys("enter");
    assert!(deck.effects.contains(&Effect::Cancel(estimate)));
    deck.answer(Ok(Outcome::Table(Arc::new(leads(1..=10, false, true)))));
    deck.send(Msg::Done(estimate, Ok(Outcome::Estimate(48_123.0))));
    assert!(deck.shows("[1–10 …]"));
}

#[test]
fn half_a_value_is_not_copied() {
    let mut deck = Deck::new(80, 24);
    let mut table = leads(1..=1, false, false);
    table.rows[0].cells[1] = Cell::capped(Some("long text".into()), 4);
    deck.answer(Ok(Outcome::Table(Arc::new(table))));
    deck.keys("l y");
    assert!(deck.effects.is_empty() && deck.shows("only the beginning"));
    deck.keys("Y");
    assert!(deck.effects.is_empty());
}

#[test]
fn drilling_into_a_tenant_and_back_keeps_the_list_and_its_scope() {
    let mut deck = Deck::with_leads(80, 24);
    let list = deck.app.list_mut().unwrap();
    list.opens = Opens::Scoped { pane: "audit".into(), column: "id".into(), label: Some("name".into()) };
    deck.keys("j enter");
    assert_eq!(deck.page().scope.map(|scope| scope.key).as_deref(), Some("0002"));
    assert!(deck.shows(" Lead 2 "));
    deck.answer(Ok(Outcome::Table(Arc::new(leads(70..=75, false, false)))));
    deck.keys("esc");
    assert!(deck.app.scope.is_none() && deck.shows("Lead 10"));
    assert_eq!(deck.app.list().unwrap().row, 1);
}

#[test]
fn the_end_of_a_stale_read_leaves_the_newer_one_alone() {
    let mut deck = Deck::with_leads(80, 24);
    deck.keys("r");
    let (first, _) = deck.asked().unwrap();
    deck.keys("r");
    let (second, _) = deck.asked().unwrap();
    deck.send(Msg::Done(first, Err(Fault::new(Kind::Interrupted, "stopped"))));
    deck.send(Msg::Done(second, Ok(Outcome::Table(Arc::new(leads(20..=29, false, false))))));
    assert!(deck.shows("Lead 20"));
}

#[test]
fn coming_near_the_end_reads_the_next_page() {
    let mut deck = Deck::with_leads(80, 24);
    deck.keys("j");
    let page = deck.page();
    assert_eq!(page.from, From::After(vec![Some("0010".into())]));
    deck.answer(Ok(Outcome::Table(Arc::new(leads(11..=20, true, true)))));
    assert_eq!(deck.app.list().unwrap().window().unwrap().rows.len(), 20);
    assert!(deck.shows("[1–20 of ~48k]"));
}

#[test]
fn to_the_end_and_back_to_the_start() {
    let mut deck = Deck::with_leads(80, 24);
    deck.keys("G");
    assert_eq!(deck.page().from, From::End);
    deck.answer(Ok(Outcome::Table(Arc::new(leads(90..=99, true, false)))));
    assert_eq!(deck.app.list().unwrap().current().unwrap().key, [Some("0099".to_owned())]);
    assert!(deck.shows("[last 9 of ~48k]"));
    deck.keys("g");
    assert_eq!(deck.page().from, From::Start);
}

#[test]
fn a_filter_is_read_typed_and_taken_away() {
    let mut deck = Deck::with_leads(80, 24);
    deck.keys("/");
    deck.typed("status=new \"x");
    assert!(deck.shows("this quote does not end"));
    deck.keys("enter");
    assert!(deck.app.overlay.is_some(), "a wrong filter stays open");
    deck.typed("\"");
    deck.keys("enter");
    assert_eq!(deck.page().filter.text, "status=new \"x\"");
    deck.answer(Ok(Outcome::Table(Arc::new(leads([], false, false)))));
    assert!(deck.shows("no row passes the filter"));
    deck.keys("\\");
    assert!(deck.page().filter.is_empty());
}

#[test]
fn sorting_turns_three_ways() {
    let mut deck = Deck::with_leads(80, 24);
    deck.keys("l o");
    assert_eq!((deck.page().sort[0].column.as_str(), deck.page().sort[0].descending), ("name", false));
    deck.keys("o");
    assert!(deck.page().sort[0].descending);
    deck.keys("o");
    assert!(deck.page().sort.is_empty());
}

#[test]
fn the_scope_is_chosen_by_name_and_reads_anew() {
    let mut deck = Deck::with_leads(80, 24);
    deck.keys("t");
    let tenant = |key: &str, label: &str| Tenant { source: source(), key: key.into(), label: label.into(), slug: None };
    deck.answer(Ok(Outcome::Tenants(vec![tenant("1", "Northwind Traders"), tenant("2", "Northwind")])));
    deck.typed("northwind");
    deck.keys("enter");
    assert_eq!(deck.page().scope.map(|scope| scope.key).as_deref(), Some("2"));
    assert!(deck.shows(" Northwind ") && deck.shows("READ-ONLY"));
    deck.keys("T");
    assert_eq!(deck.page().scope, None);
}

#[test]
fn a_name_nobody_has_never_sets_a_scope() {
    let mut deck = Deck::with_leads(80, 24);
    deck.keys("t");
    deck.answer(Ok(Outcome::Tenants(Vec::new())));
    deck.typed("zzz");
    deck.keys("enter");
    assert_eq!(deck.app.scope, None);
    assert!(deck.shows("no tenant is called"));
}

#[test]
fn a_fault_is_shown_over_the_old_rows() {
    let mut deck = Deck::with_leads(80, 24);
    deck.keys("r");
    let fault = Fault::query("relation \"leads\" does not exist").sqlstate("42P01").hint("look at the tables pane");
    deck.answer(Err(fault));
    insta::assert_snapshot!(deck.picture());
}

#[test]
fn a_record_opens_and_back_keeps_the_place() {
    let mut deck = Deck::with_leads(80, 24);
    deck.keys("j j enter");
    assert!(matches!(deck.asked(), Some((_, Request::Record { .. }))));
    deck.answer(Ok(Outcome::Table(Arc::new(leads(3..=3, false, false)))));
    assert!(deck.shows("␛[31mEvil\\u{202e}"));
    deck.keys("esc");
    assert_eq!(deck.app.list().unwrap().row, 2);
}

#[test]
fn a_missing_and_a_disabled_pane_say_why() {
    let mut deck = Deck::with_leads(80, 24);
    deck.keys("1");
    assert!(deck.shows("tenants comes with the system shop"));
    deck.keys("4");
    assert!(deck.shows("needs SELECT on crm.leads"));
}

#[test]
fn escape_stops_what_loads_before_it_leaves() {
    let mut deck = Deck::with_leads(80, 24);
    deck.keys("r");
    let (ticket, _) = deck.asked().unwrap();
    deck.keys("esc");
    assert_eq!(deck.effects, [Effect::Cancel(ticket)]);
    assert!(deck.shows("Lead 1 ") && deck.shows("stopped"));
}

#[test]
fn history_walks_both_ways() {
    let mut deck = Deck::with_leads(80, 24);
    deck.keys("3");
    deck.answer(Ok(Outcome::Table(Arc::new(leads(70..=75, false, false)))));
    deck.keys("[");
    assert!(deck.shows("Lead 1 "));
    deck.keys("]");
    assert!(deck.shows("Lead 70"));
    deck.keys("-");
    assert!(deck.shows("Lead 1 "));
}

#[test]
fn the_help_lists_every_key_and_does_what_is_chosen() {
    let mut deck = Deck::with_leads(100, 40);
    deck.keys("?");
    deck.typed("leave");
    assert!(deck.shows("Leave pgdeck"));
    deck.keys("enter");
    assert_eq!(deck.effects, [Effect::Quit]);
}

#[test]
fn pasted_text_never_acts_as_keys() {
    let mut deck = Deck::with_leads(80, 24);
    deck.send(Msg::Paste("q\nq".into()));
    assert!(deck.effects.is_empty());
    assert!(deck.app.overlay.is_some());
}

#[test]
fn a_first_fault_ends_with_it() {
    let mut app = App::new((80, 24), Keymap::default(), Vec::new(), 10);
    let effects = app.ask_survey();
    let mut deck = Deck { app, effects };
    deck.answer(Err(Fault::connection("no server")));
    assert_eq!(deck.effects, [Effect::Quit]);
    assert_eq!(deck.app.fatal.as_ref().map(|fault| fault.message.as_str()), Some("no server"));
}

#[test]
fn copying_hands_over_the_raw_value() {
    let mut deck = Deck::with_leads(80, 24);
    deck.keys("j j l y");
    assert_eq!(deck.effects, [Effect::Copy("\u{1b}[31mEvil\u{202e}".into())]);
    deck.keys("Y");
    let Some(Effect::Copy(row)) = deck.effects.first() else {
        panic!("nothing copied");
    };
    assert_eq!(row, "{\"id\":\"0003\",\"name\":\"\\u001b[31mEvil\\u202e\",\"value\":3000}");
}

#[test]
fn no_size_panics_and_a_small_one_says_what_it_needs() {
    for (width, height) in [(1, 1), (10, 3), (59, 15), (60, 14), (60, 15), (80, 24), (119, 30), (120, 15), (300, 80)] {
        let mut deck = Deck::with_leads(80, 24);
        deck.send(Msg::Resize(width, height));
        for keys in ["", "/", "esc", ":", "esc", "?", "esc", "enter", "esc", "1"] {
            if !keys.is_empty() {
                deck.keys(keys);
            }
            let picture = deck.picture();
            let is_small = width < 60 || height < 15;
            assert!(!is_small || width < 20 || picture.contains("pgdeck needs 60×15"), "{width}×{height}");
        }
    }
}

#[test]
fn access_and_scope_never_leave_the_header() {
    let mut deck = Deck::with_leads(60, 15);
    deck.app.around.environment = Some("production".into());
    deck.app.scope = Some(Tenant { source: source(), key: "1".into(), label: "Acme".into(), slug: None });
    let picture = deck.picture();
    let header = picture.lines().next().unwrap();
    for word in ["Acme", "production", "READ-ONLY"] {
        assert!(header.contains(word), "{word} is missing in {header}");
    }
}

#[test]
fn every_theme_draws_at_every_depth() {
    for name in theme::names(Path::new("/nonexistent")) {
        let file = theme::load(&name, Path::new("/nonexistent")).unwrap();
        for depth in [Depth::True, Depth::Indexed, Depth::Ansi, Depth::None] {
            let deck = Deck::with_leads(80, 24);
            let theme = Theme::of(&file, depth);
            let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
            terminal.draw(|frame| view(&deck.app, &theme, frame)).unwrap();
        }
    }
}
