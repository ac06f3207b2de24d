//! What leaves: texts, then files in requests of their own, the buttons under the last. A file travels in the request that sends it; one
//! that the caller did not hand over is named by its address, for Telegram to fetch.

use super::picture;
use crate::steps::post_json;
use crate::{DeliveryContext, multipart, plain};
use bytes::Bytes;
use qn_domain::{Attachment, Button, ButtonAction, Inbox, Message};
use qn_egress::Request;
use serde_json::{Value, json};

/// 4096 UTF-16 units, with room for the note of a cut.
const TEXT_MAX: usize = 4000;
const PIECES_MAX: usize = 5;
/// A larger one is shown as a link.
pub const DOCUMENT_BYTES_MAX: u64 = 50 * 1024 * 1024;
/// A larger picture goes as a document, whole.
const PHOTO_BYTES_MAX: u64 = 10 * 1024 * 1024;
/// Of a picture that Telegram fetches itself.
const FETCHED_PHOTO_BYTES_MAX: u64 = 5 * 1024 * 1024;
const FILE_MS_MAX: u64 = 30_000;

/// One call of the bot: its fields, and the file in it with the name of its field.
pub struct Said<'a> {
    method: &'static str,
    body: Value,
    file: Option<(&'static str, &'a Attachment, &'a Bytes)>,
}

impl Said<'_> {
    pub fn request(self, url: impl Fn(&str) -> String) -> Request {
        let url = url(self.method);
        let Some((field, file, bytes)) = self.file else { return post_json(url, &self.body) };
        let said = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let fields: Vec<(&String, String)> = self.body.as_object().into_iter().flatten().map(|(name, value)| (name, said(value))).collect();
        let mut parts: Vec<multipart::Part<'_>> = fields.iter().map(|(name, text)| multipart::field(name, text)).collect();
        parts.push(multipart::Part { name: field, file: Some((file.name.as_str(), file.media_type.as_str())), body: bytes });
        Request { timeout_ms: FILE_MS_MAX, ..multipart::post(url, &parts) }
    }
}

pub fn contents<'a>(inbox: &Inbox, message: &'a Message, context: &DeliveryContext<'a>, chat: &str) -> Vec<Said<'a>> {
    let (files, linked): (Vec<&Attachment>, Vec<&Attachment>) =
        message.content.attachments.iter().partition(|file| file.size_bytes <= DOCUMENT_BYTES_MAX);
    // buttons, links and files are shown as such
    let mut shown = message.clone();
    shown.content.buttons.clear();
    shown.content.attachments = linked.into_iter().cloned().collect();
    let text = plain::text(inbox, &shown, context, plain::Shape { own_buttons: true, own_files: false });
    let pieces = plain::capped(plain::split(&text, TEXT_MAX, plain::utf16), PIECES_MAX, context.conversation.language);
    let said = |piece: &String| Said { method: "sendMessage", body: json!({"chat_id": chat, "text": piece}), file: None };
    let mut all: Vec<Said<'a>> = pieces.iter().map(said).collect();
    all.extend(files.into_iter().map(|file| attachment(file, context, chat)));
    let keyboard = keyboard(message);
    if let (false, Some(last)) = (keyboard.is_empty(), all.last_mut()) {
        last.body["reply_markup"] = json!({"inline_keyboard": keyboard});
    }
    all
}

fn attachment<'a>(file: &'a Attachment, context: &DeliveryContext<'a>, chat: &str) -> Said<'a> {
    let carried = context.files.iter().find(|carried| carried.attachment_id == file.id).map(|carried| &carried.bytes);
    let is_photo = matches!(file.media_type.as_str(), "image/jpeg" | "image/png")
        && match carried {
            Some(bytes) => file.size_bytes <= PHOTO_BYTES_MAX && picture::is_shown(bytes),
            None => file.size_bytes <= FETCHED_PHOTO_BYTES_MAX,
        };
    let (method, field) = if is_photo { ("sendPhoto", "photo") } else { ("sendDocument", "document") };
    let mut body = json!({"chat_id": chat});
    if carried.is_none() {
        body[field] = json!(plain::file_url(file, context.base_url));
    }
    Said { method, body, file: carried.map(|bytes| (field, file, bytes)) }
}

/// One button per row; `callback_data` holds 64 bytes.
fn keyboard(message: &Message) -> Vec<Value> {
    let mut number = 0;
    let row = |button: &Button| {
        let label = plain::cut(&button.label, 60);
        match &button.action {
            ButtonAction::Link { url } => json!([{"text": label, "url": url}]),
            ButtonAction::Reply { .. } | ButtonAction::Handoff => {
                number += 1;
                json!([{"text": label, "callback_data": format!("{}:{number}", message.id)}])
            }
        }
    };
    message.content.buttons.iter().map(row).collect()
}
