//! A draft played over what happened: a recorded run becomes a script (its start, and what the outside answered, step by step), the
//! draft is simulated with it, and both courses are compared. Nothing is called, said or kept; what the past does not tell, nobody
//! makes up: the draft then waits, and that is said.

use crate::context::{NAMED, Named};
use crate::model::{Flow, Happening, Node, TIMEOUT};
use crate::nodes::SKIPPED;
use crate::request::Request;
use crate::run::{Entry, Status, StepError};
use crate::simulate::{Report, Script};
use crate::trace::Visit;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a run did, in short.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Course {
    pub status: Status,
    /// Ids of the flow's own nodes, in the order they were passed.
    pub path: Vec<String>,
    /// What the bot said and asked.
    pub said: Vec<String>,
    pub output: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Same,
    Different,
    /// The draft asks for something the past does not tell.
    Unknown,
}

/// Both courses, and how they differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    pub verdict: Verdict,
    /// `path`, `said`, `status`, `output`.
    pub differs: Vec<&'static str>,
    /// The last node both passed, where they part.
    pub parts_at: Option<String>,
    pub waits_at: Option<String>,
    pub then: Course,
    pub now: Course,
}

/// The draft as the past can be played to it: what a step keeps of an answer was recorded, not the answer, so steps that keep the same
/// take it as it is. Gives the ids of steps whose answers nobody recorded in a form they could use.
pub fn ready(draft: &Flow, then: &Flow) -> (Flow, BTreeSet<String>) {
    let before: BTreeMap<&str, &Node> = then.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
    let (mut flow, mut untold) = (draft.clone(), BTreeSet::new());
    flow.tests.clear();
    for node in &mut flow.nodes {
        let Some(old) = before.get(node.id.as_str()).filter(|old| old.kind == node.kind) else {
            untold.insert(node.id.clone());
            continue;
        };
        if node.settings.get("take") != old.settings.get("take") {
            untold.insert(node.id.clone());
        } else if node.settings.contains_key("take") {
            match node.kind.as_str() {
                "call" => _ = node.settings.insert("take".to_owned(), Value::from("answer.body")),
                _ => _ = node.settings.remove("take"),
            }
        }
    }
    (flow, untold)
}

/// What happened to the run, as a script. None for a journal that does not begin with a start, or of a run that was moved.
pub fn script(entries: &[Entry], untold: &BTreeSet<String>) -> Option<Script> {
    let Some(Entry::Started { input, context, at, .. }) = entries.first() else { return None };
    let mut script = Script { input: input.clone(), context: (**context).clone(), begins_at: *at, ..Script::default() };
    let mut asked: BTreeMap<u32, Arc<Request>> = BTreeMap::new();
    let mut named: BTreeMap<u32, Named> = BTreeMap::new();
    for entry in entries {
        match entry {
            Entry::Moved { .. } => return None,
            // What was there when it began; what came later came from others, at times nobody can give it again.
            Entry::Shared { values, at: then } if then == at => {
                let plain = |(name, value): (&String, &Arc<Value>)| (name.clone(), (**value).clone());
                script.shared.extend(values.iter().map(|(scope, of)| (*scope, of.iter().map(plain).collect())));
            }
            Entry::Opened { token, request, .. } => {
                if let (Request::Ask { .. }, Some(Request::Ask { .. })) = (&**request, asked.get(token).map(Arc::as_ref)) {
                    // Asked once more: the words before were no answer, and were not kept.
                    answer(&mut script, entry, naming(json!({"text": "?"}), named.remove(token)), untold);
                }
                asked.insert(*token, Arc::clone(request));
            }
            Entry::Named { token, entities, likely, .. } => {
                named.insert(*token, Named { entities: entities.clone(), likely: likely.clone() });
            }
            // Nobody answered in there while its time ran out.
            Entry::Failed { late: true, .. } => script.happens.push(Happening::Deadline),
            Entry::Resting { error, .. } | Entry::Failed { error, .. } => answer(&mut script, entry, failed(error), untold),
            Entry::Closed { token, port, output, error, .. } => {
                let besides = named.remove(token);
                let Some(request) = asked.remove(token) else { continue };
                let given = match (error, port.as_str()) {
                    (Some(error), _) => failed(error),
                    (None, TIMEOUT) => json!({"silent": true}),
                    (None, SKIPPED) => json!({"skipped": true}),
                    (None, _) => naming(reply(&request, output), besides),
                };
                match &*request {
                    Request::Listen { signal, .. } if port != TIMEOUT => {
                        script.happens.push(Happening::Signal { name: signal.clone(), payload: output.clone() });
                    }
                    Request::Wait | Request::Typing { .. } | Request::Listen { .. } => {}
                    _ => answer(&mut script, entry, given, untold),
                }
            }
            Entry::Cancelled { .. } => script.happens.push(Happening::Cancel),
            _ => {}
        }
    }
    Some(script)
}

