//! The simulated world: who is asked and has not answered, a clock that jumps to the next timer, a conversation that is only text.

use super::outside::{self, Answer};
use super::{ENTRIES_MAX, EVENTS_MAX, Line, RUN, Script, Speaker, Waiting};
use crate::context::NAMED;
use crate::model::Happening;
use crate::program::Program;
use crate::request::Request;
use crate::run::{Correctable, Entry, Event, Moment, Open, Place, Refusal, RunState, Shared, Status, advance_knowing, correctable};
use crate::wording;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(super) struct World<'a> {
    program: &'a Program,
    script: &'a Script,
    pub state: RunState,
    pub journal: Vec<Entry>,
    pub now: i64,
    pub lines: Vec<Line>,
    pub events: usize,
    pub unheard: Vec<usize>,
    /// Answers of each node that are used up.
    used: BTreeMap<String, usize>,
    happened: usize,
    /// Asked and told that there will be no answer.
    silent: BTreeSet<(String, u32)>,
    /// Questions and words that stand in the conversation already.
    said: BTreeSet<(String, u32)>,
    /// The wording of each node that was said last.
    worded: BTreeMap<String, usize>,
}

/// Somebody outside who was asked.
struct Asked {
    step: String,
    node: String,
    open: Open,
}

impl<'a> World<'a> {
    pub fn new(program: &'a Program, script: &'a Script) -> Self {
        Self {
            program,
            script,
            state: RunState::new(RUN),
            journal: Vec::new(),
            now: script.begins_at,
            lines: Vec::new(),
            events: 0,
            unheard: Vec::new(),
            used: BTreeMap::new(),
            happened: 0,
            silent: BTreeSet::new(),
            said: BTreeSet::new(),
            worded: BTreeMap::new(),
        }
    }

    /// Until the run is over, waits for what the script does not say, or has done as many steps as it may.
    pub fn play(&mut self) -> Result<(), Refusal> {
        let most = self.script.events_max.unwrap_or(EVENTS_MAX).min(EVENTS_MAX);
        if most == 0 {
            return Ok(());
        }
        if let Some(text) = self.script.context.message.text.clone() {
            self.line(Speaker::Customer, text, Vec::new());
        }
        self.take(Event::Start { input: self.script.input.clone(), context: Box::new(self.script.context.clone()) })?;
        while self.events < most && self.journal.len() < ENTRIES_MAX && self.state.status == Status::Running {
            if !self.next()? {
                break;
            }
        }
        if self.state.status.is_final() {
            self.unheard.extend(self.happened..self.script.happens.len());
        }
        Ok(())
    }

    pub fn waits(&self) -> Vec<Waiting> {
        let open = self.open().into_iter();
        open.map(|Asked { step, node, open }| Waiting { step, node, request: (*open.request).clone(), due_at: open.due_at }).collect()
    }

    /// One thing happens. False when nothing can.
    fn next(&mut self) -> Result<bool, Refusal> {
        for asked in self.open().iter().filter(|a| !a.open.resting && a.open.request.leaves_the_house()) {
            if let Some(outcome) = self.answer(asked) {
                self.reply(asked, outcome)?;
                return Ok(true);
            }
        }
        if let Some(happening) = self.script.happens.get(self.happened) {
            self.happened += usize::from(self.happen(happening)?);
            return Ok(true);
        }
        self.jump(None)
    }

    fn answer(&mut self, asked: &Asked) -> Option<crate::run::Outcome> {
        let attempt = (asked.step.clone(), asked.open.attempt);
        if self.silent.contains(&attempt) {
            return None;
        }
        let request = &*asked.open.request;
        let used = self.used.entry(asked.node.clone()).or_default();
        let listed = self.script.answers.get(&asked.node).and_then(|answers| answers.get(*used));
        let Some(given) = listed.or_else(|| self.script.pins.get(&asked.node)) else { return outside::obvious(request) };
        *used += usize::from(listed.is_some());
        match outside::read(request, given) {
            Answer::Comes(outcome) => Some(outcome),
            Answer::Never => {
                self.silent.insert(attempt);
                None
            }
        }
    }

