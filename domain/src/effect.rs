//! What a committed decision asks the world to do. Workers claim effects under a lease and carry them out at least once;
//! `key` is the idempotency key the outside sees.

use crate::people::text_enum;
use crate::{EffectId, TenantId, Timestamp};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// An effect as a decision asks for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    pub kind: EffectKind,
    /// Unique per tenant; a second effect with the same key is the same effect.
    pub key: String,
    pub payload: serde_json::Value,
    /// Not before.
    pub due_at: Timestamp,
    /// The W3C `traceparent` of what caused it; set when it is committed.
    pub trace: Option<String>,
}

impl Effect {
    /// Who is called: effects of one lane share what that neighbour can take, and wait for it without holding up the other lanes.
    /// Timers, which call nobody, have one lane a tenant, and so has what goes between conversations and flows.
    pub fn lane(&self, tenant_id: &TenantId) -> Cow<'_, str> {
        let named = |field: &str| self.payload[field].as_str().unwrap_or(self.kind.as_str());
        let lane = match self.kind {
            EffectKind::ChannelDeliver | EffectKind::ReportMail | EffectKind::NoticeMail | EffectKind::CodeSend => named("inbox_id"),
            EffectKind::WebhookSend => named("webhook_id"),
            EffectKind::ConversationWake
            | EffectKind::TransferExpire
            | EffectKind::OfferExpire
            | EffectKind::SlaDue
            | EffectKind::TicketDue => return Cow::Owned(format!("{TIMERS}:{tenant_id}")),
            EffectKind::HandoffSummary => self.kind.as_str(),
            EffectKind::FlowStart
            | EffectKind::FlowReply
            | EffectKind::FlowCancel
            | EffectKind::FlowCorrect
            | EffectKind::FlowWithdraw
            | EffectKind::FlowSilence
            | EffectKind::FlowEnded => {
                return Cow::Owned(format!("{FLOWS}:{tenant_id}"));
            }
        };
        Cow::Borrowed(lane)
    }
}

/// Begins the name of the lane of effects that call nobody; alone it is that lane of all tenants, in rows from before each had its own.
pub const TIMERS: &str = "timers";

/// Begins the name of the lane between conversations and runs of flows, which live in the same house.
pub const FLOWS: &str = "flows";

/// Whether effects of this lane call no neighbour: each of them waits for itself, and its failures say nothing of the others.
pub fn is_in_house(lane: &str) -> bool {
    matches!(lane.split(':').next(), Some(TIMERS | FLOWS))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectKind {
    /// Send a message over its channel. payload: `{message_id, conversation_id, inbox_id}`
    ChannelDeliver,
    /// Send an event to a webhook endpoint. payload: `{webhook_id, type, timestamp, data}`
    WebhookSend,
    /// A report leaves as a letter. payload: `{schedule_id, inbox_id, user_id, period, from, to}`
    ReportMail,
    /// A flow tells people by mail. payload: `{inbox_id, to, subject, text, run_id}`; `to` is an address.
    NoticeMail,
    /// A one-time code leaves for the address it is to prove. payload: `{verification_id, inbox_id}`; the code is made as it leaves.
    CodeSend,
    /// A snoozed conversation wakes. payload: `{conversation_id, until}`
    ConversationWake,
    /// An unanswered transfer offer lapses. payload: `{conversation_id, at}`
    TransferExpire,
    /// What the router offered was not answered. payload: `{conversation_id, until}`
    OfferExpire,
    /// A promise of a service level passes a mark. payload: `{conversation_id, at}`
    SlaDue,
    /// A ticket should be done by now. payload: `{ticket_id, at}`
    TicketDue,
    /// The language model writes the summary of a hand-off packet. payload: `{conversation_id, at}`
    HandoffSummary,
    /// A customer's message, or what the house tells, begins a run. payload: `{flow_id, name, conversation_id, contact_id, message_id, event,
    /// beside}`; of a ticket's news `ticket_id` instead of a conversation.
    FlowStart,
    /// A customer answered a flow's question, or nobody will. payload: `{run_id, step, attempt, outcome}`; `outcome` is
    /// `{"ok": …}` or `{"error": {kind, message}}`.
    FlowReply,
    /// A customer wants a flow to stop. payload: `{run_id, conversation_id}`
    FlowCancel,
    /// A customer takes an answer back while their flow asks nothing. payload: `{run_id, name, conversation_id, message_id, said}`
    FlowCorrect,
    /// A question is open to a customer that no run waits for any more. payload: `{run_id, step, conversation_id}`
    FlowWithdraw,
    /// A question may still wait for its answer, and is asked once more. payload: `{run_id, step, attempt, conversation_id}`
    FlowSilence,
    /// A run with a conversation ended. payload: `{run_id, flow_id, name, conversation_id, status, error}`
    FlowEnded,
}

text_enum!(EffectKind {
    ChannelDeliver = "channel_deliver",
    WebhookSend = "webhook_send",
    ReportMail = "report_mail",
    NoticeMail = "notice_mail",
    CodeSend = "code_send",
    ConversationWake = "conversation_wake",
    TransferExpire = "transfer_expire",
    OfferExpire = "offer_expire",
    SlaDue = "sla_due",
    TicketDue = "ticket_due",
    HandoffSummary = "handoff_summary",
    FlowStart = "flow_start",
    FlowReply = "flow_reply",
    FlowCancel = "flow_cancel",
    FlowCorrect = "flow_correct",
    FlowWithdraw = "flow_withdraw",
    FlowSilence = "flow_silence",
    FlowEnded = "flow_ended",
});

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectState {
    Pending,
    Leased,
    Done,
    /// Given up after the last attempt; visible in the console and resendable.
    Dead,
}

text_enum!(EffectState { Pending = "pending", Leased = "leased", Done = "done", Dead = "dead" });

/// An effect as the outbox keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EffectRow {
    pub id: EffectId,
    pub tenant_id: TenantId,
    pub kind: EffectKind,
    pub key: String,
    pub lane: String,
    pub payload: serde_json::Value,
    pub state: EffectState,
    pub attempts: i64,
    pub due_at: Timestamp,
    pub last_error: Option<String>,
    pub trace: Option<String>,
    pub created_at: Timestamp,
}
