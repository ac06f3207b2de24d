//! Twilio: calls are forms, signed with HMAC-SHA1 over the address and the sorted fields; statuses come to the same kind of call.
//! Source: twilio.com/docs/usage/security and /docs/messaging/api/message-resource.

use super::{Letter, base, number};
use crate::event::{Answer, DeliveryReport, Event, InboundAttachment, Received, Reported, Source, What};
use crate::{Call, Delivered, ParseError, Proof, Refused, VerifyError, config, crypt, judge, peek, plain, reason};
use qn_domain::{DeliveryState, Inbox};
use qn_egress::{EgressError, Request, Response};
use serde_json::Value;
use std::collections::BTreeMap;

const HOST: &str = "https://api.twilio.com";
const FIELDS_MAX: usize = 200;
const MEDIA_MAX: usize = 10;

pub fn verify(inbox: &Inbox, call: &Call<'_>) -> Result<(), VerifyError> {
    let secret = config::secret(inbox, "account_secret")?;
    call.bounded_body().map_err(|_| VerifyError::BadBody)?;
    let given = call.header("x-twilio-signature")?;
    let fields = form(call.body).ok_or(VerifyError::BadBody)?;
    let mut signed = call.url.to_owned();
    for (name, value) in &fields {
        signed.push_str(name);
        signed.push_str(value);
    }
    if !crypt::same(given, &crypt::base64(&crypt::hmac_sha1(secret.as_bytes(), &[signed.as_bytes()]))) {
        return Err(VerifyError::BadSignature);
    }
    let account = fields.get("AccountSid").map(String::as_str);
    if account.is_some_and(|id| id != config::text(inbox, "account")) { Err(VerifyError::WrongReceiver) } else { Ok(()) }
}

/// Sorted by name, as they are signed. A name that is there twice could be read in two ways.
fn form(body: &[u8]) -> Option<BTreeMap<String, String>> {
    let mut fields = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(body) {
        if fields.insert(name.into_owned(), value.into_owned()).is_some() || fields.len() > FIELDS_MAX {
            return None;
        }
    }
    Some(fields)
}

/// Any text in the answer would be sent to the customer.
pub fn parse(_inbox: &Inbox, body: &[u8]) -> Result<Received, ParseError> {
    let fields = form(body).ok_or(ParseError::Unreadable { reason: "a form with repeated fields" })?;
    let get = |name: &str| fields.get(name).map_or("", String::as_str);
    let event = if fields.contains_key("MessageStatus") { status(&get) } else { written(&get) };
    let answer = Answer { content_type: "text/xml; charset=utf-8", ..Answer::text("<Response></Response>") };
    Ok(Received { events: event.into_iter().collect(), answer })
}

fn written<'a>(get: &impl Fn(&str) -> &'a str) -> Option<Event> {
    let id = peek::id(&Value::from(get("MessageSid")))?;
    let mut event = super::message(id, number(get("From"))?, get("Body"), None);
    let count = get("NumMedia").parse::<usize>().unwrap_or_default().min(MEDIA_MAX);
    if let What::Message(inbound) = &mut event.what {
        let url = |i: usize| get(&format!("MediaUrl{i}"));
        let file = |i: usize| InboundAttachment { name: format!("media-{}", i + 1), source: Source::Url(url(i).to_owned()) };
        inbound.attachments = (0..count).filter(|i| qn_egress::check_url(url(*i)).is_ok()).map(file).collect();
    }
    Some(event)
}

fn status<'a>(get: &impl Fn(&str) -> &'a str) -> Option<Event> {
    let state = match get("MessageStatus") {
        "sent" => DeliveryState::Sent,
        "delivered" => DeliveryState::Delivered,
        "read" => DeliveryState::Read,
        "failed" | "undelivered" => DeliveryState::Failed,
        _ => return None,
    };
    let of = Reported::External(peek::id(&Value::from(get("MessageSid")))?);
    let reason = get("ErrorCode").parse().ok().map(|code| word(code).map_or_else(|| reason::unknown(code), str::to_owned));
    Some(Event::report(DeliveryReport { of, state, reason }))
}

fn account_url(inbox: &Inbox, path: &str) -> String {
    format!("{}/2010-04-01/Accounts/{}{path}", base(inbox, HOST), plain::percent_encode(config::text(inbox, "account")))
}

fn signed_in(request: Request, inbox: &Inbox) -> Request {
    let pair = format!("{}:{}", config::text(inbox, "account"), config::text(inbox, "account_secret"));
    request.header("authorization", format!("Basic {}", crypt::base64(pair.as_bytes())))
}

pub fn request(inbox: &Inbox, letter: &Letter<'_>) -> Request {
    let sender = config::text(inbox, "sender");
    let from = if sender.starts_with("MG") { "MessagingServiceSid" } else { "From" };
    let status = format!("{}/api/v1/channels/sms/{}/status", letter.context.base_url.trim_end_matches('/'), inbox.key);
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("To", letter.to).append_pair(from, sender).append_pair("Body", letter.text);
    if status.starts_with("https://") {
        form.append_pair("StatusCallback", &status);
    }
    let request = Request::post(account_url(inbox, "/Messages.json"), form.finish());
    signed_in(request.header("content-type", "application/x-www-form-urlencoded"), inbox)
}

pub fn probe(inbox: &Inbox) -> Request {
    signed_in(Request::get(account_url(inbox, ".json")), inbox)
}

pub fn read_probe(attempt: &Result<Response, EgressError>, answer: &Value) -> Result<Proof, Refused> {
    match attempt {
        Ok(response) if response.is_success() => Ok(Proof::Whole),
        _ => outcome(attempt, answer).map(|_| Proof::Whole),
    }
}

pub fn outcome(attempt: &Result<Response, EgressError>, answer: &Value) -> Result<Delivered, Refused> {
    let Some(code) = answer["code"].as_i64() else {
        judge(attempt)?;
        return Ok(Delivered { external_id: peek::id(&answer["sid"]) });
    };
    match code {
        20429 | 14107 | 63018 => Err(Refused::Retry { after_ms: 5_000, reason: "rate_limited".to_owned() }),
        20500..=20599 => Err(Refused::Retry { after_ms: 0, reason: "platform_busy".to_owned() }),
        code => Err(Refused::Failed { reason: word(code).map_or_else(|| reason::unknown(code), str::to_owned) }),
    }
}

fn word(code: i64) -> Option<&'static str> {
    Some(match code {
        20003 | 20005 | 20404 => "bad_credentials",
        21211 | 21214 | 21217 | 21614 | 30005 => "unknown_recipient",
        21610 => "recipient_blocked_us",
        21408 | 21612 => "no_permission",
        21617 => "too_long",
        30003 | 30006 | 30008 => "undeliverable",
        30004 | 30007 => "refused_content",
        30001 | 30002 => "account_limited",
        _ => return None,
    })
}
