//! Says to a Dovecot under test whose a bearer token is (RFC 7662), as a provider of identities would. `token-of-NAME` is NAME's, as long
//! as the name is not on the list of the revoked.

use anyhow::{Context, Result};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::thread;

/// Before the name of whose it is.
pub const TOKEN: &str = "token-of-";

/// Answers for as long as the process lives. A file in `revoked`, named as a token, takes it back.
pub fn serve(listener: TcpListener, revoked: &Path) {
    let revoked = revoked.to_owned();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let revoked = revoked.clone();
            thread::spawn(move || {
                let _ = answer(stream, &revoked);
            });
        }
    });
}

/// Dovecot keeps the connection for its next question.
fn answer(mut stream: TcpStream, revoked: &Path) -> Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            if line.trim().is_empty() {
                break;
            }
            if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().context("no length")?;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let body = String::from_utf8_lossy(&body);
        let told = told(&body, revoked);
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", told.len());
        stream.write_all(format!("{head}{told}").as_bytes())?;
    }
}

fn told(body: &str, revoked: &Path) -> String {
    let token = body.split('&').find_map(|pair| pair.strip_prefix("token=")).unwrap_or_default();
    let is_plain = token.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let is_revoked = fs::exists(revoked.join(token)).unwrap_or(true);
    // What stands behind two dashes tells one token of theirs from the next.
    match token.strip_prefix(TOKEN).filter(|_| is_plain && !is_revoked) {
        Some(rest) => {
            let user = rest.split_once("--").map_or(rest, |(user, _)| user);
            format!(r#"{{"active":true,"username":"{user}"}}"#)
        }
        None => r#"{"active":false}"#.to_owned(),
    }
}
