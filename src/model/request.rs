//! What a face may ask the engine, and what it gets back. The screen and the command line ask alike.

use super::deck::{Survey, Tenant};
use super::filter::Filter;
use super::finding::{Selection, Verification};
use super::operation::{Intent, Plan, Receipt};
use super::pane::{PaneRef, Source};
use super::table::{Key, SortKey, Table};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Where a page starts.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum From {
    #[default]
    Start,
    /// After the row with these order values.
    After(Key),
    /// Before the row with these order values, nearest rows last.
    Before(Key),
    /// The last rows.
    End,
}

/// The tenant all panes of one system are limited to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// The system the tenant belongs to; panes from elsewhere do not know its key.
    pub source: Source,
    /// The key as the server's text.
    pub key: String,
}

/// A text to be looked for in every recognised table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Find {
    pub text: String,
    /// Big tables are read row by row where no index serves.
    pub scan: bool,
}

/// One page of one pane.
#[derive(Clone, Debug, PartialEq)]
pub struct PageRequest {
    pub pane: PaneRef,
    pub scope: Option<Scope>,
    pub filter: Filter,
    /// Empty: the pane's own order.
    pub sort: Vec<SortKey>,
    pub from: From,
    /// At most this many rows.
    pub limit: usize,
    /// Empty: all columns of the pane.
    pub columns: Vec<String>,
    /// At most this many characters of each cell.
    pub cell_chars: usize,
    /// The person asked to read it again: columns may have changed, and checks are run anew.
    pub anew: bool,
    /// What the pane of a search looks for.
    pub find: Option<Find>,
}

impl PageRequest {
    /// The first page of a pane in its own order.
    pub fn first(pane: PaneRef, limit: usize) -> Self {
        Self {
            pane,
            scope: None,
            filter: Filter::default(),
            sort: Vec::new(),
            from: From::Start,
            limit,
            columns: Vec::new(),
            cell_chars: 2000,
            anew: false,
            find: None,
        }
    }
}

/// A system to be installed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Install {
    pub system: String,
    /// The schema to install into; the system's name by default.
    pub schema: Option<String>,
    /// How many leads' worth of sample rows; none by default.
    pub sample_rows: Option<u64>,
    /// Uninstalling drops rows that are not ours too.
    #[serde(default)]
    pub drop_rows: bool,
}

/// Anything the engine can be asked. Every variant has one kind of outcome.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// Connect, read the server's facts, recognise systems, bind panes.
    Survey,
    Page(PageRequest),
    /// About how many rows the pages of this request hold in all.
    Estimate(PageRequest),
    /// One row whole, by the identity in `key`.
    Record {
        page: PageRequest,
        key: Key,
    },
    /// Tenants whose key, slug or label begins with or contains the text; bounded.
    Tenants {
        text: String,
    },
    /// What an operation would do. Changes nothing.
    Plan(Intent),
    /// Carries a plan out as it was shown; what changed since makes it fail.
    Perform(Box<Plan>),
    /// Runs checks.
    Verify(Selection),
    /// The operations on this database, as the journal tells them.
    Journal,
}

/// What came of a request.
// One at a time is on its way, and none is kept in a list.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    Survey(Arc<Survey>),
    Table(Arc<Table>),
    Estimate(f64),
    Tenants(Vec<Tenant>),
    Plan(Plan),
    Receipt(Receipt),
    Verification(Arc<Verification>),
}

/// How far a request has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    Connecting,
    Describing,
    Running,
    /// So many checks of so many are through.
    Checks {
        done: u32,
        of: u32,
    },
    /// An operation has come to this step, after so many seconds.
    Step {
        what: &'static str,
        seconds: u32,
    },
    /// So many rows of so many have been moved; of 0 where nobody knows how many there are.
    Rows {
        what: &'static str,
        done: u64,
        of: u64,
    },
}
