//! The stack of flows that talk in one conversation, innermost last. Pure. A flow stands on it from the message that started it, or
//! its first question, until its run ends; its open question is there exactly as long as the customer may answer it.

use crate::draft::Draft;
use qn_domain::{ActiveFlow, BotState, Conversation, Effect, EffectKind, Status, Timestamp};
use serde_json::{Value, json};

/// More flows do not talk in one conversation.
pub(crate) const FLOWS_MAX: usize = 5;

/// The question that the customer's next words may answer.
pub(crate) fn open(bot: &BotState) -> Option<&ActiveFlow> {
    bot.flows.last().filter(|flow| flow.asks())
}

/// The innermost flow that goes on without a question to the customer.
pub(crate) fn at_work(bot: &BotState) -> Option<&ActiveFlow> {
    bot.flows.iter().rev().find(|flow| !flow.asks() && !flow.run_id.is_empty())
}

/// The run in whose flow's words the bot speaks now; empty for none.
pub(crate) fn speaks(bot: &BotState) -> &str {
    open(bot).or_else(|| at_work(bot)).map_or("", |flow| &flow.run_id)
}

pub(crate) fn has(bot: &BotState, flow_id: &str) -> bool {
    bot.flows.iter().any(|flow| flow.flow == flow_id)
}

/// A flow was started; its run is not known yet. False: there is no room.
pub(crate) fn start(bot: &mut BotState, id: &str, name: &str) -> bool {
    if bot.flows.len() >= FLOWS_MAX {
        return false;
    }
    bot.flows.push(ActiveFlow { flow: id.to_owned(), name: name.to_owned(), ..ActiveFlow::default() });
    true
}

/// The run of a flow that was started has a name now.
pub(crate) fn begin(bot: &mut BotState, flow_id: &str, run_id: &str) {
    if let Some(flow) = bot.flows.iter_mut().rev().find(|flow| flow.flow == flow_id && flow.run_id.is_empty()) {
        run_id.clone_into(&mut flow.run_id);
    }
}

/// Puts a question on top. False: there is no room.
pub(crate) fn ask(bot: &mut BotState, question: ActiveFlow) -> bool {
    let same = |flow: &ActiveFlow| flow.run_id == question.run_id && (flow.step == question.step || !flow.asks());
    let unnamed = |flow: &ActiveFlow| flow.run_id.is_empty() && flow.flow == question.flow;
    match bot.flows.iter().position(|flow| same(flow) || unnamed(flow)) {
        Some(at) => drop(bot.flows.remove(at)),
        None if bot.flows.len() >= FLOWS_MAX => return false,
        None => {}
    }
    bot.flows.push(question);
    true
}

/// The question of this step is no longer open. False: it was not.
pub(crate) fn close(bot: &mut BotState, run_id: &str, step: &str) -> bool {
    let Some(at) = bot.flows.iter().position(|flow| flow.run_id == run_id && flow.step == step && flow.asks()) else { return false };
    let others = bot.flows.iter().filter(|flow| flow.run_id == run_id).count() > 1;
    if others {
        bot.flows.remove(at);
    } else {
        bot.flows[at].close_question();
    }
    true
}

/// The run has ended, or was begun in vain. True when what is on top now is another question than before.
pub(crate) fn leave(bot: &mut BotState, is_it: impl Fn(&ActiveFlow) -> bool) -> bool {
    let was_on_top = bot.flows.last().is_some_and(&is_it);
    bot.flows.retain(|flow| !is_it(flow));
    was_on_top && open(bot).is_some()
}

/// The answer to an open question, for its run.
pub(crate) fn reply(flow: &ActiveFlow, outcome: &Value, now: Timestamp) -> Effect {
    Effect {
        kind: EffectKind::FlowReply,
        key: format!("flow_reply:{}/{}/{}", flow.run_id, flow.step, flow.attempt),
        payload: json!({"run_id": flow.run_id, "step": flow.step, "attempt": flow.attempt, "outcome": outcome}),
        due_at: now,
        trace: None,
    }
}

