//! What the panes are told of the checks: the local relations `verification` and `urgent`. A run is kept until a person
//! asks for another, so that paging, sorting and filtering do not run checks.

use super::answer::fingerprint;
use super::hand::Ground;
use super::{ran, run};
use crate::catalog::Library;
use crate::engine::stop::Stop;
use crate::engine::{Inner, OnProgress};
use crate::model::Fault;
use crate::model::finding::{CheckRun, Finding, Selection, Severity, Status, Verification};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Why a check of the rows has not been run.
const NOT_ASKED: &str = "reads whole tables: r runs it (pgdeck verify runs all)";

/// How far up a check without findings stands: what could not be judged below the errors, then what was skipped.
const FAILED: u8 = 1;
const SKIPPED: u8 = 4;
const PASSED: u8 = 5;

/// The rows of `verification`: all checks. Those that read tables are run only where the person asked anew.
pub async fn verification(
    inner: &Inner,
    library: &Library,
    anew: bool,
    stop: &Stop,
    progress: OnProgress<'_>,
) -> Result<Value, Fault> {
    if let Some(kept) = kept(&inner.verified).filter(|_| !anew) {
        return Ok(rows(&kept));
    }
    let ground = Ground { inner, library, stop, progress };
    let verified = Arc::new(ran(ground, &Selection::default(), (!anew).then_some(NOT_ASKED)).await?);
    keep(&inner.verified, &verified);
    Ok(rows(&verified))
}

/// The rows of `urgent`: what the checks of the front page find, and which of them could not be judged. They are cheap and
/// run for every page; a record of the page is one of the same run.
pub async fn urgent(
    inner: &Inner,
    library: &Library,
    is_page: bool,
    stop: &Stop,
    progress: OnProgress<'_>,
) -> Result<Value, Fault> {
    if let Some(kept) = kept(&inner.urgent).filter(|_| !is_page) {
        return Ok(rows(&kept));
    }
    let selection = Selection { urgent: true, ..Selection::default() };
    let mut verified = run(inner, library, &selection, stop, progress).await?;
    verified.checks.retain(|check| check.status != Status::Pass);
    let verified = Arc::new(verified);
    keep(&inner.urgent, &verified);
    Ok(rows(&verified))
}

fn kept(place: &Mutex<Option<Arc<Verification>>>) -> Option<Arc<Verification>> {
    place.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn keep(place: &Mutex<Option<Arc<Verification>>>, verified: &Arc<Verification>) {
    *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(verified.clone());
}

/// One row per finding, and one per check without any, the most urgent first.
fn rows(verified: &Verification) -> Value {
    let checks: HashMap<&str, &CheckRun> = verified.checks.iter().map(|check| (check.id.as_str(), check)).collect();
    let findings = verified.findings.iter().filter_map(|finding| {
        let check = checks.get(finding.check.as_str())?;
        Some((of_severity(finding.severity), of_finding(check, finding)))
    });
    let without = verified.checks.iter().filter_map(|check| {
        let rank = match check.status {
            Status::Finding => return None,
            Status::Failed => FAILED,
            Status::Skipped => SKIPPED,
            Status::Pass => PASSED,
        };
        Some((rank, of_check(check)))
    });
    let mut rows: Vec<(u8, Value)> = findings.chain(without).collect();
    rows.sort_by_key(|(rank, _)| *rank);
    let numbered = rows.into_iter().enumerate().map(|(n, (_, mut row))| {
        row["nr"] = json!(n + 1);
        row
    });
    numbered.collect()
}

fn of_severity(severity: Severity) -> u8 {
    match severity {
        Severity::Error => 0,
        Severity::Warning => 2,
        Severity::Info => 3,
    }
}

fn of_finding(check: &CheckRun, finding: &Finding) -> Value {
    let mut row = of_check(check);
    row["severity"] = json!(finding.severity.name());
    row["object"] = json!(finding.object);
    row["detail"] = json!(finding.detail);
    row["fix"] = json!(finding.fix);
    row["pane"] = json!(finding.pane);
    row["filter"] = json!(finding.filter);
    row["fingerprint"] = json!(finding.fingerprint);
    row
}

/// A check that found nothing has no severity: that of its findings would alarm.
fn of_check(check: &CheckRun) -> Value {
    json!({
        "status": check.status.name(), "category": check.category, "about": check.about.name(), "check": check.id,
        "title": check.title, "reason": check.reason, "ms": check.ms, "fingerprint": fingerprint(&check.id, None, &[]),
    })
}
