//! Signals by what they are about, and the steps that listen for them. A signal that nobody listens for is kept until it is heard or
//! its time is over; its id means one signal as long as the row is there.

use crate::args::args;
use crate::db::Db;
use crate::error::{Error, Result};
use qn_base::Timestamp;
use qn_domain::TenantId;
use sqlx::FromRow;

#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct KeptSignal {
    pub id: String,
    /// Only runs of this flow hear it; empty: any.
    pub flow_id: String,
    pub name: String,
    /// JSON text.
    pub payload: String,
    pub at: Timestamp,
    pub heard_at: Option<Timestamp>,
    pub expires_at: Timestamp,
}

/// A step that waits.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Listener {
    pub run_id: String,
    pub step: String,
}

/// Keeps it under every text that a step may listen for. False: the id was there before. Rows whose time is over go.
pub async fn insert(db: &Db, tenant_id: &TenantId, s: &KeptSignal, listens: &[String], kept_max: i64) -> Result<bool> {
    let mut tx = db.begin().await?;
    let tenant = tenant_id.as_str();
    const FORGET_KEYS: &str = "DELETE FROM kept_signal_key WHERE tenant_id = $1 AND signal_id IN \
        (SELECT id FROM kept_signal WHERE tenant_id = $1 AND expires_at <= $2)";
    tx.run(FORGET_KEYS, args![tenant, s.at]).await?;
    tx.run("DELETE FROM kept_signal WHERE tenant_id = $1 AND expires_at <= $2", args![tenant, s.at]).await?;
    const INSERT: &str = "INSERT INTO kept_signal (tenant_id, id, flow_id, name, payload, at, expires_at) \
        SELECT $1, $2, $3, $4, $5, CAST($6 AS BIGINT), CAST($7 AS BIGINT) \
        WHERE (SELECT COUNT(*) FROM kept_signal WHERE tenant_id = $1) < $8 ON CONFLICT DO NOTHING";
    let row = args![tenant, &s.id, &s.flow_id, &s.name, &s.payload, s.at, s.expires_at, kept_max];
    if tx.run(INSERT, row).await? == 0 {
        tx.rollback().await?;
        return match find(db, tenant_id, &s.id).await? {
            Some(_) => Ok(false),
            None => Err(Error::Busy),
        };
    }
    for listens in listens {
        let sql = "INSERT INTO kept_signal_key (tenant_id, listens, signal_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        tx.run(sql, args![tenant, listens, &s.id]).await?;
    }
    tx.commit().await?;
    Ok(true)
}

pub async fn find(db: &Db, tenant_id: &TenantId, id: &str) -> Result<Option<KeptSignal>> {
    let sql = "SELECT id, flow_id, name, payload, at, heard_at, expires_at FROM kept_signal WHERE tenant_id = $1 AND id = $2";
    db.one(sql, args![tenant_id.as_str(), id]).await
}

/// The oldest that a run of this flow may hear and nobody has heard.
pub async fn find_for(db: &Db, tenant_id: &TenantId, flow_id: &str, listens: &str, now: Timestamp) -> Result<Option<KeptSignal>> {
    let sql = "SELECT s.id, s.flow_id, s.name, s.payload, s.at, s.heard_at, s.expires_at FROM kept_signal_key k \
        JOIN kept_signal s ON s.tenant_id = k.tenant_id AND s.id = k.signal_id \
        WHERE k.tenant_id = $1 AND k.listens = $2 AND s.heard_at IS NULL AND s.expires_at > $3 AND s.flow_id IN ('', $4) \
        ORDER BY s.at, s.id LIMIT 1";
    db.one(sql, args![tenant_id.as_str(), listens, now, flow_id]).await
}

/// Those that nobody has heard though a step waits for one of their texts, oldest first: as another session leaves them.
pub async fn list_awaited(db: &Db, tenant_id: &TenantId, now: Timestamp, limit: i64) -> Result<Vec<KeptSignal>> {
    let sql = "SELECT id, flow_id, name, payload, at, heard_at, expires_at FROM kept_signal s \
        WHERE s.tenant_id = $1 AND s.heard_at IS NULL AND s.expires_at > $2 AND EXISTS (SELECT 1 FROM kept_signal_key k \
        JOIN flow_task t ON t.tenant_id = k.tenant_id AND t.listens = k.listens WHERE k.tenant_id = s.tenant_id AND k.signal_id = s.id) \
        ORDER BY s.at, s.id LIMIT $3";
    db.all(sql, args![tenant_id.as_str(), now, limit]).await
}

/// Somebody has heard it: nobody who begins to wait later does.
pub async fn note_heard(db: &Db, tenant_id: &TenantId, id: &str, at: Timestamp) -> Result<()> {
    let sql = "UPDATE kept_signal SET heard_at = $3 WHERE tenant_id = $1 AND id = $2 AND heard_at IS NULL";
    db.run(sql, args![tenant_id.as_str(), id, at]).await?;
    Ok(())
}

/// Steps that wait for this text now, in runs of this flow, or of any when it is empty; at most `limit`, longest waiting first.
pub async fn listeners(db: &Db, tenant_id: &TenantId, flow_id: &str, listens: &str, limit: i64) -> Result<Vec<Listener>> {
    let sql = "SELECT t.run_id, t.step FROM flow_task t JOIN flow_run r ON r.id = t.run_id AND r.tenant_id = t.tenant_id \
        WHERE t.tenant_id = $1 AND t.listens = $2 AND ($3 = '' OR r.flow_id = $3) ORDER BY t.at, t.run_id, t.step LIMIT $4";
    db.all(sql, args![tenant_id.as_str(), listens, flow_id, limit]).await
}
