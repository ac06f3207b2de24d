//! Views of conversations, and which of them each person keeps beside the list.

use crate::args::args;
use crate::db::Db;
use crate::error::{Error, Result, json, to_json, word};
use qn_domain::{Audience, TeamId, TenantId, UserId, View, ViewId, ViewSort};
use sqlx::FromRow;

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT id, tenant_id, name, filter, sort, audience, team_id, maker_id, version, created_at FROM conversation_view ", $rest)
    };
}

#[derive(FromRow)]
struct ViewRow {
    id: String,
    tenant_id: String,
    name: String,
    filter: String,
    sort: String,
    audience: String,
    team_id: Option<String>,
    maker_id: String,
    version: i64,
    created_at: i64,
}

impl ViewRow {
    fn read(self) -> Result<View> {
        let audience = match (self.audience.as_str(), self.team_id) {
            ("private", _) => Audience::Private,
            ("everyone", _) => Audience::Everyone,
            ("team", Some(team_id)) => Audience::Team { team_id: TeamId(team_id) },
            (other, _) => return Err(Error::Corrupt { column: "conversation_view.audience", reason: other.to_owned() }),
        };
        Ok(View {
            id: self.id.into(),
            tenant_id: self.tenant_id.into(),
            name: self.name,
            filter: json("conversation_view.filter", &self.filter)?,
            sort: word("conversation_view.sort", &self.sort, ViewSort::parse)?,
            audience,
            maker_id: self.maker_id.into(),
            version: self.version,
            created_at: self.created_at,
        })
    }
}

fn audience(view: &View) -> (&'static str, Option<&str>) {
    match &view.audience {
        Audience::Private => ("private", None),
        Audience::Team { team_id } => ("team", Some(team_id.as_str())),
        Audience::Everyone => ("everyone", None),
    }
}

pub async fn insert(db: &Db, v: &View) -> Result<()> {
    let (audience, team_id) = audience(v);
    let n = db
        .run(
            "INSERT INTO conversation_view (id, tenant_id, name, filter, sort, audience, team_id, maker_id, version, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING",
            args![
                v.id.as_str(),
                v.tenant_id.as_str(),
                &v.name,
                to_json(&v.filter),
                v.sort.as_str(),
                audience,
                team_id,
                v.maker_id.as_str(),
                v.version,
                v.created_at
            ],
        )
        .await?;
    if n == 0 { Err(Error::Exists("id".into())) } else { Ok(()) }
}

pub async fn find(db: &Db, tenant_id: &TenantId, id: &ViewId) -> Result<Option<View>> {
    let row: Option<ViewRow> = db.one(select!("WHERE tenant_id = $1 AND id = $2"), args![tenant_id.as_str(), id.as_str()]).await?;
    row.map(ViewRow::read).transpose()
}

pub async fn get(db: &Db, tenant_id: &TenantId, id: &ViewId) -> Result<View> {
    find(db, tenant_id, id).await?.ok_or_else(|| Error::not_found("view", id))
}

/// One's own and what is shared with anybody, by name; there are few.
pub async fn list(db: &Db, tenant_id: &TenantId, user_id: &UserId) -> Result<Vec<View>> {
    let sql = select!("WHERE tenant_id = $1 AND (maker_id = $2 OR audience <> 'private') ORDER BY name, id");
    let rows: Vec<ViewRow> = db.all(sql, args![tenant_id.as_str(), user_id.as_str()]).await?;
    rows.into_iter().map(ViewRow::read).collect()
}

/// `v.version` is the version that was read. Returns the new one.
pub async fn update(db: &Db, v: &View) -> Result<i64> {
    let (audience, team_id) = audience(v);
    let n = db
        .run(
            "UPDATE conversation_view SET name = $4, filter = $5, sort = $6, audience = $7, team_id = $8, version = version + 1 \
             WHERE tenant_id = $1 AND id = $2 AND version = $3",
            args![v.tenant_id.as_str(), v.id.as_str(), v.version, &v.name, to_json(&v.filter), v.sort.as_str(), audience, team_id],
        )
        .await?;
    if n == 0 {
        get(db, &v.tenant_id, &v.id).await?;
        return Err(Error::stale("view", &v.id));
    }
    Ok(v.version + 1)
}

pub async fn delete(db: &Db, tenant_id: &TenantId, id: &ViewId, version: i64) -> Result<()> {
    let args = args![tenant_id.as_str(), id.as_str(), version];
    if db.run("DELETE FROM conversation_view WHERE tenant_id = $1 AND id = $2 AND version = $3", args).await? == 0 {
        get(db, tenant_id, id).await?;
        return Err(Error::stale("view", id));
    }
    Ok(())
}

/// None when the person never chose: then all they may see.
pub async fn pinned(db: &Db, tenant_id: &TenantId, user_id: &UserId) -> Result<Option<Vec<ViewId>>> {
    let row: Option<(String,)> = db
        .one("SELECT view_ids FROM pinned_views WHERE tenant_id = $1 AND user_id = $2", args![tenant_id.as_str(), user_id.as_str()])
        .await?;
    row.map(|(ids,)| json("pinned_views.view_ids", &ids)).transpose()
}

pub async fn pin(db: &Db, tenant_id: &TenantId, user_id: &UserId, ids: &[ViewId]) -> Result<()> {
    db.run(
        "INSERT INTO pinned_views (tenant_id, user_id, view_ids) VALUES ($1, $2, $3) \
         ON CONFLICT (tenant_id, user_id) DO UPDATE SET view_ids = excluded.view_ids",
        args![tenant_id.as_str(), user_id.as_str(), to_json(&ids)],
    )
    .await?;
    Ok(())
}
