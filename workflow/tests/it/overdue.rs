//! A loop, branches and a sub-flow that may take only so long: what is not done by then is given up, what was done in them is taken back,
//! and the flow goes on at the way out for it; inside every container, and killed before and after every commit.

use crate::build::{CONTAINERS, Piece, Shelf, contain, edge, feature, flow};
use crate::crash::crash_everywhere;
use crate::world::World;
use qn_workflow::backtest::{Verdict, compare, ready, recorded, script};
use qn_workflow::model::{ErrorKind, Happening};
use qn_workflow::simulate::{Script, simulate};
use qn_workflow::trace::{Standing, trace};
use qn_workflow::{Entry, Program, Severity, Status, check, compile};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

const FRAMES: [&str; 4] = ["loop", "while", "branches", "sub"];
const MINUTE_MS: i64 = 60_000;

/// Does something that can be taken back, and then takes an hour.
fn slow(id: &str) -> Piece {
    let mut piece = feature("undoable", id);
    let wait = format!("{id}w");
    piece.nodes.push(json!({"id": wait, "kind": "wait", "settings": {"for_ms": 60 * MINUTE_MS}}));
    piece.edges.push(edge(id, "next", &wait));
    piece.exit = (wait, "next".to_owned());
    piece
}

/// Asks the outside for something that can be taken back; it is done, and nobody hears so in time.
pub fn unheard(id: &str) -> Piece {
    undoable_at("lasts", id)
}

/// Asks at a path for something that is taken back by its name.
pub fn undoable_at(path: &str, id: &str) -> Piece {
    let mut piece = feature("undoable", id);
    for node in &mut piece.nodes {
        if node["id"] == id {
            node["settings"]["url"] = json!(format!("http://x/{path}"));
        } else {
            node["settings"]["body"]["ref"] = json!(id);
        }
    }
    piece
}

/// What takes too long.
pub type Inner = fn(&str) -> Piece;

/// A frame of this kind around something slow, with a minute for all of it; `port` is where it leads on.
fn hurried(shelf: &mut Shelf, (kind, inner): (&str, Inner), id: &str, port: Option<&str>) -> Piece {
    let (mut piece, _) = contain(shelf, kind, id, &mut |_, id| inner(id));
    piece.nodes.iter_mut().filter(|node| node["id"] == id).for_each(|node| node["timeout_ms"] = json!(MINUTE_MS));
    let after = format!("{id}z");
    piece.nodes.push(json!({"id": after, "kind": "set", "settings": {"set": [{"variable": "count", "value": "count + 1"}]}}));
    piece.edges.extend(port.map(|port| edge(id, port, &after)));
    piece.edges.push(edge(&piece.exit.0, &piece.exit.1, &after));
    piece.exit = (after, "next".to_owned());
    piece
}

fn program(outer: &str, kind: &str, port: Option<&str>) -> (Arc<Program>, usize) {
    program_around(slow, outer, kind, port)
}

pub fn program_around(inner: Inner, outer: &str, kind: &str, port: Option<&str>) -> (Arc<Program>, usize) {
    let mut shelf = Shelf::default();
    let (piece, times) = contain(&mut shelf, outer, "o", &mut |shelf, id| hurried(shelf, (kind, inner), id, port));
    let program = compile(flow("f", piece, false), &shelf.language, &shelf.programs);
    (Arc::new(program.unwrap_or_else(|problems| panic!("{kind} in {outer}: {problems:#?}"))), times)
}

#[test]
fn what_took_too_long_is_given_up_and_taken_back_in_every_container() {
    for outer in CONTAINERS {
        for kind in FRAMES {
            let (program, times) = program(outer, kind, Some("timeout"));
            let world = World::new(Arc::clone(&program)).run();
            assert_eq!(world.state.status, Status::Done, "{kind} in {outer}: {:?}", world.state.error);
            let begun = if kind == "branches" { 2 * times } else { times };
            let (mut done, mut undone) = (world.done_at("do"), world.undone());
            assert_eq!(done.len(), begun, "{kind} in {outer}: each began once");
            done.sort();
            undone.sort();
            assert_eq!(undone, done, "{kind} in {outer}");
            assert!(world.now - crate::world::NOON < 60 * MINUTE_MS, "{kind} in {outer}: nobody waited the hour");
            let visits = trace(&program, "run_1", &world.journal).unwrap();
            let late = visits.iter().filter(|v| v.standing == Standing::TimedOut && v.port.as_deref() == Some("timeout"));
            assert_eq!(late.count(), times, "{kind} in {outer}");
        }
    }
}

#[test]
fn a_crash_before_or_after_any_commit_changes_nothing() {
    for outer in CONTAINERS {
        for kind in FRAMES {
            let (program, _) = program(outer, kind, Some("timeout"));
            crash_everywhere(&program, &format!("{kind} in {outer}"));
        }
    }
}

#[test]
fn what_is_under_way_outside_when_the_time_runs_out_is_taken_back_once_wherever_the_run_is_killed() {
    for outer in CONTAINERS {
        for kind in FRAMES {
            let (program, times) = program_around(unheard, outer, kind, Some("timeout"));
            let world = World::new(Arc::clone(&program)).run();
            assert_eq!(world.state.status, Status::Done, "{kind} in {outer}: {:?}", world.state.error);
            let begun = if kind == "branches" { 2 * times } else { times };
            let counted = (world.done_at("lasts").len(), world.undone().len());
            assert_eq!(counted, (begun, begun), "{kind} in {outer}: done, and taken back");
            crash_everywhere(&program, &format!("unheard, {kind} in {outer}"));
        }
    }
    for (port, status) in [(Some("error"), Status::Done), (None, Status::Failed)] {
        for kind in FRAMES {
            let (program, _) = program_around(unheard, "plain", kind, port);
            let world = World::new(program).run();
            assert_eq!((world.state.status, world.undone().len()), (status, world.done_at("lasts").len()), "{kind}, {port:?}");
        }
    }
}

