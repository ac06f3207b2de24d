//! What the other side sees: method, path, headers and body exactly as asked.

use crate::server::{ok, serve};
use qn_egress::{Egress, Policy, Request};

#[tokio::test]
async fn a_post_arrives_as_written() {
    let mut server = serve(|_| b"HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nlate".to_vec()).await;
    let egress = Egress::new(Policy::default().with_allowed(["127.0.0.1"]).unwrap()).unwrap();
    let mut request = Request::post(server.url("/hook?a=1#frag"), r#"{"text":"你好"}"#).header("Content-Type", "application/json");
    request.idempotency_key = Some("eff_1".into());
    let answer = egress.send(request).await.unwrap();
    assert_eq!((answer.status, &answer.body[..], answer.is_success()), (503, &b"late"[..], false));
    assert_eq!(answer.headers.get("retry-after").unwrap(), "7");
    let seen = server.requests.recv().await.unwrap();
    assert!(seen.starts_with("POST /hook?a=1 HTTP/1.1\r\n"), "{seen}");
    for line in ["content-type: application/json\r\n", "idempotency-key: eff_1\r\n", "user-agent: Qingniao/", "\r\n\r\n{\"text\":\"你好\"}"]
    {
        assert!(seen.contains(line), "{line} in {seen}");
    }
    assert!(!seen.to_ascii_lowercase().contains("accept-encoding"), "nothing compressed is asked for: {seen}");
}

#[tokio::test]
async fn a_proxy_header_or_host_cannot_be_smuggled_in() {
    let server = serve(|_| ok("x")).await;
    let egress = Egress::new(Policy::default().with_allowed(["127.0.0.1"]).unwrap()).unwrap();
    let error = egress.send(Request::get(server.url("/")).header("X-A", "1\r\nX-B: 2")).await.unwrap_err();
    assert_eq!(error.code(), "invalid_request");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn many_requests_at_once_share_one_client() {
    let server = serve(ok).await;
    let egress = Egress::new(Policy::default().with_allowed(["127.0.0.1"]).unwrap()).unwrap();
    let tasks: Vec<_> = (0..50)
        .map(|i| {
            let (egress, url) = (egress.clone(), server.url(&format!("/{i}")));
            tokio::spawn(async move { egress.send(Request::get(url)).await.unwrap().body })
        })
        .collect();
    for (i, task) in tasks.into_iter().enumerate() {
        assert_eq!(task.await.unwrap(), format!("/{i}").as_bytes());
    }
}
