//! Bodies and files made to break things: refused clearly or stored inert, and the server goes on.

use crate::on_each;
use anyhow::{Context, ensure};
use http::Method;
use qn_testkit::visitor::Visitor;
use qn_testkit::{Api, Request};
use serde_json::{Value, json};

#[tokio::test]
async fn hostile_bodies_get_a_clear_no_or_lie_still() {
    on_each(async |stage| {
        let visitor = Visitor::boot(&stage.api_of(None)?, stage.company.web_key(), "zh-CN").await?;
        let deep = format!("{{\"client_msg_id\":\"d\",\"text\":{}1{}}}", "[".repeat(20_000), "]".repeat(20_000));
        let raw: Vec<(&str, Vec<u8>, &[u16])> = vec![
            ("empty", Vec::new(), &[400, 422]),
            ("not JSON", b"<xml/>".to_vec(), &[400, 422]),
            ("not UTF-8", b"{\"client_msg_id\":\"u\",\"text\":\"\xc3\x28\"}".to_vec(), &[400, 422]),
            ("deep", deep.into_bytes(), &[400, 422]),
            ("huge", vec![b'a'; 8 * 1024 * 1024], &[413]),
            ("a list", b"[]".to_vec(), &[400, 422]),
            ("an unknown field", br#"{"client_msg_id":"x","text":"x","role":"admin"}"#.to_vec(), &[422]),
            ("a key twice", br#"{"client_msg_id":"x","text":"a","text":"b"}"#.to_vec(), &[400, 422]),
            ("a number for a text", br#"{"client_msg_id":"x","text":7}"#.to_vec(), &[422]),
            ("a long text", json!({"client_msg_id": "l", "text": "字".repeat(10_001)}).to_string().into_bytes(), &[422]),
            ("a line break in an id", json!({"client_msg_id": "a\r\nb: c", "text": "x"}).to_string().into_bytes(), &[422]),
            ("a long id", json!({"client_msg_id": "a".repeat(5_000), "text": "x"}).to_string().into_bytes(), &[422]),
        ];
        for (what, body, wanted) in raw {
            let mut request = Request::json(Method::POST, "/widget/messages", &Value::Null);
            request.body = body.into();
            let answer = visitor.api.send(&request).await;
            // a server may hang up on a body it will not read
            let Ok(answer) = answer else { continue };
            ensure!(wanted.contains(&answer.status), "{what}: status {} {}", answer.status, answer.text());
            ensure!(answer.header("content-type") == Some("application/problem+json"), "{what}: {:?}", answer.headers);
        }
        let odd = "\u{202E}evil\u{0000}\u{2066} <script>alert(1)</script> ' OR 1=1 --";
        let sent = visitor.say("odd", odd).await?.ok()?.json()?;
        let text = sent["message"]["content"]["text"].as_str().context("no text")?;
        ensure!(!text.contains(['\u{202E}', '\u{0000}', '\u{2066}']), "it was stored as it came: {text:?}");
        ensure!(text.contains("<script>alert(1)</script>"), "text is kept as typed: {text:?}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn hostile_names_are_measured_and_cleaned() {
    on_each(async |stage| {
        let visitor = Visitor::boot(&stage.api_of(None)?, stage.company.web_key(), "zh-CN").await?;
        let refused = [
            json!({"name": "名".repeat(10_000)}),
            json!({"email": "a@b.cn\r\nBcc: c@d.cn"}),
            json!({"phone": "call me"}),
            json!({"attributes": {"a": {"b": 1}}}),
            json!({"attributes": {"x\u{0000}": 1}}),
        ];
        for body in refused {
            let answer = visitor.api.post("/widget/attributes", &body).await?;
            ensure!(
                answer.status == 422,
                "{} …: status {} {}",
                body.to_string().chars().take(60).collect::<String>(),
                answer.status,
                answer.text()
            );
        }
        visitor.api.post("/widget/attributes", &json!({"name": "\u{202E}neve\u{202C} <b>x</b>"})).await?.ok()?;
        let contact = stage.company.admin.api.get(&format!("/contacts/{}", visitor.contact_id)).await?.ok()?.json()?;
        let name = contact["name"].as_str().context("no name")?;
        ensure!(!name.contains(['\u{202E}', '\u{202C}']) && name.contains("<b>x</b>"), "{name:?}");
        Ok(())
    })
    .await;
}

/// A file in a multipart form, as a browser would send it.
fn upload(file_name: &str, claimed: &str, bytes: &[u8]) -> Request {
    let mut body =
        format!("--b0undary\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\ncontent-type: {claimed}\r\n\r\n")
            .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--b0undary--\r\n");
    let request = Request { method: Method::POST, path: "/attachments".into(), headers: Vec::new(), body: body.into() };
    request.header("content-type", "multipart/form-data; boundary=b0undary")
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82";

#[tokio::test]
async fn files_are_judged_by_their_bytes_and_never_run() {
    on_each(async |stage| {
        let visitor = Visitor::boot(&stage.api_of(None)?, stage.company.web_key(), "zh-CN").await?;
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
        let html = b"<!doctype html><script>alert(document.cookie)</script>";
        let polyglot = [&b"GIF89a/*"[..], b"*/=1;alert(1)//<script>alert(1)</script>"].concat();
        for (name, claimed, bytes) in [
            ("a.svg", "image/png", &svg[..]),
            ("a.html", "image/png", &html[..]),
            ("a.gif", "image/gif", &polyglot),
            ("a.png", "text/html", PNG),
        ] {
            let answer = visitor.api.send(&upload(name, claimed, bytes)).await?;
            if !answer.is_ok() {
                ensure!([415, 422].contains(&answer.status), "{name}: status {} {}", answer.status, answer.text());
                continue;
            }
            let file = answer.json()?;
            served_inert(&visitor.api, name, &file).await?;
        }
        for (name, bytes) in [
            ("setup.exe", &b"MZ\x90\x00\x03\x00\x00\x00"[..]),
            ("run", b"\x7fELF\x02\x01\x01\x00"),
            ("x.png", b"MZ\x90\x00\x03\x00\x00\x00"),
        ] {
            let answer = visitor.api.send(&upload(name, "image/png", bytes)).await?;
            ensure!([415, 422].contains(&answer.status), "{name}: status {} {}", answer.status, answer.text());
        }
        let answer = visitor.api.send(&upload("../../etc/passwd\\\"; x=\"", "image/png", PNG)).await?;
        if answer.is_ok() {
            let name = answer.json()?["name"].as_str().context("no name")?.to_owned();
            ensure!(!name.contains(['/', '\\', '"']), "{name:?}");
        }
        let answer = visitor.api.send(&upload("big.bin", "application/octet-stream", &vec![0u8; 21 * 1024 * 1024])).await;
        ensure!(answer.as_ref().map_or(true, |a| a.status == 413), "too large: {answer:?}");
        visitor.say("after", "还在吗").await?.ok()?;
        Ok(())
    })
    .await;
}

/// Downloaded, never shown, unless it really is a picture.
async fn served_inert(api: &Api, name: &str, file: &Value) -> anyhow::Result<()> {
    let url = file["url"].as_str().context("no url")?;
    let answer = api.get(&format!("/{}", url.trim_start_matches('/')).replacen("/api/v1", "", 1)).await?.ok()?;
    let disposition = answer.header("content-disposition").unwrap_or_default();
    let media_type = answer.header("content-type").unwrap_or_default();
    let picture = ["image/png", "image/jpeg", "image/gif", "image/webp"].contains(&media_type);
    ensure!(disposition.starts_with("attachment") || picture, "{name} is shown as {media_type} ({disposition})");
    ensure!(answer.header("x-content-type-options") == Some("nosniff"), "{name}: no nosniff");
    ensure!(answer.header("content-security-policy").is_some_and(|csp| csp.contains("sandbox")), "{name}: no sandbox");
    ensure!(
        !["text/html", "image/svg+xml", "application/javascript"].contains(&media_type) || disposition.starts_with("attachment"),
        "{name}: {media_type}"
    );
    Ok(())
}
