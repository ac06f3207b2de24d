//! Search, contacts, files and the overview: what people look things up in.

use crate::settings::with;
use crate::world::{World, world};
use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

async fn index(w: &World) {
    for company in [&w.a, &w.b] {
        while qn_store::search::index_after(&w.engine.db, &company.tenant_id, 500).await.unwrap() {}
    }
}

#[tokio::test]
async fn search_finds_each_kind_within_the_company() {
    let w = world().await;
    let (token, conversation) = w.asked(&w.a, "我的蓝鲸手机进水了").await;
    w.post("/widget/attributes", &token, json!({"attributes": {}, "name": "陈雨桐"})).await;
    w.asked(&w.b, "蓝鲸手机 of B").await;
    index(&w).await;
    let find = async |kind: &str, q: &str, who: &str| {
        let q: String = url(q);
        w.get(&format!("/search?kind={kind}&q={q}"), who).await.ok(200)["items"].as_array().unwrap().clone()
    };
    let hits = find("messages", "手机进水", &w.a.agent).await;
    assert_eq!(
        (hits.len(), hits[0]["kind"].as_str(), hits[0]["conversation_id"].as_str()),
        (1, Some("message"), Some(conversation.as_str()))
    );
    assert!(find("messages", "手机进水", &w.b.agent).await.is_empty());
    assert_eq!(find("messages", "蓝鲸手机", &w.b.agent).await.len(), 1);
    assert_eq!(find("articles", "退货", &w.a.agent).await[0]["id"], "art_return_a");
    for q in ["陈雨桐", "chenyutong", "cyt"] {
        assert_eq!(find("contacts", q, &w.a.agent).await.len(), 1, "{q}");
        assert_eq!(find("conversations", q, &w.a.agent).await.len(), 1, "{q}");
        assert!(find("contacts", q, &w.b.agent).await.is_empty(), "{q}");
    }
    for hostile in ["\" OR 1=1 --", "%", "_", "NEAR(a b)", "'); DROP TABLE message; --", "\u{202e}x", &"长".repeat(5_000)] {
        for kind in ["messages", "conversations", "contacts", "articles"] {
            // The article does hold a word of it: "1".
            let own = |hit: &Value| kind == "articles" && hit["id"] == "art_return_a";
            assert!(find(kind, hostile, &w.a.agent).await.iter().all(own), "{kind} {hostile}");
        }
    }
}

fn url(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}

#[tokio::test]
async fn contacts_are_corrected_and_their_history_is_theirs() {
    let w = world().await;
    let (_, conversation) = w.asked(&w.a, "在吗").await;
    let id = w.get(&format!("/conversations/{conversation}"), &w.a.agent).await.ok(200)["contact"]["id"].as_str().unwrap().to_owned();
    let one = format!("/contacts/{id}");
    let read = w.get(&one, &w.a.agent).await;
    let etag = read.header("etag").to_owned();
    let known = with(&w, "GET", &one, &w.a.agent, &[("if-none-match", &etag)], Value::Null).await;
    assert!(known.status == 304 && known.text.is_empty() && known.header("etag") == etag);
    assert_eq!(read.ok(200)["identities"].as_array().unwrap().len(), 1);
    let change =
        json!({"name": "林 晓", "email": "Lin@Example.com", "phone": "138 0013 8000", "language": "en", "attributes": {"vip": true}});
    let view = with(&w, "PATCH", &one, &w.a.agent, &[("if-match", &etag)], change).await;
    let (etag, view) = (view.header("etag").to_owned(), view.ok(200));
    assert_eq!((view["email"].as_str(), view["language"].as_str()), (Some("lin@example.com"), Some("en")));
    let cleared =
        with(&w, "PATCH", &one, &w.a.agent, &[("if-match", &etag)], json!({"email": null, "phone": null, "language": null})).await;
    let cleared = cleared.ok(200);
    assert_eq!((&cleared["email"], &cleared["phone"], &cleared["language"]), (&Value::Null, &Value::Null, &Value::Null));
    assert_eq!(cleared["attributes"]["vip"], true);
    let name = w.get(&format!("/conversations/{conversation}"), &w.a.agent).await.ok(200)["contact"]["name"].clone();
    assert_eq!(name, "林 晓");
    let nested = json!({"attributes": {"a": {"b": 1}}});
    with(&w, "PATCH", &one, &w.a.agent, &[("if-match", "\"9\"")], nested).await.problem(422, "invalid_field");
    let theirs = w.get(&format!("{one}/conversations"), &w.a.agent).await.ok(200);
    assert_eq!(theirs["items"][0]["id"].as_str(), Some(conversation.as_str()));
    w.get(&format!("{one}/pages"), &w.a.agent).await.ok(200);
    for path in [one.clone(), format!("{one}/conversations"), format!("{one}/pages")] {
        w.get(&path, &w.b.admin).await.problem(404, "not_found");
    }
}

