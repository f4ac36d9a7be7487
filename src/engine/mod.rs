//! Request → Outcome. It owns the sessions and decides what is asked of the server and how.
//! It must not know a terminal, a command line or an output format.

mod bound;
pub mod clock;
mod commands;
mod describe;
mod filter;
mod find;
mod grants;
pub mod journal;
mod keyset;
mod local;
mod mask;
mod moment;
mod operations;
mod page;
mod pool;
mod reader;
mod relation;
pub mod remembered;
mod statement;
pub mod stop;
mod survey;
mod systems;
mod tenants;
mod told;
mod trash;
mod verify;

pub use grants::grants;
pub use stop::{Stop, StopHandle};
pub use verify::{Planted, Tried};

use crate::catalog::Library;
use crate::catalog::library::PaneId;
use crate::db::Envelope;
use crate::db::{Session, Target};
use crate::model::finding::Verification;
use crate::model::operation::{Plan, Receipt};
use crate::model::request::{Find, Progress, Scope};
use crate::model::{Fault, Kind, Outcome, Request};
use commands::Commands;
use journal::Journal;
use local::Locals;
use pool::Pool;
use reader::{Cache, Reader};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

/// Told how far a request has come.
pub type OnProgress<'a> = &'a (dyn Fn(Progress) + Send + Sync);

/// Limits of every read.
#[derive(Clone, Debug)]
pub struct Limits {
    pub statement_timeout_ms: u32,
    pub lock_timeout_ms: u32,
    /// The zone times are written in; UTC where the server does not know it.
    pub time_zone: String,
}

impl Limits {
    fn envelope(&self) -> Envelope {
        Envelope {
            search_path: vec!["pg_catalog".to_owned()],
            statement_timeout_ms: self.statement_timeout_ms,
            lock_timeout_ms: self.lock_timeout_ms,
            time_zone: self.time_zone.clone(),
        }
    }
}

/// The one way to a database. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    target: Target,
    pool: Pool,
    cache: Cache,
    library: RwLock<Arc<Library>>,
    envelope: Envelope,
    closing: StopHandle,
    running: AtomicUsize,
    /// Operations being carried out: they are waited for, whatever happens.
    operating: AtomicUsize,
    journal: Journal,
    commands: Commands,
    /// Nobody is there to be told how an operation ends.
    alone: AtomicBool,
    /// The next survey tells what became of earlier operations.
    looks_back: AtomicBool,
    /// The last run of all checks, and of those for the front page.
    verified: Mutex<Option<Arc<Verification>>>,
    urgent: Mutex<Option<Arc<Verification>>>,
    /// The last search: what was looked for, in whose scope, and what it brought.
    found: Mutex<Option<Sought>>,
}

/// What was looked for, in whose scope, and what it brought.
type Sought = ((Find, Option<Scope>), Arc<find::Found>);

impl Inner {
    fn library(&self) -> Arc<Library> {
        self.library.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn reader<'a>(
        &'a self,
        session: &'a Session,
        library: &'a Library,
        locals: &'a Locals,
        progress: OnProgress<'a>,
    ) -> Reader<'a> {
        let (cache, envelope, commands) = (&self.cache, &self.envelope, &self.commands);
        Reader { session, cache, library, envelope, progress, commands, locals }
    }
}

/// Counts a request as running for as long as it lives.
struct Running<'a>(&'a AtomicUsize);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Engine {
    /// An engine that has not connected yet and carries nothing out, because it has no journal.
    pub fn new(target: Target, library: Arc<Library>, limits: Limits) -> Self {
        Self::recording(target, library, limits, Journal::nowhere())
    }

    /// An engine that has not connected yet and records what it changes in this journal.
    pub fn recording(target: Target, library: Arc<Library>, limits: Limits, journal: Journal) -> Self {
        Self {
            inner: Arc::new(Inner {
                pool: Pool::new(target.clone()),
                target,
                cache: Cache::default(),
                library: RwLock::new(library),
                envelope: limits.envelope(),
                closing: stop::pair().0,
                running: AtomicUsize::new(0),
                operating: AtomicUsize::new(0),
                journal,
                alone: AtomicBool::new(false),
                looks_back: AtomicBool::new(false),
                commands: Commands::default(),
                verified: Mutex::default(),
                urgent: Mutex::default(),
                found: Mutex::default(),
            }),
        }
    }

    /// Where it connects to, for a person.
    pub fn label(&self) -> String {
        self.inner.target.label()
    }

    /// The library panes are bound from at the next survey.
    pub fn library(&self) -> Arc<Library> {
        self.inner.library()
    }

