//! What was first sent under an Idempotency-Key, so that a key used again for something else is noticed. Digests only.
//! Repeated events of conversations are in `dedupe`. Called by the routes that create.

use crate::args::args;
use crate::db::Db;
use crate::error::Result;
use qn_base::Timestamp;
use qn_domain::TenantId;

/// Notes the first body sent under `key`; later ones change nothing.
pub async fn insert(db: &Db, tenant_id: &TenantId, key: &str, body: &str, at: Timestamp) -> Result<()> {
    db.run(
        "INSERT INTO idempotency (tenant_id, key, body, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        args![tenant_id.as_str(), key, body, at],
    )
    .await?;
    Ok(())
}

/// The first body's digest; none when the key is new or was forgotten.
pub async fn find(db: &Db, tenant_id: &TenantId, key: &str) -> Result<Option<String>> {
    let row: Option<(String,)> =
        db.one("SELECT body FROM idempotency WHERE tenant_id = $1 AND key = $2", args![tenant_id.as_str(), key]).await?;
    Ok(row.map(|(body,)| body))
}

/// Forgets keys first used before `before`; returns how many.
pub async fn delete_before(db: &Db, before: Timestamp) -> Result<u64> {
    db.run("DELETE FROM idempotency WHERE at < $1", args![before]).await
}
