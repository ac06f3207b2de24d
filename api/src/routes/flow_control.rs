//! Steering runs: started by hand or by another program, cancelled, signalled, held and let go.

use super::flow_runs::{live, not_begun};
use crate::extract::{Creation, Json, Path, Supervisor};
use crate::problem::Problem;
use crate::settings;
use crate::state::AppState;
use crate::{Result, created};
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use qn_api_types::flow_run::{
    CancelFlowRun, CancelFlowRuns, FlowRunSignalled, FlowRunStarted, FlowRunsCancelled, SignalFlowRun, StartFlowRun,
};
use qn_base::ids;
use qn_domain::TenantId;
use qn_runner::Error;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    let one = OpenApiRouter::new().routes(routes!(start)).routes(routes!(cancel)).routes(routes!(signal));
    one.routes(routes!(pause)).routes(routes!(resume)).routes(routes!(cancel_many))
}

/// Start a run of the live version
///
/// Under an Idempotency-Key one run begins, however often it is sent. With a `conversation_id` its questions go there.
#[utoipa::path(post, path = "/flows/{id}/runs", tag = "flow runs", request_body = StartFlowRun,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = FlowRunStarted), (status = 200, description = "A repetition", body = FlowRunStarted),
        (status = 409, description = "The flow is off", body = qn_api_types::Problem)))]
async fn start(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<String>,
    Creation { key, body }: Creation<StartFlowRun>,
) -> Result<Response> {
    let (tenant_id, user_id) = (person.tenant_id(), person.user_id());
    live(&state, tenant_id, &id).await?;
    let named = key.named(tenant_id, user_id.as_str(), &format!("POST /flows/{id}/runs"));
    settings::same_request(&state, tenant_id, named).await?;
    let mark = named.map_or_else(|| ids::fresh(state.engine.now()), |named| ids::derived(&named.id));
    let trigger = format!("api:{user_id}:{mark}");
    let began = match body.conversation_id {
        Some(conversation) => {
            let conversation = conversation.into();
            state.engine.start_flow_in(tenant_id, &id, Some(&trigger), body.input, &conversation).await
        }
        None => state.engine.start_flow(tenant_id, &id, Some(&trigger), body.input, body.event).await,
    };
    let began = began.map_err(not_begun)?;
    settings::note(&state, tenant_id, named).await;
    Ok(created(began.repeated, None, FlowRunStarted { run_id: began.run_id, repeated: began.repeated }))
}

/// Cancel a run
///
/// What it did is taken back by its compensations; then it ends.
#[utoipa::path(post, path = "/runs/{id}/cancel", tag = "flow runs", request_body = CancelFlowRun, params(("id" = String, Path)),
    responses((status = 204), (status = 409, description = "It has ended", body = qn_api_types::Problem)))]
async fn cancel(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<String>,
    Json(body): Json<CancelFlowRun>,
) -> Result<StatusCode> {
    known(&state, person.tenant_id(), &id).await?;
    state.engine.runner()?.cancel(person.tenant_id(), &id, &reason(&person, body.reason)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Why, and who wanted it: it stays in the journal.
pub(super) fn reason(person: &Supervisor, reason: String) -> String {
    let name = &person.0.0.user.name;
    if reason.is_empty() { name.clone() } else { format!("{name}: {reason}") }
}

/// Cancel many runs
#[utoipa::path(post, path = "/runs/cancel", tag = "flow runs", request_body = CancelFlowRuns,
    responses((status = 200, body = FlowRunsCancelled)))]
async fn cancel_many(
    State(state): State<AppState>,
    person: Supervisor,
    Json(body): Json<CancelFlowRuns>,
) -> Result<Json<FlowRunsCancelled>> {
    let (tenant_id, why) = (person.tenant_id(), reason(&person, body.reason));
    let (mut cancelled, mut refused) = (Vec::new(), Vec::new());
    for id in body.ids {
        let there = qn_store::flow_run::find(&state.engine.db, tenant_id, &id).await?.is_some();
        let told = match there {
            true => state.engine.runner()?.cancel(tenant_id, &id, &why).await,
            false => Err(Error::NoRun(id.clone())),
        };
        match told {
            Ok(()) => cancelled.push(id),
            Err(Error::Refused(_) | Error::NoRun(_)) => refused.push(id),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Json(FlowRunsCancelled { cancelled, refused }))
}

/// Tell a run that something happened
///
/// A run that does not listen yet hears it later. The same `id` twice changes nothing.
#[utoipa::path(post, path = "/runs/{id}/signal", tag = "flow runs", request_body = SignalFlowRun, params(("id" = String, Path)),
    responses((status = 200, body = FlowRunSignalled), (status = 409, description = "It has ended", body = qn_api_types::Problem)))]
async fn signal(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<String>,
    Json(body): Json<SignalFlowRun>,
) -> Result<Json<FlowRunSignalled>> {
    known(&state, person.tenant_id(), &id).await?;
    let heard = state.engine.runner()?.signal(person.tenant_id(), &id, &body.id, &body.name, body.payload).await?;
    Ok(Json(FlowRunSignalled { repeated: !heard }))
}

/// Hold a run
///
/// Nothing new is asked of the outside until it is let go; what is under way is heard.
#[utoipa::path(post, path = "/runs/{id}/pause", tag = "flow runs", params(("id" = String, Path)),
    responses((status = 204), (status = 409, description = "It has ended", body = qn_api_types::Problem)))]
async fn pause(State(state): State<AppState>, person: Supervisor, Path(id): Path<String>) -> Result<StatusCode> {
    state.engine.runner()?.pause(person.tenant_id(), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Let a run go on
#[utoipa::path(post, path = "/runs/{id}/resume", tag = "flow runs", params(("id" = String, Path)),
    responses((status = 204), (status = 409, description = "It has ended", body = qn_api_types::Problem)))]
async fn resume(State(state): State<AppState>, person: Supervisor, Path(id): Path<String>) -> Result<StatusCode> {
    state.engine.runner()?.resume(person.tenant_id(), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn known(state: &AppState, tenant_id: &TenantId, id: &str) -> Result<()> {
    match qn_store::flow_run::find(&state.engine.db, tenant_id, id).await? {
        Some(_) => Ok(()),
        None => Err(Problem::not_found("run")),
    }
}
