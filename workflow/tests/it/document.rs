//! The document: its schema, its hash, and that it goes through JSON unchanged.

use qn_workflow::{Flow, hash, nodes, schema};
use serde_json::json;

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
