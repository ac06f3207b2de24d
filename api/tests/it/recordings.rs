//! Routines recorded in a browser that stays, on the stock department's old page. Needs Chromium and chromedriver, which
//! `cargo xtask test` installs.

use crate::settings::with;
use crate::world::{PASSWORD, World, forgetful, world};
use axum::Router;
use axum::body::Body;
use axum::response::Html;
use axum::routing::get;
use http::Request;
use qn_auth::{ActsAs, NewToken, Scope};
use qn_backoffice::{Books, router};
use qn_domain::{TokenId, UserId};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard, Notify};

/// Processes are counted, so these tests take turns.
static ALONE: Mutex<()> = Mutex::const_new(());
const SECRET: &str = "cangku-2009";

struct Stock {
    address: SocketAddr,
    _alone: MutexGuard<'static, ()>,
}

async fn stock(w: &World) -> Stock {
    let books = Books::open(None).await.unwrap();
    let stock = pages(router(Arc::new(books))).await;
    let secret = json!({"value": SECRET, "hosts": [stock.address.to_string()]});
    w.call("PUT", "/secrets/stock", &w.a.admin, secret).await.ok(200);
    stock
}

async fn pages(router: Router) -> Stock {
    let alone = ALONE.lock().await;
    assert!(qn_runner::has_browser(), "chromedriver is missing: cargo xtask test installs it");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    Stock { address, _alone: alone }
}

impl Stock {
    fn tried(&self, steps: &[Value], input: &Value) -> Value {
        let schema = json!({"type": "object", "properties": {"text": {"type": "string"}}});
        let routine = json!({"name": "note", "title": {"zh": "", "en": ""}, "input": schema, "steps": steps, "retry": "once"});
        json!({"base_url": format!("http://{}", self.address), "hosts": [], "routine": routine, "input": input})
    }

    /// A recording that begins on the page to sign in at.
    async fn begin(&self, w: &World, token: &str) -> String {
        let begun = w.post("/robot-recordings", token, self.tried(&[json!({"do": "open", "url": "/legacy"})], &json!({}))).await.ok(200);
        begun["id"].as_str().unwrap_or_else(|| panic!("{begun}")).to_owned()
    }
}

async fn step(w: &World, id: &str, step: &Value, input: &Value) -> Value {
    let done = w.post(&format!("/robot-recordings/{id}/steps"), &w.a.admin, json!({"step": step, "input": input})).await;
    assert!(!done.text.contains(SECRET), "{}", done.text);
    done.ok(200)
}

fn at(told: &Value, is_meant: impl Fn(&Value) -> bool) -> String {
    let found = told["page"]["elements"].as_array().unwrap().iter().find(|element| is_meant(element));
    found.unwrap_or_else(|| panic!("{}", told["page"]))["at"].as_str().unwrap().to_owned()
}

fn shows(told: &Value, selector: &str) -> bool {
    told["page"]["elements"].as_array().unwrap().iter().any(|element| element["at"] == selector)
}

/// A line of a process's status; none of one that has ended.
fn status(pid: &str, name: &str) -> Option<String> {
    let all = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = |name: &str| all.lines().find_map(|line| line.strip_prefix(name)).map(|rest| rest.trim().to_owned());
    line("State:").filter(|state| !state.starts_with('Z'))?;
    line(name)
}

fn processes() -> Vec<String> {
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok()).filter(|name| name.bytes().all(|b| b.is_ascii_digit())).collect()
}

/// The drivers that this process started, each followed by all that it started.
fn browsers() -> Vec<String> {
    let own = std::process::id().to_string();
    let children = |parent: &str| -> Vec<String> {
        processes().into_iter().filter(|pid| status(pid, "PPid:").is_some_and(|of| of == parent)).collect()
    };
    let mut found: Vec<String> =
        children(&own).into_iter().filter(|pid| status(pid, "Name:").is_some_and(|n| n == "chromedriver")).collect();
    let mut next = 0;
    while next < found.len() {
        let more = children(&found[next]);
        found.extend(more);
        next += 1;
    }
    found
}

