//! One stretch of a conversation, from the first word (or its reopening) to its end: what reports count. Told from the stored
//! messages by `qn_report::episodes`, kept by `store::report`; never written by anybody else.

use crate::{ContactId, ConversationId, InboxId, Language, TeamId, TenantId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Times are epoch milliseconds; lengths are milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Episode {
    pub tenant_id: TenantId,
    pub conversation_id: ConversationId,
    /// 0 for the first stretch, one more for every reopening.
    pub number: i64,
    pub contact_id: ContactId,
    pub inbox_id: InboxId,
    pub language: Language,
    /// Name of the intent that the first understood message had.
    pub intent: Option<String>,
    /// The team whose queue it was in last.
    pub team_id: Option<TeamId>,
    /// The person who held it last.
    pub agent_id: Option<UserId>,
    /// Why it went to people, as `HandoffReason` says it.
    pub handoff: Option<String>,
    pub opened_at: Timestamp,
    /// The bot's first answer.
    pub bot_replied_at: Option<Timestamp>,
    /// When it first entered a queue.
    pub queued_at: Option<Timestamp>,
    /// When a person first held it.
    pub owned_at: Option<Timestamp>,
    /// A person's first answer to the customer.
    pub agent_replied_at: Option<Timestamp>,
    pub resolved_at: Option<Timestamp>,
    /// Spent in queues, all stays together; a stay that has not ended is not in it.
    pub waited_ms: i64,
    /// Held by people, without the time it was snoozed or pending; a hold that has not ended is not in it.
    pub held_ms: i64,
    pub asked: i64,
    pub bot_messages: i64,
    pub agent_messages: i64,
    /// Accepted by a colleague or given to another team.
    pub transfers: i64,
    /// 1 to 5.
    pub csat: Option<i64>,
    /// Of those transfers, how many had which reason, by its key.
    pub transfer_reasons: BTreeMap<String, i64>,
}
