//! Request → Outcome. It owns the sessions and decides what is asked of the server and how.
//! It must not know a terminal, a command line or an output format.

mod bound;
mod describe;
mod filter;
mod keyset;
mod moment;
mod page;
mod pool;
mod reader;
mod relation;
mod statement;
pub mod stop;
mod survey;
mod systems;
mod tenants;

pub use stop::{Stop, StopHandle};

use crate::catalog::Library;
use crate::db::Envelope;
use crate::db::Target;
use crate::model::request::Progress;
use crate::model::{Fault, Kind, Outcome, Request};
use pool::Pool;
use reader::{Cache, Reader};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, RwLock};
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
}

/// Counts a request as running for as long as it lives.
struct Running<'a>(&'a AtomicUsize);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Engine {
    /// An engine that has not connected yet.
    pub fn new(target: Target, library: Arc<Library>, limits: Limits) -> Self {
        Self {
            inner: Arc::new(Inner {
                pool: Pool::new(target.clone()),
                target,
                cache: Cache::default(),
                library: RwLock::new(library),
                envelope: limits.envelope(),
                closing: stop::pair().0,
                running: AtomicUsize::new(0),
            }),
        }
    }

    /// Where it connects to, for a person.
    pub fn label(&self) -> String {
        self.inner.target.label()
    }

    /// The library panes are bound from at the next survey.
    pub fn library(&self) -> Arc<Library> {
        match self.inner.library.read() {
            Ok(library) => library.clone(),
            Err(poisoned) => poisoned.into_inner().clone(),
        }
    }

    /// Takes another library; the next survey binds it.
    pub fn set_library(&self, library: Arc<Library>) {
        match self.inner.library.write() {
            Ok(mut own) => *own = library,
            Err(poisoned) => *poisoned.into_inner() = library,
        }
        self.inner.cache.clear();
    }

    /// Answers a request. When `stop` comes first, what runs is cancelled on the server and the answer is
    /// an interrupted fault. A read that finds its session lost is tried once more on a new one.
    pub async fn run(&self, request: Request, stop: Stop, progress: OnProgress<'_>) -> Result<Outcome, Fault> {
        self.inner.running.fetch_add(1, Ordering::SeqCst);
        let _running = Running(&self.inner.running);
        let stop = stop.or(&self.inner.closing);
        match request {
            Request::PlanInstall(_) | Request::Install(_) | Request::PlanUninstall(_) | Request::Uninstall(_) => {
                systems::run(&self.inner.target, &self.library(), request).await
            }
            read => self.read(&read, &stop, progress).await,
        }
    }

    async fn read(&self, request: &Request, stop: &Stop, progress: OnProgress<'_>) -> Result<Outcome, Fault> {
        let (result, again) = self.attempt(request, stop, progress).await;
        if !again {
            return result;
        }
        self.attempt(request, stop, progress).await.0
    }

    /// One try; the flag says that another on a new session may do better.
    async fn attempt(
        &self,
        request: &Request,
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
        let reader =
            Reader { session: &session, cache: &inner.cache, library: &library, envelope: &inner.envelope, progress };
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

    /// Stops every running request, waits a moment for the server to hear it, and closes all sessions.
    pub async fn close(&self) {
        self.inner.closing.stop();
        for _ in 0..100 {
            if self.inner.running.load(Ordering::SeqCst) == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.inner.pool.clear();
    }
}
