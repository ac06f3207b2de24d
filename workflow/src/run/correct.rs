//! A customer takes an earlier answer back: 「不对，订单号是 B2002」. The run goes back to that question with the new answer and walks the
//! flow from there again. What the outside has carried out since is not asked for again with the same words; with other words only
//! after the customer was told and agreed. Called by `hear`, `go` and `apply`.

use super::advance::{Refusal, Turn};
use super::apply::{compiled, find, visit};
use super::entry::Entry;
use super::event::StepError;
use super::state::{Answered, Open, Passed, Place, RunState, Token};
use crate::hash;
use crate::model::{ErrorKind, NEXT};
use crate::program::Program;
use crate::request::{Call, Desk, Request};
use serde_json::Value;
use std::sync::Arc;

/// Answers and steps that a run keeps for corrections. With more, the oldest answers can no longer be corrected.
const ANSWERED_MAX: usize = 20;
const PASSED_MAX: usize = 200;
/// Words of a choice as short as this say nothing.
const PART_CHARS_MIN: usize = 2;

/// By which a correction begins.
const MARKS: [&str; 22] = [
    "不对",
    "不是",
    "错了",
    "说错了",
    "我说错了",
    "搞错了",
    "弄错了",
    "写错了",
    "选错了",
    "更正",
    "改成",
    "改为",
    "应该是",
    "no",
    "sorry",
    "wrong",
    "actually",
    "i meant",
    "correction",
    "change",
    "that's wrong",
    "my mistake",
];
/// Between what is corrected and what it becomes.
const LINKS: [&str; 12] = ["应该是", "应当是", "改成", "改为", "是", "为", "should be", "is", "to", "was", ":", "："];

/// After a choice's words, meaning nothing.
const TAILS: [&str; 8] = ["那个吧", "那个", "这个", "那单", "这单", "那一单", "吧", " one"];

/// What stands in the way of asking the outside.
pub(super) enum Before {
    Nothing,
    /// It has carried this out already.
    Same(Passed),
    /// It has done this with other words.
    Other,
}

/// Keeps what a step that is left says about corrections to come.
pub(super) fn remember(program: &Program, state: &mut RunState, token: u32, entry: &Entry) -> Result<(), &'static str> {
    let Entry::Closed { port, output, save, sets, error: None, .. } = entry else { return Ok(()) };
    let node = compiled(program, state, token)?;
    let asks = node.spec.name == "ask" && port == NEXT;
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
    if let Some(request) = request.filter(|request| !matches!(**request, Request::Wait)) {
        let (inputs, acted) = (hash::short(&*request), acts(&request) && !node.action.only_reads());
        use_up(state, &step.node, &flow, None);
        let (port, output, save, sets) = (port.clone(), output.clone(), save.clone(), sets.clone());
        state.passed.push(Passed { step, flow, inputs, acted, port, output, save, sets, before: false });
    } else if let Entry::Closed { reused: true, .. } = entry {
        use_up(state, &step.node, &flow, Some(output));
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
fn use_up(state: &mut RunState, node: &str, flow: &str, output: Option<&Value>) {
    let fits = |p: &&mut Passed| p.before && p.step.node == node && p.flow == flow && output.is_none_or(|output| p.output == *output);
    if let Some(passed) = state.passed.iter_mut().find(fits) {
        passed.before = false;
    }
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
    let nothing = || Arc::new(Request::Ask { text: String::new(), choices: Vec::new(), values: Vec::new() });
    let open = Open { attempt: 0, request: request.unwrap_or_else(nothing), due_at: None, resting: true, agreed: None };
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
        Some(passed) => Before::Same(passed.clone()),
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
            (format!("「{title}」已经按您原来的回答办理过一次，不会自动撤销。要按新的回答再办一次吗？"), ["再办一次", "不用了"])
        } else {
            let text =
                format!("“{title}” was already carried out with your earlier answer and is not undone. Do it again with the new one?");
            (text, ["Do it again", "No"])
        };
        let choices = choices.map(str::to_owned).to_vec();
        let question = Arc::new(Request::Ask { text, choices, values: Vec::new() });
        let (at, step, inputs) = (self.moment.now, self.state.tokens[&token].step.to_string(), hash::short(&*request));
        let due_at = node.node.timeout_ms.map(|ms| at + ms.max(AGREED_MS_MIN));
        self.write(Entry::Opened { token, step, attempt, request: question, inputs, due_at, agreed: Some(request), at })
    }

    /// The customer's word on doing something again.
    pub(super) fn agree(&mut self, token: u32, open: &Open, reply: &Value) -> Result<(), Refusal> {
        let said = reply["text"].as_str().unwrap_or_default().trim();
        let yes = matches!(&*open.request, Request::Ask { choices, .. } if choices.first().is_some_and(|yes| yes == said) || said == "1");
        match &open.agreed {
            Some(request) if yes => self.open(token, open.attempt + 1, Arc::clone(request), None),
            _ => self.stumble(token, StepError::new(ErrorKind::Refused, "the customer does not want it done again"), 0),
        }
    }

    /// True: the words were no answer to this question but the correction of an earlier one.
    pub(super) fn corrects(&mut self, token: u32, open: &Open, reply: &Value) -> Result<bool, Refusal> {
        let said = reply["said"].as_str().or_else(|| reply["text"].as_str()).unwrap_or_default();
        let (Request::Ask { choices, .. }, Some(rest)) = (&*open.request, after_mark(said)) else { return Ok(false) };
        let Some((answered, words)) = self.earlier(token, rest, choices) else { return Ok(false) };
        let (step, back_to) = (self.state.tokens[&token].step.to_string(), self.state.answered[answered].step.to_string());
        self.write(Entry::Corrected { token, step, back_to, answered, said: said.to_owned(), at: self.moment.now })?;
        let decided = self.with_scene(token, |action, scene| action.correct(scene, &words))?;
        self.act_on(token, decided, 0)?;
        Ok(true)
    }

    /// Which earlier answer of the same frame is meant, and what it becomes: by what it is called, else by one of its choices.
    fn earlier(&self, token: u32, rest: &str, current: &[String]) -> Option<(usize, String)> {
        let frame = self.state.tokens.get(&token)?.frame;
        let flow = self.state.frames.get(&frame).and_then(|f| self.program.flow(&f.flow))?;
        let mine = || self.state.answered.iter().enumerate().rev().filter(|(_, answered)| answered.frame == frame);
        for (n, answered) in mine() {
            let called = flow.node(&answered.step.node).map(|node| node.action.called()).unwrap_or_default();
            let Some(value) = called.iter().find_map(|word| after_label(rest, word)) else { continue };
            return Some((n, one_of(choices(answered), &value).cloned().unwrap_or(value)));
        }
        if one_of(current, rest).is_some() {
            return None;
        }
        mine().find_map(|(n, answered)| one_of(choices(answered), rest).map(|choice| (n, choice.clone())))
    }
}

