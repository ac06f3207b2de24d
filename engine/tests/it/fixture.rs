//! A tenant with a web inbox, two agents and two articles, on a temporary database and a clock that stands still.

use qn_base::ManualClock;
use qn_domain::{
    Article, ArticleScope, ArticleState, BusinessHours, ChannelKind, Contact, ContactId, Content, Inbox, Language, Presence, Role, Team,
    Tenant, User, WidgetSettings,
};
use qn_engine::{Actor, AgentSend, Engine, Parts, Sent, TextEncoder, Translator, Visitor, VisitorSend};
use std::sync::Arc;

pub const START: i64 = 1_790_000_000_000;

/// The only address of this machine that a house may call.
pub const NEIGHBOUR: &str = "127.0.0.9";

pub struct House {
    pub engine: Arc<Engine>,
    pub clock: Arc<ManualClock>,
    options: qn_store::Options,
    dir: tempfile::TempDir,
}

pub async fn house() -> House {
    house_with(TextEncoder::default()).await
}

pub async fn house_with(encoder: TextEncoder) -> House {
    house_of(encoder, None).await
}

pub async fn house_of(encoder: TextEncoder, llm: Option<qn_llm::Llm>) -> House {
    house_thinking(Thinking { encoder, llm, translator: None }).await
}

/// What a house understands languages with; by itself none of it.
#[derive(Default)]
pub struct Thinking {
    pub encoder: TextEncoder,
    pub llm: Option<qn_llm::Llm>,
    pub translator: Option<Translator>,
}

pub async fn house_thinking(thinking: Thinking) -> House {
    let dir = tempfile::tempdir().unwrap();
    let options = qn_store::Options::sqlite(dir.path().join("test.db"));
    build(dir, &options, thinking).await
}

/// Runs a test on each database; PostgreSQL where `QN_TEST_POSTGRES` names a server.
pub async fn on_both(test: impl AsyncFn(&Arc<House>)) {
    let house = Arc::new(house().await);
    Box::pin(test(&house)).await;
    house.engine.db.close().await;
    if let Some(server) = postgres() {
        let name = format!("qn_test_{}", qn_base::ids::secret(12));
        let url = qn_store::scratch::create(&server, &name, None).await.unwrap();
        let house = Arc::new(build(tempfile::tempdir().unwrap(), &qn_store::Options::postgres(url), Thinking::default()).await);
        Box::pin(test(&house)).await;
        house.engine.db.close().await;
        qn_store::scratch::drop(&server, &name).await.unwrap();
    }
}

/// A house as the server opens it, on a PostgreSQL database of its own; none where no server is named. Dropped by `drop_database`.
pub async fn served_house() -> Option<(House, String)> {
    let name = format!("qn_test_{}", qn_base::ids::secret(12));
    let url = qn_store::scratch::create(&postgres()?, &name, None).await.unwrap();
    let options = qn_store::Options::postgres(url.as_str()).serving();
    Some((build(tempfile::tempdir().unwrap(), &options, Thinking::default()).await, name))
}

pub async fn drop_database(name: &str) {
    if let Some(server) = postgres() {
        qn_store::scratch::drop(&server, name).await.unwrap();
    }
}

