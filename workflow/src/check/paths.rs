//! Ways through the flow: nodes nobody reaches, ways that never end, circles that would spin.

use crate::graph;
use crate::model::UNDO;
use crate::nodes::BODY;
use crate::problem::Problem;
use crate::program::Compiled;

pub(crate) fn paths(nodes: &[Compiled], start: usize) -> Vec<Problem> {
    let mut out = Vec::new();
    let reached = graph::reach(nodes, [start], |_, _| true);
    let normal = graph::reach(nodes, [start], |_, port| port != UNDO);
    let ending = graph::reaching(nodes, |n| nodes[n].spec.name == "end", |_| true);
    for (n, node) in nodes.iter().enumerate() {
        let id = &node.node.id;
        if !reached[n] {
            out.push(Problem::new("unreachable", "没有任何路径到达这个步骤", "no way leads here").at(id));
        } else if normal[n] && !ending[n] {
            out.push(Problem::new("no_end", "从这里走不到“结束”", "no way leads from here to an end").at(id));
        }
        if node.spec.name == "loop" && !comes_back(nodes, n) {
            let (zh, en) = ("循环体没有连回循环步骤", "the body of the loop never leads back to it");
            out.push(Problem::new("open_loop", zh, en).at(id).field(BODY));
        }
    }
    if let Some(n) = graph::spinning(nodes) {
        let (zh, en) =
            ("这个环没有等待，会一直空转；请加“等待”或改用“循环”", "this circle never waits and would spin: add a wait or use a loop");
        out.push(Problem::new("spinning_cycle", zh, en).at(&nodes[n].node.id));
    }
    out
}

fn comes_back(nodes: &[Compiled], n: usize) -> bool {
    let Some(body) = nodes[n].ports.get(BODY).copied() else { return true };
    graph::reach(nodes, [body], |m, port| m != n && port != UNDO)[n]
}
