//! One act on many runs, by what they have in common: ordered once under a key, noted with who and why, and answered with how many.

use super::flow_runs::searched;
use crate::Result;
use crate::extract::{Creation, Json, Locale, Query, Supervisor};
use crate::flows::views;
use crate::problem::{Code, Problem};
use crate::settings;
use crate::state::AppState;
use axum::extract::State;
use qn_api_types::List;
use qn_api_types::bulk::BulkRefused;
use qn_api_types::flow_bulk::{ActOnFlowRuns, FlowRunsActed, FlowRunsAction, FlowRunsFilter, FlowRunsOrder};
use qn_base::{Timestamp, ids};
use qn_domain::{ConversationId, Language, TenantId};
use qn_runner::Runner;
use qn_store::flow_bulk::{self, FlowBulk};
use qn_store::flow_history::{self, Filter};
use qn_store::flow_run::RunStanding;
use serde::Deserialize;
use tracing::Instrument;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// One order touches so many; the next one goes on.
const RUNS_MAX: usize = 500;
const PAGE: i64 = 200;
const REFUSED_MAX: usize = 50;
/// An order without an outcome is under way for so long; after that its server stopped, and a repetition goes on with it.
const UNDER_WAY_MS: i64 = 60_000;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(act_on_runs, list_orders))
}

/// Do the same to many runs
///
/// Those that fit the filter are cancelled, retried, held or let go, each by itself; with `dry_run` they are only counted. A repetition
/// under the same Idempotency-Key changes nothing more and gets the first answer.
#[utoipa::path(post, path = "/runs/bulk", tag = "flow runs", request_body = ActOnFlowRuns,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = FlowRunsActed), (status = 422, body = qn_api_types::Problem),
        (status = 503, description = "The first request under this key is still carried out", body = qn_api_types::Problem)))]
async fn act_on_runs(
    State(state): State<AppState>,
    person: Supervisor,
    Locale(language): Locale,
    Creation { key, body }: Creation<ActOnFlowRuns>,
) -> Result<Json<FlowRunsActed>> {
    let (tenant_id, now) = (person.tenant_id(), state.engine.now());
    if body.dry_run {
        let (found, more) = targets(&state, tenant_id, &body, now).await?;
        return Ok(Json(FlowRunsActed { matched: count(found.len()), done: 0, refused: Vec::new(), more }));
    }
    let named = key.named(tenant_id, person.user_id().as_str(), "POST /runs/bulk");
    settings::same_request(&state, tenant_id, named).await?;
    settings::note(&state, tenant_id, named).await;
    let order = FlowBulk {
        id: named.map_or_else(|| ids::fresh(now), |named| ids::derived(&named.id)),
        act: word(body.action),
        filter: serde_json::to_string(&body.filter).unwrap_or_default(),
        reason: body.reason.clone(),
        ordered_by: person.user_id().as_str().to_owned(),
        at: now,
        outcome: None,
    };
    let why = super::flow_control::reason(&person, body.reason.clone());
    let given = Given { tenant_id: tenant_id.clone(), order, body, why, language };
    // a task of its own: whoever closes the page meanwhile does not leave the order half carried out
    let done = tokio::spawn(carry_out(state.clone(), given).in_current_span()).await;
    done.map_err(|_| Problem::new(Code::Internal))?.map(Json)
}

struct Given {
    tenant_id: TenantId,
    order: FlowBulk,
    body: ActOnFlowRuns,
    /// What the runs are told.
    why: String,
    language: Language,
}

