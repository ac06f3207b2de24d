//! How fast platforms' calls are taken: signed as each platform signs, kept on disk, answered. The bot's language model is made slow on
//! purpose, so that every figure is one of a server whose bot is behind. First as fast as it goes, then paced at half of that.

mod caller;
mod centre;
mod slow_model;

use super::child::{Folder, Server};
use super::http::Connection;
use super::{Samples, round};
use anyhow::{Context, Result, ensure};
use caller::{Caller, Way};
use centre::{Centre, Session};
use qn_base::{Clock, SystemClock};
use qn_domain::{BusinessHours, ChannelKind, Inbox, InboxId, Language, TenantId, Timestamp, WidgetSettings};
use qn_store::{CommitSink, Db, Options};
use serde::Serialize;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// What the model waits before it says a word.
const MODEL_DELAY: Duration = Duration::from_secs(3);

#[derive(Debug, Serialize)]
pub struct Row {
    pub channel: &'static str,
    pub database: &'static str,
    /// Durably accepted, closed loop.
    pub webhooks_per_second: f64,
    /// At half of that rate, from the moment a call was due to its whole answer.
    pub ack_p50_ms: f64,
    pub ack_p99_ms: f64,
    pub full_p50_ms: f64,
    pub full_p99_ms: f64,
    pub paced_per_second: f64,
    /// Of SMPP, which has one session: texts that waited for their answer at once.
    pub connections: usize,
    /// Calls that the bot had not read when the measurement ended.
    pub waiting_at_end: i64,
    pub model_delay_ms: u64,
}

pub struct Wish<'a> {
    pub database_url: Option<&'a str>,
    /// Kinds of channels; none: all that are called.
    pub channels: &'a [String],
    pub connections: usize,
    pub seconds: u64,
}

pub async fn run(wish: &Wish<'_>) -> Result<Vec<Row>> {
    let known: Vec<&str> = caller::ALL.iter().map(|caller| caller.kind.as_str()).collect();
    if let Some(unknown) = wish.channels.iter().find(|name| !known.contains(&name.as_str())) {
        anyhow::bail!("no platform calls on channel {unknown}; those that do: {}", known.join(", "));
    }
    let model = slow_model::start(MODEL_DELAY).await?;
    let mut rows = Vec::new();
    let is_wished = |caller: &&Caller| wish.channels.is_empty() || wish.channels.iter().any(|name| name == caller.kind.as_str());
    for caller in caller::ALL.iter().filter(is_wished) {
        rows.push(measure(wish, *caller, &model).await.with_context(|| format!("channel {}", caller.kind.as_str()))?);
    }
    Ok(rows)
}

async fn measure(wish: &Wish<'_>, caller: Caller, model: &str) -> Result<Row> {
    let folder = Folder::make()?;
    let found = Server::start_in(&folder, &["serve", "--demo"], wish.database_url).await?;
    found.stop().await?;
    let options = wish.database_url.map_or_else(|| Options::sqlite(folder.path().join(crate::storage::DATABASE_FILE)), Options::postgres);
    let centre = Centre::listen().await?;
    let platform = if matches!(caller.way, Way::Session(_)) { centre.address() } else { model };
    let inbox = add_inbox(&options, caller, platform).await?;
    let key = inbox.key.clone();
    let variables = [
        ("QN__LLM__BASE_URL", format!("http://{model}/v1")),
        ("QN__LLM__MODEL", "slow".to_owned()),
        ("QN__LLM__ALLOW_PRIVATE", "127.0.0.1".to_owned()),
        ("QN__LLM__ANSWER_CUSTOMERS", "true".to_owned()),
        ("QN__LLM__TURN_MS_MAX", "10000".to_owned()),
        ("QN__LLM__PARALLEL_MAX", "64".to_owned()),
        ("QN__EGRESS__ALLOW_PRIVATE", "127.0.0.1".to_owned()),
    ];
    let server = Server::start_with(&folder, &["serve", "--demo"], wish.database_url, &variables).await?;
    let path = format!("/api/v1/channels/{}/{key}{}", caller.kind.as_str(), caller.endpoint());
    let load = Load { caller, path: path.into(), inbox: Arc::new(inbox), numbers: Arc::default() };
    let open = open(&server, &caller, &centre, wish.connections).await?;
    let (mut full, rate, back) = closed_loop(open, &load, wish.seconds).await?;
    let (mut half, paced) = paced_loop(back, &load, rate / 2.0, wish.seconds).await?;
    server.stop().await?;
    let sent = i64::try_from(full.len() + half.len()).unwrap_or(i64::MAX);
    Ok(Row {
        channel: caller.kind.as_str(),
        database: if wish.database_url.is_some() { "postgres" } else { "sqlite" },
        webhooks_per_second: round(rate),
        ack_p50_ms: half.percentile_ms(0.50),
        ack_p99_ms: half.percentile_ms(0.99),
        full_p50_ms: full.percentile_ms(0.50),
        full_p99_ms: full.percentile_ms(0.99),
        paced_per_second: round(paced),
        connections: wish.connections,
        waiting_at_end: kept(&options, &key, sent).await?,
        model_delay_ms: u64::try_from(MODEL_DELAY.as_millis()).unwrap_or(0),
    })
}

