//! The report formats: the same content, and each is what its name says, whatever the names and texts are.

use pgdeck::model::finding::{About, CheckRun, Finding, Severity, Status, Verification};
use pgdeck::report::{ReportFormat, write_verification};
use quick_xml::events::Event;
use serde_json::Value;

const HOSTILE: &str = "a \u{1b}[2J<b> & \"c\" 'd' ]]> \u{0}\u{9b}\u{202e}\u{fffe}\nsecond";

fn run(id: &str, status: Status, reason: Option<&str>) -> CheckRun {
    CheckRun {
        id: id.to_owned(),
        title: "t".to_owned(),
        severity: Severity::Warning,
        category: "indexes".to_owned(),
        about: About::Schema,
        status,
        reason: reason.map(str::to_owned),
        ms: 1.25,
    }
}

fn finding(check: &str, severity: Severity, known: bool) -> Finding {
    Finding {
        check: check.to_owned(),
        severity,
        object: HOSTILE.to_owned(),
        detail: HOSTILE.to_owned(),
        fix: Some("DROP INDEX x;\nDROP INDEX y".to_owned()),
        fingerprint: "0123456789abcdef".to_owned(),
        pane: None,
        filter: None,
        weight: 0.0,
        known,
    }
}

fn sample() -> Verification {
    Verification {
        checks: vec![
            run("passed", Status::Pass, None),
            run("found", Status::Finding, None),
            run("known", Status::Finding, None),
            run("skipped", Status::Skipped, Some(HOSTILE)),
            run("failed", Status::Failed, Some(HOSTILE)),
        ],
        findings: vec![
            finding("found", Severity::Error, false),
            finding("found", Severity::Warning, false),
            finding("known", Severity::Warning, true),
        ],
        taken_at: "2026-11-21T12:04:29.5+00:00".to_owned(),
        notes: vec!["a note".to_owned()],
        ms: 1234.0,
    }
}

fn written(format: ReportFormat) -> String {
    let mut out = Vec::new();
    write_verification(&sample(), format, &mut out).expect("a report");
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn junit_is_xml_whatever_stands_in_it() {
    let text = written(ReportFormat::Junit);
    let legal = |c: char| matches!(c, '\t' | '\n' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    assert!(text.chars().all(legal), "{text:?}");
    let mut reader = quick_xml::Reader::from_str(&text);
    reader.config_mut().check_end_names = true;
    let (mut depth, mut seen, mut suite) = (0, Vec::new(), Vec::new());
    loop {
        let event = reader.read_event().unwrap_or_else(|error| panic!("{error}: {text}"));
        let element = match &event {
            Event::Eof => break,
            Event::Start(element) => {
                depth += 1;
                element
            }
            Event::End(_) => {
                depth -= 1;
                continue;
            }
            Event::Empty(element) => element,
            _ => continue,
        };
        let name = element.name().as_ref().to_owned();
        for attribute in element.attributes() {
            let attribute = attribute.unwrap_or_else(|error| panic!("{error}: {text}"));
            let value = attribute.value.to_string();
            quick_xml::escape::unescape(&value).unwrap_or_else(|error| panic!("{error}: {value}"));
            if name == "testsuite" {
                suite.push(format!("{}={value}", attribute.key.as_ref()));
            }
        }
        seen.push(name);
    }
    assert_eq!(depth, 0);
    let count = |name: &str| seen.iter().filter(|own| *own == name).count();
    assert_eq!(["testcase", "failure", "skipped", "error", "system-out"].map(count), [5, 2, 1, 1, 1]);
    for said in ["tests=5", "failures=1", "errors=1", "skipped=1", "time=1.234", "timestamp=2026-11-21T12:04:29"] {
        assert!(suite.iter().any(|own| own == said), "no {said}: {suite:?}");
    }
}

#[test]
fn json_carries_the_value_and_the_sum() {
    let text = written(ReportFormat::Json);
    assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{9b}']));
    let json: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(json["schema"], 1);
    assert_eq!(json["findings"][0]["object"], HOSTILE);
    assert_eq!(json["findings"][0]["severity"], "error");
    assert_eq!((&json["findings"][2]["known"], &json["checks"][0]["reason"]), (&Value::Bool(true), &Value::Null));
    let statuses: Vec<_> = json["checks"].as_array().expect("checks").iter().map(|check| &check["status"]).collect();
    assert_eq!(statuses, ["pass", "finding", "finding", "skipped", "failed"]);
    let summary = &json["summary"];
    let sums = ["checks", "passed", "with_findings", "skipped", "failed", "findings", "errors", "warnings", "known"];
    assert_eq!(sums.map(|name| summary[name].as_u64().unwrap_or(99)), [5, 1, 2, 1, 1, 3, 1, 2, 1]);
}

#[test]
fn text_is_for_a_person_and_acts_on_no_terminal() {
    let text = written(ReportFormat::Text);
    assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{9b}', '\u{0}']), "{text:?}");
    assert!(text.starts_with("error    found  a ␛[2J<b>"), "{text}");
    assert!(text.contains("\n         fix: DROP INDEX x;\n              DROP INDEX y\n"), "{text}");
    assert!(text.contains("\nskipped\n  skipped  a ␛") && text.contains("\nfailed\n  failed  a ␛"), "{text}");
    let sum = "5 checks: 1 passed, 3 findings (1 error, 2 warnings, 1 known), 1 skipped, 1 failed, 1.2 s\n";
    assert!(text.ends_with(&format!("note: a note\n{sum}")), "{text}");
}
