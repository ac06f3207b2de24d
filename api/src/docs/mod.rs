//! `/api/v1/openapi.json` and the page that shows the same document to people, written once when the router is built.

mod schemas;
mod words;

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

use schemas::inline;
use words::Words;

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
    let words = Words::of(language);
    let mut groups: BTreeMap<&str, Vec<(&str, &str, &Value)>> = BTreeMap::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let tag = operation["tags"][0].as_str().unwrap_or("other");
            groups.entry(tag).or_default().push((path, method, operation));
        }
    }
    let mut out = format!(
        "<main><h1>{}</h1><p lang=\"en\">{}</p><p>{} <a href=\"/api/v1/openapi.json\">openapi.json</a></p>",
        escape(document["info"]["title"].as_str().unwrap_or("API")),
        inline(document["info"]["description"].as_str().unwrap_or("")),
        words.note
    );
    out.push_str("<p class=\"index\">");
    for tag in groups.keys() {
        let _ = write!(out, "<a href=\"#{}\">{}</a> ", anchor(tag), escape(words.tag(tag)));
    }
    let _ = write!(out, "<a href=\"#schemas\">{}</a> <a href=\"#codes\">{}</a></p>", words.schemas, words.codes);
    for (tag, operations) in groups {
        let _ = write!(out, "<h2 id=\"{}\">{}</h2>", anchor(tag), escape(words.tag(tag)));
        for (path, method, operation) in operations {
            show_operation(&mut out, (path, method), operation, words);
        }
    }
    schemas::show_all(&mut out, document, words);
    show_codes(&mut out, language, words);
    out.push_str("</main>");
    out
}

fn anchor(tag: &str) -> String {
    escape(&tag.replace(' ', "-"))
}

fn show_operation(out: &mut String, (path, method): (&str, &str), operation: &Value, words: &Words) {
    let _ = write!(out, "<h3><span class=\"method\">{}</span> <code>{}</code></h3>", escape(&method.to_uppercase()), escape(path));
    for key in ["summary", "description"] {
        if let Some(text) = operation[key].as_str() {
            let _ = write!(out, "<p lang=\"en\">{}</p>", inline(text));
        }
    }
    show_parameters(out, operation, words);
    let _ = write!(out, "<p class=\"meta\">{}: {}</p>", words.request, body(&operation["requestBody"]["content"], words));
    let _ = write!(out, "<p class=\"meta\">{}: ", words.answers);
    for (status, response) in operation["responses"].as_object().into_iter().flatten() {
        let _ = write!(out, "<span class=\"answer\">{} {}</span> ", escape(status), body(&response["content"], words));
    }
    out.push_str("</p>");
}

fn show_parameters(out: &mut String, operation: &Value, words: &Words) {
    let parameters = operation["parameters"].as_array().map_or(&[][..], Vec::as_slice);
    if parameters.is_empty() {
        return;
    }
    let heads = [words.parameter, words.place, words.kind, words.meaning].map(|head| format!("<th>{head}</th>")).concat();
    let _ = write!(out, "<table><tr>{heads}</tr>");
    for p in parameters {
        let _ = write!(
            out,
            "<tr><td><code>{}</code>{}</td><td>{}</td><td>{}</td><td lang=\"en\">{}</td></tr>",
            escape(p["name"].as_str().unwrap_or("")),
            if p["required"] == true { "" } else { words.optional },
            escape(words.place_name(p["in"].as_str().unwrap_or(""))),
            schemas::type_of(&p["schema"], words, 0),
            inline(p["description"].as_str().unwrap_or(""))
        );
    }
    out.push_str("</table>");
}

/// What a body holds: a schema by name, a list of it, or a kind of file.
fn body(content: &Value, words: &Words) -> String {
    let Some((media_type, body)) = content.as_object().and_then(|c| c.iter().next()) else { return words.nothing.into() };
    let schema = &body["schema"];
    let named = schema["$ref"].is_string() || schema["items"]["$ref"].is_string();
    if named { schemas::type_of(schema, words, 0) } else { format!("<code>{}</code>", escape(media_type)) }
}

fn show_codes(out: &mut String, language: Language, words: &Words) {
    let heads = [words.status, words.code, words.meaning].map(|head| format!("<th>{head}</th>")).concat();
    let _ = write!(out, "<h2 id=\"codes\">{}</h2><table><tr>{heads}</tr>", words.codes);
    for code in Code::ALL {
        let told = if language == Language::Zh { code.zh() } else { code.en() };
        let _ = write!(
            out,
            "<tr><td>{}</td><td><a href=\"/docs/errors/{1}\"><code>{1}</code></a></td><td>{2}</td></tr>",
            code.status().as_u16(),
            code.as_str(),
            escape(told.title)
        );
    }
    out.push_str("</table>");
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_page_speaks_one_language_and_shows_fields() {
        let document = serde_json::to_value(crate::openapi::document()).unwrap();
        for tag in document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values()) {
            let tag = tag["tags"][0].as_str().unwrap();
            assert!(Words::knows_tag(tag), "{tag} has no name in Chinese (docs/words.rs)");
        }
        let (zh, en) = (page(&document, Language::Zh), page(&document, Language::En).replace("青鸟", ""));
        let stray = en.char_indices().find(|(_, c)| qn_base::text::is_cjk(*c)).map(|(at, _)| &en[at.saturating_sub(60)..at]);
        assert_eq!(stray, None, "Chinese in the English page");
        for text in [&zh, &en] {
            assert!(!text.contains('`'), "a raw backtick at {:?}", text.split_once('`').map(|(before, _)| before.len()));
            assert!(text.contains("id=\"schema-WebhookView\"") && text.contains("href=\"#schema-WebhookView\""));
            assert!(text.contains("<code>created_at</code>"));
        }
        assert!(zh.contains("请求体") && zh.contains("知识条目") && !zh.contains("Request body"));
    }
}
