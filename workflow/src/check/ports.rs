//! Ports and policies: every way out leads somewhere, what can fail says what then, what waits says how long.

use crate::graph;
use crate::model::{ERROR, TIMEOUT, UNDO};
use crate::nodes::port_words;
use crate::problem::Problem;
use crate::program::Compiled;

pub(crate) fn ports(nodes: &[Compiled]) -> Vec<Problem> {
    let mut out = Vec::new();
    let undo_only = behind_undo(nodes);
    for (n, node) in nodes.iter().enumerate() {
        let id = &node.node.id;
        let own = node.action.own_ports();
        let asked: Vec<&str> = node.spec.ports.iter().copied().chain(own.iter().map(String::as_str)).collect();
        for port in &asked {
            if !node.ports.contains_key(*port) && !undo_only[n] {
                let (zh, en) = named(port);
                let (zh, en) = (format!("出口「{zh}」没有连线"), format!("nothing follows at \"{en}\""));
                out.push(Problem::new("open_port", zh, en).at(id).field(port));
            }
        }
        for port in node.ports.keys().map(String::as_str) {
            if !(asked.contains(&port) || port == ERROR || port == UNDO || (port == TIMEOUT && node.spec.may_time_out())) {
                let (zh, en) = named(port);
                let (zh, en) = (format!("没有出口「{zh}」"), format!("there is no way out \"{en}\""));
                out.push(Problem::new("unknown_port", zh, en).at(id).field(port));
            }
        }
        out.extend(policies(node, undo_only[n]));
    }
    out
}

/// As the builder calls it.
fn named(port: &str) -> (&str, &str) {
    port_words(port).unwrap_or((port, port))
}

fn policies(node: &Compiled, undo_only: bool) -> Vec<Problem> {
    let (id, mut out) = (&node.node.id, Vec::new());
    if node.spec.needs_timeout && node.node.timeout_ms.is_none() {
        out.push(Problem::new("missing_timeout", "请设置超时时间", "say how long this may take").at(id).field("timeout_ms"));
    }
    if node.ports.contains_key(TIMEOUT) && !node.spec.needs_timeout && node.spec.may_time_out() && node.node.timeout_ms.is_none() {
        let (zh, en) = ("「超时」出口有连线，请设置超时时间", "the way out \"Timed out\" leads on: say how long this may take");
        out.push(Problem::new("missing_timeout", zh, en).at(id).field("timeout_ms"));
    }
    if node.node.timeout_ms.is_some() && !node.spec.may_time_out() {
        let (zh, en) = ("这类步骤没有超时，所填的时间不起作用", "a step of this kind has no timeout: the time has no effect");
        out.push(Problem::warning("timeout_ignored", zh, en).at(id).field("timeout_ms"));
    }
    let caught = node.ports.contains_key(ERROR) || (node.ports.contains_key(TIMEOUT) && node.spec.waits);
    if node.spec.fallible && !caught && !undo_only {
        let (zh, en) = ("这一步可能失败，请从「失败」出口连到下一步", "this can fail: say what then, at the way out \"Failed\"");
        out.push(Problem::new("missing_error_edge", zh, en).at(id).field(ERROR));
    }
    out
}

/// Nodes that only compensations reach. They may simply stop, and a failure there is kept for a person.
fn behind_undo(nodes: &[Compiled]) -> Vec<bool> {
    let starts = (0..nodes.len()).filter(|n| nodes[*n].spec.name == "start");
    let normal = graph::reach(nodes, starts, |_, port| port != UNDO);
    let undo = graph::reach(nodes, nodes.iter().filter_map(|node| node.ports.get(UNDO).copied()), |_, _| true);
    (0..nodes.len()).map(|n| undo[n] && !normal[n]).collect()
}
