//! Connectors and secrets from a run's side: what arrives, what is written down, and that no secret is.

use crate::world::NOON;
use axum::Router;
use axum::extract::Request as Incoming;
use axum::http::StatusCode;
use axum::routing::{any, post};
use qn_base::{Clock, ManualClock};
use qn_crypto::{Keys, Plain};
use qn_domain::{Language, Tenant, TenantId};
use qn_egress::{Egress, Policy};
use qn_runner::{Acting, Acts, Asker, Errand, HttpActs, Outside, Runner, Wish};
use qn_store::connector::StoredConnector;
use qn_store::flow_exchange::{self, Fate};
use qn_store::secret::{self, Secret};
use qn_store::{CommitSink, Db, Options};
use qn_workflow::request::Connect;
use qn_workflow::{Flow, Status};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const SECRET: &str = "sk-live-51a8f0c2";

struct Nobody;

impl Acts for Nobody {
    fn act<'a>(&'a self, _errand: &'a Errand) -> Acting<'a> {
        Box::pin(async { None })
    }
}

struct Town {
    runner: Runner,
    outside: Outside,
    db: Db,
    tenant: TenantId,
}

impl Town {
    async fn open(folder: &Path) -> Self {
        let db = Db::open(&Options::sqlite(folder.join("test.db")), CommitSink::none()).await.unwrap();
        let tenant: TenantId = "tnt_1".into();
        let row = Tenant { id: tenant.clone(), name: "t".into(), language: Language::Zh, time_zone: "UTC".into(), created_at: NOON };
        qn_store::tenant::insert(&db, &row).await.unwrap();
        let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(NOON));
        let egress = Egress::new(Policy::default().with_allowed(["127.0.0.1"]).unwrap()).unwrap();
        let outside = Outside::new(db.clone(), Keys::in_folder(folder).unwrap(), egress, Arc::clone(&clock));
        let runner = Runner::start(db.clone(), clock, Arc::new(HttpActs::new(outside.clone(), Nobody)));
        Town { runner, outside, db, tenant }
    }

    async fn keep_secret(&self, hosts: &[&str]) {
        let sealed = self.outside.seal(&self.tenant, "pay", &Plain::new(SECRET)).unwrap();
        let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        let (note, created_by) = (String::new(), String::new());
        let row = Secret { name: "pay".into(), hosts, note, created_by, created_at: NOON, changed_at: NOON, used_at: None };
        secret::put(&self.db, &self.tenant, &row, Some(&sealed)).await.unwrap();
    }

    async fn connector(&self, address: SocketAddr, retry: &str) {
        let definition = json!({"kind": "rest", "format": 1, "base_url": format!("http://{address}"),
            "auth": {"kind": "bearer", "secret": "pay"}, "operations": [{"name": "refund", "title": {"zh": "退款", "en": "Refund"},
            "method": "POST", "path": "/refunds", "retry": retry, "input": {"type": "object", "required": ["amount"],
            "properties": {"amount": {"type": "number"}}}}]});
        self.put("payments", &definition).await;
    }

    async fn put(&self, name: &str, definition: &Value) {
        let row = StoredConnector {
            name: name.into(),
            title: "支付".into(),
            definition: definition.to_string(),
            source_url: None,
            enabled: true,
            version: 1,
            created_by: "usr_1".into(),
            created_at: NOON,
            updated_at: NOON,
        };
        qn_store::connector::insert(&self.db, &self.tenant, &row).await.unwrap();
    }

    /// One connector step, its answer the run's output.
    async fn refund(&self, input: Value) -> qn_runner::Ended {
        let flow = json!({"format": 1, "id": "f", "name": "f", "variables": [{"name": "kept", "type": "any"}],
            "nodes": [{"id": "start", "kind": "start", "settings": {"trigger": "api"}},
                {"id": "pay", "kind": "connect", "timeout_ms": 2000, "settings": {"connector": "payments", "operation": "refund", "input": input, "save": "kept"}},
                {"id": "done", "kind": "end", "settings": {"output": "{{ kept }}"}},
                {"id": "bad", "kind": "end", "settings": {"failed": "{{ error.message }}"}}],
            "edges": [{"from": "start", "to": "pay"}, {"from": "pay", "to": "done"}, {"from": "pay", "port": "error", "to": "bad"}]});
        let flow: Flow = serde_json::from_value(flow).unwrap();
        let hash = self.runner.publish(&self.tenant, flow, "usr_1", "").await.unwrap();
        let wish = Wish::of(&self.tenant, &hash, None);
        self.runner.run(wish).await.unwrap()
    }
}

