//! Inboxes 接入渠道 with their channel settings, hours and looks.

use crate::Page;
use crate::args::args;
use crate::db::Db;
use crate::error::{Error, Result, json, to_json, word};
use qn_domain::{ChannelKind, Inbox, InboxId, Language, TeamId, TenantId};
use sqlx::FromRow;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, tenant_id, name, channel, key, secret, team_id, bot_enabled, language, hours, widget, channel_settings, \
             reopen_window_ms, version, created_at FROM inbox ",
            $rest
        )
    };
}

#[derive(FromRow)]
struct InboxRow {
    id: String,
    tenant_id: String,
    name: String,
    channel: String,
    key: String,
    secret: String,
    team_id: Option<String>,
    bot_enabled: i64,
    language: String,
    hours: String,
    widget: String,
    channel_settings: String,
    reopen_window_ms: i64,
    version: i64,
    created_at: i64,
}

impl InboxRow {
    fn read(self) -> Result<Inbox> {
        Ok(Inbox {
            id: self.id.into(),
            tenant_id: self.tenant_id.into(),
            name: self.name,
            channel: word("inbox.channel", &self.channel, ChannelKind::parse)?,
            key: self.key,
            secret: self.secret,
            team_id: self.team_id.map(TeamId),
            bot_enabled: self.bot_enabled != 0,
            language: Language::from_tag(&self.language),
            hours: json("inbox.hours", &self.hours)?,
            widget: json("inbox.widget", &self.widget)?,
            channel_settings: json("inbox.channel_settings", &self.channel_settings)?,
            reopen_window_ms: self.reopen_window_ms,
            version: self.version,
            created_at: self.created_at,
        })
    }
}

pub async fn insert(db: &Db, i: &Inbox) -> Result<()> {
    let n = db
        .run(
            "INSERT INTO inbox (id, tenant_id, name, channel, key, secret, team_id, bot_enabled, language, hours, widget, channel_settings, \
             reopen_window_ms, version, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) \
             ON CONFLICT (id) DO NOTHING",
            args![
                i.id.as_str(),
                i.tenant_id.as_str(),
                &i.name,
                i.channel.as_str(),
                &i.key,
                &i.secret,
                i.team_id.as_ref().map(TeamId::as_str),
                i.bot_enabled,
                i.language.code(),
                to_json(&i.hours),
                to_json(&i.widget),
                to_json(&i.channel_settings),
                i.reopen_window_ms,
                i.version,
                i.created_at
            ],
        )
        .await
        .map_err(|e| e.exists("key"))?;
    if n == 0 { Err(Error::Exists("id".into())) } else { Ok(()) }
}

pub async fn find(db: &Db, tenant_id: &TenantId, id: &InboxId) -> Result<Option<Inbox>> {
    let row: Option<InboxRow> = db.one(select!("WHERE tenant_id = $1 AND id = $2"), args![tenant_id.as_str(), id.as_str()]).await?;
    row.map(InboxRow::read).transpose()
}

pub async fn get(db: &Db, tenant_id: &TenantId, id: &InboxId) -> Result<Inbox> {
    find(db, tenant_id, id).await?.ok_or_else(|| Error::not_found("inbox", id))
}

/// By its public name, which is unique over all tenants: this is how a stranger's request finds its tenant.
pub async fn find_by_key(db: &Db, key: &str) -> Result<Option<Inbox>> {
    let row: Option<InboxRow> = db.one(select!("WHERE key = $1"), args![key]).await?;
    row.map(InboxRow::read).transpose()
}

/// By id, which is also the cursor: oldest first.
pub async fn list(db: &Db, tenant_id: &TenantId, cursor: Option<&str>, limit: i64) -> Result<Page<Inbox>> {
    let args = args![tenant_id.as_str(), cursor.unwrap_or(""), limit + 1];
    let rows: Vec<InboxRow> = db.all(select!("WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3"), args).await?;
    let items = rows.into_iter().map(InboxRow::read).collect::<Result<Vec<_>>>()?;
    Ok(Page::cut(items, limit, |i| i.id.to_string()))
}

