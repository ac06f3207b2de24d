//! API tokens of people and services.

use crate::check::{self, Check, Invalid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How far a token reaches; each includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    Read,
    Write,
    Admin,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TokenView {
    pub id: String,
    /// Whom it acts as: a person, or the service's own account.
    pub user_id: String,
    /// Belongs to no person.
    pub service: bool,
    pub name: String,
    pub scopes: Vec<Scope>,
    /// Null = never.
    pub expires_at: Option<i64>,
    pub last_used_at: Option<i64>,
    pub version: i64,
    pub created_at: i64,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TokenCreated {
    #[serde(flatten)]
    pub token: TokenView,
    /// `qnt_…`, shown once; absent when the creation was a repetition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateToken {
    pub name: String,
    /// At least one; the widest counts.
    pub scopes: Vec<Scope>,
    /// Epoch milliseconds in the future; null or absent = never.
    pub expires_at: Option<i64>,
    /// True: the token gets an account of its own instead of acting as oneself, and stays when people go. For admins.
    #[serde(default)]
    pub service: bool,
}

impl Check for CreateToken {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::name(&mut self.name, "name", 80, wrong);
        if self.scopes.is_empty() {
            wrong.push(Invalid::new("scopes", "至少选择一项", "has at least one scope"));
        }
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenameToken {
    pub name: String,
}

impl Check for RenameToken {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::name(&mut self.name, "name", 80, wrong);
    }
}