async fn serve(router: Router) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// Says what it was sent, the proof included.
async fn parrot(request: Incoming) -> axum::Json<Value> {
    let authorization = request.headers()["authorization"].to_str().unwrap().to_owned();
    let key = request.headers()["idempotency-key"].to_str().unwrap().to_owned();
    axum::Json(json!({"you_are": authorization, "proven": authorization == format!("Bearer {SECRET}"), "key": key}))
}

fn holds(folder: &Path, text: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|file| {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

#[tokio::test]
async fn an_operation_proves_itself_and_no_file_holds_the_secret() {
    let folder = tempfile::tempdir().unwrap();
    let town = Town::open(folder.path()).await;
    let address = serve(Router::new().route("/refunds", post(parrot))).await;
    town.keep_secret(&["127.0.0.1"]).await;
    town.connector(address, "keyed").await;
    let ended = town.refund(json!({"amount": "12.5"})).await;
    assert_eq!((ended.status, &ended.output["proven"]), (Status::Done, &json!(true)), "{ended:?}");
    assert_eq!(ended.output["you_are"], "Bearer …");
    assert!(ended.output["key"].as_str().unwrap().starts_with(&ended.run_id));
    let used = secret::list(&town.db, &town.tenant).await.unwrap();
    assert_eq!(used[0].used_at, Some(NOON));
    let records = until_recorded(&town, &ended.run_id).await;
    assert_eq!(
        (records[0].fate, &records[0].exchange["status"], &records[0].exchange["sent"]),
        (Fate::Done, &json!(200), &json!({"amount": 12.5}))
    );
    // database, write-ahead log and key file
    assert!(holds(folder.path(), "payments") && !holds(folder.path(), SECRET) && !holds(folder.path(), "51a8f0c2"));
    assert!(!format!("{:?}", town.runner.state(&town.tenant, &ended.run_id).await.unwrap()).contains(SECRET));
}

async fn until_recorded(town: &Town, run_id: &str) -> Vec<flow_exchange::FlowExchange> {
    loop {
        let records = flow_exchange::list(&town.db, &town.tenant, run_id).await.unwrap();
        if !records.is_empty() {
            return records;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_secret_for_another_host_stays_closed() {
    let folder = tempfile::tempdir().unwrap();
    let town = Town::open(folder.path()).await;
    let address = serve(Router::new().fallback(any(parrot))).await;
    town.keep_secret(&["pay.example.com"]).await;
    town.connector(address, "keyed").await;
    let ended = town.refund(json!({"amount": 1})).await;
    assert_eq!(ended.status, Status::Failed);
    assert!(ended.error.unwrap().message.contains("not bound to 127.0.0.1"));
    assert_eq!(secret::list(&town.db, &town.tenant).await.unwrap()[0].used_at, None);
}

#[tokio::test]
async fn input_that_does_not_fit_fails_the_step_with_its_fields() {
    let folder = tempfile::tempdir().unwrap();
    let town = Town::open(folder.path()).await;
    town.keep_secret(&["127.0.0.1"]).await;
    town.connector("127.0.0.1:9".parse().unwrap(), "keyed").await;
    let ended = town.refund(json!({"amount": "much"})).await;
    assert!(ended.error.unwrap().message.contains("/amount must be number"));
}

#[tokio::test]
async fn what_must_not_be_done_twice_is_not_sent_again_in_doubt() {
    let folder = tempfile::tempdir().unwrap();
    let town = Town::open(folder.path()).await;
    let count = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&count);
    // the first request is refused for sure, the second breaks in the middle
    let service = post(move || {
        let n = seen.fetch_add(1, Ordering::SeqCst);
        async move { if n == 0 { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::BAD_GATEWAY } }
    });
    let address = serve(Router::new().route("/refunds", service)).await;
    town.keep_secret(&["127.0.0.1"]).await;
    town.connector(address, "once").await;
    let connect = Connect { connector: "payments".into(), operation: "refund".into(), input: json!({"amount": 1}), timeout_ms: 2_000 };
    let mut sent = Vec::new();
    for attempt in 1..=4 {
        let asker = Asker { tenant_id: &town.tenant, step: Some(("run_1", "pay", attempt)), key: "run_1/pay" };
        sent.push((town.outside.connect(asker, &connect).await.outcome.unwrap_err().in_doubt, count.load(Ordering::SeqCst)));
    }
    assert_eq!(sent, [(false, 1), (true, 2), (true, 2), (true, 2)]);
}

#[tokio::test]
async fn a_call_with_an_oauth_client_fetches_its_token() {
    let folder = tempfile::tempdir().unwrap();
    let town = Town::open(folder.path()).await;
    let token = post(|| async { axum::Json(json!({"access_token": "tok-123456", "expires_in": 60})) });
    let work = any(|request: Incoming| async move { request.headers()["authorization"].to_str().unwrap().len().to_string() });
    let address = serve(Router::new().route("/token", token).route("/work", work)).await;
    let client = json!({"token_url": format!("http://{address}/token"), "client_id": "me", "client_secret": SECRET}).to_string();
    let sealed = town.outside.seal(&town.tenant, "client", &Plain::new(client)).unwrap();
    let hosts = vec![address.to_string()];
    let (note, created_by) = (String::new(), String::new());
    let row = Secret { name: "client".into(), hosts, note, created_by, created_at: NOON, changed_at: NOON, used_at: None };
    secret::put(&town.db, &town.tenant, &row, Some(&sealed)).await.unwrap();
    let auth = qn_workflow::request::Auth { kind: qn_workflow::request::AuthKind::Oauth2, secret: "client".into(), header: None };
    let asker = Asker { tenant_id: &town.tenant, step: None, key: "k" };
    let request = qn_egress::Request::get(format!("http://{address}/work"));
    let (status, body) = town.outside.call(asker, request, Some(&auth), false).await.unwrap();
    assert_eq!((status, body), (200, json!("Bearer tok-123456".len())));
    let elsewhere = qn_egress::Request::get("http://127.0.0.1:9/work");
    assert!(town.outside.call(asker, elsewhere, Some(&auth), false).await.unwrap_err().message.contains("not bound"));
}

/// Asks this address at a step of a run, and gives what was recorded of it once the record of a later step is there.
async fn recorded(town: &Town, address: SocketAddr, path: &str, record: bool) -> Option<flow_exchange::FlowExchange> {
    let run_id = format!("run_{path}_{record}");
    let asker = |step| Asker { tenant_id: &town.tenant, step: Some((run_id.as_str(), step, 1)), key: "k" };
    let body = json!({"amount": 5, "card_token": "tok-9f3c", "phone": "13812345678"}).to_string();
    let request = qn_egress::Request::post(format!("http://{address}/{path}"), body.into_bytes());
    town.outside.call(asker("call"), request, None, record).await.unwrap();
    let marker = qn_egress::Request::get(format!("http://{address}/no"));
    town.outside.call(asker("marker"), marker, None, false).await.unwrap();
    // records are written in the order they were made
    loop {
        let all = flow_exchange::list(&town.db, &town.tenant, &run_id).await.unwrap();
        if all.iter().any(|one| one.step == "marker") {
            return all.into_iter().find(|one| one.step == "call");
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_plain_call_is_recorded_where_it_failed_or_where_the_flow_asks_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let town = Town::open(folder.path()).await;
    let yes = any(|| async { axum::Json(json!({"ok": true, "session_token": "ses-77aa"})) });
    let router = Router::new().route("/yes", yes).route("/no", any(|| async { StatusCode::FORBIDDEN }));
    let router = router.route("/away", any(|| async { StatusCode::FOUND }));
    let address = serve(router).await;
    assert!(recorded(&town, address, "yes", false).await.is_none());
    let whole = recorded(&town, address, "yes", true).await.unwrap();
    assert_eq!((whole.fate, &whole.exchange["status"], &whole.exchange["sent"]["amount"]), (Fate::Done, &json!(200), &json!(5)));
    assert_eq!((&whole.exchange["sent"]["card_token"], &whole.exchange["got"]["session_token"]), (&json!("…"), &json!("…")));
    let text = whole.exchange.to_string();
    assert!(!text.contains("tok-9f3c") && !text.contains("13812345678") && !text.contains("ses-77aa"), "{text}");
    for (path, status) in [("no", 403), ("away", 302)] {
        let failed = recorded(&town, address, path, false).await.unwrap();
        assert_eq!((failed.fate, &failed.exchange["status"]), (Fate::Failed, &json!(status)), "{path}");
    }
}

/// A letter handed to a server that takes it and hangs up: nobody knows, so no further attempt sends it.
#[tokio::test]
async fn a_letter_in_doubt_is_not_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let town = Town::open(folder.path()).await;
    let letters = Arc::new(AtomicU64::new(0));
    let address = forgetful(Arc::clone(&letters)).await;
    let definition =
        json!({"kind": "smtp", "format": 1, "base_url": format!("smtp://{address}"), "plain": true, "from": "us@shop.example"});
    town.put("post", &definition).await;
    let input = json!({"to": "lilei@customer.example", "subject": "退款", "text": "已到账"});
    let connect = Connect { connector: "post".into(), operation: "send".into(), input, timeout_ms: 5_000 };
    let mut sent = Vec::new();
    for attempt in 1..=3 {
        let asker = Asker { tenant_id: &town.tenant, step: Some(("run_1", "say", attempt)), key: "run_1/say" };
        sent.push((town.outside.connect(asker, &connect).await.outcome.unwrap_err().in_doubt, letters.load(Ordering::SeqCst)));
    }
    assert_eq!(sent, [(false, 0), (true, 1), (true, 1)]);
}

/// Has no time for the first, takes the second's letter and hangs up.
async fn forgetful(letters: Arc<AtomicU64>) -> SocketAddr {
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut first, _) = listener.accept().await.unwrap();
        first.write_all(b"421 later\r\n").await.unwrap();
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            let mut socket = BufReader::new(socket);
            for line in ["220 hi\r\n", "250 8BITMIME\r\n", "250 from\r\n", "250 to\r\n", "354 go\r\n"] {
                socket.write_all(line.as_bytes()).await.unwrap();
                socket.read_line(&mut String::new()).await.unwrap();
            }
            let mut line = String::new();
            while line != ".\r\n" {
                line.clear();
                socket.read_line(&mut line).await.unwrap();
            }
            letters.fetch_add(1, Ordering::SeqCst);
        }
    });
    address
}

/// What a robot downloads is an attachment that later steps name; a program is not kept, and the step says so.
#[tokio::test]
async fn a_downloaded_file_is_kept_with_the_run() {
    assert!(qn_runner::has_browser(), "chromedriver is missing: cargo xtask test installs it");
    let folder = tempfile::tempdir().unwrap();
    let town = Town::open(folder.path()).await;
    let blobs = qn_blob::Blobs::filesystem(folder.path().join("attachments")).unwrap();
    let egress = Egress::new(Policy::default().with_allowed(["127.0.0.1"]).unwrap()).unwrap();
    let equipment = qn_runner::Equipment { attachments: Some(blobs.clone()), ..Default::default() };
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(NOON));
    let outside = Outside::equipped(town.db.clone(), Keys::in_folder(folder.path()).unwrap(), egress, clock, equipment);
    let named = |name: &str| [("content-disposition", format!("attachment; filename=\"{name}\"")), ("content-type", "text/csv".to_owned())];
    let list = any(move || async move { (named("list.csv"), "单号,金额\n") });
    let program = any(move || async move { (named("run.txt"), "#!/bin/sh\n") });
    let page = any(|| async { axum::response::Html("<a id=list href=/list>1</a><a id=program href=/program>2</a>") });
    let address = serve(Router::new().route("/", page).route("/list", list).route("/program", program)).await;
    let routine = |name: &str| {
        json!({"name": name, "title": {"zh": name, "en": name}, "input": {"type": "object"}, "retry": "safe",
            "steps": [{"do": "open", "url": "/"}, {"do": "download", "at": format!("#{name}"), "save": "file"}]})
    };
    let definition = json!({"kind": "robot", "format": 1, "base_url": format!("http://{address}"),
        "operations": [routine("list"), routine("program")]});
    town.put("office", &definition).await;
    let play = async |operation: &str, step: Option<(&'static str, &'static str, u32)>| {
        let asker = Asker { tenant_id: &town.tenant, step, key: "k" };
        let connect = Connect { connector: "office".into(), operation: operation.into(), input: json!({}), timeout_ms: 60_000 };
        outside.connect(asker, &connect).await
    };
    let done = play("list", Some(("run_1", "get", 1))).await;
    let file = done.outcome.unwrap()["file"].clone();
    assert_eq!((&file["name"], &file["text"], &file["bytes"]), (&json!("list.csv"), &json!("单号,金额\n"), &json!(14)));
    assert_eq!(done.exchange.got["answer"]["file"]["id"], file["id"]);
    let id = qn_domain::AttachmentId(file["id"].as_str().unwrap().to_owned());
    let kept = qn_store::attachment::find(&town.db, &town.tenant, &id).await.unwrap().unwrap();
    assert_eq!((kept.name.as_str(), kept.size_bytes, file["type"].as_str()), ("list.csv", 14, Some(kept.media_type.as_str())));
    let object = blobs.get(&qn_blob::Key::parse(&kept.blob_key).unwrap()).await.unwrap();
    assert_eq!(object.size_bytes, 14);
    let failure = play("program", Some(("run_1", "get", 2))).await.outcome.unwrap_err();
    assert!(failure.message.contains("a script") && !failure.zh.is_empty(), "{failure}");
    // whoever only tries it keeps nothing
    let tried = play("list", None).await.outcome.unwrap()["file"].clone();
    assert_eq!((&tried["name"], tried.get("id")), (&json!("list.csv"), None));
}

