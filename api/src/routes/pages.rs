//! The pages of the product: console, widget frame, full-page chat, demo shop and help pages. Each kind has its own policy; only the
//! widget's pages may be framed, and only by the sites its inbox names.

use crate::Result;
use crate::extract::{Path, Query};
use crate::html;
use crate::problem::{Code, Problem};
use crate::state::AppState;
use crate::visiting;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use qn_base::clock::HOUR_MS;
use qn_domain::{ArticleId, Inbox, Language};
use serde::Deserialize;
use serde_json::json;

/// The inbox the demo shop speaks to, and its signed-in customer.
const DEMO_INBOX: &str = "bluewhale-web";
const DEMO_USER: &str = "demo-wang-xiaoming";

/// The console's own addresses, so that a reload stays where it was.
const CONSOLE_SECTIONS: &[&str] = &[
    "conversations",
    "contacts",
    "knowledge",
    "understanding",
    "flows",
    "runs",
    "rules",
    "approvals",
    "tickets",
    "overview",
    "floor",
    "quality",
    "reports",
    "settings",
    "sign-in",
    "profile",
    "password",
];

static CORP: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

pub fn routes() -> Router<AppState> {
    let console_pages = CONSOLE_SECTIONS.iter().fold(Router::new().route("/", get(console)), |router, section| {
        router.route(&format!("/{section}"), get(console)).route(&format!("/{section}/{{*rest}}"), get(console))
    });
    console_pages
        .route("/assets/{*path}", get(asset))
        .route("/widget/loader.js", get(loader))
        .route("/widget/frame", get(frame))
        .route("/widget/{file}", get(widget_file))
        .route("/chat/{key}", get(chat))
        .route("/demo", get(demo))
        .route("/demo/config", get(demo_config))
        .route("/demo/user-token", get(demo_user_token))
        .route("/demo/{file}", get(demo_file))
        .route("/help/{language}/{id}", get(help))
}

/// The same page everywhere: the console reads the address itself.
async fn console(State(state): State<AppState>, headers: HeaderMap) -> Result<Response> {
    page(&state, "console/index.html", &headers, html::CSP.to_owned())
}

async fn asset(State(state): State<AppState>, Path(path): Path<String>, headers: HeaderMap) -> Result<Response> {
    file(&state, &format!("console/assets/{path}"), &headers)
}

/// Any site may load it; it is small and asked for on every page view, so it may be kept for five minutes.
async fn loader(State(state): State<AppState>, headers: HeaderMap) -> Result<Response> {
    let mut response = file(&state, "widget/loader.js", &headers)?;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response.headers_mut().insert(CORP.clone(), HeaderValue::from_static("cross-origin"));
    Ok(response)
}

#[derive(Debug, Deserialize)]
struct FrameQuery {
    key: String,
}

async fn frame(State(state): State<AppState>, Query(query): Query<FrameQuery>, headers: HeaderMap) -> Result<Response> {
    widget_page(&state, &query.key, &headers).await
}

/// The same application as a whole page, for QR codes and menus.
async fn chat(State(state): State<AppState>, Path(key): Path<String>, headers: HeaderMap) -> Result<Response> {
    widget_page(&state, &key, &headers).await
}

async fn widget_page(state: &AppState, key: &str, headers: &HeaderMap) -> Result<Response> {
    let inbox = visiting::web_inbox(state, key).await?;
    let mut response = page(state, "widget/frame.html", headers, widget_csp(&inbox))?;
    response.headers_mut().insert(CORP.clone(), HeaderValue::from_static("cross-origin"));
    // A frame may not keep a window of the site that opened it from working.
    response.headers_mut().insert(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("unsafe-none"));
    Ok(response)
}

/// Named sites only; without names any site. A WebView has no origin that could be named, so there the rule is left out.
fn widget_csp(inbox: &Inbox) -> String {
    let base = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; \
        base-uri 'none'; form-action 'none'";
    let sites: Vec<&str> = inbox.widget.allowed_domains.iter().map(String::as_str).filter(|s| is_source(s)).collect();
    if inbox.widget.allow_webview || (sites.is_empty() && inbox.widget.allowed_domains.is_empty()) {
        return base.to_owned();
    }
    format!("{base}; frame-ancestors 'self' {}", sites.join(" "))
}

/// Only what is certainly one CSP source; settings are checked when saved, this is the second lock.
fn is_source(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'/' | b'*'))
}

async fn widget_file(State(state): State<AppState>, Path(name): Path<String>, headers: HeaderMap) -> Result<Response> {
    file(&state, &format!("widget/{name}"), &headers)
}

