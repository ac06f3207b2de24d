//! Whole runs through the store.

use crate::world::{NOON, World, node};
use qn_base::clock::DAY_MS;
use qn_runner::Error;
use qn_store::flow_version::FlowVersion;
use qn_workflow::{Flow, Status};
use serde_json::{Value, json};

fn call(id: &str, path: &str) -> Value {
    node(id, "call", json!({"method": "POST", "url": format!("http://x/{path}"), "save": "kept"}))
}

fn approving() -> (Value, Vec<(&'static str, &'static str, &'static str)>) {
    let nodes = json!([
        node("s", "start", json!({})),
        call("do", "do"),
        node("back", "call", json!({"method": "POST", "url": "http://x/undo"})),
        node("ok", "approval", json!({"who": "supervisor", "title": "Refund?", "payload": {"amount": 800}, "save": "kept"})),
        node("e", "end", json!({"output": "{{ kept.by }}"})),
        node("x", "end", json!({"failed": "no"})),
    ]);
    let edges = vec![
        ("s", "next", "do"),
        ("do", "next", "ok"),
        ("do", "error", "x"),
        ("do", "undo", "back"),
        ("ok", "approved", "e"),
        ("ok", "rejected", "x"),
        ("ok", "error", "x"),
    ];
    (nodes, edges)
}

#[tokio::test]
async fn a_run_ends_and_its_trigger_starts_no_second_one() {
    let folder = tempfile::tempdir().unwrap();
    let w = World::open(folder.path(), NOON).await;
    let nodes = json!([
        node("s", "start", json!({})),
        call("a", "do"),
        node("e", "end", json!({"output": "{{ kept.ref }}"})),
        node("x", "end", json!({"failed": "x"}))
    ]);
    let version = w.publish(nodes, &[("s", "next", "a"), ("a", "next", "e"), ("a", "error", "x")]).await;
    let first = w.runner.run(w.wish(&version, Some("hook-1"))).await.unwrap();
    assert_eq!((first.status, &first.output), (Status::Done, &json!(format!("{}/a/-", first.run_id))));
    let again = w.runner.run(w.wish(&version, Some("hook-1"))).await.unwrap();
    assert_eq!(again, first);
    let began = w.runner.begin(w.wish(&version, Some("hook-1"))).await.unwrap();
    assert!(began.repeated && began.run_id == first.run_id);
    assert_eq!(w.outside.asked.lock().unwrap().len(), 1);
    assert!(matches!(w.runner.begin(w.wish("none", None)).await, Err(Error::NoVersion(_))));
}

#[tokio::test]
async fn an_approval_is_a_task_until_it_is_answered_and_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let w = World::open(folder.path(), NOON).await;
    let (nodes, edges) = approving();
    let version = w.publish(nodes, &edges).await;
    let run = w.runner.begin(w.wish(&version, None)).await.unwrap().run_id;
    w.until(&run, "parked").await;
    let tasks = w.runner.tasks(&w.tenant, None, 10).await.unwrap().items;
    assert_eq!((tasks.len(), tasks[0].step.as_str(), tasks[0].attempt), (1, "ok@", 1));
    assert!(tasks[0].request.contains("800"));
    w.db.close().await;
    drop(w);

    let w = World::open(folder.path(), NOON + 1).await;
    let yes = || Ok(json!({"approved": true, "by": "mei"}));
    assert!(w.runner.reply(&w.tenant, &run, "ok@", 7, yes()).await.is_err(), "an answer to another attempt");
    w.runner.reply(&w.tenant, &run, "ok@", 1, yes()).await.unwrap();
    w.until(&run, "done").await;
    assert_eq!(w.runner.state(&w.tenant, &run).await.unwrap().output, json!("mei"));
    assert!(w.runner.tasks(&w.tenant, None, 10).await.unwrap().items.is_empty());
    assert!(w.runner.reply(&w.tenant, &run, "ok@", 1, yes()).await.is_err(), "it has ended");
    assert!(w.outside.asked.lock().unwrap().is_empty(), "nothing was done again");
}

