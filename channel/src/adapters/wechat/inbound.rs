//! What WeChat pushes, in our words: messages of all kinds, and the events that open a reply window.

use crate::event::{Event, Inbound, InboundAttachment, InboundContact, Opened, Opening, Pressed, Source, What};
use crate::peek;
use crate::xml::Fields;
use qn_domain::{Content, Timestamp};
use serde_json::Value;

/// None for what says nothing to us, e.g. a menu link that was opened or a template's fate.
pub fn event(fields: &Fields) -> Option<Event> {
    let contact = peek::id(&Value::from(fields.get("FromUserName")))?;
    let at = peek::time(&Value::from(fields.get("CreateTime")));
    if fields.get("MsgType") == "event" {
        return opened(fields, contact, at.unwrap_or_default());
    }
    let message_id = peek::id(&Value::from(fields.get("MsgId"))).unwrap_or_else(|| format!("{contact}:{}", fields.get("CreateTime")));
    let number = fields.get("bizmsgmenuid").parse().ok().filter(|number| *number > 0);
    let (text, attachment) = content(fields);
    Some(Event::message(Inbound {
        message_id,
        contact: InboundContact { external_id: contact, ..InboundContact::default() },
        content: Content::text(peek::words(&text)),
        attachments: attachment.into_iter().collect(),
        sent_at: at,
        pressed: number.map(|number| Pressed { message_id: None, number }),
        opens: Some(Opening::Message),
        ..Inbound::default()
    }))
}

fn content(fields: &Fields) -> (String, Option<InboundAttachment>) {
    let file = |extension: &str| {
        let id = fields.get("MediaId");
        (!id.is_empty())
            .then(|| InboundAttachment { name: format!("{}.{extension}", fields.get("MsgType")), source: Source::Media(id.to_owned()) })
    };
    match fields.get("MsgType") {
        "text" => (fields.get("Content").to_owned(), None),
        "image" => (String::new(), file("jpg").or_else(|| picture(fields))),
        // speech recognition is the platform's, where the account has it
        "voice" => (fields.get("Recognition").to_owned(), file(voice_extension(fields.get("Format")))),
        "video" | "shortvideo" => (String::new(), file("mp4")),
        "location" => (format!("📍 {} ({}, {})", fields.get("Label"), fields.get("Location_X"), fields.get("Location_Y")), None),
        "link" => (lines(&["Title", "Description", "Url"], fields), None),
        "miniprogrampage" => (lines(&["Title", "PagePath"], fields), None),
        other => (format!("[{other}]"), None),
    }
}

fn picture(fields: &Fields) -> Option<InboundAttachment> {
    let url = fields.get("PicUrl");
    qn_egress::check_url(url).ok().map(|_| InboundAttachment { name: "image.jpg".to_owned(), source: Source::Url(url.to_owned()) })
}

fn voice_extension(format: &str) -> &'static str {
    if format.eq_ignore_ascii_case("speex") { "spx" } else { "amr" }
}

fn lines(names: &[&str], fields: &Fields) -> String {
    names.iter().map(|name| fields.get(name)).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Retries of an event are known by sender and time (WeChat's own advice).
fn opened(fields: &Fields, contact: String, at: Timestamp) -> Option<Event> {
    let name = fields.get("Event");
    let by = match name.to_ascii_lowercase().as_str() {
        "subscribe" => Opening::Follow,
        "scan" => Opening::Scan,
        "click" | "scancode_push" | "scancode_waitmsg" => Opening::MenuClick,
        "user_enter_tempsession" => Opening::EnterSession,
        "user_pay_msg" | "user_pay_from_pay_cell" => Opening::Payment,
        _ => return None,
    };
    let key = format!("e:{contact}:{}:{}", fields.get("CreateTime"), by.as_str());
    let scene = [fields.get("EventKey"), fields.get("SessionFrom")].into_iter().find(|text| !text.is_empty());
    let scene = scene.and_then(|text| peek::name(&Value::from(text.strip_prefix("qrscene_").unwrap_or(text))));
    Some(Event { key, what: What::Opened(Opened { contact, by, at, handle: None, scene }) })
}
