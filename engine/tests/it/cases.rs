//! Conversations merged, split and linked: words stay on the wire they came by, people are woken where they work, and undoing restores.

use crate::fixture::{House, actor, on_both, says, writes};
use qn_base::ManualClock;
use qn_domain::{
    ChannelKind, ContactId, Content, Conversation, ConversationId, Inbox, MessageId, MessageKind, MoveError, Owner, Role, Status, TenantId,
};
use qn_engine::{Action, Actor, EngineError, InboundMessage, Sent, TieRefused, Visitor, Writer};
use std::sync::Arc;

fn tenant() -> TenantId {
    "tnt_1".into()
}

fn agent() -> Actor {
    actor("usr_a", Role::Agent)
}

async fn get(house: &House, id: &ConversationId) -> Conversation {
    qn_store::conversation::get(&house.engine.db, &tenant(), id).await.unwrap()
}

/// Who said what in a thread, the lines of doings left out.
async fn said(house: &House, id: &ConversationId) -> Vec<String> {
    let all = qn_store::message::list_before(&house.engine.db, &tenant(), id, None, 1_000).await.unwrap();
    all.into_iter().filter(|m| m.kind != MessageKind::Activity).map(|m| format!("{}: {}", m.author.kind.as_str(), m.content.text)).collect()
}

async fn lines(house: &House, id: &ConversationId) -> Vec<String> {
    let all = qn_store::message::list_before(&house.engine.db, &tenant(), id, None, 1_000).await.unwrap();
    let role =
        |a: qn_domain::Activity| format!("{:?} {}", a.key, a.params.get("role").and_then(|r| r.as_str()).unwrap_or("")).trim().to_owned();
    all.into_iter().filter_map(|m| m.content.activity).filter(|a| a.params.contains_key("tie")).map(role).collect()
}

fn tick(clock: &ManualClock) {
    clock.advance(1_000);
}

/// The same customer on another channel, whose answers are delivered by effects.
async fn other_channel(house: &House, name: &str) -> (Arc<Inbox>, ContactId) {
    let (db, id) = (&house.engine.db, tenant());
    if qn_store::inbox::find(db, &id, &"inb_api".into()).await.unwrap().is_none() {
        let web = qn_store::inbox::get(db, &id, &"inb_1".into()).await.unwrap();
        let api = Inbox { id: "inb_api".into(), name: "微信".into(), key: "api".into(), channel: ChannelKind::Api, ..web };
        qn_store::inbox::insert(db, &api).await.unwrap();
        house.engine.reload_settings(&id);
    }
    let contact = house.visitor(name).await.contact_id;
    (house.engine.inbox(&id, &"inb_api".into()).await.unwrap(), contact)
}

async fn writes_in(house: &House, (inbox, contact): &(Arc<Inbox>, ContactId), id: &str, text: &str) -> Sent {
    tick(&house.clock);
    let message = InboundMessage {
        tenant_id: tenant(),
        inbox: inbox.clone(),
        contact_id: contact.clone(),
        thread_key: contact.0.clone(),
        client_msg_id: id.into(),
        content: Content::text(text),
        reply_to: None,
        page: None,
        language: None,
        wants_person: false,
        left: None,
        writer: Writer::Proved,
        quiet: None,
        lost_files: vec![],
    };
    house.engine.receive(message).await.unwrap()
}

async fn asks(house: &House, visitor: &Visitor, id: &str, text: &str) -> ConversationId {
    tick(&house.clock);
    house.ask(visitor, id, text).await.conversation.id.clone()
}

async fn answers(house: &House, who: &Actor, id: &ConversationId, key: &str, text: &str) -> Sent {
    tick(&house.clock);
    house.engine.agent_send(who, id, writes(key, text)).await.unwrap()
}

async fn same_person(house: &House, one: &ContactId, other: &ContactId) {
    house.engine.judge_contacts(&agent(), one, other, true).await.unwrap();
}

/// Everything but what counts what happened.
fn timeless(c: Conversation) -> Conversation {
    Conversation { version: 0, last_seq: 0, updated_at: 0, agent_read_seq: 0, ..c }
}

