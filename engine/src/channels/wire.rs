//! One session of ours over a bare connection (SMPP): opened through egress, driven by the channel's own state machine, and acknowledged
//! only once what came is kept, together with what the next connection must know. Deliveries are written into it and wait for their answer.
//! It breaks and comes back; it ends politely when it is told to.

use super::Side;
use super::links::random;
use super::probe::Probed;
use crate::{Engine, Result};
use bytes::Bytes;
use qn_channel::{Delivered, Refused, WireAddress, WireProtocol, WireReaction};
use qn_domain::{Inbox, InboxId};
use qn_egress::EgressError;
use qn_store::channel_cursor::{self, CursorMove};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// Under this name the store keeps what a session must know.
const STREAM: &str = "wire";
const READ_BYTES: usize = 16 * 1024;
const WRITE_MS_MAX: u64 = 10_000;
const PROBE_MS_MAX: u64 = 15_000;
/// Longer than the session itself waits for an answer.
const ANSWER_MS_MAX: u64 = 25_000;
const ASKED_MAX: usize = 64;
/// A connection that lived this long was a good one: the next failure is the first.
const GOOD_MS: i64 = 60_000;

trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

type Judged = std::result::Result<Delivered, Refused>;

/// A request on its way into a session.
pub(crate) struct Asked {
    request: Bytes,
    answer: oneshot::Sender<Judged>,
}

/// The sessions that stand, by inbox.
#[derive(Default)]
pub(crate) struct Wires(Mutex<HashMap<InboxId, mpsc::Sender<Asked>>>);

impl Wires {
    fn find(&self, id: &InboxId) -> Option<mpsc::Sender<Asked>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    fn stand(&self, id: &InboxId, asks: &mpsc::Sender<Asked>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), asks.clone());
    }

    /// A newer session of the same inbox may stand already.
    fn leave(&self, id: &InboxId, asks: &mpsc::Sender<Asked>) {
        let mut standing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if standing.get(id).is_some_and(|known| known.same_channel(asks)) {
            standing.remove(id);
        }
    }
}

/// Takes the session's place back, however it ends.
struct Place<'a> {
    wires: &'a Wires,
    id: &'a InboxId,
    asks: mpsc::Sender<Asked>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.wires.leave(self.id, &self.asks);
    }
}

