//! A plain HTTP client of the API for one caller. `deliver` is an outbox's way of sending: the same request again and again
//! until the server has acknowledged or refused it.

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http::{HeaderMap, Method};
use serde_json::Value;
use std::time::{Duration, Instant};

/// A server that does not answer for this long is broken, not busy.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// How long an outbox keeps trying.
const DELIVER_WITHIN: Duration = Duration::from_secs(120);
/// The pause between two tries while the server is away.
const AGAIN_AFTER: Duration = Duration::from_millis(15);

#[derive(Debug, Clone)]
pub struct Api {
    client: reqwest::Client,
    /// `http://127.0.0.1:port`
    pub base: String,
    /// Sent as bearer token.
    pub token: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// A request that can be sent any number of times.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: Method,
    /// Under `/api/v1`, or from the root when it begins with `//`.
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
}

impl Request {
    pub fn json(method: Method, path: &str, body: &Value) -> Self {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Self { method, path: path.to_owned(), headers, body: body.to_string().into() }
    }

    pub fn get(path: &str) -> Self {
        Self { method: Method::GET, path: path.to_owned(), headers: Vec::new(), body: Bytes::new() }
    }

    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

impl Api {
    pub fn new(base: &str) -> Result<Self> {
        // a second install says that the first is there, which is all that is wanted
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .timeout(ANSWER_WITHIN)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .context("no HTTP client")?;
        Ok(Self { client, base: base.to_owned(), token: None })
    }

    /// The same client for another caller.
    #[must_use]
    pub fn as_caller(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same client for nobody in particular.
    #[must_use]
    pub fn as_nobody(&self) -> Self {
        Self { token: None, ..self.clone() }
    }

    /// The same caller on a server at another address.
    #[must_use]
    pub fn at(&self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self.clone() }
    }

    pub async fn send(&self, request: &Request) -> Result<Answer> {
        let url = match request.path.strip_prefix("//") {
            Some(path) => format!("{}/{path}", self.base),
            None => format!("{}/api/v1{}", self.base, request.path),
        };
        let mut call = self.client.request(request.method.clone(), url).body(request.body.clone());
        for (name, value) in &request.headers {
            call = call.header(name, value);
        }
        let has_authorization = request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        if let Some(token) = self.token.as_ref().filter(|_| !has_authorization) {
            call = call.bearer_auth(token);
        }
        let answer = call.send().await.with_context(|| format!("{} {}", request.method, request.path))?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Ok(Answer { status, headers, body: answer.bytes().await? })
    }

    pub async fn get(&self, path: &str) -> Result<Answer> {
        self.send(&Request::get(path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Result<Answer> {
        self.send(&Request::json(Method::POST, path, body)).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Result<Answer> {
        self.send(&Request::json(Method::PUT, path, body)).await
    }

    /// Sends until somebody answers for good: a lost connection, a busy or a failing server only mean "again".
    pub async fn deliver(&self, request: &Request) -> Result<Answer> {
        let started = Instant::now();
        loop {
            let last = match self.send(request).await {
                Ok(answer) if answer.status < 500 && answer.status != 429 => return Ok(answer),
                Ok(answer) => format!("status {}: {}", answer.status, answer.text()),
                Err(error) => format!("{error:#}"),
            };
            if started.elapsed() > DELIVER_WITHIN {
                bail!("{} {} was not acknowledged in {} s: {last}", request.method, request.path, DELIVER_WITHIN.as_secs());
            }
            tokio::time::sleep(AGAIN_AFTER).await;
        }
    }

    /// All items of a list that is read page by page.
    pub async fn list_all(&self, path: &str) -> Result<Vec<Value>> {
        let (mut items, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let joint = if path.contains('?') { '&' } else { '?' };
            let at = cursor.map(|c| format!("&cursor={c}")).unwrap_or_default();
            let mut page = self.get(&format!("{path}{joint}limit=200{at}")).await?.ok()?.json()?;
            items.append(page["items"].as_array_mut().context("a list has items")?);
            match page["next_cursor"].as_str() {
                Some(next) => cursor = Some(next.to_owned()),
                None => return Ok(items),
            }
        }
    }
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Result<Value> {
        serde_json::from_slice(&self.body).with_context(|| format!("status {}, not JSON: {}", self.status, self.text()))
    }

    pub fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// An error unless the status is 2xx.
    pub fn ok(self) -> Result<Self> {
        if self.is_ok() {
            return Ok(self);
        }
        bail!("status {}: {}", self.status, self.text())
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }
}
