//! Wires the rooms, listens, and stops cleanly: sockets are told to come back, work in flight is finished, then the database closes.

use crate::config::Config;
use crate::connections::{self, Patience};
use crate::demo;
use crate::first_start;
use crate::metrics;
use crate::stand_by;
use crate::storage;
use anyhow::{Context, Result, anyhow, bail};
use qn_base::{Clock, SystemClock};
use qn_engine::{Engine, Limits, Parts};
use qn_nlu::RulesBackend;
use qn_store::sole::SoleServer;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How soon readers should come back after a planned stop, in ms.
const RETRY_MS: u64 = 1_000;

/// As a stand-by it answers nothing before the server that has the database is gone.
pub async fn run(config: Config, wish: first_start::Wish, is_stand_by: bool) -> Result<()> {
    storage::prepare(&config.storage.data_dir)?;
    let _lock = storage::lock(&config)?;
    let mut early = if is_stand_by { Some(Box::pin(told_to_stop()?)) } else { None };
    let mut sole = match &mut early {
        None => qn_store::sole::claim(&storage::options(&config)).await.context("cannot serve")?,
        Some(told) => match stand_by::wait(&storage::options(&config), told).await? {
            None => return Ok(()),
            held => held,
        },
    };
    let listener = listen(&config.server.listen).await?;
    let address = listener.local_addr().context("the listening address is unknown")?;
    let public_url = match config.server.public_url.as_str() {
        "" => format!("http://{address}"),
        url => url.trim_end_matches('/').to_owned(),
    };
    let counted = metrics::install()?;
    let office = if wish.demo { Some(demo::Office::open(&config.storage.data_dir).await?) } else { None };
    let engine = open_engine(&config, &public_url, office.as_ref(), sole.as_ref()).await?;
    let auth = qn_auth::Auth::open(engine.db.clone(), engine.clock.clone()).await.context("the server's keys cannot be read")?;
    let first = first_start::prepare(&engine, &auth, &first_start::Wish { public_url: public_url.clone(), ..wish }).await?;
    for tenant in qn_store::tenant::list(&engine.db).await? {
        engine.seal_plain_secrets(&tenant.id).await.with_context(|| format!("the secrets of {} cannot be sealed", tenant.id))?;
        engine.reload_knowledge(&tenant.id).await.map_err(|e| anyhow!("the knowledge of {} cannot be indexed: {e}", tenant.id))?;
    }
    if let Some(office) = office.filter(|_| first.has_demo) {
        let keys = qn_crypto::Keys::in_folder(&config.storage.data_dir).context("secrets cannot be opened")?;
        office.tell(&engine.db, &keys, &demo::author()?, engine.clock.now()).await.context("the demo's connector")?;
    }
    let outside = outside(&config, &engine)?;
    let stop = CancellationToken::new();
    let limits = Limits { unfinished_max: config.flows.unfinished_max, acting_max: config.flows.acting_max };
    engine.start_flows(limits, outside.clone());
    let mut workers = start_workers(&engine, &stop);
    workers.push(spawn(engine.clone().run_flows(config.flows.keep_days, stop.clone())));
    workers.push(spawn(metrics::keep(engine.clone(), counted.clone(), stop.clone())));
    let app = qn_api::router(qn_api::AppState::new(qn_api::Parts {
        engine: engine.clone(),
        outside: outside.clone(),
        auth: auth.clone(),
        config: api_config(&config, public_url, first.has_demo),
        metrics: Arc::new(move || counted.render()),
    }));
    let told = match early {
        Some(told) => told,
        None => Box::pin(told_to_stop()?),
    };
    first.lines.iter().for_each(crate::cli::say);
    tracing::info!(%address, "listening");
    let lost = stand_by::attend(&mut sole, &engine, &auth);
    let served = serve_until_told(listener, app, &engine, (told, lost), config.server.drain_ms_max).await;
    outside.stop_recordings();
    served?;
    engine.stop_flows().await;
    stop.cancel();
    for worker in workers {
        let _ = worker.await;
    }
    engine.db.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Other systems as flows reach them, with the key that opens the secrets: in the data folder, made at the first start.
fn outside(config: &Config, engine: &Engine) -> Result<qn_runner::Outside> {
    let keys = qn_crypto::Keys::in_folder(&config.storage.data_dir).context("secrets cannot be opened")?;
    let sqlite_folders = config.connectors.sqlite_folders.clone();
    let equipment = qn_runner::Equipment { attachments: Some(engine.blobs.clone()), sqlite_folders, ..Default::default() };
    Ok(qn_runner::Outside::equipped(engine.db.clone(), keys, engine.egress().clone(), engine.clock.clone(), equipment))
}

async fn listen(address: &str) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            anyhow!("{address} is already in use: stop the other program, or choose another port with --listen, for example --listen 127.0.0.1:8081")
        }
        std::io::ErrorKind::PermissionDenied => anyhow!("this user may not listen on {address}: choose a port above 1023 with --listen"),
        _ => anyhow!("cannot listen on {address}: {error}"),
    })
}

