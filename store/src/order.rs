//! Where customers' orders are looked up (one document per tenant), and who looked: rows that are never changed. The API writes.

use crate::args::args;
use crate::db::Db;
use crate::error::{Error, Result};
use qn_base::Timestamp;
use qn_domain::{ContactId, TenantId, UserId};

/// The other system was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLook {
    pub contact_id: ContactId,
    pub user_id: UserId,
    /// None: it did not answer, or not in a way that can be read.
    pub found: Option<i64>,
    pub at: Timestamp,
}

/// The document and its version.
pub async fn find_source(db: &Db, tenant_id: &TenantId) -> Result<Option<(String, i64)>> {
    db.one("SELECT document, version FROM order_source WHERE tenant_id = $1", args![tenant_id.as_str()]).await
}

/// `version` is the one that was read (0: none). Returns the new one.
pub async fn put_source(db: &Db, tenant_id: &TenantId, document: &str, version: i64, by: &UserId, now: Timestamp) -> Result<i64> {
    let values = args![tenant_id.as_str(), document, version, by.as_str(), now];
    let sql = if version == 0 {
        "INSERT INTO order_source (tenant_id, document, version, updated_by, updated_at) VALUES ($1, $2, $3 + 1, $4, $5) ON CONFLICT DO NOTHING"
    } else {
        "UPDATE order_source SET document = $2, version = $3 + 1, updated_by = $4, updated_at = $5 WHERE tenant_id = $1 AND version = $3"
    };
    if db.run(sql, values).await? == 0 { Err(Error::stale("order_source", tenant_id.as_str())) } else { Ok(version + 1) }
}

/// Nothing is looked up any more. False where there was none.
pub async fn delete_source(db: &Db, tenant_id: &TenantId) -> Result<bool> {
    Ok(db.run("DELETE FROM order_source WHERE tenant_id = $1", args![tenant_id.as_str()]).await? > 0)
}

pub async fn note_look(db: &Db, tenant_id: &TenantId, look: &OrderLook) -> Result<()> {
    let sql = "INSERT INTO order_look (tenant_id, contact_id, user_id, found, at) VALUES ($1, $2, $3, $4, $5)";
    db.run(sql, args![tenant_id.as_str(), look.contact_id.as_str(), look.user_id.as_str(), look.found, look.at]).await?;
    Ok(())
}

/// Newest first, at most 100.
pub async fn list_looks(db: &Db, tenant_id: &TenantId, contact_id: &ContactId) -> Result<Vec<OrderLook>> {
    let sql = "SELECT contact_id, user_id, found, at FROM order_look WHERE tenant_id = $1 AND contact_id = $2 ORDER BY pk DESC LIMIT 100";
    let rows: Vec<(String, String, Option<i64>, i64)> = db.all(sql, args![tenant_id.as_str(), contact_id.as_str()]).await?;
    let look = |(contact, user, found, at): (String, String, Option<i64>, i64)| OrderLook {
        contact_id: ContactId(contact),
        user_id: UserId(user),
        found,
        at,
    };
    Ok(rows.into_iter().map(look).collect())
}
