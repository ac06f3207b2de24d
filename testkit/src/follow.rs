//! A client of the realtime stream as a good client behaves: says hello with where it left off, takes entries strictly one after
//! the other, notices every hole, and comes back by itself when the connection is lost.

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// The pause before a lost connection is tried again.
const AGAIN_AFTER: Duration = Duration::from_millis(20);
const PATIENCE: Duration = Duration::from_secs(15);

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Where a client stands: `seq` of the tenant's log for people, `version` of a conversation for visitors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    pub conversation_id: Option<String>,
    pub at: i64,
}

/// What a follower saw and how it went.
#[derive(Debug, Default)]
pub struct Seen {
    pub position: Option<Position>,
    /// Every frame, in order; changes of an entry one by one, each with the entry's numbers. Empty when nobody keeps them.
    pub items: Vec<Value>,
    pub entries: u64,
    pub connections: u64,
    pub resumed: u64,
    /// The server said that the gap cannot be replayed.
    pub reloads: u64,
    /// What should never happen: an entry that did not follow its predecessor.
    pub holes: Vec<String>,
    /// The server's last word before it closed.
    pub bye: Option<String>,
    pub connected: bool,
}

/// How an entry's changes are handed on.
pub type Sink = Box<dyn FnMut(&Value) + Send + Sync>;

pub struct Follower {
    seen: Arc<Mutex<Seen>>,
    news: Arc<Notify>,
    online: watch::Sender<bool>,
    say: mpsc::UnboundedSender<Value>,
    task: JoinHandle<()>,
}

struct Line {
    address: String,
    token: String,
    is_visitor: bool,
    keep: bool,
    sink: Option<Sink>,
    seen: Arc<Mutex<Seen>>,
    news: Arc<Notify>,
}

impl Follower {
    /// Follows as a visitor (`qnv_…`) or a person, from `position` or from now on. `sink` sees every change; without one they are kept.
    pub fn start(address: &str, token: &str, position: Option<Position>, sink: Option<Sink>) -> Follower {
        let seen = Arc::new(Mutex::new(Seen { position, ..Seen::default() }));
        let news = Arc::new(Notify::new());
        let (online, is_online) = watch::channel(true);
        let (say, said) = mpsc::unbounded_channel();
        let line = Line {
            address: address.to_owned(),
            token: token.to_owned(),
            is_visitor: token.starts_with("qnv_"),
            keep: sink.is_none(),
            sink,
            seen: seen.clone(),
            news: news.clone(),
        };
        Follower { seen, news, online, say, task: tokio::spawn(line.run(is_online, said)) }
    }

    pub fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a frame as soon as there is a connection.
    pub fn say(&self, frame: Value) {
        let _ = self.say.send(frame);
    }

    /// Cuts the line, or lets it come back.
    pub async fn set_online(&self, on: bool) -> Result<()> {
        let _ = self.online.send(on);
        self.wait("the line", |seen| (seen.connected == on).then_some(())).await
    }

    /// Whether it comes back by itself when the connection is lost.
    pub fn is_online(&self) -> bool {
        *self.online.borrow()
    }

