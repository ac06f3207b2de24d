//! Two companies with the same shape on one server: people with tokens, a web and an API inbox, a team, an article.
//! Requests go straight into the router; sockets go over TCP.

use axum::Router;
use axum::body::Body;
use futures_util::{SinkExt, StreamExt};
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use qn_api::{AppState, Config, Limits};
use qn_auth::{Auth, NewToken, Scope};
use qn_base::Clock;
use qn_domain::{
    Article, ArticleScope, ArticleState, BusinessHours, ChannelKind, Inbox, Language, Presence, Role, Team, Tenant, TenantId, TokenId,
    Unread, User, UserId, WidgetSettings,
};
use qn_engine::{DocumentReader, DocumentReading, Engine, Library, Parts, ReadingRows};
use qn_knowledge::import::Section;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use tower::ServiceExt;

pub const PASSWORD: &str = "correct horse battery";

/// The machine's clock, moved forward at will.
#[derive(Default)]
pub struct Shifted(AtomicI64);

impl Clock for Shifted {
    fn now(&self) -> i64 {
        qn_base::SystemClock.now() + self.0.load(Ordering::SeqCst)
    }
}

pub struct World {
    pub engine: Arc<Engine>,
    pub auth: Auth,
    pub router: Router,
    pub clock: Arc<Shifted>,
    pub a: Company,
    pub b: Company,
    pub dir: tempfile::TempDir,
}

/// Ids end in the company's letter, e.g. `usr_agent_a`.
pub struct Company {
    pub letter: &'static str,
    pub tenant_id: TenantId,
    pub agent: String,
    pub other_agent: String,
    pub supervisor: String,
    pub admin: String,
    pub reader: String,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: http::HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {} {}", self.status, self.text))
    }

    /// Asserts the status and gives the body.
    #[track_caller]
    pub fn ok(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        if self.text.is_empty() { Value::Null } else { self.json() }
    }

    /// Asserts a problem of this code.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        let body = self.json();
        assert_eq!((self.status.as_u16(), body["code"].as_str().unwrap_or("")), (status, code), "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json");
        body
    }

    /// Asserts a page that is not JSON.
    #[track_caller]
    pub fn ok_page(&self) {
        assert_eq!(self.status.as_u16(), 200, "{}", self.text);
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("")
    }
}

pub async fn world() -> World {
    world_with(Config { limits: None, demo: true, ..Config::default() }).await
}

/// Sockets tick fast, so that what happens at a heartbeat can be waited for.
pub async fn hasty() -> World {
    world_with(Config { limits: None, heartbeat_ms: 100, ..Config::default() }).await
}

pub async fn limited(limits: Limits) -> World {
    world_with(Config { limits: Some(limits), ..Config::default() }).await
}

/// Recordings that nobody uses end at once.
pub async fn forgetful() -> World {
    let equipment = qn_runner::Equipment { recording_idle: Some(Duration::from_millis(300)), ..Default::default() };
    let config = Config { limits: None, ..Config::default() };
    world_of(tempfile::tempdir().unwrap(), config, Library::default(), equipment).await
}

/// A server that reads documents, and opens a folder of them.
pub async fn reading_world() -> World {
    let dir = tempfile::tempdir().unwrap();
    let library = Library { reader: Arc::new(ReadsHere), folder: Some(dir.path().join("folders")) };
    world_in(dir, Config { limits: None, ..Config::default() }, library).await
}

/// Reads in the test's own process; the server's reader starts one of its own, which `server/tests` proves.
struct ReadsHere;

impl DocumentReader for ReadsHere {
    fn knows(&self, name: &str) -> bool {
        qn_document::is_known(name)
    }

    fn read_rows<'a>(&'a self, name: &'a str, bytes: bytes::Bytes) -> ReadingRows<'a> {
        Box::pin(async move {
            let told = |e: qn_document::DocumentError| Unread { code: e.code().into(), zh: e.chinese(), en: e.to_string() };
            qn_document::read_rows(name, bytes.to_vec()).map_err(told)
        })
    }

    fn read<'a>(&'a self, name: &'a str, bytes: bytes::Bytes) -> DocumentReading<'a> {
        Box::pin(async move {
            let told = |e: qn_document::DocumentError| Unread { code: e.code().into(), zh: e.chinese(), en: e.to_string() };
            let sections = qn_document::read(name, bytes.to_vec()).map_err(told)?.sections;
            Ok(sections
                .into_iter()
                .map(|s| Section { path: s.path, questions: s.questions, category: s.category, body: s.body, scope: None })
                .collect())
        })
    }
}

async fn world_with(config: Config) -> World {
    world_in(tempfile::tempdir().unwrap(), config, Library::default()).await
}

