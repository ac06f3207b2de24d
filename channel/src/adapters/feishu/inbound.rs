//! Events of schema 2.0 (and texts of the old schema) in our words. The same over HTTP and over the long connection.

use crate::event::{
    Answer, DeliveryReport, Event, Fact, FactKind, Inbound, InboundAttachment, InboundContact, Opened, Opening, Pressed, Recall, Received,
    ReplyHandle, Reported, Source, What,
};
use crate::peek;
use qn_domain::{Content, DeliveryState, Evidence, MessageId};
use serde_json::{Value, json};

/// Answers in a thread are possible long after; a week is more than anybody needs.
const REPLY_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// The answer to a new address's check must repeat its challenge.
pub fn read(body: &Value) -> Received {
    if body["type"] == "url_verification" {
        return Received { events: Vec::new(), answer: Answer::json(&json!({"challenge": body["challenge"]})) };
    }
    Received { events: events(body), answer: Answer::json(&json!({})) }
}

pub fn events(body: &Value) -> Vec<Event> {
    let event = &body["event"];
    match body["header"]["event_type"].as_str() {
        Some("im.message.receive_v1") => written(event).into_iter().collect(),
        Some("im.message.message_read_v1") => read_reports(event),
        Some("im.message.recalled_v1") => recalled(body).into_iter().collect(),
        Some("im.chat.access_event.bot_p2p_chat_entered_v1") => entered(body).into_iter().collect(),
        Some("card.action.trigger") => pressed(body).into_iter().collect(),
        None if body["uuid"].is_string() && event["type"] == "message" => written_v1(event).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn written(event: &Value) -> Option<Event> {
    let (message, sender) = (&event["message"], &event["sender"]["sender_id"]);
    let message_id = peek::id(&message["message_id"])?;
    let sent_at = peek::time(&message["create_time"]);
    let (text, attachments) = content(message, &message_id);
    let is_group = message["chat_type"].as_str() == Some("group");
    Some(Event::message(Inbound {
        contact: InboundContact { external_id: peek::id(&sender["open_id"])?, facts: facts(sender), ..InboundContact::default() },
        conversation_key: if is_group { peek::id(&message["chat_id"]) } else { None },
        content: Content::text(peek::words(text.trim())),
        attachments,
        sent_at,
        reply_to: peek::id(&message["parent_id"]),
        reply_handle: is_group.then(|| ReplyHandle {
            value: message_id.clone(),
            expires_at: sent_at.unwrap_or_default() + REPLY_MS,
            once: false,
        }),
        opens: Some(Opening::Message),
        message_id,
        ..Inbound::default()
    }))
}

/// `union_id` names a person over all apps of one developer, `user_id` within one company.
pub fn facts(ids: &Value) -> Vec<Fact> {
    let fact = |kind, field: &str| {
        peek::id(&ids[field]).map(|value| Fact { kind, scope: "feishu".to_owned(), value, evidence: Evidence::Channel })
    };
    [fact(FactKind::UnionId, "union_id"), fact(FactKind::UserId, "user_id")].into_iter().flatten().collect()
}

fn content(message: &Value, message_id: &str) -> (String, Vec<InboundAttachment>) {
    let content = peek::inner(&message["content"]);
    let file = |key: &Value, kind: &str, name: String| {
        peek::id(key).map(|key| InboundAttachment { name, source: Source::Media(format!("{message_id}/{key}/{kind}")) })
    };
    let named = |fallback: &str| peek::name(&content["file_name"]).unwrap_or_else(|| fallback.to_owned());
    match message["message_type"].as_str().unwrap_or_default() {
        "text" => (mentioned(content["text"].as_str().unwrap_or_default(), message), Vec::new()),
        "image" => (String::new(), file(&content["image_key"], "image", "image.png".to_owned()).into_iter().collect()),
        "file" => (String::new(), file(&content["file_key"], "file", named("file")).into_iter().collect()),
        "audio" => (String::new(), file(&content["file_key"], "file", "voice.opus".to_owned()).into_iter().collect()),
        "media" => (String::new(), file(&content["file_key"], "file", named("video.mp4")).into_iter().collect()),
        "post" => post(&content, message_id),
        "location" => {
            let part = |name: &str| content[name].as_str().unwrap_or_default().to_owned();
            (format!("📍 {} ({}, {})", part("name"), part("latitude"), part("longitude")), Vec::new())
        }
        other => (format!("[{}]", qn_base::text::line(other, 40)), Vec::new()),
    }
}

/// `@_user_1` stands for a mention: ours is left out, others get their names.
fn mentioned(text: &str, message: &Value) -> String {
    let mut text = text.to_owned();
    for mention in peek::list(&message["mentions"]).iter().take(50) {
        let Some(key) = mention["key"].as_str().filter(|key| !key.is_empty()) else { continue };
        let is_bot = mention["id"]["user_id"].as_str().is_none_or(str::is_empty) && mention["mentioned_type"].as_str() != Some("user");
        let name = if is_bot { String::new() } else { format!("@{}", peek::name(&mention["name"]).unwrap_or_default()) };
        text = text.replace(key, &name);
    }
    text
}

/// Rich text: paragraphs of pieces, with pictures between.
fn post(content: &Value, message_id: &str) -> (String, Vec<InboundAttachment>) {
    let mut lines = vec![content["title"].as_str().unwrap_or_default().to_owned()];
    let mut attachments = Vec::new();
    for paragraph in peek::list(&content["content"]) {
        let mut line = String::new();
        for piece in peek::list(paragraph) {
            match piece["tag"].as_str() {
                Some("a") => {
                    line.push_str(&format!("{} {}", piece["text"].as_str().unwrap_or_default(), piece["href"].as_str().unwrap_or_default()))
                }
                Some("img") => attachments.extend(peek::id(&piece["image_key"]).map(|key| InboundAttachment {
                    name: "image.png".to_owned(),
                    source: Source::Media(format!("{message_id}/{key}/image")),
                })),
                _ => line.push_str(piece["text"].as_str().unwrap_or_default()),
            }
        }
        lines.push(line);
    }
    lines.retain(|line| !line.is_empty());
    (lines.join("\n"), attachments)
}

fn written_v1(event: &Value) -> Option<Event> {
    let text = event["text_without_at_bot"].as_str().or_else(|| event["text"].as_str()).unwrap_or_default();
    let is_group = event["chat_type"].as_str() == Some("group");
    Some(Event::message(Inbound {
        message_id: peek::id(&event["open_message_id"])?,
        contact: InboundContact { external_id: peek::id(&event["open_id"])?, ..InboundContact::default() },
        conversation_key: if is_group { peek::id(&event["open_chat_id"]) } else { None },
        content: Content::text(peek::words(text.trim())),
        opens: Some(Opening::Message),
        ..Inbound::default()
    }))
}

fn read_reports(event: &Value) -> Vec<Event> {
    let ids = peek::list(&event["message_id_list"]).iter().filter_map(peek::id);
    ids.map(|id| Event::report(DeliveryReport { of: Reported::External(id), state: DeliveryState::Read, reason: None })).collect()
}

fn key(body: &Value) -> Option<String> {
    peek::id(&body["header"]["event_id"]).map(|id| format!("e:{id}"))
}

/// The event does not say who: a chat alone with the bot is one contact's, so the message's id must do.
fn recalled(body: &Value) -> Option<Event> {
    let recall = Recall { contact: String::new(), message_id: peek::id(&body["event"]["message_id"])? };
    Some(Event { key: key(body)?, what: What::Recall(recall) })
}

fn entered(body: &Value) -> Option<Event> {
    let event = &body["event"];
    let at = peek::time(&body["header"]["create_time"]).unwrap_or_default();
    let contact = peek::id(&event["operator_id"]["open_id"])?;
    Some(Event { key: key(body)?, what: What::Opened(Opened { contact, by: Opening::EnterSession, at, handle: None, scene: None }) })
}

/// A button of a card of ours; its value names message and number, as `send` writes them.
fn pressed(body: &Value) -> Option<Event> {
    let event = &body["event"];
    let value = &event["action"]["value"];
    let number = value["number"].as_str()?.parse().ok().filter(|number| *number > 0)?;
    let operator = &event["operator"];
    Some(Event::message(Inbound {
        message_id: peek::id(&body["header"]["event_id"])?,
        contact: InboundContact { external_id: peek::id(&operator["open_id"])?, facts: facts(operator), ..InboundContact::default() },
        conversation_key: peek::id(&value["chat"]),
        content: Content::text(peek::said(&value["label"])),
        sent_at: peek::time(&body["header"]["create_time"]),
        pressed: Some(Pressed { message_id: peek::id(&value["message"]).map(MessageId::from), number }),
        opens: Some(Opening::Message),
        ..Inbound::default()
    }))
}
