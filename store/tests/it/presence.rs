//! Presence as it was lived and what people write when a conversation is done: appended once, counted, never of another tenant.

use crate::world::{NOW, on_both};
use qn_domain::presence::{PresenceChange, PresenceState, time_in_state};
use qn_domain::wrap_up::{Category, WrapUp, WrapUpForm, WrapUpTerms};
use qn_domain::{Role, TransferReason};
use qn_store::{Error, presence, transfer_reasons, wrap_up};

#[tokio::test]
async fn a_state_is_written_when_it_changes_and_time_is_counted() {
    on_both(async |w| {
        w.add_user("usr_1", Role::Agent).await;
        let change = |state, reason: Option<&str>, at| PresenceChange {
            tenant_id: w.ours.clone(),
            user_id: "usr_1".into(),
            state,
            reason: reason.map(str::to_owned),
            caused_by: Some("usr_1".into()),
            at,
        };
        let (online, lunch) = (change(PresenceState::Online, None, NOW), change(PresenceState::Busy, Some("lunch"), NOW + 10));
        assert_eq!(presence::find_now(&w.db, &w.ours, &"usr_1".into()).await.unwrap(), None);
        assert!(presence::append(&w.db, &online).await.unwrap());
        assert!(!presence::append(&w.db, &change(PresenceState::Online, None, NOW + 5)).await.unwrap());
        assert!(presence::append(&w.db, &lunch).await.unwrap());
        assert!(presence::append(&w.db, &change(PresenceState::Busy, Some("meeting"), NOW + 30)).await.unwrap());
        let now = presence::list_now(&w.db, &w.ours).await.unwrap();
        assert_eq!((now.len(), now[0].reason.as_deref(), now[0].at), (1, Some("meeting"), NOW + 30));
        let seen = presence::list_between(&w.db, &w.ours, NOW + 5, NOW + 20).await.unwrap();
        assert_eq!(seen, [online, lunch]);
        let spent: Vec<i64> = time_in_state(&seen, NOW + 5, NOW + 20).iter().map(|t| t.spent_ms).collect();
        assert_eq!(spent, [5, 10]);
        assert!(presence::list_between(&w.db, &w.theirs, 0, NOW * 2).await.unwrap().is_empty());
        assert!(presence::list_now(&w.db, &w.theirs).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_a_person_has_to_write_is_open_until_it_is_saved_or_over() {
    on_both(async |w| {
        w.add_user("usr_1", Role::Agent).await;
        let conversation = w.add_conversation("cnv_1", "con_1", "a").await;
        let asked = |began_at| WrapUp {
            tenant_id: w.ours.clone(),
            conversation_id: conversation.id.clone(),
            began_at,
            inbox_id: conversation.inbox_id.clone(),
            agent_id: "usr_1".into(),
            required: true,
            until_at: began_at + 60,
            ended_at: None,
            category: None,
            note: String::new(),
            saved_at: None,
        };
        wrap_up::insert(&w.db, &asked(NOW - 5)).await.unwrap();
        wrap_up::delete(&w.db, &asked(NOW - 5)).await.unwrap();
        for at in [NOW, NOW, NOW + 100] {
            wrap_up::insert(&w.db, &asked(at)).await.unwrap();
        }
        assert_eq!(wrap_up::list_open(&w.db, &w.ours, &"usr_1".into()).await.unwrap(), [asked(NOW), asked(NOW + 100)]);
        let written = WrapUp { category: Some("refund".into()), note: "好".into(), ..asked(NOW) };
        assert!(wrap_up::save(&w.db, &written, NOW + 9).await.unwrap());
        assert!(wrap_up::end(&w.db, &asked(NOW + 100), NOW + 160).await.unwrap());
        assert!(!wrap_up::end(&w.db, &asked(NOW), NOW + 160).await.unwrap());
        assert!(wrap_up::list_all_open(&w.db, &w.ours).await.unwrap().is_empty());
        let all = wrap_up::list(&w.db, &w.ours, &conversation.id).await.unwrap();
        assert_eq!((all[0].saved_at, all[0].category.as_deref(), all[1].ended_at), (Some(NOW + 9), Some("refund"), Some(NOW + 160)));
        assert_eq!(wrap_up::list_between(&w.db, &w.ours, NOW + 1, NOW + 101).await.unwrap().len(), 1);
        assert!(wrap_up::list(&w.db, &w.theirs, &conversation.id).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_form_is_saved_over_what_was_read() {
    on_both(async |w| {
        let category = Category { key: "refund".into(), zh: "退款".into(), en: "Refund".into(), children: vec![] };
        let terms = WrapUpTerms { required: true, seconds: 60 };
        let form = WrapUpForm { categories: vec![category], inboxes: [("inb_1".into(), terms)].into() };
        assert_eq!(wrap_up::form(&w.db, &w.ours).await.unwrap(), (WrapUpForm::default(), 0));
        assert_eq!(wrap_up::put_form(&w.db, &w.ours, &form, 0).await.unwrap(), 1);
        assert!(matches!(wrap_up::put_form(&w.db, &w.ours, &form, 0).await, Err(Error::Stale { .. })));
        assert_eq!(wrap_up::put_form(&w.db, &w.ours, &form, 1).await.unwrap(), 2);
        assert_eq!(wrap_up::form(&w.db, &w.ours).await.unwrap(), (form, 2));
        assert_eq!(wrap_up::form(&w.db, &w.theirs).await.unwrap().1, 0);
    })
    .await;
}

#[tokio::test]
async fn transfer_reasons_are_saved_over_what_was_read() {
    on_both(async |w| {
        let reasons = [TransferReason { key: "expert".into(), zh: "需要\"专家\"".into(), en: "Expert".into() }];
        assert_eq!(transfer_reasons::get(&w.db, &w.ours).await.unwrap(), (vec![], 0));
        assert_eq!(transfer_reasons::put(&w.db, &w.ours, &reasons, 0).await.unwrap(), 1);
        assert!(matches!(transfer_reasons::put(&w.db, &w.ours, &[], 0).await, Err(Error::Stale { .. })));
        assert_eq!(transfer_reasons::get(&w.db, &w.ours).await.unwrap(), (reasons.to_vec(), 1));
        assert_eq!(transfer_reasons::put(&w.db, &w.ours, &[], 1).await.unwrap(), 2);
        assert_eq!(transfer_reasons::get(&w.db, &w.ours).await.unwrap(), (vec![], 2));
        assert_eq!(transfer_reasons::get(&w.db, &w.theirs).await.unwrap().1, 0);
    })
    .await;
}
