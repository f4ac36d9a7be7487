//! Actions, plans, confirmation and receipts.

#[path = "branches.rs"]
mod branches;

use super::{Deck, entry, leads, source, survey};
use pgdeck::model::deck::{PaneEntry, Survey, Tenant};
use pgdeck::model::operation::{Ending, Intent, OnConflict, Plan, PlanRow, Reach, Receipt, Restore, Undo, Views};
use pgdeck::model::request::{Progress, Scope};
use pgdeck::model::table::{Column, Row, Table};
use pgdeck::model::{Cell, Fault, Kind, Outcome, Request};
use pgdeck::tui::msg::{Effect, Msg};
use std::sync::Arc;

/// Rows of a trash: the second has no key, because it stands in no table a restore knows.
pub(super) fn trash() -> Table {
    let row = |n: u32, label: &str, key: Option<&str>| {
        let cells = [Some(label), Some("crm.leads"), key].map(|text| Cell::new(text.map(str::to_owned)));
        Row { cells: cells.to_vec(), key: vec![Some(n.to_string())], order: vec![Some(n.to_string())] }
    };
    let hidden = |name: &str| Column { hide: true, ..Column::named(name, "text") };
    Table {
        pane: "crm/trash".into(),
        title: "Trash".into(),
        columns: vec![Column::named("label", "text"), hidden("table"), hidden("key")],
        rows: vec![row(1, "Ada Lovelace", Some("{\"id\":\"7f3c\"}")), row(2, "Charles Babbage", None)],
        identity: vec!["label".into()],
        taken_at: "2026-11-21 12:04:29+00".into(),
        ..Table::default()
    }
}

pub(super) fn surveyed() -> Survey {
    let trash = PaneEntry { actions: vec!["restore".into(), "undo".into()], ..entry("trash", "Trash", None) };
    Survey { panes: vec![entry("leads", "Leads", None), trash], ..survey() }
}

impl Deck {
    /// A deck on its trash, with writes allowed.
    pub(super) fn with_trash(width: u16, height: u16) -> Self {
        let mut deck = Self::with_leads(width, height);
        deck.app.survey = pgdeck::tui::slot::Slot::Ready(Arc::new(surveyed()));
        deck.app.around.write = true;
        deck.keys("4");
        deck.answer(Ok(Outcome::Table(Arc::new(trash()))));
        deck
    }

    /// The same with this plan on the screen.
    pub(super) fn with_plan(width: u16, height: u16, plan: Plan) -> Self {
        let mut deck = Self::with_trash(width, height);
        deck.keys("x enter");
        deck.answer(Ok(Outcome::Plan(plan)));
        deck
    }

    pub(super) fn intent(&self) -> Intent {
        match self.asked() {
            Some((_, Request::Plan(intent))) => intent,
            other => panic!("no plan was asked for: {other:?}"),
        }
    }

    pub(super) fn is_performed(&self) -> bool {
        matches!(self.asked(), Some((_, Request::Perform(_))))
    }
}

pub(super) fn row(table: &str, id: &str, action: &str, depth: usize) -> PlanRow {
    PlanRow {
        table: table.into(),
        key: vec![("id".into(), Some(id.into()))],
        action: action.into(),
        depth,
        ..PlanRow::default()
    }
}

pub(super) fn plan() -> Plan {
    let restore = Restore { table: "crm.leads".into(), keys: vec!["{\"id\":\"7f3c\"}".into()], ..Restore::default() };
    let label = |text: &str, row: PlanRow| PlanRow { label: Some(text.into()), ..row };
    let reason = |text: &str, row: PlanRow| PlanRow { reason: Some(text.into()), ..row };
    Plan {
        rows: vec![
            label("Ada \u{1b}[31mLovelace", row("crm.leads", "7f3c1a52-0b1e-4c55-9f0e-2a51d2a7c001", "restore", 0)),
            label("Called, wants a quote", row("crm.notes", "11", "restore", 1)),
            reason(
                "belongs to tenant Northwind Traders",
                label("Call again on Monday and ask for the contract", row("crm.tasks", "12", "skip", 1)),
            ),
            reason(
                "leads_email_key is taken by the live row 0815 (ada@analytical.example); delete that or skip this",
                row("crm.email_threads", "13", "conflict", 1),
            ),
        ],
        counts: vec![("crm.leads".into(), 1), ("crm.notes".into(), 1)],
        sql: vec!["BEGIN".into(), "-- needs UPDATE on crm.leads\nUPDATE crm.leads\nSET deleted_at = NULL".into()],
        notes: vec!["1 note was deleted before, on 2026-11-20, and stays".into()],
        ..Plan::of(Intent::Restore(restore))
    }
}

