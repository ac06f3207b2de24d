//! Frames of the realtime stream: what clients say, and what the log looks like to each kind of viewer.

use crate::check::{Check, Invalid};
use crate::conversation::ConversationView;
use crate::message::{MessageView, VisitorMessage};
use crate::widget::VisitorConversation;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Longest preview of unsent text, in characters.
pub const PREVIEW_CHARS_MAX: usize = 500;

/// What a client may say on a socket, and (except `hello`) by `POST /stream/signal`.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientFrame {
    /// The first frame; later ones renew the token.
    Hello {
        token: Option<String>,
        resume: Option<Resume>,
    },
    Typing {
        conversation_id: String,
        on: bool,
        /// A visitor's unsent text, for agents where the inbox allows it.
        preview: Option<String>,
    },
    /// What a person has on their screen; null for nothing.
    Viewing {
        conversation_id: Option<String>,
    },
    /// A supervisor has the wallboard open, or no longer has.
    Wallboard {
        on: bool,
    },
    Ping,
}

impl Check for ClientFrame {
    fn check(&mut self, _: &mut Vec<Invalid>) {
        if let ClientFrame::Typing { preview: Some(preview), .. } = self {
            let cleaned = qn_base::text::clean(preview);
            *preview = qn_base::text::truncate(&cleaned, PREVIEW_CHARS_MAX).to_owned();
        }
    }
}

/// Where the client left off: `seq` for people; `conversation_id` and `version` for visitors.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Resume {
    pub seq: Option<i64>,
    pub conversation_id: Option<String>,
    pub version: Option<i64>,
}

/// One change of an entry, generic over what a viewer may see of messages and conversations.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(tag = "type")]
pub enum ChangeView<M, C> {
    #[serde(rename = "conversation.created")]
    ConversationCreated { conversation: C },
    #[serde(rename = "conversation.updated")]
    ConversationUpdated { conversation: C },
    #[serde(rename = "message.created")]
    MessageCreated { message: M },
    #[serde(rename = "message.updated")]
    MessageUpdated { message: M },
    /// Something in the settings changed: fetch it again.
    #[serde(rename = "resource.changed")]
    ResourceChanged { resource: String, id: String },
}

/// The word every entry frame begins with.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntryType {
    Entry,
}

/// One entry of the tenant's log, for people. `seq` grows by exactly one.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PeopleEntry {
    pub r#type: EntryType,
    pub seq: i64,
    pub conversation_id: Option<String>,
    pub version: Option<i64>,
    pub at: i64,
    pub changes: Vec<ChangeView<MessageView, ConversationView>>,
}

/// One entry of a conversation, for its customer. `version` grows by exactly one.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VisitorEntry {
    pub r#type: EntryType,
    pub conversation_id: String,
    pub version: i64,
    pub at: i64,
    pub changes: Vec<ChangeView<VisitorMessage, VisitorConversation>>,
}

/// The answer of a long poll by a person.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PeoplePoll {
    pub entries: Vec<PeopleEntry>,
    /// Ask from here next.
    pub seq: i64,
    /// The gap is too long: fetch everything anew, then ask from `seq`.
    pub reload: bool,
}

/// The answer of a long poll by a visitor.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VisitorPoll {
    pub entries: Vec<VisitorEntry>,
    /// Null while there is no conversation.
    pub conversation_id: Option<String>,
    /// Ask from here next.
    pub version: i64,
    /// The position is unknown here: boot again, then ask from `version`.
    pub reload: bool,
}
