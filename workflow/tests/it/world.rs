//! The rest of the world for a run: a journal that survives, a clock that jumps, people and services that answer by rule.
//! Services keep what they did by key, as real ones with idempotency keys do. Crashes are chosen by number.

use qn_workflow::request::{About, Call, Desk};
use qn_workflow::run::Refusal;
use qn_workflow::trace::{Standing, Undoing, trace};
use qn_workflow::{Effect, Entry, Event, Moment, Outcome, Program, Request, RunState, StepError, advance, outstanding, replay};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

pub const NOON: i64 = 1_800_000_000_000;

pub struct World {
    pub program: Arc<Program>,
    pub journal: Vec<Entry>,
    /// Journal length after each commit.
    pub commits: Vec<usize>,
    pub state: RunState,
    pub now: i64,
    todo: VecDeque<(String, u32, String, Arc<Request>)>,
    timers: BTreeMap<String, i64>,
    /// What services did: key and path, in order; each key once.
    pub done: Vec<(String, String, Value)>,
    pub asked: BTreeMap<String, u32>,
    signals: u32,
    /// Steps to which something came that is not about them.
    strays: BTreeSet<String>,
    /// Commit before which (odd) or after which (even) everything in memory is lost: `2k` is after commit k, `2k + 1` before it.
    pub crash: Option<usize>,
    pub crashed: bool,
    pub mute: bool,
    /// What becomes of a one-time code.
    pub code: &'static str,
    pub context: Box<qn_workflow::Context>,
}

impl World {
    pub fn new(program: Arc<Program>) -> Self {
        Self {
            program,
            journal: Vec::new(),
            commits: Vec::new(),
            state: RunState::new("run_1"),
            now: NOON,
            todo: VecDeque::new(),
            timers: BTreeMap::new(),
            done: Vec::new(),
            asked: BTreeMap::new(),
            signals: 0,
            strays: BTreeSet::new(),
            crash: None,
            crashed: false,
            mute: false,
            code: "right",
            context: Box::default(),
        }
    }

    pub fn start(&mut self, input: Value) {
        let Value::Object(input) = input else { panic!("input is an object") };
        self.event(&Event::Start { input: input.clone(), context: self.context.clone() }).unwrap();
        if self.state.position == 0 {
            self.event(&Event::Start { input, context: self.context.clone() }).unwrap();
        }
    }

    /// Runs until nothing moves any more.
    pub fn run(mut self) -> Self {
        self.start(Value::Object(Map::new()));
        self.go();
        self
    }

    pub fn go(&mut self) {
        for _ in 0..5_000 {
            if self.state.status.is_final() || !self.tick() {
                self.told();
                return;
            }
        }
        panic!("the run does not come to rest: {:?}", self.state);
    }

    /// Runs until nobody outside has anything left to do; no time passes.
    pub fn rest(&mut self) {
        while !self.todo.is_empty() {
            self.tick();
        }
    }

    /// The journal can be told as visits, and none stays open when the run is over.
    fn told(&self) {
        let visits = trace(&self.program, "run_1", &self.journal).unwrap();
        let open: Vec<_> = visits.iter().filter(|visit| visit.standing == Standing::Open).map(|visit| &visit.step).collect();
        assert!(!self.state.status.is_final() || open.is_empty(), "{open:?}");
        assert!(visits.iter().all(|visit| !visit.kind.is_empty() && visit.undo != Some(Undoing::Running)));
    }

    /// One thing happens. False when nothing can.
    pub fn tick(&mut self) -> bool {
        let event = if let Some((step, attempt, key, request)) = self.todo.pop_front() {
            if self.mute && matches!(*request, Request::Approve { .. } | Request::Ask { .. }) {
                return true;
            }
            if matches!(*request, Request::Typing { .. } | Request::Listen { .. }) {
                return true;
            }
            let outcome = self.answer(&key, &request);
            // It acts, and its answer is on the way for longer than anybody waits.
            if matches!(&*request, Request::Call(call) if call.url.ends_with("/lasts")) {
                return true;
            }
            Event::Reply { step, attempt, outcome, took_ms: 1 }
        } else if let Some((step, name, about)) = self.listened().filter(|_| !self.mute) {
            self.signal(step, name, about)
        } else if let Some((step, due_at)) = self.timers.iter().min_by_key(|(_, due_at)| **due_at).map(|(s, d)| (s.clone(), *d)) {
            self.now = self.now.max(due_at);
            Event::Due { step }
        } else {
            return false;
        };
        let refused = self.event(&event);
        assert!(refused.is_ok(), "{event:?}: {refused:?}");
        true
    }

