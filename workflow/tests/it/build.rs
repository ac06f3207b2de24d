//! Small pieces of flows and ways to put them into each other, for tests that need every pairing.

use qn_workflow::{Flow, Language, Program, compile};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Part of a drawing with one way in and one way out.
#[derive(Debug, Clone)]
pub struct Piece {
    pub nodes: Vec<Value>,
    pub edges: Vec<Value>,
    pub entry: String,
    pub exit: (String, String),
}

pub fn edge(from: &str, port: &str, to: &str) -> Value {
    json!({"from": from, "port": port, "to": to})
}

/// Things that wait, act or can fail. `id` makes names unique.
pub const FEATURES: [&str; 12] =
    ["approval", "timer", "signal", "event", "undoable", "retried", "ask", "proof", "caught", "set", "script", "ticket"];

pub fn feature(kind: &str, id: &str) -> Piece {
    let node = |settings: Value, kind: &str| json!({"id": id, "kind": kind, "settings": settings, "timeout_ms": 60_000});
    let one = |node: Value, port: &str| Piece {
        nodes: vec![node],
        edges: vec![edge(id, "error", "oops")],
        entry: id.to_owned(),
        exit: (id.to_owned(), port.to_owned()),
    };
    let plain = |mut piece: Piece| {
        piece.edges.clear();
        piece
    };
    match kind {
        "approval" => {
            let mut piece = one(node(json!({"who": "supervisor", "title": "May we?"}), "approval"), "approved");
            piece.edges.push(edge(id, "rejected", "oops"));
            piece
        }
        "timer" => plain(one(json!({"id": id, "kind": "wait", "settings": {"for_ms": 5_000}}), "next")),
        "signal" => one(node(json!({"signal": "paid"}), "signal"), "next"),
        // Twice, each time for a signal about something of its own, which is then told on.
        "event" => {
            let (listen, tell) = (format!("{id}l"), format!("{id}t"));
            let about = json!({"signal": "paid", "field": "order", "equals": format!("{id}-{{{{ item }}}}"), "save": "heard"});
            let nodes = vec![
                json!({"id": id, "kind": "loop", "settings": {"each": "['a', 'b']"}}),
                json!({"id": listen, "kind": "signal", "timeout_ms": 60_000, "settings": about}),
                json!({"id": tell, "kind": "call", "timeout_ms": 1000,
                    "settings": {"method": "POST", "url": "http://x/told", "body": {"at": format!("{id}-{{{{ item }}}}"), "of": "{{ heard.order }}"}}}),
            ];
            let edges = vec![
                edge(id, "body", &listen),
                edge(&listen, "next", &tell),
                edge(&listen, "error", "oops"),
                edge(&tell, "next", id),
                edge(&tell, "error", "oops"),
            ];
            Piece { nodes, edges, entry: id.to_owned(), exit: (id.to_owned(), "done".to_owned()) }
        }
        "ask" => {
            let mut piece = one(node(json!({"text": "Which?", "save": "unset"}), "ask"), "next");
            piece.edges.push(edge(id, "unclear", "oops"));
            piece
        }
        "proof" => {
            let mut piece = one(node(json!({"to": "8613910862253", "text": "Code?"}), "verify"), "verified");
            piece.edges.push(edge(id, "unverified", "oops"));
            piece
        }
        "undoable" => {
            let undo = format!("{id}u");
            let mut piece = one(node(json!({"method": "POST", "url": "http://x/do", "body": {"of": id}}), "call"), "next");
            piece.nodes.push(json!({"id": undo, "kind": "call", "timeout_ms": 1000,
                "settings": {"method": "POST", "url": "http://x/undo", "body": {"ref": "{{ done.ref }}"}}}));
            piece.edges.push(edge(id, "undo", &undo));
            piece
        }
        "retried" => {
            let mut call = node(json!({"method": "POST", "url": "http://x/flaky"}), "call");
            call["retry"] = json!({"attempts": 4, "first_ms": 100, "cap_ms": 1000});
            one(call, "next")
        }
        "script" => {
            let script = "let n = 0\nfor i in range(3) {\n n += i\n}\nreturn count + n";
            one(node(json!({"script": script, "save": "count"}), "script"), "next")
        }
        // Opened once; taken back by a comment.
        "ticket" => {
            let undo = format!("{id}u");
            let mut piece = one(node(json!({"kind": "refund", "title": "Refund {{ count }}"}), "ticket"), "next");
            piece.nodes.push(json!({"id": undo, "kind": "ticket_update", "settings": {"ticket": "{{ done.id }}", "note": "taken back"}}));
            piece.edges.push(edge(id, "undo", &undo));
            piece.edges.push(edge(&undo, "error", "oops"));
            piece
        }
        "caught" => {
            let after = format!("{id}a");
            let mut piece = plain(one(node(json!({"method": "POST", "url": "http://x/no"}), "call"), "next"));
            piece.nodes.push(json!({"id": after, "kind": "set", "settings": {"set": [{"variable": "count", "value": "count + 1"}]}}));
            piece.edges = vec![edge(id, "error", &after), edge(id, "next", &after)];
            piece.exit.0 = after;
            piece
        }
        _ => plain(one(json!({"id": id, "kind": "set", "settings": {"set": [{"variable": "count", "value": "count + 1"}]}}), "next")),
    }
}

