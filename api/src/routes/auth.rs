//! Signing in and out, who one is, and one's password. These are the only operations open to somebody with a one-time password.

use crate::Result;
use crate::extract::{Json, Person, SECURE_SESSION_COOKIE, SESSION_COOKIE, session_cookie};
use crate::state::AppState;
use crate::stream::prove_again;
use crate::views;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use qn_api_types::auth::{ChangePassword, MeView, ServerView, SignInRequest, SignedInView};
use qn_auth::{SESSION_MS, SignIn, Via};
use qn_base::clock::SECOND_MS;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(sign_in)).routes(routes!(sign_out)).routes(routes!(me)).routes(routes!(change_password))
}

/// Sign in
///
/// Sets the session cookie. After five wrong passwords the account is shut for 30 seconds, doubling to 15 minutes.
#[utoipa::path(post, path = "/auth/sign-in", tag = "auth", request_body = SignInRequest, security(()),
    responses((status = 200, body = SignedInView), (status = 401, body = qn_api_types::Problem), (status = 429, body = qn_api_types::Problem)))]
async fn sign_in(State(state): State<AppState>, headers: HeaderMap, Json(body): Json<SignInRequest>) -> Result<Response> {
    let user_agent = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
    let tenant_id = body.tenant.filter(|t| !t.is_empty()).map(Into::into);
    let signed_in = state.auth.sign_in(SignIn { email: body.email, password: body.password, tenant_id, user_agent }).await?;
    let cookie = session_cookie_header(&state, Some(&signed_in.secret));
    let user = views::user(&state, signed_in.user).await?;
    Ok(([(header::SET_COOKIE, cookie)], axum::Json(SignedInView { user })).into_response())
}

/// Sign out
#[utoipa::path(post, path = "/auth/sign-out", tag = "auth", responses((status = 204)))]
async fn sign_out(State(state): State<AppState>, headers: HeaderMap) -> Result<Response> {
    if let Some(secret) = session_cookie(&headers, state.config.secure_cookies)
        && let Some((tenant_id, user_id)) = state.auth.sign_out(secret).await?
    {
        state.outside.end_recordings_of(&tenant_id, &user_id);
        prove_again(&state, &tenant_id, &user_id);
    }
    Ok(([(header::SET_COOKIE, session_cookie_header(&state, None))], StatusCode::NO_CONTENT).into_response())
}

/// Who is signed in
#[utoipa::path(get, path = "/auth/me", tag = "auth", responses((status = 200, body = MeView), (status = 401, body = qn_api_types::Problem)))]
async fn me(State(state): State<AppState>, headers: HeaderMap) -> Result<Response> {
    let person = Person::of(&state, &headers).await?;
    let user = qn_store::user::get(&state.engine.db, person.tenant_id(), person.user_id()).await?;
    let tenant = qn_store::tenant::get(&state.engine.db, person.tenant_id()).await?;
    let server = ServerView {
        version: state.config.version.to_owned(),
        demo: state.config.demo,
        time: state.engine.now(),
        translates_into: state.engine.translates_into(),
    };
    let view = MeView { user: views::user(&state, user).await?, tenant: tenant.into(), server };
    let mut response = axum::Json(view).into_response();
    // The session slides on the server; the browser's copy must slide along.
    if let (Via::Session(_), Some(secret)) = (&person.0.via, session_cookie(&headers, state.config.secure_cookies)) {
        response.headers_mut().insert(header::SET_COOKIE, session_cookie_header(&state, Some(secret)));
    }
    Ok(response)
}

/// Change one's password
///
/// Ends the person's other sessions. A wrong current password counts as a failed sign-in.
#[utoipa::path(post, path = "/auth/password", tag = "auth", request_body = ChangePassword,
    responses((status = 204), (status = 401, body = qn_api_types::Problem), (status = 422, body = qn_api_types::Problem)))]
async fn change_password(State(state): State<AppState>, headers: HeaderMap, Json(body): Json<ChangePassword>) -> Result<StatusCode> {
    let person = Person::of(&state, &headers).await?;
    state.auth.change_password(&person.0, &body.current, &body.new).await?;
    prove_again(&state, person.tenant_id(), person.user_id());
    Ok(StatusCode::NO_CONTENT)
}

/// With a secret the cookie is set, without one it is removed.
fn session_cookie_header(state: &AppState, secret: Option<&str>) -> HeaderValue {
    let (name, secure) = if state.config.secure_cookies { (SECURE_SESSION_COOKIE, "; Secure") } else { (SESSION_COOKIE, "") };
    let max_age = secret.map_or(0, |_| SESSION_MS / SECOND_MS);
    let text = format!("{name}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age}{secure}", secret.unwrap_or(""));
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}
