//! Colleagues who answer beside a conversation's owner.

use crate::extract::{Json, Path, Writer};
use crate::state::AppState;
use crate::{Result, views};
use axum::extract::State;
use qn_api_types::conversation::{ConversationView, Invite};
use qn_domain::{ConversationId, UserId};
use qn_engine::Action;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(invite_colleague)).routes(routes!(leave_conversation))
}

/// Ask a colleague in
///
/// They find it among their conversations and answer beside the owner without taking it. The owner may, whoever was asked in, and
/// supervisors; at most 20 are in.
#[utoipa::path(
    post, path = "/conversations/{id}/participants", tag = "conversations", params(("id" = String, Path)), request_body = Invite,
    responses((status = 200, body = ConversationView), (status = 409, body = qn_api_types::Problem))
)]
async fn invite_colleague(
    State(state): State<AppState>,
    person: Writer,
    Path(id): Path<ConversationId>,
    Json(body): Json<Invite>,
) -> Result<Json<ConversationView>> {
    let conversation = state.engine.act(&person.actor(), &id, Action::Invite { who: body.user_id.into() }).await?;
    Ok(Json(views::conversation(&state, conversation).await?))
}

/// Leave, or ask a colleague out
///
/// Oneself at any time; others the owner and supervisors.
#[utoipa::path(
    delete, path = "/conversations/{id}/participants/{user_id}", tag = "conversations",
    params(("id" = String, Path), ("user_id" = String, Path)), responses((status = 200, body = ConversationView))
)]
async fn leave_conversation(
    State(state): State<AppState>,
    person: Writer,
    Path((id, user_id)): Path<(ConversationId, UserId)>,
) -> Result<Json<ConversationView>> {
    let conversation = state.engine.act(&person.actor(), &id, Action::Leave { who: user_id }).await?;
    Ok(Json(views::conversation(&state, conversation).await?))
}
