//! What flows wait for people to decide.

use crate::Result;
use crate::extract::{Json, ListParams, Path, Person, Query, Reader, Writer};
use crate::flows::deciders::{self, Decider, Verdict};
use crate::problem::{Code, Problem};
use crate::state::AppState;
use axum::extract::State;
use qn_api_types::List;
use qn_api_types::approval::{ApprovalAlso, ApprovalDecision, ApprovalView, DecideApproval};
use qn_domain::{ConversationId, Role, TenantId, User};
use qn_engine::Decided;
use qn_store::flow_history::{self, OpenApproval};
use qn_workflow::request::{Also, Field, FieldKind};
use qn_workflow::run::Refusal;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Pages read to fill one answer when most of what waits is addressed to others.
const PAGES_MAX: usize = 20;
const TEAMS_MAX: i64 = 1_000;
const USERS_MAX: i64 = 2_000;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(decide))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ApprovalQuery {
    /// Id of the conversation the run talks in.
    conversation: Option<String>,
    cursor: Option<String>,
    limit: Option<i64>,
}

/// Open approvals, oldest first
///
/// Agents see those they may decide; supervisors and admins see all, each marked with whether they may.
#[utoipa::path(get, path = "/approvals", tag = "approvals", params(ApprovalQuery), responses((status = 200, body = List<ApprovalView>)))]
async fn list(State(state): State<AppState>, person: Reader, Query(query): Query<ApprovalQuery>) -> Result<Json<List<ApprovalView>>> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    let conversation = query.conversation.filter(|id| !id.is_empty());
    let params = ListParams { cursor: query.cursor, limit: query.limit };
    let limit = params.limit();
    let teams = teams(&state, tenant_id).await?;
    let users = qn_store::user::list(db, tenant_id, None, USERS_MAX).await?.items;
    let decider = Decider { user: &person.0.0.user, teams: &teams };
    let now = state.engine.now();
    let sees_all = person.require(Role::Supervisor).is_ok();
    let (mut items, mut cursor) = (Vec::new(), params.cursor().map(str::to_owned));
    for _ in 0..PAGES_MAX {
        let missing = limit - i64::try_from(items.len()).unwrap_or(limit);
        let page = flow_history::list_approvals(db, tenant_id, conversation.as_deref(), cursor.as_deref(), missing).await?;
        items.extend(page.items.into_iter().map(|task| view(&decider, &users, task, now)).filter(|task| sees_all || task.may_decide));
        cursor = page.next_cursor;
        if cursor.is_none() || items.len() as i64 >= limit {
            break;
        }
    }
    Ok(Json(List { items, next_cursor: cursor }))
}

/// Decide an approval
///
/// One decides who is addressed by role, team or name, is asked as well by now, or is an admin; nobody about a run they started, and no service. The payload may be
/// changed. Deciding a second time is refused: 409 `approval_decided`.
#[utoipa::path(post, path = "/approvals/{run}/{step}/decide", tag = "approvals", request_body = DecideApproval,
    params(("run" = String, Path), ("step" = String, Path)),
    responses((status = 200, body = ApprovalDecision), (status = 403, body = qn_api_types::Problem), (status = 404, body = qn_api_types::Problem),
        (status = 409, body = qn_api_types::Problem)))]
async fn decide(
    State(state): State<AppState>,
    person: Writer,
    Path((run, step)): Path<(String, String)>,
    Json(body): Json<DecideApproval>,
) -> Result<Json<ApprovalDecision>> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    if qn_store::flow_run::find(db, tenant_id, &run).await?.is_none() {
        return Err(Problem::not_found("run"));
    }
    let task = flow_history::find_approval(db, tenant_id, &run, &step).await?;
    let task = match task.filter(|task| task.attempt == i64::from(body.attempt)) {
        Some(task) => task,
        None if state.engine.runner()?.has_asked(tenant_id, &run, &step).await? => return Err(Problem::new(Code::ApprovalDecided)),
        None => return Err(Problem::not_found("approval")),
    };
    let request: Value = serde_json::from_str(&task.request).unwrap_or_default();
    may(&state, &person, &task, &request).await?;
    if let Some(payload) = &body.payload {
        fits(&request, payload)?;
    }
    let user = &person.0.0.user;
    let decision = ApprovalDecision {
        run_id: run,
        step,
        approved: body.approved,
        by: user.id.0.clone(),
        by_name: user.name.clone(),
        comment: body.comment,
        payload: body.payload.unwrap_or_else(|| request["payload"].clone()),
        at: state.engine.now(),
    };
    let outcome = json!({"approved": decision.approved, "by": decision.by, "by_name": decision.by_name, "comment": decision.comment,
        "payload": decision.payload, "at": decision.at});
    let told = state.engine.runner()?.reply(tenant_id, &decision.run_id, &decision.step, body.attempt, Ok(outcome)).await;
    match told {
        Ok(()) => {
            state.engine.settle_widened(tenant_id, &decision.run_id, &decision.step, task.attempt).await?;
            tell(&state, tenant_id, (&task, &request, body.attempt), &decision).await;
            Ok(Json(decision))
        }
        // Somebody was faster, or the time was up.
        Err(qn_runner::Error::Refused(Refusal::NotWaiting(_) | Refusal::NotRunning)) => Err(Problem::new(Code::ApprovalDecided)),
        // The run ended while this was on its way to it.
        Err(qn_runner::Error::Closed) if flow_history::find_approval(db, tenant_id, &decision.run_id, &decision.step).await?.is_none() => {
            Err(Problem::new(Code::ApprovalDecided))
        }
        Err(error) => Err(error.into()),
    }
}

