//! The visitor's side of a thread: read it, write into it, ask for a person, leave a message, rate.

use super::messages::{Stretch, answered, attached, stretch};
use crate::extract::{Json, Locale, Query, RESPOND_ASYNC, RespondAsync, Visitor};
use crate::problem::{Code, Problem};
use crate::state::AppState;
use crate::visiting::{self, Claims};
use crate::{Result, created, views};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use qn_api_types::conversation::ReadUpTo;
use qn_api_types::message::{Messages, VisitorMessage};
use qn_api_types::widget::{AskForPerson, GiveCsat, LeaveAMessage, VisitorKept, VisitorSendMessage, VisitorSent};
use qn_domain::{Content, Language, MessageId};
use qn_engine::{LeaveMessage, Reach, Sent, VisitorSend, VisitorWords};
use std::time::Duration;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, send))
        .routes(routes!(ask_for_person))
        .routes(routes!(leave))
        .routes(routes!(read))
        .routes(routes!(csat))
}

/// The visitor's thread, ascending
///
/// Of the newest conversation; without one the list is empty.
#[utoipa::path(
    get, path = "/widget/messages", tag = "widget", params(Stretch), security(("visitor" = [])),
    responses((status = 200, body = Messages<VisitorMessage>))
)]
async fn list(State(state): State<AppState>, visitor: Visitor, Query(at): Query<Stretch>) -> Result<Json<Messages<VisitorMessage>>> {
    let Some(conversation) = state.engine.visitor_conversation(&visitor).await? else {
        return Ok(Json(Messages { items: Vec::new(), has_more_before: false, has_more_after: false }));
    };
    let (messages, has_more_before, has_more_after) = stretch(&state, &conversation, at).await?;
    let items = messages.iter().filter_map(VisitorMessage::of).collect();
    Ok(Json(Messages { items, has_more_before, has_more_after }))
}

/// Write
///
/// The first message begins a conversation. Sending twice with one `client_msg_id` makes one message. The answer waits for the bot's
/// turn, which a slow language model makes long. With `Prefer: respond-async, wait=N` (RFC 7240; N whole seconds up to 10, 0 when it is
/// left out) it waits no longer than that: 202 says that the message is on disk and will be taken after what the visitor said before, and
/// it then comes by the stream and in the thread under its `client_msg_id`. What is refused in time is refused as ever.
#[utoipa::path(
    post, path = "/widget/messages", tag = "widget", request_body = VisitorSendMessage, security(("visitor" = [])),
    params(("Prefer" = Option<String>, Header, description = "`respond-async, wait=N`: answer 202 when it is not taken within N seconds")),
    responses(
        (status = 201, body = VisitorSent),
        (status = 200, description = "Sent before with this client_msg_id", body = VisitorSent),
        (status = 202, description = "On disk, to be taken; only with `Prefer: respond-async`", body = VisitorKept)
    )
)]
async fn send(
    State(state): State<AppState>,
    visitor: Visitor,
    RespondAsync(wait): RespondAsync,
    Json(body): Json<VisitorSendMessage>,
) -> Result<Response> {
    let text = if body.text.trim().is_empty() { body.button.unwrap_or_default() } else { body.text };
    let attachments = attached(&state, &visitor.tenant_id, &body.attachments, Some(visitor.contact_id.as_str())).await?;
    if text.trim().is_empty() && attachments.is_empty() {
        return Err(Problem::new(Code::EmptyMessage));
    }
    let (page, language) = (body.page.map(Into::into), body.language.map(Into::into));
    visiting::keep(&state, &visitor.claims, language, page.as_ref()).await?;
    let send = VisitorSend {
        client_msg_id: body.client_msg_id,
        content: Content { text, attachments, ..Content::default() },
        reply_to: reply_target(&state, &visitor, body.reply_to).await?,
        page,
        language,
        wants_person: false,
    };
    say(&state, &visitor, send.into(), wait).await
}

async fn reply_target(state: &AppState, visitor: &Visitor, reply_to: Option<String>) -> Result<Option<MessageId>> {
    if reply_to.is_none() {
        return Ok(None);
    }
    let conversation = state.engine.visitor_conversation(visitor).await?.ok_or_else(|| Problem::new(Code::NoConversation))?;
    answered(state, &visitor.tenant_id, &conversation.id, reply_to).await
}

