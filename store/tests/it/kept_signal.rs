//! Signals by what they are about, and the words of a company.

use crate::world::{NOW, on_both};
use qn_domain::Repairs;
use qn_domain::repairs::RepairWords;
use qn_store::kept_signal::{self, KeptSignal};
use qn_store::{Error, repairs};

fn signal(id: &str, flow_id: &str, at: i64) -> KeptSignal {
    KeptSignal {
        id: id.into(),
        flow_id: flow_id.into(),
        name: "paid".into(),
        payload: "{}".into(),
        at,
        heard_at: None,
        expires_at: at + 100,
    }
}

#[tokio::test]
async fn a_signal_is_kept_once_found_by_any_of_its_fields_and_forgotten() {
    on_both(async |w| {
        let keys = ["paid/order/1".to_owned(), "paid/amount/5".to_owned()];
        let insert = async |s: &KeptSignal, most| kept_signal::insert(&w.db, &w.ours, s, &keys, most).await;
        assert!(insert(&signal("a", "", NOW), 9).await.unwrap());
        assert!(!insert(&signal("a", "", NOW + 1), 9).await.unwrap(), "the same id is the same signal");
        assert!(insert(&signal("b", "refund", NOW + 2), 9).await.unwrap());
        assert!(matches!(insert(&signal("c", "", NOW + 3), 2).await, Err(Error::Busy)), "no more are kept");
        let found = async |flow: &str, key: &str, now| {
            let found = kept_signal::find_for(&w.db, &w.ours, flow, key, now).await.unwrap();
            found.map(|s| s.id)
        };
        assert_eq!(found("any", &keys[0], NOW + 5).await.as_deref(), Some("a"));
        assert_eq!(found("any", &keys[1], NOW + 5).await.as_deref(), Some("a"));
        assert_eq!(found("any", "paid/order/2", NOW + 5).await, None);
        assert_eq!(kept_signal::find_for(&w.db, &w.theirs, "any", &keys[0], NOW + 5).await.unwrap(), None);
        kept_signal::note_heard(&w.db, &w.ours, "a", NOW + 6).await.unwrap();
        assert_eq!(kept_signal::find(&w.db, &w.ours, "a").await.unwrap().unwrap().heard_at, Some(NOW + 6));
        assert_eq!(found("any", &keys[0], NOW + 7).await, None, "another flow's is not for it");
        assert_eq!(found("refund", &keys[0], NOW + 7).await.as_deref(), Some("b"));
        assert_eq!(found("refund", &keys[0], NOW + 102).await, None, "its time is over");
        assert!(insert(&signal("d", "", NOW + 200), 1).await.unwrap(), "what is over makes room");
        assert!(kept_signal::listeners(&w.db, &w.ours, "", &keys[0], 9).await.unwrap().is_empty());
        assert!(kept_signal::list_awaited(&w.db, &w.ours, NOW + 201, 9).await.unwrap().is_empty(), "nobody waits");
    })
    .await;
}

#[tokio::test]
async fn words_are_written_over_the_version_that_was_read() {
    on_both(async |w| {
        assert_eq!(repairs::get(&w.db, &w.ours).await.unwrap(), (Repairs::default(), 0));
        let texts = [("resume".to_owned(), RepairWords { zh: "接着：".into(), en: String::new() })].into();
        let own = Repairs { texts, silence_minutes: 0, ..Repairs::default() };
        assert_eq!(repairs::put(&w.db, &w.ours, &own, 0).await.unwrap(), 1);
        assert!(matches!(repairs::put(&w.db, &w.ours, &own, 0).await, Err(Error::Stale { .. })));
        assert_eq!(repairs::put(&w.db, &w.ours, &own, 1).await.unwrap(), 2);
        assert_eq!(repairs::get(&w.db, &w.ours).await.unwrap(), (own, 2));
        assert_eq!(repairs::get(&w.db, &w.theirs).await.unwrap().1, 0);
    })
    .await;
}
