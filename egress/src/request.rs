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
            .field("url", &self.url.split(['?', '#']).next().unwrap_or_default())
            .field("headers", &names)
            .field("body_bytes", &self.body.len())
            .field("timeout_ms", &self.timeout_ms)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

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
