//! The operations, one file per resource. A new resource is one file and one line here.

mod actions;
mod articles;
mod attachments;
mod auth;
mod canned_responses;
mod channels;
mod contacts;
mod conversations;
mod effects;
mod health;
mod inboxes;
mod intent_examples;
mod intent_models;
mod intents;
mod knowledge;
mod labels;
mod learning;
mod me;
mod messages;
mod overview;
mod pages;
mod products;
mod search;
mod stream;
mod teams;
mod tokens;
mod users;
mod webhooks;
mod widget;
mod widget_messages;

use crate::extract::Locale;
use crate::html;
use crate::problem::{Code, Problem};
use crate::state::AppState;
use axum::Router;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, Uri, header};
use qn_domain::Language;
use utoipa_axum::router::OpenApiRouter;

/// Everything under `/api/v1`.
pub fn api() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(conversations::routes())
        .merge(actions::routes())
        .merge(messages::routes())
        .merge(stream::routes())
        .merge(channels::routes())
        .merge(widget::routes())
        .merge(widget_messages::routes())
        .merge(attachments::routes())
        .merge(auth::routes())
        .merge(webhooks::routes())
        .merge(users::routes())
        .merge(tokens::routes())
        .merge(teams::routes())
        .merge(products::routes())
        .merge(labels::routes())
        .merge(inboxes::routes())
        .merge(canned_responses::routes())
        .merge(articles::routes())
        .merge(me::routes())
        .merge(contacts::routes())
        .merge(effects::routes())
        .merge(overview::routes())
        .merge(search::routes())
        .merge(knowledge::routes())
        .merge(intents::routes())
        .merge(intent_examples::routes())
        .merge(intent_models::routes())
        .merge(learning::routes())
}

/// Everything else: pages, assets, health.
pub fn pages() -> Router<AppState> {
    Router::new().merge(health::routes()).merge(pages::routes())
}

/// People get a page, programs a problem.
pub async fn unknown(Locale(language): Locale, uri: Uri, headers: HeaderMap) -> Response {
    let reads_html = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).is_some_and(|v| v.contains("text/html"));
    if !reads_html || uri.path().starts_with("/api/") {
        return Problem::not_found("route").into_response();
    }
    let (title, text, link) = match language {
        Language::Zh => ("页面不存在", "没有这个页面，请检查地址。", "回到首页"),
        Language::En => ("Page not found", "There is no such page. Check the address.", "Go to the start page"),
    };
    let mut page = html::page(language, title, &format!("<main><h1>{title}</h1><p>{text}</p><p><a href=\"/\">{link}</a></p></main>"));
    *page.status_mut() = StatusCode::NOT_FOUND;
    page
}

pub async fn wrong_method() -> Problem {
    Problem::new(Code::MethodNotAllowed)
}
