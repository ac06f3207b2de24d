//! A view 视图: a named filter over conversations with an order, private or shared. The filter is one structure for every list of
//! conversations: `store::conversation` translates it, the console judges single conversations by the same rules.

use crate::people::text_enum;
use crate::{ChannelKind, InboxId, Language, Status, TeamId, TenantId, Timestamp, UserId, ViewId};
use serde::{Deserialize, Serialize};

/// Every field narrows; an empty one says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConversationFilter {
    pub statuses: Vec<Status>,
    /// With any of these, or of `agent_ids`.
    pub owners: Vec<OwnerIs>,
    pub agent_ids: Vec<UserId>,
    /// Whoever asks was invited to it.
    pub with_me: bool,
    /// A note there names whoever asks.
    pub mentions_me: bool,
    /// In a queue of any of these teams, or with one of their people.
    pub team_ids: Vec<TeamId>,
    pub inbox_ids: Vec<InboxId>,
    pub channels: Vec<ChannelKind>,
    pub languages: Vec<Language>,
    /// Names of feelings, as `RoutingState::emotion` holds them.
    pub moods: Vec<String>,
    /// Lower case, as `contact::tier` tells them.
    pub tiers: Vec<String>,
    pub labels_any: Vec<String>,
    pub labels_all: Vec<String>,
    pub sla: Option<SlaIs>,
    /// The customer waits for an answer at least this long.
    pub waiting_minutes: Option<i64>,
    /// Words of any message, as search finds them, or part of the contact's name, e-mail, phone or pinyin.
    pub text: Option<String>,
}

/// Whose a conversation is, seen by whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnerIs {
    Me,
    /// Any person.
    Agent,
    Queue,
    Bot,
}

/// Where the promises of service levels stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlaIs {
    /// Past its warning, not yet broken.
    AtRisk,
    Breached,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ViewSort {
    #[default]
    Recent,
    OldestWaiting,
}

text_enum!(ViewSort { Recent = "recent", OldestWaiting = "oldest_waiting" });

/// Who sees a view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Audience {
    /// Its maker only.
    Private,
    Team {
        team_id: TeamId,
    },
    Everyone,
}

#[derive(Debug, Clone, PartialEq)]
pub struct View {
    pub id: ViewId,
    pub tenant_id: TenantId,
    pub name: String,
    pub filter: ConversationFilter,
    pub sort: ViewSort,
    pub audience: Audience,
    /// Who made it.
    pub maker_id: UserId,
    pub version: i64,
    pub created_at: Timestamp,
}

impl View {
    pub fn is_seen_by(&self, user_id: &UserId, teams: &[TeamId]) -> bool {
        match &self.audience {
            Audience::Private => self.maker_id == *user_id,
            Audience::Team { team_id } => self.maker_id == *user_id || teams.contains(team_id),
            Audience::Everyone => true,
        }
    }
}
