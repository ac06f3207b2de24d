//! Several wishes in one turn: two articles, an article and a flow, and parts nobody is sure of.

use crate::fixture::house;
use crate::flows::{Stage, refund, said};
use qn_domain::{Message, Owner};

fn answers(messages: &[Message], after: i64) -> Vec<String> {
    messages.iter().filter(|m| m.seq > after && !said(m).is_empty()).map(|m| said(m).to_owned()).collect()
}

#[tokio::test]
async fn each_wish_is_answered_in_its_order() {
    let house = house().await;
    let mei = house.visitor("mei").await;
    let sent = house.ask(&mei, "1", "怎么退货，另外发票怎么开？").await;
    let messages = house.messages(&sent).await;
    let told = answers(&messages, sent.message.seq);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("关于“怎么退货”") && told[0].contains("7 天"), "{told:?}");
    assert!(told[1].contains("关于“发票怎么开”") && told[1].contains("申请发票"), "{told:?}");
    let [first, second] = &messages[messages.len() - 2..] else { panic!() };
    assert!(first.content.buttons.is_empty() && !second.content.buttons.is_empty(), "one way to a person, at the end");
    assert_eq!((first.content.citations.len(), second.content.citations.len()), (1, 1));
    let trace: serde_json::Value = messages.iter().find(|m| m.id == sent.message.id).unwrap().trace.as_ref().unwrap().read().unwrap();
    assert_eq!(trace["several"].as_array().map(Vec::len), Some(2), "{trace}");
    let repeated = house.ask(&mei, "1", "怎么退货，另外发票怎么开？").await;
    assert!(repeated.replayed);
}

#[tokio::test]
async fn an_article_is_told_and_then_the_flow_begins() {
    let stage = Stage::open().await;
    refund(&stage).await;
    let mei = stage.house.visitor("mei").await;
    let sent = stage.house.ask(&mei, "1", "我要退款，另外发票怎么开").await;
    let messages = stage.until_said(&sent, "请选择要退款的订单").await;
    let told = answers(&messages, sent.message.seq);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("申请发票") && told[1].contains("请选择要退款的订单"), "{told:?}");
    let conversation = stage.conversation(&sent).await;
    assert_eq!((conversation.bot.flows.len(), conversation.bot.misses, conversation.owner.clone()), (1, 0, Owner::Bot));
    // While it asks, a turn is what it was: an answer, or something else in between.
    let answered = stage.house.ask(&mei, "2", "第一个").await;
    stage.until_said(&answered, "请问退款原因").await;
}

#[tokio::test]
async fn what_is_not_clear_is_not_answered_by_chance() {
    let house = house().await;
    for (who, text, wanted) in [
        // A part that only goes on with the one before it: the turn is taken as a whole.
        ("mei", "发票怎么开？在哪里操作", 1),
        // A remark is no wish.
        ("lin", "我昨天在店里买了一台手机，发票怎么开", 1),
        // The same thing asked twice is one wish.
        ("ann", "怎么退货？我要退货", 1),
    ] {
        let visitor = house.visitor(who).await;
        let sent = house.ask(&visitor, "1", text).await;
        let told = answers(&house.messages(&sent).await, sent.message.seq);
        assert_eq!(told.len(), wanted, "{text}: {told:?}");
        assert!(told.iter().all(|t| !t.contains("关于“")), "{text}: {told:?}");
    }
}

#[tokio::test]
async fn of_two_wishes_the_clear_one_is_answered_and_the_other_admitted() {
    let stage = Stage::open().await;
    refund(&stage).await;
    let house = &stage.house;
    let mei = house.visitor("mei").await;
    let sent = house.ask(&mei, "1", "发票怎么开，另外火星上怎么种*土豆*").await;
    let messages = house.messages(&sent).await;
    let told = answers(&messages, sent.message.seq);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("关于“发票怎么开”") && told[0].contains("申请发票"), "{told:?}");
    assert!(told[0].contains("「火星上怎么种土豆」这部分我没有把握"), "{told:?}");
    let last = messages.last().unwrap();
    assert!(last.content.buttons.iter().any(|button| button.label == "转人工"));
    let trace: serde_json::Value = messages.iter().find(|m| m.id == sent.message.id).unwrap().trace.as_ref().unwrap().read().unwrap();
    let does: Vec<&str> = trace["several"].as_array().unwrap().iter().map(|part| part["does"].as_str().unwrap()).collect();
    assert_eq!(does, ["quote", "miss"], "{trace}");

    let lin = house.visitor("lin").await;
    let sent = house.ask(&lin, "1", "我要退款，还有火星上怎么种土豆").await;
    let messages = stage.until_said(&sent, "请选择要退款的订单").await;
    let told = answers(&messages, sent.message.seq);
    assert!(told.len() == 2 && told[0].contains("这部分我没有把握"), "{told:?}");

    let ann = house.visitor("ann").await;
    let sent = house.ask(&ann, "1", "怎么退货，发票怎么开，火星上怎么种土豆").await;
    let told = answers(&house.messages(&sent).await, sent.message.seq);
    assert!(told.len() == 2 && told[1].contains("「火星上怎么种土豆」"), "of three, one is not clear: {told:?}");
    // A wish for a person is no part that is not understood.
    let bob = house.visitor("bob").await;
    let sent = house.ask(&bob, "1", "发票怎么开，另外我要转人工").await;
    let told = answers(&house.messages(&sent).await, sent.message.seq);
    assert!(told.iter().all(|text| !text.contains("没有把握")), "{told:?}");
}
