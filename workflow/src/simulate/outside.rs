//! What the pretended outside answers. Short forms are understood, so that a test reads like what it means: a text for a question, a
//! yes for an approval, a body for a call.

use crate::model::ErrorKind;
use crate::request::{Desk, Request};
use crate::run::{Outcome, StepError};
use serde_json::{Value, json};

/// An answer written as `{"error": …}` fails the step, `{"silent": true}` leaves it without one.
pub(super) enum Answer {
    Comes(Outcome),
    Never,
}

pub(super) fn read(request: &Request, given: &Value) -> Answer {
    if given.get("silent") == Some(&Value::Bool(true)) {
        return Answer::Never;
    }
    if let Some(error) = given.get("error") {
        return Answer::Comes(Err(failure(error)));
    }
    Answer::Comes(Ok(match request {
        Request::Call(_) if given.get("status").is_some_and(Value::is_number) => given.clone(),
        Request::Call(_) => json!({"status": 200, "body": given}),
        Request::Ask { .. } if given.is_object() => given.clone(),
        Request::Ask { .. } => json!({"text": given.as_str().map_or_else(|| given.to_string(), str::to_owned)}),
        Request::Approve { payload, .. } if given.is_boolean() => json!({"approved": given, "by": "test", "payload": payload}),
        Request::Desk(Desk::Answer { .. } | Desk::Write { .. }) => match given {
            Value::String(text) => json!({"found": true, "text": text, "article_id": null, "url": null}),
            Value::Object(_) => given.clone(),
            _ => json!({"found": false}),
        },
        Request::Desk(Desk::Assign { .. }) if given.is_boolean() => json!({"assigned": given}),
        Request::Desk(Desk::SendCode { .. }) if given.is_boolean() => json!({"sent": given}),
        Request::Desk(Desk::CheckCode) if given.is_boolean() => json!({"state": if *given == true { "right" } else { "wrong" }}),
        Request::Desk(Desk::Classify { .. }) if !given.is_object() => json!({"intent": given, "confidence": 1.0}),
        _ => given.clone(),
    }))
}

/// `"unavailable"`, or `{"kind": "refused", "message": "…", "detail": …}`.
fn failure(error: &Value) -> StepError {
    let kind = |name: &Value| serde_json::from_value::<ErrorKind>(name.clone()).ok();
    match kind(error) {
        Some(kind) => StepError::new(kind, "the test says so"),
        None => serde_json::from_value(error.clone()).unwrap_or_else(|_| StepError::new(ErrorKind::Refused, error.to_string())),
    }
}

/// What needs nobody's imagination: words arrive, and the desk does as it is told.
pub(super) fn obvious(request: &Request) -> Option<Outcome> {
    match request {
        Request::Say { .. } => Some(Ok(json!({}))),
        Request::Desk(Desk::Answer { .. } | Desk::Classify { .. } | Desk::Write { .. } | Desk::Extract { .. }) => None,
        Request::Desk(Desk::OpenTicket(_)) => Some(Ok(json!({"id": "tkt_test", "number": 1}))),
        Request::Desk(Desk::UpdateTicket(change)) => {
            Some(Ok(json!({"id": change.ticket, "number": 1, "state": change.state.as_deref().unwrap_or("open")})))
        }
        Request::Desk(Desk::Assign { .. }) => Some(Ok(json!({"assigned": true}))),
        Request::Desk(Desk::SendCode { .. }) => Some(Ok(json!({"sent": true}))),
        Request::Desk(Desk::CheckCode) => Some(Ok(json!({"state": "right"}))),
        Request::Desk(Desk::Notify(_)) => Some(Ok(json!({"told": 1}))),
        // No calendar is known here: it is always open.
        Request::Desk(Desk::OpenTime { from, ms, .. }) => Some(Ok(json!({"at": from.saturating_add(*ms)}))),
        Request::Desk(_) => Some(Ok(json!({}))),
        _ => None,
    }
}
