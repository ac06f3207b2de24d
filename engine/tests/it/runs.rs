//! Background runs: a training leaves a version, an evaluation compares two versions on questions neither has learnt, a backtest says what a version would change in
//! past conversations and stores nothing of it; both can be cancelled, one of a kind runs at a time, and no tenant sees another's.

use crate::fixture::{House, house, says};
use crate::workshop::{INVOICE, RETURN, teach};
use qn_domain::{
    Backtest, Evaluation, IntentReply, ModelId, RunId, RunKind, RunReport, RunState, TenantId, TrialOutcome, UserId, WorkshopRun,
};
use qn_engine::EngineError;
use std::sync::Arc;

fn tenant() -> TenantId {
    "tnt_1".into()
}

fn by() -> UserId {
    "usr_a".into()
}

fn text(zh: &str) -> IntentReply {
    IntentReply::Text { zh: zh.into(), en: String::new(), next_flow: None }
}

/// Waits for the end of a run, as a screen does.
async fn ended(house: &House, id: &RunId) -> WorkshopRun {
    loop {
        let run = house.engine.workshop_run(&tenant(), id).await.unwrap();
        if run.state != RunState::Running {
            return run;
        }
        tokio::task::yield_now().await;
    }
}

fn evaluation(run: WorkshopRun) -> Evaluation {
    match run.report {
        Some(RunReport::Evaluation(found)) => found,
        other => panic!("{:?} {other:?}", run.state),
    }
}

fn backtest(run: WorkshopRun) -> Backtest {
    match run.report {
        Some(RunReport::Backtest(found)) => found,
        other => panic!("{:?} {other:?}", run.state),
    }
}

async fn taught() -> (House, ModelId) {
    let house = house().await;
    teach(&house, "itt_return", text("七天内可以退。"), &RETURN).await;
    teach(&house, "itt_invoice", text("发票在订单页。"), &INVOICE).await;
    let first = house.engine.train_intents(&tenant(), "mdl_1".into(), &by()).await.unwrap().id;
    (house, first)
}

#[tokio::test]
async fn a_training_in_the_background_leaves_a_version_and_a_cancelled_one_leaves_none() {
    let house = house().await;
    let engine = Arc::clone(&house.engine);
    assert!(matches!(engine.start_training(&tenant(), &by()).await, Err(EngineError::NothingToLearn)));
    teach(&house, "itt_return", text("七天内可以退。"), &RETURN).await;
    teach(&house, "itt_invoice", text("发票在订单页。"), &INVOICE).await;
    let run = engine.start_training(&tenant(), &by()).await.unwrap();
    // Before this test waits for anything: the run is short.
    engine.cancel_run(&tenant(), &run.id).await.unwrap();
    let run = ended(&house, &run.id).await;
    assert_eq!((run.kind, run.state, run.report), (RunKind::Training, RunState::Cancelled, None));
    let versions = async || qn_store::intent_model::list(&engine.db, &tenant(), None, 9).await.unwrap().items;
    assert!(versions().await.is_empty());

    let run = engine.start_training(&tenant(), &by()).await.unwrap();
    let refused = engine.train_intents(&tenant(), "mdl_again".into(), &by()).await;
    assert!(matches!(refused, Err(EngineError::AlreadyTraining)), "either way, one at a time");
    let trained = match ended(&house, &run.id).await.report {
        Some(RunReport::Training(trained)) => trained,
        other => panic!("{other:?}"),
    };
    let kept = versions().await;
    assert_eq!((kept.len(), &kept[0].id, kept[0].number), (1, &trained.model_id, trained.number));
    assert_eq!((trained.examples, kept[0].report.intents.len()), (12, 2), "measured like any other");
}

