//! Small dialogues and the state they must lead to. A line is `c text` (customer) or `offer ids` (bot); beside a customer's line stands
//! what must be known after it, as `key=value` parted by `; `.
#![allow(clippy::unwrap_used)]

use super::entities::entities;
use qn_nlu::dialogue::{DialogueState, Referent, Turn, told, update};

type Lines = &'static [(&'static str, &'static str)];

fn name(id: &str) -> &'static str {
    match id {
        "mate60" => "华为Mate 60",
        "mate60pro" => "华为Mate 60 Pro",
        "watch" => "青鸟手表 GT",
        "buds" => "青鸟耳机",
        "case" => "防水壳",
        _ => "?",
    }
}

fn bot(state: &DialogueState, line: &str) -> Option<DialogueState> {
    let ids = line.strip_prefix("offer ")?;
    let offered: Vec<Referent> = ids.split(',').map(|id| Referent::new(id, name(id))).collect();
    Some(told(state, &offered))
}

fn customer(state: &DialogueState, line: &str) -> (DialogueState, bool) {
    let text = line.strip_prefix("c ").unwrap();
    update(state, &Turn { text, entities: &entities(text) })
}

fn fact(key: &str, state: &DialogueState, beyond: bool) -> String {
    match key {
        "focus" => state.focus.as_ref().map_or("-", |focus| &focus.id).to_owned(),
        "mentioned" => state.mentioned.iter().map(|one| one.id.as_str()).collect::<Vec<_>>().join(","),
        "beyond" => beyond.to_string(),
        other => panic!("{other}"),
    }
}

fn check(dialogues: &[Lines]) {
    let mut wrong = Vec::new();
    for (n, lines) in dialogues.iter().enumerate() {
        let mut state = DialogueState::default();
        for (line, expected) in *lines {
            if let Some(next) = bot(&state, line) {
                state = next;
                continue;
            }
            let (next, beyond) = customer(&state, line);
            // What the engine does between turns: store as JSON and read back.
            state = serde_json::from_str(&serde_json::to_string(&next).unwrap()).unwrap();
            assert_eq!(state, next);
            for (key, wanted) in expected.split("; ").filter_map(|pair| pair.split_once('=')) {
                let got = fact(key, &state, beyond);
                if got != wanted {
                    wrong.push(format!("dialogue {n}, “{line}”: {key} is “{got}”, wanted “{wanted}”"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_talked_about_stays_until_something_else_is_named() {
    check(&[
        &[("c 华为Mate 60有货吗", "focus=mate60"), ("c 它多少钱", "focus=mate60"), ("c 那青鸟耳机呢", "focus=buds; mentioned=buds,mate60")],
        &[("c 华为Mate 60和青鸟手表哪个好", "focus=watch"), ("c 它能用多久", "focus=watch")],
        &[("c 青鸟手表多少钱", ""), ("c 我说的是青鸟耳机", "focus=buds")],
        &[("c How much is the Huawei Mate 60?", "focus=mate60"), ("c is it waterproof?", "focus=mate60")],
        &[("c is the waterproof case in stock?", "focus=case"), ("c what about the bluebird earbuds?", "focus=buds")],
        &[("c how much is the huawei mate 60", ""), ("c 那它防水吗", "focus=mate60")],
        &[("offer buds", ""), ("c 这款能防水吗", "focus=buds")],
        &[("c 它多少钱", "focus=-; mentioned=; beyond=false")],
    ]);
}

#[test]
fn a_place_in_the_last_list_is_what_stood_there() {
    check(&[
        &[("offer mate60,watch,buds", ""), ("c 第二个", "focus=watch"), ("c 这个多少钱", "focus=watch")],
        &[("offer mate60,watch,buds", ""), ("c 第一个多少钱", "focus=mate60"), ("c 最后一个呢", "focus=buds")],
        &[("offer mate60,watch", ""), ("c 第三个多少钱", "beyond=true; focus=-")],
        &[("c 第二个多少钱", "beyond=true; focus=-")],
        &[("offer mate60,watch,buds", ""), ("c the second one please", "focus=watch; beyond=false")],
        &[("offer mate60,watch,buds", ""), ("c what about the last one?", "focus=buds")],
        &[("offer mate60,watch,buds", ""), ("c 第一个", "focus=mate60"), ("c 不是第一个，是第二个", "focus=watch")],
        &[("c 青鸟手表有货吗", ""), ("c 第二天能到吗", "focus=watch; beyond=false")],
    ]);
}

#[test]
fn what_an_earlier_version_stored_is_read() {
    let stored = r#"{"turn": 3, "language": "zh-CN", "topic": null, "paused": [], "focus": {"id": "buds", "name": "青鸟耳机", "variant": "蓝色"},
        "mentioned": [], "offered": [], "slots": {}, "question": "多少钱", "question_values": {}}"#;
    let read: DialogueState = serde_json::from_str(stored).unwrap();
    assert_eq!(read.focus.unwrap().id, "buds");
}
