//! The Stream mode: a WebSocket of ours over which DingTalk brings what it would post. Frames are JSON; each is acknowledged by its id.

use super::{base, inbound};
use crate::steps::post_json;
use crate::stream::{Frame, Reaction, StreamProtocol};
use crate::{Refused, config, peek, plain};
use qn_domain::{Inbox, Timestamp};
use qn_egress::{Request, Response};
use serde_json::{Value, json};

const ROBOT_TOPIC: &str = "/v1.0/im/bot/messages/get";
const PING_MS: u64 = 60_000;
const RECONNECT_MS: u64 = 10_000;

pub struct Stream {
    inbox: Inbox,
    pinged_at: Timestamp,
}

impl Stream {
    pub fn new(inbox: Inbox) -> Self {
        Self { inbox, pinged_at: 0 }
    }

    /// The message inside, and how it is acknowledged.
    fn callback(&self, frame: &Value) -> Reaction {
        let headers = &frame["headers"];
        if headers["topic"].as_str() != Some(ROBOT_TOPIC) {
            return Reaction { acks: vec![ack(headers, 404, "not subscribed", "")], dropped: Some("unknown_topic"), ..Reaction::default() };
        }
        match inbound::event(&self.inbox, &peek::inner(&frame["data"])) {
            Some(event) => {
                let acks = vec![ack(headers, 200, "OK", r#"{"response":"OK"}"#)];
                Reaction { events: vec![event], acks, ..Reaction::default() }
            }
            None => Reaction { acks: vec![ack(headers, 400, "unreadable", "")], dropped: Some("unreadable"), ..Reaction::default() },
        }
    }
}

fn ack(headers: &Value, code: u16, message: &str, data: &str) -> Frame {
    let headers = json!({"messageId": headers["messageId"], "contentType": "application/json"});
    Frame::Text(json!({"code": code, "headers": headers, "message": message, "data": data}).to_string())
}

impl StreamProtocol for Stream {
    fn open(&mut self) -> Request {
        let body = json!({
            "clientId": config::text(&self.inbox, "client_id"),
            "clientSecret": config::text(&self.inbox, "client_secret"),
            "subscriptions": [{"type": "CALLBACK", "topic": ROBOT_TOPIC}],
            "ua": concat!("qingniao/", env!("CARGO_PKG_VERSION")),
            "localIp": "",
        });
        post_json(format!("{}/v1.0/gateway/connections/open", base(&self.inbox)), &body).header("accept", "application/json")
    }

    fn endpoint(&mut self, response: &Response) -> Result<String, Refused> {
        if matches!(response.status, 400..=403) {
            return Err(Refused::Failed { reason: "bad_credentials".to_owned() });
        }
        let answer = peek::answer(response)?;
        match (answer["endpoint"].as_str(), answer["ticket"].as_str()) {
            (Some(endpoint), Some(ticket)) => Ok(format!("{endpoint}?ticket={}", plain::percent_encode(ticket))),
            _ => Err(Refused::unreadable(response)),
        }
    }

    fn receive(&mut self, frame: Frame, _now: Timestamp) -> Reaction {
        let Frame::Text(text) = frame else { return Reaction { dropped: Some("unreadable"), ..Reaction::default() } };
        let Ok(frame) = peek::body(text.as_bytes()) else { return Reaction { dropped: Some("unreadable"), ..Reaction::default() } };
        let headers = &frame["headers"];
        match (frame["type"].as_str(), headers["topic"].as_str()) {
            (Some("CALLBACK"), _) => self.callback(&frame),
            (Some("SYSTEM"), Some("disconnect")) => Reaction { reconnect: true, ..Reaction::default() },
            // pings carry something opaque that is to be sent back
            (Some("SYSTEM"), _) => {
                let data = frame["data"].as_str().unwrap_or_default();
                Reaction { frames: vec![ack(headers, 200, "OK", data)], ..Reaction::default() }
            }
            (Some("EVENT"), _) => Reaction { acks: vec![ack(headers, 200, "OK", r#"{"status":"SUCCESS"}"#)], ..Reaction::default() },
            _ => Reaction { dropped: Some("unknown_type"), ..Reaction::default() },
        }
    }

    fn tick(&mut self, now: Timestamp) -> Reaction {
        if now - self.pinged_at < i64::try_from(PING_MS).unwrap_or(i64::MAX) {
            return Reaction::default();
        }
        self.pinged_at = now;
        Reaction { frames: vec![Frame::Ping], ..Reaction::default() }
    }

    fn tick_ms(&self) -> u64 {
        PING_MS / 4
    }

    fn reconnect_ms(&self, failures: u32) -> u64 {
        RECONNECT_MS * u64::from(failures.clamp(1, 12))
    }
}
