//! One case across channels by itself: joined by a number, a topic or the customer's word, only for proved persons; turned round when
//! they go back, handed to whoever has the case, and undone like any merge.

use crate::fixture::{House, actor, inbox, on_both};
use qn_base::ManualClock;
use qn_channel::{Event, Fact, FactKind, Inbound, InboundContact};
use qn_domain::{
    Activity, ActivityKey, ContactId, Content, Conversation, ConversationId, Evidence, Inbox, MessageKind, Owner, Role, Status, TenantId,
    TicketActor, TicketKind, TieKind,
};
use qn_engine::{Action, Actor, Ingested, TicketWish};
use std::sync::Arc;

const ORDER: &str = "订单号是 A20260101001，什么时候到？";

fn tenant() -> TenantId {
    "tnt_1".into()
}

fn agent() -> Actor {
    actor("usr_a", Role::Agent)
}

fn tick(clock: &ManualClock) {
    clock.advance(1_000);
}

/// Accounts of one customer, each with the same phone.
struct Customer<'a> {
    house: &'a House,
    phone: &'a str,
    evidence: Evidence,
}

impl Customer<'_> {
    async fn says(&self, account: &str, id: &str, text: &str) -> Conversation {
        tick(&self.house.clock);
        let facts = vec![Fact { kind: FactKind::Phone, scope: String::new(), value: self.phone.into(), evidence: self.evidence }];
        let contact = InboundContact { external_id: account.into(), facts, ..InboundContact::default() };
        let inbound = Inbound { message_id: id.into(), contact, content: Content::text(text), ..Inbound::default() };
        let inbox: Arc<Inbox> = Arc::new(inbox());
        match Box::pin(self.house.engine.ingest(&inbox, Event::message(inbound))).await.unwrap() {
            Ingested::Message(sent) => get(self.house, &sent.conversation.id).await,
            other => panic!("{other:?}"),
        }
    }
}

fn customer(house: &House) -> Customer<'_> {
    Customer { house, phone: "13910862253", evidence: Evidence::Verified }
}

async fn get(house: &House, id: &ConversationId) -> Conversation {
    qn_store::conversation::get(&house.engine.db, &tenant(), id).await.unwrap()
}

fn part_of(c: &Conversation) -> Option<&ConversationId> {
    c.tied.merged_into.as_ref()
}

async fn lines(house: &House, id: &ConversationId, key: ActivityKey) -> Vec<Activity> {
    let all = qn_store::message::list_before(&house.engine.db, &tenant(), id, None, 1_000).await.unwrap();
    all.into_iter().filter_map(|m| m.content.activity).filter(|a| a.key == key).collect()
}

async fn last_words(house: &House, id: &ConversationId) -> String {
    let all = qn_store::message::list_before(&house.engine.db, &tenant(), id, None, 1_000).await.unwrap();
    all.into_iter().rev().find(|m| m.kind == MessageKind::Outgoing).map(|m| m.content.text).unwrap_or_default()
}

#[tokio::test]
async fn the_same_order_on_another_channel_is_the_same_case() {
    on_both(async |house| {
        let who = customer(house);
        let mini = who.says("mini", "m1", ORDER).await;
        let site = who.says("site", "s1", "order A20260101001 again, please").await;
        let mini = get(house, &mini.id).await;
        assert_eq!((part_of(&mini), mini.status, site.status), (Some(&site.id), Status::Resolved, Status::Open));
        assert_eq!(site.owner, Owner::Bot, "the bot goes on where the customer is");
        for (id, role) in [(&mini.id, "part"), (&site.id, "whole")] {
            let told = lines(house, id, ActivityKey::Merged).await;
            assert_eq!((told.len(), told[0].public), (1, false));
            assert_eq!(told[0].params["role"], role);
            assert_eq!(told[0].params["reason"], serde_json::json!({"by": "order", "value": "A20260101001"}));
        }

        // Back where it began: the case turns, and the bot answers there.
        let back = who.says("mini", "m2", "怎么退货?").await;
        let site = get(house, &site.id).await;
        assert_eq!((&back.id, part_of(&back), back.status), (&mini.id, None, Status::Open));
        assert_eq!((part_of(&site), site.status), (Some(&mini.id), Status::Resolved));
        assert!(last_words(house, &mini.id).await.contains("7 天"));
        // And once more, so that nothing piles up.
        let again = who.says("site", "s2", "发票怎么开?").await;
        assert_eq!((&again.id, part_of(&again), part_of(&get(house, &mini.id).await)), (&site.id, None, Some(&site.id)));
        let ties = house.engine.ties(&tenant(), &site.id).await.unwrap();
        assert_eq!(ties.iter().filter(|t| t.stands()).count(), 1);
        assert!(ties.iter().all(|t| t.kind == TieKind::Merge && t.by_itself()));
        assert_eq!(who.says("site", "s2", "发票怎么开?").await.version, again.version, "a repetition changes nothing");
    })
    .await;
}

