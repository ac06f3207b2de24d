//! What people write when a conversation is done: the tenant's form, and one row each time somebody was asked. The engine writes.

use crate::args::args;
use crate::db::Db;
use crate::error::{Error, Result, json, to_json};
use qn_base::Timestamp;
use qn_domain::wrap_up::{WrapUp, WrapUpForm};
use qn_domain::{ConversationId, TenantId, UserId};
use sqlx::FromRow;

#[derive(FromRow)]
struct WrapUpRow {
    tenant_id: String,
    conversation_id: String,
    began_at: i64,
    inbox_id: String,
    agent_id: String,
    required: i64,
    until_at: i64,
    ended_at: Option<i64>,
    category: Option<String>,
    note: String,
    saved_at: Option<i64>,
}

impl WrapUpRow {
    fn read(self) -> WrapUp {
        WrapUp {
            tenant_id: self.tenant_id.into(),
            conversation_id: self.conversation_id.into(),
            began_at: self.began_at,
            inbox_id: self.inbox_id.into(),
            agent_id: UserId(self.agent_id),
            required: self.required != 0,
            until_at: self.until_at,
            ended_at: self.ended_at,
            category: self.category,
            note: self.note,
            saved_at: self.saved_at,
        }
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT tenant_id, conversation_id, began_at, inbox_id, agent_id, required, until_at, ended_at, category, note, saved_at \
             FROM wrap_up WHERE tenant_id = $1 AND ",
            $rest
        )
    };
}

/// The form and its version; version 0 when there is none.
pub async fn form(db: &Db, tenant_id: &TenantId) -> Result<(WrapUpForm, i64)> {
    let row: Option<(String, i64)> =
        db.one("SELECT document, version FROM wrap_up_form WHERE tenant_id = $1", args![tenant_id.as_str()]).await?;
    match row {
        Some((document, version)) => Ok((json("wrap_up_form.document", &document)?, version)),
        None => Ok((WrapUpForm::default(), 0)),
    }
}

/// `version` is the one that was read (0: none). Returns the new one.
pub async fn put_form(db: &Db, tenant_id: &TenantId, form: &WrapUpForm, version: i64) -> Result<i64> {
    let values = args![tenant_id.as_str(), to_json(form), version];
    let sql = if version == 0 {
        "INSERT INTO wrap_up_form (tenant_id, document, version) VALUES ($1, $2, $3 + 1) ON CONFLICT DO NOTHING"
    } else {
        "UPDATE wrap_up_form SET document = $2, version = $3 + 1 WHERE tenant_id = $1 AND version = $3"
    };
    if db.run(sql, values).await? == 0 { Err(Error::stale("wrap_up_form", tenant_id.as_str())) } else { Ok(version + 1) }
}

/// A person is asked. The same time twice is once.
pub async fn insert(db: &Db, w: &WrapUp) -> Result<()> {
    let sql = "INSERT INTO wrap_up (tenant_id, conversation_id, began_at, inbox_id, agent_id, required, until_at, note) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, '') ON CONFLICT DO NOTHING";
    let args = args![
        w.tenant_id.as_str(),
        w.conversation_id.as_str(),
        w.began_at,
        w.inbox_id.as_str(),
        w.agent_id.as_str(),
        w.required,
        w.until_at,
    ];
    db.run(sql, args).await?;
    Ok(())
}

/// What a person still has to write.
pub async fn list_open(db: &Db, tenant_id: &TenantId, agent_id: &UserId) -> Result<Vec<WrapUp>> {
    let sql = select!("agent_id = $2 AND ended_at IS NULL ORDER BY began_at, conversation_id LIMIT 100");
    let rows: Vec<WrapUpRow> = db.all(sql, args![tenant_id.as_str(), agent_id.as_str()]).await?;
    Ok(rows.into_iter().map(WrapUpRow::read).collect())
}

/// What everybody of the tenant still has to write.
pub async fn list_all_open(db: &Db, tenant_id: &TenantId) -> Result<Vec<WrapUp>> {
    let sql = select!("ended_at IS NULL ORDER BY agent_id, began_at LIMIT 10000");
    let rows: Vec<WrapUpRow> = db.all(sql, args![tenant_id.as_str()]).await?;
    Ok(rows.into_iter().map(WrapUpRow::read).collect())
}

/// What was written about one conversation, oldest first.
pub async fn list(db: &Db, tenant_id: &TenantId, conversation_id: &ConversationId) -> Result<Vec<WrapUp>> {
    let sql = select!("conversation_id = $2 ORDER BY began_at LIMIT 100");
    let rows: Vec<WrapUpRow> = db.all(sql, args![tenant_id.as_str(), conversation_id.as_str()]).await?;
    Ok(rows.into_iter().map(WrapUpRow::read).collect())
}

/// What began in `[from, to)`, oldest first, for reports. At most 100,000.
pub async fn list_between(db: &Db, tenant_id: &TenantId, from: Timestamp, to: Timestamp) -> Result<Vec<WrapUp>> {
    let sql = select!("began_at >= $2 AND began_at < $3 ORDER BY began_at, conversation_id LIMIT 100000");
    let rows: Vec<WrapUpRow> = db.all(sql, args![tenant_id.as_str(), from, to]).await?;
    Ok(rows.into_iter().map(WrapUpRow::read).collect())
}

/// Written, by whoever was asked; may be corrected later. False when nobody was asked then.
pub async fn save(db: &Db, w: &WrapUp, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE wrap_up SET category = $4, note = $5, saved_at = $6, ended_at = COALESCE(ended_at, $6) \
        WHERE tenant_id = $1 AND conversation_id = $2 AND began_at = $3";
    let args = args![w.tenant_id.as_str(), w.conversation_id.as_str(), w.began_at, w.category.as_deref(), &w.note, now];
    Ok(db.run(sql, args).await? > 0)
}

/// The conversation was not closed after all.
pub async fn delete(db: &Db, w: &WrapUp) -> Result<()> {
    let sql = "DELETE FROM wrap_up WHERE tenant_id = $1 AND conversation_id = $2 AND began_at = $3 AND ended_at IS NULL";
    db.run(sql, args![w.tenant_id.as_str(), w.conversation_id.as_str(), w.began_at]).await?;
    Ok(())
}

/// Ends without a word: time is up or it was skipped.
pub async fn end(db: &Db, w: &WrapUp, at: Timestamp) -> Result<bool> {
    let sql = "UPDATE wrap_up SET ended_at = $4 WHERE tenant_id = $1 AND conversation_id = $2 AND began_at = $3 AND ended_at IS NULL";
    Ok(db.run(sql, args![w.tenant_id.as_str(), w.conversation_id.as_str(), w.began_at, at]).await? > 0)
}
