//! What a message carries, as clients see it.

use crate::words::{ActivityKey, Format};
use qn_domain as domain;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Params of activities that a customer may see.
const PUBLIC_PARAMS: [&str; 3] = ["agent", "score", "until"];

/// What a message carries. Text is as typed: render it safely.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct ContentView {
    pub text: String,
    pub format: Format,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub attachments: Vec<AttachmentView>,
    /// Quick replies under the message.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub buttons: Vec<ButtonView>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub cards: Vec<CardView>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub citations: Vec<CitationView>,
    /// Written by the machine: show the mark of generated content.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub ai: bool,
    /// Only on messages of kind activity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activity: Option<ActivityView>,
    /// Only on messages that came by mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailView>,
    /// The conversation it is worked on in, which was split off the one whose thread it stands in. Not shown to customers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// The platform's approved template that the text fills in. Not shown to customers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// Ids of colleagues that a note names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub mentions: Vec<String>,
    /// Asks how the service was, or answers it: part of no stretch of the reports.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub rating: bool,
}

/// What stands around a mail's own text.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MailView {
    /// The mail as it came, by its own id.
    pub mail_id: String,
    pub subject: String,
    /// Who wrote it, where that is not the conversation's contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    pub to: Vec<String>,
    pub cc: Vec<String>,
    /// Signature and quoted text.
    pub folded: String,
    /// Names of attachments that are pictures inside the text, which has `[name]` where they stand.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub inline: Vec<String>,
    /// A conversation it names and its writer was never in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beside: Option<String>,
}

#[allow(clippy::derivable_impls)] // the enum is made by a macro shared with enums that have no default
impl Default for Format {
    fn default() -> Self {
        Format::Text
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AttachmentView {
    pub id: String,
    pub name: String,
    /// As sniffed from the bytes, never as claimed.
    pub media_type: String,
    pub size_bytes: u64,
    /// Path of the file on this server.
    pub url: String,
}

/// A quick reply.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum ButtonView {
    /// Sends `text` as the customer's message.
    Reply { label: String, text: String },
    /// Asks for a person.
    Handoff { label: String },
    /// Opens an http(s) address.
    Link { label: String, url: String },
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CardView {
    pub title: String,
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CitationView {
    pub article_id: String,
    pub title: String,
    /// Path of the public page; empty for an article that is not for everyone.
    pub url: String,
    /// The sentences of the article that answered: to be given back as `quote` where it is opened.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub quotes: Vec<String>,
}

/// A change of the conversation told as a line of the thread.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ActivityView {
    pub key: ActivityKey,
    pub params: Map<String, Value>,
    /// Shown to the customer as well.
    pub public: bool,
}

impl From<domain::Content> for ContentView {
    fn from(c: domain::Content) -> Self {
        Self {
            text: c.text,
            format: c.format.into(),
            attachments: c.attachments.into_iter().map(Into::into).collect(),
            buttons: c.buttons.into_iter().map(Into::into).collect(),
            cards: c.cards.into_iter().map(|c| CardView { title: c.title, text: c.text, url: c.url }).collect(),
            citations: c
                .citations
                .into_iter()
                .map(|c| CitationView { article_id: c.article_id.0, title: c.title, url: c.url, quotes: c.quotes })
                .collect(),
            ai: c.ai,
            activity: c.activity.map(|a| ActivityView { key: a.key.into(), params: a.params, public: a.public }),
            mail: c.mail.map(|head| MailView::from(*head)),
            case: c.case.map(|id| id.0),
            template: c.template,
            mentions: c.mentions.into_iter().map(|id| id.0).collect(),
            rating: c.rating,
        }
    }
}

impl ContentView {
    /// Without what explains our own doings.
    pub fn for_customer(mut self) -> Self {
        self.mail = None;
        self.case = None;
        self.template = None;
        if let Some(activity) = &mut self.activity {
            activity.params.retain(|name, _| PUBLIC_PARAMS.contains(&name.as_str()));
        }
        self
    }
}

impl From<domain::MailHead> for MailView {
    fn from(head: domain::MailHead) -> Self {
        let domain::MailHead { mail_id, subject, from, to, cc, folded, inline, beside } = head;
        Self { mail_id, subject, from, to, cc, folded, inline, beside: beside.map(|id| id.0) }
    }
}

impl From<domain::Attachment> for AttachmentView {
    fn from(a: domain::Attachment) -> Self {
        let url = attachment_url(&a.id, &a.name);
        Self { id: a.id.0, name: a.name, media_type: a.media_type, size_bytes: a.size_bytes, url }
    }
}

/// The path of an attachment; its name is only there for the person who saves the file.
pub fn attachment_url(id: &domain::AttachmentId, name: &str) -> String {
    let mut url = format!("/api/v1/attachments/{id}/");
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => url.push(char::from(byte)),
            _ => url.push_str(&format!("%{byte:02X}")),
        }
    }
    url
}

impl From<domain::Button> for ButtonView {
    fn from(b: domain::Button) -> Self {
        let label = b.label;
        match b.action {
            domain::ButtonAction::Reply { text } => Self::Reply { label, text },
            domain::ButtonAction::Handoff => Self::Handoff { label },
            domain::ButtonAction::Link { url } => Self::Link { label, url },
        }
    }
}
