//! `qingniao bench identity`: a made-up company with very many contacts on SQLite, and how long it takes to know who somebody is: a known
//! account, a new account whose proved phone belongs to one of the contacts (written and linked durably), and the person whole with
//! links and suggestions, as the console shows it.

use super::Samples;
use anyhow::{Context, Result, ensure};
use qn_base::{Clock, SystemClock};
use qn_channel::InboundContact;
use qn_domain::{
    BusinessHours, ChannelKind, Contact, ContactId, ContactIdentity, Evidence, Fact, FactKind, Grade, IdentityId, Inbox, InboxId, Language,
    Tenant, TenantId, Timestamp, WidgetSettings,
};
use qn_engine::{Engine, Parts, TextEncoder};
use qn_nlu::learn::rng::Rng;
use serde::Serialize;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

const ASKED: usize = 5_000;
const WRITTEN: usize = 1_000;
const AT_ONCE: u32 = 5_000;

#[derive(Debug, Serialize)]
pub struct Row {
    contacts: u32,
    fill_seconds: f64,
    database_bytes: u64,
    known_account_p50_ms: f64,
    known_account_p99_ms: f64,
    new_account_linked_p50_ms: f64,
    new_account_linked_p99_ms: f64,
    linked: usize,
    person_p50_ms: f64,
    person_p99_ms: f64,
}

pub async fn run(contacts: u32) -> Result<Row> {
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let engine = open(folder.path()).await?;
    let company = Company::found(&engine).await?;
    let start = Instant::now();
    for first in (0..contacts).step_by(AT_ONCE as usize) {
        let people: Vec<_> = (first..contacts.min(first + AT_ONCE)).map(|n| company.person(n)).collect();
        qn_store::contact_many::insert(&engine.db, &people).await?;
    }
    let fill_seconds = super::round(start.elapsed().as_secs_f64());
    let mut rng = Rng::new(7);
    let mut draw = || rng.below(contacts as usize) as u32;
    let (mut known, mut linked, mut whole) = (Samples::default(), Samples::default(), Samples::default());
    for _ in 0..ASKED {
        let n = draw();
        let start = Instant::now();
        let contact = engine.resolve_contact(&company.inbox, &company.account(n)).await?;
        known.push(start.elapsed().as_micros() as u64);
        ensure!(contact.id == contact_id(n), "somebody else was found");
    }
    let mut joined = 0;
    for k in 0..WRITTEN {
        let n = draw();
        let who = InboundContact { external_id: format!("second_{k}"), ..company.account(n) };
        let start = Instant::now();
        let contact = engine.resolve_contact(&company.inbox, &who).await?;
        linked.push(start.elapsed().as_micros() as u64);
        let start = Instant::now();
        let person = engine.person(&company.inbox.tenant_id, &contact.id).await?;
        whole.push(start.elapsed().as_micros() as u64);
        joined += usize::from(person.contacts.iter().any(|c| c.id == contact_id(n)));
    }
    let database_bytes = std::fs::metadata(folder.path().join(crate::storage::DATABASE_FILE)).map_or(0, |m| m.len());
    engine.db.close().await;
    Ok(Row {
        contacts,
        fill_seconds,
        database_bytes,
        known_account_p50_ms: known.percentile_ms(0.5),
        known_account_p99_ms: known.percentile_ms(0.99),
        new_account_linked_p50_ms: linked.percentile_ms(0.5),
        new_account_linked_p99_ms: linked.percentile_ms(0.99),
        linked: joined,
        person_p50_ms: whole.percentile_ms(0.5),
        person_p99_ms: whole.percentile_ms(0.99),
    })
}

