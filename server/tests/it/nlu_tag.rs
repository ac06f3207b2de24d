//! `qingniao nlu tag` and `nlu state-eval` on small files: figures that can be reckoned by hand, and refusals with a line number.

use crate::binary::{fails, json, path, run, text};
use serde_json::json;
use tempfile::tempdir;

/// 从上海到北京 and the like for every pair of four cities.
fn columns() -> String {
    let cities = ["上海", "北京", "广州", "哈尔滨"];
    let mut out = String::new();
    for from in cities {
        for to in cities.iter().filter(|to| **to != from) {
            for (word, slot) in [("从", ""), (from, "from"), ("到", ""), (to, "to")] {
                for (n, c) in word.chars().enumerate() {
                    let label = if slot.is_empty() { "O".to_owned() } else { format!("{}-{slot}", if n == 0 { "B" } else { "I" }) };
                    out.push_str(&format!("{c}\t{label}\n"));
                }
            }
            out.push('\n');
        }
    }
    out
}

#[test]
fn slots_are_trained_and_scored() {
    let folder = tempdir().unwrap();
    let (examples, model) = (folder.path().join("train.bio"), folder.path().join("slots"));
    std::fs::write(&examples, columns()).unwrap();
    let trained = json(&["nlu", "tag", "train", "--examples", path(&examples), "--model", path(&model)]);
    assert_eq!((&trained["sentences"], &trained["slots"]), (&json!(12), &json!(["from", "to"])));
    let scored = json(&["nlu", "tag", "eval", "--model", path(&model), "--examples", path(&examples)]);
    assert_eq!(
        (&scored["f1"], &scored["sentences_right"], &scored["by_slot"]["to"]["expected"]),
        (&json!(1.0), &json!(12), &json!(12)),
        "{scored}"
    );
    let said = run(&["nlu", "tag", "eval", "--model", path(&model), "--examples", path(&examples)]);
    assert!(text(&said.stdout).contains("12 of 12 sentences right"));
}

#[test]
fn bad_files_are_refused_with_a_line_number() {
    let folder = tempdir().unwrap();
    let (examples, model) = (folder.path().join("bad.bio"), folder.path().join("slots"));
    for (content, says) in [
        (&b"a O\nb\n"[..], "line 2"),
        (b"a O\n\nb X-city\n", "line 3"),
        (b"a O\n\xff O\n", "line 2"),
        (b"\n\n", "no sentence"),
        (b"a O\n", "no sentence has a marked slot"),
    ] {
        std::fs::write(&examples, content).unwrap();
        let said = fails(2, &["nlu", "tag", "train", "--examples", path(&examples), "--model", path(&model)]);
        assert!(said.contains(says), "{said}");
    }
    std::fs::create_dir_all(&model).unwrap();
    std::fs::write(model.join("slots.qntg"), "QNTG").unwrap();
    std::fs::write(&examples, columns()).unwrap();
    let said = fails(2, &["nlu", "tag", "eval", "--model", path(&model), "--examples", path(&examples)]);
    assert!(said.contains("slots.qntg"), "{said}");
}

#[test]
fn the_state_tracker_is_scored() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("dialogues.json");
    let hotel = |price: &str| json!({"酒店": {"名称": "", "酒店类型": "", "酒店设施": "", "价格": price, "评分": "", "周边景点": "", "周边餐馆": "", "周边酒店": "", "selectedResults": []}});
    let blank = |domain: &str, slots: &[&str]| {
        (domain.to_owned(), slots.iter().map(|s| ((*s).to_owned(), json!(""))).collect::<serde_json::Map<_, _>>().into())
    };
    let whole = |price: &str| {
        let mut state = hotel(price).as_object().unwrap().clone();
        state.extend([
            blank("景点", &["名称", "门票", "游玩时间", "评分", "周边景点", "周边餐馆", "周边酒店"]),
            blank("餐馆", &["名称", "推荐菜", "人均消费", "评分", "周边景点", "周边餐馆", "周边酒店"]),
            blank("地铁", &["出发地", "目的地"]),
            blank("出租", &["出发地", "目的地"]),
        ]);
        state
    };
    let turn = |said: &str, recorded: &str| {
        [
            json!({"role": "usr", "dialog_act": [["Inform", "酒店", "价格", said]]}),
            json!({"role": "sys", "dialog_act": [], "sys_state": whole(recorded), "sys_state_init": whole(recorded)}),
        ]
    };
    let messages = [turn("100元", "100元"), turn("200元", "300元")].concat();
    std::fs::write(&file, json!({"1": {"type": "单领域", "messages": messages}}).to_string()).unwrap();
    let scored = json(&["nlu", "state-eval", "--dialogues", path(&file)]);
    assert_eq!((&scored["turns"], &scored["joint_accuracy"]), (&json!(2), &json!(0.5)), "{scored}");
    std::fs::write(&file, "{\n\"1\": 3}").unwrap();
    let said = fails(2, &["nlu", "state-eval", "--dialogues", path(&file)]);
    assert!(said.contains("line 2"), "{said}");
}
