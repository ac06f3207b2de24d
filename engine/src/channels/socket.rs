//! One long connection over which a platform brings its calls: opened through egress, driven by the channel's own state machine, and
//! acknowledged only once its events are kept. It breaks and comes back with the channel's patience, spread by chance.

use super::links::random;
use crate::{Engine, EngineError, Result};
use futures_util::{SinkExt, StreamExt};
use qn_channel::{Frame, Reaction, StreamProtocol};
use qn_domain::Inbox;
use qn_egress::EgressError;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Bytes, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

const FRAME_BYTES_MAX: usize = 4 * 1024 * 1024;
const HANDSHAKE_MS_MAX: u64 = 10_000;
/// A connection that lived this long was a good one: the next failure is the first.
const GOOD_MS: i64 = 60_000;
const TURNED_AWAY_MS: u64 = 500;

trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

type Socket = WebSocketStream<Box<dyn Wire>>;

impl Engine {
    /// Never returns by itself.
    pub(super) async fn keep_socket(&self, inbox: &Arc<Inbox>, mut protocol: Box<dyn StreamProtocol>) {
        let mut failures = 0;
        loop {
            let began = self.now();
            match Box::pin(self.one_connection(inbox, protocol.as_mut())).await {
                Ok(()) => failures = 0,
                Err(word) => {
                    tracing::warn!(inbox = %inbox.id, channel = inbox.channel.as_str(), word, "the connection of a channel broke");
                    self.link_failed(inbox, &word);
                    failures = if self.now() - began > GOOD_MS { 1 } else { failures + 1 };
                }
            }
            let wait_ms = match failures {
                0 if self.now() - began > GOOD_MS => 0,
                // Told to come again at once, again and again: not a busy loop.
                0 => TURNED_AWAY_MS,
                _ => protocol.reconnect_ms(failures),
            };
            let spread_ms = wait_ms * u64::from(random() % 1_000) / 4_000;
            tokio::time::sleep(Duration::from_millis(wait_ms + spread_ms)).await;
        }
    }

    /// Ok when the platform asked for a new one; otherwise a stable word.
    async fn one_connection(&self, inbox: &Arc<Inbox>, protocol: &mut dyn StreamProtocol) -> std::result::Result<(), String> {
        let answer = self.call(protocol.open()).await.map_err(|error| error.code().to_owned())?;
        let address = protocol.endpoint(&answer).map_err(|refused| refused.reason().to_owned())?;
        let mut socket = self.open_socket(&address).await.map_err(|error| error.code().to_owned())?;
        metrics::counter!("qn_channel_connections_total", "channel" => inbox.channel.as_str()).increment(1);
        let mut tick = tokio::time::interval(Duration::from_millis(protocol.tick_ms().max(100)));
        loop {
            let reaction = tokio::select! {
                came = socket.next() => match came {
                    Some(Ok(message)) => match frame(message) {
                        Some(frame) => protocol.receive(frame, self.now()),
                        None => continue,
                    },
                    Some(Err(error)) => return Err(word_of(&error)),
                    None => return Err("connection_closed".into()),
                },
                _ = tick.tick() => protocol.tick(self.now()),
            };
            if self.react(inbox, &mut socket, reaction).await? {
                let _ = socket.close(None).await;
                return Ok(());
            }
        }
    }

    /// True when the platform wants a new connection.
    async fn react(&self, inbox: &Arc<Inbox>, socket: &mut Socket, reaction: Reaction) -> std::result::Result<bool, String> {
        if let Some(word) = reaction.dropped {
            self.link_failed(inbox, word);
        }
        for frame in reaction.frames {
            send(socket, frame).await?;
        }
        if !reaction.events.is_empty() {
            // Without an acknowledgement the platform brings them again.
            self.keep(inbox, &reaction.events, None).await.map_err(|error| error.code().to_owned())?;
        }
        for frame in reaction.acks {
            send(socket, frame).await?;
        }
        Ok(reaction.reconnect)
    }

    async fn open_socket(&self, address: &str) -> Result<Socket> {
        let invalid = || EngineError::Egress(EgressError::InvalidUrl { reason: "no WebSocket address".to_owned() });
        let (scheme, rest) = address.split_once("://").ok_or_else(invalid)?;
        let is_secure = match scheme {
            "wss" => true,
            "ws" => false,
            _ => return Err(invalid()),
        };
        let http = format!("{}://{rest}", if is_secure { "https" } else { "http" });
        let url = qn_egress::check_url(&http)?;
        let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
        let port = url.port_or_known_default().unwrap_or(443);
        let wire: Box<dyn Wire> = match is_secure {
            true => Box::new(self.egress.connect_tls(&host, port).await?),
            false => Box::new(self.egress.connect(&host, port).await?),
        };
        let config = WebSocketConfig::default().max_message_size(Some(FRAME_BYTES_MAX)).max_frame_size(Some(FRAME_BYTES_MAX));
        let shaking = client_async_with_config(address, wire, Some(config));
        let shaken = tokio::time::timeout(Duration::from_millis(HANDSHAKE_MS_MAX), shaking).await;
        let broken = |reason: String| EngineError::Egress(EgressError::Broken { reason });
        let (socket, _) = shaken.map_err(|_| broken("no handshake in time".into()))?.map_err(|error| broken(error.to_string()))?;
        Ok(socket)
    }
}

fn frame(message: Message) -> Option<Frame> {
    match message {
        Message::Text(text) => Some(Frame::Text(text.to_string())),
        Message::Binary(bytes) => Some(Frame::Binary(bytes)),
        Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_) => None,
    }
}

async fn send(socket: &mut Socket, frame: Frame) -> std::result::Result<(), String> {
    let message = match frame {
        Frame::Text(text) => Message::text(text),
        Frame::Binary(bytes) => Message::binary(bytes),
        Frame::Ping => Message::Ping(Bytes::new()),
    };
    socket.send(message).await.map_err(|error| word_of(&error))
}

fn word_of(error: &tokio_tungstenite::tungstenite::Error) -> String {
    tracing::debug!(%error, "a channel's socket ended");
    "connection_broken".to_owned()
}
