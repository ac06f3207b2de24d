//! The tenant's log. A row keeps only references; reading it back fills in the present state of what it names,
//! so a replayed entry is never older than what the reader already has.

use crate::args::args;
use crate::db::Db;
use crate::each::{EachSql, Rows, each_sql};
use crate::error::{Result, json};
use crate::{conversation, message};
use qn_domain::{Change, ContactId, Conversation, ConversationId, LogEntry, TenantId};
use sqlx::FromRow;
use std::collections::HashMap;

const COLUMNS: &str = "tenant_id, seq, at, conversation_id, contact_id, version, seq_from, seq_to, updated_seqs, resource, resource_id";

#[derive(FromRow)]
struct LogRow {
    tenant_id: String,
    seq: i64,
    at: i64,
    conversation_id: Option<String>,
    contact_id: Option<String>,
    version: Option<i64>,
    seq_from: Option<i64>,
    seq_to: Option<i64>,
    updated_seqs: Option<String>,
    resource: Option<String>,
    resource_id: Option<String>,
}

pub(crate) fn push(rows: &mut Rows, entry: &LogEntry) {
    let created: Vec<i64> =
        entry.changes.iter().filter_map(|c| if let Change::MessageCreated { message } = c { Some(message.seq) } else { None }).collect();
    let updated: Vec<i64> =
        entry.changes.iter().filter_map(|c| if let Change::MessageUpdated { message } = c { Some(message.seq) } else { None }).collect();
    let resource =
        entry.changes.iter().find_map(|c| if let Change::ResourceChanged { resource, id } = c { Some((resource, id)) } else { None });
    rows.row()
        .text(entry.tenant_id.as_str())
        .int(entry.seq)
        .int(entry.at)
        .text_or_null(entry.conversation_id.as_ref().map(ConversationId::as_str))
        .text_or_null(entry.contact_id.as_ref().map(ContactId::as_str))
        .int_or_null(entry.version)
        .int_or_null(created.iter().min().copied())
        .int_or_null(created.iter().max().copied())
        .json_or_null((!updated.is_empty()).then_some(&updated))
        .text_or_null(resource.map(|(r, _)| r.as_str()))
        .text_or_null(resource.map(|(_, id)| id.as_str()));
}

pub(crate) const INSERT_EACH: EachSql = each_sql!(
    "INSERT INTO log (tenant_id, seq, at, conversation_id, contact_id, version, seq_from, seq_to, updated_seqs, resource, resource_id) \
     SELECT value->>0, CAST(value->>1 AS BIGINT), CAST(value->>2 AS BIGINT), value->>3, value->>4, CAST(value->>5 AS BIGINT), \
     CAST(value->>6 AS BIGINT), CAST(value->>7 AS BIGINT), value->>8, value->>9, value->>10 FROM ",
    ""
);

/// The number of the tenant's newest entry; 0 before the first.
pub async fn head(db: &Db, tenant_id: &TenantId) -> Result<i64> {
    let row: Option<(i64,)> = db.one("SELECT log_seq FROM tenant WHERE id = $1", args![tenant_id.as_str()]).await?;
    Ok(row.map_or(0, |(seq,)| seq))
}

/// Entries after `seq`, ascending.
pub async fn list_after(db: &Db, tenant_id: &TenantId, seq: i64, limit: i64) -> Result<Vec<LogEntry>> {
    let sql = format!("SELECT {COLUMNS} FROM log WHERE tenant_id = $1 AND seq > $2 ORDER BY seq LIMIT $3");
    let rows: Vec<LogRow> = db.all_text(sql, args![tenant_id.as_str(), seq, limit]).await?;
    fill(db, tenant_id, rows).await
}

/// One conversation's entries after `version`, ascending.
pub async fn list_conversation_after(
    db: &Db,
    tenant_id: &TenantId,
    id: &ConversationId,
    version: i64,
    limit: i64,
) -> Result<Vec<LogEntry>> {
    let sql = format!("SELECT {COLUMNS} FROM log WHERE conversation_id = $1 AND version > $2 AND tenant_id = $3 ORDER BY version LIMIT $4");
    let rows: Vec<LogRow> = db.all_text(sql, args![id.as_str(), version, tenant_id.as_str(), limit]).await?;
    fill(db, tenant_id, rows).await
}

async fn fill(db: &Db, tenant_id: &TenantId, rows: Vec<LogRow>) -> Result<Vec<LogEntry>> {
    let mut seen: HashMap<String, Option<Conversation>> = HashMap::new();
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(id) = &row.conversation_id
            && !seen.contains_key(id)
        {
            seen.insert(id.clone(), conversation::find(db, tenant_id, &ConversationId(id.clone())).await?);
        }
        let conversation = row.conversation_id.as_ref().and_then(|id| seen.get(id).cloned().flatten());
        entries.push(fill_one(db, tenant_id, row, conversation).await?);
    }
    Ok(entries)
}

async fn fill_one(db: &Db, tenant_id: &TenantId, row: LogRow, conversation: Option<Conversation>) -> Result<LogEntry> {
    let mut changes = Vec::new();
    if let Some(conversation) = conversation {
        if let (Some(from), Some(to)) = (row.seq_from, row.seq_to) {
            let messages = message::list_range(db, tenant_id, &conversation.id, from, to).await?;
            changes.extend(messages.into_iter().map(|message| Change::MessageCreated { message: message.into() }));
        }
        if let Some(seqs) = &row.updated_seqs {
            for seq in json::<Vec<i64>>("log.updated_seqs", seqs)? {
                let updated = message::list_range(db, tenant_id, &conversation.id, seq, seq).await?;
                changes.extend(updated.into_iter().map(|message| Change::MessageUpdated { message: message.into() }));
            }
        }
        changes.push(match row.version {
            Some(1) => Change::ConversationCreated { conversation: conversation.into() },
            _ => Change::ConversationUpdated { conversation: conversation.into() },
        });
    }
    if let (Some(resource), Some(id)) = (row.resource, row.resource_id) {
        changes.push(Change::ResourceChanged { resource, id });
    }
    Ok(LogEntry {
        tenant_id: row.tenant_id.into(),
        seq: row.seq,
        at: row.at,
        conversation_id: row.conversation_id.map(ConversationId),
        contact_id: row.contact_id.map(ContactId),
        version: row.version,
        changes,
    })
}
