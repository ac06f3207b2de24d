//! What is known about an uploaded file; its bytes are in the blob store under `blob_key`.

use crate::args::args;
use crate::db::Db;
use crate::error::{Error, Result, to_json};
use qn_base::Timestamp;
use qn_domain::{AttachmentId, TenantId};
use sqlx::FromRow;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, tenant_id, name, media_type, inline, size_bytes, blob_key, uploader_kind, uploader_id, created_at FROM attachment ",
            $rest
        )
    };
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAttachment {
    pub id: AttachmentId,
    pub tenant_id: TenantId,
    pub name: String,
    /// As sniffed from the bytes.
    pub media_type: String,
    /// May be shown in the page (a plain raster image); everything else is only ever downloaded.
    pub inline: bool,
    pub size_bytes: i64,
    pub blob_key: String,
    /// `contact`, `agent`, `channel`, `flow` or `system`
    pub uploader_kind: String,
    pub uploader_id: String,
    pub created_at: Timestamp,
}

#[derive(FromRow)]
struct AttachmentRow {
    id: String,
    tenant_id: String,
    name: String,
    media_type: String,
    inline: i64,
    size_bytes: i64,
    blob_key: String,
    uploader_kind: String,
    uploader_id: String,
    created_at: i64,
}

impl AttachmentRow {
    fn read(self) -> StoredAttachment {
        StoredAttachment {
            id: self.id.into(),
            tenant_id: self.tenant_id.into(),
            name: self.name,
            media_type: self.media_type,
            inline: self.inline != 0,
            size_bytes: self.size_bytes,
            blob_key: self.blob_key,
            uploader_kind: self.uploader_kind,
            uploader_id: self.uploader_id,
            created_at: self.created_at,
        }
    }
}

pub async fn insert(db: &Db, a: &StoredAttachment) -> Result<()> {
    let n = db
        .run(
            "INSERT INTO attachment (id, tenant_id, name, media_type, inline, size_bytes, blob_key, uploader_kind, uploader_id, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING",
            args![
                a.id.as_str(),
                a.tenant_id.as_str(),
                &a.name,
                &a.media_type,
                a.inline,
                a.size_bytes,
                &a.blob_key,
                &a.uploader_kind,
                &a.uploader_id,
                a.created_at
            ],
        )
        .await?;
    if n == 0 { Err(Error::Exists("id".into())) } else { Ok(()) }
}

pub async fn find(db: &Db, tenant_id: &TenantId, id: &AttachmentId) -> Result<Option<StoredAttachment>> {
    let row: Option<AttachmentRow> = db.one(select!("WHERE tenant_id = $1 AND id = $2"), args![tenant_id.as_str(), id.as_str()]).await?;
    Ok(row.map(AttachmentRow::read))
}

/// By id alone, for download addresses: the id is unguessable and is the permission.
pub async fn find_any(db: &Db, id: &AttachmentId) -> Result<Option<StoredAttachment>> {
    let row: Option<AttachmentRow> = db.one(select!("WHERE id = $1"), args![id.as_str()]).await?;
    Ok(row.map(AttachmentRow::read))
}

/// `+` keeps SQLite from reading all of the tenant's rows by an index that begins with the tenant: it knows no better without statistics.
pub(crate) const BY_IDS_SQLITE: &str = select!("WHERE +tenant_id = $1 AND id IN (SELECT value FROM json_each($2))");

/// Those of `ids` that exist, in any order.
pub async fn list_by_ids(db: &Db, tenant_id: &TenantId, ids: &[AttachmentId]) -> Result<Vec<StoredAttachment>> {
    const POSTGRES: &str = select!("WHERE tenant_id = $1 AND id IN (SELECT jsonb_array_elements_text(CAST($2 AS JSONB)))");
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<AttachmentRow> = db.all(db.dialect().pick(BY_IDS_SQLITE, POSTGRES), args![tenant_id.as_str(), to_json(&ids)]).await?;
    Ok(rows.into_iter().map(AttachmentRow::read).collect())
}
