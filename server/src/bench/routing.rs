//! `qingniao bench routing`: the live router on a full floor. A made-up company on SQLite, all of its people full and a long backlog
//! waiting; again and again somebody closes a conversation, and what is measured is how long the router decides and how long it takes
//! from the committed close to the committed assignment.

use super::Samples;
use super::identity::open;
use anyhow::{Context, Result, bail, ensure};
use futures_util::{StreamExt, TryStreamExt, stream};
use qn_base::{Clock, SystemClock};
use qn_bus::{Delivery, Subscription};
use qn_domain::{
    BusinessHours, Change, ChannelKind, Commit, Contact, Conversation, ConversationId, Inbox, InboxId, Language, Owner, Presence, Role,
    Team, Tenant, TenantId, Timestamp, User, UserId, WidgetSettings,
};
use qn_engine::{Action, Actor, Engine};
use qn_nlu::learn::rng::Rng;
use qn_routing::policy::service_desk;
use qn_store::routing::PolicyVersion;
use serde::Serialize;
use serde_json::{Map, json};
use std::collections::HashMap;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

const TENANT: &str = "tnt_bench";
const TEAMS: usize = 20;
const CAPACITY: usize = 5;
const AT_ONCE: usize = 512;
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug, Serialize)]
pub struct Row {
    people: usize,
    waiting: usize,
    rounds: usize,
    /// From the start, with everything read from the database, to the first assignment.
    first_look_ms: f64,
    decision_p50_ms: f64,
    decision_p99_ms: f64,
    /// From the committed close to the committed assignment.
    assigned_p50_ms: f64,
    assigned_p99_ms: f64,
    /// With the close itself.
    close_to_assigned_p50_ms: f64,
    close_to_assigned_p99_ms: f64,
}

pub async fn run(people: usize, waiting: usize, rounds: usize) -> Result<Row> {
    ensure!(rounds < waiting, "there must be more who wait than rounds");
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let engine = open(folder.path()).await?;
    let company = Company { now: SystemClock.now(), people, waiting };
    company.found(&engine).await?;
    let mut held = company.fill(&engine).await?;
    let tenant_id = TenantId::from(TENANT);
    let guards: Vec<_> = (0..people).map(|n| engine.presence.attach(&tenant_id, &user_id(n))).collect();
    let mut live = engine.hub.people(&tenant_id);
    let stop = CancellationToken::new();
    let router = tokio::spawn(engine.clone().run_router(stop.clone()));
    let mut rng = Rng::new(7);
    let (mut decided, mut assigned, mut whole) = (Samples::default(), Samples::default(), Samples::default());
    let mut first_look_ms = 0.0;
    // The first round is the first look at everything.
    for round in 0..=rounds {
        let agent = user_id(rng.below(people));
        let mine = held.get_mut(&agent).context("somebody holds nothing")?;
        let closed = mine.swap_remove(rng.below(mine.len()));
        let actor = Actor { tenant_id: tenant_id.clone(), user_id: agent.clone(), name: agent.0.clone(), role: Role::Agent };
        let start = Instant::now();
        engine.act(&actor, &closed, Action::Resolve).await?;
        let committed = Instant::now();
        let given = until_assigned(&mut live, &agent).await?;
        let (since_start, since_commit) = (start.elapsed(), committed.elapsed());
        if round == 0 {
            first_look_ms = super::round(since_start.as_secs_f64() * 1_000.0);
        } else {
            whole.push(since_start.as_micros() as u64);
            assigned.push(since_commit.as_micros() as u64);
            let why = qn_store::assignment::list(&engine.db, &tenant_id, &given).await?;
            let took = why.last().and_then(|why| why.explanation["took_us"].as_u64());
            decided.push(took.context("an assignment without its explanation")?);
        }
        mine.push(given);
    }
    stop.cancel();
    router.await?;
    drop(guards);
    engine.db.close().await;
    Ok(Row {
        people,
        waiting,
        rounds,
        first_look_ms,
        decision_p50_ms: decided.percentile_ms(0.5),
        decision_p99_ms: decided.percentile_ms(0.99),
        assigned_p50_ms: assigned.percentile_ms(0.5),
        assigned_p99_ms: assigned.percentile_ms(0.99),
        close_to_assigned_p50_ms: whole.percentile_ms(0.5),
        close_to_assigned_p99_ms: whole.percentile_ms(0.99),
    })
}

/// Follows the log until this person has one more.
async fn until_assigned(live: &mut Subscription, agent: &UserId) -> Result<ConversationId> {
    loop {
        let next = tokio::time::timeout(PATIENCE, live.next()).await.context("nothing was assigned")?;
        let entry = match next {
            Some(Delivery::Entry(entry)) => entry,
            Some(Delivery::Signal(_)) => continue,
            _ => bail!("the log ended"),
        };
        for change in &entry.entry.changes {
            if let Change::ConversationUpdated { conversation } = change
                && conversation.owner.agent_id() == Some(agent)
                && conversation.status == qn_domain::Status::Open
            {
                return Ok(conversation.id.clone());
            }
        }
    }
}

