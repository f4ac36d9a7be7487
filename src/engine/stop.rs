//! The wish to stop a request: one side asks, the other waits for it. It must not know what is stopped.

use tokio::sync::watch;

/// Asks for the stop. Dropping it asks too: an answer nobody waits for is not wanted.
#[derive(Debug)]
pub struct StopHandle(watch::Sender<bool>);

/// Waits for the stop. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Stop(Vec<watch::Receiver<bool>>);

/// A handle and what waits for it.
pub fn pair() -> (StopHandle, Stop) {
    let (sender, receiver) = watch::channel(false);
    (StopHandle(sender), Stop(vec![receiver]))
}

impl StopHandle {
    /// Asks everything that holds the other side to stop.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Stop {
    /// A stop that never comes.
    pub fn never() -> Self {
        Self::default()
    }

    /// A stop that comes when either this or the other comes.
    pub fn or(mut self, handle: &StopHandle) -> Self {
        self.0.push(handle.0.subscribe());
        self
    }

    /// Returns when the stop was asked for or a handle is gone.
    pub async fn stopped(&self) {
        if self.0.is_empty() {
            return std::future::pending().await;
        }
        let mut signals = self.0.clone();
        let waits = signals.iter_mut().map(|signal| {
            Box::pin(async move {
                // An error means that the handle was dropped, which is a stop as well.
                let _ = signal.wait_for(|stopped| *stopped).await;
            })
        });
        futures::future::select_all(waits).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn asking_and_dropping_both_stop() {
        let (handle, stop) = pair();
        handle.stop();
        stop.stopped().await;
        let (handle, stop) = pair();
        drop(handle);
        stop.stopped().await;
    }

    #[tokio::test]
    async fn either_of_two_stops() {
        let (_own, stop) = pair();
        let (other, _) = pair();
        let stop = stop.or(&other);
        other.stop();
        stop.stopped().await;
    }
}
