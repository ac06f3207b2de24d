//! Walking the drawing: what can be reached, what can reach an end, where branches meet, and circles that would spin.
//! Works on compiled nodes by number; called by `program` and `check`.

use crate::model::{NEXT, UNDO};
use crate::nodes::{BODY, JOINED};
use crate::problem::Problem;
use crate::program::Compiled;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Every node that can be reached from these, themselves included. `leads` says which ports count.
pub(crate) fn reach(nodes: &[Compiled], from: impl IntoIterator<Item = usize>, leads: impl Fn(usize, &str) -> bool) -> Vec<bool> {
    let mut seen = vec![false; nodes.len()];
    let mut queue: VecDeque<usize> = from.into_iter().collect();
    while let Some(n) = queue.pop_front() {
        if !std::mem::replace(&mut seen[n], true) {
            queue.extend(nodes[n].ports.iter().filter(|(port, _)| leads(n, port)).map(|(_, to)| *to));
        }
    }
    seen
}

/// Nodes from which one of the goals can be reached, passing only what may be passed.
pub(crate) fn reaching(nodes: &[Compiled], goal: impl Fn(usize) -> bool, passes: impl Fn(usize) -> bool) -> Vec<bool> {
    let mut from: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for (n, node) in nodes.iter().enumerate() {
        for (_, to) in node.ports.iter().filter(|(port, _)| *port != UNDO) {
            from[*to].push(n);
        }
    }
    let mut good: Vec<bool> = (0..nodes.len()).map(&goal).collect();
    let mut queue: VecDeque<usize> = (0..nodes.len()).filter(|n| good[*n]).collect();
    while let Some(n) = queue.pop_front() {
        for m in &from[n] {
            if passes(*m) && !std::mem::replace(&mut good[*m], true) {
                queue.push_back(*m);
            }
        }
    }
    good
}

/// Marks the nodes after which a flow only reckons, tells other flows and comes to a good end.
pub(crate) fn mark_last_words(nodes: &mut [Compiled]) {
    let is_quiet = |node: &Compiled| match node.spec.name {
        "set" | "choose" | "switch" | "emit" => true,
        "end" => !node.node.settings.contains_key("failed"),
        _ => false,
    };
    let goes_on = reaching(nodes, |n| !is_quiet(&nodes[n]), |_| true);
    for node in nodes {
        node.ends_talk = node.ports.get(NEXT).is_some_and(|to| !goes_on[*to]);
    }
}

/// Finds the join of every `parallel` and leads its hidden port to what follows that join.
pub(crate) fn link_joins(nodes: &mut [Compiled]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut used = BTreeSet::new();
    for n in (0..nodes.len()).filter(|n| nodes[*n].spec.name == "parallel").collect::<Vec<_>>() {
        let mut joins = BTreeSet::new();
        for branch in nodes[n].action.own_ports() {
            if let Some(first) = nodes[n].ports.get(&branch) {
                joins.extend(joins_from(nodes, *first));
            }
        }
        used.extend(joins.iter().copied());
        match joins.iter().collect::<Vec<_>>().as_slice() {
            [join] => {
                let follows = nodes[**join].ports.get(NEXT).copied();
                nodes[**join].gathers = nodes[n].node.settings.get("until").is_none_or(|until| until != "any");
                nodes[n].ports.extend(follows.map(|to| (JOINED.to_owned(), to)));
            }
            [] => problems
                .push(Problem::new("no_join", "各分支没有汇合到同一个“汇合”步骤", "the branches meet at no join").at(&nodes[n].node.id)),
            _ => problems.push(
                Problem::new("many_joins", "各分支汇合到了不同的“汇合”步骤", "the branches meet at different joins").at(&nodes[n].node.id),
            ),
        }
    }
    for n in (0..nodes.len()).filter(|n| nodes[*n].spec.name == "join" && !used.contains(n)) {
        problems.push(Problem::new("join_alone", "没有任何并行分支到达这里", "no branch of a parallel comes here").at(&nodes[n].node.id));
    }
    problems
}

/// Joins reached from here that close the branch this node is in: those of inner parallels are passed by.
fn joins_from(nodes: &[Compiled], from: usize) -> BTreeSet<usize> {
    let (mut out, mut seen, mut queue) = (BTreeSet::new(), BTreeSet::new(), VecDeque::from([(from, 0u32)]));
    while let Some((n, depth)) = queue.pop_front() {
        if depth > 64 || !seen.insert((n, depth)) {
            continue;
        }
        let node = &nodes[n];
        if node.spec.name == "join" && depth == 0 {
            out.insert(n);
            continue;
        }
        let inner = node.action.own_ports();
        for (port, to) in node.ports.iter().filter(|(port, _)| *port != UNDO && *port != JOINED) {
            let depth = match node.spec.name {
                "join" => depth - 1,
                "parallel" if inner.contains(port) => depth + 1,
                _ => depth,
            };
            queue.push_back((*to, depth));
        }
    }
    out
}

/// A node on a circle that nothing slows down: no wait, no person, no bounded loop.
pub(crate) fn spinning(nodes: &[Compiled]) -> Option<usize> {
    // An edge back to a loop from its body is a round, and rounds are bounded.
    let bodies: BTreeMap<usize, Vec<bool>> = (0..nodes.len())
        .filter(|n| nodes[*n].spec.name == "loop")
        .filter_map(|n| Some((n, reach(nodes, [*nodes[n].ports.get(BODY)?], |m, _| m != n))))
        .collect();
    let leads = |n: usize| {
        let follows =
            |(port, to): &(&String, &usize)| *port != UNDO && !nodes[**to].spec.waits && !bodies.get(to).is_some_and(|body| body[n]);
        nodes[n].ports.iter().filter(follows).map(|(_, to)| *to).collect::<Vec<_>>()
    };
    // Where a walk comes back to a node it has not left yet.
    let (mut entered, mut left) = (vec![false; nodes.len()], vec![false; nodes.len()]);
    for first in (0..nodes.len()).filter(|n| !nodes[*n].spec.waits) {
        let mut stack = vec![(first, false)];
        while let Some((n, done)) = stack.pop() {
            if done {
                left[n] = true;
            } else if !std::mem::replace(&mut entered[n], true) {
                stack.push((n, true));
                for to in leads(n) {
                    if entered[to] && !left[to] {
                        return Some(to);
                    }
                    stack.push((to, false));
                }
            }
        }
    }
    None
}
