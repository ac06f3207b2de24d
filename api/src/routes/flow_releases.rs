//! What is live of a flow: publishing, going back, switching on and off, the versions there are, and who did what and why.

use crate::Result;
use crate::extract::{Json, ListParams, Path, Query, Reader, Supervisor};
use crate::flows::{self, views};
use crate::problem::{Code, Problem};
use crate::state::AppState;
use axum::extract::State;
use qn_api_types::List;
use qn_api_types::flow::{FlowReleaseView, FlowVersionDetail, FlowVersionView, FlowView, PublishFlow, RollBackFlow, SwitchFlow};
use qn_domain::TenantId;
use qn_store::flow;
use qn_store::flow_draft::{self, FlowDraft};
use qn_store::flow_release::{self, FlowRelease, Publishing, ReleaseKind};
use qn_store::flow_version::{self, FlowVersion};
use qn_workflow::Program;
use qn_workflow::diff::diff;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(publish))
        .routes(routes!(versions))
        .routes(routes!(version))
        .routes(routes!(roll_back))
        .routes(routes!(enable))
        .routes(routes!(disable))
        .routes(routes!(releases))
}

/// Make one's own draft live
///
/// It must be sound, pass its own tests and begin from the version that is live: otherwise 422 `flow_unsound` with `problems`, 422
/// `flow_tests_failed` with `tests`, or 409 `flow_moved_on` with the live version as `live`. New runs begin with it at once; runs that move end with the version they began with. The draft is gone then.
#[utoipa::path(post, path = "/flows/{id}/publish", tag = "flow releases", request_body = PublishFlow, params(("id" = String, Path)),
    responses((status = 200, body = FlowView), (status = 409, body = qn_api_types::Problem), (status = 422, body = qn_api_types::Problem)))]
async fn publish(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<String>,
    Json(body): Json<PublishFlow>,
) -> Result<Json<FlowView>> {
    let (db, tenant_id, author) = (&state.engine.db, person.tenant_id(), person.user_id());
    let Frozen { draft, version, program } = freeze(&state, &person, &id, body.revision, body.note).await?;
    let name = qn_base::text::line(&program.flow.name, 80);
    let base_hash = draft.base_hash.as_deref();
    let wish = Publishing { version: &version, name: &name, base_hash, author_id: author, revision: draft.revision };
    match flow_release::publish(db, &wish).await {
        Ok(()) => now_live(&state, tenant_id, &id).await,
        Err(qn_store::Error::Stale { what: "flow", .. }) => Err(moved_on(&state, tenant_id, &id, draft.base_hash.as_deref()).await?),
        Err(qn_store::Error::Stale { .. }) => Err(super::flow_drafts::stale(&state, tenant_id, &id, author).await?),
        Err(error) => Err(error.into()),
    }
}

/// A draft that could go live as it is.
pub(super) struct Frozen {
    pub draft: FlowDraft,
    pub version: FlowVersion,
    pub program: Arc<Program>,
}

/// Judges one's own draft as publishing does: sound, its tests pass, it began from what is live, and it is not that.
pub(super) async fn freeze(state: &AppState, person: &Supervisor, id: &str, revision: i64, note: String) -> Result<Frozen> {
    let (db, tenant_id, author) = (&state.engine.db, person.tenant_id(), person.user_id());
    let found = flow::get(db, tenant_id, id).await?;
    let mine = flow_draft::find(db, tenant_id, id, author).await?.filter(|draft| draft.revision == revision);
    let Some(draft) = mine else { return Err(super::flow_drafts::stale(state, tenant_id, id, author).await?) };
    let program = Arc::new(flows::publishable(state, tenant_id, flows::stored(&draft.document)?).await?);
    passes(state, tenant_id, &program).await?;
    if draft.base_hash.as_deref() != found.live_hash() {
        return Err(moved_on(state, tenant_id, id, draft.base_hash.as_deref()).await?);
    }
    if found.live_hash() == Some(program.hash.as_str()) {
        return Err(Problem::new(Code::FlowUnchanged));
    }
    let version = FlowVersion {
        tenant_id: tenant_id.to_string(),
        hash: program.hash.clone(),
        flow_id: id.to_owned(),
        number: 0,
        document: draft.document.clone(),
        note,
        published_by: author.to_string(),
        published_at: state.engine.now(),
    };
    Ok(Frozen { draft, version, program })
}

