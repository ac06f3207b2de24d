//! Flows by name: which version of each is live, whether it starts runs, and the secret its webhook is signed with. What versions say
//! is in `flow_version`, what people are drawing in `flow_draft`, and what made a version live in `flow_release`.

use crate::Page;
use crate::args::args;
use crate::db::Db;
use crate::error::{Error, Result};
use qn_base::Timestamp;
use qn_domain::TenantId;
use sqlx::FromRow;

/// Flows of one tenant that may be live at a time.
const LIVE_MAX: i64 = 1_000;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT f.tenant_id, f.id, f.name, f.live_hash, f.enabled, f.hook_secret, f.version, f.created_at, f.updated_at, \
             v.number, v.note, v.published_by, v.published_at FROM flow f \
             LEFT JOIN flow_version v ON v.tenant_id = f.tenant_id AND v.hash = f.live_hash ",
            $rest
        )
    };
}

/// A flow and its live version, without the document.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredFlow {
    pub tenant_id: TenantId,
    /// As in the document; unique within the tenant.
    pub id: String,
    pub name: String,
    /// New runs begin with it; none before the first publishing.
    pub live: Option<LiveVersion>,
    /// Off: no new runs begin, those that move go on.
    pub enabled: bool,
    /// `whsec_…`; none: its webhook takes nothing.
    pub hook_secret: Option<String>,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveVersion {
    pub hash: String,
    pub number: i64,
    pub note: String,
    pub published_by: String,
    pub published_at: Timestamp,
}

impl StoredFlow {
    pub fn live_hash(&self) -> Option<&str> {
        self.live.as_ref().map(|live| live.hash.as_str())
    }
}

/// The secret stays out of logs.
impl std::fmt::Debug for StoredFlow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StoredFlow({} of {}, live {:?}, enabled {})", self.id, self.tenant_id, self.live_hash(), self.enabled)
    }
}

#[derive(FromRow)]
struct FlowRow {
    tenant_id: String,
    id: String,
    name: String,
    live_hash: Option<String>,
    enabled: i64,
    hook_secret: Option<String>,
    version: i64,
    created_at: i64,
    updated_at: i64,
    number: Option<i64>,
    note: Option<String>,
    published_by: Option<String>,
    published_at: Option<i64>,
}

impl FlowRow {
    fn read(self) -> StoredFlow {
        let (number, note) = (self.number.unwrap_or(0), self.note.unwrap_or_default());
        let (published_by, published_at) = (self.published_by.unwrap_or_default(), self.published_at.unwrap_or(0));
        StoredFlow {
            tenant_id: self.tenant_id.into(),
            id: self.id,
            name: self.name,
            live: self.live_hash.map(|hash| LiveVersion { hash, number, note, published_by, published_at }),
            enabled: self.enabled != 0,
            hook_secret: self.hook_secret,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

/// A flow nobody has published yet.
pub async fn insert(db: &Db, flow: &StoredFlow) -> Result<()> {
    let n = db
        .run(
            "INSERT INTO flow (tenant_id, id, name, live_hash, enabled, hook_secret, version, created_at, updated_at) \
             VALUES ($1, $2, $3, NULL, $4, NULL, 1, $5, $5) ON CONFLICT (tenant_id, id) DO NOTHING",
            args![flow.tenant_id.as_str(), &flow.id, &flow.name, flow.enabled, flow.created_at],
        )
        .await?;
    if n == 0 { Err(Error::Exists("id".into())) } else { Ok(()) }
}

pub async fn find(db: &Db, tenant_id: &TenantId, id: &str) -> Result<Option<StoredFlow>> {
    let row: Option<FlowRow> = db.one(select!("WHERE f.tenant_id = $1 AND f.id = $2"), args![tenant_id.as_str(), id]).await?;
    Ok(row.map(FlowRow::read))
}

pub async fn get(db: &Db, tenant_id: &TenantId, id: &str) -> Result<StoredFlow> {
    find(db, tenant_id, id).await?.ok_or_else(|| Error::not_found("flow", id))
}

/// By id, which is also the cursor.
pub async fn list(db: &Db, tenant_id: &TenantId, cursor: Option<&str>, limit: i64) -> Result<Page<StoredFlow>> {
    let sql = select!("WHERE f.tenant_id = $1 AND f.id > $2 ORDER BY f.id LIMIT $3");
    let rows: Vec<FlowRow> = db.all(sql, args![tenant_id.as_str(), cursor.unwrap_or(""), limit + 1]).await?;
    Ok(Page::cut(rows.into_iter().map(FlowRow::read).collect(), limit, |flow| flow.id.clone()))
}

/// Those that start runs, by id.
pub async fn list_live(db: &Db, tenant_id: &TenantId) -> Result<Vec<StoredFlow>> {
    let sql = select!("WHERE f.tenant_id = $1 AND f.enabled = 1 AND f.live_hash IS NOT NULL ORDER BY f.id LIMIT $2");
    let rows: Vec<FlowRow> = db.all(sql, args![tenant_id.as_str(), LIVE_MAX]).await?;
    Ok(rows.into_iter().map(FlowRow::read).collect())
}

pub async fn count(db: &Db, tenant_id: &TenantId) -> Result<i64> {
    let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM flow WHERE tenant_id = $1";
    Ok(db.one::<(i64,)>(sql, args![tenant_id.as_str()]).await?.map_or(0, |(n,)| n))
}

/// Renames; `flow.version` is the version that was read. Returns the new one.
pub async fn update(db: &Db, flow: &StoredFlow, at: Timestamp) -> Result<i64> {
    let n = db
        .run(
            "UPDATE flow SET name = $4, version = version + 1, updated_at = $5 WHERE tenant_id = $1 AND id = $2 AND version = $3",
            args![flow.tenant_id.as_str(), &flow.id, flow.version, &flow.name, at],
        )
        .await?;
    if n == 0 {
        get(db, &flow.tenant_id, &flow.id).await?;
        return Err(Error::stale("flow", &flow.id));
    }
    Ok(flow.version + 1)
}

/// A new secret for its webhook, or none any more.
pub async fn set_hook_secret(db: &Db, tenant_id: &TenantId, id: &str, secret: Option<&str>, at: Timestamp) -> Result<()> {
    let n = db
        .run(
            "UPDATE flow SET hook_secret = $3, version = version + 1, updated_at = $4 WHERE tenant_id = $1 AND id = $2",
            args![tenant_id.as_str(), id, secret, at],
        )
        .await?;
    if n == 0 { Err(Error::not_found("flow", id)) } else { Ok(()) }
}

/// The name is free again and all drafts are gone. Versions, releases and runs stay: what began goes on, and history is history.
pub async fn delete(db: &Db, tenant_id: &TenantId, id: &str, version: i64) -> Result<()> {
    let mut tx = db.begin().await?;
    if tx.run("DELETE FROM flow WHERE tenant_id = $1 AND id = $2 AND version = $3", args![tenant_id.as_str(), id, version]).await? == 0 {
        tx.rollback().await?;
        get(db, tenant_id, id).await?;
        return Err(Error::stale("flow", id));
    }
    for sql in [
        "DELETE FROM flow_draft WHERE tenant_id = $1 AND flow_id = $2",
        "DELETE FROM flow_plan WHERE tenant_id = $1 AND flow_id = $2",
        "DELETE FROM flow_canary WHERE tenant_id = $1 AND flow_id = $2",
    ] {
        tx.run(sql, args![tenant_id.as_str(), id]).await?;
    }
    tx.commit().await
}
