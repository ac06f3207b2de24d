//! The listening side of HTTP: accepts connections and hands their requests to the router. A request whose head or body stops
//! half-way is given up, so that nobody holds a connection by saying nothing, and a stop does not wait for what may never come.
//! Knows nothing of what the requests mean. Called by `serve`.

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::{HeaderValue, header};
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

/// A rest of a body that nobody wants is skipped when it is no longer than this, so that the connection can be used again.
const SKIPPED_BYTES_MAX: u64 = 4 * 1024;

/// How long the server waits for a client.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// From the first byte of a request's head to its last.
    pub head: Duration,
    /// Between two pieces of a body.
    pub body: Duration,
    /// Between two requests. Longer than clients and proxies keep idle connections (60 s to a few minutes), so that they close
    /// them, not we: a request may be on its way just then.
    pub idle: Duration,
    /// For all of these once the server stops.
    pub stopping: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(30),
            body: Duration::from_secs(30),
            idle: Duration::from_secs(600),
            stopping: Duration::from_secs(2),
        }
    }
}

/// Serves until `closing`, then until every request that had begun is answered.
pub async fn serve(listener: TcpListener, app: Router, patience: Patience, closing: CancellationToken) {
    let open = TaskTracker::new();
    loop {
        tokio::select! {
            biased;
            () = closing.cancelled() => break,
            (stream, from) = accept(&listener) => open.spawn(connection(stream, from, app.clone(), patience, closing.clone())),
        };
    }
    drop(listener);
    open.close();
    open.wait().await;
}

/// The next connection; when the process has no descriptor left, one of those it has must end first.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) => {}
            Err(error) => {
                tracing::error!(%error, "a connection could not be accepted");
                sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

async fn connection(stream: TcpStream, from: SocketAddr, app: Router, patience: Patience, closing: CancellationToken) {
    let progress = Progress::default();
    let service = service_fn(|request: hyper::Request<Incoming>| {
        let answering = progress.begin(unread(request.body()));
        let mut request =
            request.map(|body| Awaited { body, progress: progress.clone(), patience, closing: closing.clone(), stalled: None });
        request.extensions_mut().insert(ConnectInfo(from));
        let answer = app.clone().oneshot(request);
        async move {
            let mut answer = answer.await?;
            if answering.0.leaves_unread() {
                // It is hung up after this; said so, the client sends its next request on another one.
                answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, Infallible>(answer.map(|body| Answer { body, _answering: answering }))
        }
    });
    let watched = Watched { stream, progress: progress.clone() };
    let http =
        http1::Builder::new().timer(TokioTimer::new()).header_read_timeout(patience.idle).serve_connection(TokioIo::new(watched), service);
    let mut http = std::pin::pin!(http.with_upgrades());
    tokio::select! {
        _ = http.as_mut() => return,
        () = progress.head_stalls(patience.head) => return,
        () = closing.cancelled() => {}
    }
    http.as_mut().graceful_shutdown();
    tokio::select! {
        _ = http.as_mut() => {}
        () = progress.nothing_to_answer(patience.stopping) => {}
    }
}

/// Where a connection is: what was read of a request, and whether one is being answered.
#[derive(Debug, Clone, Default)]
struct Progress(Arc<Mutex<Stage>>);

#[derive(Debug, Clone, Copy, Default, PartialEq)]
enum Stage {
    #[default]
    Idle,
    Head {
        since: Instant,
    },
    /// How much of the request's body is not read yet, in bytes.
    Answering {
        unread: u64,
    },
}

/// Of a body of unknown length, all there could be.
fn unread(body: &Incoming) -> u64 {
    if body.is_end_stream() { 0 } else { body.size_hint().upper().unwrap_or(u64::MAX) }
}

impl Progress {
    fn get(&self) -> Stage {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, stage: Stage) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = stage;
    }

    fn has_read(&self) {
        if self.get() == Stage::Idle {
            self.set(Stage::Head { since: Instant::now() });
        }
    }

    fn begin(&self, unread: u64) -> Answering {
        self.set(Stage::Answering { unread });
        Answering(self.clone())
    }

    fn has_left(&self, unread: u64) {
        if matches!(self.get(), Stage::Answering { .. }) {
            self.set(Stage::Answering { unread });
        }
    }

    fn leaves_unread(&self) -> bool {
        matches!(self.get(), Stage::Answering { unread } if unread > SKIPPED_BYTES_MAX)
    }

    /// Ends when a head has been incomplete for so long.
    async fn head_stalls(&self, limit: Duration) {
        loop {
            sleep(limit / 4).await;
            if matches!(self.get(), Stage::Head { since } if since.elapsed() >= limit) {
                return;
            }
        }
    }

    /// Ends when no request was being answered at the end of two pauses: the first lets the last bytes of an answer go out.
    async fn nothing_to_answer(&self, pause: Duration) {
        let mut quiet = 0;
        while quiet < 2 {
            sleep(pause / 2).await;
            quiet = if matches!(self.get(), Stage::Answering { .. }) { 0 } else { quiet + 1 };
        }
    }
}

/// A request being answered; dropped with the last piece of the answer.
#[derive(Debug)]
struct Answering(Progress);

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.set(Stage::Idle);
    }
}

