//! Variables of flows that outlive their runs: of a conversation, a contact, or the tenant. Written with the decision that set them
//! (`Db::commit_run`); the last write wins.

use crate::args::args;
use crate::db::Db;
use crate::each::{EachSql, each_sql};
use crate::error::Result;
use qn_base::Timestamp;
use qn_domain::{ContactId, ConversationId, TenantId};
use sqlx::FromRow;

#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct FlowValue {
    /// `conversation`, `contact` or `tenant`.
    pub scope: String,
    /// Id of the conversation, the contact or the tenant.
    pub owner: String,
    pub name: String,
    /// JSON text; none: nobody keeps it any more.
    pub value: Option<String>,
    /// Who set it last.
    pub run_id: String,
    pub updated_at: Timestamp,
}

pub(crate) const SET_EACH: EachSql = each_sql!(
    "INSERT INTO flow_value (tenant_id, scope, owner, name, value, run_id, updated_at) \
     SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, CAST(value->>6 AS BIGINT) FROM ",
    " WHERE true ON CONFLICT (tenant_id, scope, owner, name) DO UPDATE SET value = excluded.value, run_id = excluded.run_id, \
     updated_at = excluded.updated_at"
);

pub(crate) const FORGET_EACH: EachSql = each_sql!(
    "DELETE FROM flow_value WHERE (tenant_id, scope, owner, name) IN (SELECT value->>0, value->>1, value->>2, value->>3 FROM ",
    ")"
);

/// What a run in this conversation, with this contact, may read; at most a few thousand.
pub async fn list_for(
    db: &Db,
    tenant_id: &TenantId,
    conversation_id: Option<&ConversationId>,
    contact_id: Option<&ContactId>,
) -> Result<Vec<FlowValue>> {
    let sql = "SELECT scope, owner, name, value, run_id, updated_at FROM flow_value WHERE tenant_id = $1 AND \
        ((scope = 'tenant' AND owner = $2) OR (scope = 'conversation' AND owner = $3) OR (scope = 'contact' AND owner = $4)) \
        ORDER BY scope, name LIMIT 5000";
    let (conversation, contact) = (conversation_id.map_or("", |id| id.as_str()), contact_id.map_or("", |id| id.as_str()));
    db.all(sql, args![tenant_id.as_str(), tenant_id.as_str(), conversation, contact]).await
}

/// Goes with its conversation or contact.
pub async fn delete_of(db: &Db, tenant_id: &TenantId, scope: &str, owner: &str) -> Result<u64> {
    db.run("DELETE FROM flow_value WHERE tenant_id = $1 AND scope = $2 AND owner = $3", args![tenant_id.as_str(), scope, owner]).await
}

/// False when there is no such value.
pub async fn delete(db: &Db, tenant_id: &TenantId, scope: &str, owner: &str, name: &str) -> Result<bool> {
    let sql = "DELETE FROM flow_value WHERE tenant_id = $1 AND scope = $2 AND owner = $3 AND name = $4";
    Ok(db.run(sql, args![tenant_id.as_str(), scope, owner, name]).await? == 1)
}
