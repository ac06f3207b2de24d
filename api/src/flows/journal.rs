//! What a run's journal tells people: its steps in the order they began, what each asked, gave and set, and what it waits for.
//! The journal itself is `workflow`'s; nothing is evaluated again.

use qn_api_types::flow_run::{FlowStepError, FlowStepState, FlowStepView};
use qn_workflow::{Entry, StepError};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Steps shown of one run; the newest when there are more.
pub const STEPS_MAX: usize = 2_000;

/// A journal as people read it.
#[derive(Debug, Default)]
pub struct Told {
    pub input: Value,
    pub context: Value,
    pub output: Value,
    pub steps: Vec<FlowStepView>,
    index: HashMap<String, usize>,
    ended: bool,
}

/// Reads pages of a journal, each a JSON array of entries. An entry that cannot be read ends it: what is known so far is told.
pub fn tell(pages: &[String]) -> Told {
    let mut told = Told::default();
    for page in pages {
        let Ok(entries) = serde_json::from_str::<Vec<Value>>(page) else { break };
        for raw in entries {
            if raw["t"] == "started" {
                told.context = raw["context"].clone();
            }
            let Ok(entry) = serde_json::from_value::<Entry>(raw) else { return told.finish() };
            told.take(entry);
        }
    }
    told.finish()
}

impl Told {
    /// Those that wait for something.
    pub fn waits(&self) -> impl Iterator<Item = &FlowStepView> {
        self.steps.iter().filter(|s| matches!(s.state, FlowStepState::Open | FlowStepState::Resting))
    }

    fn take(&mut self, entry: Entry) {
        match entry {
            Entry::Started { input, .. } => self.input = Value::Object(input),
            Entry::Opened { step, attempt, request, due_at, at, .. } => {
                let told = self.step(&step, at);
                (told.state, told.attempts, told.due_at, told.error) = (FlowStepState::Open, attempt, due_at, None);
                told.request = serde_json::to_value(&*request).unwrap_or_default();
            }
            Entry::Resting { step, error, due_at, at, .. } => {
                let told = self.step(&step, at);
                (told.state, told.due_at, told.error) = (FlowStepState::Resting, Some(due_at), Some(reason(error)));
            }
            Entry::Closed { step, port, output, sets, error, took_ms, at, .. } => {
                let told = self.step(&step, at);
                told.state = if error.is_some() { FlowStepState::Failed } else { FlowStepState::Done };
                (told.port, told.output, told.error) = (Some(port), output, error.map(reason));
                (told.took_ms, told.ended_at, told.due_at) = (took_ms, Some(at), None);
                told.sets.extend(sets);
            }
            Entry::Split { step, at, .. } => self.step(&step, at).state = FlowStepState::Split,
            Entry::Failed { step, error, took_ms, at, .. } => {
                let told = self.step(&step, at);
                (told.state, told.error, told.due_at) = (FlowStepState::Failed, Some(reason(error)), None);
                (told.took_ms, told.ended_at) = (took_ms, Some(at));
            }
            Entry::Ending { output, .. } => self.output = output,
            Entry::Ended { .. } => self.ended = true,
            _ => {}
        }
    }

    fn step(&mut self, step: &str, at: i64) -> &mut FlowStepView {
        let next = self.steps.len();
        let place = *self.index.entry(step.to_owned()).or_insert(next);
        if place == next {
            self.steps.push(begun(step, at));
        }
        &mut self.steps[place]
    }

    fn finish(mut self) -> Self {
        if self.ended {
            let under_way = |s: &&mut FlowStepView| matches!(s.state, FlowStepState::Open | FlowStepState::Resting | FlowStepState::Split);
            self.steps.iter_mut().filter(under_way).for_each(|s| (s.state, s.due_at) = (FlowStepState::Left, None));
        }
        self
    }
}

fn begun(step: &str, at: i64) -> FlowStepView {
    let (name, path) = step.split_once('@').unwrap_or((step, ""));
    FlowStepView {
        step: step.to_owned(),
        node: name.split('~').next().unwrap_or(name).to_owned(),
        path: path.to_owned(),
        state: FlowStepState::Done,
        attempts: 0,
        request: Value::Null,
        output: Value::Null,
        sets: Map::new(),
        port: None,
        error: None,
        began_at: at,
        ended_at: None,
        took_ms: 0,
        due_at: None,
    }
}

fn reason(error: StepError) -> FlowStepError {
    FlowStepError { kind: error.kind.as_str().to_owned(), message: error.message, detail: error.detail }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    fn opened(step: &str, attempt: u32, at: i64) -> Value {
        json!({"t": "opened", "token": 1, "step": step, "attempt": attempt, "request": {"do": "wait"}, "inputs": "", "due_at": at + 9, "at": at})
    }

    #[test]
    fn a_retried_step_is_one_step_and_what_was_under_way_at_the_end_was_left() {
        let first = json!([
            {"t": "started", "flow": "h", "input": {"order": 1}, "context": {"at": "x"}, "at": 1},
            opened("pay~2@each[1]", 1, 2),
            {"t": "resting", "token": 1, "step": "pay~2@each[1]", "attempt": 1, "error": {"kind": "timeout", "message": "late"}, "due_at": 8, "at": 3},
        ]);
        let told = tell(&[first.to_string()]);
        assert_eq!((told.input["order"].clone(), told.context["at"].clone()), (json!(1), json!("x")));
        let waits: Vec<_> = told.waits().map(|s| (s.node.as_str(), s.path.as_str(), s.state, s.due_at)).collect();
        assert_eq!(waits, [("pay", "each[1]", FlowStepState::Resting, Some(8))]);
        let second = json!([
            opened("pay~2@each[1]", 2, 9),
            {"t": "closed", "token": 1, "step": "pay~2@each[1]", "attempt": 2, "port": "next", "output": 7, "sets": [["a", 1]], "took_ms": 4, "at": 10},
            opened("ask@", 1, 11),
            {"t": "ending", "output": "fine", "at": 12},
            {"t": "ended", "status": "done", "at": 12},
        ]);
        let told = tell(&[first.to_string(), second.to_string()]);
        let steps: Vec<_> = told.steps.iter().map(|s| (s.state, s.attempts, s.error.is_some(), s.ended_at)).collect();
        assert_eq!(steps, [(FlowStepState::Done, 2, false, Some(10)), (FlowStepState::Left, 1, false, None)]);
        assert_eq!((told.output.clone(), told.steps[0].sets["a"].clone(), told.waits().count()), (json!("fine"), json!(1), 0));
    }

    #[test]
    fn a_journal_that_breaks_off_tells_what_it_can() {
        let told = tell(&[json!([opened("a@", 1, 1), {"t": "from the future"}]).to_string(), "[".to_owned()]);
        assert_eq!(told.steps.len(), 1);
    }
}
