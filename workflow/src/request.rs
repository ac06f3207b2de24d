//! What a step asks of the outside. Carried out by the driver, never here; journaled, so it holds no secrets, only references.

use crate::form::{form, options};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "do")]
pub enum Request {
    /// An HTTP request. The reply is `{"status": 200, "body": …}` for every status.
    Call(Call),
    /// What a tenant's configured connector can do. The reply is what the operation gave.
    Connect(Connect),
    /// Words for the customer. The reply comes when they are durable in the conversation.
    Say {
        text: String,
        /// Answers the customer may tap.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        buttons: Vec<String>,
        /// Other wordings of `text`; which is said follows from the step's name (`wording::pick`).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        variants: Vec<String>,
        #[serde(default, skip_serializing_if = "Rich::is_empty")]
        rich: Box<Rich>,
        /// The flow has no more to say to them: what they say next is not about it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        last: bool,
    },
    /// The customer sees that something is being written, until the step's due time.
    Typing { until: i64 },
    /// A question; the reply is `{"text": "…"}`.
    Ask {
        text: String,
        choices: Vec<String>,
        /// What the choices stand for, one for each; empty: themselves.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        values: Vec<Value>,
        /// The customer may pass over it; the reply is then `{"skipped": true}`, or words that say so.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        optional: bool,
        /// A one-time code is asked for; what the customer types is veiled before it is kept, and is no part of the reply.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        secret: bool,
        /// It asks whether to do this step again with a corrected answer; what the step is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        again: Option<String>,
    },
    /// Something to do in the desk.
    Desk(Desk),
    /// A person decides; the reply is `{"approved": true, "by": "…", "payload": …}`.
    Approve {
        who: String,
        title: String,
        payload: Value,
        /// What the parts of the payload are called and may become.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        fields: Vec<Field>,
        /// Who is asked as well when nobody has decided after a while.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        also: Option<Also>,
    },
    /// Nothing but time, until the step's due time.
    Wait,
    /// A signal of this name.
    Listen {
        signal: String,
        /// Only one whose payload says this; whoever sends it need not know the run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        about: Option<About>,
    },
}

impl Request {
    /// Nothing but time passes, and then the step goes on.
    pub fn is_pause(&self) -> bool {
        matches!(self, Request::Wait | Request::Typing { .. })
    }

    /// Nobody outside is doing anything for it: it waits for a person, for news or for time.
    pub fn only_waits(&self) -> bool {
        self.is_pause() || matches!(self, Request::Approve { .. } | Request::Ask { .. } | Request::Listen { .. })
    }

    /// Part of proving something, which is never taken as done by an earlier proof.
    pub fn is_proof(&self) -> bool {
        matches!(self, Request::Desk(Desk::SendCode { .. } | Desk::CheckCode) | Request::Ask { secret: true, .. })
    }

    /// Whether somebody outside has to be told. Waiting, and listening for what is sent to the run itself, are the engine's own.
    pub fn leaves_the_house(&self) -> bool {
        !matches!(self, Request::Wait | Request::Listen { about: None, .. })
    }

    /// Whether a signal is what is listened for.
    pub fn hears(&self, name: &str, payload: &Value) -> bool {
        match self {
            Request::Listen { signal, about } => signal == name && about.as_ref().is_none_or(|about| about.is_in(payload)),
            _ => false,
        }
    }

    /// The text by which a signal and this step find each other.
    pub fn listens(&self) -> Option<String> {
        match self {
            Request::Listen { signal, about: Some(About { field, value }) } => Some(listens(signal, field, value)),
            _ => None,
        }
    }
}

/// What stands beside the words of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rich {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<Card>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<Image>,
}

/// A picture: one that was uploaded here, or one that is had at its address when it is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    pub url: String,
    /// What it shows, where it cannot be shown.
    pub alt: String,
}

/// Where this server shows what was uploaded to it, without its own name: that may change, the file stays.
const UPLOADS: &str = "/api/v1/attachments/";
const UPLOAD_PREFIX: &str = "att_";