fn answer(script: &mut Script, entry: &Entry, given: Value, untold: &BTreeSet<String>) {
    let (Entry::Opened { step, .. } | Entry::Resting { step, .. } | Entry::Failed { step, .. } | Entry::Closed { step, .. }) = entry else {
        return;
    };
    let node = step.split(['@', '~']).next().unwrap_or_default();
    if !untold.contains(node) {
        script.answers.entry(node.to_owned()).or_default().push(given);
    }
}

fn failed(error: &StepError) -> Value {
    json!({"error": {"kind": error.kind, "message": error.message, "detail": error.detail}})
}

/// An answer, and what it named besides.
fn naming(mut answer: Value, named: Option<Named>) -> Value {
    if let (Some(named), Some(answer)) = (named, answer.as_object_mut()) {
        answer.insert(NAMED.to_owned(), json!(named));
    }
    answer
}

/// From what a step kept back to what was answered.
fn reply(request: &Request, kept: &Value) -> Value {
    match request {
        Request::Call(_) => json!({"status": 200, "body": kept}),
        Request::Ask { choices, values, .. } => {
            let chosen = values.iter().position(|value| value == kept).and_then(|n| choices.get(n));
            json!({"text": chosen.map_or_else(|| words(kept), Clone::clone)})
        }
        _ => kept.clone(),
    }
}

fn words(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What was recorded, in short.
pub fn recorded(entries: &[Entry], visits: &[Visit]) -> Course {
    let status = entries.iter().rev().find_map(|entry| if let Entry::Ended { status, .. } = entry { Some(*status) } else { None });
    let output = entries.iter().rev().find_map(|entry| if let Entry::Ending { output, .. } = entry { Some(output.clone()) } else { None });
    let error = entries.iter().rev().find_map(|entry| match entry {
        Entry::Failed { error, .. } | Entry::Cancelled { error, .. } => Some(error.to_string()),
        _ => None,
    });
    let status = status.unwrap_or(Status::Running);
    Course {
        error: error.filter(|_| status != Status::Done),
        status,
        path: path(visits),
        said: said(visits),
        output: output.unwrap_or_default(),
    }
}

fn simulated(report: &Report) -> Course {
    Course {
        status: report.status,
        path: path(&report.visits),
        said: said(&report.visits),
        output: report.output.clone(),
        error: report.error.as_ref().map(ToString::to_string).or_else(|| report.refused.clone()),
    }
}

fn path(visits: &[Visit]) -> Vec<String> {
    visits.iter().filter(|visit| visit.path.is_empty()).map(|visit| visit.node.clone()).collect()
}

fn said(visits: &[Visit]) -> Vec<String> {
    let spoken = |request: &Value| matches!(request["do"].as_str(), Some("say" | "ask"));
    let attempts = visits.iter().flat_map(|visit| &visit.attempts).filter(|attempt| spoken(&attempt.request));
    attempts.filter_map(|attempt| attempt.request["text"].as_str().map(str::to_owned)).collect()
}

pub fn compare(then: Course, report: &Report) -> Compared {
    let now = simulated(report);
    let common = then.path.iter().zip(&now.path).take_while(|(a, b)| a == b).count();
    let mut differs = Vec::new();
    for (what, is_other) in [
        ("path", then.path != now.path),
        ("said", then.said != now.said),
        ("status", then.status != now.status),
        ("output", then.output != now.output),
    ] {
        if is_other {
            differs.push(what);
        }
    }
    let stuck = now.status == Status::Running && then.status != Status::Running;
    let waits_at = report.waits.first().filter(|_| stuck).map(|waiting| waiting.node.clone());
    let verdict = match (stuck, differs.is_empty()) {
        (true, _) => Verdict::Unknown,
        (false, true) => Verdict::Same,
        (false, false) => Verdict::Different,
    };
    let parts_at = if then.path == now.path { None } else { common.checked_sub(1).map(|last| then.path[last].clone()) };
    Compared { verdict, differs, parts_at, waits_at, then, now }
}
