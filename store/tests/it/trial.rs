//! Turns of a version on trial: counted once each behind the log, the differing ones listed and cut; background runs that have ended.

use crate::world::{NOW, World, message, on_both, opening, reply, seq_of, walk};
use qn_domain::{Conversation, MessageKind, RunId, RunKind, RunState, Speaker, TenantId, TrialOutcome, WorkshopRun};
use qn_store::{Error, trial, workshop_run};
use serde_json::{Value, json};
use std::sync::Arc;

async fn fill(w: &World) {
    for tenant in [&w.ours, &w.theirs] {
        while trial::fill_after(&w.db, tenant, 2).await.unwrap() {}
    }
}

fn said(intent: Option<&str>) -> Value {
    json!({"intent_id": intent, "intent": intent.unwrap_or(""), "probability": 0.5, "text": "好的 \"引号\"", "person": false})
}

fn trace(number: i64, spoke: &str, outcome: &str, route: &str) -> Value {
    let mut turn = json!({"number": number, "against": 1, "spoke": spoke, "outcome": outcome});
    if outcome != "same" {
        turn["live"] = said(None);
        turn["trial"] = said(Some("itt_1"));
    }
    json!({"understood": {"language": "zh-CN"}, "trial": turn, "answer": {"kind": "none"}, "route": {"to": route}})
}

async fn says(w: &World, read: &Conversation, text: &str, trace: Value) -> Conversation {
    let mut commit = reply(read, text);
    let said = Arc::make_mut(commit.messages.first_mut().unwrap());
    said.kind = MessageKind::Incoming;
    said.trace = Some(trace.into());
    seq_of(&w.db.commit(commit.clone()).await.unwrap());
    Arc::unwrap_or_clone(commit.conversation)
}

#[tokio::test]
async fn every_turn_of_a_trial_counts_once_and_differences_are_listed() {
    on_both(async |w| {
        let c = w.add_conversation("cnv_1", "con_1", "你好").await;
        let c = says(w, &c, "怎么退货", trace(2, "live", "gained", "bot")).await;
        let c = says(w, &c, "几天到账", trace(2, "live", "same", "person")).await;
        let c = says(w, &c, "说\"trial\":{的人", json!({"understood": {"language": "en"}})).await;
        let c = says(w, &c, "开发票", trace(2, "trial", "lost", "bot")).await;
        let c = says(w, &c, "换颜色", trace(2, "live", "gained", "bot")).await;
        let mut theirs = opening(&w.theirs, "cnv_x", "con_x", "别家的问题");
        Arc::make_mut(&mut theirs.messages[0]).trace = Some(trace(2, "live", "other", "bot").into());
        seq_of(&w.db.commit(theirs).await.unwrap());
        fill(w).await;
        fill(w).await;
        let counted = async |tenant: &TenantId| {
            let tallies = trial::tally(&w.db, tenant, 2, 1).await.unwrap();
            tallies.iter().map(|t| (t.spoke, t.outcome, t.turns, t.missed, t.handed_over)).collect::<Vec<_>>()
        };
        use TrialOutcome::{Gained, Lost, Other, Same};
        let expected = [(Speaker::Live, Gained, 2, 2, 0), (Speaker::Live, Same, 1, 1, 1), (Speaker::Trial, Lost, 1, 1, 0)];
        assert_eq!(counted(&w.ours).await, expected);
        assert_eq!(counted(&w.theirs).await, [(Speaker::Live, Other, 1, 1, 0)]);
        assert_eq!(trial::opponents(&w.db, &w.ours, 2).await.unwrap(), [1]);
        assert!(trial::opponents(&w.db, &w.ours, 3).await.unwrap().is_empty());

        let list = async |outcome| {
            let all = walk(1, async |c, l| trial::differences(&w.db, &w.ours, (2, outcome), c.as_deref(), l).await.unwrap()).await;
            all.into_iter().map(|d| (d.text, d.outcome)).collect::<Vec<_>>()
        };
        let all = [("换颜色".to_owned(), Gained), ("开发票".to_owned(), Lost), ("怎么退货".to_owned(), Gained)];
        assert_eq!(list(None).await, all);
        assert_eq!(list(Some(Lost)).await, all[1..2]);
        let found = trial::differences(&w.db, &w.ours, (2, None), None, 9).await.unwrap().items;
        assert_eq!((found[0].live.intent_id.clone(), found[0].trial.intent_id.clone()), (None, Some("itt_1".into())));
        assert_eq!((found[0].trial.text.as_str(), found[0].conversation_id.as_str()), ("好的 \"引号\"", "cnv_1"));

        let mut recall = reply(&c, "ok");
        let mut recalled = message(&c, 6, MessageKind::Incoming, "");
        recalled.recalled_at = Some(NOW);
        recall.changed.push(recalled.into());
        seq_of(&w.db.commit(recall).await.unwrap());
        assert_eq!(list(None).await, all[1..], "recalled words are not shown");
    })
    .await;
}

