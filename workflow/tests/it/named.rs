//! What an answer names besides: later questions for it are passed over, or offer it where it is only likely; a correction reaches it;
//! the simulator and a backtest go the same way.

use crate::build::edge;
use crate::world::World;
use qn_workflow::backtest::{Verdict, compare, ready, recorded, script};
use qn_workflow::model::Happening;
use qn_workflow::run::Place;
use qn_workflow::simulate::{Script, simulate};
use qn_workflow::trace::trace;
use qn_workflow::{Entry, Event, Flow, Language, Program, Request, Status, compile, replay};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Which order, which phone, why. `order` are more settings of the first question, `phone` of the second.
fn program(order: Value, phone: Value) -> Arc<Program> {
    let ask = |id: &str, text: &str, more: Value| {
        let mut settings = json!({"text": text, "save": id});
        settings.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"id": id, "kind": "ask", "timeout_ms": 600_000, "settings": settings})
    };
    let nodes = json!([
        {"id": "start", "kind": "start"},
        ask("order", "Which order?", order),
        ask("phone", "Which phone?", phone),
        ask("why", "Why?", json!({})),
        {"id": "done", "kind": "end", "settings": {"output": {"order": "{{ order }}", "phone": "{{ phone }}", "why": "{{ why }}"}}},
        {"id": "oops", "kind": "end", "settings": {"output": "unclear"}},
    ]);
    let mut edges: Vec<Value> = ["start", "order", "phone", "why", "done"].windows(2).map(|pair| edge(pair[0], "next", pair[1])).collect();
    for port in ["error", "unclear", "timeout"] {
        edges.extend(["order", "phone", "why"].map(|node| edge(node, port, "oops")));
    }
    let variables = ["order", "phone", "why"].map(|name| json!({"name": name, "type": "any"}));
    let flow = json!({"format": 1, "id": "f", "name": "f", "variables": variables, "nodes": nodes, "edges": edges});
    let flow: Flow = serde_json::from_value(flow).unwrap();
    Arc::new(compile(flow, &Language::default(), &BTreeMap::new()).unwrap_or_else(|problems| panic!("{problems:#?}")))
}

fn plain() -> Arc<Program> {
    let phone = json!({"known": "context.entities.phone", "called": ["phone", "电话"]});
    program(json!({"expects": "order_id", "called": ["order"]}), phone)
}

const BOTH: &str = "订单号是 A1001，电话 13800138000";

fn both() -> Value {
    json!({"text": BOTH, "named": {"entities": {"order_id": "A1001", "phone": "+8613800138000"}}})
}

/// Brings these answers to the questions as they open; gives the questions and the choices they offered.
fn talk(program: &Arc<Program>, answers: &[Value]) -> (World, Vec<(String, Vec<String>)>) {
    talk_after(program, &json!({}), answers)
}

/// The same, where `context` was known when the run began.
fn talk_after(program: &Arc<Program>, context: &Value, answers: &[Value]) -> (World, Vec<(String, Vec<String>)>) {
    let mut world = World::new(Arc::clone(program));
    world.mute = true;
    world.context = serde_json::from_value(context.clone()).unwrap();
    world.start(json!({}));
    let (mut asked, mut answers) = (Vec::new(), answers.iter());
    loop {
        let open = world.state.tokens.values().find_map(|token| match &token.place {
            Place::Open(open) => match &*open.request {
                Request::Ask { text, choices, .. } => Some((token.step.to_string(), open.attempt, text.clone(), choices.clone())),
                _ => None,
            },
            _ => None,
        });
        let Some((step, attempt, text, choices)) = open else { return (world, asked) };
        asked.push((text, choices));
        let Some(answer) = answers.next() else { return (world, asked) };
        world.event(&Event::Reply { step, attempt, outcome: Ok(answer.clone()), took_ms: 0 }).unwrap();
    }
}

fn texts(asked: &[(String, Vec<String>)]) -> Vec<&str> {
    asked.iter().map(|(text, _)| text.as_str()).collect()
}

