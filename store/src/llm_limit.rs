//! What companies allow themselves to spend at the language model in a month; one row a tenant that chose.

use crate::args::args;
use crate::db::Db;
use crate::error::{Error, Result};
use qn_base::Timestamp;
use qn_domain::{TenantId, UserId};

/// Of a month; 0 is no limit of the company's own. Money in hundredths of the operator's currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OwnLimit {
    pub tokens: i64,
    pub cents: i64,
}

/// With its version; 0 where nothing was ever chosen.
pub async fn get(db: &Db, tenant_id: &TenantId) -> Result<(OwnLimit, i64)> {
    let sql = "SELECT month_tokens, month_cents, version FROM llm_limit WHERE tenant_id = $1";
    let row: Option<(i64, i64, i64)> = db.one(sql, args![tenant_id.as_str()]).await?;
    Ok(row.map(|(tokens, cents, version)| (OwnLimit { tokens, cents }, version)).unwrap_or_default())
}

/// `version` is the one that was read (0: none). Returns the new one.
pub async fn put(db: &Db, tenant_id: &TenantId, limit: OwnLimit, version: i64, by: &UserId, now: Timestamp) -> Result<i64> {
    let values = args![tenant_id.as_str(), limit.tokens, limit.cents, version, by.as_str(), now];
    let sql = if version == 0 {
        "INSERT INTO llm_limit (tenant_id, month_tokens, month_cents, version, changed_by, changed_at) VALUES ($1, $2, $3, $4 + 1, $5, $6) \
         ON CONFLICT DO NOTHING"
    } else {
        "UPDATE llm_limit SET month_tokens = $2, month_cents = $3, version = $4 + 1, changed_by = $5, changed_at = $6 \
         WHERE tenant_id = $1 AND version = $4"
    };
    if db.run(sql, values).await? == 0 { Err(Error::stale("llm_limit", tenant_id.as_str())) } else { Ok(version + 1) }
}