    /// Waits until `look` finds what it wants.
    pub async fn wait<T>(&self, what: &str, mut look: impl FnMut(&Seen) -> Option<T>) -> Result<T> {
        let watch = async {
            loop {
                let news = self.news.notified();
                tokio::pin!(news);
                news.as_mut().enable();
                if let Some(found) = look(&self.seen()) {
                    return found;
                }
                news.await;
            }
        };
        match tokio::time::timeout(PATIENCE, watch).await {
            Ok(found) => Ok(found),
            Err(_) => bail!("{what} did not come within {} s", PATIENCE.as_secs()),
        }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Line {
    async fn run(mut self, mut online: watch::Receiver<bool>, mut said: mpsc::UnboundedReceiver<Value>) {
        loop {
            if online.wait_for(|on| *on).await.is_err() {
                return;
            }
            let connected = self.connect().await;
            if let Ok(socket) = connected {
                let _ = self.listen(socket, &mut online, &mut said).await;
                self.note(|seen| seen.connected = false);
            }
            if *online.borrow() {
                tokio::time::sleep(AGAIN_AFTER).await;
            }
        }
    }

    fn note(&self, change: impl FnOnce(&mut Seen)) {
        change(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner));
        self.news.notify_waiters();
    }

    async fn connect(&self) -> Result<Socket> {
        let mut socket = open(&self.address).await?;
        let position = self.seen.lock().unwrap_or_else(PoisonError::into_inner).position.clone();
        let mut hello = json!({"type": "hello", "token": self.token});
        match position {
            Some(p) if self.is_visitor && p.conversation_id.is_some() => {
                hello["resume"] = json!({"conversation_id": p.conversation_id, "version": p.at});
            }
            Some(p) if !self.is_visitor => hello["resume"] = json!({"seq": p.at}),
            _ => {}
        }
        socket.send(Message::text(hello.to_string())).await?;
        Ok(socket)
    }

    async fn listen(
        &mut self,
        mut socket: Socket,
        online: &mut watch::Receiver<bool>,
        said: &mut mpsc::UnboundedReceiver<Value>,
    ) -> Result<()> {
        let mut ready = false;
        loop {
            tokio::select! {
                frame = next(&mut socket) => {
                    let frame = frame?;
                    ready |= frame["type"] == "ready";
                    self.take(&frame)?;
                }
                Some(frame) = said.recv(), if ready => socket.send(Message::text(frame.to_string())).await?,
                () = is_down(online) => return Ok(()),
            }
        }
    }

    fn take(&mut self, frame: &Value) -> Result<()> {
        match frame["type"].as_str() {
            Some("ready") => self.take_ready(frame),
            Some("entry") => return self.take_entry(frame),
            Some("reload") => self.note(|seen| {
                seen.reloads += 1;
                seen.position = None;
            }),
            Some("bye") => {
                let reason = frame["reason"].as_str().map(str::to_owned);
                self.note(|seen| seen.bye = reason);
            }
            _ => {}
        }
        if self.keep {
            self.note(|seen| seen.items.push(frame.clone()));
        }
        Ok(())
    }

    fn take_ready(&mut self, frame: &Value) {
        let (is_visitor, resumed) = (self.is_visitor, frame["resumed"] == true);
        self.note(|seen| {
            seen.connected = true;
            seen.connections += 1;
            seen.resumed += u64::from(resumed);
            if !resumed {
                let at = if is_visitor { &frame["version"] } else { &frame["seq"] }.as_i64().unwrap_or(0);
                let conversation_id = seen.position.take().and_then(|p| p.conversation_id);
                seen.position = Some(Position { conversation_id, at });
            }
        });
    }

    /// Refuses what does not follow, and counts it: the connection is closed and resumed.
    fn take_entry(&mut self, frame: &Value) -> Result<()> {
        let number = if self.is_visitor { &frame["version"] } else { &frame["seq"] }.as_i64().context("an entry has a number")?;
        let conversation_id = frame["conversation_id"].as_str().map(str::to_owned);
        let before = self.seen.lock().unwrap_or_else(PoisonError::into_inner).position.clone();
        let expected = match &before {
            Some(p) if self.is_visitor && p.conversation_id.is_some() && p.conversation_id != conversation_id => 1,
            Some(p) => p.at + 1,
            None => number,
        };
        if number != expected {
            let hole = format!("{} expected {expected}, got {number} (before: {before:?})", frame["conversation_id"]);
            self.note(|seen| seen.holes.push(hole));
            bail!("a hole");
        }
        let changes = spread(frame);
        if let Some(sink) = &mut self.sink {
            changes.iter().for_each(sink);
        }
        let (keep, is_visitor) = (self.keep, self.is_visitor);
        self.note(|seen| {
            seen.entries += 1;
            seen.position = Some(Position { conversation_id: conversation_id.filter(|_| is_visitor), at: number });
            if keep {
                seen.items.extend(changes);
            }
        });
        Ok(())
    }
}

/// Lets go of the watch's guard at once: a task that holds it cannot move between threads.
async fn is_down(online: &mut watch::Receiver<bool>) {
    let _ = online.wait_for(|on| !*on).await.is_ok();
}

/// The changes of an entry, each carrying the entry's numbers.
fn spread(entry: &Value) -> Vec<Value> {
    let changes = entry["changes"].as_array().cloned().unwrap_or_default();
    let numbered = changes.into_iter().map(|mut change| {
        for name in ["seq", "version", "conversation_id"] {
            if change.get(name).is_none() && !entry[name].is_null() {
                change[name] = entry[name].clone();
            }
        }
        change
    });
    numbered.collect()
}

/// A bare socket to the stream, nothing said yet.
pub async fn open(address: &str) -> Result<Socket> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (socket, _) = tokio_tungstenite::client_async(format!("ws://{address}/api/v1/stream"), MaybeTlsStream::Plain(stream)).await?;
    Ok(socket)
}

/// The next text frame as JSON; an error when the connection ends.
pub async fn next(socket: &mut Socket) -> Result<Value> {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text)?),
            Some(Ok(Message::Close(_))) | None => bail!("the server closed the connection"),
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(error.into()),
        }
    }
}
