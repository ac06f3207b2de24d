//! `If-None-Match`: who has an object in the version it still has gets 304 instead of the object again. Called by `edge`.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

/// The versions the caller has; none where it did not say.
pub fn known(method: &Method, headers: &HeaderMap) -> Option<HeaderValue> {
    match *method {
        Method::GET | Method::HEAD => headers.get(header::IF_NONE_MATCH).cloned(),
        _ => None,
    }
}

pub fn shortened(known: &HeaderValue, response: Response) -> Response {
    match response.headers().get(header::ETAG) {
        Some(tag) if response.status() == StatusCode::OK && names(known, tag) => {
            let (mut parts, _) = response.into_parts();
            parts.status = StatusCode::NOT_MODIFIED;
            parts.headers.remove(header::CONTENT_TYPE);
            parts.headers.remove(header::CONTENT_LENGTH);
            Response::from_parts(parts, Body::empty())
        }
        _ => response,
    }
}

/// The list holds the tag (weak or not), or is `*`.
fn names(list: &HeaderValue, tag: &HeaderValue) -> bool {
    let (Ok(list), Ok(tag)) = (list.to_str(), tag.to_str()) else { return false };
    let plain = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    list.trim() == "*" || list.split(',').any(|one| plain(one) == plain(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_tags() {
        let names = |list: &'static str| names(&HeaderValue::from_static(list), &HeaderValue::from_static("\"7\""));
        assert!(names("\"7\"") && names("W/\"7\"") && names("\"5\", \"7\"") && names("*"));
        assert!(!names("\"5\"") && !names("7") && !names(""));
    }
}