#[tokio::test]
async fn differences_of_versions_that_are_gone_go_with_them() {
    on_both(async |w| {
        let c = w.add_conversation("cnv_1", "con_1", "你好").await;
        let c = says(w, &c, "怎么退货", trace(2, "live", "gained", "bot")).await;
        fill(w).await;
        let kept = async |number| trial::differences(&w.db, &w.ours, (number, None), None, 9).await.unwrap().items.len();
        assert_eq!(kept(2).await, 1);
        says(w, &c, "开发票", trace(3, "live", "gained", "bot")).await;
        fill(w).await;
        assert_eq!((kept(2).await, kept(3).await), (0, 1), "version 2 is not stored, and 3 is the one on trial");
        assert_eq!(trial::tally(&w.db, &w.ours, 2, 1).await.unwrap().len(), 1, "what was counted stays");
    })
    .await;
}

#[tokio::test]
async fn two_nodes_counting_at_once_do_no_harm() {
    on_both(async |w| {
        let mut c = w.add_conversation("cnv_1", "con_1", "你好").await;
        for n in 0..12 {
            c = says(w, &c, &format!("问题 {n}"), trace(4, "live", "gained", "bot")).await;
        }
        let run = async || while trial::fill_after(&w.db, &w.ours, 3).await.unwrap() {};
        tokio::join!(run(), run());
        fill(w).await;
        assert_eq!(trial::tally(&w.db, &w.ours, 4, 1).await.unwrap()[0].turns, 12);
        assert_eq!(trial::differences(&w.db, &w.ours, (4, None), None, 99).await.unwrap().items.len(), 12);
    })
    .await;
}

fn run(tenant_id: &TenantId, n: i64, kind: RunKind) -> WorkshopRun {
    WorkshopRun {
        id: RunId(format!("run_{n:02}_{}", kind.as_str())),
        tenant_id: tenant_id.clone(),
        kind,
        state: RunState::Cancelled,
        done: 0,
        of: 0,
        report: None,
        started_by: "usr_1".into(),
        started_at: NOW + n,
        ended_at: Some(NOW + n + 5),
    }
}

#[tokio::test]
async fn the_newest_runs_are_kept() {
    on_both(async |w| {
        for n in 0..13 {
            workshop_run::insert(&w.db, &run(&w.ours, n, RunKind::Backtest)).await.unwrap();
        }
        workshop_run::insert(&w.db, &run(&w.ours, 0, RunKind::Evaluation)).await.unwrap();
        assert!(matches!(workshop_run::insert(&w.db, &run(&w.ours, 12, RunKind::Backtest)).await, Err(Error::Exists(_))));
        let kept = workshop_run::list(&w.db, &w.ours, RunKind::Backtest).await.unwrap().items;
        assert_eq!((kept.len(), kept[0].clone()), (10, run(&w.ours, 12, RunKind::Backtest)));
        let one = RunId("run_00_evaluation".into());
        assert_eq!(workshop_run::get(&w.db, &w.ours, &one).await.unwrap().state, RunState::Cancelled);
        assert!(matches!(workshop_run::get(&w.db, &w.theirs, &one).await, Err(Error::NotFound { .. })));
        assert!(matches!(workshop_run::get(&w.db, &w.ours, &"run_00_backtest".into()).await, Err(Error::NotFound { .. })));
        assert!(workshop_run::list(&w.db, &w.theirs, RunKind::Backtest).await.unwrap().items.is_empty());
    })
    .await;
}