/// An inbox of the demo company; answers go to the loopback platform.
async fn add_inbox(options: &Options, caller: Caller, platform: &str) -> Result<Inbox> {
    let db = Db::open(options, CommitSink::none()).await?;
    let now = SystemClock.now();
    let tenant = qn_store::tenant::list(&db).await?.into_iter().next().context("the demo has no tenant")?;
    let channel_settings = caller.settings_at(platform);
    qn_channel::find(caller.kind).check_settings(&channel_settings).map_err(|errors| anyhow::anyhow!("{errors:?}"))?;
    let inbox = inbox(tenant.id, caller.kind, channel_settings, now);
    qn_store::inbox::insert(&db, &inbox).await?;
    db.close().await;
    Ok(inbox)
}

fn inbox(tenant_id: TenantId, channel: ChannelKind, channel_settings: Value, now: Timestamp) -> Inbox {
    Inbox {
        id: InboxId::fresh(now),
        tenant_id,
        name: "bench".into(),
        channel,
        key: qn_base::ids::secret(16),
        secret: qn_channel::generate_secret(),
        team_id: None,
        bot_enabled: true,
        language: Language::Zh,
        hours: BusinessHours::default(),
        widget: WidgetSettings::default(),
        channel_settings,
        reopen_window_ms: 86_400_000,
        version: 1,
        created_at: now,
    }
}

/// What messages go over: a connection of the platform's own, or its part of the one session that the server opened.
enum Line {
    Calls(Connection),
    Session(Arc<Session>),
}

async fn open(server: &Server, caller: &Caller, centre: &Centre, lines: usize) -> Result<Vec<Line>> {
    let mut open = Vec::with_capacity(lines);
    if matches!(caller.way, Way::Session(_)) {
        let session = centre.accept().await?;
        open.resize_with(lines, || Line::Session(session.clone()));
    } else {
        for _ in 0..lines {
            open.push(Line::Calls(Connection::open(&server.address).await?));
        }
    }
    Ok(open)
}

/// Every acknowledged call is in the journal; how many of them still wait.
async fn kept(options: &Options, key: &str, sent: i64) -> Result<i64> {
    let db = Db::open(options, CommitSink::none()).await?;
    let inbox = qn_store::inbox::find_by_key(&db, key).await?.context("the inbox is gone")?;
    let (waiting, stuck) = qn_store::channel_event::count(&db, &inbox.tenant_id, &inbox.id).await?;
    let kept = qn_store::channel_event::count_all(&db, &inbox.tenant_id, &inbox.id).await?;
    db.close().await;
    ensure!(kept == sent && stuck == 0, "{sent} calls were acknowledged, {kept} are in the journal, {stuck} were given up");
    Ok(waiting)
}

/// What all connections share.
#[derive(Clone)]
struct Load {
    caller: Caller,
    path: Arc<str>,
    inbox: Arc<Inbox>,
    /// Messages are numbered over both parts.
    numbers: Arc<AtomicU64>,
}

impl Load {
    /// µs from the first byte to the whole answer.
    async fn call(&self, line: &mut Line) -> Result<u64> {
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        match (self.caller.way, line) {
            (Way::Call(sign), Line::Calls(connection)) => {
                let call = sign(&self.inbox, number, SystemClock.now());
                let headers: Vec<(&str, &str)> = call.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
                let place = if call.query.is_empty() { self.path.to_string() } else { format!("{}?{}", self.path, call.query) };
                let started = Instant::now();
                connection.send("POST", &place, &headers, &call.body).await?.ok()?;
                Ok(since_us(started))
            }
            (Way::Session(write), Line::Session(session)) => {
                let text = write(number);
                let started = Instant::now();
                session.deliver(&text).await?;
                Ok(since_us(started))
            }
            _ => anyhow::bail!("a platform brings its messages by one way only"),
        }
    }
}

fn since_us(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX)
}

async fn closed_loop(open: Vec<Line>, load: &Load, seconds: u64) -> Result<(Samples, f64, Vec<Line>)> {
    let started = Instant::now();
    let until = started + Duration::from_secs(seconds);
    let mut tasks = JoinSet::new();
    for mut line in open {
        let load = load.clone();
        tasks.spawn(async move {
            let mut samples = Samples::default();
            while Instant::now() < until {
                samples.push(load.call(&mut line).await?);
            }
            anyhow::Ok((samples, line))
        });
    }
    let (mut all, mut back) = (Samples::default(), Vec::new());
    while let Some(done) = tasks.join_next().await {
        let (samples, line) = done??;
        all.extend(samples);
        back.push(line);
    }
    let rate = all.len() as f64 / started.elapsed().as_secs_f64();
    Ok((all, rate, back))
}

/// Calls are due on a common schedule; a late one counts from when it was due.
async fn paced_loop(open: Vec<Line>, load: &Load, rate: f64, seconds: u64) -> Result<(Samples, f64)> {
    let (ticket, begin) = (Arc::new(AtomicU64::new(0)), Instant::now());
    let total = (rate * seconds as f64) as u64;
    let mut tasks = JoinSet::new();
    for mut line in open {
        let (load, ticket) = (load.clone(), ticket.clone());
        tasks.spawn(async move {
            let mut samples = Samples::default();
            loop {
                let mine = ticket.fetch_add(1, Ordering::Relaxed);
                if mine >= total {
                    return anyhow::Ok(samples);
                }
                let due = begin + Duration::from_secs_f64(mine as f64 / rate);
                tokio::time::sleep_until(due.into()).await;
                let late_us = u64::try_from(due.elapsed().as_micros()).unwrap_or(0);
                samples.push(late_us + load.call(&mut line).await?);
            }
        });
    }
    let mut all = Samples::default();
    while let Some(done) = tasks.join_next().await {
        all.extend(done??);
    }
    let achieved = all.len() as f64 / begin.elapsed().as_secs_f64();
    Ok((all, achieved))
}
