//! What channels that call us bring: customers' messages and reports on ours. The adapter has verified and read the call.

use crate::inbound::{InboundMessage, Writer};
use crate::persons::told_by_channel;
use crate::{Engine, Result, Sent};
use qn_channel::{Event, Inbound, InboundContact, Reported, What};
use qn_domain::{ButtonAction, Contact, ContactId, ContactIdentity, Evidence, Fact, IdentityId, Inbox};
use std::sync::Arc;

/// What became of one event of a call.
#[derive(Debug, Clone)]
pub enum Ingested {
    Message(Box<Sent>),
    Report,
    Noted,
}

impl Engine {
    pub async fn ingest(&self, inbox: &Arc<Inbox>, event: Event) -> Result<Ingested> {
        match event.what {
            What::Message(inbound) => Ok(Ingested::Message(Box::new(self.ingest_message(inbox, *inbound).await?))),
            What::Report(report) => {
                // Reports by the platform's own names need the inbox's memory: `channels::take`.
                if let Reported::Ours(message_id) = &report.of {
                    self.delivery_report(&inbox.tenant_id, message_id, report.state, report.reason).await?;
                }
                Ok(Ingested::Report)
            }
            What::Recall(_) | What::Opened(_) | What::Pull(_) | What::Session(_) => Ok(Ingested::Noted),
        }
    }

    async fn ingest_message(&self, inbox: &Arc<Inbox>, mut inbound: Inbound) -> Result<Sent> {
        let contact = self.resolve_contact(inbox, &inbound.contact).await?;
        let scope = crate::inbound::dedupe_scope(&inbox.id, &contact.id);
        if let Some(first) = qn_store::dedupe::find(&self.db, &inbox.tenant_id, &scope, &inbound.message_id).await? {
            return self.replay(&inbox.tenant_id, &first).await;
        }
        let (kept, lost_files) = self.take_attachments(inbox, contact.id.as_str(), inbound.attachments).await;
        inbound.content.attachments = kept;
        let thread_key = thread_key(&contact.id, inbound.conversation_key.as_deref());
        let mut wants_person = false;
        if crate::channels::has_menus(inbox.channel)
            && let Some(conversation) = self.thread(&inbox.tenant_id, inbox, &contact.id, &thread_key).await?
            && let Some(button) = self.pressed_button(&conversation, inbound.pressed.as_ref(), &inbound.content.text).await?
        {
            wants_person = button.action == ButtonAction::Handoff;
            inbound.content.text = match button.action {
                ButtonAction::Reply { text } => text,
                _ => button.label,
            };
        }
        let reply_to = match &inbound.reply_to {
            Some(name) => self.answered_message(inbox, &inbound.contact.external_id, name).await?,
            None => None,
        };
        self.receive(InboundMessage {
            tenant_id: inbox.tenant_id.clone(),
            inbox: inbox.clone(),
            thread_key,
            contact_id: contact.id,
            client_msg_id: inbound.message_id,
            content: inbound.content,
            reply_to,
            page: None,
            language: inbound.contact.language,
            wants_person,
            left: None,
            writer: Writer::Proved,
            quiet: None,
            lost_files,
        })
        .await
    }

    /// The contact behind a channel's account, made when it is new, joined to the other contacts of the same person when what the channel
    /// tells proves it.
    pub async fn resolve_contact(&self, inbox: &Inbox, who: &InboundContact) -> Result<Contact> {
        let facts = told_by_channel(who);
        let contact = match qn_store::identity::find(&self.db, &inbox.tenant_id, &inbox.id, &who.external_id).await? {
            Some(known) => qn_store::contact::get(&self.db, &inbox.tenant_id, &known.contact_id).await?,
            None => match self.meet(inbox, who, &facts).await? {
                (contact, Some(fresh)) => {
                    self.begins_with(&inbox.tenant_id, &contact.id, &facts, &fresh).await;
                    return Ok(contact);
                }
                (contact, None) => contact,
            },
        };
        self.knows(&inbox.tenant_id, &contact.id, &facts).await;
        Ok(contact)
    }

    /// A new contact with its account and what it is known by; no fresh facts where somebody else met it first.
    async fn meet(&self, inbox: &Inbox, who: &InboundContact, facts: &[Fact]) -> Result<(Contact, Option<Vec<Fact>>)> {
        let now = self.now();
        let contact = Contact {
            id: ContactId::fresh(now),
            tenant_id: inbox.tenant_id.clone(),
            name: who.name.clone().unwrap_or_default(),
            email: who.email.clone(),
            phone: who.phone.clone(),
            language: who.language,
            attributes: who.attributes.clone(),
            blocked: false,
            version: 1,
            created_at: now,
            last_seen_at: now,
        };
        let identity = ContactIdentity {
            id: IdentityId::fresh(now),
            tenant_id: inbox.tenant_id.clone(),
            contact_id: contact.id.clone(),
            inbox_id: inbox.id.clone(),
            channel: inbox.channel,
            external_id: who.external_id.clone(),
            evidence: Evidence::Channel,
            created_at: now,
        };
        let pinyin = crate::pinyin::of(&contact.name);
        Ok(qn_store::identity::insert_with_facts(&self.db, &contact, &pinyin, &identity, facts).await?)
    }
}

/// One thread per contact, or one per key of the contact's where the channel separates them.
pub(crate) fn thread_key(contact_id: &ContactId, conversation_key: Option<&str>) -> String {
    match conversation_key {
        Some(key) => format!("{contact_id}:{key}"),
        None => contact_id.0.clone(),
    }
}

/// The caller's own key out of a thread key.
pub(crate) fn conversation_key(thread_key: &str) -> Option<&str> {
    thread_key.split_once(':').map(|(_, key)| key)
}
