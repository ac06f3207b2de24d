//! The outermost layer. Nothing leaves the process without a request id, security headers and, when it failed, a problem in the
//! caller's language; a panic in a handler is such a failure.

use crate::extract::language_of;
use crate::middleware::not_modified;
use crate::problem::{self, Code, Problem};
use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use qn_base::{Trace, ids};
use std::panic::AssertUnwindSafe;
use std::time::Instant;
use tracing::Instrument;

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A page without a policy of its own is an answer of the API: nothing may load, nobody may frame it.
const API_CSP: &str = "default-src 'none'; frame-ancestors 'none'";

static HEADERS: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    (header::CONTENT_SECURITY_POLICY, API_CSP),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"),
];

pub async fn edge(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let language = language_of(request.headers());
    let request_id = request_id(request.headers());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or_else(|| "none".to_owned(), |m| m.as_str().to_owned());
    let trace = trace(request.headers());
    let reads_pages = reads_pages(&request);
    let known = not_modified::known(request.method(), request.headers());
    let span = tracing::info_span!("http", %request_id, %method, %route, trace_id = trace.id());

    let answering = AssertUnwindSafe(next.run(request)).catch_unwind().instrument(span.clone());
    let answered = qn_engine::trace::within(trace, answering).await;
    let mut response = answered.unwrap_or_else(|panic| {
        let _entered = span.enter();
        tracing::error!(panic = panic_text(panic.as_ref()), "a handler panicked");
        Problem::new(Code::Internal).into_response()
    });
    if let Some(problem) = response.extensions_mut().remove::<Box<Problem>>() {
        response = match reads_pages {
            true => as_page(response, &problem, language),
            false => written(response, &problem, language, &request_id),
        };
    }
    if let Some(known) = known {
        response = not_modified::shortened(&known, response);
    }
    finish(response.headers_mut(), &request_id);

    let status = response.status();
    measure(method.as_str(), route, status, started);
    let (status, ms) = (status.as_u16(), u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX));
    span.in_scope(|| match status {
        500.. => tracing::warn!(status, ms, "the request failed"),
        _ => tracing::debug!(status, ms, "answered"),
    });
    response
}

/// A browser that goes somewhere: people get a page, programs a problem.
fn reads_pages(request: &Request) -> bool {
    let accepts = request.headers().get(header::ACCEPT).and_then(|v| v.to_str().ok());
    accepts.is_some_and(|v| v.contains("text/html")) && !request.uri().path().starts_with("/api/")
}

/// The page in place of the problem, with the problem's status and headers.
fn as_page(response: Response, problem: &Problem, language: qn_domain::Language) -> Response {
    let (parts, _) = response.into_parts();
    let mut page = problem::failed_page(problem, language);
    *page.status_mut() = parts.status;
    for (name, value) in parts.headers.iter().filter(|(name, _)| **name != header::CONTENT_LENGTH) {
        page.headers_mut().entry(name).or_insert_with(|| value.clone());
    }
    page
}

fn written(response: Response, problem: &Problem, language: qn_domain::Language, request_id: &str) -> Response {
    let (mut parts, _) = response.into_parts();
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(problem::MEDIA_TYPE));
    parts.headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.code()));
    parts.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(problem.body(language, request_id)))
}

fn finish(headers: &mut HeaderMap, request_id: &str) {
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert(REQUEST_ID.clone(), value);
    }
    for (name, value) in &HEADERS {
        if !headers.contains_key(name) {
            headers.insert(name.clone(), HeaderValue::from_static(value));
        }
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

/// The caller's own id when it is harmless, else a fresh one.
fn request_id(headers: &HeaderMap) -> String {
    let given = headers.get(&REQUEST_ID).and_then(|v| v.to_str().ok());
    given.filter(|id| ids::is_well_formed(id)).map_or_else(|| ids::secret(20), str::to_owned)
}

/// The caller's chain of calls, else one that begins here.
fn trace(headers: &HeaderMap) -> Trace {
    headers.get("traceparent").and_then(|v| v.to_str().ok()).and_then(Trace::read).unwrap_or_else(Trace::fresh)
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("unknown")
}

fn measure(method: &str, route: String, status: StatusCode, started: Instant) {
    let method = match method {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        _ => "other",
    };
    let seconds = started.elapsed().as_secs_f64();
    metrics::counter!("qn_http_requests_total", "route" => route.clone(), "method" => method, "status" => status.as_str().to_owned())
        .increment(1);
    metrics::histogram!("qn_http_request_duration_seconds", "route" => route).record(seconds);
}
