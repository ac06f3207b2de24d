//! One request to the outside, with its limits. Headers that decide framing or routing are ours alone.

use crate::EgressError;
use bytes::Bytes;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::{Method, header};
use std::fmt;

/// Largest answer kept unless the request says otherwise.
pub const RESPONSE_BYTES_MAX: usize = 1024 * 1024;
pub const TIMEOUT_MS: u64 = 15_000;
pub const TIMEOUT_MS_MAX: u64 = 120_000;
const HEADERS_MAX: usize = 64;

/// Set by the client itself; a caller that sets one of these could desynchronise or redirect the connection.
const RESERVED: [HeaderName; 9] = [
    header::HOST,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::CONNECTION,
    header::UPGRADE,
    header::TE,
    header::TRAILER,
    header::PROXY_AUTHORIZATION,
    header::EXPECT,
];

#[derive(Clone)]
pub struct Request {
    pub method: Method,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
    /// For the whole exchange, redirects and body included; at most `TIMEOUT_MS_MAX`.
    pub timeout_ms: u64,
    /// Sent as `Idempotency-Key`.
    pub idempotency_key: Option<String>,
    pub response_bytes_max: usize,
    /// How many redirects to follow, each checked like the first address. Only GET and HEAD ever follow.
    pub redirects_max: u8,
}

impl Request {
    pub fn get(url: impl Into<String>) -> Self {
        Self::new(Method::GET, url, Bytes::new())
    }

    pub fn post(url: impl Into<String>, body: impl Into<Bytes>) -> Self {
        Self::new(Method::POST, url, body.into())
    }

    fn new(method: Method, url: impl Into<String>, body: Bytes) -> Self {
        Self {
            method,
            url: url.into(),
            headers: Vec::new(),
            body,
            timeout_ms: TIMEOUT_MS,
            idempotency_key: None,
            response_bytes_max: RESPONSE_BYTES_MAX,
            redirects_max: 0,
        }
    }

    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The headers as they go out; anything that could inject or reroute is an error that names the header.
    pub(crate) fn header_map(&self) -> Result<HeaderMap, EgressError> {
        let refuse = |reason: String| EgressError::InvalidRequest { reason };
        if self.headers.len() > HEADERS_MAX {
            return Err(refuse(format!("more than {HEADERS_MAX} headers")));
        }
        let mut map = HeaderMap::new();
        for (name, value) in &self.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| refuse(format!("bad header name {name:?}")))?;
            if RESERVED.contains(&name) {
                return Err(refuse(format!("the header {name} cannot be set")));
            }
            let value = HeaderValue::from_str(value).map_err(|_| refuse(format!("bad value for header {name}")))?;
            map.append(name, value);
        }
        if let Some(key) = &self.idempotency_key {
            let value = HeaderValue::from_str(key).map_err(|_| refuse("bad idempotency key".to_owned()))?;
            map.insert(HeaderName::from_static("idempotency-key"), value);
        }
        Ok(map)
    }
}

/// Header values carry credentials and bodies carry what customers wrote: neither is printed.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("url", &shown(&self.url))
            .field("headers", &names)
            .field("body_bytes", &self.body.len())
            .field("timeout_ms", &self.timeout_ms)
            .finish_non_exhaustive()
    }
}

/// Segments this long that hold digits are tokens rather than words.
const TOKEN_CHARS: usize = 16;

/// The address without what may be a secret: names before the host, the query, and parts of the path that look like tokens
/// (Telegram's bot token and hook URLs of chat robots stand there).
fn shown(url: &str) -> String {
    let plain = url.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = plain.split_once("://").unwrap_or(("", plain));
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = authority.rsplit('@').next().unwrap_or_default();
    let is_token = |segment: &str| {
        segment.contains([':', '%']) || (segment.chars().count() >= TOKEN_CHARS && segment.contains(|c: char| c.is_ascii_digit()))
    };
    let path: Vec<&str> = path.split('/').map(|segment| if is_token(segment) { "…" } else { segment }).collect();
    format!("{scheme}://{host}/{}", path.join("/"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_of_an_address_holds_no_secret() {
        for (url, expected) in [
            ("https://api.telegram.org/bot123456:AAE-x9/sendMessage", "https://api.telegram.org/…/sendMessage"),
            ("https://user:pass@shop.example/a/b?token=1#x", "https://shop.example/a/b"),
            ("https://hooks.example/robot/9f8e7d6c5b4a3210ffee/send", "https://hooks.example/robot/…/send"),
            ("http://127.0.0.1:8080/api/v1/orders", "http://127.0.0.1:8080/api/v1/orders"),
            ("https://shop.example", "https://shop.example/"),
        ] {
            let request = Request::get(url);
            assert_eq!(shown(&request.url), expected);
            assert!(format!("{request:?}").contains(expected), "{request:?}");
        }
    }

    #[test]
    fn headers_cannot_inject_or_reroute() {
        for (name, value) in
            [("x", "a\r\nHost: evil"), ("x", "a\nb"), ("a b", "c"), ("x:y", "c"), ("", "c"), ("Host", "evil"), ("content-length", "1")]
        {
            let request = Request::get("https://x.example").header(name, value);
            assert!(matches!(request.header_map(), Err(EgressError::InvalidRequest { .. })), "{name}: {value}");
        }
        let mut request = Request::get("https://x.example");
        request.idempotency_key = Some("a\r\nb".into());
        assert!(request.header_map().is_err());
        request.idempotency_key = Some("eff_1".into());
        assert_eq!(request.header_map().unwrap().get("idempotency-key").unwrap(), "eff_1");
    }

    #[test]
    fn debug_shows_no_secrets() {
        let shown = format!("{:?}", Request::post("https://x.example/a?token=t0k", "b0dy").header("authorization", "s3cret"));
        assert!(!shown.contains("s3cret") && !shown.contains("b0dy") && !shown.contains("t0k"), "{shown}");
    }
}
