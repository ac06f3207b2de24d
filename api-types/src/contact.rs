//! The customer as people see and edit them.

use crate::check::{self, Check, Invalid};
use crate::patch;
use crate::words::{ChannelKind, Evidence, Language};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContactView {
    pub id: String,
    /// Empty until somebody says it.
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub language: Option<Language>,
    /// Flat: texts, numbers and booleans.
    #[schema(value_type = Object)]
    pub attributes: Map<String, Value>,
    /// Messages of a blocked contact are refused.
    pub blocked: bool,
    pub version: i64,
    pub created_at: i64,
    pub last_seen_at: i64,
    /// By which channels know them, oldest first.
    pub identities: Vec<IdentityView>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IdentityView {
    pub id: String,
    pub inbox_id: String,
    pub channel: ChannelKind,
    pub external_id: String,
    pub evidence: Evidence,
    pub created_at: i64,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PageVisitView {
    pub url: String,
    pub title: String,
    pub at: i64,
}

impl ContactView {
    pub fn of(c: qn_domain::Contact, identities: Vec<qn_domain::ContactIdentity>) -> Self {
        Self {
            id: c.id.0,
            name: c.name,
            email: c.email,
            phone: c.phone,
            language: c.language.map(Into::into),
            attributes: c.attributes,
            blocked: c.blocked,
            version: c.version,
            created_at: c.created_at,
            last_seen_at: c.last_seen_at,
            identities: identities.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<qn_domain::ContactIdentity> for IdentityView {
    fn from(i: qn_domain::ContactIdentity) -> Self {
        Self {
            id: i.id.0,
            inbox_id: i.inbox_id.0,
            channel: i.channel.into(),
            external_id: i.external_id,
            evidence: i.evidence.into(),
            created_at: i.created_at,
        }
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewContact {
    #[serde(default)]
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub language: Option<Language>,
    #[serde(default)]
    #[schema(value_type = Object)]
    pub attributes: Map<String, Value>,
}

impl Check for NewContact {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::optional_name(&mut self.name, "name", 200, wrong);
        check::email(&mut self.email, "email", wrong);
        check::phone(&mut self.phone, "phone", wrong);
        check::attributes(&mut self.attributes, "attributes", wrong);
    }
}

/// Fields left out stay as they are; null or an empty text clears an e-mail, phone or language. `attributes` is replaced whole.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactChange {
    #[serde(default, deserialize_with = "patch::some")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "patch::nullable")]
    #[schema(value_type = Option<String>)]
    pub email: Option<Option<String>>,
    #[serde(default, deserialize_with = "patch::nullable")]
    #[schema(value_type = Option<String>)]
    pub phone: Option<Option<String>>,
    #[serde(default, deserialize_with = "patch::nullable")]
    #[schema(value_type = Option<Language>)]
    pub language: Option<Option<Language>>,
    #[serde(default, deserialize_with = "patch::some")]
    #[schema(value_type = Option<Object>)]
    pub attributes: Option<Map<String, Value>>,
    #[serde(default, deserialize_with = "patch::some")]
    pub blocked: Option<bool>,
}

impl Check for ContactChange {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if let Some(name) = &mut self.name {
            check::optional_name(name, "name", 200, wrong);
        }
        if let Some(email) = &mut self.email {
            check::email(email, "email", wrong);
        }
        if let Some(phone) = &mut self.phone {
            check::phone(phone, "phone", wrong);
        }
        if let Some(attributes) = &mut self.attributes {
            check::attributes(attributes, "attributes", wrong);
        }
    }
}

impl ContactChange {
    pub fn apply(self, contact: &mut qn_domain::Contact) {
        macro_rules! take {
            ($($name:ident),*) => { $(if let Some(value) = self.$name { contact.$name = value; })* };
        }
        take!(name, email, phone, attributes, blocked);
        if let Some(language) = self.language {
            contact.language = language.map(Into::into);
        }
    }
}
