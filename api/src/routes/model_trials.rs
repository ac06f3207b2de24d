//! A version on trial: started as a shadow or a canary, watched, withdrawn; and the history of every version.

use crate::Result;
use crate::extract::{Json, ListParams, Path, Query, Reader, Supervisor};
use crate::routes::intent_models::RESOURCE;
use crate::settings;
use crate::state::AppState;
use axum::extract::State;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::training::IntentModelView;
use qn_api_types::trial::{StartTrial, TrialDifference, TrialView, VersionStepView};
use qn_api_types::words::TrialOutcome;
use qn_domain::ModelId;
use qn_store::{intent_model, trial, version_step};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get, start)).routes(routes!(differences)).routes(routes!(withdraw)).routes(routes!(history))
}

/// What a version's trial has shown
#[utoipa::path(get, path = "/intent-models/{id}/trial", tag = "model trials", params(("id" = String, Path)),
    responses((status = 200, body = TrialView)))]
async fn get(State(state): State<AppState>, person: Reader, Path(id): Path<ModelId>) -> Result<Json<TrialView>> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    let model = intent_model::get(db, tenant_id, &id).await?;
    let live = intent_model::find_live(db, tenant_id).await?.map_or(0, |live| live.number);
    let against = match trial::opponents(db, tenant_id, model.number).await?.as_slice() {
        met if met.contains(&live) => live,
        met => met.first().copied().unwrap_or(live),
    };
    let tallies = trial::tally(db, tenant_id, model.number, against).await?;
    Ok(Json(TrialView {
        model_id: model.id.0,
        number: model.number,
        state: model.state.into(),
        share_percent: model.share_percent,
        against,
        tallies: tallies.into_iter().map(Into::into).collect(),
    }))
}

/// Put a version on trial, or change its trial
///
/// As a shadow it reads every turn beside the live version and says nothing; with a share it answers that part of the conversations, the
/// same ones for as long as the share does not shrink. It holds from the next message on. The trial of another version ends.
#[utoipa::path(post, path = "/intent-models/{id}/trial", tag = "model trials", request_body = StartTrial, params(("id" = String, Path)),
    responses((status = 200, body = IntentModelView),
        (status = 409, description = "The version is live", body = qn_api_types::Problem)))]
async fn start(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<ModelId>,
    Json(body): Json<StartTrial>,
) -> Result<Json<IntentModelView>> {
    let (tenant_id, share) = (person.tenant_id(), body.share_percent.unwrap_or(0));
    let model = state.engine.try_out_model(tenant_id, &id, share, body.threshold, person.user_id()).await?;
    settings::changed(&state, tenant_id, RESOURCE, id.as_str()).await;
    Ok(Json(model.into()))
}

/// End the trial there is
///
/// The live version answers everybody from the next message on.
#[utoipa::path(post, path = "/intent-models/withdraw", tag = "model trials", responses((status = 204)))]
async fn withdraw(State(state): State<AppState>, person: Supervisor) -> Result<StatusCode> {
    if let Some(id) = state.engine.withdraw_trial(person.tenant_id(), person.user_id()).await? {
        settings::changed(&state, person.tenant_id(), RESOURCE, id.as_str()).await;
    }
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DifferenceQuery {
    outcome: Option<TrialOutcome>,
    cursor: Option<String>,
    limit: Option<i64>,
}

/// Turns the version on trial does not understand as the live one does, newest first
#[utoipa::path(get, path = "/intent-models/{id}/differences", tag = "model trials", params(("id" = String, Path), DifferenceQuery),
    responses((status = 200, body = List<TrialDifference>)))]
async fn differences(
    State(state): State<AppState>,
    person: Reader,
    Path(id): Path<ModelId>,
    Query(query): Query<DifferenceQuery>,
) -> Result<Json<List<TrialDifference>>> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    let model = intent_model::get(db, tenant_id, &id).await?;
    let page = ListParams { cursor: query.cursor, limit: query.limit };
    let found = trial::differences(db, tenant_id, (model.number, query.outcome.map(Into::into)), page.cursor(), page.limit()).await?;
    Ok(Json(List { items: found.items.into_iter().map(Into::into).collect(), next_cursor: found.next_cursor }))
}

/// Every step of every version and who took it, newest first
#[utoipa::path(get, path = "/intent-models/history", tag = "model trials", params(ListParams),
    responses((status = 200, body = List<VersionStepView>)))]
async fn history(State(state): State<AppState>, person: Reader, Query(params): Query<ListParams>) -> Result<Json<List<VersionStepView>>> {
    let page = version_step::list(&state.engine.db, person.tenant_id(), params.cursor(), params.limit()).await?;
    Ok(Json(List { items: page.items.into_iter().map(Into::into).collect(), next_cursor: page.next_cursor }))
}
