//! Places documents are fetched from again and again. The fetching itself is the engine's.

use crate::extract::{Creation, IfMatch, Json, Path, Reader, Supervisor};
use crate::problem::Problem;
use crate::problem::reasons;
use crate::settings::{self, new_id};
use crate::state::AppState;
use crate::{Result, created, tagged};
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::library::{KnowledgeSourceView, SaveSource, SourceFolders};
use qn_domain::{KnowledgeSource, SourceId, SourceKind};
use qn_store::{knowledge_document, knowledge_source};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const RESOURCE: &str = "knowledge_source";
const SOURCES_MAX: usize = 50;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(folders)).routes(routes!(get, save, delete)).routes(routes!(run))
}

/// Places documents are fetched from, by name
#[utoipa::path(get, path = "/knowledge-sources", tag = "knowledge sources", responses((status = 200, body = List<KnowledgeSourceView>)))]
async fn list(State(state): State<AppState>, person: Reader) -> Result<Json<List<KnowledgeSourceView>>> {
    let found = knowledge_source::list(&state.engine.db, person.tenant_id()).await?;
    Ok(Json(List::whole(found.into_iter().map(Into::into).collect())))
}

/// Whether folders of the server can be synced, and which is the company's own
#[utoipa::path(get, path = "/knowledge-sources/folders", tag = "knowledge sources", responses((status = 200, body = SourceFolders)))]
async fn folders(State(state): State<AppState>, person: Supervisor) -> Json<SourceFolders> {
    let own = person.tenant_id().as_str().to_owned();
    Json(SourceFolders { enabled: state.engine.syncs_folders(), own })
}

/// One place
#[utoipa::path(get, path = "/knowledge-sources/{id}", tag = "knowledge sources", params(("id" = String, Path)),
    responses((status = 200, body = KnowledgeSourceView)))]
async fn get(State(state): State<AppState>, person: Reader, Path(id): Path<SourceId>) -> Result<Response> {
    let found = knowledge_source::get(&state.engine.db, person.tenant_id(), &id).await?;
    Ok(tagged(found.version, KnowledgeSourceView::from(found)))
}

/// Add a place
///
/// It is looked at at once, then at its interval. Private addresses are refused as everywhere.
#[utoipa::path(post, path = "/knowledge-sources", tag = "knowledge sources", request_body = SaveSource,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = KnowledgeSourceView), (status = 200, description = "A repetition", body = KnowledgeSourceView),
        (status = 409, body = qn_api_types::Problem)))]
async fn create(State(state): State<AppState>, person: Supervisor, Creation { key, body }: Creation<SaveSource>) -> Result<Response> {
    let (db, now, tenant_id) = (&state.engine.db, state.engine.now(), person.tenant_id());
    let named = key.named(tenant_id, person.user_id().as_str(), "POST /knowledge-sources");
    let id = new_id!(SourceId, named, now);
    if let Some(first) = knowledge_source::find(db, tenant_id, &id).await? {
        settings::same_request(&state, tenant_id, named).await?;
        return Ok(created(true, Some(first.version), KnowledgeSourceView::from(first)));
    }
    reachable(&state, &body)?;
    settings::room(knowledge_source::list(db, tenant_id).await?.len(), SOURCES_MAX)?;
    let fresh = KnowledgeSource {
        id,
        tenant_id: tenant_id.clone(),
        name: body.name,
        kind: body.kind.into(),
        places: body.places,
        interval_minutes: body.interval_minutes,
        language: body.language.map(Into::into),
        category: body.category,
        publish: body.publish,
        enabled: body.enabled,
        report: None,
        due_at: now,
        version: 1,
        created_by: person.user_id().clone(),
        created_at: now,
    };
    let replayed = settings::replayed(&state, tenant_id, knowledge_source::insert(db, &fresh).await, named).await?;
    settings::changed(&state, tenant_id, RESOURCE, fresh.id.as_str()).await;
    Ok(created(replayed, Some(1), KnowledgeSourceView::from(fresh)))
}

/// An address nobody may call is told to whoever types it, not to a report an hour later.
fn reachable(state: &AppState, body: &SaveSource) -> Result<()> {
    if SourceKind::from(body.kind) == SourceKind::Folder {
        return if state.engine.syncs_folders() {
            Ok(())
        } else {
            Err(Problem::invalid(
                "kind",
                "此服务器没有开放文件夹（配置 knowledge.folder）",
                "needs knowledge.folder in the server's configuration",
            ))
        };
    }
    for (i, place) in body.places.iter().enumerate() {
        state.engine.check_address(place).map_err(|error| reasons::address_in(&format!("places[{i}]"), &error))?;
    }
    Ok(())
}

/// Replace what a place says
///
/// Its kind stays. All of its documents are read again at once.
#[utoipa::path(put, path = "/knowledge-sources/{id}", tag = "knowledge sources", request_body = SaveSource,
    params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = KnowledgeSourceView), (status = 412, body = qn_api_types::Problem)))]
async fn save(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<SourceId>,
    IfMatch(version): IfMatch,
    Json(body): Json<SaveSource>,
) -> Result<Response> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    let before = knowledge_source::get(db, tenant_id, &id).await?;
    settings::same_version(before.version, version)?;
    if before.kind != body.kind.into() {
        return Err(Problem::invalid("kind", "不能更改类型", "cannot be changed"));
    }
    reachable(&state, &body)?;
    let mut wanted = KnowledgeSource {
        name: body.name,
        places: body.places,
        interval_minutes: body.interval_minutes,
        language: body.language.map(Into::into),
        category: body.category,
        publish: body.publish,
        enabled: body.enabled,
        due_at: state.engine.now(),
        ..before
    };
    wanted.version = knowledge_source::update(db, &wanted).await?;
    knowledge_document::forget_states(db, tenant_id, &id).await?;
    settings::changed(&state, tenant_id, RESOURCE, id.as_str()).await;
    Ok(tagged(wanted.version, KnowledgeSourceView::from(wanted)))
}

/// Remove a place
///
/// Articles made of its documents stay.
#[utoipa::path(delete, path = "/knowledge-sources/{id}", tag = "knowledge sources", params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 204), (status = 412, body = qn_api_types::Problem)))]
async fn delete(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<SourceId>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode> {
    knowledge_source::delete(&state.engine.db, person.tenant_id(), &id, version).await?;
    settings::changed(&state, person.tenant_id(), RESOURCE, id.as_str()).await;
    Ok(StatusCode::NO_CONTENT)
}

/// Look at a place now
///
/// Answers at once; the look begins within seconds, and its report is on the place. One that is switched off is not looked at.
#[utoipa::path(post, path = "/knowledge-sources/{id}/run", tag = "knowledge sources", params(("id" = String, Path)), responses((status = 202)))]
async fn run(State(state): State<AppState>, person: Supervisor, Path(id): Path<SourceId>) -> Result<StatusCode> {
    state.engine.sync_now(person.tenant_id(), &id).await?;
    Ok(StatusCode::ACCEPTED)
}