async fn demo(State(state): State<AppState>, headers: HeaderMap) -> Result<Response> {
    only_demo(&state)?;
    // A customer's site as our documentation asks it to be: scripts and frames from the server of the widget.
    let csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; \
        base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    page(&state, "demo/index.html", &headers, csp.to_owned())
}

async fn demo_file(State(state): State<AppState>, Path(name): Path<String>, headers: HeaderMap) -> Result<Response> {
    only_demo(&state)?;
    file(&state, &format!("demo/{name}"), &headers)
}

async fn demo_config(State(state): State<AppState>) -> Result<Response> {
    only_demo(&state)?;
    Ok(Json(json!({"key": DEMO_INBOX})).into_response())
}

/// What a real site does on its own server: vouches for its signed-in user.
async fn demo_user_token(State(state): State<AppState>) -> Result<Response> {
    only_demo(&state)?;
    let inbox = visiting::web_inbox(&state, DEMO_INBOX).await?;
    let claims = qn_auth::UserClaims {
        subject: DEMO_USER.into(),
        name: Some("王小明".into()),
        email: Some("xiaoming@example.com".into()),
        phone: Some("13800000000".into()),
    };
    let token = qn_auth::user_token::sign(&state.engine.open_secret(&inbox)?, &claims, state.engine.now() + HOUR_MS)?;
    Ok(Json(json!({"token": token})).into_response())
}

fn only_demo(state: &AppState) -> Result<()> {
    if state.config.demo { Ok(()) } else { Err(Problem::not_found("route")) }
}

#[derive(Debug, Deserialize)]
struct HelpQuery {
    /// Sentences to mark, one a line.
    quote: Option<String>,
}

/// A published article for anybody: what the bot cites links here.
async fn help(
    State(state): State<AppState>,
    Path((language, id)): Path<(String, String)>,
    Query(query): Query<HelpQuery>,
) -> Result<Response> {
    let language = Language::from_tag(&language);
    let id = ArticleId(id);
    let db = &state.engine.db;
    let article = match qn_store::article::find_published(db, &id, language).await? {
        Some(article) => article,
        // Better the answer in the other language than none.
        None => {
            let other = if language == Language::Zh { Language::En } else { Language::Zh };
            qn_store::article::find_published(db, &id, other).await?.ok_or_else(|| Problem::not_found("article"))?
        }
    };
    let today = state.engine.anybody(&article.tenant_id).await?.today;
    if !(article.scope.is_public() && article.scope.holds_on(&today)) {
        return Err(Problem::not_found("article"));
    }
    let body = format!(
        "<main class=\"article\"><p class=\"category\">{}</p><h1>{}</h1>{}</main>",
        html::escape(&article.category),
        html::escape(&article.title),
        qn_knowledge::marks::to_html(&article.body, &super::articles::quotes(query.quote))
    );
    Ok(html::page(article.language, &article.title, &body))
}

/// What a page says that was not there when the program was built.
const NOT_BUILT: &str = "This build carries no web pages: web/dist was missing when it was compiled.\n\
    Run `npm ci && npm run build` in web/, then build the program again.\n\
    本程序编译时缺少 web/dist，因此没有页面。请在 web/ 下运行 `npm ci && npm run build`，再重新编译。\n";

fn page(state: &AppState, path: &str, headers: &HeaderMap, csp: String) -> Result<Response> {
    if state.assets.find(path).is_none() {
        return Ok((StatusCode::NOT_FOUND, NOT_BUILT).into_response());
    }
    let mut response = file(state, path, headers)?;
    if let Ok(csp) = HeaderValue::from_str(&csp) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, csp);
    }
    Ok(response)
}

/// A built file by its stable name: asked for again each time, answered "not modified" while its content is the same.
fn file(state: &AppState, path: &str, headers: &HeaderMap) -> Result<Response> {
    let asset = state.assets.find(path).ok_or_else(|| Problem::new(Code::NotFound).with("what", "route"))?;
    let etag = HeaderValue::from_str(&asset.etag).unwrap_or(HeaderValue::from_static("\"\""));
    let common = [(header::ETAG, etag), (header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
    let takes_gzip = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).is_some_and(|v| v.contains("gzip"));
    let (body, encoding): (Bytes, _) = match takes_gzip.then(|| asset.gzip()).flatten() {
        Some(packed) => (packed, Some([(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"))])),
        None => (asset.bytes.clone(), None),
    };
    let kind =
        [(header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type)), (header::VARY, HeaderValue::from_static("accept-encoding"))];
    let response = (common, kind, body).into_response();
    Ok(match encoding {
        Some(encoding) => (encoding, response).into_response(),
        None => response,
    })
}
