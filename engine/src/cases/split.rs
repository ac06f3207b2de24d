//! Splitting: chosen messages are worked on in a conversation of their own, which speaks by the same wire.

use super::TieRefused;
use super::acts::tie;
use super::undo::unanswered;
use crate::agent::owned;
use crate::draft::Draft;
use crate::engine::ATTEMPTS;
use crate::{Actor, Engine, EngineError, Result};
use qn_domain::tie::{SPLIT_MESSAGES_MAX, SPLITS_MAX};
use qn_domain::{
    ActivityKey, Conversation, ConversationId, Json, Message, MessageId, MessageKind, Move, MoveError, Outcome, TeamId, Tie, TieId, TieKind,
};
use qn_store::{conversation, conversation_tie, message};
use std::collections::BTreeSet;

/// Looked through for what still waits for an answer.
const RECENT_MAX: i64 = 200;
/// Ends the wire's own name in the thread key of a conversation that was split off.
const MARK: char = '\u{1f}';

impl Engine {
    /// A new conversation of the same customer with these messages, in the team's queue or with the actor.
    pub async fn split_conversation(
        &self,
        actor: &Actor,
        id: &ConversationId,
        messages: &[MessageId],
        team: Option<TeamId>,
    ) -> Result<Tie> {
        let settings = self.settings(&actor.tenant_id).await?;
        let team = team.map(|id| settings.team(&id).map(|team| (id, team.name.clone()))).transpose()?;
        let _turn = self.turns.enter(id.as_str()).await;
        for _ in 0..ATTEMPTS {
            let whole = Draft::on(conversation::get(&self.db, &actor.tenant_id, id).await?, self.now());
            let chosen = self.check_split(actor, &whole, messages).await?;
            let recent = message::list_before(&self.db, &actor.tenant_id, id, None, RECENT_MAX).await?;
            let (whole, part, tie) = self.divide(actor, whole, &chosen, &recent, team.clone()).await?;
            if let Outcome::Done { .. } = self.commit_together(vec![part, whole]).await? {
                metrics::counter!("qn_conversation_ties_total", "kind" => "split", "undone" => "false").increment(1);
                return Ok(tie);
            }
        }
        Err(EngineError::Conflict)
    }

    async fn check_split(&self, actor: &Actor, whole: &Draft, ids: &[MessageId]) -> Result<Vec<Message>> {
        let c = &whole.conversation;
        if c.tied.merged_into.is_some() {
            return Err(EngineError::Move(MoveError::Merged));
        }
        if c.tied.split_from.is_some() {
            return Err(EngineError::Move(MoveError::SplitOff));
        }
        if c.tied.splits.len() >= SPLITS_MAX || ids.len() > SPLIT_MESSAGES_MAX {
            return Err(TieRefused::TooManySplits.into());
        }
        owned(whole, actor)?;
        let gone: BTreeSet<i64> = self.split_off(c).await?.into_iter().flat_map(|tie| tie.seqs).collect();
        let mut chosen = Vec::with_capacity(ids.len());
        for id in ids {
            let found = message::find(&self.db, &c.tenant_id, id).await?.filter(|m| m.conversation_id == c.id);
            let found = found.ok_or_else(|| EngineError::not_found("message", id))?;
            if gone.contains(&found.seq) || found.content.case.as_ref().is_some_and(|case| c.tied.splits.contains(case)) {
                return Err(TieRefused::AlreadySplit.into());
            }
            if matches!(found.kind, MessageKind::Incoming | MessageKind::Outgoing) && found.recalled_at.is_none() {
                chosen.push(found);
            }
        }
        chosen.sort_by_key(|m| m.seq);
        chosen.dedup_by_key(|m| m.seq);
        match chosen.iter().any(|m| m.kind == MessageKind::Incoming) {
            true => Ok(chosen),
            false => Err(TieRefused::NothingToSplit.into()),
        }
    }

    /// The splits of a conversation that stand.
    pub(super) async fn split_off(&self, c: &Conversation) -> Result<Vec<Tie>> {
        let ties = conversation_tie::list(&self.db, &c.tenant_id, &[&c.id]).await?;
        Ok(ties.into_iter().filter(|t| t.stands() && t.kind == TieKind::Split && t.from == c.id).collect())
    }

    async fn divide(
        &self,
        actor: &Actor,
        mut whole: Draft,
        chosen: &[Message],
        recent: &[Message],
        team: Option<(TeamId, String)>,
    ) -> Result<(Draft, Draft, Tie)> {
        let mut part = Draft::on(self.branch(&whole.conversation, chosen), whole.now);
        let id = TieId::fresh(self.now());
        let mut tie = tie(actor, &id, TieKind::Split, (&whole, &part), Json::default());
        tie.seqs = chosen.iter().map(|m| m.seq).collect();
        self.tell_both(actor, &tie, ActivityKey::Split, &mut part, &mut whole).await?;
        part.apply(Move::Claim { agent_id: actor.user_id.clone(), agent_name: actor.name.clone() }, actor.author())?;
        if let Some((team_id, team_name)) = team {
            part.apply(Move::TransferToTeam { team_id, team_name, note: String::new(), reason: None }, actor.author())?;
            part.conversation.unread = chosen.iter().filter(|m| m.kind == MessageKind::Incoming).count() as i64;
        }
        if let Some(since) = whole.conversation.waiting_since {
            let first = |is_split: bool| {
                let words = unanswered(recent, since).filter(|m| tie.seqs.contains(&m.seq) == is_split);
                words.map(|m| m.created_at).min()
            };
            (part.conversation.waiting_since, whole.conversation.waiting_since) = (first(true), first(false));
        }
        whole.conversation.tied.splits.push(part.conversation.id.clone());
        part.tied(tie.clone());
        Ok((whole, part, tie))
    }

    fn branch(&self, from: &Conversation, chosen: &[Message]) -> Conversation {
        let id = self.fresh_conversation_id();
        let mut c = Conversation::new(id, from.tenant_id.clone(), from.inbox_id.clone(), from.contact_id.clone(), self.now());
        c.thread_key = format!("{}{MARK}{}", from.thread_key, c.id);
        c.language = from.language;
        c.tied.split_from = Some(from.id.clone());
        if let Some(last) = chosen.last() {
            c.last_text = last.content.preview();
            c.last_message_at = last.created_at;
        }
        c
    }
}
