//! Canned responses.

use crate::check::{self, Check, Invalid};
use crate::patch;
use qn_domain as domain;
use qn_domain::content::TEXT_CHARS_MAX;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A prepared answer, found by typing `/` and its shortcut.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CannedResponseView {
    pub id: String,
    pub shortcut: String,
    pub text: String,
    pub version: i64,
    pub created_at: i64,
}

impl From<domain::CannedResponse> for CannedResponseView {
    fn from(c: domain::CannedResponse) -> Self {
        Self { id: c.id.0, shortcut: c.shortcut, text: c.text, version: c.version, created_at: c.created_at }
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateCannedResponse {
    /// Unique within the tenant; without blanks, the slash is not part of it.
    pub shortcut: String,
    pub text: String,
}

impl Check for CreateCannedResponse {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        shortcut(&mut self.shortcut, wrong);
        check::required_text(&mut self.text, "text", TEXT_CHARS_MAX, wrong);
    }
}

/// What changes; everything absent stays.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateCannedResponse {
    #[serde(default, deserialize_with = "patch::some")]
    pub shortcut: Option<String>,
    #[serde(default, deserialize_with = "patch::some")]
    pub text: Option<String>,
}

impl Check for UpdateCannedResponse {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if let Some(value) = &mut self.shortcut {
            shortcut(value, wrong);
        }
        if let Some(value) = &mut self.text {
            check::required_text(value, "text", TEXT_CHARS_MAX, wrong);
        }
    }
}

fn shortcut(value: &mut String, wrong: &mut Vec<Invalid>) {
    check::name(value, "shortcut", 60, wrong);
    if value.starts_with('/') || value.contains(char::is_whitespace) {
        wrong.push(Invalid::new("shortcut", "不能以 / 开头，也不能有空格", "has no blanks and does not begin with /"));
    }
}