pub(super) fn receipt(ending: Ending) -> Receipt {
    Receipt {
        ending,
        counts: vec![("crm.leads".into(), 1), ("crm.notes".into(), 1)],
        notes: vec!["crm.lead_stats is out of date now".into(), "it took 12 ms".into()],
        rows: vec![row("crm.leads", "7f3c", "restored", 0), row("crm.notes", "11", "restored", 1)],
        ..Receipt::done("restore", "0b1e4c55-2222-4f4f-8a8a-2a51d2a7c0de")
    }
}

#[test]
fn what_can_be_done_to_a_row_and_what_not() {
    let mut deck = Deck::with_trash(80, 16);
    assert!(deck.shows(" x actions "));
    deck.keys("j x");
    insta::assert_snapshot!(deck.picture());
    deck.keys("enter");
    assert!(deck.asked().is_none() && deck.shows("this row has no key") && deck.app.overlay.is_some());
    deck.keys("esc k x enter");
    let Intent::Restore(restore) = deck.intent() else { panic!("{:?}", deck.intent()) };
    assert_eq!((restore.table.as_str(), restore.keys), ("crm.leads", vec!["{\"id\":\"7f3c\"}".to_owned()]));
}

#[test]
fn a_record_has_the_actions_of_its_row() {
    let mut deck = Deck::with_trash(80, 16);
    deck.keys("enter");
    deck.answer(Ok(Outcome::Table(Arc::new(Table { rows: trash().rows[..1].to_vec(), ..trash() }))));
    assert!(deck.shows(" x actions "), "{}", deck.picture());
    deck.keys("x enter");
    let Intent::Restore(restore) = deck.intent() else { panic!("{:?}", deck.intent()) };
    assert_eq!(restore.keys, ["{\"id\":\"7f3c\"}"]);
    deck.answer(Ok(Outcome::Plan(plan())));
    deck.keys("c enter");
    deck.answer(Ok(Outcome::Receipt(receipt(Ending::Done))));
    deck.keys("esc");
    assert!(matches!(deck.asked(), Some((_, Request::Record { .. }))), "it is read again");
}

#[test]
fn the_plan_is_asked_for_in_the_scope() {
    let mut deck = Deck::with_trash(80, 16);
    deck.app.scope = Some(Tenant { source: source(), key: "7".into(), label: "Acme".into(), slug: None });
    deck.keys("x enter");
    let Intent::Restore(restore) = deck.intent() else { panic!("{:?}", deck.intent()) };
    assert_eq!(restore.scope, Some(Scope { source: source(), key: "7".into() }));
    deck.answer(Ok(Outcome::Plan(plan())));
    deck.keys("T");
    assert!(deck.effects.is_empty() && deck.shows("leave it first") && deck.shows(" Acme "));
}

#[test]
fn a_standby_and_a_line_that_is_not_done_say_so() {
    let mut deck = Deck::with_trash(80, 16);
    let mut standby = surveyed();
    standby.facts.in_recovery = true;
    deck.app.survey = pgdeck::tui::slot::Slot::Ready(Arc::new(standby));
    deck.keys("x");
    assert!(deck.shows("not here: this is a standby"));
    let mut deck = Deck::with_trash(80, 16);
    let mut journal = trash();
    journal.columns = ["operation", "event", "id"].map(|name| Column::named(name, "text")).to_vec();
    for (cells, says) in [
        (["restore", "rolled_back", "1"], "not here: only what is done can be undone, and this is rolled_back"),
        (["refresh", "done", "1"], "not here: refresh cannot be undone"),
    ] {
        journal.rows[0].cells = cells.map(|text| Cell::new(Some(text.into()))).to_vec();
        deck.keys("r");
        deck.answer(Ok(Outcome::Table(Arc::new(journal.clone()))));
        deck.keys("x");
        assert!(deck.shows(says), "{}", deck.picture());
        deck.keys("esc");
    }
}

