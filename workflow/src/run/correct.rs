//! A customer takes an earlier answer back: 「不对，订单号是 B2002」. The run goes back to that question with the new answer and walks the
//! flow from there again. What the outside has carried out since is not asked for again with the same words; with other words only
//! after the customer was told and agreed. Called by `hear`, `go` and `apply`.

use super::advance::{Refusal, Turn};
use super::apply::{compiled, find, visit};
use super::entry::Entry;
use super::event::StepError;
use super::state::{Answered, Open, Passed, Place, RunState, Token};
use super::words::{after_label, after_mark, another, is_called, one_of};
use crate::choice;
use crate::context::NAMED;
use crate::hash;
use crate::model::{ErrorKind, NEXT, TIMEOUT};
use crate::program::Program;
use crate::request::{Call, Desk, Request};
use serde_json::{Value, json};
use std::sync::Arc;

/// Answers and steps that a run keeps for corrections. With more, the oldest answers can no longer be corrected.
const ANSWERED_MAX: usize = 20;
const PASSED_MAX: usize = 200;
/// Whoever is asked whether to do something again has at least so long, and is asked so often.
const AGREED_MS_MIN: i64 = 10 * 60_000;
const AGREED_TRIES: u32 = 3;
/// What stands in the way of asking the outside.
pub(super) enum Before {
    Nothing,
    /// It has carried this out already.
    Same(Box<Passed>),
    /// It has done this with other words.
    Other,
}

/// Keeps what a step that is left says about corrections to come.
pub(super) fn remember(program: &Program, state: &mut RunState, token: u32, entry: &Entry) -> Result<(), &'static str> {
    let Entry::Closed { port, output, save, sets, error: None, .. } = entry else { return Ok(()) };
    let node = compiled(program, state, token)?;
    let asks = node.spec.name == "ask" && port == NEXT;
    let reads = node.action.only_reads();
    // Silence, or words that were none of it, are nothing to keep: whoever is asked then is asked again.
    let told = asks || (node.spec.name != "ask" && port != TIMEOUT);
    if state.answered.is_empty() && !asks {
        return Ok(());
    }
    let Token { frame, step, place } = find(state, token)?.clone();
    let home = state.frames.get(&frame).ok_or("an unknown frame")?;
    let (vars, flow) = (home.vars.clone(), home.flow.clone());
    let request = if let Place::Open(open) = place { Some(open.request) } else { None };
    if let (true, Some(save)) = (asks, save) {
        // Its own record, which follows, is no part of what a correction compares with.
        let (save, passed, request) = (save.clone(), state.passed.len() + usize::from(request.is_some()), request.clone());
        state.answered.push(Answered { step: step.clone(), frame, save, request, vars, passed });
    }
    if let Some(request) = request.filter(|request| told && !request.is_pause() && !request.is_proof()) {
        let (inputs, acted) = (hash::short(&*request), acts(&request) && !reads);
        use_up(state, &step.node, &flow, None);
        let (port, output, save, sets) = (port.clone(), output.clone(), save.clone(), sets.clone());
        state.passed.push(Passed { step, flow, inputs, acted, port, output, save, sets, before: false });
    } else if let (Entry::Closed { reused: true, .. }, Some(used)) = (entry, use_up(state, &step.node, &flow, Some(output))) {
        // As if it had been done now: the next correction compares with it again.
        state.passed.push(Passed { step, ..used });
    }
    if state.answered.len() > ANSWERED_MAX || state.passed.len() > PASSED_MAX {
        (state.answered, state.passed) = (Vec::new(), Vec::new());
    }
    Ok(())
}

/// Whether it changes something outside of the house.
fn acts(request: &Request) -> bool {
    match request {
        Request::Call(Call { method, .. }) => !matches!(method.as_str(), "GET" | "HEAD"),
        Request::Connect(_) | Request::Desk(Desk::OpenTicket(_) | Desk::UpdateTicket(_) | Desk::Emit { .. }) => true,
        _ => false,
    }
}

