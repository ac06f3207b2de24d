//! Reading what a system posts: one message or up to a hundred, or the fate of one of ours. All limits are counted in
//! characters as people count them; text comes out cleaned, names that identify must need no cleaning.

use crate::event::{DeliveryReport, Event, Inbound, InboundAttachment, InboundContact, Opening, Reported, Source};
use crate::fields::{Form, Kind};
use crate::read::{self, Reader, Scope};
use crate::{Call, ParseError, Problem};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qn_base::{ids, text};
use qn_domain::content::{ATTACHMENTS_MAX, TEXT_CHARS_MAX};
use qn_domain::{Content, DeliveryState, Language, MessageId};
use serde_json::{Map, Value};

pub const BODY_BYTES_MAX: usize = 2 * 1024 * 1024;
pub const MESSAGES_MAX: usize = 100;
const ID_CHARS_MAX: usize = 200;
const NAME_CHARS_MAX: usize = 200;
const FILE_NAME_CHARS_MAX: usize = 255;
const REASON_CHARS_MAX: usize = 500;
const URL_CHARS_MAX: usize = 2048;
const ATTRIBUTES_MAX: usize = 50;
const ATTRIBUTE_KEY_CHARS_MAX: usize = 64;
const ATTRIBUTE_CHARS_MAX: usize = 1000;
/// 2100-01-01, to catch seconds of other units early.
const TIME_MAX: i64 = 4_102_444_800_000;

const MESSAGE_FIELDS: [&str; 6] = ["message_id", "contact", "conversation_key", "text", "attachments", "created_at"];
const CONTACT_FIELDS: [&str; 6] = ["external_id", "name", "email", "phone", "language", "attributes"];

/// One message, or `{"messages": […]}`.
pub fn messages(body: &[u8]) -> Result<Vec<Event>, ParseError> {
    let value = read::json(body, BODY_BYTES_MAX)?;
    let mut reader = Reader::default();
    let mut found = Vec::new();
    if value.get("messages").is_some() {
        if let Some(scope) = reader.object("", &value, &["messages"]) {
            let before = reader.complaints();
            let items = reader.list(&scope, "messages", MESSAGES_MAX);
            if items.is_empty() && reader.complaints() == before {
                reader.refuse("messages", Problem::Empty);
            }
            for (i, item) in items.iter().enumerate() {
                found.extend(message(&mut reader, &format!("messages[{i}]"), item));
            }
        }
    } else {
        found.extend(message(&mut reader, "", &value));
    }
    reader.finish(found)
}

/// A message that is sent again fails or arrives again: only the call's own id tells a repetition.
pub fn status(call: &Call<'_>) -> Result<Vec<Event>, ParseError> {
    let value = read::json(call.body, BODY_BYTES_MAX)?;
    let mut reader = Reader::default();
    let mut report = report(&mut reader, &value);
    if let (Some(event), Some(id)) = (&mut report, crate::signing::id(call.headers)) {
        event.key = format!("s:{id}");
    }
    reader.finish(report.into_iter().collect())
}

fn report(reader: &mut Reader, value: &Value) -> Option<Event> {
    let scope = reader.object("", value, &["message_id", "state", "reason"])?;
    let message_id = reader.required_identifier(&scope, "message_id", ID_CHARS_MAX);
    let message_id = message_id.and_then(|id| {
        let ours = |id: &str| id.strip_prefix(MessageId::PREFIX).is_some_and(|rest| rest.starts_with('_')) && ids::is_well_formed(id);
        reader.formed(&scope, "message_id", &id, Form::MessageId, ours)
    });
    let state = reader.required_choice(&scope, "state", &["delivered", "read", "failed"]);
    let reason = reader.line(&scope, "reason", REASON_CHARS_MAX);
    let state = match state? {
        "delivered" => DeliveryState::Delivered,
        "read" => DeliveryState::Read,
        _ => DeliveryState::Failed,
    };
    Some(Event::report(DeliveryReport { of: Reported::Ours(MessageId(message_id?)), state, reason }))
}

