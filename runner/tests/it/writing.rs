//! What a step does may hold the database's only writer just when the run that does it has something to decide.

use crate::world::{NOON, World, node};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn a_signal_that_comes_while_a_step_writes_waits_for_it_and_no_longer() {
    let folder = tempfile::tempdir().unwrap();
    let w = World::open(folder.path(), NOON).await;
    let nodes = json!([
        node("s", "start", json!({})),
        node("a", "call", json!({"method": "POST", "url": "http://x/write", "save": "kept"})),
        node("e", "end", json!({})),
        node("x", "end", json!({"failed": "x"}))
    ]);
    let version = w.publish(nodes, &[("s", "next", "a"), ("a", "next", "e"), ("a", "error", "x")]).await;
    let run = w.runner.begin(w.wish(&version, None)).await.unwrap().run_id;
    w.outside.held.notified().await;
    let told = {
        let (runner, tenant, run) = (w.runner.clone(), w.tenant.clone(), run.clone());
        tokio::spawn(async move { runner.signal(&tenant, &run, "s1", "over", Value::Null).await })
    };
    // Turns enough for the run to take the signal up and to want it written.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    w.outside.release.notify_one();
    let told = tokio::time::timeout(Duration::from_secs(20), told).await.expect("neither waits for the other for ever");
    assert!(told.unwrap().unwrap());
    w.until(&run, "done").await;
}
