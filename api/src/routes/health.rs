//! What an operator's probes ask: alive, ready, and the numbers.

use crate::problem::{Code, Problem};
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header;

pub fn routes() -> Router<AppState> {
    Router::new().route("/healthz", get(async || "ok\n")).route("/readyz", get(ready)).route("/metrics", get(metrics))
}

/// The process serves and its database answers. Something that is missing but stops nothing is named on a line of its own; what exactly is
/// wrong is for signed-in people (the overview) and for `qingniao doctor`.
async fn ready(State(state): State<AppState>) -> Response {
    match state.engine.db.ping().await {
        Ok(()) => {
            let mut says = String::from("ready\n");
            if state.engine.encoder.health().is_some_and(|e| e.problem.is_some()) {
                says.push_str("degraded: the encoder cannot be used; intents are read by words alone\n");
            }
            if state.engine.llm.as_ref().is_some_and(|llm| llm.health().problem.is_some()) {
                says.push_str("degraded: the language model cannot be used; everything goes on without it\n");
            }
            says.into_response()
        }
        Err(error) => {
            tracing::warn!(%error, "the database does not answer");
            Problem::new(Code::Unavailable).retry_after(1).into_response()
        }
    }
}

async fn metrics(State(state): State<AppState>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], (state.metrics)()).into_response()
}
