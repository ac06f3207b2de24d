//! A small company for tests: two teams, people with tokens, a web and an API inbox, a few articles, a webhook. It is written
//! into an empty database before the server's first start, so that a test begins in a known state; nothing of it comes from the demo.

use crate::agent::Agent;
use crate::http::{Answer, Api, Request};
use crate::receiver::Receiver;
use crate::storage::{DATABASE_FILE, Storage};
use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use qn_base::{Clock, SystemClock, Timestamp};
use qn_domain::{
    Article, ArticleId, ArticleScope, ArticleState, BusinessHours, ChannelKind, Inbox, InboxId, Language, Presence, Role, Team, TeamId,
    Tenant, TenantId, User, UserId, WebhookEndpoint, WebhookId, WidgetSettings,
};
use qn_store::{CommitSink, Db};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// A returning customer continues their conversation for this long.
const REOPEN_WINDOW_MS: i64 = 86_400_000;

/// (name, role, team, capacity)
const PEOPLE: [(&str, Role, &str, i64); 5] = [
    ("admin", Role::Admin, "", 0),
    ("sun", Role::Supervisor, "", 0),
    ("lin", Role::Agent, "aftersales", 50),
    ("zhao", Role::Agent, "aftersales", 50),
    ("qian", Role::Agent, "presales", 50),
];

/// (language, title, another question, body)
const ARTICLES: [(Language, &str, &str, &str); 6] = [
    (Language::Zh, "怎么退货?", "我要退货", "签收后 **7 天**内可以无理由退货,在订单页点「申请售后」。"),
    (Language::Zh, "发票怎么开?", "电子发票在哪里下载", "在订单页点「申请发票」,电子发票 1 分钟内发到邮箱。"),
    (Language::Zh, "手机进水了怎么办?", "手机掉水里了", "请立即关机,擦干后送到最近的服务网点,切勿充电。"),
    (Language::Zh, "怎么查询物流进度?", "我的快递到哪里了", "打开「我的订单」,点「查看物流」就能看到快递的位置。"),
    (
        Language::En,
        "How do I return an item?",
        "I want to return my order",
        "You can return it within **7 days** of delivery: open the order and choose *Return*.",
    ),
    (
        Language::En,
        "How do I get an invoice?",
        "invoice for my order",
        "Open the order and choose *Invoice*; it is mailed to you within a minute.",
    ),
];

/// What differs between companies of one database.
#[derive(Debug, Clone)]
pub struct Wish<'a> {
    /// Part of names and addresses.
    pub mark: &'a str,
    /// What agents have chosen; they still must connect to be given work.
    pub presence: Presence,
    /// Sends `message.created` to the receiver's mailbox `events`.
    pub webhook: bool,
}

impl Default for Wish<'_> {
    fn default() -> Self {
        Self { mark: "test", presence: Presence::Offline, webhook: false }
    }
}

#[derive(Debug, Clone)]
pub struct Company {
    pub tenant_id: TenantId,
    pub admin: Agent,
    pub people: BTreeMap<String, Agent>,
    pub teams: BTreeMap<String, String>,
    pub web_inbox: Inbox,
    pub api_inbox: Inbox,
}

impl Company {
    /// Founds it in a database that no server has open. The API inbox calls the receiver's mailbox `callback`.
    pub async fn found(storage: &Storage, binary: &Path, receiver: &Receiver, wish: &Wish<'_>) -> Result<Company> {
        let now = SystemClock.now();
        let db = Db::open(&storage.options(DATABASE_FILE), CommitSink::none()).await?;
        let tenant_id = TenantId::fresh(now);
        let tenant = Tenant {
            id: tenant_id.clone(),
            name: wish.mark.to_owned(),
            language: Language::Zh,
            time_zone: "Asia/Shanghai".into(),
            created_at: now,
        };
        qn_store::tenant::insert(&db, &tenant).await?;
        let mut teams = BTreeMap::new();
        for name in ["aftersales", "presales"] {
            let team = Team { id: TeamId::fresh(now), tenant_id: tenant_id.clone(), name: name.to_owned(), version: 1, created_at: now };
            qn_store::team::insert(&db, &team).await?;
            teams.insert(name.to_owned(), team.id.0);
        }
        let mut users = Vec::new();
        for (name, role, team, capacity) in PEOPLE {
            let team_ids = teams.get(team).map(|id| TeamId(id.clone())).into_iter().collect();
            let user = user(&tenant_id, name, role, capacity, team_ids, wish, now);
            // nobody signs in with a password here
            qn_store::user::insert(&db, &user, "-").await?;
            users.push(user);
        }
        let team_id = teams.get("aftersales").map(|id| TeamId(id.clone()));
        let web_inbox = inbox(&tenant_id, ChannelKind::Web, team_id.clone(), json!({}), wish, now);
        let api_inbox = inbox(&tenant_id, ChannelKind::Api, team_id, json!({"callback_url": receiver.url("callback")}), wish, now);
        receiver.expect_secret("callback", &api_inbox.secret);
        for inbox in [&web_inbox, &api_inbox] {
            qn_store::inbox::insert(&db, inbox).await?;
        }
        for (language, title, question, body) in ARTICLES {
            qn_store::article::upsert(&db, &article(&tenant_id, language, title, question, body, now), None).await?;
        }
        if wish.webhook {
            let webhook = webhook(&tenant_id, receiver, now);
            qn_store::webhook::insert(&db, &webhook).await?;
        }
        db.close().await;
        let nowhere = Api::new("http://127.0.0.1:1")?;
        let mut people = BTreeMap::new();
        for user in users {
            let token = token(storage, binary, &tenant_id, &user.email)?;
            people.insert(user.name.clone(), Agent { api: nowhere.as_caller(&token), user_id: user.id.0, name: user.name, token });
        }
        let admin = people.remove("admin").context("there is an admin")?;
        Ok(Company { tenant_id, admin, people, teams, web_inbox, api_inbox })
    }

