//! Sending: one deadline over resolution, connection, redirects and body. Redirects are followed here, not in the HTTP
//! library, so that every hop passes the same checks. No proxy is ever taken from the environment.

use crate::connect::TlsOnce;
use crate::resolver::{GuardedResolver, Refused};
use crate::{EgressError, Lookup, Policy, Request, Response, ResponseStream, SystemLookup, TIMEOUT_MS_MAX, Trust, target, trust};
use http::{HeaderMap, Method, header};
use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use url::Url;

/// As many as one company may have under way at a time: with fewer, each burst opens connections and throws them away.
const IDLE_PER_HOST_MAX: usize = 256;

/// Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Egress {
    client: reqwest::Client,
    policy: Arc<Policy>,
    trust: Trust,
    pub(crate) lookup: Arc<dyn Lookup>,
    pub(crate) tls: TlsOnce,
}

impl Egress {
    pub fn new(policy: Policy) -> Result<Self, EgressError> {
        Self::with_lookup(policy, Arc::new(SystemLookup))
    }

    /// The same, with another source of addresses for names.
    pub fn with_lookup(policy: Policy, lookup: Arc<dyn Lookup>) -> Result<Self, EgressError> {
        let policy = Arc::new(policy);
        let resolver = Arc::new(GuardedResolver { policy: Arc::clone(&policy), lookup: Arc::clone(&lookup) });
        let (client, trust) = trust::build(&policy, || {
            reqwest::Client::builder()
                .no_proxy()
                .redirect(reqwest::redirect::Policy::none())
                .referer(false)
                .dns_resolver(Arc::clone(&resolver))
                .user_agent(policy.user_agent.as_str())
                .connect_timeout(Duration::from_millis(policy.connect_timeout_ms))
                .pool_idle_timeout(Duration::from_secs(30))
                .pool_max_idle_per_host(IDLE_PER_HOST_MAX)
        })?;
        Ok(Self { client, policy, trust, lookup, tls: TlsOnce::default() })
    }

    /// Whether an address a person typed in settings can be called at all: its form, and private addresses written out. What a
    /// name stands for is judged each time something is sent.
    pub fn check_address(&self, url: &str) -> Result<(), EgressError> {
        crate::target::check_target(url, self.policy()).map(|_| ())
    }

    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    pub fn trust(&self) -> Trust {
        self.trust
    }

    /// Sends and reads the whole answer. Any status is an answer, also 3xx and 5xx.
    pub async fn send(&self, request: Request) -> Result<Response, EgressError> {
        self.open(request).await?.collect().await
    }

    /// Sends and hands the body over as it arrives.
    pub async fn open(&self, request: Request) -> Result<ResponseStream, EgressError> {
        let timeout_ms = request.timeout_ms.clamp(1, TIMEOUT_MS_MAX);
        let deadline = Instant::now() + Duration::from_millis(timeout_ms);
        let mut headers = request.header_map()?;
        let mut url = target::check_target(&request.url, &self.policy)?;
        let follows = matches!(request.method, Method::GET | Method::HEAD);
        let mut hops = 0;
        loop {
            let host = target::host_of(&url).to_owned();
            let sending = self.client.execute(outgoing(&request, &url, &headers));
            let answer = timeout_at(deadline, sending).await.map_err(|_| EgressError::Timeout { timeout_ms })?;
            let inner = answer.map_err(|error| explain(&host, timeout_ms, &error))?;
            match next_hop(&url, &inner) {
                Some(location) if follows && request.redirects_max > 0 => {
                    hops += 1;
                    url = self.follow(&url, &location, &mut headers, hops, request.redirects_max)?;
                }
                _ => {
                    return Ok(ResponseStream {
                        status: inner.status().as_u16(),
                        headers: inner.headers().clone(),
                        inner,
                        host,
                        limit_bytes: request.response_bytes_max,
                        read_bytes: 0,
                        deadline,
                        timeout_ms,
                    });
                }
            }
        }
    }

    /// The next address, checked like the first; credentials stay with the origin they were meant for.
    fn follow(&self, from: &Url, location: &str, headers: &mut HeaderMap, hops: u8, max: u8) -> Result<Url, EgressError> {
        let next = target::check_target(location, &self.policy)?;
        if hops > max || (from.scheme() == "https" && next.scheme() != "https") {
            return Err(EgressError::Redirect { max });
        }
        if from.origin() != next.origin() {
            let accept = headers.get(header::ACCEPT).cloned();
            headers.clear();
            if let Some(accept) = accept {
                headers.insert(header::ACCEPT, accept);
            }
        }
        Ok(next)
    }
}

fn outgoing(request: &Request, url: &Url, headers: &HeaderMap) -> reqwest::Request {
    let mut outgoing = reqwest::Request::new(request.method.clone(), url.clone());
    *outgoing.headers_mut() = headers.clone();
    if !request.body.is_empty() {
        *outgoing.body_mut() = Some(request.body.clone().into());
    }
    outgoing
}

fn next_hop(url: &Url, answer: &reqwest::Response) -> Option<String> {
    if !matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = answer.headers().get(header::LOCATION)?.to_str().ok()?;
    Some(url.join(location).map_or_else(|_| location.to_owned(), String::from))
}

/// Turns the HTTP library's error into ours. Causes are looked for along the whole chain.
pub(crate) fn explain(host: &str, timeout_ms: u64, error: &reqwest::Error) -> EgressError {
    let host = host.to_owned();
    let mut reason = "no further detail".to_owned();
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(refused) = inner.downcast_ref::<Refused>() {
            return EgressError::Blocked { host: refused.host.clone(), class: refused.class };
        }
        if let Some(tls) = tls_cause(inner) {
            return EgressError::Tls { host, reason: tls };
        }
        reason = inner.to_string();
        cause = inner.source();
    }
    if error.is_dns() {
        return EgressError::Dns { host };
    }
    if error.is_connect() {
        return EgressError::Connect { host, reason };
    }
    if error.is_timeout() {
        return EgressError::Timeout { timeout_ms };
    }
    if error.is_builder() {
        return EgressError::InvalidRequest { reason };
    }
    EgressError::Broken { reason }
}

/// TLS errors hide inside `io::Error`, sometimes two deep, and its `source` skips the error it wraps.
fn tls_cause(error: &(dyn std::error::Error + 'static)) -> Option<String> {
    if let Some(tls) = error.downcast_ref::<rustls::Error>() {
        return Some(tls.to_string());
    }
    tls_cause(error.downcast_ref::<std::io::Error>()?.get_ref()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_can_be_sent_to_tasks() {
        fn is_task_safe<T: Send + Sync + Clone + 'static>() {}
        is_task_safe::<Egress>();
    }
}
