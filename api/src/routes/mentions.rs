//! Notes that name the caller, until they have seen them.

use crate::Result;
use crate::extract::{Json, Path, Reader, Writer};
use crate::state::AppState;
use axum::extract::State;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::mention::MentionView;
use qn_domain::ConversationId;
use qn_store::mention;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// More than this nobody catches up with.
const SHOWN_MAX: i64 = 100;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_mentions)).routes(routes!(see_mentions))
}

/// Notes that name the caller and that they have not seen, newest first, at most 100
///
/// All conversations in which one was ever named: `GET /conversations` with a filter whose `mentions_me` is true.
#[utoipa::path(get, path = "/mentions", tag = "conversations", responses((status = 200, body = List<MentionView>)))]
async fn list_mentions(State(state): State<AppState>, person: Reader) -> Result<Json<List<MentionView>>> {
    let found = mention::list_unseen(&state.engine.db, person.tenant_id(), person.user_id(), SHOWN_MAX).await?;
    let view = |m: mention::Mention| MentionView { message_id: m.message_id.0, conversation_id: m.conversation_id.0, at: m.at };
    Ok(Json(List::whole(found.into_iter().map(view).collect())))
}

/// The caller has seen the notes of a conversation that name them
#[utoipa::path(post, path = "/conversations/{id}/mentions/seen", tag = "conversations", params(("id" = String, Path)), responses((status = 204)))]
async fn see_mentions(State(state): State<AppState>, person: Writer, Path(id): Path<ConversationId>) -> Result<StatusCode> {
    super::conversations::find(&state, &person, &id).await?;
    mention::see(&state.engine.db, person.tenant_id(), person.user_id(), &id, state.engine.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
