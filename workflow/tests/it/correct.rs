//! An earlier answer is corrected while a later question is open: what depended on it runs again, what did not is left alone, and
//! nothing is done to the outside twice without the customer's word. Killed at every commit as well.

use crate::build::edge;
use crate::world::World;
use qn_workflow::model::Happening;
use qn_workflow::run::{Correctable, Place, Refusal, correctable};
use qn_workflow::simulate::{Script, simulate};
use qn_workflow::trace::trace;
use qn_workflow::{Event, Flow, Language, Program, Request, Status, compile};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Which order, look it up, reserve something by order, note something else, why, done.
fn program() -> Arc<Program> {
    let ask = |id: &str, settings: Value| json!({"id": id, "kind": "ask", "timeout_ms": 600_000, "settings": settings});
    let post = |id: &str, body: Value| json!({"id": id, "kind": "call", "title": id, "timeout_ms": 1000, "settings": {"method": "POST", "url": format!("http://x/{id}"), "body": body}});
    let mut nodes = vec![
        json!({"id": "start", "kind": "start"}),
        ask("order", json!({"text": "Which order?", "save": "order", "called": ["订单号", "order number"], "valid": "size(answer) == 5"})),
        json!({"id": "look", "kind": "call", "timeout_ms": 1000, "settings": {"url": "http://x/look/{{ order }}", "save": "found"}}),
        json!({"id": "long", "kind": "set", "settings": {"set": [{"variable": "long", "value": "order + '!'"}]}}),
        post("ping", json!({"of": "nobody"})),
        ask("size", json!({"text": "Size for {{ long }}?", "save": "size", "choices": ["small", "large"], "only_choices": true})),
        post("reserve", json!({"order": "{{ order }}", "size": "{{ size }}"})),
        ask("why", json!({"text": "Why?", "save": "why", "choices": ["yes", "no"]})),
        json!({"id": "done", "kind": "end", "settings": {"output": {"order": "{{ order }}", "size": "{{ size }}", "why": "{{ why }}"}}}),
        json!({"id": "oops", "kind": "end", "settings": {"output": {"refused": true}}}),
    ];
    let chain = ["start", "order", "look", "long", "ping", "size", "reserve", "why", "done"];
    let mut edges: Vec<Value> = chain.windows(2).map(|pair| edge(pair[0], "next", pair[1])).collect();
    for node in ["order", "look", "ping", "size", "reserve", "why"] {
        edges.push(edge(node, "error", "oops"));
    }
    for node in ["order", "size", "why"] {
        edges.push(edge(node, "unclear", "oops"));
        edges.push(edge(node, "timeout", "oops"));
    }
    nodes.iter_mut().for_each(|node| node["note"] = json!(""));
    let variables: Vec<Value> = ["order", "long", "size", "why"].iter().map(|name| json!({"name": name, "type": "text"})).collect();
    let variables: Vec<Value> = variables.into_iter().chain([json!({"name": "found", "type": "any"})]).collect();
    let flow = json!({"format": 1, "id": "f", "name": "f", "variables": variables, "nodes": nodes, "edges": edges});
    let flow: Flow = serde_json::from_value(flow).unwrap();
    Arc::new(compile(flow, &Language::default(), &BTreeMap::new()).unwrap_or_else(|problems| panic!("{problems:#?}")))
}

/// Answers questions in order, the outside as it comes; gives the questions that were asked.
fn talk(crash: Option<usize>, words: &[&str]) -> (World, Vec<String>) {
    talk_on(program(), crash, words)
}

fn talk_on(program: Arc<Program>, crash: Option<usize>, words: &[&str]) -> (World, Vec<String>) {
    let mut world = World::new(program);
    (world.crash, world.mute) = (crash, true);
    world.start(json!({}));
    let (mut asked, mut words) = (Vec::new(), words.iter());
    for _ in 0..200 {
        let open = world.state.tokens.values().find_map(|token| match &token.place {
            Place::Open(open) => match &*open.request {
                Request::Ask { text, .. } => Some((token.step.to_string(), open.attempt, text.clone())),
                _ => None,
            },
            _ => None,
        });
        match open {
            Some((step, attempt, text)) => {
                let Some(said) = words.clone().next() else { break };
                let position = world.state.position;
                world.event(&Event::Reply { step, attempt, outcome: Ok(json!({"text": said})), took_ms: 0 }).unwrap();
                if world.state.position > position {
                    asked.push(text);
                    words.next();
                }
            }
            None if world.state.status.is_final() || !world.tick() => break,
            None => {}
        }
    }
    (world, asked)
}