#[tokio::test]
async fn a_flow_with_one_run_does_not_wait_for_a_hundred_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let w = World::open_within(folder.path(), NOON, qn_runner::Limits { acting_max: 2, ..qn_runner::Limits::default() }).await;
    let edges = [("s", "next", "a"), ("a", "next", "e"), ("a", "error", "x")];
    let nodes = |path: &str| {
        json!([node("s", "start", json!({})), call("a", path), node("e", "end", json!({})), node("x", "end", json!({"failed": "x"}))])
    };
    let limited = w.publish_as("limited", Some(1), nodes("hang"), &edges).await;
    let small = w.publish_as("small", None, nodes("do"), &edges).await;
    // The limited flow hangs in the one place it may have, and the other place goes round.
    for _ in 0..100 {
        w.runner.begin(w.wish(&limited, None)).await.unwrap();
    }
    for _ in 0..3 {
        let ended = w.runner.run(w.wish(&small, None)).await.unwrap();
        assert_eq!(ended.status, Status::Done);
    }
    let asked = w.outside.asked.lock().unwrap().len();
    assert_eq!(asked, 1 + 3, "one of the hundred, and each of the three");
}

#[tokio::test]
async fn a_deadline_passes_while_nobody_looks_and_cancelling_takes_back() {
    let folder = tempfile::tempdir().unwrap();
    let w = World::open(folder.path(), NOON).await;
    let (nodes, edges) = approving();
    let version = w.publish(nodes, &edges).await;
    let late = w.runner.begin(w.wish(&version, None)).await.unwrap().run_id;
    w.until(&late, "parked").await;
    w.clock.advance(60_000);
    w.until(&late, "failed").await;
    let other = w.runner.begin(w.wish(&version, None)).await.unwrap().run_id;
    w.until(&other, "parked").await;
    w.runner.cancel(&w.tenant, &other, "changed their mind").await.unwrap();
    w.until(&other, "cancelled").await;
    let asked = w.outside.asked.lock().unwrap();
    for run in [&late, &other] {
        assert_eq!(asked[&format!("{run}/back/do[undo]")], 1);
    }
}

#[tokio::test]
async fn a_call_under_way_is_taken_back_behind_its_answer_and_once() {
    let folder = tempfile::tempdir().unwrap();
    let w = World::open(folder.path(), NOON).await;
    let nodes = json!([
        node("s", "start", json!({})),
        node("p", "parallel", json!({"branches": ["a", "b"]})),
        call("do", "slow"),
        node("back", "call", json!({"method": "POST", "url": "http://x/undo"})),
        node("ok", "approval", json!({"who": "supervisor", "title": "Refund?"})),
        node("j", "join", json!({})),
        node("e", "end", json!({})),
        node("x", "end", json!({"failed": "no"})),
    ]);
    let edges = [
        ("s", "next", "p"),
        ("p", "a", "do"),
        ("p", "b", "ok"),
        ("do", "next", "j"),
        ("do", "error", "x"),
        ("do", "undo", "back"),
        ("ok", "approved", "j"),
        ("ok", "rejected", "x"),
        ("ok", "error", "x"),
        ("j", "next", "e"),
    ];
    let version = w.publish(nodes, &edges).await;
    let run = w.runner.begin(w.wish(&version, None)).await.unwrap().run_id;
    w.outside.held.notified().await;
    w.runner.cancel(&w.tenant, &run, "changed their mind").await.unwrap();
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    let back = format!("{run}/back/p[a].do[undo]");
    assert!(!w.outside.asked.lock().unwrap().contains_key(&back), "the call itself is still under way");
    w.outside.release.notify_one();
    w.until(&run, "cancelled").await;
    assert_eq!(w.outside.asked.lock().unwrap().get(&back), Some(&1));
}

