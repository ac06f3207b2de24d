//! A flow asked in one channel and the customer goes on in another: the question goes with them, answered at once or asked again there,
//! for proved persons only; back again, and undone by a person.

use crate::fixture::{actor, inbox};
use crate::flows::{Stage, refund, said};
use qn_channel::{Event, Fact, FactKind, Inbound, InboundContact};
use qn_domain::{ActivityKey, Content, Conversation, Evidence, Inbox, Message, Owner, Role, TenantId};
use qn_engine::{Ingested, Sent};
use serde_json::json;
use std::sync::Arc;

const WHICH: &str = "请选择要退款的订单";

fn tenant() -> TenantId {
    "tnt_1".into()
}

/// A customer of two channels with the same phone in both.
struct Customer<'a> {
    stage: &'a Stage,
    phone: &'a str,
    evidence: Evidence,
    mini: Arc<Inbox>,
    site: Arc<Inbox>,
}

impl<'a> Customer<'a> {
    async fn of(stage: &'a Stage, phone: &'a str, evidence: Evidence) -> Customer<'a> {
        let site = inbox();
        let mini = Inbox { id: "inb_mini".into(), name: "小程序".into(), key: "mini-key".into(), ..inbox() };
        let engine = &stage.house.engine;
        if qn_store::inbox::find(&engine.db, &tenant(), &mini.id).await.unwrap().is_none() {
            qn_store::inbox::insert(&engine.db, &mini).await.unwrap();
            engine.reload_settings(&tenant());
        }
        Customer { stage, phone, evidence, mini: Arc::new(mini), site: Arc::new(site) }
    }

    async fn says(&self, inbox: &Arc<Inbox>, id: &str, text: &str) -> Sent {
        self.stage.house.clock.advance(1_000);
        let facts = vec![Fact { kind: FactKind::Phone, scope: String::new(), value: self.phone.into(), evidence: self.evidence }];
        let contact = InboundContact { external_id: format!("{}-{}", inbox.id, self.phone), facts, ..InboundContact::default() };
        let inbound = Inbound { message_id: id.into(), contact, content: Content::text(text), ..Inbound::default() };
        match Box::pin(self.stage.house.engine.ingest(inbox, Event::message(inbound))).await.unwrap() {
            Ingested::Message(sent) => *sent,
            other => panic!("{other:?}"),
        }
    }

    /// Is asked in the mini-program which order is meant.
    async fn is_asked(&self) -> Sent {
        let asked = self.says(&self.mini, "m1", "我要退款").await;
        self.stage.until_said(&asked, WHICH).await;
        asked
    }

    /// How often it was asked which order is meant.
    async fn times_asked(&self, sent: &Sent) -> usize {
        self.stage.house.messages(sent).await.iter().filter(|m| said(m).contains(WHICH)).count()
    }
}

async fn is_part_of(stage: &Stage, part: &Sent, whole: &Conversation) -> bool {
    stage.conversation(part).await.tied.merged_into.as_ref() == Some(&whole.id)
}

#[tokio::test]
async fn the_answer_in_another_channel_is_taken_and_the_talk_goes_on_there() {
    let stage = Stage::open().await;
    refund(&stage).await;
    let mei = Customer::of(&stage, "13910862253", Evidence::Verified).await;
    let asked = mei.is_asked().await;
    let second = mei.says(&mei.site, "s1", "第二个").await;
    let messages = stage.until_said(&second, "请问退款原因").await;
    assert_eq!(mei.times_asked(&second).await, 0, "it was answered");
    let site = stage.conversation(&second).await;
    assert!(is_part_of(&stage, &asked, &site).await);
    let merged = messages.iter().filter_map(|m| m.content.activity.as_ref()).find(|line| line.key == ActivityKey::Merged).unwrap();
    assert_eq!((merged.public, &merged.params["reason"]), (false, &json!({"by": "question", "value": "退款"})));
    let third = mei.says(&mei.site, "s2", "屏幕坏了").await;
    stage.until_said(&third, "已登记 B2002 手机：屏幕坏了").await;
    stage.until_run("done").await;
    assert_eq!(stage.runs().await.len(), 1);
    assert!(stage.conversation(&third).await.bot.flows.is_empty());
    let elsewhere = stage.house.messages(&asked).await;
    assert!(!elsewhere.iter().any(|m| said(m).contains("已登记")), "nothing is said where the customer is not");
}

