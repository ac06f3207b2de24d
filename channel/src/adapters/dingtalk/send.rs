//! Sending as a robot: to the session's webhook, which needs no token, or by user and group over the robot API. Buttons are numbered text.

use super::{base, robot_code};
use crate::steps::{self, post_json};
use crate::{Delivered, DeliveryContext, Outbound, Refused, RenderError, judge, peek, plain, reason};
use qn_domain::content::Format;
use qn_domain::{Attachment, Inbox, Message};
use qn_egress::{EgressError, Request, Response};
use serde_json::{Value, json};

/// A message of a robot holds 20,000 bytes.
const TEXT_BYTES_MAX: usize = 18_000;
const PIECES_MAX: usize = 3;
/// `senderId` of people outside the company: the API does not know it.
const FOREIGN_ID: &str = "$:";

pub fn render(inbox: &Inbox, message: &Message, context: &DeliveryContext<'_>) -> Result<Outbound, RenderError> {
    if !plain::leaves(message)? {
        return Ok(Outbound::Nothing);
    }
    let is_foreign = context.conversation_key.is_none() && is_outside(context.contact_external_id);
    // The webhook takes no files: they are addresses for whoever has nothing else.
    let shown = if is_foreign { DeliveryContext { uploads: &[], ..*context } } else { *context };
    let bodies = contents(inbox, message, &shown);
    let has_files = bodies.iter().any(|body| body["msgKey"] != "sampleText" && body["msgKey"] != "sampleMarkdown");
    if let (Some(webhook), false) = (context.reply_handle, has_files) {
        let at = context.conversation_key.map(|_| context.contact_external_id);
        return Ok(steps::outbound(message, false, bodies, |body, _| post_json(webhook, &for_webhook(body, at))));
    }
    let (path, to) = match context.conversation_key {
        Some(group) => ("groupMessages/send", json!({"openConversationId": group})),
        None if context.contact_external_id.is_empty() => return Err(RenderError::NoAddress),
        None if is_foreign => return Err(RenderError::WindowClosed),
        None => ("oToMessages/batchSend", json!({"userIds": [context.contact_external_id]})),
    };
    let url = format!("{}/v1.0/robot/{path}", base(inbox));
    let request = |body: &Value, _: &str| -> Request {
        let mut whole = to.clone();
        whole["robotCode"] = json!(robot_code(inbox));
        whole["msgKey"] = body["msgKey"].clone();
        whole["msgParam"] = json!(body["msgParam"].to_string());
        post_json(&url, &whole).header("x-acs-dingtalk-access-token", context.token)
    };
    Ok(steps::outbound(message, false, bodies, request))
}

/// Outside the company, so that only the session's webhook leads to them.
pub fn is_outside(external_id: &str) -> bool {
    external_id.starts_with(FOREIGN_ID)
}

/// `{msgKey, msgParam}`, as the robot API spells messages.
fn contents(inbox: &Inbox, message: &Message, context: &DeliveryContext<'_>) -> Vec<Value> {
    let rest = plain::without_uploaded(message, context);
    let shape = plain::Shape { own_buttons: false, own_files: false };
    let markdown = message.content.format == Format::Markdown;
    let text = if markdown { plain::markdown(inbox, &rest, context, shape) } else { plain::text(inbox, &rest, context, shape) };
    let pieces = plain::capped(plain::split(&text, TEXT_BYTES_MAX, plain::bytes), PIECES_MAX, context.conversation.language);
    let mut bodies: Vec<Value> = pieces.iter().map(|piece| written(piece, markdown)).collect();
    for file in &message.content.attachments {
        let Some(id) = plain::uploaded(context, file) else { continue };
        bodies.push(match upload_type(file) {
            Some(("image", _)) => json!({"msgKey": "sampleImageMsg", "msgParam": {"photoURL": id}}),
            _ => json!({"msgKey": "sampleFile", "msgParam": {"mediaId": id, "fileName": file.name, "fileType": extension(&file.name)}}),
        });
    }
    bodies
}

fn written(piece: &str, markdown: bool) -> Value {
    if markdown {
        json!({"msgKey": "sampleMarkdown", "msgParam": {"title": plain::cut(&plain::from_markdown(piece), 40), "text": piece}})
    } else {
        json!({"msgKey": "sampleText", "msgParam": {"content": piece}})
    }
}

/// The older spelling, which webhooks take.
fn for_webhook(body: &Value, at: Option<&str>) -> Value {
    let param = &body["msgParam"];
    let mut out = match body["msgKey"].as_str() {
        Some("sampleMarkdown") => json!({"msgtype": "markdown", "markdown": param}),
        _ => json!({"msgtype": "text", "text": param}),
    };
    if let Some(user) = at {
        out["at"] = json!({"atUserIds": [user]});
    }
    out
}

/// Kind of upload and the most it may hold, in MiB.
pub fn upload_type(file: &Attachment) -> Option<(&'static str, u64)> {
    match file.media_type.as_str() {
        "image/jpeg" | "image/png" | "image/gif" | "image/bmp" => Some(("image", 20)),
        _ => matches!(extension(&file.name).as_str(), "doc" | "docx" | "xls" | "xlsx" | "ppt" | "pptx" | "zip" | "pdf" | "rar")
            .then_some(("file", 20)),
    }
}

fn extension(name: &str) -> String {
    name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default()
}

/// The webhook answers `{errcode}` within 200; the API answers `{code, message}` with 4xx, or who was not reached within 200.
pub fn outcome(attempt: &Result<Response, EgressError>) -> Result<Delivered, Refused> {
    let Ok(response) = attempt else { return judge(attempt) };
    let answer = peek::answer(response).unwrap_or_default();
    let failed = |word: &str| Err(Refused::Failed { reason: word.to_owned() });
    match (response.status, answer["errcode"].as_i64(), answer["code"].as_str()) {
        (200..=299, Some(code), _) if code != 0 => Err(refused(code)),
        (200..=299, ..) if !peek::list(&answer["invalidStaffIdList"]).is_empty() => failed("unknown_recipient"),
        (200..=299, ..) if !peek::list(&answer["flowControlledStaffIdList"]).is_empty() => {
            Err(Refused::Retry { after_ms: 60_000, reason: "rate_limited".to_owned() })
        }
        (200..=299, ..) => Ok(Delivered { external_id: peek::id(&answer["processQueryKey"]) }),
        (401, ..) | (_, _, Some("InvalidAuthentication")) => Err(Refused::Token { reason: "token_refused".to_owned() }),
        (_, _, Some(code)) if code.starts_with("Forbidden") => failed("no_permission"),
        (_, _, Some(code)) if code.contains("Throttl") || code.contains("limit") => {
            Err(Refused::Retry { after_ms: 60_000, reason: "rate_limited".to_owned() })
        }
        (400..=404, _, Some(code)) => Err(Refused::Failed { reason: reason::unknown(qn_base::text::line(code, 60)) }),
        _ => judge(attempt),
    }
}

/// Codes of webhooks and of the older API. Too many messages of a webhook mean ten minutes of silence.
pub fn refused(code: i64) -> Refused {
    match code {
        130101 | 410100 | 90018 => Refused::Retry { after_ms: 10 * 60_000, reason: "rate_limited".to_owned() },
        -1 => Refused::Retry { after_ms: 1_000, reason: "platform_busy".to_owned() },
        40014 | 42001 | 88 => Refused::Token { reason: "token_refused".to_owned() },
        300001 | 310000 => Refused::Failed { reason: "no_permission".to_owned() },
        code => Refused::Failed { reason: reason::unknown(code) },
    }
}
