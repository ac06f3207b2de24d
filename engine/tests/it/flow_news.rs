//! What the house tells flows: tickets, any message; what flows keep for the customer; and waiting by a calendar of the company.

use crate::fixture::{actor, says, writes};
use crate::flows::{Stage, activities};
use qn_domain::{ActivityKey, ButtonAction, Priority, Role, TicketActor, TicketChange, TicketId, TicketState};
use qn_engine::{Action, LeaveMessage, Reach, TicketWish};
use qn_store::ticket;
use serde_json::{Value, json};
use std::time::Duration;

/// Until as many runs as that have ended, all well.
pub async fn ended(stage: &Stage, count: usize) -> Vec<String> {
    for _ in 0..2_000 {
        let runs = stage.runs().await;
        if runs.len() >= count && runs.iter().all(|run| run.standing.as_str() == "done") {
            let mut flows: Vec<String> = runs.into_iter().map(|run| run.flow_id).collect();
            flows.sort();
            return flows;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("never {count} runs: {:#?}", stage.runs().await);
}

pub fn wish(id: &str, due_at: Option<i64>) -> TicketWish {
    TicketWish {
        id: TicketId::from(id),
        kind: "refund".into(),
        title: "退款".into(),
        text: String::new(),
        fields: [("amount".to_owned(), json!(800))].into_iter().collect(),
        priority: Priority::Normal,
        team_id: None,
        assignee_id: None,
        contact_id: None,
        conversation_id: None,
        run_id: None,
        due_at,
    }
}

pub fn lin() -> TicketActor {
    TicketActor::person(&"usr_a".into(), "小林")
}

/// Begins on the event and writes into the ticket what it was told.
pub async fn noting(stage: &Stage, id: &str, event: &str, note: &str) {
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "event", "event": event}},
        {"id": "u", "kind": "ticket_update", "settings": {"ticket": "{{ context.event.id }}", "note": note}},
        {"id": "e", "kind": "end", "settings": {}},
        {"id": "x", "kind": "end", "settings": {"failed": "no ticket"}},
    ]);
    stage.publish(id, id, nodes, json!([["s", "next", "u"], ["u", "next", "e"], ["u", "error", "x"]])).await;
}

pub async fn notes(stage: &Stage, id: &TicketId) -> Vec<String> {
    let lines = ticket::history(&stage.house.engine.db, &"tnt_1".into(), id, None, 50).await.unwrap().items;
    let mut notes: Vec<String> = lines.into_iter().map(|line| line.note).filter(|note| !note.is_empty()).collect();
    notes.sort();
    notes
}

#[tokio::test]
async fn what_happens_to_a_ticket_begins_flows_and_what_they_do_to_it_does_not_begin_them_again() {
    let stage = Stage::open().await;
    noting(&stage, "opened", "ticket.created", "新单 {{ context.event.fields.amount }}").await;
    noting(&stage, "moved", "ticket.state_changed", "{{ context.event.changed.state[1] }} by {{ context.event.by_name }}").await;
    let (engine, tenant) = (&stage.house.engine, "tnt_1".into());
    let (kept, _) = engine.open_ticket(&tenant, wish("tkt_1", None), &lin()).await.unwrap();
    assert_eq!(ended(&stage, 1).await, ["opened"]);
    let change = TicketChange { state: Some(TicketState::Working), ..TicketChange::default() };
    engine.change_ticket((&tenant, &kept.id), &change, &lin(), None, None).await.unwrap();
    assert_eq!(ended(&stage, 2).await, ["moved", "opened"]);
    assert_eq!(notes(&stage, &kept.id).await, ["working by 小林", "新单 800"]);
    // Each writes whenever the ticket changes, each begins the other but never itself, and the chain is cut.
    noting(&stage, "ping", "ticket.updated", "ping").await;
    noting(&stage, "pong", "ticket.updated", "pong").await;
    let note = TicketChange { note: Some("看一下".into()), ..TicketChange::default() };
    engine.change_ticket((&tenant, &kept.id), &note, &lin(), None, None).await.unwrap();
    let flows = ended(&stage, 12).await;
    assert_eq!(flows.len(), 12, "two begin, and each is followed by the other until five have begun one another: {flows:?}");
}

