//! Variables that outlive a run: read at its beginning and when it goes on, seen by sub-flows, bounded, typed, and what a run sets itself
//! told apart from what it read.

use qn_workflow::model::Scope;
use qn_workflow::run::{Shared, advance_knowing, kept};
use qn_workflow::simulate::{Script, run_tests, simulate};
use qn_workflow::{Decision, Entry, Event, Flow, Language, Moment, Program, RunState, Status, compile, replay};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

fn flow(document: Value) -> Flow {
    serde_json::from_value(document).unwrap()
}

fn program(document: Value) -> Program {
    compile(flow(document), &Language::default(), &BTreeMap::new()).unwrap()
}

/// Counts visits of the contact, waits for a signal, counts once more.
fn counting() -> Value {
    json!({"format": 1, "id": "count", "name": "count",
        "variables": [
            {"name": "visits", "type": "integer", "scope": "contact", "default": 0},
            {"name": "greeting", "type": "text", "scope": "tenant", "default": "hello"},
        ],
        "nodes": [
            {"id": "s", "kind": "start"},
            {"id": "add", "kind": "set", "settings": {"set": [{"variable": "visits", "value": "visits + 1"}]}},
            {"id": "hear", "kind": "signal", "settings": {"signal": "go"}, "timeout_ms": 60000},
            {"id": "again", "kind": "set", "settings": {"set": [{"variable": "visits", "value": "visits + 1"}]}},
            {"id": "e", "kind": "end", "settings": {"output": {"visits": "{{ visits }}", "greeting": "{{ greeting }}"}}},
        ],
        "edges": [{"from": "s", "to": "add"}, {"from": "add", "to": "hear"}, {"from": "hear", "to": "again"},
            {"from": "hear", "port": "timeout", "to": "e"}, {"from": "again", "to": "e"}]})
}

fn known(scope: Scope, name: &str, value: Value) -> Shared {
    Shared::from([(scope, BTreeMap::from([(name.to_owned(), Arc::new(value))]))])
}

fn go(program: &Program, state: &RunState, event: &Event, known: &Shared) -> Decision {
    let decision = advance_knowing(program, state, event, Moment { now: 1_000, random: 0 }, known).unwrap();
    // What is written down leads to the same state.
    let mut all = decision.entries.clone();
    if state.position == 0 {
        assert_eq!(replay(program, "r", &all).unwrap(), decision.next);
    }
    all.iter_mut().for_each(|entry| *entry = serde_json::from_value(serde_json::to_value(&*entry).unwrap()).unwrap());
    assert_eq!(all, decision.entries, "and reads back as it was written");
    decision
}

fn begin() -> Event {
    Event::Start { input: Default::default(), context: Box::default() }
}

fn signal() -> Event {
    Event::Signal { id: "1".into(), name: "go".into(), payload: Value::Null }
}

#[test]
fn a_run_reads_what_is_there_and_tells_only_what_it_set() {
    let program = program(counting());
    let first = go(&program, &RunState::new("r"), &begin(), &known(Scope::Contact, "visits", json!(4)));
    assert!(matches!(&first.entries[1], Entry::Shared { values, .. } if *values[&Scope::Contact]["visits"] == json!(4)));
    assert_eq!(kept(&RunState::new("r"), &first), [(Scope::Contact, "visits".to_owned(), Arc::new(json!(5)))]);
    // Somebody else counted on while it waited.
    let mut others = known(Scope::Contact, "visits", json!(9));
    others.extend(known(Scope::Tenant, "greeting", json!("hi")));
    let second = go(&program, &first.next, &signal(), &others);
    assert_eq!((second.next.status, &second.next.output), (Status::Done, &json!({"visits": 10, "greeting": "hi"})));
    assert_eq!(kept(&first.next, &second), [(Scope::Contact, "visits".to_owned(), Arc::new(json!(10)))], "what it read it does not write");
    // Nothing new: nothing is written down.
    let same = go(&program, &first.next, &signal(), &known(Scope::Contact, "visits", json!(5)));
    assert!(!same.entries.iter().any(|entry| matches!(entry, Entry::Shared { .. })));
}

