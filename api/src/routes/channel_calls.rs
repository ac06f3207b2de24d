//! Where platforms call: one address per inbox, whatever the platform. A call is proved, kept and answered in the platform's own words;
//! nothing here waits for the bot. The signed HTTP channel of our own (`channels`) answers with ids and has its own addresses.

use crate::Result;
use crate::extract::Path;
use crate::problem::{Code, Problem, reasons};
use crate::state::AppState;
use axum::body::{Body, to_bytes};
use axum::extract::{OriginalUri, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, StatusCode, Uri, header};
use qn_channel::codes::Redeem;
use qn_channel::{Answer, Call, ParseError};
use qn_domain::{ChannelKind, Inbox, Language};
use qn_engine::NotAccepted;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Platforms name files instead of sending them; this is room for a batch.
const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(confirm, call)).routes(routes!(confirm_endpoint, call_endpoint))
}

/// Answer a platform's check of an address
///
/// Platforms that prove an address by a GET (WeChat, WeCom, WhatsApp) get their own words back.
#[utoipa::path(get, path = "/channels/{channel}/{inbox_key}", tag = "channels", security(()),
    params(("channel" = String, Path), ("inbox_key" = String, Path, description = "Public key of the inbox")),
    responses((status = 200, description = "As the platform asks for it"), (status = 401, body = qn_api_types::Problem)))]
async fn confirm(
    state: State<AppState>,
    Path((channel, key)): Path<(String, String)>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Response> {
    take(&state, Address { channel: &channel, key: &key, endpoint: "", uri: &uri }, Method::GET, &headers, Body::empty()).await
}

/// Take a platform's call
///
/// The channel's own signature proves it. It is answered once what it brought is on disk; a repetition changes nothing.
#[utoipa::path(post, path = "/channels/{channel}/{inbox_key}", tag = "channels", security(()),
    params(("channel" = String, Path), ("inbox_key" = String, Path, description = "Public key of the inbox")),
    responses((status = 200, description = "As the platform asks for it"), (status = 401, body = qn_api_types::Problem), (status = 503, body = qn_api_types::Problem)))]
async fn call(
    state: State<AppState>,
    Path((channel, key)): Path<(String, String)>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    take(&state, Address { channel: &channel, key: &key, endpoint: "", uri: &uri }, Method::POST, &headers, body).await
}

/// Answer a platform's check of one of several addresses
#[utoipa::path(get, path = "/channels/{channel}/{inbox_key}/{endpoint}", tag = "channels", security(()),
    params(("channel" = String, Path), ("inbox_key" = String, Path), ("endpoint" = String, Path, description = "As the channel names it, e.g. `status`")),
    responses((status = 200, description = "As the platform asks for it"), (status = 401, body = qn_api_types::Problem)))]
async fn confirm_endpoint(
    state: State<AppState>,
    Path((channel, key, endpoint)): Path<(String, String, String)>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Response> {
    take(&state, Address { channel: &channel, key: &key, endpoint: &endpoint, uri: &uri }, Method::GET, &headers, Body::empty()).await
}

/// Take a platform's call to one of several addresses
#[utoipa::path(post, path = "/channels/{channel}/{inbox_key}/{endpoint}", tag = "channels", security(()),
    params(("channel" = String, Path), ("inbox_key" = String, Path), ("endpoint" = String, Path, description = "As the channel names it, e.g. `status`")),
    responses((status = 200, description = "As the platform asks for it"), (status = 401, body = qn_api_types::Problem), (status = 503, body = qn_api_types::Problem)))]
async fn call_endpoint(
    state: State<AppState>,
    Path((channel, key, endpoint)): Path<(String, String, String)>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    take(&state, Address { channel: &channel, key: &key, endpoint: &endpoint, uri: &uri }, Method::POST, &headers, body).await
}

struct Address<'a> {
    channel: &'a str,
    key: &'a str,
    endpoint: &'a str,
    uri: &'a Uri,
}

async fn take(state: &AppState, to: Address<'_>, method: Method, headers: &HeaderMap, body: Body) -> Result<Response> {
    // Both of these have addresses and answers of their own.
    let kind = ChannelKind::parse(to.channel).filter(|kind| !matches!(kind, ChannelKind::Web | ChannelKind::Api));
    let kind = kind.ok_or_else(|| Problem::not_found("inbox"))?;
    let inbox = state.engine.inbox_by_key(kind, to.key).await?;
    let body = to_bytes(body, BODY_BYTES_MAX).await.map_err(|_| Problem::from(ParseError::TooLarge { max_bytes: BODY_BYTES_MAX }))?;
    if to.endpoint == "login" && method == Method::POST {
        return redeem(state, &inbox, &body).await;
    }
    let headers: Vec<(&str, &[u8])> = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    let query: Vec<_> = url::form_urlencoded::parse(to.uri.query().unwrap_or_default().as_bytes()).collect();
    let query: Vec<(&str, &str)> = query.iter().map(|(name, value)| (&**name, &**value)).collect();
    let place = to.uri.path_and_query().map_or("", |place| place.as_str());
    let url = format!("{}{place}", state.config.public_url);
    let call = Call { method: method.as_str(), endpoint: to.endpoint, url: &url, query: &query, headers: &headers, body: &body };
    match state.engine.accept(&inbox, &call).await {
        Ok(answer) => answered(answer),
        Err(error @ NotAccepted::Unproved(_)) => Err(unproved(kind, &error)),
        Err(NotAccepted::Unread(error)) => Err(error.into()),
        Err(NotAccepted::Engine(error)) => Err(error.into()),
    }
}

/// Whoever sets the platform up reads it there: what did not fit, by the platform's name.
fn unproved(kind: ChannelKind, error: &NotAccepted) -> Problem {
    let schema = qn_channel::find(kind).settings_schema();
    let named = |language: &str| schema["x-i18n"][language]["title"].as_str().unwrap_or(kind.as_str()).to_owned();
    let reason = |language: Language| format!("{} ({error})", reasons::channel(error.word(), language));
    let problem = Problem::new(Code::CallNotProved).with_words("platform", named("zh-CN"), named("en"));
    problem.with_words("reason", reason(Language::Zh), reason(Language::En))
}

/// The customer's own program brings codes that only the platform can read (`docs/how-to/know-a-customer.md`).
async fn redeem(state: &AppState, inbox: &Arc<Inbox>, body: &[u8]) -> Result<Response> {
    state.engine.redeem_codes(inbox, &Redeem::read(body)?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn answered(answer: Answer) -> Result<Response> {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let built = Response::builder().status(status).header(header::CONTENT_TYPE, answer.content_type).body(Body::from(answer.body));
    built.map_err(|_| Problem::new(Code::Internal))
}
