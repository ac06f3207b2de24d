//! What customers do apart from writing: read, rate, browse, leave a message. Each is a decision like any other.

use crate::engine::sent;
use crate::inbound::{InboundMessage, Reach, Writer};
use crate::{Engine, EngineError, Result, Sent, Visitor};
use qn_domain::{
    Activity, ActivityKey, Author, AuthorKind, ContactId, Content, Conversation, Csat, DeliveryState, Inbox, Language, Message, MessageId,
    Page, TenantId,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

#[derive(Debug, Clone)]
pub struct VisitorSend {
    pub client_msg_id: String,
    pub content: Content,
    pub reply_to: Option<MessageId>,
    pub page: Option<Page>,
    pub language: Option<Language>,
    pub wants_person: bool,
}

#[derive(Debug, Clone)]
pub struct LeaveMessage {
    pub client_msg_id: String,
    pub reach: Reach,
    pub text: String,
}

/// What a visitor says in either way. The journal keeps it as it is here: a field that is added must be one that may be missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VisitorWords {
    pub client_msg_id: String,
    pub content: Content,
    pub reply_to: Option<MessageId>,
    pub page: Option<Page>,
    pub language: Option<Language>,
    #[serde(default)]
    pub wants_person: bool,
    /// Left for people to answer later.
    pub left: Option<Reach>,
}

impl From<VisitorSend> for VisitorWords {
    fn from(send: VisitorSend) -> Self {
        let VisitorSend { client_msg_id, content, reply_to, page, language, wants_person } = send;
        Self { client_msg_id, content, reply_to, page, language, wants_person, left: None }
    }
}

/// With the ways to reach the customer written on it.
impl From<LeaveMessage> for VisitorWords {
    fn from(left: LeaveMessage) -> Self {
        Self {
            client_msg_id: left.client_msg_id,
            content: Content::text(left.text),
            reply_to: None,
            page: None,
            language: None,
            wants_person: false,
            left: Some(left.reach),
        }
    }
}

impl VisitorWords {
    pub(crate) fn inbound(self, inbox: Arc<Inbox>, contact_id: ContactId) -> InboundMessage {
        InboundMessage {
            tenant_id: inbox.tenant_id.clone(),
            inbox,
            thread_key: contact_id.0.clone(),
            contact_id,
            client_msg_id: self.client_msg_id,
            content: self.content,
            reply_to: self.reply_to,
            page: self.page,
            language: self.language,
            wants_person: self.wants_person,
            left: self.left,
            writer: Writer::Proved,
            quiet: None,
            lost_files: vec![],
        }
    }
}

impl Engine {
    pub async fn visitor_send(&self, visitor: &Visitor, send: VisitorSend) -> Result<Sent> {
        self.visitor_says(visitor, send.into()).await
    }

    /// Answers after the bot's turn; `visitor_writes` does not wait so long.
    pub async fn visitor_says(&self, visitor: &Visitor, words: VisitorWords) -> Result<Sent> {
        let inbox = self.inbox(&visitor.tenant_id, &visitor.inbox_id).await?;
        self.receive(words.inbound(inbox, visitor.contact_id.clone())).await
    }

    /// The newest conversation of the visitor in this inbox.
    pub async fn visitor_conversation(&self, visitor: &Visitor) -> Result<Option<Conversation>> {
        let inbox = self.inbox(&visitor.tenant_id, &visitor.inbox_id).await?;
        let found = self.thread(&visitor.tenant_id, &inbox, &visitor.contact_id, visitor.contact_id.as_str()).await?;
        Ok(found.map(|c| (*c).clone()))
    }

    /// The customer has seen everything up to `seq`; positions only move forward.
    pub async fn visitor_read(&self, visitor: &Visitor, seq: i64) -> Result<()> {
        let Some(known) = self.visitor_conversation(visitor).await? else { return Ok(()) };
        if seq.min(known.last_seq) <= known.contact_read_seq {
            return Ok(());
        }
        self.decide(&visitor.tenant_id, &known.id, |draft| {
            let c = &mut draft.conversation;
            c.contact_read_seq = c.contact_read_seq.max(seq.min(c.last_seq));
            c.contact_delivered_seq = c.contact_delivered_seq.max(c.contact_read_seq);
            Ok(())
        })
        .await?;
        Ok(())
    }

