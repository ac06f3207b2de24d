//! Teams 团队 and who is in them. Membership is written with the user (`user::update`).

use crate::Page;
use crate::args::args;
use crate::db::Db;
use crate::error::{Error, Result};
use qn_domain::{Team, TeamId, TenantId, UserId};
use sqlx::FromRow;

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT id, tenant_id, name, version, created_at FROM team ", $rest)
    };
}

#[derive(FromRow)]
struct TeamRow {
    id: String,
    tenant_id: String,
    name: String,
    version: i64,
    created_at: i64,
}

impl TeamRow {
    fn read(self) -> Team {
        Team { id: self.id.into(), tenant_id: self.tenant_id.into(), name: self.name, version: self.version, created_at: self.created_at }
    }
}

pub async fn insert(db: &Db, team: &Team) -> Result<()> {
    let n = db
        .run(
            "INSERT INTO team (id, tenant_id, name, version, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING",
            args![team.id.as_str(), team.tenant_id.as_str(), &team.name, team.version, team.created_at],
        )
        .await
        .map_err(|e| e.exists("name"))?;
    if n == 0 { Err(Error::Exists("id".into())) } else { Ok(()) }
}

pub async fn find(db: &Db, tenant_id: &TenantId, id: &TeamId) -> Result<Option<Team>> {
    let row: Option<TeamRow> = db.one(select!("WHERE tenant_id = $1 AND id = $2"), args![tenant_id.as_str(), id.as_str()]).await?;
    Ok(row.map(TeamRow::read))
}

pub async fn get(db: &Db, tenant_id: &TenantId, id: &TeamId) -> Result<Team> {
    find(db, tenant_id, id).await?.ok_or_else(|| Error::not_found("team", id))
}

/// By name, which is also the cursor.
pub async fn list(db: &Db, tenant_id: &TenantId, cursor: Option<&str>, limit: i64) -> Result<Page<Team>> {
    let args = args![tenant_id.as_str(), cursor.unwrap_or(""), limit + 1];
    let rows: Vec<TeamRow> = db.all(select!("WHERE tenant_id = $1 AND name > $2 ORDER BY name LIMIT $3"), args).await?;
    Ok(Page::cut(rows.into_iter().map(TeamRow::read).collect(), limit, |t| t.name.clone()))
}

/// `team.version` is the version that was read. Returns the new one.
pub async fn update(db: &Db, team: &Team) -> Result<i64> {
    let n = db
        .run(
            "UPDATE team SET name = $4, version = version + 1 WHERE tenant_id = $1 AND id = $2 AND version = $3",
            args![team.tenant_id.as_str(), team.id.as_str(), team.version, &team.name],
        )
        .await
        .map_err(|e| e.exists("name"))?;
    if n == 0 {
        get(db, &team.tenant_id, &team.id).await?;
        return Err(Error::stale("team", &team.id));
    }
    Ok(team.version + 1)
}

/// Refused (`InUse`) while an inbox hands to it or a conversation waits in its queue.
pub async fn delete(db: &Db, tenant_id: &TenantId, id: &TeamId, version: i64) -> Result<()> {
    let mut tx = db.begin().await?;
    let used: Vec<(i64,)> = tx
        .all(
            "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT id FROM inbox WHERE tenant_id = $1 AND team_id = $2 UNION ALL \
             SELECT id FROM conversation WHERE tenant_id = $1 AND owner_kind = 'queue' AND team_id = $2 AND status <> 'resolved') AS used",
            args![tenant_id.as_str(), id.as_str()],
        )
        .await?;
    if used.first().is_some_and(|(n,)| *n > 0) {
        return Err(Error::InUse { what: "team", id: id.to_string(), by: "an inbox or a waiting conversation" });
    }
    let args = args![tenant_id.as_str(), id.as_str(), version];
    if tx.run("DELETE FROM team WHERE tenant_id = $1 AND id = $2 AND version = $3", args).await? == 0 {
        drop(tx);
        get(db, tenant_id, id).await?;
        return Err(Error::stale("team", id));
    }
    tx.commit().await
}

pub async fn list_members(db: &Db, tenant_id: &TenantId, id: &TeamId) -> Result<Vec<UserId>> {
    let args = args![tenant_id.as_str(), id.as_str()];
    let rows: Vec<(String,)> =
        db.all("SELECT user_id FROM team_member WHERE tenant_id = $1 AND team_id = $2 ORDER BY user_id LIMIT 10000", args).await?;
    Ok(rows.into_iter().map(|(id,)| UserId(id)).collect())
}
