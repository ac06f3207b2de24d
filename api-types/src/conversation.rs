//! Conversations as people see them, and what people do with them.

use crate::check::{self, Check, Invalid};
use crate::words::{HandoffReason, Language, Priority, Status};
use qn_domain as domain;
use qn_domain::content::TEXT_CHARS_MAX;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// The customer, as lists and headers show them.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ContactBrief {
    pub id: String,
    /// Empty until somebody says it.
    pub name: String,
    pub language: Option<Language>,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// The attribute `tier`, or `vip`; lower case.
    pub tier: Option<String>,
}

impl From<&domain::Contact> for ContactBrief {
    fn from(c: &domain::Contact) -> Self {
        Self {
            id: c.id.0.clone(),
            name: c.name.clone(),
            language: c.language.map(Into::into),
            email: c.email.clone(),
            phone: c.phone.clone(),
            tier: domain::contact::tier(&c.attributes),
        }
    }
}

impl ContactBrief {
    /// For a contact that cannot be read any more.
    pub fn nameless(id: &domain::ContactId) -> Self {
        Self { id: id.0.clone(), name: String::new(), language: None, email: None, phone: None, tier: None }
    }
}

/// Who has the conversation: exactly one at a time.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum OwnerView {
    Bot,
    Queue { team_id: Option<String> },
    Agent { agent_id: String },
}

/// A conversation. `version` counts its changes without gaps.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConversationView {
    pub id: String,
    pub inbox_id: String,
    pub contact: ContactBrief,
    pub version: i64,
    pub status: Status,
    pub owner: OwnerView,
    pub language: Language,
    /// The highest message `seq`.
    pub last_seq: i64,
    pub last_text: String,
    pub last_message_at: i64,
    /// Since when the customer waits for an answer; null when the last word was ours.
    pub waiting_since: Option<i64>,
    pub queued_at: Option<i64>,
    pub snoozed_until: Option<i64>,
    pub resolved_at: Option<i64>,
    pub last_agent_id: Option<String>,
    /// Incoming messages after the owner's read position.
    pub unread: i64,
    pub agent_read_seq: i64,
    pub contact_read_seq: i64,
    pub contact_delivered_seq: i64,
    /// Names of labels.
    pub labels: Vec<String>,
    /// What people set; it moves the conversation in the queue.
    pub priority: Priority,
    pub bot: BotView,
    pub handoff: Option<HandoffView>,
    pub transfer: Option<TransferView>,
    /// Whom the router asks to take it, while it waits.
    pub offer: Option<RoutedOfferView>,
    pub csat: Option<CsatView>,
    pub page: Option<PageView>,
    /// What service levels promise; empty when nothing is promised.
    pub sla: Vec<SlaDueView>,
    /// It is a part of this conversation, which is worked on in its place.
    pub merged_into: Option<String>,
    /// It was split off this conversation, in whose thread its words are written.
    pub split_from: Option<String>,
    /// The intent of the customer's last question, by name; null where none was sure.
    pub intent: Option<String>,
    /// What rules offer the customer to make up.
    pub compensation: Vec<CompensationView>,
    /// How the customer felt last, as a name; null where nothing was read.
    pub mood: Option<String>,
    /// How strong an unhappy mood is, in per cent; 0 otherwise.
    pub mood_percent: i64,
    /// Against the message before: worse (true) or better (false); null where it is as before or was the first.
    pub mood_worse: Option<bool>,
    /// Colleagues who answer beside the owner.
    pub participants: Vec<String>,
    pub created_at: i64,
    pub updated_at: i64,
}

/// One conversation of a person's timeline.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TimelineItem {
    /// Of the letter it began with, else the customer's first words; empty where they said nothing.
    pub subject: String,
    pub conversation: ConversationView,
}

/// Accepted or declined by `to` before `until`; then the next person is asked.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RoutedOfferView {
    pub to: String,
    pub at: i64,
    pub until: i64,
}

/// The policy's name for it, such as `goodwill`, and the rule that said so.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CompensationView {
    pub name: String,
    pub rule: String,
    pub at: i64,
}

