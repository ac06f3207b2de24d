//! Flows in conversations: a customer's words begin them, answer them, leave them for a moment, cancel them; people take over; the
//! server goes and comes back.

use crate::fixture::{House, actor, house, writes};
use qn_domain::{ActivityKey, ButtonAction, Message, MessageKind, Owner, Role, TenantId, UserId};
use qn_engine::{Action, Sent};
use qn_store::flow::{self, StoredFlow};
use qn_store::flow_draft::{self, FlowDraft};
use qn_store::flow_release::{self, Publishing};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const START_WORDS: &str = "我要退款";

/// The house with its outbox and its flows at work.
pub struct Stage {
    pub house: Arc<House>,
    stop: CancellationToken,
}

impl Stage {
    pub fn on(house: House) -> Stage {
        let stop = CancellationToken::new();
        let (engine, keys) = (&house.engine, qn_crypto::Keys::fresh().expect("random bytes"));
        let outside = qn_engine::Outside::new(engine.db.clone(), keys, engine.egress().clone(), engine.clock.clone());
        engine.start_flows(qn_engine::Limits::default(), outside);
        tokio::spawn(house.engine.clone().run_outbox(stop.clone()));
        Stage { house: Arc::new(house), stop }
    }

    pub async fn open() -> Stage {
        Stage::on(house().await)
    }

    pub async fn again(self) -> Stage {
        self.stop.cancel();
        let mut house = self.house;
        let house = loop {
            match Arc::try_unwrap(house) {
                Ok(house) => break house,
                Err(shared) => house = shared,
            }
            tokio::task::yield_now().await;
        };
        Stage::on(house.again().await)
    }

    pub async fn publish(&self, id: &str, name: &str, nodes: Value, edges: Value) {
        let variables = json!([{"name": "order", "type": "any"}, {"name": "reason", "type": "any"}, {"name": "kept", "type": "any"}]);
        self.publish_with(id, name, variables, nodes, edges).await;
    }

    pub async fn publish_with(&self, id: &str, name: &str, variables: Value, nodes: Value, edges: Value) {
        let edges: Vec<Value> =
            edges.as_array().unwrap().iter().map(|edge| json!({"from": edge[0], "port": edge[1], "to": edge[2]})).collect();
        let flow = json!({"format": 1, "id": id, "name": name, "variables": variables, "nodes": nodes, "edges": edges});
        let tenant: TenantId = "tnt_1".into();
        let db = &self.house.engine.db;
        let hash = self.house.engine.runner().unwrap().publish(&tenant, serde_json::from_value(flow).unwrap(), "usr_a", "").await.unwrap();
        let version = qn_store::flow_version::find(db, &tenant, &hash).await.unwrap().unwrap();
        let (created_at, updated_at) = (version.published_at, version.published_at);
        let (id, name) = (id.to_owned(), name.to_owned());
        let stored = StoredFlow {
            tenant_id: tenant.clone(),
            id: id.clone(),
            name: name.clone(),
            live: None,
            enabled: true,
            hook_secret: None,
            version: 1,
            created_at,
            updated_at,
        };
        let known = flow::find(db, &tenant, &id).await.unwrap();
        if known.is_none() {
            flow::insert(db, &stored).await.unwrap();
        }
        let live = known.as_ref().and_then(StoredFlow::live_hash);
        let author_id: UserId = "usr_a".into();
        let (document, author) = (version.document.clone(), author_id.clone());
        let base_hash = live.map(str::to_owned);
        let draft = FlowDraft { tenant_id: tenant.clone(), flow_id: id, author_id: author, document, base_hash, revision: 0, updated_at };
        let revision = flow_draft::save(db, &draft).await.unwrap();
        let wish = Publishing { version: &version, name: &name, base_hash: live, author_id: &author_id, revision };
        flow_release::publish(db, &wish).await.unwrap();
        self.house.engine.flows_changed(&tenant);
    }

