//! What is under way outside when what is around it ends in some other way than by its time: another branch fails, is faster or ends the
//! run, a person cancels it. It may have been done, so it is taken back, once, inside every container and killed before and after every
//! commit; and what a compensation opens ends as it does elsewhere.

use crate::build::{CONTAINERS, Piece, Shelf, contain, edge, flow};
use crate::crash::{crash_everywhere, crash_everywhere_by};
use crate::overdue::{program_around, undoable_at, unheard};
use crate::saga;
use crate::world::{NOON, World};
use qn_workflow::run::Refusal;
use qn_workflow::{Entry, Event, Program, RunState, Status, compile, replay};
use serde_json::{Value, json};
use std::sync::Arc;

/// How it ends, and how the run ends then.
const WAYS: [(&str, Status); 5] = [
    ("any", Status::Done),
    ("ended", Status::Done),
    ("failed", Status::Failed),
    ("caught", Status::Done),
    ("cancelled", Status::Cancelled),
];

/// Branches: one asks for something whose answer never comes, the other does something and then ends both.
fn beside(way: &str, id: &str) -> Piece {
    let [slow, quick, join, after] = ["p", "q", "j", "z"].map(|letter| format!("{id}{letter}"));
    let (mut piece, done) = (unheard(&slow), undoable_at("do", &quick));
    piece.nodes.extend(done.nodes);
    piece.edges.extend(done.edges);
    let until = if way == "any" { "any" } else { "all" };
    piece.nodes.push(json!({"id": id, "kind": "parallel", "settings": {"branches": ["p", "q"], "until": until}}));
    piece.nodes.push(json!({"id": join, "kind": "join"}));
    piece.nodes.push(json!({"id": after, "kind": "set", "settings": {"set": [{"variable": "count", "value": "count + 1"}]}}));
    piece.edges.extend([edge(id, "p", &slow), edge(id, "q", &quick), edge(&slow, "next", &join), edge(&join, "next", &after)]);
    match way {
        "any" => piece.edges.push(edge(&quick, "next", &join)),
        "failed" => piece.edges.push(edge(&quick, "next", "oops")),
        "caught" => piece.edges.extend([edge(&quick, "next", "oops"), edge(id, "error", &after)]),
        "ended" => {
            let end = format!("{id}e");
            piece.nodes.push(json!({"id": end, "kind": "end", "settings": {"output": {"count": "stopped"}}}));
            piece.edges.push(edge(&quick, "next", &end));
        }
        _ => {
            let asks = format!("{id}a");
            piece
                .nodes
                .push(json!({"id": asks, "kind": "approval", "timeout_ms": 60_000, "settings": {"who": "supervisor", "title": "May we?"}}));
            piece.edges.extend([edge(&quick, "next", &asks), edge(&asks, "approved", &join)]);
            piece.edges.extend([edge(&asks, "rejected", "oops"), edge(&asks, "error", "oops")]);
        }
    }
    (piece.entry, piece.exit) = (id.to_owned(), (after, "next".to_owned()));
    piece
}

fn program(outer: &str, way: &str) -> Arc<Program> {
    let mut shelf = Shelf::default();
    let (piece, _) = contain(&mut shelf, outer, "o", &mut |_, id| beside(way, id));
    let program = compile(flow("f", piece, false), &shelf.language, &shelf.programs);
    Arc::new(program.unwrap_or_else(|problems| panic!("{way} in {outer}: {problems:#?}")))
}

/// Until it ends; where nothing else ends it a person does, once everybody outside has done what they were asked.
fn drive(mut world: World, way: &str) -> World {
    if way != "cancelled" {
        return world.run();
    }
    world.mute = true;
    world.start(json!({}));
    world.rest();
    let cancel = Event::Cancel { reason: "no more".into() };
    while world.state.closing.is_none() && world.state.status == Status::Running {
        world.event(&cancel).unwrap();
    }
    world.go();
    world
}

/// The key of the compensation of what was done under this one.
fn undo_key(key: &str) -> String {
    let parts: Vec<&str> = key.splitn(3, '/').collect();
    let path = if parts[2] == "-" { String::new() } else { format!("{}.", parts[2]) };
    format!("{}/{}u/{path}{}[undo]", parts[0], parts[1], parts[1])
}

fn is_taken_back(world: &World, key: &str) -> bool {
    world.done.iter().any(|(undo, ..)| *undo == undo_key(key))
}

