//! Sending: texts, uploaded files, up to three buttons or a list of ten, numbered text beyond; a template when the window is closed.

use super::{bearer, endpoint};
use crate::steps::{self, post_json};
use crate::{DeliveryContext, Outbound, Refused, RenderError, config, judge, menu, peek, plain, reason};
use qn_domain::{Attachment, Button, Inbox, Message};
use qn_egress::{EgressError, Response};
use serde_json::{Value, json};

const TEXT_CHARS_MAX: usize = 4000;
/// Of the text above buttons or a list.
const HEAD_CHARS_MAX: usize = 1000;
const PIECES_MAX: usize = 5;
const BUTTONS_MAX: usize = 3;
const BUTTON_CHARS_MAX: usize = 20;
const ROWS_MAX: usize = 10;
const ROW_CHARS_MAX: usize = 24;
/// Of a template's variable.
const VARIABLE_CHARS_MAX: usize = 900;
const MIB: u64 = 1024 * 1024;

pub fn render(inbox: &Inbox, message: &Message, context: &DeliveryContext<'_>) -> Result<Outbound, RenderError> {
    if !plain::leaves(message)? {
        return Ok(Outbound::Nothing);
    }
    if context.contact_external_id.is_empty() {
        return Err(RenderError::NoAddress);
    }
    let is_free = context.window.is_open() && message.content.template.is_none();
    let bodies = if is_free { contents(inbox, message, context) } else { vec![template(inbox, message, context)?] };
    let url = endpoint(inbox, &format!("{}/messages", config::text(inbox, "phone_number_id")));
    let request = |body: &Value, key: &str| {
        let mut whole = body.clone();
        whole["messaging_product"] = json!("whatsapp");
        whole["recipient_type"] = json!("individual");
        whole["to"] = json!(context.contact_external_id);
        // comes back with every status
        whole["biz_opaque_callback_data"] = json!(key);
        bearer(post_json(&url, &whole), inbox)
    };
    Ok(steps::outbound(message, false, bodies, request))
}

/// Names with their languages (empty: none of its own), the one that is used unasked first.
pub fn templates(inbox: &Inbox) -> impl Iterator<Item = (&str, &str)> {
    let listed = config::text(inbox, "template_name").split([',', '，']).map(str::trim).filter(|one| !one.is_empty());
    listed.map(|one| one.split_once([':', '：']).map_or((one, ""), |(name, language)| (name.trim(), language.trim())))
}

/// One variable takes no line breaks and no runs of spaces.
fn template(inbox: &Inbox, message: &Message, context: &DeliveryContext<'_>) -> Result<Value, RenderError> {
    let asked = message.content.template.as_deref();
    let found = templates(inbox).find(|(name, _)| asked.is_none_or(|asked| asked == *name));
    let (name, own_language) = found.ok_or(RenderError::WindowClosed)?;
    let text = plain::text(inbox, message, context, plain::Shape { own_buttons: false, own_files: false });
    let language = if own_language.is_empty() { config::text(inbox, "template_language") } else { own_language };
    let language = if language.is_empty() { context.conversation.language.pick("zh_CN", "en_US") } else { language };
    let parameters = json!([{"type": "text", "text": plain::cut(&text, VARIABLE_CHARS_MAX)}]);
    let components = json!([{"type": "body", "parameters": parameters}]);
    Ok(json!({"type": "template", "template": {"name": name, "language": {"code": language}, "components": components}}))
}

fn contents(inbox: &Inbox, message: &Message, context: &DeliveryContext<'_>) -> Vec<Value> {
    let content = &message.content;
    let language = context.conversation.language;
    let buttons: Vec<&Button> = menu::pressable(&content.buttons).collect();
    let own_buttons = (1..=ROWS_MAX).contains(&buttons.len());
    let rest = plain::without_uploaded(message, context);
    let text = plain::text(inbox, &rest, context, plain::Shape { own_buttons, own_files: false });
    let mut pieces = plain::capped(plain::split(&text, TEXT_CHARS_MAX, plain::chars), PIECES_MAX, language);
    let head = own_buttons.then(|| head(&mut pieces, language.pick("请选择：", "Please choose:")));
    let mut bodies: Vec<Value> =
        pieces.iter().map(|piece| json!({"type": "text", "text": {"body": piece, "preview_url": false}})).collect();
    for file in &content.attachments {
        let (Some(kind), Some(id)) = (kind(file), plain::uploaded(context, file)) else { continue };
        let mut part = json!({"id": id});
        if kind == "document" {
            part["filename"] = json!(file.name);
        }
        bodies.push(json!({"type": kind, kind: part}));
    }
    bodies.extend(head.map(|head| interactive(message, &head, &buttons, language.pick("选择", "Choose"))));
    bodies
}

