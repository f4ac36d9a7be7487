//! Stopping a change before its COMMIT: what runs is cancelled on the server and nothing lasts. It must not know what is changed.

use super::Work;
use crate::model::{Fault, Kind};
use std::pin::pin;
use std::time::{Duration, Instant};

/// How long the server may take to hear a cancel.
const CANCEL_WAIT: Duration = Duration::from_secs(3);
/// A cancel that comes between two statements stops nothing: so soon it is sent again.
const AGAIN: Duration = Duration::from_millis(100);
/// How long a cancelled statement may take to end before nobody waits for it any more.
const PATIENCE: Duration = Duration::from_secs(30);

/// Does a part of a change that ends before its COMMIT. A stop cancels what runs and waits for its end; what was done all the
/// same counts as stopped, so that the caller takes it back.
pub(super) async fn stoppable<T>(work: &Work<'_>, part: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    if is_stopped(work).await {
        return Err(stopped());
    }
    let mut running = pin!(part);
    tokio::select! {
        biased;
        result = &mut running => return result,
        () = work.stop.stopped() => {}
    }
    let canceller = work.reader.session.canceller();
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        // One that comes too late, or finds no server, changes nothing: without a COMMIT nothing lasts.
        let _ = tokio::time::timeout(CANCEL_WAIT, canceller.cancel()).await;
        if let Ok(result) = tokio::time::timeout(AGAIN, &mut running).await {
            return match result {
                Err(fault) if fault.kind == Kind::Connection => Err(fault),
                _ => Err(stopped()),
            };
        }
    }
    Err(Fault::connection("the server did not say that the change was stopped")
        .hint("it was not committed: the server takes it back when it notices that the connection is gone"))
}

/// True once somebody wants it to end.
pub(super) async fn is_stopped(work: &Work<'_>) -> bool {
    tokio::time::timeout(Duration::ZERO, work.stop.stopped()).await.is_ok()
}

/// The fault of a change its asker stopped.
pub(super) fn stopped() -> Fault {
    Fault::new(Kind::Interrupted, "stopped; nothing has been changed")
}
