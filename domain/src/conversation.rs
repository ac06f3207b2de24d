//! A conversation 会话 and who owns it. `version` counts its commits from 1 without gaps and is what a commit compares.

use crate::people::text_enum;
use crate::{ArticleId, ContactId, ConversationId, InboxId, Json, Language, MessageId, TeamId, TenantId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub const PARTICIPANTS_MAX: usize = 20;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    pub id: ConversationId,
    pub tenant_id: TenantId,
    pub inbox_id: InboxId,
    pub contact_id: ContactId,
    /// At most one unresolved conversation per (inbox, thread_key); for the web it is the contact's id.
    pub thread_key: String,
    pub version: i64,
    pub status: Status,
    pub owner: Owner,
    pub language: Language,
    /// The highest message `seq`; 0 before the first.
    pub last_seq: i64,
    pub last_text: String,
    pub last_message_at: Timestamp,
    /// Since when the customer waits for an answer; none when the last word was ours.
    pub waiting_since: Option<Timestamp>,
    /// When it entered the queue it is in.
    pub queued_at: Option<Timestamp>,
    pub snoozed_until: Option<Timestamp>,
    pub resolved_at: Option<Timestamp>,
    /// The person who had it last; a returning customer goes there first.
    pub last_agent_id: Option<UserId>,
    /// Incoming messages after the owner's read position.
    pub unread: i64,
    pub agent_read_seq: i64,
    pub contact_read_seq: i64,
    pub contact_delivered_seq: i64,
    pub labels: Vec<String>,
    pub bot: BotState,
    pub handoff: Option<HandoffPacket>,
    pub transfer: Option<TransferOffer>,
    pub csat: Option<Csat>,
    /// The page the customer is on, as their browser tells it.
    pub page: Option<Page>,
    #[serde(default)]
    pub routing: crate::RoutingState,
    #[serde(default)]
    pub tied: crate::Tied,
    /// Colleagues who answer beside the owner, at most `PARTICIPANTS_MAX`.
    #[serde(default)]
    pub participants: Vec<UserId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Open,
    /// Waiting for the customer or a third party.
    Pending,
    Snoozed,
    Resolved,
}

text_enum!(Status { Open = "open", Pending = "pending", Snoozed = "snoozed", Resolved = "resolved" });

/// Exactly one at a time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Owner {
    Bot,
    Queue { team_id: Option<TeamId> },
    Agent { agent_id: UserId },
}

impl Owner {
    pub fn kind(&self) -> &'static str {
        match self {
            Owner::Bot => "bot",
            Owner::Queue { .. } => "queue",
            Owner::Agent { .. } => "agent",
        }
    }

    pub fn agent_id(&self) -> Option<&UserId> {
        match self {
            Owner::Agent { agent_id } => Some(agent_id),
            _ => None,
        }
    }
}

/// What the bot remembers between turns.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BotState {
    /// Misses in a row; two hand off.
    pub misses: u32,
    /// Articles already shown, newest last, at most 10.
    pub shown: Vec<ArticleId>,
    /// What the customer asked, newest last, at most 10, each cut to 200 characters.
    pub asked: Vec<String>,
    /// A person has spoken: the bot stays silent until the conversation is given back.
    pub muted: bool,
    /// What the talk is about, as `qn_knowledge::catalogue::Talk` writes and reads it; null before any product was spoken of.
    #[serde(skip_serializing_if = "Json::is_null")]
    pub talk: Json,
    /// The group of the intent that was understood last; empty for none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub topic: String,
    /// Flows that talk here, the one that speaks now last, at most 5.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flows: Vec<ActiveFlow>,
    /// What the same customer was told and told us in another channel; none where the conversation goes on from no other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carried: Option<Carried>,
    /// A recent case of the same person elsewhere that this may turn out to be about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub may_join: Option<MayJoin>,
    /// Somebody wrote here who may not be the contact: nothing that was said here is carried elsewhere.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unproved: bool,
    /// Several flows may be meant, and the customer is asked which.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clarifying: Option<Clarifying>,
    /// A flow stood in for a person once: who asks for one again gets one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub stood_in: bool,
    /// Flows that answers offered to begin, newest last, at most 5: id, and the words of the button.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub offered: Vec<(String, String)>,
    /// Of steps with several wordings the one that was said last, by flow and node: the step's key, and its number.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub worded: BTreeMap<String, (String, usize)>,
    /// The customer was asked how the service was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating: Option<AskedRating>,
}

impl BotState {
    /// As at the beginning, but for what is of the conversation rather than of the talk.
    #[must_use]
    pub fn anew(&self) -> Self {
        let rating = self.rating.clone().map(|asked| AskedRating { stage: RatingStage::Over, ..asked });
        Self { carried: self.carried.clone(), unproved: self.unproved, offered: self.offered.clone(), rating, ..Self::default() }
    }

