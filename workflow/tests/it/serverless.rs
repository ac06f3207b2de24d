//! The conformance scenarios of Serverless Workflow 1.0 that are in `tests/conformance`, each imported, compiled and run; and what the
//! importer refuses.

use qn_workflow::serverless::{export, import};
use qn_workflow::simulate::{Report, Script, simulate};
use qn_workflow::trace::Visit;
use qn_workflow::{Flow, Language, Program, Status, compile};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

const FILES: [(&str, &str); 4] = [
    ("data_flow", include_str!("../conformance/data_flow.yaml")),
    ("control_flow", include_str!("../conformance/control_flow.yaml")),
    ("faults", include_str!("../conformance/faults.yaml")),
    ("outside", include_str!("../conformance/outside.yaml")),
];
const REFUSED: &str = include_str!("../conformance/refused.yaml");

fn made(workflow: &Value, called: &Value) -> Program {
    let (language, mut programs, mut versions) = (Language::default(), BTreeMap::new(), BTreeMap::new());
    for (name, workflow) in called.as_object().into_iter().flatten() {
        let program = Arc::new(made(workflow, &Value::Null));
        versions.insert(name.clone(), program.hash.clone());
        programs.insert(program.hash.clone(), program);
    }
    let flow = import(workflow, &versions).unwrap_or_else(|problems| panic!("{problems:#?}"));
    compile(flow.clone(), &language, &programs)
        .unwrap_or_else(|problems| panic!("{problems:#?}\n{}", serde_json::to_string_pretty(&flow).unwrap()))
}

fn first<'v>(report: &'v Report, node: &str) -> Option<&'v Visit> {
    report.visits.iter().find(|visit| visit.node == node)
}

fn follows(case: &Value) {
    let name = case["scenario"].as_str().unwrap();
    let program = made(&case["workflow"], &case["called"]);
    let part = |name: &str| case.get(name).cloned().unwrap_or_else(|| json!({}));
    let mut script: Script = serde_json::from_value(json!({"answers": part("answers")})).unwrap();
    script.happens = serde_json::from_value(case.get("happens").cloned().unwrap_or_else(|| json!([]))).unwrap();
    if let Some(input) = case.get("input") {
        script.input.insert("input".into(), input.clone());
    }
    let report = simulate(&program, &script);
    let visits: Vec<String> = report.visits.iter().map(|v| format!("{} {:?} {:?}", v.step, v.port, v.error)).collect();
    let told = format!("{name}: {:?} {:?} {visits:#?}", report.error, report.refused);
    match case.get("fault") {
        Some(fault) => {
            let error = report.error.clone().unwrap_or_else(|| panic!("{told}"));
            assert_eq!(report.status, Status::Failed, "{told}");
            for (part, value) in fault.as_object().unwrap() {
                assert_eq!(&error.detail[part], value, "{told}");
            }
        }
        None => assert_eq!((report.status, &report.output), (Status::Done, &case["output"]), "{told}"),
    }
    if let Some(after) = case.get("after_ms") {
        assert_eq!(json!(report.now), *after, "{told}");
    }
    if let Some(order) = case.get("runs") {
        let ran: Vec<&str> =
            report.visits.iter().map(|v| v.node.as_str()).filter(|node| order.to_string().contains(&format!("\"{node}\""))).collect();
        assert_eq!(json!(ran), *order, "{told}");
    }
    for (node, request) in case.get("asked").and_then(Value::as_object).into_iter().flatten() {
        assert_eq!(&first(&report, node).unwrap().attempts[0].request, request, "{told}");
    }
}

#[test]
fn every_scenario_of_the_supported_part_runs_as_the_specification_says() {
    let mut count = 0;
    for (file, text) in FILES {
        let cases: Vec<Value> = serde_norway::from_str(text).unwrap_or_else(|e| panic!("{file}: {e}"));
        count += cases.len();
        cases.iter().for_each(follows);
    }
    assert!(count >= 30, "{count} scenarios");
}

