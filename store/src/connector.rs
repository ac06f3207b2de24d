//! Connectors of tenants: what they can do, as JSON text that `qn-connector` reads. Flows name them.

use crate::args::args;
use crate::db::Db;
use crate::error::{Error, Result};
use qn_base::Timestamp;
use qn_domain::TenantId;
use sqlx::FromRow;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredConnector {
    pub name: String,
    pub title: String,
    /// JSON text of a `qn_connector::Connector`; empty in lists.
    pub definition: String,
    /// Where its description was read from.
    pub source_url: Option<String>,
    pub enabled: bool,
    pub version: i64,
    pub created_by: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(FromRow)]
struct ConnectorRow {
    name: String,
    title: String,
    definition: String,
    source_url: Option<String>,
    enabled: i64,
    version: i64,
    created_by: String,
    created_at: i64,
    updated_at: i64,
}

impl From<ConnectorRow> for StoredConnector {
    fn from(row: ConnectorRow) -> Self {
        let ConnectorRow { name, title, definition, source_url, enabled, version, created_by, created_at, updated_at } = row;
        Self { name, title, definition, source_url, enabled: enabled != 0, version, created_by, created_at, updated_at }
    }
}

pub async fn insert(db: &Db, tenant_id: &TenantId, c: &StoredConnector) -> Result<()> {
    let sql = "INSERT INTO connector (tenant_id, name, title, definition, source_url, enabled, version, created_by, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8, $8) ON CONFLICT (tenant_id, name) DO NOTHING";
    let args = args![tenant_id.as_str(), &c.name, &c.title, &c.definition, c.source_url.as_deref(), c.enabled, &c.created_by, c.created_at];
    if db.run(sql, args).await? == 0 { Err(Error::Exists("name".into())) } else { Ok(()) }
}

/// `c.version` is the version that was read. Returns the new one.
pub async fn update(db: &Db, tenant_id: &TenantId, c: &StoredConnector) -> Result<i64> {
    let sql = "UPDATE connector SET title = $4, definition = $5, source_url = $6, enabled = $7, updated_at = $8, version = version + 1 \
        WHERE tenant_id = $1 AND name = $2 AND version = $3";
    let args = args![tenant_id.as_str(), &c.name, c.version, &c.title, &c.definition, c.source_url.as_deref(), c.enabled, c.updated_at];
    if db.run(sql, args).await? == 0 {
        get(db, tenant_id, &c.name).await?;
        return Err(Error::stale("connector", &c.name));
    }
    Ok(c.version + 1)
}

pub async fn find(db: &Db, tenant_id: &TenantId, name: &str) -> Result<Option<StoredConnector>> {
    let sql = "SELECT name, title, definition, source_url, enabled, version, created_by, created_at, updated_at FROM connector \
        WHERE tenant_id = $1 AND name = $2";
    let row: Option<ConnectorRow> = db.one(sql, args![tenant_id.as_str(), name]).await?;
    Ok(row.map(Into::into))
}

pub async fn get(db: &Db, tenant_id: &TenantId, name: &str) -> Result<StoredConnector> {
    find(db, tenant_id, name).await?.ok_or_else(|| Error::not_found("connector", name))
}

/// Version and whether it may be used, without reading all of it.
pub async fn find_version(db: &Db, tenant_id: &TenantId, name: &str) -> Result<Option<(i64, bool)>> {
    let sql = "SELECT version, enabled FROM connector WHERE tenant_id = $1 AND name = $2";
    let row: Option<(i64, i64)> = db.one(sql, args![tenant_id.as_str(), name]).await?;
    Ok(row.map(|(version, enabled)| (version, enabled != 0)))
}

/// All of them, by name, without definitions.
pub async fn list(db: &Db, tenant_id: &TenantId) -> Result<Vec<StoredConnector>> {
    let sql = "SELECT name, title, '' AS definition, source_url, enabled, version, created_by, created_at, updated_at FROM connector \
        WHERE tenant_id = $1 ORDER BY name LIMIT 1000";
    let rows: Vec<ConnectorRow> = db.all(sql, args![tenant_id.as_str()]).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

pub async fn delete(db: &Db, tenant_id: &TenantId, name: &str, version: i64) -> Result<()> {
    let args = args![tenant_id.as_str(), name, version];
    if db.run("DELETE FROM connector WHERE tenant_id = $1 AND name = $2 AND version = $3", args).await? == 0 {
        get(db, tenant_id, name).await?;
        return Err(Error::stale("connector", name));
    }
    Ok(())
}
