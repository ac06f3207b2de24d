//! Contacts, their identities, and the pages they visited.

use crate::check::{self, Check, Invalid};
use crate::patch;
use crate::words::{ChannelKind, Evidence, Language};
use qn_domain as domain;
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
    /// Texts, numbers and booleans that the company keeps.
    #[schema(value_type = Object)]
    pub attributes: Map<String, Value>,
    /// Their messages are refused.
    pub blocked: bool,
    pub version: i64,
    pub created_at: i64,
    pub last_seen_at: i64,
    /// By which accounts channels know them.
    pub identities: Vec<IdentityView>,
}

impl ContactView {
    pub fn of(c: domain::Contact, identities: Vec<domain::ContactIdentity>) -> Self {
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

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IdentityView {
    pub id: String,
    pub inbox_id: String,
    pub channel: ChannelKind,
    pub external_id: String,
    pub evidence: Evidence,
    pub created_at: i64,
}

impl From<domain::ContactIdentity> for IdentityView {
    fn from(i: domain::ContactIdentity) -> Self {
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

/// A page the customer visited.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PageVisitView {
    pub url: String,
    pub title: String,
    pub at: i64,
}

#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateContact {
    #[serde(default)]
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub language: Option<Language>,
    #[serde(default)]
    #[schema(value_type = Object)]
    pub attributes: Map<String, Value>,
}

impl Check for CreateContact {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::optional_name(&mut self.name, "name", 200, wrong);
        check::email(&mut self.email, "email", wrong);
        check::phone(&mut self.phone, "phone", wrong);
        check::attributes(&mut self.attributes, "attributes", wrong);
        if wrong.is_empty() && self.name.is_empty() && self.email.is_none() && self.phone.is_none() {
            wrong.push(Invalid::new("name", "请填写姓名、邮箱或电话", "give a name, an e-mail address or a phone number"));
        }
    }
}

/// What changes; everything absent stays, null empties. `attributes` is replaced whole.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateContact {
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

impl Check for UpdateContact {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if let Some(value) = &mut self.name {
            check::optional_name(value, "name", 200, wrong);
        }
        if let Some(value) = &mut self.email {
            check::email(value, "email", wrong);
        }
        if let Some(value) = &mut self.phone {
            check::phone(value, "phone", wrong);
        }
        if let Some(value) = &mut self.attributes {
            check::attributes(value, "attributes", wrong);
        }
    }
}

impl UpdateContact {
    pub fn apply(self, to: &mut domain::Contact) {
        macro_rules! take {
            ($($name:ident),*) => { $(if let Some(value) = self.$name { to.$name = value; })* };
        }
        take!(name, email, phone, attributes, blocked);
        if let Some(language) = self.language {
            to.language = language.map(Into::into);
        }
    }
}
