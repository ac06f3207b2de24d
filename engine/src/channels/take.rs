//! What one kept event does, in the engine's words. Doing it twice changes nothing: a crash between doing and settling does it twice.

use crate::ingest::Ingested;
use crate::{Engine, EngineError, Result};
use qn_channel::{DeliveryReport, Event, Inbound, Pressed, Recall, Reported, What, menu};
use qn_domain::{Author, AuthorKind, Button, ChannelKind, Content, Conversation, Inbox, Message, MessageId, MessageKind, Owner, Revision};
use std::sync::Arc;

/// Buttons are looked for under so many of the last messages.
const PRESSED_AMONG: i64 = 20;
/// A reply that is longer says something of its own.
const CHOICE_CHARS_MAX: usize = 40;

impl Engine {
    /// `inbox` as it is stored.
    pub(super) async fn take_event(&self, inbox: &Arc<Inbox>, event: Event) -> Result<()> {
        match event.what {
            What::Message(inbound) => self.take_message(inbox, *inbound).await,
            What::Report(report) => self.take_report(inbox, report).await,
            What::Recall(recall) => self.take_recall(inbox, &recall).await,
            // The window was opened with the event (`accept`).
            What::Opened(opened) => match &opened.handle {
                Some(handle) => self.keep_handle(inbox, &opened.contact, handle).await,
                None => Ok(()),
            },
            What::Session(change) => {
                self.channels.sessions.set(&inbox.id, &change.contact, change.state);
                Ok(())
            }
            What::Pull(pull) => Box::pin(self.pull_stream(inbox, &pull)).await,
        }
    }

    async fn take_message(&self, inbox: &Arc<Inbox>, mut inbound: Inbound) -> Result<()> {
        let contact = inbound.contact.external_id.clone();
        self.channels.sessions.written(&inbox.id, &contact);
        if let Some(handle) = &inbound.reply_handle {
            self.keep_handle(inbox, &contact, handle).await?;
        }
        Box::pin(self.complete_contact(inbox, &mut inbound.contact)).await;
        let event = Event { key: String::new(), what: What::Message(Box::new(inbound)) };
        match Box::pin(self.ingest(inbox, event)).await? {
            Ingested::Message(sent) if sent.replayed => {
                metrics::counter!("qn_channel_repeated_total", "channel" => inbox.channel.as_str()).increment(1);
                Ok(())
            }
            // A person answers when they can: the call is not held for it.
            Ingested::Message(sent) if matches!(sent.conversation.owner, Owner::Agent { .. }) => {
                self.channels.passives.release(&inbox.id, &contact);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Reports only move forward (`DeliveryState::merge`), and only on what went over this inbox.
    async fn take_report(&self, inbox: &Inbox, report: DeliveryReport) -> Result<()> {
        let id = match &report.of {
            Reported::Ours(id) => Some(id.clone()),
            Reported::External(id) => qn_store::channel_sent::find_message(&self.db, &inbox.tenant_id, &inbox.id, id).await?,
        };
        // It may have overtaken the note that the message left.
        let id = id.ok_or_else(|| EngineError::not_found("message", "external"))?;
        let message = qn_store::message::get(&self.db, &inbox.tenant_id, &id).await?;
        let conversation = qn_store::conversation::get(&self.db, &inbox.tenant_id, &message.conversation_id).await?;
        if conversation.inbox_id != inbox.id {
            return Ok(());
        }
        self.delivery_report(&inbox.tenant_id, &id, report.state, report.reason).await
    }

    /// The customer took a message back: what it said stays readable as a revision, to people.
    async fn take_recall(&self, inbox: &Inbox, recall: &Recall) -> Result<()> {
        let Some(id) = self.message_named(inbox, &recall.contact, &recall.message_id).await? else { return Ok(()) };
        let Some((conversation_id, _)) = id.place() else { return Ok(()) };
        let done = self.decide_on_message(&inbox.tenant_id, &conversation_id, &id, |draft, before| {
            if before.recalled_at.is_some() || before.kind != MessageKind::Incoming {
                return Err(EngineError::Move(qn_domain::MoveError::Already));
            }
            let author = Author { kind: AuthorKind::Contact, id: before.author.id.clone(), name: before.author.name.clone() };
            let changed = Message { content: Content::default(), recalled_at: Some(draft.now), ..before.clone() };
            draft.revise(Revision { message_id: before.id, content: before.content, replaced_at: draft.now, replaced_by: author });
            if draft.conversation.last_seq == changed.seq {
                draft.conversation.last_text = draft.conversation.language.pick("[撤回了一条消息]", "[A message was recalled]").to_owned();
            }
            draft.change(changed);
            Ok(())
        });
        match done.await {
            Ok(_) | Err(EngineError::Move(_) | EngineError::NotFound { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Our message behind the name a channel gave a customer's message.
    async fn message_named(&self, inbox: &Inbox, contact: &str, message_id: &str) -> Result<Option<MessageId>> {
        let known = qn_store::identity::find(&self.db, &inbox.tenant_id, &inbox.id, contact).await?;
        let Some(known) = known else { return Ok(None) };
        let scope = crate::inbound::dedupe_scope(&inbox.id, &known.contact_id);
        let found = qn_store::dedupe::find(&self.db, &inbox.tenant_id, &scope, message_id).await?;
        Ok(found.and_then(|first| first.message_id))
    }

    /// What the message answers: one of ours by the platform's name, or one of the customer's own.
    pub(crate) async fn answered_message(&self, inbox: &Inbox, contact: &str, name: &str) -> Result<Option<MessageId>> {
        match qn_store::channel_sent::find_message(&self.db, &inbox.tenant_id, &inbox.id, name).await? {
            Some(ours) => Ok(Some(ours)),
            None => self.message_named(inbox, contact, name).await,
        }
    }

    /// The button that was pressed, or that a reply such as "2" means. None: the text stands for itself.
    pub(crate) async fn pressed_button(
        &self,
        conversation: &Conversation,
        pressed: Option<&Pressed>,
        text: &str,
    ) -> Result<Option<Button>> {
        if pressed.is_none() && text.chars().count() > CHOICE_CHARS_MAX {
            return Ok(None);
        }
        let recent = qn_store::message::list_before(&self.db, &conversation.tenant_id, &conversation.id, None, PRESSED_AMONG).await?;
        let mut ours = recent.into_iter().rev().filter(|m| m.kind == MessageKind::Outgoing);
        let Some(pressed) = pressed else {
            // Words mean a menu only while it is the last thing that was said.
            return Ok(ours.next().and_then(|m| menu::chosen(text, &m.content.buttons).cloned()));
        };
        let mut bearing = ours.filter(|m| !m.content.buttons.is_empty());
        let under = bearing.find(|m| pressed.message_id.as_ref().is_none_or(|id| *id == m.id));
        Ok(under.and_then(|m| menu::numbered(pressed.number, &m.content.buttons).cloned()))
    }
}

/// Where buttons may come back as words or numbers; our own screens send what a button says.
pub(crate) fn has_menus(channel: ChannelKind) -> bool {
    !matches!(channel, ChannelKind::Web | ChannelKind::Api | ChannelKind::Mobile | ChannelKind::Email)
}