#[test]
fn nothing_can_be_done_where_there_is_no_action_and_no_row() {
    let mut deck = Deck::with_leads(80, 16);
    assert!(!deck.shows(" x actions "));
    deck.keys("x");
    assert!(deck.shows("nothing can be done to what is shown here"));
    deck.keys("c");
    assert!(deck.effects.is_empty() && deck.shows("there is no plan here to carry out; x makes one"));
    let mut deck = Deck::with_trash(80, 16);
    deck.keys("r");
    deck.answer(Ok(Outcome::Table(Arc::new(Table { rows: Vec::new(), ..trash() }))));
    deck.keys("x");
    assert!(deck.shows("there is no row here"));
}

#[test]
fn a_plan_on_a_wide_and_on_the_smallest_screen() {
    insta::assert_snapshot!("a_plan_wide", Deck::with_plan(120, 16, plan()).picture());
    insta::assert_snapshot!("a_plan_small", Deck::with_plan(60, 15, plan()).picture());
}

#[test]
fn a_plan_without_write_is_shown_and_never_carried_out() {
    let mut deck = Deck::with_trash(80, 16);
    deck.app.around.write = false;
    deck.keys("x enter");
    deck.answer(Ok(Outcome::Plan(plan())));
    insta::assert_snapshot!(deck.picture());
    deck.keys("c");
    assert!(deck.effects.is_empty() && !deck.is_performed());
    insta::assert_snapshot!("the_command_that_allows_it", deck.picture());
}

#[test]
fn only_its_own_key_carries_a_plan_out() {
    let mut deck = Deck::with_plan(80, 16, plan());
    for key in ["enter", "x", "y", "space", "j", "s", "v", "/", "esc", "c", "c esc"] {
        let mut deck = Deck::with_plan(80, 16, plan());
        deck.keys(key);
        assert!(!deck.is_performed(), "{key}");
    }
    deck.keys("c enter");
    assert!(deck.is_performed());
    deck.keys("c");
    assert!(deck.effects.is_empty() && deck.shows("it has begun already"));
}

#[test]
fn a_refused_plan_says_why_first_and_is_not_carried_out() {
    let refused = Plan { refused: Some("1 row cannot come back".into()), ..plan() };
    let mut deck = Deck::with_plan(80, 16, refused);
    assert!(deck.picture().lines().nth(3).unwrap().contains("REFUSED: 1 row cannot come back"), "{}", deck.picture());
    deck.keys("c");
    assert!(deck.effects.is_empty() && deck.shows("refused: 1 row cannot come back; x offers other ways"));
}

#[test]
fn a_refusal_names_keys_and_no_flags() {
    let why = "crm.notes id=1: its lead \"Ada\" is still deleted: --with-parents restores it too; \
               --on-conflict skip leaves out what cannot come back";
    let mut deck = Deck::with_plan(120, 18, Plan { refused: Some(why.into()), ..plan() });
    assert!(deck.shows("x: leave out what cannot come back") && !deck.shows("--"), "{}", deck.picture());
    assert!(deck.shows(" x otherwise") && !deck.shows(" c "), "{}", deck.picture());
    deck.keys("c");
    assert!(
        deck.shows("refused: crm.notes id=1: its lead \"Ada\" is still deleted; x offers other ways"),
        "{}",
        deck.picture()
    );
}

#[test]
fn ways_that_change_nothing_are_not_offered() {
    let one = Plan { rows: plan().rows[..1].to_vec(), counts: vec![("crm.leads".into(), 1)], ..plan() };
    let mut deck = Deck::with_plan(100, 18, one);
    deck.keys("x");
    for way in ["Leave out what cannot", "the deleted ones above", "This row alone", "All or nothing"] {
        assert!(!deck.shows(way), "{way}\n{}", deck.picture());
    }
    assert!(deck.shows("Everything that fell in the same moment"), "{}", deck.picture());
}

#[test]
fn a_plan_says_first_what_it_is_about() {
    let notes = vec!["undoes the restore of 2026-11-20 (0193)".to_owned(), "and a remark".to_owned()];
    let intent = Intent::Undo(Undo::of("0193"));
    let deck = Deck::with_plan(100, 18, Plan { notes, intent, operation: "undo".into(), ..plan() });
    assert!(deck.picture().lines().nth(3).unwrap().contains("undoes the restore of 2026-11-20 (0193)"));
    assert!(deck.shows("1 remark below") && deck.shows("note: and a remark"), "{}", deck.picture());
}

