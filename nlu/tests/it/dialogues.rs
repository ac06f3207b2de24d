//! Small dialogues and the state they must lead to. A line is `c text` or `c[intent] text` (customer), `offer ids`, `ask slot kind`
//! or `done` (bot); beside a customer's line stands what must be known after it, as `key=value` parted by `; `.
#![allow(clippy::unwrap_used)]

use super::entities::{entities, value};
use qn_domain::Language;
use qn_nlu::dialogue::{BotTurn, DialogueState, Pending, Referent, Resolved, Turn, told, update};

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
    let mut turn = BotTurn::default();
    let words: Vec<&str> = line.split(' ').collect();
    match words[..] {
        ["offer", ids] => turn.offered = ids.split(',').map(|id| Referent::new(id, name(id))).collect(),
        ["ask", slot, kind] => turn.asked = Some(Pending { slot: slot.into(), kind: kind.replace('*', "") }),
        ["done"] => turn.done = true,
        _ => return None,
    }
    Some(told(state, &turn))
}

fn customer(state: &DialogueState, line: &str) -> (DialogueState, Resolved) {
    let rest = line.strip_prefix('c').unwrap();
    let (intent, text) = match rest.strip_prefix('[').and_then(|r| r.split_once("] ")) {
        Some((intent, text)) => (Some(intent), text),
        None => (None, rest.trim_start()),
    };
    let found = entities(text);
    let language = if text.is_ascii() { Language::En } else { Language::Zh };
    update(state, &Turn { text, language, intent, entities: &found })
}

