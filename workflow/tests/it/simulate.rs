//! Runs without a world: answers by node, a clock that jumps, and the tests that are saved with a flow.

use qn_workflow::model::Happening;
use qn_workflow::simulate::{Report, Script, Speaker, run_tests, simulate};
use qn_workflow::trace::{Standing, Undoing, trace};
use qn_workflow::{Flow, Language, Program, Status, compile};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const DAY_MS: i64 = 24 * 3_600_000;

/// Ask which order, look it up, have large sums approved, pay, wait a day, ask how it was.
fn refund(tests: Value) -> Program {
    let flow = json!({
        "format": 1, "id": "refund", "name": "退款", "tests": tests,
        "variables": [{"name": "order_id", "type": "text"}, {"name": "order", "type": "object"}, {"name": "paid", "type": "object"}],
        "nodes": [
            {"id": "start", "kind": "start", "settings": {"trigger": "message", "phrases": ["我要退款"]}},
            {"id": "which", "kind": "ask", "timeout_ms": 600_000, "settings": {"text": "哪个订单?", "save": "order_id", "valid": "answer.startsWith('SO')", "again": "订单号以 SO 开头"}},
            {"id": "look", "kind": "call", "timeout_ms": 1000, "settings": {"url": "http://x/{{ order_id }}", "save": "order"},
                "retry": {"attempts": 3, "first_ms": 1000, "cap_ms": 4000}},
            {"id": "large", "kind": "choose", "settings": {"when": "order.amount > 500"}},
            {"id": "boss", "kind": "approval", "timeout_ms": 7_200_000, "settings": {"who": "supervisor", "title": "{{ order_id }}", "payload": {"amount": "{{ order.amount }}"}}},
            {"id": "pay", "kind": "call", "timeout_ms": 1000, "settings": {"method": "POST", "url": "http://x/pay", "save": "paid"}},
            {"id": "unpay", "kind": "call", "timeout_ms": 1000, "settings": {"method": "POST", "url": "http://x/unpay"}},
            {"id": "note", "kind": "call", "timeout_ms": 1000, "settings": {"method": "POST", "url": "http://x/note"}},
            {"id": "told", "kind": "say", "settings": {"text": "已退款 {{ order.amount }} 元"}},
            {"id": "day", "kind": "wait", "settings": {"for_ms": DAY_MS}},
            {"id": "good", "kind": "end", "settings": {"output": {"refund": "{{ paid.id }}"}}},
            {"id": "no", "kind": "end", "settings": {"output": "no"}},
            {"id": "bad", "kind": "end", "settings": {"failed": "{{ error.message }}"}}
        ],
        "edges": [
            {"from": "start", "to": "which"}, {"from": "which", "to": "look"}, {"from": "which", "port": "unclear", "to": "no"},
            {"from": "which", "port": "timeout", "to": "no"}, {"from": "which", "port": "error", "to": "bad"},
            {"from": "look", "to": "large"}, {"from": "look", "port": "error", "to": "bad"},
            {"from": "large", "port": "yes", "to": "boss"}, {"from": "large", "port": "no", "to": "pay"},
            {"from": "boss", "port": "approved", "to": "pay"}, {"from": "boss", "port": "rejected", "to": "no"}, {"from": "boss", "port": "error", "to": "bad"},
            {"from": "pay", "to": "note"}, {"from": "pay", "port": "error", "to": "bad"}, {"from": "pay", "port": "undo", "to": "unpay"},
            {"from": "note", "to": "told"}, {"from": "note", "port": "error", "to": "bad"},
            {"from": "told", "to": "day"}, {"from": "day", "to": "good"}
        ]
    });
    let flow: Flow = serde_json::from_value(flow).unwrap();
    compile(flow, &Language::default(), &BTreeMap::new()).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

fn script(value: Value) -> Script {
    serde_json::from_value(value).unwrap()
}

fn nodes(report: &Report) -> Vec<&str> {
    report.visits.iter().map(|visit| visit.node.as_str()).collect()
}

fn talk(report: &Report) -> Vec<String> {
    report.messages.iter().map(|line| format!("{}{}", if line.by == Speaker::Bot { "> " } else { "" }, line.text)).collect()
}

#[test]
fn a_chat_goes_on_one_line_at_a_time_and_days_pass_at_once() {
    let program = refund(json!([]));
    let office = json!({"look": {"amount": 800}, "pay": {"id": "bo_1"}, "note": {}});
    let mut chat = script(json!({"context": {"message": {"text": "我要退款"}}, "pins": office, "begins_at": 0}));
    let asked = simulate(&program, &chat);
    assert_eq!((asked.status, asked.waits[0].node.as_str(), asked.waits[0].due_at), (Status::Running, "which", Some(600_000)));
    assert_eq!(talk(&asked), ["我要退款", "> 哪个订单?"]);
    chat.happens.push(Happening::Says { text: "蓝色的".into() });
    chat.happens.push(Happening::Says { text: "SO7".into() });
    let waits = simulate(&program, &chat);
    assert_eq!(talk(&waits), ["我要退款", "> 哪个订单?", "蓝色的", "> 订单号以 SO 开头", "SO7"]);
    assert_eq!((waits.waits.len(), waits.waits[0].node.as_str()), (1, "boss"));
    chat.happens.push(Happening::Answers { node: "boss".into(), answer: json!(true) });
    let done = simulate(&program, &chat);
    assert_eq!((done.status, &done.output, done.now), (Status::Done, &json!({"refund": "bo_1"}), DAY_MS));
    assert_eq!(nodes(&done), ["start", "which", "look", "large", "boss", "pay", "note", "told", "day", "good"]);
    assert_eq!(talk(&done).last().unwrap(), "> 已退款 800 元");
    assert_eq!(simulate(&program, &chat), done, "the same script gives the same report");
    assert_eq!(done.visits, trace(&program, "simulated", &done.journal).unwrap());
    assert!(done.unheard.is_empty());
}

#[test]
fn a_visit_tells_what_was_asked_what_came_and_how_it_was_left() {
    let program = refund(json!([]));
    let script = script(json!({"happens": [{"what": "says", "text": "SO7"}],
        "answers": {"look": [{"error": "unavailable"}, {"status": 503}, {"amount": 5}]}, "pins": {"pay": {"id": "bo_1"}, "note": {"status": 409}}}));
    let report = simulate(&program, &script);
    assert_eq!((report.status, report.not_undone.len()), (Status::Running, 0), "the compensation waits for its answer");
    let visit = |node: &str| report.visits.iter().find(|v| v.node == node).unwrap();
    let look = visit("look");
    assert_eq!((look.attempts.len(), look.port.as_deref(), look.standing), (3, Some("next"), Standing::Done));
    assert_eq!(look.attempts[0].error.as_ref().unwrap().message, "the test says so");
    assert_eq!(look.attempts[2].request["url"], "http://x/SO7");
    assert_eq!((look.sets["order"].clone(), look.output.clone()), (json!({"amount": 5}), json!({"amount": 5})));
    assert!(look.ended_at.unwrap() - look.began_at >= 1_000, "it rested between its attempts");
    let note = visit("note");
    assert_eq!((note.port.as_deref(), note.standing, note.error.is_some()), (Some("error"), Standing::Failed, true));
    assert_eq!(visit("bad").standing, Standing::Failed);
    assert_eq!((visit("pay").undo, visit("unpay").standing), (Some(Undoing::Running), Standing::Open));
    assert_eq!(visit("unpay").path, "pay[undo]");
    let mut script = script;
    script.pins.insert("unpay".into(), json!({}));
    let report = simulate(&program, &script);
    assert_eq!(report.status, Status::Failed);
    assert_eq!(report.visits.iter().find(|v| v.node == "pay").unwrap().undo, Some(Undoing::Done));
}

#[test]
fn silence_and_deadlines_can_be_played() {
    let program = refund(json!([]));
    let play = |happens: Value, answers: Value| {
        let report = simulate(
            &program,
            &script(json!({"happens": happens, "answers": answers, "pins": {"look": {"amount": 900}, "pay": {}, "note": {}}})),
        );
        (report.status, report.output, report.now)
    };
    let no = |now: i64| (Status::Done, json!("no"), now);
    assert_eq!(play(json!([{"what": "deadline"}]), json!({})), no(600_000));
    assert_eq!(play(json!([{"what": "passes", "ms": 600_001}]), json!({})), no(600_001));
    assert_eq!(play(json!([{"what": "passes", "ms": 599_999}]), json!({})).0, Status::Running);
    assert_eq!(play(json!([]), json!({"which": [{"silent": true}]})), no(600_000));
    assert_eq!(play(json!([]), json!({"which": ["SO1"], "boss": [false]})), no(0));
    let (status, _, _) = play(json!([{"what": "cancel"}]), json!({}));
    assert_eq!(status, Status::Cancelled);
}

#[test]
fn a_script_can_be_stopped_after_any_event() {
    let program = refund(json!([]));
    let mut script = script(json!({"answers": {"which": ["SO1"]}, "pins": {"look": {"amount": 5}, "pay": {"id": 1}, "note": {}}}));
    let whole = simulate(&program, &script);
    for events in 0..=whole.events {
        script.events_max = Some(events);
        let part = simulate(&program, &script);
        assert_eq!((part.events, part.status == Status::Done), (events, events == whole.events));
        assert!(whole.journal.starts_with(&part.journal));
    }
}

#[test]
fn saved_tests_pass_or_say_what_is_missing_in_both_languages() {
    let answers = json!({"which": ["SO1"], "look": [{"amount": 5}], "pay": [{"id": "bo_1"}], "note": [{}]});
    let program = refund(json!([
        {"name": "small", "answers": answers, "output": {"refund": "bo_1"}, "passes": ["look", "pay", "told"], "says": ["哪个", "5 元"]},
        {"name": "asks first", "waits": "which"},
        {"name": "large", "answers": {"which": ["SO1"], "look": [{"amount": 501}], "boss": [false]}, "output": "no"},
        {"name": "wrong", "answers": answers, "output": "no", "passes": ["pay", "look"], "says": ["6 元"], "status": "failed",
            "happens": [{"what": "says", "text": "hello?"}], "waits": "boss"}
    ]));
    let outcomes = run_tests(&program);
    let passed: Vec<bool> = outcomes.iter().map(|outcome| outcome.passed).collect();
    assert_eq!(passed, [true, true, true, false], "{:#?}", outcomes.iter().map(|o| &o.misses).collect::<Vec<_>>());
    let misses = &outcomes[3].misses;
    assert_eq!(misses.len(), 6, "{misses:#?}");
    assert!(misses.iter().all(|miss| miss.zh.chars().any(|c| c > '\u{3000}') && !miss.en.is_empty()));
}
