//! When a contact last opened a reply window of an inbox, for each way of opening one (a message, a click, a follow).

use crate::args::args;
use crate::db::Db;
use crate::error::Result;
use qn_base::Timestamp;
use qn_domain::{InboxId, TenantId};

/// Only ever moves forward: a late event closes nothing.
pub async fn put(db: &Db, tenant_id: &TenantId, inbox_id: &InboxId, contact: &str, opened_by: &str, at: Timestamp) -> Result<()> {
    let sql = "INSERT INTO channel_opening (inbox_id, contact, opened_by, tenant_id, at) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (inbox_id, contact, opened_by) DO UPDATE SET at = excluded.at WHERE excluded.at > channel_opening.at";
    db.run(sql, args![inbox_id.as_str(), contact, opened_by, tenant_id.as_str(), at]).await.map(drop)
}

/// Ways and times, by way.
pub async fn list(db: &Db, tenant_id: &TenantId, inbox_id: &InboxId, contact: &str) -> Result<Vec<(String, Timestamp)>> {
    let sql = "SELECT opened_by, at FROM channel_opening WHERE inbox_id = $1 AND contact = $2 AND tenant_id = $3 ORDER BY opened_by";
    db.all(sql, args![inbox_id.as_str(), contact, tenant_id.as_str()]).await
}
