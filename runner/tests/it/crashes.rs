//! The refund that is shipped, killed at every position of its journal on each database: before what a commit owes is carried out, and after it
//! was, before its answer is committed. Its trigger comes again; whoever takes over ends it, and the outside did everything once.

use crate::world::NOON;
use qn_base::{Clock, ManualClock};
use qn_domain::{Language, Tenant, TenantId};
use qn_runner::{Acting, Acts, Began, Errand, Runner, Wish};
use qn_store::{CommitSink, Db, Options};
use qn_workflow::{Flow, Request};
use serde_json::{Map, Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;

const REFUND: &str = include_str!("../../../examples/flows/refund.json");
const NEVER: usize = usize::MAX;

/// Writes once per key. At one place of all that a process passes it dies: nothing is answered any more.
struct Office {
    written: Mutex<Vec<(String, String)>>,
    passed: AtomicUsize,
    dies_at: AtomicUsize,
    dead: Notify,
}

impl Office {
    fn dying_at(place: usize) -> Arc<Office> {
        let (written, passed, dies_at) = (Mutex::default(), AtomicUsize::new(0), AtomicUsize::new(place));
        Arc::new(Office { written, passed, dies_at, dead: Notify::new() })
    }

    async fn pass(&self) {
        if self.passed.fetch_add(1, Ordering::SeqCst) == self.dies_at.load(Ordering::SeqCst) {
            self.dead.notify_one();
            std::future::pending::<()>().await;
        }
    }

    fn answer(&self, key: &str, path: &str, body: &Value) -> Value {
        let refused = path == "notes" && body["order_id"].as_str().is_some_and(|order| order.ends_with('7'));
        if refused {
            return json!({"status": 409, "body": null});
        }
        if path.starts_with("SO") {
            return json!({"status": 200, "body": {"paid": true, "refunded": false, "amount": 100}});
        }
        let mut written = self.written.lock().unwrap();
        if !written.iter().any(|(known, _)| known == key) {
            written.push((key.to_owned(), path.to_owned()));
        }
        json!({"status": 201, "body": {"id": "bo_1"}})
    }

    fn paths(&self) -> Vec<String> {
        self.written.lock().unwrap().iter().map(|(_, path)| path.clone()).collect()
    }
}

impl Acts for Office {
    fn act<'a>(&'a self, errand: &'a Errand) -> Acting<'a> {
        Box::pin(async move {
            let Request::Call(call) = &*errand.request else { return None };
            self.pass().await;
            let answer = self.answer(&errand.key, call.url.rsplit('/').next().unwrap_or_default(), &call.body);
            self.pass().await;
            Some(Ok(answer))
        })
    }
}

/// One life of the process.
struct Life {
    runner: Runner,
    db: Db,
    tenant: TenantId,
}

impl Life {
    async fn begin(options: &Options, office: &Arc<Office>) -> Life {
        let db = Db::open(options, CommitSink::none()).await.unwrap();
        let tenant: TenantId = "tnt_1".into();
        if qn_store::tenant::list(&db).await.unwrap().is_empty() {
            let row = Tenant { id: tenant.clone(), name: "t".into(), language: Language::Zh, time_zone: "UTC".into(), created_at: NOON };
            qn_store::tenant::insert(&db, &row).await.unwrap();
        }
        let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(NOON));
        let runner = Runner::start(db.clone(), clock, office.clone());
        Life { runner, db, tenant }
    }

    async fn trigger(&self, order: &str, key: &str) -> Began {
        let flow: Flow = serde_json::from_str(REFUND).unwrap();
        let hash = self.runner.publish(&self.tenant, flow, "usr_1", "").await.unwrap();
        let input = Map::from_iter([("order_id".to_owned(), json!(order))]);
        self.runner.begin(Wish { input, ..Wish::of(&self.tenant, &hash, Some(key)) }).await.unwrap()
    }

    async fn until_ended(&self, run_id: &str) -> &'static str {
        for _ in 0..5_000 {
            let run = qn_store::flow_run::find(&self.db, &self.tenant, run_id).await.unwrap().unwrap();
            if matches!(run.standing.as_str(), "done" | "failed") {
                return run.standing.as_str();
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        panic!("{run_id} never ends: {:?}", self.runner.state(&self.tenant, run_id).await);
    }

    /// As `kill -9` leaves it: nothing is written any more.
    async fn end(self) {
        self.db.close().await;
    }
}

/// How the run ended, and whether the process died on the way.
async fn killed_at(options: &Options, order: &str, place: usize, office: &Arc<Office>) -> (&'static str, bool) {
    let key = format!("{order}/{place}");
    let life = Life::begin(options, office).await;
    let run_id = life.trigger(order, &key).await.run_id;
    let ended = tokio::select! {
        () = office.dead.notified() => None,
        standing = life.until_ended(&run_id) => Some(standing),
    };
    life.end().await;
    if let Some(standing) = ended {
        return (standing, false);
    }
    office.dies_at.store(NEVER, Ordering::SeqCst);
    let next = Life::begin(options, office).await;
    let again = next.trigger(order, &key).await;
    assert!(again.repeated && again.run_id == run_id, "the same trigger begins no second run");
    let standing = next.until_ended(&run_id).await;
    next.end().await;
    (standing, true)
}

async fn killed_everywhere(options: &Options) {
    // Three calls and four, and two places around each.
    for (order, standing, paths, places) in [("SO1", "done", ["refunds", "notes"], 6), ("SO7", "failed", ["refunds", "reverse"], 8)] {
        for place in 0..=places {
            let office = Office::dying_at(place);
            let (ended, died) = killed_at(options, order, place, &office).await;
            assert_eq!((ended, died), (standing, place < places), "{order}, killed at {place}");
            assert_eq!(office.paths(), paths, "{order}, killed at {place}");
        }
    }
}

#[tokio::test]
async fn a_refund_is_paid_once_and_taken_back_once_wherever_the_process_dies() {
    let folder = tempfile::tempdir().unwrap();
    killed_everywhere(&Options::sqlite(folder.path().join("test.db"))).await;
    if let Some(server) = postgres() {
        let name = format!("qn_test_{}", qn_base::ids::secret(12));
        let url = qn_store::scratch::create(&server, &name, None).await.unwrap();
        killed_everywhere(&Options::postgres(url)).await;
        qn_store::scratch::drop(&server, &name).await.unwrap();
    }
}

#[allow(clippy::disallowed_methods)] // tests are told where the server is in no other way
fn postgres() -> Option<String> {
    std::env::var("QN_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}
