//! Token buckets per address and per credential, in bounded memory. Full buckets are forgotten; when a shard is full of busy ones,
//! strangers are let through rather than remembered, so a flood of addresses cannot grow the process.

use crate::extract::bearer;
use crate::problem::{Code, Problem};
use crate::state::AppState;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, Method, header};
use qn_base::Timestamp;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

const SHARDS: usize = 32;
const SHARD_MAX: usize = 4_096;
/// Below it are the public forms.
const FORMS: &str = "/f/";

/// `burst` requests at once, refilled at `per_second`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    pub burst: f64,
    pub per_second: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Everything from one address.
    pub address: Limit,
    /// Everything with one credential.
    pub credential: Limit,
    /// Sign-in attempts from one address.
    pub sign_in: Limit,
    /// What one visitor sends.
    pub visitor: Limit,
    /// What one address brings over one signed channel: a system speaks for many customers.
    pub channel: Limit,
    /// Public forms that one address sends.
    pub form: Limit,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            address: Limit { burst: 600.0, per_second: 120.0 },
            credential: Limit { burst: 240.0, per_second: 40.0 },
            sign_in: Limit { burst: 20.0, per_second: 0.5 },
            visitor: Limit { burst: 30.0, per_second: 3.0 },
            channel: Limit { burst: 2_000.0, per_second: 500.0 },
            form: Limit { burst: 20.0, per_second: 0.2 },
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: Timestamp,
}

#[derive(Debug)]
pub struct Limiter {
    limits: Option<Limits>,
    shards: Vec<Mutex<HashMap<u64, Bucket>>>,
}

/// What is left in a bucket after a request, or how long to wait.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Verdict {
    Pass { left: u64 },
    Wait { seconds: u64 },
}

impl Limiter {
    pub fn new(limits: Option<Limits>) -> Self {
        Self { limits, shards: (0..SHARDS).map(|_| Mutex::default()).collect() }
    }

    /// Takes one token from the bucket `key`.
    pub fn take(&self, key: u64, limit: Limit, now: Timestamp) -> Verdict {
        let mut shard = self.shards[(key as usize) % SHARDS].lock().unwrap_or_else(PoisonError::into_inner);
        if shard.len() >= SHARD_MAX && !shard.contains_key(&key) {
            shard.retain(|_, b| b.tokens + refill(b.at, now, limit) < limit.burst);
            if shard.len() >= SHARD_MAX {
                return Verdict::Pass { left: 0 };
            }
        }
        let bucket = shard.entry(key).or_insert(Bucket { tokens: limit.burst, at: now });
        bucket.tokens = (bucket.tokens + refill(bucket.at, now, limit)).min(limit.burst);
        bucket.at = now;
        if bucket.tokens < 1.0 {
            let seconds = ((1.0 - bucket.tokens) / limit.per_second).ceil().max(1.0);
            return Verdict::Wait { seconds: seconds as u64 };
        }
        bucket.tokens -= 1.0;
        Verdict::Pass { left: bucket.tokens as u64 }
    }
}

fn refill(since: Timestamp, now: Timestamp, limit: Limit) -> f64 {
    (now - since).max(0) as f64 / 1000.0 * limit.per_second
}

fn key(kind: &str, name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (kind, name).hash(&mut hasher);
    hasher.finish()
}

pub async fn rate_limit(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let Some(limits) = state.limiter.limits else { return next.run(request).await };
    let path = request.uri().path();
    if !path.starts_with("/api/") && !path.starts_with(FORMS) {
        return next.run(request).await;
    }
    let now = state.engine.now();
    let asked = buckets(&state, &request, limits);
    let mut tightest: Option<(&str, Limit, u64)> = None;
    for (name, key, limit) in asked {
        match state.limiter.take(key, limit, now) {
            Verdict::Wait { seconds } => return refused(name, limit, seconds),
            Verdict::Pass { left } if tightest.is_none_or(|(_, _, least)| left < least) => tightest = Some((name, limit, left)),
            Verdict::Pass { .. } => {}
        }
    }
    let mut response = next.run(request).await;
    if let Some((name, limit, left)) = tightest {
        announce(response.headers_mut(), name, limit, left, 0);
    }
    response
}

