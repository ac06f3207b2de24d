//! What helps an agent answer: suggested answers, a draft, a summary. They read and may cost the tenant's budget, so writing is needed.

use crate::Result;
use crate::extract::{Json, Path, Writer};
use crate::state::AppState;
use axum::extract::State;
use qn_api_types::suggestion::{DraftView, SuggestionsView, SummaryView};
use qn_domain::ConversationId;
use qn_engine::Drafted;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(suggest)).routes(routes!(draft)).routes(routes!(summarise))
}

/// Suggest answers
///
/// From articles, canned responses and the product catalogue, for the customer's last turns. What is offered to the conversation's
/// owner is remembered until they answer.
#[utoipa::path(post, path = "/conversations/{id}/suggestions", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, body = SuggestionsView)))]
async fn suggest(State(state): State<AppState>, person: Writer, Path(id): Path<ConversationId>) -> Result<Json<SuggestionsView>> {
    let found = state.engine.suggest(&person.actor(), &id).await?;
    let items = found.items.into_iter().map(Into::into).collect();
    Ok(Json(SuggestionsView { seq: found.seq, items, can_draft: found.can_draft }))
}

/// Draft an answer
///
/// By the language model, from what was found and with its sources. Takes seconds; without a model or within no budget there is a
/// reason instead.
#[utoipa::path(post, path = "/conversations/{id}/suggestions/draft", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, body = DraftView)))]
async fn draft(State(state): State<AppState>, person: Writer, Path(id): Path<ConversationId>) -> Result<Json<DraftView>> {
    let drafted = Box::pin(state.engine.draft_answer(&person.actor(), &id)).await?;
    Ok(Json(match drafted {
        Drafted::Ready(item) => DraftView { item: Some((*item).into()), reason: None },
        Drafted::Not(reason) => DraftView { item: None, reason: Some(reason.to_owned()) },
    }))
}

/// Summarise a conversation
#[utoipa::path(post, path = "/conversations/{id}/summary", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, body = SummaryView)))]
async fn summarise(State(state): State<AppState>, person: Writer, Path(id): Path<ConversationId>) -> Result<Json<SummaryView>> {
    let summary = Box::pin(state.engine.summarise(&person.actor(), &id)).await?;
    Ok(Json(SummaryView { text: summary.text, by_model: summary.by_model, reason: summary.problem.map(str::to_owned) }))
}
