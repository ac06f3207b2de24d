//! Ctrl-C and SIGTERM end a server cleanly and soon, also while somebody is connected.

use crate::binary::{Server, path, run, text};
use rustix::process::Signal;
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
