//! Other companies' systems as runs and people reach them: a call with a proof of identity, an operation of a connector. Opens secrets,
//! records what was said, and sees to it that what must not be done twice is not.

mod recordings;
mod robots;

pub use recordings::NotRecording;

use crate::vault::{Unpacked, Vault, unavailable};
use qn_base::Clock;
use qn_blob::Blobs;
use qn_connector::{
    Auth, Caller, Connector, Done, Exchange, Failure, Grant, Kind, RetryClass, Robot, Routine, Secrets, Signing, Work, is_success, mcp,
    smtp,
};
use qn_crypto::{Keys, Place, Plain};
use qn_domain::TenantId;
use qn_egress::{Egress, Request};
use qn_robot::{Played, Player};
use qn_sql::Databases;
use qn_store::flow_exchange::{self, Fate, FlowExchange};
use qn_store::{Db, connector};
use qn_workflow::request::{self, AuthKind, Connect};
use recordings::Recordings;
use serde_json::Value;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use url::Url;

/// How long a routine may take that somebody tries while writing it.
const REHEARSAL_MS: u64 = 60_000;
/// Parsed definitions kept in memory.
const KEPT_MAX: usize = 500;

type Definitions = HashMap<(TenantId, String), (i64, Arc<Connector>)>;

#[derive(Clone)]
pub struct Outside(Arc<Inner>);

struct Inner {
    db: Db,
    keys: Keys,
    clock: Arc<dyn Clock>,
    caller: Caller,
    player: Player,
    databases: Databases,
    /// Where pictures of pages and downloads are kept, if anywhere.
    attachments: Option<Blobs>,
    /// Browsers that stay with somebody.
    recordings: Recordings,
    /// By tenant and name, with the version it was read at.
    definitions: Mutex<Definitions>,
}

/// What not every server gives.
#[derive(Default)]
pub struct Equipment {
    /// Where pictures of pages that robots failed on, and files that they downloaded, are kept.
    pub attachments: Option<Blobs>,
    /// Below these SQLite files of other systems may be opened.
    pub sqlite_folders: Vec<PathBuf>,
    /// After so long without a step a recording is ended; five minutes unless said.
    pub recording_idle: Option<Duration>,
}

/// Which step of which run asks.
#[derive(Debug, Clone, Copy)]
pub struct Asker<'a> {
    pub tenant_id: &'a TenantId,
    /// None: a person who tries an operation. Nothing is recorded.
    pub step: Option<(&'a str, &'a str, u32)>,
    /// Sent as `Idempotency-Key`.
    pub key: &'a str,
}

impl Outside {
    /// Needs a runtime: what was said is written in the background.
    pub fn new(db: Db, keys: Keys, egress: Egress, clock: Arc<dyn Clock>) -> Self {
        Self::equipped(db, keys, egress, clock, Equipment::default())
    }

    pub fn equipped(db: Db, keys: Keys, egress: Egress, clock: Arc<dyn Clock>, equipment: Equipment) -> Self {
        let Equipment { attachments, sqlite_folders, recording_idle } = equipment;
        let recordings = Recordings::new(recording_idle);
        let player = Player::new(egress.clone(), Arc::clone(&clock));
        let databases = Databases::new(egress.clone(), Arc::clone(&clock), sqlite_folders);
        let caller = Caller::new(egress, Arc::clone(&clock));
        let definitions = Mutex::default();
        Self(Arc::new(Inner { db, keys, clock, caller, player, databases, attachments, recordings, definitions }))
    }

    /// Seals a secret for its place.
    pub fn seal(&self, tenant_id: &TenantId, name: &str, plain: &Plain) -> Result<String, qn_crypto::Error> {
        self.0.keys.seal(Place { tenant: tenant_id.as_str(), name }, plain)
    }

    pub fn egress(&self) -> &Egress {
        self.0.caller.egress()
    }

    /// An operation of one of the tenant's connectors.
    pub async fn connect(&self, asker: Asker<'_>, connect: &Connect) -> Done {
        let definition = match self.definition(asker.tenant_id, &connect.connector).await {
            Ok(definition) => definition,
            Err(failure) => return self.not_sent(asker, failure),
        };
        let Some(once) = definition.operations().iter().find(|o| o.name == connect.operation).map(|o| o.retry == RetryClass::Once) else {
            let failure = Failure::invalid(format!("the connector {:?} has no operation {:?}", connect.connector, connect.operation))
                .zh(format!("连接器「{}」没有操作「{}」", connect.connector, connect.operation));
            return self.not_sent(asker, failure);
        };
        if let Err(failure) = self.begin(asker, once).await {
            return Done { outcome: Err(failure), exchange: Exchange::default() };
        }
        let done = self.carry_out(asker, &definition, connect).await;
        self.record(asker, &done, once).await;
        done
    }

