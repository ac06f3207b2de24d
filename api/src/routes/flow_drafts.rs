//! What people draw: everybody's own draft of a flow, who else has one, and what is wrong with a document.

use crate::extract::{Json, Path, Reader, Supervisor};
use crate::flows::{self, views};
use crate::problem::{Code, Problem};
use crate::settings;
use crate::state::AppState;
use crate::{Result, tagged};
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::flow::{CheckFlow, FlowChecked, FlowDraftBrief, FlowDraftSource, FlowDraftView, FlowSeverity, SaveFlowDraft};
use qn_domain::{TenantId, UserId};
use qn_store::flow::{self, StoredFlow};
use qn_store::flow_draft::{self, FlowDraft};
use qn_store::flow_version;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(draft, save_draft, drop_draft)).routes(routes!(drafts)).routes(routes!(check))
}

/// One's own draft
///
/// Before the first save it is the live version, or what a colleague saved last, at revision 0.
#[utoipa::path(get, path = "/flows/{id}/draft", tag = "flows", params(("id" = String, Path)),
    responses((status = 200, body = FlowDraftView)))]
async fn draft(State(state): State<AppState>, person: Reader, Path(id): Path<String>) -> Result<Response> {
    let found = flow::get(&state.engine.db, person.tenant_id(), &id).await?;
    let view = read(&state, &found, person.user_id()).await?;
    Ok(tagged(view.revision, view))
}

async fn read(state: &AppState, flow: &StoredFlow, author_id: &UserId) -> Result<FlowDraftView> {
    let (db, tenant_id) = (&state.engine.db, &flow.tenant_id);
    if let Some(mine) = flow_draft::find(db, tenant_id, &flow.id, author_id).await? {
        return Ok(view(flow, mine, FlowDraftSource::Mine));
    }
    let fresh = |document: String, base_hash: Option<String>, source| {
        let draft = FlowDraft {
            tenant_id: tenant_id.clone(),
            flow_id: flow.id.clone(),
            author_id: author_id.clone(),
            document,
            base_hash,
            revision: 0,
            updated_at: 0,
        };
        view(flow, draft, source)
    };
    if let Some(hash) = flow.live_hash() {
        let live = flow_version::find(db, tenant_id, hash).await?.ok_or_else(|| Problem::not_found("flow version"))?;
        return Ok(fresh(live.document, Some(hash.to_owned()), FlowDraftSource::Live));
    }
    match flow_draft::find_newest(db, tenant_id, &flow.id).await? {
        Some(theirs) => Ok(fresh(theirs.document, theirs.base_hash, FlowDraftSource::Colleague)),
        None => Ok(fresh(flows::text_of(&flows::starter(&flow.id, &flow.name))?, None, FlowDraftSource::New)),
    }
}

fn view(flow: &StoredFlow, draft: FlowDraft, source: FlowDraftSource) -> FlowDraftView {
    FlowDraftView {
        flow_id: draft.flow_id,
        source,
        document: flows::shown(&draft.document),
        base_hash: draft.base_hash,
        live_hash: flow.live_hash().map(str::to_owned),
        revision: draft.revision,
        updated_at: (source == FlowDraftSource::Mine).then_some(draft.updated_at),
    }
}

/// Save one's own draft
///
/// It may be unfinished; `check` says what is wrong with it. Saved at an old revision, the answer is 409 `draft_stale` with the stored
/// draft as its member `draft`.
#[utoipa::path(put, path = "/flows/{id}/draft", tag = "flows", request_body = SaveFlowDraft, params(("id" = String, Path)),
    responses((status = 200, body = FlowDraftView), (status = 409, description = "It was saved elsewhere", body = qn_api_types::Problem)))]
