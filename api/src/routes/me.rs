//! What people set for themselves.

use crate::extract::{Json, Writer};
use crate::state::AppState;
use crate::{Result, settings, views};
use axum::extract::State;
use qn_api_types::user::{SetPresence, UpdateMe, UserView};
use qn_engine::Chosen;
use qn_store::user;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Somebody else's edit at the same moment; one's own wish is then applied to the newer state.
const ATTEMPTS: usize = 3;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(update)).routes(routes!(set_presence))
}

/// Change one's own name, language or capacity
#[utoipa::path(patch, path = "/me", tag = "me", request_body = UpdateMe, responses((status = 200, body = UserView)))]
async fn update(State(state): State<AppState>, person: Writer, Json(body): Json<UpdateMe>) -> Result<Json<UserView>> {
    let db = &state.engine.db;
    let mut attempt = 1;
    let kept = loop {
        let mut me = user::get(db, person.tenant_id(), person.user_id()).await?;
        me.name = body.name.clone().unwrap_or(me.name);
        me.language = body.language.map_or(me.language, Into::into);
        me.capacity = body.capacity.unwrap_or(me.capacity);
        match user::update(db, &me).await {
            Ok(version) => break qn_domain::User { version, ..me },
            Err(qn_store::Error::Stale { .. }) if attempt < ATTEMPTS => attempt += 1,
            Err(error) => return Err(error.into()),
        }
    };
    state.auth.forget_user(&kept.id);
    settings::changed(&state, &kept.tenant_id, "user", kept.id.as_str()).await;
    Ok(Json(views::user(&state, kept).await?))
}

/// Be online, busy or offline
///
/// Only who is online and has a console open is given conversations.
#[utoipa::path(put, path = "/me/presence", tag = "me", request_body = SetPresence, responses((status = 200, body = UserView)))]
async fn set_presence(State(state): State<AppState>, person: Writer, Json(body): Json<SetPresence>) -> Result<Json<UserView>> {
    let chosen = Chosen { presence: body.presence.into(), reason: body.reason, caused_by: Some(person.user_id().clone()) };
    state.engine.choose_presence(person.tenant_id(), person.user_id(), chosen).await?;
    state.auth.forget_user(person.user_id());
    let me = user::get(&state.engine.db, person.tenant_id(), person.user_id()).await?;
    Ok(Json(views::user(&state, me).await?))
}
