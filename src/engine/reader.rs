//! Answers reads on one session. What costs a round trip and changes rarely is kept in the cache.

use super::OnProgress;
use super::bound::{Bound, Described};
use super::commands::Commands;
use super::local::Locals;
use super::operations::{Asking, Ground};
use super::page::{self, Page};
use super::statement::Statement;
use super::survey::Bindings;
use super::{describe, local, relation, survey, tenants, trash};
use crate::catalog::system::TableSpec;
use crate::catalog::{Generated, Library, PaneSpec, System};
use crate::db::{Change, Envelope, Rows, Session};
use crate::model::request::{PageRequest, Progress};
use crate::model::table::Key;
use crate::model::{Fault, Kind, Outcome, PaneRef, Request, Source};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

/// Characters of a cell when a record is read whole.
const RECORD_CELL_CHARS: usize = 1 << 20;

/// What was learnt from the server and is worth keeping.
#[derive(Default)]
pub(super) struct Cache(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    bindings: Option<Arc<Bindings>>,
    /// The cluster's own number, once asked for; None within where the role may not know it.
    cluster: Option<Option<String>>,
    relations: HashMap<PaneRef, Arc<Bound>>,
    /// Each with what was described: another text of the same pane has other columns.
    described: HashMap<PaneRef, Described>,
}

impl Cache {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// What the survey found, where it is known.
    pub fn bindings(&self) -> Option<Arc<Bindings>> {
        self.lock().bindings.clone()
    }

    /// The cluster's own number, where it was asked for.
    pub fn cluster(&self) -> Option<Option<String>> {
        self.lock().cluster.clone()
    }

    /// Keeps the cluster's own number.
    pub fn keep_cluster(&self, found: Option<String>) {
        self.lock().cluster = Some(found);
    }

    /// Forgets what is known of one pane's columns.
    pub fn forget(&self, pane: &PaneRef) {
        let mut kept = self.lock();
        kept.described.remove(pane);
        kept.relations.remove(pane);
    }

    /// Forgets everything; true when there was something to forget.
    pub fn clear(&self) -> bool {
        let kept = std::mem::take(&mut *self.lock());
        !kept.described.is_empty() || !kept.relations.is_empty()
    }
}

/// True for a fault that a changed schema can cause, so that asking anew may help.
pub(super) fn is_outdated(result: &Result<Outcome, Fault>) -> bool {
    const CHANGED: [&str; 5] = ["42P01", "42703", "42704", "42883", "3F000"];
    let code = result.as_ref().err().and_then(|fault| fault.sqlstate.as_deref());
    code.is_some_and(|code| CHANGED.contains(&code))
}

pub(super) struct Reader<'a> {
    pub session: &'a Session,
    pub cache: &'a Cache,
    pub library: &'a Library,
    pub envelope: &'a Envelope,
    pub progress: OnProgress<'a>,
    pub commands: &'a Commands,
    /// What pgdeck itself has to tell the SQL.
    pub locals: &'a Locals,
}

