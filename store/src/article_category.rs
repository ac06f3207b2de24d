//! The categories that articles are of, and the flow that those of one offer to begin.

use crate::args::args;
use crate::db::Db;
use crate::error::Result;
use qn_domain::TenantId;

/// Categories in use and how many texts are of each (at most 500).
pub async fn in_use(db: &Db, tenant_id: &TenantId) -> Result<Vec<(String, i64)>> {
    let sql =
        "SELECT category, COUNT(*) FROM article WHERE tenant_id = $1 AND category <> '' GROUP BY category ORDER BY category LIMIT 500";
    db.all(sql, args![tenant_id.as_str()]).await
}

/// Category and flow, of those that have one (at most 500).
pub async fn flows(db: &Db, tenant_id: &TenantId) -> Result<Vec<(String, String)>> {
    let sql = "SELECT name, next_flow FROM article_category WHERE tenant_id = $1 ORDER BY name LIMIT 500";
    db.all(sql, args![tenant_id.as_str()]).await
}

/// Empty for none. What is published is indexed anew.
pub async fn put(db: &Db, tenant_id: &TenantId, name: &str, next_flow: &str) -> Result<()> {
    let mut tx = db.begin().await?;
    if next_flow.is_empty() {
        tx.run("DELETE FROM article_category WHERE tenant_id = $1 AND name = $2", args![tenant_id.as_str(), name]).await?;
    } else {
        let sql = "INSERT INTO article_category (tenant_id, name, next_flow) VALUES ($1, $2, $3) \
             ON CONFLICT (tenant_id, name) DO UPDATE SET next_flow = $3";
        tx.run(sql, args![tenant_id.as_str(), name, next_flow]).await?;
    }
    crate::article_stamp::grow(&mut tx, tenant_id).await?;
    tx.commit().await
}
