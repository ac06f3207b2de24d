//! Moving a live run to another version of its flow: explicit, with a map of nodes, all or nothing. A dry run is the same function,
//! not committed. The journal keeps the state as it was moved, so that a replay needs only the new version.

use crate::graph::reach;
use crate::problem::Problem;
use crate::program::Program;
use crate::request::Request;
use crate::run::{Decision, Entry, Frame, FrameKind, Place, RunState, Status, Token, apply, between};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Old node to new node; what is not named keeps its name.
pub type NodeMap = BTreeMap<String, String>;

/// What is written and what follows, or everything that stands against it. Nothing is changed; the caller commits the decision.
pub fn migrate(old: &Program, new: &Program, map: &NodeMap, state: &RunState, at: i64) -> Result<Decision, Vec<Problem>> {
    let mut problems = readiness(new, map, state);
    let mut moved = state.clone();
    // Earlier answers belong to the old drawing.
    (moved.answered, moved.passed) = (Vec::new(), Vec::new());
    for frame in moved.frames.values_mut() {
        renamed_visits(frame, map, &old.hash);
        if frame.flow == old.hash {
            frame.flow.clone_from(&new.hash);
        } else if new.flow(&frame.flow).is_none() {
            let (zh, en) = ("新版本不再调用正在执行的子流程版本", "the new version does not call the sub-flow that is running");
            problems.push(Problem::new("sub_flow_running", zh, en));
        }
    }
    for token in moved.tokens.values_mut() {
        problems.extend(token_moved(old, new, map, state, token));
    }
    for undo in moved.undo.iter_mut().filter(|undo| undo.flow == old.hash) {
        let node = renamed(map, &undo.node);
        if new.node(&node).is_none() {
            let (zh, en) =
                (format!("撤销步骤 {} 在新版本中不存在", undo.node), format!("the compensation {} is not in the new version", undo.node));
            problems.push(Problem::new("no_undo", zh, en).at(&undo.node));
        }
        (undo.node, undo.flow) = (node, new.hash.clone());
    }
    variables(old, new, &mut moved, &mut problems);
    rooms(new, &moved, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    let entry = Entry::Moved { flow: new.hash.clone(), map: map.clone(), state: Box::new(moved), at };
    let mut next = state.clone();
    apply(new, &mut next, &entry).map_err(|corrupt| vec![Problem::new("not_movable", corrupt.to_string(), corrupt.to_string())])?;
    let effects = between(state, &next, None);
    Ok(Decision { entries: vec![entry], effects, next, unfinished: false })
}

/// Why this state cannot be moved at all, or the map means nothing.
fn readiness(new: &Program, map: &NodeMap, state: &RunState) -> Vec<Problem> {
    let mut out = Vec::new();
    let busy = state.tokens.values().any(|t| matches!(t.place, Place::Ready | Place::Stranded | Place::Unwinding { .. }));
    if state.status != Status::Running || state.closing.is_some() || !state.unwinding.is_empty() || busy {
        let (zh, en) =
            ("只能迁移正在等待的执行(未结束、未在撤销)", "only a run that waits can be moved, not one that ends or is being undone");
        out.push(Problem::new("not_waiting", zh, en));
    }
    for (from, to) in map {
        if new.node(to).is_none() {
            let (zh, en) = (format!("映射指向不存在的步骤 {to}"), format!("the map names {to}, which the new version does not have"));
            out.push(Problem::new("unknown_node", zh, en).at(from));
        }
    }
    out
}

fn renamed(map: &NodeMap, node: &str) -> String {
    map.get(node).map_or_else(|| node.to_owned(), Clone::clone)
}

/// A visit under a new name goes on counting where the old one stopped, so that no key is ever used twice.
fn renamed_visits(frame: &mut Frame, map: &NodeMap, old_hash: &str) {
    if frame.flow != old_hash {
        return;
    }
    for (from, to) in map {
        let count = frame.visits.get(from).copied().unwrap_or(0);
        let known = frame.visits.entry(to.clone()).or_insert(0);
        *known = (*known).max(count);
    }
}

fn token_moved(old: &Program, new: &Program, map: &NodeMap, state: &RunState, token: &mut Token) -> Vec<Problem> {
    let flow = state.frames.get(&token.frame).map_or("", |frame| frame.flow.as_str());
    if flow != old.hash {
        return Vec::new();
    }
    let (from, to) = (token.step.node.clone(), renamed(map, &token.step.node));
    token.step.node.clone_from(&to);
    let Some(target) = new.node(&to) else {
        let (zh, en) =
            (format!("执行停在 {from}，新版本中没有对应步骤"), format!("the run waits at {from}, which the new version does not have"));
        return vec![Problem::new("no_place", zh, en).at(&from)];
    };
    if old.node(&from).is_some_and(|node| node.spec.name != target.spec.name) {
        let (zh, en) = (format!("{from} 与 {to} 类型不同"), format!("{from} and {to} are of different kinds"));
        return vec![Problem::new("other_kind", zh, en).at(&from)];
    }
    // The outside knows a step by its name: what may be under way there cannot get another.
    let under_way = match &token.place {
        Place::Open(open) => !matches!(
            &*open.request,
            Request::Wait | Request::Typing { .. } | Request::Listen { .. } | Request::Approve { .. } | Request::Ask { .. }
        ),
        _ => false,
    };
    if under_way && from != to {
        let (zh, en) =
            (format!("{from} 正在等外部系统的结果，不能改名"), format!("{from} waits for an outside system and cannot be renamed now"));
        return vec![Problem::new("under_way", zh, en).at(&from)];
    }
    Vec::new()
}

/// New variables with defaults get them; others must have fitting values already.
fn variables(old: &Program, new: &Program, moved: &mut RunState, problems: &mut Vec<Problem>) {
    let roots = moved.frames.values_mut().filter(|frame| frame.flow == new.hash && matches!(frame.kind, FrameKind::Root | FrameKind::Sub));
    for frame in roots {
        for variable in &new.flow.variables {
            let (name, kept) = (&variable.name, frame.vars.get(&variable.name));
            match (kept, &variable.default) {
                (Some(value), _) if !value.is_null() && !variable.kind.holds(value) => {
                    let (zh, en) = (format!("变量 {name} 的现值类型不符"), format!("the value of {name} is of another type"));
                    problems.push(Problem::new("type_mismatch", zh, en).field(name));
                }
                (None, Some(default)) => drop(frame.vars.insert(name.clone(), Arc::new(default.clone()))),
                (None, None) if variable.input && old.flow.variables.iter().all(|v| v.name != *name) => {
                    let (zh, en) = (format!("新版本需要输入 {name}"), format!("the new version needs the input {name}"));
                    problems.push(Problem::new("missing_input", zh, en).field(name));
                }
                _ => {}
            }
        }
    }
}

/// What stands in a loop's body or in a branch must stand in that body or branch of the new version.
fn rooms(new: &Program, moved: &RunState, problems: &mut Vec<Problem>) {
    for token in moved.tokens.values() {
        for (_, frame) in moved.enclosing(token.frame) {
            let owner = frame.owner.and_then(|owner| moved.tokens.get(&owner));
            let Some(owner) = owner.filter(|_| frame.flow == new.hash && matches!(frame.kind, FrameKind::Round | FrameKind::Branch)) else {
                continue;
            };
            if !is_inside(new, owner, frame, &token.step.node) {
                let (at, room) = (&token.step.node, &owner.step.node);
                let (zh, en) = (format!("{at} 在新版本中不在 {room} 之内"), format!("{at} is not inside {room} in the new version"));
                problems.push(Problem::new("other_room", zh, en).at(at));
            }
            break;
        }
    }
}

fn is_inside(new: &Program, owner: &Token, frame: &Frame, node: &str) -> bool {
    let (Some(home), Some(at)) = (new.position(&owner.step.node), new.position(node)) else { return true };
    let label = frame.path.rsplit_once('[').map_or("", |(_, label)| label.trim_end_matches(']'));
    let port = if frame.kind == FrameKind::Round { crate::nodes::BODY } else { label };
    let Some(first) = new.nodes[home].ports.get(port) else { return false };
    reach(&new.nodes, [*first], |n, _| n != home && new.nodes[n].spec.name != "join")[at]
}