#[test]
fn what_is_not_supported_is_refused_with_its_place_and_a_reason_in_both_languages() {
    let cases: Vec<Value> = serde_norway::from_str(REFUSED).unwrap();
    for case in &cases {
        let mut workflow = case["workflow"].clone();
        workflow["document"] = json!({"dsl": "1.0.0", "namespace": "test", "name": "refused", "version": "1.0.0"});
        let problems = import(&workflow, &BTreeMap::new()).expect_err(&case.to_string());
        assert!(problems.iter().any(|problem| problem.field == case["at"].as_str().unwrap()), "{case}: {problems:#?}");
        assert!(problems.iter().all(|p| p.zh.chars().any(|c| c > '\u{3000}') && p.code == "unsupported"), "{problems:#?}");
    }
    let no_name = import(&json!({"document": {"dsl": "0.8"}, "do": [{"x": {"set": {"a": 1}}}]}), &BTreeMap::new()).unwrap_err();
    assert_eq!(no_name.iter().map(|p| p.field.as_str()).collect::<Vec<_>>(), ["/document/dsl", "/document/name"]);
}

/// A flow of everything that can go out: variables, choices, calls that may fail, waits, signals, events, ends.
fn outgoing(change: impl FnOnce(&mut Value)) -> Flow {
    let mut flow = json!({
        "format": 1, "id": "refund", "name": "退款",
        "variables": [{"name": "order_id", "type": "text", "input": true}, {"name": "limit", "type": "integer", "input": true, "default": 500},
            {"name": "order", "type": "object"}, {"name": "paid", "type": "any"}, {"name": "n", "type": "integer", "default": 0}],
        "nodes": [
            {"id": "s", "kind": "start"},
            {"id": "look", "kind": "call", "timeout_ms": 2000, "retry": {"attempts": 3, "first_ms": 100, "cap_ms": 1000},
                "settings": {"url": "http://shop/orders/{{ order_id }}", "save": "order", "auth": {"kind": "bearer", "secret": "shop"}}},
            {"id": "check", "kind": "switch", "settings": {"cases": [{"port": "large", "when": "order.amount > limit"}, {"port": "old", "when": "!(order.days <= 7) || order.note == \"a\\\"b\""}]}},
            {"id": "count", "kind": "set", "settings": {"set": [{"variable": "n", "value": "n + 1"}, {"variable": "n", "value": "n * 2"}]}},
            {"id": "pay", "kind": "call", "timeout_ms": 2000, "settings": {"method": "POST", "url": "http://shop/pay", "body": {"order": "{{ order_id }}", "note": "no {{ n }} of {{ order_id }}"},
                "take": "answer.body.id", "save": "paid"}},
            {"id": "rest", "kind": "wait", "settings": {"for_ms": 3000}},
            {"id": "told", "kind": "emit", "settings": {"event": "refund.done", "payload": {"id": "{{ paid }}"}}},
            {"id": "good", "kind": "end", "settings": {"output": {"refund": "{{ paid }}", "n": "{{ n }}"}}},
            {"id": "no", "kind": "end", "settings": {"output": {"why": "not allowed"}}},
            {"id": "bad", "kind": "end", "settings": {"failed": "lost: {{ error.message }}"}}
        ],
        "edges": [
            {"from": "s", "to": "look"}, {"from": "look", "to": "check"}, {"from": "look", "port": "error", "to": "bad"},
            {"from": "check", "port": "large", "to": "no"}, {"from": "check", "port": "old", "to": "no"}, {"from": "check", "port": "otherwise", "to": "count"},
            {"from": "count", "to": "pay"}, {"from": "pay", "to": "rest"}, {"from": "pay", "port": "error", "to": "bad"}, {"from": "rest", "to": "told"}, {"from": "told", "to": "good"}
        ]
    });
    change(&mut flow);
    serde_json::from_value(flow).unwrap()
}

