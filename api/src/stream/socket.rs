//! One WebSocket: who it is, where they left off, what they missed, then what happens, until one side goes.
//! Twenty thousand of these idle in one process, so a connection owns one task, one timer and small buffers, and rare steps are boxed.

use super::feed::{Feed, Start, Taken};
use super::signals::Signals;
use super::{Bye, Proof, Viewer, arrive};
use crate::extract::json;
use crate::state::AppState;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use bytes::Bytes;
use futures_util::FutureExt;
use qn_api_types::stream::{ClientFrame, Resume};
use qn_bus::{Delivery, SignalBody, Subscription};
use qn_engine::{ConnectionGuard, QueuePlace};
use serde_json::json;
use std::pin::Pin;
use std::time::Duration;
use tokio::time::{Instant, Sleep};

const HELLO_WITHIN: Duration = Duration::from_secs(10);
const RENEW_WITHIN: Duration = Duration::from_secs(10);
/// A client that says nothing for this long is gone.
const SILENCE_MAX: Duration = Duration::from_secs(60);
/// A peer that takes nothing for this long is gone.
const WRITE_MAX: Duration = Duration::from_secs(20);
const FRAME_BYTES_MAX: usize = 64 * 1024;
/// Frames beyond their rate that a client may send before it is shown the door.
const DROPPED_MAX: u32 = 2_000;

/// Answers the handshake. `proof` is a session or token that came with it.
pub fn upgrade(state: AppState, ws: WebSocketUpgrade, proof: Option<Proof>) -> Response {
    ws.read_buffer_size(1024)
        .write_buffer_size(0)
        .max_write_buffer_size(4 * 1024 * 1024)
        .max_message_size(FRAME_BYTES_MAX)
        .max_frame_size(FRAME_BYTES_MAX)
        .on_upgrade(move |socket| serve(state, socket, proof))
}

async fn serve(state: AppState, socket: WebSocket, proof: Option<Proof>) {
    metrics::gauge!("qn_realtime_connections").increment(1.0);
    let mut wire = Wire { socket, timer: Box::pin(tokio::time::sleep(HELLO_WITHIN)) };
    match Box::pin(greet(&state, &mut wire, proof)).await {
        Ok(mut connection) => {
            let end = connection.run(&state, &mut wire).await;
            connection.leave(&state);
            Box::pin(wire.close(end)).await;
        }
        Err(end) => Box::pin(wire.close(end)).await,
    }
    metrics::gauge!("qn_realtime_connections").decrement(1.0);
}

/// How a connection ends.
#[derive(Debug, Clone, Copy)]
enum End {
    /// The client went, or cannot be reached.
    Gone,
    Bye(Bye),
    /// The client does not speak our language.
    Nonsense(&'static str),
}

/// The socket with its only timer, which also bounds how long a write may take.
struct Wire {
    socket: WebSocket,
    timer: Pin<Box<Sleep>>,
}

impl Wire {
    fn wake_in(&mut self, wait: Duration) {
        self.timer.as_mut().reset(Instant::now() + wait);
    }

    async fn send(&mut self, message: Message) -> Result<(), End> {
        let mut sending = std::pin::pin!(self.socket.send(message));
        if let Some(sent) = sending.as_mut().now_or_never() {
            return sent.map_err(|_| End::Gone);
        }
        // The peer takes nothing just now: the timer is lent to this write.
        let owed = self.timer.deadline();
        self.timer.as_mut().reset(Instant::now() + WRITE_MAX);
        let sent = tokio::select! {
            sent = sending => sent.map_err(|_| End::Gone),
            () = &mut self.timer => Err(End::Gone),
        };
        self.timer.as_mut().reset(owed);
        sent
    }

    async fn text(&mut self, text: String) -> Result<(), End> {
        self.send(Message::Text(text.into())).await
    }

    async fn frame(&mut self, frame: Bytes) -> Result<(), End> {
        match Utf8Bytes::try_from(frame) {
            Ok(text) => self.send(Message::Text(text)).await,
            Err(_) => Err(End::Gone),
        }
    }