#[test]
fn a_rebuild_is_handed_over_as_its_sql() {
    let intent = Intent::Rebuild(pgdeck::model::operation::RowRef { table: "crm.leads".into(), key: "7f3c".into() });
    let refused = Some(pgdeck::model::operation::HANDED_OVER.to_owned());
    let sql = vec!["INSERT INTO crm.leads (id)\nVALUES ('7f3c')".to_owned()];
    let mut deck = Deck::with_plan(100, 18, Plan { intent, refused, sql, rows: Vec::new(), ..plan() });
    assert!(deck.shows("handed over, not run: y copies the INSERT") && deck.shows("VALUES ('7f3c')"));
    assert!(!deck.shows("REFUSED") && !deck.shows("refused"), "{}", deck.picture());
    deck.keys("y");
    let [Effect::Copy(copied)] = &deck.effects[..] else { panic!("{:?}", deck.effects) };
    assert!(copied.contains("-- handed over, not run") && !copied.contains("refused"), "{copied}");
}

#[test]
fn a_reason_that_was_left_stands_there_again() {
    let mut deck = Deck::with_plan(100, 18, plan());
    deck.keys("c");
    deck.typed("ticket 42");
    deck.keys("esc");
    assert!(deck.app.overlay.is_none() && !deck.shows("ticket 42"));
    deck.keys("c");
    assert!(deck.shows("ticket 42"), "{}", deck.picture());
}

#[test]
fn an_empty_list_shows_its_notes_whole() {
    let mut deck = Deck::with_trash(60, 18);
    let note = "row level security may hide deleted rows from support, so what is missing here may have been deleted all \
                the same: crm.leads; shown by CREATE POLICY … ON crm.leads, which pgdeck systems show crm prints";
    deck.keys("r");
    deck.answer(Ok(Outcome::Table(Arc::new(Table { rows: Vec::new(), notes: vec![note.into()], ..trash() }))));
    let words = deck.picture().replace(['│', '\n', '"'], " ");
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("no rows that this role may see") && words.contains(note), "{}", deck.picture());
}

#[test]
fn a_plan_can_be_made_otherwise() {
    let mut deck = Deck::with_plan(80, 16, plan());
    deck.keys("x");
    assert!(deck.shows("Plan it otherwise") && deck.shows("This row alone"), "{}", deck.picture());
    assert!(!deck.shows("All or nothing"), "that is how it is planned now");
    assert!(!deck.shows("the deleted ones above"), "no parent is deleted");
    deck.typed("leave out");
    let places = deck.app.history.len();
    deck.keys("enter");
    let Intent::Restore(restore) = deck.intent() else { panic!("{:?}", deck.intent()) };
    assert_eq!((restore.on_conflict, restore.reach), (OnConflict::Skip, Reach::Deletion));
    assert_eq!(deck.app.history.len(), places, "instead of the plan before");
    let mut below = Plan { intent: Intent::Restore(restore), ..plan() };
    below.rows[3].reason = Some("its lead \"Ada\" is still deleted: --with-parents restores it too".into());
    deck.answer(Ok(Outcome::Plan(below)));
    assert!(deck.shows("is still deleted; x: restore it too") && !deck.shows("--"), "{}", deck.picture());
    deck.keys("x");
    deck.typed("above");
    deck.keys("enter");
    let Intent::Restore(restore) = deck.intent() else { panic!("{:?}", deck.intent()) };
    assert_eq!((restore.on_conflict, restore.reach), (OnConflict::Skip, Reach::WithParents));
    deck.answer(Ok(Outcome::Plan(plan())));
    deck.keys("c enter x");
    assert!(deck.app.overlay.is_none() && deck.shows("nothing can be done to what is shown here"));
}