#[test]
fn what_goes_out_comes_back_and_does_the_same() {
    let flow = outgoing(|_| ());
    let workflow = export(&flow, &BTreeMap::new()).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let text = serde_norway::to_string(&workflow).unwrap();
    let back = qn_workflow::text::read(&text, &BTreeMap::new()).unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"));
    let language = Language::default();
    let (ours, theirs) = (
        compile(flow, &language, &BTreeMap::new()).unwrap(),
        compile(back, &language, &BTreeMap::new()).unwrap_or_else(|p| panic!("{p:#?}\n{text}")),
    );
    let order = |amount: i64, days: i64| json!({"amount": amount, "days": days, "note": "-"});
    let cases = [
        (json!({"look": [order(5, 1)], "pay": [{"id": "r1"}]}), Status::Done, json!({"refund": "r1", "n": 2})),
        (json!({"look": [order(501, 1)]}), Status::Done, json!({"why": "not allowed"})),
        (json!({"look": [order(5, 8)]}), Status::Done, json!({"why": "not allowed"})),
        (
            json!({"look": [{"error": "unavailable"}, {"error": "unavailable"}, order(5, 1)], "pay": [{"id": "r2"}]}),
            Status::Done,
            json!({"refund": "r2", "n": 2}),
        ),
        (json!({"look": [{"status": 404}, {"status": 404}, {"status": 404}]}), Status::Failed, Value::Null),
        (json!({"look": [order(5, 1)], "pay": [{"status": 409}]}), Status::Failed, Value::Null),
    ];
    for (answers, status, output) in cases {
        let renamed: serde_json::Map<String, Value> =
            answers.as_object().unwrap().iter().map(|(node, list)| (format!("{node}_asks"), list.clone())).collect();
        let a = simulate(&ours, &serde_json::from_value(json!({"answers": answers, "input": {"order_id": "SO1"}})).unwrap());
        let b = simulate(&theirs, &serde_json::from_value(json!({"answers": renamed, "input": {"input": {"order_id": "SO1"}}})).unwrap());
        assert_eq!((a.status, &a.output), (status, &output), "{answers}");
        assert_eq!((b.status, &b.output), (status, &output), "{answers} {:?} {:?}", b.error, b.refused);
        let asked = |report: &Report| -> Vec<Value> {
            let calls = report.visits.iter().flat_map(|visit| &visit.attempts).filter(|attempt| attempt.request["do"] == "call");
            calls.map(|attempt| json!([attempt.request["method"], attempt.request["url"], attempt.request["body"]])).collect()
        };
        let (first, second) = (asked(&a), asked(&b));
        assert!(first.iter().all(|call| second.contains(call)), "{first:?} {second:?}");
    }
}

#[test]
fn what_has_no_counterpart_does_not_go_out() {
    let refused = |node: Value| {
        let flow = outgoing(|flow| flow["nodes"].as_array_mut().unwrap().push(node));
        export(&flow, &BTreeMap::new()).unwrap_err().into_iter().map(|p| (p.code, p.node.unwrap_or_default())).collect::<Vec<_>>()
    };
    for node in [
        json!({"id": "x", "kind": "say", "settings": {"text": "hi"}}),
        json!({"id": "x", "kind": "loop", "settings": {"each": "[1]"}}),
        json!({"id": "x", "kind": "set", "settings": {"set": [{"variable": "n", "value": "n / 2"}]}}),
        json!({"id": "x", "kind": "set", "settings": {"set": [{"variable": "order", "value": "context.contact"}]}}),
        json!({"id": "x", "kind": "wait", "settings": {"until": "now"}}),
        json!({"id": "x", "kind": "sub_flow", "settings": {"flow": "abc"}}),
        json!({"id": "x", "kind": "call", "settings": {"url": "http://x/", "auth": {"kind": "hmac", "secret": "s"}}}),
    ] {
        assert_eq!(refused(node.clone()), [("unsupported", "x".to_owned())], "{node}");
    }
}
