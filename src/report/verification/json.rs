//! The `verify` shape of DESIGN §5.

use crate::model::finding::{CheckRun, Finding, Severity, Status, Verification};
use crate::report::json::{comma, optional, strings};
use crate::report::value::{iso, string};
use std::io::{self, Write};

/// Checks, findings and the summary.
pub fn json(verified: &Verification, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{{\"schema\":1,\"taken_at\":{},\"checks\":[", string(&iso(&verified.taken_at)))?;
    for (n, run) in verified.checks.iter().enumerate() {
        write!(out, "{}\n{}", comma(n), check(run))?;
    }
    out.write_all(b"],\"findings\":[")?;
    for (n, one) in verified.findings.iter().enumerate() {
        write!(out, "{}\n{}", comma(n), finding(one))?;
    }
    writeln!(out, "],\"notes\":{},\"summary\":{}}}", strings(&verified.notes), summary(verified))
}

fn check(run: &CheckRun) -> String {
    let [id, title, category] = [&run.id, &run.title, &run.category].map(|text| string(text));
    let (status, severity, about) = (run.status.name(), run.severity.name(), run.about.name());
    let reason = optional(run.reason.as_deref());
    format!(
        "{{\"id\":{id},\"status\":\"{status}\",\"severity\":\"{severity}\",\"reason\":{reason},\"ms\":{:.1},\
         \"title\":{title},\"category\":{category},\"about\":\"{about}\"}}",
        run.ms
    )
}

fn finding(one: &Finding) -> String {
    let [check, object, detail] = [&one.check, &one.object, &one.detail].map(|text| string(text));
    let [fix, pane, filter] = [&one.fix, &one.pane, &one.filter].map(|text| optional(text.as_deref()));
    let (severity, fingerprint, known) = (one.severity.name(), string(&one.fingerprint), one.known);
    format!(
        "{{\"check\":{check},\"severity\":\"{severity}\",\"object\":{object},\"detail\":{detail},\"fix\":{fix},\
         \"fingerprint\":{fingerprint},\"known\":{known},\"pane\":{pane},\"filter\":{filter}}}"
    )
}

fn summary(verified: &Verification) -> String {
    let of = |severity| verified.of(severity).count();
    format!(
        "{{\"checks\":{},\"passed\":{},\"with_findings\":{},\"skipped\":{},\"failed\":{},\"findings\":{},\"errors\":{},\
         \"warnings\":{},\"infos\":{},\"known\":{},\"ms\":{:.1}}}",
        verified.checks.len(),
        verified.ended(Status::Pass),
        verified.ended(Status::Finding),
        verified.ended(Status::Skipped),
        verified.ended(Status::Failed),
        verified.findings.len(),
        of(Severity::Error),
        of(Severity::Warning),
        of(Severity::Info),
        verified.findings.iter().filter(|finding| finding.known).count(),
        verified.ms
    )
}
