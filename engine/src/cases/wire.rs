//! Where words belong: which conversation's thread they are written in, which case they are of, and who works on it. A message is written
//! in the thread of the wire that it came or goes by, whatever was merged or split; so no word is lost and none takes a wrong way.

use crate::agent::{AgentSend, take_over, write};
use crate::draft::{Draft, Elsewhere};
use crate::engine::{ATTEMPTS, sent};
use crate::settings::TenantSettings;
use crate::{Actor, Engine, EngineError, Result, Sent, handoff, macros};
use qn_domain::{
    Author, ChannelKind, Conversation, ConversationId, HandoffReason, Message, MessageId, MessageKind, Move, Outcome, Owner, Status,
    TenantId,
};
use qn_store::{conversation, dedupe, message};

/// A part of a part of a part: nobody goes so far.
const DEPTH_MAX: usize = 20;
/// Messages looked through for our last words.
const RECENT_MAX: i64 = 100;

/// Who works on what is said in a thread, where that is another conversation.
#[derive(Debug, Clone)]
pub(crate) struct Wire {
    pub work: Conversation,
    pub elsewhere: Elsewhere,
}

impl Engine {
    /// The conversation that people work on for this one.
    pub(crate) async fn whole(&self, c: &Conversation) -> Result<Conversation> {
        let mut whole = c.clone();
        for _ in 0..DEPTH_MAX {
            let Some(into) = &whole.tied.merged_into else { break };
            whole = conversation::get(&self.db, &c.tenant_id, into).await?;
        }
        Ok(whole)
    }

    /// Where a talk that began here goes on, for what runs say and ask: the whole of a part, of the same person by proof. None: here, or
    /// nowhere; what is said to one customer is nothing for another, whoever tied the two.
    pub(crate) async fn goes_on_in(&self, c: &Conversation) -> Result<Option<Conversation>> {
        if c.tied.merged_into.is_none() || c.bot.unproved {
            return Ok(None);
        }
        let whole = self.whole(c).await?;
        let is_theirs = self.is_of_same(c, &whole).await?;
        Ok(Some(whole).filter(|whole| is_theirs && !whole.bot.unproved))
    }

    /// Both are of one contact, or of contacts that are proved to be one person still.
    pub(super) async fn is_of_same(&self, c: &Conversation, other: &Conversation) -> Result<bool> {
        Ok(other.contact_id == c.contact_id || self.proved_same(&c.tenant_id, &c.contact_id).await?.contains(&other.contact_id))
    }

    /// The conversation in which runs of this one talk now.
    pub(crate) async fn talk_of(&self, tenant_id: &TenantId, id: &ConversationId) -> Result<Conversation> {
        let c = conversation::get(&self.db, tenant_id, id).await?;
        if c.tied.merged_into.is_none() {
            return Ok(c);
        }
        Ok(Box::pin(self.goes_on_in(&c)).await?.unwrap_or(c))
    }

    /// Where people work on what is said in a thread that is closed itself: the whole of a part, or what was split off and is not over.
    pub async fn served_in(&self, c: &Conversation) -> Result<Option<Conversation>> {
        if c.tied.merged_into.is_some() {
            return Ok(Some(self.whole(c).await?));
        }
        if c.status != Status::Resolved {
            return Ok(None);
        }
        for id in &c.tied.splits {
            let case = self.whole(&conversation::get(&self.db, &c.tenant_id, id).await?).await?;
            if case.status != Status::Resolved {
                return Ok(Some(case));
            }
        }
        Ok(None)
    }

    /// The conversation in whose thread this one's words are written.
    pub async fn written_in(&self, c: Conversation) -> Result<Conversation> {
        match &c.tied.split_from {
            Some(id) => Ok(conversation::get(&self.db, &c.tenant_id, id).await?),
            None => Ok(c),
        }
    }

    /// Where a customer's message on the wire of `known` belongs; none: to the conversation itself, as if nothing were tied. In this order:
    /// the case of the message that it answers, the one whose words the customer had last, the oldest.
    pub(crate) async fn wire(&self, known: &Conversation, reply_to: Option<&MessageId>, reopen_window_ms: i64) -> Result<Option<Wire>> {
        if known.tied.splits.is_empty() && known.tied.merged_into.is_none() {
            return Ok(None);
        }
        let alive = |c: &Conversation| c.status != Status::Resolved || self.now() - c.resolved_at.unwrap_or_default() <= reopen_window_ms;
        let own = self.whole(known).await?;
        let mut cases = Vec::new();
        for id in &known.tied.splits {
            let case = self.whole(&conversation::get(&self.db, &known.tenant_id, id).await?).await?;
            if case.status != Status::Resolved {
                cases.push((id, case));
            }
        }
        let chosen = match cases.is_empty() {
            true => None,
            false => {
                let names: Vec<&ConversationId> = cases.iter().map(|(id, _)| *id).collect();
                self.case_of(known, reply_to, &names, alive(&own)).await?.cloned()
            }
        };
        if let Some((id, work)) = cases.into_iter().find(|(id, _)| Some(*id) == chosen.as_ref()) {
            return Ok(Some(Wire { work, elsewhere: Elsewhere::Case(id.clone()) }));
        }
        Ok((own.id != known.id && alive(&own)).then_some(Wire { work: own, elsewhere: Elsewhere::Part }))
    }

