//! Signing in, and who one is.

use crate::check::{Check, Invalid};
use crate::user::UserView;
use crate::words::Language;
use qn_domain as domain;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInRequest {
    pub email: String,
    #[schema(format = Password)]
    pub password: String,
    /// Id of the tenant; needed only by a person with the same address and password in two.
    pub tenant: Option<String>,
}

impl Check for SignInRequest {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        for (field, value) in [("email", &self.email), ("password", &self.password)] {
            if value.chars().count() > 1_000 {
                wrong.push(Invalid::new(field, "太长", "is too long"));
            }
        }
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SignedInView {
    pub user: UserView,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    #[schema(format = Password)]
    pub current: String,
    /// At least 10 characters, and not the current one.
    #[schema(format = Password)]
    pub new: String,
}

impl Check for ChangePassword {}

/// Who is signed in, where, and on what server.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MeView {
    pub user: UserView,
    pub tenant: TenantView,
    pub server: ServerView,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TenantView {
    pub id: String,
    pub name: String,
    pub language: Language,
    /// IANA name, e.g. `Asia/Shanghai`.
    pub time_zone: String,
}

impl From<domain::Tenant> for TenantView {
    fn from(t: domain::Tenant) -> Self {
        Self { id: t.id.0, name: t.name, language: t.language.into(), time_zone: t.time_zone }
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ServerView {
    pub version: String,
    pub demo: bool,
    /// The server's clock, epoch milliseconds.
    pub time: i64,
    /// Languages messages can be translated into, as tags; empty where nobody translates.
    pub translates_into: Vec<String>,
}
