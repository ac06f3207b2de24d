//! OAuth access tokens: fetched by one caller while the others wait, kept in memory until shortly before they end.

use crate::auth::{Grant, parsed, set};
use crate::{Failure, Kind, Secrets, answer};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qn_base::Clock;
use qn_crypto::Plain;
use qn_egress::{Egress, Request};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use url::form_urlencoded::Serializer;

const HELD_MAX: usize = 10_000;
const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// When the service does not say.
const LIFE_S: i64 = 300;
const LIFE_S_MAX: i64 = 24 * 3_600;

struct Token {
    text: Plain,
    until_ms: i64,
}

type Slot = Arc<tokio::sync::Mutex<Option<Token>>>;

#[derive(Default)]
pub(crate) struct Tokens(Mutex<HashMap<String, Slot>>);

impl Tokens {
    fn slot(&self, owner: &str, grant: &Grant) -> Slot {
        let key = serde_json::to_string(&(owner, grant)).unwrap_or_default();
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= HELD_MAX && !held.contains_key(&key) {
            held.clear();
        }
        Arc::clone(held.entry(key).or_default())
    }

    /// A token that is good for a while yet. `refused` is one that was not, whatever it says about itself.
    pub async fn get(&self, fetch: &Fetch<'_>, refused: Option<&Plain>) -> Result<Plain, Failure> {
        let slot = self.slot(fetch.owner, fetch.grant);
        let mut held = slot.lock().await;
        if let Some(token) = &*held
            && token.until_ms > fetch.clock.now()
            && refused != Some(&token.text)
        {
            return Ok(token.text.clone());
        }
        *held = None;
        let token = fetch.send().await?;
        let text = token.text.clone();
        *held = Some(token);
        Ok(text)
    }
}

pub(crate) struct Fetch<'a> {
    pub owner: &'a str,
    pub grant: &'a Grant,
    pub egress: &'a Egress,
    pub clock: &'a dyn Clock,
    pub secrets: &'a dyn Secrets,
    pub timeout_ms: u64,
}

impl Fetch<'_> {
    async fn send(&self) -> Result<Token, Failure> {
        let url = parsed(&self.grant.token_url)?;
        let secret = self.secrets.open(&self.grant.secret, &url).await?;
        let refresh = match &self.grant.refresh_secret {
            Some(name) => Some(self.secrets.open(name, &url).await?),
            None => None,
        };
        let form = self.form(&secret, refresh.as_ref());
        let mut request = Request::post(url.as_str(), form);
        set(&mut request, "content-type", "application/x-www-form-urlencoded".to_owned());
        set(&mut request, "accept", "application/json".to_owned());
        if !self.grant.in_body {
            let pair = format!("{}:{}", encoded(&self.grant.client_id), encoded(secret.reveal()));
            set(&mut request, "authorization", format!("Basic {}", STANDARD.encode(pair)));
        }
        request.timeout_ms = self.timeout_ms;
        request.response_bytes_max = ANSWER_BYTES_MAX;
        let response = self.egress.send(request).await?;
        let body = answer::read(&response)?;
        if !response.is_success() {
            // the body is the authority's: it may repeat what it was sent
            let word = body["error"].as_str().filter(|word| word.len() < 60 && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
            let kind = if response.status >= 500 || response.status == 429 { Kind::Unavailable } else { Kind::Refused };
            let said = format!("{} {}", response.status, word.unwrap_or_default());
            let said = said.trim_end();
            return Err(Failure::new(kind, format!("no access token: {said}")).zh(format!("没有得到访问令牌：{said}")));
        }
        self.keep(&body).await
    }

    fn form(&self, secret: &Plain, refresh: Option<&Plain>) -> String {
        let mut form = Serializer::new(String::new());
        match refresh {
            Some(token) => form.append_pair("grant_type", "refresh_token").append_pair("refresh_token", token.reveal()),
            None => form.append_pair("grant_type", "client_credentials"),
        };
        if let Some(scope) = &self.grant.scope {
            form.append_pair("scope", scope);
        }
        if self.grant.in_body {
            form.append_pair("client_id", &self.grant.client_id).append_pair("client_secret", secret.reveal());
        }
        form.finish()
    }

    async fn keep(&self, body: &Value) -> Result<Token, Failure> {
        let text = body["access_token"].as_str().filter(|text| !text.is_empty());
        let text = Plain::new(
            text.ok_or_else(|| Failure::invalid("the token's answer holds no access_token").zh("令牌地址的返回里没有 access_token"))?,
        );
        if let (Some(name), Some(renewed)) = (&self.grant.refresh_secret, body["refresh_token"].as_str()) {
            self.secrets.replace(name, &Plain::new(renewed)).await?;
        }
        let life_s = body["expires_in"].as_i64().or_else(|| body["expires_in"].as_str()?.parse().ok()).unwrap_or(LIFE_S);
        let life_s = life_s.clamp(0, LIFE_S_MAX);
        let until_ms = self.clock.now() + 1_000 * (life_s - (life_s / 10).min(60));
        Ok(Token { text, until_ms })
    }
}

/// RFC 6749 §2.3.1: both are form-encoded before they are joined.
fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