    fn reply(&mut self, asked: &Asked, mut outcome: crate::run::Outcome) -> Result<(), Refusal> {
        if let (Request::Ask { choices, .. }, Ok(words)) = (&*asked.open.request, &mut outcome) {
            let text = words["text"].as_str().unwrap_or_default().to_owned();
            // A choice that was tapped names nothing.
            let named = self.script.names.get(&text).filter(|_| words[NAMED].is_null() && !choices.contains(&text));
            if let (Some(named), Some(answer)) = (named, words.as_object_mut()) {
                answer.insert(NAMED.to_owned(), json!(named));
            }
            self.line(Speaker::Customer, text, Vec::new());
        }
        self.take(Event::Reply { step: asked.step.clone(), attempt: asked.open.attempt, outcome, took_ms: 0 })
    }

    /// False when time passed instead: something else comes before it.
    fn happen(&mut self, happening: &Happening) -> Result<bool, Refusal> {
        let number = self.happened;
        match happening {
            Happening::Says { text } => {
                let asked = self.open().into_iter().find(|a| matches!(&*a.open.request, Request::Ask { .. }) && !a.open.resting);
                match asked {
                    Some(asked) => self.reply(&asked, Ok(json!({"text": text})))?,
                    None if correctable(self.program, &self.state, text) == Correctable::Now => {
                        self.line(Speaker::Customer, text.clone(), Vec::new());
                        let reply = json!({"text": text, (NAMED): self.script.names.get(text)});
                        self.take(Event::Correct { id: format!("s{number}"), reply })?;
                    }
                    // Something else may have to pass before the customer is asked.
                    None if self.jump(None)? => return Ok(false),
                    None => {
                        self.line(Speaker::Customer, text.clone(), Vec::new());
                        self.unheard.push(number);
                    }
                }
            }
            Happening::Answers { node, answer } => {
                let asked = self.open().into_iter().find(|a| a.node == *node && !a.open.resting && a.open.request.leaves_the_house());
                match asked {
                    Some(asked) => match outside::read(&asked.open.request, answer) {
                        Answer::Comes(outcome) => self.reply(&asked, outcome)?,
                        Answer::Never => drop(self.silent.insert((asked.step, asked.open.attempt))),
                    },
                    None if self.jump(None)? => return Ok(false),
                    None => self.unheard.push(number),
                }
            }
            Happening::Signal { name, payload } => {
                let id = format!("s{number}");
                self.take(Event::Signal { id, name: name.clone(), payload: payload.clone(), step: None })?;
            }
            Happening::Passes { ms } => {
                let until = self.now.saturating_add((*ms).max(0));
                while self.state.status == Status::Running && self.events < EVENTS_MAX && self.jump(Some(until))? {}
                self.now = self.now.max(until);
            }
            Happening::Deadline => {
                let frames = self.frames_due().map(|(_, due_at)| due_at);
                let due = self.open().into_iter().filter_map(|a| a.open.due_at).chain(frames).min();
                if !self.jump(Some(due.unwrap_or(self.now)))? {
                    self.unheard.push(number);
                }
            }
            Happening::Cancel => self.take(Event::Cancel { reason: "cancelled".to_owned() })?,
        }
        Ok(true)
    }

