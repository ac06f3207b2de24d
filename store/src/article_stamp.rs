//! A number per tenant that grows with every change of its published articles, in the change's own transaction: how a running server hears of what
//! another process wrote. What it should do about it is the engine's business.

use crate::args::args;
use crate::db::{Db, Tx};
use crate::error::Result;
use qn_domain::TenantId;

pub(crate) async fn grow(tx: &mut Tx, tenant_id: &TenantId) -> Result<()> {
    let sql = "INSERT INTO article_stamp (tenant_id, stamp) VALUES ($1, 1) \
        ON CONFLICT (tenant_id) DO UPDATE SET stamp = article_stamp.stamp + 1";
    tx.run(sql, args![tenant_id.as_str()]).await?;
    Ok(())
}

/// 0 before the first change.
pub async fn find(db: &Db, tenant_id: &TenantId) -> Result<i64> {
    let row: Option<(i64,)> = db.one("SELECT stamp FROM article_stamp WHERE tenant_id = $1", args![tenant_id.as_str()]).await?;
    Ok(row.map_or(0, |(stamp,)| stamp))
}

/// Of all tenants whose articles ever changed.
pub async fn list(db: &Db) -> Result<Vec<(TenantId, i64)>> {
    let rows: Vec<(String, i64)> = db.all("SELECT tenant_id, stamp FROM article_stamp ORDER BY tenant_id", vec![]).await?;
    Ok(rows.into_iter().map(|(tenant, stamp)| (tenant.into(), stamp)).collect())
}
