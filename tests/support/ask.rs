//! An engine on a test's database, asked one question per line. Its sessions live as long as it does.

#![allow(dead_code)]

use pgdeck::catalog::Library;
use pgdeck::db::{Env, Flags, Target};
use pgdeck::engine::{Engine, Limits, Stop};
use pgdeck::model::deck::{Survey, Tenant};
use pgdeck::model::filter::Filter;
use pgdeck::model::finding::{Selection, Verification};
use pgdeck::model::request::{From, PageRequest};
use pgdeck::model::table::{Key, SortKey};
use pgdeck::model::{Fault, Outcome, PaneRef, Request, Source, Table};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::runtime::Runtime;

/// An engine and the runtime its sessions live in.
pub struct Asker {
    pub engine: Engine,
    pub runtime: Runtime,
}

/// Limits that no test should meet, in this zone.
pub fn limits(time_zone: &str) -> Limits {
    Limits { statement_timeout_ms: 60_000, lock_timeout_ms: 10_000, time_zone: time_zone.to_owned() }
}

impl Asker {
    /// An engine with the embedded library, in UTC.
    pub fn new(conninfo: String) -> Self {
        Self::with(conninfo, Library::load(&[]), limits("UTC"))
    }

    /// An engine with the files of this directory laid over the embedded library.
    pub fn over(conninfo: String, dir: &std::path::Path) -> Self {
        Self::with(conninfo, Library::load(&[PathBuf::from(dir)]), limits("UTC"))
    }

    pub fn with(conninfo: String, library: Library, limits: Limits) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let flags = Flags { conninfo: Some(conninfo), ..Flags::default() };
        let target = Target::resolve(&flags, &Env::default()).unwrap_or_else(|fault| panic!("{fault}"));
        Self {
            engine: Engine::new(target, Arc::new(library), limits),
            runtime: runtime.expect("a runtime for the test"),
        }
    }

    pub fn run(&self, request: Request) -> Result<Outcome, Fault> {
        self.runtime.block_on(self.engine.run(request, Stop::never(), &|_| ()))
    }

    pub fn survey(&self) -> Arc<Survey> {
        match self.run(Request::Survey) {
            Ok(Outcome::Survey(survey)) => survey,
            other => panic!("no survey: {other:?}"),
        }
    }

    pub fn page(&self, request: PageRequest) -> Result<Arc<Table>, Fault> {
        self.run(Request::Page(request)).map(table)
    }

    /// The first page of up to 1000 rows.
    pub fn first(&self, pane: &PaneRef) -> Result<Arc<Table>, Fault> {
        self.page(PageRequest::first(pane.clone(), 1000))
    }

    pub fn record(&self, pane: &PaneRef, key: &Key) -> Result<Arc<Table>, Fault> {
        let page = PageRequest::first(pane.clone(), 1);
        self.run(Request::Record { page, key: key.clone() }).map(table)
    }

    pub fn estimate(&self, request: PageRequest) -> Result<f64, Fault> {
        self.run(Request::Estimate(request)).map(|outcome| match outcome {
            Outcome::Estimate(rows) => rows,
            other => panic!("no estimate: {other:?}"),
        })
    }

    /// A run of these checks.
    pub fn verify(&self, selection: Selection) -> Result<Arc<Verification>, Fault> {
        self.run(Request::Verify(selection)).map(|outcome| match outcome {
            Outcome::Verification(verified) => verified,
            other => panic!("no verification: {other:?}"),
        })
    }

    /// A run of all checks.
    pub fn verified(&self) -> Arc<Verification> {
        self.verify(Selection::default()).unwrap_or_else(|fault| panic!("{fault}"))
    }

    pub fn tenants(&self, text: &str) -> Vec<Tenant> {
        match self.run(Request::Tenants { text: text.to_owned() }) {
            Ok(Outcome::Tenants(tenants)) => tenants,
            other => panic!("no tenants: {other:?}"),
        }
    }
}

fn table(outcome: Outcome) -> Arc<Table> {
    match outcome {
        Outcome::Table(table) => table,
        other => panic!("no table: {other:?}"),
    }
}

/// A table or view.
pub fn relation(schema: &str, name: &str) -> PaneRef {
    PaneRef::Relation { schema: schema.to_owned(), name: name.to_owned() }
}

/// A pane of the crm system in its own schema.
pub fn crm(name: &str) -> PaneRef {
    let source = Source { system: "crm".to_owned(), schema: "crm".to_owned() };
    PaneRef::Library { name: name.to_owned(), source: Some(source) }
}

/// The first page of what this filter leaves.
pub fn filtered(pane: &PaneRef, filter: &str) -> PageRequest {
    let filter = Filter::parse(filter).unwrap_or_else(|fault| panic!("{fault}"));
    PageRequest { filter, ..PageRequest::first(pane.clone(), 1000) }
}

/// The first page in this order: `-name` is descending.
pub fn sorted(pane: &PaneRef, columns: &[&str], limit: usize) -> PageRequest {
    let key = |name: &&str| SortKey { column: name.trim_start_matches('-').into(), descending: name.starts_with('-') };
    PageRequest { sort: columns.iter().map(key).collect(), ..PageRequest::first(pane.clone(), limit) }
}

/// The page after the last row of this one.
pub fn after(request: &PageRequest, page: &Table) -> PageRequest {
    let order = page.rows.last().map(|row| row.order.clone()).unwrap_or_default();
    PageRequest { from: From::After(order), ..request.clone() }
}

/// The position of a column.
pub fn index(table: &Table, name: &str) -> usize {
    let at = table.columns.iter().position(|column| column.name == name);
    at.unwrap_or_else(|| panic!("{} has no column {name}", table.pane))
}

/// The values of one column.
pub fn column(table: &Table, name: &str) -> Vec<Option<String>> {
    let at = index(table, name);
    table.rows.iter().map(|row| row.cells[at].text().map(str::to_owned)).collect()
}

/// The names of the columns.
pub fn headings(table: &Table) -> Vec<&str> {
    table.columns.iter().map(|column| column.name.as_str()).collect()
}
