//! Repairs that are a flow's own: its words before the company's, and whole flows where the bot has no answer or would fetch a person.

use crate::flows::{Stage, node, said};
use qn_domain::repairs::RepairWords;
use qn_domain::{Bound, Owner, Repairs};
use serde_json::json;

async fn set(stage: &Stage, repairs: Repairs) {
    let engine = &stage.house.engine;
    qn_store::repairs::put(&engine.db, &"tnt_1".into(), &repairs, 0).await.unwrap();
    engine.reload_settings(&"tnt_1".into());
}

fn bound(at: Bound, flow: &str) -> Repairs {
    Repairs { flows: [(at, flow.to_owned())].into(), ..Repairs::default() }
}

/// Asks for one thing; `words` are its own.
async fn asks(stage: &Stage, id: &str, name: &str, phrase: &str, words: serde_json::Value) {
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "message", "phrases": [phrase], "words": words}},
        node("a", "ask", json!({"text": "请选择颜色", "choices": ["红", "蓝"], "save": "order"})),
        {"id": "e", "kind": "end"},
    ]);
    let edges = json!([["s", "next", "a"], ["a", "next", "e"], ["a", "error", "e"], ["a", "unclear", "e"]]);
    stage.publish(id, name, nodes, edges).await;
}

#[tokio::test]
async fn a_flows_own_words_stand_before_the_companys_and_only_in_it() {
    let stage = Stage::open().await;
    asks(&stage, "paint", "换颜色", "我要换颜色", json!([{"on": "cancelled", "zh": "颜色不换了。"}])).await;
    asks(&stage, "cover", "换外壳", "我要换外壳", json!([])).await;
    let texts = [("cancelled".to_owned(), RepairWords { zh: "{name}先放一放。".into(), en: String::new() })];
    set(&stage, Repairs { texts: texts.into(), ..Repairs::default() }).await;
    for (visitor, start, expected) in [("mei", "我要换颜色", "颜色不换了。"), ("lin", "我要换外壳", "换外壳先放一放。")]
    {
        let visitor = stage.house.visitor(visitor).await;
        let first = stage.house.ask(&visitor, "1", start).await;
        stage.until_said(&first, "请选择颜色").await;
        let again = stage.house.ask(&visitor, "2", "再说一遍").await;
        assert_eq!(said(stage.house.messages(&again).await.last().unwrap()), "请选择颜色", "what is not said otherwise is built-in");
        let stopped = stage.house.ask(&visitor, "3", "算了").await;
        let messages = stage.house.messages(&stopped).await;
        assert!(messages.iter().any(|m| said(m) == expected), "{:?}", messages.iter().map(said).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_run_speaks_in_the_words_of_its_own_version() {
    let stage = Stage::open().await;
    asks(&stage, "paint", "换颜色", "我要换颜色", json!([{"on": "cancelled", "zh": "颜色不换了。"}])).await;
    let (mei, lin) = (stage.house.visitor("mei").await, stage.house.visitor("lin").await);
    let (first, second) = (stage.house.ask(&mei, "1", "我要换颜色").await, stage.house.ask(&lin, "1", "我要换颜色").await);
    stage.until_said(&first, "请选择颜色").await;
    stage.until_said(&second, "请选择颜色").await;
    let old = stage.runs().await[0].version_hash.clone();
    asks(&stage, "paint", "换颜色", "我要换颜色", json!([{"on": "cancelled", "zh": "好的，颜色照旧。"}])).await;

    let stopped = stage.house.ask(&mei, "2", "算了").await;
    stage.until_said(&stopped, "颜色不换了。").await;
    // Moved to the new version, the other one speaks as that does.
    let runs = stage.runs().await;
    let other = runs.iter().find(|run| run.conversation_id.as_ref() == Some(&second.conversation.id)).unwrap();
    let ann = stage.house.visitor("ann").await;
    let third = stage.house.ask(&ann, "1", "我要换颜色").await;
    stage.until_said(&third, "请选择颜色").await;
    let new = stage.runs().await.into_iter().find(|run| run.version_hash != old).unwrap().version_hash;
    stage
        .house
        .engine
        .runner()
        .unwrap()
        .move_to(&"tnt_1".into(), &other.id, &new, &std::collections::BTreeMap::new(), false)
        .await
        .unwrap();
    for (visitor, sent) in [(&lin, &second), (&ann, &third)] {
        let stopped = stage.house.ask(visitor, "2", "算了").await;
        assert_eq!(stopped.conversation.id, sent.conversation.id);
        stage.until_said(&stopped, "好的，颜色照旧。").await;
    }
}

/// Asks what it is about and gives it to a person, or not.
async fn takes_down(stage: &Stage, id: &str, gives: bool) {
    let last = if gives { node("h", "hand_off", json!({})) } else { json!({"id": "h", "kind": "say", "settings": {"text": "已记下"}}) };
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "api"}},
        node("a", "ask", json!({"text": "请说一下订单号", "save": "order"})),
        last,
        {"id": "e", "kind": "end"},
    ]);
    let edges = json!([["s", "next", "a"], ["a", "next", "h"], ["a", "error", "h"], ["a", "unclear", "h"], ["h", "next", "e"]]);
    stage.publish(id, "先问清楚", nodes, edges).await;
}