#[tokio::test]
async fn a_version_that_was_published_before_its_types_were_looked_at_still_runs() {
    let folder = tempfile::tempdir().unwrap();
    let w = World::open(folder.path(), NOON).await;
    let document = json!({"format": 1, "id": "old", "name": "old", "variables": [{"name": "kept", "type": "text"}],
        "nodes": [
            node("s", "start", json!({})),
            node("do", "call", json!({"method": "POST", "url": "http://x/do", "take": "'done' == 'done'", "save": "kept"})),
            node("e", "end", json!({"output": "{{ kept }}"})),
            node("x", "end", json!({})),
        ],
        "edges": [{"from": "s", "to": "do"}, {"from": "do", "to": "e"}, {"from": "do", "port": "error", "to": "x"}]});
    let flow: Flow = serde_json::from_value(document.clone()).unwrap();
    let refused = w.runner.publish(&w.tenant, flow, "usr_1", "").await;
    assert!(matches!(refused, Err(Error::Unsound(problems)) if problems.iter().any(|problem| problem.code == "type_mismatch")));
    let version = FlowVersion {
        tenant_id: w.tenant.to_string(),
        hash: "old".into(),
        flow_id: "old".into(),
        number: 0,
        document: document.to_string(),
        note: String::new(),
        published_by: "usr_1".into(),
        published_at: NOON,
    };
    qn_store::flow_version::insert(&w.db, &version).await.unwrap();
    let ended = w.runner.run(w.wish("old", None)).await.unwrap();
    assert_eq!((ended.status, ended.output), (Status::Done, json!(true)));
}

#[tokio::test]
async fn a_call_that_waits_for_its_place_is_not_made_once_it_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let w = World::open_within(folder.path(), NOON, qn_runner::Limits { acting_max: 1, ..qn_runner::Limits::default() }).await;
    let edges = [("s", "next", "do"), ("do", "next", "e"), ("do", "error", "x"), ("do", "undo", "back")];
    let nodes = |path: &str| {
        let back = node("back", "call", json!({"method": "POST", "url": "http://x/undo"}));
        json!([
            node("s", "start", json!({})),
            call("do", path),
            back,
            node("e", "end", json!({})),
            node("x", "end", json!({"failed": "x"}))
        ])
    };
    let (slow, quick) = (w.publish_as("slow", None, nodes("slow"), &edges).await, w.publish_as("quick", None, nodes("do"), &edges).await);
    let first = w.runner.begin(w.wish(&slow, None)).await.unwrap().run_id;
    w.outside.held.notified().await;
    let second = w.runner.begin(w.wish(&quick, None)).await.unwrap().run_id;
    w.runner.cancel(&w.tenant, &second, "changed their mind").await.unwrap();
    w.outside.release.notify_one();
    w.until(&second, "cancelled").await;
    w.until(&first, "done").await;
    let asked = w.outside.asked.lock().unwrap();
    assert_eq!(asked.get(&format!("{second}/do/-")), None);
    assert_eq!(asked.get(&format!("{second}/back/do[undo]")), Some(&1), "nobody knows for certain, so it is taken back");
}

#[tokio::test]
async fn what_was_under_way_when_the_process_went_is_asked_for_again_under_the_same_key() {
    let folder = tempfile::tempdir().unwrap();
    let nodes = |path: &str| {
        json!([node("s", "start", json!({})), call("a", path), node("e", "end", json!({})), node("x", "end", json!({"failed": "x"}))])
    };
    let edges = [("s", "next", "a"), ("a", "next", "e"), ("a", "error", "x")];
    let w = World::open(folder.path(), NOON).await;
    let version = w.publish(nodes("hang"), &edges).await;
    let run = w.runner.begin(w.wish(&version, None)).await.unwrap().run_id;
    while w.outside.asked.lock().unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    w.db.close().await;
    drop(w);
    let w = World::open(folder.path(), NOON).await;
    while w.outside.asked.lock().unwrap().is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    assert_eq!(w.outside.asked.lock().unwrap().keys().next().unwrap(), &format!("{run}/a/-"));
}

#[tokio::test]
async fn a_signal_is_heard_once_and_a_timer_set_by_another_process_still_fires() {
    let folder = tempfile::tempdir().unwrap();
    let nodes = json!([
        node("s", "start", json!({})),
        node("l", "signal", json!({"signal": "paid", "save": "kept"})),
        node("w", "wait", json!({"for_ms": 5_000})),
        node("e", "end", json!({"output": "{{ kept.n }}"})),
        node("x", "end", json!({"failed": "x"})),
    ]);
    let w = World::open(folder.path(), NOON).await;
    let version = w.publish(nodes, &[("s", "next", "l"), ("l", "next", "w"), ("l", "error", "x"), ("w", "next", "e")]).await;
    let run = w.runner.begin(w.wish(&version, None)).await.unwrap().run_id;
    assert!(w.runner.signal(&w.tenant, &run, "s1", "paid", json!({"n": 1})).await.unwrap());
    assert!(!w.runner.signal(&w.tenant, &run, "s1", "paid", json!({"n": 2})).await.unwrap(), "the same signal again");
    w.db.close().await;
    drop(w);
    let w = World::open(folder.path(), NOON + 5_000).await;
    w.until(&run, "done").await;
    assert_eq!(w.runner.state(&w.tenant, &run).await.unwrap().output, json!(1));
}

