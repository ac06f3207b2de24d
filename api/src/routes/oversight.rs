//! Supervisors in conversations and on the floor: read along, whisper, take over, set a state, and the entries that are kept of it.

use crate::extract::{Json, ListParams, Path, Query, Reader, Supervisor};
use crate::problem::{Code, Problem};
use crate::state::AppState;
use crate::{Result, views, wallboard};
use axum::extract::State;
use qn_api_types::List;
use qn_api_types::conversation::ConversationView;
use qn_api_types::oversight::{ForcePresence, OversightView, SendWhisper, TakeOver};
use qn_api_types::user::UserView;
use qn_api_types::wallboard::WallboardView;
use qn_domain::{ConversationId, Role, UserId};
use qn_store::oversight;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(monitor))
        .routes(routes!(whispers, whisper))
        .routes(routes!(take_over))
        .routes(routes!(force_presence))
        .routes(routes!(oversight_entries))
        .routes(routes!(floor))
}

/// Begin to read along
///
/// Nobody is told; an entry is kept. Reading the thread itself is an ordinary read.
#[utoipa::path(post, path = "/conversations/{id}/monitor", tag = "oversight", params(("id" = String, Path)),
    responses((status = 200, body = ConversationView)))]
async fn monitor(State(state): State<AppState>, person: Supervisor, Path(id): Path<ConversationId>) -> Result<Json<ConversationView>> {
    let conversation = state.engine.monitor(&person.actor(), &id).await?;
    Ok(Json(views::conversation(&state, conversation).await?))
}

/// What was whispered in a conversation
///
/// Supervisors see everything, others only what was whispered to them.
#[utoipa::path(get, path = "/conversations/{id}/whispers", tag = "oversight", params(("id" = String, Path)),
    responses((status = 200, body = List<OversightView>)))]
async fn whispers(State(state): State<AppState>, person: Reader, Path(id): Path<ConversationId>) -> Result<Json<List<OversightView>>> {
    super::conversations::find(&state, &person, &id).await?;
    let reader = (person.0.0.user.role < Role::Supervisor).then(|| person.user_id());
    let found = oversight::list_whispers(&state.engine.db, person.tenant_id(), &id, reader).await?;
    Ok(Json(List { items: found.into_iter().map(Into::into).collect(), next_cursor: None }))
}

/// Whisper to the agent who has the conversation
///
/// Only they and the writer are shown it, at once; the customer and other colleagues never.
#[utoipa::path(post, path = "/conversations/{id}/whispers", tag = "oversight", params(("id" = String, Path)), request_body = SendWhisper,
    responses((status = 200, body = OversightView), (status = 422, body = qn_api_types::Problem)))]
async fn whisper(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<ConversationId>,
    Json(body): Json<SendWhisper>,
) -> Result<Json<OversightView>> {
    Ok(Json(state.engine.whisper(&person.actor(), &id, &body.text).await?.into()))
}

/// Take the conversation from whoever has it
#[utoipa::path(post, path = "/conversations/{id}/take-over", tag = "oversight", params(("id" = String, Path)), request_body = TakeOver,
    responses((status = 200, body = ConversationView), (status = 409, body = qn_api_types::Problem)))]
async fn take_over(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<ConversationId>,
    Json(body): Json<TakeOver>,
) -> Result<Json<ConversationView>> {
    let conversation = state.engine.take_over(&person.actor(), &id, &body.reason).await?;
    Ok(Json(views::conversation(&state, conversation).await?))
}

/// Set a colleague's state
///
/// Of people whose role is not above one's own.
#[utoipa::path(put, path = "/users/{id}/presence", tag = "oversight", params(("id" = String, Path)), request_body = ForcePresence,
    responses((status = 200, body = UserView), (status = 403, body = qn_api_types::Problem)))]
async fn force_presence(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<UserId>,
    Json(body): Json<ForcePresence>,
) -> Result<Json<UserView>> {
    let (db, actor) = (&state.engine.db, person.actor());
    let target = qn_store::user::get(db, person.tenant_id(), &id).await?;
    if target.role > actor.role {
        return Err(Problem::new(Code::Forbidden).with("needed", target.role.as_str()));
    }
    state.engine.force_presence(&actor, &id, body.presence.into(), &body.reason).await?;
    state.auth.forget_user(&id);
    let user = qn_store::user::get(db, person.tenant_id(), &id).await?;
    Ok(Json(views::user(&state, user).await?))
}

/// What supervisors did, newest first
#[utoipa::path(get, path = "/oversight", tag = "oversight", params(ListParams), responses((status = 200, body = List<OversightView>)))]
async fn oversight_entries(
    State(state): State<AppState>,
    person: Supervisor,
    Query(query): Query<ListParams>,
) -> Result<Json<List<OversightView>>> {
    let page = oversight::list(&state.engine.db, person.tenant_id(), query.cursor(), query.limit()).await?;
    Ok(Json(List { items: page.items.into_iter().map(Into::into).collect(), next_cursor: page.next_cursor }))
}

/// The floor as it is now
///
/// A socket that says `{"type": "wallboard", "on": true}` gets it as frames of type `wallboard` whenever it changes.
#[utoipa::path(get, path = "/wallboard", tag = "oversight", responses((status = 200, body = WallboardView)))]
async fn floor(State(state): State<AppState>, person: Supervisor) -> Result<Json<WallboardView>> {
    Ok(Json(wallboard::board(&state, person.tenant_id()).await?))
}
