//! Tokens: one fetch for many callers, renewed in time, renewed once when refused.

use crate::world::{NOW, Safe, caller, carry_out, plain_operation, serve, service};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use qn_base::ManualClock;
use qn_connector::{Auth, Grant, Kind};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

#[derive(Default)]
struct Authority {
    issued: AtomicU64,
    forms: Mutex<Vec<(String, HashMap<String, String>)>>,
    /// Tokens up to this number are no longer taken.
    revoked: AtomicU64,
}

async fn token(State(state): State<Arc<Authority>>, headers: HeaderMap, body: String) -> Json<Value> {
    let form = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let basic = headers.get("authorization").map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    state.forms.lock().unwrap().push((basic, form));
    let n = state.issued.fetch_add(1, Ordering::SeqCst) + 1;
    Json(
        json!({"access_token": format!("token-{n:04}"), "token_type": "Bearer", "expires_in": 600, "refresh_token": format!("refresh-{n}")}),
    )
}

async fn work(State(state): State<Arc<Authority>>, headers: HeaderMap) -> Result<String, StatusCode> {
    let bearer = headers.get("authorization").and_then(|value| value.to_str().ok()?.strip_prefix("Bearer token-")).unwrap_or("0");
    let n: u64 = bearer.parse().unwrap();
    if n > state.revoked.load(Ordering::SeqCst) { Ok(n.to_string()) } else { Err(StatusCode::UNAUTHORIZED) }
}

async fn authority() -> (SocketAddr, Arc<Authority>) {
    let state = Arc::new(Authority::default());
    let router = Router::new().route("/token", post(token)).route("/api/do", post(work)).with_state(Arc::clone(&state));
    (serve(router).await, state)
}

fn grant(address: SocketAddr) -> Grant {
    let token_url = format!("http://{address}/token");
    Grant {
        token_url,
        client_id: "me&you".into(),
        secret: "client".into(),
        scope: Some("a b".into()),
        refresh_secret: None,
        in_body: false,
    }
}

#[tokio::test]
async fn one_token_serves_many_until_shortly_before_its_end() {
    let (address, state) = authority().await;
    let clock = Arc::new(ManualClock::at(NOW));
    let caller = caller(Arc::clone(&clock));
    let safe = Safe::default().with("client", "p@ss word", &["127.0.0.1"]);
    let service = service(address, Some(Auth::Oauth2(grant(address))), plain_operation());
    let calls = std::iter::repeat_with(|| carry_out(&caller, &service, json!({}), &safe)).take(20);
    let mut all = Vec::new();
    for call in futures(calls).await {
        all.push(call.outcome.unwrap());
    }
    assert!(all.iter().all(|answer| answer == &json!(1)), "{all:?}");
    assert_eq!(state.issued.load(Ordering::SeqCst), 1);
    let (basic, form) = state.forms.lock().unwrap()[0].clone();
    // base64 of me%26you:p%40ss+word
    assert_eq!(basic, "Basic bWUlMjZ5b3U6cCU0MHNzK3dvcmQ=");
    assert_eq!((form["grant_type"].as_str(), form["scope"].as_str()), ("client_credentials", "a b"));
    clock.advance(539_000);
    assert_eq!(carry_out(&caller, &service, json!({}), &safe).await.outcome.unwrap(), json!(1));
    clock.advance(2_000);
    assert_eq!(carry_out(&caller, &service, json!({}), &safe).await.outcome.unwrap(), json!(2));
}

#[tokio::test]
async fn a_refused_token_is_renewed_once() {
    let (address, state) = authority().await;
    let caller = caller(Arc::new(ManualClock::at(NOW)));
    let safe = Safe::default().with("client", "secret", &["127.0.0.1"]);
    let service = service(address, Some(Auth::Oauth2(grant(address))), plain_operation());
    assert_eq!(carry_out(&caller, &service, json!({}), &safe).await.outcome.unwrap(), json!(1));
    state.revoked.store(1, Ordering::SeqCst);
    assert_eq!(carry_out(&caller, &service, json!({}), &safe).await.outcome.unwrap(), json!(2));
    state.revoked.store(99, Ordering::SeqCst);
    assert_eq!(carry_out(&caller, &service, json!({}), &safe).await.outcome.unwrap_err().kind, Kind::Refused);
    assert_eq!(state.issued.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_renewed_refresh_token_takes_the_place_of_the_old() {
    let (address, state) = authority().await;
    let clock = Arc::new(ManualClock::at(NOW));
    let caller = caller(Arc::clone(&clock));
    let safe = Safe::default().with("client", "secret", &["127.0.0.1"]).with("refresh", "refresh-0", &["127.0.0.1"]);
    let mut grant = grant(address);
    grant.refresh_secret = Some("refresh".into());
    grant.in_body = true;
    let service = service(address, Some(Auth::Oauth2(grant)), plain_operation());
    for _ in 0..2 {
        carry_out(&caller, &service, json!({}), &safe).await.outcome.unwrap();
        clock.advance(600_000);
    }
    let forms = state.forms.lock().unwrap();
    let used: Vec<&str> = forms.iter().map(|(_, form)| form["refresh_token"].as_str()).collect();
    assert_eq!(used, ["refresh-0", "refresh-1"]);
    assert_eq!(forms[0].1["client_secret"], "secret");
}

#[tokio::test]
async fn a_token_goes_only_where_its_secret_may_go() {
    let (address, state) = authority().await;
    let caller = caller(Arc::new(ManualClock::at(NOW)));
    let safe = Safe::default().with("client", "secret", &[&address.to_string()]);
    let (elsewhere, _) = authority().await;
    let service = service(elsewhere, Some(Auth::Oauth2(grant(address))), plain_operation());
    assert_eq!(carry_out(&caller, &service, json!({}), &safe).await.outcome.unwrap_err().kind, Kind::Refused);
    assert_eq!(state.issued.load(Ordering::SeqCst), 0);
}

/// All at once.
async fn futures<T>(calls: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut calls: Vec<_> = calls.map(Box::pin).collect();
    let mut done: Vec<Option<T>> = calls.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (call, done) in calls.iter_mut().zip(&mut done) {
            if done.is_none()
                && let std::task::Poll::Ready(value) = call.as_mut().poll(context)
            {
                *done = Some(value);
            }
        }
        if done.iter().all(Option::is_some) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}