#[test]
fn what_does_not_fit_its_declaration_is_neither_read_nor_written() {
    let mut strange = known(Scope::Contact, "visits", json!("many"));
    strange.extend(known(Scope::Conversation, "visits", json!(7)));
    let program = program(counting());
    let begun = go(&program, &RunState::new("r"), &begin(), &strange);
    assert_eq!(kept(&RunState::new("r"), &begun), [(Scope::Contact, "visits".to_owned(), Arc::new(json!(1)))]);

    let setting = |value: String, kind: &str| {
        let mut document = counting();
        document["variables"][0]["type"] = json!(kind);
        document["variables"][0]["default"] = Value::Null;
        document["nodes"][1]["settings"]["set"] = json!([{"variable": "visits", "value": "any"}]);
        document["nodes"][3]["settings"]["set"] = json!([{"variable": "greeting", "value": "greeting"}]);
        document["nodes"][4]["settings"]["output"] = Value::Null;
        document["variables"].as_array_mut().unwrap().push(json!({"name": "any", "type": "any", "default": value}));
        let program = compile(flow(document), &Language::default(), &BTreeMap::new()).unwrap();
        go(&program, &RunState::new("r"), &begin(), &Shared::new()).next
    };
    let wrong = setting("x".into(), "integer");
    assert!(wrong.status == Status::Failed && wrong.error.unwrap().message.contains("shared as integer"));
    let long = setting("x".repeat(17 * 1024), "text");
    assert!(long.status == Status::Failed && long.error.unwrap().message.contains("16 KiB"));
    assert_eq!(setting("x".repeat(15 * 1024), "text").status, Status::Running);
}

#[test]
fn a_flow_that_is_called_shares_with_the_one_that_calls() {
    let called = program(json!({"format": 1, "id": "called", "name": "called",
        "variables": [{"name": "visits", "type": "integer", "scope": "contact", "default": 0}],
        "nodes": [{"id": "s", "kind": "start"},
            {"id": "add", "kind": "set", "settings": {"set": [{"variable": "visits", "value": "visits + 10"}]}},
            {"id": "e", "kind": "end", "settings": {}}],
        "edges": [{"from": "s", "to": "add"}, {"from": "add", "to": "e"}]}));
    let mut document = counting();
    document["nodes"][2] = json!({"id": "hear", "kind": "sub_flow", "settings": {"flow": called.hash}});
    document["edges"] =
        json!([{"from": "s", "to": "add"}, {"from": "add", "to": "hear"}, {"from": "hear", "to": "again"}, {"from": "again", "to": "e"}]);
    let library = BTreeMap::from([(called.hash.clone(), Arc::new(called))]);
    let program = compile(flow(document), &Language::default(), &library).unwrap();
    let done = go(&program, &RunState::new("r"), &begin(), &known(Scope::Contact, "visits", json!(1)));
    assert_eq!(done.next.output["visits"], 13);
    assert_eq!(kept(&RunState::new("r"), &done), [(Scope::Contact, "visits".to_owned(), Arc::new(json!(13)))]);
}

#[test]
fn simulations_and_saved_tests_begin_with_values_and_say_what_is_kept() {
    let mut document = counting();
    document["tests"] = json!([
        {"name": "counts on", "shared": {"contact": {"visits": 2}}, "happens": [{"what": "signal", "name": "go"}],
            "output": {"visits": 4, "greeting": "hello"}, "keeps": {"contact": {"visits": 4}}},
        {"name": "expects too much", "happens": [{"what": "signal", "name": "go"}], "keeps": {"contact": {"visits": 5}}},
    ]);
    let program = program(document);
    let tested = run_tests(&program);
    assert!(tested[0].passed, "{:?}", tested[0].misses);
    assert!(!tested[1].passed && tested[1].misses[0].en.contains("should hold 5, holds 2"), "{:?}", tested[1].misses);
    let script: Script = serde_json::from_value(json!({"shared": {"tenant": {"greeting": "hi"}}})).unwrap();
    let report = serde_json::to_value(simulate(&program, &script)).unwrap();
    assert_eq!(report["shared"], json!({"contact": {"visits": 1}, "tenant": {"greeting": "hi"}}));
}

#[test]
fn an_input_is_not_shared() {
    let mut document = counting();
    document["variables"][0]["input"] = json!(true);
    let problems = compile(flow(document), &Language::default(), &BTreeMap::new()).unwrap_err();
    assert_eq!(problems.iter().map(|p| p.code).collect::<Vec<_>>(), ["shared_input"]);
}
