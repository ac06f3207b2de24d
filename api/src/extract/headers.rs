//! Headers with a meaning of their own: the caller's language, and the version a change starts from.

use crate::problem::{Code, Problem};
use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, header};
use qn_domain::Language;
use std::convert::Infallible;

/// The caller's language by `Accept-Language`; Chinese when the header says nothing usable.
#[derive(Debug, Clone, Copy)]
pub struct Locale(pub Language);

impl<S: Sync> FromRequestParts<S> for Locale {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Locale(language_of(&parts.headers)))
    }
}

/// The first of our languages by quality, as RFC 9110 weighs them.
pub fn language_of(headers: &HeaderMap) -> Language {
    let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or("");
    let mut best = (0.0_f32, Language::Zh);
    for item in wanted.split(',').take(16) {
        let (tag, rest) = item.split_once(';').unwrap_or((item, ""));
        let quality = rest.trim().strip_prefix("q=").and_then(|q| q.parse().ok()).unwrap_or(1.0);
        let tag = tag.trim();
        if !tag.is_empty() && tag != "*" && quality > best.0 {
            best = (quality, Language::from_tag(tag));
        }
    }
    best.1
}

/// The version the caller's change starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub i64);

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let value = parts.headers.get(header::IF_MATCH).ok_or_else(|| Problem::new(Code::PreconditionRequired))?;
        let text = value.to_str().unwrap_or("").trim();
        let version = text.strip_prefix("W/").unwrap_or(text).trim_matches('"').parse();
        version.map(IfMatch).map_err(|_| Problem::new(Code::PreconditionFailed))
    }
}

impl<S: Sync> axum::extract::OptionalFromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Problem> {
        if !parts.headers.contains_key(header::IF_MATCH) {
            return Ok(None);
        }
        <IfMatch as FromRequestParts<S>>::from_request_parts(parts, state).await.map(Some)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_language_wins() {
        let with = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, value.parse().unwrap());
            language_of(&headers)
        };
        assert_eq!(with("zh-CN,zh;q=0.9,en;q=0.8"), Language::Zh);
        assert_eq!(with("en-GB"), Language::En);
        assert_eq!(with("en;q=0.3, zh-Hans;q=0.7"), Language::Zh);
        assert_eq!(with("*"), Language::Zh);
        assert_eq!(language_of(&HeaderMap::new()), Language::Zh);
    }
}
