//! Making API tokens. The secret is shown once, to whoever made it.

use crate::{Auth, Error, Result, Scope, secret};
use qn_base::Timestamp;
use qn_domain::{TenantId, TokenId, UserId};
use qn_store::token::{self, ApiToken};

#[derive(Debug, Clone)]
pub struct NewToken {
    pub id: TokenId,
    pub tenant_id: TenantId,
    /// Whom it acts as.
    pub user_id: UserId,
    pub name: String,
    pub scope: Scope,
    pub expires_at: Option<Timestamp>,
}

#[derive(Debug, Clone)]
pub struct IssuedToken {
    pub token: ApiToken,
    /// `qnt_…`; not stored.
    pub secret: String,
}

impl Auth {
    pub async fn create_token(&self, wish: NewToken) -> Result<IssuedToken> {
        let secret = secret::fresh_token();
        let token = ApiToken {
            id: wish.id,
            tenant_id: wish.tenant_id,
            user_id: wish.user_id,
            name: wish.name,
            secret_hash: secret::hash(&secret).ok_or(Error::InvalidToken)?,
            scopes: scopes_up_to(wish.scope),
            expires_at: wish.expires_at,
            last_used_at: None,
            version: 1,
            created_at: self.now(),
        };
        token::insert(self.db(), &token).await?;
        Ok(IssuedToken { token, secret })
    }

    /// Refused from the next request on.
    pub async fn delete_token(&self, tenant_id: &TenantId, id: &TokenId, version: i64) -> Result<()> {
        let found = token::get(self.db(), tenant_id, id).await?;
        token::delete(self.db(), tenant_id, id, version).await?;
        self.0.people.forget(&found.secret_hash);
        Ok(())
    }
}

fn scopes_up_to(scope: Scope) -> Vec<String> {
    [Scope::Read, Scope::Write, Scope::Admin].into_iter().filter(|s| *s <= scope).map(|s| s.as_str().to_owned()).collect()
}
