//! A flow sends pictures: had at their addresses, kept as files of the message; what is none is told in its words, and the flow goes on.

use crate::fixture::NEIGHBOUR;
use crate::flows::{Stage, said};
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