#[tokio::test]
async fn a_free_answer_is_taken_and_what_is_said_next_to_it_is_asked_again_once() {
    let stage = Stage::open().await;
    refund(&stage).await;
    for (phone, greeting, first, other) in
        [("13910862253", "你好", "第一个", "怎么退货?"), ("13764520917", "hello", "the first one", "发票怎么开?")]
    {
        let customer = Customer::of(&stage, phone, Evidence::Verified).await;
        let asked = customer.is_asked().await;
        let greeted = customer.says(&customer.site, "s1", greeting).await;
        assert_eq!(customer.times_asked(&greeted).await, 1, "{greeting}: asked again, once");
        assert!(is_part_of(&stage, &asked, &stage.conversation(&greeted).await).await);
        let chosen = customer.says(&customer.site, "s2", first).await;
        stage.until_said(&chosen, "请问退款原因").await;
        assert_eq!(customer.times_asked(&chosen).await, 1);

        // Back where it began: what an article answers is no reason for a refund, and what follows is.
        let back = customer.says(&customer.mini, "m2", other).await;
        let messages = stage.house.messages(&back).await;
        let words: Vec<&str> = messages.iter().map(said).filter(|words| !words.is_empty()).collect();
        assert!(words.last().is_some_and(|last| last.contains("请问退款原因")), "{words:?}");
        let told = customer.says(&customer.mini, "m3", "屏幕坏了").await;
        stage.until_said(&told, "已登记 A1001 耳机：屏幕坏了").await;
        assert!(is_part_of(&stage, &chosen, &stage.conversation(&told).await).await);
    }
}

#[tokio::test]
async fn nobody_gets_the_question_of_another() {
    let stage = Stage::open().await;
    refund(&stage).await;
    let mei = Customer::of(&stage, "13910862253", Evidence::Verified).await;
    let asked = mei.is_asked().await;
    for (phone, evidence) in [("13764520917", Evidence::Verified), ("13910862253", Evidence::Claimed)] {
        let stranger = Customer::of(&stage, phone, evidence).await;
        let sent = stranger.says(&stranger.site, "s1", "第二个").await;
        assert_eq!(stranger.times_asked(&sent).await, 0);
        assert!(stage.conversation(&sent).await.bot.flows.is_empty());
    }
    let mini = stage.conversation(&asked).await;
    assert!(mini.tied.merged_into.is_none() && mini.bot.flows.last().is_some_and(|flow| flow.asks()));
    let answered = mei.says(&mei.mini, "m2", "第二个").await;
    stage.until_said(&answered, "请问退款原因").await;
}

#[tokio::test]
async fn another_order_is_another_case_and_the_question_stays_where_it_is() {
    let stage = Stage::open().await;
    refund(&stage).await;
    let mei = Customer::of(&stage, "13910862253", Evidence::Verified).await;
    let asked = mei.says(&mei.mini, "m1", "我要退款，订单号是 A20260101001").await;
    stage.until_said(&asked, WHICH).await;
    let other = mei.says(&mei.site, "s1", "订单号 B20260202002，怎么退货?").await;
    assert_eq!(mei.times_asked(&other).await, 0);
    assert!(!is_part_of(&stage, &asked, &stage.conversation(&other).await).await);
    assert!(stage.conversation(&asked).await.bot.flows.last().is_some_and(|flow| flow.asks()));
}

