//! Runs that go on otherwise than they were going: again from the step that failed, or under another version.

use super::flow_releases;
use crate::extract::{Json, Path, Supervisor};
use crate::problem::Problem;
use crate::state::AppState;
use crate::{Result, flows};
use axum::extract::State;
use http::StatusCode;
use qn_api_types::flow_again::{FlowRunMoved, MoveFlowRun, RetryFlowRun};
use qn_api_types::flow_run::CloseFlowRun;
use qn_runner::Error;
use qn_store::flow_history::{self, Closed};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(retry)).routes(routes!(close)).routes(routes!(move_to))
}

/// Go on with a failed run
///
/// The step that failed is asked for again under the same key, as a further attempt; what was done before stays done. Refused once
/// anything was taken back.
#[utoipa::path(post, path = "/runs/{id}/retry", tag = "flow runs", request_body = RetryFlowRun, params(("id" = String, Path)),
    responses((status = 204), (status = 422, description = "It has not failed, or was taken back", body = qn_api_types::Problem)))]
async fn retry(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<String>,
    Json(body): Json<RetryFlowRun>,
) -> Result<StatusCode> {
    state.engine.runner()?.retry(person.tenant_id(), &id, body.step.as_deref()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Close a failed run
///
/// Nothing more is to be done about it: it leaves the list of failures that wait for somebody. It may still be retried.
#[utoipa::path(post, path = "/runs/{id}/close", tag = "flow runs", request_body = CloseFlowRun, params(("id" = String, Path)),
    responses((status = 204), (status = 422, description = "It has not failed, or was closed before", body = qn_api_types::Problem)))]
async fn close(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<String>,
    Json(body): Json<CloseFlowRun>,
) -> Result<StatusCode> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    let closed = Closed { at: state.engine.now(), by: person.user_id().0.clone(), note: body.note };
    if !flow_history::close(db, tenant_id, &id, &closed).await? {
        return match flow_history::find(db, tenant_id, &id).await? {
            Some(_) => Err(Problem::invalid("run", "只有失败且尚未关闭的运行可以关闭", "has not failed, or was closed before")),
            None => Err(Problem::not_found("run")),
        };
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Move a waiting run to another version
///
/// With `dry_run` nothing is moved and the answer says what stands against it.
#[utoipa::path(post, path = "/runs/{id}/move", tag = "flow runs", request_body = MoveFlowRun, params(("id" = String, Path)),
    responses((status = 200, body = FlowRunMoved)))]
async fn move_to(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<String>,
    Json(body): Json<MoveFlowRun>,
) -> Result<Json<FlowRunMoved>> {
    let tenant_id = person.tenant_id();
    let run = qn_store::flow_run::find(&state.engine.db, tenant_id, &id).await?.ok_or_else(|| Problem::not_found("run"))?;
    let version = flow_releases::find(&state, tenant_id, &run.flow_id, &body.version).await?;
    match state.engine.runner()?.move_to(tenant_id, &id, &version.hash, &body.nodes, body.dry_run).await {
        Ok(()) => Ok(Json(FlowRunMoved { moved: !body.dry_run, problems: vec![] })),
        Err(Error::Unsound(problems)) => Ok(Json(FlowRunMoved { moved: false, problems: flows::shown_problems(&problems) })),
        Err(error) => Err(error.into()),
    }
}
