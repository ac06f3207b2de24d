//! Flows, versions, releases and runs as callers see them.

use crate::Result;
use crate::state::AppState;
use qn_api_types::flow::{FlowDraftBrief, FlowReleaseKind, FlowReleaseView, FlowRunCounts, FlowVersionDetail, FlowVersionView, FlowView};
use qn_api_types::flow_run::{FlowRunClosed, FlowRunState, FlowRunView};
use qn_api_types::flow_trial::{FlowCanaryView, FlowPlanView};
use qn_domain::TenantId;
use qn_store::Db;
use qn_store::flow::StoredFlow;
use qn_store::flow_canary::{self, FlowCanary};
use qn_store::flow_draft::{self, DraftBrief};
use qn_store::flow_history::{self, ListedRun};
use qn_store::flow_plan::{self, FlowPlan};
use qn_store::flow_release::{FlowRelease, ReleaseKind};
use qn_store::flow_run::RunStanding;
use qn_store::flow_version::{self, FlowVersion};
use std::collections::HashMap;

/// Runs younger than this are counted with their flow.
const COUNTED_MS: i64 = 7 * 24 * 3_600_000;

/// Flows with what is told beside them, in three reads however many there are.
pub async fn flows(state: &AppState, tenant_id: &TenantId, stored: Vec<StoredFlow>) -> Result<Vec<FlowView>> {
    let db = &state.engine.db;
    let one = if let [only] = stored.as_slice() { Some(only.id.as_str()) } else { None };
    let mut counts: HashMap<String, FlowRunCounts> = HashMap::new();
    for (flow_id, standing, n) in flow_history::count_by_flow(db, tenant_id, state.engine.now() - COUNTED_MS).await? {
        let of = counts.entry(flow_id).or_default();
        match standing {
            RunStanding::Active => of.active = n,
            RunStanding::Parked => of.parked = n,
            RunStanding::Done => of.done = n,
            RunStanding::Failed => of.failed = n,
            RunStanding::Cancelled => of.cancelled = n,
        }
    }
    let mut drafts: HashMap<String, Vec<FlowDraftBrief>> = HashMap::new();
    for draft in flow_draft::list(db, tenant_id, one).await? {
        drafts.entry(draft.flow_id.clone()).or_default().push(draft_brief(draft));
    }
    let mut plans = HashMap::new();
    for plan in flow_plan::list(db, tenant_id).await?.into_iter().filter(|plan| one.is_none_or(|id| id == plan.flow_id)) {
        plans.insert(plan.flow_id.clone(), self::plan(db, tenant_id, plan).await?);
    }
    let mut canaries = HashMap::new();
    for canary in flow_canary::list(db, tenant_id).await?.into_iter().filter(|canary| one.is_none_or(|id| id == canary.flow_id)) {
        canaries.insert(canary.flow_id.clone(), self::canary(db, tenant_id, canary).await?);
    }
    let titles = state.engine.flow_titles(tenant_id).await;
    let offered = state.engine.flows_for_customers(tenant_id).await;
    let view = |flow: StoredFlow| {
        let name_en = titles.get(&flow.id).cloned();
        let (plan, canary) = (plans.remove(&flow.id), canaries.remove(&flow.id));
        let (runs, drafts) = (counts.remove(&flow.id).unwrap_or_default(), drafts.remove(&flow.id).unwrap_or_default());
        FlowView {
            customers_begin: offered.contains(&flow.id),
            id: flow.id,
            name: flow.name,
            name_en,
            live: flow.live.map(|live| FlowVersionView {
                hash: live.hash,
                number: live.number,
                note: live.note,
                published_by: live.published_by,
                published_at: live.published_at,
            }),
            enabled: flow.enabled,
            runs,
            drafts,
            has_hook_secret: flow.hook_secret.is_some(),
            plan,
            canary,
            version: flow.version,
            created_at: flow.created_at,
            updated_at: flow.updated_at,
        }
    };
    Ok(stored.into_iter().map(view).collect())
}

/// One flow as it is now, and its version for the `ETag`.
pub async fn flow(state: &AppState, tenant_id: &TenantId, id: &str) -> Result<(i64, FlowView)> {
    let stored = qn_store::flow::get(&state.engine.db, tenant_id, id).await?;
    let version = stored.version;
    let view = flows(state, tenant_id, vec![stored]).await?.pop();
    view.map(|view| (version, view)).ok_or_else(|| crate::Problem::not_found("flow"))
}

