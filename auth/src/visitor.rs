//! Visitor tokens: `qnv_<payload>.<mac>`, signed by this server and checked without the database. Only whether the customer
//! logged out since is looked up, and remembered for ten seconds.

use crate::{Auth, Error, Result};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use qn_base::Timestamp;
use qn_base::clock::{DAY_MS, SECOND_MS};
use qn_domain::{ContactId, InboxId, TenantId};
use quick_cache::sync::Cache;
use sha2::Sha256;
use std::sync::atomic::{AtomicU64, Ordering};

pub const VISITOR_PREFIX: &str = "qnv_";
pub const VISITOR_TOKEN_MS: i64 = 30 * DAY_MS;
const TOKEN_CHARS_MAX: usize = 512;
/// At the end of the payload for a contact that is not stored yet.
const NEW: &str = ".new";
const REMEMBER_MS: i64 = 10 * SECOND_MS;
const REMEMBERED_MAX: usize = 50_000;

/// Who a visitor token speaks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitorClaims {
    pub tenant_id: TenantId,
    pub inbox_id: InboxId,
    pub contact_id: ContactId,
    pub issued_at: Timestamp,
    pub expires_at: Timestamp,
    /// The contact may not be stored yet: it is written with the first thing the visitor says.
    pub is_new: bool,
}

#[derive(Debug, Clone)]
pub struct IssuedVisitor {
    pub token: String,
    pub expires_at: Timestamp,
}

/// Per contact: tokens issued up to when are refused (none: no such contact), and when that was looked up.
pub(crate) struct VisitorCache {
    valid_after: Cache<(TenantId, ContactId), (Option<Timestamp>, Timestamp)>,
    changes: AtomicU64,
}

impl Default for VisitorCache {
    fn default() -> Self {
        Self { valid_after: Cache::new(REMEMBERED_MAX), changes: AtomicU64::new(0) }
    }
}

impl Auth {
    pub fn issue_visitor(&self, tenant_id: &TenantId, inbox_id: &InboxId, contact_id: &ContactId) -> IssuedVisitor {
        self.issue(&format!("{tenant_id}.{inbox_id}.{contact_id}"), "")
    }

    /// For a contact that has an id and nothing else yet.
    pub fn issue_new_visitor(&self, tenant_id: &TenantId, inbox_id: &InboxId, contact_id: &ContactId) -> IssuedVisitor {
        self.issue(&format!("{tenant_id}.{inbox_id}.{contact_id}"), NEW)
    }

    fn issue(&self, who: &str, mark: &str) -> IssuedVisitor {
        let issued_at = self.now();
        let expires_at = issued_at + VISITOR_TOKEN_MS;
        let payload = URL_SAFE_NO_PAD.encode(format!("{who}.{issued_at:x}.{expires_at:x}{mark}"));
        let mac = URL_SAFE_NO_PAD.encode(self.mac(&payload).finalize().into_bytes());
        IssuedVisitor { token: format!("{VISITOR_PREFIX}{payload}.{mac}"), expires_at }
    }

    /// Checks signature and expiry in constant time, then whether the customer logged out since.
    pub async fn visitor(&self, token: &str) -> Result<VisitorClaims> {
        let claims = self.read(token)?;
        let now = self.now();
        if claims.expires_at <= now {
            return Err(Error::TokenExpired);
        }
        match self.valid_after(&claims, now).await? {
            Some(after) if claims.issued_at > after => Ok(claims),
            None if claims.is_new => Ok(claims),
            _ => Err(Error::InvalidToken),
        }
    }

    fn read(&self, token: &str) -> Result<VisitorClaims> {
        if token.len() > TOKEN_CHARS_MAX {
            return Err(Error::InvalidToken);
        }
        let body = token.strip_prefix(VISITOR_PREFIX).ok_or(Error::InvalidToken)?;
        let (payload, mac) = body.split_once('.').ok_or(Error::InvalidToken)?;
        let mac = URL_SAFE_NO_PAD.decode(mac).map_err(|_| Error::InvalidToken)?;
        self.mac(payload).verify_slice(&mac).map_err(|_| Error::InvalidToken)?;
        parse(payload).ok_or(Error::InvalidToken)
    }

    fn mac(&self, payload: &str) -> Hmac<Sha256> {
        let mut mac = self.0.visitor_mac.clone();
        mac.update(VISITOR_PREFIX.as_bytes());
        mac.update(payload.as_bytes());
        mac
    }

    async fn valid_after(&self, claims: &VisitorClaims, now: Timestamp) -> Result<Option<Timestamp>> {
        let cache = &self.0.visitors;
        let key = (claims.tenant_id.clone(), claims.contact_id.clone());
        if let Some((after, checked_at)) = cache.valid_after.get(&key)
            && now - checked_at < REMEMBER_MS
        {
            return Ok(after);
        }
        let before = cache.changes.load(Ordering::SeqCst);
        let after = qn_store::contact::tokens_valid_after(self.db(), &claims.tenant_id, &claims.contact_id).await?;
        // A contact that is not there yet may be in a moment.
        if after.is_some() && cache.changes.load(Ordering::SeqCst) == before {
            cache.valid_after.insert(key, (after, now));
        }
        Ok(after)
    }

    /// Log-out: every token of the contact issued until now is refused, at once on this server and within seconds on others.
    pub async fn sign_out_visitor(&self, claims: &VisitorClaims) -> Result<()> {
        qn_store::contact::revoke_tokens(self.db(), &claims.tenant_id, &claims.contact_id, self.now()).await?;
        self.0.visitors.changes.fetch_add(1, Ordering::SeqCst);
        self.0.visitors.valid_after.remove(&(claims.tenant_id.clone(), claims.contact_id.clone()));
        Ok(())
    }
}

fn parse(payload: &str) -> Option<VisitorClaims> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    let known = text.strip_suffix(NEW);
    let parts: Vec<&str> = known.unwrap_or(&text).split('.').collect();
    let [tenant_id, inbox_id, contact_id, issued_at, expires_at] = parts.as_slice() else { return None };
    Some(VisitorClaims {
        tenant_id: TenantId::from(*tenant_id),
        inbox_id: InboxId::from(*inbox_id),
        contact_id: ContactId::from(*contact_id),
        issued_at: i64::from_str_radix(issued_at, 16).ok()?,
        expires_at: i64::from_str_radix(expires_at, 16).ok()?,
        is_new: known.is_some(),
    })
}
