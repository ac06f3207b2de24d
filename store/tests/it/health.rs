//! What the doctor asks.

use crate::world::{NOW, on_both};
use qn_domain::{Effect, EffectKind};
use qn_store::{Dialect, effect, health, search};

#[tokio::test]
async fn a_whole_database_answers_every_question() {
    on_both(async |w| {
        assert_eq!(health::integrity(&w.db).await.unwrap(), Vec::<String>::new());
        assert_eq!(health::newest_entry_at(&w.db).await.unwrap(), None);
        w.add_user("usr_1", qn_domain::Role::Admin).await;
        w.add_conversation("cnv_1", "con_1", "a").await;
        assert_eq!(health::newest_entry_at(&w.db).await.unwrap(), Some(NOW));
        assert_eq!(health::search_lag(&w.db).await.unwrap(), 1);
        search::index_after(&w.db, &w.ours, 10).await.unwrap();
        assert_eq!(health::search_lag(&w.db).await.unwrap(), 0);
        let late = Effect { kind: EffectKind::WebhookSend, key: "k".into(), payload: serde_json::json!({}), due_at: NOW, trace: None };
        effect::insert(&w.db, &w.ours, &late, NOW).await.unwrap();
        assert_eq!(health::overdue_effects(&w.db, NOW).await.unwrap(), 0);
        assert_eq!(health::overdue_effects(&w.db, NOW + 1).await.unwrap(), 1);
        assert_eq!(health::sizes(&w.db).await.unwrap(), (2, 1, 1));
        assert_eq!(health::database_clock(&w.db).await.unwrap().is_some(), w.db.dialect() == Dialect::Postgres);
    })
    .await;
}