#[tokio::test]
async fn three_channels_are_one_whole_and_come_apart_one_by_one() {
    on_both(async |house| {
        let who = customer(house);
        let one = who.says("one", "a1", ORDER).await;
        let two = who.says("two", "b1", "订单号 A20260101001 呢").await;
        let three = who.says("three", "c1", "订单号 A20260101001 怎么样了").await;
        let said: Vec<String> = {
            let ties = house.engine.ties(&tenant(), &three.id).await.unwrap();
            assert_eq!(
                ties.iter().filter(|t| t.stands()).map(|t| (&t.from, &t.to)).collect::<Vec<_>>(),
                [(&one.id, &two.id), (&two.id, &three.id)]
            );
            let early = house.engine.undo_tie(&agent(), &ties[0].id).await.unwrap_err();
            assert_eq!(early.code(), "undo_first");
            for tie in ties.iter().rev() {
                house.engine.undo_tie(&agent(), &tie.id).await.unwrap();
            }
            let mut states = Vec::new();
            for id in [&one.id, &two.id, &three.id] {
                let c = get(house, id).await;
                states.push(format!("{:?} {:?}", c.status, part_of(&c)));
            }
            states
        };
        assert_eq!(said, ["Open None", "Open None", "Open None"]);
        // What a person took apart is not joined again.
        who.says("three", "c2", "订单号 A20260101001 到底在哪").await;
        assert_eq!(part_of(&get(house, &two.id).await), None);
    })
    .await;
}

#[tokio::test]
async fn whoever_has_the_case_gets_what_comes_by_another_channel() {
    on_both(async |house| {
        let who = customer(house);
        let mini = who.says("mini", "m1", ORDER).await;
        house.engine.act(&agent(), &mini.id, Action::Claim).await.unwrap();
        let site = who.says("site", "s1", "订单号 A20260101001 有消息吗").await;
        let desk = get(house, &mini.id).await;
        assert_eq!((part_of(&site), site.status), (Some(&mini.id), Status::Resolved));
        assert_eq!(
            (desk.owner.clone(), desk.unread > 0, desk.waiting_since.is_some()),
            (Owner::Agent { agent_id: "usr_a".into() }, true, true)
        );
        assert_eq!(last_words(house, &site.id).await, "", "the bot keeps out of it");
        // Undone, the words that nobody answered stay with whoever undid it.
        let tie = house.engine.ties(&tenant(), &mini.id).await.unwrap().remove(0);
        house.engine.undo_tie(&agent(), &tie.id).await.unwrap();
        let apart = get(house, &site.id).await;
        assert_eq!((apart.status, apart.owner.clone(), apart.waiting_since.is_some()), (Status::Open, desk.owner, true));
    })
    .await;
}

#[tokio::test]
async fn a_topic_joins_while_it_is_fresh_and_other_orders_part() {
    on_both(async |house| {
        let who = customer(house);
        let mini = who.says("mini", "m1", "怎么退货?").await;
        let site = who.says("site", "s1", "我要退货").await;
        assert_eq!(part_of(&get(house, &mini.id).await), Some(&site.id));
        assert_eq!(lines(house, &site.id, ActivityKey::Merged).await[0].params["reason"]["by"], "topic");

        let other = Customer { phone: "13764520917", ..customer(house) };
        let first = other.says("mini2", "m1", "订单号 A20260101001，怎么退货?").await;
        let second = other.says("site2", "s1", "订单号 B20260202002，怎么退货?").await;
        assert_eq!((part_of(&get(house, &first.id).await), part_of(&second)), (None, None), "two orders are two cases");
        assert_eq!(lines(house, &second.id, ActivityKey::Continued).await.len(), 1, "the history is at hand all the same");

        let third = Customer { phone: "13512345670", ..customer(house) };
        let old = third.says("mini3", "m1", "怎么退货?").await;
        house.engine.act(&agent(), &old.id, Action::Claim).await.unwrap();
        house.clock.advance(4 * 86_400_000);
        third.says("site3", "s1", "怎么退货?").await;
        assert_eq!(lines(house, &old.id, ActivityKey::Merged).await.len(), 0, "a topic of last week is another matter");
    })
    .await;
}

