//! Making API tokens. The secret is shown once, to whoever made it.

use crate::{Auth, Error, Result, Scope, secret};
use qn_base::Timestamp;
use qn_domain::{Role, TenantId, TokenId, User, UserId};
use qn_store::token::{self, ApiToken};
use qn_store::{Error as StoreError, user};

#[derive(Debug, Clone)]
pub struct NewToken {
    pub id: TokenId,
    pub tenant_id: TenantId,
    pub acts_as: ActsAs,
    pub name: String,
    pub scope: Scope,
    pub expires_at: Option<Timestamp>,
}

/// Whose name and rights a token has.
#[derive(Debug, Clone)]
pub enum ActsAs {
    /// Ends with the person.
    Person(UserId),
    /// An account of its own, named like the token: it stays when people go, and ends with the token.
    Service,
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
        let user_id = match wish.acts_as {
            ActsAs::Person(user_id) => user_id,
            ActsAs::Service => self.add_service(&wish.tenant_id, &wish.id, &wish.name, wish.scope).await?,
        };
        let token = ApiToken {
            id: wish.id,
            tenant_id: wish.tenant_id,
            user_id,
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
        let acted_as = user::find(self.db(), tenant_id, &found.user_id).await?;
        if let Some(service) = acted_as.filter(User::is_service) {
            user::update(self.db(), &User { disabled: true, ..service }).await?;
        }
        Ok(())
    }

    /// Repeating an interrupted creation finds the account that is there. It sees and does what a supervisor may; the settings are
    /// for tokens of the widest scope only.
    async fn add_service(&self, tenant_id: &TenantId, token_id: &TokenId, name: &str, scope: Scope) -> Result<UserId> {
        let id = UserId(token_id.0.replacen(TokenId::PREFIX, UserId::PREFIX, 1));
        let role = if scope == Scope::Admin { Role::Admin } else { Role::Supervisor };
        let service = User::service(tenant_id.clone(), id.clone(), name.to_owned(), role, self.now());
        match user::insert(self.db(), &service, NO_PASSWORD).await {
            Ok(()) | Err(StoreError::Exists(_)) => Ok(id),
            Err(error) => Err(error.into()),
        }
    }
}

/// No hash: nothing matches it.
const NO_PASSWORD: &str = "-";

fn scopes_up_to(scope: Scope) -> Vec<String> {
    [Scope::Read, Scope::Write, Scope::Admin].into_iter().filter(|s| *s <= scope).map(|s| s.as_str().to_owned()).collect()
}
