//! What flows leave to people and to other flows: tickets, assignments, events; and questions that are no answers.

use crate::flows::{Stage, activities, node, refund, said};
use qn_domain::{ActivityKey, Owner, TicketChange, TicketState};
use qn_store::ticket::{self, Filter};
use serde_json::json;

#[tokio::test]
async fn a_flow_opens_one_ticket_whatever_happens_and_changes_it() {
    let stage = Stage::open().await;
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "message", "phrases": ["登记故障单"]}},
        {"id": "t", "kind": "ticket", "settings": {"kind": "complaint", "title": "投诉：{{ context.message.text }}", "priority": "urgent",
            "fields": {"order_id": "A1"}, "due_ms": 3_600_000, "save": "kept"}},
        {"id": "u", "kind": "ticket_update", "settings": {"ticket": "{{ kept.number }}", "state": "waiting", "note": "已通知主管"}},
        {"id": "y", "kind": "say", "settings": {"text": "工单 {{ kept.number }} 已创建"}},
        {"id": "e", "kind": "end", "settings": {}},
        {"id": "x", "kind": "end", "settings": {"failed": "no ticket"}},
    ]);
    let edges =
        json!([["s", "next", "t"], ["t", "next", "u"], ["t", "error", "x"], ["u", "next", "y"], ["u", "error", "x"], ["y", "next", "e"]]);
    stage.publish("complain", "投诉", nodes, edges).await;
    let mei = stage.house.visitor("mei").await;
    let sent = stage.house.ask(&mei, "1", "登记故障单").await;
    let messages = stage.until_said(&sent, "工单 1 已创建").await;
    assert!(activities(&messages).contains(&ActivityKey::TicketOpened), "the thread names its ticket");
    let (db, tenant) = (&stage.house.engine.db, "tnt_1".into());
    let of = Filter { conversation_id: Some(sent.conversation.id.clone()), ..Filter::default() };
    let found = ticket::list(db, &tenant, &of, None, 9).await.unwrap().items;
    let [kept] = found.as_slice() else { panic!("one ticket: {found:#?}") };
    assert_eq!(
        (kept.title.as_str(), kept.state, kept.contact_id.as_ref()),
        ("投诉：登记故障单", TicketState::Waiting, Some(&sent.conversation.contact_id))
    );
    assert_eq!((kept.opened_by.kind.as_str(), kept.opened_by.name.as_str()), ("flow", "投诉"));
    assert!(kept.due_at.is_some() && kept.run_id.is_some());
    let lines = ticket::history(db, &tenant, &kept.id, None, 9).await.unwrap().items;
    assert_eq!(
        lines.iter().map(|line| (line.what.as_str(), line.note.as_str())).collect::<Vec<_>>(),
        [("changed", "已通知主管"), ("opened", "")]
    );
    let lin = qn_domain::TicketActor::person(&"usr_a".into(), "小林");
    let take = TicketChange { assignee_id: Some(Some("usr_a".into())), ..TicketChange::default() };
    let engine = &stage.house.engine;
    let taken = engine.change_ticket((&tenant, &kept.id), &take, &lin, Some(kept.version), None).await.unwrap();
    assert_eq!(taken.assignee_id, Some("usr_a".into()));
    assert!(engine.change_ticket((&tenant, &kept.id), &take, &lin, Some(kept.version), None).await.is_err(), "from an old version");
    let nobody = TicketChange { assignee_id: Some(Some("usr_nobody".into())), ..TicketChange::default() };
    assert!(engine.change_ticket((&tenant, &kept.id), &nobody, &lin, None, None).await.is_err());
}

#[tokio::test]
async fn a_ticket_of_an_unknown_kind_or_with_wrong_fields_takes_the_error_edge() {
    let stage = Stage::open().await;
    for (id, settings) in
        [("a", json!({"kind": "nothing", "title": "x"})), ("b", json!({"kind": "refund", "title": "x", "fields": {"amount": "five"}}))]
    {
        let nodes = json!([
            {"id": "s", "kind": "start", "settings": {"trigger": "message", "phrases": [format!("开始{id}")]}},
            {"id": "t", "kind": "ticket", "settings": settings},
            {"id": "e", "kind": "end", "settings": {}},
            {"id": "y", "kind": "say", "settings": {"text": format!("没有开成{id}")}},
        ]);
        stage.publish(id, id, nodes, json!([["s", "next", "t"], ["t", "next", "e"], ["t", "error", "y"], ["y", "next", "e"]])).await;
    }
    let mei = stage.house.visitor("mei").await;
    for id in ["a", "b"] {
        let sent = stage.house.ask(&mei, id, &format!("开始{id}")).await;
        stage.until_said(&sent, &format!("没有开成{id}")).await;
    }
    assert!(ticket::list(&stage.house.engine.db, &"tnt_1".into(), &Filter::default(), None, 9).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn without_a_model_the_other_way_is_taken() {
    let stage = Stage::open().await;
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "message", "phrases": ["写一段"]}},
        node("w", "write", json!({"question": "多久到账", "facts": ["3 天"]})),
        node("x", "extract", json!({"text": "尺码 L", "fields": [{"name": "size", "about": "尺码"}]})),
        {"id": "n", "kind": "say", "settings": {"text": "没有模型也能办"}},
        {"id": "e", "kind": "end", "settings": {}},
    ]);
    let edges = json!([
        ["s", "next", "w"],
        ["w", "found", "e"],
        ["w", "not_found", "e"],
        ["w", "timeout", "e"],
        ["w", "error", "x"],
        ["x", "next", "e"],
        ["x", "not_found", "e"],
        ["x", "timeout", "e"],
        ["x", "error", "n"],
        ["n", "next", "e"]
    ]);
    stage.publish("write", "写", nodes, edges).await;
    let mei = stage.house.visitor("mei").await;
    let sent = stage.house.ask(&mei, "1", "写一段").await;
    stage.until_said(&sent, "没有模型也能办").await;
}

