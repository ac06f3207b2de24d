//! Answers that carry an object's version or say whether a creation was a repetition.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

/// A settings object with its `ETag`.
pub fn tagged<T: Serialize>(version: i64, body: T) -> Response {
    let mut response = axum::Json(body).into_response();
    response.headers_mut().insert(header::ETAG, etag(version));
    response
}

/// 201 with the new object, or 200 and `Idempotent-Replayed: true` when the same creation was made before.
pub fn created<T: Serialize>(replayed: bool, version: Option<i64>, body: T) -> Response {
    let status = if replayed { StatusCode::OK } else { StatusCode::CREATED };
    let mut response = (status, axum::Json(body)).into_response();
    if replayed {
        response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
    }
    if let Some(version) = version {
        response.headers_mut().insert(header::ETAG, etag(version));
    }
    response
}

fn etag(version: i64) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{version}\"")).unwrap_or(HeaderValue::from_static("\"0\""))
}
