//! What a company's customers name beside what everybody does. Few rows, read whole.

use crate::Page;
use crate::args::args;
use crate::db::Db;
use crate::error::{Error, Result, json, to_json};
use qn_domain::{EntityId, OwnEntity, TenantId};
use sqlx::FromRow;

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT id, tenant_id, name, label, found_by, version, created_at FROM entity ", $rest)
    };
}

#[derive(FromRow)]
struct EntityRow {
    id: String,
    tenant_id: String,
    name: String,
    label: String,
    found_by: String,
    version: i64,
    created_at: i64,
}

impl EntityRow {
    fn read(self) -> Result<OwnEntity> {
        Ok(OwnEntity {
            id: self.id.into(),
            tenant_id: self.tenant_id.into(),
            name: self.name,
            label: self.label,
            found_by: json("entity.found_by", &self.found_by)?,
            version: self.version,
            created_at: self.created_at,
        })
    }
}

pub async fn insert(db: &Db, e: &OwnEntity) -> Result<()> {
    let sql = "INSERT INTO entity (id, tenant_id, name, label, found_by, version, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING";
    let args = args![e.id.as_str(), e.tenant_id.as_str(), &e.name, &e.label, to_json(&e.found_by), e.version, e.created_at];
    let n = db.run(sql, args).await.map_err(|error| error.exists("name"))?;
    if n == 0 { Err(Error::Exists("id".into())) } else { Ok(()) }
}

pub async fn find(db: &Db, tenant_id: &TenantId, id: &EntityId) -> Result<Option<OwnEntity>> {
    let row: Option<EntityRow> = db.one(select!("WHERE tenant_id = $1 AND id = $2"), args![tenant_id.as_str(), id.as_str()]).await?;
    row.map(EntityRow::read).transpose()
}

pub async fn get(db: &Db, tenant_id: &TenantId, id: &EntityId) -> Result<OwnEntity> {
    find(db, tenant_id, id).await?.ok_or_else(|| Error::not_found("entity", id))
}

/// By name, which is also the cursor.
pub async fn list(db: &Db, tenant_id: &TenantId, cursor: Option<&str>, limit: i64) -> Result<Page<OwnEntity>> {
    let args = args![tenant_id.as_str(), cursor.unwrap_or(""), limit + 1];
    let rows: Vec<EntityRow> = db.all(select!("WHERE tenant_id = $1 AND name > $2 ORDER BY name LIMIT $3"), args).await?;
    let items: Result<Vec<OwnEntity>> = rows.into_iter().map(EntityRow::read).collect();
    Ok(Page::cut(items?, limit, |e| e.name.clone()))
}

/// `e.version` is the version that was read; returns the new one.
pub async fn update(db: &Db, e: &OwnEntity) -> Result<i64> {
    let sql = "UPDATE entity SET name = $4, label = $5, found_by = $6, version = version + 1 \
        WHERE tenant_id = $1 AND id = $2 AND version = $3";
    let args = args![e.tenant_id.as_str(), e.id.as_str(), e.version, &e.name, &e.label, to_json(&e.found_by)];
    if db.run(sql, args).await.map_err(|error| error.exists("name"))? == 0 {
        get(db, &e.tenant_id, &e.id).await?;
        return Err(Error::stale("entity", &e.id));
    }
    Ok(e.version + 1)
}

pub async fn delete(db: &Db, tenant_id: &TenantId, id: &EntityId, version: i64) -> Result<()> {
    let args = args![tenant_id.as_str(), id.as_str(), version];
    if db.run("DELETE FROM entity WHERE tenant_id = $1 AND id = $2 AND version = $3", args).await? == 0 {
        get(db, tenant_id, id).await?;
        return Err(Error::stale("entity", id));
    }
    Ok(())
}
