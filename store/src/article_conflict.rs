//! Conflicts between articles that a person looked at and left: each is named by the two articles and what they said then.

use crate::args::args;
use crate::db::Db;
use crate::error::Result;
use qn_domain::{TenantId, Timestamp, UserId};

/// Settling twice is settling once.
pub async fn settle(db: &Db, tenant_id: &TenantId, key: &str, by: &UserId, at: Timestamp) -> Result<()> {
    let sql = "INSERT INTO article_conflict_settled (tenant_id, key, settled_by, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    db.run(sql, args![tenant_id.as_str(), key, by.as_str(), at]).await?;
    Ok(())
}

/// Keys of what was settled; at most 10,000, the newest.
pub async fn list_settled(db: &Db, tenant_id: &TenantId) -> Result<Vec<String>> {
    let sql = "SELECT key FROM article_conflict_settled WHERE tenant_id = $1 ORDER BY at DESC, key LIMIT 10000";
    let rows: Vec<(String,)> = db.all(sql, args![tenant_id.as_str()]).await?;
    Ok(rows.into_iter().map(|(key,)| key).collect())
}