#[tokio::test]
async fn a_part_is_answered_in_the_whole_and_by_its_own_channel() {
    on_both(async |house| {
        let visitor = house.visitor("wang").await;
        let whole = asks(house, &visitor, "w1", "转人工").await;
        let channel = other_channel(house, "wang_wx").await;
        let part = writes_in(house, &channel, "p1", "怎么退货?").await.conversation.id.clone();
        house.engine.act(&agent(), &whole, Action::Claim).await.unwrap();
        answers(house, &agent(), &whole, "a1", "您好").await;

        let refused = house.engine.merge_conversations(&agent(), &part, &whole).await;
        assert!(matches!(refused, Err(EngineError::Tie(TieRefused::TwoPersons))), "{refused:?}");
        same_person(house, &visitor.contact_id, &channel.1).await;
        house.engine.merge_conversations(&agent(), &part, &whole).await.unwrap();
        let merged = get(house, &part).await;
        assert_eq!((merged.status, merged.tied.merged_into.as_ref()), (Status::Resolved, Some(&whole)));
        assert_eq!(
            (lines(house, &part).await, lines(house, &whole).await),
            (vec!["Merged part".to_owned()], vec!["Merged whole".to_owned()])
        );

        // The customer goes on by the part's channel: the words are there, the bot is silent, and the whole waits.
        let before = said(house, &part).await;
        for _ in 0..2 {
            let sent = writes_in(house, &channel, "p2", "还有一个问题").await;
            assert_eq!(sent.conversation.id, part);
        }
        assert_eq!(said(house, &part).await, [before, vec!["contact: 还有一个问题".to_owned()]].concat());
        let woken = get(house, &whole).await;
        assert_eq!((woken.unread, woken.waiting_since.is_some(), woken.last_text.as_str()), (2, true, "还有一个问题"));
        assert_eq!(get(house, &part).await.status, Status::Resolved);
        house.engine.agent_read(&agent(), &whole, woken.last_seq).await.unwrap();
        assert_eq!(get(house, &whole).await.unread, 0, "read, although nothing new stands in its own thread");

        // A colleague has no say in it; its owner answers by the channel that the customer used.
        let colleague = house.engine.agent_send(&actor("usr_b", Role::Agent), &part, writes("b1", "我来")).await;
        assert!(matches!(colleague, Err(EngineError::Move(MoveError::OwnedByOther))), "{colleague:?}");
        let sent = answers(house, &agent(), &part, "a2", "请讲").await;
        assert_eq!((&sent.message.conversation_id, sent.message.state), (&part, qn_domain::DeliveryState::Queued));
        let again = house.engine.agent_send(&agent(), &part, writes("a2", "请讲")).await.unwrap();
        assert!(again.replayed && again.message.id == sent.message.id);
        assert_eq!(get(house, &whole).await.waiting_since, None);
        let shown = house.engine.suggest(&agent(), &whole).await.unwrap();
        assert!(shown.seq > 0, "the case's own questions are read, the part's with them");
    })
    .await;
}

#[tokio::test]
async fn undoing_a_merge_restores_both() {
    on_both(async |house| {
        for (n, prepare) in ["bot", "queue", "mine", "resolved"].into_iter().enumerate() {
            let visitor = house.visitor(&format!("li{n}")).await;
            let whole = asks(house, &visitor, "w1", "怎么退货?").await;
            let channel = other_channel(house, &format!("li{n}_wx")).await;
            let part =
                writes_in(house, &channel, "p1", if prepare == "queue" { "转人工" } else { "发票怎么开?" }).await.conversation.id.clone();
            if prepare == "mine" {
                house.engine.act(&agent(), &part, Action::Claim).await.unwrap();
            }
            if prepare == "resolved" {
                house.engine.act(&agent(), &part, Action::Resolve).await.unwrap();
            }
            same_person(house, &visitor.contact_id, &channel.1).await;
            let before = (get(house, &part).await, get(house, &whole).await);
            let words = (said(house, &part).await, said(house, &whole).await);
            tick(&house.clock);
            let tie = house.engine.merge_conversations(&agent(), &part, &whole).await.unwrap();
            assert_eq!(get(house, &whole).await.owner, Owner::Agent { agent_id: "usr_a".into() }, "who merges takes it from the bot");
            tick(&house.clock);
            let undone = house.engine.undo_tie(&agent(), &tie.id).await.unwrap();
            assert!(undone.undone_by.is_some());
            assert_eq!(house.engine.undo_tie(&agent(), &tie.id).await.unwrap(), undone, "twice is once");
            let after = (get(house, &part).await, get(house, &whole).await);
            assert_eq!((timeless(after.0), timeless(after.1)), (timeless(before.0), timeless(before.1)), "{prepare}");
            assert_eq!((said(house, &part).await, said(house, &whole).await), words);
        }
    })
    .await;
}

