//! What channels bring, in our words: messages, reports, recalls, openings of a reply window, and the wish to be pulled from.
//! Events can be stored: a journal keeps them between the platform's call and the pipeline.

use bytes::Bytes;
use qn_domain::{Content, DeliveryState, Evidence, Language, MessageId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A call, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    pub events: Vec<Event>,
    /// What the platform must get once the events are safe.
    pub answer: Answer,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub content_type: &'static str,
    pub body: Bytes,
}

impl Answer {
    pub fn empty() -> Self {
        Self { status: 200, content_type: "text/plain; charset=utf-8", body: Bytes::new() }
    }

    pub fn text(body: impl Into<Bytes>) -> Self {
        Self { body: body.into(), ..Self::empty() }
    }

    pub fn json(body: &Value) -> Self {
        Self { status: 200, content_type: "application/json; charset=utf-8", body: body.to_string().into() }
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The same thing again has the same key, however often and however it is told; unique within its inbox.
    pub key: String,
    pub what: What,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    Message(Box<Inbound>),
    Report(DeliveryReport),
    Recall(Recall),
    Opened(Opened),
    Pull(Pull),
    Session(SessionChange),
}

/// Where the platform keeps a session of its own with each contact, who has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    /// We may write.
    Ours,
    /// It waits there for a person.
    Queued,
    /// A person has it there.
    Held,
    /// It is over until the customer writes.
    Ended,
}

impl SessionState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Queued => "queued",
            Self::Held => "held",
            Self::Ended => "ended",
        }
    }

    /// Why nothing can be sent.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Ours => "wrong_session_state",
            Self::Queued => "session_queued_there",
            Self::Held => "session_held_there",
            Self::Ended => "session_ended_there",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionChange {
    pub contact: String,
    pub state: SessionState,
}

impl Event {
    pub fn message(inbound: Inbound) -> Self {
        Self { key: format!("m:{}:{}", inbound.contact.external_id, inbound.message_id), what: What::Message(Box::new(inbound)) }
    }

    /// The key holds the state: each step of a message's fate is told once.
    pub fn report(report: DeliveryReport) -> Self {
        let of = match &report.of {
            Reported::Ours(id) => id.as_str(),
            Reported::External(id) => id,
        };
        Self { key: format!("s:{of}:{}", report.state.as_str()), what: What::Report(report) }
    }

    /// Whose events must stay in order; none where order does not matter.
    pub fn contact(&self) -> Option<&str> {
        let contact = match &self.what {
            What::Message(inbound) => &inbound.contact.external_id,
            What::Recall(recall) => recall.contact.as_str(),
            What::Opened(opened) => &opened.contact,
            What::Session(change) => &change.contact,
            What::Report(_) | What::Pull(_) => "",
        };
        Some(contact).filter(|contact| !contact.is_empty())
    }
}

/// A customer's message as the channel tells it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Inbound {
    /// The channel's own id of the message; the same one again is the same message.
    pub message_id: String,
    pub contact: InboundContact,
    /// Separates several conversations of one customer, e.g. by order number or group.
    pub conversation_key: Option<String>,
    /// Cleaned text; `content.attachments` is empty until the caller has stored `attachments`.
    pub content: Content,
    pub attachments: Vec<InboundAttachment>,
    /// When it was written, as the sender says: shown, never trusted for order.
    pub sent_at: Option<Timestamp>,
    /// A button of ours was pressed.
    pub pressed: Option<Pressed>,
    /// The channel's id of the message that this one answers.
    pub reply_to: Option<String>,
    /// Answers may go here for a while, at less cost or with fewer limits.
    pub reply_handle: Option<ReplyHandle>,
    /// The right to answer that the message gives.
    pub opens: Option<Opening>,
}

/// The button that `menu` wrote; what it does is read from the message it stood under.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pressed {
    /// None where the platform's ids are too short to say.
    pub message_id: Option<MessageId>,
    /// From 1.
    pub number: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyHandle {
    pub value: String,
    pub expires_at: Timestamp,
    /// Good for one message only.
    pub once: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct InboundContact {
    pub external_id: String,
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub language: Option<Language>,
    /// Text, numbers and booleans only.
    pub attributes: Map<String, Value>,
    /// What else identifies the person, and how well it is proved.
    pub facts: Vec<Fact>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    pub kind: FactKind,
    /// Within which the value names one person, e.g. the WeChat platform account of a UnionID; empty = everywhere.
    pub scope: String,
    pub value: String,
    pub evidence: Evidence,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    UnionId,
    /// The platform's number of an employee or customer, e.g. Feishu's `user_id`.
    UserId,
    Phone,
    Email,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InboundAttachment {
    /// As the sender wrote it: to be made safe before use.
    pub name: String,
    pub source: Source,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// To be fetched through `qn_egress`.
    Url(String),
    #[serde(with = "as_base64")]
    Bytes(Bytes),
    /// To be fetched by `Adapter::media`.
    Media(String),
}

/// The channel's word on what became of a message of ours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeliveryReport {
    pub of: Reported,
    pub state: DeliveryState,
    pub reason: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reported {
    Ours(MessageId),
    /// `Delivered::external_id` of the step that sent it.
    External(String),
}

/// The customer took a message back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recall {
    /// Empty where the platform does not say who.
    pub contact: String,
    /// `Inbound::message_id` of what was taken back.
    pub message_id: String,
}

/// The customer did something, other than writing, that lets us write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// External id.
    pub contact: String,
    pub by: Opening,
    pub at: Timestamp,
    /// Lets one greeting out (a welcome code).
    pub handle: Option<ReplyHandle>,
    /// Where the customer came from, e.g. the scene of a QR code.
    pub scene: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opening {
    Message,
    MenuClick,
    Follow,
    Scan,
    Payment,
    EnterSession,
}

impl Opening {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::MenuClick => "menu_click",
            Self::Follow => "follow",
            Self::Scan => "scan",
            Self::Payment => "payment",
            Self::EnterSession => "enter_session",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        let all = [Self::Message, Self::MenuClick, Self::Follow, Self::Scan, Self::Payment, Self::EnterSession];
        all.into_iter().find(|opening| opening.as_str() == text)
    }
}

/// There is something to fetch: `Adapter::pull` now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pull {
    pub stream: String,
    pub hint: Option<String>,
}

mod as_base64 {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use bytes::Bytes;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(bytes: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map(Bytes::from).map_err(serde::de::Error::custom)
    }
}
