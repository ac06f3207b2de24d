//! Messages in another language: by a hook, by the model, once for each text, and never with personal data outside.

use crate::fixture::{House, START, Thinking, actor, house, house_thinking};
use qn_base::ManualClock;
use qn_domain::{ConversationId, MessageId, Role};
use qn_engine::{EngineError, TranslationHook, Translator};
use qn_llm::{Llm, Settings};
use qn_testkit::{Act, ModelServer, TranslationServer};
use serde_json::json;
use std::sync::Arc;

fn egress() -> qn_egress::Egress {
    qn_egress::Egress::new(qn_egress::Policy::default().with_allowed(["127.0.0.1"]).unwrap()).unwrap()
}

async fn with_hook(server: &TranslationServer) -> House {
    let hook = TranslationHook { url: server.url.clone(), key: "k".into(), timeout_ms: 5_000, egress: egress() };
    house_thinking(Thinking { translator: Some(Translator::Hook(hook)), ..Thinking::default() }).await
}

async fn said(house: &House, text: &str) -> (ConversationId, MessageId) {
    let visitor = house.visitor("陈雨桐").await;
    let sent = house.ask(&visitor, "1", text).await;
    (sent.conversation.id.clone(), sent.message.id.clone())
}

#[tokio::test]
async fn a_message_is_translated_once_and_its_personal_data_stays() {
    let server = TranslationServer::start("k").await;
    let house = with_hook(&server).await;
    let (id, message) = said(&house, "我是陈雨桐，电话 13800138000").await;
    let agent = actor("usr_a", Role::Agent);
    for _ in 0..2 {
        let text = house.engine.translate_message(&agent, &id, &message, "en").await.unwrap();
        assert_eq!(text, "IN ENGLISH: 我是陈雨桐，电话 13800138000");
    }
    let asked = server.asked();
    assert_eq!((asked.len(), asked[0]["target"].as_str()), (1, Some("en")));
    assert!(!asked[0].to_string().contains("13800138000") && !asked[0].to_string().contains("陈雨桐"), "{asked:?}");
    house.engine.translate_message(&agent, &id, &message, "ja").await.unwrap();
    assert_eq!(server.asked().len(), 2, "another language is another translation");
    let kept = qn_store::message::get(&house.engine.db, &"tnt_1".into(), &message).await.unwrap();
    assert_eq!(kept.content.text, "我是陈雨桐，电话 13800138000");
    assert_eq!(house.engine.translate(&agent, &id, "您好", "en").await.unwrap(), "IN ENGLISH: 您好");
}

#[tokio::test]
async fn what_fails_says_why_and_is_not_kept() {
    let server = TranslationServer::start("k").await;
    let house = with_hook(&server).await;
    let (id, message) = said(&house, "你好").await;
    let agent = actor("usr_a", Role::Agent);
    let why = async |text: &str| match house.engine.translate(&agent, &id, text, "en").await {
        Err(EngineError::NotTranslated { reason }) => reason,
        other => panic!("{other:?}"),
    };
    assert_eq!((why("fail").await, why("babble").await, why("invent").await), ("hook_status", "hook_answer", "hook_answer"));
    assert_eq!(why("fail").await, "hook_status");
    assert_eq!(server.asked().len(), 4, "a failure is tried again when somebody asks again");
    assert_eq!(why(&"长".repeat(4_001)).await, "too_long");
    assert_eq!(house.engine.translate(&agent, &id, "x", "tlh").await.unwrap_err().code(), "invalid_field");
    let stranger = qn_engine::Actor { tenant_id: "tnt_2".into(), ..agent.clone() };
    assert_eq!(house.engine.translate_message(&stranger, &id, &message, "en").await.unwrap_err().code(), "not_found");
    assert_eq!(house.engine.translate(&stranger, &id, "你好", "en").await.unwrap_err().code(), "not_found");
}

#[tokio::test]
async fn the_model_translates_where_it_may_and_nobody_where_nobody_is_named() {
    let server = ModelServer::start([Act::Say(json!({"translation": "My phone is [PHONE_1]"}).to_string())]).await;
    let settings = Settings { base_url: server.base_url.clone(), model: "test-model".into(), ..Settings::default() };
    let llm = Llm::new(settings, egress(), Arc::new(ManualClock::at(START)));
    let house_of_model = house_thinking(Thinking { llm: Some(llm), translator: Some(Translator::Model), ..Thinking::default() }).await;
    let (id, message) = said(&house_of_model, "我的电话是 13800138000").await;
    let agent = actor("usr_a", Role::Agent);
    let text = house_of_model.engine.translate_message(&agent, &id, &message, "en").await.unwrap();
    assert_eq!(text, "My phone is 13800138000");

    let plain = house().await;
    let (id, message) = said(&plain, "你好").await;
    let refused = plain.engine.translate_message(&agent, &id, &message, "en").await;
    assert!(matches!(refused, Err(EngineError::NotTranslated { reason: "off" })), "{refused:?}");
    assert!(plain.engine.translates_into().is_empty());
}
