//! Trained versions: train one, look at what it was measured to do, publish it, and go back.

use crate::extract::{IdempotencyKey, Json, ListParams, Path, Query, Reader, Supervisor};
use crate::settings::{self, new_id};
use crate::state::AppState;
use crate::{Result, created};
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::training::{IntentModelView, PublishModel};
use qn_domain::ModelId;
use qn_store::intent_model;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) const RESOURCE: &str = "intent_model";

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, train))
        .routes(routes!(unpublish))
        .routes(routes!(roll_back))
        .routes(routes!(get))
        .routes(routes!(publish))
}

/// Versions, newest first
#[utoipa::path(get, path = "/intent-models", tag = "intent models", params(ListParams),
    responses((status = 200, body = List<IntentModelView>)))]
async fn list(State(state): State<AppState>, person: Reader, Query(params): Query<ListParams>) -> Result<Json<List<IntentModelView>>> {
    let page = intent_model::list(&state.engine.db, person.tenant_id(), params.cursor(), params.limit()).await?;
    Ok(Json(List { items: page.items.into_iter().map(Into::into).collect(), next_cursor: page.next_cursor }))
}

/// One version with its report
#[utoipa::path(get, path = "/intent-models/{id}", tag = "intent models", params(("id" = String, Path)),
    responses((status = 200, body = IntentModelView)))]
async fn get(State(state): State<AppState>, person: Reader, Path(id): Path<ModelId>) -> Result<Json<IntentModelView>> {
    Ok(Json(intent_model::get(&state.engine.db, person.tenant_id(), &id).await?.into()))
}

/// Train a version on the examples there are
///
/// Answers when it is done, with its number and report; it is not live yet. One training at a time. `POST /workshop-runs/trainings` does
/// the same in the background, with progress and a way to stop it.
#[utoipa::path(post, path = "/intent-models", tag = "intent models", params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = IntentModelView), (status = 200, description = "A repetition", body = IntentModelView),
        (status = 409, description = "A training is under way, or there is too little to learn from", body = qn_api_types::Problem)))]
async fn train(State(state): State<AppState>, person: Supervisor, key: IdempotencyKey) -> Result<Response> {
    let tenant_id = person.tenant_id();
    let named = key.named(tenant_id, person.user_id().as_str(), "POST /intent-models");
    let id = new_id!(ModelId, named, state.engine.now());
    if let Some(first) = intent_model::find(&state.engine.db, tenant_id, &id).await? {
        return Ok(created(true, None, IntentModelView::from(first)));
    }
    let trained = state.engine.train_intents(tenant_id, id, person.user_id()).await?;
    settings::changed(&state, tenant_id, RESOURCE, trained.id.as_str()).await;
    Ok(created(false, None, IntentModelView::from(trained)))
}

/// Publish a version
///
/// The bot reads by it from the next message on; no message is lost. Publishing an earlier version is the way back.
#[utoipa::path(post, path = "/intent-models/{id}/publish", tag = "intent models", request_body = PublishModel, params(("id" = String, Path)),
    responses((status = 200, body = IntentModelView)))]
async fn publish(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<ModelId>,
    Json(body): Json<PublishModel>,
) -> Result<Json<IntentModelView>> {
    let tenant_id = person.tenant_id();
    let model = intent_model::get(&state.engine.db, tenant_id, &id).await?;
    let live = state.engine.publish_model(tenant_id, &id, body.threshold.unwrap_or(model.threshold), person.user_id()).await?;
    settings::changed(&state, tenant_id, RESOURCE, id.as_str()).await;
    Ok(Json(live.into()))
}

/// Go back to the version that was live before
///
/// With the threshold it had; it answers from the next message on.
#[utoipa::path(post, path = "/intent-models/roll-back", tag = "intent models",
    responses((status = 200, body = IntentModelView),
        (status = 409, description = "No version was live before", body = qn_api_types::Problem)))]
async fn roll_back(State(state): State<AppState>, person: Supervisor) -> Result<Json<IntentModelView>> {
    let live = state.engine.roll_back_model(person.tenant_id(), person.user_id()).await?;
    settings::changed(&state, person.tenant_id(), RESOURCE, live.id.as_str()).await;
    Ok(Json(live.into()))
}

/// Take the live version out of use
///
/// The bot answers from the knowledge base alone until a version is published again.
#[utoipa::path(post, path = "/intent-models/unpublish", tag = "intent models", responses((status = 204)))]
async fn unpublish(State(state): State<AppState>, person: Supervisor) -> Result<StatusCode> {
    if state.engine.retire_model(person.tenant_id(), person.user_id()).await? {
        settings::changed(&state, person.tenant_id(), RESOURCE, "").await;
    }
    Ok(StatusCode::NO_CONTENT)
}