#[test]
fn what_is_under_way_when_its_scope_ends_is_taken_back_in_every_container() {
    for outer in CONTAINERS {
        for (way, status) in WAYS {
            let world = drive(World::new(program(outer, way)), way);
            assert_eq!(world.state.status, status, "{way} in {outer}: {:?}", world.state.error);
            let (asked, done) = (world.done_at("lasts"), world.done_at("do"));
            assert!(!asked.is_empty() && !done.is_empty(), "{way} in {outer}");
            assert!(asked.iter().all(|key| is_taken_back(&world, key)), "{way} in {outer}: {:?}", world.done);
            // What was done stands where the run went on or came to a good end.
            let stands = matches!(way, "any" | "ended");
            assert!(done.iter().all(|key| is_taken_back(&world, key) != stands), "{way} in {outer}: {:?}", world.done);
            assert_eq!(world.state.not_undone().count(), 0, "{way} in {outer}");
        }
    }
}

#[test]
fn it_is_taken_back_once_wherever_the_run_is_killed() {
    for outer in CONTAINERS {
        for (way, _) in WAYS {
            crash_everywhere_by(&program(outer, way), &format!("{way} in {outer}"), |world| drive(world, way));
        }
    }
}

#[test]
fn it_is_taken_back_before_what_was_done_earlier() {
    for (way, undone) in [("failed", vec!["op", "oq"]), ("caught", vec!["op", "oq"]), ("cancelled", vec!["op", "oq"]), ("any", vec!["op"])]
    {
        assert_eq!(drive(World::new(program("plain", way)), way).undone(), undone, "{way}");
    }
}

#[test]
fn an_answer_that_comes_after_all_changes_nothing() {
    for (way, _) in WAYS {
        let mut world = World::new(program("plain", way));
        world.mute = true;
        world.start(json!({}));
        world.tick();
        world.tick();
        if way == "cancelled" {
            world.rest();
            world.event(&Event::Cancel { reason: "no more".into() }).unwrap();
        }
        assert_eq!(world.undone(), Vec::<String>::new(), "{way}: asked to take it back, not done yet");
        let (before, outcome) = (world.journal.len(), Ok(json!({"status": 200, "body": {}})));
        let late = Event::Reply { step: "op@o[p]".into(), attempt: 1, outcome, took_ms: 1 };
        assert_eq!(world.event(&late), Err(Refusal::NotWaiting("op@o[p]".into())), "{way}");
        assert_eq!(world.journal.len(), before, "{way}");
        world.go();
        assert_eq!(world.undone().iter().filter(|name| *name == "op").count(), 1, "{way}");
    }
}

/// The state a journal leads to up to where it first says what nobody hears, as it is and as it would have been written before.
fn with_and_without(world: &World) -> (RunState, RunState) {
    let says = |entry: &Entry| serde_json::to_value(entry).unwrap().get("unheard").is_some();
    let at = world.journal.iter().position(says).unwrap();
    let mut before: Value = serde_json::to_value(&world.journal[..=at]).unwrap();
    before[at].as_object_mut().unwrap().remove("unheard");
    let before: Vec<Entry> = serde_json::from_value(before).unwrap();
    (replay(&world.program, "run_1", &world.journal[..=at]).unwrap(), replay(&world.program, "run_1", &before).unwrap())
}

#[test]
fn journals_from_before_it_was_written_down_lead_where_they_led() {
    let takes_back = |state: &RunState, node: &str| state.undo.iter().any(|undo| undo.step.node == node);
    for (way, _) in WAYS {
        let (now, before) = with_and_without(&drive(World::new(program("plain", way)), way));
        assert_eq!((takes_back(&now, "op"), takes_back(&before, "op")), (true, false), "{way}");
    }
    // Where the time ran out it was taken back before it was written down.
    let (program, _) = program_around(unheard, "plain", "loop", Some("timeout"));
    let (now, before) = with_and_without(&World::new(program).run());
    assert_eq!(now, before);
    assert_eq!(now.undo.len(), 1);
}

/// A call that rests before its next attempt.
fn resting(path: &str) -> Arc<Program> {
    resting_with(path, "answer")
}

fn resting_with(path: &str, take: &str) -> Arc<Program> {
    let call = json!({"id": "pay", "kind": "call", "timeout_ms": 1000,
        "settings": {"method": "POST", "url": format!("http://x/{path}"), "take": take},
        "retry": {"attempts": 3, "first_ms": 1000, "on": ["timeout", "refused", "invalid"]}});
    let nodes = json!([
        {"id": "s", "kind": "start"},
        call,
        {"id": "back", "kind": "call", "timeout_ms": 1000, "settings": {"method": "POST", "url": "http://x/undo", "body": {"ref": "pay"}}},
        {"id": "e", "kind": "end"},
        {"id": "x", "kind": "end", "settings": {"failed": "no"}},
    ]);
    saga::program(nodes, &[("s", "next", "pay"), ("pay", "next", "e"), ("pay", "error", "x"), ("pay", "undo", "back")])
}

