//! What the words of a hand-over say of the queue, where the channel does not show it: a place and a wait that are known, or nothing.

use crate::fixture::{House, actor, house, inbox};
use qn_channel::{Event, Inbound, InboundContact};
use qn_domain::{Assignment, ChannelKind, Content, Conversation, ConversationId, Episode, Inbox, Message, MessageKind, Presence, Role};
use qn_engine::{Action, Ingested};
use std::sync::Arc;

const PLAIN: &str = "正在为您转接人工客服，请稍候。";

async fn text_channel(house: &House) -> Arc<Inbox> {
    let made = Inbox { id: "inb_line".into(), key: "key-line".into(), channel: ChannelKind::Line, ..inbox() };
    qn_store::inbox::insert(&house.engine.db, &made).await.unwrap();
    house.engine.reload_settings(&"tnt_1".into());
    Arc::new(made)
}

/// A new customer asks for a person, and hears this.
async fn asks(house: &House, inbox: &Arc<Inbox>, who: &str, text: &str) -> (ConversationId, String) {
    house.clock.advance(1_000);
    let contact = InboundContact { external_id: who.into(), ..InboundContact::default() };
    let inbound = Inbound { message_id: format!("m-{who}"), contact, content: Content::text(text), ..Inbound::default() };
    match Box::pin(house.engine.ingest(inbox, Event::message(inbound))).await.unwrap() {
        Ingested::Message(sent) => (sent.conversation.id.clone(), last(house, &sent.conversation.id).await),
        other => panic!("{other:?}"),
    }
}

async fn last(house: &House, id: &ConversationId) -> String {
    let messages = qn_store::message::list_before(&house.engine.db, &"tnt_1".into(), id, None, 50).await.unwrap();
    messages.into_iter().rfind(|m| m.kind == MessageKind::Outgoing).map(|m| m.content.text).unwrap()
}

fn tell(conversation: &Conversation, messages: &[Message], assignments: &[Assignment]) -> Vec<Episode> {
    qn_report::episodes(&qn_report::Told { conversation, messages, assignments })
}

#[tokio::test]
async fn a_text_channel_hears_its_place_and_the_wait_as_far_as_they_are_known() {
    let house = house().await;
    let line = text_channel(&house).await;
    let agent = actor("usr_a", Role::Agent);
    let mut held = Vec::new();
    for who in ["one", "two"] {
        let (id, heard) = asks(&house, &line, who, "转人工").await;
        assert_eq!(heard, PLAIN, "nobody is there");
        house.engine.act(&agent, &id, Action::Claim).await.unwrap();
        held.push(id);
    }
    let _there = house.engine.presence.attach(&"tnt_1".into(), &agent.user_id);
    house.engine.set_presence(&agent, Presence::Online).await.unwrap();
    assert_eq!(asks(&house, &line, "three", "转人工").await.1, format!("{PLAIN}您现在排在第 1 位。"), "the only one is full");
    let (_, heard) = asks(&house, &line, "four", "I want to talk to a human").await;
    assert_eq!(heard, "I'm passing you to a colleague, one moment please. You are number 2 in the queue.");
    for n in 0..6 {
        let (id, _) = asks(&house, &line, &format!("earlier-{n}"), "转人工").await;
        house.clock.advance(120_000);
        house.engine.act(&agent, &id, Action::Claim).await.unwrap();
        house.clock.advance(240_000);
        house.engine.act(&agent, &id, Action::Resolve).await.unwrap();
    }
    while qn_store::episode::fill_after(&house.engine.db, &"tnt_1".into(), 500, tell).await.unwrap() {}
    let (_, heard) = asks(&house, &line, "five", "转人工").await;
    assert!(heard.starts_with(&format!("{PLAIN}您现在排在第 3 位。预计等待")), "{heard}");
    let visitor = house.visitor("web").await;
    let sent = house.ask(&visitor, "1", "转人工").await;
    assert_eq!(last(&house, &sent.conversation.id).await, PLAIN, "the widget shows the queue itself");
    house.engine.act(&agent, &held[0], Action::Resolve).await.unwrap();
    assert_eq!(asks(&house, &line, "six", "转人工").await.1, PLAIN, "somebody is free");
}
