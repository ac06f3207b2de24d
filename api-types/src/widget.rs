//! What the widget and its visitors exchange with the server. Nothing here names a colleague's note, a trace or another customer.

use crate::check::{self, Check, Invalid};
use crate::conversation::PageView;
use crate::message::{VisitorMessage, body};
use crate::words::{Language, Status};
use qn_domain as domain;
use qn_domain::content::TEXT_CHARS_MAX;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// How an inbox's widget looks and greets.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WidgetConfig {
    pub inbox_key: String,
    pub title_zh: String,
    pub title_en: String,
    pub greeting_zh: String,
    pub greeting_en: String,
    pub suggestions_zh: Vec<String>,
    pub suggestions_en: Vec<String>,
    /// `#rrggbb`
    pub color: String,
    /// `right` or `left`
    pub position: String,
    /// The mark on generated answers.
    pub ai_mark_zh: String,
    pub ai_mark_en: String,
    pub csat: bool,
    /// Whether people answer at this hour.
    pub open: bool,
    /// When they do again, while they do not.
    pub opens_at: Option<i64>,
    /// Visitors need a signed user token.
    pub require_identity: bool,
    /// The inbox links by devices: worth asking the visitor for `consent.device`.
    pub device_links: bool,
}

impl WidgetConfig {
    pub fn of(inbox: &domain::Inbox, (open, opens_at): (bool, Option<i64>)) -> Self {
        let w = inbox.widget.clone();
        Self {
            inbox_key: inbox.key.clone(),
            title_zh: w.title_zh,
            title_en: w.title_en,
            greeting_zh: w.greeting_zh,
            greeting_en: w.greeting_en,
            suggestions_zh: w.suggestions_zh,
            suggestions_en: w.suggestions_en,
            color: w.color,
            position: w.position,
            ai_mark_zh: w.ai_mark_zh,
            ai_mark_en: w.ai_mark_en,
            csat: w.csat,
            open,
            opens_at,
            require_identity: w.require_identity,
            device_links: w.device_links,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OwnerKind {
    Bot,
    Queue,
    Agent,
}

impl From<&domain::Owner> for OwnerKind {
    fn from(o: &domain::Owner) -> Self {
        match o {
            domain::Owner::Bot => Self::Bot,
            domain::Owner::Queue { .. } => Self::Queue,
            domain::Owner::Agent { .. } => Self::Agent,
        }
    }
}

/// A visitor's place in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct QueuePlaceView {
    /// 1 is next.
    pub position: i64,
    pub expected_wait_ms: Option<i64>,
    /// Nine of ten wait no longer.
    pub likely_max_ms: Option<i64>,
}

/// A conversation as its customer sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VisitorConversation {
    pub id: String,
    pub version: i64,
    pub status: Status,
    pub owner_kind: OwnerKind,
    pub agent_name: Option<String>,
    /// Only while waiting for a person.
    pub queue: Option<QueuePlaceView>,
    pub contact_read_seq: i64,
    pub agent_read_seq: i64,
    pub last_seq: i64,
    pub csat_given: bool,
}

impl VisitorConversation {
    pub fn of(c: &domain::Conversation, agent_name: Option<String>, queue: Option<QueuePlaceView>) -> Self {
        Self {
            id: c.id.0.clone(),
            version: c.version,
            status: c.status.into(),
            owner_kind: (&c.owner).into(),
            agent_name,
            queue,
            contact_read_seq: c.contact_read_seq,
            agent_read_seq: c.agent_read_seq,
            last_seq: c.last_seq,
            csat_given: c.csat.is_some(),
        }
    }
}

/// The page a visitor is on.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PageVisit {
    pub url: String,
    #[serde(default)]
    pub title: String,
}

impl Check for PageVisit {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::url(&mut self.url, "url", 2_048, wrong);
        self.title = qn_base::text::line(&self.title, 200);
    }
}

/// A page we cannot use (an app's `file:` or `about:` address) is no reason to refuse a customer.
fn usable(page: &mut Option<PageVisit>) {
    let mut bad = Vec::new();
    if let Some(page) = page {
        page.check(&mut bad);
    }
    if !bad.is_empty() {
        *page = None;
    }
}

