//! Sending over `kf/send_msg`: the step's key makes the message id, so that a repetition is one message. Menus are the platform's own.

use super::base;
use crate::adapters::wechat::api;
use crate::steps::{self, post_json};
use crate::{DeliveryContext, Outbound, RenderError, config, crypt, menu, plain};
use qn_domain::{Attachment, Button, Inbox, Message};
use serde_json::{Value, json};

/// The API takes 2048 bytes of UTF-8.
const TEXT_BYTES_MAX: usize = 2000;
const PIECES_MAX: usize = 5;
pub const FILE_BYTES_MIN: u64 = 6;
pub const FILE_BYTES_MAX: u64 = 20 * 1024 * 1024;

pub fn media_type(attachment: &Attachment) -> Option<&'static str> {
    match api::media_type(attachment) {
        Some("image") if attachment.media_type == "image/gif" => Some("file"),
        Some(kind) => Some(kind),
        None => (FILE_BYTES_MIN..=FILE_BYTES_MAX).contains(&attachment.size_bytes).then_some("file"),
    }
}

pub fn render(inbox: &Inbox, message: &Message, context: &DeliveryContext<'_>) -> Result<Outbound, RenderError> {
    if !plain::leaves(message)? {
        return Ok(Outbound::Nothing);
    }
    if context.contact_external_id.is_empty() {
        return Err(RenderError::NoAddress);
    }
    let bodies = contents(inbox, message, context);
    let token = plain::percent_encode(context.token);
    // a welcome code lets exactly one message out, and only a text or a menu
    if let (Some(code), [first]) = (context.reply_handle, bodies.as_slice())
        && matches!(first["msgtype"].as_str(), Some("text" | "msgmenu"))
    {
        let url = format!("{}/cgi-bin/kf/send_msg_on_event?access_token={token}", base(inbox));
        return Ok(steps::outbound(message, true, bodies, |body, key| {
            post_json(&url, &with(body, &[("code", code), ("msgid", &msgid(key))]))
        }));
    }
    let url = format!("{}/cgi-bin/kf/send_msg?access_token={token}", base(inbox));
    let (to, from) = (context.contact_external_id, config::text(inbox, "open_kfid"));
    let request = |body: &Value, key: &str| post_json(&url, &with(body, &[("touser", to), ("open_kfid", from), ("msgid", &msgid(key))]));
    Ok(steps::outbound(message, true, bodies, request))
}

/// At most 32 characters of `[0-9a-zA-Z_-]`; the same step, the same id.
fn msgid(key: &str) -> String {
    crypt::uuid(key).replace('-', "")
}

fn with(body: &Value, fields: &[(&str, &str)]) -> Value {
    let mut body = body.clone();
    for (name, value) in fields {
        body[*name] = json!(value);
    }
    body
}

fn contents(inbox: &Inbox, message: &Message, context: &DeliveryContext<'_>) -> Vec<Value> {
    let content = &message.content;
    let language = context.conversation.language;
    let own_buttons = menu::pressable(&content.buttons).next().is_some();
    let rest = plain::without_uploaded(message, context);
    let text = plain::text(inbox, &rest, context, plain::Shape { own_buttons, own_files: false });
    let mut pieces =
        plain::capped(plain::split(&text, TEXT_BYTES_MAX / if own_buttons { 2 } else { 1 }, plain::bytes), PIECES_MAX, language);
    let head = if own_buttons { pieces.pop().or(Some(language.pick("请选择：", "Please choose:").to_owned())) } else { None };
    let mut bodies: Vec<Value> = pieces.iter().map(|piece| json!({"msgtype": "text", "text": {"content": piece}})).collect();
    for file in &content.attachments {
        if let (Some(kind), Some(id)) = (media_type(file), plain::uploaded(context, file)) {
            bodies.push(json!({"msgtype": kind, kind: {"media_id": id}}));
        }
    }
    bodies.extend(head.map(|head| msgmenu(message, &head, &content.buttons)));
    bodies
}

/// The id that comes back with a click names the message and the button.
fn msgmenu(message: &Message, head: &str, buttons: &[Button]) -> Value {
    let item = |(i, button): (usize, &Button)| {
        let id = format!("{}:{}", message.id, i + 1);
        json!({"type": "click", "click": {"id": id, "content": plain::cut(&button.label, 40)}})
    };
    let list: Vec<Value> = menu::pressable(buttons).enumerate().map(item).collect();
    json!({"msgtype": "msgmenu", "msgmenu": {"head_content": head, "list": list}})
}