#[allow(clippy::disallowed_methods)] // tests are told where the server is in no other way
fn postgres() -> Option<String> {
    std::env::var("QN_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}

async fn build(dir: tempfile::TempDir, options: &qn_store::Options, thinking: Thinking) -> House {
    let clock = Arc::new(ManualClock::at(START));
    let engine = open(&dir, options, clock.clone(), thinking).await;
    let house = House { engine, clock, options: options.clone(), dir };
    house.seed().await;
    house
}

async fn open(dir: &tempfile::TempDir, options: &qn_store::Options, clock: Arc<ManualClock>, thinking: Thinking) -> Arc<Engine> {
    let Thinking { encoder, llm, translator } = thinking;
    let parts = Parts {
        clock,
        intents: Arc::new(qn_nlu::RulesBackend::default()),
        encoder,
        llm,
        translator,
        egress: qn_egress::Egress::new(qn_egress::Policy::default().with_allowed([NEIGHBOUR]).unwrap()).unwrap(),
        blobs: qn_blob::Blobs::filesystem(dir.path().join("attachments")).unwrap(),
        keys: qn_crypto::Keys::in_folder(dir.path()).unwrap(),
        library: qn_engine::Library::default(),
        public_url: "http://127.0.0.1:1".into(),
    };
    Engine::open(options, parts).await.unwrap()
}

impl House {
    /// How another session opens the same database.
    pub fn beside(&self) -> qn_store::Options {
        let mut options = self.options.clone();
        options.serves = false;
        options
    }

    /// The same house after its server ended and began again.
    pub async fn again(self) -> House {
        self.engine.stop_flows().await;
        self.engine.db.close().await;
        let engine = open(&self.dir, &self.options, self.clock.clone(), Thinking::default()).await;
        engine.reload_knowledge(&"tnt_1".into()).await.unwrap();
        House { engine, ..self }
    }

    async fn seed(&self) {
        let db = &self.engine.db;
        let tenant = Tenant {
            id: "tnt_1".into(),
            name: "测试".into(),
            language: Language::Zh,
            time_zone: "Asia/Shanghai".into(),
            created_at: START,
        };
        qn_store::tenant::insert(db, &tenant).await.unwrap();
        let team = Team { id: "tea_1".into(), tenant_id: "tnt_1".into(), name: "售后".into(), version: 1, created_at: START };
        qn_store::team::insert(db, &team).await.unwrap();
        for (id, name) in [("usr_a", "安"), ("usr_b", "柏")] {
            qn_store::user::insert(db, &agent(id, name), "-").await.unwrap();
        }
        qn_store::inbox::insert(db, &inbox()).await.unwrap();
        for (id, title, question, body) in [
            ("art_return", "怎么退货?", "我要退货", "签收后 **7 天**内可以退货。"),
            ("art_invoice", "发票怎么开?", "开发票", "在订单页点「申请发票」,电子发票 1 分钟内发到邮箱。"),
        ] {
            qn_store::article::upsert(db, &article(id, title, question, body), None).await.unwrap();
        }
        self.engine.reload_knowledge(&"tnt_1".into()).await.unwrap();
    }

    /// A customer of the web inbox.
    pub async fn visitor(&self, name: &str) -> Visitor {
        let contact = Contact {
            id: ContactId(format!("con_{name}")),
            tenant_id: "tnt_1".into(),
            name: name.into(),
            email: None,
            phone: None,
            language: None,
            attributes: serde_json::Map::new(),
            blocked: false,
            version: 1,
            created_at: START,
            last_seen_at: START,
        };
        qn_store::contact::insert(&self.engine.db, &contact, "").await.unwrap();
        Visitor { tenant_id: "tnt_1".into(), inbox_id: "inb_1".into(), contact_id: contact.id, name: name.into() }
    }

    pub async fn ask(&self, visitor: &Visitor, id: &str, text: &str) -> Sent {
        self.engine.visitor_send(visitor, says(id, text)).await.unwrap()
    }

    pub async fn messages(&self, sent: &Sent) -> Vec<qn_domain::Message> {
        qn_store::message::list_before(&self.engine.db, &"tnt_1".into(), &sent.conversation.id, None, 1_000).await.unwrap()
    }
}

pub fn says(id: &str, text: &str) -> VisitorSend {
    VisitorSend { client_msg_id: id.into(), content: Content::text(text), reply_to: None, page: None, language: None, wants_person: false }
}

pub fn writes(id: &str, text: &str) -> AgentSend {
    AgentSend { client_msg_id: id.into(), note: false, content: Content::text(text), reply_to: None, force: false, steps: Vec::new() }
}

pub fn actor(id: &str, role: Role) -> Actor {
    Actor { tenant_id: "tnt_1".into(), user_id: id.into(), name: id.into(), role }
}

fn agent(id: &str, name: &str) -> User {
    User {
        id: id.into(),
        tenant_id: "tnt_1".into(),
        email: format!("{id}@example.com"),
        name: name.into(),
        role: Role::Agent,
        language: Language::Zh,
        capacity: 2,
        presence: Presence::Offline,
        team_ids: vec!["tea_1".into()],
        must_change_password: false,
        disabled: false,
        version: 1,
        created_at: START,
    }
}

pub fn inbox() -> Inbox {
    Inbox {
        id: "inb_1".into(),
        tenant_id: "tnt_1".into(),
        name: "官网".into(),
        channel: ChannelKind::Web,
        key: "web-key".into(),
        secret: qn_channel::generate_secret(),
        team_id: Some("tea_1".into()),
        bot_enabled: true,
        language: Language::Zh,
        hours: BusinessHours::default(),
        widget: WidgetSettings::default(),
        channel_settings: serde_json::json!({}),
        reopen_window_ms: 3_600_000,
        version: 1,
        created_at: START,
    }
}

fn article(id: &str, title: &str, question: &str, body: &str) -> Article {
    Article {
        id: id.into(),
        tenant_id: "tnt_1".into(),
        language: Language::Zh,
        title: title.into(),
        questions: vec![question.into()],
        body: body.into(),
        category: "售后".into(),
        state: ArticleState::Published,
        scope: ArticleScope::default(),
        next_flow: None,
        version: 1,
        updated_by: None,
        created_at: START,
        updated_at: START,
    }
}
