//! Intents, their examples and the versions trained on them: unique names and words, one live version, nothing of another tenant.

use crate::world::{NOW, World, on_both, walk};
use qn_domain::{
    CurvePoint, ExampleId, ExampleSource, Intent, IntentExample, IntentReply, Language, ModelId, ModelState, StepKind, TenantId,
    TrainedModel, TrainingReport, VersionStep,
};
use qn_store::intent_example::{self, Filter};
use qn_store::{Error, intent, intent_model, version_step};

fn make(tenant_id: &TenantId, id: &str, name: &str) -> Intent {
    Intent {
        id: id.into(),
        tenant_id: tenant_id.clone(),
        name: name.into(),
        description: "为什么 why".into(),
        reply: IntentReply::Text { zh: "好的".into(), en: "Sure".into(), next_flow: None },
        topic: "售后".into(),
        only_in_topic: id == "itt_1",
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    }
}

fn example(w: &World, n: i64, intent: &str, text: &str) -> IntentExample {
    IntentExample {
        id: ExampleId(format!("exa_{n:03}")),
        tenant_id: w.ours.clone(),
        intent_id: intent.into(),
        language: if text.is_ascii() { Language::En } else { Language::Zh },
        text: text.into(),
        source: ExampleSource::Manual,
        created_at: NOW + n / 2,
        test_since: None,
    }
}

#[tokio::test]
async fn names_are_unique_and_an_edit_that_lost_changes_nothing() {
    on_both(async |w| {
        let first = make(&w.ours, "itt_1", "退货");
        intent::insert(&w.db, &first).await.unwrap();
        assert!(matches!(intent::insert(&w.db, &first).await, Err(Error::Exists(what)) if what == "id"));
        assert!(matches!(intent::insert(&w.db, &make(&w.ours, "itt_2", "退货")).await, Err(Error::Exists(what)) if what == "name"));
        intent::insert(&w.db, &make(&w.theirs, "itt_x", "退货")).await.unwrap();
        intent::insert(&w.db, &make(&w.ours, "itt_2", "发票")).await.unwrap();
        intent::insert(&w.db, &make(&w.ours, "itt_3", "Invoice")).await.unwrap();
        let mut next = first.clone();
        next.reply = IntentReply::Article { article_id: "art_1".into() };
        (next.topic, next.only_in_topic) = ("物流".into(), false);
        assert_eq!(intent::update(&w.db, &next).await.unwrap(), 2);
        assert!(matches!(intent::update(&w.db, &next).await, Err(Error::Stale { .. })));
        next.name = "发票".into();
        next.version = 2;
        assert!(matches!(intent::update(&w.db, &next).await, Err(Error::Exists(_))));
        let stored = intent::get(&w.db, &w.ours, &first.id).await.unwrap();
        assert_eq!((stored.version, stored.reply, stored.name.as_str()), (2, next.reply.clone(), "退货"));
        assert_eq!((stored.topic.as_str(), stored.only_in_topic), ("物流", false));
        assert!(first.only_in_topic && intent::get(&w.db, &w.ours, &"itt_2".into()).await.unwrap().topic == "售后");
        assert_eq!(intent::find(&w.db, &w.theirs, &first.id).await.unwrap(), None);
        let all = walk(2, async |c, l| intent::list(&w.db, &w.ours, None, c.as_deref(), l).await.unwrap()).await;
        assert_eq!(all.iter().map(|i| i.name.as_str()).collect::<Vec<_>>(), ["Invoice", "发票", "退货"]);
        assert_eq!(intent::list(&w.db, &w.ours, Some("VOICE"), None, 9).await.unwrap().items.len(), 1);
        assert_eq!((intent::count(&w.db, &w.ours).await.unwrap(), intent::count(&w.db, &w.theirs).await.unwrap()), (3, 1));
        assert!(matches!(intent::delete(&w.db, &w.theirs, &first.id, 2).await, Err(Error::NotFound { .. })));
        assert!(matches!(intent::delete(&w.db, &w.ours, &first.id, 1).await, Err(Error::Stale { .. })));
        intent::delete(&w.db, &w.ours, &first.id, 2).await.unwrap();
        assert_eq!(intent::count(&w.db, &w.ours).await.unwrap(), 2);
    })
    .await;
}