/// The last piece, where it fits above buttons; `fallback` where it does not.
fn head(pieces: &mut Vec<String>, fallback: &str) -> String {
    match pieces.pop() {
        Some(last) if last.chars().count() <= HEAD_CHARS_MAX => last,
        last => {
            pieces.extend(last);
            fallback.to_owned()
        }
    }
}

fn interactive(message: &Message, head: &str, buttons: &[&Button], open: &str) -> Value {
    let id = |i: usize| format!("{}:{}", message.id, i + 1);
    let fits = buttons.len() <= BUTTONS_MAX && buttons.iter().all(|b| b.label.chars().count() <= BUTTON_CHARS_MAX);
    let action = if fits {
        let reply = |(i, b): (usize, &&Button)| json!({"type": "reply", "reply": {"id": id(i), "title": b.label.trim()}});
        json!({"type": "button", "action": {"buttons": buttons.iter().enumerate().map(reply).collect::<Vec<_>>()}})
    } else {
        let row = |(i, b): (usize, &&Button)| {
            let mut row = json!({"id": id(i), "title": plain::cut(&b.label, ROW_CHARS_MAX)});
            if b.label.chars().count() > ROW_CHARS_MAX {
                row["description"] = json!(plain::cut(&b.label, 72));
            }
            row
        };
        let rows: Vec<Value> = buttons.iter().enumerate().map(row).collect();
        json!({"type": "list", "action": {"button": open, "sections": [{"title": open, "rows": rows}]}})
    };
    json!({"type": "interactive", "interactive": {"type": action["type"], "body": {"text": head}, "action": action["action"]}})
}

/// Formats and sizes that the platform takes; the rest goes out as an address.
pub fn kind(file: &Attachment) -> Option<&'static str> {
    limit(file).filter(|(_, max)| file.size_bytes <= *max).map(|(kind, _)| kind)
}

/// The same whatever its size, with up to which size it takes it.
pub fn limit(file: &Attachment) -> Option<(&'static str, u64)> {
    match file.media_type.as_str() {
        "image/jpeg" | "image/png" => Some(("image", 5 * MIB)),
        "video/mp4" | "video/3gpp" => Some(("video", 16 * MIB)),
        "audio/aac" | "audio/mp4" | "audio/mpeg" | "audio/amr" | "audio/ogg" => Some(("audio", 16 * MIB)),
        "text/plain" | "application/pdf" => Some(("document", 100 * MIB)),
        other if other.starts_with("application/vnd.openxmlformats-officedocument") || other == "application/msword" => {
            Some(("document", 100 * MIB))
        }
        _ => None,
    }
}

pub fn accepted(attempt: &Result<Response, EgressError>) -> Result<Value, Refused> {
    let answer = attempt.as_ref().ok().and_then(|response| peek::answer(response).ok());
    match answer {
        Some(answer) if answer["error"].is_object() => match answer["error"]["code"].as_i64() {
            Some(code) => Err(refused(code)),
            None => Err(Refused::Failed { reason: reason::unknown("?") }),
        },
        Some(answer) if attempt.as_ref().is_ok_and(Response::is_success) => Ok(answer),
        _ => {
            judge(attempt)?;
            Err(Refused::Retry { after_ms: 0, reason: "unreadable_answer".to_owned() })
        }
    }
}

pub fn refused(code: i64) -> Refused {
    let failed = |word: &str| Refused::Failed { reason: word.to_owned() };
    match code {
        131047 => Refused::Window { reason: "reply_window_closed".to_owned() },
        4 | 80007 | 130429 | 131048 | 131056 | 133016 => Refused::Retry { after_ms: 30_000, reason: "rate_limited".to_owned() },
        1 | 2 | 131000 | 131016 | 133004 => Refused::Retry { after_ms: 1_000, reason: "platform_busy".to_owned() },
        0 | 190 => failed("bad_credentials"),
        3 | 10 | 131005 | 200..=299 => failed("no_permission"),
        131026 | 131021 | 131030 => failed("undeliverable"),
        131050 => failed("recipient_blocked_us"),
        131031 | 368 | 130497 => failed("account_limited"),
        131052 | 131053 => failed("media_gone"),
        132000..=132999 => failed("template_refused"),
        code => Refused::Failed { reason: reason::unknown(code) },
    }
}
