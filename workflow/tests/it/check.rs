//! What the validator finds: one small flow for each code, named at the right node; and nothing in a sound one.

use qn_workflow::{Flow, Language, Problem, compile};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

fn problems(nodes: Value, edges: &[(&str, &str, &str)]) -> Vec<Problem> {
    let edges: Vec<Value> = edges.iter().map(|(from, port, to)| json!({"from": from, "port": port, "to": to})).collect();
    let variables = json!([{"name": "n", "type": "integer", "default": 0}, {"name": "late", "type": "text"}, {"name": "paid", "type": "boolean", "default": false}]);
    let flow: Flow =
        serde_json::from_value(json!({"format": 1, "id": "f", "name": "f", "variables": variables, "nodes": nodes, "edges": edges}))
            .unwrap();
    compile(flow, &Language::default(), &BTreeMap::new()).err().unwrap_or_default()
}

fn found(nodes: Value, edges: &[(&str, &str, &str)]) -> Vec<(&'static str, String)> {
    problems(nodes, edges).into_iter().map(|p| (p.code, p.node.unwrap_or_default())).collect()
}

fn node(id: &str, kind: &str, settings: Value) -> Value {
    json!({"id": id, "kind": kind, "settings": settings})
}

fn start() -> Value {
    node("s", "start", json!({}))
}

fn end() -> Value {
    node("e", "end", json!({}))
}

fn when(id: &str, condition: &str) -> Value {
    node(id, "choose", json!({"when": condition}))
}