    /// A one-time code is asked for, whichever question is on top.
    pub fn asks_for_code(&self) -> bool {
        self.flows.iter().any(|flow| flow.asks() && flow.secret)
    }
}

/// How far the customer is with rating the service by messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedRating {
    /// When the bot last said something of it.
    pub at: Timestamp,
    pub stage: RatingStage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RatingStage {
    Asked,
    /// They may add a comment.
    Scored,
    /// Their next words are the comment.
    Commenting,
    /// It is done with, or the talk went on.
    Over,
}

/// Flows of which the customer's words may mean each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clarifying {
    /// What they said; the flow that is chosen begins with it.
    pub message_id: MessageId,
    /// Id and name of each.
    pub flows: Vec<(String, String)>,
}

/// What a conversation knows from the one it goes on with. Only ever of a person who is proved on both sides.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Carried {
    /// The name of the inbox it came from.
    pub inbox: String,
    /// Articles that were shown there.
    pub shown: Vec<ArticleId>,
    /// What the customer named there, such as `order_id`, until they name another here.
    pub named: serde_json::Map<String, serde_json::Value>,
}

/// Another case of the same person, proved on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MayJoin {
    pub conversation: ConversationId,
    /// What the bot may ask about; empty where there is nothing to ask, or it was asked.
    #[serde(default)]
    pub order: String,
    /// The bot's last words asked whether it is about this order.
    #[serde(default)]
    pub asked: bool,
}

/// A flow that talks in a conversation, and its open question if it has one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ActiveFlow {
    /// Empty until the run has begun.
    pub run_id: String,
    /// The flow's id.
    pub flow: String,
    /// As people named it.
    pub name: String,
    /// The step whose question is open; empty while the flow works.
    pub step: String,
    pub attempt: u32,
    /// The open question, asked again after a digression.
    pub text: String,
    pub choices: Vec<String>,
    /// The customer may pass over the question.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// A one-time code is asked for: what is typed is looked at and veiled before anything keeps it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub secret: bool,
}

impl ActiveFlow {
    /// It waits for the customer.
    pub fn asks(&self) -> bool {
        !self.step.is_empty()
    }

    /// It is this run, or was just begun from the flow and will be.
    pub fn is_of(&self, run_id: &str, flow: &str) -> bool {
        self.run_id == run_id || (self.run_id.is_empty() && self.flow == flow)
    }

    /// Its question was answered, or nobody waits for the answer any more.
    pub fn close_question(&mut self) {
        self.step.clear();
        self.text.clear();
        self.choices.clear();
        self.optional = false;
        self.secret = false;
        self.attempt = 0;
    }
}

/// What a person gets when the bot hands over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HandoffPacket {
    pub reason: HandoffReason,
    pub summary: String,
    pub asked: Vec<String>,
    pub shown: Vec<ArticleId>,
    pub language: Language,
    /// The customer's last words.
    pub wish: String,
    pub at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandoffReason {
    CustomerAsked,
    TwoMisses,
    BotOff,
    BotFailed,
    AgentTookOver,
    /// A trained intent says that people handle this.
    Intent,
    /// A flow asked for a person.
    Flow,
    /// A flow that the customer was in failed.
    FlowFailed,
    /// The routing policy sends this customer or this mood to people first.
    PeopleFirst,
    /// A letter that no machine may answer: its sender had all automatic answers that one gets in a day.
    AnsweredOften,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TransferOffer {
    pub from: UserId,
    pub to: UserId,
    pub note: String,
    pub at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Csat {
    /// 1 to 5.
    pub score: u8,
    pub comment: String,
    pub at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    pub url: String,
    #[serde(default)]
    pub title: String,
}

impl Conversation {
    /// A conversation before its first commit (version 0, owned by the bot).
    pub fn new(id: ConversationId, tenant_id: TenantId, inbox_id: InboxId, contact_id: ContactId, now: Timestamp) -> Self {
        Self {
            thread_key: contact_id.0.clone(),
            id,
            tenant_id,
            inbox_id,
            contact_id,
            version: 0,
            status: Status::Open,
            owner: Owner::Bot,
            language: Language::Zh,
            last_seq: 0,
            last_text: String::new(),
            last_message_at: now,
            waiting_since: None,
            queued_at: None,
            snoozed_until: None,
            resolved_at: None,
            last_agent_id: None,
            unread: 0,
            agent_read_seq: 0,
            contact_read_seq: 0,
            contact_delivered_seq: 0,
            labels: Vec::new(),
            bot: BotState::default(),
            handoff: None,
            transfer: None,
            csat: None,
            page: None,
            routing: crate::RoutingState::default(),
            tied: crate::Tied::default(),
            participants: Vec::new(),
            created_at: now,
            updated_at: now,
        }
    }

    /// The bot may speak here.
    pub fn bot_speaks(&self) -> bool {
        self.owner == Owner::Bot && !self.bot.muted && self.status != Status::Resolved
    }
}
