//! Messages the bot served badly, for people to teach it. A background reader of the log fills the table from the explanations stored
//! with messages; which of them teach something is the engine's judgement.

use crate::args::args;
use crate::db::Db;
use crate::each::{EachSql, Rows, each_sql};
use crate::error::{Result, json, word};
use qn_base::text;
use qn_domain::{Content, Language, LearningItem, LearningReason, LearningState, MessageId, TenantId};
use sqlx::FromRow;

/// The reader's name in the follower table.
const FOLLOWER: &str = "learning";
/// What is kept of a message.
const TEXT_CHARS_MAX: usize = 300;
/// A rating that says the talk did not help.
const BAD_SCORE_MAX: i64 = 2;

/// What a message's explanation says about a bad rating that came after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame {
    /// The bot's answer to it is meant.
    Answer(Language),
    /// Nothing was answered: the one before it may be.
    Nothing,
    /// A person had the talk.
    Person,
}

#[derive(FromRow)]
struct ItemRow {
    tenant_id: String,
    message_id: String,
    conversation_id: String,
    text: String,
    language: String,
    reason: String,
    state: String,
    at: i64,
}

impl ItemRow {
    fn read(self) -> Result<LearningItem> {
        Ok(LearningItem {
            tenant_id: self.tenant_id.into(),
            message_id: self.message_id.into(),
            conversation_id: self.conversation_id.into(),
            text: self.text,
            language: Language::from_tag(&self.language),
            reason: word("learning_item.reason", &self.reason, LearningReason::parse)?,
            state: word("learning_item.state", &self.state, LearningState::parse)?,
            at: self.at,
        })
    }
}

/// Newest first, at most `limit`. What its writer recalled is left out.
pub async fn list(db: &Db, tenant_id: &TenantId, state: LearningState, limit: i64) -> Result<Vec<LearningItem>> {
    let sql = "SELECT l.tenant_id, l.message_id, l.conversation_id, l.text, l.language, l.reason, l.state, l.at FROM learning_item l \
               JOIN message m ON m.conversation_id = l.conversation_id AND m.seq = l.seq WHERE l.tenant_id = $1 AND l.state = $2 AND m.recalled_at IS NULL \
               ORDER BY l.at DESC, l.message_id DESC LIMIT $3";
    let rows: Vec<ItemRow> = db.all(sql, args![tenant_id.as_str(), state.as_str(), limit]).await?;
    rows.into_iter().map(ItemRow::read).collect()
}

const FIND: EachSql = each_sql!(
    "SELECT tenant_id, message_id, conversation_id, text, language, reason, state, at FROM learning_item WHERE tenant_id = $2 \
     AND message_id IN (SELECT value->>0 FROM ",
    ") ORDER BY at, message_id"
);
const SET_STATE: EachSql =
    each_sql!("UPDATE learning_item SET state = $3 WHERE tenant_id = $2 AND message_id IN (SELECT value->>0 FROM ", ")");

/// Those of the tenant among these messages, oldest first.
pub async fn list_by_ids(db: &Db, tenant_id: &TenantId, ids: &[MessageId]) -> Result<Vec<LearningItem>> {
    let mut args = id_rows(ids).finish();
    args.extend(args![tenant_id.as_str()]);
    let rows: Vec<ItemRow> = db.all(FIND.text(db.dialect()), args).await?;
    rows.into_iter().map(ItemRow::read).collect()
}

/// Returns how many there were.
pub async fn set_state(db: &Db, tenant_id: &TenantId, ids: &[MessageId], state: LearningState) -> Result<u64> {
    let mut args = id_rows(ids).finish();
    args.extend(args![tenant_id.as_str(), state.as_str()]);
    db.run(SET_STATE.text(db.dialect()), args).await
}

fn id_rows(ids: &[MessageId]) -> Rows {
    let mut rows = Rows::default();
    for id in ids {
        rows.row().text(id.as_str());
    }
    rows
}

#[derive(FromRow)]
struct ReadRow {
    conversation_id: String,
    seq: i64,
    content: String,
    trace: String,
    created_at: i64,
}

const INCOMING: &str = "SELECT m.conversation_id, m.seq, m.content, m.trace, m.created_at FROM log l \
    JOIN message m ON m.conversation_id = l.conversation_id AND m.seq BETWEEN l.seq_from AND l.seq_to \
    WHERE l.tenant_id = $1 AND l.seq > $2 AND l.seq <= $3 AND m.tenant_id = $1 AND m.kind = 'incoming' AND m.trace IS NOT NULL \
    AND m.recalled_at IS NULL ORDER BY m.pk";
