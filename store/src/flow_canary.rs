//! Versions on trial: a share of a flow's new runs begins with them, and how those fared is counted beside the live version's. At most one
//! per flow; whatever else goes live ends it (`flow_release`).

use crate::args::args;
use crate::db::{Db, Tx};
use crate::error::{Result, word};
use crate::flow_run::RunStanding;
use crate::flow_version::{self, FlowVersion};
use qn_base::Timestamp;
use qn_domain::TenantId;
use sqlx::FromRow;

#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct FlowCanary {
    pub tenant_id: String,
    pub flow_id: String,
    pub hash: String,
    /// Of new runs, in percent, 1 to 99.
    pub share: i64,
    /// Whose draft it came of, and which save of it: that draft goes when the version is live.
    pub author_id: String,
    pub revision: i64,
    pub note: String,
    pub since: Timestamp,
}

const COLUMNS: &str = "SELECT tenant_id, flow_id, hash, share, author_id, revision, note, since FROM flow_canary";

/// Writes the version and puts it on trial, in place of another that was.
pub async fn put(db: &Db, version: &FlowVersion, canary: &FlowCanary) -> Result<()> {
    let sql = "INSERT INTO flow_canary (tenant_id, flow_id, hash, share, author_id, revision, note, since) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tenant_id, flow_id) DO UPDATE SET hash = excluded.hash, share = excluded.share, \
        author_id = excluded.author_id, revision = excluded.revision, note = excluded.note, since = excluded.since";
    let c = canary;
    let mut tx = db.begin().await?;
    flow_version::insert_in(&mut tx, version).await?;
    tx.run(sql, args![&c.tenant_id, &c.flow_id, &c.hash, c.share, &c.author_id, c.revision, &c.note, c.since]).await?;
    tx.commit().await
}

/// False when there is none.
pub async fn set_share(db: &Db, tenant_id: &TenantId, flow_id: &str, share: i64) -> Result<bool> {
    let sql = "UPDATE flow_canary SET share = $3 WHERE tenant_id = $1 AND flow_id = $2";
    Ok(db.run(sql, args![tenant_id.as_str(), flow_id, share]).await? > 0)
}

pub async fn find(db: &Db, tenant_id: &TenantId, flow_id: &str) -> Result<Option<FlowCanary>> {
    Ok(db
        .all_text(format!("{COLUMNS} WHERE tenant_id = $1 AND flow_id = $2"), args![tenant_id.as_str(), flow_id])
        .await?
        .into_iter()
        .next())
}

pub async fn list(db: &Db, tenant_id: &TenantId) -> Result<Vec<FlowCanary>> {
    db.all_text(format!("{COLUMNS} WHERE tenant_id = $1 ORDER BY flow_id"), args![tenant_id.as_str()]).await
}

pub(crate) async fn end_in(tx: &mut Tx, tenant_id: &str, flow_id: &str) -> Result<bool> {
    Ok(tx.run("DELETE FROM flow_canary WHERE tenant_id = $1 AND flow_id = $2", args![tenant_id, flow_id]).await? > 0)
}

/// How runs of some versions stand that began since then: version, standing, how many, how many of them gave to a person.
pub async fn tally(db: &Db, tenant_id: &TenantId, flow_id: &str, since: Timestamp) -> Result<Vec<(String, RunStanding, i64, i64)>> {
    let sql = "SELECT version_hash, state, CAST(COUNT(*) AS BIGINT), CAST(COUNT(handed_off_at) AS BIGINT) FROM flow_run \
        WHERE tenant_id = $1 AND flow_id = $2 AND started_at >= $3 GROUP BY version_hash, state ORDER BY version_hash, state";
    let rows: Vec<(String, String, i64, i64)> = db.all(sql, args![tenant_id.as_str(), flow_id, since]).await?;
    let read =
        |(hash, state, n, handed): (String, String, i64, i64)| Ok((hash, word("flow_run.state", &state, RunStanding::parse)?, n, handed));
    rows.into_iter().map(read).collect()
}