/// Reads every field before giving up, so that all complaints are told at once.
fn message(reader: &mut Reader, path: &str, value: &Value) -> Option<Event> {
    let scope = reader.object(path, value, &MESSAGE_FIELDS)?;
    let message_id = reader.required_identifier(&scope, "message_id", ID_CHARS_MAX);
    let contact = reader.required_object(&scope, "contact", &CONTACT_FIELDS).and_then(|scope| contact(reader, &scope));
    let conversation_key = reader.identifier(&scope, "conversation_key", ID_CHARS_MAX);
    let before = reader.complaints();
    let text = reader.text(&scope, "text", TEXT_CHARS_MAX).map(text::clean).unwrap_or_default();
    let given = reader.list(&scope, "attachments", ATTACHMENTS_MAX);
    let attachments: Vec<_> = given.iter().enumerate().filter_map(|(i, item)| attachment(reader, &scope, i, item)).collect();
    if text.trim().is_empty() && attachments.is_empty() && reader.complaints() == before {
        reader.refuse(scope.path("text"), Problem::NothingToSay);
    }
    let sent_at = reader.integer(&scope, "created_at", 0..=TIME_MAX);
    let content = Content::text(text);
    Some(Event::message(Inbound {
        message_id: message_id?,
        contact: contact?,
        conversation_key,
        content,
        attachments,
        sent_at,
        opens: Some(Opening::Message),
        ..Inbound::default()
    }))
}

fn contact(reader: &mut Reader, scope: &Scope<'_>) -> Option<InboundContact> {
    let external_id = reader.required_identifier(scope, "external_id", ID_CHARS_MAX);
    let name = reader.line(scope, "name", NAME_CHARS_MAX);
    let email = reader.line(scope, "email", 254);
    let email = email.and_then(|found| reader.formed(scope, "email", &found, Form::Email, is_email));
    let phone = reader.line(scope, "phone", 32);
    let phone = phone.and_then(|found| reader.formed(scope, "phone", &found, Form::Phone, is_phone));
    let language = reader.line(scope, "language", 35);
    let language = language.and_then(|found| reader.formed(scope, "language", &found, Form::LanguageTag, is_language_tag));
    let attributes = attributes(reader, scope);
    Some(InboundContact {
        external_id: external_id?,
        name,
        email,
        phone,
        language: language.map(|tag| Language::from_tag(&tag)),
        attributes,
        facts: Vec::new(),
    })
}

fn attributes(reader: &mut Reader, scope: &Scope<'_>) -> Map<String, Value> {
    let mut kept = Map::new();
    let Some(given) = reader.map(scope, "attributes") else { return kept };
    if given.len() > ATTRIBUTES_MAX {
        reader.refuse(scope.path("attributes"), Problem::TooMany { max: ATTRIBUTES_MAX });
        return kept;
    }
    for (key, value) in given {
        let path = format!("{}.{}", scope.path("attributes"), text::line(key, ATTRIBUTE_KEY_CHARS_MAX));
        if key.is_empty() || text::line(key, ATTRIBUTE_KEY_CHARS_MAX) != *key {
            reader.refuse(path, Problem::NotAn { expected: Form::Identifier });
            continue;
        }
        let value = match value {
            Value::String(_) => match reader.as_text(&path, value, ATTRIBUTE_CHARS_MAX) {
                Some(found) => Value::String(text::clean(found)),
                None => continue,
            },
            Value::Number(_) | Value::Bool(_) => value.clone(),
            _ => {
                reader.refuse(path, Problem::WrongType { expected: Kind::Scalar });
                continue;
            }
        };
        kept.insert(key.clone(), value);
    }
    kept
}

fn attachment(reader: &mut Reader, message: &Scope<'_>, index: usize, value: &Value) -> Option<InboundAttachment> {
    let scope = reader.object(&format!("{}[{index}]", message.path("attachments")), value, &["name", "url", "data_base64"])?;
    let name = reader.required_line(&scope, "name", FILE_NAME_CHARS_MAX);
    let url = reader.text(&scope, "url", URL_CHARS_MAX);
    let data = reader.text(&scope, "data_base64", BODY_BYTES_MAX);
    let source = match (url, data) {
        (Some(url), None) => {
            let is_fetchable = |url: &str| qn_egress::check_url(url).is_ok();
            Source::Url(reader.formed(&scope, "url", url, Form::HttpUrl, is_fetchable)?)
        }
        (None, Some("")) => {
            reader.refuse(scope.path("data_base64"), Problem::Empty);
            return None;
        }
        (None, Some(data)) => match STANDARD.decode(data) {
            Ok(bytes) => Source::Bytes(bytes.into()),
            Err(_) => {
                reader.refuse(scope.path("data_base64"), Problem::NotAn { expected: Form::Base64 });
                return None;
            }
        },
        _ => {
            reader.refuse(scope.path("url"), Problem::NeedsOneSource);
            return None;
        }
    };
    Some(InboundAttachment { name: name?, source })
}

/// Plausible, no more: only a message that arrives proves an address.
fn is_email(text: &str) -> bool {
    let plain = !text.chars().any(|c| c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | ',' | ';' | '"'));
    plain && text.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@'))
}

fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (3..=20).contains(&digits) && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ' | '(' | ')' | '.' | '/'))
}

fn is_language_tag(text: &str) -> bool {
    text.len() >= 2 && text.split('-').all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}