#[tokio::test]
async fn a_case_that_a_person_takes_apart_gets_its_question_back() {
    let stage = Stage::open().await;
    refund(&stage).await;
    let mei = Customer::of(&stage, "13910862253", Evidence::Verified).await;
    let asked = mei.is_asked().await;
    let greeted = mei.says(&mei.site, "s1", "你好").await;
    let engine = &stage.house.engine;
    let tie = engine.ties(&tenant(), &greeted.conversation.id).await.unwrap().remove(0);
    engine.undo_tie(&actor("usr_a", Role::Agent), &tie.id).await.unwrap();
    assert!(stage.conversation(&greeted).await.bot.flows.is_empty());
    assert_eq!(stage.conversation(&asked).await.bot.flows.len(), 1);
    let answered = mei.says(&mei.mini, "m2", "第二个").await;
    stage.until_said(&answered, "请问退款原因").await;
    let elsewhere = mei.says(&mei.site, "s2", "你好").await;
    assert_eq!(mei.times_asked(&elsewhere).await, 1, "what a person took apart is not joined again");
}

#[tokio::test]
async fn a_talk_that_was_begun_before_in_the_other_channel_takes_the_answer_too() {
    let stage = Stage::open().await;
    refund(&stage).await;
    // Here first, and nothing was ever carried.
    let mei = Customer::of(&stage, "13910862253", Evidence::Verified).await;
    mei.says(&mei.site, "s1", "你好").await;
    let asked = mei.is_asked().await;
    let answered = mei.says(&mei.site, "s2", "第二个").await;
    stage.until_said(&answered, "请问退款原因").await;
    assert!(is_part_of(&stage, &asked, &stage.conversation(&answered).await).await);

    // To and fro about other things, and then a question.
    let lin = Customer::of(&stage, "13764520917", Evidence::Verified).await;
    lin.says(&lin.mini, "m1", "发票怎么开?").await;
    lin.says(&lin.site, "s1", "怎么退货?").await;
    let asked = lin.says(&lin.mini, "m2", "我要退款").await;
    stage.until_said(&asked, WHICH).await;
    let answered = lin.says(&lin.site, "s2", "第二个").await;
    stage.until_said(&answered, "请问退款原因").await;
    assert_eq!(lin.times_asked(&answered).await, 0);
    assert!(is_part_of(&stage, &asked, &stage.conversation(&answered).await).await);
}

#[tokio::test]
async fn who_was_parted_from_a_person_since_is_not_asked_what_that_one_was() {
    let stage = Stage::open().await;
    refund(&stage).await;
    let mei = Customer::of(&stage, "13910862253", Evidence::Verified).await;
    let first = mei.says(&mei.mini, "m1", "你好").await;
    let asked = mei.says(&mei.site, "s1", "我要退款").await;
    stage.until_said(&asked, WHICH).await;
    // The question goes to the mini-program, whose customer turns out to be somebody else than the site's.
    let greeted = mei.says(&mei.mini, "m2", "你好").await;
    assert!(is_part_of(&stage, &asked, &stage.conversation(&greeted).await).await);
    let engine = &stage.house.engine;
    let person = engine.person(&tenant(), &first.conversation.contact_id).await.unwrap();
    engine.unlink(&actor("usr_a", Role::Agent), &person.links[0].id).await.unwrap();
    let back = mei.says(&mei.site, "s2", "怎么退货?").await;
    assert_eq!(mei.times_asked(&back).await, 1, "only before they were parted");
    assert!(stage.conversation(&back).await.bot.flows.is_empty());
    assert!(matches!(stage.conversation(&greeted).await.owner, Owner::Queue { .. }), "a person looks at it");
    let is_end = |m: &Message| m.content.activity.as_ref().is_some_and(|line| line.key == ActivityKey::FlowEnded);
    stage.until(&back, "the end of the run in its own thread", |messages| messages.iter().any(is_end)).await;
}
