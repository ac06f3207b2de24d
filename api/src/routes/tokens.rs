//! API tokens: everybody keeps their own, admins see and revoke all and make those of services.

use crate::extract::{Creation, IfMatch, Json, Path, Person, Query, Reader, Writer};
use crate::problem::{Code, Problem};
use crate::settings::{self, new_id};
use crate::state::AppState;
use crate::stream::prove_again;
use crate::{Result, created, tagged};
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::token::{CreateToken, RenameToken, Scope, TokenCreated, TokenView};
use qn_auth::{ActsAs, NewToken};
use qn_domain::{Role, TenantId, TokenId, User, UserId};
use qn_store::token::{self, ApiToken};
use serde::Deserialize;
use std::collections::HashSet;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, rename, delete))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct TokenQuery {
    /// Everybody's, for admins.
    #[serde(default)]
    all: bool,
    cursor: Option<String>,
    limit: Option<i64>,
}

/// One's own tokens, or everybody's
#[utoipa::path(get, path = "/tokens", tag = "tokens", params(TokenQuery), responses((status = 200, body = List<TokenView>)))]
async fn list(State(state): State<AppState>, person: Reader, Query(query): Query<TokenQuery>) -> Result<Json<List<TokenView>>> {
    if query.all {
        person.require(Role::Admin)?;
    }
    let owner = (!query.all).then_some(person.user_id());
    let cursor = query.cursor.as_deref().filter(|c| !c.is_empty());
    let page = token::list(&state.engine.db, person.tenant_id(), owner, cursor, query.limit.unwrap_or(50).clamp(1, 200)).await?;
    let services = services(&state, person.tenant_id()).await?;
    Ok(Json(List { items: page.items.into_iter().map(|t| view(t, &services)).collect(), next_cursor: page.next_cursor }))
}

async fn services(state: &AppState, tenant_id: &TenantId) -> Result<HashSet<UserId>> {
    let settings = state.engine.settings(tenant_id).await?;
    Ok(settings.users.values().filter(|u| u.is_service()).map(|u| u.id.clone()).collect())
}

async fn view_of(state: &AppState, t: ApiToken) -> Result<TokenView> {
    let service = qn_store::user::find(&state.engine.db, &t.tenant_id, &t.user_id).await?.filter(User::is_service);
    Ok(view(t, &service.into_iter().map(|u| u.id).collect()))
}

fn view(t: ApiToken, services: &HashSet<UserId>) -> TokenView {
    let scope = |s: &String| qn_auth::Scope::parse(s).map(spell);
    TokenView {
        id: t.id.0,
        service: services.contains(&t.user_id),
        user_id: t.user_id.0,
        name: t.name,
        scopes: t.scopes.iter().filter_map(scope).collect(),
        expires_at: t.expires_at,
        last_used_at: t.last_used_at,
        version: t.version,
        created_at: t.created_at,
    }
}

fn spell(scope: qn_auth::Scope) -> Scope {
    match scope {
        qn_auth::Scope::Read => Scope::Read,
        qn_auth::Scope::Write => Scope::Write,
        qn_auth::Scope::Admin => Scope::Admin,
    }
}

/// A token of one's own; for an admin, anybody's. Others' do not exist.
async fn find(state: &AppState, person: &Person, id: &TokenId) -> Result<ApiToken> {
    let found = token::get(&state.engine.db, person.tenant_id(), id).await?;
    let visible = found.user_id == *person.user_id() || person.require(Role::Admin).is_ok();
    if visible { Ok(found) } else { Err(Problem::not_found("token")) }
}

/// One token
#[utoipa::path(get, path = "/tokens/{id}", tag = "tokens", params(("id" = String, Path)), responses((status = 200, body = TokenView)))]
async fn get(State(state): State<AppState>, person: Reader, Path(id): Path<TokenId>) -> Result<Response> {
    let found = find(&state, &person, &id).await?;
    Ok(tagged(found.version, view_of(&state, found).await?))
}

/// Make a token that acts as oneself, or a service's
///
/// The answer holds the secret, shown only now. A token reaches no further than the credential it is made with, nor than one's role.
/// With `service` it has an account of its own, under whose name it writes and which no conversation is assigned to.
#[utoipa::path(post, path = "/tokens", tag = "tokens", request_body = CreateToken, params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = TokenCreated), (status = 200, description = "A repetition", body = TokenCreated)))]
async fn create(State(state): State<AppState>, person: Writer, Creation { key, body }: Creation<CreateToken>) -> Result<Response> {
    let (db, now, tenant_id) = (&state.engine.db, state.engine.now(), person.tenant_id());
    let scope = match body.scopes.iter().max() {
        Some(Scope::Admin) => qn_auth::Scope::Admin,
        Some(Scope::Write) => qn_auth::Scope::Write,
        _ => qn_auth::Scope::Read,
    };
    person.scope(scope)?;
    if scope == qn_auth::Scope::Admin || body.service {
        person.require(Role::Admin)?;
    }
    if body.expires_at.is_some_and(|at| at <= now) {
        return Err(Problem::new(Code::NotInFuture).field("expires_at", "请选择将来的时间", "is in the future"));
    }
    let named = key.named(tenant_id, person.user_id().as_str(), "POST /tokens");
    let id = new_id!(TokenId, named, now);
    if let Some(first) = token::find(db, tenant_id, &id).await? {
        settings::same_request(&state, tenant_id, named).await?;
        return Ok(created(true, Some(first.version), TokenCreated { token: view_of(&state, first).await?, secret: None }));
    }
    let acts_as = if body.service { ActsAs::Service } else { ActsAs::Person(person.user_id().clone()) };
    let wish = NewToken { id, tenant_id: tenant_id.clone(), acts_as, name: body.name, scope, expires_at: body.expires_at };
    let issued = state.auth.create_token(wish).await?;
    if body.service {
        settings::changed(&state, tenant_id, "users", issued.token.user_id.as_str()).await;
    }
    settings::note(&state, tenant_id, named).await;
    let token = view_of(&state, issued.token).await?;
    Ok(created(false, Some(token.version), TokenCreated { token, secret: Some(issued.secret) }))
}

/// Rename a token
#[utoipa::path(patch, path = "/tokens/{id}", tag = "tokens", request_body = RenameToken,
    params(("id" = String, Path), ("If-Match" = String, Header)), responses((status = 200, body = TokenView)))]
async fn rename(
    State(state): State<AppState>,
    person: Writer,
    Path(id): Path<TokenId>,
    IfMatch(version): IfMatch,
    Json(body): Json<RenameToken>,
) -> Result<Response> {
    let mut found = find(&state, &person, &id).await?;
    found.version = token::rename(&state.engine.db, person.tenant_id(), &id, version, &body.name).await?;
    found.name = body.name;
    Ok(tagged(found.version, view_of(&state, found).await?))
}

/// Revoke a token
#[utoipa::path(delete, path = "/tokens/{id}", tag = "tokens", params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 204)))]
async fn delete(State(state): State<AppState>, person: Writer, Path(id): Path<TokenId>, IfMatch(version): IfMatch) -> Result<StatusCode> {
    let found = find(&state, &person, &id).await?;
    state.auth.delete_token(person.tenant_id(), &id, version).await?;
    prove_again(&state, person.tenant_id(), &found.user_id);
    Ok(StatusCode::NO_CONTENT)
}
