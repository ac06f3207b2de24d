//! People of the company: everybody sees them, admins change them.

use crate::extract::{Admin, Creation, IfMatch, Json, ListParams, Path, Query, Reader};
use crate::problem::{Code, Problem};
use crate::settings::{self, new_id};
use crate::state::AppState;
use crate::stream::prove_again;
use crate::{Result, created, tagged, views};
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::secret::OneTimePassword;
use qn_api_types::user::{CreateUser, UpdateUser, UserCreated, UserView};
use qn_domain::{ConversationFilter, Language, Presence, Status, TeamId, User, UserId};
use qn_store::conversation::Filter;
use qn_store::user;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const USERS_MAX: usize = 10_000;
const CAPACITY_NEW: i64 = 5;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, update, delete)).routes(routes!(reset_password))
}

/// People, by e-mail address
#[utoipa::path(get, path = "/users", tag = "users", params(ListParams), responses((status = 200, body = List<UserView>)))]
async fn list(State(state): State<AppState>, person: Reader, Query(query): Query<ListParams>) -> Result<Json<List<UserView>>> {
    let page = user::list(&state.engine.db, person.tenant_id(), query.cursor(), query.limit()).await?;
    let items = views::users(&state, person.tenant_id(), page.items).await?;
    Ok(Json(List { items, next_cursor: page.next_cursor }))
}

/// One person
#[utoipa::path(get, path = "/users/{id}", tag = "users", params(("id" = String, Path)), responses((status = 200, body = UserView)))]
async fn get(State(state): State<AppState>, person: Reader, Path(id): Path<UserId>) -> Result<Response> {
    let view = views::user(&state, user::get(&state.engine.db, person.tenant_id(), &id).await?).await?;
    Ok(tagged(view.version, view))
}

/// Add a person
///
/// The answer holds a one-time password, shown only now; it must be changed at the first sign-in.
#[utoipa::path(post, path = "/users", tag = "users", request_body = CreateUser, params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = UserCreated), (status = 200, description = "A repetition", body = UserCreated), (status = 409, body = qn_api_types::Problem)))]
async fn create(State(state): State<AppState>, person: Admin, Creation { key, body }: Creation<CreateUser>) -> Result<Response> {
    let (db, now) = (&state.engine.db, state.engine.now());
    let team_ids: Vec<TeamId> = body.team_ids.into_iter().map(TeamId).collect();
    settings::known_teams(&state, &person, &team_ids, "team_ids").await?;
    let named = key.named(person.tenant_id(), person.user_id().as_str(), "POST /users");
    let fresh = User {
        id: new_id!(UserId, named, now),
        tenant_id: person.tenant_id().clone(),
        email: body.email,
        name: body.name,
        role: body.role.into(),
        language: body.language.map_or(Language::default(), Into::into),
        capacity: body.capacity.unwrap_or(CAPACITY_NEW),
        presence: Presence::Offline,
        team_ids,
        must_change_password: true,
        disabled: false,
        version: 1,
        created_at: now,
    };
    if let Some(first) = user::find(db, person.tenant_id(), &fresh.id).await? {
        settings::same_request(&state, person.tenant_id(), named).await?;
        let view = UserCreated { user: views::user(&state, first).await?, password: None };
        return Ok(created(true, Some(view.user.version), view));
    }
    settings::room(user::list_all(db, person.tenant_id()).await?.len(), USERS_MAX)?;
    let password = qn_auth::one_time_password();
    let hash = state.auth.hash_password(&password).await?;
    let replayed = settings::replayed(&state, person.tenant_id(), user::insert(db, &fresh, &hash).await, named).await?;
    settings::changed(&state, person.tenant_id(), "user", fresh.id.as_str()).await;
    let kept = user::get(db, person.tenant_id(), &fresh.id).await?;
    let view = UserCreated { user: views::user(&state, kept).await?, password: (!replayed).then_some(password) };
    Ok(created(replayed, Some(view.user.version), view))
}

