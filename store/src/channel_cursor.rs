//! How far the streams of an inbox have been read, where a platform is asked instead of calling us. Moved only together with the
//! events that were read (`Db::journal`).

use crate::args::args;
use crate::db::{Db, Tx};
use crate::error::Result;
use qn_base::Timestamp;
use qn_domain::{InboxId, TenantId};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CursorMove {
    pub tenant_id: TenantId,
    pub inbox_id: InboxId,
    /// As the adapter names it, e.g. an account of customer service.
    pub stream: String,
    /// As the platform writes it.
    pub position: String,
    pub at: Timestamp,
}

pub(crate) async fn put_in(tx: &mut Tx, cursor: &CursorMove) -> Result<()> {
    let sql = "INSERT INTO channel_cursor (tenant_id, inbox_id, stream, position, moved_at) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (inbox_id, stream) DO UPDATE SET position = excluded.position, moved_at = excluded.moved_at";
    let args = args![cursor.tenant_id.as_str(), cursor.inbox_id.as_str(), &cursor.stream, &cursor.position, cursor.at];
    tx.run(sql, args).await.map(drop)
}

pub async fn find(db: &Db, tenant_id: &TenantId, inbox_id: &InboxId, stream: &str) -> Result<Option<String>> {
    let sql = "SELECT position FROM channel_cursor WHERE inbox_id = $1 AND stream = $2 AND tenant_id = $3";
    let row: Option<(String,)> = db.one(sql, args![inbox_id.as_str(), stream, tenant_id.as_str()]).await?;
    Ok(row.map(|(position,)| position))
}

/// Streams that were read before, by name: they are read again after a restart.
pub async fn list(db: &Db, tenant_id: &TenantId, inbox_id: &InboxId) -> Result<Vec<String>> {
    let sql = "SELECT stream FROM channel_cursor WHERE inbox_id = $1 AND tenant_id = $2 ORDER BY stream LIMIT 1000";
    let rows: Vec<(String,)> = db.all(sql, args![inbox_id.as_str(), tenant_id.as_str()]).await?;
    Ok(rows.into_iter().map(|(stream,)| stream).collect())
}