fn bodies(world: &World, path: &str) -> Vec<Value> {
    world.done.iter().filter(|(_, p, _)| p == path).map(|(.., body)| body.clone()).collect()
}

#[test]
fn what_depended_on_a_corrected_answer_is_done_anew_and_nothing_twice() {
    let (world, asked) = talk(None, &["A1001", "不对，订单号是 B2002", "large", "no"]);
    assert_eq!(asked, ["Which order?", "Size for A1001!?", "Size for B2002!?", "Why?"]);
    assert_eq!(world.state.output, json!({"order": "B2002", "size": "large", "why": "no"}));
    assert_eq!(world.done_at("A1001").len() + world.done_at("B2002").len(), 2, "looking up is done again");
    assert_eq!(bodies(&world, "ping").len(), 1, "it did not depend on the order");
    assert_eq!(bodies(&world, "reserve"), [json!({"order": "B2002", "size": "large"})]);
    let visits = trace(&world.program, "run_1", &world.journal).unwrap();
    let told: Vec<(&str, bool, bool)> = visits.iter().map(|v| (v.step.as_str(), v.reused, v.corrected.is_some())).collect();
    assert!(told.contains(&("size@", false, true)), "{told:?}");
    assert!(told.contains(&("order~2@", false, false)) && told.contains(&("ping~2@", true, false)), "{told:?}");
    let visit = visits.iter().find(|v| v.step == "order~2@").unwrap();
    assert_eq!(visit.sets["order"], "B2002");
}

#[test]
fn what_was_done_outside_is_done_again_only_when_the_customer_agrees() {
    let wrong = "No, the order number is B2002";
    let (world, asked) = talk(None, &["A1001", "small", wrong, "small", "再办一次", "no"]);
    assert_eq!(asked[2..5].iter().map(|text| text.contains("办理过一次")).collect::<Vec<_>>(), [false, false, true], "{asked:?}");
    assert_eq!(bodies(&world, "reserve"), [json!({"order": "A1001", "size": "small"}), json!({"order": "B2002", "size": "small"})]);
    assert_eq!(world.state.output["order"], "B2002");
    let (world, _) = talk(None, &["A1001", "small", wrong, "small", "不用了"]);
    assert_eq!((bodies(&world, "reserve").len(), &world.state.output), (1, &json!({"refused": true})));
    let (world, asked) = talk(None, &["A1001", "small", "不是质量问题"]);
    assert_eq!((asked.len(), world.state.output["why"].as_str()), (3, Some("不是质量问题")), "an answer like any other");
}

#[test]
fn a_correction_to_what_it_was_before_does_nothing_anew() {
    let (world, asked) = talk(None, &["A1001", "small", "不对，订单号是 A1001", "yes"]);
    assert_eq!(asked, ["Which order?", "Size for A1001!?", "Why?", "Why?"], "the size was answered to the same question");
    assert_eq!((bodies(&world, "reserve").len(), bodies(&world, "ping").len()), (1, 1));
    assert_eq!(world.state.output, json!({"order": "A1001", "size": "small", "why": "yes"}));
    let (world, asked) = talk(None, &["A1001", "small", "改成 large", "再办一次", "yes"]);
    assert_eq!(bodies(&world, "reserve").len(), 2, "a choice of an earlier question is enough: {asked:?}");
    assert_eq!(world.state.output["size"], "large");
}

#[test]
fn a_correction_that_is_no_answer_asks_the_earlier_question_again() {
    let (world, asked) = talk(None, &["A1001", "不对，订单号是 7", "B2002", "small", "yes"]);
    assert_eq!(asked, ["Which order?", "Size for A1001!?", "Which order?", "Size for B2002!?", "Why?"]);
    assert_eq!((world.state.status, &world.state.output["order"]), (Status::Done, &json!("B2002")));
}

