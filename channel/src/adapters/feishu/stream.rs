//! The long connection: an endpoint for one connection, pings, events in one or more parts, and an answer per event that carries the
//! frame's own headers. The connection is authenticated, so events are neither signed nor sealed.

use super::frame::{self, Header};
use super::{base, inbound};
use crate::steps::post_json;
use crate::stream::{Frame, Reaction, StreamProtocol};
use crate::{Refused, config, peek};
use prost::Message as _;
use qn_domain::{Inbox, Timestamp};
use qn_egress::{Request, Response};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use url::Url;

const PING_MS: u64 = 120_000;
const RECONNECT_MS: u64 = 120_000;
/// After a first break, so that not all come back at once.
const JITTER_MS: u64 = 30_000;
const PARTS_MAX: usize = 64;
const PART_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Messages whose parts are awaited; older ones are given up, for the platform brings them again.
const PENDING_MAX: usize = 16;

pub struct Stream {
    inbox: Inbox,
    service: i32,
    ping_ms: u64,
    reconnect_ms: u64,
    pinged_at: Timestamp,
    /// By message id: parts by number.
    pending: BTreeMap<String, BTreeMap<usize, Vec<u8>>>,
    order: Vec<String>,
}

impl Stream {
    pub fn new(inbox: Inbox) -> Self {
        Self { inbox, service: 0, ping_ms: PING_MS, reconnect_ms: RECONNECT_MS, pinged_at: 0, pending: BTreeMap::new(), order: Vec::new() }
    }

    /// Times that the platform chooses, in seconds; what makes no sense is left as it is.
    fn configure(&mut self, config: &Value) {
        let seconds = |name: &str| config[name].as_u64().filter(|s| (1..=3600).contains(s)).map(|s| s * 1000);
        self.ping_ms = seconds("PingInterval").unwrap_or(self.ping_ms);
        self.reconnect_ms = seconds("ReconnectInterval").unwrap_or(self.reconnect_ms);
    }

    /// The whole payload, once all parts are there.
    fn assembled(&mut self, frame: &frame::Frame) -> Result<Option<Vec<u8>>, &'static str> {
        let payload = frame.payload.clone().unwrap_or_default();
        let number = |name: &str| frame.header(name).parse::<usize>().ok();
        let (sum, seq) = (number("sum").unwrap_or(1), number("seq").unwrap_or(0));
        if sum <= 1 {
            return Ok(Some(payload));
        }
        if sum > PARTS_MAX || seq >= sum || payload.len() > PART_BYTES_MAX {
            return Err("too_many_parts");
        }
        let id = frame.header("message_id").to_owned();
        if !self.pending.contains_key(&id) {
            self.order.push(id.clone());
            if self.order.len() > PENDING_MAX {
                let oldest = self.order.remove(0);
                self.pending.remove(&oldest);
            }
        }
        let parts = self.pending.entry(id.clone()).or_default();
        parts.insert(seq, payload);
        if parts.len() < sum {
            return Ok(None);
        }
        self.order.retain(|known| *known != id);
        Ok(self.pending.remove(&id).map(|parts| parts.into_values().flatten().collect()))
    }

    fn data(&mut self, frame: frame::Frame) -> Reaction {
        let dropped = |reason| Reaction { dropped: Some(reason), ..Reaction::default() };
        let payload = match self.assembled(&frame) {
            Ok(Some(payload)) => payload,
            Ok(None) => return Reaction::default(),
            Err(reason) => return dropped(reason),
        };
        if !matches!(frame.header("type"), "event" | "card") {
            return dropped("unknown_type");
        }
        let body = peek::body(&payload);
        let code = if body.is_ok() { 200 } else { 500 };
        let events = body.map(|body| inbound::events(&body)).unwrap_or_default();
        let mut answer = frame;
        answer.headers.push(Header { key: "biz_rt".to_owned(), value: "0".to_owned() });
        answer.payload = Some(json!({"code": code}).to_string().into_bytes());
        Reaction { events, acks: vec![Frame::Binary(answer.encode_to_vec().into())], ..Reaction::default() }
    }
}

impl StreamProtocol for Stream {
    fn open(&mut self) -> Request {
        self.pending.clear();
        self.order.clear();
        let body = json!({"AppID": config::text(&self.inbox, "app_id"), "AppSecret": config::text(&self.inbox, "app_secret")});
        post_json(format!("{}/callback/ws/endpoint", base(&self.inbox)), &body).header("locale", "zh")
    }

    fn endpoint(&mut self, response: &Response) -> Result<String, Refused> {
        let answer = peek::answer(response)?;
        match answer["code"].as_i64() {
            Some(0) => {}
            Some(514 | 403 | 1000040344 | 1000040345) => return Err(Refused::Failed { reason: "bad_credentials".to_owned() }),
            // too many connections of one app
            Some(1000040350) => return Err(Refused::Retry { after_ms: 60_000, reason: "rate_limited".to_owned() }),
            Some(_) => return Err(Refused::Retry { after_ms: 0, reason: "platform_busy".to_owned() }),
            None => return Err(Refused::unreadable(response)),
        }
        self.configure(&answer["data"]["ClientConfig"]);
        let url = answer["data"]["URL"].as_str().ok_or_else(|| Refused::unreadable(response))?;
        let parsed = Url::parse(url).map_err(|_| Refused::unreadable(response))?;
        let service = parsed.query_pairs().find(|(name, _)| name == "service_id");
        self.service = service.and_then(|(_, value)| value.parse().ok()).unwrap_or_default();
        Ok(url.to_owned())
    }

    fn receive(&mut self, frame: Frame, _now: Timestamp) -> Reaction {
        let Frame::Binary(bytes) = frame else { return Reaction { dropped: Some("unreadable"), ..Reaction::default() } };
        match frame::Frame::decode(bytes) {
            Ok(frame) if frame.method == frame::DATA => self.data(frame),
            Ok(frame) if frame.method == frame::CONTROL && frame.header("type") == "pong" => {
                if let Ok(config) = peek::body(frame.payload.as_deref().unwrap_or_default()) {
                    self.configure(&config);
                }
                Reaction::default()
            }
            Ok(frame) if frame.method == frame::CONTROL => Reaction::default(),
            _ => Reaction { dropped: Some("unreadable"), ..Reaction::default() },
        }
    }

    fn tick(&mut self, now: Timestamp) -> Reaction {
        if now - self.pinged_at < i64::try_from(self.ping_ms).unwrap_or(i64::MAX) {
            return Reaction::default();
        }
        self.pinged_at = now;
        let headers = vec![Header { key: "type".to_owned(), value: "ping".to_owned() }];
        let ping = frame::Frame { method: frame::CONTROL, service: self.service, headers, ..frame::Frame::default() };
        Reaction { frames: vec![Frame::Binary(ping.encode_to_vec().into())], ..Reaction::default() }
    }

    fn tick_ms(&self) -> u64 {
        self.ping_ms / 4
    }

    fn reconnect_ms(&self, failures: u32) -> u64 {
        if failures <= 1 {
            let mut random = [0u8; 2];
            qn_base::ids::fill_random(&mut random);
            return u64::from(u16::from_be_bytes(random)) * JITTER_MS / u64::from(u16::MAX);
        }
        self.reconnect_ms
    }
}