/// Everything but channel, key and secret; `i.version` is the version that was read. Returns the new one.
pub async fn update(db: &Db, i: &Inbox) -> Result<i64> {
    let n = db
        .run(
            "UPDATE inbox SET name = $4, team_id = $5, bot_enabled = $6, language = $7, hours = $8, widget = $9, channel_settings = $10, \
             reopen_window_ms = $11, version = version + 1 WHERE tenant_id = $1 AND id = $2 AND version = $3",
            args![
                i.tenant_id.as_str(),
                i.id.as_str(),
                i.version,
                &i.name,
                i.team_id.as_ref().map(TeamId::as_str),
                i.bot_enabled,
                i.language.code(),
                to_json(&i.hours),
                to_json(&i.widget),
                to_json(&i.channel_settings),
                i.reopen_window_ms
            ],
        )
        .await?;
    if n == 0 {
        get(db, &i.tenant_id, &i.id).await?;
        return Err(Error::stale("inbox", &i.id));
    }
    Ok(i.version + 1)
}

/// A new secret; what was signed with the old one is refused from now on. Returns the new version.
pub async fn set_secret(db: &Db, tenant_id: &TenantId, id: &InboxId, version: i64, secret: &str) -> Result<i64> {
    let args = args![tenant_id.as_str(), id.as_str(), version, secret];
    let sql = "UPDATE inbox SET secret = $4, version = version + 1 WHERE tenant_id = $1 AND id = $2 AND version = $3";
    if db.run(sql, args).await? == 0 {
        get(db, tenant_id, id).await?;
        return Err(Error::stale("inbox", id));
    }
    Ok(version + 1)
}

/// The same secret in another form, such as sealed: nobody has to hear of it, so the version stays. Nothing happens where it changed meanwhile.
pub async fn replace_secret(db: &Db, i: &Inbox, form: &str) -> Result<()> {
    let args = args![i.tenant_id.as_str(), i.id.as_str(), &i.secret, form];
    db.run("UPDATE inbox SET secret = $4 WHERE tenant_id = $1 AND id = $2 AND secret = $3", args).await?;
    Ok(())
}

/// Refused (`InUse`) once customers have come in through it.
pub async fn delete(db: &Db, tenant_id: &TenantId, id: &InboxId, version: i64) -> Result<()> {
    let mut tx = db.begin().await?;
    for sql in FORGET_CHANNEL {
        tx.run(sql, args![id.as_str(), tenant_id.as_str()]).await?;
    }
    let args = args![tenant_id.as_str(), id.as_str(), version];
    let deleted = tx.run("DELETE FROM inbox WHERE tenant_id = $1 AND id = $2 AND version = $3", args).await;
    if deleted.map_err(|e| e.in_use("inbox", id, "customers who came in through it"))? == 0 {
        tx.rollback().await?;
        get(db, tenant_id, id).await?;
        return Err(Error::stale("inbox", id));
    }
    tx.commit().await
}

/// What an inbox remembers about its platform goes with it.
const FORGET_CHANNEL: [&str; 9] = [
    "DELETE FROM mail WHERE inbox_id = $1 AND tenant_id = $2",
    "DELETE FROM channel_event WHERE inbox_id = $1 AND tenant_id = $2",
    "DELETE FROM channel_cursor WHERE inbox_id = $1 AND tenant_id = $2",
    "DELETE FROM channel_token WHERE inbox_id = $1 AND tenant_id = $2",
    "DELETE FROM channel_sent WHERE inbox_id = $1 AND tenant_id = $2",
    "DELETE FROM channel_opening WHERE inbox_id = $1 AND tenant_id = $2",
    "DELETE FROM channel_handle WHERE inbox_id = $1 AND tenant_id = $2",
    "DELETE FROM channel_error WHERE inbox_id = $1 AND tenant_id = $2",
    "DELETE FROM channel_health WHERE inbox_id = $1 AND tenant_id = $2",
];