async fn save_draft(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<String>,
    Json(body): Json<SaveFlowDraft>,
) -> Result<Response> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    let found = flow::get(db, tenant_id, &id).await?;
    let document = flows::read(body.document)?;
    if document.id != id {
        return Err(Problem::invalid("document.id", "应与流程的标识一致", "is the id of the flow"));
    }
    known_base(&state, tenant_id, &id, body.base_hash.as_deref()).await?;
    let mut draft = FlowDraft {
        tenant_id: tenant_id.clone(),
        flow_id: id.clone(),
        author_id: person.user_id().clone(),
        document: flows::text_of(&document)?,
        base_hash: body.base_hash,
        revision: body.revision,
        updated_at: state.engine.now(),
    };
    match flow_draft::save(db, &draft).await {
        Ok(revision) => draft.revision = revision,
        Err(qn_store::Error::Stale { .. }) => return Err(stale(&state, tenant_id, &id, person.user_id()).await?),
        Err(error) => return Err(error.into()),
    }
    if draft.revision == 1 {
        settings::changed(&state, tenant_id, "flow", &id).await;
    }
    let view = view(&found, draft, FlowDraftSource::Mine);
    Ok(tagged(view.revision, view))
}

async fn known_base(state: &AppState, tenant_id: &TenantId, flow_id: &str, hash: Option<&str>) -> Result<()> {
    let Some(hash) = hash else { return Ok(()) };
    match flow_version::find(&state.engine.db, tenant_id, hash).await? {
        Some(base) if base.flow_id == flow_id => Ok(()),
        _ => Err(Problem::invalid("base_hash", "不是这个流程的版本", "is a version of this flow")),
    }
}

/// The refusal of a write to a draft that is not as it was read, with what is there.
pub(super) async fn stale(state: &AppState, tenant_id: &TenantId, flow_id: &str, author_id: &UserId) -> Result<Problem> {
    let found = flow::get(&state.engine.db, tenant_id, flow_id).await?;
    Ok(Problem::new(Code::DraftStale).member("draft", &read(state, &found, author_id).await?))
}

/// Throw one's own draft away
#[utoipa::path(delete, path = "/flows/{id}/draft", tag = "flows", params(("id" = String, Path)), responses((status = 204)))]
async fn drop_draft(State(state): State<AppState>, person: Supervisor, Path(id): Path<String>) -> Result<StatusCode> {
    let db = &state.engine.db;
    flow::get(db, person.tenant_id(), &id).await?;
    if flow_draft::delete(db, person.tenant_id(), &id, person.user_id()).await? {
        settings::changed(&state, person.tenant_id(), "flow", &id).await;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Who edits a flow, last saved first
#[utoipa::path(get, path = "/flows/{id}/drafts", tag = "flows", params(("id" = String, Path)),
    responses((status = 200, body = List<FlowDraftBrief>)))]
async fn drafts(State(state): State<AppState>, person: Reader, Path(id): Path<String>) -> Result<Json<List<FlowDraftBrief>>> {
    flow::get(&state.engine.db, person.tenant_id(), &id).await?;
    let found = flow_draft::list(&state.engine.db, person.tenant_id(), Some(&id)).await?;
    Ok(Json(List::whole(found.into_iter().map(views::draft_brief).collect())))
}

/// What is wrong with a document
///
/// Nothing is kept. Each finding names the node and the setting to look at. What the document names and the company does not have (a team, an
/// intent, a connector's operation, …) is an error; what is there but switched off a warning.
#[utoipa::path(post, path = "/flows/{id}/check", tag = "flows", request_body = CheckFlow, params(("id" = String, Path)),
    responses((status = 200, body = FlowChecked)))]
async fn check(
    State(state): State<AppState>,
    person: Reader,
    Path(id): Path<String>,
    Json(body): Json<CheckFlow>,
) -> Result<Json<FlowChecked>> {
    flow::get(&state.engine.db, person.tenant_id(), &id).await?;
    let problems = flows::problems(&state, person.tenant_id(), flows::read(body.document)?).await?;
    Ok(Json(FlowChecked { sound: problems.iter().all(|p| p.severity != FlowSeverity::Error), problems }))
}
