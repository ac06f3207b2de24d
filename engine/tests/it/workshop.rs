//! What was taught decides only while it can be read: a damaged version costs an answer less, never a turn.

use crate::fixture::house;
use qn_domain::{ExampleSource, Intent, IntentReply, ModelId, TenantId};
use qn_engine::NewExamples;

const RETURN: [&str; 6] = ["怎么退货", "我想退货", "退货流程", "东西想退掉", "申请退货", "不喜欢想退"];
const INVOICE: [&str; 6] = ["怎么开发票", "要一张发票", "发票在哪", "开电子发票", "报销用的票", "补开发票"];

async fn teach(house: &crate::fixture::House, id: &str, reply: IntentReply, texts: &[&str]) {
    let tenant_id: TenantId = "tnt_1".into();
    let now = house.engine.now();
    let intent = Intent {
        id: id.into(),
        tenant_id: tenant_id.clone(),
        name: id.into(),
        description: String::new(),
        reply,
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
    house.engine.publish_model(&tenant_id, &trained.id, -999.0).await.unwrap();
    let visitor = house.visitor("gao").await;
    let sent = house.ask(&visitor, "1", "我要申请退货").await;
    let answer = &house.messages(&sent).await[1].content;
    assert_eq!(answer.citations[0].url, "/help/zh-CN/art_invoice");
    let sent = house.ask(&visitor, "2", "发票怎么开").await;
    let answer = &house.messages(&sent).await[3].content;
    assert_eq!(answer.citations[0].url, "/help/zh-CN/art_invoice", "the article it quotes is gone: the knowledge base is asked");

    let damaged = qn_domain::TrainedModel { id: "mdl_2".into(), ..trained };
    qn_store::intent_model::insert(&house.engine.db, &damaged, b"not a model").await.unwrap();
    let refused = house.engine.publish_model(&tenant_id, &damaged.id, -999.0).await;
    assert!(refused.is_err(), "what cannot be read does not take over");
    house.engine.retire_model(&tenant_id).await.unwrap();
    qn_store::intent_model::publish(&house.engine.db, &tenant_id, &damaged.id, -999.0, 1).await.unwrap();
    let sent = house.ask(&visitor, "3", "我要退货").await;
    let answer = &house.messages(&sent).await[5].content;
    assert_eq!(answer.citations[0].url, "/help/zh-CN/art_return", "retrieval alone");
}
