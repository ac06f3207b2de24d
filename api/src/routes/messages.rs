//! A conversation's thread for the company's people: read, write, correct, take back, send again.

use crate::extract::{Json, Path, Query, Reader, Supervisor, Writer};
use crate::problem::Problem;
use crate::state::AppState;
use crate::{Result, created};
use axum::extract::State;
use axum::response::Response;
use qn_api_types::List;
use qn_api_types::message::{EditMessage, MessageView, Messages, RevisionView, SendKind, SendMessage};
use qn_domain::{Attachment, AttachmentId, Content, Conversation, ConversationId, MacroStep, Message, MessageId, TenantId, UserId};
use qn_engine::AgentSend;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, send))
        .routes(routes!(edit))
        .routes(routes!(recall))
        .routes(routes!(retry))
        .routes(routes!(revisions))
        .routes(routes!(original))
}

/// Which stretch of a thread: the newest by default, what lies before or after a `seq` otherwise.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Stretch {
    pub before_seq: Option<i64>,
    pub after_seq: Option<i64>,
    /// 1 to 200, 50 when not given.
    pub limit: Option<i64>,
}

/// Reads a stretch; the flags say whether the thread goes on at either end.
pub async fn stretch(state: &AppState, conversation: &Conversation, at: Stretch) -> Result<(Vec<Message>, bool, bool)> {
    let limit = at.limit.unwrap_or(50).clamp(1, 200);
    let (db, tenant_id, id) = (&state.engine.db, &conversation.tenant_id, &conversation.id);
    let messages = match at.after_seq {
        Some(after) => qn_store::message::list_after(db, tenant_id, id, after, limit).await?,
        None => qn_store::message::list_before(db, tenant_id, id, at.before_seq, limit).await?,
    };
    let before = messages.first().map_or(at.after_seq.unwrap_or(0) > 0, |m| m.seq > 1);
    let after = messages.last().map_or(at.before_seq.is_some(), |m| m.seq < conversation.last_seq);
    Ok((messages, before, after))
}

/// A stretch of the thread, ascending
#[utoipa::path(
    get, path = "/conversations/{id}/messages", tag = "messages", params(("id" = String, Path), Stretch),
    responses((status = 200, body = Messages<MessageView>))
)]
async fn list(
    State(state): State<AppState>,
    person: Reader,
    Path(id): Path<ConversationId>,
    Query(at): Query<Stretch>,
) -> Result<Json<Messages<MessageView>>> {
    let conversation = super::conversations::find(&state, &person, &id).await?;
    let (items, has_more_before, has_more_after) = stretch(&state, &conversation, at).await?;
    Ok(Json(Messages { items: items.iter().map(Into::into).collect(), has_more_before, has_more_after }))
}

/// Write a message or a note
///
/// The first message of a person in a conversation of the bot or a queue makes them its owner.
#[utoipa::path(
    post, path = "/conversations/{id}/messages", tag = "messages", params(("id" = String, Path)), request_body = SendMessage,
    responses(
        (status = 201, body = MessageView), (status = 200, description = "Sent before with this client_msg_id", body = MessageView),
        (status = 409, description = "Another agent owns the conversation", body = qn_api_types::Problem)
    )
)]
async fn send(
    State(state): State<AppState>,
    person: Writer,
    Path(id): Path<ConversationId>,
    Json(body): Json<SendMessage>,
) -> Result<Response> {
    let attachments = attached(&state, person.tenant_id(), &body.attachments, None).await?;
    let record = state.engine.written_in(super::conversations::find(&state, &person, &id).await?).await?;
    let reply_to = answered(&state, person.tenant_id(), &record.id, body.reply_to).await?;
    let format = body.format.map(Into::into).unwrap_or_default();
    let mentions = named(&state, person.tenant_id(), body.mentions).await?;
    let send = AgentSend {
        client_msg_id: body.client_msg_id,
        note: body.kind == SendKind::Note,
        content: Content { text: body.text, format, attachments, mentions, template: body.template, ..Content::default() },
        reply_to,
        force: body.force,
        steps: steps(&state, person.tenant_id(), body.canned_response).await?,
    };
    let (is_note, text) = (send.note, send.content.text.clone());
    let sent = state.engine.agent_send(&person.actor(), &id, send).await?;
    if !is_note && !sent.replayed {
        state.engine.settle_suggestions(&person.actor(), &id, body.suggestion.as_deref(), &text).await;
    }
    Ok(created::created(sent.replayed, None, MessageView::from(&*sent.message)))
}

/// The colleagues of these ids, each once.
async fn named(state: &AppState, tenant_id: &TenantId, ids: Vec<String>) -> Result<Vec<UserId>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let settings = state.engine.settings(tenant_id).await?;
    let mut named = Vec::with_capacity(ids.len());
    for (i, id) in ids.into_iter().map(UserId).enumerate() {
        if settings.colleague(&id).is_err() {
            return Err(Problem::invalid(format!("mentions[{i}]"), "没有这个同事", "is not a colleague of yours"));
        }
        if !named.contains(&id) {
            named.push(id);
        }
    }
    Ok(named)
}

/// What the canned response does besides its words.
async fn steps(state: &AppState, tenant_id: &TenantId, id: Option<String>) -> Result<Vec<MacroStep>> {
    let Some(id) = id else { return Ok(Vec::new()) };
    let found = qn_store::canned::find(&state.engine.db, tenant_id, &id.into()).await?;
    found.map(|canned| canned.actions).ok_or_else(|| Problem::invalid("canned_response", "这条快捷回复已被删除", "does not exist any more"))
}

