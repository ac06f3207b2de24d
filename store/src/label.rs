//! Labels for conversations. A conversation keeps label names, so a label in use keeps its name.

use crate::Page;
use crate::args::args;
use crate::conversation::like;
use crate::db::Db;
use crate::error::{Error, Result, to_json};
use qn_domain::{Label, LabelId, TenantId};
use sqlx::FromRow;

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT id, tenant_id, name, color, version, created_at FROM label ", $rest)
    };
}

#[derive(FromRow)]
struct LabelRow {
    id: String,
    tenant_id: String,
    name: String,
    color: String,
    version: i64,
    created_at: i64,
}

impl LabelRow {
    fn read(self) -> Label {
        Label {
            id: self.id.into(),
            tenant_id: self.tenant_id.into(),
            name: self.name,
            color: self.color,
            version: self.version,
            created_at: self.created_at,
        }
    }
}

pub async fn insert(db: &Db, l: &Label) -> Result<()> {
    let n = db
        .run(
            "INSERT INTO label (id, tenant_id, name, color, version, created_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING",
            args![l.id.as_str(), l.tenant_id.as_str(), &l.name, &l.color, l.version, l.created_at],
        )
        .await
        .map_err(|e| e.exists("name"))?;
    if n == 0 { Err(Error::Exists("id".into())) } else { Ok(()) }
}

pub async fn find(db: &Db, tenant_id: &TenantId, id: &LabelId) -> Result<Option<Label>> {
    let row: Option<LabelRow> = db.one(select!("WHERE tenant_id = $1 AND id = $2"), args![tenant_id.as_str(), id.as_str()]).await?;
    Ok(row.map(LabelRow::read))
}

pub async fn get(db: &Db, tenant_id: &TenantId, id: &LabelId) -> Result<Label> {
    find(db, tenant_id, id).await?.ok_or_else(|| Error::not_found("label", id))
}

/// By name, which is also the cursor.
pub async fn list(db: &Db, tenant_id: &TenantId, cursor: Option<&str>, limit: i64) -> Result<Page<Label>> {
    let args = args![tenant_id.as_str(), cursor.unwrap_or(""), limit + 1];
    let rows: Vec<LabelRow> = db.all(select!("WHERE tenant_id = $1 AND name > $2 ORDER BY name LIMIT $3"), args).await?;
    Ok(Page::cut(rows.into_iter().map(LabelRow::read).collect(), limit, |l| l.name.clone()))
}

/// `l.version` is the version that was read; returns the new one. A new name is refused (`InUse`) while conversations carry the old one.
pub async fn update(db: &Db, l: &Label) -> Result<i64> {
    let old = get(db, &l.tenant_id, &l.id).await?;
    if old.name != l.name && is_used(db, &l.tenant_id, &old.name).await? {
        return Err(Error::InUse { what: "label", id: l.id.to_string(), by: "conversations that carry its name" });
    }
    let n = db
        .run(
            "UPDATE label SET name = $4, color = $5, version = version + 1 WHERE tenant_id = $1 AND id = $2 AND version = $3",
            args![l.tenant_id.as_str(), l.id.as_str(), l.version, &l.name, &l.color],
        )
        .await
        .map_err(|e| e.exists("name"))?;
    if n == 0 { Err(Error::stale("label", &l.id)) } else { Ok(l.version + 1) }
}

async fn is_used(db: &Db, tenant_id: &TenantId, name: &str) -> Result<bool> {
    let args = args![tenant_id.as_str(), format!("%{}%", like(&to_json(&name)))];
    let row: Option<(String,)> =
        db.one("SELECT id FROM conversation WHERE tenant_id = $1 AND labels LIKE $2 ESCAPE '!' LIMIT 1", args).await?;
    Ok(row.is_some())
}

/// Conversations that carry it keep its name.
pub async fn delete(db: &Db, tenant_id: &TenantId, id: &LabelId, version: i64) -> Result<()> {
    let args = args![tenant_id.as_str(), id.as_str(), version];
    if db.run("DELETE FROM label WHERE tenant_id = $1 AND id = $2 AND version = $3", args).await? == 0 {
        get(db, tenant_id, id).await?;
        return Err(Error::stale("label", id));
    }
    Ok(())
}