/// What was changed is of the kind the flow says.
fn fits(request: &Value, payload: &Value) -> Result<()> {
    let fields: Vec<Field> = serde_json::from_value(request["fields"].clone()).unwrap_or_default();
    for field in fields {
        let shown = &request["payload"][&field.name];
        let given = payload.get(&field.name).unwrap_or(&Value::Null);
        if given != shown && !field.takes(shown, given) {
            let (zh, en) = match field.kind {
                FieldKind::Fixed => ("不能修改", "cannot be changed"),
                FieldKind::Number => ("应为数字", "is a number"),
                FieldKind::Boolean => ("应为是或否", "is true or false"),
                FieldKind::Text => ("应为文本", "is a text"),
            };
            return Err(Problem::invalid(format!("payload.{}", field.name), zh, en));
        }
    }
    Ok(())
}

/// The conversation hears of it; what was decided is in the run's journal either way.
async fn tell(state: &AppState, tenant_id: &TenantId, (task, request, attempt): (&OpenApproval, &Value, u32), decision: &ApprovalDecision) {
    let Some(conversation) = task.conversation_id.clone().map(ConversationId) else { return };
    let decided = Decided {
        key: format!("{}/{}/{attempt}", decision.run_id, decision.step),
        run_id: &decision.run_id,
        flow: &task.flow_id,
        name: task.flow_name.as_deref().unwrap_or(&task.flow_id),
        title: request["title"].as_str().unwrap_or_default(),
        approved: decision.approved,
        by: decision.by.clone().into(),
        by_name: &decision.by_name,
        comment: &decision.comment,
    };
    if let Err(error) = state.engine.flow_decided(tenant_id, &conversation, &decided).await {
        tracing::warn!(%error, run = decision.run_id, "a decision could not be told in its conversation");
    }
}

async fn may(state: &AppState, person: &Person, task: &OpenApproval, request: &Value) -> Result<()> {
    let teams = teams(state, person.tenant_id()).await?;
    let who = request["who"].as_str().unwrap_or_default();
    let decider = Decider { user: &person.0.user, teams: &teams };
    match judge(&decider, request, task, state.engine.now()) {
        Verdict::May => Ok(()),
        Verdict::NotAsked => Err(Problem::new(Code::ApprovalNotYours).with("who", who)),
        Verdict::OwnRequest => Err(Problem::new(Code::ApprovalOwn)),
        Verdict::NoPerson => Err(Problem::new(Code::ApprovalByPerson)),
    }
}

/// Whoever is asked as well may decide from their time on.
fn judge(decider: &Decider<'_>, request: &Value, task: &OpenApproval, now: i64) -> Verdict {
    let first = decider.judge(request["who"].as_str().unwrap_or_default(), &task.trigger_key);
    match also(request, task) {
        Some((who, at)) if first == Verdict::NotAsked && at <= now => decider.judge(&who, &task.trigger_key),
        _ => first,
    }
}

/// Who is asked as well, and from when on.
fn also(request: &Value, task: &OpenApproval) -> Option<(String, i64)> {
    let also: Also = serde_json::from_value(request["also"].clone()).ok()?;
    Some((also.who, task.at + also.after_ms))
}

/// The tenant's teams by id.
async fn teams(state: &AppState, tenant_id: &TenantId) -> Result<HashMap<String, String>> {
    let page = qn_store::team::list(&state.engine.db, tenant_id, None, TEAMS_MAX).await?;
    Ok(page.items.into_iter().map(|team| (team.id.0, team.name)).collect())
}

fn view(decider: &Decider<'_>, users: &[User], task: OpenApproval, now: i64) -> ApprovalView {
    let request: Value = serde_json::from_str(&task.request).unwrap_or_default();
    let text = |name: &str| request[name].as_str().unwrap_or_default().to_owned();
    let who = text("who");
    ApprovalView {
        may_decide: judge(decider, &request, &task, now) == Verdict::May,
        also: also(&request, &task).map(|(who, at)| ApprovalAlso {
            deciders: deciders::told(&who, &task.trigger_key, users, decider.teams),
            who,
            at,
        }),
        attempt: u32::try_from(task.attempt).unwrap_or(0),
        flow_name: task.flow_name.unwrap_or_else(|| task.flow_id.clone()),
        title: text("title"),
        payload: request["payload"].clone(),
        fields: serde_json::from_value(request["fields"].clone()).unwrap_or_default(),
        deciders: deciders::told(&who, &task.trigger_key, users, decider.teams),
        run_id: task.run_id,
        step: task.step,
        flow_id: task.flow_id,
        conversation_id: task.conversation_id,
        who,
        asked_at: task.at,
        due_at: task.due_at,
    }
}
