//! Channels that call us: the signed HTTP inbox. The adapter proves and reads the call; each event then goes its usual way.
//! The answer names every message of the call, so that a sender that repeats a whole batch learns what was already there.

use crate::Result;
use crate::extract::{Path, RESPOND_ASYNC, RespondAsync};
use crate::problem::{Code, Problem};
use crate::state::AppState;
use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use qn_api_types::channel::{Ingested, IngestedMessage};
use qn_channel::adapters::api::BODY_BYTES_MAX;
use qn_channel::{Call, Event, ParseError, Reported, What};
use qn_domain::{ChannelKind, Inbox, MessageId};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(messages)).routes(routes!(status))
}

/// Bring customers' messages
///
/// Signed with the inbox's secret as Standard Webhooks defines it (`webhook-id`, `webhook-timestamp`, `webhook-signature`); the signature
/// is checked before the body is read. One message object, or `{"messages": [...]}` with at most 100. A `message_id` seen before changes nothing.
/// The answer waits for the bot's thoughts, which a slow language model makes long; with `Prefer: respond-async` (RFC 7240) it is given as
/// soon as the messages are on disk, without the ids that they will get.
#[utoipa::path(post, path = "/channels/api/{inbox_key}/messages", tag = "channels", security(()),
    params(("inbox_key" = String, Path, description = "Public key of the inbox"),
        ("Prefer" = Option<String>, Header, description = "`respond-async`: answer once the messages are on disk")),
    request_body(content = serde_json::Value, content_type = "application/json"),
    responses((status = 202, body = Ingested), (status = 401, body = qn_api_types::Problem), (status = 422, body = qn_api_types::Problem)))]
async fn messages(
    State(state): State<AppState>,
    Path(key): Path<String>,
    RespondAsync(wait): RespondAsync,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    let (inbox, events) = read(&state, &key, "messages", &headers, body).await?;
    if wait.is_some() {
        state.engine.keep_for_later(&inbox, &events).await?;
        let kept = Ingested { results: Vec::new(), kept: Some(events.len()) };
        return Ok((StatusCode::ACCEPTED, [("preference-applied", RESPOND_ASYNC)], Json(kept)).into_response());
    }
    let mut results = Vec::with_capacity(events.len());
    for event in events {
        let message_id = match &event.what {
            What::Message(inbound) => inbound.message_id.clone(),
            _ => continue,
        };
        if let qn_engine::Ingested::Message(sent) = state.engine.ingest(&inbox, event).await? {
            results.push(IngestedMessage {
                message_id,
                conversation_id: sent.conversation.id.to_string(),
                qn_message_id: sent.message.id.to_string(),
                duplicate: sent.replayed,
            });
        }
    }
    Ok((StatusCode::ACCEPTED, Json(Ingested { results, kept: None })).into_response())
}

/// Report what became of our messages
///
/// Signed like messages. `{message_id, state: delivered|read|failed, reason?}` with the id that the delivery carried. Late and repeated reports change nothing.
#[utoipa::path(post, path = "/channels/api/{inbox_key}/status", tag = "channels", security(()),
    params(("inbox_key" = String, Path, description = "Public key of the inbox")),
    request_body(content = serde_json::Value, content_type = "application/json"),
    responses((status = 204), (status = 401, body = qn_api_types::Problem), (status = 422, body = qn_api_types::Problem)))]
async fn status(State(state): State<AppState>, Path(key): Path<String>, headers: HeaderMap, body: Body) -> Result<StatusCode> {
    let (inbox, events) = read(&state, &key, "status", &headers, body).await?;
    for event in events {
        if let What::Report(report) = &event.what
            && let Reported::Ours(message_id) = &report.of
        {
            of_inbox(&state, &inbox, message_id).await?;
        }
        state.engine.ingest(&inbox, event).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// A channel may report on what went over it, not on the company's other inboxes.
async fn of_inbox(state: &AppState, inbox: &Inbox, id: &MessageId) -> Result<()> {
    let message = qn_store::message::get(&state.engine.db, &inbox.tenant_id, id).await?;
    let conversation = qn_store::conversation::get(&state.engine.db, &inbox.tenant_id, &message.conversation_id).await?;
    if conversation.inbox_id == inbox.id { Ok(()) } else { Err(Problem::not_found("message")) }
}

async fn read(state: &AppState, key: &str, endpoint: &str, headers: &HeaderMap, body: Body) -> Result<(Arc<Inbox>, Vec<Event>)> {
    let inbox = state.engine.inbox_by_key(ChannelKind::Api, key).await?;
    let headers: Vec<(&str, &[u8])> = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    let body = to_bytes(body, BODY_BYTES_MAX).await.map_err(|_| Problem::from(ParseError::TooLarge { max_bytes: BODY_BYTES_MAX }))?;
    let call = Call::post(endpoint, &headers, &body);
    let adapter = qn_channel::find(inbox.channel);
    let opened = state.engine.opened(&inbox)?;
    adapter
        .verify(&opened, &call, state.engine.now())
        .map_err(|error| Problem::new(Code::BadSignature).with("reason", error.to_string()))?;
    let received = adapter.parse(&opened, &call)?;
    Ok((inbox, received.events))
}
