//! The realtime stream's addresses; what happens behind them is in `stream`.

use crate::Result;
use crate::extract::{Json, Query, bearer, session_cookie};
use crate::middleware::guard::same_site;
use crate::problem::{Code, Problem};
use crate::state::AppState;
use crate::stream::{self, PollQuery, Proof};
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use qn_api_types::stream::{ClientFrame, PeoplePoll};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(socket)).routes(routes!(poll)).routes(routes!(signal))
}

/// Follow what happens, over a WebSocket
///
/// The first frame, within ten seconds, is `{"type":"hello"}`: with `token` (a visitor's `qnv_…` or a person's `qnt_…`; people in a
/// browser need none) and, to continue, `resume`: `{"seq"}` for people, `{"conversation_id","version"}` for visitors.
/// The server says `ready`, then replays exactly the gap as `entry` frames, then what happens. Numbers are consecutive; who sees a hole
/// closes and resumes. `reload` means that the gap cannot be replayed. `bye` names why the server closes and when to come back.
#[utoipa::path(
    get, path = "/stream", tag = "stream", security(()),
    responses((status = 101, description = "The connection speaks frames"), (status = 426, body = qn_api_types::Problem))
)]
async fn socket(
    State(state): State<AppState>,
    headers: HeaderMap,
    ws: std::result::Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response> {
    let ws = ws.map_err(|_| Problem::new(Code::UpgradeRequired))?;
    let proof = match bearer(&headers) {
        Some(token) => Some(Proof::Token(token.to_owned())),
        // A page of another site can open a socket here with our cookie; what it brings is not believed.
        None if same_site(&state, &headers) => session_cookie(&headers, state.config.secure_cookies).map(|s| Proof::Session(s.to_owned())),
        None => None,
    };
    Ok(stream::upgrade(state, ws, proof))
}

/// Follow what happens, by long poll
///
/// Answers as soon as there is something, after 25 seconds at the latest. Visitors get `conversation_id` and `version` instead of `seq`.
#[utoipa::path(
    get, path = "/stream/poll", tag = "stream", params(PollQuery), security(("session" = []), ("token" = []), ("visitor" = [])),
    responses((status = 200, description = "For people; a visitor's answer is a VisitorPoll", body = PeoplePoll))
)]
async fn poll(State(state): State<AppState>, headers: HeaderMap, Query(query): Query<PollQuery>) -> Result<Response> {
    Box::pin(stream::poll(state, headers, query)).await
}

/// Say something ephemeral without a socket
///
/// `typing` is passed on; `viewing` counts on sockets only.
#[utoipa::path(
    post, path = "/stream/signal", tag = "stream", request_body = ClientFrame, security(("session" = []), ("token" = []), ("visitor" = [])),
    responses((status = 204))
)]
async fn signal(State(state): State<AppState>, headers: HeaderMap, Json(frame): Json<ClientFrame>) -> Result<StatusCode> {
    stream::signal(&state, &headers, frame).await?;
    Ok(StatusCode::NO_CONTENT)
}
