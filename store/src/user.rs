//! The people of a tenant, their teams' ids with them, and what signing in needs: password hash and failed attempts.

use crate::Page;
use crate::args::args;
use crate::db::{Db, Tx};
use crate::error::{Error, Result, to_json, word};
use qn_base::Timestamp;
use qn_domain::people::SERVICE_MAIL;
use qn_domain::{Language, Presence, Role, TeamId, TenantId, User, UserId};
use sqlx::FromRow;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, tenant_id, email, name, role, language, capacity, presence, password_hash, must_change_password, disabled, \
             failed_sign_ins, locked_until, version, created_at, \
             COALESCE((SELECT string_agg(m.team_id, ',' ORDER BY m.team_id) FROM team_member m WHERE m.tenant_id = app_user.tenant_id \
             AND m.user_id = app_user.id), '') AS team_ids FROM app_user ",
            $rest
        )
    };
}

/// A user with the secrets only sign-in may see.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    pub user: User,
    /// PHC text.
    pub password_hash: String,
    /// Since the last success.
    pub failed_sign_ins: i64,
    pub locked_until: Timestamp,
}

#[derive(FromRow)]
struct UserRow {
    id: String,
    tenant_id: String,
    email: String,
    name: String,
    role: String,
    language: String,
    capacity: i64,
    presence: String,
    password_hash: String,
    must_change_password: i64,
    disabled: i64,
    failed_sign_ins: i64,
    locked_until: i64,
    version: i64,
    created_at: i64,
    team_ids: String,
}

impl UserRow {
    fn read(self) -> Result<Account> {
        let user = User {
            id: self.id.into(),
            tenant_id: self.tenant_id.into(),
            email: self.email,
            name: self.name,
            role: word("app_user.role", &self.role, Role::parse)?,
            language: Language::from_tag(&self.language),
            capacity: self.capacity,
            presence: word("app_user.presence", &self.presence, Presence::parse)?,
            team_ids: self.team_ids.split(',').filter(|t| !t.is_empty()).map(TeamId::from).collect(),
            must_change_password: self.must_change_password != 0,
            disabled: self.disabled != 0,
            version: self.version,
            created_at: self.created_at,
        };
        Ok(Account { user, password_hash: self.password_hash, failed_sign_ins: self.failed_sign_ins, locked_until: self.locked_until })
    }
}

fn users(rows: Vec<UserRow>) -> Result<Vec<User>> {
    rows.into_iter().map(|row| row.read().map(|account| account.user)).collect()
}

/// `Exists` names the field that is taken: `email`, or `id` when the same creation was repeated.
pub async fn insert(db: &Db, user: &User, password_hash: &str) -> Result<()> {
    let mut tx = db.begin().await?;
    let n = tx
        .run(
            "INSERT INTO app_user (id, tenant_id, email, name, role, language, capacity, presence, password_hash, must_change_password, \
             disabled, version, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (id) DO NOTHING",
            args![
                user.id.as_str(),
                user.tenant_id.as_str(),
                &user.email,
                &user.name,
                user.role.as_str(),
                user.language.code(),
                user.capacity,
                user.presence.as_str(),
                password_hash,
                user.must_change_password,
                user.disabled,
                user.version,
                user.created_at
            ],
        )
        .await
        .map_err(|e| e.exists("email"))?;
    if n == 0 {
        return Err(Error::Exists("id".into()));
    }
    write_teams(&mut tx, user).await?;
    tx.commit().await
}

pub async fn find(db: &Db, tenant_id: &TenantId, id: &UserId) -> Result<Option<User>> {
    Ok(find_account(db, tenant_id, id).await?.map(|account| account.user))
}

pub async fn get(db: &Db, tenant_id: &TenantId, id: &UserId) -> Result<User> {
    find(db, tenant_id, id).await?.ok_or_else(|| Error::not_found("user", id))
}