#[tokio::test]
async fn the_same_words_are_kept_once() {
    on_both(async |w| {
        for (id, name) in [("itt_1", "退货"), ("itt_2", "发票")] {
            intent::insert(&w.db, &make(&w.ours, id, name)).await.unwrap();
        }
        let texts = ["怎么退货", "我想\"退\"货", "send it back", "退货流程"];
        let mut all: Vec<IntentExample> = texts.iter().zip(0..).map(|(text, n)| example(w, n, "itt_1", text)).collect();
        all.push(example(w, 9, "itt_1", "怎么退货"));
        let added = intent_example::insert_all(&w.db, &all).await.unwrap();
        assert_eq!(added.len(), 4);
        let again = [example(w, 10, "itt_2", "退货流程"), example(w, 11, "itt_2", "开发票")];
        assert_eq!(intent_example::insert_all(&w.db, &again).await.unwrap(), ["exa_011".into()]);
        let same = intent_example::list_same(&w.db, &again[..1]).await.unwrap();
        assert_eq!((same[0].intent_id.as_str(), same[0].id.as_str()), ("itt_1", "exa_003"));
        assert!(intent_example::insert_all(&w.db, &[]).await.unwrap().is_empty());

        let list = async |filter: Filter| {
            walk(2, async |c, l| intent_example::list(&w.db, &w.ours, &"itt_1".into(), &filter, c.as_deref(), l).await.unwrap()).await
        };
        let found: Vec<String> = list(Filter::default()).await.into_iter().map(|e| e.text).collect();
        assert_eq!(found, ["退货流程", "send it back", "我想\"退\"货", "怎么退货"]);
        assert_eq!(list(Filter { text: Some("BACK".into()), language: None }).await.len(), 1);
        assert_eq!(list(Filter { text: None, language: Some(Language::Zh) }).await.len(), 3);
        let counts = intent_example::count(&w.db, &w.ours).await.unwrap();
        assert_eq!((counts[&("itt_1".into(), Language::Zh)], counts[&("itt_1".into(), Language::En)]), (3, 1));
        assert!(intent_example::count(&w.db, &w.theirs).await.unwrap().is_empty());
        assert_eq!(intent_example::list_all(&w.db, &w.ours, 99).await.unwrap().len(), 5);

        let ids: Vec<ExampleId> = ["exa_000".into(), "exa_001".into(), "exa_none".into()].into();
        assert_eq!(intent_example::move_all(&w.db, &w.ours, &ids, &"itt_2".into()).await.unwrap(), 2);
        assert!(matches!(intent_example::move_all(&w.db, &w.theirs, &ids, &"itt_1".into()).await, Err(Error::NotFound { .. })));
        intent::insert(&w.db, &make(&w.theirs, "itt_x", "x")).await.unwrap();
        assert_eq!(intent_example::move_all(&w.db, &w.theirs, &ids, &"itt_x".into()).await.unwrap(), 0);
        assert_eq!(intent_example::set_aside(&w.db, &w.theirs, &ids, Some(NOW)).await.unwrap(), 0);
        assert_eq!(intent_example::set_aside(&w.db, &w.ours, &ids[..1], Some(NOW)).await.unwrap(), 1);
        assert_eq!(intent_example::set_aside(&w.db, &w.ours, &ids, Some(NOW + 9)).await.unwrap(), 1, "set aside once");
        let aside = async || {
            let all = intent_example::list_all(&w.db, &w.ours, 99).await.unwrap();
            all.into_iter().filter_map(|e| e.test_since).collect::<Vec<_>>()
        };
        assert_eq!(aside().await, [NOW, NOW + 9]);
        assert_eq!(intent_example::set_aside(&w.db, &w.ours, &ids, None).await.unwrap(), 2);
        assert!(aside().await.is_empty());
        assert_eq!(intent_example::delete_all(&w.db, &w.theirs, &ids).await.unwrap(), 0);
        assert_eq!(intent_example::delete_all(&w.db, &w.ours, &ids).await.unwrap(), 2);
        intent::delete(&w.db, &w.ours, &"itt_1".into(), 1).await.unwrap();
        assert_eq!(intent_example::list_all(&w.db, &w.ours, 99).await.unwrap().len(), 1, "examples go with their intent");
    })
    .await;
}

