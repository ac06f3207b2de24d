//! Flows that a form begins: they ask for inputs that people can fill in, and what is filled in is known to come from somebody.

use qn_workflow::model::Variable;
use qn_workflow::run::Refusal;
use qn_workflow::trigger::{Begins, FormFor, Trigger};
use qn_workflow::{Event, Flow, Language, Moment, RunState, advance, check, compile};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn flow(start: Value, variables: Value, steps: &[Value]) -> Flow {
    let mut nodes = vec![json!({"id": "start", "kind": "start", "settings": start})];
    nodes.extend(steps.iter().cloned());
    nodes.push(json!({"id": "end", "kind": "end"}));
    let ids: Vec<Value> = nodes.iter().map(|node| node["id"].clone()).collect();
    let mut edges: Vec<Value> = ids.windows(2).map(|pair| json!({"from": pair[0], "to": pair[1]})).collect();
    edges.extend(steps.iter().map(|step| json!({"from": step["id"], "port": "error", "to": "end"})));
    serde_json::from_value(json!({"format": 1, "id": "f", "name": "表单", "variables": variables, "nodes": nodes, "edges": edges})).unwrap()
}

fn found(start: Value, variables: Value, steps: &[Value]) -> Vec<(&'static str, String)> {
    let problems = check(flow(start, variables, steps), &Language::default(), &BTreeMap::new());
    problems.into_iter().map(|problem| (problem.code, problem.field)).collect()
}

fn one(kind: &str) -> Value {
    json!([{"name": "what", "type": kind, "input": true}])
}

#[test]
fn a_form_asks_something_and_only_what_people_can_fill_in() {
    let form = json!({"trigger": "form"});
    let told = |code: &'static str, field: &str| vec![(code, field.to_owned())];
    assert_eq!(found(form.clone(), json!([]), &[]), told("no_questions", "trigger"));
    assert_eq!(found(form.clone(), json!([{"name": "inner", "type": "text"}]), &[]), told("no_questions", "trigger"));
    for kind in ["text", "integer", "number", "boolean", "time"] {
        assert_eq!(found(form.clone(), one(kind), &[]), [], "{kind}");
    }
    for kind in ["list", "object", "any"] {
        assert_eq!(found(form.clone(), one(kind), &[]), told("bad_question", "trigger"), "{kind}");
        assert_eq!(found(json!({"trigger": "api"}), one(kind), &[]), [], "the API gives anything");
    }
    for (field, chars) in [("form_title", 81), ("form_title_en", 81), ("form_text", 1_001), ("form_thanks_en", 1_001)] {
        let mut start = form.clone();
        start[field] = json!("长".repeat(chars));
        assert_eq!(found(start, one("text"), &[]), told("bad_settings", field));
    }
    let many: Vec<Value> = (0..51).map(|n| json!({"name": format!("q{n}"), "type": "text", "input": true})).collect();
    assert_eq!(found(form.clone(), many.into(), &[]), told("bad_settings", "trigger"));
    let begins = Begins::of(&flow(form, one("text"), &[]));
    assert!(begins.trigger == Trigger::Form && begins.form_for == FormFor::Staff, "colleagues only, unless somebody says otherwise");
}

#[test]
fn an_input_with_choices_takes_nothing_else() {
    let variables = |choices: Value, default: Value| {
        let mut variable = json!({"name": "kind", "type": "text", "input": true, "choices": choices});
        if !default.is_null() {
            variable["default"] = default;
        }
        json!([variable])
    };
    let start = json!({"trigger": "api"});
    let two = json!([{"value": "a", "zh": "甲", "en": "A"}, {"value": "b"}]);
    assert_eq!(found(start.clone(), variables(two.clone(), json!("b")), &[]), []);
    let codes = |variables: Value| found(start.clone(), variables, &[]).into_iter().map(|(code, _)| code).collect::<Vec<_>>();
    assert_eq!(codes(variables(two.clone(), json!("c"))), ["bad_choices"]);
    assert_eq!(codes(variables(json!([{"value": "a"}, {"value": "a"}]), Value::Null)), ["bad_choices"]);
    assert_eq!(codes(variables(json!([{"value": " "}]), Value::Null)), ["bad_choices"]);
    assert_eq!(codes(json!([{"name": "n", "type": "integer", "input": true, "choices": [{"value": "1"}]}])), ["bad_choices"]);

    let program = compile(flow(start, variables(two, Value::Null), &[]), &Language::default(), &BTreeMap::new()).unwrap();
    let begin = |input: Value| {
        let Value::Object(input) = input else { panic!("an object") };
        let event = Event::Start { input, context: Box::default() };
        advance(&program, &RunState::new("r"), &event, Moment { now: 0, random: 0 }).map(drop)
    };
    assert_eq!(begin(json!({"kind": "b"})), Ok(()));
    assert_eq!(begin(json!({"kind": "甲"})), Err(Refusal::Input("kind".into())));
}

#[test]
fn documents_without_choices_are_written_as_they_were() {
    let written = json!({"name": "what", "type": "text", "scope": "run", "input": true});
    let variable: Variable = serde_json::from_value(written.clone()).unwrap();
    assert_eq!(serde_json::to_value(variable).unwrap(), written);
}

#[test]
fn what_says_who_somebody_is_leaves_the_house_only_for_a_purpose() {
    let call = |purpose: &str| {
        let settings = json!({"method": "POST", "url": "https://crm.example/leads", "body": {"v": "{{ v }}"}, "purpose": purpose});
        [json!({"id": "send", "kind": "call", "timeout_ms": 5_000, "settings": settings})]
    };
    let asks = |trigger: &str, variable: Value| {
        let found = found(json!({"trigger": trigger, "form_for": "anyone"}), json!([variable]), &call(""));
        found.iter().filter(|(code, _)| *code == "no_purpose").count()
    };
    let titled = json!({"name": "v", "zh": "联系电话", "type": "text", "input": true});
    assert_eq!(asks("form", titled.clone()), 1);
    assert_eq!(asks("form", json!({"name": "v", "en": "Your email", "type": "text", "input": true})), 1);
    assert_eq!(asks("form", json!({"name": "v", "zh": "什么坏了", "type": "text", "input": true})), 0);
    let choices = json!([{"value": "home"}, {"value": "work"}]);
    assert_eq!(asks("form", json!({"name": "v", "zh": "送货地址", "type": "text", "input": true, "choices": choices})), 0);
    assert_eq!(asks("api", titled.clone()), 0, "what other programs give is theirs to know");
    let problems = check(flow(json!({"trigger": "form"}), json!([titled.clone()]), &call("")), &Language::default(), &BTreeMap::new());
    let told = problems.iter().find(|problem| problem.code == "no_purpose").unwrap();
    assert_eq!(told.en, "sends personal data (v, from what was filled in): say what for");
    assert!(!found(json!({"trigger": "form"}), json!([titled]), &call("回电")).iter().any(|(code, _)| *code == "no_purpose"));
}