/// The file behind an address of this server: `/api/v1/attachments/att_…/name`.
pub fn uploaded(url: &str) -> Option<&str> {
    let id = url.trim().strip_prefix(UPLOADS)?.split('/').next()?;
    let rest = id.strip_prefix(UPLOAD_PREFIX)?;
    (!rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')).then_some(id)
}

/// A button that opens an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub label: String,
    pub url: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    pub title: String,
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl Rich {
    pub fn is_empty(&self) -> bool {
        self.links.is_empty() && self.cards.is_empty() && self.images.is_empty()
    }

    /// In plain lines, as where nothing else can be shown.
    pub fn lines(&self) -> String {
        let cards = self.cards.iter().map(|card| [card.title.as_str(), &card.text, card.url.as_deref().unwrap_or_default()]);
        let cards = cards.map(|parts| parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n"));
        let links = self.links.iter().map(|link| format!("{}: {}", link.label, link.url));
        let images = self.images.iter().map(|image| format!("[{}]({})", image.alt, image.url));
        cards.chain(images).chain(links).map(|line| format!("\n{line}")).collect()
    }
}

/// What a signal is about: a field of its payload and the value there, as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    pub field: String,
    pub value: String,
}

/// Longest name, field and value.
pub const SIGNAL_CHARS_MAX: usize = 200;
/// Fields of a payload that a signal may be found by.
const FIELDS_MAX: usize = 20;

impl About {
    fn is_in(&self, payload: &Value) -> bool {
        payload.get(&self.field).and_then(plain).is_some_and(|value| value == self.value)
    }
}

fn listens(signal: &str, field: &str, value: &str) -> String {
    format!("{signal}\u{1f}{field}\u{1f}{value}")
}

/// Texts, numbers and yes or no; nothing else is compared.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty() && text.chars().count() <= SIGNAL_CHARS_MAX),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// Every text that a step may listen for to hear this signal: one for each plain field at the top of its payload.
pub fn listens_for(signal: &str, payload: &Value) -> Vec<String> {
    let fields = payload.as_object().into_iter().flatten();
    let plain = fields.filter_map(|(field, value)| Some(listens(signal, field, &plain(value)?)));
    plain.take(FIELDS_MAX).collect()
}

/// Somebody who is asked later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Also {
    /// A role, a team or a person.
    pub who: String,
    /// After the others were asked.
    pub after_ms: i64,
}

/// One part of what a person decides on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// In the payload.
    #[schemars(extend("x-qn" = form("字段|表单内容里的字段名", "Field|Its name in the form's content", "text")))]
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(extend("x-qn" = form("中文名称|审批人看到的名称", "Label (Chinese)|As the approver sees it", "text")))]
    pub zh: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(extend("x-qn" = form("英文名称|英文界面里看到的名称", "Label (English)|As the approver sees it in English", "text")))]
    pub en: String,
    #[serde(default)]
    #[schemars(extend("x-qn" = options(form("类型|可以改成什么样的内容", "Kind|What it may become", "choices"), &[("text", "文本", "Text"), ("number", "数字", "Number"), ("boolean", "是或否", "Yes or no"), ("fixed", "只读", "Read only")])))]
    pub kind: FieldKind,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    #[default]
    Text,
    Number,
    Boolean,
    // Shown, and stays as it is. No doc comment: the schema would list its values in two ways.
    Fixed,
}

impl Field {
    /// Whether a person may put this in its place.
    pub fn takes(&self, shown: &Value, given: &Value) -> bool {
        match self.kind {
            FieldKind::Text => given.is_string() || given.is_null(),
            FieldKind::Number => given.is_number(),
            FieldKind::Boolean => given.is_boolean(),
            FieldKind::Fixed => given == shown,
        }
    }
}

