//! One-time codes that were sent, how often they were tried, and what they proved. What the code is cannot be told from here.

use crate::args::args;
use crate::db::Db;
use crate::error::{Result, word};
use qn_base::Timestamp;
use qn_base::clock::DAY_MS;
use qn_domain::{CODE_TRIES, ConversationId, FactKind, Proof, ProofState, TenantId};
use sqlx::FromRow;

const COUNT_SINCE: &str =
    "SELECT COUNT(*) FROM verification WHERE tenant_id = $1 AND at > $2 AND (contact_id = $3 OR (kind = $4 AND address = $5))";

#[derive(FromRow)]
struct Row {
    id: String,
    contact_id: String,
    conversation_id: String,
    visit: String,
    kind: String,
    address: String,
    state: String,
    tries: i64,
    last_said: Option<String>,
    used_by: Option<String>,
    at: Timestamp,
    expires_at: Timestamp,
}

impl Row {
    fn read(self) -> Result<Proof> {
        Ok(Proof {
            id: self.id,
            contact_id: self.contact_id.into(),
            conversation_id: self.conversation_id.into(),
            visit: self.visit,
            kind: word("verification.kind", &self.kind, FactKind::parse)?,
            address: self.address,
            state: word("verification.state", &self.state, ProofState::parse)?,
            tries: self.tries,
            last_said: self.last_said,
            used_by: self.used_by,
            at: self.at,
            expires_at: self.expires_at,
        })
    }
}

/// In place of whatever was sent for the same conversation before. `limits`: no more than so many since then, for this contact or to this
/// address, whoever claimed it; they are counted and added to by one at a time, else many at once would all be within them. An id that is
/// there changes nothing. What proved nothing goes after two days. False: it would be too many.
pub async fn insert(db: &Db, tenant_id: &TenantId, proof: &Proof, limits: &[(Timestamp, i64)]) -> Result<bool> {
    let (tenant, conversation) = (tenant_id.as_str(), proof.conversation_id.as_str());
    let mut tx = db.begin().await?;
    tx.run("UPDATE tenant SET name = name WHERE id = $1", args![tenant]).await?;
    const KNOWN: &str = "SELECT COUNT(*) FROM verification WHERE tenant_id = $1 AND id = $2";
    let known: Vec<(i64,)> = tx.all(KNOWN, args![tenant, &proof.id]).await?;
    if known.iter().any(|(count,)| *count > 0) {
        return Ok(true);
    }
    for (since, max) in limits {
        let args = args![tenant, *since, proof.contact_id.as_str(), proof.kind.as_str(), &proof.address];
        let sent: Vec<(i64,)> = tx.all(COUNT_SINCE, args).await?;
        if sent.iter().any(|(count,)| count >= max) {
            return Ok(false);
        }
    }
    const VOID: &str = "UPDATE verification SET state = 'void' WHERE tenant_id = $1 AND conversation_id = $2 \
        AND state IN ('open', 'right', 'failed')";
    tx.run(VOID, args![tenant, conversation]).await?;
    const FORGET: &str = "DELETE FROM verification WHERE tenant_id = $1 AND at < $2 AND state <> 'used'";
    tx.run(FORGET, args![tenant, proof.at - 2 * DAY_MS]).await?;
    const INSERT: &str = "INSERT INTO verification (tenant_id, id, contact_id, conversation_id, visit, kind, address, state, tries, at, expires_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING";
    let row = args![
        tenant,
        &proof.id,
        proof.contact_id.as_str(),
        conversation,
        &proof.visit,
        proof.kind.as_str(),
        &proof.address,
        proof.state.as_str(),
        proof.tries,
        proof.at,
        proof.expires_at,
    ];
    tx.run(INSERT, row).await?;
    tx.commit().await?;
    Ok(true)
}

pub async fn find(db: &Db, tenant_id: &TenantId, id: &str) -> Result<Option<Proof>> {
    let sql = "SELECT id, contact_id, conversation_id, visit, kind, address, state, tries, last_said, used_by, at, expires_at \
        FROM verification WHERE tenant_id = $1 AND id = $2";
    let row: Option<Row> = db.one(sql, args![tenant_id.as_str(), id]).await?;
    row.map(Row::read).transpose()
}

/// The one whose code may be typed here, or was just now.
pub async fn find_live(db: &Db, tenant_id: &TenantId, conversation_id: &ConversationId) -> Result<Option<Proof>> {
    let sql = "SELECT id, contact_id, conversation_id, visit, kind, address, state, tries, last_said, used_by, at, expires_at \
        FROM verification WHERE tenant_id = $1 AND conversation_id = $2 AND state IN ('open', 'right') ORDER BY at DESC, id DESC LIMIT 1";
    let row: Option<Row> = db.one(sql, args![tenant_id.as_str(), conversation_id.as_str()]).await?;
    row.map(Row::read).transpose()
}

/// The newest of a step's visit that no other took the place of.
pub async fn find_of_visit(db: &Db, tenant_id: &TenantId, visit: &str) -> Result<Option<Proof>> {
    let sql = "SELECT id, contact_id, conversation_id, visit, kind, address, state, tries, last_said, used_by, at, expires_at \
        FROM verification WHERE tenant_id = $1 AND visit = $2 AND state <> 'void' ORDER BY at DESC, id DESC LIMIT 1";
    let row: Option<Row> = db.one(sql, args![tenant_id.as_str(), visit]).await?;
    row.map(Row::read).transpose()
}

/// A try by this message. One that is over already stays as it is.
pub async fn note_try(db: &Db, tenant_id: &TenantId, id: &str, said: &str, is_right: bool) -> Result<()> {
    const RIGHT: &str = "UPDATE verification SET state = 'right', last_said = $3 WHERE tenant_id = $1 AND id = $2 AND state = 'open'";
    const WRONG: &str = "UPDATE verification SET tries = tries + 1, last_said = $3, \
        state = CASE WHEN tries + 1 >= CAST($4 AS BIGINT) THEN 'failed' ELSE state END WHERE tenant_id = $1 AND id = $2 AND state = 'open'";
    if is_right {
        db.run(RIGHT, args![tenant_id.as_str(), id, said]).await?;
    } else {
        db.run(WRONG, args![tenant_id.as_str(), id, said, CODE_TRIES]).await?;
    }
    Ok(())
}

/// Only one asking ever uses it. False: it was not right, or is used.
pub async fn use_up(db: &Db, tenant_id: &TenantId, id: &str, by: &str) -> Result<bool> {
    let sql = "UPDATE verification SET state = 'used', used_by = $3 WHERE tenant_id = $1 AND id = $2 AND state = 'right'";
    Ok(db.run(sql, args![tenant_id.as_str(), id, by]).await? == 1)
}
