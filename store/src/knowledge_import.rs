//! Documents people uploaded: read, and waiting to be taken over as articles. Their sections are JSON text that `qn-knowledge` reads; they
//! go when the import has ended.

use crate::args::args;
use crate::db::Db;
use crate::error::{Error, Result, json, to_json, word};
use qn_domain::{ImportCounts, ImportId, ImportState, KnowledgeImport, Language, TenantId, Timestamp};
use sqlx::FromRow;

/// Kept of each tenant; the oldest go.
const KEPT_MAX: i64 = 200;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, tenant_id, name, size_bytes, hash, language, category, state, problem, section_count, counts, created_by, created_at, \
             ended_at FROM knowledge_import ",
            $rest
        )
    };
}

#[derive(FromRow)]
struct ImportRow {
    id: String,
    tenant_id: String,
    name: String,
    size_bytes: i64,
    hash: String,
    language: String,
    category: String,
    state: String,
    problem: Option<String>,
    section_count: i64,
    counts: Option<String>,
    created_by: String,
    created_at: i64,
    ended_at: Option<i64>,
}

impl ImportRow {
    fn read(self) -> Result<KnowledgeImport> {
        Ok(KnowledgeImport {
            id: self.id.into(),
            tenant_id: self.tenant_id.into(),
            name: self.name,
            size_bytes: self.size_bytes,
            hash: self.hash,
            language: Language::from_tag(&self.language),
            category: self.category,
            state: word("knowledge_import.state", &self.state, ImportState::parse)?,
            problem: self.problem.map(|text| json("knowledge_import.problem", &text)).transpose()?,
            sections: self.section_count,
            counts: self.counts.map(|text| json("knowledge_import.counts", &text)).transpose()?,
            created_by: self.created_by.into(),
            created_at: self.created_at,
            ended_at: self.ended_at,
        })
    }
}

/// `sections` is JSON text. Drops what is beyond the newest `KEPT_MAX`.
pub async fn insert(db: &Db, import: &KnowledgeImport, sections: &str) -> Result<()> {
    let mut tx = db.begin().await?;
    let args = args![
        import.id.as_str(),
        import.tenant_id.as_str(),
        &import.name,
        import.size_bytes,
        &import.hash,
        import.language.code(),
        &import.category,
        import.state.as_str(),
        import.problem.as_ref().map(to_json),
        import.sections,
        sections,
        import.counts.as_ref().map(to_json),
        import.created_by.as_str(),
        import.created_at,
        import.ended_at
    ];
    let sql = "INSERT INTO knowledge_import (id, tenant_id, name, size_bytes, hash, language, category, state, problem, section_count, sections, \
        counts, created_by, created_at, ended_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    tx.run(sql, args).await.map_err(|e| e.exists("id"))?;
    let sql = "DELETE FROM knowledge_import WHERE tenant_id = $1 AND id NOT IN (SELECT id FROM knowledge_import WHERE tenant_id = $1 \
        ORDER BY created_at DESC, id DESC LIMIT $2)";
    tx.run(sql, args![import.tenant_id.as_str(), KEPT_MAX]).await?;
    tx.commit().await
}

pub async fn get(db: &Db, tenant_id: &TenantId, id: &ImportId) -> Result<KnowledgeImport> {
    let row: Option<ImportRow> = db.one(select!("WHERE tenant_id = $1 AND id = $2"), args![tenant_id.as_str(), id.as_str()]).await?;
    row.map(ImportRow::read).transpose()?.ok_or_else(|| Error::not_found("import", id))
}

/// JSON text; empty once the import has ended.
pub async fn sections(db: &Db, tenant_id: &TenantId, id: &ImportId) -> Result<String> {
    let sql = "SELECT sections FROM knowledge_import WHERE tenant_id = $1 AND id = $2";
    let row: Option<(String,)> = db.one(sql, args![tenant_id.as_str(), id.as_str()]).await?;
    row.map(|(text,)| text).ok_or_else(|| Error::not_found("import", id))
}

/// Newest first; all that are kept.
pub async fn list(db: &Db, tenant_id: &TenantId) -> Result<Vec<KnowledgeImport>> {
    let sql = select!("WHERE tenant_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2");
    let rows: Vec<ImportRow> = db.all(sql, args![tenant_id.as_str(), KEPT_MAX]).await?;
    rows.into_iter().map(ImportRow::read).collect()
}

/// Ends a ready import and forgets its sections; false when it was not ready any more.
pub async fn end(
    db: &Db,
    tenant_id: &TenantId,
    id: &ImportId,
    state: ImportState,
    counts: Option<&ImportCounts>,
    at: Timestamp,
) -> Result<bool> {
    let sql = "UPDATE knowledge_import SET state = $3, counts = $4, ended_at = $5, sections = '' WHERE tenant_id = $1 AND id = $2 AND state = 'ready'";
    Ok(db.run(sql, args![tenant_id.as_str(), id.as_str(), state.as_str(), counts.map(to_json), at]).await? > 0)
}