#[test]
fn enter_on_a_record_plans_what_its_pane_opens_a_row_for() {
    let mut deck = Deck::with_trash(100, 18);
    let mut survey = surveyed();
    survey.panes[1].opens = pgdeck::model::deck::Opens::Plan("restore".into());
    deck.app.survey = pgdeck::tui::slot::Slot::Ready(Arc::new(survey));
    deck.keys("v");
    deck.answer(Ok(Outcome::Table(Arc::new(Table { rows: trash().rows[..1].to_vec(), ..trash() }))));
    assert!(deck.shows(" plan "), "{}", deck.picture());
    deck.keys("enter");
    let Intent::Restore(restore) = deck.intent() else { panic!("{:?}", deck.intent()) };
    assert_eq!(restore.keys, ["{\"id\":\"7f3c\"}"]);
}

#[test]
fn production_wants_the_name_of_the_database() {
    let mut deck = Deck::with_plan(80, 18, plan());
    deck.app.around.environment = Some("production".into());
    deck.keys("c enter");
    assert!(deck.effects.is_empty());
    deck.typed("dem");
    insta::assert_snapshot!(deck.picture());
    deck.keys("enter");
    assert!(deck.effects.is_empty() && deck.app.overlay.is_some());
    assert!(deck.shows("that is not demo: nothing has been changed"));
    deck.keys("esc");
    assert!(deck.app.overlay.is_none() && deck.shows("plan, nothing has been changed"));
    deck.keys("c enter");
    deck.typed("demo");
    deck.keys("enter");
    assert!(deck.is_performed());
}

#[test]
fn a_plan_that_wants_a_word_gets_it_anywhere() {
    let mut deck = Deck::with_plan(80, 16, Plan { typed: Some(("the pid".into(), "4711".into())), ..plan() });
    deck.keys("c enter");
    assert!(deck.shows("Type the pid (4711) to carry the plan out."));
    deck.typed("4711");
    deck.keys("enter");
    assert!(deck.is_performed());
}

#[test]
fn the_sql_is_shown_and_copied_as_a_whole() {
    let mut deck = Deck::with_plan(80, 16, plan());
    deck.keys("s");
    assert!(deck.shows("UPDATE crm.leads") && deck.shows("restore: SQL, nothing") && !deck.shows("Lovelace"));
    deck.keys("y");
    let copied = "-- restore, planned by pgdeck on support@local/demo\nBEGIN;\n\
                  -- needs UPDATE on crm.leads\nUPDATE crm.leads\nSET deleted_at = NULL;\n";
    assert_eq!(deck.effects, [Effect::Copy(copied.into())]);
    deck.keys("s");
    assert!(deck.shows("Ada "));
}

#[test]
fn leaving_a_plan_forgets_it() {
    let mut deck = Deck::with_plan(80, 16, plan());
    let places = deck.app.history.len();
    deck.keys("esc");
    assert!(deck.effects.is_empty() && deck.shows("Charles Babbage"));
    assert_eq!(deck.app.history.len(), places - 1);
    deck.keys("]");
    assert!(deck.shows("this is the last place"));
}

#[test]
fn a_plan_come_back_to_is_made_anew() {
    let mut deck = Deck::with_plan(80, 16, plan());
    deck.keys("2 [");
    assert!(matches!(deck.intent(), Intent::Restore(_)));
    deck.keys("c");
    assert!(deck.effects.is_empty() && deck.shows("the plan has not come yet"));
}

#[test]
fn a_plan_nobody_waits_for_is_dropped() {
    let mut deck = Deck::with_trash(80, 16);
    deck.keys("x enter");
    let (first, _) = deck.asked().unwrap();
    deck.keys("r");
    let (second, _) = deck.asked().unwrap();
    assert_eq!(deck.effects.first(), Some(&Effect::Cancel(first)));
    deck.send(Msg::Done(first, Ok(Outcome::Plan(plan()))));
    assert!(!deck.shows("Lovelace") && deck.shows("being planned"));
    deck.keys("esc");
    assert!(deck.effects.contains(&Effect::Cancel(second)));
    deck.send(Msg::Done(second, Ok(Outcome::Plan(plan()))));
    assert!(deck.shows("Charles Babbage") && deck.app.operation().is_none());
}

#[test]
fn no_plan_says_why_and_can_be_asked_for_again() {
    let mut deck = Deck::with_trash(80, 16);
    deck.keys("x enter");
    deck.answer(Err(Fault::usage("restore is not built yet").hint("wait for it")));
    assert!(deck.shows("restore is not built yet") && deck.shows("hint: wait for it"), "{}", deck.picture());
    deck.keys("c");
    assert!(deck.effects.is_empty() && deck.shows("there is no plan to carry out"));
    deck.keys("r");
    assert!(matches!(deck.intent(), Intent::Restore(_)));
}

