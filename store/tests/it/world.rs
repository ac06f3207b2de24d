//! A fresh database with two tenants per test, and short ways to make what tests need.

use qn_domain::{
    Author, AuthorKind, BusinessHours, ChannelKind, Commit, Contact, ContactId, ContactIdentity, Content, Conversation, ConversationId,
    Dedupe, DeliveryState, Evidence, IdentityId, Inbox, InboxId, Language, LogEntry, Message, MessageId, MessageKind, Outcome, Presence,
    Role, Tenant, TenantId, User, UserId, WidgetSettings,
};
use qn_store::flow_run::{FlowRun, RunStanding};
use qn_store::{CommitSink, Db, Options, Page, RunChange, RunCommit};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::sync::{Arc, Mutex};

pub const NOW: i64 = 1_700_000_000_000;

pub struct World {
    pub db: Db,
    /// The tenant a test works in.
    pub ours: TenantId,
    /// The tenant that must never see any of it.
    pub theirs: TenantId,
    entries: Arc<Mutex<Vec<Arc<LogEntry>>>>,
}

/// Runs a test on each database.
pub async fn on_both(test: impl AsyncFn(&World)) {
    let folder = tempfile::tempdir().unwrap();
    let world = World::open(&Options::sqlite(folder.path().join("test.db"))).await;
    test(&world).await;
    world.db.close().await;
    if let Some(server) = postgres() {
        let name = format!("qn_test_{}", qn_base::ids::secret(12));
        admin(&server, format!("CREATE DATABASE {name}")).await;
        let world = World::open(&Options::postgres(address(&server, &name))).await;
        test(&world).await;
        world.db.close().await;
        admin(&server, format!("DROP DATABASE {name} WITH (FORCE)")).await;
    }
}

