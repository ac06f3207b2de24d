//! The page behind a problem's `type`: the same table, for people. No scripts, both languages.

use super::{Code, Words};
use crate::extract::Locale;
use crate::html;
use crate::problem::Problem;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use qn_domain::Language;

/// `GET /docs/errors/{code}`
pub async fn error_page(Locale(language): Locale, Path(code): Path<String>) -> Response {
    let Some(code) = Code::parse(&code) else { return Problem::not_found("page").into_response() };
    let (first, second) = match language {
        Language::Zh => (("zh-CN", code.zh()), ("en", code.en())),
        Language::En => (("en", code.en()), ("zh-CN", code.zh())),
    };
    let body = format!(
        "<main><h1><code>{}</code> <small>HTTP {}</small></h1>{}{}<p><a href=\"/docs/api#codes\">{}</a></p></main>",
        code.as_str(),
        code.status().as_u16(),
        section(first),
        section(second),
        language.pick("全部错误代码", "All error codes")
    );
    html::page(language, code.as_str(), &body)
}

fn section((tag, words): (&str, Words)) -> String {
    format!("<section lang=\"{tag}\"><h2>{}</h2><p>{}</p></section>", html::escape(words.title), html::escape(&plain(words.detail)))
}

/// The detail with its blanks shown as an ellipsis.
fn plain(detail: &str) -> String {
    let mut text = String::new();
    let mut rest = detail;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        text.push('…');
        rest = after.split_once('}').map_or("", |(_, tail)| tail);
    }
    text + rest
}