async fn world_in(dir: tempfile::TempDir, config: Config, library: Library) -> World {
    world_of(dir, config, library, qn_runner::Equipment::default()).await
}

async fn world_of(dir: tempfile::TempDir, config: Config, library: Library, equipment: qn_runner::Equipment) -> World {
    let clock = Arc::new(Shifted::default());
    let parts = Parts {
        clock: clock.clone(),
        intents: Arc::new(qn_nlu::RulesBackend::default()),
        encoder: qn_engine::TextEncoder::default(),
        llm: None,
        translator: None,
        egress: qn_egress::Egress::new(qn_egress::Policy::default()).unwrap(),
        blobs: qn_blob::Blobs::filesystem(dir.path().join("attachments")).unwrap(),
        keys: qn_crypto::Keys::fresh().unwrap(),
        library,
        public_url: config.public_url.clone(),
    };
    let engine = Engine::open(&qn_store::Options::sqlite(dir.path().join("test.db")), parts).await.unwrap();
    let auth = Auth::open(engine.db.clone(), engine.clock.clone()).await.unwrap();
    let a = company(&engine, &auth, "a").await;
    let b = company(&engine, &auth, "b").await;
    // as the server does, but with the test's own loopback services within reach
    let egress = qn_egress::Egress::new(qn_egress::Policy::default().with_allowed(["127.0.0.1"]).unwrap()).unwrap();
    let equipment = qn_runner::Equipment { sqlite_folders: vec![dir.path().join("systems")], ..equipment };
    let keys = qn_crypto::Keys::fresh().unwrap();
    let outside = qn_runner::Outside::equipped(engine.db.clone(), keys, egress, engine.clock.clone(), equipment);
    engine.start_flows(qn_engine::Limits::default(), outside.clone());
    let state = AppState::new(qn_api::Parts {
        engine: engine.clone(),
        outside,
        auth: auth.clone(),
        config,
        metrics: Arc::new(|| "qn_test 1\n".into()),
    });
    World { engine, auth, router: qn_api::router(state), clock, a, b, dir }
}

async fn company(engine: &Engine, auth: &Auth, letter: &'static str) -> Company {
    let (db, now) = (&engine.db, engine.now());
    let tenant_id = TenantId(format!("tnt_{letter}"));
    let tenant = Tenant {
        id: tenant_id.clone(),
        name: format!("公司 {letter}"),
        language: Language::Zh,
        time_zone: "Asia/Shanghai".into(),
        created_at: now,
    };
    qn_store::tenant::insert(db, &tenant).await.unwrap();
    let team =
        Team { id: format!("tea_{letter}").into(), tenant_id: tenant_id.clone(), name: "售后".into(), version: 1, created_at: now };
    qn_store::team::insert(db, &team).await.unwrap();
    let hash = auth.hash_password(PASSWORD).await.unwrap();
    for (name, role) in [("agent", Role::Agent), ("other", Role::Agent), ("supervisor", Role::Supervisor), ("admin", Role::Admin)] {
        qn_store::user::insert(db, &user(&tenant_id, letter, name, role, now), &hash).await.unwrap();
    }
    for channel in [ChannelKind::Web, ChannelKind::Api] {
        qn_store::inbox::insert(db, &inbox(&tenant_id, letter, channel, now)).await.unwrap();
    }
    qn_store::article::upsert(db, &article(&tenant_id, letter, now), None).await.unwrap();
    engine.reload_knowledge(&tenant_id).await.unwrap();
    let token = async |name: &str, scope: Scope| {
        let wish = NewToken {
            id: TokenId::fresh(engine.now()),
            tenant_id: tenant_id.clone(),
            acts_as: qn_auth::ActsAs::Person(UserId(format!("usr_{name}_{letter}"))),
            name: name.to_owned(),
            scope,
            expires_at: None,
        };
        auth.create_token(wish).await.unwrap().secret
    };
    Company {
        letter,
        agent: token("agent", Scope::Write).await,
        other_agent: token("other", Scope::Write).await,
        supervisor: token("supervisor", Scope::Write).await,
        admin: token("admin", Scope::Admin).await,
        reader: token("agent", Scope::Read).await,
        tenant_id,
    }
}

fn user(tenant_id: &TenantId, letter: &str, name: &str, role: Role, now: i64) -> User {
    User {
        id: format!("usr_{name}_{letter}").into(),
        tenant_id: tenant_id.clone(),
        email: format!("{name}@{letter}.example"),
        name: format!("{name} {letter}"),
        role,
        language: Language::En,
        capacity: 5,
        presence: Presence::Online,
        team_ids: vec![format!("tea_{letter}").into()],
        must_change_password: false,
        disabled: false,
        version: 1,
        created_at: now,
    }
}

