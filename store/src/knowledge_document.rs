//! Documents the company's articles were made of, as they were last seen: what tells that one has not changed, or is gone.

use crate::args::args;
use crate::db::Db;
use crate::error::Result;
use qn_domain::{KnowledgeDocument, SourceId, TenantId};
use sqlx::FromRow;

#[derive(FromRow)]
struct DocumentRow {
    tenant_id: String,
    source_id: String,
    name: String,
    hash: String,
    etag: String,
    modified: String,
    changed_at: i64,
}

impl From<DocumentRow> for KnowledgeDocument {
    fn from(row: DocumentRow) -> Self {
        Self {
            tenant_id: row.tenant_id.into(),
            source_id: (!row.source_id.is_empty()).then(|| row.source_id.into()),
            name: row.name,
            hash: row.hash,
            etag: row.etag,
            modified: row.modified,
            changed_at: row.changed_at,
        }
    }
}

fn of(source_id: Option<&SourceId>) -> &str {
    source_id.map_or("", SourceId::as_str)
}

/// Writes it, new or known.
pub async fn put(db: &Db, d: &KnowledgeDocument) -> Result<()> {
    let sql = "INSERT INTO knowledge_document (tenant_id, source_id, name, hash, etag, modified, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
        ON CONFLICT (tenant_id, source_id, name) DO UPDATE SET hash = excluded.hash, etag = excluded.etag, modified = excluded.modified, \
        changed_at = excluded.changed_at";
    let args = args![d.tenant_id.as_str(), of(d.source_id.as_ref()), &d.name, &d.hash, &d.etag, &d.modified, d.changed_at];
    db.run(sql, args).await?;
    Ok(())
}

/// Of one source, or the uploaded ones; by name, at most 5,000.
pub async fn list(db: &Db, tenant_id: &TenantId, source_id: Option<&SourceId>) -> Result<Vec<KnowledgeDocument>> {
    let sql = "SELECT tenant_id, source_id, name, hash, etag, modified, changed_at FROM knowledge_document \
        WHERE tenant_id = $1 AND source_id = $2 ORDER BY name LIMIT 5000";
    let rows: Vec<DocumentRow> = db.all(sql, args![tenant_id.as_str(), of(source_id)]).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

pub async fn delete(db: &Db, tenant_id: &TenantId, source_id: Option<&SourceId>, name: &str) -> Result<()> {
    let sql = "DELETE FROM knowledge_document WHERE tenant_id = $1 AND source_id = $2 AND name = $3";
    db.run(sql, args![tenant_id.as_str(), of(source_id), name]).await?;
    Ok(())
}

/// Forgets how the documents of a source were: the next look reads all of them.
pub async fn forget_states(db: &Db, tenant_id: &TenantId, source_id: &SourceId) -> Result<()> {
    let sql = "UPDATE knowledge_document SET hash = '', etag = '', modified = '' WHERE tenant_id = $1 AND source_id = $2";
    db.run(sql, args![tenant_id.as_str(), source_id.as_str()]).await?;
    Ok(())
}
