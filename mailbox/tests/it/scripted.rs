//! A server that says what it should not: the clients give up, with a word for it.

use qn_egress::{Egress, Policy};
use qn_mailbox::{Account, Imap, Proof, Security, submit};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

/// Says `lines` one after the other, each after the first once something was asked.
async fn server(lines: Vec<String>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    #[allow(clippy::disallowed_methods)] // ends with the test
    tokio::spawn(async move {
        let (socket, _) = listener.accept().await.unwrap();
        let mut socket = BufReader::new(socket);
        for line in lines {
            if socket.write_all(line.as_bytes()).await.is_err() {
                return;
            }
            let mut asked = String::new();
            let _ = socket.read_line(&mut asked).await;
        }
    });
    port
}

fn account(port: u16, security: Security) -> Account {
    Account { host: "127.0.0.1".into(), port, security, user: "u".into(), proof: Some(Proof::Password("p".into())) }
}

fn egress() -> Egress {
    Egress::new(Policy::default().with_allowed(["127.0.0.1"]).unwrap()).unwrap()
}

async fn smtp(lines: &[&str], security: Security) -> (&'static str, bool) {
    let port = server(lines.iter().map(|line| (*line).to_owned()).collect()).await;
    let error = submit(&egress(), &account(port, security), "a@x.example", &["b@x.example".into()], b"hi\r\n").await.unwrap_err();
    (error.code(), error.is_transient())
}

#[tokio::test]
async fn smtp_servers_that_refuse() {
    assert_eq!(smtp(&["554 go away\r\n"], Security::Plain).await, ("mail_refused", false));
    assert_eq!(smtp(&["421 later\r\n"], Security::Plain).await, ("mail_deferred", true));
    assert_eq!(smtp(&["HTTP/1.1 400\r\n"], Security::Plain).await, ("connection_broken", true));
    assert_eq!(smtp(&["220 hi\r\n", "250 nothing offered\r\n"], Security::StartTls).await, ("no_tls", false));
    assert_eq!(smtp(&["220 hi\r\n", "250 AUTH PLAIN\r\n", "535 wrong\r\n"], Security::Plain).await, ("login_refused", true));
    let small = ["220 hi\r\n", "250-here\r\n250-SIZE 3\r\n250 AUTH PLAIN\r\n", "235 in\r\n"];
    assert_eq!(smtp(&small, Security::Plain).await, ("mail_too_large", false));
    let injected = ["220 hi\r\n", "250 STARTTLS\r\n", "220 go\r\n250 injected\r\n"];
    assert_eq!(smtp(&injected, Security::StartTls).await, ("connection_broken", true));
    let endless = format!("220 {}", "x".repeat(100_000));
    assert_eq!(smtp(&[&endless], Security::Plain).await, ("connection_broken", true));
}

#[tokio::test]
async fn imap_servers_that_refuse() {
    for (lines, code) in
        [(vec!["* OK hi\r\n", "A0001 NO wrong password\r\n"], "login_refused"), (vec!["garbage without sense\r\n"], "connection_broken")]
    {
        let port = server(lines.into_iter().map(str::to_owned).collect()).await;
        let error = Imap::open(&egress(), &account(port, Security::Plain)).await.err().unwrap();
        assert_eq!(error.code(), code, "{error}");
    }
}
