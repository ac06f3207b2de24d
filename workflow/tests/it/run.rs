//! Single behaviours of the interpreter: late events, timeouts, signals before their listener, `any` joins, limits, inputs.

use crate::saga::{program, program_of};
use crate::world::{NOON, World};
use qn_workflow::run::Refusal;
use qn_workflow::{Event, Moment, RunState, Status, advance};
use serde_json::{Value, json};

fn node(id: &str, kind: &str, settings: Value) -> Value {
    json!({"id": id, "kind": kind, "settings": settings, "timeout_ms": 60_000})
}

fn approving(timeout: bool) -> std::sync::Arc<qn_workflow::Program> {
    let mut edges = vec![("s", "next", "ok"), ("ok", "approved", "e"), ("ok", "rejected", "x"), ("ok", "error", "x")];
    if timeout {
        edges.push(("ok", "timeout", "late"));
    }
    let mut nodes = vec![
        node("s", "start", json!({})),
        node("ok", "approval", json!({"who": "supervisor", "title": "Refund?", "payload": {"amount": 800}, "save": "kept"})),
        node("e", "end", json!({"output": "{{ kept.by }}"})),
        node("x", "end", json!({"failed": "{{ 'no' }}"})),
    ];
    if timeout {
        nodes.push(node("late", "end", json!({"output": "late"})));
    }
    program(Value::Array(nodes), &edges)
}

fn reply(step: &str, attempt: u32, value: Value) -> Event {
    Event::Reply { step: step.into(), attempt, outcome: Ok(value), took_ms: 3 }
}

#[test]
fn an_answer_counts_once_and_only_for_the_attempt_it_is_for() {
    let mut world = World::new(approving(false));
    world.mute = true;
    world.start(json!({}));
    let yes = json!({"approved": true, "by": "mei"});
    assert_eq!(world.event(&reply("ok@", 2, yes.clone())), Err(Refusal::NotWaiting("ok@".into())));
    assert_eq!(world.event(&reply("other@", 1, yes.clone())), Err(Refusal::NotWaiting("other@".into())));
    world.event(&reply("ok@", 1, yes.clone())).unwrap();
    assert_eq!((world.state.status, &world.state.output), (Status::Done, &json!("mei")));
    assert_eq!(world.event(&reply("ok@", 1, yes)), Err(Refusal::NotRunning));
    assert_eq!(world.event(&Event::Start { input: Default::default(), context: Box::default() }), Err(Refusal::Started));
}

#[test]
fn nobody_answers_and_the_deadline_decides() {
    let mut world = World::new(approving(true));
    world.mute = true;
    world.start(json!({}));
    assert_eq!(world.event(&Event::Due { step: "ok@".into() }), Err(Refusal::NotWaiting("ok@".into())), "not yet");
    world.go();
    assert_eq!((world.now, &world.state.output), (NOON + 60_000, &json!("late")));

    let mut world = World::new(approving(false));
    world.mute = true;
    world.start(json!({}));
    world.go();
    assert_eq!(world.state.status, Status::Failed, "without a port of its own a timeout is an error");
}

#[test]
fn a_signal_that_comes_early_is_kept_until_somebody_listens() {
    let program = program(
        json!([
            node("s", "start", json!({})),
            node("w", "wait", json!({"for_ms": 1000})),
            node("l", "signal", json!({"signal": "paid", "save": "kept"})),
            node("e", "end", json!({"output": "{{ kept.n }}"})),
            node("x", "end", json!({"failed": "never paid"})),
        ]),
        &[("s", "next", "w"), ("w", "next", "l"), ("l", "next", "e"), ("l", "error", "x")],
    );
    let mut world = World::new(program);
    world.mute = true;
    world.start(json!({}));
    world.event(&Event::Signal { id: "1".into(), name: "paid".into(), payload: json!({"n": 7}), step: None }).unwrap();
    world.event(&Event::Signal { id: "2".into(), name: "other".into(), payload: json!(null), step: None }).unwrap();
    assert_eq!(world.state.signals.len(), 2);
    world.go();
    assert_eq!(world.state.output, json!(7));
}

