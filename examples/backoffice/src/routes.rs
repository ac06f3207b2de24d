//! The service's addresses.

use crate::books::{Audit, Books, What};
use crate::faults::{Fault, Wanted};
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// What the service can do, for connectors.
pub const DESCRIPTION: &str = include_str!("../openapi.json");

type Answer = (StatusCode, Json<Value>);

pub fn router(books: Arc<Books>) -> Router {
    Router::new()
        .route("/readyz", get(|| async { "ok" }))
        .route("/openapi.json", get(|| async { ([(CONTENT_TYPE, "application/json")], DESCRIPTION) }))
        .route("/orders/{id}", get(order))
        .route("/customers/{id}/orders", get(orders_of))
        .route("/refunds", post(refund))
        .route("/refunds/reverse", post(reverse))
        .route("/crm/notes", post(note))
        .route("/stock/returns", post(give_back))
        .route("/faults", post(faults))
        .route("/audit", get(audit))
        .with_state(Arc::clone(&books))
        .merge(crate::legacy::router(books))
}

async fn order(State(books): State<Arc<Books>>, Path(id): Path<String>) -> Json<Value> {
    Json(books.order(&id))
}

async fn orders_of(State(books): State<Arc<Books>>, Path(id): Path<String>) -> Json<Value> {
    Json(json!({"orders": books.orders_of(&id)}))
}

async fn refund(state: State<Arc<Books>>, headers: HeaderMap, body: Json<Value>) -> Answer {
    write(state, headers, body, What::Refund).await
}

async fn reverse(state: State<Arc<Books>>, headers: HeaderMap, body: Json<Value>) -> Answer {
    write(state, headers, body, What::Reversal).await
}

async fn note(state: State<Arc<Books>>, headers: HeaderMap, body: Json<Value>) -> Answer {
    write(state, headers, body, What::Note).await
}

async fn give_back(state: State<Arc<Books>>, headers: HeaderMap, body: Json<Value>) -> Answer {
    write(state, headers, body, What::Return).await
}

async fn write(State(books): State<Arc<Books>>, headers: HeaderMap, Json(body): Json<Value>, what: What) -> Answer {
    let say = |status: u16, body: Value| (StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), Json(body));
    let Some(key) = headers.get("idempotency-key").and_then(|key| key.to_str().ok()) else {
        return say(400, json!({"error": "an Idempotency-Key is needed"}));
    };
    let order = body["order_id"].as_str().unwrap_or_default();
    let fault = match what {
        What::Reversal => Fault::None,
        _ => books.faults.next(what == What::Note, order),
    };
    if matches!(fault, Fault::Unavailable | Fault::Silent { .. }) {
        books.note_fault(key, order);
    }
    match fault {
        Fault::Unavailable => return say(503, json!({"error": "not now"})),
        Fault::Refused => return say(409, json!({"error": "refused"})),
        Fault::None | Fault::Silent { .. } => {}
    }
    let (status, answer) = books.write(key, what, &body).await;
    if let Fault::Silent { ms } = fault {
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }
    say(status, answer)
}

async fn faults(State(books): State<Arc<Books>>, Json(wanted): Json<Wanted>) -> StatusCode {
    books.faults.set(wanted);
    StatusCode::NO_CONTENT
}

async fn audit(State(books): State<Arc<Books>>) -> Result<Json<Audit>, StatusCode> {
    books.audit().await.map(Json).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}