#[tokio::test]
async fn many_runs_at_once_all_end_and_leave_nothing_in_memory_or_on_the_list() {
    let folder = tempfile::tempdir().unwrap();
    let w = World::open(folder.path(), NOON).await;
    let nodes = json!([
        node("s", "start", json!({})),
        call("a", "do"),
        node("w", "wait", json!({"for_ms": 1_000})),
        call("b", "no"),
        node("u", "call", json!({"url": "http://x/undo"})),
        node("e", "end", json!({})),
        node("x", "end", json!({"failed": "x"}))
    ]);
    let edges = [
        ("s", "next", "a"),
        ("a", "next", "w"),
        ("a", "error", "x"),
        ("a", "undo", "u"),
        ("w", "next", "b"),
        ("b", "next", "e"),
        ("b", "error", "x"),
    ];
    let version = w.publish(nodes, &edges).await;
    let mut runs = Vec::new();
    for _ in 0..200 {
        runs.push(w.runner.begin(w.wish(&version, None)).await.unwrap().run_id);
    }
    for run in &runs {
        w.until(run, "parked").await;
    }
    w.clock.advance(1_000);
    for run in &runs {
        w.until(run, "failed").await;
    }
    assert_eq!(qn_store::flow_run::timers_before(&w.db, i64::MAX).await.unwrap().len(), 0);
    let asked = w.outside.asked.lock().unwrap();
    assert!(asked.values().all(|times| *times == 1));
    assert_eq!(asked.len(), 600, "a, b and the compensation, once each");
}

#[tokio::test]
async fn a_failed_run_goes_on_from_the_step_that_failed_and_not_after_it_was_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let w = World::open(folder.path(), NOON).await;
    let nodes = json!([
        node("s", "start", json!({})),
        call("a", "do"),
        call("b", "once"),
        node("e", "end", json!({"output": "{{ kept.ref }}"})),
        node("x", "end", json!({"failed": "b said no"})),
    ]);
    let edges = [("s", "next", "a"), ("a", "next", "b"), ("a", "error", "x"), ("b", "next", "e"), ("b", "error", "x")];
    let version = w.publish(nodes, &edges).await;
    let ended = w.runner.run(w.wish(&version, None)).await.unwrap();
    assert_eq!(ended.status, Status::Failed);
    let run = ended.run_id;
    assert!(matches!(w.runner.retry(&w.tenant, &run, Some("nothing@")).await, Err(Error::NotSo(..))));
    w.runner.retry(&w.tenant, &run, None).await.unwrap();
    w.until(&run, "done").await;
    let state = w.runner.state(&w.tenant, &run).await.unwrap();
    assert_eq!((state.status, state.output), (Status::Done, json!(format!("{run}/b/-"))));
    let asked = w.outside.asked.lock().unwrap().clone();
    assert_eq!((asked[&format!("{run}/a/-")], asked[&format!("{run}/b/-")]), (1, 2), "only the failed step was asked again");
    assert!(matches!(w.runner.retry(&w.tenant, &run, None).await, Err(Error::NotSo(..))), "it has not failed");

    let nodes = json!([
        node("s", "start", json!({})),
        call("a", "do"),
        node("back", "call", json!({"method": "POST", "url": "http://x/undo"})),
        call("b", "no"),
        node("e", "end", json!({})),
        node("x", "end", json!({"failed": "b said no"})),
    ]);
    let undone =
        [("s", "next", "a"), ("a", "next", "b"), ("a", "error", "x"), ("a", "undo", "back"), ("b", "next", "e"), ("b", "error", "x")];
    let version = w.publish(nodes, &undone).await;
    let ended = w.runner.run(w.wish(&version, None)).await.unwrap();
    let Err(Error::NotSo(_, why)) = w.runner.retry(&w.tenant, &ended.run_id, None).await else { panic!("it was taken back") };
    assert!(why.contains("taken back"), "{why}");
}

