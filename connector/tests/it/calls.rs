//! What goes out, what comes back, and what is recorded of it.

use crate::world::{NOW, Safe, caller, carry_out, echo, plain_operation, serve, service};
use axum::Router;
use axum::routing::{any, get, post};
use http_status::{CREATED, SERVICE_UNAVAILABLE};
use qn_base::ManualClock;
use qn_connector::{Kind, Success};
use serde_json::{Value, json};
use std::sync::Arc;

mod http_status {
    pub use axum::http::StatusCode as S;
    pub const CREATED: S = S::CREATED;
    pub const SERVICE_UNAVAILABLE: S = S::SERVICE_UNAVAILABLE;
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(NOW))
}

fn everywhere() -> Value {
    json!({"name": "x", "title": {"zh": "", "en": ""}, "method": "POST", "path": "/a/{id}/b", "retry": "keyed",
        "input": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, "n": {"type": "integer"}}},
        "places": {"id": {"at": "path", "name": "id"}, "tags": {"at": "query", "name": "tag"}, "csv": {"at": "query", "name": "csv", "explode": false},
            "trace": {"at": "header", "name": "X-Trace"}, "sid": {"at": "cookie", "name": "sid"}}})
}

#[tokio::test]
async fn every_input_goes_to_its_place_and_cannot_leave_it() {
    let address = serve(Router::new().fallback(any(echo))).await;
    let service = service(address, None, everywhere());
    let input = json!({"id": "甲/../?x#y%2f", "tags": ["a&b", "c"], "csv": [1, 2], "trace": "t", "sid": "a; b=c", "n": "5", "free": {"deep": true}});
    let done = carry_out(&caller(clock()), &service, input, &Safe::default()).await;
    let got = done.outcome.unwrap();
    assert_eq!(got["uri"], "/api/a/%E7%94%B2%2F..%2F%3Fx%23y%252f/b?csv=1%2C2&tag=a%26b&tag=c");
    assert_eq!(got["headers"]["x-trace"], "t");
    assert_eq!(got["headers"]["x-fixed"], "1");
    assert_eq!(got["headers"]["cookie"], "sid=a%3B+b%3Dc");
    assert_eq!(got["headers"]["idempotency-key"], "run_1/step");
    assert_eq!(got["headers"]["content-type"], "application/json");
    assert_eq!(serde_json::from_str::<Value>(got["body"].as_str().unwrap()).unwrap(), json!({"n": 5, "free": {"deep": true}}));
    assert_eq!((done.exchange.status, done.exchange.method.as_str()), (Some(200), "POST"));
    assert!(done.exchange.sent_bytes > 0 && done.exchange.got_bytes > 0);
}

#[tokio::test]
async fn what_does_not_fit_is_never_sent() {
    let address = serve(Router::new()).await;
    let service = service(address, None, everywhere());
    for (input, message) in [
        (json!({}), "/id is required"),
        (json!({"id": "1", "n": "many"}), "/n must be integer"),
        (json!({"id": ".."}), "part of the address"),
        (json!({"id": ""}), "part of the address"),
    ] {
        let done = carry_out(&caller(clock()), &service, input, &Safe::default()).await;
        let failure = done.outcome.unwrap_err();
        assert_eq!(failure.kind, Kind::Invalid);
        assert!(failure.message.contains(message), "{failure}");
        assert_eq!(done.exchange.status, None);
    }
    let done = carry_out(&caller(clock()), &service, json!({"id": "1", "trace": "a\r\nHost: evil"}), &Safe::default()).await;
    assert_eq!(done.outcome.unwrap_err().kind, Kind::Invalid);
}

#[tokio::test]
async fn statuses_and_told_failures_become_failures() {
    let router = Router::new()
        .route("/api/do", post(|body: String| async move { (CREATED, body) }))
        .route("/api/busy", post(|| async { SERVICE_UNAVAILABLE }))
        .route("/api/away", post(|| async { axum::response::Redirect::temporary("/api/do") }));
    let address = serve(router).await;
    let mut service = service(address, None, plain_operation());
    let caller = caller(clock());
    service.success = Some(Success { at: "/code".into(), equals: vec![json!(0), json!("0")], message: Some("/msg".into()) });
    let ok = carry_out(&caller, &service, json!({"code": 0, "data": 1}), &Safe::default()).await;
    assert_eq!(ok.outcome.unwrap()["data"], 1);
    let told = carry_out(&caller, &service, json!({"code": 7, "msg": "余额不足"}), &Safe::default()).await.outcome.unwrap_err();
    assert_eq!((told.kind, told.message.as_str(), &told.detail["body"]["code"]), (Kind::Refused, "余额不足", &json!(7)));
    for (path, kind) in [("/busy", Kind::Unavailable), ("/away", Kind::Refused), ("/none", Kind::Refused)] {
        service.operations[0].path = path.to_owned();
        let failure = carry_out(&caller, &service, json!({}), &Safe::default()).await.outcome.unwrap_err();
        assert_eq!(failure.kind, kind, "{path}: {failure}");
    }
}

#[tokio::test]
async fn an_answer_is_mapped() {
    let body = json!({"data": {"total": 2, "rows": [{"id": "1", "who": {"name": "甲"}}, {"id": "2"}]}});
    let address = serve(Router::new().route("/api/do", get(move || async move { axum::Json(body) }))).await;
    let mut operation = plain_operation();
    operation["method"] = "GET".into();
    operation["output"] = json!({"fields": {"count": {"at": "/data/total"}, "orders": {"each": {"from": "/data/rows",
        "to": {"fields": {"id": {"at": "/id"}, "name": {"at": "/who/name"}}}}}}});
    let done = carry_out(&caller(clock()), &service(address, None, operation), json!({}), &Safe::default()).await;
    assert_eq!(done.outcome.unwrap(), json!({"count": 2, "orders": [{"id": "1", "name": "甲"}, {"id": "2", "name": null}]}));
}

#[tokio::test]
async fn the_record_hides_persons() {
    let address = serve(Router::new().fallback(any(echo))).await;
    let service = service(address, None, everywhere());
    let input = json!({"id": "7", "tags": ["13812345678"], "phone": "13812345678", "password": "hunter2!"});
    let done = carry_out(&caller(clock()), &service, input, &Safe::default()).await;
    let record = serde_json::to_string(&done.exchange).unwrap();
    assert!(!record.contains("13812345678"), "{record}");
    assert!(!done.exchange.sent.to_string().contains("hunter2!"));
}
