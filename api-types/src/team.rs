//! Teams.

use crate::check::{self, Check, Invalid};
use qn_domain as domain;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TeamView {
    pub id: String,
    pub name: String,
    pub version: i64,
    pub created_at: i64,
}

impl From<domain::Team> for TeamView {
    fn from(t: domain::Team) -> Self {
        Self { id: t.id.0, name: t.name, version: t.version, created_at: t.created_at }
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveTeam {
    /// Unique within the tenant.
    pub name: String,
}

impl Check for SaveTeam {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::name(&mut self.name, "name", 80, wrong);
    }
}