/// What the customer had asked before saying that the answer did not help.
const BEFORE: &str = "SELECT conversation_id, seq, content, CAST('{}' AS TEXT) AS trace, created_at FROM message \
    WHERE tenant_id = $1 AND conversation_id = $2 AND seq < $3 AND kind = 'incoming' AND recalled_at IS NULL ORDER BY seq DESC LIMIT 1";
const RATED: &str = "SELECT m.conversation_id, m.seq, m.content, CAST('{}' AS TEXT) AS trace, m.created_at FROM log l \
    JOIN message m ON m.conversation_id = l.conversation_id AND m.seq BETWEEN l.seq_from AND l.seq_to \
    WHERE l.tenant_id = $1 AND l.seq > $2 AND l.seq <= $3 AND m.tenant_id = $1 AND m.kind = 'activity' AND m.content LIKE '%\"csat_given\"%' \
    ORDER BY m.pk";
/// What a customer had asked before rating, the newest first.
const ASKED: &str = "SELECT conversation_id, seq, content, trace, created_at FROM message WHERE tenant_id = $1 AND conversation_id = $2 AND seq < $3 \
    AND kind = 'incoming' AND trace IS NOT NULL AND recalled_at IS NULL ORDER BY seq DESC LIMIT 10";
const INSERT: EachSql = each_sql!(
    "INSERT INTO learning_item (tenant_id, message_id, conversation_id, seq, text, language, reason, state, at) \
     SELECT value->>0, value->>1, value->>2, CAST(value->>3 AS BIGINT), value->>4, value->>5, value->>6, value->>7, CAST(value->>8 AS BIGINT) \
     FROM ",
    " WHERE true ON CONFLICT DO NOTHING"
);

/// Brings the table forward by up to `limit` log entries in one transaction; `judge` reads the explanation of a customer's message, `blame`
/// that of one before a bad rating. True when there may be more to do at once.
pub async fn fill_after(
    db: &Db,
    tenant_id: &TenantId,
    limit: i64,
    judge: impl Fn(&serde_json::Value) -> Option<(LearningReason, Language)>,
    blame: impl Fn(&serde_json::Value) -> Blame,
) -> Result<bool> {
    let tenant = tenant_id.as_str();
    let from = crate::follower::position(db, FOLLOWER, tenant_id).await?;
    let Some(to) = crate::follower::next(db, tenant_id, from, limit).await? else { return Ok(false) };
    let mut rows = Rows::default();
    for message in db.all::<ReadRow>(INCOMING, args![tenant, from, to]).await? {
        let Some((reason, language)) = judge(&json("message.trace", &message.trace)?) else { continue };
        let asked = match reason {
            LearningReason::NotHelpful => db.one(BEFORE, args![tenant, &message.conversation_id, message.seq]).await?,
            LearningReason::Missed | LearningReason::Unsure | LearningReason::Corrected => Some(message),
        };
        if let Some(asked) = asked {
            write(&mut rows, tenant, &asked, reason, language)?;
        }
    }
    for rated in db.all::<ReadRow>(RATED, args![tenant, from, to]).await? {
        if !is_bad(&json("message.content", &rated.content)?) {
            continue;
        }
        for asked in db.all::<ReadRow>(ASKED, args![tenant, &rated.conversation_id, rated.seq]).await? {
            match blame(&json("message.trace", &asked.trace)?) {
                Blame::Nothing => continue,
                Blame::Answer(language) => write(&mut rows, tenant, &asked, LearningReason::NotHelpful, language)?,
                Blame::Person => {}
            }
            break;
        }
    }
    let mut tx = db.begin().await?;
    if !crate::follower::take(&mut tx, FOLLOWER, tenant_id, from, to).await? {
        return Ok(true);
    }
    if !rows.is_empty() {
        let sql = INSERT.text(tx.dialect());
        tx.run(sql, rows.finish()).await?;
    }
    tx.commit().await?;
    Ok(to - from >= limit)
}

fn is_bad(rating: &Content) -> bool {
    let score = rating.activity.as_ref().and_then(|activity| activity.params.get("score"));
    score.and_then(serde_json::Value::as_i64).is_some_and(|score| score <= BAD_SCORE_MAX)
}

fn write(rows: &mut Rows, tenant: &str, asked: &ReadRow, reason: LearningReason, language: Language) -> Result<()> {
    let content: Content = json("message.content", &asked.content)?;
    let text = text::line(&content.text, TEXT_CHARS_MAX);
    if !text.chars().any(char::is_alphabetic) {
        return Ok(());
    }
    let id = MessageId::at(&asked.conversation_id.as_str().into(), asked.seq);
    let row = rows.row().text(tenant).text(id.as_str()).text(&asked.conversation_id).int(asked.seq).text(&text).text(language.code());
    row.text(reason.as_str()).text(LearningState::Open.as_str()).int(asked.created_at);
    Ok(())
}
