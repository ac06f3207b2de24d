//! With an encoder the articles get vectors in the background, and a question that shares no word with its article finds it.
#![allow(clippy::unwrap_used)]

use crate::fixture::{House, START, actor, house_with};
use qn_domain::{CannedResponse, Language, Role, SuggestionSource, TenantId};
use qn_engine::{Action, Ask, TextEncoder};
use qn_nlu::{Encoder, EncoderError};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Knows that 后悔 is about 退货, and that a broken encoder is one that says so.
#[derive(Default)]
struct Regrets {
    broken: AtomicBool,
}

impl Encoder for Regrets {
    fn encode(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EncoderError> {
        if self.broken.load(Ordering::Relaxed) {
            return Err(EncoderError { name: "regrets".into(), reason: "gone".into() });
        }
        let about = |text: &&str| if text.contains('退') || text.contains("不称心") { vec![1.0, 0.0] } else { vec![0.0, 1.0] };
        Ok(texts.iter().map(about).collect())
    }

    fn dims(&self) -> usize {
        2
    }

    fn name(&self) -> &str {
        "regrets"
    }
}

/// Waits until the articles have their vectors.
async fn encoded(house: &House) {
    let encoded = async {
        while !house.engine.knowledge.has_vectors(&"tnt_1".into()) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), encoded).await.unwrap();
}

#[tokio::test]
async fn vectors_come_in_the_background_and_find_what_words_do_not() {
    let encoder = Arc::new(Regrets::default());
    let house = house_with(TextEncoder::ready("regrets", encoder.clone())).await;
    let tenant_id = TenantId::from("tnt_1");
    encoded(&house).await;
    let anybody = house.engine.anybody(&tenant_id).await.unwrap();
    let first = |hits: Vec<qn_knowledge::Hit>| hits.first().map(|hit| hit.article_id.0.clone());
    let asked =
        house.engine.ask(&tenant_id, &Ask { text: "买得不称心", language: Some(Language::Zh), ..Ask::default() }, &anybody).await.unwrap();
    assert_eq!(first(asked.hits).as_deref(), Some("art_return"));

    // A broken one is a search by words, in the turn and in the background, and the health page says so.
    encoder.broken.store(true, Ordering::Relaxed);
    house.engine.reload_knowledge(&tenant_id).await.unwrap();
    let asked =
        house.engine.ask(&tenant_id, &Ask { text: "发票怎么开", language: Some(Language::Zh), ..Ask::default() }, &anybody).await.unwrap();
    assert_eq!(first(asked.hits).as_deref(), Some("art_invoice"));
}

#[tokio::test]
async fn an_agent_is_offered_what_means_the_same_in_other_words() {
    let house = house_with(TextEncoder::ready("regrets", Arc::new(Regrets::default()))).await;
    encoded(&house).await;
    let canned = CannedResponse {
        id: "can_1".into(),
        tenant_id: "tnt_1".into(),
        shortcut: "退回地址".into(),
        text: "请寄到一号仓库。".into(),
        actions: Vec::new(),
        version: 1,
        created_at: START,
    };
    qn_store::canned::insert(&house.engine.db, &canned).await.unwrap();
    let visitor = house.visitor("chen").await;
    let sent = house.ask(&visitor, "1", "买得不称心").await;
    let a = actor("usr_a", Role::Agent);
    house.engine.act(&a, &sent.conversation.id, Action::Claim).await.unwrap();
    let found = house.engine.suggest(&a, &sent.conversation.id).await.unwrap();
    assert!(found.items.iter().any(|item| item.key == "article:art_return"), "no word is shared: {found:?}");
    // The canned responses are encoded in the background from the first time on.
    let offered = async {
        loop {
            let found = house.engine.suggest(&a, &sent.conversation.id).await.unwrap();
            if let Some(item) = found.items.into_iter().find(|item| item.source == SuggestionSource::Canned) {
                break item;
            }
            tokio::task::yield_now().await;
        }
    };
    let offered = tokio::time::timeout(std::time::Duration::from_secs(60), offered).await.unwrap();
    assert_eq!(offered.title, "退回地址");
}
