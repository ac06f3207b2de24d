//! What goes wrong, as RFC 9457 problem details. A handler returns a `Problem`; the outermost middleware writes the body,
//! because only there the caller's language and the request's id are known.

mod from;
mod page;
pub mod reasons;
mod table;

pub use page::{error_page, failed_page};
pub use table::{Code, Words};

use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use qn_domain::Language;
use serde::Serialize;

/// The content type of every problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

#[derive(Debug, Clone)]
pub struct Problem {
    pub code: Code,
    /// Name, and what fills it in Chinese and English.
    blanks: Vec<(&'static str, String, String)>,
    errors: Vec<FieldError>,
    headers: Vec<(HeaderName, HeaderValue)>,
    members: serde_json::Map<String, serde_json::Value>,
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
        Self { code, blanks: Vec::new(), errors: Vec::new(), headers: Vec::new(), members: serde_json::Map::new() }
    }

    /// Fills `{name}` in the detail.
    pub fn with(self, name: &'static str, value: impl Into<String>) -> Self {
        let value = value.into();
        self.with_words(name, value.clone(), value)
    }

    /// Fills `{name}` with words of the reader's language.
    pub fn with_words(mut self, name: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        self.blanks.push((name, zh.into(), en.into()));
        self
    }

    /// What fills `{name}`; empty when nothing does.
    fn words(&self, name: &str) -> (String, String) {
        self.blanks.iter().find(|(known, ..)| *known == name).map(|(_, zh, en)| (zh.clone(), en.clone())).unwrap_or_default()
    }

    /// Names a field that is wrong, as a dotted path.
    pub fn field(mut self, field: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Self {
        let field = field.into();
        if !self.blanks.iter().any(|(name, ..)| *name == "field") {
            self.blanks.push(("field", field.clone(), field.clone()));
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

    /// One more member of the body, for what a program needs to go on: the other side of a conflict, a list of findings.
    pub fn member<T: Serialize>(mut self, name: &str, value: &T) -> Self {
        self.members.insert(name.to_owned(), serde_json::to_value(value).unwrap_or_default());
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
            members: &self.members,
        };
        serde_json::to_vec(&wire).unwrap_or_default()
    }

    /// What went wrong, in one sentence; for answers that tell several problems.
    pub fn text(&self, language: Language) -> String {
        let words = if language == Language::Zh { self.code.zh() } else { self.code.en() };
        self.detail(words.detail, language)
    }

    fn detail(&self, template: &str, language: Language) -> String {
        let mut text = template.to_owned();
        for (name, zh, en) in &self.blanks {
            let value = if *name == "what" { from::noun(en, language) } else { language.pick(zh, en) };
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
    #[serde(flatten)]
    members: &'a serde_json::Map<String, serde_json::Value>,
}

#[derive(Serialize)]
struct WireField<'a> {
    field: &'a str,
    message: &'a str,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.code.status().into_response();
        if response.status() == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        for (name, value) in &self.headers {
            response.headers_mut().insert(name.clone(), value.clone());
        }
        response.extensions_mut().insert(Box::new(self));
        response
    }
}

/// The first ASCII mark that stands beside a Chinese character, where its full-width form belongs.
#[cfg(test)]
pub(crate) fn stray_punctuation(text: &str) -> Option<char> {
    let chars: Vec<char> = text.chars().collect();
    let marks = |c: char| matches!(c, ',' | ':' | ';' | '!' | '?');
    let stray = chars
        .windows(2)
        .find(|pair| (marks(pair[0]) && qn_base::text::is_cjk(pair[1])) || (qn_base::text::is_cjk(pair[0]) && marks(pair[1])));
    stray.map(|pair| if marks(pair[0]) { pair[0] } else { pair[1] })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::path::{Path, PathBuf};

    fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }

    /// Field messages are written where the field is checked, so the crates that speak to callers are read as text.
    #[test]
    fn what_callers_read_in_chinese_has_chinese_punctuation() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let mut files = Vec::new();
        ["api/src", "api-types/src", "channel/src", "blob/src", "engine/src"].iter().for_each(|d| sources(&root.join(d), &mut files));
        assert!(files.len() > 100);
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            let shipped = text.split("#[cfg(test)]").next().unwrap_or_default();
            for line in shipped.lines().filter(|l| !l.trim_start().starts_with("//")) {
                for literal in line.split('"').skip(1).step_by(2) {
                    assert_eq!(stray_punctuation(literal), None, "{}: {line}", file.display());
                }
            }
        }
    }

    #[test]
    fn refusals_are_told_in_the_readers_language() {
        let blocked = qn_egress::EgressError::Blocked { host: "10.0.0.1".into(), class: qn_egress::AddressClass::Private };
        let problem = reasons::address_in("url", &blocked);
        let zh = String::from_utf8(problem.body(Language::Zh, "r")).unwrap();
        assert!(zh.contains("10.0.0.1 是内部网络地址") && zh.contains("egress.allow_private") && !zh.contains("which"), "{zh}");
        let en = String::from_utf8(problem.body(Language::En, "r")).unwrap();
        assert!(en.contains("private address") && en.contains("egress.allow_private"), "{en}");
        let file = String::from_utf8(reasons::file(qn_blob::Refusal::Executable).body(Language::Zh, "r")).unwrap();
        assert!(file.contains("不接受这种文件：可执行程序。"), "{file}");
    }
}
