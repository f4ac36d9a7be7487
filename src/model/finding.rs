//! What the verification suite says: one run per check, one finding per thing that is wrong (DESIGN §5, `verify`).

use serde::Deserialize;

/// How much a finding matters. Ordered: an error is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Info,
    Warning,
    Error,
}

impl Severity {
    /// The name used in headers, JSON and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// What a check looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum About {
    /// The catalogue only.
    Schema,
    /// The rows of tables.
    Data,
    /// What the server does at the moment.
    State,
}

impl About {
    /// The name used in headers, JSON and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            About::Schema => "schema",
            About::Data => "data",
            About::State => "state",
        }
    }
}

/// How one check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    Pass,
    Finding,
    /// It could not be judged here; never the same as passed.
    Skipped,
    /// The server refused or failed it.
    Failed,
}

impl Status {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Status::Pass => "pass",
            Status::Finding => "finding",
            Status::Skipped => "skipped",
            Status::Failed => "failed",
        }
    }
}

/// One check that was run, or not.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckRun {
    /// The whole name: `fk-no-index`, `crm/cnt-drift`, `crm@other/cnt-drift`.
    pub id: String,
    pub title: String,
    pub severity: Severity,
    pub category: String,
    pub about: About,
    pub status: Status,
    /// Why it was skipped or failed; with findings, that there are more.
    pub reason: Option<String>,
    /// How long it ran.
    pub ms: f64,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The id of its check.
    pub check: String,
    pub severity: Severity,
    pub object: String,
    pub detail: String,
    pub fix: Option<String>,
    /// The same for the same thing on every run: no oid, size, count or time in it.
    pub fingerprint: String,
    /// The pane that shows it, and the filter that picks it there.
    pub pane: Option<String>,
    pub filter: Option<String>,
    /// Greater comes first among findings of one severity.
    pub weight: f64,
    /// A baseline knows it: it is told, and does not count.
    pub known: bool,
}

/// A whole run. Findings are ordered, the most urgent first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verification {
    pub checks: Vec<CheckRun>,
    pub findings: Vec<Finding>,
    /// The server's clock at the beginning, ISO with offset.
    pub taken_at: String,
    /// What a reader should know: findings cut off, baseline entries that are gone.
    pub notes: Vec<String>,
    /// How long the whole run took.
    pub ms: f64,
}

impl Verification {
    /// How many checks ended so.
    pub fn ended(&self, status: Status) -> usize {
        self.checks.iter().filter(|check| check.status == status).count()
    }

    /// The findings of one severity.
    pub fn of(&self, severity: Severity) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| finding.severity == severity)
    }

    /// The findings that count: at this severity or above, and not known before.
    pub fn counting(&self, from: Severity) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| finding.severity >= from && !finding.known)
    }
}

/// Which checks to run. Empty lists mean all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Patterns over the whole or the bare name; `*` stands for any text.
    pub checks: Vec<String>,
    pub only: Vec<About>,
    /// Only the checks of this system.
    pub system: Option<String>,
    /// Only those for the operational front page.
    pub urgent: bool,
}