async fn until_gone(pids: &[String]) {
    for _ in 0..1_000 {
        if pids.iter().all(|pid| status(pid, "Name:").is_none()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("left running: {:?}", pids.iter().filter_map(|pid| status(pid, "Name:")).collect::<Vec<_>>());
}

/// Leaves nothing to the test that comes next.
async fn end(w: &World, token: &str, id: &str) {
    let all = browsers();
    assert!(all.len() > 1, "{all:?}");
    w.call("DELETE", &format!("/robot-recordings/{id}"), token, Value::Null).await.ok(204);
    until_gone(&all).await;
}

#[tokio::test]
async fn what_is_recorded_step_by_step_is_a_routine_that_plays() {
    let w = world().await;
    let stock = stock(&w).await;
    let mut steps = vec![json!({"do": "open", "url": "/legacy"})];
    let begun = w.post("/robot-recordings", &w.a.admin, stock.tried(&steps, &json!({}))).await.ok(200);
    let id = begun["id"].as_str().unwrap();
    assert!(begun["played"]["ok"] == json!(true) && shows(&begun["played"], "#user"), "{begun}");
    let mut record = async |one: Value, input: Value| {
        let told = step(&w, id, &one, &input).await;
        assert_eq!(told["ok"], json!(true), "{}", told["error"]);
        assert!(told["steps"][0]["picture"].is_string() && told["page"]["elements"].is_array());
        steps.push(one);
        told
    };
    record(json!({"do": "fill", "at": "#user", "value": "cangku"}), json!({})).await;
    record(json!({"do": "fill_secret", "at": "#password", "secret": "stock"}), json!({})).await;
    let told = record(json!({"do": "click", "at": "#ok"}), json!({})).await;
    let order = at(&told, |element| element["kind"] == "link" && element["label"] == "1002");
    // what cannot be done is told, and the page stays where it is
    let refused = step(&w, id, &json!({"do": "click", "at": "#nothing"}), &json!({})).await;
    assert!(refused["ok"] == json!(false) && refused["steps"][0]["error"].is_string() && shows(&refused, "#orders"), "{refused}");
    record(json!({"do": "click", "at": order}), json!({})).await;
    record(json!({"do": "choose", "at": "#kind", "value": "退货入库"}), json!({})).await;
    // an input that the recording did not begin with
    record(json!({"do": "fill", "at": "#note", "value": "{text} ({key})"}), json!({"text": "外包装破损"})).await;
    record(json!({"do": "click", "at": "#save"}), json!({})).await;
    record(json!({"do": "expect", "at": "#notes", "contains": "{text}"}), json!({})).await;
    let told = record(json!({"do": "read", "at": "#notes", "save": "notes"}), json!({})).await;
    assert!(told["answer"]["notes"].as_str().is_some_and(|notes| notes.contains("[退货入库] 外包装破损 (try_")), "{}", told["answer"]);
    let looked = w.get(&format!("/robot-recordings/{id}"), &w.a.admin).await.ok(200);
    assert!(looked["ok"] == json!(true) && shows(&looked, "#note"));
    end(&w, &w.a.admin, id).await;
    w.call("DELETE", &format!("/robot-recordings/{id}"), &w.a.admin, Value::Null).await.problem(404, "not_found");

    let played = w.post("/robot-rehearsals", &w.a.admin, stock.tried(&steps, &json!({"text": "少一件"}))).await.ok(200);
    assert_eq!((&played["ok"], played["steps"].as_array().map(Vec::len)), (&json!(true), Some(steps.len())), "{}", played["error"]);
    let notes = played["answer"]["notes"].as_str().unwrap();
    assert!(notes.contains("外包装破损") && notes.contains("[退货入库] 少一件 (try_"), "{notes}");
}

#[tokio::test]
async fn a_recording_is_one_persons_and_there_is_room_for_calls() {
    let w = world().await;
    let stock = stock(&w).await;
    let id = stock.begin(&w, &w.a.admin).await;
    with(&w, "PATCH", "/users/usr_other_a", &w.a.admin, &[("if-match", "\"1\"")], json!({"role": "admin"})).await.ok(200);
    let wish = NewToken {
        id: TokenId::fresh(w.engine.now()),
        tenant_id: w.a.tenant_id.clone(),
        acts_as: ActsAs::Person(UserId("usr_other_a".into())),
        name: "other".into(),
        scope: Scope::Admin,
        expires_at: None,
    };
    let colleague = w.auth.create_token(wish).await.unwrap().secret;
    let body = json!({"step": {"do": "wait", "at": "#user"}});
    for token in [&colleague, &w.b.admin] {
        w.post(&format!("/robot-recordings/{id}/steps"), token, body.clone()).await.problem(404, "not_found");
        w.get(&format!("/robot-recordings/{id}"), token).await.problem(404, "not_found");
        w.call("DELETE", &format!("/robot-recordings/{id}"), token, Value::Null).await.problem(404, "not_found");
    }
    w.post(&format!("/robot-recordings/{id}/steps"), &w.a.supervisor, body.clone()).await.problem(403, "forbidden");
    // one browser stays free for calls, so nobody else records now
    let refused = w.post("/robot-recordings", &w.b.admin, stock.tried(&[], &json!({}))).await.ok(200);
    assert!(refused["id"].is_null() && refused["played"]["error"].as_str().is_some_and(|e| e.contains("recording on this server")));
    let steps = [json!({"do": "open", "url": "/legacy"})];
    let rehearsed = w.post("/robot-rehearsals", &w.b.admin, stock.tried(&steps, &json!({}))).await.ok(200);
    assert_eq!(rehearsed["ok"], json!(true), "{}", rehearsed["error"]);
    // a step that is none, one that leads away, and a secret that is not bound to the page
    let path = format!("/robot-recordings/{id}/steps");
    let bad = w.post(&path, &w.a.admin, json!({"step": {"do": "run", "script": "1"}})).await.problem(422, "invalid_field");
    assert_eq!(bad["errors"][0]["field"], "step.do");
    w.call("PUT", "/secrets/elsewhere", &w.a.admin, json!({"value": "geheim-2009", "hosts": ["pay.example.com"]})).await.ok(200);
    for one in [json!({"do": "open", "url": "http://example.com/"}), json!({"do": "fill_secret", "at": "#user", "secret": "elsewhere"})] {
        assert_eq!(step(&w, &id, &one, &json!({})).await["ok"], json!(false), "{one}");
    }
    // whoever begins again ends what they had
    let all = browsers();
    let again = stock.begin(&w, &w.a.admin).await;
    until_gone(&all).await;
    w.get(&format!("/robot-recordings/{id}"), &w.a.admin).await.problem(404, "not_found");
    end(&w, &w.a.admin, &again).await;
}

#[tokio::test]
async fn ending_it_does_not_wait_for_the_step_that_runs() {
    let w = world().await;
    let asked = Arc::new(Notify::new());
    let heard = Arc::clone(&asked);
    let never = get(move || {
        heard.notify_one();
        std::future::pending::<String>()
    });
    let stock = pages(Router::new().route("/legacy", get(|| async { Html("<input id=user>") })).route("/never", never)).await;
    let id = stock.begin(&w, &w.a.admin).await;
    let all = browsers();
    let path = format!("/robot-recordings/{id}");
    let steps = format!("{path}/steps");
    let step = w.post(&steps, &w.a.admin, json!({"step": {"do": "open", "url": "/never"}}));
    let ending = async {
        asked.notified().await;
        w.call("DELETE", &path, &w.a.admin, Value::Null).await.ok(204);
    };
    let (stepped, ()) = tokio::join!(step, ending);
    stepped.problem(410, "recording_ended");
    until_gone(&all).await;
}

#[tokio::test]
async fn steps_that_fail_begin_nothing() {
    let w = world().await;
    let stock = stock(&w).await;
    let steps = [json!({"do": "open", "url": "/legacy"}), json!({"do": "choose", "at": "#user", "value": "x"})];
    let begun = w.post("/robot-recordings", &w.a.admin, stock.tried(&steps, &json!({}))).await.ok(200);
    assert!(begun["id"].is_null() && begun["played"]["ok"] == json!(false), "{begun}");
    assert!(begun["played"]["steps"][1]["error"].is_string() && begun["played"]["steps"][1]["picture"].is_string());
    assert_eq!(browsers(), Vec::<String>::new());
}

#[tokio::test]
async fn nobody_uses_it_and_it_ends() {
    let w = forgetful().await;
    let stock = stock(&w).await;
    let id = stock.begin(&w, &w.a.admin).await;
    until_gone(&browsers()).await;
    w.get(&format!("/robot-recordings/{id}"), &w.a.admin).await.problem(404, "not_found");
    // its place is free again
    stock.begin(&w, &w.b.admin).await;
    until_gone(&browsers()).await;
}

#[tokio::test]
async fn a_browser_that_died_is_told_and_another_can_begin() {
    let w = world().await;
    let stock = stock(&w).await;
    let id = stock.begin(&w, &w.a.admin).await;
    let all = browsers();
    let killed = tokio::process::Command::new("kill").args(["-9", &all[0]]).status().await.unwrap();
    assert!(killed.success());
    let body = json!({"step": {"do": "fill", "at": "#user", "value": "cangku"}});
    let told = w.post(&format!("/robot-recordings/{id}/steps"), &w.a.admin, body.clone()).await.problem(410, "recording_ended");
    assert!(told["detail"].as_str().is_some_and(|words| words.contains("begin to record again")), "{told}");
    until_gone(&all).await;
    w.post(&format!("/robot-recordings/{id}/steps"), &w.a.admin, body).await.problem(404, "not_found");
    let again = stock.begin(&w, &w.a.admin).await;
    end(&w, &w.a.admin, &again).await;
}

#[tokio::test]
async fn signing_out_ends_it() {
    let w = world().await;
    let stock = stock(&w).await;
    let id = stock.begin(&w, &w.a.admin).await;
    let all = browsers();
    let signed_in = w.post("/auth/sign-in", "", json!({"email": "admin@a.example", "password": PASSWORD})).await;
    let cookie = signed_in.header("set-cookie").split(';').next().unwrap_or("").to_owned();
    let request = Request::builder().method("POST").uri("/api/v1/auth/sign-out").header("cookie", cookie);
    w.send(request.header("sec-fetch-site", "same-origin").body(Body::empty()).unwrap()).await.ok(204);
    until_gone(&all).await;
    w.get(&format!("/robot-recordings/{id}"), &w.a.admin).await.problem(404, "not_found");
}