#[tokio::test]
async fn the_bot_asks_a_greeting_customer_once_and_takes_yes_for_an_answer() {
    on_both(async |house| {
        let who = customer(house);
        let mini = who.says("mini", "m1", ORDER).await;
        let site = who.says("site", "s1", "你好").await;
        assert!(last_words(house, &site.id).await.contains("还是关于订单 A20260101001 吗"));
        assert_eq!(part_of(&get(house, &mini.id).await), None);
        let site = who.says("site", "s2", "是的").await;
        assert_eq!(part_of(&get(house, &mini.id).await), Some(&site.id));
        assert_eq!(lines(house, &site.id, ActivityKey::Merged).await[0].params["reason"]["by"], "asked");
        assert!(last_words(house, &site.id).await.contains("A20260101001"));

        let other = Customer { phone: "13764520917", ..customer(house) };
        let first = other.says("mini2", "m1", ORDER).await;
        let second = other.says("site2", "s1", "hello").await;
        assert!(last_words(house, &second.id).await.contains("still about order A20260101001"));
        other.says("site2", "s2", "no").await;
        other.says("site2", "s3", "hello").await;
        assert!(!last_words(house, &second.id).await.contains("A20260101001"), "asked once");
        other.says("site2", "s4", "yes").await;
        assert_eq!(part_of(&get(house, &first.id).await), None);
    })
    .await;
}

#[tokio::test]
async fn numbers_of_others_and_unproved_writers_join_nothing() {
    on_both(async |house| {
        let who = customer(house);
        let theirs = who.says("mini", "m1", ORDER).await;
        let wish = TicketWish {
            id: "tkt_1".into(),
            kind: "general".into(),
            title: "催件".into(),
            text: String::new(),
            fields: serde_json::Map::new(),
            priority: qn_domain::Priority::Normal,
            team_id: None,
            assignee_id: None,
            contact_id: None,
            conversation_id: Some(theirs.id.clone()),
            run_id: None,
            due_at: None,
        };
        let by = TicketActor::person(&"usr_a".into(), "安");
        let kind = TicketKind::common().remove(0);
        qn_store::ticket_kind::put(&house.engine.db, &tenant(), &kind, house.engine.now()).await.unwrap();
        let (ticket, _) = house.engine.open_ticket(&tenant(), wish, &by).await.unwrap();
        let quote = format!("工单 #{}，订单号 A20260101001", ticket.number);

        let stranger = Customer { phone: "13764520917", ..customer(house) };
        stranger.says("s_mini", "m1", "发票怎么开?").await;
        stranger.says("s_site", "s1", &quote).await;
        let claimed = Customer { evidence: Evidence::Claimed, ..customer(house) };
        claimed.says("form", "f1", &quote).await;
        assert_eq!(part_of(&get(house, &theirs.id).await), None);
        assert_eq!(lines(house, &theirs.id, ActivityKey::Merged).await.len(), 0);

        let own = who.says("site", "s1", &format!("工单 #{} 有进展吗", ticket.number)).await;
        assert_eq!(part_of(&get(house, &theirs.id).await), Some(&own.id));
        assert_eq!(lines(house, &own.id, ActivityKey::Merged).await[0].params["reason"]["by"], "ticket");
    })
    .await;
}

#[tokio::test]
async fn a_case_that_is_long_over_is_not_opened_again() {
    on_both(async |house| {
        let who = customer(house);
        let mini = who.says("mini", "m1", ORDER).await;
        house.engine.act(&agent(), &mini.id, Action::Claim).await.unwrap();
        house.engine.act(&agent(), &mini.id, Action::Resolve).await.unwrap();
        house.clock.advance(inbox().reopen_window_ms + 1_000);
        let site = who.says("site", "s1", "订单号 A20260101001 有消息吗").await;
        assert_eq!((part_of(&get(house, &mini.id).await), part_of(&site)), (None, None));
    })
    .await;
}

#[tokio::test]
async fn contacts_joined_by_a_colleagues_word_stay_two_cases() {
    on_both(async |house| {
        let said: ContactId = Customer { evidence: Evidence::Claimed, ..customer(house) }.says("mini", "m1", ORDER).await.contact_id;
        let other = Customer { phone: "13764520917", ..customer(house) };
        let site = other.says("site", "s1", "发票怎么开?").await;
        house.engine.judge_contacts(&agent(), &said, &site.contact_id, true).await.unwrap();
        house.engine.act(&agent(), &site.id, Action::Resolve).await.unwrap();
        house.clock.advance(inbox().reopen_window_ms + 1_000);
        let next = other.says("site", "s2", "订单号 A20260101001 呢").await;
        assert_eq!((part_of(&next), lines(house, &next.id, ActivityKey::Merged).await.len()), (None, 0));
    })
    .await;
}