#[tokio::test]
async fn a_conversation_is_given_to_a_team_and_to_nobody_who_is_not_there() {
    let stage = Stage::open().await;
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "message", "phrases": ["找小王"]}},
        {"id": "p", "kind": "assign", "settings": {"to": "person", "name": "nobody@example.com"}},
        {"id": "n", "kind": "say", "settings": {"text": "小王不在"}},
        {"id": "t", "kind": "assign", "settings": {"to": "team", "name": "tea_1", "note": "客户找小王"}},
        {"id": "m", "kind": "say", "settings": {"text": "没有这个小组"}},
        {"id": "e", "kind": "end", "settings": {}},
    ]);
    let edges = json!([
        ["s", "next", "p"],
        ["p", "next", "e"],
        ["p", "unavailable", "n"],
        ["n", "next", "t"],
        ["t", "next", "e"],
        ["t", "unavailable", "m"],
        ["m", "next", "e"]
    ]);
    stage.publish("give", "转派", nodes, edges).await;
    let mei = stage.house.visitor("mei").await;
    let sent = stage.house.ask(&mei, "1", "找小王").await;
    stage.until_said(&sent, "小王不在").await;
    stage.until(&sent, "the end", |m| activities(m).contains(&ActivityKey::FlowEnded)).await;
    let teams: Vec<_> = stage.house.engine.settings(&"tnt_1".into()).await.unwrap().teams.keys().cloned().collect();
    let conversation = stage.conversation(&sent).await;
    match teams.iter().any(|id| id.as_str() == "tea_1") {
        true => {
            assert!(matches!(&conversation.owner, Owner::Queue { team_id: Some(id) } if id.as_str() == "tea_1"), "{:?}", conversation.owner)
        }
        false => assert_eq!(conversation.owner, Owner::Bot),
    }
}

#[tokio::test]
async fn an_event_begins_the_flows_that_start_on_it_and_a_chain_is_cut() {
    let stage = Stage::open().await;
    let emits = |id: &str, start: serde_json::Value, event: &str| {
        let nodes = json!([
            {"id": "s", "kind": "start", "settings": start},
            {"id": "m", "kind": "emit", "settings": {"event": event, "payload": {"from": id}}},
            {"id": "e", "kind": "end", "settings": {}},
            {"id": "x", "kind": "end", "settings": {"failed": "cut"}},
        ]);
        (nodes, json!([["s", "next", "m"], ["m", "next", "e"], ["m", "error", "x"]]))
    };
    let (nodes, edges) = emits("first", json!({"trigger": "api"}), "round");
    stage.publish("first", "first", nodes, edges).await;
    // It starts itself: one more each time, until the chain is cut.
    let (nodes, edges) = emits("again", json!({"trigger": "event", "event": "round"}), "round");
    stage.publish("again", "again", nodes, edges).await;
    stage.house.engine.start_flow(&"tnt_1".into(), "first", Some("k"), Default::default(), json!(null)).await.unwrap();
    for _ in 0..2_000 {
        let runs = stage.runs().await;
        let over = runs.iter().all(|run| matches!(run.standing.as_str(), "done" | "failed"));
        if over && runs.iter().any(|run| run.standing.as_str() == "failed") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let runs = stage.runs().await;
    let of = |id: &str| runs.iter().filter(|run| run.flow_id == id).count();
    assert_eq!((of("first"), of("again")), (1, 5), "{runs:#?}");
    assert_eq!(runs.iter().filter(|run| run.standing.as_str() == "failed").count(), 1, "the last in the chain");
}

#[tokio::test]
async fn a_question_the_bot_cannot_answer_is_no_wrong_answer() {
    let stage = Stage::open().await;
    refund(&stage).await;
    let mei = stage.house.visitor("mei").await;
    let first = stage.house.ask(&mei, "1", "我要退款").await;
    stage.until_said(&first, "请选择").await;
    let aside = stage.house.ask(&mei, "2", "你们老板喜欢什么颜色的袜子？").await;
    let messages = stage.house.messages(&aside).await;
    assert_eq!(said(messages.last().unwrap()), "我们接着刚才的问题：请选择要退款的订单");
    let open = &stage.conversation(&aside).await.bot.flows;
    assert_eq!((open.len(), open[0].attempt), (1, 1), "the question was not used up");
}
