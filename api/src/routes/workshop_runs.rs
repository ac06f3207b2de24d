//! Background runs of the workshop: a training, an evaluation of the examples, a backtest of a version; watched and cancelled here.

use crate::Result;
use crate::extract::{Json, Path, Query, Reader, Supervisor};
use crate::state::AppState;
use axum::extract::State;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::run::{RunView, StartBacktest, StartEvaluation};
use qn_api_types::words::RunKind;
use qn_domain::{ModelId, RunId};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const CONVERSATIONS: usize = 200;

pub fn routes() -> OpenApiRouter<AppState> {
    let runs = OpenApiRouter::new().routes(routes!(list)).routes(routes!(get)).routes(routes!(cancel));
    runs.routes(routes!(train_in_background)).routes(routes!(evaluate)).routes(routes!(backtest))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RunQuery {
    kind: RunKind,
}

/// The newest runs of a kind, a running one first, without what they found
#[utoipa::path(get, path = "/workshop-runs", tag = "workshop runs", params(RunQuery), responses((status = 200, body = List<RunView>)))]
async fn list(State(state): State<AppState>, person: Reader, Query(query): Query<RunQuery>) -> Result<Json<List<RunView>>> {
    let runs = state.engine.workshop_runs(person.tenant_id(), query.kind.into()).await?;
    Ok(Json(List::whole(runs.into_iter().map(Into::into).collect())))
}

/// One run, with what it found once it is done
#[utoipa::path(get, path = "/workshop-runs/{id}", tag = "workshop runs", params(("id" = String, Path)),
    responses((status = 200, body = RunView)))]
async fn get(State(state): State<AppState>, person: Reader, Path(id): Path<RunId>) -> Result<Json<RunView>> {
    Ok(Json(state.engine.workshop_run(person.tenant_id(), &id).await?.into()))
}

/// Ask a run to stop
///
/// It stops at its next step; one that has ended stays as it is.
#[utoipa::path(post, path = "/workshop-runs/{id}/cancel", tag = "workshop runs", params(("id" = String, Path)),
    responses((status = 200, body = RunView)))]
async fn cancel(State(state): State<AppState>, person: Supervisor, Path(id): Path<RunId>) -> Result<Json<RunView>> {
    Ok(Json(state.engine.cancel_run(person.tenant_id(), &id).await?.into()))
}

/// Train a version in the background
///
/// Answers at once; the run names the version once it is done, and a run that is cancelled leaves none. `POST /intent-models` does the same
/// and answers when it is done.
#[utoipa::path(post, path = "/workshop-runs/trainings", tag = "workshop runs",
    responses((status = 202, body = RunView),
        (status = 409, description = "A training is under way, or there is too little to learn from", body = qn_api_types::Problem)))]
async fn train_in_background(State(state): State<AppState>, person: Supervisor) -> Result<(StatusCode, Json<RunView>)> {
    let run = state.engine.start_training(person.tenant_id(), person.user_id()).await?;
    Ok((StatusCode::ACCEPTED, Json(run.into())))
}

/// Measure the examples, and compare a version with the live one
///
/// Answers at once; the run goes on in the background, one of a kind at a time. The examples are cross-validated: each is read by a model
/// that was not taught it. The versions are compared on the questions set aside for testing, or on all examples when there are none.
#[utoipa::path(post, path = "/workshop-runs/evaluations", tag = "workshop runs", request_body = StartEvaluation,
    responses((status = 202, body = RunView),
        (status = 409, description = "One is under way, or there is too little to learn from", body = qn_api_types::Problem)))]
async fn evaluate(
    State(state): State<AppState>,
    person: Supervisor,
    Json(body): Json<StartEvaluation>,
) -> Result<(StatusCode, Json<RunView>)> {
    let (model, against) = (body.model_id.map(ModelId), body.against_id.map(ModelId));
    let run = state.engine.start_evaluation(person.tenant_id(), model.as_ref(), against.as_ref(), person.user_id()).await?;
    Ok((StatusCode::ACCEPTED, Json(run.into())))
}

/// Ask past conversations again, read by a version
///
/// Answers at once; the run goes on in the background, one of a kind at a time. Every question the bot was asked is read by the version
/// and by the live one, from the conversation as it was. Nothing is said and nothing is stored but what was found.
#[utoipa::path(post, path = "/workshop-runs/backtests", tag = "workshop runs", request_body = StartBacktest,
    responses((status = 202, body = RunView), (status = 409, description = "One is under way", body = qn_api_types::Problem)))]
async fn backtest(
    State(state): State<AppState>,
    person: Supervisor,
    Json(body): Json<StartBacktest>,
) -> Result<(StatusCode, Json<RunView>)> {
    let wanted = body.conversations.and_then(|n| usize::try_from(n).ok()).unwrap_or(CONVERSATIONS);
    let run = state.engine.start_backtest(person.tenant_id(), &ModelId(body.model_id), wanted, person.user_id()).await?;
    Ok((StatusCode::ACCEPTED, Json(run.into())))
}