#[tokio::test]
async fn a_ticket_that_is_not_done_in_time_is_told_once_for_each_time_it_was_given() {
    let stage = Stage::open().await;
    noting(&stage, "late", "ticket.overdue", "超时了").await;
    let (engine, tenant) = (&stage.house.engine, "tnt_1".into());
    let soon = engine.now() + 200;
    let (late, _) = engine.open_ticket(&tenant, wish("tkt_late", Some(soon)), &lin()).await.unwrap();
    let (done, _) = engine.open_ticket(&tenant, wish("tkt_done", Some(soon)), &lin()).await.unwrap();
    let solved = TicketChange { state: Some(TicketState::Solved), ..TicketChange::default() };
    engine.change_ticket((&tenant, &done.id), &solved, &lin(), None, None).await.unwrap();
    stage.house.clock.advance(1_000);
    assert_eq!(ended(&stage, 1).await, ["late"]);
    assert_eq!((notes(&stage, &late.id).await, notes(&stage, &done.id).await), (vec!["超时了".to_owned()], vec![]));
}

#[tokio::test]
async fn any_message_begins_a_rule_beside_the_answer() {
    let stage = Stage::open().await;
    let label = |event: &str, label: &str| {
        json!([
            {"id": "s", "kind": "start", "settings": {"trigger": "event", "event": event}},
            {"id": "c", "kind": "choose", "settings": {"when": "context.message.text.contains('快')"}},
            {"id": "l", "kind": "label", "settings": {"add": [label]}},
            {"id": "e", "kind": "end", "settings": {}},
        ])
    };
    let edges = json!([["s", "next", "c"], ["c", "yes", "l"], ["c", "no", "e"], ["l", "next", "e"]]);
    stage.publish("rule_in", "催单", label("message.received", "催"), edges.clone()).await;
    stage.publish("rule_out", "答应", label("message.sent", "已答应"), edges).await;
    let mei = stage.house.visitor("mei").await;
    let sent = stage.house.ask(&mei, "1", "怎么退货").await;
    ended(&stage, 1).await;
    assert!(stage.conversation(&sent).await.labels.is_empty(), "the condition did not hold");
    let engine = &stage.house.engine;
    engine.visitor_send(&mei, says("2", "快一点，转人工")).await.unwrap();
    ended(&stage, 2).await;
    assert_eq!(stage.conversation(&sent).await.labels, ["催"]);
    let agent = actor("usr_a", Role::Agent);
    engine.act(&agent, &sent.conversation.id, Action::Claim).await.unwrap();
    engine.agent_send(&agent, &sent.conversation.id, writes("a1", "马上，很快")).await.unwrap();
    assert_eq!(ended(&stage, 3).await, ["rule_in", "rule_in", "rule_out"]);
    assert_eq!(stage.conversation(&sent).await.labels, ["催", "已答应"]);
}

