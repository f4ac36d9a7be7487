//! The formats of `show` carry the same content, and each is what its name says.

use pgdeck::model::operation::{Ending, Intent, Plan, PlanRow, Receipt};
use pgdeck::model::request::Install;
use pgdeck::model::{Cell, Column, Fault, Kind, Outcome, Row, Table};
use pgdeck::report::{self, Format, Style};
use serde_json::Value;
use std::io;
use std::sync::Arc;

const COLUMNS: [(&str, &str); 8] = [
    ("id", "bigint"),
    ("name", "text"),
    ("price", "numeric"),
    ("live", "boolean"),
    ("extra", "jsonb"),
    ("tags", "text[]"),
    ("at", "timestamp with time zone"),
    ("note\u{202e}", "crm.kind"),
];

const ROWS: [[Option<&str>; 8]; 2] = [
    [
        Some("9223372036854775807"),
        Some("Zoë, \"the\nfirst\""),
        Some("1.10"),
        Some("true"),
        Some("{\"b\": 1.0, \"a\": [null]}"),
        Some("{x,NULL,\"a,b\"}"),
        Some("2026-11-21 12:04:29.5+00"),
        Some("\u{1b}]52;c;eA==\u{7}\u{9b}2J"),
    ],
    [Some("-1"), Some(""), Some("NaN"), Some("false"), None, Some("{}"), Some("infinity"), None],
];

fn page() -> Table {
    let row = |texts: [Option<&str>; 8]| Row {
        cells: texts.map(|text| Cell::new(text.map(Into::into))).to_vec(),
        ..Row::default()
    };
    Table {
        pane: "crm/leads".into(),
        columns: COLUMNS.map(|(name, type_name)| Column::named(name, type_name)).to_vec(),
        rows: ROWS.map(row).to_vec(),
        taken_at: "2026-11-21 12:04:29+00".into(),
        more_after: true,
        ..Table::default()
    }
}

fn written(outcome: &Outcome, style: Style) -> String {
    let mut out = Vec::new();
    report::write(outcome, &style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn shown(format: Format) -> String {
    written(&Outcome::Table(Arc::new(page())), Style::plain(format))
}

#[test]
fn json_has_the_show_shape() {
    let text = shown(Format::Json);
    let show: Value = serde_json::from_str(&text).unwrap();
    let members: Vec<_> = show.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["schema", "pane", "taken_at", "columns", "rows", "truncated"]);
    assert_eq!(show["schema"], 1);
    assert_eq!(show["pane"], "crm/leads");
    assert_eq!(show["taken_at"], "2026-11-21T12:04:29+00:00");
    assert_eq!(show["columns"][0], serde_json::json!({"name": "id", "type": "bigint"}));
    assert_eq!(show["truncated"], true);
}

#[test]
fn json_carries_the_values() {
    let text = shown(Format::Json);
    let show: Value = serde_json::from_str(&text).unwrap();
    let first = &show["rows"][0];
    assert_eq!(first["extra"]["a"][0], Value::Null);
    assert_eq!(first["tags"], serde_json::json!(["x", null, "a,b"]));
    assert_eq!(first["at"], "2026-11-21T12:04:29.5+00:00");
    assert_eq!(first["note\u{202e}"], "\u{1b}]52;c;eA==\u{7}\u{9b}2J");
    assert_eq!(show["rows"][1]["price"], "NaN");
    assert_eq!(show["rows"][1]["extra"], Value::Null);
    for digits in ["\"price\":1.10,", "\"id\":9223372036854775807,", "\"b\": 1.0"] {
        assert!(text.contains(digits), "{digits} in {text}");
    }
}

#[test]
fn jsonl_holds_the_same_rows() {
    let show: Value = serde_json::from_str(&shown(Format::Json)).unwrap();
    let text = shown(Format::Jsonl);
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(show["rows"], Value::Array(lines));
}

#[test]
fn csv_holds_the_same_cells() {
    let style = Style { raw: true, ..Style::plain(Format::Csv) };
    let text = written(&Outcome::Table(Arc::new(page())), style);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names: Vec<String> = reader.headers().unwrap().iter().map(Into::into).collect();
    assert_eq!(names, COLUMNS.map(|(name, _)| name));
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), ROWS.len());
    for (record, row) in records.iter().zip(ROWS) {
        assert_eq!(record.iter().collect::<Vec<_>>(), row.map(Option::unwrap_or_default));
    }
}