/// Whoever is asked has at least so long.
const AGREED_MS_MIN: i64 = 10 * 60_000;

fn choices(answered: &Answered) -> &[String] {
    match answered.request.as_deref() {
        Some(Request::Ask { choices, .. }) => choices,
        _ => &[],
    }
}

/// Whether these may be words of a correction; what they correct only the run knows.
pub fn begins_correction(said: &str) -> bool {
    after_mark(said).is_some()
}

/// What comes after 「不对，」; none without such a beginning, or with nothing after it.
fn after_mark(said: &str) -> Option<&str> {
    let whole = said.trim();
    let mut rest = whole;
    while let Some(after) = longest(rest, &MARKS) {
        rest = bare(after);
    }
    (rest.len() < whole.len() && !rest.is_empty()).then_some(rest)
}

/// What comes after the longest of these words.
fn longest<'t>(text: &'t str, words: &[&str]) -> Option<&'t str> {
    words.iter().filter_map(|word| after_word(text, word)).min_by_key(|after| after.len())
}

/// What comes after a word; a Latin one ends where its letters end.
fn after_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let after = text.get(..word.len()).filter(|start| start.eq_ignore_ascii_case(word)).and(text.get(word.len()..))?;
    let goes_on = word.is_ascii() && after.chars().next().is_some_and(|c| c.is_ascii_alphanumeric());
    (!goes_on).then_some(after)
}

fn bare(text: &str) -> &str {
    let text = text.trim_matches(|c: char| !c.is_alphanumeric());
    let text = ["啊", "哦", "了"].iter().find_map(|word| text.strip_prefix(word)).unwrap_or(text);
    let text = ["the ", "my ", "我的"].iter().find_map(|word| text.strip_prefix(word)).unwrap_or(text);
    text.trim_matches(|c: char| !c.is_alphanumeric())
}

/// What a named answer becomes; the name comes first, and something after it.
fn after_label(rest: &str, label: &str) -> Option<String> {
    let after = after_word(rest, label.trim())?.trim_start();
    let value = bare(longest(after, &LINKS).unwrap_or(after));
    (!value.is_empty()).then(|| value.to_owned())
}

/// The one choice that is said, or that holds what is said, or that what is said holds.
fn one_of<'c>(choices: &'c [String], said: &str) -> Option<&'c String> {
    let said = longest(said, &LINKS).unwrap_or(said).trim();
    let said = TAILS.iter().find_map(|tail| said.strip_suffix(tail)).unwrap_or(said).trim().to_lowercase();
    let same = |choice: &&String| choice.trim().to_lowercase() == said;
    let part = |choice: &&String| {
        let choice = choice.to_lowercase();
        let long = |text: &str| text.chars().count() >= PART_CHARS_MIN;
        (long(&said) && choice.contains(&said)) || (long(&choice) && said.contains(choice.as_str()))
    };
    if let Some(choice) = choices.iter().find(same) {
        return Some(choice);
    }
    let mut parts = choices.iter().filter(part);
    parts.next().filter(|_| parts.next().is_none())
}
