//! A person gives a conversation to a live flow: the bot has it again and the flow goes on with the customer, from the words that asked
//! for it. One commit, like a customer's own beginning; a repetition while it goes on changes nothing.

use super::{LiveFlow, stack};
use crate::agent::owned;
use crate::draft::Draft;
use crate::threads::conversation_of;
use crate::{Actor, Engine, EngineError, Result};
use qn_domain::{Conversation, ConversationId, Effect, EffectKind, Message, MessageId, MessageKind, Move, MoveError, Status};
use qn_workflow::trigger::Trigger;
use serde_json::json;

impl Engine {
    /// Only flows that a customer could begin, where the bot may speak. `message_id` is the customer's message it begins with.
    pub async fn begin_flow(
        &self,
        actor: &Actor,
        id: &ConversationId,
        flow_id: &str,
        message_id: Option<&MessageId>,
    ) -> Result<Conversation> {
        let tenant_id = &actor.tenant_id;
        let known = qn_store::conversation::get(&self.db, tenant_id, id).await?;
        let flow = self.live_flow(tenant_id, flow_id).await?;
        let is_for_customers = flow.talks && flow.begins.trigger == Trigger::Message;
        if !is_for_customers || !self.inbox(tenant_id, &known.inbox_id).await?.bot_enabled {
            return Err(EngineError::not_found("live flow", flow_id));
        }
        let words = match message_id {
            Some(message_id) => Some(self.words_of_customer(actor, id, message_id).await?),
            None => None,
        };
        match self.decide(tenant_id, id, |draft| give(draft, actor, &flow, words.as_ref())).await {
            Ok(entry) => conversation_of(&entry).map(|after| (**after).clone()).ok_or(EngineError::Conflict),
            Err(EngineError::Move(MoveError::Already)) => Ok(qn_store::conversation::get(&self.db, tenant_id, id).await?),
            Err(error) => Err(error),
        }
    }

    async fn words_of_customer(&self, actor: &Actor, id: &ConversationId, message_id: &MessageId) -> Result<Message> {
        let found = qn_store::message::find(&self.db, &actor.tenant_id, message_id).await?;
        let is_theirs = |m: &Message| m.conversation_id == *id && m.kind == MessageKind::Incoming && m.recalled_at.is_none();
        found.filter(is_theirs).ok_or_else(|| EngineError::not_found("message", message_id))
    }
}

fn give(draft: &mut Draft, actor: &Actor, flow: &LiveFlow, words: Option<&Message>) -> Result<()> {
    owned(draft, actor)?;
    if draft.conversation.bot_speaks() {
        if stack::has(&draft.conversation.bot, &flow.id) {
            return Err(MoveError::Already.into());
        }
    } else {
        draft.apply(Move::ReturnToBot, actor.author())?;
        // What a person is told was wished, should it fail.
        draft.conversation.bot.asked.extend(words.map(|m| qn_base::text::line(&m.content.text, 200)));
    }
    if matches!(draft.conversation.status, Status::Pending | Status::Snoozed) {
        draft.apply(Move::Wake, actor.author())?;
    }
    let name = flow.title(draft.conversation.language).to_owned();
    if !stack::start(&mut draft.conversation.bot, &flow.id, &name) {
        return Err(MoveError::TooMany.into());
    }
    let c = &draft.conversation;
    let payload = json!({"flow_id": flow.id, "name": name, "conversation_id": c.id, "contact_id": c.contact_id,
        "message_id": words.map(|m| &m.id), "by_hand": true});
    let key = format!("flow_by_hand:{}:{}:{}", c.id, c.version, flow.id);
    let due_at = draft.now;
    draft.effect(Effect { kind: EffectKind::FlowStart, key, payload, due_at, trace: None });
    Ok(())
}
