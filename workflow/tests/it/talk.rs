//! Questions that may be passed over, wordings that change, and pauses before words.

use crate::world::World;
use qn_workflow::model::Happening;
use qn_workflow::simulate::{Report, Script, simulate};
use qn_workflow::{Entry, Flow, Language, Problem, Program, Request, Status, compile};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn made(nodes: Value, edges: Value) -> Result<Program, Vec<Problem>> {
    let edges: Vec<Value> = edges.as_array().unwrap().iter().map(|edge| json!({"from": edge[0], "port": edge[1], "to": edge[2]})).collect();
    let variables = json!([{"name": "note", "type": "any"}]);
    let flow = json!({"format": 1, "id": "f", "name": "f", "variables": variables, "nodes": nodes, "edges": edges});
    let flow: Flow = serde_json::from_value(flow).unwrap();
    compile(flow, &Language::default(), &BTreeMap::new())
}

fn asks(settings: Value, more: Value) -> Result<Program, Vec<Problem>> {
    let mut all = json!({"text": "还有补充吗？", "save": "note"});
    all.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
    let mut nodes = json!([
        {"id": "s", "kind": "start", "settings": {}},
        {"id": "q", "kind": "ask", "timeout_ms": 1000, "settings": all},
        {"id": "e", "kind": "end", "settings": {"output": "{{ note }}"}},
        {"id": "x", "kind": "end", "settings": {"output": "passed over"}},
        {"id": "u", "kind": "end", "settings": {"output": "unclear"}},
    ]);
    let mut edges = json!([["s", "next", "q"], ["q", "next", "e"], ["q", "unclear", "u"], ["q", "error", "u"]]);
    edges.as_array_mut().unwrap().extend(more.as_array().unwrap().clone());
    if more.as_array().unwrap().is_empty() {
        nodes.as_array_mut().unwrap().retain(|node| node["id"] != "x");
    }
    made(nodes, edges)
}

fn answered(program: &Program, text: &str) -> Report {
    let happens = vec![Happening::Says { text: text.to_owned() }];
    simulate(program, &Script { happens, ..Script::default() })
}

#[test]
fn a_question_that_may_be_passed_over_goes_its_own_way() {
    let program = asks(json!({"optional": true}), json!([["q", "skipped", "x"]])).unwrap();
    for words in ["跳过", "不知道", "Skip", "I don't know"] {
        assert_eq!(answered(&program, words).output, json!("passed over"), "{words}");
    }
    assert_eq!(answered(&program, "不知道放哪儿了").output, json!("不知道放哪儿了"));
    let asked = simulate(&program, &Script::default());
    assert_eq!(asked.messages.last().unwrap().buttons, ["跳过"]);
}

#[test]
fn or_goes_on_with_what_is_kept_in_its_place() {
    let program = asks(json!({"optional": true, "skip_value": "'无'"}), json!([])).unwrap();
    assert_eq!(answered(&program, "没有").output, json!("无"));
    let program = asks(json!({"optional": true}), json!([])).unwrap();
    let report = answered(&program, "跳过吧");
    assert_eq!((report.status, &report.output), (Status::Done, &json!(null)));
}

#[test]
fn a_choice_of_these_words_is_a_choice_and_a_question_that_must_be_answered_is_not_passed_over() {
    let settings = json!({"optional": true, "choices": ["有", "没有"]});
    let program = asks(settings, json!([["q", "skipped", "x"]])).unwrap();
    assert_eq!(answered(&program, "没有").output, json!("没有"));
    assert_eq!(answered(&program, "跳过").output, json!("passed over"));
    let program = asks(json!({}), json!([])).unwrap();
    assert_eq!(answered(&program, "不知道").output, json!("不知道"));
    let problems = asks(json!({}), json!([["q", "skipped", "x"]])).unwrap_err();
    assert!(problems.iter().any(|problem| problem.code == "unknown_port"), "{problems:?}");
}

#[test]
fn an_option_is_understood_by_a_part_of_its_words() {
    let settings = json!({"choices": ["车载支架", "蓝牙耳机"], "only_choices": true});
    let program = asks(settings, json!([])).unwrap();
    for (words, kept) in [("支架那个", "车载支架"), ("第二个", "蓝牙耳机"), ("the last one", "蓝牙耳机")] {
        assert_eq!(answered(&program, words).output, json!(kept), "{words}");
    }
}

fn speaks(settings: Value) -> Result<Program, Vec<Problem>> {
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {}},
        {"id": "each", "kind": "loop", "settings": {"each": "[1, 2, 3, 4, 5, 6]", "item": "n"}},
        {"id": "hi", "kind": "say", "settings": settings},
        {"id": "e", "kind": "end", "settings": {}},
    ]);
    made(nodes, json!([["s", "next", "each"], ["each", "body", "hi"], ["each", "done", "e"], ["hi", "next", "each"]]))
}

