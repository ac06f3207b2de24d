//! Two versions of a flow: what changed, how two people's changes come together, and moving live runs from one to the other.

use crate::world::{NOON, World};
use qn_workflow::diff::{What, diff};
use qn_workflow::merge::{Side, merge};
use qn_workflow::migrate::{NodeMap, migrate};
use qn_workflow::run::version;
use qn_workflow::trace::{Standing, trace, trace_moved};
use qn_workflow::{Effect, Entry, Event, Flow, Language, Program, RunState, Status, compile, replay};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

fn document(change: impl FnOnce(&mut Value)) -> Flow {
    let mut flow = json!({
        "format": 1, "id": "f", "name": "退款",
        "variables": [{"name": "n", "type": "integer", "default": 1}],
        "nodes": [
            {"id": "s", "kind": "start"},
            {"id": "check", "kind": "choose", "title": "限额", "settings": {"when": "n <= 500"}},
            {"id": "boss", "kind": "approval", "timeout_ms": 60_000, "settings": {"who": "supervisor", "title": "?", "payload": {"n": "{{ n }}"}}},
            {"id": "pay", "kind": "call", "timeout_ms": 1000, "settings": {"method": "POST", "url": "http://x/do", "body": {"n": "{{ n }}"}}},
            {"id": "back", "kind": "call", "timeout_ms": 1000, "settings": {"method": "POST", "url": "http://x/undo", "body": {"ref": "{{ done.ref }}"}}},
            {"id": "e", "kind": "end", "settings": {"output": "{{ n }}"}},
            {"id": "bad", "kind": "end", "settings": {"failed": "no"}}
        ],
        "edges": [
            {"from": "s", "to": "check"}, {"from": "check", "port": "yes", "to": "pay"}, {"from": "check", "port": "no", "to": "boss"},
            {"from": "pay", "to": "boss"}, {"from": "pay", "port": "error", "to": "bad"}, {"from": "pay", "port": "undo", "to": "back"},
            {"from": "boss", "port": "approved", "to": "e"}, {"from": "boss", "port": "rejected", "to": "bad"}, {"from": "boss", "port": "error", "to": "bad"}
        ],
        "layout": {"s": {"x": 0.0, "y": 0.0}}
    });
    change(&mut flow);
    serde_json::from_value(flow).unwrap()
}

fn program(change: impl FnOnce(&mut Value)) -> Arc<Program> {
    Arc::new(compile(document(change), &Language::default(), &BTreeMap::new()).unwrap_or_else(|problems| panic!("{problems:#?}")))
}

fn same(_: &mut Value) {}

#[test]
fn a_diff_says_what_changed_in_words_and_nothing_that_did_not() {
    assert_eq!(diff(&document(same), &document(same)), []);
    let new = document(|flow| {
        flow["nodes"][1]["settings"]["when"] = json!("n <= 800");
        flow["nodes"][3]["settings"]["body"]["n"] = json!("{{ n + 1 }}");
        flow["nodes"][3]["timeout_ms"] = json!(2000);
        flow["nodes"].as_array_mut().unwrap().push(json!({"id": "hello", "kind": "say", "settings": {"text": "hi"}}));
        flow["nodes"].as_array_mut().unwrap().remove(4);
        flow["edges"][0]["to"] = json!("hello");
        flow["edges"].as_array_mut().unwrap().remove(5);
        flow["edges"].as_array_mut().unwrap().push(json!({"from": "hello", "to": "check"}));
        flow["variables"][0]["default"] = json!(2);
        flow["tests"] = json!([{"name": "small"}]);
        flow["layout"]["s"]["x"] = json!(5.0);
    });
    let changes = diff(&document(same), &new);
    let lines: Vec<&str> = changes.iter().map(|change| change.en.as_str()).collect();
    assert_eq!(
        lines,
        [
            "\"限额\": condition: n <= 500 → n <= 800",
            "\"pay\": body n: {{ n }} → {{ n + 1 }}",
            "\"pay\": timeout in ms: 1000 → 2000",
            "node \"hello\" added",
            "node \"back\" removed",
            "edge added: \"hello\" (Next) → \"限额\"",
            "edge removed: \"pay\" (Undo) → \"back\"",
            "\"s\" (Next) now leads to \"hello\" (was \"限额\")",
            "variable \"n\" changed",
            "test \"small\" added",
            "boxes were moved"
        ]
    );
    assert_eq!(changes[0].zh, "「限额」的条件:n <= 500 → n <= 800");
    assert_eq!(
        (changes[0].what, changes[0].node.as_deref(), changes[0].field.as_str()),
        (What::NodeChanged, Some("check"), "settings.when")
    );
    assert!(changes.iter().all(|change| change.zh.chars().any(|c| c > '\u{3000}')));
}

