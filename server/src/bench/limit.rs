//! The limit: a bare axum handler that commits one message row per request to the same kind of database with group commit,
//! and does nothing else. Run as a hidden subcommand so that it, too, is a process of its own.

use super::child::Server;
use super::http::Connection;
use super::round;
use crate::config::Config;
use crate::storage;
use anyhow::{Context, Result};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use qn_store::bare::Bare;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

pub async fn serve(config: &Config) -> Result<()> {
    storage::prepare(&config.storage.data_dir)?;
    let bare = Bare::open(&storage::options(config)).await?;
    let app = Router::new().route("/readyz", get(|| async { "ok" })).route("/message", post(insert)).with_state(bare);
    let listener = tokio::net::TcpListener::bind(&config.server.listen).await.context("cannot listen")?;
    axum::serve(listener, app).await.context("the limit server stopped")
}

async fn insert(State(bare): State<Bare>, body: String) -> StatusCode {
    match bare.insert(body).await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Requests per second with `clients` kept-alive connections for `seconds`.
pub async fn measure(database_url: Option<&str>, clients: usize, seconds: u64) -> Result<f64> {
    let server = Server::start(&["bench", "limit-server"], database_url).await?;
    let until = Instant::now() + Duration::from_secs(seconds);
    let mut tasks = JoinSet::new();
    let started = Instant::now();
    for _ in 0..clients {
        let address = server.address.clone();
        tasks.spawn(async move {
            let mut connection = Connection::open(&address).await?;
            let mut done = 0u64;
            while Instant::now() < until {
                connection.post("/message", None, "这个手机能防水吗?").await?.ok()?;
                done += 1;
            }
            anyhow::Ok(done)
        });
    }
    let mut total = 0;
    while let Some(done) = tasks.join_next().await {
        total += done??;
    }
    Ok(round(total as f64 / started.elapsed().as_secs_f64()))
}
