//! What goes live later, and versions tried in a share of new runs: planned, taken back, compared, promoted, withdrawn.

use super::flow_releases::{Frozen, freeze, now_live};
use crate::Result;
use crate::extract::{Json, Path, Reader, Supervisor};
use crate::flows::views;
use crate::problem::{Code, Problem};
use crate::state::AppState;
use axum::extract::State;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::flow::FlowView;
use qn_api_types::flow_trial::{FlowCanaryDetail, FlowPlanView, FlowTally, PlanFlow, PromoteFlow, TryFlow};
use qn_domain::TenantId;
use qn_store::flow_canary::{self, FlowCanary};
use qn_store::flow_plan::{self, FlowPlan};
use qn_store::flow_release::{self, FlowRelease, ReleaseKind};
use qn_store::flow_run::RunStanding;
use qn_store::{flow, flow_version};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const AHEAD_MS_MAX: i64 = 366 * 24 * 3_600_000;

pub fn routes() -> OpenApiRouter<AppState> {
    let plans = OpenApiRouter::new().routes(routes!(list)).routes(routes!(plan, unplan));
    plans.routes(routes!(canary, try_out, withdraw)).routes(routes!(promote))
}

/// What goes live later, of all flows, what is due first
#[utoipa::path(get, path = "/flow-plans", tag = "flow releases", responses((status = 200, body = List<FlowPlanView>)))]
async fn list(State(state): State<AppState>, person: Reader) -> Result<Json<List<FlowPlanView>>> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    let mut items = Vec::new();
    for plan in flow_plan::list(db, tenant_id).await? {
        items.push(views::plan(db, tenant_id, plan).await?);
    }
    Ok(Json(List::whole(items)))
}

/// Let one's own draft go live at a time
///
/// It is judged and frozen now, as publishing does. When its time comes and something else is live than it began from, or something it names is
/// gone, it stays where it is, says so, and its author is told. A plan that stood before is replaced.
#[utoipa::path(put, path = "/flows/{id}/plan", tag = "flow releases", request_body = PlanFlow, params(("id" = String, Path)),
    responses((status = 200, body = FlowView), (status = 409, body = qn_api_types::Problem), (status = 422, body = qn_api_types::Problem)))]
async fn plan(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<String>,
    Json(body): Json<PlanFlow>,
) -> Result<Json<FlowView>> {
    let (db, now) = (&state.engine.db, state.engine.now());
    if body.due_at <= now || body.due_at > now + AHEAD_MS_MAX {
        return Err(Problem::invalid("due_at", "应在现在之后、一年之内", "is after now and within a year"));
    }
    let Frozen { draft, version, .. } = freeze(&state, &person, &id, body.revision, body.note).await?;
    let wish = FlowPlan {
        tenant_id: version.tenant_id.clone(),
        flow_id: id.clone(),
        hash: version.hash.clone(),
        base_hash: draft.base_hash,
        author_id: person.user_id().to_string(),
        revision: draft.revision,
        note: version.note.clone(),
        due_at: body.due_at,
        made_at: now,
        failed_at: None,
        failure: None,
    };
    flow_plan::put(db, &version, &wish).await?;
    flow_release::note(db, &release(&state, &person, &id, (ReleaseKind::Plan, Some(version.hash), version.note))).await?;
    now_live(&state, person.tenant_id(), &id).await
}

/// Take a plan back
#[utoipa::path(delete, path = "/flows/{id}/plan", tag = "flow releases", params(("id" = String, Path)), responses((status = 204)))]
async fn unplan(State(state): State<AppState>, person: Supervisor, Path(id): Path<String>) -> Result<StatusCode> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    let found = flow_plan::find(db, tenant_id, &id).await?.ok_or_else(|| Problem::not_found("plan"))?;
    if flow_plan::delete(db, tenant_id, &id).await? {
        flow_release::note(db, &release(&state, &person, &id, (ReleaseKind::Unplan, Some(found.hash), String::new()))).await?;
        super::flows::changed(&state, tenant_id, &id).await;
    }
    Ok(StatusCode::NO_CONTENT)
}

fn release(state: &AppState, person: &Supervisor, flow_id: &str, (kind, hash, note): (ReleaseKind, Option<String>, String)) -> FlowRelease {
    let (tenant_id, taken_by) = (person.tenant_id().clone(), person.user_id().clone());
    FlowRelease { tenant_id, flow_id: flow_id.to_owned(), kind, hash, number: None, taken_by, note, at: state.engine.now() }
}

/// The version on trial, and how its runs fare beside the live one's
#[utoipa::path(get, path = "/flows/{id}/canary", tag = "flow releases", params(("id" = String, Path)),
    responses((status = 200, body = FlowCanaryDetail)))]
