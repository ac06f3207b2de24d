//! Writing multipart/form-data (RFC 7578) for uploads. The boundary follows from the parts, so that the same upload is the same bytes.

use crate::crypt;
use bytes::Bytes;
use qn_egress::Request;

pub struct Part<'a> {
    pub name: &'a str,
    /// File name and media type; none for a plain field.
    pub file: Option<(&'a str, &'a str)>,
    pub body: &'a [u8],
}

pub fn field<'a>(name: &'a str, body: &'a str) -> Part<'a> {
    Part { name, file: None, body: body.as_bytes() }
}

pub fn post(url: String, parts: &[Part<'_>]) -> Request {
    let digests: Vec<[u8; 32]> = parts.iter().map(|part| crypt::sha256(&[part.name.as_bytes(), part.body])).collect();
    let all: Vec<&[u8]> = digests.iter().map(<[u8; 32]>::as_slice).collect();
    let boundary = format!("qingniao-{}", &crypt::hex(&crypt::sha256(&all))[..32]);
    let mut body = Vec::new();
    for part in parts {
        body.extend_from_slice(format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"", part.name).as_bytes());
        if let Some((name, media_type)) = part.file {
            body.extend_from_slice(format!("; filename=\"{}\"\r\nContent-Type: {media_type}", quoted(name)).as_bytes());
        }
        body.extend_from_slice(b"\r\n\r\n");
        body.extend_from_slice(part.body);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Request::post(url, Bytes::from(body)).header("content-type", format!("multipart/form-data; boundary={boundary}"))
}

/// As browsers quote (HTML standard, multipart encoding).
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_out() {
        let file = Part { name: "media", file: Some(("a\"\r\nX: y.png", "image/png")), body: b"\x89PNG" };
        let request = post("https://x.example/".to_owned(), &[field("type", "image"), file]);
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let boundary = request.headers[0].1.strip_prefix("multipart/form-data; boundary=").unwrap();
        assert_eq!(body.matches(boundary).count(), 3);
        assert!(body.contains("name=\"type\"\r\n\r\nimage\r\n"), "{body}");
        assert!(body.contains("filename=\"a%22%0D%0AX: y.png\"\r\nContent-Type: image/png\r\n\r\n"), "{body}");
    }
}
