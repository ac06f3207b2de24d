//! Takes the mark off a list's `cursor` before a handler sees it, and refuses one without: the same for every list, so that none can
//! read a broken cursor as its beginning. Innermost of the layers; what a place means is for the list to say.

use crate::problem::{Code, Problem};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::uri::PathAndQuery;
use http::{Method, Uri};
use qn_api_types::cursor;
use url::form_urlencoded;

const NAME: &str = "cursor";

pub async fn cursors(mut request: Request, next: Next) -> Response {
    // Lists are read; what others post here keeps its own words.
    if request.method() == Method::GET && request.uri().query().is_some_and(|query| query.contains(NAME)) {
        match unmarked(request.uri()) {
            Some(uri) => *request.uri_mut() = uri,
            None => return Problem::new(Code::InvalidCursor).into_response(),
        }
    }
    next.run(request).await
}

/// The same address with the place alone; none when a cursor is not one of ours. An empty one is the beginning.
fn unmarked(uri: &Uri) -> Option<Uri> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(uri.query()?.as_bytes()) {
        match name.as_ref() {
            NAME if !value.is_empty() => query.append_pair(NAME, cursor::read(&value)?),
            _ => query.append_pair(&name, &value),
        };
    }
    let mut parts = uri.clone().into_parts();
    let path = format!("{}?{}", uri.path(), query.finish());
    parts.path_and_query = Some(PathAndQuery::try_from(path).ok()?);
    Uri::from_parts(parts).ok()
}
