//! What is worth showing now and worthless later.

use qn_domain::presence::PresenceState;
use qn_domain::{ContactId, ConversationId, Presence, TenantId, Timestamp, UserId};
use serde::Serialize;

#[derive(Debug, Clone, PartialEq)]
pub struct Signal {
    pub tenant_id: TenantId,
    pub audience: Audience,
    pub body: SignalBody,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// Everybody of the tenant who is signed in.
    People,
    /// One customer.
    Customer(ContactId),
    /// One customer, and everybody of the tenant who is signed in.
    Both(ContactId),
}

/// Serialises as the frame that clients see.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum SignalBody {
    Typing {
        conversation_id: ConversationId,
        who: Who,
        on: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        preview: Option<String>,
    },
    Viewers {
        conversation_id: ConversationId,
        users: Vec<Viewer>,
    },
    Presence {
        user_id: UserId,
        presence: Presence,
        connected: bool,
        /// What they are in, since when; a reason with busy.
        state: PresenceState,
        reason: Option<String>,
        since: Timestamp,
    },
    Queue {
        conversation_id: ConversationId,
        position: i64,
        expected_wait_ms: Option<i64>,
        likely_max_ms: Option<i64>,
    },
    /// Something that is not in the log changed (`run`, `approval`): fetch it again. At most a few a second.
    Changed {
        resource: &'static str,
        id: String,
    },
    /// A note that only these people see: the agent it is for and who wrote it.
    Whisper {
        #[serde(skip)]
        readers: [UserId; 2],
        id: String,
        conversation_id: ConversationId,
        from: String,
        text: String,
        at: Timestamp,
    },
    /// The floor as it is now, for supervisors who have the wallboard open.
    Wallboard {
        board: serde_json::Value,
    },
    /// A customer logged out: their sockets close. Never shown.
    SignedOut,
    /// A session or token of a person ended, or they were disabled: their sockets prove themselves again. Never shown.
    ProveAgain {
        user_id: UserId,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Who {
    /// `contact`, `agent` or `bot`
    pub kind: &'static str,
    pub id: String,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Viewer {
    pub id: UserId,
    pub name: String,
    pub typing: bool,
}
