//! Runs of flows: listed, and one with everything its journal tells.

use crate::Result;
use crate::extract::{Json, Path, Query, Reader};
use crate::flows::{journal, views};
use crate::problem::Problem;
use crate::state::AppState;
use axum::extract::State;
use qn_api_types::List;
use qn_api_types::flow_run::{FlowRunDetail, FlowRunState, FlowRunView};
use qn_store::flow_history::{self, Filter};
use qn_store::flow_run;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RunQuery {
    /// Id of a flow.
    flow: Option<String>,
    state: Option<FlowRunState>,
    /// Begun then or later, epoch milliseconds.
    since: Option<i64>,
    cursor: Option<String>,
    limit: Option<i64>,
}

/// Runs, newest first
#[utoipa::path(get, path = "/runs", tag = "flow runs", params(RunQuery), responses((status = 200, body = List<FlowRunView>)))]
async fn list(State(state): State<AppState>, person: Reader, Query(query): Query<RunQuery>) -> Result<Json<List<FlowRunView>>> {
    let filter =
        Filter { flow_id: query.flow.filter(|flow| !flow.is_empty()), standing: query.state.map(views::standing_of), since: query.since };
    let cursor = query.cursor.as_deref().filter(|c| !c.is_empty());
    let limit = query.limit.unwrap_or(50).clamp(1, 200);
    let page = flow_history::list(&state.engine.db, person.tenant_id(), &filter, cursor, limit).await?;
    Ok(Json(List { items: page.items.into_iter().map(views::run).collect(), next_cursor: page.next_cursor }))
}

/// One run: how it stands, what it waits for, and every step it took
#[utoipa::path(get, path = "/runs/{id}", tag = "flow runs", params(("id" = String, Path)), responses((status = 200, body = FlowRunDetail)))]
async fn get(State(state): State<AppState>, person: Reader, Path(id): Path<String>) -> Result<Json<FlowRunDetail>> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    let run = flow_history::find(db, tenant_id, &id).await?.ok_or_else(|| Problem::not_found("run"))?;
    let mut told = journal::tell(&flow_run::journal(db, tenant_id, &id).await?);
    let waits = told.waits().cloned().collect();
    let more = told.steps.len() > journal::STEPS_MAX;
    told.steps.drain(..told.steps.len().saturating_sub(journal::STEPS_MAX));
    Ok(Json(FlowRunDetail {
        run: views::run(run),
        input: told.input,
        context: told.context,
        output: told.output,
        waits,
        steps: told.steps,
        more,
    }))
}
