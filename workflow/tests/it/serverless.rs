//! The conformance scenarios of Serverless Workflow 1.0 that are in `tests/conformance`, each imported, compiled and run; and what the
//! importer refuses.

use qn_workflow::serverless::import;
use qn_workflow::simulate::{Report, Script, simulate};
use qn_workflow::trace::Visit;
use qn_workflow::{Language, Program, Status, compile};
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
