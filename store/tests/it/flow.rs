//! Flows: versions that never change, runs that begin once, journals that nobody overtakes, timers and signals.

use crate::world::{NOW, World, decided, on_both, plain_run};
use qn_store::flow_run::{self, FlowRun, FlowTimer, RunStanding};
use qn_store::flow_schedule::{self, FlowSchedule};
use qn_store::flow_task::{self, FlowTask};
use qn_store::flow_version::{self, FlowVersion};
use qn_store::notice::{self, Notice};
use qn_store::{RunChange, RunCommit, RunOutcome, Told};

fn version(w: &World, hash: &str) -> FlowVersion {
    FlowVersion {
        tenant_id: w.ours.to_string(),
        hash: hash.into(),
        flow_id: "refund".into(),
        number: 0,
        document: "{\"名\": 1}".into(),
        note: "first".into(),
        published_by: "usr_1".into(),
        published_at: NOW,
    }
}

fn commit(w: &World, run_id: &str, position: i64, run: RunChange) -> RunCommit {
    RunCommit { entries: format!("[\"退款 {position}\"]"), ..decided(&w.ours, run_id, position, run) }
}

fn begins(w: &World, run_id: &str, trigger: &str) -> RunChange {
    RunChange::Begins(Box::new(FlowRun { trigger_key: trigger.into(), ..plain_run(&w.ours, run_id) }))
}

