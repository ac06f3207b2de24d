//! The customer as people see and edit them.

use crate::check::{self, Check, Invalid};
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

/// Fields left out stay as they are; an empty e-mail or phone clears it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactChange {
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub language: Option<Language>,
    #[schema(value_type = Option<Object>)]
    pub attributes: Option<Map<String, Value>>,
    pub blocked: Option<bool>,
}

impl Check for ContactChange {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if let Some(name) = &mut self.name {
            check::optional_name(name, "name", 200, wrong);
        }
        // An empty value means "clear", so it must survive the check.
        for (value, field) in [(&mut self.email, "email"), (&mut self.phone, "phone")] {
            let clears = value.as_ref().is_some_and(|v| v.trim().is_empty());
            if field == "email" {
                check::email(value, field, wrong)
            } else {
                check::phone(value, field, wrong)
            }
            if clears {
                *value = Some(String::new());
            }
        }
        if let Some(attributes) = &mut self.attributes {
            check::attributes(attributes, "attributes", wrong);
        }
    }
}

impl ContactChange {
    pub fn apply(self, contact: &mut qn_domain::Contact) {
        let cleared = |text: String| (!text.is_empty()).then_some(text);
        if let Some(name) = self.name {
            contact.name = name;
        }
        if let Some(email) = self.email {
            contact.email = cleared(email);
        }
        if let Some(phone) = self.phone {
            contact.phone = cleared(phone);
        }
        if let Some(language) = self.language {
            contact.language = Some(language.into());
        }
        if let Some(attributes) = self.attributes {
            contact.attributes = attributes;
        }
        if let Some(blocked) = self.blocked {
            contact.blocked = blocked;
        }
    }
}