/// To the end, or for as long as the client prefers.
async fn say(state: &AppState, visitor: &Visitor, words: VisitorWords, wait: Option<Duration>) -> Result<Response> {
    let Some(wait) = wait else { return sent(state, state.engine.visitor_says(visitor, words).await?).await };
    let client_msg_id = words.client_msg_id.clone();
    match state.engine.visitor_writes(visitor, words, wait).await? {
        Some(taken) => sent(state, taken).await,
        None => {
            let kept = VisitorKept { client_msg_id, kept: true };
            Ok((StatusCode::ACCEPTED, [("preference-applied", RESPOND_ASYNC)], axum::Json(kept)).into_response())
        }
    }
}

async fn sent(state: &AppState, sent: Sent) -> Result<Response> {
    let conversation = views::visitor_conversation(state, &sent.conversation).await?;
    let message = VisitorMessage::of(&sent.message).ok_or_else(|| Problem::not_found("message"))?;
    Ok(created::created(sent.replayed, None, VisitorSent { message, conversation }))
}

/// Ask for a person
///
/// After messages that were answered 202, send it with the same `Prefer`: then it comes after them.
#[utoipa::path(
    post, path = "/widget/handoff", tag = "widget", request_body = AskForPerson, security(("visitor" = [])),
    params(("Prefer" = Option<String>, Header, description = "`respond-async, wait=N`: answer 202 when it is not taken within N seconds")),
    responses(
        (status = 201, body = VisitorSent),
        (status = 200, description = "Asked before with this client_msg_id", body = VisitorSent),
        (status = 202, description = "On disk, to be taken; only with `Prefer: respond-async`", body = VisitorKept)
    )
)]
async fn ask_for_person(
    State(state): State<AppState>,
    visitor: Visitor,
    Locale(locale): Locale,
    RespondAsync(wait): RespondAsync,
    Json(body): Json<AskForPerson>,
) -> Result<Response> {
    let language = body.language.map_or(locale, Language::from);
    visiting::keep(&state, &visitor.claims, Some(language), None).await?;
    let send = VisitorSend {
        client_msg_id: body.client_msg_id,
        content: Content::text(language.pick("我想转人工客服", "I would like to talk to a person")),
        reply_to: None,
        page: None,
        language: Some(language),
        wants_person: true,
    };
    say(&state, &visitor, send.into(), wait).await
}

/// Leave a message to be answered later
///
/// Name, e-mail and phone are kept on the contact as claims. After messages that were answered 202, send it with the same `Prefer`: then
/// it comes after them.
#[utoipa::path(
    post, path = "/widget/leave-message", tag = "widget", request_body = LeaveAMessage, security(("visitor" = [])),
    params(("Prefer" = Option<String>, Header, description = "`respond-async, wait=N`: answer 202 when it is not taken within N seconds")),
    responses(
        (status = 201, body = VisitorSent),
        (status = 200, description = "Left before with this client_msg_id", body = VisitorSent),
        (status = 202, description = "On disk, to be taken; only with `Prefer: respond-async`", body = VisitorKept)
    )
)]
async fn leave(
    State(state): State<AppState>,
    visitor: Visitor,
    RespondAsync(wait): RespondAsync,
    Json(body): Json<LeaveAMessage>,
) -> Result<Response> {
    let claims = Claims { name: body.name.clone(), email: body.email.clone(), phone: body.phone.clone(), ..Claims::default() };
    visiting::keep(&state, &visitor.claims, None, None).await?;
    visiting::claim(&state, &visitor, claims).await?;
    let reach = Reach { name: body.name, email: body.email, phone: body.phone };
    let left = LeaveMessage { client_msg_id: body.client_msg_id, reach, text: body.text };
    say(&state, &visitor, left.into(), wait).await
}

/// Everything up to `seq` was seen
#[utoipa::path(post, path = "/widget/read", tag = "widget", request_body = ReadUpTo, security(("visitor" = [])), responses((status = 204)))]
async fn read(State(state): State<AppState>, visitor: Visitor, Json(body): Json<ReadUpTo>) -> Result<StatusCode> {
    state.engine.visitor_read(&visitor, body.seq).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Rate the conversation, once
#[utoipa::path(
    post, path = "/widget/csat", tag = "widget", request_body = GiveCsat, security(("visitor" = [])),
    responses((status = 204), (status = 409, body = qn_api_types::Problem))
)]
async fn csat(State(state): State<AppState>, visitor: Visitor, Json(body): Json<GiveCsat>) -> Result<StatusCode> {
    if state.engine.visitor_conversation(&visitor).await?.is_none() {
        return Err(Problem::new(Code::NoConversation));
    }
    state.engine.visitor_csat(&visitor, body.score, &body.comment).await?;
    Ok(StatusCode::NO_CONTENT)
}