#[test]
fn without_a_way_out_for_it_the_time_is_a_failure_like_any_other() {
    for kind in FRAMES {
        let (caught, _) = program("plain", kind, Some("error"));
        let world = World::new(caught).run();
        assert_eq!((world.state.status, world.undone().len()), (Status::Done, world.done_at("do").len()), "{kind}");
        let (lost, _) = program("plain", kind, None);
        let world = World::new(lost).run();
        assert_eq!((world.state.status, world.undone().len()), (Status::Failed, world.done_at("do").len()), "{kind}");
        assert_eq!(world.state.error.as_ref().map(|error| error.kind), Some(ErrorKind::Timeout), "{kind}");
    }
}

#[test]
fn what_is_done_in_time_leaves_no_timer_behind() {
    for kind in FRAMES {
        let mut shelf = Shelf::default();
        let (mut piece, times) = contain(&mut shelf, kind, "o", &mut |_, id| feature("timer", id));
        piece.nodes.iter_mut().filter(|node| node["id"] == "o").for_each(|node| node["timeout_ms"] = json!(60 * MINUTE_MS));
        let program = Arc::new(compile(flow("f", piece, false), &shelf.language, &shelf.programs).unwrap());
        let world = World::new(program).run();
        assert_eq!(world.state.status, Status::Done, "{kind}");
        let splits = world.journal.iter().filter_map(|entry| if let Entry::Split { due_at, .. } = entry { Some(*due_at) } else { None });
        let dues: Vec<Option<i64>> = splits.collect();
        assert_eq!(dues.iter().flatten().count(), 1, "{kind}, {times}: the time is for all rounds together: {dues:?}");
    }
}

/// Each of two customers' orders is looked at by a colleague; a minute for both.
fn looked_at() -> Program {
    let nodes = json!([
        {"id": "start", "kind": "start"},
        {"id": "each", "kind": "loop", "timeout_ms": MINUTE_MS, "settings": {"each": "[1, 2]"}},
        {"id": "boss", "kind": "approval", "timeout_ms": 60 * MINUTE_MS, "settings": {"who": "supervisor", "title": "May we?"}},
        {"id": "good", "kind": "end", "settings": {"output": "looked at"}},
        {"id": "late", "kind": "end", "settings": {"output": "too late"}},
        {"id": "oops", "kind": "end", "settings": {"output": "refused"}},
    ]);
    let edges = json!([
        edge("start", "next", "each"),
        edge("each", "body", "boss"),
        edge("each", "done", "good"),
        edge("each", "timeout", "late"),
        edge("boss", "approved", "each"),
        edge("boss", "rejected", "oops"),
        edge("boss", "error", "oops"),
    ]);
    let flow = json!({"format": 1, "id": "f", "name": "f", "variables": [], "nodes": nodes, "edges": edges});
    compile(serde_json::from_value(flow).unwrap(), &qn_workflow::Language::default(), &BTreeMap::new()).unwrap_or_else(|p| panic!("{p:#?}"))
}

#[test]
fn the_simulator_and_a_backtest_run_out_of_time_too() {
    let program = looked_at();
    let first = BTreeMap::from([("boss".to_owned(), vec![json!(true)])]);
    let waits = simulate(&program, &Script { answers: first.clone(), ..Script::default() });
    assert_eq!((waits.status, waits.now), (Status::Running, 0), "somebody may still answer");
    let report = simulate(&program, &Script { answers: first, happens: vec![Happening::Deadline], ..Script::default() });
    assert_eq!((report.status, &report.output, report.now), (Status::Done, &json!("too late"), MINUTE_MS));
    let silent = BTreeMap::from([("boss".to_owned(), vec![json!({"silent": true})])]);
    assert_eq!(simulate(&program, &Script { answers: silent, ..Script::default() }).output, json!("too late"));

    let (flow, untold) = ready(&program.flow, &program.flow);
    let past = script(&report.journal, &untold).unwrap();
    let draft = compile(flow, &qn_workflow::Language::default(), &BTreeMap::new()).unwrap();
    let then = recorded(&report.journal, &trace(&program, "simulated", &report.journal).unwrap());
    let compared = compare(then, &simulate(&draft, &past));
    assert_eq!(compared.verdict, Verdict::Same, "{compared:?}");
}

#[test]
fn a_way_out_without_a_time_is_refused_and_a_time_without_effect_is_told() {
    let mut document: Value = serde_json::to_value(&looked_at().flow).unwrap();
    let judged = |document: &Value| {
        let flow = serde_json::from_value(document.clone()).unwrap();
        let problems = check(flow, &qn_workflow::Language::default(), &BTreeMap::new()).into_iter();
        problems.filter(|problem| problem.field == "timeout_ms").map(|problem| (problem.code, problem.severity)).collect::<Vec<_>>()
    };
    assert_eq!(judged(&document), []);
    document["nodes"][1].as_object_mut().unwrap().remove("timeout_ms");
    document["nodes"][3]["timeout_ms"] = json!(1000);
    assert_eq!(judged(&document), [("missing_timeout", Severity::Error), ("timeout_ignored", Severity::Warning)]);
}
