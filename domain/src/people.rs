//! The people of a company: the tenant, its users (an agent 坐席 is always a person), teams, and their small shared tools.

use crate::{CannedId, LabelId, Language, TeamId, TenantId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tenant {
    pub id: TenantId,
    pub name: String,
    pub language: Language,
    /// IANA name, for business hours and day borders.
    pub time_zone: String,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Agent,
    Supervisor,
    Admin,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    Online,
    Busy,
    Offline,
}

/// A person who signs in. `capacity` is how many conversations may be assigned at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    pub tenant_id: TenantId,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub language: Language,
    pub capacity: i64,
    /// What the person chose; a lost connection turns it off after the grace without changing it.
    pub presence: Presence,
    pub team_ids: Vec<TeamId>,
    pub must_change_password: bool,
    pub disabled: bool,
    pub version: i64,
    pub created_at: Timestamp,
}

/// Where no mail can ever go (RFC 2606): the addresses of services.
pub const SERVICE_MAIL: &str = "@service.invalid";

impl User {
    /// Another program's account, made with its token: nobody signs in as it, and no conversation is assigned to it.
    pub fn service(tenant_id: TenantId, id: UserId, name: String, role: Role, now: Timestamp) -> Self {
        Self {
            email: format!("{}{SERVICE_MAIL}", id.0.to_lowercase()),
            id,
            tenant_id,
            name,
            role,
            language: Language::Zh,
            capacity: 0,
            presence: Presence::Offline,
            team_ids: Vec::new(),
            must_change_password: false,
            disabled: false,
            version: 1,
            created_at: now,
        }
    }

    pub fn is_service(&self) -> bool {
        self.email.ends_with(SERVICE_MAIL)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Team {
    pub id: TeamId,
    pub tenant_id: TenantId,
    pub name: String,
    pub version: i64,
    pub created_at: Timestamp,
}

/// A prepared answer, found by typing `/` in the composer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CannedResponse {
    pub id: CannedId,
    pub tenant_id: TenantId,
    pub shortcut: String,
    pub text: String,
    /// What happens once its words are sent, in order.
    pub actions: Vec<MacroStep>,
    pub version: i64,
    pub created_at: Timestamp,
}

/// One thing a canned response does besides its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum MacroStep {
    /// Label names.
    AddLabels {
        labels: Vec<String>,
    },
    RemoveLabels {
        labels: Vec<String>,
    },
    /// For colleagues only.
    Note {
        text: String,
    },
    /// Waits for the customer.
    Pend,
    Snooze {
        minutes: i64,
    },
    ToTeam {
        team_id: TeamId,
    },
    Resolve,
}

impl MacroStep {
    /// After it the conversation is no longer in hand: it can only be the last.
    pub fn is_last(&self) -> bool {
        matches!(self, MacroStep::Pend | MacroStep::Snooze { .. } | MacroStep::ToTeam { .. } | MacroStep::Resolve)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Label {
    pub id: LabelId,
    pub tenant_id: TenantId,
    pub name: String,
    /// `#rrggbb`
    pub color: String,
    pub version: i64,
    pub created_at: Timestamp,
}

macro_rules! text_enum {
    ($type:ident { $($variant:ident = $text:literal),* $(,)? }) => {
        impl $type {
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }
    };
}
pub(crate) use text_enum;

text_enum!(Role { Agent = "agent", Supervisor = "supervisor", Admin = "admin" });
text_enum!(Presence { Online = "online", Busy = "busy", Offline = "offline" });
