//! Score forms, plans and reviews: versions are written once, a conversation is drawn once, and everything is a tenant's own.

use crate::world::{NOW, World, on_both};
use qn_domain::quality::{Answer, Answers, DrawFirst, Every, PlanRule, ScoreForm};
use qn_domain::{Oversight, OversightKind, Review, ReviewPlan, ReviewState, Scorecard};
use qn_store::review::Filter;
use qn_store::{Error, oversight, review, review_plan, scorecard};

fn entry(w: &World, n: i64, kind: OversightKind) -> Oversight {
    Oversight {
        id: format!("ovs_{n}").as_str().into(),
        tenant_id: w.ours.clone(),
        kind,
        actor_id: "usr_boss".into(),
        actor_name: "何岚".into(),
        user_id: None,
        conversation_id: None,
        text: "通用".into(),
        state: None,
        at: NOW,
    }
}

fn card(w: &World, version: i64, name: &str) -> Scorecard {
    Scorecard {
        id: "scd_1".into(),
        tenant_id: w.ours.clone(),
        version,
        form: ScoreForm { zh: name.into(), en: name.into(), note: String::new(), sections: vec![] },
        changed_by: "usr_boss".into(),
        changed_at: NOW + version,
    }
}

#[tokio::test]
async fn a_form_is_written_version_by_version() {
    on_both(async |w| {
        let write = async |version: i64, name: &str, archived: bool| {
            let n = version * 10 + i64::from(archived);
            scorecard::write(&w.db, &card(w, version, name), archived, &entry(w, n, OversightKind::ChangeScorecard)).await
        };
        write(1, "甲", false).await.unwrap();
        assert!(matches!(write(1, "乙", false).await, Err(Error::Exists(_))));
        assert!(matches!(write(3, "乙", false).await, Err(Error::Stale { .. })), "versions have no gaps");
        write(2, "乙", false).await.unwrap();
        assert!(matches!(write(2, "丙", false).await, Err(Error::Stale { .. })), "of two, the second learns of the first");
        let newest = scorecard::newest(&w.db, &w.ours, &"scd_1".into()).await.unwrap();
        assert_eq!((newest.clone(), scorecard::list(&w.db, &w.ours).await.unwrap()), (card(w, 2, "乙"), vec![newest]));
        assert_eq!(scorecard::get(&w.db, &w.ours, &"scd_1".into(), 1).await.unwrap(), card(w, 1, "甲"), "the first is as it was");
        assert!(scorecard::newest(&w.db, &w.theirs, &"scd_1".into()).await.is_err());
        write(3, "乙", true).await.unwrap();
        assert!(scorecard::list(&w.db, &w.ours).await.unwrap().is_empty());
        scorecard::get(&w.db, &w.ours, &"scd_1".into(), 2).await.unwrap();
        assert_eq!(oversight::list(&w.db, &w.ours, None, 10).await.unwrap().items.len(), 3, "one entry for each that was written");
    })
    .await;
}

fn plan(w: &World) -> ReviewPlan {
    let rule = PlanRule {
        name: "每周".into(),
        scorecard_id: "scd_1".into(),
        every: Every::Week,
        per_agent: 3,
        first: DrawFirst::LowCsat,
        resolved_only: true,
        messages_min: 2,
        inbox_ids: vec!["inb_1".into()],
        team_ids: vec![],
        reviewer_ids: vec![],
    };
    ReviewPlan { id: "rpl_1".into(), tenant_id: w.ours.clone(), rule, active: true, next_at: NOW + 10, version: 1, created_at: NOW }
}