#[test]
fn a_second_correction_does_nothing_twice_either() {
    let (world, asked) = talk(None, &["A1001", "不对，订单号是 B2002", "不对，订单号是 C3003", "small", "yes"]);
    assert_eq!(asked[1..4], ["Size for A1001!?", "Size for B2002!?", "Size for C3003!?"]);
    assert_eq!((bodies(&world, "ping").len(), bodies(&world, "reserve").len()), (1, 1));
    assert_eq!(world.state.output["order"], "C3003");
    // While it is asked whether to do something again.
    let (world, asked) = talk(None, &["A1001", "small", "改成 large", "不对，订单号是 B2002", "small", "maybe", "再办一次", "yes"]);
    assert_eq!(asked.iter().filter(|text| text.contains("办理过一次")).count(), 3, "{asked:?}");
    assert_eq!(bodies(&world, "reserve"), [json!({"order": "A1001", "size": "small"}), json!({"order": "B2002", "size": "small"})]);
    assert_eq!(bodies(&world, "ping").len(), 1);
}

#[test]
fn a_question_that_got_no_answer_is_asked_again_after_a_correction() {
    let flow = {
        let ask = |id: &str, settings: Value| json!({"id": id, "kind": "ask", "timeout_ms": 600_000, "note": "", "settings": settings});
        let nodes = json!([
            {"id": "start", "kind": "start"},
            ask("order", json!({"text": "Which order?", "save": "order", "called": ["order"]})),
            ask("size", json!({"text": "Size?", "save": "size", "choices": ["small", "large"], "only_choices": true, "tries": 1})),
            ask("why", json!({"text": "Why?", "save": "why"})),
            {"id": "done", "kind": "end", "settings": {"output": {"size": "{{ size }}"}}},
        ]);
        let edges =
            [edge("start", "next", "order"), edge("order", "next", "size"), edge("size", "next", "why"), edge("why", "next", "done")];
        let others = ["error", "unclear", "timeout"]
            .map(|port| ["order", "size", "why"].map(|from| edge(from, port, if from == "size" { "why" } else { "done" })));
        let edges: Vec<Value> = edges.into_iter().chain(others.into_iter().flatten()).collect();
        let variables = ["order", "size", "why"].map(|name| json!({"name": name, "type": "text", "default": ""}));
        json!({"format": 1, "id": "f", "name": "f", "variables": variables, "nodes": nodes, "edges": edges})
    };
    let flow: Flow = serde_json::from_value(flow).unwrap();
    let program = compile(flow, &Language::default(), &BTreeMap::new()).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let (world, asked) = talk_on(Arc::new(program), None, &["A1001", "whatever", "no, the order is B2002", "large", "bored"]);
    assert_eq!(asked, ["Which order?", "Size?", "Why?", "Size?", "Why?"]);
    assert_eq!(world.state.output["size"], "large");
}

#[test]
fn a_corrected_run_survives_a_crash_at_every_commit() {
    let words = ["A1001", "small", "不对，订单号是 B2002", "large", "1", "no"];
    let (peace, _) = talk(None, &words);
    for crash in 0..=2 * peace.commits.len() + 1 {
        let (world, _) = talk(Some(crash), &words);
        assert_eq!((world.state.status, &world.state.output), (Status::Done, &peace.state.output), "crash {crash}");
        assert_eq!(bodies(&world, "reserve").len(), 2, "crash {crash}");
        assert_eq!(bodies(&world, "ping").len(), 1, "crash {crash}");
    }
}

/// Asks which order, reserves it, waits for a colleague; the loop's round waits as well.
fn waits(in_round: bool) -> Arc<Program> {
    let mut nodes = json!([
        {"id": "start", "kind": "start"},
        {"id": "order", "kind": "ask", "timeout_ms": 600_000, "settings": {"text": "Which order?", "save": "order", "called": ["订单号"]}},
        {"id": "reserve", "kind": "call", "timeout_ms": 1000, "settings": {"method": "POST", "url": "http://x/reserve", "body": {"order": "{{ order }}"}}},
        {"id": "boss", "kind": "approval", "timeout_ms": 600_000, "settings": {"who": "supervisor", "title": "{{ order }}"}},
        {"id": "done", "kind": "end", "settings": {"output": {"order": "{{ order }}"}}},
        {"id": "oops", "kind": "end", "settings": {"output": "refused"}},
    ]);
    let mut edges = vec![edge("start", "next", "order"), edge("order", "next", "reserve")];
    edges.extend(["order", "reserve", "boss"].map(|from| edge(from, "error", "oops")));
    edges.extend([edge("order", "unclear", "oops"), edge("boss", "rejected", "oops")]);
    if in_round {
        nodes.as_array_mut().unwrap().push(json!({"id": "each", "kind": "loop", "settings": {"each": "[1]"}}));
        edges.extend([
            edge("reserve", "next", "each"),
            edge("each", "body", "boss"),
            edge("boss", "approved", "each"),
            edge("each", "done", "done"),
        ]);
    } else {
        edges.extend([edge("reserve", "next", "boss"), edge("boss", "approved", "done")]);
    }
    let variables = json!([{"name": "order", "type": "text"}]);
    let flow = json!({"format": 1, "id": "f", "name": "f", "variables": variables, "nodes": nodes, "edges": edges});
    let flow: Flow = serde_json::from_value(flow).unwrap();
    Arc::new(compile(flow, &Language::default(), &BTreeMap::new()).unwrap_or_else(|problems| panic!("{problems:#?}")))
}