/// What was stored before, or is only known at the call (a packed client's `token_url`), is judged at the call.
#[tokio::test]
async fn no_address_inside_is_called_whatever_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let town = Town::open(folder.path()).await;
    town.keep_secret(&["127.0.0.1", "10.0.0.1"]).await;
    let title = json!({"zh": "甲", "en": "A"});
    let oauth = json!({"kind": "oauth2", "token_url": "http://10.0.0.1/token", "client_id": "me", "secret": "pay"});
    let operation = json!({"name": "a", "title": title, "method": "GET", "path": "/a", "retry": "safe", "input": {"type": "object"}});
    let statement = json!({"name": "a", "sql": "SELECT 1 AS one", "input": {"type": "object"}});
    let routine = json!({"name": "a", "title": title, "input": {"type": "object"}, "retry": "safe", "steps": [{"do": "open", "url": "/"}]});
    let definitions = [
        ("token", "a", json!({"kind": "rest", "format": 1, "base_url": "http://127.0.0.1:9", "auth": oauth, "operations": [operation]})),
        ("rest", "a", json!({"kind": "rest", "format": 1, "base_url": "http://10.0.0.1", "operations": [operation]})),
        ("mail", "send", json!({"kind": "smtp", "format": 1, "base_url": "smtp://10.0.0.1", "plain": true, "from": "us@shop.example"})),
        ("mysql", "a", json!({"kind": "sql", "format": 1, "base_url": "mysql://10.0.0.1/shop", "operations": [statement]})),
        ("postgres", "a", json!({"kind": "sql", "format": 1, "base_url": "postgres://10.0.0.1/shop", "operations": [statement]})),
        ("robot", "a", json!({"kind": "robot", "format": 1, "base_url": "http://10.0.0.1", "operations": [routine]})),
    ];
    let letter = json!({"to": "lilei@customer.example", "subject": "退款", "text": "已到账"});
    for (name, operation, definition) in definitions {
        town.put(name, &definition).await;
        let input = if name == "mail" { letter.clone() } else { json!({}) };
        let connect = Connect { connector: name.into(), operation: operation.into(), input, timeout_ms: 5_000 };
        let asker = Asker { tenant_id: &town.tenant, step: None, key: "k" };
        is_inside(name, &town.outside.connect(asker, &connect).await.outcome.unwrap_err());
    }
    let client = json!({"token_url": "http://10.0.0.1/token", "client_id": "me", "client_secret": SECRET}).to_string();
    let sealed = town.outside.seal(&town.tenant, "client", &Plain::new(client)).unwrap();
    let hosts = vec!["127.0.0.1".to_owned(), "10.0.0.1".to_owned()];
    let (note, created_by) = (String::new(), String::new());
    let row = Secret { name: "client".into(), hosts, note, created_by, created_at: NOON, changed_at: NOON, used_at: None };
    secret::put(&town.db, &town.tenant, &row, Some(&sealed)).await.unwrap();
    let auth = qn_workflow::request::Auth { kind: qn_workflow::request::AuthKind::Oauth2, secret: "client".into(), header: None };
    let asker = Asker { tenant_id: &town.tenant, step: None, key: "k" };
    let packed = town.outside.call(asker, qn_egress::Request::get("http://127.0.0.1:9/work"), Some(&auth), false).await;
    is_inside("packed", &packed.unwrap_err());
}

/// Says that it is an address inside, in both languages, and what opens it.
fn is_inside(what: &str, failure: &qn_connector::Failure) {
    let code = failure.detail["code"].as_str();
    assert_eq!((failure.kind, code), (qn_connector::Kind::Refused, Some("address_blocked")), "{what}: {failure}");
    assert!(failure.message.contains("egress.allow_private") && failure.zh.contains("不是公网地址"), "{what}: {failure}");
}
