//! What flows and service levels of tickets tell people in the console, until they have read it: a row goes when its reader has seen it. The run keeps what was told.

use crate::args::{Arg, args};
use crate::db::{Db, Tx};
use crate::each::{EachSql, Rows, each_sql};
use crate::error::Result;
use qn_base::Timestamp;
use qn_domain::{TenantId, UserId};
use sqlx::FromRow;

#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Notice {
    /// The same for all who are told the same thing.
    pub id: String,
    pub title: String,
    pub body: String,
    pub flow_name: String,
    /// Empty where no run tells it.
    pub run_id: String,
    pub conversation_id: Option<String>,
    pub at: Timestamp,
    /// The flow that somebody must look at; none where its run says all.
    pub flow_id: Option<String>,
    /// The ticket that it is about; no flow tells it then.
    pub ticket_id: Option<String>,
}

const INSERT_EACH: EachSql = each_sql!(
    "INSERT INTO notice (id, user_id, tenant_id, title, body, flow_name, run_id, conversation_id, at, flow_id, ticket_id) \
     SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, CAST(value->>8 AS BIGINT), value->>9, value->>10 \
     FROM ",
    " WHERE true ON CONFLICT DO NOTHING"
);

/// Tells each of them once, however often it is asked for.
pub async fn insert(db: &Db, tenant_id: &TenantId, notice: &Notice, to: &[&UserId]) -> Result<()> {
    if to.is_empty() {
        return Ok(());
    }
    db.run(INSERT_EACH.text(db.dialect()), rows(tenant_id, notice, to)).await?;
    Ok(())
}

/// The same, with what it tells of.
pub(crate) async fn insert_in(tx: &mut Tx, tenant_id: &TenantId, notice: &Notice, to: &[&UserId]) -> Result<()> {
    if !to.is_empty() {
        tx.run(INSERT_EACH.text(tx.dialect()), rows(tenant_id, notice, to)).await?;
    }
    Ok(())
}

fn rows(tenant_id: &TenantId, notice: &Notice, to: &[&UserId]) -> Vec<Arg> {
    let mut rows = Rows::default();
    for user_id in to {
        let row = rows.row().text(&notice.id).text(user_id.as_str()).text(tenant_id.as_str()).text(&notice.title).text(&notice.body);
        row.text(&notice.flow_name).text(&notice.run_id).text_or_null(notice.conversation_id.as_deref()).int(notice.at);
        row.text_or_null(notice.flow_id.as_deref()).text_or_null(notice.ticket_id.as_deref());
    }
    rows.finish()
}

/// Newest first.
pub async fn list(db: &Db, tenant_id: &TenantId, user_id: &UserId, limit: i64) -> Result<Vec<Notice>> {
    let sql = "SELECT id, title, body, flow_name, run_id, conversation_id, at, flow_id, ticket_id FROM notice \
        WHERE tenant_id = $1 AND user_id = $2 ORDER BY at DESC, id LIMIT $3";
    db.all(sql, args![tenant_id.as_str(), user_id.as_str(), limit]).await
}

/// They have read it. False when there is no such notice of theirs.
pub async fn delete(db: &Db, tenant_id: &TenantId, user_id: &UserId, id: &str) -> Result<bool> {
    let sql = "DELETE FROM notice WHERE tenant_id = $1 AND user_id = $2 AND id = $3";
    Ok(db.run(sql, args![tenant_id.as_str(), user_id.as_str(), id]).await? == 1)
}

/// What was told is settled, whoever has read it.
pub async fn settle(db: &Db, tenant_id: &TenantId, id: &str) -> Result<()> {
    db.run("DELETE FROM notice WHERE tenant_id = $1 AND id = $2", args![tenant_id.as_str(), id]).await?;
    Ok(())
}