    async fn close(mut self, end: End) {
        self.wake_in(Duration::from_secs(5));
        let (code, reason) = match end {
            End::Gone => return,
            End::Nonsense(reason) => (1008, reason),
            End::Bye(bye) => {
                if self.text(bye.frame()).await.is_err() {
                    return;
                }
                if matches!(bye, Bye::Restart { .. }) { (1012, "restart") } else { (1000, "") }
            }
        };
        let _ = self.send(Message::Close(Some(CloseFrame { code, reason: reason.into() }))).await;
        // Take what is still under way, so that the peer reads our last words before the connection is reset.
        let socket = &mut self.socket;
        let drain = async { while let Some(Ok(_)) = socket.recv().await {} };
        let _ = tokio::time::timeout(Duration::from_secs(2), drain).await;
    }
}

struct Connection {
    viewer: Viewer,
    feed: Feed,
    subscription: Subscription,
    signals: Box<Signals>,
    _presence: Option<ConnectionGuard>,
    heard: Instant,
    dropped: u32,
    /// The place in the queue that a visitor was last told.
    place: Option<i64>,
    /// The token has ended; until then a renewing hello is awaited and nothing is delivered.
    expired: Option<Instant>,
}

/// Waits for the first frame, finds out who it is, and brings them up to date.
async fn greet(state: &AppState, wire: &mut Wire, proof: Option<Proof>) -> Result<Connection, End> {
    let (token, resume) = hello(wire).await?;
    let viewer = match (token, proof) {
        (Some(token), _) => Viewer::of_token(state, &token).await,
        (None, Some(proof)) => Viewer::of_person(state, proof).await,
        (None, None) => return Err(End::Bye(Bye::SignedOut)),
    };
    let viewer = viewer.map_err(|problem| End::Bye(Bye::of(&problem)))?;
    wire.wake_in(until_tick(state, &viewer));
    let presence = arrive(state, &viewer).await.map_err(|problem| End::Bye(Bye::of(&problem)))?;
    let (feed, subscription, start) = Feed::open(state, &viewer, resume.as_ref()).await.map_err(|p| End::Bye(Bye::of(&p)))?;
    let signals = Box::new(Signals::new(state.engine.now()));
    let mut connection = Connection {
        viewer,
        feed,
        subscription,
        signals,
        _presence: presence,
        heard: Instant::now(),
        dropped: 0,
        place: None,
        expired: None,
    };
    if start == Start::Reload {
        wire.text(r#"{"type":"reload"}"#.to_owned()).await?;
    }
    wire.text(ready(state, &connection, start)).await?;
    connection.catch_up(state, wire).await?;
    Ok(connection)
}

async fn hello(wire: &mut Wire) -> Result<(Option<String>, Option<Resume>), End> {
    loop {
        let message = tokio::select! {
            message = wire.socket.recv() => message,
            () = &mut wire.timer => return Err(End::Nonsense("no hello came")),
        };
        match message {
            Some(Ok(Message::Text(text))) => {
                return match json::parse(text.as_bytes()) {
                    Ok(ClientFrame::Hello { token, resume }) => Ok((token, resume)),
                    _ => Err(End::Nonsense("the first frame is hello")),
                };
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            Some(Ok(Message::Binary(_))) => return Err(End::Nonsense("frames are text")),
            Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(End::Gone),
        }
    }
}

/// The next heartbeat, or the end of the token when that comes first.
fn until_tick(state: &AppState, viewer: &Viewer) -> Duration {
    let heartbeat = Duration::from_millis(state.config.heartbeat_ms);
    let left = viewer.expires_at().map(|at| Duration::from_millis(u64::try_from(at - state.engine.now()).unwrap_or(0)));
    left.map_or(heartbeat, |left| left.min(heartbeat))
}

fn ready(state: &AppState, connection: &Connection, start: Start) -> String {
    let key = if matches!(connection.viewer, Viewer::Person(_)) { "seq" } else { "version" };
    let mut frame = json!({
        "type": "ready",
        "resumed": start == Start::Resumed,
        "heartbeat_ms": state.config.heartbeat_ms,
        "connection_id": qn_base::ids::secret(16),
    });
    frame[key] = json!(connection.feed.target());
    frame.to_string()
}

impl Connection {
    async fn run(&mut self, state: &AppState, wire: &mut Wire) -> End {
        loop {
            let step = tokio::select! {
                message = wire.socket.recv() => match message {
                    Some(Ok(message)) => {
                        self.heard = Instant::now();
                        Box::pin(self.hear(state, wire, message)).await
                    }
                    Some(Err(_)) | None => Err(End::Gone),
                },
                delivery = self.subscription.next(), if self.expired.is_none() => match delivery {
                    Some(delivery) => Box::pin(self.deliver(state, wire, delivery)).await,
                    None => Err(End::Bye(Bye::Restart { retry_ms: 1_000 })),
                },
                () = &mut wire.timer => Box::pin(self.tick(state, wire)).await,
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    fn leave(&mut self, state: &AppState) {
        self.signals.leave(state, &self.viewer);
    }

    async fn catch_up(&mut self, state: &AppState, wire: &mut Wire) -> Result<(), End> {
        loop {
            match self.feed.gap(state).await {
                Ok(Some(frames)) if frames.is_empty() => return Ok(()),
                Ok(Some(frames)) => {
                    for frame in frames {
                        wire.frame(frame).await?;
                    }
                    wire.wake_in(until_tick(state, &self.viewer));
                }
                Ok(None) => {
                    self.feed.skip();
                    wire.text(r#"{"type":"reload"}"#.to_owned()).await?;
                    return wire.text(ready(state, self, Start::Reload)).await;
                }
                Err(problem) => return Err(End::Bye(Bye::of(&problem))),
            }
        }
    }

    async fn deliver(&mut self, state: &AppState, wire: &mut Wire, delivery: Delivery) -> Result<(), End> {
        match delivery {
            Delivery::Entry(published) => match self.feed.take(state, &published).await {
                Ok(Taken::Frame(frame)) => wire.frame(frame).await,
                Ok(Taken::Nothing) => Ok(()),
                Ok(Taken::Hole) => self.catch_up(state, wire).await,
                Err(problem) => Err(End::Bye(Bye::of(&problem))),
            },
            Delivery::Signal(signal) => match &signal.body {
                SignalBody::SignedOut => Err(End::Bye(Bye::SignedOut)),
                SignalBody::ProveAgain { user_id } if self.viewer.is_person(user_id) => {
                    self.viewer.still_good(state).await.map_err(End::Bye)?;
                    if self.signals.wall.is_some() && !self.viewer.may_watch(state).await {
                        self.signals.wall = None;
                    }
                    Ok(())
                }
                SignalBody::ProveAgain { .. } => Ok(()),
                body if self.concerns(body) => wire.text(serde_json::to_string(body).unwrap_or_default()).await,
                _ => Ok(()),
            },
            Delivery::Restart { retry_ms } => Err(End::Bye(Bye::Restart { retry_ms })),
            Delivery::TooSlow => Err(End::Bye(Bye::TooSlow)),
        }
    }

    /// A customer hears of the conversation they are in, a person of what is for everybody or for them.
    fn concerns(&self, body: &SignalBody) -> bool {
        let Viewer::Visitor(_) = self.viewer else {
            return match body {
                SignalBody::Whisper { readers, .. } => readers.iter().any(|reader| self.viewer.is_person(reader)),
                SignalBody::Wallboard { .. } => self.signals.wall.is_some(),
                _ => true,
            };
        };
        match body {
            SignalBody::Typing { conversation_id, .. } | SignalBody::Queue { conversation_id, .. } => {
                self.feed.conversation_id() == Some(conversation_id)
            }
            _ => false,
        }
    }

    async fn hear(&mut self, state: &AppState, wire: &mut Wire, message: Message) -> Result<(), End> {
        let text = match message {
            Message::Text(text) => text,
            Message::Ping(_) | Message::Pong(_) => return Ok(()),
            Message::Binary(_) => return Err(End::Nonsense("frames are text")),
            Message::Close(_) => return Err(End::Gone),
        };
        let Ok(frame) = json::parse::<ClientFrame>(text.as_bytes()) else { return self.drop_one() };
        match frame {
            ClientFrame::Hello { token, .. } => return self.renew(state, wire, token).await,
            ClientFrame::Ping if self.signals.allowed(state.engine.now()) => return wire.text(r#"{"type":"pong"}"#.to_owned()).await,
            ClientFrame::Typing { conversation_id, on, preview } if self.may_signal(state) => {
                let _ = self.signals.typing(state, &self.viewer, conversation_id, on, preview).await;
            }
            // Showing nothing is always heard: a colleague must not seem to look when they do not.
            ClientFrame::Viewing { conversation_id } if conversation_id.is_none() || self.may_signal(state) => {
                let _ = self.signals.viewing(state, &self.viewer, conversation_id).await;
            }
            // Closing it is always heard.
            ClientFrame::Wallboard { on } if !on || self.may_signal(state) => return self.watch(state, wire, on).await,
            _ => return self.drop_one(),
        }
        Ok(())
    }

    /// Supervisors only. The board as it is comes at once, then whenever it changes.
    async fn watch(&mut self, state: &AppState, wire: &mut Wire, on: bool) -> Result<(), End> {
        let Viewer::Person(person) = &self.viewer else { return Ok(()) };
        if !on || !self.viewer.may_watch(state).await {
            self.signals.wall = None;
            return Ok(());
        }
        let wall = self.signals.wall.insert(state.walls.watch(state, &person.actor.tenant_id));
        match wall.board(state, &person.actor.tenant_id).await {
            Some(Ok(board)) => wire.text(json!({"type": "wallboard", "board": board}).to_string()).await,
            // The first board comes with the signal.
            Some(Err(_)) | None => Ok(()),
        }
    }

    fn may_signal(&mut self, state: &AppState) -> bool {
        self.expired.is_none() && self.signals.allowed(state.engine.now())
    }

    fn drop_one(&mut self) -> Result<(), End> {
        self.dropped += 1;
        if self.dropped > DROPPED_MAX { Err(End::Nonsense("too many frames")) } else { Ok(()) }
    }

    /// A later hello carries a new token of the same viewer.
    async fn renew(&mut self, state: &AppState, wire: &mut Wire, token: Option<String>) -> Result<(), End> {
        let Some(token) = token else { return Ok(()) };
        if !self.signals.allowed(state.engine.now()) {
            return self.drop_one();
        }
        match Viewer::of_token(state, &token).await {
            Ok(viewer) if viewer.is_same_as(&self.viewer) => {
                self.viewer = viewer;
                self.expired = None;
                wire.wake_in(until_tick(state, &self.viewer));
                Ok(())
            }
            Ok(_) => Err(End::Nonsense("the token is somebody else's")),
            // The present token may still be good; its own end decides.
            Err(_) => Ok(()),
        }
    }

    async fn tick(&mut self, state: &AppState, wire: &mut Wire) -> Result<(), End> {
        if self.heard.elapsed() > SILENCE_MAX {
            return Err(End::Gone);
        }
        if let Some(since) = self.expired {
            if since.elapsed() >= RENEW_WITHIN {
                return Err(End::Bye(Bye::TokenExpired));
            }
            wire.wake_in(RENEW_WITHIN);
            return Ok(());
        }
        if self.viewer.expires_at().is_some_and(|at| at <= state.engine.now()) {
            self.expired = Some(Instant::now());
            wire.wake_in(RENEW_WITHIN);
            return wire.text(Bye::TokenExpired.frame()).await;
        }
        self.viewer.still_good(state).await.map_err(End::Bye)?;
        wire.wake_in(until_tick(state, &self.viewer));
        self.tell_place(state, wire).await?;
        wire.send(Message::Ping(Bytes::new())).await
    }

    /// A waiting visitor's place, when it moved since they were told.
    async fn tell_place(&mut self, state: &AppState, wire: &mut Wire) -> Result<(), End> {
        let Ok(Some((conversation_id, place))) = self.feed.place(state).await else { return Ok(()) };
        if self.place.replace(place.position) == Some(place.position) {
            return Ok(());
        }
        let QueuePlace { position, expected_wait_ms, likely_max_ms } = place;
        let frame = SignalBody::Queue { conversation_id, position, expected_wait_ms, likely_max_ms };
        wire.text(serde_json::to_string(&frame).unwrap_or_default()).await
    }
}

#[cfg(test)]
mod tests {
    fn future_bytes<A, B, C, F: Future>(_: impl Fn(A, B, C) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn an_idle_connection_is_small() {
        let bytes = future_bytes(super::serve);
        assert!(bytes <= 2_048, "the task of one connection takes {bytes} bytes");
    }
}
