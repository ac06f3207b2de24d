//! Headers with a meaning of their own: the caller's language, the version a change starts from, and how long a caller cares to wait.

use crate::problem::{Code, Problem};
use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, header};
use qn_domain::Language;
use std::convert::Infallible;
use std::time::Duration;

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

/// What a caller prefers who does not want to wait for the bot.
pub const RESPOND_ASYNC: &str = "respond-async";
/// Longer waits are cut to this.
const WAIT_S_MAX: u64 = 10;

/// `Prefer: respond-async, wait=N` (RFC 7240): how long a caller waits for the end of what it asked before it takes "it is kept" for an
/// answer; without `wait` not at all. None: it waits for the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RespondAsync(pub Option<Duration>);

impl<S: Sync> FromRequestParts<S> for RespondAsync {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(RespondAsync(respond_async(&parts.headers)))
    }
}

fn respond_async(headers: &HeaderMap) -> Option<Duration> {
    let values = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    let (mut is_async, mut wait) = (false, None::<u64>);
    for wish in values {
        // Parameters follow a preference after `;`; these two have none.
        let wish = wish.split(';').next().unwrap_or_default();
        let (name, value) = wish.split_once('=').unwrap_or((wish, ""));
        if name.trim().eq_ignore_ascii_case(RESPOND_ASYNC) {
            is_async = true;
        } else if name.trim().eq_ignore_ascii_case("wait") {
            wait = wait.or(value.trim().trim_matches('"').parse().ok());
        }
    }
    is_async.then(|| Duration::from_secs(wait.unwrap_or(0).min(WAIT_S_MAX)))
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

    #[test]
    fn who_does_not_want_to_wait_says_for_how_long_at_most() {
        let with = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append("prefer", value.parse().unwrap());
            }
            respond_async(&headers).map(|wait| wait.as_secs())
        };
        assert_eq!((with(&[]), with(&["wait=5"]), with(&["return=minimal"])), (None, None, None));
        assert_eq!((with(&["respond-async"]), with(&["Respond-Async , Wait = 2"])), (Some(0), Some(2)));
        assert_eq!((with(&["wait=3", "return=minimal, respond-async"]), with(&["respond-async; x=1, wait=\"4\""])), (Some(3), Some(4)));
        assert_eq!((with(&["respond-async, wait=900"]), with(&["respond-async, wait=soon"])), (Some(10), Some(0)));
    }
}