impl From<PageVisit> for domain::Page {
    fn from(p: PageVisit) -> Self {
        domain::Page { url: p.url, title: p.title }
    }
}

/// A page visited, and when.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VisitedPage {
    #[serde(flatten)]
    pub page: PageView,
    pub at: i64,
}

/// The widget starts, or comes back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Boot {
    /// The inbox's public key.
    pub key: String,
    /// What an earlier boot answered.
    pub visitor_token: Option<String>,
    /// A JWT (HS256 or EdDSA) of the site with `sub`, `exp` and optionally `name`, `email`, `phone`.
    pub user_token: Option<String>,
    /// Any BCP 47 tag; the nearest of the two languages serves.
    #[serde(default, deserialize_with = "nearest")]
    pub language: Option<Language>,
    pub page: Option<PageVisit>,
    /// A random id that the widget keeps, or the app's own; only together with `consent.device: true`.
    pub device: Option<String>,
    /// What the visitor was asked and answered; absent: not asked.
    pub consent: Option<Consent>,
}

impl Check for Boot {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::key(&self.key, "key", 64, wrong);
        for (field, token) in [("visitor_token", &self.visitor_token), ("user_token", &self.user_token)] {
            if let Some(token) = token {
                check::key(token, field, 8_192, wrong);
            }
        }
        usable(&mut self.page);
        device(self.device.as_deref(), self.consent.as_mut(), wrong);
    }
}

/// What a visitor agrees to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// That agents are shown who else wrote from this device. False withdraws it, and the device is forgotten.
    pub device: bool,
    /// What you call the notice that they were shown, e.g. its version; kept with their word.
    #[serde(default)]
    pub notice: String,
}

/// The visitor was asked, or thinks better of it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveConsent {
    pub consent: Consent,
    /// A random id that the widget keeps, or the app's own; only together with `consent.device: true`.
    pub device: Option<String>,
}

impl Check for GiveConsent {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        device(self.device.as_deref(), Some(&mut self.consent), wrong);
    }
}

fn device(id: Option<&str>, mut consent: Option<&mut Consent>, wrong: &mut Vec<Invalid>) {
    if let Some(consent) = &mut consent {
        check::optional_name(&mut consent.notice, "consent.notice", NOTICE_CHARS_MAX, wrong);
    }
    let Some(id) = id else { return };
    check::key(id, "device", 128, wrong);
    if id.len() < DEVICE_CHARS_MIN {
        wrong.push(Invalid::new("device", "至少 16 个字符", "has at least 16 characters"));
    }
    if !consent.is_some_and(|c| c.device) {
        wrong.push(Invalid::new("device", "需要客户同意：consent.device 应为 true", "needs the visitor's consent: consent.device is true"));
    }
}

/// Shorter ones can be guessed, or are a model's name.
const DEVICE_CHARS_MIN: usize = 16;
const NOTICE_CHARS_MAX: usize = 200;

/// The contact behind a visitor.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VisitorContact {
    pub id: String,
    pub name: String,
    /// A signed user token proved who this is.
    pub identified: bool,
}

/// Everything a widget needs to show itself.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Booted {
    pub visitor_token: String,
    pub expires_at: i64,
    pub contact: VisitorContact,
    pub config: WidgetConfig,
    pub conversation: Option<VisitorConversation>,
    /// The last 50.
    pub messages: Vec<VisitorMessage>,
    /// From where to follow the stream: conversation id → version.
    #[schema(value_type = std::collections::BTreeMap<String, i64>)]
    pub cursor: std::collections::BTreeMap<String, i64>,
}