/// What this visit was compared with is compared with no other: the one that gave `output`, else any of the node.
fn use_up(state: &mut RunState, node: &str, flow: &str, output: Option<&Value>) -> Option<Passed> {
    let fits = |p: &&mut Passed| p.before && p.step.node == node && p.flow == flow && output.is_none_or(|output| p.output == *output);
    let passed = state.passed.iter_mut().find(fits)?;
    passed.before = false;
    Some(passed.clone())
}

/// The token goes back to a question, before its answer.
pub(super) fn back(state: &mut RunState, token: u32, answered: usize) -> Result<Vec<u32>, &'static str> {
    if answered >= state.answered.len() {
        return Err("no such answer");
    }
    let kept = state.answered.drain(answered..).next().ok_or("no such answer")?;
    let Answered { step, frame, request, vars, passed, .. } = kept;
    let home = state.frames.get_mut(&frame).ok_or("an unknown frame")?;
    home.vars = vars;
    let path = home.path.clone();
    let step = visit(state, frame, &step.node);
    for passed in state.passed.iter_mut().skip(passed).filter(|p| p.step.path.starts_with(&path)) {
        passed.before = true;
    }
    let nothing = || {
        Arc::new(Request::Ask { text: String::new(), choices: Vec::new(), values: Vec::new(), optional: false, secret: false, again: None })
    };
    let open = Open { attempt: 0, request: request.unwrap_or_else(nothing), due_at: None, resting: true, doubt: false, agreed: None };
    state.tokens.insert(token, Token { frame, step, place: Place::Open(open) });
    Ok(vec![])
}

/// What was asked of the outside at this node before the customer's correction.
pub(super) fn before(state: &RunState, token: u32, request: &Request) -> Before {
    let Some(Token { frame, step, .. }) = state.tokens.get(&token) else { return Before::Nothing };
    let Some(flow) = state.frames.get(frame).map(|f| &f.flow) else { return Before::Nothing };
    let mut earlier = state.passed.iter().filter(|p| p.before && p.step.node == step.node && p.flow == *flow).peekable();
    if earlier.peek().is_none() {
        return Before::Nothing;
    }
    let inputs = hash::short(request);
    match earlier.clone().find(|p| p.inputs == inputs) {
        Some(passed) => Before::Same(Box::new(passed.clone())),
        None if earlier.any(|p| p.acted) => Before::Other,
        None => Before::Nothing,
    }
}

