//! What could not be delivered, and another try of it.

use crate::Result;
use crate::extract::{Admin, Json, Path, Query};
use crate::problem::Problem;
use crate::state::AppState;
use axum::extract::State;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::effect::EffectView;
use qn_api_types::words::EffectState;
use qn_domain::EffectId;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(retry))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct EffectQuery {
    /// `dead` when not given.
    state: Option<EffectState>,
    cursor: Option<String>,
    limit: Option<i64>,
}

/// Deliveries in one state, newest first
#[utoipa::path(get, path = "/effects", tag = "operations", params(EffectQuery), responses((status = 200, body = List<EffectView>)))]
async fn list(State(state): State<AppState>, person: Admin, Query(query): Query<EffectQuery>) -> Result<Json<List<EffectView>>> {
    let wanted = query.state.unwrap_or(EffectState::Dead).into();
    let limit = query.limit.unwrap_or(50).clamp(1, 200);
    let page = qn_store::effect::list(&state.engine.db, person.tenant_id(), wanted, query.cursor.as_deref(), limit).await?;
    Ok(Json(List { items: page.items.into_iter().map(Into::into).collect(), next_cursor: page.next_cursor }))
}

/// Try a dead delivery again
#[utoipa::path(post, path = "/effects/{id}/retry", tag = "operations", params(("id" = String, Path)),
    responses((status = 204), (status = 409, description = "Its webhook is paused", body = qn_api_types::Problem)))]
async fn retry(State(state): State<AppState>, person: Admin, Path(id): Path<EffectId>) -> Result<StatusCode> {
    if let Some(effect) = qn_store::effect::find(&state.engine.db, person.tenant_id(), &id).await? {
        super::webhooks::not_paused(&state, &effect).await?;
    }
    if !state.engine.retry_effect(person.tenant_id(), &id).await? {
        return Err(Problem::not_found("effect"));
    }
    Ok(StatusCode::NO_CONTENT)
}
