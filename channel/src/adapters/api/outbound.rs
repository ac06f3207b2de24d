//! Writing what a system gets: one signed POST per message. The webhook id is the message's id, the same on every attempt,
//! so that a receiver who sees it twice can drop the second.

use crate::plain::{absolute, percent_encode};
use crate::{DeliveryContext, Outbound, RenderError, Signer, Step};
use qn_domain::{Attachment, Citation, Inbox, Message, MessageKind};
use qn_egress::Request;
use serde_json::{Value, json};

pub const TIMEOUT_MS_DEFAULT: u64 = 15_000;

pub fn render(inbox: &Inbox, message: &Message, context: &DeliveryContext<'_>) -> Result<Outbound, RenderError> {
    if message.kind != MessageKind::Outgoing {
        return Err(RenderError::NotOutgoing);
    }
    let callback_url = inbox.channel_settings["callback_url"].as_str().unwrap_or_default();
    // taken back before it left: there is nothing to say any more
    if callback_url.is_empty() || message.recalled_at.is_some() {
        return Ok(Outbound::Nothing);
    }
    let signer = Signer::new(&inbox.secret)?;
    let body = body(inbox, message, context).to_string();
    let mut request = Request::post(callback_url, "").header("content-type", "application/json; charset=utf-8");
    request.headers.extend(signer.headers(message.id.as_str(), context.now, body.as_bytes()));
    request.idempotency_key = Some(message.id.0.clone());
    request.timeout_ms = inbox.channel_settings["timeout_ms"].as_u64().unwrap_or(TIMEOUT_MS_DEFAULT);
    request.body = body.into();
    Ok(Outbound::Steps(vec![Step { key: message.id.0.clone(), idempotent: true, request }]))
}

fn body(inbox: &Inbox, message: &Message, context: &DeliveryContext<'_>) -> Value {
    let content = &message.content;
    let mark = context.conversation.language.pick(&inbox.widget.ai_mark_zh, &inbox.widget.ai_mark_en);
    let attachments: Vec<Value> = content.attachments.iter().map(|a| attachment(a, context.base_url)).collect();
    let citations: Vec<Value> = content.citations.iter().map(|c| citation(c, context.base_url)).collect();
    json!({
        "type": "message.created",
        "message_id": message.id,
        "conversation_id": message.conversation_id,
        "seq": message.seq,
        "conversation_key": context.conversation_key,
        "contact_external_id": context.contact_external_id,
        "text": content.text,
        "format": content.format,
        "attachments": attachments,
        "buttons": content.buttons,
        "cards": content.cards,
        "citations": citations,
        "author": {"kind": message.author.kind, "name": message.author.name},
        "ai": content.ai,
        // to be shown with the text wherever it appears (GB 45438)
        "ai_mark": if content.ai { Some(mark) } else { None },
        "created_at": message.created_at,
    })
}

fn attachment(attachment: &Attachment, base_url: &str) -> Value {
    let path = format!("/api/v1/attachments/{}/{}", attachment.id, percent_encode(&attachment.name));
    json!({
        "name": attachment.name,
        "url": absolute(base_url, &path),
        "media_type": attachment.media_type,
        "size_bytes": attachment.size_bytes,
    })
}

fn citation(citation: &Citation, base_url: &str) -> Value {
    json!({"article_id": citation.article_id, "title": citation.title, "url": absolute(base_url, &citation.url)})
}