impl Turn<'_> {
    /// Asks whether to do it again with what is known now.
    pub(super) fn open_agreed(&mut self, token: u32, attempt: u32, request: Arc<Request>) -> Result<(), Refusal> {
        let node = compiled(self.program, &self.state, token).map_err(|reason| self.corrupt(reason))?;
        let title = if node.node.title.is_empty() { &node.node.id } else { &node.node.title };
        let zh = self.state.context.pointer("/conversation/language").and_then(Value::as_str) != Some("en");
        let (text, choices) = if zh {
            (format!("「{title}」已经按您原来的回答办理过一次，不会自动撤销。要按新的回答再办一次吗？"), ["是的，再办一次", "不用了"])
        } else {
            let text =
                format!("“{title}” was already carried out with your earlier answer and is not undone. Do it again with the new one?");
            (text, ["Yes, do it again", "No"])
        };
        let choices = choices.map(str::to_owned).to_vec();
        let question =
            Arc::new(Request::Ask { text, choices, values: Vec::new(), optional: false, secret: false, again: Some(title.clone()) });
        let (at, step, inputs) = (self.moment.now, self.state.tokens[&token].step.to_string(), hash::short(&*request));
        let due_at = node.node.timeout_ms.map(|ms| at + ms.max(AGREED_MS_MIN));
        self.write(Entry::Opened { token, step, attempt, request: question, inputs, due_at, agreed: Some(request), at })
    }

    /// The customer's word on doing something again. What is neither yes nor no is asked again, and in the end is no.
    pub(super) fn agree(&mut self, token: u32, open: &Open, reply: &Value) -> Result<(), Refusal> {
        let said = reply["text"].as_str().unwrap_or_default().trim();
        let (Request::Ask { choices, .. }, Some(request)) = (&*open.request, &open.agreed) else {
            return Err(self.corrupt("nothing to agree to"));
        };
        let choice = choice::meant(choices, said).and_then(|n| choices.get(n)).or_else(|| one_of(choices, said));
        let (attempt, request) = (open.attempt + 1, Arc::clone(request));
        match choice {
            Some(choice) if choices.first() == Some(choice) => self.open(token, attempt, request, None),
            None if open.attempt < AGREED_TRIES => self.open_agreed(token, attempt, request),
            _ => {
                self.stumble(token, StepError::new(ErrorKind::Refused, "the customer does not want it done again").zh("客户不需要重做"), 0)
            }
        }
    }

    /// True: the words were no answer to this question but the correction of an earlier one.
    pub(super) fn corrects(&mut self, token: u32, open: &Open, reply: &Value) -> Result<bool, Refusal> {
        let said = reply["said"].as_str().or_else(|| reply["text"].as_str()).unwrap_or_default();
        let (Request::Ask { choices, .. }, Some(rest)) = (&*open.request, after_mark(said)) else { return Ok(false) };
        let frame = self.state.tokens[&token].frame;
        let Some((answered, words)) = earlier(self.program, &self.state, frame, rest, choices) else { return Ok(false) };
        self.take_back(token, answered, words, reply)?;
        Ok(true)
    }

    /// The token goes back to that question, with the new words as its answer; without any it is asked again.
    pub(super) fn take_back(&mut self, token: u32, answered: usize, words: Option<String>, reply: &Value) -> Result<(), Refusal> {
        let said = reply["said"].as_str().or_else(|| reply["text"].as_str()).unwrap_or_default().to_owned();
        self.note_named_again(token, answered, reply)?;
        let (step, back_to) = (self.state.tokens[&token].step.to_string(), self.state.answered[answered].step.to_string());
        self.write(Entry::Corrected { token, step, back_to, answered, said, at: self.moment.now })?;
        let words = json!({"text": words, (NAMED): reply[NAMED]});
        let decided = self.with_scene(token, |action, scene| action.correct(scene, &words))?;
        self.act_on(token, decided, 0)
    }
}

/// Which earlier answer of the same frame is meant, and what it becomes: by what it is called, else by one of its choices. 「换另一单」
/// says which and not what.
pub(super) fn earlier(program: &Program, state: &RunState, frame: u32, rest: &str, current: &[String]) -> Option<(usize, Option<String>)> {
    let flow = state.frames.get(&frame).and_then(|f| program.flow(&f.flow))?;
    let mine = || state.answered.iter().enumerate().rev().filter(|(_, answered)| answered.frame == frame);
    let called = |answered: &Answered| flow.node(&answered.step.node).map(|node| node.action.called()).unwrap_or_default();
    for (n, answered) in mine() {
        let Some(value) = called(answered).iter().find_map(|word| after_label(rest, word)) else { continue };
        return Some((n, Some(one_of(choices(answered), &value).cloned().unwrap_or(value))));
    }
    if one_of(current, rest).is_some() {
        return None;
    }
    let chosen = mine().find_map(|(n, answered)| one_of(choices(answered), rest).map(|choice| (n, Some(choice.clone()))));
    let other = || {
        let what = another(rest)?;
        mine().find(|(_, answered)| called(answered).iter().any(|word| is_called(what, word))).map(|(n, _)| (n, None))
    };
    chosen.or_else(other)
}

fn choices(answered: &Answered) -> &[String] {
    match answered.request.as_deref() {
        Some(Request::Ask { choices, .. }) => choices,
        _ => &[],
    }
}
