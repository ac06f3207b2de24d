//! The customer 客户 and the identities by which channels know them.

use crate::people::text_enum;
use crate::{ChannelKind, ContactId, IdentityId, InboxId, Language, TenantId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    pub id: ContactId,
    pub tenant_id: TenantId,
    /// Empty until somebody says it; screens then show a neutral name made from the id.
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub language: Option<Language>,
    /// Attributes the company sets (`setAttributes`, the API): a flat object of text, numbers and booleans.
    pub attributes: serde_json::Map<String, Value>,
    pub blocked: bool,
    pub version: i64,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
}

/// The attribute `tier`, or `vip` where a company has only that; in lower case.
pub fn tier(attributes: &serde_json::Map<String, Value>) -> Option<String> {
    match (attributes.get("tier"), attributes.get("vip")) {
        (Some(Value::String(tier)), _) if !tier.trim().is_empty() => Some(tier.trim().to_lowercase()),
        (_, Some(Value::Bool(true))) => Some("vip".to_owned()),
        _ => None,
    }
}

/// How well an identity is proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// An anonymous visitor of one browser.
    Anonymous,
    /// Typed in a form.
    Claimed,
    /// The channel vouches for it.
    Channel,
    /// A signed token or a verified address.
    Verified,
}

text_enum!(Evidence { Anonymous = "anonymous", Claimed = "claimed", Channel = "channel", Verified = "verified" });

/// `(inbox, external_id)` is unique: one channel account is one identity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContactIdentity {
    pub id: IdentityId,
    pub tenant_id: TenantId,
    pub contact_id: ContactId,
    pub inbox_id: InboxId,
    pub channel: ChannelKind,
    pub external_id: String,
    pub evidence: Evidence,
    pub created_at: Timestamp,
}
