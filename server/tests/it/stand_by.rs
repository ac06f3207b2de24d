//! A stand-by answers nothing until the server before it is gone, however that ended, and then goes on with its runs.

use crate::binary::{Postgres, Server, exchange, fails, json, path, postgres, psql};
use rustix::process::Signal;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tempfile::tempdir;

const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks; nothing depends on it.
const PAUSE: Duration = Duration::from_millis(20);
/// Longer than it takes to kill a server.
const WAIT_MS: i64 = 5_000;
const STANDS_BY: &str = "Stand-by";
/// Ends the connection of the server that serves, once the other one waits.
const CUT: &str = "DO $$
    DECLARE here oid := (SELECT oid FROM pg_database WHERE datname = current_database());
    BEGIN
        FOR n IN 1..1000 LOOP
            IF EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND database = here AND NOT granted) THEN
                PERFORM pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = here AND granted;
                RETURN;
            END IF;
            PERFORM pg_sleep(0.02);
        END LOOP;
        RAISE EXCEPTION 'nobody waits';
    END $$";

struct Caller {
    token: String,
}

impl Caller {
    fn of_demo(on: &[&str]) -> Caller {
        let wish = ["token", "create", "--user", "admin@bluewhale.example", "--name", "t", "--scope", "admin"];
        Caller { token: json(&[&wish[..], on].concat())["secret"].as_str().unwrap().to_owned() }
    }

    fn call(&self, address: &str, method: &str, path: &str, body: &Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = format!(
            "{method} /api/v1{path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n{body}",
            self.token,
            body.len()
        );
        let (status, answer) = exchange(address, &request).unwrap();
        assert!((200..300).contains(&status), "{method} {path}: {status} {answer}");
        serde_json::from_str(&answer).unwrap_or(Value::Null)
    }

    fn until(&self, address: &str, run_id: &str, state: &str) {
        let begun = Instant::now();
        loop {
            let run = self.call(address, "GET", &format!("/runs/{run_id}"), &Value::Null);
            if run["state"] == state {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "never {state}: {run}");
            std::thread::sleep(PAUSE);
        }
    }
}

/// A run that waits for a time.
fn begin_waiting(caller: &Caller, address: &str) -> String {
    let document = json!({
        "format": 1, "id": "late", "name": "等一会儿",
        "nodes": [
            {"id": "s", "kind": "start", "settings": {"trigger": "api"}},
            {"id": "w", "kind": "wait", "settings": {"for_ms": WAIT_MS}},
            {"id": "e", "kind": "end"},
        ],
        "edges": [{"from": "s", "to": "w"}, {"from": "w", "to": "e"}],
    });
    caller.call(address, "POST", "/flows", &json!({"id": "late", "document": document}));
    caller.call(address, "POST", "/flows/late/publish", &json!({"note": "waits", "revision": 1}));
    let begun = caller.call(address, "POST", "/flows/late/runs", &json!({"input": {}}));
    let run_id = begun["run_id"].as_str().unwrap().to_owned();
    caller.until(address, &run_id, "parked");
    run_id
}

#[test]
fn a_killed_servers_runs_go_on_in_the_stand_by() {
    let Some(server) = postgres() else { return };
    let database = Postgres::new(&server);
    // The keys of secrets lie in the folder: both see the same, as with a shared disk.
    let folder = tempdir().unwrap();
    let on = ["--data-dir", path(folder.path()), "--database-url", database.url.as_str()];
    let first = Server::start(&[&["--demo"][..], &on].concat());
    let caller = Caller::of_demo(&on);

    let stand_by = [&["--demo", "--stand-by"][..], &on].concat();
    let mut second = Server::spawn(&stand_by);
    second.until_it_says(STANDS_BY);
    let mut third = Server::spawn(&stand_by);
    third.until_it_says(STANDS_BY);
    assert_eq!(third.stop(Signal::TERM), Some(0), "one that waits can be told to stop");
    let run_id = begin_waiting(&caller, &first.address);
    assert!(!second.printed().contains("http://"), "it answers nothing yet: {}", second.printed());

    first.kill();
    let second = second.ready();
    caller.until(&second.address, &run_id, "done");
    assert_eq!(second.stop(Signal::TERM), Some(0));
}

#[test]
fn a_server_that_lost_the_right_stops_and_the_stand_by_goes_on_with_its_runs() {
    let Some(server) = postgres() else { return };
    let database = Postgres::new(&server);
    let folder = tempdir().unwrap();
    let on = ["--data-dir", path(folder.path()), "--database-url", database.url.as_str()];
    let first = Server::start(&[&["--demo"][..], &on].concat());
    let caller = Caller::of_demo(&on);
    let second = Server::spawn(&[&["--demo", "--stand-by"][..], &on].concat());
    let run_id = begin_waiting(&caller, &first.address);
    psql(&database.url, CUT);
    let (code, second) = Server::survivor(first, second);
    assert_eq!(code, Some(1));
    let second = second.ready();
    caller.until(&second.address, &run_id, "done");
    assert_eq!(second.stop(Signal::TERM), Some(0));
}

#[test]
fn sqlite_has_no_stand_by_and_says_what_to_do() {
    let folder = tempdir().unwrap();
    let said = fails(2, &["serve", "--stand-by", "--listen", "127.0.0.1:0", "--data-dir", path(folder.path())]);
    assert!(said.contains("PostgreSQL") && said.contains("service manager"), "{said}");
}
