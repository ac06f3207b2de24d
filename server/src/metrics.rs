//! The numbers of `/metrics`: where they are kept, and what keeps them small and true. Each is declared where it is counted.

use anyhow::{Context, Result};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use qn_engine::Engine;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Upper bounds of the classes durations are counted in, in seconds.
const SECONDS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// How often gauges are read anew.
const EVERY: Duration = Duration::from_secs(5);

/// Where every counter of the process goes from now on.
pub fn install() -> Result<PrometheusHandle> {
    let durations = Matcher::Suffix("_duration_seconds".to_owned());
    let builder = PrometheusBuilder::new().set_buckets_for_metric(durations, SECONDS).context("classes of durations")?;
    builder.install_recorder().context("metrics cannot start")
}

/// Runs until `stop`: reads how things stand, and sums up what was recorded so that it does not pile up between two scrapes.
pub async fn keep(engine: Arc<Engine>, handle: PrometheusHandle, stop: CancellationToken) {
    let mut tick = tokio::time::interval(EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = tick.tick() => {}
        }
        handle.run_upkeep();
        if let Err(error) = engine.measure().await {
            tracing::warn!(%error, "how things stand could not be read for the metrics");
        }
    }
}
