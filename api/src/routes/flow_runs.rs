//! Runs of flows: listed, and one with everything its journal tells.

use crate::Result;
use crate::extract::{Json, Path, Query, Reader};
use crate::flows::views;
use crate::problem::{Code, Problem};
use crate::state::AppState;
use axum::extract::State;
use qn_api_types::List;
use qn_api_types::flow_run::{DeadFlowRuns, FlowRunDetail, FlowRunState, FlowRunView, FlowSharedView};
use qn_domain::{ConversationId, TenantId};
use qn_store::flow_history::{self, Filter, ListedRun};
use qn_store::{flow_run, flow_value};
use qn_workflow::model::Scope;
use qn_workflow::run::Corrupt;
use qn_workflow::trace::{Standing, Undoing, Visit, trace};
use qn_workflow::{Entry, Program};
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Steps shown of one run.
const STEPS_MAX: usize = 2_000;
const DEAD_COUNTED_MAX: i64 = 1_000;
const SEARCH_CHARS_MAX: usize = 100;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(dead)).routes(routes!(get))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RunQuery {
    /// Id of a flow.
    flow: Option<String>,
    state: Option<FlowRunState>,
    /// Id of the conversation it talks in.
    conversation: Option<String>,
    /// Begun then or later, epoch milliseconds.
    since: Option<i64>,
    /// Only those that failed, went to nobody and were not closed.
    dead: Option<bool>,
    /// Only those that owe something and did nothing for ten minutes.
    stuck: Option<bool>,
    /// An id of a run, a conversation or a contact; or a text: of the trigger, the contact's name, the error, a short text or number that
    /// the run began with, or a shared value that it set. A text is looked for in the newest 20,000 that fit the rest.
    q: Option<String>,
    cursor: Option<String>,
    limit: Option<i64>,
}

/// Runs, newest first
#[utoipa::path(get, path = "/runs", tag = "flow runs", params(RunQuery), responses((status = 200, body = List<FlowRunView>)))]
async fn list(State(state): State<AppState>, person: Reader, Query(query): Query<RunQuery>) -> Result<Json<List<FlowRunView>>> {
    let filter = Filter {
        flow_id: query.flow.filter(|flow| !flow.is_empty()),
        standing: query.state.map(views::standing_of),
        conversation_id: query.conversation.filter(|id| !id.is_empty()).map(ConversationId),
        since: query.since,
        dead: query.dead.unwrap_or(false),
        stuck_before: query.stuck.unwrap_or(false).then(|| state.engine.now() - qn_runner::STUCK_MS),
        text: searched(query.q),
        ..Filter::default()
    };
    let cursor = query.cursor.as_deref().filter(|c| !c.is_empty());
    let limit = query.limit.unwrap_or(50).clamp(1, 200);
    let page = flow_history::list(&state.engine.db, person.tenant_id(), &filter, cursor, limit).await?;
    Ok(Json(List { items: page.items.into_iter().map(views::run).collect(), next_cursor: page.next_cursor }))
}

/// What somebody typed to find runs by; none for nothing.
pub(super) fn searched(q: Option<String>) -> Option<String> {
    q.map(|q| qn_base::text::line(&q, SEARCH_CHARS_MAX)).filter(|q| !q.is_empty())
}

/// How many runs failed with nobody at them
#[utoipa::path(get, path = "/runs/dead", tag = "flow runs", responses((status = 200, body = DeadFlowRuns)))]
async fn dead(State(state): State<AppState>, person: Reader) -> Result<Json<DeadFlowRuns>> {
    let count = flow_history::count_dead(&state.engine.db, person.tenant_id(), DEAD_COUNTED_MAX).await?;
    Ok(Json(DeadFlowRuns { count }))
}

/// One run: how it stands, what it waits for, and every step it took
#[utoipa::path(get, path = "/runs/{id}", tag = "flow runs", params(("id" = String, Path)), responses((status = 200, body = FlowRunDetail)))]
async fn get(State(state): State<AppState>, person: Reader, Path(id): Path<String>) -> Result<Json<FlowRunDetail>> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    let run = flow_history::find(db, tenant_id, &id).await?.ok_or_else(|| Problem::not_found("run"))?;
    let program = state.programs.get(db, tenant_id, &run.version_hash).await?;
    let entries = entries(&flow_run::journal(db, tenant_id, &id).await?)?;
    let unreadable = |error: Corrupt| {
        tracing::error!(%error, "a run cannot be told");
        Problem::new(Code::Internal)
    };
    let visits = trace(&program, &id, &entries).map_err(unreadable)?;
    let (input, context) = match entries.first() {
        Some(Entry::Started { input, context, .. }) => (json(input), json(context)),
        _ => (Value::Null, Value::Null),
    };
    let output = entries.iter().rev().find_map(|entry| match entry {
        Entry::Ending { output, .. } => Some(output.clone()),
        _ => None,
    });
    let waits: Vec<&Visit> = visits.iter().filter(|v| v.standing == Standing::Open && !v.attempts.is_empty()).collect();
    let not_undone = visits.iter().filter(|v| v.undo == Some(Undoing::Failed)).map(|v| v.step.clone()).collect();
    let shared = shared(&state, tenant_id, &program, &run).await?;
    let shown = &visits[visits.len().saturating_sub(STEPS_MAX)..];
    Ok(Json(FlowRunDetail {
        run: views::run(run),
        input,
        context,
        output: output.unwrap_or_default(),
        waits: json(&waits),
        more: shown.len() < visits.len(),
        steps: json(&shown),
        not_undone,
        shared,
    }))
}

/// What the run's flow shares, as it stands now.
async fn shared(state: &AppState, tenant_id: &TenantId, program: &Program, run: &ListedRun) -> Result<Vec<FlowSharedView>> {
    let shares = program.shares();
    if shares.is_empty() {
        return Ok(Vec::new());
    }
    let db = &state.engine.db;
    let rows = flow_value::list_for(db, tenant_id, run.conversation_id.as_ref(), run.contact_id.as_ref()).await?;
    let view = |(scope, name): (Scope, &str)| {
        let row = rows.iter().find(|row| row.scope == scope.as_str() && row.name == name);
        FlowSharedView {
            scope: scope.as_str().to_owned(),
            name: name.to_owned(),
            value: row.and_then(|row| serde_json::from_str(row.value.as_deref()?).ok()).unwrap_or_default(),
            run_id: row.map(|row| row.run_id.clone()),
            updated_at: row.map(|row| row.updated_at),
        }
    };
    Ok(shares.into_keys().map(view).collect())
}

/// Whether the flow starts runs.
pub(super) async fn live(state: &AppState, tenant_id: &TenantId, id: &str) -> Result<()> {
    let found = qn_store::flow::get(&state.engine.db, tenant_id, id).await?;
    if found.enabled && found.live.is_some() { Ok(()) } else { Err(Problem::new(Code::FlowOff)) }
}

/// Why a run did not begin.
pub(super) fn not_begun(error: qn_engine::EngineError) -> Problem {
    match error {
        qn_engine::EngineError::NotFound { what: "live flow", .. } => Problem::new(Code::FlowOff),
        other => other.into(),
    }
}

/// The entries of a journal's pages.
pub(super) fn entries(pages: &[String]) -> Result<Vec<Entry>> {
    let mut all = Vec::new();
    for page in pages {
        let read: Vec<Entry> = serde_json::from_str(page).map_err(|error| {
            tracing::error!(%error, "a page of a journal cannot be read");
            Problem::new(Code::Internal)
        })?;
        all.extend(read);
    }
    Ok(all)
}

fn json<T: serde::Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
