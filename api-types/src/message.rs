//! Messages: what people see of them, what customers see of them, and how they are sent.

use crate::check::{self, Check, Invalid};
use crate::content::ContentView;
use crate::words::{AuthorKind, DeliveryState, Format, MessageKind};
use qn_domain as domain;
use qn_domain::content::{ATTACHMENTS_MAX, TEXT_CHARS_MAX};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AuthorView {
    pub kind: AuthorKind,
    /// The contact's or user's id; null for the bot and the system.
    pub id: Option<String>,
    /// As shown when it was written.
    pub name: String,
}

/// One message as the company's people see it. `seq` has no gaps within its conversation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MessageView {
    pub id: String,
    pub conversation_id: String,
    pub seq: i64,
    pub kind: MessageKind,
    pub author: AuthorView,
    /// Empty once recalled.
    pub content: ContentView,
    /// The id of the message this one answers.
    pub reply_to: Option<String>,
    pub client_msg_id: Option<String>,
    pub state: DeliveryState,
    pub state_reason: Option<String>,
    pub created_at: i64,
    pub edited_at: Option<i64>,
    pub recalled_at: Option<i64>,
    /// Why the product did what it did with this message: one object per pipeline stage.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub trace: Option<domain::Json>,
}

/// One message as its customer sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VisitorMessage {
    pub id: String,
    pub conversation_id: String,
    pub seq: i64,
    pub kind: MessageKind,
    pub author: AuthorView,
    pub content: ContentView,
    pub reply_to: Option<String>,
    pub client_msg_id: Option<String>,
    pub state: DeliveryState,
    pub state_reason: Option<String>,
    pub created_at: i64,
    pub edited_at: Option<i64>,
    pub recalled_at: Option<i64>,
}

impl From<&domain::Author> for AuthorView {
    fn from(a: &domain::Author) -> Self {
        Self { kind: a.kind.into(), id: a.id.clone(), name: a.name.clone() }
    }
}

/// What both kinds of viewers may read of a message's content.
fn content(m: &domain::Message) -> ContentView {
    if m.recalled_at.is_some() { ContentView::default() } else { m.content.clone().into() }
}

impl From<&domain::Message> for MessageView {
    fn from(m: &domain::Message) -> Self {
        Self {
            id: m.id.0.clone(),
            conversation_id: m.conversation_id.0.clone(),
            seq: m.seq,
            kind: m.kind.into(),
            author: (&m.author).into(),
            content: content(m),
            reply_to: m.reply_to.as_ref().map(ToString::to_string),
            client_msg_id: m.client_msg_id.clone(),
            state: m.state.into(),
            state_reason: m.state_reason.clone(),
            created_at: m.created_at,
            edited_at: m.edited_at,
            recalled_at: m.recalled_at,
            trace: m.trace.clone(),
        }
    }
}

impl VisitorMessage {
    /// None for what is private to the company.
    pub fn of(m: &domain::Message) -> Option<Self> {
        m.is_public().then(|| Self {
            id: m.id.0.clone(),
            conversation_id: m.conversation_id.0.clone(),
            seq: m.seq,
            kind: m.kind.into(),
            author: (&m.author).into(),
            content: content(m).for_customer(),
            reply_to: m.reply_to.as_ref().map(ToString::to_string),
            client_msg_id: m.client_msg_id.clone(),
            state: m.state.into(),
            state_reason: m.state_reason.clone(),
            created_at: m.created_at,
            edited_at: m.edited_at,
            recalled_at: m.recalled_at,
        })
    }
}

/// A stretch of a thread, ascending by `seq`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Messages<M> {
    pub items: Vec<M>,
    pub has_more_before: bool,
    pub has_more_after: bool,
}

/// What a message said before it was edited or recalled.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RevisionView {
    pub message_id: String,
    pub content: ContentView,
    pub replaced_at: i64,
    pub replaced_by: AuthorView,
}

impl From<domain::Revision> for RevisionView {
    fn from(r: domain::Revision) -> Self {
        Self { message_id: r.message_id.0, content: r.content.into(), replaced_at: r.replaced_at, replaced_by: (&r.replaced_by).into() }
    }
}

/// What a person writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SendKind {
    #[default]
    Outgoing,
    /// Private to the company.
    Note,
}

/// A person's message or note.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendMessage {
    /// Chosen by the sender; sending twice with the same one makes one message.
    pub client_msg_id: String,
    #[serde(default)]
    pub kind: SendKind,
    #[serde(default)]
    pub text: String,
    pub format: Option<Format>,
    /// Ids of uploaded attachments.
    #[serde(default)]
    pub attachments: Vec<String>,
    pub reply_to: Option<String>,
    /// Take the conversation over from another agent; supervisors and admins only.
    #[serde(default)]
    pub force: bool,
    /// The key of the suggestion that was inserted. What became of it is judged by the text.
    pub suggestion: Option<String>,
    /// The canned response whose actions follow, in the same step. The text is sent as it is here.
    pub canned_response: Option<String>,
    /// One of the templates that the reply window names; the text becomes its variable. For when the window is closed.
    pub template: Option<String>,
    /// Ids of colleagues a note names, at most 20; they are told.
    #[serde(default)]
    pub mentions: Vec<String>,
}

impl Check for SendMessage {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::key(&self.client_msg_id, "client_msg_id", 128, wrong);
        if let Some(key) = &self.suggestion {
            check::key(key, "suggestion", 128, wrong);
        }
        if let Some(template) = &mut self.template {
            check::text(template, "template", 500, wrong);
        }
        if self.mentions.len() > MENTIONS_MAX || (self.kind == SendKind::Outgoing && !self.mentions.is_empty()) {
            wrong.push(Invalid::new("mentions", "只有备注可以提到同事，最多 20 位", "only notes name colleagues, at most 20"));
        }
        self.mentions.iter().enumerate().for_each(|(i, id)| check::id(id, &format!("mentions[{i}]"), wrong));
        body(&mut self.text, &self.attachments, self.reply_to.as_deref(), wrong);
    }
}

const MENTIONS_MAX: usize = 20;

/// What every kind of sending checks.
pub(crate) fn body(text: &mut String, attachments: &[String], reply_to: Option<&str>, wrong: &mut Vec<Invalid>) {
    check::text(text, "text", TEXT_CHARS_MAX, wrong);
    if attachments.len() > ATTACHMENTS_MAX {
        wrong.push(Invalid::new(
            "attachments",
            format!("最多 {ATTACHMENTS_MAX} 个附件"),
            format!("has at most {ATTACHMENTS_MAX} attachments"),
        ));
    }
    for (i, id) in attachments.iter().enumerate().take(ATTACHMENTS_MAX) {
        check::id(id, &format!("attachments[{i}]"), wrong);
    }
    if let Some(id) = reply_to {
        check::id(id, "reply_to", wrong);
    }
}

/// New text of a message or note.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditMessage {
    pub text: String,
}

impl Check for EditMessage {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::required_text(&mut self.text, "text", TEXT_CHARS_MAX, wrong);
    }
}