    /// Somebody who listens: of those that wait for something of their own the last, whoever began first.
    fn listened(&self) -> Option<(String, String, Option<About>)> {
        let ears = self.state.tokens.values().filter_map(|token| match &token.place {
            qn_workflow::run::Place::Open(open) => match &*open.request {
                Request::Listen { signal, about } => Some((token.step.to_string(), signal.clone(), about.clone())),
                _ => None,
            },
            _ => None,
        });
        let ears: Vec<_> = ears.collect();
        let own = ears.iter().rev().find(|(.., about)| about.is_some());
        own.or_else(|| ears.first()).cloned()
    }

    /// What a step listens for; about something of its own, first the same word about something else. Every other one is brought to the
    /// step, as the engine does; the rest find it themselves.
    fn signal(&mut self, step: String, name: String, about: Option<About>) -> Event {
        self.signals += 1;
        let id = format!("s{}", self.signals);
        let Some(about) = about else { return Event::Signal { id, name, payload: json!({"n": 1}), step: None } };
        if self.strays.insert(step.clone()) {
            return Event::Signal { id, name, payload: json!({about.field: "other"}), step: None };
        }
        let step = self.signals.is_multiple_of(2).then_some(step);
        Event::Signal { id, name, payload: json!({about.field: about.value}), step }
    }

    pub fn event(&mut self, event: &Event) -> Result<(), Refusal> {
        let mut event = event.clone();
        loop {
            let decision = advance(&self.program, &self.state, &event, Moment { now: self.now, random: 7 })?;
            let (number, crash) = (self.commits.len(), self.crash.filter(|_| !self.crashed));
            if crash == Some(2 * number + 1) {
                self.recover();
                return Ok(());
            }
            // The journal alone must lead to the same state, through text and back.
            let text = serde_json::to_string(&decision.entries).unwrap();
            self.journal.extend(serde_json::from_str::<Vec<Entry>>(&text).unwrap());
            self.commits.push(self.journal.len());
            assert_eq!(replay(&self.program, "run_1", &self.journal).unwrap(), decision.next);
            self.state = decision.next;
            if crash == Some(2 * number) {
                self.recover();
                return Ok(());
            }
            for effect in decision.effects {
                self.owe(effect);
            }
            assert_eq!(self.timers, timers(&self.state), "timers follow the state");
            if !decision.unfinished {
                return Ok(());
            }
            event = Event::Continue;
        }
    }

    fn recover(&mut self) {
        self.crashed = true;
        self.state = replay(&self.program, "run_1", &self.journal).unwrap();
        self.todo.clear();
        self.timers.clear();
        outstanding(&self.state).into_iter().for_each(|effect| self.owe(effect));
    }

    fn owe(&mut self, effect: Effect) {
        match effect {
            Effect::Act { step, attempt, key, request } => self.todo.push_back((step, attempt, key, request)),
            Effect::SetTimer { step, due_at } => drop(self.timers.insert(step, due_at)),
            Effect::DropTimer { step } => drop(self.timers.remove(&step)),
            Effect::Withdraw { step, .. } => self.todo.retain(|(s, ..)| *s != step),
        }
    }