#[tokio::test]
async fn a_tenant_has_as_many_unfinished_runs_as_it_may_and_what_ended_makes_room() {
    let folder = tempfile::tempdir().unwrap();
    let w = World::open_within(folder.path(), NOON, qn_runner::Limits { unfinished_max: 2, acting_max: 1 }).await;
    let (nodes, edges) = approving();
    let version = w.publish(nodes, &edges).await;
    let first = w.runner.begin(w.wish(&version, Some("one"))).await.unwrap().run_id;
    w.runner.begin(w.wish(&version, Some("two"))).await.unwrap();
    assert!(matches!(w.runner.begin(w.wish(&version, Some("three"))).await, Err(Error::Limit(2))));
    assert!(w.runner.begin(w.wish(&version, Some("one"))).await.unwrap().repeated, "a repetition is none too many");
    w.runner.cancel(&w.tenant, &first, "enough").await.unwrap();
    w.until(&first, "cancelled").await;
    w.runner.begin(w.wish(&version, Some("three"))).await.unwrap();
}

#[tokio::test]
async fn a_run_that_waits_goes_on_under_another_version() {
    let folder = tempfile::tempdir().unwrap();
    let w = World::open(folder.path(), NOON).await;
    let (nodes, edges) = approving();
    let old = w.publish(nodes.clone(), &edges).await;
    let mut changed = nodes;
    changed[4]["settings"]["output"] = json!("new: {{ kept.by }}");
    let new = w.publish(changed, &edges).await;
    let run = w.runner.begin(w.wish(&old, None)).await.unwrap().run_id;
    w.until(&run, "parked").await;
    let map = std::collections::BTreeMap::new();
    w.runner.move_to(&w.tenant, &run, &new, &map, true).await.unwrap();
    assert_eq!(qn_store::flow_run::find(&w.db, &w.tenant, &run).await.unwrap().unwrap().version_hash, old, "only looked");
    w.runner.move_to(&w.tenant, &run, &new, &map, false).await.unwrap();
    assert_eq!(qn_store::flow_run::find(&w.db, &w.tenant, &run).await.unwrap().unwrap().version_hash, new);
    w.until(&run, "parked").await;
    w.runner.reply(&w.tenant, &run, "ok@", 1, Ok(json!({"approved": true, "by": "mei"}))).await.unwrap();
    w.until(&run, "done").await;
    assert_eq!(w.runner.state(&w.tenant, &run).await.unwrap().output, json!("new: mei"));
}

#[tokio::test]
async fn runs_that_ended_long_ago_are_forgotten_and_one_that_waits_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let w = World::open(folder.path(), NOON).await;
    let nodes = json!([node("s", "start", json!({})), node("w", "wait", json!({"for_ms": 300 * DAY_MS})), node("e", "end", json!({}))]);
    let version = w.publish(nodes, &[("s", "next", "w"), ("w", "next", "e")]).await;
    let gone = w.runner.begin(w.wish(&version, Some("one"))).await.unwrap().run_id;
    let waits = w.runner.begin(w.wish(&version, Some("two"))).await.unwrap().run_id;
    w.until(&waits, "parked").await;
    w.runner.cancel(&w.tenant, &gone, "enough").await.unwrap();
    w.until(&gone, "cancelled").await;
    w.clock.advance(89 * DAY_MS);
    assert_eq!(w.runner.forget_ended(90).await.unwrap(), 0);
    w.clock.advance(2 * DAY_MS);
    assert_eq!((w.runner.forget_ended(90).await.unwrap(), w.runner.forget_ended(90).await.unwrap()), (1, 0));
    let find = async |id: &str| qn_store::flow_run::find(&w.db, &w.tenant, id).await.unwrap();
    assert!(find(&gone).await.is_none() && find(&waits).await.is_some());
    assert!(qn_store::flow_run::journal(&w.db, &w.tenant, &gone).await.unwrap().is_empty());
}
