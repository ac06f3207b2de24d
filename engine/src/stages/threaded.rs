//! Which conversation the message belongs to: the open one of its thread, the one resolved a short while ago, or a new one. A flow's
//! question that its customer left open under another contact comes along, so that this message may answer it.

use crate::cases::{Joining, Matter, Wanted, Wire};
use crate::inbound::{InboundMessage, Writer};
use crate::persons::{Continues, carry};
use crate::{Engine, Result};
use qn_domain::{ChannelKind, ContactId, Conversation, Json, Status, Tied};

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
            return match is_news {
                true => going_on(engine, message, stays).await,
                false => coming_back(engine, message, stays).await,
            };
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
    // Back there, they go on with what is said here.
    engine.joined.note(&earlier.contact_id);
    let joins = waiting(engine, message, &conversation, &person, &earlier).await?;
    carry(&earlier, engine.carried(&earlier, &inbox).await?, &mut conversation);
    let text = qn_base::text::line(&earlier.last_text.replace("**", ""), LAST_WORDS_CHARS_MAX);
    let continues = Continues { conversation_id: earlier.id, inbox, text };
    Ok(Threaded { continues: Some(continues), person, ..with_question(conversation, joins) })
}

/// The conversation of somebody who wrote under several contacts before, where nothing new is known of them but what was asked elsewhere
/// since the last words here.
async fn coming_back(engine: &Engine, message: &InboundMessage, stays: Conversation) -> Result<Threaded> {
    if stays.bot.carried.is_none() || message.writer != Writer::Proved {
        return Ok(Threaded::plain(stays));
    }
    let person = engine.proved_same(&message.tenant_id, &message.contact_id).await?;
    let newer = engine.earlier(&message.tenant_id, &person).await?.filter(|other| other.last_message_at >= stays.last_message_at);
    let joins = match &newer {
        Some(other) => waiting(engine, message, &stays, &person, other).await?,
        None => None,
    };
    Ok(with_question(stays, joins))
}

/// Whether a flow waits in `other` for what this message may say, and can hear it from here.
async fn waiting(
    engine: &Engine,
    message: &InboundMessage,
    own: &Conversation,
    person: &[ContactId],
    other: &Conversation,
) -> Result<Option<Joining>> {
    let bot_reads = message.inbox.bot_enabled && message.left.is_none() && message.quiet.is_none();
    let is_free = own.bot.flows.is_empty() && !own.bot.unproved && own.tied == Tied::default() && other.tied.merged_into.is_none();
    if !bot_reads || !is_free {
        return Ok(None);
    }
    let text = &message.content.text;
    let said = Matter::of_text(text, &Json::default(), engine.now());
    let many_threads = message.inbox.channel == ChannelKind::Email;
    Box::pin(engine.waiting(&Wanted { own, person, said: &said, text, many_threads }, other.clone())).await
}

fn with_question(mut conversation: Conversation, joins: Option<Joining>) -> Threaded {
    let joins = joins.and_then(|mut joining| joining.bring_flows(&mut conversation).then_some(joining));
    Threaded { joins, ..Threaded::plain(conversation) }
}

fn new(engine: &Engine, message: &InboundMessage) -> Conversation {
    let id = engine.fresh_conversation_id();
    let mut conversation =
        Conversation::new(id, message.tenant_id.clone(), message.inbox.id.clone(), message.contact_id.clone(), engine.now());
    conversation.thread_key = message.thread_key.clone();
    conversation.language = message.language.unwrap_or(message.inbox.language);
    conversation
}