#[test]
fn csv_guards_formulas() {
    let mut page = page();
    page.rows[0].cells[1] = Cell::new(Some("=HYPERLINK(\"x\")".into()));
    let text = written(&Outcome::Table(Arc::new(page)), Style::plain(Format::Csv));
    assert!(text.contains("\"'=HYPERLINK(\"\"x\"\")\""), "{text}");
    assert!(text.contains("\n-1,\"\","), "{text}");
}

#[test]
fn what_a_person_reads_cannot_act_on_a_terminal() {
    for (_, format) in Format::ALL {
        let style = Style { terminal: true, ..Style::plain(format) };
        let text = written(&Outcome::Table(Arc::new(page())), style);
        let acting = text.chars().find(|c| *c != '\n' && pgdeck::model::sanitise::is_hostile(*c));
        assert_eq!(acting, None, "{format:?}");
    }
}

fn plan() -> Plan {
    Plan {
        operation: "install".into(),
        rows: vec![PlanRow {
            table: "crm.leads".into(),
            key: vec![("id".into(), Some("7".into()))],
            action: "create".into(),
            ..PlanRow::default()
        }],
        counts: vec![("crm.leads".into(), 1)],
        sql: vec!["CREATE TABLE \u{202e}x ();\n".into()],
        ..Plan::of(Intent::Install(Install { system: "crm".into(), schema: None, sample_rows: None, drop_rows: false }))
    }
}

#[test]
fn a_plan_has_its_shape_and_its_text() {
    let json = written(&Outcome::Plan(plan()), Style::plain(Format::Json));
    let expected = serde_json::json!({
        "schema": 1, "operation": "install",
        "rows": [{"table": "crm.leads", "key": {"id": "7"}, "action": "create", "reason": null, "label": null}],
        "notes": [], "refused": null,
        "counts": {"crm.leads": 1}, "sql": ["CREATE TABLE \u{202e}x ();\n"],
    });
    assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), expected);
    let text = written(&Outcome::Plan(plan()), Style::plain(Format::Table));
    insta::assert_snapshot!(text, @r"
    plan: install. Nothing has been changed.
      create   crm.leads id=7

    counts
      crm.leads  1

    sql
      CREATE TABLE \u{202e}x ();
    ");
}

#[test]
fn a_receipt_has_its_shape() {
    let receipt =
        Receipt { ending: Ending::RolledBack, notes: vec!["took 2 s".into()], ..Receipt::done("install", "01") };
    let json = written(&Outcome::Receipt(receipt.clone()), Style::plain(Format::Json));
    let expected = serde_json::json!({
        "schema": 1, "operation": "install", "id": "01", "outcome": "rolled_back", "counts": {}, "sql": [],
        "rows": [], "notes": ["took 2 s"],
        "at": null, "place": null, "role": null, "actor": null, "reason": null, "stale": [],
    });
    assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), expected);
    let text = written(&Outcome::Receipt(receipt), Style::plain(Format::Table));
    assert_eq!(text, "install: rolled back, nothing has been changed  (operation 01)\nnote: took 2 s\n");
}

fn restored() -> Receipt {
    let row = |table: &str, id: &str, label: Option<&str>, depth| PlanRow {
        table: table.into(),
        key: vec![("id".into(), Some(id.into()))],
        action: "restored".into(),
        label: label.map(Into::into),
        depth,
        ..PlanRow::default()
    };
    let mut rows = vec![row("crm.leads", "7", Some("Acme"), 0)];
    rows.extend((1..=3).map(|n| row("crm.notes", &n.to_string(), None, 1)));
    rows.push(row("crm.tasks", "9", Some("call"), 1));
    Receipt {
        counts: vec![("crm.leads".into(), 1), ("crm.notes".into(), 3), ("crm.tasks".into(), 1)],
        rows,
        at: Some("2026-11-21 17:03:05 UTC".into()),
        place: Some("crm on db1".into()),
        role: Some("support".into()),
        actor: Some("Ann".into()),
        reason: Some("ticket 42".into()),
        stale: vec!["crm.lead_stats".into()],
        ..Receipt::done("restore", "0193-x")
    }
}