#[allow(clippy::disallowed_methods)] // tests are told where the server is in no other way
pub fn postgres() -> Option<String> {
    std::env::var("QN_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}

pub async fn admin(server: &str, sql: String) {
    let mut connection = PgConnection::connect(server).await.unwrap();
    connection.execute(AssertSqlSafe(sql)).await.unwrap();
    connection.close().await.unwrap();
}

/// The server's address with another database name.
pub fn address(server: &str, name: &str) -> String {
    let (base, query) = server.split_once('?').map_or((server, None), |(b, q)| (b, Some(q)));
    let scheme_end = base.find("://").map_or(0, |i| i + 3);
    let host_end = base[scheme_end..].find('/').map_or(base.len(), |i| scheme_end + i);
    format!("{}/{name}{}", &base[..host_end], query.map(|q| format!("?{q}")).unwrap_or_default())
}

impl World {
    async fn open(options: &Options) -> World {
        let entries = Arc::new(Mutex::new(Vec::new()));
        let kept = entries.clone();
        let db = Db::open(options, CommitSink::new(move |e| kept.lock().unwrap().push(e))).await.unwrap();
        let world = World { db, ours: "tnt_ours".into(), theirs: "tnt_theirs".into(), entries };
        for id in [&world.ours, &world.theirs] {
            qn_store::tenant::insert(&world.db, &tenant(id)).await.unwrap();
        }
        world
    }

    /// What followers heard so far.
    pub fn heard(&self) -> Vec<Arc<LogEntry>> {
        self.entries.lock().unwrap().clone()
    }

    pub async fn add_user(&self, id: &str, role: Role) -> User {
        let user = user(&self.ours, id, role);
        qn_store::user::insert(&self.db, &user, "hash").await.unwrap();
        user
    }

    pub async fn add_inbox(&self, id: &str) -> Inbox {
        let inbox = inbox(&self.ours, id);
        qn_store::inbox::insert(&self.db, &inbox).await.unwrap();
        inbox
    }

    pub async fn add_contact(&self, id: &str, name: &str, pinyin: &str) -> Contact {
        let contact = contact(&self.ours, id, name);
        qn_store::contact::insert(&self.db, &contact, pinyin).await.unwrap();
        contact
    }

    /// A conversation of the test's tenant with one incoming message.
    pub async fn add_conversation(&self, id: &str, contact_id: &str, text: &str) -> Conversation {
        let commit = opening(&self.ours, id, contact_id, text);
        let conversation = commit.conversation.clone();
        assert!(matches!(self.db.commit(commit).await.unwrap(), Outcome::Done { .. }));
        Arc::unwrap_or_clone(conversation)
    }
}

pub fn tenant(id: &TenantId) -> Tenant {
    Tenant { id: id.clone(), name: "蓝鲸".into(), language: Language::Zh, time_zone: "Asia/Shanghai".into(), created_at: NOW }
}

pub fn user(tenant_id: &TenantId, id: &str, role: Role) -> User {
    User {
        id: UserId::from(id),
        tenant_id: tenant_id.clone(),
        email: format!("{id}@example.com"),
        name: format!("名字 {id}"),
        role,
        language: Language::Zh,
        capacity: 5,
        presence: Presence::Offline,
        team_ids: vec![],
        must_change_password: false,
        disabled: false,
        version: 1,
        created_at: NOW,
    }
}

pub fn inbox(tenant_id: &TenantId, id: &str) -> Inbox {
    Inbox {
        id: InboxId::from(id),
        tenant_id: tenant_id.clone(),
        name: "网站".into(),
        channel: ChannelKind::Web,
        key: format!("key-{id}"),
        secret: "whsec_abc".into(),
        team_id: None,
        bot_enabled: true,
        language: Language::Zh,
        hours: BusinessHours::default(),
        widget: WidgetSettings::default(),
        channel_settings: serde_json::json!({"callback_url": "https://example.com"}),
        reopen_window_ms: 1_000,
        version: 1,
        created_at: NOW,
    }
}

pub fn contact(tenant_id: &TenantId, id: &str, name: &str) -> Contact {
    Contact {
        id: ContactId::from(id),
        tenant_id: tenant_id.clone(),
        name: name.into(),
        email: None,
        phone: None,
        language: Some(Language::En),
        attributes: serde_json::Map::new(),
        blocked: false,
        version: 1,
        created_at: NOW,
        last_seen_at: NOW,
    }
}

pub fn identity(contact: &Contact, inbox_id: &InboxId, external_id: &str) -> ContactIdentity {
    ContactIdentity {
        id: IdentityId::fresh(NOW),
        tenant_id: contact.tenant_id.clone(),
        contact_id: contact.id.clone(),
        inbox_id: inbox_id.clone(),
        channel: ChannelKind::Web,
        external_id: external_id.into(),
        evidence: Evidence::Anonymous,
        created_at: NOW,
    }
}

pub fn message(c: &Conversation, seq: i64, kind: MessageKind, text: &str) -> Message {
    Message {
        id: MessageId::at(&c.id, seq),
        tenant_id: c.tenant_id.clone(),
        conversation_id: c.id.clone(),
        seq,
        kind,
        author: Author { kind: AuthorKind::Contact, id: Some(c.contact_id.0.clone()), name: "客户".into() },
        content: Content::text(text),
        reply_to: None,
        client_msg_id: Some(format!("c{seq}")),
        state: DeliveryState::Sent,
        state_reason: None,
        trace: Some(serde_json::json!({"stage": "routed"}).into()),
        created_at: NOW + seq,
        edited_at: None,
        recalled_at: None,
    }
}

/// The commit that opens a conversation with one incoming message.
pub fn opening(tenant_id: &TenantId, id: &str, contact_id: &str, text: &str) -> Commit {
    let mut c = Conversation::new(ConversationId::from(id), tenant_id.clone(), "inb_1".into(), contact_id.into(), NOW);
    c.thread_key = id.to_owned();
    c.version = 1;
    c.last_seq = 1;
    c.last_text = text.to_owned();
    let first = message(&c, 1, MessageKind::Incoming, text);
    let mut commit = Commit::of(c, NOW);
    commit.messages.push(first.into());
    commit
}

/// A run that nothing is special about.
pub fn plain_run(tenant_id: &TenantId, id: &str) -> FlowRun {
    FlowRun {
        id: id.into(),
        tenant_id: tenant_id.clone(),
        flow_id: "refund".into(),
        version_hash: "abc".into(),
        trigger_key: id.into(),
        standing: RunStanding::Active,
        error: None,
        error_zh: None,
        started_at: NOW,
        changed_at: NOW,
        conversation_id: None,
        contact_id: None,
        paused_at: None,
        search: String::new(),
    }
}

/// A decision of a run with nothing beside it.
pub fn decided(tenant_id: &TenantId, run_id: &str, position: i64, run: RunChange) -> RunCommit {
    RunCommit {
        tenant_id: tenant_id.clone(),
        run_id: run_id.into(),
        position,
        at: NOW,
        entries: "[]".into(),
        run,
        set_timers: vec![],
        drop_timers: vec![],
        set_tasks: vec![],
        drop_tasks: vec![],
        set_values: vec![],
        signal: None,
        effects: vec![],
    }
}

/// The first decision of a run.
pub fn begun(run: FlowRun) -> RunCommit {
    let (tenant_id, id, at) = (run.tenant_id.clone(), run.id.clone(), run.started_at);
    RunCommit { at, ..decided(&tenant_id, &id, 0, RunChange::Begins(Box::new(run))) }
}

/// The commit that adds one message to a conversation as it was read.
pub fn reply(read: &Conversation, text: &str) -> Commit {
    let mut c = read.clone();
    c.version += 1;
    c.last_seq += 1;
    c.last_text = text.to_owned();
    c.last_message_at += c.last_seq;
    let next = message(&c, c.last_seq, MessageKind::Outgoing, text);
    let mut commit = Commit::of(c, NOW + 10);
    commit.messages.push(next.into());
    commit
}

pub fn dedupe(commit: &Commit, key: &str) -> Dedupe {
    Dedupe {
        scope: "visitor:con_1".into(),
        key: key.into(),
        conversation_id: commit.conversation.id.clone(),
        message_id: commit.messages.first().map(|m| m.id.clone()),
    }
}

pub fn seq_of(outcome: &Outcome) -> i64 {
    match outcome {
        Outcome::Done { entry } => entry.seq,
        other => panic!("not committed: {other:?}"),
    }
}

/// Reads a list to its end by its cursors, `limit` at a time.
pub async fn walk<T>(limit: i64, read: impl AsyncFn(Option<String>, i64) -> Page<T>) -> Vec<T> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let page = read(cursor, limit).await;
        assert!(page.items.len() as i64 <= limit);
        all.extend(page.items);
        match page.next_cursor {
            Some(next) => cursor = Some(next),
            None => return all,
        }
    }
}
