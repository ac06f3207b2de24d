//! Which conversation the message belongs to: the open one of its thread, the one resolved a short while ago, or a new one.

use crate::inbound::InboundMessage;
use crate::persons::{Continues, carry};
use crate::{Engine, Result};
use qn_domain::{Conversation, Status};

#[derive(Debug)]
pub(crate) struct Threaded {
    /// As it was read; version 0 when new.
    pub conversation: Conversation,
    /// It is new, and its customer just wrote under another contact.
    pub continues: Option<Continues>,
}

pub(crate) async fn run(engine: &Engine, message: &InboundMessage) -> Result<Threaded> {
    let known = engine.thread(&message.tenant_id, &message.inbox, &message.contact_id, &message.thread_key).await?;
    let now = engine.now();
    if let Some(known) = known {
        let age_ms = now - known.resolved_at.unwrap_or(now);
        if known.status != Status::Resolved || age_ms <= message.inbox.reopen_window_ms {
            return Ok(Threaded { conversation: (*known).clone(), continues: None });
        }
        let mut fresh = new(engine, message);
        fresh.last_agent_id = known.last_agent_id.clone();
        return going_on(engine, message, fresh).await;
    }
    going_on(engine, message, new(engine, message)).await
}

/// A new conversation with what its customer's recent one under another contact knows.
async fn going_on(engine: &Engine, message: &InboundMessage, mut fresh: Conversation) -> Result<Threaded> {
    let Some(earlier) = engine.earlier(&message.tenant_id, &message.contact_id).await? else {
        return Ok(Threaded { conversation: fresh, continues: None });
    };
    carry(&earlier, &mut fresh);
    let inbox = engine.inbox(&message.tenant_id, &earlier.inbox_id).await.map_or_else(|_| String::new(), |inbox| inbox.name.clone());
    let continues = Continues { conversation_id: earlier.id, inbox, text: earlier.last_text };
    Ok(Threaded { conversation: fresh, continues: Some(continues) })
}

fn new(engine: &Engine, message: &InboundMessage) -> Conversation {
    let id = engine.fresh_conversation_id();
    let mut conversation =
        Conversation::new(id, message.tenant_id.clone(), message.inbox.id.clone(), message.contact_id.clone(), engine.now());
    conversation.thread_key = message.thread_key.clone();
    conversation.language = message.language.unwrap_or(message.inbox.language);
    conversation
}
