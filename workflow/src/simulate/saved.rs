//! The tests saved with a flow. Publishing is gated on them: a flow whose own tests fail does not go live.

use super::{Report, Script, Speaker, simulate};
use crate::context::Named;
use crate::model::FlowTest;
use crate::program::Program;
use crate::run::Status;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Saved tests begin at noon of a Monday in Shanghai, unless their context says when.
const BEGINS_AT: i64 = 1_767_585_600_000;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TestOutcome {
    pub name: String,
    pub passed: bool,
    /// What was expected and did not come; empty when it passed.
    pub misses: Vec<Miss>,
    pub report: Report,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Miss {
    pub zh: String,
    pub en: String,
}

impl Miss {
    fn new(zh: String, en: String) -> Self {
        Self { zh, en }
    }
}

/// Runs every saved test of the flow. What answers name is known only where it is written beside them.
pub fn run_tests(program: &Program) -> Vec<TestOutcome> {
    run_tests_naming(program, &BTreeMap::new())
}

/// The same where it is known what the customer's words name.
pub fn run_tests_naming(program: &Program, names: &BTreeMap<String, Named>) -> Vec<TestOutcome> {
    let told = program.flow.tests.iter().map(|test| (test, Script { names: names.clone(), ..script(test) }));
    told.map(|(test, script)| outcome(program, test, &script)).collect()
}

/// A saved test as it is played.
pub fn script(test: &FlowTest) -> Script {
    let began = test.context.at.as_deref().and_then(|at| at.parse::<jiff::Timestamp>().ok());
    Script {
        input: test.input.clone(),
        context: test.context.clone(),
        shared: test.shared.clone(),
        begins_at: began.map_or(BEGINS_AT, jiff::Timestamp::as_millisecond),
        answers: test.answers.clone(),
        happens: test.happens.clone(),
        ..Script::default()
    }
}

fn outcome(program: &Program, test: &FlowTest, script: &Script) -> TestOutcome {
    let report = simulate(program, script);
    let misses = misses(test, &report);
    TestOutcome { name: test.name.clone(), passed: misses.is_empty(), misses, report }
}

fn misses(test: &FlowTest, report: &Report) -> Vec<Miss> {
    let mut out = Vec::new();
    if let Some(why) = &report.refused {
        out.push(Miss::new(format!("无法执行：{why}"), format!("it could not run: {why}")));
    }
    let wanted = test.status.unwrap_or(if test.waits.is_some() { Status::Running } else { Status::Done });
    if report.status != wanted {
        let (given, at) = (report.status.as_str(), waiting(report));
        let why = report.error.as_ref().map(|error| format!(": {error}")).unwrap_or_default();
        out.push(Miss::new(
            format!("应为 {},实际为 {given}{at}{why}", wanted.as_str()),
            format!("should be {}, is {given}{at}{why}", wanted.as_str()),
        ));
    }
    if let Some(node) = &test.waits
        && !report.waits.iter().any(|waiting| waiting.node == *node)
    {
        out.push(Miss::new(format!("应停在 {node}{}", waiting(report)), format!("should wait at {node}{}", waiting(report))));
    }
    if let Some(output) = &test.output
        && *output != report.output
    {
        let given = &report.output;
        out.push(Miss::new(format!("应输出 {output},实际输出 {given}"), format!("should give {output}, gives {given}")));
    }
    let passed = report.visits.iter().map(|visit| visit.node.as_str());
    if let Some(node) = missing(&test.passes, passed, |wanted, node| wanted == node) {
        out.push(Miss::new(format!("没有按顺序经过 {node}"), format!("does not pass {node} in this order")));
    }
    let said = report.messages.iter().filter(|line| line.by == Speaker::Bot).map(|line| line.text.as_str());
    if let Some(text) = missing(&test.says, said, |wanted, text| text.contains(wanted)) {
        out.push(Miss::new(format!("没有按顺序说「{text}」"), format!("does not say \"{text}\" in this order")));
    }
    for (scope, name, wanted) in test.keeps.iter().flat_map(|(scope, of)| of.iter().map(move |(name, value)| (scope, name, value))) {
        let given = report.shared.get(scope).and_then(|of| of.get(name)).map(|value| (**value).clone()).unwrap_or_default();
        if *wanted != given {
            out.push(Miss::new(
                format!("共享变量 {name} 应为 {wanted},实际为 {given}"),
                format!("the shared variable {name} should hold {wanted}, holds {given}"),
            ));
        }
    }
    for number in &report.unheard {
        let what = test.happens.get(*number).map(|h| serde_json::to_value(h).unwrap_or(Value::Null)).unwrap_or_default();
        out.push(Miss::new(format!("没有步骤在等待：{what}"), format!("nobody waits for {what}")));
    }
    out
}

fn waiting(report: &Report) -> String {
    let nodes: Vec<&str> = report.waits.iter().map(|waiting| waiting.node.as_str()).collect();
    if nodes.is_empty() { String::new() } else { format!(" ({})", nodes.join(", ")) }
}

/// The first of `wanted` that does not come, in order, among `given`.
fn missing<'t, 'g>(wanted: &'t [String], given: impl Iterator<Item = &'g str>, is: impl Fn(&str, &str) -> bool) -> Option<&'t str> {
    let mut wanted = wanted.iter().map(String::as_str).peekable();
    for item in given {
        if wanted.peek().is_some_and(|next| is(next, item)) {
            wanted.next();
        }
    }
    wanted.next()
}
