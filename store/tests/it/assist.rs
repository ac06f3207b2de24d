//! What was spent at the language model, and what became of offered answers.

use crate::world::{NOW, on_both};
use qn_domain::{Language, Offer, Offered, Role, SuggestionOutcome, SuggestionSource};
use qn_store::llm_spend::{self, Spend};
use qn_store::suggestion;

#[tokio::test]
async fn spending_adds_up_by_day_and_tenant() {
    on_both(async |w| {
        let spend = |tokens| Spend { tokens, micro_cents: tokens * 200, calls: 1 };
        for (day, tokens) in [("2026-10-31", 5), ("2026-11-01", 10), ("2026-11-28", 100), ("2026-11-28", 1_000)] {
            llm_spend::add(&w.db, &w.ours, day, spend(tokens)).await.unwrap();
        }
        llm_spend::add(&w.db, &w.ours, "2026-11-28", Spend { tokens: -60, micro_cents: -1, calls: 0 }).await.unwrap();
        llm_spend::add(&w.db, &w.theirs, "2026-11-28", spend(7)).await.unwrap();
        let sum = async |first, last| llm_spend::sum(&w.db, &w.ours, first, last).await.unwrap();
        assert_eq!(sum("2026-11-28", "2026-11-28").await, Spend { tokens: 1_040, micro_cents: 219_999, calls: 2 });
        assert_eq!(sum("2026-11-01", "2026-11-28").await.tokens, 1_050);
        assert_eq!(sum("2026-11-02", "2026-11-27").await, Spend::default());
    })
    .await;
}

fn offered(key: &str) -> Offered {
    Offered {
        key: key.into(),
        source: SuggestionSource::Article,
        title: "怎么退货?".into(),
        text: "7 天内".into(),
        language: Language::Zh,
        confidence: 0.75,
        articles: vec!["art_1".into()],
        internal: false,
    }
}

#[tokio::test]
async fn an_offer_is_settled_once_and_counted() {
    on_both(async |w| {
        w.add_user("usr_1", Role::Agent).await;
        w.add_conversation("cnv_1", "con_1", "怎么退货").await;
        let make = |seq, key: &str| Offer {
            tenant_id: w.ours.clone(),
            conversation_id: "cnv_1".into(),
            seq,
            user_id: "usr_1".into(),
            offered: vec![offered(key)],
            outcome: SuggestionOutcome::Offered,
            used: None,
            at: NOW,
            settled_at: None,
        };
        suggestion::offer(&w.db, &make(1, "article:a")).await.unwrap();
        suggestion::offer(&w.db, &make(3, "article:b")).await.unwrap();
        suggestion::offer(&w.db, &make(1, "article:c")).await.unwrap();
        let open = async || suggestion::list_open(&w.db, &w.ours, &"cnv_1".into(), &"usr_1".into()).await.unwrap();
        assert_eq!(open().await, [make(3, "article:b"), make(1, "article:c")], "the newer offer for a message stands");
        assert!(suggestion::list_open(&w.db, &w.theirs, &"cnv_1".into(), &"usr_1".into()).await.unwrap().is_empty());
        let [b, c] = &open().await[..] else { panic!() };
        assert!(suggestion::settle(&w.db, b, SuggestionOutcome::Accepted, b.offered.first(), NOW + 5).await.unwrap());
        assert!(!suggestion::settle(&w.db, b, SuggestionOutcome::Ignored, None, NOW + 6).await.unwrap(), "only once");
        assert!(suggestion::settle(&w.db, c, SuggestionOutcome::Ignored, None, NOW + 7).await.unwrap());
        suggestion::offer(&w.db, &make(3, "article:d")).await.unwrap();
        assert!(open().await.is_empty(), "what is settled stays so");
        let mut counts = suggestion::count_since(&w.db, &w.ours, NOW + 5).await.unwrap();
        counts.sort_by_key(|(outcome, _)| outcome.as_str());
        assert_eq!(counts, [(SuggestionOutcome::Accepted, 1), (SuggestionOutcome::Ignored, 1)]);
        assert_eq!(suggestion::count_since(&w.db, &w.ours, NOW + 6).await.unwrap(), [(SuggestionOutcome::Ignored, 1)]);
        assert!(suggestion::count_since(&w.db, &w.theirs, 0).await.unwrap().is_empty());
    })
    .await;
}
