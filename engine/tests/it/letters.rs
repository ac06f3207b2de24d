//! A person's letter waits a moment before it leaves: it can be taken back until then, and not any more afterwards.

use crate::fixture::{House, actor, house};
use qn_base::Clock;
use qn_domain::{ChannelKind, Content, DeliveryState, Inbox, Message, Role};
use qn_engine::{Actor, EngineError};
use qn_store::Brought;
use qn_store::channel_sent::SentStep;
use serde_json::json;
use std::sync::Arc;

async fn written(house: &House, id: &str) -> (Actor, Arc<Message>) {
    let (db, tenant_id) = (&house.engine.db, "tnt_1".into());
    let web = qn_store::inbox::get(db, &tenant_id, &"inb_1".into()).await.unwrap();
    if qn_store::inbox::find(db, &tenant_id, &"inb_mail".into()).await.unwrap().is_none() {
        let mail = Inbox { id: "inb_mail".into(), key: "mail".into(), channel: ChannelKind::Email, channel_settings: json!({}), ..web };
        qn_store::inbox::insert(db, &mail).await.unwrap();
        house.engine.reload_settings(&tenant_id);
    }
    let customer = house.visitor(id).await.contact_id;
    let agent = actor("usr_a", Role::Agent);
    let sent = house.engine.start_conversation(&agent, &customer, &"inb_mail".into(), id.into(), Content::text("您的发票已开出")).await;
    (agent, sent.unwrap().message)
}

#[tokio::test]
async fn a_letter_is_held_and_can_be_taken_back() {
    let house = house().await;
    let (agent, message) = Box::pin(written(&house, "one")).await;
    let due = qn_store::effect::next_due(&house.engine.db, &[]).await.unwrap();
    assert_eq!(due, Some(house.clock.now() + 10_000), "nothing leaves within ten seconds");
    let recalled = house.engine.recall(&agent, &message.conversation_id, &message.id).await.unwrap();
    assert_eq!((recalled.recalled_at.is_some(), recalled.content.text.as_str()), (true, ""));
}

#[tokio::test]
async fn what_has_left_cannot_be_taken_back_or_changed() {
    let house = house().await;
    let (agent, message) = Box::pin(written(&house, "one")).await;
    house.engine.delivery_report(&"tnt_1".into(), &message.id, DeliveryState::Sent, None).await.unwrap();
    let id = &message.conversation_id;
    assert!(matches!(house.engine.recall(&agent, id, &message.id).await, Err(EngineError::MessageLeft)));
    assert!(matches!(house.engine.edit(&agent, id, &message.id, "别的话").await, Err(EngineError::MessageLeft)));
}

#[tokio::test]
async fn what_has_left_in_part_cannot_be_taken_back_or_changed_while_the_rest_is_sent_once_more() {
    let house = house().await;
    let (agent, message) = Box::pin(written(&house, "one")).await;
    let (tenant_id, id, at) = ("tnt_1".into(), &message.conversation_id, house.clock.now());
    let (message_id, contact) = (message.id.clone(), "one@example.com".into());
    let part = SentStep { tenant_id, inbox_id: "inb_mail".into(), message_id, step: 0, contact, external_id: None, at };
    house.engine.db.journal(Brought { sent: vec![part], ..Brought::default() }).await.unwrap();
    house.engine.delivery_report(&"tnt_1".into(), &message.id, DeliveryState::Failed, None).await.unwrap();
    let again = house.engine.retry(&agent, id, &message.id).await.unwrap();
    assert_eq!(again.state, DeliveryState::Queued);
    assert!(matches!(house.engine.recall(&agent, id, &message.id).await, Err(EngineError::MessageLeft)));
    assert!(matches!(house.engine.edit(&agent, id, &message.id, "别的话").await, Err(EngineError::MessageLeft)));
}
