//! Size and time: nobody outside decides how much memory or patience an answer costs.

use crate::server::{ok, read_request, serve};
use qn_egress::{Egress, EgressError, Policy, Request};
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

fn egress() -> Egress {
    Egress::new(Policy::default().with_allowed(["127.0.0.1"]).unwrap()).unwrap()
}

/// Writes `head`, then `piece` every `pause`, for ever.
async fn dripping(head: &'static str, piece: &'static [u8], pause: Duration) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                read_request(&mut socket).await;
                let mut write = socket.write_all(head.as_bytes()).await;
                while write.is_ok() {
                    tokio::time::sleep(pause).await;
                    write = socket.write_all(piece).await;
                }
            });
        }
    });
    url
}

#[tokio::test]
async fn a_slow_body_ends_at_the_deadline() {
    let url = dripping("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", Duration::from_millis(20)).await;
    let mut request = Request::get(url);
    request.timeout_ms = 300;
    let started = Instant::now();
    assert_eq!(egress().send(request).await.unwrap_err(), EgressError::Timeout { timeout_ms: 300 });
    assert!(started.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn a_slow_head_and_a_silent_server_end_at_the_deadline() {
    let url = dripping("HTTP/1.1 200 OK\r\nX-Slow: ", b"a", Duration::from_millis(50)).await;
    let mut request = Request::post(url, "{}");
    request.timeout_ms = 300;
    assert_eq!(egress().send(request).await.unwrap_err().code(), "timeout");
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut request = Request::get(format!("http://{}/", silent.local_addr().unwrap()));
    request.timeout_ms = 200;
    assert_eq!(egress().send(request).await.unwrap_err().code(), "timeout");
}

#[tokio::test]
async fn a_huge_announced_body_is_not_read() {
    let server = serve(|_| b"HTTP/1.1 202 Accepted\r\nContent-Length: 99999999999\r\n\r\nabc".to_vec()).await;
    let error = egress().send(Request::get(server.url("/"))).await.unwrap_err();
    assert_eq!(error, EgressError::TooLarge { limit_bytes: 1024 * 1024, status: 202 });
}

#[tokio::test]
async fn a_huge_unannounced_body_stops_at_the_limit() {
    const PIECE: &[u8] = &[b'a'; 64 * 1024];
    let url = dripping("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", PIECE, Duration::from_millis(0)).await;
    let error = egress().send(Request::get(url)).await.unwrap_err();
    assert_eq!(error.code(), "response_too_large");
}

#[tokio::test]
async fn the_limit_itself_still_fits_and_can_be_chosen() {
    let body = "x".repeat(5_000);
    let server = serve(move |_| ok(&body)).await;
    let mut request = Request::get(server.url("/"));
    request.response_bytes_max = 5_000;
    assert_eq!(egress().send(request.clone()).await.unwrap().body.len(), 5_000);
    request.response_bytes_max = 4_999;
    assert_eq!(egress().send(request).await.unwrap_err().code(), "response_too_large");
}

#[tokio::test]
async fn a_stream_hands_over_pieces_and_keeps_the_limit() {
    use futures_util::StreamExt;
    let body = "y".repeat(300_000);
    let server = serve(move |_| ok(&body)).await;
    let answer = egress().open(Request::get(server.url("/"))).await.unwrap();
    assert_eq!(answer.content_length(), Some(300_000));
    let total: usize = answer.into_stream().map(|piece| piece.unwrap().len()).fold(0, |a, b| async move { a + b }).await;
    assert_eq!(total, 300_000);
}

#[tokio::test]
async fn broken_and_absent_servers_have_their_own_errors() {
    let server = serve(|path| match path {
        "/garbage" => b"\x16\x03\x01 this is not http".to_vec(),
        "/short" => b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc".to_vec(),
        "/headers" => [b"HTTP/1.1 200 OK\r\nX: ".to_vec(), vec![b'a'; 2_000_000], b"\r\n\r\n".to_vec()].concat(),
        _ => Vec::new(),
    })
    .await;
    for path in ["/garbage", "/short", "/nothing", "/headers"] {
        let error = egress().send(Request::get(server.url(path))).await.unwrap_err();
        assert_eq!(error.code(), "broken_response", "{path}: {error}");
        assert!(error.is_transient());
    }
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let error = egress().send(Request::get(format!("http://{closed}/"))).await.unwrap_err();
    assert_eq!(error.code(), "connect_failed");
    assert!(error.is_transient());
    let error = egress().send(Request::get("http://no-such-name.invalid/")).await.unwrap_err();
    assert_eq!(error, EgressError::Dns { host: "no-such-name.invalid".into() });
}
