//! The way to stop a running statement from outside its session.
//! It must not know the statement or what becomes of the session: its owner discards it.

use super::dial::{Address, Wire};
use super::fault;
use crate::model::Fault;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio_postgres::CancelToken;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres_rustls::MakeRustlsConnect;

/// How long a cancel request may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Asks the server to stop what one session runs; usable from anywhere, as often as wanted.
#[derive(Clone)]
pub struct Canceller {
    token: CancelToken,
    address: Address,
    name: String,
    tls: MakeRustlsConnect,
    asked: Arc<AtomicBool>,
}

impl Canceller {
    pub(super) fn new(token: CancelToken, wire: &Wire, asked: Arc<AtomicBool>) -> Self {
        Self { token, address: wire.address.clone(), name: wire.name.clone(), tls: wire.tls.clone(), asked }
    }

    /// Sends the request and waits until the server has taken it; the statement then fails in its own session with kind
    /// interrupted, unless it was over before. The session is to be discarded. A connection fault when the server cannot be reached.
    pub async fn cancel(&self) -> Result<(), Fault> {
        self.asked.store(true, Ordering::SeqCst);
        match tokio::time::timeout(PATIENCE, self.send()).await {
            Ok(sent) => sent,
            Err(_) => Err(fault::lost("the server did not take the cancel request in time")),
        }
    }

    async fn send(&self) -> Result<(), Fault> {
        let unreachable =
            |error: io::Error| fault::lost(&format!("the cancel request did not reach the server: {error}"));
        match &self.address {
            Address::Network(address) => self.over(TcpStream::connect(address).await.map_err(unreachable)?).await,
            Address::Socket(file) => self.over(UnixStream::connect(file).await.map_err(unreachable)?).await,
        }
    }

    async fn over<S>(&self, stream: S) -> Result<(), Fault>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let stream = UntilClosed(stream);
        let Ok(tls) = MakeTlsConnect::<UntilClosed<S>>::make_tls_connect(&mut self.tls.clone(), &self.name);
        let sent = self.token.cancel_query_raw(stream, tls).await;
        sent.map_err(|error| fault::of_statement(&error, "", false))
    }
}

/// A stream that closes only after the other side has: PgBouncer 1.18 loses the cancel requests of clients in a hurry, and dies of them.
struct UntilClosed<S>(S);

impl<S: AsyncRead + Unpin> AsyncRead for UntilClosed<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for UntilClosed<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut bytes = [0; 64];
        loop {
            let mut buf = ReadBuf::new(&mut bytes);
            let read = ready!(Pin::new(&mut self.0).poll_read(cx, &mut buf));
            if read.is_err() || buf.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}
