//! Mails as they came, with what became of them. Kept together with the cursor of their folder, so that none is met twice and none is
//! passed over; reading them is the engine's. The raw text stays for as long as the inbox does.

use crate::Page;
use crate::args::args;
use crate::channel_cursor::{self, CursorMove};
use crate::db::Db;
use crate::error::{Error, Result, json, to_json};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use qn_base::Timestamp;
use qn_domain::{ConversationId, InboxId, TenantId};
use sqlx::FromRow;

/// A mail as the server gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMail {
    pub id: String,
    pub folder: String,
    pub uid_validity: i64,
    pub uid: i64,
    /// The same for the same mail wherever it is met.
    pub fingerprint: String,
    pub raw: Vec<u8>,
    /// False where it was too large to be fetched to its end.
    pub is_whole: bool,
    pub received_at: Timestamp,
}

/// A mail that the engine has not read yet.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct WaitingMail {
    /// Grows in the order in which mails were kept.
    pub pk: i64,
    pub id: String,
    pub tenant_id: String,
    pub inbox_id: String,
    pub attempts: i64,
    pub due_at: Timestamp,
}

/// What threading knows of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadMail {
    pub id: String,
    pub message_id: Option<String>,
    /// Its base.
    pub subject: String,
    /// Addresses that it names.
    pub people: Vec<String>,
    pub conversation_id: ConversationId,
    pub received_at: Timestamp,
}

/// What was read of a mail and where it went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settled {
    /// `letter`, `bounce`, `auto_reply`, `bulk` or `loop`.
    pub nature: String,
    pub message_id: Option<String>,
    pub subject: String,
    pub people: Vec<String>,
    /// None: it became no message.
    pub conversation_id: Option<ConversationId>,
}

/// A mail that became no message, for people to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadMail {
    pub id: String,
    /// `dead` or `skipped`.
    pub state: String,
    /// Empty: it could not be read.
    pub nature: String,
    pub subject: String,
    pub people: Vec<String>,
    pub last_error: Option<String>,
    pub received_at: Timestamp,
}

#[derive(FromRow)]
struct UnreadRow {
    pk: i64,
    id: String,
    state: String,
    nature: String,
    subject: String,
    people: String,
    last_error: Option<String>,
    received_at: i64,
}

impl UnreadRow {
    fn read(self) -> Result<UnreadMail> {
        Ok(UnreadMail {
            id: self.id,
            state: self.state,
            nature: self.nature,
            subject: self.subject,
            people: json("mail.people", &self.people)?,
            last_error: self.last_error,
            received_at: self.received_at,
        })
    }
}

#[derive(FromRow)]
struct ReadRow {
    id: String,
    message_id: Option<String>,
    subject: String,
    people: String,
    conversation_id: String,
    received_at: i64,
}

impl ReadRow {
    fn read(self) -> Result<ReadMail> {
        Ok(ReadMail {
            id: self.id,
            message_id: self.message_id,
            subject: self.subject,
            people: json("mail.people", &self.people)?,
            conversation_id: ConversationId(self.conversation_id),
            received_at: self.received_at,
        })
    }
}

const INSERT: &str = "INSERT INTO mail (id, tenant_id, inbox_id, folder, uid_validity, uid, fingerprint, raw, is_whole, received_at, kept_at, \
    state, due_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'waiting', $11) ON CONFLICT DO NOTHING";

/// Keeps what a folder brought and how far it has been read, in one transaction. Returns how many mails were new.
pub async fn keep(db: &Db, cursor: &CursorMove, mails: &[NewMail]) -> Result<u64> {
    let mut tx = db.begin().await?;
    let mut fresh = 0;
    for mail in mails {
        let args = args![
            &mail.id,
            cursor.tenant_id.as_str(),
            cursor.inbox_id.as_str(),
            &mail.folder,
            mail.uid_validity,
            mail.uid,
            &mail.fingerprint,
            STANDARD.encode(&mail.raw),
            mail.is_whole,
            mail.received_at,
            cursor.at,
        ];
        fresh += tx.run(INSERT, args).await?;
    }
    channel_cursor::put_in(&mut tx, cursor).await?;
    tx.commit().await?;
    Ok(fresh)
}