impl Engine {
    /// Returns when it is told to stop.
    pub(super) async fn keep_wire(&self, inbox: &Arc<Inbox>, mut protocol: Box<dyn WireProtocol>, stop: &CancellationToken) {
        let mut failures = 0;
        loop {
            let began = self.now();
            let Err(word) = Box::pin(self.one_wire(inbox, protocol.as_mut(), stop)).await else { return };
            tracing::warn!(inbox = %inbox.id, channel = inbox.channel.as_str(), word, "the session of a channel broke");
            self.link_failed(inbox, &word);
            failures = if self.now() - began > GOOD_MS { 1 } else { failures + 1 };
            let wait_ms = protocol.reconnect_ms(failures);
            let spread_ms = wait_ms * u64::from(random() % 1_000) / 4_000;
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(Duration::from_millis(wait_ms + spread_ms)) => {}
            }
        }
    }

    /// Ok when it was told to stop; otherwise a stable word.
    async fn one_wire(
        &self,
        inbox: &Arc<Inbox>,
        protocol: &mut dyn WireProtocol,
        stop: &CancellationToken,
    ) -> std::result::Result<(), String> {
        let address = protocol.address();
        let wire = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            wire = self.open_wire(&address) => wire.map_err(|error| error.code().to_owned())?,
        };
        let (mut reader, mut writer) = tokio::io::split(wire);
        let known = channel_cursor::find(&self.db, &inbox.tenant_id, &inbox.id, STREAM).await.map_err(|_| "storage_failed".to_owned())?;
        write(&mut writer, &protocol.open(known.as_deref(), self.now())).await?;
        metrics::counter!("qn_channel_connections_total", "channel" => inbox.channel.as_str()).increment(1);
        let (asks, mut asked) = mpsc::channel(ASKED_MAX);
        let place = Place { wires: &self.channels.wires, id: &inbox.id, asks };
        let mut waiting: HashMap<u32, oneshot::Sender<Judged>> = HashMap::new();
        let mut tick = tokio::time::interval(Duration::from_millis(protocol.tick_ms().max(100)));
        let mut buffer = vec![0; READ_BYTES];
        let mut is_standing = false;
        loop {
            let mut reaction = tokio::select! {
                () = stop.cancelled() => {
                    let _ = write(&mut writer, &protocol.close()).await;
                    return Ok(());
                }
                read = reader.read(&mut buffer) => match read {
                    Ok(0) => return Err("connection_closed".into()),
                    Ok(count) => protocol.receive(&buffer[..count], self.now()),
                    Err(_) => return Err("connection_broken".into()),
                },
                _ = tick.tick() => protocol.tick(self.now()),
                Some(ask) = asked.recv(), if protocol.takes() => {
                    // Whoever asked has given up waiting: it would be asked twice.
                    if !ask.answer.is_closed() {
                        let (number, bytes) = protocol.ask(&ask.request, self.now());
                        waiting.insert(number, ask.answer);
                        write(&mut writer, &bytes).await?;
                    }
                    continue;
                }
            };
            for (number, judged) in reaction.answered.drain(..) {
                if let Some(answer) = waiting.remove(&number) {
                    let _ = answer.send(judged);
                }
            }
            self.react_to(inbox, &mut writer, reaction).await?;
            if protocol.is_ready() && !is_standing {
                self.channels.wires.stand(&inbox.id, &place.asks);
                is_standing = true;
            }
        }
    }

    /// Keeps before it acknowledges: until then the other side brings it again.
    async fn react_to(
        &self,
        inbox: &Arc<Inbox>,
        writer: &mut (impl AsyncWrite + Unpin),
        reaction: WireReaction,
    ) -> std::result::Result<(), String> {
        if let Some(word) = reaction.dropped {
            self.link_failed(inbox, word);
        }
        write(writer, &reaction.sends).await?;
        let cursor = reaction.kept.map(|position| CursorMove {
            tenant_id: inbox.tenant_id.clone(),
            inbox_id: inbox.id.clone(),
            stream: STREAM.to_owned(),
            position,
            at: self.now(),
        });
        self.keep(inbox, &reaction.events, cursor).await.map_err(|error| error.code().to_owned())?;
        write(writer, &reaction.acks).await?;
        match reaction.ended {
            Some(word) => Err(word),
            None => Ok(()),
        }
    }

    async fn open_wire(&self, address: &WireAddress) -> std::result::Result<Box<dyn Wire>, EgressError> {
        let wire: Box<dyn Wire> = match address.is_tls {
            true => Box::new(self.egress.connect_tls(&address.host, address.port).await?),
            false => Box::new(self.egress.connect(&address.host, address.port).await?),
        };
        Ok(wire)
    }

    /// Writes a step's request into the inbox's session and waits for what became of it.
    pub(super) async fn ask_wire(&self, inbox: &Inbox, request: Bytes) -> Judged {
        let retry = |reason: &str| Refused::Retry { after_ms: 0, reason: reason.to_owned() };
        let asks = self.channels.wires.find(&inbox.id).ok_or_else(|| retry("not_connected"))?;
        let whole = async {
            let (answer, answered) = oneshot::channel();
            asks.send(Asked { request, answer }).await.map_err(|_| retry("not_connected"))?;
            answered.await.map_err(|_| retry("connection_broken"))?
        };
        tokio::time::timeout(Duration::from_millis(ANSWER_MS_MAX), whole).await.unwrap_or_else(|_| Err(retry("timeout")))
    }

    /// The test button: the session that stands, or one of its own that takes nothing and ends at once.
    pub(super) async fn probe_wire(&self, inbox: &Arc<Inbox>, mut protocol: Box<dyn WireProtocol>) -> Result<Probed> {
        if self.channels.wires.find(&inbox.id).is_some() {
            return Ok(Probed::Works);
        }
        let trying = Box::pin(self.try_wire(protocol.as_mut()));
        let tried = tokio::time::timeout(Duration::from_millis(PROBE_MS_MAX), trying).await;
        Ok(match tried.unwrap_or_else(|_| Err("timeout".to_owned())) {
            Ok(()) => Probed::Works,
            Err(reason) => {
                self.channels.health.failed(inbox, Side::Stream, &reason, self.now());
                Probed::Fails { reason }
            }
        })
    }

    async fn try_wire(&self, protocol: &mut dyn WireProtocol) -> std::result::Result<(), String> {
        let mut wire = self.open_wire(&protocol.address()).await.map_err(|error| error.code().to_owned())?;
        write(&mut wire, &protocol.open(None, self.now())).await?;
        let mut buffer = vec![0; READ_BYTES];
        while !protocol.is_ready() {
            let count = wire.read(&mut buffer).await.map_err(|_| "connection_broken".to_owned())?;
            if count == 0 {
                return Err("connection_closed".into());
            }
            // What comes is neither kept nor acknowledged: it comes again.
            if let Some(word) = protocol.receive(&buffer[..count], self.now()).ended {
                return Err(word);
            }
        }
        write(&mut wire, &protocol.close()).await
    }
}

async fn write(writer: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> std::result::Result<(), String> {
    if bytes.is_empty() {
        return Ok(());
    }
    let writing = async {
        writer.write_all(bytes).await?;
        writer.flush().await
    };
    match tokio::time::timeout(Duration::from_millis(WRITE_MS_MAX), writing).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err("connection_broken".to_owned()),
        Err(_) => Err("timeout".to_owned()),
    }
}