    /// One rating per conversation.
    pub async fn visitor_csat(&self, visitor: &Visitor, score: u8, comment: &str) -> Result<()> {
        if !(1..=5).contains(&score) {
            return Err(EngineError::Invalid { field: "score" });
        }
        let known = self.visitor_conversation(visitor).await?.ok_or_else(|| EngineError::not_found("conversation", &visitor.contact_id))?;
        let author = Author { kind: AuthorKind::Contact, id: Some(visitor.contact_id.0.clone()), name: visitor.name.clone() };
        self.decide(&visitor.tenant_id, &known.id, |draft| {
            if draft.conversation.csat.is_some() {
                return Err(EngineError::AlreadyGiven);
            }
            if draft.conversation.status != qn_domain::Status::Resolved {
                return Err(EngineError::TooEarly);
            }
            let comment = qn_base::text::truncate(&qn_base::text::clean(comment), 1_000).to_owned();
            draft.conversation.csat = Some(Csat { score, comment, at: draft.now });
            let mut params = serde_json::Map::new();
            params.insert("score".into(), json!(score));
            draft.activity(Activity { key: ActivityKey::CsatGiven, params, public: false }, author.clone());
            Ok(())
        })
        .await?;
        Ok(())
    }

    /// Where the customer is now; told to people without touching the conversation's history.
    pub async fn visitor_page(&self, visitor: &Visitor, page: Page) -> Result<()> {
        let Some(known) = self.visitor_conversation(visitor).await? else { return Ok(()) };
        if known.page.as_ref() == Some(&page) || known.status == qn_domain::Status::Resolved {
            return Ok(());
        }
        self.decide(&visitor.tenant_id, &known.id, |draft| {
            draft.conversation.page = Some(page.clone());
            Ok(())
        })
        .await?;
        Ok(())
    }

    /// A channel says what became of a message; late and repeated reports change nothing.
    pub async fn delivery_report(
        &self,
        tenant_id: &TenantId,
        message_id: &MessageId,
        state: DeliveryState,
        reason: Option<String>,
    ) -> Result<()> {
        let message = qn_store::message::get(&self.db, tenant_id, message_id).await?;
        if message.state.merge(state) == message.state {
            return Ok(());
        }
        self.decide_on_message(tenant_id, &message.conversation_id, message_id, |draft, message| {
            let merged = message.state.merge(state);
            let c = &mut draft.conversation;
            match merged {
                DeliveryState::Delivered => c.contact_delivered_seq = c.contact_delivered_seq.max(message.seq),
                DeliveryState::Read => c.contact_read_seq = c.contact_read_seq.max(message.seq),
                _ => {}
            }
            draft.change(Message { state: merged, state_reason: reason.clone(), ..message });
            Ok(())
        })
        .await?;
        Ok(())
    }

    /// The person starts: a conversation with a contact, owned by them from the first word.
    pub async fn start_conversation(
        &self,
        actor: &crate::Actor,
        contact_id: &qn_domain::ContactId,
        inbox_id: &qn_domain::InboxId,
        client_msg_id: String,
        content: Content,
    ) -> Result<Sent> {
        let inbox = self.inbox(&actor.tenant_id, inbox_id).await?;
        let contact = qn_store::contact::get(&self.db, &actor.tenant_id, contact_id).await?;
        let known = self.thread(&actor.tenant_id, &inbox, &contact.id, contact.id.as_str()).await?;
        let continued = known.as_ref().map(|c| format!("out:{}:{}", actor.user_id, c.id));
        for scope in continued.into_iter().chain([format!("start:{}", actor.user_id)]) {
            if let Some(first) = qn_store::dedupe::find(&self.db, &actor.tenant_id, &scope, &client_msg_id).await? {
                return self.replay(&actor.tenant_id, &first).await;
            }
        }
        let goes_on = |c: &std::sync::Arc<Conversation>| c.status != qn_domain::Status::Resolved || c.tied.merged_into.is_some();
        if let Some(open) = known.filter(goes_on) {
            let send = crate::AgentSend { client_msg_id, note: false, content, reply_to: None, force: false, steps: Vec::new() };
            return self.agent_send(actor, &open.id, send).await;
        }
        let fresh =
            Conversation::new(self.fresh_conversation_id(), actor.tenant_id.clone(), inbox.id.clone(), contact.id.clone(), self.now());
        let mut draft = crate::draft::Draft::on(fresh, self.now());
        draft.conversation.language = contact.language.unwrap_or(inbox.language);
        let claim = qn_domain::Move::Claim { agent_id: actor.user_id.clone(), agent_name: actor.name.clone() };
        draft.apply(claim, actor.author())?;
        let message = draft.message(qn_domain::MessageKind::Outgoing, actor.author(), content);
        message.client_msg_id = Some(client_msg_id.clone());
        let id = message.id.clone();
        draft.dedupe(format!("start:{}", actor.user_id), client_msg_id, Some(id));
        match self.commit(draft).await? {
            qn_domain::Outcome::Done { entry } => sent(&entry),
            qn_domain::Outcome::Duplicate(first) => self.replay(&actor.tenant_id, &first).await,
            qn_domain::Outcome::Conflict => Err(EngineError::Conflict),
        }
    }
}
