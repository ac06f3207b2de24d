//! Refuses what no route wants: NUL bytes in the address, and state-changing requests that a browser sent from another site.

use crate::extract::session_cookie_present;
use crate::problem::{Code, Problem};
use crate::state::AppState;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, header};

pub async fn guard(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if has_nul(request.uri().path()) || request.uri().query().is_some_and(has_nul) {
        return Problem::new(Code::BadRequest).with("reason", "%00").into_response();
    }
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if changes && !request.headers().contains_key(header::AUTHORIZATION) && !same_site(&state, request.headers()) {
        return Problem::new(Code::CrossSite).into_response();
    }
    next.run(request).await
}

/// PostgreSQL cannot store NUL, and no id or query of ours has one.
fn has_nul(text: &str) -> bool {
    text.contains("%00")
}

/// Browsers say where a request comes from; what says nothing and carries no cookie is not a browser's victim.
pub fn same_site(state: &AppState, headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get("sec-fetch-site").and_then(|v| v.to_str().ok()) {
        return matches!(site, "same-origin" | "none");
    }
    match headers.get(header::ORIGIN) {
        Some(origin) => origin.to_str().is_ok_and(|origin| is_ours(state, headers, origin)),
        None => !session_cookie_present(headers),
    }
}

/// The origin is the configured public address, or the very host the request was sent to.
fn is_ours(state: &AppState, headers: &HeaderMap, origin: &str) -> bool {
    if origin.eq_ignore_ascii_case(&state.config.public_url) {
        return true;
    }
    let host = headers.get(header::HOST).and_then(|v| v.to_str().ok()).unwrap_or("");
    let (_, origin_host) = origin.split_once("://").unwrap_or(("", ""));
    !host.is_empty() && origin_host.eq_ignore_ascii_case(host)
}
