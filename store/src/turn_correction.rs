//! What people say a customer's turn was, where the bot read it otherwise: its emotion, its intent. One row per turn, the last word counts.

use crate::args::args;
use crate::db::Db;
use crate::error::Result;
use qn_domain::{ConversationId, IntentId, Language, LearningReason, LearningState, Message, MessageId, TenantId, TurnCorrection, UserId};
use sqlx::FromRow;

/// What is kept of a message, as in `learning`.
const TEXT_CHARS_MAX: usize = 300;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT tenant_id, message_id, conversation_id, text, language, emotion, emotion_read, intent_id, intent_read, corrected_by, at \
             FROM turn_correction ",
            $rest
        )
    };
}

#[derive(FromRow)]
struct CorrectionRow {
    tenant_id: String,
    message_id: String,
    conversation_id: String,
    text: String,
    language: String,
    emotion: Option<String>,
    emotion_read: Option<String>,
    intent_id: Option<String>,
    intent_read: Option<String>,
    corrected_by: String,
    at: i64,
}

impl From<CorrectionRow> for TurnCorrection {
    fn from(row: CorrectionRow) -> Self {
        Self {
            tenant_id: row.tenant_id.into(),
            message_id: row.message_id.into(),
            conversation_id: row.conversation_id.into(),
            text: row.text,
            language: Language::from_tag(&row.language),
            emotion: row.emotion,
            emotion_read: row.emotion_read,
            intent_id: row.intent_id.map(IntentId),
            intent_read: row.intent_read.map(IntentId),
            corrected_by: UserId(row.corrected_by),
            at: row.at,
        }
    }
}

/// One line of a message, as it is kept for learning.
pub fn line(message: &Message) -> String {
    qn_base::text::line(&message.content.text, TEXT_CHARS_MAX)
}

/// Writes it over an earlier one. A corrected intent puts the message into the learning inbox, open, whatever became of it before.
pub async fn put(db: &Db, correction: &TurnCorrection, seq: i64, sent_at: i64) -> Result<()> {
    let c = correction;
    let mut tx = db.begin().await?;
    let sql = "INSERT INTO turn_correction (tenant_id, message_id, conversation_id, text, language, emotion, emotion_read, intent_id, \
        intent_read, corrected_by, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (tenant_id, message_id) DO UPDATE SET \
        emotion = excluded.emotion, intent_id = excluded.intent_id, corrected_by = excluded.corrected_by, at = excluded.at";
    let args = args![
        c.tenant_id.as_str(),
        c.message_id.as_str(),
        c.conversation_id.as_str(),
        &c.text,
        c.language.code(),
        c.emotion.as_deref(),
        c.emotion_read.as_deref(),
        c.intent_id.as_ref().map(IntentId::as_str),
        c.intent_read.as_ref().map(IntentId::as_str),
        c.corrected_by.as_str(),
        c.at
    ];
    tx.run(sql, args).await?;
    if c.intent_id.is_some() {
        let sql = "INSERT INTO learning_item (tenant_id, message_id, conversation_id, seq, text, language, reason, state, at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (tenant_id, message_id) DO UPDATE SET reason = excluded.reason, state = excluded.state";
        let (reason, state) = (LearningReason::Corrected.as_str(), LearningState::Open.as_str());
        let args = args![
            c.tenant_id.as_str(),
            c.message_id.as_str(),
            c.conversation_id.as_str(),
            seq,
            &c.text,
            c.language.code(),
            reason,
            state,
            sent_at
        ];
        tx.run(sql, args).await?;
    }
    tx.commit().await
}

/// Takes the correction back; what the learning inbox holds stays.
pub async fn delete(db: &Db, tenant_id: &TenantId, message_id: &MessageId) -> Result<()> {
    db.run("DELETE FROM turn_correction WHERE tenant_id = $1 AND message_id = $2", args![tenant_id.as_str(), message_id.as_str()]).await?;
    Ok(())
}

/// Of one conversation; at most 500.
pub async fn list_by_conversation(db: &Db, tenant_id: &TenantId, id: &ConversationId) -> Result<Vec<TurnCorrection>> {
    let sql = select!("WHERE tenant_id = $1 AND conversation_id = $2 ORDER BY message_id LIMIT 500");
    let rows: Vec<CorrectionRow> = db.all(sql, args![tenant_id.as_str(), id.as_str()]).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Newest first: what training reads.
pub async fn list_newest(db: &Db, tenant_id: &TenantId, limit: i64) -> Result<Vec<TurnCorrection>> {
    let sql = select!("WHERE tenant_id = $1 ORDER BY at DESC, message_id DESC LIMIT $2");
    let rows: Vec<CorrectionRow> = db.all(sql, args![tenant_id.as_str(), limit]).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}
