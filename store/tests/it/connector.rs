//! Secrets, connectors, and the record of calls.

use crate::world::{NOW, World, on_both};
use qn_store::Error;
use qn_store::connector::{self, StoredConnector};
use qn_store::flow_exchange::{self, Fate, FlowExchange};
use qn_store::secret::{self, Secret};

fn erp(note: &str) -> Secret {
    Secret {
        name: "erp".into(),
        hosts: vec!["erp.example.com".into(), "10.0.0.1:8443".into()],
        note: note.into(),
        created_by: "usr_1".into(),
        created_at: NOW,
        changed_at: NOW,
        used_at: None,
    }
}

#[tokio::test]
async fn secrets_are_put_used_and_deleted() {
    on_both(async |w| {
        assert!(matches!(secret::put(&w.db, &w.ours, &erp("x"), None).await, Err(Error::NotFound { .. })));
        secret::put(&w.db, &w.ours, &erp("first"), Some("qn1.a.b")).await.unwrap();
        secret::put(&w.db, &w.ours, &Secret { changed_at: NOW + 1, ..erp("second") }, None).await.unwrap();
        let found = secret::find(&w.db, &w.ours, "erp").await.unwrap().unwrap();
        assert_eq!((found.note.as_str(), found.created_at, found.changed_at), ("second", NOW, NOW + 1));
        assert_eq!(secret::find_sealed(&w.db, &w.ours, "erp").await.unwrap().as_deref(), Some("qn1.a.b"));
        assert_eq!(secret::find_sealed(&w.db, &w.theirs, "erp").await.unwrap(), None);
        assert_eq!(secret::find(&w.db, &w.theirs, "erp").await.unwrap(), None);
        secret::reseal(&w.db, &w.ours, "erp", "qn1.a.c", NOW + 2).await.unwrap();
        assert!(matches!(secret::reseal(&w.db, &w.theirs, "erp", "x", NOW).await, Err(Error::NotFound { .. })));
        for (at, noted) in [(NOW, NOW), (NOW + 59_000, NOW), (NOW + 61_000, NOW + 61_000)] {
            secret::touch(&w.db, &w.ours, "erp", at).await.unwrap();
            assert_eq!(secret::list(&w.db, &w.ours).await.unwrap()[0].used_at, Some(noted));
        }
        assert!(matches!(secret::delete(&w.db, &w.theirs, "erp").await, Err(Error::NotFound { .. })));
        secret::delete(&w.db, &w.ours, "erp").await.unwrap();
        assert!(secret::list(&w.db, &w.ours).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn connectors_change_from_the_version_that_was_read() {
    on_both(async |w| {
        let mut c = StoredConnector {
            name: "orders".into(),
            title: "订单".into(),
            definition: "{\"kind\":\"rest\"}".into(),
            source_url: None,
            enabled: true,
            version: 1,
            created_by: "usr_1".into(),
            created_at: NOW,
            updated_at: NOW,
        };
        connector::insert(&w.db, &w.ours, &c).await.unwrap();
        assert!(matches!(connector::insert(&w.db, &w.ours, &c).await, Err(Error::Exists(_))));
        connector::insert(&w.db, &w.theirs, &c).await.unwrap();
        c.enabled = false;
        c.source_url = Some("https://x.example/openapi.json".into());
        assert_eq!(connector::update(&w.db, &w.ours, &c).await.unwrap(), 2);
        assert!(matches!(connector::update(&w.db, &w.ours, &c).await, Err(Error::Stale { .. })));
        c.version = 2;
        assert_eq!(connector::get(&w.db, &w.ours, "orders").await.unwrap(), c);
        assert_eq!(connector::find_version(&w.db, &w.ours, "orders").await.unwrap(), Some((2, false)));
        assert_eq!(connector::find_version(&w.db, &w.ours, "none").await.unwrap(), None);
        assert_eq!(connector::list(&w.db, &w.ours).await.unwrap(), [StoredConnector { definition: String::new(), ..c.clone() }]);
        assert!(matches!(connector::delete(&w.db, &w.ours, "orders", 1).await, Err(Error::Stale { .. })));
        connector::delete(&w.db, &w.ours, "orders", 2).await.unwrap();
        assert_eq!(connector::find(&w.db, &w.ours, "orders").await.unwrap(), None);
        assert!(connector::find(&w.db, &w.theirs, "orders").await.unwrap().is_some());
    })
    .await;
}

fn exchange(w: &World, attempt: i64, fate: Fate) -> FlowExchange {
    let exchange = serde_json::json!({"status": 200, "文": "\"x\""});
    FlowExchange { tenant_id: w.ours.clone(), run_id: "run_1".into(), step: "pay".into(), attempt, fate, exchange, at: NOW + attempt }
}

#[tokio::test]
async fn what_must_not_be_done_twice_begins_again_only_after_a_certain_failure() {
    on_both(async |w| {
        let begin = async |attempt| flow_exchange::begin_once(&w.db, &w.ours, "run_1", "pay", attempt, NOW).await.unwrap();
        assert!(begin(1).await);
        assert!(!begin(1).await && !begin(2).await, "the first may be under way");
        flow_exchange::put(&w.db, &exchange(w, 1, Fate::Failed)).await.unwrap();
        assert!(begin(2).await);
        flow_exchange::put(&w.db, &exchange(w, 2, Fate::Done)).await.unwrap();
        assert!(!begin(2).await && !begin(3).await, "it was done");
        for exchange in [FlowExchange { step: "other".into(), ..exchange(w, 1, Fate::Doubt) }, exchange(w, 3, Fate::Doubt)] {
            flow_exchange::put(&w.db, &exchange).await.unwrap();
        }
        let all = flow_exchange::list(&w.db, &w.ours, "run_1").await.unwrap();
        assert_eq!(
            all.iter().map(|e| (e.attempt, e.fate)).collect::<Vec<_>>(),
            [(1, Fate::Doubt), (1, Fate::Failed), (2, Fate::Done), (3, Fate::Doubt)]
        );
        assert_eq!(all[2], exchange(w, 2, Fate::Done));
        assert!(flow_exchange::list(&w.db, &w.theirs, "run_1").await.unwrap().is_empty());
    })
    .await;
}