    /// Until the thread looks so; its messages then.
    pub async fn until(&self, sent: &Sent, what: &str, holds: impl Fn(&[Message]) -> bool) -> Vec<Message> {
        for _ in 0..2_000 {
            let messages = self.house.messages(sent).await;
            if holds(&messages) {
                return messages;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let shown: Vec<String> = self.house.messages(sent).await.iter().map(shown).collect();
        let effects =
            qn_store::effect::list(&self.house.engine.db, &"tnt_1".into(), qn_domain::EffectState::Pending, None, 50).await.unwrap();
        panic!("never: {what}; there is {shown:#?}; runs {:?}; effects {effects:#?}", self.runs().await);
    }

    pub async fn until_said(&self, sent: &Sent, part: &str) -> Vec<Message> {
        self.until(sent, part, |messages| {
            messages.last().is_some_and(|_| messages.iter().rev().any(|m| m.seq > sent.message.seq && said(m).contains(part)))
        })
        .await
    }

    /// A line about one run may come after the next message: only the conversation tells that none is at work any more.
    pub async fn until_no_flow(&self, sent: &Sent) {
        for _ in 0..2_000 {
            if self.conversation(sent).await.bot.flows.is_empty() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("a flow is still at work: {:#?}; runs {:?}", self.conversation(sent).await.bot.flows, self.runs().await);
    }

    pub async fn conversation(&self, sent: &Sent) -> qn_domain::Conversation {
        qn_store::conversation::get(&self.house.engine.db, &"tnt_1".into(), &sent.conversation.id).await.unwrap()
    }

    pub async fn runs(&self) -> Vec<qn_store::flow_history::ListedRun> {
        let filter = qn_store::flow_history::Filter::default();
        qn_store::flow_history::list(&self.house.engine.db, &"tnt_1".into(), &filter, None, 100).await.unwrap().items
    }

    pub async fn until_run(&self, standing: &str) {
        for _ in 0..2_000 {
            if self.runs().await.first().is_some_and(|run| run.standing.as_str() == standing) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("never {standing}: {:?}", self.runs().await);
    }
}

pub fn said(message: &Message) -> &str {
    if message.kind == MessageKind::Outgoing { &message.content.text } else { "" }
}

fn shown(message: &Message) -> String {
    match &message.content.activity {
        Some(activity) => format!("{} {:?} {:?}", message.seq, activity.key, activity.params),
        None => format!("{} {:?} {}", message.seq, message.kind, message.content.text),
    }
}

pub fn activities(messages: &[Message]) -> Vec<ActivityKey> {
    messages.iter().filter_map(|m| m.content.activity.as_ref().map(|a| a.key)).collect()
}

pub fn node(id: &str, kind: &str, settings: Value) -> Value {
    json!({"id": id, "kind": kind, "settings": settings, "timeout_ms": 600_000})
}

/// Asks which order and why, and says what was written down.
pub async fn refund(stage: &Stage) {
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "message", "phrases": [START_WORDS]}},
        node("a", "ask", json!({"text": "请选择要退款的订单", "choices": ["A1001 耳机", "B2002 手机"], "save": "order"})),
        node("r", "ask", json!({"text": "请问退款原因是什么？", "save": "reason"})),
        {"id": "t", "kind": "say", "settings": {"text": "已登记 {{ order }}：{{ reason }}"}},
        {"id": "e", "kind": "end", "settings": {}},
        {"id": "u", "kind": "say", "settings": {"text": "没有登记"}},
        {"id": "x", "kind": "end", "settings": {"failed": "no answer"}},
    ]);
    let edges = json!([
        ["s", "next", "a"],
        ["a", "next", "r"],
        ["a", "error", "u"],
        ["a", "unclear", "u"],
        ["a", "timeout", "u"],
        ["r", "next", "t"],
        ["r", "error", "u"],
        ["r", "unclear", "u"],
        ["r", "timeout", "u"],
        ["t", "next", "e"],
        ["u", "next", "x"],
    ]);
    stage.publish("refund", "退款", nodes, edges).await;
}

