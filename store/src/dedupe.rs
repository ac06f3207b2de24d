//! Which events were already committed, so that a repeated one changes nothing.

use crate::args::args;
use crate::db::Db;
use crate::each::{EachSql, Rows, each_sql};
use crate::error::Result;
use qn_domain::{Dedupe, MessageId, TenantId, Timestamp};
use sqlx::FromRow;

#[derive(FromRow)]
pub(crate) struct DedupeRow {
    pub tenant_id: String,
    pub scope: String,
    pub key: String,
    conversation_id: String,
    message_id: Option<String>,
}

impl DedupeRow {
    pub(crate) fn read(self) -> Dedupe {
        Dedupe {
            scope: self.scope,
            key: self.key,
            conversation_id: self.conversation_id.into(),
            message_id: self.message_id.map(MessageId),
        }
    }
}

pub(crate) fn push(rows: &mut Rows, tenant_id: &TenantId, d: &Dedupe, at: Timestamp) {
    rows.row()
        .text(tenant_id.as_str())
        .text(&d.scope)
        .text(&d.key)
        .text(d.conversation_id.as_str())
        .text_or_null(d.message_id.as_ref().map(MessageId::as_str))
        .int(at);
}

macro_rules! insert_each {
    ($returning:literal) => {
        each_sql!(
            "INSERT INTO dedupe (tenant_id, scope, key, conversation_id, message_id, at) \
             SELECT value->>0, value->>1, value->>2, value->>3, value->>4, CAST(value->>5 AS BIGINT) FROM ",
            concat!(" WHERE true ON CONFLICT DO NOTHING", $returning)
        )
    };
}
pub(crate) const INSERT_EACH: EachSql = insert_each!("");
/// Names only events never seen before.
pub(crate) const INSERT_EACH_NAMING: EachSql = insert_each!(" RETURNING tenant_id, scope, key, conversation_id, message_id");

pub(crate) const DELETE_EACH: EachSql = each_sql!(
    "DELETE FROM dedupe WHERE EXISTS (SELECT 1 FROM ",
    " AS r WHERE dedupe.tenant_id = r.value->>0 AND dedupe.scope = r.value->>1 AND dedupe.key = r.value->>2)"
);

pub(crate) const FIND: &str =
    "SELECT tenant_id, scope, key, conversation_id, message_id FROM dedupe WHERE tenant_id = $1 AND scope = $2 AND key = $3";

/// What the first commit of this event made, if there was one.
pub async fn find(db: &Db, tenant_id: &TenantId, scope: &str, key: &str) -> Result<Option<Dedupe>> {
    let row: Option<DedupeRow> = db.one(FIND, args![tenant_id.as_str(), scope, key]).await?;
    Ok(row.map(DedupeRow::read))
}

/// Forgets events older than `before`; returns how many.
pub async fn delete_before(db: &Db, before: Timestamp) -> Result<u64> {
    db.run("DELETE FROM dedupe WHERE at < $1", args![before]).await
}