#[tokio::test]
async fn an_evaluation_measures_examples_and_compares_versions_on_what_was_set_aside() {
    let (house, first) = taught().await;
    let engine = Arc::clone(&house.engine);
    engine.publish_model(&tenant(), &first, -999.0, &by()).await.unwrap();
    let run = engine.start_evaluation(&tenant(), None, None, &by()).await.unwrap();
    assert_eq!((run.state, run.kind), (RunState::Running, RunKind::Evaluation));
    let found = evaluation(ended(&house, &run.id).await);
    assert_eq!((found.examples, found.intents.len(), found.comparison), (12, 2, None));
    assert_eq!(found.cells.iter().map(|c| c.count).sum::<i64>(), 12, "every example is in the matrix once");
    assert!(found.curve.len() > 2 && found.folds >= 2);

    house.clock.advance(1_000);
    assert_eq!(engine.hold_out_examples(&tenant(), 50).await.unwrap(), 2, "one of six: five stay to learn from");
    assert_eq!(engine.hold_out_examples(&tenant(), 50).await.unwrap(), 0, "asking twice sets aside no more");
    house.clock.advance(1_000);
    let second = engine.train_intents(&tenant(), "mdl_2".into(), &by()).await.unwrap();
    assert_eq!(second.examples, 10, "what is set aside is not learnt");
    let run = engine.start_evaluation(&tenant(), Some(&second.id), None, &by()).await.unwrap();
    let compared = evaluation(ended(&house, &run.id).await).comparison.unwrap();
    assert!(compared.set_aside && compared.questions == 2);
    let seen: Vec<_> = compared.sides.iter().map(|s| (s.number, s.seen)).collect();
    assert_eq!(seen, [(2, 0), (1, 2)], "the live version had learnt them, and that is said");
    assert!(compared.sides.iter().all(|s| (0.0..=1.0).contains(&s.accuracy) && s.answered >= s.wrong));
    let listed = engine.workshop_runs(&tenant(), RunKind::Evaluation).await.unwrap();
    assert!(listed.len() == 2 && listed.iter().all(|r| r.report.is_none() && r.state == RunState::Done));
    assert!(engine.workshop_runs(&"tnt_other".into(), RunKind::Evaluation).await.unwrap().is_empty());
    assert!(engine.workshop_run(&"tnt_other".into(), &run.id).await.is_err());
}

#[tokio::test]
async fn a_run_is_cancelled_and_another_may_begin() {
    let (house, first) = taught().await;
    let engine = Arc::clone(&house.engine);
    let run = engine.start_evaluation(&tenant(), Some(&first), None, &by()).await.unwrap();
    // Before this test waits for anything: the run is short.
    engine.cancel_run(&tenant(), &run.id).await.unwrap();
    let run = ended(&house, &run.id).await;
    assert_eq!((run.state, run.report), (RunState::Cancelled, None));
    let (tenant_id, author) = (tenant(), by());
    let (one, two) =
        tokio::join!(engine.start_evaluation(&tenant_id, None, None, &author), engine.start_evaluation(&tenant_id, None, None, &author));
    let (next, again) = match (one, two) {
        (Ok(next), again) | (again, Ok(next)) => (next, again),
        neither => panic!("{neither:?}"),
    };
    assert!(matches!(again, Err(EngineError::AlreadyRunning)));
    assert!(engine.cancel_run(&"tnt_other".into(), &next.id).await.is_err());
    assert_eq!(ended(&house, &next.id).await.state, RunState::Done);
    let left = engine.cancel_run(&tenant(), &next.id).await.unwrap();
    assert_eq!(left.state, RunState::Done, "what has ended stays as it is");
}

