//! Flows by name: made, listed with what runs, renamed, removed. What people draw is in `flow_drafts`, what is live in `flow_releases`.

use crate::extract::{Creation, IfMatch, Json, ListParams, Locale, Named, Path, Query, Reader, Supervisor};
use crate::flows::{self, templates, views};
use crate::problem::{Code, Problem};
use crate::settings;
use crate::state::AppState;
use crate::{Result, created, tagged};
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::flow::{CreateFlow, FlowView, UpdateFlow};
use qn_base::ids;
use qn_domain::{Language, TenantId};
use qn_store::flow::{self, StoredFlow};
use qn_store::flow_draft::{self, FlowDraft};
use qn_workflow::Flow;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const FLOWS_MAX: usize = 500;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, update, delete))
}

/// Flows by id, with their live versions, who edits them, and the runs of the last seven days
#[utoipa::path(get, path = "/flows", tag = "flows", params(ListParams), responses((status = 200, body = List<FlowView>)))]
async fn list(State(state): State<AppState>, person: Reader, Query(query): Query<ListParams>) -> Result<Json<List<FlowView>>> {
    let page = flow::list(&state.engine.db, person.tenant_id(), query.cursor(), query.limit()).await?;
    let items = views::flows(&state, person.tenant_id(), page.items).await?;
    Ok(Json(List { items, next_cursor: page.next_cursor }))
}

/// One flow
#[utoipa::path(get, path = "/flows/{id}", tag = "flows", params(("id" = String, Path)), responses((status = 200, body = FlowView)))]
async fn get(State(state): State<AppState>, person: Reader, Path(id): Path<String>) -> Result<Response> {
    let (version, view) = views::flow(&state, person.tenant_id(), &id).await?;
    Ok(tagged(version, view))
}

/// Begin a flow
///
/// It is a draft of the one who makes it until they publish it. It may begin with a template, or with a
/// `document` that was exported before.
#[utoipa::path(post, path = "/flows", tag = "flows", request_body = CreateFlow, params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = FlowView), (status = 200, description = "A repetition", body = FlowView),
        (status = 409, description = "The id is taken, or there are too many", body = qn_api_types::Problem)))]
async fn create(
    State(state): State<AppState>,
    person: Supervisor,
    Locale(locale): Locale,
    Creation { key, body }: Creation<CreateFlow>,
) -> Result<Response> {
    let (db, now, tenant_id) = (&state.engine.db, state.engine.now(), person.tenant_id());
    let named = key.named(tenant_id, person.user_id().as_str(), "POST /flows");
    let id = body.id.clone().unwrap_or_else(|| made_up_id(named));
    if was_done(&state, tenant_id, named).await? && flow::find(db, tenant_id, &id).await?.is_some() {
        settings::same_request(&state, tenant_id, named).await?;
        let (version, view) = views::flow(&state, tenant_id, &id).await?;
        return Ok(created(true, Some(version), view));
    }
    let document = first_document(body, &id, locale)?;
    settings::room(usize::try_from(flow::count(db, tenant_id).await?).unwrap_or(FLOWS_MAX), FLOWS_MAX)?;
    let fresh = StoredFlow {
        tenant_id: tenant_id.clone(),
        id: id.clone(),
        name: qn_base::text::line(&document.name, 80),
        live: None,
        enabled: true,
        hook_secret: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    flow::insert(db, &fresh).await?;
    let draft = FlowDraft {
        tenant_id: tenant_id.clone(),
        flow_id: id.clone(),
        author_id: person.user_id().clone(),
        document: flows::text_of(&document)?,
        base_hash: None,
        revision: 0,
        updated_at: now,
    };
    flow_draft::save(db, &draft).await?;
    settings::note(&state, tenant_id, named).await;
    changed(&state, tenant_id, &id).await;
    let (version, view) = views::flow(&state, tenant_id, &id).await?;
    Ok(created(false, Some(version), view))
}

/// What starts runs looks again, and screens hear of it.
pub(super) async fn changed(state: &AppState, tenant_id: &TenantId, id: &str) {
    state.engine.flows_changed(tenant_id);
    settings::changed(state, tenant_id, "flow", id).await;
}

fn first_document(body: CreateFlow, id: &str, locale: Language) -> Result<Flow> {
    let mut document = match (body.document, body.template) {
        (Some(document), _) => flows::read(document)?,
        (None, Some(key)) => {
            let found = templates::find(&key);
            let found = found.ok_or_else(|| Problem::invalid("template", "没有这个模板", "is not one of the templates"))?;
            flows::read(found.document(body.language.map_or(locale, Into::into)))?
        }
        (None, None) => flows::starter(id, ""),
    };
    document.name = body.name.unwrap_or(document.name);
    id.clone_into(&mut document.id);
    Ok(document)
}

fn made_up_id(named: Option<Named>) -> String {
    match named {
        Some(named) => format!("flow_{}", ids::derived(&named.id)),
        None => format!("flow_{}", ids::secret(10)),
    }
}

async fn was_done(state: &AppState, tenant_id: &TenantId, named: Option<Named>) -> Result<bool> {
    let Some(named) = named else { return Ok(false) };
    Ok(qn_store::idempotency::find(&state.engine.db, tenant_id, &ids::derived(&named.id)).await?.is_some())
}

/// Rename a flow
///
/// Publishing names it after its document again.
#[utoipa::path(patch, path = "/flows/{id}", tag = "flows", request_body = UpdateFlow,
    params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = FlowView), (status = 412, body = qn_api_types::Problem)))]
async fn update(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
    Json(body): Json<UpdateFlow>,
) -> Result<Response> {
    let mut wanted = flow::get(&state.engine.db, person.tenant_id(), &id).await?;
    settings::same_version(wanted.version, version)?;
    wanted.name = body.name;
    flow::update(&state.engine.db, &wanted, state.engine.now()).await?;
    changed(&state, person.tenant_id(), &id).await;
    let (version, view) = views::flow(&state, person.tenant_id(), &id).await?;
    Ok(tagged(version, view))
}

/// Remove a flow and everybody's drafts of it
///
/// Refused while it starts runs. What runs goes on; versions, releases and runs stay, and a flow of the same id goes on counting.
#[utoipa::path(delete, path = "/flows/{id}", tag = "flows", params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 204), (status = 409, description = "It is switched on", body = qn_api_types::Problem)))]
async fn delete(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode> {
    let found = flow::get(&state.engine.db, person.tenant_id(), &id).await?;
    settings::same_version(found.version, version)?;
    if found.enabled && found.live.is_some() {
        return Err(Problem::new(Code::FlowEnabled));
    }
    flow::delete(&state.engine.db, person.tenant_id(), &id, version).await?;
    changed(&state, person.tenant_id(), &id).await;
    Ok(StatusCode::NO_CONTENT)
}
