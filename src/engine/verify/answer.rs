//! What came of a check: its findings, or why it could not be judged. It must not know a session.

use super::ask::MOST;
use super::task::Task;
use crate::catalog::CheckSpec;
use crate::db::Rows;
use crate::model::Fault;
use crate::model::finding::{CheckRun, Finding, Status};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// A check that is through.
pub struct Judged {
    pub run: CheckRun,
    pub findings: Vec<Finding>,
    pub notes: Vec<String>,
    /// The server's clock; none where it did not answer.
    pub taken_at: Option<String>,
}

/// Judges the answer to a check's statement.
pub fn judge(task: &Task, answer: Result<Rows, Fault>, ms: f64) -> Judged {
    let taken_at = answer.as_ref().ok().map(|answer| answer.taken_at.clone());
    let findings = answer.map_err(|fault| refused(task, &fault, ms)).and_then(|answer| {
        let findings = answer.rows.into_iter().map(|row| finding(task, row)).collect::<Result<Vec<_>, _>>();
        findings.map_err(|reason| (Status::Failed, reason))
    });
    match findings {
        Err((status, reason)) => {
            Judged { run: task.run(status, Some(reason), ms), findings: Vec::new(), notes: Vec::new(), taken_at }
        }
        Ok(mut findings) => {
            let status = if findings.is_empty() { Status::Pass } else { Status::Finding };
            let more = (findings.len() > MOST).then(|| format!("more than {MOST} found, the first {MOST} are told"));
            let notes = more.iter().map(|more| format!("{}: {more}", task.id)).collect();
            findings.truncate(MOST);
            Judged { run: task.run(status, more, ms), findings, notes, taken_at }
        }
    }
}

/// The finding of one row. Fails where the SQL does not say what a finding needs.
pub fn finding(task: &Task, row: Vec<Option<String>>) -> Result<Finding, String> {
    let text = row.into_iter().next().flatten().unwrap_or_default();
    let row: Map<String, Value> =
        serde_json::from_str(&text).map_err(|error| format!("its row is no JSON: {error}"))?;
    if let Some(name) = columns(&task.spec).find(|name| !row.contains_key(*name)) {
        return Err(format!("the SQL has no column {name}"));
    }
    let object = cell(&row, "object").ok_or("it found something without saying what: object is NULL")?;
    let identity: Vec<Option<String>> = task.spec.identity.iter().map(|name| cell(&row, name)).collect();
    Ok(Finding {
        check: task.id.clone(),
        severity: task.spec.severity,
        fingerprint: fingerprint(&task.id, Some(&object), &identity),
        detail: cell(&row, "detail").unwrap_or_default(),
        fix: cell(&row, "fix"),
        filter: cell(&row, "filter"),
        pane: task.door.clone(),
        weight: cell(&row, "weight").and_then(|weight| weight.parse().ok()).unwrap_or(0.0),
        known: false,
        object,
    })
}

/// The columns every check must have.
pub fn columns(spec: &CheckSpec) -> impl Iterator<Item = &str> {
    ["object", "detail", "fix"].into_iter().chain(spec.identity.iter().map(String::as_str))
}

fn cell(row: &Map<String, Value>, name: &str) -> Option<String> {
    match row.get(name)? {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// The same for the same thing on every run, and another for every other: each part goes in with its length.
pub fn fingerprint(check: &str, object: Option<&str>, identity: &[Option<String>]) -> String {
    let mut hash = Sha256::new();
    let parts = [Some(check), object].into_iter().chain(identity.iter().map(Option::as_deref));
    for part in parts {
        match part {
            None => hash.update(u64::MAX.to_be_bytes()),
            Some(part) => {
                hash.update((part.len() as u64).to_be_bytes());
                hash.update(part);
            }
        }
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// What a fault means for the check: what the role may not see or the place does not have is skipped, all else has failed.
fn refused(task: &Task, fault: &Fault, ms: f64) -> (Status, String) {
    let limit = f64::from(task.envelope.statement_timeout_ms);
    match fault.sqlstate.as_deref() {
        Some("42501") => {
            let hint = fault.hint.as_deref().unwrap_or("its owner can GRANT it");
            (
                Status::Skipped,
                format!("needs a privilege: {} ({})", fault.message, hint.trim_start_matches("its owner can: ")),
            )
        }
        // The tables of a system may stand without its functions: others have made them.
        Some("42883") if task.source.is_some() => {
            (Status::Skipped, format!("needs a function of the system that is not here: {}", fault.message))
        }
        Some("57014") if limit > 0.0 && ms >= limit => {
            let seconds = limit / 1000.0;
            (Status::Failed, format!("took longer than {seconds} s (statement_timeout_ms in config.toml)"))
        }
        Some("55P03") => {
            let limit = task.envelope.lock_timeout_ms;
            (Status::Failed, format!("waited longer than {limit} ms for a lock: {}", fault.message))
        }
        Some(code) => (Status::Failed, format!("{} ({code})", fault.message)),
        None => (Status::Failed, fault.message.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_tells_parts_apart() {
        let some = |text: &str| Some(text.to_owned());
        let one = fingerprint("c", Some("ab"), &[some("c")]);
        assert_eq!(one, fingerprint("c", Some("ab"), &[some("c")]));
        for other in [
            fingerprint("c", Some("a"), &[some("bc")]),
            fingerprint("c", Some("ab"), &[None]),
            fingerprint("c", Some("ab"), &[]),
            fingerprint("ca", Some("b"), &[some("c")]),
        ] {
            assert_ne!(one, other);
        }
        assert!(one.len() == 16 && one.chars().all(|c| c.is_ascii_hexdigit()));
    }
}
