//! Whole flows in the place of built-in repairs: a company lets them begin where a question is not answered, several flows may be meant, a
//! flow was stopped by the customer, the bot cannot handle a question or would give the customer to a person. Whoever asks for a person a
//! second time gets one, and a flow that is at work already is not begun once more.

use super::stack::{self, FLOWS_MAX};
use super::turn::Turn;
use super::{Book, LiveFlow};
use crate::draft::Draft;
use crate::stages::routed::Route;
use crate::stages::understood::{Taught, Understood};
use crate::{Engine, Result};
use qn_domain::{ActiveFlow, BotState, Bound, Effect, EffectKind, HandoffReason, Repairs, TenantId};
use qn_knowledge::Answer;
use serde_json::json;

/// Why a flow cannot be bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unbindable {
    NotLive,
    /// It must be given something that no message gives.
    NeedsInput,
    /// It says nothing to the customer.
    Silent,
    /// It gives the conversation to nobody.
    FetchesNobody,
}

impl Engine {
    /// Whether this flow may take the place of words.
    pub async fn may_bind(&self, tenant_id: &TenantId, bound: Bound, flow_id: &str) -> Result<std::result::Result<(), Unbindable>> {
        let book = self.read_book(tenant_id).await?;
        let Some(flow) = book.find(flow_id) else { return Ok(Err(Unbindable::NotLive)) };
        Ok(match bound {
            _ if flow.inputs.iter().any(|input| input.default.is_none()) => Err(Unbindable::NeedsInput),
            _ if !flow.talks => Err(Unbindable::Silent),
            Bound::HandOff if !flow.fetches => Err(Unbindable::FetchesNobody),
            Bound::HandOff | Bound::CannotHandle | Bound::Silence | Bound::Clarify | Bound::Cancelled => Ok(()),
        })
    }
}

/// The flow that begins instead of what was decided. Pure.
pub(crate) fn instead(route: Route, understood: &Understood, bot: &BotState, book: &Book) -> Option<Turn> {
    let bound = match (route, &understood.turn) {
        (Route::Person(HandoffReason::CustomerAsked | HandoffReason::Intent | HandoffReason::TwoMisses), _) if !bot.stood_in => {
            Bound::HandOff
        }
        (Route::Bot, _) if cannot_handle(understood) && stack::open(bot).is_none() => Bound::CannotHandle,
        (Route::Flow, Some(Turn::Clarify { .. })) => Bound::Clarify,
        (Route::Flow, Some(Turn::Cancel { .. })) => Bound::Cancelled,
        _ => return None,
    };
    let flow = find(bound, &understood.repairs, bot, book)?;
    let (id, name) = (flow.id.clone(), flow.title(understood.understanding.language).to_owned());
    Some(if bound == Bound::Cancelled { Turn::Cancel { then: Some((id, name)) } } else { Turn::Start { flow: id, name } })
}

/// The flow for this, if it can begin now. The one that is stopped leaves room.
fn find<'b>(bound: Bound, repairs: &Repairs, bot: &BotState, book: &'b Book) -> Option<&'b LiveFlow> {
    let flow = book.find(repairs.flows.get(&bound)?)?;
    let has_room = bound == Bound::Cancelled || bot.flows.len() < FLOWS_MAX;
    (flow.talks && has_room && !stack::has(bot, &flow.id)).then_some(flow)
}

/// The flow that begins where a question was not answered for a while; it reads of it in `context.event`. The question is asked again when
/// it has ended. `key` names this silence. False: none is to begin, or none can.
pub(super) fn follow_silence(draft: &mut Draft, question: &ActiveFlow, book: &Book, key: &str) -> bool {
    let Some(flow) = find(Bound::Silence, &draft.repairs, &draft.conversation.bot, book) else { return false };
    let name = flow.title(draft.conversation.language).to_owned();
    if !stack::start(&mut draft.conversation.bot, &flow.id, &name) {
        return false;
    }
    let c = &draft.conversation;
    let event = json!({"flow": question.flow, "name": question.name, "question": question.text});
    let payload = json!({"flow_id": flow.id, "name": name, "conversation_id": c.id, "contact_id": c.contact_id, "event": event,
        "by_hand": true});
    let effect = Effect { kind: EffectKind::FlowStart, key: format!("flow_start:{key}"), payload, due_at: draft.now, trace: None };
    draft.effect(effect);
    true
}

/// All the bot could say is that it does not know.
fn cannot_handle(understood: &Understood) -> bool {
    let thought = &understood.thought;
    let says = thought.product.is_some() || matches!(thought.taught, Some(Taught::Say { .. })) || !thought.several.is_empty();
    understood.turn.is_none() && !says && matches!(thought.answer, Some(Answer::None { .. }))
}
