//! Batches: every message and every status of every change of every entry. What is meant for another number is left to its own inbox.

use crate::event::{DeliveryReport, Event, Fact, FactKind, Inbound, InboundAttachment, InboundContact, Opening, Pressed, Reported, Source};
use crate::{peek, reason};
use qn_domain::{Content, DeliveryState, Evidence, MessageId};
use serde_json::Value;

pub fn events(body: &Value, phone_number_id: &str) -> Vec<Event> {
    let mut events = Vec::new();
    for change in peek::list(&body["entry"]).iter().flat_map(|entry| peek::list(&entry["changes"])) {
        let value = &change["value"];
        if value["metadata"]["phone_number_id"].as_str() != Some(phone_number_id) {
            continue;
        }
        events.extend(peek::list(&value["messages"]).iter().filter_map(|message| written(message, value)));
        events.extend(peek::list(&value["statuses"]).iter().filter_map(status));
    }
    events
}

fn written(message: &Value, value: &Value) -> Option<Event> {
    let from = peek::id(&message["from"])?;
    let known = peek::list(&value["contacts"]).iter().find(|contact| contact["wa_id"].as_str() == Some(&from));
    let name = known.and_then(|contact| peek::name(&contact["profile"]["name"]));
    let (text, attachment) = content(message)?;
    Some(Event::message(Inbound {
        message_id: peek::id(&message["id"])?,
        contact: contact(from, name),
        content: Content::text(peek::words(&text)),
        attachments: attachment.into_iter().collect(),
        sent_at: peek::time(&message["timestamp"]),
        pressed: pressed(message),
        reply_to: peek::id(&message["context"]["id"]),
        opens: Some(Opening::Message),
        ..Inbound::default()
    }))
}

/// An account is a telephone number: the channel vouches for it.
fn contact(from: String, name: Option<String>) -> InboundContact {
    let is_number = (6..=15).contains(&from.len()) && from.bytes().all(|b| b.is_ascii_digit());
    let phone = is_number.then(|| format!("+{from}"));
    let fact = |value: &String| Fact { kind: FactKind::Phone, scope: String::new(), value: value.clone(), evidence: Evidence::Channel };
    let facts = phone.iter().map(fact).collect();
    InboundContact { external_id: from, name, phone, facts, ..InboundContact::default() }
}

/// None for what is no message to people: reactions, and notices of the system.
fn content(message: &Value) -> Option<(String, Option<InboundAttachment>)> {
    let kind = message["type"].as_str().unwrap_or_default();
    let part = &message[kind];
    let caption = || part["caption"].as_str().unwrap_or_default().to_owned();
    let file = |name: &str| {
        let name = peek::name(&part["filename"]).unwrap_or_else(|| name.to_owned());
        peek::id(&part["id"]).map(|id| InboundAttachment { name, source: Source::Media(id) })
    };
    Some(match kind {
        "text" => (part["body"].as_str().unwrap_or_default().to_owned(), None),
        "image" => (caption(), file("image.jpg")),
        "video" => (caption(), file("video.mp4")),
        "audio" => (String::new(), file("voice.ogg")),
        "document" => (caption(), file("file")),
        "sticker" => (String::new(), file("sticker.webp")),
        "button" => (part["text"].as_str().unwrap_or_default().to_owned(), None),
        "interactive" => {
            let reply = [&part["button_reply"], &part["list_reply"]].into_iter().find(|reply| reply.is_object());
            (reply.and_then(|reply| reply["title"].as_str()).unwrap_or_default().to_owned(), None)
        }
        "location" => {
            let name = part["name"].as_str().unwrap_or_default();
            (format!("📍 {name} ({}, {})", part["latitude"], part["longitude"]), None)
        }
        "contacts" => {
            let names = peek::list(part).iter().filter_map(|card| peek::name(&card["name"]["formatted_name"]));
            (format!("☎ {}", names.collect::<Vec<_>>().join(", ")), None)
        }
        "reaction" | "system" => return None,
        other => (format!("[{}]", qn_base::text::line(other, 40)), None),
    })
}

/// `<message id>:<number>`, as `send` writes it.
fn pressed(message: &Value) -> Option<Pressed> {
    let part = &message["interactive"];
    let id = part["button_reply"]["id"].as_str().or_else(|| part["list_reply"]["id"].as_str())?;
    let (message_id, number) = id.rsplit_once(':')?;
    let ours = message_id.starts_with(MessageId::PREFIX) && qn_base::ids::is_well_formed(message_id);
    let number = number.parse().ok().filter(|number| ours && *number > 0)?;
    Some(Pressed { message_id: Some(MessageId::from(message_id.to_owned())), number })
}

/// In any order and more than once: whoever keeps the state only ever moves it forward.
fn status(status: &Value) -> Option<Event> {
    let state = match status["status"].as_str()? {
        "sent" => DeliveryState::Sent,
        "delivered" => DeliveryState::Delivered,
        "read" | "played" => DeliveryState::Read,
        "failed" => DeliveryState::Failed,
        _ => return None,
    };
    let reason = status["errors"][0]["code"].as_i64().map(|code| match super::send::refused(code) {
        refused if refused.reason().starts_with("platform_error") => reason::unknown(code),
        refused => refused.reason().to_owned(),
    });
    Some(Event::report(DeliveryReport { of: Reported::External(peek::id(&status["id"])?), state, reason }))
}
