//! What people do with a conversation: take it, pass it on, close it, set it aside. Each answers with the conversation as it is then.

use crate::extract::{Json, Path, Person, Writer};
use crate::problem::Problem;
use crate::state::AppState;
use crate::{Result, views};
use axum::extract::State;
use http::StatusCode;
use qn_api_types::conversation::{ConversationView, ReadUpTo, SetLabels, SetPriority, Snooze, TakenNext, Transfer};
use qn_domain::{ConversationId, TransferReason};
use qn_engine::Action;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(take_next))
        .routes(routes!(claim))
        .routes(routes!(resolve))
        .routes(routes!(reopen))
        .routes(routes!(pend))
        .routes(routes!(wake))
        .routes(routes!(return_to_bot))
        .routes(routes!(keystroke))
        .routes(routes!(snooze))
        .routes(routes!(transfer))
        .routes(routes!(accept_transfer))
        .routes(routes!(decline_transfer))
        .routes(routes!(accept_offer))
        .routes(routes!(decline_offer))
        .routes(routes!(set_labels))
        .routes(routes!(set_priority))
        .routes(routes!(read))
}

/// Take the next conversation
///
/// The first in the order of the routing policy that the caller could do, whether full or busy; where there is none, the first of all.
#[utoipa::path(
    post, path = "/conversations/take-next", tag = "conversations",
    responses((status = 200, body = TakenNext), (status = 409, body = qn_api_types::Problem))
)]
async fn take_next(State(state): State<AppState>, person: Writer) -> Result<Json<TakenNext>> {
    let conversation = match state.engine.take_next(&person.actor()).await? {
        Some(taken) => Some(views::conversation(&state, taken).await?),
        None => None,
    };
    Ok(Json(TakenNext { conversation }))
}

async fn act(state: &AppState, person: &Person, id: &ConversationId, action: Action) -> Result<Json<ConversationView>> {
    let conversation = state.engine.act(&person.actor(), id, action).await?;
    Ok(Json(views::conversation(state, conversation).await?))
}

macro_rules! plain_action {
    ($(#[$doc:meta])* $name:ident, $path:literal, $action:expr) => {
        $(#[$doc])*
        #[utoipa::path(
            post, path = $path, tag = "conversations", params(("id" = String, Path)),
            responses((status = 200, body = ConversationView), (status = 409, body = qn_api_types::Problem))
        )]
        async fn $name(State(state): State<AppState>, person: Writer, Path(id): Path<ConversationId>) -> Result<Json<ConversationView>> {
            act(&state, &person, &id, $action).await
        }
    };
}

plain_action! {
    /// Take the conversation
    ///
    /// From the bot, a queue or nobody. One agent wins when several try.
    claim, "/conversations/{id}/claim", Action::Claim
}
plain_action! {
    /// Close the conversation
    resolve, "/conversations/{id}/resolve", Action::Resolve
}
plain_action! {
    /// Open a resolved conversation again, as its owner
    reopen, "/conversations/{id}/reopen", Action::Reopen
}
plain_action! {
    /// Wait for the customer or a third party
    pend, "/conversations/{id}/pend", Action::Pend
}
plain_action! {
    /// Back from pending or snoozed
    wake, "/conversations/{id}/wake", Action::Wake
}
plain_action! {
    /// Give the conversation back to the bot
    return_to_bot, "/conversations/{id}/return-to-bot", Action::ReturnToBot
}
plain_action! {
    /// Accept an offered transfer
    accept_transfer, "/conversations/{id}/transfer/accept", Action::AcceptTransfer
}
plain_action! {
    /// Decline an offered transfer
    decline_transfer, "/conversations/{id}/transfer/decline", Action::DeclineTransfer
}

plain_action! {
    /// Take what the router offers
    ///
    /// Before its time is over, and only by whom it is offered to.
    accept_offer, "/conversations/{id}/offer/accept", Action::AcceptOffer
}
plain_action! {
    /// Decline what the router offers
    ///
    /// The next person is asked; whoever declined is not asked again for a minute.
    decline_offer, "/conversations/{id}/offer/decline", Action::DeclineOffer
}

