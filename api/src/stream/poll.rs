//! The same stream for networks that break WebSockets: a request that waits for news, and one that carries signals.
//! Ephemeral signals of others are not delivered here.

use super::feed::{Feed, Start, Taken};
use super::signals::Signals;
use super::{Proof, Viewer};
use crate::Result;
use crate::extract::{bearer, session_cookie};
use crate::problem::{Code, Problem};
use crate::state::AppState;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, header};
use qn_api_types::stream::{ClientFrame, Resume};
use qn_bus::{Delivery, SignalBody, Subscription};
use serde::Deserialize;
use std::time::Duration;
use utoipa::IntoParams;

const WAIT: Duration = Duration::from_secs(25);
/// Entries in one answer; the rest comes with the next.
const ENTRIES_MAX: usize = 200;

/// Where the caller stands: `seq` for people, `conversation_id` and `version` for visitors. Without, the answer comes at once and says
/// where to begin.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PollQuery {
    pub seq: Option<i64>,
    pub conversation_id: Option<String>,
    pub version: Option<i64>,
}

/// The viewer behind a plain request.
pub async fn viewer_of(state: &AppState, headers: &HeaderMap) -> Result<Viewer> {
    if let Some(token) = bearer(headers) {
        return Viewer::of_token(state, token).await;
    }
    let secret = session_cookie(headers, state.config.secure_cookies).ok_or_else(|| Problem::new(Code::Unauthenticated))?;
    Viewer::of_person(state, Proof::Session(secret.to_owned())).await
}

pub async fn poll(state: AppState, headers: HeaderMap, query: PollQuery) -> Result<Response> {
    let viewer = viewer_of(&state, &headers).await?;
    let resume = Resume { seq: query.seq, conversation_id: query.conversation_id, version: query.version };
    let knows_nothing = resume.seq.is_none() && resume.version.is_none();
    let (mut feed, mut subscription, start) = Feed::open(&state, &viewer, Some(&resume)).await?;
    let is_person = matches!(viewer, Viewer::Person(_));
    let _presence = super::arrive(&state, &viewer).await?;
    // A visitor without a conversation has nothing to name, and may wait for one to begin.
    if start == Start::Reload || (knows_nothing && (is_person || feed.conversation_id().is_some())) {
        return Ok(answer(&feed, &[], start == Start::Reload));
    }
    let mut frames = Vec::new();
    if !catch_up(&state, &mut feed, &mut frames).await? {
        return Ok(answer(&feed, &[], true));
    }
    if frames.is_empty() && !wait(&state, &viewer, &mut feed, &mut subscription, &mut frames).await? {
        return Ok(answer(&feed, &[], true));
    }
    Ok(answer(&feed, &frames, false))
}

/// False when storage no longer has the gap.
async fn catch_up(state: &AppState, feed: &mut Feed, frames: &mut Vec<Bytes>) -> Result<bool> {
    while frames.len() < ENTRIES_MAX {
        match feed.gap(state).await? {
            Some(page) if page.is_empty() => return Ok(true),
            Some(page) => frames.extend(page),
            None => {
                feed.skip();
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Waits for the first news, then takes what else is there already.
async fn wait(
    state: &AppState,
    viewer: &Viewer,
    feed: &mut Feed,
    subscription: &mut Subscription,
    frames: &mut Vec<Bytes>,
) -> Result<bool> {
    let deadline = tokio::time::sleep(WAIT);
    tokio::pin!(deadline);
    loop {
        let delivery = if frames.is_empty() {
            tokio::select! {
                delivery = subscription.next() => delivery,
                () = &mut deadline => return Ok(true),
            }
        } else if frames.len() < ENTRIES_MAX {
            subscription.try_next()
        } else {
            None
        };
        match delivery {
            Some(Delivery::Entry(published)) => match feed.take(state, &published).await? {
                Taken::Frame(frame) => frames.push(frame),
                Taken::Nothing => {}
                Taken::Hole => return catch_up(state, feed, frames).await,
            },
            Some(Delivery::Signal(signal)) => match &signal.body {
                SignalBody::ProveAgain { user_id } if viewer.is_person(user_id) => {
                    viewer.still_good(state).await.map_err(|_| Problem::new(Code::Unauthenticated))?;
                }
                _ => {}
            },
            // What was cut off, and the end of the process, end the wait; the next request continues from storage.
            Some(Delivery::Restart { .. } | Delivery::TooSlow) | None => return Ok(true),
        }
    }
}

/// Frames are JSON already: they are joined, not read again.
fn answer(feed: &Feed, frames: &[Bytes], reload: bool) -> Response {
    let position = if reload { feed.target() } else { feed.position() };
    let mut body = Vec::with_capacity(64 + frames.iter().map(Bytes::len).sum::<usize>());
    body.extend_from_slice(br#"{"entries":["#);
    for (i, frame) in frames.iter().enumerate() {
        if i > 0 {
            body.push(b',');
        }
        body.extend_from_slice(frame);
    }
    let rest = match feed {
        Feed::People(_) => format!(r#"],"seq":{position},"reload":{reload}}}"#),
        Feed::Visitor(_) => {
            let id = feed.conversation_id().map_or_else(|| "null".to_owned(), |id| format!("\"{id}\""));
            format!(r#"],"conversation_id":{id},"version":{position},"reload":{reload}}}"#)
        }
    };
    body.extend_from_slice(rest.as_bytes());
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// A signal from a client without a socket. `viewing` needs a connection that ends, so it is taken on sockets only.
pub async fn signal(state: &AppState, headers: &HeaderMap, frame: ClientFrame) -> Result<()> {
    let viewer = viewer_of(state, headers).await?;
    if let ClientFrame::Typing { conversation_id, on, preview } = frame {
        Signals::new(state.engine.now()).typing(state, &viewer, conversation_id, on, preview).await?;
    }
    Ok(())
}