/// Where the bot has no say any more no question is open: its run hears that it will not be answered. Called before every commit.
pub(crate) fn settle(draft: &mut Draft) {
    if draft.conversation.bot_speaks() {
        return;
    }
    draft.conversation.bot.clarifying = None;
    if draft.conversation.bot.flows.is_empty() {
        return;
    }
    let message = why(&draft.conversation);
    let outcome = json!({"error": {"kind": "refused", "message": message}});
    let now = draft.now;
    for flow in std::mem::take(&mut draft.conversation.bot.flows).iter().filter(|flow| flow.asks()) {
        draft.effect(reply(flow, &outcome, now));
    }
}

fn why(c: &Conversation) -> &'static str {
    if c.status == Status::Resolved { "the conversation was resolved" } else { "a person has taken over" }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn question(run: &str, step: &str) -> ActiveFlow {
        ActiveFlow {
            run_id: run.into(),
            flow: format!("flow_{run}"),
            step: step.into(),
            attempt: 1,
            text: "?".into(),
            ..ActiveFlow::default()
        }
    }

    fn shown(bot: &BotState) -> Vec<String> {
        bot.flows.iter().map(|f| format!("{}:{}", f.run_id, f.step)).collect()
    }

    #[test]
    fn a_started_flow_gets_its_run_its_questions_and_leaves() {
        let mut bot = BotState::default();
        assert!(start(&mut bot, "flow_a", "退款"));
        assert!(open(&bot).is_none());
        assert!(ask(&mut bot, question("a", "order")), "a question may be faster than the name of its run");
        begin(&mut bot, "flow_a", "a");
        assert_eq!(shown(&bot), ["a:order"]);
        assert!(close(&mut bot, "a", "order") && !close(&mut bot, "a", "order"));
        assert_eq!(shown(&bot), ["a:"], "it works on the answer, and the customer's words are no answer now");
        ask(&mut bot, question("a", "reason"));
        assert!(!leave(&mut bot, |f| f.run_id == "a"));
        assert!(bot.flows.is_empty());
    }

    #[test]
    fn the_lower_question_comes_back_when_the_upper_flow_leaves() {
        let mut bot = BotState::default();
        ask(&mut bot, question("a", "order"));
        start(&mut bot, "flow_b", "发票");
        assert!(open(&bot).is_none());
        begin(&mut bot, "flow_b", "b");
        ask(&mut bot, question("b", "title"));
        assert_eq!(shown(&bot), ["a:order", "b:title"]);
        assert!(leave(&mut bot, |f| f.run_id == "b"));
        assert_eq!(open(&bot).unwrap().step, "order");
    }

    #[test]
    fn branches_of_one_run_may_ask_at_once_and_there_is_an_end_to_it() {
        let mut bot = BotState::default();
        for step in ["1", "2", "3", "4", "5"] {
            assert!(ask(&mut bot, question("a", step)));
        }
        assert!(!ask(&mut bot, question("a", "6")) && !start(&mut bot, "x", "x"));
        assert!(ask(&mut bot, ActiveFlow { attempt: 2, ..question("a", "2") }), "asked again");
        assert_eq!(shown(&bot), ["a:1", "a:3", "a:4", "a:5", "a:2"]);
        assert!(close(&mut bot, "a", "4"));
        assert_eq!(shown(&bot), ["a:1", "a:3", "a:5", "a:2"]);
    }

    #[test]
    fn whoever_takes_over_closes_every_question_and_its_run_hears_of_it() {
        let mut c = Conversation::new("cnv_1".into(), "tnt_1".into(), "inb_1".into(), "con_1".into(), 5);
        ask(&mut c.bot, question("a", "order"));
        start(&mut c.bot, "flow_b", "发票");
        let mut draft = Draft::on(c, 5);
        settle(&mut draft);
        assert_eq!(draft.conversation.bot.flows.len(), 2, "the bot speaks");
        draft.conversation.bot.muted = true;
        settle(&mut draft);
        settle(&mut draft);
        let commit = draft.finish();
        assert!(commit.conversation.bot.flows.is_empty());
        let [effect] = commit.effects.as_slice() else { panic!("one question was open") };
        assert_eq!((effect.kind, effect.key.as_str()), (EffectKind::FlowReply, "flow_reply:a/order/1"));
        assert_eq!(effect.payload["outcome"]["error"]["kind"], "refused");
    }
}
