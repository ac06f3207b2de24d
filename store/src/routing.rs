//! Routing policies (version 0 is the draft, the largest other one is live) and what people can do. The document is text here.

use crate::args::args;
use crate::db::Db;
use crate::error::{Error, Result, json, to_json};
use qn_base::Timestamp;
use qn_domain::routing::PersonSkills;
use qn_domain::{TenantId, UserId};
use sqlx::FromRow;

/// The version number of the draft.
pub const DRAFT: i64 = 0;

#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct PolicyVersion {
    pub version: i64,
    pub document: String,
    pub note: String,
    pub changed_by: String,
    pub changed_at: Timestamp,
    /// Of the draft: counts its changes.
    pub revision: i64,
}

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT version, document, note, changed_by, changed_at, revision FROM routing_policy WHERE tenant_id = $1 AND ", $rest)
    };
}

/// What routes now; none before anything was published.
pub async fn find_live(db: &Db, tenant_id: &TenantId) -> Result<Option<PolicyVersion>> {
    db.one(select!("version > 0 ORDER BY version DESC LIMIT 1"), args![tenant_id.as_str()]).await
}

pub async fn find(db: &Db, tenant_id: &TenantId, version: i64) -> Result<Option<PolicyVersion>> {
    db.one(select!("version = $2"), args![tenant_id.as_str(), version]).await
}

/// Published ones, newest first.
pub async fn list(db: &Db, tenant_id: &TenantId, limit: i64) -> Result<Vec<PolicyVersion>> {
    db.all(select!("version > 0 ORDER BY version DESC LIMIT $2"), args![tenant_id.as_str(), limit]).await
}

/// Saves the draft over the revision that was read (0: there was none); the new revision comes back.
pub async fn put_draft(db: &Db, tenant_id: &TenantId, draft: &PolicyVersion) -> Result<i64> {
    let values = args![tenant_id.as_str(), &draft.document, &draft.note, &draft.changed_by, draft.changed_at, draft.revision];
    let done = if draft.revision == 0 {
        let sql = "INSERT INTO routing_policy (tenant_id, version, document, note, changed_by, changed_at, revision) \
            VALUES ($1, 0, $2, $3, $4, $5, $6 + 1) ON CONFLICT DO NOTHING";
        db.run(sql, values).await?
    } else {
        let sql = "UPDATE routing_policy SET document = $2, note = $3, changed_by = $4, changed_at = $5, revision = $6 + 1 \
            WHERE tenant_id = $1 AND version = 0 AND revision = $6";
        db.run(sql, values).await?
    };
    if done == 0 { Err(Error::stale("routing_policy", tenant_id.as_str())) } else { Ok(draft.revision + 1) }
}

/// Makes the document the next version. `Exists` when somebody published meanwhile.
pub async fn publish(db: &Db, tenant_id: &TenantId, next: &PolicyVersion) -> Result<()> {
    let sql = "INSERT INTO routing_policy (tenant_id, version, document, note, changed_by, changed_at, revision) \
        VALUES ($1, $2, $3, $4, $5, $6, 0) ON CONFLICT DO NOTHING";
    let args = args![tenant_id.as_str(), next.version, &next.document, &next.note, &next.changed_by, next.changed_at];
    if db.run(sql, args).await? == 0 { Err(Error::stale("routing_policy", tenant_id.as_str())) } else { Ok(()) }
}

#[derive(FromRow)]
struct PersonRow {
    user_id: String,
    skills: String,
    languages: String,
    channels: String,
    busy_reason: Option<String>,
    busy_since: Option<i64>,
}

/// Everybody of whom something is known.
pub async fn list_people(db: &Db, tenant_id: &TenantId) -> Result<Vec<PersonSkills>> {
    let sql =
        "SELECT user_id, skills, languages, channels, busy_reason, busy_since FROM routing_person WHERE tenant_id = $1 ORDER BY user_id";
    let rows: Vec<PersonRow> = db.all(sql, args![tenant_id.as_str()]).await?;
    let read = |row: PersonRow| {
        Ok(PersonSkills {
            user_id: UserId(row.user_id),
            skills: json("routing_person.skills", &row.skills)?,
            languages: json("routing_person.languages", &row.languages)?,
            channels: json("routing_person.channels", &row.channels)?,
            busy_reason: row.busy_reason,
            busy_since: row.busy_since,
        })
    };
    rows.into_iter().map(read).collect()
}

pub async fn put_person(db: &Db, tenant_id: &TenantId, person: &PersonSkills) -> Result<()> {
    let sql = "INSERT INTO routing_person (tenant_id, user_id, skills, languages, channels, busy_reason, busy_since) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant_id, user_id) DO UPDATE SET skills = excluded.skills, \
        languages = excluded.languages, channels = excluded.channels, busy_reason = excluded.busy_reason, busy_since = excluded.busy_since";
    let args = args![
        tenant_id.as_str(),
        person.user_id.as_str(),
        to_json(&person.skills),
        to_json(&person.languages),
        to_json(&person.channels),
        person.busy_reason.as_deref(),
        person.busy_since,
    ];
    db.run(sql, args).await?;
    Ok(())
}

/// What a person is busy with, and since when; what they can do stays as it is.
pub async fn set_busy(db: &Db, tenant_id: &TenantId, user_id: &UserId, reason: Option<&str>, since: Option<Timestamp>) -> Result<()> {
    let sql = "INSERT INTO routing_person (tenant_id, user_id, skills, languages, channels, busy_reason, busy_since) \
        VALUES ($1, $2, '[]', '[]', '[]', $3, $4) ON CONFLICT (tenant_id, user_id) DO UPDATE SET busy_reason = excluded.busy_reason, \
        busy_since = excluded.busy_since";
    db.run(sql, args![tenant_id.as_str(), user_id.as_str(), reason, since]).await?;
    Ok(())
}

/// What is known of a conversation that began, or began again, beside its stretch.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct PastArrival {
    pub conversation_id: String,
    /// Of the stretch.
    pub number: i64,
    /// Who had the customer before.
    pub last_agent_id: Option<String>,
    pub labels: String,
    pub routing: String,
}

/// Of stretches that began in `[from, to)`, oldest first.
pub async fn list_arrivals(db: &Db, tenant_id: &TenantId, (from, to): (Timestamp, Timestamp), limit: i64) -> Result<Vec<PastArrival>> {
    db.all(
        "SELECT e.conversation_id, e.number, COALESCE(\
         (SELECT b.agent_id FROM episode b WHERE b.tenant_id = e.tenant_id AND b.conversation_id = e.conversation_id AND b.number < e.number \
         AND b.agent_id IS NOT NULL ORDER BY b.number DESC LIMIT 1), \
         (SELECT p.last_agent_id FROM conversation p WHERE p.tenant_id = e.tenant_id AND p.contact_id = e.contact_id \
         AND p.created_at < c.created_at AND p.last_agent_id IS NOT NULL ORDER BY p.created_at DESC LIMIT 1)) AS last_agent_id, \
         c.labels, c.routing FROM episode e JOIN conversation c ON c.id = e.conversation_id AND c.tenant_id = e.tenant_id \
         WHERE e.tenant_id = $1 AND e.opened_at >= $2 AND e.opened_at < $3 ORDER BY e.opened_at, e.conversation_id, e.number LIMIT $4",
        args![tenant_id.as_str(), from, to, limit],
    )
    .await
}