fn set(at: &'static str, value: Value) -> impl FnOnce(&mut Value) {
    move |flow| *flow.pointer_mut(at).unwrap() = value
}

#[test]
fn changes_of_two_people_come_together_by_setting() {
    let base = document(same);
    let mine = document(|flow| {
        set("/nodes/1/settings/when", json!("n <= 800"))(flow);
        flow["nodes"].as_array_mut().unwrap().push(json!({"id": "mine", "kind": "say", "settings": {"text": "hi"}}));
    });
    let theirs = document(|flow| {
        set("/nodes/1/title", json!("上限"))(flow);
        set("/nodes/3/timeout_ms", json!(5000))(flow);
        set("/layout/s/x", json!(9.0))(flow);
        flow["nodes"].as_array_mut().unwrap().push(json!({"id": "theirs", "kind": "note", "settings": {"text": "hi"}}));
        flow["nodes"].as_array_mut().unwrap().remove(4);
        flow["edges"].as_array_mut().unwrap().remove(5);
    });
    let merged = merge(&base, &mine, &theirs, &BTreeMap::new());
    assert_eq!(merged.conflicts, []);
    let node = |id: &str| merged.flow.nodes.iter().find(|node| node.id == id);
    let check = node("check").unwrap();
    assert_eq!((check.title.as_str(), &check.settings["when"], node("pay").unwrap().timeout_ms), ("上限", &json!("n <= 800"), Some(5000)));
    assert!(node("mine").is_some() && node("theirs").is_some() && node("back").is_none());
    assert!(!merged.flow.edges.iter().any(|edge| edge.to == "back"));
    assert_eq!(merged.flow.layout["s"].x, 9.0);
    assert_eq!(merge(&base, &theirs, &theirs, &BTreeMap::new()).flow, theirs);
    assert_eq!(merge(&base, &base, &theirs, &BTreeMap::new()).flow, theirs);
    assert_eq!(merge(&base, &theirs, &base, &BTreeMap::new()).flow, theirs);
}

#[test]
fn what_both_changed_differently_somebody_has_to_choose() {
    let base = document(same);
    let mine = document(|flow| {
        set("/nodes/1/settings/when", json!("n <= 800"))(flow);
        flow["nodes"][4]["title"] = json!("退回");
        set("/edges/3/to", json!("e"))(flow);
        set("/variables/0/default", json!(7))(flow);
    });
    let theirs = document(|flow| {
        set("/nodes/1/settings/when", json!("n <= 900"))(flow);
        set("/edges/3/to", json!("bad"))(flow);
        set("/variables/0/default", json!(8))(flow);
        flow["nodes"].as_array_mut().unwrap().remove(4);
        flow["edges"].as_array_mut().unwrap().remove(5);
    });
    let merged = merge(&base, &mine, &theirs, &BTreeMap::new());
    let paths: Vec<&str> = merged.conflicts.iter().map(|conflict| conflict.path.as_str()).collect();
    assert_eq!(paths, ["node/check/settings.when", "node/back", "edge/pay/next", "variable/n"]);
    let first = &merged.conflicts[0];
    assert_eq!((&first.base, &first.mine, &first.theirs), (&json!("n <= 500"), &json!("n <= 800"), &json!("n <= 900")));
    assert_eq!(first.zh, "双方都改了「限额」的条件");
    assert_eq!(merged.flow.nodes[1].settings["when"], "n <= 800", "mine until somebody chooses");
    let all = |side: Side| paths.iter().map(|path| ((*path).to_owned(), side)).collect::<BTreeMap<_, _>>();
    let chosen = merge(&base, &mine, &theirs, &all(Side::Theirs));
    assert_eq!((chosen.conflicts.len(), &chosen.flow), (0, &theirs));
    let mut kept = mine.clone();
    kept.edges.retain(|edge| edge.to != "back");
    assert_eq!(merge(&base, &mine, &theirs, &all(Side::Mine)).flow, kept, "an edge that only they removed stays removed");
}

