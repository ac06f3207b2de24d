//! The servers that `bench flows` measures, as hidden subcommands so that each is a process of its own: the engine behind a
//! webhook, the same calls without an engine, and the same with one bare row committed wherever the engine commits.

use super::REFUND;
use crate::config::Config;
use crate::storage;
use anyhow::{Context, Result};
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use qn_base::SystemClock;
use qn_domain::TenantId;
use qn_egress::{Egress, Policy};
use qn_runner::{Acting, Acts, Errand, HttpActs, Outside, Runner, Wish};
use qn_store::bare::Bare;
use qn_store::{CommitSink, Db};
use qn_workflow::{Flow, Status};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

type Answer = std::result::Result<Json<Value>, (StatusCode, String)>;

struct Nobody;

impl Acts for Nobody {
    fn act<'a>(&'a self, _errand: &'a Errand) -> Acting<'a> {
        Box::pin(async { None })
    }
}

struct Engine {
    runner: Runner,
    tenant_id: TenantId,
    version: String,
    base: String,
}

/// The engine: a webhook starts a run and answers with what it gives back.
pub async fn engine(config: &Config, office: &str) -> Result<()> {
    storage::prepare(&config.storage.data_dir)?;
    let db = Db::open(&storage::options(config).serving(), CommitSink::none()).await?;
    let tenant_id = bench_tenant(&db).await?;
    let egress = Egress::new(Policy::default().with_allowed(["127.0.0.1"])?)?;
    let outside = Outside::new(db.clone(), qn_crypto::Keys::fresh()?, egress, Arc::new(SystemClock));
    let runner = Runner::start(db, Arc::new(SystemClock), Arc::new(HttpActs::new(outside, Nobody)));
    let flow: Flow = serde_json::from_str(REFUND).context("the refund flow is not readable")?;
    let version = runner.publish(&tenant_id, flow, "bench", "").await?;
    let engine = Arc::new(Engine { runner, tenant_id, version, base: format!("http://{office}") });
    let app = Router::new()
        .route("/readyz", get(|| async { "ok" }))
        .route("/hooks/refund", post(refund))
        .route("/standing", get(standing))
        .with_state(engine);
    serve(config, app).await
}

/// The company of the benchmark.
pub async fn bench_tenant(db: &Db) -> Result<TenantId> {
    let id: TenantId = "tnt_bench".into();
    if qn_store::tenant::list(db).await?.is_empty() {
        let (name, language, time_zone) = ("bench".into(), qn_domain::Language::Zh, "UTC".into());
        qn_store::tenant::insert(db, &qn_domain::Tenant { id: id.clone(), name, language, time_zone, created_at: 0 }).await?;
    }
    Ok(id)
}

async fn refund(State(engine): State<Arc<Engine>>, Json(body): Json<Value>) -> Answer {
    let order = body["order_id"].as_str().unwrap_or_default();
    let input = Map::from_iter([("order_id".to_owned(), json!(order)), ("base".to_owned(), json!(engine.base))]);
    let trigger_key = Some(order);
    let wish = Wish { input, ..Wish::of(&engine.tenant_id, &engine.version, trigger_key) };
    match engine.runner.run(wish).await {
        Ok(ended) if ended.status == Status::Done => Ok(Json(ended.output)),
        Ok(ended) => Ok(Json(json!({"run": ended.run_id, "status": ended.status.as_str()}))),
        Err(error) => Err((StatusCode::SERVICE_UNAVAILABLE, error.to_string())),
    }
}

/// How many runs stand how; `chaos` waits for none to be active.
async fn standing(State(engine): State<Arc<Engine>>) -> Answer {
    let counts = engine.runner.count(&engine.tenant_id).await.map_err(|e| (StatusCode::SERVICE_UNAVAILABLE, e.to_string()))?;
    Ok(Json(counts.into_iter().map(|(standing, count)| (standing, json!(count))).collect::<Map<_, _>>().into()))
}

struct Bald {
    client: reqwest::Client,
    bare: Option<Bare>,
    base: String,
    keys: AtomicU64,
}

/// No engine. `durable`: a row is on disk before each call goes out and before the answer.
pub async fn limit(config: &Config, office: &str, durable: bool) -> Result<()> {
    storage::prepare(&config.storage.data_dir)?;
    let bare = if durable { Some(Bare::open(&storage::options(config)).await?) } else { None };
    let provider = rustls::crypto::ring::default_provider();
    let _ = provider.install_default();
    let client = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(256).build()?;
    let bald = Bald { client, bare, base: format!("http://{office}"), keys: AtomicU64::new(0) };
    let app = Router::new().route("/readyz", get(|| async { "ok" })).route("/hooks/refund", post(refund_bald)).with_state(Arc::new(bald));
    serve(config, app).await
}

async fn refund_bald(State(bald): State<Arc<Bald>>, Json(body): Json<Value>) -> Answer {
    bald.refund(&body).await.map(Json).map_err(|error| (StatusCode::SERVICE_UNAVAILABLE, error.to_string()))
}

impl Bald {
    async fn refund(&self, body: &Value) -> Result<Value> {
        let order_id = body["order_id"].as_str().unwrap_or_default();
        self.keep(body).await?;
        let order: Value = self.client.get(format!("{}/orders/{order_id}", self.base)).send().await?.json().await?;
        self.keep(&order).await?;
        if order["paid"] != true || order["refunded"] == true || order["amount"].as_i64().is_none_or(|amount| amount > 500) {
            return Ok(json!({"refund": null}));
        }
        let refund = self.post("refunds", &json!({"order_id": order_id, "amount": order["amount"]})).await?;
        self.keep(&refund).await?;
        let text = format!("退款 {} 元,单号 {}", order["amount"], refund["id"]);
        let note = self.post("crm/notes", &json!({"order_id": order_id, "text": text})).await?;
        self.keep(&note).await?;
        Ok(json!({"refund": refund["id"], "amount": order["amount"]}))
    }

    async fn keep(&self, what: &Value) -> Result<()> {
        match &self.bare {
            Some(bare) => Ok(bare.insert(what.to_string()).await?),
            None => Ok(()),
        }
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let key = format!("{}-{}", std::process::id(), self.keys.fetch_add(1, Ordering::Relaxed));
        let request = self.client.post(format!("{}/{path}", self.base)).header("idempotency-key", key);
        Ok(request.header("content-type", "application/json").body(body.to_string()).send().await?.json().await?)
    }
}

async fn serve(config: &Config, app: Router) -> Result<()> {
    let listener = tokio::net::TcpListener::bind(&config.server.listen).await.context("cannot listen")?;
    axum::serve(listener, app).await.context("the measured server stopped")
}