#[tokio::test]
async fn words_that_wait_stay_with_somebody() {
    on_both(async |house| {
        let visitor = house.visitor("wu").await;
        let whole = asks(house, &visitor, "w1", "怎么退货?").await;
        let channel = other_channel(house, "wu_wx").await;
        let part = writes_in(house, &channel, "p1", "怎么退货?").await.conversation.id.clone();
        same_person(house, &visitor.contact_id, &channel.1).await;
        house.engine.act(&agent(), &part, Action::Resolve).await.unwrap();
        let tie = house.engine.merge_conversations(&agent(), &part, &whole).await.unwrap();
        let spoken = writes_in(house, &channel, "p2", "在吗").await;
        house.engine.undo_tie(&agent(), &tie.id).await.unwrap();
        let alone = get(house, &part).await;
        assert_eq!((alone.status, alone.owner), (Status::Open, Owner::Agent { agent_id: "usr_a".into() }));
        assert_eq!((alone.waiting_since, get(house, &whole).await.waiting_since), (Some(spoken.message.created_at), None));

        // A whole that was resolved wakes by its part, in a queue: nobody asks the bot there.
        house.engine.merge_conversations(&agent(), &part, &whole).await.unwrap();
        house.engine.act(&agent(), &whole, Action::Resolve).await.unwrap();
        let before = said(house, &part).await.len();
        writes_in(house, &channel, "p3", "怎么退货?").await;
        let woken = get(house, &whole).await;
        assert!(matches!((woken.status, woken.owner), (Status::Open, Owner::Queue { .. })));
        assert_eq!(said(house, &part).await.len(), before + 1);

        // Long after the whole was over, it is another case.
        house.engine.act(&agent(), &whole, Action::Claim).await.unwrap();
        house.engine.act(&agent(), &whole, Action::Resolve).await.unwrap();
        house.clock.advance(3_600_000 + 1);
        let fresh = writes_in(house, &channel, "p4", "怎么退货?").await.conversation.id.clone();
        assert!(fresh != part && said(house, &fresh).await.len() == 2);
    })
    .await;
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    on_both(async |house| {
        let visitor = house.visitor("zheng").await;
        let a = asks(house, &visitor, "a", "转人工").await;
        let (one, two) = (other_channel(house, "zheng_1").await, other_channel(house, "zheng_2").await);
        let b = writes_in(house, &one, "b", "转人工").await.conversation.id.clone();
        let c = writes_in(house, &two, "c", "转人工").await.conversation.id.clone();
        same_person(house, &visitor.contact_id, &one.1).await;
        same_person(house, &visitor.contact_id, &two.1).await;
        let merge = async |who: &str, part: &ConversationId, whole: &ConversationId| {
            house.engine.merge_conversations(&actor(who, Role::Agent), part, whole).await
        };
        assert!(matches!(merge("usr_a", &a, &a).await, Err(EngineError::Tie(TieRefused::Itself))));
        house.engine.act(&actor("usr_b", Role::Agent), &c, Action::Claim).await.unwrap();
        assert!(matches!(merge("usr_a", &a, &c).await, Err(EngineError::Move(MoveError::OwnedByOther))));

        // Two at once, into each other: one of them.
        let (there, back) = tokio::join!(merge("usr_a", &a, &b), merge("usr_a", &b, &a));
        assert_eq!((there.is_ok(), back.is_ok()), (back.is_err(), there.is_err()), "{there:?} {back:?}");
        let (part, whole, tie) = match there {
            Ok(tie) => (&a, &b, tie),
            Err(_) => (&b, &a, back.unwrap()),
        };
        assert!(matches!(merge("usr_a", whole, part).await, Err(EngineError::Move(MoveError::Merged))), "a circle");
        assert!(matches!(merge("usr_a", part, whole).await, Err(EngineError::Move(MoveError::Merged))), "twice");
        for action in [Action::Claim, Action::Reopen, Action::Resolve] {
            let done = house.engine.act(&agent(), part, action).await;
            assert!(matches!(done, Err(EngineError::Move(MoveError::Merged))), "{done:?}");
        }
        // The whole goes on into a third: first the later one is undone.
        let boss = actor("usr_a", Role::Supervisor);
        let later = house.engine.merge_conversations(&boss, whole, &c).await.unwrap();
        assert!(matches!(house.engine.undo_tie(&boss, &tie.id).await, Err(EngineError::Tie(TieRefused::UndoFirst))));
        assert_eq!(house.engine.ties(&tenant(), &c).await.unwrap().len(), 2, "a part of a part is told of");
        house.engine.undo_tie(&boss, &later.id).await.unwrap();
        house.engine.undo_tie(&boss, &tie.id).await.unwrap();

        let link = house.engine.link_conversations(&agent(), &a, &b).await.unwrap();
        for (one, other) in [(&a, &b), (&b, &a)] {
            assert!(matches!(house.engine.link_conversations(&agent(), one, other).await, Err(EngineError::Tie(TieRefused::Already))));
        }
        house.engine.undo_tie(&agent(), &link.id).await.unwrap();
        assert!(lines(house, &a).await.ends_with(&["Linked part".into(), "Unlinked part".into()]));
    })
    .await;
}

