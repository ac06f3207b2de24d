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

/// What a person sees whose browser asked for a page and cannot have it. A page that is not there says so in plain words; what else
/// went wrong is told as the API tells it.
pub fn failed_page(problem: &Problem, language: Language) -> Response {
    let words = if language == Language::Zh { problem.code.zh() } else { problem.code.en() };
    let (title, text) = match problem.code {
        Code::NotFound => (
            language.pick("页面不存在", "Page not found").to_owned(),
            language.pick("没有这个页面，请检查地址是否完整。", "There is no such page. Check that the address is complete.").to_owned(),
        ),
        _ => (words.title.to_owned(), problem.detail(words.detail, language)),
    };
    // Only an address nobody has is likely a colleague's; a customer with an old link has no business on our start page.
    let back = match problem.words("what").1 == "route" {
        true => format!("<p><a href=\"/\">{}</a></p>", language.pick("回到首页", "Go to the start page")),
        false => String::new(),
    };
    html::page(language, &title, &format!("<main><h1>{}</h1><p>{}</p>{back}</main>", html::escape(&title), html::escape(&text)))
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
