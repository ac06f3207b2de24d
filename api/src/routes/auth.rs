//! Signing in and out, and one's own password.

use crate::Result;
use crate::extract::{Json, Person, SECURE_SESSION_COOKIE, SESSION_COOKIE, session_cookie};
use crate::problem::Problem;
use crate::state::AppState;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use qn_api_types::auth::{ChangePassword, MeView, ServerView, SignInRequest, SignedInView};
use qn_api_types::user::UserView;
use qn_auth::{SESSION_MS, SignIn};
use qn_domain::{TenantId, User};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(sign_in)).routes(routes!(sign_out)).routes(routes!(me)).routes(routes!(password))
}

/// Sign in
///
/// Sets the session cookie. Five failures lock the account for 30 seconds, doubling up to 15 minutes.
#[utoipa::path(post, path = "/auth/sign-in", tag = "auth", request_body = SignInRequest, security(()),
    responses((status = 200, body = SignedInView), (status = 401, body = qn_api_types::Problem), (status = 429, body = qn_api_types::Problem)))]
async fn sign_in(State(state): State<AppState>, headers: HeaderMap, Json(body): Json<SignInRequest>) -> Result<Response> {
    let agent = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let wish = SignIn {
        email: body.email,
        password: body.password,
        tenant_id: body.tenant.map(TenantId),
        user_agent: qn_base::text::line(agent, 200),
    };
    let signed_in = state.auth.sign_in(wish).await?;
    let user = view(&state, signed_in.user).await?;
    let cookie = cookie(&state, &signed_in.secret, SESSION_MS / 1000)?;
    Ok(([(header::SET_COOKIE, cookie)], axum::Json(SignedInView { user })).into_response())
}

/// Sign out
#[utoipa::path(post, path = "/auth/sign-out", tag = "auth", responses((status = 204)), security(()))]
async fn sign_out(State(state): State<AppState>, headers: HeaderMap) -> Result<Response> {
    if let Some(secret) = session_cookie(&headers, state.config.secure_cookies) {
        state.auth.sign_out(secret).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie(&state, "", 0)?)]).into_response())
}

/// Who is signed in, where, and on what server
///
/// Also answers a person who must change their password first.
#[utoipa::path(get, path = "/auth/me", tag = "auth", responses((status = 200, body = MeView), (status = 401, body = qn_api_types::Problem)))]
async fn me(State(state): State<AppState>, headers: HeaderMap) -> Result<Json<MeView>> {
    let person = Person::of(&state, &headers).await?;
    let tenant = qn_store::tenant::get(&state.engine.db, person.tenant_id()).await?;
    let user = view(&state, qn_store::user::get(&state.engine.db, person.tenant_id(), person.user_id()).await?).await?;
    let server = ServerView { version: state.config.version.to_owned(), demo: state.config.demo, time: state.engine.now() };
    Ok(Json(MeView { user, tenant: tenant.into(), server }))
}

/// Change one's own password
///
/// Ends all other sessions of the person.
#[utoipa::path(post, path = "/auth/password", tag = "auth", request_body = ChangePassword,
    responses((status = 204), (status = 401, body = qn_api_types::Problem), (status = 422, body = qn_api_types::Problem)))]
async fn password(State(state): State<AppState>, headers: HeaderMap, Json(body): Json<ChangePassword>) -> Result<StatusCode> {
    let person = Person::of(&state, &headers).await?;
    state.auth.change_password(&person.0, &body.current, &body.new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A user with what only the running server knows of them.
pub async fn view(state: &AppState, user: User) -> Result<UserView> {
    let loads = qn_store::conversation::loads(&state.engine.db, &user.tenant_id).await?;
    let load = loads.into_iter().find(|(id, _)| *id == user.id.0).map_or(0, |(_, n)| n);
    let connected = state.engine.presence.connected(&user.tenant_id, &user.id);
    Ok(UserView::of(user, connected, load))
}

fn cookie(state: &AppState, secret: &str, max_age_s: i64) -> Result<HeaderValue> {
    let (name, secure) = if state.config.secure_cookies { (SECURE_SESSION_COOKIE, "; Secure") } else { (SESSION_COOKIE, "") };
    let text = format!("{name}={secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age_s}{secure}");
    HeaderValue::from_str(&text).map_err(|_| Problem::new(crate::problem::Code::Internal))
}
