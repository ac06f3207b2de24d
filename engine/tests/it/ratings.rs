//! Ratings by message: asked where the inbox asks and the channel may speak, taken where the customer's next word is one, and nothing else
//! is touched by them.

use crate::fixture::{House, actor, inbox, on_both, writes};
use qn_channel::{Event, Inbound, InboundContact};
use qn_domain::{ActivityKey, ChannelKind, Content, Conversation, Inbox, Message, MessageKind, Role, Status, WidgetSettings};
use qn_engine::{Action, Ingested, Sent};
use std::sync::Arc;

const DAY: i64 = 86_400_000;

async fn asking(house: &House, channel: ChannelKind, csat_by_message: bool) -> Arc<Inbox> {
    let name = channel.as_str();
    let widget = WidgetSettings { csat_by_message, ..WidgetSettings::default() };
    let made = Inbox {
        id: format!("inb_{name}").as_str().into(),
        key: format!("key-{name}"),
        channel,
        widget,
        reopen_window_ms: 3 * DAY,
        ..inbox()
    };
    qn_store::inbox::insert(&house.engine.db, &made).await.unwrap();
    house.engine.reload_settings(&"tnt_1".into());
    Arc::new(made)
}

async fn says(house: &House, inbox: &Arc<Inbox>, id: &str, text: &str) -> Sent {
    let contact = InboundContact { external_id: "anna".into(), ..InboundContact::default() };
    let inbound = Inbound { message_id: id.into(), contact, content: Content::text(text), ..Inbound::default() };
    match Box::pin(house.engine.ingest(inbox, Event::message(inbound))).await.unwrap() {
        Ingested::Message(sent) => *sent,
        other => panic!("{other:?}"),
    }
}

/// A person takes it, says something, ends it.
async fn served(house: &House, id: &qn_domain::ConversationId, n: u32) -> Conversation {
    let agent = actor("usr_a", Role::Agent);
    house.engine.agent_send(&agent, id, writes(&format!("a{n}"), "已为您处理")).await.unwrap();
    house.engine.act(&agent, id, Action::Resolve).await.unwrap()
}

async fn messages(house: &House, id: &qn_domain::ConversationId) -> Vec<Message> {
    qn_store::message::list_before(&house.engine.db, &"tnt_1".into(), id, None, 200).await.unwrap()
}

fn questions(messages: &[Message]) -> usize {
    messages.iter().filter(|m| m.kind == MessageKind::Outgoing && m.content.buttons.len() == 5).count()
}