#[tokio::test]
async fn split_messages_are_worked_on_apart_and_answered_by_the_same_wire() {
    on_both(async |house| {
        let visitor = house.visitor("chen").await;
        let first = asks(house, &visitor, "1", "转人工").await;
        house.engine.act(&agent(), &first, Action::Claim).await.unwrap();
        answers(house, &agent(), &first, "a1", "您好").await;
        let returns = house.ask(&visitor, "2", "订单怎么退").await.message.id.clone();
        tick(&house.clock);
        let invoice = house.ask(&visitor, "3", "发票也没收到").await.message.id.clone();
        let before = get(house, &first).await;
        let words = said(house, &first).await;

        let split = async |ids: &[MessageId]| house.engine.split_conversation(&agent(), &first, ids, None).await;
        let tie = split(std::slice::from_ref(&invoice)).await.unwrap();
        let case = get(house, &tie.to).await;
        assert_eq!(
            (case.owner.clone(), case.contact_id.clone(), case.tied.split_from.clone()),
            (before.owner.clone(), visitor.contact_id.clone(), Some(first.clone()))
        );
        assert_eq!((case.waiting_since, case.last_text.as_str()), (Some(before.last_message_at), "发票也没收到"));
        assert!(matches!(split(std::slice::from_ref(&invoice)).await, Err(EngineError::Tie(TieRefused::AlreadySplit))));
        let ours = qn_store::message::list_before(&house.engine.db, &tenant(), &first, None, 100).await.unwrap();
        let greeting = ours.iter().find(|m| m.content.text == "您好").unwrap().id.clone();
        assert!(matches!(split(&[greeting]).await, Err(EngineError::Tie(TieRefused::NothingToSplit))));
        let again = house.engine.split_conversation(&agent(), &tie.to, std::slice::from_ref(&returns), None).await;
        assert!(matches!(again, Err(EngineError::Move(MoveError::SplitOff))));
        let back = house.engine.act(&agent(), &tie.to, Action::ReturnToBot).await;
        assert!(matches!(back, Err(EngineError::Move(MoveError::SplitOff))));

        // The answer stands in the customer's own thread.
        let sent = answers(house, &agent(), &tie.to, "c1", "发票已补开").await;
        assert_eq!((&sent.message.conversation_id, sent.message.content.case.as_ref()), (&first, Some(&tie.to)));
        assert_eq!((get(house, &tie.to).await.waiting_since, get(house, &first).await.waiting_since), (None, before.waiting_since));
        let theirs = house.engine.visitor_conversation(&visitor).await.unwrap().unwrap();
        assert_eq!(theirs.id, first, "the customer's window goes on as it was");

        // What the customer writes next goes to the case whose words they had last, or to the one they answer.
        let next = house.ask(&visitor, "4", "收到，谢谢").await;
        assert_eq!((&next.conversation.id, next.message.content.case.as_ref()), (&first, Some(&tie.to)));
        let woken = get(house, &tie.to).await;
        assert_eq!((woken.unread, woken.last_text.as_str(), get(house, &first).await.unread), (1, "收到，谢谢", before.unread));
        let quoting = qn_engine::VisitorSend { reply_to: Some(returns.clone()), ..says("5", "这个呢") };
        let answered = house.engine.visitor_send(&visitor, quoting).await.unwrap();
        assert_eq!(answered.message.content.case, None);
        tick(&house.clock);
        answers(house, &agent(), &first, "a2", "退货在处理").await;
        assert_eq!(house.ask(&visitor, "6", "好").await.message.content.case, None);

        // Whatever is resolved there: the case that is open hears.
        house.engine.act(&agent(), &first, Action::Resolve).await.unwrap();
        house.clock.advance(3_600_001);
        let late = house.ask(&visitor, "7", "发票还是没有").await;
        assert_eq!((&late.conversation.id, late.message.content.case.as_ref()), (&first, Some(&tie.to)));

        // Undone: closed, and the words that wait are the first one's.
        let undone = house.engine.undo_tie(&agent(), &tie.id).await.unwrap();
        let (closed, open) = (get(house, &undone.to).await, get(house, &first).await);
        assert_eq!((closed.status, closed.tied.merged_into), (Status::Resolved, Some(first.clone())));
        assert_eq!((open.status, open.waiting_since.is_some(), open.tied.splits.len()), (Status::Open, true, 0));
        assert!(said(house, &first).await.starts_with(&words));
        let after = answers(house, &agent(), &undone.to, "c2", "都在这里了").await;
        assert_eq!((&after.message.conversation_id, after.message.content.case.as_ref()), (&first, None));
        assert_eq!(house.ask(&visitor, "8", "嗯").await.message.content.case, None);
    })
    .await;
}

