//! How things stand right now and today, each figure with one definition.

use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OverviewView {
    pub now: i64,
    /// Conversations in queues.
    pub waiting: i64,
    /// Of the one waiting longest; null when nobody waits.
    pub longest_wait_ms: Option<i64>,
    pub agents: AgentsByState,
    /// Conversations with an agent, not resolved or snoozed.
    pub active: i64,
    /// Since midnight in the tenant's time zone.
    pub today: Today,
    /// By hour of today, oldest first; hours without messages are left out.
    pub series: Vec<Hour>,
    /// Null when no encoder is configured and the live version needs none.
    pub encoder: Option<EncoderView>,
    /// Null when no language model is configured.
    pub llm: Option<LlmView>,
}

/// The language model that drafts and summarises. Everything goes on without it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LlmView {
    pub model: String,
    /// What went wrong the last time, for operators; null after a success.
    pub problem: Option<String>,
    /// Used today by this tenant.
    pub tokens: i64,
    /// In hundredths of the operator's currency, rounded down.
    pub cents: i64,
    pub calls: i64,
    /// The tenant's limits of a day; 0 means none.
    pub tokens_max: i64,
    pub cents_max: i64,
    /// The budget of this day or month is used up: the model is not asked until the next one.
    pub used_up: bool,
}

/// The text encoder whose vectors intents are read by beside the words.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EncoderView {
    /// As the operator configured it; null when none is.
    pub configured: Option<String>,
    /// Null while it serves. With a problem, intents are read by words alone.
    pub problem: Option<EncoderProblem>,
    /// More about the problem, for operators; may be empty.
    pub detail: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EncoderProblem {
    /// Its files are missing or broken, or it fails.
    Unusable,
    /// The live version was trained with another one, which is not configured.
    Other,
    /// The live version was trained without; the next training uses it.
    Untrained,
}

/// People who may take conversations, by what they chose; one who chose online or busy but is not connected counts as offline.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct AgentsByState {
    pub online: i64,
    pub busy: i64,
    pub offline: i64,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Today {
    /// Conversations begun today.
    pub conversations: i64,
    /// Messages from customers.
    pub incoming: i64,
    /// Messages to customers from people and the bot.
    pub outgoing: i64,
    pub bot_messages: i64,
    /// Conversations resolved today and still so, whenever they began.
    pub resolved: i64,
    /// Of those, the ones that never waited for a person, that no person had or ended, and whose last question the bot answered.
    pub bot_resolved: i64,
    /// bot_resolved / resolved; null while nothing was resolved.
    pub bot_resolved_share: Option<f64>,
    /// Times a conversation went into a queue for a person.
    pub handoffs: i64,
    /// What became of the answers offered to agents.
    pub suggestions: SuggestionsToday,
}

/// Customers' messages for which an agent was offered answers and has since replied, by what became of the offer.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct SuggestionsToday {
    /// Sent as offered.
    pub accepted: i64,
    /// Sent with changes.
    pub edited: i64,
    /// The agent wrote something else.
    pub ignored: i64,
    /// (accepted + edited) / all three; null while there are none.
    pub used_share: Option<f64>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Hour {
    pub at: i64,
    pub incoming: i64,
    pub outgoing: i64,
}
