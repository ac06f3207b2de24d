//! The learning inbox: messages the bot served badly become examples, or are set aside.

use crate::Result;
use crate::extract::{Json, Reader, Supervisor};
use crate::routes::{intent_examples, intents};
use crate::settings;
use crate::state::AppState;
use axum::extract::State;
use qn_api_types::List;
use qn_api_types::intent::{ExamplesAdded, RankedIntent};
use qn_api_types::learning::{ItemsSettled, LearnItems, LearningGroupView, SettleItems};
use qn_domain::{IntentId, LearningState, MessageId, TenantId};
use qn_engine::{LearningGroup, Suggestion};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const RESOURCE: &str = "learning_item";

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(learn)).routes(routes!(dismiss)).routes(routes!(reopen))
}

/// What waits to be learned, grouped by likeness, the largest group first
///
/// The newest 500 messages the bot had no answer to, had to ask back about, or answered without helping.
#[utoipa::path(get, path = "/learning-items", tag = "learning items", responses((status = 200, body = List<LearningGroupView>)))]
async fn list(State(state): State<AppState>, person: Reader) -> Result<Json<List<LearningGroupView>>> {
    let groups = state.engine.learning_groups(person.tenant_id()).await?;
    Ok(Json(List::whole(groups.into_iter().map(view).collect())))
}

fn view(group: LearningGroup) -> LearningGroupView {
    let ranked = |s: Suggestion| RankedIntent { intent_id: s.intent_id.0, name: s.name, probability: s.probability };
    LearningGroupView {
        items: group.items.into_iter().map(Into::into).collect(),
        suggestion: group.suggestion.map(ranked),
        nearest: group.nearest.into_iter().map(ranked).collect(),
    }
}

fn message_ids(ids: Vec<String>) -> Vec<MessageId> {
    ids.into_iter().map(MessageId).collect()
}

/// Make examples of an intent out of messages
#[utoipa::path(post, path = "/learning-items/learn", tag = "learning items", request_body = LearnItems,
    responses((status = 200, body = ExamplesAdded)))]
async fn learn(State(state): State<AppState>, person: Supervisor, Json(body): Json<LearnItems>) -> Result<Json<ExamplesAdded>> {
    let (intent_id, ids) = (IntentId(body.intent_id), message_ids(body.message_ids));
    let done = state.engine.learn(person.tenant_id(), &intent_id, &ids).await?;
    settings::changed(&state, person.tenant_id(), RESOURCE, ids.first().map_or("", MessageId::as_str)).await;
    settings::changed(&state, person.tenant_id(), intents::RESOURCE, intent_id.as_str()).await;
    Ok(Json(intent_examples::added(done)))
}

/// Set messages aside: there is nothing to learn from them
#[utoipa::path(post, path = "/learning-items/dismiss", tag = "learning items", request_body = SettleItems,
    responses((status = 200, body = ItemsSettled)))]
async fn dismiss(State(state): State<AppState>, person: Supervisor, Json(body): Json<SettleItems>) -> Result<Json<ItemsSettled>> {
    settle(&state, &person, body, LearningState::Dismissed).await
}

/// Put messages back that were set aside
#[utoipa::path(post, path = "/learning-items/reopen", tag = "learning items", request_body = SettleItems,
    responses((status = 200, body = ItemsSettled)))]
async fn reopen(State(state): State<AppState>, person: Supervisor, Json(body): Json<SettleItems>) -> Result<Json<ItemsSettled>> {
    settle(&state, &person, body, LearningState::Open).await
}

/// Messages that a new article answers wait no longer.
pub(super) async fn settled(state: &AppState, tenant_id: &TenantId, ids: &[MessageId]) -> Result<()> {
    let Some(first) = ids.first() else { return Ok(()) };
    qn_store::learning::set_state(&state.engine.db, tenant_id, ids, LearningState::Added).await?;
    settings::changed(state, tenant_id, RESOURCE, first.as_str()).await;
    Ok(())
}

async fn settle(state: &AppState, person: &Supervisor, body: SettleItems, to: LearningState) -> Result<Json<ItemsSettled>> {
    let ids = message_ids(body.message_ids);
    let count = qn_store::learning::set_state(&state.engine.db, person.tenant_id(), &ids, to).await?;
    settings::changed(state, person.tenant_id(), RESOURCE, ids.first().map_or("", MessageId::as_str)).await;
    Ok(Json(ItemsSettled { count: i64::try_from(count).unwrap_or(i64::MAX) }))
}