#[tokio::test]
async fn where_the_bot_has_no_answer_a_bound_flow_begins() {
    let stage = Stage::open().await;
    takes_down(&stage, "unknown", false).await;
    set(&stage, bound(Bound::CannotHandle, "unknown")).await;
    let mei = stage.house.visitor("mei").await;
    let first = stage.house.ask(&mei, "1", "火星上能收到快递吗？").await;
    stage.until_said(&first, "请说一下订单号").await;
    let texts: Vec<String> = stage.house.messages(&first).await.iter().map(|m| said(m).to_owned()).collect();
    assert!(!texts.iter().any(|text| text.contains("还不会回答")), "{texts:?}");
    let second = stage.house.ask(&mei, "2", "A1001").await;
    stage.until_said(&second, "已记下").await;
    // A flow that is gone stops nobody.
    set_again(&stage, bound(Bound::CannotHandle, "nothing")).await;
    let lin = stage.house.visitor("lin").await;
    let sent = stage.house.ask(&lin, "1", "火星上能收到快递吗？").await;
    let texts: Vec<String> = stage.house.messages(&sent).await.iter().map(|m| said(m).to_owned()).collect();
    assert!(texts.last().unwrap().starts_with("抱歉"), "{texts:?}");
}

async fn set_again(stage: &Stage, repairs: Repairs) {
    let engine = &stage.house.engine;
    let version = qn_store::repairs::get(&engine.db, &"tnt_1".into()).await.unwrap().1;
    qn_store::repairs::put(&engine.db, &"tnt_1".into(), &repairs, version).await.unwrap();
    engine.reload_settings(&"tnt_1".into());
}

#[tokio::test]
async fn a_bound_flow_begins_before_a_person_is_fetched_and_never_twice() {
    let stage = Stage::open().await;
    takes_down(&stage, "first", true).await;
    set(&stage, bound(Bound::HandOff, "first")).await;
    let mei = stage.house.visitor("mei").await;
    let first = stage.house.ask(&mei, "1", "转人工").await;
    assert_eq!(first.conversation.owner, Owner::Bot);
    stage.until_said(&first, "请说一下订单号").await;
    let second = stage.house.ask(&mei, "2", "A1001").await;
    stage.until(&second, "a person is fetched", |m| m.iter().any(|m| said(m).contains("正在为您转接"))).await;
    let conversation = stage.conversation(&second).await;
    assert!(matches!(conversation.owner, Owner::Queue { .. }) && !conversation.bot.stood_in);

    let lin = stage.house.visitor("lin").await;
    let first = stage.house.ask(&lin, "1", "转人工").await;
    stage.until_said(&first, "请说一下订单号").await;
    let second = stage.house.ask(&lin, "2", "转人工").await;
    assert!(matches!(second.conversation.owner, Owner::Queue { .. }), "who asks once more gets one");
}

#[tokio::test]
async fn a_bound_flow_that_ends_without_a_person_does_not_stand_in_again() {
    let stage = Stage::open().await;
    takes_down(&stage, "first", false).await;
    set(&stage, bound(Bound::HandOff, "first")).await;
    let mei = stage.house.visitor("mei").await;
    let first = stage.house.ask(&mei, "1", "转人工").await;
    stage.until_said(&first, "请说一下订单号").await;
    let second = stage.house.ask(&mei, "2", "A1001").await;
    stage.until_said(&second, "已记下").await;
    let third = stage.house.ask(&mei, "3", "转人工").await;
    assert!(matches!(third.conversation.owner, Owner::Queue { .. }));
}

