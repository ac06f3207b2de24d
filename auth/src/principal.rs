//! The person behind a request and how far the credential they used reaches.

use qn_domain::{Role, SessionId, TenantId, TokenId, User, UserId};

/// What a credential may be used for; each includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    Read,
    Write,
    Admin,
}

impl Scope {
    pub fn as_str(self) -> &'static str {
        match self {
            Scope::Read => "read",
            Scope::Write => "write",
            Scope::Admin => "admin",
        }
    }

    pub fn parse(text: &str) -> Option<Scope> {
        match text {
            "read" => Some(Scope::Read),
            "write" => Some(Scope::Write),
            "admin" => Some(Scope::Admin),
            _ => None,
        }
    }
}

/// What the request carried.
#[derive(Debug, Clone, Copy)]
pub enum Credential<'a> {
    /// The value of the session cookie.
    Session(&'a str),
    /// `qnt_…`
    Token(&'a str),
}

/// Which of the person's credentials it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Via {
    Session(SessionId),
    Token(TokenId),
}

/// A person who is who they say. A session reaches as far as the person's role; a token only as far as its scope too.
#[derive(Debug, Clone)]
pub struct Principal {
    pub user: User,
    pub scope: Scope,
    pub via: Via,
}

impl Principal {
    pub fn tenant_id(&self) -> &TenantId {
        &self.user.tenant_id
    }

    pub fn user_id(&self) -> &UserId {
        &self.user.id
    }

    pub fn role(&self) -> Role {
        self.user.role
    }
}
