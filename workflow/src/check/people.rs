//! What a flow that talks owes the customer: a way to a person, and a word when something fails. Warnings: a flow may have reasons.

use crate::graph::{reach, reaching};
use crate::model::{ERROR, TIMEOUT, UNDO};
use crate::nodes::Family;
use crate::problem::Problem;
use crate::program::Compiled;

/// Ways that are taken when something did not work out.
const FALLBACKS: [&str; 6] = [ERROR, TIMEOUT, "unclear", "not_found", "rejected", "unverified"];

pub(crate) fn people(nodes: &[Compiled], start: usize) -> Vec<Problem> {
    let reached = reach(nodes, [start], |_, port| port != UNDO);
    let here = |name: &str| (0..nodes.len()).any(|n| reached[n] && nodes[n].spec.name == name);
    if !(here("ask") || here("say") || here("verify")) {
        return Vec::new();
    }
    let mut out = Vec::new();
    let first = (0..nodes.len()).find(|n| reached[*n] && talks(&nodes[*n]));
    if let Some(first) = first.filter(|_| !(here("hand_off") || here("assign"))) {
        let (zh, en) = ("对话流程没有通往人工的路径，请在合适的位置加“转人工”", "no way leads to a person: add a hand-off where it helps");
        out.push(Problem::warning("no_person", zh, en).at(&nodes[first].node.id));
    }
    // From what comes before any word is said, silence is no surprise.
    let after_talk = reach(nodes, (0..nodes.len()).filter(|n| reached[*n] && talks(&nodes[*n])), |_, port| port != UNDO);
    let silent = reaching(nodes, |n| nodes[n].spec.name == "end", |n| !talks(&nodes[n]));
    for (n, node) in nodes.iter().enumerate().filter(|(n, _)| after_talk[*n] && reached[*n]) {
        for (port, to) in node.ports.iter().filter(|(port, _)| FALLBACKS.contains(&port.as_str())) {
            if silent[*to] && *to != n {
                let (zh, en) = (
                    "走到这里时客户得不到任何答复，请先回复或转人工",
                    "on this way the customer hears nothing: say something or hand off first",
                );
                out.push(Problem::warning("missing_fallback", zh, en).at(&node.node.id).field(port));
            }
        }
    }
    out
}

fn talks(node: &Compiled) -> bool {
    node.spec.family == Family::Talk && matches!(node.spec.name, "say" | "ask" | "verify")
        || matches!(node.spec.name, "hand_off" | "assign")
}
