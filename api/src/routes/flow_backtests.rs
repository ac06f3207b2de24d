//! A draft played over past runs, and expressions tried with sample values. Nothing is called, said or kept.

use super::flow_runs::entries;
use crate::Result;
use crate::extract::{Json, Path, Supervisor};
use crate::flows;
use crate::problem::{Code, Problem};
use crate::state::AppState;
use axum::extract::State;
use qn_api_types::flow_trial::{BacktestFlow, ExpressionPreview, FlowBacktest, FlowBacktested, PreviewExpression};
use qn_domain::TenantId;
use qn_store::flow_history::{self, Filter, ListedRun};
use qn_store::flow_run::{self, RunStanding};
use qn_workflow::backtest::{self, Compared, Course, Verdict};
use qn_workflow::simulate::simulate;
use qn_workflow::trace::trace;
use qn_workflow::trigger::Begins;
use qn_workflow::{Entry, Flow, Program, Status, preview};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const RUNS: i64 = 50;
/// Pages read to find so many that ended.
const PAGES_MAX: usize = 5;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(backtest_flow)).routes(routes!(preview_expression))
}

/// Play a document over what happened
///
/// The newest runs of the flow that ended: each begins as it began then and hears what the outside answered then. Told is what would have gone
/// otherwise. A flow that has never run is played over conversations in which its words were said. Nothing is called, said or kept. A document with errors is refused: 422 `flow_unsound`.
#[utoipa::path(post, path = "/flows/{id}/backtest", tag = "flows", request_body = BacktestFlow, params(("id" = String, Path)),
    responses((status = 200, body = FlowBacktest), (status = 422, body = qn_api_types::Problem)))]
async fn backtest_flow(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<String>,
    Json(body): Json<BacktestFlow>,
) -> Result<Json<FlowBacktest>> {
    let tenant_id = person.tenant_id();
    qn_store::flow::get(&state.engine.db, tenant_id, &id).await?;
    let draft = flows::read(body.document)?;
    let program = flows::sound(&state, tenant_id, draft.clone()).await?;
    let wanted = body.runs.unwrap_or(RUNS);
    let past = ended(&state, tenant_id, &id, wanted).await?;
    if past.is_empty() {
        return Ok(Json(over_conversations(&state, tenant_id, program, wanted).await?));
    }
    let (mut found, mut prepared) = (FlowBacktest::default(), HashMap::new());
    for run in past {
        if !prepared.contains_key(&run.version_hash) {
            prepared.insert(run.version_hash.clone(), prepare(&state, tenant_id, &draft, &run.version_hash).await?);
        }
        let Some(Some(ready)) = prepared.get(&run.version_hash) else { continue };
        let entries = entries(&flow_run::journal(&state.engine.db, tenant_id, &run.id).await?)?;
        let ready = Arc::clone(ready);
        let (compared, run) =
            tokio::task::spawn_blocking(move || (ready.play(&run.id, &entries), run)).await.map_err(|_| Problem::new(Code::Internal))?;
        let Some(compared) = compared else { continue };
        count(&mut found, &compared);
        found.items.push(view(run, compared));
    }
    Ok(Json(found))
}

fn count(found: &mut FlowBacktest, compared: &Compared) {
    match compared.verdict {
        Verdict::Same => found.same += 1,
        Verdict::Different => found.different += 1,
        Verdict::Unknown => found.unknown += 1,
    }
}

/// A flow that has never run: where its words were said, with what the customer said next, beside what they were told then.
async fn over_conversations(state: &AppState, tenant_id: &TenantId, program: Program, wanted: i64) -> Result<FlowBacktest> {
    let (wanted, program) = (usize::try_from(wanted).unwrap_or(0), Arc::new(program));
    let mut found = FlowBacktest { from_conversations: true, ..FlowBacktest::default() };
    for past in state.engine.past_beginnings(tenant_id, &Begins::of(&program.flow), wanted).await? {
        let (played, script) = (Arc::clone(&program), past.script.clone());
        let report = tokio::task::spawn_blocking(move || simulate(&played, &script)).await.map_err(|_| Problem::new(Code::Internal))?;
        let then = Course { status: Status::Done, path: Vec::new(), said: past.told, output: Value::Null, error: None };
        let mut compared = backtest::compare(then, &report);
        // No flow was there: only the words can be compared.
        compared.differs.retain(|what| *what == "said");
        count(&mut found, &compared);
        found.items.push(shown(None, past.at, Some(past.conversation_id.0), compared));
    }
    Ok(found)
}

