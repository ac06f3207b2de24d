//! Sending as a bot: texts, files, and cards where a message has buttons; in groups as an answer to the message where that is known.
//! The step's key becomes the platform's `uuid`, so that a repetition within an hour is one message.

use super::{base, is_image};
use crate::steps::{self, post_json};
use crate::{DeliveryContext, Outbound, Refused, RenderError, crypt, judge, menu, peek, plain, reason};
use qn_domain::{Button, Inbox, Message};
use qn_egress::{EgressError, Response};
use serde_json::{Value, json};

/// A text holds 150 KB; nobody reads that.
const TEXT_BYTES_MAX: usize = 30_000;
const PIECES_MAX: usize = 3;

pub fn render(inbox: &Inbox, message: &Message, context: &DeliveryContext<'_>) -> Result<Outbound, RenderError> {
    if !plain::leaves(message)? {
        return Ok(Outbound::Nothing);
    }
    let (url, to) = match (context.conversation_key, context.reply_handle) {
        (Some(_), Some(handle)) => (format!("{}/open-apis/im/v1/messages/{}/reply", base(inbox), plain::percent_encode(handle)), None),
        (Some(chat), None) => (format!("{}/open-apis/im/v1/messages?receive_id_type=chat_id", base(inbox)), Some(chat)),
        (None, _) if context.contact_external_id.is_empty() => return Err(RenderError::NoAddress),
        (None, _) => (format!("{}/open-apis/im/v1/messages?receive_id_type=open_id", base(inbox)), Some(context.contact_external_id)),
    };
    let bodies = contents(inbox, message, context);
    let request = |body: &Value, key: &str| {
        let mut whole = json!({"msg_type": body["msg_type"], "content": body["content"].to_string(), "uuid": crypt::uuid(key)});
        if let Some(to) = to {
            whole["receive_id"] = json!(to);
        }
        post_json(&url, &whole).header("authorization", format!("Bearer {}", context.token))
    };
    Ok(steps::outbound(message, true, bodies, request))
}

fn contents(inbox: &Inbox, message: &Message, context: &DeliveryContext<'_>) -> Vec<Value> {
    let content = &message.content;
    let language = context.conversation.language;
    let own_buttons = menu::pressable(&content.buttons).next().is_some();
    let rest = plain::without_uploaded(message, context);
    let text = plain::text(inbox, &rest, context, plain::Shape { own_buttons, own_files: false });
    let mut pieces = plain::capped(plain::split(&text, TEXT_BYTES_MAX, plain::bytes), PIECES_MAX, language);
    let head = if own_buttons { Some(pieces.pop().unwrap_or_default()) } else { None };
    let mut bodies: Vec<Value> = pieces.iter().map(|piece| json!({"msg_type": "text", "content": {"text": escaped(piece)}})).collect();
    for file in &content.attachments {
        let Some(id) = plain::uploaded(context, file) else { continue };
        bodies.push(if is_image(file) {
            json!({"msg_type": "image", "content": {"image_key": id}})
        } else {
            json!({"msg_type": "file", "content": {"file_key": id}})
        });
    }
    bodies.extend(head.map(|head| json!({"msg_type": "interactive", "content": card(message, context, &head)})));
    bodies
}

/// `<at …>` in a text would ping people.
fn escaped(text: &str) -> String {
    text.replace("<at", "＜at").replace("</at", "＜/at")
}

fn card(message: &Message, context: &DeliveryContext<'_>, head: &str) -> Value {
    let action = |(i, button): (usize, &Button)| {
        let mut value = json!({"message": message.id, "number": (i + 1).to_string(), "label": button.label});
        if let Some(chat) = context.conversation_key {
            value["chat"] = json!(chat);
        }
        json!({"tag": "button", "text": {"tag": "plain_text", "content": button.label}, "type": "default", "value": value})
    };
    let actions: Vec<Value> = menu::pressable(&message.content.buttons).enumerate().map(action).collect();
    let mut elements = Vec::new();
    if !head.is_empty() {
        elements.push(json!({"tag": "div", "text": {"tag": "plain_text", "content": head}}));
    }
    elements.push(json!({"tag": "action", "actions": actions}));
    json!({"config": {"wide_screen_mode": true}, "elements": elements})
}

pub fn file_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).as_deref() {
        Some("pdf") => "pdf",
        Some("doc" | "docx") => "doc",
        Some("xls" | "xlsx") => "xls",
        Some("ppt" | "pptx") => "ppt",
        Some("mp4") => "mp4",
        Some("opus") => "opus",
        _ => "stream",
    }
}

/// `data` of an answer that says 0; errors come with 200 or 400.
pub fn accepted(attempt: &Result<Response, EgressError>) -> Result<Value, Refused> {
    let code = attempt.as_ref().ok().and_then(|response| peek::answer(response).ok()).and_then(|mut answer| {
        let code = answer["code"].as_i64()?;
        Some((code, answer["data"].take()))
    });
    match code {
        Some((0, data)) => Ok(data),
        Some((code, _)) => Err(refused(code)),
        None => {
            judge(attempt)?;
            Err(Refused::Retry { after_ms: 0, reason: "unreadable_answer".to_owned() })
        }
    }
}

/// Withdrawn or deleted already is as good.
pub fn recalled(attempt: &Result<Response, EgressError>) -> Result<(), Refused> {
    let answer = attempt.as_ref().ok().and_then(|response| peek::answer(response).ok()).unwrap_or_default();
    match answer["code"].as_i64() {
        Some(230011 | 230110) => Ok(()),
        Some(230009 | 230026 | 230050 | 230054) => Err(Refused::Failed { reason: "recall_refused".to_owned() }),
        _ => accepted(attempt).map(drop),
    }
}

pub fn refused(code: i64) -> Refused {
    let failed = |word: &str| Refused::Failed { reason: word.to_owned() };
    match code {
        99991663 | 99991661 | 99991664 | 99991665 | 99991668 | 99991677 => Refused::Token { reason: "token_refused".to_owned() },
        99991400 | 230020 | 11232 | 11233 => Refused::Retry { after_ms: 5_000, reason: "rate_limited".to_owned() },
        // sent twice at once with one uuid: the other attempt decides
        230049 => Refused::Retry { after_ms: 1_000, reason: "platform_busy".to_owned() },
        1500 | 55000 | 2200 => Refused::Retry { after_ms: 1_000, reason: "platform_busy".to_owned() },
        230002 | 230013 | 99992351 | 99992361 => failed("unknown_recipient"),
        230053 => failed("recipient_blocked_us"),
        230006 | 99991672 | 99991679 | 230027 => failed("no_permission"),
        230025 => failed("too_long"),
        230028 => failed("refused_content"),
        99991401 => failed("ip_not_allowed"),
        10003 | 10014 => failed("bad_credentials"),
        code => Refused::Failed { reason: reason::unknown(code) },
    }
}
