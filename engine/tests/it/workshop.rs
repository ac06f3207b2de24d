//! What was taught decides only while it can be read: a damaged version costs an answer less, never a turn;
//! an encoder that fails costs its vectors, nothing more.

use crate::fixture::{House, house, house_with};
use qn_domain::{ExampleSource, Intent, IntentReply, ModelId, StepKind, TenantId, VersionStep};
use qn_engine::{Ask, LiveVersion, NewExamples, TextEncoder};
use qn_nlu::{Encoder, EncoderError};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub const RETURN: [&str; 6] = ["怎么退货", "我想退货", "退货流程", "东西想退掉", "申请退货", "不喜欢想退"];
pub const INVOICE: [&str; 6] = ["怎么开发票", "要一张发票", "发票在哪", "开电子发票", "报销用的票", "补开发票"];

pub async fn teach(house: &House, id: &str, reply: IntentReply, texts: &[&str]) {
    let tenant_id: TenantId = "tnt_1".into();
    let now = house.engine.now();
    let intent = Intent {
        id: id.into(),
        tenant_id: tenant_id.clone(),
        name: id.into(),
        description: String::new(),
        reply,
        topic: String::new(),
        only_in_topic: false,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    qn_store::intent::insert(&house.engine.db, &intent).await.unwrap();
    let texts = texts.iter().map(|t| (*t).to_owned()).collect();
    let new = NewExamples { tenant_id, intent_id: id.into(), language: None, source: ExampleSource::Manual, texts };
    assert_eq!(house.engine.add_examples(new).await.unwrap().added.len(), 6);
}

#[tokio::test]
async fn an_intent_quotes_its_article_and_an_unreadable_version_is_left_aside() {
    let house = house().await;
    let tenant_id: TenantId = "tnt_1".into();
    // Crosswise on purpose: what is quoted can only come from the intent.
    teach(&house, "itt_return", IntentReply::Article { article_id: "art_invoice".into() }, &RETURN).await;
    teach(&house, "itt_invoice", IntentReply::Article { article_id: "art_gone".into() }, &INVOICE).await;
    let trained = house.engine.train_intents(&tenant_id, ModelId::from("mdl_1"), &"usr_a".into()).await.unwrap();
    house.engine.publish_model(&tenant_id, &trained.id, -999.0, &"usr_a".into()).await.unwrap();
    let visitor = house.visitor("gao").await;
    let sent = house.ask(&visitor, "1", "我要申请退货").await;
    let answer = &house.messages(&sent).await[1].content;
    assert_eq!(answer.citations[0].url, "/help/zh-CN/art_invoice");
    let sent = house.ask(&visitor, "2", "发票怎么开").await;
    let answer = &house.messages(&sent).await[3].content;
    assert_eq!(answer.citations[0].url, "/help/zh-CN/art_invoice", "the article it quotes is gone: the knowledge base is asked");

    let damaged = qn_domain::TrainedModel { id: "mdl_2".into(), ..trained };
    qn_store::intent_model::insert(&house.engine.db, &damaged, b"not a model").await.unwrap();
    let refused = house.engine.publish_model(&tenant_id, &damaged.id, -999.0, &"usr_a".into()).await;
    assert!(refused.is_err(), "what cannot be read does not take over");
    house.engine.retire_model(&tenant_id, &"usr_a".into()).await.unwrap();
    let step = VersionStep {
        tenant_id: tenant_id.clone(),
        model_id: damaged.id.clone(),
        number: 2,
        kind: StepKind::Published,
        share_percent: 0,
        threshold: -999.0,
        taken_by: "usr_a".into(),
        at: 1,
    };
    qn_store::intent_model::publish(&house.engine.db, &step).await.unwrap();
    let sent = house.ask(&visitor, "3", "我要退货").await;
    let answer = &house.messages(&sent).await[5].content;
    assert_eq!(answer.citations[0].url, "/help/zh-CN/art_return", "retrieval alone");
}

const WHEN: [&str; 6] = ["多久到账", "几天能到", "什么时候到", "要等多久", "多长时间到", "几时到账"];

#[tokio::test]
async fn what_stands_only_within_a_subject_is_understood_only_there() {
    let house = house().await;
    let (db, tenant_id): (_, TenantId) = (&house.engine.db, "tnt_1".into());
    teach(&house, "itt_return", IntentReply::Text { zh: "退款流程".into(), en: String::new(), next_flow: None }, &RETURN).await;
    teach(&house, "itt_when", IntentReply::Text { zh: "三天到账".into(), en: String::new(), next_flow: None }, &WHEN).await;
    for (id, only_in_topic) in [("itt_return", false), ("itt_when", true)] {
        let read = qn_store::intent::get(db, &tenant_id, &id.into()).await.unwrap();
        qn_store::intent::update(db, &Intent { topic: "退款".into(), only_in_topic, ..read }).await.unwrap();
    }
    let trained = house.engine.train_intents(&tenant_id, ModelId::from("mdl_1"), &"usr_a".into()).await.unwrap();
    house.engine.publish_model(&tenant_id, &trained.id, -999.0, &"usr_a".into()).await.unwrap();
    let visitor = house.visitor("gao").await;
    let said = async |n: &str, text: &str| {
        let sent = house.ask(&visitor, n, text).await;
        house.messages(&sent).await.last().unwrap().content.text.clone()
    };
    assert_ne!(said("1", "多久到账").await, "三天到账", "nothing was spoken of yet");
    assert_eq!(said("2", "我想退货").await, "退款流程");
    assert_eq!(said("3", "多久到账").await, "三天到账");
    // A command reads the same version without a server.
    let live = LiveVersion::find(db, &tenant_id).await.unwrap().unwrap();
    assert_eq!((live.number(), live.names()), (1, vec!["itt_return".to_owned(), "itt_when".to_owned()]));
    let reading = live.read("我想退货", &TextEncoder::default()).await;
    assert!(reading.accepted && reading.ranked[0].intent_id.as_str() == "itt_return");
    assert!(LiveVersion::find(db, &"tnt_2".into()).await.unwrap().is_none());
}

/// Two numbers that tell the two intents apart, until it breaks.
#[derive(Default)]
struct Letters {
    broken: AtomicBool,
}

impl Encoder for Letters {
    fn encode(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EncoderError> {
        if self.broken.load(Ordering::Relaxed) {
            return Err(EncoderError { name: "letters@1".into(), reason: "its files are gone".into() });
        }
        let has = |text: &str, c| if text.contains(c) { 1.0 } else { 0.1 };
        Ok(texts.iter().map(|text| vec![has(text, '退'), has(text, '票')]).collect())
    }

    fn dims(&self) -> usize {
        2
    }

    fn name(&self) -> &str {
        "letters@1"
    }
}

#[tokio::test]
async fn an_encoder_takes_part_while_it_serves_and_is_missed_while_it_does_not() {
    let letters = Arc::new(Letters::default());
    let house = house_with(TextEncoder::ready("letters", letters.clone())).await;
    let tenant_id: TenantId = "tnt_1".into();
    teach(&house, "itt_return", IntentReply::Handoff, &RETURN).await;
    teach(&house, "itt_invoice", IntentReply::None, &INVOICE).await;
    let trained = house.engine.train_intents(&tenant_id, ModelId::from("mdl_1"), &"usr_a".into()).await.unwrap();
    assert_eq!(trained.report.encoder.as_deref(), Some("letters@1"));
    house.engine.publish_model(&tenant_id, &trained.id, trained.threshold, &"usr_a".into()).await.unwrap();
    let anybody = house.engine.anybody(&tenant_id).await.unwrap();
    let read =
        async || house.engine.ask(&tenant_id, &Ask { text: "这个要退货", ..Ask::default() }, &anybody).await.unwrap().reading.unwrap();
    let with = read().await;
    assert!(with.encoded && with.accepted && with.threshold == trained.threshold, "{with:?}");
    assert_eq!(house.engine.encoder.health().unwrap().problem, None);

    letters.broken.store(true, Ordering::Relaxed);
    let without = read().await;
    assert!(!without.encoded && without.ranked[0].intent_id == with.ranked[0].intent_id, "{without:?}");
    assert_ne!(without.threshold, with.threshold, "the threshold is the one for words alone");
    assert_eq!(house.engine.encoder.health().unwrap().problem.as_deref(), Some("its files are gone"));
    let second = house.engine.train_intents(&tenant_id, ModelId::from("mdl_2"), &"usr_a".into()).await.unwrap();
    assert_eq!(second.report.encoder, None, "training goes on without it");

    letters.broken.store(false, Ordering::Relaxed);
    assert!(read().await.encoded);
    assert_eq!(house.engine.encoder.health().unwrap().problem, None);
}

#[tokio::test]
async fn an_encoder_that_cannot_be_loaded_is_said_and_stops_nothing() {
    let house = house_with(TextEncoder::unusable("gone", "there is no encoder gone".into())).await;
    let tenant_id: TenantId = "tnt_1".into();
    teach(&house, "itt_return", IntentReply::Handoff, &RETURN).await;
    teach(&house, "itt_invoice", IntentReply::None, &INVOICE).await;
    let trained = house.engine.train_intents(&tenant_id, ModelId::from("mdl_1"), &"usr_a".into()).await.unwrap();
    assert_eq!(trained.report.encoder, None);
    let health = house.engine.encoder.health().unwrap();
    assert_eq!((health.name, health.problem.as_deref()), (None, Some("there is no encoder gone")));
}
