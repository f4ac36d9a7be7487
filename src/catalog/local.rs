//! Local relations: what pgdeck itself knows, seen by a pane's SQL as relations. Their rows travel to the server as one
//! bound JSON parameter each, so that filtering, sorting and joining them is the server's work like all else.
//! It must not know where the rows come from.

use serde::Deserialize;

/// One relation a pane or check may ask for in its header (`local = [...]`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Local {
    /// The newest refresh of each view of this database, by the journal.
    Refreshes,
    /// How old the manifests allow views to be.
    Budgets,
    /// Operations on this database.
    Journal,
    /// Statements this process sent.
    Commands,
    /// The last run of all checks.
    Verification,
    /// The last run of the checks for the operational front page.
    Urgent,
    /// What was found of a text.
    Found,
}

const FINDINGS: &str = "nr bigint, status text, severity text, category text, about text, \"check\" text, title text, \
    object text, detail text, fix text, reason text, ms numeric, pane text, filter text, fingerprint text";

impl Local {
    /// The name the SQL knows it by.
    pub fn name(self) -> &'static str {
        match self {
            Local::Refreshes => "refreshes",
            Local::Budgets => "budgets",
            Local::Journal => "journal",
            Local::Commands => "commands",
            Local::Verification => "verification",
            Local::Urgent => "urgent",
            Local::Found => "found",
        }
    }

    /// Its columns, as a column definition list.
    pub fn columns(self) -> &'static str {
        match self {
            Local::Refreshes => {
                "schema text, view text, at timestamp with time zone, mode text, ms numeric, changes numeric"
            }
            Local::Budgets => "schema text, view text, budget interval",
            Local::Journal => {
                "id text, at timestamp with time zone, event text, operation text, object text, role text, outcome text, \
                 detail text"
            }
            Local::Commands => {
                "nr bigint, at timestamp with time zone, what text, ms numeric, rows bigint, outcome text, sql text"
            }
            Local::Verification | Local::Urgent => FINDINGS,
            Local::Found => {
                "nr bigint, id text, says text, state text, what text, label text, tenant text, at timestamp with time zone, \
                 by text, \"table\" text, key text, pane text, filter text, next text, scan text, deleted text"
            }
        }
    }
}