    async fn carry_out(&self, asker: Asker<'_>, definition: &Connector, connect: &Connect) -> Done {
        let vault = self.vault(asker.tenant_id);
        let timeout_ms = u64::try_from(connect.timeout_ms).unwrap_or(qn_egress::TIMEOUT_MS);
        let (input, key) = (&connect.input, asker.key);
        match definition {
            Connector::Rest(service) => {
                let owner = format!("{}/{}", asker.tenant_id, connect.connector);
                let Some(operation) = service.operations.iter().find(|o| o.name == connect.operation) else { return nothing() };
                let work = Work { owner: &owner, service, operation, input, key, timeout_ms, secrets: &vault };
                self.0.caller.carry_out(&work).await
            }
            Connector::Mcp(server) => {
                let owner = format!("{}/{}", asker.tenant_id, connect.connector);
                let Some(tool) = server.operations.iter().find(|o| o.name == connect.operation) else { return nothing() };
                let work = mcp::Work { owner: &owner, server, tool, input, key, timeout_ms, secrets: &vault };
                self.0.caller.call_tool(&work).await
            }
            Connector::Smtp(server) => {
                let work = smtp::Work { server, input, key, timeout_ms, secrets: &vault };
                Box::pin(self.0.caller.send_mail(&work)).await
            }
            Connector::Sql(database) => {
                let owner = format!("{}/{}", asker.tenant_id, connect.connector);
                let Some(query) = database.operations.iter().find(|o| o.name == connect.operation) else { return nothing() };
                let work = qn_sql::Work { owner: &owner, database, query, input, timeout_ms, secrets: &vault };
                Box::pin(self.0.databases.run(&work)).await
            }
            Connector::Robot(robot) => {
                let Some(routine) = robot.operations.iter().find(|o| o.name == connect.operation) else { return nothing() };
                let work = qn_robot::Work { robot, routine, input, key, timeout_ms, secrets: &vault, watched: false };
                Box::pin(self.play(asker, &work)).await
            }
        }
    }

    /// Whether an SQLite file may be opened at all.
    pub fn check_file(&self, path: &Path) -> Result<(), Failure> {
        self.0.databases.check_file(path)
    }

    /// Asks an MCP server what it can do; nothing is kept.
    pub async fn discover(&self, tenant_id: &TenantId, server: &mcp::Server) -> Result<mcp::Found, Failure> {
        let owner = format!("{tenant_id}/");
        self.0.caller.discover(server, &owner, &self.vault(tenant_id), REHEARSAL_MS / 2).await
    }

    /// Plays a routine that somebody is writing, with everything it does. Nothing is recorded; the pictures go to whoever asked.
    pub async fn rehearse(&self, tenant_id: &TenantId, (robot, routine): (&Robot, &Routine), input: &Value) -> Played {
        let key = format!("try_{}", qn_base::ids::fresh(self.0.clock.now()));
        let secrets = self.vault(tenant_id);
        let work = qn_robot::Work { robot, routine, input, key: &key, timeout_ms: REHEARSAL_MS, secrets: &secrets, watched: true };
        Box::pin(self.0.player.play(&work)).await
    }

    /// A call a flow describes itself: any status is an answer. Gives status and body. What did not go well is recorded, and the rest
    /// where `record` is asked for.
    pub async fn call(
        &self,
        asker: Asker<'_>,
        request: Request,
        auth: Option<&request::Auth>,
        record: bool,
    ) -> Result<(u16, Value), Failure> {
        let vault = self.vault(asker.tenant_id);
        let owner = format!("{}/", asker.tenant_id);
        let (outcome, exchange) = match auth {
            None => self.0.caller.send_seen(request, &owner, None, &vault, record).await,
            Some(auth) if auth.kind == AuthKind::Oauth2 => {
                let url = qn_egress::check_url(&request.url)?;
                let (grant, client_secret) = unpacked(&vault, &auth.secret, &url).await?;
                let secrets = Unpacked { whole: &auth.secret, client_secret, secrets: &vault };
                self.0.caller.send_seen(request, &owner, Some(&Auth::Oauth2(grant)), &secrets, record).await
            }
            Some(auth) => self.0.caller.send_seen(request, &owner, Some(&plain_auth(auth)), &vault, record).await,
        };
        if let Some(exchange) = exchange {
            let outcome = match &outcome {
                Ok((status, _)) if is_success(*status) => Ok(Value::Null),
                Ok(_) => Err(Failure::new(Kind::Refused, "the other side said no").zh("对方拒绝了")),
                Err(failure) => Err(failure.clone()),
            };
            if let Some(record) = self.record_of(asker, &Done { outcome, exchange }) {
                self.0.db.record_flow_call(record);
            }
        }
        outcome
    }

    fn vault<'a>(&'a self, tenant_id: &'a TenantId) -> Vault<'a> {
        Vault { db: &self.0.db, keys: &self.0.keys, clock: &*self.0.clock, tenant_id }
    }

