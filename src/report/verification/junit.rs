//! JUnit XML: a suite with one test case per check, its category as the class. Written by hand: five elements with
//! attributes need no library, and what XML must not hold needs a rule in any case.

use crate::model::finding::{CheckRun, Finding, Severity, Status, Verification};
use crate::model::sanitise;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// One test case per check: a failure per finding, skipped or an error with the reason.
pub fn junit(verified: &Verification, out: &mut dyn Write) -> io::Result<()> {
    let with = |status| verified.ended(status);
    let failing: BTreeSet<&str> = verified.counting(Severity::Info).map(|finding| finding.check.as_str()).collect();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<testsuites>\n<testsuite name=\"pgdeck verify\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" \
         time=\"{}\" timestamp={}>",
        verified.checks.len(),
        failing.len(),
        with(Status::Failed),
        with(Status::Skipped),
        seconds(verified.ms),
        quoted(&moment(&verified.taken_at)),
    )?;
    for run in &verified.checks {
        case(run, verified.findings.iter().filter(|finding| finding.check == run.id), out)?;
    }
    writeln!(out, "</testsuite>\n</testsuites>")
}

fn case<'f>(run: &CheckRun, findings: impl Iterator<Item = &'f Finding>, out: &mut dyn Write) -> io::Result<()> {
    let (name, class, time) = (quoted(&run.id), quoted(&run.category), seconds(run.ms));
    write!(out, "<testcase name={name} classname={class} time=\"{time}\"")?;
    let reason = quoted(run.reason.as_deref().unwrap_or("no reason is known"));
    match run.status {
        Status::Pass => return writeln!(out, "/>"),
        Status::Skipped => writeln!(out, ">\n<skipped message={reason}/>")?,
        Status::Failed => writeln!(out, ">\n<error message={reason}/>")?,
        Status::Finding => {
            let (known, new): (Vec<&Finding>, Vec<&Finding>) = findings.partition(|finding| finding.known);
            writeln!(out, ">")?;
            new.into_iter().try_for_each(|one| failure(one, out))?;
            known_ones(&known, out)?;
        }
    }
    writeln!(out, "</testcase>")
}

fn failure(one: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let message = quoted(&format!("{}: {}", one.object, one.detail));
    let kind = one.severity.name();
    let fix = one.fix.as_deref().map(|fix| format!("fix: {fix}\n")).unwrap_or_default();
    let text = escaped(&format!("{}\n{fix}fingerprint: {}", one.detail, one.fingerprint));
    writeln!(out, "<failure type=\"{kind}\" message={message}>{text}</failure>")
}

/// What the baseline knows is no failure; it is told as the case's output.
fn known_ones(known: &[&Finding], out: &mut dyn Write) -> io::Result<()> {
    if known.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = known.iter().map(|one| format!("known: {}: {}", one.object, one.detail)).collect();
    writeln!(out, "<system-out>{}</system-out>", escaped(&lines.join("\n")))
}

fn seconds(ms: f64) -> String {
    format!("{:.3}", ms / 1000.0)
}

/// The time as the schema wants it: without a zone, in that of the report.
fn moment(taken_at: &str) -> String {
    taken_at.chars().take(19).map(|c| if c == ' ' { 'T' } else { c }).collect()
}

fn quoted(text: &str) -> String {
    // A reader makes a space of a line break in an attribute, unless it is written as a reference.
    format!("\"{}\"", escaped(text).replace('\n', "&#10;"))
}

/// Text without what XML may not hold or would read as its own; hostile characters become visible.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in sanitise::block(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
