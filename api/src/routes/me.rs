//! What people change about themselves.

use super::auth::view;
use crate::Result;
use crate::extract::{Json, Writer};
use crate::state::AppState;
use axum::extract::State;
use qn_api_types::user::{SetPresence, UpdateMe, UserView};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(change)).routes(routes!(presence))
}

/// Change one's own name, language or capacity
#[utoipa::path(patch, path = "/me", tag = "people", request_body = UpdateMe, responses((status = 200, body = UserView)))]
async fn change(State(state): State<AppState>, person: Writer, Json(body): Json<UpdateMe>) -> Result<Json<UserView>> {
    let mut user = qn_store::user::get(&state.engine.db, person.tenant_id(), person.user_id()).await?;
    user.name = body.name.unwrap_or(user.name);
    user.language = body.language.map_or(user.language, Into::into);
    user.capacity = body.capacity.unwrap_or(user.capacity);
    user.version = qn_store::user::update(&state.engine.db, &user).await?;
    state.engine.db.announce(person.tenant_id(), "user", user.id.as_str(), state.engine.now()).await?;
    state.auth.forget_user(&user.id);
    Ok(Json(view(&state, user).await?))
}

/// Choose online, busy or offline
#[utoipa::path(put, path = "/me/presence", tag = "people", request_body = SetPresence, responses((status = 200, body = UserView)))]
async fn presence(State(state): State<AppState>, person: Writer, Json(body): Json<SetPresence>) -> Result<Json<UserView>> {
    state.engine.set_presence(&person.actor(), body.presence.into()).await?;
    state.auth.forget_user(person.user_id());
    let user = qn_store::user::get(&state.engine.db, person.tenant_id(), person.user_id()).await?;
    Ok(Json(view(&state, user).await?))
}