#[tokio::test]
async fn versions_are_numbered_and_the_same_content_is_one_version() {
    on_both(async |w| {
        for hash in ["a", "b", "a"] {
            flow_version::insert(&w.db, &version(w, hash)).await.unwrap();
        }
        let latest = flow_version::find_latest(&w.db, &w.ours, "refund").await.unwrap().unwrap();
        assert_eq!((latest.number, latest.hash.as_str()), (2, "b"));
        assert_eq!(flow_version::find(&w.db, &w.ours, "a").await.unwrap().unwrap().document, "{\"名\": 1}");
        assert_eq!(flow_version::find(&w.db, &w.theirs, "a").await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_trigger_begins_one_run_however_many_knock_at_once() {
    on_both(async |w| {
        let tries = (0..20).map(|n| w.db.commit_run(commit(w, &format!("run_{n}"), 0, begins(w, &format!("run_{n}"), "hook-1"))));
        let outcomes = futures_util::future::join_all(tries).await;
        let done = outcomes.iter().filter(|o| matches!(o, Ok(RunOutcome::Done))).count();
        assert_eq!((done, outcomes.iter().filter(|o| matches!(o, Ok(RunOutcome::Duplicate))).count()), (1, 19));
        let run = flow_run::find_by_trigger(&w.db, &w.ours, "hook-1").await.unwrap().unwrap();
        assert_eq!(flow_run::find_by_trigger(&w.db, &w.theirs, "hook-1").await.unwrap(), None);
        assert_eq!(flow_run::journal(&w.db, &w.ours, &run.id).await.unwrap(), ["[\"退款 0\"]"]);
        assert!(flow_run::journal(&w.db, &w.theirs, &run.id).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_position_is_written_once_and_a_loser_spoils_nothing_for_its_neighbours() {
    on_both(async |w| {
        for n in 0..3 {
            w.db.commit_run(commit(w, &format!("run_{n}"), 0, begins(w, &format!("run_{n}"), &format!("t{n}")))).await.unwrap();
        }
        let again = w.db.commit_run(commit(w, "run_1", 0, RunChange::None));
        let (a, b, c) = tokio::join!(
            w.db.commit_run(commit(w, "run_0", 4, RunChange::None)),
            again,
            w.db.commit_run(commit(
                w,
                "run_2",
                4,
                RunChange::Stands {
                    standing: RunStanding::Failed,
                    error: Some("no".into()),
                    error_zh: Some("不行".into()),
                    version_hash: None
                }
            )),
        );
        assert_eq!((a.unwrap(), b.unwrap(), c.unwrap()), (RunOutcome::Done, RunOutcome::Conflict, RunOutcome::Done));
        assert_eq!(flow_run::journal(&w.db, &w.ours, "run_0").await.unwrap().len(), 2);
        let failed = flow_run::find(&w.db, &w.ours, "run_2").await.unwrap().unwrap();
        assert_eq!((failed.standing, failed.error.as_deref()), (RunStanding::Failed, Some("no")));
        assert_eq!(flow_run::find(&w.db, &w.theirs, "run_2").await.unwrap(), None);
        assert_eq!(flow_run::list_active(&w.db, &w.ours, "", 10).await.unwrap(), ["run_0", "run_1"]);
        assert_eq!(flow_run::list_active(&w.db, &w.ours, "run_0", 10).await.unwrap(), ["run_1"]);
        assert!(flow_run::list_active(&w.db, &w.theirs, "", 10).await.unwrap().is_empty());
        assert_eq!(flow_run::list_tenants_active(&w.db).await.unwrap(), [w.ours.to_string()]);
        let counts = flow_run::count_by_standing(&w.db, &w.ours).await.unwrap();
        assert_eq!(counts, [("active".to_owned(), 2), ("failed".to_owned(), 1)]);
    })
    .await;
}

#[tokio::test]
async fn timers_are_set_moved_and_dropped_and_a_signal_counts_once() {
    on_both(async |w| {
        let timer = |step: &str, due_at| FlowTimer { run_id: "run_1".into(), step: step.into(), due_at };
        let mut first = commit(w, "run_1", 0, begins(w, "run_1", "t"));
        first.set_timers = vec![timer("a@", NOW + 5), timer("b@", NOW + 9)];
        w.db.commit_run(first).await.unwrap();
        let mut second = commit(w, "run_1", 2, RunChange::None);
        second.set_timers = vec![timer("b@", NOW + 7)];
        second.drop_timers = vec!["a@".into(), "never@".into()];
        second.signal = Some("s1".into());
        assert!(!flow_run::has_heard(&w.db, &w.ours, "run_1", "s1").await.unwrap());
        assert_eq!(w.db.commit_run(second.clone()).await.unwrap(), RunOutcome::Done);
        assert!(flow_run::has_heard(&w.db, &w.ours, "run_1", "s1").await.unwrap());
        assert!(!flow_run::has_heard(&w.db, &w.theirs, "run_1", "s1").await.unwrap());
        let due = flow_run::timers_before(&w.db, NOW + 100).await.unwrap();
        assert_eq!(due, [(w.ours.to_string(), "run_1".to_owned(), "b@".to_owned(), NOW + 7)]);
        second.position = 3;
        assert_eq!(w.db.commit_run(second).await.unwrap(), RunOutcome::Duplicate);
        assert_eq!(flow_run::journal(&w.db, &w.ours, "run_1").await.unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn tasks_are_listed_until_they_are_done() {
    on_both(async |w| {
        let task = |run: &str, step: &str, attempt| FlowTask {
            run_id: run.into(),
            step: step.into(),
            attempt,
            request: "{}".into(),
            at: NOW,
            kind: "ask".into(),
            listens: None,
            also_at: None,
        };
        for n in 0..3 {
            let run = format!("run_{n}");
            let mut first = commit(w, &run, 0, begins(w, &run, &run));
            first.set_tasks = vec![task(&run, "ok@", 1), task(&run, "ask@each[1]", 1)];
            w.db.commit_run(first).await.unwrap();
        }
        let mut second = commit(w, "run_1", 3, RunChange::None);
        (second.drop_tasks, second.set_tasks) = (vec!["ok@".into()], vec![task("run_1", "ask@each[1]", 2)]);
        w.db.commit_run(second).await.unwrap();
        let all =
            crate::world::walk(2, async |cursor, limit| flow_task::list(&w.db, &w.ours, cursor.as_deref(), limit).await.unwrap()).await;
        let seen: Vec<(&str, &str, i64)> = all.iter().map(|t| (t.run_id.as_str(), t.step.as_str(), t.attempt)).collect();
        let (ask, ok) = ("ask@each[1]", "ok@");
        assert_eq!(seen, [("run_0", ask, 1), ("run_0", ok, 1), ("run_1", ask, 2), ("run_2", ask, 1), ("run_2", ok, 1)]);
        assert!(flow_task::list(&w.db, &w.theirs, None, 9).await.unwrap().items.is_empty());
    })
    .await;
}

#[tokio::test]
async fn runs_are_held_found_stuck_and_forgotten() {
    on_both(async |w| {
        for n in 0..3 {
            let id = format!("run_{n}");
            w.db.commit_run(commit(w, &id, 0, begins(w, &id, &id))).await.unwrap();
        }
        assert!(!flow_run::set_paused(&w.db, &w.theirs, "run_0", Some(NOW)).await.unwrap());
        assert!(flow_run::set_paused(&w.db, &w.ours, "run_0", Some(NOW)).await.unwrap());
        assert!(!flow_run::set_paused(&w.db, &w.ours, "run_0", Some(NOW)).await.unwrap(), "held already");
        let stuck = flow_run::list_stuck(&w.db, NOW + 1, 9).await.unwrap();
        assert_eq!(stuck.iter().map(|(_, id, at)| (id.as_str(), *at)).collect::<Vec<_>>(), [("run_1", NOW), ("run_2", NOW)]);
        assert!(flow_run::list_stuck(&w.db, NOW, 9).await.unwrap().is_empty());
        assert!(flow_run::set_paused(&w.db, &w.ours, "run_0", None).await.unwrap());
        assert_eq!(flow_run::find(&w.db, &w.ours, "run_0").await.unwrap().unwrap().paused_at, None);

        let done = RunChange::Stands { standing: RunStanding::Done, error: None, error_zh: None, version_hash: None };
        let mut ends = commit(w, "run_1", 1, done);
        ends.effects = vec![qn_domain::Effect {
            kind: qn_domain::EffectKind::FlowEnded,
            key: "flow_ended:run_1".into(),
            payload: serde_json::json!({}),
            due_at: NOW,
            trace: None,
        }];
        w.db.commit_run(ends).await.unwrap();
        let owed = qn_store::effect::list(&w.db, &w.ours, qn_domain::EffectState::Pending, None, 9).await.unwrap();
        assert_eq!(owed.items.len(), 1, "what an end owes its conversation is in the outbox with it");
        assert_eq!(flow_run::delete_ended(&w.db, NOW, "run_9", 9).await.unwrap(), 0);
        assert_eq!(flow_run::delete_ended(&w.db, NOW + 1, "run_1", 9).await.unwrap(), 0);
        assert_eq!(flow_run::delete_ended(&w.db, NOW + 1, "run_9", 9).await.unwrap(), 1);
        assert_eq!(flow_run::find(&w.db, &w.ours, "run_1").await.unwrap(), None);
        assert!(flow_run::journal(&w.db, &w.ours, "run_1").await.unwrap().is_empty());
        assert_eq!(flow_run::journal(&w.db, &w.ours, "run_2").await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn who_was_told_is_not_told_again() {
    on_both(async |w| {
        let task = |step: &str, attempt| FlowTask {
            run_id: "run_1".into(),
            step: step.into(),
            attempt,
            request: "{}".into(),
            at: NOW,
            kind: "ask".into(),
            listens: None,
            also_at: None,
        };
        let mut first = commit(w, "run_1", 0, begins(w, "run_1", "t"));
        first.set_tasks = vec![task("ok@", 1), task("ask@", 1)];
        w.db.commit_run(first).await.unwrap();
        assert_eq!(flow_task::list_runs_untold(&w.db, &w.ours, "", 9).await.unwrap(), ["run_1"]);
        assert!(flow_task::list_runs_untold(&w.db, &w.theirs, "", 9).await.unwrap().is_empty());
        assert_eq!(flow_task::list_tenants_untold(&w.db).await.unwrap(), [w.ours.to_string()]);
        let told = |step: &str, attempt| Told { run_id: "run_1".into(), step: step.into(), attempt };
        w.db.tell_flow_task(told("ok@", 1)).await.unwrap();
        w.db.tell_flow_task(told("ask@", 7)).await.unwrap();
        assert_eq!(flow_task::list_untold(&w.db, &w.ours, "run_1").await.unwrap(), [("ask@".to_owned(), 1)]);
        assert!(flow_task::list_untold(&w.db, &w.theirs, "run_1").await.unwrap().is_empty());
        w.db.tell_flow_task(told("ask@", 1)).await.unwrap();
        assert!(flow_task::list_runs_untold(&w.db, &w.ours, "", 9).await.unwrap().is_empty());
        assert!(flow_task::list_tenants_untold(&w.db).await.unwrap().is_empty());
        let mut again = commit(w, "run_1", 1, RunChange::None);
        again.set_tasks = vec![task("ask@", 2)];
        w.db.commit_run(again).await.unwrap();
        assert_eq!(flow_task::list_untold(&w.db, &w.ours, "run_1").await.unwrap(), [("ask@".to_owned(), 2)], "another attempt");
        assert_eq!(flow_task::find(&w.db, &w.ours, "run_1", "ask@").await.unwrap().unwrap().attempt, 2);
        assert_eq!(flow_task::find(&w.db, &w.theirs, "run_1", "ask@").await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn hours_are_kept() {
    on_both(async |w| {
        let row = |next_at| FlowSchedule { tenant_id: w.ours.to_string(), flow_id: "daily".into(), rule: "0 9 * * *|".into(), next_at };
        flow_schedule::set(&w.db, &row(NOW)).await.unwrap();
        flow_schedule::set(&w.db, &row(NOW + 5)).await.unwrap();
        assert_eq!(flow_schedule::list(&w.db).await.unwrap(), [row(NOW + 5)]);
        flow_schedule::delete(&w.db, &w.theirs, "daily").await.unwrap();
        assert_eq!(flow_schedule::list(&w.db).await.unwrap().len(), 1);
        flow_schedule::delete(&w.db, &w.ours, "daily").await.unwrap();
        assert!(flow_schedule::list(&w.db).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_step_that_listens_is_found_by_what_it_listens_for_and_a_failure_by_nobody_being_at_it() {
    on_both(async |w| {
        let mut first = commit(w, "run_1", 0, begins(w, "run_1", "t"));
        let listens = Some("paid/order/1".to_owned());
        first.set_tasks = vec![FlowTask {
            run_id: "run_1".into(),
            step: "wait@".into(),
            attempt: 1,
            request: "{}".into(),
            at: NOW,
            kind: "listen".into(),
            listens,
            also_at: None,
        }];
        w.db.commit_run(first).await.unwrap();
        let found = qn_store::kept_signal::listeners(&w.db, &w.ours, "", "paid/order/1", 9).await.unwrap();
        assert_eq!((found.len(), found[0].step.as_str()), (1, "wait@"));
        assert!(qn_store::kept_signal::listeners(&w.db, &w.ours, "another", "paid/order/1", 9).await.unwrap().is_empty());
        assert!(qn_store::kept_signal::listeners(&w.db, &w.theirs, "", "paid/order/1", 9).await.unwrap().is_empty());
        assert!(flow_task::list(&w.db, &w.ours, None, 9).await.unwrap().items.is_empty(), "nobody is asked");
        let kept = qn_store::kept_signal::KeptSignal {
            id: "s".into(),
            flow_id: String::new(),
            name: "paid".into(),
            payload: "{}".into(),
            at: NOW,
            heard_at: None,
            expires_at: NOW + 9,
        };
        qn_store::kept_signal::insert(&w.db, &w.ours, &kept, &["paid/order/1".to_owned(), "paid/sum/5".to_owned()], 9).await.unwrap();
        let awaited = async |tenant, now| qn_store::kept_signal::list_awaited(&w.db, tenant, now, 9).await.unwrap();
        assert_eq!(awaited(&w.ours, NOW).await, std::slice::from_ref(&kept));
        assert!(awaited(&w.theirs, NOW).await.is_empty() && awaited(&w.ours, NOW + 9).await.is_empty());
        qn_store::kept_signal::note_heard(&w.db, &w.ours, "s", NOW).await.unwrap();
        assert!(awaited(&w.ours, NOW).await.is_empty(), "it was heard");

        let mut second = commit(w, "run_1", 2, RunChange::None);
        second.drop_tasks = vec!["wait@".into()];
        second.run = RunChange::Stands { standing: RunStanding::Failed, error: None, error_zh: None, version_hash: None };
        w.db.commit_run(second).await.unwrap();
        assert!(qn_store::kept_signal::listeners(&w.db, &w.ours, "", "paid/order/1", 9).await.unwrap().is_empty());
        use qn_store::flow_history::{self, Closed, Filter};
        let dead = Filter { dead: true, ..Filter::default() };
        assert_eq!(flow_history::count_dead(&w.db, &w.ours, 9).await.unwrap(), 1);
        assert_eq!(flow_history::list(&w.db, &w.ours, &dead, None, 9).await.unwrap().items.len(), 1);
        let closed = Closed { at: NOW, by: "usr_1".into(), note: "done by hand".into() };
        assert!(!flow_history::close(&w.db, &w.theirs, "run_1", &closed).await.unwrap());
        assert!(flow_history::close(&w.db, &w.ours, "run_1", &closed).await.unwrap());
        assert!(!flow_history::close(&w.db, &w.ours, "run_1", &closed).await.unwrap());
        assert_eq!(flow_history::count_dead(&w.db, &w.ours, 9).await.unwrap(), 0);
        assert_eq!(flow_history::find(&w.db, &w.ours, "run_1").await.unwrap().unwrap().closed, Some(closed));
    })
    .await;
}

#[tokio::test]
async fn those_an_approval_is_passed_on_to_are_told_once_and_not_when_it_was_decided() {
    on_both(async |w| {
        let mut first = commit(w, "run_1", 0, begins(w, "run_1", "t"));
        let task = |step: &str, also_at| FlowTask {
            run_id: "run_1".into(),
            step: step.into(),
            attempt: 1,
            request: "{}".into(),
            at: NOW,
            kind: "approve".into(),
            listens: None,
            also_at,
        };
        first.set_tasks = vec![task("a@", Some(NOW + 20)), task("b@", Some(NOW + 10)), task("c@", None)];
        w.db.commit_run(first).await.unwrap();
        assert_eq!(flow_task::next_widened(&w.db).await.unwrap(), Some(NOW + 10));
        assert!(flow_task::list_widened(&w.db, NOW + 9, 9).await.unwrap().is_empty());
        let due = flow_task::list_widened(&w.db, NOW + 20, 9).await.unwrap();
        assert_eq!(due.iter().map(|task| task.step.as_str()).collect::<Vec<_>>(), ["b@", "a@"]);
        let boss = qn_domain::UserId::from("usr_1");
        let told = |id: &str| Notice {
            id: id.into(),
            title: "等您审批".into(),
            body: String::new(),
            flow_name: "退款".into(),
            run_id: "run_1".into(),
            conversation_id: None,
            at: NOW,
            flow_id: None,
            ticket_id: None,
        };
        flow_task::tell_widened(&w.db, &due[0], &[(told("ntc_b"), vec![&boss])]).await.unwrap();
        // Decided meanwhile: nobody is told.
        let mut second = commit(w, "run_1", 2, RunChange::None);
        second.drop_tasks = vec!["a@".into()];
        w.db.commit_run(second).await.unwrap();
        flow_task::tell_widened(&w.db, &due[1], &[(told("ntc_a"), vec![&boss])]).await.unwrap();
        let ids = async || notice::list(&w.db, &w.ours, &boss, 9).await.unwrap().into_iter().map(|n| n.id).collect::<Vec<_>>();
        assert_eq!(ids().await, ["ntc_b"]);
        assert_eq!(flow_task::next_widened(&w.db).await.unwrap(), None);
        notice::settle(&w.db, &w.theirs, "ntc_b").await.unwrap();
        assert_eq!(ids().await, ["ntc_b"], "another company's are its own");
        notice::settle(&w.db, &w.ours, "ntc_b").await.unwrap();
        assert_eq!(ids().await, Vec::<String>::new());
    })
    .await;
}
