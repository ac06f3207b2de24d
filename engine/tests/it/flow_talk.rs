//! Talks with flows off the straight way: passed over, asked which, silent, in the company's own words; and signals by what they are about.

use crate::flows::{Stage, node, refund, said};
use qn_domain::repairs::RepairWords;
use qn_domain::{EffectKind, Repairs};
use qn_engine::{FlowSignal, KEPT_MS};
use serde_json::{Value, json};

fn says(text: &str) -> Value {
    json!({"id": "t", "kind": "say", "settings": {"text": text}})
}

/// Begins with these words and says what it is.
async fn names_itself(stage: &Stage, id: &str, name: &str, phrase: &str) {
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "message", "phrases": [phrase]}},
        says(&format!("这是{name}：{{{{ context.message.text }}}}")),
        {"id": "e", "kind": "end", "settings": {}},
    ]);
    stage.publish(id, name, nodes, json!([["s", "next", "t"], ["t", "next", "e"]])).await;
}

async fn with_words(stage: &Stage, name: &str, zh: &str, silence_minutes: u32) {
    let engine = &stage.house.engine;
    let texts = [(name.to_owned(), RepairWords { zh: zh.to_owned(), en: String::new() })].into();
    qn_store::repairs::put(&engine.db, &"tnt_1".into(), &Repairs { texts, silence_minutes, ..Repairs::default() }, 0).await.unwrap();
    engine.reload_settings(&"tnt_1".into());
}

/// Time passes, and the outbox looks at the clock.
async fn pass(stage: &Stage, ms: i64) {
    stage.house.clock.advance(ms);
    stage.house.engine.retry_effect(&"tnt_1".into(), &"eff_none".into()).await.unwrap();
}

#[tokio::test]
async fn words_that_fit_two_flows_are_asked_about_and_the_chosen_one_begins_with_them() {
    let stage = Stage::open().await;
    names_itself(&stage, "refund", "订单退款", "我要退").await;
    names_itself(&stage, "return", "退换货", "我要退").await;
    let mei = stage.house.visitor("mei").await;
    let first = stage.house.ask(&mei, "1", "我要退 A1001").await;
    let messages = stage.house.messages(&first).await;
    let asked = messages.last().unwrap();
    let labels: Vec<&str> = asked.content.buttons.iter().map(|button| button.label.as_str()).collect();
    assert_eq!((said(asked), labels.as_slice()), ("您想办理的是下面哪一项？", ["订单退款", "退换货", "都不是", "转人工"].as_slice()));
    assert!(stage.runs().await.is_empty());
    let second = stage.house.ask(&mei, "2", "换货那个").await;
    stage.until_said(&second, "这是退换货：我要退 A1001").await;
    stage.until(&second, "the end", |m| m.last().is_some_and(|m| m.content.activity.is_some())).await;
    assert_eq!(stage.runs().await.len(), 1);
    assert!(stage.conversation(&second).await.bot.clarifying.is_none());

    let third = stage.house.ask(&mei, "3", "我要退").await;
    assert_eq!(said(stage.house.messages(&third).await.last().unwrap()), "您想办理的是下面哪一项？");
    let none = stage.house.ask(&mei, "4", "都不是").await;
    assert_eq!(said(stage.house.messages(&none).await.last().unwrap()), "好的，请换个说法告诉我您想办什么。");
    let english = stage.house.visitor("ann").await;
    let sent = stage.house.ask(&english, "1", "hello there, 我要退").await;
    assert!(stage.conversation(&sent).await.bot.clarifying.is_some());
    let chosen = stage.house.ask(&english, "2", "the second one").await;
    stage.until_said(&chosen, "这是退换货").await;
}

#[tokio::test]
async fn a_question_may_be_passed_over_by_its_button_or_in_words() {
    let stage = Stage::open().await;
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "message", "phrases": ["我要报修"]}},
        node("a", "ask", json!({"text": "有照片编号吗？", "save": "order", "optional": true, "skip_value": "'没有'"})),
        says("编号：{{ order }}"),
        {"id": "e", "kind": "end", "settings": {}},
    ]);
    let edges = json!([["s", "next", "a"], ["a", "next", "t"], ["a", "unclear", "e"], ["a", "error", "e"], ["t", "next", "e"]]);
    stage.publish("repair", "报修", nodes, edges).await;
    for (visitor, words) in [("mei", "跳过"), ("lin", "不知道"), ("ann", "skip"), ("bob", "不用了")] {
        let visitor = stage.house.visitor(visitor).await;
        let first = stage.house.ask(&visitor, "1", "我要报修").await;
        let asked = stage.until_said(&first, "有照片编号吗").await;
        let labels: Vec<&str> = asked.last().unwrap().content.buttons.iter().map(|button| button.label.as_str()).collect();
        assert_eq!(labels, ["跳过", "转人工"]);
        let second = stage.house.ask(&visitor, "2", words).await;
        stage.until_said(&second, "编号：没有").await;
    }
}