fn model(tenant_id: &TenantId, id: &str) -> TrainedModel {
    TrainedModel {
        id: ModelId::from(id),
        tenant_id: tenant_id.clone(),
        number: 0,
        state: ModelState::Ready,
        share_percent: 0,
        intents: 3,
        examples: 60,
        threshold: 0.55,
        report: TrainingReport {
            accuracy: 0.875,
            curve: vec![CurvePoint { threshold: 0.5, answered: 0.75, wrong: 0.125, strangers_left: None }],
            ..TrainingReport::default()
        },
        size_bytes: 0,
        trained_by: "usr_1".into(),
        trained_at: NOW,
        published_at: None,
    }
}

fn step(tenant_id: &TenantId, id: &str, threshold: f32, at: i64) -> VersionStep {
    VersionStep {
        tenant_id: tenant_id.clone(),
        model_id: id.into(),
        number: 0,
        kind: StepKind::Published,
        share_percent: 0,
        threshold,
        taken_by: "usr_1".into(),
        at,
    }
}

#[tokio::test]
async fn versions_count_up_and_one_is_live() {
    on_both(async |w| {
        let bytes: Vec<u8> = (0..=255).collect();
        for n in 1..=3 {
            assert_eq!(intent_model::insert(&w.db, &model(&w.ours, &format!("mdl_{n}")), &bytes).await.unwrap(), n);
        }
        assert!(matches!(intent_model::insert(&w.db, &model(&w.ours, "mdl_1"), &bytes).await, Err(Error::Exists(_))));
        assert_eq!(intent_model::insert(&w.db, &model(&w.theirs, "mdl_x"), &bytes).await.unwrap(), 1);
        assert_eq!(intent_model::bytes(&w.db, &w.ours, &"mdl_2".into()).await.unwrap(), bytes);
        assert!(intent_model::bytes(&w.db, &w.theirs, &"mdl_2".into()).await.is_err());
        assert_eq!(intent_model::find_live(&w.db, &w.ours).await.unwrap(), None);

        intent_model::publish(&w.db, &step(&w.ours, "mdl_1", 0.5, NOW)).await.unwrap();
        intent_model::publish(&w.db, &step(&w.ours, "mdl_3", 0.7, NOW + 1)).await.unwrap();
        intent_model::publish(&w.db, &step(&w.ours, "mdl_3", 0.8, NOW + 2)).await.unwrap();
        let live = intent_model::find_live(&w.db, &w.ours).await.unwrap().unwrap();
        assert_eq!((live.number, live.published_at, live.size_bytes), (3, Some(NOW + 2), 256));
        assert!((live.threshold - 0.8).abs() < 1e-6);
        assert_eq!(live.report, model(&w.ours, "x").report);
        let all = walk(2, async |c, l| intent_model::list(&w.db, &w.ours, c.as_deref(), l).await.unwrap()).await;
        let states: Vec<_> = all.iter().map(|m| (m.number, m.state)).collect();
        assert_eq!(states, [(3, ModelState::Live), (2, ModelState::Ready), (1, ModelState::Retired)]);
        assert!(matches!(intent_model::publish(&w.db, &step(&w.theirs, "mdl_1", 0.5, NOW)).await, Err(Error::NotFound { .. })));
        assert_eq!(intent_model::find_live(&w.db, &w.theirs).await.unwrap(), None);
        let (one, two) = (step(&w.ours, "mdl_1", 0.5, NOW), step(&w.ours, "mdl_2", 0.5, NOW));
        let (a, b) = tokio::join!(intent_model::publish(&w.db, &one), intent_model::publish(&w.db, &two));
        assert!(a.is_ok() || b.is_ok());
        let live = intent_model::find_live(&w.db, &w.ours).await.unwrap().unwrap();
        let off = VersionStep { kind: StepKind::TakenOff, ..step(&w.ours, live.id.as_str(), 0.5, NOW + 3) };
        assert!(!intent_model::retire_live(&w.db, &VersionStep { tenant_id: w.theirs.clone(), ..off.clone() }).await.unwrap());
        assert!(intent_model::retire_live(&w.db, &off).await.unwrap());
        assert!(!intent_model::retire_live(&w.db, &off).await.unwrap());
        assert_eq!(intent_model::find_previous(&w.db, &w.ours).await.unwrap().unwrap().number, 3, "the last that went live");
        assert_eq!(intent_model::find_previous(&w.db, &w.theirs).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn one_version_is_on_trial_and_every_step_is_written_down() {
    on_both(async |w| {
        for n in 1..=3 {
            intent_model::insert(&w.db, &model(&w.ours, &format!("mdl_{n}")), b"x").await.unwrap();
        }
        let canary = |id, share_percent| VersionStep { kind: StepKind::Canary, share_percent, ..step(&w.ours, id, 0.25, NOW) };
        let shadow = |id| VersionStep { kind: StepKind::Shadow, ..step(&w.ours, id, 0.5, NOW) };
        intent_model::publish(&w.db, &step(&w.ours, "mdl_1", 0.5, NOW)).await.unwrap();
        assert!(matches!(intent_model::start_trial(&w.db, &shadow("mdl_1")).await, Err(Error::NotFound { .. })), "it is live");
        intent_model::start_trial(&w.db, &shadow("mdl_2")).await.unwrap();
        intent_model::start_trial(&w.db, &canary("mdl_2", 30)).await.unwrap();
        let theirs = VersionStep { tenant_id: w.theirs.clone(), ..canary("mdl_2", 30) };
        assert!(matches!(intent_model::start_trial(&w.db, &theirs).await, Err(Error::NotFound { .. })));
        let trial = intent_model::find_trial(&w.db, &w.ours).await.unwrap().unwrap();
        assert_eq!((trial.number, trial.state, trial.share_percent, trial.threshold), (2, ModelState::Canary, 30, 0.25));
        assert_eq!(intent_model::find_trial(&w.db, &w.theirs).await.unwrap(), None);
        intent_model::start_trial(&w.db, &shadow("mdl_3")).await.unwrap();
        let states = async || {
            let all = intent_model::list(&w.db, &w.ours, None, 9).await.unwrap().items;
            all.iter().map(|m| (m.state, m.share_percent)).collect::<Vec<_>>()
        };
        assert_eq!(states().await, [(ModelState::Shadow, 0), (ModelState::Ready, 0), (ModelState::Live, 0)], "one at a time");
        intent_model::publish(&w.db, &step(&w.ours, "mdl_2", 0.5, NOW + 1)).await.unwrap();
        intent_model::start_trial(&w.db, &canary("mdl_1", 5)).await.unwrap();
        let withdrawn = VersionStep { kind: StepKind::Withdrawn, ..step(&w.ours, "mdl_1", 0.25, NOW + 2) };
        assert!(intent_model::withdraw(&w.db, &withdrawn).await.unwrap());
        assert!(!intent_model::withdraw(&w.db, &withdrawn).await.unwrap());
        assert_eq!(states().await, [(ModelState::Ready, 0), (ModelState::Live, 0), (ModelState::Retired, 0)], "back to where it came from");
        let steps = walk(3, async |c, l| version_step::list(&w.db, &w.ours, c.as_deref(), l).await.unwrap()).await;
        let kinds: Vec<_> = steps.iter().rev().skip(3).map(|s| (s.number, s.kind, s.share_percent)).collect();
        use StepKind::{Canary, Published, Shadow, Withdrawn};
        let expected =
            [(1, Published, 0), (2, Shadow, 0), (2, Canary, 30), (3, Shadow, 0), (2, Published, 0), (1, Canary, 5), (1, Withdrawn, 0)];
        assert_eq!(kinds, expected);
        assert!(version_step::list(&w.db, &w.theirs, None, 9).await.unwrap().items.is_empty());
    })
    .await;
}

#[tokio::test]
async fn old_versions_go_but_never_the_live_one() {
    on_both(async |w| {
        intent_model::insert(&w.db, &model(&w.ours, "mdl_live"), b"x").await.unwrap();
        intent_model::publish(&w.db, &step(&w.ours, "mdl_live", 0.5, NOW)).await.unwrap();
        for n in 2..=25 {
            assert_eq!(intent_model::insert(&w.db, &model(&w.ours, &format!("mdl_{n}")), b"x").await.unwrap(), n);
        }
        let numbers: Vec<i64> = intent_model::list(&w.db, &w.ours, None, 99).await.unwrap().items.iter().map(|m| m.number).collect();
        assert_eq!(numbers, (6..=25).rev().chain([1]).collect::<Vec<_>>());
    })
    .await;
}