pub async fn find_account(db: &Db, tenant_id: &TenantId, id: &UserId) -> Result<Option<Account>> {
    let row: Option<UserRow> = db.one(select!("WHERE tenant_id = $1 AND id = $2"), args![tenant_id.as_str(), id.as_str()]).await?;
    row.map(UserRow::read).transpose()
}

/// Whoever signs in with this address, in any tenant (one person may serve several); the caller's tenant choice narrows it.
pub async fn list_accounts(db: &Db, email: &str) -> Result<Vec<Account>> {
    let rows: Vec<UserRow> = db.all(select!("WHERE email = $1 ORDER BY created_at, id LIMIT 20"), args![email]).await?;
    rows.into_iter().map(UserRow::read).collect()
}

/// By e-mail; the cursor is the last address seen.
pub async fn list(db: &Db, tenant_id: &TenantId, cursor: Option<&str>, limit: i64) -> Result<Page<User>> {
    let args = args![tenant_id.as_str(), cursor.unwrap_or(""), limit + 1];
    let rows: Vec<UserRow> = db.all(select!("WHERE tenant_id = $1 AND email > $2 ORDER BY email LIMIT $3"), args).await?;
    Ok(Page::cut(users(rows)?, limit, |u| u.email.clone()))
}

/// Everybody of the tenant (at most 10,000), for routing.
pub async fn list_all(db: &Db, tenant_id: &TenantId) -> Result<Vec<User>> {
    users(db.all(select!("WHERE tenant_id = $1 ORDER BY email LIMIT 10000"), args![tenant_id.as_str()]).await?)
}

/// Writes e-mail, name, role, language, capacity, teams and `disabled`; `user.version` is the version that was read.
/// The last enabled admin who is a person stays one: `InUse` otherwise. Returns the new version.
pub async fn update(db: &Db, user: &User) -> Result<i64> {
    let mut tx = db.begin().await?;
    lock_tenant(&mut tx, &user.tenant_id).await?;
    let n = tx
        .run(
            "UPDATE app_user SET email = $4, name = $5, role = $6, language = $7, capacity = $8, disabled = $9, version = version + 1 \
             WHERE tenant_id = $1 AND id = $2 AND version = $3",
            args![
                user.tenant_id.as_str(),
                user.id.as_str(),
                user.version,
                &user.email,
                &user.name,
                user.role.as_str(),
                user.language.code(),
                user.capacity,
                user.disabled
            ],
        )
        .await
        .map_err(|e| e.exists("email"))?;
    if n == 0 {
        drop(tx);
        get(db, &user.tenant_id, &user.id).await?;
        return Err(Error::stale("user", &user.id));
    }
    write_teams(&mut tx, user).await?;
    keep_an_admin(&mut tx, &user.tenant_id, &user.id).await?;
    tx.commit().await?;
    Ok(user.version + 1)
}

/// The last enabled admin cannot go: `InUse`.
pub async fn delete(db: &Db, tenant_id: &TenantId, id: &UserId, version: i64) -> Result<()> {
    let mut tx = db.begin().await?;
    lock_tenant(&mut tx, tenant_id).await?;
    let args = args![tenant_id.as_str(), id.as_str(), version];
    if tx.run("DELETE FROM app_user WHERE tenant_id = $1 AND id = $2 AND version = $3", args).await? == 0 {
        drop(tx);
        get(db, tenant_id, id).await?;
        return Err(Error::stale("user", id));
    }
    keep_an_admin(&mut tx, tenant_id, id).await?;
    tx.commit().await
}

/// Two admins who demote each other at the same moment must not both succeed.
async fn lock_tenant(tx: &mut Tx, tenant_id: &TenantId) -> Result<()> {
    tx.run("UPDATE tenant SET name = name WHERE id = $1", args![tenant_id.as_str()]).await?;
    Ok(())
}