pub const CONTAINERS: [&str; 6] = ["plain", "loop", "while", "branches", "choice", "sub"];

/// Versions that others call.
#[derive(Default)]
pub struct Shelf {
    pub language: Language,
    pub programs: BTreeMap<String, Arc<Program>>,
}

/// Puts a piece into a loop, branches, a choice or a sub-flow. How often it then runs comes with it.
pub fn contain(shelf: &mut Shelf, kind: &str, id: &str, make: &mut dyn FnMut(&mut Shelf, &str) -> Piece) -> (Piece, usize) {
    match kind {
        "loop" | "while" => {
            let mut piece = make(shelf, &format!("{id}b"));
            let settings = if kind == "loop" { json!({"each": "[1, 2, 3]"}) } else { json!({"while": format!("{id}n < 2"), "max": 5}) };
            piece.nodes.push(json!({"id": id, "kind": "loop", "settings": settings}));
            piece.edges.push(edge(id, "body", &piece.entry));
            if kind == "while" {
                let count = format!("{id}c");
                let add = json!({"variable": format!("{id}n"), "value": format!("{id}n + 1")});
                piece.nodes.push(json!({"id": count, "kind": "set", "settings": {"set": [add]}}));
                piece.edges.extend([edge(&piece.exit.0, &piece.exit.1, &count), edge(&count, "next", id)]);
                let (first, zero) = (format!("{id}r"), json!({"variable": format!("{id}n"), "value": "0"}));
                piece.nodes.push(json!({"id": first, "kind": "set", "settings": {"set": [zero]}}));
                piece.edges.push(edge(&first, "next", id));
                piece.entry = first;
            } else {
                piece.edges.push(edge(&piece.exit.0, &piece.exit.1, id));
                piece.entry = id.to_owned();
            }
            piece.exit = (id.to_owned(), "done".to_owned());
            (piece, if kind == "loop" { 3 } else { 2 })
        }
        "branches" => {
            let (mut a, b) = (make(shelf, &format!("{id}x")), make(shelf, &format!("{id}y")));
            let join = format!("{id}j");
            a.nodes.extend(b.nodes);
            a.nodes.push(json!({"id": id, "kind": "parallel", "settings": {"branches": ["x", "y"]}}));
            a.nodes.push(json!({"id": join, "kind": "join"}));
            a.edges.extend(b.edges);
            a.edges.extend([edge(id, "x", &a.entry), edge(id, "y", &b.entry)]);
            a.edges.extend([edge(&a.exit.0, &a.exit.1, &join), edge(&b.exit.0, &b.exit.1, &join)]);
            a.entry = id.to_owned();
            a.exit = (join, "next".to_owned());
            (a, 2)
        }
        "choice" => {
            let mut piece = make(shelf, &format!("{id}c"));
            let after = format!("{id}e");
            piece.nodes.push(json!({"id": id, "kind": "choose", "settings": {"when": "count >= 0"}}));
            piece.nodes.push(json!({"id": after, "kind": "set", "settings": {"set": []}}));
            piece.edges.extend([edge(id, "yes", &piece.entry), edge(id, "no", &after), edge(&piece.exit.0, &piece.exit.1, &after)]);
            piece.entry = id.to_owned();
            piece.exit = (after, "next".to_owned());
            (piece, 1)
        }
        "sub" => {
            let piece = make(shelf, &format!("{id}s"));
            let program = Arc::new(compile(flow(&format!("f{id}"), piece, false), &shelf.language, &shelf.programs).unwrap());
            let hash = program.hash.clone();
            shelf.programs.insert(hash.clone(), program);
            let node = json!({"id": id, "kind": "sub_flow", "settings": {"flow": hash}});
            (Piece { nodes: vec![node], edges: vec![], entry: id.to_owned(), exit: (id.to_owned(), "next".to_owned()) }, 1)
        }
        _ => (make(shelf, id), 1),
    }
}

/// A whole flow around a piece. `fails`: it ends with a failure, so that everything is taken back.
pub fn flow(id: &str, piece: Piece, fails: bool) -> Flow {
    let mut nodes = piece.nodes;
    let mut edges = piece.edges;
    let end = if fails { json!({"failed": "no more"}) } else { json!({"output": {"count": "{{ count }}"}}) };
    nodes.extend([json!({"id": "start", "kind": "start"}), json!({"id": "end", "kind": "end", "settings": end})]);
    edges.extend([edge("start", "next", &piece.entry), edge(&piece.exit.0, &piece.exit.1, "end")]);
    if edges.iter().any(|e| e["to"] == "oops") {
        nodes.push(json!({"id": "oops", "kind": "end", "settings": {"failed": "oops"}}));
    }
    let counters = nodes.iter().filter(|n| n["kind"] == "loop").map(|n| format!("{}n", n["id"].as_str().unwrap()));
    let mut variables: Vec<Value> = counters.map(|name| json!({"name": name, "type": "integer", "default": 0})).collect();
    variables.push(json!({"name": "count", "type": "integer", "default": 0}));
    variables.push(json!({"name": "unset", "type": "text"}));
    variables.push(json!({"name": "heard", "type": "any"}));
    serde_json::from_value(json!({"format": 1, "id": id, "name": id, "variables": variables, "nodes": nodes, "edges": edges})).unwrap()
}