/// Code, node, nodes of the flow, edges.
type Case = (&'static str, &'static str, Value, Vec<(&'static str, &'static str, &'static str)>);

#[test]
fn every_problem_has_its_code_and_its_node() {
    let both = |id| [("s", "next", id), (id, "yes", "e"), (id, "no", "e")];
    let call = |timeout: Value| json!({"id": "c", "kind": "call", "settings": {"url": "http://x/"}, "timeout_ms": timeout});
    let cases: Vec<Case> = vec![
        ("no_start", "", json!([end()]), vec![]),
        ("many_starts", "", json!([start(), node("s2", "start", json!({})), end()]), vec![("s", "next", "e"), ("s2", "next", "e")]),
        ("duplicate_node", "e", json!([start(), end(), end()]), vec![("s", "next", "e")]),
        ("unknown_kind", "q", json!([start(), node("q", "magic", json!({})), end()]), vec![("s", "next", "e")]),
        ("bad_settings", "q", json!([start(), node("q", "choose", json!({"wen": "x"})), end()]), both("q").to_vec()),
        ("edge_to_nowhere", "s", json!([start(), end()]), vec![("s", "next", "gone")]),
        ("two_edges", "s", json!([start(), end(), node("e2", "end", json!({}))]), vec![("s", "next", "e"), ("s", "next", "e2")]),
        ("unknown_port", "s", json!([start(), end()]), vec![("s", "next", "e"), ("s", "maybe", "e")]),
        ("open_port", "q", json!([start(), when("q", "n > 1"), end()]), vec![("s", "next", "q"), ("q", "yes", "e")]),
        ("unreachable", "q", json!([start(), when("q", "n > 1"), end()]), vec![("s", "next", "e"), ("q", "yes", "e"), ("q", "no", "e")]),
        (
            "no_end",
            "w",
            json!([start(), when("q", "n > 1"), node("w", "wait", json!({"for_ms": 5})), end()]),
            vec![("s", "next", "q"), ("q", "yes", "e"), ("q", "no", "w"), ("w", "next", "w")],
        ),
        (
            "spinning_cycle",
            "q",
            json!([start(), when("q", "n > 1"), node("z", "set", json!({"set": []})), end()]),
            vec![("s", "next", "q"), ("q", "yes", "e"), ("q", "no", "z"), ("z", "next", "q")],
        ),
        ("unknown_variable", "q", json!([start(), when("q", "nobody == 1"), end()]), both("q").to_vec()),
        ("unbound_variable", "q", json!([start(), when("q", "late == 'x'"), end()]), both("q").to_vec()),
        ("type_mismatch", "q", json!([start(), when("q", "n == 'x'"), end()]), both("q").to_vec()),
        ("type_mismatch", "q", json!([start(), when("q", "n + 1"), end()]), both("q").to_vec()),
        (
            "type_mismatch",
            "q",
            json!([start(), node("q", "set", json!({"set": [{"variable": "paid", "value": "n + 1"}]})), end()]),
            vec![("s", "next", "q"), ("q", "next", "e")],
        ),
        (
            "type_mismatch",
            "q",
            json!([start(), node("q", "answer", json!({"question": "?", "save": "late"})), end()]),
            vec![("s", "next", "q"), ("q", "found", "e"), ("q", "not_found", "e"), ("q", "error", "e")],
        ),
        (
            "type_mismatch",
            "q",
            json!([start(), {"id": "q", "kind": "ask", "settings": {"text": "How many?", "save": "n"}, "timeout_ms": 5}, end()]),
            vec![("s", "next", "q"), ("q", "unclear", "e"), ("q", "error", "e"), ("q", "next", "e")],
        ),
        (
            "type_mismatch",
            "q",
            json!([start(), {"id": "q", "kind": "call", "settings": {"url": "http://x/", "take": "answer.status == 200", "save": "n"}, "timeout_ms": 5}, end()]),
            vec![("s", "next", "q"), ("q", "error", "e"), ("q", "next", "e")],
        ),
        ("bad_expression", "q", json!([start(), when("q", "n >"), end()]), both("q").to_vec()),
        (
            "bad_settings",
            "t",
            json!([start(), node("t", "say", json!({"text": "x", "links": [{"label": "x", "url": "javascript:alert(1)"}]})), end()]),
            vec![("s", "next", "t"), ("t", "next", "e")],
        ),
        (
            "bad_settings",
            "t",
            json!([start(), node("t", "say", json!({"text": "x", "images": [{"url": "file:///etc/passwd", "alt": "x"}]})), end()]),
            vec![("s", "next", "t"), ("t", "next", "e")],
        ),
        (
            "bad_settings",
            "t",
            json!([start(), node("t", "say", json!({"text": "x", "images": [{"url": "https://a.example/x.png", "alt": " "}]})), end()]),
            vec![("s", "next", "t"), ("t", "next", "e")],
        ),
        (
            "bad_settings",
            "s",
            json!([node("s", "start", json!({"words": [{"on": "resume", "zh": "x"}, {"on": "resume", "en": "y"}]})), end()]),
            vec![("s", "next", "e")],
        ),
        ("bad_settings", "s", json!([node("s", "start", json!({"words": [{"on": "resume"}]})), end()]), vec![("s", "next", "e")]),
        ("too_costly", "q", json!([start(), when("q", &"(".repeat(100)), end()]), both("q").to_vec()),
        (
            "missing_timeout",
            "c",
            json!([start(), call(Value::Null), end()]),
            vec![("s", "next", "c"), ("c", "next", "e"), ("c", "error", "e")],
        ),
        ("missing_error_edge", "c", json!([start(), call(json!(5)), end()]), vec![("s", "next", "c"), ("c", "next", "e")]),
        ("join_alone", "j", json!([start(), node("j", "join", json!({})), end()]), vec![("s", "next", "j"), ("j", "next", "e")]),
        (
            "no_join",
            "p",
            json!([start(), node("p", "parallel", json!({"branches": ["a"]})), end()]),
            vec![("s", "next", "p"), ("p", "a", "e")],
        ),
        (
            "open_loop",
            "l",
            json!([start(), node("l", "loop", json!({"each": "[1]"})), end()]),
            vec![("s", "next", "l"), ("l", "body", "e"), ("l", "done", "e")],
        ),
        (
            "unknown_flow",
            "f",
            json!([start(), node("f", "sub_flow", json!({"flow": "abc"})), end()]),
            vec![("s", "next", "f"), ("f", "next", "e")],
        ),
    ];
    for (code, at, nodes, edges) in cases {
        let found = found(nodes, &edges);
        assert!(found.contains(&(code, at.to_owned())), "{code} at {at}: {found:?}");
    }
}

#[test]
fn a_value_set_on_every_way_is_bound_and_on_one_only_is_not() {
    let set = |id: &str| node(id, "set", json!({"set": [{"variable": "late", "value": "'x'"}]}));
    let read = node("r", "choose", json!({"when": "late == 'x'"}));
    let ways = |with: &'static str| {
        vec![("s", "next", "q"), ("q", "yes", "a"), ("q", "no", with), ("a", "next", "r"), ("r", "yes", "e"), ("r", "no", "e")]
    };
    let nodes = json!([start(), when("q", "n > 1"), set("a"), read, end()]);
    assert_eq!(found(nodes, &ways("r")), [("unbound_variable", "r".to_owned())]);
    let nodes = json!([start(), when("q", "n > 1"), set("a"), read, end()]);
    assert_eq!(found(nodes, &ways("a")), []);
    let branches = json!([
        start(),
        node("p", "parallel", json!({"branches": ["x", "y"]})),
        set("a"),
        node("b", "set", json!({"set": []})),
        node("j", "join", json!({})),
        read,
        end()
    ]);
    let edges = [
        ("s", "next", "p"),
        ("p", "x", "a"),
        ("p", "y", "b"),
        ("a", "next", "j"),
        ("b", "next", "j"),
        ("j", "next", "r"),
        ("r", "yes", "e"),
        ("r", "no", "e"),
    ];
    assert_eq!(found(branches, &edges), [], "all branches have come: what one set is set");
}

#[test]
fn problems_speak_both_languages() {
    for problem in problems(json!([start(), when("q", "nobody == 1"), end()]), &[("s", "next", "q")]) {
        assert!(problem.zh.chars().any(|c| c > '\u{3000}') && problem.en.is_ascii(), "{problem:?}");
    }
}

fn warned(nodes: Value, edges: &[(&str, &str, &str)]) -> Vec<(&'static str, String, bool)> {
    let edges: Vec<Value> = edges.iter().map(|(from, port, to)| json!({"from": from, "port": port, "to": to})).collect();
    let variables = json!([{"name": "who", "type": "text"}, {"name": "copy", "type": "any"}]);
    let flow = json!({"format": 1, "id": "f", "name": "f", "variables": variables, "nodes": nodes, "edges": edges});
    let found = qn_workflow::check(serde_json::from_value(flow).unwrap(), &Language::default(), &BTreeMap::new());
    found.into_iter().map(|p| (p.code, p.node.clone().unwrap_or_default(), p.is_error())).collect()
}

#[test]
fn a_talk_without_a_person_or_with_a_silent_ending_is_warned_of() {
    let ask = json!({"id": "a", "kind": "ask", "settings": {"text": "?", "save": "who"}, "timeout_ms": 5});
    let ways = |lost: &'static str| {
        [("s", "next", "a"), ("a", "next", "y"), ("y", "next", "e"), ("a", "unclear", lost), ("a", "error", lost), ("h", "next", "e")]
    };
    let say = node("y", "say", json!({"text": "thanks"}));
    let nodes = json!([start(), ask, say, node("h", "hand_off", json!({"note": "lost"})), end()]);
    assert_eq!(warned(nodes, &ways("h")), []);
    let silent = warned(json!([start(), ask, say, end()]), &ways("e")[..5]);
    let warning = |code, node: &str| (code, node.to_owned(), false);
    assert_eq!(silent, [warning("no_person", "a"), warning("missing_fallback", "a"), warning("missing_fallback", "a")]);
    let given = json!([start(), ask, say, node("h", "assign", json!({"name": "售后"})), end()]);
    let ways_there = [&ways("h")[..], &[("h", "unavailable", "e")]].concat();
    assert_eq!(warned(given, &ways_there), [], "whom the conversation is given to is a person as well");
    let call = json!({"id": "c", "kind": "call", "settings": {"url": "http://x/"}, "timeout_ms": 5});
    let quiet = [("s", "next", "c"), ("c", "next", "e"), ("c", "error", "e")];
    assert_eq!(warned(json!([start(), call, end()]), &quiet), [], "a flow that does not talk owes nobody a word");
}

