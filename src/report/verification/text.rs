//! A verification for a person: what was found, what could not be judged and why, and one line that sums it up.

use crate::model::finding::{CheckRun, Finding, Severity, Status, Verification};
use crate::model::sanitise;
use std::io::{self, Write};

/// Findings first, the most urgent on top; then failed and skipped checks with their reasons, notes, and the sum.
pub fn text(verified: &Verification, out: &mut dyn Write) -> io::Result<()> {
    verified.findings.iter().try_for_each(|one| finding(one, out))?;
    for (status, heading) in [(Status::Failed, "failed"), (Status::Skipped, "skipped")] {
        let runs: Vec<&CheckRun> = verified.checks.iter().filter(|check| check.status == status).collect();
        if !runs.is_empty() {
            writeln!(out, "{heading}")?;
        }
        let widest = runs.iter().map(|run| run.id.chars().count()).max().unwrap_or(0);
        for run in &runs {
            let reason = sanitise::line(run.reason.as_deref().unwrap_or("no reason is known"));
            writeln!(out, "  {:<widest$}  {reason}", sanitise::line(&run.id))?;
        }
        if !runs.is_empty() {
            writeln!(out)?;
        }
    }
    verified.notes.iter().try_for_each(|note| writeln!(out, "note: {}", sanitise::line(note)))?;
    writeln!(out, "{}", summary(verified))
}

fn finding(one: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let (check, object) = (sanitise::line(&one.check), sanitise::line(&one.object));
    let known = if one.known { "  (known)" } else { "" };
    writeln!(out, "{:<7}  {check}  {object}{known}", one.severity.name())?;
    indented("", &one.detail, out)?;
    indented("fix: ", one.fix.as_deref().unwrap_or_default(), out)?;
    writeln!(out)
}

/// Every line below the first one's text.
fn indented(word: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    let under = format!("\n         {}", " ".repeat(word.len()));
    writeln!(out, "         {word}{}", sanitise::block(text).replace('\n', &under))
}

/// `62 checks: 51 passed, 5 findings (1 error, 4 warnings), 6 skipped, 0 failed, 1.2 s`.
pub fn summary(verified: &Verification) -> String {
    let parts = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Info, "info")];
    let parts = parts.map(|(severity, word)| (verified.of(severity).count(), word));
    let known = verified.findings.iter().filter(|finding| finding.known).count();
    let mut within: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| counted(*count, word)).collect();
    if known > 0 {
        within.push(format!("{known} known"));
    }
    let within = if within.is_empty() { String::new() } else { format!(" ({})", within.join(", ")) };
    format!(
        "{}: {} passed, {}{within}, {} skipped, {} failed, {:.1} s",
        counted(verified.checks.len(), "check"),
        verified.ended(Status::Pass),
        counted(verified.findings.len(), "finding"),
        verified.ended(Status::Skipped),
        verified.ended(Status::Failed),
        verified.ms / 1000.0
    )
}

fn counted(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}