/// Asks for a title.
async fn invoice(stage: &Stage) {
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "message", "phrases": ["我要开发票"]}},
        node("a", "ask", json!({"text": "发票抬头是什么？", "save": "order"})),
        {"id": "t", "kind": "say", "settings": {"text": "发票已开：{{ order }}"}},
        {"id": "e", "kind": "end", "settings": {}},
        {"id": "x", "kind": "end", "settings": {"failed": "no answer"}},
    ]);
    let edges = json!([
        ["s", "next", "a"],
        ["a", "next", "t"],
        ["a", "error", "x"],
        ["a", "unclear", "x"],
        ["a", "timeout", "x"],
        ["t", "next", "e"]
    ]);
    stage.publish("invoice", "开发票", nodes, edges).await;
}

#[tokio::test]
async fn a_customers_words_begin_a_flow_and_answer_its_questions() {
    let stage = Stage::open().await;
    refund(&stage).await;
    let mei = stage.house.visitor("mei").await;
    let first = stage.house.ask(&mei, "1", "你好，我要退款！").await;
    let again = stage.house.ask(&mei, "1", "你好，我要退款！").await;
    assert!(again.replayed);
    let messages = stage.until_said(&first, "请选择要退款的订单").await;
    let question = messages.last().unwrap();
    let labels: Vec<&str> = question.content.buttons.iter().map(|b| b.label.as_str()).collect();
    assert_eq!(labels, ["A1001 耳机", "B2002 手机", "转人工"]);
    assert_eq!(question.content.buttons[1].action, ButtonAction::Reply { text: "B2002 手机".into() });
    assert_eq!(activities(&messages), [ActivityKey::FlowBegun]);
    let open = &stage.conversation(&first).await.bot.flows;
    assert_eq!((open.len(), open[0].step.as_str(), open[0].attempt), (1, "a@", 1));

    let second = stage.house.ask(&mei, "2", "第二个").await;
    stage.until_said(&second, "请问退款原因").await;
    let third = stage.house.ask(&mei, "3", "质量问题，用了两天就坏了").await;
    let told = stage.until(&third, "the end", |m| activities(m).contains(&ActivityKey::FlowEnded)).await;
    assert!(
        told.iter().any(|m| said(m) == "已登记 B2002 手机：质量问题，用了两天就坏了"),
        "{:#?}",
        told.iter().map(shown).collect::<Vec<_>>()
    );
    let conversation = stage.conversation(&third).await;
    assert_eq!((conversation.bot.flows.len(), conversation.owner.clone()), (0, Owner::Bot));
    let runs = stage.runs().await;
    assert_eq!((runs.len(), runs[0].standing.as_str(), runs[0].conversation_id.as_ref()), (1, "done", Some(&conversation.id)));
    let after = stage.house.ask(&mei, "4", "请问怎么退货").await;
    assert!(stage.house.messages(&after).await.last().unwrap().content.text.contains("7 天"), "the bot is itself again");
}

#[tokio::test]
async fn something_else_is_answered_and_the_question_asked_again() {
    let stage = Stage::open().await;
    refund(&stage).await;
    let mei = stage.house.visitor("mei").await;
    let first = stage.house.ask(&mei, "1", START_WORDS).await;
    stage.until_said(&first, "请选择").await;
    let aside = stage.house.ask(&mei, "2", "发票怎么开?").await;
    let messages = stage.house.messages(&aside).await;
    let answers: Vec<&str> = messages.iter().filter(|m| m.seq > aside.message.seq).map(said).collect();
    assert_eq!(answers.len(), 2, "{answers:?}");
    assert!(answers[0].contains("申请发票") && answers[1] == "我们接着刚才的问题：请选择要退款的订单", "{answers:?}");
    let thanks = stage.house.ask(&mei, "3", "谢谢").await;
    assert_eq!(said(stage.house.messages(&thanks).await.last().unwrap()), "我们接着刚才的问题：请选择要退款的订单");
    let repeated = stage.house.ask(&mei, "4", "没听清，").await;
    assert_eq!(said(stage.house.messages(&repeated).await.last().unwrap()), "请选择要退款的订单");
    let again = stage.house.ask(&mei, "5", START_WORDS).await;
    assert_eq!(said(stage.house.messages(&again).await.last().unwrap()), "请选择要退款的订单", "it is in that flow already");
    let answered = stage.house.ask(&mei, "6", "耳机那个").await;
    stage.until_said(&answered, "请问退款原因").await;
    assert_eq!(stage.runs().await.len(), 1);
}