#[tokio::test]
async fn what_a_flow_keeps_for_a_customer_is_there_in_the_next_run_and_not_for_others() {
    let stage = Stage::open().await;
    let variables = json!([{"name": "asked", "type": "integer", "scope": "contact", "default": 0},
        {"name": "all", "type": "integer", "scope": "tenant", "default": 0}]);
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "message", "phrases": ["查进度"]}},
        {"id": "n", "kind": "set", "settings": {"set": [{"variable": "asked", "value": "asked + 1"}, {"variable": "all", "value": "all + 1"}]}},
        {"id": "y", "kind": "say", "settings": {"text": "您第 {{ asked }} 次查询，共 {{ all }} 次"}},
        {"id": "e", "kind": "end", "settings": {}},
    ]);
    stage.publish_with("progress", "查进度", variables, nodes, json!([["s", "next", "n"], ["n", "next", "y"], ["y", "next", "e"]])).await;
    let (mei, lan) = (stage.house.visitor("mei").await, stage.house.visitor("lan").await);
    for (n, (who, text)) in
        [(&mei, "第 1 次查询，共 1 次"), (&mei, "第 2 次查询，共 2 次"), (&lan, "第 1 次查询，共 3 次")].into_iter().enumerate()
    {
        let sent = stage.house.ask(who, &n.to_string(), "查进度").await;
        stage.until_said(&sent, text).await;
        stage.until(&sent, "the end", |m| m.last().is_some_and(|m| m.content.activity.is_some())).await;
        ended(&stage, n + 1).await;
    }
}

/// Open at no time of the week but this one.
fn calendar(now: i64, opens_in_ms: i64) -> Value {
    let at = (now + opens_in_ms).rem_euclid(86_400_000) / 60_000;
    let day = vec![json!([at, at + 30])];
    json!({"name": "办公时间", "time_zone": "UTC", "days": [day, day, day, day, day, day, day]})
}

#[tokio::test]
async fn a_wait_counts_by_a_calendar_of_the_company() {
    let stage = Stage::open().await;
    let engine = &stage.house.engine;
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "message", "phrases": ["明天再说"]}},
        {"id": "w", "kind": "wait", "settings": {"calendar": "办公时间"}},
        {"id": "y", "kind": "say", "settings": {"text": "上班了"}},
        {"id": "e", "kind": "end", "settings": {}},
        {"id": "x", "kind": "say", "settings": {"text": "没有日历"}},
    ]);
    let edges = json!([["s", "next", "w"], ["w", "next", "y"], ["w", "error", "x"], ["x", "next", "e"], ["y", "next", "e"]]);
    stage.publish("later", "稍后", nodes, edges).await;
    let mei = stage.house.visitor("mei").await;
    let none = stage.house.ask(&mei, "1", "明天再说").await;
    stage.until_said(&none, "没有日历").await;
    stage.until(&none, "the end", |m| activities(m).contains(&ActivityKey::FlowEnded)).await;
    crate::routing::publish(&stage.house, json!({"calendars": {"office": calendar(engine.now(), 3 * 3_600_000)}})).await;
    let _ = stage.house.ask(&mei, "2", "明天再说").await;
    for _ in 0..2_000 {
        if stage.runs().await.first().is_some_and(|run| run.standing.as_str() == "parked") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let due = qn_store::flow_run::timers_before(&engine.db, i64::MAX).await.unwrap();
    let wait_ms = due[0].3 - engine.now();
    assert!((2 * 3_600_000..=3 * 3_600_000).contains(&wait_ms), "the next opening: {wait_ms}");
}

#[tokio::test]
async fn people_are_told_in_the_console_and_no_mailbox_stops_nothing() {
    let stage = Stage::open().await;
    let (engine, tenant) = (&stage.house.engine, qn_domain::TenantId::from("tnt_1"));
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "message", "phrases": ["投诉经理"]}},
        {"id": "c", "kind": "notify", "settings": {"to": "agent", "title": "有人投诉：{{ context.message.text }}", "text": "请看"}},
        {"id": "m", "kind": "notify", "settings": {"via": "mail", "to": "boss@x.example", "title": "投诉"}},
        {"id": "y", "kind": "say", "settings": {"text": "已通知经理"}},
        {"id": "e", "kind": "end", "settings": {}},
    ]);
    let edges = json!([["s", "next", "c"], ["c", "next", "m"], ["m", "next", "y"], ["y", "next", "e"]]);
    stage.publish("tell", "投诉", nodes, edges).await;
    let mei = stage.house.visitor("mei").await;
    let sent = stage.house.ask(&mei, "1", "投诉经理").await;
    stage.until_said(&sent, "已通知经理").await;
    for user in ["usr_a", "usr_b"] {
        let told = qn_store::notice::list(&engine.db, &tenant, &user.into(), 9).await.unwrap();
        assert_eq!(told.iter().map(|n| n.title.as_str()).collect::<Vec<_>>(), ["有人投诉：投诉经理"], "{user}");
        assert_eq!((told[0].flow_name.as_str(), told[0].conversation_id.as_deref()), ("投诉", Some(sent.conversation.id.as_str())));
    }
    let told = qn_store::notice::list(&engine.db, &tenant, &"usr_a".into(), 9).await.unwrap();
    assert!(qn_store::notice::delete(&engine.db, &tenant, &"usr_a".into(), &told[0].id).await.unwrap());
    assert!(!qn_store::notice::delete(&engine.db, &tenant, &"usr_a".into(), &told[0].id).await.unwrap());
    assert_eq!(qn_store::notice::list(&engine.db, &tenant, &"usr_b".into(), 9).await.unwrap().len(), 1, "each reads for themselves");
}

