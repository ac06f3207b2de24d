//! Failing and taking back: scopes that catch, answers that were lost, compensations that fail, cancelling half-way.

use crate::world::World;
use qn_workflow::run::Refusal;
use qn_workflow::{Event, Flow, Language, Program, Status, compile};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

pub fn program(nodes: Value, edges: &[(&str, &str, &str)]) -> Arc<Program> {
    program_of(nodes, edges, json!([{"name": "n", "type": "integer", "default": 0}, {"name": "kept", "type": "any"}]))
}

pub fn program_of(nodes: Value, edges: &[(&str, &str, &str)], variables: Value) -> Arc<Program> {
    let edges: Vec<Value> = edges.iter().map(|(from, port, to)| json!({"from": from, "port": port, "to": to})).collect();
    let flow: Flow =
        serde_json::from_value(json!({"format": 1, "id": "f", "name": "f", "variables": variables, "nodes": nodes, "edges": edges}))
            .unwrap();
    Arc::new(compile(flow, &Language::default(), &BTreeMap::new()).unwrap_or_else(|problems| panic!("{problems:#?}")))
}

fn post(id: &str, path: &str) -> Value {
    json!({"id": id, "kind": "call", "timeout_ms": 1000, "settings": {"method": "POST", "url": format!("http://x/{path}"), "body": {"of": id}}})
}

fn undo(id: &str) -> Value {
    json!({"id": id, "kind": "call", "timeout_ms": 1000, "settings": {"method": "POST", "url": "http://x/undo", "body": {"ref": "{{ done.ref }}"}}})
}

fn node(id: &str, kind: &str, settings: Value) -> Value {
    json!({"id": id, "kind": kind, "settings": settings})
}

#[test]
fn a_lost_answer_is_asked_for_again_under_the_same_key() {
    let mut pay = post("pay", "lossy");
    pay["retry"] = json!({"attempts": 3, "first_ms": 100});
    let program = program(
        json!([node("s", "start", json!({})), pay, node("e", "end", json!({})), node("x", "end", json!({"failed": "x"}))]),
        &[("s", "next", "pay"), ("pay", "next", "e"), ("pay", "error", "x")],
    );
    let world = World::new(program).run();
    assert_eq!(world.state.status, Status::Done);
    assert_eq!(world.done_at("lossy"), ["run_1/pay/-"]);
    assert_eq!(world.asked["run_1/pay/-"], 2);
}

#[test]
fn a_scope_that_fails_takes_back_its_own_work_and_goes_on_at_its_error_port() {
    let program = program(
        json!([
            node("s", "start", json!({})),
            post("first", "do"),
            undo("u1"),
            node("each", "loop", json!({"each": "[1, 2]"})),
            post("inner", "do"),
            undo("u2"),
            node("odd", "choose", json!({"when": "item == 1"})),
            post("bad", "no"),
            node("x", "end", json!({"failed": "first failed"})),
            node("e", "end", json!({"output": "{{ error.kind }}"})),
            node("fine", "end", json!({})),
        ]),
        &[
            ("s", "next", "first"),
            ("first", "next", "each"),
            ("first", "undo", "u1"),
            ("first", "error", "x"),
            ("each", "body", "inner"),
            ("each", "done", "fine"),
            ("each", "error", "e"),
            ("inner", "next", "odd"),
            ("inner", "undo", "u2"),
            ("inner", "error", "x"),
            ("odd", "yes", "each"),
            ("odd", "no", "bad"),
            ("bad", "next", "each"),
            ("bad", "error", "x"),
        ],
    );
    // The failed end fails the loop, whose error port catches it: the rounds are taken back, `first` stands.
    let world = World::new(program).run();
    assert_eq!(world.state.status, Status::Done, "{:?}", world.state.error);
    assert_eq!(world.state.output, json!("failed"));
    assert_eq!(world.done_at("do"), ["run_1/first/-", "run_1/inner/each[0]", "run_1/inner/each[1]"]);
    assert_eq!(world.undone(), ["run_1/inner/each[1]", "run_1/inner/each[0]"]);
}

#[test]
fn a_step_that_may_have_happened_is_taken_back_too() {
    let maybe = json!({"id": "maybe", "kind": "call", "timeout_ms": 1000, "settings": {"method": "POST", "url": "http://x/silent"}});
    let back = json!({"id": "back", "kind": "call", "timeout_ms": 1000, "settings": {"method": "POST", "url": "http://x/undo", "body": {"ref": "maybe"}}});
    let program = program(
        json!([
            node("s", "start", json!({})),
            maybe,
            back,
            node("x", "end", json!({"failed": "{{ error.kind }}"})),
            node("e", "end", json!({}))
        ]),
        &[("s", "next", "maybe"), ("maybe", "next", "e"), ("maybe", "error", "x"), ("maybe", "undo", "back")],
    );
    let world = World::new(program).run();
    assert_eq!(world.state.error.as_ref().unwrap().message, "timeout");
    assert_eq!(world.undone(), ["maybe"]);
}

#[test]
fn a_compensation_that_fails_is_kept_for_a_person_and_the_others_go_on() {
    let broken = json!({"id": "broken", "kind": "call", "timeout_ms": 1000, "settings": {"url": "http://x/down"},
        "retry": {"attempts": 3, "first_ms": 10}});
    let program = program(
        json!([
            node("s", "start", json!({})),
            post("a", "do"),
            undo("ua"),
            post("b", "do"),
            broken,
            node("x", "end", json!({"failed": "no"}))
        ]),
        &[
            ("s", "next", "a"),
            ("a", "next", "b"),
            ("a", "undo", "ua"),
            ("a", "error", "x"),
            ("b", "next", "x"),
            ("b", "error", "x"),
            ("b", "undo", "broken"),
        ],
    );
    let world = World::new(program).run();
    assert_eq!(world.state.status, Status::Failed);
    assert_eq!(world.state.not_undone().map(|u| u.step.to_string()).collect::<Vec<_>>(), ["b@"]);
    assert_eq!(world.undone(), ["run_1/a/-"]);
    assert_eq!(world.asked.iter().find(|(key, _)| key.contains("broken")).map(|(_, n)| *n), Some(3));
}

#[test]
fn cancelling_takes_back_and_is_asked_for_only_once() {
    let wait = json!({"id": "w", "kind": "approval", "timeout_ms": 60_000, "settings": {"who": "x", "title": "t"}});
    let program = program(
        json!([
            node("s", "start", json!({})),
            post("a", "do"),
            undo("u"),
            wait,
            node("e", "end", json!({})),
            node("x", "end", json!({"failed": "no"}))
        ]),
        &[
            ("s", "next", "a"),
            ("a", "next", "w"),
            ("a", "undo", "u"),
            ("a", "error", "x"),
            ("w", "approved", "e"),
            ("w", "rejected", "x"),
            ("w", "error", "x"),
        ],
    );
    let mut world = World::new(program);
    world.mute = true;
    world.start(json!({}));
    world.tick();
    let cancel = Event::Cancel { reason: "the customer changed their mind".into() };
    world.event(&cancel).unwrap();
    assert_eq!(world.event(&cancel), Err(Refusal::NotRunning));
    world.go();
    assert_eq!(world.state.status, Status::Cancelled);
    assert_eq!(world.undone(), ["run_1/a/-"]);
}
