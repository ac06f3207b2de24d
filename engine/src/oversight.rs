//! What supervisors do over the heads of agents: read along unseen, whisper, take over, set a state. Who may is the API's check
//! (`Supervisor`); that each is kept as an `Oversight`, in the transaction of what it tells, is this file's.

use crate::states::Chosen;
use crate::threads::conversation_of;
use crate::{Actor, Engine, EngineError, Result};
use qn_bus::{Audience, Signal, SignalBody};
use qn_domain::{BadField, Conversation, ConversationId, Move, MoveError, Oversight, OversightId, OversightKind, Presence, UserId};

impl Engine {
    /// Notes that the actor reads along from now on. Nobody else is told: that is the point, and the entry is its price.
    pub async fn monitor(&self, actor: &Actor, id: &ConversationId) -> Result<Conversation> {
        let conversation = qn_store::conversation::get(&self.db, &actor.tenant_id, id).await?;
        let user_id = conversation.owner.agent_id().cloned();
        let entry = self.oversight(actor, OversightKind::Monitor, user_id, Some(id.clone()), "");
        qn_store::oversight::insert(&self.db, &entry).await?;
        Ok(conversation)
    }

    /// A note to the agent who has the conversation, shown to them at once and to nobody else. `Field` when it is with no agent, or
    /// with the actor.
    pub async fn whisper(&self, actor: &Actor, id: &ConversationId, text: &str) -> Result<Oversight> {
        let conversation = qn_store::conversation::get(&self.db, &actor.tenant_id, id).await?;
        let agent = conversation.owner.agent_id().filter(|agent| **agent != actor.user_id).cloned();
        let Some(agent) = agent else {
            let (zh, en) = (
                "只能对正在接待的坐席说，这个会话现在不在别的坐席手中",
                "goes to the agent who has the conversation; no other agent has it",
            );
            return Err(EngineError::Field(BadField { field: "text".into(), zh, en }));
        };
        let entry = self.oversight(actor, OversightKind::Whisper, Some(agent.clone()), Some(id.clone()), text);
        qn_store::oversight::insert(&self.db, &entry).await?;
        self.hub.signal(Signal {
            tenant_id: actor.tenant_id.clone(),
            audience: Audience::People,
            body: SignalBody::Whisper {
                readers: [agent, actor.user_id.clone()],
                id: entry.id.0.clone(),
                conversation_id: id.clone(),
                from: actor.name.clone(),
                text: entry.text.clone(),
                at: entry.at,
            },
        });
        Ok(entry)
    }

    /// Takes the conversation from whoever has it. One commit: there is no moment without an owner, and of two who try, the second
    /// takes it from the first.
    pub async fn take_over(&self, actor: &Actor, id: &ConversationId, reason: &str) -> Result<Conversation> {
        let taken = self.decide(&actor.tenant_id, id, |draft| {
            let before = draft.conversation.owner.agent_id().cloned();
            let (agent_id, agent_name) = (actor.user_id.clone(), actor.name.clone());
            draft.apply(Move::TakeOver { agent_id, agent_name }, actor.author())?;
            draft.overseen(self.oversight(actor, OversightKind::TakeOver, before, Some(id.clone()), reason));
            Ok(())
        });
        match taken.await {
            Ok(entry) => conversation_of(&entry).map(|c| (**c).clone()).ok_or(EngineError::Conflict),
            Err(EngineError::Move(MoveError::Already)) => Ok(qn_store::conversation::get(&self.db, &actor.tenant_id, id).await?),
            Err(error) => Err(error),
        }
    }

    /// Sets a colleague's state; they may change it again. Who did is in the record of presence, why in the entry.
    pub async fn force_presence(&self, actor: &Actor, user_id: &UserId, presence: Presence, reason: &str) -> Result<()> {
        let mut entry = self.oversight(actor, OversightKind::ForceState, Some(user_id.clone()), None, reason);
        entry.state = Some(presence.as_str().to_owned());
        qn_store::oversight::force_presence(&self.db, &entry, user_id, presence).await?;
        let chosen = Chosen { presence, reason: None, caused_by: Some(actor.user_id.clone()) };
        self.choose_presence(&actor.tenant_id, user_id, chosen).await
    }

    pub(crate) fn oversight(
        &self,
        actor: &Actor,
        kind: OversightKind,
        user_id: Option<UserId>,
        conversation_id: Option<ConversationId>,
        text: &str,
    ) -> Oversight {
        let at = self.now();
        Oversight {
            id: OversightId::fresh(at),
            tenant_id: actor.tenant_id.clone(),
            kind,
            actor_id: actor.user_id.clone(),
            actor_name: actor.name.clone(),
            user_id,
            conversation_id,
            text: text.to_owned(),
            state: None,
            at,
        }
    }
}