    /// The same company on a server at this address.
    #[must_use]
    pub fn at(&self, base: &str) -> Company {
        let move_to = |agent: &Agent| Agent { api: agent.api.at(base), ..agent.clone() };
        let people = self.people.iter().map(|(name, agent)| (name.clone(), move_to(agent))).collect();
        Company { admin: move_to(&self.admin), people, ..self.clone() }
    }

    pub fn person(&self, name: &str) -> Result<&Agent> {
        if name == "admin" { Ok(&self.admin) } else { self.people.get(name).with_context(|| format!("nobody is called {name}")) }
    }

    pub fn web_key(&self) -> &str {
        &self.web_inbox.key
    }

    /// Signs both ways of the API inbox.
    pub fn api_secret(&self) -> &str {
        &self.api_inbox.secret
    }

    /// Where the API channel takes messages.
    pub fn channel_path(&self, endpoint: &str) -> String {
        format!("/channels/api/{}/{endpoint}", self.api_inbox.key)
    }
}

fn user(tenant_id: &TenantId, name: &str, role: Role, capacity: i64, team_ids: Vec<TeamId>, wish: &Wish<'_>, now: Timestamp) -> User {
    User {
        id: UserId::fresh(now),
        tenant_id: tenant_id.clone(),
        email: format!("{name}@{}.example", wish.mark),
        name: name.to_owned(),
        role,
        language: Language::Zh,
        capacity,
        presence: if role == Role::Agent { wish.presence } else { Presence::Offline },
        team_ids,
        must_change_password: false,
        disabled: false,
        version: 1,
        created_at: now,
    }
}

fn inbox(tenant_id: &TenantId, channel: ChannelKind, team_id: Option<TeamId>, settings: Value, wish: &Wish<'_>, now: Timestamp) -> Inbox {
    Inbox {
        id: InboxId::fresh(now),
        tenant_id: tenant_id.clone(),
        name: channel.as_str().to_owned(),
        channel,
        key: format!("{}-{}-{}", wish.mark, channel.as_str(), qn_base::ids::secret(8)),
        secret: secret(),
        team_id,
        bot_enabled: true,
        language: Language::Zh,
        hours: BusinessHours::default(),
        widget: WidgetSettings::default(),
        channel_settings: settings,
        reopen_window_ms: REOPEN_WINDOW_MS,
        version: 1,
        created_at: now,
    }
}

fn article(tenant_id: &TenantId, language: Language, title: &str, question: &str, body: &str, now: Timestamp) -> Article {
    Article {
        id: ArticleId::fresh(now),
        tenant_id: tenant_id.clone(),
        language,
        title: title.to_owned(),
        questions: vec![question.to_owned()],
        body: body.to_owned(),
        category: "help".into(),
        state: ArticleState::Published,
        scope: ArticleScope::default(),
        next_flow: None,
        version: 1,
        updated_by: None,
        created_at: now,
        updated_at: now,
    }
}

fn webhook(tenant_id: &TenantId, receiver: &Receiver, now: Timestamp) -> WebhookEndpoint {
    let webhook = WebhookEndpoint {
        id: WebhookId::fresh(now),
        tenant_id: tenant_id.clone(),
        url: receiver.url("events"),
        secret: secret(),
        events: vec!["message.created".into()],
        enabled: true,
        paused: None,
        version: 1,
        created_at: now,
    };
    receiver.expect_secret("events", &webhook.secret);
    webhook
}

/// As Standard Webhooks writes secrets.
fn secret() -> String {
    let mut bytes = [0u8; 32];
    qn_base::ids::fill_random(&mut bytes);
    format!("whsec_{}", STANDARD.encode(bytes))
}

/// `qingniao token create`, as an operator would.
fn token(storage: &Storage, binary: &Path, tenant_id: &TenantId, email: &str) -> Result<String> {
    let mut command = Command::new(binary);
    command.args([
        "token",
        "create",
        "--user",
        email,
        "--name",
        "testkit",
        "--scope",
        "admin",
        "--output",
        "json",
        "--tenant",
        tenant_id.as_str(),
    ]);
    command.arg("--data-dir").arg(storage.data_dir());
    if let Some(url) = storage.database_url() {
        command.args(["--database-url", url]);
    }
    let out = command.output().with_context(|| format!("{} cannot be started", binary.display()))?;
    if !out.status.success() {
        bail!("no token for {email}: {}", String::from_utf8_lossy(&out.stderr));
    }
    let made: Value = serde_json::from_slice(&out.stdout).with_context(|| format!("not JSON: {}", String::from_utf8_lossy(&out.stdout)))?;
    let found = ["token", "secret"].iter().find_map(|name| made[*name].as_str());
    found.map(str::to_owned).with_context(|| format!("no token in {made}"))
}

/// Creates an object over the API and returns it.
pub async fn made(api: &Api, path: &str, body: &Value) -> Result<Value> {
    api.post(path, body).await?.ok().with_context(|| format!("POST {path} {body}"))?.json()
}

/// Changes a settings object in the state it was read in.
pub async fn change(api: &Api, method: Method, path: &str, body: &Value, known: &Value) -> Result<Answer> {
    let version = known["version"].as_i64().unwrap_or(1);
    api.send(&Request::json(method, path, body).header("if-match", &format!("\"{version}\""))).await
}