async fn carry_out(state: AppState, given: Given) -> Result<FlowRunsActed> {
    let Given { tenant_id, order, body, why, language } = given;
    let (db, now) = (&state.engine.db, order.at);
    let (order, is_fresh) = flow_bulk::begin(db, &tenant_id, &order).await?;
    if let Some(outcome) = outcome_of(&order) {
        return Ok(outcome);
    }
    if !is_fresh && now - order.at < UNDER_WAY_MS {
        return Err(Problem::new(Code::Unavailable).retry_after(5));
    }
    // what failed anew since the order was given is another failure
    let (found, more) = targets(&state, &tenant_id, &body, order.at).await?;
    let mut acted = FlowRunsActed { matched: count(found.len()), done: 0, refused: Vec::new(), more };
    let runner = state.engine.runner()?;
    for id in found {
        match act(runner, &tenant_id, &id, (body.action, why.as_str())).await {
            Ok(changed) => acted.done += i64::from(changed),
            Err(error) if acted.refused.len() < REFUSED_MAX => {
                let problem = Problem::from(error);
                acted.refused.push(BulkRefused { id, code: problem.code.as_str().to_owned(), detail: problem.text(language) });
            }
            Err(_) => {}
        }
    }
    flow_bulk::finish(db, &tenant_id, &order.id, &serde_json::to_string(&acted).unwrap_or_default()).await?;
    Ok(acted)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OrderQuery {
    cursor: Option<String>,
    limit: Option<i64>,
}

/// What was done to many runs at once, newest first
#[utoipa::path(get, path = "/runs/bulk", tag = "flow runs", params(OrderQuery), responses((status = 200, body = List<FlowRunsOrder>)))]
async fn list_orders(
    State(state): State<AppState>,
    person: Supervisor,
    Query(query): Query<OrderQuery>,
) -> Result<Json<List<FlowRunsOrder>>> {
    let cursor = query.cursor.as_deref().filter(|cursor| !cursor.is_empty());
    let limit = query.limit.unwrap_or(50).clamp(1, 200);
    let page = flow_bulk::list(&state.engine.db, person.tenant_id(), cursor, limit).await?;
    Ok(Json(List { items: page.items.into_iter().filter_map(view).collect(), next_cursor: page.next_cursor }))
}

/// Ids of the runs that the order is about, and whether there are more.
async fn targets(state: &AppState, tenant_id: &TenantId, body: &ActOnFlowRuns, at: Timestamp) -> Result<(Vec<String>, bool)> {
    let wanted = body.filter.state.map(views::standing_of);
    let mut found = Vec::new();
    for standing in standings(body.action).iter().filter(|standing| wanted.is_none_or(|wanted| wanted == **standing)) {
        let filter = filter_of(state, body, *standing, at);
        let mut cursor: Option<String> = None;
        loop {
            let page = flow_history::list(&state.engine.db, tenant_id, &filter, cursor.as_deref(), PAGE).await?;
            found.extend(page.items.into_iter().map(|run| run.id));
            cursor = page.next_cursor;
            if cursor.is_none() || found.len() > RUNS_MAX {
                break;
            }
        }
    }
    let more = found.len() > RUNS_MAX;
    found.truncate(RUNS_MAX);
    Ok((found, more))
}

/// How a run stands that this can be done to.
fn standings(action: FlowRunsAction) -> &'static [RunStanding] {
    match action {
        FlowRunsAction::Retry => &[RunStanding::Failed],
        FlowRunsAction::Cancel | FlowRunsAction::Pause | FlowRunsAction::Resume => &[RunStanding::Active, RunStanding::Parked],
    }
}

fn filter_of(state: &AppState, body: &ActOnFlowRuns, standing: RunStanding, at: Timestamp) -> Filter {
    let FlowRunsFilter { flow, conversation, since, dead, stuck, q, .. } = body.filter.clone();
    Filter {
        flow_id: flow.filter(|flow| !flow.is_empty()),
        standing: Some(standing),
        conversation_id: conversation.filter(|id| !id.is_empty()).map(ConversationId),
        since,
        dead,
        stuck_before: stuck.then(|| state.engine.now() - qn_runner::STUCK_MS),
        held: match body.action {
            FlowRunsAction::Pause => Some(false),
            FlowRunsAction::Resume => Some(true),
            FlowRunsAction::Cancel | FlowRunsAction::Retry => None,
        },
        changed_until: (body.action == FlowRunsAction::Retry).then_some(at),
        text: searched(q),
    }
}

/// False where it was so before.
async fn act(runner: &Runner, tenant_id: &TenantId, id: &str, (action, why): (FlowRunsAction, &str)) -> qn_runner::Result<bool> {
    match action {
        FlowRunsAction::Cancel => runner.cancel(tenant_id, id, why).await.map(|()| true),
        FlowRunsAction::Retry => runner.retry(tenant_id, id, None).await.map(|()| true),
        FlowRunsAction::Pause => runner.pause(tenant_id, id).await,
        FlowRunsAction::Resume => runner.resume(tenant_id, id).await,
    }
}

fn view(order: FlowBulk) -> Option<FlowRunsOrder> {
    let outcome = outcome_of(&order);
    let FlowBulk { id, act, filter, reason, ordered_by, at, .. } = order;
    let action = serde_json::from_value(act.into()).ok()?;
    let filter = serde_json::from_str(&filter).ok()?;
    Some(FlowRunsOrder { id, action, filter, reason, by: ordered_by, at, outcome })
}

fn outcome_of(order: &FlowBulk) -> Option<FlowRunsActed> {
    serde_json::from_str(order.outcome.as_deref()?).ok()
}

fn word(action: FlowRunsAction) -> String {
    serde_json::to_value(action).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

fn count(many: usize) -> i64 {
    i64::try_from(many).unwrap_or(i64::MAX)
}
