//! Which conversation the message belongs to: the open one of its thread, the one resolved a short while ago, or a new one.

use crate::cases::{Joining, Wire};
use crate::inbound::{InboundMessage, Writer};
use crate::persons::{Continues, carry};
use crate::{Engine, Result};
use qn_domain::{ContactId, Conversation, Status};

/// Of the earlier conversation's last message, in the line that tells colleagues of it.
const LAST_WORDS_CHARS_MAX: usize = 60;

#[derive(Debug)]
pub(crate) struct Threaded {
    /// As it was read; version 0 when new.
    pub conversation: Conversation,
    /// Its customer just wrote under another contact: it is new, or only now is known that both are one person.
    pub continues: Option<Continues>,
    /// Who works on what is said here works in another conversation.
    pub wire: Option<Wire>,
    /// It becomes one case with another conversation by itself.
    pub joins: Option<Joining>,
    /// The contacts proved to be the same person, where that was looked up.
    pub person: Vec<ContactId>,
}

impl Threaded {
    pub(crate) fn plain(conversation: Conversation) -> Self {
        Self { conversation, continues: None, wire: None, joins: None, person: Vec::new() }
    }
}

pub(crate) async fn run(engine: &Engine, message: &InboundMessage) -> Result<Threaded> {
    let known = engine.thread(&message.tenant_id, &message.inbox, &message.contact_id, &message.thread_key).await?;
    let now = engine.now();
    if let Some(known) = known {
        if let Some(wire) = engine.wire(&known, message.reply_to.as_ref(), message.inbox.reopen_window_ms).await? {
            if message.writer == Writer::Proved
                && let Some((back, joining)) = engine.turned(&known, &wire).await?
            {
                return Ok(Threaded { joins: Some(joining), ..Threaded::plain(back) });
            }
            return Ok(Threaded { wire: Some(wire), ..Threaded::plain((*known).clone()) });
        }
        let age_ms = now - known.resolved_at.unwrap_or(now);
        let is_part = known.tied.merged_into.is_some();
        if !is_part && (known.status != Status::Resolved || age_ms <= message.inbox.reopen_window_ms) {
            let is_news = known.bot.carried.is_none() && engine.joined.has(&message.contact_id);
            let stays = (*known).clone();
            return if is_news { going_on(engine, message, stays).await } else { Ok(Threaded::plain(stays)) };
        }
        let mut fresh = new(engine, message);
        fresh.last_agent_id = known.last_agent_id.clone();
        return going_on(engine, message, fresh).await;
    }
    going_on(engine, message, new(engine, message)).await
}

/// The conversation with what its customer's recent one under another contact knows. Who is not proved to have written goes on with nothing.
async fn going_on(engine: &Engine, message: &InboundMessage, mut conversation: Conversation) -> Result<Threaded> {
    let person = match message.writer {
        Writer::Proved => engine.proved_same(&message.tenant_id, &message.contact_id).await?,
        Writer::Claimed => Vec::new(),
    };
    let Some(earlier) = engine.earlier(&message.tenant_id, &person).await? else {
        return Ok(Threaded { person, ..Threaded::plain(conversation) });
    };
    let inbox = engine.inbox(&message.tenant_id, &earlier.inbox_id).await.map_or_else(|_| String::new(), |inbox| inbox.name.clone());
    carry(&earlier, engine.carried(&earlier, &inbox).await?, &mut conversation);
    let text = qn_base::text::line(&earlier.last_text.replace("**", ""), LAST_WORDS_CHARS_MAX);
    let continues = Continues { conversation_id: earlier.id, inbox, text };
    Ok(Threaded { continues: Some(continues), person, ..Threaded::plain(conversation) })
}

fn new(engine: &Engine, message: &InboundMessage) -> Conversation {
    let id = engine.fresh_conversation_id();
    let mut conversation =
        Conversation::new(id, message.tenant_id.clone(), message.inbox.id.clone(), message.contact_id.clone(), engine.now());
    conversation.thread_key = message.thread_key.clone();
    conversation.language = message.language.unwrap_or(message.inbox.language);
    conversation
}
