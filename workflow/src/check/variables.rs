//! Variables: everything that is read exists, and has a value on every way that leads to where it is read.

use crate::context::CONTEXT;
use crate::model::{ERROR, Flow, UNDO};
use crate::nodes::JOINED;
use crate::problem::Problem;
use crate::program::Compiled;
use std::collections::BTreeSet;

type Names = BTreeSet<String>;

pub(crate) fn variables(flow: &Flow, nodes: &[Compiled], start: usize) -> Vec<Problem> {
    let bound = bound_at(flow, nodes, start);
    let mut out = Vec::new();
    for (node, bound) in nodes.iter().zip(&bound) {
        let Some(bound) = bound else { continue };
        let mut told = BTreeSet::new();
        for (name, field) in &node.notes.reads {
            if bound.contains(name) || !told.insert(name) {
                continue;
            }
            let known = flow.variables.iter().any(|v| v.name == *name);
            let (code, zh, en) = if known {
                ("unbound_variable", format!("变量 {name} 在这里可能还没有值"), format!("the variable {name} may have no value here"))
            } else {
                ("unknown_variable", format!("没有名为 {name} 的变量"), format!("there is no variable {name} here"))
            };
            out.push(Problem::new(code, zh, en).at(&node.node.id).field(field));
        }
    }
    out
}

/// What surely has a value when a node is reached; none where nothing leads. Goes round until nothing changes.
fn bound_at(flow: &Flow, nodes: &[Compiled], start: usize) -> Vec<Option<Names>> {
    let given = flow.variables.iter().filter(|v| v.input || v.default.is_some()).map(|v| v.name.clone());
    let first: Names = given.chain(["now".to_owned(), CONTEXT.to_owned()]).collect();
    let mut ways: Vec<Vec<(usize, &str)>> = vec![Vec::new(); nodes.len()];
    for (n, node) in nodes.iter().enumerate() {
        for (port, to) in node.ports.iter().filter(|(port, _)| *port != JOINED) {
            ways[*to].push((n, port));
        }
    }
    let mut bound: Vec<Option<Names>> = vec![None; nodes.len()];
    bound[start] = Some(first);
    // Each round makes at least one set smaller or known; twice the nodes is more than any drawing needs.
    for _ in 0..=2 * nodes.len() {
        let before = bound.clone();
        for n in (0..nodes.len()).filter(|n| *n != start) {
            let coming = ways[n].iter().filter_map(|(from, port)| Some(behind(&nodes[*from], port, bound[*from].as_ref()?)));
            let merged = if nodes[n].gathers {
                coming.reduce(|a, b| a.union(&b).cloned().collect())
            } else {
                coming.reduce(|a, b| a.intersection(&b).cloned().collect())
            };
            bound[n] = merged;
        }
        if bound == before {
            break;
        }
    }
    bound
}

fn behind(node: &Compiled, port: &str, here: &Names) -> Names {
    let mut there = here.clone();
    let set = node.notes.sets.iter().filter(|(at, _)| at == port || port == UNDO);
    there.extend(set.map(|(_, name)| name.clone()));
    there.extend(node.notes.locals.iter().filter(|(at, _)| at == port).map(|(_, name)| name.clone()));
    match port {
        ERROR => drop(there.insert("error".to_owned())),
        UNDO => drop(there.insert("done".to_owned())),
        _ => {}
    }
    there
}