#[tokio::test]
async fn a_flow_on_top_of_another_ends_and_the_lower_question_comes_back() {
    let stage = Stage::open().await;
    refund(&stage).await;
    invoice(&stage).await;
    let mei = stage.house.visitor("mei").await;
    let first = stage.house.ask(&mei, "1", START_WORDS).await;
    stage.until_said(&first, "请选择").await;
    let other = stage.house.ask(&mei, "2", "等等，我要开发票").await;
    stage.until_said(&other, "发票抬头").await;
    assert_eq!(stage.conversation(&other).await.bot.flows.len(), 2);
    let title = stage.house.ask(&mei, "3", "青鸟科技").await;
    let messages = stage.until_said(&title, "我们接着刚才的问题：请选择要退款的订单").await;
    assert!(messages.iter().any(|m| said(m) == "发票已开：青鸟科技"));
    let cancelled = stage.house.ask(&mei, "4", "算了，不退了").await;
    assert!(said(stage.house.messages(&cancelled).await.last().unwrap()).contains("「退款」不再继续办理"));
    stage.until(&cancelled, "both ends", |m| activities(m).iter().filter(|a| **a == ActivityKey::FlowEnded).count() == 2).await;
    let mut standings: Vec<&str> = stage.runs().await.iter().map(|run| run.standing.as_str()).collect();
    standings.sort_unstable();
    assert_eq!(standings, ["cancelled", "done"]);
    assert!(stage.conversation(&cancelled).await.bot.flows.is_empty());
}

#[tokio::test]
async fn who_takes_over_closes_the_question_and_the_flow_hears_that_it_was_refused() {
    let stage = Stage::open().await;
    refund(&stage).await;
    let mei = stage.house.visitor("mei").await;
    let first = stage.house.ask(&mei, "1", START_WORDS).await;
    stage.until_said(&first, "请选择").await;
    let an = actor("usr_a", Role::Agent);
    stage.house.engine.agent_send(&an, &first.conversation.id, writes("a1", "我来帮您")).await.unwrap();
    assert!(stage.conversation(&first).await.bot.flows.is_empty());
    let messages = stage.until(&first, "the end", |m| activities(m).contains(&ActivityKey::FlowEnded)).await;
    assert!(activities(&messages).contains(&ActivityKey::FlowUnsaid), "what it would have said is for colleagues");
    assert!(!messages.iter().any(|m| said(m) == "没有登记"));
    let ended = messages.iter().find_map(|m| m.content.activity.as_ref().filter(|a| a.key == ActivityKey::FlowEnded)).unwrap();
    assert_eq!(ended.params["status"], "failed");
    assert!(!ended.public);
    stage.house.engine.act(&an, &first.conversation.id, Action::ReturnToBot).await.unwrap();
    let later = stage.house.ask(&mei, "2", START_WORDS).await;
    stage.until_said(&later, "请选择").await;
    assert_eq!(stage.runs().await.len(), 2);
}

#[tokio::test]
async fn asking_for_a_person_in_a_flow_fetches_one() {
    let stage = Stage::open().await;
    refund(&stage).await;
    let mei = stage.house.visitor("mei").await;
    let first = stage.house.ask(&mei, "1", START_WORDS).await;
    stage.until_said(&first, "请选择").await;
    let asked = stage.house.ask(&mei, "2", "转人工").await;
    assert!(matches!(asked.conversation.owner, Owner::Queue { .. }));
    // Nobody speaks in a queue yet, so the flow may say how it ended.
    let messages = stage.until_said(&asked, "没有登记").await;
    assert_eq!(messages.iter().filter(|m| said(m) == "没有登记").count(), 1);
    stage.until_run("failed").await;
}

