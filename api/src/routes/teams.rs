//! Teams. Who is in which is set with the person.

use crate::extract::{Admin, Creation, IfMatch, Json, ListParams, Path, Query, Reader};
use crate::settings::{self, new_id};
use crate::state::AppState;
use crate::{Result, created, tagged};
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::team::{SaveTeam, TeamView};
use qn_domain::{Team, TeamId};
use qn_store::team;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const TEAMS_MAX: i64 = 1_000;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, update, delete))
}

/// Teams, by name
#[utoipa::path(get, path = "/teams", tag = "teams", params(ListParams), responses((status = 200, body = List<TeamView>)))]
async fn list(State(state): State<AppState>, person: Reader, Query(query): Query<ListParams>) -> Result<Json<List<TeamView>>> {
    let page = team::list(&state.engine.db, person.tenant_id(), query.cursor(), query.limit()).await?;
    Ok(Json(List { items: page.items.into_iter().map(Into::into).collect(), next_cursor: page.next_cursor }))
}

/// One team
#[utoipa::path(get, path = "/teams/{id}", tag = "teams", params(("id" = String, Path)), responses((status = 200, body = TeamView)))]
async fn get(State(state): State<AppState>, person: Reader, Path(id): Path<TeamId>) -> Result<Response> {
    let found = team::get(&state.engine.db, person.tenant_id(), &id).await?;
    Ok(tagged(found.version, TeamView::from(found)))
}

/// Add a team
#[utoipa::path(post, path = "/teams", tag = "teams", request_body = SaveTeam, params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = TeamView), (status = 200, description = "A repetition", body = TeamView), (status = 409, body = qn_api_types::Problem)))]
async fn create(State(state): State<AppState>, person: Admin, Creation { key, body }: Creation<SaveTeam>) -> Result<Response> {
    let (db, now, tenant_id) = (&state.engine.db, state.engine.now(), person.tenant_id());
    let named = key.named(tenant_id, person.user_id().as_str(), "POST /teams");
    let fresh = Team { id: new_id!(TeamId, named, now), tenant_id: tenant_id.clone(), name: body.name, version: 1, created_at: now };
    if let Some(first) = team::find(db, tenant_id, &fresh.id).await? {
        settings::same_request(&state, tenant_id, named).await?;
        return Ok(created(true, Some(first.version), TeamView::from(first)));
    }
    settings::room(team::list(db, tenant_id, None, TEAMS_MAX).await?.items.len(), TEAMS_MAX as usize)?;
    let replayed = settings::replayed(&state, tenant_id, team::insert(db, &fresh).await, named).await?;
    settings::changed(&state, tenant_id, "team", fresh.id.as_str()).await;
    let kept = team::get(db, tenant_id, &fresh.id).await?;
    Ok(created(replayed, Some(kept.version), TeamView::from(kept)))
}

/// Rename a team
#[utoipa::path(patch, path = "/teams/{id}", tag = "teams", request_body = SaveTeam,
    params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = TeamView), (status = 412, body = qn_api_types::Problem)))]
async fn update(
    State(state): State<AppState>,
    person: Admin,
    Path(id): Path<TeamId>,
    IfMatch(version): IfMatch,
    Json(body): Json<SaveTeam>,
) -> Result<Response> {
    let mut wanted = team::get(&state.engine.db, person.tenant_id(), &id).await?;
    settings::same_version(wanted.version, version)?;
    wanted.name = body.name;
    wanted.version = team::update(&state.engine.db, &wanted).await?;
    settings::changed(&state, person.tenant_id(), "team", id.as_str()).await;
    Ok(tagged(wanted.version, TeamView::from(wanted)))
}

/// Remove a team
///
/// Refused while an inbox hands over to it or a conversation waits in its queue.
#[utoipa::path(delete, path = "/teams/{id}", tag = "teams", params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 204), (status = 409, body = qn_api_types::Problem)))]
async fn delete(State(state): State<AppState>, person: Admin, Path(id): Path<TeamId>, IfMatch(version): IfMatch) -> Result<StatusCode> {
    team::delete(&state.engine.db, person.tenant_id(), &id, version).await?;
    settings::changed(&state, person.tenant_id(), "team", id.as_str()).await;
    Ok(StatusCode::NO_CONTENT)
}
