//! Canned responses: prepared answers found by their shortcut.

use crate::Page;
use crate::args::args;
use crate::conversation::like;
use crate::db::Db;
use crate::error::{Error, Result, json, to_json};
use qn_domain::{CannedId, CannedResponse, TenantId};
use sqlx::FromRow;

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT id, tenant_id, shortcut, text, actions, version, created_at FROM canned_response ", $rest)
    };
}

#[derive(FromRow)]
struct CannedRow {
    id: String,
    tenant_id: String,
    shortcut: String,
    text: String,
    actions: String,
    version: i64,
    created_at: i64,
}

impl CannedRow {
    fn read(self) -> Result<CannedResponse> {
        Ok(CannedResponse {
            id: self.id.into(),
            tenant_id: self.tenant_id.into(),
            shortcut: self.shortcut,
            text: self.text,
            actions: json("canned_response.actions", &self.actions)?,
            version: self.version,
            created_at: self.created_at,
        })
    }
}

pub async fn insert(db: &Db, c: &CannedResponse) -> Result<()> {
    let n = db
        .run(
            "INSERT INTO canned_response (id, tenant_id, shortcut, text, actions, version, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING",
            args![c.id.as_str(), c.tenant_id.as_str(), &c.shortcut, &c.text, to_json(&c.actions), c.version, c.created_at],
        )
        .await
        .map_err(|e| e.exists("shortcut"))?;
    if n == 0 { Err(Error::Exists("id".into())) } else { Ok(()) }
}

pub async fn find(db: &Db, tenant_id: &TenantId, id: &CannedId) -> Result<Option<CannedResponse>> {
    let row: Option<CannedRow> = db.one(select!("WHERE tenant_id = $1 AND id = $2"), args![tenant_id.as_str(), id.as_str()]).await?;
    row.map(CannedRow::read).transpose()
}

pub async fn get(db: &Db, tenant_id: &TenantId, id: &CannedId) -> Result<CannedResponse> {
    find(db, tenant_id, id).await?.ok_or_else(|| Error::not_found("canned response", id))
}

/// By shortcut, which is also the cursor. `text` is part of the shortcut or of the answer.
pub async fn list(db: &Db, tenant_id: &TenantId, text: Option<&str>, cursor: Option<&str>, limit: i64) -> Result<Page<CannedResponse>> {
    let sql = select!(
        "WHERE tenant_id = $1 AND shortcut > $2 AND (LOWER(shortcut) LIKE $3 ESCAPE '!' OR LOWER(text) LIKE $3 ESCAPE '!') \
         ORDER BY shortcut LIMIT $4"
    );
    let pattern = format!("%{}%", like(&text.unwrap_or("").trim().to_lowercase()));
    let rows: Vec<CannedRow> = db.all(sql, args![tenant_id.as_str(), cursor.unwrap_or(""), pattern, limit + 1]).await?;
    let all = rows.into_iter().map(CannedRow::read).collect::<Result<Vec<_>>>()?;
    Ok(Page::cut(all, limit, |c| c.shortcut.clone()))
}

/// `c.version` is the version that was read. Returns the new one.
pub async fn update(db: &Db, c: &CannedResponse) -> Result<i64> {
    let n = db
        .run(
            "UPDATE canned_response SET shortcut = $4, text = $5, actions = $6, version = version + 1 \
             WHERE tenant_id = $1 AND id = $2 AND version = $3",
            args![c.tenant_id.as_str(), c.id.as_str(), c.version, &c.shortcut, &c.text, to_json(&c.actions)],
        )
        .await
        .map_err(|e| e.exists("shortcut"))?;
    if n == 0 {
        get(db, &c.tenant_id, &c.id).await?;
        return Err(Error::stale("canned response", &c.id));
    }
    Ok(c.version + 1)
}

pub async fn delete(db: &Db, tenant_id: &TenantId, id: &CannedId, version: i64) -> Result<()> {
    let args = args![tenant_id.as_str(), id.as_str(), version];
    if db.run("DELETE FROM canned_response WHERE tenant_id = $1 AND id = $2 AND version = $3", args).await? == 0 {
        get(db, tenant_id, id).await?;
        return Err(Error::stale("canned response", id));
    }
    Ok(())
}
