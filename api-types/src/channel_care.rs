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
    /// Events that wait to be taken.
    pub waiting: i64,
    /// Events that could not be taken; a person may ask for another try.
    pub stuck: i64,
}

/// What a test of an inbox's credentials came to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChannelTestView {
    pub outcome: ChannelTestOutcome,
    /// A stable word, when it failed.
    pub reason: Option<String>,
    /// The same in the reader's language.
    pub reason_text: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChannelTestOutcome {
    Works,
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
    /// What opens a window there: `message`, `menu_click`, `follow`, `scan`, `payment`, `enter_session`.
    pub opened_by: Vec<String>,
    /// Who else has the platform's own session with the customer, so that it takes nothing of ours: `held` by a person there, `queued` there,
    /// `ended`; null = nobody, as far as is known.
    pub session: Option<String>,
}
