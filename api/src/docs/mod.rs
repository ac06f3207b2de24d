//! `/api/v1/openapi.json` and the page that shows the same document to people, written once when the router is built.

use crate::extract::Locale;
use crate::html::{self, escape};
use crate::problem::{Code, error_page};
use crate::state::AppState;
use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;
use bytes::Bytes;
use http::header;
use qn_domain::Language;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

pub fn routes(document: &utoipa::openapi::OpenApi) -> Router<AppState> {
    let json = Bytes::from(document.to_json().unwrap_or_default());
    let value: Value = serde_json::to_value(document).unwrap_or_default();
    let pages = Arc::new([Language::Zh, Language::En].map(|language| page(&value, language)));
    Router::new()
        .route(
            "/api/v1/openapi.json",
            get(move || async move { ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")], json) }),
        )
        .route(
            "/docs/api",
            get(move |Locale(language): Locale| async move {
                let body = &pages[usize::from(language == Language::En)];
                html::page(language, "API", body).into_response()
            }),
        )
        .route("/docs/errors/{code}", get(error_page))
        .route("/docs/page.css", get(html::stylesheet))
}

fn page(document: &Value, language: Language) -> String {
    let mut groups: BTreeMap<&str, Vec<(&str, &str, &Value)>> = BTreeMap::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let tag = operation["tags"][0].as_str().unwrap_or("other");
            groups.entry(tag).or_default().push((path, method, operation));
        }
    }
    let mut out = format!(
        "<main><h1>{}</h1><p>{}</p><p><a href=\"/api/v1/openapi.json\">openapi.json</a></p>",
        escape(document["info"]["title"].as_str().unwrap_or("API")),
        paragraphs(document["info"]["description"].as_str().unwrap_or(""))
    );
    for (tag, operations) in groups {
        let _ = write!(out, "<h2>{}</h2>", escape(tag));
        for (path, method, operation) in operations {
            show_operation(&mut out, path, method, operation, language);
        }
    }
    show_codes(&mut out, language);
    out.push_str("</main>");
    out
}

fn paragraphs(text: &str) -> String {
    escape(text).replace("\n\n", "</p><p>")
}

fn show_operation(out: &mut String, path: &str, method: &str, operation: &Value, language: Language) {
    let _ = write!(out, "<h3><span class=\"method\">{}</span> <code>{}</code></h3>", escape(&method.to_uppercase()), escape(path));
    for key in ["summary", "description"] {
        if let Some(text) = operation[key].as_str() {
            let _ = write!(out, "<p>{}</p>", paragraphs(text));
        }
    }
    let parameters = operation["parameters"].as_array().map_or(&[][..], Vec::as_slice);
    if !parameters.is_empty() {
        out.push_str("<table>");
        for p in parameters {
            let _ = write!(
                out,
                "<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>",
                escape(p["name"].as_str().unwrap_or("")),
                escape(p["in"].as_str().unwrap_or("")),
                escape(p["description"].as_str().unwrap_or(""))
            );
        }
        out.push_str("</table>");
    }
    let _ = write!(out, "<p class=\"meta\">{}", language.pick("请求", "request"));
    let _ = write!(out, ": <code>{}</code> → ", escape(&body_name(&operation["requestBody"]["content"])));
    for (status, response) in operation["responses"].as_object().into_iter().flatten() {
        let _ = write!(out, "{} <code>{}</code> ", escape(status), escape(&body_name(&response["content"])));
    }
    out.push_str("</p>");
}

/// The name of the schema a body has, `[Name]` for a list of it.
fn body_name(content: &Value) -> String {
    let Some((media_type, body)) = content.as_object().and_then(|c| c.iter().next()) else { return "—".into() };
    let schema = &body["schema"];
    let last = |v: &Value| v["$ref"].as_str().and_then(|r| r.rsplit('/').next()).map(str::to_owned);
    last(schema).or_else(|| last(&schema["items"]).map(|name| format!("[{name}]"))).unwrap_or_else(|| media_type.clone())
}

fn show_codes(out: &mut String, language: Language) {
    let _ = write!(out, "<h2>{}</h2><table>", language.pick("错误代码", "Error codes"));
    for code in Code::ALL {
        let words = if language == Language::Zh { code.zh() } else { code.en() };
        let _ = write!(
            out,
            "<tr><td>{}</td><td><a href=\"/docs/errors/{1}\"><code>{1}</code></a></td><td>{2}</td></tr>",
            code.status().as_u16(),
            code.as_str(),
            escape(words.title)
        );
    }
    out.push_str("</table>");
}
