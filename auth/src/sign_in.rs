//! Signing in and out, and changing one's password.

use crate::lockout::lock_ms;
use crate::{Auth, Error, Principal, Result, Via, password, secret};
use qn_base::Timestamp;
use qn_base::clock::DAY_MS;
use qn_domain::{SessionId, TenantId, User, UserId};
use qn_store::session::Session;
use qn_store::user::Account;
use qn_store::{session, user};

/// A session ends this long after it was last used.
pub const SESSION_MS: i64 = 14 * DAY_MS;
/// One address in this many tenants is tried, no more.
const ACCOUNTS_MAX: usize = 5;

#[derive(Debug, Clone)]
pub struct SignIn {
    pub email: String,
    pub password: String,
    /// Needed only by a person with the same address and password in two tenants.
    pub tenant_id: Option<TenantId>,
    pub user_agent: String,
}

#[derive(Debug, Clone)]
pub struct SignedIn {
    pub user: User,
    /// The cookie's value; it is not stored anywhere.
    pub secret: String,
    pub expires_at: Timestamp,
}

impl Auth {
    /// Takes as long, and answers the same, whether the address is known or not.
    pub async fn sign_in(&self, wish: SignIn) -> Result<SignedIn> {
        let email = wish.email.trim().to_lowercase();
        let accounts = self.accounts(&email, wish.tenant_id.as_ref()).await?;
        if accounts.is_empty() {
            return Err(self.refuse_stranger(&email, wish.password).await?);
        }
        let now = self.now();
        let (open, shut): (Vec<Account>, Vec<Account>) = accounts.into_iter().partition(|a| a.locked_until <= now);
        if open.is_empty() {
            let until = shut.iter().map(|a| a.locked_until).min().unwrap_or(now);
            return Err(Error::LockedOut { retry_after_ms: until - now });
        }
        for account in open {
            if self.0.passwords.verify(wish.password.clone(), Some(account.password_hash.clone())).await? {
                if account.failed_sign_ins > 0 {
                    user::clear_failures(self.db(), &account.user.tenant_id, &account.user.id).await?;
                }
                return self.start_session(account.user, &wish.user_agent).await;
            }
            self.count_failure(&account.user.tenant_id, &account.user.id).await?;
        }
        Err(Error::BadCredentials)
    }

    async fn accounts(&self, email: &str, tenant_id: Option<&TenantId>) -> Result<Vec<Account>> {
        let mut accounts = user::list_accounts(self.db(), email).await?;
        accounts.retain(|a| !a.user.disabled && tenant_id.is_none_or(|t| a.user.tenant_id == *t));
        accounts.truncate(ACCOUNTS_MAX);
        Ok(accounts)
    }

    async fn refuse_stranger(&self, email: &str, password: String) -> Result<Error> {
        let now = self.now();
        let locked_until = self.0.strangers.locked_until(email);
        if locked_until > now {
            return Ok(Error::LockedOut { retry_after_ms: locked_until - now });
        }
        self.0.passwords.verify(password, None).await?;
        self.0.strangers.count_failure(email, now);
        // The same write a known address would cost.
        user::count_failure(self.db(), &"".into(), &"".into()).await?;
        Ok(Error::BadCredentials)
    }

    async fn count_failure(&self, tenant_id: &TenantId, user_id: &UserId) -> Result<()> {
        let failures = user::count_failure(self.db(), tenant_id, user_id).await?;
        let wait = lock_ms(failures);
        if wait > 0 {
            user::lock_until(self.db(), tenant_id, user_id, self.now() + wait).await?;
        }
        Ok(())
    }

    /// For a person who has just proved who they are.
    async fn start_session(&self, user: User, user_agent: &str) -> Result<SignedIn> {
        let (now, secret) = (self.now(), secret::fresh());
        let session = Session {
            id: SessionId::fresh(now),
            tenant_id: user.tenant_id.clone(),
            user_id: user.id.clone(),
            secret_hash: secret::hash(&secret).ok_or(Error::Unauthenticated)?,
            user_agent: qn_base::text::line(user_agent, 200),
            created_at: now,
            expires_at: now + SESSION_MS,
        };
        session::insert(self.db(), &session).await?;
        Ok(SignedIn { user, secret, expires_at: session.expires_at })
    }

    /// Ends the session at once on this server, within seconds on others; says whose it was. An unknown secret is fine: the wish
    /// is fulfilled.
    pub async fn sign_out(&self, secret: &str) -> Result<Option<(TenantId, UserId)>> {
        let Some(hash) = secret::hash(secret) else { return Ok(None) };
        let found = session::find_by_hash(self.db(), &hash, self.now()).await?;
        if let Some(found) = &found {
            session::delete(self.db(), &found.tenant_id, &found.id).await?;
        }
        self.0.people.forget(&hash);
        Ok(found.map(|found| (found.tenant_id, found.user_id)))
    }

    /// Ends the person's other sessions too. A wrong current password counts as a failed sign-in.
    pub async fn change_password(&self, principal: &Principal, current: &str, new: &str) -> Result<()> {
        let Via::Session(keep) = &principal.via else { return Err(Error::Unauthenticated) };
        let (tenant_id, user_id) = (principal.tenant_id(), principal.user_id());
        let account = user::find_account(self.db(), tenant_id, user_id).await?.ok_or(Error::Unauthenticated)?;
        let now = self.now();
        if account.locked_until > now {
            return Err(Error::LockedOut { retry_after_ms: account.locked_until - now });
        }
        if !password::is_acceptable(new) || new == current {
            return Err(Error::WeakPassword);
        }
        if !self.0.passwords.verify(current.to_owned(), Some(account.password_hash)).await? {
            self.count_failure(tenant_id, user_id).await?;
            return Err(Error::BadCredentials);
        }
        let hash = self.0.passwords.hash(new.to_owned()).await?;
        user::set_password(self.db(), tenant_id, user_id, &hash, false).await?;
        session::delete_others(self.db(), tenant_id, user_id, Some(keep)).await?;
        self.forget_user(user_id);
        Ok(())
    }

    /// A one-time password, to be changed at the next sign-in; ends every session of the person.
    pub async fn reset_password(&self, tenant_id: &TenantId, user_id: &UserId) -> Result<String> {
        let password = password::one_time_password();
        let hash = self.0.passwords.hash(password.clone()).await?;
        user::set_password(self.db(), tenant_id, user_id, &hash, true).await?;
        self.end_sessions(tenant_id, user_id).await?;
        Ok(password)
    }

    /// Signs a person out everywhere (disabled, removed, or a new password).
    pub async fn end_sessions(&self, tenant_id: &TenantId, user_id: &UserId) -> Result<()> {
        session::delete_others(self.db(), tenant_id, user_id, None).await?;
        self.forget_user(user_id);
        Ok(())
    }
}