/// Says what it began for, or asks so.
async fn follows_up(stage: &Stage, id: &str, name: &str, step: serde_json::Value) {
    let nodes = json!([{"id": "s", "kind": "start", "settings": {"trigger": "api"}}, step, {"id": "e", "kind": "end"}]);
    let ways = if step["kind"] == "ask" { vec!["next", "error", "unclear"] } else { vec!["next"] };
    let mut edges = vec![json!(["s", "next", "a"])];
    edges.extend(ways.into_iter().map(|port| json!(["a", port, "e"])));
    stage.publish(id, name, nodes, json!(edges)).await;
}

#[tokio::test]
async fn where_the_customer_stops_a_flow_a_bound_one_follows_and_stopping_that_is_the_end() {
    let stage = Stage::open().await;
    asks(&stage, "paint", "换颜色", "我要换颜色", json!([])).await;
    let offer = node(
        "a",
        "ask",
        json!({"text": "「{{ context.event.name }}」送您一张券再办好吗？", "choices": ["要一张", "下次"], "save": "kept"}),
    );
    follows_up(&stage, "keep", "挽留", offer).await;
    set(&stage, bound(Bound::Cancelled, "keep")).await;
    let mei = stage.house.visitor("mei").await;
    let first = stage.house.ask(&mei, "1", "我要换颜色").await;
    stage.until_said(&first, "请选择颜色").await;
    let second = stage.house.ask(&mei, "2", "算了").await;
    stage.until_said(&second, "「换颜色」送您一张券再办好吗？").await;
    assert_eq!(stage.conversation(&second).await.bot.asked, ["我要换颜色"], "what stops a flow is no wish");
    let third = stage.house.ask(&mei, "3", "算了").await;
    let messages = stage.until_said(&third, "「挽留」不再继续办理").await;
    assert!(!messages.iter().any(|m| said(m).contains("「换颜色」不再继续办理")));
    assert!(stage.conversation(&third).await.bot.flows.is_empty());
    assert_eq!(stage.runs().await.len(), 2);
}

#[tokio::test]
async fn where_several_flows_may_be_meant_a_bound_one_asks_instead() {
    let stage = Stage::open().await;
    asks(&stage, "refund", "订单退款", "我要退", json!([])).await;
    asks(&stage, "return", "退换货", "我要退", json!([])).await;
    takes_down(&stage, "menu", false).await;
    set(&stage, bound(Bound::Clarify, "menu")).await;
    let mei = stage.house.visitor("mei").await;
    let first = stage.house.ask(&mei, "1", "我要退").await;
    let messages = stage.until_said(&first, "请说一下订单号").await;
    assert!(!messages.iter().any(|m| said(m).contains("您想办理的是下面哪一项")));
    // At work it is not begun once more: the bot asks.
    let second = stage.house.ask(&mei, "2", "我要退").await;
    let texts: Vec<String> = stage.house.messages(&second).await.iter().map(|m| said(m).to_owned()).collect();
    assert!(texts.last().unwrap().contains("您想办理的是下面哪一项"), "{texts:?}");
}

#[tokio::test]
async fn where_a_question_is_not_answered_a_bound_flow_speaks_once_and_the_question_comes_back() {
    let stage = Stage::open().await;
    asks(&stage, "paint", "换颜色", "我要换颜色", json!([])).await;
    let nudge = json!({"id": "a", "kind": "say", "settings": {"text": "不着急：「{{ context.event.question }}」想好了再说。"}});
    follows_up(&stage, "nudge", "提醒", nudge).await;
    set(&stage, bound(Bound::Silence, "nudge")).await;
    let mei = stage.house.visitor("mei").await;
    let first = stage.house.ask(&mei, "1", "我要换颜色").await;
    stage.until_said(&first, "请选择颜色").await;
    stage.house.clock.advance(5 * 60_000 + 1_000);
    stage.house.engine.retry_effect(&"tnt_1".into(), &"eff_none".into()).await.unwrap();
    stage.until_said(&first, "不着急：「请选择颜色」想好了再说。").await;
    let messages = stage.until_said(&first, "我们接着刚才的问题：请选择颜色").await;
    assert!(!messages.iter().any(|m| said(m).contains("您还在吗")));
    let second = stage.house.ask(&mei, "2", "红").await;
    stage.until_no_flow(&second).await;
}
