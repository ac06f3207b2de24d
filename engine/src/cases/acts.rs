//! Linking and merging, each one commit of both conversations: a race with anything that happens to either is a conflict and decided again.

use super::TieRefused;
use crate::agent::owned;
use crate::draft::Draft;
use crate::engine::ATTEMPTS;
use crate::{Actor, Engine, EngineError, Result};
use qn_domain::{
    Activity, ActivityKey, Conversation, ConversationId, Json, Move, MoveError, Outcome, Owner, Status, Tie, TieId, TieKind, Timestamp,
};
use qn_store::{contact_link, conversation, conversation_tie};
use serde::{Deserialize, Serialize};
use serde_json::json;

const WORDS_CHARS_MAX: usize = 60;

/// What a merge remembers: both as they were.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Before {
    pub part: Conversation,
    pub whole: Conversation,
}

/// What is decided about two conversations at once.
#[derive(Debug)]
pub(super) enum Act {
    Link(TieId),
    Merge(TieId),
    Undo(TieId),
}

impl Engine {
    /// Two cases that belong together; each shows the other.
    pub async fn link_conversations(&self, actor: &Actor, one: &ConversationId, other: &ConversationId) -> Result<Tie> {
        self.decide_both(actor, (one, other), Act::Link(TieId::fresh(self.now()))).await
    }

    /// `part` is shown and answered in `whole` from now on. Only of one person; who merges takes what the bot has.
    pub async fn merge_conversations(&self, actor: &Actor, part: &ConversationId, whole: &ConversationId) -> Result<Tie> {
        self.decide_both(actor, (part, whole), Act::Merge(TieId::fresh(self.now()))).await
    }

    /// Decides on the present state of two conversations and commits both, or neither.
    pub(super) async fn decide_both(&self, actor: &Actor, (one, other): (&ConversationId, &ConversationId), act: Act) -> Result<Tie> {
        if one == other {
            return Err(TieRefused::Itself.into());
        }
        let (db, tenant_id) = (&self.db, &actor.tenant_id);
        let _turns = self.turns.enter_both(one.as_str(), other.as_str()).await;
        for _ in 0..ATTEMPTS {
            let mut a = Draft::on(conversation::get(db, tenant_id, one).await?, self.now());
            let mut b = Draft::on(conversation::get(db, tenant_id, other).await?, self.now());
            let tie = match &act {
                Act::Link(id) => self.link(actor, id, &mut a, &mut b).await?,
                Act::Merge(id) => self.merge(actor, id, &mut a, &mut b).await?,
                Act::Undo(id) => self.untie(actor, id, &mut a, &mut b).await?,
            };
            a.tied(tie.clone());
            if let Outcome::Done { .. } = self.commit_together(vec![a, b]).await? {
                let undone = if tie.stands() { "false" } else { "true" };
                metrics::counter!("qn_conversation_ties_total", "kind" => tie.kind.as_str(), "undone" => undone).increment(1);
                return Ok(tie);
            }
        }
        Err(EngineError::Conflict)
    }

    async fn link(&self, actor: &Actor, id: &TieId, a: &mut Draft, b: &mut Draft) -> Result<Tie> {
        let other = b.conversation.id.clone();
        let known = conversation_tie::list(&self.db, &actor.tenant_id, &[&a.conversation.id]).await?;
        if known.iter().any(|t| t.stands() && t.kind == TieKind::Link && (t.to == other || t.from == other)) {
            return Err(TieRefused::Already.into());
        }
        let tie = tie(actor, id, TieKind::Link, (a, b), Json::default());
        self.tell_both(actor, &tie, ActivityKey::Linked, a, b).await?;
        Ok(tie)
    }