#[test]
fn personal_data_leave_the_house_only_for_a_purpose() {
    let sends = |body: &str, purpose: &str| {
        let copy =
            node("t", "set", json!({"set": [{"variable": "copy", "value": "context.contact"}, {"variable": "who", "value": "'x'"}]}));
        let call = json!({"id": "c", "kind": "call", "timeout_ms": 5, "settings":
            {"method": "POST", "url": "http://x/", "body": {"x": [body]}, "purpose": purpose, "take": "context.contact.email"}});
        let ways = [("s", "next", "t"), ("t", "next", "c"), ("c", "next", "e"), ("c", "error", "e")];
        warned(json!([start(), copy, call, end()]), &ways)
    };
    for personal in
        ["{{ context.contact.email }}", "{{ context }}", "{{ [1].map(i, context.contact['phone']) }}", "{{ copy }}", "Dear {{ copy.name }}"]
    {
        assert_eq!(sends(personal, ""), [("no_purpose", "c".to_owned(), false)], "{personal}");
        assert_eq!(sends(personal, "refunds"), [], "{personal}");
    }
    let through = |between: Value, port: &'static str, body: &str| {
        let call = json!({"id": "c", "kind": "call", "timeout_ms": 5, "settings": {"method": "POST", "url": "http://x/", "body": [body]}});
        let mut ways = vec![("s", "next", "t"), ("t", port, "c"), ("c", "error", "e")];
        ways.extend(if port == "body" {
            vec![("c", "next", "t"), ("t", "done", "e")]
        } else {
            vec![("c", "next", "e"), ("t", "error", "e")]
        });
        warned(json!([start(), between, call, end()]), &ways)
    };
    let script = node("t", "script", json!({"script": "return context.contact.phone", "save": "copy"}));
    assert_eq!(through(script, "next", "{{ copy }}"), [("no_purpose", "c".to_owned(), false)]);
    let rounds = node("t", "loop", json!({"each": "[context.contact.email]", "item": "one"}));
    assert_eq!(through(rounds, "body", "{{ one }}"), [("no_purpose", "c".to_owned(), false)]);
    assert_eq!(through_a_flow("{{ context.contact.phone }}", ""), [("no_purpose", "f".to_owned(), false)]);
    assert_eq!(through_a_flow("{{ context.contact.phone }}", "delivery"), [], "it says there what for");
    assert_eq!(through_a_flow("{{ context.contact.id }}", ""), []);
    for plain in ["{{ context.contact.id }}", "{{ context.conversation.id }}", "{{ who }}", "{{ context.entities.order_id }}"] {
        assert_eq!(sends(plain, ""), [], "{plain}");
    }
}