/// Change a person
///
/// A disabled person is signed out everywhere. The last enabled admin can be neither disabled nor demoted.
#[utoipa::path(patch, path = "/users/{id}", tag = "users", request_body = UpdateUser,
    params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = UserView), (status = 409, body = qn_api_types::Problem), (status = 412, body = qn_api_types::Problem)))]
async fn update(
    State(state): State<AppState>,
    person: Admin,
    Path(id): Path<UserId>,
    IfMatch(version): IfMatch,
    Json(body): Json<UpdateUser>,
) -> Result<Response> {
    let db = &state.engine.db;
    let mut wanted = user::get(db, person.tenant_id(), &id).await?;
    settings::same_version(wanted.version, version)?;
    let was_disabled = wanted.disabled;
    if let Some(ids) = body.team_ids {
        wanted.team_ids = ids.into_iter().map(TeamId).collect();
        settings::known_teams(&state, &person, &wanted.team_ids, "team_ids").await?;
    }
    wanted.email = body.email.unwrap_or(wanted.email);
    wanted.name = body.name.unwrap_or(wanted.name);
    wanted.role = body.role.map_or(wanted.role, Into::into);
    wanted.language = body.language.map_or(wanted.language, Into::into);
    wanted.capacity = body.capacity.unwrap_or(wanted.capacity);
    wanted.disabled = body.disabled.unwrap_or(wanted.disabled);
    user::update(db, &wanted).await.map_err(last_admin)?;
    if wanted.disabled && !was_disabled {
        state.auth.end_sessions(person.tenant_id(), &id).await?;
    }
    state.auth.forget_user(&id);
    prove_again(&state, person.tenant_id(), &id);
    settings::changed(&state, person.tenant_id(), "user", id.as_str()).await;
    let view = views::user(&state, user::get(db, person.tenant_id(), &id).await?).await?;
    Ok(tagged(view.version, view))
}

/// Remove a person
///
/// Refused while they own conversations that are not resolved: pass those on, or disable the person.
#[utoipa::path(delete, path = "/users/{id}", tag = "users", params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 204), (status = 409, body = qn_api_types::Problem)))]
async fn delete(State(state): State<AppState>, person: Admin, Path(id): Path<UserId>, IfMatch(version): IfMatch) -> Result<StatusCode> {
    let db = &state.engine.db;
    let statuses = vec![Status::Open, Status::Pending, Status::Snoozed];
    let by = ConversationFilter { agent_ids: vec![id.clone()], statuses, ..ConversationFilter::default() };
    let owned = Filter { by, ..Filter::default() };
    if !qn_store::conversation::list(db, person.tenant_id(), &owned, None, 1).await?.items.is_empty() {
        return Err(Problem::new(Code::InUse).with("what", "user"));
    }
    user::delete(db, person.tenant_id(), &id, version).await.map_err(last_admin)?;
    state.auth.forget_user(&id);
    prove_again(&state, person.tenant_id(), &id);
    settings::changed(&state, person.tenant_id(), "user", id.as_str()).await;
    Ok(StatusCode::NO_CONTENT)
}

fn last_admin(error: qn_store::Error) -> Problem {
    match error {
        qn_store::Error::InUse { .. } => Problem::new(Code::LastAdmin),
        other => other.into(),
    }
}

/// Give a person a new one-time password
///
/// Shown only now. Every session of the person ends.
#[utoipa::path(post, path = "/users/{id}/reset-password", tag = "users", params(("id" = String, Path)),
    responses((status = 200, body = OneTimePassword)))]
async fn reset_password(State(state): State<AppState>, person: Admin, Path(id): Path<UserId>) -> Result<Json<OneTimePassword>> {
    let password = state.auth.reset_password(person.tenant_id(), &id).await?;
    prove_again(&state, person.tenant_id(), &id);
    settings::changed(&state, person.tenant_id(), "user", id.as_str()).await;
    Ok(Json(OneTimePassword { password }))
}