fn correct(world: &mut World, said: &str) -> Result<(), Refusal> {
    world.event(&Event::Correct { id: "m1".into(), reply: json!({"text": said}) })
}

/// Answers the open question, and lets the outside come as far as it can without people.
fn answer(world: &mut World, step: &str, said: &str) {
    world.event(&Event::Reply { step: step.into(), attempt: 1, outcome: Ok(json!({"text": said})), took_ms: 0 }).unwrap();
    for _ in 0..20 {
        if standing(world).is_some_and(|request| matches!(request, Request::Approve { .. } | Request::Ask { .. })) {
            return;
        }
        world.tick();
    }
}

fn standing(world: &World) -> Option<Request> {
    world.state.tokens.values().find_map(|token| if let Place::Open(open) = &token.place { Some((*open.request).clone()) } else { None })
}

#[test]
fn while_a_colleague_is_waited_for_an_answer_can_be_taken_back() {
    for (said, asked) in [("不对，换另一单", "Which order?"), ("不对，订单号是 B2002", "办理过一次")] {
        let mut world = World::new(waits(false));
        world.mute = true;
        world.start(json!({}));
        answer(&mut world, "order@", "A1001");
        assert!(matches!(standing(&world), Some(Request::Approve { .. })));
        let can = |world: &World, said: &str| correctable(&world.program, &world.state, said);
        assert_eq!(
            (can(&world, said), can(&world, "不对，今天周三"), can(&world, "B2002")),
            (Correctable::Now, Correctable::NotMeant, Correctable::NotMeant)
        );
        assert_eq!(correct(&mut world, "不对，今天周三"), Err(Refusal::NotMeant));
        correct(&mut world, said).unwrap();
        for _ in 0..10 {
            if matches!(standing(&world), Some(Request::Ask { .. })) {
                break;
            }
            world.tick();
        }
        let Some(Request::Ask { text, .. }) = standing(&world) else { panic!("{:?}", world.state.tokens) };
        assert!(text.contains(asked), "{text}");
        assert_eq!(bodies(&world, "reserve"), [json!({"order": "A1001"})], "nothing is done twice unasked");
        let visits = trace(&world.program, "run_1", &world.journal).unwrap();
        assert_eq!(visits.iter().find(|v| v.step == "boss@").unwrap().corrected.as_deref(), Some(said));
    }
}

#[test]
fn a_step_that_is_being_carried_out_and_another_room_cannot_be_left() {
    let mut world = World::new(waits(false));
    world.mute = true;
    world.start(json!({}));
    world.event(&Event::Reply { step: "order@".into(), attempt: 1, outcome: Ok(json!({"text": "A1001"})), took_ms: 0 }).unwrap();
    assert!(matches!(standing(&world), Some(Request::Call(_))));
    assert_eq!(correct(&mut world, "不对，换另一单"), Err(Refusal::TooLate));
    let mut world = World::new(waits(true));
    world.mute = true;
    world.start(json!({}));
    answer(&mut world, "order@", "A1001");
    let before = world.state.clone();
    assert_eq!(correct(&mut world, "不对，订单号是 B2002"), Err(Refusal::TooLate));
    assert_eq!(world.state, before);
}

#[test]
fn the_simulated_customer_takes_an_answer_back_while_a_colleague_is_waited_for() {
    let happens = ["A1001", "不对，换另一单", "B2002"].map(|text| Happening::Says { text: text.to_owned() }).to_vec();
    let pins = BTreeMap::from([("reserve".to_owned(), json!({}))]);
    let report = simulate(&waits(false), &Script { happens, pins, ..Script::default() });
    let asked: Vec<&str> = report.messages.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(asked[..5], ["Which order?", "A1001", "不对，换另一单", "Which order?", "B2002"]);
    assert!(asked[5].contains("办理过一次") && report.unheard.is_empty(), "{asked:?}");
}