#[tokio::test]
async fn a_plan_is_due_once_and_changed_over_what_was_read() {
    on_both(async |w| {
        let entry = |n| entry(w, n, OversightKind::ChangeReviewPlan);
        let mut plan = plan(w);
        review_plan::insert(&w.db, &plan, &entry(1)).await.unwrap();
        assert!(matches!(review_plan::insert(&w.db, &plan, &entry(2)).await, Err(Error::Exists(_))));
        assert_eq!(review_plan::list(&w.db, &w.ours).await.unwrap(), vec![plan.clone()]);
        assert!(review_plan::list(&w.db, &w.theirs).await.unwrap().is_empty());
        assert_eq!(review_plan::next_due(&w.db).await.unwrap(), Some(NOW + 10));
        assert!(review_plan::list_due(&w.db, NOW + 9, 9).await.unwrap().is_empty());
        assert_eq!(review_plan::list_due(&w.db, NOW + 10, 9).await.unwrap(), vec![plan.clone()]);
        assert!(review_plan::advance(&w.db, &plan, NOW + 20).await.unwrap());
        assert!(!review_plan::advance(&w.db, &plan, NOW + 20).await.unwrap(), "two that look at once draw once");
        plan.active = false;
        plan.version = review_plan::update(&w.db, &plan, &entry(3)).await.unwrap();
        assert!(matches!(
            review_plan::update(&w.db, &ReviewPlan { version: 1, ..plan.clone() }, &entry(4)).await,
            Err(Error::Stale { .. })
        ));
        assert_eq!((plan.version, review_plan::next_due(&w.db).await.unwrap()), (2, None));
        assert_eq!(review_plan::get(&w.db, &w.ours, &plan.id).await.unwrap(), plan);
        assert!(matches!(
            review_plan::delete(&w.db, &ReviewPlan { version: 1, ..plan.clone() }, &entry(5)).await,
            Err(Error::Stale { .. })
        ));
        review_plan::delete(&w.db, &plan, &entry(6)).await.unwrap();
        assert!(review_plan::get(&w.db, &w.ours, &plan.id).await.is_err());
    })
    .await;
}

fn drawn(w: &World, n: i64, agent: &str, reviewer: Option<&str>) -> Review {
    Review {
        id: format!("rev_{n}").as_str().into(),
        tenant_id: w.ours.clone(),
        plan_id: "rpl_1".into(),
        period_from: NOW,
        conversation_id: format!("cnv_{n}").as_str().into(),
        number: 1,
        opened_at: NOW + n,
        agent_id: agent.into(),
        reviewer_id: reviewer.map(Into::into),
        scorecard_id: "scd_1".into(),
        scorecard_version: 1,
        state: ReviewState::Open,
        answers: Answers::new(),
        note: String::new(),
        score_x100: None,
        fatal: false,
        first_score_x100: None,
        appeal: None,
        settlement: None,
        drawn_at: NOW,
        submitted_at: None,
        appealed_at: None,
        settled_at: None,
        asked_by: None,
        asked_why: String::new(),
        skip_reason: None,
        skipped_at: None,
        version: 1,
    }
}

