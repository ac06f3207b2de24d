//! Secrets of tenants, sealed: this crate never sees one in the clear. A list never reads what is sealed.

use crate::args::args;
use crate::db::Db;
use crate::error::{Error, Result, json, to_json};
use qn_base::Timestamp;
use qn_domain::TenantId;
use sqlx::FromRow;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    pub name: String,
    /// Where it may be sent: `host` or `host:port`.
    pub hosts: Vec<String>,
    pub note: String,
    pub created_by: String,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
    /// The last time it was opened for a call, to the minute.
    pub used_at: Option<Timestamp>,
}

#[derive(FromRow)]
struct SecretRow {
    name: String,
    hosts: String,
    note: String,
    created_by: String,
    created_at: i64,
    changed_at: i64,
    used_at: Option<i64>,
}

impl SecretRow {
    fn read(self) -> Result<Secret> {
        Ok(Secret {
            name: self.name,
            hosts: json("secret.hosts", &self.hosts)?,
            note: self.note,
            created_by: self.created_by,
            created_at: self.created_at,
            changed_at: self.changed_at,
            used_at: self.used_at,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT name, hosts, note, created_by, created_at, changed_at, used_at FROM secret ", $rest)
    };
}

/// All of them, by name; there are at most a few hundred.
pub async fn list(db: &Db, tenant_id: &TenantId) -> Result<Vec<Secret>> {
    let rows: Vec<SecretRow> = db.all(select!("WHERE tenant_id = $1 ORDER BY name LIMIT 1000"), args![tenant_id.as_str()]).await?;
    rows.into_iter().map(SecretRow::read).collect()
}

pub async fn find(db: &Db, tenant_id: &TenantId, name: &str) -> Result<Option<Secret>> {
    let row: Option<SecretRow> = db.one(select!("WHERE tenant_id = $1 AND name = $2"), args![tenant_id.as_str(), name]).await?;
    row.map(SecretRow::read).transpose()
}

/// What is sealed, for the one who can open it.
pub async fn find_sealed(db: &Db, tenant_id: &TenantId, name: &str) -> Result<Option<String>> {
    let row: Option<(String,)> =
        db.one("SELECT sealed FROM secret WHERE tenant_id = $1 AND name = $2", args![tenant_id.as_str(), name]).await?;
    Ok(row.map(|(sealed,)| sealed))
}

/// Makes it, or changes hosts, note and, if given, what is sealed. A new one needs the latter.
pub async fn put(db: &Db, tenant_id: &TenantId, secret: &Secret, sealed: Option<&str>) -> Result<()> {
    let Some(sealed) = sealed else {
        let args = args![tenant_id.as_str(), &secret.name, to_json(&secret.hosts), &secret.note, secret.changed_at];
        let sql = "UPDATE secret SET hosts = $3, note = $4, changed_at = $5 WHERE tenant_id = $1 AND name = $2";
        return if db.run(sql, args).await? == 0 { Err(Error::not_found("secret", &secret.name)) } else { Ok(()) };
    };
    let sql = "INSERT INTO secret (tenant_id, name, sealed, hosts, note, created_by, created_at, changed_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT (tenant_id, name) DO UPDATE SET \
        sealed = excluded.sealed, hosts = excluded.hosts, note = excluded.note, changed_at = excluded.changed_at";
    let args = args![tenant_id.as_str(), &secret.name, sealed, to_json(&secret.hosts), &secret.note, &secret.created_by, secret.changed_at];
    db.run(sql, args).await.map(|_| ())
}

/// Another content under the same name; hosts stay.
pub async fn reseal(db: &Db, tenant_id: &TenantId, name: &str, sealed: &str, at: Timestamp) -> Result<()> {
    let sql = "UPDATE secret SET sealed = $3, changed_at = $4 WHERE tenant_id = $1 AND name = $2";
    if db.run(sql, args![tenant_id.as_str(), name, sealed, at]).await? == 0 { Err(Error::not_found("secret", name)) } else { Ok(()) }
}

/// Notes a use, at most once a minute.
pub async fn touch(db: &Db, tenant_id: &TenantId, name: &str, at: Timestamp) -> Result<()> {
    let sql = "UPDATE secret SET used_at = $3 WHERE tenant_id = $1 AND name = $2 AND (used_at IS NULL OR used_at < $4)";
    db.run(sql, args![tenant_id.as_str(), name, at, at - 60_000]).await.map(|_| ())
}

pub async fn delete(db: &Db, tenant_id: &TenantId, name: &str) -> Result<()> {
    let n = db.run("DELETE FROM secret WHERE tenant_id = $1 AND name = $2", args![tenant_id.as_str(), name]).await?;
    if n == 0 { Err(Error::not_found("secret", name)) } else { Ok(()) }
}