/// A run that waits for its approval after it has paid.
fn waiting(program: &Arc<Program>) -> World {
    let mut world = World::new(Arc::clone(program));
    world.mute = true;
    world.start(json!({}));
    while world.done.is_empty() || world.state.tokens.values().all(|t| t.step.node != "boss") {
        world.tick();
    }
    world
}

fn map(pairs: &[(&str, &str)]) -> NodeMap {
    pairs.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect()
}

/// The new version: the approval and the compensation have other names, a reply follows, a variable is new.
fn second() -> Arc<Program> {
    program(|flow| {
        set("/nodes/2/id", json!("manager"))(flow);
        set("/nodes/4/id", json!("refund_back"))(flow);
        let edges = flow["edges"].to_string().replace("\"boss\"", "\"manager\"").replace("\"back\"", "\"refund_back\"");
        flow["edges"] = serde_json::from_str(&edges).unwrap();
        flow["variables"].as_array_mut().unwrap().push(json!({"name": "fresh", "type": "text", "default": "new"}));
        set("/nodes/5/settings/output", json!("{{ fresh }}"))(flow);
    })
}

#[test]
fn a_waiting_run_goes_on_under_the_new_version_and_is_taken_back_there() {
    let (old, new) = (program(same), second());
    for approved in [true, false] {
        let mut world = waiting(&old);
        let decision = migrate(&old, &new, &map(&[("boss", "manager"), ("back", "refund_back")]), &world.state, NOON).unwrap();
        let effects: Vec<String> = decision
            .effects
            .iter()
            .map(|effect| match effect {
                Effect::Act { step, .. } => format!("act {step}"),
                Effect::SetTimer { step, .. } => format!("set {step}"),
                Effect::DropTimer { step } => format!("drop {step}"),
                Effect::Withdraw { step, .. } => format!("withdraw {step}"),
            })
            .collect();
        assert_eq!(effects, ["drop boss@", "withdraw boss@", "set manager@", "act manager@"]);
        let text = serde_json::to_string(&decision.entries).unwrap();
        world.journal.extend(serde_json::from_str::<Vec<Entry>>(&text).unwrap());
        assert_eq!(replay(&new, "run_1", &world.journal).unwrap(), decision.next, "the new version alone replays it");
        assert!(replay(&old, "run_1", &world.journal).is_err());
        assert_eq!(version(&world.journal), Some(new.hash.as_str()));
        let mut moved = World::new(Arc::clone(&new));
        (moved.state, moved.journal, moved.done) = (decision.next, world.journal, world.done);
        let reply = json!({"approved": approved, "by": "mei"});
        moved.event(&Event::Reply { step: "manager@".into(), attempt: 1, outcome: Ok(reply), took_ms: 1 }).unwrap();
        moved.go();
        let expected = if approved { (Status::Done, vec![]) } else { (Status::Failed, vec!["run_1/pay/-".to_owned()]) };
        assert_eq!((moved.state.status, moved.undone()), expected);
        assert!(!approved || moved.state.output == "new");
        let both = BTreeMap::from([(old.hash.clone(), Arc::clone(&old)), (new.hash.clone(), Arc::clone(&new))]);
        let visits = trace_moved(&both, "run_1", &moved.journal).unwrap();
        let passed: Vec<&str> = visits.iter().map(|visit| visit.node.as_str()).collect();
        assert_eq!(passed[..4], ["s", "check", "pay", "manager"]);
        assert_eq!((visits[3].standing, visits[3].attempts.len()), (Standing::Done, 1));
        assert!(trace(&new, "run_1", &moved.journal).unwrap().len() < visits.len());
    }
}