/// One promise of a service level, of a conversation or a ticket. Screens count down to `due_at` themselves.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SlaDueView {
    /// `first_response`, `next_response` or `resolution`
    pub metric: String,
    /// Null while it stands still or when it is done.
    pub due_at: Option<i64>,
    pub warn_at: Option<i64>,
    pub breached: bool,
    /// Pending conversations and waiting tickets cost nothing.
    pub paused: bool,
    pub done_at: Option<i64>,
}

impl From<domain::SlaDue> for SlaDueView {
    fn from(d: domain::SlaDue) -> Self {
        Self { metric: d.metric, due_at: d.due_at, warn_at: d.warn_at, breached: d.breached, paused: d.paused, done_at: d.done_at }
    }
}

/// What the bot remembers.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BotView {
    /// Misses in a row.
    pub misses: u32,
    /// Ids of articles already shown.
    pub shown: Vec<String>,
    pub asked: Vec<String>,
    /// A person has spoken: the bot stays silent.
    pub muted: bool,
}

/// What a person gets when the bot hands over.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HandoffView {
    pub reason: HandoffReason,
    pub summary: String,
    pub asked: Vec<String>,
    pub shown: Vec<String>,
    pub language: Language,
    pub wish: String,
    pub at: i64,
}

/// An offered transfer that waits for its answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TransferView {
    pub from: String,
    pub to: String,
    pub note: String,
    pub at: i64,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CsatView {
    /// 1 to 5.
    pub score: i64,
    pub comment: String,
    pub at: i64,
}

/// The page the customer is on, as their browser tells it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PageView {
    pub url: String,
    pub title: String,
}

impl From<domain::Owner> for OwnerView {
    fn from(o: domain::Owner) -> Self {
        match o {
            domain::Owner::Bot => Self::Bot,
            domain::Owner::Queue { team_id } => Self::Queue { team_id: team_id.map(|id| id.0) },
            domain::Owner::Agent { agent_id } => Self::Agent { agent_id: agent_id.0 },
        }
    }
}

fn ids(ids: Vec<domain::ArticleId>) -> Vec<String> {
    ids.into_iter().map(|id| id.0).collect()
}

impl ConversationView {
    pub fn of(c: domain::Conversation, contact: ContactBrief) -> Self {
        let mood_worse = c.routing.is_worse();
        Self {
            id: c.id.0,
            inbox_id: c.inbox_id.0,
            contact,
            version: c.version,
            status: c.status.into(),
            owner: c.owner.into(),
            language: c.language.into(),
            last_seq: c.last_seq,
            last_text: c.last_text,
            last_message_at: c.last_message_at,
            waiting_since: c.waiting_since,
            queued_at: c.queued_at,
            snoozed_until: c.snoozed_until,
            resolved_at: c.resolved_at,
            last_agent_id: c.last_agent_id.map(|id| id.0),
            unread: c.unread,
            agent_read_seq: c.agent_read_seq,
            contact_read_seq: c.contact_read_seq,
            contact_delivered_seq: c.contact_delivered_seq,
            labels: c.labels,
            priority: c.routing.priority.into(),
            bot: BotView { misses: c.bot.misses, shown: ids(c.bot.shown), asked: c.bot.asked, muted: c.bot.muted },
            handoff: c.handoff.map(|h| HandoffView {
                reason: h.reason.into(),
                summary: h.summary,
                asked: h.asked,
                shown: ids(h.shown),
                language: h.language.into(),
                wish: h.wish,
                at: h.at,
            }),
            transfer: c.transfer.map(|t| TransferView { from: t.from.0, to: t.to.0, note: t.note, at: t.at }),
            offer: c.routing.offer.map(|o| RoutedOfferView { to: o.to.0, at: o.at, until: o.until }),
            csat: c.csat.map(|c| CsatView { score: i64::from(c.score), comment: c.comment, at: c.at }),
            page: c.page.map(|p| PageView { url: p.url, title: p.title }),
            intent: c.routing.intent.clone(),
            mood_percent: c.routing.intensity_percent,
            mood_worse,
            compensation: c.routing.compensation.into_iter().map(|o| CompensationView { name: o.name, rule: o.rule, at: o.at }).collect(),
            mood: c.routing.emotion,
            participants: c.participants.into_iter().map(|id| id.0).collect(),
            sla: c.routing.sla.map(|s| s.due.into_iter().map(SlaDueView::from).collect()).unwrap_or_default(),
            merged_into: c.tied.merged_into.map(|id| id.0),
            split_from: c.tied.split_from.map(|id| id.0),
            created_at: c.created_at,
            updated_at: c.updated_at,
        }
    }
}