/// What is warned of where a flow gives this to one that sends it out, copied once on the way.
fn through_a_flow(given: &str, purpose: &str) -> Vec<(&'static str, String, bool)> {
    let inner = json!({
        "format": 1, "id": "inner", "name": "inner",
        "variables": [{"name": "who", "type": "any", "input": true}, {"name": "copy", "type": "any"}],
        "nodes": [
            start(), node("t", "set", json!({"set": [{"variable": "copy", "value": "who"}]})),
            {"id": "c", "kind": "call", "timeout_ms": 5, "settings": {"method": "POST", "url": "http://x/", "body": ["{{ copy }}"], "purpose": purpose}},
            end(),
        ],
        "edges": [{"from": "s", "to": "t"}, {"from": "t", "to": "c"}, {"from": "c", "to": "e"}, {"from": "c", "port": "error", "to": "e"}],
    });
    let inner = compile(serde_json::from_value(inner).unwrap(), &Language::default(), &BTreeMap::new()).unwrap();
    assert_eq!(inner.warnings, [], "what it is given is nobody's yet");
    let outer = json!({
        "format": 1, "id": "outer", "name": "outer",
        "nodes": [start(), node("f", "sub_flow", json!({"flow": inner.hash, "inputs": {"who": given}})), end()],
        "edges": [{"from": "s", "to": "f"}, {"from": "f", "to": "e"}],
    });
    let library = BTreeMap::from([(inner.hash.clone(), Arc::new(inner))]);
    let found = qn_workflow::check(serde_json::from_value(outer).unwrap(), &Language::default(), &library);
    found.into_iter().map(|p| (p.code, p.node.clone().unwrap_or_default(), p.is_error())).collect()
}
