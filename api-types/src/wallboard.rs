//! The floor as it is now, for supervisors: asked for once, then pushed as frames of type `wallboard`. Figures of today are those of
//! reports (`docs/how-to/read-the-reports.md`). Times are epoch milliseconds, lengths milliseconds.

use crate::report::ShareView;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WallboardView {
    pub now: i64,
    pub today: TodayView,
    /// Queues in which somebody waits or waited today, the longest wait first.
    pub queues: Vec<QueueView>,
    /// Everybody who is not disabled: online, writing up, busy, then offline.
    pub agents: Vec<AgentNow>,
    /// Open promises that are broken or nearly so, the nearest first; at most 50.
    pub risks: Vec<RiskView>,
    /// Open conversations that agents have, those whose customer waits longest first; at most 100.
    pub talks: Vec<TalkView>,
}

/// Of conversations begun since midnight in the tenant's time zone.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct TodayView {
    pub conversations: i64,
    pub service_level: ShareView,
    /// In time is: taken by a person within this long of entering the queue.
    pub service_target_ms: i64,
    /// Ended by the bot alone, of those resolved.
    pub bot_only: ShareView,
    pub abandoned: ShareView,
    pub first_response_median_ms: Option<i64>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QueueView {
    /// Null: the queue of no team in particular.
    pub team_id: Option<String>,
    pub name: String,
    pub waiting: i64,
    /// When the one who waits longest entered; null when nobody waits.
    pub oldest_at: Option<i64>,
    /// Of today.
    pub service_level: ShareView,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AgentNow {
    pub user_id: String,
    pub name: String,
    /// `online`, `wrap_up`, `busy` or `offline`; who is not connected is offline.
    pub state: String,
    /// What they are busy with, by the key of a busy reason (`/presence`); null when they are not busy or did not say.
    pub reason: Option<String>,
    /// Null when it is not known.
    pub since: Option<i64>,
    /// From when on that is longer than the busy reason allows; null where nothing limits it.
    pub late_at: Option<i64>,
    pub conversations: i64,
    pub capacity: i64,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RiskView {
    pub conversation_id: String,
    pub contact_id: String,
    /// Empty for who gave none.
    pub contact_name: String,
    /// Null while it is in a queue.
    pub agent_id: Option<String>,
    /// `first_response`, `next_response` or `resolution`
    pub metric: String,
    pub due_at: Option<i64>,
    pub breached: bool,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TalkView {
    pub conversation_id: String,
    pub contact_id: String,
    /// Empty for who gave none.
    pub contact_name: String,
    pub agent_id: Option<String>,
    /// Since when the customer waits for a word; null when the last word was ours.
    pub waiting_since: Option<i64>,
    pub last_text: String,
}