/// The first key pressed in the composer
///
/// In a conversation the bot owns, this silences the bot and makes the person the owner. Elsewhere it changes nothing.
#[utoipa::path(post, path = "/conversations/{id}/keystroke", tag = "conversations", params(("id" = String, Path)), responses((status = 204)))]
async fn keystroke(State(state): State<AppState>, person: Writer, Path(id): Path<ConversationId>) -> Result<StatusCode> {
    let conversation = super::conversations::find(&state, &person, &id).await?;
    if conversation.bot_speaks() {
        state.engine.act(&person.actor(), &id, Action::Keystroke).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Set the conversation aside until a time
#[utoipa::path(
    post, path = "/conversations/{id}/snooze", tag = "conversations", params(("id" = String, Path)), request_body = Snooze,
    responses((status = 200, body = ConversationView), (status = 422, body = qn_api_types::Problem))
)]
async fn snooze(
    State(state): State<AppState>,
    person: Writer,
    Path(id): Path<ConversationId>,
    Json(body): Json<Snooze>,
) -> Result<Json<ConversationView>> {
    act(&state, &person, &id, Action::Snooze { until: body.until }).await
}

/// Pass the conversation to an agent or a team
///
/// An agent may accept or decline; until then the conversation stays where it is. A team's queue takes it at once.
#[utoipa::path(
    post, path = "/conversations/{id}/transfer", tag = "conversations", params(("id" = String, Path)), request_body = Transfer,
    responses((status = 200, body = ConversationView), (status = 409, body = qn_api_types::Problem))
)]
async fn transfer(
    State(state): State<AppState>,
    person: Writer,
    Path(id): Path<ConversationId>,
    Json(body): Json<Transfer>,
) -> Result<Json<ConversationView>> {
    let (note, reason) = (body.note, given(&state, &person, body.reason).await?);
    let action = match (body.to_agent_id, body.to_team_id) {
        (Some(to), _) => Action::TransferToAgent { to: to.into(), note, reason },
        (None, to) => Action::TransferToTeam { to: to.unwrap_or_default().into(), note, reason },
    };
    act(&state, &person, &id, action).await
}

/// The reason of that key; an empty one is none.
async fn given(state: &AppState, person: &Person, key: Option<String>) -> Result<Option<TransferReason>> {
    let Some(key) = key.filter(|key| !key.is_empty()) else { return Ok(None) };
    let settings = state.engine.settings(person.tenant_id()).await?;
    let known = settings.transfer_reasons.iter().find(|reason| reason.key == key).cloned();
    known
        .map(Some)
        .ok_or_else(|| Problem::invalid("reason", "没有这个转接原因，请重新选择", "is none of your transfer reasons: choose again"))
}

/// Replace the labels
#[utoipa::path(
    post, path = "/conversations/{id}/labels", tag = "conversations", params(("id" = String, Path)), request_body = SetLabels,
    responses((status = 200, body = ConversationView))
)]
async fn set_labels(
    State(state): State<AppState>,
    person: Writer,
    Path(id): Path<ConversationId>,
    Json(body): Json<SetLabels>,
) -> Result<Json<ConversationView>> {
    let mut labels = body.labels;
    labels.sort();
    labels.dedup();
    act(&state, &person, &id, Action::SetLabels(labels)).await
}

/// Set the priority
///
/// In the queue, `high` counts as an hour of waiting more, `urgent` as four hours more, `low` as an hour less.
#[utoipa::path(
    post, path = "/conversations/{id}/priority", tag = "conversations", params(("id" = String, Path)), request_body = SetPriority,
    responses((status = 200, body = ConversationView))
)]
async fn set_priority(
    State(state): State<AppState>,
    person: Writer,
    Path(id): Path<ConversationId>,
    Json(body): Json<SetPriority>,
) -> Result<Json<ConversationView>> {
    act(&state, &person, &id, Action::SetPriority(body.priority.into())).await
}

/// Everything up to `seq` was seen
///
/// Counts for the conversation's owner; others may look without changing what is unread.
#[utoipa::path(
    post, path = "/conversations/{id}/read", tag = "conversations", params(("id" = String, Path)), request_body = ReadUpTo,
    responses((status = 200, body = ConversationView))
)]
async fn read(
    State(state): State<AppState>,
    person: Writer,
    Path(id): Path<ConversationId>,
    Json(body): Json<ReadUpTo>,
) -> Result<Json<ConversationView>> {
    state.engine.agent_read(&person.actor(), &id, body.seq).await?;
    let conversation = super::conversations::find(&state, &person, &id).await?;
    Ok(Json(views::conversation(&state, conversation).await?))
}
