//! When a contact last opened a reply window of an inbox, for each way of opening one (a message, a click, a follow). Written through
//! `Db::journal`, with the events that opened it.

use crate::args::args;
use crate::db::Db;
use crate::each::{EachSql, Rows, each_sql};
use crate::error::Result;
use qn_base::Timestamp;
use qn_domain::{InboxId, TenantId};
use std::collections::HashMap;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WindowOpening {
    pub tenant_id: TenantId,
    pub inbox_id: InboxId,
    /// The contact's account on the platform.
    pub contact: String,
    /// The adapter's word for the way.
    pub opened_by: String,
    pub at: Timestamp,
}

/// Only ever moves forward: a late event closes nothing.
pub(crate) const PUT_EACH: EachSql = each_sql!(
    "INSERT INTO channel_opening (inbox_id, contact, opened_by, tenant_id, at) \
     SELECT value->>0, value->>1, value->>2, value->>3, CAST(value->>4 AS BIGINT) FROM ",
    " WHERE true ON CONFLICT (inbox_id, contact, opened_by) DO UPDATE SET at = excluded.at WHERE excluded.at > channel_opening.at"
);

/// Each row once, as one statement may touch it once: the latest opening of those given.
pub(crate) fn rows<'a>(openings: impl Iterator<Item = &'a WindowOpening>) -> Rows {
    let mut latest: HashMap<(&str, &str, &str), &WindowOpening> = HashMap::new();
    for opening in openings {
        let known = latest.entry((opening.inbox_id.as_str(), &opening.contact, &opening.opened_by)).or_insert(opening);
        if opening.at > known.at {
            *known = opening;
        }
    }
    let mut rows = Rows::default();
    for o in latest.into_values() {
        rows.row().text(o.inbox_id.as_str()).text(&o.contact).text(&o.opened_by).text(o.tenant_id.as_str()).int(o.at);
    }
    rows
}

/// Ways and times, by way.
pub async fn list(db: &Db, tenant_id: &TenantId, inbox_id: &InboxId, contact: &str) -> Result<Vec<(String, Timestamp)>> {
    let sql = "SELECT opened_by, at FROM channel_opening WHERE inbox_id = $1 AND contact = $2 AND tenant_id = $3 ORDER BY opened_by";
    db.all(sql, args![inbox_id.as_str(), contact, tenant_id.as_str()]).await
}