#[tokio::test]
async fn files_come_back_as_they_are_and_never_as_pages() {
    let w = world().await;
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89".to_vec();
    let up = async |name: &str, bytes: &[u8], token: &str| {
        let mut body = format!("--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--X--\r\n");
        let request =
            Request::builder().method("POST").uri("/api/v1/attachments").header("content-type", "multipart/form-data; boundary=X");
        let request = if token.is_empty() { request } else { request.header("authorization", format!("Bearer {token}")) };
        w.send(request.body(Body::from(body)).unwrap()).await
    };
    let picture = up("照片.png", &png, &w.a.agent).await.ok(201);
    assert_eq!((picture["media_type"].as_str(), picture["name"].as_str()), (Some("image/png"), Some("照片.png")));
    let shown = w.page(picture["url"].as_str().unwrap()).await;
    assert_eq!((shown.status.as_u16(), shown.header("content-type")), (200, "image/png"));
    assert!(shown.header("content-disposition").starts_with("inline"));

    let page = up("x.html", b"<html><script>alert(1)</script></html>", &w.a.agent).await;
    if page.status.as_u16() == 201 {
        let got = w.page(page.json()["url"].as_str().unwrap()).await;
        assert!(got.header("content-disposition").starts_with("attachment"), "{}", got.header("content-disposition"));
        assert!(!got.header("content-type").contains("html"), "{}", got.header("content-type"));
    }
    for header in ["x-content-type-options", "content-security-policy"] {
        assert!(!shown.header(header).is_empty(), "{header}");
    }
    up("a.png", &png, "").await.problem(401, "unauthenticated");
    up("a.png", &png, &w.a.reader).await.problem(403, "scope_missing");
    up("a.exe", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0", &w.a.agent).await.problem(415, "type_not_allowed");
    let big = vec![b'a'; 20 * 1024 * 1024 + 10];
    up("big.txt", &big, &w.a.agent).await.problem(413, "too_large");
    w.page("/api/v1/attachments/att_none/x.png").await.problem(404, "not_found");
}

#[tokio::test]
async fn the_overview_counts_today() {
    let w = world().await;
    let (_, first) = w.asked(&w.a, "怎么退货?").await;
    let (_, second) = w.asked(&w.a, "转人工").await;
    w.asked(&w.b, "转人工").await;
    let overview = async || w.get("/overview", &w.a.agent).await.ok(200);
    let seen = overview().await;
    assert_eq!((seen["today"]["conversations"].as_i64(), seen["today"]["incoming"].as_i64()), (Some(2), Some(2)));
    assert_eq!((seen["today"]["handoffs"].as_i64(), seen["waiting"].as_i64()), (Some(1), Some(1)));
    assert_eq!(seen["today"]["bot_resolved_share"], Value::Null);
    assert_eq!(seen["agents"]["offline"], 4, "nobody has a console open");
    w.post(&format!("/conversations/{second}/claim"), &w.a.agent, Value::Null).await.ok(200);
    w.post(&format!("/conversations/{second}/resolve"), &w.a.agent, Value::Null).await.ok(200);
    w.engine.resolve_idle(&w.a.tenant_id, w.engine.now() + 1).await.unwrap();
    w.get(&format!("/conversations/{first}"), &w.a.agent).await.ok(200);
    let seen = overview().await;
    let today = &seen["today"];
    assert_eq!(
        (today["resolved"].as_i64(), today["bot_resolved"].as_i64(), today["bot_resolved_share"].as_f64()),
        (Some(2), Some(1), Some(0.5))
    );
    assert_eq!((seen["waiting"].as_i64(), &seen["longest_wait_ms"]), (Some(0), &Value::Null));
    w.post(&format!("/conversations/{first}/reopen"), &w.a.agent, Value::Null).await.ok(200);
    let seen = overview().await;
    assert_eq!((seen["today"]["resolved"].as_i64(), seen["today"]["bot_resolved"].as_i64()), (Some(1), Some(0)));
    assert_eq!(overview().await["today"], seen["today"], "looking again counts nothing twice");
    let hours = seen["series"].as_array().unwrap();
    let starts: Vec<_> = hours.iter().map(|h| h["at"].as_i64().unwrap()).collect();
    assert!(starts.windows(2).all(|pair| pair[1] - pair[0] == 3_600_000), "no hour is left out: {starts:?}");
    assert_eq!(starts.len() as i64, (seen["now"].as_i64().unwrap() - starts[0]) / 3_600_000 + 1);
    assert_eq!(hours.iter().map(|h| h["incoming"].as_i64().unwrap()).sum::<i64>(), 2);
    assert_eq!(w.get("/overview", &w.b.agent).await.ok(200)["today"]["incoming"], 1);
}
