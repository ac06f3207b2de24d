//! Undoing ties. What a tie changed is restored from what it remembers; what was said since stays where it was said, and words that
//! still wait for an answer stay with somebody.

use super::TieRefused;
use super::acts::{Act, Before, earliest};
use crate::agent::owned;
use crate::draft::Draft;
use crate::{Actor, Engine, EngineError, Result};
use qn_domain::{
    ActiveFlow, ActivityKey, Conversation, Message, MessageKind, Move, MoveError, Owner, Status, Tie, TieId, TieKind, Timestamp,
};
use qn_store::{conversation, conversation_tie, message};

/// Looked through for words that nobody answered.
const RECENT_MAX: i64 = 200;

impl Engine {
    /// Undoing twice is once.
    pub async fn undo_tie(&self, actor: &Actor, id: &TieId) -> Result<Tie> {
        let tie = conversation_tie::get(&self.db, &actor.tenant_id, id).await?;
        if !tie.stands() {
            return Ok(tie);
        }
        match self.decide_both(actor, (&tie.from, &tie.to), Act::Undo(tie.id.clone())).await {
            Err(EngineError::Move(MoveError::Already)) => Ok(conversation_tie::get(&self.db, &actor.tenant_id, id).await?),
            undone => undone,
        }
    }

    pub(super) async fn untie(&self, actor: &Actor, id: &TieId, from: &mut Draft, to: &mut Draft) -> Result<Tie> {
        let tie = conversation_tie::get(&self.db, &actor.tenant_id, id).await?;
        if !tie.stands() {
            return Err(EngineError::Move(MoveError::Already));
        }
        let undone = Tie { undone_by: Some(actor.user_id.clone()), undone_at: Some(from.now), ..tie };
        match undone.kind {
            TieKind::Link => self.tell_both(actor, &undone, ActivityKey::Unlinked, from, to).await?,
            TieKind::Merge => self.unmerge(actor, &undone, from, to).await?,
            TieKind::Split => self.unsplit(actor, &undone, to, from).await?,
        }
        Ok(undone)
    }

    async fn unmerge(&self, actor: &Actor, tie: &Tie, part: &mut Draft, whole: &mut Draft) -> Result<()> {
        if whole.conversation.tied.merged_into.is_some() {
            return Err(TieRefused::UndoFirst.into());
        }
        owned(whole, actor)?;
        let Some(before) = tie.before.read::<Before>() else { return Err(EngineError::Invalid { field: "tie" }) };
        let spoken = part.conversation.last_message_at > before.part.last_message_at;
        let since = whole.conversation.waiting_since;
        let line = self.line(tie, ActivityKey::Unmerged, "part", &whole.conversation).await;
        let mirror = self.line(tie, ActivityKey::Unmerged, "whole", &part.conversation).await;
        let theirs = take_flows(whole, &before.part);
        part.apply(Move::Unmerge { before: Box::new(before.part), line }, actor.author())?;
        part.conversation.bot.flows = theirs;
        // Where its wire went on without it, it stays closed: one of a wire is open.
        if part.conversation.status != Status::Resolved && self.has_successor(&part.conversation).await? {
            part.apply(Move::Resolve, actor.author())?;
        } else if spoken {
            part.conversation.waiting_since = self.waits_since(&part.conversation, since).await?;
            keep(part, actor)?;
        }
        whole.activity(mirror, actor.author());
        if whole.conversation.last_message_at == before.whole.last_message_at {
            as_before(&mut whole.conversation, &before.whole, actor);
        } else {
            whole.conversation.waiting_since = self.waits_since(&whole.conversation, since).await?;
        }
        Ok(())
    }

    /// Its wire has a newer conversation that is not over.
    async fn has_successor(&self, c: &Conversation) -> Result<bool> {
        let newest = conversation::find_thread(&self.db, &c.tenant_id, &c.inbox_id, &c.contact_id, &c.thread_key).await?;
        Ok(newest.is_some_and(|newest| newest.id != c.id && newest.status != Status::Resolved))
    }

    /// `part` was split off `whole` and is a closed part of it from now on.
    async fn unsplit(&self, actor: &Actor, tie: &Tie, part: &mut Draft, whole: &mut Draft) -> Result<()> {
        if part.conversation.tied.merged_into.is_some() || whole.conversation.tied.merged_into.is_some() {
            return Err(TieRefused::UndoFirst.into());
        }
        owned(part, actor)?;
        owned(whole, actor)?;
        let waiting = part.conversation.waiting_since;
        let line = self.line(tie, ActivityKey::Unsplit, "part", &whole.conversation).await;
        let mirror = self.line(tie, ActivityKey::Unsplit, "whole", &part.conversation).await;
        part.apply(Move::Merge { into: whole.conversation.id.clone(), line }, actor.author())?;
        whole.activity(mirror, actor.author());
        whole.conversation.tied.splits.retain(|id| *id != part.conversation.id);
        whole.conversation.waiting_since = earliest(whole.conversation.waiting_since, waiting);
        keep(whole, actor)?;
        Ok(())
    }

    /// When the first of the conversation's own words came of those that wait `since` then.
    async fn waits_since(&self, c: &Conversation, since: Option<Timestamp>) -> Result<Option<Timestamp>> {
        let Some(since) = since else { return Ok(None) };
        let recent = message::list_before(&self.db, &c.tenant_id, &c.id, None, RECENT_MAX).await?;
        Ok(unanswered(&recent, since).map(|m| m.created_at).min())
    }
}

/// The customer's own words in a thread that nobody answered, given since when they wait.
pub(super) fn unanswered(messages: &[Message], since: Timestamp) -> impl Iterator<Item = &Message> {
    messages.iter().filter(move |m| m.kind == MessageKind::Incoming && m.content.case.is_none() && m.created_at >= since)
}

/// The flows in `whole` that came with the part: they talk there again, or hear that nobody answers.
fn take_flows(whole: &mut Draft, part: &Conversation) -> Vec<ActiveFlow> {
    let is_it = |known: &ActiveFlow, flow: &ActiveFlow| known.flow == flow.flow && (known.run_id.is_empty() || known.run_id == flow.run_id);
    let came = |flow: &ActiveFlow| part.bot.flows.iter().any(|known| is_it(known, flow));
    let (theirs, own) = std::mem::take(&mut whole.conversation.bot.flows).into_iter().partition(came);
    whole.conversation.bot.flows = own;
    theirs
}

/// Words that wait for an answer are not left in a closed conversation, nor with a bot that was not asked: who undoes it has it.
fn keep(draft: &mut Draft, actor: &Actor) -> Result<()> {
    let waiting = draft.conversation.waiting_since;
    if waiting.is_none() {
        return Ok(());
    }
    if draft.conversation.status == Status::Resolved {
        draft.apply(Move::Reopen, actor.author())?;
    }
    if draft.conversation.owner == Owner::Bot {
        draft.apply(Move::Claim { agent_id: actor.user_id.clone(), agent_name: actor.name.clone() }, actor.author())?;
    }
    draft.conversation.waiting_since = waiting;
    Ok(())
}

/// Nobody said anything since the merge: whom it was taken from has it again, unless it changed hands.
fn as_before(now: &mut Conversation, before: &Conversation, actor: &Actor) {
    now.waiting_since = before.waiting_since;
    now.unread = before.unread;
    let was_taken = before.owner == Owner::Bot && now.owner == Owner::Agent { agent_id: actor.user_id.clone() };
    if was_taken && now.status == before.status {
        now.owner = Owner::Bot;
        now.bot.muted = before.bot.muted;
        now.last_agent_id.clone_from(&before.last_agent_id);
    }
}