/// Whether all saved tests pass; those that do not are in the refusal.
async fn passes(state: &AppState, tenant_id: &TenantId, program: &Arc<Program>) -> Result<()> {
    let failed: Vec<_> = flows::test(state, tenant_id, Arc::clone(program)).await?.into_iter().filter(|test| !test.passed).collect();
    if failed.is_empty() {
        return Ok(());
    }
    Err(Problem::new(Code::FlowTestsFailed).with("count", failed.len().to_string()).member("tests", &failed))
}

/// Everybody hears of it; the answer is the flow as it is now.
pub(super) async fn now_live(state: &AppState, tenant_id: &TenantId, id: &str) -> Result<Json<FlowView>> {
    super::flows::changed(state, tenant_id, id).await;
    Ok(Json(views::flow(state, tenant_id, id).await?.1))
}

/// The refusal of a draft that began from an older version, with the one that is live and what changed up to it.
async fn moved_on(state: &AppState, tenant_id: &TenantId, id: &str, base_hash: Option<&str>) -> Result<Problem> {
    let (_, view) = views::flow(state, tenant_id, id).await?;
    let problem = Problem::new(Code::FlowMovedOn).member("live", &view.live);
    let (Some(base), Some(live)) = (base_hash, &view.live) else { return Ok(problem) };
    let (base, live) = (find(state, tenant_id, id, base).await?, find(state, tenant_id, id, &live.hash).await?);
    Ok(problem.member("changes", &diff(&flows::stored(&base.document)?, &flows::stored(&live.document)?)))
}

/// Published versions, newest first
#[utoipa::path(get, path = "/flows/{id}/versions", tag = "flow releases", params(("id" = String, Path), ListParams),
    responses((status = 200, body = List<FlowVersionView>)))]
async fn versions(
    State(state): State<AppState>,
    person: Reader,
    Path(id): Path<String>,
    Query(query): Query<ListParams>,
) -> Result<Json<List<FlowVersionView>>> {
    let page = flow_version::list(&state.engine.db, person.tenant_id(), &id, query.cursor(), query.limit()).await?;
    something(&state, person.tenant_id(), &id, page.items.is_empty()).await?;
    Ok(Json(List { items: page.items.into_iter().map(views::version).collect(), next_cursor: page.next_cursor }))
}

/// The history of a flow that was removed is still told; of one that never was, there is none.
async fn something(state: &AppState, tenant_id: &TenantId, id: &str, empty: bool) -> Result<()> {
    if empty {
        flow::get(&state.engine.db, tenant_id, id).await?;
    }
    Ok(())
}

/// One version with its document
#[utoipa::path(get, path = "/flows/{id}/versions/{number}", tag = "flow releases",
    params(("id" = String, Path), ("number" = String, Path, description = "Its number, or its hash")),
    responses((status = 200, body = FlowVersionDetail)))]
async fn version(
    State(state): State<AppState>,
    person: Reader,
    Path((id, which)): Path<(String, String)>,
) -> Result<Json<FlowVersionDetail>> {
    Ok(Json(views::version_with_document(find(&state, person.tenant_id(), &id, &which).await?)))
}

pub(super) async fn find(state: &AppState, tenant_id: &TenantId, id: &str, which: &str) -> Result<FlowVersion> {
    let db = &state.engine.db;
    let found = match which.parse() {
        Ok(number) if which.len() < 64 => flow_version::find_number(db, tenant_id, id, number).await?,
        _ => flow_version::find(db, tenant_id, which).await?.filter(|version| version.flow_id == id),
    };
    found.ok_or_else(|| Problem::not_found("flow version"))
}

/// Make an earlier version live again
///
/// New runs begin with it at once. Drafts stay; those that began from the version that was live must be merged before they are published.
/// Refused with 422 `flow_unsound` when something it names is not there any more.
#[utoipa::path(post, path = "/flows/{id}/rollback", tag = "flow releases", request_body = RollBackFlow, params(("id" = String, Path)),
    responses((status = 200, body = FlowView), (status = 409, description = "It is live already", body = qn_api_types::Problem),
        (status = 422, body = qn_api_types::Problem)))]
