//! A flow sends pictures: uploaded ones, or had at their addresses and kept as files of the message; what is none is told in its words, and the
//! flow goes on.

use crate::fixture::NEIGHBOUR;
use crate::flows::{Stage, said};
use bytes::Bytes;
use qn_domain::{Language, Tenant};
use qn_engine::Uploader;
use qn_store::attachment::StoredAttachment;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Has a picture at `/phone`, and a page anywhere else.
async fn shop() -> String {
    let listener = TcpListener::bind((NEIGHBOUR, 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut bytes = [0; 2048];
            let read = stream.read(&mut bytes).await.unwrap();
            let is_picture = String::from_utf8_lossy(&bytes[..read]).starts_with("GET /phone ");
            let mut body = if is_picture { b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec() } else { b"<html>no picture</html>".to_vec() };
            body.resize(64, b' ');
            let head = format!("HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            stream.write_all(head.as_bytes()).await.unwrap();
            stream.write_all(&body).await.unwrap();
        }
    });
    url
}

#[tokio::test]
async fn a_picture_is_sent_as_a_file_and_what_is_none_in_words() {
    let (stage, shop) = (Stage::open().await, shop().await);
    let images = json!([
        {"url": format!("{shop}/phone"), "alt": "红色手机"},
        {"url": format!("{shop}/manual"), "alt": "说明书"},
        {"url": "http://127.0.0.1:1/inside", "alt": "内部图片"},
    ]);
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "message", "phrases": ["看看手机"]}},
        {"id": "t", "kind": "say", "settings": {"text": "这是它的样子", "images": images}},
        {"id": "e", "kind": "end", "settings": {}},
    ]);
    stage.publish("look", "看手机", nodes, json!([["s", "next", "t"], ["t", "next", "e"]])).await;
    let mei = stage.house.visitor("mei").await;
    let sent = stage.house.ask(&mei, "1", "看看手机").await;
    let messages = stage.until_said(&sent, "这是它的样子").await;
    let told = messages.iter().find(|m| said(m).contains("这是它的样子")).unwrap();
    assert_eq!(told.content.text, "这是它的样子\n[说明书]\n[内部图片]");
    let files: Vec<(&str, &str)> = told.content.attachments.iter().map(|file| (file.name.as_str(), file.media_type.as_str())).collect();
    assert_eq!(files, [("红色手机.png", "image/png")]);
    let kept = qn_store::attachment::find(&stage.house.engine.db, &"tnt_1".into(), &told.content.attachments[0].id).await.unwrap().unwrap();
    assert!(kept.inline && kept.uploader_kind == "flow");
    stage.until_run("done").await;
}

async fn upload(stage: &Stage, tenant: &str, name: &str, bytes: &'static [u8]) -> StoredAttachment {
    let body = futures_util::stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(bytes))]);
    let uploader = Uploader { kind: "agent", id: "usr_a" };
    stage.house.engine.store_attachment(&tenant.into(), uploader, name, body).await.unwrap()
}

#[tokio::test]
async fn an_uploaded_picture_is_sent_as_it_is_and_that_of_another_company_never() {
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
    let stage = Stage::open().await;
    let other = Tenant {
        id: "tnt_2".into(),
        name: "another".into(),
        language: Language::Zh,
        time_zone: "Asia/Shanghai".into(),
        created_at: stage.house.engine.now(),
    };
    qn_store::tenant::insert(&stage.house.engine.db, &other).await.unwrap();
    let ours = upload(&stage, "tnt_1", "DSC_0042.PNG", PNG).await;
    let theirs = upload(&stage, "tnt_2", "secret.png", PNG).await;
    let paper = upload(&stage, "tnt_1", "manual.pdf", b"%PDF-1.4\n%%EOF\n").await;
    let at = |file: &StoredAttachment| format!("/api/v1/attachments/{}/{}", file.id, file.name);
    let images = json!([
        {"url": at(&ours), "alt": "红色手机"},
        {"url": at(&theirs), "alt": "别家的图"},
        {"url": at(&paper), "alt": "说明书"},
    ]);
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "message", "phrases": ["看看手机"]}},
        {"id": "t", "kind": "say", "settings": {"text": "这是它的样子", "images": images}},
        {"id": "e", "kind": "end", "settings": {}},
    ]);
    stage.publish("look", "看手机", nodes, json!([["s", "next", "t"], ["t", "next", "e"]])).await;
    let mei = stage.house.visitor("mei").await;
    let sent = stage.house.ask(&mei, "1", "看看手机").await;
    let messages = stage.until_said(&sent, "这是它的样子").await;
    let told = messages.iter().find(|m| said(m).contains("这是它的样子")).unwrap();
    assert_eq!(told.content.text, "这是它的样子\n[别家的图]\n[说明书]");
    let files: Vec<(&str, &str)> = told.content.attachments.iter().map(|file| (file.id.as_str(), file.name.as_str())).collect();
    assert_eq!(files, [(ours.id.as_str(), "红色手机.png")]);
    stage.until_run("done").await;
}
