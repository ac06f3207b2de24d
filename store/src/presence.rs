//! Presence as it was lived, append-only: the state of each person from a moment on. The engine appends; screens, the wallboard and
//! reports read. Nothing here changes or deletes a row.

use crate::args::args;
use crate::db::Db;
use crate::error::{Result, word};
use qn_base::Timestamp;
use qn_domain::presence::{PresenceChange, PresenceState};
use qn_domain::{TenantId, UserId};
use sqlx::FromRow;

#[derive(FromRow)]
struct ChangeRow {
    tenant_id: String,
    user_id: String,
    state: String,
    reason: Option<String>,
    caused_by: Option<String>,
    at: i64,
}

impl ChangeRow {
    fn read(self) -> Result<PresenceChange> {
        Ok(PresenceChange {
            tenant_id: self.tenant_id.into(),
            user_id: UserId(self.user_id),
            state: word("presence_change.state", &self.state, PresenceState::parse)?,
            reason: self.reason,
            caused_by: self.caused_by.map(UserId),
            at: self.at,
        })
    }
}

fn read(rows: Vec<ChangeRow>) -> Result<Vec<PresenceChange>> {
    rows.into_iter().map(ChangeRow::read).collect()
}

/// False, and nothing is written, when the person already is in this state for this reason.
pub async fn append(db: &Db, change: &PresenceChange) -> Result<bool> {
    let sql = "INSERT INTO presence_change (tenant_id, user_id, state, reason, caused_by, at) \
        SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS TEXT), CAST($6 AS BIGINT) \
        WHERE NOT EXISTS (SELECT 1 FROM presence_change WHERE pk = (SELECT MAX(pk) FROM presence_change WHERE tenant_id = $1 AND user_id = $2) \
        AND state = $3 AND COALESCE(reason, '') = COALESCE(CAST($4 AS TEXT), ''))";
    let args = args![
        change.tenant_id.as_str(),
        change.user_id.as_str(),
        change.state.as_str(),
        change.reason.as_deref(),
        change.caused_by.as_ref().map(UserId::as_str),
        change.at,
    ];
    Ok(db.run(sql, args).await? > 0)
}

/// The state everybody of the tenant is in since when; whoever never was there is missing.
pub async fn list_now(db: &Db, tenant_id: &TenantId) -> Result<Vec<PresenceChange>> {
    let sql = "SELECT c.tenant_id, c.user_id, c.state, c.reason, c.caused_by, c.at FROM app_user u \
        JOIN presence_change c ON c.pk = (SELECT MAX(pk) FROM presence_change WHERE tenant_id = u.tenant_id AND user_id = u.id) \
        WHERE u.tenant_id = $1 ORDER BY c.user_id";
    read(db.all(sql, args![tenant_id.as_str()]).await?)
}

pub async fn find_now(db: &Db, tenant_id: &TenantId, user_id: &UserId) -> Result<Option<PresenceChange>> {
    let sql = "SELECT tenant_id, user_id, state, reason, caused_by, at FROM presence_change \
        WHERE tenant_id = $1 AND user_id = $2 ORDER BY pk DESC LIMIT 1";
    let row: Option<ChangeRow> = db.one(sql, args![tenant_id.as_str(), user_id.as_str()]).await?;
    row.map(ChangeRow::read).transpose()
}

/// Changes of everybody in `[from, to)` and each person's last one before, oldest first: what
/// `qn_domain::presence::time_in_state` needs. At most 100,000.
pub async fn list_between(db: &Db, tenant_id: &TenantId, from: Timestamp, to: Timestamp) -> Result<Vec<PresenceChange>> {
    let sql = "SELECT tenant_id, user_id, state, reason, caused_by, at FROM presence_change WHERE tenant_id = $1 AND (at >= $2 AND at < $3 \
        OR pk IN (SELECT MAX(pk) FROM presence_change WHERE tenant_id = $1 AND at < $2 GROUP BY user_id)) ORDER BY pk LIMIT 100000";
    read(db.all(sql, args![tenant_id.as_str(), from, to]).await?)
}