    /// To the next timer, up to `until`; without it only to one that is not a deadline of somebody who may still answer.
    fn jump(&mut self, until: Option<i64>) -> Result<bool, Refusal> {
        let open = self.open();
        let earliest = open.iter().filter_map(|a| a.open.due_at).min();
        if let Some((step, due_at)) = self.frames_due().filter(|(_, at)| earliest.is_none_or(|due_at| *at <= due_at)) {
            // Somebody in there may still answer.
            let may = |a: &Asked| !a.open.resting && !a.open.request.is_pause() && !self.silent.contains(&(a.step.clone(), a.open.attempt));
            let allowed = until.map_or_else(|| !open.iter().any(may), |until| due_at <= until);
            if allowed {
                self.now = self.now.max(due_at);
                self.take(Event::Due { step })?;
            }
            return Ok(allowed);
        }
        let Some(first) = open.iter().filter(|a| a.open.due_at.is_some()).min_by_key(|a| a.open.due_at) else { return Ok(false) };
        let due_at = first.open.due_at.unwrap_or(self.now);
        let own = first.open.resting || first.open.request.is_pause();
        let allowed = match until {
            Some(until) => due_at <= until,
            None => own || self.silent.contains(&(first.step.clone(), first.open.attempt)),
        };
        if !allowed {
            return Ok(false);
        }
        self.now = self.now.max(due_at);
        self.take(Event::Due { step: first.step.clone() })?;
        Ok(true)
    }

    /// The loop, branches or sub-flow that has its time first.
    fn frames_due(&self) -> Option<(String, i64)> {
        let due = self.state.tokens.values().filter_map(|token| match token.place {
            Place::Split { due_at: Some(due_at), .. } => Some((token.step.to_string(), due_at)),
            _ => None,
        });
        due.min_by_key(|(_, due_at)| *due_at)
    }

    fn take(&mut self, event: Event) -> Result<(), Refusal> {
        self.events += 1;
        let mut event = event;
        loop {
            let moment = Moment { now: self.now, random: u32::MAX / 2 };
            // Nobody else is there: what the run sets is what is kept.
            let known = if matches!(event, Event::Start { .. }) { self.shared() } else { Shared::new() };
            let decision = advance_knowing(self.program, &self.state, &event, moment, &known)?;
            self.journal.extend(decision.entries);
            self.state = decision.next;
            self.hear();
            if !decision.unfinished || self.journal.len() >= ENTRIES_MAX {
                return Ok(());
            }
            event = Event::Continue;
        }
    }

    fn shared(&self) -> Shared {
        let kept = |(name, value): (&String, &Value)| (name.clone(), Arc::new(value.clone()));
        self.script.shared.iter().map(|(scope, of)| (*scope, of.iter().map(kept).collect())).collect()
    }

    /// Puts what the bot says and asks into the conversation.
    fn hear(&mut self) {
        for Asked { step, open, .. } in self.open() {
            if open.resting || self.said.contains(&(step.clone(), open.attempt)) {
                continue;
            }
            let (text, buttons) = match &*open.request {
                Request::Say { text, buttons, variants, rich, .. } => (self.worded(&step, text, variants) + &rich.lines(), buttons.clone()),
                Request::Ask { text, choices, optional, .. } => (text.clone(), self.offered(choices, *optional)),
                _ => continue,
            };
            self.said.insert((step, open.attempt));
            self.line(Speaker::Bot, text, buttons);
        }
    }

    /// One of the wordings, as a conversation says it.
    fn worded(&mut self, step: &str, text: &str, variants: &[String]) -> String {
        let node = step.split(['@', '~']).next().unwrap_or_default().to_owned();
        let n = wording::pick(step, variants.len() + 1, self.worded.get(&node).copied());
        self.worded.insert(node, n);
        n.checked_sub(1).and_then(|n| variants.get(n)).map_or(text, String::as_str).to_owned()
    }

    /// As the customer sees them.
    fn offered(&self, choices: &[String], optional: bool) -> Vec<String> {
        let english = self.script.context.conversation.language.as_deref() == Some("en");
        let skip = optional.then(|| if english { "Skip" } else { "跳过" }.to_owned());
        choices.iter().cloned().chain(skip).collect()
    }

    fn line(&mut self, by: Speaker, text: String, buttons: Vec<String>) {
        self.lines.push(Line { by, text, buttons, at: self.now });
    }

    fn open(&self) -> Vec<Asked> {
        let open = self.state.tokens.values().filter_map(|token| match &token.place {
            Place::Open(open) => Some(Asked { step: token.step.to_string(), node: token.step.node.clone(), open: open.clone() }),
            _ => None,
        });
        open.collect()
    }
}
