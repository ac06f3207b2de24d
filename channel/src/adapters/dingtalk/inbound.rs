//! What a robot is told, the same over HTTP and over the stream: texts, rich texts, pictures, voice and files, alone or in a group.

use super::{FILE_HOST, base};
use crate::event::{Event, Inbound, InboundAttachment, InboundContact, Opening, ReplyHandle, Source};
use crate::{config, peek};
use qn_domain::{Content, Inbox};
use serde_json::{Value, json};
use url::Url;

pub fn event(inbox: &Inbox, body: &Value) -> Option<Event> {
    let staff_id = peek::id(&body["senderStaffId"]);
    let external_id = staff_id.or_else(|| peek::id(&body["senderId"]))?;
    let is_group = body["conversationType"].as_str() == Some("2");
    let (text, attachments) = content(body);
    let mut contact = InboundContact { external_id, name: peek::name(&body["senderNick"]), ..InboundContact::default() };
    if let Some(title) = peek::name(&body["conversationTitle"]).filter(|_| is_group) {
        contact.attributes.insert("dingtalk_group".to_owned(), json!(title));
    }
    Some(Event::message(Inbound {
        message_id: peek::id(&body["msgId"])?,
        contact,
        conversation_key: if is_group { peek::id(&body["conversationId"]) } else { None },
        content: Content::text(peek::words(text.trim())),
        attachments,
        sent_at: peek::time(&body["createAt"]),
        reply_handle: handle(inbox, body),
        opens: Some(Opening::Message),
        ..Inbound::default()
    }))
}

/// The session's own webhook. The signature does not cover it, so it must lead to DingTalk.
fn handle(inbox: &Inbox, body: &Value) -> Option<ReplyHandle> {
    let value = body["sessionWebhook"].as_str()?;
    let host = |text: &str| Url::parse(text).ok().and_then(|url| Some((url.scheme().to_owned(), url.host_str()?.to_owned(), url.port())));
    let (scheme, name, port) = host(value)?;
    let known = [host(base(inbox)), host(config::base(inbox, "file_base", FILE_HOST))];
    let is_platform = scheme == "https" && port.is_none() && name.ends_with(".dingtalk.com");
    if !is_platform && !known.contains(&Some((scheme, name, port))) {
        return None;
    }
    Some(ReplyHandle { value: value.to_owned(), expires_at: peek::time(&body["sessionWebhookExpiredTime"])?, once: false })
}

fn content(body: &Value) -> (String, Vec<InboundAttachment>) {
    let kind = body["msgtype"].as_str().unwrap_or_default();
    let content = match &body["content"] {
        Value::String(_) => peek::inner(&body["content"]),
        other => other.clone(),
    };
    let file = |part: &Value, name: &str| {
        peek::id(&part["downloadCode"]).map(|id| InboundAttachment { name: name.to_owned(), source: Source::Media(id) })
    };
    match kind {
        "text" => (body["text"]["content"].as_str().unwrap_or_default().to_owned(), Vec::new()),
        "richText" => {
            let parts = peek::list(&content["richText"]);
            let text: Vec<&str> = parts.iter().filter_map(|part| part["text"].as_str()).collect();
            (text.join(""), parts.iter().filter_map(|part| file(part, "image.png")).collect())
        }
        "picture" => (String::new(), file(&content, "image.png").into_iter().collect()),
        "audio" => (content["recognition"].as_str().unwrap_or_default().to_owned(), file(&content, "voice.amr").into_iter().collect()),
        "video" => (String::new(), file(&content, "video.mp4").into_iter().collect()),
        "file" => {
            let name = peek::name(&content["fileName"]).unwrap_or_else(|| "file".to_owned());
            (String::new(), file(&content, &name).into_iter().collect())
        }
        other => (format!("[{}]", qn_base::text::line(other, 40)), Vec::new()),
    }
}
