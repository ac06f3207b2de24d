//! Documents at addresses, fetched through the house's egress: asked with what their server called them last, so that an unchanged one is
//! not sent again.

use super::reader::unread;
use bytes::Bytes;
use qn_domain::{KnowledgeDocument, Unread};
use qn_egress::{Egress, EgressError, HeaderMap, Request, header};

const BYTES_MAX: usize = 32 << 20;
const TIMEOUT_MS: u64 = 60_000;
const REDIRECTS_MAX: u8 = 5;

pub(super) enum Fetched {
    /// The server says it is as it was.
    Same,
    /// The server says there is no such document any more.
    Gone,
    Found {
        /// A file's name that tells its kind.
        name: String,
        bytes: Bytes,
        etag: String,
        modified: String,
    },
}

pub(super) async fn fetch(egress: &Egress, url: &str, before: Option<&KnowledgeDocument>) -> Result<Fetched, Unread> {
    let mut request = Request::get(url);
    (request.response_bytes_max, request.timeout_ms, request.redirects_max) = (BYTES_MAX, TIMEOUT_MS, REDIRECTS_MAX);
    if let Some(before) = before.filter(|before| !before.hash.is_empty()) {
        for (name, value) in [("if-none-match", &before.etag), ("if-modified-since", &before.modified)] {
            if !value.is_empty() {
                request = request.header(name, value);
            }
        }
    }
    let answer = egress.send(request).await.map_err(|error| refused(&error))?;
    match answer.status {
        304 => Ok(Fetched::Same),
        404 | 410 => Ok(Fetched::Gone),
        200..300 => {
            let text = |name| answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
            let (etag, modified) = (text(header::ETAG), text(header::LAST_MODIFIED));
            Ok(Fetched::Found { name: file_name(url, &answer.headers), bytes: answer.body, etag, modified })
        }
        status => Err(unread("bad_answer", format!("对方返回 HTTP {status}"), format!("the server answered HTTP {status}"))),
    }
}

fn refused(error: &EgressError) -> Unread {
    let zh = match error {
        EgressError::InvalidUrl { .. } => "应为 http 或 https 网址".to_owned(),
        EgressError::Blocked { host, .. } => format!("{host} 是内部网络地址，默认不允许访问；管理员可在 egress.allow_private 中加入它"),
        EgressError::Dns { host } => format!("找不到主机 {host}"),
        EgressError::Timeout { .. } => "对方没有在限定时间内应答".to_owned(),
        EgressError::TooLarge { .. } => format!("文件超过 {} MiB", BYTES_MAX >> 20),
        _ => format!("请求没有成功（{}）", error.code()),
    };
    unread(error.code(), zh, error.to_string())
}

/// The last part of the path, with the extension its type has; the type its server names counts more than the name.
fn file_name(url: &str, headers: &HeaderMap) -> String {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let after_host = path.split_once("://").map_or(path, |(_, rest)| rest);
    let (host, path) = after_host.split_once('/').unwrap_or((after_host, ""));
    let last = path.trim_end_matches('/').rsplit('/').next().filter(|last| !last.is_empty()).unwrap_or(host);
    let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let extension = match media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "text/html" | "application/xhtml+xml" => "html",
        "application/pdf" => "pdf",
        "text/markdown" => "md",
        "text/csv" => "csv",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "docx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
        // Servers call Markdown and tables plain text, and what they do not know a stream of bytes.
        "text/plain" if !last.contains('.') => "txt",
        _ => return last.to_owned(),
    };
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    format!("{stem}.{extension}")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_named_by_its_address_and_its_type() {
        let named = |url: &str, media: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, media.parse().unwrap());
            file_name(url, &headers)
        };
        assert_eq!(named("https://x.example/help/returns?lang=zh", "text/html; charset=utf-8"), "returns.html");
        assert_eq!(named("https://x.example/", "text/html"), "x.html");
        assert_eq!(named("https://x.example/a/guide.php", "application/pdf"), "guide.pdf");
        assert_eq!(named("https://x.example/README.md", "text/plain"), "README.md");
        assert_eq!(named("https://x.example/faq.xlsx", "application/octet-stream"), "faq.xlsx");
        assert_eq!(named("https://x.example/notes", "text/plain"), "notes.txt");
    }
}