#[tokio::test]
async fn a_conversation_is_drawn_once_and_its_review_tells_what_was_said() {
    on_both(async |w| {
        let all = [drawn(w, 1, "usr_a", Some("usr_boss")), drawn(w, 2, "usr_b", None), drawn(w, 3, "usr_a", Some("usr_other"))];
        assert_eq!(review::insert(&w.db, &all).await.unwrap(), 3);
        let again = [Review { id: "rev_9".into(), ..all[0].clone() }, drawn(w, 4, "usr_b", None)];
        assert_eq!(review::insert(&w.db, &again).await.unwrap(), 1, "only the new one");
        assert_eq!(review::insert(&w.db, &[]).await.unwrap(), 0);
        assert_eq!(review::list_of_period(&w.db, &w.ours, &"rpl_1".into(), NOW).await.unwrap().len(), 4);
        let ids = ["cnv_1".into(), "cnv_7".into()];
        assert_eq!(review::drawn(&w.db, &w.ours, &ids).await.unwrap(), ["cnv_1".into()]);
        assert!(review::drawn(&w.db, &w.theirs, &ids).await.unwrap().is_empty());

        let found = async |filter: Filter| {
            let page = review::list(&w.db, &w.ours, &filter, None, 10).await.unwrap();
            page.items.into_iter().map(|r| r.id.0).collect::<Vec<_>>()
        };
        assert_eq!(found(Filter { reviewer_id: Some("usr_boss".into()), ..Filter::default() }).await, ["rev_4", "rev_2", "rev_1"]);
        assert_eq!(found(Filter { agent_id: Some("usr_a".into()), ..Filter::default() }).await, ["rev_3", "rev_1"]);
        assert_eq!(found(Filter { not_unsubmitted_of: Some("usr_a".into()), ..Filter::default() }).await, ["rev_4", "rev_2"]);
        assert!(found(Filter { submitted: true, ..Filter::default() }).await.is_empty());
        let first = review::list(&w.db, &w.ours, &Filter::default(), None, 3).await.unwrap();
        let rest = review::list(&w.db, &w.ours, &Filter::default(), first.next_cursor.as_deref(), 3).await.unwrap();
        assert_eq!((first.items.len(), rest.items, rest.next_cursor), (3, vec![all[0].clone()], None));

        let mut said = all[0].clone();
        said.answers.insert("c1".into(), Answer { value: "yes".into(), note: "好\"".into() });
        (said.state, said.score_x100, said.fatal, said.submitted_at) = (ReviewState::Submitted, Some(8_750), true, Some(NOW + 5));
        said.version = review::update(&w.db, &said, Some(&entry(w, 1, OversightKind::Review))).await.unwrap();
        assert_eq!(review::get(&w.db, &w.ours, &said.id).await.unwrap(), said);
        assert!(review::get(&w.db, &w.theirs, &said.id).await.is_err());
        assert!(matches!(review::update(&w.db, &all[0], None).await, Err(Error::Stale { .. })));
        assert_eq!(found(Filter { state: Some(ReviewState::Submitted), ..Filter::default() }).await, ["rev_1"]);
        let scored = review::list_scored(&w.db, &w.ours, NOW + 1, NOW + 2).await.unwrap();
        assert_eq!((scored.len(), scored[0].score_x100, scored[0].fatal, scored[0].number), (1, 8_750, true, 1));
        assert!(review::list_scored(&w.db, &w.ours, NOW + 2, NOW + 9).await.unwrap().is_empty());
        assert_eq!(oversight::list(&w.db, &w.ours, None, 10).await.unwrap().items.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_a_person_asked_for_is_added_once_with_its_entry_and_may_be_passed_over() {
    on_both(async |w| {
        let asked = Review { asked_by: Some("usr_boss".into()), asked_why: "投诉".into(), ..drawn(w, 1, "usr_a", None) };
        assert!(review::insert_asked(&w.db, &asked, &entry(w, 1, OversightKind::AskReview)).await.unwrap());
        let again = Review { id: "rev_9".into(), ..asked.clone() };
        assert!(!review::insert_asked(&w.db, &again, &entry(w, 2, OversightKind::AskReview)).await.unwrap());
        assert_eq!(oversight::list(&w.db, &w.ours, None, 10).await.unwrap().items.len(), 1, "what is not added leaves no entry");
        let of = async |id: &str| review::find_of_conversation(&w.db, &w.ours, &id.into()).await.unwrap();
        assert_eq!((of("cnv_1").await, of("cnv_2").await), (Some(asked.clone()), None));
        assert_eq!(review::find_of_conversation(&w.db, &w.theirs, &"cnv_1".into()).await.unwrap(), None);
        let mut skipped = asked.clone();
        (skipped.state, skipped.skip_reason, skipped.skipped_at) = (ReviewState::Skipped, Some("测试".into()), Some(NOW + 7));
        skipped.version = review::update(&w.db, &skipped, None).await.unwrap();
        assert_eq!(of("cnv_1").await, Some(skipped));
        let listed = async |filter: Filter| review::list(&w.db, &w.ours, &filter, None, 10).await.unwrap().items.len();
        assert_eq!(listed(Filter { submitted: true, ..Filter::default() }).await, 0, "no result");
        assert_eq!(listed(Filter { not_unsubmitted_of: Some("usr_a".into()), ..Filter::default() }).await, 0, "nothing for the agent");
        assert_eq!(listed(Filter { conversation_id: Some("cnv_1".into()), ..Filter::default() }).await, 1);
    })
    .await;
}