#[test]
fn an_answer_that_names_more_answers_later_questions_too() {
    let (world, asked) = talk(&plain(), &[both(), json!({"text": "broken"})]);
    assert_eq!(texts(&asked), ["Which order?", "Why?"]);
    assert_eq!(world.state.output, json!({"order": "A1001", "phone": "+8613800138000", "why": "broken"}));
    let named: Vec<&Entry> = world.journal.iter().filter(|entry| matches!(entry, Entry::Named { .. })).collect();
    let [Entry::Named { step, entities, likely, .. }] = named.as_slice() else { panic!("{named:?}") };
    assert_eq!((step.as_str(), Value::from(entities.clone()), likely.len()), ("order@", json!({"phone": "+8613800138000"}), 0));
    let visits = trace(&world.program, "run_1", &world.journal).unwrap();
    assert_eq!(visits.iter().find(|v| v.step == "order@").unwrap().named.entities["phone"], "+8613800138000");
    assert_eq!(replay(&world.program, "run_1", &world.journal).unwrap(), world.state);
    let line = serde_json::to_value(named[0]).unwrap();
    assert_eq!(serde_json::from_value::<Entry>(line).unwrap(), *named[0]);
}

#[test]
fn what_was_filled_that_way_can_be_corrected() {
    let wrong = json!({"text": "不对，电话是 13900139000", "named": {"entities": {"phone": "+8613900139000"}}});
    let (world, asked) = talk(&plain(), &[both(), wrong, json!({"text": "broken"})]);
    assert_eq!(texts(&asked), ["Which order?", "Why?", "Why?"]);
    assert_eq!(world.state.output, json!({"order": "A1001", "phone": "+8613900139000", "why": "broken"}));
    // A correction of the order leaves the phone as it was told.
    let other = json!({"text": "no, the order is B2002", "named": {"entities": {"order_id": "B2002"}}});
    let (world, asked) = talk(&plain(), &[both(), other, json!({"text": "broken"})]);
    assert_eq!(texts(&asked), ["Which order?", "Why?", "Why?"]);
    assert_eq!(world.state.output, json!({"order": "B2002", "phone": "+8613800138000", "why": "broken"}));
}

#[test]
fn the_answer_itself_fills_no_other_question_and_what_was_known_stays() {
    let same = program(json!({"expects": "phone"}), json!({"expects": "phone"}));
    let number = json!({"text": "13800138000", "named": {"entities": {"phone": "+8613800138000"}}});
    let (_, asked) = talk(&same, &[number]);
    assert_eq!(texts(&asked), ["Which order?", "Which phone?"]);
    let (world, asked) = talk(&plain(), &[both(), json!({"text": "x", "named": {"entities": {"phone": "+8613700137000"}}})]);
    assert_eq!((texts(&asked).len(), &world.state.output["phone"]), (2, &json!("+8613800138000")));
}

#[test]
fn what_was_named_before_the_run_gives_way_to_what_an_answer_names() {
    let before = json!({"entities": {"phone": "+8613700137000"}, "earlier": ["phone"]});
    let (world, asked) = talk_after(&plain(), &before, &[both(), json!({"text": "broken"})]);
    assert_eq!(texts(&asked), ["Which order?", "Why?"]);
    assert_eq!(world.state.output, json!({"order": "A1001", "phone": "+8613800138000", "why": "broken"}));
    assert_eq!(world.state.context["earlier"], json!([]), "from now on it is as what the run was told");
    assert_eq!(replay(&world.program, "run_1", &world.journal).unwrap(), world.state);
    // Named in no answer it is taken; said in the message that began the run it stays.
    let (world, _) = talk_after(&plain(), &before, &[json!({"text": "A1001"}), json!({"text": "broken"})]);
    assert_eq!(world.state.output["phone"], "+8613700137000");
    let at_the_start = json!({"entities": {"phone": "+8613700137000"}});
    let (world, _) = talk_after(&plain(), &at_the_start, &[both(), json!({"text": "broken"})]);
    assert_eq!(world.state.output["phone"], "+8613700137000");
}

