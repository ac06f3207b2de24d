//! What people are drawing: one draft per flow and author, so nobody's unfinished work is in anybody's way. A revision counts the
//! author's own saves: the same person in two windows finds out. Publishing (`flow_release`) takes a draft away.

use crate::args::args;
use crate::db::Db;
use crate::error::{Error, Result};
use qn_base::Timestamp;
use qn_domain::{TenantId, UserId};
use sqlx::FromRow;

const LISTED_MAX: i64 = 1_000;

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT tenant_id, flow_id, author_id, document, base_hash, revision, updated_at FROM flow_draft ", $rest)
    };
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowDraft {
    pub tenant_id: TenantId,
    pub flow_id: String,
    pub author_id: UserId,
    /// JSON text.
    pub document: String,
    /// The version that was live when it was begun, or merged last.
    pub base_hash: Option<String>,
    /// Counted from 1.
    pub revision: i64,
    pub updated_at: Timestamp,
}

/// That somebody edits a flow, without what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftBrief {
    pub flow_id: String,
    pub author_id: UserId,
    pub base_hash: Option<String>,
    pub revision: i64,
    pub updated_at: Timestamp,
}

#[derive(FromRow)]
struct DraftRow {
    tenant_id: String,
    flow_id: String,
    author_id: String,
    document: String,
    base_hash: Option<String>,
    revision: i64,
    updated_at: i64,
}

impl DraftRow {
    fn read(self) -> FlowDraft {
        FlowDraft {
            tenant_id: self.tenant_id.into(),
            flow_id: self.flow_id,
            author_id: UserId(self.author_id),
            document: self.document,
            base_hash: self.base_hash,
            revision: self.revision,
            updated_at: self.updated_at,
        }
    }

    fn brief(self) -> DraftBrief {
        DraftBrief {
            flow_id: self.flow_id,
            author_id: UserId(self.author_id),
            base_hash: self.base_hash,
            revision: self.revision,
            updated_at: self.updated_at,
        }
    }
}

pub async fn find(db: &Db, tenant_id: &TenantId, flow_id: &str, author_id: &UserId) -> Result<Option<FlowDraft>> {
    let sql = select!("WHERE tenant_id = $1 AND flow_id = $2 AND author_id = $3");
    let row: Option<DraftRow> = db.one(sql, args![tenant_id.as_str(), flow_id, author_id.as_str()]).await?;
    Ok(row.map(DraftRow::read))
}

/// Whoever saved last.
pub async fn find_newest(db: &Db, tenant_id: &TenantId, flow_id: &str) -> Result<Option<FlowDraft>> {
    let sql = select!("WHERE tenant_id = $1 AND flow_id = $2 ORDER BY updated_at DESC, author_id LIMIT 1");
    let row: Option<DraftRow> = db.one(sql, args![tenant_id.as_str(), flow_id]).await?;
    Ok(row.map(DraftRow::read))
}

/// Who edits one flow, or any of the tenant's; last saved first.
pub async fn list(db: &Db, tenant_id: &TenantId, flow_id: Option<&str>) -> Result<Vec<DraftBrief>> {
    let sql = "SELECT tenant_id, flow_id, author_id, '' AS document, base_hash, revision, updated_at FROM flow_draft \
               WHERE tenant_id = $1 AND (CAST($2 AS TEXT) IS NULL OR flow_id = $2) ORDER BY updated_at DESC, flow_id, author_id LIMIT $3";
    let rows: Vec<DraftRow> = db.all(sql, args![tenant_id.as_str(), flow_id, LISTED_MAX]).await?;
    Ok(rows.into_iter().map(DraftRow::brief).collect())
}

/// Keeps what the author drew; `draft.revision` is the one that was read, 0 when there was none. Returns the new one; `Stale` when the
/// author saved elsewhere meanwhile.
pub async fn save(db: &Db, draft: &FlowDraft) -> Result<i64> {
    let key = args![draft.tenant_id.as_str(), &draft.flow_id, draft.author_id.as_str(), &draft.document];
    let rest = args![draft.base_hash.clone(), draft.updated_at, draft.revision];
    let args: Vec<_> = key.into_iter().chain(rest).collect();
    let sql = if draft.revision == 0 {
        "INSERT INTO flow_draft (tenant_id, flow_id, author_id, document, base_hash, updated_at, revision) \
         SELECT $1, $2, $3, $4, CAST($5 AS TEXT), CAST($6 AS BIGINT), CAST($7 AS BIGINT) + 1 \
         WHERE EXISTS (SELECT 1 FROM flow WHERE tenant_id = $1 AND id = $2) ON CONFLICT DO NOTHING"
    } else {
        "UPDATE flow_draft SET document = $4, base_hash = $5, updated_at = $6, revision = revision + 1 \
         WHERE tenant_id = $1 AND flow_id = $2 AND author_id = $3 AND revision = $7"
    };
    match db.run(sql, args).await? {
        0 => Err(Error::stale("draft", &draft.flow_id)),
        _ => Ok(draft.revision + 1),
    }
}

/// False when there was none.
pub async fn delete(db: &Db, tenant_id: &TenantId, flow_id: &str, author_id: &UserId) -> Result<bool> {
    let sql = "DELETE FROM flow_draft WHERE tenant_id = $1 AND flow_id = $2 AND author_id = $3";
    Ok(db.run(sql, args![tenant_id.as_str(), flow_id, author_id.as_str()]).await? > 0)
}
