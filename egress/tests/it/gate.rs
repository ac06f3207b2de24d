//! The gate in front of a browser: named hosts at permitted addresses, whatever a page asks for.

use crate::server::serve;
use qn_egress::{Egress, Gate, Policy};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn gate(allow: &[&str], host: &'static str) -> Gate {
    let egress = Egress::new(Policy::default().with_allowed(allow.iter().copied()).unwrap()).unwrap();
    egress.gate(move |url| url.host_str() == Some(host)).await.unwrap()
}

async fn said(gate: &Gate, text: &str) -> String {
    let mut socket = TcpStream::connect(gate.address()).await.unwrap();
    socket.write_all(text.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let _ = socket.read_to_string(&mut answer).await;
    answer
}

#[tokio::test]
async fn what_is_permitted_passes_in_both_ways() {
    let mut server = serve(crate::server::ok).await;
    let gate = gate(&["127.0.0.1"], "127.0.0.1").await;
    let url = server.url("/a?b=1");
    let answer = said(
        &gate,
        &format!("GET {url} HTTP/1.1\r\nHost: {}\r\nProxy-Connection: keep-alive\r\nConnection: keep-alive\r\n\r\n", server.address),
    )
    .await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let seen = server.requests.recv().await.unwrap();
    assert!(seen.starts_with("GET /a?b=1 HTTP/1.1\r\nconnection: close\r\n") && !seen.to_lowercase().contains("proxy-"), "{seen}");
    let tunnel = format!("CONNECT {} HTTP/1.1\r\n\r\n", server.address);
    let mut socket = TcpStream::connect(gate.address()).await.unwrap();
    socket.write_all(tunnel.as_bytes()).await.unwrap();
    let mut answer = [0; 39];
    socket.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 Connection established\r\n\r\n");
    assert_eq!(gate.refused(), 0);
}

#[tokio::test]
async fn other_hosts_and_private_addresses_do_not() {
    let server = serve(crate::server::ok).await;
    let named = gate(&["127.0.0.1"], "shop.example").await;
    assert!(said(&named, &format!("GET {} HTTP/1.1\r\n\r\n", server.url("/"))).await.starts_with("HTTP/1.1 403"));
    assert!(said(&named, &format!("CONNECT {} HTTP/1.1\r\n\r\n", server.address)).await.starts_with("HTTP/1.1 403"));
    // named, but inside, and the operator did not open it
    let inside = gate(&[], "127.0.0.1").await;
    assert!(said(&inside, &format!("GET {} HTTP/1.1\r\n\r\n", server.url("/"))).await.starts_with("HTTP/1.1 403"));
    assert!(said(&inside, &format!("CONNECT {} HTTP/1.1\r\n\r\n", server.address)).await.starts_with("HTTP/1.1 403"));
    assert_eq!((named.refused(), inside.refused(), server.connections()), (2, 2, 0));
    for text in [
        "nonsense\r\n\r\n",
        "GET /relative HTTP/1.1\r\n\r\n",
        "GET file:///etc/passwd HTTP/1.1\r\n\r\n",
        "CONNECT u:p@x:1 HTTP/1.1\r\n\r\n",
    ] {
        assert!(said(&named, text).await.starts_with("HTTP/1.1 400"), "{text}");
    }
}