/// How many conversations each bucket and view holds.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct ConversationCounts {
    pub mine: i64,
    pub unassigned: i64,
    pub all: i64,
    pub active: i64,
    pub queued: i64,
    pub bot: i64,
    pub resolved: i64,
    pub snoozed: i64,
}

/// What somebody who asked for work got.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TakenNext {
    /// Null when nothing waits.
    pub conversation: Option<ConversationView>,
}

/// Why a conversation went to whom, or to nobody while `agent_id` is null.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AssignmentView {
    pub agent_id: Option<String>,
    pub team_id: Option<String>,
    /// Who was considered, with the figures the decision used.
    #[schema(value_type = Object)]
    pub explanation: Value,
    pub at: i64,
}

impl From<domain::Assignment> for AssignmentView {
    fn from(a: domain::Assignment) -> Self {
        Self { agent_id: a.agent_id.map(|id| id.0), team_id: a.team_id.map(|id| id.0), explanation: a.explanation, at: a.at }
    }
}

/// An agent writes first.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartConversation {
    pub contact_id: String,
    pub inbox_id: String,
    pub text: String,
    /// Chosen by the sender; sending twice with the same one starts one conversation. The Idempotency-Key serves as well.
    pub client_msg_id: Option<String>,
}

impl Check for StartConversation {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::id(&self.contact_id, "contact_id", wrong);
        check::id(&self.inbox_id, "inbox_id", wrong);
        check::required_text(&mut self.text, "text", TEXT_CHARS_MAX, wrong);
        if let Some(key) = &self.client_msg_id {
            check::key(key, "client_msg_id", 128, wrong);
        }
    }
}

/// Set aside until a time.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Snooze {
    /// Epoch milliseconds, in the future.
    pub until: i64,
}

impl Check for Snooze {}

/// To one agent (who may accept or decline) or to a team's queue: exactly one of the two.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    pub to_agent_id: Option<String>,
    pub to_team_id: Option<String>,
    #[serde(default)]
    pub note: String,
    /// The key of one of `/transfer-reasons`; none is allowed.
    #[serde(default)]
    pub reason: Option<String>,
}

impl Check for Transfer {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        match (&self.to_agent_id, &self.to_team_id) {
            (Some(id), None) => check::id(id, "to_agent_id", wrong),
            (None, Some(id)) => check::id(id, "to_team_id", wrong),
            _ => wrong.push(Invalid::new("to_agent_id", "请指定坐席或团队其中之一", "give either to_agent_id or to_team_id")),
        }
        check::text(&mut self.note, "note", 1_000, wrong);
    }
}

/// The colleague who is asked in.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Invite {
    pub user_id: String,
}

impl Check for Invite {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::id(&self.user_id, "user_id", wrong);
    }
}

/// The whole new set of labels.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetLabels {
    pub labels: Vec<String>,
}

impl Check for SetLabels {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if self.labels.len() > 50 {
            wrong.push(Invalid::new("labels", "最多 50 个标签", "has at most 50 labels"));
        }
        for (i, label) in self.labels.iter_mut().enumerate().take(50) {
            check::name(label, &format!("labels[{i}]"), 50, wrong);
        }
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPriority {
    pub priority: Priority,
}

impl Check for SetPriority {}

/// How far somebody has read.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadUpTo {
    /// The `seq` of the last message seen.
    pub seq: i64,
}

impl Check for ReadUpTo {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if self.seq < 0 {
            wrong.push(Invalid::new("seq", "不能为负数", "must not be negative"));
        }
    }
}