#[test]
fn what_rests_before_its_next_attempt_is_taken_back_if_an_earlier_one_may_have_been_carried_out() {
    let (pay, nothing) = (vec!["pay".to_owned()], vec![]);
    for (path, take, undone) in [("silent", "answer", pay.clone()), ("no", "answer", nothing), ("do", "answer.body.receipt.number", pay)] {
        let mut world = World::new(resting_with(path, take));
        world.start(json!({}));
        world.rest();
        world.event(&Event::Cancel { reason: "no more".into() }).unwrap();
        world.go();
        assert_eq!((world.state.status, world.undone()), (Status::Cancelled, undone), "{path}");
    }
}

#[test]
fn what_was_refused_in_the_end_is_taken_back_if_an_earlier_attempt_may_have_been_carried_out() {
    for (path, undone) in [("loses", vec!["pay".to_owned()]), ("no", vec![])] {
        let world = World::new(resting(path)).run();
        assert_eq!((world.state.status, world.undone()), (Status::Failed, undone), "{path}");
    }
}

#[test]
fn what_was_done_and_answered_in_a_way_that_cannot_be_kept_is_taken_back() {
    let pay = json!({"id": "pay", "kind": "call", "timeout_ms": 1000,
        "settings": {"method": "POST", "url": "http://x/do", "take": "answer.body.receipt.number"}});
    let nodes = json!([
        {"id": "s", "kind": "start"},
        pay,
        undo("back", "pay"),
        {"id": "e", "kind": "end"},
        {"id": "x", "kind": "end", "settings": {"failed": "{{ error.kind }}"}},
    ]);
    let program = saga::program(nodes, &[("s", "next", "pay"), ("pay", "next", "e"), ("pay", "error", "x"), ("pay", "undo", "back")]);
    let world = World::new(Arc::clone(&program)).run();
    assert_eq!(world.state.error.as_ref().unwrap().message, "invalid");
    assert_eq!((world.done_at("do").len(), world.undone()), (1, vec!["pay".to_owned()]));
    crash_everywhere(&program, "an answer that cannot be kept");
}

/// Something that is done and taken back by these steps, the first of which is `b`.
fn taken_back_by(steps: &[Value], edges: &[(&str, &str, &str)]) -> Arc<Program> {
    let mut nodes = vec![
        json!({"id": "s", "kind": "start"}),
        json!({"id": "do", "kind": "call", "timeout_ms": 1000, "settings": {"method": "POST", "url": "http://x/do"}}),
        json!({"id": "x", "kind": "end", "settings": {"failed": "no"}}),
    ];
    nodes.extend_from_slice(steps);
    let ways = [("s", "next", "do"), ("do", "next", "x"), ("do", "error", "x"), ("do", "undo", "b")];
    saga::program(Value::Array(nodes), &[&ways[..], edges].concat())
}

fn undo(id: &str, name: &str) -> Value {
    json!({"id": id, "kind": "call", "timeout_ms": 1000, "settings": {"method": "POST", "url": "http://x/undo", "body": {"ref": name}}})
}

#[test]
fn rounds_and_branches_inside_a_compensation_end_once_wherever_the_run_is_killed() {
    let each = json!({"id": "b", "kind": "loop", "settings": {"each": "[1, 2, 3]"}});
    let rounds = taken_back_by(&[each, undo("u", "n{{ item }}")], &[("b", "body", "u"), ("u", "next", "b")]);
    let world = World::new(Arc::clone(&rounds)).run();
    assert_eq!((world.state.status, world.undone()), (Status::Failed, vec!["n1".to_owned(), "n2".to_owned(), "n3".to_owned()]));
    crash_everywhere(&rounds, "rounds in a compensation");

    let steps = [
        json!({"id": "b", "kind": "parallel", "settings": {"branches": ["quick", "slow"], "until": "any"}}),
        undo("u", "quick"),
        json!({"id": "w", "kind": "wait", "settings": {"for_ms": 1000}}),
        json!({"id": "j", "kind": "join"}),
        json!({"id": "later", "kind": "wait", "settings": {"for_ms": 5000}}),
    ];
    let edges = [("b", "quick", "u"), ("b", "slow", "w"), ("u", "next", "j"), ("w", "next", "j"), ("j", "next", "later")];
    let branches = taken_back_by(&steps, &edges);
    let world = World::new(Arc::clone(&branches)).run();
    assert_eq!((world.state.status, world.undone(), world.now - NOON), (Status::Failed, vec!["quick".to_owned()], 5000));
    assert_eq!(world.state.not_undone().count(), 0);
    crash_everywhere(&branches, "branches in a compensation");
}