#[tokio::test]
async fn an_open_question_outlives_the_server() {
    let stage = Stage::open().await;
    refund(&stage).await;
    let mei = stage.house.visitor("mei").await;
    let first = stage.house.ask(&mei, "1", START_WORDS).await;
    let before = stage.until_said(&first, "请选择").await.len();
    let stage = stage.again().await;
    let answered = stage.house.ask(&mei, "2", "A1001").await;
    let messages = stage.until_said(&answered, "请问退款原因").await;
    assert_eq!(messages.iter().filter(|m| said(m) == "请选择要退款的订单").count(), 1, "it was not asked twice; before: {before}");
}

#[tokio::test]
async fn a_flow_that_fails_says_so_and_fetches_a_person() {
    let stage = Stage::open().await;
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "message", "phrases": [START_WORDS]}},
        {"id": "v", "kind": "set", "settings": {"set": [{"variable": "kept", "value": "int('not a number')"}]}},
        {"id": "y", "kind": "say", "settings": {"text": "办好了"}},
        {"id": "e", "kind": "end", "settings": {}},
    ]);
    stage.publish("broken", "坏的流程", nodes, json!([["s", "next", "v"], ["v", "next", "y"], ["y", "next", "e"]])).await;
    let mei = stage.house.visitor("mei").await;
    let sent = stage.house.ask(&mei, "1", START_WORDS).await;
    stage.until_said(&sent, "抱歉，刚才的办理没有成功。正在为您转接人工客服").await;
    let conversation = stage.conversation(&sent).await;
    assert!(matches!(conversation.owner, Owner::Queue { .. }));
    assert_eq!(conversation.handoff.unwrap().reason, qn_domain::HandoffReason::FlowFailed);
    assert!(conversation.waiting_since.is_some());
}

#[tokio::test]
async fn an_approval_is_seen_in_the_conversation_and_its_answer_reaches_the_customer() {
    let stage = Stage::open().await;
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "message", "phrases": [START_WORDS]}},
        node("ok", "approval", json!({"who": "supervisor", "title": "退款 800 元？", "save": "kept"})),
        {"id": "t", "kind": "say", "settings": {"text": "已批准，来自 {{ context.contact.name }}"}},
        {"id": "e", "kind": "end", "settings": {}},
        {"id": "x", "kind": "end", "settings": {"failed": "no"}},
    ]);
    let edges = json!([
        ["s", "next", "ok"],
        ["ok", "approved", "t"],
        ["ok", "rejected", "x"],
        ["ok", "error", "x"],
        ["ok", "timeout", "x"],
        ["t", "next", "e"]
    ]);
    stage.publish("approve", "审批", nodes, edges).await;
    let mei = stage.house.visitor("mei").await;
    let sent = stage.house.ask(&mei, "1", START_WORDS).await;
    let messages = stage.until(&sent, "it waits", |m| activities(m).contains(&ActivityKey::FlowWaits)).await;
    let waits = messages.iter().find_map(|m| m.content.activity.as_ref().filter(|a| a.key == ActivityKey::FlowWaits)).unwrap();
    assert_eq!(waits.params["title"], "退款 800 元？");
    let busy = stage.house.ask(&mei, "2", START_WORDS).await;
    assert!(said(stage.house.messages(&busy).await.last().unwrap()).contains("正在办理中"));
    let stage = stage.again().await;
    let runner = stage.house.engine.runner().unwrap();
    let tasks = runner.tasks(&"tnt_1".into(), None, 10).await.unwrap().items;
    assert_eq!(tasks.len(), 1);
    runner.reply(&"tnt_1".into(), &tasks[0].run_id, "ok@", 1, Ok(json!({"approved": true}))).await.unwrap();
    stage.until_said(&sent, "已批准，来自 mei").await;
    let all = stage.house.messages(&sent).await;
    assert_eq!(activities(&all).iter().filter(|a| **a == ActivityKey::FlowWaits).count(), 1, "told once");
}

