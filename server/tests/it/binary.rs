//! Runs the built binary: a command to its end, or a server until it is told to stop.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Long enough for a debug build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

pub fn qingniao(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qingniao"));
    command.args(args).env_remove("QN_CONFIG").stdin(Stdio::null());
    command
}

pub fn run(args: &[&str]) -> Output {
    qingniao(args).output().unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs a command that must succeed and prints one JSON value.
pub fn json(args: &[&str]) -> Value {
    let output = run(&[args, &["--output", "json"]].concat());
    assert!(output.status.success(), "{args:?}: {} {}", text(&output.stdout), text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Runs a command that must fail with this code; returns what it said.
pub fn fails(code: i32, args: &[&str]) -> String {
    let output = run(args);
    assert_eq!(output.status.code(), Some(code), "{args:?}: {} {}", text(&output.stdout), text(&output.stderr));
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}

/// The command on a data folder.
pub fn on<'a>(dir: &'a str, args: &[&'a str]) -> Vec<&'a str> {
    [args, &["--data-dir", dir]].concat()
}

pub fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A running server; killed when dropped.
pub struct Server {
    child: Child,
    lines: Arc<Mutex<Vec<String>>>,
    pub address: String,
}

impl Server {
    /// Starts on a free port and waits until it is ready.
    pub fn start(args: &[&str]) -> Server {
        Server::spawn(args).ready()
    }

    /// Waits until it answers; one that stands by does so in its turn.
    pub fn ready(mut self) -> Server {
        let begun = Instant::now();
        while self.address.is_empty() || get(&self.address, "/readyz").is_none_or(|(status, _)| status != 200) {
            assert!(begun.elapsed() < PATIENCE, "not ready: {:?}", self.lines());
            assert!(self.child.try_wait().unwrap().is_none(), "the server ended: {:?}", self.lines());
            std::thread::sleep(Duration::from_millis(20));
            self.address = address_in(&self.lines()).unwrap_or_default();
        }
        self
    }

    /// Waits until it has printed this.
    pub fn until_it_says(&mut self, words: &str) {
        let begun = Instant::now();
        while !self.printed().contains(words) {
            assert!(begun.elapsed() < PATIENCE, "it never says {words}: {:?}", self.lines());
            assert!(self.child.try_wait().unwrap().is_none(), "the server ended: {:?}", self.lines());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Starts without waiting.
    pub fn spawn(args: &[&str]) -> Server {
        let all = [&["serve", "--listen", "127.0.0.1:0"], args].concat();
        let mut child = qingniao(&all).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (out, kept) = (BufReader::new(child.stdout.take().unwrap()), lines.clone());
        std::thread::spawn(move || out.lines().map_while(Result::ok).for_each(|line| kept.lock().unwrap().push(line)));
        Server { child, lines, address: String::new() }
    }

    /// What it printed so far.
    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    pub fn printed(&self) -> String {
        self.lines().join("\n")
    }

    /// Waits until one of the two has ended by itself; gives its exit code, and the other.
    pub fn survivor(mut one: Server, mut two: Server) -> (Option<i32>, Server) {
        let begun = Instant::now();
        loop {
            if let Some(status) = one.child.try_wait().unwrap() {
                return (status.code(), two);
            }
            if let Some(status) = two.child.try_wait().unwrap() {
                return (status.code(), one);
            }
            assert!(begun.elapsed() < PATIENCE, "both run: {:?} {:?}", one.lines(), two.lines());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends a signal and waits for the end; returns the exit code.
    pub fn stop(mut self, signal: rustix::process::Signal) -> Option<i32> {
        rustix::process::kill_process(rustix::process::Pid::from_child(&self.child), signal).unwrap();
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(begun.elapsed() < PATIENCE, "it does not stop");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn address_in(lines: &[String]) -> Option<String> {
    let rest = lines.iter().find_map(|line| line.split_once("http://"))?.1;
    Some(rest.split('/').next()?.trim().to_owned())
}

/// One plain GET: status and body. None when nobody answers.
pub fn get(address: &str, path: &str) -> Option<(u16, String)> {
    exchange(address, &format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"))
}

pub fn post(address: &str, path: &str, body: &Value) -> Option<(u16, String)> {
    let body = body.to_string();
    let head = format!("POST {path} HTTP/1.1\r\nhost: {address}\r\norigin: http://{address}\r\ncontent-type: application/json\r\n");
    exchange(address, &format!("{head}content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len()))
}

/// The same, with a token.
pub fn post_as(token: &str, address: &str, path: &str, body: &Value) -> Option<(u16, String)> {
    let body = body.to_string();
    let head = format!("POST {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n");
    exchange(address, &format!("{head}content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len()))
}

pub fn exchange(address: &str, request: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let status = answer.split(' ').nth(1)?.parse().ok()?;
    Some((status, answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default()))
}

/// Where a PostgreSQL server is, if there is one.
#[allow(clippy::disallowed_methods)] // tests are told in no other way
pub fn postgres() -> Option<String> {
    std::env::var("QN_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}

/// A fresh database on that server, dropped again at the end.
pub struct Postgres {
    server: String,
    name: String,
    pub url: String,
}

impl Postgres {
    pub fn new(server: &str) -> Postgres {
        let name = format!("qn_test_{}", qn_base::ids::secret(12));
        psql(server, &format!("CREATE DATABASE {name}"));
        let mut url = url::Url::parse(server).unwrap();
        url.set_path(&name);
        Postgres { server: server.to_owned(), url: url.to_string(), name }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        psql(&self.server, &format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

pub fn psql(server: &str, sql: &str) {
    assert!(Command::new("psql").args([server, "-qc", sql]).stdout(Stdio::null()).status().unwrap().success(), "{sql}");
}
