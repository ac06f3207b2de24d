//! What people see of a channel beside its settings: which kinds there are, how an inbox fares, and how much may still be said.

use crate::words::ChannelKind;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A kind of channel that inboxes can be made of.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChannelKindView {
    pub kind: ChannelKind,
    /// JSON Schema of `channel_settings`; forms are made from it. `x-i18n` has titles in both languages, `x-secret` marks what is never shown again.
    #[schema(value_type = Object)]
    pub settings_schema: Value,
    /// The platform calls an address of ours.
    pub is_called: bool,
    /// Replies are limited after the customer's last sign of life.
    pub has_windows: bool,
}

/// How an inbox's channel fares.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChannelHealthView {
    /// Events that were brought and kept, since the inbox was made.
    pub received: i64,
    /// Calls that were not believed or not understood.
    pub refused: i64,
    /// Requests that the platform took.
    pub sent: i64,
    /// Requests that it did not.
    pub failed: i64,
    pub last_received_at: Option<i64>,
    pub last_sent_at: Option<i64>,
    pub last_error_at: Option<i64>,
    /// `in`, `out`, `token`, `pull`, `stream` or `media`.
    pub last_error_side: Option<String>,
    /// A stable word, e.g. `bad_signature`.
    pub last_error: Option<String>,
    /// What the word means, in the reader's language.
    pub last_error_text: Option<String>,
    /// The last error of each side, the newest first: a later one of another side does not hide its cause.
    pub errors: Vec<ChannelErrorView>,
    /// Events that wait to be taken.
    pub waiting: i64,
    /// Events that could not be taken; a person may ask for another try.
    pub stuck: i64,
}

/// What last went wrong on one side of a channel.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChannelErrorView {
    /// `in`, `out`, `token`, `pull`, `stream` or `media`.
    pub side: String,
    /// A stable word, e.g. `bad_signature`.
    pub error: String,
    /// What the word means, in the reader's language.
    pub text: String,
    pub at: i64,
}

/// A mail of an e-mail inbox that became no message.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SetAsideMailView {
    pub id: String,
    /// `bounce`, `auto_reply`, `bulk`, `loop` or `letter`; empty where it could not be read.
    pub nature: String,
    pub subject: String,
    /// Addresses that it names, ours left out.
    pub people: Vec<String>,
    /// Why it was given up; null: it is no letter to us.
    pub error: Option<String>,
    pub received_at: i64,
}

/// What a test of an inbox's credentials came to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChannelTestView {
    pub outcome: ChannelTestOutcome,
    /// A stable word, when it failed or proved only a part.
    pub reason: Option<String>,
    /// The same in the reader's language.
    pub reason_text: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChannelTestOutcome {
    Works,
    /// What can be tried without sending went well; `reason` says what that was and what it leaves open.
    Partly,
    Fails,
    /// The channel has nothing that could be asked.
    Untestable,
}

/// How many events were given another try.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Revived {
    pub revived: u64,
}

/// How much may still be said to a customer before they write again.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReplyWindowView {
    /// False: this channel limits nothing.
    pub limited: bool,
    pub open: bool,
    /// Messages that may still be sent; null = as many as one likes.
    pub left: Option<u32>,
    /// When the window closes by itself; null = not, or it is closed.
    pub closes_at: Option<i64>,
    /// Approved templates that may be sent when it is closed.
    pub templates: Vec<String>,
    /// What opens a window there: `message`, `menu_click`, `follow`, `scan`, `payment`, `enter_session`.
    pub opened_by: Vec<String>,
    /// Who else has the platform's own session with the customer, so that it takes nothing of ours: `held` by a person there, `queued` there,
    /// `ended`; null = nobody, as far as is known.
    pub session: Option<String>,
    /// True: nothing is delivered but what the bot says in the answer to the platform's own call (a WeChat account without customer messages).
    pub only_in_call: bool,
    /// What is left of the messages that a month holds there, asked of the platform at most every ten minutes; null = no such limit, or it did not say.
    pub month: Option<MonthlyQuotaView>,
}

/// How an uploaded file would leave in a conversation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FileWayView {
    pub attachment_id: String,
    /// False: the customer gets a link to it.
    pub as_file: bool,
    /// Up to which size the channel takes such a file; null: none of this kind, or however large it is.
    pub max_bytes: Option<u64>,
}

/// Messages that a platform lets out in a calendar month.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MonthlyQuotaView {
    pub limit: u64,
    pub used: u64,
}