#[test]
fn a_receipt_reads_as_a_paragraph() {
    assert_eq!(
        report::paragraph(&restored()),
        "Restored on 2026-11-21 17:03:05 UTC in crm on db1 by role support for Ann (as claimed), because \"ticket 42\": \
         lead \"Acme\" with 3 notes and 1 task. Operation 0193-x; to take it back: pgdeck undo 0193-x. \
         Out of date now: crm.lead_stats."
    );
    let text = written(&Outcome::Receipt(restored()), Style::plain(Format::Table));
    assert!(text.ends_with(&format!("\n\n{}\n", report::paragraph(&restored()))), "{text}");
}

#[test]
fn a_paragraph_says_no_more_than_the_receipt() {
    let bare =
        Receipt { at: None, place: None, role: None, actor: None, reason: None, stale: Vec::new(), ..restored() };
    let says = |receipt: Receipt| report::paragraph(&receipt);
    assert_eq!(
        says(bare.clone()),
        "Restored: lead \"Acme\" with 3 notes and 1 task. Operation 0193-x; to take it back: pgdeck undo 0193-x."
    );
    let not_all = Receipt { counts: vec![("crm.leads".into(), 1), ("crm.notes".into(), 99_999)], ..bare.clone() };
    assert!(says(not_all).starts_with("Restored: 1 lead and 99999 notes."));
    let mut many = bare.clone();
    many.rows = (1..=5).map(|n| PlanRow { label: Some(format!("L{n}")), ..many.rows[0].clone() }).collect();
    many.counts = vec![("crm.leads".into(), 5)];
    assert!(says(many).starts_with("Restored: 5 leads (\"L1\", \"L2\", \"L3\" and 2 more)."));
    let mut hostile = bare.clone();
    hostile.rows[0].label = Some("A\u{1b}[31m\n\u{202e}".into());
    hostile.reason = Some("x\ny".into());
    assert!(!says(hostile).chars().any(pgdeck::model::sanitise::is_hostile));
    let mut undone = Receipt { operation: "undo".into(), ..bare.clone() };
    undone.rows.iter_mut().for_each(|row| row.action = "deleted".into());
    undone.notes = vec!["undoes the restore of today (0192)".into()];
    let starts =
        "Undone: lead \"Acme\" with 3 notes and 1 task, deleted again. This undoes the restore of today (0192). Op";
    assert!(says(undone).starts_with(starts));
    let back = Receipt { ending: Ending::RolledBack, rows: Vec::new(), ..bare.clone() };
    assert_eq!(says(back), "Nothing was changed: the restore was rolled back. Operation 0193-x.");
    let doubt = Receipt { ending: Ending::InDoubt, rows: Vec::new(), ..bare };
    assert_eq!(says(doubt), "In doubt: nobody knows yet whether the restore happened. Operation 0193-x.");
}

#[test]
fn what_stands_in_the_way_is_written_below_its_row() {
    let mut plan = plan();
    plan.rows[0].beside = vec![("email".into(), Some("a@b\u{1b}".into()), None)];
    let text = written(&Outcome::Plan(plan.clone()), Style::plain(Format::Table));
    assert!(text.contains("  create   crm.leads id=7\n             email: a@b␛ | ∅\n"), "{text}");
    let json: Value = serde_json::from_str(&written(&Outcome::Plan(plan), Style::plain(Format::Json))).unwrap();
    let beside = serde_json::json!([{"column": "email", "own": "a@b\u{1b}", "other": null}]);
    assert_eq!(json["rows"][0]["beside"], beside);
}

#[test]
fn a_fault_says_everything_in_both_forms() {
    let fault = Fault::new(Kind::Query, "no \u{1b}[2J table").sqlstate("42P01").hint("look again");
    let written = |json| {
        let mut out = Vec::new();
        report::write_fault(&fault, json, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    assert_eq!(written(false), "pgdeck: no ␛[2J table (42P01)\nhint: look again\n");
    let error: Value = serde_json::from_str(&written(true)).unwrap();
    let expected = serde_json::json!({"schema": 1, "error": {
        "kind": "query", "message": "no \u{1b}[2J table", "sqlstate": "42P01", "detail": null, "hint": "look again",
    }});
    assert_eq!(error, expected);
}

/// A reader that left, like `head`.
struct Gone;

impl io::Write for Gone {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_reader_that_left_is_no_failure() {
    for (_, format) in Format::ALL {
        report::write(&Outcome::Table(Arc::new(page())), &Style::plain(format), &mut Gone).unwrap();
    }
}
