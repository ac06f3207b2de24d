//! How long it takes to check and compile flows of 1,000 nodes of several shapes, and to run them: `cargo run --release -p
//! qn-workflow --example validate`. A figure for people; nothing is asserted.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::disallowed_methods)]

use qn_workflow::{Event, Flow, Language, Moment, Program, RunState, advance, compile};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Instant;

const NODES: usize = 1_000;

fn main() {
    for (name, flow) in
        [("chain", chain(false)), ("chain drawn backwards", chain(true)), ("choices", choices()), ("loops", loops()), ("talk", talk())]
    {
        let flow: Flow = serde_json::from_value(flow).unwrap();
        let language = Language::default();
        let mut times: Vec<f64> = (0..9)
            .map(|_| {
                let (flow, began) = (flow.clone(), Instant::now());
                if let Err(problems) = compile(flow, &language, &BTreeMap::new()) {
                    println!("{name}: {}", problems[0]);
                }
                began.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        times.sort_by(f64::total_cmp);
        println!("{name}: {} nodes, median {:.1} ms, most {:.1} ms", flow.nodes.len(), times[4], times[8]);
        if name == "chain" || name == "choices" {
            let program = compile(flow, &language, &BTreeMap::new()).unwrap();
            println!("{name}: run at {:.2} µs a node", us_per_node(&program));
        }
    }
}

/// Decides the whole flow a hundred times: nodes passed, not nodes drawn.
fn us_per_node(program: &Program) -> f64 {
    let (mut passed, began) = (0, Instant::now());
    for n in 0..100 {
        let (mut state, mut event) =
            (RunState::new(format!("run_{n}")), Event::Start { input: Default::default(), context: Box::default() });
        loop {
            let decision = advance(program, &state, &event, Moment { now: 0, random: 0 }).unwrap();
            passed += decision.entries.len();
            (state, event) = (decision.next, Event::Continue);
            if !decision.unfinished {
                break;
            }
        }
    }
    began.elapsed().as_secs_f64() * 1e6 / passed as f64
}

fn edge(from: &str, port: &str, to: &str) -> Value {
    json!({"from": from, "port": port, "to": to})
}

fn whole(nodes: Vec<Value>, edges: Vec<Value>) -> Value {
    let variables: Vec<Value> = (0..50)
        .map(|n| json!({"name": format!("v{n}"), "type": "integer", "default": n}))
        .chain([json!({"name": "late", "type": "any"})])
        .collect();
    json!({"format": 1, "id": "f", "name": "f", "variables": variables, "nodes": nodes, "edges": edges})
}

fn set(id: &str, n: usize) -> Value {
    json!({"id": id, "kind": "set", "settings": {"set": [{"variable": format!("v{}", n % 50), "value": format!("v{} + 1", (n + 1) % 50)}]}})
}

fn chain(backwards: bool) -> Value {
    let mut nodes: Vec<Value> = (1..NODES - 1).map(|n| set(&format!("n{n}"), n)).collect();
    nodes.insert(0, json!({"id": "n0", "kind": "start"}));
    nodes.push(json!({"id": format!("n{}", NODES - 1), "kind": "end"}));
    if backwards {
        nodes.reverse();
    }
    whole(nodes, (1..NODES).map(|n| edge(&format!("n{}", n - 1), "next", &format!("n{n}"))).collect())
}

fn choices() -> Value {
    let (mut nodes, mut edges) =
        (vec![json!({"id": "s", "kind": "start"}), json!({"id": "end", "kind": "end"})], vec![edge("s", "next", "q0")]);
    let pairs = (NODES - 2) / 2;
    for n in 0..pairs {
        let next = if n + 1 < pairs { format!("q{}", n + 1) } else { "end".to_owned() };
        nodes.push(json!({"id": format!("q{n}"), "kind": "choose", "settings": {"when": format!("v{} > {n}", n % 50)}}));
        nodes.push(set(&format!("a{n}"), n));
        edges.extend([
            edge(&format!("q{n}"), "yes", &format!("a{n}")),
            edge(&format!("q{n}"), "no", &next),
            edge(&format!("a{n}"), "next", &next),
        ]);
    }
    whole(nodes, edges)
}

fn loops() -> Value {
    let (mut nodes, mut edges) =
        (vec![json!({"id": "s", "kind": "start"}), json!({"id": "end", "kind": "end"})], vec![edge("s", "next", "l0")]);
    let pairs = (NODES - 2) / 2;
    for n in 0..pairs {
        let next = if n + 1 < pairs { format!("l{}", n + 1) } else { "end".to_owned() };
        nodes.push(json!({"id": format!("l{n}"), "kind": "loop", "settings": {"each": "[1, 2]"}}));
        nodes.push(set(&format!("b{n}"), n));
        edges.extend([
            edge(&format!("l{n}"), "body", &format!("b{n}")),
            edge(&format!("b{n}"), "next", &format!("l{n}")),
            edge(&format!("l{n}"), "done", &next),
        ]);
    }
    whole(nodes, edges)
}

/// Asks in a row, with a hand-off for what fails, and a way back to the beginning.
fn talk() -> Value {
    let (mut nodes, mut edges) =
        (vec![json!({"id": "s", "kind": "start"}), json!({"id": "end", "kind": "end"})], vec![edge("s", "next", "a0")]);
    nodes.push(json!({"id": "h", "kind": "hand_off"}));
    edges.push(edge("h", "next", "end"));
    let pairs = (NODES - 3) / 2;
    for n in 0..pairs {
        let next = if n + 1 < pairs { format!("a{}", n + 1) } else { "end".to_owned() };
        nodes.push(json!({"id": format!("a{n}"), "kind": "ask", "timeout_ms": 60_000, "settings": {"text": format!("{{{{ v{} }}}}?", n % 50), "save": "late"}}));
        nodes.push(json!({"id": format!("y{n}"), "kind": "say", "settings": {"text": "{{ context.contact.name }}: {{ late }}"}}));
        edges.extend([edge(&format!("a{n}"), "next", &format!("y{n}")), edge(&format!("y{n}"), "next", &next)]);
        edges.extend([edge(&format!("a{n}"), "error", "h"), edge(&format!("a{n}"), "unclear", if n == 0 { "h" } else { "a0" })]);
    }
    whole(nodes, edges)
}
