//! Labels for conversations.

use crate::extract::{Creation, IfMatch, Json, ListParams, Path, Query, Reader, Supervisor};
use crate::settings::{self, new_id};
use crate::state::AppState;
use crate::{Result, created, tagged};
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::label::{CreateLabel, LabelView, UpdateLabel};
use qn_domain::{Label, LabelId};
use qn_store::label;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, update, delete))
}

/// Labels, by name
#[utoipa::path(get, path = "/labels", tag = "labels", params(ListParams), responses((status = 200, body = List<LabelView>)))]
async fn list(State(state): State<AppState>, person: Reader, Query(query): Query<ListParams>) -> Result<Json<List<LabelView>>> {
    let page = label::list(&state.engine.db, person.tenant_id(), query.cursor(), query.limit()).await?;
    Ok(Json(List { items: page.items.into_iter().map(Into::into).collect(), next_cursor: page.next_cursor }))
}

/// One label
#[utoipa::path(get, path = "/labels/{id}", tag = "labels", params(("id" = String, Path)), responses((status = 200, body = LabelView)))]
async fn get(State(state): State<AppState>, person: Reader, Path(id): Path<LabelId>) -> Result<Response> {
    let found = label::get(&state.engine.db, person.tenant_id(), &id).await?;
    Ok(tagged(found.version, LabelView::from(found)))
}

/// Add a label
#[utoipa::path(post, path = "/labels", tag = "labels", request_body = CreateLabel, params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = LabelView), (status = 200, description = "A repetition", body = LabelView), (status = 409, body = qn_api_types::Problem)))]
async fn create(State(state): State<AppState>, person: Supervisor, Creation { key, body }: Creation<CreateLabel>) -> Result<Response> {
    let (db, now, tenant_id) = (&state.engine.db, state.engine.now(), person.tenant_id());
    let named = key.named(tenant_id, person.user_id().as_str(), "POST /labels");
    let fresh = Label {
        id: new_id!(LabelId, named, now),
        tenant_id: tenant_id.clone(),
        name: body.name,
        color: body.color,
        version: 1,
        created_at: now,
    };
    if let Some(first) = label::find(db, tenant_id, &fresh.id).await? {
        settings::same_request(&state, tenant_id, named).await?;
        return Ok(created(true, Some(first.version), LabelView::from(first)));
    }
    let replayed = settings::replayed(&state, tenant_id, label::insert(db, &fresh).await, named).await?;
    settings::changed(&state, tenant_id, "label", fresh.id.as_str()).await;
    let kept = label::get(db, tenant_id, &fresh.id).await?;
    Ok(created(replayed, Some(kept.version), LabelView::from(kept)))
}

/// Change a label
///
/// Conversations keep label names, so a label that conversations carry keeps its name; its colour may always change.
#[utoipa::path(patch, path = "/labels/{id}", tag = "labels", request_body = UpdateLabel,
    params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = LabelView), (status = 409, body = qn_api_types::Problem), (status = 412, body = qn_api_types::Problem)))]
async fn update(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<LabelId>,
    IfMatch(version): IfMatch,
    Json(body): Json<UpdateLabel>,
) -> Result<Response> {
    let mut wanted = label::get(&state.engine.db, person.tenant_id(), &id).await?;
    settings::same_version(wanted.version, version)?;
    wanted.name = body.name.unwrap_or(wanted.name);
    wanted.color = body.color.unwrap_or(wanted.color);
    wanted.version = label::update(&state.engine.db, &wanted).await?;
    settings::changed(&state, person.tenant_id(), "label", id.as_str()).await;
    Ok(tagged(wanted.version, LabelView::from(wanted)))
}

/// Remove a label
///
/// Conversations that carry it keep its name.
#[utoipa::path(delete, path = "/labels/{id}", tag = "labels", params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 204)))]
async fn delete(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<LabelId>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode> {
    label::delete(&state.engine.db, person.tenant_id(), &id, version).await?;
    settings::changed(&state, person.tenant_id(), "label", id.as_str()).await;
    Ok(StatusCode::NO_CONTENT)
}