    fn answer(&mut self, key: &str, request: &Request) -> Outcome {
        match request {
            Request::Call(call) => self.call(key, call),
            Request::Approve { payload, .. } => Ok(json!({"approved": true, "by": "mei", "payload": payload})),
            Request::Ask { .. } => Ok(json!({"text": "the blue one"})),
            Request::Say { text, .. } => {
                self.act_once(key, "say", json!(text));
                Ok(Value::Null)
            }
            Request::Desk(desk) => {
                self.act_once(key, "desk", serde_json::to_value(desk).unwrap());
                Ok(match desk {
                    Desk::Answer { question } if question.contains("unknown") => json!({"found": false}),
                    Desk::Answer { .. } => json!({"found": true, "text": "Seven days.", "article_id": "art_1", "url": null}),
                    Desk::Classify { text } => json!({"intent": text, "confidence": 0.9}),
                    Desk::SendCode { to, .. } => json!({"sent": to != "nowhere"}),
                    Desk::CheckCode => json!({"state": self.code}),
                    Desk::OpenTicket(_) => json!({"id": key, "number": 1}),
                    Desk::Assign { to: qn_workflow::request::Assignee::Person(name), .. } => json!({"assigned": name != "nobody"}),
                    Desk::Write { question, .. } if question.contains("unknown") => json!({"found": false}),
                    Desk::Write { facts, .. } => json!({"found": true, "text": facts.join(" ")}),
                    Desk::Extract { text, fields, .. } => {
                        let value = |name: &String| (name.clone(), if text.contains(name.as_str()) { json!(text) } else { Value::Null });
                        Value::Object(fields.iter().map(|field| value(&field.name)).collect())
                    }
                    _ => json!({}),
                })
            }
            Request::Connect(connect) => {
                self.act_once(key, &connect.operation, connect.input.clone());
                Ok(json!({"echo": connect.input}))
            }
            Request::Typing { .. } => unreachable!("see tick"),
            Request::Wait | Request::Listen { .. } => unreachable!("nobody is asked for these"),
        }
    }

    fn call(&mut self, key: &str, call: &Call) -> Outcome {
        let tries = self.asked.entry(key.to_owned()).or_insert(0);
        *tries += 1;
        let tries = *tries;
        match call.url.rsplit('/').next().unwrap() {
            "no" => return Ok(json!({"status": 409, "body": {"why": "no"}})),
            "down" => return Ok(json!({"status": 503, "body": null})),
            "silent" => return Err(StepError::new(qn_workflow::model::ErrorKind::Timeout, "no answer")),
            "flaky" if tries <= 2 => return Ok(json!({"status": 503, "body": null})),
            // It acts, the answer is lost, and it is refused from then on.
            "loses" if tries > 1 => return Ok(json!({"status": 409, "body": null})),
            "loses" => {
                self.act_once(key, "loses", call.body.clone());
                return Err(StepError::new(qn_workflow::model::ErrorKind::Timeout, "lost"));
            }
            // It acts, but the first answer is lost.
            "lossy" if tries == 1 => {
                self.act_once(key, "lossy", call.body.clone());
                return Err(StepError::new(qn_workflow::model::ErrorKind::Timeout, "lost"));
            }
            _ => {}
        }
        let path = call.url.rsplit('/').next().unwrap().to_owned();
        if let Some(answer) = crate::refund::office(&path, &call.body) {
            if answer["status"].as_u64().is_some_and(|status| status < 300) {
                self.act_once(key, &path, call.body.clone());
            }
            return Ok(answer);
        }
        self.act_once(key, &path, call.body.clone());
        Ok(json!({"status": 200, "body": {"ref": key}}))
    }

    fn act_once(&mut self, key: &str, path: &str, body: Value) {
        if !self.done.iter().any(|(k, ..)| k == key) {
            self.done.push((key.to_owned(), path.to_owned(), body));
        }
    }

    /// Keys of what was done at a path, in order.
    pub fn done_at(&self, path: &str) -> Vec<String> {
        self.done.iter().filter(|(_, p, _)| p == path).map(|(key, ..)| key.clone()).collect()
    }

    /// What `undo` was asked to take back, in order.
    pub fn undone(&self) -> Vec<String> {
        self.done.iter().filter(|(_, p, _)| p == "undo").map(|(.., body)| body["ref"].as_str().unwrap().to_owned()).collect()
    }
}

pub fn timers(state: &RunState) -> BTreeMap<String, i64> {
    let timer = |effect| if let Effect::SetTimer { step, due_at } = effect { Some((step, due_at)) } else { None };
    outstanding(state).into_iter().filter_map(timer).collect()
}