/// Work in the desk, on the run's conversation and contact. The reply is `{}` where nothing else is said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "desk")]
pub enum Desk {
    /// A person takes over.
    HandOff {
        team: Option<String>,
        note: String,
    },
    Label {
        add: Vec<String>,
        remove: Vec<String>,
    },
    /// For colleagues only.
    Note {
        text: String,
    },
    /// `name`, `email`, `phone` and attributes by name.
    UpdateContact {
        fields: Map<String, Value>,
    },
    Resolve,
    /// A one-time code leaves for an address that the customer claimed. The reply is `{"sent": true}`, or false with `why`.
    SendCode {
        by: CodeTo,
        to: String,
        /// The inbox it leaves by, by name or id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        inbox: Option<String>,
    },
    /// What became of the code that this step sent last. The reply is `{"state": "right"}`, `wrong`, `expired` or `failed`.
    CheckCode,
    /// `low`, `normal`, `high` or `urgent`.
    UpdateConversation {
        priority: String,
    },
    /// The reply is `{"told": 2}`.
    Notify(Box<Notify>),
    /// When `ms` of open time have passed since `from`, by a calendar of the company; with 0, `from` or the next opening. The reply is
    /// `{"at": …}`, epoch milliseconds.
    OpenTime {
        calendar: String,
        from: i64,
        ms: i64,
    },
    /// Looks the question up. The reply is `{"found": true, "text", "article_id", "url"}`.
    Answer {
        question: String,
    },
    /// The reply is `{"intent": "…" or null, "confidence": 0.93}`.
    Classify {
        text: String,
    },
    /// For webhooks and other flows.
    Emit {
        event: String,
        payload: Value,
    },
    /// The reply is `{"id": "tkt_…", "number": 12}`.
    OpenTicket(Box<OpenTicket>),
    /// The reply is `{"id", "number", "state"}`.
    UpdateTicket(Box<UpdateTicket>),
    /// The reply is `{"assigned": true}`; false when nobody of that name is there.
    Assign {
        to: Assignee,
        note: String,
    },
    /// By the language model. The reply is `{"found": true, "text"}`; false when what is known does not answer it.
    Write {
        question: String,
        facts: Vec<String>,
        knowledge: bool,
        timeout_ms: i64,
    },
    /// By the language model. The reply has a value or null for each name.
    Extract {
        text: String,
        fields: Vec<Wanted>,
        timeout_ms: i64,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenTicket {
    /// Id of its kind.
    pub kind: String,
    pub title: String,
    pub text: String,
    pub fields: Map<String, Value>,
    /// `low`, `normal`, `high` or `urgent`.
    pub priority: String,
    /// By name or id.
    pub team: Option<String>,
    /// After it is opened.
    pub due_ms: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UpdateTicket {
    /// Id or number.
    pub ticket: String,
    pub state: Option<String>,
    pub priority: Option<String>,
    pub fields: Map<String, Value>,
    pub note: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notify {
    pub via: Via,
    /// A role, a team, a person; addresses; a webhook.
    pub to: String,
    pub title: String,
    pub text: String,
    /// The mail inbox it leaves from, by name or id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inbox: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    #[default]
    Console,
    Mail,
    Webhook,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CodeTo {
    #[default]
    Phone,
    Email,
}

/// By name, address or id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assignee {
    Team(String),
    Person(String),
}

/// A value to take out of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    pub name: String,
    pub about: String,
    pub kind: WantedKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WantedKind {
    Text,
    Number,
    Boolean,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Connect {
    /// By the name the tenant gave it.
    pub connector: String,
    pub operation: String,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub input: Value,
    pub timeout_ms: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Call {
    pub method: String,
    pub url: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub body: Value,
    pub timeout_ms: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<Auth>,
    /// What was said is recorded where it went well, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub record: bool,
}

/// How a call proves who it is. Names a secret; its text is opened only at the call, and only for the hosts it is bound to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Auth {
    #[schemars(extend("x-qn" = options(form("方式|如何证明身份", "Kind|How it proves who it is", "choices"), &[("bearer", "Bearer 令牌", "Bearer token"), ("basic", "用户名和密码", "User and password"), ("header", "请求头", "A header"), ("hmac", "HMAC 签名", "HMAC signature"), ("oauth2", "OAuth 2 客户端", "OAuth 2 client")])))]
    pub kind: AuthKind,
    /// The secret's name.
    #[schemars(extend("x-qn" = form("密钥|已保存的密钥名称", "Secret|Name of a kept secret", "secret")))]
    pub secret: String,
    /// For `header`: which one; for `hmac`: where the signature goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-qn" = form("请求头|放入哪个请求头", "Header|Which one it goes into", "text")))]
    pub header: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuthKind {
    /// `Authorization: Bearer …`
    Bearer,
    /// The secret is `user:password`.
    Basic,
    /// The secret is the value of a header.
    Header,
    /// HMAC-SHA256 over the body.
    Hmac,
    /// The secret holds a client's id, secret and token address.
    Oauth2,
}
