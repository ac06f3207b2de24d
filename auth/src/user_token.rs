//! What a site says about its own user: a JWT signed with the inbox's secret (HS256) or the site's own Ed25519 key (EdDSA).
//! Which algorithm is right follows from the inbox's settings, never from the token alone, so one cannot pass for the other.

use crate::{Error, Result};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use qn_base::Timestamp;
use qn_base::text::line;
use qn_domain::Inbox;
use serde::Deserialize;
use serde_json::Value;

const TOKEN_BYTES_MAX: usize = 8 * 1024;
const SUBJECT_CHARS_MAX: usize = 200;
/// Clocks of sites and ours may differ by this.
const LEEWAY_S: i64 = 60;
/// Where an inbox keeps the PEM of the site's public key. With it, HS256 is refused.
pub const PUBLIC_KEY_SETTING: &str = "identity_public_key";

/// The site's user, as the site vouches for them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserClaims {
    /// The site's own id of the user.
    pub subject: String,
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
}

#[derive(Deserialize)]
struct Wire {
    sub: Value,
    exp: Value,
    nbf: Option<Value>,
    name: Option<Value>,
    email: Option<Value>,
    phone: Option<Value>,
}

/// `TokenExpired` only for a token that is otherwise good.
pub fn verify(inbox: &Inbox, token: &str, now: Timestamp) -> Result<UserClaims> {
    if token.len() > TOKEN_BYTES_MAX {
        return Err(Error::InvalidToken);
    }
    let (algorithm, key) = match public_key(inbox) {
        Some(pem) => (Algorithm::EdDSA, DecodingKey::from_ed_pem(pem.as_bytes()).map_err(|_| Error::InvalidToken)?),
        None if inbox.secret.is_empty() => return Err(Error::InvalidToken),
        None => (Algorithm::HS256, DecodingKey::from_secret(inbox.secret.as_bytes())),
    };
    let mut rules = Validation::new(algorithm);
    // Times are checked below against our own clock; an audience is the site's affair.
    rules.validate_exp = false;
    rules.validate_aud = false;
    rules.required_spec_claims.clear();
    let wire = jsonwebtoken::decode::<Wire>(token, &key, &rules).map_err(|_| Error::InvalidToken)?.claims;
    read(wire, now / 1000)
}

/// True when the text is a key that EdDSA tokens can be checked with; for the settings form.
pub fn is_public_key(pem: &str) -> bool {
    DecodingKey::from_ed_pem(pem.as_bytes()).is_ok()
}

fn public_key(inbox: &Inbox) -> Option<&str> {
    inbox.channel_settings.get(PUBLIC_KEY_SETTING).and_then(Value::as_str).filter(|pem| !pem.trim().is_empty())
}

fn read(wire: Wire, now_s: i64) -> Result<UserClaims> {
    let expires = seconds(&wire.exp).ok_or(Error::InvalidToken)?;
    let not_before = wire.nbf.as_ref().map(|v| seconds(v).ok_or(Error::InvalidToken)).transpose()?;
    let subject = subject(&wire.sub).ok_or(Error::InvalidToken)?;
    if not_before.is_some_and(|at| at > now_s + LEEWAY_S) {
        return Err(Error::InvalidToken);
    }
    if expires <= now_s - LEEWAY_S {
        return Err(Error::TokenExpired);
    }
    Ok(UserClaims { subject, name: said(wire.name, 100), email: said(wire.email, 254), phone: said(wire.phone, 40) })
}

/// Seconds since 1970, which RFC 7519 lets be fractional.
fn seconds(value: &Value) -> Option<i64> {
    let whole = value.as_i64().or_else(|| value.as_f64().filter(|f| f.is_finite()).map(|f| f as i64))?;
    (0..=253_402_300_799).contains(&whole).then_some(whole)
}

/// Sites use numbers as ids too.
fn subject(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let clean = line(&text, SUBJECT_CHARS_MAX + 1);
    (clean == text && !clean.is_empty() && clean.chars().count() <= SUBJECT_CHARS_MAX).then_some(clean)
}

fn said(value: Option<Value>, max: usize) -> Option<String> {
    let text = line(value?.as_str()?, max);
    (!text.is_empty()).then_some(text)
}

/// Signs as a site would, with the inbox's secret; for the demo shop and for tests.
pub fn sign(secret: &str, claims: &UserClaims, expires_at: Timestamp) -> Result<String> {
    let body = serde_json::json!({
        "sub": claims.subject,
        "name": claims.name,
        "email": claims.email,
        "phone": claims.phone,
        "exp": expires_at / 1000,
    });
    let key = EncodingKey::from_secret(secret.as_bytes());
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), &body, &key).map_err(|_| Error::InvalidToken)
}
