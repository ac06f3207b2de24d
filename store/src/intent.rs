//! Intents: what customers want, by name, and what the bot does about it. Their examples are in `intent_example`.

use crate::Page;
use crate::args::args;
use crate::conversation::like;
use crate::db::Db;
use crate::error::{Error, Result, json, to_json};
use qn_domain::{Intent, IntentId, TenantId};
use sqlx::FromRow;

/// What an intent that stands only within its subject says of its context.
const IN_TOPIC: &str = "topic";

fn context(i: &Intent) -> &'static str {
    if i.only_in_topic { IN_TOPIC } else { "" }
}

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT id, tenant_id, name, description, reply, topic, context, version, created_at, updated_at FROM intent ", $rest)
    };
}

#[derive(FromRow)]
struct IntentRow {
    id: String,
    tenant_id: String,
    name: String,
    description: String,
    reply: String,
    topic: String,
    context: String,
    version: i64,
    created_at: i64,
    updated_at: i64,
}

impl IntentRow {
    fn read(self) -> Result<Intent> {
        Ok(Intent {
            id: self.id.into(),
            tenant_id: self.tenant_id.into(),
            name: self.name,
            description: self.description,
            reply: json("intent.reply", &self.reply)?,
            topic: self.topic,
            only_in_topic: self.context == IN_TOPIC,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

pub async fn insert(db: &Db, i: &Intent) -> Result<()> {
    let n = db
        .run(
            "INSERT INTO intent (id, tenant_id, name, description, reply, version, created_at, updated_at, topic, context) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING",
            args![
                i.id.as_str(),
                i.tenant_id.as_str(),
                &i.name,
                &i.description,
                to_json(&i.reply),
                i.version,
                i.created_at,
                i.updated_at,
                &i.topic,
                context(i)
            ],
        )
        .await
        .map_err(|e| e.exists("name"))?;
    if n == 0 { Err(Error::Exists("id".into())) } else { Ok(()) }
}

pub async fn find(db: &Db, tenant_id: &TenantId, id: &IntentId) -> Result<Option<Intent>> {
    let row: Option<IntentRow> = db.one(select!("WHERE tenant_id = $1 AND id = $2"), args![tenant_id.as_str(), id.as_str()]).await?;
    row.map(IntentRow::read).transpose()
}

pub async fn get(db: &Db, tenant_id: &TenantId, id: &IntentId) -> Result<Intent> {
    find(db, tenant_id, id).await?.ok_or_else(|| Error::not_found("intent", id))
}

/// By name, which is also the cursor. `text` is part of the name or of the description.
pub async fn list(db: &Db, tenant_id: &TenantId, text: Option<&str>, cursor: Option<&str>, limit: i64) -> Result<Page<Intent>> {
    let sql = select!(
        "WHERE tenant_id = $1 AND name > $2 AND (LOWER(name) LIKE $3 ESCAPE '!' OR LOWER(description) LIKE $3 ESCAPE '!') \
         ORDER BY name LIMIT $4"
    );
    let pattern = format!("%{}%", like(&text.unwrap_or("").trim().to_lowercase()));
    let rows: Vec<IntentRow> = db.all(sql, args![tenant_id.as_str(), cursor.unwrap_or(""), pattern, limit + 1]).await?;
    let intents: Result<Vec<Intent>> = rows.into_iter().map(IntentRow::read).collect();
    Ok(Page::cut(intents?, limit, |i| i.name.clone()))
}

/// How many the tenant has.
pub async fn count(db: &Db, tenant_id: &TenantId) -> Result<i64> {
    let row: Option<(i64,)> = db.one("SELECT COUNT(*) FROM intent WHERE tenant_id = $1", args![tenant_id.as_str()]).await?;
    Ok(row.map_or(0, |(n,)| n))
}

/// `i.version` is the version that was read. Returns the new one.
pub async fn update(db: &Db, i: &Intent) -> Result<i64> {
    let n = db
        .run(
            "UPDATE intent SET name = $4, description = $5, reply = $6, updated_at = $7, topic = $8, context = $9, version = version + 1 \
             WHERE tenant_id = $1 AND id = $2 AND version = $3",
            args![
                i.tenant_id.as_str(),
                i.id.as_str(),
                i.version,
                &i.name,
                &i.description,
                to_json(&i.reply),
                i.updated_at,
                &i.topic,
                context(i)
            ],
        )
        .await
        .map_err(|e| e.exists("name"))?;
    if n == 0 {
        get(db, &i.tenant_id, &i.id).await?;
        return Err(Error::stale("intent", &i.id));
    }
    Ok(i.version + 1)
}

/// With its examples.
pub async fn delete(db: &Db, tenant_id: &TenantId, id: &IntentId, version: i64) -> Result<()> {
    let found = get(db, tenant_id, id).await?;
    if found.version != version {
        return Err(Error::stale("intent", id));
    }
    let mut tx = db.begin().await?;
    let args = args![tenant_id.as_str(), id.as_str()];
    tx.run("DELETE FROM intent_example WHERE tenant_id = $1 AND intent_id = $2", args).await?;
    let args = args![tenant_id.as_str(), id.as_str(), version];
    if tx.run("DELETE FROM intent WHERE tenant_id = $1 AND id = $2 AND version = $3", args).await? == 0 {
        return Err(Error::stale("intent", id));
    }
    tx.commit().await
}
