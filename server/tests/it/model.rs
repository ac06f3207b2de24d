//! `qingniao model`: adding, checking, listing, removing and pulling, with a tiny model and a hub of a few lines that can break off.

use crate::binary::{Server, fails, get, json, path, qingniao, text};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tempfile::{TempDir, tempdir};

// the same tiny model as in the encoder's own tests
#[path = "../../../nlu-neural/tests/it/tiny.rs"]
#[allow(dead_code)]
mod tiny;

pub fn model() -> TempDir {
    let folder = tempdir().unwrap();
    tiny::Tiny::new().write(folder.path());
    fs::write(folder.path().join("README.md"), "not copied").unwrap();
    folder
}

fn names(dir: &str) -> Vec<String> {
    let listed = json(&["model", "list", "--data-dir", dir]);
    listed["items"].as_array().unwrap().iter().map(|m| m["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_model_comes_is_checked_and_goes() {
    let (folder, source) = (tempdir().unwrap(), model());
    let (dir, from) = (path(folder.path()), path(source.path()));
    assert!(names(dir).is_empty());
    let added = json(&["model", "add", from, "--name", "tiny", "--data-dir", dir]);
    assert_eq!((&added["dims"], &added["tokens_max"], &added["name"]), (&json!(8), &json!(40), &json!("tiny")));
    let inside: Vec<_> = fs::read_dir(folder.path().join("models/tiny")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(inside.len(), 3, "{inside:?}");
    assert!(fails(1, &["model", "add", from, "--name", "tiny", "--data-dir", dir]).contains("there is a model tiny already"));
    let checked = json(&["model", "check", "tiny", "--data-dir", dir]);
    assert_eq!(checked["encoder"], added["encoder"]);
    assert_eq!(checked["files"], added["files"]);
    assert_eq!(names(dir), ["tiny"]);
    json(&["model", "remove", "tiny", "--data-dir", dir]);
    assert!(names(dir).is_empty() && fails(1, &["model", "check", "tiny", "--data-dir", dir]).contains("there is no model tiny"));
    assert_eq!(fs::read_dir(folder.path().join("models")).unwrap().count(), 0);
}

#[test]
fn broken_models_are_refused_and_leave_nothing() {
    let (folder, source) = (tempdir().unwrap(), model());
    let (dir, from) = (path(folder.path()), path(source.path()));
    for name in ["../up", ".hidden", "a/b", "", "模型"] {
        assert!(fails(1, &["model", "add", from, "--name", name, "--data-dir", dir]).contains("is no name for a model"));
    }
    let weights = source.path().join("model.safetensors");
    let whole = fs::read(&weights).unwrap();
    fs::write(&weights, &whole[..whole.len() - 1]).unwrap();
    assert!(fails(1, &["model", "add", from, "--name", "tiny", "--data-dir", dir]).contains("model.safetensors: the header describes"));
    assert_eq!(fs::read_dir(folder.path().join("models")).unwrap().count(), 0);
    fs::create_dir_all(folder.path().join("models/empty")).unwrap();
    let listed = json(&["model", "list", "--data-dir", dir]);
    assert!(listed["items"][0]["problem"].as_str().unwrap().contains("config.json is missing"), "{listed}");
}

#[test]
fn a_configured_encoder_serves_and_a_broken_one_stops_nothing() {
    let (folder, source) = (tempdir().unwrap(), model());
    let dir = path(folder.path());
    json(&["model", "add", path(source.path()), "--name", "tiny", "--data-dir", dir]);
    let config = folder.path().join("config.toml");
    fs::write(&config, "[server]\nlisten = \"127.0.0.1:0\"\n[understanding]\nencoder = \"tiny\"\n").unwrap();
    let args = ["--config", path(&config), "--data-dir", dir];
    let finding = || {
        let report = json(&[&["doctor"], &args[..]].concat());
        report["findings"].as_array().unwrap().iter().find(|f| f["check"] == "encoder").unwrap().clone()
    };
    assert!(finding()["says"].as_str().unwrap().contains("works, 8 numbers a text"), "{}", finding());
    let server = Server::start(&args);
    assert_eq!(get(&server.address, "/readyz").unwrap().1, "ready\n");
    drop(server);
    fs::write(folder.path().join("models/tiny/model.safetensors"), "not a model").unwrap();
    let found = finding();
    assert!(found["state"] == "warning" && found["says"].as_str().unwrap().contains("tiny cannot be used"), "{found}");
    let server = Server::start(&args);
    let (status, says) = get(&server.address, "/readyz").unwrap();
    assert!(status == 200 && says.contains("degraded: the encoder cannot be used"), "{says}");
}

/// Serves `/<id>/resolve/main/<file>`; each answer of the first `breaks` ones ends after `piece` bytes of the body.
struct Hub {
    address: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Hub {
    fn serve(root: PathBuf, breaks: usize, piece: usize) -> Hub {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        std::thread::spawn(move || {
            let mut left = breaks;
            while let Ok((socket, _)) = listener.accept() {
                let breaking = left > 0;
                let served = serve(socket, &root, if breaking { piece } else { usize::MAX });
                if let Some((request, whole)) = served {
                    left -= usize::from(breaking && !whole);
                    seen.lock().unwrap().push(request);
                }
            }
        });
        Hub { address, requests }
    }

    fn pull(&self, dir: &Path, more: &[&str]) -> std::process::Output {
        let args = ["model", "pull", "someone/tiny", "--hub", &self.address, "--data-dir", path(dir), "--output", "json"];
        let config = dir.join("qingniao.toml");
        fs::write(&config, "[egress]\nallow_private = [\"127.0.0.1\"]\n").unwrap();
        qingniao(&args).args(["--config", path(&config)]).args(more).output().unwrap()
    }
}

/// Answers one request; `None` if it was none, else the request and whether the file went out whole.
fn serve(mut socket: TcpStream, root: &Path, piece: usize) -> Option<(String, bool)> {
    let head: Vec<String> = BufReader::new(&socket).lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    let request = head.join("\n");
    let file = head.first()?.split(' ').nth(1)?.strip_prefix("/someone/tiny/resolve/main/")?.to_owned();
    let Ok(content) = fs::read(root.join(&file)) else {
        socket.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").ok()?;
        return Some((request, true));
    };
    let tag = format!("\"{}-{}\"", content.len(), content.iter().map(|b| u64::from(*b)).sum::<u64>());
    let header = |name: &str| head.iter().find_map(|line| line.to_lowercase().strip_prefix(&format!("{name}: ")).map(str::to_owned));
    let from = header("range").filter(|_| header("if-range").as_deref() == Some(tag.as_str()));
    let from = from.and_then(|r| r.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok()).unwrap_or(0_usize);
    let status =
        if from > 0 { format!("206 Part\r\nContent-Range: bytes {from}-{}/{}", content.len() - 1, content.len()) } else { "200 OK".into() };
    let rest = &content[from..];
    let head = format!("HTTP/1.1 {status}\r\nETag: {tag}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", rest.len());
    socket.write_all(head.as_bytes()).ok()?;
    socket.write_all(&rest[..piece.min(rest.len())]).ok()?;
    Some((request, piece >= rest.len()))
}

#[test]
fn pulling_goes_on_after_every_break() {
    let (folder, source) = (tempdir().unwrap(), model());
    let hub = Hub::serve(source.path().to_owned(), 6, 3_000);
    let output = hub.pull(folder.path(), &[]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let pulled: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(pulled["name"], "tiny");
    let requests = hub.requests.lock().unwrap().join("\n\n");
    assert!(requests.contains("range: bytes=3000-") && requests.contains("range: bytes=6000-"), "{requests}");
    let added = json(&["model", "add", path(source.path()), "--name", "same", "--data-dir", path(folder.path())]);
    assert_eq!(pulled["files"], added["files"]);
    let root = folder.path().join("models");
    assert_eq!(names(path(folder.path())), ["same", "tiny"]);
    assert_eq!(fs::read_dir(root).unwrap().count(), 2, "nothing partial stays");
}

#[test]
fn a_pull_that_fails_goes_on_in_the_next_run_and_changed_files_start_anew() {
    let (folder, source) = (tempdir().unwrap(), model());
    let broken = Hub::serve(source.path().to_owned(), usize::MAX, 0);
    let output = broken.pull(folder.path(), &[]);
    assert!(!output.status.success() && text(&output.stderr).contains("cannot be fetched"), "{}", text(&output.stderr));
    assert!(names(path(folder.path())).is_empty());
    assert!(hub_pull_of_nothing(folder.path()).contains("has no config.json"));
    // a working hub at another address is another source; the model arrives whole
    let whole = Hub::serve(source.path().to_owned(), 0, 0);
    assert!(whole.pull(folder.path(), &["--name", "mine"]).status.success());
    assert_eq!(names(path(folder.path())), ["mine"]);
}

fn hub_pull_of_nothing(dir: &Path) -> String {
    let empty = tempdir().unwrap();
    let output = Hub::serve(empty.path().to_owned(), 0, 0).pull(dir, &[]);
    assert_eq!(output.status.code(), Some(1));
    text(&output.stderr).to_owned()
}

#[test]
fn pulling_respects_the_guard_and_refuses_odd_ids() {
    let (folder, source) = (tempdir().unwrap(), model());
    let hub = Hub::serve(source.path().to_owned(), 0, 0);
    let said = fails(1, &["model", "pull", "someone/tiny", "--hub", &hub.address, "--data-dir", path(folder.path())]);
    assert!(said.contains("is a loopback address"), "{said}");
    for id in ["../etc", "a/b/c", "a b", "someone/..", ""] {
        assert!(fails(1, &["model", "pull", id, "--data-dir", path(folder.path())]).contains("is no hub id"), "{id}");
    }
    assert!(hub.requests.lock().unwrap().is_empty());
}
