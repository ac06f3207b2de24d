//! Ctrl-C and SIGTERM end a server cleanly and soon, also while somebody is connected.

use crate::binary::{Server, json, on, path, post_as, run, text};
use rustix::process::Signal;
use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};
use tempfile::tempdir;

#[test]
fn both_signals_drain_and_leave_a_whole_database() {
    for signal in [Signal::INT, Signal::TERM] {
        let folder = tempdir().unwrap();
        let server = Server::start(&["--data-dir", path(folder.path())]);
        // A browser that keeps its connection open, idle after one request.
        let mut idle = TcpStream::connect(&server.address).unwrap();
        idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
        let mut first = [0; 12];
        idle.read_exact(&mut first).unwrap();
        assert_eq!(&first, b"HTTP/1.1 200");
        let begun = Instant::now();
        assert_eq!(server.stop(signal), Some(0));
        assert!(begun.elapsed() < Duration::from_secs(10), "stopping took {:?}", begun.elapsed());
        let doctor = run(&["doctor", "--data-dir", path(folder.path())]);
        assert!(text(&doctor.stdout).contains("the database is whole"), "{}", text(&doctor.stdout));
    }
}

#[test]
fn a_request_that_stopped_half_way_holds_up_nobody() {
    let folder = tempdir().unwrap();
    let server = Server::start(&["--data-dir", path(folder.path())]);
    let halves = [
        "GET /healthz HTTP/1.1\r\nhost: loc".to_owned(),
        format!(
            "POST /api/v1/auth/sign-in HTTP/1.1\r\nhost: localhost\r\norigin: http://{}\r\ncontent-type: application/json\r\n\
             content-length: 100\r\n\r\n{{\"email\"",
            server.address
        ),
    ];
    let open: Vec<TcpStream> = halves
        .iter()
        .map(|half| {
            let mut stream = TcpStream::connect(&server.address).unwrap();
            stream.write_all(half.as_bytes()).unwrap();
            stream
        })
        .collect();
    // Answered only after what came before was read.
    assert_eq!(crate::binary::get(&server.address, "/healthz").unwrap().0, 200);
    let begun = Instant::now();
    assert_eq!(server.stop(Signal::TERM), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(15), "stopping took {:?}", begun.elapsed());
    drop(open);
}

/// Processes of this name that this one started.
fn children(parent: u32, name: &str) -> Vec<String> {
    let (name, parent) = (format!("Name:\t{name}\n"), format!("PPid:\t{parent}\n"));
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let is_meant = |pid: &String| {
        std::fs::read_to_string(format!("/proc/{pid}/status")).is_ok_and(|all| all.starts_with(&name) && all.contains(&parent))
    };
    pids.filter(is_meant).collect()
}

/// Needs Chromium and chromedriver, which `cargo xtask test` installs.
#[test]
fn a_browser_that_records_ends_with_the_server() {
    let folder = tempdir().unwrap();
    let dir = path(folder.path());
    let server = Server::start(&["--demo", "--data-dir", dir]);
    let made = json(&on(dir, &["token", "create", "--user", "admin@bluewhale.example", "--name", "robot", "--scope", "admin"]));
    let routine = json!({"name": "x", "title": {"zh": "", "en": ""}, "input": {"type": "object"}, "steps": [], "retry": "once"});
    let body = json!({"base_url": "https://page.example.com", "routine": routine, "input": {}});
    let (status, said) = post_as(made["secret"].as_str().unwrap(), &server.address, "/api/v1/robot-recordings", &body).unwrap();
    assert!(status == 200 && said.contains("\"id\":\"rec_"), "{status} {said}");
    let drivers = children(server.id(), "chromedriver");
    assert_eq!(drivers.len(), 1);
    assert_eq!(server.stop(Signal::TERM), Some(0));
    assert!(!std::path::Path::new(&format!("/proc/{}", drivers[0])).exists(), "it is still there");
}
