//! Reports: what happened in a period, each figure with one definition (`docs/how-to/read-the-reports.md`). Times are epoch
//! milliseconds, lengths milliseconds.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportBy {
    Agent,
    Team,
    Inbox,
    /// The kind of channel; all mailboxes together are one.
    Channel,
    Intent,
    Language,
    /// Why conversations went to people.
    Handoff,
    /// What people said conversations were about when they were done, by the form's key.
    WrapUp,
    Day,
    /// From Monday, named by its date.
    Week,
    Month,
    Hour,
}

macro_rules! words {
    ($($variant:ident = $word:literal),*) => {
        impl ReportBy {
            /// As it is spelt and kept.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// By day where the word is none of these.
            pub fn read(word: &str) -> Self {
                match word { $($word => Self::$variant,)* _ => Self::Day }
            }
        }
    };
}

words!(
    Agent = "agent",
    Team = "team",
    Inbox = "inbox",
    Channel = "channel",
    Intent = "intent",
    Language = "language",
    Handoff = "handoff",
    WrapUp = "wrap_up",
    Day = "day",
    Week = "week",
    Month = "month",
    Hour = "hour"
);

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReportView {
    pub from: i64,
    pub to: i64,
    /// Days and hours are those of this zone.
    pub time_zone: String,
    /// In time is: taken by a person within this long of entering the queue.
    pub service_target_ms: i64,
    /// A customer who comes back within this long was not helped the first time.
    pub follow_up_ms: i64,
    pub total: FiguresView,
    pub groups: Vec<ReportGroup>,
    /// Conversations begun, by weekday (7, Monday first) and hour (24).
    pub heat: Vec<Vec<i64>>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReportGroup {
    /// Null for those that have none, e.g. no agent.
    pub key: Option<String>,
    /// As people call it; empty where `key` is null.
    pub name: String,
    pub figures: FiguresView,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SpreadView {
    pub count: i64,
    pub mean_ms: Option<i64>,
    pub median_ms: Option<i64>,
    pub p90_ms: Option<i64>,
    pub max_ms: Option<i64>,
}

/// `part` of `of`.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub struct ShareView {
    pub part: i64,
    pub of: i64,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FiguresView {
    /// Conversations begun in the period; one that was reopened counts again.
    pub conversations: i64,
    pub resolved: i64,
    /// Ended without a person and without a queue, of those resolved.
    pub bot_only: ShareView,
    /// Of those: the customer did not come back within the follow-up window.
    pub bot_only_lasting: ShareView,
    /// Entered a queue, of all.
    pub handed_over: ShareView,
    /// From entering the queue (without one: from the beginning) to a person's first answer.
    pub first_response: SpreadView,
    /// From the beginning to the first answer of any kind.
    pub first_answer: SpreadView,
    /// In queues, of those a person took.
    pub wait: SpreadView,
    /// Taken by a person in time, of those queued before a person had them.
    pub service_level: ShareView,
    /// Ended in the queue before a person took it, of those queued before a person had them.
    pub abandoned: ShareView,
    /// Held by people, without snoozed and pending time, of those that ended.
    pub handle: SpreadView,
    /// After-call work: from being asked to write up to being free for new work, of those where it was asked and is over.
    pub after_work: SpreadView,
    /// Held by people and written up, of those that ended; not those still being written up.
    pub handle_all: SpreadView,
    /// From the beginning to the end.
    pub resolution: SpreadView,
    /// Ended, and the customer did not come back within the follow-up window.
    pub first_contact: ShareView,
    pub transfers: i64,
    /// The same transfers by the reason's key (`/transfer-reasons`); those without a reason are the rest.
    pub transfer_reasons: BTreeMap<String, i64>,
    /// Mean score times 100, e.g. 453.
    pub csat_mean_x100: Option<i64>,
    /// Scores 4 and 5, of those rated.
    pub satisfied: ShareView,
    pub asked: i64,
    pub bot_messages: i64,
    pub agent_messages: i64,
    /// A review of it was submitted.
    pub reviewed: i64,
    /// Mean score times 100 of those reviewed, 0 to 10,000.
    pub quality_mean_x100: Option<i64>,
    /// Failed a fatal criterion, of those reviewed.
    pub fatal: ShareView,
}

/// How evenly work fell on the people of a team who were there for it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FairnessView {
    /// Null: everybody.
    pub team_id: Option<String>,
    /// Empty for everybody.
    pub name: String,
    /// Gini coefficient times 1000 of the conversations each handled in an hour online: 0 is all alike. Null where fewer than two people were
    /// online for half an hour, or nothing was handled.
    pub gini_x1000: Option<i64>,
    /// Those it is of, the busiest first.
    pub people: Vec<HandledView>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HandledView {
    pub user_id: String,
    pub name: String,
    /// Conversations begun in the period that they held last.
    pub handled: i64,
    pub online_ms: i64,
}

/// One conversation behind a figure, from its beginning (or reopening) to its end.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EpisodeView {
    pub conversation_id: String,
    /// 0, and one more for every reopening.
    pub number: i64,
    pub contact_id: String,
    pub inbox_id: String,
    pub agent_id: Option<String>,
    pub team_id: Option<String>,
    pub intent: Option<String>,
    pub handoff: Option<String>,
    pub opened_at: i64,
    pub queued_at: Option<i64>,
    pub owned_at: Option<i64>,
    pub agent_replied_at: Option<i64>,
    pub resolved_at: Option<i64>,
    pub waited_ms: i64,
    pub held_ms: i64,
    pub transfers: i64,
    pub csat: Option<i64>,
    /// What its review was scored, times 100; null while there is none.
    pub quality_x100: Option<i64>,
}
