//! Flows and answers that mean harm: nothing here may take long, grow without bound, or reach what it should not.

use crate::world::{NOON, World};
use qn_workflow::run::Refusal;
use qn_workflow::simulate::{Script, simulate};
use qn_workflow::{Context, Event, Flow, Language, Moment, Program, RunState, Status, advance, compile};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

fn flow(nodes: Value, edges: &[(&str, &str, &str)]) -> Result<Arc<Program>, Vec<&'static str>> {
    let edges: Vec<Value> = edges.iter().map(|(from, port, to)| json!({"from": from, "port": port, "to": to})).collect();
    let variables = json!([{"name": "a", "type": "any", "default": ""}, {"name": "b", "type": "any"}, {"name": "given", "type": "any", "input": true, "default": 1}]);
    let flow: Flow =
        serde_json::from_value(json!({"format": 1, "id": "f", "name": "f", "variables": variables, "nodes": nodes, "edges": edges}))
            .unwrap();
    compile(flow, &Language::default(), &BTreeMap::new()).map(Arc::new).map_err(|problems| problems.into_iter().map(|p| p.code).collect())
}

/// One node between a start and an end; `error` and all else leads to a second end.
fn one(node: Value) -> Result<Arc<Program>, Vec<&'static str>> {
    let mut edges = vec![("s", "next", "x"), ("x", "next", "e")];
    let node_is_ask = node["kind"] == "ask";
    if matches!(node["kind"].as_str().unwrap(), "call" | "ask") {
        edges.push(("x", "error", "bad"));
    }
    if node["kind"] == "ask" {
        edges.push(("x", "unclear", "bad"));
    }
    let mut nodes = vec![json!({"id": "s", "kind": "start"}), node, json!({"id": "e", "kind": "end", "settings": {"output": "{{ a }}"}})];
    let lost = if node_is_ask { "lost" } else { "{{ error.kind }}" };
    if edges.len() > 2 {
        nodes.push(json!({"id": "bad", "kind": "end", "settings": {"output": lost}}));
    }
    flow(json!(nodes), &edges)
}

fn call(settings: Value) -> Arc<Program> {
    one(json!({"id": "x", "kind": "call", "timeout_ms": 1000, "settings": settings})).unwrap()
}

fn script(value: Value) -> Script {
    serde_json::from_value(value).unwrap()
}

#[test]
fn what_a_customer_types_is_never_an_expression_or_a_part_of_the_address() {
    let evil = "{{ context.contact.email }}${a}\r\nX-Evil: 1";
    let ask = one(json!({"id": "x", "kind": "ask", "timeout_ms": 1000, "settings": {"text": "?", "save": "a"}})).unwrap();
    let script = script(json!({"answers": {"x": [evil]}, "context": {"contact": {"email": "mei@example.com"}}}));
    assert_eq!(simulate(&ask, &script).output, json!(evil));
    let asked = |url: &str, given: &str| -> Value {
        let mut script = Script::default();
        script.input.insert("given".into(), json!(given));
        let report = simulate(&call(json!({"url": url})), &script);
        report.visits.iter().find(|v| v.node == "x").unwrap().attempts.first().map_or(report.output, |a| a.request["url"].clone())
    };
    let address = "http://shop/orders/{{ given }}?q={{ given }}";
    assert_eq!(asked(address, "7"), "http://shop/orders/7?q=7");
    assert_eq!(asked(address, "../admin?x=1#y"), "http://shop/orders/..%2Fadmin%3Fx%3D1%23y?q=..%2Fadmin%3Fx%3D1%23y");
    assert_eq!(asked("http://{{ given }}/", "evil.example/@shop"), "http://evil.example%2F%40shop/");
    assert_eq!(asked(address, ".."), "invalid", "dots would walk up");
    assert_eq!(asked("{{ given }}/x", "http://base:9/p"), "http://base:9/p/x", "an address may begin with one");
    let header = call(json!({"url": "http://x/", "headers": {"X-Note": "{{ given }}"}}));
    let mut script = Script::default();
    script.input.insert("given".into(), json!("a\r\nX-Evil: 1"));
    assert_eq!(simulate(&header, &script).output, "invalid");
}

#[test]
fn secrets_and_the_host_have_no_names_in_any_template() {
    for template in ["{{ secret }}", "{{ secrets.shop }}", "{{ env.HOME }}", "{{ auth.secret }}", "{{ process }}"] {
        let said = one(json!({"id": "x", "kind": "say", "settings": {"text": template}}));
        assert!(said.unwrap_err().contains(&"unknown_variable"), "{template}");
    }
}

