//! Documents and the running server: read in a process of its own with limits, searched right after an import beside it, and fetched again
//! from an address.

use crate::binary::{Server, get, json, on, path, qingniao, text};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::tempdir;

const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks; nothing depends on it.
const PAUSE: Duration = Duration::from_millis(50);

/// What a reader process says of a document.
fn told(name: &str, bytes: &[u8]) -> Value {
    let mut child = qingniao(&["read-document", "--name", name]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    let output = child.wait_with_output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", text(&output.stdout)))
}

#[test]
fn a_reader_reads_tells_and_is_confined() {
    let read = told("手册.md", "# 手册\n\n## 退货\n\n七天。\n".as_bytes());
    assert_eq!(read["sections"][0]["path"], json!(["手册", "退货"]));
    assert_eq!(told("x.pdf", b"hello")["unread"]["code"], "broken");
    let mut child = qingniao(&["read-document", "--name", "a.md"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let limits = format!("/proc/{}/limits", child.id());
    let limit = |name: &str| -> Option<String> {
        let text = std::fs::read_to_string(&limits).ok()?;
        let line = text.lines().find(|line| line.starts_with(name))?.strip_prefix(name)?.trim().to_owned();
        line.split_whitespace().next().map(str::to_owned)
    };
    let begun = Instant::now();
    while limit("Max cpu time").as_deref() != Some("40") {
        assert!(begun.elapsed() < PATIENCE, "{:?}", limit("Max cpu time"));
        std::thread::sleep(PAUSE);
    }
    let memory: u64 = limit("Max address space").unwrap().parse().unwrap();
    assert!((1 << 30..4 << 30).contains(&memory), "{memory}");
    assert_eq!(limit("Max file size").as_deref(), Some("0"));
    drop(child.stdin.take());
    child.wait().unwrap();
}

struct Desk {
    server: Server,
    token: String,
}

impl Desk {
    fn open(dir: &str, more: &[&str]) -> Desk {
        let server = Server::start(&[&["--demo", "--data-dir", dir], more].concat());
        let made = json(&on(dir, &["token", "create", "--user", "admin@bluewhale.example", "--name", "t", "--scope", "admin"]));
        Desk { server, token: made["secret"].as_str().unwrap().to_owned() }
    }

    fn call(&self, method: &str, path: &str, media: &str, body: &[u8]) -> Value {
        let address = &self.server.address;
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let head = format!(
            "{method} /api/v1{path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\ncontent-type: {media}\r\ncontent-length: {}\r\n\
             connection: close\r\n\r\n",
            self.token,
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 2"), "{method} {path}: {answer}");
        let body = answer.split_once("\r\n\r\n").unwrap().1;
        serde_json::from_str(body).unwrap_or(Value::Null)
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.call("POST", path, "application/json", body.to_string().as_bytes())
    }

    fn says(&self, question: &str) -> String {
        let said = self.post("/knowledge/ask", &json!({"text": question, "language": "zh-CN"}));
        if said["decision"] == "answer" { said["text"].as_str().unwrap().to_owned() } else { String::new() }
    }

    fn waits_until_it_says(&self, question: &str, words: &str) {
        let begun = Instant::now();
        while !self.says(question).contains(words) {
            assert!(begun.elapsed() < PATIENCE, "{question}: {:?}", self.says(question));
            std::thread::sleep(PAUSE);
        }
    }
}

#[test]
fn an_import_beside_the_server_is_searched_without_a_restart() {
    let folder = tempdir().unwrap();
    let desk = Desk::open(path(folder.path()), &[]);
    let question = "潜水舱怎么租";
    assert_eq!(desk.says(question), "");
    let file = folder.path().join("潜水.md");
    std::fs::write(&file, "# 潜水舱怎么租\n\n潜水舱按小时租，押金两千元。\n").unwrap();
    let done = json(&on(path(folder.path()), &["knowledge", "import", path(&file), "--publish"]));
    assert_eq!(done["added"], 1);
    desk.waits_until_it_says(question, "押金两千元");
}

#[test]
fn an_upload_is_read_apart_and_answered_from() {
    let folder = tempdir().unwrap();
    let desk = Desk::open(path(folder.path()), &[]);
    let form = |name: &str, bytes: &[u8]| {
        let mut body = format!("--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").into_bytes();
        body.extend(bytes);
        body.extend(b"\r\n--b--\r\n");
        desk.call("POST", "/knowledge-imports", "multipart/form-data; boundary=b", &body)
    };
    let broken = form("坏.docx", b"PK\x03\x04 not really");
    assert_eq!((broken["state"].as_str(), broken["problem"]["code"].as_str()), (Some("failed"), Some("broken")), "{broken}");
    let import = form("潜水.csv", "问题,答案\n潜水舱怎么租,按小时租，押金两千元。\n".as_bytes());
    assert_eq!(import["state"], "ready", "{import}");
    let applied = desk.post(&format!("/knowledge-imports/{}/apply", import["id"].as_str().unwrap()), &json!({"publish": true}));
    assert_eq!(applied["counts"]["added"], 1);
    assert!(desk.says("潜水舱怎么租").contains("押金两千元"));
}

/// A web server of one page, which says how often it was sent and how often it was the same.
#[derive(Default)]
struct Page {
    /// Empty: there is no page.
    body: String,
    sent: usize,
    same: usize,
}

fn serve(page: Arc<Mutex<Page>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let head: Vec<String> = BufReader::new(&stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
            let mut page = page.lock().unwrap();
            let etag = format!("\"{}\"", page.body.len());
            let answer = if page.body.is_empty() {
                "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned()
            } else if head.iter().any(|line| line.to_lowercase() == format!("if-none-match: {etag}")) {
                page.same += 1;
                "HTTP/1.1 304 Not Modified\r\nconnection: close\r\n\r\n".to_owned()
            } else {
                page.sent += 1;
                let html = format!("<html><body>{}</body></html>", page.body);
                let head = "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\nconnection: close";
                format!("{head}\r\netag: {etag}\r\ncontent-length: {}\r\n\r\n{html}", html.len())
            };
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    address
}

#[test]
fn an_address_is_followed_asked_what_changed_and_left_when_it_is_gone() {
    let folder = tempdir().unwrap();
    let config = folder.path().join("qingniao.toml");
    std::fs::write(&config, "[egress]\nallow_private = [\"127.0.0.1\"]\n").unwrap();
    let data = folder.path().join("data");
    let desk = Desk::open(path(&data), &["--config", path(&config)]);
    let page = Arc::new(Mutex::new(Page { body: "<h1>潜水舱怎么租</h1><p>押金两千元。</p>".into(), ..Page::default() }));
    let url = format!("http://{}/help", serve(page.clone()));
    let wish = json!({"name": "帮助中心", "kind": "urls", "places": [url], "interval_minutes": 60, "publish": true, "enabled": true});
    let source = desk.post("/knowledge-sources", &wish);
    let address = format!("/knowledge-sources/{}", source["id"].as_str().unwrap());
    let look = |done: &dyn Fn(&Value) -> bool| {
        let begun = Instant::now();
        loop {
            let report = desk.call("GET", &address, "application/json", b"")["report"].clone();
            if !report.is_null() && done(&report) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{report}");
            std::thread::sleep(PAUSE);
        }
    };
    look(&|report| report["counts"]["added"] == 1);
    assert!(desk.says("潜水舱怎么租").contains("押金两千元"));
    let again = || desk.call("POST", &format!("{address}/run"), "application/json", b"");
    again();
    look(&|report| report["unchanged"] == 1);
    let counted = || {
        let page = page.lock().unwrap();
        (page.sent, page.same)
    };
    assert_eq!(counted(), (1, 1), "an unchanged page is not sent again");
    page.lock().unwrap().body = "<h1>潜水舱怎么租</h1><p>押金三千五百元。</p>".into();
    again();
    look(&|report| report["counts"]["updated"] == 1);
    assert!(desk.says("潜水舱怎么租").contains("三千五百"));
    page.lock().unwrap().body = String::new();
    again();
    look(&|report| report["removed"] == 1);
    assert_eq!(desk.says("潜水舱怎么租"), "", "what is gone is not quoted");
    assert!(get(&desk.server.address, "/healthz").is_some());
}