#[test]
fn a_move_that_would_lose_the_place_or_ask_twice_is_refused_with_reasons() {
    let (old, new) = (program(same), second());
    let codes = |new: &Program, map: &NodeMap, state: &RunState| -> Vec<&'static str> {
        migrate(&old, new, map, state, NOON).map_or_else(|problems| problems.into_iter().map(|p| p.code).collect(), |_| vec![])
    };
    let parked = waiting(&old).state;
    assert_eq!(codes(&new, &map(&[]), &parked), ["no_place", "no_undo"]);
    assert_eq!(codes(&new, &map(&[("boss", "gone")]), &parked), ["unknown_node", "no_place", "no_undo"]);
    assert_eq!(codes(&new, &map(&[("boss", "pay"), ("back", "refund_back")]), &parked), ["other_kind"]);
    let typed = program(set("/variables/0", json!({"name": "n", "type": "any", "default": "x"})));
    assert_eq!(codes(&typed, &map(&[]), &parked), Vec::<&str>::new());
    let asks = program(|flow| flow["variables"].as_array_mut().unwrap().push(json!({"name": "must", "type": "text", "input": true})));
    assert_eq!(codes(&asks, &map(&[]), &parked), ["missing_input"]);
    let mut paying = World::new(Arc::clone(&old));
    paying.start(json!({}));
    let renamed = program(|flow| {
        let text = flow.to_string().replace("\"pay\"", "\"repay\"");
        *flow = serde_json::from_str(&text).unwrap();
    });
    assert_eq!(codes(&renamed, &map(&[("pay", "repay")]), &paying.state), ["under_way"]);
    assert_eq!(codes(&new, &map(&[("boss", "manager")]), &RunState::new("r")), ["not_waiting"]);
}

#[test]
fn a_run_inside_a_branch_stays_in_its_branch() {
    let flow = |inside: bool| {
        let edges = if inside {
            json!([{"from": "s", "to": "p"}, {"from": "p", "port": "a", "to": "w"}, {"from": "p", "port": "b", "to": "v"},
                {"from": "w", "to": "j"}, {"from": "v", "to": "j"}, {"from": "j", "to": "e"}])
        } else {
            json!([{"from": "s", "to": "p"}, {"from": "p", "port": "a", "to": "v"}, {"from": "p", "port": "b", "to": "w"},
                {"from": "w", "to": "j"}, {"from": "v", "to": "j"}, {"from": "j", "to": "e"}])
        };
        let nodes = json!([{"id": "s", "kind": "start"}, {"id": "p", "kind": "parallel", "settings": {"branches": ["a", "b"]}},
            {"id": "w", "kind": "wait", "settings": {"for_ms": 10}}, {"id": "v", "kind": "wait", "settings": {"for_ms": 5}},
            {"id": "j", "kind": "join"}, {"id": "e", "kind": "end"}]);
        let flow = json!({"format": 1, "id": "f", "name": if inside { "a" } else { "b" }, "nodes": nodes, "edges": edges});
        compile(serde_json::from_value(flow).unwrap(), &Language::default(), &BTreeMap::new()).unwrap()
    };
    let (old, other) = (Arc::new(flow(true)), flow(false));
    let mut world = World::new(Arc::clone(&old));
    world.start(json!({}));
    let problems = migrate(&old, &other, &map(&[]), &world.state, NOON).unwrap_err();
    assert_eq!(problems.iter().map(|p| p.code).collect::<Vec<_>>(), ["other_room", "other_room"]);
    assert!(problems.iter().all(|p| p.zh.chars().any(|c| c > '\u{3000}')));
    assert!(migrate(&old, &old, &map(&[]), &world.state, NOON).is_ok());
}