#[test]
fn wordings_take_turns_and_a_replay_says_the_same() {
    let program = speaks(json!({"text": "好的", "variants": ["没问题", "收到"]})).unwrap();
    let report = simulate(&program, &Script::default());
    let said: Vec<&str> = report.messages.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(said.len(), 6);
    assert!(said.windows(2).all(|pair| pair[0] != pair[1]), "{said:?}");
    assert_eq!(simulate(&program, &Script::default()), report);
}

#[test]
fn a_pause_before_words_is_a_timer() {
    let program = speaks(json!({"text": "好的", "delay_ms": 1500})).unwrap();
    let report = simulate(&program, &Script::default());
    assert_eq!((report.status, report.now, report.messages.len()), (Status::Done, 9_000, 6));
    assert_eq!(report.messages[0].at, 1_500);
    let journal = World::new(std::sync::Arc::new(program)).run().journal;
    let opened = journal
        .iter()
        .filter(|entry| matches!(entry, qn_workflow::Entry::Opened { request, .. } if matches!(**request, Request::Typing { .. })));
    assert_eq!(opened.count(), 6);
    assert!(speaks(json!({"text": "好的", "delay_ms": 60_001})).is_err());
}

#[test]
fn pictures_go_with_the_words_and_one_without_an_address_is_left_out() {
    let images = json!([{"url": "https://a.example/{{ n }}.png", "alt": "第 {{ n }} 张"}, {"url": "{{ 'nowhere' }}", "alt": "没有"}]);
    let report = simulate(&speaks(json!({"text": "好的", "images": images})).unwrap(), &Script::default());
    assert_eq!(report.messages[1].text, "好的\n[第 2 张](https://a.example/2.png)");
    let own = json!([{"url": "/api/v1/attachments/att_1/x.png", "alt": "上传的"}]);
    let report = simulate(&speaks(json!({"text": "好的", "images": own})).unwrap(), &Script::default());
    assert_eq!(report.messages[1].text, "好的\n[上传的](/api/v1/attachments/att_1/x.png)");
    for elsewhere in ["/api/v1/contacts/con_1", "/api/v1/attachments/../me", "//a.example/x.png"] {
        assert!(speaks(json!({"text": "好的", "images": [{"url": elsewhere, "alt": "x"}]})).is_err(), "{elsewhere}");
    }
    let four = vec![json!({"url": "https://a.example/x.png", "alt": "x"}); 4];
    assert!(speaks(json!({"text": "好的", "images": four})).is_err());
}

/// The steps whose words are the flow's last, in the order in which they are said.
fn last_words(program: Program) -> Vec<String> {
    let journal = World::new(std::sync::Arc::new(program)).run().journal;
    let last = |entry: &Entry| match entry {
        Entry::Opened { request, step, .. } if matches!(**request, Request::Say { last: true, .. }) => Some(step.clone()),
        _ => None,
    };
    journal.iter().filter_map(last).collect()
}

#[test]
fn words_are_a_flows_last_when_only_reckoning_telling_and_a_good_end_follow() {
    let start = json!({"id": "s", "kind": "start", "settings": {}});
    let say = |id: &str| json!({"id": id, "kind": "say", "settings": {"text": "好的"}});
    let tell = json!({"id": "t", "kind": "emit", "settings": {"event": "all.done"}});
    let end = |id: &str| json!({"id": id, "kind": "end", "settings": {}});
    let fails = json!({"id": "e", "kind": "end", "settings": {"failed": "no"}});
    let wait = json!({"id": "w", "kind": "wait", "settings": {"for_ms": 5}});
    let repeat = json!({"id": "l", "kind": "loop", "settings": {"each": "['a', 'b']"}});

    let edges = json!([["s", "next", "a"], ["a", "next", "b"], ["b", "next", "t"], ["t", "next", "e"]]);
    assert_eq!(last_words(made(json!([start, say("a"), say("b"), tell, end("e")]), edges).unwrap()), ["b@"]);
    let edges = json!([["s", "next", "a"], ["a", "next", "w"], ["w", "next", "e"]]);
    assert!(last_words(made(json!([start, say("a"), wait, end("e")]), edges).unwrap()).is_empty());
    let edges = json!([["s", "next", "a"], ["a", "next", "e"]]);
    assert!(last_words(made(json!([start, say("a"), fails]), edges).unwrap()).is_empty());
    // Each round may be followed by another.
    let edges = json!([["s", "next", "l"], ["l", "body", "a"], ["a", "next", "l"], ["l", "done", "e"]]);
    assert!(last_words(made(json!([start, repeat, say("a"), end("e")]), edges).unwrap()).is_empty());
}
