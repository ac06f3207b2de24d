//! Ties between conversations: written with the commit of either, read by what they tie.

use crate::args::args;
use crate::db::{Db, Dialect};
use crate::each::{EachSql, Rows, each_sql};
use crate::error::{Error, Result, json, word};
use qn_domain::{ConversationId, TenantId, Tie, TieId, TieKind, UserId};
use sqlx::FromRow;

/// Of one conversation; nobody ties so many.
const LISTED_MAX: i64 = 500;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, tenant_id, kind, from_id, to_id, seqs, before_state, made_by, made_name, at, undone_by, undone_at \
             FROM conversation_tie ",
            $rest
        )
    };
}

#[derive(FromRow)]
struct TieRow {
    id: String,
    tenant_id: String,
    kind: String,
    from_id: String,
    to_id: String,
    seqs: String,
    before_state: String,
    made_by: String,
    made_name: String,
    at: i64,
    undone_by: Option<String>,
    undone_at: Option<i64>,
}

impl TieRow {
    fn read(self) -> Result<Tie> {
        Ok(Tie {
            id: self.id.into(),
            tenant_id: self.tenant_id.into(),
            kind: word("conversation_tie.kind", &self.kind, TieKind::parse)?,
            from: self.from_id.into(),
            to: self.to_id.into(),
            seqs: json("conversation_tie.seqs", &self.seqs)?,
            before: json("conversation_tie.before_state", &self.before_state)?,
            made_by: self.made_by.into(),
            made_name: self.made_name,
            at: self.at,
            undone_by: self.undone_by.map(Into::into),
            undone_at: self.undone_at,
        })
    }
}

pub(crate) fn push(rows: &mut Rows, t: &Tie) {
    let row = rows.row().text(t.id.as_str()).text(t.tenant_id.as_str()).text(t.kind.as_str()).text(t.from.as_str());
    let row = row.text(t.to.as_str()).json(&t.seqs).json(&t.before).text(t.made_by.as_str()).text(&t.made_name).int(t.at);
    row.text_or_null(t.undone_by.as_ref().map(UserId::as_str)).int_or_null(t.undone_at);
}

/// A new tie, or one that is undone now; it never stands again.
pub(crate) const PUT_EACH: EachSql = each_sql!(
    "INSERT INTO conversation_tie (id, tenant_id, kind, from_id, to_id, seqs, before_state, made_by, made_name, at, undone_by, undone_at) \
     SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, value->>8, CAST(value->>9 AS BIGINT), \
     value->>10, CAST(value->>11 AS BIGINT) FROM ",
    " WHERE true ON CONFLICT (id) DO UPDATE SET undone_by = excluded.undone_by, undone_at = excluded.undone_at \
     WHERE conversation_tie.undone_at IS NULL"
);

pub async fn get(db: &Db, tenant_id: &TenantId, id: &TieId) -> Result<Tie> {
    let rows: Vec<TieRow> = db.all(select!("WHERE id = $1 AND tenant_id = $2"), args![id.as_str(), tenant_id.as_str()]).await?;
    rows.into_iter().next().ok_or_else(|| Error::not_found("conversation tie", id))?.read()
}

/// How many conversations are parts of others.
pub async fn count_merged(db: &Db, tenant_id: &TenantId) -> Result<i64> {
    let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM conversation_tie WHERE tenant_id = $1 AND kind = 'merge' AND undone_at IS NULL";
    let row: Option<(i64,)> = db.one(sql, args![tenant_id.as_str()]).await?;
    Ok(row.map_or(0, |(n,)| n))
}

/// Every tie that was ever made between any of `ids` and anybody, oldest first.
pub async fn list(db: &Db, tenant_id: &TenantId, ids: &[&ConversationId]) -> Result<Vec<Tie>> {
    let ids = crate::error::to_json(&ids);
    let sql = match db.dialect() {
        Dialect::Sqlite => LIST_SQLITE,
        Dialect::Postgres => LIST_POSTGRES,
    };
    let rows: Vec<TieRow> = db.all(sql, args![tenant_id.as_str(), ids, LISTED_MAX]).await?;
    rows.into_iter().map(TieRow::read).collect()
}

pub(crate) const LIST_SQLITE: &str = select!(
    "WHERE +tenant_id = $1 AND (from_id IN (SELECT value FROM json_each($2)) OR to_id IN (SELECT value FROM json_each($2))) \
     ORDER BY at, id LIMIT $3"
);
const LIST_POSTGRES: &str = select!(
    "WHERE tenant_id = $1 AND (from_id IN (SELECT jsonb_array_elements_text(CAST($2 AS JSONB))) \
     OR to_id IN (SELECT jsonb_array_elements_text(CAST($2 AS JSONB)))) ORDER BY at, id LIMIT $3"
);
