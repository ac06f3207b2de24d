//! What a turn means for the flows: an answer to the one that asks, a new one, a cancel, a question which is meant. Pure.

use super::reply::{ask, person, remember};
use crate::draft::Draft;
use crate::flows::Beside;
use crate::flows::stack;
use crate::flows::talk as flow_talk;
use crate::flows::turn::{NONE, Turn};
use crate::inbound::InboundMessage;
use qn_domain::{Author, Button, Clarifying, Content, Effect, EffectKind, MessageId, MessageKind, Repair};
use serde_json::{Value, json};

/// The flows have the message. What they say to it comes from their runs, later; only what needs no run is said now. `clarifying` is
/// what was asked about before.
pub(super) fn to_flows(draft: &mut Draft, message: &InboundMessage, turn: &Turn, clarifying: Option<&Clarifying>) {
    let language = draft.conversation.language;
    match turn {
        Turn::Answer { text, choice, said } => answered(draft, json!({"text": text, "choice": choice, "said": said})),
        Turn::Start { flow, name } => {
            let asked = clarifying.filter(|asked| asked.flows.iter().any(|(id, _)| id == flow));
            let by = asked.map(|asked| &asked.message_id);
            remember(&mut draft.conversation, &message.content.text);
            start(draft, message, (flow.as_str(), name.as_str()), by, None);
        }
        Turn::Cancel { then } => cancelled(draft, message, then.as_ref()),
        Turn::Repeat => {
            if let Some(question) = stack::open(&draft.conversation.bot).cloned() {
                let before = draft.repair(&question.run_id, Repair::Repeat, "");
                flow_talk::ask(draft, &question, &before);
            }
        }
        Turn::Busy { name } => {
            let run = draft.conversation.bot.flows.iter().find(|flow| flow.name == *name).map_or("", |flow| &flow.run_id);
            let text = draft.repair(run, Repair::Busy, name);
            bot_says(draft, text, vec![person(language)]);
        }
        Turn::Correct { run_id, name } => correct(draft, message, run_id, name),
        Turn::TooLate { run_id, name } => {
            let text = draft.repair(run_id, Repair::TooLate, name);
            bot_says(draft, text, vec![person(language)]);
        }
        Turn::Clarify { flows } => clarify(draft, message, flows),
        Turn::NoneMeant => {
            let text = draft.repair("", Repair::NoneMeant, "");
            bot_says(draft, text, vec![person(language)]);
            flow_talk::ask_again(draft);
        }
        Turn::Digression => {}
    }
}

pub(super) fn bot_says(draft: &mut Draft, text: String, buttons: Vec<Button>) {
    draft.message(MessageKind::Outgoing, Author::bot(), Content { buttons, ai: true, ..Content::text(text) });
}

/// The customer's message.
fn said_here(draft: &Draft) -> Option<MessageId> {
    draft.messages().iter().find(|m| m.kind == MessageKind::Incoming).map(|m| m.id.clone())
}

/// Which flow is meant; the one that is chosen begins with these words.
fn clarify(draft: &mut Draft, message: &InboundMessage, flows: &[(String, String)]) {
    remember(&mut draft.conversation, &message.content.text);
    let language = draft.conversation.language;
    draft.conversation.bot.clarifying = said_here(draft).map(|message_id| Clarifying { message_id, flows: flows.to_vec() });
    draft.conversation.bot.misses = 0;
    let none = ask(language.pick(NONE.0, NONE.1));
    let buttons = flows.iter().map(|(_, name)| ask(name)).chain([none, person(language)]).collect();
    let text = draft.repair("", Repair::Clarify, "");
    bot_says(draft, text, buttons);
}

fn answered(draft: &mut Draft, mut answer: serde_json::Value) {
    let Some(question) = stack::open(&draft.conversation.bot).cloned() else { return };
    let message_id = draft.messages().iter().find(|m| m.kind == MessageKind::Incoming).map(|m| m.id.clone());
    answer["message_id"] = json!(message_id);
    let outcome = json!({"ok": answer});
    let effect = stack::reply(&question, &outcome, draft.now);
    draft.effect(effect);
    stack::close(&mut draft.conversation.bot, &question.run_id, &question.step);
}

/// What is said to it follows from what the run can still do.
fn correct(draft: &mut Draft, message: &InboundMessage, run_id: &str, name: &str) {
    let Some(message_id) = said_here(draft) else { return };
    let payload = json!({"run_id": run_id, "name": name, "conversation_id": draft.conversation.id, "message_id": message_id,
        "said": message.content.text.trim()});
    let key = format!("flow_correct:{run_id}:{message_id}");
    draft.effect(Effect { kind: EffectKind::FlowCorrect, key, payload, due_at: draft.now, trace: None });
}

/// `by` is the message that it begins with, where that is not this one; `event` what it reads of why it begins.
fn start(draft: &mut Draft, message: &InboundMessage, (flow, name): (&str, &str), by: Option<&MessageId>, event: Option<Value>) {
    if !stack::start(&mut draft.conversation.bot, flow, name) {
        return;
    }
    draft.conversation.bot.misses = 0;
    let Some(message_id) = by.cloned().or_else(|| said_here(draft)) else { return };
    let mut payload = json!({"flow_id": flow, "name": name, "conversation_id": draft.conversation.id,
        "contact_id": message.contact_id, "message_id": message_id});
    if let Some(event) = event {
        payload["event"] = event;
    }
    let key = format!("flow_start:{message_id}");
    draft.effect(Effect { kind: EffectKind::FlowStart, key, payload, due_at: draft.now, trace: None });
}

/// Begins a run that says nothing to the customer: whoever answers the message still does.
pub(super) fn start_beside(draft: &mut Draft, message: &InboundMessage, flow: &Beside) {
    let message_id = draft.messages().iter().find(|m| m.kind == MessageKind::Incoming).map(|m| m.id.clone());
    let payload = json!({"flow_id": flow.flow, "name": flow.name, "conversation_id": draft.conversation.id,
        "contact_id": message.contact_id, "message_id": message_id, "beside": true});
    let key = format!("flow_start:{}:{}", message_id.map(|id| id.0).unwrap_or_default(), flow.flow);
    draft.effect(Effect { kind: EffectKind::FlowStart, key, payload, due_at: draft.now, trace: None });
}

/// The flow stops; what it did is taken back by its run, and what lies below is asked again, after the flow that begins `then`, if one does.
fn cancelled(draft: &mut Draft, message: &InboundMessage, then: Option<&(String, String)>) {
    let bot = &draft.conversation.bot;
    let Some(question) = stack::open(bot).or_else(|| stack::at_work(bot)).cloned() else { return };
    let payload = json!({"run_id": question.run_id, "conversation_id": draft.conversation.id});
    let key = format!("flow_cancel:{}", question.run_id);
    draft.effect(Effect { kind: EffectKind::FlowCancel, key, payload, due_at: draft.now, trace: None });
    stack::leave(&mut draft.conversation.bot, |flow| flow.run_id == question.run_id);
    if let Some((flow, name)) = then {
        let event = json!({"flow": question.flow, "name": question.name});
        return start(draft, message, (flow.as_str(), name.as_str()), None, Some(event));
    }
    let text = draft.repair(&question.run_id, Repair::Cancelled, &question.name);
    draft.message(MessageKind::Outgoing, Author::bot(), Content { ai: true, ..Content::text(text) });
    flow_talk::ask_again(draft);
}
