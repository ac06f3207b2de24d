//! How requests prove who we are, and that the proof goes nowhere else.

use crate::world::{NOW, Safe, caller, carry_out, echo, plain_operation, serve, service};
use axum::Router;
use axum::routing::any;
use qn_base::ManualClock;
use qn_connector::{Auth, Kind};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const SECRET: &str = "s3cret-t0ken";

async fn sent(auth: Value, secret: &str) -> (Value, String) {
    let address = serve(Router::new().fallback(any(echo_nothing_secret))).await;
    let auth: Auth = serde_json::from_value(auth).unwrap();
    let safe = Safe::default().with("key", secret, &[&address.to_string()]);
    let caller = caller(Arc::new(ManualClock::at(NOW)));
    let done = carry_out(&caller, &service(address, Some(auth), plain_operation()), json!({"a": 1}), &safe).await;
    assert_eq!(*safe.opened.lock().unwrap(), ["key"]);
    let record = format!("{:?} {:?}", done.exchange, done.outcome);
    assert!(!record.contains(secret), "{record}");
    (done.outcome.unwrap(), record)
}

/// The echo, every value reversed, so that the secret can be seen although it would be taken out.
async fn echo_nothing_secret(request: axum::extract::Request) -> axum::response::Response {
    use axum::response::IntoResponse;
    let response = echo(request).await.into_response();
    let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    let mut value: Value = serde_json::from_slice(&body).unwrap();
    for field in ["uri", "body"] {
        value[field] = reversed(value[field].as_str().unwrap()).into();
    }
    for (_, header) in value["headers"].as_object_mut().unwrap() {
        *header = reversed(header.as_str().unwrap()).into();
    }
    axum::Json(value).into_response()
}

fn reversed(text: &str) -> String {
    text.chars().rev().collect()
}

#[tokio::test]
async fn every_kind_of_proof_arrives() {
    let (got, _) = sent(json!({"kind": "bearer", "secret": "key"}), SECRET).await;
    assert_eq!(got["headers"]["authorization"], reversed("Bearer s3cret-t0ken"));
    let (got, _) = sent(json!({"kind": "api_key", "place": "header", "name": "X-Key", "secret": "key"}), SECRET).await;
    assert_eq!(got["headers"]["x-key"], reversed(SECRET));
    let (got, record) = sent(json!({"kind": "api_key", "place": "query", "name": "key", "secret": "key"}), SECRET).await;
    assert_eq!(got["uri"], reversed("/api/do?key=s3cret-t0ken"));
    assert!(!record.contains("key="), "the record shows the address as it was before: {record}");
    let (got, _) = sent(json!({"kind": "basic", "user": "me", "secret": "key"}), SECRET).await;
    assert_eq!(got["headers"]["authorization"], reversed("Basic bWU6czNjcmV0LXQwa2Vu"));
    let (got, _) = sent(json!({"kind": "basic", "secret": "key"}), "me:s3cret-t0ken").await;
    assert_eq!(got["headers"]["authorization"], reversed("Basic bWU6czNjcmV0LXQwa2Vu"));
}

#[tokio::test]
async fn a_signature_covers_what_it_says() {
    let auth = json!({"kind": "hmac", "secret": "key", "header": "X-Sign", "prefix": "v1=", "timestamp_header": "X-Time",
        "parts": ["timestamp", "method", "path", "body"], "separator": "\n"});
    let (got, _) = sent(auth, "key-of-12-bytes").await;
    // printf '1800000000\nPOST\n/api/do\n{"a":1}' | openssl dgst -sha256 -hmac key-of-12-bytes
    assert_eq!(got["headers"]["x-time"], reversed("1800000000"));
    assert_eq!(got["headers"]["x-sign"], reversed("v1=4268c1d06f2f67e8172bc364b1c766e62810ddfcd6f8899ac2cbdbab61ccb05c"));
    let auth = json!({"kind": "hmac", "secret": "key", "header": "X-Sign", "parts": ["timestamp"]});
    let address = serve(Router::new()).await;
    let safe = Safe::default().with("key", "k", &["127.0.0.1"]);
    let service = service(address, serde_json::from_value(auth).unwrap(), plain_operation());
    let done = carry_out(&caller(Arc::new(ManualClock::at(NOW))), &service, json!({}), &safe).await;
    assert!(done.outcome.unwrap_err().message.contains("timestamp_header"));
}

#[tokio::test]
async fn a_host_that_is_not_bound_is_refused_before_anything_is_opened() {
    let address = serve(Router::new().fallback(any(echo))).await;
    let caller = caller(Arc::new(ManualClock::at(NOW)));
    for bound in ["erp.example.com", "127.0.0.1:1", "localhost"] {
        let safe = Safe::default().with("key", SECRET, &[bound]);
        let auth = Auth::Bearer { secret: "key".into() };
        let done = carry_out(&caller, &service(address, Some(auth), plain_operation()), json!({}), &safe).await;
        assert_eq!(done.outcome.unwrap_err().kind, Kind::Refused);
        assert!(safe.opened.lock().unwrap().is_empty());
        assert_eq!(done.exchange.status, None);
    }
}

#[tokio::test]
async fn a_redirect_never_gets_the_secret() {
    let visits = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&visits);
    let count = move || {
        seen.fetch_add(1, Ordering::SeqCst);
        async { "thanks" }
    };
    let thief = serve(Router::new().fallback(any(count))).await;
    let to = format!("http://{thief}/");
    for method in ["GET", "POST"] {
        let to = to.clone();
        let lure = Router::new().fallback(any(move || async move { axum::response::Redirect::temporary(&to) }));
        let address = serve(lure).await;
        let safe = Safe::default().with("key", SECRET, &["127.0.0.1"]);
        let mut operation = plain_operation();
        operation["method"] = method.into();
        let service = service(address, Some(Auth::Bearer { secret: "key".into() }), operation);
        let failure = carry_out(&caller(Arc::new(ManualClock::at(NOW))), &service, json!({}), &safe).await.outcome.unwrap_err();
        assert!(failure.message.contains("redirect"), "{failure}");
    }
    assert_eq!(visits.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_secret_that_is_echoed_is_taken_out() {
    let address = serve(Router::new().fallback(any(echo))).await;
    let safe = Safe::default().with("key", SECRET, &["127.0.0.1"]);
    let caller = caller(Arc::new(ManualClock::at(NOW)));
    for auth in [json!({"kind": "bearer", "secret": "key"}), json!({"kind": "basic", "user": "u", "secret": "key"})] {
        let service = service(address, serde_json::from_value(auth).unwrap(), plain_operation());
        let done = carry_out(&caller, &service, json!({}), &safe).await;
        let all = format!("{:?}{:?}", done.outcome, done.exchange);
        assert!(all.contains("authorization") && !all.contains(SECRET) && !all.contains("czNjcmV0"), "{all}");
    }
}
