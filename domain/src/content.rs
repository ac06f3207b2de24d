//! What a message carries. Text is kept as typed; rendering safely is the reader's duty, and everything here is hostile input.

use crate::{ArticleId, AttachmentId, ConversationId, UserId};
use serde::{Deserialize, Serialize};

/// Longest text of one message, in characters.
pub const TEXT_CHARS_MAX: usize = 10_000;
pub const ATTACHMENTS_MAX: usize = 10;
pub const ATTACHMENT_BYTES_MAX: u64 = 20 * 1024 * 1024;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Content {
    pub text: String,
    pub format: Format,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// Quick replies under the message.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<Card>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<Citation>,
    /// Written by the machine: screens show the mark of generated content.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub ai: bool,
    /// Only on messages of kind activity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activity: Option<Activity>,
    /// Only on messages that came by mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail: Option<Box<MailHead>>,
    /// The conversation that was split off and that this belongs to, where it is written on another's wire. Never shown to customers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<ConversationId>,
    /// The platform's approved template that the text fills in, where nothing else may be said any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// Colleagues that a note names; they are told.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<UserId>,
    /// Asks how the service was, or answers it, after the conversation ended: part of no stretch.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub rating: bool,
}

/// What stands around a mail's own text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailHead {
    /// The mail as it came, in the store.
    pub mail_id: String,
    pub subject: String,
    /// Who wrote it, where that is not the conversation's contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cc: Vec<String>,
    /// Signature and quotes: not the customer's own words of today.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub folded: String,
    /// Names of attachments that are pictures inside the text, which has `[name]` where they stand.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inline: Vec<String>,
    /// It names this conversation, but its writer was never in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beside: Option<ConversationId>,
}

impl Content {
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Something to show in one line: the text, else what is attached.
    pub fn preview(&self) -> String {
        if !self.text.trim().is_empty() {
            return qn_base::text::line(&self.text, 120);
        }
        self.attachments.first().map(|a| format!("[{}]", a.name)).unwrap_or_default()
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    #[default]
    Text,
    Markdown,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    pub id: AttachmentId,
    pub name: String,
    /// As sniffed from the bytes, never as claimed.
    pub media_type: String,
    pub size_bytes: u64,
}

/// Unknown fields are refused by the flattened action; serde cannot refuse them here as well.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Button {
    pub label: String,
    #[serde(flatten)]
    pub action: ButtonAction,
}

/// What pressing a button does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum ButtonAction {
    /// Sends `text` as the customer's message.
    Reply { text: String },
    /// Asks for a person.
    Handoff,
    /// Opens an http(s) address.
    Link { url: String },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    pub title: String,
    #[serde(default)]
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Citation {
    pub article_id: ArticleId,
    pub title: String,
    /// Path of the public page, e.g. `/help/zh-CN/art_…`.
    pub url: String,
    /// The sentences of the article that answered, as they stand there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quotes: Vec<String>,
}

/// A change of the conversation told as a line in the thread. Screens render `key` with `params` in the reader's language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Activity {
    pub key: ActivityKey,
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub params: serde_json::Map<String, serde_json::Value>,
    /// Shown to the customer as well.
    #[serde(default)]
    pub public: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityKey {
    /// params: `reason`, `team_id` (null is everybody's queue)
    Queued,
    /// params: `agent`, `reason`
    Assigned,
    /// The router asked a person. params: `agent`, `reason`
    Offered,
    /// params: `agent`
    OfferDeclined,
    /// params: `agent`
    OfferMissed,
    /// params: `agent`
    Claimed,
    /// A supervisor took it from whoever had it. params: `agent`
    TakenOver,
    /// A colleague was asked in. params: `agent`
    Invited,
    /// A colleague who was asked in is out again. params: `agent`
    Left,
    /// params: `from`, `to`, `note`
    TransferOffered,
    TransferAccepted,
    TransferDeclined,
    /// params: `team`, `team_id`, `note`
    TransferredToTeam,
    /// An agent's first keystroke silenced the bot. params: `agent`
    BotSilenced,
    ReturnedToBot,
    Resolved,
    Reopened,
    Pending,
    /// params: `until`
    Snoozed,
    Woken,
    /// params: `labels`
    LabelsChanged,
    /// params: `priority`
    PriorityChanged,
    /// params: `score`
    CsatGiven,
    /// The agent went away; params: `agent`, `team_id`
    Released,
    /// params: `contact`
    LeaveMessage,
    /// Files that came with the customer's message could not be had. params: `files` of `{name, reason}`
    FilesLost,
    /// A machine of the customer's answered a letter of ours: they are away, or have a robot.
    AutoAnswered,
    /// The letter is not answered by the bot: its sender had so many automatic answers within a day. params: `from`, `answers`
    AnsweredOften,
    /// The same person wrote under another contact just before. params: `conversation`, `inbox`, `text`
    Continued,
    /// A promise is nearly broken. params: `metric`, `percent`, `actions`
    SlaWarned,
    /// A promise is broken. params: `metric`, `percent`, `actions`
    SlaBreached,
    /// The policy offers the customer something to make up. params: `name`, `rule` (as people named it), `rule_id`
    CompensationOffered,
    /// A flow began. params: `flow`, `name`, `run`
    FlowBegun,
    /// A flow waits for a person's decision. params: `name`, `run`, `title`, `who`
    FlowWaits,
    /// A person decided what a flow waited for. params: `name`, `run`, `title`, `approved`, `by`, `comment`
    FlowDecided,
    /// A flow ended. params: `flow`, `name`, `run`, `status`, `error`
    FlowEnded,
    /// A ticket was opened about the conversation, or tied to it. params: `ticket`, `number`, `title`
    TicketOpened,
    /// Two conversations were linked. params: `tie`, `conversation`, `inbox`, `text` of the other one
    Linked,
    /// params as for `Linked`
    Unlinked,
    /// One became a part of the other. params as for `Linked`, and `role` (`part` or `whole`) of the one that the line stands in
    Merged,
    /// params as for `Merged`
    Unmerged,
    /// Messages are worked on in a conversation of their own. params as for `Linked`, `role` and `messages`, their number
    Split,
    /// params as for `Split`
    Unsplit,
    /// What a flow would have said, had a person not taken over. params: `name`, `run`, `text`
    FlowUnsaid,
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn buttons_survive_storage_and_refuse_unknown_fields() {
        for action in
            [ButtonAction::Reply { text: "a".into() }, ButtonAction::Handoff, ButtonAction::Link { url: "https://x.example/".into() }]
        {
            let button = Button { label: "b".into(), action };
            let stored = serde_json::to_string(&button).unwrap();
            assert_eq!(serde_json::from_str::<Button>(&stored).unwrap(), button);
        }
        assert!(serde_json::from_str::<Button>(r#"{"label":"b","action":"reply","text":"a","x":1}"#).is_err());
        assert!(serde_json::from_str::<Button>(r#"{"label":"b","action":"run"}"#).is_err());
    }
}
