//! Places documents are fetched from again and again: lists of addresses, and folders of the server.

use crate::args::args;
use crate::db::Db;
use crate::error::{Error, Result, json, to_json, word};
use qn_domain::{KnowledgeSource, Language, SourceId, SourceKind, SyncReport, TenantId, Timestamp};
use sqlx::FromRow;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, tenant_id, name, kind, places, interval_minutes, language, category, publish, enabled, report, due_at, version, \
             created_by, created_at FROM knowledge_source ",
            $rest
        )
    };
}

#[derive(FromRow)]
struct SourceRow {
    id: String,
    tenant_id: String,
    name: String,
    kind: String,
    places: String,
    interval_minutes: i64,
    language: Option<String>,
    category: String,
    publish: i64,
    enabled: i64,
    report: Option<String>,
    due_at: i64,
    version: i64,
    created_by: String,
    created_at: i64,
}

impl SourceRow {
    fn read(self) -> Result<KnowledgeSource> {
        Ok(KnowledgeSource {
            id: self.id.into(),
            tenant_id: self.tenant_id.into(),
            name: self.name,
            kind: word("knowledge_source.kind", &self.kind, SourceKind::parse)?,
            places: json("knowledge_source.places", &self.places)?,
            interval_minutes: self.interval_minutes,
            language: self.language.as_deref().map(Language::from_tag),
            category: self.category,
            publish: self.publish != 0,
            enabled: self.enabled != 0,
            report: self.report.map(|text| json("knowledge_source.report", &text)).transpose()?,
            due_at: self.due_at,
            version: self.version,
            created_by: self.created_by.into(),
            created_at: self.created_at,
        })
    }
}

fn read_all(rows: Vec<SourceRow>) -> Result<Vec<KnowledgeSource>> {
    rows.into_iter().map(SourceRow::read).collect()
}

pub async fn insert(db: &Db, s: &KnowledgeSource) -> Result<()> {
    let sql = "INSERT INTO knowledge_source (id, tenant_id, name, kind, places, interval_minutes, language, category, publish, enabled, report, \
        due_at, version, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL, $11, 1, $12, $13) ON CONFLICT DO NOTHING";
    let args = args![
        s.id.as_str(),
        s.tenant_id.as_str(),
        &s.name,
        s.kind.as_str(),
        to_json(&s.places),
        s.interval_minutes,
        s.language.map(Language::code),
        &s.category,
        s.publish,
        s.enabled,
        s.due_at,
        s.created_by.as_str(),
        s.created_at
    ];
    if db.run(sql, args).await? > 0 {
        return Ok(());
    }
    let is_same = find(db, &s.tenant_id, &s.id).await?.is_some();
    Err(Error::Exists(if is_same { "id" } else { "name" }.into()))
}

/// `s.version` is what was read; its report stays. Returns the new version.
pub async fn update(db: &Db, s: &KnowledgeSource) -> Result<i64> {
    let sql = "UPDATE knowledge_source SET name = $4, places = $5, interval_minutes = $6, language = $7, category = $8, publish = $9, \
        enabled = $10, due_at = $11, version = version + 1 WHERE tenant_id = $1 AND id = $2 AND version = $3";
    let args = args![
        s.tenant_id.as_str(),
        s.id.as_str(),
        s.version,
        &s.name,
        to_json(&s.places),
        s.interval_minutes,
        s.language.map(Language::code),
        &s.category,
        s.publish,
        s.enabled,
        s.due_at
    ];
    if db.run(sql, args).await.map_err(|e| e.exists("name"))? == 0 {
        get(db, &s.tenant_id, &s.id).await?;
        return Err(Error::stale("source", &s.id));
    }
    Ok(s.version + 1)
}

pub async fn find(db: &Db, tenant_id: &TenantId, id: &SourceId) -> Result<Option<KnowledgeSource>> {
    let row: Option<SourceRow> = db.one(select!("WHERE tenant_id = $1 AND id = $2"), args![tenant_id.as_str(), id.as_str()]).await?;
    row.map(SourceRow::read).transpose()
}

pub async fn get(db: &Db, tenant_id: &TenantId, id: &SourceId) -> Result<KnowledgeSource> {
    find(db, tenant_id, id).await?.ok_or_else(|| Error::not_found("source", id))
}

/// By name; at most 200.
pub async fn list(db: &Db, tenant_id: &TenantId) -> Result<Vec<KnowledgeSource>> {
    read_all(db.all(select!("WHERE tenant_id = $1 ORDER BY name LIMIT 200"), args![tenant_id.as_str()]).await?)
}

/// Of all tenants, the longest due first; at most `limit`.
pub async fn list_due(db: &Db, now: Timestamp, limit: i64) -> Result<Vec<KnowledgeSource>> {
    read_all(db.all(select!("WHERE enabled = 1 AND due_at <= $1 ORDER BY due_at, id LIMIT $2"), args![now, limit]).await?)
}

/// Keeps what a look found and when the next is due; one that was changed meanwhile stays due when its change said.
pub async fn finish(db: &Db, source: &KnowledgeSource, report: &SyncReport, due_at: Timestamp) -> Result<()> {
    let sql = "UPDATE knowledge_source SET report = $3, due_at = CASE WHEN version = $5 AND due_at = $6 THEN $4 ELSE due_at END \
        WHERE tenant_id = $1 AND id = $2";
    let args = args![source.tenant_id.as_str(), source.id.as_str(), to_json(report), due_at, source.version, source.due_at];
    db.run(sql, args).await?;
    Ok(())
}

/// Asks for a look at once.
pub async fn set_due(db: &Db, tenant_id: &TenantId, id: &SourceId, at: Timestamp) -> Result<()> {
    let sql = "UPDATE knowledge_source SET due_at = $3 WHERE tenant_id = $1 AND id = $2";
    let n = db.run(sql, args![tenant_id.as_str(), id.as_str(), at]).await?;
    if n == 0 { Err(Error::not_found("source", id)) } else { Ok(()) }
}

/// Removes it with what is known of its documents; articles made of them stay.
pub async fn delete(db: &Db, tenant_id: &TenantId, id: &SourceId, version: i64) -> Result<()> {
    let mut tx = db.begin().await?;
    let sql = "DELETE FROM knowledge_source WHERE tenant_id = $1 AND id = $2 AND version = $3";
    if tx.run(sql, args![tenant_id.as_str(), id.as_str(), version]).await? == 0 {
        drop(tx);
        get(db, tenant_id, id).await?;
        return Err(Error::stale("source", id));
    }
    let sql = "DELETE FROM knowledge_document WHERE tenant_id = $1 AND source_id = $2";
    tx.run(sql, args![tenant_id.as_str(), id.as_str()]).await?;
    tx.commit().await
}