#[test]
fn what_has_begun_is_finished_and_shown() {
    let mut deck = Deck::with_plan(80, 16, plan());
    deck.keys("c enter");
    let (ticket, _) = deck.asked().unwrap();
    deck.send(Msg::Progress(ticket, Progress::Step { what: "waiting for locks", seconds: 3 }));
    insta::assert_snapshot!("on_its_way", deck.picture());
    deck.keys("esc");
    assert_eq!(deck.effects, [Effect::Cancel(ticket)]);
    assert!(deck.shows("stopping the restore …") && deck.shows("being carried out"), "{}", deck.picture());
    deck.keys("ctrl-z");
    assert!(deck.effects.is_empty());
    // A stale receipt changes nothing.
    deck.send(Msg::Done(ticket + 100, Ok(Outcome::Receipt(receipt(Ending::Done)))));
    assert!(deck.shows("being carried out"));
    deck.send(Msg::Done(ticket, Ok(Outcome::Receipt(receipt(Ending::Done)))));
    insta::assert_snapshot!("a_receipt", deck.picture());
    deck.keys("c");
    assert!(deck.effects.is_empty() && deck.shows("it has been carried out"));
    deck.keys("u");
    assert_eq!(deck.intent(), Intent::Undo(Undo::of("0b1e4c55-2222-4f4f-8a8a-2a51d2a7c0de")));
}

#[test]
fn what_can_be_stopped_is_stopped_once_asked() {
    let refresh = Intent::Refresh { views: Views::All, mode: Default::default() };
    let mut deck = Deck::with_plan(80, 16, Plan { intent: refresh, operation: "refresh".into(), ..plan() });
    deck.keys("c");
    let (ticket, _) = deck.asked().unwrap();
    deck.keys("esc");
    assert_eq!(deck.effects, [Effect::Cancel(ticket)]);
    assert!(deck.shows("being carried out"), "its end is waited for");
    deck.send(Msg::Done(ticket, Err(Fault::new(Kind::Interrupted, "stopped"))));
    assert!(deck.shows("stopped: what was not done is as it was"), "{}", deck.picture());
}

#[test]
fn a_fault_of_an_operation_stays_readable() {
    let mut deck = Deck::with_plan(80, 18, plan());
    deck.keys("c enter");
    let fault = Fault::new(Kind::Refused, "crm.leads id=7f3c was changed since the plan")
        .sqlstate("40001")
        .detail("deleted_at was 2026-11-20, now it is NULL")
        .hint("plan it again");
    deck.answer(Err(fault));
    assert!(deck.picture().lines().last().unwrap().contains("crm.leads id=7f3c was changed since the plan"));
    deck.keys("j");
    insta::assert_snapshot!(deck.picture());
    deck.keys("u");
    assert!(deck.effects.is_empty() && deck.shows("nothing to undo"));
    deck.keys("r");
    assert!(matches!(deck.intent(), Intent::Restore(_)));
}

#[test]
fn nobody_knows_is_said_as_such() {
    let mut deck = Deck::with_plan(80, 16, plan());
    deck.keys("c enter");
    deck.answer(Err(Fault::new(Kind::InDoubt, "the line broke at COMMIT")));
    assert!(deck.shows("restore: IN DOUBT") && deck.shows("nobody knows whether it happened"));
    for (ending, says) in [
        (Ending::RolledBack, "rolled back: nothing has been changed"),
        (Ending::InDoubt, "IN DOUBT: nobody knows whether it happened"),
    ] {
        let mut deck = Deck::with_plan(80, 16, plan());
        deck.keys("c enter");
        deck.answer(Ok(Outcome::Receipt(receipt(ending))));
        assert!(deck.shows(says), "{}", deck.picture());
    }
}

