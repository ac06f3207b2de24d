//! Records of calls ride with the next decision about any run, come through one that changes nothing, and do not need one.

use crate::world::{NOW, World, decided, on_both, plain_run};
use qn_store::flow_exchange::{self, Fate, FlowExchange};
use qn_store::flow_run::{self, FlowTimer};
use qn_store::{RunChange, RunCommit, RunOutcome};
use serde_json::json;
use std::time::Duration;

fn said(w: &World, run_id: &str, attempt: i64, fate: Fate) -> FlowExchange {
    FlowExchange {
        tenant_id: w.ours.clone(),
        run_id: run_id.into(),
        step: "pay".into(),
        attempt,
        fate,
        exchange: json!({"status": 200, "text": "退款 \"好\""}),
        at: NOW,
    }
}

fn commit(w: &World, run_id: &str, position: i64) -> RunCommit {
    let run = if position == 0 { RunChange::Begins(Box::new(plain_run(&w.ours, run_id))) } else { RunChange::None };
    decided(&w.ours, run_id, position, run)
}

async fn kept(w: &World, run_id: &str) -> Vec<(i64, Fate)> {
    let all = flow_exchange::list(&w.db, &w.ours, run_id).await.unwrap();
    all.iter().map(|e| (e.attempt, e.fate)).collect()
}

#[tokio::test]
async fn what_was_said_is_there_when_the_decision_after_it_is() {
    on_both(async |w| {
        w.db.record_flow_call(said(w, "run_1", 1, Fate::Failed));
        w.db.record_flow_call(said(w, "run_1", 2, Fate::Doubt));
        w.db.record_flow_call(said(w, "run_1", 2, Fate::Done));
        assert_eq!(w.db.commit_run(commit(w, "run_1", 0)).await.unwrap(), RunOutcome::Done);
        assert_eq!(kept(w, "run_1").await, [(1, Fate::Failed), (2, Fate::Done)], "the latest of an attempt counts");

        // The decision changes nothing, and the record is kept all the same.
        w.db.record_flow_call(said(w, "run_1", 3, Fate::Done));
        assert_eq!(w.db.commit_run(commit(w, "run_1", 0)).await.unwrap(), RunOutcome::Duplicate);
        w.db.record_flow_call(said(w, "run_1", 4, Fate::Done));
        assert_eq!(w.db.commit_run(commit(w, "run_1", 1)).await.unwrap(), RunOutcome::Done);
        assert_eq!(kept(w, "run_1").await.len(), 4);
    })
    .await;
}

#[tokio::test]
async fn what_was_said_is_kept_where_nothing_is_decided() {
    on_both(async |w| {
        w.db.record_flow_call(said(w, "run_1", 1, Fate::Done));
        let kept_alone = async {
            while kept(w, "run_1").await.is_empty() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), kept_alone).await.expect("a record that nothing follows is written");
    })
    .await;
}

#[tokio::test]
async fn a_timer_that_goes_and_is_set_again_in_one_decision_stands() {
    on_both(async |w| {
        let timer = |due_at| FlowTimer { run_id: "run_1".into(), step: "wait".into(), due_at };
        let first = RunCommit { set_timers: vec![timer(NOW + 1)], ..commit(w, "run_1", 0) };
        assert_eq!(w.db.commit_run(first).await.unwrap(), RunOutcome::Done);
        let again = RunCommit { drop_timers: vec!["wait".into()], set_timers: vec![timer(NOW + 2)], ..commit(w, "run_1", 1) };
        assert_eq!(w.db.commit_run(again).await.unwrap(), RunOutcome::Done);
        let due: Vec<i64> = flow_run::timers_before(&w.db, NOW + 10).await.unwrap().into_iter().map(|(.., due_at)| due_at).collect();
        assert_eq!(due, [NOW + 2]);
    })
    .await;
}