pub async fn plan(db: &Db, tenant_id: &TenantId, p: FlowPlan) -> Result<FlowPlanView> {
    let number = flow_version::find(db, tenant_id, &p.hash).await?.map(|version| version.number);
    let FlowPlan { flow_id, hash, note, author_id, made_at, due_at, failure, .. } = p;
    Ok(FlowPlanView { flow_id, hash, number, note, made_by: author_id, made_at, due_at, failure })
}

pub async fn canary(db: &Db, tenant_id: &TenantId, c: FlowCanary) -> Result<FlowCanaryView> {
    let number = flow_version::find(db, tenant_id, &c.hash).await?.map(|version| version.number);
    let FlowCanary { flow_id, hash, share, note, author_id, since, .. } = c;
    Ok(FlowCanaryView { flow_id, hash, number, share_percent: share, note, begun_by: author_id, since })
}

pub fn draft_brief(draft: DraftBrief) -> FlowDraftBrief {
    FlowDraftBrief { author_id: draft.author_id.0, base_hash: draft.base_hash, revision: draft.revision, updated_at: draft.updated_at }
}

pub fn version(v: FlowVersion) -> FlowVersionView {
    FlowVersionView { hash: v.hash, number: v.number, note: v.note, published_by: v.published_by, published_at: v.published_at }
}

pub fn version_with_document(v: FlowVersion) -> FlowVersionDetail {
    let document = super::shown(&v.document);
    FlowVersionDetail { version: version(v), document }
}

pub fn release(r: FlowRelease) -> FlowReleaseView {
    let kind = match r.kind {
        ReleaseKind::Publish => FlowReleaseKind::Publish,
        ReleaseKind::Rollback => FlowReleaseKind::Rollback,
        ReleaseKind::Enable => FlowReleaseKind::Enable,
        ReleaseKind::Disable => FlowReleaseKind::Disable,
        ReleaseKind::Plan => FlowReleaseKind::Plan,
        ReleaseKind::Unplan => FlowReleaseKind::Unplan,
        ReleaseKind::PlanFailed => FlowReleaseKind::PlanFailed,
        ReleaseKind::Canary => FlowReleaseKind::Canary,
        ReleaseKind::Promote => FlowReleaseKind::Promote,
        ReleaseKind::Withdraw => FlowReleaseKind::Withdraw,
    };
    FlowReleaseView { kind, hash: r.hash, number: r.number, taken_by: r.taken_by.0, note: r.note, at: r.at }
}

pub fn run(r: ListedRun) -> FlowRunView {
    FlowRunView {
        trigger: trigger_of(&r.trigger_key).to_owned(),
        id: r.id,
        flow_id: r.flow_id,
        version_hash: r.version_hash,
        version_number: r.number,
        state: run_state(r.standing),
        error: r.error,
        error_zh: r.error_zh,
        started_at: r.started_at,
        changed_at: r.changed_at,
        conversation_id: r.conversation_id.map(|id| id.0),
        contact_id: r.contact_id.map(|id| id.0),
        paused_at: r.paused_at,
        handed_off_at: r.handed_off_at,
        closed: r.closed.map(|closed| FlowRunClosed { at: closed.at, by: closed.by, note: closed.note }),
    }
}

fn run_state(standing: RunStanding) -> FlowRunState {
    match standing {
        RunStanding::Active => FlowRunState::Active,
        RunStanding::Parked => FlowRunState::Parked,
        RunStanding::Done => FlowRunState::Done,
        RunStanding::Failed => FlowRunState::Failed,
        RunStanding::Cancelled => FlowRunState::Cancelled,
    }
}

pub fn standing_of(state: FlowRunState) -> RunStanding {
    match state {
        FlowRunState::Active => RunStanding::Active,
        FlowRunState::Parked => RunStanding::Parked,
        FlowRunState::Done => RunStanding::Done,
        FlowRunState::Failed => RunStanding::Failed,
        FlowRunState::Cancelled => RunStanding::Cancelled,
    }
}

/// What a trigger key begins with says what began the run.
fn trigger_of(key: &str) -> &'static str {
    match key.split([':', '_']).next() {
        Some("api") => "api",
        Some("hook") => "webhook",
        Some("alarm") => "alarm",
        Some("form") => "form",
        Some("msg") => "message",
        Some("cron") => "schedule",
        Some("event" | "flow") => "event",
        _ => "other",
    }
}
