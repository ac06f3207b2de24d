//! The document: its schema, its hash, and that it goes through JSON unchanged.

use qn_workflow::text::{self, Format};
use qn_workflow::{Flow, hash, nodes, schema};
use serde_json::json;
use std::collections::BTreeMap;

#[test]
fn the_schema_names_every_part_and_every_kind_has_one_for_its_settings() {
    let schema = schema();
    for part in ["nodes", "edges", "variables", "tests", "layout"] {
        assert!(schema["properties"][part].is_object(), "{part}");
    }
    for kind in nodes::ALL {
        let spec = kind.spec();
        assert_eq!((spec.settings)()["type"], "object", "{}", spec.name);
        assert!(!spec.zh.is_empty() && !spec.en.is_empty());
        assert_eq!(nodes::ALL.iter().filter(|k| k.spec().name == spec.name).count(), 1, "{}", spec.name);
    }
}

#[test]
fn a_document_keeps_its_hash_through_json_and_changes_it_with_its_meaning() {
    let text = json!({"format": 1, "id": "f", "name": "退款", "nodes": [{"id": "s", "kind": "start"}], "edges": [],
        "layout": {"s": {"x": 1.5, "y": 2.0}}});
    let flow: Flow = serde_json::from_value(text.clone()).unwrap();
    let again: Flow = serde_json::from_str(&serde_json::to_string(&flow).unwrap()).unwrap();
    assert_eq!((&flow, hash::of_flow(&flow)), (&again, hash::of_flow(&again)));
    let mut other = flow.clone();
    other.nodes[0].title = "x".into();
    assert_ne!(hash::of_flow(&flow), hash::of_flow(&other));
    let mut unknown = text;
    unknown["colour"] = json!("red");
    assert!(serde_json::from_value::<Flow>(unknown).is_err(), "unknown fields are refused, not dropped");
}

#[test]
fn a_document_goes_out_as_json_and_yaml_and_comes_back_the_same() {
    let refund: Flow = serde_json::from_str(include_str!("../../../examples/flows/refund.json")).unwrap();
    for format in [Format::Json, Format::Yaml] {
        let text = text::write(&refund, format);
        let again = text::read(&text, &BTreeMap::new()).unwrap();
        assert_eq!((&again, hash::of_flow(&again)), (&refund, hash::of_flow(&refund)), "{format:?}");
        assert_eq!(text::write(&again, format), text);
    }
    let workflow = "document: { dsl: '1.0.0', name: hello, namespace: a, version: '1' }\ndo: [ { a: { set: { b: 1 } } } ]";
    assert_eq!(text::read(workflow, &BTreeMap::new()).unwrap().id, "hello");
}

#[test]
fn text_that_is_no_document_is_refused_with_a_reason() {
    let code = |source: &str| text::read(source, &BTreeMap::new()).unwrap_err().remove(0).code;
    assert_eq!(code("{\"format\": 1"), "unreadable");
    assert_eq!(code("- a\n- b: ["), "unreadable");
    assert_eq!(code("{\"colour\": 1}"), "unreadable");
    assert_eq!(code(&"x".repeat(3 * 1024 * 1024)), "too_large");
    assert_eq!(code(&format!("{{\"a\": {}", "[".repeat(100_000))), "unreadable");
    assert_eq!(code(&format!("a: {}", "[".repeat(100_000))), "unreadable");
    assert_eq!(code(&format!("a:\n  {}x", "- ".repeat(100_000))), "unreadable");
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for n in 1..12 {
        let refs = vec![format!("*a{}", n - 1); 9].join(", ");
        bomb += &format!("a{n}: &a{n} [{refs}]\n");
    }
    assert_eq!(code(&bomb), "unreadable", "a few lines of YAML must not become gigabytes");
}