pub async fn list_waiting(db: &Db, after_pk: i64, limit: i64) -> Result<Vec<WaitingMail>> {
    let sql = "SELECT pk, id, tenant_id, inbox_id, attempts, due_at FROM mail WHERE state = 'waiting' AND pk > $1 ORDER BY pk LIMIT $2";
    db.all(sql, args![after_pk, limit]).await
}

/// The mail as it came.
pub async fn get_raw(db: &Db, tenant_id: &TenantId, id: &str) -> Result<Vec<u8>> {
    let row: Option<(String,)> = db.one("SELECT raw FROM mail WHERE tenant_id = $1 AND id = $2", args![tenant_id.as_str(), id]).await?;
    let (raw,) = row.ok_or_else(|| Error::not_found("mail", id))?;
    STANDARD.decode(raw).map_err(|error| Error::Corrupt { column: "mail.raw", reason: error.to_string() })
}

pub async fn settle(db: &Db, tenant_id: &TenantId, id: &str, settled: &Settled) -> Result<()> {
    let sql = "UPDATE mail SET state = $3, nature = $4, message_id = $5, subject = $6, people = $7, conversation_id = $8, last_error = NULL \
        WHERE tenant_id = $1 AND id = $2";
    let state = if settled.conversation_id.is_some() { "done" } else { "skipped" };
    let args = args![
        tenant_id.as_str(),
        id,
        state,
        &settled.nature,
        settled.message_id.as_deref(),
        &settled.subject,
        to_json(&settled.people),
        settled.conversation_id.as_ref().map(ConversationId::as_str),
    ];
    db.run(sql, args).await.map(drop)
}

pub async fn retry_later(db: &Db, tenant_id: &TenantId, id: &str, due_at: Timestamp, error: &str) -> Result<()> {
    let sql =
        "UPDATE mail SET attempts = attempts + 1, due_at = $3, last_error = $4 WHERE tenant_id = $1 AND id = $2 AND state = 'waiting'";
    db.run(sql, args![tenant_id.as_str(), id, due_at, error]).await.map(drop)
}

/// Given up until a person replays it.
pub async fn bury(db: &Db, tenant_id: &TenantId, id: &str, error: &str) -> Result<()> {
    let sql =
        "UPDATE mail SET state = 'dead', attempts = attempts + 1, last_error = $3 WHERE tenant_id = $1 AND id = $2 AND state = 'waiting'";
    db.run(sql, args![tenant_id.as_str(), id, error]).await.map(drop)
}

/// Mails to be read once more: one, or all that became no message. Returns how many.
pub async fn replay(db: &Db, tenant_id: &TenantId, id: Option<&str>, now: Timestamp) -> Result<u64> {
    const ONE: &str =
        "UPDATE mail SET state = 'waiting', attempts = 0, due_at = $3 WHERE tenant_id = $1 AND id = $2 AND state <> 'waiting'";
    const ALL: &str = "UPDATE mail SET state = 'waiting', attempts = 0, due_at = $2 WHERE tenant_id = $1 AND state = 'dead'";
    match id {
        Some(id) => db.run(ONE, args![tenant_id.as_str(), id, now]).await,
        None => db.run(ALL, args![tenant_id.as_str(), now]).await,
    }
}

/// Mails of an inbox that became no message, the newest first.
pub async fn list_unread(db: &Db, tenant_id: &TenantId, inbox_id: &InboxId, cursor: Option<&str>, limit: i64) -> Result<Page<UnreadMail>> {
    let sql = "SELECT pk, id, state, nature, subject, people, last_error, received_at FROM mail \
        WHERE inbox_id = $1 AND tenant_id = $2 AND state IN ('dead', 'skipped') AND pk < $3 ORDER BY pk DESC LIMIT $4";
    let before: i64 = cursor.map_or(Ok(i64::MAX), |cursor| cursor.parse().map_err(|_| Error::BadCursor))?;
    let rows: Vec<UnreadRow> = db.all(sql, args![inbox_id.as_str(), tenant_id.as_str(), before, limit + 1]).await?;
    let Page { items, next_cursor } = Page::cut(rows, limit, |row| row.pk.to_string());
    Ok(Page { items: items.into_iter().map(UnreadRow::read).collect::<Result<_>>()?, next_cursor })
}

