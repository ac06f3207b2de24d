//! Any gateway: it posts `{message_id, from, text, created_at?}` and `{message_id, state, reason?}` to us, we post `{message_id, to, text}`
//! to it, all signed by Standard Webhooks with the inbox's secret.

use super::{Letter, number};
use crate::event::{Answer, DeliveryReport, Event, Received, Reported};
use crate::steps::post_json;
use crate::{Call, Delivered, ParseError, Proof, Refused, RenderError, Signer, VerifyError, config, crypt, judge, peek};
use qn_domain::{DeliveryState, Inbox, Timestamp};
use qn_egress::{EgressError, Request, Response};
use serde_json::{Value, json};

pub fn verify(inbox: &Inbox, call: &Call<'_>, now: Timestamp) -> Result<(), VerifyError> {
    Signer::new(&inbox.secret)?.verify(call.headers, call.body, now)
}

/// One or a list of them.
pub fn parse(body: &[u8]) -> Result<Received, ParseError> {
    let body = peek::body(body)?;
    let items = match &body {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    Ok(Received { events: items.iter().filter_map(event).collect(), answer: Answer::empty() })
}

fn event(item: &Value) -> Option<Event> {
    let id = peek::id(&item["message_id"])?;
    let Some(state) = item["state"].as_str() else {
        let from = number(item["from"].as_str()?)?;
        return Some(super::message(id, from, item["text"].as_str().unwrap_or_default(), peek::time(&item["created_at"])));
    };
    let state = match state {
        "sent" => DeliveryState::Sent,
        "delivered" => DeliveryState::Delivered,
        "failed" => DeliveryState::Failed,
        _ => return None,
    };
    Some(Event::report(DeliveryReport { of: Reported::External(id), state, reason: peek::name(&item["reason"]) }))
}

pub fn request(inbox: &Inbox, letter: &Letter<'_>) -> Result<Request, RenderError> {
    let body = json!({"message_id": letter.key, "to": letter.to, "text": letter.text});
    let mut request = post_json(config::text(inbox, "send_url"), &body);
    request.headers.extend(Signer::new(&inbox.secret)?.headers(&letter.key, letter.context.now, body.to_string().as_bytes()));
    Ok(request)
}

/// Gateways agree on nothing that could be asked: the address is asked without a text, signed like one, so that nothing can be sent.
pub fn probe(inbox: &Inbox, now: Timestamp) -> Option<Request> {
    let signer = Signer::new(&inbox.secret).ok()?;
    let mut request = Request { method: qn_egress::Method::HEAD, ..Request::get(config::text(inbox, "send_url")) };
    request.headers.extend(signer.headers(&crypt::uuid(&format!("test@{now}")), now, &[]));
    Some(request)
}

/// A gateway that takes POST alone says so with 400, 405 or 501: it is there. Whether it takes our signature shows with the first text.
pub fn read_probe(attempt: &Result<Response, EgressError>) -> Result<Proof, Refused> {
    let failed = |word: &str| Err(Refused::Failed { reason: word.to_owned() });
    match attempt.as_ref().map(|response| response.status) {
        Ok(200..=299 | 400 | 405 | 411 | 415 | 422 | 501) => Ok(Proof::Part("only_reached")),
        Ok(401 | 403) => failed("bad_credentials"),
        Ok(404 | 410) => failed("wrong_address"),
        _ => judge(attempt).map(|_| Proof::Part("only_reached")),
    }
}

/// Reports name the id that the gateway answered with, or ours where it answered with none.
pub fn outcome(attempt: &Result<Response, EgressError>, answer: &Value) -> Result<Delivered, Refused> {
    judge(attempt)?;
    Ok(Delivered { external_id: peek::id(&answer["message_id"]) })
}