#[tokio::test]
async fn the_companys_own_words_are_said() {
    let stage = Stage::open().await;
    refund(&stage).await;
    with_words(&stage, "cancelled", "{name}先放一放，想办时再说一声。", 5).await;
    let mei = stage.house.visitor("mei").await;
    let first = stage.house.ask(&mei, "1", "我要退款").await;
    stage.until_said(&first, "请选择").await;
    let cancelled = stage.house.ask(&mei, "2", "算了").await;
    let messages = stage.house.messages(&cancelled).await;
    assert!(messages.iter().any(|m| said(m) == "退款先放一放，想办时再说一声。"), "{:?}", messages.iter().map(said).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_silent_customer_is_asked_once_more_and_one_who_answered_is_not() {
    let stage = Stage::open().await;
    refund(&stage).await;
    let mei = stage.house.visitor("mei").await;
    let first = stage.house.ask(&mei, "1", "我要退款").await;
    stage.until_said(&first, "请选择").await;
    let engine = &stage.house.engine;
    let due = async || {
        let pending = qn_store::effect::list(&engine.db, &"tnt_1".into(), qn_domain::EffectState::Pending, None, 50).await.unwrap();
        pending.items.into_iter().filter(|effect| effect.kind == EffectKind::FlowSilence).map(|effect| effect.due_at).collect::<Vec<_>>()
    };
    let waits = due().await;
    assert_eq!(waits.len(), 1);
    assert!(waits[0] - first.message.created_at >= 5 * 60_000);
    pass(&stage, 5 * 60_000 + 1_000).await;
    stage.until_said(&first, "您还在吗？刚才的问题是：请选择要退款的订单").await;
    let second = stage.house.ask(&mei, "2", "第二个").await;
    stage.until_said(&second, "请问退款原因").await;
    let third = stage.house.ask(&mei, "3", "坏了").await;
    stage.until_said(&third, "已登记").await;
    pass(&stage, 10 * 60_000).await;
    while !due().await.is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let messages = stage.house.messages(&third).await;
    assert_eq!(messages.iter().filter(|m| said(m).starts_with("您还在吗")).count(), 1);
}

#[tokio::test]
async fn a_wording_is_not_said_twice_running_in_one_conversation() {
    let stage = Stage::open().await;
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "message", "phrases": ["你好呀小鸟"]}},
        {"id": "t", "kind": "say", "settings": {"text": "甲", "variants": ["乙", "丙"]}},
        {"id": "e", "kind": "end", "settings": {}},
    ]);
    stage.publish("hello", "问候", nodes, json!([["s", "next", "t"], ["t", "next", "e"]])).await;
    let mei = stage.house.visitor("mei").await;
    let mut heard: Vec<String> = Vec::new();
    for n in 1..6 {
        let sent = stage.house.ask(&mei, &n.to_string(), "你好呀小鸟").await;
        let messages =
            stage.until(&sent, "a greeting", |m| m.iter().any(|m| m.seq > sent.message.seq && ["甲", "乙", "丙"].contains(&said(m)))).await;
        heard.push(said(messages.iter().rev().find(|m| !said(m).is_empty()).unwrap()).to_owned());
        stage.until(&sent, "the end", |m| m.last().is_some_and(|m| m.content.activity.is_some())).await;
    }
    assert!(heard.windows(2).all(|pair| pair[0] != pair[1]), "{heard:?}");
}

/// Waits, once for each of two payments of an order, and says which came.
async fn waits_for_payment(stage: &Stage) {
    let wait = |id: &str| node(id, "signal", json!({"signal": "payment", "field": "order_id", "equals": "{{ order }}", "save": "kept"}));
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "message", "phrases": ["我付款了"]}},
        {"id": "v", "kind": "set", "settings": {"set": [{"variable": "order", "value": "context.entities.order_id"}]}},
        wait("p"),
        {"id": "t", "kind": "say", "settings": {"text": "收到 {{ kept.amount }} 元"}},
        wait("q"),
        {"id": "u", "kind": "say", "settings": {"text": "又收到 {{ kept.amount }} 元"}},
        {"id": "e", "kind": "end", "settings": {}},
    ]);
    let edges = json!([
        ["s", "next", "v"],
        ["v", "next", "p"],
        ["p", "next", "t"],
        ["p", "error", "e"],
        ["t", "next", "q"],
        ["q", "next", "u"],
        ["q", "error", "e"],
        ["u", "next", "e"]
    ]);
    stage.publish("paid", "等付款", nodes, edges).await;
}

async fn pays(stage: &Stage, id: &str, order: &str, amount: i64) -> qn_engine::Signalled {
    let payload = json!({"order_id": order, "amount": amount});
    let signal = FlowSignal { id: id.into(), flow_id: String::new(), name: "payment".into(), payload, keep_ms: KEPT_MS };
    stage.house.engine.signal_flows(&"tnt_1".into(), signal).await.unwrap()
}

#[tokio::test]
async fn a_signal_finds_the_run_it_is_about_whether_it_waits_already_or_not() {
    let stage = Stage::open().await;
    waits_for_payment(&stage).await;
    let early = pays(&stage, "p1", "A20260101001", 99).await;
    assert!(early.runs.is_empty() && early.kept_until.is_some() && !early.repeated);
    let again = pays(&stage, "p1", "A20260101001", 99).await;
    assert!(again.repeated && again.kept_until.is_some());
    let mei = stage.house.visitor("mei").await;
    let sent = stage.house.ask(&mei, "1", "我付款了，订单号 A20260101001").await;
    stage.until_said(&sent, "收到 99 元").await;
    let other = pays(&stage, "p2", "B20260101009", 5).await;
    assert!(other.runs.is_empty(), "another order is not this one");
    let heard = loop {
        let told = pays(&stage, "p3", "A20260101001", 42).await;
        if !told.runs.is_empty() {
            break told;
        }
        assert!(!told.repeated || told.kept_until.is_some());
        if stage.house.messages(&sent).await.iter().any(|m| said(m).contains("又收到")) {
            break told;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    };
    assert!(heard.runs.len() <= 1);
    stage.until_said(&sent, "又收到 42 元").await;
    assert!(pays(&stage, "p3", "A20260101001", 42).await.runs.is_empty());
}