    /// None: the conversation's own.
    async fn case_of<'a>(
        &self,
        known: &Conversation,
        reply_to: Option<&MessageId>,
        cases: &[&'a ConversationId],
        own_is_alive: bool,
    ) -> Result<Option<&'a ConversationId>> {
        let ties = self.split_off(known).await?;
        let of = |m: &Message| {
            let tied = ties.iter().find(|tie| tie.seqs.contains(&m.seq)).map(|tie| &tie.to);
            cases.iter().copied().find(|id| Some(*id) == m.content.case.as_ref().or(tied))
        };
        if let Some(id) = reply_to
            && let Some(answered) = message::find(&self.db, &known.tenant_id, id).await?.filter(|m| m.conversation_id == known.id)
        {
            return Ok(of(&answered));
        }
        let recent = message::list_before(&self.db, &known.tenant_id, &known.id, None, RECENT_MAX).await?;
        let heard = recent.iter().rev().filter(|m| m.kind == MessageKind::Outgoing && m.recalled_at.is_none());
        let last = heard.map(of).find(|case| case.is_some() || own_is_alive);
        Ok(match last {
            Some(case) => case,
            None if own_is_alive => None,
            None => cases.first().copied(),
        })
    }

    /// An agent's words in a conversation that has no thread of its own, or is a part of another: none where it is neither.
    pub(crate) async fn send_by_wire(
        &self,
        actor: &Actor,
        id: &ConversationId,
        send: &AgentSend,
        settings: &TenantSettings,
    ) -> Result<Option<Sent>> {
        let known = conversation::get(&self.db, &actor.tenant_id, id).await?;
        if send.note || (known.tied.split_from.is_none() && known.tied.merged_into.is_none()) {
            return Ok(None);
        }
        let (record, work) = (self.written_in(known.clone()).await?.id, self.whole(&known).await?.id);
        if record == work {
            // Its split was undone.
            return Ok(Some(Box::pin(self.try_send(actor, &work, send, settings)).await?));
        }
        let _turns = self.turns.enter_both(record.as_str(), work.as_str()).await;
        let scope = format!("out:{}:{id}", actor.user_id);
        for _ in 0..ATTEMPTS {
            if let Some(first) = dedupe::find(&self.db, &actor.tenant_id, &scope, &send.client_msg_id).await? {
                return Ok(Some(self.replay(&actor.tenant_id, &first).await?));
            }
            let mut thread = Draft::on(conversation::get(&self.db, &actor.tenant_id, &record).await?, self.now());
            let mut desk = Draft::on(conversation::get(&self.db, &actor.tenant_id, &work).await?, self.now());
            if self.written_in(conversation::get(&self.db, &actor.tenant_id, id).await?).await?.id != record {
                return Err(EngineError::Conflict);
            }
            thread.elsewhere = if record == *id { Elsewhere::Part } else { Elsewhere::Case(id.clone()) };
            self.check_window(&thread.conversation, send.content.template.as_deref()).await?;
            take_over(&mut desk, actor, send.force)?;
            let reply_to = match &send.reply_to {
                Some(id) => Some(id.clone()),
                None => self.letter_answered(&thread.conversation, &thread.elsewhere, settings).await?,
            };
            write(&mut thread, actor, &AgentSend { reply_to, ..send.clone() }, scope.clone());
            rouse(&mut desk, thread.messages().last(), settings)?;
            macros::run(&mut desk, actor, &send.steps, settings)?;
            if let Outcome::Done { entry } = self.commit_together(vec![thread, desk]).await? {
                return Ok(Some(sent(&entry)?));
            }
        }
        Err(EngineError::Conflict)
    }

    /// The customer's last letter of the case: the answer goes by its subject and references, not by another case's.
    async fn letter_answered(&self, record: &Conversation, of: &Elsewhere, settings: &TenantSettings) -> Result<Option<MessageId>> {
        let Elsewhere::Case(case) = of else { return Ok(None) };
        if settings.inboxes.get(&record.inbox_id).is_none_or(|inbox| inbox.channel != ChannelKind::Email) {
            return Ok(None);
        }
        let messages = self.case_messages(&record.tenant_id, case, RECENT_MAX).await?;
        Ok(messages.into_iter().rev().find(|m| m.kind == MessageKind::Incoming).map(|m| m.id))
    }

    /// A repetition of a customer's message whose first time was committed with another conversation.
    pub(crate) async fn repeated(&self, tenant_id: &TenantId, scope: &str, key: &str) -> Result<Option<Sent>> {
        match dedupe::find(&self.db, tenant_id, scope, key).await? {
            Some(first) => Ok(Some(self.replay(tenant_id, &first).await?)),
            None => Ok(None),
        }
    }
}

/// The conversation that is worked on hears what was said in another thread: it counts, and it wakes. People tied these or have it, so
/// people answer: the bot is not asked.
pub(crate) fn rouse(desk: &mut Draft, said: Option<&Message>, settings: &TenantSettings) -> Result<()> {
    let Some(said) = said else { return Ok(()) };
    desk.heard.push(said.clone());
    if said.kind == MessageKind::Incoming {
        match desk.conversation.status {
            Status::Open => {}
            Status::Pending | Status::Snoozed => desk.apply(Move::Wake, Author::system())?,
            Status::Resolved => desk.apply(Move::Reopen, Author::system())?,
        }
        if desk.conversation.owner == Owner::Bot {
            let c = &desk.conversation;
            let team_id = settings.inboxes.get(&c.inbox_id).and_then(|inbox| inbox.team_id.clone());
            let packet = handoff::packet(c, HandoffReason::AgentTookOver, &said.content.text, c.language, desk.now);
            desk.apply(Move::Enqueue { team_id, packet }, Author::system())?;
        }
    }
    let c = &mut desk.conversation;
    c.last_text = said.content.preview();
    c.last_message_at = said.created_at;
    c.updated_at = desk.now;
    if said.kind == MessageKind::Incoming {
        c.unread += 1;
        c.waiting_since = c.waiting_since.or(Some(desk.now));
    } else {
        c.unread = 0;
        c.waiting_since = None;
        c.agent_read_seq = c.last_seq;
    }
    Ok(())
}