/// A visitor's message: text, attachments, or a pressed button.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VisitorSendMessage {
    /// Chosen by the sender; sending twice with the same one makes one message.
    pub client_msg_id: String,
    #[serde(default)]
    pub text: String,
    /// Ids of uploaded attachments.
    #[serde(default)]
    pub attachments: Vec<String>,
    pub reply_to: Option<String>,
    /// The label of the quick reply that was pressed; its text is sent when `text` is empty.
    pub button: Option<String>,
    pub page: Option<PageVisit>,
    /// Any BCP 47 tag; the nearest of the two languages serves.
    #[serde(default, deserialize_with = "nearest")]
    pub language: Option<Language>,
}

impl Check for VisitorSendMessage {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::key(&self.client_msg_id, "client_msg_id", 128, wrong);
        body(&mut self.text, &self.attachments, self.reply_to.as_deref(), wrong);
        if let Some(button) = &mut self.button {
            check::optional_name(button, "button", 500, wrong);
        }
        usable(&mut self.page);
    }
}

/// The message as it was stored, and the conversation it belongs to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VisitorSent {
    pub message: VisitorMessage,
    pub conversation: VisitorConversation,
}

/// What was said is on disk, and the bot has not come to it yet.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VisitorKept {
    /// The message comes under it, by the stream and in the thread.
    pub client_msg_id: String,
    /// Always true: nothing of it is lost, and sending it again makes no second message.
    pub kept: bool,
}

/// The button that asks for a person.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskForPerson {
    pub client_msg_id: String,
    /// Any BCP 47 tag; the nearest of the two languages serves.
    #[serde(default, deserialize_with = "nearest")]
    pub language: Option<Language>,
}

/// 「zh-Hant」 and "fr" are what browsers tell: readers of them are served in the nearest language there is.
fn nearest<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Language>, D::Error> {
    let tag = Option::<String>::deserialize(deserializer)?;
    Ok(tag.filter(|tag| !tag.trim().is_empty()).map(|tag| domain::Language::from_tag(&tag).into()))
}

impl Check for AskForPerson {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::key(&self.client_msg_id, "client_msg_id", 128, wrong);
    }
}

/// How satisfied the customer was.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveCsat {
    /// 1 (bad) to 5 (good).
    pub score: u8,
    #[serde(default)]
    pub comment: String,
}

impl Check for GiveCsat {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if !(1..=5).contains(&self.score) {
            wrong.push(Invalid::new("score", "应为 1 到 5", "is 1 to 5"));
        }
        check::text(&mut self.comment, "comment", 1_000, wrong);
    }
}

/// A message left while nobody is there, with ways to answer it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LeaveAMessage {
    pub client_msg_id: String,
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub text: String,
}

impl Check for LeaveAMessage {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::key(&self.client_msg_id, "client_msg_id", 128, wrong);
        optional_line(&mut self.name, "name", wrong);
        check::email(&mut self.email, "email", wrong);
        check::phone(&mut self.phone, "phone", wrong);
        check::required_text(&mut self.text, "text", TEXT_CHARS_MAX, wrong);
    }
}

fn optional_line(value: &mut Option<String>, field: &str, wrong: &mut Vec<Invalid>) {
    if let Some(text) = value {
        check::optional_name(text, field, 100, wrong);
    }
    if value.as_deref() == Some("") {
        *value = None;
    }
}

/// What the site tells about its visitor. Not proof of anything: claims stay claims until a user token proves them.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetAttributes {
    /// Merged into what is known; null removes one.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub attributes: Map<String, Value>,
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
}

impl Check for SetAttributes {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::attributes(&mut self.attributes, "attributes", wrong);
        optional_line(&mut self.name, "name", wrong);
        check::email(&mut self.email, "email", wrong);
        check::phone(&mut self.phone, "phone", wrong);
    }
}

/// Whether and how long the visitor waits.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WaitView {
    pub queued: bool,
    pub position: Option<i64>,
    pub expected_wait_ms: Option<i64>,
    /// Nine of ten wait no longer.
    pub likely_max_ms: Option<i64>,
    /// Whether people answer at this hour.
    pub open: bool,
    /// When they do again, while they do not.
    pub opens_at: Option<i64>,
}

/// An article as customers read it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PublicArticle {
    pub title: String,
    /// Sanitised.
    pub html: String,
    pub language: Language,
}