pub(super) async fn open(folder: &Path) -> Result<Arc<Engine>> {
    let parts = Parts {
        clock: Arc::new(SystemClock),
        intents: Arc::new(qn_nlu::RulesBackend::default()),
        encoder: TextEncoder::default(),
        llm: None,
        translator: None,
        egress: qn_egress::Egress::new(qn_egress::Policy::default())?,
        blobs: qn_blob::Blobs::filesystem(folder.join("attachments"))?,
        keys: qn_crypto::Keys::fresh()?,
        library: qn_engine::Library::default(),
        public_url: "http://127.0.0.1:1".into(),
    };
    let options = qn_store::Options::sqlite(folder.join(crate::storage::DATABASE_FILE));
    Ok(Engine::open(&options, parts).await?)
}

struct Company {
    inbox: Inbox,
    now: Timestamp,
}

impl Company {
    async fn found(engine: &Engine) -> Result<Self> {
        let (tenant_id, now) = (TenantId::from("tnt_bench"), SystemClock.now());
        let tenant = Tenant {
            id: tenant_id.clone(),
            name: "bench".into(),
            language: Language::Zh,
            time_zone: "Asia/Shanghai".into(),
            created_at: now,
        };
        qn_store::tenant::insert(&engine.db, &tenant).await?;
        let inbox = Inbox {
            id: InboxId::from("inb_bench"),
            tenant_id,
            name: "bench".into(),
            channel: ChannelKind::Api,
            key: "bench".into(),
            secret: "bench".into(),
            team_id: None,
            bot_enabled: false,
            language: Language::Zh,
            hours: BusinessHours::default(),
            widget: WidgetSettings::default(),
            channel_settings: serde_json::json!({}),
            reopen_window_ms: 0,
            version: 1,
            created_at: now,
        };
        qn_store::inbox::insert(&engine.db, &inbox).await?;
        Ok(Self { inbox, now })
    }

    fn person(&self, n: u32) -> (Contact, ContactIdentity, Vec<Fact>) {
        let tenant_id: TenantId = self.inbox.tenant_id.clone();
        let account = self.account(n);
        let contact = Contact {
            id: contact_id(n),
            tenant_id: tenant_id.clone(),
            name: account.name.clone().unwrap_or_default(),
            email: None,
            phone: Some(phone(n)),
            language: None,
            attributes: serde_json::Map::new(),
            blocked: false,
            version: 1,
            created_at: self.now,
            last_seen_at: self.now,
        };
        let identity = ContactIdentity {
            id: IdentityId(format!("idn_{n:09}")),
            tenant_id,
            contact_id: contact.id.clone(),
            inbox_id: self.inbox.id.clone(),
            channel: ChannelKind::Api,
            external_id: account.external_id,
            evidence: Evidence::Channel,
            created_at: self.now,
        };
        let read = |kind, text: &str| qn_identity::fact::read(kind, "", text, Grade::Channel);
        let facts = read(FactKind::Phone, &phone(n)).into_iter().chain(read(FactKind::Name, &contact.name));
        (contact.clone(), identity, facts.collect())
    }

    /// As a channel tells of the person, with a phone it vouches for.
    fn account(&self, n: u32) -> InboundContact {
        let name = format!("{}{}", SURNAMES[n as usize % SURNAMES.len()], GIVEN[(n as usize / 7) % GIVEN.len()]);
        let fact =
            qn_channel::Fact { kind: qn_channel::FactKind::Phone, scope: String::new(), value: phone(n), evidence: Evidence::Channel };
        InboundContact { external_id: format!("account_{n}"), name: Some(name), facts: vec![fact], ..InboundContact::default() }
    }
}

const SURNAMES: &[&str] = &["王", "李", "张", "刘", "陈", "杨", "黄", "赵", "周", "吴", "徐", "孙", "马"];
const GIVEN: &[&str] = &["伟", "芳", "娜", "秀英", "敏", "静", "丽", "强", "磊", "洋", "艳", "勇", "军", "杰", "娟", "涛", "雨桐", "子轩"];

/// Spread over the mainland's mobile numbers.
fn phone(n: u32) -> String {
    format!("13{:09}", u64::from(n) * 7_919 % 1_000_000_000)
}

fn contact_id(n: u32) -> ContactId {
    ContactId(format!("con_{n:09}"))
}