async fn roll_back(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<String>,
    Json(body): Json<RollBackFlow>,
) -> Result<Json<FlowView>> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    let found = flow::get(db, tenant_id, &id).await?;
    let version = flow_version::find_number(db, tenant_id, &id, body.number).await?;
    let version = version.ok_or_else(|| Problem::not_found("flow version"))?;
    if found.live_hash() != Some(version.hash.as_str()) {
        flows::still_named(&state, tenant_id, &version.document).await?;
    }
    let release = FlowRelease {
        tenant_id: tenant_id.clone(),
        flow_id: id.clone(),
        kind: ReleaseKind::Rollback,
        hash: Some(version.hash),
        number: None,
        taken_by: person.user_id().clone(),
        note: body.note,
        at: state.engine.now(),
    };
    if !flow_release::roll_back(db, &release).await? {
        return Err(Problem::new(Code::FlowAlreadyLive));
    }
    now_live(&state, tenant_id, &id).await
}

/// Let a flow start runs
///
/// Refused with 422 `flow_unsound` when something its live version names went away meanwhile.
#[utoipa::path(post, path = "/flows/{id}/enable", tag = "flow releases", request_body = SwitchFlow, params(("id" = String, Path)),
    responses((status = 200, body = FlowView), (status = 422, body = qn_api_types::Problem)))]
async fn enable(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<String>,
    Json(body): Json<SwitchFlow>,
) -> Result<Json<FlowView>> {
    let found = flow::get(&state.engine.db, person.tenant_id(), &id).await?;
    if let (false, Some(hash)) = (found.enabled, found.live_hash()) {
        let version = find(&state, person.tenant_id(), &id, hash).await?;
        flows::still_named(&state, person.tenant_id(), &version.document).await?;
    }
    switch(&state, &person, id, (ReleaseKind::Enable, body.note)).await
}

/// Let a flow start no more runs
///
/// Those that move go on.
#[utoipa::path(post, path = "/flows/{id}/disable", tag = "flow releases", request_body = SwitchFlow, params(("id" = String, Path)),
    responses((status = 200, body = FlowView)))]
async fn disable(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<String>,
    Json(body): Json<SwitchFlow>,
) -> Result<Json<FlowView>> {
    switch(&state, &person, id, (ReleaseKind::Disable, body.note)).await
}

/// One that is so already changes nothing and is not written down.
async fn switch(state: &AppState, person: &Supervisor, id: String, (kind, note): (ReleaseKind, String)) -> Result<Json<FlowView>> {
    let tenant_id = person.tenant_id();
    let found = flow::get(&state.engine.db, tenant_id, &id).await?;
    let release = FlowRelease {
        tenant_id: tenant_id.clone(),
        flow_id: id.clone(),
        kind,
        hash: found.live_hash().map(str::to_owned),
        number: None,
        taken_by: person.user_id().clone(),
        note,
        at: state.engine.now(),
    };
    match flow_release::switch(&state.engine.db, &release).await? {
        true => now_live(state, tenant_id, &id).await,
        false => Ok(Json(views::flow(state, tenant_id, &id).await?.1)),
    }
}

/// Every change of what is live and who made it, newest first
#[utoipa::path(get, path = "/flows/{id}/releases", tag = "flow releases", params(("id" = String, Path), ListParams),
    responses((status = 200, body = List<FlowReleaseView>)))]
async fn releases(
    State(state): State<AppState>,
    person: Reader,
    Path(id): Path<String>,
    Query(query): Query<ListParams>,
) -> Result<Json<List<FlowReleaseView>>> {
    let page = flow_release::list(&state.engine.db, person.tenant_id(), &id, query.cursor(), query.limit()).await?;
    something(&state, person.tenant_id(), &id, page.items.is_empty()).await?;
    Ok(Json(List { items: page.items.into_iter().map(views::release).collect(), next_cursor: page.next_cursor }))
}