/// The buckets a request is taken from: name, key, limit.
fn buckets(state: &AppState, request: &Request, limits: Limits) -> Vec<(&'static str, u64, Limit)> {
    let path = request.uri().path();
    let address = client_address(state, request);
    if path.starts_with("/api/v1/channels/") || path.starts_with("/api/v1/hooks/") {
        return vec![("channel", key(path, &address), limits.channel)];
    }
    let mut buckets = vec![("address", key("address", &address), limits.address)];
    if path.starts_with(FORMS) && *request.method() == Method::POST {
        buckets.push(("form", key("form", &address), limits.form));
    }
    if path == "/api/v1/auth/sign-in" {
        buckets.push(("sign_in", key("sign_in", &address), limits.sign_in));
    }
    if let Some(token) = bearer(request.headers()) {
        let sends = path.starts_with("/api/v1/widget/") && *request.method() == Method::POST;
        let (name, limit) = if sends { ("visitor", limits.visitor) } else { ("credential", limits.credential) };
        buckets.push((name, key(name, token), limit));
    } else if let Some(cookie) = request.headers().get(header::COOKIE).and_then(|v| v.to_str().ok()) {
        buckets.push(("credential", key("cookie", cookie), limits.credential));
    }
    buckets
}

fn refused(name: &str, limit: Limit, seconds: u64) -> Response {
    metrics::counter!("qn_http_rate_limited_total", "policy" => name.to_owned()).increment(1);
    let mut response = Problem::new(Code::RateLimited).retry_after(i64::try_from(seconds).unwrap_or(60)).into_response();
    announce(response.headers_mut(), name, limit, 0, seconds);
    response
}

/// `RateLimit-Policy` and `RateLimit` as the IETF draft of httpapi writes them.
fn announce(headers: &mut HeaderMap, name: &str, limit: Limit, left: u64, seconds: u64) {
    let window = (limit.burst / limit.per_second).ceil();
    let policy = format!("\"{name}\";q={};w={window}", limit.burst);
    let state = if seconds == 0 { format!("\"{name}\";r={left}") } else { format!("\"{name}\";r={left};t={seconds}") };
    for (header, value) in [("ratelimit-policy", policy), ("ratelimit", state)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(header, value);
        }
    }
}

fn client_address(state: &AppState, request: &Request) -> String {
    if state.config.trust_forwarded
        && let Some(first) = request.headers().get("x-forwarded-for").and_then(|v| v.to_str().ok()).and_then(|v| v.rsplit(',').next())
    {
        return first.trim().to_owned();
    }
    request.extensions().get::<ConnectInfo<SocketAddr>>().map_or_else(|| "unknown".to_owned(), |info| info.0.ip().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Limit = Limit { burst: 2.0, per_second: 1.0 };

    #[test]
    fn a_bucket_empties_and_refills() {
        let limiter = Limiter::new(None);
        assert_eq!(limiter.take(1, LIMIT, 0), Verdict::Pass { left: 1 });
        assert_eq!(limiter.take(1, LIMIT, 0), Verdict::Pass { left: 0 });
        assert_eq!(limiter.take(1, LIMIT, 0), Verdict::Wait { seconds: 1 });
        assert_eq!(limiter.take(2, LIMIT, 0), Verdict::Pass { left: 1 });
        assert_eq!(limiter.take(1, LIMIT, 1_000), Verdict::Pass { left: 0 });
    }

    #[test]
    fn memory_is_bounded() {
        let limiter = Limiter::new(None);
        for key in 0..(SHARDS * SHARD_MAX * 2) as u64 {
            limiter.take(key, LIMIT, 0);
        }
        let held: usize = limiter.shards.iter().map(|s| s.lock().map(|s| s.len()).unwrap_or(0)).sum();
        assert!(held <= SHARDS * SHARD_MAX);
    }
}