/// An answer on its way out.
struct Answer {
    body: axum::body::Body,
    _answering: Answering,
}

impl Body for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A request's body that breaks off when its next piece does not come.
struct Awaited {
    body: Incoming,
    progress: Progress,
    patience: Patience,
    closing: CancellationToken,
    stalled: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl Body for Awaited {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Poll::Ready(piece) = Pin::new(&mut self.body).poll_frame(cx) {
            self.stalled = None;
            self.progress.has_left(unread(&self.body));
            return Poll::Ready(piece.map(|piece| piece.map_err(Into::into)));
        }
        let (patience, closing) = (self.patience, self.closing.clone());
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(stall(patience, closing)));
        ready!(stalled.as_mut().poll(cx));
        Poll::Ready(Some(Err("the rest of the body did not come in time".into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

async fn stall(patience: Patience, closing: CancellationToken) {
    tokio::select! {
        () = sleep(patience.body) => {}
        () = closing.cancelled() => sleep(patience.stopping).await,
    }
}

/// A stream that notes when something was read from it.
struct Watched {
    stream: TcpStream,
    progress: Progress,
}

impl AsyncRead for Watched {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        if buffer.filled().len() > before {
            self.progress.has_read();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[std::io::IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use axum::routing::post;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    const SHORT: Duration = Duration::from_millis(200);
    const LONG: Duration = Duration::from_secs(600);
    const HEAD: &str = "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n";

    /// A server that answers with what it was sent; the token stops it.
    async fn start(patience: Patience) -> (SocketAddr, CancellationToken, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, closing) = (listener.local_addr().unwrap(), CancellationToken::new());
        let app = Router::new().route("/", post(async |body: String| body)).route("/deaf", post(async || "not read"));
        let ended = TaskTracker::new().spawn(serve(listener, app, patience, closing.clone()));
        (address, closing, ended)
    }

    async fn open(address: SocketAddr, first: &str) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(first.as_bytes()).await.unwrap();
        stream
    }

    async fn rest(mut stream: TcpStream) -> String {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn a_head_that_stops_half_way_is_given_up_and_an_idle_connection_is_not() {
        let (address, ..) = start(Patience { head: SHORT, body: LONG, idle: LONG, stopping: LONG }).await;
        let mut idle = open(address, &format!("{HEAD}0123456789")).await;
        assert_eq!(rest(open(address, "POST / HT").await).await, "");
        idle.write_all(b"POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 3\r\n\r\nabc").await.unwrap();
        let answers = rest(idle).await;
        assert!(answers.contains("0123456789") && answers.ends_with("abc"), "{answers}");
    }

    #[tokio::test]
    async fn a_body_that_stops_half_way_is_refused() {
        let (address, ..) = start(Patience { head: LONG, body: SHORT, idle: LONG, stopping: LONG }).await;
        let answer = rest(open(address, &format!("{HEAD}01234")).await).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    }

    #[tokio::test]
    async fn who_is_hung_up_on_is_told() {
        let (address, ..) = start(Patience::default()).await;
        let large = open(address, "POST /deaf HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100000\r\n\r\n").await;
        let answer = rest(large).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("connection: close"), "{answer}");
    }

    #[tokio::test]
    async fn a_stop_waits_for_an_answer_but_not_for_a_question() {
        let (address, closing, ended) = start(Patience { head: LONG, body: LONG, idle: LONG, stopping: SHORT }).await;
        let half = [open(address, "").await, open(address, "POST / HT").await, open(address, &format!("{HEAD}01234")).await];
        let whole = "POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
        assert!(rest(open(address, whole).await).await.starts_with("HTTP/1.1 200"));
        closing.cancel();
        tokio::time::timeout(Duration::from_secs(20), ended).await.unwrap().unwrap();
        drop(half);
    }
}
