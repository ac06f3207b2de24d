//! How far each background reader has come in each tenant's log.

use crate::args::args;
use crate::db::Db;
use crate::error::Result;
use qn_domain::TenantId;

pub async fn position(db: &Db, name: &str, tenant_id: &TenantId) -> Result<i64> {
    let row: Option<(i64,)> =
        db.one("SELECT position FROM follower WHERE name = $1 AND tenant_id = $2", args![name, tenant_id.as_str()]).await?;
    Ok(row.map_or(0, |(position,)| position))
}

pub async fn advance(db: &Db, name: &str, tenant_id: &TenantId, position: i64) -> Result<()> {
    db.run(
        "INSERT INTO follower (name, tenant_id, position) VALUES ($1, $2, $3) \
         ON CONFLICT (name, tenant_id) DO UPDATE SET position = excluded.position",
        args![name, tenant_id.as_str(), position],
    )
    .await?;
    Ok(())
}