#[test]
fn what_is_only_likely_is_offered_instead_of_what_was_named_before_the_run() {
    let before = json!({"entities": {"phone": "+8613700137000"}, "earlier": ["phone"]});
    let unsure = json!({"text": "A1001", "named": {"entities": {"order_id": "A1001"}, "likely": {"phone": "+8613800138000"}}});
    for (flow, answer) in [(plain(), unsure), (program(json!({}), json!({"expects": "phone"})), both())] {
        let (world, asked) = talk_after(&flow, &before, &[answer]);
        assert_eq!(asked[1], ("Which phone?".to_owned(), vec!["+8613800138000".to_owned()]));
        assert_eq!(replay(&world.program, "run_1", &world.journal).unwrap(), world.state);
    }
}

#[test]
fn where_nobody_knows_what_is_asked_for_what_is_named_is_offered_and_not_taken() {
    let open = program(json!({}), json!({"expects": "phone"}));
    let (world, asked) = talk(&open, &[both(), json!({"text": "1"}), json!({"text": "broken"})]);
    assert_eq!(asked[1], ("Which phone?".to_owned(), vec!["+8613800138000".to_owned()]));
    assert_eq!(world.state.output, json!({"order": BOTH, "phone": "+8613800138000", "why": "broken"}));
    let unsure = json!({"text": "A1001", "named": {"entities": {"order_id": "A1001"}, "likely": {"phone": "+8613800138000"}}});
    let (_, asked) = talk(&plain(), &[unsure]);
    assert_eq!(asked[1].1, ["+8613800138000"], "likely, and no more");
}

#[test]
fn an_answer_is_taken_out_of_its_words_only_where_it_is_right() {
    let strict = program(json!({"expects": "order_id", "valid": "answer.startsWith('B')"}), json!({}));
    let (_, asked) = talk(&strict, &[both()]);
    assert_eq!(texts(&asked), ["Which order?", "Which order?"], "neither what is named nor the words are valid");
    let taken_back = json!({"text": "no, the order is B2002", "named": {"entities": {"order_id": "A1001"}}});
    let (world, _) = talk(&plain(), &[both(), taken_back, json!({"text": "broken"})]);
    assert_eq!(world.state.output["order"], "B2002", "what is not among the words is not the answer");
    let problems = compile(
        serde_json::from_value(json!({"format": 1, "id": "f", "name": "f", "variables": [{"name": "a", "type": "any"}], "nodes": [
            {"id": "s", "kind": "start"}, {"id": "a", "kind": "ask", "timeout_ms": 1000, "settings": {"text": "?", "save": "a", "expects": "not a name"}},
            {"id": "e", "kind": "end"}],
            "edges": [edge("s", "next", "a"), edge("a", "next", "e"), edge("a", "error", "e"), edge("a", "unclear", "e")]}))
        .unwrap(),
        &Language::default(),
        &BTreeMap::new(),
    )
    .unwrap_err();
    assert!(problems.iter().any(|problem| problem.field.contains("expects")), "{problems:?}");
}

#[test]
fn the_simulator_and_a_backtest_fill_the_same() {
    let program = plain();
    let named = serde_json::from_value(both()["named"].clone()).unwrap();
    let happens = [BOTH, "broken"].map(|text| Happening::Says { text: text.to_owned() }).to_vec();
    let past = Script { happens, names: BTreeMap::from([(BOTH.to_owned(), named)]), ..Script::default() };
    let report = simulate(&program, &past);
    assert_eq!((report.status, &report.output["phone"]), (Status::Done, &json!("+8613800138000")));
    assert_eq!(report.messages.len(), 4, "{:?}", report.messages);
    let unnamed = Script { names: BTreeMap::new(), ..past.clone() };
    assert_eq!(simulate(&program, &unnamed).output, Value::Null, "the second line answers the question for the phone, and why stays open");

    let (flow, untold) = ready(&program.flow, &program.flow);
    let again = script(&report.journal, &untold).unwrap();
    let draft = compile(flow, &Language::default(), &BTreeMap::new()).unwrap();
    let then = recorded(&report.journal, &trace(&program, "simulated", &report.journal).unwrap());
    let compared = compare(then, &simulate(&draft, &again));
    assert_eq!((compared.verdict, compared.differs.len()), (Verdict::Same, 0), "{compared:?}");
}
