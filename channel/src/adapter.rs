//! What a channel must be able to do, and the words it does it in. The caller does the talking: it hands in the bytes that
//! came, and sends the request that comes out.

use crate::{FieldError, SendOutcome, VerifyError};
use bytes::Bytes;
use qn_domain::{ChannelKind, Content, Conversation, DeliveryState, Inbox, Language, Message, MessageId, Timestamp};
use qn_egress::{EgressError, Request, Response};
use serde_json::{Map, Value};

pub trait Adapter: Send + Sync {
    fn kind(&self) -> ChannelKind;

    /// JSON Schema of `channel_settings`, in the subset that `schema` checks, with titles in both languages under `x-i18n`.
    fn settings_schema(&self) -> Value;

    fn check_settings(&self, settings: &Value) -> Result<(), Vec<FieldError>> {
        crate::schema::check(&self.settings_schema(), settings)
    }

    /// Proves that the call comes from whoever holds the inbox's secret. Always before `parse`.
    fn verify(&self, inbox: &Inbox, call: &Call<'_>, now: Timestamp) -> Result<(), VerifyError>;

    /// Reads a verified call, whole or not at all.
    fn parse(&self, inbox: &Inbox, call: &Call<'_>) -> Result<Vec<Event>, ParseError>;

    /// The request that delivers a message, or nothing where reading the log is the delivery.
    fn render(&self, inbox: &Inbox, message: &Message, context: &DeliveryContext<'_>) -> Result<Outbound, RenderError>;

    /// What an attempt to send came to.
    fn outcome(&self, attempt: &Result<Response, EgressError>) -> SendOutcome {
        crate::judge(attempt)
    }
}

/// One HTTP call from the channel, exactly as it arrived.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// The last path segment, e.g. `messages`.
    pub endpoint: &'a str,
    /// In order, repeated names included.
    pub headers: &'a [(&'a str, &'a [u8])],
    pub body: &'a [u8],
}

#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    Message(Box<Inbound>),
    Report(DeliveryReport),
}

/// A customer's message as the channel tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Inbound {
    /// The channel's own id of the message; the same one again is the same message.
    pub message_id: String,
    pub contact: InboundContact,
    /// Separates several conversations of one customer, e.g. by order number.
    pub conversation_key: Option<String>,
    /// Cleaned text; `content.attachments` is empty until the caller has stored `attachments`.
    pub content: Content,
    pub attachments: Vec<InboundAttachment>,
    /// When it was written, as the sender says: shown, never trusted for order.
    pub sent_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct InboundContact {
    pub external_id: String,
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub language: Option<Language>,
    /// Text, numbers and booleans only.
    pub attributes: Map<String, Value>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct InboundAttachment {
    /// As the sender wrote it: to be made safe before use.
    pub name: String,
    pub source: Source,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// To be fetched through `qn_egress`.
    Url(String),
    Bytes(Bytes),
}

/// The channel's word on what became of a message of ours.
#[derive(Debug, Clone, PartialEq)]
pub struct DeliveryReport {
    pub message_id: MessageId,
    pub state: DeliveryState,
    pub reason: Option<String>,
}

/// What rendering needs beyond the message.
#[derive(Debug, Clone, Copy)]
pub struct DeliveryContext<'a> {
    pub conversation: &'a Conversation,
    pub contact_external_id: &'a str,
    pub conversation_key: Option<&'a str>,
    /// Where the outside reaches us, e.g. `https://help.example.com`.
    pub base_url: &'a str,
    /// The time that is signed.
    pub now: Timestamp,
}

#[derive(Debug)]
pub enum Outbound {
    Nothing,
    Request(Box<Request>),
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ParseError {
    #[error("the channel has no endpoint of this name")]
    UnknownEndpoint,
    #[error("the body is larger than {max_bytes} bytes")]
    TooLarge { max_bytes: usize },
    #[error("the body is not UTF-8")]
    NotUtf8,
    #[error("the JSON is nested deeper than {max} levels")]
    TooDeep { max: usize },
    /// `reason` names the place, never the content.
    #[error("the body is not JSON: {reason}")]
    Malformed { reason: String },
    #[error("{} field(s) are not acceptable", .0.len())]
    Fields(Vec<FieldError>),
}

impl ParseError {
    pub fn code(&self) -> &'static str {
        match self {
            ParseError::UnknownEndpoint => "not_found",
            ParseError::TooLarge { .. } => "too_large",
            ParseError::NotUtf8 => "invalid_encoding",
            ParseError::TooDeep { .. } => "json_too_deep",
            ParseError::Malformed { .. } => "invalid_json",
            ParseError::Fields(errors) if errors.iter().any(|e| e.problem == crate::Problem::Unknown) => "unknown_field",
            ParseError::Fields(_) => "validation_failed",
        }
    }
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RenderError {
    /// Notes, activities and incoming messages never leave.
    #[error("only outgoing messages are delivered")]
    NotOutgoing,
    #[error("the channel settings do not fit: {0:?}")]
    BadSettings(Vec<FieldError>),
    #[error("the inbox has no usable secret to sign with: {0}")]
    BadSecret(#[from] crate::SecretError),
}