#[test]
fn the_first_branch_wins_and_the_others_are_withdrawn() {
    let program = program(
        json!([
            node("s", "start", json!({})),
            node("p", "parallel", json!({"branches": ["fast", "slow"], "until": "any"})),
            node("f", "wait", json!({"for_ms": 10})),
            node("l", "wait", json!({"for_ms": 10_000})),
            node("n", "set", json!({"set": [{"variable": "n", "value": "n + 1"}]})),
            node("j", "join", json!({})),
            node("e", "end", json!({"output": "{{ n }}"})),
        ]),
        &[
            ("s", "next", "p"),
            ("p", "fast", "f"),
            ("p", "slow", "l"),
            ("f", "next", "j"),
            ("l", "next", "n"),
            ("n", "next", "j"),
            ("j", "next", "e"),
        ],
    );
    let world = World::new(program).run();
    assert_eq!((world.now - NOON, &world.state.output), (10, &json!(0)));
}

#[test]
fn a_circle_with_a_wait_gives_every_visit_its_own_key() {
    let program = program(
        json!([
            node("s", "start", json!({})),
            node("w", "wait", json!({"for_ms": 1000})),
            node("c", "call", json!({"method": "POST", "url": "http://x/do"})),
            node("n", "set", json!({"set": [{"variable": "n", "value": "n + 1"}]})),
            node("q", "choose", json!({"when": "n < 3"})),
            node("e", "end", json!({})),
            node("x", "end", json!({"failed": "x"})),
        ]),
        &[
            ("s", "next", "w"),
            ("w", "next", "c"),
            ("c", "next", "n"),
            ("c", "error", "x"),
            ("n", "next", "q"),
            ("q", "yes", "w"),
            ("q", "no", "e"),
        ],
    );
    let world = World::new(program).run();
    assert_eq!(world.done_at("do"), ["run_1/c/-", "run_1/c~2/-", "run_1/c~3/-"]);
}

#[test]
fn a_long_loop_is_decided_in_pieces_and_a_longer_one_is_an_error() {
    let looping = |rounds: u32| {
        program(
            json!([
                node("s", "start", json!({})),
                node("l", "loop", json!({"while": format!("n < {rounds}"), "max": 2_000})),
                node("n", "set", json!({"set": [{"variable": "n", "value": "n + 1"}]})),
                node("e", "end", json!({"output": "{{ n }}"})),
            ]),
            &[("s", "next", "l"), ("l", "body", "n"), ("n", "next", "l"), ("l", "done", "e")],
        )
    };
    let mut world = World::new(looping(600));
    world.start(json!({}));
    assert!(world.commits.len() > 2, "written down in between");
    assert_eq!(world.state.output, json!(600));
    let mut world = World::new(looping(3_000));
    world.start(json!({}));
    assert_eq!(world.state.error.as_ref().unwrap().kind.as_str(), "limit");
}

#[test]
fn inputs_are_asked_for_checked_and_nothing_else_is_taken() {
    let variables =
        json!([{"name": "order", "type": "text", "input": true}, {"name": "note", "type": "text", "input": true, "default": ""}]);
    let program = program_of(
        json!([node("s", "start", json!({})), node("e", "end", json!({"output": "{{ order }}{{ note }}"}))]),
        &[("s", "next", "e")],
        variables,
    );
    let start = |input: Value| {
        let Value::Object(input) = input else { panic!("an object") };
        advance(&program, &RunState::new("r"), &Event::Start { input, context: Box::default() }, Moment { now: NOON, random: 0 })
    };
    for (input, named) in [(json!({}), "order"), (json!({"order": 1}), "order"), (json!({"order": "a", "evil": 1}), "evil")] {
        assert_eq!(start(input), Err(Refusal::Input(named.into())));
    }
    assert_eq!(start(json!({"order": "SO1"})).unwrap().next.output, json!("SO1"));
}

#[test]
fn the_same_arguments_give_the_same_decision() {
    let program = approving(true);
    let moment = Moment { now: NOON, random: 1 };
    let event = Event::Start { input: Default::default(), context: Box::default() };
    let (a, b) = (advance(&program, &RunState::new("r"), &event, moment), advance(&program, &RunState::new("r"), &event, moment));
    assert_eq!(a, b);
}
