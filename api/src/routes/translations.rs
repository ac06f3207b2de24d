//! Messages in another language, where the operator configured who translates.

use crate::Result;
use crate::extract::{Json, Path, Writer};
use crate::state::AppState;
use axum::extract::State;
use qn_api_types::translation::{TranslateInto, TranslateText, TranslationView};
use qn_domain::{ConversationId, MessageId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(translate_message)).routes(routes!(translate_text))
}

/// A message in another language
///
/// The message stays as it is. A translation is made once and given again until the message changes.
#[utoipa::path(
    post, path = "/conversations/{id}/messages/{message_id}/translation", tag = "messages",
    params(("id" = String, Path), ("message_id" = String, Path)), request_body = TranslateInto,
    responses((status = 200, body = TranslationView), (status = 502, body = qn_api_types::Problem))
)]
async fn translate_message(
    State(state): State<AppState>,
    person: Writer,
    Path((id, message_id)): Path<(ConversationId, MessageId)>,
    Json(body): Json<TranslateInto>,
) -> Result<Json<TranslationView>> {
    let text = state.engine.translate_message(&person.actor(), &id, &message_id, &body.language).await?;
    Ok(Json(TranslationView { text, language: body.language }))
}

/// Words for the customer in another language, before they are sent
#[utoipa::path(
    post, path = "/conversations/{id}/translations", tag = "messages", params(("id" = String, Path)), request_body = TranslateText,
    responses((status = 200, body = TranslationView), (status = 502, body = qn_api_types::Problem))
)]
async fn translate_text(
    State(state): State<AppState>,
    person: Writer,
    Path(id): Path<ConversationId>,
    Json(body): Json<TranslateText>,
) -> Result<Json<TranslationView>> {
    let text = state.engine.translate(&person.actor(), &id, &body.text, &body.language).await?;
    Ok(Json(TranslationView { text, language: body.language }))
}
