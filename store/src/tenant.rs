//! Tenants, and the server's own secrets.

use crate::args::args;
use crate::db::Db;
use crate::error::{Error, Result, word};
use qn_base::Timestamp;
use qn_domain::{Language, Tenant, TenantId};
use sqlx::FromRow;

const COLUMNS: &str = "id, name, language, time_zone, created_at";

#[derive(FromRow)]
struct TenantRow {
    id: String,
    name: String,
    language: String,
    time_zone: String,
    created_at: i64,
}

impl TenantRow {
    fn read(self) -> Result<Tenant> {
        Ok(Tenant {
            id: self.id.into(),
            name: self.name,
            language: word("tenant.language", &self.language, |t| Some(Language::from_tag(t)))?,
            time_zone: self.time_zone,
            created_at: self.created_at,
        })
    }
}

pub async fn insert(db: &Db, tenant: &Tenant) -> Result<()> {
    db.run(
        "INSERT INTO tenant (id, name, language, time_zone, created_at) VALUES ($1, $2, $3, $4, $5)",
        args![tenant.id.as_str(), &tenant.name, tenant.language.code(), &tenant.time_zone, tenant.created_at],
    )
    .await
    .map_err(|e| e.exists("id"))?;
    Ok(())
}

/// All tenants, oldest first; a server has few.
pub async fn list(db: &Db) -> Result<Vec<Tenant>> {
    let rows: Vec<TenantRow> = db.all_text(format!("SELECT {COLUMNS} FROM tenant ORDER BY created_at, id LIMIT 1000"), vec![]).await?;
    rows.into_iter().map(TenantRow::read).collect()
}

pub async fn get(db: &Db, id: &TenantId) -> Result<Tenant> {
    let row: Option<TenantRow> =
        db.one("SELECT id, name, language, time_zone, created_at FROM tenant WHERE id = $1", args![id.as_str()]).await?;
    row.ok_or_else(|| Error::NotFound { what: "tenant", id: id.to_string() })?.read()
}

/// The value of a server secret, made by `fresh` the first time anybody asks. Safe to race.
pub async fn secret(db: &Db, name: &str, fresh: String, now: Timestamp) -> Result<String> {
    db.run("INSERT INTO server_secret (name, value, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", args![name, fresh, now])
        .await?;
    let row: Option<(String,)> = db.one("SELECT value FROM server_secret WHERE name = $1", args![name]).await?;
    row.map(|(value,)| value).ok_or_else(|| Error::NotFound { what: "server secret", id: name.to_owned() })
}

/// A server secret, if it was ever made.
pub async fn find_secret(db: &Db, name: &str) -> Result<Option<String>> {
    let row: Option<(String,)> = db.one("SELECT value FROM server_secret WHERE name = $1", args![name]).await?;
    Ok(row.map(|(value,)| value))
}

/// Replaces the value of a server secret that exists.
pub async fn replace_secret(db: &Db, name: &str, value: &str) -> Result<()> {
    db.run("UPDATE server_secret SET value = $2 WHERE name = $1", args![name, value]).await?;
    Ok(())
}