#[tokio::test]
async fn a_held_run_asks_nothing_new_until_it_goes_on() {
    let stage = Stage::open().await;
    refund(&stage).await;
    let mei = stage.house.visitor("mei").await;
    let first = stage.house.ask(&mei, "1", START_WORDS).await;
    stage.until_said(&first, "请选择").await;
    let (runner, tenant) = (stage.house.engine.runner().unwrap(), TenantId::from("tnt_1"));
    let run = stage.runs().await[0].id.clone();
    assert!(runner.pause(&tenant, &run).await.unwrap() && !runner.pause(&tenant, &run).await.unwrap());
    let answered = stage.house.ask(&mei, "2", "A1001").await;
    for _ in 0..400 {
        if runner.state(&tenant, &run).await.unwrap().tokens.values().any(|t| t.step.node == "r") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(!stage.house.messages(&answered).await.iter().any(|m| said(m).contains("请问退款原因")));
    assert!(runner.resume(&tenant, &run).await.unwrap());
    stage.until_said(&answered, "请问退款原因").await;
    runner.cancel(&tenant, &run, "enough").await.unwrap();
    stage.until_run("cancelled").await;
    assert!(stage.until(&answered, "the end", |m| activities(m).contains(&ActivityKey::FlowEnded)).await.len() > 4);
}

/// A server that goes after a run's step was committed and before anything of it was done.
struct Gone;

impl qn_runner::Acts for Gone {
    fn act<'a>(&'a self, _errand: &'a qn_runner::Errand) -> qn_runner::Acting<'a> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn a_question_that_was_decided_and_not_asked_is_asked_after_a_restart_once() {
    let stage = Stage::open().await;
    refund(&stage).await;
    let (mei, tenant) = (stage.house.visitor("mei").await, TenantId::from("tnt_1"));
    let sent = stage.house.ask(&mei, "1", "请问怎么退货").await;
    let db = stage.house.engine.db.clone();
    let hash = qn_store::flow::get(&db, &tenant, "refund").await.unwrap().live.unwrap().hash;
    let dying = qn_runner::Runner::start(db.clone(), stage.house.clock.clone(), Arc::new(Gone));
    let wish = qn_runner::Wish {
        conversation_id: Some(sent.conversation.id.clone()),
        contact_id: Some(mei.contact_id.clone()),
        ..qn_runner::Wish::of(&tenant, &hash, Some("t"))
    };
    dying.begin(wish).await.unwrap();
    dying.stop().await;
    assert!(stage.conversation(&sent).await.bot.flows.is_empty());
    drop((dying, db));
    let mut stage = stage;
    for _ in 0..2 {
        stage = stage.again().await;
        let asked = stage.until_said(&sent, "请选择要退款的订单").await;
        assert_eq!(asked.iter().filter(|m| said(m) == "请选择要退款的订单").count(), 1);
        assert_eq!(stage.conversation(&sent).await.bot.flows[0].step, "a@");
    }
    let answered = stage.house.ask(&mei, "2", "A1001 耳机").await;
    stage.until_said(&answered, "请问退款原因").await;
}

#[tokio::test]
async fn silence_goes_the_flows_own_way_and_closes_the_question() {
    let stage = Stage::open().await;
    refund(&stage).await;
    let mei = stage.house.visitor("mei").await;
    let first = stage.house.ask(&mei, "1", START_WORDS).await;
    stage.until_said(&first, "请选择").await;
    stage.house.clock.advance(600_001);
    stage.until_said(&first, "没有登记").await;
    stage.until_run("failed").await;
    for _ in 0..400 {
        if stage.conversation(&first).await.bot.flows.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let later = stage.house.ask(&mei, "2", "请问怎么退货").await;
    assert!(stage.house.messages(&later).await.last().unwrap().content.text.contains("7 天"), "it is no answer to anything now");
}