/// Whether the mail came to this inbox and became no message.
pub async fn is_unread(db: &Db, tenant_id: &TenantId, inbox_id: &InboxId, id: &str) -> Result<bool> {
    let sql = "SELECT id FROM mail WHERE id = $1 AND inbox_id = $2 AND tenant_id = $3 AND state IN ('dead', 'skipped')";
    let found: Option<(String,)> = db.one(sql, args![id, inbox_id.as_str(), tenant_id.as_str()]).await?;
    Ok(found.is_some())
}

/// What was given up of an inbox's mails, to be read once more. Returns how many.
pub async fn revive(db: &Db, tenant_id: &TenantId, inbox_id: &InboxId, now: Timestamp) -> Result<u64> {
    let sql = "UPDATE mail SET state = 'waiting', attempts = 0, due_at = $3 WHERE inbox_id = $1 AND tenant_id = $2 AND state = 'dead'";
    db.run(sql, args![inbox_id.as_str(), tenant_id.as_str(), now]).await
}

macro_rules! select_read {
    ($rest:literal) => {
        concat!("SELECT id, message_id, subject, people, conversation_id, received_at FROM mail ", $rest)
    };
}

/// The newest mail of this Message-ID that became a message.
pub async fn find_by_message_id(db: &Db, tenant_id: &TenantId, inbox_id: &InboxId, message_id: &str) -> Result<Option<ReadMail>> {
    let sql =
        select_read!("WHERE inbox_id = $1 AND message_id = $2 AND tenant_id = $3 AND conversation_id IS NOT NULL ORDER BY pk DESC LIMIT 1");
    let row: Option<ReadRow> = db.one(sql, args![inbox_id.as_str(), message_id, tenant_id.as_str()]).await?;
    row.map(ReadRow::read).transpose()
}

/// Mails of one base subject since then, the newest first.
pub async fn list_by_subject(db: &Db, tenant_id: &TenantId, inbox_id: &InboxId, subject: &str, since: Timestamp) -> Result<Vec<ReadMail>> {
    let sql = select_read!(
        "WHERE inbox_id = $1 AND subject = $2 AND received_at >= $3 AND tenant_id = $4 AND conversation_id IS NOT NULL \
         ORDER BY received_at DESC LIMIT 20"
    );
    let rows: Vec<ReadRow> = db.all(sql, args![inbox_id.as_str(), subject, since, tenant_id.as_str()]).await?;
    rows.into_iter().map(ReadRow::read).collect()
}

/// Mails of a conversation, the newest first.
pub async fn list_of_conversation(db: &Db, tenant_id: &TenantId, id: &ConversationId, limit: i64) -> Result<Vec<ReadMail>> {
    let sql = select_read!("WHERE conversation_id = $1 AND tenant_id = $2 ORDER BY pk DESC LIMIT $3");
    let rows: Vec<ReadRow> = db.all(sql, args![id.as_str(), tenant_id.as_str(), limit]).await?;
    rows.into_iter().map(ReadRow::read).collect()
}

/// Waiting, and given up.
pub async fn count(db: &Db, tenant_id: &TenantId, inbox_id: &InboxId) -> Result<(i64, i64)> {
    let sql = "SELECT CAST(COALESCE(SUM(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END), 0) AS BIGINT), \
        CAST(COALESCE(SUM(CASE WHEN state = 'dead' THEN 1 ELSE 0 END), 0) AS BIGINT) FROM mail \
        WHERE inbox_id = $1 AND tenant_id = $2 AND state IN ('waiting', 'dead')";
    let row: Option<(i64, i64)> = db.one(sql, args![inbox_id.as_str(), tenant_id.as_str()]).await?;
    Ok(row.unwrap_or_default())
}