async fn keep_an_admin(tx: &mut Tx, tenant_id: &TenantId, id: &UserId) -> Result<()> {
    let left: Vec<(i64,)> = tx
        .all(
            "SELECT CAST(COUNT(*) AS BIGINT) FROM app_user WHERE tenant_id = $1 AND role = 'admin' AND disabled = 0 AND email NOT LIKE $2",
            args![tenant_id.as_str(), format!("%{SERVICE_MAIL}")],
        )
        .await?;
    match left.first() {
        Some((n,)) if *n > 0 => Ok(()),
        _ => Err(Error::InUse { what: "user", id: id.to_string(), by: "the tenant, as its last admin" }),
    }
}

/// Replaces the memberships; ids of other tenants' teams are silently not joined.
async fn write_teams(tx: &mut Tx, user: &User) -> Result<()> {
    const SQLITE: &str = "INSERT INTO team_member (tenant_id, team_id, user_id) SELECT tenant_id, id, $2 FROM team \
        WHERE tenant_id = $1 AND id IN (SELECT value FROM json_each($3))";
    const POSTGRES: &str = "INSERT INTO team_member (tenant_id, team_id, user_id) SELECT tenant_id, id, $2 FROM team \
        WHERE tenant_id = $1 AND id IN (SELECT jsonb_array_elements_text(CAST($3 AS JSONB)))";
    let (tenant, id) = (user.tenant_id.as_str(), user.id.as_str());
    tx.run("DELETE FROM team_member WHERE tenant_id = $1 AND user_id = $2", args![tenant, id]).await?;
    if !user.team_ids.is_empty() {
        tx.run(tx.dialect().pick(SQLITE, POSTGRES), args![tenant, id, to_json(&user.team_ids)]).await?;
    }
    Ok(())
}

pub(crate) const SET_PRESENCE: &str = "UPDATE app_user SET presence = $3 WHERE tenant_id = $1 AND id = $2";

/// What the person chose in the presence switch; not an edit, so the version stays.
pub async fn set_presence(db: &Db, tenant_id: &TenantId, id: &UserId, presence: Presence) -> Result<()> {
    let args = args![tenant_id.as_str(), id.as_str(), presence.as_str()];
    match db.run(SET_PRESENCE, args).await? {
        0 => Err(Error::not_found("user", id)),
        _ => Ok(()),
    }
}

/// A new password also ends a lockout.
pub async fn set_password(db: &Db, tenant_id: &TenantId, id: &UserId, password_hash: &str, must_change: bool) -> Result<()> {
    let n = db
        .run(
            "UPDATE app_user SET password_hash = $3, must_change_password = $4, failed_sign_ins = 0, locked_until = 0 \
             WHERE tenant_id = $1 AND id = $2",
            args![tenant_id.as_str(), id.as_str(), password_hash, must_change],
        )
        .await?;
    if n == 0 { Err(Error::not_found("user", id)) } else { Ok(()) }
}

/// Counts one more failed sign-in; returns how many there are now.
pub async fn count_failure(db: &Db, tenant_id: &TenantId, id: &UserId) -> Result<i64> {
    let rows: Vec<(i64,)> = db
        .run_returning(
            "UPDATE app_user SET failed_sign_ins = failed_sign_ins + 1 WHERE tenant_id = $1 AND id = $2 RETURNING failed_sign_ins",
            args![tenant_id.as_str(), id.as_str()],
        )
        .await?;
    Ok(rows.first().map_or(0, |(n,)| *n))
}

pub async fn lock_until(db: &Db, tenant_id: &TenantId, id: &UserId, until: Timestamp) -> Result<()> {
    db.run("UPDATE app_user SET locked_until = $3 WHERE tenant_id = $1 AND id = $2", args![tenant_id.as_str(), id.as_str(), until]).await?;
    Ok(())
}

pub async fn clear_failures(db: &Db, tenant_id: &TenantId, id: &UserId) -> Result<()> {
    db.run(
        "UPDATE app_user SET failed_sign_ins = 0, locked_until = 0 WHERE tenant_id = $1 AND id = $2",
        args![tenant_id.as_str(), id.as_str()],
    )
    .await?;
    Ok(())
}