#[tokio::test]
async fn a_backtest_says_what_would_change_and_changes_nothing() {
    let (house, first) = taught().await;
    let engine = Arc::clone(&house.engine);
    // Nothing is live: the knowledge base answers.
    let gao = house.visitor("gao").await;
    house.ask(&gao, "1", "怎么退货").await;
    house.ask(&gao, "2", "谢谢").await;
    house.ask(&gao, "3", "怎么开发票").await;
    house.clock.advance(1_000);
    let lin = house.visitor("lin").await;
    let handed = house.ask(&lin, "1", "转人工").await;
    house.ask(&lin, "2", "怎么退货").await;
    let before = (house.messages(&handed).await, qn_store::log::head(&engine.db, &tenant()).await.unwrap());

    engine.publish_model(&tenant(), &first, 999.0, &by()).await.unwrap();
    let second = engine.train_intents(&tenant(), "mdl_2".into(), &by()).await.unwrap();
    engine.try_out_model(&tenant(), &second.id, 0, Some(-999.0), &by()).await.unwrap();
    let run = engine.start_backtest(&tenant(), &second.id, 200, &by()).await.unwrap();
    let found = backtest(ended(&house, &run.id).await);
    assert_eq!((found.number, found.against, found.conversations), (2, 1, 2));
    assert_eq!(found.turns, 2, "thanks, asking for a person and what a person reads are no questions to the bot");
    assert_eq!(found.outcomes.iter().map(|c| (c.outcome, c.turns)).collect::<Vec<_>>(), [(TrialOutcome::Gained, 2)]);
    assert_eq!((found.changed_since, found.is_cut), (0, false));
    let texts: Vec<_> = found.differences.iter().map(|d| (d.text.as_str(), d.trial.text.as_str())).collect();
    assert_eq!(texts, [("怎么退货", "七天内可以退。"), ("怎么开发票", "发票在订单页。")]);
    let turn = &found.differences[0];
    assert!(turn.then == turn.live || turn.then.text == turn.live.text, "{turn:?}");
    let after = (house.messages(&handed).await, qn_store::log::head(&engine.db, &tenant()).await.unwrap());
    assert_eq!(before, after, "nothing is said, nothing is logged");

    // An article that changed since is told apart from what the version changes.
    engine.try_out_model(&tenant(), &second.id, 0, Some(999.0), &by()).await.unwrap();
    let mut article = qn_store::article::list_published(&engine.db, &tenant()).await.unwrap().remove(0);
    article.body = "规则变了。".into();
    let version = article.version;
    qn_store::article::upsert(&engine.db, &article, Some(version)).await.unwrap();
    engine.reload_knowledge(&tenant()).await.unwrap();
    let run = engine.start_backtest(&tenant(), &second.id, 1, &by()).await.unwrap();
    let narrow = backtest(ended(&house, &run.id).await);
    assert_eq!((narrow.conversations, narrow.turns), (1, 0), "the newest conversation only: a person has it");
    let run = engine.start_backtest(&tenant(), &second.id, 200, &by()).await.unwrap();
    let since = backtest(ended(&house, &run.id).await);
    assert_eq!((since.changed_since, since.differences.len()), (1, 1));
    assert_eq!(since.differences[0].outcome, TrialOutcome::Same);
}

#[tokio::test]
async fn examples_are_checked_without_training() {
    let house = house().await;
    teach(&house, "itt_return", text("好"), &RETURN).await;
    let engine = &house.engine;
    let tests = qn_store::intent_example::list_all(&engine.db, &tenant(), 99).await.unwrap();
    let kinds = async || engine.check_examples(&tenant()).await.unwrap().into_iter().map(|f| f.kind).collect::<Vec<_>>();
    assert!(!kinds().await.contains(&qn_domain::FindingKind::Leak));
    qn_store::intent_example::set_aside(&engine.db, &tenant(), &[tests[0].id.clone()], Some(1)).await.unwrap();
    let same = format!("{}？", tests[0].text);
    let new = qn_engine::NewExamples {
        tenant_id: tenant(),
        intent_id: "itt_return".into(),
        language: None,
        source: qn_domain::ExampleSource::Manual,
        texts: vec![same.clone()],
    };
    let added = engine.add_examples(new).await.unwrap().added;
    let findings = engine.check_examples(&tenant()).await.unwrap();
    let leak = findings.iter().find(|f| f.kind == qn_domain::FindingKind::Leak).unwrap();
    assert_eq!(leak.example_ids, [added[0].id.clone(), tests[0].id.clone()], "the example that is learnt, then the test question");
    assert!(leak.example_intent_ids.iter().all(|id| id.as_str() == "itt_return") && leak.example_intent_ids.len() == 2);
    assert_eq!(says("1", &same).content.text, leak.texts[0]);
}
