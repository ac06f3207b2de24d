//! Labels for conversations.

use crate::check::{self, Check, Invalid};
use crate::patch;
use qn_domain as domain;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LabelView {
    pub id: String,
    pub name: String,
    /// `#rrggbb`
    pub color: String,
    pub version: i64,
    pub created_at: i64,
}

impl From<domain::Label> for LabelView {
    fn from(l: domain::Label) -> Self {
        Self { id: l.id.0, name: l.name, color: l.color, version: l.version, created_at: l.created_at }
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateLabel {
    /// Unique within the tenant.
    pub name: String,
    /// `#rrggbb`
    pub color: String,
}

impl Check for CreateLabel {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::name(&mut self.name, "name", 50, wrong);
        check::color(&mut self.color, "color", wrong);
    }
}

/// What changes; everything absent stays. A label that conversations carry keeps its name.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateLabel {
    #[serde(default, deserialize_with = "patch::some")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "patch::some")]
    pub color: Option<String>,
}

impl Check for UpdateLabel {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if let Some(value) = &mut self.name {
            check::name(value, "name", 50, wrong);
        }
        if let Some(value) = &mut self.color {
            check::color(value, "color", wrong);
        }
    }
}
