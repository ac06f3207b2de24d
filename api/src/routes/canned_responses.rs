//! Canned responses: everybody uses them, supervisors keep them.

use crate::extract::{Creation, IfMatch, Json, Path, Query, Reader, Supervisor};
use crate::settings::{self, new_id};
use crate::state::AppState;
use crate::{Result, created, tagged};
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::canned::{CannedResponseView, CreateCannedResponse, UpdateCannedResponse};
use qn_domain::{CannedId, CannedResponse};
use qn_store::canned;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const RESOURCE: &str = "canned_response";

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, update, delete))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CannedQuery {
    /// Part of the shortcut or of the text.
    q: Option<String>,
    cursor: Option<String>,
    limit: Option<i64>,
}

/// Canned responses, by shortcut
#[utoipa::path(get, path = "/canned-responses", tag = "canned responses", params(CannedQuery),
    responses((status = 200, body = List<CannedResponseView>)))]
async fn list(State(state): State<AppState>, person: Reader, Query(query): Query<CannedQuery>) -> Result<Json<List<CannedResponseView>>> {
    let cursor = query.cursor.as_deref().filter(|c| !c.is_empty());
    let limit = query.limit.unwrap_or(50).clamp(1, 200);
    let page = canned::list(&state.engine.db, person.tenant_id(), query.q.as_deref(), cursor, limit).await?;
    Ok(Json(List { items: page.items.into_iter().map(Into::into).collect(), next_cursor: page.next_cursor }))
}

/// One canned response
#[utoipa::path(get, path = "/canned-responses/{id}", tag = "canned responses", params(("id" = String, Path)),
    responses((status = 200, body = CannedResponseView)))]
async fn get(State(state): State<AppState>, person: Reader, Path(id): Path<CannedId>) -> Result<Response> {
    let found = canned::get(&state.engine.db, person.tenant_id(), &id).await?;
    Ok(tagged(found.version, CannedResponseView::from(found)))
}

/// Add a canned response
#[utoipa::path(post, path = "/canned-responses", tag = "canned responses", request_body = CreateCannedResponse,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = CannedResponseView), (status = 200, description = "A repetition", body = CannedResponseView),
        (status = 409, body = qn_api_types::Problem)))]
async fn create(
    State(state): State<AppState>,
    person: Supervisor,
    Creation { key, body }: Creation<CreateCannedResponse>,
) -> Result<Response> {
    let (db, now, tenant_id) = (&state.engine.db, state.engine.now(), person.tenant_id());
    let named = key.named(tenant_id, person.user_id().as_str(), "POST /canned-responses");
    let fresh = CannedResponse {
        id: new_id!(CannedId, named, now),
        tenant_id: tenant_id.clone(),
        shortcut: body.shortcut,
        text: body.text,
        actions: body.actions.into_iter().map(Into::into).collect(),
        version: 1,
        created_at: now,
    };
    if let Some(first) = canned::find(db, tenant_id, &fresh.id).await? {
        settings::same_request(&state, tenant_id, named).await?;
        return Ok(created(true, Some(first.version), CannedResponseView::from(first)));
    }
    let replayed = settings::replayed(&state, tenant_id, canned::insert(db, &fresh).await, named).await?;
    settings::changed(&state, tenant_id, RESOURCE, fresh.id.as_str()).await;
    let kept = canned::get(db, tenant_id, &fresh.id).await?;
    Ok(created(replayed, Some(kept.version), CannedResponseView::from(kept)))
}

/// Change a canned response
#[utoipa::path(patch, path = "/canned-responses/{id}", tag = "canned responses", request_body = UpdateCannedResponse,
    params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = CannedResponseView), (status = 412, body = qn_api_types::Problem)))]
async fn update(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<CannedId>,
    IfMatch(version): IfMatch,
    Json(body): Json<UpdateCannedResponse>,
) -> Result<Response> {
    let mut wanted = canned::get(&state.engine.db, person.tenant_id(), &id).await?;
    settings::same_version(wanted.version, version)?;
    wanted.shortcut = body.shortcut.unwrap_or(wanted.shortcut);
    wanted.text = body.text.unwrap_or(wanted.text);
    wanted.actions = body.actions.map_or(wanted.actions, |actions| actions.into_iter().map(Into::into).collect());
    wanted.version = canned::update(&state.engine.db, &wanted).await?;
    settings::changed(&state, person.tenant_id(), RESOURCE, id.as_str()).await;
    Ok(tagged(wanted.version, CannedResponseView::from(wanted)))
}

/// Remove a canned response
#[utoipa::path(delete, path = "/canned-responses/{id}", tag = "canned responses",
    params(("id" = String, Path), ("If-Match" = String, Header)), responses((status = 204)))]
async fn delete(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<CannedId>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode> {
    canned::delete(&state.engine.db, person.tenant_id(), &id, version).await?;
    settings::changed(&state, person.tenant_id(), RESOURCE, id.as_str()).await;
    Ok(StatusCode::NO_CONTENT)
}
