//! Linking, merging and splitting conversations, and taking each back.

use crate::Result;
use crate::extract::{Json, Path, Reader, Writer};
use crate::state::AppState;
use crate::views;
use axum::extract::State;
use http::StatusCode;
use qn_api_types::message::MessageView;
use qn_api_types::tie::{LinkTo, MergeInto, SplitOff, TieView, TiesView};
use qn_domain::{ConversationId, MessageId, TieId, TieKind};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(ties)).routes(routes!(merge)).routes(routes!(link)).routes(routes!(split)).routes(routes!(undo))
}

/// What the conversation is tied to
///
/// With the ties of its parts. A case shows its own messages, those of its parts, the messages that were split off to it, and whatever in
/// the thread of those carries `content.case` with its id; all in the order of time.
#[utoipa::path(get, path = "/conversations/{id}/ties", tag = "conversations", params(("id" = String, Path)), responses((status = 200, body = TiesView)))]
async fn ties(State(state): State<AppState>, person: Reader, Path(id): Path<ConversationId>) -> Result<Json<TiesView>> {
    let conversation = super::conversations::find(&state, &person, &id).await?;
    let ties = state.engine.ties(person.tenant_id(), &conversation.id).await?;
    let conversations = state.engine.tied_conversations(person.tenant_id(), &ties).await?;
    let mut borrowed: Vec<MessageView> = Vec::new();
    let parts: Vec<&ConversationId> = ties.iter().filter(|t| t.stands() && t.kind == TieKind::Merge).map(|t| &t.from).collect();
    for split in ties.iter().filter(|t| t.stands() && t.kind == TieKind::Split && (t.to == id || parts.contains(&&t.to))) {
        borrowed.extend(state.engine.borrowed(split).await?.iter().map(MessageView::from));
    }
    Ok(Json(TiesView {
        ties: ties.iter().map(TieView::from).collect(),
        conversations: views::conversations(&state, person.tenant_id(), conversations).await?,
        borrowed,
    }))
}

/// Make the conversation a part of another one
///
/// Both have to be the same customer's: of one contact, or of contacts that are linked. The part is closed; its messages are shown in the
/// whole, and what the customer writes there next wakes the whole. An answer sent to the part goes out by the part's channel.
#[utoipa::path(post, path = "/conversations/{id}/merge", tag = "conversations", params(("id" = String, Path)), request_body = MergeInto,
    responses((status = 201, body = TieView), (status = 409, body = qn_api_types::Problem)))]
async fn merge(
    State(state): State<AppState>,
    writer: Writer,
    Path(id): Path<ConversationId>,
    Json(body): Json<MergeInto>,
) -> Result<(StatusCode, Json<TieView>)> {
    let tie = state.engine.merge_conversations(&writer.actor(), &id, &body.into.into()).await?;
    Ok((StatusCode::CREATED, Json((&tie).into())))
}

/// Note that another conversation belongs to this one
///
/// Each shows the other; nothing else follows.
#[utoipa::path(post, path = "/conversations/{id}/link", tag = "conversations", params(("id" = String, Path)), request_body = LinkTo,
    responses((status = 201, body = TieView), (status = 409, body = qn_api_types::Problem)))]
async fn link(
    State(state): State<AppState>,
    writer: Writer,
    Path(id): Path<ConversationId>,
    Json(body): Json<LinkTo>,
) -> Result<(StatusCode, Json<TieView>)> {
    let tie = state.engine.link_conversations(&writer.actor(), &id, &body.to.into()).await?;
    Ok((StatusCode::CREATED, Json((&tie).into())))
}

/// Work on some messages in a conversation of their own
///
/// The new conversation speaks by the same wire: what is written in it is written in the thread of the first one, where the customer
/// reads it, and carries its id as `content.case`. `to` names it.
#[utoipa::path(post, path = "/conversations/{id}/split", tag = "conversations", params(("id" = String, Path)), request_body = SplitOff,
    responses((status = 201, body = TieView), (status = 409, body = qn_api_types::Problem)))]
async fn split(
    State(state): State<AppState>,
    writer: Writer,
    Path(id): Path<ConversationId>,
    Json(body): Json<SplitOff>,
) -> Result<(StatusCode, Json<TieView>)> {
    let messages: Vec<MessageId> = body.messages.into_iter().map(Into::into).collect();
    let tie = state.engine.split_conversation(&writer.actor(), &id, &messages, body.team_id.map(Into::into)).await?;
    Ok((StatusCode::CREATED, Json((&tie).into())))
}

/// Take a link, a merge or a split back
///
/// Conversations are as they were before; what was said since stays where it was said, and words that wait for an answer stay with
/// somebody. A conversation that was split off is closed, and its messages are the first one's again. Doing it twice is once.
#[utoipa::path(post, path = "/conversation-ties/{id}/undo", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, body = TieView), (status = 409, body = qn_api_types::Problem)))]
async fn undo(State(state): State<AppState>, writer: Writer, Path(id): Path<TieId>) -> Result<Json<TieView>> {
    Ok(Json((&state.engine.undo_tie(&writer.actor(), &id).await?).into()))
}