    async fn definition(&self, tenant_id: &TenantId, name: &str) -> Result<Arc<Connector>, Failure> {
        let found = connector::find_version(&self.0.db, tenant_id, name).await.map_err(unavailable)?;
        let (version, enabled) = found
            .ok_or_else(|| Failure::invalid(format!("there is no connector named {name:?}")).zh(format!("没有名为「{name}」的连接器")))?;
        if !enabled {
            return Err(
                Failure::new(Kind::Refused, format!("the connector {name:?} is switched off")).zh(format!("连接器「{name}」已停用"))
            );
        }
        let key = (tenant_id.clone(), name.to_owned());
        if let Some((kept, definition)) = self.kept().get(&key)
            && *kept == version
        {
            return Ok(Arc::clone(definition));
        }
        let stored = connector::get(&self.0.db, tenant_id, name).await.map_err(unavailable)?;
        let definition: Connector = serde_json::from_str(&stored.definition).map_err(|error| {
            Failure::invalid(format!("the connector {name:?} cannot be read: {error}")).zh(format!("连接器「{name}」无法读取"))
        })?;
        let definition = Arc::new(definition);
        let mut kept = self.kept();
        if kept.len() >= KEPT_MAX {
            kept.clear();
        }
        kept.insert(key, (stored.version, Arc::clone(&definition)));
        Ok(definition)
    }

    fn kept(&self) -> MutexGuard<'_, Definitions> {
        self.0.definitions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For operations that must not be done twice: noted on disk before anything is sent.
    async fn begin(&self, asker: Asker<'_>, once: bool) -> Result<(), Failure> {
        let Some((run_id, step, attempt)) = asker.step.filter(|_| once) else { return Ok(()) };
        let now = self.0.clock.now();
        let begun = flow_exchange::begin_once(&self.0.db, asker.tenant_id, run_id, step, i64::from(attempt), now).await;
        match begun.map_err(unavailable)? {
            true => Ok(()),
            // still the kind that leaves doubt, so that what takes the step back is carried out
            false => {
                Err(Failure::new(Kind::Timeout, "an earlier attempt may have been carried out, and this operation must not be done twice")
                    .zh("上一次可能已经做成，而这个操作不能做两次，没有再做")
                    .in_doubt())
            }
        }
    }

    async fn record(&self, asker: Asker<'_>, done: &Done, once: bool) {
        let Some(record) = self.record_of(asker, done) else { return };
        if !once {
            return self.0.db.record_flow_call(record);
        }
        if let Err(error) = flow_exchange::put(&self.0.db, &record).await {
            // the note stays in doubt, which is the safe side
            tracing::warn!(%error, "what became of a call could not be written");
        }
    }

    fn record_of(&self, asker: Asker<'_>, done: &Done) -> Option<FlowExchange> {
        let (run_id, step, attempt) = asker.step?;
        let fate = match &done.outcome {
            Ok(_) => Fate::Done,
            Err(failure) if failure.in_doubt => Fate::Doubt,
            Err(_) => Fate::Failed,
        };
        Some(FlowExchange {
            tenant_id: asker.tenant_id.clone(),
            run_id: run_id.to_owned(),
            step: step.to_owned(),
            attempt: i64::from(attempt),
            fate,
            exchange: serde_json::to_value(&done.exchange).unwrap_or_default(),
            at: self.0.clock.now(),
        })
    }

    fn not_sent(&self, asker: Asker<'_>, failure: Failure) -> Done {
        let mut exchange = Exchange::default();
        exchange.failed(&failure);
        let done = Done { outcome: Err(failure), exchange };
        if let Some(record) = self.record_of(asker, &done) {
            self.0.db.record_flow_call(record);
        }
        done
    }
}

/// The operation was there a moment ago.
fn nothing() -> Done {
    Done { outcome: Err(Failure::invalid("no such operation").zh("没有这个操作")), exchange: Exchange::default() }
}

/// `{"token_url", "client_id", "client_secret", "scope"?}`
async fn unpacked(vault: &Vault<'_>, name: &str, url: &Url) -> Result<(Grant, Plain), Failure> {
    let whole = vault.open(name, url).await?;
    let bad = || {
        Failure::invalid(format!("the secret {name:?} is not an OAuth client: token_url, client_id and client_secret as JSON"))
            .zh(format!("密钥「{name}」不是 OAuth 客户端：应为含 token_url、client_id、client_secret 的 JSON"))
    };
    let settings: Value = serde_json::from_str(whole.reveal()).map_err(|_| bad())?;
    let text = |field: &str| settings[field].as_str().map(str::to_owned);
    let grant = Grant {
        token_url: text("token_url").ok_or_else(bad)?,
        client_id: text("client_id").ok_or_else(bad)?,
        secret: name.to_owned(),
        scope: text("scope"),
        refresh_secret: None,
        in_body: false,
    };
    Ok((grant, Plain::new(text("client_secret").ok_or_else(bad)?)))
}

fn plain_auth(auth: &request::Auth) -> Auth {
    let secret = auth.secret.clone();
    match auth.kind {
        AuthKind::Bearer | AuthKind::Oauth2 => Auth::Bearer { secret },
        AuthKind::Basic => Auth::Basic { user: None, secret },
        AuthKind::Header => {
            Auth::ApiKey { place: qn_connector::KeyPlace::Header, name: auth.header.clone().unwrap_or_else(|| "x-api-key".into()), secret }
        }
        AuthKind::Hmac => Auth::Hmac(Signing::of_body(secret, auth.header.as_deref().unwrap_or("x-signature"))),
    }
}
