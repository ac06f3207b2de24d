//! How far each background reader has come in each tenant's log.

use crate::args::args;
use crate::db::{Db, Tx};
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

/// Where the next stretch of at most `limit` log entries ends; none when everything was read.
pub(crate) async fn next(db: &Db, tenant_id: &TenantId, from: i64, limit: i64) -> Result<Option<i64>> {
    let sql = "SELECT MAX(seq) FROM (SELECT seq FROM log WHERE tenant_id = $1 AND seq > $2 ORDER BY seq LIMIT $3) AS next";
    let row: Option<(Option<i64>,)> = db.one(sql, args![tenant_id.as_str(), from, limit]).await?;
    Ok(row.and_then(|(seq,)| seq))
}

/// Moves on within the transaction that writes what was read. False when another node has read this stretch meanwhile.
pub(crate) async fn take(tx: &mut Tx, name: &str, tenant_id: &TenantId, from: i64, to: i64) -> Result<bool> {
    let tenant = tenant_id.as_str();
    tx.run("INSERT INTO follower (name, tenant_id, position) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING", args![name, tenant]).await?;
    let args = args![name, tenant, from, to];
    Ok(tx.run("UPDATE follower SET position = $4 WHERE name = $1 AND tenant_id = $2 AND position = $3", args).await? == 1)
}
