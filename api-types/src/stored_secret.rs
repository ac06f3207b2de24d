//! Secrets that flows and connectors use: names, where they may go, and when they were used. Never their values.

use crate::check::{self, Check, Invalid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// As long as a key or a certificate's private key.
const VALUE_CHARS_MAX: usize = 16 * 1024;
const HOSTS_MAX: usize = 20;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StoredSecretView {
    pub name: String,
    /// The only hosts it is sent to: `api.example.com`, or with a port that then must be the one.
    pub hosts: Vec<String>,
    pub note: String,
    pub created_by: String,
    pub created_at: i64,
    /// The last change of value, hosts or note.
    pub changed_at: i64,
    /// The last call that used it, to the minute.
    pub used_at: Option<i64>,
}

/// Makes a secret, or changes one: an absent value stays as it is.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutSecret {
    /// For `basic` without a user: `user:password`. For `oauth2` of a plain call: JSON with `token_url`, `client_id`, `client_secret`.
    pub value: Option<String>,
    pub hosts: Vec<String>,
    #[serde(default)]
    pub note: String,
}

impl Check for PutSecret {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if let Some(text) = &self.value {
            value(text, wrong);
        }
        if self.hosts.is_empty() || self.hosts.len() > HOSTS_MAX {
            wrong.push(Invalid::new(
                "hosts",
                format!("应为 1 到 {HOSTS_MAX} 个主机名"),
                format!("has 1 to {HOSTS_MAX} hosts the secret may be sent to"),
            ));
        }
        check::optional_name(&mut self.note, "note", 300, wrong);
    }
}

/// Another value; hosts and note stay.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RotateSecret {
    pub value: String,
}

impl Check for RotateSecret {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        value(&self.value, wrong);
    }
}

fn value(text: &str, wrong: &mut Vec<Invalid>) {
    if text.is_empty() || text.chars().nth(VALUE_CHARS_MAX).is_some() {
        wrong.push(Invalid::new("value", format!("应为 1 到 {VALUE_CHARS_MAX} 个字符"), format!("has 1 to {VALUE_CHARS_MAX} characters")));
    }
}

/// What is typed here is printed nowhere.
impl std::fmt::Debug for PutSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PutSecret").field("hosts", &self.hosts).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for RotateSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RotateSecret")
    }
}
