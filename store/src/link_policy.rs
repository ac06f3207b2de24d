//! From which likelihood on a company's contacts are suggested as one person, or linked; one document a tenant.

use crate::args::args;
use crate::db::Db;
use crate::error::{Error, Result, json, to_json};
use qn_base::Timestamp;
use qn_domain::{LinkPolicy, TenantId, UserId};

/// With its version; 0 where nothing was ever changed.
pub async fn get(db: &Db, tenant_id: &TenantId) -> Result<(LinkPolicy, i64)> {
    let row: Option<(String, i64)> =
        db.one("SELECT document, version FROM link_policy WHERE tenant_id = $1", args![tenant_id.as_str()]).await?;
    match row {
        Some((document, version)) => Ok((json("link_policy.document", &document)?, version)),
        None => Ok((LinkPolicy::default(), 0)),
    }
}

/// `version` is the one that was read (0: none). Returns the new one.
pub async fn put(db: &Db, tenant_id: &TenantId, policy: &LinkPolicy, version: i64, by: &UserId, now: Timestamp) -> Result<i64> {
    let values = args![tenant_id.as_str(), to_json(policy), version, by.as_str(), now];
    let sql = if version == 0 {
        "INSERT INTO link_policy (tenant_id, document, version, changed_by, changed_at) VALUES ($1, $2, $3 + 1, $4, $5) ON CONFLICT DO NOTHING"
    } else {
        "UPDATE link_policy SET document = $2, version = $3 + 1, changed_by = $4, changed_at = $5 WHERE tenant_id = $1 AND version = $3"
    };
    if db.run(sql, values).await? == 0 { Err(Error::stale("link_policy", tenant_id.as_str())) } else { Ok(version + 1) }
}
