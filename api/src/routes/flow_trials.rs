//! Trying a flow without a world: a simulation of a document, and the tests saved in it. Nothing is called, said or kept.

use crate::Result;
use crate::extract::{Json, Path, Supervisor};
use crate::flows;
use crate::problem::{Code, Problem};
use crate::state::AppState;
use axum::extract::State;
use qn_api_types::List;
use qn_api_types::flow::CheckFlow;
use qn_api_types::flow_run::{FlowReport, FlowTestOutcome, SimulateFlow};
use qn_workflow::simulate::{Report, Script, TestOutcome, simulate as play};
use serde_json::Value;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(simulate)).routes(routes!(test))
}

/// Play a document through
///
/// The script says what goes in, what the outside answers and what happens, in order; the clock jumps. The same script gives the same
/// report: a chat sends its script again with one more line. A document with errors is refused: 422 `flow_unsound`.
#[utoipa::path(post, path = "/flows/{id}/simulate", tag = "flows", request_body = SimulateFlow, params(("id" = String, Path)),
    responses((status = 200, body = FlowReport), (status = 422, body = qn_api_types::Problem)))]
async fn simulate(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<String>,
    Json(body): Json<SimulateFlow>,
) -> Result<Json<Report>> {
    qn_store::flow::get(&state.engine.db, person.tenant_id(), &id).await?;
    let mut script = script(body.script, state.engine.now())?;
    let words = script.words().map(str::to_owned).collect();
    let mut names = state.engine.names_in(person.tenant_id(), words).await?;
    names.append(&mut script.names);
    script.names = names;
    let program = flows::sound(&state, person.tenant_id(), flows::read(body.document)?).await?;
    let report = tokio::task::spawn_blocking(move || play(&program, &script)).await;
    report.map(Json).map_err(|_| Problem::new(Code::Internal))
}

fn script(given: Value, now: i64) -> Result<Script> {
    if given.is_null() {
        return Ok(Script { begins_at: now, ..Script::default() });
    }
    let mut script: Script = serde_path_to_error::deserialize(given).map_err(|error| {
        let words = qn_base::text::line(&error.inner().to_string(), 200);
        Problem::invalid(format!("script.{}", error.path()), format!("模拟脚本不正确（{words}）"), words)
    })?;
    if script.begins_at == 0 {
        script.begins_at = now;
    }
    Ok(script)
}

/// Run the tests saved in a document
///
/// Publishing runs them too, and refuses a flow whose own tests fail.
#[utoipa::path(post, path = "/flows/{id}/test", tag = "flows", request_body = CheckFlow, params(("id" = String, Path)),
    responses((status = 200, body = List<FlowTestOutcome>), (status = 422, body = qn_api_types::Problem)))]
async fn test(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<String>,
    Json(body): Json<CheckFlow>,
) -> Result<Json<List<TestOutcome>>> {
    qn_store::flow::get(&state.engine.db, person.tenant_id(), &id).await?;
    let program = flows::sound(&state, person.tenant_id(), flows::read(body.document)?).await?;
    Ok(Json(List::whole(flows::test(&state, person.tenant_id(), Arc::new(program)).await?)))
}