impl Reader<'_> {
    /// The outcome of a read.
    pub async fn answer(&self, request: &Request) -> Result<Outcome, Fault> {
        match request {
            Request::Survey => Ok(Outcome::Survey(self.survey().await?.survey.clone())),
            Request::Page(request) => self.page(request).await,
            Request::Estimate(request) => self.estimate(request).await,
            Request::Record { page, key } => self.record(page, key).await,
            Request::Tenants { text } => self.tenants(text).await,
            _ => Err(Fault::usage("this request is not a read")),
        }
    }

    async fn page(&self, request: &PageRequest) -> Result<Outcome, Fault> {
        // The columns of a library pane change with its file only, and then the whole library is bound anew.
        if request.anew {
            self.look_again(&request.pane).await?;
        }
        let described = self.described(&request.pane).await?;
        let page = Page::plan(request, &described, self.locals)?;
        let answer = self.run(&described.bound, &page.statement).await;
        let answer = answer.map_err(|fault| request.filter.blame(fault))?;
        Ok(Outcome::Table(Arc::new(page.table(answer))))
    }

    /// Forgets what may have changed with the tables. What was missing may have come.
    async fn look_again(&self, pane: &PaneRef) -> Result<(), Fault> {
        if matches!(pane, PaneRef::Relation { .. }) {
            self.cache.forget(pane);
            return Ok(());
        }
        match self.bindings().await?.bound.get(pane) {
            Some(bound) if bound.spec.generated.is_some() => self.cache.forget(pane),
            Some(_) => (),
            None => drop(self.survey().await?),
        }
        Ok(())
    }

    async fn estimate(&self, request: &PageRequest) -> Result<Outcome, Fault> {
        let described = self.described(&request.pane).await?;
        let statement = Page::estimate(request, &described, self.locals)?;
        let answer = self.run(&described.bound, &statement).await?;
        let rows = page::estimated(answer);
        rows.map(Outcome::Estimate).ok_or_else(|| Fault::query("the planner gave no estimate"))
    }

    async fn record(&self, request: &PageRequest, key: &Key) -> Result<Outcome, Fault> {
        let described = self.described(&request.pane).await?;
        let request = PageRequest { cell_chars: RECORD_CELL_CHARS, ..request.clone() };
        let statement = Page::record(&request, key, &described, self.locals)?;
        let answer = self.run(&described.bound, &statement).await?;
        let table = page::record_table(&described, answer, request.cell_chars)?;
        Ok(Outcome::Table(Arc::new(table)))
    }

    async fn tenants(&self, text: &str) -> Result<Outcome, Fault> {
        let bindings = self.bindings().await?;
        let mut found = Vec::new();
        let mut refused = None;
        for (source, system) in &bindings.systems {
            let Some(statement) = tenants::statement(source, system, text) else {
                continue;
            };
            let envelope = self.envelope_of(&bindings);
            match self.ask("tenants", &envelope, &statement.sql, &statement.params).await {
                Ok(answer) => found.extend(tenants::candidates(source, answer)),
                // One system's table that may not be read does not hide the tenants of the others.
                Err(fault) if fault.kind == Kind::Query => refused = refused.or(Some(fault)),
                Err(fault) => return Err(fault),
            }
        }
        match refused {
            Some(fault) if found.is_empty() => Err(fault),
            _ => Ok(Outcome::Tenants(found)),
        }
    }

    async fn run(&self, bound: &Bound, statement: &Statement) -> Result<Rows, Fault> {
        (self.progress)(Progress::Running);
        self.ask(&bound.pane.to_string(), &bound.envelope, &statement.sql, &statement.params).await
    }

    /// One read, noted in the command log under what it is for.
    pub async fn ask(
        &self,
        what: &str,
        envelope: &Envelope,
        sql: &str,
        params: &[Option<String>],
    ) -> Result<Rows, Fault> {
        let begun = Instant::now();
        let answer = self.session.read(envelope, sql, params).await;
        let rows = answer.as_ref().map(|answer| answer.rows.len());
        self.commands.note(what, sql, begun.elapsed(), rows.map_err(|fault| fault.message.as_str()));
        answer
    }

    /// One statement of a read of several, noted like any other.
    pub async fn ask_within(
        &self,
        what: &str,
        reading: &Change<'_>,
        sql: &str,
        params: &[Option<String>],
    ) -> Result<Vec<Vec<Option<String>>>, Fault> {
        let begun = Instant::now();
        let answer = reading.run(sql, params).await;
        let rows = answer.as_ref().map(Vec::len).map_err(|fault| fault.message.as_str());
        self.commands.note(what, sql, begun.elapsed(), rows);
        answer
    }

    pub async fn bindings(&self) -> Result<Arc<Bindings>, Fault> {
        match self.cache.bindings() {
            Some(bindings) => Ok(bindings),
            None => self.survey().await,
        }
    }

    /// Reads facts and standing tables, one after the other, and binds the library to them.
    async fn survey(&self) -> Result<Arc<Bindings>, Fault> {
        (self.progress)(Progress::Describing);
        let mut envelope = self.envelope.clone();
        let mut notes: Vec<String> = self.library.problems.iter().map(|fault| fault.message.clone()).collect();
        let mut facts = self.ask("survey", &envelope, survey::FACTS, &[]).await;
        if facts.as_ref().is_err_and(|fault| fault.is("22023")) {
            notes.push(format!("the server does not know the time zone {}; times are in UTC", envelope.time_zone));
            envelope.time_zone = "UTC".to_owned();
            facts = self.ask("survey", &envelope, survey::FACTS, &[]).await;
        }
        let facts = survey::facts(&facts?, self.session.is_pooled())?;
        let wanted = [Some(survey::wanted(self.library))];
        let standing = self.ask("survey", &envelope, survey::STANDING, &wanted).await?;
        let bindings = Arc::new(survey::bind(self.library, facts, &standing, &envelope, notes));
        let mut kept = self.cache.lock();
        *kept = Kept { bindings: Some(bindings.clone()), ..Kept::default() };
        Ok(bindings)
    }

    /// The envelope of reads that name everything in full, in the zone the survey settled on.
    pub fn envelope_of(&self, bindings: &Bindings) -> Envelope {
        Envelope { time_zone: bindings.survey.facts.time_zone.clone(), ..self.envelope.clone() }
    }

    async fn bound(&self, pane: &PaneRef) -> Result<Arc<Bound>, Fault> {
        let bindings = self.bindings().await?;
        if let Some(bound) = bindings.bound.get(pane) {
            return match bound.spec.generated {
                Some(kind) => self.generated(kind, bound, &bindings).await,
                None => Ok(bound.clone()),
            };
        }
        match pane {
            PaneRef::Relation { schema, name } => self.relation(pane, &bindings, schema, name).await,
            PaneRef::Library { .. } => Err(unbound(pane, &bindings)),
        }
    }

    async fn relation(
        &self,
        pane: &PaneRef,
        bindings: &Bindings,
        schema: &str,
        name: &str,
    ) -> Result<Arc<Bound>, Fault> {
        let kept = self.cache.lock().relations.get(pane).cloned();
        if let Some(bound) = kept {
            return Ok(bound);
        }
        (self.progress)(Progress::Describing);
        let envelope = self.envelope_of(bindings);
        let params = [Some(schema.to_owned()), Some(name.to_owned())];
        let answer = self.ask("describe", &envelope, relation::SQL, &params).await?;
        let search_path = survey::search_path("pg_catalog", &bindings.survey.facts);
        let envelope = Envelope { search_path, ..envelope };
        let root = relation::root(&answer).unwrap_or(name);
        let bound = Arc::new(relation::bind(pane, owner(bindings, schema, root), &answer, envelope)?);
        self.cache.lock().relations.insert(pane.clone(), bound.clone());
        Ok(bound)
    }

    /// A pane whose text is written from what stands of its system.
    async fn generated(&self, kind: Generated, bound: &Arc<Bound>, bindings: &Bindings) -> Result<Arc<Bound>, Fault> {
        let pane = &bound.pane;
        let kept = self.cache.lock().relations.get(pane).cloned();
        if let Some(kept) = kept {
            return Ok(kept);
        }
        (self.progress)(Progress::Describing);
        let stands = |(own, _): &&(Source, Arc<System>)| bound.source.as_ref() == Some(own);
        let (source, system) = bindings.systems.iter().find(stands).cloned().ok_or_else(|| unbound(pane, bindings))?;
        let asking = Asking::Read { what: "describe", reader: self, envelope: &bound.envelope };
        let ground = Ground::read(source, system, &bindings.survey.facts, &asking).await?;
        let written = match kind {
            Generated::Trash => trash::write(&ground, &asking).await?,
            Generated::History => trash::history::write(&ground)?,
        };
        let spec = PaneSpec { sql: written.sql, ..PaneSpec::clone(&bound.spec) };
        let bound = Arc::new(Bound { spec: Arc::new(spec), notes: written.notes, ..Bound::clone(bound) });
        self.cache.lock().relations.insert(pane.clone(), bound.clone());
        Ok(bound)
    }

    async fn described(&self, pane: &PaneRef) -> Result<Described, Fault> {
        let bound = self.bound(pane).await?;
        let kept = self.cache.lock().described.get(pane).cloned();
        match kept.filter(|kept| Arc::ptr_eq(&kept.bound, &bound)) {
            Some(kept) => Ok(kept),
            None => self.describe(bound).await,
        }
    }

    async fn describe(&self, bound: Arc<Bound>) -> Result<Described, Fault> {
        (self.progress)(Progress::Describing);
        let sql = &local::empty(&bound.spec.sql, &bound.spec.local);
        let names = self.ask("describe", &bound.envelope, &describe::names(sql), &[]).await?;
        let names = describe::read_names(names)?;
        let types = self.ask("describe", &bound.envelope, &describe::types(sql, &names), &[]).await?;
        let columns = Arc::new(describe::columns(&bound.spec, &names, types)?);
        let described = Described { bound, columns };
        self.cache.lock().described.insert(described.bound.pane.clone(), described.clone());
        Ok(described)
    }
}

/// The recognised system a table belongs to, and what its manifest says of the table.
fn owner<'b>(bindings: &'b Bindings, schema: &str, name: &str) -> Option<(Source, &'b TableSpec)> {
    let mut standing = bindings.systems.iter().filter(|(source, _)| source.schema == schema);
    standing.find_map(|(source, system)| {
        let table = system.tables.iter().find(|table| table.name == name)?;
        Some((source.clone(), table))
    })
}

/// Why a pane of the library cannot be asked here.
fn unbound(pane: &PaneRef, bindings: &Bindings) -> Fault {
    match bindings.survey.entry(pane).and_then(|entry| entry.disabled.as_ref()) {
        Some(reason) => Fault::query(format!("{pane} cannot be shown: {reason}")),
        None => Fault::usage(format!("no pane is called {pane} on this database")),
    }
}
