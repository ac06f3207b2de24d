//! The right to serve a database, once it is held or waited for: a stand-by waits until the server before it is gone, and whoever serves
//! passes on what other sessions write. On SQLite a lock file is all (`storage::lock`).

use crate::cli::say;
use anyhow::{Context, Error, Result};
use qn_auth::Auth;
use qn_engine::Engine;
use qn_store::Options;
use qn_store::bell::{Ring, Topic};
use qn_store::sole::{self, SoleServer};

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
    loop {
        match sole.hear().await {
            Ok(ring) => {
                if matches!(ring, Ring::Wrote(Topic::Keys | Topic::Settings) | Ring::Everything) {
                    auth.look_at_people_again();
                }
                Box::pin(engine.ring(ring)).await;
            }
            Err(error) => return Error::new(error).context("this server lost its connection and with it the right to serve"),
        }
    }
}