#[tokio::test]
async fn a_filled_in_form_begins_a_rule_that_ranks_the_conversation() {
    let stage = Stage::open().await;
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "event", "event": "conversation.message_left"}},
        {"id": "p", "kind": "conversation", "settings": {"priority": "high"}},
        {"id": "n", "kind": "note", "settings": {"text": "请回电 {{ context.event.form.phone }}"}},
        {"id": "e", "kind": "end"},
    ]);
    stage.publish("left", "留言", nodes, json!([["s", "next", "p"], ["p", "next", "n"], ["n", "next", "e"]])).await;
    let mei = stage.house.visitor("mei").await;
    let reach = Reach { name: Some("梅".into()), email: None, phone: Some("13800000000".into()) };
    let left = LeaveMessage { client_msg_id: "1".into(), reach, text: "请联系我".into() };
    let sent = stage.house.engine.visitor_says(&mei, left.into()).await.unwrap();
    assert_eq!(ended(&stage, 1).await, ["left"]);
    assert_eq!(stage.conversation(&sent).await.routing.priority, Priority::High);
    let messages = stage.house.messages(&sent).await;
    assert!(activities(&messages).contains(&ActivityKey::PriorityChanged));
    assert!(messages.iter().any(|m| m.content.text == "请回电 13800000000"));
}

#[tokio::test]
async fn a_message_has_links_and_a_card_and_other_words_where_the_channel_asks_for_them() {
    let stage = Stage::open().await;
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "message", "phrases": ["查快递"]}},
        {"id": "t", "kind": "say", "settings": {"text": "请看", "variants": ["看这里"], "on_channel": [{"channel": "web", "text": "点下面查看"}],
            "links": [{"label": "物流", "url": "https://x.example/{{ order }}"}, {"label": "坏的", "url": "{{ order }}"}],
            "card": {"title": "订单 {{ order }}", "text": "已发货", "url": "https://x.example/o"}}},
        {"id": "e", "kind": "end"},
    ]);
    let variables = json!([{"name": "order", "type": "text", "default": "A1001"}]);
    stage.publish_with("parcel", "查快递", variables, nodes, json!([["s", "next", "t"], ["t", "next", "e"]])).await;
    let mei = stage.house.visitor("mei").await;
    let sent = stage.house.ask(&mei, "1", "查快递").await;
    let messages = stage.until_said(&sent, "点下面查看").await;
    let said = &messages.iter().find(|m| m.content.text == "点下面查看").unwrap().content;
    let links: Vec<(&str, &ButtonAction)> = said.buttons.iter().map(|button| (button.label.as_str(), &button.action)).collect();
    assert_eq!(links, [("物流", &ButtonAction::Link { url: "https://x.example/A1001".into() })]);
    assert_eq!((said.cards[0].title.as_str(), said.cards[0].url.as_deref()), ("订单 A1001", Some("https://x.example/o")));
}
