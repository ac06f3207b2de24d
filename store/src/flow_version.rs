//! Published versions of flows, by content hash. Rows are only ever added: what a run began with is what it ends with.

use crate::Page;
use crate::args::{Arg, args};
use crate::db::{Db, Tx};
use crate::error::Result;
use qn_base::Timestamp;
use qn_domain::TenantId;
use sqlx::FromRow;

#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct FlowVersion {
    pub tenant_id: String,
    pub hash: String,
    pub flow_id: String,
    /// Counted from 1 within the flow.
    pub number: i64,
    /// The document as JSON text.
    pub document: String,
    pub note: String,
    pub published_by: String,
    pub published_at: Timestamp,
}

const INSERT: &str = "INSERT INTO flow_version (tenant_id, hash, flow_id, number, document, note, published_by, published_at) \
     SELECT $1, $2, $3, (SELECT CAST(COALESCE(MAX(number), 0) + 1 AS BIGINT) FROM flow_version WHERE tenant_id = $1 AND flow_id = $3), \
     $4, $5, $6, $7 WHERE NOT EXISTS (SELECT 1 FROM flow_version WHERE tenant_id = $1 AND hash = $2)";

fn values(version: &FlowVersion) -> Vec<Arg> {
    args![
        &version.tenant_id,
        &version.hash,
        &version.flow_id,
        &version.document,
        &version.note,
        &version.published_by,
        version.published_at
    ]
}

/// Publishes under the next number; the same content again changes nothing.
pub async fn insert(db: &Db, version: &FlowVersion) -> Result<()> {
    db.run(INSERT, values(version)).await?;
    Ok(())
}

pub(crate) async fn insert_in(tx: &mut Tx, version: &FlowVersion) -> Result<()> {
    tx.run(INSERT, values(version)).await?;
    Ok(())
}

pub async fn find(db: &Db, tenant_id: &TenantId, hash: &str) -> Result<Option<FlowVersion>> {
    db.one(
        "SELECT tenant_id, hash, flow_id, number, document, note, published_by, published_at FROM flow_version \
         WHERE tenant_id = $1 AND hash = $2",
        args![tenant_id.as_str(), hash],
    )
    .await
}

/// The version that new runs of a flow begin with: the one published last.
pub async fn find_latest(db: &Db, tenant_id: &TenantId, flow_id: &str) -> Result<Option<FlowVersion>> {
    db.one(
        "SELECT tenant_id, hash, flow_id, number, document, note, published_by, published_at FROM flow_version \
         WHERE tenant_id = $1 AND flow_id = $2 ORDER BY number DESC LIMIT 1",
        args![tenant_id.as_str(), flow_id],
    )
    .await
}

pub async fn find_number(db: &Db, tenant_id: &TenantId, flow_id: &str, number: i64) -> Result<Option<FlowVersion>> {
    db.one(
        "SELECT tenant_id, hash, flow_id, number, document, note, published_by, published_at FROM flow_version \
         WHERE tenant_id = $1 AND flow_id = $2 AND number = $3",
        args![tenant_id.as_str(), flow_id, number],
    )
    .await
}

/// Newest first, without their documents; the cursor is a number.
pub async fn list(db: &Db, tenant_id: &TenantId, flow_id: &str, cursor: Option<&str>, limit: i64) -> Result<Page<FlowVersion>> {
    let before = crate::below(cursor)?;
    let sql = "SELECT tenant_id, hash, flow_id, number, '' AS document, note, published_by, published_at FROM flow_version \
               WHERE tenant_id = $1 AND flow_id = $2 AND number < $3 ORDER BY number DESC LIMIT $4";
    let rows: Vec<FlowVersion> = db.all(sql, args![tenant_id.as_str(), flow_id, before, limit + 1]).await?;
    Ok(Page::cut(rows, limit, |version| version.number.to_string()))
}