#[tokio::test]
async fn undoing_a_split_restores_and_a_split_can_be_merged_elsewhere() {
    on_both(async |house| {
        let visitor = house.visitor("qin").await;
        let channel = other_channel(house, "qin_wx").await;
        let first = writes_in(house, &channel, "1", "转人工").await.conversation.id.clone();
        let asked = writes_in(house, &channel, "2", "发票没收到").await.message.id.clone();
        house.engine.act(&agent(), &first, Action::Claim).await.unwrap();
        let before = get(house, &first).await;
        let tie = house.engine.split_conversation(&agent(), &first, std::slice::from_ref(&asked), Some("tea_1".into())).await.unwrap();
        let queued = get(house, &tie.to).await;
        assert_eq!((queued.owner, queued.unread), (Owner::Queue { team_id: Some("tea_1".into()) }, 1));
        house.engine.undo_tie(&agent(), &tie.id).await.unwrap();
        assert_eq!(timeless(get(house, &first).await), timeless(before));

        // Off again, and into the conversation of another channel: the answer still goes by the wire it was asked on.
        same_person(house, &visitor.contact_id, &channel.1).await;
        let whole = asks(house, &visitor, "w", "转人工").await;
        let tie = house.engine.split_conversation(&agent(), &first, std::slice::from_ref(&asked), None).await.unwrap();
        assert!(matches!(house.engine.merge_conversations(&agent(), &tie.to, &first).await, Err(EngineError::Tie(TieRefused::Already))));
        house.engine.merge_conversations(&agent(), &tie.to, &whole).await.unwrap();
        assert!(matches!(house.engine.undo_tie(&agent(), &tie.id).await, Err(EngineError::Tie(TieRefused::UndoFirst))));
        let sent = answers(house, &agent(), &tie.to, "c1", "已补开").await;
        assert_eq!((&sent.message.conversation_id, sent.message.content.case.as_ref()), (&first, Some(&tie.to)));
        let next = writes_in(house, &channel, "3", "谢谢").await;
        assert_eq!((&next.conversation.id, next.message.content.case.as_ref()), (&first, Some(&tie.to)));
        let woken = get(house, &whole).await;
        assert_eq!((woken.last_text.as_str(), woken.unread), ("谢谢", 1));
    })
    .await;
}
