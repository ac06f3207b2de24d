//! What to do next in a conversation, and a flow that a person begins there.

use super::flow_runs::not_begun;
use crate::extract::{Json, Path, Reader, Writer};
use crate::state::AppState;
use crate::{Result, views};
use axum::extract::State;
use qn_api_types::conversation::ConversationView;
use qn_api_types::next_best::{BeginFlow, NextBestKind, NextBestStep, NextBestView};
use qn_domain::{ConversationId, MessageId};
use qn_engine::{BestKind, NextBest};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(next_best)).routes(routes!(begin_flow))
}

/// What to do next
///
/// For the conversation's owner, or anybody while it waits in a queue; for others, and where nothing suggests itself, the list is empty.
#[utoipa::path(get, path = "/conversations/{id}/next-best", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, body = NextBestView)))]
async fn next_best(State(state): State<AppState>, person: Reader, Path(id): Path<ConversationId>) -> Result<Json<NextBestView>> {
    let steps = Box::pin(state.engine.next_best(&person.actor(), &id)).await?;
    Ok(Json(NextBestView { steps: steps.into_iter().map(step).collect() }))
}

/// Begin a flow for the customer
///
/// The bot has the conversation again and the flow goes on with the customer; whoever had it is asked first when a person is wanted again.
/// Only flows that begin by a customer's message. While it goes on, the same again changes nothing.
#[utoipa::path(post, path = "/conversations/{id}/begin-flow", tag = "conversations", params(("id" = String, Path)), request_body = BeginFlow,
    responses((status = 200, body = ConversationView),
        (status = 409, description = "The flow is off, or the inbox has no bot", body = qn_api_types::Problem)))]
async fn begin_flow(
    State(state): State<AppState>,
    person: Writer,
    Path(id): Path<ConversationId>,
    Json(body): Json<BeginFlow>,
) -> Result<Json<ConversationView>> {
    let message_id = body.message_id.map(MessageId::from);
    let begun = state.engine.begin_flow(&person.actor(), &id, &body.flow_id, message_id.as_ref()).await;
    Ok(Json(views::conversation(&state, begun.map_err(not_begun)?).await?))
}

fn step(step: NextBest) -> NextBestStep {
    NextBestStep {
        kind: match step.kind {
            BestKind::Answer => NextBestKind::Answer,
            BestKind::Resolve => NextBestKind::Resolve,
            BestKind::BeginFlow => NextBestKind::BeginFlow,
            BestKind::Merge => NextBestKind::Merge,
            BestKind::SamePerson => NextBestKind::SamePerson,
            BestKind::Pend => NextBestKind::Pend,
        },
        target: step.target,
        title: step.title,
        title_en: step.title_en,
        quote: step.quote,
        message_id: step.message_id.map(|id| id.0),
        at: step.at,
        percent: step.percent,
    }
}
