//! Variables: everything that is read exists, and has a value on every way that leads to where it is read.

use crate::context::CONTEXT;
use crate::model::{ERROR, Flow, UNDO};
use crate::nodes::JOINED;
use crate::problem::Problem;
use crate::program::Compiled;
use std::collections::{BTreeMap, BTreeSet};

/// A set of names, one bit for each.
type Set = Vec<u64>;

/// Every name that can have a value somewhere, numbered.
struct Numbers<'f>(BTreeMap<&'f str, usize>);

impl<'f> Numbers<'f> {
    fn of(flow: &'f Flow, nodes: &'f [Compiled]) -> Self {
        let own = flow.variables.iter().map(|v| v.name.as_str()).chain(["now", CONTEXT, "error", "done"]);
        let set = nodes.iter().flat_map(|node| node.notes.sets.iter().chain(&node.notes.locals)).map(|(_, name)| name.as_str());
        let all: BTreeSet<&str> = own.chain(set).collect();
        Self(all.into_iter().enumerate().map(|(n, name)| (name, n)).collect())
    }

    fn empty(&self) -> Set {
        vec![0; self.0.len().div_ceil(64)]
    }

    fn add(&self, set: &mut Set, name: &str) {
        if let Some(n) = self.0.get(name) {
            set[n / 64] |= 1 << (n % 64);
        }
    }

    fn holds(&self, set: &Set, name: &str) -> bool {
        self.0.get(name).is_some_and(|n| set[n / 64] >> (n % 64) & 1 == 1)
    }
}

pub(crate) fn variables(flow: &Flow, nodes: &[Compiled], start: usize) -> Vec<Problem> {
    let names = Numbers::of(flow, nodes);
    let bound = bound_at(flow, nodes, start, &names);
    let mut out = Vec::new();
    for (node, bound) in nodes.iter().zip(&bound) {
        let Some(bound) = bound else { continue };
        let mut told = BTreeSet::new();
        for (name, field) in &node.notes.reads {
            if names.holds(bound, name) || !told.insert(name) {
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

/// What surely has a value when a node is reached; none where nothing leads. Goes round, in the order in which nodes are come to,
/// until nothing changes.
fn bound_at(flow: &Flow, nodes: &[Compiled], start: usize, names: &Numbers<'_>) -> Vec<Option<Set>> {
    let mut first = names.empty();
    let given = flow.variables.iter().filter(|v| v.input || v.default.is_some()).map(|v| v.name.as_str());
    given.chain(["now", CONTEXT]).for_each(|name| names.add(&mut first, name));
    let mut ways: Vec<Vec<(usize, Set)>> = vec![Vec::new(); nodes.len()];
    for (n, node) in nodes.iter().enumerate() {
        for (port, to) in node.ports.iter().filter(|(port, _)| *port != JOINED) {
            ways[*to].push((n, behind(node, port, names)));
        }
    }
    let order = come_to(nodes, start);
    let mut bound: Vec<Option<Set>> = vec![None; nodes.len()];
    bound[start] = Some(first);
    // Each round makes at least one set smaller or known; twice the nodes is more than any drawing needs.
    for _ in 0..=2 * nodes.len() {
        let mut changed = false;
        for n in order.iter().copied().filter(|n| *n != start) {
            let mut merged: Option<Set> = None;
            for (from, adds) in &ways[n] {
                let Some(before) = &bound[*from] else { continue };
                let coming = before.iter().zip(adds).map(|(a, b)| a | b);
                merged = Some(match merged {
                    None => coming.collect(),
                    Some(known) if nodes[n].gathers => known.iter().zip(coming).map(|(a, b)| a | b).collect(),
                    Some(known) => known.iter().zip(coming).map(|(a, b)| a & b).collect(),
                });
            }
            if bound[n] != merged {
                (bound[n], changed) = (merged, true);
            }
        }
        if !changed {
            break;
        }
    }
    bound
}

/// Nodes in an order in which most come after those that lead to them.
fn come_to(nodes: &[Compiled], start: usize) -> Vec<usize> {
    let (mut seen, mut out, mut stack) = (vec![false; nodes.len()], Vec::with_capacity(nodes.len()), vec![(start, false)]);
    while let Some((n, done)) = stack.pop() {
        if done {
            out.push(n);
        } else if !std::mem::replace(&mut seen[n], true) {
            stack.push((n, true));
            stack.extend(nodes[n].ports.iter().filter(|(port, _)| *port != JOINED).map(|(_, to)| (*to, false)));
        }
    }
    out.reverse();
    out
}

/// What leaving through this port adds.
fn behind(node: &Compiled, port: &str, names: &Numbers<'_>) -> Set {
    let mut adds = names.empty();
    let set = node.notes.sets.iter().filter(|(at, _)| at == port || port == UNDO);
    let locals = node.notes.locals.iter().filter(|(at, _)| at == port);
    set.chain(locals).for_each(|(_, name)| names.add(&mut adds, name));
    match port {
        ERROR => names.add(&mut adds, "error"),
        UNDO => names.add(&mut adds, "done"),
        _ => {}
    }
    adds
}
