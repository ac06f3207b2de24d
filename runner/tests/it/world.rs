//! A store in a folder, a clock that jumps, and an outside that remembers what it did by key.

use qn_base::{Clock, ManualClock};
use qn_domain::{Language, Tenant, TenantId};
use qn_runner::{Acting, Acts, Errand, Runner, Wish};
use qn_store::{CommitSink, Db, Options};
use qn_workflow::{Flow, Request, StepError, model::ErrorKind};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};
use tokio::sync::Notify;

pub const NOON: i64 = 1_800_000_000_000;

#[derive(Default)]
pub struct Outside {
    /// Key to how often it was asked and what it did.
    pub asked: Mutex<BTreeMap<String, u32>>,
    pub heard: Notify,
    /// For `/write`, which holds the database's only writer from `held` until `release`; `/slow` holds nothing meanwhile.
    pub db: OnceLock<Db>,
    pub held: Notify,
    pub release: Notify,
}

impl Acts for Outside {
    fn act<'a>(&'a self, errand: &'a Errand) -> Acting<'a> {
        Box::pin(async move {
            *self.asked.lock().unwrap().entry(errand.key.clone()).or_insert(0) += 1;
            self.heard.notify_waiters();
            match &*errand.request {
                Request::Call(call) if call.url.ends_with("/hang") => std::future::pending().await,
                Request::Call(call) if call.url.ends_with("/once") && self.asked.lock().unwrap()[&errand.key] == 1 => {
                    Some(Err(StepError::new(ErrorKind::Refused, "not yet")))
                }
                Request::Call(call) if call.url.ends_with("/write") => {
                    let tx = self.db.get().unwrap().begin().await.unwrap();
                    self.held.notify_one();
                    self.release.notified().await;
                    tx.commit().await.unwrap();
                    Some(Ok(json!({"status": 200, "body": {}})))
                }
                Request::Call(call) if call.url.ends_with("/slow") => {
                    self.held.notify_one();
                    self.release.notified().await;
                    Some(Ok(json!({"status": 200, "body": {"ref": errand.key}})))
                }
                Request::Call(call) if call.url.ends_with("/no") => Some(Err(StepError::new(ErrorKind::Refused, "no"))),
                Request::Call(_) => Some(Ok(json!({"status": 200, "body": {"ref": errand.key}}))),
                Request::Say { .. } => Some(Ok(Value::Null)),
                _ => None,
            }
        })
    }
}

pub struct World {
    pub runner: Runner,
    pub db: Db,
    pub clock: Arc<ManualClock>,
    pub outside: Arc<Outside>,
    pub tenant: TenantId,
}

impl World {
    pub async fn open(folder: &Path, now: i64) -> World {
        Self::open_within(folder, now, qn_runner::Limits::default()).await
    }

    pub async fn open_within(folder: &Path, now: i64, limits: qn_runner::Limits) -> World {
        let db = Db::open(&Options::sqlite(folder.join("test.db")), CommitSink::none()).await.unwrap();
        let tenant: TenantId = "tnt_1".into();
        if qn_store::tenant::list(&db).await.unwrap().is_empty() {
            let (id, name) = (tenant.clone(), "t".to_owned());
            let row = Tenant { id, name, language: Language::Zh, time_zone: "UTC".into(), created_at: NOON };
            qn_store::tenant::insert(&db, &row).await.unwrap();
        }
        let (clock, outside) = (Arc::new(ManualClock::at(now)), Arc::new(Outside { db: OnceLock::from(db.clone()), ..Outside::default() }));
        let runner = Runner::start_within(db.clone(), clock.clone() as Arc<dyn Clock>, outside.clone(), limits);
        World { runner, db, clock, outside, tenant }
    }

    pub async fn publish(&self, nodes: Value, edges: &[(&str, &str, &str)]) -> String {
        self.publish_as("f", None, nodes, edges).await
    }

    /// `acting_max`: the flow's own limit of errands at the same time.
    pub async fn publish_as(&self, id: &str, acting_max: Option<u32>, nodes: Value, edges: &[(&str, &str, &str)]) -> String {
        let edges: Vec<Value> = edges.iter().map(|(from, port, to)| json!({"from": from, "port": port, "to": to})).collect();
        let variables = json!([{"name": "kept", "type": "any"}]);
        let flow =
            json!({"format": 1, "id": id, "name": id, "acting_max": acting_max, "variables": variables, "nodes": nodes, "edges": edges});
        let flow: Flow = serde_json::from_value(flow).unwrap();
        self.runner.publish(&self.tenant, flow, "usr_1", "").await.unwrap()
    }

    pub fn wish<'a>(&'a self, version_hash: &'a str, trigger_key: Option<&'a str>) -> Wish<'a> {
        Wish::of(&self.tenant, version_hash, trigger_key)
    }

    /// Until the run stands so; the engine's own clock does not move meanwhile.
    pub async fn until(&self, run_id: &str, standing: &str) {
        for _ in 0..2_000 {
            let run = qn_store::flow_run::find(&self.db, &self.tenant, run_id).await.unwrap();
            if run.is_some_and(|run| run.standing.as_str() == standing) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        panic!("{run_id} never was {standing}: {:?}", self.runner.state(&self.tenant, run_id).await);
    }
}

pub fn node(id: &str, kind: &str, settings: Value) -> Value {
    json!({"id": id, "kind": kind, "settings": settings, "timeout_ms": 60_000})
}
