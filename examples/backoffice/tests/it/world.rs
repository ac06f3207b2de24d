//! The company as a process of its own, and calls to it.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Error, Read, Result, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

pub struct Company {
    child: Child,
    pub address: SocketAddr,
}

impl Company {
    pub fn start(folder: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_backoffice"));
        let command = command.args(["--listen", "127.0.0.1:0", "--data-dir"]).arg(folder).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut told = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut told).unwrap();
        let address = told.trim().strip_prefix("http://").expect("the company does not listen").parse().unwrap();
        Self { child, address }
    }

    /// Ends it where it stands.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub fn get(&self, path: &str) -> Value {
        call(self.address, &format!("GET {path} HTTP/1.1\r\n"), "").unwrap().1
    }

    pub fn post(&self, path: &str, key: &str, order: &str, amount: u32) -> (u16, Value) {
        post(self.address, path, key, order, amount).unwrap()
    }
}

impl Drop for Company {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn post(address: SocketAddr, path: &str, key: &str, order: &str, amount: u32) -> Result<(u16, Value)> {
    let head = format!("POST {path} HTTP/1.1\r\nidempotency-key: {key}\r\ncontent-type: application/json\r\n");
    call(address, &head, &json!({"order_id": order, "amount": amount}).to_string())
}

fn call(address: SocketAddr, head: &str, body: &str) -> Result<(u16, Value)> {
    let mut stream = TcpStream::connect(address)?;
    let length = body.len();
    stream.write_all(format!("{head}host: {address}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}").as_bytes())?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let (head, body) = text.split_once("\r\n\r\n").ok_or_else(|| Error::other("cut short"))?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(|| Error::other("no status"))?;
    Ok((status, serde_json::from_str(body)?))
}
