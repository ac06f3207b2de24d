//! From a credential to a person. What was looked up is remembered for ten seconds, so that a busy console does not read
//! its session with every request; signing out, or a change made on this server, is noticed at once.

use crate::principal::{Credential, Principal, Scope, Via};
use crate::sign_in::SESSION_MS;
use crate::{Auth, Error, Result, is_api_token, secret};
use qn_base::Timestamp;
use qn_base::clock::{DAY_MS, MINUTE_MS, SECOND_MS};
use qn_domain::{TenantId, User, UserId};
use qn_store::{session, token, user};
use quick_cache::sync::Cache;
use std::sync::atomic::{AtomicU64, Ordering};

const REMEMBER_MS: i64 = 10 * SECOND_MS;
const REMEMBERED_MAX: usize = 10_000;

#[derive(Clone)]
struct Known {
    principal: Principal,
    checked_at: Timestamp,
    expires_at: Timestamp,
}

pub(crate) struct PeopleCache {
    by_hash: Cache<String, Known>,
    /// Grows with every change, so that a look-up that raced with one is not remembered.
    changes: AtomicU64,
}

impl Default for PeopleCache {
    fn default() -> Self {
        Self { by_hash: Cache::new(REMEMBERED_MAX), changes: AtomicU64::new(0) }
    }
}

impl PeopleCache {
    fn find(&self, hash: &String, now: Timestamp) -> Option<Principal> {
        let known = self.by_hash.get(hash)?;
        let fresh = now - known.checked_at < REMEMBER_MS && known.expires_at > now;
        fresh.then_some(known.principal)
    }

    pub fn forget(&self, hash: &String) {
        self.changes.fetch_add(1, Ordering::SeqCst);
        self.by_hash.remove(hash);
    }

    fn forget_all(&self) {
        self.changes.fetch_add(1, Ordering::SeqCst);
        self.by_hash.clear();
    }

    fn forget_user(&self, user_id: &UserId) {
        self.changes.fetch_add(1, Ordering::SeqCst);
        self.by_hash.retain(|_, known| known.principal.user.id != *user_id);
    }
}

impl Auth {
    /// Another session changed sessions, tokens or people.
    pub fn look_at_people_again(&self) {
        self.0.people.forget_all();
    }

    /// `Unauthenticated` for a session, `InvalidToken` for a token that is unknown, ended, or of a disabled person.
    pub async fn person(&self, credential: Credential<'_>) -> Result<Principal> {
        let (text, refusal) = match credential {
            Credential::Session(secret) if is_api_token(secret) => return Err(Error::Unauthenticated),
            Credential::Session(secret) => (secret, Error::Unauthenticated),
            Credential::Token(token) if is_api_token(token) => (token, Error::InvalidToken),
            Credential::Token(_) => return Err(Error::InvalidToken),
        };
        let Some(hash) = secret::hash(text) else { return Err(refusal) };
        let now = self.now();
        if let Some(principal) = self.0.people.find(&hash, now) {
            return Ok(principal);
        }
        let before = self.0.people.changes.load(Ordering::SeqCst);
        let found = match credential {
            Credential::Session(_) => self.by_session(&hash, now).await?,
            Credential::Token(_) => self.by_token(&hash, now).await?,
        };
        let (principal, expires_at) = found.ok_or(refusal)?;
        if self.0.people.changes.load(Ordering::SeqCst) == before {
            let known = Known { principal: principal.clone(), checked_at: now, expires_at };
            self.0.people.by_hash.insert(hash, known);
        }
        Ok(principal)
    }

    async fn by_session(&self, hash: &str, now: Timestamp) -> Result<Option<(Principal, Timestamp)>> {
        let Some(found) = session::find_by_hash(self.db(), hash, now).await? else { return Ok(None) };
        let Some(user) = self.active_user(&found.tenant_id, &found.user_id).await? else { return Ok(None) };
        let mut expires_at = found.expires_at;
        if expires_at < now + SESSION_MS - DAY_MS {
            expires_at = now + SESSION_MS;
            session::extend(self.db(), &found.tenant_id, &found.id, expires_at).await?;
        }
        Ok(Some((Principal { user, scope: Scope::Admin, via: Via::Session(found.id) }, expires_at)))
    }

    async fn by_token(&self, hash: &str, now: Timestamp) -> Result<Option<(Principal, Timestamp)>> {
        let Some(found) = token::find_by_hash(self.db(), hash, now).await? else { return Ok(None) };
        let Some(scope) = found.scopes.iter().filter_map(|s| Scope::parse(s)).max() else { return Ok(None) };
        let Some(user) = self.active_user(&found.tenant_id, &found.user_id).await? else { return Ok(None) };
        if found.last_used_at.is_none_or(|at| now - at > MINUTE_MS) {
            token::touch(self.db(), &found.tenant_id, &found.id, now).await?;
        }
        let expires_at = found.expires_at.unwrap_or(Timestamp::MAX);
        Ok(Some((Principal { user, scope, via: Via::Token(found.id) }, expires_at)))
    }

    async fn active_user(&self, tenant_id: &TenantId, user_id: &UserId) -> Result<Option<User>> {
        Ok(user::find(self.db(), tenant_id, user_id).await?.filter(|u| !u.disabled))
    }

    /// After a user or one of their tokens changed: the next request looks again.
    pub fn forget_user(&self, user_id: &UserId) {
        self.0.people.forget_user(user_id);
    }
}
