//! Webhook endpoints. Deliveries are effects (`effect::list_webhook`).

use crate::Page;
use crate::args::args;
use crate::db::Db;
use crate::error::{Error, Result, json, to_json};
use qn_domain::{TenantId, WebhookEndpoint, WebhookId, WebhookPause};
use sqlx::FromRow;

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT id, tenant_id, url, secret, events, enabled, version, created_at, paused_at, paused_reason FROM webhook ", $rest)
    };
}

#[derive(FromRow)]
struct WebhookRow {
    id: String,
    tenant_id: String,
    url: String,
    secret: String,
    events: String,
    enabled: i64,
    version: i64,
    created_at: i64,
    paused_at: Option<i64>,
    paused_reason: Option<String>,
}

impl WebhookRow {
    fn read(self) -> Result<WebhookEndpoint> {
        Ok(WebhookEndpoint {
            id: self.id.into(),
            tenant_id: self.tenant_id.into(),
            url: self.url,
            secret: self.secret,
            events: json("webhook.events", &self.events)?,
            enabled: self.enabled != 0,
            paused: self.paused_at.map(|at| WebhookPause { at, reason: self.paused_reason.unwrap_or_default() }),
            version: self.version,
            created_at: self.created_at,
        })
    }
}

pub async fn insert(db: &Db, w: &WebhookEndpoint) -> Result<()> {
    let n = db
        .run(
            "INSERT INTO webhook (id, tenant_id, url, secret, events, enabled, version, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
             ON CONFLICT (id) DO NOTHING",
            args![w.id.as_str(), w.tenant_id.as_str(), &w.url, &w.secret, to_json(&w.events), w.enabled, w.version, w.created_at],
        )
        .await?;
    if n == 0 { Err(Error::Exists("id".into())) } else { Ok(()) }
}

pub async fn find(db: &Db, tenant_id: &TenantId, id: &WebhookId) -> Result<Option<WebhookEndpoint>> {
    let row: Option<WebhookRow> = db.one(select!("WHERE tenant_id = $1 AND id = $2"), args![tenant_id.as_str(), id.as_str()]).await?;
    row.map(WebhookRow::read).transpose()
}

pub async fn get(db: &Db, tenant_id: &TenantId, id: &WebhookId) -> Result<WebhookEndpoint> {
    find(db, tenant_id, id).await?.ok_or_else(|| Error::not_found("webhook", id))
}

/// By id, which is also the cursor: oldest first.
pub async fn list(db: &Db, tenant_id: &TenantId, cursor: Option<&str>, limit: i64) -> Result<Page<WebhookEndpoint>> {
    let args = args![tenant_id.as_str(), cursor.unwrap_or(""), limit + 1];
    let rows: Vec<WebhookRow> = db.all(select!("WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3"), args).await?;
    let items = rows.into_iter().map(WebhookRow::read).collect::<Result<Vec<_>>>()?;
    Ok(Page::cut(items, limit, |w| w.id.to_string()))
}

/// Those that want to hear and are not paused (at most 200).
pub async fn list_active(db: &Db, tenant_id: &TenantId) -> Result<Vec<WebhookEndpoint>> {
    let rows: Vec<WebhookRow> = db
        .all(select!("WHERE tenant_id = $1 AND enabled = 1 AND paused_at IS NULL ORDER BY id LIMIT 200"), args![tenant_id.as_str()])
        .await?;
    rows.into_iter().map(WebhookRow::read).collect()
}

/// Address, events, on or off, the secret, and the end of a pause; `w.version` is the version that was read. Returns the new one.
pub async fn update(db: &Db, w: &WebhookEndpoint) -> Result<i64> {
    let n = db
        .run(
            "UPDATE webhook SET url = $4, secret = $5, events = $6, enabled = $7, version = version + 1, \
             paused_at = CASE WHEN $8 = 1 THEN paused_at ELSE NULL END, paused_reason = CASE WHEN $8 = 1 THEN paused_reason ELSE NULL END \
             WHERE tenant_id = $1 AND id = $2 AND version = $3",
            args![w.tenant_id.as_str(), w.id.as_str(), w.version, &w.url, &w.secret, to_json(&w.events), w.enabled, w.paused.is_some()],
        )
        .await?;
    if n == 0 {
        get(db, &w.tenant_id, &w.id).await?;
        return Err(Error::stale("webhook", &w.id));
    }
    Ok(w.version + 1)
}

/// Sends nothing more until a person ends the pause. False when it is paused already or gone.
pub async fn pause(db: &Db, tenant_id: &TenantId, id: &WebhookId, pause: &WebhookPause) -> Result<bool> {
    let n = db
        .run(
            "UPDATE webhook SET paused_at = $3, paused_reason = $4, version = version + 1 \
             WHERE tenant_id = $1 AND id = $2 AND paused_at IS NULL",
            args![tenant_id.as_str(), id.as_str(), pause.at, &pause.reason],
        )
        .await?;
    Ok(n == 1)
}

pub async fn delete(db: &Db, tenant_id: &TenantId, id: &WebhookId, version: i64) -> Result<()> {
    let args = args![tenant_id.as_str(), id.as_str(), version];
    if db.run("DELETE FROM webhook WHERE tenant_id = $1 AND id = $2 AND version = $3", args).await? == 0 {
        get(db, tenant_id, id).await?;
        return Err(Error::stale("webhook", id));
    }
    Ok(())
}
