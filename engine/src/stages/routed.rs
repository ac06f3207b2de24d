//! Who answers: nobody new (a person has it), the bot, a flow, or a person. Pure.

use crate::flows::turn::Turn;
use crate::inbound::InboundMessage;
use crate::stages::next_step;
use crate::stages::threaded::Threaded;
use crate::stages::understood::{ACT_MIN, Taught, Understood};
use qn_domain::{HandoffReason, Owner, Status};
use qn_knowledge::Answer;
use qn_nlu::Act;
use serde::Serialize;

/// Misses in a row that hand over.
const MISSES_MAX: u32 = 2;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "to", content = "why", rename_all = "snake_case")]
pub(crate) enum Route {
    /// A person has it or it waits for one: only recorded and shown.
    Owner,
    Bot,
    /// A flow has it: it answers a question of one, or begins one.
    Flow,
    Person(HandoffReason),
    /// A person is wanted, and the rules leave everything to the bot until people are back.
    Away,
}

pub(crate) fn decide(message: &InboundMessage, threaded: &Threaded, understood: &Understood) -> Route {
    match wanted(message, threaded, understood) {
        // The bot says nothing there that would tell when people are back.
        Route::Person(reason) if understood.bot_only && reason != HandoffReason::BotOff && message.quiet.is_none() => Route::Away,
        route => route,
    }
}

fn wanted(message: &InboundMessage, threaded: &Threaded, understood: &Understood) -> Route {
    let c = &threaded.conversation;
    let reopened = c.status == Status::Resolved;
    let with_people = !reopened && !matches!(c.owner, Owner::Bot);
    // 「人工」 may be one of the answers a flow offers, or in a flow's title.
    let pressed = || next_step::pressed(&c.bot, &message.content.text).is_some();
    let chosen = match understood.turn {
        Some(Turn::Answer { choice, .. }) => choice.is_some(),
        Some(Turn::Start { .. }) => pressed(),
        _ => false,
    };
    let asked = message.wants_person || (understood.understanding.is(Act::AskPerson, ACT_MIN) && !chosen);
    if with_people || threaded.wire.is_some() {
        return Route::Owner;
    }
    if asked {
        return Route::Person(HandoffReason::CustomerAsked);
    }
    if !message.inbox.bot_enabled || message.left.is_some() {
        return Route::Person(HandoffReason::BotOff);
    }
    if message.quiet.is_some() {
        return Route::Person(HandoffReason::AnsweredOften);
    }
    // A flow that is talking goes on; one that would only begin gives way to the rules.
    let begins = matches!(understood.turn, Some(Turn::Start { .. } | Turn::Busy { .. } | Turn::Clarify { .. }));
    if understood.people_first && (begins || !understood.turn.as_ref().is_some_and(Turn::is_flows)) {
        return Route::Person(HandoffReason::PeopleFirst);
    }
    if understood.turn.as_ref().is_some_and(Turn::is_flows) {
        return Route::Flow;
    }
    if understood.thought.taught == Some(Taught::FetchPerson) {
        return Route::Person(HandoffReason::Intent);
    }
    let misses = if reopened { 0 } else { c.bot.misses };
    // 「不对」 to 「您说的是 X 吗？」 is an answer.
    let not_helpful = understood.understanding.is(Act::NotHelpful, ACT_MIN) && understood.thought.product.is_none();
    let missed = matches!(understood.thought.answer, Some(Answer::None { .. })) || not_helpful;
    // Something the bot cannot read at all (only a picture) is a person's work.
    let has_files = !message.content.attachments.is_empty() || !message.lost_files.is_empty();
    let unreadable = message.content.text.trim().is_empty() && has_files;
    if unreadable || (missed && misses + 1 >= MISSES_MAX) {
        return Route::Person(HandoffReason::TwoMisses);
    }
    Route::Bot
}