fn rated(messages: &[Message]) -> Vec<i64> {
    let lines = messages.iter().filter_map(|m| m.content.activity.as_ref()).filter(|a| a.key == ActivityKey::CsatGiven);
    lines.map(|line| line.params["score"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn a_number_is_the_rating_a_comment_follows_and_the_case_stays_closed() {
    on_both(async |house| {
        let inbox = asking(house, ChannelKind::Telegram, true).await;
        let id = says(house, &inbox, "m1", "转人工").await.conversation.id.clone();
        let closed = served(house, &id, 1).await;
        let all = messages(house, &id).await;
        let question = all.last().unwrap();
        assert_eq!((closed.status, question.kind, question.content.rating), (Status::Resolved, MessageKind::Outgoing, true));
        let labels: Vec<&str> = question.content.buttons.iter().map(|b| b.label.as_str()).collect();
        assert_eq!(labels, ["很不满意", "不满意", "一般", "满意", "非常满意"]);
        assert_eq!(closed.last_text, "已为您处理", "lists show the case's last words");

        let sent = says(house, &inbox, "m2", "４").await;
        assert_eq!((sent.conversation.id.clone(), sent.conversation.status), (id.clone(), Status::Resolved));
        assert_eq!(sent.conversation.csat.as_ref().map(|csat| csat.score), Some(4));
        assert_eq!((sent.conversation.unread, sent.conversation.waiting_since), (0, None));
        let again = says(house, &inbox, "m2", "４").await;
        assert!(again.replayed && again.message.id == sent.message.id, "a platform that repeats itself rates once");
        assert_eq!(rated(&messages(house, &id).await), [4]);

        says(house, &inbox, "m3", "1").await;
        let said = says(house, &inbox, "m4", "等得有点久，怎么退货").await;
        let csat = said.conversation.csat.clone().unwrap();
        assert_eq!((csat.score, csat.comment.as_str(), said.conversation.status), (4, "等得有点久，怎么退货", Status::Resolved));
        let (conversation, all) = (&*said.conversation, messages(house, &id).await);
        let told = qn_report::episodes(&qn_report::Told { conversation, messages: &all, assignments: &[] });
        assert_eq!(told.iter().map(|e| (e.asked, e.csat)).collect::<Vec<_>>(), [(1, Some(4))], "it is no stretch of its own");

        let next = says(house, &inbox, "m5", "怎么退货").await;
        assert_eq!((next.conversation.id.clone(), next.conversation.status), (id, Status::Open), "what comes then is a message");
    })
    .await;
}

#[tokio::test]
async fn anything_else_is_a_message_and_so_is_what_comes_too_late() {
    on_both(async |house| {
        let inbox = asking(house, ChannelKind::Telegram, true).await;
        let id = says(house, &inbox, "m1", "转人工").await.conversation.id.clone();
        served(house, &id, 1).await;
        let more = says(house, &inbox, "m2", "5 件什么时候发货").await;
        assert_eq!((more.conversation.status, more.conversation.csat.clone()), (Status::Open, None));
        // Asked once a day at most, and the old question is no longer open.
        served(house, &id, 2).await;
        assert_eq!(questions(&messages(house, &id).await), 1);
        assert_eq!(says(house, &inbox, "m3", "5").await.conversation.status, Status::Open);
        house.clock.advance(DAY);
        served(house, &id, 3).await;
        assert_eq!(questions(&messages(house, &id).await), 2, "a day later it may be asked again");
        house.clock.advance(DAY + 1);
        let late = says(house, &inbox, "m4", "5").await;
        assert_eq!((late.conversation.status, late.conversation.csat.clone()), (Status::Open, None));
        assert!(rated(&messages(house, &id).await).is_empty());
    })
    .await;
}

#[tokio::test]
async fn it_is_not_asked_where_it_is_off_cannot_be_said_or_has_a_screen() {
    on_both(async |house| {
        for (channel, on) in [(ChannelKind::Telegram, false), (ChannelKind::Whatsapp, true), (ChannelKind::Mobile, true)] {
            let inbox = asking(house, channel, on).await;
            let id = says(house, &inbox, &format!("m{}", channel.as_str()), "转人工").await.conversation.id.clone();
            // WhatsApp's window was opened by no event here: it is shut, which an agent cannot pass either.
            let agent = actor("usr_a", Role::Agent);
            house.engine.act(&agent, &id, Action::Claim).await.unwrap();
            house.engine.act(&agent, &id, Action::Resolve).await.unwrap();
            assert_eq!(questions(&messages(house, &id).await), 0, "{}", channel.as_str());
        }
        let line = asking(house, ChannelKind::Line, true).await;
        let contact =
            house.engine.resolve_contact(&line, &InboundContact { external_id: "ben".into(), ..Default::default() }).await.unwrap();
        let agent = actor("usr_a", Role::Agent);
        let sent =
            house.engine.start_conversation(&agent, &contact.id, &line.id, "s1".into(), Content::text("您的包裹到了")).await.unwrap();
        house.engine.act(&agent, &sent.conversation.id, Action::Resolve).await.unwrap();
        assert_eq!(questions(&messages(house, &sent.conversation.id).await), 0, "who said nothing is not asked");
    })
    .await;
}

#[tokio::test]
async fn what_the_bot_alone_ended_is_asked_for_in_the_customers_language() {
    on_both(async |house| {
        let inbox = asking(house, ChannelKind::Feishu, true).await;
        let id = says(house, &inbox, "m1", "How do I return it? I would like my money back").await.conversation.id.clone();
        house.engine.resolve_idle(&"tnt_1".into(), house.engine.now() + 1).await.unwrap();
        let all = messages(house, &id).await;
        assert_eq!(all.last().unwrap().content.buttons[4].label, "Very good");
        let sent = says(house, &inbox, "m2", "very good").await;
        assert_eq!(sent.conversation.csat.as_ref().map(|csat| csat.score), Some(5));
        assert_eq!(sent.conversation.status, Status::Resolved);
    })
    .await;
}