async fn open_engine(config: &Config, public_url: &str, office: Option<&demo::Office>, sole: Option<&SoleServer>) -> Result<Arc<Engine>> {
    let office = office.map(|office| office.address.to_string());
    let policy = qn_egress::Policy::default()
        .with_allowed(config.egress.allow_private.iter().map(String::as_str))
        .context("egress.allow_private")?
        .with_allowed(office.iter().map(String::as_str))?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let parts = Parts {
        intents: Arc::new(RulesBackend::default()),
        encoder: crate::models::text_encoder(config),
        llm: crate::llm::model(config, clock.clone())?,
        translator: crate::translate::translator(config)?,
        clock,
        egress: qn_egress::Egress::new(policy).context("the outbound client cannot start")?,
        blobs: qn_blob::Blobs::filesystem(config.storage.data_dir.join(storage::ATTACHMENTS_DIR))
            .context("the attachments folder cannot be used")?,
        keys: qn_crypto::Keys::in_folder(&config.storage.data_dir).context("secrets cannot be opened")?,
        library: crate::documents::library(config)?,
        public_url: public_url.to_owned(),
    };
    Ok(Engine::open(&storage::options(config).serving().fenced(sole), parts).await?)
}

fn api_config(config: &Config, public_url: String, demo: bool) -> qn_api::Config {
    qn_api::Config {
        secure_cookies: public_url.starts_with("https://"),
        public_url,
        demo,
        trust_forwarded: config.server.trust_forwarded,
        limits: config.server.rate_limits.then(Default::default),
        ..qn_api::Config::default()
    }
}

fn start_workers(engine: &Arc<Engine>, stop: &CancellationToken) -> Vec<tokio::task::JoinHandle<()>> {
    vec![
        spawn(engine.clone().run_router(stop.clone())),
        spawn(engine.clone().run_outbox(stop.clone())),
        spawn(engine.clone().run_indexer(stop.clone())),
        spawn(engine.clone().run_feed(stop.clone())),
        spawn(engine.clone().run_links(stop.clone())),
        spawn(engine.clone().run_mailboxes(stop.clone())),
        spawn(engine.clone().run_mail(stop.clone())),
        spawn(engine.clone().run_article_watch(stop.clone())),
        spawn(engine.clone().run_sync(stop.clone())),
        spawn(engine.clone().run_rounds(stop.clone())),
        spawn(engine.clone().run_weighing(stop.clone())),
        spawn(look_at_model(engine.clone())),
    ]
}

/// The health page says at once when the configured model cannot be used.
async fn look_at_model(engine: Arc<Engine>) {
    if let Some(llm) = &engine.llm {
        llm.look().await;
    }
}

#[allow(clippy::disallowed_methods)] // the place where long-lived tasks begin; each ends with the stop token
fn spawn(task: impl Future<Output = ()> + Send + 'static) -> tokio::task::JoinHandle<()> {
    tokio::spawn(task)
}

/// Serves until SIGINT or SIGTERM, then gives requests in flight `drain_ms` to finish. Who lost the right to serve finishes nothing.
async fn serve_until_told(
    listener: TcpListener,
    app: axum::Router,
    engine: &Arc<Engine>,
    (told, lost): (impl Future<Output = ()>, impl Future<Output = anyhow::Error>),
    drain_ms: u64,
) -> Result<()> {
    let closing = CancellationToken::new();
    let served = connections::serve(listener, app, Patience::default(), closing.clone());
    tokio::pin!(served);
    tokio::select! {
        () = &mut served => bail!("the server stopped listening"),
        why = lost => {
            tracing::error!("another server serves this database now: stopping");
            return Err(why);
        }
        () = told => {}
    }
    tracing::info!("stopping: finishing work in flight");
    engine.hub.restart(RETRY_MS);
    closing.cancel();
    if tokio::time::timeout(Duration::from_millis(drain_ms), &mut served).await.is_err() {
        tracing::warn!(drain_ms, "some connections did not end in time");
    }
    Ok(())
}

/// SIGINT and SIGTERM are watched from this call on, before anybody is told that the server is ready: one that comes early waits.
fn told_to_stop() -> Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt()).context("Ctrl-C cannot be watched")?;
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be watched")?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
