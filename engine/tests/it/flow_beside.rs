//! Flows that a message starts and that say nothing: they work beside whoever answers.

use crate::fixture::{actor, says, writes};
use crate::flows::{Stage, activities, said};
use qn_domain::{ActivityKey, Message, Owner, Role};
use qn_engine::Action;
use serde_json::json;

fn is_answered(messages: &[Message]) -> bool {
    messages.last().is_some() && messages.iter().any(|m| !said(m).is_empty())
}

#[tokio::test]
async fn a_rule_works_beside_the_answer_and_when_a_person_has_it() {
    let stage = Stage::open().await;
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "message", "phrases": ["快递"]}},
        {"id": "l", "kind": "label", "settings": {"add": ["物流"]}},
        {"id": "e", "kind": "end", "settings": {}},
    ]);
    stage.publish("rule_1", "快递打标签", nodes, json!([["s", "next", "l"], ["l", "next", "e"]])).await;
    let mei = stage.house.visitor("mei").await;
    for (n, text) in ["快递", "怎么退货？快递太慢了"].into_iter().enumerate() {
        let sent = stage.house.ask(&mei, &n.to_string(), text).await;
        assert!(is_answered(&stage.house.messages(&sent).await), "{text}: the bot answers at once, as without the rule");
        stage
            .until(&sent, "the rule to end", |messages| {
                activities(messages).iter().filter(|key| **key == ActivityKey::FlowEnded).count() > n
            })
            .await;
        assert_eq!(stage.conversation(&sent).await.labels, ["物流"]);
    }
    let sent = stage.house.ask(&mei, "2", "转人工").await;
    let engine = &stage.house.engine;
    engine.act(&actor("usr_a", Role::Agent), &sent.conversation.id, Action::Claim).await.unwrap();
    engine.agent_send(&actor("usr_a", Role::Agent), &sent.conversation.id, writes("a1", "您好")).await.unwrap();
    engine.visitor_send(&mei, says("3", "快递还没到")).await.unwrap();
    stage
        .until(&sent, "a third run", |messages| activities(messages).iter().filter(|key| **key == ActivityKey::FlowEnded).count() == 3)
        .await;
    assert_eq!(stage.runs().await.len(), 3);
}

#[tokio::test]
async fn a_rule_that_fails_does_not_fetch_a_person() {
    let stage = Stage::open().await;
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "message", "phrases": ["快递"]}},
        {"id": "e", "kind": "end", "settings": {"failed": "no label"}},
    ]);
    stage.publish("rule_1", "失败的规则", nodes, json!([["s", "next", "e"]])).await;
    let mei = stage.house.visitor("mei").await;
    let sent = stage.house.ask(&mei, "1", "快递").await;
    stage.until(&sent, "the rule to end", |messages| activities(messages).contains(&ActivityKey::FlowEnded)).await;
    assert_eq!(stage.conversation(&sent).await.owner, Owner::Bot);
}

#[tokio::test]
async fn what_happens_to_a_conversation_begins_the_flows_that_start_on_it_once() {
    let stage = Stage::open().await;
    for (id, event) in [("on_claim", "conversation.assigned"), ("on_end", "conversation.resolved")] {
        let nodes = json!([
            {"id": "s", "kind": "start", "settings": {"trigger": "event", "event": event}},
            {"id": "l", "kind": "label", "settings": {"add": [format!("{id}-{{{{ context.event.status }}}}-{{{{ context.conversation.channel }}}}")]}},
            {"id": "e", "kind": "end", "settings": {}},
        ]);
        stage.publish(id, id, nodes, json!([["s", "next", "l"], ["l", "next", "e"]])).await;
    }
    let mei = stage.house.visitor("mei").await;
    let sent = stage.house.ask(&mei, "1", "转人工").await;
    let (engine, agent, id) = (&stage.house.engine, actor("usr_a", Role::Agent), &sent.conversation.id);
    engine.act(&agent, id, Action::Claim).await.unwrap();
    let ended =
        |count| move |messages: &[Message]| activities(messages).iter().filter(|key| **key == ActivityKey::FlowEnded).count() == count;
    stage.until(&sent, "the first flow to end", ended(1)).await;
    assert_eq!(stage.conversation(&sent).await.labels, ["on_claim-open-web"]);
    engine.act(&agent, id, Action::Resolve).await.unwrap();
    stage.until(&sent, "the second flow to end", ended(2)).await;
    assert_eq!(stage.conversation(&sent).await.labels, ["on_claim-open-web", "on_end-resolved-web"]);
    assert_eq!(stage.runs().await.len(), 2, "what flows do begins no other flow");
}