fn inbox(tenant_id: &TenantId, letter: &str, channel: ChannelKind, now: i64) -> Inbox {
    let kind = channel.as_str();
    Inbox {
        id: format!("inb_{kind}_{letter}").into(),
        tenant_id: tenant_id.clone(),
        name: format!("{kind} {letter}"),
        channel,
        key: format!("{kind}-{letter}"),
        secret: qn_channel::generate_secret(),
        team_id: Some(format!("tea_{letter}").into()),
        bot_enabled: true,
        language: Language::Zh,
        hours: BusinessHours::default(),
        widget: WidgetSettings { allowed_domains: vec![format!("https://shop-{letter}.example")], ..WidgetSettings::default() },
        channel_settings: json!({}),
        reopen_window_ms: 3_600_000,
        version: 1,
        created_at: now,
    }
}

fn article(tenant_id: &TenantId, letter: &str, now: i64) -> Article {
    Article {
        id: format!("art_return_{letter}").into(),
        tenant_id: tenant_id.clone(),
        language: Language::Zh,
        title: "怎么退货?".into(),
        questions: vec!["我要退货".into()],
        body: format!("签收后 **7 天**内可以退货。<script>alert(1)</script> 公司 {letter}"),
        category: "售后".into(),
        state: ArticleState::Published,
        scope: ArticleScope::default(),
        next_flow: None,
        version: 1,
        updated_by: None,
        created_at: now,
        updated_at: now,
    }
}

impl World {
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response: Response<Body> = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    /// A request with a bearer token (none when empty) and a JSON body (none when null). Paths are below `/api/v1`.
    pub async fn call(&self, method: &str, path: &str, token: &str, body: Value) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("/api/v1{path}")).header("accept-language", "en");
        if !token.is_empty() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let body = match body {
            Value::Null => Body::empty(),
            body => {
                request = request.header("content-type", "application/json");
                Body::from(body.to_string())
            }
        };
        self.send(request.body(body).unwrap()).await
    }

    pub async fn get(&self, path: &str, token: &str) -> Answer {
        self.call("GET", path, token, Value::Null).await
    }

    pub async fn post(&self, path: &str, token: &str, body: Value) -> Answer {
        self.call("POST", path, token, body).await
    }

    /// A path from the root, as a browser asks.
    pub async fn page(&self, path: &str) -> Answer {
        self.send(Request::builder().uri(path).body(Body::empty()).unwrap()).await
    }

    pub async fn boot(&self, company: &Company) -> Value {
        self.post("/widget/boot", "", json!({"key": format!("web-{}", company.letter), "language": "zh-CN"})).await.ok(200)
    }

    /// A new visitor who has asked something: token, conversation id.
    pub async fn asked(&self, company: &Company, text: &str) -> (String, String) {
        let token = self.boot(company).await["visitor_token"].as_str().unwrap().to_owned();
        let sent = self.post("/widget/messages", &token, json!({"client_msg_id": "first", "text": text})).await.ok(201);
        (token, sent["conversation"]["id"].as_str().unwrap().to_owned())
    }

    /// Serves the router on a port of its own; the server lives as long as the test's runtime.
    pub async fn serve(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = self.router.clone().into_make_service_with_connect_info::<std::net::SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        address.to_string()
    }

    /// Where folders that are synced lie, each company's below its id.
    pub fn folder(&self) -> std::path::PathBuf {
        self.dir.path().join("folders")
    }

    pub fn advance(&self, ms: i64) {
        self.clock.0.fetch_add(ms, Ordering::SeqCst);
    }
}

/// A client's end of the stream.
pub struct Socket(pub WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>);

impl Socket {
    pub async fn open(address: &str, hello: Value) -> Socket {
        let (socket, _) = tokio_tungstenite::connect_async(format!("ws://{address}/api/v1/stream")).await.unwrap();
        let mut socket = Socket(socket);
        socket.say(hello).await;
        socket
    }

    pub async fn say(&mut self, frame: Value) {
        self.0.send(Message::text(frame.to_string())).await.unwrap();
    }

    /// The next frame that is JSON; null when the server closed.
    pub async fn hear(&mut self) -> Value {
        loop {
            let next = tokio::time::timeout(Duration::from_secs(10), self.0.next()).await.expect("a frame within 10 seconds");
            match next {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).unwrap(),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Value::Null,
                Some(Ok(_)) => {}
            }
        }
    }

    /// The next frame of this type, passing over others.
    pub async fn expect(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.hear().await;
            assert!(!frame.is_null(), "the socket closed before {kind} came");
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// Nothing of this type comes for a while.
    pub async fn silent_of(&mut self, kind: &str) {
        let quiet = tokio::time::timeout(Duration::from_millis(300), self.expect(kind)).await;
        assert!(quiet.is_err(), "{kind} came: {:?}", quiet.ok());
    }
}