struct Company {
    now: Timestamp,
    people: usize,
    waiting: usize,
}

fn user_id(n: usize) -> UserId {
    UserId(format!("usr_{n:05}"))
}

fn team_id(n: usize) -> qn_domain::TeamId {
    format!("tea_{n:02}").into()
}

impl Company {
    async fn found(&self, engine: &Engine) -> Result<()> {
        let (db, tenant_id, created_at) = (&engine.db, TenantId::from(TENANT), self.now);
        let time_zone = "Asia/Shanghai".to_owned();
        qn_store::tenant::insert(
            db,
            &Tenant { id: tenant_id.clone(), name: "bench".into(), language: Language::Zh, time_zone, created_at },
        )
        .await?;
        for n in 0..TEAMS {
            let team = Team { id: team_id(n), tenant_id: tenant_id.clone(), name: format!("{n}"), version: 1, created_at };
            qn_store::team::insert(db, &team).await?;
        }
        for n in 0..self.people {
            qn_store::user::insert(db, &self.user(n), "-").await?;
        }
        qn_store::inbox::insert(db, &self.inbox()).await?;
        // Around the clock, whenever the bench runs.
        let mut policy = service_desk();
        policy.rules.retain(|rule| rule.then.after_hours.is_none());
        policy.offer = None;
        let document = serde_json::to_string(&policy)?;
        let version = PolicyVersion { version: 1, document, note: String::new(), changed_by: "bench".into(), changed_at: 1, revision: 0 };
        qn_store::routing::publish(db, &tenant_id, &version).await?;
        engine.reload_settings(&tenant_id);
        Ok(())
    }

    /// Everybody full, and the backlog; who holds what.
    async fn fill(&self, engine: &Engine) -> Result<HashMap<UserId, Vec<ConversationId>>> {
        let mut held: HashMap<UserId, Vec<ConversationId>> = HashMap::new();
        let mut commits = Vec::new();
        for n in 0..self.people * CAPACITY + self.waiting {
            let contact = self.contact(n);
            qn_store::contact::insert(&engine.db, &contact, "").await?;
            let owner = match n / CAPACITY {
                person if person < self.people => Owner::Agent { agent_id: user_id(person) },
                _ => Owner::Queue { team_id: Some(team_id(n % TEAMS)) },
            };
            let conversation = self.conversation(n, contact, owner);
            if let Some(agent) = conversation.owner.agent_id() {
                held.entry(agent.clone()).or_default().push(conversation.id.clone());
            }
            commits.push(Commit::of(conversation, self.now));
        }
        let db = &engine.db;
        stream::iter(commits).map(|commit| db.commit(commit)).buffer_unordered(AT_ONCE).try_collect::<Vec<_>>().await?;
        Ok(held)
    }

    fn user(&self, n: usize) -> User {
        User {
            id: user_id(n),
            tenant_id: TENANT.into(),
            email: format!("{n}@bench.example"),
            name: format!("坐席{n}"),
            role: Role::Agent,
            language: Language::Zh,
            capacity: CAPACITY as i64,
            presence: Presence::Online,
            team_ids: vec![team_id(n % TEAMS)],
            must_change_password: false,
            disabled: false,
            version: 1,
            created_at: self.now,
        }
    }

    fn inbox(&self) -> Inbox {
        Inbox {
            id: InboxId::from("inb_bench"),
            tenant_id: TENANT.into(),
            name: "bench".into(),
            channel: ChannelKind::Api,
            key: "bench".into(),
            secret: "bench".into(),
            team_id: None,
            bot_enabled: false,
            language: Language::Zh,
            hours: BusinessHours::default(),
            widget: WidgetSettings::default(),
            channel_settings: json!({}),
            reopen_window_ms: 0,
            version: 1,
            created_at: self.now,
        }
    }

    /// Each tenth is important.
    fn contact(&self, n: usize) -> Contact {
        let tier = n.is_multiple_of(10).then(|| ("tier".to_owned(), json!("vip")));
        Contact {
            id: format!("con_{n:06}").into(),
            tenant_id: TENANT.into(),
            name: format!("客户{n}"),
            email: None,
            phone: None,
            language: None,
            attributes: Map::from_iter(tier),
            blocked: false,
            version: 1,
            created_at: self.now,
            last_seen_at: self.now,
        }
    }

    fn conversation(&self, n: usize, contact: Contact, owner: Owner) -> Conversation {
        let id = ConversationId(format!("cnv_{n:06}"));
        let at = self.now - 500_000 + (n as i64 * 37) % 500_000;
        let queued_at = matches!(owner, Owner::Queue { .. }).then_some(at);
        let language = if n.is_multiple_of(9) { Language::En } else { Language::Zh };
        let new = Conversation::new(id, TENANT.into(), "inb_bench".into(), contact.id, at);
        Conversation { version: 1, owner, queued_at, language, waiting_since: Some(at), ..new }
    }
}