    async fn merge(&self, actor: &Actor, id: &TieId, p: &mut Draft, w: &mut Draft) -> Result<Tie> {
        self.check_merge(actor, p, w).await?;
        let before = Before { part: p.conversation.clone(), whole: w.conversation.clone() };
        let tie = tie(actor, id, TieKind::Merge, (p, w), Json::of(&before));
        let line = self.line(&tie, ActivityKey::Merged, "part", &w.conversation).await;
        let mirror = self.line(&tie, ActivityKey::Merged, "whole", &p.conversation).await;
        p.apply(Move::Merge { into: w.conversation.id.clone(), line }, actor.author())?;
        w.activity(mirror, actor.author());
        take_from_bot(w, actor)?;
        let c = &mut w.conversation;
        c.waiting_since = earliest(c.waiting_since, before.part.waiting_since);
        c.unread += before.part.unread;
        Ok(tie)
    }

    async fn check_merge(&self, actor: &Actor, part: &Draft, whole: &Draft) -> Result<()> {
        let (p, w) = (&part.conversation, &whole.conversation);
        if p.tied.merged_into.is_some() || w.tied.merged_into.is_some() {
            return Err(EngineError::Move(MoveError::Merged));
        }
        if w.status == Status::Resolved {
            return Err(EngineError::Move(MoveError::Resolved));
        }
        if p.tied.split_from.as_ref() == Some(&w.id) || w.tied.split_from.as_ref() == Some(&p.id) {
            return Err(TieRefused::Already.into());
        }
        if p.contact_id != w.contact_id && !contact_link::members(&self.db, &p.tenant_id, &p.contact_id).await?.contains(&w.contact_id) {
            return Err(TieRefused::TwoPersons.into());
        }
        owned(part, actor)?;
        owned(whole, actor)
    }

    /// The same line in both threads, each naming the other.
    pub(super) async fn tell_both(&self, actor: &Actor, tie: &Tie, key: ActivityKey, part: &mut Draft, whole: &mut Draft) -> Result<()> {
        let line = self.line(tie, key, "part", &whole.conversation).await;
        let mirror = self.line(tie, key, "whole", &part.conversation).await;
        part.activity(line, actor.author());
        whole.activity(mirror, actor.author());
        Ok(())
    }

    /// For people: what was tied to `other`. `role` is that of the thread that it stands in.
    pub(super) async fn line(&self, tie: &Tie, key: ActivityKey, role: &str, other: &Conversation) -> Activity {
        let inbox = self.inbox(&other.tenant_id, &other.inbox_id).await.map_or_else(|_| String::new(), |inbox| inbox.name.clone());
        let text = qn_base::text::line(&other.last_text.replace("**", ""), WORDS_CHARS_MAX);
        let params = [
            ("tie", json!(tie.id)),
            ("conversation", json!(other.id)),
            ("inbox", json!(inbox)),
            ("text", json!(text)),
            ("role", json!(role)),
            ("messages", json!(tie.seqs.len())),
        ];
        let is_split = tie.kind == TieKind::Split;
        let params = params.into_iter().filter(|(name, _)| is_split || *name != "messages");
        Activity { key, params: params.map(|(name, value)| (name.to_owned(), value)).collect(), public: false }
    }
}

pub(super) fn tie(actor: &Actor, id: &TieId, kind: TieKind, (from, to): (&Draft, &Draft), before: Json) -> Tie {
    Tie {
        id: id.clone(),
        tenant_id: actor.tenant_id.clone(),
        kind,
        from: from.conversation.id.clone(),
        to: to.conversation.id.clone(),
        seqs: Vec::new(),
        before,
        made_by: actor.user_id.clone(),
        made_name: actor.name.clone(),
        at: from.now,
        undone_by: None,
        undone_at: None,
    }
}

pub(super) fn take_from_bot(draft: &mut Draft, actor: &Actor) -> Result<()> {
    if draft.conversation.owner == Owner::Bot {
        draft.apply(Move::Claim { agent_id: actor.user_id.clone(), agent_name: actor.name.clone() }, actor.author())?;
    }
    Ok(())
}

pub(super) fn earliest(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    one.into_iter().chain(other).min()
}
