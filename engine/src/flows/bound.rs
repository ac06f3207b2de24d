//! Whole flows in the place of built-in repairs: a company lets them begin where the bot cannot handle a question or would give the customer
//! to a person. Whoever asks for a person a second time gets one.

use super::Book;
use super::stack::{self, FLOWS_MAX};
use super::turn::Turn;
use crate::stages::routed::Route;
use crate::stages::understood::{Taught, Understood};
use crate::{Engine, Result};
use qn_domain::{BotState, Bound, HandoffReason, TenantId};
use qn_knowledge::Answer;

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
            Bound::HandOff | Bound::CannotHandle => Ok(()),
        })
    }
}

/// The flow that begins instead of what was decided. Pure.
pub(crate) fn instead(route: Route, understood: &Understood, bot: &BotState, book: &Book) -> Option<Turn> {
    let bound = match route {
        Route::Person(HandoffReason::CustomerAsked | HandoffReason::Intent | HandoffReason::TwoMisses) if !bot.stood_in => Bound::HandOff,
        Route::Bot if cannot_handle(understood) && stack::open(bot).is_none() => Bound::CannotHandle,
        _ => return None,
    };
    let flow = book.find(understood.repairs.flows.get(&bound)?)?;
    let has_room = bot.flows.len() < FLOWS_MAX && !stack::has(bot, &flow.id);
    let name = flow.title(understood.understanding.language).to_owned();
    (flow.talks && has_room).then(|| Turn::Start { flow: flow.id.clone(), name })
}

/// All the bot could say is that it does not know.
fn cannot_handle(understood: &Understood) -> bool {
    let thought = &understood.thought;
    let says = thought.product.is_some() || matches!(thought.taught, Some(Taught::Say { .. })) || !thought.several.is_empty();
    understood.turn.is_none() && !says && matches!(thought.answer, Some(Answer::None { .. }))
}
