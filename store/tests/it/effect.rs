//! The outbox: claim, lease, retry, bury, revive.

use crate::world::{NOW, World, on_both, walk};
use qn_domain::{Effect, EffectKind, EffectRow, EffectState};
use qn_store::effect::{self, Claim};

fn webhook(key: &str, due_at: i64) -> Effect {
    Effect {
        kind: EffectKind::WebhookSend,
        key: key.into(),
        payload: serde_json::json!({"data": "值"}),
        due_at,
        trace: Some("00-a-b-01".into()),
    }
}

async fn claim(w: &World, worker: &str, now: i64, lease_until: i64, limit: i64) -> qn_store::Result<Vec<EffectRow>> {
    effect::claim(&w.db, Claim { worker, now, lease_until, limit, busy: &[] }).await
}

#[tokio::test]
async fn one_worker_at_a_time_and_a_lost_lease_is_taken_over() {
    on_both(async |w| {
        effect::insert(&w.db, &w.ours, &webhook("whk_1:a", NOW), NOW).await.unwrap();
        effect::insert(&w.db, &w.ours, &webhook("whk_1:a", NOW), NOW).await.unwrap();
        effect::insert(&w.db, &w.ours, &webhook("whk_1:later", NOW + 100), NOW).await.unwrap();
        assert_eq!(effect::next_due(&w.db, &[]).await.unwrap(), Some(NOW));
        let mine = claim(w, "one", NOW, NOW + 10, 10).await.unwrap();
        assert_eq!(mine.len(), 1, "the same key is the same effect, and the other is not due");
        assert_eq!((mine[0].attempts, mine[0].payload["data"].as_str()), (1, Some("值")));
        assert!(claim(w, "two", NOW + 5, NOW + 15, 10).await.unwrap().is_empty());
        assert_eq!(effect::next_due(&w.db, &[]).await.unwrap(), Some(NOW + 10));
        let taken = claim(w, "two", NOW + 11, NOW + 30, 10).await.unwrap();
        assert_eq!((taken[0].id.clone(), taken[0].attempts), (mine[0].id.clone(), 2));
        assert!(!effect::finish(&w.db, &mine[0].id, "one").await.unwrap(), "the first worker's lease is gone");
        assert!(effect::finish(&w.db, &mine[0].id, "two").await.unwrap());
        assert_eq!(effect::delete_done_before(&w.db, NOW + 1).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn failures_come_back_later_and_die_visibly() {
    on_both(async |w| {
        effect::insert(&w.db, &w.ours, &webhook("whk_1:a", NOW), NOW).await.unwrap();
        let held = claim(w, "one", NOW, NOW + 10, 10).await.unwrap();
        assert!(effect::retry_later(&w.db, &held[0].id, "one", NOW + 50, "connection refused").await.unwrap());
        assert!(!effect::retry_later(&w.db, &held[0].id, "one", NOW + 60, "again").await.unwrap());
        assert!(claim(w, "one", NOW + 49, NOW + 60, 10).await.unwrap().is_empty());
        let held = claim(w, "one", NOW + 50, NOW + 60, 10).await.unwrap();
        assert_eq!(held[0].last_error.as_deref(), Some("connection refused"));
        let tries = held[0].attempts;
        assert!(effect::postpone(&w.db, &held[0].id, "one", NOW + 51).await.unwrap());
        assert!(!effect::postpone(&w.db, &held[0].id, "other", NOW + 51).await.unwrap());
        let held = claim(w, "one", NOW + 51, NOW + 61, 10).await.unwrap();
        assert_eq!(held[0].attempts, tries, "waiting its turn was no try");
        assert!(effect::bury(&w.db, &held[0].id, "one", "gone").await.unwrap());
        let dead = effect::list(&w.db, &w.ours, EffectState::Dead, None, 10).await.unwrap().items;
        assert_eq!((dead.len(), dead[0].last_error.as_deref()), (1, Some("gone")));
        let timer = Effect {
            kind: EffectKind::ConversationWake,
            key: "wake".into(),
            payload: serde_json::json!({}),
            due_at: NOW + 90,
            trace: None,
        };
        effect::insert(&w.db, &w.ours, &timer, NOW).await.unwrap();
        assert_eq!(effect::count_by_state(&w.db, NOW + 89).await.unwrap(), [("dead".to_owned(), 1)]);
        let mut owed = effect::count_by_state(&w.db, NOW + 90).await.unwrap();
        owed.sort();
        assert_eq!(owed, [("dead".to_owned(), 1), ("pending".to_owned(), 1)]);
        assert!(effect::list(&w.db, &w.theirs, EffectState::Dead, None, 10).await.unwrap().items.is_empty());
        assert_eq!(effect::find(&w.db, &w.ours, &dead[0].id).await.unwrap().as_ref(), Some(&dead[0]));
        assert_eq!(effect::find(&w.db, &w.theirs, &dead[0].id).await.unwrap(), None);
        assert!(!effect::revive(&w.db, &w.theirs, &dead[0].id, NOW + 70).await.unwrap());
        assert!(effect::revive(&w.db, &w.ours, &dead[0].id, NOW + 70).await.unwrap());
        assert_eq!(claim(w, "one", NOW + 70, NOW + 80, 10).await.unwrap()[0].attempts, 1);
    })
    .await;
}

#[tokio::test]
async fn two_workers_never_hold_the_same_effect() {
    on_both(async |w| {
        for n in 0..60 {
            effect::insert(&w.db, &w.ours, &webhook(&format!("whk_1:{n}"), NOW), NOW).await.unwrap();
        }
        let (a, b) = tokio::join!(claim(w, "a", NOW, NOW + 1_000, 40), claim(w, "b", NOW, NOW + 1_000, 40));
        let mut ids: Vec<_> = a.unwrap().into_iter().chain(b.unwrap()).map(|e| e.id.0).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 60);
    })
    .await;
}

#[tokio::test]
async fn lists_page_and_deliveries_belong_to_one_endpoint() {
    on_both(async |w| {
        for n in 0..7 {
            effect::insert(&w.db, &w.ours, &webhook(&format!("whk_1:{n}"), NOW), NOW + n).await.unwrap();
        }
        effect::insert(&w.db, &w.ours, &webhook("whk_10:x", NOW), NOW).await.unwrap();
        let all =
            walk(3, async |cursor, limit| effect::list(&w.db, &w.ours, EffectState::Pending, cursor.as_deref(), limit).await.unwrap())
                .await;
        assert_eq!(all.len(), 8);
        let deliveries = effect::list_webhook(&w.db, &w.ours, "whk_1", 100).await.unwrap();
        assert_eq!(deliveries.len(), 7);
        assert!(deliveries.windows(2).all(|p| p[0].created_at >= p[1].created_at));
        assert!(effect::list_webhook(&w.db, &w.theirs, "whk_1", 100).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_new_start_takes_back_what_the_dead_one_had_claimed() {
    on_both(async |w| {
        effect::insert(&w.db, &w.ours, &webhook("whk_1:a", NOW), NOW).await.unwrap();
        assert_eq!(claim(w, "dead", NOW, NOW + 60_000, 10).await.unwrap().len(), 1);
        assert!(claim(w, "new", NOW + 1, NOW + 60_000, 10).await.unwrap().is_empty());
        assert_eq!(effect::release_all(&w.db).await.unwrap(), 1);
        let again = claim(w, "new", NOW + 1, NOW + 60_000, 10).await.unwrap();
        assert_eq!((again.len(), again[0].attempts), (1, 2));
        assert!(!effect::finish(&w.db, &again[0].id, "dead").await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_busy_lane_is_passed_over_and_does_not_say_when_to_wake() {
    on_both(async |w| {
        for (lane, key, due_at) in [("whk_slow", "a", NOW - 9), ("whk_slow", "b", NOW - 8), ("whk_quick", "c", NOW - 7)] {
            let effect = Effect { payload: serde_json::json!({"webhook_id": lane}), ..webhook(key, due_at) };
            effect::insert(&w.db, &w.ours, &effect, NOW).await.unwrap();
        }
        let busy = ["whk_slow".to_owned()];
        assert_eq!(effect::next_due(&w.db, &busy).await.unwrap(), Some(NOW - 7));
        let wish = Claim { worker: "one", now: NOW, lease_until: NOW + 10, limit: 2, busy: &busy };
        let held = effect::claim(&w.db, wish).await.unwrap();
        assert_eq!(held.iter().map(|e| (e.key.as_str(), e.lane.as_str())).collect::<Vec<_>>(), [("c", "whk_quick")]);
        let both = ["whk_slow".to_owned(), "whk_quick".to_owned()];
        assert_eq!(effect::next_due(&w.db, &both).await.unwrap(), None);
        let rest = effect::claim(&w.db, Claim { busy: &[], ..wish }).await.unwrap();
        assert_eq!(rest.iter().map(|e| e.key.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    })
    .await;
}

#[tokio::test]
async fn the_timers_of_a_tenant_with_many_hold_up_nobody_elses() {
    on_both(async |w| {
        let timer = |key: String, due_at| Effect { kind: EffectKind::SlaDue, ..webhook(&key, due_at) };
        for n in 0..20 {
            effect::insert(&w.db, &w.ours, &timer(format!("ours:{n}"), NOW - 100 + n), NOW).await.unwrap();
        }
        effect::insert(&w.db, &w.theirs, &timer("theirs".to_owned(), NOW), NOW).await.unwrap();
        let first = claim(w, "one", NOW, NOW + 10, 6).await.unwrap();
        assert!(first.iter().all(|e| e.tenant_id == w.ours) && first.len() == 6, "longest due first");
        let busy = [first[0].lane.clone()];
        let wish = Claim { worker: "one", now: NOW, lease_until: NOW + 10, limit: 6, busy: &busy };
        let second = effect::claim(&w.db, wish).await.unwrap();
        assert_eq!(second.iter().map(|e| e.key.as_str()).collect::<Vec<_>>(), ["theirs"]);
    })
    .await;
}

#[tokio::test]
async fn a_lane_is_held_until_somebody_releases_it() {
    on_both(async |w| {
        let to = |lane: &str, key: &str| Effect { payload: serde_json::json!({"webhook_id": lane}), ..webhook(key, NOW) };
        for (lane, key) in [("whk_1", "a"), ("whk_1", "b"), ("whk_2", "c")] {
            effect::insert(&w.db, &w.ours, &to(lane, key), NOW).await.unwrap();
        }
        assert_eq!(effect::hold(&w.db, &w.theirs, "whk_1").await.unwrap(), 0);
        assert_eq!(effect::hold(&w.db, &w.ours, "whk_1").await.unwrap(), 2);
        let open = claim(w, "one", NOW + 1_000_000, NOW + 2_000_000, 10).await.unwrap();
        assert_eq!(open.iter().map(|e| e.key.as_str()).collect::<Vec<_>>(), ["c"]);
        assert!(!effect::any_done_since(&w.db, &w.ours, "whk_2", NOW).await.unwrap());
        effect::finish(&w.db, &open[0].id, "one").await.unwrap();
        assert!(effect::any_done_since(&w.db, &w.ours, "whk_2", NOW).await.unwrap());
        assert!(!effect::any_done_since(&w.db, &w.ours, "whk_2", NOW + 1).await.unwrap());
        assert!(!effect::any_done_since(&w.db, &w.theirs, "whk_2", NOW).await.unwrap());
        assert_eq!(effect::release_held(&w.db, &w.ours, "whk_1", NOW).await.unwrap(), 2);
        assert_eq!(claim(w, "one", NOW, NOW + 10, 10).await.unwrap().len(), 2);
    })
    .await;
}