fn fact(key: &str, state: &DialogueState, resolved: &Resolved) -> String {
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "-".into());
    match key {
        "text" => resolved.text.clone(),
        "move" => format!("{:?}", resolved.movement).to_lowercase(),
        "topic" => or_none(state.topic.as_ref().map(|t| t.name.clone())),
        "focus" => {
            or_none(state.focus.as_ref().map(|f| if f.variant.is_empty() { f.id.clone() } else { format!("{}+{}", f.id, f.variant) }))
        }
        "corr" => or_none(resolved.correction.as_ref().map(|c| c.slot.clone())),
        "from" => or_none(resolved.correction.as_ref().and_then(|c| c.from.as_ref()).map(value)),
        "ans" => or_none(resolved.answers.clone()),
        "open" => or_none(state.topic.as_ref().and_then(|t| t.pending.as_ref()).map(|p| p.slot.clone())),
        "paused" => state.paused.len().to_string(),
        "unresolved" => resolved.unresolved.to_string(),
        "language" => state.language.map_or("-", Language::code).into(),
        slot => or_none(state.slots.get(slot).map(|s| value(&s.value))),
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
            let (next, resolved) = customer(&state, line);
            // What the engine does between turns: store as JSON and read back.
            state = serde_json::from_str(&serde_json::to_string(&next).unwrap()).unwrap();
            assert_eq!(state, next);
            for (key, wanted) in expected.split("; ").filter_map(|pair| pair.split_once('=')) {
                let got = fact(key, &state, &resolved);
                if got != wanted {
                    wrong.push(format!("dialogue {n}, “{line}”: {key} is “{got}”, wanted “{wanted}”"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn pronouns_and_ellipses_zh() {
    check(&[
        &[("c[product] 华为Mate 60有货吗", "focus=mate60; move=start"), ("c 它多少钱", "text=华为Mate 60多少钱; focus=mate60")],
        &[
            ("c 华为Mate 60多少钱", ""),
            ("c 那蓝色的呢", "text=蓝色华为Mate 60多少钱; focus=mate60+蓝色"),
            ("c 白色的呢？", "text=白色华为Mate 60多少钱"),
        ],
        &[("c 青鸟手表防水吗", "focus=watch"), ("c 那青鸟耳机呢", "text=青鸟耳机防水吗; focus=buds")],
        &[("offer mate60,watch,buds", ""), ("c 第二个", "text=青鸟手表 GT; focus=watch"), ("c 这个多少钱", "text=青鸟手表 GT多少钱")],
        &[
            ("offer mate60,watch,buds", ""),
            ("c 第一个多少钱", "text=华为Mate 60多少钱"),
            ("c 最后一个呢", "text=青鸟耳机多少钱; focus=buds"),
        ],
        &[("offer mate60,watch", ""), ("c 第三个多少钱", "unresolved=true; focus=-")],
        &[("c 它多少钱", "unresolved=true")],
        &[("offer buds", ""), ("c 这款能防水吗", "text=青鸟耳机能防水吗; focus=buds")],
        &[("c 华为Mate 60和青鸟手表哪个好", "focus=watch"), ("c 它能用多久", "text=青鸟手表 GT能用多久")],
        &[("c 青鸟手表有货吗", ""), ("c 我还在等呢", "focus=watch; text=我还在等呢")],
        &[("c is the watch gt in stock", ""), ("c and thanks", "focus=watch; text=and thanks")],
        &[("c 青鸟手表有货吗", ""), ("c 第二天能到吗", "focus=watch; text=第二天能到吗")],
        &[("c 华为Mate 60支持快充吗", ""), ("c 这个订单什么时候到", "text=这个订单什么时候到")],
        &[
            ("c 青鸟耳机寄到北京要多久", "place.to=place 北京/北京"),
            ("c 那上海呢", "place.to=place 上海/上海; focus=buds; text=青鸟耳机寄到上海要多久"),
        ],
    ]);
}

#[test]
fn pronouns_and_ellipses_en() {
    check(&[
        &[
            ("c[product] How much is the Huawei Mate 60?", "focus=mate60; move=start"),
            ("c is it waterproof?", "text=is 华为Mate 60 waterproof?"),
        ],
        &[
            ("c how much is the watch gt?", "focus=watch"),
            ("c and the white one?", "focus=watch+white; text=how much is the white 青鸟手表 GT?"),
        ],
        &[("offer mate60,watch,buds", ""), ("c the second one please", "focus=watch")],
        &[("offer mate60,watch,buds", ""), ("c what about the last one?", "focus=buds")],
        &[("c is the waterproof case in stock?", "focus=case"), ("c what about the bluebird earbuds?", "focus=buds")],
        &[
            ("c how long does delivery to Beijing take?", "place.to=place 北京/北京"),
            ("c and Shanghai?", "place.to=place 上海/上海; text=how long does delivery to Shanghai take?"),
        ],
        &[("c is it possible to pay later?", "unresolved=false; text=is it possible to pay later?")],
        &[("c is the watch gt in stock", ""), ("c this order is late", "text=this order is late")],
    ]);
}

#[test]
fn across_languages() {
    check(&[
        &[("c how much is the huawei mate 60", "language=en; focus=mate60"), ("c 那它防水吗", "language=zh-CN; text=那华为Mate 60防水吗")],
        &[("c 青鸟手表多少钱", ""), ("c and the white one?", "focus=watch+white; text=white 青鸟手表 GT多少钱")],
        &[
            ("c[track] 我的包裹到哪了", "topic=track"),
            ("ask order order", ""),
            ("c it is QN-20261111", "ans=order; order=order QN-20261111 shop"),
        ],
    ]);
}

#[test]
fn corrections() {
    check(&[
        &[
            ("c[bill] 帮我查这个月的账单", "time=time 11-01T00:00..12-01T00:00 Month"),
            ("c 不对，是上个月那单", "corr=time; time=time 10-01T00:00..11-01T00:00 Month; move=continue; topic=bill"),
        ],
        &[
            ("c[track] 订单QN-20261111", ""),
            ("c 抱歉说错了，是QN-20261112", "corr=order; from=order QN-20261111 shop; order=order QN-20261112 shop"),
        ],
        &[
            ("c 从上海寄到北京", "place.to=place 北京/北京"),
            ("c 不对，是广州", "corr=place.to; place.to=place 广东/广州; place.from=place 上海/上海"),
        ],
        &[("c 我要买三件", "quantity=quantity 3 piece"), ("c 改成五件", "corr=quantity; quantity=quantity 5 piece")],
        &[("c deliver it next Monday", ""), ("c no, I mean next Tuesday", "corr=time; time=time 12-01T00:00..12-02T00:00 Day")],
        &[("c my phone is 13812345678", ""), ("c sorry, 13912345678", "corr=phone; phone=phone +8613912345678")],
        &[("offer mate60,watch,buds", ""), ("c 第一个", "focus=mate60"), ("c 不是第一个，是第二个", "focus=watch")],
        &[("c 预算500元", "money=money 50000 CNY"), ("c 800元也行", "corr=-; money=money 80000 CNY")],
        &[("c 青鸟手表多少钱", ""), ("c 我说的是青鸟耳机", "focus=buds")],
    ]);
}

#[test]
fn digressions_and_returns() {
    check(&[
        &[
            ("c[refund] 我要退货", "move=start; topic=refund"),
            ("ask order order", ""),
            ("c[hours] 你们几点下班", "move=digress; topic=hours; paused=1"),
            ("done", ""),
            ("c QN-20261111", "move=return; topic=refund; ans=order; paused=0"),
        ],
        &[
            ("c[refund] I want a refund", ""),
            ("ask order order", ""),
            ("c[hours] when do you close?", "move=digress"),
            ("c back to my refund", "move=return; topic=refund; open=order"),
        ],
        &[
            ("c[refund] 退青鸟手表", "focus=watch"),
            ("ask reason *", ""),
            ("c[product] 华为Mate 60多少钱", "move=digress; focus=mate60"),
            ("c[refund] 继续退货", "move=return; topic=refund; focus=watch; open=reason"),
        ],
        &[("c[refund] 我要退货", ""), ("ask reason *", ""), ("c 屏幕坏了", "ans=reason; open=-; topic=refund")],
        &[
            ("c[refund] 我要退货", ""),
            ("ask phone phone", ""),
            ("c 为什么要电话", "ans=-; open=phone"),
            ("c 13812345678", "ans=phone; open=-"),
        ],
        &[("c[refund] 我要退货", ""), ("c[hours] 几点下班", "move=start; paused=0")],
        &[("c[refund] 我要退货", ""), ("ask order order", ""), ("c[refund] 我要退款", "move=continue; open=order")],
        &[
            ("c[a] 一", ""),
            ("ask x order", ""),
            ("c[b] 二", ""),
            ("ask x order", ""),
            ("c[c] 三", ""),
            ("ask x order", ""),
            ("c[d] 四", ""),
            ("ask x order", ""),
            ("c[e] 五", ""),
            ("ask x order", ""),
            ("c[f] 六", "paused=4; topic=f"),
        ],
    ]);
}

#[test]
fn secrets_are_not_kept() {
    check(&[&[("c 身份证11010519491231002X", "id_card=-"), ("c 卡号4111 1111 1111 1111", "bank_card=-")]]);
}
