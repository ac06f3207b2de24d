//! A POST that creates: its body, and the Idempotency-Key it came under. The new object's id follows from the key, so sending
//! twice makes one object; a digest of the body tells a repetition from another request under the same key (`settings::replayed`).

use super::json;
use crate::problem::{Code, Problem};
use axum::extract::{FromRequest, FromRequestParts, Request};
use http::HeaderMap;
use http::request::Parts;
use qn_api_types::Check;
use qn_domain::TenantId;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

/// A creation as it was sent.
#[derive(Debug, Clone)]
pub struct Creation<T> {
    pub key: IdempotencyKey,
    pub body: T,
}

impl<S: Send + Sync, T: DeserializeOwned + Check> FromRequest<S> for Creation<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let mut key = IdempotencyKey::read(request.headers())?;
        let bytes = json::bytes(request, state).await?;
        let body = json::parse(&bytes)?;
        if key.name.is_some() {
            key.sent = meaning(&bytes);
        }
        Ok(Creation { key, body })
    }
}

/// A digest that the order of fields and the space between them do not change.
pub fn meaning(bytes: &[u8]) -> [u8; 16] {
    let canonical = serde_json::from_slice::<serde_json::Value>(bytes).and_then(|value| serde_json::to_vec(&value));
    let mut hash = Sha256::new();
    hash.update(canonical.as_deref().unwrap_or(bytes));
    half(hash)
}

fn half(hash: Sha256) -> [u8; 16] {
    let mut out = [0u8; 16];
    out.copy_from_slice(&hash.finalize()[..16]);
    out
}

/// The name a caller gives to a creation; none when the header is not there.
#[derive(Debug, Clone)]
pub struct IdempotencyKey {
    name: Option<String>,
    sent: [u8; 16],
}

/// A creation that has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    /// What the new object's id follows from.
    pub id: [u8; 16],
    /// What was asked for.
    pub sent: [u8; 16],
}

impl IdempotencyKey {
    fn read(headers: &HeaderMap) -> Result<Self, Problem> {
        let Some(value) = headers.get("idempotency-key") else { return Ok(IdempotencyKey { name: None, sent: [0; 16] }) };
        match value.to_str() {
            Ok(key) if (1..=255).contains(&key.len()) => Ok(IdempotencyKey { name: Some(key.to_owned()), sent: [0; 16] }),
            _ => Err(Problem::new(Code::InvalidIdempotencyKey)),
        }
    }

    /// The same key of another company, person or route is another name.
    pub fn named(&self, tenant_id: &TenantId, principal: &str, route: &str) -> Option<Named> {
        let key = self.name.as_ref()?;
        let mut hash = Sha256::new();
        for part in [tenant_id.as_str(), principal, route, key] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Some(Named { id: half(hash), sent: self.sent })
    }
}

/// For creations without a body.
impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::read(&parts.headers)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_name_depends_on_every_part() {
        let key = IdempotencyKey { name: Some("k".into()), sent: [0; 16] };
        let a = key.named(&"tnt_1".into(), "usr_1", "POST /teams");
        assert_eq!(a, key.named(&"tnt_1".into(), "usr_1", "POST /teams"));
        assert_ne!(a, key.named(&"tnt_2".into(), "usr_1", "POST /teams"));
        assert_ne!(a, key.named(&"tnt_1".into(), "usr_1", "POST /labels"));
        assert_eq!(IdempotencyKey { name: None, sent: [0; 16] }.named(&"tnt_1".into(), "", ""), None);
    }

    #[test]
    fn the_meaning_of_a_body_is_what_it_says_not_how_it_is_laid_out() {
        assert_eq!(meaning(br#"{"a":1,"b":[2]}"#), meaning(b"{ \"b\": [2],\n \"a\": 1 }"));
        assert_ne!(meaning(br#"{"a":1}"#), meaning(br#"{"a":2}"#));
    }
}