async fn canary(State(state): State<AppState>, person: Reader, Path(id): Path<String>) -> Result<Json<FlowCanaryDetail>> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    let found = on_trial(&state, tenant_id, &id).await?;
    let live = flow::get(db, tenant_id, &id).await?;
    let (mut of_live, mut of_trial) = (FlowTally::default(), FlowTally::default());
    for (hash, standing, runs, handed_off) in flow_canary::tally(db, tenant_id, &id, found.since).await? {
        let of = match hash.as_str() {
            hash if hash == found.hash => &mut of_trial,
            hash if Some(hash) == live.live_hash() => &mut of_live,
            _ => continue,
        };
        of.runs += runs;
        of.handed_off += handed_off;
        match standing {
            RunStanding::Active | RunStanding::Parked => of.open += runs,
            RunStanding::Done => of.done += runs,
            RunStanding::Failed => of.failed += runs,
            RunStanding::Cancelled => of.cancelled += runs,
        }
    }
    Ok(Json(FlowCanaryDetail { canary: views::canary(db, tenant_id, found).await?, live: of_live, trial: of_trial }))
}

async fn on_trial(state: &AppState, tenant_id: &TenantId, id: &str) -> Result<FlowCanary> {
    flow_canary::find(&state.engine.db, tenant_id, id).await?.ok_or_else(|| Problem::not_found("canary"))
}

/// Try one's own draft in a share of new runs
///
/// It is judged and frozen now, as publishing does. Which runs is decided by the customer, else by the trigger: the same gets the same.
/// What begins the flow stays as the live version says. Without a `revision` only the share of the version on trial changes. Whatever else goes live ends the trial.
#[utoipa::path(put, path = "/flows/{id}/canary", tag = "flow releases", request_body = TryFlow, params(("id" = String, Path)),
    responses((status = 200, body = FlowView), (status = 409, body = qn_api_types::Problem), (status = 422, body = qn_api_types::Problem)))]
async fn try_out(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<String>,
    Json(body): Json<TryFlow>,
) -> Result<Json<FlowView>> {
    let (db, tenant_id, share) = (&state.engine.db, person.tenant_id(), body.share_percent);
    let hash = match body.revision {
        None => {
            let found = on_trial(&state, tenant_id, &id).await?;
            flow_canary::set_share(db, tenant_id, &id, share).await?;
            found.hash
        }
        Some(revision) => {
            if flow::get(db, tenant_id, &id).await?.live.is_none() {
                return Err(Problem::new(Code::FlowOff));
            }
            let Frozen { draft, version, .. } = freeze(&state, &person, &id, revision, body.note.clone()).await?;
            let wish = FlowCanary {
                tenant_id: version.tenant_id.clone(),
                flow_id: id.clone(),
                hash: version.hash.clone(),
                share,
                author_id: person.user_id().to_string(),
                revision: draft.revision,
                note: version.note.clone(),
                since: state.engine.now(),
            };
            flow_canary::put(db, &version, &wish).await?;
            version.hash
        }
    };
    let note = format!("{share} %{}{}", if body.note.is_empty() { "" } else { " · " }, body.note);
    flow_release::note(db, &release(&state, &person, &id, (ReleaseKind::Canary, Some(hash), note))).await?;
    now_live(&state, tenant_id, &id).await
}

/// Make the version on trial live
///
/// Refused with 422 `flow_unsound` when something it names is not there any more.
#[utoipa::path(post, path = "/flows/{id}/canary/promote", tag = "flow releases", request_body = PromoteFlow, params(("id" = String, Path)),
    responses((status = 200, body = FlowView), (status = 404, body = qn_api_types::Problem), (status = 422, body = qn_api_types::Problem)))]
async fn promote(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<String>,
    Json(body): Json<PromoteFlow>,
) -> Result<Json<FlowView>> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    let found = on_trial(&state, tenant_id, &id).await?;
    let version = flow_version::find(db, tenant_id, &found.hash).await?.ok_or_else(|| Problem::not_found("flow version"))?;
    crate::flows::still_named(&state, tenant_id, &version.document).await?;
    let name = qn_base::text::line(&crate::flows::stored(&version.document)?.name, 80);
    let note = if body.note.is_empty() { found.note.clone() } else { body.note };
    let release = release(&state, &person, &id, (ReleaseKind::Promote, Some(found.hash.clone()), note));
    if !flow_release::promote(db, &found, &release, &name).await? {
        return Err(Problem::not_found("canary"));
    }
    now_live(&state, tenant_id, &id).await
}

/// End the trial; all new runs begin with the live version again
#[utoipa::path(delete, path = "/flows/{id}/canary", tag = "flow releases", params(("id" = String, Path)), responses((status = 204)))]
async fn withdraw(State(state): State<AppState>, person: Supervisor, Path(id): Path<String>) -> Result<StatusCode> {
    let found = on_trial(&state, person.tenant_id(), &id).await?;
    let release = release(&state, &person, &id, (ReleaseKind::Withdraw, Some(found.hash), String::new()));
    flow_release::withdraw(&state.engine.db, &release).await?;
    super::flows::changed(&state, person.tenant_id(), &id).await;
    Ok(StatusCode::NO_CONTENT)
}
