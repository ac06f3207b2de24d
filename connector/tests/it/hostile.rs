//! Descriptions and answers that mean harm: refused with a clear error, at little cost.

use crate::world::{NOW, Safe, caller, carry_out, plain_operation, serve, service};
use axum::Router;
use axum::body::Body;
use axum::http::Response;
use axum::routing::any;
use qn_base::ManualClock;
use qn_connector::Kind;
use qn_connector::openapi::{Error, import};
use serde_json::{Value, json};
use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

fn with_body(schemas: Value, schema: Value) -> Vec<u8> {
    json!({"openapi": "3.0.0", "info": {"title": "t", "version": "1"}, "servers": [{"url": "https://x.example"}],
        "components": {"schemas": schemas},
        "paths": {"/x": {"post": {"requestBody": {"required": true, "content": {"application/json": {"schema": schema}}}, "responses": {}}}}})
    .to_string()
    .into_bytes()
}

fn refused(document: &[u8]) -> Error {
    import(document, None, None).unwrap_err()
}

#[test]
fn references_that_lead_out_round_or_nowhere_are_refused() {
    let to = |reference: &str| json!({"$ref": reference});
    for remote in ["https://evil.example/s.json#/A", "file:///etc/passwd", "other.yaml#/A", "//169.254.169.254/x", ""] {
        assert!(matches!(refused(&with_body(json!({}), to(remote))), Error::Remote(_)), "{remote}");
    }
    assert!(matches!(refused(&with_body(json!({}), to("#/components/schemas/Nobody"))), Error::Dangling(_)));
    let circle = json!({"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}});
    assert!(matches!(refused(&with_body(circle, to("#/components/schemas/A"))), Error::Circle(_)));
    let path = json!({"openapi": "3.1.0", "servers": [{"url": "https://x.example"}], "paths": {"/x": {"$ref": "#/paths/~1x"}}});
    assert!(matches!(refused(path.to_string().as_bytes()), Error::Circle(_)));
}

#[test]
fn a_schema_that_doubles_at_every_step_stays_small() {
    let schemas: serde_json::Map<String, Value> = (0..60)
        .map(|i| {
            let next = json!({"$ref": format!("#/components/schemas/S{}", i + 1)});
            (format!("S{i}"), if i == 59 { json!({"type": "string"}) } else { json!({"properties": {"a": next, "b": next}}) })
        })
        .collect();
    let started = Instant::now();
    let imported = import(&with_body(schemas.into(), json!({"$ref": "#/components/schemas/S0"})), None, None).unwrap();
    assert!(imported.service.operations[0].input.to_string().len() < 1_000_000);
    assert!(!imported.notes.is_empty());
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn what_is_too_large_too_deep_or_something_else_is_refused() {
    assert!(matches!(refused(&vec![b' '; 4 * 1024 * 1024 + 1]), Error::TooLarge { .. }));
    assert!(matches!(refused(format!("{{\"openapi\":{}", "[".repeat(100_000)).as_bytes()), Error::Unreadable(_)));
    let started = Instant::now();
    for piece in ["[", "{", "- ", "? ", "{a: ", "[ \"]\", ", "&a [", "!x [", "\n a:", "'"] {
        let text = format!("openapi: {}", piece.repeat(500_000));
        assert!(import(text.as_bytes(), None, None).is_err(), "{piece}");
    }
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    assert!(matches!(refused(&[0xff, 0xfe]), Error::Unreadable(_)));
    let laughs = (1..30).fold("openapi: \"3.0.0\"\na0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned(), |text, i| {
        let before = format!("*a{}", i - 1);
        format!("{text}a{i}: &a{i} [{}]\n", [before.as_str(); 9].join(","))
    });
    let started = Instant::now();
    assert!(matches!(refused(laughs.as_bytes()), Error::Unreadable(_) | Error::TooMuch(_)));
    assert!(started.elapsed() < Duration::from_secs(5));
    assert!(matches!(refused(br#"{"swagger": "2.0"}"#), Error::OtherForm(text) if text.contains("Swagger")));
    assert!(matches!(refused(br#"{"openapi": "4.0.0"}"#), Error::OtherForm(_)));
    assert!(matches!(refused(b"hello"), Error::OtherForm(_)));
    let many: serde_json::Map<String, Value> = (0..1_001).map(|i| (format!("/{i}"), json!({"get": {}}))).collect();
    let many = json!({"openapi": "3.0.0", "servers": [{"url": "https://x.example"}], "paths": many});
    assert!(matches!(refused(many.to_string().as_bytes()), Error::TooMuch(_)));
    assert_eq!(refused(br#"{"openapi": "3.0.0", "servers": [{"url": "https://x.example"}]}"#), Error::Empty);
    assert_eq!(refused(br#"{"openapi": "3.0.0", "servers": [{"url": "file:///etc"}], "paths": {"/": {"get": {}}}}"#), Error::NoServer);
}

async fn answered(kind: &'static str, coding: Option<&'static str>, body: Vec<u8>) -> Result<Value, qn_connector::Failure> {
    let router = Router::new().fallback(any(move || {
        let mut response = Response::builder().header("content-type", kind);
        if let Some(coding) = coding {
            response = response.header("content-encoding", coding);
        }
        let response = response.body(Body::from(body.clone())).unwrap();
        async move { response }
    }));
    let address = serve(router).await;
    let caller = caller(Arc::new(ManualClock::at(NOW)));
    let done = carry_out(&caller, &service(address, None, plain_operation()), json!({}), &Safe::default()).await;
    assert!(serde_json::to_string(&done.exchange).unwrap().len() < 100_000);
    done.outcome
}

#[tokio::test]
async fn bombs_in_answers_are_refused() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..64 {
        packed.write_all(&vec![b' '; 1024 * 1024]).unwrap();
    }
    let packed = packed.finish().unwrap();
    assert!(packed.len() < 100_000);
    let failure = answered("application/json", Some("gzip"), packed.clone()).await.unwrap_err();
    assert!(failure.kind == Kind::Limit && failure.message.contains("compressed"), "{failure}");
    assert_eq!(answered("application/zip", None, packed).await.unwrap_err().kind, Kind::Invalid);
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000)).into_bytes();
    assert_eq!(answered("application/json", None, deep).await.unwrap_err().kind, Kind::Invalid);
    let nested = format!("{}1{}", "[".repeat(100), "]".repeat(100)).into_bytes();
    assert_eq!(answered("application/json", None, nested).await.unwrap_err().kind, Kind::Limit);
    let wide = format!("[{}1]", "[],".repeat(150_000)).into_bytes();
    assert_eq!(answered("application/json", None, wide).await.unwrap_err().kind, Kind::Limit);
    let large = vec![b'1'; 600 * 1024];
    assert_eq!(answered("application/json", None, large).await.unwrap_err().kind, Kind::Limit);
    assert_eq!(answered("application/json", None, b"{\"a\":".to_vec()).await.unwrap_err().kind, Kind::Invalid);
    assert_eq!(answered("text/plain", None, "好".into()).await.unwrap(), "好");
}

#[tokio::test]
async fn no_address_of_a_service_reaches_inside() {
    let caller = qn_connector::Caller::new(qn_egress::Egress::new(qn_egress::Policy::default()).unwrap(), Arc::new(ManualClock::at(NOW)));
    for base in ["http://127.0.0.1:1", "http://169.254.169.254/latest", "http://[::1]", "http://0x7f.1", "http://localhost:1"] {
        let mut service = service("127.0.0.1:1".parse().unwrap(), None, plain_operation());
        service.base_url = base.to_owned();
        let failure = carry_out(&caller, &service, json!({}), &Safe::default()).await.outcome.unwrap_err();
        assert_eq!(failure.kind, Kind::Refused, "{base}: {failure}");
    }
    let mut service = service("127.0.0.1:1".parse().unwrap(), None, plain_operation());
    service.base_url = "https://user:pass@x.example".to_owned();
    assert_eq!(carry_out(&caller, &service, json!({}), &Safe::default()).await.outcome.unwrap_err().kind, Kind::Invalid);
    service.base_url = "https://x.example/api".to_owned();
    for path in ["/../../admin", "/%2e%2e/%2e%2e/x", "/../apiary"] {
        service.operations[0].path = path.to_owned();
        let failure = carry_out(&caller, &service, json!({}), &Safe::default()).await.outcome.unwrap_err();
        assert_eq!(failure.kind, Kind::Invalid, "{path}: {failure}");
    }
}