    /// Takes another library; the next survey binds it.
    pub fn set_library(&self, library: Arc<Library>) {
        match self.inner.library.write() {
            Ok(mut own) => *own = library,
            Err(poisoned) => *poisoned.into_inner() = library,
        }
        self.inner.cache.clear();
        for kept in [&self.inner.verified, &self.inner.urgent] {
            *kept.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }

    /// The next survey notes what earlier operations left open, and what ended while nobody was there.
    pub fn look_back(&self) {
        self.inner.looks_back.store(true, Ordering::SeqCst);
    }

    /// From now on nobody is there to be told: operations on their way finish, and the journal remembers to tell it later.
    pub fn leave_alone(&self) {
        self.inner.alone.store(true, Ordering::SeqCst);
    }

    /// Answers a request. When `stop` comes first, what runs is cancelled on the server and the answer is
    /// an interrupted fault. A read that finds its session lost is tried once more on a new one. An operation that has
    /// begun is stopped only by `stop`, never by the end of the program.
    pub async fn run(&self, request: Request, stop: Stop, progress: OnProgress<'_>) -> Result<Outcome, Fault> {
        let inner = &self.inner;
        if let Request::Perform(plan) = request {
            return self.perform(*plan, &stop, progress).await.map(Outcome::Receipt);
        }
        inner.running.fetch_add(1, Ordering::SeqCst);
        let _running = Running(&inner.running);
        let stop = stop.or(&inner.closing);
        match request {
            Request::Plan(intent) => {
                operations::plan(inner, &self.library(), intent, &stop, progress).await.map(Outcome::Plan)
            }
            Request::Verify(selection) => {
                let verified = verify::run(inner, &self.library(), &selection, &stop, progress).await;
                verified.map(|verified| Outcome::Verification(Arc::new(verified)))
            }
            Request::Survey => {
                let outcome = self.read(&Request::Survey, &stop, progress).await?;
                Ok(operations::look_back(inner, outcome, &stop, progress).await)
            }
            Request::Journal => remembered::listing(inner, &self.library(), &stop, progress).await,
            read => self.read(&read, &stop, progress).await,
        }
    }

    /// Tries one check of the library in every place it is bound, as its author wants to know it: its columns, what it
    /// finds, and, where writing is allowed, whether it finds what it plants. What is planted is rolled back.
    pub async fn try_check(&self, check: &PaneId, plants: bool, stop: Stop) -> Result<Vec<Tried>, Fault> {
        let inner = &self.inner;
        inner.running.fetch_add(1, Ordering::SeqCst);
        let _running = Running(&inner.running);
        verify::try_check(inner, &self.library(), check, plants, &stop.or(&inner.closing)).await
    }

    async fn perform(&self, plan: Plan, stop: &Stop, progress: OnProgress<'_>) -> Result<Receipt, Fault> {
        let inner = &self.inner;
        inner.operating.fetch_add(1, Ordering::SeqCst);
        let _operating = Running(&inner.operating);
        let result = operations::perform(inner, &self.library(), plan, stop, progress).await;
        // What stands in the database may be something else now.
        inner.cache.clear();
        *inner.found.lock().unwrap_or_else(PoisonError::into_inner) = None;
        result
    }

    async fn read(&self, request: &Request, stop: &Stop, progress: OnProgress<'_>) -> Result<Outcome, Fault> {
        let locals = told::of(&self.inner, &self.library(), request, stop, progress).await?;
        let (result, again) = self.attempt(request, &locals, stop, progress).await;
        if !again {
            return result;
        }
        self.attempt(request, &locals, stop, progress).await.0
    }

    /// One try; the flag says that another on a new session may do better.
    async fn attempt(
        &self,
        request: &Request,
        locals: &Locals,
        stop: &Stop,
        progress: OnProgress<'_>,
    ) -> (Result<Outcome, Fault>, bool) {
        let inner = &self.inner;
        if inner.pool.is_empty() {
            progress(Progress::Connecting);
        }
        let taken = tokio::select! {
            biased;
            () = stop.stopped() => Err(pool::stopped()),
            taken = inner.pool.take() => taken,
        };
        let (session, used) = match taken {
            Ok(taken) => taken,
            Err(fault) => return (Err(fault), false),
        };
        let library = self.library();
        let reader = inner.reader(&session, &library, locals, progress);
        let result = pool::until_stopped(&session, stop, reader.answer(request)).await;
        let kind = result.as_ref().err().map(|fault| fault.kind);
        if kind != Some(Kind::Interrupted) {
            inner.pool.give_back(session);
        }
        let lost = used && kind == Some(Kind::Connection);
        if lost {
            inner.pool.clear();
        }
        let outdated = reader::is_outdated(&result) && inner.cache.clear();
        (result, lost || outdated)
    }

    /// Stops every running read, waits a moment for the server to hear it, waits for operations to their end, and closes
    /// all sessions.
    pub async fn close(&self) {
        self.inner.closing.stop();
        // What is still on its way ends after its face.
        self.leave_alone();
        while self.inner.operating.load(Ordering::SeqCst) > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        for _ in 0..100 {
            if self.inner.running.load(Ordering::SeqCst) == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.inner.pool.clear();
    }
}
