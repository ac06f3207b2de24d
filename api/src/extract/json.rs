//! The body of a write: JSON in UTF-8, of limited size and depth, with no field we do not know, and with its own checks passed.

use crate::problem::{Code, Problem};
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header;
use qn_api_types::{Check, Invalid};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Deepest nesting of arrays and objects.
const DEPTH_MAX: usize = 32;

/// Reads and checks a body; as an answer, writes one.
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Check> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        parse(&bytes(request, state).await?).map(Json)
    }
}

/// The body of a request that says it is JSON.
pub async fn bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    if !is_json(&request) {
        return Err(Problem::new(Code::UnsupportedMediaType).with("wanted", "application/json"));
    }
    Bytes::from_request(request, state).await.map_err(|e| match e.status() {
        http::StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Code::TooLarge).with("max", "1 MiB"),
        _ => Problem::new(Code::BadRequest).with("reason", "the body broke off"),
    })
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

fn is_json(request: &Request) -> bool {
    let value = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    let essence = value.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// Also used for bodies that arrive in other ways (signed channel messages, socket frames).
pub fn parse<T: DeserializeOwned + Check>(bytes: &[u8]) -> Result<T, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|_| Problem::new(Code::InvalidEncoding))?;
    if too_deep(text) {
        return Err(Problem::new(Code::JsonTooDeep));
    }
    let reader = &mut serde_json::Deserializer::from_str(text);
    let mut value: T = serde_path_to_error::deserialize(&mut *reader).map_err(|e| refuse(&e))?;
    reader.end().map_err(|e| Problem::new(Code::InvalidJson).with("reason", plain(&e)))?;
    let mut wrong = Vec::new();
    value.check(&mut wrong);
    match wrong.is_empty() {
        true => Ok(value),
        false => Err(invalid(wrong)),
    }
}

pub fn invalid(wrong: Vec<Invalid>) -> Problem {
    wrong.into_iter().fold(Problem::new(Code::InvalidField), |problem, i| problem.field(i.field, i.zh, i.en))
}

/// Counts brackets outside strings; cheaper than letting a parser recurse.
fn too_deep(text: &str) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0usize, false, false);
    for byte in text.bytes() {
        match (in_string, byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (true, b'"') => in_string = false,
            (true, _) => {}
            (false, b'"') => in_string = true,
            (false, b'[' | b'{') => {
                depth += 1;
                if depth > DEPTH_MAX {
                    return true;
                }
            }
            (false, b']' | b'}') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

fn refuse(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let inner = error.inner();
    if !inner.is_data() {
        return Problem::new(Code::InvalidJson).with("reason", plain(inner));
    }
    let words = plain(inner);
    let path = error.path().to_string();
    if let Some(name) = words.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next()) {
        let field = join(&path, name);
        return Problem::new(Code::UnknownField).field(field, "没有这个字段", "there is no such field");
    }
    if let Some(name) = words.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        return Problem::invalid(join(&path, name), "必填", "is required");
    }
    let field = if path == "." { "body".to_owned() } else { path };
    Problem::invalid(field, format!("类型或取值不正确（{words}）"), words)
}

/// The path of `name`, which serde may or may not have put at the end already.
fn join(path: &str, name: &str) -> String {
    if path == "." || path.is_empty() {
        return name.to_owned();
    }
    if path == name || path.ends_with(&format!(".{name}")) { path.to_owned() } else { format!("{path}.{name}") }
}

/// The parser's words without its line and column.
fn plain(error: &serde_json::Error) -> String {
    let words = error.to_string();
    let words = words.rsplit_once(" at line ").map_or(words.as_str(), |(before, _)| before);
    qn_base::text::line(words, 200)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use qn_domain::Language;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[serde(rename = "n")]
        _n: i64,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[serde(rename = "inner")]
        _inner: Vec<Inner>,
    }

    impl Check for Outer {}

    fn fails(text: &str) -> (Code, String) {
        let problem = parse::<Outer>(text.as_bytes()).unwrap_err();
        (problem.code, String::from_utf8(problem.body(Language::En, "r")).unwrap())
    }

    #[test]
    fn each_kind_of_bad_body_has_its_code_and_names_the_field() {
        let (code, body) = fails(r#"{"inner":[{"n":1,"m":2}]}"#);
        assert_eq!(code, Code::UnknownField);
        assert!(body.contains(r#""field":"inner[0].m""#), "{body}");
        let (code, body) = fails(r#"{"inner":[{}]}"#);
        assert_eq!(code, Code::InvalidField);
        assert!(body.contains(r#""field":"inner[0].n""#), "{body}");
        let (code, body) = fails(r#"{"inner":[{"n":"x"}]}"#);
        assert_eq!(code, Code::InvalidField);
        assert!(body.contains(r#""field":"inner[0].n""#), "{body}");
        assert_eq!(fails("{").0, Code::InvalidJson);
        assert_eq!(fails(r#"{"inner":[]} x"#).0, Code::InvalidJson);
        assert_eq!(fails(&"[".repeat(33)).0, Code::JsonTooDeep);
        assert_eq!(parse::<Outer>(&[0xff, 0xfe]).unwrap_err().code, Code::InvalidEncoding);
    }
}
