//! The numbers of now and of today, in the tenant's time zone.

use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OverviewView {
    pub now: i64,
    /// Customers in a queue.
    pub waiting: i64,
    pub longest_wait_ms: Option<i64>,
    pub agents: AgentCounts,
    /// Conversations with an agent.
    pub active: i64,
    pub today: TodayView,
    /// One entry per hour since midnight.
    pub series: Vec<HourView>,
}

/// People by what they chose; who has no console open counts as offline.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct AgentCounts {
    pub online: i64,
    pub busy: i64,
    pub offline: i64,
}

#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct TodayView {
    /// Begun today.
    pub conversations: i64,
    pub incoming: i64,
    /// By people and the bot.
    pub outgoing: i64,
    pub bot_messages: i64,
    /// Resolved today and still so.
    pub resolved: i64,
    /// Of these, those that no person ever owned and that never waited in a queue.
    pub bot_resolved: i64,
    /// `bot_resolved / resolved`; null while nothing was resolved.
    pub bot_resolved_share: Option<f64>,
    /// Times the bot handed over to a queue.
    pub handoffs: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct HourView {
    /// When the hour begins.
    pub at: i64,
    pub incoming: i64,
    pub outgoing: i64,
}
