//! Reports by mail: owed in the transaction that moves the row on, and paused after periods that failed.

use crate::world::{NOW, World, on_both};
use qn_domain::report_schedule::{FAILURES_MAX, ReportLetter, ReportRange, ReportSchedule, ScheduleOutcome};
use qn_domain::{Effect, EffectKind, EffectState, Language};
use qn_store::report_schedule as schedules;
use qn_store::{Error, effect};
use serde_json::json;

fn schedule(w: &World) -> ReportSchedule {
    let letter = ReportLetter {
        name: "周报".into(),
        inbox_id: "inb_1".into(),
        range: ReportRange::Week,
        by: "agent".into(),
        only_inbox_id: None,
        only_team_id: Some("tea_1".into()),
        only_agent_id: None,
        recipient_ids: vec!["usr_1".into()],
        day: 1,
        minute: 540,
        language: Language::Zh,
    };
    ReportSchedule {
        id: "rsc_1".into(),
        tenant_id: w.ours.clone(),
        letter,
        active: true,
        next_at: NOW + 10,
        created_by: "usr_1".into(),
        created_at: NOW,
        version: 1,
        outcome: ScheduleOutcome::default(),
    }
}

fn letter(key: &str) -> Effect {
    Effect { kind: EffectKind::ReportMail, key: key.into(), payload: json!({"inbox_id": "inb_1"}), due_at: NOW, trace: None }
}

#[tokio::test]
async fn what_is_due_is_owed_once() {
    on_both(async |w| {
        let mut one = schedule(w);
        schedules::insert(&w.db, &one).await.unwrap();
        assert!(matches!(schedules::insert(&w.db, &one).await, Err(Error::Exists(_))));
        assert_eq!(schedules::list(&w.db, &w.ours).await.unwrap(), vec![one.clone()]);
        assert!(schedules::list(&w.db, &w.theirs).await.unwrap().is_empty());
        assert!(schedules::find(&w.db, &w.theirs, &one.id).await.unwrap().is_none());
        assert_eq!(schedules::next_due(&w.db).await.unwrap(), Some(NOW + 10));
        assert!(schedules::list_due(&w.db, NOW + 9, 9).await.unwrap().is_empty());
        assert_eq!(schedules::list_due(&w.db, NOW + 10, 9).await.unwrap().len(), 1);
        assert!(schedules::fire(&w.db, &one, NOW + 20, &[letter("a"), letter("b")], NOW + 10).await.unwrap());
        assert!(!schedules::fire(&w.db, &one, NOW + 20, &[letter("c")], NOW + 10).await.unwrap(), "somebody was faster");
        let owed = effect::list(&w.db, &w.ours, EffectState::Pending, None, 10).await.unwrap();
        let mut keys: Vec<&str> = owed.items.iter().map(|e| e.key.as_str()).collect();
        keys.sort_unstable();
        assert_eq!((keys, owed.items[0].lane.as_str()), (vec!["a", "b"], "inb_1"));
        one.next_at = NOW + 20;
        one.letter.day = 5;
        assert_eq!(schedules::update(&w.db, &one).await.unwrap(), 2);
        assert!(matches!(schedules::update(&w.db, &one).await, Err(Error::Stale { .. })));
        assert_eq!(schedules::get(&w.db, &w.ours, &one.id).await.unwrap().letter.day, 5);
        assert!(matches!(schedules::delete(&w.db, &w.ours, &one.id, 1).await, Err(Error::Stale { .. })));
        schedules::delete(&w.db, &w.ours, &one.id, 2).await.unwrap();
        assert!(schedules::get(&w.db, &w.ours, &one.id).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn periods_that_fail_in_a_row_end_it() {
    on_both(async |w| {
        let one = schedule(w);
        schedules::insert(&w.db, &one).await.unwrap();
        let failed = async |period: &str| schedules::failed(&w.db, &w.ours, &one.id, period, "连不上", NOW + 5).await.unwrap();
        let sent = async |period: &str| schedules::sent(&w.db, &w.ours, &one.id, period, NOW + 6).await.unwrap();
        let now = async || schedules::get(&w.db, &w.ours, &one.id).await.unwrap();
        failed("1").await;
        failed("1").await;
        assert_eq!((now().await.outcome.failures, now().await.active), (1, true), "a period counts once, however many letters");
        sent("1").await;
        assert_eq!(now().await.outcome.failures, 1, "another reader got it; it still failed");
        sent("2").await;
        assert_eq!(now().await.outcome.failures, 0);
        for period in ["3", "4", "5"] {
            failed(period).await;
        }
        let ended = now().await;
        assert_eq!((ended.outcome.failures, ended.active, ended.outcome.error.as_deref()), (FAILURES_MAX, false, Some("连不上")));
        assert_eq!(schedules::next_due(&w.db).await.unwrap(), None);
        schedules::update(&w.db, &ReportSchedule { active: true, ..ended }).await.unwrap();
        assert_eq!((now().await.outcome.failures, now().await.active), (0, true));
    })
    .await;
}