#[test]
fn a_receipt_that_comes_elsewhere_is_said_and_kept() {
    let mut deck = Deck::with_plan(80, 16, plan());
    deck.keys("c enter");
    let (ticket, _) = deck.asked().unwrap();
    deck.keys("2");
    assert!(!deck.effects.contains(&Effect::Cancel(ticket)));
    deck.answer(Ok(Outcome::Table(Arc::new(leads(1..=10, false, true)))));
    deck.send(Msg::Done(ticket, Ok(Outcome::Receipt(receipt(Ending::Done)))));
    assert!(deck.shows("restore: done; its receipt is in the history"));
    assert!(matches!(deck.asked(), Some((_, Request::Page(_)))), "the list on the screen is read again");
    deck.keys("[");
    assert!(deck.shows("crm.lead_stats is out of date now"));
}

#[test]
fn an_operation_on_its_way_is_not_forgotten() {
    let mut deck = Deck::with_plan(80, 16, plan());
    deck.keys("c enter");
    let (ticket, _) = deck.asked().unwrap();
    // Back to the trash, and from there somewhere else: what was ahead is forgotten.
    deck.keys("[");
    deck.keys("2");
    deck.answer(Ok(Outcome::Table(Arc::new(leads(1..=10, false, true)))));
    for _ in 0..60 {
        deck.keys("4");
        deck.keys("2");
    }
    deck.send(Msg::Done(ticket, Ok(Outcome::Receipt(receipt(Ending::Done)))));
    assert!(deck.shows("restore: done; its receipt is in the history"));
    for _ in 0..60 {
        deck.keys("[");
    }
    assert!(deck.shows("crm.lead_stats is out of date now"), "{}", deck.picture());
}

#[test]
fn lists_are_read_again_after_a_receipt_and_keep_their_cursor() {
    let mut deck = Deck::with_trash(80, 16);
    deck.keys("x enter");
    deck.answer(Ok(Outcome::Plan(plan())));
    deck.keys("c enter");
    deck.answer(Ok(Outcome::Receipt(receipt(Ending::Done))));
    deck.keys("esc");
    let page = deck.page();
    assert!(page.pane.name() == "trash" && !page.anew);
    assert!(deck.shows("Ada Lovelace") && deck.shows("loading"));
    deck.answer(Ok(Outcome::Table(Arc::new(trash()))));
    deck.keys("esc");
    assert_eq!(deck.page().pane.name(), "leads");
    deck.keys("]");
    assert!(!matches!(deck.asked(), Some((_, Request::Page(_)))), "once is enough");
}

#[test]
fn u_plans_undoing_the_newest_anywhere() {
    let mut deck = Deck::with_leads(80, 16);
    deck.keys("u");
    assert_eq!(deck.intent(), Intent::Undo(Undo::default()));
    deck.answer(Err(Fault::new(Kind::Refused, "the journal has nothing to undo on this database")));
    assert!(deck.shows("the journal has nothing to undo"));
}

#[test]
fn a_long_plan_scrolls() {
    let rows = (0..200).map(|n| row("crm.notes", &n.to_string(), "restore", usize::from(n > 0))).collect();
    let mut deck = Deck::with_plan(60, 15, Plan { rows, ..plan() });
    assert!(deck.shows("[1–10 of 204]") && deck.shows("id=8"), "{}", deck.picture());
    deck.keys("G");
    assert!(deck.shows("[195–204 of 204]") && deck.shows("       stays "), "{}", deck.picture());
    // The cursor is on the last row; the lines above come with it.
    deck.keys("k");
    assert!(deck.shows("[195–204 of 204]") && deck.app.operation().unwrap().cursor == 198);
    deck.keys("pageup pagedown g");
    assert!(deck.shows("[1–10 of 204]") && deck.app.operation().unwrap().cursor == 0);
    deck.keys("pagedown");
    assert!(deck.shows("[11–20 of 204]") && deck.shows("id=12"), "{}", deck.picture());
}

#[test]
fn no_size_panics_with_an_operation() {
    for (width, height) in [(1, 1), (10, 3), (60, 15), (80, 24), (160, 45), (300, 80)] {
        for keys in ["j", "s", "G", "c", "c enter", "c tab", "c enter esc", "x", "space"] {
            let mut deck = Deck::with_plan(80, 24, Plan { typed: Some(("a word".into(), "w".into())), ..plan() });
            deck.send(Msg::Resize(width, height));
            deck.keys(keys);
            deck.picture();
            deck.keys("esc x");
            deck.picture();
        }
    }
}
