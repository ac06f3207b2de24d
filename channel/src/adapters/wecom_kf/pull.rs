//! Pulling what customers wrote: one page of `kf/sync_msg` after the cursor, and its messages and events in our words.

use crate::event::{
    DeliveryReport, Event, Inbound, InboundAttachment, InboundContact, Opened, Opening, Pressed, Recall, ReplyHandle, Reported,
    SessionChange, SessionState, Source, What,
};
use crate::{PullFrom, Pulled, Refused, peek, plain, steps};
use qn_domain::{Content, DeliveryState, MessageId, Timestamp};
use qn_egress::Request;
use serde_json::{Value, json};

const PAGE: u32 = 1000;
const ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;
/// A welcome code is good for one message within 20 seconds.
const WELCOME_MS: i64 = 20 * 1000;
const CUSTOMER: i64 = 3;
const SYSTEM: i64 = 4;

/// Without the callback's token the platform allows few calls: it is left out only where nobody called.
pub fn request(base: &str, from: &PullFrom<'_>, token: &str) -> Request {
    let mut body = json!({"limit": PAGE, "voice_format": 0, "open_kfid": from.stream});
    if let Some(cursor) = from.cursor {
        body["cursor"] = json!(cursor);
    }
    if let Some(hint) = from.hint {
        body["token"] = json!(hint);
    }
    let url = format!("{base}/cgi-bin/kf/sync_msg?access_token={}", plain::percent_encode(token));
    Request { response_bytes_max: ANSWER_BYTES_MAX, ..steps::post_json(url, &body) }
}

pub fn read(stream: &str, answer: &Value) -> Result<Pulled, Refused> {
    let Some(messages) = answer["msg_list"].as_array() else {
        return Err(Refused::Retry { after_ms: 0, reason: "unreadable_answer".to_owned() });
    };
    let events = messages.iter().filter(|message| message["open_kfid"].as_str().is_none_or(|id| id == stream)).filter_map(event).collect();
    let cursor = answer["next_cursor"].as_str().filter(|cursor| !cursor.is_empty()).map(str::to_owned);
    Ok(Pulled { events, cursor, has_more: answer["has_more"].as_i64() == Some(1) })
}

/// What people of the company wrote inside WeCom is left out: those are not messages of customers.
fn event(message: &Value) -> Option<Event> {
    match message["origin"].as_i64() {
        Some(CUSTOMER) => written(message),
        Some(SYSTEM) => happened(message),
        _ => None,
    }
}

fn written(message: &Value) -> Option<Event> {
    let (text, attachment) = content(message);
    let pressed = message["text"]["menu_id"].as_str().and_then(pressed);
    Some(Event::message(Inbound {
        message_id: peek::id(&message["msgid"])?,
        contact: InboundContact { external_id: peek::id(&message["external_userid"])?, ..InboundContact::default() },
        content: Content::text(peek::words(&text)),
        attachments: attachment.into_iter().collect(),
        sent_at: peek::time(&message["send_time"]),
        pressed,
        opens: Some(Opening::Message),
        ..Inbound::default()
    }))
}

/// `<message id>:<number>`, as `send` writes it.
fn pressed(menu_id: &str) -> Option<Pressed> {
    let (message_id, number) = menu_id.rsplit_once(':')?;
    let number = number.parse().ok().filter(|number| *number > 0)?;
    let ours = message_id.starts_with(MessageId::PREFIX) && qn_base::ids::is_well_formed(message_id);
    ours.then(|| Pressed { message_id: Some(MessageId::from(message_id.to_owned())), number })
}

fn content(message: &Value) -> (String, Option<InboundAttachment>) {
    let kind = message["msgtype"].as_str().unwrap_or_default();
    let part = &message[kind];
    let text = |name: &str| part[name].as_str().unwrap_or_default().to_owned();
    let file = |name: String| peek::id(&part["media_id"]).map(|id| InboundAttachment { name, source: Source::Media(id) });
    match kind {
        "text" => (text("content"), None),
        "image" => (String::new(), file("image.jpg".to_owned())),
        "voice" => (String::new(), file("voice.amr".to_owned())),
        "video" => (String::new(), file("video.mp4".to_owned())),
        "file" => (String::new(), file("file".to_owned())),
        "location" => (format!("📍 {} {} ({}, {})", text("name"), text("address"), part["latitude"], part["longitude"]), None),
        "link" => (lines(&[text("title"), text("desc"), text("url")]), None),
        "miniprogram" => (lines(&[text("title"), text("pagepath")]), None),
        "business_card" => (format!("[business card] {}", text("userid")), None),
        other => (format!("[{}]", qn_base::text::line(other, 40)), None),
    }
}

fn lines(parts: &[String]) -> String {
    parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join("\n")
}

fn happened(message: &Value) -> Option<Event> {
    let event = &message["event"];
    let at = peek::time(&message["send_time"]).unwrap_or_default();
    let key = format!("e:{}", peek::id(&message["msgid"])?);
    let contact = || peek::id(&event["external_userid"]);
    match event["event_type"].as_str()? {
        "enter_session" => Some(Event { key, what: What::Opened(entered(event, contact()?, at)) }),
        "msg_send_fail" => Some(Event { key, what: What::Report(failed(event)?) }),
        "user_recall_msg" => {
            let recall = Recall { contact: contact()?, message_id: peek::id(&event["recall_msgid"])? };
            Some(Event { key, what: What::Recall(recall) })
        }
        "session_status_change" => Some(Event { key, what: What::Session(changed(event, contact()?)?) }),
        // who is on duty inside WeCom does not concern us
        _ => None,
    }
}

/// Entering opens no window by itself; only the welcome code lets one message out.
fn entered(event: &Value, contact: String, at: Timestamp) -> Opened {
    let handle = event["welcome_code"].as_str().filter(|code| !code.is_empty()).map(|code| ReplyHandle {
        value: code.to_owned(),
        expires_at: at + WELCOME_MS,
        once: true,
    });
    Opened { contact, by: Opening::EnterSession, at, handle, scene: peek::name(&event["scene"]) }
}

/// A person took it (1), got it from a colleague (2) or took it up again (4); or it was ended (3).
fn changed(event: &Value, contact: String) -> Option<SessionChange> {
    let state = match event["change_type"].as_i64()? {
        1 | 2 | 4 => SessionState::Held,
        3 => SessionState::Ended,
        _ => return None,
    };
    Some(SessionChange { contact, state })
}

fn failed(event: &Value) -> Option<DeliveryReport> {
    let reason = match event["fail_type"].as_i64() {
        Some(1) => "account_limited".to_owned(),
        Some(2) => "wrong_session_state".to_owned(),
        Some(4) => "wrong_session_state".to_owned(),
        Some(5) => "reply_window_closed".to_owned(),
        Some(6) => "reply_quota_used".to_owned(),
        Some(10) => "recipient_blocked_us".to_owned(),
        code => crate::reason::unknown(code.unwrap_or_default()),
    };
    let of = Reported::External(peek::id(&event["fail_msgid"])?);
    Some(DeliveryReport { of, state: DeliveryState::Failed, reason: Some(reason) })
}
