//! Personal and service tokens of the HTTP API. Only the hash of the secret is kept.

use crate::Page;
use crate::args::args;
use crate::db::Db;
use crate::error::{Error, Result, json, to_json};
use qn_base::Timestamp;
use qn_domain::{TenantId, TokenId, UserId};
use sqlx::FromRow;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, tenant_id, user_id, name, secret_hash, scopes, expires_at, last_used_at, version, created_at FROM api_token ",
            $rest
        )
    };
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    pub id: TokenId,
    pub tenant_id: TenantId,
    /// Whom it acts as.
    pub user_id: UserId,
    pub name: String,
    /// Hex of SHA-256 of the secret.
    pub secret_hash: String,
    /// `read`, `write`, `admin`
    pub scopes: Vec<String>,
    pub expires_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
    pub version: i64,
    pub created_at: Timestamp,
}

#[derive(FromRow)]
struct TokenRow {
    id: String,
    tenant_id: String,
    user_id: String,
    name: String,
    secret_hash: String,
    scopes: String,
    expires_at: Option<i64>,
    last_used_at: Option<i64>,
    version: i64,
    created_at: i64,
}

impl TokenRow {
    fn read(self) -> Result<ApiToken> {
        Ok(ApiToken {
            id: self.id.into(),
            tenant_id: self.tenant_id.into(),
            user_id: self.user_id.into(),
            name: self.name,
            secret_hash: self.secret_hash,
            scopes: json("api_token.scopes", &self.scopes)?,
            expires_at: self.expires_at,
            last_used_at: self.last_used_at,
            version: self.version,
            created_at: self.created_at,
        })
    }
}

pub async fn insert(db: &Db, t: &ApiToken) -> Result<()> {
    let n = db
        .run(
            "INSERT INTO api_token (id, tenant_id, user_id, name, secret_hash, scopes, expires_at, last_used_at, version, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING",
            args![
                t.id.as_str(),
                t.tenant_id.as_str(),
                t.user_id.as_str(),
                &t.name,
                &t.secret_hash,
                to_json(&t.scopes),
                t.expires_at,
                t.last_used_at,
                t.version,
                t.created_at
            ],
        )
        .await?;
    if n == 0 { Err(Error::Exists("id".into())) } else { Ok(()) }
}

/// The unexpired token of a secret. The hash is the key, so no tenant is known before.
pub async fn find_by_hash(db: &Db, secret_hash: &str, now: Timestamp) -> Result<Option<ApiToken>> {
    let sql = select!("WHERE secret_hash = $1 AND (expires_at IS NULL OR expires_at > $2)");
    let row: Option<TokenRow> = db.one(sql, args![secret_hash, now]).await?;
    row.map(TokenRow::read).transpose()
}

pub async fn find(db: &Db, tenant_id: &TenantId, id: &TokenId) -> Result<Option<ApiToken>> {
    let row: Option<TokenRow> = db.one(select!("WHERE tenant_id = $1 AND id = $2"), args![tenant_id.as_str(), id.as_str()]).await?;
    row.map(TokenRow::read).transpose()
}

pub async fn get(db: &Db, tenant_id: &TenantId, id: &TokenId) -> Result<ApiToken> {
    find(db, tenant_id, id).await?.ok_or_else(|| Error::not_found("token", id))
}

/// One person's tokens, or everybody's; by id, which is also the cursor.
pub async fn list(db: &Db, tenant_id: &TenantId, user_id: Option<&UserId>, cursor: Option<&str>, limit: i64) -> Result<Page<ApiToken>> {
    let sql = select!("WHERE tenant_id = $1 AND id > $2 AND ($3 = '' OR user_id = $3) ORDER BY id LIMIT $4");
    let args = args![tenant_id.as_str(), cursor.unwrap_or(""), user_id.map_or("", UserId::as_str), limit + 1];
    let rows: Vec<TokenRow> = db.all(sql, args).await?;
    let items = rows.into_iter().map(TokenRow::read).collect::<Result<Vec<_>>>()?;
    Ok(Page::cut(items, limit, |t| t.id.to_string()))
}

/// Writes the name; `version` is the version that was read. Returns the new one.
pub async fn rename(db: &Db, tenant_id: &TenantId, id: &TokenId, version: i64, name: &str) -> Result<i64> {
    let n = db
        .run(
            "UPDATE api_token SET name = $4, version = version + 1 WHERE tenant_id = $1 AND id = $2 AND version = $3",
            args![tenant_id.as_str(), id.as_str(), version, name],
        )
        .await?;
    if n == 0 {
        get(db, tenant_id, id).await?;
        return Err(Error::stale("token", id));
    }
    Ok(version + 1)
}

pub async fn delete(db: &Db, tenant_id: &TenantId, id: &TokenId, version: i64) -> Result<()> {
    let args = args![tenant_id.as_str(), id.as_str(), version];
    if db.run("DELETE FROM api_token WHERE tenant_id = $1 AND id = $2 AND version = $3", args).await? == 0 {
        get(db, tenant_id, id).await?;
        return Err(Error::stale("token", id));
    }
    Ok(())
}

/// Notes the use; not an edit, so the version stays.
pub async fn touch(db: &Db, tenant_id: &TenantId, id: &TokenId, now: Timestamp) -> Result<()> {
    let args = args![tenant_id.as_str(), id.as_str(), now];
    db.run("UPDATE api_token SET last_used_at = $3 WHERE tenant_id = $1 AND id = $2", args).await?;
    Ok(())
}
