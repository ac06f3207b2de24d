//! What goes wrong, as RFC 9457 problem details. A handler returns a `Problem`; the outermost middleware writes the body,
//! because only there the caller's language and the request's id are known.

mod from;
mod page;
mod table;

pub use page::error_page;
pub use table::{Code, Words};

use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, header};
use qn_domain::Language;
use serde::Serialize;

/// The content type of every problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

#[derive(Debug, Clone)]
pub struct Problem {
    pub code: Code,
    blanks: Vec<(&'static str, String)>,
    errors: Vec<FieldError>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// One field that was not accepted, and why, in the caller's language.
#[derive(Debug, Clone)]
struct FieldError {
    field: String,
    zh: String,
    en: String,
}

impl Problem {
    pub fn new(code: Code) -> Self {
        Self { code, blanks: Vec::new(), errors: Vec::new(), headers: Vec::new() }
    }

    /// Fills `{name}` in the detail.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.blanks.push((name, value.into()));
        self
    }

    /// Names a field that is wrong, as a dotted path.
    pub fn field(mut self, field: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Self {
        let field = field.into();
        if !self.blanks.iter().any(|(name, _)| *name == "field") {
            self.blanks.push(("field", field.clone()));
        }
        self.errors.push(FieldError { field, zh: zh.into(), en: en.into() });
        self
    }

    /// `InvalidField` for one field.
    pub fn invalid(field: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(Code::InvalidField).field(field, zh, en)
    }

    /// `what` in both languages is found in `from::noun`.
    pub fn not_found(what: &'static str) -> Self {
        Self::new(Code::NotFound).with("what", what)
    }

    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Says when to come back, in the header and in the text.
    pub fn retry_after(self, seconds: i64) -> Self {
        let seconds = seconds.max(1);
        self.with("seconds", seconds.to_string()).header(header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// The body, for a reader of `language`.
    pub fn body(&self, language: Language, request_id: &str) -> Vec<u8> {
        let words = if language == Language::Zh { self.code.zh() } else { self.code.en() };
        let wire = Wire {
            r#type: format!("/docs/errors/{}", self.code.as_str()),
            title: words.title,
            status: self.code.status().as_u16(),
            code: self.code.as_str(),
            detail: self.detail(words.detail, language),
            request_id,
            errors: self.errors.iter().map(|e| WireField { field: &e.field, message: language.pick(&e.zh, &e.en) }).collect(),
        };
        serde_json::to_vec(&wire).unwrap_or_default()
    }

    fn detail(&self, template: &str, language: Language) -> String {
        let mut text = template.to_owned();
        for (name, value) in &self.blanks {
            let value = if *name == "what" { from::noun(value, language) } else { value.as_str() };
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }
}

#[derive(Serialize)]
struct Wire<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    code: &'a str,
    detail: String,
    request_id: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<WireField<'a>>,
}

#[derive(Serialize)]
struct WireField<'a> {
    field: &'a str,
    message: &'a str,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.code.status().into_response();
        for (name, value) in &self.headers {
            response.headers_mut().insert(name.clone(), value.clone());
        }
        response.extensions_mut().insert(Box::new(self));
        response
    }
}