#[test]
fn values_too_large_to_keep_fail_the_step_and_nothing_is_journaled_of_them() {
    let large = json!("x".repeat(1_100_000));
    let keep = call(json!({"url": "http://x/", "save": "a"}));
    let mut script = Script::default();
    script.pins.insert("x".into(), large.clone());
    let report = simulate(&keep, &script);
    assert_eq!(report.output, "limit");
    assert!(serde_json::to_string(&report.journal).unwrap().len() < 5_000);
    // Each is small enough, all together are not.
    let many: Vec<Value> = (0..20).map(|_| json!({"variable": "a", "value": "a + a"})).collect();
    let set = one(json!({"id": "x", "kind": "set", "settings": {"set": [{"variable": "a", "value": "given"}]}})).unwrap();
    let mut script = Script::default();
    script.input.insert("given".into(), json!("x".repeat(900_000)));
    assert_eq!(simulate(&set, &script).status, Status::Done);
    let doubles = flow(
        json!([{"id": "s", "kind": "start"}, {"id": "x", "kind": "set", "settings": {"set": [{"variable": "a", "value": "given"}]}},
            {"id": "y", "kind": "set", "settings": {"set": many}}, {"id": "e", "kind": "end"}]),
        &[("s", "next", "x"), ("x", "next", "y"), ("y", "next", "e")],
    );
    let report = simulate(&doubles.unwrap(), &script);
    assert_eq!((report.status, report.error.unwrap().kind.as_str()), (Status::Failed, "limit"));
    // A body that repeats a large value.
    let body: Vec<&str> = vec!["{{ given }}"; 1_000];
    let report = simulate(&call(json!({"method": "POST", "url": "http://x/", "body": body})), &script);
    assert_eq!(report.output, "limit");
}

#[test]
fn a_start_or_a_signal_with_too_much_is_refused() {
    let program = one(json!({"id": "x", "kind": "wait", "settings": {"for_ms": 5}})).unwrap();
    let moment = Moment { now: NOON, random: 0 };
    let large = json!("x".repeat(1_100_000));
    let start = |input: Value, context: Context| {
        let Value::Object(input) = input else { panic!() };
        advance(&program, &RunState::new("r"), &Event::Start { input, context: Box::new(context) }, moment)
    };
    assert_eq!(start(json!({"given": large}), Context::default()).err(), Some(Refusal::TooLarge));
    assert_eq!(start(json!({}), Context { event: large.clone(), ..Context::default() }).err(), Some(Refusal::TooLarge));
    let running = start(json!({}), Context::default()).unwrap().next;
    let signal = Event::Signal { id: "s".into(), name: "paid".into(), payload: large, step: None };
    assert_eq!(advance(&program, &running, &signal, moment).err(), Some(Refusal::TooLarge));
}

#[test]
fn circles_without_a_wait_are_not_published_and_those_with_one_are_bounded() {
    let choose = |id: &str| json!({"id": id, "kind": "choose", "settings": {"when": "true"}});
    let call = json!({"id": "c", "kind": "call", "timeout_ms": 5, "settings": {"url": "http://x/"}});
    let (start, end) = (json!({"id": "s", "kind": "start"}), json!({"id": "e", "kind": "end"}));
    for (nodes, edges) in [
        (json!([start, choose("q"), end]), vec![("s", "next", "q"), ("q", "yes", "q"), ("q", "no", "e")]),
        (
            json!([start, choose("q"), choose("r"), end]),
            vec![("s", "next", "q"), ("q", "yes", "r"), ("r", "yes", "q"), ("q", "no", "e"), ("r", "no", "e")],
        ),
        (json!([start, call, end]), vec![("s", "next", "c"), ("c", "error", "c"), ("c", "next", "e")]),
    ] {
        assert!(flow(nodes, &edges).unwrap_err().contains(&"spinning_cycle"));
    }
    // A wait of a millisecond in a circle: the simulation has its own bound.
    let wait = json!({"id": "w", "kind": "wait", "settings": {"for_ms": 1}});
    let program =
        flow(json!([start, wait, choose("q"), end]), &[("s", "next", "w"), ("w", "next", "q"), ("q", "yes", "w"), ("q", "no", "e")]);
    let began = Instant::now();
    let report = simulate(&program.unwrap(), &Script::default());
    assert_eq!(report.status, Status::Running);
    assert!(report.events <= 20_000 && began.elapsed() < Duration::from_secs(30));
}

#[test]
fn deep_json_is_refused_or_carried_without_harm() {
    let deep = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!([inner]));
    let text = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    assert!(serde_json::from_str::<Value>(&text).is_err(), "what comes as text is bounded by its reader");
    let carried = std::thread::Builder::new().stack_size(2 * 1024 * 1024).spawn(move || {
        let program = call(json!({"method": "POST", "url": "http://x/", "body": deep(120), "save": "a"}));
        let mut script = Script::default();
        script.pins.insert("x".into(), deep(120));
        simulate(&program, &script).output == deep(120)
    });
    assert!(carried.unwrap().join().unwrap());
}

#[test]
fn names_of_nodes_cannot_forge_keys_or_paths() {
    for id in ["a/b", "a@b", "a~2", "a.b", "x[0]", "", "退款", &"x".repeat(65)] {
        let found = one(json!({"id": id, "kind": "resolve"})).unwrap_err();
        assert!(found.contains(&"bad_id"), "{id}: {found:?}");
    }
}

#[test]
fn a_flood_of_signals_is_refused_before_it_fills_the_run() {
    let mut world = World::new(one(json!({"id": "x", "kind": "wait", "settings": {"for_ms": 5}})).unwrap());
    world.mute = true;
    world.start(json!({}));
    let mut signal = |n: usize| world.event(&Event::Signal { id: format!("s{n}"), name: "x".into(), payload: json!(1), step: None });
    assert!((0..100).all(|n| signal(n).is_ok()));
    assert_eq!(signal(100), Err(Refusal::TooManySignals));
}