/// The attachments of these ids, in their order. `uploader` narrows them to what this visitor uploaded.
pub async fn attached(state: &AppState, tenant_id: &TenantId, ids: &[String], uploader: Option<&str>) -> Result<Vec<Attachment>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let wanted: Vec<AttachmentId> = ids.iter().map(|id| AttachmentId::from(id.as_str())).collect();
    let known = qn_store::attachment::list_by_ids(&state.engine.db, tenant_id, &wanted).await?;
    let mut attachments = Vec::with_capacity(wanted.len());
    for (i, id) in wanted.iter().enumerate() {
        let found = known.iter().find(|a| a.id == *id && uploader.is_none_or(|u| a.uploader_id == u));
        let found = found
            .ok_or_else(|| Problem::invalid(format!("attachments[{i}]"), "附件不存在，请重新上传", "does not exist; upload it again"))?;
        attachments.push(Attachment {
            id: found.id.clone(),
            name: found.name.clone(),
            media_type: found.media_type.clone(),
            size_bytes: u64::try_from(found.size_bytes).unwrap_or(0),
        });
    }
    Ok(attachments)
}

/// The message that is answered must be one of the same conversation.
pub async fn answered(state: &AppState, tenant_id: &TenantId, id: &ConversationId, reply_to: Option<String>) -> Result<Option<MessageId>> {
    let Some(reply_to) = reply_to.map(MessageId) else { return Ok(None) };
    match qn_store::message::find(&state.engine.db, tenant_id, &reply_to).await? {
        Some(message) if message.conversation_id == *id => Ok(Some(reply_to)),
        _ => Err(Problem::invalid("reply_to", "会话中没有这条消息", "is not a message of this conversation")),
    }
}

/// The mail behind a message, as it came
///
/// Every byte of it, headers and all, as a file that mail programs open. For supervisors: it may hold what was folded away and hidden.
#[utoipa::path(
    get, path = "/conversations/{id}/messages/{message_id}/original", tag = "messages",
    params(("id" = String, Path), ("message_id" = String, Path)),
    responses((status = 200, description = "message/rfc822", content_type = "message/rfc822", body = String), (status = 404, body = qn_api_types::Problem))
)]
async fn original(State(state): State<AppState>, person: Supervisor, Path((id, message_id)): Which) -> Result<Response> {
    let conversation = super::conversations::find(&state, &person, &id).await?;
    let message = qn_store::message::get(&state.engine.db, person.tenant_id(), &message_id).await?;
    let head = message.content.mail.filter(|head| message.conversation_id == conversation.id && !head.mail_id.is_empty());
    let head = head.ok_or_else(|| Problem::not_found("mail"))?;
    let raw = qn_store::mail::get_raw(&state.engine.db, person.tenant_id(), &head.mail_id).await?;
    super::mail_files::file(&message_id.0, raw)
}

type Which = Path<(ConversationId, MessageId)>;

/// Correct one's own message or note
#[utoipa::path(
    patch, path = "/conversations/{id}/messages/{message_id}", tag = "messages", params(("id" = String, Path), ("message_id" = String, Path)),
    request_body = EditMessage, responses((status = 200, body = MessageView), (status = 403, body = qn_api_types::Problem))
)]
async fn edit(
    State(state): State<AppState>,
    person: Writer,
    Path((id, message_id)): Which,
    Json(body): Json<EditMessage>,
) -> Result<Json<MessageView>> {
    Ok(Json((&state.engine.edit(&person.actor(), &id, &message_id, &body.text).await?).into()))
}

/// Take one's own message back, within two minutes
///
/// Where the customer reads our own log (web, apps), and where the platform takes back what it delivered (Telegram, Feishu): it is asked first, and
/// `channel_refused` says why it did not. Everywhere else only what still waits to leave can be taken back (`message_left`).
#[utoipa::path(
    post, path = "/conversations/{id}/messages/{message_id}/recall", tag = "messages",
    params(("id" = String, Path), ("message_id" = String, Path)),
    responses((status = 200, body = MessageView), (status = 409, body = qn_api_types::Problem))
)]
async fn recall(State(state): State<AppState>, person: Writer, Path((id, message_id)): Which) -> Result<Json<MessageView>> {
    Ok(Json((&state.engine.recall(&person.actor(), &id, &message_id).await?).into()))
}

/// Send a failed message once more
#[utoipa::path(
    post, path = "/conversations/{id}/messages/{message_id}/retry", tag = "messages",
    params(("id" = String, Path), ("message_id" = String, Path)),
    responses((status = 200, body = MessageView), (status = 409, body = qn_api_types::Problem))
)]
async fn retry(State(state): State<AppState>, person: Writer, Path((id, message_id)): Which) -> Result<Json<MessageView>> {
    Ok(Json((&state.engine.retry(&person.actor(), &id, &message_id).await?).into()))
}

/// What a message said before it was edited or recalled, oldest first
#[utoipa::path(
    get, path = "/conversations/{id}/messages/{message_id}/revisions", tag = "messages",
    params(("id" = String, Path), ("message_id" = String, Path)), responses((status = 200, body = List<RevisionView>))
)]
async fn revisions(State(state): State<AppState>, person: Reader, Path((id, message_id)): Which) -> Result<Json<List<RevisionView>>> {
    let message = qn_store::message::get(&state.engine.db, person.tenant_id(), &message_id).await?;
    if message.conversation_id != id {
        return Err(Problem::not_found("message"));
    }
    let items = qn_store::message::list_revisions(&state.engine.db, person.tenant_id(), &message_id).await?;
    Ok(Json(List::whole(items.into_iter().map(Into::into).collect())))
}
