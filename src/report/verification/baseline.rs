//! A baseline: the findings somebody has looked at and leaves as they are, by fingerprint. Check and object stand beside it
//! for people and are never compared.

use crate::model::Fault;
use crate::model::finding::{CheckRun, Status, Verification};
use crate::report::value::string;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Entry {
    fingerprint: String,
    #[serde(default)]
    check: String,
    #[serde(default)]
    object: String,
}

#[derive(Debug, Deserialize)]
struct File {
    schema: u32,
    findings: Vec<Entry>,
}

/// What is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline(Vec<Entry>);

impl Baseline {
    /// Reads a baseline file. `origin` names it in faults.
    pub fn parse(text: &str, origin: &str) -> Result<Self, Fault> {
        let file: File = serde_json::from_str(text)
            .map_err(|error| Fault::config(format!("{origin} is no baseline: {error}")).hint(WRITE))?;
        match file.schema {
            1 => Ok(Self(file.findings)),
            other => Err(Fault::config(format!("{origin}: a baseline of form {other} is not known")).hint(WRITE)),
        }
    }

    /// Marks what is known, and notes what is known and gone: those entries can go too.
    pub fn mark(&self, verified: &mut Verification) {
        let known: BTreeSet<&str> = self.0.iter().map(|entry| entry.fingerprint.as_str()).collect();
        for finding in &mut verified.findings {
            finding.known = known.contains(finding.fingerprint.as_str());
        }
        let found: BTreeSet<&str> = verified.findings.iter().map(|finding| finding.fingerprint.as_str()).collect();
        let judged = judged(verified);
        let gone =
            |entry: &&Entry| judged.contains(entry.check.as_str()) && !found.contains(entry.fingerprint.as_str());
        let gone: Vec<String> = self.0.iter().filter(gone).map(Entry::gone).collect();
        verified.notes.extend(gone);
    }

    /// What is known after this run: all it found, and what its checks could not say anything about.
    pub fn after(&self, verified: &Verification) -> Self {
        let judged = judged(verified);
        let kept = self.0.iter().filter(|entry| !judged.contains(entry.check.as_str())).cloned();
        let found = verified.findings.iter().map(|finding| Entry {
            fingerprint: finding.fingerprint.clone(),
            check: finding.check.clone(),
            object: finding.object.clone(),
        });
        let mut all: BTreeMap<(String, String, String), Entry> = BTreeMap::new();
        for entry in kept.chain(found) {
            all.insert((entry.check.clone(), entry.object.clone(), entry.fingerprint.clone()), entry);
        }
        Self(all.into_values().collect())
    }

    /// Writes the file, one finding a line, so that a change of it reads well.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"{\"schema\":1,\"findings\":[")?;
        for (n, entry) in self.0.iter().enumerate() {
            let [fingerprint, check, object] =
                [&entry.fingerprint, &entry.check, &entry.object].map(|text| string(text));
            let comma = if n == 0 { "" } else { "," };
            write!(out, "{comma}\n{{\"fingerprint\":{fingerprint},\"check\":{check},\"object\":{object}}}")?;
        }
        out.write_all(b"\n]}\n")
    }
}

const WRITE: &str = "pgdeck verify --baseline FILE --write-baseline writes one";

impl Entry {
    fn gone(&self) -> String {
        format!("{} {} is in the baseline and was not found any more", self.check, self.object)
    }
}

/// The checks that said all there is to say: of the others nobody knows what they would find.
fn judged(verified: &Verification) -> BTreeSet<String> {
    let is_whole = |check: &&CheckRun| match check.status {
        Status::Pass => true,
        // A reason says that there is more than was told.
        Status::Finding => check.reason.is_none(),
        Status::Skipped | Status::Failed => false,
    };
    let whole = verified.checks.iter().filter(is_whole);
    whole.map(|check| check.id.clone()).collect()
}
