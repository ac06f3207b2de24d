//! The right to serve a database, once it is held or waited for: a stand-by waits until the server before it is gone, and whoever serves
//! passes on what other sessions write. On SQLite a lock file is all (`storage::lock`).

use crate::cli::say;
use anyhow::{Context, Error, Result};
use qn_auth::Auth;
use qn_engine::Engine;
use qn_store::Options;
use qn_store::bell::{Ring, Topic};
use qn_store::sole::{self, SoleServer};
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::mpsc;

/// More than wait at once are one ring for everything.
const RINGS_MAX: usize = 256;

/// None when it was told to stop before its turn came.
pub async fn wait(options: &Options, told: &mut (impl Future<Output = ()> + Unpin)) -> Result<Option<SoleServer>> {
    say("备用：等正在运行的服务器退出后接管 Stand-by: takes over when the server that runs is gone");
    tracing::info!("standing by");
    let waited = tokio::select! {
        waited = sole::wait(options) => waited.context("cannot stand by")?,
        () = told => {
            tracing::info!("stopped while standing by");
            return Ok(None);
        }
    };
    say("接管 Taking over");
    tracing::info!("taking over");
    Ok(waited)
}

/// Passes on what other sessions write, for as long as this is the server of its database. Ends with why it may not be any longer.
pub async fn attend(sole: &mut Option<SoleServer>, engine: &Engine, auth: &Auth) -> Error {
    let Some(sole) = sole else { return std::future::pending().await };
    let (sender, rings) = mpsc::channel(RINGS_MAX);
    let is_full = AtomicBool::new(false);
    tokio::select! {
        error = hear(sole, &sender, &is_full) => error,
        () = work_off(rings, &is_full, engine, auth) => std::future::pending().await,
    }
}

/// Never held up by what a ring is for: that the right is lost must be known at once.
async fn hear(sole: &mut SoleServer, rings: &mpsc::Sender<Ring>, is_full: &AtomicBool) -> Error {
    loop {
        match sole.hear().await {
            Ok(ring) => {
                if rings.try_send(ring).is_err() {
                    is_full.store(true, Ordering::Release);
                }
            }
            Err(error) => return Error::new(error).context("this server lost its connection and with it the right to serve"),
        }
    }
}

/// The same ring several times is one.
async fn work_off(mut rings: mpsc::Receiver<Ring>, is_full: &AtomicBool, engine: &Engine, auth: &Auth) {
    let mut some = Vec::with_capacity(RINGS_MAX);
    while rings.recv_many(&mut some, RINGS_MAX).await > 0 {
        if is_full.swap(false, Ordering::AcqRel) || some.contains(&Ring::Everything) {
            some = vec![Ring::Everything];
        }
        while let Some(ring) = some.pop() {
            some.retain(|other| *other != ring);
            if matches!(ring, Ring::Wrote(Topic::Keys | Topic::Settings) | Ring::Everything) {
                auth.look_at_people_again();
            }
            Box::pin(engine.ring(ring)).await;
        }
    }
}