/// The newest that are over.
async fn ended(state: &AppState, tenant_id: &TenantId, id: &str, wanted: i64) -> Result<Vec<ListedRun>> {
    let filter = Filter { flow_id: Some(id.to_owned()), ..Filter::default() };
    let (mut runs, mut cursor): (Vec<ListedRun>, Option<String>) = (Vec::new(), None);
    for _ in 0..PAGES_MAX {
        let page = flow_history::list(&state.engine.db, tenant_id, &filter, cursor.as_deref(), 200).await?;
        runs.extend(page.items.into_iter().filter(|run| !matches!(run.standing, RunStanding::Active | RunStanding::Parked)));
        cursor = page.next_cursor;
        if cursor.is_none() || runs.len() as i64 >= wanted {
            break;
        }
    }
    runs.truncate(usize::try_from(wanted).unwrap_or(0));
    Ok(runs)
}

/// The draft made ready for the runs of one version.
struct Ready {
    then: Arc<Program>,
    draft: Program,
    untold: BTreeSet<String>,
}

/// None: the version cannot be read any more, or the draft means nothing beside it.
async fn prepare(state: &AppState, tenant_id: &TenantId, draft: &Flow, hash: &str) -> Result<Option<Arc<Ready>>> {
    let Ok(then) = state.programs.get(&state.engine.db, tenant_id, hash).await else { return Ok(None) };
    let (ready, untold) = backtest::ready(draft, &then.flow);
    Ok(flows::judge(state, tenant_id, ready).await?.ok().map(|draft| Arc::new(Ready { then, draft, untold })))
}

impl Ready {
    fn play(&self, run_id: &str, entries: &[Entry]) -> Option<Compared> {
        let script = backtest::script(entries, &self.untold)?;
        let visits = trace(&self.then, run_id, entries).ok()?;
        Some(backtest::compare(backtest::recorded(entries, &visits), &simulate(&self.draft, &script)))
    }
}

fn view(run: ListedRun, c: Compared) -> FlowBacktested {
    shown(Some(run.id), run.started_at, run.conversation_id.map(|id| id.0), c)
}

fn shown(run_id: Option<String>, started_at: i64, conversation_id: Option<String>, c: Compared) -> FlowBacktested {
    let json = |value| serde_json::to_value(value).unwrap_or_default();
    let verdict = serde_json::to_value(c.verdict).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default();
    FlowBacktested {
        run_id,
        started_at,
        conversation_id,
        verdict,
        differs: c.differs.into_iter().map(str::to_owned).collect(),
        parts_at: c.parts_at,
        waits_at: c.waits_at,
        then: json(&c.then),
        now: json(&c.now),
    }
}

/// Try an expression or a template
///
/// With sample values, in the language and the limits of a run. An expression that does not work out is an answer, not a problem.
#[utoipa::path(post, path = "/flow-expressions/preview", tag = "flows", request_body = PreviewExpression,
    responses((status = 200, body = ExpressionPreview)))]
async fn preview_expression(_person: Supervisor, Json(body): Json<PreviewExpression>) -> Result<Json<ExpressionPreview>> {
    let given = match body.kind.as_str() {
        "template" => preview::template(&body.text, &body.values),
        _ => preview::expression(&body.text, &body.values),
    };
    let missing = given.missing;
    Ok(Json(match given.outcome {
        Ok(value) => ExpressionPreview { ok: true, value, error: None, missing },
        Err(error) => ExpressionPreview { ok: false, value: Value::Null, error: Some(error.to_string()), missing },
    }))
}
